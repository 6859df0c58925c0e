"""Cleaning: every change is written down and leads back; damage is repaired, clean text left alone, furniture left out.

The damage is made here, from clean sentences, the way pages come by it.
"""

from __future__ import annotations

import random
import unicodedata
from itertools import pairwise

import pytest

from kb.clean import clean, detect, glued
from kb.clean.readings import readings_of
from kb.model import CleanedArticle, RawArticle

VI = [
    "Quán nhỏ và lời chào",
    "Mỗi sáng, cô chủ quán đứng ở cửa và chào từng người khách bằng tên. Không ai phải gọi món lần thứ hai, vì cô nhớ.",
    "Dịch vụ tốt không nằm ở bàn ghế đẹp. Khách quay lại vì họ thấy mình được nhớ đến, được hỏi han và được chờ đợi.",
]  # A small shop and a greeting: she greets each guest by name; guests return because they are remembered.
FR = [
    "Le comptoir et la mémoire",
    "Chaque matin, la patronne salue les clients par leur prénom. Nul ne commande deux fois, car elle se souvient.",
    "Un bon service ne tient pas au mobilier. On revient parce qu’on se sent attendu et écouté, jour après jour.",
]  # The counter and the memory.
HANS = [
    "小店的问候",
    "每天早上，老板娘站在门口，用名字和每一位客人打招呼。没有人需要点第二次菜，因为她全都记得。",
    "好的服务不在漂亮的桌椅上。客人愿意回来，是因为觉得有人记得自己，有人关心自己，也有人等着自己。",
]  # The greeting of a small shop.
HANT = [
    "小店的問候",
    "每天早上，老闆娘站在門口，用名字和每一位客人打招呼。沒有人需要點第二次菜，因為她全都記得。",
    "好的服務不在漂亮的桌椅上。客人願意回來，是因為覺得有人記得自己，有人關心自己，也有人等著自己。",
]
ARTICLES = {"vi": VI, "fr": FR, "zh-Hans": HANS, "zh-Hant": HANT}


def article(text: str, path: str = "a.txt", **metadata: str) -> RawArticle:
    return RawArticle(path, text, "utf-8", "", metadata)


def cleaned(text: str, path: str = "a.txt", **metadata: str) -> CleanedArticle:
    """Clean, and check what holds for every article."""
    result = clean(article(text, path, **metadata))
    covered: set[int] = set()
    for change in result.changes:
        assert change.before == text[change.start : change.end]
        assert change.kind
        assert change.reason
        covered.update(range(change.start, change.end))
    for start, end in zip(result.body.starts, result.body.ends, strict=True):
        covered.update(range(start, end))
    lost = [c for i, c in enumerate(text) if i not in covered and not c.isspace()]
    assert not lost, f"neither in the body nor in a change: {lost}"
    assert list(result.body.starts) == sorted(result.body.starts)
    kept = [block for block in result.blocks if block.is_body]
    assert [result.body.text[b.at : b.to] for b in kept] == result.body.text.splitlines()
    for block in kept:
        assert result.body.span(block.at, block.to) == (block.start, block.end)
    for before, after in pairwise(result.blocks):
        assert before.end <= after.start
    return result


def shift_bytes(text: str, at: int) -> str:
    """What a reader of GBK makes of a text that lost the first byte of the character at `at`."""
    return (text[:at].encode("gbk") + text[at:].encode("gbk")[1:]).decode("gbk", "replace").replace("\ufffd", "?")


def with_readings(text: str, characters: str) -> str:
    return "".join(c + f"({min(readings_of(c))})" if c in characters else c for c in text)


