"""Hand-outs from pages: what forms change in them, and the files that they are saved as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kb import collect
from kb.answers import Handout
from kb.errors import ChangedError
from kb.export import concept as concept_files
from kb.export import handout as files
from kb.model import Concept
from kb.names import preferred_name
from kb.packs import LONGEST_NOTE, LONGEST_TITLE, MOVES, file_name, file_stem, places
from kb.query import KnowledgeBase
from kb.store import open_store
from kb.store.base import Store
from kb.web.asked import Asked

_NUMBER = 10**9 - 1


class Who(NamedTuple):
    """Who fills in a form, and the language of the pages that they see."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form: the pack that it was about, and where to go. `mine`: what could not be saved since
    somebody else has saved something meanwhile, by the name of its field."""

    pack: int
    place: str  # on the page that the form was on
    mine: Mapping[str, str] | None = None


def change(path: Path, asked: Asked, who: Who) -> Outcome:
    """Do what a form asks for, in one transaction."""
    action = asked.choice("action", ACTIONS, "add")
    store = open_store(path, write=True)
    try:
        return ACTIONS[action](store, asked, who)
    except ChangedError:
        fields = {name: asked.text(name, longest=LONGEST_NOTE) for name in ("title", "note", "item")}
        return Outcome(_pack(asked), f"#i{fields['item']}" if fields["item"] else "#about", fields)
    finally:
        store.close()


def _pack(asked: Asked) -> int:
    return asked.number("pack", default=0, least=1, most=_NUMBER)


def _item(asked: Asked) -> int:
    return asked.number("item", default=0, least=1, most=_NUMBER)


def _begin(store: Store, asked: Asked, who: Who) -> Outcome:
    title = asked.text("title", longest=LONGEST_TITLE)
    return Outcome(collect.begin(store, title, language=who.language, user=who.name).number, "")


def _add(store: Store, asked: Asked, who: Who) -> Outcome:
    """To the pack that is chosen, or, where a title is given, to a new one."""
    title = asked.text("title", longest=LONGEST_TITLE)
    chosen = None if title or not asked.text("pack") else _pack(asked)
    # One form has a button a row; what a button stands for, and the row to go back to, is in its value.
    concept, hit = asked.text("concept"), asked.text("hit", longest=2000)
    given, _, row = (hit or asked.text("sides", longest=2000)).rpartition("#")
    if not (row.isascii() and row.isalnum()):
        given, row = f"{given}#{row}".lstrip("#"), ""
    pack, _ = collect.add(
        store,
        chosen,
        concept=concept,
        places=() if concept else places(given.split("|")),
        translations=bool(hit),
        title=title,
        language=who.language,
        user=who.name,
    )
    return Outcome(pack.number, f"#{row}" if row else "")


def _describe(store: Store, asked: Asked, who: Who) -> Outcome:
    number = _pack(asked)
    title, note = (asked.text(name, longest=LONGEST_NOTE) for name in ("title", "note"))
    collect.describe(store, number, title, note, _version(asked), language=who.language)
    return Outcome(number, "#about")


def _remark(store: Store, asked: Asked, who: Who) -> Outcome:
    number, item = _pack(asked), _item(asked)
    collect.remark(
        store, number, item, asked.text("note", longest=LONGEST_NOTE), _version(asked), language=who.language
    )
    return Outcome(number, f"#i{item}")


def _version(asked: Asked) -> int:
    return asked.number("version", default=0, least=1, most=_NUMBER)


def _move(store: Store, asked: Asked, who: Who, *, where: str) -> Outcome:
    number, item = _pack(asked), _item(asked)
    collect.move(store, number, item, where)
    return Outcome(number, f"#{where}-{item}")  # the same button has the focus again


def _take_out(store: Store, asked: Asked, who: Who, *, out: bool) -> Outcome:
    number, item = _pack(asked), _item(asked)
    collect.take_out(store, number, item, out=out)
    return Outcome(number, "#out" if out else f"#i{item}")


def _remove(store: Store, asked: Asked, who: Who, *, out: bool) -> Outcome:
    number = _pack(asked)
    collect.remove(store, number, out=out)
    return Outcome(number, "")


ACTIONS: Mapping[str, Callable[[Store, Asked, Who], Outcome]] = {
    "begin": _begin,
    "add": _add,
    "describe": _describe,
    "remark": _remark,
    **{where: partial(_move, where=where) for where in MOVES},
    "take-out": partial(_take_out, out=True),
    "put-back": partial(_take_out, out=False),
    "remove": partial(_remove, out=True),
    "restore": partial(_remove, out=False),
}


# --- files ------------------------------------------------------------------------------------------------------------

TYPES = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "tmx": "application/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "anki.csv": "text/csv; charset=utf-8",
}


CONCEPT_FILES: Mapping[str, Callable[[KnowledgeBase, str], bytes]] = {
    "csv": concept_files.table,
    "tmx": concept_files.memory,
}


@dataclass(frozen=True, slots=True)
class Download:
    content: bytes
    type: str
    name: str


def concept_file(base: KnowledgeBase, concept: Concept, ending: str) -> Download:
    """What the base has of a concept as a file; `ending`: one of CONCEPT_FILES."""
    return Download(CONCEPT_FILES[ending](base, concept.id), TYPES[ending], concept_file_name(concept, ending))


def concept_file_name(concept: Concept, ending: str) -> str:
    return f"{file_stem(preferred_name(concept.labels)) or 'concept'}.{ending}"


def download(found: Handout, asked: Asked, ending: str, words: files.Wording) -> Download:
    """A pack as a file, in the words of the visitor's language. `front`: the language of the fronts of cards."""
    name = file_name(found.pack.title, found.pack.number)
    if ending == "anki.csv":
        front = asked.choice("front", files.fronts(found), "")
        return Download(files.cards(found, front, words.own_name).encode(), TYPES[ending], f"{name}.{front}.{ending}")
    made = files.FORMATS[ending](found, words)
    return Download(made, TYPES[ending], f"{name}.{ending}")
