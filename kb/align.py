"""Sentence beads of two texts: arrays in, beads out, nothing else.

A bead says that sentences `a` of one text say what sentences `b` of the other say; an empty side was left out. The
beads of two texts cover every sentence once, in order. Among all such coverings `align` finds the best one by dynamic
programming (Gale & Church 1993, "A Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics 19);
what a bead is worth is a log-linear model of the likeness of its sides' vectors and of their lengths (`Weights`).

Three things keep it cheap:

- The search runs along antidiagonals, in a band around the path that the same search found between the two texts at
  half the resolution (Thompson & Koehn 2019, "Vecalign", EMNLP): time and memory grow with the length, not its square.
- A rough reading composes the vectors of blocks from those of their sentences. Only blocks in beads that could still
  win are asked for and read again (`AlignOptions.plausible`): a fourth of a block a sentence, instead of 2.5.
- The two sides are put into one canonical order first, so that swapping them mirrors the result exactly.

The weights were fitted by `bench/align.py --fit` (a conditional random field over coverings) on made cases: news
documents in vi-fr, zh-Hans-vi and fr-zh-Hant whose sentences were joined or dropped, one half of the documents. On the
other half, disturbed anew, strict F1 is .917 with blocks and .904 with composed ones; Bertalign has about .81
on cases made the same way, with the same embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from kb.model import Bead

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Shape = tuple[int, int]
Number = TypeVar("Number", np.float32, np.float64)

# Beads with words on both sides, most frequent first (the order decides between equals). Larger ones do not occur in
# the 66 + 4,312 beads that were looked at; 1-3 and 1-4 do not either, but real translations have them (`lopsided`).
SHAPES: tuple[Shape, ...]
SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2), (3, 3), (1, 4), (4, 1))
LARGEST = 4  # sentences a side
TILE = 64  # antidiagonals a product of matrices; 64, 256, 512: 1.8, 2.1, 2.5 s for two texts of 2,500 sentences
# Slope and shift of the logistic of a bead's worth a sentence, fitted to the 3,797 beads that `align` found in the
# cases of the fit. By eighths, from the lowest worth to the highest, it says .73, .88, .92, .95, .96, .97, .98, .99
# where .72, .86, .94, .94, .97, .98, .99, .99 of the beads were right.
CALIBRATION = (1.23, -1.20)


@dataclass(frozen=True, slots=True)
class Weights:
    """What a bead of p and q sentences is worth, in nats; a left-out sentence is worth 0.

      margin x (cosine - mean cosine of either block to the sentences of the other side)
    + length x |log ratio of the lengths|, as scaled to the document
    + gain x (cosine - best cosine of the same bead without a sentence at its edge), 0 for 1-1
    + extension x (best cosine of the same bead with a neighbouring sentence - cosine)
    + bead + sentence x (p + q) + lopsided when the sides differ by more than one sentence

    A bead whose margin is below `floor` is not possible.
    """

    margin: float
    length: float
    gain: float
    extension: float
    bead: float
    sentence: float
    # No example to fit it on: e^-2 is about the odds of 1-3 to 1-2 that Gale & Church and later corpora report.
    lopsided: float = -2.0
    # A bead with less margin is none. Of unrelated texts 51 % of the sentences find a bead, 85 % without a floor, and
    # F1 of translations stays .920; with .15 it is 31 % and .918, with .2 10 % and .904, with .25 3 % and .868.
    floor: float = 0.1


# --fit on every second document, seeds 1, 2, 21, 22 (372 cases); ROUGH with --composed. Fits to three of the
# four seeds keep margin, length, gain and extension within 15 % of these.
ROUGH = Weights(margin=12.64, length=-4.28, gain=13.38, extension=-3.39, bead=1.01, sentence=0.69)
FINE = Weights(margin=11.21, length=-3.43, gain=8.27, extension=-6.57, bead=0.45, sentence=0.92)
# Assumed `extension` where no extended bead is at hand (edge of the text, block not asked for): its usual value.
NO_EXTENSION = -0.05


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """`full_cells`: up to so many pairs of sentences the whole table is searched (200 x 200 takes 0.2 s).
    `reach`: sentences of a to either side of the coarse path that the band holds.
    `plausible`: nats below the best path up to which a bead of the rough reading is read again with real blocks. 1, 2,
    3, 4, 6 ask for .17, .21, .28, .37, .69 blocks a sentence (all: 2.5); strict F1 .918, .919, .920, .918, .919.
    """

    full_cells: int = 40_000
    reach: int = 40
    plausible: float = 3.0


@dataclass(frozen=True)
class Side:
    """One text. `vectors`: float32 [n, d], unit rows, centred by language. `lengths`: [n] in characters, any scale:
    only the ratio of the two sides matters, and it is estimated from the texts.

    `blocks` gives the centred unit vectors, float32 [k, d], of k blocks of sentences i..j (half-open, 2 to 4
    sentences, in order, each asked once). Without it blocks are composed from their sentences' vectors.
    """

    vectors: Floats
    lengths: npt.NDArray[np.floating] | npt.NDArray[np.integer] | Sequence[float]
    blocks: Callable[[list[tuple[int, int]]], Floats] | None = field(default=None, compare=False)


def align(a: Side, b: Side, *, options: AlignOptions | None = None) -> list[Bead]:
    """The best beads of two texts: every sentence once, in order. `align(b, a)` is the mirror image of `align(a, b)`.

    A bead's score is the share of right ones among beads of its worth in parallel texts (`CALIBRATION`), 0 for a
    left-out sentence. It says nothing of texts that are not parallel: ask `relation` first.
    Raises ValueError when a side's arrays do not fit each other, or the two sides' vectors.
    """
    options = options or AlignOptions()
    left, right = _Text.of(a, "a"), _Text.of(b, "b")
    if len(left) and len(right) and left.vectors.shape[1] != right.vectors.shape[1]:
        raise ValueError(
            f"vectors of {left.vectors.shape[1]} and {right.vectors.shape[1]} dimensions cannot be compared"
        )
    if left.key() > right.key():
        return [Bead(bead.b, bead.a, bead.score) for bead in _beads(right, left, b, a, options)]
    return _beads(left, right, a, b, options)


# --- relation of two articles ---------------------------------------------------------------------------------------

# How many neighbours make a sentence's usual cosine to the other article, what a pair must have beyond both, and how
# much of it a sentence of the shorter article must have on average. Chosen on 1,391 pairs of translations (joined and
# dropped sentences, one half only, two thirds that share a half, 5 sentences) and 1,829 others (other documents, the
# other half of the same document, other articles of the seeds and of corpus/articles): 0.2 % of the first are missed,
# all of them two thirds; 0.3 % of the others pass, all of them 5 sentences beside 5 of the same document. With 3
# neighbours twice as many errors, with the number of such pairs instead of what they have beyond, twice as many too.
NEIGHBOURS = 10
BEYOND = 0.2
PARALLEL_FROM = 0.152
RELATION_SLOPE = 60.0  # logistic fit to the same pairs, both kinds weighing the same
CHUNK = 1024  # sentences of a whose cosines are held at once


def relation(a_vectors: Floats, b_vectors: Floats) -> tuple[str, float]:
    """("parallel" or "comparable", score 0..1): is one article a translation of the other, or of half of it?

    `a_vectors`, `b_vectors`: float32 [n, d], [m, d], unit rows, centred by language. Sentences that are each other's
    best match by CSLS (Conneau et al. 2018, "Word Translation Without Parallel Data", ICLR) count with what they have
    beyond `BEYOND`, along the best chain that keeps the order of both articles. Parallel is a score of .5 and more.
    Time grows with n x m, memory with n + m. An article without sentences is comparable, 0.
    """
    n, m = len(a_vectors), len(b_vectors)
    if not n or not m:
        return "comparable", 0.0
    # In a canonical order, so that the answer does not depend on which article comes first.
    if (n, a_vectors.tobytes()) > (m, b_vectors.tobytes()):
        a_vectors, b_vectors, n, m = b_vectors, a_vectors, m, n
    chain = np.zeros(m + 1)  # best chain that ends before a sentence of b
    for value, j in _mutual(a_vectors, b_vectors):
        if value > BEYOND:
            chain[j + 1] = chain[: j + 1].max() + value - BEYOND
    share = float(chain.max()) / n
    score = 1.0 / (1.0 + float(np.exp(-RELATION_SLOPE * (share - PARALLEL_FROM))))
    return ("parallel" if score >= 0.5 else "comparable"), round(score, 4)


def _mutual(a: Floats, b: Floats) -> list[tuple[float, int]]:
    """(CSLS, sentence of b) of every sentence of a, in order, that is the best match of its own best match."""
    usual_a = np.empty(len(a), np.float32)
    nearest_b = np.full((min(NEIGHBOURS, len(a)), len(b)), -2.0, np.float32)
    k = min(NEIGHBOURS, len(b))
    for top in range(0, len(a), CHUNK):
        cosines = a[top : top + CHUNK] @ b.T
        usual_a[top : top + CHUNK] = np.partition(cosines, len(b) - k, axis=1)[:, len(b) - k :].mean(axis=1)
        both = np.concatenate([nearest_b, cosines])
        nearest_b = np.partition(both, len(both) - len(nearest_b), axis=0)[len(both) - len(nearest_b) :]
    usual_b = nearest_b.mean(axis=0)
    best_b = np.full(len(b), -np.inf, np.float32)
    owner_b = np.zeros(len(b), np.int64)
    best_a = np.empty(len(a), np.float32)
    choice_a = np.empty(len(a), np.int64)
    for top in range(0, len(a), CHUNK):
        rows = slice(top, min(top + CHUNK, len(a)))
        csls = 2 * (a[rows] @ b.T) - usual_a[rows, None] - usual_b
        choice_a[rows], best_a[rows] = csls.argmax(axis=1), csls.max(axis=1)
        better = csls.max(axis=0) > best_b
        owner_b[better] = top + csls.argmax(axis=0)[better]
        best_b = np.maximum(best_b, csls.max(axis=0))
    return [(float(best_a[i]), int(choice_a[i])) for i in range(len(a)) if owner_b[choice_a[i]] == i]


# --- a covering, step by step ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Text:
    """A side, checked: `vectors` float32 [n, d], `lengths` float64 [n], at least 1."""

    vectors: Floats
    lengths: Doubles

    @classmethod
    def of(cls, side: Side, name: str) -> _Text:
        vectors = np.ascontiguousarray(side.vectors, np.float32)
        lengths = np.maximum(np.asarray(side.lengths, np.float64), 1.0)
        if vectors.ndim != 2 or lengths.shape != (len(vectors),):
            raise ValueError(f"side {name}: vectors {vectors.shape} need [n, d], and lengths {lengths.shape} [n]")
        return cls(vectors, lengths)

    def __len__(self) -> int:
        return len(self.vectors)

    def key(self) -> tuple[int, bytes, bytes]:
        return len(self), self.lengths.tobytes(), self.vectors.tobytes()

    def composed(self) -> dict[int, Floats]:
        """Size -> vectors of all blocks of so many sentences, float32 [n - size + 1, d], length-weighted sums."""
        weighted = self.vectors * self.lengths[:, None].astype(np.float32)
        out = {1: self.vectors}
        for size in range(2, LARGEST + 1):
            count = max(len(self) - size + 1, 0)
            total = np.zeros((count, self.vectors.shape[1]), np.float32)
            for k in range(size):
                total += weighted[k : k + count]
            out[size] = _unit(total)
        return out

    def halved(self) -> _Text:
        """Two sentences become one."""
        even = np.arange(0, len(self), 2)
        weighted = self.vectors * self.lengths[:, None].astype(np.float32)
        return _Text(_unit(np.add.reduceat(weighted, even)), np.add.reduceat(self.lengths, even))

    def upto(self) -> Doubles:
        """Length of the first k sentences, [n + 1]."""
        return np.concatenate([[0.0], np.cumsum(self.lengths)])


class _Band:
    """The cells (i, j) that are searched: i sentences of a and j of b are behind.

    A table has a row for every antidiagonal u = i + j and `width` columns: column c of row u is i = first[u] + c.
    `first` rises by 0 or 1 from row to row.
    """

    def __init__(self, n: int, m: int, first: Ints, width: int) -> None:
        self.n, self.m, self.first, self.width = n, m, first, width
        self.rows = n + m + 1
        self.i = first[:, None] + np.arange(width)
        self.j = np.arange(self.rows)[:, None] - self.i
        self.inside: Mask = (self.i >= 0) & (self.i <= n) & (self.j >= 0) & (self.j <= m)

    @classmethod
    def full(cls, n: int, m: int) -> _Band:
        return cls(n, m, np.maximum(np.arange(n + m + 1) - m, 0), min(n, m) + 1)

    @classmethod
    def around(cls, corners: list[tuple[int, int]], n: int, m: int, reach: int) -> _Band:
        """`corners`: cells of a path, in order, from (0, 0) to (n, m)."""
        i, j = np.array(corners, np.int64).T
        middle = np.floor(np.interp(np.arange(n + m + 1), i + j, i)).astype(np.int64)
        return cls(n, m, middle - reach, 2 * reach + 1)

    def moved(self, table: npt.NDArray[Number], di: int, dj: int) -> npt.NDArray[Number]:
        """At every cell (i, j) what `table` has at (i + di, j + dj); NaN where that is outside."""
        row = np.arange(self.rows) + di + dj
        there = np.clip(row, 0, self.rows - 1)
        column = np.arange(self.width) + (self.first + di - self.first[there])[:, None]
        ok = (row == there)[:, None] & (column >= 0) & (column < self.width)
        return np.where(ok, table[there[:, None], np.clip(column, 0, self.width - 1)], np.float32(np.nan))


def _beads(left: _Text, right: _Text, a: Side, b: Side, options: AlignOptions) -> list[Bead]:
    if not len(left) or not len(right):
        return [Bead((i,), ()) for i in range(len(left))] + [Bead((), (j,)) for j in range(len(right))]
    band, worth, scale = _rough(left, right, options)
    weights = ROUGH
    if a.blocks or b.blocks:
        worth = _read_again(band, worth, left, right, a, b, scale, options)
        weights = FINE
    beads = []
    for i, j, (p, q) in _path(band, worth):
        score = _score(_at(band, worth[p, q], i, j), p + q, weights) if p and q else 0.0
        beads.append(Bead(tuple(range(i, i + p)), tuple(range(j, j + q)), score))
    return beads


def _rough(left: _Text, right: _Text, options: AlignOptions) -> tuple[_Band, dict[Shape, Floats], float]:
    """The band, every bead's worth by composed vectors, and the log ratio of the two sides' lengths."""
    n, m = len(left), len(right)
    if n * m <= options.full_cells:
        band = _Band.full(n, m)
    else:
        coarse, worth, _ = _rough(left.halved(), right.halved(), options)
        corners = [(min(2 * i, n), min(2 * j, m)) for i, j, _ in _path(coarse, worth)] + [(n, m)]
        band = _Band.around(corners, n, m, options.reach)
    blocks = left.composed(), right.composed()
    likeness = _likeness(band, *blocks)
    # Texts that hold different parts mislead the ratio of the totals, so the pairs found with it have half a say.
    scale = float(np.log(right.lengths.sum() / left.lengths.sum()))
    worth = _worth(band, likeness, blocks, left, right, scale, ROUGH)
    ratios = [np.log(right.lengths[j] / left.lengths[i]) for i, j, shape in _path(band, worth) if shape == (1, 1)]
    if ratios:
        scale = (scale + float(np.median(ratios))) / 2
        worth = _worth(band, likeness, blocks, left, right, scale, ROUGH)
    return band, worth, scale


def _read_again(
    band: _Band,
    rough: dict[Shape, Floats],
    left: _Text,
    right: _Text,
    a: Side,
    b: Side,
    scale: float,
    options: AlignOptions,
) -> dict[Shape, Floats]:
    """The mean of both readings for beads that can still win; no others but 1-1 remain.

    Strict F1 on two held-out sets: .917 and .913 for the mean, .917 and .908 for the real blocks alone, .901 and .895
    for composed ones (with an earlier fit).
    """
    reach = _reach(band, rough)
    wanted: tuple[set[tuple[int, int]], set[tuple[int, int]]] = (set(), set())
    for (p, q), table in reach.items():
        row, column = np.nonzero(table >= -options.plausible)
        if p > 1:
            wanted[0].update((int(i), int(i) + p) for i in band.i[row, column])
        if q > 1:
            wanted[1].update((int(j), int(j) + q) for j in band.j[row, column])
    blocks = _asked(left, a, wanted[0]), _asked(right, b, wanted[1])
    fine = _worth(band, _likeness(band, *blocks), blocks, left, right, scale, FINE)
    return {shape: ((rough[shape] + fine[shape]) / 2).astype(np.float32) for shape in fine}


def _asked(text: _Text, side: Side, spans: set[tuple[int, int]]) -> dict[int, Floats]:
    """Size -> [n - size + 1, d] vectors; rows of NaN for blocks that were not asked for."""
    if side.blocks is None:
        return text.composed()
    out = {1: text.vectors}
    for size in range(2, LARGEST + 1):
        out[size] = np.full((max(len(text) - size + 1, 0), text.vectors.shape[1]), np.nan, np.float32)
    asked = sorted(spans)
    if asked:
        vectors = np.asarray(side.blocks(asked), np.float32)
        if vectors.shape != (len(asked), text.vectors.shape[1]):
            raise ValueError(
                f"blocks gave {vectors.shape} for {len(asked)} blocks of {text.vectors.shape[1]} dimensions"
            )
        for (start, end), vector in zip(asked, vectors, strict=True):
            out[end - start][start] = vector
    return out


# --- what beads are worth -------------------------------------------------------------------------------------------


def _likeness(band: _Band, a: dict[int, Floats], b: dict[int, Floats]) -> dict[Shape, Floats]:
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


def _features(
    band: _Band,
    likeness: dict[Shape, Floats],
    blocks: tuple[dict[int, Floats], dict[int, Floats]],
    left: _Text,
    right: _Text,
    scale: float,
    shape: Shape,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Tables of margin, |log ratio|, gain and extension of a shape's beads; NaN where there is no bead."""
    p, q = shape
    cosine = likeness[shape]
    i, j = np.clip(band.i, 0, len(left) - p), np.clip(band.j, 0, len(right) - q)
    usual_a = blocks[0][p] @ right.vectors.mean(axis=0)
    usual_b = blocks[1][q] @ left.vectors.mean(axis=0)
    margin = cosine - (usual_a[i] + usual_b[j]) / 2
    upto_a, upto_b = left.upto(), right.upto()
    log_a, log_b = np.log(upto_a[p:] - upto_a[:-p]), np.log(upto_b[q:] - upto_b[:-q])
    ratio = np.abs(log_b[j] - log_a[i] - scale).astype(np.float32)

    def best(neighbours: list[tuple[Shape, int, int]]) -> Floats:
        found = np.full_like(cosine, np.nan)
        for other, di, dj in neighbours:
            if other in likeness:
                found = np.fmax(found, band.moved(likeness[other], di, dj))
        return found

    smaller = best([((p - 1, q), 0, 0), ((p - 1, q), 1, 0), ((p, q - 1), 0, 0), ((p, q - 1), 0, 1)])
    larger = best([((p + 1, q), 0, 0), ((p + 1, q), -1, 0), ((p, q + 1), 0, 0), ((p, q + 1), 0, -1)])
    gain = np.where(np.isnan(smaller), np.float32(0), cosine - smaller)
    extension = np.where(np.isnan(larger), np.float32(NO_EXTENSION), larger - cosine)
    return margin, ratio, gain, extension


