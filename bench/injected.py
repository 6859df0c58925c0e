"""How well phrases that were pushed into sentences are found, and what is cut of text that has none.

usage: python bench/injected.py [--half fit or judge] [--embed] [--seed N] [--pages N] [--show]
       python bench/injected.py --fit [--all] [--pages 130]

The phrases are those of `injected_phrases.tsv`, written for this. To fit, every second one is pushed into the
project's own articles (corpus/articles and the bodies of tests/pages/dev, with the honest sentences of
`injected_lookalikes.tsv` among them); to judge, the others into ../shared/gold/ntrex_dev, where that is. What must
stay as it is are ntrex_dev, the French texts of terms_fr and the Chinese abstracts of keyphrases_zh. A phrase counts
as found when 80 % of its characters are removed, and at most 3 characters on either side of it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import opencc
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from kb.clean import Context, injected, spans, words
from kb.clean.lines import Line, split
from kb.clean.spans import Floats
from kb.embed.bundled import BundledEmbedder
from kb.embed.centre import reference_for, reference_means, subtract
from kb.langs.folding import has_han, simplify
from kb.model import BODY_KINDS, base_language

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PHRASES = Path(__file__).with_name("injected_phrases.tsv")
LOOKALIKES = Path(__file__).with_name("injected_lookalikes.tsv")
FIT, JUDGE = 0, 1
LANGUAGES = ("vi", "fr", "zh-Hans", "zh-Hant")
PLAIN = Path(__file__).with_name("injected_plain.tsv")  # honest names of things, of other fields
WEIGHTS = ROOT / "kb" / "clean" / "injected_weights.json"
_LEAST_CUT, _MOST_BESIDE = 0.8, 3
_LEAST_FORM_PHRASE, _LEAST_FORM_HONEST = -6.0, -7.5  # honest places are few: those a little below are taken too
_AT_A_MARK = 0.2  # of the Chinese phrases stand right before a mark
_ENGLISH_EVERY = 6  # one phrase in six is English


_fit_on_all = False


@dataclass(frozen=True)
class Document:
    name: str
    language: str
    text: str  # a block a line


@dataclass(frozen=True)
class Page:
    document: Document
    text: str
    spans: tuple[tuple[int, int], ...]  # of the phrases in `text`, without the space around them

    @property
    def lines(self) -> list[Line]:
        return split(self.text)


def phrases(language: str, half: int) -> tuple[list[str], list[str]]:
    """Those of one half (0: fit, 1: judge), the language's own and English ones; Chinese in the script asked for."""
    rows = [line.split("\t") for line in PHRASES.read_text(encoding="utf-8").splitlines()]
    base = base_language(language)
    own = [text for tag, text in rows if tag == base]
    if base == "zh":
        own = [opencc.OpenCC("t2s" if language == "zh-Hans" else "s2t").convert(text) for text in own]
    english = [text for tag, text in rows if tag == "en"]
    if half == FIT and _fit_on_all:
        return own + _pushed(language), english
    return own[half::2], english[half::2]


def _pushed(language: str) -> list[str]:
    """The phrases of tests/pages/dev."""
    return [page.text[at:to] for page in _pages(language) for at, to in page.spans]


def lookalikes(language: str) -> list[str]:
    """Honest sentences that speak of prices, loans, repairs and brands."""
    base = base_language(language)
    rows = [line.split("\t") for line in LOOKALIKES.read_text(encoding="utf-8").splitlines()]
    own = [text for tag, text in rows if tag == base]
    return [opencc.OpenCC("s2t").convert(text) for text in own] if language == "zh-Hant" else own


@cache
def documents(language: str, half: int) -> tuple[Document, ...]:
    """Honest articles to push phrases into: to fit, the project's own with the lookalikes; to judge, others."""
    if half == JUDGE:
        return tuple(
            Document(f"ntrex/{folder.name}", language, (folder / f"{language}.txt").read_text(encoding="utf-8"))
            for folder in sorted((SHARED / "gold" / "ntrex_dev").glob("*"))
        )
    paths = sorted((ROOT / "corpus" / "articles").glob(f"*/{language}.txt"))
    found = [Document(f"corpus/{p.parent.name}", language, p.read_text(encoding="utf-8")) for p in paths]
    found += [page.document for page in _pages(language)]
    return tuple(_with_lookalikes(d, lookalikes(language)[n :: len(found)]) for n, d in enumerate(found))


