from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from kb.concepts import LINK, SYNONYM, join, mentions, name_id, records
from kb.counterparts import SCHEME, Evidence, TermSet
from kb.langs.folding import name_key
from kb.model import ConceptRecord, NameLink, Occurrence, Term, base_language
from kb.scheme import Scheme, SchemeConcept

Group = tuple[tuple[Term, ...], str | None, tuple[NameLink, ...]]
# Two names ("vi:chủ đề"), how probable it is that they name one thing, and their share of common aligned passages.
Found = Mapping[tuple[str, str], float | tuple[float, float]]


def term(name: str, *surfaces: str, score: float = 1.0) -> Term:
    """`vi:chủ đề` with its surfaces in sentences 0, 1, ... of the article `vi`, 100 characters apart."""
    tag, key = name.split(":")
    places = [
        Occurrence(tag, n, 100 * n, 100 * n + len(surface), surface, surface)
        for n, surface in enumerate(surfaces or (key,))
    ]
    return Term(base_language(tag), name_key(key), key, score, tuple(places))


def scheme(**labels: Mapping[str, Sequence[str]]) -> Scheme:
    concepts: dict[str, SchemeConcept] = {}
    by_name: dict[tuple[str, str], str] = {}
    for slug, own in labels.items():
        tags = {tag: tuple(names) for tag, names in own.items()}
        concepts[slug] = SchemeConcept(slug, f"https://example.org/{slug}", f"type of {slug}", tags, f"A {slug}.")
        by_name |= {(base_language(tag), name_key(name)): slug for tag, names in tags.items() for name in names}
    return Scheme(concepts, by_name)


def evidence(terms: Sequence[Term], found: Found) -> tuple[dict[str, TermSet], dict[tuple[str, str], Evidence]]:
    by_language: dict[str, list[Term]] = {}
    for one in terms:
        by_language.setdefault(one.language, []).append(one)
    nothing = np.zeros((0, 0), np.float32)
    sets = {lang: TermSet(lang, tuple(own), nothing, nothing) for lang, own in by_language.items()}
    out = {}
    for x, y in combinations(sorted(sets), 2):
        shape = (len(sets[x].terms), len(sets[y].terms))
        probability, aligned = np.full(shape, 0.01, np.float32), np.zeros(shape, np.float32)
        for i, a in enumerate(sets[x].terms):
            for j, b in enumerate(sets[y].terms):
                names = (f"{x}:{a.name}", f"{y}:{b.name}")
                value = found.get(names, found.get(names[::-1], 0.01))
                probability[i, j], aligned[i, j] = value if isinstance(value, tuple) else (value, 0.0)
        zeros, alike = np.zeros(shape, np.float32), np.full(shape, 0.5, np.float32)
        out[x, y] = Evidence(probability, alike, zeros, aligned, zeros, zeros, zeros, zeros)
    return sets, out


def joined(names: Sequence[str], found: Found, known: Scheme | None = None) -> list[set[str]]:
    """The groups of more than one name."""
    groups = join(*evidence([term(name) for name in names], found), known or Scheme())
    assert sum(len(terms) for terms, _, _ in groups) == len(names)
    return [{f"{t.language}:{t.name}" for t in terms} for terms, _, _ in groups if len(terms) > 1]


# --- what belongs together ------------------------------------------------------------------------------------------


def test_counterparts_in_three_languages() -> None:
    names = ["vi:chủ đề", "fr:thème", "zh:主题", "vi:giá", "fr:prix"]  # theme, price
    found = {
        ("vi:chủ đề", "fr:thème"): 0.9,
        ("vi:chủ đề", "zh:主题"): 0.8,
        ("fr:thème", "zh:主题"): 0.7,
        ("vi:giá", "fr:prix"): 0.9,
    }
    assert joined(names, found) == [{"fr:prix", "vi:giá"}, {"fr:thème", "vi:chủ đề", "zh:主题"}]


def test_a_link_has_to_be_likely() -> None:
    names = ["vi:chủ đề", "fr:thème"]
    assert joined(names, {("vi:chủ đề", "fr:thème"): LINK - 0.01}) == []
    assert joined(names, {("vi:chủ đề", "fr:thème"): LINK + 0.01}) != []


def test_only_mutual_best_names_are_joined() -> None:
    names = ["vi:chủ đề", "vi:đề tài", "fr:thème"]  # theme, topic
    found = {("vi:chủ đề", "fr:thème"): 0.9, ("vi:đề tài", "fr:thème"): 0.8}
    assert joined(names, found) == [{"vi:chủ đề", "fr:thème"}]


