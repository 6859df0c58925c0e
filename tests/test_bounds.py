"""Hostile input ends soon: no repair and no reader takes time that grows with the square of a line's length."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from test_readers import PAGES, archive, column, docx, epub, p, pdf, with_elements

from kb.clean import characters, glued, lines, markup, mojibake, slips, wraps
from kb.clean.decode import decode
from kb.errors import UnreadableError
from kb.read import read_article

# What a pattern may begin to match again and again, without ever ending.
HOSTILE = (
    "< & ( [ ![ ]( [a]( ![a]( [[a] [a][ ((a * **a __a _ ` > # a a. a- 1 1. 1- @ a@ ? ! . .. ,, 。。 。 … ' ” « 【 《a"
    " {a | ; : / // \\ <a <p </p /p> <!-- <script> <style> <p\tx <a\thref=' </ << &amp; &#1 &#x &nbsp &amp;amp; &a=1"
    " Ã Ã© â€ ä½“ ä Ð Ã©é ă¡ ð \t \u3000 \u00a0 \n \r \r\n \x85 \x0b \x00 \x1b \u200b \u200d A\u200d \u00ad \u0301"
    " \u0323\u0301 e\u0323\u0301 \ufffd 中 中。 中\n (yè) 行(xíng) (圖) 각 は \u1100\u1161 İ ß 𠀀 aB abcDef 営 1.\n"
    " i.\n ii.\n je.\n - a\n a:\n ---\n ~~~\n ```\n >\n"
).split(" ")
SIZE = 50_000
REPAIRS: tuple[Callable[[str], object], ...] = (
    markup.front_matter, markup.entities, markup.tags, markup.markdown, mojibake.utf8_read_as_latin,
    characters.lone_halves, characters.invisible, characters.piled_marks, characters.spaces, characters.punctuation,
    slips.list_numbers, slips.glued_words, wraps.broken_lines,
)  # fmt: skip


def lost_spaces(text: str) -> object:
    return [*glued.lost_spaces(text, "vi"), *glued.lost_spaces(text, "fr")]


def seconds(function: Callable[[], object]) -> float:
    begun = time.process_time()
    function()
    return time.process_time() - begun


def look(text: str) -> list[object]:
    return [
        (line.weight, line.ends_sentence, line.is_prose, line.list_mark, line.is_numbered, line.looks_like_heading)
        for line in lines.split(text)
    ]


def composed(text: str) -> object:
    """As in cleaning: no more accents on a letter than can be put in order."""
    kept = list(text)
    for fix in characters.piled_marks(text):
        kept[fix.at : fix.to] = [""] * (fix.to - fix.at)
    return characters.compose("".join(kept))


@pytest.mark.parametrize("step", [*REPAIRS, lost_spaces, look, composed, decode], ids=lambda step: step.__name__)
def test_time_grows_with_the_length_of_a_hostile_line(step: Callable[[object], object]) -> None:
    texts = [unit * (SIZE // len(unit)) for unit in HOSTILE]
    texts += [" ".join([unit] * (SIZE // len(unit) // 2)) for unit in HOSTILE]
    texts += [
        "a" + "\u0323\u0301" * (SIZE // 2),
        "i. a\n" + "je. a\nii. b\n" * (SIZE // 12),
        "---\n" + "a: b\n" * (SIZE // 5),
    ]
    late = []
    for text in texts:
        given: object = text.encode("utf-8", "replace") if step is decode else text

        def run(given: object = given) -> object:
            try:
                return step(given)
            except ValueError:  # a reason why it cannot be decoded
                return None

        if (taken := seconds(run)) > 1.0:  # the square of the length would take hours
            late.append((text[:10], round(taken, 1)))
    assert not late


PAGE = with_elements(PAGES["fr"], "fr")


def first_page(data: bytes, instructions: bytes) -> bytes:
    """The PDF with other drawing instructions on its first page."""
    begin = data.index(b"<< /Length", data.index(b"endcmap"))
    end = data.index(b"endstream", begin) + len(b"endstream")
    packed = zlib.compress(instructions)
    body = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    return data[:begin] + body + data[end:]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.html", lambda: "<title>" + "\u3000" * 300_000 + "x</title><p>Bonjour"),
        ("a.html", lambda: "<p " + " ".join(f"a{i}=1" for i in range(60_000)) + ">Bonjour"),
        ("a.html", lambda: "<p>Bonjour" + "<b>x" * 100_000),
        ("a.html", lambda: "<table>" + "<tr><td>x" * 60_000),
        ("a.html", lambda: "<!--" * 200_000),
        ("a.html", lambda: PAGE * 100),
        ("a.pdf", lambda: pdf([column(["a" * 300_000])])),
        ("a.pdf", lambda: pdf([[(72.0, 700 - i / 100, 12.0, "ab") for i in range(12_000)]])),
        ("a.pdf", lambda: pdf([[(72.0, 700 - i / 100, 12.0, "ab") for i in range(4_000)]] * 3)),
        ("a.pdf", lambda: first_page(pdf([column(["Bonjour"])]), b"BT /F 12 Tf (a) Tj ET " * 4_000_000)),
        ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 300_000 + b"\ntrailer << /Root 1 0 R >>\n%%EOF"),
        ("a.docx", lambda: archive({f"a{i}": "" for i in range(20_001)})),
        ("a.docx", lambda: docx("<w:tbl><w:tr><w:tc>" * 60 + p("Bonjour") + "</w:tc></w:tr></w:tbl>" * 60)),
        ("a.docx", lambda: docx("<w:p>" + "<w:r><w:t>a</w:t></w:r>" * 60_000 + "</w:p>")),
        ("a.epub", lambda: epub({f"c{i}": "<p>Bonjour" for i in range(1_000)})),
        ("a.txt", lambda: "\u0323\u0301" * 300_000),
        ("a.txt", lambda: b"\xec\xf2" * 300_000),  # accents of Windows-1258
        ("a.txt", lambda: "Tr\xad\xeang \xae\xb9i h\xe4c " * 20_000),
    ],
)  # fmt: skip
def test_hostile_files_are_read_or_refused_soon(tmp_path: Path, name: str, make: Callable[[], str | bytes]) -> None:
    data = make()
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)

    def read() -> None:
        with suppress(UnreadableError):
            read_article(path)

    assert seconds(read) < 10
