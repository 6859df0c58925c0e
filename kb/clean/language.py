"""Which language a text is in, and which each block of an article.

Script first: Han is told by its characters, Thai, Greek and others by their letters, Vietnamese by its own. What is
left is told by how often languages have its letters and words (`guess`). A block takes a language of its own on strong
evidence only; what says too little (a name, three words, a table) is in the language of its surroundings.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain
from typing import Any, Self

from kb.clean import guess
from kb.langs.folding import HAN
from kb.model import base_language

_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa\u31f0-\u31ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_OTHER_LETTER = re.compile(f"(?![{HAN}\u3041-\u30ff\u1100-\u11ff\uac00-\ud7af])[^\\W\\d_]")
# Letters that Vietnamese alone has (ơ, ư and those with two marks or a hook or dot below), and đ.
_VIETNAMESE = re.compile("[ơưđƠƯĐ\u1ea0-\u1ef9]")
# Scripts of one language, or of one above all: first and last character.
_SINGLE_SCRIPTS = {
    "el": "Ͱ-Ͽ", "hy": "\u0530-\u058f", "he": "\u0590-\u05ff", "bn": "\u0980-\u09ff", "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "kn": "\u0c80-\u0cff", "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff", "th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff", "my": "\u1000-\u109f", "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f", "km": "\u1780-\u17ff",
}  # fmt: skip
_SINGLE = {tag: re.compile(f"[{letters}]") for tag, letters in _SINGLE_SCRIPTS.items()}
_ANY_SINGLE = re.compile(f"[{''.join(_SINGLE_SCRIPTS.values())}]")
_TOLD_APART = frozenset(chain(("zh", "ja", "ko"), _SINGLE_SCRIPTS, *guess.ALPHABETS.values()))

_SAMPLE = 20_000  # characters of a text that are looked at,
_PIECES, _PIECE = 4, 300  # and what of them goes by letters and words
_TELLING_LINE, _TELLING = 60, 300  # characters
_LEAST_LETTERS = 3
_LEAD = 1.5  # nats; "Marketing" leads by 1.2, three words of Spanish by 8
_HAN_WEIGHT = 2.5  # letters of an alphabet that say as much as one Han character

# What makes a block another language's. Chosen on the even lines of tests/data/languages.tsv put into articles of other
# languages, and on the project's articles, of which no paragraph may change its language.
_OWN_VIETNAMESE = 0.04  # share of letters; ordinary Vietnamese has 15 to 20 %
_FOREIGN_VIETNAMESE = 0.06
_PLAIN = 0.1  # share of an article's own function words; French paragraphs have 20 to 40 %, English ones under 3 %
_LEAST_WORDS, _LEAST_FOREIGN = 5, 25
_LEAST_SMALL_WORDS, _MANY_WORDS = 2, 12
_SWITCH = 10.0  # nats over the article's language
_FOREIGN_WORDS = 3  # times as many words that speak for the other language
_QUOTED_KANA = 2  # kana a character that is Chinese only: a sentence may name two Japanese
_LEAST_HAN = 6
_HAN_AMONG_NAMES = 6  # letters a Han character: a Chinese sentence may consist of foreign names for the most part
_LEAST_OF_SCRIPT, _SCRIPT_RATIO = 3, 5  # characters of the other Chinese script only, and how they outnumber the first
_TABLE = 0.5  # share of letters below which a block is figures or code
_HELD = 0.2  # of an article's blocks that are decided: so many make a language one of the article's
_AMONG = 2.0  # nats, when a short block can only be in one of its neighbours' languages

_QUOTED = re.compile('«[^»]*»|“[^”]*”|„[^“]*“|"[^"]*"')
_CODE = re.compile(r"[{}()\[\]<>=;_\\|#$^~*+]")
_SENTENCE_END = re.compile("[.!?。！？…]")
_LINE = re.compile(r"[^\n\r]+")


def detect(text: str) -> str:
    """The BCP 47 tag of most of the text: `vi`, `fr`, `zh-Hans`, ...; `und` when nothing tells. Never raises."""
    sample = unicodedata.normalize("NFC", _telling(text))
    letters = _Letters.of(sample)
    if letters.is_east_asian:
        return _east_asian(sample, letters)
    if letters.single > letters.other:
        return _single_script(sample)
    if letters.other < _LEAST_LETTERS:
        return "und"
    own = _VIETNAMESE.findall(sample)
    # Ordinary Vietnamese has 15 to 20 % of them; đ alone is Croatian too, ọ and ẹ Yoruba.
    if len(own) > letters.other * _OWN_VIETNAMESE and len({c.lower() for c in own}) >= min(3, len(own)):
        return "vi"
    found = guess.scores(_pieces(sample))
    first, second = sorted([*found.values(), float("-inf"), float("-inf")], reverse=True)[:2]
    best = max(found, key=lambda tag: found[tag], default="und")
    return best if first - second >= _LEAD and best != guess.BARE_VIETNAMESE else "und"


def chinese_script(text: str) -> str:
    """`zh-Hant` or `zh-Hans`: by the characters that exist in one script only; without any, `zh-Hans`."""
    traditional, simplified = _of_one_script(text)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def of_blocks(texts: Sequence[str], kinds: Sequence[str], article: str) -> list[str]:
    """The tag of every block of an article: `article`'s own but on strong evidence.

    `kinds` are those of kb.model.BODY_KINDS: a heading goes with what follows it, where its neighbours differ.
    """
    if base_language(article) not in _TOLD_APART and article != "und":
        return [article] * len(texts)
    own = [_own_tag(text, article) for text in texts]
    decided = Counter(tag for tag in own if tag)
    held = [tag for tag, n in sorted(decided.items()) if n >= max(2, _HELD * decided.total())]
    before, after = list(accumulate(own, _last)), list(accumulate(reversed(own), _last))[::-1]
    tags = [
        tag or _by_surroundings(texts[i], kinds[i], before[i], after[i], article, held) for i, tag in enumerate(own)
    ]
    # Han without a character of one script only, in no Chinese article: the script of the Chinese around it.
    chinese = [(i, tag) for i, tag in enumerate(tags) if tag.startswith("zh-")]
    return [
        min(chinese, key=lambda found: abs(found[0] - i), default=(0, "zh-Hans"))[1] if tag == "zh" else tag
        for i, tag in enumerate(tags)
    ]


def _last(before: str, tag: str) -> str:
    return tag or before


def of_most(texts: Sequence[str], tags: Sequence[str]) -> str:
    """The language of most of the text, `und` without any. Han weighs more than letters, as it says more."""
    weights: defaultdict[str, float] = defaultdict(float)
    for text, tag in zip(texts, tags, strict=True):
        weights[tag] += len(text) * (_HAN_WEIGHT if base_language(tag) in ("zh", "ja", "ko") else 1)
    return min(weights, key=lambda tag: (-weights[tag], tag), default="und")


# --- what there is of a text ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Letters:
    """How many letters of each kind a text has; `other` are those of alphabets that several languages share."""

    han: int
    kana: int
    hangul: int
    single: int
    other: int

    @classmethod
    def of(cls, text: str) -> Self:
        if text.isascii():
            return cls(0, 0, 0, 0, sum(map(str.isalpha, text)))
        patterns = (_HAN, _KANA, _HANGUL, _ANY_SINGLE, _OTHER_LETTER)
        han, kana, hangul, single, other = (len(pattern.findall(text)) for pattern in patterns)
        return cls(han, kana, hangul, single, max(0, other - single))

    @property
    def is_east_asian(self) -> bool:
        wide = self.han + self.kana + self.hangul
        return wide > 0 and wide * _HAN_WEIGHT > self.other + self.single

    @property
    def total(self) -> int:
        return self.han + self.kana + self.hangul + self.single + self.other


def _telling(text: str) -> str:
    """The lines that hold sentences, where there are enough of them: a page's menus are often in another language."""
    lines: list[str] = []
    size = 0
    for match in _LINE.finditer(text):
        line = match.group()
        # A Han character says as much as three letters.
        if len(line) * (3 if _HAN.search(line) else 1) >= _TELLING_LINE and _SENTENCE_END.search(line):
            lines.append(line)
            size += len(line) + 1
        if size >= _SAMPLE:
            break
    return "\n".join(lines)[:_SAMPLE] if size >= _TELLING else text[:_SAMPLE]


