from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import apsw
import numpy as np
import pytest

from kb.embed.base import quantise, vector_key
from kb.embed.passages import PassageVectors
from kb.errors import NotFoundError, StoreError, UsageError
from kb.model import (
    Alignment,
    AnalysedArticle,
    Bead,
    Block,
    Change,
    CleanedArticle,
    Concept,
    ConceptRecord,
    Edit,
    Link,
    MappedText,
    Mention,
    NameLink,
    Pair,
    Passage,
    Quote,
    RawArticle,
    Sentence,
    Token,
)
from kb.store import open_store
from kb.store.base import Source, Store
from kb.store.connection import APPLICATION, VERSION

MODEL = "test-model"


# --- records by hand -------------------------------------------------------------------------------------------------


def article(id: str, language: str, *lines: str, lemmas: dict[str, str] | None = None) -> AnalysedArticle:
    """An article with a passage and a sentence a line; tokens are cut at spaces."""
    raw = "\n".join(lines)
    body = MappedText.of(raw)
    passages, sentences, blocks = [], [], []
    start = 0
    for position, line in enumerate(lines):
        end = start + len(line)
        tokens, at = [], 0
        for word in line.split(" "):
            tokens.append(Token(start + at, start + at + len(word), at, word, (lemmas or {}).get(word, word), "NOUN"))
            at += len(word) + 1
        passages.append(Passage(f"{id}:{position}", "paragraph", start, end, line, language))
        sentences.append(Sentence(start, end, line, position, tuple(tokens)))
        blocks.append(Block("paragraph", start, end, start, end))
        start = end + 1
    read = RawArticle(f"texts/{id}.txt", raw, "utf-8", f"sha-{id}", {"title": id, "licence": "CC0"})
    cleaned = CleanedArticle(read, language, f"Title of {id}", body, tuple(blocks), ())
    return AnalysedArticle(id, cleaned, tuple(passages), tuple(sentences))


def source(id: str, **other: object) -> Source:
    fields = {"path": f"texts/{id}.txt", "root": "/texts", "sha256": f"sha-{id}", "size": 10, "modified": 1 << 60}
    return Source(f"/texts/{id}.txt", **{**fields, **other})  # type: ignore[arg-type]


def quote(of: AnalysedArticle, passage: int) -> Quote:
    p = of.passages[passage]
    return Quote(of.id, of.cleaned.raw.path, of.language, p.start, p.end, p.text)


def pair(
    id: str, kind: str, score: float, a: AnalysedArticle, i: int, b: AnalysedArticle, j: int
) -> tuple[Pair, tuple[str, ...], tuple[str, ...]]:
    quotes = quote(a, i), quote(b, j)
    return Pair(id, kind, score, "proposed", *quotes), (a.passages[i].id,), (b.passages[j].id,)


def concept(id: str, salience: float, labels: Mapping[str, tuple[str, ...]], type: str | None = None) -> ConceptRecord:
    record = Concept(id, type, labels, salience, 1, 1)
    counts = {(language, text): 3 for language, texts in labels.items() for text in texts}
    names = tuple((language.split("-")[0], texts[0]) for language, texts in labels.items())
    return ConceptRecord(record, "https://example.org/c1", "A definition.", names, counts)


def mention(of: str, where: AnalysedArticle, word: str) -> Mention:
    raw = where.cleaned.raw
    start = raw.raw.index(word)
    return Mention(of, where.id, raw.path, where.language, start, start + len(word), word, word, 0.5)


VI = article("vi1", "vi", "Cửa hàng bán hoa cho khách hàng", "Trải nghiệm khách hàng")  # a shop sells flowers to ...
FR = article("fr1", "fr", "Les boutiques vendent des fleurs", "Le vécu du client", lemmas={"boutiques": "boutique"})
HANT = article(
    "zh1", "zh-Hant", "商店賣花給客戶", "客戶體驗很好"
)  # shops sell flowers to customers; the experience is good
ARTICLES = (VI, FR, HANT)

CUSTOMER = concept("customer", 2.0, {"vi": ("khách hàng",), "fr": ("client", "clients"), "zh-Hant": ("客戶",)}, "actor")
FLOWER = concept("flower", 1.0, {"vi": ("hoa",), "fr": ("fleurs",), "zh-Hant": ("花",)})
PAIRS = [
    pair("p3", "comparable", 0.6, VI, 0, HANT, 0),
    pair("p2", "parallel", 0.8, VI, 1, FR, 1),
    pair("p4", "comparable", 0.7, FR, 1, HANT, 1),
    pair("p1", "parallel", 0.7, VI, 0, FR, 0),
]
MENTIONS = [
    mention("customer", VI, "khách hàng"),
    mention("flower", VI, "hoa"),
    mention("customer", HANT, "客戶"),
    mention("flower", FR, "fleurs"),
    mention("customer", FR, "client"),
]
NAME_LINKS = [
    ("customer", NameLink(("vi", "khách hàng"), ("fr", "client"), 0.7, "aligned", "p1")),
    ("customer", NameLink(("vi", "khách hàng"), ("zh", "客户"), 0.9, "vectors", "p3")),
]
LINKS = [
    Link("customer", "flower", "co-occurrence", 0.4, "npmi", ("vi1:0", "zh1:0")),
    Link("flower", "customer", "related", 0.6, "scheme", ("https://example.org/c1",)),
]


