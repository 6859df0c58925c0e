from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from fakes import TEXTS, FakeEmbedder, concepts, fill, mentions

import kb
from kb.cli import main
from kb.comparison import MOST_MEETING
from kb.embed import BUNDLED, load
from kb.embed.base import dequantise, quantise, unit
from kb.embed.centre import centre_each, reference_questions
from kb.embed.passages import UNRELATED, PassageVectors
from kb.errors import NotFoundError, UsageError
from kb.model import Mention, Sentence, Token, base_language
from kb.names import near
from kb.patterns import expression, phrase
from kb.query import KnowledgeBase, open_base
from kb.records import Records, plain
from kb.search import BACKGROUND, fuse, meaning_score, shares_of_words, sharpened
from kb.sentences import clean_span, joined, raw_span
from kb.store import open_store
from kb.store.base import SentenceRow


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("base") / "kb.db")


@pytest.fixture(scope="module")
def base(path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(open_store(path), FakeEmbedder()) as opened:
        yield opened


# --- articles and concepts by name -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vi-01", "vi", "texts/vi-01.txt", "vi-01.txt"])
def test_an_article_by_id_beginning_or_path(base: KnowledgeBase, name: str) -> None:
    assert base.article(name).id == "vi-01"


def test_an_ambiguous_article_lists_those_meant(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match=r"zh-01 \(texts/zh-01.txt\), zh-02"):
        base.article("zh")


@pytest.mark.parametrize("name", ["vi-02", ""])
def test_an_unknown_article_proposes_near_ones(base: KnowledgeBase, name: str) -> None:
    with pytest.raises(NotFoundError, match="did you mean 'vi-01'" if name else "no article"):
        base.article(name)


@pytest.mark.parametrize(
    "name",
    [
        "experience",
        "Experience",
        "experiences",
        "Trải nghiệm khách hàng",
        "TRẢI NGHIỆM",
        "trai nghiem",
        "客户体验",
        "客戶體驗",
        "expérience client",
    ],
)
def test_a_concept_by_id_or_label(base: KnowledgeBase, name: str) -> None:
    assert base.concept(name).concept.id == "experience"


def test_an_unknown_concept_proposes_near_ones(base: KnowledgeBase) -> None:
    with pytest.raises(NotFoundError, match="did you mean 'thème'"):
        base.concept("thèmeries")
    with pytest.raises(NotFoundError, match="did you mean"):  # a beginning is not a name
        base.concept("expérience cl")
    with pytest.raises(NotFoundError, match="'qwxz'; kb search finds passages by their meaning; kb concepts"):
        base.concept("qwxz")
    with pytest.raises(NotFoundError, match="did you mean 'vật lưu niệm'"):  # a word of its name: to keep
        base.concept("niệm")


def test_a_slip_is_forgiven_where_one_concept_can_be_meant(base: KnowledgeBase) -> None:
    for name in ("thèmme", "expérienc client", "vật lưu niệmm"):
        assert base.concept(name).slip, name
    assert base.concept("thèmme").concept.id == "theme"
    assert not base.concept("theme").slip
    assert not base.concept("vat luu niem").slip  # without tones is no slip
    for name in ("clé", "ex", "téme"):  # too short to tell
        with pytest.raises(NotFoundError):
            base.concept(name)


def test_an_excerpt_marks_what_was_asked_for(base: KnowledgeBase) -> None:
    text = base.raw("fr-01")
    at = text.index("souvenirs")
    found = base.excerpt("fr-01", at, at + len("souvenirs"))
    marked = [
        passage.text[span[0] : span[1]] for passage, span in zip(found.passages, found.marked, strict=True) if span
    ]
    assert marked == ["souvenirs"]
    assert len(base.excerpt("fr-01", at, at + 1, context=0).passages) == 1
    with pytest.raises(NotFoundError, match="no text of its own"):
        base.excerpt("fr-01", 10_000, 10_001)


def test_company_counts_sentences(base: KnowledgeBase) -> None:
    for concept in base.concepts():
        for row in base.company(concept.id):
            back = next(x for x in base.company(row.concept) if x.concept == concept.id)
            assert back.sentences == row.sentences  # whichever of the two is asked for
            assert sum(row.sentences.values()) > 0
            assert all(dice <= 14 for dice in row.log_dice.values())


def test_a_concept_entry(base: KnowledgeBase) -> None:
    entry = base.concept("theme")
    assert entry.definition == "What holds an experience together."
    assert entry.counts["fr"] == {"thème": 1}
    assert [(x.concept, x.kind, x.name) for x in entry.links] == [("experience", "broader", "expérience client")]
    assert [n.method for n in entry.names] == ["aligned"]
    evidence = {e.mention.language: e for e in entry.evidence}
    assert set(evidence) == {"fr", "vi", "zh-Hans", "zh-Hant"}
    assert evidence["fr"].sentence.text == TEXTS["fr-01"][2][0]
    assert [q.text for q in evidence["fr"].aligned] == [TEXTS["vi-01"][2][0]]
    assert evidence["zh-Hans"].aligned == ()
    assert not base.concept("theme", evidence=0).evidence


def test_languages(base: KnowledgeBase) -> None:
    assert [a.id for a in base.articles(language="zh")] == ["zh-01", "zh-02"]
    assert [a.id for a in base.articles(language="zh-hant")] == ["zh-02"]
    assert {m.article for m in base.mentions(language="zh")} == {"zh-01", "zh-02"}
    with pytest.raises(NotFoundError, match="there are articles in: fr, vi, zh-Hans, zh-Hant"):
        base.search("theme", language="de")


def test_quotes_are_raw_slices(base: KnowledgeBase) -> None:
    for mention in base.mentions():
        assert base.raw(mention.article)[mention.start : mention.end] == mention.quote


def test_status(base: KnowledgeBase) -> None:
    status = base.status()
    assert (status.articles, status.concepts, status.pairs, status.dimension) == (4, 3, 2, FakeEmbedder.dimension)
    assert status.languages == {"fr": 1, "vi": 1, "zh-Hans": 1, "zh-Hant": 1}
    assert [(s.path, s.reason) for s in status.set_aside] == [("texts/no.txt", "the file is empty")]


def test_reading_and_alignment(base: KnowledgeBase) -> None:
    assert tuple(q.text for q in base.read("fr-01").passages) == TEXTS["fr-01"][2]
    forth, back = base.alignment("fr-01", "vi-01"), base.alignment("vi-01", "fr-01")
    assert forth[1].a_text == "Les clients gardent des souvenirs du voyage."
    assert [(x.a_text, x.b_text) for x in back] == [(x.b_text, x.a_text) for x in forth]
    with pytest.raises(NotFoundError, match="not known to be translations"):
        base.alignment("fr-01", "zh-01")
    with pytest.raises(UsageError, match="the same article"):
        base.alignment("fr-01", "fr")


def test_pairs(base: KnowledgeBase) -> None:
    assert [p.id for p in base.pairs()] == ["p1", "p2"]
    assert [p.id for p in base.pairs(article="zh-01")] == ["p2"]
    with pytest.raises(UsageError, match="parallel, comparable"):
        base.pairs(kind="same")


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["memorabilia", "souvenirs", "vật lưu niệm", "vat luu niem"])
def test_search_finds_in_every_language(base: KnowledgeBase, query: str) -> None:
    hits = base.search(query, limit=2)
    assert {hit.article for hit in hits} == {"vi-01", "fr-01"}
    assert all(0 < hit.score <= 1 for hit in hits)
    assert hits[0].score >= hits[1].score


