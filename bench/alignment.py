"""Sentence alignment on made cases with known beads, beside what others published; fits the weights too.

usage: python bench/alignment.py PARALLEL_DIR [--pairs vi:fr ...] [--seeds 7 8] [--join .2] [--drop .08] [--move N]
                                 [--with bertalign vecalign gale_church plain]
       python bench/alignment.py --gold A B GOLD LANGUAGE_A LANGUAGE_B [--with ...]
       python bench/alignment.py --growth 1000 20000 | --cost 2000
       python bench/alignment.py --fit [--seeds 1 2 3 4]

PARALLEL_DIR holds one folder a document, with <language>.txt files of equally many lines. Each side of every document
is disturbed on its own: lines are joined or dropped; `--move 3`: a block of three lines then stands elsewhere in b.
Strict: a bead is right when both sides are; lax: when it shares a sentence with a right one on each side. All get the
same vectors, centred by language. `plain`: kb.align without words. `--fit` learns from bench/parallel only.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import peers
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from kb.align import AlignOptions, Side, align, fine, rough, search
from kb.align.band import at, best_path, chances, sweep
from kb.align.text import Text, unit
from kb.embed import Vectors, load
from kb.embed.base import embedding_text
from kb.embed.centre import language_mean, reference_means, subtract
from kb.embed.tokens import Tokens, TokenStates, weigh
from kb.langs.registry import analyser_for
from kb.model import Bead

Ids = tuple[int, ...]
Gold = list[tuple[Ids, Ids]]
Doubles = npt.NDArray[np.float64]
OWN = Path(__file__).parent / "parallel"
PAIRS = ("vi:fr", "zh-Hans:vi", "fr:zh-Hant")
RIDGE = 0.05


@dataclass
class Case:
    a: list[str]
    b: list[str]
    languages: tuple[str, str]
    gold: Gold
    moved: frozenset[int] = frozenset()  # sentences of b in the moved block


class Model:
    """Vectors and words, each computed once."""

    def __init__(self) -> None:
        self.embedder = load()
        self.vectors: dict[str, Vectors] = {}
        self.states: dict[str, TokenStates] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        if missing := sorted({t for t in texts if t not in self.vectors}):
            self.vectors.update(zip(missing, self.embedder.embed(list(map(embedding_text, missing))), strict=True))
        return np.stack([self.vectors[t] for t in texts])

    def tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        if missing := sorted({t for t in texts if t not in self.states}):
            states = self.embedder.tokens(list(map(embedding_text, missing)), few=True)
            assert states is not None
            self.states.update(zip(missing, states, strict=True))
        return [self.states[t] for t in texts]

    def words(self, texts: Sequence[str]) -> list[Tokens]:
        return weigh(self.tokens(texts), in_general=True)

    def centred(self, texts: Sequence[str], language: str) -> Callable[[Sequence[str]], Vectors]:
        """Embeds texts of one article, less the mean of its sentences."""
        mean = language_mean(self.embed(texts), language, reference_means(self.embedder.name))
        return lambda asked: subtract(self.embed(asked), mean)

    def side(self, texts: Sequence[str], language: str, words: bool = True) -> Side:
        vectors = self.centred(texts, language)(texts)
        if not words:
            return Side(vectors, [len(t) for t in texts], texts)
        between = analyser_for(language).join
        blocks = self.centred(texts, language)
        return Side(
            vectors,
            [len(t) for t in texts],
            texts,
            lambda: self.words(texts),
            lambda asked: blocks([between(texts[i] for i in block) for block in asked]),
        )


# --- cases ----------------------------------------------------------------------------------------------------------


def cases(parallel: Path, pair: str, seed: int, join: float, drop: float, move: int = 0) -> list[Case]:
    first, second = pair.split(":")
    rng = random.Random(f"{seed}-{first}-{second}")
    made = []
    for folder in sorted(p for p in parallel.iterdir() if p.is_dir()):
        sides = []
        for language in (first, second):
            lines = (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()
            sides.append(disturbed(lines, "" if language.startswith("zh") else " ", join, drop, rng))
        (a, held_a), (b, held_b) = sides
        moved: frozenset[int] = frozenset()
        if move and len(b) >= 4 * move:
            at_, to = rng.sample(range(len(b) - move + 1), 2)
            order = [k for k in range(len(b)) if not at_ <= k < at_ + move]
            while to > len(order) or abs(to - at_) < move:
                to = rng.randrange(len(order) + 1)
            order[to:to] = range(at_, at_ + move)
            b, held_b = [b[k] for k in order], [held_b[k] for k in order]
            moved = frozenset(range(to, to + move))
        made.append(Case(a, b, (first, second), beads_of(held_a, held_b), moved))
    return made


def disturbed(
    lines: list[str], between: str, join: float, drop: float, rng: random.Random
) -> tuple[list[str], list[Ids]]:
    """The new lines, and which of the old ones each holds."""
    texts: list[str] = []
    held: list[Ids] = []
    i = 0
    while i < len(lines):
        draw = rng.random()
        if draw < drop and len(lines) > 3:
            i += 1
            continue
        size = 2 if draw < drop + join and i + 1 < len(lines) else 1
        texts.append(between.join(lines[i : i + size]))
        held.append(tuple(range(i, i + size)))
        i += size
    return texts, held


def beads_of(held_a: list[Ids], held_b: list[Ids]) -> Gold:
    """The smallest groups of new lines that share no old line with another group."""
    groups: list[tuple[set[int], set[int], set[int]]] = []  # old lines, new lines of a, new lines of b
    for side, held in enumerate((held_a, held_b)):
        for k, lines in enumerate(held):
            group = (set(lines), {k} if side == 0 else set[int](), {k} if side else set[int]())
            for other in [g for g in groups if g[0] & group[0]]:
                groups.remove(other)
                group = (group[0] | other[0], group[1] | other[1], group[2] | other[2])
            groups.append(group)
    return sorted((tuple(sorted(a)), tuple(sorted(b))) for _, a, b in groups)


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


# --- scores ---------------------------------------------------------------------------------------------------------


class Score:
    """Counts as the field takes them: recall leaves out what was left out."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, gold: Gold, found: Gold) -> None:
        full, found_full = [x for x in gold if all(x)], [x for x in found if all(x)]
        self.counts["found"] += len(found)
        self.counts["gold"] += len(full)
        self.counts["strict found"] += len(set(gold) & set(found))
        self.counts["strict gold"] += len(set(full) & set(found_full))
        self.counts["lax found"] += sum(x in gold or _shares(x, gold) for x in found)
        self.counts["lax gold"] += sum(_shares(x, found_full) for x in full)

    def f1(self, kind: str) -> float:
        c = self.counts
        precision, recall = c[f"{kind} found"] / max(c["found"], 1), c[f"{kind} gold"] / max(c["gold"], 1)
        return 2 * precision * recall / max(precision + recall, 1e-12)