def test_a_second_choice_is_no_link() -> None:
    """A name whose best counterpart goes with another stays alone, and does not take its next best."""
    names = ["fr:cadeau", "fr:souvenir", "vi:kỷ vật", "vi:quà cưới"]  # gift, souvenir, keepsake, wedding present
    found = {("fr:souvenir", "vi:kỷ vật"): 0.95, ("fr:cadeau", "vi:kỷ vật"): 0.9, ("fr:cadeau", "vi:quà cưới"): 0.8}
    assert joined(names, found) == [{"fr:souvenir", "vi:kỷ vật"}]


def test_company_alone_joins_nothing() -> None:
    """Without aligned passages the names themselves have to be alike: 思想 (thought) is no khái niệm (concept)."""
    sets, found = evidence([term("vi:khái niệm"), term("zh:思想")], {("vi:khái niệm", "zh:思想"): 0.7})
    assert len(join(sets, found, Scheme())) == 1
    unlike = replace(found["vi", "zh"], name=np.zeros((1, 1), np.float32))
    assert len(join(sets, {("vi", "zh"): unlike}, Scheme())) == 2


def test_links_are_never_chained() -> None:
    """A like B and B like C do not make A like C."""
    names = ["fr:souvenir", "vi:kỷ vật", "zh:回忆"]  # souvenir, keepsake, memory
    found = {("fr:souvenir", "vi:kỷ vật"): 0.9, ("fr:souvenir", "zh:回忆"): 0.7, ("vi:kỷ vật", "zh:回忆"): 0.05}
    assert joined(names, found) == [{"fr:souvenir", "vi:kỷ vật"}]
    agreeing = {**found, ("vi:kỷ vật", "zh:回忆"): 0.65}
    assert joined(names, agreeing) == [set(names)]


def test_two_groups_that_disagree_stay_apart() -> None:
    names = ["fr:a", "vi:a", "zh:b", "ja:b"]
    found = {("fr:a", "vi:a"): 0.95, ("zh:b", "ja:b"): 0.95, ("vi:a", "zh:b"): 0.9}
    assert joined(names, found) == [{"fr:a", "vi:a"}, {"ja:b", "zh:b"}]


@pytest.mark.parametrize(("aligned", "together"), [(0.0, False), (SYNONYM - 0.1, False), (SYNONYM + 0.1, True)])
def test_synonyms_need_translations_that_use_both(aligned: float, together: bool) -> None:
    names = ["vi:tiếp thị", "vi:marketing", "fr:marketing"]
    found: Found = {("vi:tiếp thị", "fr:marketing"): 0.9, ("vi:marketing", "fr:marketing"): (0.7, aligned)}
    assert joined(names, found) == [set(names) if together else {"vi:tiếp thị", "fr:marketing"}]


def test_groups_with_synonyms_need_translations_too() -> None:
    """Two groups that agree but have a name each in one language, which no lexicon knows."""
    names = ["fr:zubel", "vi:kra mol", "vi:zubel", "zh:佐贝尔"]
    found: dict[tuple[str, str], float | tuple[float, float]] = {
        ("fr:zubel", "vi:kra mol"): 0.95,
        ("vi:zubel", "zh:佐贝尔"): 0.95,
        ("fr:zubel", "zh:佐贝尔"): 0.9,
        ("fr:zubel", "vi:zubel"): 0.7,
        ("vi:kra mol", "zh:佐贝尔"): 0.7,
    }
    assert joined(names, found) == [{"fr:zubel", "vi:kra mol"}, {"vi:zubel", "zh:佐贝尔"}]
    found["fr:zubel", "vi:zubel"] = (0.7, SYNONYM + 0.1)
    assert joined(names, found) == [set(names)]


def test_or_a_sense_in_common() -> None:
    """tiếp thị and marketing are one word to the lexicon, sân khấu (stage) and hiện trường (scene) are not."""
    names = ["fr:marketing", "vi:tiếp thị", "vi:marketing", "zh:营销"]
    found: dict[tuple[str, str], float | tuple[float, float]] = {
        ("fr:marketing", "vi:tiếp thị"): 0.95,
        ("vi:marketing", "zh:营销"): 0.95,
        ("fr:marketing", "zh:营销"): 0.9,
        ("fr:marketing", "vi:marketing"): 0.7,
        ("vi:tiếp thị", "zh:营销"): 0.7,
    }
    assert joined(names, found) == [set(names)]
    other = {
        "fr:marketing": "fr:scène",
        "vi:tiếp thị": "vi:sân khấu",
        "vi:marketing": "vi:hiện trường",
        "zh:营销": "zh:舞台",
    }
    swapped = {(other[a], other[b]): value for (a, b), value in found.items()}
    assert len(joined([other[n] for n in names], swapped)) == 2


