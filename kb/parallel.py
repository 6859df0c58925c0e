"""Articles to read: their text with the concepts marked, and translations row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import groupby

from kb.answers import MarkedPassage, ParallelRow, Piece, Side
from kb.errors import NotFoundError, UsageError
from kb.lookup import Lookup
from kb.model import Alignment, Article, Mention
from kb.record import record
from kb.records import Records
from kb.sentences import clean_span, joined
from kb.store.base import PassageRow, SentenceRow

Place = tuple[int, int]  # column, position of a sentence
ROWS = ("sentence", "passage")
HEADINGS = ("title", "heading")
TEXTS_KEPT = 8  # articles with their mentions


class Parallel(Lookup):
    """`marked`, `translations` and `rows`."""

    def marked(self, article: str) -> Records[MarkedPassage]:
        """The passages of an article, with its concepts marked in their text."""
        text = self._texts(self._id_of(article))
        return Records[MarkedPassage](
            MarkedPassage(row.id, row.kind, row.quote.language, row.quote.start, row.quote.end, text.of_passage(row))
            for row in text.passages
        )

    def translations(self, article: str) -> Records[Article]:
        """The articles that are translations of one, the surest first."""
        id = self._id_of(article)
        return self.translations_of([id])[id]

    def translations_of(self, articles: Sequence[str]) -> dict[str, Records[Article]]:
        """The same of many articles (ids) at once."""
        found = self._store.translations(articles)
        records = {a.id: a for a in self._store.articles(sorted({id for others in found.values() for id in others}))}
        return {id: Records[Article](records[other] for other in found.get(id, ())) for id in articles}

    def rows(self, articles: Sequence[str], *, by: str = "sentence") -> Records[ParallelRow]:
        """Two or more translations of each other row by row, in the order of the first of them.

        `by`: a row a bead (`sentence`), or one for every passage of the first article.
        """
        beside = self.beside(articles, by=by)
        return Records[ParallelRow](beside.rows(range(len(beside))))

    def beside(self, articles: Sequence[str], *, by: str = "sentence") -> Beside:
        """The same, for a part of the rows: of thousands a page shows a few."""
        ids = [self._id_of(name) for name in articles]
        if len(set(ids)) < max(2, len(ids)):
            raise UsageError("name two or more different articles to read side by side")
        if by not in ROWS:
            raise UsageError(f"no rows by '{by}'; there are rows by {' and '.join(ROWS)}")
        texts = [self._texts(id) for id in ids]
        groups = _groups(ids, self._store.alignments(article=ids[0]), [len(t.sentences) for t in texts])
        if by == "passage":
            groups = _by_passage(groups, texts)
        return Beside(groups, texts)

    @cached_property
    def _texts(self) -> Callable[[str], _Text]:
        def read(id: str) -> _Text:
            return _Text(self._passages_of(id), self._sentences.of(id), self._store.mentions(article=id))

        return lru_cache(maxsize=TEXTS_KEPT)(read)


class Beside:
    """Texts side by side, whose rows are made as they are asked for."""

    def __init__(self, groups: Sequence[_Group], texts: Sequence[_Text]) -> None:
        self._groups, self._texts = groups, texts

    def __len__(self) -> int:
        return len(self._groups)

    def rows(self, numbers: Iterable[int]) -> list[ParallelRow]:
        return [_row(n, self._groups[n], self._texts) for n in numbers]

    def headings(self) -> list[tuple[int, str]]:
        """(row, what the first text says there) of titles and headings."""
        found = [(n, group) for n, group in enumerate(self._groups) if _kind(group, self._texts) in HEADINGS]
        return [(n, "".join(p.text for p in _side(self._texts[0], group.of(0)).pieces)) for n, group in found]

    def holding(self, concept: str) -> list[int]:
        """The rows in which a concept is marked."""
        texts = self._texts
        near = [n for n, g in enumerate(self._groups) if any(texts[c].mentions(at, concept) for c, at in g.places)]
        return [r.number for r in self.rows(near) if any(p.concept == concept for s in r.sides for p in s.pieces)]


class _Text:
    """The sentences of an article with the mentions in them."""

    def __init__(
        self, passages: Sequence[PassageRow], sentences: Sequence[SentenceRow], mentions: Sequence[Mention]
    ) -> None:
        self.passages, self.sentences = passages, sentences
        self._mentions = mentions

    @cached_property
    def kinds(self) -> Mapping[int, str]:
        """Position of a passage -> its kind."""
        return {row.position: row.kind for row in self.passages}

    @cached_property
    def _inside(self) -> Mapping[int, list[Mention]]:
        """Position of a sentence -> the mentions that begin in it."""
        found = defaultdict(list)
        at = 0
        for mention in sorted(self._mentions, key=lambda m: m.start):
            while at < len(self.sentences) and self.sentences[at].sentence.end <= mention.start:
                at += 1
            if at < len(self.sentences):
                found[at].append(mention)
        return found

    def mentions(self, position: int, concept: str) -> bool:
        """Whether a concept begins in a sentence."""
        return any(mention.concept == concept for mention in self._inside.get(position, ()))

    def of_sentence(self, position: int) -> list[Piece]:
        """Its text in pieces. Of mentions within each other the longest is marked."""
        row = self.sentences[position]
        spans = [(*clean_span(row, m.start, m.end), m.concept) for m in self._inside.get(position, ())]
        return _cut(row.sentence.text, spans)

    def of_sentences(self, positions: Sequence[int]) -> tuple[Piece, ...]:
        """Sentences as one text."""
        pieces: list[Piece] = []
        said = ""
        for position in positions:
            text = self.sentences[position].sentence.text
            longer = joined([said, text]) if said else text
            if blank := longer[len(said) : len(longer) - len(text)]:
                pieces.append(Piece(blank))
            pieces += self.of_sentence(position)
            said = longer
        return _run_together(pieces)

    def of_passage(self, row: PassageRow) -> tuple[Piece, ...]:
        """The sentences of a passage stand in its text one after the other, with white space between them."""
        pieces: list[Piece] = []
        cursor, text = 0, row.quote.text
        for position in self._positions.get(row.position, ()):
            own = self.sentences[position].sentence.text
            begins = text.find(own, cursor)
            if begins >= 0:
                pieces += [Piece(text[cursor:begins]), *self.of_sentence(position)]
                cursor = begins + len(own)
        return _run_together([*pieces, Piece(text[cursor:])])

    @cached_property
    def _positions(self) -> Mapping[int, list[int]]:
        found = defaultdict(list)
        for position, row in enumerate(self.sentences):
            found[row.sentence.passage].append(position)
        return found


def _cut(text: str, spans: Iterable[tuple[int, int, str]]) -> list[Piece]:
    kept: list[tuple[int, int, str]] = []
    for at, to, concept in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if at < to and all(to <= a or b <= at for a, b, _ in kept):
            kept.append((at, to, concept))
    pieces, cursor = [], 0
    for at, to, concept in sorted(kept):
        pieces += [Piece(text[cursor:at]), Piece(text[at:to], concept)]
        cursor = to
    return [*pieces, Piece(text[cursor:])]


def _run_together(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Plain pieces that follow each other as one; none is empty."""
    found: list[Piece] = []
    for is_plain, run in groupby(pieces, lambda piece: piece.concept is None):
        own = list(run)
        found += [Piece("".join(piece.text for piece in own))] if is_plain else own
    return tuple(piece for piece in found if piece.text)


