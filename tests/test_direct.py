"""Answers about files that need no base, through the bundled model itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb.direct import DocumentTerm, RankedTerm, align_articles, align_lines, match_lines, rank_each_file, rank_files
from kb.embed import Embedder, Vectors, load
from kb.embed.base import Advance, Prompt, ignore
from kb.embed.tokens import TokenStates
from kb.errors import UnreadableError
from kb.pipeline import analyse_each
from kb.recipe import Recipe

RECIPE = Recipe(name="bare")

# A morning at a bakery. The French joins the fourth and fifth sentences and leaves out the eighth.
VIETNAMESE = """Tiệm bánh mì mở cửa lúc năm giờ rưỡi.
Mùi bơ nóng bay ra tận đầu phố.
Người khách đầu tiên luôn là một cô y tá vừa hết ca trực.
Cô không cần nói gì.
Bà chủ đã gói sẵn hai chiếc bánh sừng bò cho cô.
Một hôm chiếc máy tính tiền bị hỏng.
Bà chủ viết hóa đơn bằng bút chì trên giấy gói bánh.
Ai nấy đều cười.
Có người giữ tờ giấy ấy làm kỷ niệm.
Từ đó, mỗi sinh nhật của tiệm, hóa đơn lại được viết tay.""".splitlines()

FRENCH = """La boulangerie ouvre à cinq heures et demie.
L’odeur du beurre chaud arrive jusqu’au coin de la rue.
La première cliente est toujours une infirmière qui sort de sa garde.
Elle n’a rien à dire : la patronne lui a déjà emballé deux croissants.
Un jour, la caisse est tombée en panne.
La patronne a écrit les factures au crayon sur le papier d’emballage.
Certains ont gardé ce papier en souvenir.
Depuis, à chaque anniversaire de la boutique, les factures sont de nouveau écrites à la main.""".splitlines()

# The Traditional Chinese cuts the French fourth sentence in two.
CHINESE = """麵包店清晨五點半開門。
熱奶油的香味一直飄到街角。
第一位客人總是一位剛下班的護士。
她什麼都不用說。
老闆娘已經替她包好兩個可頌。
有一天，收銀機壞了。
老闆娘用鉛筆把帳單寫在包裝紙上。
有人把那張紙留下來當紀念。
從此每逢店慶，帳單又改用手寫。""".splitlines()


class Remembering:
    """The bundled model, asked once for every text of this file."""

    def __init__(self) -> None:
        self._model = load()
        self.name, self.revision, self.dimension = self._model.name, self._model.revision, self._model.dimension
        self._known: dict[tuple[str, str], Vectors] = {}

    def embed(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (prompt, text) not in self._known]
        self._known.update(zip([(prompt, text) for text in new], self._model.embed(new, prompt=prompt), strict=True))
        return np.array([self._known[prompt, text] for text in texts], np.float32).reshape(-1, self.dimension)

    def tokens(self, texts: Sequence[str], advance: Advance = ignore, *, few: bool = False) -> list[TokenStates] | None:
        return None

    def embed_question(self, text: str) -> Vectors:
        return self._model.embed_question(text)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Remembering()


@pytest.mark.parametrize("tags", [(None, None), ("vi", "fr")])
def test_vietnamese_and_french_lines(embedder: Embedder, tags: tuple[str | None, str | None]) -> None:
    beads = align_lines(VIETNAMESE, FRENCH, *tags, embedder)
    assert [(b.a, b.b) for b in beads] == [
        ((0,), (0,)), ((1,), (1,)), ((2,), (2,)), ((3, 4), (3,)), ((5,), (4,)), ((6,), (5,)), ((7,), ()), ((8,), (6,)),
        ((9,), (7,)),
    ]  # fmt: skip
    assert all(0 <= b.score <= 1 for b in beads)


def test_french_and_traditional_chinese_lines(embedder: Embedder) -> None:
    beads = align_lines(FRENCH, CHINESE, None, None, embedder)
    assert [(b.a, b.b) for b in beads] == [
        ((0,), (0,)), ((1,), (1,)), ((2,), (2,)), ((3,), (3, 4)), ((4,), (5,)), ((5,), (6,)), ((6,), (7,)),
        ((7,), (8,)),
    ]  # fmt: skip


def test_swapped_sides_give_the_mirror_image(embedder: Embedder) -> None:
    one, two = (align_lines(*sides, None, None, embedder) for sides in ((FRENCH, CHINESE), (CHINESE, FRENCH)))
    assert [(b.a, b.b, b.score) for b in one] == [(b.b, b.a, b.score) for b in two]


def test_equal_lines_have_the_same_counterpart(embedder: Embedder) -> None:
    doubled = [*FRENCH, *FRENCH]
    found = match_lines(doubled, FRENCH, ("fr", "fr"), "sentence", embedder)
    assert [(i, j) for i, j, _ in found] == [(i, i % len(FRENCH)) for i in range(len(doubled))]
    assert [(i, j) for i, j, _ in match_lines(FRENCH, doubled, ("fr", "fr"), "sentence", embedder)] == [
        (i, i) for i in range(len(FRENCH))
    ]


def test_no_lines(embedder: Embedder) -> None:
    assert align_lines([], [], None, None, embedder) == []
    assert [(b.a, b.b) for b in align_lines(FRENCH[:1], [], None, None, embedder)] == [((0,), ())]
    assert match_lines([], FRENCH, (None, None), "sentence", embedder) == []
    assert match_lines(FRENCH, [], (None, None), "sentence", embedder) == []


def test_matched_sentences(embedder: Embedder) -> None:
    shuffled = [CHINESE[i] for i in (8, 2, 0, 6, 1, 5, 7)]
    found = match_lines(FRENCH, shuffled, ("fr", "zh-Hant"), "sentence", embedder)
    assert [i for i, _, _ in found] == list(range(len(FRENCH)))
    best = {i: j for i, j, _ in found}
    assert {i: best[i] for i in (0, 1, 2, 4, 5, 6, 7)} == {0: 2, 1: 4, 2: 1, 4: 5, 5: 3, 6: 6, 7: 0}
    assert all(0 <= score <= 1 for _, _, score in found)
    by_line = {i: score for i, _, score in found}
    assert by_line[3] < min(by_line[i] for i in (0, 1, 2))  # its counterpart is not there


def test_matched_terms(embedder: Embedder) -> None:
    french = ["boulangerie", "infirmière", "caisse enregistreuse", "souvenir de voyage", "service après-vente", "école"]
    vietnamese = ["trường học", "tiệm bánh mì", "dịch vụ hậu mãi", "y tá", "máy tính tiền", "quà lưu niệm"]
    found = match_lines(french, vietnamese, ("fr", "vi"), "term", embedder)
    right = {0: 1, 1: 3, 2: 4, 3: 5, 4: 2, 5: 0}
    assert sum(right[i] == j for i, j, _ in found) >= 5


# --- articles and terms ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("texts")
    texts = {
        "bakery/vi": " ".join(VIETNAMESE),
        "bakery/fr": " ".join(FRENCH),
        "garage/fr": "Le garage répare les vélos. La patronne du garage aime les vieux vélos. Un vélo neuf coûte cher.",
    }
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return {name: folder / f"{name}.txt" for name in texts}


def test_articles(embedder: Embedder, files: dict[str, Path]) -> None:
    a, b = analyse_each([files[name] for name in ("bakery/vi", "bakery/fr")], RECIPE)
    alignment = align_articles(a, b, embedder)
    assert (alignment.a, alignment.b) == (a.id, b.id) == tuple(files[n].as_posix() for n in ("bakery/vi", "bakery/fr"))
    assert ((3, 4), (3,)) in [(bead.a, bead.b) for bead in alignment.beads]
    assert 0 <= alignment.score <= 1


def test_articles_that_are_no_translations(embedder: Embedder, files: dict[str, Path]) -> None:
    """Whatever stands beside whatever, no bead is surer than that the two are translations."""
    bakery, garage = analyse_each([files[name] for name in ("bakery/vi", "garage/fr")], RECIPE)
    alignment = align_articles(bakery, garage, embedder)
    assert alignment.relation == "comparable"
    assert any(bead.a and bead.b for bead in alignment.beads)
    assert all(bead.score <= alignment.score < 0.5 for bead in alignment.beads)


def test_terms_of_a_collection(files: dict[str, Path]) -> None:
    ranked = rank_files([files["bakery/fr"], files["garage/fr"]], RECIPE)
    assert all(isinstance(term, RankedTerm) for term in ranked)
    assert [t.score for t in ranked] == sorted((t.score for t in ranked), reverse=True)
    found = {t.lemma: t for t in ranked}
    assert (found["vélo"].term, found["vélo"].count, found["vélo"].documents) == ("vélos", 3, 1)
    assert found["patronne"].documents == 2
    assert ranked == rank_files([files["garage/fr"], files["bakery/fr"]], RECIPE)  # whatever the order


def test_terms_of_each_file(files: dict[str, Path]) -> None:
    paths = [files["garage/fr"], files["bakery/vi"], files["bakery/fr"]]
    terms = rank_each_file(paths, RECIPE)
    assert all(isinstance(term, DocumentTerm) for term in terms)
    assert list(dict.fromkeys(t.document for t in terms)) == [
        paths[0].with_suffix("").as_posix(),  # two files have the stem fr: their paths tell them apart
        "vi",
        paths[2].with_suffix("").as_posix(),
    ]
    garage = terms[: next(n for n, t in enumerate(terms) if t.document == "vi")]
    assert [t.score for t in garage] == sorted((t.score for t in garage), reverse=True)
    assert garage[0].lemma in ("vélo", "garage", "vieux vélo")
    shared = next(t for t in garage if t.term == "patronne")
    assert (shared.count, shared.documents) == (1, 2)


def test_a_language_given_is_taken(files: dict[str, Path]) -> None:
    as_german = rank_files([files["garage/fr"]], RECIPE, language="de")
    assert {t.term for t in as_german} != {t.term for t in rank_files([files["garage/fr"]], RECIPE)}


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, files: dict[str, Path]) -> None:
    (tmp_path / "empty.txt").touch()
    for rank in (rank_files, rank_each_file):
        with pytest.raises(UnreadableError, match="empty"):
            rank([files["garage/fr"], tmp_path / "empty.txt"], RECIPE)
