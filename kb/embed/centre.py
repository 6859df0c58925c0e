"""Vectors less their language's mean: what is left is meaning rather than language.

Multilingual models keep a direction a language, which makes all sentences of two languages about equally (un)like.
Subtracting each language's mean vector removes most of it (Libovický, Rosa & Fraser 2020, "On the Language Neutrality
of Pre-trained Multilingual Representations", Findings of EMNLP). Two short texts are too few for a mean, and a result
must not depend on what else is in a base, so the mean of the texts at hand is shrunk towards a reference mean that is
shipped with the project (`reference_means.json`, made by `bench/make_means.py` from texts written for the project).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np

from kb.embed.base import Vectors, unit
from kb.model import base_language

# The reference counts as so many sentences. Strict F1 of an earlier aligner on documents of 5 to 27
# sentences with 0, 2, 3, 5, 10, 20, 40: .922, .924, .923, .922, .921, .917, .913. Small, because a document's own mean
# takes away its subject too; not 0, because two or three sentences have no mean worth the name.
WEIGHT = 5

Means = Mapping[str, Vectors]


@cache
def reference_means(model: str) -> Means:
    """Language tag -> float32 [dimension], mean of the unit vectors of neutral sentences; empty for other models."""
    stored = json.loads(resources.files("kb.embed").joinpath("reference_means.json").read_text(encoding="utf-8"))
    languages = stored["models"].get(model, {})
    return {tag: np.asarray(entry["mean"], np.float32) for tag, entry in languages.items()}


@cache
def reference_questions(model: str) -> Vectors | None:
    """float32 [dimension], mean of the unit vectors of `search.BACKGROUND`; None for other models."""
    stored = json.loads(resources.files("kb.embed").joinpath("reference_means.json").read_text(encoding="utf-8"))
    known = stored["questions"].get(model)
    return None if known is None else np.asarray(known, np.float32)


def reference_for(language: str, reference: Means) -> Vectors | None:
    """The mean of the tag, or of the first tag of the same base language (`zh-TW` -> `zh-Hans`), or None."""
    if language in reference:
        return reference[language]
    for tag in sorted(reference):
        if base_language(tag) == base_language(language):
            return reference[tag]
    return None


def language_mean(vectors: Vectors, language: str, reference: Means, *, weight: float = WEIGHT) -> Vectors:
    """float32 [d]: the mean of `vectors` (float32 [n, d], unit rows), shrunk towards the reference of `language`.

    Without a reference it is the mean of the texts at hand, and nothing (zeros) for fewer than two of them: a text
    less itself would be no vector at all.
    """
    return shrunk_mean(vectors.sum(axis=0), len(vectors), language, reference, weight=weight)


def shrunk_mean(total: Vectors, count: int, language: str, reference: Means, *, weight: float = WEIGHT) -> Vectors:
    """`language_mean` of `count` vectors whose sum is `total`, float32 [d]."""
    known = reference_for(language, reference)
    if known is None:
        return total / np.float32(count) if count > 1 else np.zeros_like(total)
    mean: Vectors = ((total + weight * known) / (count + weight)).astype(np.float32)
    return mean


def subtract(vectors: Vectors, mean: Vectors) -> Vectors:
    """float32 [n, d], unit rows: `vectors` less `mean`. For blocks, with the mean of their text's sentences."""
    return unit(vectors - mean)


def centre_each(vectors: Vectors, languages: Sequence[str], reference: Means) -> Vectors:
    """float32 [n, d], unit rows: every row less the mean of its own language, `languages` [n]."""
    out = vectors.astype(np.float32)
    for language in sorted(set(languages)):
        rows = np.array([tag == language for tag in languages])
        out[rows] = centre(vectors[rows], language, reference)
    return out


def centre(vectors: Vectors, language: str, reference: Means, *, weight: float = WEIGHT) -> Vectors:
    """float32 [n, d], unit rows: `vectors` less the mean of their language."""
    return subtract(vectors, language_mean(vectors, language, reference, weight=weight))
