"""One text as the aligner needs it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.align import Side
from kb.embed import Vectors
from kb.embed.cache import VectorCache
from kb.embed.centre import language_mean, reference_means, subtract


def side_of(sentences: Sequence[str], language: str, vectors: Vectors, cache: VectorCache) -> Side:
    """What the aligner needs of one text; its blocks of sentences are embedded when it asks for them."""
    from kb.langs.registry import analyser_for

    analyser = analyser_for(language)
    mean = language_mean(cache.get(sentences, keep=False), language, reference_means(cache.model))

    def blocks(ranges: list[tuple[int, int]]) -> Vectors:
        texts = [analyser.join(sentences[i:j]) for i, j in ranges]
        return subtract(cache.get(texts, keep=False), mean)

    lengths = np.array([len(s) for s in sentences], np.float32)
    return Side(vectors, lengths, blocks)
