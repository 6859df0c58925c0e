"""How likely a stretch of Chinese is: the best cut into the words of `wordfreq`, in Simplified characters."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from kb.langs.folding import simplify

_LONGEST_WORD = 6

# Natural logarithms, next to those of words (的 -2.8, 客户 -9.4, the rarest listed word about -18).
_COMMON_MARK = -3.5
_OTHER_MARK = -7.0
_UNKNOWN = -22.0
_COMMON_MARKS = frozenset("，。,.")
_OTHER_MARKS = frozenset("、；：？！“”‘’（）《》—…·【】;:?!()\"'％%")

# Of `Likelihood` alone.
_CORNERS = frozenset("「」『』〈〉～－")
_ODD_ASCII = -11.0
_SIGN = -9.0
_OTHER_LETTER = -13.0
_NO_HAN = -24.0  # kana, box lines, the private zone
_GIVEN = {"，": -3.0, "。": -3.8, "。\n": -4.0, "」\n": -6.0, "”\n": -6.0, "：\n": -6.0, "？\n": -6.0, "！\n": -6.5}
_GIVEN |= {"。」": -6.5, "。”": -6.5, "：「": -7.0, "：“": -7.0, "，「": -7.5, "，“": -7.5, "吗？": -8.5, "呢？": -10.0}
_LONGEST_REPEATED = 4
_REPEATED = -4.0  # of being said again
_TRADITIONAL, _SIMPLIFIED = 1, -1
_OTHER_SCRIPT, _VARIANT = -5.0, -2.0


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


class Likelihood:
    """How likely Chinese is, in one article: words of `wordfreq` and `jieba`, and what the article itself says
    elsewhere.

    Unlike `cut` it tells characters of the article's own script from others. Probabilities are natural logarithms.
    """

    def __init__(self, trusted: Collection[str]) -> None:
        """`trusted`: the stretches of the article that are surely whole."""
        counts: Counter[str] = Counter()
        self._own: set[str] = set()
        for piece in trusted:
            self._own.update(piece)
            plain = _plain(piece)
            for length in range(2, _LONGEST_REPEATED + 1):
                counts.update(plain[i : i + length] for i in range(len(plain) - length + 1))
        size = sum(map(len, trusted)) + 1
        sides = [_script(c) for c in self._own]
        self._traditional = sides.count(_TRADITIONAL) > sides.count(_SIMPLIFIED)
        self._words = _merged().copy()
        for word, count in counts.items():
            if count == 1 and len(word) == 2:
                continue
            score = math.log(count / size) + _REPEATED
            if score > self._words.get(word, -math.inf):
                self._words[word] = score
        self._words |= _GIVEN

    def _word(self, word: str) -> float:
        known = self._words.get(word)
        if known is not None:
            return known
        return -math.inf if len(word) > 1 else _single(word)

    def plain(self, text: str) -> str:
        """The text as `word` wants it."""
        return _plain(text)

    def script(self, text: str) -> float:
        """What characters that the article's script does not have cost."""
        return sum(self._cost(c) for c in text)

    def _cost(self, character: str) -> float:
        if character < "\u3400" or character in self._own:
            return 0.0
        return _script_cost(character, self._traditional)

    def before(self, plain: str) -> list[float]:
        """Of `plain[:i]`, for every i."""
        best = [0.0]
        for to in range(1, len(plain) + 1):
            best.append(max(best[at] + self._word(plain[at:to]) for at in range(max(0, to - _LONGEST_WORD), to)))
        return best

    def after(self, plain: str) -> list[float]:
        """Of `plain[i:]`, for every i."""
        best = [0.0] * (len(plain) + 1)
        for at in range(len(plain) - 1, -1, -1):
            last = min(len(plain), at + _LONGEST_WORD)
            best[at] = max(self._word(plain[at:to]) + best[to] for to in range(at + 1, last + 1))
        return best

    def between(self, left: str, before: list[float], middle: str, right: str, after: list[float]) -> float:
        """Of the three together, where `before` and `after` are those of `left` and `right`; `middle` is short."""
        best = -math.inf
        get = self._words.get
        for i in range(min(_LONGEST_WORD - len(middle), len(left)) + 1):
            head = left[len(left) - i :] + middle
            score = before[len(left) - i]
            for j in range(min(_LONGEST_WORD - len(head), len(right)) + 1):
                word = head + right[:j]
                known = get(word)
                if known is None:
                    if len(word) > 1:
                        continue
                    known = _single(word)
                known += score + after[j]
                if known > best:
                    best = known
        return best


