"""The program `kb`, as its own process: what speeds up its start and its end belongs here, what it does in `kb.cli`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading

from kb.record import COLLECTED


def run() -> None:
    gc.set_threshold(COLLECTED)
    from kb.cli import main

    try:
        main()
    except SystemExit as end:
        _leave(end.code)


def _leave(code: str | int | None) -> None:
    """End without taking the interpreter down piece by piece, which is an eighth of a quick command.

    What was registered for the end still runs. Threads of others may need the interpreter's own way out.
    """
    if not isinstance(code, (int, type(None))) or threading.active_count() > 1:
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            sys.exit(code)  # a full disk, a pipe that was closed: Python's own words for it
    atexit._run_exitfuncs()
    os._exit(code or 0)


if __name__ == "__main__":
    run()
