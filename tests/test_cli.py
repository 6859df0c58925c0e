from __future__ import annotations

import csv
import io
import json
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from fakes import TEXTS, FakeEmbedder, analysed, fill

import kb
from kb.cli import COMMANDS, main, show
from kb.errors import UnreadableError
from kb.model import Alignment, Bead

Run = Callable[..., Result]
NAMES = [name for section in COMMANDS.values() for name in section]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("base") / "kb.db")


@pytest.fixture
def run(path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("kb.embed.base.load", lambda name="", much=False: FakeEmbedder())
    monkeypatch.setattr("kb.embed.load", lambda name="", much=False: FakeEmbedder())

    def run(*args: str, base: Path | None = path) -> Result:
        result = CliRunner().invoke(main, list(args), env={"KB": str(base) if base else None})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("servise", "service"), ("khahc", "khách"), ("souvenris", "souvenirs")],  # khách: guest
)
def test_a_mistyped_word_proposes_words_of_the_texts(run: Run, typed: str, meant: str) -> None:
    result = run("concordance", typed)
    assert result.exit_code == 1
    assert f"'{meant}'" in result.stderr


def test_status_counts_what_people_decided(run: Run, tmp_path: Path) -> None:
    own = fill(tmp_path / "kb.db")
    assert "judgements" not in run("status", base=own).stdout
    assert run("judge", "comment", "thème", "to be discussed", "--by", "me", base=own).exit_code == 0
    assert json.loads(run("status", "--json", base=own).stdout)["judgements"] == 1
    assert "  judgements 1  (kb judge list)\n" in run("status", base=own).stdout


