"""The best beads of two texts, in two passes: a rough one over all of them, a second one over what it leaves possible.

The rough pass goes by vectors and lengths; its band lies around the path that the same pass found between the two
texts at half the resolution (Thompson & Koehn 2019, "Vecalign", EMNLP), so time and memory grow with the length, not
its square. The few beads that it leaves possible are looked at again, by their words and by vectors of whole blocks,
and the best covering by those is the result. The two sides are put into one canonical order first, so that swapping
them mirrors the result exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.align import fine, rough
from kb.align.band import Band, Doubles, Floats, Shape, at, best_path, chances
from kb.align.fine import Candidate, Evidence
from kb.align.moved import Covering, part_moved
from kb.align.text import Side, Text
from kb.align.words import links
from kb.beads import listed
from kb.model import Bead


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """`full_cells`: up to so many pairs of sentences the whole table is searched (200 x 200 takes 0.2 s).
    `reach`: sentences of a to either side of the coarse path that the band holds.
    """

    full_cells: int = 40_000
    reach: int = 40


def align(a: Side, b: Side, *, options: AlignOptions | None = None) -> list[Bead]:
    """The best beads of two texts: every sentence once, in order but for moved blocks, whose beads stand where their
    sentences of `a` do. `align(b, a)` finds the same beads, mirrored.

    A bead's score is its share of all coverings of the two texts, calibrated; 0 for a left-out sentence. It says
    nothing of texts that are not parallel: ask `relation` first.
    Raises ValueError when a side's arrays do not fit each other, or the two sides' vectors.
    """
    return Two.of(a, b, options).beads()


@dataclass(frozen=True)
class Two:
    """Two texts in their canonical order, `swapped` when that is not the order they were given in, and what was seen of
    their beads; None for a text without sentences."""

    a: Side
    b: Side
    swapped: bool
    look: FirstLook | SecondLook | None
    options: AlignOptions

    @classmethod
    def of(cls, a: Side, b: Side, options: AlignOptions | None = None) -> Two:
        """Raises ValueError as `align` does."""
        options = options or AlignOptions()
        left, right = Text.of(a, "a"), Text.of(b, "b")
        if len(left) and len(right) and left.vectors.shape[1] != right.vectors.shape[1]:
            raise ValueError(
                f"vectors of {left.vectors.shape[1]} and {right.vectors.shape[1]} dimensions cannot be compared"
            )
        swapped = left.key() > right.key()
        first, second = (_known(b), _known(a)) if swapped else (_known(a), _known(b))
        return cls(first, second, swapped, _look(first, second, options), options)

    def beads(self) -> list[Bead]:
        """The best ones, of the texts as they were given."""
        n, m = len(self.a), len(self.b)
        if self.look is None:
            in_order, moved = _left_out(n, m), list[Bead]()
        else:
            in_order, moved = _parted(self.look.covering(), self.a, self.b, self.options)
        if self.swapped:
            n, m = m, n
            in_order, moved = ([Bead(x.b, x.a, x.score) for x in beads] for beads in (in_order, moved))
        return listed(in_order, moved, n, m) if moved else in_order


def _known(side: Side) -> Side:
    """With its words asked for once."""
    words = side.words() if side.words else None
    return replace(side, words=(lambda: words) if words is not None else None)


def _parted(whole: Covering, a: Side, b: Side, options: AlignOptions) -> tuple[list[Bead], list[Bead]]:
    """In order, and moved. Without words a moved block cannot be told from sentences that are like others."""
    if a.words is None or b.words is None:
        return whole.beads, []

    def cover(own: Sequence[int], other: Sequence[int]) -> Covering:
        x, y = a.part(own), b.part(other)
        look = _look(x, y, options, whole.scale)
        if look:
            return look.covering()
        left_out = _left_out(len(x), len(y))
        return Covering(left_out, [0.0] * len(left_out))

    def worths(own: range, other: range) -> dict[Shape, Doubles]:
        left, right = Text.of(a.part(own), "a"), Text.of(b.part(other), "b")
        band = Band.full(len(left), len(right))
        return {shape: band.dense(x) for shape, x in rough.worth(band, left, right, whole.scale).items()}

    return part_moved(whole, a, b, cover, worths)


def _left_out(n: int, m: int) -> list[Bead]:
    return [Bead((i,), ()) for i in range(n)] + [Bead((), (j,)) for j in range(m)]


def _look(a: Side, b: Side, options: AlignOptions, scale: float | None = None) -> FirstLook | SecondLook | None:
    """As far as can be seen: not at all of a text without sentences, once where a side shows no words."""
    if not len(a) or not len(b):
        return None
    left, right = Text.of(a, "a"), Text.of(b, "b")
    first = first_look(left, right, options, scale)
    if (evidence := evidence_of(a, b, first)) is None:
        return first
    found = fine.candidates(chances(first.band, first.table), first.band)
    return SecondLook(first.band, first.scale, found, fine.worth(found, left, right, first.scale, evidence))


def _covering(band: Band, table: dict[Shape, Floats], calibration: tuple[float, float], scale: float) -> Covering:
    """The best one in order."""
    likely = chances(band, table)
    beads, worths = [], []
    for i, j, (p, q) in best_path(band, table):
        score, worth = 0.0, 0.0
        if p and q:
            score = _calibrated(at(band, likely[p, q], i, j), *calibration)
            worth = at(band, table[p, q], i, j)
        worths.append(worth)
        beads.append(Bead(tuple(range(i, i + p)), tuple(range(j, j + q)), score))
    return Covering(beads, worths, scale)


@dataclass(frozen=True)
class FirstLook:
    """The band, every bead's worth, and the log ratio of the two sides' lengths."""

    band: Band
    table: dict[Shape, Floats]
    scale: float

    def path(self) -> list[tuple[int, int]]:
        """Sentences of a and b behind, along the best covering, from (0, 0) to all of them."""
        return [*((i, j) for i, j, _ in best_path(self.band, self.table)), (self.band.n, self.band.m)]

    def covering(self) -> Covering:
        return _covering(self.band, self.table, rough.CALIBRATION, self.scale)


@dataclass(frozen=True)
class SecondLook:
    """The beads that the first look left possible, and what each is worth after the second."""

    band: Band
    scale: float
    found: list[Candidate]
    worths: Doubles

    def shares(self) -> Doubles:
        """Of all coverings, of every bead in `found`."""
        likely = chances(self.band, self._table())
        return np.array([at(self.band, likely[p, q], i, j) for i, j, p, q in self.found])

    def covering(self) -> Covering:
        return _covering(self.band, self._table(), fine.CALIBRATION, self.scale)

    def _table(self) -> dict[Shape, Floats]:
        shapes = [shape for shape in rough.SHAPES if shape[0] <= self.band.n and shape[1] <= self.band.m]
        table = {shape: np.full((self.band.rows, self.band.width), -np.inf, np.float32) for shape in shapes}
        for (i, j, p, q), value in zip(self.found, self.worths, strict=True):
            table[p, q][i + j, i - self.band.first[i + j]] = value
        return table


def first_look(left: Text, right: Text, options: AlignOptions, scale: float | None = None) -> FirstLook:
    """`scale`: the log ratio of the lengths where it is known already, as of a part of two texts."""
    n, m = len(left), len(right)
    if n * m <= options.full_cells:
        band = Band.full(n, m)
    else:
        coarse = first_look(left.halved(), right.halved(), options, scale).path()
        corners = [(min(2 * i, n), min(2 * j, m)) for i, j in coarse[:-1]] + [(n, m)]
        band = Band.around(corners, n, m, options.reach)
    if scale is not None:
        return FirstLook(band, rough.worth(band, left, right, scale), scale)
    # Texts that hold different parts mislead the ratio of the totals, so the pairs found with it have half a say.
    scale = float(np.log(right.lengths.sum() / left.lengths.sum()))
    table = rough.worth(band, left, right, scale)
    ratios = [np.log(right.lengths[j] / left.lengths[i]) for i, j, shape in best_path(band, table) if shape == (1, 1)]
    if ratios:
        del table  # two of them would be the most that is held at once
        scale = (scale + float(np.median(ratios))) / 2
        table = rough.worth(band, left, right, scale)
    return FirstLook(band, table, scale)


def evidence_of(a: Side, b: Side, first: FirstLook) -> Evidence | None:
    """None where a side has no words or blocks to show."""
    if a.words is None or b.words is None or a.blocks is None or b.blocks is None:
        return None
    own, other = a.words(), b.words()
    if own is None or other is None:
        return None
    return Evidence(links(own, other, first.path()), (own, other), (a.blocks, b.blocks))


def _calibrated(share: float, slope: float, shift: float) -> float:
    """0..1: how often a bead with that share of all coverings is right."""
    logit = float(np.log(max(share, 1e-9)) - np.log(max(1.0 - share, 1e-9)))
    return round(float(1.0 / (1.0 + np.exp(-(slope * logit + shift)))), 4)
