"""Which words keep company with matches of a concordance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kb.answers import Collocate
from kb.chance import log_likelihood
from kb.langs.folding import has_han

if TYPE_CHECKING:
    from kb.concordance import Place
    from kb.model import Token
    from kb.store.base import SentenceRow
    from kb.written import Written

LEAST = 2  # matches that a collocate stands near: one meeting tells nothing
LIKELY = 3.84  # G²: one chance in twenty
CONTENT = frozenset(("NOUN", "PROPN", "VERB", "ADJ", "ADV", "X"))


def near(places: Iterable[Place], window: int, written: Written) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """((dictionary form, language) -> matches that it stands near, language -> matches); `written` remembers how
    Chinese words are written there."""
    together, matches = Counter[tuple[str, str]](), Counter[str]()
    for place in places:
        matches[place.row.language] += 1
        tokens = [t for t in place.row.sentence.tokens if t.pos != "PUNCT" and t.text.strip()]
        before = [t for t in tokens if t.at + len(t.text) <= place.at][-window:]
        after = [t for t in tokens if t.at >= place.to][:window]
        company = [t for t in (*before, *after) if t.pos in CONTENT]
        together.update({(t.lemma, place.row.language) for t in company})
        for token in company:
            if has_han(token.text):
                written.note((token.lemma, place.row.language), token.text)
    return together, matches


def counted(rows: Iterable[SentenceRow]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """((dictionary form, language) -> how often it stands in the sentences, language -> tokens)."""
    words, tokens = Counter[tuple[str, str]](), Counter[str]()
    for row in rows:
        for token in _words(row.sentence.tokens):
            tokens[row.language] += 1
            words[token.lemma, row.language] += token.pos in CONTENT
    return words, tokens


def _words(tokens: Iterable[Token]) -> Iterator[Token]:
    return (t for t in tokens if t.pos != "PUNCT" and t.text.strip())


def ranked(
    together: Counter[tuple[str, str]],
    matches: Counter[str],
    words: Counter[tuple[str, str]],
    tokens: Counter[str],
    window: int,
    written: Written,
) -> list[Collocate]:
    """By language and logDice, the most typical first; the words of a match itself are none.

    G² (Dunning 1993, see `kb.chance`): of the words in the windows against the others of the language.
    """
    found = []
    for (word, language), count in together.items():
        if count < LEAST:
            continue
        everywhere = max(words[word, language], count)
        dice = log_dice(count, matches[language], everywhere)
        inside = min(matches[language] * 2 * window, tokens[language])
        g2 = log_likelihood(min(count, inside), inside, everywhere, tokens[language])
        if g2 < LIKELY or count * tokens[language] < inside * everywhere:  # as often as anywhere, or less
            continue
        found.append(Collocate(written.shown((word, language)), language, count, everywhere, dice, round(g2, 2)))
    return sorted(found, key=lambda c: (c.language, -c.log_dice, -c.together, c.word))


def log_dice(together: int, a: int, b: int) -> float:
    """How typical it is for two that occur `a` and `b` times to meet `together` times: 14 when they only ever meet, one
    less for half as often; it does not depend on how much text there is.

    Rychlý 2008, "A Lexicographer-Friendly Association Score", RASLAN.
    """
    return round(14 + math.log2(2 * together / (a + b)), 2)
