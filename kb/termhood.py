"""How likely a candidate is a term of its field, whatever the articles say of it most.

A logistic of how often it stands by itself, how rare its words are in general language, and its length. Fitted by
bench/fit_terms.py on the French lists of ACTER (Rigouts Terryn et al. 2020, "In no uncertain terms", Language Resources
and Evaluation 54) on wind energy and on equitation. By weights from the other field alone, either gets P@100 .52 and
.89, and F1 .302 and .389 for a list of one term in 50 words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kb.langs.frequency import zipf

FEATURES = ("count", "rarity", "single", "single rarity", "three", "four", "once", "once of three", "commonest")
WEIGHTS = {
    "count": 0.53, "rarity": 0.87, "single": -0.53, "single rarity": 0.28, "three": -0.32, "four": -1.0, "once": -0.54,
    "once of three": -0.54, "commonest": 0.29,
}  # fmt: skip
MIDDLE = -4.37
# Zipf frequencies: of a word that the list of general language lacks, and from which a part only links others (de).
UNKNOWN, LINKING = 2.5, 6.5


def frequencies(parts: Sequence[str], language: str) -> list[float]:
    """Zipf frequency of every part that is more than a link; all of them if none is."""
    found = [zipf(part, language) or UNKNOWN for part in parts]
    return [z for z in found if z < LINKING] or found


def features(parts: Sequence[str], language: str, count: int, nested: float) -> list[float]:
    """As `FEATURES` names them. `parts`: the candidate's words as the list of general language has them; `nested`: how
    often it stands in a longer one, on average over those."""
    zipfs = frequencies(parts, language)
    rarity = 5.0 - sum(zipfs) / len(zipfs)
    alone = max(count - nested, 0.5) if nested < count else float(count)
    single, once, three = len(parts) == 1, count == 1, len(parts) >= 3
    return [
        math.log2(1 + alone), rarity, float(single), single * rarity, float(three), float(len(parts) >= 4),
        float(once), float(once and three), max(zipfs),
    ]  # fmt: skip


def probability(parts: Sequence[str], language: str, count: int, nested: float) -> float:
    """0..1, of one candidate; as for `features`."""
    values = zip(FEATURES, features(parts, language, count, nested), strict=True)
    return 1 / (1 + math.exp(-(MIDDLE + sum(WEIGHTS[name] * value for name, value in values))))


def rarity(parts: Sequence[str], language: str) -> float:
    """How much rarer than a link the parts are on average, in powers of ten; .3 at least."""
    zipfs = frequencies(parts, language)
    return max(LINKING - sum(zipfs) / len(zipfs), 0.3)
