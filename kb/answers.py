"""Records that only questions make; those that are stored as they are stand in `kb.model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.model import Article, Concept, Link, Mention, NameLink, Quote, SetAside
from kb.records import Records, Shown


@dataclass(frozen=True, slots=True)
class Status(Shown):
    """What a base holds, what was set aside and why, and what made it. `built` is UTC, ISO 8601."""

    version: str
    recipe: str
    model: str
    revision: str  # which weights of that name: 12 hexadecimal digits
    dimension: int
    articles: int
    languages: Mapping[str, int]  # tag -> articles
    passages: int
    sentences: int
    concepts: int
    pairs: int
    set_aside: tuple[SetAside, ...]
    built: str
    decisions: Mapping[str, int]  # what became of decisions about alignments (Correction.state) -> how many


@dataclass(frozen=True, slots=True)
class ArticleText(Shown):
    """An article to read: its passages in order, each a quote of the raw text."""

    article: Article
    passages: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class AlignedBead(Shown):
    """Sentences `a` (positions) of one article and `b` of the other, with their texts; "" for what was left out."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    a_text: str
    b_text: str
    score: float


@dataclass(frozen=True, slots=True)
class WordPair(Shown):
    """A word of one text and its counterpart in the other, with their offsets in the two texts of a bead."""

    a: str
    b: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    score: float


@dataclass(frozen=True, slots=True)
class LinkedBead(AlignedBead):
    """A bead whose words are linked."""

    words: tuple[WordPair, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction(Shown):
    """A decision about the alignment of articles `a` and `b`, the sentences that it concerns, and what became of it.

    `state`: `in force`, `overruled` (by a later one), `undone`, or `not applicable`: its sentences, or its articles,
    are not there; "" for one that undoes another.
    """

    number: int
    time: str
    user: str
    kind: str
    state: str
    a: str
    b: str
    a_texts: tuple[str, ...]
    b_texts: tuple[str, ...]
    undoes: int | None


@dataclass(frozen=True, slots=True)
class Evidence(Shown):
    """A mention in its sentence, where it stands at `at`:`to` of the text, and what translations have in its place."""

    mention: Mention
    sentence: Quote
    at: int
    to: int
    aligned: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Neighbour(Shown):
    """A concept that `concept` is linked with; `kind` is read from the concept that was asked for."""

    concept: str
    name: str
    labels: Mapping[str, tuple[str, ...]]
    kind: str
    score: float
    method: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptEntry(Shown):
    """All that is known of one concept. `definitions`: sentences that say what it is; `evidence` is a choice, some
    mentions of every language."""

    concept: Concept
    definition: str | None
    scheme: str | None
    counts: Mapping[str, Mapping[str, int]]  # tag -> label -> occurrences
    definitions: Records[Evidence]
    evidence: Records[Evidence]
    links: Records[Neighbour]
    names: Records[NameLink]  # why these names are one concept
    kind_of: Neighbour | None = None  # the broader concept that it has its type from, if no scheme gives it one


@dataclass(frozen=True, slots=True)
class ConcordanceLine(Shown):
    """A match in its sentence. `left`, `match` and `right` are clean text; `start` and `end` are raw offsets."""

    article: str
    path: str
    language: str
    start: int
    end: int
    left: str
    match: str
    right: str
    translation: str | None
    translation_language: str | None
    translation_article: str | None


@dataclass(frozen=True, slots=True)
class Coverage(Shown):
    """How often a concept is mentioned in each language or article, zeros included.

    `leaning`: G² of each against all others (`kb.chance`), below 0 where it is mentioned less than chance has it.
    """

    concept: str
    name: str
    type: str | None
    counts: Mapping[str, int]
    total: int
    leaning: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Step(Shown):
    """One step of a path between concepts. `quotes` are the passages that support it, when passages do."""

    a: str
    a_name: str
    b: str
    b_name: str
    kind: str
    score: float
    method: str
    evidence: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Theme(Shown):
    """A group of concepts that belong together, most salient first, by id and by name; the largest theme is 1."""

    number: int
    concepts: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptName(Shown):
    """One name of one concept."""

    concept: str
    type: str | None
    language: str
    term: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class LineMatch(Shown):
    """Line `a` of one text and its best line `b` of another, counted from 0; `score` in 0..1."""

    a: int
    b: int
    a_text: str
    b_text: str
    score: float


@dataclass(frozen=True, slots=True)
class Graph(Shown):
    """Concepts as nodes, most salient first, and the links among them, surest first."""

    nodes: Records[Concept]
    edges: Records[Link]
