from __future__ import annotations

import random

import pytest
from conftest import article

from kb.extract import extract, gather, label_of
from kb.langs.folding import name_key
from kb.langs.registry import analyser_for
from kb.model import AnalysedArticle, Term

FRENCH = (
    ("title", "Le parcours client"),
    "Le parcours client commence avant l’achat. Un parcours client réussi crée la confiance.",
    "Les parcours clients passent par des points de contact. Chaque point de contact laisse un souvenir.",
    "Les souvenirs durent. La gestion de la relation client demande un logiciel.",
)  # The customer journey begins before the purchase ...
VIETNAMESE = (
    ("title", "Trải nghiệm khách hàng"),
    "Các trải nghiệm khách hàng tốt bắt đầu từ một chủ đề. Một trải nghiệm khách hàng tốt có kỷ vật.",
    "Những kỷ vật gợi lại chuyến đi. Người tiêu dùng giữ chiếc kỷ vật lâu năm.",
)  # Good customer experiences begin with a theme ...
SIMPLIFIED = (
    "客户关系管理需要服务质量。",
    "服务质量影响客户关系管理。",
    "纪念品唤起回忆。",
)  # CRM, service quality, keepsakes
TRADITIONAL = ("客戶關係管理很重要。", "服務質量很重要。", "紀念品很重要。")


def terms(articles: list[AnalysedArticle], **options: object) -> dict[str, Term]:
    found = extract(gather(articles, analyser_for(articles[0].language)), **options)  # type: ignore[arg-type]
    assert len({t.key for t in found}) == len(found)
    return {t.key: t for t in found}


@pytest.fixture(scope="module")
def french() -> list[AnalysedArticle]:
    return [article("fr-1", "fr", *FRENCH), article("fr-2", "fr", "Le parcours client est un souvenir.")]


@pytest.fixture(scope="module")
def vietnamese() -> list[AnalysedArticle]:
    return [article("vi-1", "vi", *VIETNAMESE)]


@pytest.fixture(scope="module")
def chinese() -> list[AnalysedArticle]:
    return [article("zh-1", "zh-Hans", *SIMPLIFIED), article("zh-2", "zh-Hant", *TRADITIONAL)]


def surfaces(term: Term) -> set[str]:
    return {o.surface for o in term.occurrences}


def test_plural_and_singular_are_one_term(french: list[AnalysedArticle], vietnamese: list[AnalysedArticle]) -> None:
    found = terms(french)
    assert surfaces(found["parcours client"]) == {"parcours client", "parcours clients"}
    assert surfaces(found["point de contact"]) == {"point de contact", "points de contact"}
    assert found["souvenir"].name == "souvenir"
    assert len(found["souvenir"].occurrences) == 3
    assert found["souvenir"].articles == 2
    keepsakes = terms(vietnamese)["kỷ vật"]
    assert surfaces(keepsakes) == {"kỷ vật"}
    assert len(keepsakes.occurrences) == 3  # bare, after a plural mark, after a classifier


def test_both_scripts_are_one_term_with_both_surfaces(chinese: list[AnalysedArticle]) -> None:
    found = terms(chinese)
    assert surfaces(found["客户关系管理"]) == {"客户关系管理", "客戶關係管理"}
    assert surfaces(found["服务质量"]) == {"服务质量", "服務質量"}
    assert found["纪念品"].articles == 2
    assert found["客户关系管理"].language == "zh"
    assert found["客户关系管理"].name == "客户关系管理"  # the more frequent script


def test_occurrences_stand_where_they_say(
    french: list[AnalysedArticle], vietnamese: list[AnalysedArticle], chinese: list[AnalysedArticle]
) -> None:
    for articles in (french, vietnamese, chinese):
        by_id = {a.id: a for a in articles}
        for term in terms(articles).values():
            places = [(o.article, o.start, o.end) for o in term.occurrences]
            assert len(set(places)) == len(places)
            for o in term.occurrences:
                sentence = by_id[o.article].sentences[o.sentence]
                assert by_id[o.article].cleaned.raw.raw[o.start : o.end] == o.surface
                assert sentence.start <= o.start < o.end <= sentence.end


def test_every_occurrence_of_a_name_is_found(french: list[AnalysedArticle]) -> None:
    raw = [a.cleaned.raw.raw.lower() for a in french]
    found = terms(french)["parcours client"]
    assert len(found.occurrences) == sum(text.count("parcours client") for text in raw) == 5


