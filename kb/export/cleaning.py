"""One web page about what cleaning did to a collection: every article with its repairs and what was left out.

The page is whole in itself (no script, no picture, no request), the same bytes for the same articles, and written
article by article, so that a collection may have any size. Nothing is told by colour alone.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from kb.clean.explain import CHANGED, LEFT_OUT, Piece, Row, rows
from kb.clean.wording import LINE_END, Note, alike, common_reason, in_text, languages, notes, places, visible, within
from kb.export.output import opened
from kb.export.page import HEAD, STYLE
from kb.model import CleanedArticle, SetAside

_RUN = 3  # lines one after the other that were left out are folded together
_REASONS = 50  # different reasons of one kind that are looked at for what they have in common


def write_report(target: Path, results: Iterable[CleanedArticle | SetAside]) -> int:
    """Write the page and return how many articles it has. The file appears whole or not at all.

    Raises UsageError when it cannot be written, before any article is asked for.
    """
    with (
        opened(str(target), option="--report") as page,
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as articles,
    ):
        report = _Report()
        for result in results:
            articles.writelines(report.add(result))
        articles.seek(0)
        page.writelines(report.head())
        shutil.copyfileobj(articles, page)
        page.write("</main>\n</body>\n</html>\n")
    return report.count


class _Report:
    """What the head of the page tells of all articles, gathered while they are written."""

    def __init__(self) -> None:
        self.count = 0
        self._aside: list[SetAside] = []
        self._index: list[str] = []
        self._kinds: dict[str, int] = {}  # kind -> its number, in the order of appearance
        self._counts: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()  # kind -> articles with it
        self._reasons: dict[str, dict[str, None]] = {}
        self._languages: Counter[str] = Counter()
        self._encodings: Counter[str] = Counter()
        self._offers = 0

    def add(self, result: CleanedArticle | SetAside) -> Iterator[str]:
        """The article's part of the page."""
        if isinstance(result, SetAside):
            self._aside.append(result)
            return
        self.count += 1
        found = rows(result)
        tags = languages(result)
        self._languages.update(tags)
        self._encodings[result.raw.encoding] += 1
        self._offers += len(result.offers)
        own: Counter[str] = Counter()
        for kind, reason in [
            *((c.kind, c.reason) for c in result.changes),
            *((c.kind, c.reason) for c in result.offers),
        ]:
            self._kinds.setdefault(kind, len(self._kinds))
            own[kind] += 1
            reasons = self._reasons.setdefault(kind, {})
            if len(reasons) < _REASONS:
                reasons[reason] = None
        self._counts.update(own)
        self._articles.update(own.keys())
        there, all_ = in_text(piece for row in found for piece in row.pieces)
        self._index.append(
            f'<tr><th scope="row"><a href="#a{self.count}">{_text(result.raw.path)}</a></th>'
            f"<td>{_text(', '.join(tags))}</td><td>{_text(result.raw.encoding)}</td>"
            f'<td class="n">{sum(own.values())}</td><td class="n">{_percent(there, all_)}</td></tr>\n'
        )
        yield from self._article(result, found, tags, f"{there} of {all_} characters are in the text")

    def _article(self, article: CleanedArticle, found: Sequence[Row], tags: Sequence[str], told: str) -> Iterator[str]:
        raw = article.raw
        kinds = {c.kind for row in found for c in (*row.changes, *row.offers)}
        yield f'<article id="a{self.count}" class="{self._classes("art", kinds)}">\n<h2>{_text(raw.path)}</h2>\n'
        encoding = _text(raw.encoding)
        if note := raw.metadata.get("encoding_note"):
            encoding += f" <strong>({_text(note)})</strong>"
        yield f'<p class="facts">{_text(", ".join(tags))}; {encoding}; {told}. <a href="#list">All articles</a></p>\n'
        for is_body, run in groupby(found, lambda row: row.is_body):
            own = list(run)
            folded = not is_body and len(own) >= _RUN
            if folded:
                counts = Counter(row.kind for row in own)
                words = ", ".join(
                    f"{n} {_text(kind)}" for kind, n in sorted(counts.items(), key=lambda i: (-i[1], i[0]))
                )
                classes = self._classes("run", {c.kind for row in own for c in (*row.changes, *row.offers)})
                yield f'<details class="{classes}"><summary>{len(own)} lines left out: {words}</summary>\n'
            for row in own:
                yield self._row(row, article)
            if folded:
                yield "</details>\n"
        yield "</article>\n"

    def _row(self, row: Row, article: CleanedArticle) -> str:
        told = notes(row)
        numbers = (
            {(note.kind, note.offered): n for n, note in enumerate(told, 1)} if row.is_body and len(told) > 1 else {}
        )
        words = "".join(_piece(piece, following, numbers) for piece, following in _with_next(row.pieces))
        tag = "h3" if row.kind in ("title", "heading") and row.is_body else "p"
        own = row.block.language if row.block and row.block.language else article.language
        lang = f' lang="{_text(own)}"' if own and own != "und" else ""
        beside = [f"<p>in {_text(own)}</p>"] if row.is_body and own != article.language else []
        beside += [_note(note, row, numbers.get((note.kind, note.offered), 0)) for note in told]
        classes = self._classes("row" if row.is_body else "row out", {c.kind for c in (*row.changes, *row.offers)})
        side = f'<div class="notes">{"".join(beside)}</div>' if beside else ""
        item = " item" if row.is_body and row.kind == "list-item" else ""
        return f'<div class="{classes}{item}"><{tag}{lang}>{words}</{tag}>{side}</div>\n'

    def _classes(self, name: str, kinds: Iterable[str]) -> str:
        return " ".join([name, *(f"k{n}" for n in sorted(self._kinds[kind] for kind in kinds))])

    # --- what stands before the articles -----------------------------------------------------------------------------

    def head(self) -> Iterator[str]:
        articles = "1 article" if self.count == 1 else f"{self.count} articles"
        yield HEAD.format(title=f"What cleaning did to {articles}", style=STYLE + "".join(self._filters()))
        yield f"<body>\n<header>\n<h1>What cleaning did to {articles}</h1>\n"
        yield (
            "<p>Every character that was read is in the text, or is shown with the reason why it is not. "
            "<del>Taken away</del>, <ins>put in its place</ins>, "
            '<ins class="alike">replaced by something that looks like it</ins>, '
            "<mark>not changed, but perhaps should be</mark>.</p>\n</header>\n"
        )
        yield from self._summary()
        yield '<nav aria-labelledby="list">\n<h2 id="list">Articles</h2>\n'
        yield (
            '<div class="wide"><table><thead><tr><th scope="col">file</th><th scope="col">languages</th>'
            '<th scope="col">encoding</th><th scope="col" class="n">changes and offers</th>'
            '<th scope="col" class="n">in the text</th></tr></thead>\n<tbody>\n'
        )
        yield from self._index
        yield "</tbody></table></div>\n</nav>\n<main>\n"

    def _summary(self) -> Iterator[str]:
        yield '<section aria-labelledby="summary">\n<h2 id="summary">Summary</h2>\n<dl>\n'
        read = f"{self.count} read, {len(self._aside)} set aside" if self._aside else f"{self.count} read"
        for name, value in {
            "Files": read,
            "Languages": _counted(self._languages),
            "Encodings": _counted(self._encodings),
            "Offers": str(self._offers) if self._offers else "",
        }.items():
            if value:
                yield f"<dt>{name}</dt><dd>{_text(value)}</dd>\n"
        yield "</dl>\n"
        if self._aside:
            yield '<h3>Files that were set aside</h3>\n<ul class="aside">\n'
            yield from (f"<li><strong>{_text(a.path)}</strong>: {_text(a.reason)}</li>\n" for a in self._aside)
            yield "</ul>\n"
        if self._counts:
            yield from self._table_of_kinds()
        yield "</section>\n"

    def _table_of_kinds(self) -> Iterator[str]:
        yield (
            "<fieldset>\n<legend>What to show</legend>\n"
            '<p><label><input type="radio" name="show" id="f-all" checked="checked" /> the articles whole</label> '
            '<label><input type="radio" name="show" id="f-any" /> only lines with changes</label></p>\n'
            '<div class="wide"><table><thead><tr><th scope="col">only lines with</th>'
            '<th scope="col" class="n">times</th><th scope="col" class="n">articles</th>'
            '<th scope="col">reason</th></tr></thead>\n<tbody>\n'
        )
        for kind, count in sorted(self._counts.items(), key=lambda item: (-item[1], item[0])):
            yield (
                f'<tr><th scope="row"><label><input type="radio" name="show" id="f{self._kinds[kind]}" /> {_text(kind)}'
                f'</label></th><td class="n">{count}</td><td class="n">{self._articles[kind]}</td>'
                f"<td>{_text(common_reason(self._reasons[kind]))}</td></tr>\n"
            )
        yield "</tbody></table></div>\n</fieldset>\n"

    def _filters(self) -> Iterator[str]:
        """Rules that hide what has not the kind that is chosen; the chosen lines are not folded."""
        for n in self._kinds.values():
            yield f"body:has(#f{n}:checked) :is(.art,.run,.row):not(.k{n}){{display:none}}\n"
        yield 'body:has(#f-any:checked) :is(.art,.row):not([class*=" k"]){display:none}\n'
        chosen = "body:not(:has(#f-all:checked)) .run"
        yield f"@supports selector(::details-content){{{chosen}>summary{{display:none}}\n"
        yield f"{chosen}::details-content{{content-visibility:visible;block-size:auto}}}}\n"


