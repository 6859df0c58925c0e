"""The site under requests that no browser sends, and with articles, names and notes that want to be more than texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fakes import FakeEmbedder, fill
from hypothesis import given, settings
from hypothesis import strategies as st
from injections import IDS, INJECTIONS, LINES, fill_injected, formulas, harm
from sites import CHROMIUM, key_of, serving
from starlette.testclient import TestClient

from kb import collect
from kb.packs import MOVES
from kb.store import open_store
from kb.web import urls
from kb.web.app import create_app
from kb.web.guard import LARGEST_FORM
from kb.web.pages import PAGES

# 307: without the slash at the end.
STATUSES = {200, 303, 307, 400, 403, 404, 405, 409, 413, 422, 429, 503}
# What pages and forms are asked with, and what else somebody may try.
PARAMETERS = {
    "/": "format __proto__", "/search": "q language limit", "/articles": "language page",
    "/article/vi-01": "view marks", "/read": "a", "/read?a=vi-01&a=fr-01": "a rows marks concept page",
    "/concepts": "language family begins order page",
    "/concept/theme": "links", "/compare": "only family page", "/review": "queue", "/packs/1.anki.csv": "front",
    "/login": "next",
}  # fmt: skip
ASKED = sorted({name for names in PARAMETERS.values() for name in names.split()})
FIELDS = (
    "key next action a b start end row number concept name language text other family comment pack item version title "
    "note sides hit word"
).split()  # fmt: skip
ACTIONS = (
    "accept reject undo rename merge split type no-type drop comment begin add describe remark take-out put-back "
    "remove restore"
).split() + list(MOVES)  # fmt: skip
REAL = (
    "vi-01", "fr-01", "zh-01", "zh-02", "theme", "experience", "memorabilia", "vi", "fr", "zh", "zh-Hans", "json",
    "raw", "sentence", "passage", "name", "names", "types", "all", "none", "chủ đề", "vi chủ đề", "fr thème", "1", "2",
    "0-45-vi-01", "46-90-vi-01|44-87-fr-01#r1", "/packs/1", "#r1",
)  # fmt: skip
NUMBERS = (
    "0",
    "-1",
    "1e9",
    "007",
    "10",
    "60",
    "١",
    "²",
    "9" * 9,
    "9" * 10,
    str(2**63),
    "9" * 5000,
    "NaN",
    " 1 ",
    "1.0",
)
# The longest of these is longer than any address of a browser.
values = st.one_of(
    st.sampled_from(REAL),
    st.sampled_from(REAL),
    st.sampled_from(INJECTIONS),
    st.sampled_from(NUMBERS),
    st.text(max_size=30),
    st.just("ế" * 600),
)
paths = st.one_of(
    st.sampled_from(
        [urls.page(name) for name in PAGES] + ["/login", urls.static("kb.js"), urls.static("colours.css"), "/packs/1"]
    ),
    st.builds(
        lambda head, value, tail: f"/{head}/{quote(value, safe='/')}{tail}",
        st.sampled_from(["article", "concept", "packs", "static", ""]),
        values,
        st.sampled_from(["", "", ".html", ".docx", ".tmx", ".csv", ".anki.csv", "/"]),
    ),
)
posts = st.sampled_from(["/packs", "/decide", "/judge", "/language", "/login", "/logout"])


@pytest.fixture(scope="module", autouse=True)
def embedder() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.embed.load", lambda name="", much=False: FakeEmbedder())
        yield


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A visitor of a small base with a hand-out. Errors of the site itself are raised here."""
    path = fill(tmp_path_factory.mktemp("fuzz") / "kb.db")
    with closing(open_store(path, write=True)) as store:
        collect.add(store, collect.begin(store, "Đón khách", user="thu").number, concept="theme", user="thu")
    with TestClient(create_app(path), base_url="http://localhost", follow_redirects=False) as client:
        yield client


def fine(client: TestClient, answer: Any) -> None:
    """An answer that somebody thought of, and that tells nothing of the machine."""
    assert answer.status_code in STATUSES
    base = client.app.state.bases.path  # type: ignore[attr-defined]
    assert str(base.parent) not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.match(r"/(?![/\\\\])|http://localhost/", answer.headers.get("location", "/"))
    assert "kb=1" not in answer.headers.get("set-cookie", "")
    if answer.headers.get("content-type", "").startswith("text/html") and "content-disposition" not in answer.headers:
        assert harm(answer.text) == []


