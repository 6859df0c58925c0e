"""Words in lower case that lost the space between them: `nhânviên` (nhân viên, staff), `depersonnel` (de personnel).

Nobody knows such a word, and it is two known ones in one way only. It is offered, for a name or a loan word may look
so too; it is made where the article has the same two words apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise

from kb.clean.fix import Fix, Repair
from kb.clean.legacy_vietnamese import is_syllable
from kb.langs.folding import fold
from kb.langs.frequency import zipf
from kb.langs.lexicon import renderings
from kb.model import Edit, base_language

Cut = tuple[str, str]

_WORD = re.compile(r"[^\W\d_]+")
# Not a part of an address, a tag, a compound or a code.
_LEFT, _RIGHT = re.compile(r"(?<![\w@./:\\#&+~=%-])"), re.compile(r"(?![\w@/\\&+~=%-]|[.:]\w)")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:\n])[\s\"'“‘«»(–-]*$")
_NEAR = 8  # characters before a word in which a sentence may end

_MOST = 100  # different ones: a text with more is damaged in another way
_LENGTHS = {"vi": (4, 14), "fr": (6, 24)}  # letters
_USUAL_SYLLABLE, _USUAL_NOUN = 5.0, 4.0  # Zipf frequencies
_SHORTEST_NOUN = 4
# The list counts what the web has, slips too (lafemme): such a word, where its noun is so much more usual, is unknown.
_SLIP, _NOUN_OF_SLIP, _MORE_USUAL = 2.0, 4.5, 3.0
_BEFORE_SLIPS = frozenset("le la les un une du des de".split())  # not mon, ton, sa: montiers, sabord

# Words before a noun; none that makes compounds (surtourisme, entraide, contrepoids).
_BEFORE_PLURALS = frozenset("des les ces mes tes ses nos vos leurs aux".split())
_BEFORE_SINGULARS = frozenset("le la un une du ce cet cette mon ma ton ta son sa notre votre leur au".split())
_BEFORE_NOUNS = tuple(sorted(_BEFORE_PLURALS | _BEFORE_SINGULARS | {"de"}))
_ARTICLES = _BEFORE_PLURALS | _BEFORE_SINGULARS


def in_language(tag: str) -> tuple[Repair, ...]:
    """The repair of a language, none for one of which no words are known."""
    language = base_language(tag)
    return (partial(lost_spaces, language=language),) if language in _CUTS else ()


def lost_spaces(text: str, language: str) -> list[Fix]:
    """A fix for every such word of a text in this language, "fr" or "vi"."""
    shortest, longest = _LENGTHS[language]
    cuts = _CUTS[language]
    words = (word for word in set(_WORD.findall(text)) if shortest <= len(word) <= longest)
    strange = {word: found for word in words if (found := cuts(word))}
    if not strange or len(strange) > _MOST:
        return []
    if language == "vi":
        strange = {word: _likely(found) for word, found in strange.items()}
    return list(_fixes(text, language, strange))


def _fixes(text: str, language: str, strange: Mapping[str, tuple[Cut, ...]]) -> Iterator[Fix]:
    found = list(_WORD.finditer(text))
    apart: Counter[Cut] = Counter()
    for a, b in pairwise(found):
        if text[a.end() : b.start()].isspace():
            apart[a[0].lower(), b[0].lower()] += 1
    count = Counter(word[0].lower() for word in found if word[0] in strange)
    for n, match in enumerate(found):
        word, at = match[0], match.start()
        cuts = strange.get(word, ())
        said = [cut for cut in cuts if apart[cut] >= count[word.lower()]]
        chosen = said if said else cuts
        if len(chosen) != 1 or not (_LEFT.match(text, at) and _RIGHT.match(text, match.end())):
            continue
        if word[0].isupper() and not (said and _SENTENCE_BEGINS.search(text[max(0, at - _NEAR) : at])):
            continue  # a name
        if language == "fr" and n and found[n - 1][0].lower() in _ARTICLES and text[at - 1].isspace():
            continue  # le demarketing
        left, right = word[: len(chosen[0][0])], word[len(chosen[0][0]) :]
        seam = at + len(left)
        told = "they stand apart elsewhere" if said else "no list has them as one"
        reason = f"two words without a space; {told} ({left}, {right})"
        yield Fix("glued-words", at, match.end(), f"{left} {right}", reason, (Edit(seam, seam, " "),), bool(said))


@lru_cache(maxsize=20_000)
def _vietnamese(word: str) -> tuple[Cut, ...]:
    """All pairs of syllables that are written somewhere."""
    if word.isascii() or not (word.islower() or word.istitle()):
        return ()
    plain = word.lower()
    # One syllable with its marks on the wrong letters is none: tòan, nguời.
    if zipf(plain, "vi") or is_syllable(plain) or is_syllable(fold(plain)):
        return ()
    cuts = ((plain[:i], plain[i:]) for i in range(1, len(plain)))
    return tuple(cut for cut in cuts if all(map(is_syllable, cut)) and _least(cut) > 0)


def _likely(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """Those of usual syllables, or where these leave it open, those that are words."""
    usual = tuple(cut for cut in cuts if _least(cut) >= _USUAL_SYLLABLE)
    return usual if len(usual) == 1 else tuple(cut for cut in cuts if renderings(" ".join(cut), "vi", "vi"))


def _least(cut: Cut) -> float:
    return min(zipf(part, "vi") for part in cut)


@lru_cache(maxsize=20_000)
def _french(word: str) -> tuple[Cut, ...]:
    """A word that stands before nouns and a usual word, of one number."""
    if not word.startswith(_BEFORE_NOUNS) or not word.islower() or zipf(word, "fr") > _SLIP or zipf(word, "en"):
        return ()
    cuts = ((left, word[len(left) :]) for left in _BEFORE_NOUNS if word.startswith(left))
    return tuple(cut for cut in cuts if _agree(*cut))


def _agree(left: str, right: str) -> bool:
    if len(right) < _SHORTEST_NOUN or zipf(right, "fr") < _USUAL_NOUN:
        return False
    if left in _BEFORE_PLURALS and right[-1] not in "sxz":
        return False
    if (listed := zipf(left + right, "fr")) and (
        left not in _BEFORE_SLIPS or zipf(right, "fr") < max(_NOUN_OF_SLIP, listed + _MORE_USUAL)
    ):
        return False
    accented = left.replace("e", "é", 1)
    return accented == left or not zipf(accented + right, "fr")  # desordre: désordre without its accent


_CUTS: Mapping[str, Callable[[str], tuple[Cut, ...]]] = {"vi": _vietnamese, "fr": _french}
