"""The family of a concept that no scheme lists: a kind of a customer is an actor, as the customer is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kb.model import HEAD, ConceptRecord, Link


def inherited(concepts: Sequence[ConceptRecord], links: Sequence[Link]) -> list[ConceptRecord]:
    """The concepts in their order, those without a type given that of the nearest broader one that has it, by the heads
    of their names. What sentences call a kind of something (carpets such as ..., firms such as ...) tells no family:
    examples are listed for many reasons."""
    above: defaultdict[str, list[str]] = defaultdict(list)
    for link in sorted((x for x in links if x.method == HEAD), key=lambda x: (-x.score, x.b)):
        above[link.a].append(link.b)
    own = {record.concept.id: record.concept.type for record in concepts}

    def family(id: str) -> str | None:
        seen, nearest = {id}, [id]
        while nearest:
            if found := next((own[x] for x in nearest if own[x]), None):
                return found
            nearest = [up for x in nearest for up in above.get(x, ()) if up not in seen]
            seen.update(nearest)
        return None

    return [r if r.scheme else replace(r, concept=replace(r.concept, type=family(r.concept.id))) for r in concepts]
