"""Judgements about concepts, what the machine made of these, and what they are with judgements applied."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kb.model import ConceptRecord, Judgement, Link, NameLink, RememberedConcept
from kb.store.rows import Row, dump
from kb.store.writing import Writing, label_rows

_COPIED = ("concept", "label", "name_link", "link")  # tables of which the machine's rows are kept as a whole
_KEPT = (*(f"machine_{table}" for table in _COPIED), "machine_mention")
_MENTION = "number, concept, article, passage, start, end, surface, quote, score"

Name = tuple[str, str]


class Judging(Writing):
    """The verbs for judgements. A base has their tables from the first judgement on."""

    # --- reading

    def judgements(self) -> list[Judgement]:
        if not self._has("judgement"):
            return []
        return [
            _judgement(row)
            for row in self._rows(
                "SELECT number, time, user, kind, concept, names, keys, other, family, comment, undoes "
                "FROM judgement ORDER BY number"
            )
        ]

    def machine_names(self) -> dict[str, tuple[Name, ...]]:
        concept, label = (self._machine(table) for table in ("concept", "label"))
        with self.snapshot():
            rows = self._rows(f"SELECT id, names FROM {concept} ORDER BY number")
            packed = json.loads(f"[{','.join(names for _, names in rows)}]")  # at once: in a third of the time
            found = {id: tuple(map(tuple, names)) for (id, _), names in zip(rows, packed, strict=True)}
            # Labels in a language of which no term is known; `names` is compact JSON.
            for id, *name in self._rows(
                f"""SELECT c.id, l.base, l.key FROM {label} l JOIN {concept} c ON c.number = l.concept
                    WHERE l.count IS NOT NULL AND instr(c.names, '["' || l.base || '",') = 0 ORDER BY l.number"""
            ):
                found[id] = tuple(dict.fromkeys([*found[id], (name[0], name[1])]))
        return {id: names or (("", id),) for id, names in found.items()}

    def machine_concept(self, id: str) -> tuple[ConceptRecord, list[NameLink]]:
        return self._concept_record(id, prefix="machine_"), self._name_links(id, prefix="machine_")

    def machine_links(self, ids: Iterable[str]) -> list[Link]:
        numbers = dump([self._number("machine_concept", id) for id in ids])
        rows = self._rows(
            """SELECT a.id, b.id, l.kind, l.score, l.method, l.evidence FROM (
                   SELECT rowid FROM machine_link WHERE a IN (SELECT value FROM json_each(:numbers)) UNION
                   SELECT rowid FROM machine_link WHERE b IN (SELECT value FROM json_each(:numbers))
               ) own JOIN machine_link l ON l.rowid = own.rowid
               JOIN machine_concept a ON a.number = l.a JOIN machine_concept b ON b.number = l.b
               ORDER BY a.id, b.id, l.kind, l.method""",
            {"numbers": numbers},
        )
        return [Link(a, b, kind, score, method, tuple(json.loads(found))) for a, b, kind, score, method, found in rows]

    def machine_ids(self) -> list[str]:
        return [id for (id,) in self._rows(f"SELECT id FROM {self._machine('concept')} ORDER BY number")]

    def name_scores(self, names: Iterable[Name]) -> dict[Name, float]:
        if not self._has("name_score"):
            return {}
        rows = self._rows(
            "SELECT s.language, s.key, s.score FROM json_each(?) w "
            "JOIN name_score s ON s.language = w.value ->> 0 AND s.key = w.value ->> 1",
            (dump(list(names)),),
        )
        return {(language, key): score for language, key, score in rows}

    def names_in(self, passages: Iterable[str]) -> dict[str, set[tuple[str, int]]]:
        found: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        for passage, id, name in self._rows(
            """SELECT DISTINCT p.id, c.id, m.name FROM json_each(?) w JOIN passage p ON p.id = w.value
               JOIN machine_mention m ON m.passage = p.number JOIN machine_concept c ON c.number = m.concept""",
            (dump(sorted(passages)),),
        ):
            found[passage].add((id, name))
        return found

    # --- writing

    def add_judgement(self, judgement: Judgement) -> Judgement:
        self._write()
        self._make_tables()
        j = judgement
        number = int(self._rows("SELECT coalesce(max(number), 0) + 1 FROM judgement")[0][0])
        other = None if j.other is None else pack_concept(j.other)
        self._run(
            "INSERT INTO judgement (number, time, user, kind, concept, names, keys, other, family, comment, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, j.time, j.user, j.kind, pack_concept(j.concept), dump(j.names), dump(j.keys)),
                *(other, j.family, j.comment, j.undoes),
            ),
        )
        return replace(j, number=number)

    def save_name_scores(self, scores: Mapping[Name, float]) -> None:
        self._write()
        self._make_tables()
        self._run("DELETE FROM name_score")
        self._many("INSERT INTO name_score VALUES (?, ?, ?)", ((*name, scores[name]) for name in sorted(scores)))

    def keep_machine(self) -> None:
        self._write()
        self._make_tables()
        if self._rows("SELECT 1 FROM machine_concept LIMIT 1"):
            return
        for table in _COPIED:
            self._run(f"INSERT INTO machine_{table} SELECT * FROM {table} ORDER BY rowid")

    def hold_mentions(self, id: str, name_of: Callable[[str, str], int]) -> None:
        self._write()
        number = self._number("machine_concept", id)
        if self._rows("SELECT 1 FROM machine_mention WHERE concept = ? LIMIT 1", (number,)):
            return
        own = f"""SELECT {", ".join(f"m.{c}" for c in _MENTION.split(", "))}, coalesce(p.base, a.base) AS base
                  FROM mention m JOIN article a ON a.number = m.article LEFT JOIN passage p ON p.number = m.passage
                  WHERE m.concept = ? AND m.number NOT IN (SELECT number FROM machine_mention)"""
        surfaces = self._rows(f"SELECT DISTINCT base, surface FROM ({own}) ORDER BY base, surface", (number,))
        names = dump([[base, surface, name_of(base, surface)] for base, surface in surfaces])
        self._run(
            f"""WITH form (base, surface, name) AS MATERIALIZED (
                    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)
                )
                INSERT INTO machine_mention
                SELECT {", ".join(f"o.{c}" for c in _MENTION.split(", "))}, f.name
                FROM ({own}) o JOIN form f ON f.base = o.base AND f.surface = o.surface ORDER BY o.number""",
            (names, number),
        )

    def place_mentions(self, id: str, name: int, before: str | None, after: str | None, score: float | None) -> None:
        self._write()
        values = {"machine": self._number("machine_concept", id), "name": name, "score": score}
        held = "SELECT number FROM machine_mention WHERE concept = :machine AND name = :name"
        if after is None:
            self._run(f"DELETE FROM mention WHERE number IN ({held})", {k: values[k] for k in ("machine", "name")})
            return
        values["concept"] = self._number("concept", after)
        if before is None:
            self._run(
                f"""INSERT INTO mention ({_MENTION})
                    SELECT number, :concept, article, passage, start, end, surface, quote, coalesce(:score, score)
                    FROM machine_mention WHERE concept = :machine AND name = :name""",
                values,
            )
        else:
            # Where only the score changes no index has to.
            concept = "" if before == after else "concept = :concept,"
            if before == after:
                del values["concept"]
            self._run(
                f"""UPDATE mention SET {concept} score = coalesce(
                        :score, (SELECT score FROM machine_mention h WHERE h.number = mention.number))
                    WHERE number IN ({held})""",
                values,
            )

    def begin_concept(self, id: str) -> None:
        self._write()
        self._run(
            """INSERT INTO concept (number, id, type, salience, mentions, articles, names)
               SELECT coalesce((SELECT number FROM machine_concept WHERE id = :id), max(
                   (SELECT coalesce(max(number), 0) FROM concept),
                   (SELECT coalesce(max(number), 0) FROM machine_concept)) + 1), :id, NULL, 0, 0, 0, '[]'
               WHERE NOT EXISTS (SELECT 1 FROM concept WHERE id = :id)""",
            {"id": id},
        )

    def count_mentions(self, id: str) -> tuple[int, int]:
        self._write()
        self._count_mentions(self._number("concept", id))
        mentions, articles = self._rows(
            "SELECT count(*), count(DISTINCT article) FROM mention WHERE concept = ?", (self._number("concept", id),)
        )[0]
        return int(mentions), int(articles)

    def save_concept(self, record: ConceptRecord, name_links: Sequence[NameLink]) -> None:
        self._write()
        c = record.concept
        number = self._number("concept", c.id)
        self._run(
            "UPDATE concept SET type = ?, salience = ?, mentions = ?, articles = ?, scheme = ?, definition = ?, "
            "names = ? WHERE number = ?",
            (c.type, c.salience, c.mentions, c.articles, record.scheme, record.definition, dump(record.names), number),
        )
        for table in ("label", "name_link"):
            self._run(f"DELETE FROM {table} WHERE concept = ?", (number,))
        self._put_labels(number, label_rows(record))
        self._many(
            "INSERT INTO name_link VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, *n.a, *n.b, n.score, n.method, n.evidence) for n in name_links),
        )

    def drop_concept(self, id: str) -> None:
        self._write()
        self._run("DELETE FROM concept WHERE id = ?", (id,))

    def save_links(self, ids: Iterable[str], links: Iterable[Link]) -> None:
        self._write()
        numbers = self._numbers("concept")
        own = dump([numbers[id] for id in ids])
        for end in ("a", "b"):
            self._run(f"DELETE FROM link WHERE {end} IN (SELECT value FROM json_each(?))", (own,))
        self._put_links(links, numbers)

    # --- the tables

    def _make_tables(self) -> None:
        if not (self._has("judgement") and self._has("machine_mention")):
            self._run(Path(__file__).with_name("judgements.sql").read_text(encoding="utf-8"))

    def _machine(self, table: str) -> str:
        """The table that has the machine's rows: those beside, where there are judgements."""
        kept = f"machine_{table}"
        held = self._has("machine_concept") and self._rows("SELECT 1 FROM machine_concept LIMIT 1")
        return kept if held else table

    def _forget_machine(self) -> None:
        for table in _KEPT:
            if self._has(table):
                self._run(f"DELETE FROM {table}")


def pack_concept(concept: RememberedConcept) -> str:
    """As JSON [id, name, [[base language, key], ...]]."""
    return dump([concept.id, concept.name, concept.names])


def unpack_concept(packed: str) -> RememberedConcept:
    id, name, names = json.loads(packed)
    return RememberedConcept(id, name, tuple((language, key) for language, key in names))


def _pairs(packed: str) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in json.loads(packed))


def _judgement(row: Row) -> Judgement:
    number, time, user, kind, concept, names, keys, other, family, comment, undoes = row
    return Judgement(
        *(number, time, user, kind, unpack_concept(concept), _pairs(names), _pairs(keys)),
        *(None if other is None else unpack_concept(other), family, comment, undoes),
    )
