"""Which names mean what a concept scheme means by them: attente is a customer's expectation, and also waiting.

A label that the scheme gives to a concept is taken at its word, but where the articles or the lexicon speak against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache

from kb.counterparts import Evidence, TermSet, on_their_own
from kb.langs.folding import name_key
from kb.langs.lexicon import NOUN, lexicon
from kb.model import Term, base_language
from kb.scheme import Scheme

# From this share of common aligned passages on a name is looked at as a translation of another: half of what joins two
# names of one language, since the lexicon speaks for it too.
STANDS_FOR = 0.11
Node = tuple[str, int]  # language, row in its term set


def meant(sets: Mapping[str, TermSet], evidence: Mapping[tuple[str, str], Evidence], scheme: Scheme) -> dict[Node, str]:
    """Name -> slug of the scheme's concept that it is a label of, but those that are meant otherwise here.

    `evidence` holds a matrix for every pair of languages in alphabetical order.
    """
    labelled = {
        (language, row): slug
        for language in sorted(sets)
        for row, term in enumerate(sets[language].terms)
        if (slug := _slug_of(term, scheme))
    }
    times = Counter(labelled.values())
    out = {}
    for node, slug in labelled.items():
        listed, apart = _senses(node, slug, sets, scheme)
        named = {other: slug for other, its in labelled.items() if its == slug}
        if listed and apart:
            if _translated(node, apart, labelled.keys(), named.keys(), sets, evidence):
                continue
            if times[slug] == 1 and len(apart) > len(listed) and _is_once_inside(node, sets):
                continue
        out[node] = slug
    return out


def _slug_of(term: Term, scheme: Scheme) -> str | None:
    """The scheme's concept that has the term's key or one of its surfaces as a label."""
    found = scheme.by_name.get((term.language, name_key(term.key)))
    if found is None:
        surfaces = Counter(name_key(o.surface) for o in term.occurrences)
        slugs = (
            scheme.by_name.get((term.language, s)) for s, _ in sorted(surfaces.items(), key=lambda x: (-x[1], x[0]))
        )
        found = next((s for s in slugs if s), None)
    return found


def _senses(
    node: Node, slug: str, sets: Mapping[str, TermSet], scheme: Scheme
) -> tuple[frozenset[int], frozenset[int]]:
    """The senses that the lexicon has for a name: those of the concept's labels in other languages, and those of
    nouns that have no word of another language in common with these."""
    language, row = node
    words = lexicon()
    others = {
        (base_language(tag), name_key(label))
        for tag, labels in scheme.concepts[slug].labels.items()
        if base_language(tag) != language
        for label in labels
    }
    own = words.senses_of(language, sets[language].terms[row].key)
    listed = own & {sense for other, key in others for sense in words.senses_of(other, key)}
    near = {sense for one in listed for sense in _sharing(language)[one]}
    return listed, frozenset(s for s in own - listed - near if words.parts[s] == NOUN)


@cache
def _sharing(language: str) -> Mapping[int, Set[int]]:
    """Sense -> those that have a word in common with it in another language than this."""
    out: defaultdict[int, set[int]] = defaultdict(set)
    for other, names in lexicon().senses.items():
        if other != language:
            for senses in names.values():
                for sense in senses:
                    out[sense].update(senses)
    return out


def _translated(
    node: Node,
    senses: Set[int],
    labelled: Set[Node],
    named: Set[Node],
    sets: Mapping[str, TermSet],
    evidence: Mapping[tuple[str, str], Evidence],
) -> bool:
    """Whether translations have for a name a word of these senses, more than any name of its concept (`named`)."""
    for other, share in _aligned(node, evidence):
        found = [
            float(share[j])
            for j, term in enumerate(sets[other].terms)
            if share[j] >= STANDS_FOR and (other, j) not in labelled and lexicon().senses_of(other, term.key) & senses
        ]
        rivals = [float(share[j]) for tag, j in named if tag == other]
        if max(found, default=0.0) > max(rivals, default=0.0):
            return True
    return False


def _aligned(node: Node, evidence: Mapping[tuple[str, str], Evidence]) -> Iterator[tuple[str, list[float]]]:
    """Every other language, and how often each of its names stands where this one does."""
    language, row = node
    for (a, b), found in evidence.items():
        if a == language:
            yield b, found.aligned[row].tolist()
        elif b == language:
            yield a, found.aligned[:, row].tolist()


def _is_once_inside(node: Node, sets: Mapping[str, TermSet]) -> bool:
    """Whether a name occurs once only, as a part of a longer one: marque (mark, brand) in marque de gratitude."""
    language, row = node
    own = sets[language].terms
    return len(own[row].occurrences) == 1 and not on_their_own(own, heads=False)[row]
