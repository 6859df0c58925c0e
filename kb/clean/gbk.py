"""Chinese whose GBK bytes were cut in half: 文化？蛻魬 for 文化。客戶戰.

When a converter loses a byte of a two-byte character, or writes something between its two bytes, everything up to the
next ASCII byte is read one byte off: from A1|A3 BF|CD 91|F4 91|F0 come ？ (A3BF), 蛻 (CD91), 魬 (F491). That byte may
be the second of a character (員 is 86|T): the stretch then ends with an ASCII letter that nobody wrote.

What is there is encoded again and paired one byte further. A stretch can only end before ASCII, so it is looked for
from there backwards; where it begins, and which byte is missing at either end, is what makes the likeliest text. A
reading in brackets tells which character was cut: the one after the stretch is of its last character, one before it was
put between the bytes of the first, after a character that seemed to be there (想|參 is CF|EB85|A2; EB85 is 雲: yún).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kb.clean import words
from kb.clean.fix import Fix
from kb.clean.readings import SYLLABLE, readings_of
from kb.clean.words import Likelihood
from kb.langs.folding import HAN

_READING_FIRST = re.compile(rf"(?:[?？\ufffd]?\(|[?？\ufffd])(?P<reading>{SYLLABLE})\)")
_READING_NEXT = re.compile(rf"\((?P<reading>{SYLLABLE})\)")
_SWALLOWED_NEXT = re.compile(rf"[?\ufffd](?:(?P<tag>/[a-z][a-z0-9]{{0,9}}>)|(?P<reading>{SYLLABLE})\))")
_SHOWN_HALF = re.compile(rf"(?<=[{HAN}])[?\ufffd](?=[@-~€][{HAN}，。、])")
_HALF_MARK = re.compile(rf"(?<=[{HAN}])!(?P<shown>[?\ufffd])(?=\n|</|\Z)")
_HAN = re.compile(f"[{HAN}，。、]")
_READINGS = re.compile(rf"[?\ufffd]?\({SYLLABLE}\)")
_LETTERS = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿêɑɡ")
_MARKS = {ord(c): bytes((0xA3, ord(c) + 0x80)) for c in ",?!:;()"}

_OPENING = "「『《〈（【“‘"
_BRACKETS = dict(zip("」』》〉）】”’" + _OPENING, _OPENING + " " * len(_OPENING), strict=True))

_REASON = "Chinese whose GBK bytes were read one byte off"
_CONTEXT = 8  # characters on either side that the word model sees
_LONGEST = 200  # characters in one stretch
_TRIED = 6  # starts that are looked into
_MOST_TRIED = 200  # stretches that are looked into in one article: a text full of them is odd for another reason

# Natural logarithms.
_LEAST_GAIN = 10.0  # how much likelier the restored text must be
_READING_FITS = 7.0
_READING_BETWEEN = 14.0
_UNMATCHED = -4.0
_NOTHING_SHOWN = -3.0  # of a first byte that left no trace
_HALF_LEFT = -6.0  # of an ASCII letter or digit right after a cut character
_BYTE_FITS = 5.0  # of an ASCII mark that is the half that is needed
_TRAIL_LOST = -1.0  # rarer than a lost first byte
_IN_WORD = -12.0  # of an ASCII letter that is taken from the head of a word
_WORTH_TRYING = 4.0
_FAR_BEHIND = 18.0


def shifted_bytes(text: str) -> list[Fix]:
    """Stretches that become ordinary Chinese when their GBK bytes are paired one byte further."""
    marks = list(_half_marks(text))
    places = _suspicious(text)
    if not places:
        return marks
    likelihood = Likelihood(_trusted(text, places))
    fixes: list[Fix] = []
    for begin, end in places[:_MOST_TRIED]:
        if found := _best(text, begin, end, fixes[-1].to if fixes else 0, likelihood):
            at, to, after = found
            fixes.append(Fix("mojibake", at, to, after, _REASON))
    return fixes + [m for m in marks if not any(f.at < m.to and m.at < f.to for f in fixes)]


def _half_marks(text: str) -> Iterator[Fix]:
    """。」 before a line's end, of which A1|A3A1|B9 left ！ as ! and a mark for the last byte, where 「 is open."""
    for match in _HALF_MARK.finditer(text):
        left = _line(text, match.start(), match.end())[0]
        for closing in "」”":
            if _unmatched(left + closing) < _unmatched(left):
                yield Fix("mojibake", *match.span(), "。" + closing, _REASON)
                break


