"""What a cut through GBK bytes may have left: the ways in which a stretch that is read one byte off begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from kb.clean import gbk_bytes
from kb.clean.gbk_bytes import LETTERS, character
from kb.clean.gbk_places import READING_FIRST
from kb.clean.likelihood import Options, is_usual
from kb.clean.readings import SYLLABLE, readings_of

Hole = str | tuple[int, ...]
"""What a cut character may be: one of a text; or what has one byte, (FIRST, byte) or (SECOND, byte); or (FIRST, byte,
next) where a decoder broke off because the lost second byte and the next are no character."""
FIRST, SECOND = 0, 1

SHOWN = "?\ufffd"
"""What stands for a byte that could not be read."""

_READING_NEXT = re.compile(rf"\((?P<reading>{SYLLABLE})\)")
_SWALLOWED_NEXT = re.compile(rf"[?\ufffd](?:(?P<tag>/[a-z][a-z0-9]{{0,9}}>)|(?P<reading>{SYLLABLE})\))")
_LONGEST_READING = 10  # characters, with brackets

# Natural logarithms. Chosen on the even half of the documents of bench/repair.py.
_READING_FITS = 7.0
_READING_BETWEEN = 14.0
_NOTHING_SHOWN = -3.0  # of a first byte that left no trace
_HALF_LEFT = -6.0  # of an ASCII letter or digit right after a cut character
_TRAIL_LOST = -1.0  # rarer than a lost first byte
_LETTER_BETWEEN = -2.0  # of an ASCII letter between the two bytes
_IN_WORD = -12.0  # of an ASCII letter that is taken from the head of a word


@dataclass(frozen=True, slots=True)
class End:
    """How a stretch ends, before `to`.

    The last `drop` bytes of what is there are not its own but `tail`, an ASCII letter that a cut character took in;
    `byte`, seen as ASCII, is its own. Otherwise its last character lost its second byte: it is one of `last`.
    """

    to: int
    drop: int = 0
    byte: bytes = b""
    tail: str = ""
    last: Hole | None = None
    reading: str = ""
    cost: float = 0.0

    @property
    def most(self) -> float:
        """The greatest bonus."""
        return self.cost + (_READING_FITS if self.reading else 0.0)

    def fits(self, last: str) -> bool:
        return self.reading in readings_of(last)

    def bonus(self, last: str) -> float:
        """Of a last character, by the reading that stands after it."""
        if not self.reading:
            return self.cost
        return self.cost + (_READING_FITS if self.fits(last) else -_READING_FITS)


@dataclass(frozen=True, slots=True)
class Start:
    """How a stretch may begin, at `at`: with one character of `first`. `kind` is one of tests/damage.py."""

    kind: str
    at: int
    first: Hole
    prior: float = 0.0


def ends(text: str, end: int, data: bytes, *, inside: bool) -> Iterator[End]:
    """How a stretch with these bytes may end that goes up to `end`; `inside`: in the middle of Chinese."""
    following = text[end : end + 1]
    if data and data[-1] < 0x80:
        yield End(end, drop=1, tail=chr(data[-1]), cost=_NOTHING_SHOWN)
    if inside:
        if data and data[-1] > 0x80 and is_two_bytes(following):
            yield End(end, last=(FIRST, data[-1], following.encode("gb18030")[0]), cost=_NOTHING_SHOWN)
        return
    if following == "€" or (following and "@" <= following <= "~"):
        reading = _READING_NEXT.match(text, end + 1)
        beyond = text[end + 1 : end + 2]
        yield End(
            end + 1,
            byte=b"\x80" if following == "€" else following.encode(),
            reading=reading["reading"] if reading else "",
            cost=_IN_WORD if beyond.isalnum() and beyond < "\u2e80" else 0.0,
        )
    if data and data[-1] > 0x80:
        yield from _broken_ends(text, end, data[-1])


def _broken_ends(text: str, end: int, orphan: int) -> Iterator[End]:
    """The ends of a stretch whose last first byte, `orphan`, stood before ASCII."""
    if swallowed := _SWALLOWED_NEXT.match(text, end):
        yield End(swallowed.end(), last=(FIRST, orphan), reading=swallowed["reading"] or "")
        return
    following = text[end : end + 1]
    for to in (end, end + 1) if following and following in SHOWN else (end,):
        reading = _READING_NEXT.match(text, to)
        beyond = text[to : to + 1]
        glued = "@" <= beyond <= "~" or "0" <= beyond <= "9"
        cost = _HALF_LEFT if glued else _NOTHING_SHOWN if to == end and not reading else 0.0
        if to > end and is_two_bytes(beyond):
            yield End(to, last=(FIRST, orphan, beyond.encode("gb18030")[0]), cost=cost)
        else:
            yield End(to, last=(FIRST, orphan), reading=reading["reading"] if reading else "", cost=cost)


def starts(at: int, byte: int, before: bytes) -> Iterator[Start]:
    """How a stretch may begin at `at`, whose first byte is `byte`, inside a run that begins with the bytes `before`."""
    yield Start("lead", at, (SECOND, byte))
    if byte > 0x80:
        yield Start("trail", at, (FIRST, byte), _TRAIL_LOST)
    if before and before[-1] < 0x80 and (cut := character(before[-2], byte)):
        yield Start("letter", at - 1, cut, _LETTER_BETWEEN)


def starts_before(text: str, at: int, byte: int, done: int) -> Iterator[Start]:
    """How a stretch may begin before the run at `at`, with what a reader or a tool put there, but not before `done`."""
    if at <= done:
        return
    if text[at - 1] in SHOWN:
        yield Start("lead?", at - 1, (SECOND, byte))
        if at - 2 >= done and text[at - 2] in SHOWN:
            yield Start("lead?", at - 2, (SECOND, byte))
    if text[at - 1] == ")":
        for match in READING_FIRST.finditer(text, max(done, at - _LONGEST_READING), at):
            if match.end() == at and match.start():
                yield from _after_reading(text[match.start() - 1], match, byte)


def _after_reading(before: str, match: re.Match[str], byte: int) -> Iterator[Start]:
    """The reading is of the character that the second byte of `before` and the missing byte make, or (where a tool
    looked at the text before it was cut) of the character that was cut."""
    reading = match["reading"]
    if (match.group()[0] == "(" and reading in readings_of(before)) or not LETTERS & set(reading):
        return
    if own := _read_so(byte, reading):
        yield Start("reading", match.start(), own, _READING_BETWEEN)
    if is_two_bytes(before):
        half = before.encode("gb18030")[1]
        if first := _after_half(half, byte, reading):
            yield Start("reading", match.start(), first, _READING_BETWEEN)


@lru_cache(10_000)
def _read_so(trail: int, reading: str) -> str:
    """The characters with this second byte that have the reading."""
    return "".join(c for lead in range(0x81, 0xFF) if (c := character(lead, trail)) and reading in readings_of(c))


@lru_cache(10_000)
def _after_half(half: int, trail: int, reading: str) -> str:
    """The characters with this second byte whose first makes a character of that reading with the half before it."""
    leads = [lead for lead in range(0x81, 0xFF) if (c := character(half, lead)) and reading in readings_of(c)]
    return "".join(c for lead in leads if (c := character(lead, trail)) and is_usual(c))


def options(hole: Hole, traditional: bool) -> Options:
    """The characters that may fill a hole in a text of one script."""
    return Options(hole, traditional) if isinstance(hole, str) else _usual_options(hole, traditional)


@cache
def _usual_options(hole: tuple[int, ...], traditional: bool) -> Options:
    kind, byte, *following = hole
    characters: Iterable[str]
    if kind == SECOND:
        characters = (character(lead, byte) for lead in range(0x81, 0xFF))
    else:
        trails = (t for t in range(0x40, 0xFF) if not following or not gbk_bytes.is_strict(t, following[0]))
        characters = (character(byte, trail) for trail in trails)
    return Options(characters, traditional)


def is_two_bytes(c: str) -> bool:
    return "\x7f" < c <= "\uffff" and gbk_bytes.bytes_of()[0].item(ord(c)) > 0
