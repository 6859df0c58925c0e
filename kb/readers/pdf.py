"""PDFs with a text layer -> lines, each a paragraph: wrapped lines joined, hyphens at their ends taken out.

A PDF has no paragraphs, only lines at places. A line goes on in the next one unless that is smaller or larger print, is
further away than lines of this page usually are, is indented or marked as a list item, or the line before ends early.
What is printed at the head or foot of many pages is kept once, after the text; page numbers are not.

pypdf (BSD, pure Python) follows the order in which the file draws its text, which keeps columns apart. PyMuPDF reads
more, but under the AGPL.
"""

from __future__ import annotations

import io
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from kb.readers.document import Document, Part, assemble, facts, one_line, without_old_fonts

_MOST_PAGES = 3_000
_MOST_SECONDS = 120
_LARGEST_PAGE = 4_000_000  # bytes of drawing instructions; a page of text has some ten thousand
_LARGEST_TEXT = 20_000_000
_LONGEST_WORD = 60  # characters of a line's end that may be a word cut in half

_LEAST_REPEATS = 3  # pages that a running head stands on, and the share of all pages
_LEAST_REPEAT_SHARE = 0.3
_EDGE_LINES = 2
_LEAST_LETTERS = 8  # a page; with fewer, and pictures on it, it was scanned
_MOST_NAMELESS = 0.3  # share of characters that are no known ones

_HAN = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_LIST_MARK = re.compile(
    r"(?:[•·▪●○◦‣■□◆–—*\uf0b7-]|\(?(?:\d{1,2}|[a-zđ]|[ivx]{1,4})[.)]|[（(]\d{1,2}[）)]|[①-⑳])\s", re.I
)
_SENTENCE_END = re.compile(r"[.!?。！？:：…;；][\s\"'”’»」』）)\]]*$")
_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_HALVES = re.compile(r"(?<![^\W\d_])[^\W\d_]++[-\u2010\u00ad]\n[^\W\d_]*")
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:page|trang|p\.|第)\s*)?\d{1,4}(?:\s*(?:/|sur|of|trên|页|頁)\s*\d{0,4})?\W*", re.I)
# What damaged files make pypdf raise besides its own errors.
_DAMAGE = (PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, TypeError,
           ValueError, NotImplementedError, EOFError)  # fmt: skip


class Line(NamedTuple):
    """A printed line: where it begins, in points from the left and the foot of its page, and how large it is."""

    text: str
    x: float
    y: float
    size: float

    @property
    def width(self) -> int:
        return len(self.text) + len(_HAN.findall(self.text))


def read(data: bytes) -> Document:
    """The text layer and the properties. ValueError when there is none, or the file is locked or damaged."""
    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it finds odd in a file is no one's business
    start = data[:1024].find(b"%PDF-")
    if start < 0:
        raise ValueError("not a PDF, in spite of its name")
    try:
        reader = PdfReader(io.BytesIO(data[start:]))
        _unlock(reader)
        count = len(reader.pages)
    except _DAMAGE as error:
        if isinstance(error, _LockedError):
            raise ValueError(str(error)) from None
        raise ValueError(f"the PDF is damaged ({type(error).__name__})") from None
    if count > _MOST_PAGES:
        raise ValueError(f"{count} pages are more than the limit of {_MOST_PAGES}")
    pages, unread = _pages(reader, count)
    if pages and len(unread) == count:
        raise ValueError("the PDF is damaged: none of its pages can be read")
    _check_letters(reader, pages)
    paragraphs, running = _paragraphs(pages)
    parts = [*(Part(paragraph) for paragraph in paragraphs), *(Part(line, "navigation") for line in running)]
    parts, encoding = without_old_fonts(parts, "utf-8")
    text, roles = assemble(parts)
    told = {"unread_pages": ", ".join(map(str, unread))[:200]} if unread else {}
    return Document(text, encoding, {**_properties(reader), **told, **roles})


class _LockedError(ValueError):
    pass


def _unlock(reader: PdfReader) -> None:
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")  # many are locked against changes only, and open without a password
    except (DependencyError, NotImplementedError):
        raise _LockedError("the PDF is encrypted; save it without protection") from None
    if not opened:
        raise _LockedError("the PDF is protected by a password; save it without one")


# --- lines ----------------------------------------------------------------------------------------------------------


def _pages(reader: PdfReader, count: int) -> tuple[list[list[Line]], list[int]]:
    """The lines of each page, and the numbers of the pages that cannot be read."""
    end = time.monotonic() + _MOST_SECONDS
    pages: list[list[Line]] = []
    unread = []
    characters = 0
    for number in range(count):
        if time.monotonic() > end:
            raise ValueError(f"reading takes longer than {_MOST_SECONDS} seconds (at page {number + 1} of {count})")
        try:
            page = reader.pages[number]
            contents = page.get_contents()
            if contents is not None and len(contents.get_data()) > _LARGEST_PAGE:
                raise ValueError("too much drawing")
            lines = _lines(page)
        except _DAMAGE:
            lines = []
            unread.append(number + 1)
        pages.append(lines)
        characters += sum(len(line.text) for line in lines)
        if characters > _LARGEST_TEXT:
            raise ValueError(f"its text is more than {_LARGEST_TEXT / 1e6:.0f} million characters")
    return pages, unread


def _lines(page: Any) -> list[Line]:
    lines: list[Line] = []
    pieces: list[str] = []
    place: list[tuple[float, float, float]] = []

    def end_line() -> None:
        # Characters beyond U+FFFF may come as halves.
        whole = "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if text := one_line(whole.replace("\x00", "")):
            lines.append(Line(text, *place[0]))
        pieces.clear()
        place.clear()

    def visit(text: str, cm: Any, tm: Any, _font: Any, size: Any) -> None:
        for i, piece in enumerate(re.split("[\r\n]+", text)):
            if i:
                end_line()
            if piece.strip() and not place:
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = abs(tm[3] or tm[1]) * abs(cm[3] or cm[1])
                place.append((float(x), float(y), round(float(size or 0) * float(scale or 1), 1)))
            pieces.append(piece)

    page.extract_text(visitor_text=visit)
    end_line()
    return lines


