"""What people decide of the repairs that cleaning makes or offers, and of what it leaves out.

accept: the repair is made; reject: it is not, and the raw text stands. Either may be said of one that was made and of
one that was only offered. A decision remembers the raw characters, what stands beside them and where they stood, so
that it holds after a rebuild and after an edit elsewhere in the article. One whose place is gone, or whose repair is
proposed no longer, waits; it stays in the base and applies again when they come back. undo takes back one of the
others. Nothing is ever removed.

A repair's id is told by its article and its text: a rebuild of the same text has the same ids. Its first four digits
are the article's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from kb.corrections import IN_FORCE, OVERRULED, UNDONE
from kb.langs.folding import begin_alike
from kb.model import FURNITURE_KINDS, Change, RememberedRepair, RepairDecision
from kb.record import record

ACCEPT, REJECT, UNDO = "accept", "reject", "undo"
KINDS = (ACCEPT, REJECT)

MADE, OFFERED, GONE = "made", "offered", "gone"
NEXT_BUILD, NOT_FOUND = "from the next build on", "not found"

# Kinds of repairs that are worth a second look; among equally likely ones those that are wrong most easily first: whole
# lines and phrases that are left out on a likelihood, then words, then line ends. Those that are not listed follow from
# what stands there.
DOUBTFUL_KINDS = (
    "injected",
    "related",
    "navigation",
    "advertisement",
    "byline",
    "legal",
    "contact",
    "date",
    "mojibake",
    "line-break",
    "glued-words",
    "list-number",
    "pinyin-annotation",
)

KNOWN = "repairs"  # the fact about a base that says which decisions its articles were made with

ID_LENGTH = 14  # hexadecimal digits
REMEMBERED = 40  # characters on either side
_BESIDE = 20  # of which so many tell an id
_LEAST = 20  # characters that have to agree, those of the repair and those beside it, for its place to be found again

Key = tuple[str, int, int, str]
"""(sort, raw start, raw end, after): what makes two repairs of one text the same."""


def key(kind: str, start: int, end: int, after: str) -> Key:
    """Whichever kind of furniture a line is taken for, leaving it out is the same."""
    return ("line" if kind in FURNITURE_KINDS else kind), start, end, after


def _key_of(change: Change) -> Key:
    return key(change.kind, change.start, change.end, change.after)


# --- remembering a repair, and finding it again ----------------------------------------------------------------------


def remember(article: str, path: str, raw: str, id: str, change: Change) -> RememberedRepair:
    left, right = beside(raw, change.start, change.end)
    return RememberedRepair(
        *(id, article, path, change.kind, change.start, change.end, change.before, change.after, change.reason),
        *(left, right),
    )


def beside(raw: str, start: int, end: int, most: int = REMEMBERED) -> tuple[str, str]:
    """The raw characters before and after a place."""
    return raw[max(0, start - most) : start], raw[end : end + most]


def find(raw: str, repair: RememberedRepair) -> tuple[int, int] | None:
    """Where the repair's characters stand now: of several places the one with most of what stood beside them, then the
    nearest to where they stood. None when too little agrees to tell."""
    size = len(repair.before)
    whole = len(repair.left) + size + len(repair.right)

    def agreeing(at: int) -> int:
        left, right = beside(raw, at, at + size)
        return size + begin_alike(left[::-1], repair.left[::-1]) + begin_alike(right, repair.right)

    if raw[repair.start : repair.end] == repair.before and agreeing(repair.start) == whole:
        return repair.start, repair.end
    places = [(agreeing(at), -abs(at - repair.start), -at) for at in _places(raw, repair)]
    if not places:
        return None
    agree, _, at = max(places)
    return (-at, -at + size) if agree >= min(_LEAST, whole) else None


def _places(raw: str, repair: RememberedRepair) -> Iterator[int]:
    """Where the same characters stand; of an insertion, where what stood before or after it does."""
    if repair.before:
        yield from _all(raw, repair.before)
    else:
        yield from (at + len(repair.left) for at in _all(raw, repair.left))
        yield from _all(raw, repair.right)


def _all(raw: str, piece: str) -> Iterator[int]:
    at = raw.find(piece) if piece else -1
    while at >= 0:
        yield at
        at = raw.find(piece, at + 1)


# --- decisions of one article ----------------------------------------------------------------------------------------


def standing(decisions: Iterable[RepairDecision]) -> list[RepairDecision]:
    """Those that nobody took back, in order."""
    made = list(decisions)
    undone = {d.undoes for d in made}
    return [d for d in made if d.undoes is None and d.number not in undone]


def by_article(decisions: Iterable[RepairDecision]) -> dict[str, list[RepairDecision]]:
    """The standing decisions of every article that has any."""
    found: defaultdict[str, list[RepairDecision]] = defaultdict(list)
    for decision in standing(decisions):
        found[decision.repair.article].append(decision)
    return dict(sorted(found.items()))


def numbers(decisions: Iterable[RepairDecision]) -> dict[str, list[int]]:
    """Article -> the numbers of its standing decisions. Since decisions never change, an article is up to date when it
    was made with the same."""
    return {article: [d.number for d in own] for article, own in by_article(decisions).items()}


class Decided:
    """What is decided of one article, placed in its raw text; of several decisions about one repair the last."""

    def __init__(self, raw: str, decisions: Iterable[RepairDecision] = ()) -> None:
        self._placed: dict[Key, RepairDecision] = {}
        for decision in decisions:
            r = decision.repair
            if place := find(raw, r):
                self._placed[key(r.kind, *place, r.after)] = decision
        self._kept: list[tuple[int, int]] = []

    def __bool__(self) -> bool:
        return bool(self._placed)

    def of(self, kind: str, start: int, end: int, after: str) -> RepairDecision | None:
        return self._placed.get(key(kind, start, end, after))

    def of_line(self, start: int, end: int) -> RepairDecision | None:
        return self._placed.get(("line", start, end, ""))

    def keep(self, start: int, end: int) -> None:
        """Note that these raw characters stand as they are since a repair of them was rejected."""
        self._kept.append((start, end))

    def keeps(self, start: int, end: int) -> bool:
        """Whether some of these raw characters stand as they are."""
        return any(at < end and start < to for at, to in self._kept)

    def keeps_all(self, start: int, end: int) -> bool:
        """Whether all of these raw characters stand as they are since one repair was rejected."""
        return any(at <= start and end <= to for at, to in self._kept)


# --- what a base holds, with what was decided of it -------------------------------------------------------------------


@record
class Held:
    """A repair of an article as it is in the base: MADE, OFFERED, or GONE where only a decision remembers it.

    `decision`: the one that counts, None where there is none; `effect`: IN_FORCE, NEXT_BUILD, NOT_FOUND or OVERRULED,
    "" where nothing was decided; without a decision NEXT_BUILD says that one was taken back.
    """

    id: str
    change: Change
    state: str
    decision: RepairDecision | None = None
    effect: str = ""


def held(
    article: str,
    raw: str,
    changes: Sequence[Change],
    offers: Sequence[Change],
    decisions: Iterable[RepairDecision] = (),
    known: Iterable[int] = (),
) -> list[Held]:
    """All repairs of an article in raw order, then those that are gone.

    `decisions`: all of this article, undone ones too; `known`: the numbers of those it was made with.
    """
    both = sorted([*((c, MADE) for c in changes), *((c, OFFERED) for c in offers)], key=lambda x: _order(x[0]))
    ids = _ids(article, raw, [change for change, _ in both])
    made = [d for d in decisions if d.repair.article == article]
    told, lost = _last(raw, made)
    unknown = {d.number for d in made} - set(known)
    stands = {d.number for d in standing(made)}
    left = {k: d for k, d in told.items() if d.number not in stands and d.number not in unknown}  # undone since
    found = []
    there = set()
    for (change, state), id in zip(both, ids, strict=True):
        k = _key_of(change)
        there.add(k)
        decision = told.get(k)
        if decision is not None and decision.number in stands:
            done = (state == MADE) == (decision.kind == ACCEPT)
            late = NEXT_BUILD if decision.number in unknown else _hindered(decision, change, both, told, stands)
            found.append(Held(id, change, state, decision, IN_FORCE if done else late))
        else:
            found.append(Held(id, change, state, None, NEXT_BUILD if k in left else ""))
    gone = [((k[1], k[2]), d) for k, d in told.items() if k not in there]
    for place, decision in sorted([*gone, *((None, d) for d in lost)], key=lambda x: x[1].number):
        if decision.number in stands:
            r = decision.repair
            start, end = place or (r.start, r.end)
            change = Change(r.kind, start, end, r.before, r.after, r.reason)
            # Where the raw text is as it was and nothing proposes to change it, what was rejected stands.
            effect = IN_FORCE if place and decision.kind == REJECT else NOT_FOUND
            found.append(Held(r.id, change, GONE, decision, effect))
    return found


def _hindered(
    decision: RepairDecision,
    change: Change,
    both: Iterable[tuple[Change, str]],
    told: Mapping[Key, RepairDecision],
    stands: Set[int],
) -> str:
    """OVERRULED where another repair of these characters is made since somebody decided so later."""
    for other, state in both:
        if state == MADE and other != change and other.start < change.end and change.start < other.end:
            its = told.get(_key_of(other))
            if its is not None and its.number in stands and its.number > decision.number:
                return OVERRULED
    return NOT_FOUND


def states(found: Iterable[Held], decisions: Iterable[RepairDecision]) -> dict[int, str]:
    """What became of every decision: the `effect` of those that count, OVERRULED, UNDONE, "" of one that undoes."""
    made = list(decisions)
    count = {x.decision.number: x.effect for x in found if x.decision is not None}
    stands = {d.number for d in standing(made)}
    return {
        d.number: "" if d.undoes is not None else count.get(d.number, OVERRULED) if d.number in stands else UNDONE
        for d in made
    }


def _last(raw: str, made: Sequence[RepairDecision]) -> tuple[dict[Key, RepairDecision], list[RepairDecision]]:
    """For every place that is found the decision that counts (a standing one if there is any), and those not found."""
    told: dict[Key, RepairDecision] = {}
    lost: dict[str, RepairDecision] = {}
    stands = {d.number for d in standing(made)}
    for decision in sorted(made, key=lambda d: (d.number in stands, d.number)):
        r = decision.repair
        if decision.undoes is not None:
            continue
        if place := find(raw, r):
            told[key(r.kind, *place, r.after)] = decision
        else:
            lost[r.id] = decision
    return told, list(lost.values())


def _order(change: Change) -> tuple[int, int, str, str]:
    return change.start, change.end, change.kind, change.after


def _ids(article: str, raw: str, changes: Iterable[Change]) -> list[str]:
    seen = Counter[str]()
    found = []
    for c in changes:
        text = "\n".join((_key_of(c)[0], c.before, c.after, *beside(raw, c.start, c.end, _BESIDE)))
        seen[text] += 1
        found.append(id_start(article) + _digest(f"{text}\n{seen[text]}", 5))
    return found


def id_start(article: str) -> str:
    """What the ids of an article's repairs begin with: four hexadecimal digits."""
    return _digest(article, 2)


def _digest(text: str, size: int) -> str:
    import hashlib  # most commands look at no repair

    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def known_of(info: Mapping[str, str]) -> dict[str, list[int]]:
    """Article -> the numbers of the decisions that it was made with, as a build noted them (`KNOWN`)."""
    import json

    found: dict[str, list[int]] = json.loads(info.get(KNOWN, "{}"))
    return found
