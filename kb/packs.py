"""Hand-outs: pieces of a base that a teacher puts together, in an order, with notes. What holds without a store.

A pack remembers what it speaks of: a concept by its id and names, a passage by the texts of its sides and where they
stood. So it outlives every rebuild. A concept is found again by its names, a passage by its text, wherever that stands
in its article now; what is found nowhere is shown as it was remembered. Packs are known by number, not by a readable
id: titles change and are in three scripts, while addresses of a pack are handed round.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate

from kb.errors import UsageError
from kb.model import PackItem, RememberedConcept

MOVES = ("first", "up", "down", "last")

LONGEST_TITLE = 200  # characters
LONGEST_NOTE = 4000
MOST_ITEMS = 200  # of one pack: its page takes some tenths of a second, its Word document three
MOST_SIDES = 4  # one for every tag of a base in three languages and two scripts

Name = tuple[str, str]  # base language, key
Place = tuple[str, int, int]  # article id, raw start, raw end

_PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-(.+)", re.DOTALL)


# --- what people write -----------------------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Composed, on one line, without control characters. UsageError when it is longer than a title may be."""
    return _within(" ".join(_without_controls(text, "").split()), LONGEST_TITLE, "a title")


def lines(text: str) -> str:
    """Composed, with its lines, without other control characters. UsageError when it is longer than a note may be."""
    plain = _without_controls(text.replace("\r\n", "\n").replace("\r", "\n"), "\n")
    return _within("\n".join(line.rstrip() for line in plain.split("\n")).strip(), LONGEST_NOTE, "a note")


def _without_controls(text: str, keep: str) -> str:
    """Blanks in place of what is no character of a text. Lone surrogates and noncharacters go too: no file holds
    them."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c if c in keep or not _is_control(c) else " " for c in composed)


def _is_control(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs") or ord(c) & 0xFFFE == 0xFFFE


def _within(text: str, longest: int, what: str) -> str:
    if len(text) > longest:
        raise UsageError(f"{what} has at most {longest} characters, not {len(text)}; make it shorter")
    return text


# --- places ----------------------------------------------------------------------------------------------------------


def place_text(article: str, start: int, end: int) -> str:
    """A place as a form sends it."""
    return f"{start}-{end}-{article}"


def places(texts: Iterable[str]) -> tuple[Place, ...]:
    """The places that a form sends. UsageError for what is none, and for none or too many of them."""
    found = [_PLACE.fullmatch(text) for text in texts]
    if not found or len(found) > MOST_SIDES or not all(found):
        raise UsageError(f"a passage for a hand-out has from 1 to {MOST_SIDES} places, each START-END-ARTICLE")
    return tuple((m[3], int(m[1]), int(m[2])) for m in found if m)


# --- order -----------------------------------------------------------------------------------------------------------


def moved(order: Sequence[int], hidden: Collection[int], number: int, where: str) -> list[int]:
    """The items with `number` moved among those that are not hidden; a removed item keeps its place between the others,
    to come back to. Moves are told from where the item is, so that two people who order one pack do not undo each
    other's work. At the edge nothing changes.

    `where`: one of MOVES. Raises ValueError when the item is not there.
    """
    at = order.index(number)
    rest = [*order[:at], *order[at + 1 :]]
    before = [n for n in range(at) if rest[n] not in hidden]
    behind = [n for n in range(at, len(rest)) if rest[n] not in hidden]
    match where:
        case "up":
            to = before[-1] if before else at
        case "down":
            to = behind[0] + 1 if behind else at
        case "first":
            to = before[0] if before else at
        case "last":
            to = behind[-1] + 1 if behind else at
        case _:
            raise UsageError(f"a piece is not moved '{where}'; there are: {', '.join(MOVES)}")
    return [*rest[:to], number, *rest[to:]]


# --- what is remembered, and found again -----------------------------------------------------------------------------


def is_same(a: PackItem, b: PackItem) -> bool:
    """Whether both speak of the same concept, or of what the same articles say, wherever that stands by now."""
    if a.concept and b.concept:
        return a.concept.id == b.concept.id
    texts = [{(side.article, _tight(side.text)) for side in item.sides} for item in (a, b)]
    return not (a.concept or b.concept) and texts[0] == texts[1]


def find_concept(
    remembered: RememberedConcept,
    names_at: Callable[[str], Collection[Name] | None],
    called: Mapping[str, Sequence[str]],
) -> str | None:
    """The id of the concept that is meant: the one with that id, as long as it has one of the names; else the one that
    has most of them; where none has any, nothing.

    `names_at`: id -> the names of the concept, None where there is none; `called`: key -> ids of concepts called so.
    """
    wanted = set(remembered.names)
    there = names_at(remembered.id)
    if there is not None and not wanted.isdisjoint(there):
        return remembered.id
    candidates = dict.fromkeys(id for _, key in remembered.names for id in called.get(key, ()))
    votes = Counter({id: len(wanted.intersection(names_at(id) or ())) for id in candidates})
    best = max(sorted(votes), key=lambda id: votes[id], default=None)
    return best if best is not None and votes[best] else None


class Sayings:
    """What an article says now, to look a remembered text up in. White space does not count: it is where cleaning and
    the joining of sentences may differ from build to build."""

    def __init__(self, sentences: Sequence[tuple[int, int, str]]) -> None:
        """`sentences`: (raw start, raw end, text) in reading order."""
        self._sentences = sentences
        texts = [_tight(text) for _, _, text in sentences]
        self._text = "".join(texts)
        self._ends = list(accumulate(map(len, texts)))

    def find(self, text: str, near: int) -> tuple[int, int] | None:
        """Raw (start, end) of the sentences that hold the text, at the place nearest to the raw offset `near`."""
        wanted = _tight(text)
        found: list[tuple[int, int]] = []
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            first, last = self._holder(at), self._holder(at + len(wanted) - 1)
            found.append((self._sentences[first][0], self._sentences[last][1]))
            at = self._text.find(wanted, at + 1)
        return min(found, key=lambda span: (abs(span[0] - near), span), default=None)

    def _holder(self, at: int) -> int:
        return bisect_right(self._ends, at)


def _tight(text: str) -> str:
    return "".join(text.split())


# --- names -----------------------------------------------------------------------------------------------------------


def file_name(title: str, number: int) -> str:
    """A name for files of a pack, without ending: letters and digits of its title in any script."""
    return file_stem(title) or f"pack-{number}"


def file_stem(title: str) -> str:
    """Letters and digits of a title, in any script; "" when it has none."""
    return "-".join(re.findall(r"\w+", title))[:60].strip("-_")


def tag(text: str) -> str:
    """A text as one tag of a flash card, which has no blanks."""
    return "_".join(re.findall(r"[\w-]+", text))
