"""Copies of the real review that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("_quarto.yml", "references.bib", "CITATION.cff", "jupytext.toml", "pyproject.toml", "requirements.lock")
FOLDERS = ("data", "notebooks", "assets", "locale", "de")


def copy_review(target: Path, *, with_folders: tuple[str, ...] = FOLDERS) -> Path:
    """A full copy of what makes the review, without caches and published pages."""
    for name in (*FILES, *(p.name for p in ROOT.glob("*.qmd"))):
        shutil.copy(ROOT / name, target / name)
    for name in with_folders:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    (target / "src").symlink_to(ROOT / "src")  # a review runs with its own helpers: the ones under test
    return target
