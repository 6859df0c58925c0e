"""The lexicon and what it finds of one name in another."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from kb.langs.lexicon import FILE, Lexicon, lexicon, read_lexicon, units
from kb.model import Term
from kb.renderings import named_elsewhere, rendered, shared_senses, wholly_rendered

SMALL = read_lexicon(
    [
        "fr\tpos\tvi\tzh\n",
        "glace\tn\tbăng; nước đá\t冰\n",  # ice
        "glace\tn\tkem\t冰淇淋\n",  # ice cream
        "salle\tn\tphòng\t室; 厅\n",  # room
        "lecture\tn\tđọc; việc đọc\t阅读\n",  # reading
        "lire\tv\tđọc\t读; 阅读\n",  # to read
        "vélo\tn\txe đạp\t自行车\n",  # bicycle
        "voiture\tn\txe; ô tô\t车; 汽车\n",  # car
        "chemin de fer\tn\tđường sắt\t铁路\n",  # railway
    ]
)


def said(a: tuple[str, str], b: tuple[str, str], words: Lexicon = SMALL) -> tuple[float, float]:
    found, missed = rendered([words.known(*a)], [words.known(*b)])
    return float(found[0, 0]), float(missed[0, 0])


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("salle de lecture", ("salle", "de", "lecture")),
        ("prêt d'atelier", ("prêt", "d", "atelier")),
        ("porte-bagages", ("porte", "bagages")),
        ("phòng đọc", ("phòng", "đọc")),
        ("阅览室", ("阅", "览", "室")),
        ("crm系统", ("crm", "系", "统")),
        ("t恤 xl", ("t", "恤", "xl")),
        ("", ()),
    ],
)
def test_units(name: str, pieces: tuple[str, ...]) -> None:
    assert units(name) == pieces


def test_a_word_of_two_senses_keeps_them_apart() -> None:
    assert len(SMALL.senses_of("fr", "glace")) == 2
    assert SMALL.senses_of("vi", "kem") & SMALL.senses_of("fr", "glace")
    assert not SMALL.senses_of("vi", "kem") & SMALL.senses_of("zh", "冰")


def test_names_and_their_parts_of_speech() -> None:
    assert "lire" in set(SMALL.names("fr"))
    assert "đọc" in set(SMALL.names("vi"))
    assert "冰淇淋" in set(SMALL.names("zh"))
    assert SMALL.parts_of("fr", "lire") == {"v"}
    assert SMALL.parts_of("vi", "đọc") == {"n", "v"}
    assert list(SMALL.names("de")) == []


def test_a_name_is_rendered_part_by_part_in_any_order() -> None:
    assert said(("fr", "salle de lecture"), ("vi", "phòng đọc")) == (1, 0)
    assert said(("fr", "salle de lecture"), ("zh", "阅读室")) == (1, 0)
    assert said(("fr", "chemin de fer"), ("zh", "铁路")) == (1, 0)
    assert said(("fr", "salles de lecture"), ("vi", "phòng đọc")) == (1, 0), "plurals are known"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("vi", "du khách"), ("fr", "client")),  # tourist; du is no French article here
        (("vi", "la bàn"), ("fr", "table")),  # compass
        (("vi", "cuộc sống"), ("fr", "cru")),  # life; raw
        (("vi", "sự kiện"), ("fr", "colis")),  # event; parcel
        (("vi", "du lịch"), ("zh", "日历")),  # travel; calendar
        (("fr", "œil"), ("zh", "目的")),  # eye; aim
        (("fr", "soldat"), ("zh", "的士")),  # taxi
    ],
)
def test_a_joint_inside_a_word_is_a_part_of_it(a: tuple[str, str], b: tuple[str, str]) -> None:
    words = lexicon()
    assert words.senses_of(*a), a
    assert words.senses_of(*b), b
    assert said(a, b, words)[0] < 1


def test_what_both_know_and_neither_says_counts_against() -> None:
    assert said(("fr", "vélo"), ("vi", "kem")) == (0, 1)
    # Half of xe đạp is a car, but the word is not.
    assert said(("fr", "voiture"), ("vi", "xe đạp")) == (0.5, 1)
    # Of phrases that the lexicon has no entry for it says nothing against.
    assert said(("fr", "salle de lecture"), ("vi", "phòng kem")) == (0.5, 0)
    assert said(("fr", "dérailleur"), ("vi", "kem")) == (0, 0), "nothing is known of the one"
    assert said(("de", "Eis"), ("vi", "kem")) == (0, 0)


def test_swapping_sides_mirrors() -> None:
    a = [SMALL.known("fr", n) for n in ("salle de lecture", "glace", "vélo de course", "inconnu")]
    b = [SMALL.known("zh", n) for n in ("阅读室", "冰", "自行车", "车", "不明")]
    for there, back in zip(rendered(a, b), rendered(b, a), strict=True):
        np.testing.assert_array_equal(there, back.T)


def test_wholly_rendered() -> None:
    a = [SMALL.known("vi", n) for n in ("phòng đọc", "phòng xe đạp", "đọc")]
    b = [SMALL.known("fr", n) for n in ("salle de lecture", "salle")]
    assert wholly_rendered(a, b) == {0}


def test_shared_senses() -> None:
    a = [SMALL.senses_of("fr", n) for n in ("glace", "lecture", "rien")]
    b = [SMALL.senses_of("vi", n) for n in ("đọc", "kem", "băng")]
    np.testing.assert_array_equal(shared_senses(a, b), [[0, 1, 1], [1, 0, 0], [0, 0, 0]])


def test_a_clause_that_others_have_a_name_for_is_a_name() -> None:
    reading = Term("fr", "salle de lecture", "salle de lecture", 1.0, ())
    shapes = {"fr": {"salle de lecture": True}, "vi": {"phòng đọc": True, "khách đọc": True}}
    words = lexicon()
    if not words.senses_of("fr", "salle") & words.senses_of("vi", "phòng"):
        pytest.fail("the lexicon lacks salle = phòng")
    assert named_elsewhere(shapes, {"fr": [reading], "vi": []})["vi"] == {"phòng đọc"}
    assert named_elsewhere(shapes, {"fr": [], "vi": []})["vi"] == frozenset()


# --- the file -------------------------------------------------------------------------------------------------------


def test_every_sense_has_names_in_three_languages() -> None:
    head, *rows = FILE.read_text(encoding="utf-8").splitlines()
    assert head == "fr\tpos\tvi\tzh"
    for row in rows:
        assert unicodedata.is_normalized("NFC", row), row
        french, part, *others = row.split("\t")
        assert part in ("n", "v", "a", "d"), row
        assert len(others) == 2, row
        assert all(name and name == name.strip() for name in (french, *"; ".join(others).split("; "))), row
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows), "sorted, so that additions do not collide"


@pytest.mark.parametrize(
    ("fr", "vi", "zh"),
    [
        ("bibliothèque", "thư viện", "图书馆"),  # library
        ("client", "khách hàng", "顾客"),  # customer
        ("expérience", "trải nghiệm", "体验"),  # experience, lived
        ("expérience", "kinh nghiệm", "经验"),  # experience, gathered
        ("souvenir", "kỷ niệm", "回忆"),  # memory
        ("prix", "giá", "价格"),  # price
    ],
)
def test_words_of_the_field(fr: str, vi: str, zh: str) -> None:
    words = lexicon()
    assert words.senses_of("fr", fr) & words.senses_of("vi", vi) & words.senses_of("zh", zh)


@pytest.mark.parametrize(
    ("hers", "his"),
    [
        ("coiffeuse", "coiffeur"),  # hairdresser
        ("formatrices", "formateur"),  # trainers
        ("apprentie", "apprenti"),
        ("pharmacienne", "pharmacien"),
        ("clientes", "client"),
    ],
)
def test_the_feminine_of_a_french_word_has_its_senses(hers: str, his: str) -> None:
    senses = lexicon().known("fr", his).senses()
    assert senses
    assert lexicon().known("fr", hers).senses() == senses


def test_a_word_that_is_known_is_not_taken_for_a_feminine() -> None:
    """attente (waiting) is nothing of attent, partie (part) nothing of parti (left)."""
    for word in ("attente", "partie", "plante"):
        assert lexicon().known("fr", word).senses() == lexicon().senses_of("fr", word) != frozenset()
