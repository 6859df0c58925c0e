"""Terms of all languages joined into concepts: evidence weighed, never chained.

Links between names are taken strongest first. Two groups of names are joined only when the names of one agree with
those of the other on average (average linkage), so that a near-synonym cannot draw its own near-synonyms along, and
never when the scheme knows them as two concepts. Two names of one language meet in a concept only by the scheme, when
the lexicon has them under one sense, or when passages that are translations of each other use both for the same.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.counterparts import SCHEME, Evidence, TermSet
from kb.extract import count_forms
from kb.langs.folding import name_key
from kb.langs.lexicon import lexicon
from kb.model import Concept, ConceptRecord, Mention, NameLink, Term
from kb.scheme import Scheme
from kb.senses import Node, meant

# A link is looked at from this probability on, and holds when the groups' mean reaches it. Of the links of the
# project's articles between 0.5 and 0.6, read one by one, those with aligned passages to show were right, and six of
# the eight others.
LINK = 0.5
# Without aligned passages the names themselves have to be alike (CSLS), or half of them be rendered by the lexicon:
# khái niệm (concept) and 思想 (thought) keep the same company, and were joined.
NAME_UNSEEN, SAID_UNSEEN = 0.15, 0.5
# Names of one language are held to be one concept from this share of common aligned passages on.
SYNONYM = 0.22


@dataclass(slots=True)
class _Group:
    members: list[Node]
    slug: str | None  # the scheme's concept, if one of the names is its label
    links: list[NameLink]


def join(
    sets: Mapping[str, TermSet], evidence: Mapping[tuple[str, str], Evidence], scheme: Scheme
) -> list[tuple[tuple[Term, ...], str | None, tuple[NameLink, ...]]]:
    """Groups of terms that name one thing, with the scheme's slug and the links that hold them, in a stable order.

    `evidence` holds a matrix for every pair of languages in alphabetical order.
    """
    groups = _start(sets, meant(sets, evidence, scheme), scheme)
    senses = {(lang, i): lexicon().senses_of(lang, t.key) for lang in sets for i, t in enumerate(sets[lang].terms)}
    for probability, x, y in _links(evidence):
        gx, gy = groups[x], groups[y]
        if gx is gy or (gx.slug and gy.slug) or not _agree(gx, gy, evidence, senses):
            continue
        link = _link(sets, evidence, x, y, probability)
        joined = _Group(gx.members + gy.members, gx.slug or gy.slug, [*gx.links, *gy.links, link])
        for member in joined.members:
            groups[member] = joined
    unique = {id(g): g for g in groups.values()}.values()
    out = []
    for group in unique:
        terms = sorted((sets[lang].terms[i] for lang, i in group.members), key=lambda t: (t.language, -t.score, t.key))
        out.append((tuple(terms), group.slug, tuple(sorted(group.links, key=lambda x: (-x.score, x.a, x.b)))))
    return sorted(out, key=lambda g: [(t.language, t.key) for t in g[0]])


def _start(sets: Mapping[str, TermSet], slugs: Mapping[Node, str], scheme: Scheme) -> dict[Node, _Group]:
    """Every name alone, but those that the scheme gives to one concept together."""
    groups: dict[Node, _Group] = {}
    by_slug: dict[str, _Group] = {}
    for language in sorted(sets):
        for row, term in enumerate(sets[language].terms):
            node = (language, row)
            slug = slugs.get(node)
            if slug is None:
                groups[node] = _Group([node], None, [])
                continue
            group = by_slug.setdefault(slug, _Group([], slug, []))
            if group.members:
                first_language, first_row = group.members[0]
                first = sets[first_language].terms[first_row]
                address = scheme.concepts[slug].address
                group.links.append(
                    NameLink((first_language, first.key), (language, term.key), SCHEME, "scheme", address)
                )
            group.members.append(node)
            groups[node] = group
    return groups


def _links(evidence: Mapping[tuple[str, str], Evidence]) -> list[tuple[float, Node, Node]]:
    """Pairs of names worth a look: each the other's best, or one of its best that passages or the lexicon
    speak for."""
    out = []
    for (a, b), found in evidence.items():
        p = found.probability
        if not p.size:
            continue
        best_a, best_b = p.max(axis=1), p.max(axis=0)
        alike = (found.name >= NAME_UNSEEN) | (found.said >= SAID_UNSEEN)
        enough = (p >= LINK) & ((found.aligned > 0) | alike)
        for i, j in zip(*enough.nonzero(), strict=True):
            mutual = p[i, j] >= best_a[i] and p[i, j] >= best_b[j]
            shown = (found.aligned[i, j] >= SYNONYM or found.said[i, j] == 1) and (
                p[i, j] >= best_a[i] or p[i, j] >= best_b[j]
            )
            if mutual or shown:
                out.append((float(p[i, j]), (a, int(i)), (b, int(j))))
    return sorted(out, key=lambda x: (-x[0], x[1], x[2]))


def _agree(
    x: _Group, y: _Group, evidence: Mapping[tuple[str, str], Evidence], senses: Mapping[Node, frozenset[int]]
) -> bool:
    """Average linkage over the pairs of different languages; names of one language need aligned passages to meet, or a
    sense in common."""
    values = []
    for a in x.members:
        for b in y.members:
            if a[0] == b[0]:
                continue
            first, second = sorted((a, b))
            values.append(float(evidence[first[0], second[0]].probability[first[1], second[1]]))
    if not values or sum(values) / len(values) < LINK:
        return False
    shared = {lang for lang, _ in x.members} & {lang for lang, _ in y.members}
    return not shared or _one_sense(x, y, senses) or _synonyms(x, y, evidence)


def _one_sense(x: _Group, y: _Group, senses: Mapping[Node, frozenset[int]]) -> bool:
    """Whether the lexicon has a name of both groups, of one language, under one sense."""
    return any(a[0] == b[0] and senses[a] & senses[b] for a in x.members for b in y.members)


def _synonyms(x: _Group, y: _Group, evidence: Mapping[tuple[str, str], Evidence]) -> bool:
    """Whether translations use the names of both groups for the same name of another language."""
    best = 0.0
    for a in x.members:
        for b in y.members:
            if a[0] != b[0]:
                first, second = sorted((a, b))
                best = max(best, float(evidence[first[0], second[0]].aligned[first[1], second[1]]))
    return best >= SYNONYM


def _link(
    sets: Mapping[str, TermSet], evidence: Mapping[tuple[str, str], Evidence], x: Node, y: Node, probability: float
) -> NameLink:
    found = evidence[x[0], y[0]]
    i, j = x[1], y[1]
    detail = f"name {found.name[i, j]:+.2f}, company {found.company[i, j]:+.2f}, aligned {found.aligned[i, j]:.2f}, "
    detail += f"lexicon {found.said[i, j] - found.unsaid[i, j]:+.2f}"
    return NameLink(
        (x[0], sets[x[0]].terms[i].key),
        (y[0], sets[y[0]].terms[j].key),
        round(probability, 4),
        found.method(i, j),
        detail,
    )


# --- records --------------------------------------------------------------------------------------------------------


def name_id(language: str, key: str) -> str:
    """The id that a name gives to its concept."""
    return "c" + hashlib.blake2b(f"{language}\n{key}".encode(), digest_size=5).hexdigest()


def records(
    groups: Sequence[tuple[tuple[Term, ...], str | None, tuple[NameLink, ...]]],
    tags: Mapping[tuple[str, int], str],
    scheme: Scheme,
    old_ids: Collection[str],
) -> list[tuple[ConceptRecord, tuple[Term, ...], tuple[NameLink, ...]]]:
    """Concepts with ids, labels and salience, most salient first.

    `tags`: (article, sentence) -> language tag. A concept keeps an id of `old_ids` that one of its names ever gave, so
    that ids survive new articles and edits.
    """
    known, used = frozenset(old_ids), set()
    ranked = sorted(
        ((_salience(terms), terms, slug, links) for terms, slug, links in groups), key=lambda g: (-g[0], g[1][0].key)
    )
    out = []
    for salience, terms, slug, links in ranked:
        own = [name_id(t.language, t.key) for t in sorted(terms, key=lambda t: (-t.score, t.language, t.key))]
        wanted = ([slug] if slug else []) + own
        free = [i for i in wanted if i not in used]
        chosen = next((i for i in free if i in known), free[0])
        used.add(chosen)
        entry = scheme.concepts[slug] if slug else None
        names = tuple((t.language, t.key) for t in terms)
        labels, counts = _labels(terms, tags, entry.labels if entry else {})
        terms, inside = _outermost(terms), terms
        if inside != terms:
            counts = _labels(terms, tags, {})[1]
        occurrences = {(o.article, o.start, o.end) for t in terms for o in t.occurrences}
        concept = Concept(
            chosen,
            entry.type if entry else None,
            labels,
            salience,
            len(occurrences),
            len({o.article for t in terms for o in t.occurrences}),
        )
        others = _unused(entry.labels, labels) if entry else ()
        address, definition = (entry.address, entry.definition) if entry else (None, None)
        record = ConceptRecord(concept, address, definition, names, counts, others)
        out.append((record, terms, links))
    return out


def _outermost(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms of one concept without what stands within a longer name of it: who says 顧客滿意度 (satisfaction of
    customers) speaks of satisfaction once."""
    if len(terms) < 2:
        return terms
    spans: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for term in terms:
        for o in term.occurrences:
            spans[o.article].add((o.start, o.end))
    outer = set()
    for article, own in spans.items():
        furthest = -1
        for start, end in sorted(own, key=lambda span: (span[0], -span[1])):
            if end > furthest:
                furthest = end
                outer.add((article, start, end))
    kept = (tuple(o for o in t.occurrences if (o.article, o.start, o.end) in outer) for t in terms)
    return tuple(
        t if len(own) == len(t.occurrences) else replace(t, occurrences=own) for t, own in zip(terms, kept, strict=True)
    )


