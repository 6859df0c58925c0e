"""kb match"""

from __future__ import annotations

import sys

import click

from kb.cli.common import read_lines, recipe_for, recipe_option
from kb.errors import NotFoundError


@click.command("match")
@click.argument("a", metavar="A.txt")
@click.argument("b", metavar="B.txt")
@click.option("--kind", type=click.Choice(["sentence", "term"]), default="sentence", help="What a line holds.")
@click.option("--language-a", metavar="TAG", help="The language of A, instead of finding it out.")
@click.option("--language-b", metavar="TAG", help="The language of B.")
@click.option("--texts", is_flag=True, help="The lines themselves too.")
@recipe_option
def command(
    a: str, b: str, kind: str, language_a: str | None, language_b: str | None, texts: bool, recipe: str | None
) -> None:
    """For every line of one file, its best line in another.

    The files are UTF-8. Prints `i TAB j TAB score`, lines counted from 0; with --texts two more columns, the lines of A
    and B.

    \b
    Example:
      kb match terms.vi.txt terms.fr.txt --kind term --texts
    """
    from kb import direct
    from kb.embed import load
    from kb.embed.windows import windows

    a_lines, b_lines = read_lines(a), read_lines(b)
    if not a_lines or not b_lines:
        raise NotFoundError(f"{b if a_lines else a}: no lines to match")
    for path, lines in ((a, a_lines), (b, b_lines)):
        for number, line in enumerate(lines, 1):
            if (parts := len(windows(line))) > 1:
                print(f"kb: {path}:{number}: longer than the model reads; the mean of {parts} parts", file=sys.stderr)
    embedder = load(recipe_for(recipe).model)
    for i, j, score in direct.match_lines(a_lines, b_lines, (language_a, language_b), kind, embedder):
        both = f"\t{a_lines[i].strip()}\t{b_lines[j].strip()}" if texts else ""
        print(f"{i}\t{j}\t{score:.6f}{both}")