def _with_lookalikes(document: Document, sentences: Sequence[str]) -> Document:
    lines = [line.text for line in split(document.text)]
    for i, sentence in enumerate(sentences):
        lines.insert(min(3 + 4 * i, len(lines)), sentence)
    return Document(document.name, document.language, "\n".join(lines))


@cache
def _pages(language: str) -> tuple[Page, ...]:
    """The articles of tests/pages/dev with what was pushed into them. Chinese ones are taken in both scripts."""
    found = []
    for path in sorted((ROOT / "tests" / "pages" / "dev").glob(f"{base_language(language)}-*.tsv")):
        rows = [row.partition("\t") for row in path.read_text(encoding="utf-8").split("\n")]
        marked = "\n".join(text for kind, _, text in rows if kind in BODY_KINDS)
        if language.startswith("zh"):
            marked = opencc.OpenCC("t2s" if language == "zh-Hans" else "s2t").convert(marked)
        text, spans, at = "", [], 0
        for match in _PUSHED.finditer(marked):
            text += marked[at : match.start()]
            phrase = match.group(1)
            begin = len(text) + len(phrase) - len(phrase.lstrip())
            spans.append((begin, begin + len(phrase.strip())))
            text += phrase
            at = match.end()
        document = Document(f"dev/{path.stem}", language, _PUSHED.sub("", marked))
        found.append(Page(document, text + marked[at:], tuple(spans)))
    return tuple(found)


_PUSHED = re.compile(r"⟦([^⟧]*)⟧")


def honest(language: str) -> list[Document]:
    """All that no one fitted anything to and that must stay as it is."""
    found = list(documents(language, JUDGE))
    paths: list[Path] = []
    if language == "fr":
        paths = sorted((SHARED / "gold" / "terms_fr").glob("*/*.txt"))
    elif language == "zh-Hans":
        paths = sorted((SHARED / "gold" / "keyphrases_zh" / "texts").glob("*"))
    return found + [
        Document(f"{p.parent.name}/{p.stem}", language, p.read_text(encoding="utf-8", errors="replace")) for p in paths
    ]


_BOUNDARY = re.compile(r"(?<=[\w,»”’)]) (?=[\w«“(])")


def made(language: str, half: int, count: int, seed: int = 1) -> Iterator[Page]:
    """Pages with one to three phrases each."""
    rng = random.Random(f"{language} {half} {seed}")
    own, english = phrases(language, half)
    texts = documents(language, half)
    for number in range(count):
        document = texts[number % len(texts)]
        lines = [line.text for line in split(document.text)]
        places = [i for i, line in enumerate(lines) if len(line) > (25 if language.startswith("zh") else 70)]
        if not places:
            continue
        chosen = sorted(rng.sample(places, min(len(places), rng.randint(1, 3))))
        spans, out, at = [], [], 0
        for i, line in enumerate(lines):
            if i in chosen:
                phrase = rng.choice(english if rng.randrange(_ENGLISH_EVERY) == 0 else own)
                place = _place(line, language, rng)
                if place is not None:
                    before, after = line[:place], line[place:]
                    left = right = ""
                    if not language.startswith("zh"):
                        left, right = (" ", "") if after.startswith(" ") else ("", " ")
                    start = at + len(before) + len(left)
                    spans.append((start, start + len(phrase)))
                    line = before + left + phrase + right + after
            out.append(line)
            at += len(line) + 1
        yield Page(document, "\n".join(out), tuple(spans))


def _place(line: str, language: str, rng: random.Random) -> int | None:
    if language.startswith("zh"):
        inside = range(3, len(line) - 2)
        found = [i for i in inside if has_han(line[i - 1]) and (has_han(line[i]) or rng.random() < _AT_A_MARK)]
        found = [i for i in found if not line[i].isascii()]
    else:
        found = [m.start() + rng.randint(0, 1) for m in _BOUNDARY.finditer(line)]
        found = [i for i in found if line[:i].strip().count(" ") >= 1]
    return rng.choice(found) if found else None


