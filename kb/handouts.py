"""Hand-outs as they are shown: what a pack remembers, with what the base has of it now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from kb.answers import Evidence, Handout, HandoutItem, HandoutName, HandoutSide
from kb.cite import Citations
from kb.errors import NotFoundError
from kb.judgements import names_of
from kb.model import ConceptRecord, PackItem, RememberedConcept, RememberedSide
from kb.packs import Name, Place, Sayings, find_concept
from kb.sentences import SentenceIndex
from kb.store.base import Store

# Mentions of each language among which a sentence is looked for that says what a concept is.
LOOKED_AT = 200


def handout(store: Store, sentences: SentenceIndex, number: int) -> Handout:
    """A pack with its pieces as the base has them now."""
    pack, items = store.pack(number), store.pack_items(number)
    show = _Showing(store, sentences, items).item
    return Handout(
        pack,
        tuple(show(item) for item in items if item.removed is None),
        tuple(show(item) for item in items if item.removed is not None),
    )


def held_in(store: Store, sentences: SentenceIndex, number: int) -> tuple[set[str], set[frozenset[Place]]]:
    """What is in a pack, as it is found in the base now: ids of concepts, and the places of passages."""
    items = [item for item in store.pack_items(number) if item.removed is None]
    showing = _Showing(store, sentences, items)
    found = {id for item in items if item.concept and (id := showing.find(item.concept))}
    return found, {frozenset(showing.places(item)) for item in items if item.sides}


class _Showing:
    """The pieces of one pack."""

    def __init__(self, store: Store, sentences: SentenceIndex, items: Sequence[PackItem]) -> None:
        self._store, self._sentences = store, sentences
        self._cite = Citations(store).of
        self._record: Callable[[str], ConceptRecord | None] = lru_cache(maxsize=None)(self._read)
        self._says = lru_cache(maxsize=None)(self._read_sentences)
        keys = {key for item in items if item.concept for _, key in item.concept.names}
        # One order of languages in all of a pack, that of its first passages: columns that trainees look down.
        said = [side.language for item in items if item.removed is None for side in item.sides]
        self._rank = {tag: n for n, tag in enumerate(dict.fromkeys(said))}
        self._called = self._store.concepts_called(sorted(keys)) if keys else {}

    def item(self, item: PackItem) -> HandoutItem:
        return self._concept(item) if item.concept else self._passage(item)

    def _concept(self, item: PackItem) -> HandoutItem:
        assert item.concept is not None
        id = self.find(item.concept)
        record = None if id is None else self._record(id)
        if id is None or record is None:
            remembered = [HandoutName(tag, (name,)) for tag, name in item.labels]
            names = tuple(sorted(remembered, key=lambda name: self._order(name.language)))
            return HandoutItem(item.number, "concept", item.note, item.language, item.version, False, names=names)
        defined = {e.sentence.language: e.sentence for e in self._definitions(id)}
        names = tuple(
            HandoutName(tag, tuple(forms), said.text, self._cite(said.article, said.start, said.end))
            if (said := defined.get(tag))
            else HandoutName(tag, tuple(forms))
            for tag, forms in sorted(record.concept.labels.items(), key=lambda labels: self._order(labels[0]))
            if forms
        )
        return HandoutItem(
            item.number,
            "concept",
            item.note,
            item.language,
            item.version,
            True,
            concept=id,
            family=record.concept.type,
            names=names,
        )

    def find(self, concept: RememberedConcept) -> str | None:
        """The id of a concept now."""
        return find_concept(concept, self._names_at, self._called)

    def places(self, item: PackItem) -> list[Place]:
        """Where a passage stands now, as far as it is there."""
        spans = [(side.article, self._span(side)) for side in item.sides]
        return [(article, *span) for article, span in spans if span]

    def _span(self, side: RememberedSide) -> tuple[int, int] | None:
        says = self._says(side.article)
        return says.find(side.text, side.start) if says else None

    def _definitions(self, id: str) -> list[Evidence]:
        return self._sentences.definitions(self._store.standing(id, LOOKED_AT), 1)

    def _passage(self, item: PackItem) -> HandoutItem:
        sides = tuple(map(self._side, sorted(item.sides, key=lambda side: self._order(side.language))))
        held = all(side.citation for side in sides)
        return HandoutItem(item.number, "passage", item.note, item.language, item.version, held, sides=sides)

    def _order(self, tag: str) -> tuple[int, str]:
        return self._rank.get(tag, len(self._rank)), tag

    def _side(self, side: RememberedSide) -> HandoutSide:
        span = self._span(side)
        if span is None:
            there = self._says(side.article) is not None
            return HandoutSide(side.article, side.title, side.language, side.text, there)
        return HandoutSide(side.article, side.title, side.language, side.text, True, self._cite(side.article, *span))

    def _names_at(self, id: str) -> tuple[Name, ...] | None:
        record = self._record(id)
        return None if record is None else names_of(record)

    def _read(self, id: str) -> ConceptRecord | None:
        try:
            return self._store.concept(id)
        except NotFoundError:
            return None

    def _read_sentences(self, article: str) -> Sayings | None:
        """None where the article is no more."""
        if not any(name.id == article for name in self._store.article_names()):
            return None
        rows = self._sentences.of(article)
        return Sayings([(row.sentence.start, row.sentence.end, row.sentence.text) for row in rows])
