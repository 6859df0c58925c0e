"""kb remove"""

from __future__ import annotations

import click

from kb.cli import complete
from kb.cli.common import base_option, open_to_write, quiet_option, recipe_for
from kb.cli.show import safe
from kb.cli.summary import show_summary
from kb.progress import choose


@click.command("remove")
@click.argument("articles", nargs=-1, required=True, shell_complete=complete.articles, metavar="ARTICLE...")
@quiet_option
@base_option
def command(articles: tuple[str, ...], quiet: bool, path: str) -> None:
    """Remove articles from a knowledge base, and all that came from them.

    ARTICLE is a whole id or a path, as `kb articles` shows them. The files stay where they are: a build of their folder
    brings the articles back.

    \b
    Example:
      kb remove loyalty/vi
    """
    store = open_to_write(path)
    try:
        from kb import pipeline
        from kb.names import exact_article

        known = {article.id: article for article in store.article_names()}
        ids = list(dict.fromkeys(exact_article(name, list(known.values())) for name in articles))
        summary = pipeline.remove(store, recipe_for(None, store), ids, progress=choose(quiet))
        for id in ids:
            print(f"removed {safe(id)}  {safe(known[id].path)}")
        show_summary(summary, store, path)
    finally:
        store.close()
