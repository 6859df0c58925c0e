"""What is told of a line that is left out: which kind of furniture it is, and what decided."""

from __future__ import annotations

from collections.abc import Mapping

from kb.clean.furniture import (
    ABOVE,
    AFTER,
    BELOW_TITLE,
    BODY,
    FURNITURE,
    INSIDE,
    MARKED,
    SURE,
    TITLE,
    Shares,
    Weights,
)

_PLACES = {
    ABOVE: "above the title",
    BELOW_TITLE: "between the title and the text",
    INSIDE: "inside the text",
    AFTER: "after the text",
}
_KINDS_OF_PLACES = {ABOVE: "navigation", BELOW_TITLE: "byline", INSIDE: "related", AFTER: "related"}

# The first that applies is what a piece of furniture is; what nothing is said of is named by its place.
_KINDS = (
    ("no-letters", "separator"),
    ("credit", "byline"),
    ("fields", "byline"),
    ("calls", "advertisement"),
    ("dated-row", "related"),
    ("path", "navigation"),
    ("legal!", "legal"),
    ("byline!", "byline"),
    ("only-date", "date"),
    ("date!", "date"),
    ("contact!", "contact"),
    ("advertisement!", "advertisement"),
    ("related!", "related"),
    ("navigation!", "navigation"),
    ("entries", "navigation"),
    ("legal", "legal"),
    ("contact", "contact"),
    ("street", "contact"),
    ("address", "contact"),
    ("advertisement", "advertisement"),
    ("price", "advertisement"),
    ("related", "related"),
    ("byline", "byline"),
    ("navigation", "navigation"),
    ("some-entries", "navigation"),
    ("related?", "related"),
    ("advertisement?", "advertisement"),
)
_WORDS = {
    "navigation": "menus, buttons or counts",
    "related": "links to other articles",
    "advertisement": "advertising",
    "legal": "rights and terms",
    "contact": "contact details",
    "byline": "authors and sources",
    "date": "dates",
}
_SAID = {
    "no-letters": "a line without letters or figures",
    "repeated": "other articles of this collection have it too",
    "credit": "the credit of an image",
    "fields": "labelled fields of the page",
    "dated-row": "one of several lines that end in a date, after the text",
    "calls": "several calls to contact, follow or buy",
    "banner": "a short line over a rule and more, before the title",
    "lone-date": "nothing but a date",
    "only-date": "nothing but a date",
    "path": "a path through the site",
    "wide-gaps": "wide spaces between its words",
    "row": "a row of short pieces",
    "two-pieces": "a row of short pieces",
    "entries": "entries of a menu",
    "some-entries": "entries of a menu",
    "much-of-pages": "little but words of pages",
    "price": "a price",
    "address": "a web address, e-mail address or number",
    "street": "a postal address",
    "counts": "counts",
    "date": "a date",
    "digits": "mostly figures",
    "capitals": "capitals throughout",
    "many-capitals": "a row of names",
    "mark": "an arrow or sign at its head",
    "label": "a label with a colon",
    "row-of-lines": "one of several lines of one form",
    "foreign-words": "words that the article does not have",
    "no-prose-before": "no paragraph before it",
    "no-prose-after": "no paragraph after it",
    "tiny": "very short",
    "small": "short",
} | {f"{kind}{mark}": f"words of {words}" for kind, words in _WORDS.items() for mark in ("!", "", "?")}
_LEAST_SAID = 0.6  # natural logarithm: weaker evidence is not told
_FAR_FROM_IT = "far from what the article speaks of"


def kind_of(row: Mapping[str, float], share: Shares) -> str:
    """The kind of furniture, of kb.model.FURNITURE_KINDS."""
    if "credit" in row and "legal!" in row:
        return "legal"  # ©
    return next((kind for name, kind in _KINDS if name in row), _KINDS_OF_PLACES[_place(share)])


def reason_of(row: Mapping[str, float], share: Shares, weights: Weights, *, far: bool = False) -> str:
    """The two strongest pieces of evidence, and where the line stands."""
    place = _place(share)
    against = max((TITLE, BODY), key=lambda state: share[state])
    strength: dict[str, float] = {}
    for name, value in row.items():
        if said := _SAID.get(name):
            known = weights.evidence.get(name)
            more = value * (known[place] - known[against]) if known else 0.0
            more += SURE.get(name, 0.0) + (MARKED if name.endswith("!") else 0.0)
            strength[said] = strength.get(said, 0.0) + more
    best = [said for more, said in sorted((-more, said) for said, more in strength.items()) if -more >= _LEAST_SAID]
    told = ([_FAR_FROM_IT] if far else []) + best
    return "; ".join([*told[:2], _PLACES[place]]) if told else f"{_PLACES[place]}, among page furniture"


def _place(share: Shares) -> int:
    return max(FURNITURE, key=lambda state: share[state])
