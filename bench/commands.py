"""How long commands take, each in a process of its own: on a base as it is, and on one of a great many passages.

usage: commands.py BASE [WORK COPIES...]

BASE is a base that a build made, of articles of several languages (`make demo`: out/demo.db). WORK receives, once, a
large one for each number of COPIES of every article with all that hangs on it: of the demo's base 511 make 100,000
passages, 810 ten million tokens. Every command runs RUNS times; the median and the slowest are printed in seconds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kb.embed.base import vector_key
from kb.model import Link, Mention, Pair
from kb.store import open_store
from kb.store.base import Source, Store

RUNS = 20
SHARED = 600  # concepts that all copies speak of; the rarer ones are told apart by GROUP copies
GROUP = 100

COMMANDS = (
    ("--help",),
    ("status",),
    ("articles",),
    ("concepts",),
    ("concept", "souvenir"),
    ("concept", "客户"),
    ("mentions", "--concept", "souvenir"),
    ("pairs",),
    ("concordance", "service"),
    ("concordance", "là"),
    ("concordance", '[lemma="service"] [pos="ADJ"]'),
    ("concordance", "--concept", "expérience"),
    ("neighbours", "souvenir"),
    ("search", "what makes customers come back"),
)


def main(base: Path, work: Path | None, copies: Sequence[int]) -> None:
    measure(base)
    for count in copies if work is not None else ():
        large = Path(f"{work}/{count}-copies.db")
        if not large.exists():
            make(base, large, count)
        measure(large)


def measure(base: Path) -> None:
    print(f"{base}: {base.stat().st_size / 1e6:.0f} MB")
    for words in COMMANDS:
        seconds = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            kb = [str(Path(sys.executable).with_name("kb")), *words]
            ended = subprocess.run(kb if words == ("--help",) else [*kb, "--kb", str(base)], capture_output=True)
            seconds.append(time.perf_counter() - begun)
            if ended.returncode:
                sys.exit(f"kb {' '.join(words)}: {ended.stderr.decode()}")
        print(f"  {statistics.median(seconds):.3f}  {max(seconds):.3f}  kb {' '.join(words)}", flush=True)


def make(base: Path, large: Path, copies: int) -> None:
    old = open_store(base)
    new = open_store(large, create=True)
    begun = time.perf_counter()
    with new.transaction():
        new.set_info(old.info())
        for article in old.articles():
            analysed = old.analysed(article.id)
            for copy in range(copies):
                id = named(article.id, copy)
                passages = tuple(replace(p, id=named(p.id, copy)) for p in analysed.passages)
                raw = replace(analysed.cleaned.raw, path=f"{id}.txt")
                new.save_article(
                    Source(f"/{id}", f"{id}.txt", "/", "", 0, 0, id),
                    replace(analysed, id=id, passages=passages, cleaned=replace(analysed.cleaned, raw=raw)),
                )
            print(f"  {article.id}  {time.perf_counter() - begun:.0f} s", flush=True)
        copy_vectors(old, new)
        for alignment in old.alignments():
            for copy in range(copies):
                new.save_alignment(replace(alignment, a=named(alignment.a, copy), b=named(alignment.b, copy)))
        copy_graph(old, new, copies)
    new.close()
    print(f"  {time.perf_counter() - begun:.0f} s")


def named(id: str, copy: int) -> str:
    return f"{id}-{copy:04}"


def copy_vectors(old: Store, new: Store) -> None:
    model = old.info()["model"]
    texts = {row.quote.text for a in old.articles() for row in old.passages_of(a.id)}
    keys, codes, factors = old.vectors(sorted(vector_key(model, text) for text in texts))
    new.save_vectors(keys, np.asarray(codes), factors)


def copy_graph(old: Store, new: Store, copies: int) -> None:
    concepts = old.concepts()
    shared = {c.id for c in concepts[:SHARED]}
    groups = range(-(-copies // GROUP))

    def concept(id: str, copy: int) -> str:
        return id if id in shared else f"{id}-{copy // GROUP}"

    def pairs() -> Iterator[tuple[Pair, tuple[str, ...], tuple[str, ...]]]:
        for pair in old.pairs():
            sides = [
                [r.id for r in old.passages_of(q.article) if r.quote.start < q.end and q.start < r.quote.end]
                for q in (pair.a, pair.b)
            ]
            for copy in range(copies):
                a, b = (replace(q, article=named(q.article, copy)) for q in (pair.a, pair.b))
                ids = [tuple(named(id, copy) for id in side) for side in sides]
                yield replace(pair, id=named(pair.id, copy), a=a, b=b), ids[0], ids[1]

    def mentions() -> list[Mention]:
        return [
            replace(m, concept=concept(m.concept, copy), article=named(m.article, copy))
            for copy in range(copies)
            for m in old.mentions()
        ]

    records = []
    for c in concepts:
        record = old.concept(c.id)
        for group in [0] if c.id in shared else groups:
            times = copies if c.id in shared else min(GROUP, copies - group * GROUP)
            grown = replace(
                c, id=concept(c.id, group * GROUP), mentions=c.mentions * times, articles=c.articles * times
            )
            counts = {label: count * times for label, count in record.counts.items()}
            records.append(replace(record, concept=grown, counts=counts))
    links = {
        replace(link, a=concept(link.a, group * GROUP), b=concept(link.b, group * GROUP), evidence=in_copy(link, group))
        for link in old.links()
        for group in groups
    }
    new.save_graph(
        pairs=list(pairs()),
        concepts=records,
        mentions=mentions(),
        name_links=[(c.id, link) for c in concepts[:SHARED] for link in old.name_links(c.id)],
        links=sorted({(x.a, x.b, x.kind, x.method): x for x in links}.values(), key=lambda x: (x.a, x.b, x.kind)),
    )


def in_copy(link: Link, group: int) -> tuple[str, ...]:
    return tuple(named(id, group * GROUP) if id.startswith("p") else id for id in link.evidence)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None, [int(n) for n in sys.argv[3:]])