# --- rows -------------------------------------------------------------------------------------------------------------


@record
class _Group:
    """Sentences of several texts that stand in one row; `beads` are the scores of what joined them."""

    places: list[Place]
    beads: list[float]

    def of(self, column: int) -> list[int]:
        return sorted(position for own, position in self.places if own == column)


def _groups(ids: Sequence[str], alignments: Sequence[Alignment], sizes: Sequence[int]) -> list[_Group]:
    """What the beads between the first text and each other one join, in the order of the first; what only another text
    has stands behind what it follows there."""
    group_of: dict[Place, _Group] = {
        (column, position): _Group([(column, position)], [])
        for column, size in enumerate(sizes)
        for position in range(size)
    }
    for column, other in enumerate(ids[1:], 1):
        alignment = next((x for x in alignments if {x.a, x.b} == {ids[0], other} and x.beads), None)
        if alignment is None:
            raise NotFoundError(f"'{ids[0]}' and '{other}' are not known to be translations of each other")
        for bead in alignment.beads:
            own, its = (bead.a, bead.b) if alignment.a == ids[0] else (bead.b, bead.a)
            if own and its:
                _join(group_of, [*((0, i) for i in own), *((column, i) for i in its)], bead.score)
    groups = list({id(group): group for group in group_of.values()}.values())
    return sorted(groups, key=lambda group: _where(group, group_of))


def _join(group_of: dict[Place, _Group], places: Sequence[Place], score: float) -> None:
    first = group_of[places[0]]
    for place in places[1:]:
        other = group_of[place]
        if other is not first:
            first.places.extend(other.places)
            first.beads.extend(other.beads)
            for moved in other.places:
                group_of[moved] = first
    first.beads.append(score)


def _where(group: _Group, group_of: Mapping[Place, _Group]) -> tuple[int, int, int]:
    own = group.of(0)
    if own:
        return own[0], 0, 0
    column, position = min(group.places)
    for before in range(position - 1, -1, -1):
        if there := group_of[column, before].of(0):
            return there[0], column, position
    return -1, column, position


def _by_passage(groups: Sequence[_Group], texts: Sequence[_Text]) -> list[_Group]:
    """Rows whose first article is in one passage as one row, and with them what only others have in between."""
    rows: list[_Group] = []
    last: tuple[int, int] | None = None
    for group in groups:
        column, position = min(group.places)
        passage = (column, texts[column].sentences[position].sentence.passage)
        if rows and (passage == last or (column and _goes_on(rows[-1], column, passage[1], texts[column]))):
            rows[-1] = _Group([*rows[-1].places, *group.places], [*rows[-1].beads, *group.beads])
        else:
            rows.append(group)
            last = passage
    return rows


def _goes_on(row: _Group, column: int, passage: int, text: _Text) -> bool:
    """Whether a row has sentences of this passage already."""
    return any(text.sentences[position].sentence.passage == passage for position in row.of(column))


def _row(number: int, group: _Group, texts: Sequence[_Text]) -> ParallelRow:
    sides = tuple(_side(text, group.of(column)) for column, text in enumerate(texts))
    return ParallelRow(number, _kind(group, texts), min(group.beads, default=0.0), sides)


def _kind(group: _Group, texts: Sequence[_Text]) -> str:
    column, position = min(group.places)
    return texts[column].kinds.get(texts[column].sentences[position].sentence.passage, "")


def _side(text: _Text, positions: Sequence[int]) -> Side:
    if not positions:
        language = text.passages[0].quote.language if text.passages else ""
        return Side(language, (), (), 0, 0)
    rows = [text.sentences[position] for position in positions]
    pieces = text.of_sentences(positions)
    return Side(rows[0].language, tuple(positions), pieces, rows[0].sentence.start, rows[-1].sentence.end)
