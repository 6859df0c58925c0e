"""How far a long work has come, on a terminal only: stage, done of total, time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Stage(Protocol):
    def advance(self, n: int = 1) -> None:
        """`n` more of the stage's total are done."""
        ...


class Progress(Protocol):
    def stage(self, name: str, total: int) -> AbstractContextManager[Stage]:
        """Begin `name`, which has `total` things to do; leaving the context ends it. Stages may be nested."""
        ...


class SilentProgress:
    """Says nothing: for --quiet, for pipes, and for use from Python."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Stage]:
        yield self

    def advance(self, n: int = 1) -> None:
        pass


class TerminalProgress:
    """A bar on standard error for as long as a stage takes; it is wiped when the stage ends."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._open = 0

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Stage]:
        if not self._open:
            self._bars.start()
        self._open += 1
        task = self._bars.add_task(name, total=total)
        try:
            yield _Bar(self._bars, task)
        finally:
            self._bars.remove_task(task)
            self._open -= 1
            if not self._open:
                self._bars.stop()


class _Bar:
    def __init__(self, bars: object, task: int) -> None:
        self._bars = bars
        self._task = task

    def advance(self, n: int = 1) -> None:
        self._bars.advance(self._task, n)  # type: ignore[attr-defined]


def choose(quiet: bool = False) -> Progress:
    """A bar where somebody is looking, else silence."""
    if quiet or not sys.stderr.isatty():
        return SilentProgress()
    return TerminalProgress()
