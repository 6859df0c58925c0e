"""Types that concepts have from the broader ones that their names tell."""

from __future__ import annotations

from itertools import permutations

from kb.families import inherited
from kb.model import HEAD, Concept, ConceptRecord, Link


def record(id: str, kind: str | None = None) -> ConceptRecord:
    concept = Concept(id, kind, {"fr": (id,)}, 1.0, 1, 1)
    return ConceptRecord(concept, None, None, (("fr", id),), {})


def broader(a: str, b: str, score: float = 0.8, method: str = HEAD) -> Link:
    return Link(a, b, "broader", score, method, ())


def types(records: list[ConceptRecord], links: list[Link]) -> dict[str, str | None]:
    return {r.concept.id: r.concept.type for r in inherited(records, links)}


def test_a_kind_of_an_actor_is_an_actor_however_far_below() -> None:
    records = [record("client", "actor"), record("client fidèle"), record("client fidèle local")]
    links = [broader("client fidèle", "client"), broader("client fidèle local", "client fidèle")]
    for order in permutations(links):
        assert set(types(records, list(order)).values()) == {"actor"}


def test_what_the_scheme_says_goes_first() -> None:
    records = [record("client", "actor"), record("client mystère", "process")]
    assert types(records, [broader("client mystère", "client")])["client mystère"] == "process"


def test_of_two_heads_the_surer_one() -> None:
    records = [record("client", "actor"), record("service", "offering"), record("service client")]
    links = [broader("service client", "client", 0.6), broader("service client", "service", 0.8)]
    assert types(records, links)["service client"] == "offering"


def test_other_links_tell_no_family() -> None:
    records = [record("entreprise", "actor"), record("moquette"), record("visite")]
    links = [broader("moquette", "entreprise", method="such as"), Link("visite", "entreprise", "related", 1.0, "x", ())]
    assert types(records, links) == {"entreprise": "actor", "moquette": None, "visite": None}


def test_a_head_without_a_family_leaves_it_to_the_next() -> None:
    records = [record("client", "actor"), record("service"), record("service client")]
    links = [broader("service client", "service", 0.8), broader("service client", "client", 0.6)]
    assert types(records, links)["service client"] == "actor"


def test_a_circle_of_names_ends() -> None:
    assert types([record("a"), record("b")], [broader("a", "b"), broader("b", "a")]) == {"a": None, "b": None}
    assert inherited([], []) == []
