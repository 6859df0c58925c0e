"""Which terms of two languages name the same: evidence of five kinds, weighed into one probability.

- the name: CSLS of the names' vectors, centred by language
- the company: cosine of the mean vectors of the sentences where they stand, centred by language
- the lexicon: how much of either name it renders by the other, and how much of both it knows and does not
- aligned passages: how often one stands where the other does (Dice over the beads of translations)
- rivals: how far the two are ahead of either's next best counterpart by all of these

Names, company and passages count as far as the lexicon has nothing to say. And by how often the rarer of the two
occurs: of a name seen once less is known.
Names that a scheme gives to one concept need no other evidence; names that it gives to two never go together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.embed.base import Vectors, unit
from kb.langs.folding import fold, has_han
from kb.langs.lexicon import Known, lexicon
from kb.match import Matrix, csls, rival
from kb.model import Alignment, Occurrence, Term
from kb.renderings import rendered

# Logistic weights, fitted on name pairs of the project's own articles by bench/fit_counterparts.py. Held out there,
# pairs of probability 0.5 and more were right in 91 of 100 cases, and held 81 of 100 right ones.
NAME, COMPANY, ALIGNED, SAID, AHEAD, COUNT, MIDDLE = 4.04, 7.3, 0.26, 6.55, 0.87, 1.83, -7.5
# What the first look weighs with, to tell rivals; a lead counts up to three of its units.
FIRST_NAME, FIRST_COMPANY, FIRST_ALIGNED, FIRST_SAID, FIRST_UNSAID, MAX_LEAD = 5.0, 2.5, 4.0, 3.0, 1.0, 3.0
# Occurrences above this many make a name no better known.
MAX_COUNT = 15
# Of names in other company whose vectors differ too, the lexicon is believed where they share so much of their senses
# (Ochiai's coefficient). Of 9 pairs on four subjects that this parts, 7 were wrong.
SHARED = 0.5
# CSLS below which names of other spelling are others: 48 of 49 pairs of first names, and 1 of 6 of a place's two names
# that the lexicon lacks (chosen on these).
FOREIGN = 0.2
# What a scheme says of two names is taken as nearly certain: its labels were chosen by people, its senses may differ.
SCHEME = 0.98


@dataclass(frozen=True, slots=True)
class TermSet:
    """Terms of one base language with their vectors, row by row."""

    language: str
    terms: tuple[Term, ...]
    names: Vectors  # [n, d] unit, centred
    company: Vectors  # [n, d] unit, centred

    def known(self) -> list[Known]:
        """What the lexicon knows of each name."""
        words = lexicon()
        return [words.known(self.language, t.key) for t in self.terms]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All [len(a), len(b)], in the order of the two term sets."""

    probability: Matrix
    name: Matrix
    company: Matrix
    aligned: Matrix
    said: Matrix
    unsaid: Matrix
    ahead: Matrix
    count: Matrix

    def method(self, i: int, j: int) -> str:
        """The kind of evidence that weighs most at the first look, which tells rivals and so decides most."""
        weights = {
            "aligned passages": FIRST_ALIGNED * self.aligned[i, j],
            "lexicon": FIRST_SAID * self.said[i, j],
            "similar company": FIRST_COMPANY * self.company[i, j],
            "similar names": FIRST_NAME * self.name[i, j],
        }
        return max(sorted(weights), key=lambda k: weights[k])


def compare(a: TermSet, b: TermSet, alignments: Sequence[Alignment]) -> Evidence:
    """Every term of `a` with every term of `b`, two languages."""
    name = csls(a.names, b.names)
    company = a.company @ b.company.T
    aligned = _aligned(a, b, alignments)
    known = a.known(), b.known()
    said, unsaid = rendered(*known)
    said[_homonyms(*known, (said > 0) & (name < 0) & (company < 0) & (aligned == 0))] = 0
    first = FIRST_NAME * name + FIRST_COMPANY * company + FIRST_ALIGNED * aligned
    first += FIRST_SAID * said - FIRST_UNSAID * unsaid
    ahead = np.clip(np.minimum(first - rival(first), first - rival(first.T).T), -MAX_LEAD, MAX_LEAD)
    count = np.minimum(_count(a.terms)[:, None], _count(b.terms)[None, :])
    x = (NAME * name + COMPANY * company + ALIGNED * aligned) * (1 - said) + SAID * said
    x += AHEAD * ahead + COUNT * count + MIDDLE
    # Words that the lexicon knows well and never renders by each other, in passages that never meet, are alike in their
    # letters: mine, mì (a mine; noodles).
    # Samir and Tư, who do the same in two articles, are two; Pékin is Bắc Kinh, as the vectors know.
    apart = (unsaid >= 1) | (_other_names(a, b, known) & (name < FOREIGN))
    x = np.where(apart & (aligned == 0), np.minimum(x, MIDDLE), x)
    return Evidence(1 / (1 + np.exp(-x)), name, company, aligned, said, unsaid, ahead, count)


