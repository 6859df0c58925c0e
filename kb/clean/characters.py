"""Repairs of single characters: composed letters, invisible characters, white space, marks typed twice."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby

from kb.clean.fix import Fix
from kb.model import Edit

_ENDS = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
LINE_END = re.compile(f"\r\n|[{_ENDS}]")

# Without width and without meaning between the letters of running text. The joiners U+200C and U+200D have a meaning
# in Persian, Indic scripts and emoji, so they go only between letters that never join.
_NEVER_SEEN = "".join(
    (
        "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f",
        "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb",
    )
)
_MAY_BE_INVISIBLE = re.compile(f"[{_NEVER_SEEN}\u200c\u200d]")  # one class is quick to look for
_INVISIBLE = re.compile(
    f"[{_NEVER_SEEN}]+"
    "|(?<=[\\s!-\u024f\u1e00-\u1eff\u3000-\u9fff])[\u200c\u200d]+(?=[\\s!-\u024f\u1e00-\u1eff\u3000-\u9fff])"
)
_SPACE = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Several, or one that is no ordinary space, with something on both sides in the same line.
_SPACES = re.compile(f"[{_SPACE}](?<=[^{_SPACE}{_ENDS}].)(?:[{_SPACE}]++|(?<! ))(?=[^{_SPACE}{_ENDS}])")
_DOUBLED = re.compile(
    r"([,，、;；.。])(?<=[^\W_].)\1(?:(?<=[,，、;；])(?=[^\W_]|\s|$)|(?<=\.)(?=\s+[A-ZÀ-ÞĐƠƯ]|[ \u00a0\u202f]?[»”])"
    r"|(?<=。)(?!。))"
)

_SURROGATE = re.compile("[\ud800-\udfff]")

# No letter of any language has as many accents; Unicode's stream-safe text (UAX 15) allows the same. Putting them in
# order, as composing does, takes time that grows with their square.
_MOST_MARKS = 30
_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")


def piled_marks(text: str) -> list[Fix]:
    """Accents beyond the thirtieth on one letter."""
    fixes = []
    for match in _MARKS.finditer(text):
        for is_mark, run in groupby(range(*match.span()), lambda i: unicodedata.combining(text[i]) > 0):
            if is_mark and len(places := list(run)) > _MOST_MARKS:
                reason = f"{len(places)} accents on one letter"
                fixes.append(Fix("unicode", places[_MOST_MARKS], places[-1] + 1, "", reason))
    return fixes


def compose(text: str) -> list[Fix]:
    """Letters and their accents as one character each (NFC), told once a line."""
    if unicodedata.is_normalized("NFC", text):
        return []
    fixes = []
    reason = "letters and accents were separate characters (not NFC)"
    composed = cache(_compose)  # words come again and again
    for line in re.finditer(r"[^\r\n]+", text):
        if unicodedata.is_normalized("NFC", line.group()):
            continue
        edits: list[Edit] = []
        for match in re.finditer(r"\S+", line.group()):
            begin = line.start() + match.start()
            edits += [Edit(begin + at, begin + to, after) for at, to, after in composed(match.group())]
        if edits:
            at, to = edits[0].at, edits[-1].to
            fixes.append(Fix("unicode", at, to, unicodedata.normalize("NFC", text[at:to]), reason, tuple(edits)))
    return fixes


def _compose(word: str) -> list[Edit]:
    """An edit for every letter with its accents that NFC writes differently."""
    if unicodedata.is_normalized("NFC", word):
        return []
    edits, begin = [], 0
    for end in range(1, len(word) + 1):
        if end < len(word) and _joins(word[end]):
            continue
        cluster = word[begin:end]
        if (composed := unicodedata.normalize("NFC", cluster)) != cluster:
            edits.append(Edit(begin, end, composed))
        begin = end
    return edits


def _joins(character: str) -> bool:
    """Whether it may become one with the character before it; vowels and finals of decomposed Hangul do as well."""
    return unicodedata.category(character) in ("Mn", "Mc") or "\u1160" <= character <= "\u11ff"


def lone_halves(text: str) -> list[Fix]:
    """Halves of characters beyond U+FFFF, as UTF-16 has them: alone they are none, and no library takes them."""
    reason = "half of a character, without the other half"
    return [Fix("unicode", m.start(), m.end(), "\ufffd", reason) for m in _SURROGATE.finditer(text)]


def invisible(text: str) -> list[Fix]:
    """Control characters, zero-width spaces, byte order marks, soft hyphens, direction marks."""
    if not _MAY_BE_INVISIBLE.search(text):
        return []
    return [Fix("invisible", m.start(), m.end(), "", _named(m.group())) for m in _INVISIBLE.finditer(text)]


def _named(characters: str) -> str:
    names = dict.fromkeys(f"U+{ord(c):04X} {unicodedata.name(c, 'control character').lower()}" for c in characters)
    return "character without a shape: " + ", ".join(names)


def spaces(text: str) -> list[Fix]:
    """One ordinary space for every run of spaces within a line. Those around a line are layout, not text."""
    fixes = []
    for match in _SPACES.finditer(text):
        at, to = match.span()
        reason = "several spaces" if to - at > 1 else f"a space of another kind (U+{ord(match.group()):04X})"
        fixes.append(Fix("spaces", at, to, " ", reason))
    return fixes


def punctuation(text: str) -> list[Fix]:
    """A comma, semicolon or full stop typed twice. Three full stops and repeated ! and ? may be meant."""
    return [Fix("punctuation", *m.span(), m[1], f"{m[1]} stands twice") for m in _DOUBLED.finditer(text)]
