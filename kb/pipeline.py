"""From a folder of articles to a knowledge base, in reading order.

    files -> read, clean, segment (an article at a time; only what changed)
          -> embed (only texts without a vector)
          -> align (only pairs of articles that are new)
          -> terms, concepts, relations, passage pairs (from what is stored; no model runs but for new names)

A build is one transaction: an error or an interruption leaves the base as it was.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.decide import is_behind
from kb.errors import NotFoundError, UnreadableError
from kb.model import AnalysedArticle, CleanedArticle, RawArticle, RepairDecision, SetAside
from kb.plan import SAME_AS, Plan, made_by, plan
from kb.progress import Progress
from kb.recipe import Recipe
from kb.repairs import KNOWN, by_article, numbers
from kb.sources import SourceTable
from kb.store.base import Source, Store

if TYPE_CHECKING:  # a build that has nothing to do needs none of them
    from kb.clean.context import Context
    from kb.embed import Embedder, Vectors


# Bytes of new files from which the way to embed that is slow to start and fast then is taken from the first article on:
# what cleaning asks of one file after the other (as much as there is text) takes minutes by the other.
MUCH = 500_000


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did, and what the base holds now. Counts of articles, but for the last four."""

    added: int
    changed: int
    removed: int
    unchanged: int
    set_aside: tuple[SetAside, ...]
    articles: int
    passages: int
    concepts: int
    pairs: int
    seconds: float


def build(store: Store, recipe: Recipe, paths: Sequence[Path], *, progress: Progress) -> Summary:
    """Bring the base up to date with `paths` (files or folders; none: the recipe's corpus).

    Articles that came from other paths stay. Raises ModelError when the base holds another model's vectors.
    """
    return _update(store, recipe, plan(store, recipe, list(paths) or list(recipe.corpus)), progress)


def add(store: Store, recipe: Recipe, paths: Sequence[Path], *, progress: Progress) -> Summary:
    """Add or renew single files or folders; nothing is removed."""
    return _update(store, recipe, plan(store, recipe, list(paths), only_add=True), progress)


def remove(store: Store, recipe: Recipe, articles: Sequence[str], *, progress: Progress) -> Summary:
    """Remove articles and all that came from them. The files stay; a build of their folder brings them back."""
    sources = {s.article: s for s in store.sources() if s.article}
    unknown = [a for a in articles if a not in sources]
    if unknown:
        raise NotFoundError(f"no article {unknown[0]!r}; `kb articles` lists them")
    gone = tuple(sources[a] for a in dict.fromkeys(articles))
    todo = plan(store, recipe, (), only_add=True)  # what other code or another recipe made is made again
    return _update(
        store,
        recipe,
        replace(
            todo,
            fresh=tuple(s for s in todo.fresh if s not in gone),
            gone=gone,
            again=tuple(a for a in todo.again if a not in articles),
        ),
        progress,
    )


def _update(store: Store, recipe: Recipe, todo: Plan, progress: Progress) -> Summary:
    begun = time.monotonic()
    before = {s.location: s for s in store.sources()}
    if not todo.is_empty or is_behind(store):
        from kb.collection import collect, vector_cache

        cache = vector_cache(store, recipe, much=sum(s.size for s in todo.fresh) >= MUCH)
        try:
            with store.transaction():
                store.set_info(made_by(recipe))
                alignments = store.alignments(machine=True)
                made = _articles(store, recipe, todo, cache.embedder, progress)
                collect(store, recipe, cache, progress, made=made, before=alignments)
        except BaseException:
            # The base stays as it was, but for vectors: the next build goes on from them. A first build leaves no base.
            if before:
                with store.transaction():
                    cache.save_again()
            raise
    return _summary(store, before, todo, begun)


def _summary(store: Store, before: Mapping[str, Source], todo: Plan, begun: float) -> Summary:
    now = {s.location: s for s in store.sources()}
    made = [now[s.location] for s in todo.fresh if s.location in now and now[s.location].article]
    changed = sum(1 for s in made if s.location in before and before[s.location].article)
    articles = store.articles()
    return Summary(
        added=len(made) - changed,
        changed=changed,
        removed=sum(1 for loc, s in before.items() if s.article and (loc not in now or not now[loc].article)),
        unchanged=len(articles) - len(made),
        set_aside=tuple(SetAside(s.path, s.reason) for _, s in sorted(now.items()) if s.reason),
        articles=len(articles),
        passages=sum(a.passages for a in articles),
        concepts=len(store.concepts()),
        pairs=len(store.pairs()),
        seconds=round(time.monotonic() - begun, 2),
    )


# --- an article at a time -------------------------------------------------------------------------------------------


