"""Readings in brackets that a converter put after Chinese characters: 行(xíng)業 -> 行業."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kb.clean.fix import Fix
from kb.langs.folding import HAN

SYLLABLE = "[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ]{1,6}"
_READING = re.compile(rf"(?<=([{HAN}]))[(（]\s?({SYLLABLE})\s?[)）]")
_TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ]")

# A character that is read in several ways, or one that pypinyin does not know, in a text full of readings that fit.
_MANY = 10


@cache
def readings_of(character: str) -> frozenset[str]:
    """All readings of one Han character, with tone marks; empty when unknown."""
    from pypinyin.pinyin_dict import pinyin_dict

    return frozenset(pinyin_dict.get(ord(character), "").split(",")) - {""}


def readings_in_brackets(text: str) -> list[Fix]:
    """Readings with a tone mark that the character before the bracket has, so that `字(word)` and `圖(a)` stay."""
    found = [m for m in _READING.finditer(text) if _TONE.search(unicodedata.normalize("NFC", m[2]))]
    fitting = {m.start() for m in found if unicodedata.normalize("NFC", m[2]) in readings_of(m[1])}
    full_of_readings = len(fitting) >= _MANY and len(fitting) >= len(found) * 0.9
    fixes = []
    for match in found:
        if match.start() in fitting:
            fixes.append(Fix("pinyin-annotation", *match.span(), "", f"a reading of {match[1]}"))
        elif full_of_readings:
            reason = f"a reading, as after {len(fitting)} other characters, though not one of {match[1]}"
            fixes.append(Fix("pinyin-annotation", *match.span(), "", reason))
    return fixes
