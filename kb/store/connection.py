"""The file and its connection: making, opening, one transaction, and every SQLite error as a StoreError.

A base that is made anew is written in one transaction that begins when it is opened, so that it is there whole or not
at all, and reading from it works meanwhile as from any other base.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from kb.errors import KbError, NotFoundError, StoreError, UsageError
from kb.store.rows import Row

VERSION = 3  # of schema.sql
APPLICATION = 0x6B626B62  # "kbkb": tells a knowledge base from any other SQLite file

_MAGIC = b"SQLite format 3\0"
_WAIT_MS = 1000  # readers never wait for a build; this is for the moments of opening, closing and checkpoints
# Several people may judge at the same time, each for a few hundredths of a second.
_PATIENCE_MS = 20_000

Values = Sequence[object] | Mapping[str, object]


class Connection:
    """One open base. Subclasses say what is read and written; only `_rows`, `_run` and `_many` touch SQLite."""

    def __init__(self, path: Path, *, create: bool, write: bool) -> None:
        self.path = path
        self._writes = create or write
        self._new = False  # made by this process and not committed yet
        self._inside = False  # a `with transaction()`
        _check_is_base(path, create)
        try:
            self._db = _connect(path, create, self._writes)
        except apsw.Error as error:
            raise self._fault(error) from error
        try:
            self._set_up(create)
        except BaseException:
            self._give_up()
            raise

    def close(self) -> None:
        """Close the base; what no transaction has committed is gone. Closing twice does nothing."""
        self._give_up()

    @contextmanager
    def transaction(self, *, patient: bool = False) -> Iterator[None]:
        if not self._writes:
            raise RuntimeError(f"{self.path} was opened for reading")
        if self._inside:
            raise RuntimeError("a transaction is open already")
        if not self._new:
            self._db.set_busy_timeout(_PATIENCE_MS if patient else _WAIT_MS)
            try:
                self._run("BEGIN IMMEDIATE")
            finally:
                self._db.set_busy_timeout(_WAIT_MS)
        self._inside = True
        try:
            yield
            self._run("COMMIT")
            self._new = False
        except BaseException:
            if self._new:
                self._give_up()
            elif self._db.in_transaction:  # SQLite has rolled back itself after some errors, a full disk for one
                self._run("ROLLBACK")
            raise
        finally:
            self._inside = False

    def hold(self) -> None:
        self._run("BEGIN")

    def version(self) -> int:
        return self._pragma("data_version")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of one state of the base, whatever a build commits between them."""
        try:
            with self._db:
                yield
        except apsw.Error as error:
            raise self._fault(error) from error

    def _rows(self, sql: str, values: Values = ()) -> list[Row]:
        try:
            return self._db.execute(sql, values).fetchall()
        except apsw.Error as error:
            raise self._fault(error) from error

    def _run(self, sql: str, values: Values = ()) -> None:
        self._rows(sql, values)

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self._db.executemany(sql, rows)
        except apsw.Error as error:
            raise self._fault(error) from error

    def _name_counts(self) -> None:
        """Let `held` be a view of the index of words, this connection's own: how many passages (doc) hold a term.

        Made where it is asked for, since opening says nothing yet of a damaged index.
        """
        self._run("PRAGMA query_only = OFF")  # which forbids this too
        self._run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, search, row)")
        if not self._writes:
            self._run("PRAGMA query_only = ON")

    def _number(self, table: str, id: str) -> int:
        """The row number of the article, passage or concept `id`; raises NotFoundError."""
        found = self._rows(f"SELECT number FROM {table} WHERE id = ?", (id,))
        if not found:
            raise self._missing(table, id)
        return int(found[0][0])

    def _missing(self, table: str, id: str) -> NotFoundError:
        return NotFoundError(f"no {table} {id!r} in {self.path}")

    def _set_up(self, create: bool) -> None:
        if self._is_empty():
            if not create:  # left by a first build that was killed
                raise _no_base(self.path)
            self._create()
        self._check_version()
        self._run("PRAGMA foreign_keys = ON" if self._writes else "PRAGMA query_only = ON")

    def _create(self) -> None:
        """Begin the transaction that makes the base."""
        self._run("PRAGMA foreign_keys = ON")  # has no effect inside a transaction
        self._run("PRAGMA journal_mode = WAL")
        self._run("BEGIN IMMEDIATE")
        if not self._is_empty():  # another process has made it meanwhile
            self._run("ROLLBACK")
            return
        if not self.path.exists():  # another process gave up making it: what we hold is a file without a name
            raise StoreError(f"another kb build of {self.path} has just failed; start this one again")
        self._new = True
        self._run(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
        self._run(f"PRAGMA application_id = {APPLICATION}")
        self._run(f"PRAGMA user_version = {VERSION}")

    def _is_empty(self) -> bool:
        return self._pragma("application_id") == 0 and not self._rows("SELECT 1 FROM sqlite_schema LIMIT 1")

    def _pragma(self, name: str) -> int:
        return int(self._rows(f"PRAGMA {name}")[0][0])

    def _check_version(self) -> None:
        if self._pragma("application_id") != APPLICATION:
            raise StoreError(
                f"{self.path} is a SQLite file of another program, not a knowledge base; "
                f"give another name: kb build PATH --kb NAME"
            )
        version = self._pragma("user_version")
        if version != VERSION:
            raise StoreError(
                f"{self.path} was made by another version (schema {version}, this is {VERSION}); "
                f"remove it, then {_again(self.path)}"
            )

    def _give_up(self) -> None:
        """Close; a base that was being made vanishes, name first: while we hold its lock, nobody else can write it."""
        remove = self._new and (self._db.in_transaction or self._is_empty())  # not when it was just committed
        self._new = False
        if remove:
            self.path.unlink(missing_ok=True)
        self._db.close(True)
        if remove:
            for ending in ("-wal", "-shm"):
                Path(f"{self.path}{ending}").unlink(missing_ok=True)

    def _fault(self, error: apsw.Error) -> KbError:
        path = self.path
        match error:
            case apsw.BusyError() | apsw.LockedError():
                return StoreError(f"another kb build is writing to {path}; wait until it has ended, then try again")
            case apsw.FullError():
                return StoreError(f"no room on the disk for {path}; make room, then try again")
            case apsw.CantOpenError() | apsw.ReadOnlyError() | apsw.PermissionsError() | apsw.AuthError():
                need = "read and write" if self._writes else "read"
                return StoreError(f"cannot open {path}: allow this user to {need} it and its folder ({error})")
            case apsw.ConstraintError() | apsw.ConnectionClosedError():
                return StoreError(f"{path} was left as it was: {error}")
            case _:
                return StoreError(f"{path} is damaged ({error}); remove it, then {_again(path)}")


def _check_is_base(path: Path, create: bool) -> None:
    """What can be told before SQLite is asked, with better words than it has."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file: --kb {path / 'kb.db'}")
    if not path.exists():
        if not create:
            raise _no_base(path)
        if not path.parent.is_dir():
            raise UsageError(f"no folder {path.parent} for {path.name}; make it with: mkdir -p {path.parent}")
        return
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"cannot read {path} ({error.strerror}); allow this user to read it") from error
    if start and start != _MAGIC:
        raise StoreError(
            f"{path} is not a knowledge base, or its beginning is damaged; name one, or a new file, with --kb"
        )


def _connect(path: Path, create: bool, write: bool) -> apsw.Connection:
    """A connection of the least rights that leaves nothing behind.

    Readers too open the file for writing where they may (and then forbid it to themselves): the last connection to
    close can then tidy away -wal and -shm, which a read-only one would leave. Where the folder is not writable, those
    files cannot be made; without them nobody is writing, so the file may be taken as unchanging.
    """
    name = str(path)
    if create:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    elif write or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        flags = apsw.SQLITE_OPEN_READWRITE
    else:
        flags = apsw.SQLITE_OPEN_READONLY
        log = Path(f"{path}-wal")
        if not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size):
            flags |= apsw.SQLITE_OPEN_URI
            name = f"{path.absolute().as_uri()}?immutable=1"
    connection = apsw.Connection(name, flags=flags)
    connection.set_busy_timeout(_WAIT_MS)
    return connection


def _no_base(path: Path) -> UsageError:
    return UsageError(f"no knowledge base at {path}; make one with: kb build PATH --kb {path}")


def _again(path: Path) -> str:
    return f"build it again: kb build PATH --kb {path}"
