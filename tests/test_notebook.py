"""The notebook of the documents runs, from its first cell to its last."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.tensorflow


def test_the_notebook_runs(repository: Path) -> None:
    folder = repository / "docs"
    notebook = nbformat.read(folder / "understand.ipynb", as_version=4)
    kept = [cell.get("outputs") for cell in notebook.cells]
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute()  # an error in a cell is raised here
    told = ["".join(o.get("text", "") for o in cell.get("outputs", [])) for cell in notebook.cells]
    assert any("La jeune femme" in text for text in told)
    # What it shows where nobody runs it is what it shows when somebody does.
    assert [len(outputs or []) > 0 for outputs in kept] == [
        len(cell.get("outputs", [])) > 0 for cell in notebook.cells
    ]
