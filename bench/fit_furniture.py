"""Fit the weights of kb/clean/weights.py, and judge what each kind of evidence adds.

usage: python bench/fit_furniture.py [--write] [--without NAME ...] [--meaning] [--show] [--by-language]

Trained on tests/pages/dev, on clean articles of corpus/, and on mixtures: the body of one with furniture of others and
of bench/furniture.txt. A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) over the states of
kb.clean.furniture, likelihood with a Gaussian prior. Judged in five folds of the pages, or with a language left out.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from pages import read_pages

from kb.clean import blocks, evidence, furniture, lines
from kb.clean.context import Context
from kb.clean.lines import Line
from kb.embed import Vectors, load
from kb.embed.base import embedding_text
from kb.model import BODY_KINDS

ROOT = Path(__file__).parent.parent
H, T, M, B, X, F = range(6)  # X: set into the text
PRIOR, STEP_PRIOR = 1.0, 0.1
MIXTURES, MIXTURE_WEIGHT, CLEAN_WEIGHT = 400, 0.3, 0.5
NEVER = -1e4
Rows = list[dict[str, float]]


class Example(NamedTuple):
    name: str
    language: str
    lines: list[Line]
    kinds: list[str]  # label of each line, "" where not known
    states: list[tuple[int, ...]]  # what each line may be
    rows: Rows
    weight: float
    texts: list[str]


def states_of(kinds: Sequence[str]) -> list[int]:
    body = [i for i, kind in enumerate(kinds) if kind in BODY_KINDS]
    title = next((i for i in body if kinds[i] == "title"), -1)
    rest = [i for i in body if i != title]
    begin, end = (rest[0], rest[-1]) if rest else (title, title)
    return [
        T if i == title else B if kind in BODY_KINDS
        else H if i < title or (i < begin and title < 0) else M if i < begin else X if i < end else F
        for i, kind in enumerate(kinds)
    ]  # fmt: skip


def example(name: str, language: str, texts: Sequence[str], states: Sequence[tuple[int, ...]], weight: float,
            kinds: Sequence[str] = ()) -> Example:  # fmt: skip
    plain, gaps, length = [], [], 0
    for text in texts:
        shown = ""
        for piece in re.split(r"([ \u00a0\u3000\t]+)", text.strip()):
            if re.search(r"  |[\t\u3000]", piece) and shown[-1:].isalnum():
                gaps.append(length + len(shown))
            shown += " " if piece.isspace() else piece
        plain.append(shown)
        length += len(shown) + 1
    made = lines.split("\n".join(plain), gaps=gaps)
    assert len(made) == len(states), name
    rows = evidence.of_lines(made)
    return Example(name, language, made, list(kinds) or [""] * len(made), list(states), rows, weight, list(texts))


def pages() -> list[Example]:
    return [
        example(p.name, p.language, [x.text for x in p.lines], [(s,) for s in states_of([x.kind for x in p.lines])],
                1.0, [x.kind for x in p.lines])
        for p in read_pages(ROOT / "tests/pages/dev")
    ]  # fmt: skip


def articles() -> list[tuple[str, list[str]]]:
    gold = json.loads((ROOT / "corpus/gold/cleaning.json").read_text(encoding="utf-8"))
    found = []
    for name, entry in sorted(gold.items()):
        body = entry["body"].split("\n") if isinstance(entry["body"], str) else entry["body"]
        found.append((Path(name).stem[:2], [line for line in body if line.strip()]))
    return found


def clean_texts() -> list[Example]:
    """Articles without furniture: whole, in parts, a sentence a line."""
    rng, found = random.Random(1), []
    for language, body in articles():
        first: list[tuple[int, ...]] = [(T,)]
        found.append(example("whole", language, body, first + [(B,)] * (len(body) - 1), 1.0))
        sentences = [s for line in body[1:] for s in re.split(r"(?<=[.!?])\s+|(?<=[。！？])", line) if s.strip()]
        parts = []
        for at in range(0, len(sentences) - 12, 14):
            parts.append([body[0]] * (at % 2) + sentences[at : at + rng.randint(6, 14)])
        for _ in range(2):
            at = rng.randrange(1, max(2, len(body) - 6))
            parts.append(body[at : at + rng.randint(3, 10)])
        for part in parts:
            found.append(example("part", language, part, [(T, B)] + [(B,)] * (len(part) - 1), CLEAN_WEIGHT))
    return found


def bank() -> dict[tuple[str, int], list[list[str]]]:
    found: dict[tuple[str, int], list[list[str]]] = {}
    block: list[str] = []
    for row in (ROOT / "bench/furniture.txt").read_text(encoding="utf-8").splitlines():
        if row.startswith("== "):
            _, language, zone = row.split()
            block = []
            found.setdefault((language, "HTMBIF".index(zone)), []).append(block)
        elif row and not row.startswith("#"):
            block.append(row)
    return found


def mixtures(own: Sequence[Example], count: int, seed: int) -> list[Example]:
    rng, stock, texts, found = random.Random(seed), bank(), articles(), []
    for number in range(count):
        language = rng.choice(("vi", "fr", "zh"))
        mine = [x for x in own if x.language == language]

        def of(page: Example, *states: int) -> list[tuple[str, int]]:
            return [(text, s[0]) for text, s in zip(page.texts, page.states, strict=True) if s[0] in states]

        def block(zone: int, mine: list[Example] = mine, language: str = language) -> list[tuple[str, int]]:
            if mine and rng.random() < 0.4:
                return of(rng.choice(mine), zone)
            return [(text, zone) for text in rng.choice(stock[language, zone])]

        if mine and rng.random() < 0.6:
            body = of(rng.choice(mine), T, B)
        else:
            text = rng.choice([body for tag, body in texts if tag == language])
            at = rng.randrange(1, max(2, len(text) - 8))
            body = [(text[0], T), *((line, B) for line in text[at : at + rng.randint(4, 12)])]
        inside = [(x, X) for x in stock[language, X][0]] + [x for page in mine for x in of(page, X)]
        rng.shuffle(inside)
        parts = block(H) if rng.random() < 0.8 else []
        below = block(M) if rng.random() < 0.8 else []
        if rng.random() < 0.2:  # authors and dates above the title, or rules between
            parts, below = parts + [(text, H) for text, _ in below], []
        if rng.random() < 0.15:
            parts = [*parts, ("-" * rng.choice((3, 20)), H)]
        if rng.random() < 0.2:  # the title once more
            crumb = {"vi": "Trang chủ > Bài viết > ", "fr": "Accueil › Blog › ", "zh": "首页 > 文章 > "}[language]
            parts = [*parts, (crumb + body[0][0], H)]
        parts += body[:1]
        parts += [("-" * 12, M), *below] if rng.random() < 0.1 else below
        for k, line in enumerate(body[1:]):
            parts.append(line)
            if 0 < k < len(body) - 2 and rng.random() < 0.12:
                parts.append(inside.pop())
        tail = block(F) if rng.random() < 0.85 else []
        parts += tail[rng.randrange(len(tail)) if tail and rng.random() < 0.3 else 0 :]
        found.append(
            example(f"mix-{number}", language, [x for x, _ in parts], [(s,) for _, s in parts], MIXTURE_WEIGHT)
        )
    return found


# --- fitting --------------------------------------------------------------------------------------------------------


def _tensors(examples: Sequence[Example], names: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    index = {name: n for n, name in enumerate(names)}
    most = max(len(x.lines) for x in examples)
    values = torch.zeros(len(examples), most, len(names))
    allowed = torch.full((len(examples), most, 6), NEVER)
    for a, x in enumerate(examples):
        for b, (row, states) in enumerate(zip(x.rows, x.states, strict=True)):
            for name, value in row.items():
                if name in index:
                    values[a, b, index[name]] = value
            allowed[a, b, list(states)] = 0
    return values, allowed, torch.tensor([len(x.lines) for x in examples])


def _mask() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    moves = torch.full((6, 6), NEVER)
    for a, b in furniture.MOVES:
        moves[a, b] = 0
    start, end = torch.full((6,), NEVER), torch.full((6,), NEVER)
    start[list(furniture.FIRST)], end[list(furniture.LAST)] = 0, 0
    return moves, start, end


def _log_sum(
    values: torch.Tensor, moves: torch.Tensor, start: torch.Tensor, end: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    now = values[:, 0] + start
    kept = [now]
    for t in range(1, values.shape[1]):
        now = torch.logsumexp(now.unsqueeze(2) + moves, 1) + values[:, t]
        kept.append(now)
    last = torch.stack(kept, 1)[torch.arange(len(lengths)), lengths - 1]
    return torch.logsumexp(last + end, 1)


def fit(examples: Sequence[Example], without: Sequence[str]) -> furniture.Weights:
    names = sorted({n for x in examples for row in x.rows for n in row if not any(re.fullmatch(w, n) for w in without)})
    values, allowed, lengths = _tensors(examples, names)
    shares = torch.tensor([x.weight for x in examples])
    mask, start, end = _mask()
    weights = torch.zeros(len(names), 6, requires_grad=True)
    moves = torch.zeros(6, 6, requires_grad=True)
    search = torch.optim.LBFGS([weights, moves], max_iter=60, history_size=20, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        search.zero_grad()
        told = values @ weights
        whole = _log_sum(told, moves + mask, start, end, lengths)
        right = _log_sum(told + allowed, moves + mask, start, end, lengths)
        value = ((whole - right) * shares).sum() + PRIOR * (weights**2).sum() + STEP_PRIOR * (moves**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    table = {n: tuple(round(v, 2) for v in row) for n, row in zip(names, weights.tolist(), strict=True)}
    return furniture.Weights(table, {(a, b): round(moves[a, b].item(), 2) for a, b in furniture.MOVES})


# --- judging --------------------------------------------------------------------------------------------------------


def judge(x: Example, weights: furniture.Weights, context: Context, show: bool) -> Counter[str]:
    c: Counter[str] = Counter(pages=1)
    labels = blocks.label(x.lines, context, x.language, weights)
    for line, kind, states, label in zip(x.lines, x.kinds, x.states, labels, strict=True):
        out = not label.is_body
        size = len(line.text.replace(" ", ""))
        c["titles"] += label.kind == "title" and states == (T,)
        c[f"kinds of {'the article' if kind in BODY_KINDS else 'furniture'}"] += label.kind == kind
        if kind in BODY_KINDS:
            c["body"] += size
            c["body lines"] += 1
            c["dropped"] += size * out
            c["dropped lines"] += out
        else:
            c["lines"] += 1
            c["found"] += out
            c[f"missed {x.language}"] += not out
        if show and out == (kind in BODY_KINDS):
            print("DROP" if out else "MISS", x.name, kind, line.text[:100], f"({label.reason})")
    return c


def told(c: Counter[str]) -> str:
    missed = " ".join(f"{key[7:]} {value}" for key, value in sorted(c.items()) if key.startswith("missed"))
    return (
        f"found {100 * c['found'] / c['lines']:.1f}% (missed {missed}); "
        f"dropped {100 * c['dropped'] / c['body']:.2f}% of characters, "
        f"{c['dropped lines']} lines; titles {c['titles']} of {c['pages']}; kinds "
        f"{100 * c['kinds of the article'] / c['body lines']:.1f}% of the article, "
        f"{100 * c['kinds of furniture'] / c['lines']:.1f}% of furniture"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--without", nargs="*", default=[], help="names of evidence, as regular expressions")
    parser.add_argument("--meaning", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--by-language", action="store_true")
    options = parser.parse_args()
    context = Context(embed=_remembered()) if options.meaning else Context()
    own, clear = pages(), clean_texts()
    if options.write:
        weights = fit([*own, *clear, *mixtures(own, MIXTURES, 1)], options.without)
        (ROOT / "kb/clean/weights.py").write_text(furniture_table(weights), encoding="utf-8")
        print("seen", told(sum((judge(x, weights, context, options.show) for x in own), Counter())))
        return
    total: Counter[str] = Counter()
    for fold in ("vi", "fr", "zh") if options.by_language else range(5):
        aside = [x for x in own if fold in (x.language, int(x.name[-2:]) % 5)]
        rest = [x for x in own if x not in aside]
        mixed = mixtures(rest, MIXTURES // 2, 1)
        others = [x for x in clear + mixed if x.language != fold]
        weights = fit([*rest, *others], options.without)
        for x in aside:
            total.update(judge(x, weights, context, options.show))
    print(told(total))


def furniture_table(weights: furniture.Weights) -> str:
    rows = [f'    "{name}": ({", ".join(f"{v:g}" for v in row)}),' for name, row in sorted(weights.evidence.items())]
    moves = [f"    ({a}, {b}): {value:g}," for (a, b), value in sorted(weights.moves.items())]
    return "\n".join(
        [
            '"""Weights of evidence, written by bench/fit_furniture.py: natural logarithms, a column a state (see',
            'kb.clean.furniture): above, title, below it, body, inside, after."""',
            "",
            "from __future__ import annotations",
            "",
            "EVIDENCE: dict[str, tuple[float, ...]] = {",
            *rows,
            "}",
            "",
            "MOVES: dict[tuple[int, int], float] = {",
            *moves,
            "}",
            "",
        ]
    )


def _remembered() -> Callable[[Sequence[str]], Vectors]:
    """The bundled model, with what it has read kept in out/ between runs."""
    path = ROOT / "out/furniture-vectors.npz"
    known: dict[str, Vectors] = {}
    if path.exists():
        with np.load(path) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))
    model = load()

    def embed(texts: Sequence[str]) -> Vectors:
        missing = sorted({t for t in map(embedding_text, texts) if t not in known})
        if missing:
            known.update(zip(missing, model.embed(missing), strict=True))
            path.parent.mkdir(exist_ok=True)
            np.savez(path, texts=np.array(list(known)), vectors=np.array(list(known.values())))
        return np.array([known[embedding_text(t)] for t in texts])

    return embed


if __name__ == "__main__":
    main()
