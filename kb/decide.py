"""Making decisions about alignments, and laying them over what a build found: where `corrections` meets the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from kb import corrections
from kb.corrections import Corrected, stretch
from kb.errors import NotFoundError, UsageError
from kb.model import Alignment, AnalysedArticle, Bead, Decision, Stretch
from kb.store.base import Store

T = TypeVar("T")

UNDO = "undo"
# Which decisions the terms, concepts and pairs of a base know of: the number of the last.
_SEEN = "decisions"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision, and the beads in force where it was made (of the second article first when `a` and `b` were named
    the other way round)."""

    decision: Decision
    beads: tuple[Bead, ...]


def decide(
    store: Store, a: str, b: str, kind: str, words: Sequence[str], *, user: str, now: datetime | None = None
) -> Outcome:
    """Record what somebody decides of the alignment of articles `a` and `b` (ids), and put it in force.

    `words` name beads as in `corrections.cut_for`, of `a` and `b` as they are given here; those of `undo` a decision's
    number, or nothing for the last one. The beads and the passage pairs follow at once; terms and concepts at the next
    build. Raises UsageError when the words do not fit, NotFoundError when there is no such alignment or decision.
    Others who write at the same time are waited for.
    """
    return decide_each(store, a, b, kind, [words], user=user, now=now)[0]


def decide_each(
    store: Store,
    a: str,
    b: str,
    kind: str,
    each: Sequence[Sequence[str]],
    *,
    user: str,
    now: datetime | None = None,
) -> list[Outcome]:
    """One decision of a kind after the other, as in `decide`, all of them or, where words do not fit, none."""
    with store.transaction(patient=True):
        first, second = sorted((a, b))
        machine, in_force = (_alignment(store, first, second, machine=machine) for machine in (True, False))
        articles = store.analysed(first), store.analysed(second)
        swapped = (first, second) != (a, b)
        made = _of(store.decisions(), machine)
        beads, outcomes = in_force.beads, []
        for words in each:
            decision = Decision(0, stamp(now), user, kind, first, second, Stretch(0, ()), Stretch(0, ()), ())
            if kind == UNDO:
                undone = _to_undo(words, made, _apply(machine, made, articles))
                decision = replace(decision, undoes=undone.number)
                a_side, b_side = undone.a_side, undone.b_side
            else:
                cut = corrections.cut_for(kind, words, [Bead(x.b, x.a, x.score) for x in beads] if swapped else beads)
                spans, shape = (cut.a, cut.b), cut.shape
                if swapped:
                    spans, shape = (cut.b, cut.a), tuple((p, q) for q, p in cut.shape)
                a_side, b_side = (stretch(texts, *span) for texts, span in zip(_texts(articles), spans, strict=True))
                decision = replace(decision, a_side=a_side, b_side=b_side, shape=shape)
            decision = store.add_decision(decision)
            made.append(decision)
            corrected = _apply(machine, made, articles)
            beads = corrected.beads
            outcomes.append(Outcome(decision, _around(beads, a_side, b_side, swapped)))
        if outcomes:
            _save(store, machine, corrected, articles)
    return outcomes


def correct(
    store: Store, articles: Mapping[str, AnalysedArticle]
) -> tuple[list[Alignment], dict[tuple[str, str], frozenset[int]]]:
    """Lay all decisions over what the machine found, as a build does: the alignments in force, and for every two
    articles which of their beads (positions) somebody decided."""
    decisions = store.decisions()
    decided = {}
    for machine in store.alignments(machine=True):
        own = _of(decisions, machine)
        if own:
            corrected = _apply(machine, own, (articles[machine.a], articles[machine.b]))
            store.save_correction(machine.a, machine.b, corrected.beads)
            decided[machine.a, machine.b] = corrected.decided
    store.set_info({_SEEN: str(len(decisions))})
    return store.alignments(), decided


def is_behind(store: Store) -> bool:
    """Whether something was decided since the last build, of which terms and concepts do not know yet."""
    return len(store.decisions()) != int(store.info().get(_SEEN, "0"))


