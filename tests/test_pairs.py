"""Both forms of every notebook say the same, in the form that a sync leaves them in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from helpers import numbers


def content(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted((folder / "notebooks").rglob("*"))
        if p.is_file()
    }


def test_a_sync_changes_neither_form_of_any_pair(root, tmp_path):
    shutil.copy(root / "jupytext.toml", tmp_path)
    shutil.copytree(root / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    before = content(tmp_path)
    names = [str(p) for p in sorted((tmp_path / "notebooks").glob("*.ipynb"))]
    assert len(names) == 14
    subprocess.run([sys.executable, "-m", "jupytext", "--sync", *names], cwd=tmp_path, check=True, capture_output=True)
    assert content(tmp_path) == before


def test_a_new_reader_of_the_readme_is_told_the_date_of_the_evidence(root, review):
    assert numbers.day(review.update["searched_through"]) in (root / "README.md").read_text(encoding="utf-8")
