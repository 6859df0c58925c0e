"""Terms of one language: candidates of every article, counted over the collection and ranked by what these speak of.

The score combines nested-term statistics (C-value, Frantzi, Ananiadou and Mima 2000, doi:10.1007/s007999900023, with
the length taken as log2(words + 1) so that single words count too), rarity in general language (`wordfreq`), spread
over articles, and standing in titles and headings.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kb.langs.base import Analyser, Candidate
from kb.langs.folding import has_han, name_key
from kb.langs.frequency import zipf
from kb.model import AnalysedArticle, Occurrence, Term, Token, base_language

# Longer words in capitals are headings, not short forms such as CRM or UNESCO.
SHORT_FORM = 6

# A verb that the articles are about: so often, and so much rarer than others (see `_rarity`; Zipf 3.95). Of the verbs
# and adjectives of 36 articles on four subjects these let in eight, of which seven name what is spoken of.
OFTEN, SELDOM = 3, 0.85


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate in its place."""

    key: str
    parts: tuple[str, ...]  # lemmas, to tell nested terms and their frequency in general language
    weak: bool
    bare: bool
    tagged: bool  # whether its parts of speech are known
    occurrence: Occurrence
    first: int
    last: int
    heading: bool


@dataclass(slots=True)
class _Entry:
    """What is known of one key over the collection."""

    parts: tuple[str, ...]
    found: list[_Found] = field(default_factory=list)
    nested_in: Counter[str] = field(default_factory=Counter)  # longer key -> how often around this one

    @property
    def count(self) -> int:
        return len(self.found)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All candidates of one base language over a collection, in their places."""

    language: str
    found: tuple[_Found, ...]

    def shapes(self) -> dict[str, bool]:
        """Every candidate's key, in a stable order: whether its shape may be a name's. That of a lone verb or adjective
        that never stands where a noun does may not."""
        fit = {f.key for f in self.found if len(f.parts) > 1 or not f.weak}
        return {key: key in fit for key in sorted({f.key for f in self.found})}


def gather(articles: Sequence[AnalysedArticle], analyser: Analyser) -> Gathered:
    """The candidates of the analyser's language in articles that hold passages of it."""
    found = [f for article in articles for f in _candidates(article, analyser)]
    return Gathered(analyser.language, tuple(_one_key_per_surface(found)))


def extract(gathered: Gathered, *, known: frozenset[str] = frozenset(), min_score: float = 0.0) -> list[Term]:
    """The terms among the candidates, best first; ties by key.

    A term that occurs once counts when its shape is strong: a noun, or a noun phrase that no longer one contains.
    `known`: name keys that are terms however weak their shape, if they occur at all: a scheme's labels, and what
    another language has a name for.
    """
    terms = [
        Term(gathered.language, found.key, found.name, round(score, 4), found.occurrences)
        for found in counted(gathered, known=known)
        if (score := _score(found)) > min_score
    ]
    return sorted(terms, key=lambda t: (-t.score, t.key))


