from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kb.embed.base import Vectors, unit
from kb.model import (
    Alignment,
    AnalysedArticle,
    Bead,
    Block,
    CleanedArticle,
    MappedText,
    Pair,
    Passage,
    RawArticle,
    Sentence,
)
from kb.pairs import (
    MIN_COMPARABLE,
    Candidate,
    comparable_pairs,
    parallel_pairs,
    probability,
    rejected_pairs,
    subject,
    versions_of_passages,
)

LONG = "x" * MIN_COMPARABLE


def article(id: str, language: str, passages: Sequence[Sequence[str]], kind: str = "paragraph") -> AnalysedArticle:
    """Passages of sentences."""
    made, sentences, start = [], [], 0
    for n, texts in enumerate(passages):
        text = " ".join(texts)
        made.append(Passage(f"{id}:{texts[0]}", kind, start, start + len(text), text, language))
        for one in texts:
            sentences.append(Sentence(start, start + len(one), one, n, ()))
            start += len(one) + 1
    raw = "\n".join(p.text for p in made)
    blocks = tuple(Block(kind, p.start, p.end, p.start, p.end) for p in made)
    cleaned = CleanedArticle(RawArticle(f"{id}.txt", raw, "utf-8", ""), language, "", MappedText.of(raw), blocks, ())
    return AnalysedArticle(id, cleaned, tuple(made), tuple(sentences))


def texts(pair: Pair) -> tuple[str, str]:
    return pair.a.text, pair.b.text


# --- parallel -------------------------------------------------------------------------------------------------------

A = article("a", "fr", [["a0", "a1"], ["a2"], ["a3"], ["a4"]])
B = article("b", "vi", [["b0"], ["b1"], ["b2", "b3"], ["b4"]])


def parallel(*beads: tuple[Sequence[int], Sequence[int]], score: float = 0.5) -> list[tuple[str, str]]:
    alignment = Alignment("a", "b", "parallel", 1.0, tuple(Bead(tuple(a), tuple(b), score) for a, b in beads))
    return [texts(pair) for pair, _, _ in parallel_pairs(alignment, A, B)]


def test_versions_of_a_passage() -> None:
    """What is joined as parallel and what is a copy is one; what was rejected is not."""
    copy = article("c", "fr", [["a2"], ["c1"]])
    beads = Alignment("a", "b", "parallel", 1.0, (Bead((2,), (4,), 0.9), Bead((3,), (1,), 0.9)))
    decided = Alignment("a", "b", "parallel", 1.0, (Bead((2,), (4,), 0.9),))
    pairs = [*parallel_pairs(decided, A, B), *rejected_pairs(beads, decided, A, B)]
    found = versions_of_passages([A, B, copy], pairs)
    assert found.keys() == {p.id for x in (A, B, copy) for p in x.passages}
    assert found["a:a2"] == found["b:b4"] == found["c:a2"]
    assert found["a:a3"] != found["b:b1"]
    assert len(set(found.values())) == len(found) - 2


BEADS: dict[str, tuple[list[tuple[list[int], list[int]]], list[tuple[str, str]]]] = {
    "one to one": ([([2], [4])], [("a2", "b4")]),
    "a passage is whole": ([([0], [0])], [("a0 a1", "b0")]),
    "a passage against two": ([([0], [0]), ([1], [1])], [("a0 a1", "b0\nb1")]),
    "two against a passage": ([([2], [2]), ([3], [3])], [("a2\na3", "b2 b3")]),
    "a bead across passages": ([([2, 3], [4])], [("a2\na3", "b4")]),
    "a chain": ([([0], [0]), ([1], [1]), ([2], [1]), ([3], [4])], [("a0 a1\na2", "b0\nb1"), ("a3", "b4")]),
    "left out": ([([0], []), ([], [0]), ([2], [1])], [("a2", "b1")]),
    "left out inside a run": ([([0], [0]), ([2], []), ([3], [0])], [("a0 a1\na2\na3", "b0")]),
    "in reading order": ([([3], [0]), ([2], [1]), ([0], [4])], [("a0 a1", "b4"), ("a2", "b1"), ("a3", "b0")]),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("beads", "expected"), BEADS.values(), ids=BEADS)
