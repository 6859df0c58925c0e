"""Word links: which words of two texts are each other's best counterpart, and into which sentences they lead.

Words of a bead find each other, words on the wrong side of a joint find each other across it. Token vectors of one
model show that for any two languages (Jalili Sabet et al. 2020, "SimAlign", Findings of EMNLP, the "argmax" links; Dou
& Neubig 2021, "AWESOME", EACL). Only sentences near the path are compared, so time and memory grow with the length of
the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kb.align.band import Doubles, Floats, Ints
from kb.embed.tokens import Tokens

REACH = 8  # sentences to either side of the path whose words compete
CHUNK = 16  # sentences compared at once


@dataclass(frozen=True)
class Links:
    """Weight of the words of a, and of b, that link sentence i of a with first[i] + k of b: float64 [n, width]; and the
    same of all sentences together, and of all their words, linked or not: float64 [n] and [m]."""

    first: Ints
    weight_a: Doubles
    weight_b: Doubles
    linked_a: Doubles
    linked_b: Doubles
    words_a: Doubles
    words_b: Doubles

    def inside(self, i: int, j: int, p: int, q: int) -> tuple[Doubles, Doubles]:
        """Of the p sentences of a from i on, and the q of b from j on: the weight of their words linked with each
        other, float64 [p] and [q]."""
        own, other = np.zeros(p), np.zeros(q)
        width = self.weight_a.shape[1]
        for k in range(p):
            low = j - int(self.first[i + k])
            begin, end = max(low, 0), min(low + q, width)
            if begin < end:
                own[k] = self.weight_a[i + k, begin:end].sum()
                other[begin - low : end - low] += self.weight_b[i + k, begin:end]
        return own, other


def links(a: Sequence[Tokens], b: Sequence[Tokens], path: Sequence[tuple[int, int]]) -> Links:
    """`path`: pairs of sentences behind, in order, from (0, 0) to (n, m)."""
    n, m = len(a), len(b)
    i, j = np.array(path, np.float64).T
    middle = np.interp(np.arange(n) + 0.5, i, j)
    width = min(m, 2 * REACH + 1)
    first = np.clip(np.round(middle).astype(np.int64) - REACH, 0, m - width)
    vectors = _joined(b)
    start_a, start_b = _starts(a), _starts(b)
    sentence_a, sentence_b = _owners(a), _owners(b)
    best_of_a = np.zeros(len(sentence_a), np.int64)
    best_of_b, cosine_of_b = np.full(len(sentence_b), -1), np.full(len(sentence_b), -np.inf, np.float32)
    for top in range(0, n, CHUNK):
        end = min(top + CHUNK, n)
        low, high = int(start_b[first[top]]), int(start_b[int(first[end - 1]) + width])
        words = _joined(a[top:end])
        if not len(words) or low == high:
            continue
        rows = slice(int(start_a[top]), int(start_a[end]))
        shift = sentence_b[None, low:high] - first[sentence_a[rows]][:, None]
        cosines = np.where((shift >= 0) & (shift < width), words @ vectors[low:high].T, np.float32(-1.0))
        best_of_a[rows] = low + cosines.argmax(axis=1)
        highest = cosines.max(axis=0)
        better = highest > cosine_of_b[low:high]
        best_of_b[low:high] = np.where(better, rows.start + cosines.argmax(axis=0), best_of_b[low:high])
        cosine_of_b[low:high] = np.where(better, highest, cosine_of_b[low:high])
    table = np.zeros((2, n, width))
    weights_a, weights_b = (np.concatenate([np.zeros(0), *(t.weights for t in side)]) for side in (a, b))
    if len(best_of_b):
        own = np.flatnonzero(best_of_b[best_of_a] == np.arange(len(best_of_a)))
        other = best_of_a[own]
        cell = sentence_a[own], sentence_b[other] - first[sentence_a[own]]
        np.add.at(table[0], cell, weights_a[own])
        np.add.at(table[1], cell, weights_b[other])
    linked_b = np.zeros(m)
    np.add.at(linked_b, first[:, None] + np.arange(width), table[1])
    words_a, words_b = (np.array([float(t.weights.sum()) for t in side]) + 1e-6 for side in (a, b))
    return Links(first, table[0], table[1], table[0].sum(axis=1), linked_b, words_a, words_b)


def linked(a: Sequence[Tokens], b: Sequence[Tokens]) -> tuple[float, float]:
    """How many of the words of these sentences, by weight, are each other's best among them: the mean of both sides,
    and of the sentence with the fewest."""
    sizes = [len(t.weights) for t in (*a, *b)]
    if not sum(sizes[: len(a)]) or not sum(sizes[len(a) :]):
        return 0.0, 0.0
    cosines = _joined(a) @ _joined(b).T
    best_of_a, best_of_b = cosines.argmax(axis=1), cosines.argmax(axis=0)
    sides = (
        (a, best_of_b[best_of_a] == np.arange(len(best_of_a))),
        (b, best_of_a[best_of_b] == np.arange(len(best_of_b))),
    )
    shares, means = [], []
    for sentences, mutual in sides:
        weights = np.concatenate([t.weights for t in sentences])
        starts = _starts(sentences)
        for begin, end in pairwise(starts):
            own = weights[begin:end]
            shares.append(float((own * mutual[begin:end]).sum() / max(own.sum(), 1e-6)))
        means.append(float((weights * mutual).sum() / max(weights.sum(), 1e-6)))
    return sum(means) / 2, min(shares)


def _joined(sentences: Sequence[Tokens]) -> Floats:
    return np.concatenate([t.vectors for t in sentences]).astype(np.float32)


def _starts(sentences: Sequence[Tokens]) -> Ints:
    return np.concatenate([[0], np.cumsum([len(t.weights) for t in sentences])]).astype(np.int64)


def _owners(sentences: Sequence[Tokens]) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(sentences)), [len(t.weights) for t in sentences])
