"""Three and more versions aligned together."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from test_align import Ids, covers_once, disturbed, shown, side, unit, words_of

from kb.align import Possible, Side, align, align_versions, relation
from kb.model import Bead

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from alignment import agreements

Pair = tuple[str, str]
NAMES = ("a", "b", "c", "d")
TOPICS = 16


def groups_of(seed: int) -> dict[str, list[Ids]]:
    rng = random.Random(seed)
    return {name: disturbed(TOPICS, rng) for name in NAMES}


def versions(seed: int, noise: float = 1.6) -> dict[str, Side]:
    """Four texts of the same topics, joined and dropped each for itself; some say them less clearly than others."""
    made = np.random.default_rng(seed)
    topics, lengths = unit(made.normal(size=(TOPICS, 48))), made.integers(40, 160, TOPICS).astype(float)
    out = {}
    for n, (name, groups) in enumerate(groups_of(seed).items()):
        text = side(topics, lengths, groups, noise if n % 2 else noise / 2, seed + n)
        out[name] = shown(text, words_of(groups, 1.6 if n % 2 else 0.8, seed + n))
    return out


def together(sides: Mapping[str, Side], pairs: list[Pair]) -> dict[Pair, list[Bead]]:
    return dict(align_versions(sides, pairs, pairs))


def right(beads: Mapping[Pair, list[Bead]], said: Mapping[str, list[Ids]]) -> int:
    """Beads whose sides have a topic in common, as far as either has it at all."""
    count = 0
    for (a, b), own in beads.items():
        both = {t for group in said[a] for t in group} & {t for group in said[b] for t in group}
        for bead in own:
            sides = ({t for i in rows for t in said[name][i]} & both for name, rows in ((a, bead.a), (b, bead.b)))
            count += len(set(map(frozenset, sides))) == 1
    return count


def test_versions_agree_more_than_pairs_do_and_are_right_more_often() -> None:
    pairs = list(combinations(NAMES, 2))
    alone, joint = Counter[str](), Counter[str]()
    for seed in range(2):
        sides, said = versions(seed, noise=2.4), groups_of(seed)
        for count, found in (
            (alone, {(a, b): align(sides[a], sides[b]) for a, b in pairs}),
            (joint, together(sides, pairs)),
        ):
            assert all(covers_once(beads, sides[a], sides[b]) for (a, b), beads in found.items())
            count["disagree"] += agreements(found).count(False)
            count["right"] += right(found, said)
            count["all"] += sum(map(len, found.values()))
    assert alone["disagree"] >= 10  # there is something to agree on
    assert joint["disagree"] <= 0.7 * alone["disagree"]
    assert joint["right"] / joint["all"] > alone["right"] / alone["all"]


def test_a_bead_that_others_speak_against_is_less_certain() -> None:
    """a and b say sentence 5 in words of their own; c has both of what they say, each in a sentence by itself."""
    topics = unit(np.random.default_rng(4).normal(size=(12, 48)))
    topics[6] = unit(topics[6:7] + 0.3 * topics[5:6])[0]
    whole: list[Ids] = [(n,) for n in range(12)]
    said = {"a": [g for g in whole if g != (6,)], "b": [g for g in whole if g != (5,)], "c": whole}
    sides = {
        name: shown(side(topics, np.full(12, 80.0), groups, 0.0 if name == "c" else 0.6, n), words_of(groups, 0.3, n))
        for n, (name, groups) in enumerate(said.items())
    }
    found = together(sides, [("a", "b"), ("a", "c"), ("b", "c")])
    alone = {bead.a: bead.score for bead in align(sides["a"], sides["b"])}
    doubt = {bead.a: 1 - bead.score for bead in found["a", "b"]}
    assert doubt[(5,)] > 10 * (1 - alone[(5,)])
    assert all(doubt[(n,)] < 0.01 for n in range(11) if n != 5)


def test_order_changes_nothing() -> None:
    sides = {name: versions(3)[name] for name in "abc"}
    known = together(sides, [("a", "b"), ("a", "c"), ("b", "c")])
    for x, y, z in permutations("abc"):
        found = together({name: sides[name] for name in (x, y, z)}, [(x, y), (z, x), (y, z)])
        for (one, other), beads in found.items():
            if (one, other) in known:
                assert beads == known[one, other]
            else:
                mirrored = {(bead.b, bead.a, bead.score) for bead in known[other, one]}
                assert {(bead.a, bead.b, bead.score) for bead in beads} == mirrored


def test_who_has_a_say() -> None:
    """Two texts alone, and two whose third is a version of one of them only, are aligned as two are."""
    sides = versions(2)
    alone = align(sides["a"], sides["b"])
    assert together(sides, [("a", "b")]) == {("a", "b"): alone}
    assert together(sides, [("a", "b"), ("b", "c")])["a", "b"] == alone
    wanted = dict(align_versions(sides, [("a", "b"), ("a", "c"), ("b", "c")], [("c", "a")]))
    assert list(wanted) == [("c", "a")]


def test_texts_that_show_no_words_are_aligned_by_themselves() -> None:
    sides = versions(1)
    sides["b"] = replace(sides["b"], words=None, blocks=None)
    empty = Side(np.zeros((0, 48), np.float32), [])
    found = together({**sides, "e": empty}, [*combinations("abce", 2)])
    assert found["a", "b"] == align(sides["a"], sides["b"])
    assert found["a", "e"] == align(sides["a"], empty)
    assert found["a", "c"] == align(sides["a"], sides["c"])  # what has no words has no say


# --- which texts may be versions -------------------------------------------------------------------------------------


def test_what_is_parallel_is_possible_and_most_else_is_not() -> None:
    rng = random.Random(5)
    made = np.random.default_rng(5)
    texts = {}
    for n in range(12):
        topics = unit(made.normal(size=(20, 384)))
        for version in "ab":
            said = unit(topics + made.normal(size=topics.shape) / 384**0.5)
            texts[f"{n}{version}"] = said[sorted(rng.sample(range(20), 14))]
    texts["none"] = np.zeros((0, 48), np.float32)
    near = Possible(texts)
    found = {(x, y) for x in texts for y in near.of(x)}
    assert found == {(y, x) for x, y in found}
    parallel = {(x, y) for x, y in permutations(texts, 2) if relation(texts[x], texts[y])[0] == "parallel"}
    assert len(parallel) == 24
    assert parallel <= found
    assert len(found) <= 2 * len(parallel)
    assert near.of("none") == near.of("unheard of") == []
    # Two articles decide alone.
    assert Possible({x: texts[x] for x in ("3a", "3b")}).of("3a") == ["3b"]
    assert Possible({}).of("3a") == []


def test_possible_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    made = np.random.default_rng(6)
    texts = {str(n): unit(made.normal(size=(7 + n, 8))) for n in range(9)}
    whole = {x: Possible(texts).of(x) for x in texts}
    monkeypatch.setattr("kb.align.translations.CELLS", 100)
    assert {x: Possible(texts).of(x) for x in texts} == whole
    assert any(whole.values())
