"""kb export"""

from __future__ import annotations

import click

from kb.cli.common import base_option, open_base
from kb.export import FORMATS, WHAT


@click.command("export")
@click.argument("format_", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.option("--what", type=click.Choice(WHAT), default="concepts", help="What the rows are (default: concepts).")
@click.option("-o", "--output", metavar="FILE", help="Write to this file instead of standard output.")
@base_option
def command(format_: str, what: str, output: str | None, path: str) -> None:
    """Write tables for other programs: csv or jsonl.

    A csv file begins with a byte order mark, by which spreadsheets know that it is UTF-8; on standard output there is
    none.

    \b
    Example:
      kb export csv --what terms -o terms.csv
    """
    from kb.export import export

    with open_base(path) as base:
        count = export(base, format_, what, output)
    if output:
        click.echo(f"{output}: {count} {what}", err=True)
