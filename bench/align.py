"""Sentence alignment on made cases with known beads: strict precision, recall, F1 and time. Fits its constants too.

usage: python bench/align.py PARALLEL_DIR [--pairs vi:fr zh-Hans:vi fr:zh-Hant] [--seeds 3 11]
                             [--documents all|even|odd] [--composed] [--vectors FILE] [--fit]

PARALLEL_DIR holds one folder a document, with <language>.txt files of equally many lines. Each side of every document
is disturbed on its own: lines are joined (20 %) or dropped (8 %). `--documents`: every second folder, so that constants
fitted on one half are measured on the other. `--composed`: no blocks are embedded. `--vectors FILE` (.npz) keeps
vectors between runs. `--fit` prints the `Weights` that make the gold coverings likeliest instead of scoring.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb import align as aligner
from kb.align import Side, align
from kb.embed import Vectors, load
from kb.embed.centre import language_mean, reference_means, subtract

Ids = tuple[int, ...]
JOIN, DROP = 0.2, 0.08


@dataclass(frozen=True)
class Case:
    a: list[str]
    b: list[str]
    language_a: str
    language_b: str
    gold: set[tuple[Ids, Ids]]


class Embeddings:
    """Text -> vector, embedded once, kept in a file when one is given."""

    def __init__(self, path: Path | None) -> None:
        self.embedder = load()
        self.path = path
        self.known: dict[str, npt.NDArray[np.float16]] = {}
        if path and path.exists():
            stored = np.load(path)
            self.known = dict(zip(bytes(stored["texts"]).decode("utf-8").split("\n"), stored["vectors"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        missing = sorted(set(texts) - set(self.known))
        if missing:
            self.known.update(zip(missing, self.embedder.embed(missing).astype(np.float16), strict=True))
        return np.array([self.known[text] for text in texts], np.float32).reshape(len(texts), self.embedder.dimension)

    def save(self) -> None:
        if self.path and self.known:
            texts = np.frombuffer("\n".join(self.known).encode("utf-8"), np.uint8)
            np.savez(self.path, texts=texts, vectors=np.array(list(self.known.values()), np.float16))


# --- cases ----------------------------------------------------------------------------------------------------------


def cases(parallel: Path, language_a: str, language_b: str, seed: int, documents: str) -> list[Case]:
    made = []
    rng = random.Random(f"{seed}-{language_a}-{language_b}")
    for number, folder in enumerate(sorted(p for p in parallel.iterdir() if p.is_dir())):
        sides = []
        for language in (language_a, language_b):
            lines = (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()
            sides.append(disturbed(lines, joiner(language), rng))
        if documents == "all" or (documents == "even") == (number % 2 == 0):
            (a, held_a), (b, held_b) = sides
            made.append(Case(a, b, language_a, language_b, beads_of(held_a, held_b)))
    return made


def joiner(language: str) -> str:
    return "" if language.startswith("zh") else " "


def disturbed(lines: list[str], between: str, rng: random.Random) -> tuple[list[str], list[Ids]]:
    """The new lines, and which of the old ones each holds."""
    texts: list[str] = []
    held: list[Ids] = []
    i = 0
    while i < len(lines):
        draw = rng.random()
        if draw < DROP and len(lines) > 3:
            i += 1
            continue
        size = 2 if draw < DROP + JOIN and i + 1 < len(lines) else 1
        texts.append(between.join(lines[i : i + size]))
        held.append(tuple(range(i, i + size)))
        i += size
    return texts, held


def beads_of(held_a: list[Ids], held_b: list[Ids]) -> set[tuple[Ids, Ids]]:
    """The smallest groups of new lines that share no old line with another group."""
    groups: list[tuple[set[int], set[int], set[int]]] = []  # old lines, new lines of a, new lines of b
    for side, held in enumerate((held_a, held_b)):
        for k, lines in enumerate(held):
            group: tuple[set[int], set[int], set[int]] = (
                set(lines),
                {k} if side == 0 else set(),
                {k} if side else set(),
            )
            for other in [g for g in groups if g[0] & group[0]]:
                groups.remove(other)
                group = (group[0] | other[0], group[1] | other[1], group[2] | other[2])
            groups.append(group)
    return {(tuple(sorted(a)), tuple(sorted(b))) for _, a, b in groups}


def sides(case: Case, embed: Embeddings, composed: bool) -> tuple[Side, Side]:
    out = []
    for texts, language in ((case.a, case.language_a), (case.b, case.language_b)):
        vectors = embed(texts)
        mean = language_mean(vectors, language, reference_means(embed.embedder.name))

        def blocks(
            spans: list[tuple[int, int]],
            texts: list[str] = texts,
            between: str = joiner(language),
            mean: Vectors = mean,
        ) -> Vectors:
            return subtract(embed([between.join(texts[start:end]) for start, end in spans]), mean)

        out.append(Side(subtract(vectors, mean), [len(text) for text in texts], None if composed else blocks))
    return out[0], out[1]


# --- scores ---------------------------------------------------------------------------------------------------------


def strict(found: list[tuple[set[tuple[Ids, Ids]], set[tuple[Ids, Ids]]]]) -> tuple[float, float, float]:
    """(precision, recall, F1) of [(gold, predicted)]: recall leaves out what was left out, as the field does."""
    hits = sum(len(gold & predicted) for gold, predicted in found)
    full_hits = sum(len([b for b in gold & predicted if all(b)]) for gold, predicted in found)
    precision = hits / max(sum(len(predicted) for _, predicted in found), 1)
    recall = full_hits / max(sum(len([b for b in gold if all(b)]) for gold, _ in found), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def score(groups: dict[str, list[Case]], embed: Embeddings, composed: bool) -> None:
    all_f1 = []
    for name, group in groups.items():
        found, seconds = [], 0.0
        for case in group:
            a, b = sides(case, embed, composed)
            align(a, b)  # embeds what is missing, so that the second time is the search's own
            started = time.perf_counter()
            beads = align(a, b)
            seconds += time.perf_counter() - started
            found.append((case.gold, {(bead.a, bead.b) for bead in beads}))
        precision, recall, f1 = strict(found)
        all_f1.append(f1)
        ms = 1000 * seconds / len(group)
        print(f"{name:24s} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {ms:6.1f} ms a document")
    print(f"{'mean':24s} F1 {np.mean(all_f1):.4f}")


# --- fitting --------------------------------------------------------------------------------------------------------
# A conditional random field over coverings: the gold one's worth less the log of the sum over all of them. Forward and
# backward sums as in `kb.align._sweep`, with log-sum-exp for the maximum, on whole tables.


class Example:
    """One case: features of every possible bead, [cells of the shape, 6], and the sum over the gold beads."""

    def __init__(self, case: Case, a: Side, b: Side, composed: bool) -> None:
        left, right = aligner._Text.of(a, "a"), aligner._Text.of(b, "b")
        self.n, self.m = len(left), len(right)
        band, _, scale = aligner._rough(left, right, aligner.AlignOptions(full_cells=10**9))
        blocks = left.composed(), right.composed()
        if not composed:
            spans = [[(i, i + k) for k in (2, 3, 4) for i in range(n - k + 1)] for n in (self.n, self.m)]
            blocks = aligner._asked(left, a, set(spans[0])), aligner._asked(right, b, set(spans[1]))
        likeness = aligner._likeness(band, *blocks)
        self.gold = np.zeros(6)
        self.lopsided = 0.0
        self.features: dict[tuple[int, int], npt.NDArray[np.float64]] = {}
        row = np.add.outer(np.arange(self.n + 1), np.arange(self.m + 1))
        column = np.arange(self.n + 1)[:, None] - band.first[row]
        for p, q in likeness:
            tables = aligner._features(band, likeness, blocks, left, right, scale, (p, q))
            grid = [table[row, column][: self.n - p + 1, : self.m - q + 1] for table in tables]
            self.features[p, q] = np.stack([*grid, np.ones_like(grid[0]), np.full_like(grid[0], p + q)], -1)
        for x, y in case.gold:
            if x and y and (len(x), len(y)) in self.features:
                self.gold += self.features[len(x), len(y)][x[0], y[0]]

    def loss(self, theta: npt.NDArray[np.float64], lopsided: float) -> tuple[float, npt.NDArray[np.float64]]:
        n, m = self.n, self.m
        worth = {s: f @ theta + (lopsided if abs(s[0] - s[1]) > 1 else 0.0) for s, f in self.features.items()}
        ahead = self.sums(worth)
        behind = self.sums({s: w[::-1, ::-1] for s, w in worth.items()})[::-1, ::-1]
        total, expected = ahead[0, 0], np.zeros(6)
        for (p, q), w in worth.items():
            chance = np.exp(np.minimum(behind[: n - p + 1, : m - q + 1] + w + ahead[p:, q:] - total, 0.0))
            expected += np.einsum("ij,ijf->f", chance, self.features[p, q])
        return float(total - self.gold @ theta), expected - self.gold

    def sums(self, worth: dict[tuple[int, int], npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        """Log of the sum over the coverings of what follows, [n + 1, m + 1]."""
        n, m = self.n, self.m
        total = np.full((n + 1, m + 1), -np.inf)
        for i in range(n, -1, -1):
            here = np.full(m + 1, -np.inf)
            if i == n:
                here[m] = 0.0
            else:
                here = total[i + 1].copy()
            for (p, q), w in worth.items():
                if i + p <= n:
                    here[: m - q + 1] = np.logaddexp(here[: m - q + 1], w[i] + total[i + p, q:])
            total[i] = np.logaddexp.accumulate(here[::-1])[::-1]
        return total


def fit(groups: dict[str, list[Case]], embed: Embeddings, composed: bool) -> None:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    examples = [Example(case, *sides(case, embed, composed), composed) for group in groups.values() for case in group]

    def loss(theta: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        value, slope = 0.05 * float(theta @ theta), 0.1 * theta
        for example in examples:
            one, its = example.loss(theta, -2.0)
            value, slope = value + one, slope + its
        return value, slope

    found = minimize(loss, np.zeros(6), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    names = ("margin", "length", "gain", "extension", "bead", "sentence")
    print(f"{len(examples)} cases, {found.fun / len(examples):.3f} nats a case")
    print("Weights(" + ", ".join(f"{name}={x:.2f}" for name, x in zip(names, found.x, strict=True)) + ")")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parallel", type=Path)
    parser.add_argument("--pairs", nargs="+", default=["vi:fr", "zh-Hans:vi", "fr:zh-Hant"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[3, 11])
    parser.add_argument("--documents", choices=("all", "even", "odd"), default="all")
    parser.add_argument("--composed", action="store_true")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    embed = Embeddings(arguments.vectors)
    groups = {}
    for seed in arguments.seeds:
        for pair in arguments.pairs:
            language_a, language_b = pair.split(":")
            groups[f"{pair} seed {seed}"] = cases(arguments.parallel, language_a, language_b, seed, arguments.documents)
    (fit if arguments.fit else score)(groups, embed, arguments.composed)
    embed.save()


if __name__ == "__main__":
    main()
