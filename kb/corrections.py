"""Corrections of an alignment: what somebody decided, laid over the beads that the machine found.

A decision names its sentences by their texts, so that it holds after a rebuild and after an edit elsewhere in the
article. One whose sentences are no longer there, one after the other, does not apply; it stays in the base and applies
again when they come back.

- accept, join, split and shift say how a stretch of either text is cut into beads. Whatever the machine has there gives
  way: a bead that reaches into the stretch keeps only its sentences outside of it.
- reject says of two groups of sentences that one does not say what the other says: whatever bead holds sentences of
  both is taken apart, wherever else the machine may join them.
- undo takes back one of the others. Nothing is ever removed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from kb.beads import listed, moved
from kb.errors import UsageError
from kb.model import Bead, Decision, Stretch
from kb.record import record

# What a decision may be, undo apart.
KINDS = ("accept", "reject", "join", "split", "shift")

IN_FORCE, OVERRULED, UNDONE, NOT_APPLICABLE = "in force", "overruled", "undone", "not applicable"

DECIDED = 1.0  # the score of a bead that somebody decided
# The most that is claimed of what remains of a bead of which a decision took sentences away. Nobody has measured it.
CUT = 0.5

_PLACE = re.compile(r"([abAB])([0-9]{1,9})")

Shape = tuple[tuple[int, int], ...]  # sentences of a and of b of every bead, in order
Row = tuple[Bead, bool]  # a bead, and whether somebody decided it


@record
class Corrected:
    """The beads in force, which of them (positions in `beads`) somebody decided, and what became of every decision."""

    beads: tuple[Bead, ...]
    decided: frozenset[int]
    states: Mapping[int, str]  # Decision.number -> IN_FORCE, OVERRULED (by a later one), UNDONE or NOT_APPLICABLE


def apply(beads: Sequence[Bead], decisions: Iterable[Decision], a: Sequence[str], b: Sequence[str]) -> Corrected:
    """The machine's beads with the decisions applied in order.

    `a`, `b`: the sentences of the two texts, which `beads` cover once, in order but for moved blocks; so do the beads
    that come out. Applied to its own result it changes nothing. Without beads (no translations of each other) no
    decision applies.
    """
    decisions = list(decisions)
    undone = {d.undoes for d in decisions if d.undoes is not None}
    keys = [[_key(text) for text in side] for side in (a, b)]
    # Moved blocks are kept apart, so that all else is in order.
    apart = moved(beads)
    away: list[Row] = [(bead, False) for n, bead in enumerate(beads) if n in apart]
    kept = [bead for n, bead in enumerate(beads) if n not in apart]
    rows: list[Row] = [(bead, False) for bead in listed(kept, (), len(a), len(b))] if beads else []
    placed: dict[int, tuple[Decision, int, int]] = {}
    states: dict[int, str] = {}
    for decision in decisions:
        if decision.undoes is not None:
            continue
        if decision.number in undone:
            states[decision.number] = UNDONE
            continue
        i, k = _find(decision.a_side, keys[0]), _find(decision.b_side, keys[1])
        if i is None or k is None or not rows:
            states[decision.number] = NOT_APPLICABLE
            continue
        placed[decision.number] = (decision, i, k)
        within = next((n for n, (bead, _) in enumerate(away) if _covers(bead, decision, i, k)), None)
        if decision.kind == "reject":
            rows, away = _rejected(rows, decision, i, k), [x for x in away if not _joins(x[0], decision, i, k)]
        elif within is not None:
            away[within : within + 1] = [row for row in _shaped(decision.shape, i, k) if row[0].a and row[0].b]
        else:
            rows = _imposed(rows, decision, i, k)
    if not placed:
        return Corrected(tuple(beads), frozenset(), states)
    away = [row for row in away if not any(_meet(row[0], bead) for bead, _ in rows if bead.a and bead.b)]
    decided = {bead for bead, decided in (*rows, *away) if decided}
    found = listed((bead for bead, _ in rows), (bead for bead, _ in away), len(a), len(b))
    for number, (decision, i, k) in placed.items():
        states[number] = IN_FORCE if _holds(found, decision, i, k) else OVERRULED
    return Corrected(tuple(found), frozenset(n for n, bead in enumerate(found) if bead in decided), states)


# --- one decision ----------------------------------------------------------------------------------------------------


def _imposed(rows: Sequence[Row], decision: Decision, i: int, k: int) -> list[Row]:
    """The stretches that begin at sentences i and k are cut as decided; what reaches into them is cut off."""
    j, m = i + len(decision.a_side.texts), k + len(decision.b_side.texts)
    before = [part for row in rows for part in _within(row, (0, i), (0, k))]
    end = max((x + 1 for bead, _ in rows for x in (*bead.a, *bead.b)), default=0)
    after = [part for row in rows for part in _within(row, (j, end), (m, end))]
    return [*before, *_shaped(decision.shape, i, k), *after]


def _shaped(shape: Shape, i: int, k: int) -> list[Row]:
    rows: list[Row] = []
    for p, q in shape:
        rows.append((Bead(tuple(range(i, i + p)), tuple(range(k, k + q)), DECIDED if p and q else 0.0), bool(p and q)))
        i, k = i + p, k + q
    return rows


def _within(row: Row, of_a: tuple[int, int], of_b: tuple[int, int]) -> list[Row]:
    """What remains of a bead when only these sentences (half-open ranges) stay."""
    bead, _ = row
    a = tuple(x for x in bead.a if of_a[0] <= x < of_a[1])
    b = tuple(x for x in bead.b if of_b[0] <= x < of_b[1])
    if (a, b) == (bead.a, bead.b):
        return [row]
    return [(Bead(a, b, min(bead.score, CUT)), False)] if a and b else _left_out(a, b)


def _rejected(rows: Sequence[Row], decision: Decision, i: int, k: int) -> list[Row]:
    return [
        part for row in rows for part in (_left_out(row[0].a, row[0].b) if _joins(row[0], decision, i, k) else [row])
    ]


def _joins(bead: Bead, decision: Decision, i: int, k: int) -> bool:
    """Whether the bead holds sentences of both groups, which begin at i and k."""
    of_a = any(i <= x < i + len(decision.a_side.texts) for x in bead.a)
    return of_a and any(k <= y < k + len(decision.b_side.texts) for y in bead.b)


def _covers(bead: Bead, decision: Decision, i: int, k: int) -> bool:
    """Whether all that is decided stands in this bead."""
    a, b = range(i, i + len(decision.a_side.texts)), range(k, k + len(decision.b_side.texts))
    return bool(a) and bool(b) and set(a) <= set(bead.a) and set(b) <= set(bead.b)


def _meet(x: Bead, y: Bead) -> bool:
    return not (set(x.a).isdisjoint(y.a) and set(x.b).isdisjoint(y.b))


def _left_out(a: Iterable[int], b: Iterable[int]) -> list[Row]:
    return [*((Bead((x,), ()), False) for x in a), *((Bead((), (y,)), False) for y in b)]


def _holds(beads: Sequence[Bead], decision: Decision, i: int, k: int) -> bool:
    if decision.kind == "reject":
        return not any(_joins(bead, decision, i, k) for bead in beads)
    there = {(bead.a, bead.b) for bead in beads}
    return all((bead.a, bead.b) in there for bead, _ in _shaped(decision.shape, i, k))


# --- finding sentences again -----------------------------------------------------------------------------------------


def _key(text: str) -> str:
    """Two texts of one key are the same sentence: white space and the form of Unicode do not matter."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _find(stretch: Stretch, keys: Sequence[str]) -> int | None:
    """Where the sentences stand now. Of several places the one between the same neighbours, then the nearest to where
    they stood."""
    wanted = [_key(text) for text in stretch.texts]
    n = len(wanted)
    if not n:
        return None
    before, after = _key(stretch.before), _key(stretch.after)

    def distance(p: int) -> tuple[int, int, int]:
        alike = (keys[p - 1] if p else "") == before, (keys[p + n] if p + n < len(keys) else "") == after
        return -sum(alike), abs(p - stretch.at), p

    places = [p for p in range(len(keys) - n + 1) if keys[p] == wanted[0] and list(keys[p : p + n]) == wanted]
    return min(places, key=distance, default=None)


