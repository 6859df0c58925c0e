"""Fits the aligner's weights on made cases of bench/parallel only, and prints them.

usage: python bench/fit_alignment.py [--seeds 1 2 3 4]

A conditional random field over coverings: the gold one's worth less the log of the sum over all of them.
"""

from __future__ import annotations

import argparse
import random
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from alignment import OWN, PAIRS, Case, Gold, Ids, Model, cases
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from kb.align import AlignOptions, fine, rough, search
from kb.align.band import at, best_path, chances, sweep
from kb.align.text import Text

Doubles = npt.NDArray[np.float64]
RIDGE = 0.05
_CLAUSE = re.compile(r"(?<=[,;:，；：、–—.!?。！？]) ?(?=\S)")


def cut_cases(parallel: Path, pair: str, seed: int, cut: float = 0.4, drop: float = 0.04) -> list[Case]:
    """Lines of one side or the other are cut at a mark inside them, as translators cut sentences: then words of
    neighbours cross, and full stops say nothing."""
    first, second = pair.split(":")
    rng = random.Random(f"{seed}-{first}-{second}-cut")
    made = []
    for folder in sorted(p for p in parallel.iterdir() if p.is_dir()):
        both = [(folder / f"{x}.txt").read_text(encoding="utf-8").splitlines() for x in (first, second)]
        texts: tuple[list[str], list[str]] = ([], [])
        gold: Gold = []
        for pieces in zip(*both, strict=True):
            which = rng.randrange(2) if rng.random() < cut else -1
            bead: list[Ids] = []
            for side, line in enumerate(pieces):
                marks = [m.start() for m in _CLAUSE.finditer(line) if 8 < m.start() < len(line) - 8]
                cuts = (
                    sorted(rng.sample(marks, min(len(marks), 1 + (rng.random() < 0.4) + (rng.random() < 0.2))))
                    if side == which
                    else []
                )
                parts = [line[a:b].strip() for a, b in pairwise([0, *cuts, len(line)])]
                kept = [] if rng.random() < drop else parts
                bead.append(tuple(range(len(texts[side]), len(texts[side]) + len(kept))))
                texts[side].extend(kept)
            if any(bead):
                gold.append((bead[0], bead[1]))
        made.append(Case(*texts, (first, second), gold))
    return made


class Example:
    """One case: the features of its possible beads, the worth that is not learned, and which of them are right."""

    def __init__(self, case: Case, model: Model, words: bool) -> None:
        sides = [model.side(t, x) for t, x in zip((case.a, case.b), case.languages, strict=True)]
        left, right = Text.of(sides[0], "a"), Text.of(sides[1], "b")
        first = search.first_look(left, right, AlignOptions(full_cells=10**9))
        self.band = first.band
        if words:
            self.beads = fine.candidates(chances(first.band, first.table), first.band)
            evidence = search.evidence_of(sides[0], sides[1], first)
            assert evidence is not None
            self.features = fine.features(self.beads, left, right, first.scale, evidence)
        else:
            self.beads, self.features = self._all(left, right, first.scale)
        self.fixed = np.array([0.0 if words else rough.lopsided((p, q)) for _, _, p, q in self.beads])
        row = {bead: k for k, bead in enumerate(self.beads)}
        self.full = [(x, y) for x, y in case.gold if x and y]
        rows = [row.get((x[0], y[0], len(x), len(y)), -1) for x, y in self.full]
        self.whole, self.gold = -1 not in rows, np.array(rows, int)

    def _all(self, left: Text, right: Text, scale: float) -> tuple[list[fine.Candidate], Doubles]:
        band = self.band
        cosines, usual = rough.likenesses(band, left, right)
        numbers = rough.Numbers(left, right)
        beads, rows = [], []
        for p, q in cosines:
            tables = np.stack(rough.features(band, cosines, usual, left, right, scale, (p, q), numbers), -1)
            ok = ~np.isnan(tables).any(axis=-1) & (tables[..., 0] >= rough.FLOOR)
            beads += [(int(i), int(j), p, q) for i, j in zip(band.i[ok], band.j[ok], strict=True)]
            rows.append(tables[ok])
        return beads, np.concatenate(rows).astype(np.float64)

    def table(self, worths: Doubles) -> dict[tuple[int, int], npt.NDArray[np.float32]]:
        shape = (self.band.rows, self.band.width)
        found = {x: np.full(shape, -np.inf, np.float32) for x in sorted({(p, q) for _, _, p, q in self.beads})}
        for (i, j, p, q), value in zip(self.beads, worths, strict=True):
            found[p, q][i + j, i - self.band.first[i + j]] = value
        return found

    def chances(self, theta: Doubles) -> tuple[float, Doubles]:
        """Log of the sum over all coverings, and every bead's share of it."""
        table = self.table(self.features @ theta + self.fixed)
        likely = chances(self.band, table)
        total = at(self.band, sweep(self.band, table, every=True), 0, 0)
        return total, np.array([at(self.band, likely[p, q], i, j) for i, j, p, q in self.beads])

    def loss(self, theta: Doubles) -> tuple[float, Doubles]:
        total, share = self.chances(theta)
        right = self.features[self.gold]
        return float(total - (right @ theta + self.fixed[self.gold]).sum()), share @ self.features - right.sum(axis=0)


def fit(made: list[Case], model: Model, words: bool) -> None:
    names = fine.ALL if words else rough.FEATURES
    examples = [e for case in made if (e := Example(case, model, words)).whole]
    scale = np.sqrt(np.mean(np.square(np.concatenate([e.features for e in examples])), axis=0)) + 1e-3

    def loss(theta: Doubles) -> tuple[float, Doubles]:
        value, slope = RIDGE * float(theta @ theta), 2 * RIDGE * theta
        for example in examples:
            one, its = example.loss(theta / scale)
            value, slope = value + one, slope + its / scale
        return value, slope

    # What is cut here is always cut at a mark and belongs together; real texts have other reasons for such marks.
    least = {"open edges": -2.0}
    bounds = [(least[name] * x if name in least else None, None) for name, x in zip(names, scale, strict=True)]
    start = np.zeros(len(names))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 120})
    weights = found.x / scale
    print(f"{len(examples)} of {len(made)} cases, {found.fun / len(examples):.3f} nats a case")
    print("{" + ", ".join(f'"{name}": {x:.2f}' for name, x in zip(names, weights, strict=True)) + "}")
    logits, right = [], []
    for example in examples:
        worths = example.features @ weights + example.fixed
        worths += fine.KEPT * np.array([p + q for _, _, p, q in example.beads]) if words else 0.0
        table = example.table(worths)
        likely = chances(example.band, table)
        for i, j, (p, q) in best_path(example.band, table):
            if p and q:
                share = float(np.clip(at(example.band, likely[p, q], i, j), 1e-9, 1 - 1e-9))
                logits.append([np.log(share / (1 - share))])
                right.append((tuple(range(i, i + p)), tuple(range(j, j + q))) in example.full)
    line = LogisticRegression(C=1e6).fit(logits, right)
    print(f"calibration ({line.coef_[0, 0]:.2f}, {line.intercept_[0]:.2f}) of {len(right)} beads")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4])
    seeds = parser.parse_args().seeds
    model = Model()
    made = [c for s in seeds for x in PAIRS for c in cases(OWN, x, s, join=0.2, drop=0.08)]
    made += [c for s in seeds for x in PAIRS for c in cut_cases(OWN, x, s)]
    for words in (False, True):
        fit(made, model, words)


if __name__ == "__main__":
    main()