def _salience(terms: Sequence[Term]) -> float:
    """The sum over languages of the best name's termhood: what several languages speak of stands out."""
    best: defaultdict[str, float] = defaultdict(float)
    for term in terms:
        best[term.language] = max(best[term.language], term.score)
    return round(sum(best.values()), 4)


def _labels(
    terms: Sequence[Term], tags: Mapping[tuple[str, int], str], wanted: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], int]]:
    """Forms that occur, by language tag: the scheme's preferred name if it is among them, then by frequency."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for term in terms:
        for o in term.occurrences:
            found[tags[o.article, o.sentence]].append(o.form)
    forms = {tag: count_forms(written) for tag, written in sorted(found.items())}
    labels = {}
    for tag in forms:
        preferred = {name_key(label): n for n, label in enumerate(wanted.get(tag, ())[:1])}
        order = sorted(forms[tag], key=lambda f: (preferred.get(name_key(f), 1), -forms[tag][f], len(f), f))
        labels[tag] = tuple(order)
    counts = {(tag, form): n for tag, written in forms.items() for form, n in written.items()}
    return labels, counts


def _unused(scheme: Mapping[str, tuple[str, ...]], used: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """(tag, label) of the scheme's labels that are no form of the articles."""
    held = {(tag, name_key(label)) for tag, labels in used.items() for label in labels}
    return tuple(
        (tag, label) for tag, labels in sorted(scheme.items()) for label in labels if (tag, name_key(label)) not in held
    )