def save(store: Store, *articles: AnalysedArticle) -> None:
    for each in articles:
        store.save_article(source(each.id, path=each.cleaned.raw.path), each)


def save_graph(store: Store, mentions: Sequence[Mention] = MENTIONS) -> None:
    store.save_graph(pairs=PAIRS, concepts=[FLOWER, CUSTOMER], mentions=mentions, name_links=NAME_LINKS, links=LINKS)


def fill(store: Store) -> None:
    """Everything a build writes."""
    with store.transaction():
        store.set_info({"model": MODEL, "kb": "0.1"})
        save(store, *ARTICLES)
        store.save_source(source("empty", reason="no text"))
        texts = [p.text for each in ARTICLES for p in each.passages]
        vectors = np.random.default_rng(1).normal(size=(len(texts), 8)).astype(np.float32)
        store.save_vectors([vector_key(MODEL, text) for text in texts], *quantise(vectors))
        store.save_alignment(Alignment("vi1", "fr1", "parallel", 0.9, (Bead((0,), (0, 1), 0.5), Bead((1,), ()))))
        save_graph(store)


def answers(store: Store) -> str:
    """What every reading verb says."""
    ids = [a.id for a in store.articles()]
    concepts = [c.id for c in store.concepts()]
    vectors = store.passage_vectors(None)
    return repr(
        [
            *(store.info(), store.sources(), store.articles(), store.alignments(), store.pairs(), store.concepts()),
            *(store.mentions(), store.passage_concepts(), store.links(), vectors[0], vectors[1], vectors[2].tolist()),
            *([store.analysed(id), store.passages_of(id), store.sentences_of(id)] for id in ids),
            *([store.concept(id), store.name_links(id)] for id in concepts),
            *(store.find_words(q, languages=None, limit=9) for q in ("hoa khách", "client", "客户")),
        ]
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kb.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path, create=True)
    yield opened
    opened.close()


@pytest.fixture
def full(store: Store) -> Store:
    fill(store)
    return store


def passages(hits: list[tuple[str, float]]) -> list[str]:
    return [id for id, _ in hits]


# --- articles --------------------------------------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was(store: Store) -> None:
    raw = "\ufeffXin  cha\u0300o\0 𠮷 bạn!\r\nQuảng cáo\r\n"
    body = MappedText.of(raw).edit(
        [Edit(0, 1, ""), Edit(4, 6, " "), Edit(8, 10, "à"), Edit(11, 12, ""), Edit(19, 32, ".")]
    )
    token = Token(1, 4, 0, "Xin", "xin", "VERB")
    made = AnalysedArticle(
        "odd",
        CleanedArticle(
            RawArticle("a b/ödd's.txt", raw, "utf-8-sig", "00ff", {"title": "Ừ", "origin": ""}),
            "vi",
            "Xin chào",
            body,
            (Block("paragraph", 1, 18, 0, 15, "fr"), Block("advertisement", 20, 29)),
            (Change("mark", 0, 1, "\ufeff", "", "byte order mark"), Change("nul", 11, 12, "\0", "", "control")),
        ),
        (Passage("odd:0", "paragraph", 1, 18, body.text, "fr"),),
        (Sentence(1, 18, body.text, 0, (token, Token(5, 11, 4, "chào", "chào", "INTJ"))), Sentence(18, 18, "", 0, ())),
    )
    empty = AnalysedArticle(
        "empty", CleanedArticle(RawArticle("e", "", "utf-8", ""), "und", "", MappedText.of(""), (), ()), (), ()
    )
    with store.transaction():
        save(store, made, empty)
    assert store.analysed("odd") == made
    assert store.analysed("empty") == empty
    assert store.raw("odd") == raw
    assert [a.characters for a in store.articles()] == [0, len(raw)]


def test_articles_count_what_they_hold(full: Store) -> None:
    fr, vi, zh = full.articles()
    assert (fr.id, vi.id, zh.id) == ("fr1", "vi1", "zh1")
    assert (vi.path, vi.title, vi.language) == ("texts/vi1.txt", "Title of vi1", "vi")
    assert (vi.characters, vi.sentences, vi.passages, vi.concepts) == (54, 2, 2, 2)
    assert full.articles(["zh1"]) == [zh]
    assert full.articles([]) == []


def test_sources_say_what_became_of_each_file(full: Store) -> None:
    assert full.sources() == [
        source("empty", reason="no text"),
        source("fr1", article="fr1"),
        source("vi1", article="vi1"),
        source("zh1", article="zh1"),
    ]


