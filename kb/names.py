"""From what somebody types to the article or concept that is meant, and back to a name to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Protocol

from kb.errors import NotFoundError, UsageError
from kb.langs.folding import fold, has_han, name_key
from kb.model import Concept

# Names proposed for one that is not there, and how alike they must be (difflib's ratio; its own default).
PROPOSALS = 3
ALIKE = 0.6
# A slip of the finger: one letter of nine, two of eighteen. Shorter names are too many alike.
SLIP = 0.88
LEAST_SLIP = 5


def preferred_name(labels: Mapping[str, Sequence[str]]) -> str:
    """One name for a concept in all lists: the preferred label of the first of its languages by tag."""
    for tag in sorted(labels):
        if labels[tag]:
            return labels[tag][0]
    return "?"


class Named(Protocol):
    """What an article is looked up by."""

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str: ...


def resolve_article(name: str, articles: Sequence[Named]) -> str:
    """The id of the article that this is: an id, the beginning of one that no other has, or a path or file name.

    Raises UsageError when several fit, NotFoundError when none does.
    """
    fits: tuple[Callable[[Named], bool], ...] = (
        lambda a: a.id == name,
        lambda a: a.id.startswith(name),
        lambda a: a.path == name,
        lambda a: name in (PurePath(a.path).name, PurePath(a.path).stem),
    )
    for fit in fits:
        found = [article for article in articles if name and fit(article)]
        if len(found) == 1:
            return found[0].id
        if found:
            listed = ", ".join(f"{a.id} ({a.path})" for a in found[:8]) + (", ..." if len(found) > 8 else "")
            raise UsageError(f"'{name}' could be any of {len(found)} articles: {listed}; give more of the id")
    names = (form for a in articles for form in (a.id, PurePath(a.path).name, a.title) if form)
    raise NotFoundError(f"no article has the id '{name}'{near(name, names)}; kb articles lists them all")


def exact_article(name: str, articles: Sequence[Named]) -> str:
    """The id of the article with this id or path, letter by letter: for what cannot be taken back.

    Raises UsageError when several have the path, NotFoundError with what comes near when none has either.
    """
    for found in ([a for a in articles if a.id == name], [a for a in articles if a.path == name]):
        if len(found) > 1:
            raise UsageError(f"'{name}' is the path of {', '.join(a.id for a in found)}; give the id")
        if found:
            return found[0].id
    begin = [a.id for a in articles if name and a.id.startswith(name)]
    proposal = near(name, [a.id for a in articles], begin)
    raise NotFoundError(f"no article has exactly the id or path '{name}'{proposal}; kb articles lists them all")


def spellings(name: str) -> list[str]:
    """What to look a concept up by: the name, and the id that a scheme would give to an English one or to its singular
    (`positive cues` -> `positive-cue`)."""
    slug = "-".join(fold(name).split())
    return list(dict.fromkeys([name, slug, slug.removesuffix("s")]))


def match_quality(name: str, concept: Concept, scheme_labels: Iterable[str] = ()) -> int | None:
    """How well a concept bears a name: 0 its id and no label, 1 a preferred label, 2 another label, 3 the English name
    in its id, 4 a label that only the scheme has, 5 one without tones or accents; None when only a part fits."""
    key = name_key(name)
    if any(name_key(forms[0]) == key for forms in concept.labels.values() if forms):
        return 1
    labels = [name_key(label) for forms in concept.labels.values() for label in forms]
    if key in labels:
        return 2
    if concept.id == name:
        return 0
    if concept.id in spellings(name):
        return 3
    others = [name_key(label) for label in scheme_labels]
    if key in others:
        return 4
    return 5 if fold(key) in map(fold, labels + others) else None


def holds(label: str, name: str) -> bool:
    """Whether a name stands in a longer one as words of it, with or without tones and accents."""
    inside, whole = fold(name), fold(label)
    return inside in whole if has_han(inside) else f" {inside} " in f" {whole} "


def first_beginning(begins: str, names: Iterable[str]) -> str | None:
    """The first of the names that begins so, letter by letter, else without tones and accents."""
    known = list(names)
    for form in (name_key, fold):
        for name in known:
            if form(name).startswith(form(begins)):
                return name
    return None


def is_slip(name: str, labels: Iterable[str]) -> bool:
    """Whether one of the labels is what was meant: as long to a character or two, and SLIP alike without accents."""
    import difflib

    key = fold(name)
    if len(key) < LEAST_SLIP:
        return False
    matcher = difflib.SequenceMatcher(b=key, autojunk=False)
    for label in labels:
        folded = fold(label)
        if abs(len(folded) - len(key)) > 2 or folded[:1] != key[:1]:
            continue
        matcher.set_seq1(folded)
        if matcher.real_quick_ratio() >= SLIP and matcher.quick_ratio() >= SLIP and matcher.ratio() >= SLIP:
            return True
    return False


def near(name: str, names: Iterable[str], first: Sequence[str] = ()) -> str:
    """ "; did you mean 'x' or 'y'?" for the names most like `name`, `first` before others; "" when none is."""
    import difflib

    by_key: dict[str, str] = {}
    for candidate in names:
        by_key.setdefault(fold(candidate), candidate)
    alike = difflib.get_close_matches(fold(name), list(by_key), n=PROPOSALS, cutoff=ALIKE)
    found = list(dict.fromkeys([*first, *(by_key[key] for key in alike)]))[:PROPOSALS]
    return f"; did you mean {' or '.join(repr(x) for x in found)}?" if found else ""
