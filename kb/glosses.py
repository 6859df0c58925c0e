"""What stands in a translation for words of the original: a name of the same concept, else what the lexicon has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.langs.folding import comparable, has_han, name_key
from kb.langs.lexicon import renderings
from kb.model import base_language
from kb.sentences import ARTICLES_KEPT, clean_span, joined

if TYPE_CHECKING:
    from kb.concordance import Place
    from kb.model import Mention
    from kb.store.base import SentenceRow, Store

_CONTENT = ("NOUN", "PROPN", "VERB", "ADJ", "X")
CLOSE = 12  # characters between words that stand for one match
_INFLECTED = {"fr": "(?:e?s|x)?"}  # what may follow a name of the lexicon


class Glosses:
    """Needs no model: concepts are stored, and of the lexicon only lines with the word are read."""

    def __init__(self, store: Store) -> None:
        self._mentions = lru_cache(maxsize=ARTICLES_KEPT)(lambda article: store.mentions(article=article))

    def find(self, place: Place, rows: Sequence[SentenceRow]) -> tuple[int, int] | None:
        """(at, to) in the text of these sentences (see `sentences.joined`) of what stands for a match."""
        return self._by_concept(place, rows) or _by_lexicon(place, rows)

    def _by_concept(self, place: Place, rows: Sequence[SentenceRow]) -> tuple[int, int] | None:
        """A mention of the concept that the match is a mention of, the second for the second and so on."""
        sentence = place.row.sentence
        own = self._within(place.row.article, sentence.start, sentence.end)
        inside = [m for m in own if m.start < place.end and m.end > place.start]
        if not inside:
            return None
        # The mention that is the match, or as much of it as there is; of several senses the surest.
        best = max(inside, key=lambda m: (_overlap(m, place), m.score, -m.start))
        if _overlap(best, place) <= 0.5:
            return None
        turn = [m.start for m in own if m.concept == best.concept].index(best.start)
        there = [
            (row, m)
            for row in rows
            for m in self._within(row.article, row.sentence.start, row.sentence.end)
            if m.concept == best.concept
        ]
        if not there:
            return None
        row, mention = there[min(turn, len(there) - 1)]
        offset = _offset(rows, row)
        at, to = clean_span(row, mention.start, mention.end)
        return (offset + at, offset + to) if to > at else None

    def _within(self, article: str, start: int, end: int) -> list[Mention]:
        return [m for m in self._mentions(article) if start <= m.start < end]


def _overlap(mention: Mention, place: Place) -> float:
    """Shared characters of all that either has."""
    shared = min(mention.end, place.end) - max(mention.start, place.start)
    return shared / (max(mention.end, place.end) - min(mention.start, place.start))


def _offset(rows: Sequence[SentenceRow], wanted: SentenceRow) -> int:
    """Where a sentence begins in the text of all."""
    before = [row.sentence.text for row in rows[: rows.index(wanted)]]
    whole = joined([*before, wanted.sentence.text])
    return len(whole) - len(wanted.sentence.text)


def _by_lexicon(place: Place, rows: Sequence[SentenceRow]) -> tuple[int, int] | None:
    """A rendering of the whole match; else the stretch that has renderings of most of its words, close together."""
    language, other = base_language(place.row.language), base_language(rows[0].language)
    text = comparable(joined([row.sentence.text for row in rows]))

    def spans(names: Iterable[str]) -> list[tuple[int, int]]:
        found = (_spans(there, text, other) for name in names for there in renderings(name, language, other))
        return [span for own in found for span in own]

    # Words of several syllables are not cut: in khôi phục dịch vụ (service recovery) stands no phục dịch (to serve).
    cut = _inside_words(rows) if not has_han(text) else frozenset()
    whole, words = _readings(place)
    if exact := spans(whole):
        best = min(exact, key=lambda span: (len(cut.intersection(span)), span[0] - span[1], span[0]))
        return _widened(best, cut)
    kept = [[span for span in spans(names) if span[0] not in cut] for names in words]
    return _widened(_closest(kept), cut)


def _inside_words(rows: Sequence[SentenceRow]) -> frozenset[int]:
    """The places in the text of all sentences that stand within a word."""
    return frozenset(
        offset + place
        for row in rows
        for offset in [_offset(rows, row)]
        for token in row.sentence.tokens
        for place in range(token.at + 1, token.at + len(token.text))
    )


def _widened(span: tuple[int, int] | None, cut: frozenset[int]) -> tuple[int, int] | None:
    """As much more as makes words whole at both ends."""
    if span is None:
        return None
    at, to = span
    while at in cut:
        at -= 1
    while to in cut:
        to += 1
    return at, to


def _closest(words: Sequence[Sequence[tuple[int, int]]]) -> tuple[int, int] | None:
    """Of spans that stand for each of some words, the stretch with most of the words; then the shortest, the first."""
    marked = sorted((span, n) for n, own in enumerate(words) for span in own)
    best: tuple[int, int, int] | None = None
    for k, ((at, to), n) in enumerate(marked):
        last, held = to, {n}
        for (start, end), m in marked[k:]:
            if start - last > CLOSE:
                break
            last, held = max(last, end), held | {m}
            found = (-len(held), last - at, at)
            best = found if best is None else min(best, found)
    return None if best is None else (best[2], best[2] + best[1])


def _readings(place: Place) -> tuple[list[str], list[list[str]]]:
    """Names to look up: of the match as it stands and in its dictionary form, and of each of its words that means
    something."""
    tokens = [
        t for t in place.row.sentence.tokens if t.at < place.to and t.at + len(t.text) > place.at and t.text.strip()
    ]
    joiner = "" if has_han(place.match) else " "
    whole = list(dict.fromkeys([name_key(place.match), name_key(joiner.join(t.lemma for t in tokens))]))
    words = [list(dict.fromkeys([name_key(t.lemma), name_key(t.text)])) for t in tokens if t.pos in _CONTENT]
    return whole, words


def _spans(name: str, text: str, language: str) -> Iterator[tuple[int, int]]:
    wanted = re.escape(comparable(name))
    if not has_han(name):
        wanted = rf"(?<!\w){wanted}{_INFLECTED.get(language, '')}(?!\w)"
    return (match.span() for match in re.finditer(wanted, text))
