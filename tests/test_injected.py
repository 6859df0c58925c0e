"""Phrases pushed into sentences are found, shown and taken out; sentences that only speak of such things stay.

The sentences and phrases are neither those that the weights were fitted on nor those of any page.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from kb.clean import clean, injected, spans
from kb.clean.context import ALONE, Context
from kb.clean.lines import split
from kb.embed.bundled import BundledEmbedder
from kb.model import CleanedArticle, RawArticle

VI = [
    "Thư viện của làng nằm cạnh bến đò, mở cửa từ lúc trời còn mờ sương. Bọn trẻ đến đọc truyện trước giờ học.",
    "Ông thủ thư nhớ mặt từng đứa và để sẵn cuốn sách mà hôm trước nó đọc dở. Không ai phải ghi tên vào sổ mượn.",
    "Mùa nước lên, ông chèo xuồng đem sách đến tận hiên nhà cho những đứa không qua sông được.",
]  # The village library by the ferry; the librarian remembers each child and rows books to them in the flood season.
FR = [
    "La bibliothèque du village se trouve près du bac, et elle ouvre avant que la brume ne se lève sur la rivière.",
    "Le bibliothécaire connaît chaque enfant et garde pour lui le livre ouvert la veille. Nul ne signe de registre.",
    "Quand l’eau monte, il rame jusqu’aux perrons avec une caisse d’albums pour ceux qui ne peuvent plus traverser.",
]  # The same.
HANS = [
    "村里的图书馆挨着渡口，天还没亮透就开门了，孩子们上学之前总要先来翻几页故事。",
    "管理员认得每一个孩子，会把他前一天没读完的那本书留在桌上，谁也不用在本子上登记。",
    "涨水的时候，他划着小船把书送到对岸人家的门口，因为那些孩子过不了河。",
]
HANT = [
    "村裡的圖書館挨著渡口，天還沒亮透就開門了，孩子們上學之前總要先來翻幾頁故事。",
    "管理員認得每一個孩子，會把他前一天沒讀完的那本書留在桌上，誰也不用在本子上登記。",
    "漲水的時候，他划著小船把書送到對岸人家的門口，因為那些孩子過不了河。",
]

# (article, text that the phrase stands after, phrase)
PUSHED = [
    (VI, "Bọn trẻ", "cho thuê xe máy Quy Nhơn giá rẻ"),  # cheap motorbike rental
    (FR, "chaque enfant", "assurance moto pas cher devis en ligne"),  # cheap motorcycle insurance, quote online
    (FR, "il rame", "cheap designer handbags free shipping"),
    (HANS, "每一个孩", "南京二手叉车出售价格"),  # second-hand forklifts for sale; it splits 孩子
    (HANT, "他划著", "台中汽車借款當日撥款"),  # car loans, paid the same day
]

HONEST = {
    "vi": [
        # a list of goods; a quoted slogan; a price; a title; loan and repair as the subject
        "Chợ phiên bán lưới, mái chèo, đèn dầu, xe đạp cũ, tivi cũ và cả máy khâu mà người ta mang từ phố huyện về.",
        "Trên vách còn dán tờ giấy “Giảm giá 30% cho học sinh, mua ngay kẻo hết” của hiệu sách đã đóng cửa từ lâu.",
        "Cuốn Từ điển Anh Việt giá 250.000 đồng là món quà đắt tiền nhất mà thư viện từng nhận được.",
        "Ông vay hợp tác xã năm triệu, không lãi, để sửa lại chiếc xuồng và mua thêm hai cái đèn.",
    ],
    "fr": [
        "Le marché vend des filets, des rames, des lampes à huile, des vélos d’occasion et des machines à coudre.",
        "Au mur pend l’affiche « Soldes : -30 % sur les cartables » d’une papeterie fermée depuis des années.",
        "Le Petit Larousse illustré, acheté 29,90 euros à la foire, reste le cadeau le plus cher qu’on lui ait fait.",
        "Il a pris un crédit de cinq cents euros à la coopérative pour réparer la barque et acheter deux lampes.",
    ],
    "zh": [
        "集市上卖渔网、船桨、油灯、旧自行车，还有从县城运来的二手缝纫机。",
        "墙上还贴着那家早已关门的书店的纸条：“学生七折优惠，先到先得”。",
        "那本《英汉大词典》价格二百五十元，是图书馆收到过的最贵的礼物。",
        "他向合作社借款五百元修船，又添了两盏灯，第二年秋天就还清了贷款。",
    ],
}
ARTICLES = {"vi": VI, "fr": FR, "zh": HANS}


@pytest.fixture(scope="module")
def meaning() -> Context:
    embedder = BundledEmbedder()
    return Context(embed=lambda texts: embedder.embed(texts))


def cleaned(lines: Sequence[str], context: Context) -> CleanedArticle:
    return clean(RawArticle("a.txt", "\n".join(lines), "utf-8", "", {}), context=context)


def push(lines: Sequence[str], after: str, phrase: str) -> list[str]:
    glue = "" if lines in (HANS, HANT) else " "
    assert sum(after in line for line in lines) == 1
    return [line.replace(after, f"{after}{glue}{phrase}") for line in lines]


@pytest.mark.parametrize(("lines", "after", "phrase"), PUSHED, ids=[phrase for _, _, phrase in PUSHED])
def test_a_phrase_is_cut_and_the_sentence_is_as_it_was(
    lines: list[str], after: str, phrase: str, meaning: Context
) -> None:
    result = cleaned(push(lines, after, phrase), meaning)
    assert result.body.text == "\n".join(lines)
    (change,) = result.changes
    assert (change.kind, change.before.strip(), change.after) == ("injected", phrase, "")
    assert "advertising inside a sentence" in change.reason


def test_a_character_before_a_phrase_is_the_authors(meaning: Context) -> None:
    """The loans once more, where they split 小船, small boat."""
    assert cleaned(push(HANT, "他划著小", "台中汽車借款當日撥款"), meaning).body.text == "\n".join(HANT)


@pytest.mark.parametrize("language", HONEST)
@pytest.mark.parametrize("context", ["form", "meaning"])
def test_honest_sentences_about_goods_and_prices_stay(language: str, context: str, meaning: Context) -> None:
    for sentence in HONEST[language]:
        lines = [*ARTICLES[language][:2], sentence, ARTICLES[language][2]]
        result = cleaned(lines, meaning if context == "meaning" else ALONE)
        assert result.body.text == "\n".join(lines)
        assert not result.changes


@pytest.mark.parametrize("lines", [VI, FR, HANS, HANT])
def test_a_clean_article_asks_nothing_of_the_embedder(lines: list[str]) -> None:
    def fail(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        raise AssertionError(f"asked of {texts}")

    assert not injected.phrases(split("\n".join(lines)), "vi", False, Context(embed=fail))
    assert not cleaned(lines, Context(embed=fail)).changes


def test_without_an_embedder_a_likely_phrase_is_offered_and_stays() -> None:
    lines = push(FR, "chaque enfant", "assurance moto pas cher devis en ligne")
    result = cleaned(lines, ALONE)
    assert result.body.text == "\n".join(lines)
    (offer,) = result.offers
    assert "assurance moto" in offer.before
    assert offer.reason.endswith("it may belong to the sentence")


def test_another_model_is_not_asked() -> None:
    """The weights are for one model; what another says is no evidence."""

    def other(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.eye(384, dtype=np.float32)[: len(texts)]

    lines = split("\n".join(push(FR, "chaque enfant", "assurance moto pas cher devis en ligne")))
    assert injected.phrases(lines, "fr", False, Context(embed=other)) == injected.phrases(lines, "fr", False)


def test_the_stored_weights_are_those_of_the_features() -> None:
    weights = injected.weights()
    assert weights.form.shape == weights.border.shape == (len(spans.FEATURES),)
    assert weights.direction.shape == weights.probe.shape == (384,)


def test_a_phrase_is_not_looked_for_in_what_the_article_speaks_of() -> None:
    """An article about loans may speak of loans: the words are not new in it."""
    about = [
        "Cho vay tiền nhanh là nghề cũ nhất ở bến đò, và lãi suất thì ai cũng biết.",
        "Người cho vay tiền nhanh nhất làng tính lãi suất theo con nước, không theo tháng.",
        "Ai vay tiền nhanh thì trả nhanh, lãi suất thấp hơn; ai chậm thì mất thuyền.",
    ]
    assert not injected.phrases(split("\n".join(about)), "vi", False)