def stretch(sentences: Sequence[str], begin: int, end: int) -> Stretch:
    """Sentences `begin` to `end` (half-open) as a decision remembers them."""
    before = sentences[begin - 1] if begin else ""
    return Stretch(begin, tuple(sentences[begin:end]), before, sentences[end] if end < len(sentences) else "")


# --- from what somebody types to a decision --------------------------------------------------------------------------


@record
class Cut:
    """Sentences a[begin:end] and b[begin:end] and how they are to be cut into beads."""

    a: tuple[int, int]
    b: tuple[int, int]
    shape: Shape


def cut_for(kind: str, words: Sequence[str], beads: Sequence[Bead]) -> Cut:
    """What `kind` (of KINDS) does to the beads that `words` name: `a3` is the bead with sentence 3 of the first text,
    `b5` that with sentence 5 of the second.

    Raises UsageError that says what to write, when a word names no bead or the beads do not allow it.
    """
    if kind == "shift":
        return _shift(words, beads)
    if kind == "split":
        return _split(words, beads)
    if kind == "join":
        if len(words) < 2:
            raise UsageError("join: name the first and the last bead, for example: join a3 a4")
        found = [_bead_of(word, beads) for word in words]
        first, last = min(found), max(found)
        if first == last:
            raise UsageError(f"join: {' and '.join(words)} are in one bead already, {_shown(beads[first])}")
        whole = _together(beads[first : last + 1], kind)
        return Cut(*whole, ((whole[0][1] - whole[0][0], whole[1][1] - whole[1][0]),))
    if len(words) != 1:
        raise UsageError(f"{kind}: name one bead by one of its sentences, for example: {kind} a3")
    bead = beads[_bead_of(words[0], beads)]
    whole = _together([bead], kind)
    shape: Shape = ((len(bead.a), len(bead.b)),)
    return Cut(*whole, _singles(shape[0]) if kind == "reject" else shape)


