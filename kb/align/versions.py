"""Three and more versions of one text: a third one has a say in the beads of two, so that all of them agree.

If a sentence of a has its counterpart in c, and that one has its own in b, then all three go together; if it has none
in b, then neither has the sentence of a. This is the consistency of multiple alignment (Do et al. 2005, "ProbCons",
Genome Research 15), with beads in the place of residues: every pair is looked at by itself first, then what leads over
the others is laid upon its beads, once (a second time changed nothing for the better).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np
from scipy.sparse import csr_array

from kb.align.band import Doubles
from kb.align.fine import Candidate
from kb.align.search import AlignOptions, FirstLook, SecondLook, Two
from kb.align.text import Side
from kb.model import Bead

Pair = tuple[str, str]

# Nats for every sentence of a bead that the third version leads to the other side of the bead; to sentences outside of
# it; to none. Chosen on bench/parallel in four languages, joined and dropped with two seeds.
INSIDE, OUTSIDE, NOWHERE = 0.5, 1.5, 1.5
LEAST = 0.001  # share of all coverings below which a bead leads nowhere


def align_versions(
    sides: Mapping[str, Side],
    parallel: Collection[Pair],
    wanted: Collection[Pair],
    *,
    options: AlignOptions | None = None,
) -> Iterator[tuple[Pair, list[Bead]]]:
    """The beads of every pair in `wanted`, as `align` finds them, but for what the other versions say.

    `parallel`: pairs of keys of `sides` that are translations of each other, `wanted` among them. A version has a say
    in the beads of two when it is parallel to both; the order of names, of pairs and in pairs changes nothing.
    Texts whose words are not shown are aligned by themselves. A look is forgotten after the last pair that needs it;
    `sides` is asked for a text whenever it comes again.
    """
    others: defaultdict[str, set[str]] = defaultdict(set)
    for a, b in parallel:
        others[a].add(b)
        others[b].add(a)
    thirds = {(a, b): sorted(others[a] & others[b]) for a, b in wanted}
    needed = {(a, b): [(a, b), *((x, c) for c in found for x in (a, b))] for (a, b), found in thirds.items()}
    uses = Counter(frozenset(pair) for pairs in needed.values() for pair in pairs)
    looks: dict[Pair, _Look] = {}

    def look(a: str, b: str) -> _Look:
        if (a, b) not in looks:
            looks[a, b] = _Look.at(Two.of(sides[a], sides[b], options))
            looks[b, a] = looks[a, b].mirrored()
        return looks[a, b]

    for (a, b), own in thirds.items():
        told = look(a, b).told([(look(a, c), look(c, b)) for c in own])
        first, second = (b, a) if told.swapped else (a, b)
        yield (a, b), Two(sides[first], sides[second], told.swapped, told.look, options or AlignOptions()).beads()
        for x, y in needed[a, b]:
            uses[frozenset((x, y))] -= 1
            if not uses[frozenset((x, y))]:
                del looks[x, y], looks[y, x]


@dataclass(frozen=True)
class _Look:
    """What was seen of two versions, without the texts, and how likely every sentence of the one is in a bead with
    every one of the other, [n, m]; None where their words are not shown."""

    look: FirstLook | SecondLook | None
    swapped: bool
    links: csr_array | None

    @classmethod
    def at(cls, two: Two) -> _Look:
        if not isinstance(two.look, SecondLook):
            return cls(two.look, two.swapped, None)
        links = _links(two.look, len(two.a), len(two.b))
        return cls(two.look, two.swapped, csr_array(links.T) if two.swapped else links)

    def mirrored(self) -> _Look:
        return _Look(self.look, not self.swapped, None if self.links is None else csr_array(self.links.T))

    def told(self, thirds: Sequence[tuple[_Look, _Look]]) -> _Look:
        """After `thirds`, looks at a and c and at c and b, had their say."""
        if not isinstance(self.look, SecondLook):
            return self
        worths = self.look.worths.copy()
        for own, other in thirds:
            if own.links is not None and other.links is not None:
                via = _Via.over(own.links, other.links)
                worths += (via.mirrored() if self.swapped else via).worths(self.look.found)
        return replace(self, look=replace(self.look, worths=worths))


def _links(look: SecondLook, n: int, m: int) -> csr_array:
    held: dict[tuple[int, int], float] = {}
    for (i, j, p, q), share in zip(look.found, look.shares(), strict=True):
        if share > LEAST:
            for cell in product(range(i, i + p), range(j, j + q)):
                held[cell] = held.get(cell, 0.0) + share
    rows, columns = np.array(sorted(held), np.int64).reshape(-1, 2).T
    values = np.minimum([held[cell] for cell in sorted(held)], 1.0)
    return csr_array((values, (rows, columns)), shape=(n, m))


@dataclass(frozen=True)
class _Via:
    """What a third version says of two: how likely it leads from a sentence of either to one of the other, and how
    likely to none though it has the sentence itself."""

    from_a: list[dict[int, float]]
    from_b: list[dict[int, float]]
    lost_a: Doubles
    lost_b: Doubles

    @classmethod
    def over(cls, a_c: csr_array, c_b: csr_array) -> _Via:
        via = csr_array(a_c @ c_b)
        via.data = np.minimum(via.data, 1.0)
        there = np.minimum(c_b.sum(axis=1), 1.0), np.minimum(a_c.sum(axis=0), 1.0)
        lost = [np.minimum(x @ (1.0 - held), 1.0) for x, held in zip((a_c, c_b.T), there, strict=True)]
        return cls(_rows(via), _rows(csr_array(via.T)), *lost)

    def mirrored(self) -> _Via:
        return _Via(self.from_b, self.from_a, self.lost_b, self.lost_a)

    def worths(self, found: Sequence[Candidate]) -> Doubles:
        return np.array([
            sum(_worth(self.from_a[k], self.lost_a[k], range(j, j + q)) for k in range(i, i + p))
            + sum(_worth(self.from_b[k], self.lost_b[k], range(i, i + p)) for k in range(j, j + q))
            for i, j, p, q in found
        ])  # fmt: skip


def _worth(leads: Mapping[int, float], lost: float, bead: range) -> float:
    """Of a sentence in a bead whose other side is `bead`."""
    inside = max((share for k, share in leads.items() if k in bead), default=0.0)
    outside = max((share for k, share in leads.items() if k not in bead), default=0.0)
    return INSIDE * inside - OUTSIDE * max(outside - inside, 0.0) - NOWHERE * max(lost - inside, 0.0)


def _rows(table: csr_array) -> list[dict[int, float]]:
    ends = table.indptr
    return [dict(zip(table.indices[a:b].tolist(), table.data[a:b].tolist(), strict=True)) for a, b in pairwise(ends)]
