"""What is article and what is the page around it: on labelled pages, across a collection, and with meaning.

tests/pages/dev was written for the project; floors are what was measured, less a line or two.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from quick import WordEmbedder

from kb import pipeline
from kb.clean import blocks, clean, phrases
from kb.clean.context import ALONE, Context
from kb.clean.lines import split
from kb.clean.repeated import key, repeated_lines
from kb.embed.base import BUNDLED, Vectors
from kb.model import CleanedArticle, RawArticle
from kb.progress import SilentProgress
from kb.recipe import Recipe
from kb.store import open_store

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from pages import Counts, judge, raw_article, read_pages

PAGES = read_pages(Path(__file__).parent / "pages" / "dev")


def cleaned(lines: Sequence[str], context: Context = ALONE) -> CleanedArticle:
    return clean(RawArticle("a.txt", "\n".join(lines), "utf-8", ""), context=context)


# --- labelled pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "fr", "zh"])
def test_labelled_pages(language: str) -> None:
    sums = Counts()
    for page in PAGES:
        if page.language == language:
            sums.update(judge(page, clean(raw_article(page)))[0])
    assert sums["found"] >= 0.91 * sums["furniture lines"]
    assert sums["dropped"] <= 0.01 * sums["body"]
    assert sums["titles"] >= sums["pages with title"] - 5
    assert sums["body kinds"] >= 0.85 * sums["body lines"]


def test_every_line_that_is_left_out_has_a_reason() -> None:
    for page in PAGES:
        result = clean(raw_article(page))
        left_out = [block for block in result.blocks if not block.is_body]
        reasons = {(c.start, c.end): c.reason for c in result.changes}
        assert all(reasons[block.start, block.end] for block in left_out), page.name


@pytest.mark.parametrize("han", [True, False])
def test_the_look_ahead_passes_over_no_phrase(han: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = phrases._finder("marks", han)
    monkeypatch.setattr(phrases, "_look", lambda heads: "")
    plain = phrases._finder.__wrapped__("marks", han)
    assert quick.pattern.pattern != plain.pattern.pattern
    texts = [line.compared for page in PAGES for line in split(page.raw)]
    found = [[(kind, match.span()) for kind, match in plain.find(text)] for text in texts]
    assert sum(map(bool, found)) > 300
    assert found == [[(kind, match.span()) for kind, match in quick.find(text)] for text in texts]


# --- what is no furniture -------------------------------------------------------------------------------------------

STORY = [
    "L’horloger de la rue basse",
    "Il ouvrait sa boutique à six heures, quand la rue dormait encore, et balayait le pas de la porte deux fois.",
    "Les montres arrivaient dans des mouchoirs, dans des boîtes à biscuits, parfois dans une lettre sans adresse.",
    "On lui demandait rarement le prix. Il réparait d’abord, et parlait ensuite du temps qu’il fait.",
]  # A watchmaker repairs first and speaks of the price later.


def test_short_lines_at_the_end_of_an_article_stay() -> None:
    sources = [
        "Sources",
        "Archives de la commune, registre 12.",
        "Entretien avec M. Roche, 1974.",
        "Carnets, sans date.",
    ]
    result = cleaned([*STORY, *sources])
    assert result.body.text.split("\n") == [*STORY, *sources]


def test_a_poem_stays() -> None:
    poem = ["La pendule", "Elle bat", "dans la cuisine vide", "on dirait", "quelqu’un qui marche"]
    assert cleaned(poem).body.text.split("\n") == poem


# --- repetition -----------------------------------------------------------------------------------------------------

OPENING = "Đoạn này kể một câu chuyện riêng, không giống bất cứ bài nào khác trong số những bài ở đây"
SCENES = [
    ("mưa trên mái tôn", "con mèo ở hiên"),
    ("chợ sớm ven sông", "ly cà phê nguội"),
    ("chiếc xe đạp cũ", "tiếng chuông chùa"),
    ("bến đò vắng khách", "bài học đầu tiên"),
]  # Rain on a tin roof, a market by the river, an old bicycle, an empty ferry.
TEXTS = [[f"Bài số {n}", *(f"{OPENING}: {scene} ({n})." for scene in scenes)] for n, scenes in enumerate(SCENES)]
SLOGAN = "Làng trong phố và những điều nhỏ bé mà chúng ta gìn giữ bên nhau mỗi ngày"  # no word of furniture in it


def site(*numbers: int, above: Sequence[str] = (), below: Sequence[str] = ()) -> list[str]:
    return ["\n".join([*above, *TEXTS[n], *below]) for n in numbers]


def test_a_line_of_three_articles_is_furniture_and_says_why() -> None:
    texts = site(0, 1, 2, below=[SLOGAN])
    repeated = repeated_lines(texts)
    assert repeated == {key(SLOGAN)}
    result = cleaned(texts[0].split("\n"), Context(repeated))
    assert SLOGAN not in result.body.text
    assert "other articles of this collection have it too" in result.changes[-1].reason
    assert SLOGAN in cleaned(texts[0].split("\n")).body.text


def test_figures_in_it_may_differ() -> None:
    texts = [*site(0, below=[f"{SLOGAN} 12"]), *site(1, below=[f"{SLOGAN} 7"]), *site(2, below=[f"{SLOGAN} 90"])]
    assert len(repeated_lines(texts)) == 0  # one figure is not two
    texts[1] = texts[1].replace("7", "17")
    assert len(repeated_lines(texts)) == 1


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(site(0, 1, below=[SLOGAN]), id="two articles"),
        pytest.param(site(0, 1, 2, 3, below=["Kết luận"]), id="a lone heading"),
        pytest.param(site(0, 1, 2, 3, below=["参考文献", "- 王小明，2010。"]), id="a heading and a list"),
        pytest.param([text.replace(").", f").\n{SLOGAN}", 1) for text in site(0, 1, 2)], id="in the middle"),
        pytest.param(site(0, 0, 0, 1, below=[SLOGAN]), id="versions of one article"),
    ],
)
def test_what_repeats_and_is_no_furniture(texts: list[str]) -> None:
    assert repeated_lines(texts) == frozenset()


def test_a_menu_of_two_articles() -> None:
    menu = ["Hiên nhà", "Góc bếp", "Ngoài vườn", "Thư từ"]
    assert repeated_lines(site(0, 1, above=menu)) >= {key(line) for line in menu[1:-1]}


# --- meaning ----------------------------------------------------------------------------------------------------------

WATCHES = [*STORY, "Partager sur Facebook", "© 2020"]
DOUBTFUL = "Prix de la réparation d’une montre ancienne : 40 € pour le ressort, 60 € pour le balancier"


class Meanings:
    """Vectors that say of a text whether it is of what the article speaks of; `asked` is what was embedded."""

    def __init__(self, own: str) -> None:
        self.own, self.asked = own, list[str]()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        vectors = np.zeros((len(texts), 384), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[0] = 1.0 if self.own in text or any(line.startswith(text[:60]) for line in STORY) else -1.0
        return vectors


def test_without_doubt_nothing_is_embedded() -> None:
    meanings = Meanings("")
    labels = blocks.label(split("\n".join(STORY)), Context(embed=meanings), "fr")
    assert all(found.is_body for found in labels)
    assert meanings.asked == []


@pytest.mark.parametrize(("own", "stays"), [("montre", True), ("nothing", False)])
def test_meaning_decides_what_form_leaves_open(own: str, stays: bool) -> None:
    meanings = Meanings(own)
    result = cleaned([*STORY, DOUBTFUL, *WATCHES[4:]], Context(embed=meanings))
    assert DOUBTFUL in meanings.asked
    assert (DOUBTFUL in result.body.text) == stays
    reasons = [c.reason for c in result.changes if c.before == DOUBTFUL]
    assert all("far from what the article speaks of" in reason for reason in reasons) == (not stays or not reasons)


def test_meaning_with_the_real_model() -> None:
    context = Context(embed=pipeline.meaning(Recipe(name="test", model=BUNDLED)))
    sums = Counts()
    for page in PAGES[::12]:
        sums.update(judge(page, clean(raw_article(page), context=context))[0])
    assert sums["found"] >= 0.91 * sums["furniture lines"]
    assert sums["dropped"] <= 0.01 * sums["body"]


# --- a base holds the same, whatever order its articles came in -----------------------------------------------------


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    monkeypatch.setattr("kb.plan._stages_hash", lambda: "code")
    for place in ("kb.embed.base.load", "kb.embed.load"):
        monkeypatch.setattr(place, lambda name="", much=False: WordEmbedder())
    return Recipe(name="test", model=WordEmbedder.name)


def bodies(base: Path, recipe: Recipe, *folders: Path) -> dict[str, str]:
    store = open_store(base, create=not base.exists(), write=True)
    pipeline.build(store, recipe, folders, progress=SilentProgress())
    found = {a.id: store.analysed(a.id).cleaned.body.text for a in store.articles()}
    assert store.check() == []
    store.close()
    return found


def test_an_incremental_build_equals_one_from_nothing(tmp_path: Path, recipe: Recipe) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    texts = site(0, 1, 2, 3, below=[SLOGAN])
    for n in (0, 1):
        (folder / f"{n}.txt").write_text(texts[n], encoding="utf-8")
    base = tmp_path / "kb.db"
    assert all(SLOGAN in body for body in bodies(base, recipe, folder).values())
    (folder / "2.txt").write_text(texts[2], encoding="utf-8")
    three = bodies(base, recipe, folder)
    assert not any(SLOGAN in body for body in three.values())
    assert three == bodies(tmp_path / "new.db", recipe, folder)
    (folder / "0.txt").unlink()
    two = bodies(base, recipe, folder)
    assert all(SLOGAN in body for body in two.values())
    assert two == bodies(tmp_path / "newer.db", recipe, folder)


def test_a_folder_is_cleaned_as_a_collection_and_a_file_alone(tmp_path: Path, recipe: Recipe) -> None:
    paths = [tmp_path / f"{n}.txt" for n in range(3)]
    for path, text in zip(paths, site(0, 1, 2, below=[SLOGAN]), strict=True):
        path.write_text(text, encoding="utf-8")
    (tmp_path / "3.txt").write_bytes(b"")
    *found, error = pipeline.clean_files([*paths, tmp_path / "3.txt"], recipe)
    assert [SLOGAN in article.body.text for article in found if isinstance(article, CleanedArticle)] == [False] * 3
    assert isinstance(error, Exception)
    assert SLOGAN in pipeline.clean_file(paths[0], recipe).body.text
