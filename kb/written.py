"""Chinese words counted as one in both scripts, and shown as an article writes them."""

from __future__ import annotations

from collections import Counter, defaultdict

from kb.langs.folding import comparable, has_han


class Written:
    """Remembers how each word of a language is written."""

    def __init__(self) -> None:
        self._forms: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def key(self, text: str, language: str) -> tuple[str, str]:
        """(the word in one case and script, language), which `shown` takes."""
        key = comparable(text), language
        if has_han(text):
            self._forms[key][text] += 1
        return key

    def shown(self, key: tuple[str, str]) -> str:
        """As it is written most often in that language; what has no Chinese characters, as it was counted."""
        forms = self._forms.get(key)
        return key[0] if forms is None else min(forms, key=lambda form: (-forms[form], form))
