"""XML from strangers: nothing is fetched, no entity is expanded, depth and size are bounded."""

from __future__ import annotations

from typing import Any

from lxml import etree

DC = "{http://purl.org/dc/elements/1.1/}"


def parse(data: bytes, name: str) -> Any:
    """The root element. ValueError when it is not well-formed, too deep, or defines entities."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = "nested too deeply" if "depth" in str(error).lower() else "not well-formed XML"
        raise ValueError(f"its part {name[:60]!r} is {reason}") from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise ValueError(f"its part {name[:60]!r} defines XML entities, which no document needs")
    return root


def text_of(root: Any, tag: str) -> str:
    """The text of the first element with this tag, "" without one."""
    found = root.find(f".//{tag}")
    return "" if found is None else str(found.text or "")
