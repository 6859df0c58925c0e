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
