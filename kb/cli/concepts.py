"""kb concepts"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, language_option, limit_option, open_base, to_show
from kb.cli.show import Table
from kb.model import Concept


@click.command("concepts")
@click.option(
    "--type",
    "type_",
    metavar="TYPE",
    shell_complete=complete.types,
    help="Only this type: theme, cue, actor, offering, ...",
)
@language_option
@limit_option(None, "concepts")
@form_option
@base_option
def command(type_: str | None, language: str | None, limit: int | None, form: Form, path: str) -> None:
    """What the articles speak of, most salient first.

    \b
    Example:
      kb concepts --type offering --limit 10
    """
    with open_base(path) as base:
        concepts = base.concepts(type=type_, language=language, limit=to_show(limit, form))
        if not concepts and type_ is not None:
            types = sorted({c.type for c in base.concepts() if c.type})
            nothing = f"no concept of type '{type_}'; there are: {', '.join(types) or 'none'}"
        else:
            nothing = f"{path} holds no concepts" + (f" with a name in '{language}'" if language else "")
    emit(concepts, form=form, table=_table, nothing=nothing, limit=limit)


def _table(concepts: Sequence[Concept]) -> Table:
    tags = sorted({tag for concept in concepts for tag in concept.labels})
    return Table(
        ["id", "type", *tags, "mentions", "articles"],
        [
            [c.id, c.type, *(c.labels[t][0] if c.labels.get(t) else "" for t in tags), c.mentions, c.articles]
            for c in concepts
        ],
        numbers=(len(tags) + 2, len(tags) + 3),
    )
