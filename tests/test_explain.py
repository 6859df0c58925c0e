"""Pieces cover the raw text without a gap, make the body again, and none is without a reason."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clean import clean
from kb.clean.explain import CHANGED, KEPT, LEFT_OUT, OFFERED, SPACE, Piece, pieces, rows
from kb.clean.wording import common_reason, groups, visible
from kb.model import Block, Change, CleanedArticle, Edit, MappedText, RawArticle
from kb.read import find_files, read_article

ROOT = Path(__file__).parent.parent

FR = "Le comptoir et la mémoire. Chaque matin, la patronne salue les clients par leur prénom."
VI = "Mỗi sáng, cô chủ quán đứng ở cửa và chào từng người khách bằng tên. Không ai phải gọi món lần thứ hai."
ZH = "每天早上，老板娘站在门口，用名字和每一位客人打招呼。没有人需要点第二次菜，因为她全都记得。"
# What the texts say: a shopkeeper who greets each customer by name.


def check(article: CleanedArticle) -> list[Piece]:
    """What holds for every article."""
    raw, found = article.raw.raw, pieces(article)
    at = body_at = 0
    for piece in found:
        assert (piece.start, piece.at) == (at, body_at), piece
        assert piece.end >= piece.start
        assert piece.before == raw[piece.start : piece.end]
        assert piece.after == article.body.text[piece.at : piece.to]
        at, body_at = piece.end, piece.to
        match piece.kind:
            case "kept" | "offered":
                assert piece.before == piece.after
                assert not piece.changes
                assert piece.offers or piece.kind == KEPT
            case "changed" | "left-out":
                assert piece.reason, piece
            case "space":
                assert not piece.before.strip()
                assert piece.after in ("", "\n")
    assert (at, body_at) == (len(raw), len(article.body.text))
    told = {id(change) for piece in found for change in piece.changes}
    assert [c for c in article.changes if id(c) not in told] == []
    offered = {id(offer) for piece in found for offer in piece.offers}
    assert [c for c in article.offers if id(c) not in offered] == []

    in_rows = [piece for row in rows(article) for piece in row.pieces]
    assert [p for p in in_rows if p.kind != SPACE] == [p for p in found if p.kind != SPACE]
    assert [row.block for row in rows(article) if row.block] == list(article.blocks)
    return found


def explained(raw: str, path: str = "a.txt", language: str | None = None) -> list[Piece]:
    return check(clean(RawArticle(path, raw, "utf-8", ""), language=language))


def repairs(raw: str, **options: str) -> list[tuple[str, str, str]]:
    return [(p.before, p.after, p.changes[0].kind) for p in explained(raw, **options) if p.kind == CHANGED]


# --- what holds for all texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f.path for f in find_files(ROOT / "corpus" / "articles")], ids=str)
def test_the_corpus(path: Path) -> None:
    found = check(clean(read_article(path)))
    assert any(piece.kind == KEPT for piece in found)


DAMAGE = (
    unicodedata.normalize("NFD", VI),
    unicodedata.normalize("NFD", FR),
    VI.encode().decode("latin-1"),
    FR.encode().decode("cp1252"),
    ZH.replace("门", "门(mén)").replace("老", "老(lǎo)"),
    FR.replace("é", "&eacute;").replace("clients", "<b>clients</b>"),
    FR.replace("la mémoire", "la\u00a0\u00a0mém\u00adoire\u200b"),
    VI.replace("khách", "kháchKhông").replace("sáng,", "sáng,,"),
    ZH.encode("gbk")[1:].decode("gbk", "replace").replace("\ufffd", "?"),
    "tôi. Một\nii. Hai",
    "Accueil | Actualités | Contact",
    "Tuổi Trẻ\nTrang chủ\nĐăng nhập\nLiên hệ",
    "---------------",
    "上一篇：小店的问候",
    "**Le client** et [son retour](http://x.example/) ![image](a.png)",
    "## Un titre",
    "<!-- deux\nlignes --><script>x()</script>",
    "<p>",
    "</p>\n",
    "/p>",
    "&amp;amp;",
    "\ufeff",
    "\x00\x1b[31m\u202e",
    "\u0301",
    " \t\u3000",
    "👩\u200d🍳",
)
LINE_ENDS = ("\n", "\r\n", "\n\n", "\r", "\u2028", "\x0b", " ", "", "<br>", "\u0085")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((FR, VI, ZH, *DAMAGE)) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            st.sampled_from(LINE_ENDS),
        ),
        max_size=9,
    ),
    st.sampled_from(("a.txt", "a.md")),
    st.sampled_from((None, "zh-Hans", "vi")),
)
def test_any_text(parts: list[tuple[str, str]], path: str, language: str | None) -> None:
    explained("".join(text + end for text, end in parts), path, language)


@st.composite
def made_up(draw: st.DrawFn) -> CleanedArticle:
    """Any edits in any order, each told with its own span or with that of its whole line; any lines left out."""
    raw = draw(st.text("ab é\u0301客\u00a0(", min_size=1, max_size=30))
    text, changes = MappedText.of(raw), []
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(text.text)))
        to = draw(st.integers(at, min(len(text.text), at + 4)))
        after = draw(st.text("abx ", max_size=3))
        start, end = text.span(at, to)
        text = text.edit([Edit(at, to, after)])
        if draw(st.booleans()):
            start, end = draw(st.integers(0, start)), draw(st.integers(end, len(raw)))
        changes.append(Change("made-up", start, end, raw[start:end], after, "a reason"))
    start, end = text.span(0, len(text.text))
    if not text.text:
        left = Change("legal", 0, len(raw), raw, "", "another reason")
        return CleanedArticle(
            RawArticle("a.txt", raw, "", ""), "fr", "", text, (Block("legal", 0, len(raw)),), (left, *changes)
        )
    # What lies outside of the line was taken away at its edges.
    edges = [Change("edge", a, b, raw[a:b], "", "cut") for a, b in ((0, start), (end, len(raw))) if a < b]
    block = Block("paragraph", start, end, 0, len(text.text))
    offers = draw(st.lists(st.tuples(st.integers(0, len(raw)), st.integers(0, 4)), max_size=3))
    offered = tuple(Change("offer", a, b, raw[a:b], "?", "perhaps") for a, n in offers for b in [min(a + n, len(raw))])
    every = tuple(sorted([*changes, *edges], key=lambda c: (c.start, c.end)))
    return CleanedArticle(RawArticle("a.txt", raw, "", ""), "fr", "", text, (block,), every, offered)


@settings(max_examples=500, deadline=None)
@given(made_up())
def test_any_edits(article: CleanedArticle) -> None:
    raw, found = article.raw.raw, pieces(article)
    at = body_at = 0
    for piece in found:
        assert (piece.start, piece.at) == (at, body_at)
        assert piece.reason or piece.kind in (KEPT, OFFERED, SPACE)
        assert (piece.before, piece.after) == (raw[piece.start : piece.end], article.body.text[piece.at : piece.to])
        at, body_at = piece.end, piece.to
    assert (at, body_at) == (len(raw), len(article.body.text))


# --- how repairs are shown --------------------------------------------------------------------------------------------


def test_words_are_shown_whole() -> None:
    assert repairs(FR.replace("mémoire", "mÃ©moire")) == [("mÃ©moire", "mémoire", "mojibake")]
    text = f"{VI}\nkhách, hàng\ngặp kháchHàng"  # "customers met": two words in one
    assert repairs(text) == [("kháchHàng", "khách Hàng", "glued-words")]
    assert repairs(ZH.replace("门", "门(mén)")) == [("(mén)", "", "pinyin-annotation")]


def test_what_looks_alike_is_one_stretch() -> None:
    found = [p for p in explained(f"{FR}\n{unicodedata.normalize('NFD', VI)}") if p.kind == CHANGED]
    assert [p.looks_alike for p in found] == [True]
    assert VI.startswith(found[0].after)


def test_repaired_twice() -> None:
    words = "khách, hàng\ngặp kháchHàng"
    found = [p for p in explained(f"{VI}\n{unicodedata.normalize('NFD', words)}") if p.kind == CHANGED]
    glued = next(p for p in found if p.after.endswith("khách Hàng"))
    assert [c.kind for c in glued.changes] == ["glued-words", "unicode"]
    assert glued.reason.startswith("two words without a space")
    spaced = [p for p in explained(unicodedata.normalize("NFD", VI.replace(" ai", "\u00a0ai"))) if p.kind == CHANGED]
    assert {c.kind for p in spaced for c in p.changes} == {"spaces", "unicode"}


def test_repairs_in_a_line_that_is_left_out() -> None:
    text = f"Un titre\n\n{FR}\n{FR}\nTous droits r&eacute;serv&eacute;s, ©\u00a02020"
    left = [p for p in explained(text) if p.kind == LEFT_OUT]
    assert [p.changes[0].kind for p in left] == ["legal"]
    assert "entity" in {c.kind for c in left[0].changes[1:]}
    assert left[0].reason == left[0].changes[0].reason


def test_line_ends_and_what_stands_beside_a_line() -> None:
    article = clean(RawArticle("a.md", f"---\ntitle: T\n---\n\r\n## Titre\r\n\r\n<p>{FR}</p><p>{VI}", "utf-8", ""))
    check(article)
    shown = [[(p.kind, p.before) for p in row.pieces] for row in rows(article)]
    assert shown[0] == [(CHANGED, "---\ntitle: T\n---\n")]
    assert shown[1] == [(CHANGED, "## "), (KEPT, "Titre")]
    assert shown[2] == [(CHANGED, "<p>"), (KEPT, FR), (CHANGED, "</p>")]
    assert shown[3] == [(CHANGED, "<p>"), (KEPT, VI)]
    assert [row.kind for row in rows(article)] == ["front-matter", "title", "paragraph", "paragraph"]
    assert [row.is_body for row in rows(article)] == [False, True, True, True]


def test_offers() -> None:
    article = clean(RawArticle("a.txt", "\n".join((FR, VI.replace("cô", "cô\u00a0"), "© 2020")), "utf-8", ""))
    at = article.raw.raw.index("cô") - 4
    offers = (
        Change("glued-words", 3, 3, "", " ", "perhaps"),
        Change("word", 10, 20, article.raw.raw[10:20], "", "perhaps"),
        Change("word", at, at + 12, article.raw.raw[at : at + 12], "x", "perhaps"),
        Change("word", len(article.raw.raw) - 3, len(article.raw.raw), "020", "021", "perhaps"),
    )
    found = check(replace(article, offers=offers))
    assert [(p.before, len(p.offers)) for p in found if p.kind == OFFERED and p.start < len(FR)] == [
        ("", 1),
        (article.raw.raw[10:20], 1),
    ]
    assert sum(offers[2] in p.offers for p in found) > 1  # a repair is in the middle of it


def test_a_fault_of_cleaning_is_not_hidden() -> None:
    lost = CleanedArticle(
        RawArticle("a.txt", "abc def", "", ""), "fr", "", MappedText.of("abc"), (Block("paragraph", 0, 3, 0, 3),), ()
    )
    assert [(p.kind, p.before, p.reason) for p in pieces(lost)] == [(KEPT, "abc", ""), (CHANGED, " def", "")]
    assert rows(lost)[0].pieces[1].before == " def"


# --- words ------------------------------------------------------------------------------------------------------------


def test_reasons_in_common() -> None:
    assert common_reason(["one", "one"]) == "one"
    assert common_reason([f"a reading of {c}" for c in "行業經"]) == "a reading of …"
    assert (
        common_reason(["a reading of 行", "a reading, as after others"])
        == "a reading of 行; a reading, as after others"
    )
    assert common_reason(["an HTML tag", "half an HTML tag"]) == "an HTML tag; half an HTML tag"
    assert common_reason(["no shape: U+001B", "no shape: U+200B zero width space"]) == (
        "no shape: U+001B; U+200B zero width space"
    )
    assert common_reason("abcde") == "a; b; c; …"
    changes = [Change(kind, 0, 1, "x", "", kind) for kind in ("b", "a", "a")]
    assert groups(changes) == [("a", 2, "a"), ("b", 1, "b")]


def test_nothing_is_invisible() -> None:
    assert visible("a\u200b\u200bb\x1b[31m\ud800") == "a‹zero width space ×2›b‹U+001B›[31m‹U+D800›"
    assert visible("a\u00a0\tb\nc") == "a  b c"
    assert visible("a\u00a0\tb\nc", spaces=True) == "a‹no-break space›‹tab›b↵c"
    assert visible("\u0301a") == "◌\u0301a"
    assert visible("👩\u200d🍳") == "👩\u200d🍳"
    assert visible("") == ""
