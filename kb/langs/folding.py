"""Forms of text for comparing and searching. They need no model and no language tag, so a query costs nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD_OR_HAN = rf"[{HAN}]|[^\W_{HAN}](?:[^\W{HAN}]|[&+])*"
_WORD = r"[^\W_][\w&+]*"  # in a text without Han characters, which takes half the time

_TONE_PAIRS = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE = r"(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?<![qQ]..)\b"


def one_tone_placement(text: str) -> str:
    """The new placement of Vietnamese tone marks (hoà, thuỷ) as the old one (hòa, thủy); not after q (quý)."""
    return pattern(_TONE).sub(lambda m: _TONE_PAIRS[m.group()], text)


# What OpenCC does not tell apart: 账 is for accounts and 帐 for what hangs from a frame, and 著 stays where it means to
# write, or native.
_ACCOUNT = "(?<![蚊营])帐(?![篷幕棚])"
_WRITTEN = "(?<=[原土卓遗拙巨专])着"


@cache
def pattern(expression: str) -> re.Pattern[str]:
    """An expression, compiled when it is first used: one with Han characters takes some 4 ms, and most commands use
    none."""
    return re.compile(expression)


@cache
def _to_simplified():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("tw2s")  # t2s leaves 著 in 穿著 and 隨著


def has_han(text: str) -> bool:
    return not text.isascii() and pattern(f"[{HAN}]").search(text) is not None


def simplify(text: str) -> str:
    """Traditional Chinese in Simplified characters, as many characters as before; other text unchanged."""
    if not has_han(text):
        return text
    simplified: str = _to_simplified().convert(text)
    if len(simplified) != len(text):
        # Rare phrases change their length; offsets matter more than the better choice of character.
        simplified = "".join(s if len(s := _to_simplified().convert(c)) == 1 else c for c in text)
    if "帐" in simplified:
        simplified = pattern(_ACCOUNT).sub("账", simplified)
    return pattern(_WRITTEN).sub("著", simplified) if "着" in simplified and "著" in text else simplified


def name_key(text: str) -> str:
    """The form under which two spellings of a name are one: NFC, case, quotes, white space, tone placement, script."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("_", " ")
    text = one_tone_placement(" ".join(text.split()))
    if has_han(text):
        text = simplify(text)
        text = re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", text)
    return text


def fold(text: str) -> str:
    """Without tones, accents and case, for people who type without them: Trải nghiệm -> trai nghiem, đ -> d."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("œ", "oe").replace("æ", "ae"))


def comparable(text: str) -> str:
    """Text of the same length with one case, one Chinese script, one apostrophe and one placement of tone marks: what
    phrases are looked for in, letter by letter."""
    lowered = text.lower()
    if len(lowered) != len(text) or "Σ" in text:  # whose lower case is another at the end of a word
        lowered = "".join(lower if len(lower := c.lower()) == 1 else c for c in text)
    return one_tone_placement(simplify(lowered).replace("’", "'"))


def begin_alike(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def search_words(text: str) -> list[str]:
    """What is indexed and searched: words in lower case, Vietnamese syllables with their tones, single Simplified
    Han characters (a phrase of them finds every word, whichever way a segmenter would cut)."""
    text = one_tone_placement(simplify(unicodedata.normalize("NFC", text).casefold()))
    return (pattern(_WORD_OR_HAN) if has_han(text) else pattern(_WORD)).findall(text)
