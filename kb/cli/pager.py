"""Long answers on a terminal go through a pager, as git's do: $PAGER, else less, which leaves what fits on a screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kb.cli import show


@contextmanager
def paged(wanted: bool) -> Iterator[None]:
    """What is printed inside goes to a pager, where standard output is a terminal and there is one."""
    command = _pager() if wanted and sys.stdout.isatty() else ""
    if not command:
        yield
        return
    os.environ["COLUMNS"] = str(shutil.get_terminal_size().columns)  # a pipe has none
    settings = {"LESS": "FRX", "LV": "-c"}  # as git sets them: leave when all fits, keep colours, keep the screen
    sys.stdout.flush()
    terminal = os.dup(1)
    try:
        process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env={**settings, **os.environ})
    except OSError:
        os.close(terminal)
        yield
        return
    assert process.stdin is not None
    os.dup2(process.stdin.fileno(), 1)
    process.stdin.close()
    show.PAGED = True
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # who leaves the pager has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    finally:
        os.dup2(terminal, 1)  # which ends the pager's input
        os.close(terminal)
        process.wait()
        show.PAGED = False


def _pager() -> str:
    named = os.environ.get("PAGER")
    if named is None:
        return "less" if shutil.which("less") else ""
    return "" if named.strip() in ("", "cat") else named
