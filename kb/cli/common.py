"""What commands share: their options, opening a base, printing records."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kb.cli import complete
from kb.cli import show as show_text
from kb.cli.show import Table, paragraph
from kb.errors import KbError, NotFoundError, UsageError
from kb.model import covers
from kb.records import plain

if TYPE_CHECKING:
    from kb.answers import Citation
    from kb.query import KnowledgeBase
    from kb.recipe import Recipe
    from kb.store.base import Store

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

# Records shown to a reader who gave no --limit. Programs (--json) get all.
SHOWN = 50

DEFAULT_RECIPE = "default"


def _typed_before(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """`kb --kb FILE status` is `kb status --kb FILE`."""
    before: str | None = ctx.find_root().params.get("kb")
    here = ctx.get_parameter_source(param.name or "") is click.core.ParameterSource.COMMANDLINE
    return value if here or before is None else before


base_option = click.option(
    "--kb",
    "path",
    metavar="FILE",
    envvar="KB",
    default="kb.db",
    callback=_typed_before,
    help="The knowledge base (default: $KB, else kb.db).",
)
names_option = click.option(
    "--names", "in_names", metavar="TAG,...", default="", help="Languages of the names, the first that has one: vi,fr."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


class Form(StrEnum):
    """How records are printed: for people, or for whatever reads the others."""

    TEXT = ""
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"


def form_option(command: F) -> F:
    """--json, --csv and --md, of which the last one given holds, as the parameter `form`."""
    helps = {
        Form.MARKDOWN: "A table in Markdown.",
        Form.CSV: "Comma-separated values under a line of column names.",
        Form.JSON: "One JSON object a line.",
    }
    for form, text in helps.items():
        command = click.option(f"--{form.value}", "form", flag_value=form, type=Form, default=Form.TEXT, help=text)(
            command
        )
    return command


language_option = click.option(
    "--language",
    metavar="TAG",
    shell_complete=complete.languages,
    help="Only this language: vi, fr, zh-Hans, zh-Hant; zh means both scripts.",
)
cite_option = click.option(
    "--cite", is_flag=True, help="Add where each stands: author, title, origin, date, file, lines, offsets, passage."
)
quiet_option = click.option("--quiet", is_flag=True, help="No progress.")
recipe_option = click.option("--recipe", metavar="NAME", help="A recipe's name or its file (default: default).")


def limit_option(default: int | None, what: str = "records") -> Callable[[F], F]:
    text = f"{default}" if default else f"{SHOWN}; all with --json, --csv or --md"
    return click.option(
        "--limit", type=click.IntRange(min=0), default=default, metavar="N",
        help=f"At most N {what}; 0 for all (default: {text}).",
    )  # fmt: skip


def open_base(path: str) -> KnowledgeBase:
    from kb.query import open_base

    return open_base(path)


def open_to_write(path: str) -> Store:
    """An existing base, for the commands that change it."""
    from kb.store import open_store

    return open_store(Path(path), write=True)


def recipe_for(name: str | None, store: Store | None = None) -> Recipe:
    """The recipe named, else the one that made the base, else the default."""
    from kb.recipe import load_recipe

    return load_recipe(name or (store.info().get("recipe") if store else None) or DEFAULT_RECIPE)


def paths_that_exist(names: Sequence[str]) -> list[Path]:
    for name in names:
        if not Path(name).exists():
            raise UsageError(f"{name}: no such file or folder; check the spelling and the working folder")
    return [Path(name) for name in names]


def files_under(names: Sequence[str]) -> Iterator[tuple[Path, KbError | None]]:
    """The files named and those in the folders named, each with what is wrong with it; a file named twice comes once.

    Raises NotFoundError when there is no file at all.
    """
    from kb.read import find_files

    found = {item.path: item.error for name in names for item in find_files(Path(name))}
    if not found:
        raise NotFoundError(f"{', '.join(names)}: no articles in there")
    yield from found.items()


def warn(error: KbError) -> None:
    """One file's trouble, while the others go on."""
    sys.stdout.flush()
    print(f"kb: {error}", file=sys.stderr)


def read_lines(path: str) -> list[str]:
    """See `kb.files.read_lines`."""
    from kb.files import read_lines

    return read_lines(path)


