from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from kb.embed import BUNDLED, Embedder, Vectors, dequantise, load, quantise, unit
from kb.embed.base import Advance, Prompt, embedding_text, ignore, vector_key
from kb.embed.cache import VectorCache
from kb.embed.tokens import TokenStates
from kb.errors import ModelError


def vectors(count: int, dimension: int = 384) -> Vectors:
    return unit(np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32))


# --- stored form ----------------------------------------------------------------------------------------------------


def test_stored_vectors_come_back() -> None:
    plain = vectors(200)
    codes, factors = quantise(plain)
    assert (codes.dtype, factors.dtype) == (np.dtype(np.int8), np.dtype(np.float32))
    assert (codes.shape, factors.shape) == ((200, 384), (200,))
    assert np.abs(codes).max() == 127
    back = dequantise(codes, factors)
    assert back.dtype == np.float32
    assert (plain * back).sum(axis=1).min() > 0.9999
    np.testing.assert_allclose(np.linalg.norm(back, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(quantise(back)[0], codes)  # nothing is lost a second time


def test_zeros_stay_zeros() -> None:
    zeros = np.zeros((2, 8), np.float32)
    np.testing.assert_array_equal(dequantise(*quantise(zeros)), zeros)
    np.testing.assert_array_equal(unit(zeros), zeros)
    codes, factors = quantise(zeros[:0])
    assert (codes.shape, factors.shape) == ((0, 8), (0,))


def test_unit() -> None:
    scaled = unit(np.array([[3, 4], [0, 0.001]], np.float32))
    np.testing.assert_allclose(scaled, np.array([[0.6, 0.8], [0, 1]]), rtol=1e-6)
    assert scaled.dtype == np.float32


# --- keys -----------------------------------------------------------------------------------------------------------


def test_both_chinese_scripts_have_one_key() -> None:
    assert vector_key("m", "客戶體驗") == vector_key("m", "客户体验")
    assert embedding_text("客戶體驗") == "客户体验"
    assert embedding_text("L’Expérience") == "L’Expérience"


def test_keys_tell_models_and_texts_apart() -> None:
    keys = [vector_key(m, t) for m, t in (("m", "a"), ("n", "a"), ("m", "A"), ("m", ""), ("", "m"), ("m", " a"))]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)


# --- cache ----------------------------------------------------------------------------------------------------------


class Counting:
    """Random vectors by text; counts what it is asked for."""

    name, revision, dimension = "counting", "1", 16

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        self.asked += texts
        advance(len(texts))
        rows = [np.random.default_rng(list(text.encode())).normal(size=self.dimension) for text in texts]
        return unit(np.array(rows, np.float32))

    def tokens(self, texts: Sequence[str], advance: Advance = ignore, *, few: bool = False) -> list[TokenStates] | None:
        return None

    def embed_question(self, text: str) -> Vectors:
        question: Vectors = self.embed([text])[0]
        return question


class Shelf:
    """A store of vectors in memory."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[npt.NDArray[np.int8], np.float32]] = {}

    def vectors(self, keys: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int8], npt.NDArray[np.float32]]:
        found = [key for key in reversed(keys) if key in self.held]  # in an order of its own
        codes = np.array([self.held[k][0] for k in found], np.int8).reshape(len(found), -1 if found else 0)
        return found, codes, np.array([self.held[k][1] for k in found], np.float32)

    def save_vectors(self, keys: Sequence[str], codes: npt.NDArray[np.int8], factors: npt.NDArray[Any]) -> None:
        assert not set(keys) & set(self.held)
        self.held.update(zip(keys, zip(codes, factors, strict=True), strict=True))


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def cache(embedder: Counting) -> VectorCache:
    return VectorCache("counting", lambda: embedder, Shelf())


def test_nothing_is_embedded_twice(cache: VectorCache, embedder: Counting) -> None:
    cache.get(["thème", "prix", "thème"])
    cache.get(["prix", "giá"])
    cache.fill(["giá", "thème"])
    assert sorted(embedder.asked) == ["giá", "prix", "thème"]


def test_both_scripts_are_embedded_once(cache: VectorCache, embedder: Counting) -> None:
    found = cache.get(["客户", "客戶"])
    assert embedder.asked == ["客户"]
    np.testing.assert_array_equal(found[0], found[1])


def test_rows_are_in_the_order_of_the_texts(cache: VectorCache, embedder: Counting) -> None:
    texts = ["ccc", "a", "bb", "a"]
    found = cache.get(texts)
    assert found.shape == (4, 16)
    assert ((found * Counting().embed(texts)).sum(axis=1) > 0.999).all()


def test_computed_and_found_are_the_same(embedder: Counting) -> None:
    shelf = Shelf()
    computed = VectorCache("counting", lambda: embedder, shelf).get(["thème", "prix"])

    def never() -> Embedder:
        raise AssertionError("everything is known")

    found = VectorCache("counting", never, shelf)
    np.testing.assert_array_equal(found.get(["prix", "thème"])[::-1], computed)
    assert found.dimension == 16
    other = VectorCache("another", lambda: embedder, shelf)
    assert other.missing(["thème"]) == ["thème"]


def test_missing_are_told_once_by_length(cache: VectorCache) -> None:
    cache.fill(["prix"])
    assert cache.missing(["thème", "prix", "b", "a", "thème", "客戶", "客户"]) in (
        ["a", "b", "客户", "thème"],
        ["a", "b", "客戶", "thème"],
    )
    told: list[int] = []
    assert cache.fill(["thème", "b", "a", "b"], told.append) == 3
    assert sum(told) == 3
    assert cache.fill(["thème", "b"]) == 0


def test_vectors_come_in_the_order_of_the_texts_whatever_is_read_at_once(
    cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["prix", "thème", "a", "prix", "b", "a", "prix"]
    whole = cache.get(texts)
    monkeypatch.setattr("kb.embed.cache.BATCH", 2)
    assert np.array_equal(cache.get(texts), whole)
    assert np.array_equal(whole[0], whole[6])
    assert not np.array_equal(whole[0], whole[1])
    assert cache.get([]).shape[0] == 0


def test_what_is_not_kept_is_not_counted_as_used(cache: VectorCache) -> None:
    cache.get(["thème"])
    cache.get(["prix"], keep=False)
    assert cache.used == {vector_key("counting", "thème")}


# --- the bundled model ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return load()


# Four sentences of different subjects in three languages.
SENTENCES = {
    "fr": [
        "Le client garde un souvenir du voyage.",
        "Le personnel répond aux réclamations en une heure.",
        "Le prix du billet augmente chaque année.",
        "La pluie tombe sur la montagne.",
    ],
    "vi": [
        "Khách hàng giữ một kỷ vật của chuyến đi.",
        "Nhân viên trả lời khiếu nại trong một giờ.",
        "Giá vé tăng mỗi năm.",
        "Mưa rơi trên núi.",
    ],
    "zh-Hans": ["顾客留下一件旅行的纪念品。", "员工在一小时内答复投诉。", "门票价格每年上涨。", "雨落在山上。"],
}


@pytest.fixture(scope="module")
def embedded(bundled: Embedder) -> dict[str, Vectors]:
    return {language: bundled.embed(texts) for language, texts in SENTENCES.items()}


@pytest.mark.parametrize("pair", [("fr", "vi"), ("fr", "zh-Hans"), ("vi", "zh-Hans")], ids="-".join)
def test_translations_are_nearest(embedded: dict[str, Vectors], pair: tuple[str, str]) -> None:
    cosine = embedded[pair[0]] @ embedded[pair[1]].T
    assert cosine.argmax(axis=1).tolist() == cosine.argmax(axis=0).tolist() == [0, 1, 2, 3]


def test_bundled_vectors(bundled: Embedder, embedded: dict[str, Vectors]) -> None:
    assert (bundled.name, bundled.dimension) == (BUNDLED, 384)
    for found in embedded.values():
        assert found.shape == (4, 384)
        assert found.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-4)
    assert bundled.embed([]).shape == (0, 384)


def test_a_batch_is_as_good_as_one_by_one(bundled: Embedder, embedded: dict[str, Vectors]) -> None:
    mixed = [SENTENCES["zh-Hans"][3], SENTENCES["fr"][1], SENTENCES["zh-Hans"][3]]
    expected = np.stack([embedded["zh-Hans"][3], embedded["fr"][1], embedded["zh-Hans"][3]])
    np.testing.assert_allclose(bundled.embed(mixed), expected, atol=1e-5)
    np.testing.assert_allclose(bundled.embed_question(mixed[0]), expected[0], atol=1e-5)


def test_more_texts_than_a_batch_stay_in_order(bundled: Embedder) -> None:
    texts = [f"mot {n}" for n in range(34)]
    told: list[int] = []
    found = bundled.embed(texts, told.append)
    assert sum(told) == 34
    for n in (0, 31, 32, 33):
        np.testing.assert_allclose(found[n], bundled.embed([texts[n]])[0], atol=1e-5)


def test_odd_texts(bundled: Embedder) -> None:
    found = bundled.embed(["", " ", "a\0b", "a b", "a", "😀", "\ufeff"])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-4)
    np.testing.assert_allclose(found[2], found[3], atol=1e-6)  # NUL does not end the text
    assert (found[2] @ found[4]) < 0.999


def test_a_model_that_is_not_here() -> None:
    # Importing sentence_transformers takes some seconds, so this is the only test of it here.
    with pytest.raises(ModelError) as caught:
        load("no-such-company/no-such-model")
    message = str(caught.value)
    assert "'no-such-company/no-such-model' is not on this machine" in message
    assert "hf download no-such-company/no-such-model" in message
    assert "\n" not in message