# --- where to look --------------------------------------------------------------------------------------------------


@cache
def _two_bytes() -> re.Pattern[str]:
    """A run of characters that GBK writes with two bytes, its private zone included."""
    codes = sorted(
        ord(bytes((lead, trail)).decode("gb18030"))
        for lead in range(0x81, 0xFF)
        for trail in range(0x40, 0xFF)
        if trail != 0x7F and (lead, trail) != (0xA2, 0xE3)  # € is what the byte 80 alone becomes
    )
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return re.compile("[" + "".join(f"\\U{a:08x}-\\U{b:08x}" for a, b in ranges) + "]+")


def _suspicious(text: str) -> list[tuple[int, int]]:
    """(begin, end) of the runs at whose end something seems to be read one byte off."""
    found = []
    for run in _two_bytes().finditer(text):
        begin, end = run.span()
        if _is_odd(text, begin, end):
            found.append((begin, end))
    found += [(m.end(), m.end()) for m in _SHOWN_HALF.finditer(text)]
    # After a reading there may be nothing left but the ASCII byte.
    for match in _READING_FIRST.finditer(text):
        at = match.end()
        if ("@" <= text[at : at + 1] <= "~" or text[at : at + 1] == "€") and _odd_reading(text, at):
            found.append((at, at))
    return sorted(found)


def _is_odd(text: str, begin: int, end: int) -> bool:
    score = words.character_score
    if text[end - 1] in _LETTERS and end - begin <= 2:
        return False
    following = text[end : end + 1]
    if "\ue000" <= text[end - 1] <= "\uf8ff" and re.match("[0-9A-Za-z]{2}", text[end : end + 2]):
        return False  # a character that someone's font has
    if score(text[end - 1]) < -14.0:
        return True
    if following and ("@" <= following <= "~" or following == "€"):
        after = text[end + 1 : end + 2]
        if after and not (after.isascii() and after.isalnum()) and after != " ":
            return True
    if end - begin <= 3 and begin and (text[begin - 1] in "?\ufffd" or _odd_reading(text, begin)):
        return True
    tail = text[max(begin, end - 8) : end]
    shifted = _shift(tail.encode("gb18030"))
    gain = 0.0
    for i in range(len(tail) - 2, -1, -1):
        gain += score(shifted[i]) - score(tail[i])
        if gain > _WORTH_TRYING:
            return True
        if gain < -12.0:
            break
    return False


def _odd_reading(text: str, at: int) -> bool:
    """Whether a reading ends here that is not of the character before it."""
    if text[at - 1] != ")":
        return False
    match = next((m for m in _READING_FIRST.finditer(text, max(0, at - 10), at) if m.end() == at), None)
    if not match or not match.start():
        return False
    return match.group()[0] != "(" or match["reading"] not in readings_of(text[match.start() - 1])


