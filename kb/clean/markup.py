"""What a page's source left in its text: front matter, HTML entities, tags and halves of tags, Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from html.entities import html5

from kb.clean.fix import Fix

_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n((?:[A-Za-z][\w-]*[ \t]*:[^\r\n]*\r?\n|[ \t]*\r?\n)*)---[ \t]*(?:\r?\n|\Z)"
)

_ENTITY = re.compile(r"&(?i:amp;)*(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Tags that begin or end a line of the page; the others stand within one.
_BLOCK_TAGS = (
    "address article aside blockquote body br center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    " head header hr html li main nav ol option p pre section select table tbody td th thead title tr ul"
).split()
_INLINE_TAGS = (
    "a abbr b big cite code del em font i iframe img input ins label link mark meta q s small source span strong"
    " sub sup svg time tt u video"
).split()
_NAMES = "|".join(sorted(_BLOCK_TAGS + _INLINE_TAGS, key=len, reverse=True))
_UNREAD = re.compile(r"<!--|<(script|style|noscript)\b[^<>]*>", re.IGNORECASE)
_CLOSING = {"": re.compile("-->")} | {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "noscript")
}
_TAG = re.compile(
    rf"</?(?P<whole>{_NAMES})(?:\s[^<>]{{0,800}})?/?>"
    rf"|(?<![<\w/:])/(?P<tail>{_NAMES})>"  # its beginning is lost: /p>
    rf"|</?(?P<head>{_NAMES})\s*/?(?=[\r\n]|$)",  # its end is lost: </p
    re.IGNORECASE,
)

# Brackets within brackets go one level deep, so that no stretch is searched again for every one of them.
_INNER = r"!?\[[^\[\]\n]*+\](?:\([^()\n]*+\))?"
_TARGET = r"(?:[^()\s]|\([^()\s]*+\))++(?:\s\"[^\"\n]*+\")?"
_MARKDOWN = re.compile(
    r"^[ \t]{0,3}(?P<heading>\#{1,6}[ \t]+)"
    r"|^[ \t]{0,3}(?P<quote>(?:>[ \t]?)+)"
    r"|(?P<image>!\[[^\[\]\n]*+\]\((?:[^()\n]|\([^()\n]*+\))*+\))"
    rf"|(?P<open>\[)(?=(?:[^\[\]\n]|{_INNER})++\]\({_TARGET}\))"
    rf"|(?P<close>(?<=[^\]\n])\]\({_TARGET}\))"
    r"|(?P<strong>\*\*(?=\S[^*\n]*\*\*)|(?<=\S)\*\*|(?<!\w)__(?=[^\s_](?:[^_\n]*[^\s_])?__)|(?<=\S)__(?!\w))",
    re.MULTILINE,
)
_FENCE = re.compile(r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})(?P<rest>[^`\r\n]*)(?=[\r\n]|\Z)", re.MULTILINE)


def front_matter(raw: str) -> tuple[Mapping[str, str], int]:
    """The `key: value` lines between two lines `---` at the very start, and the offset where the article begins.

    Keys are in lower case, values without quotes. Without front matter: ({}, 0).
    """
    match = _FRONT_MATTER.match(raw)
    if not match or not match[1].strip():
        return {}, 0
    pairs = (line.split(":", 1) for line in match[1].splitlines() if ":" in line)
    values = {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}
    return {key: value for key, value in values.items() if value}, match.end()


def entities(text: str) -> list[Fix]:
    """`&eacute;`, `&#233;`, `&amp;eacute;`: characters as they are written in a page's source."""
    if "&" not in text:
        return []
    fixes = []
    for match in _ENTITY.finditer(text):
        name = match[1]
        if not name.startswith("#") and f"{name};" not in html5:
            continue
        character = html.unescape(f"&{name};")
        after = " " if character.isspace() else character
        fixes.append(Fix("entity", *match.span(), after, "an HTML entity"))
    return fixes


def tags(text: str) -> list[Fix]:
    """Tags with the names of HTML, whole or cut off, comments and scripts; those of blocks become line ends."""
    if "<" not in text and "/" not in text:
        return []
    fixes = []
    at = 0
    for begin, end in [*_unread(text), (len(text), len(text))]:
        for match in _TAG.finditer(text, at, begin):
            name = (match["whole"] or match["tail"] or match["head"]).lower()
            reason = "an HTML tag" if match["whole"] else "half an HTML tag"
            fixes.append(Fix("tag", *match.span(), "\n" if name in _BLOCK_TAGS else "", reason))
        if begin < end:
            fixes.append(Fix("tag", begin, end, "", "an HTML comment or script"))
        at = end
    return fixes


def _unread(text: str) -> Iterator[tuple[int, int]]:
    """(begin, end) of comments and scripts. One that is not closed is none, and no later one of its kind is closed."""
    at = 0
    unclosed: set[str] = set()
    while opened := _UNREAD.search(text, at):
        at = opened.end()
        kind = (opened[1] or "").lower()
        if kind in unclosed:
            continue
        if closed := _CLOSING[kind].search(text, at):
            at = closed.end()
            yield opened.start(), at
        else:
            unclosed.add(kind)


def markdown(text: str) -> list[Fix]:
    """Heading and quotation marks, images, link targets, strong emphasis, code. Marks of list items stay."""
    fixes = []
    done = 0
    for begin, end in [*_fenced(text), (len(text), len(text))]:
        for match in _MARKDOWN.finditer(text, done, begin):
            at, to = match.span(match.lastgroup or 0)
            fixes.append(Fix("markup", at, to, "", f"Markdown ({match.lastgroup})"))
        if begin < end:
            fixes.append(Fix("code", begin, end, "", "a block of code, not of the text"))
        done = end
    return fixes


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """(begin, end) of blocks between two fences. A fence that nothing closes fences nothing."""
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence["fence"].startswith(opened["fence"]) and not fence["rest"].strip():
            yield opened.start(), fence.end()
            opened = None