def mentions(
    concepts: Sequence[tuple[ConceptRecord, tuple[Term, ...], tuple[NameLink, ...]]],
    tags: Mapping[tuple[str, int], str],
    paths: Mapping[str, str],
    raws: Mapping[str, str],
) -> list[Mention]:
    """Every occurrence of every name, by article and start. `score`: how sure it is that the name means the concept."""
    out = []
    for record, terms, links in concepts:
        sure = _certainty(terms, links)
        for term in terms:
            for o in term.occurrences:
                quote = raws[o.article][o.start : o.end]
                score = sure[term.language, term.key]
                out.append(
                    Mention(
                        record.concept.id,
                        o.article,
                        paths[o.article],
                        tags[o.article, o.sentence],
                        o.start,
                        o.end,
                        quote,
                        o.surface,
                        score,
                    )
                )
    return sorted(out, key=lambda m: (m.article, m.start, m.end, m.concept))


def _certainty(terms: Sequence[Term], links: Sequence[NameLink]) -> dict[tuple[str, str], float]:
    """The best link of each name; 1 for a name alone: it is the concept."""
    sure = {(t.language, t.key): 0.0 for t in terms}
    for link in links:
        for end in (link.a, link.b):
            sure[end] = max(sure[end], link.score)
    return {name: score or 1.0 for name, score in sure.items()}
