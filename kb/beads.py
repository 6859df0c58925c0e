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


def listed(in_order: Iterable[Bead], moved_beads: Iterable[Bead], n: int, m: int) -> list[Bead]:
    """All beads of two texts of `n` and `m` sentences as they are shown: those in order, moved ones where their
    sentences of the first text stand, and every sentence that none of them holds as left out at its place, those of
    the first text before those of the second. Beads with words on one side only are taken for left out."""
    chain = [bead for bead in in_order if bead.a and bead.b]
    away = sorted((bead for bead in moved_beads if bead.a and bead.b), key=lambda bead: bead.a)
    held_a = {i for bead in (*chain, *away) for i in bead.a}
    held_b = {j for bead in (*chain, *away) for j in bead.b}
    out: list[Bead] = []
    i = j = 0
    for bead in (*chain, None):
        end = bead.a[0] if bead else n
        own = [Bead((k,), ()) for k in range(i, end) if k not in held_a]
        own += [x for x in away if i <= x.a[0] < end]
        out += sorted(own, key=lambda x: x.a)
        out += [Bead((), (k,)) for k in range(j, bead.b[0] if bead else m) if k not in held_b]
        if bead:
            out.append(bead)
            i, j = bead.a[-1] + 1, bead.b[-1] + 1
    return out
