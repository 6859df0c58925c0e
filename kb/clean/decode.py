"""Bytes -> text, by evidence: a byte order mark, strict UTF-8, the pattern of zero bytes, and only then plausibility.

Legacy encodings all accept nearly any bytes, so each candidate is decoded and judged by its text: how much of it are
the most frequent Han characters, Vietnamese letters with their tone marks, the accented letters of Western Europe. The
wrong encoding turns ordinary text into rare characters, which no such measure mistakes. What a file declares (a byte
order mark, the charset of a page) is believed only when its bytes agree; a declaration that is overruled is told.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from kb.clean import legacy_vietnamese
from kb.clean.legacy_vietnamese import sample

# The most frequent characters of running Chinese text, in both scripts: about 60 % of ordinary text.
_FREQUENT_HAN = frozenset(
    "的一是不了在人有我他这这個们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经"
    "么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全"
    "三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产新己制身果加西斯月话合回特代内信表化老给世位次度门任常"
    "先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场"
    "件计管期市直品服务客户商顾验经营销需求"
    "這們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問應戰頭體見產話給門東聲員論處義幾認條氣題"
    "爾別變總電數報結務場計戶顧驗經營銷"
    "，。、：；！？（）“”《》"
)
_VIETNAMESE = frozenset("đăâêôơưĐĂÂÊÔƠƯáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵÁÀẢÃẠÉÈẺẼẸÍÌỈĨỊÓÒỎÕỌÚÙỦŨỤÝỲỶỸỴ")
_VIETNAMESE_ONLY = re.compile("[đĐơƠưƯăĂ\u1ea0-\u1ef9]")
_WESTERN_MARKS = frozenset("«»’‘“”–—…•€°©®·\xa0§²³½¼×")
_WESTERN = _WESTERN_MARKS | frozenset("àâäáçéèêëîïíìôöóòõùûüúÿñãåøßœæÀÂÄÁÇÉÈÊËÎÏÍÔÖÓÙÛÜÚÑÅØŒÆ")

# Least share of expected characters among those that are not ASCII. On the Chinese articles of ntrex_dev, in GB18030,
# Big5 and UTF-16, the right encoding gives .48 to .73 and a wrong one at most .06. Of these articles in all four
# languages and 11 encodings none is misread; of their first 25 to 60 characters alone, one in 50.
_LEAST_HAN = 0.25
_LEAST_LETTERS = 0.8
_LEAST_SYLLABLES = 0.6  # of words with accents; Portuguese (coraçăo) has as many letters of Windows-1258

_SURE_BYTES = 24
_MOST_BROKEN = 0.002  # share of characters that may be U+FFFD: a character or two of an article

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names for one encoding, or for the part of it that pages use: browsers read them alike.
_FAMILIES = {
    "ascii": "utf-8", "utf-8-sig": "utf-8", "iso8859-1": "cp1252", "iso8859-15": "cp1252", "gb2312": "gb18030",
    "gbk": "gb18030", "cp936": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "utf-16-le": "utf-16",
    "utf-16-be": "utf-16", "x-viet-tcvn5712": "tcvn3", "tcvn": "tcvn3", "x-viet-vni": "vni", "x-viet-vps": "vps",
}  # fmt: skip
_HIGH = re.compile("[^\x00-\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BINARY_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive or office document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}


class Decoded(NamedTuple):
    """`encoding` is a Python codec or "tcvn3", "vni", "viscii"; "utf-8+tcvn3" and the like when the bytes are UTF-8 but
    their characters those of an old Vietnamese font, read as Latin-1. `declared` is what the file says of itself, in
    lower case; `note` says why that was not believed, in one line."""

    text: str
    encoding: str
    declared: str = ""
    note: str = ""


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding) of a file's bytes; ValueError with a reason in a few words when there is none.

    With a byte order mark the encoding is one that leaves the mark out of the text. UTF-8 with a few broken bytes (cut
    off by a scraper, say) stays UTF-8, with U+FFFD in their place.
    """
    return decode_declared(data)[:2]


