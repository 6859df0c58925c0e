"""Word evidence: how well the words of a few sentences find themselves in a few sentences of the other text.

A bead whose sides say the same has a likely counterpart for every word of either side, and none of them has a better
one in the sentence beside it. Token vectors of one model show that across languages (Jalili Sabet et al. 2020,
"SimAlign", Findings of EMNLP; Dou & Neubig 2021, "AWESOME", EACL). Only sentences near the path are compared, so time
and memory grow with the length of the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.embed.tokens import Tokens

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SHARPNESS = 20.0  # of the logistic that says whether another sentence has a word's counterpart
CHUNK = 16  # sentences compared at once


@dataclass(frozen=True)
class Window:
    """For sentence i of one text: sentences first[i] to first[i] + width (exclusive) of the other."""

    first: Ints
    width: int

    @classmethod
    def around(cls, path: Sequence[tuple[int, int]], n: int, m: int, reach: int) -> Window:
        """`path`: pairs of sentences behind, in order, from (0, 0) to (n, m)."""
        i, j = np.array(path, np.float64).T
        width = min(m, 2 * reach + 1)
        middle = np.interp(np.arange(n) + 0.5, i, j)
        return cls(np.clip(np.floor(middle).astype(np.int64) - reach, 0, m - width), width)


@dataclass(frozen=True)
class OneSide:
    """What the words of sentence i find in blocks of the other text that begin at window.first[i] + k: float32
    [n, sizes, width], NaN where the window or the text ends. `found`: the sum over the words of weight x (best cosine
    in the block - usual best in a sentence of the window); `lost`: the sum of weight x how likely a sentence beside the
    block has a better counterpart; `weights` [n]: the words' weights."""

    window: Window
    found: Floats
    lost: Floats
    weights: Floats


def one_side(a: Sequence[Tokens], b: Sequence[Tokens], window: Window, largest: int) -> OneSide:
    n, width = len(a), window.width
    found = np.full((n, largest, width), np.nan, np.float32)
    lost = np.full((n, largest, width), np.nan, np.float32)
    weights = np.array([float(t.weights.sum()) for t in a], np.float32)
    sizes = np.array([len(t.weights) for t in b])
    for top in range(0, n, CHUNK):
        rows = range(top, min(top + CHUNK, n))
        low = int(window.first[top : top + CHUNK].min())
        high = int(window.first[top : top + CHUNK].max()) + width
        near = np.concatenate([t.vectors for t in b[low:high]]).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(sizes[low:high])])[:-1]
        filled = sizes[low:high] > 0
        own = np.concatenate([a[i].vectors for i in rows]).astype(np.float32)
        best = np.full((len(own), high - low), -1.0, np.float32)
        if len(near) and len(own):
            best[:, filled] = np.maximum.reduceat(own @ near.T, starts[filled], axis=1)
        at = 0
        for i in rows:
            size = len(a[i].weights)
            first = int(window.first[i]) - low
            here = best[at : at + size]
            _sentence(here, a[i].weights, first, width, found[i], lost[i])
            at += size
    return OneSide(window, found, lost, weights)


def _sentence(best: Floats, weights: Floats, first: int, width: int, found: Floats, lost: Floats) -> None:
    """`best`: [words, sentences] of one sentence, beyond its window where they were looked at."""
    shown = best[:, first : first + width]
    usual = shown.mean(axis=1, keepdims=True)
    beyond = np.pad(shown, ((0, 0), (1, 1)), constant_values=-1.0)
    block = shown
    for k in range(len(found)):
        if k:
            block = np.maximum(block[:, : width - k], shown[:, k:])
        count = width - k
        if count <= 0:
            break
        outside = np.maximum(beyond[:, :count], beyond[:, k + 2 : k + 2 + count])
        found[k, :count] = weights @ (block - usual)
        lost[k, :count] = weights @ (1.0 / (1.0 + np.exp(-SHARPNESS * (outside - block))))
