"""Repair of Chinese that was damaged on purpose (tests/damage.py): places restored exactly, better, worse, untouched.

usage: PYTHONPATH=.:tests python bench/repair.py DOCUMENTS
       [--half even|odd|all] [--seeds 1 2 3] [--show KIND] [--clean FILE ...]

DOCUMENTS are Traditional Chinese text files. A place counts as exact when the whole stretch up to half-way to the
places on either side is as it was, readings and all; as worse when it is farther from the original than before (edit
distance). `--clean`: files that must be left alone; false repairs are counted. `--show worse` prints such places.
"""

from __future__ import annotations

import argparse
import difflib
import re
import time
from collections import Counter
from pathlib import Path

from damage import Damaged, damage

from kb.clean import gbk, markup, readings
from kb.clean.fix import apply
from kb.model import MappedText

REPAIRS = (gbk.shifted_bytes, readings.readings_in_brackets, markup.tags)


def repair(text: str) -> MappedText:
    mapped = MappedText.of(text)
    for step in REPAIRS:
        mapped, changes, _ = apply(mapped, text, step(mapped.text))
        assert all(c.before == text[c.start : c.end] for c in changes)
    return mapped


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]


def verdicts(clean: str, damaged: Damaged) -> list[tuple[str, str, str, str]]:
    """(verdict, stretch as it was, as it was damaged, as it is now) of every place."""
    mapped = repair(damaged.text)
    bounds = [0]
    for before, after in zip(damaged.places, damaged.places[1:], strict=False):
        middle = (before.to + after.at) // 2
        bounds.append(next(i for i in range(middle, after.at + 1) if i == after.at or damaged.same[i] >= 0))
    bounds.append(len(damaged.text))
    found = []
    for place, low, high in zip(damaged.places, bounds, bounds[1:], strict=False):
        truth = clean[damaged.same[low] if low else 0 : damaged.same[high] if high < len(damaged.text) else None]
        now = "".join(c for c, s in zip(mapped.text, mapped.starts, strict=True) if low <= s < high)
        was = damaged.text[low:high]
        now, truth = (re.sub("\n+", "\n", x).strip("\n") for x in (now, truth))  # a tag's line end is none of ours
        if now == truth:
            verdict = "exact"
        else:
            near = slice(max(0, place.at - low - 20), place.to - low + 20)
            untouched = was[near] in now or was[place.at - low : place.to - low] in now
            plain = "".join(_without_damage(damaged, low, high))
            farther = distance(now, truth) - distance(plain, truth)
            verdict = "untouched" if untouched else "worse" if farther > 0 else "better"
        clip = slice(max(0, place.clean_at - (damaged.same[low] if low else 0) - 8), None)
        shown = was[max(0, place.at - low - 10) : place.to - low + 10]
        found.append((verdict, truth[clip][: place.clean_to - place.clean_at + 16], shown, _differs(truth, now)))
    return found


def _without_damage(damaged: Damaged, low: int, high: int) -> str:
    mapped, _, _ = apply(MappedText.of(damaged.text), damaged.text, readings.readings_in_brackets(damaged.text))
    mapped, _, _ = apply(mapped, damaged.text, markup.tags(mapped.text))
    return "".join(c for c, s in zip(mapped.text, mapped.starts, strict=True) if low <= s < high)


def _differs(truth: str, now: str) -> str:
    blocks = difflib.SequenceMatcher(None, truth, now, autojunk=False).get_opcodes()
    return " ".join(f"{truth[a:b]}->{now[c:d]}" for kind, a, b, c, d in blocks if kind != "equal")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--half", choices=["even", "odd", "all"], default="all")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--show", nargs="*", default=[])
    parser.add_argument("--clean", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    paths = sorted(options.documents)
    if options.half != "all":
        paths = paths[options.half == "odd" :: 2]
    starts: Counter[tuple[str, str]] = Counter()
    ends: Counter[tuple[str, str]] = Counter()
    began = time.perf_counter()
    for seed in options.seeds:
        for number, path in enumerate(paths):
            text = path.read_text(encoding="utf-8")
            damaged = damage(text, seed * 1000 + number)
            for place, (verdict, was, seen, differs) in zip(damaged.places, verdicts(text, damaged), strict=True):
                starts[place.start, verdict] += 1
                ends[place.end, verdict] += 1
                if verdict in options.show:
                    print(f"{verdict} {place.start} {place.end!r}: {was!r} seen as {seen!r}: {differs!r}")
    print(f"{time.perf_counter() - began:.1f} s")
    for name, table in (("start", starts), ("end", ends)):
        for kind in [*sorted({k for k, _ in table}), ""]:
            rows = Counter({v: sum(n for (k, w), n in table.items() if w == v and kind in ("", k)) for _, v in table})
            total = sum(rows.values())
            print(f"{name} {kind or 'all':10} {total:5} exact {rows['exact'] / max(1, total):.3f}", dict(rows))
    false = 0
    for path in options.clean:
        text = path.read_text(encoding="utf-8")
        for fix in gbk.shifted_bytes(text):
            false += 1
            print(
                f"false: {path}: {text[max(0, fix.at - 10) : fix.to + 5]!r}: {text[fix.at : fix.to]!r} -> {fix.after!r}"
            )
    print(f"false repairs in {len(options.clean)} clean files: {false}")


if __name__ == "__main__":
    main()
