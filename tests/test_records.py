"""Records as tables of other libraries and as HTML."""

from __future__ import annotations

import csv
import dataclasses
import io
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pytest
from fakes import FakeEmbedder, fill

import kb
from kb import answers, model
from kb.answers import AlignedBead, LinkedBead, WordPair
from kb.errors import NotFoundError, UnreadableError, UsageError
from kb.export.tables import write_csv
from kb.frames import columns
from kb.model import Article, Concept, Hit, Mention, Pair, Quote
from kb.query import KnowledgeBase
from kb.records import Records, Shown
from kb.store import open_store

HOSTILE = '<script>alert("1")</script> & $x$'
VOID = ("br", "img")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    path = fill(tmp_path_factory.mktemp("base") / "kb.db")
    with KnowledgeBase(open_store(path), FakeEmbedder()) as opened:
        yield opened


def all_kinds() -> list[type[Any]]:
    kinds = [x for home in (model, answers) for x in vars(home).values() if isinstance(x, type)]
    return [x for x in dict.fromkeys(kinds) if issubclass(x, Shown) and dataclasses.is_dataclass(x)]


def lists(base: KnowledgeBase) -> dict[str, Records[Any]]:
    """A list of records of every kind that questions answer with."""
    entry = base.concept("theme")
    return {
        "articles": base.articles(),
        "set aside": base.set_aside(),
        "concepts": base.concepts(),
        "names": base.names(),
        "mentions": base.mentions(),
        "pairs": base.pairs(),
        "beads": base.alignment("vi-01", "fr-01"),
        "hits": base.search("thème", neighbours=1),
        "lines": base.concordance("thème", into="vi"),
        "coverage": base.compare(),
        "neighbours": base.neighbours("experience"),
        "steps": base.path("thème", "souvenirs"),
        "edges": base.graph().edges,
        "themes": base.themes(),
        "evidence": entry.evidence,
        "name links": entry.names,
    }


# --- lists of records ------------------------------------------------------------------------------------------------


def test_a_part_of_records_is_records(base: KnowledgeBase) -> None:
    pairs = base.pairs()
    assert isinstance(pairs[:1], Records)
    assert pairs[1:] == list(pairs)[1:]
    assert isinstance(pairs[0], Pair)
    assert pairs[5:].kind is Pair
    assert pickle.loads(pickle.dumps(pairs)) == pairs


def test_the_kind_of_records() -> None:
    assert Records[Pair]().kind is Pair
    assert Records([Quote("a", "a.txt", "vi", 0, 1, "x")]).kind is Quote
    assert Records().kind is None


def test_questions_without_an_answer_know_their_kind(base: KnowledgeBase) -> None:
    assert base.mentions(concept="theme", article="vi-01", limit=0).kind is Mention
    assert base.concepts(type="none").kind is Concept
    assert base.search("theme", limit=0).kind is Hit


def test_commands_load_neither_tables_nor_html() -> None:
    late = ["kb.frames", "kb.notebook", "kb.files", "pandas"]
    code = f"import sys, kb.query, kb.cli.common; print([m for m in {late} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- tables ----------------------------------------------------------------------------------------------------------


def test_types_follow_the_fields(base: KnowledgeBase) -> None:
    frame = base.mentions().to_pandas()
    assert {name: str(frame[name].dtype) for name in ("start", "score")} == {"start": "int64", "score": "float64"}
    assert pandas.api.types.is_string_dtype(frame["quote"])
    assert frame["quote"].str.len().sum() == sum(len(m.quote) for m in base.mentions())
    arrow = base.mentions().to_arrow().schema
    assert [arrow.field(n).type for n in ("start", "score", "quote")] == [
        pyarrow.int64(),
        pyarrow.float64(),
        pyarrow.string(),
    ]


def test_a_concept_has_a_name_and_other_names_by_language(base: KnowledgeBase) -> None:
    frame = base.concepts().to_pandas().set_index("id")
    assert frame.loc["experience", "vi:name"] == "Trải nghiệm khách hàng"  # customer experience
    assert frame.loc["experience", "vi:other"] == ["trải nghiệm"]
    assert pandas.isna(frame.loc["memorabilia", "zh-Hans:name"])
    assert pandas.isna(frame.loc["experience", "type"])
    table = base.concepts().to_arrow()
    assert table.schema.field("vi:other").type == pyarrow.list_(pyarrow.string())
    assert table.column("zh-Hant:name").to_pylist()[0] == "客戶體驗"


