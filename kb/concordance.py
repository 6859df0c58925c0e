"""Where sentences stand, what they are aligned with, and key words in context."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.answers import ConcordanceLine, Evidence
from kb.errors import UsageError
from kb.langs.folding import comparable, has_han
from kb.model import Mention, Quote
from kb.sayings import is_definition

if TYPE_CHECKING:
    from kb.store.base import SentenceRow, Store

# Articles whose sentences are kept in memory: evidence and concordance go through articles in order.
ARTICLES_KEPT = 64

FULL_WIDTH_ENDS = "。！？；：，、』」）》"


class SentenceIndex:
    """Sentences of a base by raw offset, with the sentences that translate them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.of = lru_cache(maxsize=ARTICLES_KEPT)(store.sentences_of)
        self._beads: dict[tuple[str, int], list[tuple[float, str, tuple[int, ...]]]] | None = None

    def at(self, article: str, start: int) -> SentenceRow | None:
        """The sentence of `article` in which the raw offset `start` falls."""
        rows = self.of(article)
        position = bisect_right(rows, start, key=lambda row: row.sentence.start) - 1
        return rows[position] if position >= 0 and start < rows[position].sentence.end else None

    def counterparts(self, article: str, position: int) -> list[Quote]:
        """What stands for that sentence in every article aligned with its own; best alignment first."""
        found: list[Quote] = []
        for _, other, positions in self._aligned().get((article, position), []):
            rows = [row for row in self.of(other) if row.position in positions]
            if rows:
                found.append(quote(rows))
        return found

    def evidence(self, mentions: Iterable[Mention], per_language: int) -> list[Evidence]:
        """Some mentions of each language in their sentences: the surest, one from every article before a second."""
        by_language: defaultdict[str, list[Mention]] = defaultdict(list)
        for mention in mentions:
            by_language[mention.language].append(mention)
        chosen: list[Evidence] = []
        for language in sorted(by_language):
            sentences: dict[tuple[str, int], tuple[Mention, SentenceRow]] = {}
            for mention in _in_turn(by_language[language]):
                if len(sentences) == per_language:
                    break
                row = self.at(mention.article, mention.start)
                if row is not None:
                    sentences.setdefault((row.article, row.position), (mention, row))
            chosen += [self._evidence(mention, row) for mention, row in sentences.values()]
        return chosen

    def definitions(self, mentions: Iterable[Mention]) -> list[Evidence]:
        """The mentions in whose sentence somebody says what that is, by language, article and place."""
        found: dict[tuple[str, str, int], Evidence] = {}
        for mention in sorted(mentions, key=lambda m: (m.language, m.article, m.start)):
            row = self.at(mention.article, mention.start)
            if row and is_definition(row.sentence.text, *clean_span(row, mention.start, mention.end), row.language):
                found.setdefault((row.language, row.article, row.position), self._evidence(mention, row))
        return list(found.values())

    def _evidence(self, mention: Mention, row: SentenceRow) -> Evidence:
        at, to = clean_span(row, mention.start, mention.end)
        return Evidence(mention, quote([row]), at, to, tuple(self.counterparts(row.article, row.position)))

    def _aligned(self) -> dict[tuple[str, int], list[tuple[float, str, tuple[int, ...]]]]:
        if self._beads is None:
            beads = defaultdict(list)
            for alignment in self._store.alignments():
                for bead in alignment.beads:
                    if bead.a and bead.b:
                        for i in bead.a:
                            beads[alignment.a, i].append((alignment.score, alignment.b, bead.b))
                        for j in bead.b:
                            beads[alignment.b, j].append((alignment.score, alignment.a, bead.a))
            for places in beads.values():
                places.sort(key=lambda place: (-place[0], place[1]))
            self._beads = dict(beads)
        return self._beads


