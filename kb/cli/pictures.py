"""Pictures from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from kb.errors import UsageError


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