def _split(words: Sequence[str], beads: Sequence[Bead]) -> Cut:
    places = dict(_place(word) for word in words)
    if not words or len(places) != len(words):
        raise UsageError("split: name where the second part begins in either text, for example: split a4 b3")
    if len(places) == 1:
        bead = beads[_bead_of(words[0], beads)]
        whole = _together([bead], "split")
        if len(bead.a) != len(bead.b) or len(bead.a) == 1:
            raise UsageError(
                f"split: {_shown(bead)} does not fall into pairs of sentences by itself; name where the second part "
                f"begins in either text, for example: split a{bead.a[-1]} b{bead.b[-1]}; reject takes it apart"
            )
        return Cut(*whole, ((1, 1),) * len(bead.a))
    x, y = places["a"], places["b"]
    for bead in beads:
        if not (bead.a and bead.b):
            continue
        p, q = x - bead.a[0], y - bead.b[0]
        if not (0 <= p <= len(bead.a) and 0 <= q <= len(bead.b)):
            continue
        parts = (p, q), (len(bead.a) - p, len(bead.b) - q)
        if any(map(all, parts)) and all(map(any, parts)):
            return Cut(*_together([bead], "split"), _shape(parts))
    raise UsageError(
        f"split: no bead can be parted before {words[0]} and before {words[1]}; both must stand in one bead, or one "
        "of them right behind it, and a part must keep words of both texts"
    )


def _shift(words: Sequence[str], beads: Sequence[Bead]) -> Cut:
    if len(words) != 2 or words[1] not in ("up", "down"):
        raise UsageError("shift: name the sentence that moves and where to, for example: shift a4 up, shift b7 down")
    side, number = _place(words[0])
    here = _bead_of(words[0], beads)
    there = here + (-1 if words[1] == "up" else 1)
    if not 0 <= there < len(beads):
        raise UsageError(f"shift: there is no bead {'above' if words[1] == 'up' else 'below'} {_shown(beads[here])}")
    own, other = (beads[there].b, beads[here].b) if side == "a" else (beads[there].a, beads[here].a)
    if not own:
        raise UsageError(
            f"shift: the next bead {words[1]} from {words[0]}, {_shown(beads[there])}, has no words of the other text "
            f"to move to; join {words[0]} with the bead you mean"
        )
    first, second = sorted((here, there))
    whole = _together([beads[first], beads[second]], "shift")
    # The border between the two moves behind the sentence, or before it.
    border = number + 1 if words[1] == "up" else number
    moved = whole[0 if side == "a" else 1]
    sizes = (border - moved[0], moved[1] - border)
    others = (len(own), len(other)) if words[1] == "up" else (len(other), len(own))
    parts = list(zip(sizes, others, strict=True)) if side == "a" else list(zip(others, sizes, strict=True))
    return Cut(*whole, _shape(parts))


def _together(beads: Sequence[Bead], kind: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The sentences of neighbouring beads as a range of either text; UsageError when a text has none, or when what lies
    between stands elsewhere."""
    a, b = [x for bead in beads for x in bead.a], [x for bead in beads for x in bead.b]
    if any(y != x + 1 for side in (a, b) for x, y in pairwise(side)):
        shown = " and ".join(map(_shown, beads))
        raise UsageError(
            f"{kind}: {shown} do not follow each other in both texts; reject the one that stands elsewhere"
        )
    if not (a and b):
        shown = " and ".join(map(_shown, beads))
        raise UsageError(f"{kind}: {shown} has words of one text only; join it with a bead of the other text")
    return (a[0], a[-1] + 1), (b[0], b[-1] + 1)


def _bead_of(word: str, beads: Sequence[Bead]) -> int:
    side, number = _place(word)
    for n, bead in enumerate(beads):
        if number in (bead.a if side == "a" else bead.b):
            return n
    last = max((x for bead in beads for x in (bead.a if side == "a" else bead.b)), default=-1)
    which = "first" if side == "a" else "second"
    raise UsageError(f"{word}: the {which} text has sentences {side}0 to {side}{last}; kb align shows their numbers")


def _place(word: str) -> tuple[str, int]:
    found = _PLACE.fullmatch(word)
    if found is None:
        raise UsageError(
            f"'{word}' names no sentence; write a3 for sentence 3 of the first text, b5 for sentence 5 of the second"
        )
    return found[1].lower(), int(found[2])


def _shape(parts: Iterable[tuple[int, int]]) -> Shape:
    """A part without words of one text falls into sentences that are left out."""
    return tuple(size for part in parts for size in ([part] if all(part) else _singles(part)))


def _singles(part: tuple[int, int]) -> Shape:
    return ((1, 0),) * part[0] + ((0, 1),) * part[1]


def _shown(bead: Bead) -> str:
    return f"{list(bead.a)}:{list(bead.b)}"
