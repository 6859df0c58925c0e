"""kb check"""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.common import base_option, json_option, print_json
from kb.errors import StoreError


@click.command("check")
@json_option
@base_option
@click.pass_context
def command(ctx: click.Context, as_json: bool, path: str) -> None:
    """Is this knowledge base sound?

    Prints a line a fault. Exit status 3 when there are any.

    \b
    Example:
      kb check --kb out/articles.db
    """
    from kb.store import open_store

    store = open_store(Path(path))
    try:
        faults = store.check()
    finally:
        store.close()
    if as_json:
        print_json({"fault": fault} for fault in faults)
    else:
        for fault in faults:
            print(fault)
        if not faults:
            print(f"{path} is sound")
    ctx.exit(StoreError.status if faults else 0)
