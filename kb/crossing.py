"""A question in the words of another language, by the lexicon: what its words may be there, word by word."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from kb.langs.folding import HAN, comparable, has_han, pattern, search_words
from kb.langs.lexicon import lines_of, names_in

# Parts of speech that say what is asked for; the others (prepositions, pronouns) are in most sentences.
CONTENT = frozenset(("n", "v", "a"))
LONGEST = 6  # words, or Chinese characters, of a name that is looked for in a question
FRENCH = 3  # a question with one word of three in the French lexicon is French: articles and the like are not in it
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")  # letters that only Vietnamese has
_PART = rf"[{HAN}]|[^\W{HAN}]+"
MOST = 8  # renderings of one word: the lexicon has the usual ones first


def source_of(question: str) -> str | None:
    """The language of the lexicon that a question is in; None for another."""
    if has_han(question):
        return "zh"
    if _VIETNAMESE.search(unicodedata.normalize("NFC", question)):
        return "vi"
    words = search_words(question)
    known = sum(len(name.split()) for name, _ in _names(words, "fr"))
    return "fr" if words and known * FRENCH >= len(words) else None


def renderings_of(question: str, source: str, other: str) -> list[tuple[str, ...]]:
    """For each word of a question that says something, the names in another language that may stand for it."""
    found = []
    for _, lines in _names(search_words(question), source):
        names = dict.fromkeys(name for line in lines for name in names_in(line, other))
        found.append(tuple(names)[:MOST])
    return list(dict.fromkeys(names for names in found if names))


def parts_of(question: str) -> Iterator[tuple[range, str]]:
    """The runs of up to LONGEST words, or Chinese characters, of a question: where they stand, and as they do."""
    words = [match.span() for match in pattern(_PART).finditer(question)]
    for first in range(len(words)):
        for last in range(first, min(first + LONGEST, len(words))):
            place = range(words[first][0], words[last][1])
            yield place, question[place.start : place.stop]


def shares(groups: Sequence[Sequence[str]], texts: Sequence[str], total: int) -> list[float]:
    """How much of a question each text holds, 0..1, where any name of a group stands for its word.

    Words count by how few passages hold them, as in `search.shares_of_words`.
    """
    wanted = [[comparable(name) for name in group] for group in groups]
    held = [[any(name in text for name in group) for group in wanted] for text in map(comparable, texts)]
    weights = [math.log((total + 1) / (1 + sum(row[n] for row in held))) for n in range(len(groups))]
    whole = sum(weights)
    if whole <= 0:
        return [0.0] * len(texts)
    return [sum(w for w, there in zip(weights, row, strict=True) if there) / whole for row in held]


def _names(words: Sequence[str], language: str) -> list[tuple[str, list[str]]]:
    """The names of the lexicon that a row of words is made of, the longest first at every place, with their lines."""
    known, joiner = lines_of(language, CONTENT), "" if language == "zh" else " "
    found, at = [], 0
    while at < len(words):
        for size in range(min(LONGEST, len(words) - at), 0, -1):
            name = joiner.join(words[at : at + size])
            lines = known.get(name)
            if lines is None and language == "fr" and name[-1:] in ("s", "x"):
                lines = known.get(name[:-1])
            if lines:
                found.append((name, lines))
                at += size
                break
        else:
            at += 1
    return found