def _shares(bead: tuple[Ids, Ids], others: Gold) -> bool:
    a, b = set(bead[0]), set(bead[1])
    return any(a & set(x) and b & set(y) for x, y in others)


Aligner = Callable[[Case], Gold]


def aligners(model: Model, names: Sequence[str]) -> dict[str, Aligner]:
    def ours(case: Case, words: bool = True) -> Gold:
        a, b = (model.side(t, x, words) for t, x in zip((case.a, case.b), case.languages, strict=True))
        return [(bead.a, bead.b) for bead in align(a, b)]

    def theirs(name: str) -> Aligner:
        def run(case: Case) -> Gold:
            if name == "gale_church":
                return peers.gale_church(case.a, case.b)
            a, b = (model.centred(t, x) for t, x in zip((case.a, case.b), case.languages, strict=True))
            return (peers.bertalign if name == "bertalign" else peers.vecalign)(case.a, case.b, a, b)

        return run

    known: dict[str, Aligner] = {"kb": ours}
    for name in names:
        known[name] = (lambda case: ours(case, words=False)) if name == "plain" else theirs(name)
    return known


def compare(groups: dict[str, list[Case]], known: dict[str, Aligner]) -> None:
    scores: defaultdict[tuple[str, str], Score] = defaultdict(Score)
    moved: Counter[str] = Counter()
    for group, made in groups.items():
        for name, aligner in known.items():
            for case in made:
                found = aligner(case)
                scores[name, group].add(case.gold, found)
                if case.moved:
                    wanted = [x for x in case.gold if all(x) and case.moved.issuperset(x[1])]
                    moved[name] += bool(wanted) and set(wanted) <= set(found)
                    moved[f"{name} of"] += bool(wanted)
    for name in known:
        strict = [scores[name, group].f1("strict") for group in groups]
        lax = [scores[name, group].f1("lax") for group in groups]
        text = "  ".join(f"{group} {x:.4f}" for group, x in zip(groups, strict, strict=True))
        print(f"{name:12} strict {np.mean(strict):.4f} +- {np.std(strict):.4f}  lax {np.mean(lax):.4f}   {text}")
        if moved[f"{name} of"]:
            print(f"{'':12} moved blocks found whole: {moved[name]} of {moved[f'{name} of']}")


# --- cost -----------------------------------------------------------------------------------------------------------


