"""kb terms"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import click

from kb.cli.common import Form, emit, files_under, form_option, limit_option, recipe_for, recipe_option, warn
from kb.cli.show import Table
from kb.errors import UsageError


@click.command("terms")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--language", metavar="TAG", help="The files' language, instead of finding it out.")
@limit_option(None, "terms (of each document with --per-document)")
@click.option("--all", "every", is_flag=True, help="Everything that has the form of a term, however unlikely.")
@click.option("--per-document", is_flag=True, help="The terms of each file, which the others tell from common words.")
@recipe_option
@form_option
def command(
    paths: tuple[str, ...],
    language: str | None,
    limit: int | None,
    every: bool,
    per_document: bool,
    recipe: str | None,
    form: Form,
) -> None:
    """The terms of some files, best first.

    The files are taken as one collection; no knowledge base is needed. The score is how likely it is that something is
    a term of the field they are of; about as many are listed as one for 50 words. With --per-document, the score says
    what sets a file apart from the others, and all are listed.

    \b
    Example:
      kb terms articles/*.txt --language fr --limit 100
    """
    from kb import direct

    files: list[Path] = []
    for file, problem in files_under(paths):
        if problem is None:
            files.append(file)
        else:
            warn(problem)
    if not files:
        raise UsageError(f"{', '.join(paths)}: none of this can be read; see above")
    chosen, nothing = recipe_for(recipe), f"no terms in {', '.join(paths)}"
    if per_document:
        each = direct.rank_each_file(files, chosen, language=language)
        few = [t for _, own in groupby(each, lambda t: t.document) for t in islice(own, limit or None)]
        emit(few, form=form, table=_table, nothing=nothing, limit=limit)
    else:
        ranked = direct.rank_files(files, chosen, language=language, every=every)
        emit(ranked[: limit or None], form=form, table=_table, nothing=nothing, limit=limit)


def _table(terms: Sequence[Any]) -> Table:
    by_document = getattr(terms[0], "document", None) is not None
    return Table(
        [*(["document"] if by_document else []), "score", "term", "lemma", "count", "documents"],
        [[*([t.document] if by_document else []), t.score, t.term, t.lemma, t.count, t.documents] for t in terms],
    )
