"""How likely Chinese is in one article: words of both lists, what the article says elsewhere, and its script.

All are natural logarithms of probabilities. Words are looked up in Simplified characters; characters of the other
script cost, so that of 发, 發 and 髮 the right one is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from itertools import pairwise

from kb.clean import gbk_bytes, words
from kb.clean.words import LONGEST_WORD
from kb.langs.folding import simplify

_GIVEN = {"，": -3.0, "。": -3.8, "。\n": -4.0, "」\n": -6.0, "”\n": -6.0, "：\n": -6.0, "？\n": -6.0, "！\n": -6.5}
_GIVEN |= {"。」": -6.5, "。”": -6.5, "：「": -7.0, "：“": -7.0, "，「": -7.5, "，“": -7.5, "吗？": -8.5, "呢？": -10.0}
_GIVEN_PAIRS = {(word[0], word[1]) for word in _GIVEN if len(word) == 2}
_BETWEEN = "\0"  # pieces, so that no word lies in two
_LONGEST_REPEATED = 4
_REPEATED = -4.0  # of being said again
_OTHER_SCRIPT, _BOTH_SCRIPTS, _VARIANT = -5.0, -1.0, -2.0
_NEW_MARK = -3.0  # of a mark that the article has nowhere else
_FULL_WIDTH = -8.0  # of a full-width ＃, ＄ or Ａ
_ALONE = 4  # fillings that make no word with what is around them: the most usual ones are enough
_MOST_REMEMBERED = 300_000


class _Words(dict[str, float]):
    """Words as they are asked for: of the lists, or more of the article's own; -inf for what is no word."""

    def __init__(self, text: str) -> None:
        """`text`: the article's own, in Simplified characters."""
        super().__init__(_GIVEN)
        self._text, self._lists = text, words.both_lists()
        self._said = math.log(1 + len(text)) - _REPEATED

    def __missing__(self, word: str) -> float:
        score = self._lists.get(word)
        if score is None:
            score = -math.inf if len(word) > 1 else words.single(word)
        # Counted when it is asked for: most of what an article says is never looked up.
        count = self._text.count(word) if 2 <= len(word) <= _LONGEST_REPEATED else 0
        if count > 1 or (count and len(word) > 2):
            score = max(score, math.log(count) - self._said)
        self[word] = score
        return score


class Options:
    """Characters for a hole in a text of one script.

    `ranked`: (log probability alone with the cost of its script, that cost, character, plain character), likeliest
    first; `by_plain`: plain character -> (cost, character).
    """

    def __init__(self, characters: Iterable[str], traditional: bool) -> None:
        costs = _costs(traditional)
        ranked = []
        self.by_plain: dict[str, list[tuple[float, str]]] = {}
        for c in characters:
            if c and is_usual(c):
                cost, p = costs.get(c, _mark_cost(c)), plain(c)
                score = words.both_lists().get(p)
                ranked.append(((words.single(p) if score is None else score) + cost, cost, c, p))
                self.by_plain.setdefault(p, []).append((cost, c))
        self.ranked = sorted(ranked, key=lambda option: (-option[0], option[2]))


def _mark_cost(character: str) -> float:
    if character < "\u3400":
        return _NEW_MARK
    return _FULL_WIDTH if "\uff01" <= character <= "\uff5e" and character not in "！（），：；？％" else 0.0


def _likeliest_first(filling: tuple[float, str]) -> tuple[float, str]:
    return -filling[0], filling[1]


