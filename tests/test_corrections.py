"""Decisions laid over beads: what holds for any beads and decisions, and what stays through rebuilds of a real base."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import click
import pytest
from click.testing import CliRunner, Result
from conftest import article
from fakes import fill
from hypothesis import given, settings
from hypothesis import strategies as st
from quick import WordEmbedder
from test_pipeline import SHOP, write
from test_pipeline import build as build_base
from test_pipeline import embedder as embedder  # fixtures
from test_pipeline import store as store

import kb
from kb.cli import main
from kb.corrections import (
    CUT,
    DECIDED,
    IN_FORCE,
    NOT_APPLICABLE,
    OVERRULED,
    UNDONE,
    Corrected,
    apply,
    cut_for,
    stretch,
)
from kb.decide import decide, is_behind, rejected
from kb.errors import NotFoundError, UsageError
from kb.model import Bead, Decision, Stretch
from kb.store import open_store
from kb.store.base import Store

Beads = Sequence[Bead]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def bead(a: Sequence[int], b: Sequence[int], score: float = 0.9) -> Bead:
    return Bead(tuple(a), tuple(b), score if a and b else 0.0)


def shown(beads: Beads) -> str:
    return " ".join(f"{list(x.a)}:{list(x.b)}" for x in beads).replace(", ", ",")


def decision(number: int, kind: str, words: str, beads: Beads, a: Sequence[str], b: Sequence[str]) -> Decision:
    cut = cut_for(kind, words.split(), beads)
    sides = stretch(a, *cut.a), stretch(b, *cut.b)
    return Decision(number, "2026-01-02T03:04:05Z", "me", kind, "x", "y", *sides, cut.shape)


def undo(number: int, of: int) -> Decision:
    return Decision(number, "", "me", "undo", "x", "y", Stretch(0, ()), Stretch(0, ()), (), of)


A = [f"a{i}" for i in range(7)]
B = [f"b{j}" for j in range(6)]
#         [0]:[0] [1,2]:[1] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]
BEADS = (bead([0], [0]), bead([1, 2], [1]), bead([3], []), bead([], [2]), bead([4, 5], [3, 4]), bead([6], [5]))


def acted(action: str, beads: Beads, b: Sequence[str]) -> Corrected:
    """What one decision about these beads of A and `b` leads to; it is in force."""
    kind, _, words = action.partition(" ")
    after = apply(beads, [decision(1, kind, words, beads, A, b)], A, b)
    assert after.states == {1: IN_FORCE}
    return after


# --- what every action does ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("accept a1", "[0]:[0] [1,2]:[1] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("reject a2", "[0]:[0] [1]:[] [2]:[] [3]:[] []:[1] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("join a0 b1", "[0,1,2]:[0,1] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("join a3 b2", "[0]:[0] [1,2]:[1] [3]:[2] [4,5]:[3,4] [6]:[5]"),
        ("join B3 A6", "[0]:[0] [1,2]:[1] [3]:[] []:[2] [4,5,6]:[3,4,5]"),
        ("split a4", "[0]:[0] [1,2]:[1] [3]:[] []:[2] [4]:[3] [5]:[4] [6]:[5]"),
        ("split a2 b2", "[0]:[0] [1]:[1] [2]:[] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("split b1 a2", "[0]:[0] [1]:[] [2]:[1] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("split a5 b3", "[0]:[0] [1,2]:[1] [3]:[] []:[2] [4]:[] [5]:[3,4] [6]:[5]"),
        ("shift a1 up", "[0,1]:[0] [2]:[1] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("shift a2 up", "[0,1,2]:[0] []:[1] [3]:[] []:[2] [4,5]:[3,4] [6]:[5]"),
        ("shift a5 down", "[0]:[0] [1,2]:[1] [3]:[] []:[2] [4]:[3,4] [5,6]:[5]"),
        ("shift b5 up", "[0]:[0] [1,2]:[1] [3]:[] []:[2] [4,5]:[3,4,5] [6]:[]"),
        ("shift a4 up", "[0]:[0] [1,2]:[1] [3]:[] [4]:[2] [5]:[3,4] [6]:[5]"),
    ],
)
def test_actions(action: str, found: str) -> None:
    kind = action.split()[0]
    after = acted(action, BEADS, B)
    assert sorted(shown(after.beads).split()) == sorted(found.split())
    assert covers(after.beads, A, B)
    decided = [after.beads[n] for n in sorted(after.decided)]
    assert all(x.score == DECIDED for x in decided)
    assert all(x.score == 0.9 for n, x in enumerate(after.beads) if x.a and x.b and n not in after.decided)
    assert (kind == "reject") == (not decided)


#            [0]:[0] [1]:[5] [2]:[6] [3]:[1] [4]:[2] [5]:[3] [6]:[4]: two sentences of a stand at the end of b
MOVED = (bead([0], [0]), bead([1], [5]), bead([2], [6]), *(bead([i], [i - 2]) for i in range(3, 7)))
B_LONGER = [*B, "b6"]


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("accept a1", "[0]:[0] [1]:[5] [2]:[6] [3]:[1] [4]:[2] [5]:[3] [6]:[4]"),
        ("accept a4", "[0]:[0] [1]:[5] [2]:[6] [3]:[1] [4]:[2] [5]:[3] [6]:[4]"),
        ("reject a1", "[0]:[0] [1]:[] []:[5] [2]:[6] [3]:[1] [4]:[2] [5]:[3] [6]:[4]"),
        ("join a4 a5", "[0]:[0] [1]:[5] [2]:[6] [3]:[1] [4,5]:[2,3] [6]:[4]"),
    ],
)
def test_moved_blocks_stay_where_they_are(action: str, found: str) -> None:
    kind, words = action.split()[0], action.split()[1:]
    after = acted(action, MOVED, B_LONGER)
    assert sorted(shown(after.beads).split()) == sorted(found.split())
    assert [shown([after.beads[n]]) for n in sorted(after.decided)] == (
        [] if kind == "reject" else [x for x in found.split() if x.startswith(f"[{words[0][1:]}")]
    )
    assert apply(after.beads, [], A, B_LONGER).beads == after.beads


def test_what_does_not_stand_together_is_not_joined() -> None:
    with pytest.raises(UsageError, match="do not follow each other in both texts"):
        cut_for("join", ["a0", "a1"], MOVED)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("join a1", "name the first and the last bead"),
        ("join a1 a2", "are in one bead already, [1, 2]:[1]"),
        ("join a1 c2", "'c2' names no sentence"),
        ("join a1 a7", "a7: the first text has sentences a0 to a6"),
        ("accept b9", "b9: the second text has sentences b0 to b5"),
        ("accept a3", "words of one text only"),
        ("reject b2", "words of one text only"),
        ("accept a0 a1", "name one bead"),
        ("split a0", "does not fall into pairs"),
        ("split a1", "split a2 b1"),
        ("split a0 b1", "no bead can be parted before a0 and before b1"),
        ("split a5 b1", "no bead can be parted"),
        ("split a1 a2", "name where the second part begins in either text"),
        ("split", "name where"),
        ("shift a4", "where to"),
        ("shift a0 up", "there is no bead above [0]:[0]"),
        ("shift a6 down", "there is no bead below [6]:[5]"),
        ("shift a2 down", "has no words of the other text"),
        ("shift a2 left", "for example: shift a4 up"),
    ],
)
def test_words_that_do_not_fit(action: str, says: str) -> None:
    kind, *words = action.split()
    with pytest.raises(UsageError, match=re.escape(says)):
        cut_for(kind, words, BEADS)


# --- what holds for any beads and decisions --------------------------------------------------------------------------


def covers(beads: Beads, a: Sequence[str], b: Sequence[str]) -> bool:
    """Every sentence once, in order, and nothing is empty."""
    every = [x for bead in beads for x in bead.a], [y for bead in beads for y in bead.b]
    return every == (list(range(len(a))), list(range(len(b)))) and all(x.a or x.b for x in beads)


@st.composite
def coverings(draw: st.DrawFn) -> tuple[list[Bead], list[str], list[str]]:
    """Beads as the machine makes them, and sentences of which some are the same."""
    sizes = st.sampled_from([(1, 1), (1, 1), (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (1, 0), (0, 1)])
    beads, i, j = [], 0, 0
    for p, q in draw(st.lists(sizes, min_size=1, max_size=8)):
        beads.append(bead(range(i, i + p), range(j, j + q), draw(st.sampled_from([0.3, 0.9, 1.0]))))
        i, j = i + p, j + q
    a, b = (draw(st.lists(st.sampled_from("uvwxyz"), min_size=n, max_size=n)) for n in (i, j))
    return beads, a, b


@st.composite
def decided(draw: st.DrawFn) -> tuple[list[Bead], list[Decision], list[str], list[str]]:
    """Decisions one after the other, each made of what was in force then, some taken back, some of another text."""
    machine, a, b = draw(coverings())
    made: list[Decision] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        now = apply(machine, made, a, b).beads
        kind = draw(st.sampled_from(["accept", "reject", "join", "split", "shift", "undo", "other"]))
        if kind == "undo":
            made.append(undo(number, draw(st.integers(1, number))))
            continue
        words = [draw(st.sampled_from([*(f"a{i}" for i in range(len(a))), *(f"b{j}" for j in range(len(b)))]))]
        if kind in ("join", "split"):
            words.append(f"b{draw(st.integers(0, len(b)))}")
        if kind == "shift":
            words.append(draw(st.sampled_from(["up", "down"])))
        try:
            one = decision(number, "accept" if kind == "other" else kind, " ".join(words), now, a, b)
        except UsageError:
            continue
        if kind == "other":  # as if the text had been edited since
            one = replace(one, a_side=replace(one.a_side, texts=(draw(st.sampled_from("uvwxyz?")),)))
            one = replace(one, shape=((1, len(one.b_side.texts)),))
        made.append(one)
    return machine, made, a, b


@settings(max_examples=500, deadline=None)
@given(decided())
def test_every_sentence_stays_covered_once_in_order(
    case: tuple[list[Bead], list[Decision], list[str], list[str]],
) -> None:
    machine, made, a, b = case
    after = apply(machine, made, a, b)
    assert covers(after.beads, a, b)
    assert all(after.beads[n].score == DECIDED for n in after.decided)
    assert set(after.states) == {d.number for d in made if d.undoes is None}


@settings(max_examples=500, deadline=None)
@given(decided())
def test_applying_twice_changes_nothing(case: tuple[list[Bead], list[Decision], list[str], list[str]]) -> None:
    machine, made, a, b = case
    after = apply(machine, made, a, b)
    again = apply(after.beads, made, a, b)
    assert again.beads == after.beads
    assert (again.decided, again.states) == (after.decided, after.states)


@settings(max_examples=300, deadline=None)
@given(decided())
def test_undo_restores(case: tuple[list[Bead], list[Decision], list[str], list[str]]) -> None:
    machine, made, a, b = case
    real = [d for d in made if d.undoes is None]
    none = [undo(100 + n, d.number) for n, d in enumerate(real)]
    assert apply(machine, [*made, *none], a, b).beads == tuple(machine)
    if real and real[-1] is made[-1]:
        assert apply(machine, [*made, undo(99, real[-1].number)], a, b).beads == apply(machine, made[:-1], a, b).beads


@settings(max_examples=300, deadline=None)
@given(decided(), st.data())
def test_what_was_rejected_stays_apart(
    case: tuple[list[Bead], list[Decision], list[str], list[str]], data: st.DataObject
) -> None:
    machine, made, a, b = case
    now = apply(machine, made, a, b).beads
    both = [x for x in now if x.a and x.b]
    if both:
        wrong = data.draw(st.sampled_from(both))
        last = decision(50, "reject", f"a{wrong.a[0]}", now, a, b)
        after = apply(machine, [*made, last], a, b)
        assert after.states[50] == IN_FORCE
        assert (wrong.a, wrong.b) not in {(x.a, x.b) for x in after.beads}
        assert {(x.a, x.b) for x in after.beads} >= {((x,), ()) for x in wrong.a} | {((), (y,)) for y in wrong.b}


# --- texts that change -----------------------------------------------------------------------------------------------


def test_a_decision_goes_with_its_sentences() -> None:
    made = decision(1, "split", "a2 b2", BEADS, A, B)
    longer = ["new", *A]
    moved = [bead([0], []), *(bead([i + 1 for i in x.a], x.b) for x in BEADS)]
    after = apply(moved, [made], longer, B)
    assert "[2]:[1] [3]:[]" in shown(after.beads)
    assert after.states == {1: IN_FORCE}


def test_a_decision_without_its_sentences_waits() -> None:
    made = decision(1, "reject", "a1", BEADS, A, B)
    edited = [*A[:2], "another", *A[3:]]
    after = apply(BEADS, [made], edited, B)
    assert (after.beads, after.states) == (BEADS, {1: NOT_APPLICABLE})
    assert apply(BEADS, [made], [f" {text}\n" for text in A], B).states == {1: IN_FORCE}  # white space does not matter
    assert apply((), [made], [], []).states == {1: NOT_APPLICABLE}


def test_of_equal_sentences_the_one_between_its_neighbours() -> None:
    a, b = ["yes", "x", "yes", "y"], ["oui", "u", "oui", "v"]
    beads = [bead([i], [i]) for i in range(4)]
    made = decision(1, "reject", "a2", beads, a, b)
    after = apply([bead([i], [i]) for i in range(6)], [made], ["yes", "n", *a], ["oui", "m", *b])
    assert shown(after.beads) == "[0]:[0] [1]:[1] [2]:[2] [3]:[3] [4]:[] []:[4] [5]:[5]"


def test_a_bead_that_a_decision_cuts_claims_less() -> None:
    made = decision(1, "accept", "a1", [bead([0], [0]), bead([1], [1])], A[:2], B[:2])
    after = apply([bead([0, 1], [0, 1], 0.97)], [made], A[:2], B[:2])
    assert after.beads == (bead([0], [0], CUT), bead([1], [1], DECIDED))


def test_the_later_decision_rules() -> None:
    made = [decision(1, "accept", "a1", BEADS, A, B), decision(2, "reject", "a1", BEADS, A, B)]
    assert apply(BEADS, made, A, B).states == {1: OVERRULED, 2: IN_FORCE}
    assert apply(BEADS, [*made, undo(3, 2)], A, B).states == {1: IN_FORCE, 2: UNDONE}


def test_a_rejected_pair_may_be_right_with_others() -> None:
    """Rejecting holds the two apart; it does not keep either from what it belongs to."""
    made = decision(1, "reject", "a0", [bead([0], [0]), bead([1], [1])], A[:2], B[:2])
    better = [bead([], [0]), bead([0], [1]), bead([1], [])]
    assert apply(better, [made], A[:2], B[:2]).beads == tuple(better)


# --- a real base, and rebuilds ---------------------------------------------------------------------------------------


VI, FR = "shop/vi", "shop/fr"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("shop/vi.txt", "shop/fr.txt", "lesson.txt"):
        write(tmp_path / "texts" / name, SHOP[name])
    return tmp_path / "texts"


def rebuild(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything anew, as after an update of the program."""
    code = store.info()["stages"] + "'"
    monkeypatch.setattr("kb.plan._stages_hash", lambda: code)
    build_base(store, folder)


