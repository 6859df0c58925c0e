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
    part = Path(f"{output}.part")
    try:
        with part.open("w", encoding=encoding, errors="backslashreplace", newline="") as stream:
            yield stream
        os.replace(part, output)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror or error}; name another file with {option}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
