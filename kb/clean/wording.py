"""What cleaning did, in few words: the reasons beside a line, told once for many changes; names for characters that
nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from kb.clean.explain import LEFT_OUT, Piece, Row
from kb.model import Change, CleanedArticle

_REASONS_LISTED = 3
_MOST_OF_IT = 0.6  # share of the longest reason that must be common, for the rest to go unsaid
_NAMED_RUN = re.compile(r"(.)\1*", re.DOTALL)
_NAMES = {"\t": "tab", "\x00": "zero byte"}

LINE_END = "↵"


class Group(NamedTuple):
    """Changes of one kind, and what their reasons have in common."""

    kind: str
    times: int
    reason: str


class Note(NamedTuple):
    """What stands beside a line: `times` changes or offers of one kind."""

    kind: str
    times: int
    reason: str
    offered: bool = False


def notes(row: Row) -> list[Note]:
    """For each kind of change and offer in a line, in the order of their first places."""
    found: dict[tuple[str, bool], list[Change]] = {}
    for piece in row.pieces:
        own = piece.changes[:1] if piece.kind == LEFT_OUT else piece.changes
        for offered, changes in ((False, own), (True, piece.offers)):
            for change in changes:
                same = found.setdefault((change.kind, offered), [])
                if change not in same:
                    same.append(change)
    return [
        Note(kind, len(changes), common_reason(c.reason for c in changes), offered)
        for (kind, offered), changes in found.items()
    ]


def places(piece: Piece) -> list[tuple[str, bool]]:
    """(kind, offered) of the notes that a piece belongs to."""
    own = piece.changes[:1] if piece.kind == LEFT_OUT else piece.changes
    return list(dict.fromkeys([*((c.kind, False) for c in own), *((c.kind, True) for c in piece.offers)]))


def within(*found: Row) -> str:
    """The repairs in lines that were then left out, in a few words; "" for none."""
    inner = [change for row in found for piece in row.pieces if piece.kind == LEFT_OUT for change in piece.changes[1:]]
    return ", ".join(f"{group.times} {group.kind}" for group in groups(inner))


def languages(article: CleanedArticle) -> list[str]:
    """The article's language, then others that blocks of its body are in, the most frequent first."""
    others = Counter(block.language for block in article.blocks if block.language)
    del others[article.language]
    return [article.language, *(tag for tag, _ in sorted(others.items(), key=lambda item: (-item[1], item[0])))]


def in_text(found: Iterable[Piece]) -> tuple[int, int]:
    """(characters of the raw text that the body has in some form, all of them), blanks left aside."""
    counts = [(bool(piece.after), sum(not c.isspace() for c in piece.before)) for piece in found]
    return sum(count for there, count in counts if there), sum(count for _, count in counts)


def groups(changes: Iterable[Change]) -> list[Group]:
    """By kind, the most frequent first."""
    by_kind: dict[str, list[str]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change.reason)
    found = [Group(kind, len(reasons), common_reason(reasons)) for kind, reasons in by_kind.items()]
    return sorted(found, key=lambda g: (-g.times, g.kind))


def common_reason(reasons: Iterable[str]) -> str:
    """One reason for several: how they all begin, where that is most of them, else the first few."""
    distinct = list(dict.fromkeys(reasons))
    if len(distinct) == 1:
        return distinct[0]
    first, last = min(distinct), max(distinct)
    shared = (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    begin = first[: next(shared, min(len(first), len(last)))]
    head = begin[: begin.rfind(": ") + 2] if ": " in begin else ""
    if any(reason[len(begin) : len(begin) + 1].isalnum() for reason in distinct):  # in the middle of a word
        begin = re.sub(r"\w*$", "", begin)
    begin = re.sub(r"\W*$", "", begin)
    if len(begin) > _MOST_OF_IT * max(map(len, distinct)):
        return f"{begin} …"
    more = "; …" if len(distinct) > _REASONS_LISTED else ""
    return head + "; ".join(reason.removeprefix(head) for reason in distinct[:_REASONS_LISTED]) + more


def alike(piece: Piece) -> str:
    """What to show of a repair that no eye sees: the text, or a mark for a line end that became a blank."""
    return LINE_END if re.search(r"[\n\r]", piece.before) and piece.after.isspace() else visible(piece.after)


def visible(text: str, spaces: bool = False) -> str:
    """The text on one line, with names for characters that cannot be seen or that a terminal would obey.

    White space becomes blanks, or with `spaces` has its name unless it is an ordinary blank. A mark that would sit on
    the character before the text gets a circle to sit on.
    """
    if not text:
        return ""
    if unicodedata.combining(text[0]):
        text = f"\u25cc{text}"
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NAMED_RUN.sub(lambda m: _shown(m[1], len(m[0]), spaces), text)


def _shown(character: str, times: int, spaces: bool) -> str:
    if character.isspace():
        if not spaces or character == " ":
            return " " * times
        if character == "\n":
            return LINE_END * times
    elif character in "\u200c\u200d" or not _is_shapeless(character):
        return character * times
    name = _NAMES.get(character) or unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"
    return f"‹{name}›" if times == 1 else f"‹{name} ×{times}›"


def _is_shapeless(character: str) -> bool:
    """Controls, formats, halves of pairs, and code points that no character has or will have."""
    code = ord(character)
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