def beads(store: Store, *, machine: bool = False) -> tuple[Bead, ...]:
    (found,) = (x.beads for x in store.alignments(machine=machine) if (x.a, x.b) == (FR, VI))
    return found


def linked(store: Store) -> set[tuple[str, str]]:
    """Every two sentences that stand in one bead."""
    texts = [[row.sentence.text for row in store.sentences_of(id)] for id in (FR, VI)]
    return {(texts[0][i], texts[1][j]) for x in beads(store) for i in x.a for j in x.b}


def passages(store: Store) -> set[tuple[str, str, str]]:
    return {(p.a.text, p.b.text, p.status) for p in store.pairs() if {p.a.article, p.b.article} == {FR, VI}}


def act(store: Store, *words: str, a: str = FR, b: str = VI) -> Decision:
    return decide(store, a, b, words[0], words[1:], user="me", now=NOW).decision


def test_rejected_pairs_never_come_back(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_base(store, folder)
    before, machine = linked(store), beads(store)
    title = next(x for x in machine if 0 in x.a)
    wrong = {(store.sentences_of(FR)[i].sentence.text, store.sentences_of(VI)[j].sentence.text)
             for i in title.a for j in title.b}  # fmt: skip
    assert wrong <= before
    heading = SHOP["shop/fr.txt"].splitlines()[0]
    assert any(a == heading for a, _, _ in passages(store))
    made = act(store, "reject", "a0")
    assert (made.number, made.time, made.user, made.kind) == (1, "2026-01-02T03:04:05Z", "me", "reject")

    def apart() -> bool:
        assert store.check() == []
        assert heading in {p.a.text for p in store.pairs(status="rejected")}
        return not wrong & linked(store) and not any(a == heading for a, _, _ in passages(store))

    assert apart()
    assert beads(store, machine=True) == machine
    assert is_behind(store)
    build_base(store, folder)  # no file has changed, but terms and concepts have to follow
    assert not is_behind(store)
    assert apart()
    rebuild(store, folder, monkeypatch)
    assert apart()
    text = SHOP["shop/fr.txt"].replace("M. Tu ouvre sa boutique", "Un passant regarde. M. Tu ouvre sa boutique")
    write(folder / "shop/fr.txt", text.replace("trois jours", "trois longues journées"))
    build_base(store, folder)
    assert "Un passant regarde." in {row.sentence.text for row in store.sentences_of(FR)}
    assert apart()
    (folder / "shop/fr.txt").unlink()
    build_base(store, folder)
    assert [d.number for d in store.decisions()] == [1]
    write(folder / "shop/fr.txt", SHOP["shop/fr.txt"])
    build_base(store, folder)
    assert apart()
    store.close()
    opened = open_store(tmp_path / "kb.db")
    assert opened.decisions() == [made]
    assert not wrong & linked(opened)
    opened.close()


def test_what_was_rejected_is_listed_as_such_only(store: Store, folder: Path) -> None:
    build_base(store, folder)
    all_of_them = {p.id for p in store.pairs()}
    heading = store.sentences_of(FR)[0].sentence.text
    wrong = next(p for p in store.pairs() if p.a.text == heading and p.b.article == VI)
    act(store, "reject", "a0")
    base = kb.query.KnowledgeBase(store)
    assert base.pairs(status="rejected") == [replace(wrong, status="rejected")]
    assert {p.id for p in base.pairs()} == all_of_them - {wrong.id}
    assert base.status().pairs == len(all_of_them) - 1
    act(store, "undo")
    assert (base.pairs(status="rejected"), {p.id for p in base.pairs()}) == ([], all_of_them)
    with pytest.raises(UsageError, match="proposed, accepted, rejected"):
        base.pairs(status="wrong")


def test_an_edit_of_the_sentence_itself(store: Store, folder: Path) -> None:
    build_base(store, folder)
    act(store, "reject", "a0")
    write(folder / "shop/fr.txt", SHOP["shop/fr.txt"].replace("La boutique de vélos", "Une boutique de vélos", 1))
    build_base(store, folder)
    base = kb.query.KnowledgeBase(store)
    assert [(d.number, d.kind, d.state) for d in base.decisions()] == [(1, "reject", NOT_APPLICABLE)]
    assert base.status().decisions == {NOT_APPLICABLE: 1}
    write(folder / "shop/fr.txt", SHOP["shop/fr.txt"])
    build_base(store, folder)
    assert kb.query.KnowledgeBase(store).status().decisions == {IN_FORCE: 1}


def test_joins_stay_and_are_undone(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_base(store, folder)
    machine = beads(store)
    act(store, "join", "b1", "b2", a=FR, b=VI)
    joined = beads(store)
    assert joined != machine
    assert {x.score for x in joined if {1, 2} <= set(x.b)} == {DECIDED}
    rebuild(store, folder, monkeypatch)
    assert beads(store) == joined
    done = decide(store, VI, FR, "undo", [], user="me", now=NOW)  # either order names the two
    assert done.decision.undoes == 1
    assert beads(store) == machine == beads(store, machine=True)
    rebuild(store, folder, monkeypatch)
    assert beads(store) == machine
    with pytest.raises(NotFoundError, match="nothing is decided"):
        act(store, "undo")


def test_the_first_article_named_is_a(store: Store, folder: Path) -> None:
    build_base(store, folder)
    one = decide(store, VI, FR, "join", ["a1", "a2"], user="me", now=NOW)
    forth = beads(store)
    assert {1, 2} <= set(one.beads[0].a)
    act(store, "undo", "1")
    act(store, "join", "b1", "b2")
    assert beads(store) == forth
    with pytest.raises(UsageError, match="no decision 1 of these two articles stands; there are: 3"):
        act(store, "undo", "1")
    with pytest.raises(UsageError, match="the number of one decision"):
        act(store, "undo", "first")


def test_pairs_follow(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_base(store, folder)
    assert {status for _, _, status in passages(store)} == {"proposed"}
    others = [p for p in store.pairs() if {p.a.article, p.b.article} != {FR, VI}]
    act(store, "accept", "a0")
    heading = SHOP["shop/fr.txt"].splitlines()[0]
    accepted = {(a, status) for a, _, status in passages(store) if status != "proposed"}
    assert accepted == {(heading, "accepted")}
    assert [p for p in store.pairs() if {p.a.article, p.b.article} != {FR, VI}] == others
    now = [(p.id, p.kind, p.score, p.status) for p in store.pairs()]
    rebuild(store, folder, monkeypatch)
    assert [(p.id, p.kind, p.score, p.status) for p in store.pairs()] == now


def test_a_failed_decision_leaves_nothing(store: Store, folder: Path) -> None:
    build_base(store, folder)
    for words, error in ((["join", "a0", "a99"], UsageError), (["split", "a0"], UsageError)):
        with pytest.raises(error):
            act(store, *words)
    with pytest.raises(NotFoundError, match="no alignment to correct"):
        act(store, "accept", "a0", a=VI, b="lesson")  # of one language, never compared
    assert store.decisions() == []
    assert not is_behind(store)


def test_what_was_rejected_is_not_comparable_either() -> None:
    """Should the two articles cease to be translations, their passages are not paired by the other way."""
    fr, vi = article("fr", "fr", "Un vélo.", "Un frein. Un carnet."), article("vi", "vi", "Xe đạp.", "Phanh.")
    texts = [[s.text for s in x.sentences] for x in (fr, vi)]
    cut = cut_for("reject", ["a0"], [bead([0], [0]), bead([1], [1])])
    sides = stretch(texts[0], *cut.a), stretch(texts[1], *cut.b)
    made = Decision(1, "", "me", "reject", "fr", "vi", *sides, cut.shape)
    ids = [[p.id for p in x.passages] for x in (fr, vi)]
    assert rejected([made], fr, ids[0][0], vi, ids[1][0])
    assert rejected([made], vi, ids[1][0], fr, ids[0][0])
    assert not rejected([made], fr, ids[0][1], vi, ids[1][0])
    assert not rejected([made, undo(2, 1)], fr, ids[0][0], vi, ids[1][0])


def test_decisions_are_only_added(store: Store, folder: Path, tmp_path: Path) -> None:
    build_base(store, folder)
    act(store, "accept", "a0")
    db = apsw.Connection(str(tmp_path / "kb.db"))
    for harm, says in (("DELETE FROM decision", "never removed"), ("UPDATE decision SET user = 'x'", "never changed")):
        with pytest.raises(apsw.ConstraintError, match=says):
            db.execute(harm)
    db.close()


# --- the command -----------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    path = fill(tmp_path / "kb.db")

    def run(*args: str) -> Result:
        result = CliRunner().invoke(main, list(args), env={"KB": str(path), "LOGNAME": "lan"})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def test_the_command(run: Run) -> None:
    done = run("correct", "vi-01", "fr-01", "join", "a0", "a1")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == "[0, 1]:[0, 1]  1.00"
    assert "decision 1; terms and concepts follow" in done.stderr
    assert "kb correct vi-01 fr-01 undo 1" in done.stderr
    assert "[0, 1]:[0, 1]  1.00" in run("align", "fr-01", "vi-01").stdout
    assert run("align", "fr-01", "vi-01", "--tmx").stdout.count("<tu ") == 2
    record: dict[str, Any] = json.loads(run("correct", "fr-01", "vi-01", "reject", "a2", "--by", "An", "--json").stdout)
    assert (record["number"], record["user"], record["kind"]) == (2, "An", "reject")
    listed = [json.loads(line) for line in run("correct", "list", "--json").stdout.splitlines()]
    assert [(d["number"], d["kind"], d["state"], d["user"]) for d in listed] == [
        (1, "join", "in force", "lan"),
        (2, "reject", "in force", "An"),
    ]
    assert listed[1]["a_texts"] == ["Un bon service fait revenir les clients."]
    assert run("correct", "fr-01", "vi-01", "undo").exit_code == 0
    text = run("correct", "vi-01", "fr-01", "list").stdout
    assert "2  reject  undone  " in text
    assert "3  undo 2  " in text
    assert "decisions  2  (1 in force, 1 undone)" in run("status").stdout
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("list", 1, "nothing was decided in"),
        ("vi-01 fr-01 list", 1, "nothing was decided of 'vi-01' and 'fr-01'"),
        ("vi-01 fr-01 list a3", 2, "list takes nothing after it"),
        ("vi-01 fr-01", 2, "say two articles, one of accept, reject"),
        ("vi-01 fr-01 mend a3", 2, "say two articles"),
        ("vi-01 fr-01 accept a33", 2, "the first text has sentences a0 to a2"),
        ("vi-01 vi-01 accept a0", 2, "the same article"),
        ("vi-01 nobody accept a0", 1, "no article has the id"),
        ("fr-01 zh-01 accept a0", 1, "no alignment to correct"),
        ("vi-01 fr-01 undo", 1, "nothing is decided"),
    ],
)
def test_errors_are_one_line(run: Run, words: str, status: int, says: str) -> None:
    result = run("correct", *words.split())
    assert (result.exit_code, result.stdout) == (status, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_examples_of_the_help_work_one_after_the_other(demo: Path, tmp_path: Path) -> None:
    path = shutil.copy(demo, tmp_path / "demo.db")
    command = main.get_command(click.Context(main), "correct")
    assert command is not None
    examples = (command.help or "").partition("Example:")[2].split("kb ")[1:]
    assert len(examples) == 8
    for example in examples:
        result = CliRunner().invoke(main, shlex.split(example), env={"KB": str(path)})
        assert result.exit_code == 0, (example, result.stderr)


def test_the_embedder_is_not_asked(store: Store, folder: Path, embedder: WordEmbedder) -> None:
    build_base(store, folder)
    before = len(embedder.asked)
    act(store, "accept", "a0")
    assert len(embedder.asked) == before
