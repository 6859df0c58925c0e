"""Aligned texts as they are written: translation memories, the page, columns in a terminal."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from fakes import FakeEmbedder, analysed, fill
from hypothesis import given
from hypothesis import strategies as st

import kb
from kb.aligned import AlignedText, AlignedTexts, of_article, of_lines
from kb.cli import main, show
from kb.export.beside import write_page
from kb.export.tmx import write_tmx
from kb.model import Bead

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BEADS = (Bead((0,), (0, 1), 0.75), Bead((1,), ()), Bead((), (2,)), Bead((2,), (3,), 0.5))
# What a page of an attacker holds, characters that XML forbids, and a word in decomposed Vietnamese.
NASTY = (
    "</seg><script>alert(1)</script>",
    "a \"b\" & 'c'\r\nd",
    "\x00\x08\ufffe\ud800 " + unicodedata.normalize("NFD", "tiếng Việt"),
)


def texts(a: tuple[str, ...] = NASTY, b: tuple[str, ...] = ("un", "deux", "]]>", "四")) -> AlignedTexts:
    return AlignedTexts(of_lines("a & b.txt", a, "vi"), of_lines("<b>.txt", b, "fr"), BEADS)


def tmx(of: AlignedTexts) -> ElementTree.Element:
    stream = StringIO()
    count = write_tmx(of, stream)
    root = ElementTree.fromstring(stream.getvalue().encode())
    assert len(root.findall("body/tu")) == count
    return root


def props(element: ElementTree.Element) -> dict[str, str]:
    return {p.attrib["type"]: p.text or "" for p in element.findall("prop")}


def segments(root: ElementTree.Element) -> list[list[str]]:
    return [[seg.text or "" for seg in tu.findall("tuv/seg")] for tu in root.findall("body/tu")]


# --- TMX -------------------------------------------------------------------------------------------------------------


def test_a_memory_is_read_back() -> None:
    root = tmx(texts())
    header = root.find("header")
    assert root.attrib == {"version": "1.4"}
    assert header is not None
    assert (header.attrib["creationtool"], header.attrib["creationtoolversion"]) == ("kb", kb.__version__)
    assert header.attrib["srclang"] == "vi"
    assert props(header) == {"x-a-path": "a & b.txt", "x-b-path": "<b>.txt"}
    first, last = root.findall("body/tu")
    assert [tuv.attrib[LANG] for tuv in first.findall("tuv")] == ["vi", "fr"]
    assert (props(first), first.attrib["segtype"]) == ({"x-score": "0.75"}, "block")
    assert [props(tuv) for tuv in first.findall("tuv")] == [{"x-sentences": "0"}, {"x-sentences": "0 1"}]
    assert segments(root)[0] == [NASTY[0], "un deux"]
    assert segments(root)[1] == [unicodedata.normalize("NFD", "\ufffd\ufffd\ufffd\ufffd tiếng Việt"), "四"]
    assert [note.text for note in last.findall("tuv/note")] == [
        "characters that XML cannot hold, replaced by U+FFFD: 4"
    ]


def test_articles_have_their_places() -> None:
    a, b = analysed("zh-01"), analysed("fr-01")
    root = tmx(AlignedTexts(of_article(a), of_article(b), (Bead((0,), (0, 1), 0.9), Bead((1,), (2,), 0.8))))
    for tu, (i, j) in zip(root.findall("body/tu"), ((0, 1), (1, 2)), strict=True):
        left, right = (props(tuv) for tuv in tu.findall("tuv"))
        assert (int(left["x-start"]), int(left["x-end"])) == (a.sentences[i].start, a.sentences[i].end)
        assert int(right["x-end"]) == b.sentences[j].end
    header = root.find("header")
    assert header is not None
    assert props(header)["x-a-title"] == "客户体验"


def test_a_unit_in_another_language_says_so() -> None:
    mixed = AlignedText("a", "", "vi", ("một", "deux"), ("vi", "fr"))
    root = tmx(AlignedTexts(mixed, of_lines("b", ["一", "二"], "zh-Hans"), (Bead((0,), (0,)), Bead((1,), (1,)))))
    assert [tu.attrib.get("srclang") for tu in root.findall("body/tu")] == [None, "fr"]


@given(st.text(st.characters(), min_size=1), st.text(st.characters(), min_size=1))
def test_any_text_makes_a_memory(a: str, b: str) -> None:
    """All but the characters that XML has no way to hold come back as they were."""
    of = AlignedTexts(of_lines(a, [a], "vi"), of_lines(b, [b], b), (Bead((0,), (0,), 1.0),))
    for found, text in zip(segments(tmx(of))[0], (a, b), strict=True):
        assert len(found) == len(text)
        assert all(x in (y, "\ufffd") for x, y in zip(found, text, strict=True))
        assert found == text or not re.fullmatch("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*", text)


# --- the page --------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The rows of the page: the texts of their cells; and the languages and tags it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.languages: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "p" and "id" in dict(attrs):
            self.languages.append(dict(attrs)["lang"] or "")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")


def page(of: AlignedTexts) -> str:
    stream = StringIO()
    assert write_page(of, stream) == len(of.beads)
    stream.getvalue().encode()  # no halves of pairs
    return stream.getvalue()


def test_the_page_has_a_row_a_bead() -> None:
    found = Page(page(texts()))
    assert [len(row) for row in found.rows] == [3] * 5
    assert found.rows[1] == [f"0{NASTY[0]}", "0un1deux", "0.75"]
    assert found.rows[2][1:] == ["left out: nothing here says this", "none"]
    assert found.rows[3] == ["left out: nothing here says this", "2]]>", "none"]
    assert found.languages == ["vi", "fr", "fr", "vi", "fr", "vi", "fr"]


def test_the_page_stands_alone_and_is_escaped() -> None:
    made = page(texts())
    assert not {"script", "img", "link", "iframe", "a", "form"} & set(Page(made).tags)
    assert not re.search(r"(?:src=|href=|url\(|@import|https?:)", made)
    assert "Content-Security-Policy" in made
    assert "prefers-color-scheme:dark" in made
    assert "@media print" in made
    assert not re.search("[\x00-\x08\x0b-\x1f]", made)
    assert "‹zero byte›" in made
    assert made == page(texts())


def test_the_page_is_well_formed() -> None:
    body = page(texts()).removeprefix("<!DOCTYPE html>\n")
    root = ElementTree.fromstring(body)
    assert root.attrib["lang"] == "en"
    assert [p.attrib["lang"] for p in root.iter("p") if "id" in p.attrib] == ["vi", "fr", "fr", "vi", "fr", "vi", "fr"]


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("base") / "kb.db")


@pytest.fixture
def lined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two files with a sentence a line."""
    monkeypatch.setattr("kb.embed.load", lambda name="", much=False: FakeEmbedder())
    for name, lines in (("a", ["L’expérience a un thème.", "Le service."]), ("b", ["体验有主题。", "服务。"])):
        (tmp_path / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
    return str(tmp_path / "a.txt"), str(tmp_path / "b.txt")


def run(*args: Any, base: Path | None = None) -> Result:
    result = CliRunner().invoke(main, list(map(str, args)), env={"KB": str(base) if base else None})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_articles_of_the_base(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.tmx"
    result = run("align", "vi-01", "fr-01", "--tmx", "-o", out, base=path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{out}: 3 units\n")
    root = ElementTree.parse(out).getroot()
    assert segments(root)[2] == ["Dịch vụ tốt làm khách hàng quay lại.", "Un bon service fait revenir les clients."]
    assert out.read_text(encoding="utf-8") == run("align", "vi-01", "fr-01", "--tmx", base=path).stdout
    assert "Un bon service" in Page(run("align", "vi-01", "fr-01", "--html", base=path).stdout).rows[3][1]
    assert [p.name for p in tmp_path.iterdir()] == ["out.tmx"]


def test_files(lined: tuple[str, str], tmp_path: Path) -> None:
    root = ElementTree.fromstring(run("align", *lined, "--lines", "--tmx").stdout.encode())
    assert {tuv.attrib[LANG] for tuv in root.iter("tuv")} == {"fr", "zh-Hans"}
    tagged = run("align", *lined, "--lines", "--language-a", "fr-CA", "--html", "-o", tmp_path / "x.html")
    assert tagged.stderr.startswith(f"{tmp_path / 'x.html'}: ")
    assert 'lang="fr-CA"' in (tmp_path / "x.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--tmx", "--html"], "exclude each other"),
        (["--json", "--tmx"], "exclude each other"),
        (["-o", "x"], "-o goes with --tmx or --html"),
        (["--tmx", "-o", "/no/such/folder/x.tmx"], "name another file with -o"),
        (["--tmx", "--lines", "--pairs", "x"], "without A, B"),
    ],
)
def test_options_that_do_not_fit(path: Path, options: list[str], says: str) -> None:
    result = run("align", "vi-01", "fr-01", *options, base=path)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_input_is_not_overwritten(lined: tuple[str, str]) -> None:
    before = Path(lined[1]).read_text(encoding="utf-8")
    result = run("align", *lined, "--lines", "--tmx", "-o", lined[1])
    assert (result.exit_code, Path(lined[1]).read_text(encoding="utf-8")) == (2, before)
    assert "one of the files to align" in result.stderr


