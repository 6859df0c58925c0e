"""kb search"""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kb.cli.common import base_option, emit, json_option, language_option, limit_option, open_base
from kb.cli.show import bold, paragraph, safe
from kb.model import Hit


@click.command("search")
@click.argument("query", nargs=-1, required=True, metavar="QUERY")
@language_option
@limit_option(10, "passages")
@json_option
@base_option
def command(query: tuple[str, ...], language: str | None, limit: int, as_json: bool, path: str) -> None:
    """Passages by meaning and by words, whatever the query's language.

    \b
    Example:
      kb search "what makes customers come back" --language vi
    """
    # One question is a few small products: starting threads for them takes longer than they do (8 ms, 0.6 ms without).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    text = " ".join(query)
    with open_base(path) as base:
        hits = base.search(text, language=language, limit=limit or base.status().passages)
    emit(hits, as_json=as_json, show=_show, nothing=f"nothing in {path} answers '{text}'", limit=limit)


def _show(hits: Sequence[Hit]) -> None:
    for number, hit in enumerate(hits, 1):
        place = f"{hit.article} [{hit.start}:{hit.end}]  {hit.path}"
        print(f"{bold(f'{number:2}.')} {hit.score:.2f}  {hit.language}  {safe(place)}")
        paragraph(hit.text, "    ")