def test_counts_have_a_column_a_language(base: KnowledgeBase) -> None:
    table = base.compare().to_arrow()
    assert table.schema.field("counts:zh-Hans").type == pyarrow.int64()
    assert table.schema.field("leaning:fr").type == pyarrow.float64()
    assert list(base.compare().to_pandas()["counts:fr"]) == [row.counts["fr"] for row in base.compare()]


def test_inner_records(base: KnowledgeBase) -> None:
    pairs = base.pairs().to_pandas()
    assert list(pairs["b_language"]) == ["vi", "zh-Hans"]
    hits = base.search("thème", limit=2, neighbours=1)
    after = hits.to_arrow().schema.field("after").type
    assert after.value_type.field("start").type == pyarrow.int64()
    assert hits.to_arrow().column("after").to_pylist()[0][0]["text"] == hits[0].after[0].text
    assert hits.to_pandas()["after"][0][0]["text"] == hits[0].after[0].text


def test_numbers_that_are_missing_stay_whole() -> None:
    @dataclass(frozen=True)
    class Made:
        number: int | None
        share: float | None
        sure: bool | None
        text: str | None

    frame = Records([Made(1, 0.5, True, "x"), Made(None, None, None, None)]).to_pandas()
    assert [str(t) for t in frame.dtypes][:3] == ["Int64", "float64", "boolean"]
    assert list(frame.isna().sum()) == [1, 1, 1, 1]
    whole = Records([Made(1, 0.5, True, "x")]).to_pandas()
    assert [str(t) for t in whole.dtypes][:3] == ["int64", "float64", "bool"]


def test_records_of_two_kinds_have_the_columns_of_both() -> None:
    words = (WordPair("muối", "sel", 0, 4, 0, 3, 0.9),)  # salt
    beads = Records([AlignedBead((0,), (0,), "a", "b", 1.0), LinkedBead((1,), (1,), "muối", "sel", 0.9, words)])
    found = beads.to_arrow().to_pylist()
    assert found[0]["words"] is None
    assert found[1]["words"][0]["b"] == "sel"
    assert found[1]["a"] == [1]


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.__name__)
def test_every_kind_has_columns_without_a_record(kind: type[Any]) -> None:
    empty = Records[kind]()  # type: ignore[valid-type]
    frame, table = empty.to_pandas(), empty.to_arrow()
    assert len(frame) == table.num_rows == 0
    assert list(frame.columns) == table.column_names
    first = dataclasses.fields(kind)[0].name
    assert any(name == first or name.startswith(f"{first}_") for name in table.column_names)


def test_nothing_known_of_nothing() -> None:
    assert Records().to_pandas().shape == (0, 0)
    assert Records().to_arrow().num_columns == 0


def test_every_answer_has_the_same_columns_everywhere(base: KnowledgeBase) -> None:
    for what, records in lists(base).items():
        assert records, what
        frame, table = records.to_pandas(), records.to_arrow()
        assert list(frame.columns) == table.column_names == [c.name for c in columns(records)], what
        assert len(frame) == table.num_rows == len(records), what
        stream = io.StringIO()
        write_csv(records, stream)
        assert next(csv.reader(io.StringIO(stream.getvalue()))) == table.column_names, what


def test_polars(base: KnowledgeBase) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed (pip install polars)")
    for what, records in lists(base).items():
        frame = records.to_polars()
        assert frame.columns == records.to_arrow().column_names, what
        assert frame.to_dicts() == records.to_arrow().to_pylist(), what
    assert base.concepts().to_polars().schema["vi:other"] == polars.List(polars.String)
    assert base.concepts(type="none").to_polars().schema["mentions"] == polars.Int64


@pytest.mark.parametrize(("method", "library"), [("pandas", "pandas"), ("polars", "polars"), ("arrow", "pyarrow")])
def test_a_library_that_is_missing(method: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf"^to_{method}\(\) needs {library}, .*: pip install {library}$"):
        getattr(Records[Article](), f"to_{method}")()


# --- HTML ------------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The elements of a page, each with its attributes and the text inside; complains of tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(self.found[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element[2].append(data)

    def texts(self, tag: str) -> list[str]:
        return ["".join(text) for name, _, text in self.found if name == tag]

    def langs(self) -> dict[str, str]:
        """Text -> language of all elements that name one."""
        return {"".join(text): lang for _, attributes, text in self.found if (lang := attributes.get("lang"))}


def page(shown: Any) -> Page:
    return Page(shown._repr_html_())


