"""Between records and rows: what one column holds of a record, there and back. Nothing here knows a connection."""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, chain
from operator import sub
from typing import Any

from kb.model import (
    AnalysedArticle,
    Bead,
    Block,
    Change,
    CleanedArticle,
    Decision,
    MappedText,
    Passage,
    RawArticle,
    Sentence,
    Stretch,
    Token,
    base_language,
)

Row = tuple[Any, ...]


def dump(value: object) -> str:
    """Compact JSON; characters as they are, so that the file can be read with any SQLite tool."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pack_offsets(offsets: array[int]) -> bytes:
    """Offsets as zlib-compressed differences (little-endian int32): nearly all are 1, so a text's map takes next to
    nothing beside the text."""
    steps = array("i", map(sub, offsets, chain((0,), offsets)))
    if sys.byteorder == "big":
        steps.byteswap()
    return zlib.compress(steps.tobytes())


def unpack_offsets(packed: bytes) -> array[int]:
    steps = array("i")
    steps.frombytes(zlib.decompress(packed))
    if sys.byteorder == "big":
        steps.byteswap()
    return array("i", accumulate(steps))


def pack_tokens(sentence: Sentence) -> str:
    """JSON [[at, length, pos] or [at, length, pos, lemma] or [start, end, at, text, lemma, pos], ...].

    The short forms are of tokens that are a piece of their sentence, in both texts at the same place, as nearly all
    are; without a lemma it is the token's text. They take half the room, and tokens are the largest part of a base.
    """
    packed: list[list[object]] = []
    for t in sentence.tokens:
        length = len(t.text)
        if (t.start, t.end) != (sentence.start + t.at, sentence.start + t.at + length) or t.text != (
            sentence.text[t.at : t.at + length]
        ):
            packed.append([t.start, t.end, t.at, t.text, t.lemma, t.pos])
        elif t.lemma == t.text:
            packed.append([t.at, length, t.pos])
        else:
            packed.append([t.at, length, t.pos, t.lemma])
    return dump(packed)


def unpack_tokens(packed: str, start: int, text: str) -> tuple[Token, ...]:
    """The tokens of the sentence `text` that starts at raw offset `start`."""
    tokens: list[Token] = []
    for values in json.loads(packed):
        if len(values) == 6:
            tokens.append(Token(*values))
        else:
            at, length, pos, *lemma = values
            word = text[at : at + length]
            tokens.append(Token(start + at, start + at + length, at, word, lemma[0] if lemma else word, pos))
    return tuple(tokens)


def pack_beads(beads: Iterable[Bead]) -> str:
    return dump([[bead.a, bead.b, bead.score] for bead in beads])


def unpack_beads(packed: str) -> tuple[Bead, ...]:
    return tuple(Bead(tuple(a), tuple(b), score) for a, b, score in json.loads(packed))


def pack_stretch(side: Stretch) -> str:
    return dump([side.at, side.texts, side.before, side.after])


def decision(row: Row) -> Decision:
    """From the columns of `decision`, in their order."""
    number, time, user, kind, a, b, *sides, shape, undoes = row
    a_side, b_side = (Stretch(at, tuple(texts), *beside) for at, texts, *beside in map(json.loads, sides))
    sizes = tuple((p, q) for p, q in json.loads(shape))
    return Decision(number, time, user, kind, a, b, a_side, b_side, sizes, undoes)


ARTICLE_COLUMNS = (
    "id, path, title, language, base, characters, encoding, sha256, metadata, blocks, changes, offers, raw, body,"
    " starts, ends"
)


def _pack_changes(changes: Iterable[Change]) -> str:
    return dump([[c.kind, c.start, c.end, c.before, c.after, c.reason, c.score] for c in changes])


def article_row(article: AnalysedArticle) -> Row:
    """The values of ARTICLE_COLUMNS."""
    cleaned = article.cleaned
    raw, body = cleaned.raw, cleaned.body
    return (
        article.id,
        raw.path,
        cleaned.title,
        cleaned.language,
        base_language(cleaned.language),
        len(raw.raw),
        raw.encoding,
        raw.sha256,
        dump(dict(raw.metadata)),
        dump([[b.kind, b.start, b.end, b.at, b.to, b.language] for b in cleaned.blocks]),
        _pack_changes(cleaned.changes),
        _pack_changes(cleaned.offers),
        raw.raw,
        body.text,
        pack_offsets(body.starts),
        pack_offsets(body.ends),
    )


def analysed_article(row: Row, passages: Iterable[Row], sentences: Iterable[Row]) -> AnalysedArticle:
    """From ARTICLE_COLUMNS, passages (id, kind, start, end, text, language) and sentences (see `sentence`)."""
    id, path, title, language, _, _, encoding, sha256, metadata, blocks, changes, offers, raw, body, starts, ends = row
    cleaned = CleanedArticle(
        RawArticle(path, raw, encoding, sha256, json.loads(metadata)),
        language,
        title,
        MappedText(body, unpack_offsets(starts), unpack_offsets(ends)),
        tuple(Block(*block) for block in json.loads(blocks)),
        tuple(Change(*change) for change in json.loads(changes)),
        tuple(Change(*offer) for offer in json.loads(offers)),
    )
    return AnalysedArticle(id, cleaned, tuple(Passage(*p) for p in passages), tuple(sentence(*s) for s in sentences))


def sentence(start: int, end: int, text: str, passage: int, tokens: str) -> Sentence:
    return Sentence(start, end, text, passage, unpack_tokens(tokens, start, text))
