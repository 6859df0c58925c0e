"""Every address of the site is made here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode

from kb.answers import Side
from kb.export.page import COLOURS
from kb.model import Hit
from kb.packs import place_text

PLACE = "/static/"
HERE = Path(__file__).parent


def page(name: str, **asked: str | int | Sequence[str] | None) -> str:
    """A page with what it is asked for; what is None or empty is left out."""
    pairs: list[tuple[str, str]] = []
    for key, value in asked.items():
        values = [value] if isinstance(value, str | int) else value or []
        pairs += [(key, str(v)) for v in values if v != ""]
    path = "/" if name == "home" else f"/{name}"
    return f"{path}?{urlencode(pairs)}" if pairs else path


def article(id: str, *, view: str = "", at: int | None = None) -> str:
    """`at`: a raw offset; the page opens at the passage that begins there."""
    return f"/article/{quote(id)}{f'?view={view}' if view else ''}{f'#at{at}' if at is not None else ''}"


def concept(id: str) -> str:
    return f"/concept/{quote(id, safe='')}"


def read(articles: Sequence[str], **asked: str | int | None) -> str:
    return page("read", a=list(articles), **asked)


def pack(number: int, ending: str = "", **asked: str) -> str:
    """A hand-out, or with an ending one of its files."""
    return page(f"packs/{number}" + (f".{ending}" if ending else ""), **asked)


def places(articles: Sequence[str], sides: Sequence[Side | Hit]) -> str:
    """What articles say at one place, as the button that collects it sends it."""
    there = zip(articles, sides, strict=False)
    return "|".join(place_text(article, side.start, side.end) for article, side in there if side.end > side.start)


def static(name: str) -> str:
    """A file of the site. Its address has the site's version in it, so that browsers may keep it for good."""
    return f"{PLACE}{edition()}/{name}"


@cache
def edition() -> str:
    """Tells the files of this version of the site from those of another: 12 hexadecimal digits."""
    own = sorted(path for path in (HERE / "static").iterdir() if path.is_file())
    texts = [path.name.encode() + b"\0" + path.read_bytes() for path in own]
    return sha256(b"\0".join([*texts, repr(COLOURS).encode()])).hexdigest()[:12]


def with_(current: str, **changed: str | int | None) -> str:
    """An address of the site with some of what it asks for changed; None takes it away."""
    from urllib.parse import parse_qsl, urlsplit

    parts = urlsplit(current)
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k not in changed]
    kept += [(k, str(v)) for k, v in changed.items() if v is not None]
    return f"{parts.path}?{urlencode(kept)}" if kept else parts.path