def test_search_of_one_language(base: KnowledgeBase) -> None:
    assert [hit.text for hit in base.search("theme", language="zh-Hant", limit=1)] == ["客戶體驗需要一個主題。"]
    assert {hit.language for hit in base.search("theme", language="zh")} <= {"zh-Hans", "zh-Hant"}


def test_a_search_hit_is_a_raw_slice(base: KnowledgeBase) -> None:
    for hit in base.search("service"):
        assert base.raw(hit.article)[hit.start : hit.end] == hit.text


def test_search_of_one_article(base: KnowledgeBase) -> None:
    found = base.search("theme service souvenirs", article="fr-01")
    assert {hit.article for hit in found} == {"fr-01"}
    with pytest.raises(NotFoundError):
        base.search("theme", article="de-01")


def test_search_of_one_concept(base: KnowledgeBase) -> None:
    found = base.search("experience", concept="chủ đề")
    spoken = base.mentions(concept="theme")
    assert found
    for hit in found:
        assert any(m.article == hit.article and hit.start <= m.start < hit.end for m in spoken)
    assert {hit.article for hit in base.search("experience", concept="chủ đề", article="vi-01")} <= {"vi-01"}
    with pytest.raises(NotFoundError, match="no concept"):
        base.search("experience", concept="rocket")


