"""Judgements that come from pages: who decides what about aligned passages, concepts and repairs."""

from __future__ import annotations

from pathlib import Path

from kb.decide import UNDO, decide_each
from kb.decide import decide as decide_alignment
from kb.errors import NotFoundError, UsageError
from kb.judge import judge as judge_concept
from kb.judgements import KINDS
from kb.mend import decide_repair
from kb.query import KnowledgeBase
from kb.store import open_store
from kb.web.asked import Asked

ACTIONS = ("accept", "reject", "undo")
NO_TYPE = "no-type"  # the button beside one that gives a type
MOST_NAMES = 100  # of one judgement


def decide(path: Path, asked: Asked, user: str) -> str:
    """Put a decision about two articles (`a`, `b`) in force, or note one about a `repair`; the place on the page to go
    back to.

    Of articles accept and reject are about all beads with sentences of `a` from the raw offset `start` to `end`; undo
    takes back decision `number`.
    """
    action = asked.choice("action", ACTIONS, "")
    a, b = asked.text("a"), asked.text("b")
    store = open_store(path, write=True)
    try:
        if repair := asked.text("repair"):
            number = asked.number("number", default=0, least=0, most=10**9 - 1) or None
            comment = asked.text("comment") or None
            decide_repair(store, action, asked.text("article"), repair, number=number, user=user, comment=comment)
            return ""
        if action == "undo":
            number = asked.number("number", default=0, least=1, most=10**9 - 1)
            decide_alignment(store, a, b, action, [str(number)], user=user)
            return ""
        start, end = (asked.number(name, default=0, least=0, most=10**9 - 1) for name in ("start", "end"))
        inside = [
            row.position for row in store.sentences_of(a) if start <= row.sentence.start and row.sentence.end <= end
        ]
        alignment = next((x for x in store.alignments(article=a) if {x.a, x.b} == {a, b} and x.beads), None)
        if alignment is None:
            raise NotFoundError(f"'{a}' and '{b}' are not known to be translations of each other")
        sides = [(bead.a, bead.b) if alignment.a == a else (bead.b, bead.a) for bead in alignment.beads]
        first = [own[0] for own, other in sides if own and other and not set(own).isdisjoint(inside)]
        if not first:
            raise UsageError("nothing is aligned there any more; reload the page")
        decide_each(store, a, b, action, [[f"a{position}"] for position in first], user=user)
    finally:
        store.close()
    row = asked.text("row")
    return f"#r{row}" if row.isascii() and row.isdigit() else ""


def judge(path: Path, asked: Asked, user: str) -> bool:
    """Put a judgement about `concept` (an id) in force; whether that concept is still there.

    `name`: names that it speaks of, each a language tag, a blank and the label; or `language` and `text`. `other`: the
    concept, by id or name, that merge takes in; `family`: what type gives, "" for none; `number`: what undo takes back.
    """
    action = asked.choice("action", (*KINDS, NO_TYPE, UNDO), "")
    family = None if action == NO_TYPE else asked.text("family") or None
    concept = asked.text("concept")
    names = [(tag, label) for tag, _, label in (name.partition(" ") for name in asked.texts("name", most=MOST_NAMES))]
    if asked.text("text"):
        names.append((asked.text("language"), asked.text("text")))
    store = open_store(path, write=True)
    try:
        base = KnowledgeBase(store)
        judge_concept(
            store,
            "type" if action == NO_TYPE else action,
            concept,
            names=names,
            other=base.concept_id(asked.text("other")) if action == "merge" else None,
            family=family,
            number=asked.number("number", default=0, least=1, most=10**9 - 1) if action == UNDO else None,
            user=user,
            comment=asked.text("comment") or None,
        )
        try:
            store.concept(concept)
        except NotFoundError:
            return False
        return True
    finally:
        store.close()
