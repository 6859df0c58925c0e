"""Books (.epub) -> lines: the chapters in the order of the spine, each read as the page it is."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from kb.readers import html, xml
from kb.readers.archive import Archive
from kb.readers.document import Document, Part, assemble, facts, without_old_fonts

_CONTAINER = "META-INF/container.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_OBFUSCATED_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


def read(data: bytes) -> Document:
    """The book's text and metadata; its navigation page is left out, as it repeats the headings."""
    if not data.startswith(b"PK"):
        raise ValueError("not an EPUB (no zip archive)")
    archive = Archive(data, "EPUB")
    if _CONTAINER not in archive:
        raise ValueError("a zip archive, but not an EPUB (no META-INF/container.xml)")
    if _is_locked(archive):
        raise ValueError("the EPUB is protected against copying (DRM); it cannot be read")
    container = xml.parse(archive.read(_CONTAINER), _CONTAINER)
    package_name = next((str(e.get("full-path")) for e in container.iter("{*}rootfile") if e.get("full-path")), "")
    if package_name not in archive:
        raise ValueError("not a readable EPUB: its list of chapters is missing")
    package = xml.parse(archive.read(package_name), package_name)
    parts = [part for name in _spine(package, package_name) if name in archive for part in _chapter(archive, name)]
    parts, encoding = without_old_fonts(parts, "utf-8")
    text, _ = assemble(parts)
    if not text.strip():
        raise ValueError("the EPUB has no text (pictures of pages need OCR first)")
    return Document(text, encoding, _metadata(package))


def _chapter(archive: Archive, name: str) -> list[Part]:
    data = archive.read(name)
    return html.lines(data) if data.strip() else []


def _spine(package: Any, package_name: str) -> list[str]:
    """Names of the chapters' parts, in reading order, each once."""
    folder = posixpath.dirname(package_name)
    pages = {
        str(item.get("id")): posixpath.normpath(posixpath.join(folder, unquote(str(item.get("href")).split("#")[0])))
        for item in package.iter(f"{_OPF}item")
        if item.get("media-type") in _PAGES and "nav" not in str(item.get("properties") or "").split()
    }
    ids = [str(ref.get("idref")) for ref in package.iter(f"{_OPF}itemref")]
    return list(dict.fromkeys(pages[id] for id in ids if id in pages))


def _is_locked(archive: Archive) -> bool:
    """Whether more than fonts is encrypted."""
    if "META-INF/encryption.xml" not in archive:
        return False
    data = archive.read("META-INF/encryption.xml")
    methods = data.count(b"EncryptionMethod ")
    return methods > sum(data.count(name) for name in _OBFUSCATED_FONTS)


def _metadata(package: Any) -> dict[str, str]:
    return facts(
        title=xml.text_of(package, f"{xml.DC}title"),
        author=xml.text_of(package, f"{xml.DC}creator"),
        date=_published(package),
        declared_language=xml.text_of(package, f"{xml.DC}language"),
        publisher=xml.text_of(package, f"{xml.DC}publisher"),
    )


def _published(package: Any) -> str:
    """The book's date; of the several dates of EPUB 2 not those when its file was made or changed."""
    for date in package.iter(f"{xml.DC}date"):
        if date.get(f"{_OPF}event") in (None, "publication"):
            return str(date.text or "")
    return ""