def test_search_shows_the_passages_beside(base: KnowledgeBase) -> None:
    whole = {a.id: list(base.read(a.id).passages) for a in base.articles()}
    for count in (0, 1, 9):
        for hit in base.search("theme", neighbours=count):
            passages = whole[hit.article]
            at = [q.start for q in passages].index(hit.start)
            assert list(hit.before) == passages[max(0, at - count) : at]
            assert list(hit.after) == passages[at + 1 : at + 1 + count]


def test_search_for_nothing(base: KnowledgeBase) -> None:
    for empty in ("  ", "!?"):
        with pytest.raises(UsageError, match="no words"):
            base.search(empty)
    assert base.search("theme", limit=0) == []


@pytest.mark.parametrize("most", [0, 1, 3, 25, 400])
@pytest.mark.parametrize("few", [False, True])
def test_the_nearest_passages_are_those_of_an_exact_comparison(most: int, few: bool) -> None:
    numbers = np.random.default_rng(most)
    question = unit(numbers.normal(size=64).astype(np.float32))
    drawn = numbers.normal(size=(300, 64)) + numbers.random((300, 1)) * 9 * question
    vectors = unit(drawn.astype(np.float32))
    vectors[7] = 0
    languages = [("vi", "zh-Hans", "zh-Hant")[n % 3] for n in range(300)]
    codes, factors = quantise(vectors)
    background = np.zeros((1, 64), np.float32)
    centred = centre_each(dequantise(codes, factors), [base_language(tag) for tag in languages], {})
    exact = {f"p{n}": float(cosine) for n, cosine in enumerate(centred @ question) if cosine > UNRELATED}
    within = {f"p{n}" for n in range(0, 300, 2)} if few else None
    also = ["p1", "p7", "p299", "gone"]

    ids = [f"p{n}" for n in range(300)]
    found = PassageVectors.of(ids, languages, codes, model="none").nearness(
        question, background, most, within=within, also=also
    )
    eligible = exact.keys() & (within or exact.keys())
    best = sorted(eligible, key=lambda id: -exact[id])[:most]
    assert found.keys() >= {*best, *(exact.keys() & set(also))}
    assert found.keys() <= eligible | set(also)
    assert len(found) <= most + len(also) + 10
    assert all(found[id] == pytest.approx(exact[id], abs=1e-4) for id in found)


def test_a_passage_is_as_near_as_its_nearest_sentence_makes_it() -> None:
    question, other = unit(np.eye(4, dtype=np.float32)[:2])
    codes, _ = quantise(unit(np.stack([question + 3 * other, question + other])))
    vectors = PassageVectors.of(["long", "short"], ["fr", "fr"], codes, model="none")
    vectors.means[:] = 0
    background = np.zeros((1, 4), np.float32)
    best = vectors.nearest_sentence(question, background, ["long", "long", "short"], np.stack([other, question, other]))
    assert best == {"long": pytest.approx(1), "short": pytest.approx(0)}
    assert sharpened(0.3, 0.7) == pytest.approx(0.5)
    assert sharpened(0.3, 0.1) == 0.3, "a passage that answers as a whole loses nothing"


