"""Any sentence-transformers model that is on this machine, by name or folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.embed.base import Advance, Prompt, Vectors, ignore, unit
from kb.embed.bundled import PROMPTS
from kb.embed.tokens import TokenStates
from kb.embed.windows import embed_in_windows
from kb.errors import ModelError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

# Texts sent to the model at once. Sorted by length, so that little is padded.
BATCH = 32
LAYER = 2 / 3  # of the way up: see kb.embed.tokens

# Models of the E5 family were trained with a prompt before every text, which their model cards ask for and most of them
# do not declare. The ones that take instructions read passages as they are and questions after a task of one's own.
_E5 = re.compile(r"(?:^|[-_])e5(?:[-_]|$)(?!.*instruct)", re.IGNORECASE)


class SentenceTransformersEmbedder:
    """Nothing is fetched: a model that is not in the local cache is an error that says how to bring it here."""

    def __init__(self, name: str, prompt: str = "") -> None:
        """`prompt` stands before every text whose tokens are asked for."""
        self.name = name
        self._model = _open(name)
        declared = any((self._model.prompts or {}).values())
        self._before: dict[Prompt, str] = {} if declared else family_prompts(name)
        self.prompt = prompt or self._before.get("query", "")
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def revision(self) -> str:
        return revision(local_folder(self.name))

    def embed(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        """As they are for "query"; with the model's own prompt for passages, where it declares one, for "passage".

        Texts for a model of the E5 family that declares no prompts get those of the family.
        """
        return embed_in_windows(texts, partial(self.embed_whole, prompt=prompt), self.dimension, advance)

    def embed_whole(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        """As `embed`, but what a text has beyond the model's length is not read."""
        own = self._model.prompts or {}
        name = next((n for n in ("passage", "document") if prompt == "passage" and n in own), None)
        before = self._before.get(prompt, "")
        out = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        for i in range(0, len(order), BATCH):
            rows = order[i : i + BATCH]
            out[rows] = self._encode([before + texts[row] for row in rows], prompt_name=name)
            advance(len(rows))
        return unit(out)

    def embed_question(self, text: str) -> Vectors:
        """With the model's own prompt for questions, where it declares one, or that of its family."""
        prompt = "query" if "query" in (self._model.prompts or {}) else None
        question: Vectors = unit(self._encode([self._before.get("query", "") + text], prompt_name=prompt))[0]
        return question

    def tokens(self, texts: Sequence[str], advance: Advance = ignore, *, few: bool = False) -> list[TokenStates]:
        """Of every text (without the prompt that it may begin with, see `prompt`): its tokens' states."""
        out: list[TokenStates | None] = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        for i in range(0, len(order), BATCH):
            rows = order[i : i + BATCH]
            for row, states in zip(rows, self._states([texts[row] for row in rows]), strict=True):
                out[row] = states
            advance(len(rows))
        return [states for states in out if states is not None]

    def _states(self, texts: list[str]) -> list[TokenStates]:
        import torch

        batch = self._model.tokenizer(
            [self.prompt + text for text in texts],
            padding=True,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_tensors="pt",
        )
        spans, special = batch.pop("offset_mapping"), batch.pop("special_tokens_mask")
        model: Any = self._model[0].auto_model
        with torch.inference_mode():
            layers = model(**batch.to(model.device), output_hidden_states=True).hidden_states
        states = layers[round((len(layers) - 1) * LAYER)].to(torch.float16).cpu().numpy()
        ids = batch["input_ids"].cpu().numpy()
        found = []
        for row in range(len(texts)):
            own = np.maximum(spans[row].numpy() - len(self.prompt), 0)
            own[:, 0] += [texts[row][a:b].startswith(" ") for a, b in own]  # a space belongs to the token after it
            keep = (special[row].numpy() == 0) & (own[:, 1] > own[:, 0])
            found.append(TokenStates(ids[row][keep], states[row][keep], own[keep]))
        return found

    def _encode(self, texts: list[str], **options: Any) -> Vectors:
        vectors = self._model.encode(texts, convert_to_tensor=True, show_progress_bar=False, **options)
        found: Vectors = vectors.float().cpu().numpy()
        return found


def family_prompts(name: str) -> dict[Prompt, str]:
    """What stands before a text for the model `name` (a name or a folder) by the family that it is of; {} for most."""
    path = Path(name)
    own = path.parent.parent.name if path.parent.name == "snapshots" else path.name
    return dict(PROMPTS) if _E5.search(own) else {}


def local_folder(name: str) -> Path:
    """Where a model's files are: a folder as it was given, or the snapshot of a downloaded model."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, local_files_only=True))


def revision(folder: Path) -> str:
    """12 hexadecimal digits: of the commit for a downloaded model, else of the hash of all weights in the folder."""
    if folder.parent.name == "snapshots":
        return folder.name[:12]
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".bin")):
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:12]


def _open(name: str) -> SentenceTransformer:
    # transformers prints a report and a bar for every model it loads; neither is for our readers.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # What torch keeps for every length of batch that it has seen grows to 600 MB; a few are as fast.
    for cache in ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY"):
        os.environ.setdefault(cache, "16")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return SentenceTransformer(
            name, local_files_only=True, device=device, model_kwargs={"dtype": _number_type(device)}
        )
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ModelError(
            f"the model {name!r} is not on this machine ({reason}); bring it once with: hf download {name}, "
            "or give the folder that holds it"
        ) from error


def _number_type(device: str) -> torch.dtype:
    """bfloat16 where the processor multiplies it faster (AMX, AVX512-BF16, graphics cards), else float32.

    Asked of the hardware, not timed: the same machine has to give the same vectors however busy it is.
    """
    import torch

    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")  # there since torch 2.5, under names that may go
    fast = any(getattr(torch.cpu, name, lambda: False)() for name in checks)
    return torch.bfloat16 if fast else torch.float32
