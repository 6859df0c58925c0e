"""Chinese in both scripts: analysed in Simplified characters, shown as written; jieba's cuts joined into noun
phrases."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from kb.langs.base import Candidate, Word, split_sentences
from kb.langs.folding import HAN, simplify
from kb.langs.lexicon import NOUN, lexicon
from kb.model import Token

# jieba's tags (those of ICTCLAS) in Universal POS. Measure words and time words are no parts of terms: DET, ADV.
_POS = {
    "n": "NOUN", "vn": "NOUN", "an": "NOUN", "j": "NOUN", "s": "NOUN", "ng": "NOUN", "l": "NOUN", "i": "ADJ",
    "nr": "PROPN", "ns": "PROPN", "nt": "PROPN", "nz": "PROPN", "nrt": "PROPN", "nrfg": "PROPN", "eng": "X",
    "v": "VERB", "vg": "VERB", "vi": "VERB", "vd": "ADV", "a": "ADJ", "ag": "ADJ", "ad": "ADV", "b": "ADJ", "z": "ADJ",
    "d": "ADV", "p": "ADP", "f": "ADP", "c": "CCONJ", "r": "PRON", "m": "NUM", "q": "DET", "mq": "DET", "t": "ADV",
    "u": "PART", "y": "PART", "e": "INTJ", "o": "ADV", "k": "PART", "h": "PART", "x": "PUNCT", "w": "PUNCT",
}  # fmt: skip

# Words whose tag says noun but that stand for quantity, place in the text or vagueness.
_EMPTY = frozenset(
    "时候 时 东西 事 事情 人 人们 大家 方面 方式 情况 情形 问题 部分 程度 一点 点 有些 一些 "
    "种种 之间 之中 之后 之前 之外 样子 地方 例子 上 下 中 里 内 外 前 后 者 们 性 化 度 "
    "型 类 种 个 家 位 名 层 步 次 元 年 月 日 号 年代 时下 结果 原因 关键 重点 目的 "
    "意思 说法 全部 整个 过程中 基础上 的话 方 面 份 全 总 该 本 此 其 我们 你们 他们 自己 "
    "什么 如何 可能 需要 进行 成为 开始 提供 使用 通过 使得 具有 产生 实现 要求 包括".split()
)
_SUFFIXES = frozenset("性 化 度 型 类 式 者 家 商 业 感 力 学 率 量 物 品 费 价 店 部 员 权 值".split())


# Where something is, behind the noun for it: 店里 (in the shop), 桌上 (on the table).
_INSIDE = tuple("里上边旁")

LONGEST_BARE = 6  # characters; of longer stretches that may be a clause few are names


class ChineseAnalyser:
    language = "zh"

    @cached_property
    def _tagger(self) -> Any:
        import logging

        import jieba
        import jieba.posseg

        jieba.setLogLevel(logging.ERROR)
        return jieba.posseg.POSTokenizer(jieba.Tokenizer())

    def sentences(self, text: str) -> list[tuple[int, int]]:
        return split_sentences(text)

    def words(self, sentences: Sequence[str]) -> list[list[Word]]:
        return [self._cut(s) for s in sentences]

    def _cut(self, sentence: str) -> list[Word]:
        """Cut the Simplified copy, which has as many characters: Traditional text is cut wrongly (客戶 關 係)."""
        out: list[Word] = []
        at = 0
        pairs = list(self._tagger.cut(simplify(sentence)))
        for n, pair in enumerate(pairs):
            text = sentence[at : at + len(pair.word)]
            pos = _pos(pair.word, pair.flag)
            if pair.flag == "l" and n + 1 < len(pairs) and pairs[n + 1].word == "的":
                pos = "ADJ"  # set phrases are names (售后服务) unless they qualify (必不可少的)
            elif pair.flag == "l" and _is_said(pair.word):
                pos = "ADV"
            word = Word(at, text, key := pair.word.casefold(), _known_pos(key, pos))
            # Before a noun it is one word: 桌上游戏 (a game for the table).
            if _is_place(word) and not (n + 1 < len(pairs) and _pos(*pairs[n + 1]) in ("NOUN", "PROPN")):
                out.append(Word(at, text[:-1], key[:-1], "NOUN"))
                word = Word(at + len(text) - 1, text[-1], key[-1], "ADP")
            if out and word.pos == "X" and out[-1].pos == "NUM" and out[-1].at + len(out[-1].text) == at:
                before = out.pop()  # jieba cuts 4P after its number
                word = Word(before.at, before.text + text, before.lemma + word.lemma, "X")
            if text.strip():
                out.append(word)
            at += len(pair.word)
        return out

    def candidates(self, tokens: Sequence[Token]) -> list[Candidate]:
        out: list[Candidate] = []
        for first in range(len(tokens)):
            out += _noun_phrases(tokens, first)
            out += _frames(tokens, first)
        return out

    def join(self, sentences: Iterable[str]) -> str:
        return "".join(sentences)


def _pos(word: str, flag: str) -> str:
    if not any(c.isalnum() for c in word):
        return "PUNCT"
    if re.fullmatch(r"[\d.%％]+", word):
        return "NUM"
    if flag == "m" and "对" in word:
        return "ADJ"  # 一对一
    if re.fullmatch(r"[A-Za-z0-9&+-]+", word):
        return "X"
    return _POS.get(flag) or _POS.get(flag[:2]) or _POS.get(flag[:1]) or "X"


# Set phrases that are part of what is said, not names: 从那以后 (since then), 毫无关系 (nothing to do with), 谈得上 (it
# may be called so), 走一遍 (to walk through once), 就行了 (and that will do), 摘下来 (to take off).
_SAID = re.compile(
    r"[从在不毫没每另哪就凡这那只再又还].*|有[^机线价性限效氧色].*|[一两几][^日]\D|.[得不一].|(.)一\1"
    r"|.*[了来去到于说是么着过]"
)


def _is_said(phrase: str) -> bool:
    """Of a set phrase; 有线电视 (cable television) ends in a noun of its own."""
    if _SAID.fullmatch(phrase) is None or NOUN in lexicon().parts_of("zh", phrase):
        return False
    return len(phrase) <= 3 or phrase[0] in "毫没" or NOUN not in lexicon().parts_of("zh", phrase[-2:])


def _is_place(word: Word) -> bool:
    """Whether jieba takes a noun and where something is of it for one word."""
    return (
        word.pos == "NOUN"
        and word.lemma.endswith(_INSIDE)
        and not lexicon().parts_of("zh", word.lemma)
        and NOUN in lexicon().parts_of("zh", word.lemma[:-1])
    )


def _known_pos(word: str, pos: str) -> str:
    """What the lexicon knows better than the tagger: a noun and nothing else (促销), or an adjective (个别)."""
    parts = lexicon().parts_of("zh", word) if pos in ("VERB", "NOUN") else frozenset()
    if pos == "VERB" and parts == {NOUN}:
        return "NOUN"
    return "ADJ" if pos == "NOUN" and parts and parts <= {"a", "d"} else pos


def _key(tokens: Sequence[Token]) -> str:
    """Simplified, without spaces between Han characters."""
    return re.sub(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])", "", " ".join(t.lemma for t in tokens))


def _adjacent(a: Token, b: Token) -> bool:
    return a.at + len(a.text) == b.at or (a.pos == "X" and b.pos == "X")


# Prepositions that a noun goes with, so that a verb after it is no part of its name.
_GOVERNING = frozenset("为 给 对 向 让 把 将 跟 替 由 被 使 令 帮 比 从 在 于".split())


def _noun_phrases(tokens: Sequence[Token], first: int) -> list[Candidate]:
    """Sequences of nouns, with adjectives and verbs inside, that end in a noun: 客户关系管理, 购买行为, 4P; and, bare,
    whatever else of a few words may be a name (修车架, a stand to repair bicycles)."""
    out: list[Candidate] = []
    for last in range(first + 1, min(first + 5, len(tokens)) + 1):
        token = tokens[last - 1]
        if last > first + 1 and not _adjacent(tokens[last - 2], token):
            break
        if token.pos not in ("NOUN", "PROPN", "X", "VERB", "ADJ") or token.lemma in _EMPTY:
            break
        words = tokens[first:last]
        if len(words) > 1 and any(t.pos == "X" and t.text.isalpha() and t.text.islower() for t in words):
            break  # product产品: a gloss, not a name; CRM系统 is one
        if (weak := _weakness(tokens, first, last)) is not None:
            out.append(Candidate(first, last, _key(words), weak))
        elif sum(len(t.text) for t in words) <= LONGEST_BARE and not _governed(tokens, first, last):
            out.append(Candidate(first, last, _key(words), weak=True, bare=True))
    return out


def _weakness(tokens: Sequence[Token], first: int, last: int) -> bool | None:
    """Whether the words are poor evidence of a name; None where they have no name's shape."""
    words, token = tokens[first:last], tokens[last - 1]
    size = sum(len(t.text) for t in words)
    if token.pos not in ("NOUN", "PROPN", "X") or size < 2 or (len(words) > 1 and size > 10):
        # A lone adjective or verb may still name something (满意, 促销): where a noun would stand it counts as one.
        if len(words) == 1 and token.pos in ("VERB", "ADJ") and size >= 2:
            return not _in_noun_position(tokens, first)
        if len(words) == 2 and words[0].pos == "NOUN" and token.pos == "VERB" and len(token.text) == 2:
            # 软件外包, 数据挖掘: it has to recur
            return None if _governed(tokens, first, last) or _has_object(tokens, last) else True
        return None
    if len(words) > 1 and len(token.text) == 1 and token.lemma not in _SUFFIXES:
        return None
    if len(words) > 2 and words[0].pos == "VERB":
        return None  # a verb and its object (塑造客户体验); with one noun it may be a name (购买行为)
    if len(words) > 1 and len(words[0].text) == 1 and words[0].pos != "X":
        return None
    return len(words) > 1 and any(t.pos in ("VERB", "ADJ") for t in words)


