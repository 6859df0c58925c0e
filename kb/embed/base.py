"""What an embedder is, and how a name in a recipe becomes one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from kb.embed.tokens import TokenStates
from kb.errors import ModelError
from kb.langs.folding import simplify
from kb.model import base_language

Vectors = npt.NDArray[np.float32]

BUNDLED = "multilingual-e5-small"


Advance = Callable[[int], object]

# What a text is to the model. Sentences compared with each other are "query" on both sides. Names come as entries of a
# dictionary (`name_text`) and as "passage": alone they are too short for a model that was trained on sentences.
Prompt = Literal["query", "passage"]
_DEFINITION = {"fr": "Définition : {}", "vi": "Định nghĩa: {}", "zh": "定义：{}"}


def ignore(done: int) -> None:
    """Progress that nobody watches."""


class Embedder(Protocol):
    """Texts to unit vectors. `name` is what a base records, so that it never mixes two models."""

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str:
        """Which weights the name stands for here: 12 hexadecimal digits of their hash or of the publisher's commit."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        """float32 [len(texts), dimension], rows of length 1, in the order of `texts`; equal texts give equal rows.

        One prompt on both sides: comparing like with like is what this project mostly does (alignment, names).
        `advance(n)` is told of every n texts done.
        """
        ...

    def tokens(self, texts: Sequence[str], advance: Advance = ignore, *, few: bool = False) -> list[TokenStates] | None:
        """The states of every text's tokens, or None where that would cost more than the texts are worth."""
        ...

    def embed_question(self, text: str) -> Vectors:
        """float32 [dimension] of a search: the prompt of questions where the model has one."""
        ...


def load(name: str = BUNDLED, *, much: bool = False) -> Embedder:
    """The embedder called `name`: the bundled one, or any sentence-transformers model by name or folder; `much`: many
    texts will be embedded, a few at a time.

    Raises ModelError when it is not on this machine.
    """
    if name == BUNDLED:
        from kb.embed.bundled import BundledEmbedder

        return BundledEmbedder(much=much)
    from kb.embed.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(name)


def load_for(name: str, known: Mapping[str, str], *, much: bool = False) -> Embedder:
    """As `load`, for a base that knows of itself what `known` holds (its `model`, `revision` and `dimension`).

    Raises ModelError when its vectors were made by other weights of that name.
    """
    embedder = load(name, much=much)
    revision, dimension = known.get("revision"), known.get("dimension")
    same = revision in (None, "", embedder.revision) and dimension in (None, "", "0", str(embedder.dimension))
    if known.get("model") == name and not same:
        raise ModelError(
            f"this base holds vectors of {name} at revision {revision or '?'} ({dimension} dimensions), here is "
            f"{embedder.revision} ({embedder.dimension}); bring that revision back, or build a new base with --kb"
        )
    return embedder


def quantise(vectors: Vectors) -> tuple[npt.NDArray[np.int8], Vectors]:
    """int8 [n, d] and the float32 [n] factors that bring them back: one byte a dimension, cosine above 0.9999."""
    factors = np.abs(vectors).max(axis=1, initial=1e-12).astype(np.float32) / np.float32(127)
    return np.rint(vectors / factors[:, None]).astype(np.int8), factors


def dequantise(codes: npt.NDArray[np.int8], factors: Vectors) -> Vectors:
    """float32 [n, d], rows of length 1."""
    return unit(codes.astype(np.float32) * factors[:, None])


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def row_blocks(rows: int, size: int) -> list[slice]:
    """All of so many rows, at most `size` at once, for matrices that are never held whole."""
    return [slice(i, i + size) for i in range(0, rows, size)]


def embedding_text(text: str) -> str:
    """What the model reads: Chinese in one script, so that the two do not drift apart."""
    return simplify(text)


def name_text(name: str, language: str) -> str:
    """A name as the head of its definition, to be embedded as a "passage"; `language` is a BCP 47 tag."""
    return _DEFINITION.get(base_language(language), "Definition: {}").replace("{}", name)


def vector_key(model: str, text: str, prompt: Prompt = "query") -> str:
    """32 hexadecimal digits for a model, a prompt and a text as it is embedded."""
    head = model if prompt == "query" else f"{model}\0{prompt}"
    return hashlib.blake2b(f"{head}\0{embedding_text(text)}".encode(), digest_size=16).hexdigest()