def _homonyms(a: Sequence[Known], b: Sequence[Known], asked: Matrix) -> Matrix:
    """[len(a), len(b)], bool: of the pairs asked about, those that share less than half of their senses: don, 才能 (a
    gift, of either kind; talent). By chance they stand in other senses than the shared one."""
    found = np.zeros(asked.shape, bool)
    for i, j in np.argwhere(asked):
        own, other = a[i].senses(), b[j].senses()
        found[i, j] = len(own & other) < SHARED * max(1.0, (len(own) * len(other)) ** 0.5)
    return found


def _other_names(a: TermSet, b: TermSet, known: tuple[Sequence[Known], Sequence[Known]]) -> npt.NDArray[np.bool_]:
    """[len(a), len(b)], bool: names in Latin letters that the lexicon lacks and that are not spelt alike."""
    own, other = (
        np.array(["" if of[n].senses() else _spelt(t) for n, t in enumerate(side.terms)])
        for side, of in zip((a, b), known, strict=True)
    )
    found: npt.NDArray[np.bool_] = (own != "")[:, None] & (other != "") & (own[:, None] != other)
    return found


def _spelt(term: Term) -> str:
    """The letters of a term that is always written with a capital, "" of any other."""
    if has_han(term.name) or not all(o.surface[:1].isupper() for o in term.occurrences):
        return ""
    return fold(term.key).replace(" ", "").replace("-", "")


def _count(terms: Sequence[Term]) -> Matrix:
    return np.log2([1 + min(len(t.occurrences), MAX_COUNT) for t in terms]).astype(np.float32)


def _aligned(a: TermSet, b: TermSet, alignments: Sequence[Alignment]) -> Matrix:
    """Dice of the beads in which two terms stand, less for terms that stand together only once or twice."""
    beads_a, beads_b = _beads_of(a.terms, alignments), _beads_of(b.terms, alignments)
    together = np.zeros((len(a.terms), len(b.terms)), np.float32)
    holders: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for j, beads in enumerate(beads_b):
        for bead in beads:
            holders[bead].append(j)
    for i, beads in enumerate(beads_a):
        for bead in beads:
            for j in holders.get(bead, ()):
                together[i, j] += 1
    # Only beads of article pairs that join these two languages count as chances to meet.
    own, other = _articles(a), _articles(b)
    joining = {n for n, x in enumerate(alignments) if _joins(x, own, other)}
    count_a = np.array([sum(bead[0] in joining for bead in beads) for beads in beads_a], np.float32)
    count_b = np.array([sum(bead[0] in joining for bead in beads) for beads in beads_b], np.float32)
    dice = 2 * together / np.maximum(count_a[:, None] + count_b[None, :], 1)
    value: Matrix = (dice * together / (together + 2)).astype(np.float32)
    return value


def _beads_of(terms: Sequence[Term], alignments: Sequence[Alignment]) -> list[set[tuple[int, int]]]:
    """For every term the (alignment, bead) numbers in which it stands."""
    where: defaultdict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for n, alignment in enumerate(alignments):
        for k, bead in enumerate(alignment.beads):
            if bead.a and bead.b:
                for sentence in bead.a:
                    where[alignment.a, sentence].append((n, k))
                for sentence in bead.b:
                    where[alignment.b, sentence].append((n, k))
    # All occurrences of a name that never stands on its own.
    own = [found or t.occurrences for t, found in zip(terms, on_their_own(terms), strict=True)]
    return [{bead for o in found for bead in where.get((o.article, o.sentence), ())} for found in own]


def on_their_own(terms: Sequence[Term], *, heads: bool = True) -> list[list[Occurrence]]:
    """The occurrences of each term that stand in no longer term's, or (`heads`) as its head.

    không khí (air) inside điều hòa không khí (air conditioning) says nothing of what air is called elsewhere; khái niệm
    (concept) at the head of khái niệm dịch vụ (concept of service) does.
    """
    spans: defaultdict[tuple[str, int], set[tuple[int, int]]] = defaultdict(set)
    for term in terms:
        for o in term.occurrences:
            spans[o.article, o.sentence].add((o.start, o.end))

    def inside(o: Occurrence) -> bool:
        head_last = has_han(o.surface)
        return any(
            s <= o.start
            and o.end <= e
            and (s, e) != (o.start, o.end)
            and not (heads and (o.end == e if head_last else o.start == s))
            for s, e in spans[o.article, o.sentence]
        )

    return [[o for o in t.occurrences if not inside(o)] for t in terms]


def _joins(alignment: Alignment, own: Set[str], other: Set[str]) -> bool:
    return (alignment.a in own and alignment.b in other) or (alignment.a in other and alignment.b in own)


def _articles(terms: TermSet) -> frozenset[str]:
    return frozenset(o.article for t in terms.terms for o in t.occurrences)


def company_vectors(terms: Sequence[Term], sentences: Mapping[tuple[str, int], Vectors]) -> Vectors:
    """[n, d]: the mean of the centred vectors of the sentences where each term stands, scaled to length 1."""
    return unit(
        np.stack([np.mean([sentences[o.article, o.sentence] for o in t.occurrences], axis=0) for t in terms]).astype(
            np.float32
        )
    )


def centre_names(vectors: Vectors) -> Vectors:
    """Names less the mean name of their language, [n, d] unit. A few names have no mean worth taking out."""
    if len(vectors) < 20:
        return vectors
    return unit(vectors - vectors.mean(axis=0))
