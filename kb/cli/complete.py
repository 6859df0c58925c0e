"""What a shell proposes for arguments and options: article ids, names of concepts, languages, types.

Any trouble, such as no base, means no proposals: nobody wants an error for pressing Tab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.errors import KbError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kb.query import KnowledgeBase

PROPOSED = 30

Complete = Callable[[click.Context, click.Parameter, str], list["CompletionItem"]]


def _asking(question: Callable[[KnowledgeBase, str], Iterable[tuple[str, str]]]) -> Complete:
    """Of a question that gives (value, help) for what is typed so far."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from kb.query import open_base

        path = str(ctx.params.get("path") or "kb.db")
        try:
            if not Path(path).is_file():
                return []
            with open_base(path) as base:
                return [CompletionItem(value, help=text or None) for value, text in question(base, incomplete)]
        except (KbError, OSError):
            return []

    return complete


articles = _asking(
    lambda base, typed: [(a.id, a.title) for a in base.article_names() if a.id.startswith(typed)][:PROPOSED]
)
concepts = _asking(lambda base, typed: base.names_beginning(typed, limit=PROPOSED))
languages = _asking(lambda base, typed: [(tag, "") for tag in base.tags() if tag.lower().startswith(typed.lower())])
types = _asking(
    lambda base, typed: [(t, "") for t in sorted({c.type for c in base.concepts() if c.type}) if t.startswith(typed)]
)


def after(position: int, actions: Iterable[str], others: Complete, *, both: bool = False) -> Complete:
    """`actions` for the word at this position of an argument that takes several; `others`, or (`both`) these too."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        typed = ctx.params.get(param.name or "") or ()
        if len(typed) != position:
            return others(ctx, param, incomplete)
        found = [CompletionItem(action) for action in actions if action.startswith(incomplete)]
        return [*found, *others(ctx, param, incomplete)] if both else found

    return complete


def register() -> None:
    """Let names with blanks survive in bash, which puts proposals on the line as they are; zsh and fish quote them."""
    from click.shell_completion import BashComplete, add_completion_class

    class Bash(BashComplete):
        def format_completion(self, item: CompletionItem) -> str:
            # `read` in click's script takes one of the two backslashes.
            escaped = "".join(f"\\\\{c}" if c in " '\"()&;|<>$`\\*?[]!#~" else c for c in str(item.value))
            return f"{item.type},{escaped}"

    add_completion_class(Bash)
