"""Where Chinese may have been read one byte off: the places that kb.clean.gbk looks into.

A text of 1 MB has some 300,000 characters, so this is arithmetic on arrays: of every two neighbours that GBK writes
with two bytes each, how usual is the second as it stands, and how usual is what the second byte of the one and the
first of the other make? A stretch where the sum of the differences grows is read one byte off. Stretches of one or two
characters have no such sum; they are found by what a shift leaves around them: half of an ASCII byte, a mark for a
broken byte, a reading of no character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from kb.clean import gbk_bytes, words
from kb.clean.likelihood import plain
from kb.clean.readings import SYLLABLE, readings_of
from kb.langs.folding import HAN

READING_FIRST = re.compile(rf"(?:[?？\ufffd]?\(|[?？\ufffd])(?P<reading>{SYLLABLE})\)")
_CUES = re.compile(
    rf"(?P<half>(?<=[{HAN}，。、：；)])[@-~€](?=[{HAN}，。、：；」』])|(?<= )[@-~€](?=[{HAN}]))"
    rf"|(?P<shown>(?:\ufffd|(?<=[{HAN}])\?)(?=[@-~€][{HAN}，。、]))"
    rf"|(?P<broken>\ufffd)"
    rf"|(?P<reading>(?:[?？\ufffd]?\(|[?？\ufffd]){SYLLABLE}\))"
    rf"|(?P<mark>(?<=[{HAN})])[!?:;,](?=(?P<last>[\ufffd?]?(?:\n|</|\?/|\Z)))?)"
)

_FULL_MARKS = "，！？：；"

_CHUNK = 100_000  # characters that are looked at together
_LONGEST = 200  # characters in one stretch

# Natural logarithms, summed over a stretch.
_GROWS = 4.0  # by so much: it is looked into
_GROWS_INSIDE = 8.5  # where the run goes on: more than one character can
_GROWS_AFTER_MARK = 0.5  # where ? or U+FFFD stands before it
_FALLS = 6.0  # by so much after its peak: the text is in step again before the run ends
# Of what begins after a mark the first characters tell: where it was damaged the greatest of their sums was above 4, in
# clean text 24 of 26 were below -2.
_FIRST, _FALLS_FIRST = 4, -2.0
_RARE = -14.0  # of one character
_MOST = 8.0  # that one character may add or take

_NONE = -20.0  # two bytes that are no character
_ASCII_ALONE = -6.5  # an ASCII letter after Chinese
_NO_TEXT = -16.0  # kana, box lines, the private zone
_SIGN = -9.0
_APART = -1e6  # between two characters that are no neighbours


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch ends at `end`, before or with what stands there, and begins somewhere from `begin` on.

    `inside`: it ends there or a character or two later, before one that is in step again, in the middle of Chinese.
    """

    begin: int
    end: int
    inside: bool = False


def find(text: str) -> list[Place]:
    """In reading order. Clean text has about one in 5,000 characters."""
    places: set[Place] = set()
    at = 0
    while at < len(text):
        to = _chunk_end(text, at)
        places.update(_grown(text, at, to))
        at = to
    ends = {place.end for place in places}
    for place in _cues(text):
        if place.end not in ends:
            places.add(place)
    return sorted(places, key=lambda place: (place.end, place.begin, place.inside))


