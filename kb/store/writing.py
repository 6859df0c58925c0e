"""Writing: files and articles, vectors, and what holds across articles."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, repeat
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING

from kb.langs.folding import fold, name_key
from kb.model import (
    Alignment,
    AnalysedArticle,
    Bead,
    ConceptRecord,
    Decision,
    Link,
    Mention,
    NameLink,
    Pair,
    Token,
    base_language,
)
from kb.store.base import Source
from kb.store.connection import Connection
from kb.store.reading import MENTIONS_BY_LANGUAGE, Reading
from kb.store.rows import ARTICLE_COLUMNS, Row, article_row, dump, pack_beads, pack_stretch, pack_tokens
from kb.store.words import index_columns

PIECE = 64 << 20  # bytes: a row of SQLite holds at most 1 GB
ROOM = 1 << 32  # between the numbers of pairs, whose order they are, for those that a decision makes

if TYPE_CHECKING:
    from kb.store.base import Codes, Factors

PairOfPassages = tuple[Pair, tuple[str, ...], tuple[str, ...]]


class Writing(Reading):
    """The writing verbs of a store; each needs a transaction. Some read what is there first."""

    def _write(self) -> None:
        if not self._inside:
            raise RuntimeError("writing needs a transaction: with store.transaction(): ...")

    def set_info(self, info: Mapping[str, str]) -> None:
        self._write()
        before = self._model()
        self._many("INSERT INTO info VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", info.items())
        model = self._model()
        if model != before:  # passages that stay are looked up under the new model
            self._many(
                "UPDATE passage SET vector = ? WHERE number = ?",
                [(_key(model, text), number) for number, text in self._rows("SELECT number, text FROM passage")],
            )

    # --- files and articles

    def save_article(self, source: Source, article: AnalysedArticle) -> None:
        self._write()
        self._forget_matrix()
        number = self._put_article(article)
        self._put_passages(number, article)
        self._many(
            "INSERT INTO sentence (article, position, passage, start, end, text, tokens) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (number, position, s.passage, s.start, s.end, s.text, pack_tokens(s))
                for position, s in enumerate(article.sentences)
            ),
        )
        self._put_source(source, number, None)

    def save_source(self, source: Source) -> None:
        self._write()
        number = None
        if source.article is not None:
            number = self._number("article", source.article)
            self._run("UPDATE article SET path = ? WHERE number = ?", (source.path, number))
        self._put_source(source, number, source.reason)

    def forget(self, location: str) -> None:
        self._write()
        self._forget_matrix()
        found = self._rows("DELETE FROM source WHERE location = ? RETURNING article", (location,))
        if not found:
            raise self._missing("file", location)
        self._drop_without_source(found[0][0])

    def _put_article(self, article: AnalysedArticle) -> int:
        """The article's row, old or new, with nothing hanging on it."""
        columns = ARTICLE_COLUMNS.split(", ")
        self._run(
            f"INSERT INTO article ({ARTICLE_COLUMNS}) VALUES ({', '.join('?' * len(columns))}) "
            f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}",
            article_row(article),
        )
        number = self._number("article", article.id)
        # Alignments count sentences, pairs quote passages: those of the old text would be wrong of the new one.
        for table in ("mention", "sentence", "passage"):
            self._run(f"DELETE FROM {table} WHERE article = ?", (number,))
        for table in ("alignment", "pair"):
            self._run(f"DELETE FROM {table} WHERE a = ?1 OR b = ?1", (number,))
        return number

    def _put_passages(self, number: int, article: AnalysedArticle) -> None:
        model = self._model()
        tokens: dict[int, list[Token]] = defaultdict(list)
        for sentence in article.sentences:
            tokens[sentence.passage] += sentence.tokens
        self._many(
            "INSERT INTO passage (id, article, position, kind, start, end, language, base, vector, text) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(p.id, number, position, p.kind, p.start, p.end),
                    *(p.language, base_language(p.language), _key(model, p.text), p.text),
                )
                for position, p in enumerate(article.passages)
            ),
        )
        # After all passages, not between them: a statement on another table can make FTS5 flush what it has gathered
        # (replacing 100 articles took twice as long).
        self._many(
            "INSERT INTO search (rowid, words, lemmas, folded) VALUES (?, ?, ?, ?)",
            [
                (row, *index_columns(text, tokens[position]))
                for row, position, text in self._rows(
                    "SELECT number, position, text FROM passage WHERE article = ? ORDER BY position", (number,)
                )
            ],
        )

    def _put_source(self, source: Source, number: int | None, reason: str | None) -> None:
        before = self._rows("SELECT article FROM source WHERE location = ?", (source.location,))
        self._run(
            "INSERT OR REPLACE INTO source (location, path, root, sha256, size, modified, article, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(source.location, source.path, source.root, source.sha256, source.size, source.modified),
                number,
                reason,
            ),
        )
        if before and before[0][0] != number:
            self._drop_without_source(before[0][0])

    def _drop_without_source(self, number: int | None) -> None:
        self._run(
            "DELETE FROM article WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM source WHERE article = ?1)", (number,)
        )

    # --- vectors

    def save_vectors(self, keys: Sequence[str], codes: Codes, factors: Factors) -> None:
        self._write()
        if codes.ndim != 2 or not len(keys) == len(codes) == len(factors):
            raise ValueError(f"{len(keys)} keys, codes {codes.shape}, factors {factors.shape}: want n, [n, d], [n]")
        self._forget_matrix()
        self._many(
            "INSERT INTO vector (key, factor, codes) VALUES (?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET factor = excluded.factor, codes = excluded.codes",
            ((key, float(factor), row.tobytes()) for key, factor, row in zip(keys, factors, codes, strict=True)),
        )

    def drop_vectors_except(self, keys: Iterable[str]) -> None:
        self._write()
        self._forget_matrix()
        self._run("DELETE FROM vector WHERE key NOT IN (SELECT value FROM json_each(?))", (dump(list(keys)),))

    def save_passage_matrix(self, parts: Mapping[str, bytes]) -> None:
        self._write()
        self._make_derived()
        self._forget_matrix()
        self._many(
            "INSERT INTO passage_matrix (part, bytes) VALUES (?, ?)",
            ((part, whole[at : at + PIECE]) for part, whole in parts.items() for at in range(0, len(whole), PIECE)),
        )

    def _forget_matrix(self) -> None:
        """It is of other passages or vectors than there are now."""
        if self._has("passage_matrix"):
            self._run("DELETE FROM passage_matrix")

    def _make_derived(self) -> None:
        """The tables of derived.sql; once they are there, mentions are counted."""
        counted = self._has("mention_count")
        self._run(Path(__file__).with_name("derived.sql").read_text(encoding="utf-8"))
        if not counted:
            self._count_mentions()

    def _model(self) -> str | None:
        found = self._rows("SELECT value FROM info WHERE key = 'model'")
        return found[0][0] if found else None

    # --- what holds across articles

    def save_alignment(self, alignment: Alignment) -> None:
        self._write()
        self._run(
            "INSERT OR REPLACE INTO alignment (a, b, relation, score, beads) VALUES (?, ?, ?, ?, ?)",
            (
                self._number("article", alignment.a),
                self._number("article", alignment.b),
                alignment.relation,
                alignment.score,
                pack_beads(alignment.beads),
            ),
        )

    def save_correction(self, a: str, b: str, beads: Sequence[Bead] | None) -> None:
        self._write()
        self._run(
            "UPDATE alignment SET corrected = ? WHERE a = ? AND b = ?",
            (None if beads is None else pack_beads(beads), self._number("article", a), self._number("article", b)),
        )

    def add_decision(self, decision: Decision) -> Decision:
        self._write()
        d = decision
        number = int(self._rows("SELECT coalesce(max(number), 0) + 1 FROM decision")[0][0])
        self._run(
            "INSERT INTO decision (number, time, user, kind, a, b, a_side, b_side, shape, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, d.time, d.user, d.kind, d.a, d.b, pack_stretch(d.a_side), pack_stretch(d.b_side)),
                *(dump(d.shape), d.undoes),
            ),
        )
        return replace(d, number=number)

    def save_parallel(self, a: str, b: str, pairs: Sequence[PairOfPassages]) -> None:
        self._write()
        articles = Numbers(self, "article", [(id, self._number("article", id)) for id in (a, b)])
        self._run(
            "DELETE FROM pair WHERE +kind = 'parallel' AND a IN (:a, :b) AND b IN (:a, :b)",
            {"a": articles[a], "b": articles[b]},
        )
        if pairs:
            ids = sorted({id for _, *sides in pairs for side in sides for id in side})
            passages = Numbers(self, "passage", [(id, self._number("passage", id)) for id in ids])
            self._put_pairs(pairs, articles, passages, after=self._place_for(pairs), step=1)

    def _place_for(self, pairs: Sequence[PairOfPassages]) -> int:
        """The number behind which the parallel pairs of two articles belong among those of others (see `_in_order`),
        with room for all of them before the next one."""
        first = pairs[0][0]
        key = -_mean([pair.score for pair, *_ in pairs]), first.a.article, first.b.article
        before = 0
        least, most = 0, self._rows("SELECT coalesce(max(number), 0) FROM pair WHERE kind = 'parallel'")[0][0]
        while least < most:  # the parallel pairs of two articles stand together, so that halves can be told
            middle = (least + most) // 2
            own = self._rows(
                """SELECT p.number, a.id, b.id, p.score FROM pair p JOIN article a ON a.number = p.a
                   JOIN article b ON b.number = p.b
                   JOIN (SELECT a, b FROM pair WHERE number > ? AND +kind = 'parallel' ORDER BY number LIMIT 1) it
                   WHERE p.a = it.a AND p.b = it.b AND +p.kind = 'parallel' ORDER BY p.number""",
                (middle,),
            )
            (first_number, own_a, own_b, _), last_number = own[0], own[-1][0]
            if (-_mean([row[3] for row in own]), own_a, own_b) > key:
                most = min(middle, first_number - 1)
            else:
                before = least = last_number
        behind = self._rows("SELECT min(number) FROM pair WHERE number > ?", (before,))[0][0]
        if behind is not None and behind - before <= len(pairs):
            place = self._rows("SELECT count(*) FROM pair WHERE number <= ?", (before,))[0][0]
            self._make_room()
            before, behind = place * ROOM, (place + 1) * ROOM
        # In the middle of the room: there may be others to come before these as well as behind.
        return before if behind is None else before + (behind - before - len(pairs)) // 2

    def _make_room(self) -> None:
        """Spread the numbers of all pairs evenly, in the order that they have."""
        self._run("PRAGMA defer_foreign_keys = ON")  # until the transaction ends
        numbers = [number for (number,) in self._rows("SELECT number FROM pair ORDER BY number")]
        self._run("CREATE TEMP TABLE spread (own INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
        self._many("INSERT INTO spread VALUES (?, ?)", ((n, ROOM * k) for k, n in enumerate(numbers, 1)))
        for table, column in (("pair", "number"), ("pair_passage", "pair")):  # no number is there twice on the way
            self._run(f"UPDATE {table} SET {column} = -(SELECT new FROM spread WHERE own = {column})")
            self._run(f"UPDATE {table} SET {column} = -{column}")
        self._run("DROP TABLE spread")

    def save_graph(
        self,
        *,
        pairs: Sequence[PairOfPassages],
        concepts: Sequence[ConceptRecord],
        mentions: Sequence[Mention],
        name_links: Sequence[tuple[str, NameLink]],
        links: Sequence[Link],
    ) -> None:
        self._write()
        self._forget_machine()
        for table in ("link", "name_link", "mention", "label", "concept", "pair_passage", "pair"):
            self._run(f"DELETE FROM {table}")
        articles = self._numbers("article")
        self._put_pairs(pairs, articles, self._numbers("passage"))
        self._put_concepts(concepts)
        numbers = self._numbers("concept")
        self._put_mentions(mentions, articles, numbers)
        self._count_mentions()
        self._many(
            "INSERT INTO name_link VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((numbers[concept], *n.a, *n.b, n.score, n.method, n.evidence) for concept, n in name_links),
        )
        self._put_links(links, numbers)

    def _count_mentions(self, concept: int | None = None) -> None:
        """Count the mentions of one concept (its row) by language, or of all, as when they never were."""
        if not self._has("mention_count"):
            self._make_derived()
            return
        of_one = "" if concept is None else "WHERE {} = :concept"
        values = {} if concept is None else {"concept": concept}
        self._run(f"DELETE FROM mention_count {of_one.format('concept')}", values)
        self._run(f"INSERT INTO mention_count {MENTIONS_BY_LANGUAGE.format(of_one.format('m.concept'))}", values)

    def _forget_machine(self) -> None:
        """What is kept of the machine's concepts beside those in force: see judging.py."""

    def _put_links(self, links: Iterable[Link], concepts: Numbers) -> None:
        self._many(
            "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)",
            ((concepts[n.a], concepts[n.b], n.kind, n.score, n.method, dump(n.evidence)) for n in links),
        )

    def _numbers(self, table: str) -> Numbers:
        return Numbers(self, table, self._rows(f"SELECT id, number FROM {table}"))

    def _put_pairs(
        self,
        pairs: Sequence[PairOfPassages],
        articles: Numbers,
        passages: Numbers,
        *,
        after: int = 0,
        step: int = ROOM,
    ) -> None:
        for number, (pair, *sides) in zip(count(after + step, step), _in_order(pairs), strict=False):
            quotes = ((articles[q.article], q.start, q.end, q.text, q.language) for q in (pair.a, pair.b))
            self._run(
                "INSERT INTO pair VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, pair.id, pair.kind, pair.score, pair.status, *next(quotes), *next(quotes)),
            )
            self._many(
                "INSERT OR IGNORE INTO pair_passage (pair, passage) VALUES (?, ?)",
                ((number, passages[id]) for side in sides for id in side),
            )

    def _put_concepts(self, concepts: Sequence[ConceptRecord]) -> None:
        for number, record in enumerate(concepts, start=1):
            c = record.concept
            self._run(
                "INSERT INTO concept VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(number, c.id, c.type, c.salience, c.mentions, c.articles),
                    *(record.scheme, record.definition, dump(record.names)),
                ),
            )
            self._put_labels(number, label_rows(record))

    def _put_labels(self, concept: int, rows: Iterable[Row]) -> None:
        self._many(
            "INSERT INTO label (concept, language, base, text, shown, count, key, folded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((concept, *row) for row in rows),
        )

    def _put_mentions(self, mentions: Sequence[Mention], articles: Numbers, concepts: Numbers) -> None:
        places: dict[str, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
        for id, *row in self._rows(
            "SELECT a.id, p.start, p.end, p.number FROM passage p JOIN article a ON a.number = p.article "
            "ORDER BY p.article, p.start"
        ):
            for column, value in zip(places[id], row, strict=True):
                column.append(value)

        def passage(mention: Mention) -> int | None:
            starts, ends, numbers = places[mention.article]
            at = bisect_right(starts, mention.start) - 1
            return numbers[at] if at >= 0 and mention.start < ends[at] else None

        self._many(
            "INSERT INTO mention (concept, article, passage, start, end, surface, quote, score) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(concepts[m.concept], articles[m.article], passage(m), m.start, m.end, m.surface),
                    None if m.quote == m.surface else m.quote,
                    m.score,
                )
                for m in mentions
            ),
        )


