"""Reading: what answers are made of. Every list has a stated order; one query a list, whatever its length."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kb.langs.folding import fold, name_key, pattern
from kb.model import (
    HEAD,
    Alignment,
    AnalysedArticle,
    Article,
    Concept,
    ConceptRecord,
    Decision,
    Link,
    Mention,
    NameLink,
    Pair,
    Quote,
    SetAside,
)
from kb.store.base import ArticleName, PassageRow, SentenceRow, Source, Standing
from kb.store.connection import Connection
from kb.store.rows import ARTICLE_COLUMNS, Row, analysed_article, decision, dump, sentence, unpack_beads
from kb.store.words import LOOSE, WEIGHTS, match_expressions

if TYPE_CHECKING:
    from kb.store.base import Codes, Factors

_ISO_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"

# A row speaks one of the languages when it has the tag itself or the base language; NULL stands for any language.
_SPEAKS = """(:languages IS NULL OR {0}.language IN (SELECT value FROM json_each(:languages))
              OR {0}.base IN (SELECT value FROM json_each(:languages)))"""

_PASSAGES = """SELECT p.id, p.position, p.kind, a.id, a.path, p.language, p.start, p.end, p.text
               FROM passage p JOIN article a ON a.number = p.article"""

_PAIRS = """SELECT p.id, p.kind, p.score, p.status, a.id, a.path, p.a_language, p.a_start, p.a_end, p.a_text,
                   b.id, b.path, p.b_language, p.b_start, p.b_end, p.b_text
            FROM pair p JOIN article a ON a.number = p.a JOIN article b ON b.number = p.b"""

_SENTENCES = """SELECT a.id, a.path, p.language, s.position, s.start, s.end, s.text, s.passage, s.tokens
                FROM sentence s JOIN article a ON a.number = s.article
                JOIN passage p ON p.article = s.article AND p.position = s.passage"""

# The sentence that holds an offset of an article is the last that begins at or before it. Both are read from an index.
_SENTENCE_AT = (
    "SELECT {} FROM sentence s WHERE s.article = m.article AND s.start <= m.start ORDER BY s.start DESC LIMIT 1"
)
# The mentions of a concept with the sentences that hold them (a clause without its end, to add conditions to), and the
# other mentions beside each in its sentence: not inside it, nor around it.
_OWN = f"""own AS MATERIALIZED (
               SELECT m.article, m.passage, m.start, m.end, ({_SENTENCE_AT.format("s.start")}) AS sentence_start,
                      ({_SENTENCE_AT.format("s.end")}) AS sentence_end
               FROM mention m WHERE m.concept = :concept"""
_BESIDE = """own CROSS JOIN mention o ON o.article = own.article AND o.start >= own.sentence_start
             AND o.start < own.sentence_end AND (o.end <= own.start OR own.end <= o.start)"""

# Articles of each language among whose mentions those that stand for a concept are chosen: in 6,000 articles a concept
# has tens of thousands.
STANDING_ARTICLES = 100
OFTEN = 2_000  # mentions from which on articles are tried one by one until enough are found

# Rows of mention_count; where which of them is put in.
MENTIONS_BY_LANGUAGE = """SELECT m.concept AS concept, p.language AS language, count(*) AS mentions
                          FROM mention m JOIN passage p ON p.number = m.passage {} GROUP BY 1, 2"""

_FIND_WORDS = f"""
    WITH found (passage, score) AS MATERIALIZED (
        SELECT rowid, -bm25(search, {WEIGHTS}) FROM search WHERE search MATCH :exact
    ),
    hit (passage, score) AS MATERIALIZED (
        SELECT passage, score FROM found
        UNION ALL
        SELECT rowid, -{LOOSE} * bm25(search, {WEIGHTS}) FROM search
        WHERE search MATCH :loose AND (SELECT count(*) FROM found) < :limit
    ),
    scored (passage, total) AS MATERIALIZED (SELECT passage, sum(score) FROM hit {{}} GROUP BY passage)
    SELECT p.id, s.total
    FROM scored s JOIN passage p ON p.number = s.passage JOIN article a ON a.number = p.article
    WHERE s.total >= ifnull((SELECT total FROM scored ORDER BY total DESC LIMIT 1 OFFSET :limit - 1), -1e9)
    ORDER BY s.total DESC, a.id, p.position LIMIT :limit"""
# Common words are in most passages: only the best, and those as good as the last of them, are looked up. Other tones,
# which hardly count, are not looked for when the right ones are found in passages enough.
_IN_LANGUAGES = f"JOIN passage p ON p.number = hit.passage WHERE {_SPEAKS.format('p')}"

_FIND_CONCEPTS = """
    WITH hit (concept, place) AS (
        SELECT number, 0 FROM concept WHERE id = :name
        UNION ALL SELECT concept, 0 FROM label WHERE key = :key
        UNION ALL SELECT concept, 1 FROM label WHERE folded = :folded
        UNION ALL SELECT concept, 2 FROM label WHERE key > :key AND key < :key || char(0x10FFFF)
        UNION ALL SELECT concept, 3 FROM label WHERE folded > :folded AND folded < :folded || char(0x10FFFF)
    )
    SELECT c.id FROM hit JOIN concept c ON c.number = hit.concept
    GROUP BY c.number ORDER BY min(hit.place), c.salience DESC, c.id"""


class Reading(Connection):
    """The reading verbs of a store."""

    def _has(self, table: str) -> bool:
        return bool(self._rows("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)))

    def info(self) -> dict[str, str]:
        return dict(self._rows("SELECT key, value FROM info ORDER BY key"))

    def sources(self) -> list[Source]:
        return [
            Source(*row)
            for row in self._rows(
                "SELECT s.location, s.path, s.root, s.sha256, s.size, s.modified, a.id, s.reason "
                "FROM source s LEFT JOIN article a ON a.number = s.article ORDER BY s.location"
            )
        ]

    def set_aside(self) -> list[SetAside]:
        return [
            SetAside(path, reason)
            for path, reason in self._rows("SELECT path, reason FROM source WHERE reason IS NOT NULL ORDER BY location")
        ]

    # --- articles

    def articles(self, ids: Sequence[str] | None = None) -> list[Article]:
        rows = self._rows(
            """SELECT a.id, a.path, a.title, a.language, a.characters,
                      (SELECT count(*) FROM sentence WHERE article = a.number),
                      (SELECT count(*) FROM passage WHERE article = a.number),
                      (SELECT count(DISTINCT concept) FROM mention WHERE article = a.number),
                      a.metadata ->> 'origin', a.metadata ->> 'date', a.metadata ->> 'author'
               FROM article a WHERE :ids IS NULL OR a.id IN (SELECT value FROM json_each(:ids)) ORDER BY a.id""",
            {"ids": _json(ids)},
        )
        if ids is not None and len(rows) < len(set(ids)):
            found = {row[0] for row in rows}
            raise self._missing("article", next(id for id in ids if id not in found))
        return [_article(row) for row in rows]

    def article_names(self) -> list[ArticleName]:
        return [ArticleName(*row) for row in self._rows("SELECT id, path, title FROM article ORDER BY id")]

    def counts(self) -> dict[str, int]:
        tables = ("article", "passage", "sentence", "concept")
        with self.snapshot():
            found = {f"{t}s": int(self._rows(f"SELECT count(*) FROM {t}")[0][0]) for t in tables}
            # Rejected ones have an index and are few: all others would be read to be counted.
            pairs = self._rows(
                "SELECT (SELECT count(*) FROM pair) - (SELECT count(*) FROM pair WHERE status = 'rejected')"
            )
        return found | {"pairs": int(pairs[0][0])}

    def articles_by_language(self) -> dict[str, int]:
        return dict(self._rows("SELECT language, count(*) FROM article GROUP BY language ORDER BY language"))

    def tags(self) -> list[str]:
        return [tag for (tag,) in self._rows("SELECT DISTINCT language FROM passage ORDER BY language")]

    def languages(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for id, own, language in self._rows(
            """SELECT a.id, a.language, p.language FROM article a LEFT JOIN passage p ON p.article = a.number
               GROUP BY a.number, p.language
               ORDER BY a.id, p.language <> a.language, sum(length(p.text)) DESC, p.language"""
        ):
            found[id] = (*found.get(id, ()), language or own)
        return found

    def raw(self, article: str) -> str:
        rows = self._rows("SELECT raw FROM article WHERE id = ?", (article,))
        if not rows:
            raise self._missing("article", article)
        return str(rows[0][0])

    def analysed(self, article: str) -> AnalysedArticle:
        with self.snapshot():
            number = (self._number("article", article),)
            return analysed_article(
                self._rows(f"SELECT {ARTICLE_COLUMNS} FROM article WHERE number = ?", number)[0],
                self._rows(
                    "SELECT id, kind, start, end, text, language FROM passage WHERE article = ? ORDER BY position",
                    number,
                ),
                self._rows(
                    "SELECT start, end, text, passage, tokens FROM sentence WHERE article = ? ORDER BY position", number
                ),
            )

    def passages(self, ids: Sequence[str]) -> list[PassageRow]:
        rows = self._rows(
            f"{_PASSAGES} JOIN json_each(?) wanted ON p.id = wanted.value ORDER BY wanted.key", (_json(ids),)
        )
        if len(rows) < len(ids):
            found = {row[0] for row in rows}
            raise self._missing("passage", next(id for id in ids if id not in found))
        return [_passage(row) for row in rows]

    def passages_of(self, article: str) -> list[PassageRow]:
        number = self._number("article", article)
        return [_passage(row) for row in self._rows(f"{_PASSAGES} WHERE a.number = ? ORDER BY p.position", (number,))]

    def sentences_of(self, article: str) -> list[SentenceRow]:
        number = self._number("article", article)
        return [_sentence(row) for row in self._rows(f"{_SENTENCES} WHERE a.number = ? ORDER BY s.position", (number,))]

    def sentences_at(self, article: str, positions: Sequence[int]) -> list[SentenceRow]:
        rows = self._rows(
            f"""{_SENTENCES} WHERE a.number = :article AND s.position IN (SELECT value FROM json_each(:positions))
                ORDER BY s.position""",
            {"article": self._number("article", article), "positions": _json(positions)},
        )
        return [_sentence(row) for row in rows]

    def sentences_within(self, passages: Sequence[str]) -> list[tuple[str, str]]:
        return self._rows(
            """SELECT p.id, s.text FROM json_each(?) wanted CROSS JOIN passage p ON p.id = wanted.value
               CROSS JOIN sentence s ON s.article = p.article AND s.passage = p.position
               ORDER BY wanted.key, s.position""",
            (_json(passages),),
        )

    # --- vectors

    def vectors(self, keys: Sequence[str]) -> tuple[list[str], Codes, Factors]:
        rows = self._rows(
            "SELECT v.key, v.codes, v.factor FROM json_each(?) wanted JOIN vector v ON v.key = wanted.value "
            "ORDER BY wanted.key",
            (_json(list(dict.fromkeys(keys))),),
        )
        return [row[0] for row in rows], *_arrays(rows)

    def passage_vectors(self, languages: Sequence[str] | None) -> tuple[list[str], list[str], Codes, Factors]:
        rows = self._rows(
            f"""SELECT p.id, v.codes, v.factor, p.language, p.article
                FROM passage p CROSS JOIN vector v ON v.key = p.vector WHERE {_SPEAKS.format("p")}
                ORDER BY p.article, p.position""",
            {"languages": _json(languages)},
        )
        # An index has the passages article by article. Putting the articles in order here, and not by SQL, which would
        # write all vectors to a temporary file, takes a third of the time.
        ranks = {number: rank for rank, (number,) in enumerate(self._rows("SELECT number FROM article ORDER BY id"))}
        rows.sort(key=lambda row: ranks[row[4]])
        return [row[0] for row in rows], [row[3] for row in rows], *_arrays(rows)

    def passage_matrix(self) -> dict[str, bytes]:
        parts: dict[str, list[bytes]] = {}
        if self._has("passage_matrix"):
            for part, piece in self._rows("SELECT part, bytes FROM passage_matrix ORDER BY number"):
                parts.setdefault(part, []).append(piece)
        return {part: pieces[0] if len(pieces) == 1 else b"".join(pieces) for part, pieces in parts.items()}

    # --- search

    def find_words(self, query: str, *, languages: Sequence[str] | None, limit: int) -> list[tuple[str, float]]:
        self._name_counts()
        expressions = match_expressions(query, self._holders)
        if expressions is None or limit <= 0:
            return []
        exact, loose = expressions
        values = {"exact": exact, "loose": loose, "limit": limit}
        if languages is None:
            rows = self._rows(_FIND_WORDS.format(""), values)
        else:
            rows = self._rows(_FIND_WORDS.format(_IN_LANGUAGES), {**values, "languages": _json(languages)})
        return [(id, score) for id, score in rows]

    def words_beginning(self, begins: str, least: int, most: int) -> list[str]:
        self._name_counts()
        rows = self._rows(
            "SELECT term FROM temp.held WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? ORDER BY term",
            (begins, begins + "\U0010ffff", least, most),
        )
        return [term for (term,) in rows]

    def _holders(self, word: str) -> int:
        return sum(count for (count,) in self._rows("SELECT doc FROM held WHERE term = ?", (word,)))

    def sentences_with(
        self,
        words: Sequence[str],
        *,
        articles: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        accept: Callable[[str], bool] | None = None,
    ) -> Iterator[SentenceRow]:
        expression = " AND ".join(f'{{words lemmas}} : "{phrase}"' for phrase in words)
        holding = (
            [number for (number,) in self._rows("SELECT rowid FROM search WHERE search MATCH ?", (expression,))]
            if words
            else None
        )
        for article, first, last in self._rows(
            f"""SELECT p.article, min(p.number), max(p.number) FROM passage p JOIN article a ON a.number = p.article
                WHERE (:articles IS NULL OR a.id IN (SELECT value FROM json_each(:articles)))
                  AND {_SPEAKS.format("p")} GROUP BY p.article ORDER BY a.id""",
            {"articles": _json(articles), "languages": _json(languages)},
        ):
            # The passages of an article are written together, so their numbers are a range of their own.
            own = None if holding is None else holding[bisect_left(holding, first) : bisect_right(holding, last)]
            if own == []:
                continue
            for row in self._rows(
                f"""{_SENTENCES} WHERE s.article = :article AND {_SPEAKS.format("p")}
                    AND (:own IS NULL OR p.number IN (SELECT value FROM json_each(:own))) ORDER BY s.position""",
                {"article": article, "languages": _json(languages), "own": _json(own)},
            ):
                if accept is None or accept(row[6]):
                    yield _sentence(row)

    # --- aligned articles and passages

    def decisions(self) -> list[Decision]:
        return [
            decision(row)
            for row in self._rows(
                "SELECT number, time, user, kind, a, b, a_side, b_side, shape, undoes FROM decision ORDER BY number"
            )
        ]

    def alignments(self, *, article: str | None = None, machine: bool = False) -> list[Alignment]:
        beads_in_force = "l.beads" if machine else "coalesce(l.corrected, l.beads)"
        return [
            Alignment(a, b, relation, score, unpack_beads(beads))
            for a, b, relation, score, beads in self._rows(
                f"""SELECT a.id, b.id, l.relation, l.score, {beads_in_force} FROM alignment l
                    JOIN article a ON a.number = l.a JOIN article b ON b.number = l.b
                    {"" if article is None else "WHERE l.a = :article OR l.b = :article"} ORDER BY a.id, b.id""",
                {} if article is None else {"article": self._number("article", article)},
            )
        ]

    def translations(self, articles: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for article, other in self._rows(
            """WITH own AS (SELECT number, id FROM article WHERE id IN (SELECT value FROM json_each(?))),
               side AS (
                   SELECT own.id, l.b AS other, l.a, l.b, l.score, coalesce(l.corrected, l.beads) AS beads
                   FROM own JOIN alignment l ON l.a = own.number
                   UNION ALL
                   SELECT own.id, l.a, l.a, l.b, l.score, coalesce(l.corrected, l.beads)
                   FROM own JOIN alignment l ON l.b = own.number
               )
               SELECT side.id, o.id FROM side JOIN article o ON o.number = side.other
               JOIN article a ON a.number = side.a JOIN article b ON b.number = side.b
               WHERE side.beads != '[]' ORDER BY side.id, side.score DESC, a.id, b.id""",
            (_json(articles),),
        ):
            found.setdefault(article, []).append(other)
        return found

    def pairs(
        self,
        *,
        article: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        passage: str | None = None,
        least: float = 0.0,
        limit: int | None = None,
    ) -> list[Pair]:
        where = ["p.status = :status" if status else "p.status != 'rejected'"]
        values: dict[str, object] = {"limit": -1 if limit is None else limit} | ({"status": status} if status else {})
        if article is not None:
            where.append("(p.a = :article OR p.b = :article)")
            values["article"] = self._number("article", article)
        if kind is not None:
            where.append("p.kind = :kind")
            values["kind"] = kind
        if passage is not None:
            where.append("p.number IN (SELECT pair FROM pair_passage WHERE passage = :passage)")
            values["passage"] = self._number("passage", passage)
        if least > 0:
            where.append("(p.kind = 'parallel' OR p.score >= :least)")
            values["least"] = least
        return [_pair(row) for row in self._rows(f"{_PAIRS} {_all(where)} ORDER BY p.number LIMIT :limit", values)]

    def doubtful(self, limit: int) -> list[Pair]:
        sql = f"{_PAIRS} WHERE p.kind = 'parallel' AND p.status = 'proposed' ORDER BY p.score, p.id LIMIT ?"
        return [_pair(row) for row in self._rows(sql, (limit,))]

    def doubtful_names(self, limit: int) -> list[tuple[str, NameLink]]:
        rows = self._rows(
            """WITH side AS (
                   SELECT concept, a_language AS language, a_key AS key, b_language AS other, b_key AS other_key,
                          score, method, evidence FROM name_link
                   UNION ALL
                   SELECT concept, b_language, b_key, a_language, a_key, score, method, evidence FROM name_link
               ),
               name AS (  -- the bare columns are those of the highest score
                   SELECT concept, language, key, other, other_key, max(score) AS score, method, evidence
                   FROM side GROUP BY concept, language, key
               ),
               ranked AS (
                   SELECT *, row_number() OVER (PARTITION BY concept ORDER BY score, language DESC, key) AS place
                   FROM name WHERE score < 1
               )
               SELECT c.id, r.language, r.key, r.other, r.other_key, r.score, r.method, r.evidence
               FROM ranked r JOIN concept c ON c.number = r.concept WHERE r.place = 1
               ORDER BY r.score, c.id LIMIT ?""",
            (limit,),
        )
        return [(row[0], NameLink((row[1], row[2]), (row[3], row[4]), *row[5:])) for row in rows]

    def doubtful_types(self, limit: int) -> list[tuple[str, Link]]:
        rows = self._rows(
            """SELECT c.id, b.id, l.kind, l.score, l.method, l.evidence
               FROM concept c JOIN link l ON l.a = c.number JOIN concept b ON b.number = l.b
               WHERE c.scheme IS NULL AND c.type IS NOT NULL AND b.type = c.type AND l.kind = 'broader' AND l.method = ?
               ORDER BY l.score, c.salience DESC, c.id LIMIT ?""",
            (HEAD, limit),
        )
        return [
            (a, Link(a, b, kind, score, method, tuple(json.loads(found)))) for a, b, kind, score, method, found in rows
        ]

    def judged(self) -> dict[str, int]:
        return dict(
            self._rows("SELECT status, count(*) FROM pair WHERE kind = 'parallel' GROUP BY status ORDER BY status")
        )

    # --- concepts

    def concepts(
        self, *, type: str | None = None, language: str | None = None, limit: int | None = None
    ) -> list[Concept]:
        where: list[str] = []
        values: dict[str, object] = {"limit": -1 if limit is None else limit}
        if type is not None:
            where.append("c.type = :type")
            values["type"] = type
        if language is not None:
            where.append(
                "EXISTS (SELECT 1 FROM label l WHERE l.concept = c.number AND l.shown "
                "AND (l.language = :language OR l.base = :language))"
            )
            values["language"] = language
        with self.snapshot():
            rows = self._rows(
                f"""SELECT c.number, c.id, c.type, c.salience, c.mentions, c.articles FROM concept c
                    {_all(where)} ORDER BY c.salience DESC, c.id LIMIT :limit""",
                values,
            )
            labels = self._labels([row[0] for row in rows])
        return [_concept(row, labels[row[0]]) for row in rows]

    def concept(self, id: str) -> ConceptRecord:
        return self._concept_record(id)

    def _concept_record(self, id: str, prefix: str = "") -> ConceptRecord:
        """From the tables whose names begin so."""
        with self.snapshot():
            number = self._number(f"{prefix}concept", id)
            row = self._rows(
                f"""SELECT number, id, type, salience, mentions, articles, scheme, definition, names
                    FROM {prefix}concept WHERE number = ?""",
                (number,),
            )[0]
            labels = self._labels([number], prefix)[number]
        *basics, scheme, definition, names = row
        counts = {(language, text): count for language, text, _, count in labels if count is not None}
        terms = tuple((language, key) for language, key in json.loads(names))
        others = tuple((language, text) for language, text, is_shown, count in labels if not is_shown and count is None)
        return ConceptRecord(_concept(basics, labels), scheme, definition, terms, counts, others)

    def _labels(self, concepts: Sequence[int], prefix: str = "") -> dict[int, list[Row]]:
        """(language, text, shown, count) of the labels of each concept."""
        labels: dict[int, list[Row]] = {number: [] for number in concepts}
        for number, *label in self._rows(
            f"SELECT concept, language, text, shown, count FROM {prefix}label "
            "WHERE concept IN (SELECT value FROM json_each(?)) ORDER BY number",
            (_json(concepts),),
        ):
            labels[number].append(tuple(label))
        return labels

    def find_concepts(self, name: str) -> list[str]:
        key = name_key(name)
        if not key:
            return []
        return [row[0] for row in self._rows(_FIND_CONCEPTS, {"name": name, "key": key, "folded": fold(key)})]

    def concepts_called(self, keys: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, id, _ in self._rows(
            """SELECT DISTINCT l.key, c.id, c.salience FROM label l JOIN concept c ON c.number = l.concept
               WHERE l.key IN (SELECT value FROM json_each(?)) ORDER BY l.key, c.salience DESC, c.id""",
            (_json(keys),),
        ):
            found.setdefault(key, []).append(id)
        return found

    def mentions(
        self,
        *,
        concept: str | None = None,
        article: str | None = None,
        language: str | None = None,
        limit: int | None = None,
    ) -> list[Mention]:
        where: list[str] = []
        values: dict[str, object] = {"limit": -1 if limit is None else limit}
        if concept is not None:
            where.append("m.concept = :concept")
            values["concept"] = self._number("concept", concept)
        if article is not None:
            where.append("m.article = :article")
            values["article"] = self._number("article", article)
        if language is not None:
            where.append("(coalesce(p.language, a.language) = :language OR coalesce(p.base, a.base) = :language)")
            values["language"] = language
        rows = self._rows(
            f"""SELECT c.id, a.id, a.path, coalesce(p.language, a.language), m.start, m.end,
                       coalesce(m.quote, m.surface), m.surface, m.score
                FROM mention m JOIN concept c ON c.number = m.concept JOIN article a ON a.number = m.article
                LEFT JOIN passage p ON p.number = m.passage
                {_all(where)} ORDER BY a.id, m.start, c.id, m.end, m.number LIMIT :limit""",
            values,
        )
        return [Mention(*row) for row in rows]

    def standing(self, concept: str, most: int, *, articles: int = STANDING_ARTICLES) -> list[Standing]:
        number = self._number("concept", concept)
        rows = self._rows(
            f"""WITH own AS (
                    SELECT m.number, m.start, m.score, m.article, coalesce(p.language, a.language) AS language, a.id,
                           row_number() OVER (PARTITION BY m.article ORDER BY m.score DESC, m.start) AS turn
                    FROM json_each(:articles) j CROSS JOIN article a ON a.number = j.value
                    CROSS JOIN mention m INDEXED BY mention_article ON m.article = a.number AND m.concept = :concept
                    LEFT JOIN passage p ON p.number = m.passage
                ),
                ranked AS MATERIALIZED (
                    SELECT number, language,
                           row_number() OVER (PARTITION BY language ORDER BY turn, score DESC, id, start) AS place
                    FROM own
                )
                SELECT :id, a.id, a.path, r.language, m.start, m.end, coalesce(m.quote, m.surface), m.surface, m.score,
                       s.start, s.text, s.number
                FROM ranked r CROSS JOIN mention m ON m.number = r.number JOIN article a ON a.number = m.article
                JOIN sentence s ON s.number = ({_SENTENCE_AT.format("s.number")})
                WHERE r.place <= :most ORDER BY r.language, r.place""",
            {"concept": number, "id": concept, "most": most, "articles": _json(self._holding(number, articles))},
        )
        return [Standing(Mention(*row[:9]), row[9], row[10], partial(self._sentence_of, row[11])) for row in rows]

    def _holding(self, concept: int, most: int) -> list[int]:
        """The first articles of each language, `most` of them, that mention a concept."""
        mentions = self._rows("SELECT mentions FROM concept WHERE number = ?", (concept,))[0][0]
        if mentions <= OFTEN:
            rows = self._rows(
                """SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY language ORDER BY id) AS turn
                                       FROM article WHERE +number IN (SELECT article FROM mention WHERE concept = ?))
                   WHERE turn <= ?""",
                (concept, most),
            )
            return [article for (article,) in rows]
        found: list[int] = []
        for (language,) in self._rows("SELECT DISTINCT language FROM article ORDER BY language"):
            rows = self._rows(
                """SELECT number FROM article a WHERE language = ?
                    AND EXISTS (SELECT 1 FROM mention WHERE article = a.number AND concept = ?)
                   ORDER BY id LIMIT ?""",
                (language, concept, most),
            )
            found += [article for (article,) in rows]
        return found

    def _sentence_of(self, number: int) -> SentenceRow:
        return _sentence(self._rows(f"{_SENTENCES} WHERE s.number = ?", (number,))[0])

    def together(self, concept: str) -> list[tuple[str, str, int]]:
        rows = self._rows(
            f"""WITH {_OWN})
                SELECT p.language, c.id, count(*)
                FROM (SELECT DISTINCT own.passage AS number, own.sentence_start, o.concept
                      FROM {_BESIDE} AND o.concept != :concept)
                JOIN passage p USING (number) JOIN concept c ON c.number = concept
                GROUP BY p.language, c.number ORDER BY p.language, c.id""",
            {"concept": self._number("concept", concept)},
        )
        return [(language, id, count) for language, id, count in rows]

    def meetings(self, a: str, b: str, limit: int, passages: Sequence[str] = ()) -> list[tuple[str, Quote]]:
        # Of the two the one that is mentioned less.
        (own, mentions), (other, _) = self._rows(
            "SELECT number, mentions FROM concept WHERE id IN (?, ?) ORDER BY mentions, id", (a, b)
        )
        few = mentions <= OFTEN
        rows = self._rows(
            f"""WITH {_OWN} AND (:articles IS NULL OR m.article IN (SELECT value FROM json_each(:articles))))
                SELECT DISTINCT p.id, a.id, a.path, p.language, s.start, s.end, s.text
                FROM {_BESIDE} AND o.concept = :other
                JOIN sentence s ON s.article = own.article AND s.start = own.sentence_start
                JOIN passage p ON p.number = own.passage JOIN article a ON a.number = own.article
                WHERE :wanted IS NULL OR p.id IN (SELECT value FROM json_each(:wanted))
                ORDER BY a.id, s.start LIMIT :limit""",
            {
                "concept": own,
                "other": other,
                "limit": limit,
                "wanted": _json(passages or None),
                "articles": None if few else _json(self._holding(own, STANDING_ARTICLES)),
            },
        )
        return [(passage, Quote(*rest)) for passage, *rest in rows]

    def mentions_by_language(self, concepts: Sequence[str]) -> dict[tuple[str, str], int]:
        rows = self._rows(
            f"""SELECT c.id, n.language, n.mentions FROM json_each(:ids) wanted JOIN concept c ON c.id = wanted.value
                JOIN {self._mention_counts()} n ON n.concept = c.number ORDER BY c.id, n.language""",
            {"ids": _json(concepts)},
        )
        return {(id, language): count for id, language, count in rows}

    def mentions_by_family(self) -> list[tuple[str, str, int]]:
        rows = self._rows(
            f"""SELECT coalesce(c.type, ''), n.language, sum(n.mentions)
                FROM {self._mention_counts()} n JOIN concept c ON c.number = n.concept GROUP BY 1, 2 ORDER BY 1, 2"""
        )
        return [(family, language, count) for family, language, count in rows]

    def _mention_counts(self) -> str:
        """Where mentions are counted; what counts them, where they never were."""
        return "mention_count" if self._has("mention_count") else f"({MENTIONS_BY_LANGUAGE.format('')})"

    def passage_concepts(self) -> list[tuple[str, str, str]]:
        rows = self._rows(
            """SELECT DISTINCT p.id, p.language, c.id
               FROM mention m JOIN passage p ON p.number = m.passage
               JOIN concept c ON c.number = m.concept ORDER BY p.id, c.id"""
        )
        return [(passage, language, concept) for passage, language, concept in rows]

    def name_links(self, concept: str) -> list[NameLink]:
        return self._name_links(concept)

    def _name_links(self, concept: str, prefix: str = "") -> list[NameLink]:
        rows = self._rows(
            f"""SELECT a_language, a_key, b_language, b_key, score, method, evidence FROM {prefix}name_link
                WHERE concept = ? ORDER BY score DESC, a_language, a_key, b_language, b_key, method, evidence""",
            (self._number(f"{prefix}concept", concept),),
        )
        return [NameLink((row[0], row[1]), (row[2], row[3]), *row[4:]) for row in rows]

    def links(self, concept: str | None = None) -> list[Link]:
        where = [] if concept is None else ["(l.a = :concept OR l.b = :concept)"]
        rows = self._rows(
            f"""SELECT a.id, b.id, l.kind, l.score, l.method, l.evidence
                FROM link l JOIN concept a ON a.number = l.a JOIN concept b ON b.number = l.b
                {_all(where)} ORDER BY l.score DESC, a.id, b.id, l.kind, l.method""",
            {} if concept is None else {"concept": self._number("concept", concept)},
        )
        return [Link(a, b, kind, score, method, tuple(json.loads(found))) for a, b, kind, score, method, found in rows]


def _json(values: Sequence[object] | None) -> str | None:
    """A list as one SQL value, for json_each: no limit on its length, and the statement stays the same."""
    return None if values is None else dump(list(values))


def _all(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _article(row: Row) -> Article:
    """From the columns of `articles`. Bases made before dates were read hold them as pages have them: no ISO dates."""
    date = row[9] if row[9] and pattern(_ISO_DATE).fullmatch(row[9]) else None
    return Article(*(*row[:8], row[8] or None, date, row[10] or None))


def _pair(row: Row) -> Pair:
    id, kind, score, status, *sides = row
    return Pair(id, kind, score, status, Quote(*sides[:6]), Quote(*sides[6:]))


def _passage(row: Row) -> PassageRow:
    id, position, kind, *quote = row
    return PassageRow(id, position, kind, Quote(*quote))


def _sentence(row: Row) -> SentenceRow:
    article, path, language, position, *rest = row
    return SentenceRow(article, path, language, position, sentence(*rest))


def _concept(row: Sequence[object], labels: Sequence[Row]) -> Concept:
    """From (number, id, type, salience, mentions, articles) and the rows of `_labels`."""
    shown: dict[str, tuple[str, ...]] = {}
    for language, text, is_shown, _ in labels:
        if is_shown:
            shown[language] = (*shown.get(language, ()), text)
    _, id, type, salience, mentions, articles = row
    return Concept(id, type, shown, salience, mentions, articles)  # type: ignore[arg-type]


def _arrays(rows: Sequence[Row]) -> tuple[Codes, Factors]:
    """int8 [n, d] and float32 [n] of rows whose second and third columns are codes and factor; d is 0 without rows."""
    import numpy as np

    codes = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.int8)
    factors = np.array([row[2] for row in rows], dtype=np.float32)
    return codes.reshape(len(rows), -1) if rows else np.zeros((0, 0), dtype=np.int8), factors
