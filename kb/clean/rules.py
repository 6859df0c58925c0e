"""What marks a line as page furniture: a table of small rules, each with the reason that a reader is told.

A rule of the zone "anywhere" is strong enough to stand alone. One of the zone "edge" counts only before the article's
first paragraph and after its last one, where a date or a short call is no part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kb.clean import lexicon
from kb.clean.lines import Line


class Rule(NamedTuple):
    kind: str  # one of kb.model.FURNITURE_KINDS
    zone: str  # "anywhere" or "edge"
    reason: str
    applies: Callable[[Line], bool]


def match(line: Line, zone: str) -> Rule | None:
    """The first rule of this zone that applies."""
    return next((rule for rule in RULES if rule.zone == zone and rule.applies(line)), None)


def _is_separator(line: Line) -> bool:
    return not re.search(r"\w", line.text.replace("_", ""))


def _is_image_credit(line: Line) -> bool:
    if not line.is_short or line.list_mark or not lexicon.IMAGE_LINE.search(line.plain):
        return False
    return bool(lexicon.FILE_OR_SITE.search(line.plain) or lexicon.CREDIT.search(line.plain))


def _is_fields(line: Line) -> bool:
    fields = [field for field in re.split(r"[|｜]", line.plain) if field.strip()]
    return len(fields) >= 2 and sum(bool(lexicon.FIELD.search(field)) for field in fields) * 2 >= len(fields)


def _is_byline(line: Line) -> bool:
    is_sentence = line.is_prose and line.ends_sentence
    return line.weight < 250 and not is_sentence and bool(lexicon.BYLINE_LINE.search(line.plain))


def _is_signed(line: Line) -> bool:
    return len(line.text) < 90 and bool(lexicon.BYLINE_NAME.search(line.text) or re.match(r"@\w+$", line.text))


def _is_keywords(line: Line) -> bool:
    return line.is_short and not line.is_prose and bool(lexicon.KEYWORDS_LINE.search(line.plain))


def _is_neighbour(line: Line) -> bool:
    return line.is_short and bool(lexicon.NAVIGATION_LINE.search(line.plain))


def _is_related(line: Line) -> bool:
    return line.weight < 60 and bool(lexicon.RELATED_HEADER.search(line.plain))


def _is_related_line(line: Line) -> bool:
    return line.is_short and not line.is_prose and bool(lexicon.RELATED_LINE.search(line.plain))


def _is_share(line: Line) -> bool:
    has_word = re.search(r"[^\W\d_]{2}", line.text) is not None
    return has_word and line.weight < 100 and bool(lexicon.SHARE_ALONE.search(line.plain))


def _is_counter(line: Line) -> bool:
    return line.weight < 40 and bool(lexicon.COUNTER.search(line.plain))


def _is_legal(line: Line) -> bool:
    return line.weight < 2 * 150 and bool(lexicon.LEGAL.search(line.plain)) and (line.is_short or "©" in line.text)


def _is_contact(line: Line) -> bool:
    return line.is_short and not line.is_prose and bool(lexicon.CONTACT_LINE.search(line.plain)) and _has_address(line)


def _has_address(line: Line) -> bool:
    return lexicon.ADDRESSES.search(line.text) is not None or re.search(r"\d", line.text) is not None


def _is_address(line: Line) -> bool:
    if line.is_prose:
        return False
    rest, found = lexicon.ADDRESSES.subn("", line.text)
    return found > 0 and not line.ends_sentence and len(re.findall(r"\w", rest)) * 2 < len(re.findall(r"\w", line.text))


def _is_advertisement_label(line: Line) -> bool:
    return line.weight < 40 and bool(lexicon.ADVERTISEMENT_ALONE.search(line.plain))


def _cues(line: Line) -> int:
    if not lexicon.ANY_CUE.search(line.plain):
        return 0
    return sum(cue.search(line.plain) is not None for cue in lexicon.CUES)


def _is_promotion(line: Line) -> bool:
    # Long lines must be dense with cues: an article on service may well speak of hotlines.
    cues = _cues(line)
    return (cues >= 3 and line.weight < 200 * cues) or (cues >= 2 and line.weight < 100)


def _is_call(line: Line) -> bool:
    return line.weight < 120 and _cues(line) >= 1


def _is_date(line: Line) -> bool:
    return line.weight < 60 and bool(lexicon.DATE_ALONE.search(line.plain))


def _is_navigation_word(line: Line) -> bool:
    return line.weight < 40 and bool(lexicon.NAVIGATION_ALONE.search(line.plain))


def _is_breadcrumb(line: Line) -> bool:
    # A dot without spaces stands within foreign names in Chinese: 约翰·肯尼迪.
    pieces = re.split(r"\s*[>›»→|]\s*|\s+[·•/]\s+", line.text.strip(" >›»→|·•/"))
    return (
        len(pieces) >= 3 and line.is_short and not line.ends_sentence and all(0 < len(piece) < 40 for piece in pieces)
    )


RULES = (
    Rule("separator", "anywhere", "a line without letters or figures", _is_separator),
    Rule("byline", "anywhere", "the credit of an image", _is_image_credit),
    Rule("byline", "anywhere", "fields of the page: author, source, date, labels", _is_fields),
    Rule("navigation", "anywhere", "a list of keywords", _is_keywords),
    Rule("byline", "anywhere", "author, source or date, with its label", _is_byline),
    Rule("navigation", "anywhere", "a link to a neighbouring page", _is_neighbour),
    Rule("related", "anywhere", "the heading of a list of other articles", _is_related),
    Rule("related", "anywhere", "a link to another article", _is_related_line),
    Rule("navigation", "anywhere", "buttons for sharing", _is_share),
    Rule("navigation", "anywhere", "a count of readers or comments", _is_counter),
    Rule("legal", "anywhere", "rights, terms or cookies", _is_legal),
    Rule("contact", "anywhere", "an address or number, with its label", _is_contact),
    Rule("contact", "anywhere", "little more than a web address, e-mail address or number", _is_address),
    Rule("advertisement", "anywhere", "the label of an advertisement", _is_advertisement_label),
    Rule("advertisement", "anywhere", "several calls to contact, follow or buy", _is_promotion),
    Rule("date", "edge", "a date alone, before or after the text", _is_date),
    Rule("byline", "edge", "an author's name, before or after the text", _is_signed),
    Rule("navigation", "edge", "an entry of a menu, before or after the text", _is_navigation_word),
    Rule("navigation", "edge", "a path through the site, or a menu", _is_breadcrumb),
    Rule("advertisement", "edge", "a call to contact, follow or buy, before or after the text", _is_call),
)
