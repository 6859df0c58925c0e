"""What a model makes of every token of a text: evidence finer than one vector a text.

From a layer two thirds up, where words of two languages lie closest (Jalili Sabet et al. 2020, "SimAlign", Findings of
EMNLP; Dou & Neubig 2021, "AWESOME", EACL).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Log of the place from which a token counts at all, and how much further it counts as one. With the log probabilities
# that the place stands for, strict F1 of alignment on bench/parallel was .953, without .949.
COMMON, RANGE = 0.9, 5.0


@dataclass(frozen=True, slots=True)
class TokenStates:
    """Of one text, as the model gives them: ids int [n], float16 [n, d], and where each token stands in the text."""

    ids: npt.NDArray[np.int64]
    states: npt.NDArray[np.float16]
    spans: npt.NDArray[np.int64]  # [n, 2]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Unit vectors less their language's mean, float16 [n, d], and how much each counts, float32 [n]."""

    vectors: npt.NDArray[np.float16]
    weights: npt.NDArray[np.float32]


def weigh(texts: Sequence[TokenStates], *, in_general: bool = False) -> list[Tokens]:
    """Texts of one language: vectors centred by all their tokens, rare tokens weighing more than common ones.

    Rare in these texts; `in_general`: and in the language, by the token's place in the model's vocabulary, which lists
    the frequent ones first (log frequency falls with the log of the place: Zipf).
    """
    texts_with = Counter(int(i) for t in texts for i in set(t.ids.tolist()))
    out = []
    for text, vectors in zip(texts, centred(texts), strict=True):
        weights = np.array([np.log(1 + len(texts) / texts_with[int(i)]) for i in text.ids], np.float32)
        if in_general:
            weights *= np.clip((np.log(text.ids + 1.0) - COMMON) / RANGE, 0.1, 1.5).astype(np.float32)
        out.append(Tokens(vectors.astype(np.float16), weights))
    return out


def centred(texts: Sequence[TokenStates]) -> list[npt.NDArray[np.float32]]:
    """Of texts of one language: unit vectors of their tokens, less the mean of all of them, float32 [n, d] each."""
    total = sum(len(t.ids) for t in texts)
    if not total:
        return [t.states.astype(np.float32) for t in texts]
    mean = (sum(t.states.sum(axis=0, dtype=np.float64) for t in texts) / total).astype(np.float32)
    out = []
    for text in texts:
        vectors = text.states.astype(np.float32) - mean
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        out.append(vectors)
    return out
