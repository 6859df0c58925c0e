"""Builds: what a base holds after any order of additions, edits, removals, interruptions and bad files."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from quick import WordEmbedder

import kb
from kb import clean, pipeline, translations
from kb import read as kb_read
from kb.align import Possible, align_versions
from kb.clean.context import Context
from kb.cli import main
from kb.errors import ModelError, NotFoundError, UnreadableError
from kb.langs.folding import simplify
from kb.model import AnalysedArticle, CleanedArticle, RawArticle
from kb.pipeline import Summary
from kb.progress import SilentProgress
from kb.query import KnowledgeBase
from kb.recipe import LinkOptions, ReadOptions, Recipe
from kb.records import plain
from kb.store import open_store
from kb.store.base import Store

# A bicycle shop: one text in three languages, and two of its own.
SHOP = {
    "shop/vi.txt": """Cửa hàng xe đạp đầu hẻm

Chú Tư mở cửa hàng xe đạp từ sáu giờ sáng. Khách hàng đẩy xe vào, chú thử phanh trước khi hỏi chuyện. Ai chờ cũng \
được mời một ly trà đá.

Trải nghiệm của khách hàng bắt đầu từ mùi dầu và tiếng radio cũ. Chú Tư ghi từng lần sửa vào một cuốn sổ. Nhờ cuốn sổ \
ấy, dịch vụ không phụ thuộc vào trí nhớ của một người.

Tuần trước có một lời phàn nàn: phanh kêu sau ba ngày. Chú Tư sửa lại không lấy tiền, rồi gọi điện hỏi thăm. Người \
khách gửi tặng cửa hàng một tấm bưu thiếp.
""",
    "shop/fr.txt": """La boutique de vélos au bout de la ruelle

M. Tu ouvre sa boutique de vélos dès six heures du matin. Le client pousse son vélo à l’intérieur, et le patron essaie \
le frein avant de bavarder. Ceux qui attendent reçoivent un thé glacé.

L’expérience du client commence par l’odeur d’huile et la vieille radio. M. Tu note chaque réparation dans un carnet. \
Grâce au carnet, le service ne dépend pas de la mémoire d’un seul homme.

La semaine dernière, il y a eu une plainte : le frein grinçait au bout de trois jours. M. Tu l’a réparé sans rien \
demander, puis il a téléphoné. Le client a envoyé une carte postale à la boutique.
""",
    "shop/zh.txt": """巷口的自行车商店

阿四每天早上六点打开自行车商店的门。顾客把车推进来，他先试刹车，再聊天。等候的人都有一杯冰茶。

顾客的体验从机油味和旧收音机开始。阿四把每次修理都写进一个本子。有了本子，服务就不靠一个人的记性。

上星期有一次投诉：刹车三天后又响了。阿四免费重修，还打电话问候。那位顾客给商店寄来一张明信片。
""",
    "lesson.txt": """Một buổi học ngoài tiệm

Học sinh lớp mười một đến cửa hàng xe đạp để quan sát dịch vụ. Mỗi học sinh theo dõi một khách hàng từ lúc bước vào \
đến lúc ra về. Chủ đề của buổi học là sự chờ đợi.

Các em ghi lại trải nghiệm vào cuốn sổ nhỏ. Sau đó cả lớp bàn xem lời phàn nàn nào đáng được trả lời trước.
""",
}

LATE = """学生眼里的服务

学生在商店里观察顾客。他们发现，等候的体验比价格更重要。主题很简单：一句问候，胜过一次折扣。

每个学生都把顾客的投诉写进本子。老师说，服务就藏在这些小事里。
"""  # Pupils watch customers wait; a greeting is worth more than a discount.

SMALL = ReadOptions(max_bytes=20_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        write(tmp_path / "texts" / name, text)
    return tmp_path / "texts"


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """Builds and searches use it, whatever model their recipe names."""
    made = WordEmbedder()
    monkeypatch.setattr("kb.plan._stages_hash", lambda: "code")  # somebody may be editing it while its tests run
    for place in ("kb.embed.base.load", "kb.embed.load"):
        monkeypatch.setattr(place, lambda name="", much=False: made)
    return made


@pytest.fixture
def store(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Store]:
    made = open_store(tmp_path / "kb.db", create=True, write=True)
    yield made
    made.close()


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def recipe(**values: Any) -> Recipe:
    return Recipe(name="test", **{"model": WordEmbedder.name, "read": SMALL, **values})


def build(store: Store, *paths: Path, **values: Any) -> Summary:
    summary = pipeline.build(store, recipe(**values), paths, progress=SilentProgress())
    assert store.check() == []
    return summary


def add(store: Store, *paths: Path) -> Summary:
    return pipeline.add(store, recipe(), paths, progress=SilentProgress())


def remove(store: Store, *articles: str) -> Summary:
    return pipeline.remove(store, recipe(), articles, progress=SilentProgress())


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.added, summary.changed, summary.removed, summary.unchanged


def reasons(summary: Summary) -> dict[str, str]:
    return {Path(aside.path).name: aside.reason for aside in summary.set_aside}


def answers(store: Store) -> dict[str, str]:
    """All that a base says of its articles, as bytes would show it."""
    held: dict[str, Sequence[Any]] = {
        "articles": store.articles(),
        "passages": [p for a in store.articles() for p in store.passages_of(a.id)],
        "sentences": [s for a in store.articles() for s in store.sentences_of(a.id)],
        "concepts": store.concepts(),
        "mentions": store.mentions(),
        "pairs": store.pairs(),
        "links": store.links(),
        "alignments": store.alignments(),
        "names": [link for c in store.concepts() for link in store.name_links(c.id)],
        "search": [store.find_words(words, languages=None, limit=9) for words in ("cửa hàng", "顾客")],
        "vectors": sorted(store.passage_vectors(None)[0]),
    }  # fmt: skip
    return {what: json.dumps([plain(r) for r in records], ensure_ascii=False) for what, records in held.items()}


def ids(store: Store, but: str = "") -> dict[str, set[str]]:
    """The ids of what does not concern article `but`."""
    others = {m.concept for m in store.mentions() if m.article != but}
    return {
        "articles": {a.id for a in store.articles()} - {but},
        "passages": {p.id for a in store.articles() if a.id != but for p in store.passages_of(a.id)},
        "concepts": others,
        "pairs": {p.id for p in store.pairs() if but not in (p.a.article, p.b.article)},
    }


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, the search index' own tables included."""
    with sqlite3.connect(path) as base:
        base.text_factory = lambda data: data.decode("utf-8", "replace")
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {name: base.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name != "search"}
    base.close()
    return found


