"""Beads as lines of text, what `kb align --lines` prints and the gold files hold, and their order."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from itertools import pairwise

from kb.model import Bead


def format_beads(beads: Iterable[Bead]) -> str:
    """`[0]:[0, 1]:0.930000` a line, 0-based, `[]` for a side that was left out."""
    return "".join(f"{list(bead.a)}:{list(bead.b)}:{bead.score:.6f}\n" for bead in beads)


def parse_beads(text: str) -> list[Bead]:
    """The way back; the score may be missing. Raises ValueError that names the line."""
    beads = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split(":")
        try:
            a, b = (tuple(int(k) for k in ast.literal_eval(part.strip())) for part in parts[:2])
            beads.append(Bead(a, b, float(parts[2]) if len(parts) > 2 else 0.0))
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValueError(f"line {number} is not a bead like [0]:[0, 1]:0.93: {line.strip()!r}") from error
    return beads


def moved(beads: Sequence[Bead]) -> frozenset[int]:
    """Positions of the beads that stand elsewhere in the second text: all with words on both sides but those of the
    heaviest chain that keeps the order of both, by sentences."""
    full = [(n, bead) for n, bead in enumerate(beads) if bead.a and bead.b]
    if all(x.a[-1] < y.a[0] and x.b[-1] < y.b[0] for (_, x), (_, y) in pairwise(full)):
        return frozenset()
    full.sort(key=lambda item: item[1].a)
    size = max(bead.b[-1] for _, bead in full) + 1
    tree: list[tuple[int, int]] = [(0, -1)] * (size + 1)  # of prefixes of b: the best chain's weight and last bead
    before, heaviest = [-1] * len(full), (0, 0)
    for k, (_, bead) in enumerate(full):
        weight, at = (0, -1), bead.b[0]
        while at:
            weight, at = max(weight, tree[at]), at & (at - 1)
        before[k] = weight[1]
        own, at = (weight[0] + len(bead.a) + len(bead.b), k), bead.b[-1] + 1
        heaviest = max(heaviest, own, key=lambda item: (item[0], -item[1]))
        while at <= size:
            tree[at], at = max(tree[at], own), at + (at & -at)
    kept, k = set(), heaviest[1]
    while k >= 0:
        kept.add(full[k][0])
        k = before[k]
    return frozenset(n for n, _ in full if n not in kept)


def in_one_list(in_order: Sequence[Bead], moved_beads: Iterable[Bead]) -> list[Bead]:
    """Beads in order with moved ones between them, each where its sentences of the first text stand."""
    out = list(in_order)
    for bead in sorted(moved_beads, key=lambda bead: bead.a):
        out.insert(next((n for n, other in enumerate(out) if other.a and other.a > bead.a), len(out)), bead)
    return out
