"""What a concordance looks for in a sentence: a phrase, its dictionary forms, a regular expression, or a pattern over
tokens in a part of the Corpus Query Language (CQL, of the IMS Corpus Workbench and Sketch Engine).

The part of CQL: `[lemma="service"]`, `[word="serv.*" & pos!="VERB"]`, `[]` for any token, `"word"` for
`[word="word"]`, `?`, `*`, `+`, `{2}`, `{0,3}` after any of these, `( | )` for groups and choices. A value is a regular
expression that the whole attribute has to match; case and Chinese script never matter. A match lies in one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from kb.errors import UsageError
from kb.langs.folding import HAN, comparable, has_han, search_words, simplify
from kb.model import Sentence, Token

ATTRIBUTES = ("word", "lemma", "pos")
# https://universaldependencies.org/u/pos
PARTS_OF_SPEECH = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ"),
    *("SYM", "VERB", "X"),
)
_ALIASES = {"tag": "pos", "upos": "pos", "form": "word"}

# A sentence becomes a text of one character a token, which says by its bits which of the tests the token passes; the
# pattern becomes a regular expression over such texts. Ten tests make classes of at most 1,024 characters.
_FIRST = 0x100
MOST_TESTS = 10

GAP = "..."  # in a phrase: up to LONGEST_GAP words
ONE = "*"  # in a phrase: any one word
LONGEST_GAP = 5
_ANY_WORD = rf"(?:[{HAN}]{{1,2}}|(?:[^\W{HAN}]|[&+'’-])+)"

_PIECE = re.compile(
    r"""\s*(?:(?P<test>\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])|(?P<word>"(?:[^"\\]|\\.)*")
    |(?P<repeat>[?*+]|\{\d+(?:,\d*)?\}|\{,\d+\})|(?P<sign>[()|]))""",
    re.VERBOSE,
)
_ATOM = re.compile(r"""\s*(?:(\w+)\s*(!?=)\s*"((?:[^"\\]|\\.)*)"(?:\s*%[cd]+)?|([&|()!]))""")
_PLAIN = re.compile(r"[^.^$*+?{}\[\]\\|()]+")


@dataclass(frozen=True)
class Pattern:
    """`find`: (at, to) of its matches in a sentence's clean text, in order and not empty. `words`: phrases of indexed
    words that a passage with a match holds, so that only these need to be looked at; none: any passage may.
    `of_text`: whether a match can be ruled out by the text alone, without tokens."""

    find: Callable[[Sentence], Iterator[tuple[int, int]]]
    words: tuple[str, ...] = ()
    of_text: Callable[[str], bool] | None = field(default=None)


def is_cql(pattern: str) -> bool:
    """Whether it is meant as a pattern over tokens: no phrase begins with a bracket or a straight quote, or holds
    `[attribute=`."""
    return pattern.lstrip(" (").startswith(("[", '"')) or re.search(r"\[\s*\w+\s*!?=\s*\"", pattern) is not None


def phrase(pattern: str) -> Pattern:
    """A word or phrase letter by letter, as whole words; Chinese anywhere. `*` stands for any one word, within a word
    for any letters of it (beside a Chinese character for one), `...` for some words.

    Raises UsageError for an empty one.
    """
    text = " ".join(comparable(_given(pattern)).split())
    pieces = [piece.strip() for piece in re.split(r"(?<!\S)(?:\.\.\.|…|\*)(?!\S)", text)]
    gaps = re.findall(r"(?<!\S)(?:\.\.\.|…|\*)(?!\S)", text)
    if not pieces[0] or not pieces[-1]:
        raise UsageError(f"'{pattern}' has a gap at its edge; put a word on either side of * and ...")
    if any(not piece for piece in pieces):
        raise UsageError(f"'{pattern}' has two gaps side by side; use ... for several words")
    expression = _literal(pieces[0])
    for gap, piece in zip(gaps, pieces[1:], strict=True):
        most = "1" if gap == ONE else f"0,{LONGEST_GAP}"
        expression += rf"(?:\W*{_ANY_WORD}){{{most}}}?\W*" + _literal(piece)
    compiled = re.compile(expression)
    whole = [run for piece in pieces for run in re.split(r"\S*\*\S*", piece)]
    words = tuple(phrase for run in whole if (phrase := " ".join(search_words(run))))
    return Pattern(
        lambda sentence: _spans(compiled, comparable(sentence.text)),
        words,
        lambda text: compiled.search(comparable(text)) is not None,
    )


