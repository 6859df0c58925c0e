"""The corpus and its gold agree with each other and with what cleaning and cutting make of the articles."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kb.beads import parse_beads
from kb.langs.registry import analyser_for
from kb.model import AnalysedArticle, CleanedArticle
from kb.pipeline import clean_file
from kb.recipe import Recipe
from kb.scheme import load_scheme
from kb.segment import segment

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(path.relative_to(CORPUS / "articles").as_posix() for path in CORPUS.glob("articles/*/*.txt"))
SOURCES = tomllib.loads((CORPUS / "sources.toml").read_text("utf-8"))["source"]
CLEANING: dict[str, Any] = json.loads((CORPUS / "gold" / "cleaning.json").read_text("utf-8"))
CONCEPTS: list[dict[str, Any]] = json.loads((CORPUS / "gold" / "concepts.json").read_text("utf-8"))
ALIGNED = sorted(path.name for path in (CORPUS / "gold" / "alignment").iterdir())
TAGS = ("vi", "fr", "zh-Hans", "zh-Hant")


@cache
def cleaned(file: str) -> CleanedArticle:
    return clean_file(CORPUS / "articles" / file, Recipe(name="bare"))


@cache
def analysed(file: str) -> AnalysedArticle:
    """Without metadata: the language has to be found out."""
    found = cleaned(file)
    return segment(found, file, analyser_for(found.language))


def packed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def sides(pair: str) -> dict[str, str]:
    """`designing-experience.vi-fr` -> the files of a and b."""
    theme, languages = pair.split(".")
    a, b = next((x, y) for x in TAGS for y in TAGS if languages == f"{x}-{y}")
    return {"a": f"{theme}/{a}.txt", "b": f"{theme}/{b}.txt"}


def character_f1(found: str, wanted: str) -> float:
    """Of the multisets of pairs of neighbouring characters."""
    a, b = Counter(pairwise(found)), Counter(pairwise(wanted))
    return 2 * (a & b).total() / (a.total() + b.total())


# --- sources ---------------------------------------------------------------------------------------------------------


def test_every_article_is_listed_once_with_its_hash() -> None:
    paths = [source["path"] for source in SOURCES if "path" in source]
    assert sorted(paths) == FILES
    for source in SOURCES:
        if "path" in source:
            data = (CORPUS / "articles" / source["path"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == source["sha256"], source["path"]
            assert source["id"] == source["path"].removesuffix(".txt")
            assert source["licence"] == "CC0-1.0"


def test_ids_and_hashes_are_unique_and_translations_are_mutual() -> None:
    by_id = {source["id"]: source for source in SOURCES}
    assert len(by_id) == len(SOURCES) == len({source["sha256"] for source in SOURCES})
    for source in SOURCES:
        assert source["language"] in TAGS
        assert all(source["id"] in by_id[other]["translations"] for other in source.get("translations", []))
    assert sum(source["kind"] == "reference" for source in SOURCES) == 5


def test_articles_are_many_and_of_a_fair_length() -> None:
    assert len(FILES) >= 10
    for file in FILES:
        gold = CLEANING[file]
        size = len(packed(gold["body"])) if gold["language"].startswith("zh") else len(gold["body"].split())
        least, most = (600, 1800) if gold["language"].startswith("zh") else (400, 1200)
        assert least <= size <= most, f"{file}: {size}"


# --- cleaning --------------------------------------------------------------------------------------------------------


def test_gold_of_cleaning_covers_the_articles() -> None:
    assert list(CLEANING) == sorted(FILES)
    damaged = {source["path"] for source in SOURCES if source.get("damaged")}
    assert damaged == {file for file, gold in CLEANING.items() if gold["boilerplate"] or gold["repairs"]}
    assert len(damaged) >= 2


@pytest.mark.parametrize("file", FILES)
def test_cleaning_gives_the_gold_body(file: str) -> None:
    gold, found = CLEANING[file], cleaned(file)
    assert found.language == gold["language"]
    body, wanted = packed(found.body.text), packed(gold["body"])
    for optional in map(packed, gold["optional"]):
        body, wanted = body.removeprefix(optional), wanted.removeprefix(optional)
    assert character_f1(body, wanted) >= (0.99 if gold["repairs"] else 1.0)
    kept = {packed(line) for line in found.body.text.splitlines()}
    assert [line for line in gold["boilerplate"] if packed(line) in kept] == []
    for repair in gold["repairs"]:
        if "after" in repair:
            assert packed(repair["after"]) in body, repair
            assert packed(repair["before"]) not in body, repair


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_lost_in_cleaning(file: str) -> None:
    """Every character is in the body, in a change with its reason, or white space."""
    found = cleaned(file)
    raw = found.raw.raw
    seen = bytearray(len(raw))
    for start, end in zip(found.body.starts, found.body.ends, strict=True):
        seen[start:end] = b"\1" * (end - start)
    for change in found.changes:
        assert raw[change.start : change.end] == change.before
        assert change.reason
        seen[change.start : change.end] = b"\1" * (change.end - change.start)
    assert [c for c, known in zip(raw, seen, strict=True) if not known and not c.isspace()] == []


# --- alignment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", ALIGNED)
def test_gold_beads_cover_every_sentence_once_in_order(pair: str) -> None:
    folder = CORPUS / "gold" / "alignment" / pair
    beads = parse_beads((folder / "gold.txt").read_text("utf-8"))
    for side in ("a", "b"):
        covered = [i for bead in beads for i in (bead.a if side == "a" else bead.b)]
        assert covered == list(range(len(lines(folder / f"{side}.txt")))), side
    shapes = Counter((len(bead.a), len(bead.b)) for bead in beads)
    assert (0, 0) not in shapes
    assert len(shapes) >= 3  # a translator's liberties


@pytest.mark.parametrize("pair", ALIGNED)
def test_sentences_are_cut_as_in_the_gold(pair: str) -> None:
    for side, file in sides(pair).items():
        wanted = lines(CORPUS / "gold" / "alignment" / pair / f"{side}.txt")
        assert packed("".join(wanted)) == packed(CLEANING[file]["body"])
        assert [s.text for s in analysed(file).sentences] == wanted


def test_gold_covers_all_translations() -> None:
    listed = {
        frozenset((source["id"], other)) for source in SOURCES for other in source.get("translations", [])
        if source["kind"] == "article"
    }  # fmt: skip
    assert {frozenset(f.removesuffix(".txt") for f in sides(pair).values()) for pair in ALIGNED} == listed


# --- concepts and scheme ---------------------------------------------------------------------------------------------


def test_forms_of_concepts_stand_in_their_articles() -> None:
    ids = [concept["id"] for concept in CONCEPTS]
    assert len(ids) == len(set(ids)) >= 50
    for concept in CONCEPTS:
        forms = [(f["article"], f["surface"]) for f in concept["forms"]]
        assert len(forms) == len(set(forms)), concept["id"]
        for form in concept["forms"]:
            gold = CLEANING[form["article"]]
            assert form["language"] == gold["language"]
            assert form["surface"].lower() in gold["body"].lower(), (concept["id"], form)
            assert form["surface"].lower() in cleaned(form["article"]).body.text.lower(), (concept["id"], form)


def test_types_of_the_gold_are_the_schemes() -> None:
    (path,) = (CORPUS / "schemes").glob("*.ttl")
    scheme = load_scheme(path)
    types = {concept.type for concept in scheme.concepts.values() if concept.type}
    assert {concept["type"] for concept in CONCEPTS if concept["type"]} - {"example"} <= types
    assert {
        "theme", "cue", "memorabilia", "4P", "closed-loop-service", "touchpoint", "offering", "actor", "process",
        "outcome", "theory",
    } <= types  # fmt: skip
    for slug, concept in scheme.concepts.items():
        assert {*TAGS, "en"} <= set(concept.labels), slug
        assert concept.definition, slug