def embedded(store: Store) -> set[str]:
    """Texts whose vectors a base keeps: passages and sentences."""
    found = {p.quote.text for a in store.articles() for p in store.passages_of(a.id)}
    return {simplify(x) for x in found | {s.sentence.text for a in store.articles() for s in store.sentences_of(a.id)}}


def spoken(store: Store) -> set[tuple[Any, ...]]:
    """Concepts without their ids: names, types and places."""
    places: dict[str, list[tuple[str, int, int, float]]] = {}
    for m in store.mentions():
        places.setdefault(m.concept, []).append((m.article, m.start, m.end, m.score))
    return {(c.type, str(sorted(c.labels.items())), c.salience, tuple(places[c.id])) for c in store.concepts()}


def no_model(*_: object, **__: object) -> Any:
    raise AssertionError("nothing changed, yet a model or an analyser was asked for")


# --- from nothing, and again -----------------------------------------------------------------------------------------


def test_from_nothing(store: Store, folder: Path) -> None:
    summary = build(store, folder)
    assert counts(summary) == (4, 0, 0, 0)
    assert summary.set_aside == ()
    held = {a.id: a.language for a in store.articles()}
    assert held == {"lesson": "vi", "shop/fr": "fr", "shop/vi": "vi", "shop/zh": "zh-Hans"}
    assert summary.articles == 4
    assert summary.passages == sum(len(store.passages_of(id)) for id in held)
    assert summary.concepts == len(store.concepts()) > 10
    assert summary.pairs == len(store.pairs())
    assert all(store.raw(m.article)[m.start : m.end] == m.quote for m in store.mentions())
    bicycle = {m.surface for m in store.mentions() if m.concept in store.find_concepts("xe đạp")[:1]}
    assert "xe đạp" in {surface.lower() for surface in bicycle}


