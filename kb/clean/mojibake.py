"""UTF-8 that was read as Windows-1252 or the like: `khÃ¡ch hÃ ng`, `expÃ©rience`, `ä½“éªŒ`. Found by ftfy."""

from __future__ import annotations

import re

from kb.clean.fix import Fix
from kb.langs.folding import begin_alike
from kb.model import Edit

# A lead byte of UTF-8 and a following one, as single-byte encodings show them; a following A0 (no-break space) may have
# become an ordinary space. Only such lines are worth ftfy's look.
_NEXT = "\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122\u0400-\u045f"
_LOOKS_WRONG = re.compile(
    "[\u00c2-\u00f4\u0100-\u0103\u0111\u0402-\u045f]"
    f"(?:(?<!đ)[{_NEXT}]|(?<=[ÂÃÅÎÐÙĂ\u0402-\u045f]) |(?<=[âãăðđ]) [{_NEXT}])"
)
_SINGLE_BYTE = ("sloppy-windows-1252", "latin-1", "sloppy-windows-1250", "sloppy-windows-1251", "sloppy-windows-1254")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_ASCII_WORD = re.compile(r"[0-9A-Za-z]+")


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
    edits = []
    for run in _NOT_ASCII.finditer(line):
        at = run.start()
        for character in data[at : run.end()].decode("utf-8", "replace"):
            to = at + len(character.encode("utf-8"))
            edits.append(Edit(at, to, character))
            at = to
    return edits


def _differences(line: str, fixed: str) -> list[Edit]:
    """Edits for the stretches that differ, where ftfy did more than read the whole line in another encoding.

    Words in ASCII stay as they are; what lies between them is compared with its counterpart. Where the words are not
    the same it is one edit. (difflib takes time that grows with the cube of a hostile line's length.)
    """
    words, others = list(_ASCII_WORD.finditer(line)), list(_ASCII_WORD.finditer(fixed))
    if [m.group() for m in words] != [m.group() for m in others]:
        words = others = []
    edits = []
    at = there = 0
    for to, to_there, after, after_there in (
        *((m.start(), o.start(), m.end(), o.end()) for m, o in zip(words, others, strict=True)),
        (len(line), len(fixed), len(line), len(fixed)),
    ):
        if line[at:to] != fixed[there:to_there]:
            edits.append(_trimmed(line, at, to, fixed[there:to_there]))
        at, there = after, after_there
    return edits


def _trimmed(line: str, at: int, to: int, after: str) -> Edit:
    """The edit without what is the same at both ends."""
    same = begin_alike(line[at:to], after)
    at, after = at + same, after[same:]
    same = begin_alike(line[at:to][::-1], after[::-1])
    return Edit(at, to - same, after[: len(after) - same])
