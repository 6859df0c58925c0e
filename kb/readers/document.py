"""What a reader gives back, and what readers share. A reader raises ValueError with a reason in a few words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kb.clean.legacy_vietnamese import recover

# Titles that programs leave in a document's properties.
_NO_TITLE = re.compile(
    r"(microsoft \w+ - .*|untitled.*|document ?\d*|doc\d+|無標題|无标题|sans titre.*|không có tiêu đề.*|title|"
    r"(?:powerpoint )?presentation\d*|.*\.(?:docx?|pdf|indd|qxd|tex|rtf|odt|html?|pptx?))",
    re.IGNORECASE,
)
# Authors that are programs, or what a computer is called by when nobody is.
_NO_AUTHOR = re.compile(
    r"python-docx|docx4j|apache poi|openpyxl|pandoc|(?:microsoft )?office user|microsoft office|windows user|"
    r"utilisateur(?: windows)?|người dùng|user|admin|administrator|unknown|author",
    re.IGNORECASE,
)
# Not U+0085, nor a no-break space between the bytes of UTF-8 that was read as Latin-1: there they are letters' parts
# (者 is E8 80 85, à C3 A0), and what mends such text needs them.
_SPACES = re.compile(r"(?:[ \t\r\n\x0b\x0c\u2028\u2029]|(?<!\xc3)(?<![\xe0-\xf4][\x80-\xbf])\xa0(?![\x80-\x9f]))+")


@dataclass(frozen=True, slots=True)
class Document:
    """`text` has a block a line; `encoding` is how the characters were written in the file."""

    text: str
    encoding: str = "utf-8"
    metadata: Mapping[str, str] = field(default_factory=dict)


class Part(NamedTuple):
    """A line of a document. `role` is "" for the text itself, else what the page around it is: "navigation", ..."""

    text: str
    role: str = ""


def one_line(text: str) -> str:
    """White space of a page's source, of whatever kind and length, is one space."""
    return _SPACES.sub(" ", text).strip(" ")


def assemble(parts: Iterable[Part]) -> tuple[str, dict[str, str]]:
    """(text, metadata): the document's own lines first, then those around it.

    `metadata["furniture"]` tells the latter's roles, as "navigation 1203-1250; related 1251-1400" in offsets of `text`.
    """
    parts = [part for part in parts if part.text]
    ordered = [p for p in parts if not p.role] + [p for p in parts if p.role]
    spans: list[tuple[str, int, int]] = []
    at = 0
    for part in ordered:
        to = at + len(part.text)
        if part.role and spans and spans[-1][0] == part.role:
            spans[-1] = (part.role, spans[-1][1], to)
        elif part.role:
            spans.append((part.role, at, to))
        at = to + 1
    text = "".join(part.text + "\n" for part in ordered)
    told = "; ".join(f"{role} {start}-{end}" for role, start, end in spans)
    return text, {"furniture": told} if told else {}


def without_old_fonts(parts: list[Part], encoding: str) -> tuple[list[Part], str]:
    """Vietnamese in letters of old fonts, as it was meant; the encoding's name tells it."""
    found = recover("\n".join(part.text for part in parts))
    if not found:
        return parts, encoding
    texts = found[0].split("\n")
    return [Part(text, part.role) for text, part in zip(texts, parts, strict=True)], f"{encoding}+{found[1]}"


def facts(**values: str | None) -> dict[str, str]:
    """Metadata: those that are known, on one line each, without the titles and authors that programs make up."""
    known = {name: one_line(value)[:500] for name, value in values.items() if value and one_line(value)}
    if _NO_TITLE.fullmatch(known.get("title", "")):
        del known["title"]
    if _NO_AUTHOR.fullmatch(known.get("author", "")):
        del known["author"]
    return known
