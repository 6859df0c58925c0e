"""The best beads of two texts, in two passes: by vectors and lengths, then also by words, near the path of the first.

A rough pass finds the path with the vectors of sentences; its band lies around the path that the same pass found
between the two texts at half the resolution (Thompson & Koehn 2019, "Vecalign", EMNLP), so time and memory grow with
the length, not its square. Then the words of the sentences near that path are compared (`kb.align.words`), which
decides which sentence belongs to which side of a joint. The two sides are put into one canonical order first, so that
swapping them mirrors the result exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.align.band import LARGEST, Band, Floats, Shape, at, best_path, chances
from kb.align.evidence import calibrated, likeness, worth
from kb.align.text import Side, Text
from kb.align.words import OneSide, Window, one_side
from kb.embed.tokens import Tokens
from kb.model import Bead


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """`full_cells`: up to so many pairs of sentences the whole table is searched (200 x 200 takes 0.2 s).
    `reach`: sentences of a to either side of the coarse path that the band holds; `near`: the same of the path of the
    first pass, once words are compared.
    """

    full_cells: int = 40_000
    reach: int = 40
    near: int = 12


def align(a: Side, b: Side, *, options: AlignOptions | None = None) -> list[Bead]:
    """The best beads of two texts: every sentence once, in order. `align(b, a)` is the mirror image of `align(a, b)`.

    A bead's score is its share of all coverings of the two texts, calibrated; 0 for a left-out sentence. It says
    nothing of texts that are not parallel: ask `relation` first.
    Raises ValueError when a side's arrays do not fit each other, or the two sides' vectors.
    """
    options = options or AlignOptions()
    left, right = Text.of(a, "a"), Text.of(b, "b")
    if len(left) and len(right) and left.vectors.shape[1] != right.vectors.shape[1]:
        raise ValueError(
            f"vectors of {left.vectors.shape[1]} and {right.vectors.shape[1]} dimensions cannot be compared"
        )
    if left.key() > right.key():
        found = [Bead(x.b, x.a, x.score) for x in _beads(right, left, b, a, options)]
    else:
        found = _beads(left, right, a, b, options)
    return found


@dataclass(frozen=True)
class _Pair:
    """Two texts, and the words of both where they are known."""

    left: Text
    right: Text
    words: tuple[list[Tokens], list[Tokens]] | None


def _beads(left: Text, right: Text, a: Side, b: Side, options: AlignOptions) -> list[Bead]:
    n, m = len(left), len(right)
    if not n or not m:
        return [Bead((i,), ()) for i in range(n)] + [Bead((), (j,)) for j in range(m)]
    shown = a.words() if a.words else None, b.words() if b.words else None
    pair = _Pair(left, right, (shown[0], shown[1]) if shown[0] is not None and shown[1] is not None else None)
    return _in_step(pair, options)


def _in_step(pair: _Pair, options: AlignOptions) -> list[Bead]:
    left, right = pair.left, pair.right
    n, m = len(left), len(right)
    band, table, scale = _rough(left, right, options)
    if pair.words is not None:
        corners = [(i, j) for i, j, _ in best_path(band, table)] + [(n, m)]
        if n * m > options.full_cells:
            band = Band.around(corners, n, m, options.near)
        reach = max(n, m) if n * m <= options.full_cells else options.near + LARGEST
        seen = (
            one_side(*pair.words, Window.around(corners, n, m, reach), LARGEST),
            one_side(*pair.words[::-1], Window.around([(j, i) for i, j in corners], m, n, reach), LARGEST),
        )
        table = _worth(band, left, right, scale, seen)
    likely = chances(band, table)
    beads = []
    for i, j, (p, q) in best_path(band, table):
        score = calibrated(at(band, likely[p, q], i, j), words=pair.words is not None) if p and q else 0.0
        beads.append(Bead(tuple(range(i, i + p)), tuple(range(j, j + q)), score))
    return beads


def _rough(left: Text, right: Text, options: AlignOptions) -> tuple[Band, dict[Shape, Floats], float]:
    """The band, every bead's worth by vectors and lengths, and the log ratio of the two sides' lengths."""
    n, m = len(left), len(right)
    if n * m <= options.full_cells:
        band = Band.full(n, m)
    else:
        coarse, worths, _ = _rough(left.halved(), right.halved(), options)
        corners = [(min(2 * i, n), min(2 * j, m)) for i, j, _ in best_path(coarse, worths)] + [(n, m)]
        band = Band.around(corners, n, m, options.reach)
    # Texts that hold different parts mislead the ratio of the totals, so the pairs found with it have half a say.
    scale = float(np.log(right.lengths.sum() / left.lengths.sum()))
    table = _worth(band, left, right, scale)
    ratios = [np.log(right.lengths[j] / left.lengths[i]) for i, j, shape in best_path(band, table) if shape == (1, 1)]
    if ratios:
        scale = (scale + float(np.median(ratios))) / 2
        table = _worth(band, left, right, scale)
    return band, table, scale


def _worth(
    band: Band, left: Text, right: Text, scale: float, words: tuple[OneSide, OneSide] | None = None
) -> dict[Shape, Floats]:
    blocks = left.composed(), right.composed()
    return worth(band, likeness(band, *blocks), blocks, left, right, scale, words)
