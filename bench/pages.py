"""How well furniture is found, the article kept, and injected phrases cut, on labelled pages.

usage: python bench/pages.py FOLDER [--show] [--form-only] [--collection]

A page is a file `<language>-<number>.tsv` with a line `label TAB text` for each of its lines; ⟦ and ⟧ stand around a
phrase that was pushed into the article and are no part of the page. Characters are counted without white space.

- found: of the lines whose label is furniture, those left out. By kind below.
- dropped: body characters that were left out as furniture, of all body characters.
- kinds: lines whose block has the right kind, of the body and of furniture; titles: pages whose title is right.
- injected: phrases of which at least 80 % is cut, and at most 3 characters beside it. taken: body characters cut.

`--form-only` gives no embedder; `--collection` takes the pages of the folder as one collection, for repeated lines.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.clean import Context, clean
from kb.model import BODY_KINDS, CleanedArticle, RawArticle

OPEN, CLOSE = "⟦", "⟧"
_LEAST_CUT, _MOST_BESIDE = 0.8, 3


@dataclass(frozen=True)
class Labelled:
    """One line of a page; `start` and `end` are its offsets in the raw text."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def is_body(self) -> bool:
        return self.kind in BODY_KINDS


@dataclass(frozen=True)
class Page:
    name: str
    raw: str
    lines: tuple[Labelled, ...]
    phrases: tuple[tuple[int, int], ...]  # raw offsets of the injected phrases

    @property
    def language(self) -> str:
        return self.name.split("-")[0]


def read_page(path: Path) -> Page:
    pieces: list[str] = []
    lines: list[Labelled] = []
    phrases: list[tuple[int, int]] = []
    at = 0
    for row in path.read_text(encoding="utf-8").split("\n"):
        kind, tab, marked = row.partition("\t")
        if not tab and row.strip():
            raise SystemExit(f"{path}: a line without a tab: {row[:60]!r}")
        text, begin = "", 0
        for character in marked:
            if character == OPEN:
                begin = at + len(text)
            elif character == CLOSE:
                phrases.append((begin, at + len(text)))
            else:
                text += character
        if text.strip():
            lines.append(Labelled(kind.strip(), text, at, at + len(text)))
        pieces.append(text)
        at += len(text) + 1
    return Page(path.stem, "\n".join(pieces), tuple(lines), tuple(phrases))


def read_pages(folder: Path) -> list[Page]:
    return [read_page(path) for path in sorted(folder.glob("*.tsv"))]


class Counts(Counter[str]):
    """Sums over pages; a rate is shown with what it was taken of."""

    def rate(self, part: str, whole: str, digits: int = 1) -> str:
        return f"{100 * self[part] / self[whole]:.{digits}f}% of {self[whole]}" if self[whole] else "-"


