"""What a store must do, in the verbs of the domain. `sqlite.py` does it in one file; no SQL leaves this package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kb.model import (
    Alignment,
    AnalysedArticle,
    Article,
    Bead,
    Change,
    Concept,
    ConceptRecord,
    Decision,
    Judgement,
    Link,
    Mention,
    NameLink,
    Pack,
    PackItem,
    Pair,
    Quote,
    RepairDecision,
    Sentence,
    SetAside,
)
from kb.record import record

if TYPE_CHECKING:  # reading a base needs no numpy
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.int8]
    Factors = npt.NDArray[np.float32]


@record
class Source:
    """A file that a build has seen. It became article `article`, or was set aside for `reason`."""

    location: str  # absolute path: what tells two files apart
    path: str  # as the user gave it, shown in answers
    root: str  # the absolute path given to the build that found it
    sha256: str  # of its bytes; empty when they could not be read
    size: int  # bytes
    modified: int  # nanoseconds since the epoch
    article: str | None = None
    reason: str | None = None


@record
class PassageRow:
    """A passage where it is read: `position` is its place in its article."""

    id: str
    position: int
    kind: str
    quote: Quote


@record
class SentenceRow:
    """A sentence where it is read, with its tokens."""

    article: str
    path: str
    language: str
    position: int
    sentence: Sentence


@record
class Standing:
    """A mention in its sentence, which begins at the raw offset `sentence_start`, says `text` and is read with its
    tokens when it is asked for."""

    mention: Mention
    sentence_start: int
    text: str
    sentence: Callable[[], SentenceRow]


@record
class ArticleRepairs:
    """What cleaning did to an article and what it offers, with the raw text that this is about."""

    article: str
    path: str
    language: str
    raw: str
    changes: tuple[Change, ...]
    offers: tuple[Change, ...]


class ArticleName(NamedTuple):
    """What an article is looked up by."""

    id: str
    path: str
    title: str


class Store(Protocol):
    """One knowledge base. Writing verbs need a transaction; reading ones do not.

    Every list has a stated, stable order. Unknown ids raise NotFoundError; a damaged or foreign file StoreError.
    """

    def close(self) -> None: ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Several reads of one state of the base, whatever a build commits between them."""
        ...

    def hold(self) -> None:
        """See one state of the base until it is closed, that of the next read, whatever builds commit meanwhile."""
        ...

    def version(self) -> int:
        """Another number as soon as somebody else has committed something."""
        ...

    def transaction(self, *, patient: bool = False) -> AbstractContextManager[None]:
        """All or nothing: an exception, or a process that ends, leaves the base as it was. Another process that writes
        is waited for a second; `patient`: some time longer."""
        ...

    # --- what made this base
    def info(self) -> dict[str, str]:
        """Free key-value facts: kb version, recipe, model, fingerprint."""
        ...

    def set_info(self, info: Mapping[str, str]) -> None: ...

    # --- writing: files and articles
    def sources(self) -> list[Source]:
        """By location."""
        ...

    def set_aside(self) -> list[SetAside]:
        """Files that did not become articles, by location."""
        ...

    def save_article(self, source: Source, article: AnalysedArticle) -> None:
        """Add or replace the article and its source. What hangs on it (pairs, mentions) is saved by save_graph."""
        ...

    def save_source(self, source: Source) -> None:
        """Add or replace what is known of a file (set aside, or its date changed)."""
        ...

    def forget(self, location: str) -> None:
        """Remove a file and whatever came from it: article, passages, sentences, alignments, search rows."""
        ...

    def analysed(self, article: str) -> AnalysedArticle:
        """The article as the stages made it."""
        ...

    # --- writing: vectors, keyed by the hash of text and model
    def vectors(self, keys: Sequence[str]) -> tuple[list[str], Codes, Factors]:
        """Those of `keys` that are known, with int8 [n, d] codes and float32 [n] factors (see embed.quantise)."""
        ...

    def save_vectors(self, keys: Sequence[str], codes: Codes, factors: Factors) -> None: ...

    def drop_vectors_except(self, keys: Iterable[str]) -> None: ...

    def save_passage_matrix(self, parts: Mapping[str, bytes]) -> None:
        """Keep the vectors of all passages in one piece, as embed.passages packs them, until a passage or a vector is
        written."""
        ...

    # --- writing: what holds across articles
    def alignments(self, *, article: str | None = None, machine: bool = False) -> list[Alignment]:
        """By (a, b), with the beads in force; `machine`: with those that the machine found, whatever was decided."""
        ...

    def translations(self, articles: Sequence[str]) -> dict[str, list[str]]:
        """Article -> those that are translations of it, the surest first; of these articles that have any."""
        ...

    def save_alignment(self, alignment: Alignment) -> None:
        """Add or replace what the machine found of two articles."""
        ...

    def save_correction(self, a: str, b: str, beads: Sequence[Bead] | None) -> None:
        """The beads of an alignment with decisions applied; None: the machine's are in force."""
        ...

    def decisions(self) -> list[Decision]:
        """In the order in which they were made."""
        ...

    def add_decision(self, decision: Decision) -> Decision:
        """The decision under the next number, whatever number it came with."""
        ...

    def save_parallel(self, a: str, b: str, pairs: Sequence[tuple[Pair, tuple[str, ...], tuple[str, ...]]]) -> None:
        """Replace the parallel pairs of two articles (with the passage ids of either side); the others stay."""
        ...

    def save_graph(
        self,
        *,
        pairs: Sequence[tuple[Pair, tuple[str, ...], tuple[str, ...]]],
        concepts: Sequence[ConceptRecord],
        mentions: Sequence[Mention],
        name_links: Sequence[tuple[str, NameLink]],
        links: Sequence[Link],
    ) -> None:
        """Replace all pairs (with the passage ids of either side), concepts, mentions, name links (by concept) and
        links."""
        ...

    # --- judgements about concepts, and what the machine made: see kb.judge
    def judgements(self) -> list[Judgement]:
        """In the order in which they were made."""
        ...

    def add_judgement(self, judgement: Judgement) -> Judgement:
        """The judgement under the next number, whatever number it came with."""
        ...

    def save_name_scores(self, scores: Mapping[tuple[str, str], float]) -> None:
        """How much the articles speak of each name (base language, key), in place of those of the last build."""
        ...

    def name_scores(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """Of those that are known: bases made before scores were kept have none."""
        ...

    def keep_machine(self) -> None:
        """Keep concepts, labels and links beside, as the machine made them, unless they are already. `save_graph`
        forgets them."""
        ...

    def machine_ids(self) -> list[str]:
        """Of the concepts that the machine made."""
        ...

    def machine_names(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Id -> names (base language, key) of every concept that the machine made: its terms; in a language without
        any, its labels."""
        ...

    def machine_concept(self, id: str) -> tuple[ConceptRecord, list[NameLink]]:
        """After `keep_machine`."""
        ...

    def machine_links(self, ids: Iterable[str]) -> list[Link]:
        """The machine's links of these concepts, after `keep_machine`."""
        ...

    def hold_mentions(self, id: str, name_of: Callable[[str, str], int]) -> None:
        """Keep the mentions of a concept beside, as the machine made them, unless they are already. `name_of`: (base
        language, surface) -> which of its names that is a form of."""
        ...

    def names_in(self, passages: Iterable[str]) -> dict[str, set[tuple[str, int]]]:
        """Passage id -> (id, name) of the mentions in it that are kept beside."""
        ...

    def begin_concept(self, id: str) -> None:
        """Let there be a concept with this id, for `save_concept` to fill."""
        ...

    def place_mentions(self, id: str, name: int, before: str | None, after: str | None, score: float | None) -> None:
        """Let the mentions of one name of the machine's concept `id`, which are kept beside, be mentions of the concept
        `after`; None: of none. `score`: theirs, None for the machine's."""
        ...

    def count_mentions(self, id: str) -> tuple[int, int]:
        """Count the mentions of a concept anew, by language too: how many there are, and in how many articles."""
        ...

    def save_concept(self, record: ConceptRecord, name_links: Sequence[NameLink]) -> None:
        """Replace what is known of a concept that is there, but for its mentions and links."""
        ...

    def drop_concept(self, id: str) -> None:
        """With all that hangs on it."""
        ...

    def save_links(self, ids: Iterable[str], links: Iterable[Link]) -> None:
        """Replace all links of these concepts."""
        ...

    # --- repairs of articles, and decisions about them: see kb.repairs
    def repair_decisions(self) -> list[RepairDecision]:
        """In the order in which they were made."""
        ...

    def add_repair_decision(self, decision: RepairDecision) -> RepairDecision:
        """The decision under the next number, whatever number it came with."""
        ...

    def article_repairs(self, article: str) -> ArticleRepairs: ...

    def proposed_repairs(self, kinds: Iterable[str]) -> list[tuple[str, bool, Change]]:
        """(article, whether it was made, change) of all that is offered and of what was made of these kinds, by article
        and place."""
        ...

    # --- hand-outs: see kb.packs
    def packs(self) -> list[Pack]:
        """All, removed ones too; what was changed last comes first."""
        ...

    def pack(self, number: int) -> Pack: ...

    def pack_items(self, pack: int) -> list[PackItem]:
        """In their order, removed ones too."""
        ...

    def save_pack(self, pack: Pack) -> Pack:
        """Replace what is known of a pack; one with number 0 is added under the next number."""
        ...

    def save_pack_item(self, pack: int, item: PackItem) -> PackItem:
        """Replace an item's note and marks; one with number 0 is added at the end, under the next number."""
        ...

    def order_pack(self, pack: int, numbers: Sequence[int]) -> None:
        """Put all items of a pack into this order."""
        ...

    # --- reading: articles
    def articles(self, ids: Sequence[str] | None = None) -> list[Article]:
        """By id."""
        ...

    def article_names(self) -> list[ArticleName]:
        """By id."""
        ...

    def counts(self) -> dict[str, int]:
        """How many articles, passages, sentences, concepts and pairs (without rejected ones) there are."""
        ...

    def articles_by_language(self) -> dict[str, int]:
        """Tag -> articles whose own language it is; by tag."""
        ...

    def tags(self) -> list[str]:
        """The language tags of all passages, sorted."""
        ...

    def languages(self) -> dict[str, tuple[str, ...]]:
        """Article id -> the tags of its passages: its own first, then those of most text."""
        ...

    def raw(self, article: str) -> str:
        """The decoded text, before any cleaning."""
        ...

    def passages(self, ids: Sequence[str]) -> list[PassageRow]:
        """In the order of `ids`."""
        ...

    def passages_of(self, article: str) -> list[PassageRow]:
        """In reading order."""
        ...

    def sentences_of(self, article: str) -> list[SentenceRow]:
        """In reading order."""
        ...

    def sentences_at(self, article: str, positions: Sequence[int]) -> list[SentenceRow]:
        """Those at these positions, in reading order."""
        ...

    def sentences_within(self, passages: Sequence[str]) -> list[tuple[str, str]]:
        """(passage id, text) of the sentences of these passages, by passage as given, in reading order."""
        ...

    # --- reading: search
    def find_words(self, query: str, *, languages: Sequence[str] | None, limit: int) -> list[tuple[str, float]]:
        """(passage id, BM25 score, higher is better) of passages with words of `query`, best first.

        Vietnamese tones count first; text typed without them is found through a folded column, with a lower weight.
        """
        ...

    def words_beginning(self, begins: str, least: int, most: int) -> list[str]:
        """Words of the texts as they are indexed that begin so, of so many characters, sorted."""
        ...

    def passage_vectors(self, languages: Sequence[str] | None) -> tuple[list[str], list[str], Codes, Factors]:
        """(passage ids, language tags, int8 [n, d], float32 [n]) by article and position."""
        ...

    def passage_matrix(self) -> dict[str, bytes]:
        """What was kept by save_passage_matrix; nothing where the passages are others now."""
        ...

    def sentences_with(
        self,
        words: Sequence[str],
        *,
        articles: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        accept: Callable[[str], bool] | None = None,
    ) -> Iterator[SentenceRow]:
        """The sentences of passages that hold all these phrases of indexed words (as forms or dictionary forms) and
        whose text `accept` takes, by article and position, each read when it is asked for."""
        ...

    # --- reading: aligned passages
    def pairs(
        self,
        *,
        article: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        passage: str | None = None,
        least: float = 0.0,
        limit: int | None = None,
    ) -> list[Pair]:
        """Parallel ones first, then by score; parallel ones of one article pair in reading order. Those that somebody
        rejected only by that `status`."""
        ...

    # --- reading: concepts
    def concepts(
        self, *, type: str | None = None, language: str | None = None, limit: int | None = None
    ) -> list[Concept]:
        """Most salient first. `language` is a tag or a base language (`zh` means both scripts)."""
        ...

    def concept(self, id: str) -> ConceptRecord: ...

    def find_concepts(self, name: str) -> list[str]:
        """Ids of concepts with that id or label in any language, case- and width-folded, in either Chinese script;
        exact matches first, then labels without tones and accents, then labels that begin with it; by salience."""
        ...

    def concepts_called(self, keys: Sequence[str]) -> dict[str, list[str]]:
        """Of these keys (`langs.folding.name_key`) those that are labels: key -> concepts, most salient first."""
        ...

    def mentions(
        self,
        *,
        concept: str | None = None,
        article: str | None = None,
        language: str | None = None,
        limit: int | None = None,
    ) -> list[Mention]:
        """By article, start, concept."""
        ...

    def standing(self, concept: str, most: int, *, articles: int = ...) -> list[Standing]:
        """Up to `most` mentions of each language in their sentences: by language, one from every article before a
        second, the surest first. They are chosen among those of the first `articles` of each language."""
        ...

    def together(self, concept: str) -> list[tuple[str, str, int]]:
        """(language tag, concept id, sentences) of the concepts that share a sentence with this one, sorted. A name
        inside another's is not beside it."""
        ...

    def meetings(self, a: str, b: str, limit: int, passages: Sequence[str] = ()) -> list[tuple[str, Quote]]:
        """The first sentences that two concepts share, as in `together`, with their passages' ids: of these passages,
        if any are given; where both are mentioned thousands of times, of a hundred articles in each language."""
        ...

    def mentions_by_language(self, concepts: Sequence[str]) -> dict[tuple[str, str], int]:
        """(concept id, language tag) -> mentions."""
        ...

    def mentions_by_family(self) -> list[tuple[str, str, int]]:
        """(type of the concept, "" for none; language tag; mentions), sorted."""
        ...

    def doubtful_names(self, limit: int) -> list[tuple[str, NameLink]]:
        """(concept id, its surest link) of names that nobody has judged, the least sure first, one of each concept;
        `a` of the link is the name."""
        ...

    def doubtful_types(self, limit: int) -> list[tuple[str, Link]]:
        """(concept id, the broader link that its type comes from) of types that no scheme gives, the least sure
        first."""
        ...

    def doubtful(self, limit: int) -> list[Pair]:
        """Parallel pairs that nobody has judged, by rising score."""
        ...

    def judged(self) -> dict[str, int]:
        """Status of parallel pairs -> how many."""
        ...

    def passage_concepts(self) -> list[tuple[str, str, str]]:
        """(passage id, language tag, concept id) of every mention, distinct, sorted."""
        ...

    def name_links(self, concept: str) -> list[NameLink]:
        """By score."""
        ...

    def links(self, concept: str | None = None) -> list[Link]:
        """Relations of one concept, or all, by score."""
        ...

    # --- soundness
    def check(self) -> list[str]:
        """Faults found, a line each: damage of the file, missing search rows, rows without their article."""
        ...
