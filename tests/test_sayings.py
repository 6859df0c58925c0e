"""What sentences say of two concepts, in three languages."""

from __future__ import annotations

import time
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
    # A ledger is the ledger in which ...; the waiting room is the room where ...; customers are what a shop lives on.
    ("vi", "[Sổ ghi công] là quyển sổ ghi giờ làm của từng người.", True),
    ("vi", "[Khách] là thứ mà tiệm sống nhờ.", False),
    ("vi", "[Tiền thưởng] là phần chủ tiệm cho thêm ngoài lương.", True),  # what the owner adds to the wages
    ("vi", "[Tiền thưởng] là phần lớn thu nhập.", False),  # most of the income
    ("zh", "[候诊室]是病人等医生叫号的房间，[诊室]是看病的地方。", False),
    ("zh", "[体验店]是让顾客先用后买的店。", True),
    ("zh", "[體驗店]是讓顧客先用後買的店。", True),
    ("zh", "[老店]是街坊的骄傲。", False),
    ("zh-Hans", "[客户体验]是指客户对企业的整体感受。", True),
    ("zh-Hant", "所謂「[服務閉環]」，就是一套從抱怨到回覆的流程。", True),
    ("zh-Hans", "[价格]是高的。", False),
    # On appelle, Par ... on entend, ou, autres: words before the name, and other names after it.
    ("fr", "On appelle [prêt entre bibliothèques] l’envoi d’un livre d’une bibliothèque à une autre.", True),
    ("fr", "On appelle l’[accueil] dès huit heures pour prendre rendez-vous.", False),  # one rings the reception desk
    ("fr", "Le [paillage], ou mulching, est une technique qui couvre le sol.", True),
    ("fr", "Le [guide], ou son remplaçant, est attendu à midi.", False),  # the guide, or whoever stands in, is expected
    ("fr", "Par [tourisme lent], on entend une manière de voyager.", True),
    ("fr", "Par [vélo], on met vingt minutes.", False),  # it takes twenty minutes by bicycle
    ("fr", "On entend par [soins palliatifs] les soins qui soulagent.", True),
    ("fr", "Le terme « [bouturage] » désigne la multiplication d’une plante par fragments.", True),
    ("fr", "[Désherbage] : opération par laquelle on retire les livres abîmés.", True),  # weeding of a library
    ("fr", "[Désherbage] : comment faire ?", False),
    ("fr", "L’action de retourner la terre s’appelle le [bêchage].", True),
    ("fr", "Qu’est-ce qu’un [gîte rural] ? C’est un logement loué à la semaine.", True),
    ("fr", "Le [dérailleur] est le mécanisme qui déplace la chaîne.", True),
    ("fr", "La [bibliothèque] est la plus fréquentée de la région.", False),  # the most visited
    ("fr", "L’[accueil] est une vraie priorité.", False),  # a real priority
    ("fr", "Le [paillage] est important en été.", False),
    ("fr", "La [bibliothèque] est un lieu que j’aime.", False),  # a place that I like
    (
        "vi",
        "[Tiền đặt cọc], còn gọi là tiền cọc, là khoản tiền trả trước.",
        True,
    ),  # a deposit, also called ..., is a sum
    ("vi", "[Thủ thư] là gì? Thủ thư là người trông coi sách.", True),  # what is a librarian? a librarian is who ...
    ("vi", "[Thủ thư] là gì?", False),
    (
        "vi",
        "Người ta gọi [du lịch bụi] là hình thức đi chơi xa với rất ít tiền.",
        True,
    ),  # backpacking is what people call
    ("vi", "Người ta gọi [điều dưỡng] khi bệnh nhân cần giúp đỡ.", False),  # people call the nurse when
    ("vi", "[Tỉa cành] tức là cắt bớt những cành già.", True),  # pruning, that is cutting
    ("vi", "[Phí phục vụ] là số tiền cộng thêm vào hóa đơn.", True),  # the service charge is a sum
    ("vi", "[Điều dưỡng] là nghề chăm sóc người bệnh.", True),  # nursing is the profession of
    ("vi", "Khoản tiền khách để lại cho người phục vụ được gọi là [tiền boa].", True),  # what is left is called a tip
    ("vi", "Thuật ngữ “[mượn liên thư viện]” dùng để chỉ việc mượn sách của thư viện khác.", True),  # the term denotes
    ("vi", "[Tỉa cành] là điều tốt.", False),  # pruning is a good thing
    ("vi", "[Thủ thư] là người mà tôi nhớ nhất.", False),  # whom I remember best
    ("vi", "[Thủ thư] là một trong những người đến sớm nhất.", False),  # one of those who come first
    ("vi", "[Hướng dẫn viên] là những bạn trẻ rất nhiệt tình.", False),  # very keen young people
    ("zh-Hans", "所谓[馆际互借]，就是替读者向另一家图书馆借书。", True),  # interlibrary loan is to borrow for a reader
    ("zh-Hant", "所謂[慢遊]，是在一個地方長時間停留的旅行方式。", True),  # slow travel is a way to travel
    ("zh-Hant", "所謂的[民宿]，是去年才開始流行的。", False),  # only came into fashion last year
    ("zh-Hans", "所谓[服务]，不过是说说而已。", False),  # no more than talk
    ("zh-Hans", "[园艺]是一门种植植物的技艺。", True),  # gardening is a craft
    ("zh-Hant", "[變速器]是用來改變齒輪比的裝置。", True),  # a derailleur is the device that
    ("zh-Hans", "[安宁疗护]，又称临终关怀，是减轻痛苦的医疗服务。", True),  # palliative care, also called
    ("zh-Hant", "[扦插]，即剪下枝條插入土中的繁殖方法。", True),  # cutting, that is the method of
    ("zh-Hans", "我们把预订后没有到店的情况称为[失约]。", True),  # we call a booking without arrival a no-show
    ("zh-Hant", "大家把[司機]叫做老王。", False),  # all call the driver Old Wang
    ("zh-Hans", "什么是[分诊]？分诊就是决定就诊的先后。", True),  # what is triage? it is to decide
    ("zh-Hant", "[絲桐]是一間開在巷底的維修坊。", True),  # Sitong is a workshop at the end of a lane
    ("zh-Hans", "所谓[服务经济]，说白了就是东西越来越像。", True),  # plainly said, that things become alike
    ("zh-Hans", "[园艺]是很重要的。", False),  # is important
    ("zh-Hans", "[押金]是一个大问题。", False),  # is a big problem
    ("zh-Hant", "[圖書館]是我最喜歡的地方。", False),  # my favourite place
    ("zh-Hans", "[住院]意味着要请很多天假。", False),  # means many days off: what follows from it
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


@pytest.mark.parametrize(
    ("language", "unit"), [("zh", "把的"), ("fr", "l'art "), ("fr", "on appelle "), ("vi", "việc gọi là ")]
)
def test_a_long_line_is_read_in_no_time(language: str, unit: str) -> None:
    begun = time.process_time()
    assert not is_definition("X" + unit * 5000, 0, 1, language)
    assert time.process_time() - begun < 1
