"""What cleaning did to an article, for people to see: pieces in raw order that cover the raw text without a gap.

Every character of the raw text is in exactly one piece: kept as it is, in a repair or in a line that was left out,
with the reasons, or white space between lines. What the pieces have instead of it makes the body again.

    raw      <p>On revient..</p>  (line end)  Partager
    pieces   changed <p> | kept On revient | changed .. -> . | changed </p> | space | left out Partager (navigation)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from kb.clean.stretches import alike, atoms_of, closest_first, stretches
from kb.model import Block, Change, CleanedArticle

KEPT, CHANGED, OFFERED, LEFT_OUT, SPACE = "kept", "changed", "offered", "left-out", "space"

_LINE_END = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """`before` is `raw[start:end]`, `after` is `body.text[at:to]`. `block` is a position in the article's blocks, -1
    between them.

    `changes` of a repair are those that had a part in it, the closest first; of a line that was left out, first why it
    was, then the repairs within it. A kept piece with `offers` is OFFERED: repairs that were not made.
    """

    kind: str
    start: int
    end: int
    at: int
    to: int
    before: str
    after: str
    block: int = -1
    changes: tuple[Change, ...] = ()
    offers: tuple[Change, ...] = ()

    @property
    def reason(self) -> str:
        own = self.changes[:1] if self.kind == LEFT_OUT else self.changes
        return "; ".join(dict.fromkeys(change.reason for change in own))

    @property
    def looks_alike(self) -> bool:
        """A repair that no eye sees: letters composed, another kind of space."""
        if self.kind != CHANGED or not self.before or not self.after:
            return False
        if self.before.isspace() and self.after.isspace():
            return True
        return alike(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the article with the pieces beside it; `kind` is its block's, or that of a repair without a block."""

    kind: str
    pieces: tuple[Piece, ...]
    block: Block | None = None

    @property
    def is_body(self) -> bool:
        return self.block is not None and self.block.is_body

    @property
    def changes(self) -> list[Change]:
        """Each once, in raw order."""
        return sorted(dict.fromkeys(c for piece in self.pieces for c in piece.changes), key=lambda c: (c.start, c.end))

    @property
    def offers(self) -> list[Change]:
        return sorted(dict.fromkeys(c for piece in self.pieces for c in piece.offers), key=lambda c: (c.start, c.end))


# --- pieces -----------------------------------------------------------------------------------------------------------


def pieces(article: CleanedArticle) -> list[Piece]:
    """All pieces, in raw order. An insertion has an empty span, as has a line end that stands for none in the raw."""
    raw = article.raw.raw
    found: list[Piece] = []
    why = _reasons_of_blocks(article)
    left_out = {id(change) for change in why.values()}
    repairs = _Sweep(c for c in article.changes if id(c) not in left_out)
    offers = _Sweep(article.offers)
    cursor = body_at = 0
    gap: list[Piece] = []  # what lies between two blocks of the body
    for position, block in enumerate(article.blocks):
        start, end = max(block.start, cursor), max(block.end, cursor)
        gap += _between(raw, cursor, start, body_at, repairs, offers)
        if not block.is_body:
            inner = [c for c in repairs.over(start, end, edges=True) if _overlap(c, start, end) or c.start == c.end]
            reasons = (why[position], *inner) if position in why else tuple(inner)
            proposed = tuple(offers.over(start, end, edges=True))
            left = Piece(LEFT_OUT, start, end, body_at, body_at, raw[start:end], "", position, reasons, proposed)
            gap.append(left)
        else:
            found += _with_line_end(gap, start, body_at) if block.at > body_at else gap
            gap = []
            made, offered = repairs.over(start, end, edges=True), offers.over(start, end, edges=True)
            found += _in_block(article, position, start, end, made, offered)
            body_at = block.to
        cursor = end
    return [*found, *gap, *_between(raw, cursor, len(raw), body_at, repairs, offers)]


def _reasons_of_blocks(article: CleanedArticle) -> dict[int, Change]:
    """Position of a block that was left out -> the change that tells why."""
    told = {(c.kind, c.start, c.end): c for c in article.changes}
    keys = {i: (b.kind, b.start, b.end) for i, b in enumerate(article.blocks) if not b.is_body}
    return {i: told[key] for i, key in keys.items() if key in told}


