"""Decisions about repairs: what cleaning does with them, how they are found again, what a base holds after rebuilds."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner, Result
from damage import cut_bytes, damage
from hypothesis import given, settings
from hypothesis import strategies as st
from quick import WordEmbedder
from sites import key_of
from starlette.testclient import TestClient
from test_explain import check
from test_gbk import TEXT
from test_injected import FR, HANT, VI
from test_pipeline import SHOP, add, build, remove, write
from test_pipeline import embedder as embedder  # fixtures
from test_pipeline import store as store

import kb
from kb import pipeline
from kb.clean import clean
from kb.cli import main
from kb.corrections import IN_FORCE, OVERRULED, UNDONE
from kb.errors import NotFoundError, UsageError
from kb.mend import decide_repair
from kb.model import Change, CleanedArticle, RawArticle, RepairDecision
from kb.query import KnowledgeBase
from kb.repairs import ACCEPT, GONE, MADE, NEXT_BUILD, NOT_FOUND, OFFERED, REJECT, find, remember
from kb.store import open_store
from kb.store.base import Store
from kb.web.app import create_app
from kb.web.words import LANGUAGES, words

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

# 也 (also) lost its second byte, and 我 (I) fits as well.
_BYTES = [c.encode("gb18030") for c in "客人也離開了，她說。\n" + TEXT]
TWO_FIT = b"".join([*_BYTES[:2], _BYTES[2][:1], *_BYTES[3:]]).decode("gb18030", "ignore")
PUSHED_FR = "\n\n".join(FR).replace("chaque enfant", "chaque enfant assurance moto pas cher devis en ligne", 1)
# A page around a story: menu, links, rights; in the story tags, an entity, bytes read wrongly.
PAGE_VI = (
    "Trang chủ | Giới thiệu | Liên hệ\n\nThư viện bên bến đò\n\n"  # Home | About | Contact. The library by the ferry
    + "\n\n".join(VI).replace("đọc", "<b>đọc</b>", 1).replace("thư", "thu\u031b", 1)
    + "\n\nXem thêm:\n- Mười quán ngon\n\nBản quyền © 2020. Mọi quyền được bảo lưu.\nChia sẻ bài viết lên Facebook\n"
)  # See also: ten good places; all rights reserved; share the article
PAGE_FR = (
    "---\ntitle: Le bac\n---\n# Le bac\n\nAccueil > Culture\n\n"
    + "\n\n".join(FR).replace("é", "Ã©", 3).replace("enfant", "enf&amp;ant", 1).replace(" les", "\u00a0 les")
    + "\n\nPartager sur Facebook\nLire aussi : dix bacs\nTous droits réservés © 2021\n"
)
DAMAGED = {
    "shifted.txt": damage(TEXT, 1, every=60).text,
    "cut.txt": cut_bytes(TEXT * 2, 2, cut="trail", every=60).text,
    "two.txt": TWO_FIT,
    "vi.txt": PAGE_VI,
    "fr.md": PAGE_FR,
    "pushed.fr.txt": PUSHED_FR,
    # car loans, paid the same day
    "pushed.zh.txt": "\n\n".join(HANT).replace("他划著", "他划著台中汽車借款當日撥款", 1),
}


def article(path: str) -> RawArticle:
    return RawArticle(path, DAMAGED[path], "utf-8", "")


def decision(raw: RawArticle, kind: str, change: Change, number: int = 1) -> RepairDecision:
    return RepairDecision(number, "", "me", kind, remember("a", raw.path, raw.raw, "0" * 14, change))


def told(changes: Sequence[Change]) -> set[tuple[str, int, int, str]]:
    return {(c.kind, c.start, c.end, c.after) for c in changes}


# --- cleaning --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DAMAGED)
def test_any_repair_can_be_turned_round(path: str) -> None:
    """Body, pieces and offsets stay sound, the one repair is as decided, and a repair that is apart is as it was."""
    raw = article(path)
    as_it_is = clean(raw)
    both = [*((c, REJECT) for c in as_it_is.changes), *((c, ACCEPT) for c in as_it_is.offers)]
    assert both
    for change, kind in both:
        article_now = clean(raw, decisions=[decision(raw, kind, change)])
        check(article_now)
        made, offered = told(article_now.changes), told(article_now.offers)
        assert told([change]) <= (made if kind == ACCEPT else offered), change
        assert not told([change]) & (offered if kind == ACCEPT else made), change
        apart = [c for c in as_it_is.changes if c.end + 20 < change.start or change.end + 20 < c.start]
        assert told(apart) <= made, change
        assert clean(raw, decisions=[decision(raw, "accept" if kind == REJECT else "reject", change)]) == as_it_is


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_any_decisions_together(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(DAMAGED)))
    raw = article(path)
    as_it_is = clean(raw)
    both = [*as_it_is.changes, *as_it_is.offers]
    kinds = data.draw(st.lists(st.sampled_from([ACCEPT, REJECT, ""]), min_size=len(both), max_size=len(both)))
    made = [decision(raw, kind, c, n) for n, (kind, c) in enumerate(zip(kinds, both, strict=True), 1) if kind]
    article_now = clean(raw, decisions=made)
    check(article_now)
    rejected = told([c for kind, c in zip(kinds, both, strict=True) if kind == REJECT])
    assert not rejected & told(article_now.changes)


def stands(article_now: CleanedArticle, piece: str) -> bool:
    """Whether the body has these raw characters, and says where they are."""
    at = article_now.body.text.find(piece)
    if at < 0:
        return False
    start, end = article_now.body.span(at, at + len(piece))
    assert article_now.raw.raw[start:end] == piece
    return True


def test_what_was_left_out_stands_in_the_body() -> None:
    raw = article("vi.txt")
    (links,) = [c for c in clean(raw).changes if c.before == "Xem thêm:"]
    assert not stands(clean(raw), "Xem thêm:")
    assert stands(clean(raw, decisions=[decision(raw, REJECT, links)]), "Xem thêm:")
    assert not stands(clean(raw, decisions=[decision(raw, REJECT, links)]), "Mười quán ngon")


def test_a_rejected_stretch_is_left_alone_by_what_comes_after() -> None:
    """Front matter: its lines would be furniture. A tag in it would be taken away."""
    raw = article("fr.md")
    front = next(c for c in clean(raw).changes if c.kind == "front-matter")
    assert stands(clean(raw, decisions=[decision(raw, REJECT, front)]), "---\ntitle: Le bac\n---")


def test_of_two_that_exclude_each_other_the_later_holds() -> None:
    raw = article("two.txt")
    as_it_is = clean(raw)
    (offer,) = as_it_is.offers
    made = next(c for c in as_it_is.changes if (c.start, c.end) == (offer.start, offer.end))
    first, second = clean(raw).body.text, clean(raw, decisions=[decision(raw, ACCEPT, offer)]).body.text
    assert {first[2], second[2]} == {"也", "我"}  # also, I
    for kinds, text in (((made, offer), second), ((offer, made), first)):
        both = [decision(raw, ACCEPT, c, n) for n, c in enumerate(kinds, 1)]
        assert clean(raw, decisions=both).body.text == text


# --- finding the place again -----------------------------------------------------------------------------------------


@given(st.text("ab ", max_size=30), st.integers(0, 200), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_an_edit_elsewhere_moves_the_place(added: str, at: int, length: int) -> None:
    raw = "".join(chr(0x4E00 + n * 37 % 5000) for n in range(200))  # no character twice
    change = Change("mojibake", 120, 125, raw[120:125], "x", "")
    remembered = remember("a", "a.txt", raw, "id", change)
    if at > 165 or at + length < 80:
        edited = raw[:at] + added + raw[at + length :]
        moved = len(added) - min(length, max(0, len(raw) - at)) if at < 120 else 0
        assert find(edited, remembered) == (120 + moved, 125 + moved)


def test_the_right_one_of_several_is_found() -> None:
    words = [f"mot{n} et" for n in range(30)]
    raw = "\u00a0 ".join(words)
    at = raw.index("mot17") - 2
    remembered = remember("a", "a.txt", raw, "id", Change("spaces", at, at + 2, "\u00a0 ", " ", ""))
    assert find(raw, remembered) == (at, at + 2)
    shorter = raw[40:]
    assert find(shorter, remembered) == (at - 40, at - 38)
    gone = raw.replace("mot16 et\u00a0 mot17 et\u00a0 mot18 et", "autre chose")
    assert find(gone, remembered) is None


# --- a base, and rebuilds --------------------------------------------------------------------------------------------

ZH = "damaged/zh"
BASE = {
    "damaged/zh.txt": TWO_FIT,
    "damaged/vi.txt": PAGE_VI,
    "damaged/fr.txt": PUSHED_FR,
    "shop/fr.txt": SHOP["shop/fr.txt"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in BASE.items():
        write(tmp_path / "texts" / name, text)
    return tmp_path / "texts"


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the articles that builds cleaned."""
    made: list[str] = []
    analyse = pipeline.analyse

    def analysed(raw: RawArticle, context: Any, id: str, decisions: Sequence[RepairDecision] = ()) -> Any:
        made.append(id)
        return analyse(raw, context, id, decisions)

    monkeypatch.setattr("kb.pipeline.analyse", analysed)
    return made


