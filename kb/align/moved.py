"""Blocks of sentences that stand elsewhere in the other text: found and said, not forced into one order.

Where sentences find their best counterparts off the path, the texts are covered once more without that block, and the
block by itself. It is a moved one when both together are worth enough more than the covering in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from kb.align.text import Side
from kb.align.translations import mutual
from kb.model import Bead

# A sentence's best counterpart counts when it has so much beyond the usual of both (CSLS), and stands so many sentences
# off the path.
LIKE, OFF = 0.1, 2
LIKELY = 0.25  # of the pairs of a block together
TRIES = 4  # blocks in a row that were none, the likeliest first, before the rest is taken for none
NEAR = 2  # sentences between two such pairs of one block
LEAST, LARGEST = 2, 40  # sentences of a block on either side
ROUND = 8  # sentences around a block's places that are covered again
ENOUGH = 7.0  # nats
# How a block grows: at one of its edges, or at one of a and one of b.
EDGES = [by for by in product((0, 1), repeat=4) if 0 < by[0] + by[1] < 2 or 0 < by[2] + by[3] < 2]


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

    def grown(self, by: Sequence[int], n: int, m: int) -> _Box:
        return _Box(max(self.i0 - by[0], 0), min(self.i1 + by[1], n), max(self.j0 - by[2], 0), min(self.j1 + by[3], m))

    def sizes(self) -> tuple[int, int]:
        return self.i1 - self.i0, self.j1 - self.j0


_Places = tuple[dict[int, int], dict[int, int]]
Cover = Callable[[Side, Side], Covering]


def part_moved(beads: Sequence[Bead], a: Side, b: Side, rough: Cover, fine: Cover) -> tuple[list[Bead], list[Bead]]:
    """Of `beads`, which are in order and cover both texts: those that stay in order, and those of moved blocks.

    `rough` and `fine` cover two texts; the first chooses where a block begins and ends, the second whether it is one.
    """
    in_order, moved, failures = list(beads), list[Bead](), 0
    for pairs in _off_path(in_order, a, b):
        places = _places(in_order)
        box = _box(pairs, in_order, places, a, b, rough)
        gain, block, rest = _gain(box, in_order, places, a, b, fine) if box else (0.0, [], [])
        if gain >= ENOUGH:
            in_order, moved, failures = rest, [*moved, *block], 0
            continue
        failures += 1
        if failures == TRIES:
            break
    return in_order, moved


def _off_path(beads: Sequence[Bead], a: Side, b: Side) -> list[list[tuple[int, int]]]:
    """Sentences that are each other's best and stand off the path, those near each other together."""
    places = np.full((len(a), 2), -1)
    last = 0
    for bead in beads:
        last = bead.b[-1] + 1 if bead.b else last
        for i in bead.a:
            places[i] = (bead.b[0], bead.b[-1]) if bead.b else (last, last - 1)
    groups: list[list[tuple[int, int]]] = []
    found = mutual(a.vectors, b.vectors)
    for i, (value, j) in found.items():
        if value < LIKE or places[i, 0] - OFF <= j <= places[i, 1] + OFF:
            continue
        for group in groups:
            if i - group[-1][0] <= NEAR and abs(j - group[-1][1]) <= NEAR:
                group.append((i, j))
                break
        else:
            groups.append([(i, j)])
    worth = {tuple(group): sum(found[i][0] for i, _ in group) for group in groups}
    likely = [group for group in groups if worth[tuple(group)] >= LIKELY]
    return sorted(likely, key=lambda group: -worth[tuple(group)])


def _places(beads: Sequence[Bead]) -> _Places:
    """Sentence of a, and of b -> position of its bead."""
    return (
        {i: n for n, bead in enumerate(beads) for i in bead.a},
        {j: n for n, bead in enumerate(beads) for j in bead.b},
    )


def _box(
    pairs: Sequence[tuple[int, int]], beads: Sequence[Bead], places: _Places, a: Side, b: Side, rough: Cover
) -> _Box | None:
    """The pairs' sentences, and those before or behind on either side with which that is worth more."""
    rows, columns = [i for i, _ in pairs], [j for _, j in pairs]
    box = _Box(min(rows), max(rows) + 1, min(columns), max(columns) + 1)
    worth = _gain(box, beads, places, a, b, rough)[0]
    while max(box.sizes()) < LARGEST:
        wider = {box.grown(by, len(a), len(b)) for by in EDGES} - {box}
        gain, best = max((_gain(x, beads, places, a, b, rough)[0], x) for x in sorted(wider))
        if gain <= worth:
            break
        worth, box = gain, best
    return box if worth > 0 and min(box.sizes()) >= LEAST else None


def _gain(
    box: _Box, beads: Sequence[Bead], places: _Places, a: Side, b: Side, cover: Cover
) -> tuple[float, list[Bead], list[Bead]]:
    """Nats that the box by itself and the texts without it are worth more than the texts in order; beads of both."""
    rows, columns = set(range(box.i0, box.i1)), set(range(box.j0, box.j1))
    regions: list[tuple[int, int]] = []
    for hit in ([places[0][i] for i in rows if i in places[0]], [places[1][j] for j in columns if j in places[1]]):
        if hit:
            regions.append((max(min(hit) - ROUND, 0), min(max(hit) + ROUND + 1, len(beads))))
    regions.sort()
    if len(regions) == 2 and regions[1][0] <= regions[0][1]:
        regions = [(regions[0][0], max(regions[0][1], regions[1][1]))]
    block = cover(a.part(sorted(rows)), b.part(sorted(columns)))
    placed = [_placed(bead, sorted(rows), sorted(columns)) for bead in block.beads]
    gain, rest, at = block.worth, list[Bead](), 0
    for begin, end in regions:
        own = [i for bead in beads[begin:end] for i in bead.a]
        other = [j for bead in beads[begin:end] for j in bead.b]
        gain -= cover(a.part(own), b.part(other)).worth
        own, other = [i for i in own if i not in rows], [j for j in other if j not in columns]
        without = cover(a.part(own), b.part(other))
        gain += without.worth
        rest += [*beads[at:begin], *(_placed(bead, own, other) for bead in without.beads)]
        at = end
    return gain, placed, [*rest, *beads[at:]]


def _placed(bead: Bead, rows: Sequence[int], columns: Sequence[int]) -> Bead:
    return Bead(tuple(rows[i] for i in bead.a), tuple(columns[j] for j in bead.b), bead.score)
