"""Blocks of sentences that stand elsewhere in the other text: found and said, not forced into one order.

Where sentences find their best counterparts off the path, the run of beads around them is looked for that is worth more
than what its sentences are worth where they stand (a local alignment: Smith & Waterman 1981, Journal of Molecular
Biology 147), at the first look. It is a moved block when, at the second, the run by itself and the texts without it are
worth enough more together than the texts in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.align.band import Doubles, Shape
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
AROUND = 16  # sentences beside such pairs that may belong to the block
LEAST = 2  # sentences of a block on either side
ROUND = 8  # beads around a block's places that are covered again
# Nats. In 48 made cases the lowest gains of right blocks were 5.0 and 10.7; the four false ones had .7, 3.6, 5.2, 11.5.
ENOUGH = 7.0
SKIPPED = 0.01  # nats that a sentence left out within a block costs, so that blocks end where their beads do


@dataclass(frozen=True)
class Covering:
    """The beads of two texts in order, the nats of each, and the log ratio of the lengths."""

    beads: list[Bead]
    worths: list[float]
    scale: float = 0.0

    @property
    def worth(self) -> float:
        return sum(self.worths)


# Covers these sentences of a and those of b by the second look; beads with positions among them.
Cover = Callable[[Sequence[int], Sequence[int]], Covering]
# Nats by the first look of the beads of every shape between two runs of sentences: float64 [own, other] by where a bead
# starts, -inf where there is none.
Worths = Callable[[range, range], dict[Shape, Doubles]]
_Pairs = list[tuple[int, int]]
_Block = tuple[range, range]


def part_moved(whole: Covering, a: Side, b: Side, cover: Cover, worths: Worths) -> tuple[list[Bead], list[Bead]]:
    """Of the beads of `whole`, the covering in order: those that stay in order, and those of moved blocks."""
    state, failures = _InOrder.of(whole, len(a), len(b)), 0
    for pairs in _off_path(whole.beads, a, b):
        block = _block(pairs, state, worths)
        if block and state.moved(block, cover):
            failures = 0
            continue
        failures += 1
        if failures == TRIES:
            break
    return state.beads, state.away


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


class _InOrder:
    """What is left in order, and what every sentence is worth there; `away`: the beads of blocks that were moved, whose
    sentences nothing else may have."""

    def __init__(self, beads: list[Bead], worths: dict[Bead, float], n: int, m: int) -> None:
        self.beads, self.away = beads, list[Bead]()
        self._worths, self._sizes = worths, (n, m)

    @classmethod
    def of(cls, whole: Covering, n: int, m: int) -> _InOrder:
        return cls(list(whole.beads), dict(zip(whole.beads, whole.worths, strict=True)), n, m)

    def prices(self) -> tuple[Doubles, Doubles]:
        """Nats of every sentence of a, and of b: its share of its bead's."""
        out = np.full(self._sizes[0], np.inf), np.full(self._sizes[1], np.inf)
        for bead in self.beads:
            share = max(self._worths.get(bead, 0.0), 0.0) / (len(bead.a) + len(bead.b))
            out[0][list(bead.a)], out[1][list(bead.b)] = share, share
        return out

    def joined(self, rows: range, columns: range) -> Doubles:
        """[rows, columns]: 1 where a bead has both sentences."""
        out = np.zeros((len(rows), len(columns)))
        for bead in self.beads:
            own = [i - rows.start for i in bead.a if i in rows]
            other = [j - columns.start for j in bead.b if j in columns]
            out[np.ix_(own, other)] = 1.0
        return out

    def moved(self, block: _Block, cover: Cover) -> bool:
        """Take the block out of the order, if that is worth enough."""
        own = cover(*block)
        gain = own.worth
        if gain < ENOUGH:  # the rest is worth no more without it
            return False
        rest, at = list[Bead](), 0
        found: dict[Bead, float] = {}
        for begin, end in self._regions(block) if self._joins(block) else ():
            before = self.beads[begin:end]
            left = (
                [i for bead in before for i in bead.a if i not in block[0]],
                [j for bead in before for j in bead.b if j not in block[1]],
            )
            without = cover(*left)
            gain += without.worth - sum(self._worths.get(bead, 0.0) for bead in before)
            placed = _placed(without.beads, *left)
            found |= dict(zip(placed, without.worths, strict=True))
            rest += [*self.beads[at:begin], *placed]
            at = end
        if gain < ENOUGH:
            return False
        rows, columns = map(set, block)
        rest += [x for x in self.beads[at:] if rows.isdisjoint(x.a) and columns.isdisjoint(x.b)]
        self.away += [bead for bead in _placed(own.beads, *block) if bead.a and bead.b]
        # What the block left out is free for others.
        every = listed(rest, self.away, *self._sizes)
        self.beads = [bead for bead in every if bead not in self.away]
        self._worths |= found
        return True

    def _joins(self, block: _Block) -> bool:
        """Whether a sentence of the block stands in a bead with both sides; else the rest is as it was without it."""
        rows, columns = map(set, block)
        return any(x.a and x.b and not (rows.isdisjoint(x.a) and columns.isdisjoint(x.b)) for x in self.beads)

    def _regions(self, block: _Block) -> list[tuple[int, int]]:
        """The beads around the block's sentences of a, and around those of b, by their positions; one if they touch."""
        rows, columns = map(set, block)
        hits = (
            [n for n, bead in enumerate(self.beads) if not rows.isdisjoint(bead.a)],
            [n for n, bead in enumerate(self.beads) if not columns.isdisjoint(bead.b)],
        )
        first, last = sorted((max(min(hit) - ROUND, 0), min(max(hit) + ROUND + 1, len(self.beads))) for hit in hits)
        return [first, last] if last[0] > first[1] else [(first[0], max(first[1], last[1]))]