# --- fitting --------------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """A place of a page, and which of its stretches are the phrase: 2 exactly, 1 well enough, 0 not."""

    language: str
    phrase: str  # "" where nothing was pushed in
    found: spans.Stretches
    lines: Sequence[Line]
    right: npt.NDArray[np.int64]


def is_right(at: int, to: int, phrase: tuple[int, int]) -> bool:
    inside = min(to, phrase[1]) - max(at, phrase[0])
    beside = max(phrase[0] - at, to - phrase[1], 0)
    return inside >= _LEAST_CUT * (phrase[1] - phrase[0]) and beside <= _MOST_BESIDE


def examples(language: str, pages: Iterable[Page]) -> Iterator[Example]:
    for page in pages:
        lines = page.lines
        for found in spans.stretches(lines, base_language(language)):
            begin = lines[found.line].at
            here = [(begin + at, begin + to) for at, to in found.spans]
            near = [p for p in page.spans if any(at < p[1] and p[0] < to for at, to in here)]
            right = np.array([max((_rightness(span, p) for p in near), default=0) for span in here])
            yield Example(language, page.text[slice(*near[0])] if near else "", found, lines, right)


def _rightness(span: tuple[int, int], phrase: tuple[int, int]) -> int:
    if abs(span[0] - phrase[0]) + abs(span[1] - phrase[1]) <= 1:
        return 2
    return int(is_right(*span, phrase))


def fit(pages: int, seed: int) -> dict[str, object]:
    """Weights as `kb.clean.injected` stores them."""
    rng = np.random.default_rng(seed)
    seen = [e for x in LANGUAGES for e in examples(x, made(x, FIT, pages, seed))]
    if _fit_on_all:
        seen += [e for x in LANGUAGES for e in examples(x, _pages(x))]
    seen += [e for x in LANGUAGES for e in examples(x, (Page(d, d.text, ()) for d in documents(x, FIT)))]
    form, form_bias = _fit_form(seen, rng)
    border = _fit_border(seen)
    places = _embedded(seen, form, form_bias, border)
    return {
        "form": dict(zip(spans.FEATURES, form.round(3).tolist(), strict=True)),
        "form_bias": round(form_bias, 3),
        "border": dict(zip(spans.FEATURES, border.round(3).tolist(), strict=True)),
        **places,
    }


def _logistic(data: Floats, right: npt.NDArray[np.int64], strength: float = 1.0) -> tuple[Floats, float]:
    """Weights for the features as they are, fitted on scaled ones."""
    scaler = StandardScaler().fit(data)
    model = LogisticRegression(C=strength, max_iter=5000).fit(scaler.transform(data), right)
    weights: Floats = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _fit_form(seen: Sequence[Example], rng: np.random.Generator) -> tuple[Floats, float]:
    """Whether a stretch is a phrase: exact ones against any others, up to 60 of a place."""
    rows, right = [], []
    for example in seen:
        exact, wrong = np.flatnonzero(example.right == 2), np.flatnonzero(example.right == 0)
        wrong = rng.permutation(wrong)[:60]
        rows += [example.found.features[exact], example.found.features[wrong]]
        right += [1] * len(exact) + [0] * len(wrong)
    return _logistic(np.vstack(rows), np.array(right))


def _fit_border(seen: Sequence[Example], ridge: float = 2.0) -> Floats:
    """Which stretch of a place is the phrase: a softmax over its stretches, exact ones counting as right."""
    places = [(e.found.features, e.right == 2) for e in seen if (e.right == 2).any()]
    return _softmax(places, ridge)