def test_replacing_an_article_leaves_nothing_of_the_old_one(full: Store) -> None:
    new = article("vi1", "vi", "Một câu khác")  # another sentence
    with full.transaction():
        save(full, new)
        assert full.alignments() == []  # its sentence numbers were those of the old text
        assert [p.id for p in full.pairs()] == ["p4"]
        assert full.mentions(article="vi1") == []
    assert full.analysed("vi1") == new
    assert full.find_words("hoa", languages=None, limit=9) == []
    assert passages(full.find_words("khác", languages=None, limit=9)) == ["vi1:0"]


def test_a_file_that_becomes_another_article_or_none(full: Store) -> None:
    with full.transaction():
        full.save_article(source("vi1"), article("vi2", "vi", "Mới"))  # new
        full.save_source(source("fr1", reason="not permitted"))
        full.save_source(source("zh1", article="zh1", path="../zh1.txt", modified=5))
    assert [(a.id, a.path) for a in full.articles()] == [("vi2", "texts/vi2.txt"), ("zh1", "../zh1.txt")]
    with full.transaction(), pytest.raises(NotFoundError, match="no article 'gone'"):
        full.save_source(source("x", article="gone"))


def test_an_article_of_two_files_stays_with_the_second(full: Store) -> None:
    with full.transaction():
        full.save_source(source("copy", article="vi1"))
        full.forget("/texts/vi1.txt")
    assert [a.id for a in full.articles()] == ["fr1", "vi1", "zh1"]
    with full.transaction():
        full.forget("/texts/copy.txt")
    assert [a.id for a in full.articles()] == ["fr1", "zh1"]


TABLES = {
    *("article", "source", "passage", "sentence", "search", "vector", "alignment"),
    *("pair", "pair_passage", "concept", "label", "mention", "name_link", "link"),
}


def row_counts(path: Path) -> dict[str, int]:
    db = apsw.Connection(str(path))
    tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    counts = {str(name): int(str(db.execute(f"SELECT count(*) FROM {name}").get)) for (name,) in tables}
    db.close()
    # What keeps a row in an empty index too is left out.
    kept = {"info", "search_data", "search_config", "search_idx"}
    return {name: count for name, count in counts.items() if count and name not in kept}


def test_forgetting_leaves_nothing(full: Store, path: Path) -> None:
    assert set(row_counts(path)) >= TABLES
    with full.transaction():
        for each in full.sources():
            full.forget(each.location)
    # What belongs to no file is for the graph and the vectors to replace.
    assert set(row_counts(path)) == {"concept", "label", "mention_count", "name_link", "link", "vector"}
    with full.transaction():
        full.save_graph(pairs=[], concepts=[], mentions=[], name_links=[], links=[])
        full.drop_vectors_except([])
    assert row_counts(path) == {}
    assert full.check() == []
    with full.transaction(), pytest.raises(NotFoundError):
        full.forget("/texts/vi1.txt")


# --- the same again --------------------------------------------------------------------------------------------------


def test_writing_the_same_twice_gives_the_same_answers(full: Store, path: Path, tmp_path: Path) -> None:
    before = answers(full)
    fill(full)
    assert answers(full) == before
    other = open_store(tmp_path / "other.db", create=True)
    with other.transaction():
        other.set_info({"model": "another"})
        save(other, article("x", "vi", "khác"), *reversed(ARTICLES))
        other.forget("/texts/x.txt")
    fill(other)
    assert answers(other) == before
    other.close()
    full.close()
    reader = open_store(path)
    assert answers(reader) == before
    reader.close()


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def words(store: Store) -> Store:
    with store.transaction():
        save(
            store,
            # sells flowers; his friend, his friend, friend; the committee; a page typed without tones; the road
            article("vi", "vi", "Cô ấy bán hoa", "Bạn của bạn bạn bạn", "Ban quản lý", "Ban hang gia re", "Đường đi"),
            article("fr", "fr", "Les boutiques AT&T", "Un élève marche", "cœur", lemmas={"boutiques": "boutique"}),
            article(
                "hans", "zh-Hans", "客户体验", "户外客人", "研究表明如何提高体验"
            ),  # customer experience; outdoor guest
            article("hant", "zh-Hant", "客戶服務", "𠮷野家 C++"),  # customer service; a restaurant
        )
    return store


def find(store: Store, query: str, *languages: str) -> list[str]:
    return passages(store.find_words(query, languages=languages or None, limit=20))


def test_tones_count(words: Store) -> None:
    assert find(words, "bán")[0] == "vi:0"  # to sell
    assert find(words, "bạn")[0] == "vi:1"  # friend
    assert set(find(words, "ban")[:2]) == {"vi:2", "vi:3"}  # committee, or no tones typed
    assert find(words, "BÁN")[0] == "vi:0"
    assert find(words, unicodedata.normalize("NFD", "bán")) == find(words, "bán")