# --- clean text is left alone ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ARTICLES)
def test_clean_text_stays_as_it_is(language: str) -> None:
    text = "\n".join(ARTICLES[language])
    result = cleaned(text)
    assert result.language == language
    assert result.body.text == text
    assert result.title == ARTICLES[language][0]
    assert not result.changes
    assert [b.kind for b in result.blocks] == ["title", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    "line",
    [
        "Vì sao khách không quay lại? Vì không ai nhớ họ..",  # no repair at the end of a line: it may be an ellipsis
        "Il a dit : « 3 < 5 et 7 > 2 », puis a noté AT&T, R&D et eBay dans son cahier, à la page 12/13.",
        "客人問：「這(圖a)是什麼(what)?」她答：行業(hangye)裡都這麼說，第(1)種和第(二)種不同。",
        "Wait... what?! Really!! The iPhone and PayPal, c'est-à-dire l’e-commerce.",
        "堃和龑是少見的名字用字，喆也是。客人記得它們，因為老師每天都要唸一遍。",
    ],
)
def test_what_only_looks_like_damage_stays(line: str) -> None:
    text = "\n".join([*HANT, line])
    assert cleaned(text).body.text == text


# --- characters -----------------------------------------------------------------------------------------------------


def test_line_ends_of_every_kind() -> None:
    assert cleaned("\r\n\r\n".join(VI) + "\r\n").body.text == "\n".join(VI)
    assert cleaned("\u2028".join(FR)).body.text == "\n".join(FR)


@pytest.mark.parametrize("language", ARTICLES)
def test_decomposed_letters_are_composed_and_keep_their_own_span(language: str) -> None:
    text = "\n".join(ARTICLES[language])
    raw = unicodedata.normalize("NFD", text)
    result = cleaned(raw)
    assert result.body.text == text
    for character, start, end in zip(result.body.text, result.body.starts, result.body.ends, strict=True):
        assert unicodedata.normalize("NFC", raw[start:end]) == character


def test_invisible_characters_and_odd_spaces() -> None:
    raw = "\n".join(FR).replace("client", "cli\u00adent").replace("bon service", "bon\u00a0\u2003 service\u200b")
    result = cleaned("\ufeff" + raw)
    assert result.body.text == "\n".join(FR)
    assert {c.kind for c in result.changes} == {"invisible", "spaces"}
    # Joiners mean something in emoji.
    assert "👩\u200d🍳" in cleaned("\n".join([*FR, "Le chef 👩\u200d🍳 arrive."])).body.text


def test_marks_typed_twice() -> None:
    assert cleaned("\n".join(HANS).replace("早上，", "早上，，")).body.text == "\n".join(HANS)
    assert cleaned("\n".join(VI).replace("sáng,", "sáng,,")).body.text == "\n".join(VI)


def test_entities_and_tags() -> None:
    first, second = FR[1].replace("é", "&eacute;"), FR[2].replace("’", "&amp;#8217;")
    raw = f"<h1>{FR[0]}</h1><p class='x'>{first}</p>\n<!-- menu\n --><p>{second}/p>"
    assert cleaned(raw).body.text == "\n".join(FR)
    assert cleaned("\n".join(VI) + "</p").body.text == "\n".join(VI)


@pytest.mark.parametrize(
    ("language", "codec"),
    [("vi", "latin-1"), ("fr", "latin-1"), ("fr", "cp1252"), ("zh-Hans", "latin-1"), ("zh-Hant", "latin-1")],
)
def test_utf8_read_as_latin(language: str, codec: str) -> None:
    text = "\n".join(ARTICLES[language])
    raw = text.encode().decode(codec)
    result = cleaned(raw)
    assert result.body.text == text
    for character, start, end in zip(result.body.text, result.body.starts, result.body.ends, strict=True):
        if character != "\n":
            assert raw[start:end].encode(codec).decode() == character


# --- Chinese damage -------------------------------------------------------------------------------------------------


def test_readings_go_and_their_characters_stay() -> None:
    text = "\n".join(HANT)
    raw = with_readings(text, "闆門點為務覺關")
    result = cleaned(raw)
    assert result.body.text == text
    assert {c.kind for c in result.changes} == {"pinyin-annotation"}
    assert all(
        raw[start:end] == c
        for c, start, end in zip(text, result.body.starts, result.body.ends, strict=True)
        if c != "\n"
    )


