"""Blocks of sentences that stand elsewhere in the other text: found and said, not forced into one order.

Where sentences find their best counterparts off the path, the texts are covered once more without that block, and the
block by itself. It is a moved one when both together are worth enough more than the covering in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Protocol

import numpy as np

from kb.align.text import Side
from kb.align.translations import mutual
from kb.beads import listed
from kb.model import Bead

# A sentence's best counterpart counts when it has so much beyond the usual of both (CSLS), and stands so many sentences
# off the path.
LIKE, OFF = 0.1, 2
LIKELY = 0.25  # of the pairs of a block together
TRIES = 4  # blocks in a row that were none, the likeliest first, before the rest is taken for none
NEAR = 2  # sentences between two such pairs of one block
LEAST, LARGEST = 2, 40  # sentences of a block on either side
ROUND = 8  # sentences around a block's places that are covered again
# Nats. In 48 made cases the lowest gains of right blocks were 5.0 and 10.7; the four false ones had .7, 3.6, 5.2, 11.5.
ENOUGH = 7.0
# How a block grows: at one of its edges, or at one of a and one of b.
EDGES = [by for by in product((0, 1), repeat=4) if by[0] + by[1] < 2 and by[2] + by[3] < 2 and any(by)]


@dataclass(frozen=True)
class Covering:
    """The beads of two texts in order, what they are worth together, and the log ratio of the lengths."""

    beads: list[Bead]
    worth: float
    scale: float = 0.0


@dataclass(frozen=True, order=True)
class _Box:
    """Sentences i0 to i1 of a and j0 to j1 of b (half-open)."""

    i0: int
    i1: int
    j0: int
    j1: int

    def grown(self, by: Sequence[int]) -> _Box:
        return _Box(self.i0 - by[0], self.i1 + by[1], self.j0 - by[2], self.j1 + by[3])

    def rows(self) -> range:
        return range(self.i0, self.i1)

    def columns(self) -> range:
        return range(self.j0, self.j1)

    def sizes(self) -> tuple[int, int]:
        return self.i1 - self.i0, self.j1 - self.j0


class Cover(Protocol):
    """Covers these sentences of a and those of b; beads with positions among them. `rough`: without words, and fast."""

    def __call__(self, own: Sequence[int], other: Sequence[int], *, rough: bool) -> Covering: ...


_Pairs = list[tuple[int, int]]
_Places = tuple[dict[int, int], dict[int, int]]


def part_moved(beads: Sequence[Bead], a: Side, b: Side, cover: Cover) -> tuple[list[Bead], list[Bead]]:
    """Of `beads`, which are in order and cover both texts: those that stay in order, and those of moved blocks.

    The rough covering chooses where a block begins and ends, the fine one whether it is one.
    """

    # A block that grows leaves most of what is around it as it was.
    @cache
    def known(own: tuple[int, ...], other: tuple[int, ...], *, rough: bool) -> Covering:
        return cover(own, other, rough=rough)

    in_order, moved, failures = list(beads), list[Bead](), 0
    for pairs in _off_path(in_order, a, b):
        box = _box(pairs, in_order, known)
        gain, block, rest = _gain(box, in_order, _places(in_order), known, rough=False) if box else (0.0, [], [])
        if gain >= ENOUGH:
            moved += [bead for bead in block if bead.a and bead.b]
            # What the block left out is free for others.
            in_order = [bead for bead in listed(rest, moved, len(a), len(b)) if bead not in moved]
            failures = 0
            continue
        failures += 1
        if failures == TRIES:
            break
    return in_order, moved


def _off_path(beads: Sequence[Bead], a: Side, b: Side) -> list[_Pairs]:
    """Sentences that are each other's best and stand off the path, those near each other together; likeliest first."""
    places = np.full((len(a), 2), -1)
    last = 0
    for bead in beads:
        last = bead.b[-1] + 1 if bead.b else last
        for i in bead.a:
            places[i] = (bead.b[0], bead.b[-1]) if bead.b else (last, last - 1)
    groups: list[tuple[float, _Pairs]] = []
    for i, (value, j) in mutual(a.vectors, b.vectors).items():
        if value < LIKE or places[i, 0] - OFF <= j <= places[i, 1] + OFF:
            continue
        for nth, (total, group) in enumerate(groups):
            if i - group[-1][0] <= NEAR and abs(j - group[-1][1]) <= NEAR:
                groups[nth] = (total + value, [*group, (i, j)])
                break
        else:
            groups.append((value, [(i, j)]))
    return [group for total, group in sorted(groups, key=lambda x: -x[0]) if total >= LIKELY]


def _places(beads: Sequence[Bead]) -> _Places:
    """Sentence of a, and of b -> position of its bead; those of blocks that were moved before have none."""
    return (
        {i: n for n, bead in enumerate(beads) for i in bead.a},
        {j: n for n, bead in enumerate(beads) for j in bead.b},
    )


def _box(pairs: _Pairs, beads: Sequence[Bead], cover: Cover) -> _Box | None:
    """The pairs' sentences, and those before or behind on either side with which that is worth more."""
    places = _places(beads)

    def worth(box: _Box) -> float:
        free = all(i in places[0] for i in box.rows()) and all(j in places[1] for j in box.columns())
        return _gain(box, beads, places, cover, rough=True)[0] if free else -np.inf

    rows, columns = [i for i, _ in pairs], [j for _, j in pairs]
    box = _Box(min(rows), max(rows) + 1, min(columns), max(columns) + 1)
    gain = worth(box)
    while gain > -np.inf and max(box.sizes()) < LARGEST:
        better, wider = max((worth(x), x) for x in (box.grown(by) for by in EDGES))
        if better <= gain:
            break
        gain, box = better, wider
    return box if gain > 0 and min(box.sizes()) >= LEAST else None


def _gain(
    box: _Box, beads: Sequence[Bead], places: _Places, cover: Cover, *, rough: bool
) -> tuple[float, list[Bead], list[Bead]]:
    """Nats that the box by itself and the texts without it are worth more than the texts in order; beads of both."""
    rows, columns = tuple(box.rows()), tuple(box.columns())
    regions = sorted(
        (max(min(hit) - ROUND, 0), min(max(hit) + ROUND + 1, len(beads)))
        for hit in ([places[0][i] for i in rows], [places[1][j] for j in columns])
    )
    if regions[1][0] <= regions[0][1]:
        regions = [(regions[0][0], max(regions[0][1], regions[1][1]))]
    block = cover(rows, columns, rough=rough)
    gain, rest, at = block.worth, list[Bead](), 0
    for begin, end in regions:
        own = tuple(i for bead in beads[begin:end] for i in bead.a)
        other = tuple(j for bead in beads[begin:end] for j in bead.b)
        gain -= cover(own, other, rough=rough).worth
        own, other = tuple(i for i in own if i not in rows), tuple(j for j in other if j not in columns)
        without = cover(own, other, rough=rough)
        gain += without.worth
        rest += [*beads[at:begin], *_placed(without.beads, own, other)]
        at = end
    return gain, _placed(block.beads, rows, columns), [*rest, *beads[at:]]


def _placed(beads: Sequence[Bead], rows: Sequence[int], columns: Sequence[int]) -> list[Bead]:
    return [Bead(tuple(rows[i] for i in x.a), tuple(columns[j] for j in x.b), x.score) for x in beads]
