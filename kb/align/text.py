"""One text as the search needs it: checked, and with the vectors of blocks composed from those of sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kb.align.band import LARGEST, Doubles, Floats
from kb.embed.tokens import Tokens

# Not after a figure, an initial or a short title (1. Mai, J. Dupont, Dr. Müller), nor before a small letter.
_ENDS = re.compile(
    r"[。！？!?…]+|(?<!\d)(?<!\b[A-ZÀ-Þ])(?<!\b[A-ZÀ-Þ][a-zà-ÿ])\.+(?=\s+[^\sa-zà-ÿ]|\s*$|[\"'”’»」』）)])"
)
_OPEN_END = re.compile(r"[,;:，；：、–—-]\W*$")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_NO_FIGURE = re.compile(r"\D")


@dataclass(frozen=True)
class Side:
    """One text. `vectors`: float32 [n, d], unit rows, centred by language. `lengths`: [n] in characters, any scale:
    only the ratio of the two sides matters, and it is estimated from the texts.

    `texts`: the sentences themselves, for their full stops and numbers. `words` gives the token vectors of all
    sentences, in order, or None where the model shows none; `blocks` the vectors of blocks of sentences, given by their
    positions, each embedded as one text, as `vectors`. All may be missing, then vectors and lengths alone decide.
    """

    vectors: Floats
    lengths: npt.NDArray[np.floating] | npt.NDArray[np.integer] | Sequence[float]
    texts: Sequence[str] | None = None
    words: Callable[[], list[Tokens] | None] | None = field(default=None, compare=False)
    blocks: Callable[[Sequence[Sequence[int]]], Floats] | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.vectors)

    def part(self, positions: Sequence[int]) -> Side:
        """These sentences as a text of their own."""
        rows, words, blocks = list(positions), self.words, self.blocks

        def own_words() -> list[Tokens] | None:
            found = words() if words else None
            return None if found is None else [found[i] for i in rows]

        def own_blocks(asked: Sequence[Sequence[int]]) -> Floats:
            assert blocks is not None
            return blocks([[rows[i] for i in block] for block in asked])

        return Side(
            self.vectors[rows],
            np.asarray(self.lengths)[rows],
            None if self.texts is None else [self.texts[i] for i in rows],
            own_words if words else None,
            own_blocks if blocks else None,
        )


@dataclass(frozen=True)
class Text:
    """A side, checked: `vectors` float32 [n, d], `lengths` float64 [n], at least 1; `ends` float64 [n], how many
    sentences every sentence is by its marks; `open` float64 [n]: whether it goes on in the next; `numbers`: the figures
    in it."""

    vectors: Floats
    lengths: Doubles
    ends: Doubles
    open: Doubles
    numbers: tuple[Counter[str], ...]

    @classmethod
    def of(cls, side: Side, name: str) -> Text:
        vectors = np.ascontiguousarray(side.vectors, np.float32)
        lengths = np.maximum(np.asarray(side.lengths, np.float64), 1.0)
        if vectors.ndim != 2 or lengths.shape != (len(vectors),):
            raise ValueError(f"side {name}: vectors {vectors.shape} need [n, d], and lengths {lengths.shape} [n]")
        if side.texts is None:
            return cls(vectors, lengths, np.ones(len(vectors)), np.zeros(len(vectors)), (Counter(),) * len(vectors))
        if len(side.texts) != len(vectors):
            raise ValueError(f"side {name}: {len(side.texts)} texts for {len(vectors)} vectors")
        ends = np.array([max(1, len(_ENDS.findall(text))) for text in side.texts], np.float64)
        return cls(vectors, lengths, ends, _open(side.texts), tuple(map(_numbers, side.texts)))

    def __len__(self) -> int:
        return len(self.vectors)

    def key(self) -> tuple[int, bytes, bytes]:
        return len(self), self.lengths.tobytes(), self.vectors.tobytes()

    def composed(self) -> dict[int, Floats]:
        """Size -> vectors of all blocks of so many sentences, float32 [n - size + 1, d], length-weighted sums."""
        weighted = self.vectors * self.lengths[:, None].astype(np.float32)
        out = {1: self.vectors}
        for size in range(2, LARGEST + 1):
            count = max(len(self) - size + 1, 0)
            total = np.zeros((count, self.vectors.shape[1]), np.float32)
            for k in range(size):
                total += weighted[k : k + count]
            out[size] = unit(total)
        return out

    def halved(self) -> Text:
        """Two sentences become one."""
        even = np.arange(0, len(self), 2)
        weighted = self.vectors * self.lengths[:, None].astype(np.float32)
        numbers = tuple(sum(self.numbers[i : i + 2], Counter()) for i in even)
        return Text(
            unit(np.add.reduceat(weighted, even)),
            np.add.reduceat(self.lengths, even),
            np.add.reduceat(self.ends, even),
            self.open[np.minimum(even + 1, len(self) - 1)],
            numbers,
        )


def upto(values: Doubles) -> Doubles:
    """Sum of the first k, [n + 1]."""
    return np.concatenate([[0.0], np.cumsum(values)])


def unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    out: Floats = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return out


def _open(texts: Sequence[str]) -> Doubles:
    goes_on = [bool(_OPEN_END.search(text)) or after[:1].islower() for text, after in pairwise([*texts, ""])]
    return np.array(goes_on, np.float64)


def _numbers(text: str) -> Counter[str]:
    return Counter(_NO_FIGURE.sub("", number) for number in _NUMBER.findall(text))
