"""Records as HTML for notebooks: small tables, entries to read, texts side by side.

Plain elements with a `lang` where the language is known, so that Chinese is shown with the glyphs of its script. No
script, no style sheet, no colours: it looks right in light and in dark, and where a notebook is not trusted.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import singledispatch
from html import escape
from typing import Any, NamedTuple

from kb.answers import (
    AlignedBead,
    ArticleText,
    ConceptEntry,
    ConceptName,
    ConcordanceLine,
    Correction,
    Coverage,
    Evidence,
    Graph,
    LinkedBead,
    Neighbour,
    Status,
    Step,
    Theme,
)
from kb.chance import SIGNIFICANT
from kb.graph import within
from kb.model import Article, Concept, Hit, Link, Mention, NameLink, Pair, Quote
from kb.names import preferred_name
from kb.records import Records

ROWS = 20
CUT = 300  # characters of a text in a table
FORMS = 12  # names of a language in an entry
LINKS = 12
DRAWN = 60  # concepts in a picture, as `kb graph --plot` draws
SEPARATOR = "; "
NO_TEXTS = ("language", "id", "path", "article", "concept", "type", "kind")  # fields that are in no language


class Cell(NamedTuple):
    """`html` is escaped; `lang` a language tag or "" where it is not known."""

    html: str
    lang: str = ""
    is_number: bool = False


Row = Mapping[str, Cell]


def html_of(shown: Any) -> str:
    """What a notebook shows for a record or for Records."""
    return f'<div class="tex2jax_ignore mathjax_ignore">{_html(shown)}</div>'  # $ is money, not a formula


@singledispatch
def _html(record: Any) -> str:
    """Any record: its fields one below the other."""
    return _facts(_every_field(record))


@singledispatch
def _row(record: Any) -> Row:
    """What a table shows of a record. Of one that is not known here, all fields with something short to show."""
    if not is_dataclass(record):
        return {"": _text(str(record))}
    return _every_field(record)


# --- in a table ------------------------------------------------------------------------------------------------------


@_html.register
def _(records: Records) -> str:  # type: ignore[type-arg]  # singledispatch takes the bare class
    if not records:
        return f"<p>no {records.kind.__name__ if records.kind else 'records'}</p>"
    rows = [_row(record) for record in records[:ROWS]]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    # Languages in one order, whichever row comes first.
    tags = sorted(c for c in columns if isinstance(records[0], Concept) and c not in _ABOUT_CONCEPTS)
    if tags:
        columns = [*tags, *_ABOUT_CONCEPTS]
    more = f"<p>... {len(records) - ROWS:,} more</p>" if len(records) > ROWS else ""
    return _table(columns, [[row.get(column, Cell("")) for column in columns] for row in rows]) + more


_ABOUT_CONCEPTS = ("type", "mentions", "articles", "id")


@_row.register
def _(record: Concept) -> Row:
    names = {tag: _text(forms[0], tag) for tag, forms in record.labels.items() if forms}
    about = (_text(record.type), _number(record.mentions), _number(record.articles), _text(record.id))
    return names | dict(zip(_ABOUT_CONCEPTS, about, strict=True))


@_row.register
def _(record: Article) -> Row:
    return {
        "id": _text(record.id),
        "language": _text(record.language),
        "title": _text(record.title, record.language),
        "sentences": _number(record.sentences),
        "passages": _number(record.passages),
        "concepts": _number(record.concepts),
    }


@_row.register
def _(record: Mention) -> Row:
    return {
        "language": _text(record.language),
        "surface": _text(record.surface, record.language),
        "concept": _text(record.concept),
        "article": _text(record.article),
        "start": _number(record.start),
        "end": _number(record.end),
        "score": _number(record.score),
    }


@_row.register
def _(record: Quote) -> Row:
    return {
        "language": _text(record.language),
        "text": _text(record.text, record.language),
        "article": _text(record.article),
        "start": _number(record.start),
        "end": _number(record.end),
    }


@_row.register
def _(record: Hit) -> Row:
    return {
        "score": _number(record.score),
        "language": _text(record.language),
        "text": _text(record.text, record.language),
        "article": _text(record.article),
    }


@_row.register
def _(record: Pair) -> Row:
    return {
        "kind": _text(record.kind),
        "score": _number(record.score),
        "a": _text(record.a.text, record.a.language),
        "b": _text(record.b.text, record.b.language),
        "articles": _text(f"{record.a.article} = {record.b.article}"),
    }


@_row.register
def _(record: Link) -> Row:
    return {
        "a": _text(record.a),
        "kind": _text(record.kind),
        "b": _text(record.b),
        "score": _number(record.score),
        "method": _text(record.method),
    }


@_row.register
def _(record: NameLink) -> Row:
    return {
        "a": _text(record.a[1], record.a[0]),
        "b": _text(record.b[1], record.b[0]),
        "score": _number(record.score),
        "method": _text(record.method),
    }


@_row.register
def _(record: AlignedBead) -> Row:
    cells = {
        "a": _text(", ".join(map(str, record.a))),
        "a text": _text(record.a_text),
        "b": _text(", ".join(map(str, record.b))),
        "b text": _text(record.b_text),
        "score": _number(record.score),
    }
    if isinstance(record, LinkedBead):
        cells["words"] = _text(SEPARATOR.join(f"{x.a} = {x.b}" for x in record.words))
    return cells


@_row.register
def _(record: Evidence) -> Row:
    other = [_spoken(q.text, q.language, cut=CUT) for q in record.aligned]
    return {
        "language": _text(record.mention.language),
        "sentence": Cell(_marked(record), record.sentence.language),
        "aligned": Cell("<br>".join(other)),
        "article": _text(record.mention.article),
    }


@_row.register
def _(record: Neighbour) -> Row:
    return {
        "kind": _text(record.kind),
        "name": _text(record.name, _tag_of(record.labels)),
        "score": _number(record.score),
        "method": _text(record.method),
    }


@_row.register
def _(record: ConcordanceLine) -> Row:
    return {
        "language": _text(record.language),
        "left": Cell(escape(_end_of(record.left)), record.language, is_number=True),  # ends at the match
        "match": Cell(f"<mark>{escape(record.match)}</mark>", record.language),
        "right": _text(record.right, record.language),
        "translation": _text(record.translation, record.translation_language or ""),
        "article": _text(record.article),
    }


@_row.register
def _(record: Coverage) -> Row:
    return {
        "concept": _text(record.name),
        "type": _text(record.type),
        **{key: _leaning(count, record.leaning.get(key, 0.0)) for key, count in record.counts.items()},
        "all": _number(record.total),
    }


@_row.register
def _(record: Step) -> Row:
    return {
        "from": _text(record.a_name),
        "kind": _text(record.kind),
        "to": _text(record.b_name),
        "score": _number(record.score),
        "method": _text(record.method),
        "passages": Cell("<br>".join(_spoken(q.text, q.language, cut=CUT) for q in record.quotes)),
    }


@_row.register
def _(record: Theme) -> Row:
    more = f", and {len(record.names) - FORMS} more" if len(record.names) > FORMS else ""
    return {"theme": _number(record.number), "concepts": _text(", ".join(record.names[:FORMS]) + more)}


@_row.register
def _(record: ConceptName) -> Row:
    return {
        "concept": _text(record.concept),
        "language": _text(record.language),
        "term": _text(record.term, record.language),
        "preferred": _text("yes" if record.preferred else ""),
        "type": _text(record.type),
    }


@_row.register
def _(record: Correction) -> Row:
    return {
        "number": _number(record.number),
        "kind": _text(record.kind if record.undoes is None else f"undo {record.undoes}"),
        "state": _text(record.state),
        "a": _text(" ".join(record.a_texts)),
        "b": _text(" ".join(record.b_texts)),
        "articles": _text(f"{record.a} = {record.b}"),
        "user": _text(record.user),
        "time": _text(record.time),
    }


@_row.register
def _(record: ConceptEntry) -> Row:
    return _row(record.concept)


@_row.register
def _(record: ArticleText) -> Row:
    return _row(record.article)


# --- by itself -------------------------------------------------------------------------------------------------------


@_html.register
def _(record: Concept) -> str:
    return _names(record, {})


@_html.register
def _(entry: ConceptEntry) -> str:
    """As a dictionary has it: names, what it is, sentences, links."""
    parts = [_names(entry.concept, entry.counts, entry.kind_of)]
    if entry.definition:
        parts.append(f"<p>{_spoken(entry.definition, 'en')}</p>")
    for title, found in (("Said to be", entry.definitions), ("Evidence", entry.evidence)):
        if found:
            parts.append(f"<p><b>{title}</b></p><ul>{''.join(f'<li>{_html(x)}</li>' for x in found)}</ul>")
    if entry.links:
        items = [
            f"<li>{escape(x.kind)}: {_spoken(x.name, _tag_of(x.labels))} <small>({x.score:.2f}, "
            f"{escape(x.method)})</small></li>"
            for x in entry.links[:LINKS]
        ]
        if len(entry.links) > LINKS:
            items.append(f"<li>... {len(entry.links) - LINKS:,} more</li>")
        parts.append(f"<p><b>Links</b></p><ul>{''.join(items)}</ul>")
    return "".join(parts)


@_html.register
def _(record: Evidence) -> str:
    aligned = "".join(
        f"<br>= {_spoken(q.text, q.language)} <small>{escape(q.language)}</small>" for q in record.aligned
    )
    mention = record.mention
    return (
        f"<span{_lang(record.sentence.language)}>{_marked(record)}</span> "
        f"<small>{escape(mention.article)} [{mention.start}:{mention.end}]</small>{aligned}"
    )


@_html.register
def _(record: Pair) -> str:
    head = f"<p>{escape(record.kind)}, {record.score:.2f}, {escape(record.status)}</p>"
    return head + _table([_place(record.a), _place(record.b)], [[_quoted(record.a), _quoted(record.b)]])


@_html.register
def _(record: AlignedBead) -> str:
    columns = [", ".join(map(str, record.a)) or "–", ", ".join(map(str, record.b)) or "–"]
    words = [[Cell(escape(x.a)), Cell(escape(x.b))] for x in record.words] if isinstance(record, LinkedBead) else []
    return _table(columns, [[Cell(escape(record.a_text)), Cell(escape(record.b_text))], *words])


@_html.register
def _(record: Hit) -> str:
    before, after = (
        "".join(f"<p{_lang(x.language)}><small>{escape(x.text)}</small></p>" for x in beside)
        for beside in (record.before, record.after)
    )
    found = f"<p{_lang(record.language)}>{escape(record.text)}</p>"
    place = f"{escape(record.language)} {escape(record.article)} [{record.start}:{record.end}]"
    return f"<p>{record.score:.2f} <small>{place}</small></p><blockquote>{before}{found}{after}</blockquote>"


@_html.register
def _(record: Quote) -> str:
    return (
        f"<blockquote{_lang(record.language)}>{escape(record.text)}</blockquote>"
        f"<p><small>{escape(_place(record))}</small></p>"
    )


@_html.register
def _(record: ArticleText) -> str:
    article = record.article
    paragraphs = "".join(f"<p{_lang(q.language)}>{escape(q.text)}</p>" for q in record.passages)
    return f"<p><small>{escape(article.language)} {escape(article.path)}</small></p>{paragraphs}"


@_html.register
def _(graph: Graph) -> str:
    """A picture of the most salient concepts. An image keeps its style from other pictures of the page."""
    nodes = graph.nodes[:DRAWN]
    what = f"{len(graph.nodes):,} concepts, {len(graph.edges):,} links"
    if not nodes:
        return f"<p>{what}</p>"
    from kb.export.picture import graph_svg

    edges = within(graph.edges, {node.id for node in nodes})
    drawn = f"; the first {len(nodes)} and the {len(edges)} links among them" if len(nodes) < len(graph.nodes) else ""
    picture = b64encode(graph_svg(Graph(nodes, Records(edges))).encode("utf-8")).decode("ascii")
    named = ", ".join(preferred_name(node.labels) for node in nodes[:FORMS])
    return f'<img src="data:image/svg+xml;base64,{picture}" alt="Concepts: {escape(named)}"><p>{what}{drawn}</p>'


@_html.register
def _(status: Status) -> str:
    by_language = ", ".join(f"{tag} {count}" for tag, count in status.languages.items())
    facts = {
        "articles": _text(f"{status.articles:,}" + (f" ({by_language})" if by_language else "")),
        "passages": _text(f"{status.passages:,}"),
        "sentences": _text(f"{status.sentences:,}"),
        "concepts": _text(f"{status.concepts:,}"),
        "pairs": _text(f"{status.pairs:,}"),
        "built": _text(f"{status.built or 'not yet'}, kb {status.version}, recipe {status.recipe}"),
        "model": _text(f"{status.model} ({status.dimension} dimensions, revision {status.revision})"),
        "set aside": Cell("<br>".join(escape(f"{x.path}: {x.reason}") for x in status.set_aside) or "0"),
    }
    if status.decisions:
        facts["decisions"] = _text(", ".join(f"{count} {state}" for state, count in status.decisions.items()))
    return _facts(facts)


def _names(concept: Concept, counts: Mapping[str, Mapping[str, int]], kind_of: Neighbour | None = None) -> str:
    tag = _tag_of(concept.labels)
    kind = f" <i>{escape(concept.type)}</i>" if concept.type else ""
    if kind_of:
        kind += f" (as a kind of {_spoken(kind_of.name, _tag_of(kind_of.labels))}, {kind_of.score:.2f})"
    head = (
        f"<p><b>{_spoken(preferred_name(concept.labels), tag)}</b>{kind}<br>"
        f"<small>{escape(concept.id)}, {_counted(concept.mentions, 'mention')} in "
        f"{_counted(concept.articles, 'article')}</small></p>"
    )
    rows = {}
    for tag, forms in sorted(concept.labels.items()):
        known = counts.get(tag, {})
        named = [f"{form} ({known[form]})" if known.get(form) else form for form in forms[:FORMS]]
        more = f", and {len(forms) - FORMS} more" if len(forms) > FORMS else ""
        rows[tag] = Cell(escape(", ".join(named) + more), tag)
    return head + _facts(rows)


# --- cells -----------------------------------------------------------------------------------------------------------


def _every_field(record: Any, before: str = "") -> dict[str, Cell]:
    """Fields of inner records as `name field`; texts in the record's language, if it has one."""
    lang = getattr(record, "language", "") or ""
    cells: dict[str, Cell] = {}
    for field in fields(record):
        value, name = getattr(record, field.name), f"{before}{field.name.replace('_', ' ')}"
        if is_dataclass(value):
            cells |= _every_field(value, f"{name} ")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            cells[name] = _number(value)
        elif isinstance(value, Mapping):
            cells[name] = _text(SEPARATOR.join(f"{key}: {_said(item)}" for key, item in value.items()))
        else:
            is_text = isinstance(value, str) and field.name not in NO_TEXTS
            cells[name] = _text(_said(value), lang if is_text else "")
    return cells


