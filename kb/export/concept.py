"""What a base has of one concept, as files: where it stands, with citations, and its names and passages as a memory."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from kb.export.tables import cited_columns, safe, write_table
from kb.export.tmx import Unit, Variant, write_units
from kb.names import preferred_name
from kb.records import plain

if TYPE_CHECKING:
    from kb.answers import Citation
    from kb.model import Mention
    from kb.query import KnowledgeBase

MOST_MENTIONS = 2_000  # of one file, by article: a concept may have tens of thousands; to cite so many takes 2 s


def cited_mentions(base: KnowledgeBase, concept: str) -> list[tuple[Mention, Citation]]:
    """The first MOST_MENTIONS mentions of a concept (an id or a name), by article and offset, and where each stands."""
    found = base.mentions(concept=concept, limit=MOST_MENTIONS)
    return [(m, base.cite(m.article, m.start, m.end)) for m in found]


def as_values(mentions: Sequence[tuple[Mention, Citation]]) -> list[dict[str, Any]]:
    """A dict a mention, as `kb mentions --json --cite` prints it."""
    return [plain(mention) | {"citations": [plain(citation)]} for mention, citation in mentions]


def table(base: KnowledgeBase, concept: str) -> bytes:
    """Mentions as `kb mentions --csv --cite` prints them, for a spreadsheet: no cell is a formula."""
    found = cited_mentions(base, concept)
    columns, rows = cited_columns([m for m, _ in found], [(citation,) for _, citation in found])
    stream = StringIO()
    write_table(columns, ({name: safe(cell) for name, cell in row.items()} for row in rows), stream)
    return stream.getvalue().encode("utf-8-sig")  # by which spreadsheets know that it is UTF-8


def memory(base: KnowledgeBase, concept: str) -> bytes:
    """TMX: the names of the concept, and the aligned passages that mention it, those of the first MOST_MENTIONS."""
    record = base.concept_called(concept)
    units = []
    names = [Variant(tag, labels[0], {}) for tag, labels in sorted(record.labels.items()) if labels]
    if len(names) > 1:
        units.append(Unit("phrase", tuple(names), {"x-kind": "concept"}))
    starts: dict[str, list[int]] = {}
    for mention in base.mentions(concept=record.id, limit=MOST_MENTIONS):
        starts.setdefault(mention.article, []).append(mention.start)
    seen = set[str]()
    for article in sorted(starts):
        for pair in base.pairs(article=article, kind="parallel"):
            own = pair.a if pair.a.article == article else pair.b
            if pair.id not in seen and any(own.start <= start < own.end for start in starts[article]):
                seen.add(pair.id)
                sides = (Variant(q.language, q.text, {"x-source": str(base.cite(q.article, q.start, q.end))})
                         for q in (pair.a, pair.b))  # fmt: skip
                units.append(Unit("block", tuple(sides), {"x-kind": "passage", "x-pair": pair.id}))
    stream = StringIO()
    write_units(units, stream, {"x-concept": record.id, "x-title": preferred_name(record.labels)})
    return stream.getvalue().encode()
