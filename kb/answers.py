"""Records that only questions make; those that are stored as they are stand in `kb.model`."""

from __future__ import annotations

from collections.abc import Mapping

from kb.model import Article, Concept, Link, Mention, NameLink, Pack, Quote, SetAside
from kb.record import record
from kb.records import Records, Shown


@record
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
    judgements: int  # about concepts, those undone included
    repairs: int  # decisions about repairs, those undone included


@record
class ArticleText(Shown):
    """An article to read: its passages in order, each a quote of the raw text."""

    article: Article
    passages: tuple[Quote, ...]


@record
class AlignedBead(Shown):
    """Sentences `a` (positions) of one article and `b` of the other, with their texts; "" for what was left out."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    a_text: str
    b_text: str
    score: float


@record
class WordPair(Shown):
    """A word of one text and its counterpart in the other, with their offsets in the two texts of a bead."""

    a: str
    b: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    score: float


@record
class LinkedBead(AlignedBead):
    """A bead whose words are linked."""

    words: tuple[WordPair, ...] = ()


@record
class Citation(Shown):
    """Where something stands: lines of the raw text, from 1, and raw offsets; `passage` is its id, if it is in one.

    The raw text of a page or a document (.html, .docx, .pdf, .epub) is what was read from it, not the file.
    """

    article: str
    title: str
    author: str | None
    origin: str | None  # where the article is from, if it or corpus/sources.toml says so
    date: str | None
    path: str
    language: str
    passage: str | None
    line: int
    last_line: int
    start: int
    end: int

    def __str__(self) -> str:
        lines = f"line {self.line}" if self.line == self.last_line else f"lines {self.line}-{self.last_line}"
        about = [self.author, f"“{self.title}”", self.origin, self.date]
        written = self.path if self.path.lower().endswith((".txt", ".md")) else f"{self.path} read as text"
        place = [written, lines, f"characters {self.start}-{self.end}", self.passage]
        return ", ".join(fact for fact in [*about, *place] if fact)


@record
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


@record
class Judgement(Shown):
    """A judgement about a concept, and what became of it.

    `concept` is the id of the concept as it is now (then, where it is no more), `name` its preferred name then; `names`
    are (language, label). `state`: `in force`, `overruled` (by a later one), `undone`, or `not applicable`: its concept
    or name is not there; "" for one that undoes another.
    """

    number: int
    time: str
    user: str
    kind: str
    state: str
    concept: str
    name: str
    names: tuple[tuple[str, str], ...]
    other: str | None  # the concept that was merged
    other_name: str | None
    family: str | None
    comment: str | None
    undoes: int | None


@record
class Repair(Shown):
    """What cleaning did to an article, or offers to do, and what somebody decided of it.

    `state`: `made`, `offered` (the raw text stands), or `gone`: only a decision remembers it. `decision`: accept or
    reject, "" for none; `effect`: `in force`, `from the next build on`, `overruled` or `not found`; "" without one.
    `start` and `end` are raw offsets, `left` and `right` the raw characters on either side. `score`: how likely a line
    is furniture, or a phrase advertising; 1 of what follows from the text.
    """

    id: str
    article: str
    path: str
    language: str
    kind: str
    score: float
    state: str
    decision: str
    effect: str
    start: int
    end: int
    left: str
    before: str
    after: str
    right: str
    reason: str
    number: int | None  # of the decision
    user: str | None
    time: str | None
    comment: str | None


@record
class RepairChoice(Shown):
    """A decision about a repair, and what became of it: `effect` of Repair, or `undone`; "" for one that undoes."""

    number: int
    time: str
    user: str
    kind: str
    state: str
    repair: str
    article: str
    of: str  # the kind of the repair
    start: int  # where it stood then
    end: int
    before: str
    after: str
    comment: str | None
    undoes: int | None


@record
class DoubtfulName(Shown):
    """A name of a concept that the machine is not sure of, by the surest of its links to the concept's other names."""

    concept: Concept
    name: tuple[str, str]  # (language tag, label)
    other: tuple[str, str]  # the name of the concept that it is linked with
    score: float  # 0..1
    method: str
    evidence: Records[Evidence]  # a sentence with the concept in the languages of the two


@record
class DoubtfulType(Shown):
    """A type that a concept has from a broader one."""

    concept: Concept
    family: str
    broader: tuple[str, str]  # (id, name) of the concept that it is from
    score: float  # 0..1, of the link to it
    evidence: Records[Evidence]


@record
class Evidence(Shown):
    """A mention in its sentence, where it stands at `at`:`to` of the text, and what translations have in its place."""

    mention: Mention
    sentence: Quote
    at: int
    to: int
    aligned: tuple[Quote, ...]


@record
class Neighbour(Shown):
    """A concept that `concept` is linked with; `kind` is read from the concept that was asked for."""

    concept: str
    name: str
    labels: Mapping[str, tuple[str, ...]]
    kind: str
    score: float
    method: str
    evidence: tuple[str, ...]


@record
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
    above: tuple[str, ...] = ()  # names of the broader concepts of the scheme, the broadest first
    also: tuple[tuple[str, str], ...] = ()  # (id, name) of other concepts that are called so, or longer
    slip: bool = False  # whether it was asked for by a name that is nearly one of its own


