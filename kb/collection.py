"""What holds across articles: vectors, alignments, terms, concepts, relations and passage pairs.

Only what is new costs model time: vectors are kept by text, alignments by pair of articles. The rest is counted again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from kb.concepts import join, mentions, records
from kb.counterparts import TermSet, centre_names, company_vectors, compare
from kb.decide import correct, rejected
from kb.embed import Vectors
from kb.embed.base import load_for, name_text
from kb.embed.bundled import MANY
from kb.embed.cache import VectorCache
from kb.embed.centre import centre, centre_each, reference_means
from kb.embed.passages import PassageVectors
from kb.extract import by_language, extract, gather
from kb.families import inherited
from kb.judge import lay
from kb.langs.registry import analyser_for, release_models
from kb.model import Alignment, AnalysedArticle, Mention, Term, base_language
from kb.pairs import REJECTED, comparable_pairs, parallel_pairs, rejected_pairs, versions_of_passages
from kb.progress import Progress
from kb.recipe import Recipe
from kb.relations import relate
from kb.renderings import named_elsewhere
from kb.sayings import said
from kb.scheme import Scheme, load_scheme
from kb.sides import languages
from kb.store.base import Store
from kb.translations import align_translations


def vector_cache(store: Store, recipe: Recipe, *, much: bool = False) -> VectorCache:
    """`much`: many texts will be embedded."""
    info = store.info()
    return VectorCache(recipe.model, lambda: load_for(recipe.model, info, much=much), store)


def collect(
    store: Store,
    recipe: Recipe,
    cache: VectorCache,
    progress: Progress,
    *,
    made: Collection[str],
    before: Sequence[Alignment],
) -> None:
    """Vectors, alignments, terms, concepts, relations and passage pairs of all that the base holds now.

    `made`: the articles that are new or other than they were; `before`: the alignments there were before that.
    """
    articles = [store.analysed(a.id) for a in store.articles()]
    _embed(articles, cache, progress)
    sentences = _centred(articles, cache)
    align_translations(store, articles, sentences, cache, progress, made=made, before=before)
    _graph(store, recipe, articles, cache, progress)
    store.drop_vectors_except(cache.used)
    revision = cache.revision or store.info().get("revision", "")
    store.save_passage_matrix(_matrix(store, recipe))
    store.set_info({"dimension": str(cache.dimension), "revision": revision if cache.dimension else ""})


def _matrix(store: Store, recipe: Recipe) -> dict[str, bytes]:
    """The vectors of all passages as a search reads them: row by row takes it a third of a second for 100,000."""
    ids, tags, codes, _ = store.passage_vectors(None)
    return PassageVectors.of(ids, tags, codes, model=recipe.model).pack()


def _embed(articles: Sequence[AnalysedArticle], cache: VectorCache, progress: Progress) -> None:
    """Vectors of every sentence and passage that has none."""
    texts = [s.text for a in articles for s in a.sentences] + [p.text for a in articles for p in a.passages]
    missing = cache.missing(texts)
    if sum(map(len, missing)) >= MANY:
        release_models()  # the embedder's are about to take as much memory
    with progress.stage("vectors", len(missing)) as stage:
        cache.fill(texts, stage.advance)


def _centred(articles: Sequence[AnalysedArticle], cache: VectorCache) -> dict[str, Vectors]:
    """Article -> [sentences, d], centred by language over the article's own sentences.

    Only the article itself and the shipped means count, so that what is found between two articles does not depend on
    what else the base holds.
    """
    return {
        a.id: centre_each(cache.get([s.text for s in a.sentences]), languages(a), reference_means(cache.model))
        for a in articles
    }


def _graph(
    store: Store,
    recipe: Recipe,
    articles: Sequence[AnalysedArticle],
    cache: VectorCache,
    progress: Progress,
) -> None:
    """Terms, concepts, relations and passage pairs, replacing those of the last build. Alignments are those with what
    people decided."""
    scheme = load_scheme(recipe.scheme) if recipe.scheme else Scheme()
    by_id = {a.id: a for a in articles}
    alignments, decided = correct(store, by_id)
    tags = {(a.id, n): tag for a in articles for n, tag in enumerate(languages(a))}
    with progress.stage("concepts", 5) as stage:
        terms = terms_by_language(articles, scheme, recipe)
        stage.advance()
        sets = term_sets(articles, terms, cache, progress)
        stage.advance()
        evidence = {(x, y): compare(sets[x], sets[y], alignments) for x, y in combinations(sorted(sets), 2)}
        concepts = records(join(sets, evidence, scheme), tags, scheme, store.machine_ids())
        stage.advance()
        raws = {a.id: a.cleaned.raw.raw for a in articles}
        paths = {a.id: a.cleaned.raw.path for a in articles}
        found = mentions(concepts, tags, paths, raws)
        held = [record for record, _, _ in concepts]
        places = place_of(articles, found)
        machine = {(x.a, x.b): x for x in store.alignments(machine=True)} if decided else {}
        pairs = []
        for x in alignments:
            both = by_id[x.a], by_id[x.b]
            pairs += parallel_pairs(x, *both, decided=decided.get((x.a, x.b), ()))
            if (x.a, x.b) in decided:
                pairs += rejected_pairs(machine[x.a, x.b], x, *both)
        links = relate(
            held,
            found,
            places,
            scheme,
            said(articles, found),
            per_concept=recipe.links.per_concept,
            same=versions_of_passages(articles, pairs),
        )
        held = inherited(held, links)
        stage.advance()
        spoken: defaultdict[str, set[str]] = defaultdict(set)
        for mention in found:
            spoken[places[mention.article, mention.start][0]].add(mention.concept)
        comparable = comparable_pairs(
            articles,
            passage_vectors(articles, cache),
            sentence_vectors(articles, cache),
            alignments,
            minimum=recipe.pairs.comparable,
            concepts={passage: frozenset(held_there) for passage, held_there in spoken.items()},
        )
        decisions = store.decisions()
        for pair, of_a, of_b in comparable:
            if rejected(decisions, by_id[pair.a.article], of_a[0], by_id[pair.b.article], of_b[0]):
                pair = replace(pair, status=REJECTED)
            pairs.append((pair, of_a, of_b))
        stage.advance()
    store.save_graph(
        pairs=pairs,
        concepts=held,
        mentions=found,
        name_links=[(record.concept.id, link) for record, _, name_links in concepts for link in name_links],
        links=links,
    )
    store.save_name_scores({(t.language, t.key): t.score for _, found_terms, _ in concepts for t in found_terms})
    lay(store)


def terms_by_language(articles: Sequence[AnalysedArticle], scheme: Scheme, recipe: Recipe) -> dict[str, list[Term]]:
    """Base language -> its terms. Both Chinese scripts are one language; a mixed article has terms of each of its."""
    gathered = {language: gather(group, analyser_for(language)) for language, group in by_language(articles).items()}
    known = {language: scheme.names(language) for language in gathered}

    def extracted() -> dict[str, list[Term]]:
        return {
            language: extract(found, known=known[language], min_score=recipe.terms.min_score)
            for language, found in gathered.items()
        }

    shapes = {language: found.shapes() for language, found in gathered.items()}
    for language, keys in named_elsewhere(shapes, extracted()).items():
        known[language] |= keys
    return {language: found for language, found in extracted().items() if found}


def term_sets(
    articles: Sequence[AnalysedArticle], terms: Mapping[str, list[Term]], cache: VectorCache, progress: Progress
) -> dict[str, TermSet]:
    """Terms with the vectors of their names and of the sentences where they stand, each centred by language."""
    sentences = {(a.id, n): s.text for a in articles for n, s in enumerate(a.sentences)}
    names = {language: [name_text(t.name, language) for t in found] for language, found in terms.items()}
    every = [name for own in names.values() for name in own]
    with progress.stage("names", len(cache.missing(every, "passage"))) as stage:
        cache.fill(every, stage.advance, "passage")
    sets = {}
    for language, found in terms.items():
        where = [(a.id, n) for a in articles for n, tag in enumerate(languages(a)) if base_language(tag) == language]
        texts = [sentences[place] for place in where]
        company = dict(zip(where, centre(cache.get(texts), language, reference_means(cache.model)), strict=True))
        own = cache.get(names[language], prompt="passage")
        sets[language] = TermSet(language, tuple(found), centre_names(own), company_vectors(found, company))
    return sets


def passage_vectors(articles: Sequence[AnalysedArticle], cache: VectorCache) -> dict[str, Vectors]:
    """Article -> [passages, d], centred by language over the collection."""
    texts = {a.id: [p.text for p in a.passages] for a in articles}
    return _vectors(texts, {a.id: [p.language for p in a.passages] for a in articles}, cache)


def sentence_vectors(articles: Sequence[AnalysedArticle], cache: VectorCache) -> dict[str, Vectors]:
    """Article -> [sentences, d], centred by language over the collection."""
    texts = {a.id: [s.text for s in a.sentences] for a in articles}
    return _vectors(texts, {a.id: languages(a) for a in articles}, cache)


def _vectors(
    texts: Mapping[str, Sequence[str]], tags: Mapping[str, Sequence[str]], cache: VectorCache
) -> dict[str, Vectors]:
    bases = [base_language(tag) for own in tags.values() for tag in own]
    rows = centre_each(cache.get([t for own in texts.values() for t in own]), bases, reference_means(cache.model))
    out = {}
    begin = 0
    for article, own in texts.items():
        out[article] = rows[begin : begin + len(own)]
        begin += len(own)
    return out


def place_of(articles: Sequence[AnalysedArticle], found: Sequence[Mention]) -> dict[tuple[str, int], tuple[str, int]]:
    """(article, start of a mention) -> the id of the passage that holds it, and the number of its sentence."""
    starts = {a.id: [s.start for s in a.sentences] for a in articles}
    ids = {a.id: [a.passages[s.passage].id for s in a.sentences] for a in articles}
    out = {}
    for m in found:
        sentence = bisect_right(starts[m.article], m.start) - 1
        out[m.article, m.start] = ids[m.article][sentence], sentence
    return out
