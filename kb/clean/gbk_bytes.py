"""GBK as pairs of bytes: what two bytes are, and which usual characters have a given first or second byte."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

LETTERS = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿêɑɡ")
MARKS = {ord(c): bytes((0xA3, ord(c) + 0x80)) for c in ",?!:;()"}
"""The bytes of the full-width mark of which a converter made an ASCII one."""


@cache
def character(lead: int, trail: int) -> str:
    """What two bytes are; empty when they are no character."""
    if not 0x81 <= lead <= 0xFE or not 0x40 <= trail <= 0xFE or trail == 0x7F:
        return ""
    return bytes((lead, trail)).decode("gb18030")


def shift(data: bytes) -> str:
    """Characters from the second byte on; a lone last byte is left out, a pair that is none becomes U+FFFD."""
    return "".join(character(data[i], data[i + 1]) or "\ufffd" for i in range(1, len(data) - 1, 2))


@cache
def is_strict(lead: int, trail: int) -> bool:
    """Whether a decoder reads the pair that knows no private zone, as Python's "gbk". Others drop its first byte."""
    try:
        bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return False
    return True


@cache
def all_pairs() -> tuple[tuple[int, int, str], ...]:
    pairs = ((lead, trail) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F)
    # € is what the byte 80 alone becomes.
    return tuple((lead, trail, c) for lead, trail in pairs if (c := character(lead, trail)) != "€")


@cache
def bytes_of() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """(first, second) byte of every character below U+10000, uint8[65536]; 0 where it has no two."""
    leads, trails = np.zeros(1 << 16, np.uint8), np.zeros(1 << 16, np.uint8)
    lead, trail, characters = zip(*all_pairs(), strict=True)
    codes = list(map(ord, characters))
    leads[codes], trails[codes] = lead, trail
    return leads, trails