def rejected(
    decisions: Sequence[Decision], a: AnalysedArticle, passage_a: str, b: AnalysedArticle, passage_b: str
) -> bool:
    """Whether somebody said of all that two passages (ids) say that one does not say what the other says."""
    between = tuple(sorted((a.id, b.id)))
    undone = {d.undoes for d in decisions}
    own = [d for d in decisions if d.kind == "reject" and (d.a, d.b) == between and d.number not in undone]
    if not own:
        return False
    sides = [
        {s.text for s in article.sentences if article.passages[s.passage].id == passage}
        for article, passage in ((a, passage_a), (b, passage_b))
    ]
    if a.id > b.id:
        sides.reverse()
    return any(sides[0] <= set(d.a_side.texts) and sides[1] <= set(d.b_side.texts) for d in own)


def _save(
    store: Store, machine: Alignment, corrected: Corrected, articles: tuple[AnalysedArticle, AnalysedArticle]
) -> None:
    from kb.pairs import parallel_pairs, rejected_pairs

    store.save_correction(machine.a, machine.b, corrected.beads)
    in_force = replace(machine, beads=corrected.beads)
    pairs = parallel_pairs(in_force, *articles, decided=corrected.decided)
    store.save_parallel(machine.a, machine.b, [*pairs, *rejected_pairs(machine, in_force, *articles)])


def _alignment(store: Store, a: str, b: str, *, machine: bool) -> Alignment:
    for alignment in store.alignments(article=a, machine=machine):
        if (alignment.a, alignment.b) == (a, b) and alignment.beads:
            return alignment
    raise NotFoundError(
        f"'{a}' and '{b}' are not known to be translations of each other, so there is no alignment to correct; "
        "kb pairs --kind parallel lists articles that are"
    )


def _of(decisions: Sequence[Decision], alignment: Alignment) -> list[Decision]:
    return [d for d in decisions if (d.a, d.b) == (alignment.a, alignment.b)]


def _texts(articles: tuple[AnalysedArticle, AnalysedArticle]) -> tuple[list[str], list[str]]:
    a, b = ([s.text for s in article.sentences] for article in articles)
    return a, b


def _apply(
    machine: Alignment, decisions: Sequence[Decision], articles: tuple[AnalysedArticle, AnalysedArticle]
) -> Corrected:
    return corrections.apply(machine.beads, decisions, *_texts(articles))


def _to_undo(words: Sequence[str], made: Sequence[Decision], now: Corrected) -> Decision:
    standing = {d.number: d for d in made if now.states.get(d.number, corrections.UNDONE) != corrections.UNDONE}
    return to_undo(words, standing, "of these two articles")


def stamp(now: datetime | None = None) -> str:
    """UTC, ISO 8601."""
    return (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_undo(words: Sequence[str], standing: Mapping[int, T], of: str) -> T:
    """Which of the decisions that stand (by number) is to be taken back: the one that is named, else the last one.

    `of`: what they are about, for the UsageError or NotFoundError.
    """
    if not standing:
        raise NotFoundError(f"undo: nothing is decided {of} that could be undone")
    if not words:
        return standing[max(standing)]
    if len(words) > 1 or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > 9:
        raise UsageError("undo: give the number of one decision, as list shows it, for example: undo 3")
    if int(words[0]) not in standing:
        listed = ", ".join(map(str, sorted(standing)))
        raise UsageError(f"undo: no decision {words[0]} {of} stands; there are: {listed}")
    return standing[int(words[0])]


def _around(beads: Sequence[Bead], a_side: Stretch, b_side: Stretch, swapped: bool) -> tuple[Bead, ...]:
    """The beads with sentences of either stretch, as far as these stand where they stood when they were decided."""
    a = range(a_side.at, a_side.at + len(a_side.texts))
    b = range(b_side.at, b_side.at + len(b_side.texts))
    near = [x for x in beads if not (set(a).isdisjoint(x.a) and set(b).isdisjoint(x.b))]
    return tuple(Bead(x.b, x.a, x.score) if swapped else x for x in near)
