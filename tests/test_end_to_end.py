"""Five articles of the corpus through the real model and the default recipe: what the answers must not fall below.

Floors are what was measured when they were set, less a margin for other processors; they may only rise.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kb
from kb import pipeline
from kb.beads import parse_beads
from kb.cli import main
from kb.langs.folding import name_key
from kb.langs.lexicon import lexicon
from kb.model import base_language
from kb.progress import SilentProgress
from kb.recipe import load_recipe
from kb.store import open_store
from kb.store.base import Store

CORPUS = Path(__file__).parent.parent / "corpus"
LANGUAGES = {
    "closed-loop-service/vi": "vi",
    "closed-loop-service/zh-Hant": "zh-Hant",
    "designing-experience/fr": "fr",
    "designing-experience/vi": "vi",
    "designing-experience/zh-Hans": "zh-Hans",
}
# Articles: strict F1 of their beads (those with words on both sides), measured 1.000, .980, .978, .978: no bead wrong,
# or one. By vectors of blocks and lengths alone it was .980, .980, .889, 1.000.
F1 = {
    ("designing-experience/vi", "designing-experience/fr"): 0.98,
    ("designing-experience/vi", "designing-experience/zh-Hans"): 0.96,
    ("designing-experience/fr", "designing-experience/zh-Hans"): 0.96,
    ("closed-loop-service/vi", "closed-loop-service/zh-Hant"): 0.96,
}
# What the last of them reached then: 當然，前提是別天天出錯 is joined with the sentence before it now, not left out.
LOST = pytest.param(*[*F1][-1], 0.98, marks=pytest.mark.xfail(strict=True))
# Of the gold concepts named in two languages of these articles: share with two of them in one concept; share of gold
# names in one concept that are of one gold concept. Measured .61 and .97.
JOINED, RIGHT = 0.56, 0.92
# Question: the theme that answers it, whatever the language of the answer.
QUESTIONS = {
    "how to turn a complaint into trust": "closed-loop-service",
    "the inner loop and the outer loop of customer feedback": "closed-loop-service",
    "sửa đàn piano": "closed-loop-service",
    "給不滿意的顧客打電話": "closed-loop-service",
    "为什么要给客人留下纪念品": "designing-experience",
    "les cinq sens pendant la visite": "designing-experience",
    "souvenir that recalls the experience": "designing-experience",
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base, built once. Everything is embedded by sentence-transformers, as in a larger build: on two cores this
    takes a third of the time."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in LANGUAGES:
        target = folder / "articles" / f"{name}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CORPUS / "articles" / f"{name}.txt", target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.embed.bundled.MANY", 0)
        made = open_store(folder / "kb.db", create=True, write=True)
        summary = pipeline.build(made, load_recipe(), [folder / "articles"], progress=SilentProgress())
        made.close()
    assert (summary.added, summary.set_aside) == (5, ())
    return folder / "kb.db"


@pytest.fixture(scope="module")
def base(path: Path) -> Iterator[kb.KnowledgeBase]:
    with kb.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


def run(path: Path, *args: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, [*args, "--json", "--kb", str(path)])
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_languages(base: kb.KnowledgeBase) -> None:
    assert {a.id: a.language for a in base.articles()} == LANGUAGES


def test_the_base_is_sound(path: Path, store: Store) -> None:
    assert store.check() == []
    assert CliRunner().invoke(main, ["check", "--kb", str(path)]).exit_code == 0


def test_translations_are_recognised_and_nothing_else(store: Store) -> None:
    found = {frozenset((x.a, x.b)): x.relation for x in store.alignments()}
    across = {frozenset(pair) for pair in combinations(LANGUAGES, 2) if LANGUAGES[pair[0]] != LANGUAGES[pair[1]]}
    assert found.keys() <= across
    # What is not kept cannot be a translation: its articles are of two themes.
    assert all(len({name.split("/")[0] for name in pair}) == 2 for pair in across - found.keys())
    assert {pair for pair, relation in found.items() if relation == "parallel"} == {frozenset(pair) for pair in F1}


@pytest.mark.parametrize(("a", "b", "least"), [*((*pair, least) for pair, least in F1.items()), LOST])
def test_beads(store: Store, a: str, b: str, least: float) -> None:
    theme, first, second = a.split("/")[0], a.split("/")[1], b.split("/")[1]
    gold = parse_beads((CORPUS / "gold" / "alignment" / f"{theme}.{first}-{second}" / "gold.txt").read_text("utf-8"))
    (alignment,) = (x for x in store.alignments() if {x.a, x.b} == {a, b})
    found = {(x.a, x.b) if alignment.a == a else (x.b, x.a) for x in alignment.beads if x.a and x.b}
    wanted = {(x.a, x.b) for x in gold if x.a and x.b}
    assert 2 * len(found & wanted) / (len(found) + len(wanted)) >= least
    sides = (alignment.a, alignment.b)
    for side, name in enumerate(sides):
        covered = [i for x in alignment.beads for i in (x.b if side else x.a)]
        assert covered == list(range(len(store.sentences_of(name))))


def test_every_quote_is_the_raw_slice(path: Path) -> None:
    raws = {name: (CORPUS / "articles" / f"{name}.txt").read_bytes().decode() for name in LANGUAGES}
    mentions, pairs = run(path, "mentions"), run(path, "pairs")
    assert len(mentions) > 1000
    assert all(raws[m["article"]][m["start"] : m["end"]] == m["quote"] for m in mentions)
    for quote in (pair[side] for pair in pairs for side in ("a", "b")):
        raw = raws[quote["article"]][quote["start"] : quote["end"]]
        assert "".join(raw.split()) == "".join(quote["text"].split())


def test_known_concepts_are_joined_across_languages(path: Path) -> None:
    """Measured as the share of gold concepts, and of the gold names that were joined how many belong together."""
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for concept in run(path, "concepts"):
        for tag, labels in concept["labels"].items():
            for label in labels:
                holders[base_language(tag), name_key(label)].add(concept["id"])
    cells: dict[str, dict[str, set[str]]] = {}  # gold concept -> base language -> concepts that hold a form of it
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for gold in json.loads((CORPUS / "gold" / "concepts.json").read_text("utf-8")):
        forms = [f for f in gold["forms"] if f["article"].removesuffix(".txt") in LANGUAGES]
        held: dict[str, set[str]] = defaultdict(set)
        for form in forms:
            name = base_language(form["language"]), name_key(form["surface"])
            held[name[0]] |= holders[name]
            owners[name].add(gold["id"])
        if len(held) >= 2:
            cells[gold["id"]] = held
    joined = [id for id, held in cells.items() if any(held[x] & held[y] for x, y in combinations(held, 2))]
    same = [bool(owners[a] & owners[b]) for a, b in combinations(owners, 2) if a[0] != b[0] and holders[a] & holders[b]]
    assert len(joined) / len(cells) >= JOINED, sorted(cells.keys() - joined)
    assert sum(same) / len(same) >= RIGHT


def test_concepts_are_typed_by_the_scheme(base: kb.KnowledgeBase) -> None:
    types = {name: base.concept(name).concept.type for name in ("trải nghiệm", "souvenir", "thème", "客诉")}
    assert types == {
        "trải nghiệm": "offering",
        "souvenir": "memorabilia",
        "thème": "theme",
        "客诉": "closed-loop-service",
    }
    assert base.concept("紀念品").concept.id == base.concept("vật kỷ niệm").concept.id
    untyped = [c for c in base.concepts() if c.type is None and len(c.labels) > 1]
    assert untyped  # concepts that no scheme knows are joined too


def test_the_first_concepts_are_names(base: kb.KnowledgeBase) -> None:
    first = base.concepts(limit=30)
    names = [(base_language(tag), forms[0].strip()) for c in first for tag, forms in c.labels.items()]
    senses = range(len(lexicon().parts))
    for language, name in names:  # tea and salt are one character, but no piece of a word is a name
        assert len(name) > 1 or lexicon().is_usual(language, name_key(name), set(senses)), name
    assert sum(len({base_language(tag) for tag in c.labels}) >= 2 for c in first) >= 15
    assert [c.salience for c in first] == sorted((c.salience for c in first), reverse=True)


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_find_their_article_in_every_language(base: kb.KnowledgeBase, question: str) -> None:
    theme = QUESTIONS[question]
    assert base.search(question, limit=1)[0].article.split("/")[0] == theme
    for language in ("vi", "zh"):  # both themes are told in both
        hit = base.search(question, language=language, limit=1)[0]
        assert hit.article.split("/")[0] == theme
        assert base_language(hit.language) == language


def test_a_passage_leads_to_its_translation(base: kb.KnowledgeBase) -> None:
    pairs = base.pairs(article="designing-experience/fr", kind="parallel")
    languages = Counter(quote.language for pair in pairs for quote in (pair.a, pair.b))
    assert languages["vi"] >= 10
    assert languages["zh-Hans"] >= 10
    lines = base.concordance("souvenirs", language="fr", into="vi")
    assert any("kỷ niệm" in (line.translation or "") for line in lines)


def test_a_second_build_is_quick(path: Path) -> None:
    opened = open_store(path, write=True)
    begun = time.monotonic()
    summary = pipeline.build(opened, load_recipe(), [path.parent / "articles"], progress=SilentProgress())
    opened.close()
    if summary.changed:  # somebody edits the code while its tests run
        pytest.skip("the code has changed since the base was built")
    assert (summary.added, summary.changed, summary.removed, summary.unchanged) == (0, 0, 0, 5)
    assert time.monotonic() - begun < 2