def _chunk_end(text: str, at: int) -> int:
    """Where a chunk that begins at `at` ends: after a newline, or where there is none wherever it must."""
    if at + _CHUNK >= len(text):
        return len(text)
    return text.rfind("\n", at + _CHUNK // 2, at + _CHUNK) + 1 or at + _CHUNK


# --- stretches that grow --------------------------------------------------------------------------------------------


@cache
def _scores() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How usual a character is, float32[65536], and what two bytes are, float32[256, 256]."""
    usual = words.usual_characters(with_names=False)
    alone = np.full(1 << 16, _NO_TEXT, np.float32)
    pairs = np.full((256, 256), _NONE, np.float32)
    for lead, trail, character in gbk_bytes.all_pairs():
        score = max(usual.get(plain(character), _NONE), words.single(character))
        if character < "\u3400" and score < _SIGN:
            score = _NO_TEXT
        alone[ord(character)] = pairs[lead, trail] = max(score, _NONE)
    alone[ord("@") : 0x7F] = _ASCII_ALONE
    alone[ord("€")] = _ASCII_ALONE
    return alone, pairs


@cache
def _halves() -> npt.NDArray[np.uint8]:
    """The first byte of a character, or the one byte that may be the second half of one: uint8[65536]."""
    halves = gbk_bytes.bytes_of()[0].copy()
    halves[ord("@") : 0x7F] = np.arange(ord("@"), 0x7F)
    halves[ord("€")] = 0x80
    return halves


def _grown(text: str, at: int, to: int) -> Iterator[Place]:
    codes = np.minimum(words.code_points(text[at:to]), 0xFFFF)
    leads, trails = gbk_bytes.bytes_of()
    alone, pairs = _scores()
    two = leads[codes] > 0
    if not two.any():
        return
    first, second = trails[codes[:-1]], _halves()[codes[1:]]
    usual = alone[codes]
    gains = np.full(len(codes), _APART)
    joined = two[:-1] & (second > 0)
    gains[1:] = np.where(joined, np.clip(pairs[first, second] - usual[1:], -_MOST, _MOST), _APART)
    sums = np.cumsum(gains)
    lows = np.minimum.accumulate(sums)
    grown = sums - lows

    last = two & ~np.append(two[1:], False)
    ends = np.flatnonzero(last)
    begins = np.flatnonzero(two & ~np.append(False, two[:-1]))
    # What an ASCII half after the run adds counts as well.
    beyond = np.append(grown[1:], 0.0)
    best = np.maximum(grown[ends], beyond[ends])
    codes_before = np.where(begins > 0, codes[begins - 1], 0)
    marked = (codes_before == ord("?")) | (codes_before == 0xFFFD)
    shortly = np.maximum.reduceat(
        np.append(grown, 0.0), np.stack([begins, np.minimum(begins + 5, ends + 1)], 1).ravel()
    )
    soon = marked & ((shortly[::2] > _GROWS_AFTER_MARK) | (ends - begins < 3))
    rare = usual[ends] < _RARE
    for k in np.flatnonzero((best > _GROWS) | soon | rare).tolist():
        begin, end = at + int(begins[k]), at + int(ends[k]) + 1
        if _is_someones_own(text, begin, end):
            continue
        yield Place(max(begin, end - _LONGEST), end)

    # Where a stretch ends inside a run: the sum has grown, then it falls again.
    for k in _peaks(grown, ends, begins).tolist():
        begin = int(begins[np.searchsorted(begins, k, "right") - 1])
        yield Place(at + max(begin, k - _LONGEST), at + k + 1, inside=True)


def _peaks(
    grown: npt.NDArray[np.float64], ends: npt.NDArray[np.intp], begins: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """Offsets of the greatest sum in each run whose end is far below it."""
    peaks = []
    bounds = np.stack([begins, ends + 1], 1).ravel()
    tops = np.maximum.reduceat(np.append(grown, 0.0), bounds)[::2]
    for k in np.flatnonzero((tops > _GROWS_INSIDE) & (tops - grown[ends] > _FALLS)).tolist():
        peaks.append(int(begins[k]) + int(grown[begins[k] : ends[k] + 1].argmax()))
    return np.array(peaks, np.intp)


def _is_someones_own(text: str, begin: int, end: int) -> bool:
    """Letters with tones, and characters that someone's font has."""
    if text[end - 1] in gbk_bytes.LETTERS and end - begin <= 2:
        return True
    return "\ue000" <= text[end - 1] <= "\uf8ff" and re.match("[0-9A-Za-z]{2}", text[end : end + 2]) is not None


# --- what a shift leaves --------------------------------------------------------------------------------------------


def _cues(text: str) -> Iterator[Place]:
    """Where marks are full-width as a rule, every ASCII one is a cue, elsewhere those at the end of a line."""
    full_marks = sum(map(text.count, _FULL_MARKS))
    few = sum(map(text.count, "!?:;,")) * 5 < full_marks
    for match in _CUES.finditer(text):
        kind, at, to = match.lastgroup, match.start(), match.end()
        if kind == "half":
            yield Place(at, at)
        elif kind == "broken":
            yield Place(at, at)
            yield Place(to, run_end(text, to))
        elif (
            kind == "shown"
            or (kind == "reading" and is_odd_reading(text, match))
            or (match["mark"] and (few or match["last"] is not None))
        ):
            place = Place(to, run_end(text, to))
            if kind == "shown" or _may_begin(text, place):
                yield place


def _may_begin(text: str, place: Place) -> bool:
    """Whether what stands first is not by far more usual as it is than one byte further."""
    codes = np.minimum(words.code_points(text[place.begin : place.begin + _FIRST + 1]), 0xFFFF)
    if place.end - place.begin < _FIRST:
        return True
    alone, pairs = _scores()
    first, second = gbk_bytes.bytes_of()[1][codes[:_FIRST]], _halves()[codes[1:]]
    gains = pairs[first[: len(second)], second] - alone[codes[1:]]
    return bool(np.cumsum(np.clip(gains[second > 0], -_MOST, _MOST)).max(initial=-_FALLS) > _FALLS_FIRST)


def run_end(text: str, at: int) -> int:
    """The end of the characters of two bytes that begin at `at`."""
    leads = gbk_bytes.bytes_of()[0]
    to = at
    while to < len(text) and to < at + _LONGEST and ord(text[to]) < 1 << 16 and leads[ord(text[to])]:
        to += 1
    return to


def is_odd_reading(text: str, match: re.Match[str]) -> bool:
    """Whether a reading is not of the character before it, or has lost its bracket."""
    if not match.start():
        return False
    shown = match.group()
    return shown[0] != "(" or shown[1:-1] not in readings_of(text[match.start() - 1])
