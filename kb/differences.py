"""What a rebuild changed: two bases side by side, as a list of changes.

Articles, passages' pairs and concepts are told apart by their ids, which a rebuild keeps where it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from kb.answers import Change
from kb.names import preferred_name

if TYPE_CHECKING:
    from kb.model import Concept
    from kb.store.base import Store

K = TypeVar("K")
T = TypeVar("T")

FACTS = ("version", "recipe", "model", "revision")
MUCH = 0.5  # of the mentions of a concept, and at least FEW: what a reader of the old base would notice
FEW = 5


def differences(old: Store, new: Store) -> Iterator[Change]:
    """In the order: what made the bases, files set aside, articles, concepts, links, pairs."""
    yield from _facts(old.info(), new.info())
    yield from _set_aside(old, new)
    yield from _articles(old, new)
    yield from _concepts({c.id: c for c in old.concepts()}, {c.id: c for c in new.concepts()})
    yield from _links(old, new)
    yield from _pairs(old, new)


def _facts(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for key in FACTS:
        if old.get(key) != new.get(key):
            yield Change("base", "changed", key, old.get(key, ""), new.get(key, ""))


def _set_aside(old: Store, new: Store) -> Iterator[Change]:
    before, after = ({s.path: s.reason for s in store.sources() if s.reason} for store in (old, new))
    for path, a, b in _matched(before, after):
        if a is None or b is None:
            yield Change("file", "set aside" if a is None else "no longer set aside", path, a or "", b or "")


def _articles(old: Store, new: Store) -> Iterator[Change]:
    before, after = ({n.id: n for n in store.article_names()} for store in (old, new))
    for id, a, b in _matched(before, after):
        if a is None and b is not None:
            yield Change("article", "added", id, "", b.title)
        elif b is None and a is not None:
            yield Change("article", "removed", id, a.title, "")
        elif a is not None and b is not None:
            if a.title != b.title:
                yield Change("article", "retitled", id, a.title, b.title)
            if old.raw(id) != new.raw(id):
                yield Change(
                    "article", "changed", id, f"{len(old.raw(id))} characters", f"{len(new.raw(id))} characters"
                )
            elif _texts(old, id) != _texts(new, id):
                yield Change("article", "cleaned otherwise", id, "", "")


def _texts(store: Store, id: str) -> list[str]:
    return [row.quote.text for row in store.passages_of(id)]


def _concepts(before: Mapping[str, Concept], after: Mapping[str, Concept]) -> Iterator[Change]:
    gone = {id: c for id, c in before.items() if id not in after}
    come = {id: c for id, c in after.items() if id not in before}
    for id, heir in _heirs(gone, come):
        yield Change("concept", "new id", preferred_name(come[heir].labels), id, heir)
        del gone[id], come[heir]
    for _, concept in sorted(gone.items()):
        yield Change("concept", "gone", preferred_name(concept.labels), _said(concept), "")
    for _, concept in sorted(come.items()):
        yield Change("concept", "new", preferred_name(concept.labels), "", _said(concept))
    for id in sorted(before.keys() & after.keys()):
        yield from _concept(before[id], after[id])


def _heirs(gone: Mapping[str, Concept], come: Mapping[str, Concept]) -> list[tuple[str, str]]:
    """(old id, new id) of concepts that have most of their names in common."""
    by_name: dict[tuple[str, str], str] = {}
    for id, concept in sorted(come.items()):
        for name in _names(concept):
            by_name.setdefault(name, id)
    found: dict[str, str] = {}
    for id, concept in sorted(gone.items()):
        names = _names(concept)
        heirs = [by_name[name] for name in names if name in by_name]
        heir = max(sorted(set(heirs)), key=heirs.count, default=None)
        if heir is not None and heirs.count(heir) * 2 > len(names) and heir not in found.values():
            found[id] = heir
    return list(found.items())


def _names(concept: Concept) -> set[tuple[str, str]]:
    return {(tag, form) for tag, forms in concept.labels.items() for form in forms}


def _said(concept: Concept) -> str:
    return "; ".join(f"{tag} {forms[0]}" for tag, forms in sorted(concept.labels.items()) if forms)


def _concept(a: Concept, b: Concept) -> Iterator[Change]:
    name = preferred_name(b.labels)
    for tag in sorted(a.labels.keys() | b.labels.keys()):
        one, other = (c.labels.get(tag, ()) for c in (a, b))
        if one and other and one[0] != other[0]:
            yield Change("concept", "renamed", name, f"{tag} {one[0]}", f"{tag} {other[0]}")
    left, joined = _names(a) - _names(b), _names(b) - _names(a)
    if left:
        yield Change("concept", "names parted", name, _listed(left), "")
    if joined:
        yield Change("concept", "names joined", name, "", _listed(joined))
    if a.type != b.type:
        yield Change("concept", "type", name, a.type or "", b.type or "")
    if abs(a.mentions - b.mentions) >= max(FEW, MUCH * max(a.mentions, b.mentions)):
        yield Change("concept", "mentions", name, str(a.mentions), str(b.mentions))


def _listed(names: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{tag} {form}" for tag, form in sorted(names))


def _links(old: Store, new: Store) -> Iterator[Change]:
    """Links between concepts that both bases have: what came or went with a concept is told by the concept."""
    names = [{c.id: preferred_name(c.labels) for c in store.concepts()} for store in (old, new)]
    both = names[0].keys() & names[1].keys()
    before, after = (
        {(x.a, x.kind, x.b): x.score for x in store.links() if x.a in both and x.b in both} for store in (old, new)
    )
    for (a, kind, b), was, now in _matched(before, after):
        if was is None or now is None:
            said = f"{names[1][a]} {kind} {names[1][b]}"
            yield Change("link", "new" if was is None else "gone", said, _score(was), _score(now))


def _score(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _pairs(old: Store, new: Store) -> Iterator[Change]:
    before, after = ({p.id: p for p in (*store.pairs(), *store.pairs(status="rejected"))} for store in (old, new))
    for _, a, b in _matched(before, after):
        found = b or a
        assert found is not None
        said = f"{found.a.article}[{found.a.start}:{found.a.end}] = {found.b.article}[{found.b.start}:{found.b.end}]"
        if a is None or b is None:
            yield Change("pair", "new" if a is None else "gone", said, a.kind if a else "", b.kind if b else "")
        elif (a.kind, a.status) != (b.kind, b.status):
            yield Change("pair", "status", said, f"{a.kind}, {a.status}", f"{b.kind}, {b.status}")


def _matched(before: Mapping[K, T], after: Mapping[K, T]) -> Iterator[tuple[K, T | None, T | None]]:
    for key in sorted(before.keys() | after.keys(), key=str):
        yield key, before.get(key), after.get(key)
