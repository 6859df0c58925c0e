"""Words of two aligned texts linked with each other, so that a word's counterpart can be pointed at.

Inside a bead two words are linked when their tokens are each other's best by vectors of the model (Jalili Sabet et al.
2020, "SimAlign", Findings of EMNLP: "argmax"), those that the lexicon knows as one sense closer to each other. Function
words and marks are not linked: they have no counterpart to
point at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.embed.cache import VectorCache
from kb.embed.tokens import centred
from kb.langs.base import Word
from kb.langs.folding import name_key
from kb.langs.lexicon import lexicon
from kb.langs.registry import analyser_for
from kb.match import mutual_best
from kb.model import Bead, WordLink, base_language
from kb.renderings import shared_senses
from kb.sides import by_language

_Place = tuple[int, int, int]

# Added to the cosine of two tokens whose words share a sense: F1 on the project's gold .838, by .2 .835, without .812.
SHARED_SENSE = 0.5
CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "X"})


@dataclass(frozen=True, slots=True)
class LinkedText:
    """What linking needs of a text: the words of every sentence with their senses, and its tokens' spans and centred
    unit vectors."""

    words: Sequence[Sequence[Word]]
    senses: Sequence[Sequence[frozenset[int]]]
    spans: Sequence[npt.NDArray[np.int64]]
    vectors: Sequence[npt.NDArray[np.float32]]


def word_links(
    texts: tuple[Sequence[str], Sequence[str]],
    tags: tuple[Sequence[str], Sequence[str]],
    beads: Sequence[Bead],
    cache: VectorCache,
) -> list[list[WordLink]]:
    """The links inside every bead, in the order of the words of the first text; none where a side was left out, or
    where the model shows no tokens. `texts`, `tags`: the sentences of either side, and the language of each."""
    a, b = (prepared(text, of, cache) for text, of in zip(texts, tags, strict=True))
    if a is None or b is None:
        return [[] for _ in beads]
    return [linked(a, bead.a, b, bead.b) for bead in beads]


def prepared(sentences: Sequence[str], tags: Sequence[str], cache: VectorCache) -> LinkedText | None:
    """None for a model that shows no tokens."""
    states = cache.tokens(sentences)
    if states is None:
        return None
    words = by_language(tags, sentences, lambda tag, own: analyser_for(tag).words(own))
    return LinkedText(
        words,
        by_language(tags, words, senses_of),
        [s.spans for s in states],
        by_language(tags, states, lambda _, own: centred(own)),
    )


def senses_of(tag: str, sentences: Sequence[Sequence[Word]]) -> list[list[frozenset[int]]]:
    """What the lexicon has under the lemma of every word."""
    words, language = lexicon(), base_language(tag)
    return [[words.senses_of(language, name_key(w.lemma)) for w in own] for own in sentences]


def linked(a: LinkedText, rows: Sequence[int], b: LinkedText, columns: Sequence[int]) -> list[WordLink]:
    """The links between some sentences of one text and some of the other: a word goes with every word that one of its
    tokens found, since compounds are cut differently by every language."""
    places_a, places_b = _places(a, rows), _places(b, columns)
    if not places_a or not places_b:
        return []
    cosine = np.concatenate([a.vectors[i] for i in rows]) @ np.concatenate([b.vectors[j] for j in columns]).T
    shared = shared_senses([senses for _, senses in places_a], [senses for _, senses in places_b])
    found: dict[tuple[_Place, _Place], float] = {}
    for i, j in mutual_best(cosine + np.float32(SHARED_SENSE) * shared):
        own, other = places_a[i][0], places_b[j][0]
        if own is not None and other is not None:
            found[own, other] = max(found.get((own, other), 0.0), float(cosine[i, j]))
    return [WordLink(own, other, round(min(max(score, 0.0), 1.0), 4)) for (own, other), score in sorted(found.items())]


def _places(text: LinkedText, sentences: Sequence[int]) -> list[tuple[_Place | None, frozenset[int]]]:
    """Of every token: the content word that it is most of, with its senses."""
    found: list[tuple[_Place | None, frozenset[int]]] = []
    for i in sentences:
        words = text.words[i]
        for start, end in text.spans[i].tolist():
            shared = [min(end, w.at + len(w.text)) - max(start, w.at) for w in words]
            nth = int(np.argmax(shared)) if shared else -1
            if nth >= 0 and shared[nth] > 0 and words[nth].pos in CONTENT:
                found.append(((i, words[nth].at, words[nth].at + len(words[nth].text)), text.senses[i][nth]))
            else:
                found.append((None, frozenset()))
    return found
