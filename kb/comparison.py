"""How languages, articles and years differ: what each speaks of, and in what company."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kb.answers import Companion, Coverage
from kb.chance import leaning
from kb.collocations import log_dice
from kb.model import Link
from kb.names import preferred_name

if TYPE_CHECKING:
    from kb.model import Article, Concept, Mention
    from kb.store.base import Store

WAYS = ("language", "article", "year")
NO_DATE = "no date"
OFTEN = 2_000
MOST_MEETING = 0.6  # less than the least association beyond chance (see `relations`)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


def year_of(date: str | None) -> str:
    """Of a date however it is written (2023-05-12, 12/05/2023, 2023年5月); NO_DATE where there is none."""
    found = _YEAR.search(date or "")
    return found.group() if found else NO_DATE


def columns_of(by: str, articles: Sequence[Article], tags: Sequence[str]) -> tuple[list[str], Callable[[Mention], str]]:
    """The columns there are, and which of them a mention belongs to."""
    if by == "language":
        return list(tags), lambda mention: mention.language
    if by == "article":
        return sorted(a.id for a in articles), lambda mention: mention.article
    years = {a.id: year_of(a.date) for a in articles}
    return sorted(set(years.values())), lambda mention: years[mention.article]


def coverage(
    concepts: Sequence[Concept],
    mentions: Sequence[Mention],
    columns: Sequence[str],
    column_of: Callable[[Mention], str],
) -> list[Coverage]:
    """How often each concept is mentioned in each column, in the order of the concepts."""
    counts = Counter((m.concept, column_of(m)) for m in mentions)
    of_concept, of_column = Counter[str](), Counter[str]()
    for (id, column), count in counts.items():
        of_concept[id] += count
        of_column[column] += count
    total = of_column.total()
    rows = []
    for concept in concepts:
        row = {column: counts[concept.id, column] for column in columns}
        everywhere = of_concept[concept.id]
        leans = {column: round(leaning(n, everywhere, of_column[column], total), 2) for column, n in row.items()}
        rows.append(Coverage(concept.id, preferred_name(concept.labels), concept.type, row, everywhere, leans))
    return rows


def only_in(rows: Sequence[Coverage], tags: Sequence[str]) -> list[Coverage]:
    """Of coverage by language the concepts that only these tags have, most mentioned first."""
    own = [row for row in rows if row.total and all(tag in tags or not n for tag, n in row.counts.items())]
    return sorted(own, key=lambda row: (-row.total, row.concept))


def company(store: Store, id: str, tags: Sequence[str], limit: int | None) -> list[Companion]:
    """Concepts that share sentences with one, those that share most first; see `KnowledgeBase.company`."""
    shared: dict[str, dict[str, int]] = {}
    for tag, other, sentences in store.together(id):
        shared.setdefault(other, {})[tag] = sentences
    mentions = store.mentions_by_language([id, *shared])
    own_tags = [tag for tag in tags if (id, tag) in mentions]
    total = {tag: sum(own.get(tag, 0) for own in shared.values()) for tag in own_tags}
    of_all = sum(total.values())
    rows = []
    for other, own in sorted(shared.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:limit]:
        rows.append(_companion(store, id, other, {tag: own.get(tag, 0) for tag in own_tags}, total, of_all, mentions))
    return rows


def meetings(store: Store, id: str) -> list[Link]:
    """A link from a concept to each that shares a sentence with it; these links have no evidence yet.

    The score is the square root of Dice, at most MOST_MEETING: what meets everything leads from nothing to nothing.
    Of several languages the one where they meet most counts, since translations say the same again. None for a concept
    of more than OFTEN mentions: it meets nearly all, and those that it leads to meet it.
    """
    if store.concept(id).concept.mentions > OFTEN:
        return []
    most: dict[str, int] = {}
    for _, other, sentences in store.together(id):
        most[other] = max(most.get(other, 0), sentences)
    mentions: Counter[str] = Counter()
    for (concept, _), n in store.mentions_by_language([id, *most]).items():
        mentions[concept] += n
    return [
        Link(id, other, "co-occurrence", _meeting(n, mentions[id] + mentions[other]), "one sentence", ())
        for other, n in most.items()
    ]


def _meeting(sentences: int, mentions: int) -> float:
    return min(MOST_MEETING, round(math.sqrt(2 * sentences / mentions), 4))


def _companion(
    store: Store,
    id: str,
    other: str,
    sentences: Mapping[str, int],
    total: Mapping[str, int],
    of_all: int,
    mentions: Mapping[tuple[str, str], int],
) -> Companion:
    everywhere = sum(sentences.values())
    labels = store.concept(other).concept.labels
    spoken = [tag for tag, n in sentences.items() if n]
    # Where one language alone has them together, its own name says more than the usual one.
    own = labels.get(spoken[0], ()) if len(spoken) == 1 else ()
    return Companion(
        concept=other,
        name=own[0] if own else preferred_name(labels),
        sentences=sentences,
        log_dice={t: log_dice(n, mentions[id, t], mentions[other, t]) for t, n in sentences.items() if n},
        leaning={t: round(leaning(n, everywhere, total[t], of_all), 2) for t, n in sentences.items()},
    )
