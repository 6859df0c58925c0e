"""Where sentences stand, what they are aligned with, and mentions in them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from kb.answers import Evidence
from kb.langs.folding import has_han
from kb.model import Mention, Quote

if TYPE_CHECKING:
    from kb.store.base import PassageRow, SentenceRow, Standing, Store

# Articles whose sentences are kept in memory: evidence and concordance go through articles in order.
ARTICLES_KEPT = 64

# A sentence that defines something begins with it, but for an article or "the notion of": characters.
DEFINED_WITHIN = 60

FULL_WIDTH_ENDS = "。！？；：，、』」）》"


class SentenceIndex:
    """Sentences of a base by raw offset, with the sentences that translate them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.of = lru_cache(maxsize=ARTICLES_KEPT)(store.sentences_of)
        self._at = lru_cache(maxsize=ARTICLES_KEPT)(store.sentences_at)
        self._aligned = lru_cache(maxsize=ARTICLES_KEPT)(self._read_beads)

    def at(self, article: str, start: int) -> SentenceRow | None:
        """The sentence of `article` in which the raw offset `start` falls."""
        rows = self.of(article)
        position = bisect_right(rows, start, key=lambda row: row.sentence.start) - 1
        return rows[position] if position >= 0 and start < rows[position].sentence.end else None

    def row(self, article: str, position: int) -> SentenceRow:
        """The sentence at a position."""
        return self._at(article, (position,))[0]

    def aligned(self, article: str, position: int) -> list[list[SentenceRow]]:
        """The sentences that stand for it, by article; best alignment first."""
        found = []
        for other, positions in self._aligned(article).get(position, []):
            if rows := self._at(other, positions):
                found.append(list(rows))
        return found

    def translated(self, article: str, into: Sequence[str] | None = None) -> bool:
        """Whether any sentence of it has a counterpart, in one of the tags `into`."""
        others = {other: positions for places in self._aligned(article).values() for other, positions in places}
        return any(into is None or self._at(o, p)[0].language in into for o, p in others.items())

    def evidence(self, standing: Sequence[Standing], per_language: int) -> list[Evidence]:
        """The first of the mentions of each language in their sentences."""
        chosen: list[Evidence] = []
        for _, own in groupby(standing, lambda item: item.mention.language):
            sentences: dict[tuple[str, int], Standing] = {}
            for item in own:
                if len(sentences) < per_language:
                    sentences.setdefault((item.mention.article, item.sentence_start), item)
            chosen += [self._evidence(item.mention, item.sentence()) for item in sentences.values()]
        return chosen

    def definitions(self, standing: Sequence[Standing], per_language: int) -> list[Evidence]:
        """The first of each language in whose sentence somebody says what that is, by language, article and place."""
        found: dict[tuple[str, str, int], tuple[Mention, SentenceRow]] = {}
        for language, own in groupby(standing, lambda item: item.mention.language):
            for item in own:
                mention = item.mention
                if mention.start - item.sentence_start > DEFINED_WITHIN:
                    continue
                if not _defines(item):
                    continue
                row = item.sentence()
                found.setdefault((language, row.article, row.position), (mention, row))
                if sum(place[0] == language for place in found) == per_language:
                    break
        return [self._evidence(*found[place]) for place in sorted(found)]

    def _evidence(self, mention: Mention, row: SentenceRow) -> Evidence:
        at, to = clean_span(row, mention.start, mention.end)
        return Evidence(mention, quote([row]), at, to, tuple(map(quote, self.aligned(row.article, row.position))))

    def _read_beads(self, article: str) -> dict[int, list[tuple[str, tuple[int, ...]]]]:
        """Position -> (article, positions) of what stands for it elsewhere."""
        beads: defaultdict[int, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
        for alignment in sorted(self._store.alignments(article=article), key=lambda x: (-x.score, x.a, x.b)):
            first = alignment.a == article
            for bead in alignment.beads:
                own, other = (bead.a, bead.b) if first else (bead.b, bead.a)
                if other:
                    for position in own:
                        beads[position].append((alignment.b if first else alignment.a, other))
        return dict(beads)


def _defines(item: Standing) -> bool:
    """Whether its sentence says what the mention is."""
    from kb.sayings import is_definition  # its phrases are many, and most questions look for no definition

    mention = item.mention
    at = mention.start - item.sentence_start
    span = at, at + len(mention.surface)
    if item.text[slice(*span)] != mention.surface:  # cleaning has changed what stands before it
        span = clean_span(item.sentence(), mention.start, mention.end)
    return is_definition(item.text, *span, mention.language)


def quote(rows: list[SentenceRow]) -> Quote:
    """Sentences of one article, in reading order, as one quote."""
    first = rows[0]
    text = joined([row.sentence.text for row in rows])
    return Quote(first.article, first.path, first.language, first.sentence.start, rows[-1].sentence.end, text)


def joined(sentences: Sequence[str]) -> str:
    """Sentences as one text, with a blank between two unless Chinese stands on either side."""
    text = ""
    for sentence in sentences:
        tight = not text or has_han(text[-1]) or has_han(sentence[:1]) or text[-1] in FULL_WIDTH_ENDS
        text += sentence if tight else f" {sentence}"
    return text


def raw_span(row: SentenceRow, at: int, to: int) -> tuple[int, int]:
    """Raw (start, end) of `text[at:to]` of a sentence, through its tokens: exact to the character where a token's text
    is as long as what it was cleaned from, else to the token."""
    sentence = row.sentence
    start, end = sentence.start, sentence.end
    for token in sentence.tokens:
        inside = token.at + len(token.text)
        same_length = len(token.text) == token.end - token.start
        if token.at <= at:
            start = token.start + (min(at, inside) - token.at if same_length else 0)
        if inside >= to:
            end = token.end - (inside - max(to, token.at) if same_length else 0)
            break
    return start, max(start, end)


def clean_span(row: SentenceRow, start: int, end: int) -> tuple[int, int]:
    """(at, to) in a sentence's text of the raw span `start`..`end`: the way back."""
    touched = [t for t in row.sentence.tokens if t.end > start and t.start < end]
    if not touched:
        return 0, 0
    first, last = touched[0], touched[-1]
    at, to = first.at, last.at + len(last.text)
    if len(first.text) == first.end - first.start:
        at += max(0, start - first.start)
    if len(last.text) == last.end - last.start:
        to -= max(0, last.end - end)
    return at, max(at, to)


def within(passage: PassageRow, sentences: Sequence[SentenceRow], start: int, end: int) -> tuple[int, int] | None:
    """(at, to) in a passage's text of the raw span `start`..`end`, as far as it is in it; None when it is not.

    The sentences of a passage stand in its text one after the other.
    """
    text, cursor, found = passage.quote.text, 0, []
    for row in sentences:
        if not (passage.quote.start <= row.sentence.start < passage.quote.end):
            continue
        begins = text.find(row.sentence.text, cursor)
        if begins < 0:
            continue
        cursor = begins + len(row.sentence.text)
        if row.sentence.start < end and start < row.sentence.end:
            at, to = clean_span(row, start, end)
            found += [begins + at, begins + to] if to > at else []
    return (min(found), max(found)) if found else None
