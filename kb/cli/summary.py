"""What a build, an addition or a removal did, in a few lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kb.cli.show import safe

if TYPE_CHECKING:
    from kb.pipeline import Summary
    from kb.store.base import Store

LISTED = 20  # files set aside that are named; `kb status` has them all


def show_summary(summary: Summary, store: Store, path: str) -> None:
    changes = [
        f"{count} {what}"
        for what, count in (
            ("added", summary.added),
            ("changed", summary.changed),
            ("removed", summary.removed),
            ("unchanged", summary.unchanged),
        )
        if count
    ]
    languages = Counter(article.language for article in store.articles())
    by_language = ", ".join(f"{tag} {count}" for tag, count in sorted(languages.items()))
    what = ", ".join(changes) or ("nothing to do" if summary.articles else "no article")
    print(f"{path}: {what} ({summary.seconds:.1f} s)")
    print(f"  articles   {summary.articles}" + (f"  ({by_language})" if by_language else ""))
    print(f"  passages   {summary.passages}")
    print(f"  concepts   {summary.concepts}")
    print(f"  pairs      {summary.pairs}")
    if summary.set_aside:
        print(f"  set aside  {len(summary.set_aside)}")
        for item in summary.set_aside[:LISTED]:
            print(f"    {safe(item.path)}: {safe(item.reason)}")
        if len(summary.set_aside) > LISTED:
            print(f"    ... {len(summary.set_aside) - LISTED} more: kb status")
