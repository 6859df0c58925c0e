"""Every error a user can meet, in one tree.

KbError                     one line: what, where, how to mend it; `status` is the exit status
├── UsageError        (2)   arguments or input that cannot be used
│   ├── RecipeError         a recipe with an unknown key or a wrong value
│   ├── ChangedError        what somebody else has changed meanwhile, and would be lost
│   ├── SchemeError         a concept scheme that cannot be read
│   └── ModelError          an embedding model that is missing or differs from the base's
├── UnreadableError   (2)   one file that cannot become an article; a build sets it aside with this reason
├── NotFoundError     (1)   a well-formed question without an answer
└── StoreError        (3)   a knowledge base that is damaged, locked or of another version
"""

from __future__ import annotations

__all__ = [
    "ChangedError",
    "KbError",
    "ModelError",
    "NotFoundError",
    "RecipeError",
    "SchemeError",
    "StoreError",
    "UnreadableError",
    "UsageError",
]


class KbError(Exception):
    """Base of all errors shown to users. `str(error)` is one line that says how to mend it."""

    status = 2


class UsageError(KbError):
    """Arguments or input that cannot be used."""


class RecipeError(UsageError):
    """A recipe with an unknown key or a wrong value."""


class ChangedError(UsageError):
    """A change of what somebody else has changed meanwhile: it would write over theirs."""


class SchemeError(UsageError):
    """A concept scheme that cannot be read."""


class ModelError(UsageError):
    """An embedding model that is missing, or is not the one that made the base's vectors."""


class UnreadableError(KbError):
    """One file that cannot become an article: empty, binary, too large, not permitted, no text left."""


class NotFoundError(KbError):
    """A well-formed question that has no answer in this knowledge base."""

    status = 1


class StoreError(KbError):
    """A knowledge base that is damaged, locked by another process or of another version."""

    status = 3
