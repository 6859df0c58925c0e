"""kb articles"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from kb.cli.common import Form, base_option, emit, form_option, language_option, open_base
from kb.cli.show import Table
from kb.model import Article


@click.command("articles")
@language_option
@form_option
@base_option
def command(language: str | None, form: Form, path: str) -> None:
    """The articles, with their languages and sizes.

    A mixed article has several languages, that of most of its text first.

    \b
    Example:
      kb articles --language zh
    """
    with open_base(path) as base:
        articles = base.articles(language=language)
        languages = base.languages
    # All of them, even for a reader: it is the list to look an id up in.
    nothing = f"{path} holds no articles"
    emit(articles, form=form, table=lambda found: _table(found, languages), nothing=nothing, limit=0)


def _table(articles: Sequence[Article], languages: Mapping[str, tuple[str, ...]]) -> Table:
    return Table(
        ["id", "language", "title", "characters", "sentences", "concepts", "path"],
        [[a.id, ", ".join(languages[a.id]), a.title, a.characters, a.sentences, a.concepts, a.path] for a in articles],
        numbers=(3, 4, 5),
    )
