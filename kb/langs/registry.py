"""Which analyser a language gets: one line a language; any other tag works by Unicode's rules."""

from __future__ import annotations

import gc
from functools import cache
from importlib import import_module

from kb.langs.base import Analyser, UnicodeAnalyser
from kb.model import base_language

ANALYSERS = {
    "fr": ("kb.langs.fr", "FrenchAnalyser"),
    "vi": ("kb.langs.vi", "VietnameseAnalyser"),
    "zh": ("kb.langs.zh", "ChineseAnalyser"),
}


def analyser_for(tag: str) -> Analyser:
    """The analyser of a language, made once for all its tags; its models load when it first cuts words."""
    return _analyser(base_language(tag))


@cache
def _analyser(language: str) -> Analyser:
    if language not in ANALYSERS:
        return UnicodeAnalyser(language)
    module, name = ANALYSERS[language]
    analyser: Analyser = getattr(import_module(module), name)()
    return analyser


def release_models() -> None:
    """Let go of the analysers' models, some 600 MB for the three languages; they load again when needed."""
    _analyser.cache_clear()
    gc.collect()
