"""How a repair is written down: what to replace in the text, and what to tell about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kb.model import Change, Edit, MappedText


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
        change = Change(fix.kind, start, end, raw[start:end], fix.after, fix.reason)
        if fix.sure:
            edits += fix.edits or (Edit(fix.at, fix.to, fix.after),)
            made.append(change)
        else:
            offered.append(change)
    return (text.edit(edits) if edits else text), made, offered