def count_words(articles: Iterable[AnalysedArticle], language: str) -> int:
    """Tokens with a letter, in sentences of this base language."""
    return sum(
        any(c.isalpha() for c in token.text)
        for article in articles
        for n, sentence in enumerate(article.sentences)
        if base_language(article.language_of(n)) == language
        for token in sentence.tokens
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What is a term of the collection, however likely. `parts`: its words but for single letters; `rarity` of these in
    general language, 0.1 to 1; `nested`: how often it stands in a longer one that recurs, on average over those."""

    key: str
    name: str
    parts: tuple[str, ...]
    rarity: float
    nested: float
    heading: bool
    occurrences: tuple[Occurrence, ...]

    @property
    def articles(self) -> int:
        return len({o.article for o in self.occurrences})


def counted(gathered: Gathered, *, known: frozenset[str] = frozenset()) -> list[Counted]:
    """As `extract`, before anything is weighed."""
    # A phrase that looks like a clause in one place (客户购买|产品) and like a name in another is counted in both.
    named = {f.key for f in gathered.found if not f.bare} | known
    entries = _entries(f for f in gathered.found if f.key in named or name_key(f.occurrence.surface) in known)
    kept = {
        key: entry
        for key, entry in entries.items()
        if _is_term(key, entry, entries, known) or _is_theme(entry, gathered.language)
    }
    out = []
    for key, entry in kept.items():
        around = [outer for outer in entry.nested_in if outer in kept and kept[outer].count >= 2]
        nested = sum(entry.nested_in[outer] for outer in around) / len(around) if around else 0.0
        parts = tuple(p for p in entry.parts if len(p) > 1 or has_han(p)) or entry.parts
        heading = any(f.heading for f in entry.found)
        occurrences = tuple(f.occurrence for f in entry.found)
        rarity = _rarity(parts, gathered.language)
        out.append(Counted(key, _name(entry), parts, rarity, nested, heading, occurrences))
    return out


def by_language(articles: Iterable[AnalysedArticle]) -> dict[str, list[AnalysedArticle]]:
    """Base language -> the articles that hold passages of it, by tag."""
    groups: defaultdict[str, list[AnalysedArticle]] = defaultdict(list)
    for article in articles:
        for base in sorted({base_language(p.language) for p in article.passages}):
            groups[base].append(article)
    return dict(sorted(groups.items()))


def _candidates(article: AnalysedArticle, analyser: Analyser) -> list[_Found]:
    out = []
    for n, sentence in enumerate(article.sentences):
        if base_language(article.language_of(n)) != analyser.language:
            continue
        heading = article.passages[sentence.passage].kind in ("title", "heading")
        for candidate in analyser.candidates(sentence.tokens):
            out.append(_place(article.id, n, sentence.text, sentence.tokens, candidate, heading))
    return out


def _place(article: str, n: int, text: str, tokens: Sequence[Token], candidate: Candidate, heading: bool) -> _Found:
    words = tokens[candidate.first : candidate.last]
    surface = text[words[0].at : words[-1].at + len(words[-1].text)]
    begins = not any(c.isalpha() for t in tokens[: candidate.first] for c in t.text)
    form = label_of(surface, begins=begins and words[0].pos != "PROPN")
    occurrence = Occurrence(article, n, words[0].start, words[-1].end, surface, form)
    parts = tuple(t.lemma for t in words)
    tagged = any(t.pos != "X" for t in words)
    return _Found(
        candidate.key,
        parts,
        candidate.weak,
        candidate.bare,
        tagged,
        occurrence,
        candidate.first,
        candidate.last,
        heading,
    )


def _one_key_per_surface(found: list[_Found]) -> list[_Found]:
    """A tagger may give one word two lemmas (créé: créer, créé): every surface takes its most frequent key."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for f in found:
        votes[name_key(f.occurrence.surface)][f.key] += 1
    best = {surface: min(keys, key=lambda k: (-keys[k], k)) for surface, keys in votes.items()}
    out = []
    for f in found:
        key = best[name_key(f.occurrence.surface)]
        out.append(f if key == f.key else replace(f, key=key))
    return out


def _entries(found: Iterable[_Found]) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    by_sentence: defaultdict[tuple[str, int], list[_Found]] = defaultdict(list)
    for f in found:
        entries.setdefault(f.key, _Entry(f.parts)).found.append(f)
        by_sentence[f.occurrence.article, f.occurrence.sentence].append(f)
    for group in by_sentence.values():
        for inner in group:
            for outer in group:
                if outer.first <= inner.first and inner.last <= outer.last and outer.key != inner.key:
                    entries[inner.key].nested_in[outer.key] += 1
    return entries


def _is_term(key: str, entry: _Entry, entries: dict[str, _Entry], known: frozenset[str]) -> bool:
    """Recurring or of a strong shape, and no mere piece of a longer term."""
    strong = sum(not f.weak for f in entry.found)
    # A label may be no normal form (gestion de la relation client): its surface counts as well as the key.
    if key in known or any(name_key(f.occurrence.surface) in known for f in entry.found):
        return True
    if len(entry.parts) == 1:
        # A word that is mostly a verb or adjective says what is done or how, not what the article is about. Of a
        # language without a tagger, what recurs counts.
        untagged = not any(f.tagged for f in entry.found)
        return strong >= max(1, entry.count / 4) or (untagged and entry.count > 1)
    if not strong and entry.count < 2:
        return False
    around = {
        outer: n for outer, n in entry.nested_in.items() if entries[outer].count >= 2 and _is_strong(entries[outer])
    }
    if any(n >= entry.count for n in around.values()):
        return False  # never seen without the same longer term
    if entry.count == 1 and _content(entry) > 2:
        # Of what occurs once, pairs of words are names now and then; of longer ones only the whole phrase may be.
        return _content(entry) == 3 and not any(_is_strong(entries[o]) for o in entry.nested_in)
    return True


def _is_theme(entry: _Entry, language: str) -> bool:
    """Whether a lone word is spoken of again and again though it is no noun: 赊账, phàn nàn (to buy on credit, to
    complain). General language has it seldom, as it has no verb that any article needs."""
    (part,) = entry.parts if len(entry.parts) == 1 else ("",)
    whole = len(part) > 1 and (has_han(part) or " " in part)
    return whole and entry.count >= OFTEN and _rarity(entry.parts, language) >= SELDOM


def _content(entry: _Entry) -> int:
    return sum(len(part) > 2 or has_han(part) for part in entry.parts)


def _is_strong(entry: _Entry) -> bool:
    return any(not f.weak for f in entry.found)


def _score(found: Counted) -> float:
    length = math.log2(len(found.parts) + 1)
    c_value = length * max(len(found.occurrences) - found.nested, 0.3)
    spread = math.log2(1 + found.articles)
    heading = 1.25 if found.heading else 1.0
    return math.log2(1 + c_value) * found.rarity * spread * heading


def _rarity(parts: Sequence[str], language: str) -> float:
    """0.1 for the commonest words to 1: how much rarer than Zipf 6.5 the parts are on average. A word that the list
    lacks counts as fairly rare, not as rarest: most such words are misspelt, foreign or glued."""
    values = []
    for part in parts:
        z = zipf(part, language)
        values.append(0.75 if z == 0 else min(max((6.5 - z) / 3.0, 0.1), 1.0))
    return sum(values) / len(values)


def _name(entry: _Entry) -> str:
    """What readers see: the most frequent form."""
    forms = count_forms(f.occurrence.form for f in entry.found)
    return min(forms, key=lambda form: (-forms[form], len(form), form))


def count_forms(forms: Iterable[str]) -> Counter[str]:
    """Forms with their counts; those that differ in capitals only under the most frequent of them, lower case first."""
    cased: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form in forms:
        cased[form.casefold()][form] += 1
    best = {key: min(found, key=lambda f: (-found[f], not f.islower(), f)) for key, found in cased.items()}
    return Counter({best[key]: found.total() for key, found in sorted(cased.items())})


def label_of(surface: str, *, begins: bool) -> str:
    """A surface as a label: white space evened out, no capital that only begins a sentence, no heading in capitals."""
    text = " ".join(surface.replace("’", "'").split())
    if text.isupper() and len(text) > SHORT_FORM:
        return text.lower()
    if begins and text[1:2].islower():
        return text[0].lower() + text[1:]
    return text
