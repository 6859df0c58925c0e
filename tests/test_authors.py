from __future__ import annotations

import pytest
from test_dates import PROSE

from kb.clean import clean
from kb.clean.authors import author_in
from kb.model import RawArticle


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Tác giả: Lê Hoài An", "Lê Hoài An"),
        ("Bài: Trần Thị Bích Ngọc - Ảnh: T.N.", "Trần Thị Bích Ngọc"),  # text by, photographs by
        ("par Antoine Delmas, 9 septembre 2019", "Antoine Delmas"),
        ("Par Jean-Marc de La Tour | 3 min", "Jean-Marc de La Tour"),
        ("Auteure : Élise d’Aubigny", "Élise d’Aubigny"),
        ("作者：林雅婷", "林雅婷"),
        ("文／黃思齊　2021-04-12", "黃思齊"),
        ("記者林雅婷／台北報導", "林雅婷"),  # reporting from Taipei
        ("文字：陳美玲 攝影：王大明", "陳美玲"),  # text by, photographs by
        ("作者：Peter Drucker", "Peter Drucker"),
        ("By Mary Ann Evans on 3 May", "Mary Ann Evans"),
    ],
)
def test_a_byline_names_its_author(line: str, name: str) -> None:
    assert author_in(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "2021-03-02",
        "Publié par la rédaction le 3 mai",
        "par la SNCF",
        "Đăng bởi Admin",
        "文：編輯部",
        "par Maxime",
        "By us",
    ],
)  # published by the editors; by the railways; posted by; text: the editors
def test_what_is_no_name_is_none(line: str) -> None:
    assert author_in(line) is None


@pytest.mark.parametrize(
    ("language", "line", "name"),
    [
        ("vi", "Tác giả: Lê Hoài An", "Lê Hoài An"),
        ("fr", "Par Antoine Delmas, le 9 septembre 2019", "Antoine Delmas"),
        ("zh-Hans", "作者：周敏", "周敏"),
    ],
)
def test_a_byline_that_cleaning_left_out_gives_the_author(language: str, line: str, name: str) -> None:
    text = f"{line}\n\n" + "\n\n".join([PROSE[language]] * 2)
    found = clean(RawArticle("a.txt", text, "utf-8", ""), language=language)
    assert line not in found.body.text
    assert found.raw.metadata["author"] == name
    given = clean(RawArticle("a.txt", text, "utf-8", "", {"author": "Mai"}), language=language)
    assert given.raw.metadata["author"] == "Mai"  # what the metadata say goes before
