"""kb clean"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.common import files_under, json_option, print_json, quiet_option, recipe_for, recipe_option, warn
from kb.cli.show import counted, on_terminal, safe
from kb.errors import KbError

if TYPE_CHECKING:
    from kb.model import CleanedArticle
    from kb.recipe import Recipe


@click.command("clean")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--changes", is_flag=True, help="A table of the changes: place, kind, before, after, reason.")
@click.option("--diff", is_flag=True, help="What differs between the file as it was read and its text, as diff has it.")
@click.option("--text", is_flag=True, help="The text alone, as it is analysed.")
@click.option("--report", metavar="FILE", help="Write a web page about all the files to FILE.")
@recipe_option
@quiet_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    changes: bool,
    diff: bool,
    text: bool,
    report: str | None,
    recipe: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Show files as they are analysed, and what was repaired or left out.

    Every character of a file is in the text or has a reason: repairs are marked in the text, lines that are not the
    article's have a ~, and the reasons stand beside. No knowledge base is needed. A folder is read recursively. Exit
    status 2 when a file could not be read; the others are shown all the same.

    \b
    Example:
      kb clean corpus/articles/loyalty/vi.txt
      kb clean corpus/articles --report cleaning.html
      kb clean page.html --json
    """
    ways = {"--changes": changes, "--diff": diff, "--text": text, "--json": as_json, "--report": report is not None}
    chosen = [way for way, on in ways.items() if on]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other")
    if report is not None:
        failed = _write_report(report, paths, recipe_for(recipe), quiet)
    else:
        failed = _print_all(paths, recipe_for(recipe), _SHOW[chosen[0] if chosen else ""])
    ctx.exit(2 if failed else 0)


def _print_all(paths: Sequence[str], recipe: Recipe, show: Callable[[CleanedArticle], None]) -> bool:
    """Whether a file could not be read."""
    failed, first = False, True
    for result in _cleaned(list(files_under(paths)), recipe):
        if isinstance(result, KbError):
            failed = True
            warn(result)
            continue
        if not first and show is not _print_json:
            print()
        first = False
        show(result)
    return failed


def _cleaned(found: Sequence[tuple[Path, KbError | None]], recipe: Recipe) -> Iterator[CleanedArticle | KbError]:
    """Each file's article, or why there is none. What several of the files repeat is known, as it is to a build."""
    from kb import pipeline

    articles = pipeline.clean_files([path for path, problem in found if problem is None], recipe)
    for _, problem in found:
        yield problem if problem is not None else next(articles)


def _print_json(article: CleanedArticle) -> None:
    note = article.raw.metadata.get("encoding_note")
    blocks = [
        {"kind": b.kind, "start": b.start, "end": b.end, **({"language": b.language} if b.language else {})}
        for b in article.blocks
    ]
    record = {
        "path": article.raw.path,
        "language": article.language,
        "encoding": article.raw.encoding,
        **({"encoding_note": note} if note else {}),
        "title": article.title,
        "text": article.body.text,
        "changes": article.changes,
        "offers": article.offers,
        "blocks": blocks,
    }
    print_json([record])


def _print_text(article: CleanedArticle) -> None:
    for line in article.body.text.split("\n"):
        print(safe(line) if on_terminal() else line)


def _print_changes(article: CleanedArticle) -> None:
    from kb.cli.marked import print_changes

    print_changes(article)


def _print_diff(article: CleanedArticle) -> None:
    from kb.cli.diff import print_diff

    print_diff(article)


def _print_marked(article: CleanedArticle) -> None:
    from kb.cli.marked import print_marked

    print_marked(article)


_SHOW: dict[str, Callable[[CleanedArticle], None]] = {
    "": _print_marked,
    "--changes": _print_changes,
    "--diff": _print_diff,
    "--text": _print_text,
    "--json": _print_json,
}


def _write_report(target: str, paths: Sequence[str], recipe: Recipe, quiet: bool) -> bool:
    """Whether a file could not be read."""
    from kb.export.cleaning import write_report
    from kb.model import SetAside
    from kb.progress import choose

    # The page of the last time may lie among the files.
    found = [item for item in files_under(paths) if item[0].resolve() != Path(target).resolve()]
    failed: list[KbError] = []

    def results() -> Iterator[CleanedArticle | SetAside]:
        with choose(quiet).stage("clean", len(found)) as stage:
            for (path, _), result in zip(found, _cleaned(found, recipe), strict=True):
                if isinstance(result, KbError):
                    failed.append(result)
                    yield SetAside(path.as_posix(), str(result).removeprefix(f"{path.as_posix()}: "))
                else:
                    yield result
                stage.advance()

    written = write_report(Path(target), results())
    for error in failed:
        warn(error)
    aside = f", {counted(len(failed), 'file')} set aside" if failed else ""
    click.echo(f"{target}: {counted(written, 'article')}{aside}", err=True)
    return bool(failed)