# --- the scheme -----------------------------------------------------------------------------------------------------

KEEPSAKE = scheme(
    memorabilia={"vi": ["kỷ vật", "vật lưu niệm"], "fr": ["souvenir"], "zh-Hans": ["纪念品"], "zh-Hant": ["紀念品"]},
    memory={"vi": ["ký ức"], "fr": ["mémoire"]},
)


def test_names_of_one_concept_of_the_scheme_need_no_evidence() -> None:
    names = ["vi:kỷ vật", "vi:vật lưu niệm", "fr:souvenir", "zh:紀念品", "vi:giá"]
    assert joined(names, {}, KEEPSAKE) == [set(names[:4])]
    groups = join(*evidence([term(name) for name in names], {}), KEEPSAKE)
    slug, links = next((slug, links) for _, slug, links in groups if slug)
    assert slug == "memorabilia"
    assert len(links) == 3
    assert {(link.method, link.score, link.evidence) for link in links} == {
        ("scheme", SCHEME, "https://example.org/memorabilia")
    }


def test_a_surface_may_be_the_label() -> None:
    plural = term("fr:cadeau souvenir", "cadeaux souvenirs", "cadeaux souvenirs")
    own = scheme(memorabilia={"fr": ["cadeaux souvenirs"]})
    assert [slug for _, slug, _ in join(*evidence([plural], {}), own)] == ["memorabilia"]


def test_two_concepts_of_the_scheme_never_meet() -> None:
    found: Found = {("vi:ký ức", "fr:souvenir"): (0.99, 0.9), ("vi:giá", "fr:prix"): 0.9}
    assert joined(["vi:ký ức", "fr:souvenir", "vi:giá", "fr:prix"], found, KEEPSAKE) == [{"fr:prix", "vi:giá"}]
    # Not even through a third name that is like both.
    between: Found = {
        ("vi:ký ức", "zh:x"): (0.99, 0.9),
        ("fr:souvenir", "zh:x"): (0.98, 0.9),
        ("vi:ký ức", "fr:souvenir"): 0.9,
    }
    assert joined(["vi:ký ức", "fr:souvenir", "zh:x"], between, KEEPSAKE) == [{"vi:ký ức", "zh:x"}]


def test_other_names_may_join_a_concept_of_the_scheme() -> None:
    found = {("fr:souvenir", "zh:小礼物"): 0.9, ("vi:kỷ vật", "zh:小礼物"): 0.6}
    names = ["vi:kỷ vật", "fr:souvenir", "zh:小礼物"]
    assert joined(names, found, KEEPSAKE) == [set(names)]


@pytest.mark.parametrize("names", [("fr:bibelot", "vi:kỷ vật"), ("fr:souvenir", "vi:đồ chơi")])
def test_a_group_has_the_concept_of_either_side(names: tuple[str, str]) -> None:
    groups = join(*evidence([term(name) for name in names], {names: 0.9}), KEEPSAKE)
    assert [slug for _, slug, _ in groups] == ["memorabilia"]


def test_result_does_not_depend_on_order() -> None:
    rng = random.Random(3)
    names = [f"{lang}:{n}" for lang in ("vi", "fr", "zh") for n in range(12)]
    pairs = [(a, b) for a, b in combinations(names, 2) if a.split(":")[0] != b.split(":")[0]]
    found: Found = {pair: (round(rng.random() ** 3, 3), rng.choice([0, 0.5])) for pair in pairs}

    def groups(order: Sequence[str]) -> list[tuple[set[str], set[tuple[object, object]]]]:
        made = join(*evidence([term(name) for name in order], found), Scheme())
        return [({f"{t.language}:{t.key}" for t in ts}, {(x.a, x.b) for x in links}) for ts, _, links in made]

    first = groups(names)
    assert any(len(group) > 2 for group, _ in first)
    for seed in range(5):
        shuffled = names[:]
        random.Random(seed).shuffle(shuffled)
        again = groups(shuffled)
        assert [group for group, _ in again] == [group for group, _ in first]


def test_links_say_what_holds_a_group() -> None:
    groups = join(*evidence([term("vi:giá"), term("fr:prix")], {("vi:giá", "fr:prix"): 0.876543}), Scheme())
    ((_, slug, (link,)),) = groups
    assert slug is None
    assert (link.a, link.b, link.score) == (("fr", "prix"), ("vi", "giá"), 0.8765)
    assert "aligned 0.00" in link.evidence


