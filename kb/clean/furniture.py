"""How likely each line is the article, or the page around it: evidence weighed line by line, and along the page.

A page is read as a row of states: what stands above the title, the title, what stands between it and the text, the
text with things set into it, what follows. Every state weighs the evidence of a line in its own way, and only some may
follow one another, so that a line is known by its company too. `shares` sums over all readings of the page (forward and
backward), so that what is unsure can be told from what is sure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.clean import evidence, weights
from kb.clean.lines import Line

ABOVE, TITLE, BELOW_TITLE, BODY, INSIDE, AFTER = range(6)
STATES = (ABOVE, TITLE, BELOW_TITLE, BODY, INSIDE, AFTER)
FURNITURE = (ABOVE, BELOW_TITLE, INSIDE, AFTER)
FIRST = (ABOVE, TITLE, BODY)
LAST = (BODY, AFTER)
MOVES = (
    (ABOVE, ABOVE), (ABOVE, TITLE), (ABOVE, BODY), (TITLE, BELOW_TITLE), (TITLE, BODY),
    (BELOW_TITLE, BELOW_TITLE), (BELOW_TITLE, BODY), (BODY, BODY), (BODY, INSIDE), (BODY, AFTER),
    (INSIDE, INSIDE), (INSIDE, BODY), (AFTER, AFTER),
)  # fmt: skip
_BEFORE = tuple(tuple(a for a, b in MOVES if b == state) for state in STATES)
_NEXT = tuple(tuple(b for a, b in MOVES if a == state) for state in STATES)

Shares = tuple[float, ...]  # how likely each state is; they sum to 1

# A sentence or more is left out only when that is sure, since it costs more to lose one than to keep one too many.
LEAST, LEAST_OF_SENTENCES, LEAST_OF_PROSE = 0.7, 0.85, 0.95

# Evidence that decides alone (natural logarithms for the page, against the article).
SURE = {
    "no-letters": 6.0, "credit": 6.0, "repeated": 6.0, "fields": 6.0, "dated-row": 6.0, "calls": 6.0, "banner": 6.0,
    "lone-date": 4.0, "stamp": 4.0, "marked-heading": -8.0, "list-mark": -1.5, "plain-prose": -6.0,
}  # fmt: skip
MARKED = 2.5  # a line that is or begins with a phrase of pages, and is no whole sentence


class Weights(NamedTuple):
    evidence: Mapping[str, Shares]
    moves: Mapping[tuple[int, int], float]


SHIPPED = Weights(weights.EVIDENCE, weights.MOVES)


def is_furniture(line: Line, row: Mapping[str, float], share: Shares) -> bool:
    if line.is_prose:
        least = LEAST_OF_SENTENCES if evidence.speaks_of_pages(row) else LEAST_OF_PROSE
    else:
        least = LEAST_OF_SENTENCES if line.ends_sentence and "marked" not in row else LEAST
    return 1 - share[TITLE] - share[BODY] > least


def weigh(row: Mapping[str, float], known: Weights) -> list[float]:
    """The weight of a line's evidence for each state."""
    sums = [0.0] * len(STATES)
    for name, value in row.items():
        for state, weight in enumerate(known.evidence.get(name, ())):
            sums[state] += value * weight
    sure = sum(SURE[name] for name in row if name in SURE) + (MARKED if "marked" in row else 0.0)
    sums[TITLE] -= sure
    sums[BODY] -= sure
    return sums


def shares(rows: Sequence[Mapping[str, float]], known: Weights) -> list[Shares]:
    """For every line how likely each state is, in view of the whole page."""
    if not rows:
        return []
    own = [weigh(row, known) for row in rows]
    move = known.moves
    ahead = [[own[0][s] if s in FIRST else -math.inf for s in STATES]]
    for values in own[1:]:
        last = ahead[-1]
        ahead.append([_sum([last[a] + move[a, s] for a in _BEFORE[s]]) + values[s] for s in STATES])
    back = [[0.0 if s in LAST else -math.inf for s in STATES]]
    for values in own[:0:-1]:
        last = back[-1]
        back.append([_sum([move[s, b] + values[b] + last[b] for b in _NEXT[s]]) for s in STATES])
    found = []
    for front, rear in zip(ahead, reversed(back), strict=True):
        both = [a + b for a, b in zip(front, rear, strict=True)]
        most = max(both)
        parts = [math.exp(value - most) for value in both]
        whole = sum(parts)
        found.append(tuple(part / whole for part in parts))
    return found


def _sum(logs: Sequence[float]) -> float:
    most = max(logs, default=-math.inf)
    return most if most == -math.inf else most + math.log(sum(math.exp(value - most) for value in logs))