def decode_declared(data: bytes, declared: str = "") -> Decoded:
    """As `decode`, with what the file says of its encoding, which counts only where the bytes do not decide."""
    for magic, name in _BINARY_MAGIC.items():
        if data.startswith(magic):
            raise ValueError(f"not text but {name}")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded_by_mark(data, bom, encoding)
    declared = declared.strip().lower()
    codec = _known_codec(declared)
    try:
        text, encoding = _by_evidence(data)
        if encoding == "cp1252" and codec and (other := _strict(data, codec)) and _is_other_alphabet(other):
            _checked(other)
            text, encoding = other, codec
    except ValueError:
        text, encoding = _strict(data, codec) if codec else "", codec
        if not text or _CONTROLS.search(text) or _SURROGATE.search(text):
            raise
    text, encoding = _without_old_fonts(text, encoding)
    if not declared or _agree(declared, encoding) or data.isascii():
        return Decoded(text, encoding, declared)
    return Decoded(text, encoding, declared, f"declared as {_short(declared)}, but its bytes are {encoding}")


def _by_evidence(data: bytes) -> tuple[str, str]:
    if text := _strict(data, "utf-8"):
        return _checked(text), "utf-8"
    candidates = [found for score in _SCORES if (found := score(data))]
    best = max(candidates, default=(0.0, "", ""))
    if best[0] > 0:
        return _checked(best[1]), best[2]
    if b"\x00" in data:
        raise ValueError("not text but binary (it has zero bytes)")
    if text := _damaged_utf8(data):
        return _checked(text), "utf-8"
    raise ValueError(
        "in no encoding that gives plausible text (tried UTF-8, UTF-16, GB18030, Big5, Windows-1258, -1252, TCVN3, VNI,"
        " VISCII)"
    )


def _without_old_fonts(text: str, encoding: str) -> tuple[str, str]:
    found = legacy_vietnamese.recover(text) if encoding not in ("tcvn3", "vni", "viscii") else None
    return (found[0], f"{encoding}+{found[1]}") if found else (text, encoding)


def _known_codec(declared: str) -> str:
    """The codec of text that a page names, "" when Python has none."""
    try:
        info = codecs.lookup(declared) if declared.isascii() else None
    except (LookupError, ValueError):
        return ""
    # Codecs that are no character sets (hex, zip) are none for pages.
    return info.name if info is not None and info._is_text_encoding else ""


def _agree(declared: str, encoding: str) -> bool:
    """Whether a declared name and the encoding that was found are the same, or one the other's smaller self."""
    mine, theirs = (_FAMILIES.get(name, name) for name in (encoding, _known_codec(declared) or declared))
    return mine == theirs


def _is_other_alphabet(text: str) -> bool:
    """Whether it is Cyrillic, Greek, Korean, ...: letters beyond Latin, in words of their own."""
    text = sample(text)
    beyond = [(a, b) for a, b in pairwise(f" {text}") if b >= "\u0370"]
    letters = sum(b.isalpha() for _, b in beyond)
    after_latin = sum(a < "\x80" and a.isalpha() for a, _ in beyond)
    return letters > 2 and letters >= sum(c > "\x7f" for c in text) * 0.8 and after_latin < letters * 0.1


def _short(declared: str) -> str:
    return "".join(c for c in declared if c.isprintable())[:40]


def _decoded_by_mark(data: bytes, mark: bytes, encoding: str) -> Decoded:
    """A mark that the bytes after it contradict is overruled."""
    declared = encoding.removesuffix("-sig")
    text = data.decode(encoding, "replace")
    rest = data[len(mark) :]
    # Zero bytes and bytes that no UTF-8 has are everywhere in UTF-16 and UTF-32.
    is_utf8 = encoding != "utf-8-sig" and len(rest) >= _SURE_BYTES and bool(_strict(rest, "utf-8"))
    if not is_utf8 and text.count("\ufffd") <= len(text) * _MOST_BROKEN + 1:
        return Decoded(*_without_old_fonts(_checked(text), encoding), declared)
    try:
        text, found = _by_evidence(rest)
    except ValueError:
        raise ValueError(f"it begins with the mark of {declared.upper()} but is not in it") from None
    return Decoded(text, found, declared, f"begins with the mark of {declared.upper()}, but its bytes are {found}")


def _checked(text: str) -> str:
    """Text, not a binary file that happens to decode."""
    if _SURROGATE.search(text):
        raise ValueError("not text: it has halves of characters")  # codecs like UTF-7 let them through
    controls = len(_CONTROLS.findall(text))
    if controls > 2 + len(text) * 0.002:
        raise ValueError(f"not text but binary ({controls} control characters in {len(text)})")
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    # Zero bytes are valid UTF-8, but no text has them: leave it to UTF-16.
    return "" if "\x00" in text else text


