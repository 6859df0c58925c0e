"""Vectors of two languages compared: hubness taken out, a second look at tokens, one-to-one competition.

CSLS: Conneau et al. 2018, "Word Translation Without Parallel Data", arXiv:1710.04087: twice the cosine less the mean
cosine of either side's nearest neighbours, so that a text that is near to everything is near to nothing in particular.
Late interaction: Khattab & Zaharia 2020, "ColBERT", arXiv:2004.12832, here both ways, rare tokens weighing more.
Competition: Cuturi 2013, "Sinkhorn Distances", arXiv:1306.0895, with a place for texts that have no counterpart as in
Sarlin et al. 2020, "SuperGlue", arXiv:1911.11763.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kb.cells import nearest
from kb.embed.base import Vectors, row_blocks
from kb.embed.tokens import Tokens

Matrix = npt.NDArray[np.float32]
Logs = npt.NDArray[np.float64]
Best = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Matrix]  # rows, columns and scores of pairs
NEIGHBOURS = 10

KEPT = 10  # candidates of each text that are looked at again
# Pairs that are all compared, which takes one core some 40 s. Beyond, 100,000 by 100,000 take 30 s. Of the candidates
# of 20,000 made pairs .987 come and .9998 of the texts keep their best: 1,007 pairs of French and Vietnamese news
# sentences, each moved by as much as it is long, and by half of that in each language. Moved twice as far, .774 and
# .9993.
EXACT = 1_000_000_000
WIDE = 3  # times as many neighbours by cosine are found for the best by CSLS, beyond that
BLOCK_CELLS = 16_000_000  # of a block of the matrix of cosines: 64 MB
# Not tuned: with weights from 0.5 to 8 and temperatures from 0.02 to 0.1, P@1 of news sentences (`bench/match.py`) in
# French and Traditional Chinese stays between .984 and .989; without tokens it is .982 to .987.
# Tried besides and left out: numbers in common (mean P@1 of the ten directions .9921 for .9920), names and other Latin
# strings (.9919 down to .9906 with more weight); for words spelling, trigrams without tones and accents (no change in
# three of four directions of 100 labels of the project's scheme, one label more in the fourth).
TOKEN_WEIGHT = 2.0
TEMPERATURE = 0.05
SAID_WEIGHT = 1.0  # of a pair of names that the lexicon renders by each other from end to end
LEAST_SAID = 0.5  # names that render each other less share a part, and are a pair by chance
ROUNDS = 10
NONE = 0.0  # score of having no counterpart: a text at the mean distance of its neighbours


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (`a[k]`, `b[k]`) worth a look, sorted by both, with a score each; `shape` is (texts of a, texts of b)."""

    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    score: Matrix
    shape: tuple[int, int]


def csls(a: Vectors, b: Vectors, neighbours: int = NEIGHBOURS) -> Matrix:
    """float32 [len(a), len(b)] of centred unit vectors: about -1..1, 0 for pairs as near as their neighbours are."""
    cosine = a @ b.T
    return 2 * cosine - nearest_mean(cosine, neighbours)[:, None] - nearest_mean(cosine.T, neighbours)[None, :]


def nearest_mean(cosine: Matrix, neighbours: int) -> Matrix:
    """float32 [rows]: the mean of each row's `neighbours` highest values (of all, when there are fewer)."""
    k = min(neighbours, cosine.shape[1])
    if k == 0:
        return np.zeros(cosine.shape[0], np.float32)
    top: Matrix = np.partition(cosine, -k, axis=1)[:, -k:].mean(axis=1).astype(np.float32)
    return top


def rival(score: Matrix) -> Matrix:
    """[rows, columns]: the best value of the row at any other column; the value itself where there is no other."""
    if score.shape[1] < 2:
        return score
    order = np.argsort(-score, axis=1, kind="stable")[:, :2]
    rows = np.arange(len(score))
    out = np.repeat(score[rows, order[:, 0]][:, None], score.shape[1], axis=1)
    out[rows, order[:, 0]] = score[rows, order[:, 1]]
    return out


def mutual_best(score: Matrix) -> list[tuple[int, int]]:
    """(row, column) pairs that are each other's best, by row. Ties go to the lowest index."""
    if not score.size:
        return []
    best_column, best_row = score.argmax(axis=1), score.argmax(axis=0)
    return [(i, int(j)) for i, j in enumerate(best_column) if best_row[j] == i]


