"""Chinese whose GBK bytes were cut in half: 文化？蛻魬 for 文化。客戶戰.

When a converter loses a byte of a two-byte character, or writes something between its two bytes, everything up to the
next ASCII character is read one byte off: from A1|A3 BF|CD 91|F4 91|F0 come ？ (A3BF), 蛻 (CD91), 魬 (F491). What is
there is encoded again, paired one byte further and completed at both ends by the bytes that make the likeliest text; a
reading in brackets after the last character, where there is one, says which it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from kb.clean import words
from kb.clean.fix import Fix
from kb.clean.readings import SYLLABLE, readings_of
from kb.langs.folding import HAN, simplify

_WIDE_RUN = re.compile("[^\x00-\xa0\ufffd\u2000-\u200f]+")
_BEFORE = re.compile(rf"[?？\ufffd](?:\(|{SYLLABLE}\))?\Z")
_AFTER = re.compile(
    rf"(?P<tag>[?？\ufffd]/[a-z][a-z0-9]{{0,9}}>)|(?P<swallowed>[?？\ufffd]\(?(?={SYLLABLE}\)))(?P<reading>{SYLLABLE})\)"
    rf"|(?P<mark>[?？\ufffd])(?!\()|\ufffd?(?=\((?P<kept>{SYLLABLE})\))"
)

_CONTEXT = 4  # characters on either side that the word model sees
_FARTHEST = 12  # characters between the lost byte and the first that looks odd
_MOST_ODD = 100  # odd characters that are looked into in one article: a text full of them is odd for another reason

# Natural logarithm of how much likelier the restored text must be. Each end is the best of some 120 bytes, which alone
# gains 5 each. In 150,000 intact characters (ntrex_dev, keyphrases_zh) two places are touched with 9, none with 12; of
# 1,338 sentences with one byte lost at random, 377 are restored exactly and 141 in part.
_LEAST_GAIN = 12.0
_READING_FITS = 6.0
_BYTE_FITS = 5.0  # a byte that could have been one of some 120


@dataclass(frozen=True, slots=True)
class _Damage:
    """A hypothesis: `text[at:to]` is what `data` became; a byte is missing before it, and one after it when even."""

    at: int
    to: int
    data: bytes
    reading: str
    bonus: float = 0.0


def shifted_bytes(text: str) -> list[Fix]:
    """Stretches that become ordinary Chinese when their GBK bytes are paired one byte further."""
    fixes: list[Fix] = []
    odd_seen = 0
    for run in _WIDE_RUN.finditer(text):
        odd = _first_odd(run.group(), run.start(), text[run.end() : run.end() + 1])
        if odd < 0:
            continue
        odd_seen += 1
        if odd_seen > _MOST_ODD:
            break
        done = fixes[-1].to if fixes else 0
        restored = [
            found
            for d in _hypotheses(text, run.start(), run.end(), odd)
            if d.at >= done and (found := _restore(text, d))
        ]
        if restored:
            _, damage, after = max(restored, key=lambda r: r[0])
            reason = "Chinese whose GBK bytes were read one byte off"
            fixes.append(Fix("mojibake", damage.at, damage.to, after, reason))
    return fixes


def _first_odd(run: str, begin: int, after: str) -> int:
    """Offset of what shifted bytes turn into: a character that GB2312 lacks, or one of its rare half with another one
    or a lone ASCII character beside it; -1 when there is none."""
    oddness = [_oddness(c) for c in run]
    for i, here in enumerate(oddness):
        at_end = i == len(run) - 1 and "!" <= after <= "~"
        if here == 2 or (here == 1 and (at_end or sum(oddness[i + 1 : i + 3]) > 0)):
            return begin + i
    return -1


@lru_cache(4096)
def _oddness(character: str) -> int:
    """0: a common Han character (in either script) or mark; 1: in GB2312's rare half; 2: in GBK alone."""
    try:
        row = simplify(character).encode("gb2312")[0]
    except UnicodeEncodeError:
        return 2 if _gbk(character) is not None else 0
    # Rows A1 and A3 are marks and full-width ASCII; A2 to A9 are numbers in brackets, kana, Greek, Cyrillic, box lines.
    return 2 if row == 0xA2 or 0xA4 <= row < 0xB0 else 1 if row >= 0xD8 else 0


def _hypotheses(text: str, begin: int, end: int, odd: int) -> Iterator[_Damage]:
    """Where the byte may have been lost: before the run with its mark of an unreadable byte, or within the run."""
    after = _AFTER.match(text, end)
    to, reading = end, ""
    if after:
        to, reading = after.end(), after["reading"] or after["kept"] or ""
    before = _BEFORE.search(text, max(0, begin - 9), begin)
    letter = text[end : end + 1]  # an ASCII letter or bracket can be the second byte of the last character
    for at in range(max(begin, odd - _FARTHEST), odd + 1):
        data = _gbk(text[at:end])
        if data is None:
            continue
        starts = [(at, data, 0.0)]
        if at == begin and before:
            starts.append((before.start(), data, 0.0))
            if len(before.group()) == 1:  # the mark may be a character of its own, made ASCII by a later step
                starts.append((before.start(), "？".encode("gbk") + data, _BYTE_FITS))
        for start, known, bonus in starts:
            yield _Damage(start, to, known, reading, bonus)
            if "@" <= letter <= "~":
                yield _Damage(start, end + 1, known + letter.encode(), "", bonus + _BYTE_FITS)


def _gbk(piece: str) -> bytes | None:
    try:
        data = piece.encode("gbk")
    except UnicodeEncodeError:
        return None
    return data if len(data) == 2 * len(piece) else None


def _restore(text: str, damage: _Damage) -> tuple[float, _Damage, str] | None:
    """(gain, damage, restored text), when the restored text is likelier by far."""
    complete = len(damage.data) % 2 == 1
    try:
        middle = damage.data[1 : None if complete else -1].decode("gbk")
    except UnicodeDecodeError:
        return None
    if not middle or not all(words.is_known(c) for c in middle):
        return None
    left = text[max(0, damage.at - _CONTEXT) : damage.at].rpartition("\n")[2]
    right = re.sub(rf"^\({SYLLABLE}\)", "", text[damage.to : damage.to + 12]).partition("\n")[0][:_CONTEXT]
    start = max(_with_lead_missing(damage.data[0]), key=lambda c: words.cut(left + c + middle)[0])
    ends = ("",) if complete else _with_trail_missing(damage.data[-1])
    fitting = [c for c in ends if damage.reading and damage.reading in readings_of(c)]
    end = max(fitting or ends, key=lambda c: words.cut(middle + c + right)[0])
    after = start + middle + end
    if not all(words.is_known(c) for c in after):
        return None
    gain = words.cut(left + after + right)[0] - words.cut(left + text[damage.at : damage.to] + right)[0]
    gain += damage.bonus + (_READING_FITS if fitting else 0.0)
    return (gain, damage, after) if gain >= _LEAST_GAIN and re.search(f"[{HAN}]", middle) else None


@cache
def _with_lead_missing(trail: int) -> tuple[str, ...]:
    """The characters of GBK whose second byte is `trail`, known ones only."""
    return tuple(c for lead in range(0x81, 0xFF) if (c := _character(lead, trail)))


@cache
def _with_trail_missing(lead: int) -> tuple[str, ...]:
    return tuple(c for trail in range(0x40, 0xFF) if (c := _character(lead, trail))) or ("",)


def _character(lead: int, trail: int) -> str:
    try:
        character = bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 and words.is_known(character) else ""
