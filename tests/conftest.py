"""Articles by hand, without reading or cleaning a file; the demo's base, built once a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kb.langs.registry import analyser_for
from kb.model import AnalysedArticle, Block, CleanedArticle, MappedText, RawArticle
from kb.segment import segment


def cleaned(language: str, *blocks: str | tuple[str, str]) -> CleanedArticle:
    """A text with nothing to repair, a block a line: a paragraph, or (kind, text)."""
    made, lines, at = [], [], 0
    for block in blocks:
        kind, text = block if isinstance(block, tuple) else ("paragraph", block)
        made.append(Block(kind, at, at + len(text), at, at + len(text)))
        lines.append(text)
        at += len(text) + 1
    raw = "\n".join(lines)
    return CleanedArticle(RawArticle("a.txt", raw, "utf-8", ""), language, "", MappedText.of(raw), tuple(made), ())


def article(id: str, language: str, *blocks: str | tuple[str, str]) -> AnalysedArticle:
    return segment(cleaned(language, *blocks), id, analyser_for(language))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge base of `make demo`: all of corpus/articles by the default recipe and the bundled model."""
    base = tmp_path_factory.mktemp("demo") / "demo.db"
    kb = [sys.executable, "-c", "from kb.cli import main; main()"]
    subprocess.run([*kb, "build", "--quiet", "--kb", str(base)], cwd=Path(__file__).parent.parent, check=True)
    return base
