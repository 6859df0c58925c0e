"""What a build has to do, told from files alone: the store is a list of sources here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from kb.errors import ModelError
from kb.model import RememberedRepair, RepairDecision
from kb.plan import SAME_AS, Plan, made_by, plan, scan
from kb.recipe import Recipe, TermOptions
from kb.store.base import Source, Store

RECIPE = Recipe(name="test")


@dataclass
class Known:
    """What `plan` asks of a store."""

    held: list[Source] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=lambda: made_by(RECIPE))
    decided: list[RepairDecision] = field(default_factory=list)

    def sources(self) -> list[Source]:
        return sorted(self.held, key=lambda s: s.location)

    def info(self) -> dict[str, str]:
        return self.facts

    def repair_decisions(self) -> list[RepairDecision]:
        return self.decided


def look(known: Known, *paths: Path, recipe: Recipe = RECIPE, only_add: bool = False) -> Plan:
    return plan(cast(Store, known), recipe, paths, only_add=only_add)


def names(sources: Sequence[Source]) -> list[str]:
    return [Path(source.location).name for source in sources]


@pytest.fixture(autouse=True)
def _same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may be editing the code while its tests run."""
    monkeypatch.setattr("kb.plan._stages_hash", lambda: "code")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(f"text {name}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def known(folder: Path) -> Known:
    """A base that has made everything in the folder."""
    return Known([replace(s, article=Path(s.location).stem) for s in scan([folder], {}).values()])


def test_all_is_fresh_in_a_new_base(folder: Path) -> None:
    todo = look(Known(facts={}), folder)
    assert names(todo.fresh) == ["a.txt", "b.txt", "c.txt"]
    assert todo.remake
    source = todo.fresh[0]
    assert source.sha256 == hashlib.sha256(b"text a").hexdigest()
    assert (source.root, source.size) == (str(folder), 6)


def test_nothing_to_do(folder: Path, known: Known) -> None:
    todo = look(known, folder)
    assert todo.is_empty
    assert todo.unchanged == 3


def test_a_file_under_its_old_date_and_size_is_not_opened(
    folder: Path, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: Any, **__: Any) -> Any:
        raise AssertionError("a file was opened")

    monkeypatch.setattr("hashlib.file_digest", closed)
    assert look(known, folder).is_empty


def test_new_changed_touched_and_gone(folder: Path, known: Known) -> None:
    (folder / "d.txt").write_text("new")
    (folder / "a.txt").write_text("changed")
    os.utime(folder / "b.txt", (1, 1))
    (folder / "c.txt").unlink()
    todo = look(known, folder)
    assert names(todo.fresh) == ["a.txt", "d.txt"]
    assert names(todo.touched) == ["b.txt"]
    assert todo.touched[0].article == "b"
    assert names(todo.gone) == ["c.txt"]
    assert (todo.unchanged, todo.remake, todo.is_empty) == (0, False, False)


def test_an_edit_of_the_same_size_in_the_same_second_is_seen(folder: Path, known: Known) -> None:
    before = (folder / "a.txt").stat()
    (folder / "a.txt").write_text("text x")
    os.utime(folder / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert names(look(known, folder).fresh) == ["a.txt"]


def test_adding_removes_nothing(folder: Path, known: Known) -> None:
    (folder / "c.txt").unlink()
    assert look(known, folder, only_add=True).gone == ()
    assert look(known, only_add=True).is_empty


def test_only_what_came_from_the_path_or_lies_below_it_can_be_gone(folder: Path, known: Known) -> None:
    elsewhere = Source("/elsewhere/x.txt", "x.txt", "/elsewhere", "xx", 1, 1, "x")
    below = Source(str(folder / "sub" / "y.txt"), "y.txt", str(folder / "sub" / "y.txt"), "yy", 1, 1, "y")
    known.held += [elsewhere, below]
    assert names(look(known, folder).gone) == ["y.txt"]
    assert names(look(known, folder / "a.txt").gone) == []


@pytest.mark.parametrize("fact", ["stages", "recipe_hash"])
def test_other_code_or_recipe_makes_everything_again(folder: Path, known: Known, fact: str) -> None:
    other = folder.parent / "other.txt"
    other.write_text("other")
    known.held += [
        replace(s, article="other") for s in scan([other], {}).values()
    ] + [Source("/vanished/x.txt", "x.txt", "/vanished", "xx", 1, 1, "x")]  # fmt: skip
    known.facts[fact] = "before"
    todo = look(known, folder)
    assert todo.remake
    assert sorted(names(todo.fresh)) == ["a.txt", "b.txt", "c.txt", "other.txt"]
    assert todo.gone == ()
    other.unlink()


def test_facts_that_make_nothing_again(folder: Path, known: Known) -> None:
    known.facts |= {"version": "0.0.1", "recipe": "another name", "built": "long ago"}
    assert look(known, folder).is_empty


def test_the_code_that_makes_articles_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    before = made_by(RECIPE)["stages"]
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"edited" if path.name == "query.py" else read(path))
    assert made_by(RECIPE)["stages"] == before
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"edited" if path.name == "segment.py" else read(path))
    assert made_by(RECIPE)["stages"] != before


