"""Articles that editors send: kept beside the base, and added to it by a process of their own, one after another.

A file that breaks the reader, or takes all memory, breaks that process; the site tells what became of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from unicodedata import category, normalize

from kb.errors import UsageError
from kb.read import ARTICLE_SUFFIXES
from kb.record import record
from kb.store.base import Source

# Of one form: files, bytes of each, and of all.
MOST_FILES, LARGEST_FILE, MOST_BYTES = 20, 10_000_000, 40_000_000
LONGEST_NAME = 80
PATIENCE = 1800.0  # seconds that one addition may take

WAITING, ADDING, ADDED, LEFT, FAILED = "waiting", "adding", "added", "set aside", "not added"

# Adds files to a base; returns what it said when that failed. Takes what stops it.
Adder = Callable[[Path, Sequence[Path], threading.Event], str]


@record
class Upload:
    """A file that somebody sent, and what became of it: the article that it is, or the reason why it is none."""

    name: str
    state: str
    article: str | None = None
    reason: str = ""


class Uploads:
    """Of one base. Files lie in a folder beside it, so that they are still there when the base is built anew."""

    def __init__(self, base: Path, add: Adder | None = None) -> None:
        self._base = base
        self._add = add or _add
        self.folder = base.with_name(f"{base.stem}.added")
        self._states: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._worker: threading.Thread | None = None

    def keep(self, name: str, content: bytes) -> str:
        """Store a file; returns the name it got. Another file of that name is not overwritten, the same one is kept
        once. Raises UsageError for what cannot be an article."""
        if not content.strip(b"\0 \t\r\n"):
            raise UsageError(f"{name}: is empty")
        wanted = safe_name(name)
        try:
            self.folder.mkdir(exist_ok=True)
            return self._stored(wanted, content)
        except OSError as error:
            raise UsageError(f"{wanted}: cannot be stored here ({error.strerror or error})") from None

    def _stored(self, wanted: str, content: bytes) -> str:
        path = self.folder / wanted
        number = 1
        while True:
            try:
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
                    file.write(content)
                return path.name
            except FileExistsError:
                if path.read_bytes() == content:
                    return path.name
            number += 1
            path = self.folder / f"{Path(wanted).stem}-{number}{Path(wanted).suffix}"

    def begin(self, names: Sequence[str]) -> None:
        """Add these files, or those that are not added yet, behind whatever is being added."""
        with self._lock:
            for name in self._here(names):
                if self._states.get(name) not in (WAITING, ADDING):
                    self._states[name] = WAITING
            if WAITING in self._states.values() and self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    @property
    def is_busy(self) -> bool:
        with self._lock:
            return any(state in (WAITING, ADDING) for state in self._states.values())

    def all(self, held: Iterable[Source]) -> list[Upload]:
        """Every file that was sent, by name; what the base says of it (`held`) counts, but for what is under way."""
        if not self.folder.is_dir():
            return []
        known = {Path(source.location).name: source for source in held}
        with self._lock:
            states, said = dict(self._states), dict(self._said)
        found = []
        for path in sorted(self.folder.iterdir()):
            name = path.name
            source = known.get(name)
            if states.get(name) in (WAITING, ADDING):
                found.append(Upload(name, states[name]))
            elif source is not None and source.article:
                found.append(Upload(name, ADDED, source.article))
            elif source is not None:
                found.append(Upload(name, LEFT, None, source.reason or ""))
            else:
                found.append(Upload(name, FAILED, None, said.get(name, "")))
        return found

    def stop(self) -> None:
        """End what is under way; its files stay, and can be tried again."""
        self._stop.set()
        if (worker := self._worker) is not None:
            worker.join(timeout=10)

    def _here(self, names: Sequence[str]) -> list[str]:
        """Of these names those of files that were sent: a form may say anything."""
        here = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        return [name for name in names if name in here]

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                names = [name for name, state in self._states.items() if state == WAITING]
                self._states |= dict.fromkeys(names, ADDING)
                if not names:
                    self._worker = None  # while nobody can add a file that it would not see
                    return
            told = self._add(self._base, [self.folder / name for name in names], self._stop)
            with self._lock:
                for name in names:
                    self._states.pop(name, None)
                    self._said[name] = told


def safe_name(name: str) -> str:
    """The last part of what a browser calls a file, without what a file system or a terminal would obey.

    Raises UsageError when it is no kind of file that becomes an article.
    """
    last = re.split(r"[/\\]", normalize("NFC", name))[-1]
    kept = "".join(c for c in last if category(c)[0] != "C" and c not in '<>:"|?*').strip().rstrip(".")
    stem, suffix = Path(kept).stem, Path(kept).suffix.lower()
    if suffix not in ARTICLE_SUFFIXES:
        raise UsageError(f"{kept[:LONGEST_NAME] or '?'}: no article; kb reads {', '.join(ARTICLE_SUFFIXES)}")
    while len(stem.encode()) > LONGEST_NAME * 2:  # file systems count bytes
        stem = stem[:-1]
    return f"{stem[:LONGEST_NAME].lstrip('.-') or 'article'}{suffix}"


def _add(base: Path, paths: Sequence[Path], stop: threading.Event) -> str:
    """By `kb add`, at low priority, where the base lies: so articles have paths that lead from there."""
    command = [sys.executable, "-P", "-m", "kb", "add", "--quiet", "--kb", base.name]
    files = [str(path.relative_to(base.parent)) for path in paths]
    with subprocess.Popen(
        [*command, "--", *files],
        cwd=base.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        if os.name == "posix":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, 10)
        waited = 0.0
        while True:
            with suppress(subprocess.TimeoutExpired):
                _, said = process.communicate(timeout=0.2)
                return "" if process.returncode in (0, 1) else said.strip().removeprefix("kb: ").split("\n")[-1][:500]
            waited += 0.2
            if stop.is_set() or waited > PATIENCE:
                process.terminate()
