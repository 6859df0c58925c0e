"""Files -> raw articles: which files are articles, and what their bytes say.

Of text and Markdown, `RawArticle.raw` is what the bytes decode to: no newline is translated and nothing is cleaned, so
that offsets into it can be found again in the file. Of pages and documents it is the text that their reader takes out
of them (`kb.readers`, loaded when a file needs it), a block a line.

`RawArticle.encoding` is a Python codec, or the name of an old Vietnamese encoding: "tcvn3", "vni", "viscii" of bytes,
"utf-8+tcvn3" and the like of text whose Vietnamese letters are another alphabet's, as pages for old fonts have them.
`raw` is then what was meant. A declaration in the file that its bytes contradict is overruled: metadata have it as
`declared_encoding`, and why it was not believed as `encoding_note`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from kb.clean.decode import decode_declared
from kb.clean.markup import front_matter
from kb.errors import UnreadableError
from kb.model import RawArticle
from kb.readers.document import Document

# Suffix -> the module of kb.readers that reads such files; the others are text.
_READERS = {".html": "html", ".htm": "html", ".xhtml": "html", ".docx": "docx", ".pdf": "pdf", ".epub": "epub"}
ARTICLE_SUFFIXES = (".txt", ".md", *_READERS)

# Documents that no reader is here for. In a folder they are told of, since somebody means them to be read.
UNREAD_DOCUMENTS = frozenset((".doc", ".odt", ".rtf"))

# Files that lie beside articles and are never tried as text. Any other suffix is tried when its path is given.
OTHER_SUFFIXES = frozenset(
    ".7z .avif .bmp .bz2 .css .csv .db .doc .gif .gz .ico .ini .jpeg .jpg .js .json .jsonl .mp3 .mp4 .odt .png .ppt"
    " .pptx .py .rar .rdf .rtf .sqlite .svg .tar .tbx .tif .tiff .tmx .toml .tsv .ttl .webm .webp .xls .xlsx .xml .xz"
    " .yaml .yml .zip".split()
)

# The text is what counts: a file with pictures and fonts in it may be this many times as large.
_CONTAINERS = frozenset((".docx", ".pdf", ".epub"))
_CONTAINER_FACTOR = 20

# What front matter calls the facts that an article is cited by, the surest name first after our own.
_CALLED = {"origin": ("source", "url", "link", "permalink"), "author": ("authors", "by", "byline")}

DEFAULT_MAX_BYTES = 5_000_000

_SAMPLE = 20_000  # characters that tell a declared language from a template's
_VIETNAMESE = re.compile("[đĐơƠưƯăĂ\u1ea0-\u1ef9]")
_LEAST_VIETNAMESE = 0.04  # share of letters; ordinary Vietnamese has 15 to 20 %
_FOREIGN_HAN = 0.1


class Found(NamedTuple):
    """A file to read, or a file or folder that cannot be read and why."""

    path: Path
    error: UnreadableError | None = None


class _Reader(Protocol):
    def read(self, data: bytes) -> Document: ...


def find_files(path: Path) -> list[Found]:
    """The articles at `path`: itself when it is a file, else all below it, sorted by path.

    Hidden files and folders and files that are not articles are passed over, unless `path` names them. Nothing is
    raised: what cannot be looked into is in the list with its error, so that the caller can set it aside and go on.
    """
    if not os.path.lexists(path):
        return [Found(path, UnreadableError(f"{path}: no such file or folder"))]
    if not path.is_dir():
        return [Found(path, _not_readable_kind(path))]
    found: list[Found] = []

    def set_aside(error: OSError) -> None:
        reason = f"{error.filename}: the folder cannot be listed ({error.strerror})"
        found.append(Found(Path(error.filename), UnreadableError(reason)))

    for folder, folders, names in os.walk(path, onerror=set_aside):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in (*ARTICLE_SUFFIXES, *UNREAD_DOCUMENTS):
                found.append(Found(Path(folder, name)))
    return sorted(found, key=lambda f: f.path.parts)


def read_article(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES, shown_path: str | None = None) -> RawArticle:
    """Read and decode one file. `max_bytes` is the largest size in bytes; `shown_path` is what the record calls it.

    Of documents with pictures in them `max_bytes` is the largest size of their text. Raises UnreadableError, with a
    reason on one line, for a file that is missing, not permitted, of another kind, too large, empty, binary, damaged,
    locked, without text, or in no known encoding.
    """
    shown = shown_path if shown_path is not None else path.as_posix()
    if wrong_kind := _not_readable_kind(path, shown):
        raise wrong_kind
    suffix = path.suffix.lower()
    data = _read_bytes(path, shown, max_bytes * _CONTAINER_FACTOR if suffix in _CONTAINERS else max_bytes)
    if not data.strip(b" \t\r\n\x0b\x0c\x00"):
        raise UnreadableError(f"{shown}: the file is empty")
    try:
        document = _document(data, suffix)
    except ValueError as error:
        raise UnreadableError(f"{shown}: {error}") from None
    if not document.text.strip("\ufeff\u200b \t\r\n\u3000\xa0"):
        raise UnreadableError(f"{shown}: the file holds only white space")
    if suffix in _CONTAINERS and (size := len(document.text.encode("utf-8", "replace"))) > max_bytes:
        raise UnreadableError(f"{shown}: its text, {_too_large(size, max_bytes)}")
    metadata = dict(document.metadata)
    if language := _believable(metadata.get("declared_language", ""), document.text):
        metadata["language"] = language
    return RawArticle(shown, document.text, document.encoding, hashlib.sha256(data).hexdigest(), metadata)


def _document(data: bytes, suffix: str) -> Document:
    if reader := _READERS.get(suffix):
        return cast(_Reader, import_module(f"kb.readers.{reader}")).read(data)
    decoded = decode_declared(data)
    metadata = _with_known_names(front_matter(decoded.text)[0]) if suffix == ".md" else {}
    if decoded.note:
        metadata |= {"declared_encoding": decoded.declared, "encoding_note": decoded.note}
    return Document(decoded.text, decoded.encoding, metadata)


def _with_known_names(facts: Mapping[str, str]) -> dict[str, str]:
    """Front matter with its origin and author under those names, whatever its writer called them; a list such as
    `[A, B]` as `A, B`."""
    named = dict(facts)
    for name, others in _CALLED.items():
        value = next((facts[key] for key in (name, *others) if key in facts), "")
        if value[:1] + value[-1:] == "[]":
            value = ", ".join(bare for item in value[1:-1].split(",") if (bare := item.strip().strip("\"'")))
        if value:
            named[name] = value
    return named


def _believable(declared: str, text: str) -> str:
    """A declared language whose script the text has; "" for others, which detection decides.

    Templates say `en` of pages in every language, and `zh` does not say which script.
    """
    tag = declared.replace("_", "-").strip()
    sample = text[:_SAMPLE]
    letters = sum(c.isalpha() for c in sample) or 1
    han = sum("\u3400" <= c <= "\u9fff" for c in sample) / letters
    vietnamese = len(_VIETNAMESE.findall(sample)) / letters
    if han > _FOREIGN_HAN or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        return ""
    base = tag.split("-")[0].lower()
    if base in ("en", "zh", "ja", "ko") or (base == "vi") != (vietnamese > _LEAST_VIETNAMESE):
        return ""
    return tag


def _not_readable_kind(path: Path, shown: str | None = None) -> UnreadableError | None:
    suffix = path.suffix.lower()
    if suffix in OTHER_SUFFIXES:
        return UnreadableError(f"{shown or path}: no reader for {suffix}; readable: {', '.join(ARTICLE_SUFFIXES)}")
    return None


def _read_bytes(path: Path, shown: str, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableError(f"{shown}: a folder, not a file")
        # Opening a pipe or a device would wait for ever.
        if path.exists() and not path.is_file():
            raise UnreadableError(f"{shown}: not a regular file")
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableError(f"{shown}: {_too_large(size, max_bytes)}")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{shown}: cannot be read ({error.strerror or error})") from None


def _too_large(size: int, limit: int) -> str:
    return f"{_megabytes(size)} is more than the limit of {_megabytes(limit)}; raise read.max_bytes in the recipe"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size} bytes"