@record
class ConcordanceLine(Shown):
    """A match in its sentence. `left`, `match` and `right` are clean text; `start` and `end` are raw offsets.

    `translation[translation_at:translation_to]` is what stands for the match, where that is known. `translated`:
    whether the article is aligned with any other; where it is and there is no translation, the sentence was left out.
    """

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
    translation_at: int | None
    translation_to: int | None
    translated: bool

    @property
    def counterpart(self) -> str | None:
        """What stands for the match in the translation."""
        if self.translation is None or self.translation_at is None:
            return None
        return self.translation[self.translation_at : self.translation_to]


@record
class Frequency(Shown):
    """How many matches have `item` (a form, a word beside it, an article, ...), and which share of all."""

    item: str
    language: str
    count: int
    share: float


@record
class Collocate(Shown):
    """A word that stands near matches. `together`: matches with it in the window; `count`: how often it stands
    anywhere in the language; `log_dice` (at most 14) says how typical, `g2` (log-likelihood) how surely."""

    word: str
    language: str
    together: int
    count: int
    log_dice: float
    g2: float


@record
class Companion(Shown):
    """A concept that shares sentences with another. By language: in how many, logDice (at most 14) of how typical that
    is there, and `leaning`: G² of that language against the others, below 0 where they meet less than chance has it."""

    concept: str
    name: str
    sentences: Mapping[str, int]
    log_dice: Mapping[str, float]
    leaning: Mapping[str, float]


@record
class Excerpt(Shown):
    """Passages of an article around a place. `marked`: of every passage the stretch of its text that was asked for."""

    article: Article
    passages: tuple[Quote, ...]
    marked: tuple[tuple[int, int] | None, ...]
    start: int
    end: int


@record
class Change(Shown):
    """What differs between two bases: `name`, a `what` (base, file, article, concept, link, pair), was `old` and is
    `new`."""

    what: str
    change: str
    name: str
    old: str
    new: str


@record
class KeyItem(Shown):
    """A word or concept that one side has more of (`log_ratio` above 0) or less. `g2` and its `p`, of one comparison
    alone, say how surely. `language` is "" for concepts; `articles`: how many of the target's have it."""

    item: str
    language: str
    count: int
    per_million: float
    reference: int
    reference_per_million: float
    log_ratio: float
    g2: float
    p: float
    articles: int


@record
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


@record
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


@record
class Theme(Shown):
    """A group of concepts that belong together, most salient first, by id and by name; the largest theme is 1."""

    number: int
    concepts: tuple[str, ...]
    names: tuple[str, ...]


@record
class ConceptName(Shown):
    """One name of one concept."""

    concept: str
    type: str | None
    language: str
    term: str
    preferred: bool


@record
class LineMatch(Shown):
    """Line `a` of one text and its best line `b` of another, counted from 0; `score` in 0..1."""

    a: int
    b: int
    a_text: str
    b_text: str
    score: float


@record
class Graph(Shown):
    """Concepts as nodes, most salient first, and the links among them, surest first."""

    nodes: Records[Concept]
    edges: Records[Link]


@record
class Piece(Shown):
    """A run of text; `concept` is the id of the one that it mentions, if it does."""

    text: str
    concept: str | None = None


@record
class MarkedPassage(Shown):
    """A passage whose mentions are marked: its pieces make its text."""

    id: str
    kind: str
    language: str
    start: int
    end: int
    pieces: tuple[Piece, ...]


@record
class Side(Shown):
    """What one article has in a row: `sentences` (positions) and their text in pieces, with raw offsets; none of them,
    and the article's language, where it has nothing there."""

    language: str
    sentences: tuple[int, ...]
    pieces: tuple[Piece, ...]
    start: int
    end: int


@record
class ParallelRow(Shown):
    """What translations of each other say at one place. `number` counts rows from 0; `kind` is that of the passage;
    `score` is that of the least sure of its beads, 0 where only one article has something."""

    number: int
    kind: str
    score: float
    sides: tuple[Side, ...]


@record
class HandoutSide(Shown):
    """What one article says in a passage of a hand-out. `citation`: where that stands now, None where the article
    (`there`: if it is still in the base) says it no more; then `text` is what it said when it was collected."""

    article: str
    title: str
    language: str
    text: str
    there: bool
    citation: Citation | None = None


@record
class HandoutName(Shown):
    """What a concept of a hand-out is called in one language, and a sentence there that says what it is."""

    language: str
    names: tuple[str, ...]
    definition: str | None = None
    citation: Citation | None = None


@record
class HandoutItem(Shown):
    """A piece of a hand-out: a `concept` by its names, or a `passage` by what articles say there.

    `held`: whether the base still has all of it; what it has not is as it was remembered. `concept`: the id now.
    `language` and `version` are those of the note.
    """

    number: int
    kind: str
    note: str
    language: str
    version: int
    held: bool
    concept: str | None = None
    family: str | None = None
    names: tuple[HandoutName, ...] = ()
    sides: tuple[HandoutSide, ...] = ()


@record
class Handout(Shown):
    """A pack with its pieces in order; `removed`: those that were taken out, each to be put back where it was."""

    pack: Pack
    items: tuple[HandoutItem, ...]
    removed: tuple[HandoutItem, ...] = ()
