"""Damage clean Traditional Chinese the way article 002 came by its damage.

The page went through tools that work on GBK *bytes* and do not look where a character begins. One puts a reading in
brackets after converted characters (企業(yè)); one makes full-width marks ASCII. Where the second byte of a character
and the first of the next look like such a character or mark, they act there, inside two characters:

    想|參|考|。|<   CFEB 85A2 BFBC A1A3 3C    EB85 is 雲, so (yún) is put after it: CFEB 85 ( y ú n ) A2BF BCA1 A33C /p>
    化|。|客|戶|戰   BBAF A1A3 BFCD 91F4 91F0    A3BF is ？, which becomes ?: BBAF A1 ? CD91 F491 F0 ( z h à n )

What reads the bytes afterwards pairs them from where it is: all up to the next ASCII byte is read one byte off, or up
to a character whose second byte is itself ASCII (員 is 86|T, 詢人員 becomes 詢?nèi)藛T). A first byte before an ASCII
byte is no character. Old readers make one `?` of both (`?yún)`, `肌?/p>`), others drop the byte (`化?`, `魬(zhàn)`) or
show it as `?` or U+FFFD and keep the ASCII. So a shift has

    a start: `reading` (in the middle of a character), `mark` (half of a mark and half of the next character became an
        ASCII mark), `lead` (a first byte lost, nothing in its place), `lead?` (the same with a ? in its place), `trail`
        (a second byte lost);
    an end: `whole` (a second byte that is ASCII, nothing lost), or before ASCII `swallowed`, `dropped`, `?`, `\ufffd`
        (the last first byte together with a bracket or <, alone, or shown).

`cut_bytes` is the plain way to do as much: a byte lost or put in, every so often, and the next best decoder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from pypinyin.pinyin_dict import pinyin_dict

from kb.langs.folding import simplify

CUTS = ("lead", "trail", "?", "letter", "reading")
"""What `cut_bytes` does to a character: its first or second byte is lost, or ?, a letter or its reading put between."""
ERRORS = ("ignore", "replace", "?")
STARTS = ("reading", "mark", "lead", "lead?", "trail")
ENDS = ("swallowed", "dropped", "?", "\ufffd")
_TONES = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ")
_MARKS = {chr(0xFF00 + ord(c) - 0x20): c for c in ",?!:;()"}


@dataclass(frozen=True, slots=True)
class Place:
    """`damaged[at:to]` stands where `clean[clean_at:clean_to]` was."""

    start: str
    end: str
    at: int
    to: int
    clean_at: int
    clean_to: int


@dataclass(frozen=True, slots=True)
class Damaged:
    """`same[i]` is the clean offset of `text[i]`, -1 for what is damage."""

    text: str
    places: tuple[Place, ...]
    same: tuple[int, ...]


@dataclass(slots=True)
class _Unit:
    """One character of the stream of bytes, or what was put in: two bytes, an ASCII byte, or no GBK at all."""

    data: bytes
    character: str
    clean: int  # offset in the clean text, -1 for what was put in


def damage(
    text: str,
    seed: int,
    *,
    readings: float = 0.04,
    every: int = 300,
    starts: tuple[str, ...] = STARTS,
    ends: tuple[str, ...] = ENDS,
    tags: bool = True,
) -> Damaged:
    """Readings after that share of the characters, a shift about every so many; `tags`: </p> before some newlines."""
    rng = random.Random(seed)
    units: list[_Unit] = []
    for i, character in enumerate(text):
        if character == "\n" and tags and rng.random() < 0.15:
            units += [_unit(c, -1) for c in "</p>"]
        units.append(_unit(character, i))
        if rng.random() < readings and (reading := _reading(character)):
            units += [_unit(c, -1) for c in f"({reading})"]
    out: list[str] = []
    same: list[int] = []
    places: list[Place] = []
    at = 0
    due = int(every * rng.uniform(0.5, 1.2)) if every else len(units)
    while at < len(units):
        if at >= due and (cut := _cut(units, at, rng, starts)):
            kind, shown, stream, at = cut
            end, read, at_after = _read(stream, units, at, rng.choice(ends))
            clean_at = _clean_offset(units, cut[3] - (2 if kind == "mark" else 1), len(text))
            piece = shown + read
            places.append(
                Place(kind, end, len(out), len(out) + len(piece), clean_at, _clean_offset(units, at_after, len(text)))
            )
            out += piece
            same += [-1] * len(piece)
            at, due = at_after, at_after + int(every * rng.uniform(0.8, 1.2))
            continue
        out.append(units[at].character)
        same.append(units[at].clean)
        at += 1
    return Damaged("".join(out), tuple(places), tuple(same))


def cut_bytes(
    text: str,
    seed: int,
    *,
    cut: str,
    encoding: str = "gbk",
    errors: str = "ignore",
    readings: float = 0.04,
    every: int = 300,
) -> Damaged:
    """Encode, put readings after that share of the characters, cut one about every so many, decode.

    `errors`: a byte that begins no character is dropped, becomes U+FFFD, or ?. The decoder of "gbk" does not know the
    private zone, so it falls into step again in the middle of Chinese; "gb18030" does.
    """
    rng = random.Random(seed)
    data = bytearray()
    clean: dict[tuple[int, int], int] = {}  # (first byte, one past the last) of what stays whole -> offset in `text`
    due = int(every * rng.uniform(0.5, 1.2))
    for i, character in enumerate(text):
        own = character.encode("gb18030")
        reading = _reading(character)
        if i >= due and len(own) == 2 and (cut != "reading" or reading):
            between = {"?": "?", "letter": "a", "reading": f"({reading})"}.get(cut, "").encode("gbk")
            data += {"lead": own[1:], "trail": own[:1]}.get(cut, own[:1] + between + own[1:])
            due = i + int(every * rng.uniform(0.8, 1.2))
            continue
        if len(own) <= 2:
            clean[len(data), len(data) + len(own)] = i
            data += own
        else:
            clean[len(data), len(data) + 1] = i  # not in GBK
            data += b"."
        if rng.random() < readings and reading:
            data += f"({reading})".encode("gbk")
    out: list[str] = []
    same: list[int] = []
    for at, to, character in _decoded(bytes(data), encoding, {"ignore": "", "replace": "\ufffd"}.get(errors, errors)):
        offset = clean.get((at, to), -1)
        if character:
            out.append(character)
            same.append(offset)
    return Damaged("".join(out), tuple(_apart(text, same, cut, f"{encoding} {errors}")), tuple(same))


def _decoded(data: bytes, encoding: str, shown: str) -> Iterator[tuple[int, int, str]]:
    """(first byte, one past the last, character) as Python's decoders go on after an error: a byte further."""
    at = 0
    while at < len(data):
        for size in (1, 2, 4) if encoding == "gb18030" else (1, 2):
            try:
                yield at, at + size, data[at : at + size].decode(encoding)
            except UnicodeDecodeError:
                continue
            at += size
            break
        else:
            yield at, at + 1, shown
            at += 1


