"""Page parts that are made from data, made anew only when something they depend on changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from helpers import language
from helpers.project import write_atomically
from helpers.run import keys

STAMP = "_runs/pages.json"  # this machine's, never committed


def write_pages(root: Path, *, force: bool = False) -> list[str]:
    """Write the generated parts of pages.

    Parameters
    ----------
    root : Path
        The review's folder.
    force : bool
        Write them also when nothing changed.

    Returns
    -------
    list of str
        Files whose content changed.

    Raises
    ------
    ReviewError
        The data are not valid.
    """
    stamp = root / STAMP
    if not force and stamp.is_file() and stamp.read_text(encoding="utf-8") == _state(root):
        return []
    from helpers import report  # reads every table: seconds that a run without changes need not spend

    changed = [path.relative_to(root).as_posix() for path in report.write_pages(root)]
    write_atomically(stamp, _state(root))
    return changed


def _state(root: Path) -> str:
    """What the parts are made from, and what was made: a part deleted or edited by hand is made anew as well."""
    code = [(f"src/{path.relative_to(keys.PACKAGE.parent).as_posix()}", path) for path in keys.PACKAGE.rglob("*.py")]
    made = [root / "data" / "README.md", root / language.TEMPLATE, *(root / "data" / "results").rglob("*")]
    outputs = [(path.relative_to(root).as_posix(), path) for path in made if path.is_file()]
    texts = [
        root / "_quarto.yml",
        *root.glob("index.qmd"),
        *root.glob("assets/*.*"),
        *root.glob(f"{language.FOLDER}/*.po"),
    ]
    texts += [page for code_of in language.languages(root) for page in (root / code_of).glob("*.qmd")]
    written = [(path.relative_to(root).as_posix(), path) for path in texts if path.is_file()]
    inputs = [*code, *written, *keys.shared_files(root)]
    return json.dumps({"inputs": _digest(inputs), "outputs": _digest(outputs)}) + "\n"


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    total = hashlib.sha256()
    for name, path in sorted(files):
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
