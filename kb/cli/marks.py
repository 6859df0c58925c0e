"""Marked text for people: runs of text with a style, broken into lines, in colour or with plain marks.

In colour what was taken away is red and struck through, what came instead green and underlined, what was offered
yellow. Without colour the marks are those of wdiff: `[-before-]{+after+}`; text that looks like a mark has a backslash
in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kb.cli.show import cells

# Style: (its codes in colour, what opens and closes it without)
STYLES = {
    "": ("", "", ""),
    "bold": ("1", "", ""),
    "dim": ("2", "", ""),
    "gone": ("31;9", "[-", "-]"),
    "come": ("32;4", "{+", "+}"),
    "alike": ("36;4", "{=", "=}"),
    "offer": ("33", "[?", "?]"),
    "left out": ("2", "", ""),
    "number": ("2", "{", "}"),
    "minus": ("31", "", ""),
    "plus": ("32", "", ""),
    "hunk": ("36", "", ""),
}
LEGEND = {
    "gone": "taken away",
    "come": "put in its place",
    "alike": "other characters that look like it",
    "offer": "not changed, but perhaps should be",
}
_LOOKS_LIKE_A_MARK = re.compile(r"(?<=\[)(?=[-?])|(?<=\{)(?=[+=\d])|(?<=[-?])(?=\])|(?<=[+=])(?=\})|(?<=\d)(?=\})")
_BLANK = "\u00a0"
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Run(NamedTuple):
    """Text in one style. `fixed`: lines are never broken before or in it."""

    text: str
    style: str = ""
    fixed: bool = False


class Line(NamedTuple):
    """A line on the screen; `at` is where it begins in the text of all runs."""

    runs: tuple[Run, ...]
    at: int


def marked(text: str, style: str, colour: bool) -> list[Run]:
    """The text in a style, with the style's marks where there is no colour."""
    if colour:
        return [Run(text, style)]
    _, opening, closing = STYLES[style]
    text = _LOOKS_LIKE_A_MARK.sub(r"\\", text)
    if not opening:
        return [Run(text, style)]
    if text.isspace():  # no line ends between the marks
        text = _BLANK * len(text)
    return [Run(opening, "opening"), Run(text, style), Run(closing, style, fixed=True)]


def number(n: int, colour: bool) -> Run:
    return Run(str(n).translate(_SUPERSCRIPTS) if colour else f"{{{n}}}", "number", fixed=True)


def paint(runs: Iterable[Run], colour: bool) -> str:
    if not colour:
        return "".join(run.text for run in runs)
    parts = []
    for run in runs:
        codes = STYLES[run.style][0] if run.style in STYLES else ""
        parts.append(f"\x1b[{codes}m{run.text}\x1b[0m" if codes and run.text else run.text)
    return "".join(parts)


def width(runs: Iterable[Run]) -> int:
    return sum(cells(run.text) for run in runs)


def broken(runs: Sequence[Run], room: int) -> list[Line]:
    """Lines of at most `room` cells, broken at blanks and between wide characters; blanks that are marked stay."""
    text = "".join(run.text for run in runs)
    styles: list[Run] = [run for run in runs for _ in run.text]
    lines: list[Line] = []
    begin, used = 0, 0

    def end_line(to: int) -> None:
        last = to
        while last > begin and text[last - 1] == " " and not styles[last - 1].style:
            last -= 1
        lines.append(Line(tuple(_cut(text, styles, begin, last)), begin))

    for at, to in _words(text, styles):
        size = cells(text[at:to])
        blanks = size - cells(text[at:to].rstrip(" "))
        if begin < at and used + size - blanks > room:
            end_line(at)
            begin, used = at, 0
        while size - blanks > room:  # a word longer than a line
            here, taken = begin, 0
            while here < to and taken + (step := cells(text[here])) <= room:
                here, taken = here + 1, taken + step
            if here in (begin, to):
                break
            end_line(here)
            begin, used, size = here, 0, cells(text[here:to])
        used += size
    if begin < len(text) or not lines:
        end_line(len(text))
    return lines


def _cut(text: str, styles: Sequence[Run], at: int, to: int) -> Iterator[Run]:
    while at < to:
        end = at + 1
        while end < to and styles[end] is styles[at]:
            end += 1
        yield Run(text[at:end].replace(_BLANK, " "), styles[at].style)
        at = end


def _words(text: str, styles: Sequence[Run]) -> Iterator[tuple[int, int]]:
    """Offsets of what stays on one line: words with the blanks behind them, single wide characters."""
    for match in re.finditer(r"[^ ]+ *| +", text):
        begin, end = match.span()
        for i in range(begin + 1, end):
            if _may_break(text, styles, i):
                yield begin, i
                begin = i
        yield begin, end


def _may_break(text: str, styles: Sequence[Run], i: int) -> bool:
    before, after = text[i - 1], text[i]
    if after == " " or styles[i].fixed or styles[i - 1].style == "opening" or not (_wide(before) or _wide(after)):
        return False
    closes = unicodedata.category(after) in ("Po", "Pe", "Pf", "Mn", "Me", "Cf")
    opens = unicodedata.category(before) in ("Ps", "Pi") and styles[i - 1] is styles[i]
    return not closes and not opens


def _wide(character: str) -> bool:
    return not character.isascii() and cells(character) == 2
