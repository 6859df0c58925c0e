"""Judgements about concepts: what people decided, laid over the concepts that the machine made.

A judgement names its concept by names that it had, so that it holds after a rebuild that gave it another id. One whose
concept or name is no longer there does not apply; it stays in the base and applies again when they come back.

What moves is a name with its inflected forms: who rejects `clients` rejects `client`. First it is told which names make
up which concept, from names alone (`compose`); then what follows from that, for the concepts that changed
(`record_of`, `mentioned`, `relinked`). `apply` is all of it for concepts that are at hand as a whole.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import count

from kb.corrections import IN_FORCE, NOT_APPLICABLE, OVERRULED, UNDONE
from kb.langs.folding import begin_alike, name_key
from kb.model import Concept, ConceptRecord, Judgement, Link, Mention, NameLink, RememberedConcept, base_language
from kb.record import field, record

# What a judgement may be, undo apart.
COMMENT = "comment"
KINDS = ("rename", "accept", "reject", "merge", "split", "type", "drop", COMMENT)

ACCEPTED, MERGED = "accepted", "merged"  # methods of name links that somebody decided
DECIDED = 1.0  # their score
EVIDENCE = 5  # passages kept as evidence of a link, as in relations.py
DIRECTED = ("broader", "part-of")  # kinds of links whose ends may not change places

Name = tuple[str, str]  # base language, key of a term


@record
class Made:
    """A concept as judgements leave it: which names it is made of, and what was said of it besides."""

    id: str
    names: tuple[Name, ...]
    merged: tuple[str, ...] = ()  # ids of the concepts that were merged with it
    called: tuple[tuple[str, str], ...] = ()  # (language tag, preferred name), the last one last
    merged_called: tuple[tuple[str, str], ...] = ()  # the same of concepts that were then merged with it
    family: tuple[str | None, ...] = ()  # the type that somebody gave it, if somebody did
    merged_family: tuple[str | None, ...] = ()
    accepted: tuple[Name, ...] = ()
    joined: tuple[tuple[Name, Name, int], ...] = ()  # a name of either concept that was merged, and by which judgement


@record
class Composed:
    """Which names make up which concept. `made` has only the concepts that are not as the machine made them."""

    machine: Mapping[str, tuple[Name, ...]]
    made: Mapping[str, Made]
    gone: frozenset[str]  # ids of the machine that are no concepts any more
    home: Mapping[Name, str]  # name -> id; a name of a dropped concept has none
    states: Mapping[int, str]  # Judgement.number -> one of the states of corrections.py
    targets: Mapping[
        int, str
    ]  # Judgement.number -> id of the concept that it was applied to, where that is still there

    def of(self, id: str) -> Made | None:
        """The concept with this id as it is now."""
        if id in self.made:
            return self.made[id]
        return Made(id, self.machine[id]) if id in self.machine and id not in self.gone else None

    def find(self, remembered: RememberedConcept) -> str | None:
        """The id of the concept that is meant: the one with that id, as long as it has one of the names; else the one
        that has most of them; where no name is left, the one with that id."""
        return _find(remembered, self.home, lambda id: None if (made := self.of(id)) is None else made.names)

    def about(self, judgement: Judgement) -> set[str]:
        """Ids of the concepts, as they are now, that it speaks of: its own, the other one, that of its names."""
        found = {self.at(judgement), self.find(judgement.other) if judgement.other else None}
        return {id for id in (*found, *(self.home.get(name) for name in judgement.keys)) if id is not None}

    def at(self, judgement: Judgement) -> str | None:
        """The id, now, of the concept that it was decided of."""
        id = self.targets.get(judgement.number)
        return self.find(judgement.concept) if id is None else id


def compose(machine: Mapping[str, tuple[Name, ...]], judgements: Iterable[Judgement]) -> Composed:
    """The concepts (id -> names) with the judgements applied in order. Applied to its own result it changes nothing, as
    long as no judgement was overruled by a later one."""
    judgements = list(judgements)
    undone = {j.undoes for j in judgements if j.undoes is not None}
    groups = _Groups(machine)
    states = {j.number: UNDONE for j in judgements if j.number in undone}
    standing = [j for j in judgements if j.undoes is None and j.number not in undone]
    applied = []
    for judgement in standing:
        if groups.apply(judgement):
            applied.append(judgement)
        else:
            states[judgement.number] = NOT_APPLICABLE
    targets = {j.number: id for j in applied if (id := groups.target(j)) is not None}
    made = _described(groups, applied, targets)
    changed = {id: found for id, found in made.items() if found != Made(id, machine.get(id, ()))}
    now = Composed(machine, changed, frozenset(machine.keys() - groups.names.keys()), groups.home, states, targets)
    states |= {j.number: IN_FORCE if _holds(j, now) else OVERRULED for j in applied}
    return now


def _find(
    remembered: RememberedConcept,
    home: Mapping[Name, str],
    names_at: Callable[[str], Sequence[Name] | None],
    keys: Sequence[Name] = (),
) -> str | None:
    """Where most of its names are; of two with as many, where the names are that the judgement is about (`keys`)."""
    there = names_at(remembered.id)
    if there and not set(there).isdisjoint(remembered.names):
        return remembered.id
    votes = Counter(home[name] for name in remembered.names if name in home)
    about = {home[key] for key in keys if key in home}
    best = max(sorted(votes), key=lambda id: (votes[id], id in about), default=None)
    return best or (None if there is None else remembered.id)


class _Groups:
    """Which names are together while judgements are applied one after the other."""

    def __init__(self, machine: Mapping[str, tuple[Name, ...]]) -> None:
        self.machine = machine
        self.names = dict(machine)
        self.merged: dict[str, tuple[str, ...]] = {}
        self.into: dict[str, str] = {}  # a concept -> the one that it was merged with
        self.home = {name: id for id, names in machine.items() for name in names}
        self.found: dict[int, str | None] = {}

    def find(self, remembered: RememberedConcept | None, keys: Sequence[Name] = ()) -> str | None:
        return None if remembered is None else _find(remembered, self.home, self.names.get, keys)

    def target(self, j: Judgement) -> str | None:
        """Where the concept is now to which the judgement was applied."""
        id = self.found.get(j.number)
        while id in self.into:
            id = self.into[id]
        return id if id in self.names else None

    def apply(self, j: Judgement) -> bool:
        """Whether the concept that it speaks of, and the name, are there."""
        concept = self.found[j.number] = self.find(j.concept, (*j.keys, *(j.other.names if j.other else ())))
        names = [name for name in j.keys if name in self.home]
        if j.kind == "split":
            homes = {self.home[name] for name in names}
            if len(homes) > 1 or any(not set(j.concept.names).isdisjoint(self.names[id]) for id in homes):
                self._take(names)
                self._new(names)
            return bool(names)
        if concept is None:
            return False
        match j.kind:
            case "reject":
                if names and not set(j.concept.names).isdisjoint(self.names[self.home[names[0]]]):
                    self._take(names)
                    self._new(names)
            case "accept":
                if names and self.home[names[0]] != concept:
                    self._take(names)
                    self._add(concept, names)
                return bool(names) or not j.keys
            case "merge":
                other = self.find(j.other, j.concept.names)
                if other is not None and other != concept:
                    added = self.names.pop(other)
                    self.into[other] = concept
                    self.merged[concept] = (*self.merged.get(concept, ()), other, *self.merged.pop(other, ()))
                    self._add(concept, added)
                return other is not None
            case "drop":
                for name in self.names.pop(concept):
                    del self.home[name]
        return True

    def _take(self, names: Sequence[Name]) -> None:
        """Take names out of their concepts; one that has none left is no more."""
        for name in names:
            id = self.home.pop(name)
            self.names[id] = tuple(x for x in self.names[id] if x != name)
            if not self.names[id]:
                del self.names[id]

    def _add(self, id: str, names: Sequence[Name]) -> None:
        self.names[id] = (*self.names.get(id, ()), *names)
        self.home |= dict.fromkeys(names, id)

    def _new(self, names: Sequence[Name]) -> None:
        id = next(id for n in count() if (id := new_id(names[0], n)) not in self.names)
        self.into.pop(id, None)
        self._add(id, names)


def _described(groups: _Groups, judgements: Sequence[Judgement], targets: Mapping[int, str]) -> dict[str, Made]:
    """The concepts that judgements speak of, with what they say besides their names. What was said of one that was
    merged later gives way to what is known of the other."""
    touched = {id for id, names in groups.names.items() if names is not groups.machine.get(id)} | {*targets.values()}
    made = {id: Made(id, groups.names[id], groups.merged.get(id, ())) for id in sorted(touched)}
    merges = [j for j in judgements if j.kind == "merge" and j.other is not None]
    for j in judgements:
        id = targets.get(j.number)
        if id is None:
            continue
        c = made[id]
        own = set(j.concept.names)
        second = any(
            m.number > j.number and targets.get(m.number) == id and m.other is not None
            and not own.isdisjoint(m.other.names) and own.isdisjoint(m.concept.names)
            for m in merges
        )  # fmt: skip
        match j.kind:
            case "rename" if second:
                made[id] = replace(c, merged_called=_last(c.merged_called, j.names[0]))
            case "rename":
                made[id] = replace(c, called=_last(c.called, j.names[0]))
            case "type" if second:
                made[id] = replace(c, merged_family=(j.family,))
            case "type":
                made[id] = replace(c, family=(j.family,))
            case "reject" | "split":
                keys = {*j.keys, *(key_of(*name) for name in j.names)}
                called, of_merged = (
                    tuple(x for x in had if key_of(*x) not in keys) for had in (c.called, c.merged_called)
                )
                made[id] = replace(c, called=called, merged_called=of_merged)
            case "accept":
                new = tuple(key for key in j.keys if groups.home.get(key) == id and key not in c.accepted)
                made[id] = replace(c, accepted=(*c.accepted, *new))
            case "merge" if j.other is not None and j.other.names and own:
                ends = j.concept.names[0], j.other.names[0]
                if all(groups.home.get(end) == id for end in ends):
                    made[id] = replace(c, joined=(*c.joined, (*ends, j.number)))
    return made


def _last(called: tuple[tuple[str, str], ...], name: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (*(x for x in called if x != name), name)


def new_id(name: Name, n: int = 0) -> str:
    """The id of a concept that begins with a name: the one it gives its concept in a build (see concepts.py), or, where
    another concept has that, the next."""
    text = "\n".join([*name, str(n)] if n else name)
    return "c" + hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def key_of(language: str, text: str) -> Name:
    return base_language(language), name_key(text)


def _holds(j: Judgement, now: Composed) -> bool:
    """Whether what was decided is the case at the end."""
    concept = now.targets.get(j.number)
    made = None if concept is None else now.of(concept)
    homes = {now.home.get(name) for name in j.keys if name in now.home}
    others = set(j.concept.names)
    apart = all(others.isdisjoint(_names(now, id)) for id in homes)
    match j.kind:
        case "drop":
            return others.isdisjoint(now.home)
        case "reject":
            return apart and not (made and any(key_of(*x) in j.keys for x in (*made.called, *made.merged_called)))
        case "split":
            return apart and len(homes) == 1
    if made is None:
        return False
    match j.kind:
        case "accept":
            return homes == {concept} or not j.keys
        case "merge":
            return all(c is not None and not set(made.names).isdisjoint(c.names) for c in (j.concept, j.other))
        case "rename":
            return [x for x in made.called if x[0] == j.names[0][0]][-1:] == [j.names[0]]
        case "type":
            return made.family == (j.family,)
    return True


def _names(now: Composed, id: str | None) -> tuple[Name, ...]:
    made = None if id is None else now.of(id)
    return made.names if made else ()


# --- what follows ----------------------------------------------------------------------------------------------------


@record
class Held:
    """A concept as the machine made it. `scores`: how much the articles speak of each name (Term.score)."""

    record: ConceptRecord
    names: tuple[Name, ...]
    links: tuple[NameLink, ...] = ()
    scores: Mapping[Name, float] = field(default_factory=dict)


def names_of(record: ConceptRecord) -> tuple[Name, ...]:
    """What a concept is made of, at least one name: its terms; in a language without any, its counted labels."""
    known = {language for language, _ in record.names}
    others = (key_of(tag, label) for tag, label in record.counts if base_language(tag) not in known)
    return tuple(dict.fromkeys([*record.names, *others])) or (("", record.concept.id),)


def owner(names: Sequence[Name], language: str, key: str) -> Name:
    """Which of a concept's names has the form `key`: the name itself, or the one of that language that it inflects, the
    one that begins most alike."""
    if (language, key) in names:
        return language, key
    own = [name for name in names if name[0] == language] or names[:1]
    return max(own, key=lambda name: begin_alike(name[1], key))


def estimated_scores(held: Held) -> dict[Name, float]:
    """What of a concept's salience comes from each name, where the base does not say: every language the same."""
    languages = {language for language, _ in held.names}
    return {name: held.record.concept.salience / len(languages) for name in held.names}


