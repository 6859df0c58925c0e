"""UTF-8 that was read as Windows-1252 or the like: `khÃ¡ch hÃ ng`, `expÃ©rience`, `ä½“éªŒ`. Found by ftfy."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from kb.clean.fix import Fix
from kb.model import Edit

# A lead byte of UTF-8 and a following one, as single-byte encodings show them. Only such lines are worth ftfy's look.
_LOOKS_WRONG = re.compile(
    "[\u00c2-\u00f4\u0100-\u0103\u0402-\u045f]"
    "[\x80-\xbf \u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122\u0400-\u045f]"
)
_SINGLE_BYTE = ("sloppy-windows-1252", "latin-1", "sloppy-windows-1250", "sloppy-windows-1251", "sloppy-windows-1254")

_LONGEST_COMPARED = 3_000  # characters of a line; comparing takes time that grows with their square


def utf8_read_as_latin(text: str) -> list[Fix]:
    """Lines that ftfy is sure of, each told as one fix; every restored character keeps the span of its own bytes."""
    if text.isascii():
        return []
    fixes = []
    for match in re.finditer(r"[^\r\n]+", text):
        line = match.group()
        if not _LOOKS_WRONG.search(line):
            continue
        fixed, codec = _fixed(line)
        if fixed != line:
            edits = _character_edits(line, fixed, codec) or _differences(line, fixed)
            at, to = edits[0].at, edits[-1].to
            after = fixed[at : len(fixed) - (len(line) - to)]
            moved = tuple(Edit(match.start() + e.at, match.start() + e.to, e.after) for e in edits)
            reason = f"UTF-8 that was read as {codec.removeprefix('sloppy-') or 'another encoding'}"
            fixes.append(Fix("mojibake", match.start() + at, match.start() + to, after, reason, moved))
    return fixes


def _fixed(line: str) -> tuple[str, str]:
    """(line as it was meant, the encoding that it was read in: "" when there is more to it)."""
    import ftfy

    fixed, plan = ftfy.fix_encoding_and_explain(line)
    steps = [(step.action, step.parameter) for step in plan or []]
    simple = len(steps) == 2 and steps[0][0] == "encode" and steps[1] == ("decode", "utf-8")
    return fixed, steps[0][1] if simple and steps[0][1] in _SINGLE_BYTE else ""


def _character_edits(line: str, fixed: str, codec: str) -> list[Edit]:
    """An edit for each restored character; nothing when the characters are not one byte each."""
    if not codec:
        return []
    data = line.encode(codec)
    if len(data) != len(line) or data.decode("utf-8", "replace") != fixed:
        return []
    edits, at = [], 0
    for character in fixed:
        to = at + len(character.encode("utf-8"))
        if line[at:to] != character:
            edits.append(Edit(at, to, character))
        at = to
    return edits


def _differences(line: str, fixed: str) -> list[Edit]:
    """Edits for the stretches that differ, where ftfy did more than read the whole line in another encoding."""
    if len(line) > _LONGEST_COMPARED:
        return [Edit(0, len(line), fixed)]
    matcher = SequenceMatcher(None, line, fixed, autojunk=False)
    return [Edit(a, b, fixed[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
