"""Repair of Chinese that was damaged on purpose (tests/damage.py), by kind of damage, and its speed.

usage: PYTHONPATH=.:tests python bench/repair.py DOCUMENTS
       [--half even|odd|all] [--seeds 1 2 3] [--plain] [--show VERDICT ...] [--clean FILE ...]

DOCUMENTS are Traditional Chinese text files. A place counts as exact when the whole stretch up to half-way to the
places on either side is as it was, readings and all; as offered when it would be with the offers made; as worse when it
is farther from the original than before (edit distance), otherwise as better or untouched. `--plain`: damage of the
plain kinds too (a byte lost or put in, then Python's decoders). `--clean`: files that must be left alone; false repairs
and false offers are counted. `--show worse` prints such places.

Speeds are in megabytes of UTF-8 a second of processor time, with the tables loaded.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from damage import CUTS, Damaged, cut_bytes, damage

from kb.clean import gbk, markup, readings
from kb.clean.fix import Fix, apply
from kb.model import MappedText

VERDICTS = ("exact", "offered", "better", "untouched", "worse")


def repair(text: str, *, offers: bool = False) -> MappedText:
    def shifted(text: str) -> list[Fix]:
        fixes = gbk.shifted_bytes(text)
        made = {(fix.at, fix.to) for fix in fixes if fix.sure}  # their rivals are offered beside them
        return [fix._replace(sure=fix.sure or (offers and (fix.at, fix.to) not in made)) for fix in fixes]

    mapped = MappedText.of(text)
    for step in (shifted, readings.readings_in_brackets, markup.tags):
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


def verdicts(clean: str, damaged: Damaged) -> Iterator[tuple[str, str, str, str]]:
    """(verdict, stretch as it was, as it was damaged, as it is now) of every place."""
    made, offered, plain = (view(damaged.text) for view in (repair, lambda t: repair(t, offers=True), without_damage))
    bounds = [0]
    for before, after in zip(damaged.places, damaged.places[1:], strict=False):
        middle = (before.to + after.at) // 2
        bounds.append(next(i for i in range(middle, after.at + 1) if i == after.at or damaged.same[i] >= 0))
    bounds.append(len(damaged.text))
    for place, low, high in zip(damaged.places, bounds, bounds[1:], strict=False):
        truth = clean[damaged.same[low] if low else 0 : damaged.same[high] if high < len(damaged.text) else None]
        now, with_offers, was = (between(mapped, low, high) for mapped in (made, offered, plain))
        truth = without_line_ends(truth)
        if now == truth:
            verdict = "exact"
        elif with_offers == truth:
            verdict = "offered"
        elif now == was:
            verdict = "untouched"
        else:
            verdict = "worse" if distance(now, truth) > distance(was, truth) else "better"
        shown = damaged.text[max(low, place.at - 10) : min(high, place.to + 10)]
        yield verdict, clean[max(0, place.clean_at - 8) : place.clean_to + 8], shown, now if verdict != "exact" else ""


def between(mapped: MappedText, low: int, high: int) -> str:
    return without_line_ends("".join(c for c, s in zip(mapped.text, mapped.starts, strict=True) if low <= s < high))


def without_line_ends(text: str) -> str:
    """A tag's line end is none of ours."""
    return re.sub("\n+", "\n", text).strip("\n")


def without_damage(text: str) -> MappedText:
    mapped = MappedText.of(text)
    for step in (readings.readings_in_brackets, markup.tags):
        mapped, _, _ = apply(mapped, text, step(mapped.text))
    return mapped


def kinds(plain: bool) -> Iterator[tuple[str, Callable[[str, int], Damaged]]]:
    yield "as 002", damage
    yield "002's own", lambda text, seed: damage(text, seed, starts=("reading", "mark"))
    if plain:
        for cut in CUTS:
            for encoding, errors in (("gbk", "ignore"), ("gbk", "replace"), ("gb18030", "ignore"), ("gb18030", "?")):
                name = f"{cut} {encoding} {errors}"
                yield (
                    name,
                    lambda text, seed, cut=cut, encoding=encoding, errors=errors: cut_bytes(  # type: ignore[misc]
                        text, seed, cut=cut, encoding=encoding, errors=errors
                    ),
                )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--half", choices=["even", "odd", "all"], default="all")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--show", nargs="*", default=[])
    parser.add_argument("--clean", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    paths = sorted(options.documents)
    if options.half != "all":
        paths = paths[options.half == "odd" :: 2]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    print(f"{'':26} places", *(f"{v:>9}" for v in VERDICTS))
    for name, make in kinds(options.plain):
        counts: Counter[tuple[str, str]] = Counter()
        for seed in options.seeds:
            for number, text in enumerate(texts):
                damaged = make(text, seed * 1000 + number)
                for place, found in zip(damaged.places, verdicts(text, damaged), strict=True):
                    verdict, was, seen, now = found
                    own = (f"  starts {place.start}", f"  ends {place.end!r}") if make is damage else ()
                    counts.update((kind, verdict) for kind in (name, *own))
                    if verdict in options.show:
                        print(f"{verdict} {place.start} {place.end!r}: {was!r} seen as {seen!r}: {now!r}")
        for kind in dict.fromkeys(sorted((k for k, _ in counts), key=lambda k: (k != name, k))):
            total = sum(counts[kind, v] for v in VERDICTS)
            print(f"{kind:26} {total:6}", *(f"{counts[kind, v] / total:9.3f}" for v in VERDICTS))
    speed("damaged", [damage(text, number).text for number, text in enumerate(texts)])
    speed("clean", texts)
    speed("damaged, one article", [damage("\n".join(texts), 1).text])
    speed("clean, one article", ["\n".join(texts)])
    false(options.clean)


def speed(name: str, texts: list[str]) -> None:
    size = sum(len(text.encode()) for text in texts)
    began = time.process_time()
    for text in texts:
        readings.readings_in_brackets(text)
        gbk.shifted_bytes(text)
    print(f"{name}: {size / 1e6 / (time.process_time() - began):.2f} MB/s")


def false(paths: list[Path]) -> None:
    made: Counter[bool] = Counter()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for fix in gbk.shifted_bytes(text):
            made[fix.sure] += 1
            print(f"{path}: {text[max(0, fix.at - 10) : fix.to + 5]!r}: {text[fix.at : fix.to]!r} -> {fix}")
    print(f"in {len(paths)} clean files: {made[True]} false repairs, {made[False]} false offers")


if __name__ == "__main__":
    main()
