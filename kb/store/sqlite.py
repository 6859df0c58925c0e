"""The store in one SQLite file, through apsw. What it does by part:

connection.py  the file: made, opened, locked, its errors     rows.py   records in columns
writing.py     the writing verbs                              words.py  word search: index and queries
reading.py     the reading verbs                              here      soundness, and all of it together
judging.py     both, for what people decide of concepts
packing.py     both, for hand-outs
repairing.py   both, for repairs and what people decided of them
"""

from __future__ import annotations

import json

from kb.errors import StoreError
from kb.repairs import ACCEPT, KINDS, MADE, NOT_FOUND, OFFERED, UNDO, held, known_of
from kb.store.reading import MENTIONS_BY_LANGUAGE
from kb.store.repairing import Repairing


class SqliteStore(Repairing):
    """A Store (see base.py) in one file."""

    def check(self) -> list[str]:
        faults: list[str] = []
        # Each part on its own: a damaged page must not hide what the others would find.
        parts = (self._damage, self._orphans, self._search_rows, self._vectorless, self._quotes, self._unplaced)
        for part in (*parts, self._counts, self._matrix, self._repairs, self._repair_decisions):
            try:
                faults += part()
            except StoreError as error:
                faults.append(str(error))
        return list(dict.fromkeys(faults))

    def _damage(self) -> list[str]:
        """Of pages, indexes, constraints, and of the inside of the search index."""
        return [f"damage: {row[0]}" for row in self._rows("PRAGMA integrity_check") if row[0] != "ok"]

    def _orphans(self) -> list[str]:
        rows = self._rows(
            'SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent ORDER BY 1, 2'
        )
        return [f"{table}: {count} without {parent}" for table, parent, count in rows]

    def _search_rows(self) -> list[str]:
        faults = [
            f"passage {id}: no search row"
            for (id,) in self._rows("SELECT id FROM passage WHERE number NOT IN (SELECT rowid FROM search) ORDER BY id")
        ]
        extra = self._rows("SELECT count(*) FROM search WHERE rowid NOT IN (SELECT number FROM passage)")[0][0]
        return [*faults, f"search: {extra} without passage"] if extra else faults

    def _matrix(self) -> list[str]:
        packed = self.passage_matrix()
        if not packed or json.loads(packed["names"])["ids"] == self.passage_vectors(None)[0]:
            return []
        return ["search: its matrix is of other passages than there are"]

    def _counts(self) -> list[str]:
        if not self._has("mention_count"):
            return []
        wrong = self._rows(
            f"""SELECT DISTINCT c.id FROM (
                    SELECT * FROM (SELECT * FROM mention_count EXCEPT {MENTIONS_BY_LANGUAGE.format("")}) UNION ALL
                    SELECT * FROM ({MENTIONS_BY_LANGUAGE.format("")} EXCEPT SELECT * FROM mention_count)
                ) x JOIN concept c ON c.number = x.concept ORDER BY c.id"""
        )
        return [f"concept {id}: its mentions are counted wrongly" for (id,) in wrong]

    def _repairs(self) -> list[str]:
        """Repairs whose place in the raw text holds something else, and such as are not as a build was told to make
        them. Articles are read one at a time."""
        decisions, known = self.repair_decisions(), known_of(self.info())
        faults: list[str] = []
        for (article,) in self._rows("SELECT id FROM article ORDER BY id"):
            found = self.article_repairs(article)
            faults += [
                f"repair ({c.kind}) of {article} at {c.start}: before {c.before!r}, text {found.raw[c.start : c.end]!r}"
                for c in (*found.changes, *found.offers)
                if found.raw[c.start : c.end] != c.before
            ]
            own = [d for d in decisions if d.repair.article == article]
            for x in held(article, found.raw, found.changes, found.offers, own, known.get(article, ())) if own else ():
                if x.effect == NOT_FOUND and x.decision and x.state == (OFFERED if x.decision.kind == ACCEPT else MADE):
                    faults.append(f"repair {x.id} of {article} is {x.state} against decision {x.decision.number}")
        return faults

    def _repair_decisions(self) -> list[str]:
        """Decisions about repairs that undo none, or undo what undoes."""
        by_number = {d.number: d for d in self.repair_decisions()}
        return [
            f"decision {d.number} about repairs: undoes {d.undoes}"
            for d in by_number.values()
            if (d.kind == UNDO) != (d.undoes in by_number and by_number[d.undoes].kind in KINDS and d.undoes < d.number)
        ]

    def _vectorless(self) -> list[str]:
        """Only of a base that has a model: without one no passage has a vector."""
        rows = self._rows(
            """SELECT p.id FROM passage p LEFT JOIN vector v ON v.key = p.vector
               WHERE v.key IS NULL AND EXISTS (SELECT 1 FROM info WHERE key = 'model') ORDER BY p.id"""
        )
        return [f"passage {id}: no vector" for (id,) in rows]

    def _quotes(self) -> list[str]:
        """Mentions whose place in the raw text holds something else. Raw texts are read one at a time."""
        faults: list[str] = []
        for article, number in self._rows("SELECT id, number FROM article ORDER BY id"):
            raw = self.raw(article)
            faults += [
                f"mention of {concept} in {article} at {start}: quote {quote!r}, text {raw[start:end]!r}"
                for concept, start, end, quote in self._rows(
                    """SELECT c.id, m.start, m.end, coalesce(m.quote, m.surface)
                       FROM mention m LEFT JOIN concept c ON c.number = m.concept
                       WHERE m.article = ? ORDER BY m.start, c.id""",
                    (number,),
                )
                if raw[start:end] != quote
            ]
        return faults

    def _unplaced(self) -> list[str]:
        """Concepts that nothing in the texts speaks of, and mentions outside of every passage."""
        faults = [
            f"concept {id}: no mention"
            for (id,) in self._rows(
                "SELECT id FROM concept WHERE number NOT IN (SELECT concept FROM mention) ORDER BY id"
            )
        ]
        rows = self._rows(
            """SELECT c.id, a.id, m.start FROM mention m JOIN concept c ON c.number = m.concept
               JOIN article a ON a.number = m.article WHERE m.passage IS NULL ORDER BY a.id, m.start, c.id"""
        )
        return faults + [
            f"mention of {concept} in {article} at {start}: in no passage" for concept, article, start in rows
        ]