def record_of(
    made: Made, held: Mapping[str, Held], home: Mapping[Name, str], mentions: int, articles: int
) -> ConceptRecord:
    """The concept's record. `held`: machine concepts by id, those that it has names of, and its own and those merged
    with it; `home`: which of them a name is from."""
    own = [held[id] for id in (made.id, *made.merged) if id in held]
    base = held[made.id].record if made.id in held else None
    counts: dict[tuple[str, str], int] = {}
    group: dict[tuple[str, str], int] = {}  # 0: of the concept itself, 1: of one that was merged with it
    shown: dict[str, dict[str, None]] = {}
    for id in dict.fromkeys([*([made.id] if made.id in held else []), *(home[name] for name in made.names)]):
        record = held[id].record
        for label in _labels_of(record):
            tag, text = label
            if label in record.counts:
                name = owner(held[id].names, *key_of(tag, text))
                belongs = name in made.names and home[name] == id
            else:
                belongs = id == made.id
            if belongs:
                group.setdefault(label, int(id in made.merged))
                shown.setdefault(tag, {})[text] = None
                if label in record.counts:
                    counts[label] = counts.get(label, 0) + record.counts[label]
    for n, called in enumerate((made.called, made.merged_called)):
        for tag, text in called:
            shown.setdefault(tag, {})[text] = None
            group[tag, text] = min(n, group.get((tag, text), n))
    labels = {tag: _ordered(tag, list(texts), made, base, counts, group) for tag, texts in sorted(shown.items())}
    machine = held[made.id].names if made.id in held else ()
    same = base is not None and set(made.names) == set(machine)
    scores: dict[Name, float] = {}
    for id in {home[name] for name in made.names}:
        scores |= estimated_scores(held[id]) | dict(held[id].scores)
    best: defaultdict[str, float] = defaultdict(float)
    for name in made.names:
        best[name[0]] = max(best[name[0]], scores[name])
    types = [held[id].record.concept.type if id in held else None for id in (made.id, *made.merged)]
    described = next((x.record for x in own if x.record.scheme), base)
    known = {(tag, name_key(text)) for tag, texts in labels.items() for text in texts}
    others = dict.fromkeys(label for x in own for label in x.record.other_labels)
    return ConceptRecord(
        Concept(
            made.id,
            made.family[0] if made.family else next((t for t in [*types[:1], *made.merged_family, *types] if t), None),
            labels,
            base.concept.salience if base and same else round(sum(best.values()), 4),
            mentions,
            articles,
        ),
        described.scheme if described else None,
        next((x.record.definition for x in own if x.record.definition), None),
        base.names if base and same else tuple(sorted(made.names, key=lambda n: (n[0], -scores[n], n[1]))),
        dict(sorted(counts.items())) if base is None or counts != base.counts else base.counts,
        tuple(label for label in others if (label[0], name_key(label[1])) not in known),
    )