def test_every_answer_is_shown(base: KnowledgeBase) -> None:
    for what, records in lists(base).items():
        rows = page(records).texts("tr")
        assert len(rows) == 1 + len(records), what
        assert page(records[0]).found, what
    for single in (base.status(), base.read("zh-02"), base.concept("theme"), base.graph()):
        assert page(single).found


def test_nothing_runs_and_nothing_is_loaded(base: KnowledgeBase) -> None:
    quote = Quote(HOSTILE, HOSTILE, 'x" onclick="alert(1)', 0, 1, HOSTILE)
    concept = Concept(HOSTILE, HOSTILE, {'x" onclick="alert(1)': (HOSTILE, HOSTILE)}, 1.0, 1, 1)
    hostile = [
        Pair("p", HOSTILE, 0.5, HOSTILE, quote, quote),
        Hit(HOSTILE, HOSTILE, "vi", 0, 1, HOSTILE, 0.5, (quote,), (quote,)),
        concept,
        answers.ConceptEntry(
            concept, HOSTILE, HOSTILE, {"vi": {HOSTILE: 1}}, Records(), Records(), Records(), Records()
        ),
        answers.ConcordanceLine("a", "p", "vi", 0, 1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "fr", "b", 0, 3, True),
        answers.Theme(1, (HOSTILE,), (HOSTILE,)),
        answers.Graph(Records([concept]), Records()),
        answers.Coverage("a", HOSTILE, HOSTILE, {HOSTILE: 1}, 1, {HOSTILE: 0.0}),
        answers.Step("a", HOSTILE, "b", HOSTILE, HOSTILE, 0.1, HOSTILE, (), (quote,)),
    ]
    for record in hostile:
        for shown in (record, Records([record])):
            for tag, attributes, _ in page(shown).found:
                assert tag in "div p b i small span mark br ul li table thead tbody tr th td blockquote img".split()
                assert set(attributes) <= {"lang", "style", "class", "scope", "src", "alt"}
                assert (attributes.get("src") or "data:").startswith("data:")


def test_texts_say_their_language(base: KnowledgeBase) -> None:
    langs = page(base.articles()).langs()
    assert langs["客戶服務"] == "zh-Hant"  # customer service
    assert langs["客户体验"] == "zh-Hans"  # customer experience
    assert page(base.concepts()).langs()["thème"] == "fr"
    assert page(base.pairs()).langs()["Trải nghiệm khách hàng bắt đầu từ một chủ đề."] == "vi"


def test_a_long_list_is_cut(base: KnowledgeBase) -> None:
    many = Records(list(base.mentions()) * 10)
    shown = page(many)
    assert len(shown.texts("tr")) == 21
    assert shown.texts("p") == [f"... {len(many) - 20} more"]
    assert page(Records[Pair]()).texts("p") == ["no Pair"]


def test_scores_are_rounded_and_long_texts_cut() -> None:
    hit = Hit("a", "a.txt", "vi", 0, 900, "muối " * 180, 0.123456)
    cells = page(Records([hit])).texts("td")
    assert cells[0] == "0.12"
    assert len(cells[2]) <= 300
    assert cells[2].endswith("…")
    assert "muối " * 180 in page(hit).texts("blockquote")[0]  # by itself it is whole


def test_an_entry_reads_like_a_dictionarys(base: KnowledgeBase) -> None:
    shown = page(base.concept("theme"))
    assert shown.texts("b")[0] == "thème"
    assert shown.texts("th")[:4] == ["fr", "vi", "zh-Hans", "zh-Hant"]
    assert "What holds an experience together." in shown.langs()
    assert {"thème", "chủ đề", "主题", "主題"} <= set(shown.texts("mark"))
    assert shown.langs()["Trải nghiệm khách hàng bắt đầu từ một chủ đề."] == "vi"  # what it is aligned with
    assert any(item.startswith("broader: expérience client") for item in shown.texts("li"))


def test_a_pair_stands_side_by_side(base: KnowledgeBase) -> None:
    shown = page(base.pairs()[0])
    assert shown.texts("th") == ["fr fr-01 [0:42]", "vi vi-01 [0:45]"]
    assert [(a.get("lang"), "".join(t)) for tag, a, t in shown.found if tag == "td"] == [
        ("fr", "L’expérience client commence par un thème."),
        ("vi", "Trải nghiệm khách hàng bắt đầu từ một chủ đề."),
    ]


def test_what_is_more_than_chance_is_marked() -> None:
    row = answers.Coverage(
        "salt", "sel", None, {"fr": 8, "vi": 0, "zh-Hans": 3}, 11, {"fr": 9.0, "vi": -9.0, "zh-Hans": 1.0}
    )
    assert page(Records([row])).texts("td")[2:] == ["8+", "0−", "3", "11"]


