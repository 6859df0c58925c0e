"""Where one line of the body differs from the raw text, cut into repairs that people can read."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kb.langs.folding import HAN
from kb.model import Block, Change, MappedText

# A change of at most so many characters is shown as one; of longer ones (a line in a wrong encoding) only the words
# that differ. A change of nothing but what differs is one whatever its length.
_COMPACT = 40
_NEAR = 3  # characters between two such words that are shown with them
_NEAR_ALIKE = 60  # the same, where before and after look alike and nobody has to compare them

_HAN = re.compile(f"[{HAN}]")


class Atom(NamedTuple):
    """What no repair has cut further: raw `start:end` became body `at:to`."""

    start: int
    end: int
    at: int
    to: int
    same: bool


class _Part(NamedTuple):
    """Atoms `first:last` that a change had a part in."""

    first: int
    last: int
    change: Change


class Stretch(NamedTuple):
    """Atoms `first:last` that are shown as one repair."""

    first: int
    last: int
    changes: tuple[Change, ...]


def atoms_of(raw: str, body: MappedText, block: Block, start: int, end: int, changes: Sequence[Change]) -> list[Atom]:
    """Both the raw span and the body's line, cut as finely as the map allows; what is gone is cut where changes are."""
    edges = sorted({edge for c in changes for edge in (c.start, c.end)})
    found: list[Atom] = []
    cursor, i = start, block.at

    def gone(to: int) -> None:
        cuts = [cursor, *edges[bisect_right(edges, cursor) : bisect_left(edges, to)], to]
        found.extend(Atom(a, b, i, i, False) for a, b in pairwise(cuts))

    while i < block.to:
        s, e = max(body.starts[i], cursor), body.ends[i]
        j = i + 1
        while j < block.to and body.starts[j] < e:  # one span, several characters
            e = max(e, body.ends[j])
            j += 1
        e = max(s, min(e, end))
        if s > cursor:
            gone(s)
        found.append(Atom(s, e, i, j, e - s == j - i == 1 and raw[s] == body.text[i]))
        cursor, i = e, j
    if end > cursor:
        gone(end)
    return found


def stretches(raw: str, text: str, atoms: Sequence[Atom], changes: Sequence[Change]) -> list[Stretch]:
    """Repairs as they are shown: whole where they are short, else the words that differ; those that overlap as one."""
    parts = sorted(_parts(atoms, changes), key=lambda p: (p.first, p.last))
    spans = [
        (first, last)
        for first, last, change in parts
        if change.end - change.start <= _COMPACT or not any(atom.same for atom in atoms[first:last])
    ]
    spans += [_whole_word(text, atoms, i) for i, atom in enumerate(atoms) if not atom.same]
    found: list[Stretch] = []
    coming, now = parts[::-1], list[_Part]()
    for first, last in _merge(spans):
        while coming and coming[-1].first < last:
            now.append(coming.pop())
        now = [part for part in now if part.last > first]
        start, end = atoms[first].start, atoms[last - 1].end
        over = [part.change for part in now]
        own = [c for c in over if (start <= c.start and c.end <= end) or _leaves_traces(c, raw[start:end])]
        beside = (c for c in changes if c.start <= end and start <= c.end)
        found.append(Stretch(first, last, closest_first(own or over or beside)))
    return _near(raw, text, atoms, found)


def _parts(atoms: Sequence[Atom], changes: Sequence[Change]) -> Iterator[_Part]:
    """For each change the atoms that share a character with it, and the insertions within it."""
    starts, ends = [atom.start for atom in atoms], [atom.end for atom in atoms]
    for change in changes:
        if change.start == change.end:
            first = last = bisect_left(starts, change.start)
            while last < len(atoms) and starts[last] == ends[last] == change.start:
                last += 1
        else:
            first, last = bisect_right(ends, change.start), bisect_left(starts, change.end)
        if first < last:
            yield _Part(first, last, change)


def closest_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The shortest first: what is told of a word before what is told of its line."""
    return tuple(sorted(changes, key=lambda c: (c.end - c.start, c.start)))


def _leaves_traces(change: Change, before: str) -> bool:
    """Of changes that are told once for a whole line: whether this part of the line had the damage."""
    match change.kind:
        case "unicode":
            return not unicodedata.is_normalized("NFC", before)
        case "mojibake":
            return not before.isascii()
    return True


def _whole_word(text: str, atoms: Sequence[Atom], i: int) -> tuple[int, int]:
    """The atom with the letters around it, for it is words that are read; characters of Chinese are words enough."""
    first, last = i, i + 1
    if not any(map(_is_letter, text[atoms[i].at : atoms[i].to])):
        return first, last
    while first > 0 and i - first < _COMPACT and _is_letter(text[atoms[first - 1].at : atoms[first - 1].to]):
        first -= 1
    while last < len(atoms) and last - i < _COMPACT and _is_letter(text[atoms[last].at : atoms[last].to]):
        last += 1
    return first, last


def _is_letter(character: str) -> bool:
    return character.isalpha() and not _HAN.match(character)


def _near(raw: str, text: str, atoms: Sequence[Atom], found: Sequence[Stretch]) -> list[Stretch]:
    """Stretches of one change that are near each other are shown with what is between."""
    joined: list[Stretch] = []
    all_unseen = False
    for stretch in found:
        first, last, changes = stretch
        unseen = alike(raw[atoms[first].start : atoms[last - 1].end], text[atoms[first].at : atoms[last - 1].to])
        if joined and changes == joined[-1].changes:
            gap = first - joined[-1].last
            if gap <= (_NEAR_ALIKE if unseen and all_unseen else _NEAR) and len(changes) == 1:
                joined[-1] = Stretch(joined[-1].first, last, changes)
                all_unseen = all_unseen and unseen
                continue
        joined.append(stretch)
        all_unseen = unseen
    return joined


def alike(a: str, b: str) -> bool:
    """Whether the same letters are only put together differently."""
    return unicodedata.normalize("NFC", a) == unicodedata.normalize("NFC", b)


def _merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
