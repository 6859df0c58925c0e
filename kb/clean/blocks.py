"""Which lines are the article and which are the page around it, and what each of them is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import exp
from typing import NamedTuple

from kb.clean import cues, evidence, furniture, roles
from kb.clean.context import ALONE, Context
from kb.clean.furniture import BODY, LEAST, SHIPPED, SURE, TITLE, Shares, Weights
from kb.clean.lines import Line
from kb.clean.reasons import kind_of, reason_of
from kb.clean.repeated import at_edges
from kb.model import BODY_KINDS

_LEAST_REPEATS = 2  # times that furniture quotes the same phrase before it counts as the article's name
_LEAST_TITLE = 0.2
# A title says what the paragraphs say, which what stands above and below it does less. Cosines; on the labelled pages
# weights from 4 to 8 do alike.
_NEARER, _USUAL_NEAR = 6.0, 0.2
_SURE_TITLE, _HOPELESS_TITLE, _MOST_TITLES = 0.9, 0.03, 8
_DOUBT = 0.3  # from which on a line that stays is offered for leaving out

# Of lines of the labelled pages with 40 letters and more 2 % of furniture are nearer to the article's paragraphs than
# NEAR (cosine), 2 % of the article farther than FAR. It is asked of doubtful lines only.
_ASKED, _FAR, _NEAR = (0.3, 0.95), 0.02, 0.35
_LEAST_MEANING = 40  # letters

_MENU = 4  # lines
_PAGE = 3  # lines that surely are furniture: then a run without a sign may be, too
_NO_TITLE = frozenset(name for name, weight in SURE.items() if weight > 0) | {"only-date"}


class Label(NamedTuple):
    """What a line is. `reason` says why it is left out, or why it might be: then `doubt` is the kind of furniture.

    `score`: how likely it is furniture.
    """

    kind: str
    reason: str = ""
    doubt: str = ""
    score: float = 1.0

    @property
    def is_body(self) -> bool:
        return self.kind in BODY_KINDS


class _Reading(NamedTuple):
    """The lines that are left, and what is known of them."""

    lines: list[Line]
    rows: list[dict[str, float]]
    shares: list[Shares]
    title: int
    near: Mapping[int, float]  # position -> nearness in meaning, of doubtful lines


def label(
    lines: Sequence[Line], context: Context = ALONE, language: str = "", weights: Weights = SHIPPED
) -> list[Label]:
    """One label for each line, in order.

    What is left is read again until nothing more is furniture, so that cleaning what was cleaned changes nothing.
    """
    own = [evidence.evidence(line) for line in lines]
    for i in at_edges(lines, context.repeated):
        own[i]["repeated"] = 1.0
    left = list(range(len(lines)))
    labels: dict[int, Label] = {}
    while True:
        read = _read([lines[i] for i in left], [own[i] for i in left], context, language, weights)
        if not (out := _furniture(read, weights)):
            break
        labels |= {left[n]: found for n, found in out.items()}
        left = [i for n, i in enumerate(left) if n not in out]
    for n, kind in enumerate(roles.kinds_of(read.lines, read.title)):
        i = left[n]
        if i + 1 in labels and kind in ("paragraph", "heading") and roles.is_captioned(lines[i], lines[i + 1]):
            kind = "caption"
        labels[i] = _kept(kind, read, n, weights)
    return [labels[i] for i in range(len(lines))]


def _read(
    lines: list[Line], own: Sequence[Mapping[str, float]], context: Context, language: str, weights: Weights
) -> _Reading:
    rows = evidence.in_company(lines, own)
    shares = furniture.shares(rows, weights)
    read = _Reading(lines, rows, shares, _title(lines, rows, shares, {}), {})
    if context.embed is None:
        return read
    low, high = _ASKED
    doubtful = {
        n
        for n, line in enumerate(lines)
        if low <= _out(shares[n]) <= high and line.weight >= _LEAST_MEANING
        if "marked" not in rows[n] and not line.marked_heading and not evidence.SIGNS.isdisjoint(rows[n])
    }
    names = _may_be_titles(read)
    # Nothing is embedded when no line is doubtful.
    near = evidence.nearness(lines, rows, language, context.embed, sorted(doubtful.union(names)))
    title = _title(lines, rows, shares, near) if names else read.title
    return read._replace(title=title, near={n: x for n, x in near.items() if n in doubtful and n != title})


def _furniture(read: _Reading, weights: Weights) -> dict[int, Label]:
    """Position -> label of what is to be left out now."""
    going = [n != read.title and _goes(read, n) for n in range(len(read.lines))]
    found = {}
    for n in _with_signs(read, going):
        row, share = read.rows[n], read.shares[n]
        reason = reason_of(row, share, weights, far=_is_far(read.near.get(n)))
        found[n] = Label(kind_of(row, share), reason, score=1.0 if _is_certain(row) else _score(share))
    for n in _titles_again(read):
        found.setdefault(n, Label("navigation", "the title once more"))
    return found


def _kept(kind: str, read: _Reading, n: int, weights: Weights) -> Label:
    row, share = read.rows[n], read.shares[n]
    safe = n == read.title or read.lines[n].marked_heading or read.near.get(n, 0.0) >= _NEAR
    if safe or _out(share) < _DOUBT or evidence.SIGNS.isdisjoint(row):
        return Label(kind)
    return Label(kind, f"unsure: {reason_of(row, share, weights)}", kind_of(row, share), _score(share))


def title_in_furniture(lines: Sequence[Line], labels: Sequence[Label]) -> str:
    """The phrase that page furniture keeps quoting, when there is one: notices name the article they stand around."""
    around = [line.text for line, found in zip(lines, labels, strict=True) if not found.is_body]
    quoted = Counter(phrase.strip() for text in around for phrase in cues.QUOTED.findall(text))
    phrase, _ = max(quoted.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    return phrase if sum(text.count(phrase) for text in around) >= _LEAST_REPEATS and phrase else ""


def _out(share: Shares) -> float:
    """How likely a line is furniture."""
    return 1 - share[TITLE] - share[BODY]


def _score(share: Shares) -> float:
    return round(float(_out(share)), 4)


def _is_certain(row: Mapping[str, float]) -> bool:
    return "no-letters" in row or "repeated" in row


def _is_far(near: float | None) -> bool:
    return near is not None and near <= _FAR


def _goes(read: _Reading, n: int) -> bool:
    line, row, near = read.lines[n], read.rows[n], read.near.get(n)
    if line.marked_heading:
        return False
    if _is_certain(row) or _is_far(near):
        return True
    if near is not None and near >= _NEAR:
        return False
    if "plain-prose" in row:
        return False
    if any(SURE.get(name, 0.0) > 0 for name in row):
        return _out(read.shares[n]) > LEAST
    return furniture.is_furniture(line, row, read.shares[n])


def _with_signs(read: _Reading, going: Sequence[bool]) -> list[int]:
    """Positions that may go: runs with a sign of a page in them, or as long as a menu, or in what surely is a page.

    In a text that shows no such sign nothing is furniture, however odd its form. A text without a paragraph (its lines
    may be broken by width) has no middle that a line could stand around: there each line needs a sign of its own.
    """
    rows = read.rows
    if not any(line.is_prose for line in read.lines):
        return [n for n in range(len(rows)) if going[n] and ("marked" in rows[n] or not _NO_TITLE.isdisjoint(rows[n]))]
    sure = sum("marked" in row or not _NO_TITLE.isdisjoint(row) for row in rows)
    found: list[int] = []
    for goes, run in groupby(range(len(rows)), lambda n: going[n]):
        here = list(run)
        small = sum("tiny" in rows[n] or "small" in rows[n] for n in here)
        if goes and (sure >= _PAGE or small >= _MENU or any(not evidence.SIGNS.isdisjoint(rows[n]) for n in here)):
            found += here
    return found


def _title(
    lines: Sequence[Line], rows: Sequence[Mapping[str, float]], shares: Sequence[Shares], near: Mapping[int, float]
) -> int:
    """Position of the likeliest title, -1 when no line is likely to be one; `near`: how near lines are in meaning to
    the article's paragraphs, where that is known."""
    marked = next((i for i, line in enumerate(lines) if line.marked_heading), len(lines))
    if marked < _first_prose(lines):
        return marked
    fit = [i for i in range(len(lines)) if _may_be_title(lines[i], rows[i])]
    likely = {i: shares[i][TITLE] * exp(_NEARER * (near.get(i, _USUAL_NEAR) - _USUAL_NEAR)) for i in fit}
    best = max(fit, key=lambda i: likely[i], default=-1)
    return best if best >= 0 and likely[best] >= _LEAST_TITLE else -1


