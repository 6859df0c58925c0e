"""A file that appears whole or not at all, or standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from kb.errors import UsageError


@contextmanager
def opened(output: str | None, encoding: str = "utf-8", *, option: str = "-o") -> Iterator[TextIO]:
    """The file `output` to write text to, or standard output for None.

    Raises UsageError when the file cannot be written, which names the `option` that gave it; whatever was there before
    is then still there.
    """
    if output is None:
        yield sys.stdout
        return
    with _part(output, option) as part:
        with part.open("w", encoding=encoding, errors="backslashreplace", newline="") as stream:
            yield stream
        os.replace(part, output)


def save_bytes(output: str, content: bytes, *, option: str) -> None:
    """As `opened`, of a file that is no text."""
    with _part(output, option) as part:
        part.write_bytes(content)
        os.replace(part, output)


@contextmanager
def _part(output: str, option: str) -> Iterator[Path]:
    """Where a file is written before it takes its name; gone afterwards."""
    part = Path(f"{output}.part")
    try:
        yield part
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror or error}; name another file with {option}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
