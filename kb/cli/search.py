"""kb search"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from kb.answers import Citation
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
    show_citations,
)
from kb.cli.show import bold, paragraph, safe
from kb.model import Hit


@click.command("search")
@click.argument("query", nargs=-1, required=True, metavar="QUERY")
@language_option
@click.option(
    "--article",
    metavar="X",
    shell_complete=complete.articles,
    help="Only passages of this article: an id or the beginning of one.",
)
@click.option(
    "--concept",
    metavar="NAME",
    shell_complete=complete.concepts,
    help="Only passages that mention it: an id, or a name in any language.",
)
@click.option(
    "--neighbours",
    type=click.IntRange(min=0, max=20),
    default=0,
    metavar="N",
    help="Show N passages before and after each.",
)
@limit_option(10, "passages")
@cite_option
@form_option
@base_option
def command(
    query: tuple[str, ...],
    language: str | None,
    article: str | None,
    concept: str | None,
    neighbours: int,
    limit: int,
    cite: bool,
    form: Form,
    path: str,
) -> None:
    """Passages by meaning and by words, whatever the query's language.

    \b
    Example:
      kb search "what makes customers come back" --language vi --neighbours 1
    """
    # One question is a few small products: starting threads for them takes longer than they do (8 ms, 0.6 ms without).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    text = " ".join(query)
    with open_base(path) as base:
        hits = base.search(
            text,
            language=language,
            article=article,
            concept=concept,
            limit=limit or base.status().passages,
            neighbours=neighbours,
        )
        cited = citing(base, hits) if cite else None
    from kb.search import FITTING  # loads numpy, which is there by now

    if form is Form.TEXT and hits and hits[0].score < FITTING:
        print(f"kb: perhaps no article speaks of '{text}'; the best is worth {hits[0].score:.2f}", file=sys.stderr)
    emit(
        hits,
        form=form,
        show=lambda found: _show(found, cited or ()),
        cited=cited,
        nothing=f"nothing in {path} answers '{text}'",
        limit=limit,
    )


def _show(hits: Sequence[Hit], cited: Sequence[tuple[Citation, ...]]) -> None:
    for number, hit in enumerate(hits, 1):
        place = f"{hit.article} [{hit.start}:{hit.end}]  {hit.path}"
        print(f"{bold(f'{number:2}.')} {hit.score:.2f}  {hit.language}  {safe(place)}")
        for quote in hit.before:
            paragraph(quote.text, "    | ")
        paragraph(hit.text, "    ")
        for quote in hit.after:
            paragraph(quote.text, "    | ")
        show_citations(cited[number - 1] if cited else (), "    ")