# --- records --------------------------------------------------------------------------------------------------------

ARTICLES = {"vi": "vi", "fr": "fr", "zh-Hans": "zh-Hans", "zh-Hant": "zh-Hant", "zh": "zh-Hans"}
TAGS = {(id, sentence): tag for id, tag in ARTICLES.items() for sentence in range(100)}


def made(groups: Sequence[Group], known: Scheme | None = None, old: Sequence[str] = ()) -> list[ConceptRecord]:
    return [record for record, _, _ in records(groups, TAGS, known or Scheme(), old)]


def test_a_name_alone_gives_its_id() -> None:
    one = term("vi:chủ đề")
    assert [r.concept.id for r in made([((one,), None, ())])] == [name_id("vi", "chủ đề")]
    assert name_id("vi", "a") != name_id("fr", "a")
    assert name_id("vi", "a") == name_id("vi", "a")


def test_the_best_name_gives_the_id_of_a_new_concept() -> None:
    group: Group = ((term("fr:thème", score=1.0), term("vi:chủ đề", score=2.0)), None, ())
    assert made([group])[0].concept.id == name_id("vi", "chủ đề")


@pytest.mark.parametrize("kept", ["fr:thème", "vi:chủ đề", "vi:đề tài"])
def test_an_old_id_stays_while_a_name_stays(kept: str) -> None:
    language, key = kept.split(":")
    terms = (term("fr:thème", score=1.0), term("vi:chủ đề", score=2.0), term("vi:đề tài", score=3.0))
    old = name_id(language, key)
    assert made([(terms, None, ())], old=[old, "c0000000000"])[0].concept.id == old


def test_an_old_id_is_given_once() -> None:
    """When a concept falls apart, the most salient part keeps the id if its name gave it, the other has its own."""
    parts: list[Group] = [((term("fr:thème", score=2.0),), None, ()), ((term("vi:chủ đề", score=1.0),), None, ())]
    ids = [r.concept.id for r in made(parts, old=[name_id("vi", "chủ đề")])]
    assert ids == [name_id("fr", "thème"), name_id("vi", "chủ đề")]


def test_the_scheme_gives_id_type_and_definition() -> None:
    group: Group = ((term("vi:kỷ vật"),), "memorabilia", ())
    record = made([group], KEEPSAKE)[0]
    assert (record.concept.id, record.concept.type) == ("memorabilia", "type of memorabilia")
    assert (record.scheme, record.definition) == ("https://example.org/memorabilia", "A memorabilia.")
    assert record.other_labels == (
        ("fr", "souvenir"), ("vi", "vật lưu niệm"), ("zh-Hans", "纪念品"), ("zh-Hant", "紀念品"),
    )  # fmt: skip
    # A concept that was there before the scheme keeps its id.
    assert made([group], KEEPSAKE, [name_id("vi", "kỷ vật")])[0].concept.id == name_id("vi", "kỷ vật")
    assert made([group], KEEPSAKE, [name_id("vi", "kỷ vật"), "memorabilia"])[0].concept.id == "memorabilia"


def test_labels_are_the_preferred_name_then_by_frequency() -> None:
    vi = term("vi:vật lưu niệm", *["vật lưu niệm"] * 3, "kỷ vật", "quà", "quà")
    group: Group = ((vi, term("fr:cadeau", "cadeaux", "cadeau", "cadeaux")), "memorabilia", ())
    concept = made([group], KEEPSAKE)[0].concept
    assert concept.labels == {"fr": ("cadeaux", "cadeau"), "vi": ("kỷ vật", "vật lưu niệm", "quà")}
    assert (concept.mentions, concept.articles) == (9, 2)
    unknown = made([((vi,), None, ())])[0].concept
    assert unknown.labels == {"vi": ("vật lưu niệm", "quà", "kỷ vật")}


def test_labels_of_both_scripts() -> None:
    simplified, traditional = term("zh-Hans:纪念品", "纪念品", "纪念品"), term("zh-Hant:紀念品", "紀念品")
    both = Term("zh", "纪念品", "纪念品", 1.0, simplified.occurrences + traditional.occurrences)
    record = made([((both,), "memorabilia", ())], KEEPSAKE)[0]
    assert record.concept.labels == {"zh-Hans": ("纪念品",), "zh-Hant": ("紀念品",)}
    assert record.counts == {("zh-Hans", "纪念品"): 2, ("zh-Hant", "紀念品"): 1}
    assert record.names == (("zh", "纪念品"),)


