"""Which articles of a base are translations of each other, and their beads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from kb.align import Possible, align_versions, relation
from kb.embed import Vectors
from kb.embed.cache import VectorCache
from kb.model import Alignment, AnalysedArticle
from kb.progress import Progress
from kb.sides import languages, side_of
from kb.store.base import Store

Pair = tuple[str, str]


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
    scores: dict[Pair, float] = {}
    near = Possible(sentences)
    with progress.stage("comparisons", len(made)) as stage:
        for one in sorted(made):
            for other in near.of(one):
                a, b = sorted((one, other))
                if by_id[a].language == by_id[b].language or (other in made and other < one):
                    continue
                kind, score = relation(sentences[a], sentences[b])
                if kind == "parallel":
                    scores[a, b] = score
                else:
                    store.save_alignment(Alignment(a, b, kind, round(score, 4)))
            stage.advance()
    known = {(x.a, x.b): x.score for x in store.alignments(machine=True) if x.relation == "parallel"}
    parallel = known | scores
    then = _versions((x.a, x.b) for x in before if x.relation == "parallel")
    now = _versions(parallel)
    new = {frozenset(pair) for pair in scores}

    def as_before(a: str, b: str) -> bool:
        thirds = now[a] & now[b]
        return thirds == then[a] & then[b] and not any(new & {frozenset((a, c)), frozenset((c, b))} for c in thirds)

    wanted = [pair for pair in sorted(parallel) if pair in scores or not as_before(*pair)]
    with progress.stage("alignments", len(wanted)) as stage:
        for group in _groups(wanted, now):
            own = [pair for pair in wanted if pair[0] in group]
            needed = {id for a, b in own for id in (a, b, *(now[a] & now[b]))}
            sides = {
                id: side_of([s.text for s in by_id[id].sentences], languages(by_id[id]), sentences[id], cache)
                for id in sorted(needed)
            }
            for (a, b), beads in align_versions(sides, [x for x in parallel if x[0] in group], own):
                store.save_alignment(Alignment(a, b, "parallel", round(parallel[a, b], 4), tuple(beads)))
                stage.advance()


def _versions(pairs: Iterable[Pair]) -> defaultdict[str, set[str]]:
    out: defaultdict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        out[a].add(b)
        out[b].add(a)
    return out


def _groups(wanted: Iterable[Pair], versions: Mapping[str, Collection[str]]) -> list[set[str]]:
    """Articles that are versions of each other, directly or over others, as far as something of theirs is wanted."""
    out: list[set[str]] = []
    for a, _ in wanted:
        if any(a in group for group in out):
            continue
        group, todo = set[str](), [a]
        while todo:
            id = todo.pop()
            if id not in group:
                group.add(id)
                todo += versions[id]
        out.append(group)
    return out
