"""Pages made in processes of their own: the same answers, errors that arrive, and no process left behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from kb.errors import NotFoundError, StoreError
from kb.query import KnowledgeBase
from kb.web.app import create_app
from kb.web.bases import Bases

PAGES = ("/", "/articles", "/concepts", "/search?q=souvenir", "/review?queue=names", "/compare?format=json", "/nothing")
KEY = re.compile(r'name="key" value="[^"]+"')  # new in every answer


def _own_process(base: KnowledgeBase) -> int:
    return os.getpid()


def _die(base: KnowledgeBase) -> None:
    os._exit(3)


@pytest.fixture(scope="module")
def bases(demo: Path) -> Iterator[Bases]:
    made = Bases(demo, processes=True)
    yield made
    made.close()


def test_answers_come_from_other_processes(bases: Bases) -> None:
    assert asyncio.run(bases.ask(_own_process)) != os.getpid()
    assert asyncio.run(bases.ask(KnowledgeBase.tags)) == ["fr", "vi", "zh-Hans", "zh-Hant"]


def test_errors_arrive_as_they_are(bases: Bases) -> None:
    with pytest.raises(NotFoundError, match="no concept is called 'xyzzy'"):
        asyncio.run(bases.ask(KnowledgeBase.concept, "xyzzy"))


def test_a_process_that_ends_is_replaced(bases: Bases) -> None:
    with pytest.raises(StoreError, match="try again"):
        asyncio.run(bases.ask(_die))
    assert asyncio.run(bases.ask(KnowledgeBase.tags))


def test_pages_are_the_same_in_threads_and_in_processes(demo: Path) -> None:
    made = []
    for processes in (False, True):
        with TestClient(create_app(demo, processes=processes), base_url="http://localhost") as client:
            answers = [client.get(page) for page in PAGES]
            made.append([(a.status_code, a.headers["content-type"], KEY.sub("", a.text)) for a in answers])
    assert made[0] == made[1]
    assert [status for status, _, _ in made[0]] == [*[200] * 6, 404]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals of terminals are those of Unix")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server(demo: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-m", "kb", "serve", "--port", "0", "--kb", str(demo)]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert server.stdout is not None
    address = server.stdout.readline().split()[-1]
    assert httpx.get(address, timeout=20).status_code == 200
    if how == signal.SIGKILL:
        server.kill()
    else:  # as Ctrl-C: to all of them
        os.killpg(server.pid, how)
    _, said = server.communicate(timeout=20)  # which waits until nobody can write there any more
    assert "Traceback" not in said
    if how == signal.SIGINT:
        assert (server.returncode, said) == (0, "")
    deadline = time.monotonic() + 20
    while _is_there(server.pid):
        assert time.monotonic() < deadline, "a process of the server is still there"


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
