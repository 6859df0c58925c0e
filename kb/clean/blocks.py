"""Which lines are the article and which are the page around it.

Strong marks are looked for in every line first. What remains says where the article's paragraphs begin and end; weaker
marks count before and after them, where also the company that a line keeps tells what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from kb.clean import lexicon, rules
from kb.clean.context import ALONE, Context
from kb.clean.lines import Line
from kb.model import BODY_KINDS

_SIGNATURE_LINES = 2  # unmarked short lines between the text's end and the furniture; more of them are a list
_MENU_LINES = 4
_DATED_LINES = 3
_LEAST_REPEATS = 2  # times that furniture quotes the same phrase before it counts as the article's name


class Label(NamedTuple):
    kind: str
    reason: str = ""  # empty for what is kept

    @property
    def is_body(self) -> bool:
        return self.kind in BODY_KINDS


def label(lines: Sequence[Line], context: Context = ALONE) -> list[Label]:
    """One label for each line, in order."""
    labels = [_furniture(line, "anywhere") for line in lines]
    begin, end = _core(lines, labels)
    if begin < end:  # a text without paragraphs has no edges
        _label_edges(lines, labels, begin, end)
        _label_head(lines, labels, begin)
        _label_tail(lines, labels, end)
    title = _choose_title(lines, labels, begin)
    _drop_site_name(lines, labels, title)
    _drop_repeated_title(lines, labels, title, begin, end)
    return [found or _body(lines, i, title) for i, found in enumerate(labels)]


def title_in_furniture(lines: Sequence[Line], labels: Sequence[Label]) -> str:
    """The phrase that page furniture keeps quoting, when there is one: notices name the article they stand around."""
    furniture = [line.text for line, found in zip(lines, labels, strict=True) if not found.is_body]
    quoted = Counter(phrase.strip() for text in furniture for phrase in lexicon.QUOTED.findall(text))
    phrase, _ = max(quoted.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    return phrase if sum(text.count(phrase) for text in furniture) >= _LEAST_REPEATS and phrase else ""


def _furniture(line: Line, zone: str) -> Label | None:
    rule = None if line.marked_heading else rules.match(line, zone)
    return Label(rule.kind, rule.reason) if rule else None


def _core(lines: Sequence[Line], labels: Sequence[Label | None]) -> tuple[int, int]:
    """Positions of the first paragraph and after the last one; (0, 0) without any."""
    prose = [i for i, line in enumerate(lines) if not labels[i] and line.is_prose]
    return (prose[0], prose[-1] + 1) if prose else (0, 0)


def _label_edges(lines: Sequence[Line], labels: list[Label | None], begin: int, end: int) -> None:
    for i in (*range(begin), *range(end, len(lines))):
        labels[i] = labels[i] or _furniture(lines[i], "edge")


def _label_head(lines: Sequence[Line], labels: list[Label | None], begin: int) -> None:
    """A run of short lines with words of navigation among them is a menu."""
    run: list[int] = []
    for i in range(begin + 1):
        found = labels[i]
        in_menu = found is None or found.kind in ("navigation", "related")
        short = lines[i].weight < 30 and not lines[i].ends_sentence and not lines[i].is_numbered
        menu_like = i < begin and in_menu and short
        if menu_like:
            run.append(i)
            continue
        known = [k for k in run if labels[k]]
        if len(run) >= _MENU_LINES and len(known) >= 2:
            for k in range(run[0], known[-1]):  # what follows the last known entry may be the title
                labels[k] = labels[k] or Label("navigation", "a short line among entries of a menu")
        run = []


def _label_tail(lines: Sequence[Line], labels: list[Label | None], end: int) -> None:
    """After the first sure mark of furniture, short lines are furniture; so is a signature right before it."""
    dated = [
        i for i in range(end, len(lines)) if lexicon.ENDS_IN_DATE.search(lines[i].text) and not lines[i].ends_sentence
    ]
    if len(dated) >= _DATED_LINES:
        for i in dated:
            labels[i] = labels[i] or Label("related", "one of several lines that end in a date, after the text")
    opening = ("related", "navigation", "advertisement", "contact", "legal")
    first = next((i for i in range(end, len(lines)) if (found := labels[i]) and found.kind in opening), len(lines))
    for i in range(first, len(lines)):
        # Headlines of other articles may ask or exclaim; a full stop is the text's own.
        if not labels[i] and not re.search(r"[.。][\s\"'”’»」』）)]*$", lines[i].text):
            labels[i] = Label("related", "a short line after the text, among page furniture")
    loose = [i for i in range(end, first) if not labels[i]]
    unmarked = [i for i in loose if not lines[i].ends_sentence and not lines[i].list_mark and not lines[i].is_numbered]
    if first < len(lines) and loose == unmarked and len(loose) <= _SIGNATURE_LINES:
        for i in loose:
            labels[i] = Label("byline", "a short line between the end of the text and page furniture")


def _choose_title(lines: Sequence[Line], labels: Sequence[Label | None], begin: int) -> int:
    """Position of the title among the short lines before the first paragraph, -1 without one.

    The first of them that Markdown marks, or that is taken up again elsewhere, or that is no banner: a line with a rule
    and more furniture (a second rule, a date) between it and the next short line is the name of the site.
    """
    found = [i for i in range(begin) if not labels[i] and lines[i].looks_like_heading and not lines[i].is_numbered]
    marked = [i for i in found if lines[i].marked_heading]
    if marked:
        return marked[0]
    rest = [line.text.casefold() for line in lines]
    for i in found:
        name = lines[i].text.casefold()
        if any(name in text for k, text in enumerate(rest) if k != i):
            return i
    for here, following in pairwise(found):
        between = [label.kind for label in labels[here + 1 : following] if label]
        if "separator" not in between or len(between) < 2:
            return here
    return found[-1] if found else -1


def _drop_site_name(lines: Sequence[Line], labels: list[Label | None], title: int) -> None:
    """Short lines before the title belong to the page when furniture stands between them and the title."""
    furniture = [i for i in range(title) if labels[i]]
    for i in range(furniture[-1] if furniture else 0):
        if not labels[i] and lines[i].looks_like_heading:
            labels[i] = Label("navigation", "a short line above the title, with page furniture between them")


def _drop_repeated_title(lines: Sequence[Line], labels: list[Label | None], title: int, begin: int, end: int) -> None:
    if title < 0:
        return
    name = lines[title].text.casefold()
    for i in (*range(title + 1, begin), *range(end, len(lines))):
        if not labels[i] and lines[i].text.casefold() == name:
            labels[i] = Label("navigation", "the title once more")


def _body(lines: Sequence[Line], i: int, title: int) -> Label:
    line = lines[i]
    if i == title:
        return Label("title")
    if line.marked_heading:
        return Label("heading")
    if line.is_short and lexicon.CAPTION.search(line.text):
        return Label("caption")
    followed = i + 1 < len(lines)
    if line.is_numbered and line.looks_like_heading and followed and not re.match(r"\W*$", lines[i + 1].text):
        # Numbers side by side are a list; a number before a paragraph is its heading.
        return Label("heading" if lines[i + 1].is_prose or not lines[i + 1].is_numbered else "list-item")
    if line.list_mark:
        return Label("list-item")
    if line.looks_like_heading and line.weight < 100 and followed and lines[i + 1].is_prose and not line.ends_sentence:
        return Label("heading")
    return Label("paragraph")
