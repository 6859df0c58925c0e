"""The knowledge base in its file. `open_store` is the door; base.py says what a store does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.store.base import Store

__all__ = ["open_store"]


def open_store(path: Path, *, create: bool = False, write: bool = False) -> Store:
    """The knowledge base in the file `path`: for reading, for `write`, or for writing one that `create` may make.

    Close it when done. A base that `create` makes stays only if its first transaction ends well.
    Raises UsageError when there is none, StoreError when the file is damaged, another's, of another version or locked.
    """
    from kb.store.sqlite import SqliteStore

    return SqliteStore(path, create=create, write=write)
