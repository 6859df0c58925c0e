"""Raw article -> cleaned article: damage repaired, page furniture left out, every step written down.

Every character of the raw text is in the body, or in a change with its reason, or white space between lines.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import PurePath

from kb.clean import blocks, characters, gbk, injected, lines, markup, mojibake, readings, slips
from kb.clean.blocks import Label
from kb.clean.fix import Repair, apply
from kb.clean.language import detect
from kb.clean.lines import Line
from kb.model import Block, Change, CleanedArticle, MappedText, RawArticle, base_language

__all__ = ["clean", "detect"]

# In this order: what the bytes meant, what the page's source left, then characters, then words.
_REPAIRS: tuple[Repair, ...] = (
    markup.entities,
    markup.tags,
    characters.invisible,
    characters.compose,
    characters.spaces,
    characters.punctuation,
    slips.list_numbers,
    slips.glued_words,
)
_CHINESE_REPAIRS: tuple[Repair, ...] = (gbk.shifted_bytes, readings.readings_in_brackets)


def clean(raw: RawArticle, *, language: str | None = None) -> CleanedArticle:
    """Repair an article's text and leave out what is not the article.

    `language` (BCP 47) overrides the metadata, which override detection. Changes and blocks are in raw order; an
    article of which nothing is left has an empty body.
    """
    text, changes = _without_front_matter(raw)
    text, changes = _repair(text, raw, (mojibake.utf8_read_as_latin,), changes)
    tag = language or raw.metadata.get("language") or detect(text.text)
    if base_language(tag) == "zh":
        text, changes = _repair(text, raw, _CHINESE_REPAIRS, changes)
    if _is_markdown(raw):
        text, changes = _repair(text, raw, (markup.markdown,), changes)
    text, changes = _repair(text, raw, _REPAIRS, changes)

    found = lines.split(text.text, _heading_starts(text, changes))
    labels = _labels(raw, text, found)
    changes += _left_out(raw, text, found, labels)
    if base_language(tag) == "zh" and any(label.kind == "advertisement" for label in labels):
        kept = [line for line, label in zip(found, labels, strict=True) if label.is_body]
        text, injections = apply(text, raw.raw, injected.phrases(kept))
        changes += injections
        found = lines.split(text.text, _heading_starts(text, changes))
    body, made = _assemble(text, found, labels)
    changes.sort(key=lambda c: (c.start, c.end))
    return CleanedArticle(raw, tag, _title(raw, found, labels), body, made, tuple(changes))


def _without_front_matter(raw: RawArticle) -> tuple[MappedText, list[Change]]:
    text = MappedText.of(raw.raw)
    end = markup.front_matter(raw.raw)[1] if _is_markdown(raw) else 0
    if not end:
        return text, []
    change = Change("front-matter", 0, end, raw.raw[:end], "", "facts about the article, kept as its metadata")
    return text.slice(end, len(raw.raw)), [change]


def _is_markdown(raw: RawArticle) -> bool:
    return PurePath(raw.path).suffix.lower() == ".md"


def _repair(
    text: MappedText, raw: RawArticle, repairs: Sequence[Repair], changes: list[Change]
) -> tuple[MappedText, list[Change]]:
    for repair in repairs:
        text, made = apply(text, raw.raw, repair(text.text))
        changes = changes + made
    return text, changes


def _labels(raw: RawArticle, text: MappedText, found: Sequence[Line]) -> list[Label]:
    """What the page's own elements say of a line (see kb.readers) comes first; the other lines are looked at alone."""
    spans = sorted(
        (int(start), int(end), role)
        for role, start, end in re.findall(r"(\w+) (\d+)-(\d+)", raw.metadata.get("furniture", ""))
    )
    starts = [start for start, _, _ in spans]
    told = []
    for line in found:
        begin = text.span(line.at, line.to)[0]
        k = bisect_right(starts, begin) - 1
        told.append(spans[k][2] if k >= 0 and begin < spans[k][1] else "")
    own = iter(blocks.label([line for line, role in zip(found, told, strict=True) if not role]))
    return [Label(role, "the page's elements say so") if role else next(own) for role in told]


def _heading_starts(text: MappedText, changes: Sequence[Change]) -> frozenset[int]:
    """Offsets in `text` right after a heading mark of Markdown that was taken away."""
    ends = {c.end for c in changes if c.kind == "markup" and c.before.lstrip().startswith("#")}
    return frozenset(i for i, start in enumerate(text.starts) if start in ends) if ends else frozenset()


def _left_out(raw: RawArticle, text: MappedText, found: Sequence[Line], labels: Sequence[Label]) -> list[Change]:
    changes = []
    for line, label in zip(found, labels, strict=True):
        if not label.is_body:
            start, end = text.span(line.at, line.to)
            changes.append(Change(label.kind, start, end, raw.raw[start:end], "", label.reason))
    return changes


def _assemble(text: MappedText, found: Sequence[Line], labels: Sequence[Label]) -> tuple[MappedText, tuple[Block, ...]]:
    """The body, a block a line, and all blocks. A newline of the body stands for all that lies between two blocks."""
    pieces: list[str] = []
    starts, ends = array("i"), array("i")
    made = []
    length = 0
    for line, label in zip(found, labels, strict=True):
        start, end = text.span(line.at, line.to)
        if not label.is_body:
            made.append(Block(label.kind, start, end))
            continue
        if pieces:
            pieces.append("\n")
            starts.append(min(start, ends[-1]))
            ends.append(max(start, ends[-1]))
            length += 1
        pieces.append(line.text)
        starts += text.starts[line.at : line.to]
        ends += text.ends[line.at : line.to]
        made.append(Block(label.kind, start, end, length, length + len(line.text)))
        length += len(line.text)
    return MappedText("".join(pieces), starts, ends), tuple(made)


def _title(raw: RawArticle, found: Sequence[Line], labels: Sequence[Label]) -> str:
    """What the metadata say, else the title line, else the name that furniture gives it, else its first heading."""
    if known := raw.metadata.get("title"):
        return known
    for kind in ("title", "", "heading"):
        if not kind and (quoted := blocks.title_in_furniture(found, labels)):
            return quoted
        for line, label in zip(found, labels, strict=True):
            if label.kind == kind:
                return line.text
    return PurePath(raw.path).stem
