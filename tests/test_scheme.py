from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kb.errors import SchemeError
from kb.langs.folding import name_key, one_tone_placement
from kb.model import base_language
from kb.scheme import Scheme, load_scheme

SHIPPED = Path(__file__).parents[1] / "corpus/schemes/service-and-experience.ttl"
LANGUAGES = ["en", "fr", "vi", "zh-Hans", "zh-Hant"]
FAMILIES = [
    "4P", "actor", "closed-loop-service", "cue", "memorabilia", "offering", "outcome", "process", "theme", "theory",
    "touchpoint",
]  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Scheme:
    return load_scheme(SHIPPED)


def test_every_concept_has_labels_in_five_languages(shipped: Scheme) -> None:
    assert len(shipped.concepts) > 80
    for slug, concept in shipped.concepts.items():
        assert concept.slug == slug
        assert concept.address.endswith(f"/{slug}")
        assert sorted(concept.labels) == LANGUAGES, slug
        assert all(label.strip() == label != "" for labels in concept.labels.values() for label in labels), slug
        assert concept.definition, slug


def test_every_concept_has_the_type_of_a_family(shipped: Scheme) -> None:
    assert sorted({c.type or "none" for c in shipped.concepts.values()}) == FAMILIES
    assert not [slug for slug in shipped.concepts if slug.startswith("family-")]


def test_no_label_belongs_to_two_concepts_of_a_language(shipped: Scheme) -> None:
    owners: dict[tuple[str, str], set[str]] = {}
    for slug, concept in shipped.concepts.items():
        for tag, labels in concept.labels.items():
            assert max(Counter(labels).values()) == 1, (slug, tag)
            for label in labels:
                owners.setdefault((base_language(tag), name_key(label)), set()).add(slug)
    assert {name: slugs for name, slugs in owners.items() if len(slugs) > 1} == {}
    assert shipped.by_name == {name: next(iter(slugs)) for name, slugs in owners.items()}


def test_both_chinese_scripts_name_the_same_things(shipped: Scheme) -> None:
    assert shipped.by_name["zh", name_key("纪念品")] == shipped.by_name["zh", name_key("紀念品")] == "memorabilia"
    for slug, concept in shipped.concepts.items():
        for tag in ("zh-Hans", "zh-Hant"):
            preferred = concept.labels[tag][0]
            assert shipped.by_name["zh", name_key(preferred)] == slug


def test_vietnamese_labels_are_there_in_the_normal_tone_placement(shipped: Scheme) -> None:
    for slug, concept in shipped.concepts.items():
        labels = {label.casefold() for label in concept.labels["vi"]}
        assert {one_tone_placement(label) for label in labels} <= labels, slug


def test_relations_lead_to_concepts(shipped: Scheme) -> None:
    for slug, concept in shipped.concepts.items():
        for other in (*concept.broader, *concept.related):
            assert other in shipped.concepts, f"{slug} -> {other}"
            assert other != slug
        assert all(slug in shipped.concepts[other].related for other in concept.related), slug
        assert not set(concept.broader) & set(concept.related), slug
        assert all(shipped.concepts[other].type == concept.type for other in concept.broader), slug


def test_broader_never_comes_back(shipped: Scheme) -> None:
    for slug in shipped.concepts:
        above, seen = list(shipped.concepts[slug].broader), set()
        while above:
            here = above.pop()
            assert here != slug
            if here not in seen:
                seen.add(here)
                above += shipped.concepts[here].broader


NAMES = [
    ("vi", "kỷ vật", "memorabilia"),
    ("fr", "souvenir", "memorabilia"),
    ("zh", "以客户为中心", "customer-centricity"),
    ("vi", "người tiêu dùng", "consumer"),
    ("fr", "bouche-à-oreille", "word-of-mouth"),
    ("zh", "服务质量", "service-quality"),
    ("en", "touchpoint", "touchpoint"),
]


@pytest.mark.parametrize(("language", "name", "slug"), NAMES)
def test_names_of_the_shipped_scheme(shipped: Scheme, language: str, name: str, slug: str) -> None:
    assert shipped.by_name[language, name_key(name)] == slug
    assert name_key(name) in shipped.names(language)
    assert shipped.names("de") == frozenset()


# --- other schemes --------------------------------------------------------------------------------------------------

SMALL = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://example.org/x#> .
x:scheme a skos:ConceptScheme .
x:family-thing a skos:Concept ; skos:topConceptOf x:scheme ; skos:notation "thing" .
x:cup a skos:Concept ; skos:broader x:vessel ; skos:related x:tea ;
    skos:prefLabel "Tasse"@fr ; skos:altLabel "Chope"@fr, "Bol"@fr ; skos:hiddenLabel "tase"@fr ;
    skos:definition "Pour boire."@fr, "To drink from."@en .
x:vessel a skos:Concept ; skos:broader x:family-thing ; skos:prefLabel "récipient"@fr, "容器"@zh-Hans .
x:tea a skos:Concept ; skos:prefLabel "thé" ; skos:definition "Une boisson."@fr .
x:one a skos:Concept ; skos:broader x:two .
x:two a skos:Concept ; skos:broader x:one .
"""


def test_a_small_scheme(tmp_path: Path) -> None:
    path = tmp_path / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    scheme = load_scheme(path)
    assert sorted(scheme.concepts) == ["cup", "one", "tea", "two", "vessel"]
    cup = scheme.concepts["cup"]
    assert cup.labels == {"fr": ("Tasse", "Bol", "Chope", "tase")}  # preferred, others by name, hidden
    assert (cup.type, cup.broader, cup.related) == ("thing", ("vessel",), ("tea",))
    assert (cup.definition, scheme.concepts["tea"].definition) == ("To drink from.", "Une boisson.")
    assert scheme.concepts["vessel"].broader == ()  # a family is no concept
    assert scheme.concepts["tea"].type is None
    assert scheme.concepts["one"].type is None  # a cycle leads to no family
    assert scheme.concepts["tea"].labels == {"und": ("thé",)}
    assert scheme.by_name["fr", "tasse"] == "cup"
    assert scheme.by_name["zh", "容器"] == "vessel"


@pytest.mark.parametrize(
    ("name", "content"),
    [("missing.ttl", None), ("broken.ttl", "x:cup a skos:Concept"), ("broken.rdf", "<rdf"), ("picture.png", "\x89PNG")],
)
def test_a_scheme_that_cannot_be_read(tmp_path: Path, name: str, content: str | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SchemeError) as caught:
        load_scheme(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert ("no such scheme" in message) == (content is None)


def test_a_folder_is_no_scheme(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="not a readable SKOS file"):
        load_scheme(tmp_path)