@settings(max_examples=600, deadline=None)
@given(paths, st.lists(st.tuples(st.sampled_from(ASKED), values), max_size=4), st.sampled_from(["", *INJECTIONS]))
def test_any_address_is_answered(client: TestClient, path: str, asked: list[tuple[str, str]], language: str) -> None:
    headers = {b"accept-language": language.encode("utf-8", "replace").replace(b"\r\n", b" ").replace(b"\0", b"")}
    path = f"/{path.lstrip('/')}"  # the test's client takes two slashes for a host
    fine(client, client.get(path, params=[*asked], headers=headers))


@settings(max_examples=500, deadline=None)
@given(posts, st.dictionaries(st.sampled_from(FIELDS), values, max_size=8), st.sampled_from(ACTIONS), st.booleans())
def test_any_form_is_answered(client: TestClient, path: str, fields: dict[str, str], action: str, is_own: bool) -> None:
    own = {"key": key_of(client.get("/login").text), "action": action} if is_own else {}
    answer = client.post(path, data=fields | own)
    fine(client, answer)
    if not is_own:
        assert answer.status_code in (400, 403, 413, 429)


@pytest.mark.parametrize("text", INJECTIONS)
def test_injections_are_texts_everywhere(client: TestClient, text: str) -> None:
    quoted = quote(text, safe="")
    for address in (f"/concept/{quoted}", f"/article/{quoted}", f"/packs/{quoted}", f"/{quoted}", f"/static/{quoted}"):
        answer = client.get(address)
        fine(client, answer)
        # A concept may have got this name below; how it is written does not matter for that.
        assert answer.status_code in (400, 404, 405) or address.startswith("/concept/"), address
    for path, names in PARAMETERS.items():
        for name in names.split():
            fine(client, client.get(path, params={name: text}))
    key = key_of(client.get("/packs").text)
    for fields in (
        {"action": "begin", "title": text, "next": text}, {"action": "add", "concept": "theme", "title": text},
        {"action": "describe", "pack": "1", "version": text, "title": text, "note": text},
        {"action": "add", "sides": text, "next": text}, {"action": text},
    ):  # fmt: skip
        fine(client, client.post("/packs", data=fields | {"key": key}))
    for fields in (
        {"action": "comment", "concept": "theme", "comment": text},
        {"action": "rename", "concept": "theme", "language": "vi", "text": text},
        {"action": "type", "concept": "theme", "family": text}, {"action": "merge", "concept": "theme", "other": text},
    ):  # fmt: skip
        fine(client, client.post("/judge", data=fields | {"key": key}))
    for address in ("/", "/packs", "/concepts", "/concept/theme", "/review", "/read?a=vi-01&a=fr-01", "/compare"):
        answer = client.get(address)
        fine(client, answer)
        assert answer.status_code == 200, address
    assert client.get("/articles?format=json").json()["total"] == 4  # nobody dropped a table


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/packs", {"content-length": "many"}, b""),
        ("/packs", {"content-length": "-1"}, b""),
        ("/packs", {"content-length": str(LARGEST_FORM + 1)}, b""),
        ("/packs", {}, b"title=" + b"a" * (LARGEST_FORM + 1)),
        ("/packs", {}, b"&".join(b"a=1" for _ in range(60))),
        ("/packs", {}, b"%ff%fe=%ed%a0%80&key=%00"),
        ("/packs", {"content-type": "application/json"}, b'{"key": "x"}'),
        ("/packs", {"content-type": "multipart/form-data"}, b"--x"),
        ("/packs", {"content-type": "multipart/form-data; boundary=x; charset=undefined"}, b"TITLE"),
        ("/packs", {"content-type": "multipart/form-data; boundary=x; charset=utf-7"}, b"TITLE"),
        ("/packs", {"content-type": "multipart/form-data; boundary=x; charset=hex"}, b"TITLE"),
        ("/packs", {"content-type": "multipart/form-data; boundary=x"}, b"FILE"),
        ("/packs", {"cookie": "kb=eyJwYWNrIjogIngifQ==.x.y"}, b"key=x"),
        ("/language", {"cookie": "kb=\xff"}, b"key=x"),
    ],
)
def test_broken_forms_are_answered(client: TestClient, path: str, headers: dict[str, str], body: bytes) -> None:
    key = key_of(client.get("/packs").text).encode()
    part = b"--x\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n"
    made = {
        b"TITLE": part % (b"key", key) + part % (b"action", b"begin") + part % (b"title", b"+2AA-") + b"--x--\r\n",
        b"FILE": part % (b'key; filename="x"', key) + b"--x--\r\n",
    }.get(body, body)
    sent = {"content-type": "application/x-www-form-urlencoded"} | headers
    answer = client.post(
        path, content=made, headers={name.encode(): value.encode("latin-1") for name, value in sent.items()}
    )
    fine(client, answer)
    assert client.get("/packs").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"])
