"""Fit the probability of kb/pairs.py on documents of one half, and say how well it holds on the other half.

usage: comparable.py FOLDER WORK [--seed N]

FOLDER holds documents as folders of files `LANGUAGE.txt` that say the same line by line (`../shared/gold/ntrex_dev`).
WORK receives, for either half, collections of articles that share some passages and are no translations: each document
is cut into passages of one to three lines; every language gets a random part of them, dealt to several articles, and
half of the documents come in one language only. A pair is right when both passages were cut from the same lines. How
much the articles of a document share is different in each collection, since nobody knows it of a collection on the web.
Knowledge bases are made by the recipe `no-scheme` and kept in WORK.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from kb import pairs, pipeline
from kb.collection import passage_vectors, place_of, sentence_vectors
from kb.embed import load
from kb.embed.cache import VectorCache
from kb.model import base_language
from kb.progress import SilentProgress
from kb.recipe import load_recipe
from kb.store import open_store

FEATURES = ("near", "covered", "alike", "ahead")
SHOWN = 0.5  # of `pairs.subject`, as in the recipes
SHARES = (0.3, 0.6, 0.9)  # of a document's passages that each of its languages gets
PARTS = 3  # articles of each language that they are dealt to
BINS = 10


def main(folder: Path, work: Path, seed: int) -> None:
    documents = sorted(p for p in folder.iterdir() if p.is_dir())
    random.Random(seed).shuffle(documents)
    halves = [documents[::2], documents[1::2]]
    rows: list[Cases] = []
    for half, own in enumerate(halves):
        found = [measured(own, work / f"{seed}-{half}-{share}", share, seed) for share in SHARES]
        rows.append(Cases(*(np.concatenate([getattr(c, f.name) for c in found]) for f in fields(Cases))))
        for share, cases in zip(SHARES, found, strict=True):
            report(f"half {half}, {share} of the passages, as shipped", shipped(cases.data), cases)
    for fitted, held in ((0, 1), (1, 0)):
        model = fit(rows[fitted])
        report(f"fitted on half {fitted}, held out {held}", model.predict_proba(rows[held].data)[:, 1], rows[held])
    model = fit(Cases(*(np.concatenate([getattr(c, f.name) for c in rows]) for f in fields(Cases))))
    print({n: round(float(w), 2) for n, w in zip(FEATURES, model.coef_[0], strict=True)}, round(model.intercept_[0], 2))


@dataclass(frozen=True)
class Cases:
    """Candidates: their features [n, 4], whether they say the same, and whether they would be shown."""

    data: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    shown: npt.NDArray[np.bool_]


def fit(cases: Cases) -> LogisticRegression:
    return LogisticRegression(C=10, max_iter=1000).fit(cases.data, cases.truth)


def measured(documents: list[Path], work: Path, share: float, seed: int) -> Cases:
    lines = articles(documents, work / "articles", share, seed)
    store = open_store(work / "kb.db", create=True, write=True)
    recipe = load_recipe("no-scheme")
    pipeline.build(store, recipe, [work / "articles"], progress=SilentProgress())
    held = [store.analysed(a.id) for a in store.articles()]
    cache = VectorCache(recipe.model, lambda: load(recipe.model), store)
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    mentions = store.mentions()
    places = place_of(held, mentions)
    for mention in mentions:
        spoken[places[mention.article, mention.start][0]].add(mention.concept)
    concepts = {passage: frozenset(found) for passage, found in spoken.items()}
    data, truth, shown, lost = [], [], [], 0
    vectors, sentences = passage_vectors(held, cache), sentence_vectors(held, cache)
    for found in pairs.comparable_candidates(held, vectors, sentences, store.alignments(), concepts):
        sides = [lines.get(_key(a.passages[n].text)) for a, n in ((found.one, found.n), (found.other, found.m))]
        if None not in sides:
            data.append([float(getattr(found, name)) for name in FEATURES])
            truth.append(sides[0] == sides[1])
            shown.append(pairs.subject(found) >= SHOWN)
        else:
            lost += 1
    if lost:
        print(f"{lost} candidates of passages that cleaning has made anew are left out")
    store.close()
    return Cases(np.array(data), np.array(truth), np.array(shown))


def articles(documents: list[Path], folder: Path, share: float, seed: int) -> dict[str, tuple[str, int]]:
    """Write them; passage text -> the document and the line where it begins."""
    chance = random.Random(f"{seed} {share}")
    where: dict[str, tuple[str, int]] = {}
    for number, document in enumerate(documents):
        texts = {f.stem: f.read_text(encoding="utf-8").split("\n")[:-1] for f in sorted(document.glob("*.txt"))}
        count = len(next(iter(texts.values())))
        cuts, begin = [], 0
        while begin < count:
            cuts.append((begin, min(count, begin + chance.randint(1, 3))))
            begin = cuts[-1][1]
        # Never both scripts of one language: they would hold the same.
        tags = sorted({base_language(tag): tag for tag in chance.sample(sorted(texts), len(texts))}.values())
        for tag in tags if number % 2 else chance.sample(tags, 1):
            chosen = [cut for cut in cuts if chance.random() < share] or [chance.choice(cuts)]
            chance.shuffle(chosen)
            join = "" if tag.startswith("zh") else " "
            for part in range(min(PARTS, len(chosen))):
                passages = [(join.join(texts[tag][a:b]), (document.name, a)) for a, b in chosen[part::PARTS]]
                where |= {_key(text): place for text, place in passages}
                path = folder / document.name / f"{tag}-{part}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("\n\n".join(text for text, _ in passages) + "\n", encoding="utf-8")
    return where


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def shipped(data: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    weights = np.array([pairs.NEAR, pairs.COVERED, pairs.ALIKE, pairs.AHEAD])
    return np.asarray(1 / (1 + np.exp(-(data @ weights + pairs.MIDDLE))))


def report(what: str, probability: npt.NDArray[np.float64], cases: Cases) -> None:
    """Expected calibration error over tenths, of all candidates and of those shown; then each tenth of these."""
    print(f"{what}: {len(cases.truth)} candidates, {cases.truth.mean():.3f} right")
    print(f"    calibration error {error(probability, cases.truth):.3f}", end="")
    probability, truth = probability[cases.shown], cases.truth[cases.shown]
    print(f", of the {len(truth)} shown {error(probability, truth):.3f}")
    filled = (f"{p:.2f}:{right:.2f} ({count})" for p, right, count in tenths(probability, truth))
    print("   ", "  ".join(filled), flush=True)


def error(probability: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    return sum(abs(p - right) * count for p, right, count in tenths(probability, truth)) / max(1, len(truth))


def tenths(probability: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> Iterator[tuple[float, float, int]]:
    """Of every tenth of probability that occurs: its mean, the share of right pairs, and how many pairs."""
    tenth = np.minimum((probability * BINS).astype(int), BINS - 1)
    for k in range(BINS):
        own = tenth == k
        if own.any():
            yield float(probability[own].mean()), float(truth[own].mean()), int(own.sum())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    main(options.folder, options.work, options.seed)
