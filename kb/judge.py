"""Making judgements about concepts, and laying them over what a build made: where `judgements` meets the store.

A base holds its concepts with judgements applied, and beside them what the machine made. A judgement rewrites only the
concepts that it changes, so that it is in force at once and as soon undone; a build applies all of them in this way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from kb.decide import UNDO, stamp, to_undo
from kb.errors import NotFoundError, UsageError
from kb.judgements import (
    COMMENT,
    KINDS,
    Composed,
    Held,
    Made,
    Name,
    certainty,
    compose,
    is_whole,
    key_of,
    name_links_of,
    owner,
    record_of,
    relinked,
)
from kb.langs.folding import name_key
from kb.model import ConceptRecord, Judgement, RememberedConcept, base_language, covers
from kb.names import near, preferred_name
from kb.store.base import Store

Spoken = tuple[str | None, str]  # language (a tag or a base language; None: whichever has the name), label

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAMED = ("rename", "accept", "reject", "split")
LONGEST = 200  # characters of a name


def judge(
    store: Store,
    kind: str,
    concept: str = "",
    *,
    names: Sequence[Spoken] = (),
    other: str | None = None,
    family: str | None = None,
    number: int | None = None,
    user: str,
    comment: str | None = None,
    now: datetime | None = None,
) -> Judgement:
    """Record what somebody decides of a concept (an id), and put it in force.

    `kind`: one of `judgements.KINDS`, or `undo`. `names`: one for rename, accept and reject, one or more for split;
    `other`: the concept (an id) that merge takes in; `family`: what type gives, None for none; `number`: the judgement
    that undo takes back, None for the user's last one. `comment`: a remark, which comment needs.
    Raises UsageError when something is missing or does not fit, NotFoundError when a concept, name or judgement is not
    there. Others who write at the same time are waited for.
    """
    with store.transaction(patient=True):
        store.keep_machine()
        machine, made = store.machine_names(), store.judgements()
        before = compose(machine, made)
        if kind == UNDO:
            undone = _to_undo(number, made, user)
            new = replace(
                undone, number=0, time=stamp(now), user=user, kind=UNDO, comment=comment, undoes=undone.number
            )
        elif kind in KINDS:
            new = _Judging(store, before).judgement(kind, concept, names, other, family)
            new = replace(new, time=stamp(now), user=user, comment=_text(comment) or None)
            if kind == COMMENT and not new.comment:
                raise UsageError("comment: say what, for example: kb judge comment CONCEPT 'to be discussed'")
        else:
            raise UsageError(f"no judgement is called '{kind}'; there are: {', '.join((*KINDS, UNDO))}")
        new = store.add_judgement(new)
        _rewrite(store, before, compose(machine, [*made, new]))
    return new


def lay(store: Store) -> None:
    """Lay all judgements over the concepts that a build has just saved."""
    made = store.judgements()
    if made:
        store.keep_machine()
        machine = store.machine_names()
        _rewrite(store, compose(machine, ()), compose(machine, made))


# --- from what somebody says to a judgement --------------------------------------------------------------------------


class _Judging:
    """What is looked up for one judgement."""

    def __init__(self, store: Store, now: Composed) -> None:
        self.store, self.now = store, now
        self.from_ = _machine_homes(now)

    def judgement(
        self, kind: str, concept: str, names: Sequence[Spoken], other: str | None, family: str | None
    ) -> Judgement:
        record = self.record(concept)
        if len(names) != 1 and kind in _NAMED and not (kind == "split" and names):
            raise UsageError(f"{kind}: give one name of the concept" + (" or more" if kind == "split" else ""))
        found = [_new_name(self.store, record, *name) if kind == "rename" else _label(record, *name) for name in names]
        keys = tuple(dict.fromkeys(self.term(record, *name) for name in found))
        own = self.now.of(concept)
        assert own is not None
        if kind in ("reject", "split") and own.names and set(own.names) <= set(keys):
            raise UsageError(
                f"{kind}: the articles use no other name of this concept; kb judge drop {concept} does away with it"
            )
        taken = None
        if kind == "merge":
            if other is None:
                raise UsageError("merge: name two concepts")
            if other == concept:
                raise UsageError(f"merge: both are one concept already, {concept}")
            taken = self.remembered(self.record(other))
        if family is not None and not re.fullmatch(r"\w[\w-]{0,59}", family):
            raise UsageError(
                f"type: '{family}' is no word; a family is one, such as actor, offering or outcome, or none"
            )
        if kind in ("accept", "split"):  # a name that people gave may be a term of another concept, which keeps it
            keys = tuple(key for key in keys if key in own.names)
            if kind == "split" and not keys:
                raise UsageError("split: the articles use none of these names; reject takes a name away")
        # Names that leave the concept do not tell which one it is.
        remembered = self.remembered(record, keys if kind in ("reject", "split") else ())
        return Judgement(0, "", "", kind, remembered, tuple(found), keys, taken, family)

    def record(self, id: str) -> ConceptRecord:
        if self.now.of(id) is None:
            raise NotFoundError(
                f"there is no concept {id!r} any more; kb concepts lists them, kb judge list what was decided"
            )
        return self.store.concept(id)

    def remembered(self, record: ConceptRecord, without: Iterable[Name] = ()) -> RememberedConcept:
        """By the names that it has of its own, or, where it has none, by those that it was given."""
        id = record.concept.id
        made = self.now.of(id)
        left = [name for name in (made.names if made else ()) if name not in set(without)]
        own = [name for name in left if self.from_.get(name) == id]
        return RememberedConcept(id, preferred_name(record.concept.labels), tuple(own or left))

    def term(self, record: ConceptRecord, tag: str, text: str) -> Name:
        """The name that a label is a form of."""
        made = self.now.of(record.concept.id)
        names = made.names if made else ()
        base, key = key_of(tag, text)
        for id in dict.fromkeys(self.from_[name] for name in names):
            machine, _ = self.store.machine_concept(id)
            if any(key_of(*label) == (base, key) for label in machine.counts):
                found = owner(self.now.machine[id], base, key)
                if found in names:
                    return found
        return base, key


def _label(record: ConceptRecord, language: str | None, text: str) -> tuple[str, str]:
    """The tag and spelling of one of the concept's labels."""
    labels = record.concept.labels
    key = name_key(text)
    fits = [
        (tag, label)
        for tag in sorted(labels)
        if language is None or covers(language, tag)
        for label in labels[tag]
        if name_key(label) == key
    ]
    if not fits:
        of = f" in '{language}'" if language else ""
        known = (label for forms in labels.values() for label in forms)
        proposal = near(text, known) or "; rename adds a name"
        raise NotFoundError(f"'{text}' is no name of {preferred_name(labels)} ({record.concept.id}){of}{proposal}")
    if language is None and len({base_language(tag) for tag, _ in fits}) > 1:
        raise UsageError(
            f"'{text}' is a name in {' and '.join(sorted({tag for tag, _ in fits}))}; say the language before the name"
        )
    return next((x for x in fits if x[1] == text), fits[0])


