"""An article as people read it, with what cleaning did marked in it and the reasons beside it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.clean.explain import CHANGED, LEFT_OUT, Piece, Row, pieces, rows
from kb.clean.wording import Note, alike, groups, in_text, languages, notes, places, visible, within
from kb.cli.marks import LEGEND, STYLES, Line, Run, broken, marked, number, paint, width
from kb.cli.show import GAP, Table, clip, colourful, counted, heading, text_width, wrap
from kb.model import CleanedArticle

_MANY = 9  # repairs of one kind in an article that are noted beside their lines; of more the summary tells
_LONG = 300  # characters that were taken away within a line and are shown whole
_CLIPPED = 48  # cells of a text in the table of changes
_GUTTER = 2
_NOTES = 34  # cells, where there is room for them
_LEAST_WIDTH = 76  # for notes beside the text; below it they stand under their line

_LINE_END = re.compile("\r\n|\n|\r")

Place = tuple[str, bool]


class _Beside(NamedTuple):
    """A note and where in the text of its line the first of its marks is."""

    at: int
    text: str


def print_marked(article: CleanedArticle) -> None:
    colour = colourful()
    print_head(article)
    print()
    found = rows(article)
    inline = Counter(c.kind for row in found if row.is_body for c in row.changes)
    quiet = frozenset(kind for kind, count in inline.items() if count > _MANY)
    used: set[str] = set()
    last: Row | None = None
    same = ""  # the note of the line above
    for row in found:
        if last is not None and _is_apart(last, row):
            print()
        if row.is_body:
            runs, beside = _body_runs(article, row, quiet, colour)
            same = ""
        else:
            why, inner = _why(row), within(row)
            note = ('"' if why == same else why) + (f" (in it: {inner})" if inner else "")
            runs, beside = _left_out_runs(row), [_Beside(0, note)]
            same = why
        used.update(run.style for run in runs)
        _print_row(runs, beside, row, colour)
        last = row
    _print_summary(article, used, colour)


def print_head(article: CleanedArticle) -> None:
    raw = article.raw
    heading(f"{visible(raw.path)}  {', '.join(languages(article))}  {raw.encoding}")
    if note := raw.metadata.get("encoding_note"):
        print(f"encoding: {visible(note)}")


def print_changes(article: CleanedArticle) -> None:
    """A table of the changes and offers; texts are cut, --json has them whole."""
    print_head(article)
    begins = line_starts(article.raw.raw)
    found = [*((c, "") for c in article.changes), *((c, " (offered)") for c in article.offers)]
    lines = []
    for change, offered in sorted(found, key=lambda item: (item[0].start, item[0].end)):
        line = bisect_right(begins, change.start)
        place = f"{line}:{change.start - begins[line - 1] + 1}"
        before, after = (clip(visible(t[:_CLIPPED], spaces=True), _CLIPPED) for t in (change.before, change.after))
        offsets = f"{change.start}-{change.end}"
        lines.append((place, offsets, change.kind + offered, before, after, change.reason))
    if lines:
        Table(("line", "offsets", "kind", "before", "after", "reason"), lines).print()
    else:
        print("no changes")


def line_starts(text: str) -> list[int]:
    """Offsets at which lines begin, as editors count lines."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _is_apart(last: Row, row: Row) -> bool:
    if last.is_body != row.is_body:
        return True
    return row.is_body and (last.kind, row.kind) != ("list-item", "list-item")


# --- one line of the article ------------------------------------------------------------------------------------------


def _body_runs(
    article: CleanedArticle, row: Row, quiet: frozenset[str], colour: bool
) -> tuple[list[Run], list[_Beside]]:
    told = [note for note in notes(row) if note.offered or note.kind not in quiet]
    numbers = {(note.kind, note.offered): n for n, note in enumerate(told, 1)}
    runs: list[Run] = []
    begins: dict[Place, int] = {}
    length = 0
    for i, piece in enumerate(row.pieces):
        following = row.pieces[i + 1] if i + 1 < len(row.pieces) else None
        made = _piece_runs(piece, row, following, colour)
        here = [place for place in places(piece) if place in numbers]
        for place in here:
            begins.setdefault(place, length)
        if len(told) > 1:
            made += [number(numbers[place], colour) for place in here]
        runs += made
        length += sum(len(run.text) for run in made)
    beside = [
        _Beside(begins.get((n.kind, n.offered), 0), _words(n, i if len(told) > 1 else 0, colour))
        for i, n in enumerate(told, 1)
    ]
    if row.block and row.block.language not in ("", article.language):
        beside.insert(0, _Beside(0, f"in {row.block.language}"))
    return runs, beside


