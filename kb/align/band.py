"""The best covering of two texts by beads, searched antidiagonal by antidiagonal in a band of cells."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Shape = tuple[int, int]
Number = TypeVar("Number", np.float32, np.float64)

LARGEST = 6  # sentences a side


class Band:
    """The cells (i, j) that are searched: i sentences of a and j of b are behind.

    A table has a row for every antidiagonal u = i + j and `width` columns: column c of row u is i = first[u] + c.
    `first` rises by 0 or 1 from row to row.
    """

    def __init__(self, n: int, m: int, first: Ints, width: int) -> None:
        self.n, self.m, self.first, self.width = n, m, first, width
        self.rows = n + m + 1
        self.i = first[:, None] + np.arange(width)
        self.j = np.arange(self.rows)[:, None] - self.i
        self.inside: Mask = (self.i >= 0) & (self.i <= n) & (self.j >= 0) & (self.j <= m)

    @classmethod
    def full(cls, n: int, m: int) -> Band:
        return cls(n, m, np.maximum(np.arange(n + m + 1) - m, 0), min(n, m) + 1)

    @classmethod
    def around(cls, corners: list[tuple[int, int]], n: int, m: int, reach: int) -> Band:
        """`corners`: cells of a path, in order, from (0, 0) to (n, m)."""
        i, j = np.array(corners, np.int64).T
        middle = np.floor(np.interp(np.arange(n + m + 1), i + j, i)).astype(np.int64)
        return cls(n, m, middle - reach, 2 * reach + 1)

    def dense(self, table: npt.NDArray[np.floating]) -> Doubles:
        """float64 [n + 1, m + 1]: a table by i and j; -inf outside of the band."""
        out = np.full((self.n + 1, self.m + 1), -np.inf)
        out[self.i[self.inside], self.j[self.inside]] = table[self.inside]
        return out

    def moved(self, table: npt.NDArray[Number], di: int, dj: int) -> npt.NDArray[Number]:
        """At every cell (i, j) what `table` has at (i + di, j + dj); NaN where that is outside."""
        row = np.arange(self.rows) + di + dj
        there = np.clip(row, 0, self.rows - 1)
        column = np.arange(self.width) + (self.first + di - self.first[there])[:, None]
        ok = (row == there)[:, None] & (column >= 0) & (column < self.width)
        return np.where(ok, table[there[:, None], np.clip(column, 0, self.width - 1)], np.float32(np.nan))


def best_path(band: Band, worth: dict[Shape, Floats]) -> list[tuple[int, int, Shape]]:
    """(i, j, shape) of the beads of the best covering, in order."""
    ahead = sweep(band, worth)
    moves: list[tuple[Shape, Floats | None]] = [*worth.items(), ((1, 0), None), ((0, 1), None)]
    i = j = 0
    path = []
    while (i, j) != (band.n, band.m):
        here = at(band, ahead, i, j)
        for (p, q), table in moves:
            there = at(band, ahead, i + p, j + q)
            # The same sum as in `sweep`, so the step that made the maximum is found by equality.
            if there > -np.inf and here == there + (0.0 if table is None else at(band, table, i, j)):
                path.append((i, j, (p, q)))
                i, j = i + p, j + q
                break
        else:
            raise AssertionError(f"no step leads on from sentence {i} and {j}")
    return path


def at(band: Band, table: npt.NDArray[np.floating], i: int, j: int) -> float:
    row = i + j
    if i > band.n or j > band.m:
        return -np.inf
    column = i - int(band.first[row])
    return float(table[row, column]) if 0 <= column < band.width else -np.inf


def sweep(band: Band, worth: dict[Shape, Floats], *, forward: bool = False, every: bool = False) -> Doubles:
    """Worth of the best covering of what follows every cell, or stands before it (`forward`), float64 table; -inf where
    none stays in the band. `every`: the logarithm of the sum over all coverings instead of the best one."""
    join = np.logaddexp if every else np.maximum
    pad, width, first = LARGEST, band.width, band.first
    total = np.full((band.rows, width + 2 * pad), -np.inf)
    gains: list[tuple[int, int, Floats | None]] = [(1, 0, None), (0, 1, None)]
    for (p, q), table in worth.items():
        gains.append((p, q, np.pad(table, ((0, 0), (pad, pad)), constant_values=-np.inf)))
    start = (0, 0) if forward else (band.rows - 1, band.n)
    total[start[0], pad + start[1] - first[start[0]]] = 0.0
    outside = ~band.inside
    for u in range(1, band.rows) if forward else range(band.rows - 2, -1, -1):
        found = total[u, pad : pad + width]
        for p, q, gain in gains:
            v = u - p - q if forward else u + p + q
            if 0 <= v < band.rows:
                # Column 0 here is column `shift` of row v.
                shift = int(first[u] - first[v]) + (-p if forward else p) + pad
                there = total[v, shift : shift + width]
                if gain is not None:
                    there = there + (gain[v, shift : shift + width] if forward else gain[u, pad : pad + width])
                join(found, there, out=found)
        found[outside[u]] = -np.inf
    return total[:, pad : pad + width]


def chances(band: Band, worth: dict[Shape, Floats]) -> dict[Shape, Floats]:
    """How likely the bead of every shape that starts at a cell is, over all coverings: tables of 0..1."""
    ahead, behind = sweep(band, worth, every=True), sweep(band, worth, forward=True, every=True)
    whole = at(band, ahead, 0, 0)
    out = {}
    for (p, q), table in worth.items():
        after = band.moved(ahead, p, q)
        with np.errstate(invalid="ignore"):
            logs = behind + table + after - whole
        out[p, q] = np.exp(np.where(np.isnan(logs), -np.inf, np.minimum(logs, 0.0))).astype(np.float32)
    return out