def _literal(text: str) -> str:
    words = re.escape(text).replace(r"\ ", r"\s+")
    words = re.sub(rf"(?<=[{HAN}])\\\*|\\\*(?=[{HAN}])", f"[{HAN}]", words).replace(r"\*", rf"[^\W{HAN}]*")
    words = re.sub(rf"(?<=[{HAN}])\\s\+(?=[{HAN}])", r"\\s*", words)  # a blank between Chinese words is the user's
    before = r"(?<!\w)" if _is_spaced(text[0]) else ""
    after = r"(?!\w)" if _is_spaced(text[-1]) else ""
    return before + words + after


def _is_spaced(character: str) -> bool:
    """Whether words that begin or end with it are set apart by something that is no letter."""
    return (character.isalnum() or character == "_") and not has_han(character)


def expression(pattern: str) -> Pattern:
    """A regular expression over the text of a sentence. Raises UsageError for one that cannot be read."""
    try:
        compiled = re.compile(_given(pattern), re.IGNORECASE)
    except re.error as error:
        raise UsageError(
            f"'{pattern}' is not a regular expression ({error}); mend it, or leave out --regex to look for it as it is"
        ) from error
    return Pattern(lambda sentence: _spans(compiled, sentence.text), (), lambda text: compiled.search(text) is not None)


def lemmas(pattern: str) -> Pattern:
    """A word by its dictionary form, in whatever form it stands; of several words, each."""
    words = _given(pattern).split()
    return cql(" ".join(f'[lemma="{re.escape(word)}" | word="{re.escape(word)}"]' for word in words))


def _given(pattern: str) -> str:
    if not pattern.strip():
        raise UsageError('the pattern is empty; give a word, a phrase, or a pattern such as [lemma="service"]')
    return unicodedata.normalize("NFC", pattern)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text) if match.end() > match.start())


# --- CQL -------------------------------------------------------------------------------------------------------------


class _Test(NamedTuple):
    """What one token has to pass, and phrases of indexed words that it then is."""

    passes: Callable[[Token], bool]
    words: tuple[str, ...] = ()


def cql(pattern: str) -> Pattern:
    """A pattern over tokens: see the head of this module. Raises UsageError, with the place, for one it cannot read."""
    text = _given(pattern)
    tests: dict[str, int] = {}  # as it is written -> its bit
    made: list[_Test] = []
    parts: list[str] = []
    required: list[tuple[int, int]] = []  # (test, its part) of those outside of any group
    depth, at, choice = 0, 0, False
    while at < len(text.rstrip()):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise _unreadable(pattern, at)
        at = piece.end()
        if test := piece["test"] or piece["word"]:
            written = test if test.startswith("[") else f"[word={test}]"
            if written not in tests:
                tests[written] = len(made)
                made.append(_test(written, pattern))
            required += [(tests[written], len(parts))] if not depth else []
            parts.append(f"\0{tests[written]}\0")
        elif piece["repeat"]:
            if not parts or not parts[-1].endswith(("\0", ")")):  # one quantifier, and only after something
                raise _unreadable(pattern, piece.start("repeat"))
            parts.append(piece["repeat"])
        else:
            depth += {"(": 1, ")": -1}.get(piece["sign"], 0)
            choice |= piece["sign"] == "|" and not depth
            if depth < 0:
                raise _unreadable(pattern, piece.start("sign"))
            parts.append("(?:" if piece["sign"] == "(" else piece["sign"])
    if len(made) > MOST_TESTS:
        raise UsageError(f"'{pattern}' asks {len(made)} different things of tokens; {MOST_TESTS} are the most")
    try:
        compiled = re.compile("".join(_classes(part, len(made)) for part in parts))
    except re.error as error:
        raise UsageError(f"'{pattern}' cannot be read ({error}); kb concordance --help shows what can") from error
    words = [] if choice else [made[t].words for t, part in required if not _may_lack(parts, part)]
    return Pattern(
        partial(_find_tokens, compiled, [test.passes for test in made]), tuple(w for own in words for w in own)
    )


def _unreadable(pattern: str, at: int) -> UsageError:
    rest = pattern[at:].strip()
    return UsageError(
        f'cannot read \'{rest or pattern}\' in the pattern; tokens are [lemma="service"], [] or "word", '
        "then ?, *, + or {0,3}; groups are ( | )"
    )


def _may_lack(parts: list[str], part: int) -> bool:
    """Whether the test that is this part may stand for nothing."""
    after = parts[part + 1] if part + 1 < len(parts) else ""
    return after in ("?", "*") or after.startswith(("{0", "{,"))


