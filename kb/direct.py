"""Answers about files that need no knowledge base: alignments, matches and terms of texts given on the command line."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kb.align import align, relation
from kb.counterparts import centre_names
from kb.embed import Embedder
from kb.embed.base import embedding_text, name_text
from kb.embed.cache import VectorCache
from kb.embed.centre import centre, centre_each, reference_means
from kb.embed.tokens import weigh
from kb.langs.folding import name_key
from kb.langs.lexicon import lexicon
from kb.match import best_of_each
from kb.model import Alignment, AnalysedArticle, Bead, WordLink, base_language
from kb.recipe import Recipe
from kb.renderings import spoken_for
from kb.sides import languages, side_of
from kb.wordlinks import word_links

if TYPE_CHECKING:
    from kb.extract import Counted

# Of two French fields of 54,000 words each, a list of one term in 50 words was the best to within 4 %.
WORDS_A_TERM, LEAST_TERMS = 50, 40
# Lines a side whose tokens are held in memory: 20 kB each.
LOOKED_AT_TWICE = 50_000


class _Unsaved:
    """A place for vectors that lasts as long as one command."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[npt.NDArray[Any], Any]] = {}

    def vectors(self, keys: Sequence[str]) -> tuple[list[str], npt.NDArray[Any], npt.NDArray[Any]]:
        found = [k for k in keys if k in self._held]
        codes = np.stack([self._held[k][0] for k in found]) if found else np.zeros((0, 0), np.int8)
        return found, codes, np.array([self._held[k][1] for k in found], np.float32)

    def save_vectors(self, keys: Sequence[str], codes: npt.NDArray[Any], factors: npt.NDArray[Any]) -> None:
        self._held.update(zip(keys, zip(codes, factors, strict=True), strict=True))


def align_articles(a: AnalysedArticle, b: AnalysedArticle, embedder: Embedder) -> Alignment:
    """The beads of two articles, whatever they have to do with each other; where they do not look like translations, a
    bead is as likely as that they are, too."""
    texts = ([s.text for s in a.sentences], [s.text for s in b.sentences])
    beads, kind, score = _align_texts(texts, (languages(a), languages(b)), embedder)
    if kind != "parallel":
        beads = [replace(bead, score=round(bead.score * score, 4)) for bead in beads]
    return Alignment(a.id, b.id, kind, round(score, 4), tuple(beads))


def align_lines(
    a: Sequence[str], b: Sequence[str], language_a: str | None, language_b: str | None, embedder: Embedder
) -> list[Bead]:
    """The beads of two texts with a sentence a line; a language that is not given is detected."""
    tags = (language_a or language_of(a), language_b or language_of(b))
    return _align_texts((a, b), ([tags[0]] * len(a), [tags[1]] * len(b)), embedder)[0]


def language_of(lines: Sequence[str]) -> str:
    """The tag of most of these lines, `und` when nothing tells."""
    from kb.clean.language import detect

    return detect("\n".join(lines))


def _align_texts(
    texts: tuple[Sequence[str], Sequence[str]], tags: tuple[Sequence[str], Sequence[str]], embedder: Embedder
) -> tuple[list[Bead], str, float]:
    cache = VectorCache(embedder.name, lambda: embedder, _Unsaved())
    vectors = [centre_each(cache.get(t), of, reference_means(cache.model)) for t, of in zip(texts, tags, strict=True)]
    sides = [side_of(t, of, v, cache) for t, of, v in zip(texts, tags, vectors, strict=True)]
    kind, score = relation(*vectors)
    return align(*sides), kind, score


def link_words(
    texts: tuple[Sequence[str], Sequence[str]],
    tags: tuple[Sequence[str], Sequence[str]],
    beads: Sequence[Bead],
    embedder: Embedder,
) -> list[list[WordLink]]:
    """The words linked inside every bead. `texts`, `tags`: sentences of either side, and the language of each."""
    return word_links(texts, tags, beads, VectorCache(embedder.name, lambda: embedder, _Unsaved()))


