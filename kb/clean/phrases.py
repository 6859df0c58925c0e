"""Finds the phrases of `kb.clean.cues` in a line: one regular expression a script, tried by its first letter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kb.clean import cues
from kb.langs.folding import has_han

_EDGE = r"(?<![^\W_])"  # before a phrase of an alphabet
_HEAD = 4  # characters of a phrase that are looked at first; the more, the fewer places are tried
_ROW = 16  # first letters that are told from the others together
_COUNT = re.compile(r"[?*+]|\{[\d,]+\}")


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
    """A look at what phrases begin with, by which most places are passed over at once; then those of that letter."""
    by_letter: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    looks = set()
    for kind, found in phrases.items():
        for phrase in found:
            heads = {head.pieces for head in _heads(phrase)}
            looks |= heads
            for letter in {head[0] if head else "" for head in heads}:
                by_letter[letter][kind].append(phrase)
    kinds: list[str] = []
    branches = {}
    for letter, by_kind in sorted(by_letter.items(), key=lambda item: (len(item[0]) != 1, item[0])):
        groups = []
        for kind, found in by_kind.items():
            kinds.append(kind)
            groups.append(f"({'|'.join(found)})")
        branches[letter] = f"(?={letter})(?:{'|'.join(groups)})"
    firsts, rows = list(branches), []
    for letters in (firsts[at : at + _ROW] for at in range(0, len(firsts), _ROW)):
        rows.append(f"(?={_any_of(letters)})(?:{'|'.join(branches[letter] for letter in letters)})")
    return Finder(re.compile(f"{'' if han else _EDGE}{_look(looks)}(?:{'|'.join(rows)})"), tuple(kinds))


def _look(heads: set[tuple[str, ...]]) -> str:
    """A look at each of the first characters, then at all of them together: most places end at the first."""
    if () in heads:
        return ""
    by_size: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
    for head in sorted(heads):
        by_size[len(head)].append(head)
    rows = ["".join(_any_of(column) for column in zip(*same, strict=True)) for same in by_size.values()]
    return f"(?={'|'.join(rows)})(?={trie(heads)})"


def _any_of(pieces: Iterable[str]) -> str:
    """An expression for one character that any of the pieces takes, and perhaps others."""
    inner = dict.fromkeys(piece[1:-1] if piece[0] == "[" else piece for piece in pieces)
    return "." if any(piece in (".", "") or piece[0] == "^" for piece in inner) else f"[{''.join(inner)}]"


def trie(entries: Iterable[Sequence[str]]) -> str:
    """A regular expression that matches the longest entry: common beginnings are tried once. An entry is a sequence of
    expressions for one character each."""
    children: dict[str, list[Sequence[str]]] = {}
    ends = False
    for entry in entries:
        if entry:
            children.setdefault(entry[0], []).append(entry[1:])
        else:
            ends = True
    if not children:
        return ""
    branches = [first + trie(rest) for first, rest in sorted(children.items())]
    if not ends and len(branches) == 1:
        return branches[0]
    return "(?:" + "|".join(branches) + ")" + ("?" if ends else "")


class _Head(NamedTuple):
    """What a phrase may begin with: expressions for one character each. `ends`: what follows in the phrase is next."""

    pieces: tuple[str, ...]
    ends: bool


def _heads(phrase: str) -> set[_Head]:
    """All that a phrase may begin with, at most `_HEAD` characters of each."""
    found: set[_Head] = set()
    begun = {_Head((), True)}
    for atom, count in _atoms(phrase):
        steps = {_Head((), True)}
        if atom.startswith("(?:"):
            steps = {head for part in _split(atom[3:-1]) for head in _heads(part)}
        elif not atom.startswith("(") and atom not in ("^", "$", r"\b"):
            steps = {_Head((one,), True) for one in _each(atom)}
        now = set(begun) if count[:1] in ("?", "*") or count.startswith("{0") else set()
        for head in begun:
            for step in steps:
                pieces = (head.pieces + step.pieces)[:_HEAD]
                goes_on = step.ends and len(pieces) < _HEAD and (count in ("", "?") or not step.pieces)
                (now if goes_on else found).add(_Head(pieces, goes_on))
        begun = now
    return found | begun


def _each(atom: str) -> list[str]:
    """The characters that stand in square brackets, if they are only listed; else the one or the class as it is."""
    if len(atom) == 1:
        return [atom if atom == "." else re.escape(atom)]
    listed = atom[0] == "[" and atom[1] != "^" and "-" not in atom and "\\" not in atom
    return [re.escape(c) for c in atom[1:-1]] if listed else [atom]


def _atoms(phrase: str) -> Iterator[tuple[str, str]]:
    """(bracket or character, how often it may stand: `?`, `*`, `{0,3}` or nothing)"""
    at = 0
    while at < len(phrase):
        to = at + 1
        if phrase[at] == "(":
            to = at + _closing(phrase[at:]) + 1
        elif phrase[at] == "[":
            to = next(i for i, c, _ in _characters(phrase) if i > at + 1 and c == "]" and phrase[i - 1] != "\\") + 1
        elif phrase[at] == "\\":
            to = at + 2
        count = _COUNT.match(phrase, to)
        yield phrase[at:to], count.group() if count else ""
        at = count.end() if count else to


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
