"""Passages that answer a question, by meaning and by words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.langs.folding import name_key
from kb.lookup import Lookup
from kb.model import Concept, Hit, Quote, base_language
from kb.records import Records

if TYPE_CHECKING:
    from kb.embed.base import Embedder, Vectors
    from kb.embed.passages import PassageVectors
    from kb.store.base import PassageRow

# Passages that the word index hands to the ranking. Five words or eight Chinese characters of a passage bring it back
# among the first ten for 97.5 % of 160 passages (news sentences in four languages), with 100 as with 200.
WORD_HITS = 100

# A word rendered by the lexicon counts so much of one that stands there, since a name has several renderings; and one
# word alone says too little, which the other names of a concept tell better.
RENDERED = 0.8
LEAST_RENDERED = 2


class Searching(Lookup):
    """`search`, and what it asks."""

    def search(
        self,
        query: str,
        *,
        language: str | None = None,
        article: str | None = None,
        concept: str | None = None,
        limit: int = 10,
        neighbours: int = 0,
    ) -> Records[Hit]:
        """Passages that answer `query` by meaning or by words, whatever its language; score in 0..1.

        `language`, `article` and `concept` leave only passages in it, of it, or that mention it. `neighbours`: how many
        passages before and after each come along.
        """
        from kb import search

        if not any(character.isalnum() for character in query):
            raise UsageError(
                f"'{query}' holds no words; say what to look for, for example: kb search 'loyal customers'"
            )
        tags = self._tags(language)
        allowed = self._passages_within(tags, article, concept)
        words = self._words(query, tags, narrow=article is not None or bool(concept))
        if allowed is not None:
            words = {id: share for id, share in words.items() if id in allowed}
        # A passage without the words comes no further forward than its meaning brings it among the others without.
        near = self._meaning(query, max(0, limit) + len(words), allowed, words)
        best = dict(search.fuse(near, words)[: max(0, limit)])
        return Records[Hit](
            Hit(q.article, q.path, q.language, q.start, q.end, q.text, best[row.id], *self._beside(row, neighbours))
            for row in self._store.passages(list(best))
            for q in [row.quote]
        )

    def _passages_within(self, tags: list[str] | None, article: str | None, concept: str | None) -> set[str] | None:
        """Ids of the passages that a search may find; None for all."""
        sets: list[set[str]] = []
        if tags is not None:
            sets.append({id for id, tag in zip(self._vectors.ids, self._vectors.languages, strict=True) if tag in tags})
        if article is not None:
            sets.append({row.id for row in self._passages_of(self._id_of(article))})
        if concept is not None:
            starts: dict[str, list[int]] = {}
            for mention in self._store.mentions(concept=self._concept(concept).concept.id):
                starts.setdefault(mention.article, []).append(mention.start)
            sets.append(
                {
                    row.id
                    for id, places in starts.items()
                    for row in self._passages_of(id)
                    if any(row.quote.start <= place < row.quote.end for place in places)
                }
            )
        return set.intersection(*sets) if sets else None

    def _beside(self, row: PassageRow, count: int) -> tuple[tuple[Quote, ...], tuple[Quote, ...]]:
        """Up to `count` passages before and after one, in reading order."""
        if count <= 0:
            return (), ()
        rows = self._passages_of(row.quote.article)
        at = next(n for n, other in enumerate(rows) if other.id == row.id)
        return (
            tuple(x.quote for x in rows[max(0, at - count) : at]),
            tuple(x.quote for x in rows[at + 1 : at + 1 + count]),
        )

    def _meaning(self, query: str, most: int, within: set[str] | None, also: Iterable[str]) -> dict[str, float]:
        """Centred cosines of at least the `most` nearest passages and of those of `also`, where they are related."""
        from kb.embed.base import embedding_text
        from kb.search import SHARPENED, sharpened

        if not self._vectors.ids:
            return {}
        question = self._embedder.embed_question(embedding_text(query))
        near = self._vectors.nearness(question, self._background, max(most, SHARPENED), within=within, also=also)
        best = self._nearest_sentences(question, near)
        return {id: sharpened(cosine, best.get(id, cosine)) for id, cosine in near.items()}

    def _nearest_sentences(self, question: Vectors, passages: Iterable[str]) -> dict[str, float]:
        """Centred cosine of the nearest sentence of each passage that has several."""
        from kb.embed.base import dequantise, vector_key

        rows = self._store.sentences_within(sorted(passages))
        several = Counter(id for id, _ in rows)
        keys = [(id, vector_key(self._model, text)) for id, text in rows if several[id] > 1]
        known, codes, factors = self._store.vectors([key for _, key in keys])
        if not known:
            return {}
        row = {key: n for n, key in enumerate(known)}
        there = [(id, row[key]) for id, key in keys if key in row]
        vectors = dequantise(codes, factors)[[n for _, n in there]]
        return self._vectors.nearest_sentence(question, self._background, [id for id, _ in there], vectors)

    def _words(self, query: str, tags: list[str] | None, *, narrow: bool) -> dict[str, float]:
        """Shares in 0..1 by passage. A query that names a concept is also looked for under its other names.

        `narrow`: few passages will be left, so all that hold the words are looked at.
        """
        from kb.search import relative, shares_of_words

        most = len(self._vectors.ids) if narrow else WORD_HITS
        texts = [query]
        for record in self._look_up(query)[1][:1]:
            texts += [forms[0] for _, forms in sorted(record.concept.labels.items())]
        shares: dict[str, float] = self._rendered(query, tags, most)
        for text in dict.fromkeys(texts):
            found = relative(self._store.find_words(text, languages=tags, limit=most))
            rows = self._store.passages(list(found))
            held = shares_of_words(text, [row.quote.text for row in rows], len(self._vectors.ids))
            for row, share in zip(rows, held, strict=True):
                shares[row.id] = max(share * (1 + found[row.id]) / 2, shares.get(row.id, 0.0))
        return shares

    def _rendered(self, query: str, tags: list[str] | None, most: int) -> dict[str, float]:
        """Shares in 0..1 by passage of the words of a query as the lexicon renders them, in other languages and by
        others of its own, and of the concepts that it names."""
        from kb import crossing

        found: dict[str, float] = {}
        named = self._named_in(query)
        source = crossing.source_of(query)
        for other in sorted({base_language(tag) for tag in tags or self._present}):
            groups = crossing.renderings_of(query, source, other) if source else []
            called = {key: names for key, concept in named if (names := _names_in(concept, other, key))}
            if len(groups) < LEAST_RENDERED and not called:
                continue
            # Where the lexicon does not know the question's words, the concepts stand for their part of it only.
            part = 1.0 if len(groups) >= LEAST_RENDERED else sum(map(len, called)) / len(query)
            groups = [*groups, *called.values()]
            own = [tag for tag in tags or self._present if base_language(tag) == other]
            words = " ".join(f'"{name}"' for group in groups for name in group)
            rows = self._store.passages([id for id, _ in self._store.find_words(words, languages=own, limit=most)])
            held = crossing.shares(groups, [row.quote.text for row in rows], len(self._vectors.ids))
            found |= {row.id: RENDERED * part * share for row, share in zip(rows, held, strict=True)}
        return found

    def _named_in(self, query: str) -> list[tuple[str, Concept]]:
        """(name_key, concept) of the concepts whose names are parts of a question, the longest at every place."""
        from kb.crossing import parts_of

        parts = {place: name_key(part) for place, part in parts_of(query)}
        called = self._store.concepts_called(sorted(set(parts.values())))
        taken: set[int] = set()
        found = []
        for place, key in sorted(parts.items(), key=lambda item: (item[0].start - item[0].stop, item[0].start)):
            if key in called and taken.isdisjoint(place):
                taken |= set(place)
                found.append((key, self._store.concept(called[key][0]).concept))
        return found

    @cached_property
    def _vectors(self) -> PassageVectors:
        from kb.embed.passages import PassageVectors

        if packed := self._store.passage_matrix():
            return PassageVectors.unpack(packed)
        ids, languages, codes, _ = self._store.passage_vectors(None)
        return PassageVectors.of(ids, languages, codes, model=self._model)

    @cached_property
    def _embedder(self) -> Embedder:
        if self._given_embedder is not None:
            return self._given_embedder
        from kb.embed.base import load_for

        return load_for(self._model, self._store.info())

    @cached_property
    def _background(self) -> Vectors:
        """float32 [1, d]: what short questions have in common."""
        from kb.embed.centre import reference_questions
        from kb.search import BACKGROUND

        known = reference_questions(self._model) if self._given_embedder is None else None
        if known is None:
            known = self._embedder.embed(BACKGROUND).mean(axis=0)
        return known[None]

    @cached_property
    def _model(self) -> str:
        from kb.embed.base import BUNDLED

        return self._store.info().get("model") or BUNDLED


def _names_in(concept: Concept, language: str, key: str) -> tuple[str, ...]:
    """The names of a concept in a base language; none when the question itself has one of them, by its `key`."""
    own = [(tag, names) for tag, names in sorted(concept.labels.items()) if base_language(tag) == language]
    names = tuple(name for _, names in own for name in names)
    return () if key in map(name_key, names) else names
