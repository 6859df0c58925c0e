"""kb mentions"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.cli.common import base_option, emit, json_option, language_option, limit_option, open_base, to_show
from kb.cli.show import table
from kb.model import Mention


@click.command("mentions")
@click.option("--concept", metavar="C", help="Only this concept: an id or a label in any language.")
@click.option("--article", metavar="A", help="Only this article: an id or the beginning of one.")
@language_option
@limit_option(None, "mentions")
@json_option
@base_option
def command(
    concept: str | None, article: str | None, language: str | None, limit: int | None, as_json: bool, path: str
) -> None:
    """Where concepts stand in the articles.

    Offsets are characters of the article as it was read: `raw[start:end]` is the quote.

    \b
    Example:
      kb mentions --concept "客户体验" --json
    """
    with open_base(path) as base:
        shown = to_show(limit, as_json)
        mentions = base.mentions(concept=concept, article=article, language=language, limit=shown)
    emit(mentions, as_json=as_json, show=_show, nothing=f"no mentions of that in {path}", limit=limit)


def _show(mentions: Sequence[Mention]) -> None:
    table(
        ["article", "language", "start", "end", "surface", "concept", "score"],
        [[m.article, m.language, m.start, m.end, m.surface, m.concept, m.score] for m in mentions],
        numbers=(2, 3, 6),
    )