def _pieces(text: str) -> str:
    """Pieces from all over a long text."""
    if len(text) <= _PIECES * _PIECE:
        return text
    step = (len(text) - _PIECE) // (_PIECES - 1)
    return " ".join(text[at : at + _PIECE] for at in range(0, step * _PIECES, step))


# --- scripts --------------------------------------------------------------------------------------------------------


def _east_asian(text: str, letters: _Letters) -> str:
    if letters.hangul > letters.han:
        return "ko"
    japanese, chinese = _japanese_or_chinese(text)
    # 学校給食無料化: without a kana, Japanese still has forms of both Chinese scripts side by side.
    if japanese > chinese * _QUOTED_KANA or (japanese == chinese == 0 and all(_of_one_script(text))):
        return "ja"
    return chinese_script(text)


def _japanese_or_chinese(text: str) -> tuple[int, int]:
    """Characters that speak for Japanese (kana, simplified forms of its own) and for Chinese, which may quote kana."""
    only = _only()
    return len(_KANA.findall(text)) + len(only.japanese.findall(text)), len(only.chinese.findall(text))


def _of_one_script(text: str) -> tuple[int, int]:
    """How many characters exist in Traditional text only, in Simplified text only."""
    return len(_only().traditional.findall(text)), len(_only().simplified.findall(text))


