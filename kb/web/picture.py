"""The neighbourhood of a concept as places for a picture: the page draws it, and every node is a link."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kb.answers import Neighbour
from kb.model import Concept
from kb.names import preferred_name
from kb.record import record
from kb.records import Shown

# Units of the picture's own coordinates.
WIDTH, HEIGHT = 720, 440
ON_A_RING = 16  # more neighbours than this are in the table below only
_LONGEST = 22  # characters of a name


@record
class Node(Shown):
    """A concept at x, y; `side` is where its name stands: start (right of it), end (left) or middle."""

    concept: str
    name: str
    kind: str
    x: float
    y: float
    side: str


@record
class Picture(Shown):
    """The concept in the middle, and its neighbours around it, the surest first from the top on."""

    width: int
    height: int
    middle: Node
    around: tuple[Node, ...]


def neighbourhood(concept: Concept, links: Sequence[Neighbour]) -> Picture:
    """`links` by score; each neighbour once, by its surest link."""
    first: dict[str, Neighbour] = {}
    for link in links:
        first.setdefault(link.concept, link)
    chosen = list(first.values())[:ON_A_RING]
    middle = Node(concept.id, _short(preferred_name(concept.labels)), "", WIDTH / 2, HEIGHT / 2, "middle")
    around = []
    for n, link in enumerate(chosen):
        angle = 2 * math.pi * n / len(chosen) - math.pi / 2
        x = WIDTH / 2 + 190 * math.cos(angle)
        y = HEIGHT / 2 + 180 * math.sin(angle)
        side = "middle" if abs(math.cos(angle)) < 0.2 else "start" if math.cos(angle) > 0 else "end"
        around.append(Node(link.concept, _short(link.name), link.kind, round(x, 1), round(y, 1), side))
    return Picture(WIDTH, HEIGHT, middle, tuple(around))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
