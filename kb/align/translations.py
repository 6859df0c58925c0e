"""Whether one article is a translation of another."""

from __future__ import annotations

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
    for value, j in mutual(a_vectors, b_vectors).values():
        if value > BEYOND:
            chain[j + 1] = chain[: j + 1].max() + value - BEYOND
    share = float(chain.max()) / n
    score = 1.0 / (1.0 + float(np.exp(-RELATION_SLOPE * (share - PARALLEL_FROM))))
    return ("parallel" if score >= 0.5 else "comparable"), round(score, 4)


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
