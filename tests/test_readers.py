"""Web pages, Word documents, PDFs and books, built here: what is read out of them, and why others cannot be read."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kb.clean import clean
from kb.errors import UnreadableError
from kb.model import RawArticle
from kb.read import find_files, read_article

# One article in three languages, and what a site puts around it. A noodle shop, a bakery, a noodle shop: the owner
# remembers every guest, keeps a notebook of what they like, and asks a guest who was away for ten years the right
# question; then a list: greet by name, note preferences, apologise before explaining.
PAGES: dict[str, dict[str, list[str]]] = {
    "vi": {
        "site": [
            "Báo Phố Nhỏ",
        ],
        "title": [
            "Quán phở của cô Lan và hai mươi năm nhớ khách",
        ],
        "nav": [
            "Trang chủ",
            "Thời sự",
            "Đời sống",
            "Kinh doanh",
            "Giáo dục",
            "Liên hệ",
        ],
        "byline": [
            "Minh Hà",
        ],
        "date": [
            "12/03/2021",
        ],
        "paras": [
            "Cô Lan mở quán phở ở đầu ngõ đã hai mươi năm. Khách quen đến không cần gọi món, cô nhớ ai "
            "thích nhiều hành, ai kiêng nước béo.",
            "Mỗi sáng cô dậy từ bốn giờ để hầm xương. Nồi nước dùng sôi lăn tăn trong khi phố còn ngủ, "
            "và mùi quế bay sang tận nhà bên cạnh.",
        ],
        "heading": [
            "Một cuốn sổ nhỏ",
        ],
        "paras2": [
            "Trong ngăn kéo có một cuốn sổ ghi tên khách và món họ thích. Khi con gái cô phụ bán hàng, "
            "cuốn sổ giúp cháu chào đúng tên từng người.",
            "Có lần một vị khách đi xa mười năm trở về, cô vẫn hỏi ông còn ăn quẩy không. Ông bảo rằng "
            "câu hỏi ấy ngon hơn cả tô phở.",
        ],
        "items": [
            "Chào khách bằng tên",
            "Ghi lại điều khách thích",
            "Xin lỗi trước khi giải thích",
        ],
        "ad": [
            "Mua nồi hầm xương giảm giá 50%, gọi ngay 1900 0000!",
        ],
        "related_head": [
            "Tin liên quan",
        ],
        "related": [
            "Tiệm bánh mì mở cửa lúc nửa đêm",
            "Người giữ xe nhớ mặt từng khách",
            "Chợ nổi mùa nước lên",
            "Bí quyết của bà chủ quán cà phê vợt",
        ],
        "comments_head": [
            "Bình luận",
        ],
        "comments": [
            "Bài viết hay quá, tôi đã ăn ở quán này từ hồi còn sinh viên và lần nào về cũng ghé lại. Cảm ơn tác giả.",
            "Giá bây giờ cao hơn trước nhiều rồi bạn ơi, nhưng nước dùng thì vẫn ngọt như ngày nào, tôi "
            "vẫn đến mỗi tuần.",
        ],
        "footer": [
            "© 2021 Báo Phố Nhỏ. Giữ bản quyền.",
            "Địa chỉ: 12 ngõ Chùa, Hà Nội. Điện thoại: 024 0000 000",
            "Điều khoản sử dụng",
        ],
    },
    "fr": {
        "site": [
            "Le Petit Journal du Quai",
        ],
        "title": [
            "La boulangère qui connaît tous les élèves",
        ],
        "nav": [
            "Accueil",
            "Actualités",
            "Culture",
            "Économie",
            "Éducation",
            "Contact",
        ],
        "byline": [
            "Claire Morel",
        ],
        "date": [
            "12 mars 2021",
        ],
        "paras": [
            "La boulangère connaît chaque élève du collège par son prénom. « À demain », dit-elle, et "
            "l’on revient dès l’aube chercher ce goût d’été.",
            "Le matin, la file d’attente déborde sur le trottoir. Personne ne s’impatiente, car chacun "
            "sait que la patronne trouvera un mot pour lui au moment de payer.",
        ],
        "heading": [
            "Un cahier sous le comptoir",
        ],
        "paras2": [
            "Sous le comptoir, un cahier garde les habitudes de la clientèle. Quand une apprentie commence, "
            "elle le lit avant même d’apprendre à faire les croissants.",
            "Un jour, un ancien élève est revenu après dix ans à l’étranger. Elle lui a tendu un pain "
            "aux raisins sans rien demander, et il en a parlé à tout le quartier.",
        ],
        "items": [
            "Saluer avant de servir",
            "Noter les préférences",
            "S’excuser avant d’expliquer",
        ],
        "ad": [
            "Profitez de -50 % sur nos machines à pain, commandez maintenant !",
        ],
        "related_head": [
            "À lire aussi",
        ],
        "related": [
            "Le cordonnier du pont neuf",
            "Une librairie ouverte la nuit",
            "Le marché déménage sur le quai",
            "Trois recettes de tarte aux prunes",
        ],
        "comments_head": [
            "Commentaires",
        ],
        "comments": [
            "Très bel article, j’y vais depuis que je suis enfant et l’accueil n’a jamais changé. Merci "
            "à toute l’équipe.",
            "Je trouve que les prix ont beaucoup augmenté ces derniers temps, mais le pain reste le meilleur "
            "de la ville, il faut le dire.",
        ],
        "footer": [
            "© 2021 Le Petit Journal du Quai. Tous droits réservés.",
            "12 quai des Brumes, 44000 Nantes. Tél. : 02 00 00 00 00",
            "Mentions légales",
        ],
    },
    "zh": {
        "site": [
            "小巷日报",
        ],
        "title": [
            "面馆老板娘记得每一位客人",
        ],
        "nav": [
            "首页",
            "新闻",
            "生活",
            "财经",
            "教育",
            "联系我们",
        ],
        "byline": [
            "李明",
        ],
        "date": [
            "2021年3月12日",
        ],
        "paras": [
            "老板娘在巷口开面馆已经二十年了。熟客来了不用点菜，她记得谁喜欢多放葱花，谁不吃肥肉，谁要把面煮得软一点。",
            "每天早上四点她就起来熬骨头汤。街上的人还在睡觉，汤已经在锅里轻轻地滚，桂皮的香味一直飘到隔壁的院子里。",
        ],
        "heading": [
            "抽屉里的小本子",
        ],
        "paras2": [
            "抽屉里有一个小本子，上面写着客人的名字和他们喜欢的口味。女儿来帮忙的时候，靠着这个本子也"
            "能叫出每个人的名字。",
            "有一次，一位离开十年的客人回来了，她问他还要不要加油条。客人说，这一句话比那碗面还要好吃"
            "，后来他把这件事告诉了许多朋友。",
        ],
        "items": [
            "用名字跟客人打招呼",
            "记下客人的喜好",
            "先道歉，再解释",
        ],
        "ad": [
            "骨头汤锅限时五折，立即拨打400-000-0000抢购！",
        ],
        "related_head": [
            "相关阅读",
        ],
        "related": [
            "半夜开门的面包店",
            "记得每张脸的停车场管理员",
            "水涨时的水上市场",
            "咖啡店老板的秘诀",
        ],
        "comments_head": [
            "网友评论",
        ],
        "comments": [
            "写得真好，我从上大学的时候就在这家店吃面，每次回来都要去一趟，谢谢作者让我想起那段日子。",
            "现在的价格比以前贵多了，不过汤还是和当年一样鲜，我每个星期都会去吃一次，推荐大家也去尝尝。",
        ],
        "footer": [
            "版权所有 © 2021 小巷日报",
            "地址：北京市西城区小巷12号 电话：010-00000000",
            "使用条款",
        ],
    },
}


def paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def links(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="#">{text}</a></li>' for text in texts) + "</ul>"


def items(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>"


def with_elements(c: dict[str, list[str]], language: str) -> str:
    """HTML 5: every part of the page has its element."""
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">
<title>{c["title"][0]} | {c["site"][0]}</title><meta property="og:site_name" content="{c["site"][0]}">
<meta name="author" content="{c["byline"][0]}"><meta property="article:published_time" content="2021-03-12T08:00:00Z">
<style>p {{color: red}}</style></head><body><header><a href="/">{c["site"][0]}</a><nav>{links(c["nav"])}</nav></header>
<main><article><h1>{c["title"][0]}</h1><p class="meta">{c["byline"][0]} <time>{c["date"][0]}</time></p>
{paragraphs(c["paras"])}<aside class="ads">{paragraphs(c["ad"])}</aside><h2>{c["heading"][0]}</h2>
{paragraphs(c["paras2"])}{items(c["items"])}</article>
<section class="comments"><h3>{c["comments_head"][0]}</h3>{paragraphs(c["comments"])}</section></main>
<aside><h3>{c["related_head"][0]}</h3>{links(c["related"])}</aside>
<footer>{paragraphs(c["footer"])}</footer><script>var a = "<p>x</p>";</script></body></html>"""