def _said(value: Any) -> str:
    """A value in one line: of records in it, their text or how many there are."""
    if value is None:
        return ""
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        items = list(value)
        if items and all(is_dataclass(item) for item in items):
            return f"{len(items)} {type(items[0]).__name__}"
        return SEPARATOR.join(_said(item) for item in items)
    return str(value)


def _text(value: str | None, lang: str = "") -> Cell:
    shown = value or ""
    return Cell(escape(shown if len(shown) <= CUT else shown[: CUT - 1].rstrip() + "…"), lang if shown else "")


def _end_of(text: str) -> str:
    return text if len(text) <= CUT else "…" + text[1 - CUT :].lstrip()


def _number(value: float) -> Cell:
    return Cell(str(value) if isinstance(value, int) else f"{value:.2f}", is_number=True)


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _leaning(count: int, leaning: float) -> Cell:
    """With a mark where it is more, or less, than chance explains."""
    mark = "" if abs(leaning) < SIGNIFICANT else "+" if leaning > 0 else "−"
    return Cell(f"{count}{mark}", is_number=True)


def _marked(item: Evidence) -> str:
    text = item.sentence.text
    return f"{escape(text[: item.at])}<mark>{escape(text[item.at : item.to])}</mark>{escape(text[item.to :])}"


def _quoted(quote: Quote) -> Cell:
    return Cell(escape(quote.text), quote.language)


