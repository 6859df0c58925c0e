"""Nothing is embedded twice: vectors by the hash of model and text, kept wherever the caller keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kb.embed.base import Advance, Embedder, Prompt, Vectors, dequantise, embedding_text, ignore, quantise, vector_key
from kb.embed.tokens import TokenStates

# Texts whose vectors are held before they are stored: 16 MB of 384 dimensions. To embed and store 100,000 sentences
# took 0.86 GB above the loaded model (0.83 for 40,000, 0.52 for 10,000: what the model needs for a batch), to have
# them all 0.98 GB.
BATCH = 10_000
REMEMBERED = 5_000  # texts whose tokens are at hand: some 120 MB


class VectorStore(Protocol):
    def vectors(self, keys: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int8], npt.NDArray[np.float32]]: ...

    def save_vectors(
        self, keys: Sequence[str], codes: npt.NDArray[np.int8], factors: npt.NDArray[np.float32]
    ) -> None: ...


class VectorCache:
    """Embeds what is not known yet. Vectors always pass through their stored form, so that a build that computes them
    and one that finds them give the same results."""

    def __init__(self, model: str, load: Callable[[], Embedder], store: VectorStore) -> None:
        self.model = model
        self._load = load  # called only when something has to be embedded
        self._embedder: Embedder | None = None
        self._store = store
        self.used: set[str] = set()
        self._new: list[tuple[list[str], npt.NDArray[np.int8], npt.NDArray[np.float32]]] = []
        self._states: dict[str, TokenStates] = {}
        self.dimension = 0  # known once a vector was asked for

    def embedder(self) -> Embedder:
        """What makes the vectors; loaded when it is first asked for."""
        if self._embedder is None:
            self._embedder = self._load()
        return self._embedder

    @property
    def revision(self) -> str:
        """Of the model, where it was loaded; else ""."""
        return self._embedder.revision if self._embedder else ""

    def missing(self, texts: Sequence[str], prompt: Prompt = "query") -> list[str]:
        """Distinct texts without a vector, in order of length, which pads batches least."""
        by_key = {vector_key(self.model, t, prompt): t for t in texts}
        known = set(self._store.vectors(sorted(by_key))[0])
        return sorted((t for k, t in by_key.items() if k not in known), key=lambda t: (len(t), t))

    def fill(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> int:
        """Embed and store what is missing; how many texts that were."""
        missing = self.missing(texts, prompt)
        for i in range(0, len(missing), BATCH):
            batch = missing[i : i + BATCH]
            codes, factors = quantise(self.embedder().embed([embedding_text(t) for t in batch], advance, prompt))
            keys = [vector_key(self.model, t, prompt) for t in batch]
            self._store.save_vectors(keys, codes, factors)
            self._new.append((keys, codes, factors))
        return len(missing)

    def tokens(self, texts: Sequence[str]) -> list[TokenStates] | None:
        """What the model makes of every token; only the last texts' are remembered, and nothing is stored. None for a
        model that shows none."""
        read = [embedding_text(t) for t in texts]
        if new := [t for t in dict.fromkeys(read) if t not in self._states]:
            states = self.embedder().tokens(new, few=True)
            if states is None:
                return None
            self._states.update(zip(new, states, strict=True))
        found = [self._states[t] for t in read]
        while len(self._states) > REMEMBERED:
            del self._states[next(iter(self._states))]
        return found

    def save_again(self) -> int:
        """Store what was embedded once more, where the store has taken it back; how many vectors that were."""
        for keys, codes, factors in self._new:
            self._store.save_vectors(keys, codes, factors)
        return sum(len(keys) for keys, _, _ in self._new)

    def get(self, texts: Sequence[str], *, keep: bool = True, prompt: Prompt = "query") -> Vectors:
        """float32 [len(texts), d], embedding what is missing. `keep=False`: not needed after this build."""
        self.fill(texts, prompt=prompt)
        keys = [vector_key(self.model, t, prompt) for t in texts]
        if keep:
            self.used.update(keys)
        out = np.zeros((len(keys), self.dimension), np.float32)
        for i in range(0, len(keys), BATCH):  # so that only the result itself grows with the texts
            part = keys[i : i + BATCH]
            found, codes, factors = self._store.vectors(sorted(set(part)))
            if not self.dimension:
                self.dimension = codes.shape[1]
                out = np.zeros((len(keys), self.dimension), np.float32)
            row = {key: n for n, key in enumerate(found)}
            order = np.array([row[k] for k in part], np.intp)
            out[i : i + BATCH] = dequantise(codes[order], factors[order])
        return out