def character_score(character: str) -> float:
    """How usual one character is, on its own, in any script."""
    return _usual().get(character) or _remember(character)


def is_usual(character: str) -> bool:
    """Whether some text may have the character: a Han character that is in a word, or a mark."""
    return character != "" and character_score(character) > _UNKNOWN


def _remember(character: str) -> float:
    score = _characters().get(_plain(character), -math.inf)
    score = max(score, _single(_plain(character)))
    _usual()[character] = score
    return score


@cache
def _usual() -> dict[str, float]:
    return {}


@cache
def _merged() -> dict[str, float]:
    """Words of both lists. `jieba` has names, places and many rarer words."""
    import wordfreq

    merged = {w: p / 2 for w, p in wordfreq.get_frequency_dict("zh").items() if len(w) <= _LONGEST_WORD}
    path = Path(import_module("jieba").__file__ or "").with_name("dict.txt")
    rows = [line.split(" ")[:2] for line in path.read_text(encoding="utf-8").splitlines()]
    total = sum(int(count) for _, count in rows)
    for word, count in rows:
        if len(word) <= _LONGEST_WORD:
            merged[word] = merged.get(word, 0.0) + (int(count) + 0.1) / total / 2
    return {w: math.log(p) for w, p in merged.items()}


@cache
def _characters() -> dict[str, float]:
    """How usual every character is, in whatever word."""
    sums: dict[str, float] = defaultdict(float)
    for word, score in _merged().items():
        share = math.exp(score)
        for character in word:
            sums[character] += share
    return {c: math.log(p) - 0.5 for c, p in sums.items()}


def _single(character: str) -> float:
    if character in _COMMON_MARKS or character == "\n":
        return _COMMON_MARK
    if character in _OTHER_MARKS or character in _CORNERS:
        return _OTHER_MARK + 0.5
    if character.isascii():
        return _OTHER_MARK if character.isalnum() or character.isspace() else _ODD_ASCII
    if "\u4e00" <= character <= "\u9fff":
        return _UNKNOWN
    row = _row(character)
    return _SIGN if row in (0xA1, 0xA3) else _OTHER_LETTER if row in (0xA2, 0xA6) else _NO_HAN


@cache
def _row(character: str) -> int:
    """Of GB2312: A1 and A3 have marks and signs, A2 numbers in brackets, A6 Greek."""
    try:
        return character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0


class _Plain(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = simplify(chr(code))
        return self[code]


_TO_PLAIN = _Plain()


def _plain(text: str) -> str:
    return text.translate(_TO_PLAIN)


@cache
def _converter(name: str) -> Any:
    return import_module("opencc").OpenCC(name)


@lru_cache(30_000)
def _script(character: str) -> int:
    if _plain(character) != character:
        return _TRADITIONAL
    return _SIMPLIFIED if _converter("s2t").convert(character) != character else 0


@lru_cache(30_000)
def _script_cost(character: str, traditional: bool) -> float:
    side = _script(character)
    if not traditional:
        return _OTHER_SCRIPT if side == _TRADITIONAL else 0.0
    if side == _SIMPLIFIED:
        # 后, 里, 面 and the like are in both.
        return _OTHER_SCRIPT if _converter("t2tw").convert(character) != character or not _both(character) else -1.0
    plain = _plain(character)
    usual = {_converter(name).convert(plain) for name in ("s2t", "s2tw", "s2hk")}
    return 0.0 if character in usual or side == 0 else _VARIANT


def _both(character: str) -> bool:
    """Whether a character that has a Traditional form is one itself, as 后 and 里."""
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
