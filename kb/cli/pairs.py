"""kb pairs"""

from __future__ import annotations

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
    limit_option,
    open_base,
    show_citations,
    to_show,
)
from kb.cli.show import bold, paragraph, safe, side_by_side
from kb.model import Pair
from kb.query import PAIR_KINDS, PAIR_STATES

LEAST = 0.1  # of a comparable pair that people are shown unasked


@click.command("pairs")
@click.option(
    "--article",
    metavar="X",
    shell_complete=complete.articles,
    help="Only pairs of this article: an id or the beginning of one.",
)
@click.option("--kind", type=click.Choice(PAIR_KINDS), help="Translations of each other, or on the same subject.")
@click.option("--status", type=click.Choice(PAIR_STATES), help="What a machine proposed, or people decided of it.")
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    metavar="SCORE",
    help=f"Comparable ones of this score and more (default: {LEAST:.2f} in listings for people, else 0).",
)
@limit_option(None, "pairs")
@cite_option
@form_option
@base_option
def command(
    article: str | None,
    kind: str | None,
    status: str | None,
    least: float | None,
    limit: int | None,
    cite: bool,
    form: Form,
    path: str,
) -> None:
    """Passages of different articles that say the same.

    The score of a parallel pair is that of its sentences; comparable ones are on the same subject, and their score is
    the probability that both say the same. Pairs that somebody rejected (kb correct) are listed with --status rejected
    only.

    \b
    Example:
      kb pairs --kind parallel --limit 5
    """
    with open_base(path) as base:
        if least is None:
            least = LEAST if form is Form.TEXT and status is None else 0.0
        pairs = base.pairs(article=article, kind=kind, status=status, least=least, limit=to_show(limit, form))
        cited = citing(base, pairs) if cite else None
    which = "".join(f"{word} " for word in (status, kind) if word)
    emit(
        pairs,
        form=form,
        show=lambda found: _show(found, cited or ()),
        cited=cited,
        nothing=f"no aligned {which}passages of that in {path}" + ("; --least 0 shows less sure ones" if least else ""),
        limit=limit,
    )


def _show(pairs: Sequence[Pair], cited: Sequence[tuple[Citation, ...]]) -> None:
    for n, pair in enumerate(pairs):
        a, b = pair.a, pair.b
        # One of 0.01 is listed for its subject, not as a translation that is badly aligned.
        what = "" if pair.kind == "parallel" else " that both say the same"
        print(f"{bold(pair.kind)}  {pair.score:.2f}{what}  {pair.id}  {pair.status}")
        places = (f"{q.language} {q.path} [{q.start}:{q.end}]" for q in (a, b))
        paragraph("  =  ".join(map(safe, places)), "  ")
        side_by_side(a.text, b.text, "  ")
        show_citations(cited[n] if cited else (), "  ")
        print()
