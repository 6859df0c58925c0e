from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import article, cleaned

from kb.langs.registry import analyser_for
from kb.model import AnalysedArticle, Block, Edit
from kb.segment import MAX_PASSAGE, segment

# A title, two paragraphs and a list item about hotels and keepsakes in each language.
TEXTS: dict[str, tuple[str | tuple[str, str], ...]] = {
    "vi": (
        ("title", "Trải nghiệm khách hàng"),
        "Khách sạn bán một trải nghiệm. Nhân viên ở TP. Huế chào khách.",
        "Du khách giữ một kỷ vật! Vì sao?",
        ("list-item", "1. Chủ đề"),
    ),
    "fr": (
        ("title", "L’expérience client"),
        "L’hôtel vend une expérience. M. Dupont accueille les clients.",
        "Le voyageur garde un souvenir ! Pourquoi ?",
        ("list-item", "1. Le thème"),
    ),
    "zh-Hans": (
        ("title", "客户体验"),
        "酒店销售体验。员工欢迎客人！",
        "游客保留纪念品。为什么？",
        ("list-item", "1. 主题"),
    ),
    "zh-Hant": (
        ("title", "客戶體驗"),
        "飯店銷售體驗。員工歡迎客人！",
        "遊客保留紀念品。為什麼？",
        ("list-item", "1. 主題"),
    ),
    "ja": (("title", "顧客体験"), "ホテルは体験を売る。スタッフが迎える。", "記念品を残す。なぜ？"),
}


@pytest.mark.parametrize("language", TEXTS)
def test_every_offset_leads_back_to_the_raw_text(language: str) -> None:
    made = article("a", language, *TEXTS[language])
    raw = made.cleaned.raw.raw
    blocks = [(b, "paragraph") if isinstance(b, str) else (b[1], b[0]) for b in TEXTS[language]]
    assert [(p.text, p.kind) for p in made.passages] == blocks
    for passage in made.passages:
        assert raw[passage.start : passage.end] == passage.text
    for sentence in made.sentences:
        assert raw[sentence.start : sentence.end] == sentence.text
        assert sentence.text in made.passages[sentence.passage].text
        for token in sentence.tokens:
            assert raw[token.start : token.end] == token.text
            assert sentence.text[token.at : token.at + len(token.text)] == token.text


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_cover_the_passages_in_reading_order(language: str) -> None:
    made = article("a", language, *TEXTS[language])
    for n, passage in enumerate(made.passages):
        own = [s.text for s in made.sentences if s.passage == n]
        assert "".join("".join(own).split()) == "".join(passage.text.split())
    assert [s.passage for s in made.sentences] == sorted(s.passage for s in made.sentences)
    starts = [s.start for s in made.sentences]
    assert starts == sorted(set(starts))


def test_sentences_of_known_texts() -> None:
    assert [s.text for s in article("a", "vi", *TEXTS["vi"]).sentences] == [
        "Trải nghiệm khách hàng",
        "Khách sạn bán một trải nghiệm.",
        "Nhân viên ở TP. Huế chào khách.",
        "Du khách giữ một kỷ vật!",
        "Vì sao?",
        "1. Chủ đề",
    ]
    assert [s.text for s in article("a", "zh-Hant", *TEXTS["zh-Hant"]).sentences] == [
        "客戶體驗", "飯店銷售體驗。", "員工歡迎客人！", "遊客保留紀念品。", "為什麼？", "1. 主題",
    ]  # fmt: skip


def test_repaired_text_leads_back_to_the_raw_text() -> None:
    plain = cleaned("fr", "L'hotel  vend. Il  ferme.")  # two spaces each, a missing accent
    body = plain.body.edit([Edit(3, 4, "ô"), Edit(7, 9, " "), Edit(17, 19, " ")])
    assert body.text == "L'hôtel vend. Il ferme."
    raw = plain.raw.raw
    made = segment(
        replace(plain, body=body, blocks=(Block("paragraph", 0, len(raw), 0, len(body.text)),)), "a", analyser_for("fr")
    )
    assert [(s.text, raw[s.start : s.end]) for s in made.sentences] == [
        ("L'hôtel vend.", "L'hotel  vend."),
        ("Il ferme.", "Il  ferme."),
    ]
    assert [(t.text, raw[t.start : t.end]) for t in made.sentences[0].tokens] == [
        ("L'", "L'"), ("hôtel", "hotel"), ("vend", "vend"), (".", "."),
    ]  # fmt: skip


