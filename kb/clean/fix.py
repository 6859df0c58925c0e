"""How a repair is written down: what to replace in the text, and what to tell about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kb.model import Change, Edit, MappedText
from kb.repairs import ACCEPT, REJECT, Decided


class Fix(NamedTuple):
    """`text[at:to]` becomes `after`, because of `reason`.

    `edits` do it; without any it is one replacement. Several small ones keep the map to the raw text exact where a fix
    that is told as one (a line in a wrong encoding) changes many characters.
    """

    kind: str
    at: int
    to: int
    after: str
    reason: str
    edits: tuple[Edit, ...] = ()
    sure: bool = True  # otherwise it is offered, and the text stays as it is
    score: float = 1.0  # of Change


Repair = Callable[[str], list[Fix]]
"""Looks at the whole text, in the state that the repairs before it left, and returns fixes that do not overlap."""


def apply(text: MappedText, raw: str, fixes: Iterable[Fix]) -> tuple[MappedText, list[Change], list[Change]]:
    """(the text with the sure fixes made, a change for each of them, the others as offers), in reading order.

    Changes and offers have raw offsets.
    """
    edits: list[Edit] = []
    made, offered = [], []
    for fix in sorted(fixes, key=lambda f: (f.at, f.to)):
        start, end = text.span(fix.at, fix.to)
        change = Change(fix.kind, start, end, raw[start:end], fix.after, fix.reason, fix.score)
        if fix.sure:
            edits += fix.edits or (Edit(fix.at, fix.to, fix.after),)
            made.append(change)
        else:
            offered.append(change)
    return (text.edit(edits) if edits else text), made, offered


def settled(text: MappedText, fixes: Iterable[Fix], decided: Decided) -> list[Fix]:
    """The fixes with what people decided: an accepted one is sure, a rejected one is offered, and so is whatever
    overlaps an accepted one, or would change characters of one that was sure and rejected, now or by a later repair."""
    if not decided:
        return list(fixes)
    ranked: list[tuple[int, Fix]] = []
    kept: list[tuple[int, int]] = []
    for fix in fixes:
        start, end = text.span(fix.at, fix.to)
        decision = decided.of(fix.kind, start, end, fix.after)
        if decision is None:
            ranked.append((0, fix._replace(sure=fix.sure and not decided.keeps(start, end))))
        elif decision.kind == ACCEPT:
            ranked.append((decision.number, fix._replace(sure=True)))
        elif decision.kind == REJECT and not _unwritable(text.text[fix.at : fix.to]):
            ranked.append((decision.number, fix._replace(sure=False)))
            if fix.sure:
                kept.append((start, end))
        else:
            ranked.append((0, fix))
    for span in kept:
        decided.keep(*span)
    found: list[Fix] = []
    taken: list[Fix] = []
    for _, fix in sorted(ranked, key=lambda item: (-item[0], item[1].at, item[1].to)):
        free = not any(fix.at < other.to and other.at < fix.to for other in taken)
        found.append(fix._replace(sure=fix.sure and free))
        if found[-1].sure:
            taken.append(fix)
    return found


def _unwritable(text: str) -> bool:
    """Half of a character, of which no file can be made."""
    return any("\ud800" <= c <= "\udfff" for c in text)
