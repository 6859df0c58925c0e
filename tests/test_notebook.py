"""The tutorial in docs/, run on the demo's base: every answer it shows is the answer there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tutorial

# What is compared of an output, if it has it; pictures are only made.
SHOWN = ("text/plain", "text/html")


def bare(text: str) -> str:
    """Scores may differ in their last digits from processor to processor, and columns with the width of numbers."""
    text = re.sub(r"base64,[\w+/=]+", "base64,", text)
    return re.sub(r"[\s─]+", " ", re.sub(r"\d+\.\d+", "0.0", text)).strip()


def answers(cell: Any) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "stream":
            assert output.name == "stdout", output.text
            yield bare(output.text)
        else:
            yield from (f"{kind}: {bare(output.data[kind])}" for kind in SHOWN if kind in output.data)


@pytest.fixture
def fresh(demo: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    done = tutorial.run(tutorial.load(), demo)  # raises what a cell raises
    assert capfd.readouterr().err == ""  # the kernel starts and ends without a word
    return done


def test_every_cell_shows_the_answer_there_is(fresh: Any) -> None:
    stored = tutorial.load()
    assert [cell.source for cell in stored.cells] == [cell.source for cell in fresh.cells]
    for was, now in zip(stored.cells, fresh.cells, strict=True):
        if was.cell_type == "code":
            mend = "; after a change that is meant: make demo, then python tests/tutorial.py out/demo.db"
            assert list(answers(was)) == list(answers(now)), was.source + mend


def test_the_stored_notebook_is_whole_and_small() -> None:
    stored = tutorial.load()
    tutorial.nbformat.validate(stored)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(len(cell.source.splitlines()) <= 8 for cell in code)
    assert tutorial.NOTEBOOK.stat().st_size < 150_000
    assert str(Path.home()) not in tutorial.NOTEBOOK.read_text(encoding="utf-8")


def test_a_wrong_answer_would_be_found() -> None:
    cell = tutorial.load().cells
    code = next(c for c in cell if c.cell_type == "code" and any("souvenir" in text for text in answers(c)))
    before = list(answers(code))
    for output in code.outputs:
        for kind in SHOWN:
            if kind in output.get("data", {}):
                output.data[kind] = output.data[kind].replace("souvenir", "memory")
    assert list(answers(code)) != before