def test_two_names_in_one_place_are_one_mention() -> None:
    group: Group = ((term("vi:giá"), term("vi:giá cả", "giá")), None, ())
    assert made([group])[0].concept.mentions == 1


def test_most_salient_first_whatever_the_order() -> None:
    groups: list[Group] = [
        ((term("vi:a", score=3.0),), None, ()),
        ((term("fr:b", score=2.0), term("vi:b", score=2.0)), None, ()),  # of two languages
        ((term("vi:c", score=2.5), term("vi:d", score=2.5)), None, ()),  # two names of one language count once
        ((term("fr:e", score=2.5),), None, ()),
    ]
    found = made(groups)
    assert [(r.names[0][1], r.concept.salience) for r in found] == [("b", 4.0), ("a", 3.0), ("c", 2.5), ("e", 2.5)]
    for seed in range(4):
        shuffled = groups[:]
        random.Random(seed).shuffle(shuffled)
        assert made(shuffled) == found


# --- mentions -------------------------------------------------------------------------------------------------------


def test_mentions_lead_to_the_raw_text() -> None:
    raws = {"vi": "Kỷ  vật".ljust(100) + "kỷ vật", "fr": "souvenirs"}
    vi = Term("vi", "kỷ vật", "kỷ vật", 1.0, (
        Occurrence("vi", 1, 100, 106, "kỷ vật", "kỷ vật"), Occurrence("vi", 0, 0, 7, "Kỷ vật", "kỷ vật"),
    ))  # fmt: skip
    fr = Term("fr", "souvenir", "souvenir", 1.0, (Occurrence("fr", 0, 0, 9, "souvenirs", "souvenirs"),))
    alone = term("vi:giá")
    links = (NameLink(("fr", "souvenir"), ("vi", "kỷ vật"), 0.8, "similar names", ""),)
    groups: list[Group] = [((fr, vi), None, links), ((alone,), None, ())]
    concepts = records(groups, TAGS, Scheme(), ())
    found = mentions(concepts, TAGS, {"vi": "a/vi.txt", "fr": "a/fr.txt"}, raws)
    assert [(m.article, m.start, m.end, m.quote, m.surface, m.score) for m in found if m.quote != "Kỷ "] == [
        ("fr", 0, 9, "souvenirs", "souvenirs", 0.8),
        ("vi", 0, 7, "Kỷ  vật", "Kỷ vật", 0.8),
        ("vi", 100, 106, "kỷ vật", "kỷ vật", 0.8),
    ]
    assert {m.path for m in found} == {"a/vi.txt", "a/fr.txt"}
    assert [m.score for m in found if m.quote == "Kỷ "] == [1.0]  # a name alone is its concept
    assert [(m.article, m.start, m.end) for m in found] == sorted((m.article, m.start, m.end) for m in found)
    assert all(m.quote == raws[m.article][m.start : m.end] for m in found)


def test_a_name_within_another_of_its_concept_is_one_mention() -> None:
    """顧客滿意度: satisfaction of customers; 滿意度: satisfaction."""
    raw = "顧客滿意度與滿意度"
    long = Term("zh", "顾客满意度", "顧客滿意度", 1.0, (Occurrence("zh-Hant", 0, 0, 5, raw[:5], raw[:5]),))
    short = Term("zh", "满意度", "滿意度", 1.0, tuple(
        Occurrence("zh-Hant", 0, at, at + 3, raw[at : at + 3], raw[at : at + 3]) for at in (2, 6)
    ))  # fmt: skip
    inside = Term("zh", "顾客", "顧客", 1.0, (Occurrence("zh-Hant", 0, 0, 2, raw[:2], raw[:2]),))
    concepts = records([((long, short, inside), None, ())], TAGS, Scheme(), ())
    found = mentions(concepts, TAGS, {"zh-Hant": "a.txt"}, {"zh-Hant": raw})
    assert [(m.start, m.end) for m in found] == [(0, 5), (6, 9)]
    ((record, _, _),) = concepts
    assert record.concept.mentions == 2
    assert record.counts == {("zh-Hant", "顧客滿意度"): 1, ("zh-Hant", "滿意度"): 1}
    assert set(record.concept.labels["zh-Hant"]) == {"顧客滿意度", "滿意度", "顧客"}, "it is still a name"
    apart = records([((long,), None, ()), ((short,), None, ())], TAGS, Scheme(), ())
    assert sorted(r.concept.mentions for r, _, _ in apart) == [1, 2], "of another concept it is one"
