"""Any sentence-transformers model that is on this machine, by name or folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kb.embed.base import Vectors, unit
from kb.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformersEmbedder:
    """Nothing is fetched: a model that is not in the local cache is an error that says how to bring it here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _open(name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return unit(np.asarray(vectors, np.float32))

    def embed_question(self, text: str) -> Vectors:
        """With the model's own prompt for questions, where it declares one."""
        prompt = "query" if "query" in (self._model.prompts or {}) else None
        vector = self._model.encode([text], prompt_name=prompt, convert_to_numpy=True, show_progress_bar=False)
        question: Vectors = unit(np.asarray(vector, np.float32))[0]
        return question


def _open(name: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name, local_files_only=True, device="cpu")
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ModelError(
            f"the model {name!r} is not on this machine ({reason}); bring it once with: hf download {name}, "
            "or give the folder that holds it"
        ) from error
