"""What a line of the article is: title, heading, paragraph, entry of a list, caption."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from kb.clean import cues
from kb.clean.lines import Line

_LISTED, _HEADING = 90, 100  # letters: longer lines are no entries of lists without marks, and no headings
_LIST = 3  # lines
_PARAGRAPH = 150  # letters: where half of the paragraphs are longer, short lines of one form are a list
_QUOTE = re.compile(r"\s*[«“\"「『—–-]")
_ENTRY = re.compile(r"\d|[^\W\dA-ZÀ-Ỹ\u3400-\u9fff]|[^:：.。]{2,30}\s?[:：]\s*\S")


def kinds_of(lines: Sequence[Line], title: int) -> list[str]:
    """One of kb.model.BODY_KINDS for each line; `title` is the position of the title, -1 without one."""
    kinds = [_alone(line) or _by_next(lines, i) for i, line in enumerate(lines)]
    for begin, end in _lists(lines, title):
        for i in range(begin, end):
            if kinds[i] in ("paragraph", "heading") or not _alone(lines[i]):
                kinds[i] = "list-item"
        if begin and kinds[begin - 1] == "paragraph" and lines[begin - 1].looks_like_heading:
            kinds[begin - 1] = "heading"
    if title >= 0:
        kinds[title] = "title"
    return kinds


def _alone(line: Line) -> str:
    if line.marked_heading:
        return "heading"
    if line.is_short and cues.CAPTION.match(line.compared):
        return "caption"
    return "list-item" if line.list_mark and not line.is_numbered else ""


def _by_next(lines: Sequence[Line], i: int) -> str:
    line = lines[i]
    following = lines[i + 1] if i + 1 < len(lines) else None
    if line.is_numbered and line.looks_like_heading and following:
        # Numbers side by side are a list; a number before a paragraph is its heading.
        return "heading" if following.is_prose or not following.is_numbered else "list-item"
    if line.list_mark:
        return "list-item"
    if line.looks_like_heading and line.weight < _HEADING and following and not _QUOTE.match(line.text):
        asks = line.text.rstrip()[-1:] in "?？"
        if (following.is_prose and (asks or not line.ends_sentence)) or (asks and _is_sentence(following)):
            return "heading"
    return "paragraph"


def _is_sentence(line: Line) -> bool:
    return line.ends_sentence and line.text.rstrip()[-1:] not in "?？"


def _lists(lines: Sequence[Line], title: int) -> list[tuple[int, int]]:
    """(begin, end) of runs of short lines of one form in a text of paragraphs: entries of lists without marks."""
    prose = [line.weight for line in lines if line.is_prose]
    if not prose:
        return []
    in_paragraphs = sorted(prose)[len(prose) // 2] >= _PARAGRAPH
    found, at = [], 0
    for form, run in groupby(lines, _form):
        begin, at = at, at + len(list(run))
        if form is None or begin <= title < at:
            continue
        end = at
        if form[0] == "open":  # its heading, or that of the next paragraph, has the same form
            signs = [_ENTRY.match(line.text) is not None for line in lines[begin:end]]
            if sum(signs) >= 2:
                begin, end = begin + (not signs[0]), end - (not signs[-1])
            elif end - begin > _LIST and begin > 0 and _is_sentence(lines[begin - 1]):
                begin += 1
        opened = begin > 0 and begin - 1 != title and not _is_sentence(lines[begin - 1]) and lines[begin - 1].is_short
        least = 2 if opened and form[0] != "open" else _LIST
        if end - begin >= least and (opened or in_paragraphs):
            found.append((begin, end))
    return found


def _form(line: Line) -> tuple[str, bool] | None:
    if line.weight >= _LISTED or not line.weight:
        return None
    end = "stop" if _is_sentence(line) else "asks" if line.ends_sentence else "open"
    quoted = _QUOTE.match(line.text) is not None
    return None if quoted and end == "asks" else (end, quoted)


def is_captioned(line: Line, following: Line) -> bool:
    """A short line over the credit of an image is its caption."""
    return line.weight < _HEADING and cues.CREDIT.match(following.compared) is not None
