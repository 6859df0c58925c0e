"""Every question to a knowledge base: the only door for the command line, the web pages and exports.

Where a method takes an article, that is an id, the beginning of one that no other has, or its path; where it takes a
concept, an id or a label in any language. Whatever is not there raises NotFoundError, which names what comes near.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from kb import graph
from kb.answers import (
    AlignedBead,
    ArticleText,
    Change,
    Citation,
    Collocate,
    Companion,
    ConceptEntry,
    ConceptName,
    ConcordanceLine,
    Correction,
    Coverage,
    Evidence,
    Excerpt,
    Frequency,
    Graph,
    KeyItem,
    Neighbour,
    Status,
    Step,
    Theme,
)
from kb.errors import NotFoundError, UsageError
from kb.model import (
    HEAD,
    Article,
    Bead,
    Concept,
    Hit,
    Link,
    Mention,
    NameLink,
    Pair,
    Quote,
    SetAside,
    base_language,
)
from kb.names import first_beginning, is_slip, match_quality, near, preferred_name, resolve_article, spellings
from kb.records import Records

if TYPE_CHECKING:
    from kb.aligned import AlignedTexts
    from kb.cite import Citations
    from kb.concordance import Place
    from kb.embed.base import Embedder, Vectors
    from kb.keyness import Counts
    from kb.model import ConceptRecord
    from kb.search import PassageVectors
    from kb.sentences import SentenceIndex
    from kb.store.base import ArticleName, PassageRow, Store

PAIR_KINDS = ("parallel", "comparable")
PAIR_STATES = ("proposed", "accepted", "rejected")

# Passages that the word index hands to the ranking. Five words or eight Chinese characters of a passage bring it back
# among the first ten for 97.5 % of 160 passages (news sentences in four languages), with 100 as with 200.
WORD_HITS = 100

# A word rendered by the lexicon counts so much of one that stands there, since a name has several renderings; and one
# word alone says too little, which the other names of a concept tell better.
RENDERED = 0.8
LEAST_RENDERED = 2

# Concepts looked at when a name is looked up: those that bear it come first, others only begin with it.
LOOKED_UP = 20

# Mentions of each language, the surest of every article first, among which a concept's evidence and definitions are
# looked for, and sentences of each that say what it is, unless more evidence is asked for.
LOOKED_AT = 500
DEFINITIONS = 5

# Other concepts with such a name that an entry mentions.
ALSO = 5
KEY_THINGS = ("words", "concepts")
SCHEME_BROADER = ("broader", "scheme")

# Passages quoted for one step of a path.
STEP_QUOTES = 2


def open_base(path: str | os.PathLike[str]) -> KnowledgeBase:
    """See `kb.open`."""
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


class KnowledgeBase:
    """Questions to one knowledge base. It keeps what it has read: open it anew after a build."""

    def __init__(self, store: Store, embedder: Embedder | None = None) -> None:
        """`embedder`: the one that made the base's vectors, if it is at hand; else the first search loads it."""
        self._store = store
        self._given_embedder = embedder
        self._read: dict[str, list[PassageRow]] = {}  # article -> its passages

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
        info, counts = self._store.info(), self._store.counts()
        return Status(
            version=info.get("version", ""),
            recipe=info.get("recipe", ""),
            model=info.get("model", ""),
            revision=info.get("revision", ""),
            dimension=int(info.get("dimension") or 0),
            languages=self._store.articles_by_language(),
            set_aside=tuple(self._store.set_aside()),
            built=info.get("built", ""),
            decisions=dict(sorted(Counter(d.state for d in self.decisions() if d.state).items())),
            **counts,
        )

    def set_aside(self) -> Records[SetAside]:
        """Files that did not become articles, and why."""
        return Records[SetAside](self.status().set_aside)

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

    def _id_of(self, article: str) -> str:
        return resolve_article(article, self._names)

    def pairs(
        self,
        *,
        article: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> Records[Pair]:
        """Aligned passages: parallel ones first, then by score; those that were rejected only by that `status`."""
        for given, known, what in ((kind, PAIR_KINDS, "kind"), (status, PAIR_STATES, "status")):
            if given is not None and given not in known:
                raise UsageError(f"no {what} of pairs is called '{given}'; there are: {', '.join(known)}")
        id = None if article is None else self._id_of(article)
        return Records[Pair](self._store.pairs(article=id, kind=kind, status=status, limit=limit))

    def alignment(self, a: str, b: str) -> Records[AlignedBead]:
        """Sentence beads of two articles that a build has found to be translations; `a` is the first one asked for."""
        return self.aligned(a, b).records()

    def aligned(self, a: str, b: str) -> AlignedTexts:
        """The same with the whole texts: what exports and corrections need."""
        from kb.aligned import AlignedTexts, of_rows

        first, second = self.article(a), self.article(b)
        if first.id == second.id:
            raise UsageError(f"'{a}' and '{b}' are the same article; name two different ones")
        for alignment in self._store.alignments():
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
        beads = {(x.a, x.b): x.beads for x in self._store.alignments(machine=True)}
        for pair in sorted({(d.a, d.b) for d in made}):
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

    def concept(self, name: str, *, evidence: int = 3) -> ConceptEntry:
        """A concept with `evidence` mentions of each language, from different articles where there are several."""
        found, named = self._look_up(name)
        record = named[0] if named else self._nearly(name, found)
        others = [r for r in (*named, *found) if r.concept.id != record.concept.id]
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
        """Where a type comes from that no scheme gives."""
        if record.scheme is not None or record.concept.type is None:
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

    def _concept(self, name: str) -> ConceptRecord:
        """The concept called `name`: letter by letter, without tones and accents, or nearly so."""
        found, named = self._look_up(name)
        return named[0] if named else self._nearly(name, found)

    def _nearly(self, name: str, found: Sequence[ConceptRecord]) -> ConceptRecord:
        """The one concept whose name differs from this by a slip or two.

        Raises NotFoundError, with what comes near, when none or several do; `found` only begin so, and come first.
        """
        concepts = self._store.concepts()
        meant = {c.id for c in concepts if is_slip(name, (label for forms in c.labels.values() for label in forms))}
        if not found and len(meant) == 1:
            return self._store.concept(meant.pop())
        begins = [preferred_name(record.concept.labels) for record in found]
        labels = (label for c in concepts for forms in c.labels.values() for label in forms)
        raise NotFoundError(f"no concept is called '{name}'{near(name, labels, begins)}; kb concepts lists them all")

    def _look_up(self, name: str) -> tuple[list[ConceptRecord], list[ConceptRecord]]:
        """Concepts that a name may mean, and of these the ones that bear it, best first."""
        ids = [id for spelling in spellings(name) for id in self._store.find_concepts(spelling)[:LOOKED_UP]]
        found = [self._store.concept(id) for id in dict.fromkeys(ids)]
        quality = [match_quality(name, r.concept, (label for _, label in r.other_labels)) for r in found]
        ranked = sorted((q, i) for i, q in enumerate(quality) if q is not None)
        return found, [found[i] for _, i in ranked]

    # --- search

    def search(
        self,
        query: str,
        *,
        language: str | None = None,
        article: str | None = None,
        concept: str | None = None,
        limit: int = 10,
        neighbours: int = 0,
    ) -> Records[Hit]:
        """Passages that answer `query` by meaning or by words, whatever its language; score in 0..1.

        `language`, `article` and `concept` leave only passages in it, of it, or that mention it. `neighbours`: how many
        passages before and after each come along.
        """
        from kb import search

        if not any(character.isalnum() for character in query):
            raise UsageError(
                f"'{query}' holds no words; say what to look for, for example: kb search 'loyal customers'"
            )
        tags = self._tags(language)
        allowed = self._passages_within(tags, article, concept)
        words = self._words(query, tags, narrow=article is not None or bool(concept))
        if allowed is not None:
            words = {id: share for id, share in words.items() if id in allowed}
        # A passage without the words comes no further forward than its meaning brings it among the others without.
        near = self._meaning(query, max(0, limit) + len(words), allowed, words)
        best = dict(search.fuse(near, words)[: max(0, limit)])
        return Records[Hit](
            Hit(q.article, q.path, q.language, q.start, q.end, q.text, best[row.id], *self._beside(row, neighbours))
            for row in self._store.passages(list(best))
            for q in [row.quote]
        )

    def _passages_within(self, tags: list[str] | None, article: str | None, concept: str | None) -> set[str] | None:
        """Ids of the passages that a search may find; None for all."""
        sets: list[set[str]] = []
        if tags is not None:
            sets.append({id for id, tag in zip(self._vectors.ids, self._vectors.languages, strict=True) if tag in tags})
        if article is not None:
            sets.append({row.id for row in self._passages_of(self._id_of(article))})
        if concept is not None:
            starts: dict[str, list[int]] = {}
            for mention in self._store.mentions(concept=self._concept(concept).concept.id):
                starts.setdefault(mention.article, []).append(mention.start)
            sets.append(
                {
                    row.id
                    for id, places in starts.items()
                    for row in self._passages_of(id)
                    if any(row.quote.start <= place < row.quote.end for place in places)
                }
            )
        return set.intersection(*sets) if sets else None

    def _beside(self, row: PassageRow, count: int) -> tuple[tuple[Quote, ...], tuple[Quote, ...]]:
        """Up to `count` passages before and after one, in reading order."""
        if count <= 0:
            return (), ()
        rows = self._passages_of(row.quote.article)
        at = next(n for n, other in enumerate(rows) if other.id == row.id)
        return (
            tuple(x.quote for x in rows[max(0, at - count) : at]),
            tuple(x.quote for x in rows[at + 1 : at + 1 + count]),
        )

    def _passages_of(self, article: str) -> list[PassageRow]:
        if article not in self._read:
            self._read[article] = self._store.passages_of(article)
        return self._read[article]

    def _meaning(self, query: str, most: int, within: set[str] | None, also: Iterable[str]) -> dict[str, float]:
        """Centred cosines of at least the `most` nearest passages and of those of `also`, where they are related."""
        from kb.embed.base import embedding_text

        if not self._vectors.ids:
            return {}
        question = self._embedder.embed_question(embedding_text(query))
        return self._vectors.nearness(question, self._background, most, within=within, also=also)

    def _words(self, query: str, tags: list[str] | None, *, narrow: bool) -> dict[str, float]:
        """Shares in 0..1 by passage. A query that names a concept is also looked for under its other names.

        `narrow`: few passages will be left, so all that hold the words are looked at.
        """
        from kb.search import relative, shares_of_words

        most = len(self._vectors.ids) if narrow else WORD_HITS
        texts = [query]
        for record in self._look_up(query)[1][:1]:
            texts += [forms[0] for _, forms in sorted(record.concept.labels.items())]
        shares: dict[str, float] = self._rendered(query, tags, most)
        for text in dict.fromkeys(texts):
            found = relative(self._store.find_words(text, languages=tags, limit=most))
            rows = self._store.passages(list(found))
            held = shares_of_words(text, [row.quote.text for row in rows], len(self._vectors.ids))
            for row, share in zip(rows, held, strict=True):
                shares[row.id] = max(share * (1 + found[row.id]) / 2, shares.get(row.id, 0.0))
        return shares

    def _rendered(self, query: str, tags: list[str] | None, most: int) -> dict[str, float]:
        """Shares in 0..1 by passage of the words of a query as the lexicon renders them in other languages."""
        from kb import crossing

        source = crossing.source_of(query)
        found: dict[str, float] = {}
        if source is None:
            return found
        for other in sorted({base_language(tag) for tag in tags or self._present} - {source}):
            groups = crossing.renderings_of(query, source, other)
            if len(groups) < LEAST_RENDERED:
                continue
            own = [tag for tag in tags or self._present if base_language(tag) == other]
            words = " ".join(f'"{name}"' for group in groups for name in group)
            rows = self._store.passages([id for id, _ in self._store.find_words(words, languages=own, limit=most)])
            held = crossing.shares(groups, [row.quote.text for row in rows], len(self._vectors.ids))
            found |= {row.id: RENDERED * share for row, share in zip(rows, held, strict=True)}
        return found

    # --- concordance

    def concordance(
        self,
        pattern: str,
        *,
        lemma: bool = False,
        regex: bool = False,
        concept: bool = False,
        language: str | None = None,
        article: str | None = None,
        into: str | None = None,
        sort: str = "article",
        sample: int | None = None,
        seed: int = 1,
        limit: int | None = None,
    ) -> Records[ConcordanceLine]:
        """Key word in context, with the aligned sentence of a translation and what stands for the match in it.

        `pattern`: a word or phrase (`*` any one word, `...` up to five), a pattern over tokens in the CQL of
        `kb.patterns`; with `lemma` dictionary forms, with `regex` a regular expression over sentences, with `concept` a
        concept's name: then every form of it in every language. `into`: the translation's language. `sort`: see
        `concordance.SORTS`. `sample`: so many of all matches, the same ones for the same `seed`.
        """
        from kb import concordance as kwic
        from kb.glosses import Glosses

        into_tags, glosses = self._tags(into), Glosses(self._store)
        # A sorted or sampled list needs all matches, another only the first.
        all_of_them = sort != "article" or sample is not None
        places = self._places(pattern, lemma, regex, concept, language, article, None if all_of_them else limit)
        shown = kwic.chosen(places, sort=sort, sample=sample, seed=seed, limit=limit, again=self._sentences)
        return Records[ConcordanceLine](kwic.line(self._sentences, place, into_tags, glosses) for place in shown)

    def frequencies(
        self,
        pattern: str,
        by: str = "match",
        *,
        lemma: bool = False,
        regex: bool = False,
        concept: bool = False,
        language: str | None = None,
        article: str | None = None,
        into: str | None = None,
        limit: int | None = None,
    ) -> Records[Frequency]:
        """How the matches of a pattern (see `concordance`) divide, most frequent first; `by`: `concordance.GROUPS`."""
        from kb import concordance as kwic
        from kb.glosses import Glosses

        into_tags, glosses = self._tags(into), Glosses(self._store)

        def counterpart(place: kwic.Place) -> tuple[str, str]:
            line = kwic.line(self._sentences, place, into_tags, glosses)
            return line.counterpart or "-", f"{line.language} > {line.translation_language or '-'}"

        places = self._places(pattern, lemma, regex, concept, language, article, None)
        counts = kwic.frequencies(places, by, counterpart)
        return Records(kwic.as_shares(counts)[:limit])

    def collocations(
        self,
        pattern: str,
        *,
        window: int = 5,
        lemma: bool = False,
        regex: bool = False,
        concept: bool = False,
        language: str | None = None,
        article: str | None = None,
        limit: int | None = None,
    ) -> Records[Collocate]:
        """Words that stand within `window` tokens of the matches of a pattern (see `concordance`), by language the most
        typical first, `limit` of each language."""
        from kb import collocations as company

        places = self._places(pattern, lemma, regex, concept, language, article, None)
        together, matches = company.near(places, window)
        ids = None if article is None else [self._id_of(article)]
        words, tokens = company.counted(self._store.sentences_with((), articles=ids, languages=sorted(matches)))
        found = company.ranked(together, matches, words, tokens, window)
        return Records[Collocate](c for _, own in groupby(found, lambda c: c.language) for c in islice(own, limit))

    def _places(
        self,
        pattern: str,
        lemma: bool,
        regex: bool,
        concept: bool,
        language: str | None,
        article: str | None,
        limit: int | None,
    ) -> Iterator[Place]:
        """Matches by article and offset."""
        from kb import concordance as kwic
        from kb import patterns

        tags = self._tags(language)
        ids = None if article is None else [self._id_of(article)]
        if concept:
            mentions = self._store.mentions(
                concept=self._concept(pattern).concept.id,
                article=ids[0] if ids else None,
                language=language,
                limit=limit,
            )
            return kwic.mentioned(self._sentences, mentions)
        if regex:
            wanted = patterns.expression(pattern)
        elif lemma:
            wanted = patterns.lemmas(pattern)
        else:
            wanted = patterns.cql(pattern) if patterns.is_cql(pattern) else patterns.phrase(pattern)
        rows = self._store.sentences_with(wanted.words, articles=ids, languages=tags, accept=wanted.of_text)
        return kwic.found(rows, wanted)

    # --- keyness

    def keyness(
        self,
        *articles: str,
        language: str | None = None,
        against: Sequence[str] = (),
        general: bool = False,
        what: str = "words",
        every: bool = False,
    ) -> Records[KeyItem]:
        """What these articles (all of `language` without any) have more of, and then less of, than others: `against`,
        the rest of the base, or with `general` the language at large; see `kb.keyness`.

        Articles are ids, beginnings of ids, paths, or patterns (`loyalty/*`). `what`: "words", language by language, or
        "concepts". `every`: also what may be chance.
        """
        from kb import keyness

        if what not in KEY_THINGS:
            raise UsageError(f"cannot compare '{what}'; compare {' or '.join(KEY_THINGS)}")
        if general and (against or what != "words"):
            raise UsageError("general language has words only, and nothing beside it; leave out the other options")
        tags = self._tags(language)
        own = self._some(articles) if articles else {name.id for name in self._names}
        others = self._some(against) if against else {name.id for name in self._names} - own if articles else own
        target = self._counts(what, own, tags)
        if general:
            from kb.langs.frequency import share

            return Records[KeyItem](keyness.compared(target, None, share, every=every))
        # Without articles, one language is told from the others; without these, that is no comparison.
        if not articles and (tags is None or what == "words"):
            raise UsageError("say what to compare: articles, --against others or general, or --language with concepts")
        rest = None if tags is None or articles else [tag for tag in self._present if tag not in tags]
        reference = self._counts(what, others, rest if not articles else tags)
        shared = set(target.tokens) & {tag for tag, n in reference.tokens.items() if n}
        if not shared:
            raise UsageError(
                f"the two sides share no language ({', '.join(sorted(target.tokens))} and "
                f"{', '.join(sorted(reference.tokens)) or 'nothing'}); compare concepts, or with general language"
            )
        return Records[KeyItem](keyness.compared(target, reference, every=every))

    def _some(self, patterns: Sequence[str]) -> set[str]:
        """The ids of articles by names or patterns. Raises NotFoundError for one that fits none."""
        ids: set[str] = set()
        for pattern in patterns:
            fits = (
                {n.id for n in self._names if fnmatchcase(n.id, pattern)} if any(c in pattern for c in "*?[") else set()
            )
            ids |= fits or {self._id_of(pattern)}
        return ids

    def _counts(self, what: str, articles: set[str], tags: list[str] | None) -> Counts:
        from kb import keyness

        if what == "words":
            return keyness.words_of(self._store.sentences_with((), articles=sorted(articles), languages=tags))
        counts = keyness.Counts()
        names = {c.id: preferred_name(c.labels) for c in self._store.concepts()}
        for mention in self._store.mentions():
            if mention.article in articles and (tags is None or mention.language in tags):
                counts.tokens[""] += 1
                counts.add(mention.concept, "", mention.article, names[mention.concept])
        return counts

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
        """The surest chain of links from one concept to another."""
        first, last = self._concept(a).concept, self._concept(b).concept
        if first.id == last.id:
            raise UsageError(f"'{a}' and '{b}' are one concept ({first.id}); name two different ones")
        links = graph.shortest_path(self._store.links(), first.id, last.id)
        if links is None:
            raise NotFoundError(
                f"no chain of links joins '{preferred_name(first.labels)}' and '{preferred_name(last.labels)}'"
            )
        return Records[Step](self._step(link) for link in links)

    def _step(self, link: Link) -> Step:
        names = [preferred_name(self._store.concept(id).concept.labels) for id in (link.a, link.b)]
        quotes: list[Quote] = []
        for passage in link.evidence[:STEP_QUOTES]:
            try:
                quotes += [row.quote for row in self._store.passages([passage])]
            except NotFoundError:  # the address of a scheme, not a passage
                continue
        return Step(
            link.a, names[0], link.b, names[1], link.kind, link.score, link.method, link.evidence, tuple(quotes)
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
    def _articles(self) -> list[Article]:
        return self._store.articles()

    @cached_property
    def _names(self) -> list[ArticleName]:
        return self._store.article_names()

    @cached_property
    def _citations(self) -> Citations:
        from kb.cite import Citations

        return Citations(self._store)

    @cached_property
    def _sentences(self) -> SentenceIndex:
        from kb.sentences import SentenceIndex

        return SentenceIndex(self._store)

    @cached_property
    def _vectors(self) -> PassageVectors:
        from kb.search import PassageVectors

        ids, languages, codes, _ = self._store.passage_vectors(None)
        return PassageVectors.of(ids, languages, codes, model=self._model)

    @cached_property
    def _embedder(self) -> Embedder:
        if self._given_embedder is not None:
            return self._given_embedder
        from kb.embed.base import load_for

        return load_for(self._model, self._store.info())

    @cached_property
    def _background(self) -> Vectors:
        from kb.search import BACKGROUND

        return self._embedder.embed(BACKGROUND)

    @cached_property
    def _model(self) -> str:
        from kb.embed.base import BUNDLED

        return self._store.info().get("model") or BUNDLED

    @cached_property
    def languages(self) -> Mapping[str, tuple[str, ...]]:
        """Article id -> the tags of its passages, its own first: a mixed article has several."""
        return self._store.languages()

    @cached_property
    def _present(self) -> list[str]:
        """The tags of all passages."""
        return self._store.tags()

    def _tags(self, language: str | None) -> list[str] | None:
        """The base's tags that `language` means: itself, or every script of a base language. None means all."""
        if language is None:
            return None
        present = self._present
        wanted = language.lower()
        tags = [tag for tag in present if wanted in (tag.lower(), base_language(tag))]
        if not tags:
            raise NotFoundError(f"no article is in '{language}'; there are articles in: {', '.join(present) or 'none'}")
        return tags
