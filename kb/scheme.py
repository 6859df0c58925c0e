"""A SKOS concept scheme as the stages use it: which name belongs to which concept, of what type, with what relations.

The scheme gives concepts their type and preferred name. It never makes a concept appear: only terms that the articles
hold are looked up in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import SchemeError
from kb.langs.folding import name_key
from kb.model import base_language

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


@dataclass(frozen=True, slots=True)
class SchemeConcept:
    slug: str  # local part of its address
    address: str
    type: str | None
    labels: Mapping[str, tuple[str, ...]]  # tag -> preferred, others
    definition: str | None
    broader: tuple[str, ...] = ()  # slugs, families left out
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """`by_name`: (base language, name key) -> slug. Empty when there is no scheme."""

    concepts: Mapping[str, SchemeConcept] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def names(self, language: str) -> frozenset[str]:
        """Name keys of one base language."""
        return frozenset(key for lang, key in self.by_name if lang == language)


def load_scheme(path: Path) -> Scheme:
    """Read a scheme in Turtle (.ttl) or another format that rdflib tells by suffix. SchemeError says what is wrong."""
    import rdflib
    from rdflib.namespace import SKOS

    graph = rdflib.Graph()
    try:
        graph.parse(path)
    except FileNotFoundError as error:
        raise SchemeError(f"{path}: no such scheme; give the path of a SKOS file, or leave `scheme` out") from error
    except Exception as error:
        reason = " ".join(str(error).split())[:160]
        raise SchemeError(f"{path}: not a readable SKOS file ({reason}); check it with an RDF validator") from error
    families = {
        subject: str(notation)
        for subject in graph.subjects(SKOS.topConceptOf)
        if (notation := graph.value(subject, SKOS.notation)) is not None
    }
    parents = {
        s: sorted(graph.objects(s, SKOS.broader), key=str) for s in graph.subjects(rdflib.RDF.type, SKOS.Concept)
    }
    concepts = {}
    for subject in sorted(parents, key=str):
        if subject in families:
            continue
        slug = _slug(str(subject))
        concepts[slug] = SchemeConcept(
            slug,
            str(subject),
            _family(subject, parents, families),
            _labels(graph, subject),
            _definition(graph, subject),
            tuple(_slug(str(p)) for p in parents[subject] if p not in families),
            tuple(sorted(_slug(str(o)) for o in graph.objects(subject, SKOS.related))),
        )
    by_name: dict[tuple[str, str], str] = {}
    for slug, concept in concepts.items():
        for tag, labels in concept.labels.items():
            for label in labels:
                by_name.setdefault((base_language(tag), name_key(label)), slug)
    return Scheme(concepts, by_name)


def _slug(address: str) -> str:
    return address.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]


def _family(subject: Node, parents: Mapping[Node, list[Node]], families: Mapping[Node, str]) -> str | None:
    """The notation of the top concept that `subject` leads to; None without one, or in a cycle."""
    seen = set()
    while subject not in seen:
        seen.add(subject)
        if subject in families:
            return families[subject]
        above = parents.get(subject)
        if not above:
            return None
        subject = above[0]
    return None


def _labels(graph: Graph, subject: Node) -> dict[str, tuple[str, ...]]:
    from rdflib.namespace import SKOS

    labels: dict[str, list[str]] = {}
    for kind in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel):
        for value in sorted(graph.objects(subject, kind), key=str):
            labels.setdefault(getattr(value, "language", None) or "und", []).append(str(value))
    return {tag: tuple(values) for tag, values in sorted(labels.items())}


def _definition(graph: Graph, subject: Node) -> str | None:
    from rdflib.namespace import SKOS

    found = {getattr(value, "language", None): str(value) for value in graph.objects(subject, SKOS.definition)}
    return found.get("en") or next((found[k] for k in sorted(found, key=str)), None)
