"""kb graph"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from kb.answers import Graph, Theme
from kb.cli.common import Form, base_option, emit, json_option, known_tags, limit_option, open_base, print_json, to_show
from kb.cli.pictures import check_picture, save_picture
from kb.cli.show import Table, paragraph
from kb.errors import NotFoundError
from kb.model import Link
from kb.names import preferred_name
from kb.records import Records, plain

PLOTTED = 60  # concepts in a picture
THEME_SHOWN = 12


@click.command("graph")
@click.option("--type", "type_", metavar="TYPE", help="Only concepts of this type.")
@click.option("--kind", metavar="KIND", help="Only links of this kind.")
@limit_option(None, "concepts")
@click.option("--themes", is_flag=True, help="Communities: groups of concepts that belong together.")
@click.option("--plot", metavar="FILE", help=f"A picture, SVG or PNG, of the first {PLOTTED} concepts (or --limit).")
@click.option("--names", metavar="TAG,...", default="", help="Languages of the names in the picture: vi,zh-Hans.")
@json_option
@base_option
def command(
    type_: str | None,
    kind: str | None,
    limit: int | None,
    themes: bool,
    plot: str | None,
    names: str,
    as_json: bool,
    path: str,
) -> None:
    """The concept graph: nodes and edges.

    With --json, nodes come first: {"record": "node", ...}, then {"record": "edge", "a", "b", "kind", "score", ...}.

    \b
    Example:
      kb graph --limit 100 --json
      kb graph --themes
      kb graph --plot graph.svg --names vi,fr
    """
    if plot is not None:
        check_picture(plot)
        limit = PLOTTED if limit is None else limit
    with open_base(path) as base:
        tags = known_tags(names, base)
        most = limit or None
        graph = base.graph(type=type_, kind=kind, limit=most)
        found = base.themes(type=type_, kind=kind, limit=most) if themes and plot is None else None
    if not graph.nodes:
        raise NotFoundError(f"no concepts of that kind in {path}")
    if plot is not None:
        from kb.export.picture import graph_svg

        linked = {id for edge in graph.edges for id in (edge.a, edge.b)}
        drawn = replace(graph, nodes=Records(n for n in graph.nodes if n.id in linked)) if linked else graph
        save_picture(plot, graph_svg(drawn, tags))
        if alone := len(graph.nodes) - len(drawn.nodes):
            print(
                f"kb: {alone} of the {len(graph.nodes)} concepts have no link among them and are not drawn",
                file=sys.stderr,
            )
        return
    if found is not None:
        _show_themes(found, as_json)
        return
    if as_json:
        print_json({"record": "node"} | plain(node) for node in graph.nodes)
        print_json({"record": "edge"} | plain(edge) for edge in graph.edges)
        return
    print(f"{len(graph.nodes)} concepts, {len(graph.edges)} links")
    shown = graph.edges[: to_show(limit, Form.TEXT)]
    emit(shown, form=Form.TEXT, table=lambda edges: _table(edges, graph), nothing="no links among them", limit=limit)


def _show_themes(themes: Sequence[Theme], as_json: bool) -> None:
    if as_json:
        print_json({"theme": theme.number, "concepts": theme.concepts} for theme in themes)
        return
    for theme in themes:
        named = theme.names[:THEME_SHOWN]
        more = f", and {len(theme.names) - THEME_SHOWN} more" if len(theme.names) > THEME_SHOWN else ""
        paragraph(f"{theme.number}. {', '.join(named)}{more}", "")


def _table(edges: Sequence[Link], graph: Graph) -> Table:
    names = {node.id: preferred_name(node.labels) for node in graph.nodes}
    return Table(
        ["from", "kind", "to", "score", "method"],
        [[names[e.a], e.kind, names[e.b], e.score, e.method] for e in edges],
        numbers=(3,),
    )
