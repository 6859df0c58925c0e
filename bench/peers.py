"""Aligners that others published, on vectors that they are given: what `bench/alignment.py` compares `kb.align` with.

- Bertalign (Liu & Zhu 2023, "Bertalign: Improved word embedding-based sentence alignment", Digital Scholarship in the
  Humanities 38): written after its paper and defaults, since the package brings its own model.
- Vecalign (Thompson & Koehn 2019, EMNLP) as the package `sentalign` has it, Gale & Church (1993) as `galechurch` has.
  They are no part of the project: `pip install sentalign galechurch` where they are to be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
Ids = tuple[int, ...]
Beads = list[tuple[Ids, Ids]]

# Bertalign's defaults.
MAX_ALIGN, TOP_K, WINDOW, SKIP = 5, 3, 5, -0.1
FIRST_WINDOW, FIRST_SHARE = 250, 0.06
_NOWHERE = -np.inf


def blocks(lines: Sequence[str], largest: int) -> list[list[str]]:
    """[size - 1][k]: the `size` lines that end with line k, joined; PAD where there are not so many."""
    out = []
    for size in range(1, largest + 1):
        short = ["PAD"] * min(size - 1, len(lines))
        out.append(short + [" ".join(lines[i : i + size]) for i in range(len(lines) - size + 1)])
    return out


def bertalign(a: Sequence[str], b: Sequence[str], embed_a: Embed, embed_b: Embed) -> Beads:
    """Two passes: 1-1 anchors among each sentence's nearest ones, then beads of up to five sentences around them."""
    if not a or not b:
        return [((i,), ()) for i in range(len(a))] + [((), (j,)) for j in range(len(b))]
    sides = []
    for lines, embed in ((a, embed_a), (b, embed_b)):
        every = blocks(lines, MAX_ALIGN - 1)
        vectors = np.stack([embed(row) for row in every])
        sizes = np.array([[len(text.encode("utf-8")) for text in row] for row in every], np.float64)
        sides.append((vectors, sizes))
    (a_vectors, a_sizes), (b_vectors, b_sizes) = sides
    ratio = float(a_sizes[0].sum() / b_sizes[0].sum())
    anchors = _first_pass(a_vectors[0], b_vectors[0])
    return _second_pass(a_vectors, b_vectors, a_sizes, b_sizes * ratio, anchors)


def _first_pass(a: Floats, b: Floats) -> list[tuple[int, int]]:
    """(sentences of a behind, of b behind) after every 1-1 step of the best monotone path through nearest pairs."""
    n, m = len(a), len(b)
    near: dict[tuple[int, int], float] = {}
    for top in range(0, n, 1024):
        cosines = a[top : top + 1024] @ b.T
        for i, row in enumerate(np.argpartition(-cosines, min(TOP_K, m - 1), axis=1)[:, :TOP_K]):
            near |= {(top + i, int(j)): float(cosines[i, j]) for j in row}
    reach = max(FIRST_WINDOW, int(max(n, m) * FIRST_SHARE))
    best = np.full((n + 1, m + 1), _NOWHERE)
    step = np.zeros((n + 1, m + 1), np.int8)
    best[0, 0] = 0.0
    for i in range(n + 1):
        middle = int(m / n * i)
        for j in range(max(0, middle - reach), min(middle + reach, m) + 1):
            if i and best[i - 1, j] > best[i, j]:
                best[i, j], step[i, j] = best[i - 1, j], 1
            if j and best[i, j - 1] > best[i, j]:
                best[i, j], step[i, j] = best[i, j - 1], 2
            if i and j:
                both = best[i - 1, j - 1] + near.get((i - 1, j - 1), 0.0)
                if both >= best[i, j]:
                    best[i, j], step[i, j] = both, 3
    path = []
    i, j = n, m
    while i or j:
        if step[i, j] == 3:
            path.append((i, j))
        i, j = i - (step[i, j] in (1, 3)), j - (step[i, j] in (2, 3))
    return path[::-1]