def with_classes(c: dict[str, list[str]], language: str) -> str:
    """Divisions named by classes and ids, the sidebar before the text."""
    return f"""<html lang="en"><head><meta charset="utf-8"><title>{c["title"][0]} - {c["site"][0]}</title></head>
<body class="single has-sidebar"><div id="header"><div class="logo">{c["site"][0]}</div>
<div class="main-menu">{links(c["nav"])}</div></div><div class="breadcrumb">{c["nav"][0]} &gt; {c["nav"][2]}</div>
<div id="sidebar-left"><div class="widget-related"><h4>{c["related_head"][0]}</h4>{links(c["related"])}</div></div>
<div class="entry-content"><h1 class="entry-title">{c["title"][0]}</h1><div class="post-date">{c["date"][0]}</div>
{paragraphs(c["paras"])}<div class="ad-box">{paragraphs(c["ad"])}</div><h2>{c["heading"][0]}</h2>
{paragraphs(c["paras2"])}{items(c["items"])}</div><div class="share-buttons"><a>Facebook</a> <a>Twitter</a></div>
<div id="comments"><h3>{c["comments_head"][0]}</h3><ol>
{"".join(f'<li class="comment"><p>{text}</p></li>' for text in c["comments"])}</ol></div>
<div class="site-footer">{paragraphs(c["footer"])}</div></body></html>"""


