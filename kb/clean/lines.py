"""The lines of a repaired text, and what can be seen of one without its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kb.clean.characters import LINE_END
from kb.langs.folding import HAN, simplify

_HAN = re.compile(f"[{HAN}\u3040-\u30ff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")
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
_PROSE_WEIGHT = 70  # letters: a sentence or two; titles, labels and menu entries are shorter
_SHORT_WEIGHT = 150  # letters: longer lines are sentences, whatever else they look like


@dataclass(frozen=True)
class Line:
    """One line without the white space around it; `at` and `to` are its offsets in the repaired text."""

    text: str
    at: int
    to: int
    marked_heading: bool = False  # by Markdown, whose mark a repair took away

    @cached_property
    def plain(self) -> str:
        """For comparing with the lexicon: Chinese in Simplified characters."""
        return simplify(self.text)

    @cached_property
    def weight(self) -> int:
        """Letters, a Han character counting three."""
        return len(_LETTER.findall(self.text)) + (_HAN_WEIGHT - 1) * len(_HAN.findall(self.text))

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


def split(text: str, heading_starts: frozenset[int] = frozenset()) -> list[Line]:
    """Every line that is not white space only, in order. `heading_starts`: offsets that followed a mark."""
    lines, at = [], 0
    for end in [*LINE_END.finditer(text), None]:
        to = end.start() if end else len(text)
        piece = text[at:to]
        bare = piece.strip()
        if bare:
            begin = at + len(piece) - len(piece.lstrip())
            lines.append(Line(bare, begin, begin + len(bare), begin in heading_starts))
        at = end.end() if end else to
    return lines
