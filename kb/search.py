"""Passages ranked by meaning and by words, as arithmetic: no store, no model, no words of any language."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import simsimd

from kb.embed.base import Vectors, quantise, row_blocks, unit
from kb.embed.centre import reference_means, shrunk_mean
from kb.langs.folding import fold, has_han, search_words
from kb.model import base_language

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

# Centred cosines: the best passage for questions on something else altogether reached .10 to .16, for questions on the
# articles .16 to .44. The score rises from 0 to 1 between these two.
UNRELATED = 0.10
SAME = 0.50

# Less than this is shown to nobody: it would read 0.00.
LEAST_SCORE = 0.01

# A passage that holds all words of the question is at least this good an answer, whatever its vector says.
WORDS_WEIGHT = 0.5


# So many of the nearest passages, and all with words of the question, are compared by sentence too: an answer of one
# sentence is hardly seen in the vector of a long passage. Mean reciprocal rank without, with the mean of passage and
# nearest sentence, with the nearest sentence alone: a third of a news sentence as the question, passages of six
# sentences in another language .43 .56 .59; 41 questions to five articles .66 .69 .70; 18 to others .61 .61 .57.
SHARPENED = 100

# The first pass compares whole numbers of a byte. Among 20,000 centred cosines of questions and news sentences it is
# off by .0007 (standard deviation), .003 at worst. Whatever comes within this of the last place is compared exactly.
ROUGH = 0.01

# Rows made floats at once: few enough for the processor's cache is twice as fast as all.
BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Passages' vectors as the base holds them, a byte a dimension, to be compared less the mean of their language.

    `ids` and `languages` (tags) name the rows of `codes`, int8 [n, d]. With v the unit vector of a row and m the mean
    of its language, which is row `group` [n] of `means` [languages, d]: `scale` [n] makes v of its codes, `spread` [n]
    is the length of v - m. All float32.
    """

    ids: list[str]
    languages: list[str]
    codes: npt.NDArray[np.int8]
    scale: Vectors
    spread: Vectors
    group: npt.NDArray[np.intp]
    means: Vectors
    row: dict[str, int]

    @classmethod
    def of(
        cls,
        ids: list[str],
        languages: list[str],
        codes: npt.NDArray[np.int8],
        *,
        model: str,
    ) -> PassageVectors:
        bases = {tag: base_language(tag) for tag in set(languages)}
        names = sorted(set(bases.values()))
        number = {tag: names.index(base) for tag, base in bases.items()}
        group = np.array([number[tag] for tag in languages], np.intp)
        scale, spread = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
        total = np.zeros((len(names), codes.shape[1]), np.float32)
        for block in row_blocks(len(ids), BLOCK):
            values = codes[block].astype(np.float32)
            scale[block] = 1 / np.maximum(np.sqrt(np.einsum("nd,nd->n", values, values)), 1e-12)
            for n in np.unique(group[block]).tolist():
                total[n] += np.where(group[block] == n, scale[block], 0) @ values
        counts, known = np.bincount(group, minlength=len(names)).tolist(), reference_means(model)
        means = np.zeros_like(total)
        for n, language in enumerate(names):
            means[n] = shrunk_mean(total[n], counts[n], language, known)
        lengths = np.einsum("nd,nd->n", means, means)
        for block in row_blocks(len(ids), BLOCK):
            own = group[block]
            along = (codes[block].astype(np.float32) @ means.T)[np.arange(len(own)), own] * scale[block]
            spread[block] = np.sqrt(np.maximum(1 - 2 * along + lengths[own], 1e-12))  # |v - m|, where |v| is 1
        return cls(ids, languages, codes, scale, spread, group, means, {id: row for row, id in enumerate(ids)})

    def nearness(
        self,
        question: Vectors,
        background: Vectors,
        most: int,
        *,
        within: Collection[str] | None = None,
        also: Iterable[str] = (),
    ) -> dict[str, float]:
        """Centred cosine to `question` [d], less the mean of `background` [n, d], of the passages nearest to it.

        At least the `most` nearest of those `within` (None: of all), as far as they are related, and any of `also`.
        """
        if not self.ids:
            return {}
        wanted = unit(question - background.mean(axis=0))
        rows = None
        if within is not None:
            rows = np.array([row for row, id in enumerate(self.ids) if id in within], np.intp)
        near = self._nearest(wanted, rows, most)
        near = np.union1d(near, np.array([self.row[id] for id in also if id in self.row], np.intp))
        level = (self.means @ wanted)[self.group[near]]
        cosines = (self.codes[near].astype(np.float32) @ wanted * self.scale[near] - level) / self.spread[near]
        return {self.ids[row]: c for row, c in zip(near.tolist(), cosines.tolist(), strict=True) if c > UNRELATED}

    def nearest_sentence(
        self, question: Vectors, background: Vectors, owners: Sequence[str], sentences: Vectors
    ) -> dict[str, float]:
        """Passage id -> centred cosine to `question` [d] of the nearest of its `sentences` [n, d], which are those of
        the passages `owners` [n]."""
        wanted = unit(question - background.mean(axis=0))
        own = unit(sentences) - self.means[self.group[[self.row[id] for id in owners]]]
        found: dict[str, float] = {}
        for id, cosine in zip(owners, (unit(own) @ wanted).tolist(), strict=True):
            found[id] = max(cosine, found.get(id, cosine))
        return found

    def _nearest(self, wanted: Vectors, rows: npt.NDArray[np.intp] | None, most: int) -> npt.NDArray[np.intp]:
        """Of `rows` (None: of all) those that may be among the `most` nearest and related."""
        codes, factor = quantise(wanted[None])
        part = (self.codes, self.scale, self.spread, self.group)
        if rows is not None:
            part = (self.codes[rows], self.scale[rows], self.spread[rows], self.group[rows])
        own, scale, spread, group = part
        if most <= 0 or not len(own):
            return np.array([], np.intp)
        rough = np.asarray(simsimd.cdist(codes, own, "dot"))[0].astype(np.float32)
        rough *= scale
        rough *= factor
        rough -= (self.means @ wanted)[group]
        rough /= spread
        related = np.flatnonzero(rough >= UNRELATED - ROUGH)
        if len(related) > most:
            last = np.partition(rough[related], -most)[-most]
            related = related[rough[related] >= last - ROUGH]
        return related if rows is None else rows[related]


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
