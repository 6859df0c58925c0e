"""What a knowledge base knows, in formats that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

from kb.errors import NotFoundError, UsageError
from kb.export.output import opened
from kb.export.tables import WHAT, rows_of, write_csv, write_jsonl

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

__all__ = ["FORMATS", "WHAT", "export"]

# Format: (writer, encoding of a file). Excel takes a csv file for UTF-8 only when it begins with a byte order mark.
FORMATS: dict[str, tuple[Callable[[Iterable[object], TextIO], int], str]] = {
    "csv": (write_csv, "utf-8-sig"),
    "jsonl": (write_jsonl, "utf-8"),
}


def export(base: KnowledgeBase, format_: str, what: str, output: str | None) -> int:
    """Write `what` (one of WHAT) to the file `output`, or to standard output; how many rows there were.

    A file appears whole or not at all. Raises UsageError for an unknown format or a file that cannot be written.
    """
    if format_ not in FORMATS:
        raise UsageError(f"no format is called '{format_}'; there are: {', '.join(FORMATS)}")
    write, encoding = FORMATS[format_]
    rows = rows_of(base, what)
    if not rows:
        raise NotFoundError(f"this knowledge base holds no {what} to export")
    with opened(output, encoding) as stream:
        return write(rows, stream)
