"""Making decisions about repairs: where `repairs` meets the store. They take effect with the next build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kb.decide import stamp, to_undo
from kb.errors import NotFoundError, UsageError
from kb.model import RepairDecision
from kb.repairs import KINDS, OFFERED, REJECT, UNDO, held, known_of, remember, standing
from kb.store.base import Store


def decide_repair(
    store: Store,
    kind: str,
    article: str = "",
    repair: str = "",
    *,
    number: int | None = None,
    user: str,
    comment: str | None = None,
    now: datetime | None = None,
) -> RepairDecision:
    """Record what somebody decides of a repair (its article's id and its own).

    `kind`: one of `repairs.KINDS`, or `undo`, which takes back decision `number`, else the one that counts of `repair`,
    else the user's last one. `comment`: a remark. Raises NotFoundError when there is no such repair or decision,
    UsageError when the same is decided already. Others who write at the same time are waited for.
    """
    with store.transaction(patient=True):
        made = store.repair_decisions()
        said = " ".join((comment or "").split()) or None
        if kind == UNDO:
            undone = _to_undo(number, repair, made, user)
            new = replace(undone, number=0, time=stamp(now), user=user, kind=UNDO, comment=said, undoes=undone.number)
        elif kind in KINDS:
            new = _decision(store, kind, article, repair, made)
            new = replace(new, time=stamp(now), user=user, comment=said)
        else:
            raise UsageError(f"no decision about repairs is called '{kind}'; there are: {', '.join((*KINDS, UNDO))}")
        return store.add_repair_decision(new)


def _decision(store: Store, kind: str, article: str, repair: str, made: Sequence[RepairDecision]) -> RepairDecision:
    about = store.article_repairs(article)
    own = [d for d in made if d.repair.article == article]
    known = known_of(store.info()).get(article, ())
    found = next((x for x in held(article, about.raw, about.changes, about.offers, own, known) if x.id == repair), None)
    if found is None:
        raise NotFoundError(f"{article} has no repair {repair!r} any more; kb repairs {article} lists them")
    if found.decision is not None and found.decision.kind == kind:
        number = found.decision.number
        raise UsageError(f"{kind}: decision {number} says so already; take it back with: kb repairs undo {number}")
    if any("\ud800" <= c <= "\udfff" for c in found.change.before) and kind == REJECT and found.state != OFFERED:
        raise UsageError("reject: this is half of a character, which no text can hold")
    return RepairDecision(0, "", "", kind, remember(article, about.path, about.raw, repair, found.change))


def _to_undo(number: int | None, repair: str, made: Sequence[RepairDecision], user: str) -> RepairDecision:
    stands = {d.number: d for d in standing(made)}
    if number is not None:
        return to_undo([str(number)], stands, "of repairs")
    own = [n for n, d in stands.items() if (d.repair.id == repair if repair else d.user == user)]
    if stands and not own:
        of = f"of repair {repair}" if repair else f"that {user} decided of repairs"
        raise NotFoundError(f"undo: nothing {of} stands; kb repairs --decided lists what was decided")
    return to_undo([str(max(own))] if own else [], stands, "of repairs")
