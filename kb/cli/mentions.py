"""kb mentions"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.cli.common import Form, base_option, emit, form_option, language_option, limit_option, open_base, to_show
from kb.cli.show import Table
from kb.model import Mention


@click.command("mentions")
@click.option("--concept", metavar="C", help="Only this concept: an id or a label in any language.")
@click.option("--article", metavar="A", help="Only this article: an id or the beginning of one.")
@language_option
@limit_option(None, "mentions")
@form_option
@base_option
def command(
    concept: str | None, article: str | None, language: str | None, limit: int | None, form: Form, path: str
) -> None:
    """Where concepts stand in the articles.

    Offsets are characters of the article as it was read: `raw[start:end]` is the quote.

    \b
    Example:
      kb mentions --concept "客户体验" --json
    """
    with open_base(path) as base:
        shown = to_show(limit, form)
        mentions = base.mentions(concept=concept, article=article, language=language, limit=shown)
    emit(mentions, form=form, show=_show, nothing=f"no mentions of that in {path}", limit=limit)


def _show(mentions: Sequence[Mention]) -> Table:
    return Table(
        ["article", "language", "start", "end", "surface", "concept", "score"],
        [[m.article, m.language, m.start, m.end, m.surface, m.concept, m.score] for m in mentions],
        numbers=(2, 3, 6),
    )
