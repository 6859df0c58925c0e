"""How concepts relate: what the scheme says, what sentences say, what their names say, and what stands together beyond
chance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from kb.chance import SIGNIFICANT, log_likelihood
from kb.langs.folding import has_han
from kb.langs.lexicon import lexicon
from kb.model import BY_SCHEME, HEAD, ConceptRecord, Link, Mention
from kb.sayings import Said
from kb.scheme import Scheme

# One chance in a thousand: thousands of pairs are asked. Of 60 links of the reference articles, read one by one, those
# that one chance in a hundred lets in besides were right in 4 of 11 cases.
BEYOND_CHANCE = 10.83
NEAR = 2  # passages that hold both in one sentence; of pairs that share only passages most met by chance
EVIDENCE = 5  # passages kept as evidence of a link
SAID_ONCE = 0.2  # doubt of what one passage says; half of it when two say so


class Place(NamedTuple):
    """A mention: the passage and which of the article's sentences, and its raw offsets."""

    passage: str
    sentence: int
    start: int
    end: int


def relate(
    concepts: Sequence[ConceptRecord],
    mentions: Sequence[Mention],
    place_of: Mapping[tuple[str, int], tuple[str, int]],
    scheme: Scheme,
    statements: Sequence[Said] = (),
    *,
    per_concept: int,
    same: Mapping[str, str] | None = None,
) -> list[Link]:
    """All links, best first. `place_of`: (article, raw start of a mention) -> the id of the passage that holds it, and
    which sentence; `statements`: what sentences say of two concepts; `same`: passage -> a name for what it says, which
    its copies and translations share: what they all say is said once.

    A `broader` link goes from the narrower concept `a` to the broader `b`, a `part-of` link from the part; the others
    have `a` < `b`.
    """
    places = _places(mentions, place_of)
    links = _scheme_links(concepts, scheme)
    # What people said of two concepts goes before what their names seem to say, and that before what is counted.
    for found in (
        _said_links(statements, same or {}),
        _name_links(concepts, places),
        _company_links(places, per_concept, same or {}),
    ):
        told = {frozenset((link.a, link.b)) for link in links}
        links += [x for x in found if frozenset((x.a, x.b)) not in told]
    return sorted(links, key=lambda x: (-x.score, x.a, x.b, x.kind))


def _places(mentions: Sequence[Mention], place_of: Mapping[tuple[str, int], tuple[str, int]]) -> dict[str, list[Place]]:
    """Concept -> where it is mentioned."""
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for m in mentions:
        places[m.concept].append(Place(*place_of[m.article, m.start], m.start, m.end))
    return places


def _scheme_links(concepts: Sequence[ConceptRecord], scheme: Scheme) -> list[Link]:
    """Relations of the scheme between concepts that the articles hold; the evidence is the scheme's own entry."""
    by_address = {record.scheme: record.concept.id for record in concepts if record.scheme}
    of_slug = {slug: by_address[c.address] for slug, c in scheme.concepts.items() if c.address in by_address}
    links = []
    for slug, entry in scheme.concepts.items():
        if slug not in of_slug:
            continue
        for other in entry.broader:
            if other in of_slug:
                links.append(Link(of_slug[slug], of_slug[other], "broader", 1.0, BY_SCHEME, (entry.address,)))
        for other in entry.related:
            if other in of_slug and of_slug[slug] < of_slug[other]:
                links.append(Link(of_slug[slug], of_slug[other], "related", 1.0, BY_SCHEME, (entry.address,)))
    return links


def _said_links(statements: Sequence[Said], same: Mapping[str, str]) -> list[Link]:
    """What sentences say, but where they contradict each other; versions of one passage say it once."""
    found: defaultdict[tuple[str, str, str], list[Said]] = defaultdict(list)
    for one in statements:
        found[one.a, one.b, one.kind].append(one)
    best: dict[frozenset[str], tuple[str, str, str]] = {}
    for key in sorted(found, key=lambda k: (-len(found[k]), k)):
        best.setdefault(frozenset(key[:2]), key)
    links = []
    for a, b, kind in best.values():
        own = found[a, b, kind]
        passages = tuple(dict.fromkeys(one.passage for one in own))
        if kind == "opposed" or (b, a, kind) not in found:
            times = len({same.get(passage, passage) for passage in passages})
            links.append(Link(a, b, kind, round(1 - SAID_ONCE / times, 4), own[0].method, passages[:EVIDENCE]))
    return links