def _may_be_title(line: Line, row: Mapping[str, float]) -> bool:
    return line.looks_like_heading and _NO_TITLE.isdisjoint(row)


def _first_prose(lines: Sequence[Line]) -> int:
    return next((i for i, line in enumerate(lines) if line.is_prose), len(lines))


def _may_be_titles(read: _Reading) -> list[int]:
    """Positions of the lines that meaning is to choose the title from: none where there is no choice."""
    if read.title >= 0 and (read.lines[read.title].marked_heading or read.shares[read.title][TITLE] >= _SURE_TITLE):
        return []
    above = range(_first_prose(read.lines))
    fit = [n for n in above if _may_be_title(read.lines[n], read.rows[n])]
    found = sorted(fit, key=lambda n: -read.shares[n][TITLE])[:_MOST_TITLES]
    found = [n for n in found if read.shares[n][TITLE] >= _HOPELESS_TITLE]
    return found if len(found) > 1 else []


def _titles_again(read: _Reading) -> list[int]:
    """Positions of the title's other occurrences before and after the text."""
    if read.title < 0:
        return []
    name = read.lines[read.title].text.casefold()
    return [
        n
        for n, line in enumerate(read.lines)
        if n != read.title and line.text.casefold() == name and not line.is_prose
        if "no-prose-before" in read.rows[n] or "no-prose-after" in read.rows[n]
    ]