def test_the_right_tone_wins_in_a_long_passage_over_the_wrong_one_many_times_in_a_short_one(store: Store) -> None:
    with store.transaction():
        save(store, article("a", "vi", "bán " + "x " * 500, *["bạn bạn bạn bạn"] * 9, *["bàn"] * 9, *["y"] * 50))
    hits = store.find_words("bán", languages=None, limit=99)
    assert hits[0][0] == "a:0"
    assert len(hits) == 19
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert all(score > 0 for _, score in hits)


def test_text_is_found_without_its_tones_and_accents(words: Store) -> None:
    assert set(find(words, "ban hoa")) == {"vi:0", "vi:1", "vi:2", "vi:3"}
    assert find(words, "duong") == ["vi:4"]  # đường, road: đ is a letter of its own, not a d with a mark
    assert find(words, "đuong") == ["vi:4"]
    assert find(words, '"co ay ban"') == ["vi:0"]
    assert find(words, "eleve") == ["fr:1"]
    assert find(words, "coeur") == ["fr:2"]


def test_a_plural_is_found_by_its_lemma(words: Store) -> None:
    assert find(words, "boutique") == ["fr:0"]
    assert find(words, "boutiques") == ["fr:0"]


def test_both_chinese_scripts_find_each_other(words: Store) -> None:
    assert set(find(words, "客户")) == set(find(words, "客戶")) == {"hans:0", "hant:0"}  # customer; not 户外客人
    assert find(words, "客户", "zh-Hant") == ["hant:0"]
    assert set(find(words, "客户", "zh")) == {"hans:0", "hant:0"}
    assert find(words, "客户", "vi", "zh-hans") == ["hans:0"]
    assert find(words, "客户", "vi") == []
    assert words.find_words("客户", languages=[], limit=9) == []


def test_a_clause_in_chinese_is_found_by_its_parts_and_as_a_whole_first(words: Store) -> None:
    assert find(words, "如何提高体验")[0] == "hans:2"  # how to improve the experience
    assert "hans:0" in find(words, "如何提高体验")


def test_marks_inside_words_and_characters_that_unicode61_does_not_know(words: Store) -> None:
    assert find(words, "at&t") == ["fr:0"]
    assert find(words, "c++") == find(words, "𠮷野家") == ["hant:1"]


def test_very_common_words_are_ranked_only_where_nothing_rarer_is_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction():
        save(store, article("a", "vi", "hoa bán", "hoa hồng", *["bán x"] * 9))
    assert len(find(store, "hoa bán")) == 11
    monkeypatch.setattr("kb.store.words.RANKED", 5)
    assert find(store, "hoa bán") == ["a:0", "a:1"]
    assert find(store, "voi hoa bán") == ["a:0", "a:1"]  # voi: an elephant, in no passage
    assert len(find(store, "bán")) == 10  # one word is always looked for
    assert len(find(store, "bán x")) == 9


def test_other_tones_are_not_looked_for_when_the_right_ones_are_in_passages_enough(store: Store) -> None:
    with store.transaction():
        save(store, article("a", "vi", "bàn bàn", "bán x", "bán y"))
    assert passages(store.find_words("bán", languages=None, limit=3))[2:] == ["a:0"]
    assert set(passages(store.find_words("bán", languages=None, limit=2))) == {"a:1", "a:2"}


def test_quotes_make_a_phrase(words: Store) -> None:
    assert find(words, '"hoa bán"') == []
    assert find(words, '"bán hoa"') == find(words, "« bán hoa »") == ["vi:0"]


@pytest.mark.parametrize(
    "query",
    ['"', '""', "", " ", "AND", "OR NOT", "NEAR(a b, 2)", "words:x", "{words}: x", "a*", "^a", "(", "a\0b", "--", "';"],
)
def test_no_query_is_an_error(words: Store, query: str) -> None:
    assert find(words, query) == []


def test_limits_and_ties(store: Store) -> None:
    with store.transaction():
        save(store, *(article(f"a{n}", "vi", "hoa", "hoa") for n in (3, 1, 2)))
    order = ["a1:0", "a1:1", "a2:0", "a2:1", "a3:0", "a3:1"]
    assert find(store, "hoa") == order
    assert passages(store.find_words("hoa", languages=None, limit=3)) == order[:3]
    assert store.find_words("hoa", languages=None, limit=0) == []


def test_sentences_are_found_by_words_of_their_passage(words: Store) -> None:
    found = list(words.sentences_with(["bán hoa"]))
    assert [(s.article, s.position, s.sentence.text, s.path) for s in found] == [
        ("vi", 0, "Cô ấy bán hoa", "texts/vi.txt")  # she sells flowers
    ]
    assert found[0].sentence == words.analysed("vi").sentences[0]
    assert list(words.sentences_with(["bán", "đường"])) == []  # in one passage or not at all
    assert [s.language for s in words.sentences_with(["体 验"], languages=["zh"])] == ["zh-Hans", "zh-Hans"]
    assert list(words.sentences_with(["体 验"], languages=["zh-Hant"])) == []
    every = [(s.article, s.position) for s in words.sentences_with([])]
    assert every == sorted(every)
    assert {article for article, _ in every} == {a.id for a in words.articles()}
    chosen = words.sentences_with([], articles=["vi"], accept=lambda text: "hoa" in text)
    assert all(s.article == "vi" and "hoa" in s.sentence.text for s in chosen)