def act(store: Store, kind: str, id: str = "", user: str = "me") -> RepairDecision:
    article = KnowledgeBase(store).repair(id).article if id else ""
    return decide_repair(store, kind, article, id, now=NOW, user=user)


def body(store: Store, article: str) -> str:
    """With every character at its place in the raw text, unless it stands for others."""
    found = store.analysed(article).cleaned
    check(found)
    for sentence in store.sentences_of(article):
        assert sentence.sentence.start <= sentence.sentence.end <= len(found.raw.raw)
    return found.body.text


def ids(store: Store, article: str, state: str | None = None) -> dict[str, str]:
    """What was before -> the id of its repair."""
    return {r.before: r.id for r in KnowledgeBase(store).repairs(article, state=state)}


def test_an_offer_is_accepted(store: Store, folder: Path, cleaned: list[str]) -> None:
    build(store, folder)
    before = body(store, ZH)
    (offer,) = KnowledgeBase(store).repairs(ZH, state="offered")
    act(store, ACCEPT, offer.id)
    (waits,) = KnowledgeBase(store).repairs(ZH, state="decided")
    assert (waits.state, waits.decision, waits.effect) == (OFFERED, ACCEPT, NEXT_BUILD)
    assert body(store, ZH) == before
    cleaned.clear()
    summary = build(store, folder)
    assert (cleaned, summary.changed) == ([ZH], 1)
    after = body(store, ZH)
    assert after == before[:2] + offer.after[0] + before[3:]
    found = store.analysed(ZH).cleaned
    place = found.body.text.index(offer.after)
    assert found.body.span(place, place + len(offer.after)) == (offer.start, offer.end)
    made = KnowledgeBase(store).repair(offer.id)
    assert (made.state, made.effect) == (MADE, IN_FORCE)
    cleaned.clear()
    assert build(store, folder).changed == 0
    assert cleaned == []