def candidates(a: Vectors, b: Vectors, kept: int = KEPT, cells: int = BLOCK_CELLS) -> Candidates:
    """The `kept` best of every text on either side by CSLS.

    `a`, `b`: centred unit vectors, float32 [n, d]. Exact up to EXACT pairs: the matrix is made twice, `cells` of it at
    a time, once for the neighbours' means, once for the best. Beyond, nearly all. Memory grows with the texts.
    """
    if len(a) * len(b) > EXACT:
        there, back = _nearly_best(a, b, kept)
        return _union(there, back, (len(a), len(b)))
    usual_a, usual_b = _usual(a, b, cells), _usual(b, a, cells)
    there = _best(a, b, usual_a, usual_b, kept, cells)
    back = _best(b, a, usual_b, usual_a, kept, cells)
    return _union(there, back, (len(a), len(b)))


def _nearly_best(a: Vectors, b: Vectors, kept: int) -> tuple[Best, Best]:
    """As `_best` of `a` and of `b`, chosen from WIDE times as many nearest by cosine, of which a few may be missed."""
    count = WIDE * max(kept, NEIGHBOURS)
    sides = [nearest(a, b, min(count, len(b))), nearest(b, a, min(count, len(a)))]
    usual = [np.maximum(cosine[:, :NEIGHBOURS], -1).mean(axis=1) for _, cosine in sides]
    out: list[Best] = []
    for (found, cosine), own, other in zip(sides, usual, usual[::-1], strict=True):
        score = 2 * cosine - own[:, None] - other[found]
        top = np.argsort(-score, axis=1, kind="stable")[:, :kept]
        score = np.take_along_axis(score, top, axis=1)
        real = np.isfinite(score)
        rows = np.nonzero(real)[0].astype(np.int64)
        out.append((rows, np.take_along_axis(found, top, axis=1)[real], score[real]))
    return out[0], out[1]


def _union(there: Best, back: Best, shape: tuple[int, int]) -> Candidates:
    """Of both directions, each pair once."""
    rows = np.concatenate([there[0], back[1]])
    columns = np.concatenate([there[1], back[0]])
    score = np.concatenate([there[2], back[2]])
    _, first = np.unique(rows * shape[1] + columns, return_index=True)  # sorted by row, then by column
    return Candidates(rows[first], columns[first], score[first], shape)


def _usual(a: Vectors, b: Vectors, cells: int) -> Matrix:
    """float32 [len(a)]: mean cosine of the nearest neighbours among `b`."""
    mean = np.zeros(len(a), np.float32)
    for rows in _blocks(len(a), len(b), cells):
        mean[rows] = nearest_mean(a[rows] @ b.T, NEIGHBOURS)
    return mean


def _best(a: Vectors, b: Vectors, usual_a: Matrix, usual_b: Matrix, kept: int, cells: int) -> Best:
    """(rows, columns, scores) of the best columns of every row."""
    k = min(kept, len(b))
    best = np.zeros((len(a), k), np.int64)
    score = np.zeros((len(a), k), np.float32)
    for rows in _blocks(len(a), len(b), cells):
        block = 2 * (a[rows] @ b.T) - usual_b
        best[rows] = np.argpartition(-block, k - 1, axis=1)[:, :k] if k else 0
        score[rows] = np.take_along_axis(block, best[rows], axis=1) - usual_a[rows, None]
    return np.repeat(np.arange(len(a)), k), best.ravel(), score.ravel()