class _Sweep:
    """The changes that overlap a span, for spans in rising order."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._coming = sorted(changes, key=lambda c: (c.start, c.end), reverse=True)
        self._open: list[Change] = []

    def over(self, start: int, end: int, *, edges: bool = False) -> list[Change]:
        """Those that share a character with the span; with `edges` also insertions and what touches it."""
        while self._coming and self._coming[-1].start <= end:
            self._open.append(self._coming.pop())
        self._open = [c for c in self._open if c.end >= start]
        return [c for c in self._open if edges or _overlap(c, start, end)]


def _overlap(change: Change, start: int, end: int) -> bool:
    return change.start < end and start < change.end


def _between(raw: str, start: int, end: int, body_at: int, repairs: _Sweep, offers: _Sweep) -> list[Piece]:
    """Pieces of a stretch that has no block: what repairs took away, and white space."""
    if start == end:
        return []
    proposed = offers.over(start, end)
    spans = []
    for change in repairs.over(start, end):
        at, to = max(change.start, start), min(change.end, end)
        goes_on = (at, to) != (change.start, change.end)
        if not (goes_on and raw[at:to].isspace()):  # the line end that a repair of two lines left alone
            spans.append((at, to, change))
    found: list[Piece] = []
    cursor = start
    for at, to, changes in _joined(spans):
        if at > cursor:
            found.append(_bare(raw, cursor, at, body_at))
        own = tuple(c for c in proposed if _overlap(c, at, to))
        found.append(Piece(CHANGED, at, to, body_at, body_at, raw[at:to], "", -1, changes, own))
        cursor = to
    if end > cursor:
        found.append(_bare(raw, cursor, end, body_at))
    return found


def _bare(raw: str, start: int, end: int, body_at: int) -> Piece:
    """White space; anything else would be a fault of cleaning, which is shown as a repair without a reason."""
    text = raw[start:end]
    return Piece(SPACE if text.isspace() else CHANGED, start, end, body_at, body_at, text, "")


def _joined(spans: Iterable[tuple[int, int, Change]]) -> Iterator[tuple[int, int, tuple[Change, ...]]]:
    """Spans that overlap as one, with their changes, the shortest first."""
    start = end = -1
    inside: list[Change] = []
    for at, to, change in sorted(spans, key=lambda s: (s[0], s[1])):
        if inside and at >= end:
            yield start, end, closest_first(inside)
            inside = []
        if not inside:
            start = at
            end = to
        end = max(end, to)
        inside.append(change)
    if inside:
        yield start, end, closest_first(inside)


def _with_line_end(gap: list[Piece], start: int, body_at: int) -> list[Piece]:
    """The gap before a block that is not the first: one of its pieces stands for the body's line end."""
    spaces = [i for i, piece in enumerate(gap) if piece.kind == SPACE]
    there = next((i for i in spaces if _LINE_END.search(gap[i].before)), None)
    if there is None:  # a tag was the line's end
        tag = next((i for i, p in enumerate(gap) if any("\n" in c.after for c in p.changes)), len(gap) - 1)
        there = tag + 1
        here = gap[tag].end if gap else start
        gap = [*gap[:there], Piece(SPACE, here, here, body_at, body_at, "", ""), *gap[there:]]
    after = body_at + 1
    return [
        *gap[:there],
        replace(gap[there], to=after, after="\n"),
        *(replace(piece, at=after, to=after) for piece in gap[there + 1 :]),
    ]


# --- pieces of one line of the body -----------------------------------------------------------------------------------


def _in_block(
    article: CleanedArticle, position: int, start: int, end: int, changes: list[Change], offers: list[Change]
) -> list[Piece]:
    raw, body, block = article.raw.raw, article.body, article.blocks[position]
    if not changes and not offers and raw[start:end] == body.text[block.at : block.to]:
        return [Piece(KEPT, start, end, block.at, block.to, raw[start:end], raw[start:end], position)]
    atoms = atoms_of(raw, body, block, start, end, changes)
    made: list[Piece] = []

    def add(kind: str, first: int, last: int, why: tuple[Change, ...] = ()) -> None:
        s, e, at, to = atoms[first].start, atoms[last - 1].end, atoms[first].at, atoms[last - 1].to
        proposed = tuple(c for c in offers if _overlap(c, s, e) or (kind == CHANGED and s < c.start == c.end < e))
        kind = OFFERED if kind == KEPT and proposed else kind
        made.append(Piece(kind, s, e, at, to, raw[s:e], body.text[at:to], position, why, proposed))

    def add_insertions(to: int, body_at: int) -> None:
        while waiting and waiting[0].start <= to:
            offer = waiting.pop(0)
            made.append(Piece(OFFERED, to, to, body_at, body_at, "", "", position, (), (offer,)))

    changed = {stretch.first: stretch for stretch in stretches(raw, body.text, atoms, changes)}
    inside = {i for stretch in changed.values() for i in range(stretch.first + 1, stretch.last)}
    edges = {edge for offer in offers for edge in (offer.start, offer.end)}
    cuts = {0, *changed, *(stretch.last for stretch in changed.values()), len(atoms)}
    cuts |= {i for i, atom in enumerate(atoms) if atom.start in edges and i not in inside}
    within = [(atoms[stretch.first].start, atoms[stretch.last - 1].end) for stretch in changed.values()]
    waiting = [c for c in offers if c.start == c.end and not any(s < c.start < e for s, e in within)]
    for first, last in pairwise(sorted(cuts)):
        add_insertions(atoms[first].start, atoms[first].at)
        if stretch := changed.get(first):
            add(CHANGED, first, last, stretch.changes)
        else:
            add(KEPT, first, last)
    add_insertions(end, block.to)
    return made


# --- rows -------------------------------------------------------------------------------------------------------------


def rows(article: CleanedArticle) -> list[Row]:
    """The article line by line: a row a block, with the repairs beside it on its line; others have a row of their own.

    White space at the edges of a line is in no row.
    """
    made: list[Row] = []
    loose: list[Piece] = []  # repairs since the last line end
    same_line = False  # as the last row

    def let_go() -> None:
        nonlocal loose
        if loose and same_line and made:
            made[-1] = replace(made[-1], pieces=(*made[-1].pieces, *_trimmed(loose)))
        elif found := _trimmed(loose):
            kind = next((c.kind for p in found for c in p.changes), "unexplained")
            made.append(Row(kind, tuple(found)))
        loose = []

    block = -1
    for piece in pieces(article):
        if piece.block < 0:
            loose.append(piece)
            if piece.kind == SPACE and (piece.after == "\n" or _LINE_END.search(piece.before)):
                loose.pop()
                let_go()
                same_line = False
            continue
        if piece.block == block:
            made[-1] = replace(made[-1], pieces=(*made[-1].pieces, piece))
            continue
        block = piece.block
        own = article.blocks[block]
        made.append(Row(own.kind, (*_trimmed(loose), piece), own))
        loose, same_line = [], True
    let_go()
    return made


def _trimmed(found: list[Piece]) -> list[Piece]:
    return [piece for piece in found if piece.kind != SPACE]