def _governed(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a noun goes with a preposition, not with the verb behind it: 为客户|塑造 (to shape for the customer)."""
    return first > 0 and tokens[first - 1].lemma in _GOVERNING and any(t.pos == "VERB" for t in tokens[first:last])


def _has_object(tokens: Sequence[Token], last: int) -> bool:
    """Whether a verb before this place has an object: 客户购买|产品 (customers buy products)."""
    following = tokens[last] if last < len(tokens) else None
    return following is not None and (
        following.pos in ("NOUN", "PROPN", "PRON", "NUM") or following.lemma in ("了", "着", "过", "到")
    )


def _in_noun_position(tokens: Sequence[Token], i: int) -> bool:
    """Whether a noun would stand here: after 的, a noun or an enumeration mark, and before a mark, a conjunction or
    the end."""
    before, after = tokens[i - 1] if i else None, tokens[i + 1] if i + 1 < len(tokens) else None
    parts = lexicon().parts_of("zh", tokens[i].lemma)
    return (
        tokens[i].pos == "VERB"
        and (not parts or NOUN in parts)  # 营造 (to build up) is never a name
        and before is not None
        and (before.pos in ("NOUN", "X") or before.lemma in ("的", "、", "和", "与"))
        and (after is None or after.pos in ("PUNCT", "CCONJ"))
    )


def _frames(tokens: Sequence[Token], first: int) -> list[Candidate]:
    """Two shapes that Chinese builds names with: 以…为… (以客户为中心) and a modifier with 的 (值得记忆的事件)."""
    out: list[Candidate] = []
    reach = min(first + 6, len(tokens))
    if tokens[first].lemma == "以":
        middle = next((i for i in range(first + 2, reach) if tokens[i].lemma in ("为", "作为")), None)
        if middle and middle + 1 < len(tokens) and tokens[middle + 1].pos in ("NOUN", "PROPN"):
            words = tokens[first : middle + 2]
            if all(t.pos != "PUNCT" for t in words) and all(_adjacent(a, b) for a, b in itertools.pairwise(words)):
                out.append(Candidate(first, middle + 2, _key(words)))
    if (
        tokens[first].pos in ("VERB", "ADJ", "NOUN")
        and tokens[first].lemma not in _EMPTY
        and len(tokens[first].text) > 1
    ):
        for i in range(first + 1, min(first + 3, len(tokens) - 1)):
            if tokens[i].lemma == "的" and tokens[i + 1].pos == "NOUN" and tokens[i + 1].lemma not in _EMPTY:
                words = tokens[first : i + 2]
                if len(tokens[i + 1].text) > 1 and all(_adjacent(a, b) for a, b in itertools.pairwise(words)):
                    out.append(Candidate(first, i + 2, _key(words), weak=True))
                break
            if tokens[i].pos not in ("VERB", "NOUN", "ADJ"):
                break
    return out