def _check_letters(reader: PdfReader, pages: Sequence[Sequence[Line]]) -> None:
    text = "".join(line.text for page in pages for line in page)
    letters = sum(c.isalpha() for c in text)
    nameless = sum(c == "\ufffd" or unicodedata.category(c) in ("Co", "Cc", "Cn") for c in text)
    if (not letters and not nameless) or (letters < _LEAST_LETTERS * len(pages) and _has_pictures(reader)):
        raise ValueError("the PDF has no text layer; run OCR first")
    if nameless > len(text) * _MOST_NAMELESS:
        raise ValueError("the PDF's fonts do not say which characters they show; run OCR first")


def _has_pictures(reader: PdfReader) -> bool:
    try:
        return "/XObject" in (reader.pages[0].get("/Resources") or {})
    except _DAMAGE:
        return False


# --- paragraphs -----------------------------------------------------------------------------------------------------


def _paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[list[str], list[str]]:
    """(paragraphs, what is printed on many pages)."""
    repeated, running = _running(pages)
    words = _whole_words(pages)
    paragraphs: list[list[str]] = []  # pieces of each
    last: Line | None = None
    for page in pages:
        edges = set(_edges(page))
        lines = [line for line in page if not (line in edges and _is_edge(line, repeated, len(pages)))]
        gap, full = _usual(lines)
        left = min((line.x for line in lines), default=0.0)
        for i, line in enumerate(lines):
            if last and paragraphs and _goes_on(last, line, gap if i else 0.0, full, left):
                paragraphs[-1][-1:] = _joined(paragraphs[-1][-1], line.text, words)
            else:
                paragraphs.append([line.text])
            last = line
    return ["".join(pieces) for pieces in paragraphs], running


def _edges(page: Sequence[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.y)
    return [*by_height[:_EDGE_LINES], *by_height[_EDGE_LINES:][-_EDGE_LINES:]]


def _form(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _running(pages: Sequence[Sequence[Line]]) -> tuple[set[str], list[str]]:
    """Forms of the lines at the heads and feet of many pages (their numbers may differ), and the first of each."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for page in pages:
        for form, text in {_form(line): line.text for line in _edges(page)}.items():
            first.setdefault(form, text)
            counts[form] += 1
    least = max(_LEAST_REPEATS, len(pages) * _LEAST_REPEAT_SHARE)
    repeated = {form for form, count in counts.items() if count >= least}
    return repeated, [text for form, text in first.items() if form in repeated and not _PAGE_NUMBER.fullmatch(text)]


def _is_edge(line: Line, repeated: set[str], pages: int) -> bool:
    """Whether a line at the head or foot of its page is no part of the text."""
    return _form(line) in repeated or (pages > 1 and _PAGE_NUMBER.fullmatch(line.text) is not None)


def _usual(lines: Sequence[Line]) -> tuple[float, float]:
    """(distance of two lines of one paragraph, characters of a full line) on this page."""
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.size == b.size and 0 < a.y - b.y < 5 * a.size]
    widths = sorted(line.width for line in lines)
    return (median(gaps) if gaps else 0.0), float(widths[int(len(widths) * 0.9)] if widths else 0)


def _goes_on(last: Line, line: Line, gap: float, full: float, left: float) -> bool:
    """Whether `line` continues the paragraph of `last`. Without `gap` it is the first line of the next page."""
    if abs(last.size - line.size) > 0.6 or _LIST_MARK.match(line.text):
        return False
    ended = _SENTENCE_END.search(last.text) is not None
    if last.width < full * 0.6:
        return False
    if not gap:
        return not ended
    if last.y < line.y:  # the next column
        return not ended
    if last.y - line.y > gap * 1.35:
        return False
    if line.x - last.x > line.size * 0.8 and line.x - left > line.size * 0.8 and ended:
        return False
    return not (ended and last.width < full * 0.85)


def _whole_words(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Words and compounds, without the halves at the ends and beginnings of lines."""
    words: set[str] = set()
    for page in pages:
        text = "\n".join(line.text for line in page)
        words.update(word.lower() for word in _COMPOUND.findall(_HALVES.sub(" ", text)))
    return words


def _joined(text: str, line: str, words: set[str]) -> list[str]:
    """The end of a paragraph and its next line, in pieces to be written one after the other."""
    if (hyphen := _HYPHEN.search(text[-_LONGEST_WORD:])) and (first := _FIRST_WORD.match(line)) and first[0].islower():
        # peut- / être keeps its hyphen: the document has peut and être, or peut-être, but no peutêtre.
        a, b = hyphen[1].lower(), first[0].lower()
        compound = f"{a}-{b}" in words or (a in words and b in words)
        return [text if compound and a + b not in words and text[-1] != "\u00ad" else text[:-1], line]
    together = _HAN.match(text[-1:]) and _HAN.match(line)
    return [text, line] if together else [f"{text} ", line]


def _properties(reader: PdfReader) -> dict[str, str]:
    """Without the day when the file was made: it does not tell when its text came out."""
    try:
        found = {str(key): str(value) for key, value in (reader.metadata or {}).items()}
        language = str(reader.root_object.get("/Lang") or "")
    except _DAMAGE:
        return {}
    return facts(
        title=found.get("/Title"),
        author=found.get("/Author"),
        declared_language=language,
    )
