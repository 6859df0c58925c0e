"""One text as the aligner needs it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.align import Side
from kb.embed import Vectors
from kb.embed.cache import VectorCache
from kb.embed.centre import language_mean, reference_means, subtract
from kb.model import AnalysedArticle


def languages(article: AnalysedArticle) -> list[str]:
    """The tag of every sentence."""
    return [article.language_of(n) for n in range(len(article.sentences))]


def side_of(sentences: Sequence[str], tags: Sequence[str], vectors: Vectors, cache: VectorCache) -> Side:
    """What the aligner needs of one text; its blocks of sentences are embedded when it asks for them.

    `tags`: the language of every sentence; a block goes with that of its first.
    """
    from kb.langs.registry import analyser_for

    own, reference = cache.get(sentences, keep=False), reference_means(cache.model)
    means = {tag: language_mean(own[np.array([t == tag for t in tags])], tag, reference) for tag in sorted(set(tags))}

    def blocks(ranges: list[tuple[int, int]]) -> Vectors:
        texts = [analyser_for(tags[i]).join(sentences[i:j]) for i, j in ranges]
        return subtract(cache.get(texts, keep=False), np.stack([means[tags[i]] for i, _ in ranges]))

    lengths = np.array([len(s) for s in sentences], np.float32)
    return Side(vectors, lengths, blocks)
