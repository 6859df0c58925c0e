"""kb build"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.common import base_option, paths_that_exist, quiet_option, recipe_for, recipe_option, warn
from kb.cli.summary import show_summary
from kb.errors import NotFoundError, UsageError
from kb.progress import choose

if TYPE_CHECKING:
    from kb.pipeline import Summary
    from kb.recipe import Recipe
    from kb.store.base import Store


@click.command("build")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@recipe_option
@quiet_option
@base_option
def command(paths: tuple[str, ...], recipe: str | None, quiet: bool, path: str) -> None:
    """Build or update a knowledge base from files and folders.

    Only what changed is worked on. Without PATH, what the base was made from is looked at again; a base that is not
    there yet is made from the recipe's corpus. Files that cannot become articles are set aside with the reason, and the
    rest goes on.

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
        summary = pipeline.build(
            store, chosen, given or _without_path(store, chosen, recipe is not None), progress=choose(quiet)
        )
        show_summary(summary, store, path)
        if not summary.articles and not summary.removed:
            raise NotFoundError(_nothing(given, summary))
    finally:
        store.close()


def _nothing(given: Sequence[Path], summary: Summary) -> str:
    """Why a build ended with an empty base."""
    from kb.read import ARTICLE_SUFFIXES

    if summary.set_aside:
        return "none of these files could become an article; each has its reason above"
    return f"no article in {', '.join(map(str, given))}; kb reads {', '.join(ARTICLE_SUFFIXES)}"


def _without_path(store: Store, recipe: Recipe, named: bool) -> list[Path]:
    """What to build when no PATH was given; `named`: the user named the recipe, for this build."""
    from kb.plan import made_from

    roots = made_from(store)
    if not roots or (named and recipe.is_own and recipe.corpus):
        return _corpus(recipe.corpus)
    here = [path for path in roots if path.exists()]
    lost = [str(path) for path in roots if path not in here]
    if not here:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise UsageError(f"{lost[0]}{more}, which this base was made from, is not here; say: kb build FOLDER")
    for name in lost:
        warn(UsageError(f"{name}, which this base was made from too, is not here; its articles stay as they are"))
    corpus = {path.resolve(): path for path in recipe.corpus if path.exists()}
    made_of_it = not corpus.keys().isdisjoint(path.resolve() for path in here)
    return [*here, *corpus.values()] if made_of_it else here


def _corpus(corpus: Sequence[Path]) -> list[Path]:
    """The recipe's corpus, as far as it is here."""
    found = [path for path in corpus if path.exists()]
    if not found:
        listed = ", ".join(map(str, corpus)) or "none"
        raise UsageError(f"no PATH was given and the recipe's corpus ({listed}) is not here; say: kb build FOLDER")
    return found
