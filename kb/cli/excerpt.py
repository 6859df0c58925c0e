"""kb show"""

from __future__ import annotations

import re
from bisect import bisect_right

import click

from kb.answers import Excerpt
from kb.cli import complete
from kb.cli.common import base_option, json_option, open_base, print_json, show_citations
from kb.cli.show import bold, cells, marked_text, on_terminal, pad, paragraph, safe
from kb.errors import UsageError
from kb.query import KnowledgeBase
from kb.records import plain

_SPAN = re.compile(r"(.+?)(?:\s*\[(\d+):(\d+)\]|:(\d+)-(\d+))$")  # as listings print it, or article:12-34


@click.command("show")
@click.argument("place", shell_complete=complete.articles, metavar="ARTICLE[:START-END]")
@click.option("--raw", is_flag=True, help="The text as it was read, with the numbers of its lines.")
@click.option(
    "--context", type=click.IntRange(min=0), default=1, metavar="N", help="Passages (with --raw lines) around it (1)."
)
@json_option
@base_option
def command(place: str, raw: bool, context: int, as_json: bool, path: str) -> None:
    """A passage in its article, or the whole article.

    START and END are raw offsets, as every listing prints them; article[START:END] and the id of a passage will do,
    too. What was asked for stands between guillemets.

    \b
    Example:
      kb show designing-experience/fr:3524-3533
      kb show designing-experience/fr:3524-3533 --raw
    """
    with open_base(path) as base:
        article, start, end = _place(base, place)
        if raw:
            _show_raw(base, article, start, end, context, as_json)
        elif end is None:
            _show_article(base, article, as_json)
        else:
            _show_excerpt(base, base.excerpt(article, start, end, context=context), as_json)


def _place(base: KnowledgeBase, place: str) -> tuple[str, int, int | None]:
    """(article, start, end); end None for all of it."""
    if match := _SPAN.match(place):
        article, *numbers = match.groups()
        start, end = (int(n) for n in numbers if n is not None)
        if end < start:
            raise UsageError(f"'{place}' ends before it starts; give the smaller offset first")
        size = base.article(article).characters
        if start >= size:
            raise UsageError(f"'{place}' is beyond the article, which has {size} characters")
        return article, start, min(end, size)
    if passage := base.passage(place):
        return passage.article, passage.start, passage.end
    return place, 0, None


def _show_article(base: KnowledgeBase, article: str, as_json: bool) -> None:
    text = base.read(article)
    if as_json:
        print_json([text])
        return
    print(bold(safe(text.article.title)))
    show_citations([base.cite(text.article.id, 0, text.article.characters)], "")
    for passage in text.passages:
        print()
        paragraph(passage.text)


def _show_excerpt(base: KnowledgeBase, excerpt: Excerpt, as_json: bool) -> None:
    citation = base.cite(excerpt.article.id, excerpt.start, excerpt.end)
    if as_json:
        print_json([plain(excerpt) | {"citation": plain(citation)}])
        return
    print(bold(safe(excerpt.article.title)))
    show_citations([citation], "")
    for passage, span in zip(excerpt.passages, excerpt.marked, strict=True):
        print()
        paragraph(marked_text(passage.text, *span) if span else passage.text, "  " if span else "    ")


def _show_raw(base: KnowledgeBase, article: str, start: int, end: int | None, context: int, as_json: bool) -> None:
    text = base.raw(article)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    first, last = 0, len(starts)
    if end is not None:
        first = max(0, bisect_right(starts, start) - 1 - context)
        last = min(len(starts), bisect_right(starts, max(start, end - 1)) + context)
    bounds = [*starts, len(text) + 1]
    if as_json:
        print_json(
            {
                "article": base.article(article).id,
                "line": n + 1,
                "start": bounds[n],
                "text": text[bounds[n] : bounds[n + 1] - 1],
            }
            for n in range(first, last)
        )
        return
    width = cells(str(last))
    for n in range(first, last):
        line = text[bounds[n] : bounds[n + 1] - 1]
        if end is not None and start < bounds[n + 1] and end > bounds[n]:
            line = marked_text(line, max(0, start - bounds[n]), min(len(line), end - bounds[n]))
        print(f"{pad(str(n + 1), width, right=True)}  {safe(line) if on_terminal() else line}")
