"""kb status"""

from __future__ import annotations

import click

from kb.cli.common import base_option, json_option, open_base, print_json
from kb.cli.show import heading, safe


@click.command("status")
@json_option
@base_option
def command(as_json: bool, path: str) -> None:
    """What the knowledge base holds, what was set aside and why.

    And what made it: the version, the recipe, the embedding model.

    \b
    Example:
      kb status --kb out/articles.db
    """
    with open_base(path) as base:
        status = base.status()
    if as_json:
        print_json([status])
        return
    heading(path)
    languages = ", ".join(f"{tag} {count}" for tag, count in status.languages.items())
    print(f"  articles   {status.articles}" + (f"  ({languages})" if languages else ""))
    print(f"  passages   {status.passages}")
    print(f"  sentences  {status.sentences}")
    print(f"  concepts   {status.concepts}")
    print(f"  pairs      {status.pairs}")
    if status.decisions:
        told = ", ".join(f"{count} {state}" for state, count in status.decisions.items())
        print(f"  decisions  {sum(status.decisions.values())}  ({told})")
    if status.judgements:
        print(f"  judgements {status.judgements}  (kb judge list)")
    if status.repairs:
        print(f"  repairs    {status.repairs} decided  (kb repairs list)")
    print(f"  built      {status.built or 'not yet'}, kb {status.version or '?'}, recipe {status.recipe or '?'}")
    print(f"  model      {status.model or '?'} ({status.dimension} dimensions, revision {status.revision or '?'})")
    print(f"  set aside  {len(status.set_aside)}")
    for item in status.set_aside:
        print(f"    {safe(item.path)}: {safe(item.reason)}")