# --- columns in a terminal -------------------------------------------------------------------------------------------

CHINESE = "第四条，是给体验配上纪念品。顾客的体验从机油味和旧收音机开始，不靠一个人的记性。" * 2
# Experience of customers begins with the smell of oil.
VIETNAMESE = unicodedata.normalize("NFD", "Trải nghiệm của khách hàng bắt đầu từ mùi dầu và tiếng radio cũ. " * 2)
LONG_WORD = unicodedata.normalize("NFD", "nghiệm" * 9 + "ế")


@pytest.mark.parametrize("left", [CHINESE, VIETNAMESE, LONG_WORD, "a" * 200, "👩\u200d🍳 x" * 30])
@pytest.mark.parametrize("columns", [30, 47, 80])
def test_columns_stay_in_line(
    left: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show, "PLAIN_WIDTH", columns)
    show.side_by_side(left, VIETNAMESE if left is CHINESE else CHINESE, "  ")
    lines = capsys.readouterr().out.splitlines()
    bars = {show.cells(line[: line.index("|")]) for line in lines if "|" in line}
    assert bars == {2 + (columns - 5) // 2 + 1}
    assert max(map(show.cells, lines)) <= columns
    assert "".join("".join(line.partition("|")[0].split()) for line in lines) == "".join(left.split())


@given(st.text(st.sampled_from("ab é\u0301\u0323客，。 Z\u200d"), max_size=60), st.integers(2, 12))
def test_no_line_is_too_wide_and_no_mark_is_parted(text: str, width: int) -> None:
    lines = show.wrap(text, width)
    assert max(map(show.cells, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())
    at_starts = [line[0] for line in lines[1:] if line]
    assert all(not unicodedata.combining(c) for c in at_starts) or re.search(r"(?:^|\s)[\u0301\u0323]", text)
