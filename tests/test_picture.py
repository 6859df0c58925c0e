"""The pictures of graph and coverage: well-formed, complete, readable."""

from __future__ import annotations

import itertools
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.answers import Coverage, Graph
from kb.export.picture import graph_svg, heat_svg
from kb.graph import communities
from kb.model import Concept, Link
from kb.records import Records

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "price": {"fr": ("prix",), "vi": ("giá", "giá cả"), "zh-Hans": ("价格",)},
    "product": {"fr": ("produit",), "vi": ("sản phẩm",), "zh-Hans": ("产品",)},
    "souvenir": {"fr": ("souvenir",), "vi": ("vật kỷ niệm",)},
    "theme": {"fr": ("thème",), "zh-Hans": ("主题",)},
    "odd": {"fr": ('<a> & "b"',)},
}
LINKS = [
    Link("price", "product", "co-occurrence", 0.9, "log-likelihood", ("p1",)),
    Link("souvenir", "theme", "related", 1.0, "scheme", ("s",)),
    Link("price", "souvenir", "opposed", 0.8, "contrast", ("p2",)),
]


@pytest.fixture(scope="module")
def graph() -> Graph:
    nodes = [Concept(id, None, labels, 5.0 - n, 3, 1) for n, (id, labels) in enumerate(NAMES.items())]
    return Graph(Records(nodes), Records(LINKS))


def texts(svg: str) -> list[tuple[str | None, str | None]]:
    return [(e.get(LANGUAGE), e.text) for e in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_concept_and_link_is_drawn(graph: Graph) -> None:
    root = ElementTree.fromstring(graph_svg(graph))
    assert len(list(root.iter(f"{SVG}circle"))) == 5
    assert len(list(root.iter(f"{SVG}line"))) == 3
    assert len(list(root.iter(f"{SVG}text"))) == 5 + 1


def test_names_in_the_languages_that_were_asked_for(graph: Graph) -> None:
    found = texts(graph_svg(graph, ["vi", "zh-Hans"]))
    assert ("vi", "giá") in found
    assert ("zh-Hans", "价格") in found
    assert ("fr", '<a> & "b"') in found  # of none of these languages: the name it has
    assert ("fr", "prix") not in found


def test_no_name_stands_over_another(graph: Graph) -> None:
    root = ElementTree.fromstring(graph_svg(graph, ["fr", "vi", "zh-Hans"]))
    boxes = []
    for e in root.iter(f"{SVG}text"):
        if e.text == root.findtext(f"{SVG}title"):
            assert float(e.get("y", "0")) < 0  # above the rest, which begins at 0
            continue
        wide = len(e.text or "") * 7
        x, y = float(e.get("x", "0")), float(e.get("y", "0"))
        boxes.append((x - wide / 2, x + wide / 2, y - 12, y))
    for a, b in itertools.combinations(boxes, 2):
        assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
    width, height = (float(root.get(side, "0")) for side in ("width", "height"))
    assert all(x0 >= 0 and x1 <= width and y0 >= 0 and y1 <= height for x0, x1, y0, y1 in boxes)


def test_the_same_graph_gives_the_same_picture(graph: Graph) -> None:
    assert graph_svg(graph, ["fr"]) == graph_svg(graph, ["fr"])


def test_communities_have_a_colour_each(graph: Graph) -> None:
    groups = communities([node.id for node in graph.nodes], graph.edges)
    assert groups == [["price", "product"], ["souvenir", "theme"], ["odd"]]  # what is opposed does not belong together
    fills = [e.get("fill") for e in ElementTree.fromstring(graph_svg(graph)).iter(f"{SVG}circle")]
    assert fills[0] == fills[1]
    assert fills[2] == fills[3]
    assert len(set(fills)) == 3


def test_a_heat_map_has_every_count() -> None:
    rows = [
        Coverage("price", "价格", "4P", {"fr": 12, "vi": 0}, 12, {"fr": 8.0, "vi": -8.0}),
        Coverage("theme", "chủ đề & thème", None, {"fr": 3, "vi": 40}, 43, {"fr": -8.0, "vi": 8.0}),
    ]
    root = ElementTree.fromstring(heat_svg(rows))
    cells = [e for e in root.iter(f"{SVG}rect") if e.get("fill-opacity")]
    assert len(cells) == 4
    depth = {e.findtext(f"{SVG}title"): float(e.get("fill-opacity", "")) for e in cells}
    assert depth["价格, vi: 0"] == 0
    assert depth["chủ đề & thème, vi: 40"] == max(depth.values()) == 1
    shown = [text for _, text in texts(heat_svg(rows))]
    title = "Mentions of 2 concepts (darker: more of the column)"
    assert {title, "价格", "chủ đề & thème", "fr", "vi", "12", "3", "40"} == set(shown)


def test_a_picture_is_a_file_of_its_own(tmp_path: Path, graph: Graph) -> None:
    """What a browser shows of a file: no link to another address but the name of the format."""
    svg = graph_svg(graph)
    assert svg.replace("http://www.w3.org/2000/svg", "").count("://") == 0
    (tmp_path / "g.svg").write_text(svg, "utf-8")
    assert ElementTree.parse(tmp_path / "g.svg").getroot().tag == f"{SVG}svg"
