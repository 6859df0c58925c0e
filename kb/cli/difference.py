"""kb diff"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from kb.answers import Change
from kb.cli.common import Form, emit, form_option, limit_option
from kb.cli.show import Table


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--what", metavar="WHAT", help="Only this: base, file, article, concept, link or pair.")
@limit_option(None, "changes")
@form_option
def command(old: str, new: str, what: str | None, limit: int | None, form: Form) -> None:
    """What a rebuild changed: articles, concepts and their names, links, aligned passages.

    OLD and NEW are two knowledge bases, above all a copy from before a rebuild and the one after. Exit status 1 when
    nothing differs.

    \b
    Example:
      kb diff before.db out/demo.db --what concept
    """
    from kb.query import diff

    changes = [change for change in diff(old, new) if what in (None, change.what)]
    nothing = f"nothing differs between {old} and {new}" + (f" in what is called '{what}'" if what else "")
    if changes and form is Form.TEXT:
        counts = Counter((change.what, change.change) for change in changes)
        print(", ".join(f"{what} {how} {count}" for (what, how), count in counts.items()))
        print()
    emit(changes[: limit or None], form=form, table=_table, nothing=nothing, limit=limit)


def _table(changes: Sequence[Change]) -> Table:
    return Table(["what", "change", "name", "old", "new"], [[x.what, x.change, x.name, x.old, x.new] for x in changes])
