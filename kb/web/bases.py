"""Where answers are made: with a base that is kept open, in threads of this process or in processes of their own."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from queue import LifoQueue
from typing import Concatenate, ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from kb.errors import StoreError
from kb.query import KnowledgeBase, reader
from kb.record import COLLECTED

P = ParamSpec("P")
T = TypeVar("T")

# More requests than this at once wait. Each of these reads anew what a decision changes: with four of them every page
# took longer when many were asked for (bench/serve.py).
KEPT = 2


class Readers:
    """Open bases of one file, each used by one request at a time: some for questions that only read, and one with the
    model and all vectors, for searches."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self.path = path
        self._kept = kept
        self._idle = _Places(kept)
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

    def close(self) -> None:
        for places, count in ((self._idle, self._kept), (self._searcher, 1)):
            for _ in range(count):
                if base := places.get():
                    base.close()


class _Places(LifoQueue["KnowledgeBase | None"]):
    """Bases that nobody uses, or None where one may still be opened."""

    def __init__(self, count: int) -> None:
        super().__init__()
        for _ in range(count):
            self.put(None)


class Bases:
    """Answers from one base, and changes to it, made beside the loop that serves everybody.

    In threads, Python makes one page at a time; with `processes`, KEPT at once and a search beside them. What is asked
    and answered then goes from one process to the other: functions of modules and plain values.
    """

    def __init__(self, path: Path, *, processes: bool = False) -> None:
        self.path = path
        self._readers = Readers(path)
        self._workers = (_Workers(path, KEPT), _Workers(path, 1)) if processes else None

    async def ask(self, function: Callable[Concatenate[KnowledgeBase, P], T], *args: P.args, **named: P.kwargs) -> T:
        """What `function` answers, given a base that only reads."""
        return await self._made(False, _ask, function, args, named)

    async def search(self, function: Callable[Concatenate[KnowledgeBase, P], T], *args: P.args, **named: P.kwargs) -> T:
        """The same with the one base that has the model."""
        return await self._made(True, _search, function, args, named)

    async def change(self, function: Callable[Concatenate[Path, P], T], *args: P.args, **named: P.kwargs) -> T:
        """What `function` answers, given the path of the base, to which it writes."""
        return await self._made(False, _change, function, args, named)

    async def _made(self, search: bool, how: Callable[..., T], *what: object) -> T:
        if self._workers is None:
            return await run_in_threadpool(how, self._readers, *what)
        return await self._workers[search].run(how, *what)

    def prepare(self, first: Callable[[KnowledgeBase], object], others: Callable[[KnowledgeBase], object]) -> None:
        """Start processes and wait until each has made the `first` page; then load the model for searches, and make
        what `others` ask for."""
        if self._workers is not None:
            reading, searching = self._workers
            wait(reading.start(_ask, first))
            for begun in searching.start(_search, _first_search):
                begun.add_done_callback(lambda _: reading.start(_ask, others))

    def close(self) -> None:
        self._readers.close()
        for workers in self._workers or ():
            workers.close()


def _ask(readers: Readers, function: Callable[..., T], args: tuple[object, ...], named: dict[str, object]) -> T:
    with readers.reading() as base:
        return function(base, *args, **named)


def _search(readers: Readers, function: Callable[..., T], args: tuple[object, ...], named: dict[str, object]) -> T:
    with readers.reading(search=True) as base:
        return function(base, *args, **named)


def _change(readers: Readers, function: Callable[..., T], args: tuple[object, ...], named: dict[str, object]) -> T:
    return function(readers.path, *args, **named)


def _first_search(base: KnowledgeBase) -> None:
    """One in each language that the lexicon knows: the first one loads what it has of it."""
    for question in ("service", "le service", "dịch vụ", "服务"):
        base.search(question, limit=1)


class _Workers:
    """Processes that answer, each one request at a time."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._count = count
        self._pool = self._begun()

    def _begun(self) -> Executor:
        return ProcessPoolExecutor(
            self._count, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(self._path,)
        )

    async def run(self, how: Callable[..., T], *what: object) -> T:
        """Raises StoreError where the process has ended, of which new ones take the place."""
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _answer, how, *what)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = self._begun()
            raise StoreError("what was asked for ended the process that made it; try again") from None

    def start(self, how: Callable[..., object], function: Callable[[KnowledgeBase], object]) -> list[Future[object]]:
        """Ask every process something, which begins it."""
        with suppress(RuntimeError), _unheard():  # RuntimeError: the site has been closed meanwhile
            return [self._pool.submit(_answer, how, function, (), {}) for _ in range(self._count)]
        return []

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def _unheard() -> Iterator[None]:
    """Processes that begin here never hear Ctrl-C, which goes to all of a terminal: they would say where they were."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # which would listen again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_own: Readers  # of a process that answers


def _begin(path: Path) -> None:
    """These end when the process does that they answer to, however it does."""
    global _own
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(COLLECTED)
    _own = Readers(path, 1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


def _answer(how: Callable[..., T], *what: object) -> T:
    return how(_own, *what)
