"""A cleaned article in passages, sentences and tokens."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from kb.langs.base import Analyser, Word, place
from kb.langs.folding import has_han
from kb.langs.registry import analyser_for
from kb.model import AnalysedArticle, Block, CleanedArticle, Passage, Sentence, base_language

# A passage is what a search shows and what is embedded as one: about what the embedder reads whole (512 word pieces).
# A Han character counts for three of another script, which is about its share of word pieces.
MAX_PASSAGE = 900


def segment(cleaned: CleanedArticle, article: str, analyser: Analyser) -> AnalysedArticle:
    """Cut every block of the body into sentences and these into tokens; blocks that are too long into passages.

    `analyser` is that of the article's language; a block in another one gets its own.
    """
    body = cleaned.body
    spans: list[tuple[int, int, int]] = []  # at, to, passage
    passages: list[Passage] = []
    seen: Counter[str] = Counter()
    for block in cleaned.blocks:
        if not block.is_body:
            continue
        language = block.language or cleaned.language
        for group in _passages(body.text, block, _analyser_of(language, cleaned, analyser)):
            at, to = group[0][0], group[-1][1]
            text = body.text[at:to]
            seen[text] += 1
            start, end = body.span(at, to)
            passages.append(Passage(_passage_id(article, text, seen[text]), block.kind, start, end, text, language))
            spans += [(s, e, len(passages) - 1) for s, e in group]
    words = _words(body.text, spans, passages, cleaned, analyser)
    sentences = []
    for (at, to, passage), cut in zip(spans, words, strict=True):
        start, end = body.span(at, to)
        sentences.append(Sentence(start, end, body.text[at:to], passage, place(cut, body.span, at)))
    return AnalysedArticle(article, cleaned, tuple(passages), tuple(sentences))


def _analyser_of(language: str, cleaned: CleanedArticle, analyser: Analyser) -> Analyser:
    return analyser if base_language(language) == base_language(cleaned.language) else analyser_for(language)


def _words(
    text: str,
    spans: Sequence[tuple[int, int, int]],
    passages: Sequence[Passage],
    cleaned: CleanedArticle,
    analyser: Analyser,
) -> list[list[Word]]:
    """The words of every sentence; each language's analyser is asked once for all of its sentences."""
    by_base: defaultdict[str, list[int]] = defaultdict(list)
    for n, (_, _, passage) in enumerate(spans):
        by_base[base_language(passages[passage].language)].append(n)
    words: list[list[Word]] = [[] for _ in spans]
    for base, group in by_base.items():
        cut = _analyser_of(base, cleaned, analyser).words([text[spans[n][0] : spans[n][1]] for n in group])
        for n, found in zip(group, cut, strict=True):
            words[n] = found
    return words


def _passages(text: str, block: Block, analyser: Analyser) -> Iterator[list[tuple[int, int]]]:
    """The block's sentences in groups that fit a passage, as even as can be."""
    cut = analyser.sentences(text[block.at : block.to])
    spans = [(block.at + at, block.at + to) for at, to in cut]
    total = sum(_size(text[at:to]) for at, to in spans)
    if not spans:
        return
    target = total / max(1, -(-total // MAX_PASSAGE))
    group: list[tuple[int, int]] = []
    size = 0
    for span in spans:
        more = _size(text[span[0] : span[1]])
        if group and size + more / 2 > target:
            yield group
            group, size = [], 0
        group.append(span)
        size += more
    yield group


def _size(text: str) -> int:
    return len(text) * 3 if has_han(text) else len(text)


def _passage_id(article: str, text: str, nth: int) -> str:
    """Stays while the article's id and the passage's text stay, wherever in the article the passage moves."""
    return hashlib.blake2b(f"{article}\n{text}\n{nth}".encode(), digest_size=6).hexdigest()
