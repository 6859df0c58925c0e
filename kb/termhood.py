"""How likely a candidate is a term of its field, whatever the articles say of it most.

A logistic of how often it stands by itself, how rare its words are in general language, and its length, with other
weights for a few articles, where a rare word that stands once tells nothing, than for a field's whole literature.
Fitted by bench/fit_terms.py on five fields: the French lists of ACTER (Rigouts Terryn et al. 2020, "In no uncertain
terms", Language Resources and Evaluation 54) on wind energy and on equitation, and the forms of the concepts of corpus/
in French, Vietnamese and Chinese. By weights from the other four, P@100 and F1 of one term in 50 words: wind .53 and
.288, equitation .88 and .384; the corpus .42 and .52, .39 and .35, .41 and .41 (there many terms are no gold).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kb.langs.frequency import zipf

FEATURES = ("count", "rarity", "single", "single rarity", "three", "four", "once", "once of three", "commonest")
# In a literature, and what is added in a few articles; MIDDLE: the same of the constant. (For `four` the fit adds
# -6.8, since none of the few forms of corpus/ is so long: they are unlikely, not impossible.)
WEIGHTS = {
    "count": (0.52, 0.65), "rarity": (0.83, -0.69), "single": (-0.55, -0.67), "single rarity": (0.28, -0.08),
    "three": (-0.31, 1.74), "four": (-0.97, -3.0), "once": (-0.54, -0.91), "once of three": (-0.56, -1.84),
    "commonest": (0.24, -0.15),
}  # fmt: skip
MIDDLE = (-4.09, 1.39)
# Words of the largest collection that is a few articles, and of the smallest that is a literature: those fitted on.
FEW, MANY = 3_500, 54_000
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


def fewness(words: int) -> float:
    """1 for a few articles to 0 for a literature, of a collection of so many words."""
    return min(max(math.log(MANY / max(words, 1)) / math.log(MANY / FEW), 0.0), 1.0)


def probability(parts: Sequence[str], language: str, count: int, nested: float, words: int) -> float:
    """0..1, of one candidate; as for `features`, of a collection of so many words in its language."""
    few = fewness(words)
    logit = MIDDLE[0] + few * MIDDLE[1]
    for name, value in zip(FEATURES, features(parts, language, count, nested), strict=True):
        always, more = WEIGHTS[name]
        logit += (always + few * more) * value
    return 1 / (1 + math.exp(-logit))
