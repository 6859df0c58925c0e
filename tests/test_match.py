from __future__ import annotations

import numpy as np
import pytest

from kb.embed.base import Vectors, unit
from kb.match import Matrix, best_of_each, csls, logistic, mutual_best, nearest_mean


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


@pytest.mark.parametrize(("slope", "middle"), [(6.0, 0.15), (14.0, 0.19)])
def test_logistic(slope: float, middle: float) -> None:
    value = logistic(matrix([-2, middle, 2, -np.inf]), slope, middle)[0]
    assert value.dtype == np.float32
    assert value[0] < 0.001
    assert value[1] == pytest.approx(0.5)
    assert value[2] > 0.999
    assert value[3] == 0
