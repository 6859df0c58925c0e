"""kb align"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.beads import format_beads
from kb.cli import complete
from kb.cli.common import base_option, json_option, print_json, read_lines, recipe_for, recipe_option
from kb.cli.show import beads as show_beads
from kb.cli.show import counted
from kb.errors import NotFoundError, UsageError
from kb.model import AnalysedArticle

if TYPE_CHECKING:
    from kb.aligned import AlignedTexts
    from kb.embed.base import Embedder
    from kb.recipe import Recipe
    from kb.store.base import Store


@click.command("align")
@click.argument("a", required=False, shell_complete=complete.articles)
@click.argument("b", required=False, shell_complete=complete.articles)
@click.option("--lines", is_flag=True, help="A and B are UTF-8 files with a sentence a line.")
@click.option("--pairs", metavar="FILE", help="With --lines: align many; FILE holds `A TAB B TAB OUT` a line.")
@click.option("--language-a", metavar="TAG", help="The language of A, instead of finding it out.")
@click.option("--language-b", metavar="TAG", help="The language of B.")
@recipe_option
@json_option
@click.option("--tmx", "as_tmx", is_flag=True, help="A translation memory (TMX 1.4b), for translators' programs.")
@click.option("--html", "as_html", is_flag=True, help="A web page with both texts side by side, to read or to print.")
@click.option("--words", is_flag=True, help="Link the words of both sides too; in a web page, point at one.")
@click.option("-o", "--output", metavar="FILE", help="With --tmx or --html: write to this file.")
@base_option
def command(
    a: str | None,
    b: str | None,
    lines: bool,
    pairs: str | None,
    language_a: str | None,
    language_b: str | None,
    recipe: str | None,
    as_json: bool,
    as_tmx: bool,
    as_html: bool,
    words: bool,
    output: str | None,
    path: str,
) -> None:
    """Align two articles sentence by sentence.

    A and B are articles of the knowledge base, or files. With --lines, every line is `[0]:[0, 1]:0.93`: the sentences
    of A and of B, counted from 0, and how sure that is.

    \b
    Example:
      kb align vi.txt fr.txt --lines
      kb align vi.txt fr.txt --html --words -o beside.html
    """
    languages = (language_a, language_b)
    if as_json + as_tmx + as_html > 1:
        raise click.UsageError("--json, --tmx and --html exclude each other; give one of them")
    if pairs is not None:
        if not lines or a is not None or as_json or as_tmx or as_html or words or output:
            raise click.UsageError("--pairs goes with --lines, and without A, B, --json, --tmx, --html, --words and -o")
        _align_many(pairs, languages, recipe)
        return
    if words and as_tmx:
        raise click.UsageError("a translation memory has no place for --words; leave one of the two out")
    if a is None or b is None:
        raise click.UsageError("name two articles or files to align")
    if output is not None:
        _check_output(output, as_tmx or as_html, (a, b))
    if lines:
        texts = _of_lines(a, b, languages, recipe, tagged=as_tmx or as_html or words)
    else:
        texts = _of_articles(a, b, languages, recipe, path)
    if not texts.beads:
        raise NotFoundError(f"'{a}' and '{b}' have no {'lines' if lines else 'sentences'} to align")
    if words:
        texts = _with_words(texts, recipe, path)
    if as_tmx or as_html:
        _write(texts, as_tmx, output)
    elif as_json:
        print_json(texts.records())
    elif lines and not words:
        sys.stdout.write(format_beads(texts.beads))
    else:
        show_beads(texts.records())


def _with_words(texts: AlignedTexts, recipe: str | None, path: str) -> AlignedTexts:
    from kb import direct
    from kb.embed import load
    from kb.store import open_store

    store = open_store(Path(path)) if Path(path).is_file() else None
    try:
        model = recipe_for(recipe, store).model
    finally:
        if store is not None:
            store.close()
    found = direct.link_words(
        (texts.a.sentences, texts.b.sentences), (texts.a.languages, texts.b.languages), texts.beads, load(model)
    )
    return replace(texts, words=tuple(map(tuple, found)))


def _check_output(output: str, is_written: bool, inputs: tuple[str, str]) -> None:
    """Before any work is done."""
    if not is_written:
        raise click.UsageError("-o goes with --tmx or --html; other output can be redirected with >")
    for name in inputs:
        if Path(name).exists() and Path(output).exists() and Path(name).samefile(output):
            raise UsageError(f"{output} is one of the files to align; name another file with -o")


def _write(texts: AlignedTexts, as_tmx: bool, output: str | None) -> None:
    from kb.export.beside import write_page
    from kb.export.output import opened
    from kb.export.tmx import write_tmx

    with opened(output) as stream:
        count = (write_tmx if as_tmx else write_page)(texts, stream)
    if output:
        print(f"{output}: {counted(count, 'unit' if as_tmx else 'row')}", file=sys.stderr)


# --- lines -----------------------------------------------------------------------------------------------------------


def _of_lines(
    a: str, b: str, languages: tuple[str | None, str | None], recipe: str | None, tagged: bool
) -> AlignedTexts:
    """`tagged`: what is written names the languages, so they are found out where they were not given."""
    from kb import direct
    from kb.aligned import AlignedTexts, of_lines
    from kb.embed import load

    sides = read_lines(a), read_lines(b)
    beads = direct.align_lines(*sides, *languages, load(recipe_for(recipe).model))
    tags = (
        tag or (direct.language_of(lines) if tagged else "und") for tag, lines in zip(languages, sides, strict=True)
    )
    left, right = (of_lines(name, lines, tag) for name, lines, tag in zip((a, b), sides, tags, strict=True))
    return AlignedTexts(left, right, tuple(beads))


def _align_many(table: str, languages: tuple[str | None, str | None], recipe: str | None) -> None:
    """Align all in one process. The whole table is looked at before any work is done."""
    from kb import direct
    from kb.embed import load

    jobs: list[tuple[str, str, str]] = []
    for number, line in enumerate(read_lines(table), 1):
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) != 3:
            raise UsageError(f"{table}, line {number}: {len(columns)} columns; write: A TAB B TAB OUT")
        for name in columns[:2]:
            if not Path(name).is_file():
                raise UsageError(f"{table}, line {number}: {name}: no such file")
        jobs.append((columns[0], columns[1], columns[2]))
    if not jobs:
        raise NotFoundError(f"{table}: no pairs of files in it")
    embedder = load(recipe_for(recipe).model)
    for a, b, out in jobs:
        beads = direct.align_lines(read_lines(a), read_lines(b), *languages, embedder)
        with Path(out).open("w", encoding="utf-8") as stream:
            stream.write(format_beads(beads))


# --- articles --------------------------------------------------------------------------------------------------------


def _of_articles(
    a: str, b: str, languages: tuple[str | None, str | None], recipe: str | None, path: str
) -> AlignedTexts:
    """Of two articles of the base what the build found, if it aligned them; all else is aligned now."""
    from kb.query import KnowledgeBase
    from kb.store import open_store

    store = open_store(Path(path)) if Path(path).is_file() else None
    try:
        if store is not None and languages == (None, None) and not (Path(a).is_file() or Path(b).is_file()):
            try:
                return KnowledgeBase(store).aligned(a, b)
            except NotFoundError:
                pass  # not translations, or not there: below
        from kb import direct
        from kb.aligned import AlignedTexts, of_article
        from kb.embed import load

        chosen = recipe_for(recipe, store)
        first, second = (
            _analysed(name, language, chosen, store, path) for name, language in zip((a, b), languages, strict=True)
        )
        embedder: Embedder = load(chosen.model)
        found = direct.align_articles(first, second, embedder)
        if found.relation != "parallel":
            print(
                f"kb: {a} and {b} do not look like translations of each other ({found.score:.2f}); beads are guesses",
                file=sys.stderr,
            )
    finally:
        if store is not None:
            store.close()
    return AlignedTexts(of_article(first), of_article(second), found.beads)


def _analysed(name: str, language: str | None, recipe: Recipe, store: Store | None, path: str) -> AnalysedArticle:
    """A file, or else an article of the base."""
    from kb import pipeline
    from kb.names import resolve_article

    if Path(name).is_file():
        return pipeline.analyse_file(Path(name), recipe, language=language)
    if store is None:
        raise UsageError(f"{name}: no such file, and no knowledge base in {path} to look it up in")
    if language is not None:
        raise UsageError(f"{name} is an article of the base, whose language is known; leave out its --language option")
    return store.analysed(resolve_article(name, store.article_names()))
