"""Recipes: what may stand in them, and that their documentation says the same as the code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from kb.errors import RecipeError
from kb.recipe import Recipe, legal_keys, load_recipe

PIPELINES = Path(__file__).parent.parent / "pipelines"
SHIPPED = sorted(path.stem for path in PIPELINES.glob("*.toml"))


def write(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_recipes_load_and_find_their_files(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # wherever the user stands
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.description
    assert all(path.exists() for path in (*recipe.corpus, recipe.sources, recipe.scheme) if path)


def test_an_empty_recipe_has_the_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    assert load_recipe(path) == Recipe(name=Path(path).resolve().as_posix())


def test_paths_are_relative_to_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(PIPELINES)
    path = write(tmp_path / "deep", 'corpus = ["../texts", "/elsewhere"]\nscheme = "s.ttl"\nsources = "../t.toml"\n')
    recipe = load_recipe(path)
    assert recipe.corpus == (tmp_path / "texts", Path("/elsewhere"))
    assert (recipe.scheme, recipe.sources) == (tmp_path / "deep" / "s.ttl", tmp_path / "t.toml")


def test_a_recipe_below_the_working_folder_finds_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    write(tmp_path, 'corpus = ["texts"]\nscheme = ""\n')
    monkeypatch.chdir(tmp_path)
    recipe = load_recipe("mine.toml")
    assert [path.resolve() for path in recipe.corpus] == [tmp_path / "texts"]
    assert recipe.scheme is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modle = 'x'", ["'modle'", "did you mean 'model'?", "corpus, description", "terms"]),
        ("zzz = 1", ["'zzz'", "legal: corpus, description, links, model, pairs, read, scheme, sources, terms"]),
        ("[read]\nmax_byte = 3", ["read.max_byte", "did you mean 'max_bytes'?", "legal: max_bytes"]),
        ("[links]\nfoo = 3", ["links.foo", "legal: per_concept"]),
        ("model = 3", ["model = 3", "text in quotes"]),
        ("corpus = 'articles'", ["a list of paths"]),
        ("corpus = [1]", ["a list of paths"]),
        ("scheme = ['a']", ["text in quotes"]),
        ("read = 5", ["read is a section", "[read]"]),
        ("[read]\nmax_bytes = '5'", ["read.max_bytes = '5'", "a whole number"]),
        ("[read]\nmax_bytes = 1.5", ["a whole number"]),
        ("[read]\nmax_bytes = true", ["a whole number"]),
        ("[pairs]\ncomparable = 'high'", ["pairs.comparable = 'high'", "a number"]),
        ("model = ", ["not a readable recipe", "pipelines/README.md"]),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path: Path, text: str, says: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    assert "mine.toml" in str(caught.value)
    assert "\n" not in str(caught.value)
    for words in says:
        assert words in str(caught.value)


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    assert load_recipe(write(tmp_path, "[terms]\nmin_score = 1\n")).terms.min_score == 1


def test_no_such_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="did you mean 'default'.*" + ", ".join(SHIPPED)):
        load_recipe("defualt")
    with pytest.raises(RecipeError, match="no such recipe file"):
        load_recipe(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes(b'description = "\xe9"')
    with pytest.raises(RecipeError, match="not a readable recipe"):
        load_recipe(str(tmp_path / "latin.toml"))


# --- the documentation -----------------------------------------------------------------------------------------------


def documented() -> dict[str, str]:
    """Key -> default, as pipelines/README.md has them."""
    rows = re.findall(r"^\| `([\w.]+)` \| (.+?) \| .+ \|$", (PIPELINES / "README.md").read_text("utf-8"), re.MULTILINE)
    return {key: default.strip("`") for key, default in rows}


def true_default(key: str) -> Any:
    value: Any = Recipe(name="")
    for part in key.split("."):
        value = getattr(value, part)
    return list(value) if isinstance(value, tuple) else value


def test_every_key_is_documented_with_its_default() -> None:
    told = documented()
    assert list(told) == list(legal_keys())
    for key, default in told.items():
        value = None if default == "none" else tomllib.loads(f"value = {default}")["value"]
        assert value == true_default(key), key


def test_legal_keys_are_all_fields() -> None:
    tops = {key.split(".")[0] for key in legal_keys()}
    assert tops == {f.name for f in fields(Recipe)} - {"name"}


def test_every_shipped_recipe_is_documented() -> None:
    text = (PIPELINES / "README.md").read_text("utf-8")
    assert all(f"| `{name}` |" in text for name in SHIPPED)