def _single_script(text: str) -> str:
    count = Counter({tag: len(pattern.findall(text)) for tag, pattern in _SINGLE.items()})
    return count.most_common(1)[0][0]


@dataclass(frozen=True, slots=True)
class _Only:
    """Patterns of the Han characters that are written in one language or script only."""

    traditional: re.Pattern[str]
    simplified: re.Pattern[str]
    japanese: re.Pattern[str]
    chinese: re.Pattern[str]


# Grammar of Chinese that Japanese has no use for.
_CHINESE_GRAMMAR = frozenset("这這们們你妳她吗嗎么麼吧呢没沒了很给")


@cache
def _only() -> _Only:
    """From what OpenCC changes and which of the old national character sets hold it.

    Both are needed: 后, 里, 台 have a Traditional form, but are written in Traditional text as well.
    """
    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    changes = {name: _changed(characters, name) for name in ("t2s", "s2t", "t2jp", "jp2t")}
    in_big5, in_gb, in_jis = (_encodable(characters, codec) for codec in ("big5", "gb2312", "shift_jis"))
    traditional = changes["t2s"] & in_big5 - in_gb
    simplified = changes["s2t"] & in_gb - in_big5
    japanese = (changes["jp2t"] & in_jis - in_gb - in_big5) | {"々"}
    chinese = (simplified - in_jis) | (traditional & changes["t2jp"]) | (traditional - in_jis) | _CHINESE_GRAMMAR
    return _Only(*(re.compile(f"[{''.join(sorted(s))}]") for s in (traditional, simplified, japanese, chinese)))


def _changed(characters: Sequence[str], conversion: str) -> set[str]:
    import opencc

    converter: Any = opencc.OpenCC(conversion)
    # Set apart, or neighbours would be converted as words.
    converted = converter.convert("\n".join(characters)).split("\n")
    return {c for c, other in zip(characters, converted, strict=True) if c != other}


def _encodable(characters: Sequence[str], codec: str) -> set[str]:
    return set("".join(characters).encode(codec, "ignore").decode(codec))


# --- blocks ---------------------------------------------------------------------------------------------------------


def _own_tag(text: str, article: str) -> str:
    """What a block's own text says: `article`, another tag for certain, `zh` for Chinese of either script, or "" for
    nothing that would do."""
    base = base_language(article)
    if _is_plain(text, base) and not _HAN.search(text):  # most blocks of most articles: no need to count
        return article
    letters = _Letters.of(text)
    if letters.is_east_asian:
        return _own_east_asian(text, letters, article)
    if letters.single > letters.other:
        tag = _single_script(text)
        return tag if tag == base or letters.single >= _LEAST_FOREIGN else ""
    return _own_letters(text, letters, article)


def _own_east_asian(text: str, letters: _Letters, article: str) -> str:
    base = base_language(article)
    if letters.hangul > letters.han:
        return article if base == "ko" else "ko" if letters.hangul >= _LEAST_HAN else ""
    if base not in ("zh", "ja"):
        if letters.han + letters.kana < _LEAST_HAN:
            return ""
        traditional, simplified = _of_one_script(text)
        tag = _east_asian(text, letters)
        return "zh" if tag != "ja" and traditional == simplified else tag
    japanese, chinese = _japanese_or_chinese(text)
    if base == "ja":
        if japanese > chinese * _QUOTED_KANA:
            return article
        return chinese_script(text) if not japanese and chinese >= _LEAST_OF_SCRIPT else ""
    if japanese >= _LEAST_HAN and japanese > _SCRIPT_RATIO * chinese:
        return "ja"
    traditional, simplified = _of_one_script(text)
    own, other = (traditional, simplified) if _is_traditional(article) else (simplified, traditional)
    if other >= _LEAST_OF_SCRIPT and other >= _SCRIPT_RATIO * own:
        return "zh-Hans" if _is_traditional(article) else "zh-Hant"
    return article if own else ""


def _is_traditional(tag: str) -> bool:
    return any(part in ("hant", "tw", "hk", "mo") for part in tag.lower().split("-")[1:])