def _second_pass(
    a: Floats, b: Floats, a_sizes: npt.NDArray[np.float64], b_sizes: npt.NDArray[np.float64],
    anchors: list[tuple[int, int]],
) -> Beads:  # fmt: skip
    n, m = a.shape[1], b.shape[1]
    low, high = _window([*anchors, (n, m)] if not anchors or anchors[-1] != (n, m) else anchors, m)
    shapes = [(1, 0), (0, 1)]
    shapes += [(p, q) for p in range(1, MAX_ALIGN) for q in range(1, MAX_ALIGN) if p + q <= MAX_ALIGN]
    best = {(0, 0): 0.0}
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(n + 1):
        for j in range(low[i], high[i] + 1):
            for p, q in shapes:
                before = best.get((i - p, j - q))
                if before is None:
                    continue
                worth = before + (_worth(a, b, a_sizes, b_sizes, i, j, p, q) if p and q else SKIP)
                if worth > best.get((i, j), _NOWHERE):
                    best[i, j], step[i, j] = worth, (p, q)
    beads: Beads = []
    i, j = n, m
    while i or j:
        p, q = step[i, j]
        beads.append((tuple(range(i - p, i)), tuple(range(j - q, j))))
        i, j = i - p, j - q
    return beads[::-1]


def _window(anchors: list[tuple[int, int]], m: int) -> tuple[list[int], list[int]]:
    """For every number of sentences of a that are behind, the fewest and the most of b."""
    low, high = [], []
    before_i = before_j = 0
    for i, j in anchors:
        for _ in range(before_i, i):
            low.append(max(0, before_j - WINDOW))
            high.append(min(m, j + WINDOW))
        before_i, before_j = i, j
    return [0, *low], [high[0], *high]


def _worth(
    a: Floats, b: Floats, a_sizes: npt.NDArray[np.float64], b_sizes: npt.NDArray[np.float64],
    i: int, j: int, p: int, q: int,
) -> float:  # fmt: skip
    """Cosine less that to the neighbours, times how alike the lengths are; of the blocks that end before i and j."""
    one, other = a[p - 1, i - 1], b[q - 1, j - 1]
    margin = float(one @ other) - (_beside(one, b[0], j, q) + _beside(other, a[0], i, p)) / 2
    short, long = sorted((a_sizes[p - 1, i - 1], b_sizes[q - 1, j - 1]))
    return margin * float(np.log2(1 + short / long))


def _beside(vector: Floats, sentences: Floats, end: int, size: int) -> float:
    near = [k for k in (end - size - 1, end) if 0 <= k < len(sentences)]
    return float(np.mean([vector @ sentences[k] for k in near])) if near else 0.0


def vecalign(a: Sequence[str], b: Sequence[str], embed_a: Embed, embed_b: Embed) -> Beads:
    from sentalign.dp_utils import make_alignment_types  # type: ignore[import-not-found]
    from sentalign.dp_utils import vecalign as search

    np.random.seed(42)  # it draws samples
    sides = [np.stack([embed(row) for row in blocks(x, 8)]) for x, embed in ((a, embed_a), (b, embed_b))]
    found = search(
        vecs0=sides[0], vecs1=sides[1], final_alignment_types=make_alignment_types(8), del_percentile_frac=0.2,
        width_over2=9, max_size_full_dp=300, costs_sample_size=20_000, num_samps_for_norm=100,
    )  # fmt: skip
    return [(tuple(map(int, x)), tuple(map(int, y))) for x, y in found[0]["final_alignments"]]


def gale_church(a: Sequence[str], b: Sequence[str]) -> Beads:
    import galechurch  # type: ignore[import-not-found]

    return [
        (tuple(range(x.source_start, x.source_end)), tuple(range(x.target_start, x.target_end)))
        for x in galechurch.align(a, b).beads
    ]
