"""Fits the weights of kb/termhood.py, and says how each field fares with weights from the others.

usage: python bench/fit_terms.py LANGUAGE DIRECTORY GOLD [DIRECTORY GOLD ...]

DIRECTORY holds the texts of one field, GOLD its terms, one a line before a tab, all forms. A candidate is right when
its name is in the list.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from kb.direct import shown_of
from kb.extract import counted, name_of
from kb.langs.registry import analyser_for
from kb.pipeline import analyse_file
from kb.recipe import load_recipe
from kb.termhood import FEATURES, features

Doubles = npt.NDArray[np.float64]
Field = tuple[str, Doubles, npt.NDArray[np.bool_], int, int]  # name, features, right, gold terms, words


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("’", "'").split())


def read(language: str, directory: Path, gold_path: Path) -> Field:
    gold = {normal(line.split("\t")[0]) for line in gold_path.read_text(encoding="utf-8").splitlines() if line.strip()}
    recipe = load_recipe()
    paths = sorted(directory.rglob("*.txt"))
    articles = [analyse_file(path, recipe, language=language, id=path.as_posix()) for path in paths]
    found = counted(articles, analyser_for(language))
    rows = np.array([features(x.parts, language, x.entry.count, x.nested) for x in found])
    right = np.array([normal(name_of(x.entry)) in gold for x in found])
    words = sum(any(c.isalpha() for c in t.text) for a in articles for s in a.sentences for t in s.tokens)
    return directory.name, rows, right, len(gold), words


def fit(fields: list[Field]) -> tuple[Doubles, float]:
    rows, right = np.concatenate([f[1] for f in fields]), np.concatenate([f[2] for f in fields])
    alike = np.concatenate([np.full(len(f[2]), len(right) / len(fields) / len(f[2])) for f in fields])
    scale = StandardScaler().fit(rows)
    model = LogisticRegression(C=1, max_iter=3000).fit(scale.transform(rows), right, sample_weight=alike)
    weights: Doubles = model.coef_[0] / scale.scale_
    return weights, float(model.intercept_[0] - weights @ scale.mean_)


def judge(field: Field, weights: Doubles, note: str) -> None:
    name, rows, right, gold, words = field
    hits = right[np.argsort(-(rows @ weights), kind="stable")].cumsum()
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + gold)
    shown = min(shown_of(words), len(hits))
    print(
        f"{name} ({note}): {len(hits)} candidates, P@100 {hits[99] / 100:.2f}, P@500 {hits[499] / 500:.3f}, "
        f"F1 of the first {shown}: {f1[shown - 1]:.3f} (best {f1.max():.3f} at {f1.argmax() + 1}, all {f1[-1]:.3f})"
    )


def main(arguments: list[str]) -> None:
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        sys.exit(__doc__)
    paths = [Path(x) for x in arguments[1:]]
    fields = [read(arguments[0], a, b) for a, b in zip(paths[::2], paths[1::2], strict=True)]
    for field in fields if len(fields) > 1 else []:
        judge(field, fit([f for f in fields if f is not field])[0], "weights from the others")
    weights, middle = fit(fields)
    print({name: round(float(w), 2) for name, w in zip(FEATURES, weights, strict=True)}, round(middle, 2))


if __name__ == "__main__":
    main(sys.argv[1:])
