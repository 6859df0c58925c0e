"""Whether a scheme's label is meant as the scheme means it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from test_concepts import evidence, scheme, term

from kb.model import Occurrence
from kb.scheme import Scheme
from kb.senses import meant

EXPECTATION = scheme(expectation={"fr": ["attente"], "vi": ["kỳ vọng"], "zh-Hans": ["期望"]})
BRAND = scheme(brand={"fr": ["marque"], "vi": ["thương hiệu"], "zh-Hans": ["品牌"]})
EMPLOYEE = scheme(employee={"fr": ["employé"], "vi": ["nhân viên"], "zh-Hans": ["员工"]})


def kept(names: list[str], found: Mapping[tuple[str, str], float], known: Scheme) -> set[str]:
    """The names that keep the scheme's concept; `found`: the share of common aligned passages of two names."""
    sets, matrices = evidence([term(name) for name in names], {pair: (0.5, v) for pair, v in found.items()})
    return {f"{lang}:{sets[lang].terms[row].name}" for lang, row in meant(sets, matrices, known)}


def test_labels_are_taken_at_their_word() -> None:
    names = ["fr:attente", "vi:kỳ vọng", "zh:等候"]
    assert kept(names, {("fr:attente", "vi:kỳ vọng"): 0.4}, EXPECTATION) == {"fr:attente", "vi:kỳ vọng"}
    assert kept(["fr:attente"], {}, EXPECTATION) == {"fr:attente"}


def test_translations_show_that_another_sense_is_meant() -> None:
    # attente: expectation, or waiting, which is 等候 and chờ đợi
    names = ["fr:attente", "vi:kỳ vọng", "zh:等候"]
    assert kept(names, {("fr:attente", "zh:等候"): 0.2}, EXPECTATION) == {"vi:kỳ vọng"}
    # Where translations have the scheme's word more often it is the scheme's concept.
    both = {("fr:attente", "zh:等候"): 0.2, ("fr:attente", "zh:期望"): 0.3}
    assert kept(["fr:attente", "zh:等候", "zh:期望"], both, EXPECTATION) == {"fr:attente", "zh:期望"}


def test_a_neighbour_without_that_sense_says_nothing() -> None:
    # 解释, explanation, stands in the same sentences as attente
    assert kept(["fr:attente", "zh:解释"], {("fr:attente", "zh:解释"): 0.4}, EXPECTATION) == {"fr:attente"}


def test_near_synonyms_are_no_other_sense() -> None:
    # nhân viên: employee, staff member; agent (fr) is a word for it that the scheme does not list
    assert kept(["vi:nhân viên", "fr:agent"], {("fr:agent", "vi:nhân viên"): 0.4}, EMPLOYEE) == {"vi:nhân viên"}


def test_what_occurs_once_as_a_part_of_a_phrase_is_not_taken_for_a_rare_sense() -> None:
    # marque: a brand; more often a mark, as in marque de gratitude, mark of gratitude
    own, phrase = term("fr:marque"), term("fr:marque de gratitude")
    assert not meant(*evidence([own, phrase], {}), BRAND)
    assert meant(*evidence([own], {}), BRAND)
    twice = replace(own, occurrences=(*own.occurrences, Occurrence("fr", 3, 300, 306, "marque", "marque")))
    assert meant(*evidence([twice, phrase], {}), BRAND)
    # Another name of the brand in these articles speaks for it.
    assert len(meant(*evidence([own, phrase, term("vi:thương hiệu")], {}), BRAND)) == 2
