"""The records that stages hand to each other and that questions answer with. All are frozen.

Offsets named `start` and `end` are code point offsets into an article's raw text, as it was decoded and before any
cleaning: `raw[start:end]` is the quote. Offsets into any other text have another name.

Language tags are BCP 47: `vi`, `fr`, `zh-Hans`, `zh-Hant`, others. `base_language("zh-Hant")` is `zh`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kb.record import field, record
from kb.records import Shown

# What a block of an article is. Only BODY_KINDS are analysed; the others are kept with their reason, and shown.
BODY_KINDS = ("title", "heading", "paragraph", "list-item", "caption")
FURNITURE_KINDS = ("byline", "date", "navigation", "related", "advertisement", "legal", "contact", "separator")


def base_language(tag: str) -> str:
    """The primary subtag: `zh-Hant` -> `zh`."""
    return tag.split("-")[0].lower()


def covers(language: str, tag: str) -> bool:
    """Whether what somebody calls a language means this tag: zh is every script of it."""
    return language.lower() in (tag.lower(), base_language(tag))


# --- text with a way back -------------------------------------------------------------------------------------------


class Edit(NamedTuple):
    """Replace `text[at:to]` by `after`. Offsets are into the text that is edited, not into the raw text."""

    at: int
    to: int
    after: str


@record
class MappedText:
    """A text that was made from a raw text, with the raw span of every character.

    `starts[i]` and `ends[i]` are the raw offsets of the characters that `text[i]` stands for. They never fall along the
    text. A character that was inserted has an empty span, or that of its neighbours where these share one.
    """

    text: str
    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, raw: str) -> MappedText:
        """The raw text itself."""
        offsets = array("i", range(len(raw) + 1))
        return cls(raw, offsets[:-1], offsets[1:])

    def span(self, at: int, to: int) -> tuple[int, int]:
        """Raw (start, end) of `text[at:to]`; an empty piece has an empty span, or that of the character it splits."""
        if at < to:
            return self.starts[at], self.ends[to - 1]
        before = self.ends[at - 1] if at > 0 else 0
        here = self.starts[at] if at < len(self.text) else before
        return here, max(here, before)

    def slice(self, at: int, to: int) -> MappedText:
        """The piece `text[at:to]`, still mapped to the raw text."""
        return MappedText(self.text[at:to], self.starts[at:to], self.ends[at:to])

    def edit(self, edits: Iterable[Edit]) -> MappedText:
        """Apply edits that do not overlap, in any order.

        Equal lengths map character by character, others map every new character to the whole span that was replaced.
        """
        pieces: list[str] = []
        starts, ends = array("i"), array("i")
        done = kept = 0  # how far text and offsets are copied
        for at, to, after in sorted(edits):
            if at < done:
                raise ValueError(f"edits overlap at {at} (the last one ended at {done})")
            pieces += (self.text[done:at], after)
            done = to
            if len(after) != to - at:
                starts += self.starts[kept:at]
                ends += self.ends[kept:at]
                start, end = self.span(at, to)
                for _ in after:
                    starts.append(start)
                    ends.append(end)
                kept = to
        pieces.append(self.text[done:])
        starts += self.starts[kept:]
        ends += self.ends[kept:]
        return MappedText("".join(pieces), starts, ends)


# --- one article, stage by stage ------------------------------------------------------------------------------------


@record
class RawArticle:
    """A file that was read: its decoded text, and what is known of it before looking at the text."""

    path: str
    raw: str
    encoding: str
    sha256: str  # of the file's bytes
    metadata: Mapping[str, str] = field(default_factory=dict)  # title, language, origin, date, author, licence


@record
class Change:
    """One thing that cleaning repaired or left out: `before` is `raw[start:end]`, `after` what the body has instead.

    `score`: how likely a line is furniture, or a phrase advertising; 1 of what follows from the text.
    """

    kind: str
    start: int
    end: int
    before: str
    after: str
    reason: str
    score: float = 1.0


@record
class Block:
    """A stretch of the article with one role. `at` and `to` are offsets into the cleaned body, -1 when left out.

    `language` is the tag of a block of the body, and "" when left out.
    """

    kind: str  # one of BODY_KINDS or FURNITURE_KINDS
    start: int
    end: int
    at: int = -1
    to: int = -1
    language: str = ""

    @property
    def is_body(self) -> bool:
        return self.at >= 0


@record
class CleanedArticle:
    """What is left to analyse: `body.text` has a block a line; every block and change leads back to the raw text."""

    raw: RawArticle
    language: str
    title: str
    body: MappedText
    blocks: tuple[Block, ...]
    changes: tuple[Change, ...]
    offers: tuple[Change, ...] = ()  # repairs that are only likely: not made, for a person to decide


@record
class Token:
    """A word, number or mark. `at` is its offset in its sentence's text; `pos` a Universal POS tag."""

    start: int
    end: int
    at: int
    text: str
    lemma: str
    pos: str


