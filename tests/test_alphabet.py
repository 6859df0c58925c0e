from __future__ import annotations

import random

import pytest

from kb.langs.alphabet import OTHER, collation, letter


@pytest.mark.parametrize(
    ("language", "names"),
    [
        # Đ follows D, Ă and Â follow A; tones come last: ghost, but, grave, horse, cheek, rice seedling
        ("vi", ["anh", "ăn", "âm", "ấn tượng", "dạ", "dịch vụ", "đạo cụ", "em", "ma", "mà", "mả", "mã", "má", "mạ"]),
        ("fr", ["client", "cote", "côté", "événement", "œuvre", "optique"]),
        # to repeat (chóngfù), service, souvenir, customer, experience, important (zhòngyào)
        ("zh-Hans", ["重复", "服务", "纪念品", "客户", "体验", "重要"]),
        ("zh-Hant", ["重複", "服務", "紀念品", "客戶", "體驗", "重要"]),
    ],
)
def test_names_stand_as_in_a_dictionary(language: str, names: list[str]) -> None:
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: collation(name, language)) == names


@pytest.mark.parametrize(
    ("name", "language", "capital"),
    [
        ("ấn tượng", "vi", "Â"),  # impression
        ("đạo cụ", "vi", "Đ"),  # prop
        ("Événement", "fr", "E"),
        ("œuvre", "fr", "O"),
        ("體驗", "zh-Hant", "T"),  # experience
        ("CRM", "zh-Hans", "C"),
        ("4P", "fr", OTHER),
        ("", "vi", OTHER),
    ],
)
def test_letters(name: str, language: str, capital: str) -> None:
    assert letter(name, language) == capital
