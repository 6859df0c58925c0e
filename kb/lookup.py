"""Articles and concepts by what a user calls them, and what every question reads once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kb.errors import NotFoundError
from kb.model import Article, covers
from kb.names import holds, is_slip, match_quality, near, resolve_article, spellings

if TYPE_CHECKING:
    from kb.embed.base import Embedder
    from kb.model import ConceptRecord
    from kb.sentences import SentenceIndex
    from kb.store.base import ArticleName, PassageRow, Store

# Concepts looked at when a name is looked up: those that bear it come first, others only begin with it.
LOOKED_UP = 20

# Articles whose passages are kept in memory.
ARTICLES_KEPT = 64

# What `Lookup.one_state` keeps: what the object is made of, what only a build changes, what only a build or a judgement
# about a concept does, and what remarks do besides.
OWN = ("_store", "_given_embedder", "_embedder", "_background")
OF_A_BUILD = (
    *("_vectors", "_model", "_names", "_ids", "_passages_of", "languages", "_present"),
    *("_machine_names", "_proposed"),
)
OF_CONCEPTS = (
    *("_mentions_by_family", "_concepts", "_by_name", "_coverage", "_labels", "_shared"),
    *("_texts", "_articles"),
)
OF_JUDGEMENTS = ("_judged",)


class Lookup:
    """One knowledge base, open for reading."""

    def __init__(self, store: Store, embedder: Embedder | None = None) -> None:
        """`embedder`: the one that made the base's vectors, if it is at hand; else the first search loads it."""
        self._store = store
        self._given_embedder = embedder
        self._seen = -1  # the version of the file that what is kept was read from
        # Its build, how many judgements changed concepts, and how many there were.
        self._built: tuple[str | None, int, int] = (None, 0, 0)

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """See one state of the base, the newest, as long as this lasts; what was kept of an older one is forgotten.

        For a base that stays open while others write to it.
        """
        with self._store.snapshot():
            if (version := self._store.version()) != self._seen:
                from kb.judgements import COMMENT

                judgements = self._store.judgements()
                changing = sum(judgement.kind != COMMENT for judgement in judgements)
                built = self._store.info().get("built"), changing, len(judgements)
                stays = [*OWN]
                for n, names in enumerate((OF_A_BUILD, OF_CONCEPTS, OF_JUDGEMENTS), 1):
                    if built[:n] == self._built[:n]:
                        stays += names
                for name in [name for name in self.__dict__ if name not in stays]:
                    del self.__dict__[name]
                self._built, self._seen = built, version
            yield

    def _id_of(self, article: str) -> str:
        return article if article in self._ids else resolve_article(article, self._names)

    def _concept(self, name: str) -> ConceptRecord:
        """The concept called `name`: letter by letter, without tones and accents, or nearly so."""
        found, named = self._look_up(name)
        return named[0] if named else self._nearly(name, found)

    def _nearly(self, name: str, found: Sequence[ConceptRecord]) -> ConceptRecord:
        """The one concept whose name differs from this by a slip or two.

        Raises NotFoundError, with what comes near, when none or several do; `found` only begin so.
        """
        concepts = self._store.concepts()
        meant = {c.id for c in concepts if is_slip(name, (label for forms in c.labels.values() for label in forms))}
        if len(meant) == 1 and {record.concept.id for record in found} <= meant:
            return self._store.concept(meant.pop())
        labels = [label for c in concepts for forms in c.labels.values() for label in forms]
        holding = [label for label in labels if holds(label, name)]
        proposals = near(name, labels, holding) or "; kb search finds passages by their meaning"
        raise NotFoundError(f"no concept is called '{name}'{proposals}; kb concepts lists them all")

    def _look_up(self, name: str) -> tuple[list[ConceptRecord], list[ConceptRecord]]:
        """Concepts that a name may mean, and of these the ones that bear it, best first."""
        ids = [id for spelling in spellings(name) for id in self._store.find_concepts(spelling)[:LOOKED_UP]]
        found = [self._store.concept(id) for id in dict.fromkeys(ids)]
        quality = [match_quality(name, r.concept, (label for _, label in r.other_labels)) for r in found]
        ranked = sorted((q, i) for i, q in enumerate(quality) if q is not None)
        return found, [found[i] for _, i in ranked]

    @cached_property
    def _passages_of(self) -> Callable[[str], list[PassageRow]]:
        return lru_cache(maxsize=ARTICLES_KEPT)(self._store.passages_of)

    def _some(self, patterns: Sequence[str]) -> set[str]:
        """The ids of articles by names or patterns. Raises NotFoundError for one that fits none."""
        ids: set[str] = set()
        for pattern in patterns:
            fits = (
                {n.id for n in self._names if fnmatchcase(n.id, pattern)} if any(c in pattern for c in "*?[") else set()
            )
            ids |= fits or {self._id_of(pattern)}
        return ids

    @cached_property
    def _articles(self) -> list[Article]:
        return self._store.articles()

    @cached_property
    def _names(self) -> list[ArticleName]:
        return self._store.article_names()

    @cached_property
    def _ids(self) -> frozenset[str]:
        """Of all articles: a page names dozens of them, and a name may be many things."""
        return frozenset(article.id for article in self._names)

    @cached_property
    def _sentences(self) -> SentenceIndex:
        from kb.sentences import SentenceIndex

        return SentenceIndex(self._store)

    @cached_property
    def languages(self) -> Mapping[str, tuple[str, ...]]:
        """Article id -> the tags of its passages, its own first: a mixed article has several."""
        return self._store.languages()

    @cached_property
    def _present(self) -> list[str]:
        """The tags of all passages."""
        return self._store.tags()

    def _tags(self, language: str | None) -> list[str] | None:
        """The base's tags that `language` means: itself, or every script of a base language. None means all."""
        if language is None:
            return None
        present = self._present
        tags = [tag for tag in present if covers(language, tag)]
        if not tags:
            raise NotFoundError(f"no article is in '{language}'; there are articles in: {', '.join(present) or 'none'}")
        return tags