def test_names_in_chosen_languages(run: Run) -> None:
    rows = [json.loads(line) for line in run("compare", "--names", "zh-Hans,vi", "--json").stdout.splitlines()]
    # customer experience, theme; what has no Chinese name has its Vietnamese one, a souvenir
    assert {row["concept"]: row["name"] for row in rows} == {
        "experience": "客户体验", "theme": "主题", "memorabilia": "vật lưu niệm",
    }  # fmt: skip
    shown = run("path", "thème", "souvenirs", "--names", "vi").stdout.splitlines()
    assert (shown[0], shown[-1]) == ("chủ đề", "vật lưu niệm")
    assert "Trải nghiệm khách hàng" in run("company", "thème", "--names", "vi").stdout
    result = run("compare", "--names", "de")
    assert (result.exit_code, result.stderr) == (
        2, "kb: no concept has a name in 'de'; there are: fr, vi, zh-Hans, zh-Hant\n",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ranked:
    term: str = "thème"
    lemma: str = "thème"
    score: float
    count: int = 3
    documents: int = 2


@dataclass(frozen=True, kw_only=True)
class Of(Ranked):
    document: str


@dataclass
class Steps:
    """Stands for kb.pipeline and kb.direct, which have their own tests; keeps what it was called with."""

    calls: list[tuple[Any, ...]]

    def clean_files(self, paths: Sequence[Path], recipe: Any) -> Iterator[Any]:
        for path in paths:
            known = path.stem in TEXTS
            yield analysed(path.stem).cleaned if known else UnreadableError(f"{path}: the file is empty")

    def analyse_file(self, path: Path, recipe: Any, *, language: str | None = None) -> Any:
        return analysed(path.stem)

    def align_lines(self, a: Sequence[str], b: Sequence[str], la: str | None, lb: str | None, e: Any) -> list[Bead]:
        self.calls.append((list(a), list(b), la, lb))
        return [Bead((0,), (0, 1), 0.75), Bead((1,), (), 0.5)]

    def align_articles(self, a: Any, b: Any, embedder: Any) -> Alignment:
        self.calls.append((a.id, b.id))
        return Alignment(a.id, b.id, "parallel", 0.9, (Bead((0,), (0,), 0.9),))

    def build(self, store: Any, recipe: Any, paths: Sequence[Path], *, progress: Any) -> Any:
        self.calls.append(tuple(map(str, paths)))
        aside = (kb.SetAside("bad.txt", "the file is empty"),)
        return SimpleNamespace(
            added=4, changed=0, removed=0, unchanged=1, set_aside=aside, articles=4, passages=10, concepts=3, pairs=2,
            seconds=1.25,
        )  # fmt: skip

    add = remove = build

    def match_lines(self, a: Sequence[str], b: Sequence[str], languages: Any, kind: str, embedder: Any) -> Any:
        self.calls.append((languages, kind))
        return [(0, 1, 0.5), (1, 0, 0.25)]

    def rank_files(self, paths: Any, recipe: Any, *, language: Any, every: bool) -> Any:
        self.calls.append((language, every))
        return [Ranked(score=float(n)) for n in (3, 2, 1)]

    def rank_each_file(self, paths: Any, recipe: Any, *, language: Any) -> Any:
        return [Of(score=float(n), document=path.stem) for path in paths for n in (3, 2, 1)]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    fake = Steps([])
    for name in ("pipeline", "direct"):
        monkeypatch.setitem(sys.modules, f"kb.{name}", fake)
        monkeypatch.setattr(kb, name, fake, raising=False)
    monkeypatch.setattr(
        "kb.recipe.load_recipe", lambda name="default": SimpleNamespace(name=name, corpus=(), model="fake")
    )
    return fake


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- help and start-up -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.stdout
    assert f"kb {name}" in result.stdout
    command = main.get_command(click.Context(main), name)
    assert command is not None
    line = next(line for section in COMMANDS.values() for key, (_, line) in section.items() if key == name)
    assert (command.help or "").splitlines()[0] == line
    assert command.name == name


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")
    assert all(f"  {name} " in result.stdout for name in NAMES)


@pytest.mark.parametrize("args", [["--help"], ["concepts"], ["articles", "--json"], ["mentions"]])
def test_what_needs_no_model_imports_none(path: Path, args: list[str]) -> None:
    code = (
        "import sys\nfrom kb.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit as e: status = e.code\n"
        "heavy = {'numpy', 'spacy', 'torch', 'rich', 'pandas', 'networkx', 'opencc'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy), status, file=sys.stderr)"
    )
    extra = [] if args == ["--help"] else ["--kb", str(path)]
    done = subprocess.run([sys.executable, "-c", code, *args, *extra], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "HEAVY [] 0"


def test_kb_alone_says_what_next(run: Run, tmp_path: Path) -> None:
    assert "kb build FOLDER" in run(base=tmp_path / "none.db").stdout
    assert "kb concepts" in run().stdout


def test_an_unknown_command_proposes_the_nearest(run: Run) -> None:
    result = run("serch")
    assert result.exit_code == 2
    assert result.stderr == "kb: there is no command 'serch'; did you mean 'search' or 'serve'?\n"
    assert "kb --help lists them all" in run("xyzzy").stderr


# --- exit statuses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (["concept", "nothing like this"], 1, "no concept is called"),
        (["articles", "--language", "de"], 1, "no article is in 'de'"),
        (["concepts", "--type", "planet"], 1, "there are: memorabilia, theme"),
        (["concordance", "rocket"], 1, "stands in no sentence"),
        (["search", "!?"], 2, "no words"),
        (["path", "theme", "nobody"], 1, "no concept is called"),
        (["mentions", "--article", "zh"], 2, "could be any of 2 articles"),
        (["concordance", "(", "--regex"], 2, "not a regular expression"),
        (["concordance", "x", "--regex", "--concept"], 2, "exclude each other"),
        (["search"], 2, "see kb search --help"),
        (["concepts", "--limit", "-1"], 2, "--limit"),
        (["pairs", "--kind", "other"], 2, "parallel"),
        (["export", "xlsx"], 2, "csv"),
        (["align", "vi-01"], 2, "two articles"),
        (["build", "/no/such/folder"], 2, "/no/such/folder: no such file"),
    ],
)
def test_errors_are_one_line_with_a_status(run: Run, args: list[str], status: int, says: str) -> None:
    result = run(*args)
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.startswith("kb: ")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_missing_base_names_kb_build(run: Run, tmp_path: Path) -> None:
    result = run("concepts", base=tmp_path / "none.db")
    assert result.exit_code == 2
    assert "kb build" in result.stderr


