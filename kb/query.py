"""Every question to a knowledge base: the only door for the command line, the web pages and exports.

Where a method takes an article, that is an id, the beginning of one that no other has, or its path; where it takes a
concept, an id or a label in any language. Whatever is not there raises NotFoundError, which names what comes near.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kb import graph
from kb.answers import (
    AlignedBead,
    ArticleText,
    Change,
    Citation,
    Companion,
    ConceptEntry,
    ConceptName,
    Correction,
    Coverage,
    Evidence,
    Excerpt,
    Graph,
    Neighbour,
    Status,
    Step,
    Theme,
)
from kb.browse import Browse
from kb.errors import NotFoundError, UsageError
from kb.mended import Mended
from kb.model import (
    BY_SCHEME,
    HEAD,
    Article,
    Bead,
    Concept,
    Link,
    Mention,
    NameLink,
    Pair,
    Quote,
    SetAside,
)
from kb.names import first_beginning, holds, preferred_name
from kb.parallel import Parallel
from kb.records import Records
from kb.searching import Searching
from kb.usage import Usage

if TYPE_CHECKING:
    from kb.aligned import AlignedTexts
    from kb.cite import Citations
    from kb.model import ConceptRecord
    from kb.store.base import ArticleName, Store

PAIR_KINDS = ("parallel", "comparable")
PAIR_STATES = ("proposed", "accepted", "rejected")

# Mentions of each language, the surest of every article first, among which a concept's evidence and definitions are
# looked for, and sentences of each that say what it is, unless more evidence is asked for.
LOOKED_AT = 300
DEFINITIONS = 5

# Other concepts with such a name that an entry mentions.
ALSO = 5
SCHEME_BROADER = ("broader", BY_SCHEME)

STEP_QUOTES = 2  # for one step of a path
MEETINGS = 5  # sentences that are evidence of two concepts' meeting


def open_base(path: str | os.PathLike[str]) -> KnowledgeBase:
    """See `kb.open`."""
    from kb.store import open_store

    store = open_store(Path(path))
    store.hold()
    return KnowledgeBase(store)


def reader(path: str | os.PathLike[str]) -> KnowledgeBase:
    """A base to keep open while others write to it: ask it within `one_state`."""
    from kb.store import open_store

    return KnowledgeBase(open_store(Path(path)))


def diff(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Records[Change]:
    """What differs between two bases, of which the second is a rebuild of the first: see `kb.differences`."""
    from kb.differences import differences
    from kb.store import open_store

    stores: list[Store] = []
    try:
        for path in (old, new):
            stores.append(open_store(Path(path)))
        return Records[Change](differences(*stores))
    finally:
        for store in stores:
            store.close()


class KnowledgeBase(Searching, Usage, Parallel, Browse, Mended):
    """Questions to one knowledge base. It keeps what it has read: open it anew after a build."""

    def __repr__(self) -> str:
        found = self.status()
        return f"<KnowledgeBase: {found.articles} articles, {found.concepts} concepts>"

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    # --- what there is

    def status(self) -> Status:
        with self._store.snapshot():
            return self._status()

    def _status(self) -> Status:
        info, counts = self._store.info(), self._store.counts()
        return Status(
            version=info.get("version", ""),
            recipe=info.get("recipe", ""),
            model=info.get("model", ""),
            revision=info.get("revision", ""),
            dimension=int(info.get("dimension") or 0),
            languages=self._store.articles_by_language(),
            set_aside=tuple(self._store.set_aside()),
            built=re.sub(r"\.\d+", "", info.get("built", "")),
            decisions=dict(sorted(Counter(d.state for d in self.decisions() if d.state).items())),
            judgements=len(self._store.judgements()),
            repairs=len(self._store.repair_decisions()),
            **counts,
        )

    def set_aside(self) -> Records[SetAside]:
        """Files that did not become articles, and why."""
        return Records[SetAside](self._store.set_aside())

    def check(self) -> list[str]:
        """What is wrong with the file of this base; none when it is sound."""
        return self._store.check()

    def articles(self, *, language: str | None = None) -> Records[Article]:
        """By id; `language`: those with passages in it."""
        tags = self._tags(language)
        return Records[Article](
            a for a in self._articles if tags is None or not set(self.languages[a.id]).isdisjoint(tags)
        )

    def article(self, name: str) -> Article:
        return self._store.articles([self._id_of(name)])[0]

    def read(self, article: str) -> ArticleText:
        """The passages of an article, in order."""
        found = self.article(article)
        return ArticleText(found, tuple(row.quote for row in self._store.passages_of(found.id)))

    def raw(self, article: str) -> str:
        """The decoded text, before any cleaning: what all offsets point into."""
        return self._store.raw(self._id_of(article))

    def article_names(self) -> list[ArticleName]:
        """Ids, paths and titles of all articles, by id: quicker than `articles`, which counts."""
        return self._names

    def tags(self) -> list[str]:
        """The language tags of all passages."""
        return self._present

    def names_beginning(self, begins: str, *, limit: int) -> list[tuple[str, str]]:
        """(name, type) of concepts with a name that begins so, with or without tones and accents, by salience."""
        if not begins.strip():
            return [(preferred_name(c.labels), c.type or "") for c in self._store.concepts(limit=limit)]
        found: dict[str, str] = {}
        for id in self._store.find_concepts(begins)[:limit]:
            concept = self._store.concept(id).concept
            labels = [form for forms in concept.labels.values() for form in forms]
            if name := first_beginning(begins, [*labels, concept.id]):
                found.setdefault(name, concept.type or "")
        return list(found.items())

    def cite(self, article: str, start: int, end: int) -> Citation:
        """Where the raw offsets `start`..`end` of an article are."""
        return self._citations.of(self._id_of(article), start, end)

    def pairs(
        self,
        *,
        article: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        least: float = 0.0,
        limit: int | None = None,
    ) -> Records[Pair]:
        """Aligned passages: parallel ones first, then by score; those that were rejected only by that `status`.
        `least`: the score that comparable ones have at least."""
        for given, known, what in ((kind, PAIR_KINDS, "kind"), (status, PAIR_STATES, "status")):
            if given is not None and given not in known:
                raise UsageError(f"no {what} of pairs is called '{given}'; there are: {', '.join(known)}")
        id = None if article is None else self._id_of(article)
        return Records[Pair](self._store.pairs(article=id, kind=kind, status=status, least=least, limit=limit))

    def alignment(self, a: str, b: str) -> Records[AlignedBead]:
        """Sentence beads of two articles that a build has found to be translations; `a` is the first one asked for."""
        return self.aligned(a, b).records()

    def aligned(self, a: str, b: str) -> AlignedTexts:
        """The same with the whole texts: what exports and corrections need."""
        from kb.aligned import AlignedTexts, of_rows

        first, second = self.article(a), self.article(b)
        if first.id == second.id:
            raise UsageError(f"'{a}' and '{b}' are the same article; name two different ones")
        for alignment in self._store.alignments(article=first.id):
            if {alignment.a, alignment.b} == {first.id, second.id} and alignment.beads:
                swap = alignment.a != first.id
                beads = (Bead(x.b, x.a, x.score) if swap else x for x in alignment.beads)
                left, right = (of_rows(article, self._sentences.of(article.id)) for article in (first, second))
                return AlignedTexts(left, right, tuple(beads))
        raise NotFoundError(
            f"'{first.path}' and '{second.path}' are not known to be translations of each other; "
            "kb pairs lists the passages they share"
        )

    def decisions(self, a: str | None = None, b: str | None = None) -> Records[Correction]:
        """What people decided of all alignments, or of that of two articles, in the order in which they did."""
        ids = None if a is None or b is None else {self._id_of(a), self._id_of(b)}
        made = [d for d in self._store.decisions() if ids is None or {d.a, d.b} == ids]
        if not made:
            return Records[Correction]()
        from kb.corrections import NOT_APPLICABLE, apply

        states = {d.number: "" if d.undoes is not None else NOT_APPLICABLE for d in made}
        about = sorted({(d.a, d.b) for d in made})
        beads = {
            (x.a, x.b): x.beads
            for a in sorted({a for a, _ in about} & self._ids)
            for x in self._store.alignments(article=a, machine=True)
        }
        for pair in about:
            own = [d for d in made if (d.a, d.b) == pair]
            there = pair in beads
            left, right = ([r.sentence.text for r in self._sentences.of(id)] if there else [] for id in pair)
            states |= apply(beads.get(pair, ()), own, left, right).states
        return Records[Correction](
            Correction(
                *(d.number, d.time, d.user, d.kind, states[d.number], d.a, d.b, d.a_side.texts, d.b_side.texts),
                d.undoes,
            )
            for d in made
        )

    def excerpt(self, article: str, start: int, end: int, *, context: int = 1) -> Excerpt:
        """The passages that hold the raw offsets `start`..`end`, with `context` of them before and after.

        Raises NotFoundError when no passage does: what stands there is no part of the article's text.
        """
        from kb.sentences import within

        found = self.article(article)
        rows = self._passages_of(found.id)
        held = [n for n, row in enumerate(rows) if row.quote.start < max(end, start + 1) and start < row.quote.end]
        if not held:
            raise NotFoundError(
                f"{found.id} has no text of its own at {start}-{end}; it has {found.characters} characters, and "
                f"kb show {found.id}:{start}-{end} --raw shows what was left out"
            )
        shown = rows[max(0, held[0] - context) : held[-1] + context + 1]
        sentences = self._sentences.of(found.id)
        marked = tuple(within(row, sentences, start, end) for row in shown)
        return Excerpt(found, tuple(row.quote for row in shown), marked, start, end)

    def passage(self, id: str) -> Quote | None:
        """The passage with this id, if there is one."""
        try:
            return self._store.passages([id])[0].quote
        except NotFoundError:
            return None

    # --- concepts

    def concepts(
        self, *, type: str | None = None, language: str | None = None, limit: int | None = None
    ) -> Records[Concept]:
        """Most salient first."""
        self._tags(language)
        return Records[Concept](self._store.concepts(type=type, language=language, limit=limit))

    def concept_id(self, name: str) -> str:
        """The id of the concept with this id or label."""
        return self._concept(name).concept.id

    def concept(self, name: str, *, evidence: int = 3) -> ConceptEntry:
        """A concept with `evidence` mentions of each language, from different articles where there are several."""
        found, named = self._look_up(name)
        record = named[0] if named else self._nearly(name, found)
        longer = [r for r in found if any(holds(x, name) for forms in r.concept.labels.values() for x in forms)]
        others = [r for r in (*named, *longer) if r.concept.id != record.concept.id]
        counts: dict[str, dict[str, int]] = {}
        for (tag, label), count in record.counts.items():
            counts.setdefault(tag, {})[label] = count
        links = self.neighbours(record.concept.id)
        standing = self._store.standing(record.concept.id, LOOKED_AT)
        return ConceptEntry(
            concept=record.concept,
            definition=record.definition,
            scheme=record.scheme,
            counts=counts,
            definitions=Records[Evidence](self._sentences.definitions(standing, max(evidence, DEFINITIONS))),
            evidence=Records[Evidence](self._sentences.evidence(standing, evidence)),
            links=links,
            names=Records[NameLink](self._store.name_links(record.concept.id)),
            kind_of=self._kind_of(record, links),
            above=self._above(record.concept.id),
            also=tuple(dict.fromkeys((r.concept.id, preferred_name(r.concept.labels)) for r in others))[:ALSO],
            slip=not named,
        )

    def _above(self, id: str) -> tuple[str, ...]:
        """Names of the concepts that a scheme puts above this one, the broadest first."""
        names: list[str] = []
        seen = {id}
        while True:
            above = [x for x in graph.neighbours(self._store.links(id), id) if (x.kind, x.method) == SCHEME_BROADER]
            if not above or above[0].b in seen:
                return tuple(reversed(names))
            id = above[0].b
            seen.add(id)
            names.append(preferred_name(self._store.concept(id).concept.labels))

    def _kind_of(self, record: ConceptRecord, links: Sequence[Neighbour]) -> Neighbour | None:
        """Where a type comes from that no scheme gives, nor anybody."""
        if record.scheme is not None or record.concept.type is None:
            return None
        if any(j.kind == "type" and j.state == "in force" for j in self.judgements(record.concept.id)):
            return None
        return next((x for x in links if x.kind == "broader" and x.method == HEAD), None)

    def names(self, *, type: str | None = None, language: str | None = None) -> Records[ConceptName]:
        """Every name of every concept, a record each, most salient concepts first; `language`: names in it."""
        tags = self._tags(language)
        return Records[ConceptName](
            ConceptName(concept.id, concept.type, tag, label, position == 0)
            for concept in self._store.concepts(type=type, language=language)
            for tag, labels in sorted(concept.labels.items())
            if tags is None or tag in tags
            for position, label in enumerate(labels)
        )

    def mentions(
        self,
        *,
        concept: str | None = None,
        article: str | None = None,
        language: str | None = None,
        limit: int | None = None,
    ) -> Records[Mention]:
        """By article and offset."""
        self._tags(language)
        return Records[Mention](
            self._store.mentions(
                concept=None if concept is None else self._concept(concept).concept.id,
                article=None if article is None else self._id_of(article),
                language=language,
                limit=limit,
            )
        )

    # --- the concept graph

    def compare(
        self,
        by: str = "language",
        *,
        type: str | None = None,
        only: str | None = None,
        articles: Sequence[str] = (),
        limit: int | None = None,
    ) -> Records[Coverage]:
        """How often each concept is mentioned by language, article or year of the article, most salient concepts first.

        `only`: a language; then concepts that it alone has, most mentioned first. `articles`: in these alone.
        """
        from kb import comparison

        if by not in comparison.WAYS:
            raise UsageError(f"cannot compare by '{by}'; compare by {', '.join(comparison.WAYS)}")
        if only is not None and by != "language":
            raise UsageError(f"what one language alone has is told by language; leave out the comparison by {by}")
        tags = self._tags(only)
        chosen = self._some(articles)
        among = [a for a in self._articles if not chosen or a.id in chosen]
        columns, column_of = comparison.columns_of(by, among, self._present)
        mentions = [m for m in self._store.mentions() if not chosen or m.article in chosen]
        concepts = self._store.concepts(type=type, limit=None if tags or chosen else limit)
        rows = comparison.coverage(concepts, mentions, columns, column_of)
        if tags is not None:
            rows = comparison.only_in(rows, tags)
        return Records[Coverage]([row for row in rows if row.total or not chosen][:limit])

    def company(self, concept: str, *, limit: int | None = None) -> Records[Companion]:
        """Concepts that share sentences with one, and how that differs between languages; those that share most first.

        logDice as in `kb.collocations`, of sentences that both are in and mentions of each.
        """
        from kb.comparison import company

        return Records[Companion](company(self._store, self._concept(concept).concept.id, self._present, limit))

    def neighbours(self, concept: str, *, kind: str | None = None, limit: int | None = None) -> Records[Neighbour]:
        """Concepts that one is linked with, surest first."""
        id = self._concept(concept).concept.id
        found = [x for x in graph.neighbours(self._store.links(id), id) if kind in (None, x.kind)]
        return Records[Neighbour](
            Neighbour(link.b, preferred_name(labels), labels, link.kind, link.score, link.method, link.evidence)
            for link in found[:limit]
            for labels in [self._store.concept(link.b).concept.labels]
        )

    def path(self, a: str, b: str) -> Records[Step]:
        """The surest chain of links from one concept to another; its ends may also share no more than a sentence with
        what comes next."""
        first, last = self._concept(a).concept, self._concept(b).concept
        if first.id == last.id:
            raise UsageError(f"'{a}' and '{b}' are one concept ({first.id}); name two different ones")
        from kb.comparison import meetings

        met = [*meetings(self._store, first.id), *meetings(self._store, last.id)]
        links = graph.shortest_path([*self._store.links(), *met], first.id, last.id)
        if links is None:
            raise NotFoundError(
                f"no chain of links joins '{preferred_name(first.labels)}' and '{preferred_name(last.labels)}'"
            )
        return Records[Step](self._step(link) for link in links)

    def _step(self, link: Link) -> Step:
        told = () if link.method == BY_SCHEME else link.evidence
        met = self._store.meetings(link.a, link.b, MEETINGS, told)
        if not link.evidence:
            link = replace(link, evidence=tuple(dict.fromkeys(passage for passage, _ in met)))
        names = [preferred_name(self._store.concept(id).concept.labels) for id in (link.a, link.b)]
        # A name that stands in the other's meets it nowhere.
        quotes = [quote for _, quote in met] or [q for id in told[:STEP_QUOTES] if (q := self.passage(id))]
        return Step(
            link.a,
            names[0],
            link.b,
            names[1],
            link.kind,
            link.score,
            link.method,
            link.evidence,
            tuple(quotes[:STEP_QUOTES]),
        )

    def graph(self, *, type: str | None = None, kind: str | None = None, limit: int | None = None) -> Graph:
        """Concepts and the links among them."""
        nodes = Records[Concept](self._store.concepts(type=type, limit=limit))
        edges = graph.within(self._store.links(), {c.id for c in nodes}, None if kind is None else [kind])
        return Graph(nodes, Records[Link](edges))

    def themes(self, *, type: str | None = None, kind: str | None = None, limit: int | None = None) -> Records[Theme]:
        """Groups of two and more concepts that belong together, largest first. `limit`: of the concepts looked at."""
        graph_ = self.graph(type=type, kind=kind, limit=limit)
        names = {node.id: preferred_name(node.labels) for node in graph_.nodes}
        groups = [group for group in graph.communities(list(names), graph_.edges) if len(group) > 1]
        return Records[Theme](
            Theme(n, tuple(group), tuple(names[id] for id in group)) for n, group in enumerate(groups, 1)
        )

    # --- what is read once

    @cached_property
    def _citations(self) -> Citations:
        from kb.cite import Citations

        return Citations(self._store)
