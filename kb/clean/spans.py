"""Stretches of a line that may have been pushed into it, and what can be seen of each without a model.

First a cheap look for words of advertising that come thickly and that the article has nowhere else; only around them
the line is cut into words and every stretch of them measured.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kb.clean import advertising, words
from kb.clean.lines import Line
from kb.clean.phrases import trie
from kb.langs.folding import HAN
from kb.langs.frequency import zipf

Floats = npt.NDArray[np.float64]

_LEAST_WEIGHT = 2  # of advertising words within reach of each other: a strong one and another, or three weak ones
_REACH = {"zh": 18}
_USUAL_REACH = 60  # characters
_MARGIN = {"zh": 26}
_USUAL_MARGIN = 110
_FEWEST_WORDS = 6
_LONGEST = 20  # words
_FUNCTION_ZIPF = 5.9  # words as usual as this are grammar more often than not
_SHORTEST_TEXT = {"zh": 5}
_USUAL_SHORTEST_TEXT = 12  # characters
_LONGEST_TEXT = {"zh": 40}
_USUAL_LONGEST_TEXT = 100

_HAN_RUN = re.compile(f"[{HAN}]+")
_TOKEN = re.compile(rf"[{HAN}]+|(?:(?![{HAN}])[^\W\d_])+(?:['’](?=\s|$))?|[\d][\d.,:/x]*\d|\d|[^\w\s]", re.I)
_LETTERS = re.compile(r"[^\W\d_]+")
_NEVER = frozenset('、《》«»“”"「」『』')  # an enumeration or a quotation is the author's
_CLOSING = frozenset("】）)")
_OPENING = frozenset("【")
_END = frozenset(".!?。！？…;；")
_PAUSE = frozenset(',，、:：()（）«»“”"—–|【】')
_PRICE = re.compile(
    r"\d[\d.,]*\s?(?:%|％|€|\$|euros?\b|k\b|đ\b|vnđ|usd\b|tr\d?\b|元|万|萬)"
    r"|\b0\d(?:[ .-]?\d{2,4}){3,4}\b|24 ?h\b|24/24|24/7|7j/7|[【】]",
    re.I,
)


class Hit(NamedTuple):
    """A word of advertising, or a price and the like, at `at` to `to` of the line."""

    at: int
    to: int
    weight: int
    word: str


@dataclass(frozen=True)
class Stretches:
    """The stretches of one place: `spans` are offsets in the line, `features` float64 [len(spans), len(FEATURES)]."""

    line: int  # position of the line
    plain: str  # the line in lower case and Simplified characters
    spans: tuple[tuple[int, int], ...]
    features: Floats


# --- the cheap look -------------------------------------------------------------------------------------------------


@cache
def _lexicon(base: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    table = dict.fromkeys(advertising.PLACES.get(base, ()), advertising.WEAK)
    table |= {**advertising.ENGLISH, **advertising.WORDS.get(base, {})} if base != "en" else advertising.ENGLISH
    latin = trie([re.escape(c) for c in word] for word in table if not _HAN_RUN.match(word))
    han = trie([re.escape(c) for c in word] for word in table if _HAN_RUN.match(word))
    first = "".join(sorted({word[0] for word in table if _HAN_RUN.match(word)}))
    pattern = rf"\b{latin}(?:s|x|es)?\b" + (f"|(?=[{first}]){han}" if han else "")
    if han:
        pattern = pattern.replace(r"\b", "(?<![a-z])", 1).replace(r"\b", "(?![a-z])")
    return re.compile(pattern), table


def hits(text: str, base: str) -> list[Hit]:
    """Words of advertising in `text`, which is in lower case and Simplified characters."""
    pattern, table = _lexicon(base)
    found = []
    for match in pattern.finditer(text):
        word = match.group()
        weight = table.get(word) or table.get(word[:-1]) or table.get(word[:-2]) or 0
        found.append(Hit(match.start(), match.end(), weight, word))
    return found


def regions(lines: Sequence[str], base: str) -> Iterator[tuple[int, int, int, list[Hit]]]:
    """(line, from, to, hits of the line) where new words of advertising come thickly. `lines` as for `hits`."""
    every = [hits(line, base) for line in lines]
    counts = Counter(hit.word for found in every for hit in found)
    reach = _REACH.get(base, _USUAL_REACH)
    for number, found in enumerate(every):
        if not found:
            continue
        own = Counter(hit.word for hit in found)
        new = [hit for hit in found if counts[hit.word] <= own[hit.word]]
        if sum(hit.weight for hit in new) + 1 < _LEAST_WEIGHT:
            continue
        prices = [Hit(m.start(), m.end(), 1, m.group()) for m in _PRICE.finditer(lines[number])]
        new = sorted(new + prices)
        begin = end = -1
        first = weight = 0
        for last, hit in enumerate(new):
            weight += hit.weight
            while hit.at - new[first].to > reach:
                weight -= new[first].weight
                first += 1
            if weight >= _LEAST_WEIGHT:
                if begin >= 0 and new[first].at > end:
                    yield number, begin, end, new
                    begin = -1
                begin = new[first].at if begin < 0 else begin
                end = new[last].to
        if begin >= 0:
            yield number, begin, end, new


# --- every stretch of words -----------------------------------------------------------------------------------------

# Of each word, as columns.
_WORD = (
    "weight", "marked", "function", "known", "number", "place", "foreign", "capital", "pause", "end", "zipf", "content",
)  # fmt: skip
FEATURES = (
    # shares of its words
    "weight", "marked", "function", "known", "foreign", "capital", "rarity",
    # how many, or whether there is one
    "words", "weight in all", "weight squared", "known in all", "unmarked in all", "pauses", "ends", "number", "place",
    # its first and last word, and the words beside it
    "first marked", "first function", "first known", "first capital", "first foreign",
    "last marked", "last function", "last known", "last foreign", "last end",
    "left marked", "left function", "left known", "left pause", "left foreign",
    "right marked", "right function", "right known", "right pause", "right foreign", "right number",
    "goes on after an end",
    # which words stand side by side elsewhere in the article, or are one Chinese word, with it and without it
    "pair without it", "pair at its left", "pair at its right",
    "word without it", "word at its left", "word at its right",
    "splits a phrase",
    # grammar that is broken without it, or with it
    "open without it", "open at its end", "open at its left",
    "agrees without it", "disagrees without it", "disagrees with it",
    "verbs", "first verb", "last verb", "last capital", "left capital", "right capital",
)  # fmt: skip


# Words that another must follow: where one stands before the stretch, none of these and no mark may come after it.
_OPEN = {
    base: frozenset(listed.split())
    for base, listed in {
        "fr": "le la les l un une des du de d au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre "
        "vos leur leurs chaque plusieurs quelques à en dans par pour sur sous avec sans chez vers entre et ou mais que "
        "qui dont je tu il elle on nous vous ils elles ne se s n c j qu a ont est sont était été être avoir très plus",
        "vi": "các những một mỗi mọi từng của cho với ở tại trong ngoài trên dưới về từ đến bằng như và hoặc hay nhưng "
        "vì nên là đã đang sẽ sắp vẫn còn cũng đều chỉ rất quá khá không chưa chẳng được bị phải cần có thể hãy đừng "
        "để khi nếu mà thì do bởi theo cùng này cái con chiếc người sự việc cuộc nỗi hai ba bốn",
        "zh": "的 在 把 被 对 从 向 和 与 及 或 是 不 没 没有 也 都 就 很 更 最 已 已经 将 会 能 可以 要 一个 一种 "
        "一位 这 那 这个 那个 这些 那些 每 每个 其 他 她 它 我 你 我们 他们 她们 因为 所以 如果 但 但是 而 并 以 为 "
        "为了 于 由 让 使 给 跟 比",
    }.items()
}
_VERB = {"fr": re.compile(r"\w{2}(?:ais|ait|aient|èrent|era|eront|erait|eraient|isse|issent|é|és|ée|ées|ant)$")}
_PLURAL = frozenset("les des ces mes tes ses nos vos leurs aux plusieurs quelques deux trois quatre cinq six".split())


class _Token(NamedTuple):
    at: int
    to: int
    text: str


def stretches(lines: Sequence[Line], base: str) -> Iterator[Stretches]:
    """For every place that looks like advertising, the stretches of words that may be it."""
    plain = [line.plain.lower() for line in lines]
    plain = [text if len(text) == len(line.text) else line.text for text, line in zip(plain, lines, strict=True)]
    article: _Article | None = None
    for number, begin, end, found in regions(plain, base):
        article = article or _Article(plain, base)
        margin = _MARGIN.get(base, _USUAL_MARGIN)
        text = plain[number]
        begin, end = _at_words(text, max(0, begin - margin), min(len(text), end + margin), base)
        tokens = _tokens(text, begin, end, found, base == "zh")
        if len(tokens) < _FEWEST_WORDS:
            continue
        made = _measure(lines[number].text, text, tokens, found, article, base)
        if made is not None:
            yield Stretches(number, text, *made)


def _at_words(text: str, begin: int, end: int, base: str) -> tuple[int, int]:
    """The window made smaller so that it does not begin or end inside a word."""
    if base == "zh":
        return begin, end
    while 0 < begin < end and text[begin - 1].isalnum():
        begin += 1
    while begin < end < len(text) and text[end].isalnum():
        end -= 1
    return begin, end


def _tokens(text: str, begin: int, end: int, found_hits: Sequence[Hit], chinese: bool) -> list[_Token]:
    """Words and marks. Chinese is also cut where a word of advertising begins and ends, which the likeliest cut of a
    sentence that was broken in two may miss."""
    borders = {k for hit in found_hits if hit.to - hit.at > 1 for k in (hit.at, hit.to)}
    found = []
    for match in _TOKEN.finditer(text, begin, end):
        if chinese and _HAN_RUN.match(match.group()):
            at = match.start()
            for word in words.cut(match.group())[1]:
                pieces = [at, *(k for k in range(at + 1, at + len(word)) if k in borders), at + len(word)]
                found += [_Token(a, b, text[a:b]) for a, b in pairwise(pieces)]
                at += len(word)
        else:
            found.append(_Token(match.start(), match.end(), match.group()))
    return found


class _Article:
    """What else the article says: its words, and which of them stand side by side."""

    def __init__(self, lines: Sequence[str], base: str) -> None:
        self._chinese = base == "zh"
        self._text = "\n".join(lines)
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for line in lines:
            self._count(line, self._words, self._pairs)
        self._line = ""
        self._own_words: Counter[str] = Counter()
        self._own_pairs: Counter[tuple[str, str]] = Counter()

    def _count(self, line: str, own: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
        pieces = list(line) if self._chinese else _LETTERS.findall(line)
        own.update(pieces)
        pairs.update(pairwise(pieces))

    def at(self, line: str) -> None:
        """From here on `line` is the one that does not count."""
        self._line = line
        self._own_words, self._own_pairs = Counter(), Counter()
        self._count(line, self._own_words, self._own_pairs)

    def knows(self, word: str) -> bool:
        """Whether another line has the word."""
        if self._chinese and len(word) > 1:
            return self._text.count(word) > self._line.count(word)
        return self._words[word] > self._own_words[word]

    def joins(self, left: str, right: str) -> bool:
        """Whether the two stand side by side in another line; of Chinese words the characters that meet."""
        pair = (left[-1:], right[:1]) if self._chinese else (left, right)
        return self._pairs[pair] > self._own_pairs[pair]


def _measure(
    shown: str, plain: str, tokens: Sequence[_Token], found: Sequence[Hit], article: _Article, base: str
) -> tuple[tuple[tuple[int, int], ...], Floats] | None:
    article.at(plain)
    each = _each_word(shown, tokens, found, article, base)
    pairs = _pairs(plain, tokens, each, base)
    if not pairs:
        return None
    first, after = np.array(pairs).T
    features = _features(shown, tokens, found, each, first, after, article, base)
    return tuple((tokens[i].at, tokens[j - 1].to) for i, j in pairs), features


def _each_word(shown: str, tokens: Sequence[_Token], found: Sequence[Hit], article: _Article, base: str) -> Floats:
    """float64 [len(tokens), len(_WORD)]."""
    weights: dict[int, int] = {}
    for hit in found:
        for k in range(hit.at, hit.to):
            weights[k] = max(weights.get(k, 0), hit.weight)
    places = advertising.PLACES.get(base, frozenset())
    in_place = {k for hit in found if hit.word in places for k in range(hit.at, hit.to)}
    rows = []
    inside = False  # of a sentence
    for at, to, text in tokens:
        letters = text[0].isalpha()
        usual = zipf(text.rstrip("'’"), base) if letters else 0.0
        capital = inside and shown[at].isupper()
        foreign = letters and not capital and text.isascii() and _is_foreign(text, base, usual)
        function = letters and not foreign and usual >= _FUNCTION_ZIPF
        weight = max((weights.get(k, 0) for k in range(at, to)), default=0)
        known = letters and not function and article.knows(text)
        number, place = text[0].isdigit(), at in in_place
        marked = bool(weight or number or foreign or place) and not known
        rows.append(
            (
                0 if known else weight, marked, function, known, number, place, foreign, capital,
                text in _PAUSE, text in _END, min(usual, 6.0), letters and not function,
            )
        )  # fmt: skip
        inside = text not in _END
    return np.array(rows, np.float64)


@cache
def _is_foreign(word: str, base: str, usual: float) -> bool:
    """An English word, and more usual in English than here."""
    return len(word) > 1 and base != "en" and zipf(word, "en") > max(usual + 0.7, 3.0)


def _pairs(plain: str, tokens: Sequence[_Token], each: Floats, base: str) -> list[tuple[int, int]]:
    """(first token, token after the last) of the stretches: inside a sentence, with a word of advertising."""
    shortest, longest = _SHORTEST_TEXT.get(base, _USUAL_SHORTEST_TEXT), _LONGEST_TEXT.get(base, _USUAL_LONGEST_TEXT)
    # Prices alone are no advertising.
    worded = each[:, _WORD.index("weight")] * (each[:, _WORD.index("content")] + each[:, _WORD.index("function")])
    weights = np.concatenate([[0.0], np.cumsum(worded)]).tolist()
    glued = base != "zh"
    count = len(tokens)
    out = []
    for i in range(1, count - 1):
        at = tokens[i].at
        if (
            tokens[i].text in _NEVER
            or tokens[i - 1].text in _END
            or tokens[i].text in _END
            or tokens[i].text in _PAUSE - _OPENING
        ):
            continue
        if glued and not plain[at - 1].isspace():
            continue
        for j in range(i + 2, min(i + _LONGEST, count) + 1):
            to, last = tokens[j - 1].to, tokens[j - 1].text
            if to - at > longest or last in _NEVER:
                break
            if to - at < shortest or weights[j] - weights[i] < 2 or (last in _PAUSE and last not in _CLOSING):
                continue
            if to == len(plain) and last in _END:
                continue
            if glued and to < len(plain) and (plain[to].isalnum() or plain[to] in "-’'"):
                continue
            out.append((i, j))
    return out


def _features(
    shown: str, tokens: Sequence[_Token], found: Sequence[Hit], each: Floats,
    first: npt.NDArray[np.int64], after: npt.NDArray[np.int64], article: _Article, base: str,
) -> Floats:  # fmt: skip
    """float64 [len(first), len(FEATURES)] of the stretches from token `first` up to token `after`."""
    padded = np.vstack([each, np.zeros(len(_WORD))])
    sums = np.vstack([np.zeros(len(_WORD)), np.cumsum(each, axis=0)])
    total = dict(zip(_WORD, (sums[after] - sums[first]).T, strict=True))
    column = {name: padded[:, k] for k, name in enumerate(_WORD)}
    size = (after - first).astype(np.float64)
    content = np.maximum(total["content"], 1.0)
    heavy = np.minimum(total["weight"], 10.0)
    last, left, right = after - 1, first - 1, after
    is_end = np.array([t.text in _END for t in tokens] + [True])
    lower = np.array([shown[t.at].islower() for t in tokens] + [False])
    open_words = _OPEN.get(base, frozenset())
    is_open = np.array([float(t.text in open_words) for t in tokens] + [0.0])
    is_plural = np.array([float(base == "fr" and t.text in _PLURAL) for t in tokens] + [0.0])
    plural_form = np.array([float(t.text[-1] in "sxz") for t in tokens] + [0.0])
    verb = _VERB.get(base)
    is_verb = np.array([float(bool(verb and verb.search(t.text))) for t in tokens] + [0.0])
    is_verb *= 1 - np.minimum(padded[:, _WORD.index("weight")], 1)
    verb_sums = np.concatenate([[0.0], np.cumsum(is_verb)])
    words_ = [t.text for t in tokens] + [""]
    at_left = np.array([0.0, *(float(article.joins(a, b)) for a, b in pairwise(words_))])
    one_word = np.array([0.0, *(_one_word(a, b) for a, b in pairwise(words_))])
    without = [(words_[a], words_[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    starts, ends = np.array([h.at for h in found]), np.array([h.to for h in found])
    heavy_hit = np.array([h.weight for h in found])
    at, to = np.array([tokens[i].at for i in first]), np.array([tokens[j - 1].to for j in after])
    splits = (
        (((starts < at[:, None]) & (at[:, None] < ends)) | ((starts < to[:, None]) & (to[:, None] < ends))) * heavy_hit
    ).sum(axis=1)
    values = (
        total["weight"] / size, total["marked"] / size, total["function"] / size, total["known"] / content,
        total["foreign"] / size, total["capital"] / size, total["zipf"] / content,
        np.log(size), heavy, heavy**2 / 10, total["known"], size - total["marked"], total["pause"],
        total["end"] - is_end[last], total["number"] > 0, total["place"] > 0,
        *(column[name][first] for name in ("marked", "function", "known", "capital", "foreign")),
        *(column[name][last] for name in ("marked", "function", "known", "foreign")), is_end[last],
        *(column[name][left] for name in ("marked", "function", "known", "pause", "foreign")),
        *(column[name][right] for name in ("marked", "function", "known")),
        (column["pause"][right] > 0) | is_end[right], column["foreign"][right], column["number"][right],
        is_end[last] & lower[right],
        [article.joins(a, b) for a, b in without], at_left[first], at_left[after],
        [_one_word(a, b) for a, b in without], one_word[first], one_word[after],
        splits,
        is_open[left] * np.maximum(np.maximum(column["function"][right], column["pause"][right]), is_end[right]),
        is_open[last], is_open[left],
        is_plural[left] * plural_form[right], is_plural[left] * (1 - plural_form[right]),
        is_plural[left] * (1 - plural_form[first]),
        verb_sums[after] - verb_sums[first], is_verb[first], is_verb[last],
        column["capital"][last] * (1 - column["place"][last]), column["capital"][left], column["capital"][right],
    )  # fmt: skip
    return np.array(values, np.float64).T


@cache
def _one_word(left: str, right: str) -> float:
    """1 when the two Chinese characters that meet are a word together."""
    pair = left[-1:] + right[:1]
    return float(len(pair) == 2 and _HAN_RUN.fullmatch(pair) is not None and len(words.cut(pair)[1]) == 1)
