"""Which language a text in letters is in, by how often languages have its letters and its words.

Letters: the tables that `langdetect` brings (runs of one to three letters, Shuyo 2010). `langdetect` itself draws some
of a text's runs at random until it is sure, which on ten words is a matter of luck; here all of them count, once.
Words: the most frequent ones of `wordfreq` (Speer 2022). Letters alone take short French for Catalan and short
Indonesian for Swahili; words alone know nothing of compounds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain, islice
from operator import add
from typing import TYPE_CHECKING

from kb.langs.folding import fold

if TYPE_CHECKING:  # most articles need no tables
    import numpy as np
    import numpy.typing as npt

# Vietnamese typed without its marks: known, so that it is not taken for another language, and never an answer.
BARE_VIETNAMESE = "vi-bare"

_LETTER_TAGS = {"nb": "no"}  # langdetect's name of a table
_WORD_TAGS = {"hr": "sh", "tl": "fil"}  # wordfreq's name of a list
# Other languages than the usual ones need so much more evidence, in nats: of a few words they would take what belongs
# to a larger neighbour.
_USUAL = frozenset("vi fr en de es it pt nl id pl tr sv ru ar fa hi".split())
_RARE = 4.0
_LATIN = (
    f"af ca cs cy da de en es et fi fr hr hu id it lt lv nb nl pl pt ro sk sl so sq sv sw tl tr vi {BARE_VIETNAMESE}"
)
# Letters -> the languages that are written with them.
ALPHABETS = {
    re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]"): tuple(_LATIN.split()),
    re.compile("[\u0400-\u052f]"): ("bg", "mk", "ru", "uk"),
    re.compile("[\u0600-\u06ff]"): ("ar", "fa", "ur"),
    re.compile("[\u0900-\u097f]"): ("hi", "mr", "ne"),
}


_SHORT_LIST = 8  # languages whose words are looked at, the best by their letters
_UNKNOWN_RUN = 5e-5  # share of a run of letters that a table lacks: langdetect's
_LETTERS_WEIGHT = 0.35  # of a run: every letter stands in three runs of letters
_WORDS_WEIGHT = 0.5
_FREQUENT = 5_000  # words of a language's list
_UNKNOWN_WORD = 1e-5
_LEANS = 1.5  # nats more
_BARE = 0.2  # a word without its accents is so much rarer
_FUNCTION_WORDS, _SMALL_WORDS = 150, 60
_FOREIGN = 0.1  # a word is another language's too when it is so frequent there, relative to this one

_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[\W\d_]+")
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{2,}\b")
_ADDRESS = re.compile(r"\S+@\S+|\w+://\S+|www\.\S+")


def words(text: str) -> list[str]:
    """Words in lower case; l'eau is two, as in the lists that count it."""
    return _WORD.findall(text.casefold())


def scores(text: str, among: Iterable[str] = ()) -> dict[str, float]:
    """Tag -> log likelihood in nats of the likeliest languages of the text's alphabet, and of those in `among` that
    have it too. Only the differences within one text mean something. Empty without letters that tell."""
    text = _ADDRESS.sub(" ", text)
    tags = alphabet(text)
    if not tags:
        return {}
    table = _table(tags)
    rows = list(filter(None, map(table.rows.get, runs(text))))
    letters = _LETTERS_WEIGHT * table.logs[rows].sum(axis=0)
    found = {tag: float(n) - (0 if tag in _USUAL else _RARE) for tag, n in zip(tags, letters, strict=True)}
    best = sorted(found, key=lambda tag: -found[tag])[:_SHORT_LIST]
    own = words(text)
    return {
        tag: found[tag] + _WORDS_WEIGHT * sum(filter(None, map(_says(tag).get, own)))
        for tag in {*best, *among, BARE_VIETNAMESE}
        if tag in found
    }


def alphabet(text: str) -> tuple[str, ...]:
    """The languages that have most of the text's letters; none when no alphabet of several languages does."""
    count = {tags: len(pattern.findall(text)) for pattern, tags in ALPHABETS.items()}
    best = max(count, key=lambda tags: count[tags])
    return best if count[best] else ()


def leanings(text: str, a: str, b: str) -> tuple[int, int]:
    """How many words of a text speak for `a` rather than for `b`, and how many for `b`."""
    for_a, for_b = _says(a), _says(b)
    more = [for_a.get(word, 0.0) - for_b.get(word, 0.0) for word in words(text)]
    return sum(n > _LEANS for n in more), sum(n < -_LEANS for n in more)


