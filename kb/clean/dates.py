"""Dates as pages give them, as ISO dates.

dateutil, which other libraries bring along, reads English only and fills in what a date leaves open, so that `mai 2023`
would get the day on which it is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from kb.clean.blocks import Label
from kb.clean.lines import Line
from kb.langs.folding import fold
from kb.model import base_language

_DAY_FIRST = frozenset(("fr", "vi"))
_REPUBLIC = 1911  # the year before the first of the Republic's calendar, which Taiwan counts by
_CENTURY = 2000  # of years in two figures
_EARLIEST, _LATEST = 1800, 2099  # other years are those of programs that know none

# Without accents, as `fold` leaves them; French and English.
_MONTHS = (
    "janvier|january|janv|jan", "fevrier|february|fevr|fev|feb", "mars|march|mar", "avril|april|avr|apr", "mai|may",
    "juin|june|jun", "juillet|july|juil|jul", "aout|august|aug", "septembre|september|sept|sep",
    "octobre|october|oct", "novembre|november|nov", "decembre|december|dec",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_THANG = {"gieng": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
          "muoi mot": 11, "mot": 11, "muoi hai": 12, "chap": 12}  # fmt: skip
_VIETNAMESE = "|".join(sorted(_THANG, key=lambda name: -len(name)))
_HAN_DIGITS = {c: str(n) for n, row in enumerate(("〇零○", *"一二三四五六七八九")) for c in row}
_HAN = "[〇零○一二三四五六七八九十]"
_YEAR, _TWO = r"(?<!\d)(?P<y>\d{4})", r"\d{1,2}"

_ANYWHERE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}\s?(?P<by>[-/.年])\s?(?P<m>{_TWO})\s?(?:(?P=by)|月)\s?(?P<d>{_TWO})(?!\d)",
        rf"民[國国]\s?(?P<roc>\d{{1,3}}|元)\s?年\s?(?P<m>{_TWO})\s?月(?:\s?(?P<d>{_TWO})\s?[日號号])?",
        r"(?<![\d/.-])(?P<taiwan>1\d\d)(?P<by>[-/.])(?P<m>\d\d)(?P=by)(?P<d>\d\d)(?![-/.]?\d)",
        rf"{_YEAR}\s?年\s?(?P<m>{_TWO})\s?月",
        rf"(?<!\d)(?P<m>{_TWO})\s?月\s?(?P<d>{_TWO})\s?[日號号]?,\s?(?P<y>\d{{4}})(?!\d)",
        rf"(?<!{_HAN})(?P<y>{_HAN}{{4}})年(?P<m>{_HAN}{{1,2}})月(?:(?P<d>{_HAN}{{1,3}})[日號号])?",
        rf"(?<!\d)(?P<first>{_TWO})\s?(?P<by>[-/.])\s?(?P<second>{_TWO})\s?(?P=by)\s?(?P<y>\d{{4}})(?!\d)",
        rf"(?<![\d/.-])(?P<first>{_TWO})(?P<by>[-/.])(?P<second>{_TWO})(?P=by)(?P<short>\d\d)(?![-/.]?\d)",
        rf"(?<!\d)(?P<d>{_TWO})(?:er|st|nd|rd|th)?[\s.-]+(?:of )?(?P<m>{_MONTH})\b[.,]*[\s-]*(?P<y>\d{{4}})(?!\d)",
        rf"\b(?P<m>{_MONTH})\b\.?\s?(?P<d>{_TWO})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})(?!\d)",
        rf"\b(?P<m>{_MONTH})\b[.,]*\s(?P<y>\d{{4}})(?!\d)",
        rf"(?:(?<!\d)(?P<d>{_TWO})\s?,?\s?)?\bthang\s?(?P<m>{_TWO}|{_VIETNAMESE})(?:\s?[,/.-]\s?|\s)"
        r"(?:nam\s)?(?P<y>\d{4})(?!\d)",
    )
)
# In a longer text these are as well an issue, a number or a price.
_ALONE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})",
        r"(?:nam )?(?P<y>\d{4})年?",
    )
)


def iso_date(text: str, language: str = "") -> str | None:
    """The date in `text`, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY; None without one.

    Of several the first of those that tell most. `language` is a tag: 03/04/2023 is the third of April in French and
    Vietnamese; in others that leaves open which is the month, so only the year is known.
    """
    plain = " ".join(fold(unicodedata.normalize("NFKC", text)).split())
    dates = [
        (-len(found), match.start(), found)
        for pattern in _ANYWHERE
        for match in pattern.finditer(plain)
        if (found := _iso(match.groupdict(), language))
    ]
    if dates:
        return min(dates)[2]
    alone = (pattern.fullmatch(plain) for pattern in _ALONE)
    return next((found for match in alone if match and (found := _iso(match.groupdict(), language))), None)


def date_near(lines: Sequence[Line], labels: Sequence[Label], language: str) -> str | None:
    """The date of an article, from what is said around it: that nearest to its title, or to where its text begins.

    Many pages have the day on which they were saved at their top.
    """

    def place(fits: Callable[[Label], bool]) -> int | None:
        return next((i for i, label in enumerate(labels) if fits(label)), None)

    title = place(lambda label: label.kind == "title")
    begin = place(lambda label: label.is_body) or 0
    at = begin if title is None else title
    for i in sorted(_told(labels), key=lambda i: (abs(i - at), i)):
        if found := iso_date(lines[i].text, language):
            return found
    return None


def _told(labels: Sequence[Label]) -> Iterator[int]:
    return (i for i, label in enumerate(labels) if label.kind in ("date", "byline"))


def _iso(parts: dict[str, str | None], language: str) -> str | None:
    """Parts are y (or roc, taiwan, short), m and d, or first and second where the order of day and month is open."""
    if parts.get("short") and base_language(language) not in _DAY_FIRST:
        return None  # elsewhere the year may as well come first
    if parts.get("taiwan") and base_language(language) != "zh":
        return None
    year, month, day = _year(parts), parts.get("m"), parts.get("d")
    if parts.get("first") and parts.get("second"):
        ordered = _day_and_month(int(parts["first"] or 0), int(parts["second"] or 0), language)
        day, month = map(str, ordered) if ordered else (None, None)
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        whole = date(year, _number(month) if month else 1, _number(day) if day else 1)
    except ValueError:
        return None
    return whole.isoformat()[: 10 if day else 7 if month else 4]


def _year(parts: dict[str, str | None]) -> int:
    if republic := parts.get("roc") or parts.get("taiwan"):
        return _REPUBLIC + _number(republic)
    if short := parts.get("short"):
        return _CENTURY + int(short)
    return _number(parts.get("y") or "")


def _day_and_month(first: int, second: int, language: str) -> tuple[int, int] | None:
    if first > 12 or first == second or (second <= 12 and base_language(language) in _DAY_FIRST):
        return first, second
    return (second, first) if second > 12 else None


def _number(text: str) -> int:
    """0 for what is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    if named := _MONTH_NUMBER.get(text) or _THANG.get(text):
        return named
    if text == "元":  # the first year
        return 1
    tens, ten, ones = text.rpartition("十")
    digits = "".join(_HAN_DIGITS.get(c, "") for c in ones)
    return (10 * int(_HAN_DIGITS.get(tens, "1")) if ten else 0) + int(digits or "0")