def test_a_reading_that_does_not_fit_is_no_reading() -> None:
    raw = "\n".join(HANT).replace("服務", "服務(dé)")
    assert cleaned(raw).body.text == raw


@pytest.mark.parametrize(
    ("clause", "lost"),
    [
        ("公司明白了服務的價值。客戶關係因此變得很好", 10),  # 。 lost its first byte
        ("他們用問卷調查了解顧客的滿意程度", 3),  # 問 did
    ],
)
def test_bytes_cut_in_half_are_joined_again(clause: str, lost: int) -> None:
    damaged = shift_bytes(clause, lost)
    assert damaged != clause
    raw = "\n".join([*HANT[:2], damaged + "(CRM)" + HANT[2]])
    result = cleaned(raw)
    assert result.body.text.splitlines()[2].startswith(clause + "(CRM)")
    change = next(c for c in result.changes if c.kind == "mojibake")
    assert "one byte off" in change.reason


def test_a_reading_tells_which_character_was_cut() -> None:
    clause = "我們重視體驗。客戶戰"  # the second byte of 戰 is gone with the damage; (zhàn) says what it was
    at = clause.index("。")
    damaged = (clause[:at].encode("gbk") + clause[at:].encode("gbk")[1:-1]).decode("gbk").replace("？", "?")
    raw = "\n".join([*HANT[:2], damaged + "(zhàn)略由此而來。" + HANT[2]])
    assert "我們重視體驗。客戶戰略由此而來。" in cleaned(raw).body.text


ADVERTISED = "本页介绍的内容您若感兴趣，欢迎拨打我们的服务热线，或留言咨询，我们将第一时间联系您！"


def test_advertising_inside_a_sentence_goes_where_the_page_advertises() -> None:
    # "Weifang paint-shop equipment marketing cases", pushed between 记得 and 自己.
    injected = "潍坊涂装设备营销推广案例"
    page = "\n".join([*HANS, ADVERTISED])
    result = cleaned(page.replace("有人关心自己", f"有人关心{injected}自己"))
    assert result.body.text == "\n".join(HANS)
    assert [c.before for c in result.changes if c.kind == "injected"] == [injected]
    # An article that speaks of such things, on a page without advertising, keeps them.
    speaks = "\n".join(HANS).replace("有人关心自己", f"有人关心{injected}自己")
    assert cleaned(speaks).body.text == speaks


# --- slips of machines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lines", "pronoun"), [(VI, "tôi"), (FR, "je"), (HANS, "我")])
def test_a_translated_list_number(lines: list[str], pronoun: str) -> None:
    listed = [lines[0], f"i. {lines[1]}", f"ii. {lines[2]}", f"iii. {lines[1]}"]
    raw = "\n".join(listed).replace("i. ", f"{pronoun}. ", 1)
    assert cleaned(raw).body.text == "\n".join(listed)
    # The same word at the head of a line that no list follows is a word.
    alone = "\n".join([*lines, f"{pronoun}. {lines[1]}"])
    assert cleaned(alone).body.text == alone


def test_glued_words() -> None:
    text = "\n".join(
        [*VI, "Trải nghiệm Khách hàng bắt đầu từ lời chào. Khách vui thì khách về kể, nghiệm ra mới thấy."]
    )
    result = cleaned(text.replace("nghiệm Khách", "nghiệmKhách"))
    assert result.body.text == text
    assert [(c.before, c.after) for c in result.changes] == [("nghiệmKhách", "nghiệm Khách")]
    # A name's halves are not words of the article.
    named = "\n".join([*VI, "Họ mở trang trên YouTube và bán qua LazPay, khách xem rồi đặt bàn trước một ngày."])
    assert cleaned(named).body.text == named


