"""kb neighbours"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Neighbour
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, limit_option, open_base, to_show
from kb.cli.show import Table


@click.command("neighbours")
@click.argument("concept", shell_complete=complete.concepts)
@click.option("--kind", metavar="KIND", help="Only links of this kind: broader, narrower, related, co-occurrence, ...")
@limit_option(None, "concepts")
@form_option
@base_option
def command(concept: str, kind: str | None, limit: int | None, form: Form, path: str) -> None:
    """Concepts that one is linked with.

    \b
    Example:
      kb neighbours "expérience" --kind related
    """
    with open_base(path) as base:
        found = base.neighbours(concept, kind=kind, limit=to_show(limit, form))
    nothing = f"'{concept}' has no links" + (f" of the kind '{kind}'" if kind else "")
    emit(found, form=form, table=_table, nothing=nothing, limit=limit)


def _table(found: Sequence[Neighbour]) -> Table:
    tags = sorted({tag for neighbour in found for tag in neighbour.labels})
    return Table(
        ["kind", "score", "id", *tags, "method"],
        [
            [n.kind, n.score, n.concept, *(n.labels[t][0] if n.labels.get(t) else "" for t in tags), n.method]
            for n in found
        ],
        numbers=(1,),
    )
