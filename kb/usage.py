"""How words are used: in their sentences, counted, in company, and more here than there."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, groupby, islice
from typing import TYPE_CHECKING, TypedDict, Unpack

from kb.answers import Collocate, ConcordanceLine, Frequency, KeyItem
from kb.errors import UsageError
from kb.langs.folding import fold, has_han, simplify
from kb.lookup import Lookup
from kb.names import preferred_name
from kb.records import Records

if TYPE_CHECKING:
    from kb.concordance import Place
    from kb.glosses import Glosses
    from kb.keyness import Counts

SPELLINGS = 20  # passages that are looked through for another spelling
WINDOW = 5  # tokens on either side, as in most tools of the field
KEY_THINGS = ("words", "concepts")
GENERAL = "general"  # instead of articles: the language at large


class Which(TypedDict, total=False):
    """Which matches of a pattern: with `lemma` it is dictionary forms, with `regex` a regular expression over
    sentences, with `concept` a concept's name, which means every form of it in every language; and only those in a
    language or an article."""

    lemma: bool
    regex: bool
    concept: bool
    language: str | None
    article: str | Sequence[str] | None


class Usage(Lookup):
    """Questions about words in the texts."""

    def concordance(
        self,
        pattern: str,
        *,
        into: str | None = None,
        sort: str = "article",
        sample: int | None = None,
        seed: int = 1,
        limit: int | None = None,
        **which: Unpack[Which],
    ) -> Records[ConcordanceLine]:
        """Key word in context, with the aligned sentence of a translation and what stands for the match in it.

        `pattern`: a word or phrase (`*` any one word, `...` up to five), or a pattern over tokens in the CQL of
        `kb.patterns`; see also `Which`. `into`: the translation's language. `sort`: see `concordance.SORTS`. `sample`:
        so many of all matches, the same ones for the same `seed`.
        """
        from kb import concordance as kwic

        into_tags = self._tags(into)
        # A sorted or sampled list needs all matches, another only the first.
        all_of_them = sort != "article" or sample is not None
        places = self._places(pattern, None if all_of_them else limit, which)
        shown = kwic.chosen(places, sort=sort, sample=sample, seed=seed, limit=limit, again=self._sentences)
        return Records[ConcordanceLine](kwic.line(self._sentences, place, into_tags, self._glosses) for place in shown)

    def frequencies(
        self,
        pattern: str,
        by: str = "match",
        *,
        into: str | None = None,
        limit: int | None = None,
        **which: Unpack[Which],
    ) -> Records[Frequency]:
        """How the matches of a pattern (see `concordance`) divide, most frequent first; `by`: `concordance.GROUPS`."""
        from kb import concordance as kwic

        into_tags = self._tags(into)

        def counterpart(place: kwic.Place) -> tuple[str, str]:
            line = kwic.line(self._sentences, place, into_tags, self._glosses)
            return line.counterpart or "-", f"{line.language} > {line.translation_language or '-'}"

        places = self._places(pattern, None, which)
        counts = kwic.frequencies(places, by, counterpart)
        return Records[Frequency](kwic.as_shares(counts)[:limit])

    def collocations(
        self,
        pattern: str,
        *,
        window: int = WINDOW,
        limit: int | None = None,
        **which: Unpack[Which],
    ) -> Records[Collocate]:
        """Words that stand within `window` tokens of the matches of a pattern (see `concordance`), by language the most
        typical first, `limit` of each language."""
        from kb import collocations as company
        from kb.written import Written

        places = self._places(pattern, None, which)
        written = Written()
        together, matches = company.near(places, window, written)
        ids = self._chosen(which)
        words, tokens = company.counted(self._store.sentences_with((), articles=ids, languages=sorted(matches)))
        found = company.ranked(together, matches, words, tokens, window, written)
        return Records[Collocate](c for _, own in groupby(found, lambda c: c.language) for c in islice(own, limit))

    def _places(self, pattern: str, limit: int | None, which: Which) -> Iterator[Place]:
        """Matches by article and offset."""
        from kb import concordance as kwic
        from kb import patterns

        language = which.get("language")
        tags = self._tags(language)
        ids = self._chosen(which)
        if which.get("concept"):
            concept = self._concept(pattern).concept.id
            mentions = [
                mention
                for id in ([None] if ids is None else ids)
                for mention in self._store.mentions(concept=concept, article=id, language=language, limit=limit)
            ]
            return kwic.mentioned(self._sentences, mentions)
        if which.get("regex"):
            wanted = patterns.expression(pattern)
        elif which.get("lemma"):
            wanted = patterns.lemmas(pattern)
        else:
            wanted = patterns.cql(pattern) if patterns.is_cql(pattern) else patterns.phrase(pattern)
        rows = self._store.sentences_with(wanted.words, articles=ids, languages=tags, accept=wanted.of_text)
        return kwic.found(rows, wanted)

    def _chosen(self, which: Which) -> list[str] | None:
        """The ids of the articles that are asked for, by names or patterns; None for all."""
        article = which.get("article")
        patterns = [article] if isinstance(article, str) else article
        return sorted(self._some(patterns)) if patterns else None

    def spelled_otherwise(self, words: str) -> str | None:
        """How a text of the base writes these words with other tones, accents or characters; None if none has them."""
        wanted = fold(simplify(words))
        pattern = re.escape(wanted) if has_han(wanted) else rf"(?<!\w){re.escape(wanted)}(?!\w)"
        found = self._store.find_words(words, languages=None, limit=SPELLINGS)
        for row in self._store.passages([id for id, _ in found]) if wanted.strip() else ():
            text = unicodedata.normalize("NFC", row.quote.text)
            folded = [fold(character) or " " for character in simplify(text)]
            ends = list(accumulate(map(len, folded)))
            if at := re.search(pattern, "".join(folded)):
                return text[bisect_right(ends, at.start()) : bisect_left(ends, at.end()) + 1]
        return None

    def words_like(self, word: str) -> list[str]:
        """Words of the texts that begin as this one does and are about as long, those with tones and accents before the
        same without: for who mistyped it."""
        return self._store.words_beginning(fold(word)[:1], len(word) - 2, len(word) + 2)[::-1]

    def keyness(
        self,
        *articles: str | Sequence[str],
        language: str | None = None,
        against: str | Sequence[str] = (),
        general: bool = False,
        what: str = "words",
        every: bool = False,
    ) -> Records[KeyItem]:
        """What these articles (all of `language` without any) have more of, and then less of, than others: `against`,
        the rest of the base, or with `general` (or `against="general"`) the language at large; see `kb.keyness`.

        Articles are ids, beginnings of ids, paths, or patterns (`loyalty/*`), one by one or in lists. `what`: "words",
        language by language, or "concepts". `every`: also what may be chance.
        """
        from kb import keyness

        chosen, others = _each(articles), _each([against])
        general = general or GENERAL in others
        references = [name for name in others if name != GENERAL]
        if what not in KEY_THINGS:
            raise UsageError(f"cannot compare '{what}'; compare {' or '.join(KEY_THINGS)}")
        if general and (references or what != "words"):
            raise UsageError("general language has words only, and nothing beside it; leave out the other options")
        tags = self._tags(language)
        every_id = {name.id for name in self._names}
        own = self._some(chosen) if chosen else every_id
        rest_of_it = every_id - own if chosen else own
        reference_ids = self._some(references) if references else rest_of_it
        target = self._counts(what, own, tags)
        if general:
            from kb.langs.frequency import share

            return Records[KeyItem](keyness.compared(target, None, share, every=every))
        # Without articles, one language is told from the others; without these, that is no comparison.
        if not chosen and (tags is None or what == "words"):
            raise UsageError("say what to compare: articles, --against others or general, or --language with concepts")
        rest = None if tags is None or chosen else [tag for tag in self._present if tag not in tags]
        reference = self._counts(what, reference_ids, tags if chosen else rest)
        shared = set(target.tokens) & {tag for tag, n in reference.tokens.items() if n}
        if not shared:
            raise UsageError(
                f"the two sides share no language ({', '.join(sorted(target.tokens))} and "
                f"{', '.join(sorted(reference.tokens)) or 'nothing'}); compare concepts, or with general language"
            )
        return Records[KeyItem](keyness.compared(target, reference, every=every))

    def _counts(self, what: str, articles: set[str], tags: list[str] | None) -> Counts:
        from kb import keyness

        if what == "words":
            return keyness.words_of(self._store.sentences_with((), articles=sorted(articles), languages=tags))
        counts = keyness.Counts()
        names = {c.id: preferred_name(c.labels) for c in self._store.concepts()}
        for mention in self._store.mentions():
            if mention.article in articles and (tags is None or mention.language in tags):
                counts.tokens[""] += 1
                counts.add(mention.concept, "", mention.article, names[mention.concept])
        return counts

    @cached_property
    def _glosses(self) -> Glosses:
        from kb.glosses import Glosses

        return Glosses(self._store)


def _each(names: Iterable[str | Iterable[str]]) -> tuple[str, ...]:
    """Names that come one by one or in lists. Raises UsageError for what is neither."""
    found: list[str] = []
    for name in names:
        several = name if isinstance(name, Iterable) and not isinstance(name, str | bytes) else [name]
        for one in several:
            if not isinstance(one, str):
                raise UsageError(f"{one!r} is no article; give ids, paths or patterns, one by one or in a list")
            found.append(one)
    return tuple(found)