def clean_file(
    path: Path, recipe: Recipe, *, language: str | None = None, context: Context | None = None
) -> CleanedArticle:
    """Read and clean one file. UnreadableError says why it cannot become an article.

    Without a context the recipe's model says what lines mean, and of other files nothing is known (see `clean_files`).
    """
    from kb.clean import clean

    raw = read_file(path, recipe)
    return clean(raw, language=language or raw.metadata.get("language"), context=context or _context({}, recipe))


def read_file(path: Path, recipe: Recipe) -> RawArticle:
    """One file as it was read, with what the recipe's sources say of it."""
    from kb.read import read_article

    raw = read_article(path, max_bytes=recipe.read.max_bytes, shown_path=path.as_posix())
    known = _source_table(recipe).metadata(raw.sha256)
    return replace(raw, metadata={**raw.metadata, **known})


def clean_files(paths: Sequence[Path], recipe: Recipe) -> Iterator[CleanedArticle | UnreadableError]:
    """The files in order, cleaned as one collection, whose members know the lines that several have; for a file that
    cannot become an article, why."""
    from kb.clean import clean

    read = {path: _try_to_read(path, recipe) for path in paths}
    context = _context({raw.sha256: raw.raw for raw in read.values() if isinstance(raw, RawArticle)}, recipe)
    for path in paths:
        raw = read[path]
        try:
            if isinstance(raw, Exception):
                raise raw
            yield clean(raw, language=raw.metadata.get("language"), context=context)
        except UnreadableError as error:
            yield error
        except Exception as error:  # one odd file must not cost the others their report
            yield UnreadableError(f"{path}: cleaning failed ({_told(error)}); please report it")


def _try_to_read(path: Path, recipe: Recipe) -> RawArticle | Exception:
    """The file, or why not: others that are read with it go on."""
    try:
        return read_file(path, recipe)
    except Exception as error:
        return error


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def _context(texts: Mapping[str, str], recipe: Recipe, model: Callable[[], Embedder] | None = None) -> Context:
    """What cleaning may know beyond one file; `texts`: hash -> raw text of all that belong together."""
    from kb.clean.context import Context

    return Context(_repeated(texts.values()), meaning(recipe, model))


def meaning(recipe: Recipe, model: Callable[[], Embedder] | None = None) -> Callable[[Sequence[str]], Vectors] | None:
    """Sentences to vectors by the recipe's model, which is loaded at the first call (by `model`, where it is loaded for
    more than this); None for a model whose mean of a language is not known, without which nearness cannot be told."""
    from kb.clean.context import remembering
    from kb.embed import load
    from kb.embed.centre import reference_means

    if not reference_means(recipe.model):
        return None
    embedder = model or cache(lambda: load(recipe.model))
    return remembering(lambda texts: embedder().embed(texts))


def analyse_file(path: Path, recipe: Recipe, *, language: str | None = None) -> AnalysedArticle:
    """Read, clean and segment one file."""
    return _segmented(clean_file(path, recipe, language=language), path.stem)


def analyse_each(paths: Sequence[Path], recipe: Recipe, *, language: str | None = None) -> list[AnalysedArticle]:
    """Every file as if there were no other, with one model for all; its whole path is its id, which keeps files of the
    same name apart."""
    from kb.embed import load

    much = 0
    for path in paths:
        with suppress(OSError):  # reading it says what is wrong
            much += path.stat().st_size
    context = _context({}, recipe, cache(lambda: load(recipe.model, much=much >= MUCH)))
    return [_segmented(clean_file(p, recipe, language=language, context=context), p.as_posix()) for p in paths]


def analyse(raw: RawArticle, context: Context, id: str, decisions: Sequence[RepairDecision] = ()) -> AnalysedArticle:
    """Clean and segment what was read of one file. UnreadableError says why it cannot become an article."""
    from kb.clean import clean

    return _segmented(clean(raw, language=raw.metadata.get("language"), context=context, decisions=decisions), id)


def _segmented(cleaned: CleanedArticle, id: str) -> AnalysedArticle:
    from kb.langs.registry import analyser_for
    from kb.segment import segment

    article = segment(cleaned, id, analyser_for(cleaned.language))
    if not article.sentences:
        raise UnreadableError(f"{cleaned.raw.path}: no article text is left after cleaning")
    return article


def _source_table(recipe: Recipe) -> SourceTable:
    return SourceTable.load(recipe.sources) if recipe.sources else SourceTable()


