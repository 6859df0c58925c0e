"""Pictures from the command line."""

from __future__ import annotations

from pathlib import Path

from kb.errors import UsageError
from kb.export.output import opened
from kb.query import KnowledgeBase


def check_picture(path: str) -> None:
    """Raises UsageError when that is no name for a picture that can be made."""
    if Path(path).suffix.lower() != ".svg":
        raise UsageError(
            f"cannot draw {path}: give a name that ends in .svg; browsers show it, and print it as PDF or PNG"
        )


def save_picture(path: str, picture: str) -> None:
    with opened(path, "utf-8") as stream:
        stream.write(picture)


def known_tag(name: str, base: KnowledgeBase) -> str:
    """A language of the base. Raises UsageError for another."""
    tags = sorted({tag for concept in base.concepts(limit=None) for tag in concept.labels})
    if name.strip() not in tags:
        raise UsageError(f"no concept has a name in '{name.strip()}'; there are: {', '.join(tags)}")
    return name.strip()
