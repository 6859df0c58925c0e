"""Whether one article is a translation of another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

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
# Mean best cosine of the shorter article's sentences below which it is no translation. Of 5,789 pairs that `relation`
# calls parallel (whole, joined and dropped, halves, two thirds, 5 sentences; in vi, fr and zh-Hans) the least had .225,
# of pairs of different documents one in a hundred had .214.
POSSIBLE = 0.2
CELLS = 2**24  # cosines held at once


def relation(a_vectors: Floats, b_vectors: Floats) -> tuple[str, float]:
    """("parallel" or "comparable", score 0..1): is one article a translation of the other, or of half of it?

    `a_vectors`, `b_vectors`: float32 [n, d], [m, d], unit rows, centred by language. Sentences that are each other's
    best match by CSLS (Conneau et al. 2018, "Word Translation Without Parallel Data", ICLR) count with what they have
    beyond `BEYOND`, along the best chain that keeps the order of both articles. Parallel is a score of .5 and more.
    Time grows with n x m, memory with n + m. An article without sentences is comparable, 0.
    """
    if not len(a_vectors) or not len(b_vectors):
        return "comparable", 0.0
    share = parallel_share(a_vectors, b_vectors)
    score = round(1.0 / (1.0 + float(np.exp(-RELATION_SLOPE * (share - PARALLEL_FROM)))), 4)
    return ("parallel" if score >= 0.5 else "comparable"), score


def parallel_share(a_vectors: Floats, b_vectors: Floats) -> float:
    """What the best chain of `relation` has, for every sentence of the shorter article: 0 and more."""
    n, m = len(a_vectors), len(b_vectors)
    if not n or not m:
        return 0.0
    # In a canonical order, so that the answer does not depend on which article comes first.
    if (n, a_vectors.tobytes()) > (m, b_vectors.tobytes()):
        a_vectors, b_vectors, n, m = b_vectors, a_vectors, m, n
    chain = np.zeros(m + 1)  # best chain that ends before a sentence of b
    for value, j in mutual(a_vectors, b_vectors).values():
        if value > BEYOND:
            chain[j + 1] = chain[: j + 1].max() + value - BEYOND
    return float(chain.max()) / n


class Possible:
    """For which articles it is worth to ask for the `relation`; whether two are depends on these two alone.

    `vectors`: article -> float32 [sentences, d], as `relation` takes them, of every article.
    """

    def __init__(self, vectors: Mapping[str, Floats]) -> None:
        self._vectors = {name: rows for name, rows in sorted(vectors.items()) if len(rows)}
        self._every = np.concatenate([*self._vectors.values()]) if self._vectors else np.zeros((0, 1), np.float32)
        self._sizes = np.array([len(rows) for rows in self._vectors.values()], np.int64)

    def of(self, article: str) -> list[str]:
        """Those that may be a translation of `article`; some milliseconds for every 10,000 sentences."""
        own = self._vectors.get(article)
        if own is None:
            return []
        starts = np.cumsum(self._sizes) - self._sizes
        best_of_own, best_of_other = np.zeros(len(starts)), np.full(len(self._every), -1.0, np.float32)
        step = max(CELLS // len(self._every), 1)
        for top in range(0, len(own), step):
            cosines = own[top : top + step] @ self._every.T
            best_of_own += np.maximum.reduceat(cosines, starts, axis=1).sum(axis=0)
            best_of_other = np.maximum(best_of_other, cosines.max(axis=0))
        mean_of_other = np.add.reduceat(best_of_other, starts, dtype=np.float64) / self._sizes
        shorter = np.where(len(own) <= self._sizes, best_of_own / len(own), mean_of_other)
        names = list(self._vectors)
        return [names[k] for k in np.flatnonzero(shorter >= POSSIBLE) if names[k] != article]


def mutual(a: Floats, b: Floats) -> dict[int, tuple[float, int]]:
    """Sentence of a -> (CSLS, sentence of b), in order, of those that are the best match of their own best match."""
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
    return {i: (float(best_a[i]), int(choice_a[i])) for i in range(len(a)) if owner_b[choice_a[i]] == i}