def _articles(store: Store, recipe: Recipe, todo: Plan, model: Callable[[], Embedder], progress: Progress) -> set[str]:
    """Forget what is gone, make what is fresh; a file that cannot become an article is set aside with its reason. The
    articles that were made.

    What articles have in common depends on all of them: others are made again when a line of theirs begins or ceases to
    be furniture by repetition, so that a base is the same whatever order its articles came in.
    """
    raws = {s.article: store.raw(s.article) for s in store.sources() if s.article}
    before = _repeated(raws.values())
    for source in todo.gone:
        store.forget(source.location)
    for source in todo.touched:
        store.save_source(source)
    known = {s.location: s for s in store.sources()}
    fresh = {s.location for s in todo.fresh}
    held = {s.sha256: s for s in known.values() if s.article and s.location not in fresh}
    ids: dict[str, str] = {s.article: s.location for s in known.values() if s.article}
    stays = {s.article: raws[s.article] for s in held.values() if s.article}
    read: dict[str, RawArticle | Exception] = {}
    with progress.stage("files", len(todo.fresh)) as stage:
        for source in todo.fresh:
            known_bad = UnreadableError(source.reason) if source.reason and not source.sha256 else None
            read[source.location] = known_bad or _try_to_read(Path(source.location), recipe)
            stage.advance()
    texts = {s.sha256: stays[s.article] for s in held.values() if s.article}
    texts |= {raw.sha256: raw.raw for raw in read.values() if isinstance(raw, RawArticle)}
    context = _context(texts, recipe, model)
    decisions = by_article(store.repair_decisions())
    # Articles before what was set aside: of two files with the same content the one that is an article stays one.
    first = set(ids.values())
    made = set[str]()
    with progress.stage("articles", len(todo.fresh)) as stage:
        for source in sorted(todo.fresh, key=lambda s: (s.location not in first, s.location)):
            raw = read.pop(source.location)
            done = _article(store, source, raw, known.get(source.location), held, ids, context, decisions)
            if done.article:
                held[done.sha256] = done
                ids[done.article] = done.location
                made.add(done.article)
            stage.advance()
    again = _make_again(store, stays, before ^ context.repeated, todo.again, context, decisions)
    _note(store)
    return made | again


def _note(store: Store) -> None:
    """Which decisions about repairs the articles are made with."""
    now = numbers(store.repair_decisions())
    if now or KNOWN in store.info():
        store.set_info({KNOWN: json.dumps(now, ensure_ascii=False)})


def _repeated(texts: Iterable[str]) -> Set[str]:
    from kb.clean.repeated import repeated_lines

    return repeated_lines(texts)


def _make_again(
    store: Store,
    raws: Mapping[str, str],
    changed: Set[str],
    others: Iterable[str],
    context: Context,
    decisions: Mapping[str, Sequence[RepairDecision]],
) -> set[str]:
    """Clean and segment stored articles anew that have a line in `changed`, and `others`, from the raw text that is
    stored; which."""
    from kb.clean.repeated import keys

    sources = {s.article: s for s in store.sources() if s.article}
    again = {id for id, text in raws.items() if not changed.isdisjoint(keys(text))} if changed else set[str]()
    again |= raws.keys() & set(others)
    for id in sorted(again):
        raw = store.analysed(id).cleaned.raw
        try:
            store.save_article(sources[id], analyse(raw, context, id, decisions.get(id, ())))
        except UnreadableError as error:  # decisions left nothing of it
            reason = str(error).removeprefix(f"{sources[id].path}: ")
            store.save_source(replace(sources[id], article=None, reason=reason))
            again = again - {id}
    return again


def _article(
    store: Store,
    source: Source,
    raw: RawArticle | Exception,
    old: Source | None,
    held: Mapping[str, Source],
    ids: Mapping[str, str],
    context: Context,
    decisions: Mapping[str, Sequence[RepairDecision]],
) -> Source:
    try:
        if isinstance(raw, Exception):
            raise raw
        if source.sha256 in held:
            raise UnreadableError(f"{SAME_AS}{held[source.sha256].path}")
        id = old.article if old and old.article else _article_id(source, ids)
        article = analyse(replace(raw, path=source.path), context, id, decisions.get(id, ()))
    except UnreadableError as error:
        reason = str(error)
    except Exception as error:  # one odd file must not cost the others their build
        reason = f"the analysis failed ({_told(error)}); please report it"
        if isinstance(error, MemoryError):
            reason = "too large to analyse on this machine"
        if old and old.article:
            # The fault is ours, not the file's: what was made of it stays, and the next build tries again.
            kept = replace(old, sha256="", reason=f"kept as it was: {reason}")
            store.save_source(kept)
            return kept
    else:
        done = replace(source, article=id, reason=None)
        store.save_article(done, article)
        return done
    reason = reason.removeprefix(f"{source.location}: ").removeprefix(f"{source.path}: ")
    aside = replace(source, article=None, reason=reason)
    store.save_source(aside)  # and whatever had come from the file is gone
    return aside


def _article_id(source: Source, ids: Mapping[str, str]) -> str:
    """The path below the folder that was given, without suffix; with a mark from the location if that is taken."""
    location, root = Path(source.location), Path(source.root)
    below = location.relative_to(root) if location != root and location.is_relative_to(root) else Path(location.name)
    id = below.with_suffix("").as_posix()
    if ids.get(id, source.location) != source.location:
        id += "-" + hashlib.sha256(source.location.encode()).hexdigest()[:6]
    return id
