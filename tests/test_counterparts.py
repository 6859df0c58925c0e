from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest

from kb.counterparts import Evidence, TermSet, centre_names, company_vectors, compare
from kb.embed.base import Vectors, unit
from kb.match import Matrix, rival
from kb.model import Alignment, Bead, Occurrence, Term


def vectors(count: int, seed: int, dimension: int = 16) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def term(language: str, key: str, *places: tuple[str, int]) -> Term:
    """Written as its key is."""
    return Term(language, key, key, 1.0, tuple(Occurrence(a, n, 0, len(key), key, key) for a, n in places))


def term_set(terms: Sequence[Term], seed: int = 0, names: Vectors | None = None) -> TermSet:
    own = vectors(len(terms), seed) if names is None else names
    return TermSet(terms[0].language, tuple(terms), own, vectors(len(terms), seed + 1))


VI = [  # experience, theme, keepsake
    term("vi", "trải nghiệm", ("v", 0), ("v", 1), ("v", 2)),
    term("vi", "chủ đề", ("v", 1)),
    term("vi", "kỷ vật", ("v", 3), ("other", 0)),
]
FR = [
    term("fr", "expérience", ("f", 0), ("f", 1), ("f", 2), ("f", 4)),
    term("fr", "souvenir", ("f", 3)),
]
ALIGNMENTS = [
    Alignment(
        "f", "v", "parallel", 0.9,
        (Bead((0,), (0,)), Bead((1,), (1,)), Bead((2,), (2,)), Bead((3,), (3,)), Bead((4,), ()), Bead((), (4,))),
    ),
    Alignment("f", "z", "parallel", 0.9, (Bead((0,), (0,)), Bead((3,), (1,)))),
]  # fmt: skip


