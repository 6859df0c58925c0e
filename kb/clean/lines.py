"""The lines of a repaired text, and what can be seen of one without its neighbours."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.clean.characters import LINE_END
from kb.langs.folding import HAN, has_han, one_tone_placement, simplify

_UNIT = re.compile(rf"[{HAN}]+|(?:(?![{HAN}])[^\W\d_]){{2,}}")
_NO_HAN = re.compile(f"[^{HAN}\u3040-\u30ff\uac00-\ud7af]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?。！？…](?=[\s\"'”’»」』）)\]]|$|(?<=[。！？]))|[。！？]")
_ENDS_SENTENCE = re.compile(r"[.!?。！？…;；][\s\"'”’»」』）)\]】]*$")
_LIST_MARK = re.compile(
    r"^(?:[•·▪●○◦‣■□◆–—*+-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[（(]\d{1,2}[）)]|[①-⑳])[\s\u00a0]*(?=\S)", re.I
)
_NUMBERED = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节]|[（(][一二三四五六七八九十\d]{1,3}[）)]、?|\d{1,2}(?:\.\d{1,2})*[.、)．]|[IVXivx]{1,5}[.)])\s*\S"
)

# A Han character says about as much as three letters of an alphabet.
_HAN_WEIGHT = 3
_MARK_WEIGHT = 1 / 8  # of any character: a line of a thousand dots or figures is not short
_PROSE_WEIGHT = 70  # letters: a sentence or two; titles, labels and menu entries are shorter
_SHORT_WEIGHT = 150  # letters: longer lines are sentences, whatever else they look like


@dataclass(frozen=True)
class Line:
    """One line without the white space around it; `at` and `to` are its offsets in the repaired text."""

    text: str
    at: int
    to: int
    marked_heading: bool = False  # by Markdown, whose mark a repair took away
    gaps: int = 0  # places between words where several spaces stood, as between entries of a menu

    @cached_property
    def plain(self) -> str:
        """For comparing with the lexicon: Chinese in Simplified characters."""
        return simplify(self.text)

    @cached_property
    def compared(self) -> str:
        """For looking up words of pages: `plain` in lower case, with one apostrophe and one placement of tone marks."""
        return one_tone_placement(simplify(self.text.lower()).replace("’", "'").replace("\u00a0", " "))

    @cached_property
    def units(self) -> frozenset[str]:
        """What two lines can share: words of five letters and more, pairs of words, pairs of Han characters."""
        found: set[str] = set()
        last = ""
        han = has_han(self.compared)
        for word in _UNIT.findall(self.compared):
            if han and has_han(word):
                found.update(word[i : i + 2] for i in range(len(word) - 1))
                last = ""
                continue
            if len(word) >= 5:
                found.add(word)
            if last:
                found.add(f"{last} {word}")
            last = word
        return frozenset(found)

    @cached_property
    def weight(self) -> int:
        """Letters, a Han character counting three; at least an eighth of all characters."""
        letters = len(_NO_LETTERS.sub("", self.text)) + (_HAN_WEIGHT - 1) * len(_NO_HAN.sub("", self.text))
        return max(letters, int(len(self.text) * _MARK_WEIGHT))

    @property
    def is_short(self) -> bool:
        return self.weight <= _SHORT_WEIGHT

    @cached_property
    def ends_sentence(self) -> bool:
        return _ENDS_SENTENCE.search(self.text) is not None

    @cached_property
    def is_prose(self) -> bool:
        """Long, and with the end of a sentence in it: what articles are made of."""
        return self.weight >= _PROSE_WEIGHT and _SENTENCE_END.search(self.text) is not None

    @cached_property
    def list_mark(self) -> str:
        match = _LIST_MARK.match(self.text)
        return match.group() if match else ""

    @cached_property
    def is_numbered(self) -> bool:
        return _NUMBERED.match(self.text) is not None

    @property
    def looks_like_heading(self) -> bool:
        """Short and not a sentence; a question or a colon may end it."""
        return self.marked_heading or (
            self.weight > 0 and self.is_short and not re.search(r"[.。;；,，…][\s\"'”’»」』）)]*$", self.text)
        )


def split(text: str, heading_starts: frozenset[int] = frozenset(), gaps: Sequence[int] = ()) -> list[Line]:
    """Every line that is not white space only, in order. `heading_starts`: offsets that followed a mark; `gaps`: those
    of spaces that stand for several, ascending."""
    lines, at = [], 0
    for end in [*LINE_END.finditer(text), None]:
        to = end.start() if end else len(text)
        piece = text[at:to]
        bare = piece.strip()
        if bare:
            begin = at + len(piece) - len(piece.lstrip())
            within = bisect_left(gaps, begin + len(bare)) - bisect_left(gaps, begin) if gaps else 0
            lines.append(Line(bare, begin, begin + len(bare), begin in heading_starts, within))
        at = end.end() if end else to
    return lines
