"""The first look at every bead: by vectors composed from those of its sentences, lengths, marks and numbers.

The weights were fitted by `bench/fit_alignment.py` (a conditional random field over coverings) on made cases: the
documents of bench/parallel in vi-fr, zh-Hans-vi and fr-zh-Hant, whose sentences were joined, dropped or cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from kb.align.band import LARGEST, Band, Floats, Shape
from kb.align.text import Text, upto

_Array = npt.NDArray[Any]

# Beads with words on both sides, most frequent first (the order decides between equals).
SHAPES: tuple[Shape, ...]
SHAPES = (
    (1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2), (3, 3), (1, 4), (4, 1), (2, 4), (4, 2), (3, 4),
    (4, 3), (4, 4), (1, 5), (5, 1), (1, 6), (6, 1),
)  # fmt: skip
CELLS = 2**18  # whose numbers are compared at once
TILE = 64  # antidiagonals a product of matrices; 64, 256, 512: 1.8, 2.1, 2.5 s for two texts of 2,500 sentences

# What a bead looks like, whatever it says.
FORM = (
    "length",  # |log ratio of the lengths|, as scaled to the document
    "bead", "sentence",  # 1, and how many sentences it has
    # full stops: whether they differ less than the numbers of sentences do (a line that holds two), or more
    "ends alike", "ends differ",
    "open edges",  # of the two edges of the bead, those where a sentence goes on beyond it on one side only
    "numbers", "odd numbers",  # that both sides have, and that one has, at most 3
)  # fmt: skip
FEATURES = (
    "margin",  # cosine less the mean cosine of either block to the sentences of the other side
    "gain",  # cosine less the best cosine of the same bead without a sentence at its edge; 0 for 1-1
    "extension",  # best cosine of the same bead with a neighbouring sentence, less the cosine
    *FORM,
)
# No example to fit it on: e^-2 is about the odds of 1-3 to 1-2 that Gale & Church and later corpora report.
LOPSIDED = -2.0  # for every sentence that one side has more than the other, beyond the first
# A bead with less margin is none: of unrelated texts half of the sentences would find one otherwise.
FLOOR = 0.1
NO_EXTENSION = -0.05  # assumed at the edge of the text: its usual value

# A bead's share of all coverings as the fit has it, and how often such beads were right: slope and shift of a logistic
# of its logit.
CALIBRATION = (1.05, 0.13)

WEIGHTS = {
    "margin": 10.17, "length": -3.97, "gain": 13.16, "extension": -4.83, "bead": 3.13, "sentence": 0.63,
    "ends alike": 1.18, "ends differ": -1.46, "open edges": -2.00, "numbers": 0.98, "odd numbers": -0.42,
}  # fmt: skip


def likenesses(
    band: Band, left: Text, right: Text
) -> tuple[dict[Shape, Floats], tuple[dict[int, Floats], dict[int, Floats]]]:
    """Cosines as of `likeness`, and size -> mean cosine of every block to the sentences of the other side."""
    blocks = left.composed(), right.composed()
    means = right.vectors.mean(axis=0), left.vectors.mean(axis=0)
    usual_a, usual_b = ({size: v @ mean for size, v in x.items()} for x, mean in zip(blocks, means, strict=True))
    return likeness(band, *blocks), (usual_a, usual_b)


def likeness(band: Band, a: dict[int, Floats], b: dict[int, Floats]) -> dict[Shape, Floats]:
    """Cosine of the bead of every shape that starts at a cell: tables, NaN where there is none."""
    out = {}
    for p, q in SHAPES:
        if len(a[p]) and len(b[q]):
            out[p, q] = np.full((band.rows, band.width), np.nan, np.float32)
    # In tiles of antidiagonals, each one product of matrices: memory stays linear, and a cell costs little more.
    for top in range(0, band.rows, TILE):
        tile = slice(top, min(top + TILE, band.rows))
        i, j = band.i[tile], band.j[tile]
        for (p, q), table in out.items():
            ok = (i >= 0) & (i < len(a[p])) & (j >= 0) & (j < len(b[q]))
            if ok.any():
                i0, j0 = int(i[ok].min()), int(j[ok].min())
                product = a[p][i0 : int(i[ok].max()) + 1] @ b[q][j0 : int(j[ok].max()) + 1].T
                table[tile][ok] = product[i[ok] - i0, j[ok] - j0]
    return out


def features(
    band: Band,
    cosines: dict[Shape, Floats],
    usual: tuple[dict[int, Floats], dict[int, Floats]],
    left: Text,
    right: Text,
    scale: float,
    shape: Shape,
    numbers: Numbers,
) -> list[Floats]:
    """A table for each of `FEATURES`, of the shape's beads; the first is NaN where there is no bead."""
    p, q = shape
    cosine = cosines[shape]
    i, j = np.clip(band.i, 0, len(left) - p), np.clip(band.j, 0, len(right) - q)
    margin = cosine - (usual[0][p][i] + usual[1][q][j]) / 2

    def best(neighbours: list[tuple[Shape, int, int]]) -> Floats:
        found = np.full_like(cosine, np.nan)
        for other, di, dj in neighbours:
            if other in cosines:
                found = np.fmax(found, band.moved(cosines[other], di, dj))
        return found

    smaller = best([((p - 1, q), 0, 0), ((p - 1, q), 1, 0), ((p, q - 1), 0, 0), ((p, q - 1), 0, 1)])
    larger = best([((p + 1, q), 0, 0), ((p + 1, q), -1, 0), ((p, q + 1), 0, 0), ((p, q + 1), 0, -1)])
    gain = np.where(np.isnan(smaller), 0.0, cosine - smaller)
    extension = np.where(np.isnan(larger), NO_EXTENSION, larger - cosine)
    return [margin, gain, extension, *form(band.i, band.j, left, right, scale, shape, numbers)]


