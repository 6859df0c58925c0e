"""What cleaning may know beyond the one article: the other articles of its collection, and what sentences mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Context:
    """`embed` makes unit vectors, float32 [len(texts), d]; without it only form and words count."""

    repeated: Set[str] = frozenset()  # keys (see kb.clean.repeated) of lines that several articles have
    embed: Embed | None = None


ALONE = Context()

REMEMBERED = 20_000  # texts: 30 MB of 384 dimensions


def remembering(embed: Embed) -> Embed:
    """`embed` that asks the model about a text once, as far as it remembers."""
    known: dict[str, npt.NDArray[np.float32]] = {}

    def remembered(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, embed(new), strict=True))
        found = np.stack([known[text] for text in texts])
        while len(known) > REMEMBERED:
            del known[next(iter(known))]
        return found

    return remembered
