"""What a rebuild changed, and how languages and years differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEmbedder, analysed, concepts, fill, mentions, pairs

import kb
from kb.comparison import NO_DATE, year_of
from kb.model import Link
from kb.query import KnowledgeBase
from kb.store import open_store
from kb.store.base import Source


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return fill(tmp_path / "old.db")


def test_nothing_differs(old: Path, tmp_path: Path) -> None:
    assert kb.diff(old, fill(tmp_path / "new.db")) == []


def test_every_kind_of_change(old: Path, tmp_path: Path) -> None:
    new = fill(tmp_path / "new.db")
    store = open_store(new, write=True)
    with store.transaction():
        store.set_info({**store.info(), "recipe": "no-scheme"})
        store.forget("/texts/zh-02.txt")
        store.save_source(Source("/texts/bad.txt", "texts/bad.txt", "/texts", "", 0, 1, None, "not UTF-8"))
        raw = analysed("vi-01").cleaned.raw
        longer = replace(
            analysed("vi-01"), cleaned=replace(analysed("vi-01").cleaned, raw=replace(raw, raw=raw.raw + "!"))
        )
        store.save_article(Source("/texts/vi-01.txt", "texts/vi-01.txt", "/texts", "x", 1, 1, "vi-01"), longer)
        kept = [m for m in mentions() if m.article != "zh-02"]
        experience, theme, memorabilia = sorted(concepts(kept), key=lambda r: r.concept.id, reverse=False)[:3]
        by_id = {r.concept.id: r for r in (experience, theme, memorabilia)}
        souvenir = by_id["memorabilia"]
        labels = {
            tag: tuple(reversed((*forms, f"{forms[0]}s"))) for tag, forms in by_id["theme"].concept.labels.items()
        }
        changed = replace(by_id["theme"], concept=replace(by_id["theme"].concept, labels=labels, type="cue"))
        other_id = replace(souvenir, concept=replace(souvenir.concept, id="keepsake"))
        moved = [replace(m, concept="keepsake") if m.concept == "memorabilia" else m for m in kept]
        store.save_graph(
            pairs=pairs()[:1], concepts=[by_id["experience"], changed, other_id], mentions=moved, name_links=[],
            links=[Link("experience", "theme", "related", 0.5, "log-likelihood", ("vi-01:1",))],
        )  # fmt: skip
    store.close()
    found = kb.diff(old, new)
    said = {(x.what, x.change) for x in found}
    assert {
        ("base", "changed"), ("file", "set aside"), ("article", "removed"), ("article", "changed"),
        ("concept", "new id"), ("concept", "renamed"), ("concept", "names joined"), ("concept", "type"),
        ("link", "new"), ("link", "gone"), ("pair", "gone"),
    } <= said  # fmt: skip
    assert ("concept", "gone") not in said
    renamed = next(x for x in found if x.change == "new id")
    assert (renamed.old, renamed.new) == ("memorabilia", "keepsake")
    back = kb.diff(new, old)
    assert len(back) == len(found)  # every change has its way back
    assert {(x.old, x.new) for x in back if x.change == "type"} == {(x.new, x.old) for x in found if x.change == "type"}


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2023-05-12T08:00:00+07:00", "2023"), ("12/05/2023", "2023"), ("ngày 12 tháng 5 năm 2023", "2023"),
        ("2023年5月12日", "2023"), ("le 3 mai 1998", "1998"), ("12345", NO_DATE), ("", NO_DATE), (None, NO_DATE),
    ],
)  # fmt: skip
def test_years_of_dates(date: str | None, year: str) -> None:
    assert year_of(date) == year


def test_comparisons(old: Path, tmp_path: Path) -> None:
    store = open_store(old, write=True)
    with store.transaction():
        found = analysed("vi-01")
        raw = replace(found.cleaned.raw, metadata={"date": "2021-05-12", "origin": "a blog"})
        dated = replace(found, cleaned=replace(found.cleaned, raw=raw))
        store.save_article(Source("/texts/vi-01.txt", "texts/vi-01.txt", "/texts", "x", 1, 1, "vi-01"), dated)
        kept = mentions()
        store.save_graph(pairs=pairs(), concepts=concepts(kept), mentions=kept, name_links=[], links=[])
    store.close()
    with KnowledgeBase(open_store(old), FakeEmbedder()) as base:
        assert (base.article("vi-01").date, base.article("vi-01").origin) == ("2021-05-12", "a blog")
        by_year = base.compare("year")
        assert list(by_year[0].counts) == ["2021", NO_DATE]
        by_language = {row.concept: row for row in base.compare()}
        for row in by_year:
            assert row.total == by_language[row.concept].total
            assert row.counts["2021"] == by_language[row.concept].counts["vi"]
        for row in base.compare(only="vi"):
            assert all(not n for tag, n in row.counts.items() if tag != "vi")
        assert list(base.compare("article", articles=["vi-*", "fr-01"])[0].counts) == ["fr-01", "vi-01"]
        with pytest.raises(kb.UsageError, match="cannot compare by 'day'"):
            base.compare("day")
