"""Whether something happens more often than chance has it."""

from __future__ import annotations

import math

# G² above 6.63 has less than one chance in a hundred of being an accident (chi square, one degree of freedom).
SIGNIFICANT = 6.63


def log_likelihood(both: int, a: int, b: int, total: int) -> float:
    """G² of a two by two table: how surprising it is that what happens `a` times and what happens `b` times meet in
    `both` of `total` cases.

    Dunning 1993, "Accurate Methods for the Statistics of Surprise and Coincidence", Computational Linguistics 19.
    """
    table = ((both, a - both), (b - both, total - a - b + both))
    rows = [sum(row) for row in table]
    columns = [table[0][k] + table[1][k] for k in (0, 1)]
    g2 = 0.0
    for i in (0, 1):
        for k in (0, 1):
            expected = rows[i] * columns[k] / total
            if table[i][k] > 0 and expected > 0:
                g2 += 2 * table[i][k] * math.log(table[i][k] / expected)
    return g2


def leaning(both: int, a: int, b: int, total: int) -> float:
    """G² as `log_likelihood`, below 0 where the two meet less often than chance has it."""
    return math.copysign(log_likelihood(both, a, b, total), both * total - a * b)