def _placed(beads: Sequence[Bead], rows: Sequence[int], columns: Sequence[int]) -> list[Bead]:
    return [Bead(tuple(rows[i] for i in x.a), tuple(columns[j] for j in x.b), x.score) for x in beads]


def _block(pairs: _Pairs, state: _InOrder, worths: Worths) -> _Block | None:
    """Sentences of a and of b: the run of beads around the pairs that is worth most beyond what its sentences are
    worth where they stand."""
    prices = state.prices()
    rows, columns = (
        _free(min(side) - AROUND, max(side) + AROUND, side, own)
        for side, own in zip(zip(*pairs, strict=True), prices, strict=True)
    )
    if not rows or not columns:
        return None
    own, other = prices[0][rows.start : rows.stop], prices[1][columns.start : columns.stop]
    beads = _local(_elsewhere(worths(rows, columns), state.joined(rows, columns)), own, other)
    if not beads:
        return None
    (i0, j0, _), (i1, j1, (p, q)) = beads[0], beads[-1]
    block = range(rows.start + i0, rows.start + i1 + p), range(columns.start + j0, columns.start + j1 + q)
    return block if min(map(len, block)) >= LEAST else None


def _free(low: int, high: int, middle: Sequence[int], prices: Doubles) -> range:
    """The run from `low` to `high` (inclusive) around `middle`, as far as its sentences are in no moved block."""
    taken = np.flatnonzero(np.isinf(prices))
    if any(np.isinf(prices[n]) for n in range(min(middle), max(middle) + 1)):
        return range(0)
    begin = max([low, 0, *(taken[taken < min(middle)] + 1).tolist()])
    return range(begin, min([high + 1, len(prices), *taken[taken > max(middle)].tolist()]))


def _elsewhere(worths: dict[Shape, Doubles], joined: Doubles) -> dict[Shape, Doubles]:
    """The worths but those of beads with two sentences that stand together in order."""
    total = np.zeros((joined.shape[0] + 1, joined.shape[1] + 1))
    total[1:, 1:] = joined.cumsum(axis=0).cumsum(axis=1)
    out = {}
    for (p, q), table in worths.items():
        held = total[p:, q:] - total[:-p, q:] - total[p:, :-q] + total[:-p, :-q]
        out[p, q] = np.where(held > 0, -np.inf, table[: held.shape[0], : held.shape[1]])
    return out


def _local(worths: dict[Shape, Doubles], own: Doubles, other: Doubles) -> list[tuple[int, int, Shape]]:
    """(i, j, shape) of the beads of the best local alignment, in order; `own`, `other`: prices of the sentences."""
    n, m = len(own), len(other)
    spent_a, spent_b = np.append(0.0, np.cumsum(own + SKIPPED)), np.append(0.0, np.cumsum(other + SKIPPED))
    net = {}
    for (p, q), table in worths.items():
        cost_a, cost_b = spent_a[p:] - spent_a[:-p] - p * SKIPPED, spent_b[q:] - spent_b[:-q] - q * SKIPPED
        net[p, q] = table - cost_a[:, None] - cost_b
    best = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        row = np.maximum(best[i - 1] - own[i - 1] - SKIPPED, 0.0)
        for (p, q), table in net.items():
            if p <= i:
                np.maximum(row[q:], best[i - p, : m - q + 1] + table[i - p], out=row[q:])
        best[i] = np.maximum.accumulate(row + spent_b) - spent_b
    i, j = (int(x) for x in np.unravel_index(int(best.argmax()), best.shape))
    found = []
    while best[i, j] > 1e-9:
        for (p, q), table in net.items():
            if p <= i and q <= j and np.isclose(best[i, j], best[i - p, j - q] + table[i - p, j - q], atol=1e-9):
                found.append((i - p, j - q, (p, q)))
                i, j = i - p, j - q
                break
        else:
            i, j = (i - 1, j) if i and np.isclose(best[i, j], best[i - 1, j] - own[i - 1] - SKIPPED) else (i, j - 1)
    return found[::-1]