def _key(model: str | None, text: str) -> str | None:
    """The key of a passage's vector, None until the base knows its model."""
    from kb.embed.base import vector_key  # imports numpy, which reading a base does without

    return None if model is None else vector_key(model, text)


class Numbers:
    """Row numbers by id; an id that is not there raises NotFoundError."""

    def __init__(self, base: Connection, table: str, rows: Iterable[Row]) -> None:
        self._base, self._table, self._known = base, table, {id: int(number) for id, number in rows}

    def __getitem__(self, id: str) -> int:
        try:
            return self._known[id]
        except KeyError:
            raise self._base._missing(self._table, id) from None


def _in_order(pairs: Sequence[PairOfPassages]) -> list[PairOfPassages]:
    """Parallel pairs first, article pair by article pair, the best aligned (by mean score) first, in reading order;
    then the others by score."""
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    for pair, *_ in pairs:
        if pair.kind == "parallel":
            scores[pair.a.article, pair.b.article].append(pair.score)
    means = {articles: _mean(values) for articles, values in scores.items()}

    def place(item: PairOfPassages) -> tuple[object, ...]:
        pair = item[0]
        articles = pair.a.article, pair.b.article
        if pair.kind == "parallel":
            return 0, -means[articles], *articles, pair.a.start, pair.b.start, pair.id
        return 1, -pair.score, *articles, pair.a.start, pair.b.start, pair.id

    return sorted(pairs, key=place)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def label_rows(record: ConceptRecord) -> Iterator[Row]:
    """(language, base, text, shown, count, key, folded) of a concept's labels, then of those that are not shown."""
    shown = [(language, text) for language, texts in record.concept.labels.items() for text in texts]
    counted = [label for label in record.counts if label not in set(shown)]
    for is_shown, (language, text) in [*zip(repeat(1), shown), *zip(repeat(0), [*counted, *record.other_labels])]:
        key = name_key(text)
        yield language, base_language(language), text, is_shown, record.counts.get((language, text)), key, fold(key)
