"""kb concordance"""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import click

from kb.answers import ConcordanceLine
from kb.cli.common import Form, base_option, emit, form_option, language_option, limit_option, open_base, to_show
from kb.cli.show import bold, cells, clip, on_terminal, pad, paragraph, safe, text_width

SIDE = 36  # cells of context on either side, where the terminal is wide enough


@click.command("concordance")
@click.argument("pattern")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression.")
@click.option("--concept", is_flag=True, help="PATTERN is a concept: every form of it in every language.")
@click.option("--article", metavar="A", help="Only in this article.")
@click.option("--into", metavar="TAG", help="Translations in this language only.")
@language_option
@limit_option(None, "lines")
@form_option
@base_option
def command(
    pattern: str,
    regex: bool,
    concept: bool,
    article: str | None,
    into: str | None,
    language: str | None,
    limit: int | None,
    form: Form,
    path: str,
) -> None:
    """A word in its sentences, with their translations.

    PATTERN is a word or a phrase. Upper case and Chinese script do not matter.

    \b
    Example:
      kb concordance "khách hàng" --into fr
    """
    if regex and concept:
        raise click.UsageError("--regex and --concept exclude each other")
    with open_base(path) as base:
        lines = base.concordance(
            pattern, regex=regex, concept=concept, language=language, article=article, into=into,
            limit=to_show(limit, form),
        )  # fmt: skip
    nothing = f"'{pattern}' stands in no sentence of {path}; kb search looks for what it means"
    emit(lines, form=form, show=_show, nothing=nothing, limit=limit)


def _show(lines: Sequence[ConcordanceLine]) -> None:
    room = shutil.get_terminal_size().columns if on_terminal() else text_width()
    middle = max(cells(safe(line.match)) for line in lines)
    side = max(12, min(SIDE, (room - middle - 4) // 2))
    article = None
    for line in lines:
        if line.article != article:
            article = line.article
            print(bold(f"{article}  {line.language}  {safe(line.path)}"))
        left = pad(clip(safe(line.left), side, left=True), side, right=True)
        print(f"  {left}{bold(safe(line.match))}{clip(safe(line.right), side)}  [{line.start}:{line.end}]")
        if line.translation:
            paragraph(f"{line.translation_language}: {line.translation}", "      = ")
