"""What the pages of a browser show beside the answers to questions: overviews, and what waits for a judgement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kb.answers import Coverage, DoubtfulName, DoubtfulType, Evidence, Handout, Judgement
from kb.chance import leaning
from kb.corrections import IN_FORCE
from kb.langs.folding import name_key
from kb.lookup import Lookup
from kb.model import Article, Concept, Decision, Pack, Pair, base_language
from kb.names import preferred_name
from kb.records import Records

if TYPE_CHECKING:
    from kb.judgements import Composed, Name
    from kb.model import CleanedArticle
    from kb.model import Judgement as StoredJudgement
    from kb.store.base import Source


# Articles of each language among whose mentions the sentence is looked for that a doubtful name is shown in.
SAID_ARTICLES = 20


class Browse(Lookup):
    """Overviews that are quick on a large base."""

    def coverage_of_families(self) -> dict[str, dict[str, int]]:
        """Family ("" for none) -> language tag -> mentions; families with most mentions first."""
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for family, tag, mentions in self._mentions_by_family:
            found[family][tag] = mentions
        return dict(sorted(found.items(), key=lambda item: (not item[0], -sum(item[1].values()), item[0])))

    def coverage_page(
        self,
        *,
        type: str | None = None,
        only: str | None = None,
        leaning: str | None = None,
        start: int = 0,
        count: int = 50,
    ) -> tuple[Records[Coverage], int]:
        """As `KnowledgeBase.compare` by language, of the concepts from `start` on, and how many there are in all.

        `only`: those with names in this language alone. `leaning`: a tag; those first of which it speaks more than
        chance has it, most so first.
        """
        tags = self._tags(only)
        rows = [row for row in self._coverage if type in (None, row.type)]
        if tags is not None:
            named = {c.id for c in self._concepts if all(tag in tags for tag, names in c.labels.items() if names)}
            rows = [row for row in rows if row.concept in named]
        if leaning is not None:
            rows = sorted(rows, key=lambda row: -row.leaning.get(leaning, 0.0))
        return Records[Coverage](rows[start : start + count]), len(rows)

    def articles_page(
        self, *, language: str | None = None, start: int = 0, count: int = 50
    ) -> tuple[Records[Article], int]:
        """The articles from `start` on, by id, and how many there are in all; `language`: those with passages in it."""
        tags = self._tags(language)
        ids = [a.id for a in self._names if tags is None or not set(self.languages[a.id]).isdisjoint(tags)]
        return Records[Article](self._store.articles(ids[start : start + count])), len(ids)

    def files_of(self, folder: Path) -> list[Source]:
        """What the base knows of the files that lie in a folder, by location."""
        place = folder.resolve()
        return [source for source in self._store.sources() if Path(source.location).parent == place]

    def concepts_by_name(self, language: str) -> list[tuple[str, str, Concept]]:
        """(letter, name, concept) of the concepts with a name in a language, in the order of its dictionaries."""
        from kb.langs.alphabet import OTHER, collation, letter

        if language not in self._by_name:
            tags = self._tags(language) or [language]
            named = [(next((c.labels[t][0] for t in tags if c.labels.get(t)), ""), c) for c in self._concepts]
            found = [(letter(name, tags[0]), name, concept) for name, concept in named if name]
            key = {name: collation(name, tags[0]) for _, name, _ in found}
            self._by_name[language] = sorted(found, key=lambda row: (row[0] == OTHER, key[row[1]], row[2].id))
        return self._by_name[language]

    def concepts_named(self, name: str, *, limit: int) -> Records[Concept]:
        """Concepts that bear a name or begin with it, best first."""
        found, named = self._look_up(name)
        records = {r.concept.id: r.concept for r in (*named, *found)}
        return Records[Concept](list(records.values())[:limit])

    def concept_called(self, name: str) -> Concept:
        """The concept with an id or a name."""
        return self._concept(name).concept

    def shared_concepts(self) -> set[str]:
        """Ids of concepts with names in two base languages and more."""
        return self._shared

    def names_of(self, concepts: Sequence[str]) -> dict[str, dict[str, str]]:
        """Concept id -> language tag -> its first name."""
        labels = self._labels
        return {
            id: {tag: names[0] for tag, names in sorted(labels[id].items()) if names} for id in concepts if id in labels
        }

    def cleaned(self, article: str) -> CleanedArticle:
        """An article with what cleaning did to it."""
        return self._store.analysed(self._id_of(article)).cleaned

    def packs(self) -> Records[Pack]:
        """All hand-outs, removed ones too; what was changed last comes first."""
        return Records[Pack](self._store.packs())

    def pack(self, number: int) -> Handout:
        """A hand-out with its pieces as the base has them now."""
        from kb.handouts import handout

        return handout(self._store, self._sentences, number)

    def held_in(self, pack: int) -> tuple[set[str], set[frozenset[tuple[str, int, int]]]]:
        """What is in a hand-out: ids of concepts, and of passages the places (article, raw start, raw end) of all their
        sides, each as it is found in the base now."""
        from kb.handouts import held_in

        return held_in(self._store, self._sentences, pack)

    def doubtful(self, limit: int) -> Records[Pair]:
        """Aligned passages that nobody has judged, the least sure first."""
        return Records[Pair](self._store.doubtful(limit))

    def doubtful_names(self, limit: int) -> Records[DoubtfulName]:
        """Names that nobody has judged, the least sure first, one of each concept."""
        found = []
        for id, link in self._store.doubtful_names(limit):
            concept = self._store.concept(id).concept
            name, other = _label_of(concept, link.a), _label_of(concept, link.b)
            said = self._said_of(id, (link.a[0], link.b[0]))
            found.append(DoubtfulName(concept, name, other, link.score, link.method, said))
        return Records[DoubtfulName](found)

    def doubtful_types(self, limit: int) -> Records[DoubtfulType]:
        """Types that a concept has from a broader one and that nobody has judged, the least sure first."""
        given = {j.concept for j in self.judgements() if j.kind == "type" and j.state == IN_FORCE}
        links = dict(reversed(self._store.doubtful_types(limit + len(given))))
        found = []
        for id, link in reversed(links.items()):
            concept = self._store.concept(id).concept
            if id not in given and concept.type:
                name = preferred_name(self._store.concept(link.b).concept.labels)
                tags = [base_language(tag) for tag, names in concept.labels.items() if names]
                said = self._said_of(id, tags[:1])
                found.append(DoubtfulType(concept, concept.type, (link.b, name), link.score, said))
        return Records[DoubtfulType](found[:limit])

    def _said_of(self, concept: str, languages: Sequence[str]) -> Records[Evidence]:
        """One sentence with the concept in each of these base languages."""
        standing = self._store.standing(concept, 1, articles=SAID_ARTICLES)
        first = {base_language(s.mention.language): s for s in reversed(standing)}
        return Records[Evidence](self._sentences.evidence([first[x] for x in languages if x in first], 1))

    def judgements(self, concept: str | None = None) -> Records[Judgement]:
        """What people decided of all concepts, or of one, in the order in which they did."""
        with self._store.snapshot():
            id = None if concept is None else self._concept(concept).concept.id
            made, now = self._judged
        return Records[Judgement](
            Judgement(
                number=j.number,
                time=j.time,
                user=j.user,
                kind=j.kind,
                state=now.states.get(j.number, ""),
                concept=now.at(j) or j.concept.id,
                name=j.concept.name,
                names=j.names,
                other=j.other.id if j.other else None,
                other_name=j.other.name if j.other else None,
                family=j.family,
                comment=j.comment,
                undoes=j.undoes,
            )
            for j in made
            if id is None or id in now.about(j)
        )

    def judged_concepts(self) -> tuple[int, int]:
        """How many names and how many types of concepts somebody has judged, and stand."""
        standing = [j for j in self.judgements() if j.state == IN_FORCE]
        return sum(j.kind in ("accept", "reject", "split") for j in standing), sum(j.kind == "type" for j in standing)

    def judged(self) -> dict[str, int]:
        """How many aligned passages (of translations) are proposed, accepted and rejected."""
        return self._judged_passages

    def latest_decisions(self, limit: int) -> list[Decision]:
        """The last ones first."""
        return self._store.decisions()[::-1][:limit]

    @cached_property
    def _concepts(self) -> list[Concept]:
        """Most salient first."""
        return self._store.concepts()

    @cached_property
    def _coverage(self) -> list[Coverage]:
        """Of all concepts, most salient first."""
        counts = self._store.mentions_by_language([c.id for c in self._concepts])
        of_tag, of_concept = Counter[str](), Counter[str]()
        for (id, tag), mentions in counts.items():
            of_tag[tag] += mentions
            of_concept[id] += mentions
        rows = []
        for concept in self._concepts:
            total = of_concept[concept.id]
            row = {tag: counts.get((concept.id, tag), 0) for tag in self._present}
            leans = {tag: round(leaning(n, total, of_tag[tag], of_tag.total()), 2) for tag, n in row.items()}
            rows.append(Coverage(concept.id, preferred_name(concept.labels), concept.type, row, total, leans))
        return rows

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, str, Concept]]]:
        return {}

    @cached_property
    def _labels(self) -> dict[str, dict[str, tuple[str, ...]]]:
        return {c.id: dict(c.labels) for c in self._concepts}

    @cached_property
    def _shared(self) -> set[str]:
        return {c.id for c in self._concepts if len({tag.partition("-")[0] for tag, n in c.labels.items() if n}) > 1}

    @cached_property
    def _mentions_by_family(self) -> list[tuple[str, str, int]]:
        return self._store.mentions_by_family()

    @cached_property
    def _judged_passages(self) -> dict[str, int]:
        return self._store.judged()

    @cached_property
    def _judged(self) -> tuple[list[StoredJudgement], Composed]:
        """The judgements there are, and what became of them."""
        from kb.judgements import compose

        made = self._store.judgements()
        return made, compose(self._machine_names if made else {}, made)

    @cached_property
    def _machine_names(self) -> Mapping[str, tuple[Name, ...]]:
        return self._store.machine_names()


def _label_of(concept: Concept, name: tuple[str, str]) -> tuple[str, str]:
    """(tag, label) of a name (base language, key) of a concept; any of its labels in that language where inflected
    forms alone are shown."""
    base, key = name
    own = [(tag, x) for tag, names in sorted(concept.labels.items()) if base_language(tag) == base for x in names]
    return next((label for label in own if name_key(label[1]) == key), own[0] if own else name)
