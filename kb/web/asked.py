"""What a request asks for, within bounds."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import FormData, QueryParams, UploadFile

from kb.errors import UsageError

LONGEST = 500  # characters of one parameter: a question, a name, a note of one line


class Asked:
    """The parameters of an address or a form. UsageError for what no page understands."""

    def __init__(self, given: QueryParams | FormData) -> None:
        self._given = given

    def text(self, name: str, *, longest: int = LONGEST) -> str:
        """ "" when it is not given."""
        value = self._given.get(name, "")
        if not isinstance(value, str):
            raise UsageError(f"{name}: text is wanted here, not a file")
        if len(value) > longest:
            raise UsageError(f"{name}: at most {longest} characters, not {len(value)}")
        return value.replace("\0", "").strip()

    def texts(self, name: str, *, most: int) -> list[str]:
        values = [v for v in self._given.getlist(name) if isinstance(v, str) and v.strip()]
        if len(values) > most:
            raise UsageError(f"{name}: at most {most} of them, not {len(values)}")
        if any(len(v) > LONGEST for v in values):
            raise UsageError(f"{name}: at most {LONGEST} characters")
        return [v.replace("\0", "").strip() for v in values]

    def files(self, name: str) -> list[UploadFile]:
        """Those that were chosen: a browser sends an empty one when none was."""
        return [v for v in self._given.getlist(name) if isinstance(v, UploadFile) and v.filename]

    def choice(self, name: str, known: Collection[str], default: str) -> str:
        value = self.text(name) or default
        if value not in known:
            raise UsageError(f"{name}: no '{value[:40]}' here; there are: {', '.join(k for k in known if k)}")
        return value

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
            raise UsageError(f"{name}: a number from {least} to {most} is wanted, not '{value[:20]}'")
        return int(value)
