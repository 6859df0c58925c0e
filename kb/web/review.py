"""Judgements that come from pages: who decides what about aligned passages."""

from __future__ import annotations

from kb.decide import decide as decide_alignment
from kb.errors import NotFoundError, UsageError
from kb.store import open_store
from kb.web.asked import Asked
from kb.web.bases import Bases

ACTIONS = ("accept", "reject", "undo")


def decide(bases: Bases, asked: Asked, user: str) -> str:
    """Put a decision about two articles (`a`, `b`) in force; the place on the page to go back to.

    accept and reject are about all beads with sentences of `a` from the raw offset `start` to `end`; undo takes back
    decision `number`.
    """
    action = asked.choice("action", ACTIONS, "")
    a, b = asked.text("a"), asked.text("b")
    store = open_store(bases.path, write=True)
    try:
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
        for position in first:
            decide_alignment(store, a, b, action, [f"a{position}"], user=user)
    finally:
        store.close()
    row = asked.text("row")
    return f"#r{row}" if row.isascii() and row.isdigit() else ""