def test_only_the_body_is_cut() -> None:
    whole = cleaned("fr", "Le texte.", "Partager sur les réseaux", "La suite.")
    left_out = replace(whole.blocks[1], kind="navigation", at=-1, to=-1)
    made = segment(replace(whole, blocks=(whole.blocks[0], left_out, whole.blocks[2])), "a", analyser_for("fr"))
    assert [p.text for p in made.passages] == ["Le texte.", "La suite."]
    assert [s.passage for s in made.sentences] == [0, 1]
    nothing = segment(replace(whole, blocks=(left_out,)), "a", analyser_for("fr"))
    assert (nothing.passages, nothing.sentences) == ((), ())


# --- long blocks ----------------------------------------------------------------------------------------------------

LONG = {
    "fr": " ".join(f"La phrase numéro {n} parle du service." for n in range(80)),
    "vi": " ".join(f"Câu số {n} nói về dịch vụ." for n in range(100)),
    "zh-Hans": "".join(f"第{n}句讲服务质量。" for n in range(100)),
}


@pytest.mark.parametrize("language", LONG)
def test_long_blocks_are_split_at_sentences(language: str) -> None:
    text = LONG[language]
    made = article("a", language, text)
    weight = 3 if language == "zh-Hans" else 1
    sizes = [len(p.text) * weight for p in made.passages]
    longest = max(len(s.text) for s in made.sentences) * weight
    assert len(sizes) == -(-len(text) * weight // MAX_PASSAGE)
    assert max(sizes) <= MAX_PASSAGE + longest
    assert min(sizes) > MAX_PASSAGE / 2  # as even as can be, no crumbs
    assert "".join("".join(p.text for p in made.passages).split()) == "".join(text.split())
    assert {s.text[-1] for s in made.sentences} <= {".", "。"}
    for n, passage in enumerate(made.passages):
        own = [s for s in made.sentences if s.passage == n]
        assert (own[0].start, own[-1].end) == (passage.start, passage.end)


def test_a_sentence_is_never_cut() -> None:
    endless = "mot " * MAX_PASSAGE
    made = article("a", "fr", endless.strip() + ".")
    assert len(made.passages) == len(made.sentences) == 1


# --- ids ------------------------------------------------------------------------------------------------------------


def ids(made: AnalysedArticle) -> dict[str, str]:
    return {p.text: p.id for p in made.passages}


def test_ids_stay_when_other_paragraphs_come() -> None:
    before = ids(article("a", "fr", "Un thème.", "Un souvenir."))
    after = ids(article("a", "fr", "Une préface.", "Un thème.", "Un intermède.", "Un souvenir."))
    assert before.items() <= after.items()
    assert ids(article("a", "fr", "Un souvenir.", "Un thème.")) == before  # moved
    changed = ids(article("a", "fr", "Un thème !", "Un souvenir."))
    assert changed["Un souvenir."] == before["Un souvenir."]
    assert changed["Un thème !"] != before["Un thème."]


def test_ids_are_one_a_passage() -> None:
    made = article("a", "vi", "Hết.", "Chủ đề.", "Hết.", "Hết.")  # The end. Theme. The end. The end.
    assert len({p.id for p in made.passages}) == 4
    once = article("a", "vi", "Hết.")
    assert made.passages[0].id == once.passages[0].id
    assert article("b", "vi", "Hết.").passages[0].id != once.passages[0].id


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("fr", "« Et si on rendait l’argent ? », propose-t-elle. Oui.", 2),
        ("fr", "Il le dit (mais à qui ?) ; on l’oublie. Dommage !", 2),
        ("vi", "“Sao lại thế?”, khách hỏi. Không ai đáp.", 2),  # “Why so?”, the guest asks. Nobody answers.
        ("zh-Hans", "“为什么？”，客人问。没有人回答。", 2),  # the same
        ("zh-Hant", "「為什麼？」客人問。沒有人回答。", 3),  # where nothing says that the sentence goes on
    ],
)
def test_no_sentence_begins_with_a_mark_that_closes_or_goes_on(language: str, text: str, sentences: int) -> None:
    found = [s.text for s in article("a", language, text).sentences]
    assert len(found) == sentences
    assert not any(s[0] in "»”）)]」』,;，；" for s in found)
