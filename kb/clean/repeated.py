"""Which lines the articles of a collection have in common: the furniture of their site, whatever it says.

A line counts where it stands before its article's first own paragraph or after the last one; one in the middle (a
heading, a quotation) never does, nor does an entry of a list. It is furniture when three articles have it and it is
longer than a heading or has another such line beside it, or when two have it between the same two neighbours: a lone
heading that many articles have ("Sources", "Kết luận") is their own. Articles that share most of their long lines are
versions of one and count once.
"""

from __future__ import annotations

import html
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from kb.clean.lines import Line, split

_MANY, _FEW = 3, 2  # articles
_SENTENCE = 40  # letters: headings that many articles have are shorter
_SAME_TEXT = 0.5  # share of the long lines of the shorter article


def key(text: str) -> str:
    """What two occurrences of a line share: letters without case, every figure as 0."""
    if "&" in text:
        text = html.unescape(text)
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join("0" if c.isdigit() else c for c in plain if c.isalnum())


def keys(text: str) -> set[str]:
    return {key(line.text) for line in split(text)}


def repeated_lines(texts: Iterable[str]) -> frozenset[str]:
    """Keys of the lines that are furniture because several of these raw texts have them."""
    articles = [[(key(line.text), line) for line in split(text)] for text in texts]
    groups = _versions([{k for k, line in lines if line.is_prose} for lines in articles])
    shared = _in_groups(((k, groups[n]) for n, lines in enumerate(articles) for k, _ in lines), _FEW)
    counted: defaultdict[str, set[int]] = defaultdict(set)
    beside: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    sentences = set()
    for n, lines in enumerate(articles):
        edges = [(i, k, line) for i, k, line in _edges(lines, shared) if k in shared and not line.list_mark]
        for i, k, line in edges:
            counted[k].add(groups[n])
            if line.weight >= _SENTENCE:
                sentences.add(k)
            for other in (i - 1, i + 1):
                if 0 <= other < len(lines) and lines[other][0] in shared and not lines[other][1].list_mark:
                    beside[k, lines[other][0]].add(groups[n])
    company = {k for (k, _), found in beside.items() if len(found) >= _FEW}
    framed: defaultdict[str, int] = defaultdict(int)
    for (k, _), found in beside.items():
        framed[k] += len(found) >= _FEW
    return frozenset(
        k
        for k, found in counted.items()
        if (len(found) >= _MANY and (k in company or k in sentences)) or (len(found) >= _FEW and framed[k] >= 2)
    )


def at_edges(lines: Sequence[Line], repeated: Set[str]) -> frozenset[int]:
    """Positions of the lines that are furniture by repetition, as they stand in their article."""
    if not repeated:
        return frozenset()
    keyed = [(key(line.text), line) for line in lines]
    return frozenset(i for i, k, line in _edges(keyed, repeated) if k in repeated and not line.list_mark)


def _edges(lines: Sequence[tuple[str, Line]], shared: Set[str]) -> list[tuple[int, str, Line]]:
    """Lines before the first paragraph that no other article has and after the last; none when there is no such."""
    own = [i for i, (k, line) in enumerate(lines) if line.is_prose and k not in shared]
    if not own:
        return []
    return [(i, k, line) for i, (k, line) in enumerate(lines) if k and not own[0] <= i <= own[-1]]


def _in_groups(pairs: Iterable[tuple[str, int]], least: int) -> frozenset[str]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for k, group in pairs:
        found[k].add(group)
    return frozenset(k for k, where in found.items() if k and len(where) >= least)


def _versions(long_lines: Sequence[Set[str]]) -> list[int]:
    """For each article the number of its group: those that share most of their long lines are one."""
    group = list(range(len(long_lines)))

    def first(n: int) -> int:
        while group[n] != n:
            n = group[n]
        return n

    holders: defaultdict[str, list[int]] = defaultdict(list)
    for n, keys in enumerate(long_lines):
        for k in keys:
            holders[k].append(n)
    common: defaultdict[tuple[int, int], int] = defaultdict(int)
    for found in holders.values():
        for n, a in enumerate(found[:50]):  # a line that more have is a notice, and tells nothing of versions
            for b in found[n + 1 : 50]:
                common[a, b] += 1
    for (a, b), count in sorted(common.items()):
        if count > _SAME_TEXT * min(len(long_lines[a]), len(long_lines[b])):
            low, high = sorted((first(a), first(b)))
            group[high] = low
    return [first(n) for n in range(len(group))]
