from __future__ import annotations

import numpy as np
import pytest

from kb.embed.base import BUNDLED, Vectors, unit
from kb.embed.centre import centre, language_mean, reference_for, reference_means, subtract


def vectors(count: int, seed: int = 0, dimension: int = 8) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32) + 1)


def test_reference_means_are_shipped_for_the_bundled_model() -> None:
    means = reference_means(BUNDLED)
    assert sorted(means) == ["en", "fr", "vi", "zh-Hans", "zh-Hant"]
    for mean in means.values():
        assert mean.shape == (384,)
        assert mean.dtype == np.float32
        # The mean of unit vectors that crowd together: E5's cosines lie between .75 and .95.
        assert 0.85 < np.linalg.norm(mean) < 1
    assert reference_means("another model") == {}


def test_tags_without_a_mean_of_their_own() -> None:
    means = {"zh-Hans": np.ones(2, np.float32), "zh-Hant": np.zeros(2, np.float32)}
    assert reference_for("zh-Hant", means) is means["zh-Hant"]
    assert reference_for("zh-TW", means) is means["zh-Hans"]
    assert reference_for("vi", means) is None


def test_mean_is_shrunk_towards_the_reference() -> None:
    own, reference = vectors(10), {"vi": np.full(8, 0.3, np.float32)}
    mean = language_mean(own, "vi", reference, weight=5)
    np.testing.assert_allclose(mean, (own.sum(axis=0) + 5 * 0.3) / 15, rtol=1e-5)
    np.testing.assert_allclose(language_mean(own, "vi", reference, weight=0), own.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(language_mean(own[:0], "vi", reference), reference["vi"], rtol=1e-5)


def test_unknown_language_has_only_the_texts_at_hand() -> None:
    own = vectors(10)
    np.testing.assert_allclose(language_mean(own, "th", {}), own.mean(axis=0), rtol=1e-5)
    # One text less itself would be no vector.
    np.testing.assert_allclose(centre(own[:1], "th", {}), own[:1], rtol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_centred_vectors_are_unit_float32(count: int) -> None:
    centred = centre(vectors(count), "vi", {"vi": np.full(8, 0.3, np.float32)})
    assert centred.shape == (count, 8)
    assert centred.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, rtol=1e-5)


def test_languages_come_together() -> None:
    meaning = np.random.default_rng(1).normal(size=(20, 8))
    a = unit((meaning + 5).astype(np.float32))
    b = unit((meaning + 5 * np.array([1, -1] * 4)).astype(np.float32))
    plain, centred = (a @ b.T).diagonal().mean(), (centre(a, "x", {}) @ centre(b, "y", {}).T).diagonal().mean()
    assert centred > 0.7 > plain


def test_blocks_lose_the_mean_of_their_sentences() -> None:
    own = vectors(6)
    mean = language_mean(own, "vi", {})
    np.testing.assert_allclose(subtract(own, mean), centre(own, "vi", {}), rtol=1e-5)
