"""The words of everyday French, Vietnamese and Chinese with what they are called in the other two.

`lexicon.tsv` beside this file: one sense a line, names of one language in one column, separated by semicolons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from kb.langs.folding import HAN, has_han, name_key, pattern, search_words

FILE = Path(__file__).with_name("lexicon.tsv")
PARTS = "pos"  # the column that holds no language
NOUN, VERB = "n", "v"
_HAN_OR_REST = rf"[{HAN}]|[^\s{HAN}]+"
LONGEST = 6  # units of a name that is looked for inside a longer one

# What joins the parts of a name and says nothing of its own, unless a word of the lexicon holds it (sự kiện, event).
_JOINTS = {
    "fr": frozenset("de d du des à au aux la le les l en et pour par sur".split()),
    "vi": frozenset("của cho và các những sự việc cuộc".split()),
    "zh": frozenset("的 之".split()),
}


def units(name: str) -> tuple[str, ...]:
    """A name key in its smallest pieces: Chinese characters, Vietnamese syllables, words."""
    if has_han(name):
        return tuple(pattern(_HAN_OR_REST).findall(name))
    return tuple(name.replace("'", " ").replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Known:
    """What the lexicon knows of a name: `entries` stand at [first, last) of its units; `weights`: 0 for joints."""

    weights: tuple[float, ...]
    entries: tuple[tuple[int, int, tuple[int, ...]], ...]  # first, last, senses

    def senses(self) -> frozenset[int]:
        """Of the whole name."""
        return frozenset(s for a, b, senses in self.entries if (a, b) == (0, len(self.weights)) for s in senses)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Language -> key of a name -> the senses it has; of every sense its part of speech."""

    senses: Mapping[str, Mapping[tuple[str, ...], tuple[int, ...]]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    usual: Mapping[str, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)  # language -> sense -> first name

    def names(self, language: str) -> Iterator[str]:
        """Keys of all names of a language."""
        joiner = "" if language == "zh" else " "
        return (joiner.join(name) for name in self.senses.get(language, {}))

    def senses_of(self, language: str, name: str) -> frozenset[int]:
        """Of a name key as a whole."""
        return frozenset(self.senses.get(language, {}).get(units(name), ()))

    def is_usual(self, language: str, name: str, among: Set[int]) -> bool:
        """Whether a name key is the first name of a noun's sense that is one of these."""
        return any(
            self.parts[s] == NOUN and self.usual[language][s] == units(name)
            for s in self.senses_of(language, name) & among
        )

    def parts_of(self, language: str, name: str) -> frozenset[str]:
        """The parts of speech that a name key has; none for one that is not known."""
        return frozenset(self.parts[s] for s in self.senses_of(language, name))

    def known(self, language: str, name: str) -> Known:
        """Of a name key: where names of the lexicon stand in it."""
        own = self.senses.get(language, {})
        pieces = tuple(_base_form(p, own) for p in units(name)) if language == "fr" else units(name)
        entries = tuple(
            (first, last, senses)
            for first in range(len(pieces))
            for last in _ends(first, len(pieces))
            if (senses := own.get(pieces[first:last]))
        )
        held = {n for first, last, _ in entries if last - first > 1 for n in range(first, last)}
        joints = _JOINTS.get(language, frozenset())
        return Known(tuple(0.0 if p in joints and n not in held else 1.0 for n, p in enumerate(pieces)), entries)


def _ends(first: int, count: int) -> list[int]:
    """Where a name that begins here may end: after a few units, or where the whole does."""
    near = list(range(first + 1, min(first + LONGEST, count) + 1))
    return [*near, count] if first == 0 and count > LONGEST else near


# Endings of a woman and of a man (coiffeuse, coiffeur).
_FEMININE = (
    ("euse", "eur"), ("trice", "teur"), ("ienne", "ien"), ("onne", "on"), ("ière", "ier"), ("ante", "ant"),
    ("ente", "ent"), ("ée", "é"), ("ie", "i"),
)  # fmt: skip


def _base_form(word: str, known: Mapping[tuple[str, ...], object]) -> str:
    """A French plural or feminine as the word that is known, if it is one."""
    if (word,) in known:
        return word
    forms = [word[:-1]] if word.endswith(("s", "x")) else []
    forms += [f"{word[:-3]}al"] if word.endswith("aux") else []
    forms += [f.removesuffix(hers) + his for f in (word, *forms) for hers, his in _FEMININE if f.endswith(hers)]
    return next((f for f in forms if (f,) in known), word)


def read_lexicon(lines: Iterable[str]) -> Lexicon:
    """Of a table whose first line names the languages of its columns."""
    rows = iter(lines)
    columns = next(rows, "").rstrip("\n").split("\t")
    senses: dict[str, defaultdict[tuple[str, ...], list[int]]] = {
        c: defaultdict(list) for c in columns if c and c != PARTS
    }
    usual: dict[str, dict[int, tuple[str, ...]]] = {language: {} for language in senses}
    parts: list[str] = []
    for row in rows:
        cells = dict(zip(columns, row.rstrip("\n").split("\t"), strict=False))
        for language, own in senses.items():
            for name in cells.get(language, "").split(";"):
                key = units(name_key(name))
                if key and len(parts) not in own[key]:
                    own[key].append(len(parts))
                    usual[language].setdefault(len(parts), key)
        parts.append(cells.get(PARTS, ""))
    found = {language: {key: tuple(rows) for key, rows in own.items() if rows} for language, own in senses.items()}
    return Lexicon(found, tuple(parts), usual)


@cache
def _text() -> str:
    return FILE.read_text(encoding="utf-8")


@cache
def _columns() -> tuple[str, ...]:
    return tuple(_text()[: _text().index("\n")].split("\t"))


def names_in(line: str, column: str) -> list[str]:
    """The names that a line of the file has in a language, or its part of speech; none for a column there is not."""
    cells = line.split("\t")
    at = _columns().index(column) if column in _columns() else len(cells)
    return [name for name in cells[at].split("; ") if name] if at < len(cells) else []


@lru_cache(maxsize=4096)
def renderings(name: str, language: str, other: str) -> tuple[str, ...]:
    """The names in another language of the senses that a name key has, in the order of the file.

    Reads only lines that hold the name, which takes a millisecond where loading all takes half a second.
    """
    text, found = _text(), dict[str, None]()
    at = text.find(name) if name else -1
    while at >= 0:
        first, last = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = text[first : last if last >= 0 else len(text)]
        if name in names_in(line, language):
            found |= dict.fromkeys(names_in(line, other))
        at = text.find(name, last) if last >= 0 else -1
    return tuple(found)


@cache
def lines_of(language: str, parts: frozenset[str]) -> dict[str, list[str]]:
    """Name -> the lines, a sense each, that have it and are one of these parts of speech; names as `search_words` cuts
    a question. Lines stay whole until they are asked for: a question has ten words, and cutting all takes a tenth of a
    second."""
    own, part = _columns().index(language), _columns().index(PARTS)
    found: dict[str, list[str]] = {}
    for line in _text().splitlines()[1:]:
        cells = line.split("\t")
        if cells[part] in parts:
            for name in cells[own].split("; "):
                if language != "zh" and not name.replace(" ", "").isalpha():
                    name = " ".join(search_words(name))
                found.setdefault(name, []).append(line)
    return found


@cache
def lexicon() -> Lexicon:
    """The project's own."""
    with FILE.open(encoding="utf-8") as lines:
        return read_lexicon(lines)