@pytest.mark.parametrize(
    ("question", "language", "holds"),
    [
        # the trainees speak first, the teacher last
        ("học viên nói trước, giáo viên nói sau cùng", None, "L’élève parle en premier"),
        # how to learn from a complaint; 客訴處理 handling of complaints
        ("comment apprendre d'une réclamation", "zh", "客訴處理"),
    ],
)
def test_one_sentence_of_a_long_passage_answers(demo: Path, question: str, language: str | None, holds: str) -> None:
    """Both came second, behind a short passage on something near."""
    with open_base(demo) as opened:
        assert holds in opened.search(question, language=language, limit=1)[0].text


def test_fusing() -> None:
    assert fuse({"near": 0.65, "far": 0.05}, {"words": 1.0}) == [("near", 1.0), ("words", 0.5)]
    assert meaning_score(-1) == 0
    assert meaning_score(0.9) == 1
    both, one = dict(fuse({"both": 0.4, "one": 0.4}, {"both": 0.5})).values()
    assert both > one


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("khách hàng", "Khách hàng quay lại", 1.0),
        ("khach hang", "Khách hàng quay lại", 0.7),
        ("客戶體驗", "好的客户体验。", 1.0),
        ("体", "体验", 0.0),
        ("?", "anything", 0.0),
    ],
)
def test_share_of_words(question: str, text: str, share: float) -> None:
    assert shares_of_words(question, [text], 100) == [pytest.approx(share)]


def test_words_that_every_passage_holds_count_for_little() -> None:
    texts = ["les produits", "les prix", "les clients", "fidéliser"]  # fidéliser: to win customers' loyalty
    plain, *_, rare = shares_of_words("comment fidéliser les clients", texts, 4)
    assert rare > 2 * plain


# --- concordance -----------------------------------------------------------------------------------------------------


def test_concordance_with_translation(base: KnowledgeBase) -> None:
    lines = base.concordance("khách hàng")
    assert [(x.left, x.match, x.right) for x in lines] == [
        ("Trải nghiệm ", "khách hàng", " bắt đầu từ một chủ đề."),
        ("", "Khách hàng", " giữ vật lưu niệm để nhớ chuyến đi."),
        ("Dịch vụ tốt làm ", "khách hàng", " quay lại."),
    ]
    assert [x.translation for x in lines] == list(TEXTS["fr-01"][2])
    for line in lines:
        assert base.raw(line.article)[line.start : line.end] == line.match
    assert base.concordance("khách hàng", into="zh")[0].translation is None


def test_concordance_finds_either_script_and_apostrophe(base: KnowledgeBase) -> None:
    assert [x.match for x in base.concordance("客户体验")] == ["客户体验", "客戶體驗"]
    assert [x.match for x in base.concordance("客戶體驗", language="zh-Hans")] == ["客户体验"]
    assert [x.match for x in base.concordance("l'expérience")] == ["L’expérience"]


def test_concordance_of_whole_words_regex_and_concept(base: KnowledgeBase) -> None:
    assert [x.match for x in base.concordance("client")] == ["client"]
    assert [x.match for x in base.concordance(r"clients?\b", regex=True, limit=2)] == ["client", "clients"]
    assert {x.match for x in base.concordance("theme", concept=True)} == {"thème", "chủ đề", "主题", "主題"}
    assert [x.article for x in base.concordance("theme", concept=True, article="vi")] == ["vi-01"]
    assert base.concordance("rocket") == []


@pytest.mark.parametrize(("pattern", "regex"), [("(", True), ("  ", False)])
def test_concordance_of_bad_patterns(base: KnowledgeBase, pattern: str, regex: bool) -> None:
    with pytest.raises(UsageError):
        base.concordance(pattern, regex=regex)


