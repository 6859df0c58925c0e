"""Judgements laid over concepts: what holds for any of them, what a base holds at once, what stays after rebuilds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner, Result
from conftest import article
from fakes import fill
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_pipeline import SHOP, write
from test_pipeline import build as build_base
from test_pipeline import embedder as embedder  # fixtures
from test_pipeline import store as store

import kb
from kb.cli import main
from kb.corrections import IN_FORCE, NOT_APPLICABLE, OVERRULED, UNDONE
from kb.errors import NotFoundError, UsageError
from kb.judge import judge, lay
from kb.judgements import ACCEPTED, MERGED, Machine, Name, apply, compose
from kb.model import Concept, ConceptRecord, Judgement, Link, Mention, NameLink, RememberedConcept
from kb.query import KnowledgeBase
from kb.store import open_store
from kb.store.base import Source, Store

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

# A small world: customer, guest, service, city, season. Every form stands in the texts below.
NAMES: dict[str, dict[Name, tuple[tuple[str, str], ...]]] = {
    "customer": {
        ("fr", "client"): (("fr", "client"), ("fr", "clients")),
        ("vi", "khách hàng"): (("vi", "khách hàng"),),
        ("zh", "顾客"): (("zh-Hans", "顾客"), ("zh-Hant", "顧客")),
    },
    "guest": {
        ("fr", "invité"): (("fr", "invité"),),
        ("fr", "visiteur"): (("fr", "visiteurs"),),
        ("vi", "vị khách"): (("vi", "vị khách"),),
        ("zh", "客人"): (("zh-Hans", "客人"),),
    },
    "service": {("vi", "dịch vụ"): (("vi", "dịch vụ"),), ("fr", "service"): (("fr", "service"),)},
    "city": {("vi", "phố"): (("vi", "phố"),)},
    "season": {("zh", "季节"): (("zh-Hans", "季节"), ("zh-Hant", "季節"))},
}
TEXTS = {
    # The customer, the guest, the service: ...
    "vi": ("khách hàng và vị khách", "dịch vụ cho khách hàng trên phố", "vị khách ra phố", "phố vắng"),
    "fr": ("le client et l’invité", "les clients et les visiteurs", "le service du client", "un service"),
    "zh-Hans": ("顾客和客人", "客人喜欢这个季节", "顾客"),
    "zh-Hant": ("顧客與季節", "季節"),
}
SCORES = {name: round(1 + len(name[1]) / 7, 4) for names in NAMES.values() for name in names}
ARTICLES = {tag: article(tag, tag, *lines) for tag, lines in TEXTS.items()}


def _mentions() -> list[Mention]:
    found = []
    for tag, text in ((id, a.cleaned.raw.raw) for id, a in ARTICLES.items()):
        for concept, names in NAMES.items():
            for form in (form for forms in names.values() for t, form in forms if t == tag):
                for at in re.finditer(rf"(?<!\w){form}(?!\w)" if tag in ("fr", "vi") else form, text):
                    score = 0.5 + len(form) / 100
                    found.append(Mention(concept, tag, "a.txt", tag, *at.span(), form, form, score))
    return sorted(found, key=lambda m: (m.article, m.start, m.end, m.concept))


MENTIONS = _mentions()
PASSAGE = {
    (m.article, m.start): next(p.id for p in ARTICLES[m.article].passages if p.start <= m.start < p.end)
    for m in MENTIONS
}


def _record(id: str) -> ConceptRecord:
    own = [m for m in MENTIONS if m.concept == id]
    counts = Counter((m.language, m.surface) for m in own)
    labels = {
        tag: tuple(
            f for _, f in sorted((x for x in counts if x[0] == tag), key=lambda x: (-counts[x], len(x[1]), x[1]))
        )
        for tag in sorted({tag for tag, _ in counts})
    }
    best: dict[str, float] = {}
    for name in NAMES[id]:
        best[name[0]] = max(best.get(name[0], 0), SCORES[name])
    type_ = "actor" if id == "customer" else None
    concept = Concept(id, type_, labels, round(sum(best.values()), 4), len(own), len({m.article for m in own}))
    scheme = f"https://example.org/{id}" if id in ("customer", "guest") else None
    names = sorted(NAMES[id], key=lambda n: (n[0], -SCORES[n], n[1]))
    others = (("en", id),) if scheme else ()
    return ConceptRecord(concept, scheme, f"What a {id} is." if scheme else None, tuple(names), dict(counts), others)


def _links() -> list[Link]:
    def at(tag: str, *lines: int) -> tuple[str, ...]:
        return tuple(ARTICLES[tag].passages[n].id for n in lines)

    return [
        Link("guest", "customer", "broader", 1.0, "scheme", ("https://example.org/guest",)),
        Link("customer", "service", "co-occurrence", 0.8, "log-likelihood", (*at("fr", 2), *at("vi", 1))),
        Link("city", "guest", "co-occurrence", 0.7, "log-likelihood", at("vi", 2)),
        Link("guest", "season", "co-occurrence", 0.65, "log-likelihood", at("zh-Hans", 1)),
        Link("city", "service", "related", 0.6, "such as", at("vi", 1)),
    ]


MACHINE = Machine(
    sorted((_record(id) for id in NAMES), key=lambda r: (-r.concept.salience, r.concept.id)),
    MENTIONS,
    [
        ("customer", NameLink(("fr", "client"), ("vi", "khách hàng"), 0.98, "scheme", "https://example.org/customer")),
        ("customer", NameLink(("fr", "client"), ("zh", "顾客"), 0.7, "aligned", "name +0.2")),
        ("guest", NameLink(("fr", "invité"), ("vi", "vị khách"), 0.9, "lexicon", "name +0.3")),
        ("guest", NameLink(("fr", "visiteur"), ("zh", "客人"), 0.6, "company", "name +0.1")),
        ("service", NameLink(("fr", "service"), ("vi", "dịch vụ"), 0.95, "lexicon", "name +0.4")),
    ],
    _links(),
    SCORES,
    PASSAGE,
)


def put(store: Store, machine: Machine = MACHINE) -> None:
    store.save_graph(
        pairs=[], concepts=machine.concepts, mentions=machine.mentions, name_links=machine.name_links,
        links=machine.links,
    )  # fmt: skip
    store.save_name_scores(machine.scores)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Store]:
    with_world = make(tmp_path / "world.db")
    yield with_world
    with_world.close()


def make(path: Path) -> Store:
    made = open_store(path, create=True, write=True)
    with made.transaction():
        for id, one in ARTICLES.items():
            made.save_article(Source(f"/{id}", id, "/", id, 1, 1, id), one)
        put(made)
    return made


def held(store: Store) -> Machine:
    """What a base holds, in the order of `apply`."""
    concepts = [store.concept(c.id) for c in store.concepts()]
    ids = sorted(r.concept.id for r in concepts)
    return Machine(
        concepts,
        sorted(store.mentions(), key=lambda m: (m.article, m.start, m.end, m.concept)),
        [(id, link) for id in ids for link in store.name_links(id)],
        store.links(),
        SCORES,
        PASSAGE,
    )


def same(a: Machine, b: Machine) -> None:
    def links(m: Machine) -> list[Any]:
        return sorted(m.name_links, key=lambda x: (x[0], x[1].a, x[1].b, x[1].method))

    def records(m: Machine) -> list[ConceptRecord]:
        return [replace(r, counts=dict(sorted(r.counts.items()))) for r in m.concepts]

    assert records(a) == records(b)
    assert a.mentions == b.mentions
    assert links(a) == links(b)
    assert a.links == b.links


def act(store: Store, kind: str, concept: str = "", *names: str, user: str = "me", **more: Any) -> Judgement:
    """`names`: "fr client", or a name without its language."""
    spoken = [(n.split()[0], n.split(maxsplit=1)[1]) if n.split()[0] in _TAGS else (None, n) for n in names]
    return judge(store, kind, concept, names=spoken, user=user, now=NOW, **more)


_TAGS = {"fr", "vi", "zh", "zh-Hans", "zh-Hant", "en"}


def states(store: Store) -> dict[int, str]:
    return {j.number: j.state for j in KnowledgeBase(store).judgements() if j.undoes is None}


def labels(store: Store, id: str) -> Mapping[str, tuple[str, ...]]:
    return store.concept(id).concept.labels


def concept_of(store: Store, tag: str, label: str) -> str:
    (found,) = {c.id for c in store.concepts() if label in c.labels.get(tag, ())}
    return found


# --- what holds for any judgements -----------------------------------------------------------------------------------


Step = tuple[str, int, int, int]
ACTIONS = "rename call accept reject merge split type drop comment undo".split()
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.integers(0, 20), st.integers(0, 20), st.integers(0, 20),
    ),
    min_size=1, max_size=9,
)  # fmt: skip


def take(store: Store, step: Step) -> None:
    """One step of anybody's, as far as it makes sense; what does not is refused and leaves no trace."""
    kind, i, j, k = step
    concepts = sorted(c.id for c in store.concepts())
    if kind != "undo" and not concepts:
        return
    try:
        if kind == "undo":
            act(store, kind, number=i)
            return
        id = concepts[i % len(concepts)]
        own = [f"{tag} {label}" for tag, forms in sorted(labels(store, id).items()) for label in forms]
        some = [own[(j + n) % len(own)] for n in range(1 + k % 3)]
        match kind:
            case "rename" | "accept" | "reject":
                act(store, kind, id, own[j % len(own)])
            case "call":
                act(store, "rename", id, ("fr la maison", "vi ngôi nhà", "fr client", "en house")[j % 4])
            case "split":
                act(store, kind, id, *dict.fromkeys(some))
            case "merge":
                act(store, kind, id, other=concepts[j % len(concepts)])
            case "type":
                act(store, kind, id, family=("actor", "theme", None)[j % 3])
            case _:
                act(store, kind, id, comment="why")
    except (UsageError, NotFoundError):
        pass