@record
class Sentence:
    """`text` is clean; `passage` is the position of its passage in the article."""

    start: int
    end: int
    text: str
    passage: int
    tokens: tuple[Token, ...]


@record
class Passage:
    """A block of the body: a paragraph, heading or list item. The id does not change while its text stays."""

    id: str
    kind: str
    start: int
    end: int
    text: str
    language: str


@record
class AnalysedArticle:
    """An article with its passages and sentences, in reading order."""

    id: str
    cleaned: CleanedArticle
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]

    @property
    def language(self) -> str:
        """Of most of the article; a passage may have another."""
        return self.cleaned.language

    def language_of(self, sentence: int) -> str:
        return self.passages[self.sentences[sentence].passage].language


# --- across articles ------------------------------------------------------------------------------------------------


@record
class Bead:
    """Sentences `a` of one article say what sentences `b` of another say; an empty side was left out there.

    `score` is in 0..1, higher is surer.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    score: float = 0.0


@record
class WordLink:
    """Characters of one text name what those of the other name: (sentence, start, end) of either, offsets in the
    sentence. `score`, 0..1: the cosine of their tokens."""

    a: tuple[int, int, int]
    b: tuple[int, int, int]
    score: float


@record
class Alignment:
    """What two articles (ids, in order) have to do with each other, and their beads when they are translations."""

    a: str
    b: str
    relation: str  # "parallel" or "comparable"
    score: float  # 0..1
    beads: tuple[Bead, ...] = ()


@record
class Stretch:
    """Sentences of an article, one after the other, as a decision remembers them: by their texts and by those beside
    them ("" at the edge of the article); `at` is where the first one stood then."""

    at: int
    texts: tuple[str, ...]
    before: str = ""
    after: str = ""


@record
class Decision:
    """What somebody decided of the alignment of two articles. Decisions are only ever added, never changed."""

    number: int  # in the order in which they were made, from 1
    time: str  # UTC, ISO 8601
    user: str
    kind: str  # one of corrections.KINDS, or "undo"
    a: str  # article ids, in the order of Alignment
    b: str
    a_side: Stretch
    b_side: Stretch
    shape: tuple[tuple[int, int], ...]  # how many sentences of a and of b the beads have that it leaves, in order
    undoes: int | None = None  # the number of another decision


@record
class RememberedRepair:
    """A repair as a decision remembers it: where its raw characters `before` stood, and what stood on either side."""

    id: str
    article: str
    path: str
    kind: str
    start: int
    end: int
    before: str
    after: str
    reason: str
    left: str
    right: str


@record
class RepairDecision:
    """What somebody decided of a repair. Such decisions are only ever added, never changed."""

    number: int  # in the order in which they were made, from 1
    time: str  # UTC, ISO 8601
    user: str
    kind: str  # one of repairs.KINDS, or "undo"
    repair: RememberedRepair
    comment: str | None = None
    undoes: int | None = None  # the number of another decision


@record
class RememberedConcept:
    """A concept as a judgement remembers it: its id and preferred name then, and names (base language, key) that it had
    of its own, by which it is found again."""

    id: str
    name: str
    names: tuple[tuple[str, str], ...]


@record
class Judgement:
    """What somebody decided of a concept. Judgements are only ever added, never changed."""

    number: int  # in the order in which they were made, from 1
    time: str  # UTC, ISO 8601
    user: str
    kind: str  # one of judgements.KINDS, or "undo"
    concept: RememberedConcept
    names: tuple[tuple[str, str], ...] = ()  # (language tag, label) that it speaks of
    keys: tuple[tuple[str, str], ...] = ()  # (base language, key) of the terms that these are forms of
    other: RememberedConcept | None = None  # the one that is merged
    family: str | None = None  # the type that is given
    comment: str | None = None
    undoes: int | None = None  # the number of another judgement


@record
class RememberedSide:
    """What an article said at a place, as a hand-out remembers it: the text then, and where it stood in `article`."""

    article: str
    title: str
    language: str  # tag
    start: int
    end: int
    text: str


@record
class PackItem:
    """A piece of a hand-out: a concept, or what one or more articles say at one place (`sides`)."""

    number: int  # its own in the whole base, never another's; 0 before it is saved
    concept: RememberedConcept | None = None
    labels: tuple[tuple[str, str], ...] = ()  # (language tag, name) of the concept, to show where it is no more
    sides: tuple[RememberedSide, ...] = ()
    note: str = ""
    language: str = ""  # of the note: that of the pages on which it was written, "" where that is not known
    removed: str | None = None  # since when it is no part of the pack: UTC, ISO 8601
    version: int = 1  # of the note: one more with every change


@record
class Pack:
    """A hand-out: pieces of the base that somebody put together, in an order, with notes."""

    number: int  # from 1; 0 before it is saved
    title: str
    note: str
    language: str  # of both: that of the pages on which they were written, "" where that is not known
    user: str  # who began it
    made: str  # UTC, ISO 8601
    changed: str
    removed: str | None = None  # since when; a removed pack can be brought back
    version: int = 1  # of title and note
    size: int = 0  # pieces in it


@record
class Occurrence:
    """One place where a term stands: sentence `sentence` of article `article`, raw offsets, the clean surface.

    `form` is the surface as a label: without a capital that only begins its sentence.
    """

    article: str
    sentence: int
    start: int
    end: int
    surface: str
    form: str


@record
class Term:
    """A term of one language. `key` is its normal form (one for plural, case and script), `name` what a reader sees."""

    language: str  # base language: both Chinese scripts are `zh`
    key: str
    name: str
    score: float  # how much the articles speak of it, comparable within one collection
    occurrences: tuple[Occurrence, ...]

    @property
    def articles(self) -> int:
        return len({o.article for o in self.occurrences})


@record
class NameLink(Shown):
    """Why two names belong to one concept: `method` says how it was found, `evidence` where to look."""

    a: tuple[str, str]  # (language, key)
    b: tuple[str, str]
    score: float  # 0..1
    method: str
    evidence: str


# --- answers --------------------------------------------------------------------------------------------------------


@record
class Article(Shown):
    id: str
    path: str
    title: str
    language: str
    characters: int
    sentences: int
    passages: int
    concepts: int
    origin: str | None = None
    date: str | None = None  # ISO 8601, as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD
    author: str | None = None


@record
class SetAside(Shown):
    """A file that did not become an article, and why."""

    path: str
    reason: str


@record
class Concept(Shown):
    """`labels`: language tag -> the preferred name, then every other form that occurs, most frequent first."""

    id: str
    type: str | None
    labels: Mapping[str, tuple[str, ...]]
    salience: float
    mentions: int
    articles: int


@record
class ConceptRecord:
    """A concept as it is stored: the answer's record, and what the answer does not show at a glance."""

    concept: Concept
    scheme: str | None  # address of the scheme's concept that gave the type, if one did
    definition: str | None  # of the scheme, English or the first there is
    names: tuple[tuple[str, str], ...]  # (base language, term key) of its terms
    counts: Mapping[tuple[str, str], int]  # (language tag, label) -> occurrences
    # (language tag, label) of the scheme that no article uses, English ones above all: found, but not shown as names
    other_labels: tuple[tuple[str, str], ...] = ()


