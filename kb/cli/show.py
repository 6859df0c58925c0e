"""Text for people: tables, wrapped paragraphs, two columns, all measured in terminal cells.

An own few lines because `rich` takes longer to import than most commands take to run.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kb.answers import AlignedBead

# Where standard output is no terminal: wide enough to read, and nothing in a table is cut.
PLAIN_WIDTH = 100

GAP = "  "
LEAST_COLUMN = 8


PAGED = False  # whether what is printed goes to a pager on the terminal: see pager.py


def on_terminal() -> bool:
    return PAGED or sys.stdout.isatty()


def colourful() -> bool:
    """NO_COLOR forbids colour, FORCE_COLOR wants it even in a pipe, and terminals that are dumb have none."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (on_terminal() and os.environ.get("TERM") != "dumb")


def columns() -> int:
    """Cells in a line of the terminal."""
    import shutil  # which imports what packs and unpacks archives

    return shutil.get_terminal_size().columns


def text_width() -> int:
    """Cells that running text may take."""
    return min(120, columns()) if on_terminal() else PLAIN_WIDTH


def cells(text: str) -> int:
    """Cells a terminal gives to `text`: two for wide characters, none for marks that sit on others."""
    if text.isascii():
        return len(text)
    return sum(map(_cell, text))


@lru_cache(maxsize=1 << 14)
def _cell(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def safe(text: str) -> str:
    """One line without control characters, which a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) != "Cc")


def pad(text: str, width: int, right: bool = False) -> str:
    blank = " " * (width - cells(text))
    return blank + text if right else text + blank


def clip(text: str, width: int, left: bool = False) -> str:
    """At most `width` cells, with an ellipsis where something was cut (at the start if `left`)."""
    if cells(text) <= width:
        return text
    kept: list[str] = []
    room = width - 1
    for character in reversed(text) if left else text:
        room -= _cell(character)
        if room < 0:
            break
        kept.append(character)
    return "…" + "".join(reversed(kept)) if left else "".join(kept) + "…"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; broken at blanks, and anywhere between wide characters."""
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        size = cells(piece)
        if used + cells(piece.rstrip()) > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip()
            size = cells(piece)
        while cells(piece.rstrip()) > width:  # a word longer than a line
            head = _head(piece, width)
            lines.append(head)
            piece = piece[len(head) :]
        size = cells(piece)
        line += piece
        used += size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _head(text: str, width: int) -> str:
    """As much of `text` as `width` cells hold, at least a character, with the marks that sit on it."""
    room = width
    for i, character in enumerate(text):
        room -= _cell(character)
        if room < 0 and cells(text[:i]):
            return text[:i]
    return text


def _pieces(text: str) -> Iterator[str]:
    """Words with the blanks behind them, cut further on both sides of wide characters; never before a closing mark."""
    for word in re.findall(r"\S+ *", safe(text)):
        begin = 0
        for i in range(1, len(word)):
            beside_wide = _cell(word[i]) == 2 or _cell(word[i - 1]) == 2
            stays = word[i] == " " or not _cell(word[i]) or unicodedata.category(word[i]) in ("Po", "Pe", "Pf")
            if beside_wide and not stays:
                yield word[begin:i]
                begin = i
        yield word[begin:]


def paragraph(text: str, indent: str = "") -> None:
    for line in wrap(text, text_width() - cells(indent)):
        print(f"{indent}{line}")


class Table(NamedTuple):
    """Columns under headers; `numbers` (positions) are set to the right."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int] = ()

    def print(self) -> None:
        """On a terminal the widest columns give way."""
        body = [list(self.headers), *([_text(value) for value in row] for row in self.rows)]
        widths = [max(cells(line[i]) for line in body) for i in range(len(self.headers))]
        if on_terminal():
            widths = fit(widths, columns(), self.numbers)
        for number, line in enumerate(body):
            parts = [
                pad(clip(text, width), width, i in self.numbers)
                for i, (text, width) in enumerate(zip(line, widths, strict=True))
            ]
            print(_style(GAP.join(parts).rstrip(), bold=number == 0))

    def markdown(self) -> str:
        """The same as Markdown: signs that it would take for its own have a backslash."""
        rules = ["--:" if i in self.numbers else "---" for i in range(len(self.headers))]
        body = [[re.sub(r"([\\|`*_<\[\]])", r"\\\1", _text(value)) for value in row] for row in self.rows]
        return "".join(f"| {' | '.join(line)} |\n" for line in [list(self.headers), rules, *body])


def fit(widths: Sequence[int], room: int, fixed: Sequence[int] = ()) -> list[int]:
    """Column widths that take no more than `room` cells with their gaps, taken from the widest that may shrink."""
    fitted = list(widths)
    excess = sum(fitted) + len(GAP) * (len(fitted) - 1) - room
    while excess > 0:
        widest = max((w, -i) for i, w in enumerate(fitted) if i not in fixed) if len(fixed) < len(fitted) else (0, 0)
        if widest[0] <= LEAST_COLUMN:
            break
        fitted[-widest[1]] -= 1
        excess -= 1
    return fitted


def decision(number: int, what: str, facts: Iterable[str], about: str = "", comment: str | None = None) -> None:
    """One line of what somebody decided, with what is known of it, and below it what it is about."""
    print(f"{number}  {bold(what)}  {safe('  '.join(fact for fact in facts if fact))}")
    if about:
        paragraph(about, "  ")
    if comment:
        paragraph(f"-- {comment}", "  ")


def side_by_side(left: str, right: str, indent: str = "") -> None:
    """Two texts in two columns."""
    width = (text_width() - cells(indent) - 3) // 2
    a, b = wrap(left, width), wrap(right, width)
    for i in range(max(len(a), len(b))):
        x, y = (column[i] if i < len(column) else "" for column in (a, b))
        print(f"{indent}{pad(x, width)} | {y}".rstrip())


def beads(records: Iterable[AlignedBead]) -> None:
    """Every bead with its sentences' numbers, counted from 0, its score and its two texts."""
    for bead in records:
        print(f"{list(bead.a)}:{list(bead.b)}  {bead.score:.2f}")
        side_by_side(bead.a_text, bead.b_text, "  ")
        words = "; ".join(safe(f"{pair.a} = {pair.b}") for pair in getattr(bead, "words", ()))
        if words:
            print(f"  ({words})")


def marked_text(text: str, at: int, to: int) -> str:
    """With guillemets around `text[at:to]`."""
    return f"{text[:at]}«{text[at:to]}»{text[to:]}"


def heading(text: str) -> None:
    print(_style(text, bold=True))


def bold(text: str) -> str:
    return _style(text, bold=True)


def _style(text: str, *, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold and colourful() else text


def _text(value: object) -> str:
    if value is None:
        return ""
    return safe(f"{value:.3f}" if isinstance(value, float) else str(value))


def counted(n: int, what: str) -> str:
    """`1 article`, `2 articles`."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
