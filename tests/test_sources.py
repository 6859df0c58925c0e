"""The table of what is known of files before they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import RecipeError
from kb.sources import FACTS, SourceTable

TABLE = """
[[source]]
id = "a"
sha256 = "aa"
language = "vi"
title = "Tiệm phở"
date = 2024-05-06
translations = ["b"]

[[source]]
sha256 = "bb"
kind = "reference"
"""


def load(folder: Path, text: str) -> SourceTable:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return SourceTable.load(path)


def test_facts_are_text_and_no_others_come_in(tmp_path: Path) -> None:
    table = load(tmp_path, TABLE)
    assert table.metadata("aa") == {"language": "vi", "title": "Tiệm phở", "date": "2024-05-06"}
    assert table.metadata("bb") == {"kind": "reference"}
    assert table.metadata("cc") == {}
    assert all(set(facts) <= set(FACTS) for facts in table.by_hash.values())


def test_no_table_knows_nothing(tmp_path: Path) -> None:
    assert SourceTable().metadata("aa") == {}
    assert load(tmp_path, "").metadata("aa") == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[source]]\nid = 'a'\nsha256 = 'x'\n[[source]]\nid = 'b'", "source 2 has no sha256"),
        ("[[source", "not a readable table"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        load(tmp_path, text)


def test_a_missing_or_undecodable_table(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="not a readable table"):
        SourceTable.load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")
    with pytest.raises(RecipeError, match="not a readable table"):
        SourceTable.load(tmp_path / "latin.toml")
