"""kb compare"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Coverage
from kb.cli.common import base_option, emit, json_option, limit_option, open_base, to_show
from kb.cli.show import table


@click.command("compare")
@click.option("--by", type=click.Choice(["language", "article"]), default="language", help="What the columns are.")
@click.option("--type", "type_", metavar="TYPE", help="Only concepts of this type.")
@limit_option(None, "concepts")
@json_option
@base_option
def command(by: str, type_: str | None, limit: int | None, as_json: bool, path: str) -> None:
    """How often each concept comes up by language or by article.

    \b
    Example:
      kb compare --by article --limit 20
    """
    with open_base(path) as base:
        rows = base.compare(by, type=type_, limit=to_show(limit, as_json))
    emit(rows, as_json=as_json, show=_show, nothing=f"no concepts of that kind in {path}", limit=limit)


def _show(rows: Sequence[Coverage]) -> None:
    columns = list(rows[0].counts)
    table(
        ["concept", "type", *columns, "all"],
        [[row.name, row.type, *(row.counts[c] or "-" for c in columns), row.total] for row in rows],
        numbers=range(2, len(columns) + 3),
    )