def form(i: _Array, j: _Array, left: Text, right: Text, scale: float, shape: Shape, numbers: Numbers) -> list[_Array]:
    """An array like `i` and `j`, a bead's first sentences, for each of `FORM`."""
    p, q = shape
    i, j = np.clip(i, 0, len(left) - p), np.clip(j, 0, len(right) - q)
    ratio = np.abs(np.log(_runs(right.lengths, q))[j] - np.log(_runs(left.lengths, p))[i] - scale)
    ends = np.abs(_runs(left.ends, p)[i] - _runs(right.ends, q)[j])
    before_a, before_b = np.append(0.0, left.open), np.append(0.0, right.open)
    edges = np.abs(before_a[i] - before_b[j]) + np.abs(before_a[i + p] - before_b[j + q])
    same, odd = numbers.compared(i, j, shape)
    one = np.ones(i.shape)
    return [ratio, one, one * (p + q), ends < abs(p - q), ends > abs(p - q), edges, same, odd]


def _runs(values: _Array, size: int) -> _Array:
    sums = upto(values)
    return sums[size:] - sums[:-size]


class Numbers:
    """The numbers in runs of sentences of two texts: how many of a run's another has too."""

    def __init__(self, left: Text, right: Text) -> None:
        self._texts = left.numbers, right.numbers
        self._any = any(left.numbers) or any(right.numbers)
        every = (_singly(side[k : k + LARGEST]) for side in self._texts for k in range(len(side)))
        self._column = {x: k for k, x in enumerate(dict.fromkeys(x for row in every for x in row))}
        self._held: dict[tuple[int, int], csr_array] = {}

    def compared(self, i: _Array, j: _Array, shape: Shape) -> tuple[_Array, _Array]:
        """Numbers that both sides of the beads at (i, j) have, and that one has, at most 3 of each; arrays like `i`."""
        same = np.zeros(i.shape)
        if not self._any:
            return same, same
        a, b = (self._runs(side, size) for side, size in enumerate(shape))
        of_a, of_b = np.diff(a.indptr), np.diff(b.indptr)
        both = np.nonzero((of_a[i] > 0) & (of_b[j] > 0))
        own, other = i[both], j[both]
        shared = np.zeros(len(own))
        for top in range(0, len(own), CELLS):
            some = slice(top, top + CELLS)
            shared[some] = a[own[some]].multiply(b[other[some]]).sum(axis=1)
        same[both] = shared
        return np.minimum(same, 3), np.minimum(of_a[i] + of_b[j] - 2 * same, 3)

    def _runs(self, side: int, size: int) -> csr_array:
        """1 where the run of so many sentences that starts at a row has the number of a column."""
        if (side, size) not in self._held:
            text = self._texts[side]
            rows = [_singly(text[k : k + size]) for k in range(len(text) - size + 1)]
            columns = np.array([self._column[x] for row in rows for x in row], np.int64)
            ends = np.cumsum([0, *map(len, rows)])
            self._held[side, size] = csr_array(
                (np.ones(len(columns)), columns, ends), shape=(len(rows), len(self._column))
            )
        return self._held[side, size]


def _singly(numbers: Sequence[Counter[str]]) -> list[tuple[str, int]]:
    """The numbers, the second of the same with a 1, the third with a 2, so that what is common to two is a product."""
    held = [counts for counts in numbers if counts]  # most sentences have none
    return [(x, nth) for x, n in sum(held, Counter()).items() for nth in range(n)] if held else []


def worth(band: Band, left: Text, right: Text, scale: float) -> dict[Shape, Floats]:
    """Nats of the bead of every shape that starts at a cell; -inf where there is none."""
    cosines, usual = likenesses(band, left, right)
    numbers, out = Numbers(left, right), {}
    for shape in cosines:
        tables = features(band, cosines, usual, left, right, scale, shape, numbers)
        margin = tables[0]
        total = np.full(margin.shape, lopsided(shape))
        for name, table in zip(FEATURES, tables, strict=True):
            total += WEIGHTS[name] * table
        out[shape] = np.where(np.isnan(total) | (margin < FLOOR), -np.inf, total).astype(np.float32)
    return out


def lopsided(shape: Shape) -> float:
    return LOPSIDED * max(abs(shape[0] - shape[1]) - 1, 0)
