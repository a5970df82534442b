"""What an executed notebook depends on, as one key, and the records of the keys it was made with."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import helpers
from helpers.faults import Fault, ReviewError
from helpers.project import write_atomically
from helpers.run.errors import UsageError

STATE = "_runs/state.json"  # this machine's runs: never committed, so that a fresh clone runs everything
RECORD = "data/results/run.json"  # committed: lets `review check` see stale notebooks without running them
PACKAGE = Path(helpers.__file__).parent
# Made for people and pages, not for notebooks: a rule of `review check` keeps notebooks from importing them.
NOT_FOR_NOTEBOOKS = (
    "cli",
    "consistency",
    "extraction",
    "guards",
    "language",
    "links",
    "proof",
    "publish",
    "report",
    "run",
    "skeleton",
    "update",
)
LAYOUT = "2"  # raise it when the runner writes the same notebook in other bytes
DATA_SUFFIXES = (".csv", ".json", ".yaml", ".yml")


def shared_inputs(root: Path) -> str:
    """SHA-256 over everything that all notebooks may read: helpers, data, references, locked versions."""
    total = hashlib.sha256()
    for name, path in shared_files(root):
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def shared_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Files behind `shared_inputs`, with the names they go by on every machine."""
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0].removesuffix(".py") not in NOT_FOR_NOTEBOOKS:
            yield f"src/helpers/{inside.as_posix()}", path
    integrated = _integrated(root)
    for path in sorted((root / "data").rglob("*")):
        inside = path.relative_to(root / "data")
        if inside.parts[0] == "updates" and len(inside.parts) > 1 and inside.parts[1] not in integrated:
            continue  # under way: no evidence yet, so that a decision does not make every notebook due
        wanted = path.suffix in DATA_SUFFIXES or inside.parts[0] == "extraction"
        if wanted and inside.parts[0] != "results" and not path.name.startswith(".") and path.is_file():
            yield f"data/{inside.as_posix()}", path
    for name in ("references.bib", "requirements.lock"):
        if (root / name).is_file():
            yield name, root / name


def _integrated(root: Path) -> set[str]:
    """Ids of the updates that are part of the evidence."""
    try:
        with (root / "data" / "updates.csv").open(encoding="utf-8", newline="") as stream:
            return {row["update_id"] for row in csv.DictReader(stream) if row["status"] == "integrated"}
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        return set()  # `review check` and the loader tell


def refuse_foreign_helpers(root: Path) -> None:
    """Refuse to run a clone's notebooks with the helpers of another clone.

    Raises
    ------
    UsageError
        The review has helpers of its own and others are installed.
    """
    own = root / "src" / "helpers"
    if own.is_dir() and own.resolve() != PACKAGE.resolve():
        message = f"the review's own helpers are in {own}, but those in use are in {PACKAGE}"
        fix = "Use the review's own environment: `make .venv`, then its .venv/bin/review."
        raise UsageError([Fault("src/helpers", None, None, None, "own-helpers", message, fix)], "Other helpers in use")


def notebook_key(script: bytes, parameters: Mapping[str, Any], shared: str) -> str:
    """Key of one notebook: its source, the parameters that are not the defaults, and the shared inputs."""
    values = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    source = hashlib.sha256(script).hexdigest()
    return hashlib.sha256("\0".join([LAYOUT, source, values, shared]).encode()).hexdigest()


def read_record(root: Path, name: str) -> dict[str, dict[str, str]]:
    """Entries of `STATE` or `RECORD` by notebook; empty where there is no such file yet.

    Raises
    ------
    ReviewError
        The committed record is damaged, for example by a merge. The local state is merely forgotten then.
    """
    path = root / name
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        if not all(isinstance(v, str) for entry in entries.values() for v in entry.values()):
            raise TypeError("an entry is not text")
        return {key: dict(entry) for key, entry in entries.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if name == STATE:
            return {}
        fix = f"It is made by machine: delete {name} and run `review run --force`."
        raise ReviewError([Fault(name, None, None, None, "run-record", f"cannot be read: {error}", fix)]) from error


def write_record(root: Path, name: str, entries: Mapping[str, Mapping[str, str]]) -> None:
    """Write `STATE` or `RECORD`, the same bytes for the same entries."""
    text = json.dumps({"notebooks": entries}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomically(root / name, text)
