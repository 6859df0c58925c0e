"""Hand-outs: what holds for any order of changes, what stays after rebuilds, what files and pages make of them."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from fakes import NAMES, TEXTS, analysed, concepts, fill, mentions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from starlette.testclient import TestClient

from kb import collect
from kb.errors import ChangedError, KbError, NotFoundError, UsageError
from kb.export import handout as files
from kb.model import AnalysedArticle, RememberedConcept
from kb.packs import MOST_ITEMS, MOVES, Sayings, find_concept, lines, moved, one_line, place_text, places
from kb.query import KnowledgeBase
from kb.readers.docx import read as read_docx
from kb.store import open_store
from kb.store.base import Source, Store
from kb.web.app import create_app
from kb.web.guard import Access
from kb.web.words import LANGUAGES, own_name, speaker

NASTY = (
    "<script>alert(1)</script>", "=1+1", "{{7*7}}", '"><img src=x onerror=alert(1)>', "＝1+1", "@SUM(A1)", "#comment",
    "]]>&amp;", "\u202eabc",
)  # fmt: skip
WORDS = files.Wording("fr", speaker("fr"), own_name)
# "Customers keep mementos of the trip." with its translation.
VI, FR = "vi-01", "fr-01"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return fill(tmp_path / "kb.db")


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = open_store(path, write=True)
    yield store
    store.close()


def passage(position: int, *articles: str) -> list[tuple[str, int, int]]:
    found = [(id, analysed(id).passages[position]) for id in articles or (VI, FR)]
    return [(id, p.start, p.end) for id, p in found]


def begun(store: Store, title: str = "Đón khách") -> int:
    """A pack called "Welcoming guests"."""
    return collect.begin(store, title, user="thu").number


def filled(store: Store) -> int:
    """A passage in two languages, a concept with names in four, one with names in two, with notes."""
    pack = begun(store)
    collect.add(store, pack, places=passage(1), user="thu")
    _, item = collect.add(store, pack, concept="experience", user="thu")
    collect.add(store, pack, concept="memorabilia", user="thu")
    collect.remark(store, pack, item.number, "Dòng một\nDòng hai", 1, language="vi")  # line one, line two
    return pack


def numbers(store: Store, pack: int) -> list[int]:
    return [item.number for item in store.pack_items(pack) if item.removed is None]


# --- order and changes -----------------------------------------------------------------------------------------------


@given(st.data())
def test_a_move_keeps_every_piece(data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(data.draw(st.integers(1, 8)))))
    hidden = data.draw(st.sets(st.sampled_from(order)))
    number, where = data.draw(st.sampled_from(order)), data.draw(st.sampled_from(MOVES))
    hidden.discard(number)
    after = moved(order, hidden, number, where)
    assert sorted(after) == sorted(order)
    shown = [n for n in order if n not in hidden]
    at = shown.index(number)
    to = {"first": 0, "up": max(at - 1, 0), "down": min(at + 1, len(shown) - 1), "last": len(shown) - 1}[where]
    rest = [n for n in shown if n != number]
    assert [n for n in after if n not in hidden] == [*rest[:to], number, *rest[to:]]
    assert [n for n in after if n != number] == [n for n in order if n != number]  # nothing else changes places


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*MOVES, "out", "back"])), max_size=12))
def test_a_pack_is_as_a_list_would_be(store: Store, changes: list[tuple[int, str]]) -> None:
    pack = begun(store)
    for position in range(3):
        collect.add(store, pack, places=passage(position, VI), user="thu")
        collect.add(store, pack, places=passage(position), user="thu")
    every, out = numbers(store, pack), set[int]()
    order = list(every)
    for n, change in changes:
        item = every[n]
        if change in ("out", "back"):
            collect.take_out(store, pack, item, out=change == "out")
            (out.add if change == "out" else out.discard)(item)
        elif item not in out:
            collect.move(store, pack, item, change)
            order = moved(order, out, item, change)
        assert numbers(store, pack) == [n for n in order if n not in out]
    for item in out:
        collect.take_out(store, pack, item, out=False)
    assert numbers(store, pack) == order  # what comes back is where it was


def test_nothing_is_there_twice_and_what_was_taken_out_can_be_added_again(store: Store) -> None:
    pack = filled(store)
    _, item = collect.add(store, pack, concept="experience", user="thu")
    assert numbers(store, pack) == [1, 2, 3]
    collect.take_out(store, pack, item.number)
    _, again = collect.add(store, pack, concept="experience", user="thu")
    assert again.number == item.number
    assert again.note
    assert numbers(store, pack) == [1, 3, 2]


def test_what_somebody_else_changed_is_not_written_over(store: Store) -> None:
    pack = filled(store)
    collect.remark(store, pack, 1, "de Lyon", 1)
    with pytest.raises(ChangedError):
        collect.remark(store, pack, 1, "từ Hà Nội", 1)  # from Hanoi
    collect.remark(store, pack, 1, "de Lyon", 1)  # the same is no other
    collect.describe(store, pack, "Accueil", "", 1)
    with pytest.raises(ChangedError):
        collect.describe(store, pack, "迎客", "", 1)  # welcoming guests
    assert store.pack(pack).title == "Accueil"
    assert store.pack_items(pack)[0].note == "de Lyon"


def test_a_removed_pack_comes_back_whole(store: Store) -> None:
    pack = filled(store)
    before = KnowledgeBase(store).pack(pack).items
    collect.remove(store, pack)
    with pytest.raises(UsageError, match="bring it back"):
        collect.add(store, pack, concept="theme", user="thu")
    assert KnowledgeBase(store).packs()[0].removed
    collect.remove(store, pack, out=False)
    assert KnowledgeBase(store).pack(pack).items == before
    assert begun(store) != pack  # a number is never another's
    with pytest.raises(KbError), store.transaction():
        store._run("DELETE FROM pack")  # type: ignore[attr-defined]


def test_people_who_write_at_once_lose_nothing(path: Path, store: Store) -> None:
    pack = begun(store)
    wanted = [[(a, s, e)] for id in TEXTS for p in analysed(id).passages for a, s, e in [(id, p.start, p.end)]]
    failed: list[Exception] = []

    def work(own: list[list[tuple[str, int, int]]]) -> None:
        mine = open_store(path, write=True)
        try:
            for given_ in own:
                _, item = collect.add(mine, pack, places=given_, user="x")
                collect.move(mine, pack, item.number, "up")
                collect.remark(mine, pack, item.number, given_[0][0], item.version)
        except Exception as error:
            failed.append(error)
        finally:
            mine.close()

    threads = [threading.Thread(target=work, args=(wanted[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    items = store.pack_items(pack)
    assert sorted((i.sides[0].article, i.sides[0].start) for i in items) == sorted((x[0][0], x[0][1]) for x in wanted)
    assert all(item.note == item.sides[0].article for item in items)


def test_odd_requests_change_nothing(store: Store) -> None:
    pack = filled(store)
    before = store.pack_items(pack)
    for change in (
        lambda: collect.begin(store, " \n", user="x"),
        lambda: collect.begin(store, "a" * 201, user="x"),
        lambda: collect.add(store, pack, concept="nothing", user="x"),
        lambda: collect.add(store, 99, concept="theme", user="x"),
        lambda: collect.add(store, pack, places=[(VI, 0, 3)], user="x"),
        lambda: collect.add(store, pack, places=[("no-article", 0, 30)], user="x"),
        lambda: collect.add(store, pack, places=[], user="x"),
        lambda: collect.move(store, pack, 1, "aside"),
        lambda: collect.move(store, pack, 99, "up"),
        lambda: collect.remark(store, pack, 1, "a" * 4001, 1),
    ):
        with pytest.raises((UsageError, NotFoundError)):
            change()
    assert store.pack_items(pack) == before
    assert len(store.packs()) == 1
    for odd in ("", "1-2", "a-b-c", "1-2-", "-1-2-x"):
        with pytest.raises(UsageError):
            places([odd])
    assert places([place_text("a/b-1#x", 3, 9)]) == (("a/b-1#x", 3, 9),)
    assert one_line("Tie\u0302\u0301ng\u0000 \ud800\r\nViệt") == "Tiếng Việt"
    assert lines("a\r\nb\x07\rc  \n\n") == "a\nb\nc"


def test_a_pack_has_an_end(store: Store) -> None:
    pack = begun(store)
    with store.transaction():
        item = collect._passage(store, passage(0), False)
        for n in range(MOST_ITEMS):
            store.save_pack_item(pack, replace(item, sides=(replace(item.sides[0], start=n),)))
    with pytest.raises(UsageError, match="at most"):
        collect.add(store, pack, concept="theme", user="x")


def test_a_passage_comes_with_its_translations(store: Store) -> None:
    pack = begun(store)
    _, item = collect.add(store, pack, places=passage(2, VI), translations=True, user="x")
    assert [side.article for side in item.sides] == [VI, FR]
    assert item.sides[1].text == TEXTS[FR][2][2]


# --- rebuilds --------------------------------------------------------------------------------------------------------


@given(st.lists(st.text("ab 客", min_size=1, max_size=6), min_size=1, max_size=8), st.data())
def test_a_text_is_found_where_it_is_said(texts: list[str], data: st.DataObject) -> None:
    sentences, at = [], 0
    for text in texts:
        sentences.append((at, at + len(text), text))
        at += len(text) + 1
    first = data.draw(st.integers(0, len(texts) - 1))
    last = data.draw(st.integers(first, len(texts) - 1))
    wanted = " ".join(texts[first : last + 1])
    span = Sayings(sentences).find(wanted, sentences[first][0])
    if not wanted.strip():
        assert span is None
        return
    assert span is not None
    held = "".join("".join(text.split()) for start, end, text in sentences if span[0] <= start and end <= span[1])
    assert "".join(wanted.split()) in held
    if texts[first].strip():
        assert span[0] == sentences[first][0]  # of equal ones the nearest


def changed(id: str, *texts: str) -> AnalysedArticle:
    """The article with other passages."""
    language, title, _ = TEXTS[id]
    TEXTS[id] = (language, title, texts)
    return analysed(id)


def rebuild(store: Store, *articles: AnalysedArticle) -> None:
    with store.transaction():
        for article in articles:
            location = f"/texts/{article.id}.txt"
            store.save_article(Source(location, f"texts/{article.id}.txt", "/texts", "new", 1, 2, article.id), article)


@pytest.fixture
def texts() -> Iterator[None]:
    before = dict(TEXTS)
    yield
    TEXTS.clear()
    TEXTS.update(before)


@pytest.mark.usefixtures("texts")
def test_a_passage_is_found_again_or_shown_as_it_was(path: Path, store: Store) -> None:
    pack = filled(store)
    old = TEXTS[VI][2]
    rebuild(store, changed(VI, "Câu mới đứng đầu.", *old))  # "A new sentence stands first."
    side = KnowledgeBase(store).pack(pack).items[0].sides[0]
    assert side.text == old[1]
    assert side.citation is not None
    there = [*passage(1, FR), (VI, side.citation.start, side.citation.end)]
    _, again = collect.add(store, pack, places=there, user="x")
    assert again.number == 1  # what is there is not added again, wherever it stands by now
    _, passages = KnowledgeBase(store).held_in(pack)
    assert passages == {frozenset(there)}
    assert store.raw(VI)[side.citation.start : side.citation.end] == old[1]
    rebuild(store, changed(VI, old[0], old[2]))
    item = KnowledgeBase(store).pack(pack).items[0]
    assert [(s.text, s.there, s.citation is None) for s in item.sides] == [
        (old[1], True, True),
        (TEXTS[FR][2][1], True, False),
    ]
    assert not item.held
    with store.transaction():
        store.forget(f"/texts/{FR}.txt")
    side = KnowledgeBase(store).pack(pack).items[0].sides[1]
    assert (side.text, side.there, side.citation) == (TEXTS[FR][2][1], False, None)
    assert WORDS.say("gone_article") in files.page(KnowledgeBase(store).pack(pack), WORDS).decode()
    rebuild(store, changed(VI, *old), analysed(FR))
    assert KnowledgeBase(store).pack(pack).items[0].held


def test_a_concept_is_found_again_by_its_names(store: Store) -> None:
    pack = filled(store)
    found = mentions()
    records = [
        replace(r, concept=replace(r.concept, id={"experience": "c1"}.get(r.concept.id, r.concept.id)))
        for r in concepts(found)
        if r.concept.id != "memorabilia"
    ]
    moved_ = [replace(m, concept="c1" if m.concept == "experience" else m.concept) for m in found]
    with store.transaction():
        store.save_graph(
            pairs=[], concepts=records, mentions=[m for m in moved_ if m.concept != "memorabilia"], name_links=[],
            links=[],
        )  # fmt: skip
    experience, memorabilia = KnowledgeBase(store).pack(pack).items[1:]
    assert (experience.concept, experience.held) == ("c1", True)
    assert KnowledgeBase(store).held_in(pack)[0] == {"c1"}
    assert (memorabilia.concept, memorabilia.held) == (None, False)
    assert {n.language: n.names[0] for n in memorabilia.names} == {t: n[0] for t, n in NAMES["memorabilia"].items()}


def test_of_several_concepts_the_one_with_most_names_is_meant() -> None:
    remembered = RememberedConcept("a", "x", (("fr", "x"), ("vi", "y"), ("zh", "z")))
    called = {"x": ["b"], "y": ["c"], "z": ["c", "b"]}
    names = {"a": (("fr", "other"),), "b": (("fr", "x"),), "c": (("vi", "y"), ("zh", "z"))}
    assert find_concept(remembered, names.get, called) == "c"
    assert find_concept(remembered, {"a": (("vi", "y"),)}.get, called) == "a"
    assert find_concept(remembered, {"a": (("fr", "other"),)}.get, {}) is None


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nasty(store: Store) -> Any:
    """A pack whose title, notes and names are what nobody should obey."""
    pack = filled(store)
    collect.describe(store, pack, " ".join(NASTY[:4]), "\n".join(NASTY), 1, language="fr")
    for n, note in enumerate(NASTY[:3], 1):
        collect.remark(store, pack, n, note, 2 if n == 2 else 1, language="vi")
    found = KnowledgeBase(store).pack(pack)
    odd = {"fr": "=x()", "vi": "#1"}
    named = tuple(replace(name, names=(odd[name.language],)) for name in found.items[2].names)
    return replace(found, items=(*found.items[:2], replace(found.items[2], names=named)))


class Tags(HTMLParser):
    """What a page has, and which text is in no language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "link", "br"):
            self.open.append((tag, dict(attrs).get("lang", self.open[-1][1] if self.open else None)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1][0] != "style":
            self.said.append((str(self.open[-1][1]), data.strip()))


def test_a_web_page_is_whole_in_itself_and_says_every_language(nasty: Any) -> None:
    page = Tags()
    text = files.page(nasty, WORDS).decode()
    page.feed(text)
    assert page.open == []
    names = {tag for tag, _ in page.tags}
    assert names.isdisjoint({"script", "img", "link", "iframe", "form", "a"})
    assert not any(name.startswith("on") or name in ("src", "href", "style") for _, own in page.tags for name in own)
    assert "url(" not in text
    said = {data: tag for tag, data in page.said}
    assert said[TEXTS[VI][2][1]] == "vi"
    assert said[TEXTS[FR][2][1]] == "fr"
    assert said["客户体验"] == "zh-Hans"
    assert said["客戶體驗"] == "zh-Hant"
    assert said[NASTY[0]] == "vi"
    assert NASTY[2] in said


def test_a_word_document_has_everything_in_its_language(nasty: Any) -> None:
    made = files.document(nasty, WORDS)
    document = docx.Document(io.BytesIO(made))
    assert document.paragraphs[0].text == nasty.pack.title
    paragraphs = [*document.paragraphs, *(p for t in document.tables for c in t._cells for p in c.paragraphs)]
    tags = {}
    for run in (run for paragraph in paragraphs for run in paragraph.runs):
        own = run._r.rPr.find(qn("w:lang"))
        fonts = run._r.rPr.find(qn("w:rFonts"))
        tags[run.text] = (own.get(qn("w:val")), own.get(qn("w:eastAsia")), fonts.get(qn("w:eastAsia")))
    assert tags[TEXTS[VI][2][1]] == ("vi-VN", None, None)
    assert tags[TEXTS[FR][2][1]] == ("fr-FR", None, None)
    assert tags["客户体验"] == ("zh-CN", "zh-CN", "Microsoft YaHei")
    assert tags["客戶體驗"] == ("zh-TW", "zh-TW", "Microsoft JhengHei")
    table = document.tables[0]
    assert [cell.paragraphs[0].text for cell in table.rows[1].cells] == [TEXTS[VI][2][1], TEXTS[FR][2][1]]
    assert "vi-01:" in table.rows[1].cells[0].text
    again = read_docx(made).text  # by our own reader too
    assert all(note in again for note in NASTY[:3])


def test_control_characters_of_articles_do_not_break_documents(nasty: Any) -> None:
    side = replace(nasty.items[0].sides[0], text="a\x0b\x01b")
    found = replace(nasty, items=(replace(nasty.items[0], sides=(side, nasty.items[0].sides[1])),))
    assert docx.Document(io.BytesIO(files.document(found, WORDS))).tables[0].rows[1].cells[0].text.startswith("a\ufffd")
    assert etree.fromstring(files.memory(found, WORDS)).findtext(".//seg") == "a\ufffd\ufffdb"


def test_a_translation_memory_has_a_unit_a_piece(nasty: Any) -> None:
    memory = etree.fromstring(files.memory(nasty, WORDS))
    units = memory.findall("body/tu")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    said = [{v.get(lang): v.findtext("seg") for v in unit.findall("tuv")} for unit in units]
    assert said[0] == {"vi": TEXTS[VI][2][1], "fr": TEXTS[FR][2][1]}
    assert said[1] == {tag: names[0] for tag, names in NAMES["experience"].items()}
    assert [unit.get("segtype") for unit in units] == ["block", "phrase", "phrase"]
    assert [unit.findtext("note") for unit in units] == list(NASTY[:3])
    assert [child.tag for child in units[0]] == ["note", "prop", "tuv", "tuv"]  # the order that TMX wants


def test_a_table_has_no_formula(nasty: Any) -> None:
    made = files.table(nasty, WORDS)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["passage", "concept", "concept"]
    assert rows[0]["vi"] == TEXTS[VI][2][1]
    assert rows[1]["note"] == "'=1+1"
    assert not any(cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for row in rows for cell in row.values())


def test_flash_cards_are_what_anki_reads(nasty: Any) -> None:
    assert files.fronts(nasty) == ["fr", "vi", "zh-Hans", "zh-Hant"]
    made = files.cards(nasty, "zh-Hans", own_name)
    head = [line for line in made.splitlines() if line.startswith("#")]
    assert head == ["#separator:Comma", "#html:false", "#tags column:3", "#columns:Front,Back,Tags"]
    rows = list(csv.reader(io.StringIO(made[made.index('"') :])))
    assert [row[0] for row in rows] == ["客户体验"]
    assert rows[0][1].split("\n") == ["Tiếng Việt: Trải nghiệm khách hàng", "Français: expérience client"]
    rows = list(csv.reader(io.StringIO(files.cards(nasty, "fr", own_name).split("Tags\n")[1])))
    assert [row[0] for row in rows] == ["expérience client", "'=x()"]
    assert [len(row) for row in rows] == [3, 3]
    assert all(" " not in tag for tag in rows[1][2].split(" "))
    assert rows[1][2].split(" ")[1] == "memorabilia"
    with pytest.raises(NotFoundError):
        files.cards(nasty, "de", own_name)


def test_columns_are_in_one_order(store: Store) -> None:
    pack = begun(store)
    collect.add(store, pack, places=passage(0, VI, FR), user="x")
    collect.add(store, pack, places=passage(1, FR, VI), user="x")
    collect.add(store, pack, concept="experience", user="x")
    items = KnowledgeBase(store).pack(pack).items
    assert [[side.language for side in item.sides] for item in items[:2]] == [["vi", "fr"]] * 2
    assert [name.language for name in items[2].names] == ["vi", "fr", "zh-Hans", "zh-Hant"]


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(path), base_url="http://localhost") as client:
        yield client


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def form(client: TestClient, **given_: str) -> Any:
    return client.post("/packs", data={"key": key_of(client.get("/packs").text), **given_})