def _labels_of(record: ConceptRecord) -> list[tuple[str, str]]:
    """(tag, label) of those that are shown, as they are ordered, then of those that are only counted."""
    shown = [(tag, text) for tag, texts in record.concept.labels.items() for text in texts]
    return list(dict.fromkeys([*shown, *record.counts]))


def _ordered(
    tag: str,
    texts: Sequence[str],
    made: Made,
    base: ConceptRecord | None,
    counts: Mapping[tuple[str, str], int],
    group: Mapping[tuple[str, str], int],
) -> tuple[str, ...]:
    """Labels of one language, the preferred one first: what people call it, else the machine's own first name that is
    still there; of a merged concept only where the concept itself has none in this language."""
    machine = base.concept.labels.get(tag, ()) if base else ()
    own = any(group[tag, text] == 0 for text in texts)
    called = [text for t, text in (made.called if own else made.merged_called) if t == tag]
    if not called and set(machine) == set(texts):
        return machine
    wanted = called[::-1] or [text for text in machine if text in texts]
    order = sorted(texts, key=lambda t: (own and group[tag, t], -counts.get((tag, t), 0), len(t), t))
    first = next(iter([*wanted, *order]))
    rest = sorted((t for t in texts if t != first), key=lambda t: (-counts.get((tag, t), 0), len(t), t))
    return (first, *rest)


