"""Reading a base while another process builds it: no lock is met, and a reader sees one state, the old or the new."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from select import select
from typing import Any

import pytest
from fakes import FakeEmbedder, fill

import kb
from kb.answers import Status
from kb.errors import StoreError
from kb.query import KnowledgeBase
from kb.records import plain
from kb.store import open_store

ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds, of which a second is needed

# A rebuild that takes an article and most concepts away and writes more than SQLite keeps in memory. It says when it
# has written, and commits when it is told to.
WRITER = """
    import sys
    from pathlib import Path

    import numpy as np
    from fakes import concepts, mentions
    from kb.store import open_store

    store = open_store(Path(sys.argv[1]), write=True)
    with store.transaction():
        store.forget("/texts/zh-02.txt")
        places = [m for m in mentions() if m.article == "vi-01"]
        left = [r for r in concepts(places) if r.concept.id == "theme"]
        of_them = [m for m in places if m.concept == "theme"]
        store.save_graph(pairs=[], concepts=left, mentions=of_them, name_links=[], links=[])
        codes = np.random.default_rng(0).integers(-127, 127, (8_000, 512)).astype(np.int8)
        store.save_vectors([f"key {n}" for n in range(8_000)], codes, np.ones(8_000, np.float32))
        store.set_info({"built": "2027-01-01T00:00:00Z"})
        print("written", flush=True)
        sys.stdin.readline()
    print("committed", flush=True)
    sys.stdin.readline()
    store.close()
"""

READER = """
    import json, sys
    import kb
    from kb.records import plain

    with kb.open(sys.argv[1]) as base:
        for line in sys.stdin:
            answers = [base.status(), base.concepts(), base.concordance("khách hàng"), base.compare("article"),
                       base.concept("theme"), base.pairs(), base.graph(), base.read("vi-01")]
            print(json.dumps(plain(answers)), flush=True)
"""


class Process:
    """A program that is told to go on by a line, and answers with one."""

    def __init__(self, program: str, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), str(path)],
            cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def answer(self) -> str:
        assert self._process.stdout is not None
        if not select([self._process.stdout], [], [], PATIENCE)[0]:
            self._process.kill()
            pytest.fail("the other process is held up")
        return self._process.stdout.readline().strip()

    def ask(self) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.answer()

    def end(self) -> None:
        """It ends by itself when nothing more can come, and has nothing to complain of."""
        _, errors = self._process.communicate(timeout=PATIENCE)
        assert (self._process.returncode, errors) == (0, "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return fill(tmp_path / "kb.db")


@pytest.fixture
def process(path: Path) -> Iterator[Callable[[str], Process]]:
    started: list[Process] = []

    def start(program: str) -> Process:
        started.append(Process(program, path))
        return started[-1]

    yield start
    for one in started:
        one.end()


def answers(base: KnowledgeBase) -> Any:
    return plain([base.status(), base.concepts(), base.mentions(), base.graph(), base.search("theme")])


def opened(path: Path) -> KnowledgeBase:
    """As kb.open does, with the embedder that made the vectors."""
    base = kb.open(path)
    base._given_embedder = FakeEmbedder()
    return base


def told(path: Path, *command: str) -> list[dict[str, Any]]:
    """What `kb` prints, in a process of its own."""
    program = "from kb.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command, "--kb", str(path), "--json"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_readers_see_the_old_state_until_the_commit(path: Path, process: Callable[[str], Process]) -> None:
    with opened(path) as before:
        old = answers(before)
    early = process(READER)
    first = early.ask()
    writer = process(WRITER)
    assert writer.answer() == "written"
    assert path.with_name("kb.db-wal").stat().st_size > 2_000_000  # it is not only in the writer's memory

    assert early.ask() == first
    with opened(path) as during:
        assert answers(during) == old
        assert told(path, "status")[0]["concepts"] == 3
        assert {c["id"] for c in told(path, "concepts")} == {"experience", "theme", "memorabilia"}
        # Customer experience; the second of the two is in the article that goes.
        assert [line["article"] for line in told(path, "concordance", "客戶體驗")] == ["zh-01", "zh-02"]

        assert writer.ask() == "committed"
        assert answers(during) == old  # who has begun to ask goes on with what there was
        assert early.ask() == first
    with opened(path) as after:
        status = after.status()
        assert (status.articles, status.concepts, status.pairs, status.built) == (3, 1, 0, "2027-01-01T00:00:00Z")
    assert [c["id"] for c in told(path, "concepts")] == ["theme"]


def test_one_answer_is_of_one_state(path: Path, process: Callable[[str], Process]) -> None:
    """Also when a build commits between two of its reads."""
    writer = process(WRITER)
    assert writer.answer() == "written"
    with kb.open(path) as base:
        read = base._store.concepts

        def committed_before(**values: Any) -> Any:
            assert writer.ask() == "committed"
            return read(**values)

        base._store.concepts = committed_before  # type: ignore[method-assign]
        found: Status = base.status()  # reads facts and articles first, concepts and pairs after them
    assert (found.articles, found.concepts, found.pairs, found.built[:4]) == (4, 3, 2, "2026")


def test_readers_do_not_hold_a_build_up(path: Path, process: Callable[[str], Process]) -> None:
    with opened(path) as one, opened(path) as other:
        old = answers(one)
        other.status()
        writer = process(WRITER)
        assert [writer.answer(), writer.ask()] == ["written", "committed"]
        assert answers(one) == answers(other) == old
        store = open_store(path, write=True)
        with store.transaction():
            store.set_info({"built": "2028-01-01T00:00:00Z"})
        store.close()
        assert answers(one) == old
    with kb.open(path) as base:
        assert base.status().built[:4] == "2028"


def test_a_second_build_is_told_to_wait_and_readers_are_not(
    path: Path, process: Callable[[str], Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store.connection._WAIT_MS", 0)
    writer = process(WRITER)
    assert writer.answer() == "written"
    store = open_store(path, write=True)
    with pytest.raises(StoreError, match="another kb build is writing"), store.transaction():
        pass
    store.close()
    assert told(path, "status")[0]["articles"] == 4


def test_nothing_is_left_beside_the_base(path: Path, process: Callable[[str], Process]) -> None:
    with opened(path) as base:
        base.status()
        writer = process(WRITER)
        assert [writer.answer(), writer.ask()] == ["written", "committed"]
        writer.end()
    assert [file.name for file in path.parent.iterdir()] == ["kb.db"]
    check = open_store(path)
    assert check.check() == []
    check.close()
