"""How much of a name the lexicon finds again in a name of another language, part by part.

phòng đọc (room, read) and salle de lecture: both parts of either are rendered by the other. Names are cut nowhere:
whatever entry stands in one and has a counterpart in the other covers its units there, so that an order that differs
and words that the lexicon lacks cost nothing but themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kb.langs.lexicon import NOUN, Known, lexicon
from kb.model import Term

Matrix = npt.NDArray[np.float32]


def rendered(a: Sequence[Known], b: Sequence[Known]) -> tuple[Matrix, Matrix]:
    """(said, unsaid), both float32 [len(a), len(b)] from 0 to 1.

    said: the share of a name's units that the other name renders, of the two shares the smaller.
    unsaid: 1 for two words that the lexicon knows, has under no common sense and does not render by parts, else 0.
    """
    said = np.zeros((len(a), len(b)), np.float32)
    for i, j, value in spoken_for(a, b):
        said[i, j] = value
    senses_a, senses_b = [k.senses() for k in a], [k.senses() for k in b]
    both = np.outer([bool(s) for s in senses_a], [bool(s) for s in senses_b]).astype(np.float32)
    return said, (both - shared_senses(senses_a, senses_b)) * (said < 1)


def wholly_rendered(a: Sequence[Known], b: Sequence[Known]) -> set[int]:
    """Which names of `a` some name of `b` renders from end to end, and is rendered by."""
    # Few names are known from end to end, and no others can be; nearly all names share a part with some other.
    rows, columns = ([n for n, known in enumerate(names) if _is_complete(known)] for names in (a, b))
    own, other = [a[i] for i in rows], [b[j] for j in columns]
    return {
        rows[i] for i, j, there, back in _meetings(own, other) if _share(own[i], there) == 1 == _share(other[j], back)
    }


def named_elsewhere(
    shapes: Mapping[str, Mapping[str, bool]], terms: Mapping[str, Sequence[Term]]
) -> dict[str, frozenset[str]]:
    """Language -> those of the candidates' keys that are no terms yet, but wholly rendered by a term of another
    language: a shape that may be a clause (giá sửa xe) is a name where others have one (pied d'atelier).

    `shapes`: language -> key -> whether it may be a name by its shape. What may not has to share a noun's sense with
    a term of another (số hóa, to digitise, with numérisation), and a single Chinese character has to be the usual name
    of one (茶, tea; not 题, that 问题, problem, is short for).
    """
    words = lexicon()
    held = {language: [words.known(language, t.key) for t in found] for language, found in terms.items()}
    out = {}
    for language, keys in shapes.items():
        found = {t.key for t in terms[language]}
        asked = [key for key in keys if key not in found]
        known = [words.known(language, key) for key in asked]
        others = [name for other, names in held.items() if other != language for name in names]
        nouns = {s for name in others for s in name.senses() if words.parts[s] == NOUN}
        out[language] = frozenset(
            asked[i]
            for i in wholly_rendered(known, others)
            if (words.is_usual(language, asked[i], nouns) if len(asked[i]) == 1 else keys[asked[i]])
            or (len(asked[i]) > 1 and known[i].senses() & nouns)
        )
    return out


def spoken_for(a: Sequence[Known], b: Sequence[Known]) -> list[tuple[int, int, float]]:
    """(row of `a`, row of `b`, said) of all pairs of names that render each other wholly or in part."""
    pairs = ((i, j, min(_share(a[i], there), _share(b[j], back))) for i, j, there, back in _meetings(a, b))
    return [pair for pair in pairs if pair[2] > 0]


def _meetings(a: Sequence[Known], b: Sequence[Known]) -> Iterator[tuple[int, int, int, int]]:
    """Pairs of names that share a sense, with the units that it covers in either, as bits."""
    holders: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for j, known in enumerate(b):
        for first, last, senses in known.entries:
            for sense in senses:
                holders[sense].append((j, _bits(first, last)))
    for i, known in enumerate(a):
        there: defaultdict[int, int] = defaultdict(int)
        back: defaultdict[int, int] = defaultdict(int)
        for first, last, senses in known.entries:
            for sense in senses:
                for j, bits in holders.get(sense, ()):
                    there[j] |= _bits(first, last)
                    back[j] |= bits
        yield from ((i, j, there[j], back[j]) for j in there)


def _is_complete(known: Known) -> bool:
    bits = 0
    for first, last, _ in known.entries:
        bits |= _bits(first, last)
    return _share(known, bits) == 1


def _bits(first: int, last: int) -> int:
    return (1 << last) - (1 << first)


def _share(known: Known, bits: int) -> float:
    total = sum(known.weights)
    return sum(w for n, w in enumerate(known.weights) if bits >> n & 1) / total if total else 0.0


def shared_senses(a: Sequence[frozenset[int]], b: Sequence[frozenset[int]]) -> Matrix:
    """float32 [len(a), len(b)]: 1 where two words have a sense in common, else 0."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for j, senses in enumerate(b):
        for sense in senses:
            holders[sense].append(j)
    out = np.zeros((len(a), len(b)), np.float32)
    for i, senses in enumerate(a):
        for sense in senses:
            out[i, holders.get(sense, [])] = 1
    return out