# --- plausibility: (score in 0..1, text, codec) or None; long texts are judged by a sample ---------------------------


def _utf16(data: bytes) -> tuple[float, str, str] | None:
    """Latin letters have every other byte zero; Han text is recognised like any other Han text."""
    cut = "\ufffd" if len(data) % 2 else ""  # half of the last character
    data = data[: len(data) - len(cut)]
    if not data:
        return None
    zeros = [data[half::2].count(0) / (len(data) // 2) for half in (0, 1)]
    best: tuple[float, str, str] | None = None
    for encoding, here, there in (("utf-16-le", zeros[1], zeros[0]), ("utf-16-be", zeros[0], zeros[1])):
        text = _strict(data, encoding)
        # Half a Latin text's bytes are zero; in binary data, zeros make characters from anywhere in Unicode.
        some = sample(text)
        alphabetic = sum(c < "\u2200" or c in _FREQUENT_HAN for c in some) > len(some) * 0.9
        score = max(_han_share(some), here - there if here > 0.3 and there < 0.02 and alphabetic else 0.0)
        if text and score >= _LEAST_HAN and (best is None or score > best[0]):
            best = score, text + cut, encoding
    return best


def _chinese(data: bytes) -> tuple[float, str, str] | None:
    found = [
        (_han_share(sample(text)), text, encoding)
        for encoding in ("gb18030", "big5hkscs")
        if (text := _tolerant(data, encoding))
    ]
    best = max(found, default=(0.0, "", ""))
    return best if best[0] >= _LEAST_HAN else None


def _vietnamese(data: bytes) -> tuple[float, str, str] | None:
    text = _strict(data, "cp1258")
    some = sample(text)
    letters = [c for c in unicodedata.normalize("NFC", some) if c > "\x7f" and c not in _WESTERN_MARKS]
    # Vietnamese letters are valid in French too; without its own there is nothing for Windows-1258.
    own = sum(_VIETNAMESE_ONLY.match(c) is not None for c in letters)
    if not letters or own < len(letters) * 0.25 or legacy_vietnamese.syllables(some)[0] < _LEAST_SYLLABLES:
        return None
    share = sum(unicodedata.normalize("NFD", c)[0] < "\x80" or c in _VIETNAMESE for c in letters) / len(letters)
    # Above the Western score of the same bytes, which reads the tone marks as accented capitals.
    return (share, text, "cp1258") if share >= _LEAST_LETTERS else None


def _western(data: bytes) -> tuple[float, str, str] | None:
    text = _strict(data, "cp1252")
    some = sample(text)
    high = [c for c in some if c > "\x7f"]
    # Accented letters are rare among plain ones; where they are not, the bytes are something else.
    if not high or len(high) > len(some) * 0.3:
        return None
    share = sum(c in _WESTERN for c in high) / len(high)
    return (share * 0.9, text, "cp1252") if share >= _LEAST_LETTERS else None


_SCORES = (_utf16, _chinese, _vietnamese, legacy_vietnamese.decode_bytes, _western)


def _han_share(text: str) -> float:
    """Share of the most frequent characters among all that are not ASCII; 0 when those are few."""
    high = [c for c in text if c > "\x7f"]
    if len(high) < 2:
        return 0.0
    frequent = sum(c in _FREQUENT_HAN for c in high) / len(high)
    # Accented letters before ASCII ones decode as single Han characters, scattered among Latin words.
    together = sum(a > "\x7f" and b > "\x7f" for a, b in pairwise(text)) / len(high)
    return frequent if together > 0.3 or len(high) > len(text) * 0.3 else 0.0


def _tolerant(data: bytes, encoding: str) -> str:
    """Decoded, with U+FFFD for a few broken bytes: pages in GBK and Big5 are often cut within a character."""
    text = data.decode(encoding, "replace")
    return text if "\x00" not in text and text.count("\ufffd") <= len(text) * _MOST_BROKEN + 1 else ""


def _damaged_utf8(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    high = sum(1 for _ in _HIGH.finditer(text))
    return text if text.strip("\ufffd").count("\ufffd") <= high * 0.05 else ""