anything = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(STEPS)
@example([("merge", 0, 1, 0), ("rename", 0, 1, 0)])  # the first name is one that came with the merge
@example([("merge", 4, 0, 0), ("merge", 0, 3, 0), ("reject", 0, 1, 0)])  # each half of what was merged is elsewhere
@example([("accept", 2, 2, 0), ("merge", 0, 3, 0), ("split", 2, 0, 1), ("merge", 1, 18, 0)])  # half of it went away
def test_any_judgements(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    """What the base holds is what the pure function makes of the machine's result; laying all of it again, once more on
    itself, or over a rebuild changes nothing; and undoing everything gives the machine's result back."""
    store = make(tmp_path_factory.mktemp("any") / "kb.db")
    try:
        same(held(store), apply(MACHINE, []).machine)
        for step in steps:
            take(store, step)
        made = store.judgements()
        done = apply(MACHINE, made)
        same(held(store), done.machine)
        assert store.check() == []
        assert all(r.concept.mentions for r in done.machine.concepts)
        assert sum(r.concept.mentions for r in done.machine.concepts) == len(done.machine.mentions)
        if OVERRULED not in done.states.values():
            same(apply(done.machine, made).machine, done.machine)
        with store.transaction():
            put(store)
            lay(store)
        same(held(store), done.machine)
        for number in sorted((n for n, state in states(store).items() if state != UNDONE), key=lambda n: n * 7 % 5):
            act(store, "undo", number=number)
        same(held(store), MACHINE)
    finally:
        store.close()


# --- one at a time ---------------------------------------------------------------------------------------------------


def test_a_name_that_came_with_a_merge_may_be_the_first(world: Store) -> None:
    act(world, "merge", "city", other="customer")
    act(world, "rename", "city", "fr clients")
    assert labels(world, "city")["fr"] == ("clients", "client")


def test_the_preferred_name(world: Store) -> None:
    act(world, "rename", "customer", "fr clients")
    assert labels(world, "customer")["fr"] == ("clients", "client")
    act(world, "rename", "customer", "zh-Hant 主顧")  # a patron; no article says it
    assert labels(world, "customer")["zh-Hant"] == ("主顧", "顧客")
    assert ("zh-Hant", "主顧") not in world.concept("customer").counts
    act(world, "rename", "customer", "en patron")
    act(world, "rename", "customer", "en buyer")
    assert labels(world, "customer")["en"] == ("buyer", "patron")
    assert states(world) == {1: IN_FORCE, 2: IN_FORCE, 3: OVERRULED, 4: IN_FORCE}
    assert world.find_concepts("主顾") == ["customer"]
    act(world, "undo", number=4)
    assert labels(world, "customer")["en"] == ("patron",)
    act(world, "reject", "customer", "en patron")
    assert "en" not in labels(world, "customer")


def test_a_name_goes_with_its_forms_and_mentions(world: Store) -> None:
    before = world.concept("customer")
    act(world, "reject", "customer", "fr clients")  # of the term `client`
    new = concept_of(world, "fr", "client")
    assert labels(world, new) == {"fr": ("client", "clients")}
    assert "fr" not in labels(world, "customer")
    of_it = world.mentions(concept=new)
    assert {(m.surface, m.score) for m in of_it} == {("client", 1.0), ("clients", 1.0)}
    left = world.concept("customer")
    assert left.concept.mentions == before.concept.mentions - len(of_it)
    assert (left.scheme, left.concept.type) == (before.scheme, before.concept.type)
    assert left.concept.salience == pytest.approx(before.concept.salience - SCORES["fr", "client"], abs=1e-3)
    assert world.concept(new).concept.salience == SCORES["fr", "client"]
    assert world.name_links("customer") == []
    assert world.check() == []


def test_links_follow_their_evidence(world: Store) -> None:
    def of(id: str) -> set[tuple[str, ...]]:
        return {(x.a, x.b, x.kind) for x in world.links(id)}

    act(world, "reject", "guest", "zh 客人")  # guest
    new = concept_of(world, "zh-Hans", "客人")
    assert of(new) == {(*sorted((new, "season")), "co-occurrence")}
    assert of("guest") == {("guest", "customer", "broader"), ("city", "guest", "co-occurrence")}
    act(world, "merge", "customer", other="guest")
    assert of("customer") == {("customer", "service", "co-occurrence"), ("city", "customer", "co-occurrence")}
    act(world, "drop", "customer")
    assert {(x.a, x.b) for x in world.links()} == {tuple(sorted((new, "season"))), ("city", "service")}
    for n in (1, 2, 3):
        act(world, "undo", number=n)
    assert world.links() == sorted(MACHINE.links, key=lambda x: (-x.score, x.a, x.b))


def test_merged_concepts(world: Store) -> None:
    act(world, "merge", "guest", other="customer")
    one = world.concept("guest")
    assert one.concept.labels["fr"] == ("invité", "client", "clients", "visiteurs")  # guest's own name stays first
    assert one.concept.type == "actor"  # guest has none
    assert one.concept.mentions == sum(1 for m in MENTIONS if m.concept in ("guest", "customer"))
    assert one.scheme == "https://example.org/guest"
    with pytest.raises(NotFoundError):
        world.concept("customer")
    joined = [x for x in world.name_links("guest") if x.method == MERGED]
    assert [(x.score, x.evidence) for x in joined] == [(1.0, "judgement 1")]
    assert len(world.name_links("guest")) == 5
    with pytest.raises(NotFoundError, match="there is no concept 'customer' any more"):
        act(world, "drop", "customer")
    with pytest.raises(UsageError, match="one concept already"):
        act(world, "merge", "guest", other="guest")


def test_merge_then_split(world: Store) -> None:
    act(world, "merge", "guest", other="customer")
    act(world, "split", "guest", "fr client", "vi khách hàng", "zh 顾客")  # all that customer had
    new = concept_of(world, "fr", "client")
    assert (labels(world, new), labels(world, "guest")) == (labels_of("customer"), labels_of("guest"))
    assert len(world.mentions(concept=new)) == sum(1 for m in MENTIONS if m.concept == "customer")
    assert states(world) == {1: OVERRULED, 2: IN_FORCE}
    act(world, "undo", number=1)  # the split alone: there is nothing to split
    same(held(world), MACHINE)
    assert states(world) == {1: UNDONE, 2: IN_FORCE}


def labels_of(id: str) -> Mapping[str, tuple[str, ...]]:
    return next(r.concept.labels for r in MACHINE.concepts if r.concept.id == id)


def test_what_is_said_of_a_concept_stays_with_it(world: Store) -> None:
    """Of one that is merged only where the other has nothing of its own; what is split off takes nothing along."""
    act(world, "rename", "guest", "fr hôte")  # host
    act(world, "type", "guest", family="theme")
    act(world, "split", "guest", "fr invité", "fr visiteurs", "zh 客人")
    assert labels(world, "guest") == {"fr": ("hôte",), "vi": ("vị khách",)}
    assert world.concept("guest").concept.type == "theme"
    act(world, "merge", "customer", other="guest")
    assert labels(world, "customer")["fr"] == ("client", "clients", "hôte")
    assert world.concept("customer").concept.type == "actor"
    act(world, "type", "customer", family=None)
    assert world.concept("customer").concept.type is None


def test_accepted_names(world: Store) -> None:
    act(world, "accept", "customer", "zh-Hant 顧客")
    link, other = world.name_links("customer")
    assert (link.a, link.b, link.score, link.method, link.evidence) == (
        ("fr", "client"), ("zh", "顾客"), 1.0, ACCEPTED, "name +0.2",
    )  # fmt: skip
    assert other.method == "scheme"
    assert {m.score for m in world.mentions(concept="customer", language="zh")} == {1.0}
    assert {m.score for m in world.mentions(concept="customer", language="vi")} != {1.0}
    act(world, "rename", "customer", "fr le visiteur")
    act(world, "accept", "customer", "fr le visiteur")  # nothing in the articles is called so
    assert len(world.name_links("customer")) == 2


def test_dropped_concepts(world: Store) -> None:
    act(world, "drop", "city")
    assert "city" not in {c.id for c in world.concepts()}
    assert "city" not in {x for link in world.links() for x in (link.a, link.b)}
    assert not any(m.concept == "city" for m in world.mentions())
    assert world.find_concepts("phố") == []
    base = KnowledgeBase(world)
    assert [(j.kind, j.state, j.concept, j.name) for j in base.judgements()] == [("drop", IN_FORCE, "city", "phố")]
    act(world, "undo")
    same(held(world), MACHINE)


@pytest.mark.parametrize(
    ("kind", "concept", "names", "more", "says"),
    [
        ("reject", "city", ["vi phố"], {}, "no other name"),
        ("split", "season", ["季节"], {}, "no other name"),
        ("reject", "customer", ["fr invité"], {}, r"is no name of client \(customer\) in 'fr'"),
        ("reject", "customer", [], {}, "give one name"),
        ("reject", "nobody", ["fr client"], {}, "no concept 'nobody'"),
        ("rename", "customer", ["zh 主顧"], {}, "is zh-Hans and zh-Hant here"),
        ("rename", "customer", ["acheteur"], {}, "say its language"),
        ("rename", "customer", ["fr  "], {}, "between 1 and 200 characters"),
        ("merge", "customer", [], {}, "name two concepts"),
        ("type", "customer", [], {"family": "two words"}, "is no word"),
        ("comment", "customer", [], {}, "say what"),
        ("bless", "customer", [], {}, "no judgement is called 'bless'"),
        ("undo", "", [], {}, "nothing is decided of concepts"),
    ],
)
def test_what_is_refused_leaves_nothing(
    world: Store, kind: str, concept: str, names: list[str], more: dict[str, Any], says: str
) -> None:
    spoken = [tuple(n.split(" ", 1)) if " " in n else (None, n) for n in names]
    with pytest.raises((UsageError, NotFoundError), match=says):
        judge(world, kind, concept, names=spoken, user="me", **more)  # type: ignore[arg-type]
    assert world.judgements() == []
    same(held(world), MACHINE)


def test_undoing(world: Store) -> None:
    act(world, "type", "city", family="place", user="An")
    act(world, "type", "season", family="time", user="Binh")
    done = act(world, "undo", user="An")  # one's own last one
    assert (done.undoes, done.kind) == (1, "undo")
    with pytest.raises(NotFoundError, match="nothing that An decided"):
        act(world, "undo", user="An")
    with pytest.raises(UsageError, match="no decision 1 of concepts stands; there are: 2"):
        act(world, "undo", number=1)
    assert act(world, "undo", number=2, user="An").undoes == 2
    same(held(world), MACHINE)


# --- found again -----------------------------------------------------------------------------------------------------


def test_a_concept_is_found_by_most_of_its_names() -> None:
    remembered = RememberedConcept("old", "x", (("fr", "client"), ("vi", "khách hàng"), ("zh", "顾客")))
    typed = Judgement(1, "", "me", "type", remembered, family="actor")

    def typed_in(machine: dict[str, tuple[Name, ...]]) -> dict[str, str]:
        now = compose(machine, [typed])
        return {**dict.fromkeys(now.made, now.states[1])} or {"": now.states[1]}

    one, two = (("fr", "client"), ("zh", "顾客")), (("vi", "khách hàng"),)
    assert typed_in({"new": one, "other": two}) == {"new": IN_FORCE}
    assert typed_in({"new": one, "old": two}) == {"old": IN_FORCE}  # the id that it had, with a name that it had
    assert typed_in({"new": one, "old": (("fr", "sel"),)}) == {"new": IN_FORCE}
    assert typed_in({"other": (("fr", "sel"),)}) == {"": NOT_APPLICABLE}


def test_a_rejected_name_stays_apart_from_all_that_the_concept_was() -> None:
    """The machine may join it with any of the names that it was rejected from; with others it may."""
    remembered = RememberedConcept("guest", "invité", (("fr", "invité"), ("zh", "客人")))
    made = [Judgement(1, "", "me", "reject", remembered, (("vi", "vị khách"),), (("vi", "vị khách"),))]
    name = ("vi", "vị khách")
    for machine in (
        {"guest": (("fr", "invité"), name), "c1": (("zh", "客人"),)},
        {"guest": (("fr", "invité"),), "c1": (("zh", "客人"), name)},
    ):
        now = compose(machine, made)
        assert now.of(now.home[name]) is not None
        assert [x for x, id in now.home.items() if id == now.home[name]] == [name]
        assert now.states == {1: IN_FORCE}
    apart: dict[str, tuple[Name, ...]] = {"guest": (("fr", "invité"),), "c1": (("fr", "passant"), name)}
    assert compose(apart, made).made == {}
    merged = replace(made[0], number=2, kind="merge", names=(), keys=(), other=RememberedConcept("c", "", (name,)))
    assert compose({"guest": (("fr", "invité"), name)}, [*made, merged]).states == {1: OVERRULED, 2: IN_FORCE}


# --- a real base, and rebuilds ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("shop/vi.txt", "shop/fr.txt", "lesson.txt"):
        write(tmp_path / "texts" / name, SHOP[name])
    return tmp_path / "texts"


def rebuild(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything anew, as after an update of the program."""
    code = store.info()["stages"] + "'"
    monkeypatch.setattr("kb.plan._stages_hash", lambda: code)
    build_base(store, folder)


def everything(store: Store) -> list[object]:
    concepts = [store.concept(c.id) for c in store.concepts()]
    names = [[repr(x) for x in store.name_links(r.concept.id)] for r in concepts]
    return [sorted(map(repr, concepts)), sorted(map(repr, store.mentions())), names, sorted(map(repr, store.links()))]


def test_what_was_rejected_never_comes_back(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_base(store, folder)
    machine = sorted(repr(c.labels) for c in store.concepts())
    both = next(c for c in store.concepts() if {"fr", "vi"} <= c.labels.keys())
    fr, vi = both.labels["fr"][0], both.labels["vi"][0]
    act(store, "reject", both.id, f"vi {vi}")

    def apart() -> bool:
        assert store.check() == []
        return concept_of(store, "fr", fr) != concept_of(store, "vi", vi)

    assert apart()
    judged = everything(store)
    assert build_base(store, folder).seconds < 60  # nothing to do
    assert everything(store) == judged
    rebuild(store, folder, monkeypatch)
    assert apart()
    assert everything(store) == judged
    write(folder / "late.txt", SHOP["lesson.txt"].replace("xe đạp", "xe đạp cũ"))  # an old bicycle
    build_base(store, folder)
    assert apart()
    (folder / "late.txt").unlink()
    text = SHOP["shop/fr.txt"]
    (folder / "shop/fr.txt").unlink()
    build_base(store, folder)
    assert fr not in {x for c in store.concepts() for x in c.labels.get("fr", ())}
    write(folder / "shop/fr.txt", text)
    build_base(store, folder)
    assert apart()
    act(store, "undo")
    assert not apart()
    rebuild(store, folder, monkeypatch)
    assert not apart()
    assert sorted(repr(c.labels) for c in store.concepts()) == machine


def test_a_judgement_waits_for_its_concept(store: Store, folder: Path) -> None:
    build_base(store, folder)
    french = next(c for c in store.concepts() if set(c.labels) == {"fr"})
    act(store, "rename", french.id, "fr autrement")
    (folder / "shop/fr.txt").unlink()
    build_base(store, folder)
    assert states(store) == {1: NOT_APPLICABLE}
    write(folder / "shop/fr.txt", SHOP["shop/fr.txt"])
    build_base(store, folder)
    assert states(store) == {1: IN_FORCE}
    assert concept_of(store, "fr", "autrement")


def test_same_judgements_same_base(world: Store, tmp_path: Path) -> None:
    """Laid over the same concepts twice, the file holds the same row by row."""
    act(world, "merge", "guest", other="customer")
    act(world, "split", "guest", "zh 客人", "fr client")
    act(world, "drop", "city")

    def rows() -> list[object]:
        with world.transaction():
            put(world)
            lay(world)
        db = apsw.Connection(str(tmp_path / "world.db"), flags=apsw.SQLITE_OPEN_READONLY)
        tables = ("concept", "label", "mention", "name_link", "link", "machine_concept", "machine_mention", "judgement")
        found: list[object] = [db.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() for table in tables]
        db.close()
        return found

    assert rows() == rows()


def test_a_base_of_an_earlier_version(world: Store, tmp_path: Path) -> None:
    """One without the tables of judgements can be read and judged; saliences are estimated until the next build."""
    by_family = world.mentions_by_family()
    world.close()
    db = apsw.Connection(str(tmp_path / "world.db"))
    db.execute(
        "DROP TABLE mention_count; DROP TABLE name_score; DROP TRIGGER judgement_stays; DROP TRIGGER judgement_keeps;"
        "DROP TABLE judgement"
    )
    for table in ("concept", "label", "name_link", "link", "mention"):
        db.execute(f"DROP TABLE machine_{table}")
    assert db.execute("PRAGMA user_version").fetchall() == [(3,)]
    db.close()
    with kb.open(tmp_path / "world.db") as base:
        assert base.judgements() == []
        assert base.concept("customer").concept.mentions
        assert base.compare(type="actor")[0].total
    old = open_store(tmp_path / "world.db", write=True)
    act(old, "reject", "guest", "fr invité")
    assert old.concept(concept_of(old, "fr", "invité")).concept.salience > 0
    act(old, "undo")
    same(held(old), MACHINE)
    assert old.mentions_by_family() == by_family
    assert old.check() == []
    old.close()


def test_judgements_are_only_added(world: Store, tmp_path: Path) -> None:
    act(world, "type", "city", family="place")
    db = apsw.Connection(str(tmp_path / "world.db"))
    for harm, says in (
        ("DELETE FROM judgement", "never removed"),
        ("UPDATE judgement SET user = 'x'", "never changed"),
    ):
        with pytest.raises(apsw.ConstraintError, match=says):
            db.execute(harm)
    db.close()


# --- several at once -------------------------------------------------------------------------------------------------

EACH = 30
_WRITER = """
import sys
from pathlib import Path
from kb.judge import judge
from kb.store import open_store
store = open_store(Path(sys.argv[1]), write=True)
for n in range(int(sys.argv[3])):
    judge(store, "rename", sys.argv[2], names=[("en", f"{sys.argv[2]} {n}")], user=sys.argv[2])
store.close()
"""


def test_two_processes_at_once_lose_nothing(world: Store, tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    world.close()
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), id, str(EACH)], cwd=Path(kb.__file__).parent.parent)
        for id in ("customer", "guest")
    ]
    assert [w.wait() for w in writers] == [0, 0]
    all_there(path)


def test_two_threads_at_once_lose_nothing(world: Store, tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    world.close()
    failed: list[BaseException] = []

    def write_them(id: str) -> None:
        try:
            store = open_store(path, write=True)
            for n in range(EACH):
                judge(store, "rename", id, names=[("en", f"{id} {n}")], user=id)
            store.close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write_them, args=(id,)) for id in ("customer", "guest")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    all_there(path)


def all_there(path: Path) -> None:
    store = open_store(path)
    made = store.judgements()
    assert [j.number for j in made] == list(range(1, 2 * EACH + 1))
    assert Counter(j.user for j in made) == {"customer": EACH, "guest": EACH}
    for id in ("customer", "guest"):
        assert labels(store, id)["en"][0] == f"{id} {EACH - 1}"
        assert len(labels(store, id)["en"]) == EACH
    same(held(store), apply(MACHINE, made).machine)
    store.close()


# --- the command -----------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    path = fill(tmp_path / "kb.db")

    def run(*args: str) -> Result:
        result = CliRunner().invoke(main, list(args), env={"KB": str(path), "LOGNAME": "lan"})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def test_the_command(run: Run) -> None:
    done = run("judge", "rename", "thème", "fr", "le fil rouge", "--comment", "as designers say")  # the common thread
    said = "le fil rouge (theme) is called le fil rouge (fr) first"
    unsought = "mentions of a name that is given by hand are not looked for"
    assert (done.exit_code, done.stdout) == (0, f"{said}; {unsought}\n"), done.stderr
    assert done.stderr == "kb: judgement 1; take it back with: kb judge undo 1\n"
    assert run("judge", "accept", "theme", "chủ đề").stdout == "chủ đề (vi) is a name of le fil rouge (theme)\n"
    out = run("judge", "reject", "theme", "zh", "主題", "--by", "An").stdout
    assert re.fullmatch(r"主題 \(zh-Hant\) is no name of le fil rouge \(theme\); that is a concept .* own, c\w+\n", out)
    assert run("judge", "merge", "theme", "主題").stdout.endswith("are one concept: 4 mentions in 4 articles\n")
    assert run("judge", "type", "theme", "none").stdout == "le fil rouge (theme) has no type\n"
    assert run("judge", "comment", "theme", "ask An").stdout == "noted of le fil rouge (theme): ask An\n"
    assert run("judge", "drop", "souvenirs").stdout == "souvenirs (memorabilia) is no concept any more\n"
    assert run("judge", "undo").stdout == "judgement 7 is taken back: drop souvenirs (memorabilia)\n"
    listed = [json.loads(line) for line in run("judge", "list", "--json").stdout.splitlines()]
    assert [(d["kind"], d["state"], d["user"]) for d in listed[:4]] == [
        ("rename", IN_FORCE, "lan"),
        ("accept", IN_FORCE, "lan"),
        ("reject", OVERRULED, "An"),
        ("merge", IN_FORCE, "lan"),
    ]
    assert (listed[0]["names"], listed[0]["comment"]) == ([["fr", "le fil rouge"]], "as designers say")
    assert listed[7]["undoes"] == 7
    text = run("judge", "list", "theme").stdout
    assert "3  reject  overruled  " in text
    assert "drop" not in text
    assert run("judge", "list", "--csv").stdout.startswith("number,time,user,kind,state,concept,name,names,")
    assert run("judge", "list", "--md").stdout.startswith("| number | judgement | state |")
    assert run("check").exit_code == 0
    shown = json.loads(run("concept", "theme", "--json").stdout)
    assert shown["labels"]["fr"] == ["le fil rouge", "thème"]
    assert {n["method"] for n in shown["names"]} == {"accepted", "merged"}


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("", 2, "say one of rename, accept"),
        ("bless theme", 2, "say one of rename, accept"),
        ("merge theme", 2, "write: kb judge merge CONCEPT OTHER"),
        ("drop theme now", 2, "write: kb judge drop CONCEPT"),
        ("list", 1, "nothing was judged in"),
        ("drop nobody", 1, "no concept is called 'nobody'"),
        ("reject theme thèmes", 1, "'thèmes' is no name of thème (theme); did you mean 'thème'?"),
        ("rename theme sujet", 2, "say its language"),
        ("merge theme thème", 2, "one concept already"),
        ("undo", 1, "nothing is decided of concepts"),
        ("undo first", 2, "the number of one judgement"),
        ("undo 9", 1, "nothing is decided"),
    ],
)
def test_errors_are_one_line(run: Run, words: str, status: int, says: str) -> None:
    result = run("judge", *words.split())
    assert (result.exit_code, result.stdout) == (status, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_languages_may_be_left_out_where_there_is_one(run: Run) -> None:
    assert run("judge", "rename", "theme", "fr", "motif").exit_code == 0
    assert run("judge", "rename", "theme", "en", "motif").exit_code == 0
    result = run("judge", "reject", "theme", "motif")
    assert result.exit_code == 2
    assert "'motif' is a name in en and fr; say the language before the name" in result.stderr
    assert run("judge", "reject", "theme", "en", "motif").exit_code == 0
    done = run("judge", "split", "experience", "vi", "trải nghiệm", "客户体验")  # experience, customer experience
    assert done.exit_code == 0, done.stderr
