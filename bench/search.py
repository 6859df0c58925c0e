"""How fast a search is: in a base of many passages, warm, and the first one of a new process.

usage: search.py WORK [PASSAGES]
       search.py --vectors COUNT

WORK receives a base of PASSAGES (default 100000) made-up passages: words of the project's articles in any order, with
random vectors, which cost a search no less than real ones do. Questions are real and embedded by the bundled model.
`--vectors` compares COUNT random vectors alone, and looks whether the ten nearest are those of an exact comparison.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from kb.embed import BUNDLED, quantise
from kb.embed.base import unit, vector_key
from kb.embed.passages import PassageVectors
from kb.model import AnalysedArticle, Block, CleanedArticle, MappedText, Passage, RawArticle
from kb.query import KnowledgeBase, open_base
from kb.store import open_store
from kb.store.base import Source

CORPUS = Path(__file__).parent.parent / "corpus/articles"
TAGS = ("vi", "fr")
A_HUNDRED = 100  # passages of an article
QUESTIONS = (
    "what makes customers come back",
    "comment répondre à une réclamation",
    "kỷ vật gợi lại trải nghiệm",
    "顾客为什么会回来",
    "training new employees",
    "prix et qualité du service",
    "truyền miệng",
    "thiết kế chủ đề cho cửa hàng",
)


def main(work: Path, count: int) -> None:
    path = work / f"search-{count}.db"
    if not path.exists():
        make(path, count)
    first = []
    for question in QUESTIONS:
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "kb", "search", question, "--kb", str(path)],
            stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        first.append(time.perf_counter() - begun)
    print(f"first search of a process, {count} passages: median {np.median(first):.2f} s, worst {max(first):.2f} s")
    with open_base(path) as base:
        base.search(QUESTIONS[0])
        warm = [once(base, question) for _ in range(5) for question in QUESTIONS]
    for name, seconds in zip(("", ", of processor time"), zip(*warm, strict=True), strict=True):
        p50, p95 = np.percentile(seconds, [50, 95]) * 1000
        print(f"warm{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def once(base: KnowledgeBase, question: str) -> tuple[float, float]:
    """Seconds by the clock and of processor time, which other work on the machine hardly changes."""
    begun, used = time.perf_counter(), time.process_time()
    base.search(question)
    return time.perf_counter() - begun, time.process_time() - used


def compare_vectors(count: int) -> None:
    numbers = np.random.default_rng(0)
    codes = numbers.integers(-40, 41, (count, 384), dtype=np.int8)
    tags = [TAGS[n % len(TAGS)] for n in range(count)]
    vectors = PassageVectors.of([str(n) for n in range(count)], tags, codes, model="none")
    background, seconds, right = np.zeros((1, 384), np.float32), [], []
    for _ in range(20):
        noise = numbers.normal(size=384) * 50
        question = unit((codes[numbers.integers(count)] + noise).astype(np.float32))
        begun = time.perf_counter()
        found = vectors.nearness(question, background, 10)
        seconds.append(time.perf_counter() - begun)
        exact = np.zeros(count, np.float32)
        for n in range(0, count, 50_000):
            rows = slice(n, n + 50_000)
            level = (vectors.means @ question)[vectors.group[rows]]
            exact[rows] = (codes[rows] @ question * vectors.scale[rows] - level) / vectors.spread[rows]
        best = np.argsort(-exact)[:10].tolist()
        right.append(len({str(n) for n in best} & set(sorted(found, key=lambda id: -found[id])[:10])) / 10)
    print(f"{count} vectors: p50 {1000 * np.median(seconds):.0f} ms, recall@10 {np.mean(right):.3f}")


def make(path: Path, count: int) -> None:
    chance, numbers = random.Random(1), np.random.default_rng(1)
    words = {
        tag: [w for f in sorted(CORPUS.rglob(f"{tag}.txt")) for w in f.read_text(encoding="utf-8").split()]
        for tag in TAGS
    }
    store = open_store(path, create=True, write=True)
    with store.transaction():
        store.set_info({"version": "0", "recipe": "no-scheme", "model": BUNDLED, "dimension": "384"})
        for n in range(count // A_HUNDRED):
            tag, id = TAGS[n % len(TAGS)], f"made-{n}"
            texts = [" ".join(chance.choices(words[tag], k=60)) for _ in range(A_HUNDRED)]
            raw, passages, blocks, at = "\n".join(texts), [], [], 0
            for k, text in enumerate(texts):
                passages.append(Passage(f"{id}:{k}", "paragraph", at, at + len(text), text, tag))
                blocks.append(Block("paragraph", at, at + len(text), at, at + len(text)))
                at += len(text) + 1
            cleaned = CleanedArticle(RawArticle(id, raw, "utf-8", ""), tag, "", MappedText.of(raw), tuple(blocks), ())
            source = Source(f"/{id}", id, "/", id, 1, 1, id)
            store.save_article(source, AnalysedArticle(id, cleaned, tuple(passages), ()))
            vectors = unit(numbers.normal(size=(A_HUNDRED, 384)).astype(np.float32))
            store.save_vectors([vector_key(BUNDLED, text) for text in texts], *quantise(vectors))
    store.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--vectors"] and sys.argv[2:]:
        compare_vectors(int(sys.argv[2]))
    elif 2 <= len(sys.argv) <= 3:
        main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 100_000)
    else:
        sys.exit(__doc__)
