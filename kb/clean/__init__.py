"""Raw article -> cleaned article: damage repaired, page furniture left out, every step written down.

Every character of the raw text is in the body, or in a change with its reason, or white space between lines.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath

from kb.clean import blocks, characters, gbk, glued, injected, lines, markup, mojibake, readings, roles, slips, wraps
from kb.clean.authors import author_near
from kb.clean.blocks import Label
from kb.clean.context import ALONE, Context
from kb.clean.dates import date_near, iso_date
from kb.clean.fix import Fix, Repair, apply, settled
from kb.clean.language import detect, of_blocks, of_most
from kb.clean.lines import Line
from kb.model import Block, Change, CleanedArticle, MappedText, RawArticle, RepairDecision, base_language
from kb.repairs import ACCEPT, REJECT, Decided

__all__ = ["Context", "clean", "detect"]

# In this order: what the bytes meant, what the page's source left, then characters, then words.
_REPAIRS: tuple[Repair, ...] = (
    characters.invisible,  # they also stand inside entities and tags
    markup.entities,
    markup.tags,
    characters.invisible,  # &shy;
    characters.piled_marks,
    characters.compose,
    characters.spaces,
    characters.punctuation,
    mojibake.utf8_read_as_latin,  # once more: a tag or an invisible character may have stood in it
    slips.list_numbers,
    slips.glued_words,
)
_LAID_OUT = frozenset((".html", ".htm", ".xhtml", ".docx", ".pdf", ".epub"))  # their readers give a block a line
_CHINESE_REPAIRS: tuple[Repair, ...] = (gbk.shifted_bytes, readings.readings_in_brackets)


def clean(
    raw: RawArticle,
    *,
    language: str | None = None,
    context: Context = ALONE,
    decisions: Sequence[RepairDecision] = (),
) -> CleanedArticle:
    """Repair an article's text and leave out what is not the article.

    `language` (BCP 47) overrides the metadata, which override detection. `decisions`: what people decided of this
    article's repairs and stands; what they rejected is offered. Changes, offers and blocks are in raw order; an article
    of which nothing is left has an empty body.
    """
    work = _Work(raw, Decided(raw.raw, decisions))
    work.leave_out_front_matter()
    work.repair(characters.lone_halves, markup.entities, mojibake.utf8_read_as_latin)
    tag = language or raw.metadata.get("language") or detect(work.text.text)
    if base_language(tag) == "zh":
        work.repair(*_CHINESE_REPAIRS)
    if _is_markdown(raw):
        work.repair(markup.markdown)
    work.repair(*_REPAIRS, *glued.in_language(tag))
    if PurePath(raw.path).suffix.lower() not in _LAID_OUT:
        work.repair(wraps.broken_lines)

    found = work.lines()
    first_labels = _labels(raw, work.text, found, context, tag)
    labels = work.settle(found, first_labels)
    work.leave_out(found, labels)
    # What people brought back stays whole, and tells nothing of other phrases.
    kept = [line for line, *both in zip(found, first_labels, labels, strict=True) if all(x.is_body for x in both)]
    advertises = any(label.kind == "advertisement" for label in first_labels)
    if injections := injected.phrases(kept, tag, advertises, context):
        work.apply(injections)
        found = work.lines()
    body, made = _assemble(work.text, found, labels)
    told = raw.metadata.get("language")
    first = tag
    tag, made = _languages(body.text, made, tag, known=bool(language or told), forced=language not in (None, told))
    if (base_language(tag) == "zh") != (base_language(first) == "zh"):  # Chinese has repairs of its own
        again = clean(replace(raw, metadata={**raw.metadata, "language": tag}), context=context, decisions=decisions)
        own = {name: raw.metadata[name] for name in ("language",) if name in raw.metadata}
        return replace(again, raw=replace(raw, metadata={**again.raw.metadata, **own}))
    title = _title(raw, found, labels)
    raw = _signed(_dated(raw, found, labels, tag), found, labels)
    return CleanedArticle(raw, tag, title, body, made, _in_order(work.changes), _in_order(dict.fromkeys(work.offers)))


class _Work:
    """The text in its present state, and what was done to it or could be."""

    def __init__(self, raw: RawArticle, decided: Decided) -> None:
        self.raw = raw
        self.decided = decided
        self.text = MappedText.of(raw.raw)
        self.changes: list[Change] = []
        self.offers: list[Change] = []

    def leave_out_front_matter(self) -> None:
        raw = self.raw.raw
        if end := markup.front_matter(raw)[1] if _is_markdown(self.raw) else 0:
            reason = "facts about the article, kept as its metadata"
            change = Change("front-matter", 0, end, raw[:end], "", reason)
            decision = self.decided.of(change.kind, 0, end, "")
            if decision is not None and decision.kind == REJECT:
                self.offers.append(change)
                self.decided.keep(0, end)
            else:
                self.text = self.text.slice(end, len(raw))
                self.changes.append(change)

    def repair(self, *repairs: Repair) -> None:
        for repair in repairs:
            self.apply(repair(self.text.text))

    def apply(self, fixes: Iterable[Fix]) -> None:
        self.text, made, offered = apply(self.text, self.raw.raw, settled(self.text, fixes, self.decided))
        self.changes += made
        self.offers += offered

    def lines(self) -> list[Line]:
        return lines.split(self.text.text, _heading_starts(self.text, self.changes), _gaps(self.text, self.changes))

    def settle(self, found: Sequence[Line], labels: Sequence[Label]) -> list[Label]:
        """The labels with what people decided of lines. One that they brought back is offered for leaving out."""
        if not self.decided:
            return list(labels)
        told = list(labels)
        back = []
        for i, (line, label) in enumerate(zip(found, labels, strict=True)):
            span = self.text.span(line.at, line.to)
            decision = self.decided.of_line(*span)
            accepts = decision is not None and decision.kind == ACCEPT
            if decision is not None and accepts and label.is_body:
                reason = label.reason if label.doubt else decision.repair.reason
                told[i] = Label(decision.repair.kind, reason, score=label.score)
            elif not label.is_body and not accepts and (decision is not None or self.decided.keeps_all(*span)):
                told[i] = Label("paragraph", label.reason, label.kind, label.score)
                back.append(i)
        body = [i for i, label in enumerate(told) if label.is_body] if back else []
        title = next((n for n, i in enumerate(body) if told[i].kind == "title"), -1)
        for i, kind in zip(body, roles.kinds_of([found[i] for i in body], title), strict=True):
            if i in back:
                told[i] = told[i]._replace(kind=kind)
        return told

    def leave_out(self, found: Sequence[Line], labels: Sequence[Label]) -> None:
        for line, label in zip(found, labels, strict=True):
            if kind := label.doubt if label.is_body else label.kind:
                start, end = self.text.span(line.at, line.to)
                change = Change(kind, start, end, self.raw.raw[start:end], "", label.reason, label.score)
                (self.offers if label.is_body else self.changes).append(change)


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: (c.start, c.end)))


def _is_markdown(raw: RawArticle) -> bool:
    return PurePath(raw.path).suffix.lower() == ".md"


def _labels(raw: RawArticle, text: MappedText, found: Sequence[Line], context: Context, tag: str) -> list[Label]:
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
    own = iter(blocks.label([line for line, role in zip(found, told, strict=True) if not role], context, tag))
    return [Label(role, "the page's elements say so") if role else next(own) for role in told]


def _heading_starts(text: MappedText, changes: Sequence[Change]) -> frozenset[int]:
    """Offsets in `text` right after a heading mark of Markdown that was taken away."""
    ends = [c.end for c in changes if c.kind == "markup" and c.before.lstrip().startswith("#")]
    return frozenset(i for end in ends for i in range(bisect_left(text.starts, end), bisect_right(text.starts, end)))


def _gaps(text: MappedText, changes: Sequence[Change]) -> list[int]:
    """Offsets in `text` of spaces between words that stand for several."""
    wide = [c.start for c in changes if c.kind == "spaces" and re.search(r"  |[\t\u3000]", c.before)]
    found = (bisect_left(text.starts, start) for start in sorted(wide))
    return [i for i in found if 0 < i < len(text.text) and text.text[i] == " " and text.text[i - 1].isalnum()]


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


def _languages(
    body: str, made: tuple[Block, ...], tag: str, *, known: bool, forced: bool
) -> tuple[str, tuple[Block, ...]]:
    """The article's language, that of most of its body unless it is `known`, and the blocks with theirs: the same of
    all when it is `forced`."""
    held = [block for block in made if block.is_body]
    texts, kinds = [body[block.at : block.to] for block in held], [block.kind for block in held]
    tags = [tag] * len(held) if forced else of_blocks(texts, kinds, tag)
    if not known and (most := of_most(texts, tags)) not in (tag, "und"):
        tag = most  # detection had the page's furniture before it, too
        tags = of_blocks(texts, kinds, tag)
    own = iter(tags)
    return tag, tuple(replace(block, language=next(own)) if block.is_body else block for block in made)


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


def _signed(raw: RawArticle, found: Sequence[Line], labels: Sequence[Label]) -> RawArticle:
    """The article with its author in its metadata: who is given there, else who a byline names."""
    author = None if raw.metadata.get("author") else author_near(found, labels)
    return replace(raw, metadata={**raw.metadata, "author": author}) if author else raw


def _dated(raw: RawArticle, found: Sequence[Line], labels: Sequence[Label], tag: str) -> RawArticle:
    """The article with an ISO date in its metadata: the date that they give, else one that stands beside the text.

    What was given is kept as `declared_date` where it was written in another way.
    """
    given = raw.metadata.get("date", "")
    date = iso_date(given, tag) or date_near(found, labels, tag)
    if date == (given or None):
        return raw
    metadata = {name: value for name, value in raw.metadata.items() if name != "date"}
    if given:
        metadata["declared_date"] = given
    return replace(raw, metadata=metadata | ({"date": date} if date else {}))