# --- vectors ---------------------------------------------------------------------------------------------------------


def test_vectors(full: Store) -> None:
    ids, languages, codes, factors = full.passage_vectors(None)
    assert ids == ["fr1:0", "fr1:1", "vi1:0", "vi1:1", "zh1:0", "zh1:1"]
    assert languages == ["fr", "fr", "vi", "vi", "zh-Hant", "zh-Hant"]
    assert (codes.shape, str(codes.dtype), factors.shape, str(factors.dtype)) == ((6, 8), "int8", (6,), "float32")
    assert full.passage_vectors(["zh"])[0] == ids[4:]
    assert full.passage_vectors(["de"])[2].shape == (0, 0)

    keys = [vector_key(MODEL, text) for text in ("Le vécu du client", "Trải nghiệm khách hàng")]
    found, some, some_factors = full.vectors([keys[1], "unknown", keys[0], keys[1]])
    assert found == [keys[1], keys[0]]
    assert np.array_equal(some, codes[[3, 1]])
    assert np.array_equal(some_factors, factors[[3, 1]])
    assert full.vectors([])[0] == []

    with full.transaction():
        full.drop_vectors_except(keys)
    assert full.passage_vectors(None)[0] == ["fr1:1", "vi1:1"]


def packed(store: Store) -> dict[str, bytes]:
    ids, tags, codes, _ = store.passage_vectors(None)
    return PassageVectors.of(ids, tags, codes, model=MODEL).pack()


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.forget("/texts/vi1.txt"),
        lambda store: store.drop_vectors_except([]),
        lambda store: store.save_vectors([vector_key(MODEL, "x")], np.ones((1, 8), np.int8), np.ones(1, np.float32)),
    ],
)
def test_the_matrix_of_passages_is_kept_until_they_change(
    full: Store, monkeypatch: pytest.MonkeyPatch, change: Callable[[Store], object]
) -> None:
    monkeypatch.setattr("kb.store.writing.PIECE", 7)  # bytes of a row
    assert full.passage_matrix() == {}
    with full.transaction():
        full.save_passage_matrix(packed(full))
    assert full.passage_matrix() == packed(full)
    assert full.check() == []
    with full.transaction():
        change(full)
    assert full.passage_matrix() == {}


def test_another_model_has_other_vectors(full: Store) -> None:
    with full.transaction():
        full.set_info({"model": "another"})
        assert full.passage_vectors(None)[0] == []
        full.save_vectors(
            [vector_key("another", "Le vécu du client")], np.ones((1, 3), np.int8), np.ones(1, np.float32)
        )
    assert full.passage_vectors(None)[0] == ["fr1:1"]
    assert full.info() == {"kb": "0.1", "model": "another"}


# --- the graph -------------------------------------------------------------------------------------------------------


def test_pairs_come_in_order_and_by_place(full: Store) -> None:
    pairs = full.pairs()
    assert [p.id for p in pairs] == ["p1", "p2", "p4", "p3"]  # parallel in reading order, then comparable by score
    assert pairs == [p for p, *_ in (PAIRS[3], PAIRS[1], PAIRS[2], PAIRS[0])]
    assert [p.id for p in full.pairs(article="zh1")] == ["p4", "p3"]
    assert [p.id for p in full.pairs(kind="parallel", limit=1)] == ["p1"]
    assert [p.id for p in full.pairs(passage="vi1:0")] == ["p1", "p3"]
    assert [p.id for p in full.pairs(passage="vi1:0", article="zh1", kind="comparable")] == ["p3"]


def test_alignments(full: Store) -> None:
    assert full.alignments() == [
        Alignment("vi1", "fr1", "parallel", 0.9, (Bead((0,), (0, 1), 0.5), Bead((1,), (), 0.0)))
    ]


def test_concepts(full: Store) -> None:
    assert full.concepts() == [CUSTOMER.concept, FLOWER.concept]
    assert full.concept("customer") == CUSTOMER
    assert full.concepts(type="actor") == full.concepts(limit=1) == [CUSTOMER.concept]
    assert len(full.concepts(language="zh")) == len(full.concepts(language="zh-Hant")) == 2
    assert full.concepts(language="zh-Hans") == []


def test_a_label_that_is_only_counted_comes_back(store: Store) -> None:
    record = ConceptRecord(Concept("c", None, {"vi": ("hoa",)}, 1.0, 0, 0), None, None, (), {("vi", "Hoa"): 2})
    with store.transaction():
        store.save_graph(pairs=[], concepts=[record], mentions=[], name_links=[], links=[])
    assert store.concept("c") == record


