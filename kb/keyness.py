"""What sets articles apart from others, or from general language: words or concepts with how much and how surely.

Effect size is the log ratio (Hardie 2014, "Log Ratio: an informal introduction", Lancaster), the binary logarithm of
how many times as frequent something is; surety is G² (Dunning 1993, see `kb.chance`), corrected for how many things
were compared (Holm 1979, "A simple sequentially rejective multiple test procedure").
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kb.answers import KeyItem
from kb.chance import log_likelihood
from kb.model import base_language
from kb.written import Written

if TYPE_CHECKING:
    from kb.store.base import SentenceRow

CONTENT = frozenset(("NOUN", "PROPN", "VERB", "ADJ", "X"))
LEVEL = 0.01  # chance of calling anything key that is not, among all that is compared
LEAST = 2  # times something has to occur on one of the sides

# General language has no size: its frequencies are taken for those of so many words, a large corpus.
GENERAL = 100_000_000


class Counts:
    """How often things occur in some articles. `items`: (item, language) -> times; `tokens`: language -> of how many
    words or mentions; `articles`: (item, language) -> articles that have it; `shown`: the form that is met most."""

    def __init__(self) -> None:
        self.items: Counter[tuple[str, str]] = Counter()
        self.tokens: Counter[str] = Counter()
        self._articles: dict[tuple[str, str], set[str]] = {}
        self._written = Written()

    def add(self, item: str, language: str, article: str, form: str) -> None:
        key = item, language
        self.items[key] += 1
        self._articles.setdefault(key, set()).add(article)
        self._written.note(key, form)

    def articles(self, key: tuple[str, str]) -> int:
        return len(self._articles.get(key, ()))

    def shown(self, key: tuple[str, str]) -> str:
        return self._written.shown(key)


def words_of(rows: Iterable[SentenceRow]) -> Counts:
    """Content words by dictionary form; both Chinese scripts are one language, whose words are shown as they are
    written."""
    counts = Counts()
    for row in rows:
        language = base_language(row.language)
        for token in row.sentence.tokens:
            if token.pos == "PUNCT" or not token.text.strip():
                continue
            counts.tokens[language] += 1
            if token.pos in CONTENT and (language == "zh" or sum(map(str.isalpha, token.text)) > 1):
                form = token.text if language == "zh" else token.lemma
                counts.add(token.lemma, language, row.article, form)
    return counts


def compared(
    target: Counts,
    reference: Counts | None,
    general: Callable[[str, str], float] | None = None,
    *,
    every: bool = False,
) -> list[KeyItem]:
    """By language, what the target has more of first, the largest log ratio first; then what it has less of.

    `reference` None: against `general(item, language)`, shares in general language. Without `every` only what is
    significant after Holm's correction.
    """
    found: list[KeyItem] = []
    for language in sorted(target.tokens):
        size = target.tokens[language]
        other_size = GENERAL if reference is None else reference.tokens[language]
        if not size or not other_size:
            continue
        keys = {key for key in target.items if key[1] == language}
        if reference is not None:
            keys |= {key for key in reference.items if key[1] == language}
        rows = []
        for key in sorted(keys):
            own = target.items[key]
            other = round(general(*key) * GENERAL) if general else reference.items[key] if reference else 0
            if max(own, other if reference is not None else 0) < LEAST:
                continue
            rows.append(_item(key, own, size, other, other_size, target, reference))
        found += _significant(rows, every)
    return sorted(found, key=lambda x: (x.language, x.log_ratio < 0, -abs(x.log_ratio), -x.g2, x.item))


def _item(
    key: tuple[str, str], own: int, size: int, other: int, other_size: int, target: Counts, reference: Counts | None
) -> KeyItem:
    g2 = log_likelihood(own, own + other, size, size + other_size)
    name = target.shown(key) if own else reference.shown(key) if reference else key[0]
    return KeyItem(
        item=name,
        language=key[1],
        count=own,
        per_million=round(own / size * 1e6, 1),
        reference=other,
        reference_per_million=round(other / other_size * 1e6, 1),
        log_ratio=round(log_ratio(own, size, other, other_size), 2),
        g2=round(g2, 2),
        p=math.erfc(math.sqrt(max(g2, 0.0) / 2)),  # of chi square with one degree of freedom
        articles=target.articles(key),
    )


def log_ratio(own: int, size: int, other: int, other_size: int) -> float:
    """The binary logarithm of how many times as frequent; half an occurrence stands for none."""
    return math.log2(((own or 0.5) / size) / ((other or 0.5) / other_size))


def _significant(rows: list[KeyItem], every: bool) -> list[KeyItem]:
    """Those that Holm's procedure keeps at LEVEL: each p is compared with the level by how many are left."""
    if every:
        return rows
    kept = []
    for rank, row in enumerate(sorted(rows, key=lambda x: (x.p, x.item))):
        if row.p > LEVEL / (len(rows) - rank):
            break
        kept.append(row)
    return kept
