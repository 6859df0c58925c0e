"""How common a word is in general language, by `wordfreq` (Speer 2022), as a base line for what an article is about."""

from __future__ import annotations

import math
from functools import cache

# Languages whose list has another tag. For any other that it lacks, wordfreq would take English or a neighbour.
_LISTED_AS = {"bs": "sh", "hr": "sh", "no": "nb", "sr": "sh", "tl": "fil"}


@cache
def _table(language: str) -> dict[str, float]:
    import wordfreq

    tag = _LISTED_AS.get(language, language)
    if tag not in wordfreq.available_languages():
        return {}
    table: dict[str, float] = wordfreq.get_frequency_dict(tag)
    return table


def zipf(word: str, language: str) -> float:
    """Zipf frequency, log10 per billion words: 7 `de`, 5 `client`, 3 rare, 0 unknown (or a language without a list).

    A word of several parts (a Vietnamese compound: the list holds syllables) is as common as its rarest part.
    """
    table = _table(language)
    found = table.get(word.casefold())
    if found is None and " " in word:
        parts = [table.get(part, 0.0) for part in word.casefold().split()]
        found = min(parts) / 2
    return round(math.log10(found * 1e9), 2) if found else 0.0


def share(word: str, language: str) -> float:
    """The share of general language that a word is, 0 for an unknown one; of forms, since that is what was counted."""
    found = zipf(word, language) or zipf(word.replace("-", " "), language)
    return 10**found / 1e9 if found else 0.0
