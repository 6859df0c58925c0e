"""How likely a stretch of Chinese is: the best cut into the words of `wordfreq`, in Simplified characters."""

from __future__ import annotations

import math
from functools import cache

from kb.langs.folding import simplify

_LONGEST_WORD = 6

# Natural logarithms, next to those of words (的 -2.8, 客户 -9.4, the rarest listed word about -18).
_COMMON_MARK = -3.5
_OTHER_MARK = -7.0
_UNKNOWN = -22.0
_COMMON_MARKS = frozenset("，。,.")
_OTHER_MARKS = frozenset("、；：？！“”‘’（）《》—…·【】;:?!()\"'％%")


@cache
def _table() -> dict[str, float]:
    import wordfreq

    return {word: math.log(p) for word, p in wordfreq.get_frequency_dict("zh").items() if len(word) <= _LONGEST_WORD}


def cut(text: str) -> tuple[float, list[str]]:
    """(log probability, words) of the likeliest cut. The words are those of the Simplified copy, as long as `text`."""
    text = simplify(text)
    best = [0.0] + [-math.inf] * len(text)
    came_from = [0] * (len(text) + 1)
    for to in range(1, len(text) + 1):
        for at in range(max(0, to - _LONGEST_WORD), to):
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
    return _OTHER_MARK if word in _OTHER_MARKS or word.isascii() else _UNKNOWN


def is_known(character: str) -> bool:
    """Whether the character is a word, or a mark of punctuation."""
    return word_score(simplify(character)) > _UNKNOWN