@record
class Mention(Shown):
    """`quote` is the raw slice, `surface` its cleaned form."""

    concept: str
    article: str
    path: str
    language: str
    start: int
    end: int
    quote: str
    surface: str
    score: float


@record
class Quote(Shown):
    """A stretch of an article; `text` is its cleaned form."""

    article: str
    path: str
    language: str
    start: int
    end: int
    text: str


@record
class Pair(Shown):
    """Two passages that say the same (`parallel`) or speak of the same (`comparable`)."""

    id: str
    kind: str
    score: float
    status: str  # "proposed", "accepted" or "rejected"
    a: Quote
    b: Quote


@record
class Hit(Shown):
    """A passage that answers a search, best first; `before` and `after` are its neighbours, when they are asked for."""

    article: str
    path: str
    language: str
    start: int
    end: int
    text: str
    score: float
    before: tuple[Quote, ...] = ()
    after: tuple[Quote, ...] = ()


HEAD = "head of the name"  # the method of a broader link that names tell
BY_SCHEME = "scheme"  # the method of a link that a concept scheme gives


@record
class Link(Shown):
    """A relation between two concepts. `evidence` are passage ids, or the scheme's address."""

    a: str
    b: str
    kind: str  # "broader", "part-of", "opposed", "related" or "co-occurrence"
    score: float
    method: str
    evidence: tuple[str, ...]