def _place(quote: Quote) -> str:
    return f"{quote.language} {quote.article} [{quote.start}:{quote.end}]"


def _spoken(text: str, lang: str, cut: int | None = None) -> str:
    shown = text if cut is None or len(text) <= cut else text[: cut - 1].rstrip() + "…"
    return f"<span{_lang(lang)}>{escape(shown)}</span>"


def _tag_of(labels: Mapping[str, Sequence[str]]) -> str:
    """The language of `names.preferred_name`."""
    return next((tag for tag in sorted(labels) if labels[tag]), "")


def _lang(tag: str) -> str:
    return f' lang="{escape(tag)}"' if tag else ""


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    numbers = [any(row[n].is_number for row in rows) for n in range(len(columns))]
    head = "".join(f"<th{_side(right)}>{escape(name)}</th>" for name, right in zip(columns, numbers, strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"


def _facts(cells: Row) -> str:
    """A row a field, with its name in front."""
    rows = (
        f'<tr><th scope="row"{_side(False)}>{escape(name)}</th>{_cell(cell._replace(is_number=False))}</tr>\n'
        for name, cell in cells.items()
        if cell.html
    )
    return f"<table><tbody>\n{''.join(rows)}</tbody></table>"


def _cell(cell: Cell) -> str:
    return f"<td{_lang(cell.lang)}{_side(cell.is_number)}>{cell.html}</td>"


def _side(is_number: bool) -> str:
    """Notebooks put all cells to the right unless they are told otherwise."""
    return f' style="text-align:{"right" if is_number else "left"};vertical-align:top"'
