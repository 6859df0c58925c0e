"""Open knowledge bases for requests: a few are kept, each used by one request at a time, and see what was committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue

from kb.errors import StoreError
from kb.query import KnowledgeBase, reader

# More requests than this at once wait. Python runs one at a time, and each of these reads anew what a decision changes:
# with four of them every page took longer when many were asked for (bench/serve.py).
KEPT = 2


class Bases:
    """Readers of one base: some for questions that only read, and one with the model and all vectors, for searches."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle = _Places(KEPT)
        self._searcher = _Places(1)

    @contextmanager
    def reading(self, *, search: bool = False) -> Iterator[KnowledgeBase]:
        """A base that sees one state of the file, the newest, as long as the request takes.

        Raises StoreError when it cannot be opened.
        """
        places = self._searcher if search else self._idle
        base = places.get()
        try:
            base = base or reader(self.path)
            with base.one_state():
                yield base
        except StoreError:  # perhaps the connection's fault: the next request opens its own
            if base is not None:
                base.close()
            base = None
            raise
        finally:
            places.put(base)

    def prepare(self) -> None:
        """Load what searches need, so that the first one does not wait for it."""
        with self.reading(search=True) as base:
            base.search("kb", limit=1)

    def close(self) -> None:
        for places, count in ((self._idle, KEPT), (self._searcher, 1)):
            for _ in range(count):
                if base := places.get():
                    base.close()


class _Places(LifoQueue["KnowledgeBase | None"]):
    """Bases that nobody uses, or None where one may still be opened."""

    def __init__(self, count: int) -> None:
        super().__init__()
        for _ in range(count):
            self.put(None)
