from __future__ import annotations

from kb.graph import neighbours, shortest_path, turned, within
from kb.model import Link


def link(a: str, b: str, score: float = 1.0, kind: str = "related") -> Link:
    return Link(a, b, kind, score, "test", ())


def test_neighbours_are_read_from_the_concept() -> None:
    links = [link("a", "b", 0.5), link("c", "a", 0.9, "broader"), link("b", "c")]
    assert [(x.b, x.kind) for x in neighbours(links, "a")] == [("c", "narrower"), ("b", "related")]


def test_a_link_both_ways_comes_once_with_its_best_score() -> None:
    assert [(x.b, x.score) for x in neighbours([link("a", "b", 0.4), link("b", "a", 0.7)], "a")] == [("b", 0.7)]


def test_turning_twice_gives_the_link_back() -> None:
    narrow = link("a", "b", 0.3, "broader")
    assert turned(narrow).kind == "narrower"
    assert turned(turned(narrow)) == narrow


def test_path_prefers_sure_links_to_few() -> None:
    links = [link("a", "d", 0.2), link("a", "b"), link("b", "d")]
    assert [(x.a, x.b) for x in shortest_path(links, "a", "d") or []] == [("a", "b"), ("b", "d")]


def test_path_prefers_few_links_when_all_are_sure() -> None:
    links = [link("a", "b"), link("b", "c"), link("c", "d"), link("a", "d", 0.9)]
    assert [(x.a, x.b) for x in shortest_path(links, "a", "d") or []] == [("a", "d")]


def test_path_walks_links_backwards() -> None:
    steps = shortest_path([link("b", "a", 1.0, "broader"), link("b", "c", 1.0, "broader")], "a", "c") or []
    assert [(x.a, x.kind, x.b) for x in steps] == [("a", "narrower", "b"), ("b", "broader", "c")]


def test_path_ties_are_settled_by_id() -> None:
    links = [link("a", "x"), link("a", "b"), link("x", "z"), link("b", "z")]
    assert [x.b for x in shortest_path(links, "a", "z") or []] == ["b", "z"]
    assert [x.b for x in shortest_path(links[::-1], "a", "z") or []] == ["b", "z"]


def test_no_path_and_the_path_to_itself() -> None:
    assert shortest_path([link("a", "b")], "a", "c") is None
    assert shortest_path([link("a", "b")], "a", "a") == []


def test_within_keeps_links_among_the_concepts() -> None:
    links = [link("a", "b"), link("b", "c"), link("a", "b", kind="broader")]
    assert within(links, {"a", "b"}) == [links[0], links[2]]
    assert within(links, {"a", "b"}, ["broader"]) == [links[2]]
