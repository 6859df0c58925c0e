"""One web page with two aligned texts side by side: a row a bead, so that what says the same stands on one line.

The page is whole in itself (no script, no picture, no request) and the same bytes for the same texts. A sentence that
the other text left out is said to be so in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TextIO

from kb.aligned import AlignedText, AlignedTexts
from kb.clean.wording import visible
from kb.export.page import HEAD, STYLE
from kb.model import Bead

_STYLE = """
.beads{table-layout:fixed}.beads col.n{width:4.5rem}
.beads td,.beads th{padding:.35rem .9rem .35rem 0}
.beads p{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
.beads .at{color:var(--quiet);font-size:.75rem;padding-right:.35rem}
.beads .none{color:var(--quiet);font-style:italic}
.beads tr{break-inside:avoid}
"""


def write_page(texts: AlignedTexts, stream: TextIO) -> int:
    """Write the page and return how many rows it has."""
    title = f"{_name(texts.a)} beside {_name(texts.b)}"
    stream.write(HEAD.format(title=_text(title), style=STYLE + _STYLE))
    stream.writelines(_introduction(texts))
    stream.writelines(_row(texts, bead) for bead in texts.beads)
    stream.write("</tbody></table></div>\n</main>\n</body>\n</html>\n")
    return len(texts.beads)


def _introduction(texts: AlignedTexts) -> Iterator[str]:
    yield "<body>\n<header>\n<h1>Two texts, sentence by sentence</h1>\n<dl>\n"
    for text in (texts.a, texts.b):
        title = f"{_title(text)}, " if text.title else ""
        yield f"<dt>{_text(text.language)}</dt><dd>{title}{_text(text.path)}, {_sentences(len(text.sentences))}</dd>\n"
    both = sum(1 for bead in texts.beads if bead.a and bead.b)
    alone = [sum(len(own) for own, other in sides if not other) for sides in _sides(texts)]
    yield (
        f"<dt>Rows</dt><dd>{both} with words on both sides; left out: {_sentences(alone[0])} of the first text, "
        f"{_sentences(alone[1])} of the second</dd>\n</dl>\n"
        '<p class="facts">Sentences are numbered from 0. The score, from 0 to 1, says how sure a row is.</p>\n'
        "</header>\n<main>\n"
    )
    heads = "".join(f'<th scope="col">{_title(text)} ({_text(text.language)})</th>' for text in (texts.a, texts.b))
    yield (
        '<div class="wide"><table class="beads"><colgroup><col /><col /><col class="n" /></colgroup>\n'
        f'<thead><tr>{heads}<th scope="col" class="n">score</th></tr></thead>\n<tbody>\n'
    )


def _sides(texts: AlignedTexts) -> tuple[list[tuple[tuple[int, ...], tuple[int, ...]]], ...]:
    return [(bead.a, bead.b) for bead in texts.beads], [(bead.b, bead.a) for bead in texts.beads]


def _row(texts: AlignedTexts, bead: Bead) -> str:
    a, b = _cell(texts.a, bead.a, "a"), _cell(texts.b, bead.b, "b")
    score = f"{bead.score:.2f}" if bead.a and bead.b else "none"
    return f'<tr>{a}{b}<td class="n">{score}</td></tr>\n'


def _cell(text: AlignedText, positions: tuple[int, ...], side: str) -> str:
    if not positions:
        return '<td class="none">left out: nothing here says this</td>'
    return "<td>" + "".join(_sentence(text, i, side) for i in positions) + "</td>"


def _sentence(text: AlignedText, i: int, side: str) -> str:
    return (
        f'<p id="{side}{i}" lang="{_text(text.languages[i])}" dir="auto"><span class="at" lang="en">{i}</span>'
        f"{_text(text.sentences[i])}</p>"
    )


def _name(text: AlignedText) -> str:
    return text.title or text.path


def _title(text: AlignedText) -> str:
    """In its language; a path is in none."""
    if not text.title:
        return _text(text.path)
    return f'<cite lang="{_text(text.language)}" dir="auto">{_text(text.title)}</cite>'


def _sentences(n: int) -> str:
    return "1 sentence" if n == 1 else f"{n} sentences"


def _text(text: str) -> str:
    return escape(visible(text), quote=True)
