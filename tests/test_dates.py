from __future__ import annotations

from pathlib import Path

import pytest
from quick import WordEmbedder

import kb
from kb.clean import clean
from kb.clean.dates import iso_date
from kb.model import RawArticle
from kb.pipeline import build
from kb.progress import SilentProgress
from kb.recipe import Recipe
from kb.store import open_store


@pytest.mark.parametrize(
    ("text", "language", "date"),
    [
        ("2023-05-12", "vi", "2023-05-12"),
        ("2023-05-12T08:00:00+07:00", "vi", "2023-05-12"),
        ("20230512", "", "2023-05-12"),
        ("2023/5/2 08:30", "zh-Hans", "2023-05-02"),
        ("12/05/2023", "vi", "2023-05-12"),
        ("Thứ Sáu, 12/05/2023, 08:00 (GMT+7)", "vi", "2023-05-12"),  # Friday
        ("ngày 12 tháng 5 năm 2023", "vi", "2023-05-12"),  # day 12 month 5 year 2023
        ("12 Tháng Năm, 2023", "vi", "2023-05-12"),  # 12 May 2023, the month in words
        ("tháng Năm năm 2023", "vi", "2023-05"),  # in May of the year 2023: `năm` is five and year
        ("tháng mười hai 2023", "vi", "2023-12"),  # December 2023
        ("tháng mười năm 2023", "vi", "2023-10"),  # October of the year 2023
        ("tháng 5/2023", "vi", "2023-05"),
        ("năm 2023", "vi", "2023"),
        ("12 mai 2023", "fr", "2023-05-12"),
        ("Publié le vendredi 1er août 2023 à 10h30", "fr", "2023-08-01"),  # published on Friday 1 August
        ("le 3 févr. 2023", "fr", "2023-02-03"),  # the 3rd of Feb.
        ("décembre 2023", "fr", "2023-12"),
        ("12.05.2023", "fr", "2023-05-12"),
        ("21.05.24 – 6 min", "fr", "2024-05-21"),
        ("2023年5月12日", "zh-Hans", "2023-05-12"),
        ("发布时间：２０２３年０５月１２日 08:00", "zh-Hans", "2023-05-12"),  # time of publication, in wide figures
        ("二〇二三年十一月二十三日", "zh-Hans", "2023-11-23"),
        ("二〇二三年十月", "zh-Hans", "2023-10"),
        ("2023年5月號", "zh-Hant", "2023-05"),  # the May issue of 2023
        ("民國112年5月12日", "zh-Hant", "2023-05-12"),  # year 112 of the Republic
        ("2023年", "zh-Hant", "2023"),
        ("發布日期：113-05-02 點閱數：2319", "zh-Hant", "2024-05-02"),  # published in year 113; read 2319 times
        ("10月 15, 2019", "zh-Hans", "2019-10-15"),
        ("Fri, 12 May 2023 08:00:00 +0700", "", "2023-05-12"),
        ("May 12th, 2023", "en", "2023-05-12"),
        ("Sept. 2023", "en", "2023-09"),
        ("05/2023", "fr", "2023-05"),
        ("2023-05", "", "2023-05"),
    ],
)
def test_dates_as_pages_give_them(text: str, language: str, date: str) -> None:
    assert iso_date(text, language) == date


@pytest.mark.parametrize(
    ("language", "date"),
    [("fr", "2023-04-03"), ("vi", "2023-04-03"), ("zh-Hans", "2023"), ("en", "2023"), ("", "2023")],
)
def test_figures_that_leave_the_month_open(language: str, date: str) -> None:
    assert iso_date("03/04/2023", language) == date


@pytest.mark.parametrize("text", ["4/13/2023", "13/4/2023", "4.13.2023"])
def test_figures_that_can_be_one_date_only(text: str) -> None:
    assert iso_date(text, "en") == iso_date(text, "fr") == "2023-04-13"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/2023",
        "2023-13-45",
        "0001-01-01T00:00:00",
        "hôm qua",  # yesterday
        "il y a 3 jours",  # three days ago
        "Tel. 028.3822.2023",
        "Theo số 5/2023 của tạp chí",  # after issue 5/2023 of the magazine
        "Nhóm 2023 thành viên",  # a group of 2023 members
        "192.168.10.2023",
        "02.28.38.22.15",
        "113-05-02",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert iso_date(text, "vi") is None


