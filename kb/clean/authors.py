"""Who wrote an article, as its byline says: Tác giả: Lê Hoài An, par Antoine Delmas, 文／黃思齊."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from kb.clean.blocks import Label
from kb.clean.lines import Line

# What stands before a name. Longer ones first; a colon or the like has to follow where the word may mean other things.
_BEFORE = re.compile(
    r"(?:^|[\s|｜·•,，、(（])(?:"
    r"(?:bài viết của|người viết|viết bởi|tác giả|thực hiện|bài và ảnh|"
    r"propos recueillis par|écrit par|rédigé par|publié par|auteure?s?|autrice|par|"
    r"written by|author|by|作者|撰文|撰稿|文字|记者|記者|特約記者)\s*[:：／/]?"
    r"|(?:bài|ảnh và bài|texte|文)\s*[:：／/])\s*",
    re.IGNORECASE,
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})?(?<![部社网網台臺报報])(?![\u4e00-\u9fff])")
_WORD = re.compile(r"[^\W\d_][^\W\d_]*(?:[-'’.][^\W\d_]+)*\.?")
_PARTICLES = frozenset("de du des la le van von d' bin y".split())
LONGEST = 5  # words of a name


def author_near(lines: Sequence[Line], labels: Sequence[Label]) -> str | None:
    """The first author that a byline names; None where none does."""
    told = (line.text for line, label in zip(lines, labels, strict=True) if label.kind in ("byline", "date"))
    return next((found for text in told if (found := author_in(text))), None)


def author_in(text: str) -> str | None:
    """The name behind the words that say that somebody wrote this. A name has two words, or two to four Chinese
    characters; where there is no telling, there is none."""
    plain = unicodedata.normalize("NFC", text).replace("\u3000", " ")
    for match in _BEFORE.finditer(plain):
        rest = plain[match.end() :].lstrip()
        if han := _HAN_NAME.match(rest):
            return han.group()
        if name := _latin_name(_WORD.finditer(rest), rest):
            return name
    return None


def _latin_name(words: Iterable[re.Match[str]], text: str) -> str | None:
    """Capitalised words that follow each other, with particles between."""
    end, count = 0, 0
    for word in words:
        between = text[end : word.start()]
        if (end and between != " ") or (not end and between) or count == LONGEST:
            break
        if word.group()[0].isupper() or word.group()[2:3].isupper():  # d’Aubigny
            end, count = word.end(), count + 1
        elif not (end and word.group().lower() in _PARTICLES):
            break
        else:
            following = text[word.end() :].lstrip(" ")
            if not following[:1].isupper():
                break
            end = word.end()
    return text[:end].rstrip(".") if count > 1 else None
