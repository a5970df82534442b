"""Copies of the real review that a test may break, and the second, made-up one, which is smaller and quicker."""

from __future__ import annotations

import atexit
import csv
import functools
import shutil
import tempfile
from pathlib import Path

import yaml
from typer.testing import CliRunner

from helpers.cli import app
from helpers.run.pairs import find_pairs, read_script, written

ROOT = Path(__file__).resolve().parent.parent
FILES = ("_quarto.yml", "references.bib", "CITATION.cff", "jupytext.toml", "pyproject.toml", "requirements.lock")
FOLDERS = ("data", "notebooks", "assets", "locale", "de")
SECOND = Path(__file__).resolve().parent / "second_review"
BEGUN = (
    "title",
    "short_title",
    "slug",
)  # what the files of a skeleton are called by, until a team gives them its names


def copy_review(target: Path, *, with_folders: tuple[str, ...] = FOLDERS) -> Path:
    """A full copy of what makes the review, without caches and published pages."""
    for name in (*FILES, *(p.name for p in ROOT.glob("*.qmd"))):
        shutil.copy(ROOT / name, target / name)
    for name in with_folders:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    (target / "src").symlink_to(ROOT / "src")  # a review runs with its own helpers: the ones under test
    return target


def second_review(target: Path) -> Path:
    """The made-up review in a folder that is empty or not there yet; its notebooks are not executed."""
    return shutil.copytree(_second(), target, symlinks=True, dirs_exist_ok=True)


@functools.cache
def _second() -> Path:
    """A skeleton with the content of the made-up review laid over it, made once."""
    home = Path(tempfile.mkdtemp(prefix="second-review-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    root = home / "review"
    done = CliRunner().invoke(app, ["new", "review", str(root), "--root", str(ROOT)])
    assert done.exit_code == 0, done.output
    shutil.rmtree(root / "src")
    (root / "src").symlink_to(ROOT / "src")
    begun = yaml.safe_load((root / "data/review.yaml").read_text(encoding="utf-8"))
    lists = _rows(root / "data/vocabularies.csv")
    for pair in find_pairs(root)[1:]:  # the notebook of a section; that of the search fits any review
        pair.script.unlink()
        pair.notebook.unlink()
    shutil.copytree(SECOND, root, dirs_exist_ok=True)
    named = yaml.safe_load((root / "data/review.yaml").read_text(encoding="utf-8"))
    for path in (*root.iterdir(), root / "data/datapackage.json"):
        if path.is_file() and path.name != "requirements.lock":
            text = path.read_text(encoding="utf-8")
            for key in BEGUN:
                text = text.replace(begun[key], named[key])
            path.write_text(text, encoding="utf-8")
    _lay_lists(root / "data/vocabularies.csv", lists)
    for pair in find_pairs(root):
        pair.notebook.write_text(written(read_script(pair, pair.script.read_bytes())), encoding="utf-8")
    return root


def _lay_lists(path: Path, begun: list[dict[str, str]]) -> None:
    """The lists that the made-up review has of its own, in place of the skeleton's; the others stay."""
    own = _rows(path)
    replaced = {row["list"] for row in own}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(begun[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*own, *(row for row in begun if row["list"] not in replaced)])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
