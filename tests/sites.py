"""The site of a base for tests: what is on it, and a server of it."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn

from kb import collect
from kb.store import open_store
from kb.web.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
VI, FR, ZH = "designing-experience/vi", "designing-experience/fr", "designing-experience/zh-Hans"
# Every page of a base made by `with_hand_outs`, some with what they can be asked for.
ADDRESSES = (
    "/", "/articles", "/articles?language=vi", f"/article/{VI}", f"/article/{VI}?view=raw", f"/read?a={VI}&a={FR}",
    f"/read?a={VI}&a={FR}&a={ZH}&rows=sentence", "/concepts", "/concepts?language=zh&order=name", "/concept/souvenir",
    "/compare", "/compare?only=fr", "/review", "/review?queue=names", "/review?queue=types", "/search", "/add",
    "/review?queue=repairs", "/packs", "/packs/1", "/packs/2",
)  # fmt: skip


def with_hand_outs(demo: Path, folder: Path) -> Path:
    """A copy of the demo's base to write to, with two hand-outs, the second one removed."""
    path = Path(shutil.copy(demo, folder / "demo.db"))
    with closing(open_store(path, write=True)) as store:
        pack = collect.begin(store, "Đón khách", user="thu", language="vi").number  # welcoming guests
        collect.add(store, pack, concept=store.find_concepts("souvenir")[0], user="thu")
        first = [
            (row.article, row.sentence.start, row.sentence.end)
            for id in (VI, FR, ZH)
            for row in store.sentences_of(id)[:1]
        ]
        _, item = collect.add(store, pack, places=first, user="thu")
        collect.remark(store, pack, item.number, "Hỏi học viên trước.", 1, language="vi")  # ask the trainees first
        last = store.sentences_of(VI)[-1].sentence
        _, out = collect.add(store, pack, places=[(VI, last.start, last.end)], translations=True, user="thu")
        collect.take_out(store, pack, out.number)
        collect.remove(store, collect.begin(store, "課堂講義", user="thu", language="zh-Hant").number)  # for a class
    return path


@contextmanager
def serving(base: Path) -> Iterator[str]:
    """The address of a server of this base."""
    server = uvicorn.Server(uvicorn.Config(create_app(base), log_level="critical"))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def key_of(page: str) -> str:
    """What forms of a page send to be known as the site's own."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]