def test_a_second_build_does_nothing(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(store, folder)
    before, info = answers(store), store.info()
    for place in (
        "kb.collection.load_for",
        "kb.collection.collect",
        "kb.langs.registry.analyser_for",
        "kb.pipeline.analyse",
        "kb.read.read_article",
        "kb.scheme.load_scheme",
    ):
        monkeypatch.setattr(place, no_model)
    monkeypatch.setattr("hashlib.file_digest", no_model)  # nor is a file opened
    summary = build(store, folder)
    assert counts(summary) == (0, 0, 0, 4)
    assert summary.seconds < 2
    assert answers(store) == before
    assert store.info() == info


def test_two_bases_of_one_input_print_the_same_bytes(tmp_path: Path, folder: Path, embedder: WordEmbedder) -> None:
    for name in ("one.db", "two.db"):
        made = open_store(tmp_path / name, create=True, write=True)
        build(made, folder)
        made.close()
    for command in ("concepts", "mentions", "pairs", "articles"):
        one, two = (
            CliRunner().invoke(main, [command, "--json", "--kb", str(tmp_path / name)]) for name in ("one.db", "two.db")
        )
        assert one.exit_code == 0, one.stderr
        assert one.stdout_bytes == two.stdout_bytes


def test_a_base_without_any_article(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "empty" / "no.txt", "")
    summary = build(store, tmp_path / "empty")
    assert (summary.articles, summary.concepts, summary.pairs) == (0, 0, 0)
    assert reasons(summary) == {"no.txt": "the file is empty"}
    assert counts(build(store, tmp_path / "empty")) == (0, 0, 0, 0)


def test_a_search_finds_what_was_built(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    result = CliRunner().invoke(
        main, ["search", "plainte", "--language", "vi", "--json", "--kb", str(tmp_path / "kb.db")]
    )
    assert result.exit_code == 0, result.stderr
    assert "phàn nàn" in json.loads(result.stdout.splitlines()[0])["text"]


# --- additions, edits, removals --------------------------------------------------------------------------------------


def test_adding_costs_the_new_article_only(
    store: Store, folder: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(store, folder)
    before, texts = ids(store), embedded(store)
    named = {c.id: {form for forms in c.labels.values() for form in forms} for c in store.concepts()}
    parallel = {p.id for p in store.pairs(kind="parallel")}
    assert parallel
    analysed: list[str] = []
    compared: list[str] = []
    analyse, of = pipeline.analyse, Possible.of

    def listed(raw: RawArticle, context: Context, id: str, decisions: Any) -> AnalysedArticle:
        analysed.append(id)
        return analyse(raw, context, id, decisions)

    def compare(self: Possible, article: str) -> list[str]:
        compared.append(article)
        return of(self, article)

    monkeypatch.setattr(pipeline, "analyse", listed)
    monkeypatch.setattr(Possible, "of", compare)
    aligned: list[tuple[str, str]] = []

    def align_all(sides: Any, parallel: Any, wanted: Any) -> Any:
        aligned.extend(wanted)
        return align_versions(sides, parallel, wanted)

    monkeypatch.setattr(translations, "align_versions", align_all)
    embedder.asked.clear()
    summary = add(store, write(folder / "late.txt", LATE))
    assert counts(summary) == (1, 0, 0, 4)
    assert analysed == ["late"]
    assert compared == ["late"]
    assert not any({x.a, x.b} == {"late", "shop/zh"} for x in store.alignments())  # both are Chinese
    versions = {x for y in store.alignments() if y.relation == "parallel" and "late" in (y.a, y.b) for x in (y.a, y.b)}
    assert all("late" in pair or versions.issuperset(pair) for pair in aligned)
    assert not texts & set(embedder.asked)
    assert any("折扣" in text for text in embedder.asked)
    after = ids(store, but="late")
    assert after["articles"] == before["articles"]
    assert after["passages"] == before["passages"]
    # New evidence may join two concepts into one: it then keeps the id of one of them, and the names of both.
    now = {c.id: {form for forms in c.labels.values() for form in forms} for c in store.concepts()}
    for id, names in named.items():
        assert id in now or any(names <= now[other] for other in named if other in now), (id, names)
    assert parallel <= after["pairs"]
    assert counts(build(store, folder)) == (0, 0, 0, 5)


def test_of_many_versions_the_closest_are_aligned(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second French version, which has half of the text: it stands back, and takes its place when the first goes."""
    monkeypatch.setattr(translations, "MOST_VERSIONS", 1)
    whole = (folder / "shop" / "fr.txt").read_text("utf-8")
    title, *paragraphs = whole.strip().split("\n\n")
    half = f"{title}\n\n{paragraphs[0]}\n\nLe reste est une autre histoire, que personne n’a traduite encore.\n"

    def aligned() -> set[tuple[str, str]]:
        return {(x.a, x.b) for x in store.alignments() if x.beads}

    build(store, folder)
    before = aligned()
    assert ("shop/fr", "shop/vi") in before
    write(folder / "half.txt", half)
    add(store, folder / "half.txt")
    assert aligned() == before
    monkeypatch.setattr(translations, "MOST_VERSIONS", 2)
    remove(store, "half")
    add(store, folder / "half.txt")
    assert any("half" in pair for pair in aligned())
    monkeypatch.setattr(translations, "MOST_VERSIONS", 1)
    remove(store, "half")
    add(store, folder / "half.txt")
    assert aligned() == before
    (folder / "shop" / "fr.txt").unlink()
    build(store, folder)
    assert any("half" in pair for pair in aligned())


def test_added_and_removed_again_nothing_has_changed(store: Store, folder: Path) -> None:
    build(store, folder)
    before = answers(store)
    late = write(folder / "late.txt", LATE)
    add(store, late)
    assert answers(store)["concepts"] != before["concepts"]
    assert counts(remove(store, "late")) == (0, 0, 1, 4)
    assert answers(store) == before
    assert store.check() == []


def test_removing_leaves_nothing_behind(store: Store, folder: Path, tmp_path: Path) -> None:
    late = write(folder / "late-mark.txt", LATE + "\n蓝鲸咖啡馆也来学习。\n")
    build(store, folder)
    assert any("late-mark" in str(row) for found in rows(tmp_path / "kb.db").values() for row in found)
    late.unlink()
    assert counts(build(store, folder)) == (0, 0, 1, 4)
    store.close()
    for table, found in rows(tmp_path / "kb.db").items():
        for row in found:
            assert "late-mark" not in str(row), table
            assert "蓝鲸" not in str(row), table
    known = rows(tmp_path / "kb.db")
    numbers = {row[0] for row in known["article"]}
    assert len(numbers) == 4
    assert {row[0] for row in known["passage"]} == {row[0] for row in known["search_docsize"]}


def test_removal_equals_a_base_that_never_had_it(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    (folder / "lesson.txt").unlink()
    build(store, folder)
    fresh = open_store(tmp_path / "fresh.db", create=True, write=True)
    build(fresh, folder)
    mine, theirs = answers(store), answers(fresh)
    # Concepts keep the ids that the larger base gave them, which also decide the order of equals.
    for what in ("articles", "passages", "sentences", "pairs", "alignments", "search", "vectors"):
        assert mine[what] == theirs[what], what
    assert spoken(store) == spoken(fresh)
    assert len(rows(tmp_path / "kb.db")["vector"]) == len(rows(tmp_path / "fresh.db")["vector"])
    fresh.close()


@pytest.mark.parametrize("language", ["vi", "fr", "zh"])
def test_a_version_has_its_say_whenever_it_comes_or_goes(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The third version decides with the others how these are aligned, and no more when it is gone."""
    aligned: list[set[tuple[str, str]]] = []

    def listed(sides: Any, parallel: Any, wanted: Any) -> Any:
        aligned.append(set(wanted))
        return align_versions(sides, parallel, wanted)

    monkeypatch.setattr(translations, "align_versions", listed)
    third = folder / "shop" / f"{language}.txt"
    text = third.read_text("utf-8")
    others = ("shop/fr", "shop/vi", "shop/zh")
    both = set(combinations((x for x in others if x != f"shop/{language}"), 2))
    third.unlink()
    build(store, folder)
    without = answers(store)["alignments"]
    write(third, text)
    build(store, folder)
    assert both <= aligned[0]
    assert set(combinations(others, 2)) <= aligned[1]
    assert len(aligned) == 2
    fresh = open_store(tmp_path / "fresh.db", create=True, write=True)
    build(fresh, folder)
    assert answers(store)["alignments"] == answers(fresh)["alignments"]
    fresh.close()
    aligned.clear()
    third.unlink()
    build(store, folder)
    assert both <= aligned[0]
    assert answers(store)["alignments"] == without


def test_remove_wants_known_articles(store: Store, folder: Path) -> None:
    build(store, folder)
    with pytest.raises(NotFoundError, match="kb articles"):
        remove(store, "lesson", "nobody")
    assert len(store.articles()) == 4
    assert counts(remove(store, "lesson", "lesson")) == (0, 0, 1, 3)
    assert counts(build(store, folder)) == (1, 0, 0, 3)  # the file is still there


def test_an_edit_keeps_the_other_passages(store: Store, folder: Path, embedder: WordEmbedder) -> None:
    build(store, folder)
    before = {p.quote.text: p.id for p in store.passages_of("shop/vi")}
    others, texts = ids(store, but="shop/vi"), embedded(store)
    path = folder / "shop" / "vi.txt"
    write(path, path.read_text("utf-8").replace("một ly trà đá", "một ly cà phê sữa"))
    embedder.asked.clear()
    summary = build(store, folder)
    assert counts(summary) == (0, 1, 0, 3)
    after = {p.quote.text: p.id for p in store.passages_of("shop/vi")}
    kept = before.keys() & after.keys()
    assert len(kept) == len(before) - 1
    assert all(before[text] == after[text] for text in kept)
    assert len(set(before.values()) - set(after.values())) == 1
    assert others["passages"] == ids(store, but="shop/vi")["passages"]
    assert not texts & set(embedder.asked)
    assert any("cà phê" in text for text in embedder.asked)
    assert not any("trà đá" in text for text in map(str, store.passages_of("shop/vi")))


def test_moved_inside_an_article_a_passage_keeps_its_id(store: Store, folder: Path) -> None:
    build(store, folder)
    before = {p.quote.text: p.id for p in store.passages_of("lesson")}
    title, first, second = SHOP["lesson.txt"].strip().split("\n\n")
    write(folder / "lesson.txt", "\n\n".join([title, second, first]) + "\n")
    build(store, folder)
    assert {p.quote.text: p.id for p in store.passages_of("lesson")} == before


def test_a_touched_file_costs_nothing(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(store, folder)
    before = answers(store)
    os.utime(folder / "lesson.txt", (1_700_000_000, 1_700_000_000))
    monkeypatch.setattr("kb.pipeline.analyse", no_model)
    monkeypatch.setattr("kb.collection.load_for", no_model)
    assert counts(build(store, folder)) == (0, 0, 0, 4)
    assert answers(store) == before
    monkeypatch.setattr("hashlib.file_digest", no_model)  # the new date is known now
    assert counts(build(store, folder)) == (0, 0, 0, 4)


def test_a_renamed_file_is_another_article(store: Store, folder: Path) -> None:
    build(store, folder)
    (folder / "lesson.txt").rename(folder / "class.txt")
    assert counts(build(store, folder)) == (1, 0, 1, 3)
    assert [a.id for a in store.articles()] == ["class", "shop/fr", "shop/vi", "shop/zh"]
    assert "lesson" not in answers(store)["mentions"]


def test_articles_of_other_paths_stay(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    other = write(tmp_path / "other" / "late.txt", LATE)
    assert counts(build(store, other.parent)) == (1, 0, 0, 4)
    other.unlink()
    assert counts(build(store, folder)) == (0, 0, 0, 5)
    assert counts(build(store, other.parent)) == (0, 0, 1, 4)


def test_a_file_added_alone_goes_with_its_folder(store: Store, folder: Path) -> None:
    build(store, folder)
    late = write(folder / "late.txt", LATE)
    add(store, late)
    late.unlink()
    assert counts(build(store, folder)) == (0, 0, 1, 4)


def test_a_file_only_found_by_name_stays(store: Store, folder: Path) -> None:
    """A folder's build takes .txt and .md; what was added by its name is no less there."""
    build(store, folder)
    add(store, write(folder / "late.article", LATE))
    assert counts(build(store, folder)) == (0, 0, 0, 5)


def test_one_id_from_two_folders(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    other = write(tmp_path / "other" / "lesson.txt", LATE).parent
    build(store, other)
    first, second = sorted(a.id for a in store.articles() if a.id.startswith("lesson"))
    assert first == "lesson"
    assert second.startswith("lesson-")
    assert store.articles([first])[0].language == "vi"
    assert store.articles([second])[0].language == "zh-Hans"
    assert counts(build(store, folder, other)) == (0, 0, 0, 5)
    (folder / "lesson.txt").unlink()
    build(store, folder)
    assert second in {a.id for a in store.articles()}


# --- whole or not at all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize(
    "place", ["kb.collection.terms_by_language", "kb.translations.relation", "kb.translations.align_versions"]
)
def test_an_interrupted_build_leaves_the_base_as_it_was(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: type[BaseException]
) -> None:
    build(store, folder)
    before, info, sources = answers(store), store.info(), store.sources()
    write(folder / "late.txt", LATE)
    write(folder / "shop" / "vi.txt", SHOP["shop/vi.txt"].replace("sáu giờ", "bảy giờ"))
    (folder / "lesson.txt").unlink()

    def stop(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(place, stop)
        with pytest.raises(error):
            build(store, folder)
    assert answers(store) == before
    assert store.info() == info
    assert store.sources() == sources
    assert store.check() == []
    assert counts(build(store, folder)) == (1, 1, 1, 2)


@pytest.mark.parametrize("place", ["kb.read.read_article", "kb.clean.clean"])
def test_one_odd_file_costs_the_others_nothing(
    place: str, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a reader or a repair trips over: the file is set aside with what happened, once and read once."""
    odd = write(folder / "odd.txt", LATE)
    module, _, name = place.rpartition(".")
    real = {"kb.read": kb_read, "kb.clean": clean}[module]
    work, seen = getattr(real, name), []

    def trips(what: Any, **options: Any) -> Any:
        path = Path(getattr(what, "path", what)).name
        seen.append(path)
        if path == "odd.txt":
            raise RuntimeError("a reader\ntripped")
        return work(what, **options)

    monkeypatch.setattr(real, name, trips)
    summary = build(store, folder)
    assert counts(summary) == (4, 0, 0, 0)
    assert seen.count("odd.txt") == 1
    assert len(seen) == len(set(seen))
    ((path, reason),) = [(aside.path, aside.reason) for aside in summary.set_aside]
    assert Path(path).name == "odd.txt"
    assert "RuntimeError: a reader tripped" in reason
    found = list(pipeline.clean_files(sorted(folder.rglob("*.txt")), recipe()))
    errors = [item for item in found if isinstance(item, UnreadableError)]
    assert [str(odd) in str(error) and "tripped" in str(error) for error in errors] == [True]
    assert all(isinstance(item, CleanedArticle) for item in found if item not in errors)


def test_interrupted_between_two_articles(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(store, folder)
    before = answers(store)
    write(folder / "a-first.txt", LATE)
    write(folder / "b-second.txt", SHOP["lesson.txt"].replace("mười một", "mười hai"))
    analyse = pipeline.analyse

    def once(raw: RawArticle, context: Context, id: str, decisions: Any) -> AnalysedArticle:
        if id == "b-second":
            raise KeyboardInterrupt
        return analyse(raw, context, id, decisions)

    monkeypatch.setattr(pipeline, "analyse", once)
    with pytest.raises(KeyboardInterrupt):
        build(store, folder)
    assert answers(store) == before


def test_a_first_build_that_fails_leaves_no_file(
    tmp_path: Path, folder: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.collection.records", no_model)
    made = open_store(tmp_path / "new.db", create=True, write=True)
    with pytest.raises(AssertionError):
        build(made, folder)
    made.close()
    assert [p.name for p in tmp_path.iterdir()] == ["texts"]


# --- bad input -------------------------------------------------------------------------------------------------------


def test_bad_files_are_set_aside_and_the_rest_goes_on(store: Store, folder: Path) -> None:
    write(folder / "empty.txt", b"")
    write(folder / "blank.txt", " \n\t\n")
    write(folder / "binary.txt", bytes(range(256)) * 20)
    write(folder / "image.txt", b"\x89PNG\r\n\x1a\n" + bytes(500))
    write(folder / "big.txt", SHOP["lesson.txt"] * 60)
    with (folder / "sparse.txt").open("wb") as stream:
        stream.truncate(20_000_000)
    (folder / "link.txt").symlink_to(folder / "nowhere.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    write(folder / os.fsdecode(b"caf\xe9.txt"), LATE)
    write(folder / "image.png", b"not looked at")
    summary = build(store, folder)
    assert counts(summary) == (4, 0, 0, 0)
    found = reasons(summary)
    assert found.keys() == {
        "empty.txt", "blank.txt", "binary.txt", "image.txt", "big.txt", "sparse.txt", "link.txt", "pipe.txt",
        "caf\\xe9.txt",
    }  # fmt: skip
    assert found["empty.txt"] == "the file is empty"
    assert "20.0 MB" in found["sparse.txt"]
    assert "read.max_bytes" in found["big.txt"]
    assert "rename" in found["caf\\xe9.txt"]
    assert not any("report it" in reason or "\n" in reason for reason in found.values()), found
    assert counts(build(store, folder)) == (0, 0, 0, 4)  # and they are not looked at again
    assert reasons(build(store, folder)) == found


def test_status_lists_what_was_set_aside(store: Store, folder: Path, tmp_path: Path) -> None:
    write(folder / "empty.txt", b"")
    build(store, folder)
    result = CliRunner().invoke(main, ["status", "--json", "--kb", str(tmp_path / "kb.db")])
    listed = json.loads(result.stdout)["set_aside"]
    assert [(Path(aside["path"]).name, aside["reason"]) for aside in listed] == [("empty.txt", "the file is empty")]


def test_a_mended_file_comes_in(store: Store, folder: Path) -> None:
    path = write(folder / "late.txt", b"")
    build(store, folder)
    write(path, LATE)
    summary = build(store, folder)
    assert counts(summary) == (1, 0, 0, 4)
    assert summary.set_aside == ()


def test_an_article_that_goes_bad_goes(store: Store, folder: Path) -> None:
    build(store, folder)
    write(folder / "lesson.txt", b"")
    summary = build(store, folder)
    assert counts(summary) == (0, 0, 1, 3)
    assert reasons(summary) == {"lesson.txt": "the file is empty"}
    assert "lesson" not in answers(store)["passages"]


def test_other_encodings_and_languages_are_articles(store: Store, tmp_path: Path) -> None:
    texts: dict[str, tuple[bytes, str]] = {
        "gb": (LATE.encode("gb18030"), "zh-Hans"),
        "utf16": (SHOP["lesson.txt"].encode("utf-16"), "vi"),
        "latin": (SHOP["shop/fr.txt"].replace("’", "'").encode("cp1252"), "fr"),
        "german": (
            "Die Werkstatt an der Ecke\n\nDer Kunde schiebt sein Fahrrad in die Werkstatt. Die Meisterin prüft zuerst "
            "die Bremse und fragt dann nach dem Urlaub. Wer wartet, bekommt einen Tee.\n".encode(),
            "de",
        ),
        "thai": (
            "ร้านซ่อมจักรยาน\n\nลูกค้าเข็นจักรยานเข้ามาในร้าน ช่างลองเบรกก่อนแล้วค่อยคุย คนที่รอได้ชาเย็นหนึ่งแก้ว".encode(),
            "th",
        ),
        "japanese": (
            "路地の自転車屋\n\nお客さんが自転車を押して入ってくる。店主はまずブレーキを試してから話しかける。待つ人にはお茶が出る。\n".encode(),
            "ja",
        ),
    }  # fmt: skip
    for name, (data, _) in texts.items():
        write(tmp_path / "texts" / f"{name}.txt", data)
    summary = build(store, tmp_path / "texts")
    assert summary.set_aside == ()
    assert {a.id: a.language for a in store.articles()} == {name: language for name, (_, language) in texts.items()}
    spoken_of = {m.article for m in store.mentions()}
    assert {"gb", "utf16", "latin", "german"} <= spoken_of
    assert all(store.sentences_of(name) for name in texts)


def test_vietnamese_of_old_windows(store: Store, tmp_path: Path) -> None:
    from test_read import windows_1258

    write(tmp_path / "texts" / "old.txt", windows_1258(SHOP["lesson.txt"]))
    build(store, tmp_path / "texts")
    assert [(a.id, a.language) for a in store.articles()] == [("old", "vi")]
    assert store.find_words("buổi học", languages=None, limit=1)


def test_a_folder_without_permission(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = write(folder / "locked" / "late.txt", LATE).parent
    scandir = os.scandir

    def guarded(path: Any) -> Any:
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", guarded)
        summary = build(store, folder)
        assert counts(summary) == (4, 0, 0, 0)
        assert reasons(summary) == {"locked": "the folder cannot be listed (Permission denied)"}
        assert counts(build(store, folder)) == (0, 0, 0, 4)
    summary = build(store, folder)
    assert counts(summary) == (1, 0, 0, 4)
    assert summary.set_aside == ()


def test_a_file_without_permission(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = write(folder / "late.txt", LATE)
    open_, read = Path.open, Path.read_bytes

    def denied(how: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Path, *args: Any, **options: Any) -> Any:
            if path == locked:
                raise PermissionError(13, "Permission denied", str(path))
            return how(path, *args, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", denied(open_))
        patch.setattr(Path, "read_bytes", denied(read))
        summary = build(store, folder)
        assert reasons(summary) == {"late.txt": "cannot be read (Permission denied)"}
    os.utime(locked, (1_700_000_000, 1_700_000_000))
    assert counts(build(store, folder)) == (1, 0, 0, 4)


@pytest.mark.parametrize("error", [RuntimeError("a model\nfell over"), MemoryError(), RecursionError("too deep")])
def test_an_article_whose_analysis_fails(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from kb.segment import segment

    def fail(cleaned: Any, article: str, analyser: Any) -> Any:
        if article == "lesson":
            raise error
        return segment(cleaned, article, analyser)

    monkeypatch.setattr("kb.segment.segment", fail)
    summary = build(store, folder)
    assert counts(summary) == (3, 0, 0, 0)
    (reason,) = reasons(summary).values()
    assert "too large" in reason if isinstance(error, MemoryError) else type(error).__name__ in reason
    assert "\n" not in reason


# --- the same content twice ------------------------------------------------------------------------------------------


def test_the_second_of_two_equal_files_waits(store: Store, folder: Path) -> None:
    write(folder / "m-copy.txt", SHOP["lesson.txt"])
    summary = build(store, folder)
    assert counts(summary) == (4, 0, 0, 0)
    assert reasons(summary).keys() == {"m-copy.txt"}
    assert reasons(summary)["m-copy.txt"].endswith("lesson.txt")
    assert counts(build(store, folder)) == (0, 0, 0, 4)
    (folder / "lesson.txt").unlink()
    summary = build(store, folder)
    assert counts(summary) == (1, 0, 1, 3)
    assert summary.set_aside == ()


def test_the_second_comes_in_when_the_first_changes(store: Store, folder: Path) -> None:
    write(folder / "m-copy.txt", SHOP["lesson.txt"])
    build(store, folder)
    write(folder / "lesson.txt", LATE)
    summary = build(store, folder)
    assert counts(summary) == (1, 1, 0, 3)
    assert summary.set_aside == ()


def test_the_second_comes_in_when_the_first_is_removed(store: Store, folder: Path) -> None:
    write(folder / "m-copy.txt", SHOP["lesson.txt"])
    build(store, folder)
    (folder / "lesson.txt").rename(folder.parent / "elsewhere.txt")
    remove(store, "lesson")
    assert counts(build(store, folder)) == (1, 0, 0, 3)


def test_an_article_stays_one_when_an_equal_file_comes_before_it(store: Store, folder: Path) -> None:
    build(store, folder)
    write(folder / "a-copy.txt", SHOP["lesson.txt"])
    assert reasons(build(store, folder)).keys() == {"a-copy.txt"}
    build(store, folder, links=LinkOptions(per_concept=3))  # everything is made again
    assert "lesson" in {a.id for a in store.articles()}


# --- models and recipes ----------------------------------------------------------------------------------------------


def test_a_base_never_mixes_two_models(store: Store, folder: Path) -> None:
    build(store, folder)
    before = answers(store)
    with pytest.raises(ModelError, match=WordEmbedder.name):
        build(store, folder, model="other")
    with pytest.raises(ModelError, match=WordEmbedder.name):
        pipeline.add(store, recipe(model="other"), [folder], progress=SilentProgress())
    with pytest.raises(ModelError, match=WordEmbedder.name):
        pipeline.remove(store, recipe(model="other"), ["lesson"], progress=SilentProgress())
    assert answers(store) == before


def test_a_base_knows_its_weights_and_takes_no_others_of_that_name(
    store: Store, folder: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(store, folder)
    assert {k: store.info()[k] for k in ("model", "revision", "dimension")} == {
        "model": WordEmbedder.name, "revision": "1", "dimension": "96",
    }  # fmt: skip
    before = answers(store)
    write(folder / "late.txt", LATE)
    for field, value in (("revision", "2"), ("dimension", 97)):
        with monkeypatch.context() as changed:
            changed.setattr(embedder, field, value, raising=False)
            with pytest.raises(ModelError, match="at revision 1 \\(96 dimensions\\), here is") as caught:
                build(store, folder)
            assert "\n" not in str(caught.value)
            with pytest.raises(ModelError, match="build a new base"):
                KnowledgeBase(store).search("vélo")
        assert answers(store) == before
    build(store, folder)
    remove(store, *(a.id for a in store.articles()))
    assert store.info()["revision"] == ""  # nothing is left that others could be mixed with


def test_an_interrupted_update_goes_on_from_what_was_embedded(
    store: Store, folder: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> Any:
        raise KeyboardInterrupt

    build(store, folder)
    before = answers(store)
    write(folder / "late.txt", LATE)
    embedder.asked.clear()
    with monkeypatch.context() as patch:
        patch.setattr("kb.collection.terms_by_language", interrupt)
        with pytest.raises(KeyboardInterrupt):
            build(store, folder)
    assert answers(store) == before
    assert store.check() == []
    first = set(embedder.asked)
    embedder.asked.clear()
    build(store, folder)
    assert first
    assert not first & set(embedder.asked)


def test_another_recipe_makes_all_again_but_keeps_vectors(
    store: Store, folder: Path, embedder: WordEmbedder, tmp_path: Path
) -> None:
    other = write(tmp_path / "other" / "late.txt", LATE).parent
    build(store, folder, other)
    before, texts = answers(store), embedded(store)
    embedder.asked.clear()
    summary = build(store, folder, links=LinkOptions(per_concept=1))
    assert counts(summary) == (0, 5, 0, 0)  # those of other paths too
    # Runs of sentences are embedded for an alignment only, and not kept.
    assert not texts & set(embedder.asked)
    after = answers(store)
    assert {what for what in before if before[what] != after[what]} <= {"links"}
    assert counts(build(store, folder, links=LinkOptions(per_concept=1))) == (0, 0, 0, 5)


@pytest.mark.parametrize("change", ["recipe", "code"])
def test_a_removal_hides_no_change_of_recipe_or_code(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    build(store, folder)
    if change == "code":
        monkeypatch.setattr("kb.plan._stages_hash", lambda: "other code")
    values = {"links": LinkOptions(per_concept=1)} if change == "recipe" else {}
    summary = pipeline.remove(store, recipe(**values), ["lesson"], progress=SilentProgress())
    assert counts(summary) == (0, 3, 1, 0)
    assert counts(build(store, folder / "shop", **values)) == (0, 0, 0, 3)


def test_a_smaller_limit_sets_aside_what_was_an_article(store: Store, folder: Path) -> None:
    build(store, folder)
    summary = build(store, folder, read=ReadOptions(max_bytes=300))
    assert counts(summary)[2] == 4
    assert all("300 bytes" in reason for reason in reasons(summary).values())


def test_facts_of_the_source_table(store: Store, tmp_path: Path) -> None:
    import hashlib

    text = b"Fahrrad Kunde Werkstatt. Fahrrad.\n"
    write(tmp_path / "texts" / "a.txt", text)
    digest = hashlib.sha256(text).hexdigest()
    table = write(tmp_path / "sources.toml", f'[[source]]\nsha256 = "{digest}"\nlanguage = "nl"\ntitle = "Fiets"\n')
    build(store, tmp_path / "texts", sources=table)
    assert [(a.language, a.title) for a in store.articles()] == [("nl", "Fiets")]
    write(table, f'[[source]]\nsha256 = "{digest}"\nlanguage = "de"\ntitle = "Rad"\n')
    assert counts(build(store, tmp_path / "texts", sources=table)) == (0, 1, 0, 0)
    assert [(a.language, a.title) for a in store.articles()] == [("de", "Rad")]


def test_add_takes_the_bases_own_recipe_from_the_command_line(
    tmp_path: Path, folder: Path, embedder: WordEmbedder
) -> None:
    made = write(tmp_path / "mine.toml", f'model = "{WordEmbedder.name}"\ncorpus = ["texts"]\n')
    base = str(tmp_path / "kb.db")

    def run(*args: str) -> str:
        result = CliRunner().invoke(main, [*args, "--quiet", "--kb", base])
        assert result.exit_code == 0, result.stderr
        return result.stdout

    assert "4 added" in run("build", "--recipe", str(made))
    assert "nothing to do" in run("build") or "4 unchanged" in run("build")
    assert "1 added, 4 unchanged" in run("add", str(write(tmp_path / "late.txt", LATE)))
    assert "1 removed, 4 unchanged" in run("remove", "late")


@pytest.fixture
def run(tmp_path: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command on a base of one's own, asked from the folder that it lies in; the default recipe has a corpus."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "demo/demo.txt", LATE)
    write(tmp_path / "pipelines/default.toml", f'model = "{WordEmbedder.name}"\ncorpus = ["../demo"]\n')
    return lambda *args, base="kb.db": CliRunner().invoke(main, [*args, "--kb", base])


def held(base: Path) -> dict[str, str]:
    with kb.open(base) as opened:
        return {article.id: article.path for article in opened.articles()}


def test_build_without_a_path_looks_again_at_what_the_base_was_made_from(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    single = write(tmp_path / "single.txt", LATE.replace("学生", "孩子"))  # pupils, children
    assert run("build", "texts", "--quiet").exit_code == 0
    assert run("add", "single.txt", "--quiet").exit_code == 0
    before = held(tmp_path / "kb.db")
    assert before["single"] == "single.txt"
    assert "5 unchanged" in (said := run("build", "--quiet").stdout), said
    write(folder / "late.txt", LATE)
    (folder / "lesson.txt").unlink()
    assert "1 added, 1 removed, 4 unchanged" in (said := run("build", "--quiet").stdout), said
    after = held(tmp_path / "kb.db")
    assert after == {k: v for k, v in before.items() if k != "lesson"} | {"late": "texts/late.txt"}
    single.unlink()
    again = run("build", "--quiet")
    assert again.stderr == (
        "kb: single.txt, which this base was made from too, is not here; its articles stay as they are\n"
    )
    assert held(tmp_path / "kb.db") == after


def test_build_without_a_path_and_without_what_the_base_was_made_from(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    assert run("build", "texts", "--quiet").exit_code == 0
    before = held(tmp_path / "kb.db")
    folder.rename(tmp_path / "elsewhere")
    result = run("build", "--quiet")
    assert result.exit_code == 2
    assert result.stderr == "kb: texts, which this base was made from, is not here; say: kb build FOLDER\n"
    assert held(tmp_path / "kb.db") == before


def test_build_without_a_path_makes_a_new_base_from_the_recipes_corpus(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    assert run("build", "--quiet").exit_code == 0
    assert held(tmp_path / "kb.db") == {"demo": "demo/demo.txt"}
    own = write(tmp_path / "own.toml", f'model = "{WordEmbedder.name}"\ncorpus = ["texts"]\n')
    assert run("build", "--recipe", str(own), "--quiet").exit_code == 0  # one's own recipe, named: its corpus is meant
    assert set(held(tmp_path / "kb.db")) == {"demo", *(name.removesuffix(".txt") for name in SHOP)}


def test_a_citation_names_author_and_origin_that_front_matter_gives(
    run: Callable[..., Result], tmp_path: Path, folder: Path
) -> None:
    facts = "---\nauthors: [阿四, Jean Roy]\nurl: https://a.example/late\ndate: 2021-03-04\n---\n\n"
    write(folder / "late.md", facts + LATE)
    assert run("build", "texts", "--quiet").exit_code == 0
    cited = run("concordance", "学生", "--article", "late", "--limit", "1", "--cite", "--json")  # pupils
    citation = json.loads(cited.stdout)["citations"][0]
    assert (citation["author"], citation["origin"]) == ("阿四, Jean Roy", "https://a.example/late")
    shown = " ".join(run("concordance", "学生", "--article", "late", "--limit", "1", "--cite").stdout.split())
    assert "-- 阿四, Jean Roy, “学生眼里的服务”, https://a.example/late, 2021-03-04, texts/late.md, line" in shown
