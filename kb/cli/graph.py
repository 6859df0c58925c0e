"""kb graph"""

from __future__ import annotations

from collections.abc import Sequence

import click

from kb.answers import Graph
from kb.cli.common import base_option, emit, json_option, limit_option, open_base, print_json, to_show
from kb.cli.show import table
from kb.errors import NotFoundError
from kb.model import Link
from kb.names import preferred_name
from kb.records import plain


@click.command("graph")
@click.option("--type", "type_", metavar="TYPE", help="Only concepts of this type.")
@click.option("--kind", metavar="KIND", help="Only links of this kind.")
@limit_option(None, "concepts")
@json_option
@base_option
def command(type_: str | None, kind: str | None, limit: int | None, as_json: bool, path: str) -> None:
    """The concept graph: nodes and edges.

    With --json, nodes come first: {"record": "node", ...}, then {"record": "edge", "a", "b", "kind", "score", ...}.

    \b
    Example:
      kb graph --limit 100 --json
    """
    with open_base(path) as base:
        graph = base.graph(type=type_, kind=kind, limit=None if limit is None else limit or None)
    if not graph.nodes:
        raise NotFoundError(f"no concepts of that kind in {path}")
    if as_json:
        print_json({"record": "node"} | plain(node) for node in graph.nodes)
        print_json({"record": "edge"} | plain(edge) for edge in graph.edges)
        return
    print(f"{len(graph.nodes)} concepts, {len(graph.edges)} links")
    shown = graph.edges[: to_show(limit, as_json)]
    emit(shown, as_json=False, show=lambda edges: _show(edges, graph), nothing="no links among them", limit=limit)


def _show(edges: Sequence[Link], graph: Graph) -> None:
    names = {node.id: preferred_name(node.labels) for node in graph.nodes}
    table(
        ["from", "kind", "to", "score", "method"],
        [[names[e.a], e.kind, names[e.b], e.score, e.method] for e in edges],
        numbers=(3,),
    )
