"""Key words in context: where a pattern matches, in what order, and what stands in its place in translations."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kb.answers import ConcordanceLine, Frequency
from kb.errors import UsageError
from kb.langs.folding import comparable, has_han, search_words
from kb.sentences import clean_span, joined, raw_span
from kb.written import Written

if TYPE_CHECKING:
    from kb.glosses import Glosses
    from kb.model import Mention, Token
    from kb.patterns import Pattern
    from kb.sentences import SentenceIndex
    from kb.store.base import SentenceRow

SORTS = ("article", "left", "match", "right")
GROUPS = ("match", "lemma", "pos", "left", "right", "article", "language", "counterpart")
SORTED_BY = 6  # words on either side


@dataclass(frozen=True, slots=True)
class Place:
    """A match: `at`, `to` in the sentence's clean text, `start`, `end` in the article's raw text."""

    row: SentenceRow
    at: int
    to: int
    start: int
    end: int

    @property
    def left(self) -> str:
        return self.row.sentence.text[: self.at]

    @property
    def match(self) -> str:
        return self.row.sentence.text[self.at : self.to]

    @property
    def right(self) -> str:
        return self.row.sentence.text[self.to :]


def found(rows: Iterable[SentenceRow], pattern: Pattern) -> Iterator[Place]:
    for row in rows:
        for at, to in pattern.find(row.sentence):
            yield Place(row, at, to, *raw_span(row, at, to))


def mentioned(sentences: SentenceIndex, mentions: Iterable[Mention]) -> Iterator[Place]:
    for mention in mentions:
        row = sentences.at(mention.article, mention.start)
        if row is not None:
            yield Place(row, *clean_span(row, mention.start, mention.end), mention.start, mention.end)


def chosen(
    places: Iterable[Place], *, sort: str, sample: int | None, seed: int, limit: int | None, again: SentenceIndex
) -> Iterator[Place]:
    """At most `limit` places: in reading order as they are found, or of all of them those that a draw leaves and an
    order puts first. Raises UsageError for an order that there is not.

    Of all only where they stand is kept, and their sentences are read `again`: there may be very many.
    """
    if sort not in SORTS:
        raise UsageError(f"cannot sort by '{sort}'; sort by {', '.join(SORTS)}")
    if sort == "article" and sample is None:
        yield from islice(places, limit)
        return
    key = _KEYS[sort]
    kept = [(key(p), n, p.row.article, p.row.position, p.at, p.to, p.start, p.end) for n, p in enumerate(places)]
    if sample is not None and sample < len(kept):
        kept = [kept[n] for n in sorted(random.Random(seed).sample(range(len(kept)), sample))]
    for *_, article, position, at, to, start, end in sorted(kept)[:limit]:
        yield Place(again.row(article, position), at, to, start, end)


_KEYS: dict[str, Callable[[Place], tuple[str, ...]]] = {
    "article": lambda place: (),
    "left": lambda place: tuple(reversed(search_words(place.left[-100:])[-SORTED_BY:])),
    "match": lambda place: (comparable(place.match), *search_words(place.right[:100])[:SORTED_BY]),
    "right": lambda place: tuple(search_words(place.right[:100])[:SORTED_BY]),
}


def line(
    sentences: SentenceIndex, place: Place, into: Sequence[str] | None, glosses: Glosses | None
) -> ConcordanceLine:
    """A place with its context, and the sentences that translate it into one of the tags `into` (None: any), in which
    `glosses` finds what stands for the match."""
    row = place.row
    others = sentences.aligned(row.article, row.position)
    other = next((rows for rows in others if into is None or rows[0].language in into), None)
    gloss = glosses.find(place, other) if glosses is not None and other else None
    return ConcordanceLine(
        article=row.article,
        path=row.path,
        language=row.language,
        start=place.start,
        end=place.end,
        left=place.left,
        match=place.match,
        right=place.right,
        translation=joined([r.sentence.text for r in other]) if other else None,
        translation_language=other[0].language if other else None,
        translation_article=other[0].article if other else None,
        translation_at=gloss[0] if gloss else None,
        translation_to=gloss[1] if gloss else None,
        translated=other is not None or sentences.translated(row.article, into),
    )


def frequencies(
    places: Iterable[Place], by: str, counterpart: Callable[[Place], tuple[str, str]]
) -> list[tuple[str, str, int]]:
    """(item, language, count), most frequent first; `counterpart` gives one with its language.

    Raises UsageError for a way to group that there is not.
    """
    if by not in GROUPS:
        raise UsageError(f"cannot count by '{by}'; count by {', '.join(GROUPS)}")
    counts: Counter[tuple[str, str]] = Counter()
    written = Written()
    for place in places:
        language = place.row.language
        if by == "counterpart" or by in _WORDS:
            word, language = counterpart(place) if by == "counterpart" else (_WORDS[by](place), language)
            counts[key := (comparable(word), language)] += 1
            if has_han(word):
                written.note(key, word)
        else:
            counts[_ITEMS[by](place), language] += 1
    found = ((written.shown(key), key[1], n) for key, n in counts.items())
    return sorted(found, key=lambda x: (-x[2], x[1], x[0]))


def _tokens_of(place: Place) -> list[Token]:
    tokens = place.row.sentence.tokens
    return [t for t in tokens if t.at < place.to and t.at + len(t.text) > place.at and t.text.strip()]


def _dictionary_form(place: Place) -> str:
    """Of the match; in Chinese that is the match, in whichever script."""
    tokens = _tokens_of(place)
    return "".join(t.text for t in tokens) if has_han(place.match) else " ".join(t.lemma for t in tokens)


def _next_token(place: Place, right: bool) -> str:
    """The word that follows or goes before, as the language cuts it."""
    words = [t for t in place.row.sentence.tokens if t.pos != "PUNCT" and t.text.strip()]
    if right:
        return next((t.text for t in words if t.at >= place.to), "-")
    return next((t.text for t in reversed(words) if t.at + len(t.text) <= place.at), "-")


_WORDS: dict[str, Callable[[Place], str]] = {
    "match": lambda place: place.match,
    "lemma": _dictionary_form,
    "left": lambda place: _next_token(place, right=False),
    "right": lambda place: _next_token(place, right=True),
}
_ITEMS: dict[str, Callable[[Place], str]] = {
    "pos": lambda place: " ".join(t.pos for t in _tokens_of(place)),
    "article": lambda place: place.row.article,
    "language": lambda place: place.row.language,
}


def as_shares(counts: Sequence[tuple[str, str, int]]) -> list[Frequency]:
    total = sum(count for *_, count in counts)
    return [Frequency(item, language, count, round(count / total, 6)) for item, language, count in counts]
