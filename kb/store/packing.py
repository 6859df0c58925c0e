"""Hand-outs in their tables: packs and what is in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kb.model import Pack, PackItem, RememberedSide
from kb.store.judging import Judging, pack_concept, unpack_concept
from kb.store.rows import Row, dump

_PACK = "number, title, note, language, user, made, changed, removed, version"
_ITEM = "number, concept, labels, sides, note, language, removed, version"


class Packing(Judging):
    """The verbs for packs. A base has their tables from the first pack on."""

    def packs(self) -> list[Pack]:
        if not self._has("pack"):
            return []
        rows = self._rows(
            f"""SELECT {_PACK}, (SELECT count(*) FROM pack_item i WHERE i.pack = p.number AND i.removed IS NULL)
                FROM pack p ORDER BY changed DESC, number DESC"""
        )
        return [Pack(*row) for row in rows]

    def pack(self, number: int) -> Pack:
        for pack in self.packs():
            if pack.number == number:
                return pack
        raise self._missing("pack", str(number))

    def pack_items(self, pack: int) -> list[PackItem]:
        if not self._has("pack"):
            return []
        return [
            _item(row)
            for row in self._rows(f"SELECT {_ITEM} FROM pack_item WHERE pack = ? ORDER BY place, number", (pack,))
        ]

    def save_pack(self, pack: Pack) -> Pack:
        self._write()
        if not self._has("pack_item"):
            self._run(Path(__file__).with_name("packs.sql").read_text(encoding="utf-8"))
        p = pack
        number = p.number or int(self._rows("SELECT coalesce(max(number), 0) + 1 FROM pack")[0][0])
        self._run(
            f"""INSERT INTO pack ({_PACK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET title = excluded.title, note = excluded.note,
                    language = excluded.language, changed = excluded.changed, removed = excluded.removed,
                    version = excluded.version""",
            (number, p.title, p.note, p.language, p.user, p.made, p.changed, p.removed, p.version),
        )
        return replace(p, number=number)

    def save_pack_item(self, pack: int, item: PackItem) -> PackItem:
        self._write()
        i = item
        if i.number:
            self._run(
                "UPDATE pack_item SET note = ?, language = ?, removed = ?, version = ? WHERE number = ? AND pack = ?",
                (i.note, i.language, i.removed, i.version, i.number, pack),
            )
            return i
        number, place = self._rows(
            """SELECT (SELECT coalesce(max(number), 0) + 1 FROM pack_item),
                      (SELECT coalesce(max(place), 0) + 1 FROM pack_item WHERE pack = ?)""",
            (pack,),
        )[0]
        concept = None if i.concept is None else pack_concept(i.concept)
        sides = [[s.article, s.title, s.language, s.start, s.end, s.text] for s in i.sides]
        self._run(
            "INSERT INTO pack_item (number, pack, place, concept, labels, sides, note, language, removed, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, pack, place, concept, dump(i.labels), dump(sides), i.note, i.language, i.removed, i.version),
        )
        return replace(i, number=int(number))

    def order_pack(self, pack: int, numbers: Sequence[int]) -> None:
        self._write()
        self._many(
            "UPDATE pack_item SET place = ? WHERE number = ? AND pack = ?",
            ((place, number, pack) for place, number in enumerate(numbers, 1)),
        )


def _item(row: Row) -> PackItem:
    number, concept, labels, sides, note, language, removed, version = row
    return PackItem(
        number,
        None if concept is None else unpack_concept(concept),
        tuple((tag, name) for tag, name in json.loads(labels)),
        tuple(RememberedSide(*side) for side in json.loads(sides)),
        *(note, language, removed, version),
    )
