"""One function a page: what a request asks for -> what the page shows. HTML and JSON are made of the same.

Values are records of the model, text, numbers, and lists and dicts of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from kb.answers import Judgement, MarkedPassage, ParallelRow, Piece
from kb.chance import SIGNIFICANT
from kb.clean.explain import rows as cleaned_rows
from kb.corrections import IN_FORCE
from kb.errors import NotFoundError, UsageError
from kb.export.concept import MOST_MENTIONS
from kb.export.handout import fronts
from kb.model import Decision, base_language
from kb.names import preferred_name
from kb.packs import places
from kb.query import KnowledgeBase
from kb.repairs import NEXT_BUILD
from kb.web import picture
from kb.web.asked import Asked

Context = dict[str, Any]

# A page shows so many and links to the rest: what a screen or two hold, and what is made in a tenth of a second.
A_PAGE = 50
ROWS_A_PAGE = 60
OF_A_FAMILY = 12
SIDES = 3  # articles beside each other
EVIDENCE = 5
COMPANY = 15
QUICK_COMPANY = 1_000  # mentions; to look through the sentences of more takes a moment, and is done on demand
DOUBTFUL = 20
DOUBTFUL_NAMES = 10
QUEUES = ("passages", "names", "types", "repairs")
MARKS = ("shared", "all", "none")


def home(base: KnowledgeBase, asked: Asked) -> Context:
    """What is in the base: its concepts by family, and how often each language speaks of them."""
    coverage = base.coverage_of_families()
    families = [name for name in coverage if name]
    return {
        "status": base.status(),
        "families": {name: base.concepts(type=name, limit=OF_A_FAMILY) for name in families},
        "coverage": coverage,
        "languages": base.tags(),
        "decisions": _latest(base, 5),
    }


def articles(base: KnowledgeBase, asked: Asked) -> Context:
    """The articles, and what each is aligned with."""
    language = asked.text("language") or None
    page = asked.number("page", default=1, least=1, most=10_000)
    part, total = base.articles_page(language=language, start=(page - 1) * A_PAGE, count=A_PAGE)
    return {
        "articles": part,
        "translations": base.translations_of([article.id for article in part]),
        "language": language,
        "languages": base.tags(),
        "total": total,
        "page": page,
        "pages": _pages(total, A_PAGE),
    }


def article(base: KnowledgeBase, asked: Asked, id: str) -> Context:
    """One article to read: its clean text with the concepts marked, or what cleaning did to it."""
    view = asked.choice("view", ("clean", "raw"), "clean")
    marks = asked.choice("marks", MARKS, "shared")
    found = base.article(id)
    context: Context = {
        "article": found,
        "view": view,
        "marks": marks,
        "translations": base.translations(found.id),
        "passages": [],
        "lines": [],
        "decided": {},
        "elsewhere": {},
    }
    if view == "raw":
        context["lines"] = cleaned_rows(base.cleaned(found.id))
        told = base.repairs(found.id)
        context["decided"] = {f"{r.kind} {r.start} {r.end} {r.after}": r for r in told if r.effect}
    else:
        keep = _kept(base, marks)
        context["passages"] = [_unmarked(p, keep) for p in base.marked(found.id)]
        context["names"] = _names_of(base, context["passages"])
        context["elsewhere"] = _elsewhere(base, {found.id: [(p.start, p.start, p.end) for p in context["passages"]]})
    return context


def read(base: KnowledgeBase, asked: Asked) -> Context:
    """Translations side by side, row by row."""
    given = asked.texts("a", most=SIDES)
    if not given:
        raise UsageError("name articles to read side by side")
    by = asked.choice("rows", ("passage", "sentence"), "passage")
    marks = asked.choice("marks", MARKS, "shared")
    first = base.article(given[0])
    others = base.translations(first.id)
    chosen = [first, *(base.article(name) for name in given[1:])] if len(given) > 1 else [first, *others[:1]]
    if len(chosen) < 2:
        raise NotFoundError(f"'{first.path}' has no translation in this base")
    concept = base.concept_called(asked.text("concept")) if asked.text("concept") else None
    beside = base.beside([a.id for a in chosen], by=by)
    shown: Sequence[int] = range(len(beside)) if concept is None else beside.holding(concept.id)
    pages = _pages(len(shown), ROWS_A_PAGE)
    page = asked.number("page", default=1, least=1, most=10_000)
    keep = _kept(base, marks)
    part = [_unmarked_row(r, keep) for r in beside.rows(shown[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])]
    return {
        "articles": chosen,
        "translations": others,
        "rows": part,
        "by": by,
        "marks": marks,
        "concept": concept,
        "headings": [(number, text, number // ROWS_A_PAGE + 1) for number, text in beside.headings()],
        "total": len(shown),
        "page": page,
        "pages": pages,
        "names": _names_of(base, [side for row in part for side in row.sides]),
        "elsewhere": _elsewhere(
            base,
            {
                a.id: [(row.number, side.start, side.end) for row in part for side in [row.sides[n]] if side.sentences]
                for n, a in enumerate(chosen)
            },
        ),
        "decided": len(chosen) == 2,
        "accepted": _accepted(base, chosen[0].id, chosen[1].id, part) if len(chosen) == 2 else [],
    }


def concepts(base: KnowledgeBase, asked: Asked) -> Context:
    """Concepts by salience, or as in a dictionary of one language, by letter."""
    language = asked.text("language") or None
    family = asked.text("family") or None
    begins, letter = asked.text("begins"), asked.text("letter", longest=1)
    page = asked.number("page", default=1, least=1, most=10_000)
    order = asked.choice("order", ("salience", "name"), "salience")
    letters: list[str] = []
    if order == "name":
        language = language or base.tags()[0]
        rows = [(x, c) for x, _, c in base.concepts_by_name(language) if family in (None, c.type)]
        letters = list(dict.fromkeys(x for x, _ in rows))
        found = [c for x, c in rows if letter in ("", x)]
    else:
        found = list(base.concepts(type=family, language=language))
    if begins:
        key = begins.casefold()
        tags = [t for t in base.tags() if language in (None, t, base_language(t))]
        found = [c for c in found if any(x.casefold().startswith(key) for t in tags for x in c.labels.get(t, ()))]
    return {
        "concepts": found[(page - 1) * A_PAGE : page * A_PAGE],
        "language": language,
        "family": family,
        "begins": begins,
        "order": order,
        "letter": letter,
        "letters": letters,
        "families": [name for name in base.coverage_of_families() if name],
        "languages": base.tags(),
        "total": len(found),
        "page": page,
        "pages": _pages(len(found), A_PAGE),
    }


def concept(base: KnowledgeBase, asked: Asked, id: str) -> Context:
    """One concept: names, definitions, evidence, relations."""
    entry = base.concept(id, evidence=EVIDENCE)
    shows_company = entry.concept.mentions <= QUICK_COMPANY or asked.choice("company", ("", "yes"), "") == "yes"
    links = entry.links[: asked.number("links", default=24, least=1, most=200)]
    return {
        "entry": entry,
        "name": preferred_name(entry.concept.labels),
        "links": links,
        "picture": picture.neighbourhood(entry.concept, links),
        "languages": base.tags(),
        "families": [family for family in base.coverage_of_families() if family],
        "judgements": base.judgements(entry.concept.id),
        "company": base.company(entry.concept.id, limit=COMPANY) if shows_company else [],
        "significant": SIGNIFICANT,
        "saved": min(entry.concept.mentions, MOST_MENTIONS),
    }


def search(base: KnowledgeBase, asked: Asked) -> Context:
    """Passages that answer a question, and the concepts that it names."""
    query = asked.text("q")
    language = asked.text("language") or None
    limit = asked.number("limit", default=10, least=1, most=50)
    hits = base.search(query, language=language, limit=limit) if query else []
    return {
        "query": query,
        "language": language,
        "languages": base.tags(),
        "hits": hits,
        "concepts": base.concepts_named(query, limit=8) if query else [],
        "limit": limit,
    }


def compare(base: KnowledgeBase, asked: Asked) -> Context:
    """How often each language speaks of the concepts."""
    family = asked.text("family") or None
    only = asked.text("only") or None
    page = asked.number("page", default=1, least=1, most=10_000)
    leaning = asked.text("leaning") or None
    rows, total = base.coverage_page(type=family, only=only, leaning=leaning, start=(page - 1) * A_PAGE, count=A_PAGE)
    return {
        "rows": rows,
        "languages": base.tags(),
        "family": family,
        "only": only,
        "leaning": leaning,
        "significant": SIGNIFICANT,
        "families": [name for name in base.coverage_of_families() if name],
        "total": total,
        "page": page,
        "pages": _pages(total, A_PAGE),
    }


def review(base: KnowledgeBase, asked: Asked) -> Context:
    """What nobody has judged, the least sure first, and what was decided last: aligned passages, names of concepts or
    their types, repairs."""
    queue = asked.choice("queue", QUEUES, "passages")
    names, types = base.judged_concepts()
    decided = base.repairs(state="decided") if queue == "repairs" else []
    return {
        "queue": queue,
        "queues": QUEUES,
        "pairs": base.doubtful(DOUBTFUL) if queue == "passages" else [],
        "doubtful_names": base.doubtful_names(DOUBTFUL_NAMES) if queue == "names" else [],
        "doubtful_types": base.doubtful_types(DOUBTFUL_NAMES) if queue == "types" else [],
        "progress": base.judged(),
        "doubtful_repairs": base.doubtful_repairs(DOUBTFUL) if queue == "repairs" else [],
        "decided_repairs": sorted(decided, key=lambda r: -(r.number or 0))[:DOUBTFUL],
        "waiting": sum(r.effect == NEXT_BUILD for r in decided),
        "judged": {"names": names, "types": types, "repairs": len(decided)},
        "decisions": _latest(base, 10),
    }


def packs(base: KnowledgeBase, asked: Asked) -> Context:
    """The hand-outs, and those that somebody removed."""
    found = base.packs()
    return {
        "packs": [pack for pack in found if pack.removed is None],
        "removed": [pack for pack in found if pack.removed is not None],
    }


def pack(base: KnowledgeBase, asked: Asked, id: str) -> Context:
    """One hand-out: its pieces in order."""
    found = base.pack(pack_number(id))
    return {
        "pack": found.pack,
        "items": found.items,
        "removed": found.removed,
        "fronts": fronts(found),
    }


def pack_number(id: str) -> int:
    """NotFoundError for what is no number."""
    if not (id.isascii() and id.isdigit() and len(id) < 10):
        raise NotFoundError(f"no pack {id[:40]!r} in this knowledge base")
    return int(id)


def collecting(base: KnowledgeBase, chosen: int) -> Context:
    """For the buttons that collect: the hand-outs to choose from, the last one used, and what is in that already."""
    there = [pack for pack in base.packs() if pack.removed is None]
    last = next((pack for pack in there if pack.number == chosen), None)
    concepts, passages = base.held_in(last.number) if last else (set(), set())

    def held(what: str, value: str) -> bool:
        if what == "concept":
            return value in concepts
        wanted = frozenset(places(value.split("|")))
        return any(wanted <= own for own in passages) if what == "hit" else wanted in passages

    return {"packs": there, "last": last, "held": held}


PAGES: Mapping[str, Callable[[KnowledgeBase, Asked], Context]] = {
    "home": home,
    "articles": articles,
    "read": read,
    "concepts": concepts,
    "search": search,
    "compare": compare,
    "review": review,
    "packs": packs,
}
# Pages of one thing, which their address names.
ONE: Mapping[str, Callable[[KnowledgeBase, Asked, str], Context]] = {"article": article, "concept": concept}


def _latest(base: KnowledgeBase, count: int) -> list[Decision | Judgement]:
    """What was decided last of alignments and of concepts, the last one first."""
    both: list[Decision | Judgement] = [*base.latest_decisions(count), *base.judgements()[::-1][:count]]
    return sorted(both, key=lambda decision: decision.time, reverse=True)[:count]


def _elsewhere(base: KnowledgeBase, places: Mapping[str, Sequence[tuple[int, int, int]]]) -> dict[int, list[Any]]:
    """Comparable passages of other articles by what they are shown beside. `places`: article -> that, with raw start
    and end."""
    found: dict[int, dict[str, Any]] = {}
    for article, rows in places.items():
        for pair in base.pairs(article=article, kind="comparable"):
            own, other = (pair.a, pair.b) if pair.a.article == article else (pair.b, pair.a)
            for at, start, end in rows:
                if other.article not in places and own.start < end and start < own.end:
                    found.setdefault(at, {})[f"{other.article} {other.start}"] = {"quote": other, "score": pair.score}
    return {at: list(of.values()) for at, of in found.items()}


def _accepted(base: KnowledgeBase, a: str, b: str, rows: Sequence[ParallelRow]) -> list[int]:
    """Numbers of the rows of which somebody said that they are right, or how they are cut."""
    made = [d for d in base.decisions(a, b) if d.state == IN_FORCE and d.kind != "reject"]
    texts = [text for d in made for text in (d.a_texts if d.a == a else d.b_texts)]
    return [row.number for row in rows if any(text in _said(row.sides[0].pieces) for text in texts)]


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


def _said(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _kept(base: KnowledgeBase, marks: str) -> set[str] | None:
    """The concepts whose mentions are marked; None for all. Shared: those with names in two languages, which a reader
    can follow from one column to the other."""
    if marks == "none":
        return set()
    return base.shared_concepts() if marks == "shared" else None


def _pieces(pieces: Sequence[Piece], keep: set[str] | None) -> tuple[Piece, ...]:
    if keep is None:
        return tuple(pieces)
    plain = (p if p.concept in keep else Piece(p.text) for p in pieces)
    found: list[Piece] = []
    for is_plain, run in groupby(plain, lambda piece: piece.concept is None):
        own = list(run)
        found += [Piece(_said(own))] if is_plain else own
    return tuple(found)


def _unmarked(passage: MarkedPassage, keep: set[str] | None) -> MarkedPassage:
    return replace(passage, pieces=_pieces(passage.pieces, keep))


def _unmarked_row(row: ParallelRow, keep: set[str] | None) -> ParallelRow:
    return replace(row, sides=tuple(replace(side, pieces=_pieces(side.pieces, keep)) for side in row.sides))


def _names_of(base: KnowledgeBase, texts: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Concept -> language -> its name, of the concepts marked in some texts, most marked first."""
    marked = Counter(piece.concept for text in texts for piece in text.pieces if piece.concept)
    return base.names_of([id for id, _ in sorted(marked.items(), key=lambda item: (-item[1], item[0]))])