def test_a_graph_is_a_picture_of_its_first_concepts(base: KnowledgeBase) -> None:
    shown = page(base.graph())
    images = [attributes for tag, attributes, _ in shown.found if tag == "img"]
    assert images[0]["alt"] == "Concepts: expérience client, thème, souvenirs"
    assert shown.texts("p") == ["3 concepts, 2 links"]
    many = Records(Concept(f"c{n}", None, {"fr": (f"nom {n}",)}, 1.0, 1, 1) for n in range(70))
    assert page(answers.Graph(many, Records())).texts("p")[0].endswith("the first 60 and the 0 links among them")


def test_records_that_are_new_are_shown_field_by_field() -> None:
    @dataclass(frozen=True)
    class New:
        language: str
        some_text: str
        score: float
        inner: Quote
        many: tuple[Quote, ...]
        counts: dict[str, int]

    quote = Quote("a", "a.txt", "vi", 3, 7, "muối")
    shown = page(Records([New("zh-Hant", "鹽", 0.5, quote, (quote, quote), {"vi": 2})]))
    assert shown.texts("th")[:3] == ["language", "some text", "score"]
    assert shown.langs() == {"鹽": "zh-Hant", "muối": "vi"}  # salt
    assert {"0.50", "2 Quote", "vi: 2"} <= set(shown.texts("td"))


# --- what the command line asks too ----------------------------------------------------------------------------------


def test_themes_names_and_files_set_aside(base: KnowledgeBase) -> None:
    assert [(t.number, t.names) for t in base.themes()] == [(1, ("expérience client", "thème", "souvenirs"))]
    assert [(s.path, s.reason) for s in base.set_aside()] == [("texts/no.txt", "the file is empty")]
    assert base.check() == []
    names = base.names(type="theme", language="zh")
    assert [(n.language, n.term, n.preferred) for n in names] == [("zh-Hans", "主题", True), ("zh-Hant", "主題", True)]
    assert len(base.names()) == sum(len(forms) for c in base.concepts() for forms in c.labels.values())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.embed.load", lambda name="", much=False: FakeEmbedder())


def test_files_match(quick: None, tmp_path: Path) -> None:
    lines = tmp_path / "fr.txt"
    lines.write_text("un thème\r\nun service\n", encoding="utf-8")
    found = kb.files.match(["dịch vụ", "chủ đề"], lines, language_a="vi", language_b="fr")  # service, theme
    assert [(m.a, m.b, m.a_text, m.b_text) for m in found] == [
        (0, 1, "dịch vụ", "un service"),
        (1, 0, "chủ đề", "un thème"),
    ]
    assert all(0 <= m.score <= 1 for m in found)
    with pytest.raises(UsageError, match="there are: sentence, term"):
        kb.files.match(["a"], ["b"], kind="word")  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="no lines to match in b"):
        kb.files.match(["a"], [])
    with pytest.raises(UsageError, match="check the name"):
        kb.files.match(str(tmp_path / "none.txt"), ["b"])


def test_files_align_lines(quick: None) -> None:
    a = ["Trải nghiệm bắt đầu từ một chủ đề.", "Dịch vụ tốt làm khách quay lại."]  # ... a theme. ... service ...
    b = ["L’expérience commence par un thème.", "Un bon service fait revenir les clients."]
    beads = kb.files.align_lines(a, b, language_a="vi", language_b="fr")
    assert [(x.a, x.b, x.b_text) for x in beads] == [((0,), (0,), b[0]), ((1,), (1,), b[1])]


def test_files_clean_and_terms(tmp_path: Path) -> None:
    page = tmp_path / "vi.txt"  # Salt fields. The salt of the salt field is gathered by hand.
    page.write_text("Ruộng muối\n\nMuối của ruộng muối được cào bằng tay trên ruộng muối.\n" * 3, encoding="utf-8")
    assert kb.files.clean(page, language="vi").body.text.startswith("Ruộng muối\n")
    ranked = kb.files.terms(tmp_path, language="vi", every=True)
    assert "ruộng muối" in {t.term for t in ranked}
    assert ranked.to_pandas()["score"].is_monotonic_decreasing
    assert {t.document for t in kb.files.terms_of_each([page], language="vi")} == {"vi"}
    with pytest.raises(UnreadableError):
        kb.files.terms([page, tmp_path / "none.txt"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match="no articles in there"):
        kb.files.terms(tmp_path / "empty")
