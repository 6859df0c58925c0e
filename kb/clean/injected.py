"""Text pushed into sentences: les clients | serrurier pas cher Lyon | reviennent.

Farms of copied pages, and people who break into others' pages, do this to be found under the phrase. Three looks, each
dearer than the one before:

1. words of advertising that come thickly and that the article has nowhere else (`kb.clean.spans`), several MB a second;
2. form: how much of a stretch is such words, how little of it grammar or the article's own words, whether the words
   around it belong together without it;
3. meaning, for the few that are left and where there is an embedder: whether the stretch leans towards what
   advertisements say, and how little it has to do with the words around it.

The weights are fitted by `bench/injected.py --fit` on phrases written for it, pushed into the project's own articles
among honest sentences about prices, loans and repairs; that file says what they find elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kb.clean import spans
from kb.clean.context import ALONE, Context
from kb.clean.fix import Fix
from kb.clean.lines import Line
from kb.clean.spans import Floats, Stretches
from kb.embed import BUNDLED
from kb.model import base_language

Vectors = npt.NDArray[np.float32]

_LOOKED_AT = 12  # stretches of a place that meaning is asked of
_FIRST_LOOKED_AT = 2  # of which so many first; most honest places end there
_HOPELESS = -1.5  # logit after the first ones
_MOST_PLACES = 24  # of an article, the likeliest ones: a longer list is an article about such things
_LEAST_FORM = -6.0  # less likely places are not looked at again
_MOST_PASSAGES, _READ = 6, 200  # of an article, characters of each
_REST = {"zh": 14}
_USUAL_REST = 45  # characters on either side that meaning is compared with

# Logits. From 3 on two honest stretches are cut in ntrex_dev's 62 news articles in four languages (shops and prices),
# from 4 on none, and a fifth fewer phrases; what is only likely is offered.
_SURE, _LIKELY = 3.0, 1.0
_SURE_BY_FORM, _LIKELY_BY_FORM = 2.5, -0.5
_ON_AN_ADVERTISING_PAGE = 3.0
# Of a score, with .5 where a phrase is cut. On the labelled pages that no weight was fitted on 56 of 77 cut phrases had
# their right borders, and 6 of 18 offered ones. In the order of |score - .5| 10 of the first twenty doubtful repairs
# and 22 of the first fifty are wrong there, in the order of kinds 5 and 15.
_SLOPE = 0.5

_SPREAD = 0.6  # of the ranks; .5 to 1.5 do about as well
# Of a phrase's characters, and characters beside it: two are a word in Chinese and seldom one elsewhere.
_LEAST_INSIDE = 0.8
_MOST_BESIDE = {"zh": 0}
_USUAL_MOST_BESIDE = 2


@dataclass(frozen=True)
class Weights:
    """`form` and `border`: float64 [len(FEATURES)], whether a place has a phrase, and where it begins and ends."""

    form: Floats
    form_bias: float
    border: Floats
    meaning: Floats  # of what `evidence` says, whether it is a phrase
    meaning_bias: float
    border_meaning: Floats  # of a stretch's border and what `measure_centred` says, whether it is the whole phrase
    direction: Floats  # [d]: where advertisements lie, in centred vectors of the bundled model
    direction_bias: float
    probe: Floats  # [d]: the vector of `PROBE`, to know that model by


PROBE = "Free delivery"
_SAME_MODEL = 0.97  # cosine; the ways to compute the bundled model agree to .995


class _Place(NamedTuple):
    """A place in a line that may have a phrase; `spans` are the likeliest ones, best first."""

    found: Stretches
    spans: tuple[tuple[int, int], ...]
    form: Floats
    border: Floats
    weight: Floats


@cache
def weights() -> Weights:
    import json

    stored = json.loads(resources.files("kb.clean").joinpath("injected_weights.json").read_text(encoding="utf-8"))
    return Weights(
        form=np.array([stored["form"][name] for name in spans.FEATURES]),
        form_bias=stored["form_bias"],
        border=np.array([stored["border"][name] for name in spans.FEATURES]),
        meaning=np.array(stored["meaning"]),
        meaning_bias=stored["meaning_bias"],
        border_meaning=np.array(stored["border_meaning"]),
        direction=np.array(stored["direction"]),
        direction_bias=stored["direction_bias"],
        probe=np.array(stored["probe"]),
    )


def phrases(lines: Sequence[Line], language: str, advertises: bool, context: Context = ALONE) -> list[Fix]:
    """A fix for every such phrase in the lines of a body; `advertises`: the page around it does."""
    base = base_language(language)
    places = _places(lines, base)
    if not places:
        return []
    decided = _by_meaning(places, lines, language, context)
    by_meaning = decided is not None
    if decided is None:
        decided = [(place, *_decide(place, None, base)) for place in places]
    sure, likely = _SURE, _LIKELY
    if not by_meaning:
        sure, likely = _SURE_BY_FORM - _ON_AN_ADVERTISING_PAGE * advertises, _LIKELY_BY_FORM
    return _apart(
        [
            _fix(lines[place.found.line], *place.spans[best], score - sure, by_meaning=by_meaning)
            for place, best, score in decided
            if score >= min(sure, likely)
        ]
    )


def _places(lines: Sequence[Line], base: str) -> list[_Place]:
    """In reading order."""
    known = weights()
    places = []
    for found in spans.stretches(lines, base):
        form = found.features @ known.form + known.form_bias
        if form.max() < _LEAST_FORM:
            continue
        border = found.features @ known.border
        weight = found.features[:, spans.FEATURES.index("weight in all")]
        order = np.argsort(-border, kind="stable")[:_LOOKED_AT]
        places.append(_Place(found, tuple(found.spans[i] for i in order), form[order], border[order], weight[order]))
    likeliest = sorted(places, key=lambda place: -float(place.form.max()))[:_MOST_PLACES]
    kept = {id(place) for place in likeliest}
    return [place for place in places if id(place) in kept]


# --- meaning --------------------------------------------------------------------------------------------------------


def texts_of(place: _Place, base: str) -> list[str]:
    """Every stretch, then the words around every stretch."""
    text = place.found.plain
    return [text[at:to] for at, to in place.spans] + [_rest(text, at, to, base) for at, to in place.spans]


def _rest(text: str, at: int, to: int, base: str) -> str:
    """The words around, as if the stretch were not there."""
    size = _REST.get(base, _USUAL_REST)
    before, after = text[max(0, at - size) : at], text[to : to + size]
    if base == "zh":
        return before + after
    if at > size:
        before = before.partition(" ")[2]
    if to + size < len(text):
        after = after.rpartition(" ")[0]
    return f"{before.rstrip()} {after.lstrip()}".strip()


def passages_of(lines: Sequence[Line], place: _Place) -> list[str]:
    """The beginnings of the article's first paragraphs but that of the place: what it is about."""
    others = [line for n, line in enumerate(lines) if n != place.found.line and line.is_prose]
    return [line.plain.lower()[:_READ] for line in others[:_MOST_PASSAGES]]