def test_pieces_of_a_longer_name_are_no_terms(french: list[AnalysedArticle], vietnamese: list[AnalysedArticle]) -> None:
    # "contact" never stands outside "point de contact" but is a noun; "point" alone says nothing.
    assert "point" not in terms(french)
    # Of what occurs once, pairs and the whole of three words are names, pieces of a longer phrase are not.
    once = terms([article("a", "fr", "La satisfaction globale du client fidèle est utile.")])
    assert set(once) == {"satisfaction global", "client fidèle", "satisfaction", "client"}
    assert "satisfaction de client fidèle" in terms([article("a", "fr", "La satisfaction du client fidèle est utile.")])
    # Both stand twice, always inside "trải nghiệm khách hàng tốt".
    found = terms(vietnamese)
    assert "khách hàng tốt" not in found


def test_a_nested_term_that_also_stands_alone_is_kept() -> None:
    texts = ["La relation client est utile.", "La gestion de la relation client est utile."] * 2
    found = terms([article("a", "fr", *texts)])
    assert len(found["relation client"].occurrences) == 4
    assert len(found["gestion de relation client"].occurrences) == 2
    nested = terms([article("a", "fr", *["La gestion de la relation client est utile."] * 3)])
    assert "gestion de relation client" in nested
    assert "relation client" not in nested
    assert "gestion de relation" not in nested


def test_a_weak_shape_has_to_recur() -> None:
    once = article("a", "zh-Hans", "这是一次值得记忆的事件。")  # This is an event worth remembering.
    twice = article("b", "zh-Hans", "值得记忆的事件很少。")  # Events worth remembering are few.
    assert "值得记忆的事件" not in terms([once])
    assert "值得记忆的事件" in terms([once, twice])
    assert "事件" in terms([once])
    to_handle = [article("c", "vi", "Nhân viên phải xử lý khiếu nại."), article("d", "vi", "Họ phải xử lý khiếu nại.")]
    assert "xử lý khiếu nại" not in terms(to_handle[:1])  # Staff have to handle complaints.
    assert "xử lý khiếu nại" in terms(to_handle)


@pytest.mark.parametrize(
    ("language", "sentence", "known"),
    [
        ("zh-Hans", "这是一次值得记忆的事件。", "值得记忆的事件"),
        ("vi", "Nhân viên phải lắng nghe.", "lắng nghe"),  # Staff have to listen.
        # A label is seldom a normal form: its surface counts.
        ("fr", "Nous aimons la gestion de la relation client moderne.", "gestion de la relation client"),
        ("fr", "Le prix d’entrée de base réelle baisse.", "prix d'entrée"),
    ],
)
def test_names_of_a_scheme_are_terms_however_weak(language: str, sentence: str, known: str) -> None:
    one = article("a", language, *[sentence])
    with_scheme = terms([one], known=frozenset({known}))
    assert known in {name_key(o.surface) for t in with_scheme.values() for o in t.occurrences}
    absent = terms([one], known=frozenset({"a name that stands nowhere"}))
    assert set(absent) == set(terms([one]))


def test_names_of_a_scheme_are_needed_for_these() -> None:
    one = article("a", "zh-Hans", "这是一次值得记忆的事件。")
    assert set(terms([one], known=frozenset({"值得记忆的事件"}))) - set(terms([one])) == {"值得记忆的事件"}
    nested = article("b", "fr", *["La gestion de la relation client est utile."] * 3)
    assert "gestion de relation" not in terms([nested])
    for label in ("gestion de la relation", "gestion de relation"):  # as written, as its key
        assert "gestion de relation" in terms([nested], known=frozenset({label}))


def test_order_is_by_score_then_key(french: list[AnalysedArticle]) -> None:
    found = extract(gather(french, analyser_for("fr")))
    assert [(t.score, t.key) for t in found] == sorted(((t.score, t.key) for t in found), key=lambda x: (-x[0], x[1]))
    assert found[0].key == "parcours client"
    assert all(t.score > 0 for t in found)
    middle = len(found) // 2
    floor = (found[middle - 1].score + found[middle].score) / 2
    assert found[middle - 1].score > floor
    assert extract(gather(french, analyser_for("fr")), min_score=floor) == found[:middle]


def test_ties_go_by_key() -> None:
    found = extract(gather([article("a", "de", "Zubelkram. Abrelkram. Zubelkram. Abrelkram.")], analyser_for("de")))
    assert [t.key for t in found] == ["abrelkram", "zubelkram"]
    assert found[0].score == found[1].score


