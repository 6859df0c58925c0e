"""Zip archives from strangers: only the parts that are asked for, and never more bytes than allowed."""

from __future__ import annotations

import io
import zipfile
import zlib

_MOST_ENTRIES = 20_000
_LARGEST_PART = 40_000_000
_LARGEST_TOTAL = 60_000_000
# XML of documents shrinks to a tenth, at most a fiftieth; a bomb's to a thousandth. Small parts may be anything.
_MOST_RATIO = 200
_SMALL = 2_000_000


class Archive:
    """The parts of a .docx or .epub by name. ValueError for what is damaged, locked or too large."""

    def __init__(self, data: bytes, kind: str) -> None:
        self._kind = kind
        self._left = _LARGEST_TOTAL
        if (count := data.count(b"PK\x01\x02")) > _MOST_ENTRIES:  # before zipfile makes a record for each
            raise ValueError(f"not a readable {kind}: {count} parts are more than the limit of {_MOST_ENTRIES}")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, OverflowError):
            raise ValueError(f"not a readable {kind}: the zip archive is damaged or cut off") from None
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """A part's bytes; KeyError when there is no such part."""
        entry = self._entries[name]
        if entry.flag_bits & 1:
            raise ValueError(f"the {self._kind} is protected by a password; save it without one")
        allowed = min(_LARGEST_PART, self._left, max(_SMALL, entry.compress_size * _MOST_RATIO))
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(allowed + 1)  # what the archive says of a part's size may be a lie
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
            raise ValueError(f"not a readable {self._kind}: its part {name[:60]!r} is damaged") from None
        if len(data) > allowed:
            raise ValueError(
                f"its part {name[:60]!r} unpacks to more than {allowed / 1e6:.0f} MB from "
                f"{entry.compress_size / 1e6:.1f} MB: a zip bomb, or too large"
            )
        self._left -= len(data)
        return data