def measure(vectors: Vectors, stretches: int, language: str, direction: Floats, bias: float) -> Floats:
    """`measure_centred` of float32 [2 stretches + passages, d], the vectors of `texts_of` and `passages_of`."""
    from kb.embed.centre import reference_for, reference_means, subtract  # late: json is slow to start

    reference = reference_for(language, reference_means(BUNDLED))
    centred = vectors if reference is None else subtract(vectors, reference)
    return measure_centred(centred.astype(np.float64), stretches, direction, bias)


def measure_centred(vectors: Floats, stretches: int, direction: Floats, bias: float) -> Floats:
    """float64 [stretches, 4] of the centred vectors of stretches, of the words around each, and of the article's
    passages: how far the stretch leans towards advertisements; how close it is to the words around it; how far these
    lean without it, which they do where the stretch is not the whole phrase; how close it is to the article."""
    stretch, rest, article = np.split(vectors, (stretches, 2 * stretches))
    middle = article.mean(axis=0) if len(article) else np.zeros(vectors.shape[1])
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    return np.column_stack(
        [stretch @ direction + bias, (stretch * rest).sum(axis=1), rest @ direction + bias, stretch @ middle]
    )


def _by_meaning(
    places: Sequence[_Place], lines: Sequence[Line], language: str, context: Context
) -> list[tuple[_Place, int, float]] | None:
    """(place, which of its stretches, logit) of the places that are not hopeless; None without the bundled model."""
    first = [_head(place, _FIRST_LOOKED_AT) for place in places]
    seen = _meaning(first, lines, language, context)
    if seen is None:
        return None
    base = base_language(language)
    left = [p for p, f, m in zip(places, first, seen, strict=True) if _decide(f, m, base)[1] >= _HOPELESS]
    seen = (_meaning(left, lines, language, context) if left else []) or []
    return [(place, *_decide(place, meaning, base)) for place, meaning in zip(left, seen, strict=True)]