def _worth(
    band: _Band,
    likeness: dict[Shape, Floats],
    blocks: tuple[dict[int, Floats], dict[int, Floats]],
    left: _Text,
    right: _Text,
    scale: float,
    weights: Weights,
) -> dict[Shape, Floats]:
    """Nats of the bead of every shape that starts at a cell; -inf where there is none."""
    out = {}
    for p, q in likeness:
        margin, ratio, gain, extension = _features(band, likeness, blocks, left, right, scale, (p, q))
        worth = weights.margin * margin + weights.length * ratio + weights.gain * gain + weights.extension * extension
        worth += weights.bead + weights.sentence * (p + q) + (weights.lopsided if abs(p - q) > 1 else 0.0)
        out[p, q] = np.where(np.isnan(worth) | (margin < weights.floor), -np.inf, worth).astype(np.float32)
    return out


def _score(worth: float, sentences: int, weights: Weights) -> float:
    """0..1: how often a bead of that worth a sentence is right."""
    slope, shift = CALIBRATION
    return round(float(1.0 / (1.0 + np.exp(-(slope * worth / sentences + shift)))), 4)


# --- the best covering ----------------------------------------------------------------------------------------------


def _path(band: _Band, worth: dict[Shape, Floats]) -> list[tuple[int, int, Shape]]:
    """(i, j, shape) of the beads of the best covering, in order."""
    ahead = _ahead(band, worth)
    moves: list[tuple[Shape, Floats | None]] = [*worth.items(), ((1, 0), None), ((0, 1), None)]
    i = j = 0
    path = []
    while (i, j) != (band.n, band.m):
        here = _at(band, ahead, i, j)
        for (p, q), table in moves:
            there = _at(band, ahead, i + p, j + q)
            # The same sum as in `_ahead`, so the step that made the maximum is found by equality.
            if there > -np.inf and here == there + (0.0 if table is None else _at(band, table, i, j)):
                path.append((i, j, (p, q)))
                i, j = i + p, j + q
                break
        else:
            raise AssertionError(f"no step leads on from sentence {i} and {j}")
    return path


