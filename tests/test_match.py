from __future__ import annotations

import numpy as np
import pytest

from kb.cells import nearest
from kb.embed.base import Vectors, unit
from kb.embed.tokens import Tokens, TokenStates, weigh
from kb.match import (
    Candidates,
    Matrix,
    best_of_each,
    candidates,
    compete,
    csls,
    late_interaction,
    mutual_best,
    nearest_mean,
    second_look,
)


def vectors(count: int, seed: int = 0, dimension: int = 16) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def matrix(*rows: list[float]) -> Matrix:
    return np.array(rows, np.float32)


def test_nearest_mean_by_hand() -> None:
    cosine = matrix([0.1, 0.9, 0.5], [0.0, 0.2, 0.4])
    np.testing.assert_allclose(nearest_mean(cosine, 2), [0.7, 0.3], rtol=1e-6)
    np.testing.assert_allclose(nearest_mean(cosine, 10), [0.5, 0.2], rtol=1e-6)  # fewer than ten: all
    np.testing.assert_array_equal(nearest_mean(np.zeros((2, 0), np.float32), 10), [0, 0])


def test_csls_by_hand() -> None:
    a, b = matrix([1, 0], [0, 1]), matrix([1, 0], [0.6, 0.8])
    # Cosines 1 .6 / 0 .8; nearest of the rows 1, .8, of the columns 1, .8.
    np.testing.assert_allclose(csls(a, b, neighbours=1), [[0, -0.6], [-1.8, 0]], atol=1e-6)
    # The means over both: rows .8 .4, columns .5 .7.
    np.testing.assert_allclose(csls(a, b), [[0.7, -0.3], [-0.9, 0.5]], atol=1e-6)


def test_languages_changed_about_mirror_the_result() -> None:
    a, b = vectors(30, 1), vectors(20, 2)
    np.testing.assert_allclose(csls(a, b), csls(b, a).T, atol=1e-6)
    there, back = mutual_best(csls(a, b)), mutual_best(csls(b, a))
    assert there == sorted((i, j) for j, i in back)


def crowds(count: int, seed: int) -> Vectors:
    """`count` vectors around 20 middles, which are the same for every seed."""
    middles = vectors(20, 99, 32)
    return unit(middles[np.arange(count) % 20] + 0.6 * vectors(count, seed, 32))


def pairs(found: Candidates) -> dict[tuple[int, int], float]:
    return {(int(a), int(b)): float(score) for a, b, score in zip(found.a, found.b, found.score, strict=True)}