def test_what_is_rare_spread_and_in_titles_scores_higher() -> None:
    def score(key: str, *blocks: str | tuple[str, str], other: str = "Rien.") -> float:
        return terms([article("a", "fr", *blocks), article("b", "fr", other)])[key].score

    plain = score("souvenir", "Un souvenir.", "Un souvenir.")
    assert score("souvenir", "Un souvenir.", "Un souvenir.", "Un souvenir.") > plain  # more often
    assert score("souvenir", "Un souvenir.", other="Un souvenir.") > plain  # in two articles
    assert score("souvenir", ("title", "Un souvenir"), "Un souvenir.") > plain  # in a title
    assert score("homme", "Un homme.", "Un homme.") < plain  # a common word


def test_result_does_not_depend_on_the_order_of_articles(french: list[AnalysedArticle]) -> None:
    articles = [*french, article("fr-3", "fr", "Le client garde un souvenir."), article("fr-4", "fr", "Créé, créer.")]
    first = extract(gather(articles, analyser_for("fr")))
    assert extract(gather(articles, analyser_for("fr"))) == first
    shuffled = articles[:]
    random.Random(1).shuffle(shuffled)
    again = extract(gather(shuffled, analyser_for("fr")))
    assert [(t.key, t.name, t.score, set(t.occurrences)) for t in again] == [
        (t.key, t.name, t.score, set(t.occurrences)) for t in first
    ]


def test_nothing_has_no_terms() -> None:
    assert extract(gather([], analyser_for("fr"))) == []
    assert extract(gather([article("a", "fr", "…")], analyser_for("fr"))) == []


def test_a_language_without_analyser_has_terms() -> None:
    texts = [
        "Die Kundenzufriedenheit steigt.",
        "Die Kundenzufriedenheit zählt.",
    ]  # Customer satisfaction rises, counts.
    assert "kundenzufriedenheit" in terms([article("a", "de", *texts)])


# A surface, whether it begins its sentence, its label.
LABELS = [
    ("Expérience client", True, "expérience client"),
    ("Expérience client", False, "Expérience client"),
    ("chef d’œuvre", True, "chef d'œuvre"),
    ("CRM", True, "CRM"),
    ("UNESCO", False, "UNESCO"),
    ("hệ thống  CRM", True, "hệ thống CRM"),
    ("Trải\nnghiệm", True, "trải nghiệm"),
    ("TRẢI NGHIỆM KHÁCH HÀNG", False, "trải nghiệm khách hàng"),  # a heading
    ("客戶體驗", True, "客戶體驗"),
    ("4P", True, "4P"),
    ("", True, ""),
]


@pytest.mark.parametrize(("surface", "begins", "label"), LABELS)
def test_labels(surface: str, begins: bool, label: str) -> None:
    assert label_of(surface, begins=begins) == label
    assert label_of(label, begins=begins) == label


def test_a_name_keeps_capitals_it_always_has() -> None:
    assert terms([article("a", "fr", "Le CRM aide.", "Un CRM est utile.")])["crm"].name == "CRM"
    assert terms([article("a", "fr", "Souvenir.", "Un souvenir.")])["souvenir"].name == "souvenir"


def test_what_is_a_name_in_one_place_counts_where_it_looks_like_a_clause() -> None:
    """Customers buy products; but customers' buying is spoken of, too. To shape for customers is never a name."""
    text = "我们研究客户购买。客户购买产品。客户购买服务。企业为客户塑造。员工为客户塑造。"
    found = {t.key: len(t.occurrences) for t in extract(gather([article("a", "zh-Hans", text)], analyser_for("zh")))}
    assert found["客户购买"] == 3
    assert "客户塑造" not in found


def test_verbs_that_an_article_is_about_are_terms() -> None:
    credit = article(
        "zh-3", "zh-Hant", "鄰居來賒帳。", "她不喜歡賒帳，也不勸人賒帳。", "我們知道他。", "他知道她。", "她知道我。"
    )  # neighbours come to buy on credit; she does not like it; we know him, he her, she me
    found = terms([credit])
    assert found["赊账"].name == "賒帳"
    assert "知道" not in found, "which any article may say"
    complaints = article(
        "vi-2", "vi", "Khách phàn nàn thì cô nghe.", "Ai phàn nàn là còn muốn quay lại.", "Ông ít khi phàn nàn."
    )  # when customers complain she listens; who complains wants to come back; he seldom does
    assert len(terms([complaints])["phàn nàn"].occurrences) == 3
    once = article("vi-3", "vi", "Khách phàn nàn thì cô nghe.")
    assert "phàn nàn" not in terms([once])