def _piece_runs(piece: Piece, row: Row, following: Piece | None, colour: bool) -> list[Run]:
    base = "bold" if row.kind in ("title", "heading") else ""
    runs: list[Run] = []
    if piece.kind != CHANGED:
        runs = marked(visible(piece.after), "offer" if piece.offers and colour else base, colour)
    elif piece.looks_alike:
        runs = marked(alike(piece), "alike", colour)
    else:
        if piece.before:
            runs += marked(_clipped(visible(piece.before, spaces=True)), "gone", colour)
        if piece.after:
            runs += marked(visible(piece.after), "come", colour)
    ending = [o for o in piece.offers if following is None or o not in following.offers]
    for offer in ending:
        before, after = visible(offer.before, spaces=True), visible(offer.after, spaces=True) or "nothing"
        runs += marked(f"→ {after}" if colour else f"{before} -> {after}", "offer", colour)
        if colour:
            runs.append(Run("?", "offer", fixed=True))
    return runs


def _clipped(text: str) -> str:
    if len(text) <= _LONG:
        return text
    return f"{text[: _LONG // 2]} … ({len(text)} characters) … {text[-_LONG // 4 :]}"


def _words(note: Note, n: int, colour: bool) -> str:
    mark = "" if not n else number(n, colour).text + " "
    count = f"{note.times} × " if note.times > 1 else ""
    return f"{mark}{count}{'perhaps: ' if note.offered else ''}{note.reason}"


def _left_out_runs(row: Row) -> list[Run]:
    return [Run(visible(piece.before), "left out") for piece in row.pieces]


def _why(row: Row) -> str:
    reasons = "; ".join(dict.fromkeys(p.reason for p in row.pieces if p.kind == LEFT_OUT)) or "; ".join(
        dict.fromkeys(p.reason for p in row.pieces if p.reason)
    )
    return f"{row.kind}: {reasons or 'no reason is known; please report it'}"


# --- on the screen ----------------------------------------------------------------------------------------------------


def _print_row(runs: Sequence[Run], beside: Sequence[_Beside], row: Row, colour: bool) -> None:
    room = text_width() - _GUTTER
    side = _NOTES if text_width() >= _LEAST_WIDTH else 0
    indent = "  " if row.kind == "list-item" else ""
    gutter = (" " if row.is_body else "~").ljust(_GUTTER) + indent
    beyond = " " * len(gutter)
    text_room = max(8, room - len(indent) - (side + len(GAP) if side else 0))
    lines = broken(runs, text_room)
    column = list(_column(lines, beside, side)) if side else []
    for i in range(max(len(lines), len(column))):
        own = lines[i].runs if i < len(lines) else ()
        note = column[i] if i < len(column) else ""
        blank = " " * (text_room - width(own)) if note else ""
        text = paint(own, colour) + blank
        print(f"{gutter if own else beyond}{text}{GAP if note else ''}{paint([Run(note, 'dim')], colour)}".rstrip(" "))
    if not side:
        for _, words in beside:
            for line in wrap(words, room - 2):
                print(f"{' ' * _GUTTER}  {paint([Run(line, 'dim')], colour)}")


def _column(lines: Sequence[Line], beside: Sequence[_Beside], room: int) -> Iterator[str]:
    """The notes line by line: each begins beside the line of its first mark, or as soon as there is room."""
    used = 0
    for at, text in sorted(beside, key=lambda b: b.at):
        begin = max((i for i, line in enumerate(lines) if line.at <= at), default=0)
        while used < begin:
            yield ""
            used += 1
        for i, piece in enumerate(wrap(text, room - 2)):
            yield f"{'| ' if i == 0 else '  '}{piece}"
            used += 1


def _print_summary(article: CleanedArticle, used: set[str], colour: bool) -> None:
    there, all_ = in_text(pieces(article))
    offered = f", {counted(len(article.offers), 'offer')}" if article.offers else ""
    counts = f"{there} of {all_} characters are in the text; {counted(len(article.changes), 'change')}{offered}"
    print("\n" + "\n".join(wrap(counts, text_width())))
    found = groups(article.changes)
    if found:
        digits = len(str(found[0].times))
        kinds = max(len(group.kind) for group in found)
        for group in found:
            head = f"  {group.times:>{digits}}  {group.kind.ljust(kinds)}  "
            own, *more = wrap(group.reason, max(8, text_width() - len(head)))
            print(head + own)
            for line in more:
                print(" " * len(head) + line)
    legend = [[*_example(style, colour), Run(f" {words}")] for style, words in LEGEND.items() if style in used]
    if not legend:
        return
    if sum(map(width, legend)) + 3 * len(legend) < text_width():
        print("  " + "   ".join(paint(runs, colour) for runs in legend))
    else:
        for runs in legend:
            print(f"  {paint(runs, colour)}")


def _example(style: str, colour: bool) -> list[Run]:
    if colour:
        return [Run("text", style)]
    _, opening, closing = STYLES[style]
    return [Run(f"{opening}...{closing}")]
