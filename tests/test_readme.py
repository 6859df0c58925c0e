"""The README's tour, run on the demo's base: every answer it shows is the answer there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tour() -> list[tuple[str, list[str]]]:
    """(command, lines shown) of every console block."""
    blocks = re.findall(r"^```console\n\$ (kb .*)\n((?:.*\n)*?)```", README, re.MULTILINE)
    return [(command, shown.splitlines()) for command, shown in blocks]


def run(base: Path, *words: str) -> str:
    environment = os.environ | {"KB": str(base), "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "kb", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def bare(line: str) -> str:
    """Scores may differ in their last digits from processor to processor, and columns with the width of numbers."""
    return re.sub(r"\s+", " ", re.sub(r"\d\.\d+", "0.0", line)).strip()


def test_the_tour_is_there() -> None:
    assert len(tour()) >= 6


@pytest.mark.parametrize(("command", "shown"), tour(), ids=[command for command, _ in tour()])
def test_the_tour_shows_real_answers(command: str, shown: list[str], demo: Path) -> None:
    import shlex

    answer = [bare(line) for line in run(demo, *shlex.split(command)[1:]).splitlines()]
    at = 0
    for n, line in enumerate(shown):
        if line == "...":
            continue
        wanted = bare(line)
        if n and shown[n - 1] == "...":
            assert wanted in answer[at:], f"{wanted!r} is not in the rest of the answer"
            at = answer.index(wanted, at)
        assert answer[at] == wanted
        at += 1


def test_the_python_example_runs(
    demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = re.search(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert example
    code = example.group(1).replace("out/demo.db", str(demo))
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "point de contact"
    assert any(line.startswith("loyalty/zh-Hant ") for line in printed)
