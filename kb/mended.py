"""Questions about repairs: what cleaning did and offers, what people decided of it, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from kb.answers import Repair, RepairChoice
from kb.errors import NotFoundError, UsageError
from kb.lookup import Lookup
from kb.model import Change, RepairDecision
from kb.records import Records
from kb.repairs import (
    DOUBTFUL_KINDS,
    GONE,
    ID_LENGTH,
    MADE,
    NOT_FOUND,
    OFFERED,
    Held,
    beside,
    by_article,
    held,
    id_start,
    known_of,
    states,
)

if TYPE_CHECKING:
    from kb.store.base import ArticleRepairs

DECIDED = "decided"
STATES = (OFFERED, MADE, DECIDED)
LEAST_ID = 5  # digits of an id that name a repair


class _Told(NamedTuple):
    """All decisions about repairs, and which of them each article was made with."""

    made: Sequence[RepairDecision]
    known: Mapping[str, Sequence[int]]


class Mended(Lookup):
    """Repairs, by article and place."""

    def repairs(
        self, article: str | None = None, *, state: str | None = None, limit: int | None = None
    ) -> Records[Repair]:
        """What cleaning did to all articles, or to one, and what it offers, by article and raw offset.

        `state`: `offered`: only likely, and nobody decided; `made`: as the text is now; `decided`: with a decision.
        """
        if state is not None and state not in STATES:
            raise UsageError(f"no state of repairs is called '{state}'; there are: {', '.join(STATES)}")
        told = self._told()
        articles = list(by_article(told.made)) if state == DECIDED else sorted(self._ids)
        if article is not None:
            articles = [self._id_of(article)]
        found = Records[Repair]()
        for id in articles:
            found += [repair for repair in self._repairs_of(id, told) if _is_in(repair, state)]
            if limit is not None and len(found) >= limit:
                return found[:limit]
        return found

    def repair(self, id: str) -> Repair:
        """The repair with this id, or with the only one that begins so."""
        if not LEAST_ID <= len(id) <= ID_LENGTH:
            raise NotFoundError(
                f"no repair has the id '{id[:40]}'; kb repairs lists them, and {LEAST_ID} digits or more name one"
            )
        told = self._told()
        articles = sorted({*self._ids, *by_article(told.made)})
        near = [x for article in articles if id_start(article) == id[:4] for x in self._repairs_of(article, told)]
        found = [x for x in near if x.id.startswith(id)]
        if not found:  # what stands beside it has changed since it was decided
            then = {d.number for d in told.made if d.repair.id.startswith(id)}
            found = [x for x in near if x.number in then]
        if not found:
            raise NotFoundError(f"no repair has the id '{id}'; kb repairs lists them")
        if len(found) > 1:
            raise UsageError(f"the ids of {len(found)} repairs begin with '{id}'; write more of it")
        return found[0]

    def doubtful_repairs(self, limit: int | None, *, article: str | None = None) -> Records[Repair]:
        """Repairs of all articles, or of one, of which nobody decided, the least sure first: what is offered, then what
        was made, by kind. Those of kinds that are hardly ever wrong are not among them."""
        of = None if article is None else self._id_of(article)
        told = self._told()
        free = {
            article: {(x.state, x.change) for x in self._held(article, told)[1] if x.decision is None}
            for article in {d.repair.article for d in told.made} & self._ids
        }
        waiting = (
            (state, article, change)
            for state, article, change in self._proposed
            if of in (None, article) and (article not in free or (state, change) in free[article])
        )
        chosen = list(islice(waiting, limit))
        shown = {
            (x.state, article, x.start, x.end, x.kind, x.after): x
            for article in sorted({article for _, article, _ in chosen})
            for x in self._repairs_of(article, told)
        }
        return Records[Repair](shown[state, article, c.start, c.end, c.kind, c.after] for state, article, c in chosen)

    @cached_property
    def _proposed(self) -> list[tuple[str, str, Change]]:
        """State, article and change of the repairs that a build left to be decided, the least sure first."""
        found = [
            (MADE if is_made else OFFERED, article, change)
            for article, is_made, change in self._store.proposed_repairs(DOUBTFUL_KINDS)
        ]
        return sorted(found, key=lambda row: (_sureness(row[2].score), row[0] == MADE, _rank(row[2].kind)))

    def repair_choices(self, article: str | None = None) -> Records[RepairChoice]:
        """What people decided of the repairs of all articles, or of one, in the order in which they did."""
        id = None if article is None else self._id_of(article)
        told = self._told()
        made = [d for d in told.made if id is None or d.repair.article == id]
        became: dict[int, str] = {}
        for of in sorted({d.repair.article for d in made}):
            became |= states(self._held(of, told)[1], [d for d in made if d.repair.article == of])
        return Records[RepairChoice](
            RepairChoice(
                number=d.number,
                time=d.time,
                user=d.user,
                kind=d.kind,
                state=became[d.number],
                repair=d.repair.id,
                article=d.repair.article,
                of=d.repair.kind,
                start=d.repair.start,
                end=d.repair.end,
                before=d.repair.before,
                after=d.repair.after,
                comment=d.comment,
                undoes=d.undoes,
            )
            for d in made
        )

    def _told(self) -> _Told:
        return _Told(self._store.repair_decisions(), known_of(self._store.info()))

    def _held(self, article: str, told: _Told) -> tuple[ArticleRepairs | None, list[Held]]:
        """An article as far as it is in the base, and its repairs."""
        if article not in self._ids:
            return None, held(article, "", (), (), told.made)
        about = self._store.article_repairs(article)
        known = told.known.get(article, ())
        return about, held(article, about.raw, about.changes, about.offers, told.made, known)

    def _repairs_of(self, article: str, told: _Told) -> list[Repair]:
        found = []
        about, repairs = self._held(article, told)
        for x in repairs:
            c, d = x.change, x.decision
            then = d.repair if d and x.state == GONE and x.effect == NOT_FOUND else None
            left, right = ("", "")
            if then:
                left, right = then.left, then.right
            elif about:
                left, right = beside(about.raw, c.start, c.end)
            found.append(
                Repair(
                    id=x.id,
                    article=article,
                    path=about.path if about else d.repair.path if d else "",
                    language=about.language if about else "",
                    kind=c.kind,
                    score=c.score,
                    state=x.state,
                    decision=d.kind if d else "",
                    effect=x.effect,
                    start=c.start,
                    end=c.end,
                    left=left,
                    before=c.before,
                    after=c.after,
                    right=right,
                    reason=c.reason,
                    number=d.number if d else None,
                    user=d.user if d else None,
                    time=d.time if d else None,
                    comment=d.comment if d else None,
                )
            )
        return found


def _is_in(repair: Repair, state: str | None) -> bool:
    match state:
        case "decided":
            return bool(repair.decision)
        case "made":
            return repair.state == MADE
        case "offered":
            return repair.state == OFFERED and not repair.decision
        case _:
            return repair.state != GONE


def _sureness(score: float) -> float:
    """0 where yes and no are as likely, .5 at most; to a hundredth, so that the kind decides between the like."""
    return round(abs(score - 0.5), 2)


def _rank(kind: str) -> int:
    return DOUBTFUL_KINDS.index(kind) if kind in DOUBTFUL_KINDS else len(DOUBTFUL_KINDS)
