"""Files -> raw articles: which files are articles, and what their bytes say.

A newline is never translated and nothing is cleaned here: `RawArticle.raw` is what the bytes decode to, so that offsets
into it can be found again in the file.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from kb.clean.decode import decode
from kb.clean.markup import front_matter
from kb.errors import UnreadableError
from kb.model import RawArticle

ARTICLE_SUFFIXES = (".txt", ".md")

# Files that lie beside articles and are never tried as text. Any other suffix is tried when its path is given.
OTHER_SUFFIXES = frozenset(
    ".7z .avif .bmp .bz2 .css .csv .db .doc .docx .epub .gif .gz .htm .html .ico .ini .jpeg .jpg .js .json .jsonl .mp3"
    " .mp4 .odt .pdf .png .ppt .pptx .py .rar .rdf .rtf .sqlite .svg .tar .tbx .tif .tiff .tmx .toml .tsv .ttl .webm"
    " .webp .xls .xlsx .xml .xz .yaml .yml .zip".split()
)

DEFAULT_MAX_BYTES = 5_000_000


class Found(NamedTuple):
    """A file to read, or a file or folder that cannot be read and why."""

    path: Path
    error: UnreadableError | None = None


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
            if not name.startswith(".") and Path(name).suffix.lower() in ARTICLE_SUFFIXES:
                found.append(Found(Path(folder, name)))
    return sorted(found, key=lambda f: f.path.parts)


def read_article(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES, shown_path: str | None = None) -> RawArticle:
    """Read and decode one file. `max_bytes` is the largest size in bytes; `shown_path` is what the record calls it.

    Raises UnreadableError, with a reason on one line, for a file that is missing, not permitted, of another kind, too
    large, empty, binary, or in no known encoding.
    """
    shown = shown_path if shown_path is not None else path.as_posix()
    if wrong_kind := _not_readable_kind(path, shown):
        raise wrong_kind
    data = _read_bytes(path, shown, max_bytes)
    if not data.strip(b" \t\r\n\x0b\x0c\x00"):
        raise UnreadableError(f"{shown}: the file is empty")
    try:
        text, encoding = decode(data)
    except ValueError as error:
        raise UnreadableError(f"{shown}: {error}") from None
    if not text.strip("\ufeff\u200b \t\r\n\u3000\xa0"):
        raise UnreadableError(f"{shown}: the file holds only white space")
    metadata = front_matter(text)[0] if path.suffix.lower() == ".md" else {}
    return RawArticle(shown, text, encoding, hashlib.sha256(data).hexdigest(), metadata)


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
            raise UnreadableError(
                f"{shown}: {_megabytes(size)} is more than the limit of {_megabytes(max_bytes)}; "
                "raise read.max_bytes in the recipe"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{shown}: cannot be read ({error.strerror or error})") from None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size} bytes"