def _classes(part: str, count: int) -> str:
    if not part.startswith("\0"):
        return part.replace("{,", "{0,")
    bit = 1 << int(part.strip("\0"))
    return f"[{''.join(re.escape(chr(_FIRST + mask)) for mask in range(1 << min(count, MOST_TESTS)) if mask & bit)}]"


def _find_tokens(
    compiled: re.Pattern[str], tests: list[Callable[[Token], bool]], sentence: Sentence
) -> Iterator[tuple[int, int]]:
    tokens = [token for token in sentence.tokens if token.text.strip()]
    masks = (sum(1 << n for n, passes in enumerate(tests) if passes(token)) for token in tokens)
    for first, last in _spans(compiled, "".join(chr(_FIRST + mask) for mask in masks)):
        yield tokens[first].at, tokens[last - 1].at + len(tokens[last - 1].text)


def _test(written: str, pattern: str) -> _Test:
    """Of what stands between brackets: attributes joined by & and |, with ! and parentheses."""
    inner = written[1:-1]
    signs: list[str | _Test] = []
    at = 0
    while at < len(inner.rstrip()):
        atom = _ATOM.match(inner, at)
        if atom is None:
            raise _unreadable(pattern, pattern.find(inner[at:].strip()))
        at = atom.end()
        signs.append(atom[4] or _attribute(atom[1], atom[2] == "!=", atom[3].replace('\\"', '"')))
    if not signs:
        return _Test(lambda token: True)
    test, rest = _either(signs, pattern)
    if rest:
        raise _unreadable(pattern, pattern.find(inner))
    return test


def _either(signs: list[str | _Test], pattern: str) -> tuple[_Test, list[str | _Test]]:
    left, rest = _both(signs, pattern)
    while rest[:1] == ["|"]:
        right, rest = _both(rest[1:], pattern)
        left = _Test(lambda token, a=left, b=right: a.passes(token) or b.passes(token), _common(left, right))  # type: ignore[misc]
    return left, rest


def _common(a: _Test, b: _Test) -> tuple[str, ...]:
    """What is indexed of either, of a choice of one word as a form or a dictionary form above all."""
    return a.words if a.words == b.words else ()


def _both(signs: list[str | _Test], pattern: str) -> tuple[_Test, list[str | _Test]]:
    left, rest = _single(signs, pattern)
    while rest[:1] == ["&"]:
        right, rest = _single(rest[1:], pattern)
        left = _Test(lambda token, a=left, b=right: a.passes(token) and b.passes(token), left.words + right.words)  # type: ignore[misc]
    return left, rest


def _single(signs: list[str | _Test], pattern: str) -> tuple[_Test, list[str | _Test]]:
    match signs:
        case [_Test() as test, *rest]:
            return test, rest
        case ["!", *after]:
            test, rest = _single(after, pattern)
            return _Test(lambda token: not test.passes(token)), rest
        case ["(", *after]:
            test, rest = _either(after, pattern)
            if rest[:1] == [")"]:
                return test, rest[1:]
    raise _unreadable(pattern, 0)


def _attribute(name: str, differs: bool, value: str) -> _Test:
    attribute = _ALIASES.get(name, name)
    if attribute not in ATTRIBUTES:
        raise UsageError(f"tokens have no attribute '{name}'; there are: {', '.join(ATTRIBUTES)}")
    if attribute == "pos" and value.isalpha() and value.upper() not in PARTS_OF_SPEECH:
        raise UsageError(f"no part of speech is called '{value}'; there are: {', '.join(PARTS_OF_SPEECH)}")
    try:
        wanted = re.compile(simplify(value), re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"'{value}' is not a regular expression ({error}); mend the value of {name}") from error
    known: dict[str, bool] = {}

    def passes(token: Token) -> bool:
        own: str = token.text if attribute == "word" else token.lemma if attribute == "lemma" else token.pos
        found = known.get(own)
        if found is None:
            found = known[own] = (wanted.fullmatch(simplify(own)) is not None) != differs
        return found

    plain = value if _PLAIN.fullmatch(value) else re.sub(r"\\(.)", r"\1", value) if _only_escapes(value) else ""
    indexed = " ".join(search_words(plain)) if plain and attribute != "pos" and not differs else ""
    return _Test(passes, (indexed,) if indexed else ())


def _only_escapes(value: str) -> bool:
    return _PLAIN.fullmatch(re.sub(r"\\[^\w]", "", value) or "x") is not None
