"""People who sign in with names and passwords of their own, from a file that holds no password.

A line a person: name, role and hash, with colons between; empty lines and those that begin with # are left as they are.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterable
from pathlib import Path
from unicodedata import normalize

from kb.errors import NotFoundError, UsageError
from kb.record import record
from kb.web.roles import READER, ROLES

SHORTEST = 8  # characters of a password
LONGEST = 200
# Cost of scrypt (RFC 7914): 32 MB and some tenth of a second a try. It stands in every hash, so that it can be raised.
_N, _R, _P = 2**15, 8, 1
_MOST_MEMORY = 2**26


@record
class Person:
    name: str
    role: str
    hash: str

    @property
    def mark(self) -> str:
        """What a session remembers: another password is another mark, and ends it."""
        return hashlib.sha256(f"{self.name}:{self.role}:{self.hash}".encode()).hexdigest()[:32]


def hashed(password: str) -> str:
    """scrypt$N$r$p$salt$key, the last two in Base64."""
    salt = secrets.token_bytes(16)
    key = _key(password, salt, _N, _R, _P)
    return f"scrypt${_N}${_R}${_P}${b64encode(salt).decode()}${b64encode(key).decode()}"


def matches(password: str, stored: str) -> bool:
    _, n, r, p, salt, key = stored.split("$")
    return hmac.compare_digest(_key(password, b64decode(salt), int(n), int(r), int(p)), b64decode(key))


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(normalize("NFC", password).encode(), salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=32)


class People:
    """Those of a file, which is read again when it changes. Raises UsageError for a file that cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._people: dict[str, Person] = {}
        self._nobody = Person("", READER, hashed(secrets.token_hex(16)))
        if not read_people(path):
            raise UsageError(f"{path}: nobody is in it; add somebody with: kb passwords {path} NAME --role editor")

    def check(self, name: str, password: str) -> Person | None:
        """The person with this name and password. An unknown name takes as long as a wrong password."""
        person = self._now().get(normalize("NFC", name))
        fits = matches(password, (person or self._nobody).hash)
        return person if fits else None

    def role(self, name: str, mark: str) -> str | None:
        """The role of somebody who signed in, as long as the file says the same of that person."""
        person = self._now().get(name)
        return person.role if person and hmac.compare_digest(person.mark.encode(), mark.encode()) else None

    def _now(self) -> dict[str, Person]:
        try:
            found = self._path.stat()
            seen = found.st_mtime_ns, found.st_size
            if seen != self._seen:
                self._people, self._seen = {p.name: p for p in read_people(self._path)}, seen
        except (OSError, UsageError):  # taken away or broken while the site runs: it lets nobody in
            self._people, self._seen = {}, None
        return self._people


def read_people(path: Path) -> list[Person]:
    """Raises UsageError for what is not such a file, or one that others on this machine may read."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; make it with: kb passwords {path} NAME --role editor") from None
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{path}: cannot be read as a file of passwords ({error})") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{path}: others on this machine may read it; mend it with: chmod 600 {path}")
    people = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            people.append(_person(line, f"{path}, line {number}"))
    return people


def _person(line: str, place: str) -> Person:
    name, role, hash = ([*line.strip().rsplit(":", 2), "", ""])[:3]
    if role not in ROLES or not _is_hash(hash):
        raise UsageError(f"{place}: not name:role:hash; write such lines with: kb passwords FILE NAME --role editor")
    return Person(name, role, hash)


def _is_hash(text: str) -> bool:
    parts = text.split("$")
    try:
        b64decode(parts[4], validate=True), b64decode(parts[5], validate=True)
        n, r, p = map(int, parts[1:4])
    except (ValueError, IndexError):
        return False
    # What takes more memory than is given would end in an error of whoever signs in.
    return (
        parts[0] == "scrypt" and len(parts) == 6 and n > 1 and n & (n - 1) == 0 and 0 < 128 * n * r * p < _MOST_MEMORY
    )


def save_person(path: Path, name: str, role: str, password: str) -> bool:
    """Add or replace a person; True when the name was there. Raises UsageError."""
    name = normalize("NFC", name).strip()
    if not name or ":" in name or not name.isprintable() or name.startswith("#") or len(name) > 80:
        raise UsageError(f"'{name}' cannot be a name here: up to 80 letters without a colon, not beginning with #")
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}")
    there = path.exists() and any(p.name == name for p in read_people(path))
    _write(path, [*_others(path, name), f"{name}:{role}:{hashed(password)}"])
    return there


def remove_person(path: Path, name: str) -> None:
    """Raises NotFoundError when nobody has the name."""
    name = normalize("NFC", name)
    if not any(p.name == name for p in read_people(path)):
        raise NotFoundError(f"{path}: no '{name}' in it")
    _write(path, _others(path, name))


def _others(path: Path, name: str) -> list[str]:
    """The lines of a file but that of one person."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if line.startswith("#") or line.strip().rsplit(":", 2)[0] != name]


def _write(path: Path, lines: Iterable[str]) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from None
