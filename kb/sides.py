"""One text as the aligner needs it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from kb.align import Side
from kb.embed import Vectors
from kb.embed.cache import VectorCache
from kb.embed.centre import language_mean, reference_means, subtract
from kb.embed.tokens import Tokens, weigh
from kb.model import AnalysedArticle

T = TypeVar("T")
R = TypeVar("R")

# A text of more sentences is aligned by vectors and lengths alone: the vectors of its words take 25 kB a sentence.
MOST_SENTENCES = 20_000


def languages(article: AnalysedArticle) -> list[str]:
    """The tag of every sentence."""
    return [article.language_of(n) for n in range(len(article.sentences))]


def by_language(tags: Sequence[str], items: Sequence[T], make: Callable[[str, list[T]], Sequence[R]]) -> list[R]:
    """What `make` makes of the items of every language together, for each item. `tags`: the language of each."""
    found: dict[int, R] = {}
    for tag in sorted(set(tags)):
        rows = [i for i, own in enumerate(tags) if own == tag]
        found.update(zip(rows, make(tag, [items[i] for i in rows]), strict=True))
    return [found[i] for i in range(len(items))]


def side_of(sentences: Sequence[str], tags: Sequence[str], vectors: Vectors, cache: VectorCache) -> Side:
    """What the aligner needs of one text; vectors of its words and of blocks of its sentences are made when it asks.

    `vectors`: float32 [n, d], centred. `tags`: the language of every sentence; the words of each language are centred
    by themselves, and a block goes with the language of its first sentence.
    """
    from kb.langs.registry import analyser_for

    own, reference = cache.get(sentences, keep=False), reference_means(cache.model)
    means = {tag: language_mean(own[np.array([t == tag for t in tags])], tag, reference) for tag in sorted(set(tags))}

    def blocks(asked: Sequence[Sequence[int]]) -> Vectors:
        texts = [analyser_for(tags[block[0]]).join(sentences[i] for i in block) for block in asked]
        return subtract(cache.get(texts, keep=False), np.stack([means[tags[block[0]]] for block in asked]))

    @functools.cache
    def words() -> list[Tokens] | None:
        if len(sentences) > MOST_SENTENCES or (states := cache.tokens(sentences)) is None:
            return None
        return by_language(tags, states, lambda _, own: weigh(own, in_general=True))

    return Side(vectors, np.array([len(s) for s in sentences], np.float32), sentences, words, blocks)
