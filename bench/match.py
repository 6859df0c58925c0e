"""How often a line finds its counterpart: P@1 of matching, sentences by direction and terms by pair of languages.

usage: match.py [--plain] FOLDER ...

A folder with `gold.tsv` (numbers of a line of `a.txt` and of its counterpart in `b.txt`, every right pair a line) holds
terms, and is named after its languages (`fr_vi`). Any other holds documents as folders of files `LANGUAGE.txt` that say
the same line by line; equal lines of the language that is looked in count as one. Without a folder it takes the
project's own aligned articles: beads of one sentence and one sentence.
`--plain` adds what plain cosines and CSLS alone would find.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from itertools import permutations
from pathlib import Path

import numpy as np

from kb.direct import match_lines
from kb.embed import Embedder, load
from kb.embed.base import embedding_text
from kb.embed.bundled import MANY
from kb.embed.centre import centre, reference_means
from kb.match import csls
from kb.model import base_language

GOLD = Path(__file__).parent.parent / "corpus/gold/alignment"
Right = dict[int, set[int]]  # line of a -> lines of b


def main(folders: list[Path], plain: bool) -> None:
    embedder = load()
    embedder.embed(["x " * MANY])  # the way of collections, which shows tokens
    for folder in folders:
        if (folder / "gold.tsv").is_file():
            cases = [_terms(folder)]
        elif folder == GOLD:
            cases = _beads(folder)
        else:
            cases = _documents(folder)
        kind = "term" if (folder / "gold.tsv").is_file() else "sentence"
        scores = [_score(a, b, tags, kind, right, embedder, plain) for a, b, tags, right in cases]
        print(f"{folder.name}: mean", *(f"{x:.4f}" for x in np.mean(scores, axis=0)), flush=True)
        print(f"{folder.name}: worst", *(f"{x:.4f}" for x in np.min(scores, axis=0)), flush=True)


def _score(
    a: list[str], b: list[str], tags: tuple[str, str], kind: str, right: Right, embedder: Embedder, plain: bool
) -> list[float]:
    rows = [("looked at twice" if kind == "sentence" else "competing", match_lines(a, b, tags, kind, embedder))]
    if plain:
        vectors = [embedder.embed([embedding_text(t) for t in lines]) for lines in (a, b)]
        centred = [centre(v, tag, reference_means(embedder.name)) for v, tag in zip(vectors, tags, strict=True)]
        for name, matrix in (("cosine", vectors[0] @ vectors[1].T), ("csls", csls(centred[0], centred[1]))):
            rows.append((name, [(i, int(j), 0.0) for i, j in enumerate(matrix.argmax(axis=1))]))
    first = {text: j for j, text in reversed(list(enumerate(map(embedding_text, b))))}
    same = {j: first[embedding_text(text)] for j, text in enumerate(b)}
    scores = []
    for _, found in rows:
        hits = [same[j] in {same[k] for k in right[i]} for i, j, _ in found if i in right]
        scores.append(float(np.mean(hits)))
    print(f"{tags[0]:8} {tags[1]:8}", " ".join(f"{name} {s:.4f}" for (name, _), s in zip(rows, scores, strict=True)))
    return scores


def _terms(folder: Path) -> tuple[list[str], list[str], tuple[str, str], Right]:
    right: Right = defaultdict(set)
    for line in (folder / "gold.tsv").read_text(encoding="utf-8").splitlines():
        i, j = map(int, line.split("\t"))
        right[i].add(j)
    first, second = folder.name.split("_")
    return _lines(folder / "a.txt"), _lines(folder / "b.txt"), (first, second), right


def _documents(folder: Path) -> list[tuple[list[str], list[str], tuple[str, str], Right]]:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for document in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(document.glob("*.txt")):
            texts[file.stem] += _lines(file)
    return [
        (texts[x], texts[y], (x, y), {i: {i} for i in range(len(texts[x]))})
        for x, y in permutations(sorted(texts), 2)
        if base_language(x) != base_language(y)
    ]


def _beads(folder: Path) -> list[tuple[list[str], list[str], tuple[str, str], Right]]:
    import ast

    cases = []
    for case in sorted(p for p in folder.iterdir() if p.is_dir()):
        a, b = _lines(case / "a.txt"), _lines(case / "b.txt")
        beads = [line.split(":")[:2] for line in (case / "gold.txt").read_text(encoding="utf-8").splitlines()]
        ones = [(i[0], j[0]) for i, j in (map(ast.literal_eval, bead) for bead in beads) if len(i) == len(j) == 1]
        # vi-zh-Hans: the first tag has no script
        x, y = case.name.rpartition(".")[2].split("-", 1)
        cases.append((a, b, (x, y), {i: {j} for i, j in ones}))
        cases.append((b, a, (y, x), {j: {i} for i, j in ones}))
    return cases


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


if __name__ == "__main__":
    if "-h" in sys.argv or "--help" in sys.argv:
        sys.exit(__doc__)
    main([Path(x) for x in sys.argv[1:] if x != "--plain"] or [GOLD], "--plain" in sys.argv)