def _blocks(rows: int, columns: int, cells: int) -> list[slice]:
    return row_blocks(rows, max(1, cells // max(1, columns)))


def _spoken_for(found: Candidates, a: Vectors, b: Vectors, said: Iterable[tuple[int, int, float]]) -> Candidates:
    """The same pairs and those of a lexicon, by CSLS as all are, with what it says of them added."""
    weight = {(i, j): SAID_WEIGHT * value for i, j, value in said if value >= LEAST_SAID}
    if not weight:
        return found
    held = set(zip(found.a.tolist(), found.b.tolist(), strict=True))
    more = np.array(sorted(set(weight) - held), np.int64).reshape(-1, 2)
    usual_a, usual_b = _usual(a, b, BLOCK_CELLS), _usual(b, a, BLOCK_CELLS)
    csls_of = np.empty(len(more), np.float32)
    for own in row_blocks(len(more), max(1, BLOCK_CELLS // a.shape[1])):
        i, j = more[own].T
        csls_of[own] = 2 * (a[i] * b[j]).sum(axis=1) - usual_a[i] - usual_b[j]
    rows, columns = np.concatenate([found.a, more[:, 0]]), np.concatenate([found.b, more[:, 1]])
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    added = [weight.get(pair, 0.0) for pair in zip(rows.tolist(), columns.tolist(), strict=True)]
    score = np.concatenate([found.score, csls_of])[order] + np.array(added, np.float32)
    return Candidates(rows, columns, score, found.shape)


def second_look(found: Candidates, a: Sequence[Tokens], b: Sequence[Tokens]) -> Candidates:
    """The same pairs with what their tokens say added: TOKEN_WEIGHT times late interaction, less its mean."""
    if not len(found.a):
        return found
    close = np.array([late_interaction(a[i], b[j]) for i, j in zip(found.a, found.b, strict=True)], np.float32)
    return replace(found, score=found.score + np.float32(TOKEN_WEIGHT) * (close - close.mean()))


def late_interaction(a: Tokens, b: Tokens) -> float:
    """Mean cosine of every token with its nearest of the other text, both ways, by the tokens' weights; 0 for none."""
    if not len(a.vectors) or not len(b.vectors):
        return 0.0
    cosine = a.vectors.astype(np.float32) @ b.vectors.astype(np.float32).T
    there = cosine.max(axis=1) @ a.weights / a.weights.sum()
    back = cosine.max(axis=0) @ b.weights / b.weights.sum()
    return float(there + back) / 2


def compete(found: Candidates, temperature: float = TEMPERATURE, none: float = NONE, rounds: int = ROUNDS) -> Matrix:
    """float32 [pairs]: the share of each pair when every text gives its weight to one other, or to none.

    What is the best of two texts goes to the one that has nothing better. Rows come last, so that the shares of one
    text of `a` and its share of none make 1.
    """
    n, m = found.shape
    log = (found.score / temperature).astype(np.float64)
    nobody_a, nobody_b = np.full(n, none / temperature), np.full(m, none / temperature)
    by_b = np.argsort(found.b, kind="stable")
    back = np.argsort(by_b, kind="stable")
    for _ in range(rounds):
        total = _log_sums(log[by_b], found.b[by_b], nobody_b)
        log, nobody_b = (log[by_b] - total[found.b[by_b]])[back], nobody_b - total
        total = _log_sums(log, found.a, nobody_a)
        log, nobody_a = log - total[found.a], nobody_a - total
    share: Matrix = np.exp(log).astype(np.float32)
    return share


def _log_sums(log: Logs, of: npt.NDArray[np.int64], base: Logs) -> Logs:
    """[len(base)]: log of the sum of exp(base) and of all exp(log) that belong to it; `of` is sorted."""
    top = base.copy()
    np.maximum.at(top, of, log)
    sums = np.exp(base - top)
    np.add.at(sums, of, np.exp(log - top[of]))
    result: Logs = top + np.log(sums)
    return result


def best_of_each(
    a: Vectors,
    b: Vectors,
    tokens: tuple[Sequence[Tokens], Sequence[Tokens]] | None = None,
    said: Iterable[tuple[int, int, float]] = (),
) -> list[tuple[int, int, float]]:
    """For every row of `a` its best row of `b`, with a score in 0..1: its share in the competition.

    Rows that are equal should come once: they would compete with each other. `said`: pairs that a lexicon speaks for,
    and how much, from 0 to 1.
    """
    if not len(a) or not len(b):
        return []
    found = candidates(a, b)
    if tokens:
        found = second_look(found, *tokens)
    found = _spoken_for(found, a, b, said)
    share = compete(found)
    best = np.lexsort((found.b, -share, found.a))
    first = best[np.unique(found.a[best], return_index=True)[1]]
    return [(int(found.a[k]), int(found.b[k]), round(float(share[k]), 4)) for k in first]
