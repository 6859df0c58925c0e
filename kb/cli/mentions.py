"""kb mentions"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from kb.cli import complete
from kb.cli.common import (
    Form,
    base_option,
    cite_option,
    citing,
    emit,
    form_option,
    language_option,
    limit_option,
    open_base,
    to_show,
)
from kb.cli.pictures import check_picture, save_picture
from kb.cli.show import Table
from kb.errors import NotFoundError
from kb.model import Mention
from kb.names import preferred_name


@click.command("mentions")
@click.argument("name", nargs=-1, metavar="[CONCEPT]", shell_complete=complete.concepts)
@click.option(
    "--concept",
    metavar="C",
    shell_complete=complete.concepts,
    help="The same as CONCEPT.",
)
@click.option(
    "--article", metavar="A", shell_complete=complete.articles, help="Only this article: an id or the beginning of one."
)
@language_option
@limit_option(None, "mentions")
@click.option("--plot", metavar="FILE", help="A picture, SVG or PNG: where in each article they stand.")
@cite_option
@form_option
@base_option
def command(
    name: tuple[str, ...],
    concept: str | None,
    article: str | None,
    language: str | None,
    limit: int | None,
    plot: str | None,
    cite: bool,
    form: Form,
    path: str,
) -> None:
    """Where concepts stand in the articles.

    CONCEPT is an id or a label in any language; without it, all concepts. Offsets are
    characters of the article as it was read: `raw[start:end]` is the quote.

    \b
    Example:
      kb mentions "体验" --json
      kb mentions "trải nghiệm" --plot dispersion.svg
    """
    if name:
        if concept is not None:
            raise click.UsageError(f"two concepts are named, '{' '.join(name)}' and '{concept}'; give one of them")
        concept = " ".join(name)
    if plot is not None:
        _plot(plot, concept, article, language, path)
        return
    with open_base(path) as base:
        mentions = base.mentions(concept=concept, article=article, language=language, limit=to_show(limit, form))
        cited = citing(base, mentions) if cite else None
        names = {c.id: preferred_name(c.labels) for c in base.concepts()} if form in (Form.TEXT, Form.MARKDOWN) else {}
    emit(
        mentions,
        form=form,
        table=lambda found: _table(found, names),
        nothing=f"no mentions of that in {path}",
        limit=limit,
        cited=cited,
    )


def _plot(plot: str, concept: str | None, article: str | None, language: str | None, path: str) -> None:
    """The dispersion of a concept: what is told of many at once cannot be told apart."""
    if concept is None:
        raise click.UsageError("--plot draws one concept; name it: kb mentions CONCEPT --plot FILE")
    check_picture(plot)
    with open_base(path) as base:
        mentions = base.mentions(concept=concept, article=article, language=language)
        if not mentions:
            raise NotFoundError(f"no mentions of that in {path}; there is nothing to draw")
        held = {mention.article for mention in mentions}
        articles = [a for a in base.articles() if a.id in held]
        name = preferred_name(base.concept(mentions[0].concept, evidence=0).concept.labels)
    from kb.export.picture import dispersion_svg

    save_picture(plot, dispersion_svg(mentions, articles, f"Where the articles mention {name}"))


def _table(mentions: Sequence[Mention], names: Mapping[str, str]) -> Table:
    return Table(
        ["article", "language", "start", "end", "surface", "concept", "id", "score"],
        [[m.article, m.language, m.start, m.end, m.surface, names[m.concept], m.concept, m.score] for m in mentions],
        numbers=(2, 3, 7),
    )
