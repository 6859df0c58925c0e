"""Fit the weights of kb/counterparts.py on the project's own articles, and say how well they hold on articles left out.

usage: fit_counterparts.py BASE.db

BASE is built from corpus/articles with the recipe `no-scheme`. A pair of names is right when
corpus/gold/concepts.json has both as forms of one concept, wrong when it has either as a form of a concept that does
not have the other; what the lexicon has under one sense and the gold does not list is left out, since the gold lists no
near-synonyms. Looked at are only pairs that the alignment of concepts looks at: each name's best few by any one kind of
evidence. Every pair counts twice: as it is, and as if no two articles were translations.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from itertools import combinations, product
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from kb import counterparts
from kb.collection import term_sets, terms_by_language
from kb.embed import load
from kb.embed.cache import VectorCache
from kb.langs.folding import name_key
from kb.model import Term, base_language
from kb.progress import SilentProgress
from kb.recipe import load_recipe
from kb.scheme import Scheme
from kb.store import open_store

FEATURES = ("name", "company", "aligned", "said", "ahead", "count")


def gold_owners(path: Path) -> dict[tuple[str, str], set[str]]:
    """(base language, name key) -> ids of gold concepts that have it as a form."""
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for concept in json.loads(path.read_text(encoding="utf-8")):
        for form in concept["forms"]:
            owners[base_language(form["language"]), name_key(form["surface"])].add(concept["id"])
    return owners


def main(base: str) -> None:
    store = open_store(Path(base))
    recipe = load_recipe("no-scheme")
    articles = [store.analysed(a.id) for a in store.articles()]
    cache = VectorCache(recipe.model, lambda: load(recipe.model), store)
    sets = term_sets(articles, terms_by_language(articles, Scheme(), recipe), cache, SilentProgress())
    owners = gold_owners(Path("corpus/gold/concepts.json"))
    rows, right, groups = [], [], []
    for (x, y), alignments in product(combinations(sorted(sets), 2), (store.alignments(), [])):
        evidence = counterparts.compare(sets[x], sets[y], alignments)
        layers = {name: getattr(evidence, name) for name in FEATURES}
        senses = [[known.senses() for known in sets[lang].known()] for lang in (x, y)]
        owned = [[_owners(t, owners) for t in sets[lang].terms] for lang in (x, y)]
        for i, j in sorted(_looked_at(evidence)):
            a, b = owned[0][i], owned[1][j]
            if (a & b) or ((a or b) and not senses[0][i] & senses[1][j]):
                left = 1 - float(evidence.said[i, j])  # what the lexicon leaves to the others
                weights = {"name": left, "company": left, "aligned": left}
                rows.append([weights.get(name, 1.0) * float(layers[name][i, j]) for name in FEATURES])
                right.append(bool(a & b))
                groups.append(min(a or b))
    data, truth = np.array(rows), np.array(right)
    # Concepts fall into five folds by name, so that a pair and its near doubles are never on both sides.
    names = sorted(set(groups))
    fold = np.array([names.index(g) % 5 for g in groups])
    held = np.zeros(len(truth))
    for k in range(5):
        model = LogisticRegression(C=10, max_iter=1000).fit(data[fold != k], truth[fold != k])
        held[fold == k] = model.predict_proba(data[fold == k])[:, 1]
    for cut in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        chosen = held >= cut
        print(
            f"held out, p >= {cut}: {chosen.sum()} pairs, precision {truth[chosen].mean():.3f}, "
            f"recall {truth[chosen].sum() / truth.sum():.3f}"
        )
    model = LogisticRegression(C=10, max_iter=1000).fit(data, truth)
    print(len(truth), "pairs,", int(truth.sum()), "right")
    print(
        {name: round(float(w), 2) for name, w in zip(FEATURES, model.coef_[0], strict=True)},
        round(float(model.intercept_[0]), 2),
    )


def _owners(term: Term, owners: dict[tuple[str, str], set[str]]) -> set[str]:
    keys = {name_key(o.surface) for o in term.occurrences} | {term.key}
    return set().union(*(owners.get((term.language, k), set()) for k in keys))


def _looked_at(evidence: counterparts.Evidence, best: int = 2) -> set[tuple[int, int]]:
    """Pairs among the best few of either side, by what they have over their rivals."""
    layer = evidence.ahead
    pairs = {(i, int(j)) for i in range(layer.shape[0]) for j in np.argsort(-layer[i], kind="stable")[:best]}
    return pairs | {(int(i), j) for j in range(layer.shape[1]) for i in np.argsort(-layer[:, j], kind="stable")[:best]}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
