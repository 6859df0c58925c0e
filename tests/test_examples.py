"""The example of every command's --help, run where its files are: what help shows works."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kb.cli import NAMES, main

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"

# What has to be decided before something can be listed or undone.
FIRST = {
    "correct": "kb correct designing-experience/vi designing-experience/fr accept a0",
    "judge": "kb judge type loyalty outcome",
    "repairs": "kb repairs accept 8dc73445194122",
}
AFTER_ANOTHER = ("undo", "list", "--decided")


def examples() -> list[str]:
    found = []
    for name in NAMES:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        found += [line.strip() for line in (command.help or "").partition("Example:")[2].strip().splitlines()]
    return found


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the examples speak of: a base, articles in two languages, lines, terms, a page."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(CORPUS / "articles/loyalty", folder / "corpus/articles/loyalty")
    for name in ("articles", "new", "out"):
        (folder / name).mkdir()
    for name in ("before.db", "out/demo.db"):
        shutil.copy(demo, folder / name)
    vietnamese, french = (
        "\n".join((CORPUS / f"articles/designing-experience/{tag}.txt").read_text(encoding="utf-8").splitlines()[:3])
        for tag in ("vi", "fr")
    )
    texts = {
        "articles/vi.txt": vietnamese, "articles/fr.txt": french, "new/article.txt": french,
        "vi.txt": vietnamese, "fr.txt": french, "terms.vi.txt": "khách hàng\nmuối", "terms.fr.txt": "client\nsel",
        "page.html": f"<html><body><h1>Sel</h1><p>{french}</p></body></html>",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for made in ("kb remove loyalty/vi --kb before.db", "kb build articles/ --kb out/articles.db"):
        done = run(made, folder)
        assert done.returncode == 0, done.stderr
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "KB"}
    words = shlex.split(command)[1:]
    expanded = [str(p) for word in words for p in (sorted(folder.glob(word)) if word.endswith("*.txt") else [word])]
    return subprocess.run(
        [sys.executable, "-m", "kb", *expanded],
        cwd=folder, env={**kept, "PYTHONPATH": str(ROOT)}, input="une phrase secrète\n", capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("command", examples())
def test_the_example_runs(command: str, folder: Path, demo: Path) -> None:
    # Adding counts the terms of all articles again: of two, and not of twelve.
    shutil.copy(folder / "out/articles.db" if command.startswith("kb add") else demo, folder / "kb.db")
    if command.split()[-1] in AFTER_ANOTHER:
        assert run(FIRST[command.split()[1]], folder).returncode == 0
    done = run(command, folder)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
