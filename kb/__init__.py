"""A multilingual knowledge base: articles in several languages, what they speak of, and where they say the same.

    import kb

    base = kb.open("kb.db")
    for hit in base.search("customer loyalty"):
        print(hit.score, hit.language, hit.text)

Names are imported when they are first used, so that `import kb` costs next to nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb import files
    from kb.answers import (
        AlignedBead,
        ArticleText,
        Change,
        Citation,
        Collocate,
        Companion,
        ConceptEntry,
        ConceptName,
        ConcordanceLine,
        Correction,
        Coverage,
        Evidence,
        Excerpt,
        Frequency,
        Graph,
        KeyItem,
        LineMatch,
        Neighbour,
        Step,
        Theme,
    )
    from kb.answers import Status as Status
    from kb.errors import (
        KbError,
        ModelError,
        NotFoundError,
        RecipeError,
        SchemeError,
        StoreError,
        UnreadableError,
        UsageError,
    )
    from kb.model import Article, Concept, Hit, Link, Mention, Pair, Quote, SetAside
    from kb.query import KnowledgeBase
    from kb.records import Records

__version__ = "0.1.0"

__all__ = [
    "AlignedBead",
    "Article",
    "ArticleText",
    "Change",
    "Citation",
    "Collocate",
    "Companion",
    "Concept",
    "ConceptEntry",
    "ConceptName",
    "ConcordanceLine",
    "Correction",
    "Coverage",
    "Evidence",
    "Excerpt",
    "Frequency",
    "Graph",
    "Hit",
    "KbError",
    "KeyItem",
    "KnowledgeBase",
    "LineMatch",
    "Link",
    "Mention",
    "ModelError",
    "Neighbour",
    "NotFoundError",
    "Pair",
    "Quote",
    "RecipeError",
    "Records",
    "SchemeError",
    "SetAside",
    "Status",
    "Step",
    "StoreError",
    "Theme",
    "UnreadableError",
    "UsageError",
    "__version__",
    "diff",
    "files",
    "open",
]

_HOME = {"KnowledgeBase": "kb.query", "Records": "kb.records"}
_HOMES = ("kb.model", "kb.answers", "kb.errors")


def open(path: str | os.PathLike[str]) -> KnowledgeBase:
    """The knowledge base in the file `path`, for reading.

    Raises UsageError when there is no such file, StoreError when it is not a sound knowledge base.
    """
    from kb.query import open_base

    return open_base(path)


def diff(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Records[Change]:
    """What differs between two knowledge bases, of which the second is a rebuild of the first."""
    from kb.query import diff

    return diff(old, new)


def __getattr__(name: str) -> Any:
    if name == "files":
        return import_module("kb.files")
    if name in __all__:
        for home in (_HOME[name],) if name in _HOME else _HOMES:
            module = import_module(home)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'kb' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
