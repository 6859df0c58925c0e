"""Recipes: TOML files that say what a knowledge base is made of and how. `pipelines/README.md` explains every key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kb.errors import RecipeError

# Where the recipes that come with the product lie: beside the package in a checkout, inside it once installed.
_HOMES = (Path(__file__).parent.parent / "pipelines", Path(__file__).parent / "data" / "pipelines")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    max_bytes: int = 5_000_000  # larger files are set aside


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOptions:
    min_score: float = 0.0  # termhood below which a candidate is no term; 0 keeps all


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOptions:
    comparable: float = 0.5  # see `kb.pairs.subject`: from it on passages of different articles are shown as comparable


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    per_concept: int = 12  # co-occurrence links kept for a concept, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Paths are relative to the recipe's file; once loaded, to the working folder, or absolute when not below it."""

    name: str
    description: str = ""
    corpus: tuple[Path, ...] = ()
    sources: Path | None = None
    scheme: Path | None = None
    model: str = "multilingual-e5-small"
    read: ReadOptions = field(default_factory=ReadOptions)
    terms: TermOptions = field(default_factory=TermOptions)
    pairs: PairOptions = field(default_factory=PairOptions)
    links: LinkOptions = field(default_factory=LinkOptions)

    @property
    def is_own(self) -> bool:
        """Whether it is a file of the user's, whose name is its path; those that come with the product have a word."""
        return "/" in self.name


_SECTIONS: Mapping[str, type] = {"read": ReadOptions, "terms": TermOptions, "pairs": PairOptions, "links": LinkOptions}
_TOP = {"description": str, "corpus": list, "sources": str, "scheme": str, "model": str}


def load_recipe(name: str = "default") -> Recipe:
    """A recipe by name (of those that come with the product) or by the path of a TOML file.

    Raises RecipeError: no such recipe, no TOML, an unknown key (the legal ones are listed) or a value of the wrong
    kind.
    """
    path = _find(name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: not a readable recipe ({error}); see pipelines/README.md") from error
    # The name alone finds a recipe of ours again; one of the user's own is found by its path.
    ours = any(path.parent == home.resolve() for home in _HOMES)
    values: dict[str, Any] = {"name": path.stem if ours else path.as_posix()}
    for key, value in data.items():
        if key in _SECTIONS:
            values[key] = _section(path, key, value)
        elif key in _TOP:
            values[key] = _top(path, key, value)
        else:
            legal = [*_TOP, *_SECTIONS]
            raise RecipeError(f"{path}: unknown key {key!r}{_near(key, legal)}; legal: {', '.join(sorted(legal))}")
    return Recipe(**values)


def legal_keys() -> dict[str, type | str]:
    """Every key a recipe may have, sections as `section.key`, with its kind: what the documentation must explain."""
    keys: dict[str, type | str] = dict(_TOP)
    for section, options in _SECTIONS.items():
        keys |= {f"{section}.{f.name}": f.type for f in fields(options)}
    return keys


def _find(name: str) -> Path:
    given = Path(name)
    if given.suffix == ".toml" or "/" in name:
        if given.is_file():
            return given.resolve()
        raise RecipeError(f"{name}: no such recipe file; give a path to a .toml file or one of: {', '.join(_names())}")
    for home in (Path.cwd() / "pipelines", *_HOMES):
        if (home / f"{name}.toml").is_file():
            return (home / f"{name}.toml").resolve()
    raise RecipeError(f"no recipe {name!r}{_near(name, _names())}; there are: {', '.join(_names())}")


def _names() -> list[str]:
    return sorted({p.stem for home in _HOMES for p in home.glob("*.toml")})


def _near(word: str, legal: list[str]) -> str:
    close = difflib.get_close_matches(word, legal, 1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _top(path: Path, key: str, value: Any) -> Any:
    if not isinstance(value, _TOP[key]) or (key == "corpus" and not all(isinstance(v, str) for v in value)):
        kind = "a list of paths" if key == "corpus" else "text in quotes"
        raise RecipeError(f"{path}: {key} = {value!r} should be {kind}")
    if key == "corpus":
        return tuple(_from_here(path, v) for v in value)
    if key in ("sources", "scheme"):
        return _from_here(path, value) if value else None
    if key == "model" and (path.parent / value).is_dir():
        return str((path.parent / value).resolve())
    return value


def _from_here(recipe: Path, value: str) -> Path:
    """A path in a recipe as a user would type it here."""
    path = (recipe.parent / value).resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _section(path: Path, section: str, value: Any) -> Any:
    options = _SECTIONS[section]
    legal = {f.name: f.default for f in fields(options)}
    if not isinstance(value, dict):
        raise RecipeError(f"{path}: {section} is a section; write [{section}] and its keys below it")
    for key, given in value.items():
        if key not in legal:
            raise RecipeError(
                f"{path}: unknown key {section}.{key}{_near(key, list(legal))}; legal: {', '.join(sorted(legal))}"
            )
        if (
            isinstance(given, bool)
            or not isinstance(given, int | float)
            or (isinstance(legal[key], int) and isinstance(given, float))
        ):
            kind = "a whole number" if isinstance(legal[key], int) else "a number"
            raise RecipeError(f"{path}: {section}.{key} = {given!r} should be {kind}")
    return options(**value)
