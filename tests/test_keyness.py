"""What sets articles apart: the numbers by hand, and real articles in three languages."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kb
from kb import NotFoundError, UsageError
from kb.cli import main
from kb.keyness import LEVEL, Counts, compared, log_ratio


def counts(**times: int) -> Counts:
    made = Counts()
    for item, n in times.items():
        for k in range(n):
            made.add(item, "fr", f"a{k % 2}", item)
    return made


def test_numbers_by_hand() -> None:
    target, reference = counts(prix=12, jour=10), counts(prix=3, jour=20)
    target.tokens["fr"], reference.tokens["fr"] = 1000, 2000
    prix, jour = compared(target, reference, every=True)
    assert (prix.item, prix.count, prix.reference, prix.articles) == ("prix", 12, 3, 2)
    assert (prix.per_million, prix.reference_per_million) == (12000, 1500)
    assert prix.log_ratio == 3.0  # eight times as frequent
    # 2 (12 ln(12 / 5) + 3 ln(3 / 10)) of the words, and of all others 988 and 1997 where 990 and 1990 + 5 are expected
    expected = 2 * (
        12 * math.log(12 / 5) + 3 * math.log(3 / 10) + 988 * math.log(988 / 995) + 1997 * math.log(1997 / 1990)
    )
    assert prix.g2 == pytest.approx(expected, abs=0.01)
    assert prix.p == pytest.approx(math.erfc(math.sqrt(expected / 2)), rel=0.01)
    assert jour.log_ratio == 0
    assert jour.g2 == 0


def test_swapping_the_sides_mirrors_them() -> None:
    a, b = counts(prix=12, lieu=2, jour=10), counts(prix=3, lieu=9, jour=20)
    a.tokens["fr"], b.tokens["fr"] = 1000, 1500
    there = {x.item: x for x in compared(a, b, every=True)}
    back = {x.item: x for x in compared(b, a, every=True)}
    assert there.keys() == back.keys()
    for item, x in there.items():
        assert back[item].log_ratio == pytest.approx(-x.log_ratio, abs=0.011)
        assert back[item].g2 == pytest.approx(x.g2, abs=0.01)


def test_half_an_occurrence_stands_for_none() -> None:
    assert log_ratio(4, 1000, 0, 1000) == 3
    assert log_ratio(0, 1000, 4, 1000) == -3


def test_only_what_is_beyond_chance_among_all_is_listed() -> None:
    # One of forty words is a little more frequent: likely by chance that one of forty is.
    target, reference = (
        counts(**{f"w{n}": 5 for n in range(39)}, prix=12),
        counts(**{f"w{n}": 5 for n in range(39)}, prix=3),
    )
    target.tokens["fr"] = reference.tokens["fr"] = 1000
    first = compared(target, reference, every=True)[0]
    assert first.item == "prix"
    assert first.p < LEVEL * 3
    assert compared(target, reference) == []
    alone, other = counts(prix=12), counts(prix=1)
    alone.tokens["fr"] = other.tokens["fr"] = 1000
    assert [x.item for x in compared(alone, other)] == ["prix"]


@pytest.fixture(scope="module")
def base(demo: Path) -> kb.KnowledgeBase:
    return kb.open(demo)


@pytest.mark.parametrize(
    ("article", "language", "word"),
    [
        ("loyalty/vi", "vi", "quầy"),  # counter, stall
        ("marketing-mix/fr", "fr", "vélo"),  # bicycle
        ("designing-experience/zh-Hans", "zh", "盐"),  # salt
    ],
)
def test_what_an_article_is_about(base: kb.KnowledgeBase, article: str, language: str, word: str) -> None:
    items = base.keyness(article, every=True)
    assert {x.language for x in items} == {language}
    more = sorted((x for x in items if x.log_ratio > 0), key=lambda x: -x.g2)
    assert word in {x.item for x in more[:8]}
    general = base.keyness(article, general=True)
    assert word in {x.item for x in general}
    assert all(x.p < LEVEL for x in general)


def test_patterns_and_the_other_side(base: kb.KnowledgeBase) -> None:
    group = base.keyness("designing-*", every=True)
    assert {x.language for x in group} == {"fr", "vi", "zh"}
    one = base.keyness("loyalty/vi", against=["customer-journey/vi"], every=True)
    other = {x.item: x for x in base.keyness("customer-journey/vi", against=["loyalty/vi"], every=True)}
    assert all(other[x.item].log_ratio == pytest.approx(-x.log_ratio, abs=0.011) for x in one)


def test_concepts_across_languages(base: kb.KnowledgeBase) -> None:
    items = base.keyness(language="vi", what="concepts", every=True)
    assert {x.language for x in items} == {""}
    assert "invité" in {x.item for x in items if x.log_ratio > 1}  # khách is guest and customer in one
    several = base.keyness("designing-experience/fr", against=["marketing-mix/zh-Hans"], what="concepts", every=True)
    assert several


def test_what_cannot_be_compared(base: kb.KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="share no language"):
        base.keyness("loyalty/vi", against=["marketing-mix/fr"])
    with pytest.raises(UsageError, match="say what to compare"):
        base.keyness()
    with pytest.raises(UsageError, match="general language has words only"):
        base.keyness("loyalty/vi", general=True, what="concepts")
    with pytest.raises(NotFoundError, match="no article"):
        base.keyness("nowhere-*")


def test_articles_may_come_in_a_list_and_general_in_place_of_articles(base: kb.KnowledgeBase) -> None:
    assert base.keyness(["loyalty/vi"]) == base.keyness("loyalty/vi")
    assert base.keyness(["loyalty/vi", "marketing-mix/fr"], every=True) == base.keyness(
        "loyalty/vi", "marketing-mix/fr", every=True
    )
    one = base.keyness("loyalty/vi", against=["customer-journey/vi"], every=True)
    assert base.keyness("loyalty/vi", against="customer-journey/vi", every=True) == one
    assert base.keyness("loyalty/vi", against="general") == base.keyness("loyalty/vi", general=True)
    with pytest.raises(UsageError, match="7 is no article"):
        base.keyness("loyalty/vi", 7)  # type: ignore[arg-type]


def test_the_command_names_its_correction(demo: Path) -> None:
    def run(*args: str) -> Result:
        words = ["keyness", "--kb", str(demo), "marketing-mix/fr", "--against", "customer-journey/fr"]
        return CliRunner().invoke(main, [*words, *args])

    every = [run("--all", "--limit", "0", "--json", *side).stdout.count("\n") for side in ((), ("--negative",))]
    told = f"(Holm over {sum(every)} words of fr, at 0.01)"
    assert told in run("--all").stderr
    nothing = run()
    assert nothing.exit_code == 1
    assert nothing.stderr == f"kb: nothing sets these apart beyond chance {told}; --all shows what may be chance\n"
