"""kb path"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Step
from kb.cli.common import Form, base_option, emit, form_option, open_base
from kb.cli.show import bold, paragraph, safe


@click.command("path")
@click.argument("a")
@click.argument("b")
@form_option
@base_option
def command(a: str, b: str, form: Form, path: str) -> None:
    """The surest chain of links from one concept to another.

    A and B are ids, or labels in any language. A step that the articles gave comes with passages that
    support it, one of the scheme with its address.

    \b
    Example:
      kb path "dịch vụ" "souvenirs"
    """
    with open_base(path) as base:
        steps = base.path(a, b)
    emit(steps, form=form, show=_show, nothing=f"no chain of links joins '{a}' and '{b}'", limit=0)


def _show(steps: Sequence[Step]) -> None:
    print(bold(safe(steps[0].a_name)))
    for step in steps:
        print(f"  | {step.kind}  {step.score:.2f}  ({step.method})")
        for quote in step.quotes:
            paragraph(f"{quote.language}: {quote.text}", "  |   ")
        print(bold(safe(step.b_name)))