def test_short_years_only_where_the_day_comes_first() -> None:
    assert iso_date("12-05-23", "vi") == "2023-05-12"
    assert iso_date("12-05-23", "zh-Hans") is iso_date("12-05-23") is None


def test_of_several_the_first_of_those_that_tell_most() -> None:
    assert iso_date("mai 2022, publié le 12 mai 2023, relu le 13 mai 2023", "fr") == "2023-05-12"


PROSE = {
    # The owner greets every guest by name; many come back every spring.
    "fr": "La patronne salue chaque cliente par son nom, et beaucoup reviennent au printemps avec leurs voisines.",
    # The owner remembers each guest's name, so many come back every spring.
    "vi": "Bà chủ nhớ tên từng vị khách ghé quán, nên nhiều người trở lại vào mỗi mùa xuân cùng với hàng xóm của họ.",
    # The owner remembers the name of every guest, so many come back in spring with their neighbours.
    "zh-Hans": "老板娘记得每一位客人的名字，所以很多人每年春天都会带着邻居再来，坐在靠窗的位置喝茶。",
}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("vi", "Ngày đăng: 12/05/2023"),  # posted on
        ("fr", "Publié le 12 mai 2023"),  # published on
        ("zh-Hans", "发布时间：2023年5月12日"),  # time of publication
    ],
)
def test_a_date_that_cleaning_left_out_is_the_articles(language: str, line: str) -> None:
    text = f"{line}\n\n" + "\n\n".join([PROSE[language]] * 2)
    found = clean(RawArticle("a.txt", text, "utf-8", ""), language=language)
    assert line not in found.body.text
    assert found.raw.metadata["date"] == "2023-05-12"


def test_what_the_metadata_say_goes_before_and_is_kept_as_it_was_given() -> None:
    text = "Publié le 1er mars 2020\n\n" + PROSE["fr"]
    given = {"date": "12/05/2023 à 8h", "origin": "un blog"}
    found = clean(RawArticle("a.txt", text, "utf-8", "", given), language="fr").raw
    assert found.metadata == {"date": "2023-05-12", "declared_date": "12/05/2023 à 8h", "origin": "un blog"}
    assert clean(found, language="fr").raw == found
    unclear = clean(RawArticle("a.txt", text, "utf-8", "", {"date": "récemment"}), language="fr").raw
    assert unclear.metadata == {"date": "2020-03-01", "declared_date": "récemment"}


def test_the_date_nearest_to_the_title() -> None:
    """The page's own day at the top is not the article's."""
    # Monday ... | home | spring at the tea house
    lines = ["Thứ Hai, 01/01/2024", "Trang chủ", "# Mùa xuân ở quán trà", "Ngày đăng: 12/05/2023", PROSE["vi"]]
    found = clean(RawArticle("a.md", "\n\n".join(lines), "utf-8", ""), language="vi")
    assert [b.kind for b in found.blocks if b.is_body] == ["title", "paragraph"]
    assert found.raw.metadata["date"] == "2023-05-12"


def test_answers_have_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("kb.embed.base.load", "kb.embed.load"):
        monkeypatch.setattr(place, lambda name="", much=False: WordEmbedder())
    folder = tmp_path / "texts"
    folder.mkdir()
    facts = "---\ntitle: Le thé\ndate: 12 mai 2023\nauthor: Anne Roux\norigin: un blog\n---\n\n"
    (folder / "a.md").write_text(facts + PROSE["fr"], encoding="utf-8")
    (folder / "b.md").write_text(PROSE["vi"], encoding="utf-8")
    store = open_store(tmp_path / "kb.db", create=True, write=True)
    build(store, Recipe(name="test", model=WordEmbedder.name), [folder], progress=SilentProgress())
    store.close()
    with kb.open(tmp_path / "kb.db") as base:
        found = {a.path.rsplit("/")[-1]: (a.date, a.author, a.origin) for a in base.articles()}
    assert found == {"a.md": ("2023-05-12", "Anne Roux", "un blog"), "b.md": (None, None, None)}
