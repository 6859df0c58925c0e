"""Sentence alignment on made cases with known beads, beside what others published.

usage: python bench/alignment.py PARALLEL_DIR [--pairs vi:fr ...] [--seeds 7 8] [--join .2] [--drop .08] [--move N]
                                 [--with bertalign bertalign:raw vecalign gale_church plain]
       python bench/alignment.py --gold A B GOLD LANGUAGE_A LANGUAGE_B [--with ...]
       python bench/alignment.py PARALLEL_DIR --versions vi fr zh-Hans zh-Hant [--seeds ...]
       python bench/alignment.py --growth 1000 20000 | --cost 2000

PARALLEL_DIR holds one folder a document, with <language>.txt files of equally many lines. Each side of every document
is disturbed on its own: lines are joined or dropped; `--move 3`: a block of three lines then stands elsewhere in b.
Strict: a bead is right when both sides are; lax: when it shares a sentence with a right one on each side. All get the
same vectors, centred by language; `bertalign:raw` gets them as the model gives them. `plain`: kb.align without words.
`--versions`: the same texts aligned two by two, and all together; they agree when what leads from a bead over a third
version shares a sentence with the bead's other side.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import numpy as np
import peers

from kb.align import Side, align, align_versions
from kb.align.text import unit
from kb.beads import parse_beads
from kb.embed import Vectors, load
from kb.embed.base import embedding_text
from kb.embed.centre import language_mean, reference_means, subtract
from kb.embed.tokens import Tokens, TokenStates, weigh
from kb.langs.registry import analyser_for
from kb.model import Bead

Ids = tuple[int, ...]
Gold = list[tuple[Ids, Ids]]
OWN = Path(__file__).parent / "parallel"
PAIRS = ("vi:fr", "zh-Hans:vi", "fr:zh-Hant")
# Name: the aligner, and whether it gets vectors as the model gives them.
PEERS = {
    "bertalign": (peers.bertalign, False),
    "bertalign:raw": (peers.bertalign, True),
    "vecalign": (peers.vecalign, False),
}


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
            peer, raw = PEERS[name]
            own, other = (
                model.embed if raw else model.centred(t, x)
                for t, x in zip((case.a, case.b), case.languages, strict=True)
            )
            return peer(case.a, case.b, own, other)

        return run

    own: dict[str, Aligner] = {"kb": ours, "plain": lambda case: ours(case, words=False)}
    return {name: own.get(name) or theirs(name) for name in dict.fromkeys(["kb", *names])}


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


# --- several versions -----------------------------------------------------------------------------------------------


def versions(parallel: Path, languages: Sequence[str], seed: int, join: float, drop: float, model: Model) -> None:
    scores: defaultdict[tuple[str, tuple[str, str]], Score] = defaultdict(Score)
    agreeing: defaultdict[str, list[bool]] = defaultdict(list)
    for folder in sorted(p for p in parallel.iterdir() if p.is_dir()):
        made = {}
        for language in languages:
            lines = (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()
            rng = random.Random(f"{seed}-{language}-{folder.name}")
            made[language] = disturbed(lines, "" if language.startswith("zh") else " ", join, drop, rng)
        sides = {x: model.side(texts, x) for x, (texts, _) in made.items()}
        pairs = list(combinations(languages, 2))
        found = {
            "two by two": {(a, b): align(sides[a], sides[b]) for a, b in pairs},
            "together": dict(align_versions(sides, pairs, pairs)),
        }
        for how, beads in found.items():
            for (a, b), own in beads.items():
                scores[how, (a, b)].add(beads_of(made[a][1], made[b][1]), [(x.a, x.b) for x in own])
            agreeing[how] += agreements(beads)
    for how, agree in agreeing.items():
        all_pairs = [score for (name, _), score in scores.items() if name == how]
        strict, lax = (np.mean([x.f1(kind) for x in all_pairs]) for kind in ("strict", "lax"))
        print(f"{how:12} strict {strict:.4f}  lax {lax:.4f}  agree {np.mean(agree):.4f}")


def agreements(beads: dict[tuple[str, str], list[Bead]]) -> list[bool]:
    """For every bead of two versions that a third one leads on from: whether it leads to the bead's other side."""
    leads: defaultdict[tuple[str, str], defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for (a, b), own in beads.items():
        for bead in own:
            for i, j in product(bead.a, bead.b):
                leads[a, b][i].add(j)
                leads[b, a][j].add(i)
    out = []
    for (a, b), own in beads.items():
        for c in {x for pair in beads for x in pair} - {a, b}:
            for bead in own:
                via = {j for i in bead.a for k in leads[a, c][i] for j in leads[c, b][k]}
                if bead.b and via:
                    out.append(not via.isdisjoint(bead.b))
    return out


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parallel", type=Path, nargs="?", default=OWN)
    parser.add_argument("--pairs", nargs="+", default=PAIRS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[7, 8])
    parser.add_argument("--join", type=float, default=0.2)
    parser.add_argument("--drop", type=float, default=0.08)
    parser.add_argument("--move", type=int, default=0)
    parser.add_argument("--with", dest="others", nargs="*", default=[], choices=("plain", "gale_church", *PEERS))
    parser.add_argument("--gold", nargs=5, metavar=("A", "B", "GOLD", "LANGUAGE_A", "LANGUAGE_B"))
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--versions", nargs="+")
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
    if options.versions:
        for seed in options.seeds:
            versions(options.parallel, options.versions, seed, options.join, options.drop, model)
        return
    if options.gold:
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
