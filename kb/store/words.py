"""Word search: what is indexed of a passage, and how a query becomes an FTS5 expression. No SQL is run here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from kb.langs.folding import HAN, fold, pattern, search_words
from kb.model import Token

# Words count most, then the dictionary forms that a text does not show, then words without their tones and accents.
WEIGHTS = "10.0, 5.0, 1.0"

# A word typed with tones that is met with other tones only. In BM25 (k1 1.2) it weighs at most 2.2 * 0.05 = 0.11 of its
# idf, a rightly toned one still 0.22 in a passage 100 times the mean length: the wrong one does not come first.
LOOSE = 0.05

# A longer run of Han characters is a clause rather than a word; it is also searched by its pairs of characters, because
# as a whole it would hardly ever be met.
_LONGEST_HAN_WORD = 4

# Passages that are ranked, more or less: ranking takes as long as there are passages with any of the words, and what
# very many hold tells little. The rarest words go first, and one always. Of the first ten answers to 160 questions in a
# collection of 4,028 news sentences 97 % stayed when it was 200 (5 %), and the wanted one was no more often missing.
RANKED = 5_000

T = TypeVar("T")

_QUOTED = r'"([^"]*)"|“([^”]*)”|«([^»]*)»|「([^」]*)」'
_PIECE = rf"[{HAN}]+|[^{HAN}\s]+"


def index_columns(text: str, tokens: Iterable[Token]) -> tuple[str, str, str]:
    """The columns words, lemmas and folded of a passage; words of a column are joined by spaces.

    Lemmas hold only what differs from its surface, so they stay empty where words do not inflect; folded is empty when
    it would repeat the words.
    """
    words = " ".join(search_words(text))
    lemmas: list[str] = []
    for token in tokens:
        if token.lemma and token.lemma != token.text:
            surface = search_words(token.text)
            lemmas += [word for word in search_words(token.lemma) if word not in surface]
    folded = fold(words)
    return words, " ".join(lemmas), "" if folded == words else folded


def match_expressions(query: str, holders: Callable[[str], int] = lambda word: 0) -> tuple[str, str] | None:
    """FTS5 expressions of what was asked, and of its toned words with other tones; None when there is no word in it.

    `holders(word)`: about how many passages hold an indexed word. See RANKED for what is left out.

    Phrases hold nothing but letters, digits, "&", "+" and "_", and stand in quotes: no query is a syntax error.
    """
    wanted: list[tuple[int, str, str]] = []  # passages that hold it, the phrase, and its bare form where that differs
    for phrase in dict.fromkeys(_phrases(query)):
        written = " ".join(phrase)
        bare = fold(written)
        # Neighbours in the column of lemmas are not neighbours in the text.
        lemmas = " lemmas" if len(phrase) == 1 else ""
        held = min(holders(word) for word in phrase)
        if bare == written:
            wanted.append((held, f'{{words{lemmas} folded}} : "{written}"', ""))
        else:
            wanted.append((held, f'{{words{lemmas}}} : "{written}"', bare))
    if not wanted:
        return None
    exact, total = _rarest([(held, (phrase, bare)) for held, phrase, bare in wanted])
    toneless = [(min(map(holders, bare.split())), f'{{words folded}} : "{bare}"') for _, bare in exact if bare]
    loose, _ = _rarest(toneless, total)
    return " OR ".join(phrase for phrase, _ in exact), " OR ".join(loose) or '""'


def _rarest(phrases: Sequence[tuple[int, T]], total: int = 0) -> tuple[list[T], int]:
    """Of (passages that hold it, phrase) the rarest while few enough passages hold them or `total` more, but any."""
    kept: list[T] = []
    for held, phrase in sorted(phrases, key=lambda item: item[0]):
        if total and total + held > RANKED:
            break
        total += held
        kept.append(phrase)
    return kept, total


def _phrases(query: str) -> Iterator[tuple[str, ...]]:
    """The words to look for: quoted ones and runs of Han characters together, others one by one."""
    for quoted in pattern(_QUOTED).finditer(query):
        if words := search_words(quoted[quoted.lastindex or 0]):
            yield tuple(words)
    for piece in pattern(_PIECE).findall(pattern(_QUOTED).sub(" ", query)):
        words = search_words(piece)
        if not re.match(f"[{HAN}]", piece):
            yield from ((word,) for word in words)
        elif words:
            yield tuple(words)
            if len(words) > _LONGEST_HAN_WORD:
                yield from pairwise(words)
