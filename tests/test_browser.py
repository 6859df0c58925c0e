"""The site in a real browser: every page in every language, colour and width; what editors do; two of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sites import ADDRESSES, CHROMIUM, FR, VI, serving, with_hand_outs

from kb.web.words import LANGUAGES, words

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

WIDTHS = (390, 820, 1440)  # a telephone, a tablet, a screen
READ = f"/read?a={VI}&a={FR}"
SAY = words()["en"]


@pytest.fixture(scope="module")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(with_hand_outs(demo, tmp_path_factory.mktemp("browser"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Any, site: str, *, refused: int = 0, **given: Any) -> Iterator[Any]:
    """A page of a visitor of their own. Fails when the browser complains of something, when it asks another host, or
    when it says `refused` not as often that an answer was none."""
    faults: list[str] = []
    context = browser.new_context(base_url=site, **({"locale": "en"} | given))
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(site + "/") else faults.append(asked.url))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("dialog", lambda dialog: dialog.dismiss())
    yield page
    context.close()
    expected = [fault for fault in faults if fault.startswith("Failed to load resource")]
    assert len(expected) == refused, faults
    rest = [fault for fault in faults if fault not in expected]
    assert [fault for fault in rest if not (refused and fault.startswith("Response Status Error"))] == []  # htmx's


def as_json(page: Any, address: str) -> Any:
    return page.request.get(f"{address}{'&' if '?' in address else '?'}format=json").json()


def send(page: Any, button: Any) -> None:
    """Press a button of a form, and wait for the page that answers."""
    with page.expect_navigation():
        button.click()


def stays(page: Any) -> None:
    """Leave a mark that a reload would take away; `page.evaluate("stayed")` tells."""
    page.evaluate("window.stayed = true")


# --- every page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(browser: Any, site: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    turn = list(LANGUAGES).index(language)
    with visit(browser, site, locale=language, no_viewport=True) as page:
        devtools = page.context.new_cdp_session(page)  # twice as fast as Playwright's own way to set sizes and colours
        for n, address in enumerate(ADDRESSES):
            page.goto(address)
            assert page.get_attribute("html", "lang") == language
            for scheme, width in product(("light", "dark"), WIDTHS):
                colours = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
                devtools.send("Emulation.setEmulatedMedia", colours)
                size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
                devtools.send("Emulation.setDeviceMetricsOverride", size)
                assert page.evaluate(f"innerWidth == {width} && matchMedia('(prefers-color-scheme:{scheme})').matches")
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{address} in {language} is {wide} wide on {width}"
                # axe takes a second: each page in each colour, each language on two pages in five
                if n % len(LANGUAGES) == {("light", 1440): turn, ("dark", 390): (turn + 2) % 5}.get((scheme, width)):
                    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
                    told = [(v["id"], v["nodes"][0]["html"][:100]) for v in found.response["violations"]]
                    assert told == [], f"{address} {language} {scheme} {width}"


def test_pages_without_a_script(browser: Any, site: str) -> None:
    with visit(browser, site, java_script_enabled=False) as page:
        for address in ADDRESSES:
            answer = page.goto(address)
            assert answer.status == 200
            assert page.locator("h1").is_visible()
        page.goto("/review")
        before = as_json(page, "/review")["pairs"][0]["id"]
        send(page, page.locator("#r1 button[value=reject]"))
        assert before not in [pair["id"] for pair in as_json(page, "/review")["pairs"]]
        send(page, page.locator(".decisions form button").first)
        assert as_json(page, "/review")["decisions"][0]["kind"] == "undo"
        page.goto("/review?queue=names")
        send(page, page.locator("#r1 button[value=accept]"))
        of_concepts = [made for made in as_json(page, "/review")["decisions"] if "family" in made]
        assert of_concepts[0]["kind"] == "accept"
        page.goto("/packs")
        page.get_by_label(SAY["title"]).fill("Sans script")
        send(page, page.get_by_role("button", name=SAY["begin_pack"]))
        number = page.url.rpartition("/")[2]
        page.goto("/concept/theme")
        send(page, page.locator("button[name=concept]"))
        page.goto(READ)
        send(page, page.locator("#r2 button[name=sides]"))
        page.goto(f"/packs/{number}")
        assert page.locator(".piece").count() == 2
        page.locator(".piece").first.locator("summary").click()
        page.locator(".piece textarea").first.fill("une note")
        send(page, page.locator(".piece button[value=remark]").first)
        assert page.locator(".piece .note").inner_text() == "une note"


def test_the_keys_are_told(browser: Any, site: str) -> None:
    with visit(browser, site) as page:
        for address in (READ, "/review", "/review?queue=names", "/review?queue=repairs"):
            page.goto(address)
            page.keyboard.press("?")
            assert page.locator("dialog kbd").first.is_visible()
            page.keyboard.press("j")  # of the page below, which is not reached now
            assert page.locator(".row.current").count() == 0
            page.keyboard.press("Escape")
            assert not page.locator("dialog").is_visible()
            page.locator(".keys-button").click()
            page.locator("dialog button").click()
            assert not page.locator("dialog").is_visible()


# --- reading and reviewing --------------------------------------------------------------------------------------------


def test_passages_are_judged_by_keyboard(browser: Any, site: str) -> None:
    with visit(browser, site) as page:
        page.goto("/review")
        pairs = as_json(page, "/review")["pairs"]
        made = len(as_json(page, "/review")["decisions"])
        stays(page)
        page.keyboard.press("j")
        assert page.locator(".row.current").get_attribute("id") == "r1"
        with page.expect_response("**/review"):
            page.keyboard.press("a")
        page.locator(".row.current#r1", has_text=pairs[1]["a"]["text"][:30]).wait_for()  # the next one has its place
        page.keyboard.press("j")
        with page.expect_response("**/review"):
            page.keyboard.press("r")
        page.locator(".row.current#r2", has_text=pairs[3]["a"]["text"][:30]).wait_for()
        assert page.evaluate("stayed")
        after = as_json(page, "/review")
        assert not {pairs[0]["id"], pairs[2]["id"]} & {pair["id"] for pair in after["pairs"]}
        kinds = [decision["kind"] for decision in after["decisions"]]
        assert kinds[0] == "reject"
        assert "accept" in kinds
        assert len(kinds) > made or len(kinds) == 10
        send(page, page.locator(".decisions form button").first)
        assert pairs[2]["id"] in [pair["id"] for pair in as_json(page, "/review")["pairs"]]


def test_names_of_concepts_are_judged_by_keyboard(browser: Any, site: str) -> None:
    with visit(browser, site) as page:
        page.goto("/review?queue=names")
        names = as_json(page, "/review?queue=names")["doubtful_names"]
        stays(page)
        for key in "ad":
            asked = page.locator("#r1 .asked").all_inner_texts()
            if key == "a":
                page.keyboard.press("j")
            with page.expect_response("**/review?queue=names"):
                page.keyboard.press(key)
            page.wait_for_function(
                "asked => [...document.querySelectorAll('#r1 .asked')].some((p, n) => p.innerText !== asked[n])",
                arg=asked,
            )
            assert page.locator(".row.current").get_attribute("id") == "r1"
        assert page.evaluate("stayed")
        dropped, accepted = as_json(page, "/review")["decisions"][:2]
        assert (dropped["kind"], accepted["kind"]) == ("drop", "accept")
        assert accepted["concept"] == names[0]["concept"]["id"]
        send(page, page.locator(".decisions form button").first)
        assert as_json(page, "/review")["decisions"][0]["kind"] == "undo"
        assert page.request.get(f"/concept/{dropped['concept']}").status == 200


def test_repairs_are_decided_by_keyboard_and_undone(browser: Any, site: str) -> None:
    address = "/review?queue=repairs"
    with visit(browser, site) as page:
        page.goto(address)
        first, second = as_json(page, address)["doubtful_repairs"][:2]
        stays(page)
        page.keyboard.press("j")
        for key, repair in (("a", first), ("r", second)):
            with page.expect_response(f"**{address}"):
                page.keyboard.press(key)
            page.wait_for_function(
                "before => !document.querySelector('#r1').innerText.includes(before)", arg=repair["before"]
            )
            assert page.locator(".row.current").get_attribute("id") == "r1"
        assert page.evaluate("stayed")
        made = as_json(page, address)
        assert [(r["id"], r["decision"]) for r in made["decided_repairs"]] == [
            (second["id"], "reject"),
            (first["id"], "accept"),
        ]
        assert made["waiting"] == 1  # what was only offered needs no build to be rejected
        with page.expect_response(f"**{address}"):
            page.locator(".decisions form button").first.click()
        page.wait_for_function("() => document.querySelectorAll('.decisions form').length === 1")
        assert second["id"] in {r["id"] for r in as_json(page, address)["doubtful_repairs"]}


def test_reading_by_keyboard(browser: Any, site: str) -> None:
    with visit(browser, site) as page:
        page.goto(READ)
        stays(page)
        for key in "jjk":
            page.keyboard.press(key)
        assert page.locator(".row.current").get_attribute("id") == "r0"
        assert page.evaluate("document.activeElement.id") == "r0"
        row = page.locator(".row", has=page.locator(".side:nth-child(2) .m")).first
        mark = row.locator(".side").nth(1).locator(".m").first
        mark.hover()
        lit = row.locator(".m.lit").evaluate_all("all => all.map(m => m.dataset.c)")
        assert set(lit) == {mark.get_attribute("data-c")}
        assert page.locator(".m.lit").count() == len(lit)  # none elsewhere
        assert row.locator(".side").first.locator(".m.lit").count() >= 1
        page.mouse.move(0, 0)
        assert page.locator(".m.lit").count() == 0
        with page.expect_response("**/read?**"):
            page.keyboard.press("a")
        page.locator("#r0 .sure", has_text=SAY["accepted"]).wait_for()
        assert page.locator(".row.current").get_attribute("id") == "r0"
        assert page.evaluate("stayed")


def test_a_name_is_copied_and_the_interface_chosen(browser: Any, site: str) -> None:
    with visit(browser, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto("/concept/souvenir")
        copy = page.locator(".copy").first
        copy.click()
        page.locator(".copy", has_text=SAY["copied"]).wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == copy.get_attribute("data-copy")
        with page.expect_navigation():
            page.locator("#interface").select_option("zh-Hant")
        assert page.get_attribute("html", "lang") == "zh-Hant"
        assert page.url.endswith("/concept/souvenir")


# --- hand-outs --------------------------------------------------------------------------------------------------------


def test_a_hand_out_from_the_first_piece_to_the_file(browser: Any, site: str, tmp_path: Path) -> None:
    with visit(browser, site, viewport={"width": 1440, "height": 900}) as page:
        page.goto("/packs")
        page.get_by_label(SAY["title"]).fill("Lớp <i>tháng</i> ba")  # the class of March
        page.keyboard.press("Enter")
        page.wait_for_url("**/packs/*")
        number = page.url.rpartition("/")[2]
        page.goto(READ)
        page.keyboard.press("j")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("p")
        assert page.locator(".row.current#r1 .collect-it .quiet").count() == 1  # it is said to be in it
        page.goto("/concept/theme")
        send(page, page.locator("button[name=concept]"))
        page.goto(f"/packs/{number}")
        assert [item["kind"] for item in as_json(page, page.url)["items"]] == ["passage", "concept"]
        page.locator(".piece").nth(1).locator("summary").click()
        page.locator(".piece textarea").nth(1).fill("Hỏi khách <b>trước</b>")  # ask the guest first
        send(page, page.locator(".piece button[value=remark]").nth(1))
        assert page.locator(".piece .note").inner_text() == "Hỏi khách <b>trước</b>"
        moved = page.locator(".piece").nth(1).get_attribute("id")
        with page.expect_navigation():
            page.locator(".piece").nth(1).locator("button[value=up]").press("Enter")
        assert page.locator(".piece").first.get_attribute("id") == moved
        assert page.evaluate("document.activeElement.closest('.piece').id") == moved  # to be pressed again
        assert page.evaluate("document.activeElement.value") == "up"
        page.emulate_media(media="print")
        assert page.locator("button:visible, summary:visible, nav:visible, form:visible").count() == 0
        assert page.locator(".piece h2").first.is_visible()
        page.emulate_media(media="screen")
        with page.expect_download() as coming:
            page.get_by_role("link", name=SAY["save_html"]).click()
        saved = tmp_path / "saved.html"
        coming.value.save_as(saved)
        assert coming.value.suggested_filename.endswith(".html")
    with visit(browser, saved.as_uri().removesuffix("/saved.html")) as page:  # needs no server
        page.goto(saved.as_uri())
        assert page.locator("h1").inner_text() == "Lớp <i>tháng</i> ba"
        assert "Hỏi khách <b>trước</b>" in page.inner_text("body")


# --- two at once ------------------------------------------------------------------------------------------------------


def test_two_who_judge_at_once_lose_nothing(browser: Any, site: str) -> None:
    with visit(browser, site) as one, visit(browser, site) as two:
        for queue, key in (("passages", "pairs"), ("names", "doubtful_names")):
            address = f"/review?queue={queue}"
            before = as_json(one, address)[key]
            one.goto(address)
            two.goto(address)
            rows = {one: 0, two: 4}
            for page, row in rows.items():  # a click does not wait for its answer
                page.evaluate("n => document.querySelectorAll('.row')[n].querySelector('[data-key=r]').click()", row)
            for page, row in rows.items():
                text = before[row]["a"]["text"] if queue == "passages" else before[row]["name"][1]
                page.wait_for_function(
                    "([n, text]) => !document.querySelectorAll('.row')[n].innerText.includes(text.slice(0, 30))",
                    arg=[row, text],
                )
            after = as_json(one, address)
            if queue == "passages":
                assert not {before[n]["id"] for n in rows.values()} & {pair["id"] for pair in after[key]}
            else:
                names = {(item["concept"]["id"], *item["name"]) for item in after[key]}
                assert not {(before[n]["concept"]["id"], *before[n]["name"]) for n in rows.values()} & names
            assert [decision["kind"] for decision in after["decisions"][:2]] == ["reject"] * 2


def test_who_judges_what_somebody_judged_already_is_told(browser: Any, site: str) -> None:
    with visit(browser, site) as one, visit(browser, site, refused=1) as two:
        one.goto("/review?queue=names")
        two.goto("/review?queue=names")
        asked = one.locator("#r1 .asked").all_inner_texts()
        one.locator("#r1 button[value=drop]").click()
        one.wait_for_function("asked => document.querySelector('#r1 .asked').innerText !== asked[0]", arg=asked)
        with two.expect_response("**/judge"):
            two.locator("#r1 button[value=accept]").click()
        two.get_by_role("alert").wait_for()
        assert two.get_by_role("alert").inner_text().strip()
        assert two.locator("#r2").is_visible()  # the rest is still to be judged
        send(one, one.locator(".decisions form button").first)


def test_who_writes_over_another_is_told(browser: Any, site: str) -> None:
    with visit(browser, site) as one, visit(browser, site, refused=1) as two:
        for page in (one, two):
            page.goto("/packs/1")
            page.locator("#about summary").click()
        for page, title in ((one, "Đón đoàn"), (two, "Accueil")):  # welcoming a group
            page.locator("#title").fill(title)
            send(page, page.locator("button[value=describe]"))
        assert two.locator("h1").inner_text() == "Đón đoàn"
        assert two.get_by_role("alert").inner_text() == SAY["not_saved"]
        assert two.locator("#title").input_value() == "Accueil"
        send(two, two.locator("button[value=describe]"))
        assert two.locator("h1").inner_text() == "Accueil"