def test_other_methods_change_nothing(client: TestClient, method: str) -> None:
    for path in ("/", "/packs", "/packs/1", "/decide", urls.static("kb.js"), "/nothing"):
        answer = client.request(method, path)
        fine(client, answer)
        assert answer.status_code in ((200, 404, 405) if method == "HEAD" else (404, 405))


@pytest.mark.parametrize("path", ["/article/%ff%fe", "/concept/%ed%a0%80", "/packs/" + "9" * 5000 + ".html", "/%00",
                                  "/packs/-1.html", "/packs/1.html.html", "/static/../app.py", "/static/%2e%2e/app.py",
                                  "/static/..%2fapp.py", "/static//etc/passwd", "/static"])  # fmt: skip
def test_odd_addresses_lead_nowhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    fine(client, answer)
    assert answer.status_code in (303, 307, 400, 404, 405)
    assert "def " not in answer.text


# --- a base full of injections ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def injected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(fill_injected(tmp_path_factory.mktemp("injected") / "kb.db")) as site:
        yield site


@pytest.fixture(scope="module")
def addresses(injected: str) -> list[str]:
    """The pages of that base, found by following its links from one to the next."""
    ends = [urls.article(id) for id in IDS.values()] + [urls.page("search", q=line) for line in LINES[::8]]
    seen: list[str] = []
    with httpx.Client(base_url=injected) as client:
        while ends and len(seen) < 300:
            address = ends.pop(0)
            if address in seen:
                continue
            seen.append(address)
            answer = client.get(address)
            # Half a pattern is no question.
            assert answer.status_code == 200 or (address.startswith("/search") and answer.status_code == 400), address
            if "content-disposition" not in answer.headers and answer.headers["content-type"].startswith("text/html"):
                assert harm(answer.text) == [], address
                ends += [unescape(link) for link in re.findall(r'href="(/[^"#]*)', answer.text)]
            if address.endswith((".csv", "format=csv")):
                assert formulas(list(csv.reader(io.StringIO(answer.text)))) == []
    return seen


def test_pages_say_injections_and_do_nothing_else(addresses: list[str], injected: str) -> None:
    kinds = {address.split("?")[0].split("/")[1] for address in addresses}
    assert kinds >= {"", "articles", "article", "read", "concepts", "concept", "compare", "packs", "review", "search"}
    assert any(address.endswith("format=csv") for address in addresses)
    passages = httpx.get(injected + urls.article(IDS["vi"]) + "?format=json").json()["passages"]
    assert ["".join(piece["text"] for piece in passage["pieces"]) for passage in passages] == list(LINES)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_executes_nothing(addresses: list[str], injected: str) -> None:
    """Not even without the policy that every page comes with."""
    from playwright.sync_api import sync_playwright

    shown = [
        address for address in addresses if not re.search(r"/static/|format=(json|csv|tmx)|^/packs/.*[.]", address)
    ]
    kinds: dict[str, list[str]] = {}
    for address in shown:
        kinds.setdefault(address.split("?")[0].split("/")[1], []).append(address)
    done: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(base_url=injected, bypass_csp=True).new_page()
        page.on("dialog", lambda dialog: done.append(dialog.message))
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("pageerror", lambda error: done.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(injected + "/") else done.append(asked.url))
        for address in [address for own in kinds.values() for address in own[:5]]:
            page.goto(address)
            for link in page.locator(".m").all()[:3]:  # what lights up
                link.hover()
            assert page.locator("img, iframe, base, [onerror], [onclick], [onfocus], [onmouseover]").count() == 0
            assert done == [], address
        browser.close()