def test_a_line_comes_back_and_a_phrase_goes(store: Store, folder: Path, cleaned: list[str]) -> None:
    build(store, folder)
    assert "Xem thêm" not in body(store, "damaged/vi")
    assert "assurance moto" in body(store, "damaged/fr")
    act(store, REJECT, ids(store, "damaged/vi")["Xem thêm:"])
    (phrase,) = KnowledgeBase(store).repairs("damaged/fr", state="offered")
    act(store, ACCEPT, phrase.id)
    cleaned.clear()
    build(store, folder)
    assert sorted(cleaned) == ["damaged/fr", "damaged/vi"]
    assert "Xem thêm:" in body(store, "damaged/vi")
    assert "assurance moto" not in body(store, "damaged/fr")
    assert "assurance moto" in store.raw("damaged/fr")
    assert any("Xem thêm:" in p.quote.text for p in store.passages_of("damaged/vi"))


def test_a_repair_that_was_made_is_undone_and_made_again(store: Store, folder: Path, cleaned: list[str]) -> None:
    build(store, folder)
    before = body(store, "damaged/vi")
    tag = ids(store, "damaged/vi")["<b>"]
    act(store, REJECT, tag)
    build(store, folder)
    assert "<b>đọc" in body(store, "damaged/vi")
    assert KnowledgeBase(store).repair(tag).state == OFFERED
    assert act(store, "undo").undoes == 1
    (waits,) = [r for r in KnowledgeBase(store).repairs("damaged/vi") if r.id == tag]
    assert (waits.decision, waits.effect) == ("", NEXT_BUILD)
    cleaned.clear()
    build(store, folder)
    assert cleaned == ["damaged/vi"]
    assert body(store, "damaged/vi") == before
    assert [d.state for d in KnowledgeBase(store).repair_choices()] == [UNDONE, ""]


