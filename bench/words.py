"""Word links against the project's own gold: `python bench/words.py [corpus/gold/words.tsv]`.

A link is right when it overlaps a sure or possible link of the gold on both sides; a sure link of the gold is found
when some link overlaps it on both sides. F1 of the two shares, as alignment error rate weighs them (Och & Ney 2003, "A
Systematic Comparison of Various Statistical Alignment Models", Computational Linguistics 29).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from alignment import Model

from kb.embed.tokens import centred
from kb.langs.registry import analyser_for
from kb.wordlinks import LinkedText, linked, senses_of

GOLD = Path(__file__).parents[1] / "corpus" / "gold" / "words.tsv"
Span = tuple[int, int]


def pairs(path: Path) -> Iterator[tuple[list[str], list[tuple[bool, Span, Span]]]]:
    """([id, language, sentence, language, sentence], [(sure, span, span)]) of every block."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line.split("\t") for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            yield lines[0], [(x[0] == "S", (int(x[1]), int(x[2])), (int(x[4]), int(x[5]))) for x in lines[1:]]


def overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def main() -> None:
    rows = list(pairs(Path(sys.argv[1]) if sys.argv[1:] else GOLD))
    model = Model()
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for (_, first, a, second, b), _ in rows:
        texts[first].append(a)
        texts[second].append(b)
    sides = {}
    for language, sentences in texts.items():
        states = model.tokens(sentences)
        for text, state, vectors in zip(sentences, states, centred(states), strict=True):
            words = analyser_for(language).words([text])
            sides[text] = LinkedText(words, senses_of(language, words), [state.spans], [vectors])
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (_, first, a, second, b), gold in rows:
        found = [(x.a[1:], x.b[1:]) for x in linked(sides[a], [0], sides[b], [0])]
        right = sum(any(overlap(x, g) and overlap(y, h) for _, g, h in gold) for x, y in found)
        sure = [(g, h) for is_sure, g, h in gold if is_sure]
        reached = sum(any(overlap(x, g) and overlap(y, h) for x, y in found) for g, h in sure)
        for name in (f"{first}-{second.split('-')[0]}", "all"):
            counts[name] = [x + y for x, y in zip(counts[name], (right, len(found), reached, len(sure)), strict=True)]
    for name, (right, every, reached, sure_ones) in counts.items():
        precision, recall = right / max(every, 1), reached / max(sure_ones, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"{name:8} precision {precision:.3f} ({every} links)  recall {recall:.3f} of {sure_ones}  F1 {f1:.3f}")


if __name__ == "__main__":
    main()
