"""Translation memories: TMX 1.4b, a <tu> for every bead that has words on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from kb import __version__
from kb.aligned import AlignedText, AlignedTexts
from kb.records import DIGITS

# What no XML 1.0 document may hold, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def write_tmx(texts: AlignedTexts, stream: TextIO) -> int:
    """Write the memory and return how many units it has.

    A unit has the bead's score (`x-score`), each side its sentences, counted from 0 (`x-sentences`), and the raw
    offsets where they stand (`x-start`, `x-end`). A character that XML cannot hold becomes U+FFFD, and a note says so.
    The same bytes for the same texts: there is no date in it.
    """
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n')
    stream.writelines(_header(texts))
    stream.write("<body>\n")
    count = 0
    for bead in texts.beads:
        if not (bead.a and bead.b):
            continue
        count += 1
        one_each = len(bead.a) == len(bead.b) == 1
        language = texts.a.language_of(bead.a)
        stream.write(
            f'<tu tuid="{count}"'
            + ("" if one_each else ' segtype="block"')
            + ("" if language == texts.a.language else f" srclang={_attribute(language)}")
            + f">\n{_prop('x-score', str(round(bead.score, DIGITS)))}"
        )
        stream.writelines(_variant(texts.a, bead.a))
        stream.writelines(_variant(texts.b, bead.b))
        stream.write("</tu>\n")
    stream.write("</body>\n</tmx>\n")
    return count


class Variant(NamedTuple):
    """What a unit is in one language. `props`: type (x-...) -> value."""

    language: str
    text: str
    props: Mapping[str, str]


class Unit(NamedTuple):
    """What is said in several languages. `segtype`: block, paragraph, sentence or phrase."""

    segtype: str
    variants: tuple[Variant, ...]
    props: Mapping[str, str]
    note: str = ""


def write_units(units: Iterable[Unit], stream: TextIO, props: Mapping[str, str]) -> int:
    """Write a memory of units that have no one source language, and return how many; `props` are those of the file."""
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n')
    stream.write(
        f'<header creationtool="kb" creationtoolversion={_attribute(__version__)} segtype="block" o-tmf="kb"'
        ' adminlang="en" srclang="*all*" datatype="plaintext">\n'
    )
    stream.writelines([*(_prop(*prop) for prop in props.items()), "</header>\n<body>\n"])
    count = 0
    for count, unit in enumerate(units, 1):
        stream.write(f'<tu tuid="{count}" segtype="{unit.segtype}">\n')
        if unit.note:
            stream.write(f"<note>{_text(unit.note)}</note>\n")
        stream.writelines(_prop(*prop) for prop in unit.props.items())
        for variant in unit.variants:
            stream.write(f"<tuv xml:lang={_attribute(variant.language)}>\n")
            stream.writelines(_prop(*prop) for prop in variant.props.items())
            stream.write(f"<seg>{_text(variant.text)}</seg>\n</tuv>\n")
        stream.write("</tu>\n")
    stream.write("</body>\n</tmx>\n")
    return count


def _header(texts: AlignedTexts) -> Iterator[str]:
    yield (
        f'<header creationtool="kb" creationtoolversion={_attribute(__version__)} segtype="sentence" o-tmf="kb"'
        f' adminlang="en" srclang={_attribute(texts.a.language)} datatype="plaintext">\n'
    )
    for name, text in (("a", texts.a), ("b", texts.b)):
        yield _prop(f"x-{name}-path", text.path)
        if text.title:
            yield _prop(f"x-{name}-title", text.title)
    yield "</header>\n"


def _variant(text: AlignedText, positions: tuple[int, ...]) -> Iterator[str]:
    words = text.text(positions)
    yield f"<tuv xml:lang={_attribute(text.language_of(positions))}>\n"
    if replaced := len(_NOT_XML.findall(words)):
        yield f'<note xml:lang="en">characters that XML cannot hold, replaced by U+FFFD: {replaced}</note>\n'
    yield _prop("x-sentences", " ".join(map(str, positions)))
    if text.spans:
        yield _prop("x-start", str(text.spans[positions[0]][0])) + _prop("x-end", str(text.spans[positions[-1]][1]))
    yield f"<seg>{_text(words)}</seg>\n</tuv>\n"


def _prop(type_: str, value: str) -> str:
    return f'<prop type="{type_}">{_text(value)}</prop>\n'


def without_controls(text: str) -> str:
    """The text as XML can hold it."""
    return _NOT_XML.sub(_REPLACEMENT, text)


def _text(text: str) -> str:
    """A bare carriage return would be read back as a line end."""
    return escape(without_controls(text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(without_controls(text))
