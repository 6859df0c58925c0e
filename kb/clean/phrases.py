"""Finds the phrases of `kb.clean.cues` in a line: one regular expression a script, tried by its first letter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from kb.clean import cues
from kb.langs.folding import has_han

_EDGE = r"(?<![^\W_])"  # before a phrase of an alphabet
_ANY = ""  # the first letter of a phrase that may begin with several things


class Finder(NamedTuple):
    pattern: re.Pattern[str]
    kinds: tuple[str, ...]  # of the pattern's groups

    def find(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """(kind, match) of every phrase, in order; they do not overlap."""
        return ((self.kinds[(m.lastindex or 1) - 1], m) for m in self.pattern.finditer(text))


def marks(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """(kind, match) of the MARKS in `text` (as `Line.compared` has it), those of Han characters first."""
    if has_han(text):
        yield from _finder("marks", True).find(text)
    yield from _finder("marks", False).find(text)


def hints(text: str) -> Iterator[str]:
    """Kinds of the HINTS in `text`."""
    if has_han(text):
        yield from (kind for kind, _ in _finder("hints", True).find(text))
    yield from (kind for kind, _ in _finder("hints", False).find(text))


def alone(text: str) -> str:
    """The kind that a line of this one phrase has, "" without any; a count may follow."""
    match = _alone().fullmatch(text)
    return match.lastgroup or "" if match else ""


def entries(text: str) -> int:
    """How many letters of `text` are in entries of menus."""
    return sum(sum(map(str.isalnum, m.group())) for m in _entries().finditer(text))


@cache
def _finder(table: str, han: bool) -> Finder:
    blocks = cues.MARKS if table == "marks" else cues.HINTS
    return _compiled(
        {kind: [p for p in alternatives(block) if has_han(p) == han] for kind, block in blocks.items()}, han
    )


def _compiled(phrases: Mapping[str, list[str]], han: bool) -> Finder:
    """Phrases of one first letter lie together, behind a look at that letter: most places are passed over at once."""
    by_letter: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, found in phrases.items():
        for phrase in found:
            for letter in _first_letters(phrase):
                by_letter[letter][kind].append(phrase)
    kinds: list[str] = []
    branches = []
    for letter, by_kind in sorted(by_letter.items(), key=lambda item: (item[0] == _ANY, item[0])):
        groups = []
        for kind, found in by_kind.items():
            kinds.append(kind)
            groups.append(f"({'|'.join(found)})")
        look = f"(?={re.escape(letter)})" if letter else ""
        branches.append(f"{look}(?:{'|'.join(groups)})")
    letters = "".join(re.escape(letter) for letter in by_letter if letter)
    anywhere = "" if _ANY in by_letter or not letters else f"(?=[{letters}])"
    return Finder(re.compile(f"{'' if han else _EDGE}{anywhere}(?:{'|'.join(branches)})"), tuple(kinds))


def _first_letters(phrase: str) -> set[str]:
    """The letters that a phrase may begin with; {_ANY} when that is more than plain letters say."""
    if phrase.startswith("(?:"):
        end = _closing(phrase)
        found = {letter for part in _split(phrase[3:end]) for letter in _first_letters(part)}
        if phrase[end + 1 : end + 2] in ("?", "*"):
            found |= _first_letters(phrase[end + 2 :])
        return found
    if phrase[:1] == "[" and phrase[1:2] not in ("^", "\\") and "-" not in phrase[: phrase.find("]")]:
        end = phrase.find("]")
        return set(phrase[1:end]) if phrase[end + 1 : end + 2] not in ("?", "*") else {_ANY}
    if phrase[:1].isalpha() or phrase[:1] in "©【☰":
        optional = phrase[1:2] in ("?", "*")
        return {phrase[:1]} | (_first_letters(phrase[2:]) if optional else set())
    return {_ANY}


def _closing(phrase: str) -> int:
    """Where the bracket that a phrase begins with is closed."""
    depth = 0
    for i, c, plain in _characters(phrase):
        if plain:
            depth += (c == "(") - (c == ")")
            if depth == 0:
                return i
    raise ValueError(f"a bracket is open: {phrase}")


def _characters(piece: str) -> Iterator[tuple[int, str, bool]]:
    """(offset, character, whether it stands neither behind a backslash nor within square brackets)"""
    escaped = within = False
    for i, c in enumerate(piece):
        if escaped:
            escaped = False
            yield i, c, False
            continue
        escaped = c == "\\"
        within = c == "[" or (within and c != "]")
        yield i, c, not within and not escaped


def _split(piece: str) -> list[str]:
    """The alternatives of a piece, cut at the bars that stand in no bracket."""
    found, depth, begin = [], 0, 0
    for i, c, plain in _characters(piece):
        if plain:
            depth += (c == "(") - (c == ")")
            if c == "|" and depth == 0:
                found.append(piece[begin:i])
                begin = i + 1
    return [part for part in (*found, piece[begin:]) if part]


def alternatives(block: str) -> list[str]:
    """All phrases of a block, without its comments; a line that ends in a backslash goes on in the next."""
    lines = (line.strip() for line in re.sub(r"\\\n\s*", "", block).splitlines())
    return [phrase for line in lines if line and not line.startswith("# ") for phrase in _split(line)]


@cache
def _alone() -> re.Pattern[str]:
    groups = [f"(?P<{kind}>{'|'.join(alternatives(block))})" for kind, block in cues.ALONE.items()]
    return re.compile(rf"[\W_]*(?:{'|'.join(groups)})[\W_]*(?:\(?\d*\)?)[\W_]*")


@cache
def _entries() -> re.Pattern[str]:
    longest_first = sorted(alternatives(cues.ENTRIES), key=len, reverse=True)
    return re.compile(rf"{_EDGE}(?:{'|'.join(longest_first)})(?![^\W_])")