def _own_letters(text: str, letters: _Letters, article: str) -> str:
    if _is_plain(text, base_language(article)):
        return article
    if letters.han >= _LEAST_OF_SCRIPT and letters.han * _HAN_AMONG_NAMES > letters.other:
        return _own_east_asian(text, letters, article)
    if letters.total < len(text.replace(" ", "")) * _TABLE or len(_CODE.findall(text)) > letters.total * _PLAIN:
        return ""
    words = guess.words(text)
    if len(words) < _LEAST_WORDS or sum(map(len, words)) < _LEAST_FOREIGN:
        return ""
    own = _VIETNAMESE.findall(text)
    if len(own) > letters.other * _FOREIGN_VIETNAMESE and len({c.lower() for c in own}) >= 3:
        found = "vi"
    else:
        found = _guessed(text, article)
    return "" if found not in ("", article) and _is_quoted_by(text, article, found) else found


def _is_plain(text: str, base: str) -> bool:
    """Whether a block has the letters of Vietnamese or the little words of the article's language."""
    if base == "vi":
        letters = sum(map(len, guess.words(text)))
        return len(_VIETNAMESE.findall(text)) > letters * _OWN_VIETNAMESE
    small = guess.function_words(base)
    return bool(small) and sum(map(small.__contains__, words := guess.words(text))) > len(words) * _PLAIN


def _is_quoted_by(text: str, article: str, found: str) -> bool:
    """Whether what stands around quotation marks is in the article's language, and only the quotation in another."""
    around, base = _QUOTED.sub(" ", text), base_language(article)
    if around == text:
        return False
    if base in ("zh", "ja", "ko"):
        return _Letters.of(around).is_east_asian
    enough = base in guess.alphabet(around) and len(guess.words(around)) >= _LEAST_LETTERS
    return enough and _likeliest(around, [found, article]) != found


def _guessed(text: str, article: str) -> str:
    base = base_language(article)
    text = text if len(text) <= _PIECE else f"{text[: _PIECE // 2]} {text[-_PIECE // 2 :]}"  # both of its ends
    found = guess.scores(text, [base])
    if not found:
        return ""
    ranked = sorted(found, key=lambda tag: -found[tag])
    best = ranked[0]
    if best == base:
        return article
    if (
        not _is_prose(text, best)
        or best == guess.BARE_VIETNAMESE
        or (len(ranked) > 1 and found[best] - found[ranked[1]] < _LEAD)
    ):
        return ""
    if base in found:
        for_best, for_own = guess.leanings(text, best, base)
        if found[best] - found[base] < _SWITCH or for_best < _FOREIGN_WORDS * for_own:
            return ""
    return best


def _is_prose(text: str, tag: str) -> bool:
    """Sentences, and not a list of names or the title of a book: little words, and a full stop or many words."""
    words = guess.words(text)
    small = guess.small_words(tag)
    if small and sum(word in small for word in words) < _LEAST_SMALL_WORDS:
        return False
    return len(words) >= _MANY_WORDS or _SENTENCE_END.search(text.rstrip()[-2:]) is not None


def _by_surroundings(text: str, kind: str, before: str, after: str, article: str, held: Sequence[str]) -> str:
    """The language of a block that says too little alone: that of its neighbours (`before`, `after`), else the
    article's; another one that much of the article is in (`held`) when it leans to that."""
    near = [tag for tag in dict.fromkeys((before, after)) if tag]
    if (len(near) > 1 or len(held) > 1) and (likely := _likeliest(text, [*near, article, *held])):
        return likely
    if len(near) < 2:
        return near[0] if before and after else article
    if kind in ("title", "heading"):
        return after
    return article if article in near else before


def _likeliest(text: str, tags: Sequence[str]) -> str:
    """Which of a few languages a short text is in; "" when it could be each of them."""
    letters = _Letters.of(text)
    wide = [tag for tag in dict.fromkeys(tags) if base_language(tag) in ("zh", "ja")]
    if letters.is_east_asian:
        traditional, simplified = _of_one_script(text)
        scripts = [tag for tag in wide if (traditional if _is_traditional(tag) else simplified)]
        return wide[0] if len(wide) == 1 else scripts[0] if len(scripts) == 1 else ""
    found = guess.scores(text, [base_language(tag) for tag in tags])
    known = {tag: found[base_language(tag)] for tag in dict.fromkeys(tags) if base_language(tag) in found}
    if "vi" in known:
        known["vi"] = max(known["vi"], found.get(guess.BARE_VIETNAMESE, known["vi"]))
    ranked = sorted(known, key=lambda tag: -known[tag])
    if len(ranked) < 2 or known[ranked[0]] - known[ranked[1]] < _AMONG:
        return ""
    return ranked[0]
