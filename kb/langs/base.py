"""What an analyser is, and the one for languages that have none of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.langs.folding import HAN, name_key
from kb.model import Token


@dataclass(frozen=True, slots=True)
class Word:
    """A token before it is placed in its article: `at` is its offset in the sentence, `pos` a Universal POS tag."""

    at: int
    text: str
    lemma: str
    pos: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens `first` to `last` (exclusive) of a sentence that may be a term, and its normal form.

    `weak`: the shape alone is poor evidence (a verb, a phrase with 的); it has to recur before it counts.
    `bare`: the shape is a clause more often than a name; that another language has a name for it makes it one.
    """

    first: int
    last: int
    key: str
    weak: bool = False
    bare: bool = False


class Analyser(Protocol):
    """All that the stages ask of a language."""

    @property
    def language(self) -> str:
        """Base language tag."""
        ...

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Offsets of the sentences of one block of text, in order, without white space around them."""
        ...

    def words(self, sentences: Sequence[str]) -> list[list[Word]]:
        """The words and marks of each sentence, in order; `word.text` is `sentence[at : at + len(text)]`."""
        ...

    def candidates(self, tokens: Sequence[Token]) -> list[Candidate]:
        """Every stretch of a sentence's tokens that has the shape of a term."""
        ...

    def join(self, sentences: Iterable[str]) -> str:
        """Sentences put together as the language writes them."""
        ...


# --- sentences ------------------------------------------------------------------------------------------------------

_CLOSING = "\"'”’»›)\\]」』）】》"
_END = re.compile(
    # Marks of East Asian scripts end a sentence wherever they stand, others only before white space or a Han character.
    rf"(?P<wide>[。！？]+[{_CLOSING}]*)|(?P<narrow>[.!?…]+(?:\s?[{_CLOSING}])*(?=\s|[{HAN}]|$))"
)
# What no sentence begins with: « Quoi ? », dit-il. “为什么？”，他问。
_GOES_ON = re.compile(r"[ \t\u00a0\u202f]*[»”’)\]」』）】》,;:，；：、]")
_LIST_MARK = re.compile(r"^\W*(?:\d{1,3}|[ivxlc]{1,5}|[IVXLC]{1,5}|[a-zA-Z]|tôi|je)\.$")


def split_sentences(text: str, abbreviations: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
    """Rule-based cutting for every language: `abbreviations` are those that end in a full stop, in lower case."""
    out: list[tuple[int, int]] = []
    begin = 0
    for match in _END.finditer(text):
        end = match.end()
        if _GOES_ON.match(text, end) or (match.group("narrow") and not _ends_here(text, begin, match, abbreviations)):
            continue
        out.append((begin, end))
        begin = end
    out.append((begin, len(text)))
    trimmed = (
        (at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip())) for at, to in out for piece in [text[at:to]]
    )
    return [(at, to) for at, to in trimmed if at < to]


def _ends_here(text: str, begin: int, match: re.Match[str], abbreviations: frozenset[str]) -> bool:
    """Whether `.`, `!` or `?` ends a sentence: not in a list number, an abbreviation, or before a lower-case letter."""
    rest = text[match.end() :].lstrip(" \t\u00a0" + "«“\"'(")
    if rest[:1].islower():
        return False
    if match.group().startswith(".") and match.group().count(".") == 1:
        piece = text[begin : match.start() + 1].strip()
        if _LIST_MARK.match(piece):
            return False
        words = piece.split()
        last = words[-1].lstrip("(«“\"'") if words else ""
        if last.lower() in abbreviations:
            return False
        # An initial stands first or after another name (J. Martin, Nguyễn V. An); plan B. ends a sentence.
        if re.fullmatch(r"[^\W\d_]\.", last) and (len(words) < 2 or words[-2][:1].isupper()):
            return False
    return True


# --- the default for any language -----------------------------------------------------------------------------------

# Vowel signs and tone marks of Hindi, Thai and others are parts of words, though not of Python's `\w`.
_MARKS = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c) in ("Mn", "Mc"))
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_WORD = re.compile(rf"[{HAN}]|[^\W_]{_LETTER}*(?:[-'’&.]{_LETTER}+)*|[^\w\s]|_")


class UnicodeAnalyser:
    """Words by Unicode's letters, no parts of speech; terms are what stands between frequent words and marks."""

    def __init__(self, language: str = "und") -> None:
        self._language = language

    @property
    def language(self) -> str:
        return self._language

    def sentences(self, text: str) -> list[tuple[int, int]]:
        return split_sentences(text)

    def words(self, sentences: Sequence[str]) -> list[list[Word]]:
        return [[self._word(m) for m in _WORD.finditer(s)] for s in sentences]

    @staticmethod
    def _word(match: re.Match[str]) -> Word:
        text = match.group()
        pos = "PUNCT" if not text[0].isalnum() else "NUM" if text[0].isdigit() else "X"
        return Word(match.start(), text, text.casefold(), pos)

    def candidates(self, tokens: Sequence[Token]) -> list[Candidate]:
        from kb.langs.frequency import zipf

        content = [t.pos == "X" and len(t.text) > 2 and zipf(t.lemma, self._language) < 5.0 for t in tokens]
        out = []
        for first in range(len(tokens)):
            for last in range(first + 1, min(first + 3, len(tokens)) + 1):
                if not content[last - 1]:
                    break
                key = name_key(" ".join(t.text for t in tokens[first:last]))
                out.append(Candidate(first, last, key, weak=True))
        return out

    def join(self, sentences: Iterable[str]) -> str:
        return " ".join(sentences)


def place(words: Iterable[Word], span: SpanOf, at: int) -> tuple[Token, ...]:
    """Words of a sentence as tokens of its article; `span(at, to)` gives raw offsets, `at` is where the sentence
    begins."""
    out = []
    for word in words:
        start, end = span(at + word.at, at + word.at + len(word.text))
        out.append(Token(start, end, word.at, word.text, word.lemma, word.pos))
    return tuple(out)


class SpanOf(Protocol):
    def __call__(self, at: int, to: int, /) -> tuple[int, int]: ...
