"""The difference between an article as it was read and its text, as `diff -U0` has it, with the reasons.

A paragraph is one line and may be long, so lines are cut down to what differs and a few words around it. Blank lines
are layout and no difference.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.clean.explain import CHANGED, Piece, Row, rows
from kb.clean.wording import notes, visible, within
from kb.cli.marked import line_starts
from kb.cli.marks import Run, paint
from kb.cli.show import cells, colourful, text_width
from kb.model import CleanedArticle

_AROUND = 24  # characters on either side of what differs
_LONG = 60  # characters of a repair that no eye sees


class _Part(NamedTuple):
    """A stretch of a line: what it was and what it is now."""

    before: str
    after: str
    differs: bool


def print_diff(article: CleanedArticle) -> None:
    """Nothing for an article that is its text."""
    colour = colourful()
    found = [row for row in rows(article) if not row.is_body or row.changes or row.offers]
    note = article.raw.metadata.get("encoding_note")
    if not found and not note:
        return
    path = visible(article.raw.path)
    _print([Run(f"--- {path}  as read ({article.raw.encoding}{f'; {visible(note)}' if note else ''})", "bold")], colour)
    _print([Run(f"+++ {path}  as analysed", "bold")], colour)
    begins = line_starts(article.raw.raw)
    lines = _body_lines(article)
    at = 0
    while at < len(found):
        row = found[at]
        last = at + 1
        if not row.is_body:  # lines that were left out for one reason
            while last < len(found) and not found[last].is_body and _same(row, found[last]):
                last += 1
        _print_hunk(found[at:last], begins, lines, colour)
        at = last


def _body_lines(article: CleanedArticle) -> dict[int, int]:
    """Body offset of a block -> its line, counted from 1."""
    held = [block.at for block in article.blocks if block.is_body]
    return {at: line for line, at in enumerate(held, 1)}


def _same(a: Row, b: Row) -> bool:
    return (a.kind, a.pieces[0].reason) == (b.kind, b.pieces[0].reason)


def _print_hunk(hunk: Sequence[Row], begins: Sequence[int], lines: dict[int, int], colour: bool) -> None:
    first = hunk[0]
    line = bisect_right(begins, first.pieces[0].start)
    if first.is_body and first.block:
        _print([Run(f"@@ -{line} +{lines[first.block.at]} @@", "hunk")], colour)
        for before, after in _windows(first.pieces):
            _print([Run("-", "minus"), *before], colour)
            _print([Run("+", "plus"), *after], colour)
        for note in notes(first):
            times = f"{note.times} × " if note.times > 1 else ""
            _print(
                [Run(f"# {note.kind}: {times}{'offered, not made: ' if note.offered else ''}{note.reason}", "dim")],
                colour,
            )
        return
    count = bisect_right(begins, max(hunk[-1].pieces[-1].end - 1, first.pieces[0].start)) - line + 1
    above = bisect_right(sorted(lines), first.pieces[0].at - 1)
    _print([Run(f"@@ -{line}{f',{count}' if count > 1 else ''} +{above},0 @@", "hunk")], colour)
    for row in hunk:
        text = "".join(visible(piece.before, spaces=True) for piece in row.pieces)
        _print([Run("-", "minus"), Run(text, "minus")], colour)
    inner = within(*hunk)
    reason = first.pieces[0].reason or "no reason is known; please report it"
    _print([Run(f"# {first.kind}: {reason}{f' (in it: {inner})' if inner else ''}", "dim")], colour)


def _print(runs: Sequence[Run], colour: bool) -> None:
    print(paint(runs, colour))


# --- long lines -------------------------------------------------------------------------------------------------------


def _windows(found: Sequence[Piece]) -> Iterator[tuple[list[Run], list[Run]]]:
    """Pairs of lines, before and after, about as wide as the screen; each begins and ends near what differs."""
    room = text_width() - 2
    parts = [_part(piece) for piece in found if piece.before or piece.after or piece.offers]
    last = max(i for i, part in enumerate(parts) if part.differs)
    window: list[_Part] = []
    for i, part in enumerate(parts):
        if part.differs:
            window.append(part)
        elif not window:
            window.append(_end_of(part, more=i > 0))
        elif i > last:
            window.append(_beginning_of(part, more=i < len(parts) - 1))
        elif len(part.before) > 2 * _AROUND or _size([*window, part]) > room:
            yield _lines([*window, _beginning_of(part)])
            window = [_end_of(part)]
        else:
            window.append(part)
    if any(part.differs for part in window):
        yield _lines(window)


def _part(piece: Piece) -> _Part:
    if piece.looks_alike and len(piece.after) > _LONG:  # nobody has to compare them
        return _Part(f"{visible(piece.before[:_LONG])}…", f"{visible(piece.after[:_LONG])}…", True)
    if piece.kind == CHANGED:
        return _Part(visible(piece.before, spaces=True), visible(piece.after), True)
    if piece.offers:
        after = " or ".join(visible(offer.after) or "nothing" for offer in piece.offers)
        return _Part(visible(piece.before), f"{visible(piece.after)} (perhaps: {after})", True)
    return _Part(visible(piece.before), visible(piece.after), False)


def _beginning_of(part: _Part, more: bool = True) -> _Part:
    text = part.before
    text = f"{text[:_AROUND]}…" if more or len(text) > _AROUND else text
    return _Part(text, text, False)


def _end_of(part: _Part, more: bool = True) -> _Part:
    text = part.before
    text = f"…{text[-_AROUND:]}" if more or len(text) > _AROUND else text
    return _Part(text, text, False)


def _size(parts: Sequence[_Part]) -> int:
    return max(sum(cells(part.before) for part in parts), sum(cells(part.after) for part in parts))


def _lines(parts: Sequence[_Part]) -> tuple[list[Run], list[Run]]:
    before = [Run(part.before, "gone" if part.differs else "minus") for part in parts]
    after = [Run(part.after, "come" if part.differs else "plus") for part in parts]
    return before, after
