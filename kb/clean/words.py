"""How usual Chinese words and characters are, in Simplified characters: `wordfreq`, and with the names of `jieba`.

Scores are natural logarithms of probabilities (的 -2.8, 客户 -9.4, the rarest listed word about -18). The tables are
read when they are first needed: those of `wordfreq` in 0.2 s, of both lists in another 0.6 s.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.langs.folding import simplify

LONGEST_WORD = 6  # characters

UNKNOWN = -22.0
_COMMON_MARK = -3.5
_OTHER_MARK = -7.0
_COMMON_MARKS = frozenset("，。,.")
_OTHER_MARKS = frozenset("、；：？！“”‘’（）《》—…·【】;:?!()\"'％%")

# Of `single` alone.
_CORNERS = frozenset("「」『』〈〉～－")
_ODD_ASCII = -11.0
_SIGN = -9.0
_OTHER_LETTER = -13.0
_BROKEN = -10.0  # U+FFFD: surely damage, but of whatever kind
_NO_HAN = -24.0  # kana, box lines, the private zone


@cache
def _table() -> dict[str, float]:
    import wordfreq

    return {word: math.log(p) for word, p in wordfreq.get_frequency_dict("zh").items() if len(word) <= LONGEST_WORD}


def cut(text: str) -> tuple[float, list[str]]:
    """(log probability, words) of the likeliest cut. The words are those of the Simplified copy, as long as `text`."""
    text = simplify(text)
    best = [0.0] + [-math.inf] * len(text)
    came_from = [0] * (len(text) + 1)
    for to in range(1, len(text) + 1):
        for at in range(max(0, to - LONGEST_WORD), to):
            score = best[at] + word_score(text[at:to])
            if score > best[to]:
                best[to], came_from[to] = score, at
    words, to = [], len(text)
    while to > 0:
        words.append(text[came_from[to] : to])
        to = came_from[to]
    return best[-1], words[::-1]


def word_score(word: str) -> float:
    """Log probability of one Simplified word or mark; an unknown character is possible, an unknown word is not."""
    if (known := _table().get(word)) is not None:
        return known
    if len(word) > 1:
        return -math.inf
    if word in _COMMON_MARKS:
        return _COMMON_MARK
    return _OTHER_MARK if word in _OTHER_MARKS or word.isascii() else UNKNOWN


# --- both lists -----------------------------------------------------------------------------------------------------


@cache
def both_lists() -> dict[str, float]:
    """Words with the greater half of their probabilities in `wordfreq` and `jieba`, which has more names and places."""
    import wordfreq

    merged: dict[str, float] = {}
    for centibels, listed in enumerate(wordfreq.get_frequency_list("zh")):
        merged.update(dict.fromkeys(listed, -centibels * math.log(10) / 100 - math.log(2)))
    path = Path(import_module("jieba").__file__ or "").with_name("dict.txt")
    fields = path.read_text(encoding="utf-8").split()  # word, count, tag
    names, counts = fields[::3], fields[1::3]
    total = sum(map(int, counts))
    scores = {count: math.log((int(count) + 0.1) / total / 2) for count in set(counts)}
    for name, score in zip(names, map(scores.__getitem__, counts), strict=True):
        if score > merged.get(name, -math.inf):
            merged[name] = score
    return merged


def single(character: str) -> float:
    """Log probability of a character that stands alone and is no word of the lists."""
    if character in _COMMON_MARKS or character == "\n":
        return _COMMON_MARK
    if character in _OTHER_MARKS or character in _CORNERS:
        return _OTHER_MARK + 0.5
    if character.isascii():
        return _OTHER_MARK if character.isalnum() or character.isspace() else _ODD_ASCII
    if "\u4e00" <= character <= "\u9fff":
        return UNKNOWN
    if character == "\ufffd":
        return _BROKEN
    row = _row(character)
    return _SIGN if row in (0xA1, 0xA3) else _OTHER_LETTER if row in (0xA2, 0xA6) else _NO_HAN


@cache
def _row(character: str) -> int:
    """Of GB2312: A1 and A3 have marks and signs, A2 numbers in brackets, A6 Greek."""
    try:
        return character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0


@cache
def usual_characters(*, with_names: bool) -> dict[str, float]:
    """How usual every Simplified character is in whatever word; `with_names`: of both lists, not `wordfreq` alone."""
    import wordfreq

    if with_names:
        listed = both_lists()
        lists = [(list(listed), np.fromiter(listed.values(), np.float64))]
    else:
        bins = enumerate(wordfreq.get_frequency_list("zh"))
        lists = [(words, np.full(len(words), -n * math.log(10) / 100)) for n, words in bins if words]
    codes = code_points("".join("\n".join(words) + "\n" for words, _ in lists))
    lengths = np.diff(np.flatnonzero(codes == ord("\n")), prepend=-1)
    shares = np.exp(np.concatenate([scores for _, scores in lists]))
    sums = np.bincount(codes, weights=np.repeat(shares, lengths))
    sums[ord("\n")] = 0.0
    return {chr(code): math.log(sums[code]) - 0.5 for code in np.flatnonzero(sums).tolist()}


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """uint32[len(text)]"""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


class Neighbours:
    """Which characters stand after or before a character in some word of both lists."""

    def __init__(self) -> None:
        codes = code_points("\n".join(both_lists()))
        first, second = codes[:-1], codes[1:]
        whole = (first != ord("\n")) & (second != ord("\n")) & (first < 1 << 16) & (second < 1 << 16)
        first, second = first[whole], second[whole]
        self._after = np.sort(first << np.uint32(16) | second)
        self._before = np.sort(second << np.uint32(16) | first)

    def after(self, character: str) -> set[str]:
        return _partners(self._after, character)

    def before(self, character: str) -> set[str]:
        return _partners(self._before, character)


def _partners(pairs: npt.NDArray[np.uint32], character: str) -> set[str]:
    code = ord(character)
    if code >= 1 << 16:
        return set()
    low, high = np.searchsorted(pairs, np.array([code << 16, (code << 16) + 0xFFFF], np.uint32))
    return set(map(chr, (pairs[low:high] & np.uint32(0xFFFF)).tolist()))


@cache
def neighbours() -> Neighbours:
    return Neighbours()