def name_links_of(made: Made, held: Mapping[str, Held], home: Mapping[Name, str]) -> tuple[NameLink, ...]:
    """The machine's links between names that are still together, those that somebody accepted, and what was merged."""
    links = [
        link
        for id in dict.fromkeys(home[name] for name in made.names)
        for link in held[id].links
        if all(end in made.names and home[end] == id for end in (link.a, link.b))
    ]
    for name in made.accepted:
        own = sorted((x for x in links if name in (x.a, x.b)), key=lambda x: (x.method != ACCEPTED, -x.score, x.a, x.b))
        if own:
            links[links.index(own[0])] = replace(own[0], score=DECIDED, method=ACCEPTED)
        elif other := next((x for x in made.names if x != name), None):
            links.append(NameLink(min(name, other), max(name, other), DECIDED, ACCEPTED, ""))
    for a, b, number in made.joined:
        if not any({x.a, x.b} == {a, b} for x in links):
            links.append(NameLink(min(a, b), max(a, b), DECIDED, MERGED, f"judgement {number}"))
    return tuple(sorted(set(links), key=lambda x: (-x.score, x.a, x.b, x.method)))


def certainty(now: Composed, name: Name) -> float | None:
    """How sure it is that a mention of the name means the concept; None: as the machine has it."""
    made = now.made.get(now.home.get(name, ""))
    if made is None:
        return None
    alone = len(made.names) == 1 and made.names != now.machine.get(made.id)
    return DECIDED if alone or name in made.accepted else None