def test_aligned_by_hand() -> None:
    found = compare(term_set(VI), term_set(FR), ALIGNMENTS).aligned
    # Dice times n / (n + 2) for n beads together. The beads with Chinese are no chance for these two languages to meet.
    expected = [
        [3 / 5, 0],  # together in all three; ("f", 4) has no translation
        [2 * 1 / (1 + 3) * 1 / 3, 0],  # once of 1 and 3
        [0, 2 * 1 / (1 + 1) * 1 / 3],  # once of once; "other" has no translation
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_bead_without_another_side_is_no_meeting() -> None:
    alignments = [Alignment("f", "v", "parallel", 0.9, (Bead((0,), ()), Bead((), (0,))))]
    assert not compare(term_set(VI), term_set(FR), alignments).aligned.any()
    assert not compare(term_set(VI), term_set(FR), []).aligned.any()


def test_a_bead_of_several_sentences_counts_once() -> None:
    alignments = [Alignment("f", "v", "parallel", 0.9, (Bead((0, 1), (0, 1, 2)),))]
    found = compare(term_set(VI), term_set(FR), alignments).aligned
    assert found[0, 0] == pytest.approx(1 / 3)
    assert found[1, 0] == pytest.approx(1 / 3)


def test_languages_changed_about_mirror_the_result() -> None:
    a, b = term_set(VI, 1), term_set(FR, 5)
    there, back = compare(a, b, ALIGNMENTS), compare(b, a, ALIGNMENTS)
    for field in fields(Evidence):
        forward, mirrored = getattr(there, field.name), getattr(back, field.name).T
        assert forward.shape == (3, 2)
        np.testing.assert_allclose(forward, mirrored, atol=1e-6, err_msg=field.name)


def test_evidence_is_in_the_order_of_the_terms() -> None:
    order = [2, 0, 1]
    a, b = term_set(VI, 1), term_set(FR, 5)
    turned = TermSet("vi", tuple(VI[n] for n in order), a.names[order], a.company[order])
    for field in fields(Evidence):
        plain, other = (
            getattr(compare(a, b, ALIGNMENTS), field.name),
            getattr(compare(turned, b, ALIGNMENTS), field.name),
        )
        np.testing.assert_allclose(plain[order], other, atol=1e-6, err_msg=field.name)


def probability(**changes: object) -> float:
    """Of the first pair of two by two, when one kind of evidence is changed."""
    eye = np.eye(2, 8, dtype=np.float32)
    places = [("v", n) for n in range(4)]
    options: dict[str, object] = {
        "names": unit(eye + 0.3),
        "company": eye,
        "places": places,
        "alignments": [],
        "keys": ("zubel", "zubel"),  # which no lexicon knows
        **changes,
    }
    fr = [("f", n) for _, n in options["places"]]  # type: ignore[attr-defined]
    vi_key, fr_key = options["keys"]  # type: ignore[misc]
    a = (term("vi", vi_key, *options["places"]), term("vi", "krad", ("v", 9)))  # type: ignore[has-type, misc]
    b = (term("fr", fr_key, *fr), term("fr", "mold", ("f", 9)))  # type: ignore[has-type]
    company: Vectors = options["company"]  # type: ignore[assignment]
    left = TermSet("vi", a, options["names"], company)  # type: ignore[arg-type]
    right = TermSet("fr", b, unit(eye + 0.3), eye)
    found = compare(left, right, options["alignments"])  # type: ignore[arg-type]
    return float(found.probability[0, 0])


def test_every_kind_of_evidence_counts() -> None:
    plain = probability()
    assert 0.5 < plain < 1
    assert probability(names=unit(np.eye(2, 8, dtype=np.float32)[::-1] + 0.3)) < plain - 0.2  # the names of the other
    assert probability(company=np.eye(2, 8, 4, dtype=np.float32)) < plain
    beads = tuple(Bead((n,), (n,)) for n in range(4))
    assert probability(alignments=[Alignment("f", "v", "parallel", 1.0, beads)]) > plain
    assert probability(places=[("v", 0)]) < plain  # of a name seen once less is known
    apart = unit(np.eye(2, 8, dtype=np.float32)[::-1] + 0.3)
    unlike = {"names": apart, "company": apart}
    assert probability(**unlike) < 0.3 < 0.5 < probability(**unlike, keys=("chủ đề", "thème")), "the lexicon says"
    assert probability(keys=("chủ đề", "prix")) <= plain, "theme is not price"


def test_what_the_lexicon_says_of_other_senses_joins_no_homonyms() -> None:
    eye = np.eye(2, 8, dtype=np.float32)
    turned = {"names": unit(eye[::-1] + 0.3), "company": -eye}
    assert probability(**turned, keys=("thùng", "caisse")) < 0.1, "a till is no carton, which may be a caisse"
    assert probability(**turned, keys=("ngăn kéo", "tiroir")) > 0.5, "a drawer is a drawer, whatever stands beside"


def test_likeness_of_letters_joins_no_words_that_the_lexicon_tells_apart() -> None:
    assert probability(keys=("mì", "mine")) < 0.01, "noodles, a mine"
    beads = tuple(Bead((n,), (n,)) for n in range(4))
    together = [Alignment("f", "v", "parallel", 1.0, beads)]
    assert probability(keys=("mì", "mine"), alignments=together) > 0.1, "where they stand for each other, perhaps"


def test_persons_of_other_names_are_others() -> None:
    """Who do the same at two markets; nothing but their company speaks for them."""
    apart = {"names": unit(np.eye(2, 8, dtype=np.float32)[::-1] + 0.3)}
    words = probability(**apart, keys=("tư", "samir"))
    assert probability(**apart, keys=("Tư", "Samir")) < 0.01 < words, "of words that are no names nothing is known"
    assert probability(**apart, keys=("Zubel", "Zubel")) == pytest.approx(words), "one name"
    assert probability(**apart, keys=("Mô-rô", "Moro")) == pytest.approx(words), "one name, as Vietnamese writes it"
    assert probability(keys=("Bắc Kinh", "Pékin")) > 0.5, "one city, as the vectors of the names know"
    beads = tuple(Bead((n,), (n,)) for n in range(4))
    together = [Alignment("f", "v", "parallel", 1.0, beads)]
    assert probability(**apart, keys=("Tư", "Samir"), alignments=together) > words, "a translation names them so"


def test_more_than_fifteen_occurrences_change_nothing() -> None:
    assert probability(places=[("v", n) for n in range(15)]) == probability(places=[("v", n) for n in range(40)])


def test_rival_by_hand() -> None:
    score = np.array([[0.9, 0.2, 0.5], [0.1, 0.1, 0.0]], np.float32)
    np.testing.assert_array_equal(rival(score), np.array([[0.5, 0.9, 0.9], [0.1, 0.1, 0.1]], np.float32))
    alone = np.array([[0.4], [0.7]], np.float32)
    np.testing.assert_array_equal(rival(alone), alone)


def test_ahead_is_the_lead_over_the_nearer_rival() -> None:
    found = compare(term_set(VI, 1), term_set(FR, 5), ALIGNMENTS)
    first = 5.0 * found.name + 2.5 * found.company + 4.0 * found.aligned + 3.0 * found.said - found.unsaid
    expected = min(first[0, 0] - first[0, 1], first[0, 0] - max(first[1, 0], first[2, 0]))
    assert found.ahead[0, 0] == pytest.approx(min(expected, 3), abs=1e-5)
    assert np.abs(found.ahead).max() <= 3


def test_probabilities_are_probabilities() -> None:
    found = compare(term_set(VI, 1), term_set(FR, 5), ALIGNMENTS).probability
    assert ((found > 0) & (found < 1)).all()
    np.testing.assert_allclose(
        compare(term_set(VI, 1), term_set(FR, 5), ALIGNMENTS).count[0], np.log2([1 + 3, 1 + 1]), rtol=1e-6
    )


def test_method_names_what_weighs_most() -> None:
    def evidence(name: float, company: float, aligned: float, said: float = 0) -> str:
        def one(value: float) -> Matrix:
            return np.array([[value]], np.float32)

        zero = one(0)
        return Evidence(zero, one(name), one(company), one(aligned), one(said), zero, zero, zero).method(0, 0)

    assert evidence(0.6, 0.2, 0.1) == "similar names"
    assert evidence(0.1, 0.9, 0.1) == "similar company"
    assert evidence(0.3, 0.3, 0.7) == "aligned passages"
    assert evidence(0.1, 0.3, 0.1, 1) == "lexicon"


def test_company_is_the_mean_of_the_sentences() -> None:
    sentences = {("v", 0): np.array([1, 0], np.float32), ("v", 1): np.array([0, 1], np.float32)}
    found = company_vectors([term("vi", "a", ("v", 0), ("v", 1)), term("vi", "b", ("v", 1))], sentences)
    np.testing.assert_allclose(found, [[0.5**0.5, 0.5**0.5], [0, 1]], rtol=1e-6)
    assert found.dtype == np.float32


def test_names_are_centred_when_there_are_enough() -> None:
    few = vectors(5, 1)
    np.testing.assert_array_equal(centre_names(few), few)
    many = unit(vectors(40, 1) + 1)
    centred = centre_names(many)
    assert np.linalg.norm(centred.mean(axis=0)) < 0.1 < np.linalg.norm(many.mean(axis=0))
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, rtol=1e-5)
