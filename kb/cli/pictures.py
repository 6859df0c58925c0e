"""Pictures from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.query import KnowledgeBase


def check_picture(path: str) -> None:
    """Raises UsageError when that is no name for a picture that can be made."""
    if Path(path).suffix.lower() != ".svg":
        raise UsageError(
            f"cannot draw {path}: give a name that ends in .svg; browsers show it, and print it as PDF or PNG"
        )


def save_picture(path: str, picture: str) -> None:
    from kb.export.output import opened

    with opened(path, option="--plot") as stream:
        stream.write(picture)


def known_tags(names: str, base: KnowledgeBase) -> list[str]:
    """The languages in a list with commas. Raises UsageError for one that the base has no names in."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    tags = sorted({tag for concept in base.concepts(limit=None) for tag in concept.labels}) if wanted else []
    for name in wanted:
        if name not in tags:
            raise UsageError(f"no concept has a name in '{name}'; there are: {', '.join(tags)}")
    return wanted
