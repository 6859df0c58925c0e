"""Two texts with their beads, as they are shown, written and corrected: from articles of a base, files or lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.answers import AlignedBead, LinkedBead, WordPair
from kb.model import AnalysedArticle, Article, Bead, WordLink
from kb.records import Records
from kb.sentences import joined

if TYPE_CHECKING:
    from kb.store.base import SentenceRow


@dataclass(frozen=True, slots=True)
class AlignedText:
    """One of two texts. `sentences`, `languages` (of each) and `spans` (raw offsets of each) are of one length, but
    for lines of a file, which have no `spans`."""

    path: str
    title: str
    language: str  # of most of the text
    sentences: tuple[str, ...]
    languages: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()

    def text(self, positions: Sequence[int]) -> str:
        """These sentences as one text, "" for none."""
        return joined([self.sentences[i] for i in positions])

    def span_in(self, positions: Sequence[int], place: tuple[int, int, int]) -> tuple[int, int]:
        """Where characters of a sentence, as in `WordLink`, stand in the text of these sentences."""
        sentence, start, end = place
        upto = [i for i in positions if i <= sentence]
        before = len(self.text(upto)) - len(self.sentences[sentence])
        return before + start, before + end

    def language_of(self, positions: Sequence[int]) -> str:
        """The tag of most of what these sentences say; that of the whole text for none."""
        size = Counter[str]()
        for i in positions:
            size[self.languages[i]] += len(self.sentences[i])
        return max(size, key=lambda tag: (size[tag], tag), default=self.language)


@dataclass(frozen=True, slots=True)
class AlignedTexts:
    """Two texts and the beads that cover every sentence of both once, in order; `words`: the links inside every bead,
    where they were looked for."""

    a: AlignedText
    b: AlignedText
    beads: tuple[Bead, ...]
    words: tuple[tuple[WordLink, ...], ...] | None = None

    def records(self) -> Records[AlignedBead]:
        """The beads with their texts, as `LinkedBead` where their words are linked."""
        if self.words is None:
            return Records(AlignedBead(x.a, x.b, self.a.text(x.a), self.b.text(x.b), x.score) for x in self.beads)
        return Records(self._linked(bead, links) for bead, links in zip(self.beads, self.words, strict=True))

    def _linked(self, bead: Bead, links: Sequence[WordLink]) -> LinkedBead:
        a, b = self.a.text(bead.a), self.b.text(bead.b)
        pairs = []
        for link in links:
            (start, end), (begin, stop) = self.a.span_in(bead.a, link.a), self.b.span_in(bead.b, link.b)
            pairs.append(WordPair(a[start:end], b[begin:stop], start, end, begin, stop, link.score))
        return LinkedBead(bead.a, bead.b, a, b, bead.score, tuple(pairs))


def of_rows(article: Article, rows: Sequence[SentenceRow]) -> AlignedText:
    """An article of a base, from all of its sentences in order."""
    return AlignedText(
        article.path,
        article.title,
        article.language,
        tuple(row.sentence.text for row in rows),
        tuple(row.language for row in rows),
        tuple((row.sentence.start, row.sentence.end) for row in rows),
    )


def of_article(article: AnalysedArticle) -> AlignedText:
    """An article as the stages made it."""
    return AlignedText(
        article.cleaned.raw.path,
        article.cleaned.title,
        article.language,
        tuple(s.text for s in article.sentences),
        tuple(article.language_of(n) for n in range(len(article.sentences))),
        tuple((s.start, s.end) for s in article.sentences),
    )


def of_lines(path: str, lines: Iterable[str], language: str) -> AlignedText:
    """A file with a sentence a line."""
    sentences = tuple(lines)
    return AlignedText(path, "", language, sentences, (language,) * len(sentences))
