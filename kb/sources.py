"""What is known of articles before they are read: `sources.toml`, looked up by the hash of a file's bytes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.errors import RecipeError

FACTS = ("language", "title", "origin", "licence", "date", "author", "kind")


@dataclass(frozen=True, slots=True)
class SourceTable:
    """sha256 -> facts about the file."""

    by_hash: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> SourceTable:
        """Raises RecipeError when the file is missing, no TOML, or an entry has no sha256."""
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8")).get("source", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RecipeError(f"{path}: not a readable table of sources ({error}); see corpus/README.md") from error
        table = {}
        for n, entry in enumerate(entries, 1):
            if "sha256" not in entry:
                raise RecipeError(f"{path}: source {n} has no sha256; add it, or leave the entry out")
            table[entry["sha256"]] = {key: str(entry[key]) for key in FACTS if key in entry}
        return cls(table)

    def metadata(self, sha256: str) -> Mapping[str, str]:
        return self.by_hash.get(sha256, {})