def test_concepts_are_found_by_name(store: Store) -> None:
    names: dict[str, tuple[float, Mapping[str, tuple[str, ...]]]] = {
        "sell": (1.0, {"vi": ("bán",)}),
        "friend": (2.0, {"vi": ("bạn",)}),
        "friends": (3.0, {"vi": ("bạn bè",)}),
        "customer": (4.0, {"zh-Hant": ("客戶",), "fr": ("Client fidèle",)}),
    }
    with store.transaction():
        records = [concept(id, salience, labels) for id, (salience, labels) in names.items()]
        store.save_graph(pairs=[], concepts=records, mentions=[], name_links=[], links=[])
    assert store.find_concepts("bán") == ["sell", "friend", "friends"]  # exact, other tones, begins with it
    assert store.find_concepts("ban") == ["friend", "sell", "friends"]
    assert store.find_concepts(unicodedata.normalize("NFD", "BẠN"))[:2] == ["friend", "sell"]
    assert store.find_concepts("bạn b") == ["friends"]
    assert store.find_concepts("客户") == store.find_concepts("客") == ["customer"]
    assert store.find_concepts("ＣＬＩＥＮＴ FIDELE") == ["customer"]
    assert store.find_concepts("sell") == ["sell"]
    assert store.find_concepts("%") == store.find_concepts(" ") == []


def test_mentions(full: Store) -> None:
    by_place = sorted(MENTIONS, key=lambda m: (m.article, m.start, m.concept))
    assert full.mentions() == by_place
    assert full.mentions(concept="customer", language="zh") == [by_place[-1]]
    assert full.mentions(article="fr1", limit=1) == [by_place[0]]
    assert full.passage_concepts() == [
        ("fr1:0", "fr", "flower"),
        ("fr1:1", "fr", "customer"),
        ("vi1:0", "vi", "customer"),
        ("vi1:0", "vi", "flower"),
        ("zh1:0", "zh-Hant", "customer"),
    ]


def test_links(full: Store) -> None:
    assert [n.score for n in full.name_links("customer")] == [0.9, 0.7]
    assert full.name_links("customer")[1] == NAME_LINKS[0][1]
    assert full.name_links("flower") == []
    assert full.links() == full.links("flower") == [LINKS[1], LINKS[0]]


def test_unknown_ids(full: Store) -> None:
    for ask in (full.analysed, full.raw, full.passages_of, full.sentences_of):
        with pytest.raises(NotFoundError, match="no article 'x'"):
            ask("x")
    for ask_concept in (full.concept, full.name_links, full.links):
        with pytest.raises(NotFoundError, match="no concept 'x'"):
            ask_concept("x")
    with pytest.raises(NotFoundError, match="no passage 'x'"):
        full.passages(["vi1:0", "x"])
    with pytest.raises(NotFoundError):
        full.articles(["vi1", "x"])
    with pytest.raises(NotFoundError):
        full.pairs(passage="x")
    with pytest.raises(NotFoundError):
        full.mentions(concept="x")


def test_passages_come_in_the_order_asked(full: Store) -> None:
    rows = full.passages(["zh1:1", "fr1:0", "zh1:1"])
    assert [row.id for row in rows] == ["zh1:1", "fr1:0", "zh1:1"]
    assert rows[1] == full.passages_of("fr1")[0]
    assert (rows[0].position, rows[0].kind, rows[0].quote) == (1, "paragraph", quote(HANT, 1))
    assert full.passages([]) == []


# --- the file --------------------------------------------------------------------------------------------------------


