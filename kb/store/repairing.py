"""Repairs of the articles, and what people decided of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kb.model import Change, RememberedRepair, RepairDecision
from kb.store.base import ArticleRepairs
from kb.store.packing import Packing
from kb.store.rows import Row, dump


class Repairing(Packing):
    """The verbs for decisions about repairs. A base has their table from the first decision on."""

    def repair_decisions(self) -> list[RepairDecision]:
        if not self._has("repair_decision"):
            return []
        return [
            _decision(row)
            for row in self._rows(
                "SELECT number, time, user, kind, article, path, repair, comment, undoes "
                "FROM repair_decision ORDER BY number"
            )
        ]

    def add_repair_decision(self, decision: RepairDecision) -> RepairDecision:
        self._write()
        if not self._has("repair_decision"):
            self._run(Path(__file__).with_name("repairs.sql").read_text(encoding="utf-8"))
        d, r = decision, decision.repair
        number = int(self._rows("SELECT coalesce(max(number), 0) + 1 FROM repair_decision")[0][0])
        packed = dump([r.id, r.kind, r.start, r.end, r.before, r.after, r.reason, r.left, r.right])
        self._run(
            "INSERT INTO repair_decision (number, time, user, kind, article, path, repair, comment, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, d.time, d.user, d.kind, r.article, r.path, packed, d.comment, d.undoes),
        )
        return replace(d, number=number)

    def article_repairs(self, article: str) -> ArticleRepairs:
        rows = self._rows("SELECT id, path, language, raw, changes, offers FROM article WHERE id = ?", (article,))
        if not rows:
            raise self._missing("article", article)
        id, path, language, raw, changes, offers = rows[0]
        return ArticleRepairs(id, path, language, raw, _changes(changes), _changes(offers))

    def proposed_repairs(self, kinds: Iterable[str]) -> list[tuple[str, bool, Change]]:
        rows = self._rows(
            """SELECT a.id AS id, 0 AS made, o.value AS change FROM article a, json_each(a.offers) o
               UNION ALL
               SELECT a.id, 1, c.value FROM article a, json_each(a.changes) c
               WHERE c.value ->> 0 IN (SELECT value FROM json_each(?))""",
            (dump(list(kinds)),),
        )
        found = [(id, bool(made), Change(*json.loads(change))) for id, made, change in rows]
        return sorted(found, key=lambda x: (x[0], x[2].start, x[2].end, x[1], x[2].kind, x[2].after))


def _changes(packed: str) -> tuple[Change, ...]:
    return tuple(Change(*change) for change in json.loads(packed))


def _decision(row: Row) -> RepairDecision:
    number, time, user, kind, article, path, packed, comment, undoes = row
    id, *rest = json.loads(packed)
    return RepairDecision(number, time, user, kind, RememberedRepair(id, article, path, *rest), comment, undoes)
