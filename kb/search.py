"""Passages ranked by meaning and by words, as arithmetic: no store, no model, no words of any language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kb.embed.passages import UNRELATED
from kb.langs.folding import fold, has_han, search_words

# Short phrases on nothing in particular. A short question's vector says above all "a short question"; taking the mean
# of such questions away leaves what this one is about. Measured on 33 questions in four languages against the passages
# of five articles, mean reciprocal rank: .41 plain, .49 less the mean of the question's language, .63 less this mean.
# A list in the question's own language gained nothing.
BACKGROUND = (
    "history of the city",
    "weather today",
    "how to cook rice",
    "football results",
    "computer software update",
    "health and medicine",
    "the government budget",
    "music and art",
)

# The score rises from 0 to 1 between UNRELATED and this; for questions on the articles the best passage reached .16 to
# .44.
SAME = 0.50

# Less than this is shown to nobody: it would read 0.00.
LEAST_SCORE = 0.01

# Where the best passage is worth less, perhaps no article speaks of it. On two bases none of 35 questions on the
# articles stayed below, and of 20 questions on other things 13 did on the one, 7 on the other.
FITTING = 0.245

# A passage that holds all words of the question is at least this good an answer, whatever its vector says.
WORDS_WEIGHT = 0.5


# So many of the nearest passages, and all with words of the question, are compared by sentence too: an answer of one
# sentence is hardly seen in the vector of a long passage. Mean reciprocal rank without, with the mean of passage and
# nearest sentence, with the nearest sentence alone: a third of a news sentence as the question, passages of six
# sentences in another language .43 .56 .59; 41 questions to five articles .66 .69 .70; 18 to others .61 .61 .57.
SHARPENED = 100


def sharpened(passage: float, sentence: float) -> float:
    """The cosine of a passage, raised where one of its sentences answers alone."""
    return max(passage, (passage + sentence) / 2)


def meaning_score(cosine: float) -> float:
    """A centred cosine as a score in 0..1."""
    return min(1.0, max(0.0, (cosine - UNRELATED) / (SAME - UNRELATED)))


def fuse(meaning: Mapping[str, float], words: Mapping[str, float]) -> list[tuple[str, float]]:
    """(passage id, score in 0..1) by both, best first; those that neither finds related are left out.

    `meaning` are centred cosines, `words` shares in 0..1 of the question that a passage holds. Each makes up for what
    the other lacks, so a passage in another language can win without a word in common.
    """
    scores: dict[str, float] = {}
    for passage in meaning.keys() | words.keys():
        near = meaning_score(meaning.get(passage, 0.0))
        score = 1 - (1 - near) * (1 - WORDS_WEIGHT * words.get(passage, 0.0))
        if score >= LEAST_SCORE:
            scores[passage] = score
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def shares_of_words(question: str, texts: Sequence[str], total: int) -> list[float]:
    """How much of the question each text holds, 0..1. A word without its tones or accents counts 0.7.

    `texts` are those of `total` passages that hold any word of it. Words count by how few passages hold them: most of
    a question is grammar (comment ... les ...), and a passage that holds only that holds next to nothing of it.
    """
    wanted = {unit: _fold(unit) for unit in _units(question)}
    held = [set(_units(text)) for text in texts]
    weights = {unit: math.log((total + 1) / (1 + sum(unit in found for found in held))) for unit in wanted}
    whole = sum(weights.values())
    if whole <= 0:
        return [0.0] * len(texts)
    shares = []
    for found in held:
        folded = set(map(_fold, found))
        got = (w * (1.0 if u in found else 0.7 if wanted[u] in folded else 0.0) for u, w in weights.items())
        shares.append(sum(got) / whole)
    return shares


@lru_cache(maxsize=100_000)
def _fold(word: str) -> str:
    return fold(word)


def _units(text: str) -> list[str]:
    """Words, and pairs of neighbours for Chinese, where one character says little."""
    words = search_words(text)
    if not has_han(text):
        return list(dict.fromkeys(words))
    units: list[str] = []
    for i, word in enumerate(words):
        if not has_han(word):
            units.append(word)
        elif i + 1 < len(words) and has_han(words[i + 1]):
            units.append(word + words[i + 1])
        elif i == 0 or not has_han(words[i - 1]):
            units.append(word)
    return list(dict.fromkeys(units))


def relative(found: Sequence[tuple[str, float]]) -> dict[str, float]:
    """BM25 scores as shares of the best one, which depends on the question alone."""
    best = max((score for _, score in found), default=0.0)
    return {passage: score / best if best > 0 else 1.0 for passage, score in found}
