"""Papermill and nbval as people call them, from folders that are not the review's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.run.pairs import Pair, read_script, written

NAME = "14-evidence-map"  # the shortest


@pytest.fixture(scope="module")
def notebook(root: Path) -> str:
    """A notebook as it will be run, whatever was run last."""
    pair = Pair(root, NAME)
    return written(read_script(pair, pair.script.read_bytes()))


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def test_papermill_runs_a_notebook_from_any_folder_and_warns_of_nothing(notebook: str, tmp_path: Path) -> None:
    (tmp_path / "in.ipynb").write_text(notebook, encoding="utf-8")
    done = call(tmp_path, "papermill", "in.ipynb", "out.ipynb", "-p", "as_of", "2023-06-30", "--no-progress-bar")
    assert done.returncode == 0, done.stderr
    assert "unknown parameter" not in done.stderr
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    (injected,) = [cell.source for cell in cells if "injected-parameters" in cell.metadata.tags]
    assert 'as_of = "2023-06-30"' in injected


@pytest.mark.parametrize("called_in", ["notebooks", "tests"])
def test_nbval_finds_what_may_differ_from_any_folder(root: Path, tmp_path: Path, called_in: str) -> None:
    for name in ("conftest.py", "pyproject.toml", "tests/nbval_sanitize.cfg", "notebooks/x.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        if (root / name).is_file():
            shutil.copy(root / name, tmp_path / name)
    drawn = nbformat.v4.new_output("stream", name="stdout", text="<svg one></svg>\n")
    cell = nbformat.v4.new_code_cell("print('<svg', 'another></svg>')", outputs=[drawn], execution_count=1)
    shown = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(shown, tmp_path / "notebooks/x.ipynb")
    done = call(
        tmp_path / called_in, "pytest", "-p", "no:cacheprovider", "--nbval", str(tmp_path / "notebooks/x.ipynb")
    )
    assert "1 passed" in done.stdout, done.stdout