def heirs(now: Composed, id: str) -> dict[str, tuple[Name, ...]]:
    """Of a concept of the machine: the concepts that have its names now, with these."""
    found: dict[str, tuple[Name, ...]] = {}
    for name in now.machine[id]:
        if (at := now.home.get(name)) is not None:
            found[at] = (*found.get(at, ()), name)
    return found


def is_whole(now: Composed, id: str) -> bool:
    """Whether the names of a concept of the machine are still together."""
    return len({now.home.get(name) for name in now.machine[id]}) == 1


def relinked(links: Iterable[Link], now: Composed, said: Mapping[str, AbstractSet[tuple[str, Name]]]) -> list[Link]:
    """The machine's links between the concepts that there are now, best first.

    `said`: passage -> which names (id of the machine, name) are mentioned there, at least of concepts that are no more
    whole. Their links go to those who have a name in the evidence; where that is a scheme's, or has no name, to the one
    that goes on from the concept.
    """
    best: dict[tuple[str, str, str], Link] = {}

    def ends(id: str, evidence: Sequence[str]) -> list[str]:
        found = heirs(now, id)
        if is_whole(now, id):
            return list(found)
        names = [name for name in now.machine[id] if any((id, name) in said.get(p, ()) for p in evidence)]
        if names:
            return [at for at, own in found.items() if not set(own).isdisjoint(names)]
        return [at for at in found if at == id] or [at for at in found if (made := now.of(at)) and id in made.merged]

    for link in links:
        for a in ends(link.a, link.evidence):
            for b in ends(link.b, link.evidence):
                if a == b:
                    continue
                first, second = (a, b) if link.kind in DIRECTED else sorted((a, b))
                one = replace(link, a=first, b=second)
                key = first, second, link.kind
                best[key] = _united(best[key], one) if key in best else one
    return sorted(best.values(), key=lambda x: (-x.score, x.a, x.b, x.kind))