def _new_name(store: Store, record: ConceptRecord, language: str | None, text: str) -> tuple[str, str]:
    """The tag and spelling of a name that is to be the first of its language, whether the concept has it or not."""
    text = _text(text)
    if not text or len(text) > LONGEST:
        raise UsageError(f"rename: a name has between 1 and {LONGEST} characters")
    if language is None:
        try:
            return _label(record, None, text)
        except NotFoundError as error:
            raise UsageError(
                f"rename: '{text}' is a new name; say its language, for example: kb judge rename CONCEPT fr '{text}'"
            ) from error
    if not _TAG.fullmatch(language):
        raise UsageError(f"rename: '{language}' is no language tag; write vi, fr, zh-Hans, zh-Hant or another")
    for tags in (
        [tag for tag, forms in sorted(record.concept.labels.items()) if text in forms],
        sorted(record.concept.labels),
        store.tags(),
    ):
        exact = [tag for tag in tags if tag.lower() == language.lower()]
        fits = exact or [tag for tag in tags if base_language(tag) == language.lower()]
        if len(fits) == 1:
            return fits[0], text
        if fits:
            raise UsageError(f"rename: '{language}' is {' and '.join(fits)} here; say which one")
    return language, text


def _text(text: str | None) -> str:
    """Composed, without control characters and needless blanks."""
    clean = "".join(" " if unicodedata.category(c) == "Cc" else c for c in unicodedata.normalize("NFC", text or ""))
    return " ".join(clean.split())


