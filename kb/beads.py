"""Beads as lines of text: what `kb align --lines` prints and the gold files hold."""

from __future__ import annotations

import ast
from collections.abc import Iterable

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