class Likelihood:
    def __init__(self, trusted: Iterable[str]) -> None:
        """`trusted`: the stretches of the article that are surely whole."""
        self._own: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        pieces = []
        for piece in trusted:
            self._own.update(piece)
            pieces.append(plain(piece))
            pairs.update(pairwise(pieces[-1]))
        sides = [scripts().get(c, 0) for c in self._own]
        self.traditional = sides.count(1) > sides.count(-1)
        self._words = _Words(_BETWEEN.join(pieces))
        after: dict[str, set[str]] = {}
        before: dict[str, set[str]] = {}
        for first, second in pairs | _GIVEN_PAIRS:
            after.setdefault(first, set()).add(second)
            before.setdefault(second, set()).add(first)
        self._after, self._before = _Partners(after, after=True), _Partners(before, after=False)

    def script(self, text: str) -> float:
        """What characters that the article's script does not have cost."""
        costs = _costs(self.traditional)
        return sum(costs[c] for c in text if c in costs and c not in self._own)

    def forward(self, text: str) -> list[float]:
        """Of `text[:i]`, for every i."""
        get, joined = self._words, self._joined(text)
        best = [0.0]
        for to in range(1, len(text) + 1):
            top = best[to - 1] + get[text[to - 1]]
            for at in range(to - 2, max(-1, to - LONGEST_WORD - 1), -1):
                if not joined[at]:
                    break
                score = best[at] + get[text[at:to]]
                if score > top:
                    top = score
            best.append(top)
        return best

    def backward(self, text: str) -> list[float]:
        """Of `text[i:]`, for every i."""
        get, joined = self._words, self._joined(text)
        size = len(text)
        best = [0.0] * (size + 1)
        for at in range(size - 1, -1, -1):
            top = get[text[at]] + best[at + 1]
            for to in range(at + 2, min(size, at + LONGEST_WORD) + 1):
                if not joined[to - 2]:
                    break
                score = get[text[at:to]] + best[to]
                if score > top:
                    top = score
            best[at] = top
        if len(get) > _MOST_REMEMBERED:
            get.clear()
            get.update(_GIVEN)
        return best

    def _joined(self, text: str) -> list[bool]:
        """Whether some word has `text[i : i + 2]` in it, for every i."""
        after = self._after
        return [second in after[first] for first, second in pairwise(text)]

    def fill(
        self, left: str, forward: Sequence[float], options: Options, right: str, backward: Sequence[float]
    ) -> list[tuple[float, str]]:
        """(log probability of all, character) of the likeliest fillings of a hole of one character, likeliest first.

        `forward` is of `left`, `backward` of `right`; more may follow in the one, nothing stands before in the other.
        Only fillings that make a word with a neighbour are looked at in their place, and the most usual others.
        """
        after = self._after[left[-1]] if left else frozenset()
        before = self._before[right[0]] if right else frozenset()
        far_left, far_right = left[-LONGEST_WORD + 1 :], right[: LONGEST_WORD - 1]
        reach_left = 1 + _run(self._joined(far_left)[::-1])
        reach_right = 1 + _run(self._joined(far_right))
        get, own, size = self._words, self._own, len(left)
        found = []
        for p in options.by_plain.keys() & (after | before):
            best = -math.inf
            for i in range(reach_left + 1 if p in after else 1):
                head, score = left[size - i :] + p, forward[size - i]
                for j in range(min(reach_right, LONGEST_WORD - 1 - i) + 1 if p in before else 1):
                    word = get[head + right[:j]] + score + backward[j]
                    if word > best:
                        best = word
            found += [(best if c in own else best + cost, c) for cost, c in options.by_plain[p]]
        base = forward[size] + backward[0]
        alone = 0
        for score, cost, c, p in options.ranked:
            if p not in after and p not in before:
                found.append((base + score - cost if c in own else base + score, c))
                alone += 1
                if alone == _ALONE:
                    break
        found.sort(key=_likeliest_first)
        return found


def _run(joined: Sequence[bool]) -> int:
    """How many are true before the first that is not."""
    return next((i for i, is_joined in enumerate(joined) if not is_joined), len(joined))


class _Partners(dict[str, set[str]]):
    """The characters that stand after (or before) a character in a word of the lists or the article."""

    def __init__(self, own: dict[str, set[str]], *, after: bool) -> None:
        super().__init__()
        self._own, self._is_after = own, after

    def __missing__(self, character: str) -> set[str]:
        listed = _listed_partners(character, self._is_after)
        own = self._own.get(character)
        self[character] = found = listed | own if own else listed
        return found


@lru_cache(5_000)
def _listed_partners(character: str, after: bool) -> set[str]:
    known = words.neighbours()
    return known.after(character) if after else known.before(character)


class _Plain(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = simplify(chr(code))
        return self[code]


_TO_PLAIN = _Plain()


@cache
def _pairs_to_plain() -> None:
    characters = [c for _, _, c in gbk_bytes.all_pairs()]
    for c, simple in zip(characters, simplify("\n".join(characters))[::2], strict=True):
        _TO_PLAIN[ord(c)] = simple


def plain(text: str) -> str:
    """The text as words are looked up: in Simplified characters, one for one."""
    _pairs_to_plain()
    return text.translate(_TO_PLAIN)


def is_usual(character: str) -> bool:
    """Whether some text may have the character: a Han character that is in a word, or a mark."""
    return usual_score(character) > words.UNKNOWN


@cache
def usual_score(character: str) -> float:
    """How usual a character is, in whatever word and script."""
    p = plain(character)
    return max(words.usual_characters(with_names=True).get(p, -math.inf), words.single(p))


# --- scripts --------------------------------------------------------------------------------------------------------


@cache
def _converted(name: str) -> dict[str, str]:
    """What OpenCC's converter makes of every Han character of GBK and of its Simplified form."""
    characters = sorted({c for _, _, pair in gbk_bytes.all_pairs() if pair >= "\u3400" for c in (pair, plain(pair))})
    converted = import_module("opencc").OpenCC(name).convert("\n".join(characters)).split("\n")
    return dict(zip(characters, converted, strict=True))


@cache
def scripts() -> dict[str, int]:
    """1: the character is Traditional, -1: it is Simplified. What is not there is both or neither."""
    found = {}
    for c, other in _converted("s2t").items():
        if plain(c) != c:
            found[c] = 1
        elif other != c:
            found[c] = -1
    return found


@cache
def _costs(traditional: bool) -> dict[str, float]:
    """What the characters cost that a text of this script does not have."""
    if not traditional:
        return {c: _OTHER_SCRIPT for c, side in scripts().items() if side == 1}
    costs = {}
    to_taiwan = _converted("t2tw")
    for c in to_taiwan:
        if scripts().get(c) == -1:
            # 后, 里, 面 and the like are in both.
            costs[c] = _OTHER_SCRIPT if to_taiwan[c] != c or not _in_big5(c) else _BOTH_SCRIPTS
        elif to_taiwan[c] != c or c not in {_converted(name)[plain(c)] for name in ("s2t", "s2tw", "s2hk")}:
            costs[c] = _VARIANT
    return costs


def _in_big5(character: str) -> bool:
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
