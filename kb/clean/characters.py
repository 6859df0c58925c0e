"""Repairs of single characters: composed letters, invisible characters, white space, marks typed twice."""

from __future__ import annotations

import re
import unicodedata

from kb.clean.fix import Fix
from kb.model import Edit

LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# Without width and without meaning between the letters of running text. The joiners U+200C and U+200D have a meaning
# in Persian, Indic scripts and emoji, so they go only between letters that never join.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]+"
    "|(?<=[\\s!-\u024f\u1e00-\u1eff\u3000-\u9fff])[\u200c\u200d]+(?=[\\s!-\u024f\u1e00-\u1eff\u3000-\u9fff])"
)
_SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_DOUBLED = re.compile(
    r"(?<=[^\W_])(?:(?P<mark>[,，、;；])(?P=mark)(?=[^\W_]|\s|$)|(?P<stop>\.)\.(?=\s+[A-ZÀ-ÞĐƠƯ])|(?P<wide>。)。(?!。))"
)


def compose(text: str) -> list[Fix]:
    """Letters and their accents as one character each (NFC), told once a line."""
    if unicodedata.is_normalized("NFC", text):
        return []
    fixes = []
    for line in re.finditer(r"[^\r\n]+", text):
        if unicodedata.is_normalized("NFC", line.group()):
            continue
        edits = [
            edit
            for word in re.finditer(r"\S+", line.group())
            for edit in _compose(word.group(), line.start() + word.start())
        ]
        if edits:
            at, to = edits[0].at, edits[-1].to
            after = unicodedata.normalize("NFC", text[at:to])
            fixes.append(
                Fix("unicode", at, to, after, "letters and accents were separate characters (not NFC)", tuple(edits))
            )
    return fixes


def _compose(word: str, at: int) -> list[Edit]:
    """An edit for every letter with its accents that NFC writes differently."""
    if unicodedata.is_normalized("NFC", word):
        return []
    edits, begin = [], 0
    for end in range(1, len(word) + 1):
        if end < len(word) and _joins(word[end]):
            continue
        cluster = word[begin:end]
        if (composed := unicodedata.normalize("NFC", cluster)) != cluster:
            edits.append(Edit(at + begin, at + end, composed))
        begin = end
    return edits


def _joins(character: str) -> bool:
    """Whether it may become one with the character before it; vowels and finals of decomposed Hangul do as well."""
    return unicodedata.category(character) in ("Mn", "Mc") or "\u1160" <= character <= "\u11ff"


def invisible(text: str) -> list[Fix]:
    """Control characters, zero-width spaces, byte order marks, soft hyphens, direction marks."""
    return [Fix("invisible", m.start(), m.end(), "", _named(m.group())) for m in _INVISIBLE.finditer(text)]


def _named(characters: str) -> str:
    names = dict.fromkeys(f"U+{ord(c):04X} {unicodedata.name(c, 'control character').lower()}" for c in characters)
    return "character without a shape: " + ", ".join(names)


def spaces(text: str) -> list[Fix]:
    """One ordinary space for every run of spaces within a line. Those around a line are layout, not text."""
    fixes = []
    for match in _SPACES.finditer(text):
        at, to = match.span()
        found = match.group()
        inside = at > 0 and to < len(text) and not LINE_END.match(text[at - 1]) and not LINE_END.match(text[to])
        if found != " " and inside:
            reason = "several spaces" if len(found) > 1 else f"a space of another kind (U+{ord(found):04X})"
            fixes.append(Fix("spaces", at, to, " ", reason))
    return fixes


def punctuation(text: str) -> list[Fix]:
    """A comma, semicolon or full stop typed twice. Three full stops and repeated ! and ? may be meant."""
    fixes = []
    for match in _DOUBLED.finditer(text):
        mark = match["mark"] or match["stop"] or match["wide"]
        fixes.append(Fix("punctuation", *match.span(), mark, f"{mark} stands twice"))
    return fixes