def _in_turn(mentions: Iterable[Mention]) -> list[Mention]:
    """The best of every article, then the second best of every article, and so on."""
    turn: Counter[str] = Counter()
    ranked: list[tuple[int, float, str, int, Mention]] = []
    for mention in sorted(mentions, key=lambda m: (-m.score, m.article, m.start)):
        ranked.append((turn[mention.article], -mention.score, mention.article, mention.start, mention))
        turn[mention.article] += 1
    return [item[-1] for item in sorted(ranked, key=lambda item: item[:4])]


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


# --- lines -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A match: `at`, `to` in the sentence's clean text, `start`, `end` in the article's raw text."""

    row: SentenceRow
    at: int
    to: int
    start: int
    end: int


def candidates(
    store: Store, sentences: SentenceIndex, pattern: str, articles: Sequence[str], *, everywhere: bool, regex: bool
) -> Iterator[SentenceRow]:
    """Sentences of `articles` that may match, by article and position."""
    if everywhere and not regex:
        rows = store.find_sentences(" ".join(pattern.split()), language=None)
        yield from (row for row in rows if row.article in articles)
    else:
        for article in articles:
            yield from sentences.of(article)


def found(rows: Iterable[SentenceRow], pattern: re.Pattern[str], *, regex: bool) -> Iterator[Place]:
    for row in rows:
        for at, to in matches(pattern, row.sentence.text, regex=regex):
            yield Place(row, at, to, *raw_span(row, at, to))


def mentioned(sentences: SentenceIndex, mentions: Iterable[Mention], articles: Collection[str]) -> Iterator[Place]:
    for mention in mentions:
        row = sentences.at(mention.article, mention.start) if mention.article in articles else None
        if row is not None:
            at, to = clean_span(row, mention.start, mention.end)
            yield Place(row, at, to, mention.start, mention.end)


def line(sentences: SentenceIndex, place: Place, into: Collection[str] | None) -> ConcordanceLine:
    """A place with its context, and the sentence that translates it into one of the tags `into` (None: any)."""
    row, text = place.row, place.row.sentence.text
    others = sentences.counterparts(row.article, row.position)
    other = next((q for q in others if into is None or q.language in into), None)
    return ConcordanceLine(
        article=row.article,
        path=row.path,
        language=row.language,
        start=place.start,
        end=place.end,
        left=text[: place.at],
        match=text[place.at : place.to],
        right=text[place.to :],
        translation=other.text if other else None,
        translation_language=other.language if other else None,
        translation_article=other.article if other else None,
    )


# --- finding a pattern in a sentence ---------------------------------------------------------------------------------


def compile_pattern(pattern: str, *, regex: bool = False) -> re.Pattern[str]:
    """A regular expression over `comparable` sentences. A phrase is found as whole words; Chinese anywhere.

    Raises UsageError for an empty pattern or an expression that cannot be read.
    """
    if not pattern.strip():
        raise UsageError("the pattern is empty; give a word, a phrase or --regex EXPRESSION")
    text = unicodedata.normalize("NFC", pattern)
    if not regex:
        text = " ".join(comparable(text).split())
        words = r"\s+".join(re.escape(word) for word in text.split(" "))
        before = r"(?<!\w)" if _is_spaced(text[0]) else ""
        after = r"(?!\w)" if _is_spaced(text[-1]) else ""
        return re.compile(before + words + after)
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise UsageError(
            f"'{pattern}' is not a regular expression ({error}); mend it, or leave out --regex to look for it as it is"
        ) from error


def _is_spaced(character: str) -> bool:
    """Whether words that begin or end with it are set apart by something that is no letter."""
    return (character.isalnum() or character == "_") and not has_han(character)


def matches(pattern: re.Pattern[str], text: str, *, regex: bool) -> Iterator[tuple[int, int]]:
    """(at, to) of every match that is not empty; an expression sees the text as it is, a phrase its comparable form."""
    for match in pattern.finditer(text if regex else comparable(text)):
        if match.end() > match.start():
            yield match.span()


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
