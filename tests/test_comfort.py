"""What makes the command line comfortable: completion, settings, the manual, the pager, colour."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KB = [sys.executable, "-m", "kb"]


def run(*args: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("KB", "PAGER", "NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [*KB, *args], cwd=cwd, env={**kept, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True
    )


def proposals(words: list[str], base: Path) -> list[str]:
    """What zsh is given: a type, a value and a help of each."""
    line = " ".join(words)
    done = run(COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), _KB_COMPLETE="zsh_complete", KB=str(base))
    assert done.stderr == ""
    return done.stdout.splitlines()[1::3]


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (["kb", "conc"], "concordance"),
        (["kb", "concept", "trải"], "trải nghiệm"),  # experience
        (["kb", "concept", "trai"], "trải nghiệm"),  # without tones
        (["kb", "concept", "体"], "体验"),  # experience
        (["kb", "mentions", "--concept", "exp"], "expérience"),
        (["kb", "show", "loy"], "loyalty/vi"),
        (["kb", "search", "x", "--article", "loy"], "loyalty/zh-Hant"),
        (["kb", "search", "x", "--language", "zh"], "zh-Hans"),
        (["kb", "concepts", "--type", "the"], "theme"),
        (["kb", "pairs", "--kind", "p"], "parallel"),
        (["kb", "judge", "re"], "rename"),
        (["kb", "judge", "rename", "exp"], "expérience"),
        (["kb", "correct", "loyalty/vi", "loyalty/fr", "sh"], "shift"),
        (["kb", "repairs", "acc"], "accept"),
        (["kb", "repairs", "loy"], "loyalty/vi"),
    ],
)
def test_completion(words: list[str], proposed: str, demo: Path) -> None:
    assert proposed in proposals(words, demo)


def test_completion_without_a_base_says_nothing(tmp_path: Path) -> None:
    assert proposals(["kb", "concept", "exp"], tmp_path / "none.db") == []
    (tmp_path / "bad.db").write_text("no base")
    assert proposals(["kb", "concept", "exp"], tmp_path / "bad.db") == []


def test_bash_puts_names_with_blanks_on_the_line_whole(demo: Path, tmp_path: Path) -> None:
    script = tmp_path / "kb"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m kb "$@"\n')
    script.chmod(0o755)
    source = run("completion", "bash").stdout
    asked = (
        f'PATH="{tmp_path}:$PATH"\n{source}\nCOMP_WORDS=(kb concept trải)\nCOMP_CWORD=2\n_kb_completion kb\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    environment = {**os.environ, "KB": str(demo), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert "trải\\ nghiệm" in done.stdout.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_for_their_shell(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert f"{shell}_complete" in done.stdout


def test_settings_of_a_folder(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "kb.toml").write_text(f'kb = "{demo}"\nlimit = 3\n[concepts]\ntype = "actor"\n', encoding="utf-8")
    listed = run("concepts", "--json", cwd=tmp_path / "below").stdout.splitlines()
    assert 0 < len(listed) <= 3
    assert all('"type": "actor"' in line for line in listed)
    assert (
        len(run("concepts", "--json", "--limit", "1", cwd=tmp_path).stdout.splitlines()) == 1
    )  # the line counts first
    assert run("status", cwd=tmp_path, KB="elsewhere.db").returncode == 2  # then the environment
    assert str(tmp_path / "kb.toml") in run(cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("limmit = 3", "there is no key 'limmit'"),
        ("[concept]\nfoo = 1", "[concept] has no option 'foo'"),
        ("[conceptz]\nlimit = 1", "there is no table 'conceptz'"),
        ("limit = ", "not TOML"),
        ("pager = 3", "it may be true or false"),
        ("limit = 'many'", "'many' is not a valid integer"),
    ],
)
def test_wrong_settings_are_one_line(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_text(text, encoding="utf-8")
    done = run("concept" if "concept]" in text else "concepts", *(["x"] if "concept]" in text else []), cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_manual_is_sound(tmp_path: Path) -> None:
    page = run("man").stdout
    for command in ("concordance", "keyness", "align", "completion"):
        assert f".SS kb {command}" in page
        alone = run("man", command).stdout
        assert "kb " + command in alone
        assert "Example:" in alone
    assert run("man", "concordanse").returncode == 2
    for line in page.splitlines():  # a text line that begins with a dot would be a command of roff
        assert not line.startswith(".") or line.split()[0] in (".TH", ".SH", ".SS", ".B", ".TP", ".PP", ".nf", ".fi")


def on_terminal(*args: str, **environment: str) -> str:
    """What a terminal of 24 lines shows."""
    master, slave = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "PAGER")}
    process = subprocess.Popen(
        [*KB, *args], cwd=ROOT, stdin=slave, stdout=slave, stderr=slave,
        env={**kept, "TERM": "xterm", "COLUMNS": "160", "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        shown += part
    process.wait()
    os.close(master)
    return shown.decode()


def test_a_pager_gets_what_is_printed(demo: Path, tmp_path: Path) -> None:
    kept = tmp_path / "paged.txt"
    assert on_terminal("concepts", "--limit", "5", KB=str(demo), PAGER=f"cat > {kept}") == ""
    assert "trải nghiệm" in kept.read_text(encoding="utf-8")
    for way in (("--no-pager", "concepts"), ("concepts",)):
        pager = "cat" if way == ("concepts",) else f"cat > {kept}"
        assert "trải nghiệm" in on_terminal(*way, "--limit", "5", KB=str(demo), PAGER=pager)
    assert on_terminal("concepts", KB=str(demo), PAGER="true") == ""  # leaving early is no error


def test_colour_only_where_it_is_wanted(demo: Path) -> None:
    bold = "\x1b[1m"
    assert bold in on_terminal("concepts", "--limit", "2", KB=str(demo), PAGER="cat")
    assert bold not in on_terminal("concepts", "--limit", "2", KB=str(demo), PAGER="cat", NO_COLOR="1")
    assert bold not in on_terminal("concepts", "--limit", "2", KB=str(demo), PAGER="cat", TERM="dumb")
    assert bold not in run("concepts", "--limit", "2", KB=str(demo)).stdout
    assert bold in run("concepts", "--limit", "2", KB=str(demo), FORCE_COLOR="1").stdout


def test_every_listing_in_every_form(demo: Path) -> None:
    for command in (["concepts"], ["articles"], ["pairs"], ["mentions"], ["concordance", "service"], ["compare"]):
        limit = [] if command == ["articles"] else ["--limit", "2"]
        csv = run(*command, *limit, "--csv", KB=str(demo)).stdout.splitlines()
        markdown = run(*command, *limit, "--md", KB=str(demo)).stdout.splitlines()
        assert len(csv) >= 3, command
        assert markdown[1].startswith("| ---"), command
        assert {line.replace("\\|", "").count("|") for line in markdown} == {markdown[0].count("|")}, command


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("history of the Roman empire", True),
        ("comment tricoter un pull en laine", True),
        ("khách hàng quay lại vì sao", False),
        ("价格怎么定", False),
    ],
)
def test_search_says_when_perhaps_nothing_fits(question: str, foreign: bool, demo: Path) -> None:
    done = run("search", question, "--limit", "1", KB=str(demo))
    assert done.returncode == 0
    assert done.stdout
    said = f"kb: perhaps no article speaks of '{question}'; the best is worth 0."
    assert done.stderr.startswith(said) if foreign else done.stderr == ""
    assert run("search", question, "--limit", "1", "--json", KB=str(demo)).stderr == ""


def test_the_picture_of_a_concept_bears_its_name_however_it_was_asked_for(demo: Path, tmp_path: Path) -> None:
    found = json.loads(run("concept", "souvenir", "--json", KB=str(demo)).stdout)
    for n, asked in enumerate((found["id"], "souvenir")):
        assert run("mentions", asked, "--plot", str(tmp_path / f"{n}.svg"), KB=str(demo)).returncode == 0
    one, other = ((tmp_path / f"{n}.svg").read_text("utf-8") for n in range(2))
    assert one == other
    assert "<title>Where the articles mention souvenir</title>" in one