def _united(x: Link, y: Link) -> Link:
    """One link of two: the surer one, with the evidence of both."""
    first, second = sorted((x, y), key=lambda link: (-link.score, link.method, link.evidence))
    return replace(first, evidence=tuple(dict.fromkeys([*first.evidence, *second.evidence]))[:EVIDENCE])


# --- all at once -----------------------------------------------------------------------------------------------------


@record
class Machine:
    """What a build found. `passage_of`: (article, start of a mention) -> passage; `scores`: name -> Term.score."""

    concepts: Sequence[ConceptRecord]
    mentions: Sequence[Mention] = ()
    name_links: Sequence[tuple[str, NameLink]] = ()
    links: Sequence[Link] = ()
    scores: Mapping[Name, float] = field(default_factory=dict)
    passage_of: Mapping[tuple[str, int], str] = field(default_factory=dict)


@record
class Judged:
    """The same with judgements laid over, and what became of each (number -> state)."""

    machine: Machine
    states: Mapping[int, str]


def apply(machine: Machine, judgements: Iterable[Judgement]) -> Judged:
    """Concepts (most salient first), mentions, name links and links with the judgements applied in order: see
    `compose`."""
    concepts = {record.concept.id: names_of(record) for record in machine.concepts}
    now = compose(concepts, judgements)
    from_ = {name: id for id, names in concepts.items() for name in names}
    name_links: defaultdict[str, list[NameLink]] = defaultdict(list)
    for id, link in machine.name_links:
        name_links[id].append(link)
    held = {
        r.concept.id: Held(r, concepts[r.concept.id], tuple(name_links[r.concept.id]), machine.scores)
        for r in machine.concepts
    }
    mentions: list[Mention] = []
    said: defaultdict[str, set[tuple[str, Name]]] = defaultdict(set)
    for m in machine.mentions:
        name = owner(concepts[m.concept], *key_of(m.language, m.surface))
        at = now.home.get(name)
        if passage := machine.passage_of.get((m.article, m.start)):
            said[passage].add((m.concept, name))
        if at is not None:
            sure = certainty(now, name)
            mentions.append(replace(m, concept=at, score=m.score if sure is None else sure))
    of: defaultdict[str, list[Mention]] = defaultdict(list)
    for m in mentions:
        of[m.concept].append(m)
    records = [record for record in machine.concepts if now.of(record.concept.id) and record.concept.id not in now.made]
    links_of_names = [(id, link) for id, link in machine.name_links if id not in now.gone and id not in now.made]
    for id, made in now.made.items():
        own = of[id]
        if own or id in held:
            records.append(record_of(made, held, from_, len(own), len({m.article for m in own})))
            links_of_names += [(id, link) for link in name_links_of(made, held, from_)]
    there = {record.concept.id for record in records}
    links = [x for x in relinked(machine.links, now, said) if x.a in there and x.b in there]
    return Judged(
        Machine(
            sorted(records, key=lambda r: (-r.concept.salience, r.concept.id)),
            sorted(mentions, key=lambda m: (m.article, m.start, m.end, m.concept)),
            sorted(links_of_names, key=lambda x: (x[0], -x[1].score, x[1].a, x[1].b, x[1].method)),
            links,
            machine.scores,
            machine.passage_of,
        ),
        now.states,
    )
