"""How what is counted as one is written in the articles: a dictionary form, or a Chinese word in either script."""

from __future__ import annotations

from collections import Counter, defaultdict


class Written:
    """Remembers the forms of each (item, language)."""

    def __init__(self) -> None:
        self._forms: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def note(self, key: tuple[str, str], form: str) -> None:
        self._forms[key][form] += 1

    def shown(self, key: tuple[str, str]) -> str:
        """The form that was met most often; the item itself when none was noted."""
        forms = self._forms.get(key)
        return key[0] if forms is None else min(forms, key=lambda form: (-forms[form], form))