@pytest.mark.parametrize(("of_a", "of_b"), [(400, 300), (5, 400), (3, 2), (1, 1)])
def test_candidates_beyond_the_exact_size_are_the_same_where_all_cells_are_looked_through(
    of_a: int, of_b: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = crowds(of_a, 1), crowds(of_b, 2)
    exact = pairs(candidates(a, b))
    monkeypatch.setattr("kb.match.EXACT", 0)
    monkeypatch.setattr("kb.match.WIDE", 100)
    monkeypatch.setattr("kb.cells.PROBES", 1000)
    monkeypatch.setattr("kb.cells.BLOCK", 70)
    assert pairs(candidates(a, b)) == pytest.approx(exact, abs=1e-5)


def test_few_cells_find_most_candidates_and_the_same_ones_again(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = crowds(1000, 1), crowds(900, 2)
    exact = pairs(candidates(a, b))
    monkeypatch.setattr("kb.match.EXACT", 0)
    monkeypatch.setattr("kb.cells.PROBES", 2)  # of 60
    found = pairs(candidates(a, b))
    assert 0.8 < len(exact.keys() & found.keys()) / len(exact) < 1  # not all: it is the quick way that is looked at
    assert pairs(candidates(a, b)) == found


def test_cells_looked_through_may_hold_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.cells.PROBES", 1)
    a, b = vectors(6, 1), vectors(40, 2)
    found, cosine = nearest(a, b, 30)
    for i in range(6):
        real = np.isfinite(cosine[i])
        assert 0 < real.sum() < 30
        np.testing.assert_allclose(cosine[i][real], b[found[i][real]] @ a[i], atol=1e-6)
        assert len(set(found[i][real])) == real.sum()
    monkeypatch.setattr("kb.match.EXACT", 0)
    assert set(candidates(a, b).a) == set(range(6))


def test_a_hub_loses_its_neighbours() -> None:
    """What is near to everything is no counterpart of anything, however high its cosine."""
    eye = np.eye(12, dtype=np.float32)
    shared = unit(eye + 0.5)
    a = np.concatenate([shared, 0 * eye], axis=1)
    own = np.concatenate([0.85 * shared, (1 - 0.85**2) ** 0.5 * eye], axis=1)  # cosine 0.85 with its counterpart
    hub = unit(a.sum(axis=0, keepdims=True))  # cosine 0.90 with all
    b = np.concatenate([own, hub])
    assert (a @ b.T).argmax(axis=1).tolist() == [12] * 12
    assert [j for _, j, _ in best_of_each(a, b)] == list(range(12))


def test_mutual_best() -> None:
    assert mutual_best(matrix([0.9, 0.8], [0.7, 0.1])) == [(0, 0)]
    assert mutual_best(matrix([0.1, 0.9], [0.8, 0.7], [0.2, 0.3])) == [(0, 1), (1, 0)]
    assert mutual_best(matrix([0.5, 0.5], [0.5, 0.5])) == [(0, 0)]  # ties go to the lowest index
    assert mutual_best(np.zeros((0, 3), np.float32)) == mutual_best(np.zeros((3, 0), np.float32)) == []


def test_best_of_each() -> None:
    a = vectors(8, 4)
    order = [3, 1, 0, 2, 7, 6, 5, 4]
    found = best_of_each(a, a[order])
    assert [(i, order[j]) for i, j, _ in found] == [(i, i) for i in range(8)]
    assert all(0.5 < score <= 1 for _, _, score in found)
    assert best_of_each(a[:0], a) == best_of_each(a, a[:0]) == []


def test_what_a_lexicon_says_goes_before_what_looks_alike() -> None:
    """A pair that is no candidate by its vectors becomes one; what nobody else wants is left as it was."""
    eye = np.eye(30, dtype=np.float32)
    a, b = unit(eye + 0.2), unit(eye[::-1] * 0.3 + 0.2)
    assert [j for _, j, _ in best_of_each(a, b)] == list(range(29, -1, -1))
    said = [(i, (i + 5) % 30, 1.0) for i in range(30)]
    assert [j for _, j, _ in best_of_each(a, b, said=said)] == [j for _, j, _ in said]
    assert [i for _, i, _ in best_of_each(b, a, said=[(j, i, v) for i, j, v in said])] == [
        (j - 5) % 30 for j in range(30)
    ]
    assert best_of_each(a, b, said=[]) == best_of_each(a, b)


def test_candidates_are_the_best_of_the_whole_matrix_however_it_is_cut() -> None:
    a, b = vectors(23, 5), vectors(31, 6)
    whole = csls(a, b)
    found = candidates(a, b, kept=3, cells=64)
    assert found.shape == (23, 31)
    pairs = list(zip(found.a.tolist(), found.b.tolist(), strict=True))
    rows = {(i, int(j)) for i in range(23) for j in np.argsort(-whole[i])[:3]}
    columns = {(int(i), j) for j in range(31) for i in np.argsort(-whole[:, j])[:3]}
    assert pairs == sorted(rows | columns)
    np.testing.assert_allclose(found.score, whole[found.a, found.b], atol=1e-6)
    back = candidates(b, a, kept=3)
    assert sorted(zip(back.b.tolist(), back.a.tolist(), strict=True)) == pairs


def scored(matrix: Matrix) -> Candidates:
    a, b = np.indices(matrix.shape).reshape(2, -1)
    return Candidates(a, b, matrix.ravel(), (matrix.shape[0], matrix.shape[1]))


def test_what_two_want_goes_to_the_one_that_has_nothing_else() -> None:
    score = matrix([0.50, 0.45], [0.48, 0.05])
    assert score.argmax(axis=1).tolist() == [0, 0]
    share = compete(scored(score)).reshape(2, 2)
    assert share.argmax(axis=1).tolist() == [1, 0]
    assert ((share > 0) & (share <= 1)).all()
    assert (share.sum(axis=1) <= 1 + 1e-6).all()


def test_sides_changed_about_mirror_the_competition() -> None:
    """Up to what the rounds leave open: rows come last, so the sides differ by little."""
    score = np.random.default_rng(8).normal(0.1, 0.2, (12, 9)).astype(np.float32)
    there = compete(scored(score), rounds=200).reshape(12, 9)
    back = compete(scored(score.T.copy()), rounds=200).reshape(9, 12)
    np.testing.assert_allclose(there, back.T, atol=1e-4)


def test_the_order_of_the_texts_does_not_matter() -> None:
    score = np.random.default_rng(9).normal(0.1, 0.2, (7, 7)).astype(np.float32)
    order = np.random.default_rng(10).permutation(7)
    there = compete(scored(score)).reshape(7, 7)
    np.testing.assert_allclose(compete(scored(score[order][:, order])).reshape(7, 7), there[order][:, order], atol=1e-6)


@pytest.mark.parametrize("cells", [1, 40, 10_000])
def test_blocks_of_any_size_give_the_same_answers(cells: int) -> None:
    a, b = vectors(23, 5), vectors(31, 6)
    whole, cut = candidates(a, b), candidates(a, b, cells=cells)
    np.testing.assert_array_equal(whole.a, cut.a)
    np.testing.assert_array_equal(whole.b, cut.b)
    np.testing.assert_allclose(compete(whole), compete(cut), atol=1e-5)


def test_a_text_without_counterpart_keeps_its_weight_to_itself() -> None:
    share = compete(scored(matrix([0.6, -0.2], [-0.2, -0.3]))).reshape(2, 2)
    assert share[0, 0] > 0.9
    assert share[1].sum() < 0.1


def test_tokens_tell_what_whole_texts_do_not() -> None:
    """Two candidates as near as each other; the numbers in them differ."""
    eye = np.eye(6, dtype=np.float16)

    def text(*tokens: int) -> TokenStates:
        return TokenStates(np.array(tokens), eye[list(tokens)], np.zeros((len(tokens), 2), np.int64))

    a = weigh([text(0, 1, 4), text(0, 1, 5)])
    b = weigh([text(0, 1, 5), text(0, 1, 4)])
    looked = second_look(scored(np.zeros((2, 2), np.float32)), a, b)
    assert looked.score.reshape(2, 2).argmax(axis=1).tolist() == [1, 0]
    assert late_interaction(a[0], b[1]) == pytest.approx(late_interaction(b[1], a[0]))
    assert a[0].weights[2] > a[0].weights[0]  # what every text has says little


def test_texts_without_tokens() -> None:
    nothing = TokenStates(np.zeros(0, np.int64), np.zeros((0, 4), np.float16), np.zeros((0, 2), np.int64))
    (tokens,) = weigh([nothing])
    assert late_interaction(tokens, tokens) == 0
    assert late_interaction(tokens, Tokens(np.eye(2, 4, dtype=np.float16), np.ones(2, np.float32))) == 0