def known_tags(names: str, base: KnowledgeBase) -> list[str]:
    """The tags that a list with commas means: zh is every script of it. Raises UsageError for one that the base has no
    names in."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    tags = sorted({tag for concept in base.concepts(limit=None) for tag in concept.labels}) if wanted else []
    found: list[str] = []
    for name in wanted:
        meant = [tag for tag in tags if covers(name, tag)]
        if not meant:
            raise UsageError(f"no concept has a name in '{name}'; there are: {', '.join(tags)}")
        found += meant
    return list(dict.fromkeys(found))


def named_in(base: KnowledgeBase, records: Sequence[T], names: str) -> Sequence[T]:
    """The same records, concepts by their names in the first of some languages ("vi,fr") that has one."""
    tags = known_tags(names, base)
    if not tags:
        return records
    labels = {c.id: c.labels for c in base.concepts(limit=None)}

    def shown(record: Any, id: str, name: str) -> str:
        own = labels[getattr(record, id)]
        return next((own[tag][0] for tag in tags if own.get(tag)), str(getattr(record, name)))

    fields = (("concept", "name"), ("a", "a_name"), ("b", "b_name"))
    return [
        replace(record, **{name: shown(record, id, name) for id, name in fields if hasattr(record, name)})  # type: ignore[type-var]
        for record in records
    ]


def to_show(limit: int | None, form: Form) -> int | None:
    """How many records to ask for: one more than is shown to a reader, so that the rest can be mentioned."""
    if limit is None:
        return SHOWN + 1 if form is Form.TEXT else None
    return limit or None


def citing(base: KnowledgeBase, records: Iterable[Any]) -> list[tuple[Citation, ...]]:
    """Where each record stands; a pair stands in two places, evidence where its sentence does."""
    found = []
    for record in records:
        quotes = getattr(record, "quotes", None)  # of a step of a path
        if quotes is None:
            quotes = [record.a, record.b] if hasattr(record, "a") else [record]
        found.append(tuple(base.cite(q.article, q.start, q.end) for q in quotes))
    return found


def show_citations(citations: Sequence[Citation], indent: str) -> None:
    for citation in citations:
        paragraph(f"-- {citation}", indent)


def emit(
    records: Sequence[T],
    *,
    form: Form,
    nothing: str,
    table: Callable[[Sequence[T]], Table] | None = None,
    show: Callable[[Sequence[T]], None] | None = None,
    limit: int | None = None,
    cited: Sequence[tuple[Citation, ...]] | None = None,
) -> None:
    """Print records in a form. Raises NotFoundError saying `nothing` when there are none.

    People see what `show` prints, else `table`; Markdown is `table`, else all fields. `limit` is the user's: without
    one, a reader gets SHOWN records and is told when there are more. `cited`: where each record stands; `show` prints
    that itself.
    """
    if not records:
        raise NotFoundError(nothing)
    match form:
        case Form.JSON:
            print_json(records if cited is None else _with_citations(records, cited))
        case Form.CSV:
            print_csv(records, cited)
        case Form.MARKDOWN:
            sys.stdout.write(_cited((table or _all_fields)(records), cited).markdown())
        case Form.TEXT:
            more = limit is None and len(records) > SHOWN
            shown = records[:SHOWN] if more else records
            if show is not None:
                show(shown)
            else:
                _cited((table or _all_fields)(shown), cited).print()
            if more:
                sys.stdout.flush()
                print(f"... the first {SHOWN}; --limit 0 shows all", file=sys.stdout if show_text.PAGED else sys.stderr)


def _with_citations(records: Sequence[Any], cited: Sequence[tuple[Citation, ...]]) -> Iterator[dict[str, Any]]:
    for record, citations in zip(records, cited, strict=True):
        yield plain(record) | {"citations": plain(citations)}


def _all_fields(records: Sequence[object]) -> Table:
    from kb.export.tables import columns_of

    columns, rows = columns_of(records)
    return Table(columns, [[row[column] for column in columns] for row in rows])


def _cited(table: Table, cited: Sequence[tuple[Citation, ...]] | None) -> Table:
    """With a column of citations where there are any; `cited` may be longer than what is shown."""
    if cited is None:
        return table
    rows = [[*row, "; ".join(map(str, citations))] for row, citations in zip(table.rows, cited, strict=False)]
    return Table([*table.headers, "citation"], rows, table.numbers)


def print_csv(records: Sequence[object], cited: Sequence[tuple[Citation, ...]] | None = None) -> None:
    from kb.export.tables import cited_columns, columns_of, write_table

    columns, rows = columns_of(records) if cited is None else cited_columns(records, cited)
    write_table(columns, rows, sys.stdout)


def print_json(records: Iterable[Any]) -> None:
    for record in records:
        sys.stdout.write(json.dumps(plain(record), ensure_ascii=False) + "\n")