def test_passages_that_beads_join(beads: list[tuple[list[int], list[int]]], expected: list[tuple[str, str]]) -> None:
    assert parallel(*beads) == expected
    assert parallel(*beads[::-1]) == expected


def test_articles_changed_about_mirror_the_result() -> None:
    beads = (Bead((0,), (0,), 0.9), Bead((1,), (1,), 0.5), Bead((2,), (2, 3), 0.7))
    there = parallel_pairs(Alignment("a", "b", "parallel", 1.0, beads), A, B)
    turned = tuple(Bead(bead.b, bead.a, bead.score) for bead in beads)
    back = parallel_pairs(Alignment("b", "a", "parallel", 1.0, turned), B, A)
    assert [(pair.a, pair.b, pair.score) for pair, _, _ in there] == [(p.b, p.a, p.score) for p, _, _ in back]


def test_score_is_the_mean_by_sentences() -> None:
    beads = (Bead((0,), (0,), 0.9), Bead((1,), (1,), 0.3), Bead((2,), (2, 3), 0.6))
    found = parallel_pairs(Alignment("a", "b", "parallel", 1.0, beads), A, B)
    assert [pair.score for pair, _, _ in found] == [pytest.approx(0.6), pytest.approx(0.6)]
    uneven = (Bead((0,), (0,), 0.9), Bead((1,), (1, 2), 0.4))
    (pair, _, _) = parallel_pairs(Alignment("a", "b", "parallel", 1.0, uneven), A, B)[0]
    assert pair.score == pytest.approx((2 * 0.9 + 3 * 0.4) / 5)


def test_pairs_know_where_they_stand() -> None:
    found = parallel_pairs(Alignment("a", "b", "parallel", 1.0, (Bead((2, 3), (4,), 0.5),)), A, B)
    pair, passages_a, passages_b = found[0]
    assert (pair.kind, pair.status) == ("parallel", "proposed")
    assert (pair.a.article, pair.a.path, pair.a.language) == ("a", "a.txt", "fr")
    assert A.cleaned.raw.raw[pair.a.start : pair.a.end] == pair.a.text == "a2\na3"
    assert (passages_a, passages_b) == (("a:a2", "a:a3"), ("b:b4",))


def test_ids_of_pairs_stay() -> None:
    def ids(*beads: Bead) -> dict[tuple[str, str], str]:
        found = parallel_pairs(Alignment("a", "b", "parallel", 1.0, beads), A, B)
        return {texts(pair): pair.id for pair, _, _ in found}

    few = ids(Bead((2,), (1,), 0.5))
    more = ids(Bead((0,), (0,), 0.9), Bead((2,), (1,), 0.9), Bead((3,), (4,), 0.9))
    assert more[("a2", "b1")] == few[("a2", "b1")]
    assert len(set(more.values())) == 3
    # Which passages stand on which side makes a difference.
    assert ids(Bead((2,), (2,)), Bead((3,), (3,))).keys() != ids(Bead((2,), (2,))).keys()


# --- comparable -----------------------------------------------------------------------------------------------------


def rows(*directions: int) -> Vectors:
    """Unit vectors, near to those of the same number and far from others; none are quite equal."""
    noise = 0.1 * np.random.default_rng(sum(directions)).normal(size=(len(directions), 8))
    return unit(np.eye(8, dtype=np.float32)[list(directions)] + noise.astype(np.float32))


def passages(*names: str) -> list[list[str]]:
    return [[f"{name} {LONG}"] for name in names]


FR = article("fr", "fr", passages("thème", "prix", "pluie"))
VI = article("vi", "vi", passages("giá", "chủ đề", "lá"))  # price, theme, leaf
ZH = article("zh", "zh-Hans", passages("主题"))  # theme
VECTORS = {"fr": rows(0, 1, 2), "vi": rows(1, 0, 3), "zh": rows(0)}


def comparable(
    articles: Sequence[AnalysedArticle],
    alignments: Sequence[Alignment] = (),
    minimum: float = 0.5,
    vectors: dict[str, Vectors] | None = None,
) -> set[tuple[str, str]]:
    own = vectors or VECTORS
    found = comparable_pairs(articles, own, own, alignments, minimum=minimum)  # every passage is one sentence
    assert all(pair.kind == "comparable" and pair.a.article < pair.b.article for pair, _, _ in found)
    assert [pair.score for pair, _, _ in found] == sorted((pair.score for pair, _, _ in found), reverse=True)
    return {(pair.a.text.split()[0], pair.b.text.split()[0]) for pair, _, _ in found}