def titled(client: TestClient) -> list[str]:
    return [pack["title"] for pack in client.get("/packs?format=json").json()["packs"]]


def test_a_hand_out_is_made_from_pages(client: TestClient) -> None:
    assert client.get("/packs").status_code == 200  # in a base without any
    page = client.get(f"/read?a={VI}&a={FR}&rows=sentence").text
    values = re.findall(r'name="sides" value="([^"]+)"', page)
    assert len(values) == 3
    answer = form(client, sides=values[1], next=f"/read?a={VI}&a={FR}&rows=sentence")
    assert answer.url.fragment == "r1"
    assert titled(client) == ["Trải nghiệm khách hàng"]  # the article's title, as none was given
    assert answer.text.count("✓") >= 1  # the row is said to be in it
    concept = re.findall(r'name="concept" value="([^"]+)"', client.get("/concept/theme").text)
    form(client, pack="1", concept=concept[0], next="/concept/theme")
    place = place_text(*passage(2, VI)[0])  # of a search's answer, which comes with its translations
    assert form(client, pack="1", hit=f"{place}#h1", next="/search?q=x").url.fragment == "h1"
    assert len(client.get("/packs/1?format=json").json()["items"][2]["sides"]) == 2
    form(client, title="课堂讲义", concept=concept[0])  # a class hand-out; a title means a new one
    assert titled(client) == ["课堂讲义", "Trải nghiệm khách hàng"]
    form(client, pack="1", item="2", action="first")
    pack = client.get("/packs/1?format=json").json()
    assert [item["kind"] for item in pack["items"]] == ["concept", "passage", "passage"]
    assert pack["items"][1]["sides"][1]["text"] == TEXTS[FR][2][1]
    for ending in ("html", "docx", "tmx", "csv", "anki.csv?front=vi"):
        answer = client.get(f"/packs/1.{ending}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith('attachment; filename="pack-1.')
        assert "Tr%E1%BA%A3i-nghi%E1%BB%87m" in answer.headers["content-disposition"]
    assert client.get("/packs/1.anki.csv").status_code == 400
    assert client.get("/packs/1.anki.csv?front=de").status_code == 400
    for missing in ("/packs/1.exe", "/packs/99", "/packs/99.html", "/packs/x", "/packs/1.2.3", "/packs/" + "9" * 30):
        assert client.get(missing).status_code == 404, missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_obey_nothing_that_is_written(client: TestClient, language: str) -> None:
    for nasty in NASTY:
        form(client, action="begin", title=nasty)
        number = client.get("/packs?format=json").json()["packs"][0]["number"]
        form(client, pack=str(number), concept="theme")
        item = client.get(f"/packs/{number}?format=json").json()["items"][0]["number"]
        form(client, pack=str(number), item=str(item), action="remark", version="1", note=nasty)
        form(client, pack=str(number), action="describe", version="1", title=nasty, note=nasty)
        for address in ("/packs", f"/packs/{number}", "/concept/theme", f"/read?a={VI}&a={FR}"):
            page = client.get(address, headers={"accept-language": language})
            assert page.status_code == 200
            found = Tags()
            found.feed(page.text)
            assert all("src" in own for tag, own in found.tags if tag == "script")
            assert not any(name.startswith("on") or name == "style" for _, own in found.tags for name in own)
            assert "img" not in dict(found.tags)
        assert any(nasty in data for _, data in found.said)
        assert client.get(f"/packs/{number}?format=json").json()["items"][0]["note"] == nasty


def test_what_cannot_be_saved_is_shown_again(client: TestClient) -> None:
    form(client, action="begin", title="Accueil")
    form(client, pack="1", concept="theme")
    form(client, pack="1", item="1", action="remark", version="1", note="de Lyon")
    answer = form(client, pack="1", item="1", action="remark", version="1", note="từ Hà Nội")  # from Hanoi
    assert answer.status_code == 409
    assert ">de Lyon</p>" in answer.text
    assert ">từ Hà Nội</textarea>" in answer.text
    assert 'value="2"' in answer.text  # the version that a second try may write over
    answer = form(client, pack="1", action="describe", version="7", title="迎客", note="")  # welcoming guests
    assert answer.status_code == 409
    assert 'value="迎客"' in answer.text


def test_forms_are_guarded(client: TestClient) -> None:
    key = key_of(client.get("/packs").text)
    begin = {"action": "begin", "title": "x"}
    assert client.post("/packs", data=begin).status_code == 403
    assert client.post("/packs", data=begin | {"key": "another"}).status_code == 403
    elsewhere = client.post("/packs", data=begin | {"key": key}, headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403
    assert titled(client) == []
    for odd in (
        {"action": "destroy"}, {"action": "begin"}, {"action": "up", "pack": "x", "item": "1"}, {"sides": "1-2"},
        {"sides": "|".join(["1-2-a"] * 9)}, {"concept": "nothing", "pack": "1"}, {"action": "remove", "pack": "7"},
        {"action": "describe", "pack": "1", "title": "a" * 5000},
    ):  # fmt: skip
        answer = client.post("/packs", data=odd | {"key": key})
        assert answer.status_code in (400, 404), odd
        assert "Traceback" not in answer.text
    answer = client.post("/packs", data=begin | {"key": key, "next": "//example.org/"}, follow_redirects=False)
    assert answer.headers["location"] == "/packs/1"
    form(client, action="remove", pack="1")
    assert titled(client) == []
    assert 'value="restore"' in client.get("/packs/1").text
    form(client, action="restore", pack="1")
    assert titled(client) == ["x"]


def test_readers_read_and_save_but_do_not_change(path: Path, store: Store) -> None:
    filled(store)
    app = create_app(path, access=Access("to-read", "to-edit"), hosts=["kb.example"])
    with TestClient(app, base_url="http://kb.example") as client:
        for address in ("/packs", "/packs/1", "/packs/1.csv"):
            assert client.get(address).url.path == "/login"
        key = key_of(client.get("/login").text)
        client.post("/login", data={"key": key, "word": "to-read", "name": "An"})
        for address in ("/packs", "/packs/1", f"/read?a={VI}&a={FR}", "/concept/theme"):
            page = client.get(address)
            assert page.status_code == 200
            assert 'action="/packs"' not in page.text
        assert client.get("/packs/1.csv").status_code == 200
        key = key_of(client.get("/packs").text)
        assert client.post("/packs", data={"key": key, "action": "remove", "pack": "1"}).status_code == 403
        client.post("/logout", data={"key": key})
        client.post("/login", data={"key": key_of(client.get("/login").text), "word": "to-edit", "name": "Lệ"})
        form(client, action="begin", title="của Lệ")  # Lệ's
        assert client.get("/packs?format=json").json()["packs"][0]["user"] == "Lệ"
