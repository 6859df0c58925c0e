"""Vectors of two languages compared: hubness taken out, counterparts found.

CSLS: Conneau et al. 2018, "Word Translation Without Parallel Data", arXiv:1710.04087: twice the cosine less the mean
cosine of either side's nearest neighbours, so that a text that is near to everything is near to nothing in particular.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kb.embed.base import Vectors

Matrix = npt.NDArray[np.float32]
NEIGHBOURS = 10


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


def mutual_best(score: Matrix) -> list[tuple[int, int]]:
    """(row, column) pairs that are each other's best, by row. Ties go to the lowest index."""
    if not score.size:
        return []
    best_column, best_row = score.argmax(axis=1), score.argmax(axis=0)
    return [(i, int(j)) for i, j in enumerate(best_column) if best_row[j] == i]


def best_of_each(a: Vectors, b: Vectors) -> list[tuple[int, int, float]]:
    """For every row of `a` its best row of `b` by CSLS, with a score in 0..1."""
    if not len(a) or not len(b):
        return []
    score = csls(a, b)
    best = score.argmax(axis=1)
    probability = logistic(score)
    return [(i, int(j), round(float(probability[i, j]), 4)) for i, j in enumerate(best)]


def logistic(margin: Matrix, slope: float = 6.0, middle: float = 0.15) -> Matrix:
    """CSLS margins in 0..1; at `middle` half the pairs are held right. The defaults are for sentences."""
    value: Matrix = (1 / (1 + np.exp(-slope * (margin - middle)))).astype(np.float32)
    return value