# --- pieces -----------------------------------------------------------------------------------------------------------


def _with_next(found: Sequence[Piece]) -> Iterator[tuple[Piece, Piece | None]]:
    for i, piece in enumerate(found):
        yield piece, found[i + 1] if i + 1 < len(found) else None


def _piece(piece: Piece, following: Piece | None, numbers: dict[tuple[str, bool], int]) -> str:
    why = "; ".join(f"{c.kind}: {c.reason} [{c.start}:{c.end}]" for c in piece.changes) or "no reason is known"
    title = f' title="{_text(why)}"'
    if piece.kind == LEFT_OUT:
        words = f"<del{title}>{_text(piece.before, spaces=True)}</del>"
    elif piece.kind != CHANGED:
        words = _text(piece.after)
        words = f"<mark>{words}</mark>" if piece.offers and words else words
    elif piece.looks_alike:
        words = f'<ins class="alike"{title}>{escape(alike(piece))}</ins>'
        if LINE_END in words:
            words += " "
    else:
        words = f"<del{title}>{_text(piece.before, spaces=True)}</del>" if piece.before else ""
        words += f"<ins{title}>{_text(piece.after)}</ins>" if piece.after else ""
    for offer in piece.offers:
        if following is None or offer not in following.offers:
            after = _text(offer.after, spaces=True) or "nothing"
            told = _text(f"{offer.kind}: {offer.reason} [{offer.start}:{offer.end}]")
            words += f'<mark title="{told}"> → {after}?</mark>'
    marks = [str(numbers[place]) for place in places(piece) if place in numbers]
    return words + (f"<sup>{','.join(marks)}</sup>" if marks else "")


def _note(note: Note, row: Row, n: int) -> str:
    head = f"<sup>{n}</sup> " if n else ""
    times = f"{note.times} × " if note.times > 1 else ""
    perhaps = "perhaps: " if note.offered else ""
    inner = within(row) if not row.is_body else ""
    inner = f" (in it: {inner})" if inner else ""
    return f"<p>{head}<b>{_text(note.kind)}</b>: {times}{perhaps}{_text(note.reason + inner)}</p>"


def _text(text: str, spaces: bool = False) -> str:
    return escape(visible(text, spaces=spaces), quote=True)


def _percent(there: int, all_: int) -> str:
    return f"{100 * there // all_} %" if all_ else ""


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda i: (-i[1], i[0])))
