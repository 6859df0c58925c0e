"""Hand-outs as files: a web page that is whole in itself, a Word document, a translation memory, a table, flash cards.

Texts are in their own languages; what stands around them is in the words of `Wording`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from html import escape
from io import StringIO
from typing import NamedTuple

from kb.answers import Citation, Handout, HandoutItem, HandoutSide
from kb.errors import NotFoundError
from kb.export.page import COLOURS
from kb.export.tables import FORM_SEPARATOR, safe, write_table
from kb.export.tmx import Unit, Variant, write_units
from kb.model import base_language
from kb.packs import tag


class Wording(NamedTuple):
    """The language of a reader, what says a key of the interface in it, and what a language calls itself."""

    language: str
    say: Callable[..., str]
    own_name: Callable[[str], str]


def source(side: HandoutSide | Citation) -> str:
    """Whence a text is, for a reader who has no base: origin, date, and the place in it for those who have one."""
    if isinstance(side, HandoutSide):
        return source(side.citation) if side.citation else side.article
    place = f"{side.article}:{side.start}-{side.end}"
    return ", ".join(fact for fact in (side.origin, side.date, place) if fact)


# --- a web page ------------------------------------------------------------------------------------------------------

_STYLE = (
    ":root{color-scheme:light;" + "".join(f"--{name}:{light};" for name, (light, _) in COLOURS.items()) + "}"
    """
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1rem 1.25rem 3rem;background:var(--ground);color:var(--text);
font:1rem/1.55 system-ui,"Segoe UI","Noto Sans",sans-serif;overflow-wrap:anywhere}
:lang(zh-Hans),:lang(zh){font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
:lang(zh-Hant){font-family:system-ui,"PingFang TC","Microsoft JhengHei","Noto Sans CJK TC",sans-serif}
:lang(zh){line-break:strict}:lang(vi),:lang(fr),:lang(en){font-family:system-ui,"Segoe UI","Noto Sans",sans-serif}
h1{font-size:1.6rem;line-height:1.3;margin:0 0 .5rem}h2{font-size:1.15rem;margin:0 0 .3rem}
.note{white-space:pre-line;border-left:3px solid var(--line);padding-left:.8rem;margin:.5rem 0}
.item{margin:1.5rem 0}.item,tr{break-inside:avoid}h2{break-after:avoid}
table{border-collapse:collapse;width:100%;table-layout:fixed}th,td{text-align:left;vertical-align:top;
padding:.35rem .7rem;border:1px solid var(--line)}thead th{font-size:.85rem}.names th{width:9rem;font-weight:400}
thead th,.names th,.quiet,.sources{color:var(--quiet)}.quiet,.sources{font-size:.8rem}
td p{margin:0;white-space:pre-line}
.said{margin-top:.3rem}cite:lang(zh){font-style:normal}strong{font-weight:700}
@page{margin:16mm}@media print{body{max-width:none;padding:0;font-size:10.5pt}}
"""
)


def page(found: Handout, words: Wording) -> bytes:
    """A page without script, picture or request; every text says its language."""
    title, note = found.pack.title, found.pack.note
    parts = [
        f'<!DOCTYPE html>\n<html lang="{_text(words.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1 lang="{_text(found.pack.language)}" dir="auto">{_text(title)}</h1>\n',
        _note(note, found.pack.language),
        *(part for item in found.items for part in _item(item, words)),
        "</main>\n</body>\n</html>\n",
    ]
    return "".join(parts).encode()


def _item(item: HandoutItem, words: Wording) -> Iterator[str]:
    yield f'<section class="item" id="i{item.number}">\n'
    yield from (_concept if item.kind == "concept" else _passage)(item, words)
    yield _note(item.note, item.language) + "</section>\n"


def _concept(item: HandoutItem, words: Wording) -> Iterator[str]:
    heading = ' <span class="quiet">·</span> '.join(_said(name.language, name.names[0]) for name in item.names)
    yield f'<h2>{heading}</h2>\n{_gone(item.held, "gone_concept", words)}<table class="names"><tbody>\n'
    for name in item.names:
        others = f", {_said(name.language, ', '.join(name.names[1:]))}" if len(name.names) > 1 else ""
        said = ""
        if name.definition and name.citation:
            said = (
                f'<p class="said">{_said(name.language, name.definition)}</p>'
                f'<p class="sources">{_source(name.citation, name.citation.title, name.language)}</p>'
            )
        yield (
            f'<tr><th scope="row">{_said(name.language, words.own_name(name.language))}</th>'
            f"<td><p><strong>{_said(name.language, name.names[0])}</strong>{others}</p>{said}</td></tr>\n"
        )
    yield "</tbody></table>\n"


def _passage(item: HandoutItem, words: Wording) -> Iterator[str]:
    heads = "".join(
        f'<th scope="col">{_said(side.language, words.own_name(side.language))}</th>' for side in item.sides
    )
    texts = "".join(f'<td lang="{_text(side.language)}"><p>{_text(side.text)}</p></td>' for side in item.sides)
    yield f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{texts}</tr><tr>"
    for side in item.sides:
        gone = "" if side.citation else _gone(False, "gone_text" if side.there else "gone_article", words)
        yield f'<td class="sources">{gone}{_source(side, side.title, side.language)}</td>'
    yield "</tr></tbody></table>\n"


def _source(side: HandoutSide | Citation, title: str, language: str) -> str:
    return f'<cite lang="{_text(language)}">{_text(title)}</cite>, {_text(source(side))}'


def _gone(held: bool, key: str, words: Wording) -> str:
    return "" if held else f'<p class="quiet">{_text(words.say(key))}</p>\n'


def _note(note: str, language: str) -> str:
    return f'<p class="note" lang="{_text(language)}" dir="auto">{_text(note)}</p>\n' if note else ""


def _said(language: str, text: str) -> str:
    return f'<span lang="{_text(language)}">{_text(text)}</span>'


def _text(text: str) -> str:
    return escape(text, quote=True)


# --- tables and memories ---------------------------------------------------------------------------------------------


def languages_of(found: Handout) -> list[str]:
    """The tags of what is in it: by tag."""
    sides = {side.language for item in found.items for side in item.sides}
    return sorted(sides | {name.language for item in found.items for name in item.names})


def table(found: Handout, words: Wording) -> bytes:
    """A row a piece: what kind it is, its text or names in a column a language, the note, the sources; no cell is a
    formula, whatever it says."""
    tags = languages_of(found)
    rows = []
    for n, item in enumerate(found.items, 1):
        row: dict[str, str | int] = {"number": n, "kind": item.kind, "concept": item.concept or "", "note": item.note}
        row |= {name.language: FORM_SEPARATOR.join(name.names) for name in item.names}
        row |= {f"{x.language}:definition": x.definition for x in item.names if x.definition}
        for side in item.sides:
            row[side.language] = "\n".join(filter(None, (str(row.get(side.language, "")), side.text)))
        row["sources"] = "\n".join(
            [str(x.citation) if x.citation else f"“{x.title}”, {x.article}" for x in item.sides]
            + [str(x.citation) for x in item.names if x.citation]
        )
        rows.append({column: safe(cell) for column, cell in row.items()})
    said = [f"{tag}:definition" for tag in tags if any(f"{tag}:definition" in row for row in rows)]
    stream = StringIO()
    write_table(["number", "kind", "concept", *tags, *said, "note", "sources"], rows, stream)
    return stream.getvalue().encode("utf-8-sig")  # by which spreadsheets know that it is UTF-8


def memory(found: Handout, words: Wording) -> bytes:
    """TMX: passages as they stand beside each other, and the names of concepts, as units of a translation memory. What
    is in one language only translates nothing and is left out."""
    units = []
    for item in found.items:
        if item.kind == "concept":
            variants = [Variant(name.language, name.names[0], {}) for name in item.names]
        else:
            variants = [Variant(x.language, x.text, {"x-source": f"{x.title}, {source(x)}"}) for x in item.sides]
        if len({variant.language for variant in variants}) > 1:
            kind = "phrase" if item.kind == "concept" else "block"
            units.append(Unit(kind, tuple(variants), {"x-kind": item.kind}, item.note))
    stream = StringIO()
    write_units(units, stream, {"x-title": found.pack.title})
    return stream.getvalue().encode()


def document(found: Handout, words: Wording) -> bytes:
    """See `kb.export.word`."""
    from kb.export.word import write_document

    return write_document(found, words)


# --- flash cards -----------------------------------------------------------------------------------------------------


def fronts(found: Handout) -> list[str]:
    """Tags in which a concept has a name that can be asked for in another language."""
    return sorted({name.language for item in found.items for name in item.names if _others(item, name.language)})


def cards(found: Handout, front: str, own_name: Callable[[str], str]) -> str:
    """A card a concept, as Anki imports it: its name in the language `front`, its names in the other ones a line each,
    and tags: the pack's title, the concept's family. The other script of Chinese is no other language.

    Every field is quoted: a line of the file that began with # would be a comment to Anki. Raises NotFoundError when
    no concept has a name to ask for.
    """
    stream = StringIO()
    stream.write("#separator:Comma\n#html:false\n#tags column:3\n#columns:Front,Back,Tags\n")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    count = 0
    for item in found.items:
        own = next((name.names[0] for name in item.names if name.language == front), None)
        back = [f"{own_name(tag)}: {name}" for tag, name in _others(item, front).items()]
        if own is not None and back:
            tags = " ".join(filter(None, (tag(found.pack.title), tag(item.family or ""))))
            writer.writerow([safe(own), safe("\n".join(back)), tags])
            count += 1
    if not count:
        raise NotFoundError(f"no concept of this hand-out has a name in '{front}' and in another language")
    return stream.getvalue()


def _others(item: HandoutItem, front: str) -> Mapping[str, str]:
    return {x.language: x.names[0] for x in item.names if base_language(x.language) != base_language(front)}


FORMATS: Mapping[str, Callable[[Handout, Wording], bytes]] = {
    "html": page,
    "docx": document,
    "tmx": memory,
    "csv": table,
}

__all__ = ["FORMATS", "Wording", "cards", "fronts", "languages_of", "source"]