def test_spans_through_cleaned_tokens() -> None:
    # Raw: `企業(yè) X`, cleaned to `企業 X`: the first token stands for nine raw characters.
    tokens = (Token(10, 16, 0, "企業", "企業", "NOUN"), Token(17, 21, 3, "test", "test", "NOUN"))
    row = SentenceRow("a", "a.txt", "zh-Hant", 0, Sentence(10, 21, "企業 test", 0, tokens))
    assert raw_span(row, 0, 2) == (10, 16)
    assert raw_span(row, 3, 5) == (17, 19)
    assert raw_span(row, 0, 7) == (10, 21)
    assert clean_span(row, 10, 16) == (0, 2)
    assert clean_span(row, 17, 19) == (3, 5)
    assert clean_span(row, 90, 99) == (0, 0)


def test_matching() -> None:
    assert list(phrase("a.c").find(Sentence(0, 7, "abc a.c", 0, ()))) == [(4, 7)]
    assert list(expression("x*").find(Sentence(0, 3, "axx", 0, ()))) == [(1, 3)]
    assert joined(["好。", "很好。"]) == "好。很好。"
    assert joined(["Un.", "Deux."]) == "Un. Deux."


# --- the graph -------------------------------------------------------------------------------------------------------


def test_compare(base: KnowledgeBase) -> None:
    rows = {row.concept: row for row in base.compare()}
    assert rows["memorabilia"].counts == {"fr": 1, "vi": 1, "zh-Hans": 0, "zh-Hant": 0}
    assert rows["memorabilia"].total == 2
    assert rows["memorabilia"].leaning.keys() == rows["memorabilia"].counts.keys()
    assert rows["memorabilia"].leaning["fr"] > 0 > rows["memorabilia"].leaning["zh-Hans"]
    assert list(base.compare("article", type="theme")[0].counts) == ["fr-01", "vi-01", "zh-01", "zh-02"]
    with pytest.raises(UsageError):
        base.compare("author")


def test_neighbours_and_path(base: KnowledgeBase) -> None:
    assert [(n.concept, n.kind) for n in base.neighbours("experience")] == [
        ("theme", "narrower"),
        ("memorabilia", "co-occurrence"),
    ]
    steps = base.path("thème", "souvenirs")
    assert [(s.a, s.kind, s.b) for s in steps] == [
        ("theme", "broader", "experience"),
        ("experience", "co-occurrence", "memorabilia"),
    ]
    # Where articles speak of both, whoever relates them.
    assert [q.text for q in steps[0].quotes] == [
        "L’expérience client commence par un thème.",
        "Trải nghiệm khách hàng bắt đầu từ một chủ đề.",
    ]
    assert steps[0].evidence == ("https://example.org/theme",)
    assert [q.text for q in steps[1].quotes] == ["Khách hàng giữ vật lưu niệm để nhớ chuyến đi."]
    with pytest.raises(UsageError, match="one concept"):
        base.path("thème", "主题")


def without_links(path: Path, mentions: Sequence[Mention]) -> KnowledgeBase:
    """A base in which nothing is said of two concepts but what stands in one sentence."""
    store = open_store(fill(path), write=True)
    with store.transaction():
        store.save_graph(pairs=[], concepts=concepts(mentions), mentions=mentions, name_links=[], links=[])
    store.close()
    return KnowledgeBase(open_store(path), FakeEmbedder())


def test_a_sentence_that_both_share_leads_from_one_to_the_other(tmp_path: Path) -> None:
    with without_links(tmp_path / "kb.db", mentions()) as base:
        (step,) = base.path("thème", "trải nghiệm")
        assert (step.a, step.kind, step.b, step.method) == ("theme", "co-occurrence", "experience", "one sentence")
        assert 0 < step.score <= MOST_MEETING
        assert [q.text for q in step.quotes] == [
            "L’expérience client commence par un thème.",
            "Trải nghiệm khách hàng bắt đầu từ một chủ đề.",
        ]
        assert {q.article for id in step.evidence if (q := base.passage(id))} == {*TEXTS}
        back = base.path("trải nghiệm", "thème")
        assert (back[0].a, back[0].score, back[0].quotes) == (step.b, step.score, step.quotes)
        with pytest.raises(NotFoundError, match="no chain of links"):
            base.path("thème", "souvenirs")