def _name_links(concepts: Sequence[ConceptRecord], places: Mapping[str, list[Place]]) -> list[Link]:
    """A name that begins (Vietnamese, French) or ends (Chinese) with another's is usually a kind of it. A word that
    begins with a syllable that is one too (điện thoại, telephone; điện, electricity) needs two languages to say so."""
    owner = {name: record.concept.id for record in concepts for name in record.names}
    votes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    doubtful: set[tuple[str, str]] = set()
    for (language, key), narrow in sorted(owner.items()):
        for head in _heads(key):
            broad = owner.get((language, head))
            if broad and broad != narrow:
                votes[narrow, broad].add(language)
                if language == "vi" and " " not in head and lexicon().senses_of(language, key):
                    doubtful.add((narrow, broad))
                break
    links = []
    for (narrow, broad), languages in votes.items():
        n = len(languages)
        if (broad, narrow) not in votes and (n > 1 or (narrow, broad) not in doubtful):
            links.append(Link(narrow, broad, "broader", round(1 - 0.4 / n, 4), HEAD, _shown(places[narrow])))
    return links


def _heads(key: str) -> list[str]:
    """Shorter names that may be the head of a name, longest first."""
    if has_han(key):
        return [key[i:] for i in range(1, len(key) - 1)]
    words = key.split()
    if words[-1:] == ["hóa"] and not lexicon().senses_of("vi", " ".join(words[-2:])):
        return []  # hàng hóa hóa: to become a commodity is no commodity
    return [" ".join(words[:n]) for n in range(len(words) - 1, 0, -1)]


def _company_links(places: Mapping[str, list[Place]], per_concept: int, same: Mapping[str, str]) -> list[Link]:
    """Concepts in the same passages more often than chance and in NEAR of them in one sentence; a name inside another's
    does not count as beside it, and versions of one passage count once."""
    where = {concept: {p.passage for p in found} for concept, found in places.items()}
    said = {concept: {same.get(p, p) for p in passages} for concept, passages in where.items()}
    by_saying: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for concept, passages in where.items():
        if len(said[concept]) > 1:
            for passage in passages:
                by_saying[same.get(passage, passage)][passage].add(concept)
    together: Counter[tuple[str, str]] = Counter()
    for versions in by_saying.values():
        together.update({pair for present in versions.values() for pair in combinations(sorted(present), 2)})
    total = max(len({s for found in said.values() for s in found}), 1)
    near: dict[tuple[str, str], set[str]] = {}
    best: defaultdict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for (a, b), n in together.items():
        if n < 2 or n * total <= len(said[a]) * len(said[b]):
            continue
        g2 = log_likelihood(n, len(said[a]), len(said[b]), total)
        if g2 < BEYOND_CHANCE:
            continue
        near[a, b] = _near(places[a], places[b])
        if len({same.get(p, p) for p in near[a, b]}) >= NEAR:
            best[a].append((g2, a, b))
            best[b].append((g2, a, b))
    kept = {pair for found in best.values() for pair in sorted(found, key=lambda x: (-x[0], x[1:]))[:per_concept]}
    links = []
    for g2, a, b in sorted(kept, key=lambda x: (-x[0], x[1:])):
        evidence = tuple(sorted(near[a, b]))[:EVIDENCE]
        # 0.62 at the least that counts, 0.9 at 60.
        links.append(Link(a, b, "co-occurrence", round(g2 / (g2 + SIGNIFICANT), 4), "log-likelihood", evidence))
    return links


def _near(a: Sequence[Place], b: Sequence[Place]) -> set[str]:
    """The passages where the two stand beside each other in a sentence, not only one inside the other."""
    beside: defaultdict[tuple[str, int], list[Place]] = defaultdict(list)
    for other in b:
        beside[other.passage, other.sentence].append(other)
    return {
        own.passage
        for own in a
        for other in beside.get((own.passage, own.sentence), ())
        if own.end <= other.start or other.end <= own.start
    }


def _shown(places: Sequence[Place]) -> tuple[str, ...]:
    return tuple(sorted({p.passage for p in places}))[:EVIDENCE]