def _apart(text: str, same: list[int], start: str, end: str) -> Iterator[Place]:
    """The stretches in which a clean character is missing; readings are none."""
    before = -1
    at = 0
    for i, offset in enumerate([*same, len(text)]):
        if offset < 0:
            continue
        if offset != before + 1:
            yield Place(start, end, at, i, before + 1, offset)
        before, at = offset, i + 1


def _unit(character: str, clean: int) -> _Unit:
    data = character.encode("gb18030")
    return _Unit(data if len(data) <= 2 else b"", character, clean)


def _reading(character: str) -> str:
    reading = pinyin_dict.get(ord(character), "").split(",")[0]
    return reading if _TONES & set(reading) and len(reading.encode("gbk", "replace")) <= 8 else ""


def _clean_offset(units: list[_Unit], at: int, length: int) -> int:
    return next((u.clean for u in units[at:] if u.clean >= 0), length)


def _cut(
    units: list[_Unit], at: int, rng: random.Random, starts: tuple[str, ...]
) -> tuple[str, str, bytes, int] | None:
    """(kind, what is shown, bytes left over, next unit) of a shift that begins with `units[at]`."""
    here, after = units[at], units[at + 1] if at + 1 < len(units) else None
    if len(here.data) != 2 or after is None or len(after.data) != 2:
        return None
    left, right = here.data[:1], here.data[1:]
    # The bytes that are neither here nor there allow few marks and readings: those are taken wherever they can be.
    mark = _MARKS.get(_decode(right + after.data[:1]))
    if "mark" in starts and mark and rng.random() < 0.8:
        return "mark", mark, after.data[1:], at + 2
    before = units[at - 1].data[1:] if at else b""
    straddling = _decode(before + left) if before else ""
    if "reading" in starts and straddling and simplify(straddling) != straddling and (r := _reading(straddling)):
        shown = rng.choice(["?" + r + ")", "?" + r + ")", f"({r})", f"?({r})", f"\ufffd({r})"])
        return "reading", shown, right, at + 1
    others = [s for s in starts if s in ("lead", "lead?", "trail")]
    wait = 0.03 if {"mark", "reading"} & set(starts) else 1.0
    if not others or rng.random() > wait:
        return None
    kind = rng.choice(others)
    return (kind, "?" if kind == "lead?" else "", left if kind == "trail" else right, at + 1)


def _decode(pair: bytes) -> str:
    return pair.decode("gb18030") if len(pair) == 2 and pair[0] > 0x80 and 0x40 <= pair[1] != 0x7F else ""


def _read(half: bytes, units: list[_Unit], at: int, policy: str) -> tuple[str, str, int]:
    """(kind of end, what is read, next unit): `half` is paired with what follows until a unit begins a pair again."""
    read = ""
    while True:
        if half[0] == 0x80:
            return "whole", read + "€", at
        if half[0] < 0x80:
            return "whole", read + half.decode(), at
        if at == len(units) or len(units[at].data) != 2:
            break
        read += _decode(half + units[at].data[:1])
        half = units[at].data[1:]
        at += 1
    following = units[at].character if at < len(units) else ""
    if policy == "swallowed" and following and following in "(<":
        return policy, read + "?", at + 1
    policy = "?" if policy == "swallowed" else policy
    return policy, read + ("" if policy == "dropped" else policy), at
