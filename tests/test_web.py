"""The site of a knowledge base, asked as a browser would. In a real one: test_browser.py."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sites import ADDRESSES, FR, VI, key_of, with_hand_outs
from starlette.testclient import TestClient

from kb.store import open_store
from kb.web.app import create_app
from kb.web.guard import POLICY, TRIES, Access
from kb.web.words import FILE, LANGUAGES, best_language, words

ODD = ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}", "'; DROP TABLE article; --", "\0",
       "../../etc/passwd", "%2e%2e/", "💥", "a" * 600, "javascript:alert(1)", "NEAR(", '"', "*", "\u202e")  # fmt: skip


@pytest.fixture(scope="module")
def base(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo base: pages write to it."""
    return with_hand_outs(demo, tmp_path_factory.mktemp("web"))


@pytest.fixture
def client(base: Path) -> Iterator[TestClient]:
    with TestClient(create_app(base), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language(client: TestClient, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert words()[language]["concepts"] in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert not re.search(r"<script(?![^>]*src)|style=|\son[a-z]+=", answer.text)  # the policy would stop them
    asked = "&" if "?" in address else "?"
    assert isinstance(client.get(f"{address}{asked}format=json").json(), dict)


def test_the_interface_says_everything_in_every_language() -> None:
    lines = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert lines[0][1:] == list(LANGUAGES)
    for key, *cells in lines[1:]:
        assert len(cells) == len(LANGUAGES), key
        assert all(cell.strip() for cell in cells), key
        assert len({tuple(sorted(re.findall(r"\{(\w+)\}", cell))) for cell in cells}) == 1, key
    assert best_language("zh-TW,fr;q=0.8") == "zh-Hant"
    assert best_language("de, vi;q=0.5, fr;q=0.7") == "fr"


def test_a_search_answers_in_other_languages(client: TestClient) -> None:
    page = client.get("/search", params={"q": "纪念品"}).text  # souvenirs
    assert "vật kỷ niệm" in page
    assert 'href="/concept/' in page


def test_passages_of_other_articles_are_at_hand(client: TestClient) -> None:
    found = client.get("/article/marketing-mix/fr?format=json").json()["elsewhere"]
    (prices,) = [x for of in found.values() for x in of if "再说价格" in x["quote"]["text"]]  # now the price
    assert prices["quote"]["article"] == "marketing-mix/zh-Hans"
    assert "再说价格" in client.get("/article/marketing-mix/fr").text
    assert "elsewhere" in client.get(f"/read?a={VI}&a={FR}&format=json").json()


def test_concepts_stand_by_letter(client: TestClient) -> None:
    page = client.get("/concepts?language=vi&order=name&format=json").json()
    assert page["letters"] == sorted(page["letters"], key="AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY#".index)
    under = client.get("/concepts?language=vi&order=name&letter=Đ&format=json").json()["concepts"]
    assert under
    assert all(concept["labels"]["vi"][0].casefold().startswith("đ") for concept in under)


def test_what_a_language_speaks_of_more(client: TestClient) -> None:
    rows = client.get("/compare?leaning=vi&format=json").json()["rows"]
    leans = [row["leaning"]["vi"] for row in rows]
    assert leans == sorted(leans, reverse=True)
    assert leans[0] > 6.63
    assert "+</td>" in client.get("/compare?leaning=vi").text


def test_rows_hold_every_sentence_once(client: TestClient) -> None:
    rows = client.get(f"/read?a={VI}&a={FR}&rows=sentence&format=json&marks=none").json()["rows"]
    for side in (0, 1):
        positions = [n for row in rows for n in row["sides"][side]["sentences"]]
        assert sorted(positions) == list(range(len(positions)))
    by_passage = client.get(f"/read?a={VI}&a={FR}&format=json").json()["rows"]
    assert len(by_passage) < len(rows)
    said = ["".join(p["text"] for row in found for p in row["sides"][0]["pieces"]) for found in (rows, by_passage)]
    assert "".join(said[0].split()) == "".join(said[1].split())


@pytest.mark.parametrize("odd", ODD)
def test_odd_requests_end_in_one_sentence(client: TestClient, odd: str) -> None:
    for address, given in (
        ("/search", {"q": odd}), ("/concepts", {"begins": odd, "family": odd}), ("/compare", {"only": odd}),
        ("/read", {"a": odd}), ("/articles", {"page": odd}), ("/concept/" + odd.replace("\0", "%00"), {}),
        ("/article/" + odd.replace("\0", "%00"), {}), ("/search", {"q": "x", "language": odd}),
    ):  # fmt: skip
        answer = client.get(address, params=given)
        assert answer.status_code in (200, 400, 404), (address, odd)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "Traceback" not in answer.text


def test_decisions_are_kept_and_undone(client: TestClient, base: Path) -> None:
    page = client.get("/review").text
    pair = client.get("/review?format=json").json()["pairs"][0]
    form = {
        "key": key_of(page), "next": "/review", "a": pair["a"]["article"], "b": pair["b"]["article"],
        "start": str(pair["a"]["start"]), "end": str(pair["a"]["end"]), "action": "reject",
    }  # fmt: skip
    assert client.post("/decide", data=form | {"key": "another"}).status_code == 403
    assert client.post("/decide", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/decide", data=form).status_code == 200
    after = client.get("/review?format=json").json()
    assert pair["id"] not in [p["id"] for p in after["pairs"]]
    assert after["decisions"][0]["kind"] == "reject"
    made = [d for d in after["decisions"] if d["kind"] == "reject"]
    for decision in made:
        client.post("/decide", data=form | {"action": "undo", "number": str(decision["number"])})
    assert pair["id"] in [p["id"] for p in client.get("/review?format=json").json()["pairs"]]
    store = open_store(base)
    assert len(store.decisions()) == 2 * len(made)  # nothing is ever removed
    store.close()


def test_a_row_is_accepted_only_by_somebody(client: TestClient) -> None:
    address = f"/read?a={VI}&a={FR}&rows=sentence&format=json"
    page = client.get(address).json()
    assert page["accepted"] == []
    side = page["rows"][1]["sides"][0]
    form = {"key": key_of(client.get("/review").text), "a": VI, "b": FR, "action": "accept"}
    client.post("/decide", data=form | {"start": str(side["start"]), "end": str(side["end"])})
    assert client.get(address).json()["accepted"] == [1]


def judge(client: TestClient, action: str, **form: str | list[str]) -> Any:
    key = key_of(client.get("/review").text)
    return client.post("/judge", data={"key": key, "action": action, **form})


def last_judgement(client: TestClient, concept: str) -> str:
    return str(client.get(f"/concept/{concept}?format=json").json()["judgements"][-1]["number"])


def test_a_doubtful_name_is_asked_once(client: TestClient) -> None:
    def queue() -> list[tuple[str, list[str]]]:
        found = client.get("/review?queue=names&format=json").json()["doubtful_names"]
        assert [x["score"] for x in found] == sorted(x["score"] for x in found)
        return [(x["concept"]["id"], x["name"]) for x in found]

    (id, (tag, label)), (other, (other_tag, other_label)), *_ = queue()
    assert judge(client, "accept", concept=id, name=f"{tag} {label}").status_code == 200
    assert (id, [tag, label]) not in queue()
    judge(client, "reject", concept=other, name=f"{other_tag} {other_label}")
    assert (other, [other_tag, other_label]) not in queue()
    assert other_label not in labels_of(client, other, other_tag)
    judge(client, "undo", concept=other, number=last_judgement(client, other))
    assert other_label in labels_of(client, other, other_tag)
    assert (other, [other_tag, other_label]) in queue()


def labels_of(client: TestClient, concept: str, tag: str) -> list[str]:
    labels = client.get(f"/concept/{concept}?format=json").json()["entry"]["concept"]["labels"]
    return list(labels.get(tag, ()))


def test_a_family_is_judged(client: TestClient) -> None:
    def queue() -> list[str]:
        return [x["concept"]["id"] for x in client.get("/review?queue=types&format=json").json()["doubtful_types"]]

    kept, refused, dropped, *_ = queue()
    family = client.get(f"/concept/{kept}?format=json").json()["entry"]["concept"]["type"]
    judge(client, "type", concept=kept, family=family)
    judge(client, "no-type", concept=refused, family=family)
    judge(client, "drop", concept=dropped)
    assert not {kept, refused, dropped} & set(queue())
    assert client.get(f"/concept/{kept}?format=json").json()["entry"]["concept"]["type"] == family
    assert client.get(f"/concept/{refused}?format=json").json()["entry"]["concept"]["type"] is None
    assert client.get(f"/concept/{dropped}").status_code == 404
    latest = [d for d in client.get("/review?format=json").json()["decisions"] if "family" in d]  # of concepts
    assert [d["kind"] for d in latest[:3]] == ["drop", "type", "type"]
    for decision in latest[:3]:
        judge(client, "undo", concept=decision["concept"], number=str(decision["number"]))
    assert {kept, refused, dropped} <= set(queue())


def test_a_concept_is_corrected_on_its_page(client: TestClient) -> None:
    page = "/concept/souvenir"
    assert judge(client, "rename", concept="memorabilia", language="vi", text="đồ lưu niệm", next=page).url.path == page
    shown = client.get(page).text
    assert ">đồ lưu niệm<" in shown
    judge(client, "merge", concept="memorabilia", other="店主")  # shopkeeper
    assert "店主" in client.get(page).text
    judge(client, "split", concept="memorabilia", name=["vi quà lưu niệm", "zh-Hans 店主"])
    labels = client.get(f"{page}?format=json").json()["entry"]["concept"]["labels"]
    assert "quà lưu niệm" not in labels["vi"]
    judge(client, "comment", concept="memorabilia", comment="<b>ask An</b>")
    shown = client.get(page).text
    assert "&lt;b&gt;ask An&lt;/b&gt;" in shown
    made = client.get(f"{page}?format=json").json()["judgements"]
    assert [j["kind"] for j in made] == ["rename", "merge", "split", "comment"]
    for number in [str(j["number"]) for j in reversed(made)]:
        judge(client, "undo", concept="memorabilia", number=number)
    assert "đồ lưu niệm" not in str(client.get(f"{page}?format=json").json()["entry"]["concept"]["labels"])
    gone = judge(client, "drop", concept="memorabilia", next="/concept/memorabilia")
    assert gone.url.path == "/concepts"
    judge(client, "undo", concept="memorabilia", number=last_of_all(client))
    assert client.get("/concept/memorabilia").status_code == 200


def last_of_all(client: TestClient) -> str:
    return str(client.get("/review?format=json").json()["decisions"][0]["number"])


def test_what_cannot_be_judged_is_said(client: TestClient, base: Path) -> None:
    assert judge(client, "merge", concept="memorabilia", other="no such thing").status_code == 404
    assert judge(client, "reject", concept="memorabilia", name="fr nothing").status_code == 404
    assert judge(client, "rename", concept="memorabilia", language="fr fr", text="x").status_code == 400
    assert judge(client, "paint", concept="memorabilia").status_code == 400
    assert judge(client, "undo", concept="memorabilia", number="9999").status_code == 400
    assert client.post("/judge", data={"key": "another", "action": "drop", "concept": "memorabilia"}).status_code == 403
    for text in ("<script>alert(1)</script>", "{{ 7*7 }}", "'; DROP TABLE judgement; --"):
        judge(client, "rename", concept="memorabilia", language="fr", text=text)
        page = client.get("/concept/memorabilia").text
        assert "<script>alert" not in page
        assert ">49<" not in page
        judge(client, "undo", concept="memorabilia", number=last_judgement(client, "memorabilia"))


def test_an_address_elsewhere_is_never_gone_to(client: TestClient) -> None:
    key = key_of(client.get("/").text)
    for next_ in ("https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"):
        answer = client.post("/language", data={"key": key, "language": "vi", "next": next_}, follow_redirects=False)
        assert answer.headers["location"] == "/"
    assert '<html lang="vi">' in client.get("/").text


def test_another_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_visitors_sign_in(base: Path) -> None:
    app = create_app(base, access=Access("to-read", "to-edit"), hosts=["kb.example"])
    with TestClient(app, base_url="http://kb.example") as client:
        assert "/login" in str(client.get("/").url)
        key = key_of(client.get("/login").text)
        assert client.post("/login", data={"key": key, "word": "wrong"}).status_code == 403
        assert client.post("/login", data={"key": key, "word": "to-read", "next": "/concepts"}).url.path == "/concepts"
        assert client.get("/review").status_code == 403
        key = key_of(client.get("/").text)
        assert client.post("/decide", data={"key": key, "action": "undo"}).status_code == 403
        client.post("/logout", data={"key": key})
        key = key_of(client.get("/login").text)
        answers = [client.post("/login", data={"key": key, "word": "wrong"}).status_code for _ in range(TRIES + 1)]
        assert answers[-1] == 429


def test_the_key_of_forms_looks_different_in_every_answer(client: TestClient) -> None:
    keys = [key_of(client.get("/").text) for _ in range(3)]
    assert len(set(keys)) == 3
    for key in keys:  # a page that stays open keeps its own
        assert client.post("/language", data={"key": key, "language": "fr"}).status_code == 200
    wrong = ("", "é", keys[0][:-4], keys[0] + "AAAA", keys[0][::-1], "A" * 64)
    for key in wrong:
        assert client.post("/language", data={"key": key, "language": "fr"}).status_code == 403


def test_files_of_the_site_are_kept_by_browsers_and_pages_are_not(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["cache-control"] == "private, no-cache"
    assert page.headers["content-encoding"] == "gzip"
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert len(files) == 5
    for address in files:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    old = client.get(re.sub(r"static/\w+", "static/0123456789ab", sorted(files)[0]))
    assert (old.status_code, old.headers["cache-control"]) == (404, "private, no-cache")


def test_a_long_text_is_read_in_pages(client: TestClient) -> None:
    whole = client.get(f"/read?a={VI}&a={FR}&rows=sentence&format=json").json()
    name = next(p["concept"] for row in whole["rows"] for p in row["sides"][0]["pieces"] if p["concept"])
    only = client.get(f"/read?a={VI}&a={FR}&rows=sentence&concept={name}&format=json").json()
    assert 0 < only["total"] < whole["total"]
    assert all(any(p["concept"] == name for s in row["sides"] for p in s["pieces"]) for row in only["rows"])
    assert client.get(f"/read?a={VI}&a={FR}&rows=sentence&page=2&format=json").json()["rows"] == []
    assert next(text for _, text, _ in whole["headings"]) == whole["articles"][0]["title"]


def test_a_concept_is_saved_as_files(client: TestClient) -> None:
    page = client.get("/concept/souvenir")
    links = [unescape(link) for link in re.findall(r'href="([^"]*format=(?:csv|tmx|json))" download', page.text)]
    assert [link.rpartition("=")[2] for link in links] == ["csv", "tmx", "json"]
    csv_file, tmx, data = (client.get(link) for link in links)
    for answer, ending in ((csv_file, "csv"), (tmx, "tmx"), (data, "json")):
        assert answer.status_code == 200
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith(f"attachment; filename=\"concept.{ending}\"; filename*=UTF-8''")
        assert disposition.isascii()
        assert disposition.endswith(f".{ending}")
    mentions = data.json()["mentions"]
    assert len(mentions) == data.json()["entry"]["concept"]["mentions"]
    rows = list(csv.DictReader(io.StringIO(csv_file.content.decode("utf-8-sig"))))
    assert [(row["article"], int(row["start"])) for row in rows] == [(m["article"], m["start"]) for m in mentions]
    assert all(f"characters {m['start']}-{m['end']}" in row["citation"] for row, m in zip(rows, mentions, strict=True))
    names, *passages = ElementTree.fromstring(tmx.content).findall("body/tu")
    assert {"纪念品", "souvenir"} <= {seg.text for seg in names.iter("seg")}
    assert passages
    spoken = {m["surface"] for m in mentions}
    for unit in passages:
        assert len(unit.findall("tuv")) == 2
        assert any(word in str(seg.text) for word in spoken for seg in unit.iter("seg"))
    assert client.get("/concept/souvenir?format=docx").status_code == 400
    assert client.get("/concepts?format=csv").status_code == 400
