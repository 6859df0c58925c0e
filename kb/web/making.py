"""An answer as bytes, made of what a page shows: as HTML, JSON or a file. It may be made in another process than the
one that talks with browsers, so what goes in and comes out are plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse

from kb.export.concept import as_values, cited_mentions
from kb.export.handout import Wording, source
from kb.query import KnowledgeBase
from kb.records import plain
from kb.web import packing, urls
from kb.web.asked import Asked
from kb.web.pages import ONE, PAGES, Context, collecting, pack
from kb.web.roles import EDITOR
from kb.web.words import LANGUAGES, own_name, speaker, words

HERE = Path(__file__).parent
# Pages from which editors collect pieces for hand-outs.
COLLECTING = ("read", "concept", "search")
MAKERS: Mapping[str, Callable[..., Context]] = {**PAGES, **ONE, "pack": pack}
HTML = "text/html; charset=utf-8"


class Visit(NamedTuple):
    """Who asks for a page, and what every page says of that."""

    interface: str  # the language of the page's own words
    here: str  # the address of the page
    role: str | None
    signed_in: bool
    user: str
    form_key: str
    last_pack: int  # the hand-out into which something was put last; 0 for none
    base_name: str


class Wanted(NamedTuple):
    """A page: its name and, where it is of one thing, which; what its address asks for; what it shows besides."""

    name: str
    id: str | None
    asked: Asked
    form: str = "html"
    shown: Mapping[str, Any] = {}


class Made(NamedTuple):
    """The content of an answer."""

    content: bytes
    type: str
    headers: Mapping[str, str] = {}


def forms(name: str) -> tuple[str, ...]:
    """What a page can be had as; the first one is what browsers show."""
    return ("html", "json", *(packing.CONCEPT_FILES if name == "concept" else ()))


def make(base: KnowledgeBase, wanted: Wanted, visit: Visit) -> Made:
    name, form = wanted.name, wanted.form
    maker = MAKERS[name]
    context = maker(base, wanted.asked) if wanted.id is None else maker(base, wanted.asked, wanted.id)
    context |= wanted.shown
    if form == "html":
        if name in COLLECTING and visit.role == EDITOR:
            context["collecting"] = collecting(base, visit.last_pack)
        return Made(draw(name, context, visit).encode(), HTML)
    if form != "json":
        file = packing.concept_file(base, context["entry"].concept, form)
        return Made(file.content, file.type, saved(file.name, f"concept.{form}"))
    if name != "concept":
        return as_json(context)
    concept = context["entry"].concept
    context["mentions"] = as_values(cited_mentions(base, concept.id))
    return as_json(context, saved(packing.concept_file_name(concept, form), f"concept.{form}"))


def as_json(context: Context, headers: Mapping[str, str] = {}) -> Made:
    """Values of a page as JSON has them; what only drawing needs is left out."""
    values = plain({name: value for name, value in context.items() if name != "picture"})
    return Made(bytes(JSONResponse(values).body), "application/json", headers)


def draw(name: str, context: Context, visit: Visit) -> str:
    """A page as HTML."""
    common = {
        **visit._asdict(),
        "say": speaker(visit.interface),
        "words": words()[visit.interface],
        "interfaces": LANGUAGES,
        "own_name": own_name,
        "urls": urls,
        "page_name": name,
        "edits": visit.role == EDITOR,
        "source_of": source,
    }
    return _templates().get_template(f"{name}.html").render(common | context)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def first_page(base: KnowledgeBase) -> None:
    """What nobody should wait for who opens the site."""
    visit = Visit("en", "/", None, False, "", "", 0, "")
    make(base, Wanted("home", None, Asked(QueryParams())), visit)


def other_pages(base: KnowledgeBase) -> None:
    """What takes a moment once, and other pages ask for."""
    for name in _templates().list_templates():
        _templates().get_template(name)
    base.coverage_page(count=1)


def hand_out(base: KnowledgeBase, number: int, asked: Asked, ending: str, interface: str) -> Made:
    """A hand-out as a file. It is saved, not shown: what it needs to look right, our pages may not have."""
    wording = Wording(interface, speaker(interface), own_name)
    file = packing.download(base.pack(number), asked, ending, wording)
    return Made(file.content, file.type, saved(file.name, f"pack-{number}.{ending}"))


def saved(name: str, ascii_name: str) -> dict[str, str]:
    """What makes a browser save an answer as a file; `ascii_name` is for those that know no other letters."""
    return {"content-disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"}
