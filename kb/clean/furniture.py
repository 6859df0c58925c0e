"""How likely each line is the article, or the page around it: evidence weighed line by line, and along the page.

A page is read as a row of states: what stands above the title, the title, what stands between it and the text, the
text with things set into it, what follows. Every state weighs the evidence of a line in its own way, and only some may
follow one another, so that a line is known by its company too. `shares` sums over all readings of the page (forward and
backward), so that what is unsure can be told from what is sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

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

Shares = tuple[float, ...]  # how likely each state is; they sum to 1

# A sentence or more is left out only when that is sure, since it costs more to lose one than to keep one too many.
LEAST, LEAST_OF_SENTENCES, LEAST_OF_PROSE = 0.5, 0.85, 0.95

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
    own = np.array([weigh(row, known) for row in rows])
    move = np.full((len(STATES), len(STATES)), -np.inf)
    for pair, weight in known.moves.items():
        move[pair] = weight
    # In logarithms: in a long page what one state lacks in every line is more than a float can hold.
    ahead, back = np.full_like(own, -np.inf), np.full_like(own, -np.inf)
    ahead[0, FIRST] = own[0, FIRST]
    for i in range(1, len(own)):
        ahead[i] = np.logaddexp.reduce(ahead[i - 1, :, None] + move) + own[i]
    back[-1, LAST] = 0.0
    for i in range(len(own) - 1, 0, -1):
        back[i - 1] = np.logaddexp.reduce(move + (own[i] + back[i]), axis=1)
    both = ahead + back
    parts = np.exp(both - both.max(axis=1, keepdims=True))
    return [tuple(row) for row in (parts / parts.sum(axis=1, keepdims=True)).tolist()]
