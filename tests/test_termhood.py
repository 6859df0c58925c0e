"""How likely a candidate is a term of its field."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from kb.direct import LEAST_TERMS, rank_each_file, rank_files, shown_of
from kb.recipe import load_recipe
from kb.termhood import FEATURES, FEW, MANY, WEIGHTS, features, fewness, frequencies, probability

LITERATURE = 10**6

# Terms of a field, and words that any text has: brake lever, gear hub; day, important thing, way.
PAIRS = {
    "fr": [(("dérailleur",), ("jour",)), (("moyeu", "denté"), ("chose", "importante"))],
    "vi": [(("phanh",), ("ngày",)), (("tay phanh", "xe đạp"), ("việc", "quan trọng"))],
    "zh": [(("变速器",), ("时间",)), (("刹车", "手柄"), ("重要", "方法"))],
}


def test_every_feature_has_its_weight() -> None:
    assert tuple(WEIGHTS) == FEATURES
    assert len(features(("client",), "fr", 3, 0.0)) == len(FEATURES)
    assert all(math.isfinite(x) for x in features(("xyzzy",), "fr", 1, 1.0))


@pytest.mark.parametrize("language", PAIRS)
def test_words_of_the_field_before_words_of_every_day(language: str) -> None:
    for term, common in PAIRS[language]:
        assert probability(term, language, 4, 0.0, LITERATURE) > 2 * probability(common, language, 4, 0.0, LITERATURE)


@pytest.mark.parametrize("words", [500, LITERATURE])
def test_more_often_and_by_itself_is_likelier(words: int) -> None:
    parts = ("angle", "de", "calage")  # pitch angle: `de` says nothing of how rare it is
    often, twice, once = (probability(parts, "fr", count, 0.0, words) for count in (9, 2, 1))
    assert often > twice > once
    assert often > probability(parts, "fr", 9, 6.0, words)
    assert frequencies(parts, "fr") == frequencies(("angle", "calage"), "fr")
    assert len(frequencies(("de",), "fr")) == 1


def test_in_a_few_articles_a_rare_word_that_stands_once_tells_nothing() -> None:
    """griffonné (scribbled) and client: in a shop's few pages clients are what it is about."""
    rare, common = ((("griffonné",), "fr", 1, 0.0), (("client",), "fr", 12, 0.0))
    assert probability(*common, 2_000) > 3 * probability(*rare, 2_000)
    assert probability(*rare, LITERATURE) > probability(*rare, 2_000)
    assert (fewness(0), fewness(FEW), fewness(MANY), fewness(10**9)) == (1.0, 1.0, 0.0, 0.0)
    assert 0.4 < fewness(14_000) < 0.6


TEXT = """Le moyeu de la roue

Le moyeu tourne sur un axe. Sans graisse, le moyeu grince, et la roue aussi. Le patron ouvre le moyeu, change la graisse
et referme le moyeu en une heure. Un client attend dans la rue ; un autre client regarde la roue.
"""
OTHER = """La selle du client

Le client choisit sa selle. Une selle trop large blesse ; une selle étroite aussi. Le client essaie, puis paie.
"""


def test_files_are_ranked_by_what_their_field_calls_its_own(tmp_path: Path) -> None:
    paths = [tmp_path / "hub.txt", tmp_path / "saddle.txt"]
    for path, text in zip(paths, (TEXT, OTHER), strict=True):
        path.write_text(text, encoding="utf-8")
    ranked = rank_files(paths, load_recipe(), language="fr")
    names = [t.term for t in ranked]
    assert names[0] == "moyeu"
    assert names.index("selle") < names.index("rue")
    assert all(0 < t.score < 1 for t in ranked)
    assert [t.score for t in ranked] == sorted((t.score for t in ranked), reverse=True)
    each = rank_each_file(paths, load_recipe(), language="fr")
    assert next(t.term for t in each if t.document == "saddle") == "selle"
    assert [t.term for t in each if t.document == "saddle"].index("client") > 0


def test_a_list_is_as_long_as_its_text(tmp_path: Path) -> None:
    assert shown_of(0) == shown_of(100) == LEAST_TERMS
    assert shown_of(54_000) == 1080
    path = tmp_path / "long.txt"
    nouns = "moyeu selle guidon cadre frein chaîne pédale jante rayon pneu".split()
    lines = [f"Le {a} du {b} vaut le {c}." for a in nouns for b in nouns for c in nouns[:2] if len({a, b, c}) == 3]
    path.write_text("\n\n".join([" ".join(lines[k : k + 8]) for k in range(0, len(lines), 8)]), encoding="utf-8")
    some, every = (rank_files([path], load_recipe(), language="fr", every=x) for x in (False, True))
    assert len(some) == LEAST_TERMS < len(every)
    assert every[: len(some)] == some