def _softmax(places: Sequence[tuple[Floats, npt.NDArray[np.bool_]]], ridge: float) -> Floats:
    every = np.vstack([rows for rows, _ in places])
    scale = every.std(axis=0)
    scale[scale == 0] = 1.0
    scaled = [(rows / scale, right) for rows, right in places]

    def loss(w: Floats) -> tuple[float, Floats]:
        total, slope = ridge * float(w @ w), 2 * ridge * w
        for rows, right in scaled:
            score = rows @ w
            all_ = np.exp(score - logsumexp(score))
            own = np.where(right, score, -np.inf)
            held = np.exp(own - logsumexp(own))
            total += float(logsumexp(score) - logsumexp(own))
            slope = slope + (all_ - held) @ rows
        return total, slope

    found: Floats = minimize(loss, np.zeros(every.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(found / scale, np.float64)


def _plain_phrases(language: str) -> list[str]:
    rows = [line.split("\t") for line in PLAIN.read_text(encoding="utf-8").splitlines()]
    return [text for tag, text in rows if tag == base_language(language)]


def _embedded(seen: Sequence[Example], form: Floats, form_bias: float, border: Floats) -> dict[str, object]:
    """The direction of advertisements, and what it and closeness add to form. Phrases are in four folds: what a
    direction says of a phrase that it was fitted on is worth nothing."""
    embedder = BundledEmbedder()
    embedder._started = True  # all by the faster way
    places = []
    for e in seen:
        form_scores, border_scores = e.found.features @ form + form_bias, e.found.features @ border
        if form_scores.max() < (_LEAST_FORM_PHRASE if e.phrase else _LEAST_FORM_HONEST):
            continue
        order = np.argsort(-border_scores, kind="stable")[: injected._LOOKED_AT]
        place = injected._Place(
            e.found,
            tuple(e.found.spans[i] for i in order),
            form_scores[order],
            border_scores[order],
            e.found.features[order, spans.FEATURES.index("weight in all")],
        )
        places.append((e, place, e.right[order]))
    rng = random.Random(2)
    honest_places = [p for p in places if not p[0].phrase]
    places = [p for p in places if p[0].phrase] + rng.sample(honest_places, min(len(honest_places), 400))
    own = {x: [simplify(t).lower() for half in phrases(x, FIT) for t in half] for x in LANGUAGES}
    plain = {x: _plain_phrases(x) + _random_stretches(x, rng) for x in LANGUAGES}
    asked = {x: own[x] + plain[x] for x in LANGUAGES}
    for e, place, _ in places:
        asked[e.language] = asked[e.language] + _texts(e, place)
    vectors = {x: dict(zip(t := sorted(set(asked[x])), _centred(embedder, t, x), strict=True)) for x in LANGUAGES}
    positive = [(text, vectors[x][text]) for x in LANGUAGES for text in own[x]]
    negative = [vectors[x][text] for x in LANGUAGES for text in plain[x]]
    for e, place, _ in places:
        if not e.phrase:
            texts = injected.texts_of(place, base_language(e.language))
            negative += [vectors[e.language][text] for text in texts[:2]]
    folds = {text: i % 4 for i, text in enumerate(sorted({text for text, _ in positive}))}
    directions = [_direction([v for t, v in positive if folds[t] != k], negative) for k in range(4)]
    whole = _direction([v for _, v in positive], negative)
    rows, right, borders = [], [], []
    for e, place, truth in places:
        texts = _texts(e, place)
        w, bias = directions[folds[key]] if (key := simplify(e.phrase).lower()) in folds else whole
        stacked = np.stack([vectors[e.language][text] for text in texts])
        meaning = injected.measure_centred(stacked, len(place.spans), w, bias)
        borders.append((np.column_stack([place.border, meaning]), truth > 0))
        rows.append((place, meaning, bool(e.phrase)))
    border_meaning = _softmax([b for b in borders if b[1].any()], 1.0)
    data = []
    for (place, meaning, phrase), (ranks, _) in zip(rows, borders, strict=True):
        best = int(np.argmax(ranks @ border_meaning))
        data.append(injected.evidence(place, meaning, best))
        right.append(int(phrase))
    decide, decide_bias = _logistic(np.array(data), np.array(right))
    return {
        "meaning": decide.round(3).tolist(),
        "meaning_bias": round(decide_bias, 3),
        "border_meaning": border_meaning.round(3).tolist(),
        "direction": whole[0].round(3).tolist(),
        "direction_bias": round(whole[1], 3),
        "probe": embedder.embed([injected.PROBE])[0].astype(float).round(4).tolist(),
    }


def _texts(example: Example, place: injected._Place) -> list[str]:
    return injected.texts_of(place, base_language(example.language)) + injected.passages_of(example.lines, place)


def _centred(embedder: BundledEmbedder, texts: Sequence[str], language: str) -> Floats:
    reference = reference_for(language, reference_means(embedder.name))
    assert reference is not None
    return subtract(embedder.embed(texts), reference).astype(np.float64)


def _direction(positive: Sequence[Floats], negative: Sequence[Floats]) -> tuple[Floats, float]:
    model = LogisticRegression(C=3, max_iter=3000, class_weight="balanced")
    model.fit(np.stack([*positive, *negative]), [1] * len(positive) + [0] * len(negative))
    found: Floats = model.coef_[0]
    return found, float(model.intercept_[0])


def _random_stretches(language: str, rng: random.Random) -> list[str]:
    """Three of every line of the honest articles, of three to eight words."""
    out = []
    glue = "" if language.startswith("zh") else " "
    for document in documents(language, FIT):
        for line in split(document.text):
            pieces = words.cut(line.plain)[1] if not glue else line.plain.lower().split()
            for _ in range(3):
                size = rng.randint(3, 8)
                if len(pieces) > size + 3:
                    at = rng.randrange(1, len(pieces) - size)
                    out.append(glue.join(pieces[at : at + size]))
    return out


# --- judging --------------------------------------------------------------------------------------------------------


def cut(text: str, language: str, context: Context) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(what is cut, what is offered) of a text, all of it taken as the body."""
    fixes = injected.phrases(split(text), language, False, context)
    return [(f.at, f.to) for f in fixes if f.sure], [(f.at, f.to) for f in fixes if not f.sure]


def judge(language: str, half: int, pages: int, seed: int, context: Context, show: bool) -> str:
    total = found = offered = beside = size = 0
    for page in made(language, half, pages, seed):
        made_, offers = cut(page.text, language, context)
        size += len(page.text)
        total += len(page.spans)
        for phrase in page.spans:
            mine = [span for span in made_ if span[0] < phrase[1] and phrase[0] < span[1]]
            right = any(is_right(*span, phrase) for span in mine)
            found += right
            offered += not right and any(is_right(*span, phrase) for span in offers)
            if show and not right:
                print("MISSED", language, page.text[max(0, phrase[0] - 30) : phrase[1] + 30].replace("\n", "¶"))
                print("      ", [page.text[slice(*span)] for span in mine] or "nothing cut there")
        inside = {i for p in page.spans for i in range(p[0] - 1, p[1] + 1)}
        for span in made_:
            over = [i for i in range(*span) if i not in inside]
            beside += len(over)
            if show and over:
                print("BESIDE", language, page.text[slice(*span)])
    honest_size = honest_cut = honest_offers = 0
    if half == JUDGE:
        for document in honest(language):
            made_, offers = cut(document.text, language, context)
            honest_size += len(document.text)
            honest_cut += sum(to - at for at, to in made_)
            honest_offers += len(offers)
            if show:
                for at, to in made_ + offers:
                    print("HONEST", "cut" if (at, to) in made_ else "offer", document.name, document.text[at:to])
    return (
        f"{language:8} found {found} of {total}, offered {offered}; cut beside {beside} of {size} characters; "
        f"honest text: cut {honest_cut} of {honest_size} characters, {honest_offers} offers"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("fit", "judge"), default="judge")
    parser.add_argument("--embed", action="store_true", help="with the bundled embedder")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--fit", action="store_true", help="write kb/clean/injected_weights.json")
    parser.add_argument("--all", action="store_true", help="fit on both halves of the phrases, as what is shipped was")
    options = parser.parse_args()
    if options.fit:
        global _fit_on_all
        _fit_on_all = options.all
        text = json.dumps(fit(options.pages, options.seed), ensure_ascii=False)
        WEIGHTS.write_text(text.replace('], "', '],\n"').replace('}, "', '},\n"') + "\n", encoding="utf-8")
        return
    embedder = BundledEmbedder()
    embedder._started = True  # all by the faster way
    context = Context(embed=lambda texts: embedder.embed(texts)) if options.embed else Context()
    half = FIT if options.half == "fit" else JUDGE
    for language in LANGUAGES:
        print(judge(language, half, options.pages, options.seed, context, options.show), flush=True)


if __name__ == "__main__":
    main()