def _at(band: _Band, table: npt.NDArray[np.floating], i: int, j: int) -> float:
    row = i + j
    if i > band.n or j > band.m:
        return -np.inf
    column = i - int(band.first[row])
    return float(table[row, column]) if 0 <= column < band.width else -np.inf


def _ahead(band: _Band, worth: dict[Shape, Floats]) -> Doubles:
    """Worth of the best covering of what follows a cell, float64 table; -inf where none stays in the band."""
    return _sweep(band, worth, forward=False)


def _reach(band: _Band, worth: dict[Shape, Floats]) -> dict[Shape, Doubles]:
    """How much the best covering with a bead falls behind the best covering, for every bead: tables, <= 0."""
    ahead, behind = _sweep(band, worth, forward=False), _sweep(band, worth, forward=True)
    best = _at(band, ahead, 0, 0)
    out = {}
    for (p, q), table in worth.items():
        after = band.moved(ahead, p, q)
        out[p, q] = np.where(np.isnan(after), -np.inf, behind + table + after - best)
    return out


def _sweep(band: _Band, worth: dict[Shape, Floats], *, forward: bool) -> Doubles:
    """Worth of the best covering before every cell (`forward`) or after it, antidiagonal by antidiagonal."""
    pad, width, first = LARGEST, band.width, band.first
    total = np.full((band.rows, width + 2 * pad), -np.inf)
    gains: list[tuple[int, int, Floats | None]] = [(1, 0, None), (0, 1, None)]
    for (p, q), table in worth.items():
        gains.append((p, q, np.pad(table, ((0, 0), (pad, pad)), constant_values=-np.inf)))
    start = (0, 0) if forward else (band.rows - 1, band.n)
    total[start[0], pad + start[1] - first[start[0]]] = 0.0
    outside = ~band.inside
    for u in range(1, band.rows) if forward else range(band.rows - 2, -1, -1):
        best = total[u, pad : pad + width]
        for p, q, gain in gains:
            v = u - p - q if forward else u + p + q
            if 0 <= v < band.rows:
                # Column 0 here is column `shift` of row v.
                shift = int(first[u] - first[v]) + (-p if forward else p) + pad
                there = total[v, shift : shift + width]
                if gain is not None:
                    there = there + (gain[v, shift : shift + width] if forward else gain[u, pad : pad + width])
                np.maximum(best, there, out=best)
        best[outside[u]] = -np.inf
    return total[:, pad : pad + width]


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    out: Floats = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return out
