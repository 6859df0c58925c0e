"""One web page with two aligned texts side by side: a row a bead, so that what says the same stands on one line.

The page is whole in itself (no script, no picture, no request) and the same bytes for the same texts. A sentence that
the other text left out is said to be so in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TextIO

from kb.aligned import AlignedText, AlignedTexts
from kb.clean.wording import visible
from kb.export.page import HEAD, STYLE
from kb.model import Bead, WordLink

_STYLE = """
.beads{table-layout:fixed}.beads col.n{width:4.5rem}
.beads td,.beads th{padding:.35rem .9rem .35rem 0}
.beads p{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
.beads .at{color:var(--quiet);font-size:.75rem;padding-right:.35rem}
.beads .none{color:var(--quiet);font-style:italic}
.beads tr{break-inside:avoid}
"""
# Pointing at a word lights its counterparts in the same row. A row has this many groups of words at most that do so.
_GROUPS = 120
_POINTING = (
    ".w{text-decoration:underline dotted var(--quiet);text-underline-offset:.2em}\n"
    + ",".join(f"tr:has(.w{n}:hover) .w{n}" for n in range(_GROUPS))
    + "{color:var(--come);background:var(--come-ground);text-decoration-style:solid}\n"
)


def write_page(texts: AlignedTexts, stream: TextIO) -> int:
    """Write the page and return how many rows it has."""
    title = f"{_name(texts.a)} beside {_name(texts.b)}"
    stream.write(HEAD.format(title=_text(title), style=STYLE + _STYLE + (_POINTING if texts.words else "")))
    stream.writelines(_introduction(texts))
    words = texts.words or ((),) * len(texts.beads)
    stream.writelines(_row(texts, bead, links) for bead, links in zip(texts.beads, words, strict=True))
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


Marks = dict[tuple[int, int, int], int]  # characters of a sentence -> the group of linked words that they are in


def _marks(links: Sequence[WordLink]) -> tuple[Marks, Marks]:
    """Words that are linked, directly or by others, are of one group."""
    groups: list[tuple[set[tuple[int, int, int]], set[tuple[int, int, int]]]] = []
    for link in links:
        joined = ({link.a}, {link.b})
        for other in [g for g in groups if link.a in g[0] or link.b in g[1]]:
            groups.remove(other)
            joined = (joined[0] | other[0], joined[1] | other[1])
        groups.append(joined)
    groups.sort(key=lambda group: min(group[0]))
    return (
        {place: nth for nth, group in enumerate(groups) for place in group[0]},
        {place: nth for nth, group in enumerate(groups) for place in group[1]},
    )


def _row(texts: AlignedTexts, bead: Bead, links: Sequence[WordLink]) -> str:
    marks = _marks(links)
    a, b = _cell(texts.a, bead.a, "a", marks[0]), _cell(texts.b, bead.b, "b", marks[1])
    score = f"{bead.score:.2f}" if bead.a and bead.b else "none"
    return f'<tr>{a}{b}<td class="n">{score}</td></tr>\n'


def _cell(text: AlignedText, positions: tuple[int, ...], side: str, marks: Marks) -> str:
    if not positions:
        return '<td class="none">left out: nothing here says this</td>'
    return "<td>" + "".join(_sentence(text, i, side, marks) for i in positions) + "</td>"


def _sentence(text: AlignedText, i: int, side: str, marks: Marks) -> str:
    sentence, shown, at = text.sentences[i], "", 0
    for (_, start, end), nth in sorted((place, nth) for place, nth in marks.items() if place[0] == i):
        shown += _text(sentence[at:start]) + f'<span class="w w{nth}">{_text(sentence[start:end])}</span>'
        at = end
    shown += _text(sentence[at:])
    return (
        f'<p id="{side}{i}" lang="{_text(text.languages[i])}" dir="auto"><span class="at" lang="en">{i}</span>'
        f"{shown}</p>"
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
