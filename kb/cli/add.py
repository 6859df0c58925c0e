"""kb add"""

from __future__ import annotations

import click

from kb.cli.common import base_option, open_to_write, paths_that_exist, quiet_option, recipe_for
from kb.cli.summary import show_summary
from kb.progress import choose


@click.command("add")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@quiet_option
@base_option
def command(paths: tuple[str, ...], quiet: bool, path: str) -> None:
    """Add single articles to a knowledge base.

    It costs the work on these articles and on the pairs they take part in; the rest stays as it is.

    \b
    Example:
      kb add new/article.txt
    """
    given = paths_that_exist(paths)
    store = open_to_write(path)
    try:
        from kb import pipeline
        from kb.plan import SAME_AS

        summary = pipeline.add(store, recipe_for(None, store), given, progress=choose(quiet))
        show_summary(summary, store, path)
        # The file itself was asked for, not a folder that holds it; what is there already is no failure.
        asked = {str(given_path) for given_path in given}
        if any(left.path in asked and not left.reason.startswith(SAME_AS) for left in summary.set_aside):
            raise SystemExit(1)
    finally:
        store.close()