def test_a_damaged_base(run: Run, path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)
    assert run("concepts", base=broken).exit_code == 3
    assert run("check").exit_code == 0


def test_check_prints_faults(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store.sqlite.SqliteStore.check", lambda self: ["passage x: no search row"])
    result = run("check")
    assert (result.exit_code, result.stdout) == (3, "passage x: no search row\n")


def test_interruption_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(path: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kb.query.open_base", interrupt)
    result = run("concepts")
    assert result.exit_code == 130
    assert result.stderr.strip() == ""


def test_the_base_may_be_named_before_the_command(run: Run, path: Path) -> None:
    expected = run("concepts").stdout
    assert expected
    assert run("--kb", str(path), "concepts", base=Path("nothing.db")).stdout == expected
    assert run("--kb", "nothing.db", "concepts", "--kb", str(path)).stdout == expected  # the nearer one counts
    assert run("--kb", str(path), base=None).stdout.startswith(str(path))


def test_a_full_disk_is_told_and_ends_with_2(path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kb", "status", "--kb", str(path)], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (2, "kb: No space left on device\n")


def test_a_broken_pipe_is_quiet(path: Path) -> None:
    command = f"'{sys.executable}' -m kb mentions --json --kb '{path}' | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("{")
    assert done.stderr == ""


# --- JSON: the fields that other programs read -----------------------------------------------------------------------


def fields(record: dict[str, Any]) -> str:
    return " ".join(record)


def test_json_fields(run: Run) -> None:
    expected = {
        "articles": "id path title language characters sentences passages concepts origin date author",
        "concepts": "id type labels salience mentions articles",
        "mentions": "concept article path language start end quote surface score",
        "pairs": "id kind score status a b",
        "status": "version recipe model revision dimension articles languages passages sentences concepts"
        " pairs set_aside built decisions judgements repairs",
        "compare": "concept name type counts total leaning",
    }
    for command, names in expected.items():
        assert fields(lines(run(command, "--json"))[0]) == names, command
    assert (
        fields(lines(run("search", "theme", "--json"))[0]) == "article path language start end text score before after"
    )
    assert fields(lines(run("pairs", "--json"))[0]["a"]) == "article path language start end text"
    assert fields(lines(run("align", "vi-01", "fr-01", "--json"))[0]) == "a b a_text b_text score"
    assert (
        fields(lines(run("concordance", "service", "--json"))[0])
        == "article path language start end left match right translation translation_language translation_article"
        " translation_at translation_to translated"
    )
    assert (
        fields(lines(run("concept", "thème", "--json"))[0])
        == "id type labels salience mentions articles definition scheme counts definitions evidence links names kind_of"
        " above also slip"
    )
    assert fields(lines(run("neighbours", "theme", "--json"))[0]) == "concept name labels kind score method evidence"
    assert (
        fields(lines(run("path", "theme", "souvenirs", "--json"))[0])
        == "a a_name b b_name kind score method evidence quotes"
    )


def test_json_values(run: Run) -> None:
    concept = lines(run("concepts", "--json", "--limit", "1"))[0]
    assert concept["labels"]["vi"] == ["Trải nghiệm khách hàng", "trải nghiệm"]
    assert "Trải nghiệm" in run("concepts", "--json").stdout  # not escaped
    graph = lines(run("graph", "--json"))
    assert [r["record"] for r in graph] == ["node"] * 3 + ["edge"] * 2
    status = lines(run("status", "--json"))[0]
    assert status["set_aside"] == [{"path": "texts/no.txt", "reason": "the file is empty"}]
    assert status["built"] == "2026-01-02T03:04:05Z"


def test_limits(run: Run) -> None:
    assert len(lines(run("mentions", "--json"))) == 10
    assert len(lines(run("mentions", "--json", "--limit", "3"))) == 3
    assert len(lines(run("search", "theme", "--json", "--limit", "1"))) == 1
    assert len(lines(run("mentions", "--json", "--limit", "0"))) == 10


@pytest.mark.parametrize(
    ("options", "articles"),
    [
        (["--article", "vi-01"], {"vi-01"}),
        (["--language", "zh-Hant"], {"zh-02"}),
        (["--concept", "thème", "--language", "fr"], {"fr-01"}),
    ],
)
def test_search_within(run: Run, options: list[str], articles: set[str]) -> None:
    assert {hit["article"] for hit in lines(run("search", "theme", "--json", *options))} == articles


def test_search_with_neighbours(run: Run) -> None:
    hit = lines(run("search", "theme", "--json", "--article", "fr-01", "--limit", "1", "--neighbours", "1"))[0]
    beside = [*hit["before"], *hit["after"]]
    assert beside
    shown = run("search", "theme", "--article", "fr-01", "--limit", "1", "--neighbours", "1").stdout
    assert [line.removeprefix("    | ") for line in shown.splitlines() if line.startswith("    | ")] == [
        quote["text"] for quote in beside
    ]


# --- text for people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["status"], "vi 1"),
        (["articles"], "L’expérience client"),
        (["concepts"], "expérience client"),
        (["concept", "chủ đề"], "What holds an experience together."),
        (["concept", "theme"], "«chủ đề»"),
        (["mentions", "--concept", "theme"], "主題"),
        (["pairs", "--limit", "1"], " | "),
        (["search", "vat", "luu", "niem"], " 1. "),
        (["concordance", "khách hàng"], "= fr fr-01: Les «clients» gardent"),
        (["compare"], "zh-Hant"),
        (["neighbours", "experience"], "narrower"),
        (["path", "theme", "souvenirs"], "co-occurrence"),
        (["graph"], "3 concepts, 2 links"),
        (["graph", "--themes"], "1. "),
        (["align", "vi-01", "fr-01"], "[1]:[1]  0.80"),
    ],
)
def test_text(run: Run, args: list[str], says: str) -> None:
    result = run(*args)
    assert result.exit_code == 0, result.stderr
    assert says in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("command", ["graph", "compare"])
def test_pictures(run: Run, tmp_path: Path, command: str) -> None:
    picture = tmp_path / "p.svg"
    result = run(command, "--plot", str(picture))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"kb: wrote {picture}\n")
    assert "主題" in picture.read_text("utf-8") or "thème" in picture.read_text("utf-8")
    result = run(command, "--plot", str(tmp_path / "p.gif"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "end" in result.stderr
    assert ".svg" in result.stderr


@pytest.mark.parametrize("command", ["graph", "compare"])
def test_pictures_in_pixels(run: Run, tmp_path: Path, command: str) -> None:
    picture = tmp_path / "p.PNG"
    result = run(command, "--plot", str(picture))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"kb: wrote {picture}\n")
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert min(struct.unpack(">II", content[16:24])) > 200
    assert [p.name for p in tmp_path.iterdir()] == ["p.PNG"]
    result = run(command, "--plot", str(tmp_path / "none" / "p.png"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "--plot" in result.stderr


def test_names_of_a_picture_are_languages_of_the_base(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "p.svg"
    assert run("graph", "--plot", str(picture), "--names", "vi, zh-Hant").exit_code == 0
    assert {"chủ đề", "主題"} <= set(re.findall(r">([^<]+)</text>", picture.read_text("utf-8")))
    # Of the concepts of a type none is linked with another, and all are drawn; else those without links are left out.
    assert "not drawn" not in run("graph", "--plot", str(picture), "--type", "theme").stderr
    told = run("graph", "--plot", str(picture), "--kind", "broader").stderr
    assert "kb: 1 of the 3 concepts have no link among them and are not drawn" in told
    assert "souvenirs" not in picture.read_text(encoding="utf-8")
    result = run("graph", "--plot", str(picture), "--names", "de")
    assert result.exit_code == 2
    assert "there are: fr, vi" in result.stderr


def test_columns_keep_in_line_with_wide_characters(capsys: pytest.CaptureFixture[str]) -> None:
    show.Table(["name", "n"], [["客户体验", 1], ["tiê\u0301ng", 22]], numbers=(1,)).print()
    assert capsys.readouterr().out.splitlines() == ["name       n", "客户体验   1", "tiê\u0301ng     22"]


def test_measures() -> None:
    assert show.cells("客户") == 4
    assert show.cells("e\u0301") == 1
    assert show.clip("客户体验", 5) == "客户…"
    assert show.clip("abcdef", 4, left=True) == "…def"
    assert show.wrap("好的服务，让客户回来。", 8) == ["好的服", "务，让客", "户回来。"]
    assert show.wrap("one two three", 8) == ["one two", "three"]
    assert show.wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert show.wrap("", 8) == [""]
    assert show.fit([10, 50, 6], 40, fixed=(2,)) == [10, 20, 6]
    assert show.safe("a\x1b[31m\tb\n") == "a[31m b "


# --- files -----------------------------------------------------------------------------------------------------------


def test_clean(run: Run, steps: Steps, tmp_path: Path) -> None:
    for name in ("vi-01", "bad", "fr-01"):
        (tmp_path / f"{name}.txt").write_text("text")
    result = run("clean", str(tmp_path), "--json")
    assert result.exit_code == 2
    assert "bad.txt: the file is empty" in result.stderr
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [fields(r) for r in records] == ["path language encoding title text changes offers blocks"] * 2
    assert records[0]["text"] == "\n".join(TEXTS["fr-01"][2])
    good = run("clean", str(tmp_path / "vi-01.txt"))
    assert good.exit_code == 0
    assert TEXTS["vi-01"][2][0] in good.stdout
    assert run("clean", str(tmp_path / "none.txt")).exit_code == 2


def test_align_lines(run: Run, steps: Steps, tmp_path: Path) -> None:
    a, b, table = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "pairs.tsv"
    a.write_text("one\u2028still one\r\n\ntwo\n", encoding="utf-8")
    b.write_text("\ufeffun\ndeux", encoding="utf-8")
    result = run("align", str(a), str(b), "--lines", "--language-a", "en", base=None)
    assert result.stdout == "[0]:[0, 1]:0.750000\n[1]:[]:0.500000\n"
    assert steps.calls == [(["one\u2028still one", "", "two"], ["un", "deux"], "en", None)]
    table.write_text(f"{a}\t{b}\t{tmp_path / 'out.txt'}\n\n", encoding="utf-8")
    assert run("align", "--lines", "--pairs", str(table)).exit_code == 0
    assert (tmp_path / "out.txt").read_text() == result.stdout
    table.write_text(f"{a}\t{b}\n", encoding="utf-8")
    assert "line 1: 2 columns" in run("align", "--lines", "--pairs", str(table)).stderr
    b.write_bytes(b"\xff\xfe")
    assert "not UTF-8 at byte 0" in run("align", str(a), str(b), "--lines").stderr


def test_align_articles_that_were_not_aligned_and_files(run: Run, steps: Steps, tmp_path: Path) -> None:
    assert lines(run("align", "zh-01", "vi-01", "--json"))[0]["a_text"] == TEXTS["zh-01"][2][0]
    file = tmp_path / "fr-01.txt"
    file.write_text("text")
    assert run("align", str(file), "zh-01").exit_code == 0
    assert steps.calls == [("zh-01", "vi-01"), ("fr-01", "zh-01")]
    assert run("align", str(file), "none").exit_code == 1


def test_match_and_terms(run: Run, steps: Steps, tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text("un\ndeux\n")
    b.write_text("trois\n")
    assert run("match", str(a), str(a), "--kind", "term").stdout == "0\t1\t0.500000\n1\t0\t0.250000\n"
    assert run("match", str(a), str(a), "--kind", "term", "--texts").stdout.startswith("0\t1\t0.500000\tun\tdeux\n")
    assert "thème" in run("terms", str(a)).stdout
    terms = lines(run("terms", str(a), "--limit", "2", "--language", "fr", "--json"))
    assert [fields(t) for t in terms] == ["term lemma score count documents"] * 2
    each = lines(run("terms", str(a), str(b), "--limit", "2", "--per-document", "--json"))
    assert [t["document"] for t in each] == ["a", "a", "b", "b"]
    assert steps.calls == [((None, None), "term")] * 2 + [(None, False), ("fr", False)]
    assert run("terms", str(tmp_path / "none.txt")).exit_code == 2


def test_build_add_remove(run: Run, steps: Steps, path: Path, tmp_path: Path) -> None:
    result = run("build", str(tmp_path))
    assert result.exit_code == 0, result.stderr
    assert "4 added, 1 unchanged (1.2 s)" in result.stdout
    assert "bad.txt: the file is empty" in result.stdout
    assert run("add", str(tmp_path)).exit_code == 0
    result = run("remove", "vi-01", "texts/fr-01.txt", "vi-01")
    assert result.stdout.startswith("removed vi-01  texts/vi-01.txt\nremoved fr-01  texts/fr-01.txt\n"), result.stderr
    assert steps.calls == [(str(tmp_path),), (str(tmp_path),), ("vi-01", "fr-01")]
    assert "kb build FOLDER" in run("build").stderr
    assert run("add", str(tmp_path), base=tmp_path / "none.db").exit_code == 2


@pytest.mark.parametrize(
    ("name", "proposal"),
    [("vi-0", "; did you mean 'vi-01'?"), ("vi-01.txt", "; did you mean 'vi-01'?"), ("", ""), ("xyz", "")],
)
def test_only_a_whole_id_removes(run: Run, steps: Steps, name: str, proposal: str) -> None:
    result = run("remove", "fr-01", name)
    assert result.exit_code == 1
    assert result.stderr == (
        f"kb: no article has exactly the id or path '{name}'{proposal}; kb articles lists them all\n"
    )
    assert steps.calls == []


# --- export ----------------------------------------------------------------------------------------------------------


def test_export_csv(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run("export", "csv", "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbfid,type,")
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    assert rows[0]["vi:name"] == "Trải nghiệm khách hàng"
    assert rows[0]["vi:other"] == "trải nghiệm"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert run("export", "csv", "-o", str(tmp_path / "no" / "out.csv")).exit_code == 2


@pytest.mark.parametrize(
    ("what", "count"), [("concepts", 3), ("mentions", 10), ("pairs", 2), ("articles", 4), ("terms", 11)]
)
def test_export_everything(run: Run, what: str, count: int) -> None:
    assert len(lines(run("export", "jsonl", "--what", what))) == count
    table = run("export", "csv", "--what", what).stdout
    assert len(list(csv.DictReader(io.StringIO(table)))) == count


def test_comparable_pairs_that_hardly_say_the_same_are_shown_on_demand(demo: Path) -> None:
    def listed(*args: str) -> int:
        result = CliRunner().invoke(main, ["pairs", "--kind", "comparable", "--kb", str(demo), *args])
        assert result.exit_code in (0, 1), result.output
        return result.output.count("that both say the same") or result.output.count('"kind": "comparable"')

    assert listed() < listed("--least", "0") == listed("--json")
    assert listed("--least", "1", "--json") == 0


def test_export_prints_what_the_commands_print(run: Run) -> None:
    for what in ("concepts", "mentions", "pairs", "articles"):
        assert lines(run("export", "jsonl", "--what", what)) == lines(run(what, "--json"))


# --- doctor ----------------------------------------------------------------------------------------------------------


def test_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {f["check"]: f for f in map(json.loads, run("doctor", "--json").stdout.splitlines())}
    assert {"python", "click", "apsw", "sqlite", "embedding model", "cores", "memory"} <= set(found)
    monkeypatch.setattr("kb.cli.doctor.NEEDED", {"no-such-package": "nothing"})
    result = run("doctor")
    assert result.exit_code == 2
    assert "pip install no-such-package" in result.stdout


def test_a_file_that_was_asked_for_and_cannot_be_added_is_an_error(tmp_path: Path, demo: Path) -> None:
    base, broken = tmp_path / "kb.db", tmp_path / "broken.txt"
    shutil.copy(demo, base)
    broken.write_bytes(bytes(range(128, 256)) * 3)
    result = CliRunner().invoke(main, ["add", str(broken), "--quiet", "--kb", str(base)])
    assert result.exit_code == 1
    assert "broken.txt" in result.stdout + result.stderr
