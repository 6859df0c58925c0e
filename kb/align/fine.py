"""The second look: at the few beads that the rough pass leaves possible, by their words and by vectors of whole blocks.

The weights were fitted as those of `kb.align.rough`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.align import rough
from kb.align.band import Band, Doubles, Floats, Shape
from kb.align.text import Text
from kb.align.words import Links, linked
from kb.embed.tokens import Tokens

Candidate = tuple[int, int, int, int]  # first sentence of a, of b, how many of a, of b
Blocks = Callable[[Sequence[Sequence[int]]], Floats]

# Share of all coverings from which a bead is looked at again. On bench/parallel .7 % of the right ones have less, there
# are 2.3 for a right one, and half as many blocks to embed as there are sentences.
LEAST = 0.002

FEATURES = (
    "margin",  # cosine less the mean cosine of either block to the sentences of the other side
    "gain",  # cosine less the best cosine of the same bead without a sentence at its edge; 0 for 1-1
    "linked", "worst linked",  # share of words with a counterpart, looking at this bead alone; the worst sentence's
    "inside", "worst inside",  # the same, where the sentences around compete for them
    "outside", "worst outside",  # share of words linked with sentences beyond the bead; the worst sentence's
    "outside words",  # as many times as a usual sentence has words
    "misplaced",  # of the worst sentence: words linked beyond less those inside, of a usual sentence's
)  # fmt: skip
ALL = (*FEATURES, *rough.FORM)

WEIGHTS = {
    "margin": 10.38, "gain": 6.53, "linked": -0.13, "worst linked": 5.96, "inside": 1.37, "worst inside": 1.86,
    "outside": -0.25, "worst outside": -0.23, "outside words": -9.11, "misplaced": 0.43, "length": -1.22,
    "bead": -1.83, "sentence": 1.78, "ends alike": 0.77, "ends differ": -1.92, "open edges": -2.00,
    "numbers": 2.06, "odd numbers": -0.41,
}  # fmt: skip
# A sentence of the made cases is left out more often than one of a real translation: so much more is a bead worth for
# each of its sentences than the fit says.
KEPT = 0.6
CALIBRATION = (1.10, -0.21)


@dataclass(frozen=True)
class Evidence:
    """What the second look needs of two texts."""

    links: Links
    words: tuple[Sequence[Tokens], Sequence[Tokens]]
    blocks: tuple[Blocks, Blocks]


def candidates(likely: dict[Shape, Floats], band: Band) -> list[Candidate]:
    """In order of their first sentences."""
    found = []
    for (p, q), chance in likely.items():
        row, column = np.nonzero(chance > LEAST)
        found += [(int(i), int(j), p, q) for i, j in zip(band.i[row, column], band.j[row, column], strict=True)]
    return sorted(found)


def worth(found: Sequence[Candidate], left: Text, right: Text, scale: float, evidence: Evidence) -> Doubles:
    """Nats of every candidate, float64 [candidates]."""
    if not found:
        return np.zeros(0)
    values: Doubles = features(found, left, right, scale, evidence) @ np.array([WEIGHTS[name] for name in ALL])
    values += [KEPT * (p + q) for _, _, p, q in found]
    return values


def features(found: Sequence[Candidate], left: Text, right: Text, scale: float, evidence: Evidence) -> Doubles:
    """float64 [candidates, len(ALL)]."""
    cosines = _cosines(found, left, right, evidence.blocks)
    out = np.zeros((len(found), len(ALL)))
    for row, (i, j, p, q) in enumerate(found):
        out[row, : len(FEATURES)] = (*cosines[row], *_words(evidence, i, j, p, q))
    shapes = np.array([(p, q) for _, _, p, q in found])
    numbers = rough.Numbers(left, right)
    firsts = np.array([(i, j) for i, j, _, _ in found])
    for shape in sorted({(p, q) for _, _, p, q in found}):
        rows = np.flatnonzero((shapes == shape).all(axis=1))
        looks = rough.form(firsts[rows, 0], firsts[rows, 1], left, right, scale, shape, numbers)
        out[rows, len(FEATURES) :] = np.stack(looks, axis=1)
    return out


def _words(evidence: Evidence, i: int, j: int, p: int, q: int) -> tuple[float, ...]:
    links = evidence.links
    mean, worst = linked(evidence.words[0][i : i + p], evidence.words[1][j : j + q])
    inside = links.inside(i, j, p, q)
    all_words = links.words_a[i : i + p], links.words_b[j : j + q]
    beyond = links.linked_a[i : i + p] - inside[0], links.linked_b[j : j + q] - inside[1]
    usual = links.words_a.mean(), links.words_b.mean()
    return (
        mean,
        worst,
        sum(x.sum() / w.sum() for x, w in zip(inside, all_words, strict=True)) / 2,
        min((x / w).min() for x, w in zip(inside, all_words, strict=True)),
        sum(x.sum() / w.sum() for x, w in zip(beyond, all_words, strict=True)) / 2,
        max((x / w).max() for x, w in zip(beyond, all_words, strict=True)),
        (beyond[0].sum() + beyond[1].sum()) / (usual[0] + usual[1]),
        max((x - y).max() / w for x, y, w in zip(beyond, inside, usual, strict=True)),
    )


def _cosines(
    found: Sequence[Candidate], left: Text, right: Text, blocks: tuple[Blocks, Blocks]
) -> list[tuple[float, float]]:
    """Margin and gain of every candidate; a block of several sentences is embedded as one text."""
    asked: tuple[set[tuple[int, int]], set[tuple[int, int]]] = (set(), set())
    for i, j, p, q in found:
        for side, start, size in ((0, i, p), (1, j, q)):
            asked[side].update({(start, size), *_smaller(start, size)})
    own, other = (_vectors(text, side, embed) for text, side, embed in zip((left, right), asked, blocks, strict=True))
    usual_own, usual_other = left.vectors.mean(axis=0), right.vectors.mean(axis=0)
    out = []
    for i, j, p, q in found:
        a, b = own[i, p], other[j, q]
        cosine = float(a @ b)
        margin = cosine - float(a @ usual_other + b @ usual_own) / 2
        less = [float(own[x] @ b) for x in _smaller(i, p)] + [float(a @ other[y]) for y in _smaller(j, q)]
        out.append((margin, cosine - max(less, default=cosine)))
    return out


def _smaller(start: int, size: int) -> list[tuple[int, int]]:
    return [(start, size - 1), (start + 1, size - 1)] if size > 1 else []


def _vectors(text: Text, asked: set[tuple[int, int]], embed: Blocks) -> dict[tuple[int, int], Floats]:
    long = sorted((start, size) for start, size in asked if size > 1)
    found = dict(zip(long, embed([range(start, start + size) for start, size in long]), strict=True)) if long else {}
    return {(start, size): found[start, size] if size > 1 else text.vectors[start] for start, size in asked}
