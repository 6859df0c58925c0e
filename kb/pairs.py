"""Passages that belong together: parallel ones from the beads of translations, comparable ones across other
articles."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kb.embed.base import Vectors, unit
from kb.langs.folding import has_han
from kb.match import Matrix, csls, mutual_best, rival
from kb.model import Alignment, AnalysedArticle, Pair, Passage, Quote

REJECTED = "rejected"
# (pair, passage ids of its a side, passage ids of its b side)
PlacedPair = tuple[Pair, tuple[str, ...], tuple[str, ...]]

# Shorter passages (headings, captions) say too little to be called comparable.
MIN_COMPARABLE = 80
# Whether two passages are on one subject: their CSLS and this much of what their concepts have in common
# (`shared_concepts`), brought to 0..1 by a slope and a middle. Read by eye over the best 40 pairs of the project's
# articles and of five from the web: from 0.7 on four in five speak of the same, at 0.5 half do.
SHARED, SUBJECT_SLOPE, SUBJECT_MIDDLE = 0.5, 10.0, 0.5
# Whether they also say the same: logistic weights fitted by bench/comparable.py on news in four languages, mixed so
# that articles share a few passages or none. Fitted on half of the documents, the expected calibration error on the
# other half was .020 and .016, with other passages cut (`--seed 2`) .040 and .015; among those on one subject .044,
# .034, .067 and .047, of some 180 pairs each. Of what is called .9 and more 98 in 100 were right each time.
NEAR, COVERED, ALIKE, AHEAD, MIDDLE = 6.17, 10.79, 4.15, 6.43, -8.73
# A lead above this counts no more; NEVER is the score of what cannot be a pair.
MAX_LEAD, NEVER = 0.5, -10.0


def parallel_pairs(
    alignment: Alignment, a: AnalysedArticle, b: AnalysedArticle, *, decided: Collection[int] = ()
) -> list[PlacedPair]:
    """The smallest runs of whole passages that the beads join, in reading order; what was left out on one side is no
    pair, but part of a run that goes on after it.

    `decided`: the beads, by their positions, that somebody decided; a pair that only such beads join is accepted.
    """
    groups = _joined_passages(alignment, a, b, decided)
    return [
        _pair("parallel", score, a, _run(left), b, _run(right), status)
        for left, right, score, status in groups
        if left and right
    ]


def rejected_pairs(machine: Alignment, in_force: Alignment, a: AnalysedArticle, b: AnalysedArticle) -> list[PlacedPair]:
    """What the machine took for parallel passages, and no bead in force joins any more, since somebody decided so."""
    joined = {
        (a.sentences[i].passage, b.sentences[j].passage) for bead in in_force.beads for i in bead.a for j in bead.b
    }
    return [
        _pair("parallel", score, a, _run(left), b, _run(right), REJECTED)
        for left, right, score, _ in _joined_passages(machine, a, b, ())
        if left and right and joined.isdisjoint((x, y) for x in left for y in right)
    ]


def _run(passages: Sequence[int]) -> range:
    return range(passages[0], passages[-1] + 1)


def _joined_passages(
    alignment: Alignment, a: AnalysedArticle, b: AnalysedArticle, decided: Collection[int]
) -> list[tuple[list[int], list[int], float, str]]:
    """Connected components of passages, two being connected when a bead has sentences of both; score and status."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(x: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    scores: list[tuple[tuple[str, int], float, int]] = []
    doubtful: list[tuple[str, int]] = []  # nodes of beads that nobody decided
    for position, bead in enumerate(alignment.beads):
        nodes = [("a", a.sentences[i].passage) for i in bead.a] + [("b", b.sentences[j].passage) for j in bead.b]
        for node in nodes[1:]:
            parent[root(node)] = root(nodes[0])
        if bead.a and bead.b:
            scores.append((nodes[0], bead.score, len(bead.a) + len(bead.b)))
            if position not in decided:
                doubtful.append(nodes[0])
    sides: defaultdict[tuple[str, int], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for node in sorted(parent):
        sides[root(node)][node[0] == "b"].append(node[1])
    weights: defaultdict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
    for node, score, size in scores:
        weights[root(node)].append((score, size))
    proposed = {root(node) for node in doubtful}
    out = []
    for key, (left, right) in sides.items():
        found = weights[key]
        score = sum(s * n for s, n in found) / sum(n for _, n in found) if found else 0.0
        out.append((sorted(left), sorted(right), score, "proposed" if key in proposed else "accepted"))
    return sorted(out, key=lambda g: (g[0] or [-1], g[1] or [-1]))


def versions_of_passages(articles: Sequence[AnalysedArticle], pairs: Sequence[PlacedPair]) -> dict[str, str]:
    """Passage -> one of those that say the same as it: copies, and what parallel pairs join, however far they lead."""
    first: dict[str, str] = {}

    def root(id: str) -> str:
        while first.setdefault(id, id) != id:
            first[id] = first[first[id]]
            id = first[id]
        return id

    by_text: dict[str, str] = {}
    for article in articles:
        for passage in article.passages:
            first[root(passage.id)] = root(by_text.setdefault(passage.text, passage.id))
    for pair, of_a, of_b in pairs:
        if pair.kind == "parallel" and pair.status != REJECTED:
            for id in (*of_a[1:], *of_b):
                first[root(id)] = root(of_a[0])
    return {passage.id: root(passage.id) for article in articles for passage in article.passages}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Passage `n` of article `one` and `m` of `other`, each other's nearest of two languages, and the evidence."""

    one: AnalysedArticle
    n: int
    other: AnalysedArticle
    m: int
    near: float  # CSLS of the two
    covered: float  # mean centred cosine of every sentence of either with its nearest of the other
    alike: float  # minus the logarithm of how many times longer one is
    shared: float  # `shared_concepts`
    ahead: float  # of either's next best, by the two together


def comparable_pairs(
    articles: Sequence[AnalysedArticle],
    vectors: Mapping[str, Vectors],
    sentences: Mapping[str, Vectors],
    alignments: Sequence[Alignment],
    *,
    minimum: float,
    concepts: Mapping[str, frozenset[str]] | None = None,
) -> list[PlacedPair]:
    """Passages of articles in two languages that are no translations of each other and are each other's nearest.

    `vectors`: article -> [passages, d] unit, centred by language; `sentences`: article -> [sentences, d], the same;
    `concepts`: passage id -> the concepts it mentions; `minimum`: of `subject`. The score is the `probability` that
    both say the same. Best first.
    """
    out = []
    for found in comparable_candidates(articles, vectors, sentences, alignments, concepts or {}):
        if subject(found) >= minimum:
            (one, n), (other, m) = sorted(((found.one, found.n), (found.other, found.m)), key=lambda side: side[0].id)
            out.append(_pair("comparable", probability(found), one, [n], other, [m]))
    return sorted(out, key=lambda p: (-p[0].score, p[0].id))


def comparable_candidates(
    articles: Sequence[AnalysedArticle],
    vectors: Mapping[str, Vectors],
    sentences: Mapping[str, Vectors],
    alignments: Sequence[Alignment],
    concepts: Mapping[str, frozenset[str]],
) -> Iterator[Candidate]:
    """All that may be comparable, likely or not; see `comparable_pairs`."""
    parallel = {frozenset((x.a, x.b)) for x in alignments if x.relation == "parallel"}
    by_language: defaultdict[str, list[tuple[AnalysedArticle, int]]] = defaultdict(list)
    for article in articles:
        for n, passage in enumerate(article.passages):
            if passage.kind in ("paragraph", "list-item") and _size(passage.text) >= MIN_COMPARABLE:
                by_language[passage.language].append((article, n))
    for x, y in combinations(sorted(by_language), 2):
        left, right = by_language[x], by_language[y]
        near = csls(
            np.stack([vectors[article.id][n] for article, n in left]),
            np.stack([vectors[article.id][n] for article, n in right]),
        )
        held = [[concepts.get(a.passages[n].id, frozenset()) for a, n in side] for side in (left, right)]
        shared = shared_concepts(*held)
        score = near + SHARED * shared
        for i, (one, _) in enumerate(left):
            for j, (other, _) in enumerate(right):
                if one.id == other.id or frozenset((one.id, other.id)) in parallel:
                    score[i, j] = NEVER
        ahead = np.minimum(score - rival(score), score - rival(score.T).T)
        for i, j in mutual_best(score):
            if score[i, j] > NEVER:
                (one, n), (other, m) = left[i], right[j]
                yield Candidate(
                    one, n, other, m,
                    near=float(near[i, j]),
                    covered=_covered(_sentences(one, n, sentences), _sentences(other, m, sentences)),
                    alike=-abs(math.log(_size(one.passages[n].text) / _size(other.passages[m].text))),
                    shared=float(shared[i, j]),
                    ahead=min(float(ahead[i, j]), MAX_LEAD),
                )  # fmt: skip


def _sentences(article: AnalysedArticle, passage: int, vectors: Mapping[str, Vectors]) -> Vectors:
    return vectors[article.id][[n for n, s in enumerate(article.sentences) if s.passage == passage]]


def _covered(a: Vectors, b: Vectors) -> float:
    if not len(a) or not len(b):
        return 0.0
    cosine = a @ b.T
    return float(cosine.max(axis=1).mean() + cosine.max(axis=0).mean()) / 2


def probability(found: Candidate) -> float:
    """That the two passages say the same."""
    x = NEAR * found.near + COVERED * found.covered + ALIKE * found.alike + AHEAD * found.ahead + MIDDLE
    return 1 / (1 + math.exp(-x))


def subject(found: Candidate) -> float:
    """How surely the two passages are on one subject, whatever they say of it; 0..1."""
    return 1 / (1 + math.exp(-SUBJECT_SLOPE * (found.near + SHARED * found.shared - SUBJECT_MIDDLE)))


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
    kind: str,
    score: float,
    a: AnalysedArticle,
    left: Sequence[int],
    b: AnalysedArticle,
    right: Sequence[int],
    status: str = "proposed",
) -> PlacedPair:
    passages_a, passages_b = [a.passages[n] for n in left], [b.passages[n] for n in right]
    ids_a, ids_b = tuple(p.id for p in passages_a), tuple(p.id for p in passages_b)
    id = "p" + hashlib.blake2b("\n".join((*ids_a, "", *ids_b)).encode(), digest_size=5).hexdigest()
    return Pair(id, kind, round(score, 4), status, _quote(a, passages_a), _quote(b, passages_b)), ids_a, ids_b


def _quote(article: AnalysedArticle, passages: Sequence[Passage]) -> Quote:
    text = "\n".join(p.text for p in passages)
    size = Counter[str]()
    for passage in passages:
        size[passage.language] += len(passage.text)
    language = max(size, key=lambda tag: (size[tag], tag))
    return Quote(article.id, article.cleaned.raw.path, language, passages[0].start, passages[-1].end, text)
