"""Tables: csv with a column a field, jsonl with the records as the command line prints them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from kb.errors import UsageError
from kb.frames import columns
from kb.records import Records, plain

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

WHAT = ("concepts", "mentions", "pairs", "articles", "terms")

# A spreadsheet takes a cell that begins so for a formula: OWASP, "CSV Injection". With the wide forms, which East Asian
# settings take for the narrow ones.
_FORMULA = tuple("=+-@\t\r＝＋－＠")

# Between the forms of a name in one cell.
FORM_SEPARATOR = "; "


def rows_of(base: KnowledgeBase, what: str) -> Sequence[object]:
    match what:
        case "concepts":
            return base.concepts()
        case "mentions":
            return base.mentions()
        case "pairs":
            return base.pairs()
        case "articles":
            return base.articles()
        case "terms":
            return base.names()
    raise UsageError(f"cannot export '{what}'; there are: {', '.join(WHAT)}")


def write_jsonl(rows: Iterable[object], stream: TextIO) -> int:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (it is the answer)
        stream.write(json.dumps(plain(row), ensure_ascii=False) + "\n")
    return count


def write_csv(rows: Iterable[object], stream: TextIO) -> int:
    columns, table = columns_of(rows)
    write_table(columns, table, stream)
    return len(table)


def write_table(columns: Sequence[str], table: Iterable[dict[str, Any]], stream: TextIO) -> None:
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)


def columns_of(rows: Iterable[object]) -> tuple[list[str], list[dict[str, Any]]]:
    """Column names, and the cells of every row: the columns that pandas gets (see `kb.frames`), lists as text."""
    found = columns(Records(rows))
    names = [column.name for column in found]
    values = zip(*(column.values for column in found), strict=True)
    return names, [dict(zip(names, map(_text, row), strict=True)) for row in values]


def cited_columns(rows: Iterable[object], cited: Sequence[Sequence[object]]) -> tuple[list[str], list[dict[str, Any]]]:
    """The same with a column that says where each row stands."""
    columns, table = columns_of(rows)
    told = ("; ".join(map(str, citations)) for citations in cited)
    return [*columns, "citation"], [{**row, "citation": where} for row, where in zip(table, told, strict=True)]


def _text(value: Any) -> Any:
    """Lists of words in one cell; whatever is more than that as JSON."""
    if value is None:
        return ""
    if not isinstance(value, list | dict):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return FORM_SEPARATOR.join(value)
    return json.dumps(value, ensure_ascii=False)


def safe(cell: str | int) -> str | int:
    """A cell that is text to every spreadsheet: one that would be a formula gets the mark of a text before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \n").startswith(_FORMULA) else cell
