"""Vietnamese in the encodings from before Unicode: TCVN3 (ABC fonts), VNI and VISCII, for which Python has no codecs.

All three are met in two forms. Old files hold their bytes. Pages and documents made with their fonts hold the same
bytes as letters of Latin-1, in valid UTF-8: `§¹i häc`, `Ñaïi hoïc` (đại học). Both are read here from the Latin-1 form,
so there is one table each. Which one it is, is decided by the words: Vietnamese syllables have few shapes, and another
encoding's text does not fall into them by chance.

Tables: TCVN 5712:1993 (VN3, the part that ABC fonts use: capitals with marks are small letters in a font of capitals),
VNI for Windows, RFC 1456.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# Least share of the words with letters beyond ASCII that are Vietnamese syllables after decoding, and how much larger
# it must be than before. On 71 Vietnamese articles the right table gives .993 or more and is always chosen; none
# of 585 texts in French, Chinese and other languages, in four encodings, is taken for one of these.
_LEAST_SYLLABLES = 0.85
_LEAST_GAIN = 0.3
_LEAST_OWN = 0.25  # share of these words with a letter that is Vietnamese only
_LEAST_WORDS = 2
_PIECES, _PIECE = 20, 2_500  # of a sample; the shares above move by less than .01 from sample to sample

_TCVN3 = {
    first + i: letter
    for first, letters in (
        (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"), (0xB5, "àảãáạ"), (0xBB, "ằẳẵắ"), (0xC6, "ặầẩẫấậè"), (0xCE, "ẻẽéẹềểễếệìỉ"),
        (0xDC, "ĩíịò"), (0xE1, "ỏõóọồổỗốộờởỡớợù"), (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
    )
    for i, letter in enumerate(letters)
}  # fmt: skip
_WITHOUT_TONE = frozenset("ĂÂÊÔƠƯĐăâêôơưđ")  # these have their capitals
_VISCII = {
    0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ",
    **dict(
        enumerate(
            "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
            "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
            start=0x80,
        )
    ),
}  # fmt: skip

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT, _HAT, _BREVE = "\u0300\u0301\u0303\u0309\u0323\u0302\u0306"
_VNI_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_HATS = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_VNI_BREVES = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_SINGLE = dict(zip("ñöôíìæóòî", "đươíìỉĩịỵ", strict=True))
_VNI_SINGLE |= {single.upper(): letter.upper() for single, letter in _VNI_SINGLE.items()}


def _vni_pairs() -> dict[str, str]:
    marks = {base: dict(_VNI_TONES) for base in "aeouyôö"}
    for base in "aeo":
        marks[base] |= {mark: _HAT + tone for mark, tone in _VNI_HATS.items()}
    marks["a"] |= {mark: _BREVE + tone for mark, tone in _VNI_BREVES.items()}
    pairs = {}
    for base, found in marks.items():
        for mark, accents in found.items():
            letter = unicodedata.normalize("NFC", _VNI_SINGLE.get(base, base) + accents)
            pairs[base + mark] = letter
            # A capital's mark is a capital too, but typists left it small.
            pairs[base.upper() + mark.upper()] = pairs[base.upper() + mark] = letter.upper()
    return pairs


_VNI_PAIRS = _vni_pairs()
_VNI = re.compile("[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[ñöôíìæóòîÑÖÔÍÌÆÓÒÎ]")

_WORD = re.compile(r"[^\W\d_]+")
_OWN = re.compile("[đĐơƠưƯăĂ\u1ea0-\u1ef9]")
_TONE_MARKS = re.compile(f"[{_GRAVE}{_ACUTE}{_TILDE}{_HOOK}{_DOT}]")
_SYLLABLE = re.compile(
    "(?:ngh?|nh|gh|gi|kh|ch|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    "(?:i|iêu?|yêu?|u|uôi?|ưu?|ươ[iu]?|uyê?|uya|uyu|uây?|uơ|uê|ia|ua|ưa|oa[iyo]?|oă|oeo?|a[iyou]?|â[uy]?|ă|eo?|êu?"
    "|iu|oi?|ôi?|ơi?|ui|ưi|y|oo)"
    "(?:ch|nh|ng|[cmnpt])?"
)
_LATIN1_LETTER = re.compile("[\xa1-\xff]")


def decode_bytes(data: bytes) -> tuple[float, str, str] | None:
    """(share of syllables, text, "tcvn3", "vni" or "viscii") of bytes, or None when they are none of these."""
    text = data.decode("latin-1")
    if b"\x00" in data or not _LATIN1_LETTER.search(text):
        return None
    return _best(text, data.decode("cp1252", "replace"))


def recover(text: str) -> tuple[str, str] | None:
    """(text, encoding) of a text whose Vietnamese letters are still those of an old font, or None."""
    letters = _count(_LATIN1_LETTER, text)
    if not letters or letters < len(text) * 0.02 or _count(_OWN, text) > letters * 0.05:
        return None
    found = _best(text, text)
    return (found[1], found[2]) if found else None


def _count(characters: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in characters.finditer(text))


def _best(bytes_as_text: str, text: str) -> tuple[float, str, str] | None:
    """`text` has Windows' punctuation, which fonts of TCVN3 and VNI left where it was; VISCII has letters there.

    A sample tells which it is: the same places of both, since a character of one is a character of the other.
    """
    decoders = {"tcvn3": (_from_tcvn3, text), "vni": (_from_vni, text), "viscii": (_viscii, bytes_as_text)}
    before = syllables(sample(text))[0]
    found = []
    for name, (decoded, source) in decoders.items():
        share, own, words = syllables(decoded(sample(source)))
        if words >= _LEAST_WORDS and share >= max(_LEAST_SYLLABLES, before + _LEAST_GAIN) and own >= _LEAST_OWN:
            found.append((share, name))
    if not found:
        return None
    share, name = max(found)
    decoded, source = decoders[name]
    return share, decoded(source), name


def sample(text: str) -> str:
    """The text, or of a long one pieces from all over it: which encoding it is in shows in any of them."""
    if len(text) <= _PIECES * _PIECE:
        return text
    return "\n".join(text[at : at + _PIECE] for at in range(0, len(text), len(text) // _PIECES + 1))


def _from_tcvn3(text: str) -> str:
    return _WORD.sub(_all_capitals, text.translate(_TCVN3))


def _all_capitals(match: re.Match[str]) -> str:
    """Letters with marks among capitals were shown as capitals by the font."""
    word = match.group()
    plain = [c for c in word if c.isascii() or c in _WITHOUT_TONE]
    return word.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else word


def _from_vni(text: str) -> str:
    return _VNI.sub(lambda m: _VNI_PAIRS.get(m[0]) or _vni_single(m[0]), text)


def _vni_single(pair: str) -> str:
    return "".join(_VNI_SINGLE.get(c, c) for c in pair)


def _viscii(text: str) -> str:
    return text.translate(_VISCII)


def syllables(text: str) -> tuple[float, float, int]:
    """Of the words with letters beyond ASCII: the share that are Vietnamese syllables, the share with a letter that is
    Vietnamese only, and how many they are."""
    words = Counter(word for word in _WORD.findall(text) if not word.isascii())
    total = words.total()
    if not total:
        return 0.0, 0.0, 0
    right = sum(count for word, count in words.items() if is_syllable(word))
    own = sum(count for word, count in words.items() if _OWN.search(word))
    return right / total, own / total, total


def is_syllable(word: str) -> bool:
    if not (word.islower() or word.istitle() or word.isupper()) or len(word) > 8:
        return False
    plain, tones = _TONE_MARKS.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)) is not None
