"""What sentences say of two concepts, in three languages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kb.model import AnalysedArticle, CleanedArticle, MappedText, Mention, Passage, RawArticle, Sentence, Token
from kb.sayings import Said, is_definition, said

# (language, sentence with the names in [brackets], what it says, gloss)
STATEMENTS = [
    (
        "fr",
        "Des [services] tels que l’[hôtellerie], la [restauration] et les [voyages] se vendent mal.",
        [(kind, "services", "broader") for kind in ("hôtellerie", "restauration", "voyages")],
        "services such as hotels, restaurants and travel sell badly",
    ),
    (
        "fr",
        "On y voit des [vitrines], des [concours] et d’autres [attractions].",
        [(kind, "attractions", "broader") for kind in ("vitrines", "concours")],
        "shop windows, contests and other attractions",
    ),
    (
        "fr",
        "Le [marketing mix] comprend le [produit], le [prix] et la [distribution].",
        [(part, "marketing mix", "part-of") for part in ("produit", "prix", "distribution")],
        "the marketing mix comprises product, price and distribution",
    ),
    (
        "fr",
        "On passe onze [points de contact] avant de voir un [médecin] : le [parking], la [porte], l'[accueil].",
        [(part, "points de contact", "part-of") for part in ("parking", "porte", "accueil")],
        "eleven touchpoints before one sees a doctor: the car park, the door, the reception",
    ),
    ("fr", "La [réclamation] est une [demande] du client.", [("réclamation", "demande", "broader")], "is a request"),
    (
        "fr",
        "L’[expérience], contrairement au [service], reste en mémoire.",
        [("expérience", "service", "opposed")],
        "an experience, contrary to a service, is remembered",
    ),
    (
        "vi",
        "Các [dịch vụ] như [khách sạn], [nhà hàng] và [du lịch] đều vậy.",
        [(kind, "dịch vụ", "broader") for kind in ("khách sạn", "nhà hàng", "du lịch")],
        "services like hotels, restaurants and tourism are all so",
    ),
    (
        "vi",
        "[Marketing hỗn hợp] gồm bốn [yếu tố]: [sản phẩm], [giá], [phân phối] và [xúc tiến].",
        [(part, "marketing hỗn hợp", "part-of") for part in ("sản phẩm", "giá", "phân phối", "xúc tiến")],
        "the marketing mix has four elements: product, price, place and promotion",
    ),
    (
        "vi",
        "Có ba [quầy] trước khi gặp [bác sĩ]: [tiếp tân], [hồ sơ], [thu ngân].",
        [(part, "quầy", "part-of") for part in ("tiếp tân", "hồ sơ", "thu ngân")],
        "three desks before one meets the doctor: reception, files, cashier",
    ),
    (
        "vi",
        "Quán có [âm nhạc], [mùi hương] và các [tín hiệu] khác.",
        [(kind, "tín hiệu", "broader") for kind in ("âm nhạc", "mùi hương")],
        "music, smell and other cues",
    ),
    (
        "vi",
        "[Trải nghiệm] khác với [dịch vụ] ở chỗ nó đáng nhớ.",
        [("dịch vụ", "trải nghiệm", "opposed")],
        "an experience differs from a service in being memorable",
    ),
    (
        "zh-Hans",
        "[营销组合]包括[产品]、[价格]、[渠道]和[促销]。",
        [(part, "营销组合", "part-of") for part in ("产品", "价格", "渠道", "促销")],
        "the marketing mix comprises product, price, channel and promotion",
    ),
    (
        "zh-Hant",
        "見到[醫師]以前有四個[接觸點]：[大門]、[櫃檯]、[走廊]、[電梯]。",
        [(part, "接觸點", "part-of") for part in ("大門", "櫃檯", "走廊", "電梯")],
        "four touchpoints before one sees the doctor: gate, desk, corridor, lift",
    ),
    (
        "zh-Hant",
        "[音樂]、[氣味]等[線索]會留下印象。",
        [(kind, "線索", "broader") for kind in ("音樂", "氣味")],
        "cues such as music and smell leave impressions",
    ),
    ("zh-Hans", "[体验]不同于[服务]。", [("体验", "服务", "opposed")], "an experience is different from a service"),
    ("zh-Hans", "[会员卡]是一种[纪念品]。", [("会员卡", "纪念品", "broader")], "a member's card is a kind of souvenir"),
]
SILENT = [
    ("fr", "Il utilise le [service] comme [scène].", "uses the service as a stage"),
    ("fr", "Le [produit] et le [prix] changent.", "product and price change"),
    ("fr", "Le [client], lui, voit le [magasin] : la [caisse] est loin.", "no list behind the colon"),
    ("fr", "On va chez un [médecin] : la [porte], le [couloir], le [bureau].", "one doctor has no such parts"),
    ("vi", "[Dịch vụ] như [sân khấu].", "a service like a stage"),
    ("vi", "Có những [yếu tố] như [giá], [chất lượng].", "elements such as price and quality: elements of what?"),
    ("zh-Hans", "[服务]如[舞台]。", "a service is like a stage"),
    ("zh-Hans", "不谈[价格]，[客户]等[服务]完成。", "clients wait for the service to end: 等 is to wait"),
]
DEFINITIONS = [
    ("fr", "La [promotion] désigne toute la manière de se faire connaître.", True),
    ("fr", "Une [expérience] est un événement dont on se souvient.", True),
    ("fr", "La [promotion] est finie.", False),
    ("vi", "[Hành trình khách hàng] là toàn bộ chặng đường một người đi cùng doanh nghiệp.", True),
    ("vi", "[Trải nghiệm] có thể được định nghĩa là ấn tượng để lại.", True),
    ("vi", "Ở đây [giá] là quan trọng.", False),
    ("zh-Hans", "[客户体验]是指客户对企业的整体感受。", True),
    ("zh-Hant", "所謂「[服務閉環]」，就是一套從抱怨到回覆的流程。", True),
    ("zh-Hans", "[价格]是高的。", False),
]


def article(language: str, marked: str) -> tuple[AnalysedArticle, list[Mention]]:
    """An article of one sentence, that begins at 7 of its file, and a mention for every name in brackets."""
    text, names = "", []
    for n, piece in enumerate(marked.replace("]", "[").split("[")):
        if n % 2:
            names.append((len(text), piece))
        text += piece
    shift = 7
    tokens = tuple(Token(at + shift, at + shift + len(x), at, x, x, "NOUN") for at, x in names)
    raw = RawArticle("a.txt", " " * shift + text, "utf-8", "0")
    cleaned = CleanedArticle(raw, language, "", MappedText.of(raw.raw), (), ())
    sentence = Sentence(shift, shift + len(text), text, 0, tokens)
    passage = Passage("a:0", "paragraph", shift, shift + len(text), text, language)
    mentions = [
        Mention(x.casefold(), "a", "a.txt", language, at + shift, at + shift + len(x), x, x, 1.0) for at, x in names
    ]
    return AnalysedArticle("a", cleaned, (passage,), (sentence,)), mentions


def told(language: str, marked: str) -> list[Said]:
    one, mentions = article(language, marked)
    return said([one], mentions)


@pytest.mark.parametrize(("language", "marked", "expected", "gloss"), STATEMENTS)
def test_what_a_sentence_says(language: str, marked: str, expected: Sequence[tuple[str, str, str]], gloss: str) -> None:
    found = told(language, marked)
    assert {(x.a, x.b, x.kind) for x in found} == set(expected), gloss
    assert all(x.passage == "a:0" for x in found)


@pytest.mark.parametrize(("language", "marked", "gloss"), SILENT)
def test_what_a_sentence_does_not_say(language: str, marked: str, gloss: str) -> None:
    assert told(language, marked) == [], gloss


def test_a_name_inside_a_longer_one_is_not_heard() -> None:
    one, mentions = article("fr", "Le [marketing mix] comprend le [produit] et le [prix].")
    inner = Mention("mix", "a", "a.txt", "fr", mentions[0].start + 10, mentions[0].end, "mix", "mix", 1.0)
    assert {x.b for x in said([one], [*mentions, inner])} == {"marketing mix"}


@pytest.mark.parametrize(("language", "marked", "expected"), DEFINITIONS)
def test_definitions(language: str, marked: str, expected: bool) -> None:
    at = marked.index("[")
    to = marked.index("]") - 1
    assert is_definition(marked.replace("[", "").replace("]", ""), at, to, language) is expected


def test_a_language_without_phrases_says_nothing() -> None:
    assert told("de", "[Dienste] wie [Hotels] und [Reisen]") == []
    assert not is_definition("Ein Dienst ist eine Leistung", 4, 10, "de")
