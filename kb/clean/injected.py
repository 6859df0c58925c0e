"""Advertising pushed into the middle of Chinese sentences: 为客户塑造XX重型卡车营销策划案例一种愉悦的体验.

Farms of copied pages do this to be found under the phrase. Such a phrase is a chain of nouns without a word of grammar,
with a word of marketing in it and one of offers at its end, made of words that the article has nowhere else, in a page
that advertises. Where it splits a word (协|...|作), the word is whole again without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from kb.clean import words
from kb.clean.context import ALONE, Context
from kb.clean.fix import Fix
from kb.clean.lines import Line
from kb.langs.folding import HAN, simplify
from kb.model import base_language

_PROMOTION = frozenset(
    "营销 推广 公关 策划 广告 优化 代运营 招商 加盟 引流 运营 排名 外包 代理 制作 设计 品牌 培训".split()
)
_OFFER = frozenset(
    "案例 思路 联系 方案 公司 电话 价格 费用 报价 多少钱 哪家 技巧 方法 服务商 排名 咨询 策略 平台 流程 厂家 机构 团队 "
    "排行 有哪些 怎么样 怎么做 软文 热线 收费 教程".split()
)
_GRAMMAR = re.compile("[的了是在和与及而也就都把被对将从为我你他它们这那不有能会要]")
_CLAUSE = re.compile(f"[{HAN}]{{14,}}")

_SHORTEST, _LONGEST = 7, 24  # characters
_LEAST_NEW_WORDS = 2


class _Phrase(NamedTuple):
    """Compared in this order: the best is the greatest."""

    gain: float  # how much likelier the sentence is without it, beyond its own likelihood (natural logarithm)
    from_place: bool  # it begins with the name of a place, as offers do
    length: int
    at: int


def phrases(lines: Sequence[Line], language: str, advertises: bool, context: Context = ALONE) -> list[Fix]:
    """A fix for every such phrase in the lines of a body; `advertises`: the page around it does."""
    if base_language(language) != "zh" or not advertises:
        return []
    article = "\n".join(line.plain for line in lines)
    fixes = []
    for line in lines:
        for clause in _CLAUSE.finditer(line.text):
            if found := _find(simplify(clause.group()), article):
                at = line.at + clause.start()
                reason = "advertising inside a sentence: names and offers that the article speaks of nowhere else"
                fixes.append(Fix("injected", at + found.at, at + found.at + found.length, "", reason))
    return fixes


def _find(clause: str, article: str) -> _Phrase | None:
    if not any(word in clause for word in _PROMOTION):
        return None
    cost, cut = words.cut(clause)
    found = []
    for at, to in _candidates(cut, article):
        joined, _ = words.cut(clause[:at] + clause[to:])
        alone, chain = words.cut(clause[at:to])
        found.append(_Phrase(round(joined + alone - cost, 6), _is_place(chain[0]), to - at, at))
    return max(found, default=None)


def _candidates(cut: Sequence[str], article: str) -> Iterator[tuple[int, int]]:
    """Offsets of the chains within the clause: not at its edges, since they are inside a sentence."""
    offsets = [0]
    for word in cut:
        offsets.append(offsets[-1] + len(word))
    for first in range(1, len(cut)):
        for last in range(first + 2, len(cut)):
            chain = cut[first:last]
            if _SHORTEST <= offsets[last] - offsets[first] <= _LONGEST and _is_offer(chain, "".join(cut), article):
                yield offsets[first], offsets[last]


def _is_offer(chain: Sequence[str], clause: str, article: str) -> bool:
    if chain[-1] not in _OFFER or not any(_promotes(word) for word in chain) or _GRAMMAR.search("".join(chain)):
        return False
    content = [word for word in chain if len(word) > 1 and word not in _OFFER and not _promotes(word)]
    new = [word for word in content if article.count(word) <= clause.count(word)]
    return _may_begin(chain[0]) and len(new) >= _LEAST_NEW_WORDS and len(new) == len(content)


def _may_begin(word: str) -> bool:
    """Whether it names something, as the place or product that heads such a phrase does; a verb is the sentence's."""
    return len(word) > 1 and _tag(word)[0] not in "vpdcur"


def _is_place(word: str) -> bool:
    return _tag(word) == "ns"


def _tag(word: str) -> str:
    """Part of speech by jieba's list of words, `n` for what is not in it. Loaded late: it takes half a second."""
    import_module("jieba").setLogLevel("ERROR")
    return str(import_module("jieba.posseg").dt.word_tag_tab.get(word, "n"))


def _promotes(word: str) -> bool:
    """A word of marketing, or one made of such words: 营销策划."""
    return any(part in word for part in _PROMOTION)