def test_a_name_inside_another_is_not_beside_it(tmp_path: Path) -> None:
    # The customer's experience: who speaks of it speaks of experience once.
    whole = next(m for m in mentions() if m.concept == "experience" and m.article == "fr-01")
    inner = replace(whole, concept="theme", end=whole.start + len("L’expérience"))
    beside = next(m for m in mentions() if m.concept == "theme" and m.article == "zh-01")
    others = [m for m in mentions() if m.concept == "experience"]
    with without_links(tmp_path / "kb.db", [inner, beside, *others]) as base:
        (row,) = base.company("experience")
        assert (row.concept, row.sentences) == ("theme", {"fr": 0, "vi": 0, "zh-Hans": 1, "zh-Hant": 0})


def test_graph(base: KnowledgeBase) -> None:
    graph = base.graph()
    assert [n.id for n in graph.nodes] == ["experience", "theme", "memorabilia"]
    assert len(graph.edges) == 2
    assert [e.kind for e in base.graph(limit=2).edges] == ["broader"]


# --- records and the public door -------------------------------------------------------------------------------------


def test_records(base: KnowledgeBase) -> None:
    pairs = base.pairs()
    assert list(plain(pairs[0])) == ["id", "kind", "score", "status", "a", "b"]
    assert "Records of 2 Pair" in repr(pairs)
    assert repr(Records()) == "Records([])"


def test_to_pandas_says_what_to_install(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(UsageError, match="pip install pandas"):
        base.pairs().to_pandas()


def test_public_names(path: Path) -> None:
    assert kb.__all__ == sorted(kb.__all__)
    for name in kb.__all__:
        assert getattr(kb, name) is not None
    with kb.open(path) as opened:
        assert len(opened.articles()) == 4
    with pytest.raises(UsageError, match="kb build"):
        kb.open(path.with_name("none.db"))
    with pytest.raises(AttributeError):
        kb.nothing  # noqa: B018


def test_near_names() -> None:
    assert near("serch", ["search", "status"]) == "; did you mean 'search'?"
    assert near("xyz", ["search"]) == ""


def test_passage_vectors_kept_in_one_piece_are_the_same() -> None:
    numbers = np.random.default_rng(5)
    codes, _ = quantise(unit(numbers.normal(size=(30, 16)).astype(np.float32)))
    made = PassageVectors.of([f"ü{n}" for n in range(30)], ["vi", "zh-Hant", "fr"] * 10, codes, model="none")
    again = PassageVectors.unpack(made.pack())
    assert (again.ids, again.languages, again.row) == (made.ids, made.languages, made.row)
    assert again.pack() == made.pack()
    question, background = unit(numbers.normal(size=16).astype(np.float32)), np.zeros((1, 16), np.float32)
    assert again.nearness(question, background, 5) == made.nearness(question, background, 5)
    empty = PassageVectors.unpack(PassageVectors.of([], [], np.zeros((0, 0), np.int8), model="none").pack())
    assert empty.nearness(question, background, 5) == {}


def test_what_questions_have_in_common_is_shipped() -> None:
    shipped = reference_questions(BUNDLED)
    assert shipped is not None
    assert shipped == pytest.approx(load(BUNDLED).embed(BACKGROUND).mean(axis=0), abs=1e-4)
    assert reference_questions("another model") is None


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("khach hang", "khách hàng"),  # customer, without tones
        ("evenement memorable", "événement mémorable"),
        ("體驗經濟", "体验经济"),  # experience economy, in the other script
        ("lich su", None),  # history
        ("ach han", None),  # part of words
        ("", None),
    ],
)
def test_words_that_are_written_otherwise(demo: Path, typed: str, written: str | None) -> None:
    with open_base(demo) as opened:
        found = opened.spelled_otherwise(typed)
    assert (found and found.casefold()) == written


def test_a_concordance_of_words_without_tones_proposes_them(demo: Path) -> None:
    result = CliRunner().invoke(main, ["concordance", "khach hang", "--kb", str(demo)])
    assert result.exit_code == 1
    assert "did you mean 'khách hàng'?" in result.stderr.casefold()
