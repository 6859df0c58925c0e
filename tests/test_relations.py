from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from kb.chance import SIGNIFICANT, leaning, log_likelihood
from kb.model import Concept, ConceptRecord, Link, Mention
from kb.relations import BEYOND_CHANCE, EVIDENCE, relate
from kb.sayings import Said
from kb.scheme import Scheme, SchemeConcept

# Concept -> its places: (passage, start).
Places = Mapping[str, Sequence[tuple[int, int]]]
LENGTH = 5
SENTENCE = 1000


def record(id: str, *names: tuple[str, str], address: str | None = None) -> ConceptRecord:
    return ConceptRecord(Concept(id, None, {}, 1.0, 1, 1), address, None, names, {})


def related(
    places: Places,
    concepts: Sequence[ConceptRecord] | None = None,
    scheme: Scheme | None = None,
    per_concept: int = 10,
    same: Mapping[str, str] | None = None,
) -> list[Link]:
    """Every passage is an article `0`, `1`, ...; every mention is LENGTH characters long, every sentence SENTENCE."""
    mentions = [
        Mention(concept, str(passage), "", "vi", start, start + LENGTH, "", "", 1.0)
        for concept, found in places.items()
        for passage, start in found
    ]
    place_of = {(m.article, m.start): (f"p{int(m.article):02}", m.start // SENTENCE) for m in mentions}
    held = [record(concept) for concept in places] if concepts is None else concepts
    return relate(held, mentions, place_of, scheme or Scheme(), per_concept=per_concept, same=same)


def at(start: int, *passages: int) -> list[tuple[int, int]]:
    return [(passage, start) for passage in passages]


# --- what stands together -------------------------------------------------------------------------------------------


def test_log_likelihood_by_hand() -> None:
    # Both in 3 of 10 passages, one alone in 1, the other alone in 2, neither in 4.
    cells = [(3, 4 * 5 / 10), (1, 4 * 5 / 10), (2, 6 * 5 / 10), (4, 6 * 5 / 10)]
    expected = 2 * sum(seen * math.log(seen / chance) for seen, chance in cells)
    assert log_likelihood(3, 4, 5, 10) == pytest.approx(expected)
    assert log_likelihood(3, 4, 5, 10) == pytest.approx(1.7260924)
    assert log_likelihood(3, 5, 4, 10) == pytest.approx(expected)


def test_log_likelihood_at_the_ends() -> None:
    assert log_likelihood(2, 4, 5, 10) == pytest.approx(0)  # as often as chance has it
    assert log_likelihood(4, 4, 4, 8) == pytest.approx(16 * math.log(2))  # always and only together
    assert log_likelihood(10, 10, 10, 10) == pytest.approx(0)  # everywhere


def test_leaning_has_a_side() -> None:
    """Half of all cases are of one kind; what happens 10 times is of it 9 times, 5 times, once."""
    assert leaning(9, 10, 50, 100) == pytest.approx(log_likelihood(9, 10, 50, 100))
    assert leaning(9, 10, 50, 100) > SIGNIFICANT
    assert leaning(5, 10, 50, 100) == pytest.approx(0)
    assert leaning(1, 10, 50, 100) == pytest.approx(-leaning(9, 10, 50, 100))


FIVE = at(0, 0, 1, 2, 3, 4)
BESIDE = at(50, 0, 1, 2, 3, 4)
ELSEWHERE = {"other": at(0, *range(5, 12))}


def test_what_sentences_say_is_a_link_with_its_passages() -> None:
    """Cues are parts of an experience: said in p1 and p2, which are one in two languages, and in p3."""
    said = [Said("cue", "experience", "part-of", "enumeration", passage) for passage in ("p1", "p2", "p3")]
    contradiction = [Said(a, b, "broader", "such as", "p4") for a, b in (("price", "cost"), ("cost", "price"))]
    opposite = Said("experience", "service", "opposed", "contrast", "p5")
    found = relate([], [], {}, Scheme(), [*said, *contradiction, opposite], per_concept=10, same={"p2": "p1"})
    assert [(x.a, x.b, x.kind, x.score) for x in found] == [
        ("cue", "experience", "part-of", 0.9),
        ("experience", "service", "opposed", 0.8),
    ]
    assert found[0].evidence == ("p1", "p2", "p3")


def test_two_meetings_are_a_link_only_among_many_passages() -> None:
    def of(passages: int) -> list[Link]:
        return related({"theme": at(0, 0, 1), "cue": at(50, 0, 1), "other": at(0, *range(2, passages))})

    assert SIGNIFICANT < log_likelihood(2, 2, 2, 10) < BEYOND_CHANCE < log_likelihood(2, 2, 2, 16)
    assert not of(10)
    assert len(of(16)) == 1


def test_what_versions_of_a_passage_say_is_said_once() -> None:
    """Five passages that are translations of one another are one place where two concepts meet."""
    places = {"theme": FIVE, "cue": BESIDE, **ELSEWHERE}
    assert related(places)
    assert not related(places, same={f"p{n:02}": "p00" for n in range(5)})
    (link,) = related(places, same={"p03": "p00", "p04": "p00"})  # said three times, in five passages
    g2 = log_likelihood(3, 3, 3, 10)
    assert link.score == pytest.approx(g2 / (g2 + SIGNIFICANT), abs=1e-4)
    assert len(link.evidence) == 5


def test_concepts_that_keep_company() -> None:
    (link,) = related({"theme": FIVE, "cue": BESIDE, **ELSEWHERE})
    g2 = log_likelihood(5, 5, 5, 12)
    assert (link.a, link.b, link.kind, link.method) == ("cue", "theme", "co-occurrence", "log-likelihood")
    assert link.score == pytest.approx(g2 / (g2 + SIGNIFICANT), abs=1e-4)
    assert 0.5 <= link.score < 1
    assert link.evidence == ("p00", "p01", "p02", "p03", "p04")


def test_chance_company_is_no_link() -> None:
    assert related({"theme": at(0, 0, 1, 2, 3, 4, 5), "cue": at(50, 0, 1, 6, 7, 8), **ELSEWHERE}) == []
    assert related({"theme": at(0, 0), "cue": at(50, 0), **ELSEWHERE}) == []  # once is no habit
    # Two that avoid each other are surprising too, but are not related by it.
    apart = {"theme": at(0, *range(20)), "cue": at(50, 18, 19, *range(20, 40))}
    assert log_likelihood(2, 20, 22, 40) > SIGNIFICANT
    assert related(apart) == []


def test_concepts_of_one_passage_meet_in_its_sentences() -> None:
    """Two of the five passages hold both in one sentence; these are the evidence."""
    far = [(passage, SENTENCE) for passage in (2, 3, 4)]
    (link,) = related({"theme": FIVE, "cue": [*at(50, 0, 1), *far], **ELSEWHERE})
    assert link.evidence == ("p00", "p01")
    assert not related({"theme": FIVE, "cue": [*at(50, 0), (1, SENTENCE), *far], **ELSEWHERE})
    assert not related({"theme": FIVE, "cue": [*at(50, 0, 1), *far], **ELSEWHERE}, same={"p01": "p00"})


def test_a_name_inside_another_is_not_beside_it() -> None:
    inside = at(0, 0, 1, 2, 3, 4)
    assert related({"customer experience": FIVE, "experience": inside, **ELSEWHERE}) == []
    overlapping = at(LENGTH - 1, 0, 1, 2, 3, 4)
    assert related({"customer experience": FIVE, "experience": overlapping, **ELSEWHERE}) == []
    touching = at(LENGTH, 0, 1, 2, 3, 4)
    assert len(related({"customer experience": FIVE, "experience": touching, **ELSEWHERE})) == 1


def test_only_so_many_links_a_concept() -> None:
    hub = {"hub": FIVE, **ELSEWHERE}
    friends = {f"friend {n}": at(50 * (n + 1), *range(5 - n % 2)) for n in range(6)}
    many = related({**hub, **friends}, per_concept=100)
    few = related({**hub, **friends}, per_concept=1)
    assert len(few) < len(many)
    assert set(few) <= set(many)
    best = {c: max(x.score for x in many if c in (x.a, x.b)) for c in [*friends, "hub"]}
    for concept, score in best.items():
        assert max(x.score for x in few if concept in (x.a, x.b)) == score
    # A link is kept when it is the best of either end, so each concept is there.
    assert {x.a for x in few} | {x.b for x in few} == set(best)


def test_evidence_is_where_both_stand() -> None:
    everywhere = {"theme": at(0, *range(9)), "cue": at(50, *range(2, 9)), "other": at(0, *range(9, 30))}
    (link,) = related(everywhere)
    assert len(link.evidence) == EVIDENCE
    assert set(link.evidence) <= {f"p{n:02}" for n in range(2, 9)}


# --- what the scheme says -------------------------------------------------------------------------------------------


def scheme(**entries: tuple[Sequence[str], Sequence[str]]) -> Scheme:
    """slug=(broader, related)"""
    return Scheme(
        {
            slug: SchemeConcept(slug, f"x/{slug}", None, {}, None, tuple(broader), tuple(related))
            for slug, (broader, related) in entries.items()
        }
    )


def test_links_of_the_scheme() -> None:
    known = scheme(cup=(["vessel"], ["tea"]), vessel=([], []), tea=([], ["cup"]), pot=(["vessel"], []))
    concepts = [record("cup", address="x/cup"), record("c1", address="x/vessel"), record("tea", address="x/tea")]
    assert related({}, concepts, known) == [
        Link("cup", "c1", "broader", 1.0, "scheme", ("x/cup",)),  # by its id in this base
        Link("cup", "tea", "related", 1.0, "scheme", ("x/cup",)),  # once, though written on both sides
    ]
    assert related({}, [record("cup"), record("c1")], known) == []


# --- what names say -------------------------------------------------------------------------------------------------

HEADS = [
    # Language, a name, the name of what it is a kind of.
    ("vi", "dịch vụ khách hàng", "dịch vụ"),  # customer service, service
    ("fr", "service à clientèle", "service"),
    ("fr", "gestion de relation client", "gestion de relation"),
    ("vi", "di sản văn hóa", "di sản"),  # cultural heritage, heritage
    ("zh", "售后服务", "服务"),  # after-sales service, service
    ("zh", "crm系统", "系统"),  # CRM system, system
]


@pytest.mark.parametrize(("language", "narrow", "broad"), HEADS)
def test_the_head_of_a_name_is_broader(language: str, narrow: str, broad: str) -> None:
    concepts = [record("narrow", (language, narrow)), record("broad", (language, broad))]
    (link,) = related({"narrow": at(0, 3, 1)}, concepts)
    assert link == Link("narrow", "broad", "broader", 0.6, "head of the name", ("p01", "p03"))


NO_HEADS = [
    ("vi", "dịch vụ khách hàng", "khách hàng"),  # customer
    ("fr", "service client", "client"),
    ("zh", "服务质量", "服务"),  # service quality, service
    ("zh", "体验", "验"),  # one character is no name
    ("vi", "điện thoại", "điện"),  # telephone, electricity
    ("vi", "hàng hóa hóa", "hàng hóa"),  # commoditisation, goods
]


@pytest.mark.parametrize(("language", "name", "other"), NO_HEADS)
def test_the_rest_of_a_name_is_not(language: str, name: str, other: str) -> None:
    assert related({}, [record("a", (language, name)), record("b", (language, other))]) == []


def test_a_head_is_looked_for_in_its_own_language() -> None:
    assert related({}, [record("a", ("fr", "service client")), record("b", ("vi", "service"))]) == []


def test_a_word_that_begins_with_a_syllable_needs_a_second_language() -> None:
    """máy tính (computer) is a máy (machine) where 计算机 ends with 机器's name too."""
    names = [("vi", "máy tính"), ("zh", "计算机器")]
    broad = record("b", ("vi", "máy"), ("zh", "机器"))
    assert related({}, [record("a", names[0]), broad]) == []
    assert related({}, [record("a", names[0], ("vi", "máy vi tính")), broad]) == [], "two names of one language"
    assert [(x.a, x.b) for x in related({}, [record("a", *names), broad])] == [("a", "b")]


def test_the_longest_head_wins() -> None:
    names = ["quản trị", "quản trị quan hệ", "quản trị quan hệ khách hàng"]  # to manage, ... customer relations
    found = related({}, [record(str(n), ("vi", name)) for n, name in enumerate(names)])
    assert {(x.a, x.b) for x in found} == {("2", "1"), ("1", "0")}


def test_languages_that_agree_make_it_surer() -> None:
    narrow = [("vi", "dịch vụ khách hàng"), ("fr", "service client"), ("zh", "客户服务")]
    broad = [("vi", "dịch vụ"), ("fr", "service"), ("zh", "服务")]
    scores = [related({}, [record("n", *narrow[:k]), record("b", *broad[:k])])[0].score for k in (1, 2, 3)]
    assert scores == [0.6, 0.8, pytest.approx(1 - 0.4 / 3, abs=1e-4)]


def test_names_that_say_both_ways_say_nothing() -> None:
    concepts = [record("a", ("vi", "x"), ("fr", "y z")), record("b", ("vi", "x w"), ("fr", "y"))]
    assert related({}, concepts) == []
    assert related({}, [record("a", ("vi", "x"), ("vi", "x y"))]) == []  # a concept is no kind of itself


# --- together -------------------------------------------------------------------------------------------------------


def test_two_concepts_have_one_link() -> None:
    """The scheme's word goes before that of names, and this before mere company."""
    names = {"cup": ("fr", "tasse de thé"), "vessel": ("fr", "tasse")}
    places = {"cup": FIVE, "vessel": BESIDE, **ELSEWHERE}
    concepts = [record(id, name, address=f"x/{id}") for id, name in names.items()]
    (link,) = related(places, concepts, scheme(cup=(["vessel"], []), vessel=([], [])))
    assert (link.kind, link.method) == ("broader", "scheme")
    (link,) = related(places, concepts, scheme(cup=([], ["vessel"]), vessel=([], [])))
    assert (link.kind, link.method) == ("related", "scheme")
    (link,) = related(places, concepts)
    assert (link.kind, link.method) == ("broader", "head of the name")
    (link,) = related(places)
    assert (link.kind, link.method) == ("co-occurrence", "log-likelihood")


def test_best_first_whatever_the_order() -> None:
    places = {"theme": FIVE, "cue": BESIDE, "stage": at(100, 0, 1, 2, 3, 4), "cup": at(0, 11), **ELSEWHERE}
    concepts = [record(c, ("fr", name)) for c, name in (("theme", "a"), ("cue", "b"), ("cup", "a c"), ("stage", "d"))]
    found = related(places, concepts)
    assert len(found) == 4
    assert [x.score for x in found] == sorted((x.score for x in found), reverse=True)
    backwards = {c: list(p)[::-1] for c, p in reversed(places.items())}
    assert related(backwards, concepts[::-1]) == found


def test_nothing_has_no_links() -> None:
    assert related({}) == []