def judge(page: Page, cleaned: CleanedArticle) -> tuple[Counts, list[str]]:
    """Counts of one page, and its errors in words."""
    counts, errors = Counts(), []
    raw = page.raw
    block_of = {}
    for block in cleaned.blocks:
        block_of.update(dict.fromkeys(range(block.start, block.end), block))
    injected = {i for p in page.phrases for i in range(*p)}
    cut = {i for c in cleaned.changes if c.kind == "injected" for i in range(c.start, c.end)}
    reasons = {(c.start, c.end): c.reason for c in cleaned.changes}

    for line in page.lines:
        solid = [i for i in range(line.start, line.end) if not raw[i].isspace()]
        out = [i for i in solid if i not in block_of or not block_of[i].is_body]
        seen = Counter(block_of[i].kind for i in solid if i in block_of).most_common(1)
        kind = seen[0][0] if seen else "-"
        side = "body" if line.is_body else "furniture"
        counts[f"{side} lines"] += 1
        counts[f"{side} kinds"] += kind == line.kind
        if line.is_body:
            own = [i for i in solid if i not in injected]
            lost = [i for i in out if i not in injected and i not in cut]
            counts["body"] += len(own)
            counts["dropped"] += len(lost)
            counts["taken"] += len([i for i in own if i in cut])
        else:
            counts[f"{line.kind} lines"] += 1
            found = 2 * len(out) > len(solid)
            counts["found"] += found
            counts[f"{line.kind} found"] += found
        wrong = bool(lost) if line.is_body else not found
        if wrong or kind != line.kind:
            held = next((block_of[i] for i in solid if i in block_of), None)
            reason = reasons.get((held.start, held.end), "") if held else ""
            mark = ("DROPPED" if line.is_body else "MISSED") if wrong else "kind"
            errors.append(
                f"{mark:8}{page.name}  {line.kind} -> {kind}: {line.text[:110]}" + f"  ({reason})" * bool(reason)
            )

    for begin, end in page.phrases:
        inside = sum(i in cut for i in range(begin, end))
        beside = _run(cut, begin - 1, -1) + _run(cut, end, 1)
        right = inside >= _LEAST_CUT * (end - begin) and beside <= _MOST_BESIDE
        counts["phrases"] += 1
        counts["phrases found"] += right
        if not right:
            errors.append(f"PHRASE  {page.name}  cut {inside} of {end - begin}, {beside} beside: {raw[begin:end]}")
    for change in cleaned.changes:
        if change.kind == "injected" and not any(i in injected for i in range(change.start, change.end)):
            errors.append(f"TAKEN   {page.name}  {change.before}  ({change.reason})")

    titles = [line.text.strip() for line in page.lines if line.kind == "title"]
    if titles:
        counts["pages with title"] += 1
        counts["titles"] += _squeeze(cleaned.title) == _squeeze(titles[0])
        if _squeeze(cleaned.title) != _squeeze(titles[0]):
            errors.append(f"TITLE   {page.name}  {cleaned.title!r}, not {titles[0]!r}")
    return counts, errors


def _run(cut: set[int], at: int, step: int) -> int:
    length = 0
    while at + length * step in cut:
        length += 1
    return length


def _squeeze(text: str) -> str:
    return "".join(text.split())


def table(by_language: dict[str, Counts]) -> Iterable[str]:
    for name, c in by_language.items():
        yield (
            f"{name:6} found {c.rate('found', 'furniture lines')}; dropped {c.rate('dropped', 'body', 2)}; "
            f"kinds {c.rate('body kinds', 'body lines')} body, "
            f"{c.rate('furniture kinds', 'furniture lines')} furniture; "
            f"titles {c.rate('titles', 'pages with title')}; "
            f"injected {c.rate('phrases found', 'phrases')}; taken {c.rate('taken', 'body', 2)}"
        )
    total = by_language["all"]
    for kind in sorted(key.removesuffix(" lines") for key in total if key.endswith(" lines")):
        if kind not in ("body", "furniture"):
            yield f"  {kind:14} {total.rate(f'{kind} found', f'{kind} lines')}"


def raw_article(page: Page) -> RawArticle:
    return RawArticle(f"{page.name}.txt", page.raw, "utf-8", "")


def context_for(pages: Sequence[Page], *, form_only: bool, collection: bool) -> Context:
    context = Context()
    if collection:
        from kb.clean.repeated import repeated_lines

        context = Context(repeated=repeated_lines([page.raw for page in pages]))
    if not form_only:
        from kb.pipeline import meaning
        from kb.recipe import Recipe

        context = Context(context.repeated, meaning(Recipe(name="bench")))
    return context


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="list the errors")
    parser.add_argument("--form-only", action="store_true")
    parser.add_argument("--collection", action="store_true")
    options = parser.parse_args()
    pages = read_pages(options.folder)
    context = context_for(pages, form_only=options.form_only, collection=options.collection)
    sums: dict[str, Counts] = {}
    for page in pages:
        counts, errors = judge(page, clean(raw_article(page), context=context))
        for name in (page.language, "all"):
            sums.setdefault(name, Counts()).update(counts)
        if options.show:
            print(*errors, sep="\n", end="\n" if errors else "")
    print(*table({**{k: v for k, v in sums.items() if k != "all"}, "all": sums.get("all", Counts())}), sep="\n")


if __name__ == "__main__":
    main()