# (language, sentence with a word that lost its space, that word as it was, gloss)
LOST_SPACES = [
    ("vi", "Hỏi cô thì cô bảo khách ởđâu cũng thế, ai cũng muốn được chào.", "ở đâu", "guests are the same everywhere"),
    ("vi", "Cô dặn các nhânviên phải nhớ tên khách ngay từ lần đầu ghé quán.", "nhân viên", "she tells the staff"),
    ("vi", "Ngồi đâu cũng cóthể nghe được tiếng chào ấy vọng ra từ cửa.", "có thể", "one can hear the greeting"),
    ("vi", "Nhà bên cạnh cũng rao bán khănmặt thêu tay cho khách qua đường.", "khăn mặt", "towels: a word, if rare"),
    ("fr", "La gestion depersonnel y tient en un cahier que chacun peut lire.", "de personnel", "managing the staff"),
    ("fr", "Le soir, lesvoisins se parlent d’une table à l’autre sans se hâter.", "les voisins", "the neighbours talk"),
    (
        "fr",
        "Elle ouvre lalibrairie à neuf heures et ferme quand il fait nuit.",
        "la librairie",
        "she opens the bookshop",
    ),
]
TEXTS_APART = {
    "vi": "Bạn thử hỏi xem {} thì tốt, mà {} thì người ta chưa chắc đã nhớ.",  # ask where it is good
    "fr": "On y parle souvent : {} ici, {} là-bas, et chacun a son avis sur tout.",  # they often talk of it
}


@pytest.mark.parametrize(("language", "sentence", "words", "gloss"), LOST_SPACES)
def test_words_that_lost_their_space_are_offered(language: str, sentence: str, words: str, gloss: str) -> None:
    text = "\n".join([*ARTICLES[language], sentence])
    result = cleaned(text, language=language)
    assert result.body.text == text
    (offer,) = [c for c in result.offers if c.kind == "glued-words"]
    assert (offer.before, offer.after) == (words.replace(" ", ""), words), gloss
    assert text[offer.start : offer.end] == offer.before


@pytest.mark.parametrize(("language", "sentence", "words", "gloss"), LOST_SPACES)
def test_they_are_parted_where_the_article_has_them_apart(language: str, sentence: str, words: str, gloss: str) -> None:
    lost, apart = words.replace(" ", ""), TEXTS_APART[language].format(words, words)
    text = "\n".join([*ARTICLES[language], sentence, apart])
    result = cleaned(text, language=language)
    assert result.body.text == text.replace(lost, words), gloss
    assert [(c.before, c.after) for c in result.changes] == [(lost, words)]
    at = result.body.text.index(words)
    assert result.body.span(at, at + len(words)) == (text.index(lost), text.index(lost) + len(lost))
    # One that is written as one word more often than as two is meant so.
    often = "\n".join([text, *[sentence] * 3])
    assert not [c for c in cleaned(often, language=language).changes if c.kind == "glued-words"]


WHOLE_WORDS = [
    ("vi", "Cô từng bán quán ở Đắk Lắk, Krông Búk, Đăklăk, Lâmđồng và làng Êđê.", "names of places, one glued"),
    ("vi", "Khách gọi crème brûlée, café, château, débâcle, Müller, pokémon và sôcôla.", "foreign words"),
    ("vi", "Tòan bộ số tiền đuợc nguời ta trả trước khi hòan tất.", "one syllable, its marks misplaced"),
    ("vi", "Gửi thư tới hỏi@nhânviên.vn, xem www.nhânviên.vn hoặc #nhânviên và /nhânviên/.", "addresses and tags"),
    ("vi", "Họ chọn YouTube, GrabFood, iPhone, Facebook để kể chuyện quán.", "brand names"),
    ("fr", "Le bonhomme, lesquels, desquels, auquel, dedans, delà, ledit, desdits, aurevoir, lundi.", "one word each"),
    ("fr", "Le surtourisme, l’entreaide et la contrevisite, le demarketing de la côte.", "compounds; a foreign term"),
    ("fr", "Le sabord, la lacune, le lavoir, un duel et le tapage de la gare.", "usual and rare words"),
    ("fr", "Un grand desordre, une deconstruction et un desespoir sans nom.", "accents are missing, no space"),
    ("fr", "Écrire à lesclients@lemonde.fr, lire www.desclients.fr ou suivre #lesclients.", "addresses and tags"),
    ("fr", "Lesclients, Ladouceur, Delacroix, Lafontaine et Duclient y ont mangé.", "names, with a capital"),
    ("fr", "The lesson, el delantal, la desventura y los unidos, der desolate Laden.", "other languages"),
]


