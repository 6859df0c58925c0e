"""People who sign in to the site with names and passwords of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unicodedata import normalize

import pytest
from sites import key_of
from starlette.testclient import TestClient

import kb
from kb.errors import NotFoundError, UsageError
from kb.web.app import create_app
from kb.web.guard import TRIES, Access
from kb.web.people import People, hashed, matches, read_people, remove_person, save_person

LAN, MEI = "Nguyễn Lan", "陳美玲"
SECRET = "hoa sen trắng"  # white lotus


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.txt"
    save_person(path, LAN, "editor", SECRET)
    save_person(path, MEI, "reader", "一二三四五六七八")
    return path


@contextmanager
def site(demo: Path, people: Path) -> Iterator[TestClient]:
    base = Path(shutil.copy(demo, people.parent / "kb.db"))
    app = create_app(base, access=Access(people=People(people)), hosts=["kb.example"])
    with TestClient(app, base_url="http://kb.example") as client:
        yield client


def sign_in(client: TestClient, name: str, password: str) -> int:
    key = key_of(client.get("/login").text)
    return client.post("/login", data={"key": key, "name": name, "word": password}).status_code


def test_a_file_holds_no_password_and_only_its_owner_reads_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert SECRET not in text
    assert len({line.rsplit("$", 1)[-1] for line in text.splitlines()}) == 2
    assert file.stat().st_mode & 0o777 == 0o600
    assert [(p.name, p.role) for p in read_people(file)] == [(LAN, "editor"), (MEI, "reader")]


def test_one_password_has_many_hashes() -> None:
    first, second = hashed(SECRET), hashed(SECRET)
    assert first != second
    assert matches(SECRET, first)
    assert matches(SECRET, second)
    assert not matches("Hoa sen trắng", first)


def test_names_and_passwords_typed_in_pieces_are_the_same(file: Path) -> None:
    assert People(file).check(normalize("NFD", LAN), normalize("NFD", SECRET)) is not None


def test_people_change_and_go_and_comments_stay(file: Path) -> None:
    file.write_text("# nhóm đào tạo\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")  # the training team
    assert save_person(file, LAN, "reader", "another one")
    remove_person(file, MEI)
    assert file.read_text(encoding="utf-8").startswith("# nhóm đào tạo\n\n")
    assert [(p.name, p.role) for p in read_people(file)] == [(LAN, "reader")]
    with pytest.raises(NotFoundError, match=MEI):
        remove_person(file, MEI)


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [("Lan", "court", "8 to 200"), ("a:b", SECRET, "colon"), ("", SECRET, "name"), ("#Lan", SECRET, "name"),
     ("a\nb", SECRET, "name"), ("L" * 81, SECRET, "80 letters")],
)  # fmt: skip
def test_what_cannot_be_a_name_or_a_password(tmp_path: Path, name: str, password: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        save_person(tmp_path / "people.txt", name, "editor", password)
    assert not (tmp_path / "people.txt").exists()


@pytest.mark.parametrize(
    "line", ["Lan", "Lan:editor:secret", "Lan:owner:" + hashed("x" * 8), "Lan:editor:scrypt$1073741824$8$1$AA==$AA==",
             "Lan:editor:scrypt$32768$8$1$?$AA==", "Lan:editor:scrypt$x$8$1$AA==$AA=="]
)  # fmt: skip
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "people.txt"
    path.write_text(f"# who\n{line}\n", encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(UsageError, match="line 2"):
        People(path)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_a_file_that_others_may_read_is_refused(file: Path) -> None:
    file.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        People(file)


def test_people_sign_in_and_their_decisions_bear_their_names(demo: Path, file: Path) -> None:
    with site(demo, file) as client:
        assert "/login" in str(client.get("/").url)
        assert sign_in(client, LAN, "wrong word") == 403
        assert sign_in(client, "Nobody", SECRET) == 403
        assert sign_in(client, LAN, SECRET) == 200
        page = client.get("/review").text
        assert LAN in page
        with kb.open(file.parent / "kb.db") as base:
            concept = base.concept_id("souvenir")
        data = {"key": key_of(page), "action": "type", "concept": concept, "type": "outcome"}
        assert client.post("/judge", data=data, follow_redirects=False).status_code == 303
    with kb.open(file.parent / "kb.db") as base:
        assert [j.user for j in base.judgements("souvenir")] == [LAN]


def test_readers_read(demo: Path, file: Path) -> None:
    with site(demo, file) as client:
        assert sign_in(client, MEI, "一二三四五六七八") == 200
        assert client.get("/concepts").status_code == 200
        assert client.get("/review").status_code == 403


def test_a_changed_password_ends_what_was_begun_with_the_old_one(demo: Path, file: Path) -> None:
    with site(demo, file) as client:
        assert sign_in(client, LAN, SECRET) == 200
        save_person(file, LAN, "editor", "hoa sen hồng")  # a pink one
        assert "/login" in str(client.get("/concepts").url)
        assert sign_in(client, LAN, SECRET) == 403
        assert sign_in(client, LAN, "hoa sen hồng") == 200
        file.unlink()
        assert "/login" in str(client.get("/concepts").url)


def test_nothing_and_too_much_are_no_passwords(demo: Path, file: Path) -> None:
    with site(demo, file) as client:
        assert sign_in(client, "", "") == 403
        assert sign_in(client, LAN, SECRET + "x" * 200) == 403
        assert sign_in(client, LAN, "x" * 501) == 400


def test_tries_that_come_at_once_are_counted(demo: Path, file: Path) -> None:
    with site(demo, file) as client, ThreadPoolExecutor(4 * TRIES) as pool:
        key = key_of(client.get("/login").text)
        data = {"key": key, "name": LAN, "word": "wrong word"}
        answers = list(pool.map(lambda _: client.post("/login", data=data).status_code, range(4 * TRIES)))
        assert sorted(answers) == [403] * TRIES + [429] * 3 * TRIES


def test_a_class_signs_in_at_once(demo: Path, file: Path) -> None:
    """All from one address, as behind a school's router."""
    with site(demo, file) as client, ThreadPoolExecutor(3 * TRIES) as pool:
        key = key_of(client.get("/login").text)
        data = {"key": key, "name": LAN, "word": SECRET, "next": "/"}
        send = lambda _: client.post("/login", data=data, follow_redirects=False).status_code  # noqa: E731
        assert list(pool.map(send, range(3 * TRIES))) == [303] * 3 * TRIES


