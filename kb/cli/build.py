"""kb build"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kb.cli.common import base_option, paths_that_exist, quiet_option, recipe_for, recipe_option
from kb.cli.summary import show_summary
from kb.errors import UsageError
from kb.progress import choose


@click.command("build")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@recipe_option
@quiet_option
@base_option
def command(paths: tuple[str, ...], recipe: str | None, quiet: bool, path: str) -> None:
    """Build or update a knowledge base from files and folders.

    Only what changed is worked on. Without PATH, the recipe's corpus is built. Files that cannot become articles are
    set aside with the reason, and the rest goes on.

    \b
    Example:
      kb build articles/ --kb out/articles.db
    """
    given = paths_that_exist(paths)
    if Path(path).is_dir():
        raise UsageError(f"{path}: is a folder; --kb names the file of the knowledge base, such as {path}/kb.db")
    from kb import pipeline
    from kb.store import open_store

    if not given and not Path(path).exists():  # before the base is made: the corpus may not be there
        _corpus(recipe_for(recipe).corpus)
    Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
    store = open_store(Path(path), create=True, write=True)
    try:
        chosen = recipe_for(recipe, store)
        summary = pipeline.build(store, chosen, given or _corpus(chosen.corpus), progress=choose(quiet))
        show_summary(summary, store, path)
    finally:
        store.close()


def _corpus(corpus: Sequence[Path]) -> list[Path]:
    """The recipe's corpus, as far as it is here."""
    found = [path for path in corpus if path.exists()]
    if not found:
        listed = ", ".join(map(str, corpus)) or "none"
        raise UsageError(f"no PATH was given and the recipe's corpus ({listed}) is not here; say: kb build FOLDER")
    return found