def made_text(size: int, seed: int = 5) -> tuple[Side, Side]:
    """Vectors as of two parallel texts of so many sentences, with a tenth left out of either."""
    rng = np.random.default_rng(seed)
    whole = unit(rng.standard_normal((size, 384), dtype=np.float32))
    lengths = rng.integers(20, 200, size)
    sides = []
    for _ in range(2):
        kept = np.flatnonzero(rng.random(size) > 0.1)
        noise = rng.standard_normal((len(kept), 384), dtype=np.float32) / np.sqrt(384)
        sides.append(Side(unit(whole[kept] + 0.8 * noise), lengths[kept]))
    return sides[0], sides[1]


def growth(sizes: Sequence[int]) -> None:
    seconds = []
    for size in sizes:
        a, b = made_text(size)
        started = time.process_time()
        align(a, b)
        seconds.append(time.process_time() - started)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{size} sentences a side, vectors given: {seconds[-1]:.2f} s, peak of the process so far {peak:.2f} GB")
    if len(sizes) > 1:
        exponent = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        print(f"time grows with the {exponent:.2f}th power")


def cost(size: int) -> None:
    """Embedding included: sentences of bench/parallel, numbered so that none comes twice."""
    lines = {x: [line for p in sorted(OWN.glob(f"*/{x}.txt")) for line in p.read_text("utf-8").splitlines()]
             for x in ("vi", "fr")}  # fmt: skip
    a, b = ([f"{rows[k % len(rows)]} ({k})" for k in range(size)] for rows in lines.values())
    case = Case(a, b, ("vi", "fr"), [])
    warm = Model()
    warm.words(a[:2])
    warm.embed(a[:200])
    for name in ("kb", "bertalign"):
        model = Model()
        model.embedder = warm.embedder
        started = time.perf_counter()
        aligners(model, [name])[name](case)
        print(f"{name:12} {time.perf_counter() - started:.1f} s for {size} sentences a side, embedding included")


# --- fitting --------------------------------------------------------------------------------------------------------
# A conditional random field over coverings: the gold one's worth less the log of the sum over all of them.


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
        beads, rows = [], []
        for p, q in cosines:
            tables = np.stack(rough.features(band, cosines, usual, left, right, scale, (p, q)), -1)
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


def calibration(groups: dict[str, list[Case]], model: Model) -> None:
    """How often beads of a score are right."""
    rows = []
    for case in [c for made in groups.values() for c in made]:
        a, b = (model.side(t, x) for t, x in zip((case.a, case.b), case.languages, strict=True))
        found: list[Bead] = align(a, b)
        rows += [(bead.score, (bead.a, bead.b) in case.gold) for bead in found if bead.a and bead.b]
    scores, right = np.array(rows, float).T
    error = 0.0
    for low in np.arange(0, 1, 0.1):
        here = (scores >= low) & (scores < low + 0.1 + (low > 0.85))
        if here.any():
            print(f"score {low:.1f}: said {scores[here].mean():.3f}, right {right[here].mean():.3f} of {here.sum()}")
            error += here.mean() * abs(scores[here].mean() - right[here].mean())
    print(f"expected calibration error {error:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parallel", type=Path, nargs="?", default=OWN)
    parser.add_argument("--pairs", nargs="+", default=PAIRS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[7, 8])
    parser.add_argument("--join", type=float, default=0.2)
    parser.add_argument("--drop", type=float, default=0.08)
    parser.add_argument("--move", type=int, default=0)
    parser.add_argument("--with", dest="others", nargs="*", default=[])
    parser.add_argument("--gold", nargs=5, metavar=("A", "B", "GOLD", "LANGUAGE_A", "LANGUAGE_B"))
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--growth", nargs="+", type=int)
    parser.add_argument("--cost", type=int)
    options = parser.parse_args()
    if options.growth:
        growth(options.growth)
        return
    if options.cost:
        cost(options.cost)
        return
    model = Model()
    if options.fit:
        made = [c for s in options.seeds for x in PAIRS for c in cases(OWN, x, s, options.join, options.drop)]
        made += [c for s in options.seeds for x in PAIRS for c in cut_cases(OWN, x, s)]
        for words in (False, True):
            fit(made, model, words)
        return
    if options.gold:
        from kb.beads import parse_beads

        a, b, gold = (Path(name).read_text(encoding="utf-8") for name in options.gold[:3])
        case = Case(a.splitlines(), b.splitlines(), tuple(options.gold[3:]), [(x.a, x.b) for x in parse_beads(gold)])
        groups = {Path(options.gold[2]).name: [case]}
    else:
        groups = {
            f"{pair} {seed}": cases(options.parallel, pair, seed, options.join, options.drop, options.move)
            for seed in options.seeds
            for pair in options.pairs
        }
    if options.calibration:
        calibration(groups, model)
        return
    compare(groups, aligners(model, options.others))


if __name__ == "__main__":
    main()