@cache
def function_words(tag: str) -> frozenset[str]:
    """The most frequent words of a language that no other usual one of its alphabet has; none without a list."""
    mine = dict(islice(_listed(tag).items(), _FUNCTION_WORDS))
    near = next((tags for tags in ALPHABETS.values() if tag in tags), ())
    others = [_listed(other) for other in near if other in _USUAL and other != tag]
    return frozenset(w for w, share in mine.items() if all(o.get(w, 0.0) < share * _FOREIGN for o in others))


@cache
def small_words(tag: str) -> frozenset[str]:
    """The most frequent words of a language, whatever others have them too; none without a list."""
    return frozenset(islice(_listed(tag), _SMALL_WORDS))


# --- runs of letters -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Table:
    """Run of letters -> its row of `logs`, float32 [1 + runs, tags]: the logarithm of its share in each language. Row 0
    is of none."""

    rows: Mapping[str, int]
    logs: npt.NDArray[np.float32]


def runs(text: str) -> Iterator[str]:
    """Runs of one to three letters as langdetect's tables have them: a space before and after every word."""
    text = _CAPITALS.sub(lambda m: m.group().lower(), text)
    spaced = " " + "".join(map(_letter, _GAP.sub(" ", text))).strip() + " "
    pairs = list(map(add, spaced, spaced[1:]))
    return chain(spaced, pairs, map(add, pairs, spaced[2:]))


@cache
def _letter(character: str) -> str:
    """As langdetect's tables write it: of the letters that only Vietnamese has they know one."""
    if "\u1ea0" <= character <= "\u1eff":
        return "\u1ec3"
    return {"ș": "ş", "ț": "ţ", "\u06cc": "\u064a"}.get(character, character)


@cache
def _table(tags: tuple[str, ...]) -> _Table:
    import numpy as np

    shares = [_shares(tag) for tag in tags]
    known = sorted({run for of_one in shares for run in of_one if run.strip()})
    logs = np.full((1 + len(known), len(tags)), np.log(_UNKNOWN_RUN), np.float32)
    rows = {run: row for row, run in enumerate(known, 1)}
    for column, of_one in enumerate(shares):
        mine = {rows[run]: share for run, share in of_one.items() if run in rows}
        logs[list(mine), column] = np.log(_UNKNOWN_RUN + np.array(list(mine.values())))
    return _Table(rows, logs)


def _shares(tag: str) -> dict[str, float]:
    """Run of letters -> its share among the runs of its length."""
    if tag != BARE_VIETNAMESE:
        import json

        name = _LETTER_TAGS.get(tag, tag)
        table = json.loads((resources.files("langdetect") / "profiles" / name).read_text(encoding="utf-8"))
        return {run: n / table["n_words"][len(run) - 1] for run, n in table["freq"].items() if len(run) <= 3}
    counts: dict[str, float] = {}
    for word, share in _listed("vi").items():
        for run in runs(fold(word)):
            counts[run] = counts.get(run, 0.0) + share
    total = math.fsum(counts.values()) / 3
    return {run: n / total for run, n in counts.items()}


# --- words -----------------------------------------------------------------------------------------------------------


@cache
def _says(tag: str) -> Mapping[str, float]:
    """Word -> what it says for the language, in nats; nothing where wordfreq has no list."""
    found: dict[str, float] = {}
    for word, share in _listed("vi" if tag == BARE_VIETNAMESE else tag).items():
        bare = word if word.isascii() else fold(word)
        if tag == BARE_VIETNAMESE:
            found[bare] = found.get(bare, 0.0) + share
            continue
        found[word] = max(found.get(word, 0.0), share)
        if bare != word and tag != "vi":
            found[bare] = max(found.get(bare, 0.0), share * _BARE)
    return {word: math.log(1 + share / _UNKNOWN_WORD) for word, share in found.items()}


@cache
def _listed(tag: str) -> Mapping[str, float]:
    """The most frequent words and their shares, most frequent first."""
    import wordfreq

    name = _WORD_TAGS.get(tag, tag)
    if name not in wordfreq.available_languages("small"):
        return {}
    groups = wordfreq.get_frequency_list(name, "small")  # of equal share: the nth has 10 ** (-n / 100)
    ranked = ((word, 10 ** (-n / 100)) for n, group in enumerate(groups) for word in group)
    return dict(islice((found for found in ranked if _WORD.fullmatch(found[0])), _FREQUENT))
