"""Runs docs/tutorial.ipynb on a base, cell by cell in a fresh kernel.

    python tests/tutorial.py out/demo.db       writes the outputs into the notebook

Run it on the base of `make demo` after a change of the notebook or of what it shows; a test compares them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

nbformat: Any = import_module("nbformat")  # its functions have no types

NOTEBOOK = Path(__file__).parent.parent / "docs" / "tutorial.ipynb"
DEMO = "../out/demo.db"  # as the notebook, which runs in its folder, names the base

TIMEOUT = 120  # seconds a cell may take


def load() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def run(notebook: Any, base: Path) -> Any:
    """The notebook with fresh outputs. Raises nbclient's CellExecutionError when a cell does.

    The kernel is that of this Python, whatever other kernels the user has set up.
    """
    import nbclient
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(AsyncKernelManager):  # type: ignore[misc]
        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            # Errors only: it warns that what goes through the ports of this machine is not encrypted.
            return [sys.executable, "-m", "ipykernel_launcher", "-f", self.connection_file, "--log-level=ERROR"]

    sources = [cell.source for cell in notebook.cells]
    for cell in notebook.cells:
        cell.source = cell.source.replace(DEMO, str(base.resolve()))
    client = nbclient.NotebookClient(
        notebook, kernel_manager_class=ThisPython, timeout=TIMEOUT, record_timing=False,
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )  # fmt: skip
    path = os.pathsep.join([str(NOTEBOOK.parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryDirectory(prefix="kb") as own:  # history and settings, none of the user's
        places = dict.fromkeys(["JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"], own)
        quiet = {"PYTHONPATH": path, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        with mock.patch.dict(os.environ, places | quiet):
            client.execute()
    for cell, source in zip(notebook.cells, sources, strict=True):
        cell.source = source
    return notebook


def main() -> None:
    notebook = run(load(), Path(sys.argv[1]))
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, NOTEBOOK)


if __name__ == "__main__":
    main()
