"""kb compare"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Coverage
from kb.chance import SIGNIFICANT
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, limit_option, named_in, names_option, open_base, to_show
from kb.cli.pictures import check_picture, save_picture
from kb.cli.show import GAP, Table, cells, pad, text_width
from kb.comparison import WAYS

PLOTTED = 40  # concepts in a picture
UNUSUAL = ("-", "+")


@click.command("compare")
@click.argument("names", nargs=-1, metavar="[CONCEPT]...", shell_complete=complete.concepts)
@click.option("--by", type=click.Choice(WAYS), default="language", help="What the columns are.")
@click.option("--only", metavar="TAG", shell_complete=complete.languages, help="Concepts that this language alone has.")
@click.option(
    "--article", "articles", multiple=True, metavar="A", shell_complete=complete.articles,
    help="Only in these articles (repeat it; patterns such as 'loyalty/*' will do).",
)  # fmt: skip
@click.option("--type", "type_", metavar="TYPE", help="Only concepts of this type.")
@limit_option(None, "concepts")
@click.option("--plot", metavar="FILE", help=f"A heat map, SVG or PNG, of the first {PLOTTED} concepts (or --limit).")
@names_option
@form_option
@base_option
def command(
    names: tuple[str, ...],
    by: str,
    only: str | None,
    articles: tuple[str, ...],
    type_: str | None,
    limit: int | None,
    plot: str | None,
    in_names: str,
    form: Form,
    path: str,
) -> None:
    """How often each concept comes up by language, article or year.

    CONCEPT is an id or a label in any language; without one, all concepts.

    A + marks where a concept comes up more often than chance explains, a - where less often (log-likelihood, one in a
    hundred).

    \b
    Example:
      kb compare --by article --article 'loyalty/*' --limit 20
      kb compare --only vi
      kb compare "khách hàng" souvenir
      kb compare --plot languages.svg
    """
    if plot is not None:
        check_picture(plot)
        limit = PLOTTED if limit is None else limit
    with open_base(path) as base:
        chosen = [base.concept_id(name) for name in names]
        most = to_show(limit, form)
        rows: Sequence[Coverage] = base.compare(
            by, type=type_, only=only, articles=articles, limit=None if chosen else most
        )
        if chosen:
            rows = [row for row in rows if row.concept in chosen][:most]
        rows = named_in(base, rows, in_names)
    if plot is not None and rows:
        from kb.export.picture import heat_svg

        save_picture(plot, heat_svg(rows))
        return
    emit(rows, form=form, table=_table, show=_show, nothing=f"no concepts of that kind in {path}", limit=limit)


def _table(rows: Sequence[Coverage]) -> Table:
    columns = list(rows[0].counts)
    return Table(
        ["concept", "type", *columns, "all"],
        [[row.name, row.type, *(_count(row, c) for c in columns), row.total] for row in rows],
        numbers=range(2, len(columns) + 3),
    )


def _show(rows: Sequence[Coverage]) -> None:
    """Columns whose names take more than half a line, as those of articles, are numbered under a list of them."""
    table = _table(rows)
    names = table.headers[2:-1]
    if sum(map(cells, table.headers)) + cells(GAP) * len(names) > text_width() // 2:
        numbers = [str(n) for n in range(1, len(names) + 1)]
        for number, name in zip(numbers, names, strict=True):
            print(f"{pad(number, len(numbers[-1]), right=True)} = {name}")
        print()
        table = table._replace(headers=[*table.headers[:2], *numbers, table.headers[-1]])
    table.print()


def _count(row: Coverage, column: str) -> str:
    """With the mark of what is beyond chance; all are as wide."""
    beyond = abs(row.leaning[column]) >= SIGNIFICANT
    return f"{row.counts[column]}{(UNUSUAL[row.leaning[column] > 0] if beyond else ' ')}"
