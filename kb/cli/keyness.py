"""kb keyness"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import KeyItem
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, language_option, limit_option, open_base
from kb.cli.show import Table
from kb.usage import KEY_THINGS

GENERAL = "general"
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
    is significant at one in a hundred for all comparisons together (Holm).

    \b
    Example:
      kb keyness loyalty/vi
      kb keyness 'designing-*' --against general --language zh
      kb keyness --language fr --what concepts
    """
    general = GENERAL in against
    others = [name for name in against if name != GENERAL]
    with open_base(path) as base:
        items = base.keyness(*articles, language=language, against=others, general=general, what=what, every=every)
    chosen: list[KeyItem] = []
    for tag in dict.fromkeys(item.language for item in items):
        own = [item for item in items if item.language == tag and (item.log_ratio < 0) == negative]
        chosen += own[: limit or None]
    nothing = "nothing sets these apart beyond chance; --all shows what may be chance"
    emit(chosen, form=form, table=_table, nothing=nothing, limit=0)


def _table(items: Sequence[KeyItem]) -> Table:
    words = any(item.language for item in items)
    numbers = ["count", "per million", "reference", "per million", "log ratio", "G²", "p", "articles"]
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
