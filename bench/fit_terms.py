"""Fits the weights of kb/termhood.py, and says how each field fares with weights from the others.

usage: python bench/fit_terms.py BASE.db LANGUAGE DIRECTORY GOLD [LANGUAGE DIRECTORY GOLD ...]

BASE is built from corpus/articles; of each of its languages, what corpus/gold/concepts.json has as a form of a concept
is right. DIRECTORY holds the texts of one more field, GOLD its terms, one a line before a tab, all forms.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from kb.direct import shown_of
from kb.extract import Counted, by_language, count_words, counted, gather
from kb.langs.folding import name_key
from kb.langs.registry import analyser_for
from kb.model import AnalysedArticle, base_language
from kb.pipeline import analyse_each
from kb.recipe import load_recipe
from kb.store import open_store
from kb.termhood import FEATURES, features, fewness

Doubles = npt.NDArray[np.float64]
Field = tuple[str, Doubles, npt.NDArray[np.bool_], int, int]  # name, features, right, gold terms, words


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("’", "'").split())


def read(language: str, directory: Path, gold_path: Path) -> Field:
    gold = {normal(line.split("\t")[0]) for line in gold_path.read_text(encoding="utf-8").splitlines() if line.strip()}
    recipe = load_recipe()
    paths = sorted(directory.rglob("*.txt"))
    articles = analyse_each(paths, recipe, language=language)
    return field_of(directory.name, articles, language, lambda x: normal(x.name) in gold, len(gold))


def own(base: Path) -> list[Field]:
    gold: defaultdict[str, set[str]] = defaultdict(set)
    for concept in json.loads(Path("corpus/gold/concepts.json").read_text(encoding="utf-8")):
        for form in concept["forms"]:
            gold[base_language(form["language"])].add(name_key(form["surface"]))
    store = open_store(base)
    groups = by_language([store.analysed(a.id) for a in store.articles()])

    def right(found: Counted, forms: set[str]) -> bool:
        return not forms.isdisjoint({found.key, *(name_key(o.surface) for o in found.occurrences)})

    return [
        field_of(f"corpus {tag}", group, tag, partial(right, forms=gold[tag]), len(gold[tag]))
        for tag, group in groups.items()
    ]


def field_of(
    name: str, articles: Sequence[AnalysedArticle], language: str, right: Callable[[Counted], bool], gold: int
) -> Field:
    found, words = counted(gather(articles, analyser_for(language))), count_words(articles, language)
    rows = np.array([features(x.parts, language, len(x.occurrences), x.nested) for x in found])
    few = fewness(words)
    rows = np.hstack([rows, few * rows, np.full((len(rows), 1), few)])
    return name, rows, np.array(list(map(right, found))), gold, words


def fit(fields: list[Field]) -> tuple[Doubles, float]:
    rows, right = np.concatenate([f[1] for f in fields]), np.concatenate([f[2] for f in fields])
    alike = np.concatenate([np.full(len(f[2]), len(right) / len(fields) / len(f[2])) for f in fields])
    scale = StandardScaler().fit(rows)
    model = LogisticRegression(C=1, max_iter=3000).fit(scale.transform(rows), right, sample_weight=alike)
    weights: Doubles = model.coef_[0] / scale.scale_
    return weights, float(model.intercept_[0] - weights @ scale.mean_)


def judge(field: Field, weights: Doubles) -> None:
    name, rows, right, gold, words = field
    hits = right[np.argsort(-(rows @ weights), kind="stable")].cumsum()
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + gold)
    shown = min(shown_of(words), len(hits))
    print(
        f"{name}, weights from the others: {len(hits)} candidates, "
        f"P@100 {hits[99] / 100:.2f}, P@500 {hits[499] / 500:.3f}, "
        f"F1 of the first {shown}: {f1[shown - 1]:.3f} (best {f1.max():.3f} at {f1.argmax() + 1}, all {f1[-1]:.3f})"
    )


def main(arguments: list[str]) -> None:
    if len(arguments) % 3 != 1:
        sys.exit(__doc__)
    fields = own(Path(arguments[0]))
    fields += [read(x, Path(y), Path(z)) for x, y, z in zip(*(arguments[k::3] for k in (1, 2, 3)), strict=True)]
    for field in fields:
        judge(field, fit([f for f in fields if f is not field])[0])
    weights, middle = fit(fields)
    always, more, few = np.split(weights, [len(FEATURES), 2 * len(FEATURES)])
    pairs = zip(always.round(2).tolist(), more.round(2).tolist(), strict=True)
    print(dict(zip(FEATURES, pairs, strict=True)), (round(middle, 2), round(float(few[0]), 2)))


if __name__ == "__main__":
    main(sys.argv[1:])
