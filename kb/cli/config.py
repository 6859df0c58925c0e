"""Settings of a user or of a folder: `kb.toml` in the working folder or one above it, else `~/.config/kb/config.toml`.

Top-level keys are options of all commands that have them, tables those of one command:

    kb = "out/demo.db"        # relative to this file
    limit = 20
    pager = false
    [concordance]
    into = "fr"

An option on the command line counts first, then the environment ($KB), then this.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kb.errors import UsageError
from kb.record import field, record

NAME = "kb.toml"
SHARED = ("kb", "recipe", "limit", "language", "pager")


@record
class Config:
    """`path` None: there is no file. `commands`: command -> its table."""

    path: Path | None = None
    shared: Mapping[str, Any] = field(default_factory=dict)
    commands: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def options(self, command: str, known: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Parameter -> value, for a command whose options (without dashes) belong to these parameters.

        Raises UsageError for an option of the command's table that it has not.
        """
        by_option = dict(known)
        own = {key.replace("_", "-"): value for key, value in self.commands.get(command, {}).items()}
        for key in own:
            if key not in by_option:
                raise UsageError(
                    f"{self.path}: [{command}] has no option '{key}'; it has: {', '.join(sorted(by_option))}"
                )
        return {by_option[k]: v for k, v in {**self.shared, **own}.items() if k in by_option}


@cache
def config(commands: tuple[str, ...] = ()) -> Config:
    """The settings that hold here; `commands` are the tables there may be.

    Raises UsageError for a file that is wrong.
    """
    path = _find()
    if path is None:
        return Config()
    import tomllib

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML ({error}); mend it or move it away") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; allow this user to read it") from error
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    shared = {key: value for key, value in values.items() if key not in tables}
    for key, known, what in ((shared, SHARED, "key"), (tables, commands, "table")):
        for name in key:
            if known and name not in known:
                raise UsageError(f"{path}: there is no {what} '{name}'; there are: {', '.join(sorted(known))}")
    if not isinstance(shared.get("pager", True), bool):
        raise UsageError(f"{path}: pager is {shared['pager']!r}; it may be true or false")
    if isinstance(shared.get("kb"), str):
        shared["kb"] = str(path.parent / Path(shared["kb"]).expanduser())
    return Config(path, shared, tables)


def _find() -> Path | None:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kb" / "config.toml"
    return home if home.is_file() else None