@pytest.mark.parametrize(("language", "sentence", "gloss"), WHOLE_WORDS)
def test_what_only_looks_like_two_words_is_let_be(language: str, sentence: str, gloss: str) -> None:
    # The halves stand apart, too: de marketing, nhân viên.
    apart = (
        "nhân viên, lâm đồng, pha cà, hỏi nhân viên" if language == "vi" else "de marketing, des clients, les clients"
    )
    text = "\n".join([*ARTICLES[language], sentence, f"{ARTICLES[language][1]} {apart}."])
    result = cleaned(text, language=language)
    assert not [c for c in (*result.changes, *result.offers) if c.kind == "glued-words"], gloss
    assert sentence in result.body.text


def test_a_text_of_nothing_but_glued_words_is_no_slip() -> None:
    syllables = "ở ăn uống nhà người nước đường trường thành phố việc làm một hai nhiều".split()
    strange = [a + b for a in syllables for b in syllables if not (a + b).isascii()]
    assert not glued.lost_spaces(" ".join(strange), "vi")


# --- page furniture -------------------------------------------------------------------------------------------------

PAGES = [
    (
        VI,
        ["Trang chủ", "Tin tức", "Sản phẩm", "Liên hệ"],  # home, news, products, contact
        [
            "Chia sẻ: Facebook Twitter",
            "Bài viết liên quan",  # related articles
            "Mười cách pha cà phê",
            "Vì sao khách thích trà đá?",
            "Hotline: 0909 123 456",
            "Đăng ký ngay để nhận ưu đãi",  # sign up for offers
            "© 2020 Quán Nhỏ",
        ],
    ),
    (
        FR,
        ["Accueil > Blog > Service", "Publié le 12 mars 2021"],
        [
            "Partager sur Facebook",
            "À lire aussi :",
            "Dix idées pour la caisse",
            "Articles similaires",
            "La file d’attente",
            "3 commentaires",
            "Abonnez-vous à notre newsletter",
            "Tous droits réservés",
        ],
    ),
    (
        HANS,
        ["发布时间：2020-05-06 | 作者：小明 | 来源：网络", "-----"],
        [
            "分享到：微信 微博",
            "上一篇：桌椅的学问",
            "下一篇：茶与水",
            "相关文章",
            "门口的花05-01",
            "菜单怎么写04-30",
            "关键词：服务，小店",
            "版权所有 转载请注明出处",
            ADVERTISED,
        ],
    ),
    (
        HANT,
        ["首頁 > 專欄 > 服務", "2020年5月6日"],
        ["【小店的問候】相關文章：", "桌椅的學問05-06", "茶與水11-02", "菜單怎麼寫01-09"],
    ),
]


@pytest.mark.parametrize(("lines", "above", "below"), PAGES, ids=list(ARTICLES))
def test_page_furniture_is_left_out(lines: list[str], above: list[str], below: list[str]) -> None:
    result = cleaned("\n".join([*above, "", *lines, "", *below]))
    assert result.body.text == "\n".join(lines)
    assert result.title == lines[0]
    assert [b.kind for b in result.blocks if b.is_body] == ["title", "paragraph", "paragraph"]
    assert len(result.changes) == len(above) + len(below)


@pytest.mark.parametrize(
    "credit",
    [
        "Photo : agence Lumière / Getty",
        "Nguồn ảnh: quanan.example.com/anh.jpg",
        "图片来源：小明",
        "Image: site.example.com/x.png",
    ],
)
def test_image_credits_between_paragraphs(credit: str) -> None:
    result = cleaned("\n".join([*FR[:2], credit, FR[2]]))
    assert result.body.text == "\n".join(FR)
    assert result.changes[0].kind == "byline"