def with_tables(c: dict[str, list[str]], language: str) -> str:
    """The web of 2003: tables, fonts and line breaks."""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{c["site"][0]}: {c["title"][0]}</title></head><body><table width=100%><tr>
{"".join(f"<td><a href=#>{text}</a></td>" for text in c["nav"])}</tr></table><table><tr><td width=20%>
{"<br>".join(f"<a href=#>{text}</a>" for text in c["related"])}</td><td><font size=5><b>{c["title"][0]}</b></font><br>
{c["date"][0]}<br><br>{"<br><br>".join(c["paras"])}<br><br><b>{c["heading"][0]}</b><br><br>
{"<br><br>".join(c["paras2"])}<br><br>{"<br>".join(c["items"])}</td></tr></table>
<table><tr><td>{"<br>".join(c["footer"])}</td></tr></table></body></html>"""


def with_nothing(c: dict[str, list[str]], language: str) -> str:
    """Divisions without names."""
    return f"""<html><head><title>{c["title"][0]}</title></head><body><div><div>{links(c["nav"])}</div></div><div>
<h1>{c["title"][0]}</h1><p>{c["date"][0]}</p>{paragraphs(c["paras"])}<h2>{c["heading"][0]}</h2>
{paragraphs(c["paras2"])}{items(c["items"])}</div><div><h3>{c["related_head"][0]}</h3>{links(c["related"])}</div>
<div>{paragraphs(c["footer"])}</div></body></html>"""


KINDS = (with_elements, with_classes, with_tables, with_nothing)


def article_of(c: dict[str, list[str]]) -> list[str]:
    return [*c["title"], *c["paras"], *c["heading"], *c["paras2"], *c["items"]]


def read(tmp_path: Path, name: str, data: bytes | str) -> RawArticle:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_article(path)


def reason(tmp_path: Path, name: str, data: bytes | str) -> str:
    """Why a file cannot be read: one line, soon."""
    begun = time.monotonic()
    with pytest.raises(UnreadableError) as error:
        read(tmp_path, name, data)
    assert time.monotonic() - begun < 10
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{(tmp_path / name).as_posix()}: ")


def own_text(article: RawArticle) -> str:
    """The text before what stands around it."""
    spans = re.findall(r"(\d+)-\d+", article.metadata.get("furniture", ""))
    return article.raw[: int(spans[0])] if spans else article.raw


# --- web pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_its_article_then_what_stands_around_it(tmp_path: Path, kind: object, language: str) -> None:
    assert callable(kind)
    c = PAGES[language]
    article = read(tmp_path, "a.html", kind(c, language))
    lines = article.raw.splitlines()
    assert [line.removeprefix("• ") for line in lines if line.removeprefix("• ") in article_of(c)] == article_of(c)
    for text in (*c["related"], *c["footer"]):  # nothing that a reader of the page sees is lost
        assert text in article.raw.replace("• ", "")
    own = own_text(article)
    # Without names of parts only menus are known by their links.
    around = [*c["related"]] if kind in (with_tables, with_nothing) else [*c["ad"], *c["comments"], *c["footer"]]
    if kind in (with_elements, with_classes):
        around += [*c["nav"], *c["related"], *c["comments_head"]]
        assert article.metadata["title"] == c["title"][0]
    for text in around:
        if kind in (with_elements, with_classes) or text in c["related"]:
            assert text in article.raw
            assert text not in own


@pytest.mark.parametrize("read_as", ["latin-1", "cp1252"])
@pytest.mark.parametrize(
    "text",
    [
        "Người xếp hàng cần biết mình còn chờ bao lâu, và ai phục vụ họ.",  # who queues wants to know how long
        "« Où attendre ? », demande-t-elle à l’accueil ; l’été, c’est long.",
        "耐心是等候者与服务者共同的财富，而不是一方的义务。",  # patience is the wealth of who waits and who serves
    ],
)
def test_a_page_keeps_the_bytes_of_text_that_was_read_as_another_encoding(
    tmp_path: Path, text: str, read_as: str
) -> None:
    """者 is E8 80 85, à C3 A0: read as Latin-1 they end in what elsewhere is white space."""
    shown = "".join(bytes([b]).decode(read_as, "ignore") or chr(b) for b in text.encode())
    page = tmp_path / "a.html"
    page.write_text(f"<html><body><h1>A</h1><p>{shown}</p></body></html>", encoding="utf-8")
    assert text.replace("’", "'") in clean(read_article(page)).body.text.replace("’", "'")


def test_facts_of_a_page_are_metadata(tmp_path: Path) -> None:
    c = PAGES["fr"]
    article = read(tmp_path, "a.html", with_elements(c, "fr"))
    assert {**article.metadata, "furniture": ""} == {
        "title": c["title"][0], "author": "Claire Morel", "date": "2021-03-12T08:00:00Z", "site": c["site"][0],
        "declared_language": "fr", "language": "fr", "declared_encoding": "utf-8", "furniture": "",
    }  # fmt: skip
    # A template's language is no evidence.
    assert "language" not in read(tmp_path, "b.html", with_classes(PAGES["vi"], "vi")).metadata
    assert "language" not in read(tmp_path, "c.html", with_elements(PAGES["vi"], "fr")).metadata


def test_linked_data_says_who_and_when(tmp_path: Path) -> None:
    page = """<html><head><script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": "Article",
    "headline": "Le prix du pain", "datePublished": "2020-01-05", "author": [{"name": "Anne Roux"}]}]}</script>
    <script type="application/ld+json">{broken</script></head><body><p>Le pain coûte plus cher.</p></body></html>"""
    metadata = read(tmp_path, "a.html", page).metadata
    assert (metadata["title"], metadata["date"], metadata["author"]) == ("Le prix du pain", "2020-01-05", "Anne Roux")


def test_lines_of_a_page(tmp_path: Path) -> None:
    page = """<body>Trước<p>Một  đoạn
    có <b>chữ</b><i>&nbsp;đậm</i>.<br/>Dòng hai<ul><li>mục <li>khác</ul><table><tr><th>Món<th>Giá<tr><td>Phở<td>40
    </table><ruby>企業<rt>qǐyè</rt></ruby>文化<div style="display: none">ẩn</div><pre>a
  b</pre><textarea>x</textarea>"""  # before, a paragraph with bold letters, line two, items, dish and price, hidden
    assert read(tmp_path, "a.htm", page).raw.splitlines() == [
        "Trước", "Một đoạn có chữ đậm.", "Dòng hai", "• mục", "• khác", "Món | Giá", "Phở | 40", "企業文化", "a", "b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "written", "encoding", "note"),
    [
        ("utf-8", "utf-8", "utf-8", ""),
        ("iso-8859-1", "cp1252", "cp1252", ""),
        ("iso-8859-1", "utf-8", "utf-8", "declared as iso-8859-1, but its bytes are utf-8"),
        ("utf-8", "cp1252", "cp1252", "declared as utf-8, but its bytes are cp1252"),
        ("gb2312", "cp1252", "cp1252", "declared as gb2312, but its bytes are cp1252"),
        ("none-such", "utf-8", "utf-8", "declared as none-such, but its bytes are utf-8"),
    ],
)
def test_a_declared_charset_is_believed_when_the_bytes_agree(
    tmp_path: Path, declared: str, written: str, encoding: str, note: str
) -> None:
    c = PAGES["fr"]
    page = with_nothing(c, "fr").replace("<head>", f'<head><meta charset="{declared}">')
    article = read(tmp_path, "a.html", page.encode(written))
    assert article.encoding == encoding
    assert c["paras"][0] in article.raw
    assert article.metadata["declared_encoding"] == declared
    assert article.metadata.get("encoding_note", "") == note


def test_a_declared_charset_decides_where_evidence_does_not(tmp_path: Path) -> None:
    page = "<?xml version='1.0' encoding='koi8-r'?><html><body><p>Хозяйка помнит каждого гостя.</p></body></html>"
    article = read(tmp_path, "a.xhtml", page.encode("koi8-r"))
    assert (article.encoding, article.raw) == ("koi8-r", "Хозяйка помнит каждого гостя.\n")


def test_pages_that_cannot_be_read(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.html", "<html><head><title>x</title></head><body><script>1</script></body>") == (
        "the page has no text (its content may be loaded by a script)"
    )
    assert "no text" in reason(tmp_path, "a.html", "<!-- -->")
    for tag in ("div", "b", "table", "ul><li"):
        assert "nested too deeply" in reason(tmp_path, "a.html", f"<{tag}>" * 100_000 + "sâu")
    assert "not text but a PDF" in reason(tmp_path, "a.html", b"%PDF-1.7 ...")
    entities = '<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">'
    bomb = f"<!DOCTYPE html [{entities}]><p>&b;&x; rire</p>"
    assert "root:" not in read(tmp_path, "b.xhtml", bomb).raw


# --- Word documents -------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    return stream.getvalue()


def docx(body: str, **parts: str) -> bytes:
    made = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
    return archive({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>", **made})


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_word_document(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{p(text)}</w:tc>" for text in ("Món", "Giá"))  # dish, price
    body = (
        p("Quán phở", '<w:pStyle w:val="Heading1"/>')
        + "<w:p><w:r><w:t>Cô </w:t></w:r><w:ins><w:r><w:t>Lan</w:t></w:r></w:ins><w:del><w:r><w:delText>Hoa"
        "</w:delText></w:r></w:del><w:r><w:br/><w:t>nhớ khách</w:t><w:footnoteReference/></w:r></w:p>"
        + p("chào khách", '<w:numPr><w:numId w:val="1"/></w:numPr>')
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )  # the noodle shop; Ms Lan remembers her guests; greet them
    core = (
        '<c xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Microsoft '
        "Word - a.doc</dc:title><dc:creator>Hà</dc:creator><dcterms:created>2021-03-12</dcterms:created></c>"
    )
    notes = f"<w:footnotes {W}><w:footnote>{p('Ghi chú cuối trang')}</w:footnote></w:footnotes>"
    head = f"<w:hdr {W}>{p('Báo Phố Nhỏ')}</w:hdr>"
    data = docx(body, word__footnotes=notes, docProps__core=core, word__header1=head)
    article = read(tmp_path, "a.docx", data)
    lines = ["Quán phở", "Cô Lan", "nhớ khách", "• chào khách", "Món | Giá", "Ghi chú cuối trang", "Báo Phố Nhỏ"]
    assert article.raw.splitlines() == lines
    assert own_text(article).splitlines() == lines[:-1]
    assert article.metadata["author"] == "Hà"
    assert "title" not in article.metadata  # a program's, not a person's
    assert "date" not in article.metadata  # of the file, not of what it says


def test_a_program_is_no_author(tmp_path: Path) -> None:
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>python-docx</dc:creator></c>'
    article = read(tmp_path, "a.docx", docx(p("Quán phở mở lúc năm giờ."), docProps__core=core))  # opens at five
    assert "author" not in article.metadata


def test_word_documents_that_cannot_be_read(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    whole = docx(p("Bonjour"))
    bomb = archive({"word/document.xml": b"<w>" + b" " * 60_000_000})
    laughs = "".join(f'<!ENTITY l{i + 1} "{ten}">' for i in range(9) for ten in [f"&l{i};" * 10])
    entities = archive({"word/document.xml": f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><w>&l9;</w>'})
    fetched = archive({"word/document.xml": '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'})
    deep = docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)
    locked = bytearray(whole)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    for data, expected in (
        (ole, "an old Word document (.doc)"),
        (ole + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (bytes(locked), "protected by a password"),
        ("<!DOCTYPE html><p>Bonjour", "a web page in spite of its name; rename it to .html"),
        ("{\\rtf1 Bonjour}", "an RTF document"),
        ("Bonjour", "not a Word document"),
        (whole[:-40], "damaged or cut off"),
        (whole[:45] + b"\xff\xff\xff" + whole[48:], "is damaged"),
        (archive({"a.txt": "Bonjour"}), "not a Word document (no word/document.xml)"),
        (bomb, "a zip bomb, or too large"),
        (entities, "XML"),
        (fetched, "XML entities"),
        (deep, "nested too deeply"),
        (archive({"word/document.xml": "<w>"}), "not well-formed XML"),
        (docx(p(" ")), "no text"),
    ):
        assert expected in reason(tmp_path, "a.docx", data)


# --- books ----------------------------------------------------------------------------------------------------------


def epub(chapters: dict[str, str], **parts: str | bytes) -> bytes:
    listed = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in sorted(chapters))
    spine = "".join(f'<itemref idref="{n}"/>' for n in chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>小巷的故事</dc:title><dc:creator>李明</dc:creator><dc:language>zh</dc:language></metadata>"
        f"<manifest>{listed}</manifest><spine>{spine}</spine></package>"
    )  # stories of the lane
    container = '<container><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>'
    pages = {f"OEBPS/{name}.xhtml": f"<html><body>{page}</body></html>" for name, page in chapters.items()}
    return archive({"META-INF/container.xml": container, "OEBPS/a.opf": package, **pages} | parts)


def test_a_book_is_its_chapters_in_reading_order(tmp_path: Path) -> None:
    article = read(tmp_path, "a.epub", epub({"two": "<h1>面馆</h1><p>汤很鲜。</p>", "one": "<p>第二章。</p>"}))
    assert article.raw.splitlines() == ["面馆", "汤很鲜。", "第二章。"]  # noodle shop, the soup is fresh, chapter two
    assert article.metadata == {"title": "小巷的故事", "author": "李明", "declared_language": "zh"}


DATES_OF_BOOKS = [
    ("<dc:date>2019-05-02</dc:date>", "2019-05-02"),
    (
        '<dc:date opf:event="creation">2018-01-01</dc:date><dc:date opf:event="publication">2019</dc:date>'
        '<dc:date opf:event="modification">2024-06-30</dc:date>',
        "2019",
    ),
    ('<dc:date opf:event="modification">2024-06-30</dc:date>', None),
    ('<meta property="dcterms:modified">2024-06-30T08:00:00Z</meta>', None),
]


@pytest.mark.parametrize(("dates", "expected"), DATES_OF_BOOKS)
def test_the_date_of_a_book_is_that_of_its_publication(tmp_path: Path, dates: str, expected: str | None) -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{dates}</metadata><manifest>'
        '<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="one"/></spine></package>'
    )
    article = read(tmp_path, "a.epub", epub({"one": "<p>面馆</p>"}, **{"OEBPS/a.opf": package}))  # noodle shop
    assert article.metadata.get("date") == expected


def test_a_document_that_names_its_date_has_it_whenever_its_file_was_made(tmp_path: Path) -> None:
    lines = ["Le pain du quartier", "Publié le 5 janvier 2020", "La boulangère connaît chaque élève du collège. " * 6]
    core = '<c xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:created>2021-03-12</dcterms:created></c>'
    article = read(tmp_path, "a.docx", docx("".join(map(p, lines)), docProps__core=core))
    assert clean(article, language="fr").raw.metadata["date"] == "2020-01-05"  # published on 5 January 2020


def test_books_that_cannot_be_read(tmp_path: Path) -> None:
    locked = '<e><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></e>'
    for data, expected in (
        ("Bonjour", "not an EPUB"),
        (archive({"a": "b"}), "not an EPUB (no META-INF/container.xml)"),
        (epub({}), "no text"),
        (epub({"one": "<p>x</p>"}, **{"META-INF/encryption.xml": locked}), "protected against copying"),
        (epub({"one": "<p>x</p>"}, **{"OEBPS/one.xhtml": b" " * 50_000_000}), "a zip bomb, or too large"),
    ):
        assert expected in reason(tmp_path, "a.epub", data)


# --- PDFs -----------------------------------------------------------------------------------------------------------

Printed = tuple[float, float, float, str]  # from the left, from the foot, size, text


def pdf(pages: Sequence[Sequence[Printed]], information: str = "") -> bytes:
    """Pages of text in a font whose codes are those of UTF-16."""
    names = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def 1 begincodespacerange <0000>"
        b" <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end end"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [4 0 R]"
        b" /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DW 500 /CIDSystemInfo << /Registry (Adobe)"
        b" /Ordering (Identity) /Supplement 0 >> >>",
        stream(names),
    ]
    kids = []
    for page in pages:
        shown = (f"/F {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj" for x, y, size, text in page)
        objects.append(stream(f"BT {' '.join(shown)} ET".encode()))
        contents = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            b" /Contents %d 0 R >>" % contents
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    objects.append(f"<< {information} >>".encode())
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(places)
    end = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return data + table + end % (len(objects) + 1, len(objects), len(data))


def stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def column(lines: Sequence[str], top: float = 700, size: float = 12) -> list[Printed]:
    """Lines one below the other; an empty one is a gap."""
    return [(72, top - 16 * i, size, text) for i, text in enumerate(lines) if text]


def test_lines_of_a_pdf_become_paragraphs(tmp_path: Path) -> None:
    page = [
        (72.0, 760.0, 18.0, "Quán phở của cô Lan"),
        *column(
            [
                "Cô Lan mở quán phở ở đầu ngõ đã hai mươi năm. Khách quen",
                "đến không cần gọi món, cô nhớ ai thích nhiều hành, ai",
                "kiêng nước béo.",
                "La boulangère connaît chaque élève du collège par son pré-",
                "nom, et l’on revient dès l’aube.",
                "",
                "面馆老板娘在巷口开面馆已经二十年了。熟客来了不用点菜，她",
                "记得谁喜欢多放葱花。",
                "• Chào khách bằng tên",
                "• Ghi lại điều khách thích",
            ]
        ),
    ]  # the noodle shop; the bakery; the noodle shop in Chinese; greet by name; note what guests like
    article = read(
        tmp_path, "a.pdf", pdf([page], "/Title (Le carnet) /Author (Anne) /CreationDate (D:20210312080000Z)")
    )
    assert article.raw.splitlines() == [
        "Quán phở của cô Lan",
        "Cô Lan mở quán phở ở đầu ngõ đã hai mươi năm. Khách quen đến không cần gọi món, cô nhớ ai thích nhiều hành, "
        "ai kiêng nước béo.",
        "La boulangère connaît chaque élève du collège par son prénom, et l’on revient dès l’aube.",
        "面馆老板娘在巷口开面馆已经二十年了。熟客来了不用点菜，她记得谁喜欢多放葱花。",
        "• Chào khách bằng tên",
        "• Ghi lại điều khách thích",
    ]
    assert article.metadata == {"title": "Le carnet", "author": "Anne"}  # not the day when the file was made


def test_running_heads_and_page_numbers_do_not_cut_paragraphs(tmp_path: Path) -> None:
    words = ("pain", "four", "quai", "sac")  # bread, oven, quay, bag
    pages = [
        [
            (72.0, 800.0, 9.0, f"Revue du Quai, n° {i}"),
            *column(
                [
                    f"{word}, la file d’attente déborde sur le trottoir et per-",
                    f"sonne ne dort, car tout le monde parle du bon {word}",
                ]
            ),
            *column([f"{word} dit que la patronne trouvera un mot, et puis le"], 668),
            (300.0, 40.0, 9.0, f"{i} / 4"),
        ]
        for i, word in enumerate(words, 1)
    ]
    article = read(tmp_path, "a.pdf", pdf(pages))
    paragraph, head = article.raw.splitlines()
    assert paragraph.count("personne ne dort") == 4
    assert "puis le four, la file" in paragraph
    assert head == "Revue du Quai, n° 1"
    assert own_text(article).strip() == paragraph


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    whole = pdf([column(["Bonjour à toutes et à tous"])])
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(whole)))
    writer.encrypt("secret", algorithm="RC4-128")
    locked, opened = io.BytesIO(), io.BytesIO()
    writer.write(locked)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(whole)))
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(opened)
    for data, expected in (
        (pdf([[], []]), "the PDF has no text layer; run OCR first"),
        (pdf([column(["\ue001\ue002\ue003" * 20])]), "run OCR first"),
        (locked.getvalue(), "protected by a password"),
        (b"%PDF-1.7\nnothing", "the PDF is damaged"),
        (b"Bonjour", "not a PDF"),
        (whole[:-120], "the PDF is damaged"),
        (whole.replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]"), "the PDF "),
    ):
        assert expected in reason(tmp_path, "a.pdf", data)
    assert read(tmp_path, "b.pdf", opened.getvalue()).raw == "Bonjour à toutes et à tous\n"


# --- all of them ----------------------------------------------------------------------------------------------------


def test_a_folder_with_a_mixture(tmp_path: Path) -> None:
    c = PAGES["vi"]
    files: dict[str, bytes] = {
        "a.txt": c["paras"][0].encode(), "b.md": b"# Bonjour", "c.html": with_elements(c, "vi").encode(),
        "d.docx": docx(p("Bonjour")), "e.pdf": pdf([column(["Bonjour à tous"])]),
        "f.epub": epub({"one": "<p>面馆</p>"}),
        "g.HTM": b"<p>Bonjour", "x.png": b"", "y.css": b"",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = find_files(tmp_path)
    assert [file.path.name for file in found] == [name for name in files if name < "x"]
    assert all(read_article(file.path).raw.strip() for file in found)


def test_too_large_a_text_in_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(docx(p("Bonjour " * 1_000) * 100))
    with pytest.raises(UnreadableError, match=r"its text, 0\.8 MB is more than the limit of 0\.5 MB"):
        read_article(path, max_bytes=500_000)


def test_old_fonts_in_a_page_and_in_a_document(tmp_path: Path) -> None:
    # Trường đại học mở cửa đón tân sinh viên: the university welcomes its new students
    meant = "Trường đại học mở cửa đón tân sinh viên"
    tcvn3, vni = "Tr&shy;êng ®¹i häc më cöa ®ãn t©n sinh viªn", "Tröôøng ñaïi hoïc môû cöûa ñoùn taân sinh vieân"
    page = f"<meta charset=utf-8><body class=main><font face=.VnTime>{tcvn3}</font>{'<br>' * 200}"
    article = read(tmp_path, "a.html", page)
    assert (article.raw, article.encoding) == (line := meant + "\n", "utf-8+tcvn3")
    article = read(tmp_path, "a.docx", docx(p(vni)))
    assert (article.raw, article.encoding) == (line, "utf-8+vni")
    article = read(tmp_path, "a.pdf", pdf([column([vni])]))
    assert (article.raw, article.encoding) == (line, "utf-8+vni")


def test_readers_are_loaded_when_a_file_needs_them() -> None:
    code = "import sys, kb.read; print([m for m in ('lxml', 'pypdf', 'zipfile', 'json') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
