"""Tables: csv with a column a field, jsonl with the records as the command line prints them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from kb.errors import UsageError
from kb.model import Concept
from kb.records import flat, plain

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

WHAT = ("concepts", "mentions", "pairs", "articles", "terms")

# Between the forms of a name in one cell.
FORM_SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class TermRow:
    """One name of one concept."""

    concept: str
    type: str | None
    language: str
    term: str
    preferred: bool


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
            return [
                TermRow(concept.id, concept.type, tag, label, position == 0)
                for concept in base.concepts()
                for tag, labels in sorted(concept.labels.items())
                for position, label in enumerate(labels)
            ]
    raise UsageError(f"cannot export '{what}'; there are: {', '.join(WHAT)}")


def write_jsonl(rows: Iterable[object], what: str, stream: TextIO) -> int:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (it is the answer)
        stream.write(json.dumps(plain(row), ensure_ascii=False) + "\n")
    return count


def write_csv(rows: Iterable[object], what: str, stream: TextIO) -> int:
    """Concepts get two columns a language (preferred name, other forms); fields of inner records their own columns."""
    table = [_concept_cells(row) if isinstance(row, Concept) else flat(row) for row in rows]
    columns = list(dict.fromkeys(column for row in table for column in row))
    if what == "concepts":  # languages in one order, whichever concept comes first
        columns = [c for c in columns if ":" not in c] + sorted(c for c in columns if ":" in c)
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return len(table)


def _concept_cells(concept: Concept) -> dict[str, Any]:
    cells = {key: value for key, value in flat(concept).items() if key != "labels"}
    for tag, labels in concept.labels.items():
        cells[f"{tag}:name"] = labels[0] if labels else ""
        cells[f"{tag}:other"] = FORM_SEPARATOR.join(labels[1:])
    return cells