def test_tries_that_were_right_do_not_count(demo: Path, file: Path) -> None:
    with site(demo, file) as client:
        assert [sign_in(client, LAN, SECRET) for _ in range(TRIES + 1)] == [200] * (TRIES + 1)


def test_tries_are_counted(demo: Path, file: Path) -> None:
    with site(demo, file) as client:
        answers = [sign_in(client, LAN, "wrong word") for _ in range(TRIES + 1)]
        assert answers == [403] * TRIES + [429]
        assert sign_in(client, LAN, SECRET) == 429  # though it is right


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    kb_ = [sys.executable, "-m", "kb"]
    return subprocess.run([*kb_, *words], input=given, capture_output=True, text=True)


def test_the_command(tmp_path: Path, demo: Path) -> None:
    path = str(tmp_path / "people.txt")
    base = ["--kb", str(demo)]
    assert "kb passwords" in run("serve", "--check", "--passwords", path, *base).stderr
    assert run("passwords", path, MEI, "--role", "reader", given="一二三四五六七八\n").returncode == 0
    assert run("passwords", path).stdout == f"reader  {MEI}\n"
    assert run("serve", "--check", "--passwords", path, *base).returncode == 0
    both = run("serve", "--check", "--passwords", path, "--token", *base)
    assert both.returncode == 2
    assert "not with both" in both.stderr
    assert "--passwords" in run("serve", "--host", "0.0.0.0", "--check", *base).stderr
    assert run("passwords", path, MEI, "--remove").returncode == 0
    assert "nobody is in it" in run("serve", "--check", "--passwords", path, *base).stderr
