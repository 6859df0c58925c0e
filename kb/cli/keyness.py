"""kb keyness"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kb.answers import KeyItem
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, language_option, limit_option, open_base
from kb.cli.show import Table
from kb.keyness import LEVEL
from kb.usage import KEY_THINGS

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

SHOWN = 25


@click.command("keyness")
@click.argument("articles", nargs=-1, shell_complete=complete.articles, metavar="[ARTICLE]...")
@click.option(
    "--against", multiple=True, metavar="ARTICLE", help="The other side (repeat it), or general: general language."
)
@click.option("--what", type=click.Choice(KEY_THINGS), default="words", help="What is counted (default: words).")
@click.option("--negative", is_flag=True, help="What there is less of, instead of more.")
@click.option("--all", "every", is_flag=True, help="Also what may be chance.")
@language_option
@limit_option(SHOWN, "items of each language")
@form_option
@base_option
def command(
    articles: tuple[str, ...],
    against: tuple[str, ...],
    what: str,
    negative: bool,
    every: bool,
    language: str | None,
    limit: int,
    form: Form,
    path: str,
) -> None:
    """What sets articles apart from others, or from general language.

    ARTICLE is an id, the beginning of one, or a pattern such as 'loyalty/*'. Words are compared language by language
    with the base's other articles, or with those --against; concepts across languages. With --language and no article
    the concepts of that language are compared with those of the others.

    The log ratio is how much: 1 is twice as frequent, 2 four times. G² (log-likelihood) is how surely; listed is what
    is significant at one in a hundred for all comparisons together (Holm). p is that of one comparison by itself.

    \b
    Example:
      kb keyness loyalty/vi
      kb keyness 'designing-*' --against general --language zh
      kb keyness --language fr --what concepts
    """

    def asked(base: KnowledgeBase, every: bool) -> Sequence[KeyItem]:
        return base.keyness(*articles, language=language, against=against, what=what, every=every)

    with open_base(path) as base:
        items = asked(base, every)
        chosen: list[KeyItem] = []
        for tag in dict.fromkeys(item.language for item in items):
            own = [item for item in items if item.language == tag and (item.log_ratio < 0) == negative]
            chosen += own[: limit or None]
        holm = _correction(items if every else asked(base, True), what) if every or not chosen else ""
    nothing = f"nothing sets these apart beyond chance ({holm}); --all shows what may be chance"
    emit(chosen, form=form, table=_table, nothing=nothing, limit=0)
    if every and form is Form.TEXT:
        sys.stdout.flush()
        print(f"kb: p is of each by itself; without --all only what is beyond chance for all ({holm})", file=sys.stderr)


def _correction(items: Sequence[KeyItem], what: str) -> str:
    """By what, and for how many comparisons of each language, p was corrected."""
    counts = Counter(item.language for item in items)
    told = ", ".join(f"{n} {what} of {tag}" if tag else f"{n} {what}" for tag, n in sorted(counts.items()))
    return f"Holm over {told or f'no {what}'}, at {LEVEL}"


def _table(items: Sequence[KeyItem]) -> Table:
    words = any(item.language for item in items)
    numbers = ["count", "per million", "ref. count", "ref. per million", "log ratio", "G²", "p", "articles"]
    return Table(
        [*(["language"] if words else []), "item", *numbers],
        [
            [
                *([x.language] if words else []), x.item, x.count, f"{x.per_million:.0f}", x.reference,
                f"{x.reference_per_million:.0f}", f"{x.log_ratio:+.2f}", f"{x.g2:.1f}", f"{x.p:.1e}", x.articles,
            ]
            for x in items
        ],
        numbers=range(2 if words else 1, 10 if words else 9),
    )  # fmt: skip