def test_decisions_outlive_edits_and_rebuilds(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(store, folder)
    (offer,) = KnowledgeBase(store).repairs(ZH, state="offered")
    line = ids(store, "damaged/vi")["Xem thêm:"]
    act(store, ACCEPT, offer.id)
    act(store, REJECT, line)
    write(folder / "damaged/zh.txt", TWO_FIT + "\n好的服務不在漂亮的桌椅上。")
    write(folder / "damaged/vi.txt", PAGE_VI.replace("bến đò\n\n", "bến đò nhỏ\n\n", 1))  # a small ferry
    build(store, folder)
    assert offer.after in body(store, ZH)
    assert "Xem thêm:" in body(store, "damaged/vi")
    assert {r.id for r in KnowledgeBase(store).repairs(state="decided")} == {offer.id, line}
    monkeypatch.setattr("kb.plan._stages_hash", lambda: "other code")
    build(store, folder)
    assert offer.after in body(store, ZH)
    assert {d.state for d in KnowledgeBase(store).repair_choices()} == {IN_FORCE}
    write(folder / "damaged/vi.txt", "\n\n".join(VI))
    build(store, folder)
    (lost,) = KnowledgeBase(store).repairs("damaged/vi", state="decided")
    assert (lost.state, lost.effect, lost.before) == (GONE, NOT_FOUND, "Xem thêm:")
    (folder / "damaged/vi.txt").unlink()
    build(store, folder)
    assert [d.state for d in KnowledgeBase(store).repair_choices()] == [IN_FORCE, NOT_FOUND]
    write(folder / "damaged/vi.txt", PAGE_VI)
    build(store, folder)
    assert "Xem thêm:" in body(store, "damaged/vi")
    assert [d.state for d in KnowledgeBase(store).repair_choices()] == [IN_FORCE, IN_FORCE]


def test_other_ways_to_update_apply_them(store: Store, folder: Path) -> None:
    """An addition of another file, a removal, and a build whose files are gone."""
    build(store, folder)
    act(store, REJECT, ids(store, "damaged/vi")["Xem thêm:"])
    add(store, write(folder.parent / "late.txt", SHOP["lesson.txt"]))
    assert "Xem thêm:" in body(store, "damaged/vi")
    act(store, "undo")
    remove(store, "damaged/fr")
    assert "Xem thêm:" not in body(store, "damaged/vi")
    act(store, REJECT, ids(store, "damaged/vi")["Xem thêm:"])
    remove(store, "damaged/vi")
    assert store.check() == []


def test_a_base_made_at_once_is_the_same(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    act(store, REJECT, ids(store, "damaged/vi")["Xem thêm:"])
    (phrase,) = KnowledgeBase(store).repairs("damaged/fr", state="offered")
    act(store, ACCEPT, phrase.id)
    build(store, folder)
    other = open_store(tmp_path / "other.db", create=True, write=True)
    with other.transaction():
        for made in store.repair_decisions():
            other.add_repair_decision(made)
    build(other, folder)
    for id in ("damaged/vi", "damaged/fr", ZH):
        assert other.analysed(id) == store.analysed(id)
    other.close()


def test_an_article_of_which_nothing_is_left_comes_back(store: Store, folder: Path) -> None:
    text = VI[0]
    write(folder / "damaged/vi.txt", text)
    build(store, folder)
    line = Change("related", 0, len(text), text, "", "a test")
    with store.transaction():
        out = remember("damaged/vi", str(folder / "damaged/vi.txt"), text, "0" * 14, line)
        store.add_repair_decision(RepairDecision(0, "", "me", ACCEPT, out))
    build(store, folder)
    assert "no article text is left" in str(store.set_aside()[0].reason)
    act(store, "undo")
    build(store, folder)
    assert body(store, "damaged/vi") == text


def test_what_waits_for_a_decision(store: Store, folder: Path) -> None:
    build(store, folder)
    queue = KnowledgeBase(store).doubtful_repairs(100)
    doubts = [round(abs(r.score - 0.5), 2) for r in queue]
    assert doubts == sorted(doubts)  # the least sure first
    certain = [r.state for r in queue if r.score == 1]
    assert certain == sorted(certain, reverse=True)  # of those as sure offered ones, then made ones
    assert all((r.score >= 0.5) == (r.state != OFFERED) for r in queue if r.kind == "injected")
    assert {r.article for r in queue if r.state == OFFERED} == {ZH, "damaged/fr"}
    assert "tag" not in {r.kind for r in queue}
    first = queue[0]
    assert first.left == store.raw(first.article)[first.start - 40 : first.start]
    assert first.right == store.raw(first.article)[first.end : first.end + 40]
    act(store, REJECT, first.id)
    assert first.id not in {r.id for r in KnowledgeBase(store).doubtful_repairs(100)}
    assert KnowledgeBase(store).doubtful_repairs(2) == queue[1:3]
    assert {r.article for r in KnowledgeBase(store).doubtful_repairs(None, article="damaged/vi")} == {"damaged/vi"}
    decide_repair(store, "undo", repair=first.id, user="another")
    assert KnowledgeBase(store).doubtful_repairs(100) == queue


def test_what_cannot_be_decided(store: Store, folder: Path) -> None:
    build(store, folder)
    (offer,) = KnowledgeBase(store).repairs(ZH, state="offered")
    with pytest.raises(NotFoundError, match="nothing is decided of repairs"):
        act(store, "undo")
    act(store, ACCEPT, offer.id)
    with pytest.raises(UsageError, match="decision 1 says so already"):
        act(store, ACCEPT, offer.id)
    with pytest.raises(NotFoundError, match="any more"):
        decide_repair(store, ACCEPT, ZH, "0" * 14, user="me")
    with pytest.raises(NotFoundError, match="nothing that an decided"):
        act(store, "undo", user="an")
    with pytest.raises(UsageError, match="accept, reject, undo"):
        act(store, "mend", offer.id)
    act(store, REJECT, offer.id)
    build(store, folder)
    assert [d.state for d in KnowledgeBase(store).repair_choices()] == [OVERRULED, IN_FORCE]


def test_faults_are_found(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    act(store, REJECT, ids(store, "damaged/vi")["<b>"])
    build(store, folder)
    store.close()
    db = apsw.Connection(str(tmp_path / "kb.db"))
    for harm, says in (("DELETE FROM {}", "never removed"), ("UPDATE {} SET user = 'x'", "never changed")):
        with pytest.raises(apsw.ConstraintError, match=says):
            db.execute(harm.format("repair_decision"))
    db.execute("UPDATE article SET changes = replace(changes, '[\"tag\",', '[\"tag\",1') WHERE id = 'damaged/vi'")
    db.execute("UPDATE article SET offers = '[]', changes = json_insert(changes, '$[#]', json(offers -> 0)) "
               "WHERE id = 'damaged/vi'")  # fmt: skip
    db.close()
    harmed = open_store(tmp_path / "kb.db")
    faults = harmed.check()
    assert any("before '</b>'" in fault for fault in faults), faults
    assert any(fault.endswith("is made against decision 1") for fault in faults), faults
    harmed.close()


def test_a_base_without_decisions_asks_for_no_table(store: Store, folder: Path) -> None:
    build(store, folder)
    assert store.repair_decisions() == []
    assert "repairs" not in store.info()


# --- in the browser --------------------------------------------------------------------------------------------------


@pytest.fixture
def client(store: Store, folder: Path, tmp_path: Path) -> Iterator[TestClient]:
    build(store, folder)
    with TestClient(create_app(tmp_path / "kb.db"), base_url="http://localhost") as client:
        yield client


QUEUE = "/review?queue=repairs"


def test_the_queue(client: TestClient, store: Store, folder: Path) -> None:
    def queue() -> Any:
        return client.get(f"{QUEUE}&format=json").json()

    def decide(action: str, **form: str) -> None:
        key = key_of(client.get(QUEUE).text)
        answer = client.post("/decide", data={"key": key, "next": QUEUE, "action": action} | form)
        assert (answer.status_code, str(answer.url.path)) == (200, "/review")

    first, second = (r for r in queue()["doubtful_repairs"] if r["state"] == "offered")
    page = client.get(QUEUE).text
    assert f'{escape(first["left"])}<del lang="{first["language"]}">{escape(first["before"])}</del>' in page
    assert "takes effect with the next build" in page
    assert 'data-key="a"' in page
    decide("accept", article=first["article"], repair=first["id"])
    decide("reject", article=second["article"], repair=second["id"])
    after = queue()
    assert not {first["id"], second["id"]} & {r["id"] for r in after["doubtful_repairs"]}
    assert [(r["id"], r["effect"]) for r in after["decided_repairs"]] == [
        (second["id"], IN_FORCE),
        (first["id"], NEXT_BUILD),
    ]
    assert after["waiting"] == 1
    raw = f"/article/{first['article']}?view=raw"
    assert re.search(r"\(<span lang=\"en\">accepted, \w+: from the next build on", client.get(raw).text)
    build(store, folder)
    assert queue()["waiting"] == 0
    assert re.search(r"accepted, \w+: in force", client.get(raw).text)
    decide("undo", repair=first["id"], number="1")
    assert "undid: from the next build on" in client.get(raw).text
    assert {r["id"]: r["state"] for r in queue()["doubtful_repairs"]}[first["id"]] == MADE
    build(store, folder)
    assert queue()["doubtful_repairs"][0]["id"] == first["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_in_every_language(client: TestClient, store: Store, language: str) -> None:
    (offer,) = KnowledgeBase(store).repairs(ZH, state="offered")
    act(store, ACCEPT, offer.id)
    for address in (QUEUE, f"/article/{ZH}?view=raw"):
        page = client.get(address, headers={"accept-language": language})
        assert page.status_code == 200
        assert words()[language]["effect_from_the_next_build_on"] in page.text


def test_what_a_page_may_not_decide(client: TestClient) -> None:
    key = key_of(client.get(QUEUE).text)
    for status, form in (
        (404, {"action": "accept", "repair": "0" * 14, "article": ZH}),
        (404, {"action": "accept", "repair": "<script>", "article": "<b>"}),
        (404, {"action": "undo", "repair": "0" * 14}),
        (400, {"action": "mend", "repair": "0" * 14, "article": ZH}),
    ):
        answer = client.post("/decide", data={"key": key} | form)
        assert answer.status_code == status, form
        assert "<script>" not in answer.text
    assert client.post("/decide", data={"key": "x", "action": "accept", "repair": "0" * 14}).status_code == 403


# --- the command -----------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(store: Store, folder: Path, tmp_path: Path) -> Run:
    build(store, folder)
    store.close()
    path = shutil.copy(tmp_path / "kb.db", tmp_path / "copy.db")

    def run(*args: str) -> Result:
        result = CliRunner().invoke(main, list(args), env={"KB": str(path), "LOGNAME": "lan"})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def records(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_command(run: Run) -> None:
    (offer,) = records(run("repairs", ZH, "--offered", "--json"))
    shown = run("repairs", ZH, "--offered").stdout
    assert f"{offer['id']}  offered  mojibake  {ZH}:{offer['start']}-{offer['end']}" in shown
    assert f"[?{offer['before']} -> {offer['after']}?]" in shown.replace("\n  ", "")
    done = run("repairs", "accept", offer["id"][:8], "--comment", "also", "--by", "An")
    assert done.exit_code == 0, done.stderr
    assert f"becomes «{offer['after']}»" in done.stdout.replace("\n", "")
    assert "decision 1; it takes effect with the next kb build; take it back with: kb repairs undo 1" in done.stderr
    (decided,) = records(run("repairs", "--decided", "--json"))
    assert (decided["decision"], decided["user"], decided["comment"]) == ("accept", "An", "also")
    assert "accepted (from the next build on)" in run("repairs", "--decided").stdout
    assert run("repairs", "reject", offer["id"], "--json").exit_code == 0
    assert run("repairs", "undo", offer["id"]).stdout.startswith("decision 2 about")
    states = [(d["number"], d["kind"], d["state"], d["undoes"]) for d in records(run("repairs", "list", "--json"))]
    assert states == [(1, "accept", "from the next build on", None), (2, "reject", "undone", None), (3, "undo", "", 2)]
    assert "3  undo 2" in run("repairs", "list").stdout
    assert run("repairs", "undo", "1").exit_code == 0
    assert run("repairs", "--decided").exit_code == 1
    assert run("repairs", "--made", "--csv").stdout.startswith("id,article,path,language,kind,score,state,")
    assert run("repairs", "--md", "--limit", "2").stdout.count("\n") == 4
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("list", 1, "nothing was decided about repairs in"),
        ("--decided", 1, "nothing was decided in"),
        ("accept", 2, "name a repair by its id"),
        ("accept zzzzzzzz", 1, "no repair has the id 'zzzzzzzz'"),
        ("accept 12", 1, "no repair has the id '12'"),
        ("undo", 1, "nothing is decided of repairs"),
        ("undo 7", 1, "nothing is decided of repairs"),
        ("nobody", 1, "no article has the id"),
        ("shop/fr --offered", 1, "nothing is offered of 'shop/fr'"),
        ("shop/fr damaged/fr", 2, "name one article"),
        ("accept 12345 --made", 2, "accept takes no --made"),
    ],
)
def test_errors_are_one_line(run: Run, words: str, status: int, says: str) -> None:
    result = run("repairs", *words.split())
    assert (result.exit_code, result.stdout) == (status, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_embedder_is_asked_only_of_what_is_new(store: Store, folder: Path, embedder: WordEmbedder) -> None:
    build(store, folder)
    act(store, REJECT, ids(store, "damaged/vi")["Xem thêm:"])
    embedder.asked.clear()
    build(store, folder)
    texts = {s.sentence.text for s in store.sentences_of("damaged/zh")}
    assert not texts & set(embedder.asked)


def test_python_answers(store: Store, folder: Path, tmp_path: Path) -> None:
    build(store, folder)
    store.close()
    with kb.open(tmp_path / "kb.db") as base:
        found = base.repairs("damaged/vi")
        assert [replace(r, left="") for r in found] != []
        assert base.repairs("damaged/vi") == found
        assert base.repairs(limit=3) == base.repairs()[:3]
        assert len({r.id for r in base.repairs()}) == len(base.repairs())
        with pytest.raises(UsageError, match="offered, made, decided"):
            base.repairs(state="wrong")
