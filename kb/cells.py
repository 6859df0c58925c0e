"""The nearest of very many vectors, nearly all of them: only the cells near a vector are looked through.

An inverted file: Sivic & Zisserman 2003, "Video Google", for dense vectors Jégou, Douze & Schmid 2011, "Product
Quantization for Nearest Neighbor Search", here over whole vectors. The cells are those of k-means on the sphere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kb.embed.base import Vectors, row_blocks, unit

Rows = npt.NDArray[np.int64]

PROBES = 32  # cells looked through for a vector; what they find: `kb.match.EXACT`
SAMPLE = 64  # vectors a cell that its place is learned from
ROUNDS = 6
BLOCK = 20_000  # vectors whose cells are found at once


def nearest(a: Vectors, b: Vectors, count: int) -> tuple[Rows, Vectors]:
    """For every row of `a` about the `count` nearest of `b`: their rows and cosines, [len(a), count], best first.

    `a`, `b`: unit vectors, float32 [n, d]; equal input gives equal output. Where the cells looked through hold fewer,
    the cosine is -inf, but not of the first.
    """
    places = _places(b)
    cell = np.concatenate([(b[rows] @ places.T).argmax(axis=1) for rows in row_blocks(len(b), BLOCK)])
    held, cell = np.unique(cell, return_inverse=True)
    places = places[held]  # without empty ones, so that something is found for every row
    members = np.split(np.argsort(cell, kind="stable"), np.cumsum(np.bincount(cell, minlength=len(places)))[:-1])
    found = np.zeros((len(a), count), np.int64)
    cosine = np.full((len(a), count), -np.inf, np.float32)
    probes = min(PROBES, len(places))
    for rows in row_blocks(len(a), BLOCK):
        part = a[rows]
        near = np.argpartition(-(part @ places.T), probes - 1, axis=1)[:, :probes].ravel()
        order = np.argsort(near, kind="stable")
        askers = np.split(order // probes, np.cumsum(np.bincount(near, minlength=len(places)))[:-1])
        for n, asking in enumerate(askers):
            if len(asking):
                _keep_best(found[rows], cosine[rows], asking, members[n], part[asking] @ b[members[n]].T)
    best = np.argsort(-cosine, axis=1, kind="stable")
    return np.take_along_axis(found, best, axis=1), np.take_along_axis(cosine, best, axis=1)


def _keep_best(found: Rows, cosine: Vectors, asking: Rows, members: Rows, more: Vectors) -> None:
    """Put `more`, the cosines of the rows `asking` with `members`, among what these rows have found so far."""
    count = found.shape[1]
    if len(members) > count:
        top = np.argpartition(-more, count - 1, axis=1)[:, :count]
        more, rows = np.take_along_axis(more, top, axis=1), members[top]
    else:
        rows = np.broadcast_to(members, more.shape)
    both, places = np.hstack([cosine[asking], more]), np.hstack([found[asking], rows])
    top = np.argpartition(-both, count - 1, axis=1)[:, :count]
    cosine[asking], found[asking] = np.take_along_axis(both, top, axis=1), np.take_along_axis(places, top, axis=1)


def _places(vectors: Vectors) -> Vectors:
    """float32 [cells, d], unit: the middles of the cells, twice the root of as many as there are vectors."""
    numbers = np.random.default_rng(0)
    cells = max(1, min(len(vectors), int(2 * len(vectors) ** 0.5)))
    sample = vectors[np.sort(numbers.choice(len(vectors), min(len(vectors), SAMPLE * cells), replace=False))]
    places = sample[np.sort(numbers.choice(len(sample), cells, replace=False))]
    for _ in range(ROUNDS):
        cell = np.concatenate([(sample[rows] @ places.T).argmax(axis=1) for rows in row_blocks(len(sample), BLOCK)])
        order = np.argsort(cell, kind="stable")
        held, first = np.unique(cell[order], return_index=True)
        places = places.copy()
        places[held] = unit(np.add.reduceat(sample[order], first, axis=0))  # an empty cell stays where it is
    return places
