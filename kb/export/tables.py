"""Tables: csv with a column a field, jsonl with the records as the command line prints them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from kb.errors import UsageError
from kb.model import Concept
from kb.records import flat, plain

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

WHAT = ("concepts", "mentions", "pairs", "articles", "terms")

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
    """Column names, and the cells of every row. Concepts get two columns a language (preferred name, other forms);
    fields of inner records and what is counted by language or article get columns of their own."""
    table = [_concept_cells(row) if isinstance(row, Concept) else _cells(row) for row in rows]
    columns = list(dict.fromkeys(column for row in table for column in row))
    # Languages in one order, whichever row comes first.
    return [c for c in columns if ":" not in c] + sorted(c for c in columns if ":" in c), table


def _cells(record: object) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, value in flat(record).items():
        if isinstance(value, dict):
            cells |= {f"{name}:{key}": _text(inner) for key, inner in value.items()}
        else:
            cells[name] = _text(value)
    return cells


def _text(value: Any) -> Any:
    """Lists of words in one cell; whatever is more than that as JSON."""
    if not isinstance(value, list | dict):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return FORM_SEPARATOR.join(value)
    return json.dumps(value, ensure_ascii=False)


def _concept_cells(concept: Concept) -> dict[str, Any]:
    cells = {key: value for key, value in flat(concept).items() if key != "labels"}
    for tag, labels in concept.labels.items():
        cells[f"{tag}:name"] = labels[0] if labels else ""
        cells[f"{tag}:other"] = FORM_SEPARATOR.join(labels[1:])
    return cells
