"""Paragraphs whose lines a program broke at a fixed width, as in mails and old text files: joined again.

Only where the text as a whole says so. A line was broken by width when the next word would not have fitted: such breaks
are nearly all there are within paragraphs, and after most of them a sentence goes on. Lists, verse, addresses and texts
with a paragraph a line break where they mean to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from kb.clean.fix import Fix
from kb.langs.folding import HAN

# Width is counted in columns, a Han character and its punctuation taking two.
_NARROWEST, _WIDEST = 40, 100
_LEAST_BREAKS = 4
_LEAST_BROKEN = 0.75  # share of the breaks within paragraphs after which the next word would not have fitted
_TOLD_APART = 0.95  # the same share, where something stands between paragraphs
_LEAST_GOING_ON = 0.6  # share of these after which a sentence goes on

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_WIDE = re.compile(f"[{HAN}\u3000-\u30ff\uac00-\ud7af\uff01-\uff60]")
_JOINED = re.compile(f"[{HAN}\u3000-\u30ff\uff01-\uff60]")  # written without spaces
_FIRST_WORD = re.compile(rf"{_WIDE.pattern}[、。，．：；！？”’」』）》】〉]*|(?:(?!{_WIDE.pattern})\S)+")
_MARK = re.compile(
    r"\s*(?:[•·▪●○◦‣■□◆|>]|[–—*+#-]\s|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[IVX]{1,5})[.)]\s|[（(]\d{1,2}[）)]|[①-⑳]"
    r"|第?[一二三四五六七八九十]{1,3}[、章节])"
)
_COLUMNS = re.compile(r"\S(?:\t|[^\S\t]{3,})\S|\|")  # a table's
_WIDE_END = re.compile(r"[。！？：；…][”’」』）》】]*$")
_ENDS_SENTENCE = re.compile(r"[.!?。！？…:：;；][\s\"'”’»」』）)\]】]*$")


class _Break(NamedTuple):
    """A line's end within a paragraph. `at` to `to` is what stands between the two lines' words."""

    at: int
    to: int
    width: int  # of the line before
    needed: int  # columns that the next word would have taken
    goes_on: bool  # the next line begins in the middle of a sentence
    may_join: bool  # even so: not after a Han line that ends a sentence, nor before one that is set in
    glue: str


def broken_lines(text: str) -> list[Fix]:
    """The line ends that only the width of the page made, each as a space, or as nothing between Han characters."""
    breaks = [b for paragraph in _paragraphs(text) for b in _breaks(paragraph)]
    if len(breaks) < _LEAST_BREAKS:
        return []
    widths = sorted(b.width for b in breaks)
    width = widths[-1 - len(widths) // 10]  # a few lines may be longer: addresses, a wide word
    broken = [b for b in breaks if b.width + b.needed > width >= b.width * 0.9]
    going_on = sum(b.goes_on for b in broken)
    if not (
        _NARROWEST <= width <= _WIDEST
        and len(broken) >= max(_LEAST_BREAKS, len(breaks) * _LEAST_BROKEN)
        and going_on >= len(broken) * _LEAST_GOING_ON
    ):
        return []
    # Where paragraphs have nothing between them, the end of a full line may be the end of one.
    told_apart = len(broken) >= len(breaks) * _TOLD_APART
    reason = f"a line broken at {width} columns: the sentence goes on"
    return [Fix("line-break", b.at, b.to, b.glue, reason) for b in broken if b.goes_on or (told_apart and b.may_join)]


def _paragraphs(text: str) -> list[list[re.Match[str]]]:
    """Lines with nothing empty between them."""
    runs = groupby(_LINE.finditer(text), lambda line: bool(line[1].strip()))
    return [lines for filled, run in runs if filled and len(lines := list(run)) > 1]


def _breaks(paragraph: list[re.Match[str]]) -> Iterator[_Break]:
    """Those that are not before something new: an item of a list, a row of a table, a line set in."""
    for line, following in pairwise(paragraph):
        before, after = line[1].rstrip(), following[1].lstrip()
        set_in = len(following[1]) - len(after)
        deeper = set_in > len(line[1]) - len(line[1].lstrip()) + 1
        if _MARK.match(after) or _COLUMNS.search(after) or (deeper and not _MARK.match(line[1])):
            continue
        if line[1].endswith(("  ", "\\")):  # as Markdown writes a line end that is meant
            continue
        wide = bool(_JOINED.match(before[-1]) or _JOINED.match(after))
        word = _FIRST_WORD.match(after)
        ends = (_WIDE_END if wide else _ENDS_SENTENCE).search(before) is not None
        hyphen = before[-1] == "-" and before[-2:-1].isalpha()
        yield _Break(
            line.start() + len(before),
            following.end(1) - len(after),
            _columns(before),
            _columns(word.group()) + (not wide) if word else 0,
            not ends and after[0].isalpha() and not after[0].isupper(),
            set_in < 2 and not (wide and ends),
            "" if wide or hyphen else " ",
        )


def _columns(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))
