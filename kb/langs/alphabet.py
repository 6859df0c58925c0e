"""The order of names in a dictionary of their language, and the letter under which each is found."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from kb.langs.folding import fold, has_han, simplify
from kb.model import base_language

OTHER = "#"  # digits, signs and letters of other alphabets
_VIETNAMESE = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of dictionaries


def letter(name: str, language: str) -> str:
    """The capital under which a name stands: Chinese by the reading of its first character, Vietnamese by a letter of
    its own alphabet (Đ is not D), others without accents."""
    first = next(iter(_spelled(name, language)), "")
    return first.upper() if first.isalpha() and (first.isascii() or first in _VIETNAMESE) else OTHER


def collation(name: str, language: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """What names are sorted by: letters in the order of the alphabet; tones and accents where all else is equal."""
    vietnamese = base_language(language) == "vi"
    order = _VIETNAMESE if vietnamese else ""
    letters = (order.find(c) if c in order else ord(c) + len(_VIETNAMESE) for c in _spelled(name, language))
    apart = unicodedata.normalize("NFD", name)
    tones = (1 + _TONES.index(c) if c in _TONES else 0 for c in apart) if vietnamese else ()
    return tuple(letters), tuple(tones), unicodedata.normalize("NFC", name).casefold()


def _spelled(name: str, language: str) -> str:
    """A name in the letters that its place is told by."""
    base = base_language(language)
    if base == "vi":
        apart = unicodedata.normalize("NFD", name.casefold())
        return unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
    return _pinyin(name) if has_han(name) else fold(name)


@lru_cache(maxsize=50_000)
def _pinyin(name: str) -> str:
    """Without tones, ü as v; by the whole name, since 重 is chong in 重复 (to repeat) and zhong in 重要 (important)."""
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(simplify(name.casefold())))
