"""kb models"""

from __future__ import annotations

from dataclasses import replace

import click

from kb.cli.common import json_option, print_json
from kb.cli.show import Table


@click.command("models")
@click.argument("action", type=click.Choice(["list", "verify"]), default="list")
@click.option("--speed", is_flag=True, help="Load each model and measure how many sentences a second it reads here.")
@json_option
@click.pass_context
def command(ctx: click.Context, action: str, speed: bool, as_json: bool) -> None:
    """The embedding models on this machine, their sizes and speed.

    The name of one goes into a recipe as `model`. `kb models verify` compares the bundled model with what its package
    should hold; exit status 2 when it differs.

    \b
    Example:
      kb models
    """
    from kb.embed import models

    if action == "verify":
        found = list(models.verify())
        if as_json:
            print_json([{"path": path, "problem": problem or None} for path, problem in found])
        else:
            Table(["path", "result"], [[path, problem or "ok"] for path, problem in found]).print()
        ctx.exit(2 if any(problem for _, problem in found) else 0)
    listed = [replace(m, speed=models.measure(m.name)) if speed else m for m in models.models()]
    if as_json:
        print_json(listed)
        return
    Table(
        ["model", "dimension", "MB", "revision", *(["sentences/s"] if speed else [])],
        [[m.name, str(m.dimension), str(m.megabytes), m.revision, *([str(m.speed)] if speed else [])] for m in listed],
    ).print()
