"""How a repair is written down: what to replace in the text, and what to tell about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kb.model import Change, Edit, MappedText


@dataclass(frozen=True, slots=True)
class Fix:
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


Repair = Callable[[str], list[Fix]]
"""Looks at the whole text, in the state that the repairs before it left, and returns fixes that do not overlap."""


def apply(text: MappedText, raw: str, fixes: Iterable[Fix]) -> tuple[MappedText, list[Change]]:
    """The text with the fixes made, and a change with raw offsets for each, in reading order."""
    edits: list[Edit] = []
    changes = []
    for fix in sorted(fixes, key=lambda f: (f.at, f.to)):
        edits += fix.edits or (Edit(fix.at, fix.to, fix.after),)
        start, end = text.span(fix.at, fix.to)
        changes.append(Change(fix.kind, start, end, raw[start:end], fix.after, fix.reason))
    return (text.edit(edits) if edits else text), changes
