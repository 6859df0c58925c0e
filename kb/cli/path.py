"""kb path"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Citation, Step
from kb.cli import complete
from kb.cli.common import (
    Form,
    base_option,
    cite_option,
    citing,
    emit,
    form_option,
    named_in,
    names_option,
    open_base,
    show_citations,
)
from kb.cli.show import bold, paragraph, safe


@click.command("path")
@click.argument("a", shell_complete=complete.concepts)
@click.argument("b", shell_complete=complete.concepts)
@cite_option
@names_option
@form_option
@base_option
def command(a: str, b: str, cite: bool, in_names: str, form: Form, path: str) -> None:
    """The surest chain of links from one concept to another.

    A and B are ids, or labels in any language. Each step comes with sentences that speak of both, where
    there are any. The ends of the chain may share no more than one sentence with what is next to them.

    \b
    Example:
      kb path "dịch vụ" "souvenirs"
    """
    with open_base(path) as base:
        steps = named_in(base, base.path(a, b), in_names)
        cited = citing(base, steps) if cite else None
    emit(
        steps,
        form=form,
        show=lambda found: _show(found, cited or ()),
        cited=cited,
        nothing=f"no chain of links joins '{a}' and '{b}'",
        limit=0,
    )


def _show(steps: Sequence[Step], cited: Sequence[tuple[Citation, ...]]) -> None:
    print(bold(safe(steps[0].a_name)))
    for n, step in enumerate(steps):
        print(f"  | {step.kind}  {step.score:.2f}  ({step.method})")
        for quote in step.quotes:
            paragraph(f"{quote.language}: {quote.text}", "  |   ")
        show_citations(cited[n] if cited else (), "  |   ")
        print(bold(safe(step.b_name)))