def _head(place: _Place, size: int) -> _Place:
    return _Place(place.found, place.spans[:size], place.form[:size], place.border[:size], place.weight[:size])


def _meaning(places: Sequence[_Place], lines: Sequence[Line], language: str, context: Context) -> list[Floats] | None:
    """Of every place what `measure` says of its stretches; None without the model that the weights are for."""
    if context.embed is None:
        return None
    known, base = weights(), base_language(language)
    asked = [texts_of(place, base) + passages_of(lines, place) for place in places]
    flat = sorted({text for texts in asked for text in texts} | {PROBE})
    vectors = context.embed(flat)
    row = {text: i for i, text in enumerate(flat)}
    probe = vectors[row[PROBE]].astype(np.float64)
    if probe.shape != known.probe.shape or probe @ known.probe < _SAME_MODEL:
        return None
    return [
        measure(vectors[[row[t] for t in texts]], len(place.spans), language, known.direction, known.direction_bias)
        for place, texts in zip(places, asked, strict=True)
    ]


# --- deciding -------------------------------------------------------------------------------------------------------


def _decide(place: _Place, meaning: Floats | None, base: str) -> tuple[int, float]:
    """(which stretch of the place, the logit that it is a phrase)."""
    known = weights()
    if meaning is None:
        return _likeliest_right(place.spans, place.border, base), float(place.form.max())
    ranks = np.column_stack([place.border, meaning]) @ known.border_meaning
    seen = evidence(place, meaning, int(np.argmax(ranks)))
    return _likeliest_right(place.spans, ranks, base), float(seen @ known.meaning + known.meaning_bias)


def evidence(place: _Place, meaning: Floats, best: int) -> Floats:
    """float64 [8]: the best form of the place, then of its best stretch what `measure_centred` says, form, its weight
    of advertising words and its length."""
    at, to = place.spans[best]
    weight = place.weight[best]
    return np.array([place.form.max(), *meaning[best], place.form[best], weight, np.log(to - at)])


def _likeliest_right(stretches: Sequence[tuple[int, int]], ranks: Floats, base: str) -> int:
    """The stretch that is near enough to most of what may be the phrase: a word too few leaves a little of it, a word
    too many takes one of the author's. It finds some 5 % more phrases than the first in rank."""
    odds = np.exp((ranks - ranks.max()) / _SPREAD)
    spans_ = np.array(stretches)
    at, to = spans_[:, 0], spans_[:, 1]
    inside = np.minimum(to[:, None], to) - np.maximum(at[:, None], at)
    beside = np.maximum(at - at[:, None], to[:, None] - to)  # of the row, beyond the column
    near = (inside >= _LEAST_INSIDE * (to - at)) & (beside <= _MOST_BESIDE.get(base, _USUAL_MOST_BESIDE))
    return int(np.argmax(near @ odds + 1e-6 * odds))


def _fix(line: Line, at: int, to: int, beyond: float, *, by_meaning: bool) -> Fix:
    """The stretch with one of the spaces around it. `beyond`: its logit, less the one from which on it is cut."""
    if at and line.text[at - 1] == " " and (to == len(line.text) or not line.text[to].isalnum()):
        at -= 1
    reason = "advertising inside a sentence: words that the article uses nowhere else"
    reason += ", far from what the sentence speaks of" if by_meaning else ""
    sure = beyond >= 0
    reason += "; the sentence is whole without it" if sure else "; it may belong to the sentence"
    score = round(1 / (1 + math.exp(-_SLOPE * beyond)), 4)
    return Fix("injected", line.at + at, line.at + to, "", reason, sure=sure, score=score)


def _apart(fixes: list[Fix]) -> list[Fix]:
    """Those that do not overlap one before them; sure ones go first."""
    kept: list[Fix] = []
    for fix in sorted(fixes, key=lambda f: (not f.sure, f.at)):
        if all(fix.to <= other.at or other.to <= fix.at for other in kept):
            kept.append(fix)
    return sorted(kept, key=lambda f: f.at)
