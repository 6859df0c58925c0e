"""Forms of text for comparing and searching. They need no model and no language tag, so a query costs nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_WORD = re.compile(rf"[{HAN}]|(?:(?![{HAN}])[^\W_])(?:(?![{HAN}])[\w&+])*")


@cache
def _to_simplified():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("t2s")


def has_han(text: str) -> bool:
    return _HAN_CHARACTER.search(text) is not None


def simplify(text: str) -> str:
    """Traditional Chinese in Simplified characters, as many characters as before; other text unchanged."""
    if not has_han(text):
        return text
    simplified: str = _to_simplified().convert(text)
    if len(simplified) == len(text):
        return simplified
    # Rare phrases change their length; offsets matter more than the better choice of character.
    return "".join(s if len(s := _to_simplified().convert(c)) == 1 else c for c in text)


def name_key(text: str) -> str:
    """The form under which two spellings of a name are one: NFC, case, quotes, white space, Chinese script."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("_", " ")
    text = " ".join(text.split())
    if has_han(text):
        text = simplify(text)
        text = re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", text)
    return text


def fold(text: str) -> str:
    """Without tones, accents and case, for people who type without them: Trải nghiệm -> trai nghiem, đ -> d."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("œ", "oe").replace("æ", "ae"))


def search_words(text: str) -> list[str]:
    """What is indexed and searched: words in lower case, Vietnamese syllables with their tones, single Simplified
    Han characters (a phrase of them finds every word, whichever way a segmenter would cut)."""
    return [m.group().casefold() for m in _WORD.finditer(simplify(unicodedata.normalize("NFC", text)))]
