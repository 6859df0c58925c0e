"""Work on files from Python, without a knowledge base: what `kb clean`, `terms`, `align` and `match` do.

    from kb import files

    files.clean("page.html").body.text
    files.terms("articles/").to_pandas()
    files.match(["khách quen"], ["client fidèle", "prix"], kind="term")

Lines are given as a list, or as the path of a UTF-8 file with a line each. `recipe` is a recipe's name or its file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kb.answers import AlignedBead, LineMatch
from kb.errors import NotFoundError, UsageError
from kb.records import Records

if TYPE_CHECKING:
    from kb.aligned import AlignedTexts
    from kb.direct import DocumentTerm, RankedTerm
    from kb.model import CleanedArticle
    from kb.recipe import Recipe

__all__ = ["align", "align_lines", "clean", "match", "terms", "terms_of_each"]

StrPath = str | os.PathLike[str]
Lines = StrPath | Sequence[str]

DEFAULT_RECIPE = "default"


def clean(path: StrPath, *, language: str | None = None, recipe: str = DEFAULT_RECIPE) -> CleanedArticle:
    """A file as it is analysed: `body.text` is its text, `changes` what was repaired or left out and why.

    Raises UnreadableError when it cannot become an article.
    """
    from kb.pipeline import clean_file

    return clean_file(Path(path), _recipe(recipe), language=language)


def terms(
    paths: StrPath | Sequence[StrPath], *, language: str | None = None, every: bool = False,
    recipe: str = DEFAULT_RECIPE,
) -> Records[RankedTerm]:  # fmt: skip
    """The terms of files and folders as one collection, best first; `every`: whatever has the form of a term.

    Raises UnreadableError for a file that cannot be read.
    """
    from kb.direct import RankedTerm, rank_files

    return Records[RankedTerm](rank_files(_files(paths), _recipe(recipe), language=language, every=every))


def terms_of_each(
    paths: StrPath | Sequence[StrPath], *, language: str | None = None, recipe: str = DEFAULT_RECIPE
) -> Records[DocumentTerm]:
    """The terms of each file, best first: what sets it apart from the others."""
    from kb.direct import DocumentTerm, rank_each_file

    return Records[DocumentTerm](rank_each_file(_files(paths), _recipe(recipe), language=language))


def align(
    a: StrPath, b: StrPath, *, language_a: str | None = None, language_b: str | None = None, words: bool = False,
    recipe: str = DEFAULT_RECIPE,
) -> Records[AlignedBead]:  # fmt: skip
    """Two articles sentence by sentence, whatever they have to do with each other; `words`: as LinkedBead."""
    from kb.aligned import AlignedTexts, of_article
    from kb.direct import align_articles
    from kb.embed import load
    from kb.pipeline import analyse_file

    chosen = _recipe(recipe)
    first, second = (analyse_file(Path(path), chosen, language=tag) for path, tag in ((a, language_a), (b, language_b)))
    beads = align_articles(first, second, load(chosen.model)).beads
    return _records(AlignedTexts(of_article(first), of_article(second), beads), words, chosen)


def align_lines(
    a: Lines, b: Lines, *, language_a: str | None = None, language_b: str | None = None, words: bool = False,
    recipe: str = DEFAULT_RECIPE,
) -> Records[AlignedBead]:  # fmt: skip
    """Two texts with a sentence a line. A language that is not given is found out."""
    from kb.aligned import AlignedTexts, of_lines
    from kb.direct import align_lines as beads_of
    from kb.direct import language_of
    from kb.embed import load

    chosen = _recipe(recipe)
    left, right = (
        of_lines("", lines, tag or language_of(lines))
        for lines, tag in ((_lines(a), language_a), (_lines(b), language_b))
    )
    found = beads_of(left.sentences, right.sentences, left.language, right.language, load(chosen.model))
    return _records(AlignedTexts(left, right, tuple(found)), words, chosen)


def match(
    a: Lines, b: Lines, *, kind: Literal["sentence", "term"] = "sentence", language_a: str | None = None,
    language_b: str | None = None, recipe: str = DEFAULT_RECIPE,
) -> Records[LineMatch]:  # fmt: skip
    """For every line of `a` its best line of `b`. `kind`: what a line holds."""
    from kb.direct import match_lines
    from kb.embed import load

    if kind not in ("sentence", "term"):
        raise UsageError(f"no kind of lines is called '{kind}'; there are: sentence, term")
    left, right = _lines(a), _lines(b)
    if not left or not right:
        raise NotFoundError(f"no lines to match in {'b' if left else 'a'}")
    found = match_lines(left, right, (language_a, language_b), kind, load(_recipe(recipe).model))
    return Records[LineMatch](LineMatch(i, j, left[i], right[j], round(score, 6)) for i, j, score in found)


def _records(texts: AlignedTexts, words: bool, recipe: Recipe) -> Records[AlignedBead]:
    from dataclasses import replace

    from kb.direct import link_words
    from kb.embed import load

    if words:
        a, b = texts.a, texts.b
        links = link_words((a.sentences, b.sentences), (a.languages, b.languages), texts.beads, load(recipe.model))
        texts = replace(texts, words=tuple(map(tuple, links)))
    return texts.records()


def _recipe(name: str) -> Recipe:
    from kb.recipe import load_recipe

    return load_recipe(name)


def _files(paths: StrPath | Sequence[StrPath]) -> list[Path]:
    """All files named and those in folders named, once each."""
    from kb.read import find_files

    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    found = {item.path: item.error for name in named for item in find_files(Path(name))}
    for error in found.values():
        if error is not None:
            raise error
    if not found:
        raise NotFoundError(f"{', '.join(map(str, named))}: no articles in there")
    return list(found)


def _lines(given: Lines) -> list[str]:
    """The lines of a file, or those that were given."""
    return read_lines(given) if isinstance(given, str | os.PathLike) else list(given)


def read_lines(path: StrPath) -> list[str]:
    """The lines of a UTF-8 file, split at newlines only: other programs count lines that way."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; convert it, for example with iconv") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; check the name") from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else lines
