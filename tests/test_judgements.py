"""Judgements laid over concepts: what holds for any of them, what a base holds at once, and what stays after rebuilds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner, Result
from conftest import article
from fakes import fill
from hypothesis import HealthCheck, given, settings
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
from kb.judgements import ACCEPTED, MERGED, Machine, Name, apply, compose, key_of, names_of
from kb.langs.folding import name_key
from kb.model import Concept, ConceptRecord, Judgement, Link, Mention, NameLink, RememberedConcept, base_language
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
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "new name", "accept", "reject", "merge", "split", "type", "drop", "comment", "undo"]),
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
            case "new name":
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


anything = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(STEPS)
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
