"""Questions in the words of other languages."""

from __future__ import annotations

import pytest

from kb.crossing import renderings_of, shares, source_of


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("la fidélité des clients", "fr"),
        ("lòng trung thành của khách hàng", "vi"),  # the loyalty of customers
        ("顧客的忠誠", "zh"),  # the loyalty of customers
        ("what makes customers come back", None),
        ("", None),
    ],
)
def test_the_language_of_a_question(question: str, language: str | None) -> None:
    assert source_of(question) == language


def test_every_word_that_says_something_is_rendered() -> None:
    loyalty, customers = renderings_of("la fidélité des clients", "fr", "vi")
    assert "lòng trung thành" in loyalty
    assert "khách hàng" in customers
    assert ("道具",) in renderings_of("hàng hóa làm đạo cụ", "vi", "zh")  # goods as props
    assert any("khách hàng" in group for group in renderings_of("顧客", "zh", "vi"))  # a customer, in either script
    assert renderings_of("la fidélité", "fr", "de") == []


def test_a_text_holds_a_word_by_any_of_its_names() -> None:
    groups = [("trung thành", "chung thủy"), ("khách hàng", "khách")]
    texts = [
        "Khách quen trung thành.",
        "Khách đến rồi đi.",
        "Trời mưa.",
    ]  # loyal regulars; guests come and go; it rains
    held = shares(groups, texts, 100)
    assert held[0] == pytest.approx(1)
    assert 0 < held[1] < held[0]
    assert held[2] == 0
