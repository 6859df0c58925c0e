"""Concepts of fields that nothing was fitted on, against a list that a reader made by hand.

usage: python bench/themes.py [FOLDER ...] [--missing]

Each folder of bench/themes holds three comparable articles (Vietnamese, French, Chinese) and gold.json: concepts with
their forms in each. A base is built of each folder by itself, without a scheme.

recall      of (concept, language): some form is a label in that language
pair recall of a concept's pairs of languages: some concept of the base has forms of both
precision   of pairs of gold forms of different languages that share a concept of the base: they are of one gold concept
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from kb.langs.folding import name_key
from kb.model import Concept, base_language
from kb.pipeline import build
from kb.progress import SilentProgress
from kb.recipe import load_recipe
from kb.store import open_store

THEMES = Path(__file__).parent / "themes"
Form = tuple[str, str]  # base language, key
Gold = Mapping[str, Mapping[str, frozenset[Form]]]  # concept -> language -> its forms


@dataclass(frozen=True)
class Score:
    """Right ones and all of each."""

    recall: tuple[int, int]
    pair_recall: tuple[int, int]
    precision: tuple[int, int]

    def __str__(self) -> str:
        named = (("recall", self.recall), ("pair recall", self.pair_recall), ("precision", self.precision))
        return "  ".join(f"{name} {a}/{b} = {a / max(b, 1):.3f}" for name, (a, b) in named)

    def __add__(self, other: Score) -> Score:
        both = zip(
            (self.recall, self.pair_recall, self.precision),
            (other.recall, other.pair_recall, other.precision),
            strict=True,
        )
        return Score(*((a + c, b + d) for (a, b), (c, d) in both))


def gold_of(folder: Path) -> Gold:
    out: dict[str, dict[str, frozenset[Form]]] = {}
    for concept in json.loads((folder / "gold.json").read_text("utf-8")):
        forms: defaultdict[str, set[Form]] = defaultdict(set)
        for form in concept["forms"]:
            language = base_language(form["language"])
            forms[language].add((language, name_key(form["surface"])))
        out[concept["id"]] = {language: frozenset(found) for language, found in forms.items()}
    return out


def concepts_of(folder: Path) -> list[Concept]:
    """Of a base of the folder's articles, without a scheme."""
    recipe = replace(load_recipe(), scheme=None, sources=None)
    with tempfile.TemporaryDirectory() as work:
        store = open_store(Path(work) / "kb.db", create=True, write=True)
        build(store, recipe, sorted(folder.glob("*.txt")), progress=SilentProgress())
        found = store.concepts()
        store.close()
    return found


def judged(gold: Gold, concepts: Sequence[Concept]) -> tuple[Score, list[str]]:
    """The score, and a line for all that is not found, not joined or wrongly joined."""
    holders: defaultdict[Form, set[int]] = defaultdict(set)
    for n, concept in enumerate(concepts):
        for tag, labels in concept.labels.items():
            for label in labels:
                holders[base_language(tag), name_key(label)].add(n)
    told = []
    cells = {(id, language): forms for id, own in gold.items() for language, forms in own.items()}
    held = {cell: set[int]().union(*(holders[form] for form in forms)) for cell, forms in cells.items()}
    told += [f"not found: {id} {_shown(cells[id, language])}" for (id, language), where in held.items() if not where]
    pairs = list(_pairs(gold))
    joined = [(id, a, b) for id, a, b in pairs if held[id, a] & held[id, b]]
    told += [
        f"not joined: {id} {_shown(cells[id, a])} = {_shown(cells[id, b])}"
        for id, a, b in pairs
        if (id, a, b) not in joined and held[id, a] and held[id, b]
    ]
    owner = {form: id for id, own in gold.items() for forms in own.values() for form in forms}
    together = [(x, y) for x, y in combinations(sorted(owner), 2) if x[0] != y[0] and holders[x] & holders[y]]
    told += [f"wrongly joined: {x[1]} = {y[1]}" for x, y in together if owner[x] != owner[y]]
    right = sum(owner[x] == owner[y] for x, y in together)
    found = sum(1 for where in held.values() if where)
    return Score((found, len(held)), (len(joined), len(pairs)), (right, len(together))), told


def _pairs(gold: Gold) -> Iterator[tuple[str, str, str]]:
    for id, own in gold.items():
        yield from ((id, a, b) for a, b in combinations(sorted(own), 2))


def _shown(forms: frozenset[Form]) -> str:
    return "/".join(sorted(key for _, key in forms))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--missing", action="store_true")
    args = parser.parse_args()
    total = Score((0, 0), (0, 0), (0, 0))
    for folder in args.folders or sorted(p for p in THEMES.iterdir() if p.is_dir()):
        score, told = judged(gold_of(folder), concepts_of(folder))
        total += score
        print(f"{folder.name:10} {score}", flush=True)
        for line in told if args.missing else ():
            print(f"           {line}")
    print(f"{'all':10} {total}")


if __name__ == "__main__":
    main()
