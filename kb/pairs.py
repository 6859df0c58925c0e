"""Passages that belong together: parallel ones from the beads of translations, comparable ones across other
articles."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from kb.embed.base import Vectors, unit
from kb.langs.folding import has_han
from kb.match import Matrix, csls, logistic, mutual_best
from kb.model import Alignment, AnalysedArticle, Pair, Passage, Quote

# (pair, passage ids of its a side, passage ids of its b side)
PlacedPair = tuple[Pair, tuple[str, ...], tuple[str, ...]]

# Shorter passages (headings, captions) say too little to be called comparable.
MIN_COMPARABLE = 80
# A pair's weight is its CSLS and this much of what its concepts have in common (`shared_concepts`), brought to 0..1
# by a slope and a middle. Read by eye over the best 40 pairs of the project's articles and of five from the web: from
# a weight of 0.6 on four in five speak of the same, about 0.5 half do.
SHARED, COMPARABLE_SLOPE, COMPARABLE_MIDDLE = 0.5, 10.0, 0.5


def parallel_pairs(alignment: Alignment, a: AnalysedArticle, b: AnalysedArticle) -> list[PlacedPair]:
    """The smallest runs of whole passages that the beads join, in reading order; what was left out on one side is no
    pair, but part of a run that goes on after it."""
    groups = _joined_passages(alignment, a, b)
    return [_pair("parallel", score, a, _run(left), b, _run(right)) for left, right, score in groups if left and right]


def _run(passages: Sequence[int]) -> range:
    return range(passages[0], passages[-1] + 1)


def _joined_passages(
    alignment: Alignment, a: AnalysedArticle, b: AnalysedArticle
) -> list[tuple[list[int], list[int], float]]:
    """Connected components of passages, two being connected when a bead has sentences of both."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(x: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    scores: list[tuple[tuple[str, int], float, int]] = []
    for bead in alignment.beads:
        nodes = [("a", a.sentences[i].passage) for i in bead.a] + [("b", b.sentences[j].passage) for j in bead.b]
        for node in nodes[1:]:
            parent[root(node)] = root(nodes[0])
        if bead.a and bead.b:
            scores.append((nodes[0], bead.score, len(bead.a) + len(bead.b)))
    sides: defaultdict[tuple[str, int], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for node in sorted(parent):
        sides[root(node)][node[0] == "b"].append(node[1])
    weights: defaultdict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
    for node, score, size in scores:
        weights[root(node)].append((score, size))
    out = []
    for key, (left, right) in sides.items():
        found = weights[key]
        score = sum(s * n for s, n in found) / sum(n for _, n in found) if found else 0.0
        out.append((sorted(left), sorted(right), score))
    return sorted(out, key=lambda g: (g[0] or [-1], g[1] or [-1]))


def comparable_pairs(
    articles: Sequence[AnalysedArticle],
    vectors: Mapping[str, Vectors],
    alignments: Sequence[Alignment],
    *,
    minimum: float,
    concepts: Mapping[str, frozenset[str]] | None = None,
) -> list[PlacedPair]:
    """Passages of articles in two languages that are no translations of each other and are each other's nearest.

    `vectors`: article -> [passages, d] unit, centred by language; `concepts`: passage id -> the concepts it mentions.
    Best first.
    """
    parallel = {frozenset((x.a, x.b)) for x in alignments if x.relation == "parallel"}
    by_language: defaultdict[str, list[tuple[AnalysedArticle, int]]] = defaultdict(list)
    for article in articles:
        for n, passage in enumerate(article.passages):
            if passage.kind in ("paragraph", "list-item") and _size(passage.text) >= MIN_COMPARABLE:
                by_language[passage.language].append((article, n))
    out = []
    for x, y in combinations(sorted(by_language), 2):
        left, right = by_language[x], by_language[y]
        score = csls(
            np.stack([vectors[article.id][n] for article, n in left]),
            np.stack([vectors[article.id][n] for article, n in right]),
        )
        held = [[(concepts or {}).get(a.passages[n].id, frozenset()) for a, n in side] for side in (left, right)]
        score += SHARED * shared_concepts(*held)
        for i, (one, _) in enumerate(left):
            for j, (other, _) in enumerate(right):
                if one.id == other.id or frozenset((one.id, other.id)) in parallel:
                    score[i, j] = -np.inf
        sure = logistic(score, COMPARABLE_SLOPE, COMPARABLE_MIDDLE)
        for i, j in mutual_best(score):
            probability = float(sure[i, j])
            if score[i, j] > -np.inf and probability >= minimum:
                (one, n), (other, m) = sorted((left[i], right[j]), key=lambda side: side[0].id)
                out.append(_pair("comparable", probability, one, [n], other, [m]))
    return sorted(out, key=lambda p: (-p[0].score, p[0].id))


def shared_concepts(a: Sequence[frozenset[str]], b: Sequence[frozenset[str]]) -> Matrix:
    """[len(a), len(b)], 0..1: what two passages mention both, each concept weighed by how few passages mention it.

    Only concepts that both sides of the comparison know count: the others could not be shared.
    """
    known = sorted(frozenset().union(*a) & frozenset().union(*b))
    if not known:
        return np.zeros((len(a), len(b)), np.float32)
    row = {concept: k for k, concept in enumerate(known)}
    tables = [np.zeros((len(side), len(known)), np.float32) for side in (a, b)]
    for table, side in zip(tables, (a, b), strict=True):
        for i, held in enumerate(side):
            table[i, [row[c] for c in held if c in row]] = 1
    spread = tables[0].sum(axis=0) + tables[1].sum(axis=0)
    rare = np.sqrt(np.log((len(a) + len(b)) / spread).astype(np.float32))
    shared: Matrix = unit(tables[0] * rare) @ unit(tables[1] * rare).T
    return shared


def _size(text: str) -> int:
    return 3 * len(text) if has_han(text) else len(text)


def _pair(
    kind: str, score: float, a: AnalysedArticle, left: Sequence[int], b: AnalysedArticle, right: Sequence[int]
) -> PlacedPair:
    passages_a, passages_b = [a.passages[n] for n in left], [b.passages[n] for n in right]
    ids_a, ids_b = tuple(p.id for p in passages_a), tuple(p.id for p in passages_b)
    id = "p" + hashlib.blake2b("\n".join((*ids_a, "", *ids_b)).encode(), digest_size=5).hexdigest()
    return Pair(id, kind, round(score, 4), "proposed", _quote(a, passages_a), _quote(b, passages_b)), ids_a, ids_b


def _quote(article: AnalysedArticle, passages: Sequence[Passage]) -> Quote:
    text = "\n".join(p.text for p in passages)
    size = Counter[str]()
    for passage in passages:
        size[passage.language] += len(passage.text)
    language = max(size, key=lambda tag: (size[tag], tag))
    return Quote(article.id, article.cleaned.raw.path, language, passages[0].start, passages[-1].end, text)
