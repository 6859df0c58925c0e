"""Where something stands, so that a reader of another text can find it: author, title, origin, date, line, offsets."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.answers import Citation

if TYPE_CHECKING:
    from kb.store.base import Store

KEPT = 64  # articles whose lines are remembered


class Citations:
    """Of one base."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._article = lru_cache(maxsize=KEPT)(lambda id: store.articles([id])[0])
        self._lines = lru_cache(maxsize=KEPT)(self._read_lines)
        self._passages = lru_cache(maxsize=KEPT)(store.passages_of)

    def of(self, article: str, start: int, end: int) -> Citation:
        """Of the raw offsets `start`..`end`; lines count from 1, as editors count them."""
        about, lines = self._article(article), self._lines(article)
        held = [row for row in self._passages(article) if row.quote.start <= start < row.quote.end]
        return Citation(
            article=about.id,
            title=about.title,
            author=about.author,
            origin=about.origin,
            date=about.date,
            path=about.path,
            language=held[0].quote.language if held else about.language,
            passage=held[0].id if held else None,
            line=bisect_right(lines, start),
            last_line=max(bisect_right(lines, start), bisect_right(lines, end - 1)),
            start=start,
            end=end,
        )

    def _read_lines(self, article: str) -> list[int]:
        """Where every line of the raw text begins."""
        raw = self._store.raw(article)
        starts = [0]
        at = raw.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = raw.find("\n", at + 1)
        return starts