def _trusted(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """The text between the places and what is looked at around them, without readings."""
    pieces, done = [], 0
    for begin, end in places:
        pieces.append(text[done : max(done, begin - _CONTEXT - 2, end - 30)])
        done = max(done, end + _CONTEXT + 2)
    pieces.append(text[done:])
    return [_READINGS.sub("", piece) for piece in pieces]


# --- what was there -------------------------------------------------------------------------------------------------


def _best(text: str, begin: int, end: int, done: int, likelihood: Likelihood) -> tuple[int, int, str] | None:
    """(at, to, restored text) of the likeliest hypothesis about a stretch that ends at `end`, when likely enough."""
    low = max(begin, end - _LONGEST, done)
    if low > end:
        return None
    run = text[low:end]
    data = run.encode("gb18030")
    original = likelihood.before(likelihood.plain(run))
    best: tuple[float, int, int, str] | None = None
    for ending in _ends(text, end, data[-1:]):
        known = data + ending.byte
        if not known:
            continue
        shifted = _shift(known)
        plain = likelihood.plain(shifted)
        cost = [0.0]
        for character in reversed(shifted):
            cost.append(cost[-1] + likelihood.script(character))
        cost.reverse()
        right = likelihood.plain(_after(text, ending.to))
        for last in _likeliest_last(ending, plain, right, likelihood):
            rest = plain + likelihood.plain(last) + right
            after = likelihood.after(rest)
            guesses = [original[i] + after[i] + cost[i] for i in range(len(known) // 2 + len(known) % 2)]
            least = max(guesses) - _FAR_BEHIND
            ranked = sorted(range(len(guesses)), key=lambda i: -guesses[i])[:_TRIED]
            for i in {0, *(i for i in ranked if guesses[i] > least)}:
                for start in _starts(text, low + i, low + i == begin, known[2 * i], done):
                    tail = start.extra(known[2 * i]) + shifted[i:] + last
                    follow, follow_after = rest[i:], after[i:]
                    if start.mark:
                        follow = likelihood.plain(start.extra(known[2 * i])) + follow
                        follow_after = likelihood.after(follow)
                    left = likelihood.plain(_before(text, start.at))
                    before = likelihood.before(left)
                    seen = _READINGS.sub("", text[start.at : ending.to])
                    letter = len(ending.byte) > 0 and _between_han(text, start.at, ending.to)
                    if start.bonus < _READING_BETWEEN and _ends_word(text, start.at):
                        continue
                    if not letter and start.bonus <= 0 and not _HAN.search(seen):
                        continue
                    now = likelihood.before(left + likelihood.plain(seen) + right)[-1] + likelihood.script(seen)
                    rated = start.bonus + likelihood.script(tail) - now
                    line_left, line_right = _line(text, start.at, ending.to)
                    open_now = _unmatched(line_left + seen + line_right)
                    open_base = _unmatched(line_left + tail + line_right)
                    for first in start.first:
                        restored = first + tail
                        gain = rated + likelihood.script(first) + ending.bonus(restored[-1])
                        unmatched = _unmatched(line_left + restored + line_right) if first in _BRACKETS else open_base
                        gain += _UNMATCHED * (unmatched - open_now)
                        gain += likelihood.between(left, before, likelihood.plain(first), follow, follow_after)
                        if gain >= _LEAST_GAIN and (best is None or gain > best[0]):
                            best = gain, start.at, ending.to, restored
    return best[1:] if best and _HAN.search(best[3]) else None


def _ends_word(text: str, at: int) -> bool:
    return at > 0 and text[at - 1].isascii() and text[at - 1].isalnum()


def _between_han(text: str, at: int, to: int) -> bool:
    return bool(_HAN.match(text[at - 1 : at]) and _HAN.match(text[to : to + 1]))


@dataclass(frozen=True, slots=True)
class _End:
    """How a stretch ends, before `to`: with a byte that is ASCII, or with a character that lost its second byte."""

    to: int
    byte: bytes
    last: tuple[str, ...]
    reading: str = ""
    cost: float = 0.0

    def bonus(self, character: str) -> float:
        if not self.reading:
            return self.cost
        return self.cost + (_READING_FITS if self.reading in readings_of(character) else -_READING_FITS)


def _ends(text: str, end: int, orphan: bytes) -> Iterator[_End]:
    following = text[end : end + 1]
    if following == "€" or "@" <= following <= "~":
        reading = _READING_NEXT.match(text, end + 1)
        byte = b"\x80" if following == "€" else following.encode()
        beyond = text[end + 1 : end + 2]
        in_word = _IN_WORD if beyond.isalnum() and beyond < "\u2e80" else 0.0
        yield _End(end + 1, byte, ("",), reading["reading"] if reading else "", in_word)
    if not orphan:
        return
    last = _with_lead(orphan[0])
    if swallowed := _SWALLOWED_NEXT.match(text, end):
        yield _End(swallowed.end(), b"", last, swallowed["reading"] or "")
        return
    for to in (end, end + 1) if following and following in "?\ufffd" else (end,):
        reading = _READING_NEXT.match(text, to)
        glued = "@" <= text[to : to + 1] <= "~" or "0" <= text[to : to + 1] <= "9"
        yield _End(
            to,
            b"",
            last,
            reading["reading"] if reading else "",
            _HALF_LEFT if glued else _NOTHING_SHOWN if to == end and not reading else 0.0,
        )


def _likeliest_last(ending: _End, plain: str, right: str, likelihood: Likelihood) -> list[str]:
    if len(ending.last) == 1:
        return list(ending.last)
    tail = plain[-_CONTEXT:]
    before, after = likelihood.before(tail), likelihood.after(right)

    def rated(last: str) -> float:
        score = likelihood.between(tail, before, likelihood.plain(last), right, after)
        return score + likelihood.script(last) + ending.bonus(last)

    ranked = sorted(ending.last, key=rated, reverse=True)
    many = 3 if len(plain) > 2 else 12
    return ranked[:many] + [c for c in ranked[many:] if c in _BRACKETS]


@dataclass(frozen=True, slots=True)
class _Start:
    """How a stretch may begin, at `at`: with one of `first`. `mark`: the second byte of a mark that became ASCII."""

    at: int
    first: tuple[str, ...]
    bonus: float = 0.0
    mark: bytes = b""

    def extra(self, byte: int) -> str:
        return (self.mark + bytes((byte,))).decode("gb18030", "replace") if self.mark else ""


def _starts(text: str, at: int, at_run: bool, byte: int, done: int) -> Iterator[_Start]:
    yield _Start(at, _with_trail(byte))
    yield _Start(at, _with_lead(byte), _TRAIL_LOST)
    if not at_run or at <= done:
        return
    previous = text[at - 1]
    if previous in "?\ufffd":
        yield _Start(at - 1, _with_trail(byte))
    if pair := _MARKS.get(ord(previous)):
        yield _Start(at - 1, _with_trail(pair[0]), _BYTE_FITS, pair[1:])
        if at - 2 >= done and text[at - 2] in "?\ufffd":
            yield _Start(at - 2, _with_trail(pair[0]), _BYTE_FITS, pair[1:])
    if previous == ")":
        for match in _READING_FIRST.finditer(text, max(done, at - 10), at):
            if match.end() == at and match.start():
                yield from _from_reading(text[match.start() - 1], match, byte)


def _from_reading(character: str, match: re.Match[str], byte: int) -> Iterator[_Start]:
    """The reading is of the character that the second byte of `character` and the missing byte make, or (where a tool
    looked at the text before it was cut) of the character that was cut."""
    data = character.encode("gb18030")
    if len(data) != 2 or (match.group()[0] == "(" and match["reading"] in readings_of(character)):
        return
    if not _LETTERS & set(match["reading"]):
        return
    seemed = ((lead, _character(data[1], lead)) for lead in range(0x81, 0xFF))
    if match.group()[0] != "(":
        own = tuple(c for c in _with_trail(byte) if c and match["reading"] in readings_of(c))
        yield _Start(match.start(), own, _READING_BETWEEN)
    leads = [lead for lead, c in seemed if c and match["reading"] in readings_of(c)]
    first = tuple(c for lead in leads if words.is_usual(c := _character(lead, byte)))
    yield _Start(match.start(), first, _READING_BETWEEN)


def _line(text: str, at: int, to: int) -> tuple[str, str]:
    """The brackets on both sides in the same line."""
    left, right = text[max(0, at - 200) : at].rpartition("\n")[2], text[to : to + 200].partition("\n")[0]
    return "".join(c for c in left if c in _BRACKETS), "".join(c for c in right if c in _BRACKETS)


def _unmatched(text: str) -> int:
    """How many brackets have no other half."""
    waiting: list[str] = []
    lonely = 0
    for character in text:
        if character in _OPENING:
            waiting.append(character)
        elif opening := _BRACKETS.get(character):
            if waiting and waiting[-1] == opening:
                waiting.pop()
            else:
                lonely += 1
    return lonely + len(waiting)


def _before(text: str, at: int) -> str:
    return _READINGS.sub(
        "", text[text.rfind("\n", 0, at) + 1 if "\n" in text[max(0, at - 40) : at] else max(0, at - 40) : at]
    )[-_CONTEXT:]


def _after(text: str, to: int) -> str:
    piece = text[to : to + 40]
    return _READINGS.sub("", piece[: piece.find("\n") + 1] or piece)[:_CONTEXT]


def _shift(data: bytes) -> str:
    """Characters from the second byte on; a lone last byte is left out, a pair that is none becomes U+FFFD."""
    return "".join(_character(data[i], data[i + 1]) or "\ufffd" for i in range(1, len(data) - 1, 2))


@cache
def _with_trail(trail: int) -> tuple[str, ...]:
    """The usual characters of GBK whose second byte is `trail`."""
    return tuple(c for lead in range(0x81, 0xFF) if words.is_usual(c := _character(lead, trail)))


@cache
def _with_lead(lead: int) -> tuple[str, ...]:
    return tuple(c for trail in range(0x40, 0xFF) if words.is_usual(c := _character(lead, trail)))


@cache
def _character(lead: int, trail: int) -> str:
    """What two bytes of GBK are; empty when they are no character."""
    if not 0x81 <= lead <= 0xFE or not 0x40 <= trail <= 0xFE or trail == 0x7F:
        return ""
    return bytes((lead, trail)).decode("gb18030")
