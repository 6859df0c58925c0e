"""Which articles of a base are translations of each other, and their beads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kb.align import Possible, Side, align_versions, parallel_share, relation
from kb.embed import Vectors
from kb.embed.cache import VectorCache
from kb.model import Alignment, AnalysedArticle
from kb.progress import Progress
from kb.sides import languages, side_of
from kb.store.base import Store

Pair = tuple[str, str]

PARALLEL = 0.5  # of the score of `relation`
# Of each other language. Where many articles have parts in common, all pairs would be a square of them.
MOST_VERSIONS = 2
AT_HAND = 5_000  # sentences of the texts that are at hand: some 120 MB


def align_translations(
    store: Store,
    articles: Sequence[AnalysedArticle],
    sentences: Mapping[str, Vectors],
    cache: VectorCache,
    progress: Progress,
    *,
    made: Collection[str],
    before: Iterable[Alignment],
) -> None:
    """Compare the articles in `made` with all of other languages; align what is a translation of each other, and once
    more those whose other versions are not the same as `before`.

    `sentences`: article -> [sentences, d], centred. Pairs that cannot be translations are not kept.
    """
    by_id = {a.id: a for a in articles}
    near = Possible(sentences)
    with progress.stage("comparisons", len(made)) as stage:
        for one in sorted(made):
            for other in near.of(one):
                a, b = sorted((one, other))
                if by_id[a].language == by_id[b].language or (other in made and other < one):
                    continue
                _, score = relation(sentences[a], sentences[b])
                store.save_alignment(Alignment(a, b, "comparable", score))
            stage.advance()
    known = {(x.a, x.b): x for x in store.alignments(machine=True)}
    scores = {pair: x.score for pair, x in known.items() if x.score >= PARALLEL}
    parallel = _closest(scores, by_id, sentences)
    then = _versions((x.a, x.b) for x in before if x.relation == "parallel")
    now = _versions(parallel)
    aligned = {pair for pair, x in known.items() if x.relation == "parallel"}
    new = {frozenset(pair) for pair in parallel if pair not in aligned}
    for a, b in sorted(aligned.difference(parallel)):
        store.save_alignment(Alignment(a, b, "comparable", scores[a, b]))

    def as_before(a: str, b: str) -> bool:
        thirds = now[a] & now[b]
        return thirds == then[a] & then[b] and not any(new & {frozenset((a, c)), frozenset((c, b))} for c in thirds)

    wanted = [pair for pair in sorted(parallel) if frozenset(pair) in new or not as_before(*pair)]
    with progress.stage("alignments", len(wanted)) as stage:
        for (a, b), beads in align_versions(_Sides(by_id, sentences, cache), parallel, wanted):
            store.save_alignment(Alignment(a, b, "parallel", scores[a, b], tuple(beads)))
            stage.advance()


def _closest(
    scores: Mapping[Pair, float], articles: Mapping[str, AnalysedArticle], sentences: Mapping[str, Vectors]
) -> list[Pair]:
    """The pairs that are aligned, in order: each article is among the `MOST_VERSIONS` of its language that are closest
    to the other."""
    found: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    for a, b in sorted(scores):
        found[a, articles[b].language].append((a, b))
        found[b, articles[a].language].append((a, b))
    left = set(scores)
    for pairs in found.values():
        if len(pairs) > MOST_VERSIONS:
            shares = {(a, b): parallel_share(sentences[a], sentences[b]) for a, b in pairs}
            left.difference_update(sorted(pairs, key=lambda pair: (-shares[pair], pair))[MOST_VERSIONS:])
    return sorted(left)


def _versions(pairs: Iterable[Pair]) -> defaultdict[str, set[str]]:
    out: defaultdict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        out[a].add(b)
        out[b].add(a)
    return out


class _Sides(Mapping[str, Side]):
    """The articles as the aligner needs them, the last ones at hand: the vectors of a text's words take much room."""

    def __init__(
        self, articles: Mapping[str, AnalysedArticle], sentences: Mapping[str, Vectors], cache: VectorCache
    ) -> None:
        self._articles, self._sentences, self._cache = articles, sentences, cache
        self._at_hand: dict[str, Side] = {}

    def __getitem__(self, id: str) -> Side:
        side = self._at_hand.pop(id, None)
        if side is None:
            article = self._articles[id]
            texts = [s.text for s in article.sentences]
            side = side_of(texts, languages(article), self._sentences[id], self._cache)
        self._at_hand[id] = side  # behind those that were asked for before it
        while len(self._at_hand) > 2 and sum(map(len, self._at_hand.values())) > AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]
        return side

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)

    def __len__(self) -> int:
        return len(self._articles)