def test_options_count_and_names_do_not() -> None:
    base = made_by(RECIPE)["recipe_hash"]
    assert made_by(replace(RECIPE, name="b", description="words", corpus=(Path("x"),)))["recipe_hash"] == base
    assert made_by(replace(RECIPE, terms=TermOptions(min_score=0.1)))["recipe_hash"] != base
    assert made_by(replace(RECIPE, model="other"))["recipe_hash"] != base


def test_the_scheme_counts_by_its_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    one.write_text("x")
    two.write_text("x")
    hashes = [made_by(replace(RECIPE, scheme=path))["recipe_hash"] for path in (one, two)]
    assert hashes[0] == hashes[1]
    two.write_text("y")
    assert made_by(replace(RECIPE, scheme=two))["recipe_hash"] != hashes[0]


def test_another_model_is_an_error(folder: Path, known: Known) -> None:
    with pytest.raises(ModelError, match=r"multilingual-e5-small.*other.*--kb"):
        look(known, folder, recipe=replace(RECIPE, model="other"))
    assert look(Known(facts={"model": "x"}), folder).fresh  # a base without articles has no vectors


def test_a_copy_is_looked_at_again_when_its_original_is_no_more(folder: Path, known: Known) -> None:
    original = next(s for s in known.held if s.article == "a")
    (folder / "z.txt").write_text("text a")
    copy = scan([folder], {})[str(folder / "z.txt")]
    known.held.append(replace(copy, reason=f"{SAME_AS}{original.path}"))
    assert look(known, folder).is_empty
    (folder / "a.txt").write_text("changed")
    assert names(look(known, folder).fresh) == ["a.txt", "z.txt"]
    (folder / "a.txt").unlink()
    assert names(look(known, folder).fresh) == ["z.txt"]


def test_a_file_found_twice_counts_once(folder: Path, known: Known) -> None:
    todo = look(Known(facts={}), folder / "a.txt", folder, folder)
    assert names(todo.fresh) == ["a.txt", "b.txt", "c.txt"]


def test_what_cannot_be_read_has_its_reason(folder: Path) -> None:
    (folder / "link.txt").symlink_to("nowhere.txt")
    os.mkfifo(folder / "pipe.txt")
    found = scan([folder, folder / "none.txt", folder / "x.pdf"], {})
    unread = {Path(location).name: source.reason for location, source in found.items() if not source.sha256}
    assert unread.keys() == {"nowhere.txt", "pipe.txt", "none.txt", "x.pdf"}
    assert "no such file" in str(unread["none.txt"])


def test_names_that_are_no_utf8(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.txt")).write_text("x")
    found = scan([folder], {})
    location = str(folder / "\\xff.txt")
    assert "rename" in str(found[location].reason)
    assert all(text.encode() for source in found.values() for text in (source.location, source.path, source.root))
    assert scan([folder], found) == found


def decision(number: int, article: str, undoes: int | None = None) -> RepairDecision:
    about = RememberedRepair("", article, f"{article}.txt", "tag", 0, 1, "t", "", "", "", "")
    return RepairDecision(number, "", "", "accept" if undoes is None else "undo", about, None, undoes)


def test_an_article_is_made_again_for_a_decision_about_it(folder: Path, known: Known) -> None:
    known.decided = [decision(1, "b"), decision(2, "gone")]
    assert names(look(known, folder).fresh) == ["b.txt"]
    known.facts["repairs"] = '{"b": [1], "gone": [2]}'
    assert look(known, folder).is_empty
    known.decided.append(decision(3, "b", undoes=1))
    assert names(look(known, folder).fresh) == ["b.txt"]
    known.facts["repairs"] = '{"gone": [2]}'
    assert look(known, folder).is_empty


def test_an_article_of_another_path_is_made_again_from_its_stored_text(folder: Path, known: Known) -> None:
    known.decided = [decision(1, "b")]
    todo = look(known, folder / "a.txt", only_add=True)
    assert (todo.fresh, todo.again) == ((), ("b",))
    assert not todo.is_empty


def test_what_decisions_left_nothing_of_is_looked_at_again(folder: Path, known: Known) -> None:
    known.held = [replace(s, article=None, path="b.txt") if s.article == "b" else s for s in known.held]
    known.decided = [decision(1, "b"), decision(2, "b", undoes=1)]
    known.facts["repairs"] = '{"b": [1]}'
    assert names(look(known, folder).fresh) == ["b.txt"]