@pytest.mark.parametrize(
    ("lines", "line", "kind"),
    [
        (FR, "2. Le sourire au téléphone", "heading"),
        (VI, "Hình 1: Hành trình của khách", "caption"),
        (HANS, "二、为什么要记住名字？", "heading"),
        (VI, "• Nhớ tên khách quen", "list-item"),
        (FR, "Le 12 mars 2020, tout a changé.", "paragraph"),
        (FR, "Une hotline ne remplace pas un regard.", "paragraph"),
    ],
)
def test_short_lines_of_the_article_stay(lines: list[str], line: str, kind: str) -> None:
    text = "\n".join([*lines[:2], line, lines[2]])
    result = cleaned(text)
    assert result.body.text == text
    assert result.blocks[2].kind == kind


def test_a_site_name_over_a_rule_is_not_the_title() -> None:
    raw = "\n".join(["Góc nhà hàng của Ba", "-----", "-----", "Thứ Hai, ngày 1 tháng 6 năm 2020", *VI])
    result = cleaned(raw)
    assert (result.title, result.body.text) == (VI[0], "\n".join(VI))


def test_where_the_title_comes_from() -> None:
    assert cleaned("\n".join(FR), title="Autre").title == "Autre"
    assert cleaned("\n".join(FR[1:]), path="x/le-comptoir.txt").title == "le-comptoir"
    notice = "小提示：您对本页介绍的{小店的问候}感兴趣吗？欢迎拨打服务热线，或留言咨询“小店的问候”，我们将联系您。"
    assert cleaned("\n".join([*HANS[1:], notice])).title == HANS[0]


def test_markdown() -> None:
    raw = f"---\ntitle: T\nlanguage: fr\n---\n\n# {FR[0]}\n\n{FR[1].replace('matin', '**matin**')}\n\n## Fin\n\n{FR[2]}"
    result = cleaned(raw, path="a.md", language="fr")
    assert result.body.text == "\n".join([*FR[:2], "Fin", FR[2]])
    assert [b.kind for b in result.blocks] == ["title", "paragraph", "heading", "paragraph"]
    assert result.changes[0].kind == "front-matter"


# --- properties -----------------------------------------------------------------------------------------------------


def test_cleaning_what_was_cleaned_changes_nothing() -> None:
    marks = (
        "\n|\r\n|  |\u00a0|&amp;|&lt;p&gt;|</p>|<br>|(yè)|，，|\u200b|e\u0301|Ã©|?蛻魬|-----|2020-05-06|• |ii. |je. |# "
    )
    furniture = ["À lire aussi :", "© 2020", "www.example.com", "|", "相关文章", "Trang chủ"]
    pieces = [*VI, *FR, *HANS, *HANT, *marks.split("|"), *furniture]
    for seed in range(150):
        picked = random.Random(seed).choices(pieces, k=25)
        once = cleaned("".join(piece + random.Random(seed).choice(["", "\n", " "]) for piece in picked))
        again = clean(article(once.body.text), language=once.language)
        assert again.body.text == once.body.text, seed


@pytest.mark.parametrize("text", ["", " \n", "-----", "a", "\x00", "<p>", "&nbsp;", "\ufeff", "?", "(yè)", "©"])
def test_next_to_nothing(text: str) -> None:
    cleaned(text)


# --- language -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *((" ".join(lines), tag) for tag, lines in ARTICLES.items()),
        ("Every morning the owner greets her guests by name and remembers what they like to eat.", "en"),
        ("毎朝、店主は名前でお客さんに挨拶をします。", "ja"),
        ("매일 아침 주인은 손님의 이름을 부르며 인사한다.", "ko"),
        ("Каждое утро хозяйка встречает гостей по имени и помнит их вкусы.", "ru"),
        ("顧客關係管理系統 (CRM system)", "zh-Hant"),
        ("中文", "zh-Hans"),
        ("12 345 – 67 %", "und"),
        ("", "und"),
    ],
)
def test_detect(text: str, tag: str) -> None:
    assert detect(text) == tag
