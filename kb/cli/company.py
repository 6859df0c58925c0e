"""kb company"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Companion
from kb.chance import SIGNIFICANT
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, limit_option, named_in, names_option, open_base, to_show
from kb.cli.show import Table


@click.command("company")
@click.argument("concept", shell_complete=complete.concepts)
@limit_option(20, "concepts")
@names_option
@form_option
@base_option
def command(concept: str, limit: int | None, in_names: str, form: Form, path: str) -> None:
    """The concepts that one shares sentences with, language by language.

    A cell tells in how many sentences of that language both are, and in brackets how typical they are of each other
    there (logDice; 14: never one without the other). A + marks a language where they meet more often than in the
    others, a - where less often (log-likelihood, one chance in a hundred). For words instead of concepts ask kb
    concordance --concept CONCEPT --collocations.

    \b
    Example:
      kb company "dịch vụ"
    """
    with open_base(path) as base:
        rows = named_in(base, base.company(concept, limit=to_show(limit, form)), in_names)
    emit(rows, form=form, table=_table, nothing=f"'{concept}' shares no sentence with another concept", limit=limit)


def _table(rows: Sequence[Companion]) -> Table:
    tags = list(rows[0].sentences)
    return Table(
        ["concept", "name", *tags, "all"],
        [[row.concept, row.name, *(_cell(row, t) for t in tags), sum(row.sentences.values())] for row in rows],
        numbers=range(2, len(tags) + 3),
    )


def _cell(row: Companion, tag: str) -> str:
    if not row.sentences[tag]:
        return "-  " if row.leaning[tag] <= -SIGNIFICANT else "   "
    sign = " " if abs(row.leaning[tag]) < SIGNIFICANT else "-+"[row.leaning[tag] > 0]
    return f"{row.sentences[tag]} ({row.log_dice[tag]:.1f}){sign}"