def test_no_base(path: Path, tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(UsageError, match=f"no knowledge base at {path}; make one with: kb build PATH --kb {path}"):
            open_store(path, write=write)
    with pytest.raises(UsageError, match="is a folder"):
        open_store(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        open_store(tmp_path / "none" / "kb.db", create=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("create", [False, True])
def test_another_file_is_refused_and_left_alone(path: Path, create: bool) -> None:
    path.write_text("notes, longer than the first bytes of a base")
    with pytest.raises(StoreError, match="is not a knowledge base"):
        open_store(path, create=create)
    assert path.read_text().startswith("notes")
    path.unlink()
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(StoreError, match="of another program"):
        open_store(path, create=create)


@pytest.mark.parametrize("create", [False, True])
def test_another_version(full: Store, path: Path, create: bool) -> None:
    full.close()
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(
        StoreError, match=rf"another version \(schema {VERSION + 1}, this is {VERSION}\); .*kb build PATH --kb"
    ):
        open_store(path, create=create)


def test_a_damaged_file(full: Store, path: Path) -> None:
    full.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    with pytest.raises(StoreError, match=r"damaged .*build it again") as raised:
        open_store(path)
    assert raised.value.status == 3
    assert "\n" not in str(raised.value)
    path.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    reader = open_store(path)
    assert reader.check()
    reader.close()


def test_a_failed_first_build_leaves_no_file(path: Path, tmp_path: Path) -> None:
    store = open_store(path, create=True)
    assert store.sources() == []  # a base in the making can be read

    def build() -> None:
        with store.transaction():
            save(store, VI)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build()
    assert os.listdir(tmp_path) == []
    store.close()
    open_store(path, create=True).close()
    assert os.listdir(tmp_path) == []


def test_a_failed_build_changes_nothing(full: Store) -> None:
    before = answers(full)

    def build() -> None:
        with full.transaction():
            save_graph(full, MENTIONS[2:])
            full.forget("/texts/vi1.txt")
            save(full, article("new", "fr", "texte"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert answers(full) == before
    with full.transaction(), pytest.raises(NotFoundError, match="no article 'gone'"):
        save_graph(full, [mention("flower", article("gone", "vi", "hoa"), "hoa")])


def test_a_closed_base_is_one_file(full: Store, path: Path, tmp_path: Path) -> None:
    full.close()
    full.close()
    assert os.listdir(tmp_path) == [path.name]
    reader = open_store(path)
    reader.articles()
    reader.close()
    assert os.listdir(tmp_path) == [path.name]


def test_a_folder_that_cannot_be_written(
    full: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.close()
    monkeypatch.setattr("kb.store.connection.os.access", lambda *_: False)  # tests may run as root
    odd = path.rename(tmp_path / "a %41?#b.db")
    reader = open_store(odd)
    assert len(reader.articles()) == 3
    assert os.listdir(tmp_path) == [odd.name]
    reader.close()


def test_a_new_base_has_one_transaction_too(store: Store) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        store.set_info({"a": "b"})
    with store.transaction():
        with pytest.raises(RuntimeError, match="already"), store.transaction():
            pass
        store.set_info({"a": "b"})
    assert store.info() == {"a": "b"}


def test_writing_needs_a_transaction(full: Store, path: Path) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        full.set_info({"a": "b"})
    with full.transaction(), pytest.raises(RuntimeError, match="already"), full.transaction():
        pass
    reader = open_store(path)
    with pytest.raises(RuntimeError, match="for reading"), reader.transaction():
        pass
    reader.close()


def test_a_reader_sees_the_base_as_it_was_while_a_build_writes(full: Store, path: Path) -> None:
    reader = open_store(path)
    before = answers(reader)
    with full.transaction():
        save(full, article("new", "fr", "texte"))
        assert answers(reader) == before
        late = open_store(path)
        assert answers(late) == before
        late.close()
    assert len(reader.articles()) == 4
    reader.close()


def test_a_second_writer_is_told_so(full: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store.connection._WAIT_MS", 0)
    second = open_store(path, write=True)
    with (
        full.transaction(),
        pytest.raises(StoreError, match=f"another kb build is writing to {path}"),
        second.transaction(),
    ):
        pass
    with second.transaction():
        second.set_info({"a": "b"})
    second.close()


def test_a_second_maker_is_told_so(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store.connection._WAIT_MS", 0)
    with pytest.raises(StoreError, match="another kb build is writing to"):
        open_store(path, create=True)
    with pytest.raises(UsageError, match="no knowledge base"):
        open_store(path)
    fill(store)
    assert len(store.articles()) == 3


WRITER = """
    import sys
    from pathlib import Path
    from kb.store import open_store
    from tests.test_store import VI, article, fill, save

    store = open_store(Path(sys.argv[1]), create=True)
    with store.transaction():
        for n in range(60):  # enough to make SQLite write pages before the end
            save(store, article(f"n{n}", "vi", *["khách hàng mua hoa " * 50] * 10))
        print("written", flush=True)
        sys.stdin.read()
"""


def kill_writer(path: Path) -> None:
    """Run WRITER on the base, and kill it in the middle of its transaction."""
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(path)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "written\n"
    assert sum(file.stat().st_size for file in path.parent.iterdir()) > 1_000_000
    child.send_signal(signal.SIGKILL)
    child.communicate()


def test_a_killed_build_leaves_the_base_as_it_was(full: Store, path: Path) -> None:
    before = answers(full)
    full.close()
    kill_writer(path)
    reader = open_store(path)
    assert answers(reader) == before
    assert reader.check() == []
    reader.close()
    writer = open_store(path, write=True)
    with writer.transaction():
        save(writer, article("new", "fr", "texte"))
    writer.close()


def test_a_killed_first_build_leaves_no_base_and_can_be_run_again(path: Path) -> None:
    kill_writer(path)
    with pytest.raises(UsageError, match="no knowledge base"):
        open_store(path)
    store = open_store(path, create=True)
    fill(store)
    assert store.check() == []
    store.close()


# --- soundness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        ("DELETE FROM search WHERE rowid = 1", "passage vi1:0: no search row"),
        ("INSERT INTO search (rowid, words) VALUES (99, 'x')", "search: 1 without passage"),
        ("UPDATE search_data SET block = zeroblob(30) WHERE id > 10", "damage: "),
        ("DELETE FROM vector WHERE number = 1", "passage vi1:0: no vector"),
        (
            "UPDATE mention SET surface = 'x' WHERE number = 1",
            "mention of customer in vi1 at 21: quote 'x', text 'khách",
        ),
        ("UPDATE mention SET passage = NULL WHERE number = 1", "mention of customer in vi1 at 21: in no passage"),
        ("DELETE FROM concept WHERE id = 'flower'", "mention: 2 without concept"),
        ("DELETE FROM mention WHERE concept = 1", "concept flower: no mention"),
        ("UPDATE mention_count SET mentions = 7 WHERE concept = 1", "concept flower: its mentions are counted wrongly"),
        ("DELETE FROM mention_count", "concept customer: its mentions are counted wrongly"),
    ],
)
def test_check_finds(full: Store, path: Path, harm: str, fault: str) -> None:
    assert full.check() == []
    full.close()
    db = apsw.Connection(str(path))  # foreign keys are off here
    db.execute(harm)
    db.close()
    reader = open_store(path)
    assert [line for line in reader.check() if line.startswith(fault)]
    reader.close()


def test_the_schema_is_marked_as_ours(full: Store, path: Path) -> None:
    full.close()
    copy = shutil.copy(path, path.with_suffix(".copy"))
    db = apsw.Connection(str(copy))
    assert db.execute("PRAGMA application_id").fetchall() == [(APPLICATION,)]
    assert db.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    db.close()


# --- pairs that a decision makes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("score", [0.95, 0.75, 0.1])
def test_pairs_of_a_decision_take_their_place(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dense: bool, score: float
) -> None:
    """Listed as by a build that had found them so. `dense`: in a base whose pairs have numbers without room."""
    others = [pair("q1", "parallel", 0.9, VI, 0, HANT, 0), pair("q2", "parallel", 0.5, FR, 0, HANT, 1)]
    comparable = [pair("q3", "comparable", 0.7, FR, 1, HANT, 1)]
    before = [*others, *comparable, pair("p1", "parallel", 0.7, VI, 0, FR, 0)]
    new = [pair(f"n{n}", "parallel", score, VI, n, FR, n) for n in (0, 1)]
    with monkeypatch.context() as patched:
        if dense:
            patched.setattr("kb.store.writing.Writing._put_pairs.__kwdefaults__", {"after": 0, "step": 1})
        with store.transaction():
            save(store, *ARTICLES)
            store.save_graph(pairs=before, concepts=[], mentions=[], name_links=[], links=[])
    with store.transaction():
        store.save_parallel("fr1", "vi1", new)
    built = open_store(tmp_path / "built.db", create=True)
    with built.transaction():
        save(built, *ARTICLES)
        built.save_graph(pairs=[*others, *comparable, *new], concepts=[], mentions=[], name_links=[], links=[])
    assert store.pairs() == built.pairs()
    assert [p.id for p in store.pairs(article="vi1", kind="parallel")] == (
        ["n0", "n1", "q1"] if score == 0.95 else ["q1", "n0", "n1"]
    )
    assert store.check() == []
    built.close()


def test_pairs_keep_their_places_through_any_number_of_decisions(store: Store, tmp_path: Path) -> None:
    """Each takes the place between two that stand close: room is made again and again, and never runs out."""
    sides = {("fr1", "vi1"): (FR, VI), ("vi1", "zh1"): (VI, HANT), ("fr1", "zh1"): (FR, HANT)}
    now = {key: [pair(f"{key}", "parallel", 0.5, a, 0, b, 0)] for key, (a, b) in sides.items()}
    with store.transaction():
        save(store, *ARTICLES)
        store.save_graph(
            pairs=[p for own in now.values() for p in own], concepts=[], mentions=[], name_links=[], links=[]
        )
    draw = random.Random(1)
    for turn in range(1000):
        key = draw.choice(list(sides))
        a, b = sides[key]
        now[key] = [pair(f"{key}{turn}{n}", "parallel", draw.random(), a, n, b, n) for n in range(draw.choice((1, 2)))]
        with store.transaction():
            store.save_parallel(*key, now[key])
    built = open_store(tmp_path / "built.db", create=True)
    with built.transaction():
        save(built, *ARTICLES)
        built.save_graph(
            pairs=[p for own in now.values() for p in own], concepts=[], mentions=[], name_links=[], links=[]
        )
    assert store.pairs() == built.pairs()
    assert store.check() == []
    built.close()


def test_translations_are_told_the_surest_first(store: Store) -> None:
    with store.transaction():
        save(store, *ARTICLES)
        store.save_alignment(Alignment("fr1", "vi1", "parallel", 0.6, (Bead((0,), (0,), 0.6),)))
        store.save_alignment(Alignment("vi1", "zh1", "parallel", 0.8, (Bead((0,), (0,), 0.8),)))
        store.save_alignment(Alignment("fr1", "zh1", "comparable", 0.9))
    assert store.translations(["vi1", "fr1", "gone"]) == {"fr1": ["vi1"], "vi1": ["zh1", "fr1"]}
