"""What can be told of a line: its form, the words of pages in it, and how it stands to the article's prose.

Evidence has names, so that the weights of `kb.clean.furniture` can be read, and a reader be told what decided. Nothing
here depends on the language but the words of `kb.clean.cues`.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from kb.clean import cues, phrases
from kb.clean.context import Embed
from kb.clean.lines import Line
from kb.langs.folding import HAN, has_han

MOST_PASSAGES, LEAST_PASSAGES = 6, 2
READ = 200  # characters of each
LITTLE = 0.12  # share of the prose
SHARED = 0.3  # share of a line's words
ROW = 3  # lines
READ_FOR_WORDS = 30_000  # characters of prose
LONG = 300  # letters: of longer lines only the end is looked at, and words where some make it likely
LONGEST = 1200
_SIZE_OF_SENTENCE = 150
_SIZES = ((15, "tiny"), (40, "small"), (80, "middling"), (_SIZE_OF_SENTENCE, "sentence-long"), (LONG, "long"))
_MOST_MARKED, _MOST_ALONE = 80, 40  # letters
_CAPITALS, _FIGURES, _BESIDE_DATE, _MUCH = 0.6, 0.25, 0.35, 0.7  # shares of words or letters
_ALL_ENTRIES, _SOME_ENTRIES = 0.85, 0.4
# Evidence that articles seldom have.
SIGNS = frozenset(
    "marked wide-gaps no-letters repeated credit fields calls banner dated-row path row only-date entries some-entries"
    " price address street counts mark date digits navigation related advertisement legal contact byline related?"
    " advertisement?".split()
)
# Words of pages. With them prose is left out as soon as a sentence is; a date or a price is no such word.
_TELLING = frozenset("advertisement legal contact navigation related".split())
_AT_HEAD = 3  # characters before it
_CALLS = 3  # different ones
_LEAST_TAKEN_UP, _MOST_TAKEN_UP = 6, 300  # characters, lines

_CLOSERS = " \"'”’»」』）)]】"
_LETTER_OR_FIGURE = re.compile(r"[^\W_]")
_INNER_END = re.compile(r"[.!?][\"'”’»)]* (?=[^\W\d_a-zà-ÿ]|\W)|[。！？](?=.)")
_PIECES = re.compile(r"\s*[|｜¦]\s*|\s+[·•/／∕–—>›»→*-]\s+|\s*[›»→]\s*|(?<=\S) - (?=\S)|\s*[·•](?=\s)|●|►|▼|#(?=\w)")
_PARTS = re.compile(r"[|｜¦·•/／∕–—>›»→*●►▼#-]")  # one of which every such piece has at its end
_GAPPED_HAN = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}])")
_MARK = re.compile(r"^[^\w\s\"'“”«»‘’「『(（《…¿¡$€£*•–—-]|^(?:>>|->|→|#)|^[【\[]")
_QUOTE = re.compile(r"^\s*(?:[«“\"「『‘]|[–—-] ?[^\W\d_])")
_LABEL = re.compile(r"^\W{0,3}([^:：。.!?,，]{2,24})\s*[:：]\s*\S")
_STEPS = re.compile(r"\s*(?:[>›»→∕]|->|-->)\s*|\s+/\s+")
_ENDS_IN_DATE = re.compile(
    r"[^\d\s:：][\s(（\[【]*(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?)[\s)\]】）]*$"
)
_CLOCK = re.compile(r"\d ?[:h时] ?\d\d")
_COUNTS = re.compile(r"[(（]\+?\d[\d.,]*[)）]|\b\d+ ?/ ?\d+\b|\b\d{1,3}(?:[.,  ]\d{3})+\b")
_SIGNS = re.compile("[▲▼℃°]")
_WORD = re.compile(r"[^\W\d_]+")


def evidence(line: Line) -> dict[str, float]:
    """Name -> 1.0 for all that is true of the line alone."""
    names = [*_form(line), *_words(line)] if _LETTER_OR_FIGURE.search(line.text) else ["no-letters"]
    found = dict.fromkeys(("any", *names), 1.0)
    if any(name.endswith("!") for name in names) and not (line.weight > _MOST_MARKED and "full-stop" in found):
        found["marked"] = 1.0
    # A reader's comment, the author's last words: the lines around are no evidence against prose.
    if line.is_prose and not speaks_of_pages(found) and (line.weight >= _SIZE_OF_SENTENCE or SIGNS.isdisjoint(found)):
        found["plain-prose"] = 1.0
    return found


def speaks_of_pages(found: Iterable[str]) -> bool:
    return any(name.removesuffix("!") in _TELLING for name in found)


def _form(line: Line) -> Iterator[str]:
    text, weight = line.text, line.weight
    yield next((name for most, name in _SIZES if weight < most), "very-long")
    end = text.rstrip(_CLOSERS)
    last = end[-1:]
    if last in ".。" and not end.endswith("..."):
        yield "full-stop"
    elif last in "?!？！":
        yield "asks"
    elif last in ":：,，;；…" or end.endswith("..."):
        yield "open-end"
    if line.marked_heading:
        yield "marked-heading"
    if _INNER_END.search(text):
        yield "sentences"
    if weight > LONG:
        return
    yield from _layout(line, last in ".。")
    yield from _figures(line)


def _layout(line: Line, is_sentence: bool) -> Iterator[str]:
    """Pieces in a row, what stands at the head, capitals."""
    text, han = line.text, has_han(line.text)
    if "«" in text:  # its other half is no arrow
        text = text.replace("«", '"').replace("»", '"')
    parted = _PARTS.search(text) is not None
    pieces = sum(1 for piece in _PIECES.split(text) if piece and not piece.isspace()) if parted else 1
    gaps = max(line.gaps, len(_GAPPED_HAN.findall(text)) if han else 0)
    if line.gaps:
        yield "wide-gaps"
    if pieces >= 3 or gaps >= 2:
        yield "row"
    elif pieces == 2 or gaps == 1:
        yield "two-pieces"
    if parted and not is_sentence and sum(1 for piece in _STEPS.split(text) if piece.strip()) >= 3:
        yield "path"
    if line.list_mark or line.is_numbered:
        yield "list-mark"
    elif _MARK.match(text):
        yield "mark"
    if _QUOTE.match(text):
        yield "quote"
    if _LABEL.match(text):
        yield "label"
    words = [] if han else _WORD.findall(text)
    if len(words) >= 2 and text.isupper() and sum(map(len, words)) >= 4:
        yield "capitals"
    elif len(words) >= 3 and sum(word[0].isupper() for word in words) >= _CAPITALS * len(words):
        yield "many-capitals"
    elif words and text[0].islower():
        yield "lower-case"


def _figures(line: Line) -> Iterator[str]:
    """Figures, dates, prices, addresses, and what such lines are beside."""
    text, plain, short = line.text, line.compared, line.is_short
    digits = sum(map(str.isdigit, text))
    total = _letters(text)
    if digits >= _FIGURES * total:
        yield "digits"
    elif text[:1].isdigit():
        yield "starts-with-digit"
    may_be_dated = digits or "年" in plain
    dated = may_be_dated and cues.MAY_BE_DATE.search(plain) is not None and cues.HAS_DATE.search(plain) is not None
    if dated:
        yield "date"
        if _letters(cues.MOMENT.sub("", plain)) <= _BESIDE_DATE * total:
            yield "only-date"
            if _CLOCK.search(plain):
                yield "stamp"
    elif (digits >= cues.LEAST_TELEPHONE and cues.TELEPHONE.search(text)) or cues.WEB.search(text):
        yield "address"
    if digits and short and _ENDS_IN_DATE.search(text):
        yield "ends-in-date"
    if (digits and _COUNTS.search(text)) or _SIGNS.search(text):
        yield "counts"
    if digits and cues.STREET.search(plain):
        yield "street"
    if digits and cues.PRICE.search(plain):
        yield "price"
    if short and cues.CREDIT.match(plain):
        yield "credit"
    if short and cues.CAPTION.match(plain):
        yield "caption"


def _words(line: Line) -> Iterator[str]:
    """What phrases of pages say: `kind!` when the line is little else or begins with one, `kind` when it has one."""
    plain, weight = line.compared if line.weight <= LONGEST else "", line.weight
    if not plain or (weight > LONG and not any(word in plain for word in cues.OF_LONG_LINES)):
        return
    total = _letters(plain) or 1
    if total <= _MOST_ALONE and (kind := phrases.alone(plain)):
        yield f"{kind}!"
    covered: Counter[str] = Counter()
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    labels, calls = 0, set()
    found = list(phrases.marks(plain))
    if weight > _SIZE_OF_SENTENCE:
        found = _less_pushed_in(plain, found)
    for kind, match in found:
        covered[kind] += _letters(match.group())
        first[kind] = min(first.get(kind, match.start()), match.start())
        last[kind] = match.end()
        labels += kind in ("byline", "date", "navigation") and match.group().rstrip()[-1:] in (":", "：")
        if kind == "advertisement":
            calls.add(match.group())
    for kind, length in covered.items():
        announces = kind == "related" and plain.rstrip()[-1:] in ":：" and last[kind] >= len(plain.rstrip()) - 2
        sure = 2 * length >= total or ((first[kind] <= _AT_HEAD or announces) and line.is_short)
        yield f"{kind}!" if sure else kind
    if labels >= 2 and line.is_short:
        yield "fields"
    if len(calls) >= _CALLS:
        yield "calls"
    if len(covered) >= 2 or sum(covered.values()) >= _MUCH * total:
        yield "much-of-pages"
    if weight > LONG:
        return
    yield from (f"{kind}?" for kind in phrases.hints(plain))
    share = phrases.entries(plain) / total if line.is_short else 0.0
    if share >= _ALL_ENTRIES:
        yield "entries"
    elif share >= _SOME_ENTRIES:
        yield "some-entries"


def _less_pushed_in(plain: str, found: list[tuple[str, re.Match[str]]]) -> list[tuple[str, re.Match[str]]]:
    """The phrases of a paragraph but those of advertising that fewer than every second sentence has: pages that
    advertise do it all along, and one phrase may have been pushed into what the author says."""
    ends = [m.end() for m in _INNER_END.finditer(plain)]
    having = {bisect(ends, match.start()) for kind, match in found if kind == "advertisement"}
    return found if 2 * len(having) > len(ends) + 1 else [item for item in found if item[0] != "advertisement"]


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def in_company(lines: Sequence[Line], own: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """The evidence of each line with what the others add: prose before and after, lines of one shape, shared words."""
    rows = [dict(found) for found in own]
    prose = [line.weight if line.is_prose else 0 for line in lines]
    words = [line.units if line.weight <= LONG else frozenset() for line in lines]
    of_prose: Counter[str] = Counter()
    read = 0
    for line in lines:
        if line.is_prose and read < READ_FOR_WORDS:
            of_prose.update(line.units)
            read += len(line.text)
    whole, before = sum(prose), 0
    for i, line in enumerate(lines):
        found = rows[i]
        if before == 0:
            found["no-prose-before"] = 1.0
        before += prose[i]
        if before >= whole:
            found["no-prose-after"] = 1.0
        elif whole - before <= LITTLE * whole:
            found["little-prose-after"] = 1.0
        if i + 1 < len(lines) and lines[i + 1].is_prose and not line.is_prose:
            found["before-prose"] = 1.0
        if words[i]:
            shared = sum(of_prose[unit] > line.is_prose for unit in words[i]) / len(words[i])
            if shared >= SHARED:
                found["words-of-the-article"] = 1.0
            elif not shared:
                found["foreign-words"] = 1.0
    texts = [line.text.casefold() if line.is_short else "" for line in lines]
    taken = _taken_up(texts)
    first_prose = next((i for i, line in enumerate(lines) if line.is_prose), 0)
    dated = [row for row in rows if "ends-in-date" in row and "no-prose-after" in row]
    for row in dated if len(dated) >= ROW else ():
        row["dated-row"] = 1.0
    for i, found in enumerate(rows):
        if "only-date" in found and ("no-prose-before" in found or "no-prose-after" in found):
            found["lone-date"] = 1.0
        if i + 1 < len(rows) and "no-letters" in rows[i + 1]:
            found["over-a-rule"] = 1.0
            more = i + 2 < first_prose and ("no-letters" in rows[i + 2] or "only-date" in rows[i + 2])
            heads = (k for k in range(i + 2, first_prose) if lines[k].looks_like_heading)
            if more and any("only-date" not in rows[k] for k in heads):
                found["banner"] = 1.0
        if i > 0 and "no-letters" in rows[i - 1]:
            found["under-a-rule"] = 1.0
        if i in taken and "no-letters" not in found:
            found["taken-up"] = 1.0
    at = 0
    for _, run in groupby(rows, _shape):
        length = len(list(run))
        for i in range(at, at + length):
            if length >= ROW and not lines[i].is_prose:
                rows[i]["row-of-lines"] = 1.0
        at += length
    return rows


def _taken_up(texts: Sequence[str]) -> set[int]:
    """Positions of short lines that another short line has in it, as a path through the site has the title."""
    near = [(i, text) for i, text in enumerate(texts) if len(text) >= _LEAST_TAKEN_UP][:_MOST_TAKEN_UP]
    whole = "\n".join(text for _, text in near)
    return {i for i, text in near if whole.count(text) > 1}


def _shape(found: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(
        name for name in ("full-stop", "asks", "list-mark", "quote", "label", "mark", "sentences") if name in found
    )


def of_lines(lines: Sequence[Line]) -> list[dict[str, float]]:
    return in_company(lines, [evidence(line) for line in lines])


def nearness(
    lines: Sequence[Line], own: Sequence[Mapping[str, float]], language: str, embed: Embed, which: Sequence[int]
) -> dict[int, float]:
    """How near the meaning of the lines `which` is to that of the article's paragraphs: position -> cosine.

    To the mean of the first long paragraphs, all less the reference mean of the language. Empty when there are too few
    of them, or no mean of the language is known.
    """
    from kb.embed.base import BUNDLED, embedding_text, unit
    from kb.embed.centre import reference_for, reference_means, subtract

    passages = [i for i, line in enumerate(lines) if line.is_prose and "marked" not in own[i] and i not in which]
    passages = passages[:MOST_PASSAGES]
    reference = reference_for(language, reference_means(BUNDLED))
    if reference is None or len(passages) < LEAST_PASSAGES or not which:
        return {}
    texts = [embedding_text(lines[i].text[:READ]) for i in (*passages, *which)]
    vectors = subtract(embed(texts), reference)
    middle = unit(vectors[: len(passages)].mean(axis=0))
    return {i: float(vector @ middle) for i, vector in zip(which, vectors[len(passages) :], strict=True)}
