"""Articles that editors send in the browser."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sites import key_of
from starlette.testclient import TestClient

from kb.errors import UsageError
from kb.store import open_store
from kb.web.app import create_app
from kb.web.guard import Access
from kb.web.uploads import LARGEST_FILE, MOST_BYTES, MOST_FILES, Adder, Uploads, safe_name

# How a porcelain shop wraps a cup so that customers remember it.
VI = "Gói tách\n\nTiệm sứ gói từng chiếc tách trong giấy in hoa sen. Khách mở gói ở nhà, và nhớ lại tiệm sứ.\n"
FR = "Emballer une tasse\n\nLa boutique de porcelaine emballe chaque tasse. Le client s’en souvient.\n"
ZH = "包装茶杯\n\n瓷器店用印着莲花的纸包好每只茶杯。客人回家打开，便想起这家店。\n"


def nothing(base: Path, paths: Sequence[Path], stop: threading.Event) -> str:
    return "the reader ran out of paper"


@contextmanager
def site(demo: Path, folder: Path, add: Adder | None = nothing, access: Access | None = None) -> Iterator[TestClient]:
    base = Path(shutil.copy(demo, folder / "kb.db"))
    with TestClient(create_app(base, add=add, access=access), base_url="http://localhost") as client:
        yield client


def send(client: TestClient, *files: tuple[str, bytes], **data: str) -> int:
    key = key_of(client.get("/add").text)
    sent = [("file", (name, content, "text/plain")) for name, content in files]
    answer = client.post("/add", data={"key": key, **data}, files=sent or None, follow_redirects=False)
    return answer.status_code


def waited(client: TestClient) -> list[dict[str, str]]:
    """What became of the uploads, when nothing is under way any more."""
    ended = time.monotonic() + 240
    while time.monotonic() < ended:
        found = client.get("/add", params={"format": "json"}).json()
        if not found["busy"]:
            return list(found["uploads"])
        threading.Event().wait(0.3)
    raise AssertionError("still busy")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\lan\\bài.txt", "bài.txt"), (".bashrc.md", "bashrc.md"),
        ("a\x00b\x1b[2J.html", "ab[2J.html"), ("服務 記錄.DOCX", "服務 記錄.docx"), ("-rf.txt", "rf.txt"),
        ("....txt", "article.txt"), ("dịch vụ.txt", "dịch vụ.txt"),
    ],
)  # fmt: skip
def test_names_lead_nowhere_else(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_long_names_are_cut() -> None:
    assert len(safe_name("服" * 300 + ".txt").encode()) < 200


@pytest.mark.parametrize("name", ["x.exe", "passwd", "", "..", "a.db", "a.txt/"])
def test_what_is_no_article_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no article"):
        Uploads(tmp_path / "kb.db", nothing).keep(name, b"text")
    assert not (tmp_path / "kb.added").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "kb.db", nothing)
    names = [uploads.keep("tách.txt", text.encode()) for text in (VI, FR, VI)]
    assert names == ["tách.txt", "tách-2.txt", "tách.txt"]
    assert (tmp_path / "kb.added/tách.txt").read_text(encoding="utf-8") == VI


def test_articles_are_added_by_a_process_of_their_own(demo: Path, tmp_path: Path) -> None:
    with site(demo, tmp_path, add=None) as client:
        files = [("vi.txt", VI), ("fr.md", FR), ("zh.txt", ZH)]
        assert send(client, *((n, t.encode()) for n, t in files), ("bad.pdf", b"%PDF-1.4 broken")) == 303
        found = {u["name"]: u for u in waited(client)}
        assert {n: found[n]["state"] for n in found} == {
            "bad.pdf": "set aside", "fr.md": "added", "vi.txt": "added", "zh.txt": "added",
        }  # fmt: skip
        assert found["bad.pdf"]["reason"]
        assert "hoa sen" in client.get(f"/article/{found['vi.txt']['article']}").text  # the site sees it
    with closing(open_store(tmp_path / "kb.db")) as store:
        assert "kb.added/vi.txt" in {a.path for a in store.articles()}


def test_what_failed_is_told_and_can_be_tried_again(demo: Path, tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def add(base: Path, paths: Sequence[Path], stop: threading.Event) -> str:
        asked.append([p.name for p in paths])
        return "the reader ran out of paper"

    with site(demo, tmp_path, add=add) as client:
        assert send(client, ("vi.txt", VI.encode())) == 303
        (upload,) = waited(client)
        assert (upload["state"], upload["reason"]) == ("not added", "the reader ran out of paper")
        assert send(client, again="vi.txt") == 303
        waited(client)
        send(client, again="../kb.db")
        waited(client)
        assert asked == [["vi.txt"], ["vi.txt"]]
    with site(demo, tmp_path) as client:  # after a restart the file is still there
        assert [u["state"] for u in waited(client)] == ["not added"]


def test_files_wait_for_each_other_and_a_site_that_stops_ends_them(demo: Path, tmp_path: Path) -> None:
    begun, asked = threading.Event(), []

    def add(base: Path, paths: Sequence[Path], stop: threading.Event) -> str:
        asked.append([p.name for p in paths])
        begun.set()
        stop.wait(60)
        return ""

    with site(demo, tmp_path, add=add) as client:
        send(client, ("a.txt", VI.encode()))
        assert begun.wait(10)
        send(client, ("b.txt", FR.encode()))
        found = client.get("/add", params={"format": "json"}).json()
        assert [(u["name"], u["state"]) for u in found["uploads"]] == [("a.txt", "adding"), ("b.txt", "waiting")]
        assert 'hx-trigger="every' in client.get("/add").text
    assert asked == [["a.txt"]]


def test_limits(demo: Path, tmp_path: Path) -> None:
    with site(demo, tmp_path) as client:
        assert send(client, ("x.exe", b"MZ")) == 400
        assert send(client, ("empty.txt", b" \n")) == 400
        assert send(client, ("large.txt", b"a" * (LARGEST_FILE + 1))) == 400
        assert send(client, *((f"{n}.txt", b"text") for n in range(MOST_FILES + 1))) == 400
        key = key_of(client.get("/add").text)
        pieces = (b"a" * 1_000_000 for _ in range(MOST_BYTES // 1_000_000 + 1))  # says nothing of its length
        head = {"content-type": "multipart/form-data; boundary=x"}
        start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        assert client.post("/add", content=(p for p in (start, *pieces)), headers=head).status_code == 413
        assert client.post("/add", data={"key": "x" + key}, files=[("file", ("a.txt", b"a"))]).status_code == 403
        assert waited(client) == []


def test_readers_add_nothing(demo: Path, tmp_path: Path) -> None:
    with site(demo, tmp_path, access=Access("to-read", "to-edit")) as client:
        key = key_of(client.get("/login").text)
        client.post("/login", data={"key": key, "word": "to-read"})
        assert client.get("/add").status_code == 403
        key = key_of(client.get("/").text)
        assert client.post("/add", data={"key": key}, files=[("file", ("a.txt", b"a"))]).status_code == 403
    assert not (tmp_path / "kb.added").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="file names there are other ones")
def test_names_and_reasons_are_text_on_the_page(demo: Path, tmp_path: Path) -> None:
    hostile = "'><img src=x onerror=alert(1)>"
    with site(demo, tmp_path) as client:
        send(client, ("a.txt", VI.encode()))
        waited(client)
        (tmp_path / "kb.added" / f"{hostile}.txt").write_text(VI, encoding="utf-8")  # whoever put it there
        key = key_of(client.get("/add").text)
        told = client.post("/add", data={"key": key}, files=[("file", (f"{hostile}.txt", b" "))])
        assert told.status_code == 400
        for page in (client.get("/add").text, told.text):
            assert "onerror=alert(1)" in page
            assert "<img" not in page


def test_what_cannot_be_stored_is_told(demo: Path, tmp_path: Path) -> None:
    with site(demo, tmp_path) as client:
        (tmp_path / "kb.added").write_text("a file where the folder would be", encoding="utf-8")
        key = key_of(client.get("/add").text)
        told = client.post("/add", data={"key": key}, files=[("file", ("a.txt", VI.encode()))])
        assert (told.status_code, "cannot be stored" in told.text) == (400, True)


def test_a_file_that_comes_when_the_last_one_is_done_is_added_too(tmp_path: Path) -> None:
    """It comes at the very moment at which the thread that adds has seen that nothing is left."""
    added: list[str] = []

    def add(base: Path, paths: Sequence[Path], stop: threading.Event) -> str:
        added.extend(path.name for path in paths)
        return ""

    class Late:
        """A lock after whose release, once all is done, another file comes."""

        def __init__(self) -> None:
            self._lock = threading.Lock()

        def __enter__(self) -> None:
            self._lock.acquire()

        def __exit__(self, *_: object) -> None:
            self._lock.release()
            is_worker = threading.current_thread() is not threading.main_thread()
            if is_worker and added == ["first.txt"] and not uploads._states:
                done.append(len(done))
                if len(done) == 2:  # the first one was when the state of first.txt went
                    uploads.begin(["second.txt"])

    done: list[int] = []
    uploads = Uploads(tmp_path / "kb.db", add)
    uploads._lock = Late()  # type: ignore[assignment]
    for name in ("first.txt", "second.txt"):
        uploads.keep(name, name.encode())
    uploads.begin(["first.txt"])
    ended = time.monotonic() + 5
    while len(added) < 2 and time.monotonic() < ended:
        threading.Event().wait(0.01)
    assert added == ["first.txt", "second.txt"]