def test_nearest_passages_of_two_languages() -> None:
    assert comparable([FR, VI]) == {("thème", "chủ"), ("prix", "giá")}
    assert comparable([VI, FR]) == {("thème", "chủ"), ("prix", "giá")}
    assert comparable([FR, VI], minimum=1.1) == set()
    assert comparable([]) == comparable([FR]) == set()


def test_translations_and_one_language_are_no_comparable_pairs() -> None:
    parallel = Alignment("fr", "vi", "parallel", 0.9)
    assert comparable([FR, VI], [parallel]) == set()
    assert comparable([FR, VI], [parallel], minimum=0.0) == set()
    assert comparable([FR, VI], [Alignment("fr", "vi", "comparable", 0.9)]) == comparable([FR, VI])
    again = article("fr2", "fr", passages("thème", "prix", "pluie"))
    assert comparable([FR, again], vectors={"fr": VECTORS["fr"], "fr2": VECTORS["fr"]}, minimum=0.0) == set()


def test_what_is_left_of_parallel_articles_may_meet_others() -> None:
    other = article("vi2", "vi", passages("sân khấu", "mưa"))  # stage, rain
    vectors = {**VECTORS, "vi2": rows(0, 2)}
    found = comparable([FR, VI, other], [Alignment("fr", "vi", "parallel", 0.9)], vectors=vectors)
    assert found == {("thème", "sân"), ("pluie", "mưa")}


def test_a_pair_is_each_others_best() -> None:
    twice = article("vi2", "vi", passages("một", "hai"))
    vectors = {"fr": rows(0, 1, 2), "vi2": unit(VECTORS["fr"][[0, 0]] + np.array([[0], [0.3]], np.float32))}
    found = comparable([FR, twice], vectors=vectors, minimum=0.0)
    assert len([pair for pair in found if pair[0] == "thème"]) == 1


def test_short_passages_and_headings_are_left_out() -> None:
    short = article("vi", "vi", [["giá"], ["chủ đề"], ["lá"]])
    assert comparable([FR, short], minimum=0.0) == set()
    headings = article("vi", "vi", passages("giá", "chủ đề", "lá"), kind="heading")
    assert comparable([FR, headings], minimum=0.0) == set()
    items = article("vi", "vi", passages("giá", "chủ đề", "lá"), kind="list-item")
    assert comparable([FR, items]) == comparable([FR, VI])
    # A Han character says about as much as three letters.
    chinese = article("zh", "zh-Hans", [["主题" + "客" * (MIN_COMPARABLE // 3)]])
    assert comparable([FR, chinese]) == {("thème", chinese.passages[0].text)}


def candidate(**changed: float) -> Candidate:
    return Candidate(
        FR, 0, VI, 1, **({"near": 0.5, "covered": 0.5, "alike": -0.2, "shared": 0.5, "ahead": 0.2} | changed)
    )


@pytest.mark.parametrize("evidence", ["near", "covered", "alike", "ahead"])
def test_all_evidence_speaks_for_a_pair(evidence: str) -> None:
    values = [probability(candidate(**{evidence: value})) for value in (-1.0, -0.3, 0.0, 0.5)]
    assert values == sorted(values)
    assert 0 < values[0] < values[-1] < 1


def test_a_subject_in_common_is_not_the_same_content() -> None:
    """Short against long, no sentence covered: shown, but hardly said to say the same."""
    loose = candidate(near=0.37, covered=0.2, alike=-0.3, shared=1.0, ahead=0.1)
    assert subject(loose) > 0.9
    assert probability(loose) < 0.1
    close = candidate(near=0.6, covered=0.6, alike=-0.1, ahead=0.4)
    assert probability(close) > 0.9


def test_comparable_pairs_of_three_languages() -> None:
    assert comparable([FR, VI, ZH]) >= {("thème", "chủ"), ("prix", "giá")}
    assert any(b == "主题" for _, b in comparable([FR, VI, ZH], minimum=0.0))
