"""Slips of machines in running text: translated list numbers, words that lost the space between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from kb.clean.fix import Fix
from kb.model import Edit

# "I" in languages that articles are translated into: what a machine makes of the Roman number `i.`
_PRONOUNS = frozenset("tôi je moi 我 ich yo io eu ik jag jeg saya ja я ben minä".split())
_FIRST = re.compile(r"^[ \t]*\(?([^\W\d_]{1,4})(?=[.)、][ \t])", re.MULTILINE)
_ROMAN = re.compile(r"^[ \t]*\(?(i{1,3}|iv|vi{0,3})[.)、][ \t]", re.MULTILINE | re.IGNORECASE)

_WORD = re.compile(r"[^\W\d_]+")


def list_numbers(text: str) -> list[Fix]:
    """`tôi.` or `je.` at the head of a list that goes on with `ii.` was `i.` before a machine translated it."""
    numbers = [(m.start(1), m[1].lower()) for m in _ROMAN.finditer(text)]
    if not any(number == "ii" for _, number in numbers):
        return []
    fixes = []
    starts = [at for at, _ in numbers]
    for match in _FIRST.finditer(text):
        following = bisect_right(starts, match.start(1))
        if match[1].lower() in _PRONOUNS and following < len(numbers) and numbers[following][1] == "ii":
            at, to = match.span(1)
            fixes.append(Fix("list-number", at, to, "i", "a translated Roman number: the list goes on with ii."))
    return fixes


def glued_words(text: str) -> list[Fix]:
    """A capital within a word, where both halves are words of the article: `clientParcours` -> `client Parcours`."""
    words = Counter(_WORD.findall(text))
    seams = {word: at for word in words if not word[1:].islower() and (at := _seam(word))}
    if not seams:
        return []
    seen: Counter[str] = Counter()
    for word, count in words.items():
        seen[word.casefold()] += count
    fixes = []
    for match in _WORD.finditer(text):
        if not (at := seams.get(match.group(), 0)):
            continue
        left, right = match.group()[:at], match.group()[at:]
        # Names are written like this on purpose (YouTube, GrabFood), in ASCII and with a capital at their head; and
        # their halves are seldom words of the article.
        like_a_name = match.group().isascii() and left[0].isupper()
        if not like_a_name and seen[left.casefold()] and seen[right.casefold()]:
            seam = match.start() + at
            reason = f"two words without a space; both stand alone elsewhere ({left}, {right})"
            fixes.append(Fix("glued-words", *match.span(), f"{left} {right}", reason, (Edit(seam, seam, " "),)))
    return fixes


def _seam(word: str) -> int:
    """Where the only capital within a word begins its second half, 0 when there is none: `hàngHành` 4."""
    capitals = [i for i, c in enumerate(word) if i and c.isupper()]
    if len(capitals) != 1:
        return 0
    at = capitals[0]
    return at if at >= 2 and len(word) - at >= 2 and word[at - 1].islower() and word[at + 1].islower() else 0