def match_lines(
    a: Sequence[str], b: Sequence[str], languages: tuple[str | None, str | None], kind: str, embedder: Embedder
) -> list[tuple[int, int, float]]:
    """For every line of `a` its best of `b`: (i, j, score in 0..1). `kind` is `sentence` or `term`."""
    tags = tuple(tag or language_of(lines) for lines, tag in zip((a, b), languages, strict=True))
    if not a or not b:
        return []
    # Equal lines would compete with each other: they are matched as one.
    distinct = [list(dict.fromkeys(map(embedding_text, lines))) for lines in (a, b)]
    if kind == "term":
        a_names, b_names = (
            embedder.embed([name_text(line, tag) for line in lines], prompt="passage")
            for lines, tag in zip(distinct, tags, strict=True)
        )
        a_known, b_known = (
            [lexicon().known(base_language(tag), name_key(line)) for line in lines]
            for lines, tag in zip(distinct, tags, strict=True)
        )
        found = best_of_each(centre_names(a_names), centre_names(b_names), said=spoken_for(a_known, b_known))
    else:
        means = reference_means(embedder.name)
        a_side, b_side = (centre(embedder.embed(lines), tag, means) for lines, tag in zip(distinct, tags, strict=True))
        states = [embedder.tokens(lines) for lines in distinct] if max(map(len, distinct)) <= LOOKED_AT_TWICE else []
        tokens = [weigh(side) for side in states if side is not None]
        found = best_of_each(a_side, b_side, (tokens[0], tokens[1]) if len(tokens) == 2 else None)
    best = {distinct[0][i]: (distinct[1][j], score) for i, j, score in found}
    first = {text: j for j, text in reversed(list(enumerate(map(embedding_text, b))))}
    return [(i, first[other], score) for i, text in enumerate(a) for other, score in [best[embedding_text(text)]]]


@dataclass(frozen=True, slots=True)
class RankedTerm:
    """A term of a collection of files: how often it stands there and in how many of them."""

    term: str
    lemma: str
    score: float
    count: int
    documents: int


@dataclass(frozen=True, slots=True)
class DocumentTerm:
    """A term of one file; `count` is in that file, `documents` in the collection.

    `document` is the file's stem, or its path without the suffix where two files have the same stem.
    """

    document: str
    term: str
    lemma: str
    score: float
    count: int
    documents: int


def rank_files(
    paths: Sequence[Path], recipe: Recipe, *, language: str | None = None, every: bool = False
) -> list[RankedTerm]:
    """Terms of the files as one collection, best first; several languages one after the other by score, which is the
    probability of being a term of the field. `every`: and all candidates that are less likely (see `shown_of`).

    Raises UnreadableError for a file that cannot be read: a ranking without it would be another one.
    """
    from kb.extract import count_words
    from kb.pipeline import analyse_each
    from kb.termhood import probability

    articles = analyse_each(paths, recipe, language=language)
    ranked = []
    for base, found in _counted(articles).items():
        words = count_words(articles, base)
        own = [
            RankedTerm(
                x.name,
                x.key,
                round(probability(x.parts, base, len(x.occurrences), x.nested, words), 4),
                len(x.occurrences),
                x.articles,
            )
            for x in found
        ]
        own.sort(key=_best_first)
        ranked += own if every else own[: shown_of(words)]
    return sorted(ranked, key=_best_first)


def _best_first(term: RankedTerm) -> tuple[float, int, str]:
    return -term.score, -term.count, term.term


def shown_of(words: int) -> int:
    """How many terms a text of so many words is taken to have: one for 50 words, a few dozen of the shortest text."""
    return max(words // WORDS_A_TERM, LEAST_TERMS)


def rank_each_file(paths: Sequence[Path], recipe: Recipe, *, language: str | None = None) -> list[DocumentTerm]:
    """The terms of every file, best first, in the order of the files.

    Weighed as in TF-IDF, by how rare the term is in general language, and by how early it comes: a term of all files
    sets none apart.
    """
    from kb.pipeline import analyse_each

    articles = analyse_each(paths, recipe, language=language)
    scored: dict[str, list[DocumentTerm]] = {a.id: [] for a in articles}
    stems = Counter(Path(a.id).stem for a in articles)
    lengths = {a.id: a.sentences[-1].end for a in articles}
    names = {
        a.id: p.stem if stems[p.stem] == 1 else p.with_suffix("").as_posix() for a in articles if (p := Path(a.id))
    }
    for found in _counted(articles).values():
        for term in found:
            idf = math.log((len(articles) + 1) / term.articles)
            for article, count in sorted(Counter(o.article for o in term.occurrences).items()):
                first = min(o.start for o in term.occurrences if o.article == article) / lengths[article]
                score = math.log2(1 + count) * idf * term.rarity / (1 + first)
                stem = names[article]
                scored[article].append(DocumentTerm(stem, term.name, term.key, round(score, 4), count, term.articles))
    return [t for a in articles for t in sorted(scored[a.id], key=lambda t: (-t.score, t.term))]


def _counted(articles: Sequence[AnalysedArticle]) -> dict[str, list[Counted]]:
    from kb.extract import by_language, counted, gather
    from kb.langs.registry import analyser_for

    return {
        language: counted(gather(group, analyser_for(language))) for language, group in by_language(articles).items()
    }
