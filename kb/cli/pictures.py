"""Pictures from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.query import KnowledgeBase


def check_picture(path: str) -> None:
    """Raises UsageError when that is no name for a picture that can be made."""
    if Path(path).suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"cannot draw {path}: give a name that ends in .svg or .png; browsers print SVG as PDF")


def save_picture(path: str, picture: str) -> None:
    """`picture`: SVG; written as PNG where the name says so."""
    from kb.export.output import opened, save_bytes

    if Path(path).suffix.lower() == ".png":
        from kb.export.picture import png

        save_bytes(path, png(picture), option="--plot")
    else:
        with opened(path, option="--plot") as stream:
            stream.write(picture)
    print(f"kb: wrote {path}", file=sys.stderr)


def known_tags(names: str, base: KnowledgeBase) -> list[str]:
    """The languages in a list with commas. Raises UsageError for one that the base has no names in."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    tags = sorted({tag for concept in base.concepts(limit=None) for tag in concept.labels}) if wanted else []
    for name in wanted:
        if name not in tags:
            raise UsageError(f"no concept has a name in '{name}'; there are: {', '.join(tags)}")
    return wanted
