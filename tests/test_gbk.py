"""GBK bytes cut in half are joined again, with what tests/damage.py does to sentences of our own; clean text stays."""

from __future__ import annotations

import time

import pytest
from damage import CUTS, ERRORS, Damaged, cut_bytes, damage
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clean import gbk, readings
from kb.clean.fix import apply
from kb.model import MappedText

SENTENCES = [
    "每天早上，老闆娘站在門口，用名字和每一位客人打招呼。",
    "沒有人需要點第二次菜，因為她全都記得，而且從來不會出錯。",
    "好的服務不在漂亮的桌椅上，客人願意回來，是因為覺得有人關心自己。",
    "公司明白了服務的價值。客戶關係因此變得很好，業務也開始增長。",
    "我們的員工參加了培訓，學習如何傾聽顧客的意見和建議。",
    "這家企業的產品質量很高，銷售團隊對市場的變化非常了解。",
    "經理認為溝通比價格重要，所以他親自給每一位顧客打電話。",
    "他們用問卷調查了解顧客的滿意程度，並且認真處理每一個問題。",
]  # A small restaurant that knows its guests, and what companies can learn from it.
TEXT = "\n".join(SENTENCES)
CLEAN = [
    TEXT,
    "每天早上，老板娘站在门口，用名字和每一位客人打招呼。没有人需要点第二次菜，因为她全都记得。",
    "實驗在25℃±2℃下進行，結果為3.5×10(P＜0.05)，比例是1∶2∶3，見圖［1］。",
    "堃和龑是少見的名字用字，喆也是。卡拉OK、T恤和A股大家都聽說過，他說K歌最開心。",
    "「真的嗎?」他問。「當然!」她說(what)，然後走進了B座的X光室(圖a)。",
    "她说①②③都对，αβγ也对，ひらがな和カタカナ是日文，привет是俄文。",
]


def restored(text: str) -> str:
    mapped = MappedText.of(text)
    for repair in (gbk.shifted_bytes, readings.readings_in_brackets):
        mapped, changes, _ = apply(mapped, text, repair(mapped.text))
        assert all(change.before == text[change.start : change.end] for change in changes)
    return mapped.text


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_is_left_alone(text: str) -> None:
    assert not gbk.shifted_bytes(text)


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("經驗與文化?蛻魬(zhàn)略由此而來。", "經驗與文化。客戶戰略由此而來。"),  # ？ of A1|A3BF|CD became ?
        ("值得大家思想?yún)⒖肌?/p>", "值得大家思想參考。"),  # 雲 seemed to be between 想 and 參
        ("有問題請咨詢?nèi)藛T，他們會回答。", "有問題請咨詢人員，他們會回答。"),  # ends with 86|T, nothing lost
    ],
)
def test_what_is_found_on_pages(damaged: str, clean: str) -> None:
    assert restored(damaged) == clean


@pytest.mark.parametrize("seed", range(12))
def test_a_reading_between_two_bytes(seed: int) -> None:
    damaged = damage(TEXT, seed, readings=0, every=60, starts=("reading",), tags=False)
    assert damaged.places
    assert restored(damaged.text) == TEXT


def test_a_half_mark_where_a_quotation_is_open() -> None:
    assert restored("她說：「我全都記得!\ufffd\n客人都笑了。") == "她說：「我全都記得。」\n客人都笑了。"
    assert restored("她說：我全都記得!?\n客人都笑了。") == "她說：我全都記得!?\n客人都笑了。"


def test_an_ascii_mark_that_was_half_of_a_word_and_of_a_full_stop() -> None:
    assert restored("生意恢復正!\n客人都笑了，老闆娘也笑了，大家都很高興。") == (
        "生意恢復正常。\n客人都笑了，老闆娘也笑了，大家都很高興。"
    )


def test_of_two_that_fit_one_is_made_and_the_other_offered() -> None:
    """已 or 也 lost its second byte, and both fit: 客人已(也)離開."""
    text = damage("客人也離開了，她說。\n" + TEXT, 1, readings=0, every=0).text
    broken = b"".join(
        (bytes((c.encode("gb18030")[0],)) if i == 2 else c.encode("gb18030")) for i, c in enumerate(text)
    ).decode("gb18030", "ignore")
    made, offered = gbk.shifted_bytes(broken)
    assert made.sure
    assert not offered.sure
    assert (made.at, made.to) == (offered.at, offered.to)
    assert made.after[0] != offered.after[0]
    assert made.after[1:] == offered.after[1:]
    assert "也" in {made.after[0], offered.after[0]}


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        (
            "請參考這份問卷的調查Y果再作決定。",
            "請參考這份問卷的調查結果再作決定。",
        ),  # BD|59: the first byte left no trace
        ("我們的員工參加了培d訓，學習如何傾聽。", ""),  # no byte of anything
    ],
)
def test_one_letter_in_the_middle_of_chinese(damaged: str, clean: str) -> None:
    assert restored(TEXT + "\n" + damaged) == TEXT + "\n" + (clean or damaged)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
@pytest.mark.parametrize("errors", ERRORS)
def test_in_plain_damage_nothing_else_is_touched(cut: str, encoding: str, errors: str) -> None:
    """Most of it is repaired, too (bench/repair.py says how much); here is only that no other place is."""
    damaged = cut_bytes(TEXT, 5, cut=cut, encoding=encoding, errors=errors, every=70)
    assert damaged.places
    assert all(s < 0 or TEXT[s] == c for c, s in zip(damaged.text, damaged.same, strict=True))
    for fix in gbk.shifted_bytes(damaged.text):
        assert any(fix.at < place.to + 8 and place.at - 8 < fix.to for place in damaged.places)


def test_a_letter_between_two_bytes() -> None:
    damaged = cut_bytes(TEXT, 2, cut="letter", encoding="gb18030", readings=0)
    assert restored(damaged.text) == TEXT


@pytest.mark.parametrize(
    "text",
    ["?(jǐn)t\ue000\ue001魬a" * 4_000, "?(jǐn)" * 12_000, "\ue000\ue001魬" * 20_000, "客戶a" * 20_000, "!\n" * 20_000],
    ids=["nonsense", "readings", "private", "letters", "marks"],
)
def test_a_page_of_nonsense_takes_bounded_time(text: str) -> None:
    began = time.process_time()
    assert isinstance(gbk.shifted_bytes(text), list)
    assert time.process_time() - began < 30


@given(st.integers(0, 10_000), st.permutations(SENTENCES), st.sampled_from([0.0, 0.04, 0.2]))
@settings(max_examples=25, deadline=None)
def test_damage_tells_where_it_is_and_repair_touches_nothing_else(seed: int, lines: list[str], share: float) -> None:
    clean = "\n".join(lines)
    damaged: Damaged = damage(clean, seed, readings=share, every=100)
    assert all(s < 0 or clean[s] == c for c, s in zip(damaged.text, damaged.same, strict=True))
    fixes = gbk.shifted_bytes(damaged.text)
    done = 0
    for fix in (f for f in fixes if f.sure):
        assert done <= fix.at < fix.to <= len(damaged.text)
        done = fix.to
        assert any(fix.at < place.to + 8 and place.at - 8 < fix.to for place in damaged.places)
    restored(damaged.text)


@given(st.text(alphabet="客戶戰略。，?!()a0T\ue000魬蛻\ufffd€zhàn\n<p>/", max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    restored(text)
