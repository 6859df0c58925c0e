"""kb clean"""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from kb.cli.common import files_under, json_option, print_json, recipe_for, recipe_option, warn
from kb.cli.show import counted, heading, safe
from kb.errors import KbError
from kb.model import CleanedArticle


@click.command("clean")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@recipe_option
@json_option
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], recipe: str | None, as_json: bool) -> None:
    """Show files as they are analysed, and what was repaired or left out.

    No knowledge base is needed. A folder is read recursively. Exit status 2 when a file could not be read; the others
    are shown all the same.

    \b
    Example:
      kb clean page.html --json
    """
    from kb import pipeline

    chosen = recipe_for(recipe)
    failed = False
    for path, problem in files_under(paths):
        try:
            if problem is not None:
                raise problem
            cleaned = pipeline.clean_file(path, chosen)
        except KbError as error:
            failed = True
            warn(error)
            continue
        if as_json:
            print_json([_record(cleaned)])
        else:
            _show(cleaned)
    ctx.exit(2 if failed else 0)


def _record(cleaned: CleanedArticle) -> dict[str, Any]:
    return {
        "path": cleaned.raw.path,
        "language": cleaned.language,
        "encoding": cleaned.raw.encoding,
        "title": cleaned.title,
        "text": cleaned.body.text,
        "changes": cleaned.changes,
    }


def _show(cleaned: CleanedArticle) -> None:
    heading(f"{safe(cleaned.raw.path)}  {cleaned.language}  {cleaned.raw.encoding}")
    for line in cleaned.body.text.split("\n"):
        print(safe(line))
    if cleaned.changes:
        kinds = Counter(change.kind for change in cleaned.changes)
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        print(f"({counted(len(cleaned.changes), 'change')}: {listed}; --json lists them)")
    print()
