"""Word documents (.docx) -> lines: paragraphs, list items, rows of tables, then notes, then page heads and feet.

Plain zip and XML: what python-docx adds is writing, and it reads neither notes nor text boxes. Tracked changes are read
as accepted. Numbers of lists are not in the file's text; every list item has the same mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kb.readers import xml
from kb.readers.archive import Archive
from kb.readers.document import Document, Part, assemble, facts, one_line, without_old_fonts

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LONG_CELL = 150


def read(data: bytes) -> Document:
    """The document's text and properties. ValueError with what the file is when it is no such document."""
    if problem := _not_docx(data):
        raise ValueError(problem)
    archive = Archive(data, "Word document")
    if "word/document.xml" not in archive:
        raise ValueError("a zip archive, but not a Word document (no word/document.xml)")
    parts = list(_lines(_root(archive, "word/document.xml")))
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        if name in archive:
            parts += _lines(_root(archive, name))
    edges: dict[str, None] = {}
    for name in archive.names:
        if re.fullmatch(r"word/(header|footer)\d*\.xml", name):
            edges |= {part.text: None for part in _lines(_root(archive, name))}
    if not any(part.text for part in parts):
        raise ValueError("the document has no text (pictures of pages need OCR first)")
    parts, encoding = without_old_fonts([*parts, *(Part(line, "navigation") for line in edges)], "utf-8")
    text, roles = assemble(parts)
    return Document(text, encoding, {**_properties(archive), **roles})


def _not_docx(data: bytes) -> str:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return "the document is protected by a password; save it without one"
        return "an old Word document (.doc) in spite of its name; save it as .docx"
    if data.startswith(b"PK\x03\x04"):
        return ""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<meta")):
        return "a web page in spite of its name; rename it to .html"
    for magic, what in ((b"{\\rtf", "an RTF document"), (b"%pdf-", "a PDF"), (b"<?xml", "an XML file")):
        if start.startswith(magic):
            return f"{what} in spite of its name; save it as .docx"
    return "not a Word document (no zip archive)"


def _root(archive: Archive, name: str) -> Any:
    # Documents of the strict standard differ in their names only.
    return xml.parse(archive.read(name).replace(_STRICT, _W[1:-1].encode()), name)


# --- lines ----------------------------------------------------------------------------------------------------------


def _lines(root: Any) -> Iterator[Part]:
    """Paragraphs and rows in their order; text boxes where they are anchored."""
    for element in _outermost(root):
        if element.tag == f"{_W}tbl":
            yield from _table(element)
        else:
            yield from _paragraph(element)


def _outermost(root: Any) -> Iterator[Any]:
    """Paragraphs and tables that are not inside others, in document order; depth is bounded by the XML parser."""
    stack = list(reversed(root))
    while stack:
        element = stack.pop()
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag != f"{_MC}Fallback":
            stack += reversed(element)


def _table(table: Any) -> Iterator[Part]:
    """A row of short cells is a line; cells with several paragraphs or long ones have their own lines."""
    for row in _children(table, "tr"):
        cells = [[part for inner in _outermost(cell) for part in _inner(inner)] for cell in _children(row, "tc")]
        if all(len(cell) <= 1 and all(len(part.text) <= _LONG_CELL for part in cell) for cell in cells):
            yield Part(" | ".join(cell[0].text for cell in cells if cell))
        else:
            yield from (part for cell in cells for part in cell)


def _inner(element: Any) -> Iterator[Part]:
    yield from _table(element) if element.tag == f"{_W}tbl" else _paragraph(element)


def _children(element: Any, name: str) -> Iterator[Any]:
    """Children with this name, also those inside content controls."""
    for child in element:
        if child.tag == _W + name:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _children(child, name)


def _paragraph(paragraph: Any) -> Iterator[Part]:
    boxes: list[Any] = []
    pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        name = str(element.tag).removeprefix(_W)
        if name == "t":
            pieces.append(element.text or "")
        elif name in ("tab", "ptab"):
            pieces.append("\t")
        elif name in ("br", "cr"):
            pieces.append("\n")
        elif name == "noBreakHyphen":
            pieces.append("\u2011")
        elif name == "txbxContent":
            boxes.append(element)
        elif name not in ("pPr", "rPr", "del", "moveFrom", "delText", "instrText", "rt", f"{_MC}Fallback"):
            stack += reversed(element)
    mark = "• " if paragraph.find(f"{_W}pPr/{_W}numPr") is not None else ""
    for line in "".join(pieces).split("\n"):
        if text := one_line(line):
            yield Part(mark + text)
            mark = ""
    for box in boxes:
        yield from (part for inner in _outermost(box) for part in _inner(inner))


def _properties(archive: Archive) -> dict[str, str]:
    """Without the days when the file was made and saved: neither tells when its text came out."""
    if "docProps/core.xml" not in archive:
        return {}
    try:
        core = xml.parse(archive.read("docProps/core.xml"), "docProps/core.xml")
    except ValueError:
        return {}
    return facts(
        title=xml.text_of(core, f"{xml.DC}title"),
        author=xml.text_of(core, f"{xml.DC}creator") or xml.text_of(core, f"{_CP}lastModifiedBy"),
        declared_language=xml.text_of(core, f"{xml.DC}language"),
    )