def _to_undo(number: int | None, made: Sequence[Judgement], user: str) -> Judgement:
    undone = {j.undoes for j in made}
    standing = {j.number: j for j in made if j.undoes is None and j.number not in undone}
    if number is None:
        own = [n for n, j in standing.items() if j.user == user]
        if standing and not own:
            raise NotFoundError(f"undo: nothing that {user} decided of concepts stands; give the number of a judgement")
        return to_undo([str(max(own))] if own else [], standing, "of concepts")
    return to_undo([str(number)], standing, "of concepts")


# --- from judgements to rows -----------------------------------------------------------------------------------------


def _machine_homes(now: Composed) -> dict[Name, str]:
    return {name: id for id, names in now.machine.items() for name in names}


def _rewrite(store: Store, before: Composed, after: Composed) -> None:
    """Let the base hold the concepts of `after`, of which it holds those of `before`."""
    changed = sorted(
        id for id in {*before.made, *before.gone, *after.made, *after.gone} if before.of(id) != after.of(id)
    )
    old, new = ({id: made for id in changed if (made := now.of(id)) is not None} for now in (before, after))
    if not changed:
        return
    from_ = _machine_homes(after)
    names = {name for made in (*old.values(), *new.values()) for name in made.names}
    held = _held(
        store, after, {*(from_[name] for name in names), *(id for x in new.values() for id in (x.id, *x.merged))}
    )
    for id in new:
        store.begin_concept(id)
    for name in sorted(names):
        was, now = (_place(name, made) for made in (before, after))
        if was != now:
            id = from_[name]
            own = after.machine[id]
            store.hold_mentions(id, partial(_place_in, own))
            store.place_mentions(id, own.index(name), was[0], *now)
    there = set[str]()
    for id, made in new.items():
        counts = _counts(store, id, counted_again=id not in old or _names(old[id]) != _names(made))
        if any(counts) or id in after.machine:
            there.add(id)
            store.save_concept(record_of(made, held, from_, *counts), name_links_of(made, held, from_))
    for id in changed:
        if id not in there:
            store.drop_concept(id)
    _relink(store, old, new, there, after, from_)


def _counts(store: Store, id: str, *, counted_again: bool) -> tuple[int, int]:
    """Mentions and articles; counting those of a concept with tens of thousands takes a tenth of a second."""
    if counted_again:
        return store.count_mentions(id)
    concept = store.concept(id).concept
    return concept.mentions, concept.articles


def _place(name: Name, now: Composed) -> tuple[str | None, float | None]:
    """Which concept the mentions of a name are of, and how surely, where the machine does not say it."""
    return now.home.get(name), certainty(now, name)


def _place_in(names: Sequence[Name], base: str, surface: str) -> int:
    return names.index(owner(names, base, name_key(surface)))


def _held(store: Store, now: Composed, ids: Iterable[str]) -> dict[str, Held]:
    held = {}
    for id in sorted(ids):
        if id in now.machine:
            record, links = store.machine_concept(id)
            held[id] = Held(record, now.machine[id], tuple(links), store.name_scores(now.machine[id]))
    return held


def _relink(
    store: Store,
    old: Mapping[str, Made],
    new: Mapping[str, Made],
    there: set[str],
    now: Composed,
    from_: Mapping[Name, str],
) -> None:
    """The links of concepts whose names are others than before."""
    moved = [id for id in {*old, *new} if _names(old.get(id)) != _names(new.get(id))]
    sources = {from_[name] for id in moved for made in (old.get(id), new.get(id)) if made for name in made.names}
    links = store.machine_links(sorted(sources | (now.machine.keys() & set(moved))))
    passages = {p for x in links if not (is_whole(now, x.a) and is_whole(now, x.b)) for p in x.evidence}
    said = {
        passage: {(id, now.machine[id][n]) for id, n in spoken} for passage, spoken in store.names_in(passages).items()
    }
    own = there & set(moved)
    found = [x for x in relinked(links, now, said) if x.a in own or x.b in own]
    store.save_links(sorted(own), found)


def _names(made: Made | None) -> frozenset[Name]:
    return frozenset(made.names if made else ())
