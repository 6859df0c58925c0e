"""A few seconds of tests/fuzz.py, and whether its properties can fail."""

from __future__ import annotations

from array import array
from dataclasses import replace
from pathlib import Path

import fuzz
import pytest

from kb.clean import clean
from kb.model import Change, CleanedArticle, MappedText, RawArticle


@pytest.mark.parametrize("kind", fuzz.MAKERS)
def test_what_must_hold_of_every_input(kind: str) -> None:
    report = fuzz.run(7, inputs=12, kinds=(kind,))
    assert report.tried.total() == 12
    assert not report.faults


def test_the_same_number_makes_the_same_input() -> None:
    assert [fuzz.make(1, n) for n in range(9)] == [fuzz.make(1, n) for n in range(9)]
    assert len({fuzz.make(1, n).data for n in range(9)}) > 5


TEXT = "Le comptoir et la mémoire\nChaque matin, la patronne salue  les clients par leur prénom.\n-----\nElle sourit."


def _other_body(result: CleanedArticle, text: str = "", starts: array[int] | None = None) -> CleanedArticle:
    body = result.body
    return replace(result, body=MappedText(text or body.text, starts or body.starts, body.ends))


def _spoilt(name: str, result: CleanedArticle) -> CleanedArticle:
    first = result.changes[0]
    starts = array("i", result.body.starts)
    starts[5], starts[6] = starts[6], starts[5]
    return {
        "lost": replace(result, changes=(), blocks=tuple(b for b in result.blocks if b.is_body)),
        "change-before": replace(result, changes=(replace(first, before="x"), *result.changes[1:])),
        "change-outside": replace(result, changes=(Change("a", 5, 999, "", "", "b"), *result.changes)),
        "change-without-reason": replace(result, changes=(replace(first, reason=""), *result.changes[1:])),
        "starts-fall": _other_body(result, starts=starts),
        "kept-differently": _other_body(result, text="X" + result.body.text[1:]),
        "unknown-kind": replace(result, blocks=(replace(result.blocks[0], kind="x"), *result.blocks[1:])),
        "blocks-are-not-the-body": replace(result, blocks=result.blocks[1:]),
    }[name]


@pytest.mark.parametrize(
    "name",
    "lost change-before change-outside change-without-reason starts-fall kept-differently unknown-kind"
    " blocks-are-not-the-body".split(),
)
def test_a_property_that_does_not_hold_is_found(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fuzz, "clean", lambda raw: _spoilt(name, clean(raw)))
    assert fuzz.failure(fuzz.Input("text", "a.txt", TEXT), tmp_path)[0] == name


def test_what_fails_is_made_smaller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(raw: RawArticle) -> CleanedArticle:
        if "é" in raw.raw and "\n" in raw.raw:
            raise KeyError("é")
        return clean(raw)

    monkeypatch.setattr(fuzz, "clean", broken)
    made = fuzz.Input("text", "a.txt", TEXT)
    fault, _ = fuzz.failure(made, tmp_path)
    assert fault.startswith("KeyError")
    assert fuzz.minimised(made, fault, tmp_path).data == "é\n"


def test_an_endless_repair_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def endless(raw: RawArticle) -> CleanedArticle:
        while True:
            pass

    monkeypatch.setattr(fuzz, "clean", endless)
    monkeypatch.setattr(fuzz, "MOST_SECONDS", 0.2)
    assert fuzz.failure(fuzz.Input("text", "a.txt", TEXT), tmp_path)[0] == "late"
