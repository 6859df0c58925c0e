"""Texts longer than the model reads: cut into windows whose vectors are averaged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from kb.embed.base import Advance, Vectors, ignore, unit
from kb.langs.folding import has_han

# Characters that surely fit into the 512 tokens of the model: a token has about 3.3 of Vietnamese or French, 1.5 of
# Chinese, which count twice. Passages and nearly all sentences are shorter.
LIMIT = 1_300
_SPACE = re.compile(r"\s")


def windows(text: str) -> list[str]:
    """The text itself when the model reads it whole, else runs of it, cut at spaces where there are any."""
    if 2 * len(text) <= LIMIT:
        return [text]
    sizes = np.cumsum([1 + has_han(character) for character in text])
    out, begin, before = [], 0, 0
    while sizes[-1] - before > LIMIT:
        full = int(np.searchsorted(sizes, before + LIMIT, side="right"))
        spaces = list(_SPACE.finditer(text, (begin + full) // 2, full))
        end = spaces[-1].end() if spaces else full
        out.append(text[begin:end])
        begin, before = end, int(sizes[end - 1])
    return [*out, text[begin:]]


def embed_in_windows(
    texts: Sequence[str], embed: Callable[[Sequence[str], Advance], Vectors], dimension: int, advance: Advance = ignore
) -> Vectors:
    """float32 [len(texts), dimension] unit: what `embed` gives for short texts, the windows' mean for long ones."""
    cut = [windows(text) for text in texts]
    short = [n for n, found in enumerate(cut) if len(found) == 1]
    if len(short) == len(texts):
        return embed(texts, advance)
    out = np.zeros((len(texts), dimension), np.float32)
    out[short] = embed([texts[n] for n in short], advance)
    for n, found in enumerate(cut):
        if len(found) > 1:
            out[n] = embed(found, ignore).mean(axis=0)
            advance(1)
    return unit(out)
