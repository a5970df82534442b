"""Results that notebooks publish for machines: one JSON file per notebook, in the order of appearance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers.faults import Fault, ReviewError
from helpers.mime import RESULT_MIME
from helpers.project import read_made
from helpers.run.pairs import Pair

RESULTS = "data/results"
# JSON has no word for them: a kernel sends them as text, and Python writes its own words.
NOT_FINITE = re.compile(r'(: |^\s*)("-?(nan|inf)"|-?(NaN|Infinity)),?$', re.M)


def harvest(pair: Pair, cells: Iterable[Mapping[str, Any]]) -> str:
    """Text of the result file of a notebook with these executed cells.

    Raises
    ------
    ReviewError
        Two results share an id, or a value is not a number that JSON knows.
    """
    faults = []
    found: list[Any] = []
    ids: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        for output in cell.get("outputs", []):
            result = output.get("data", {}).get(RESULT_MIME)
            if result is None:
                continue
            identifier = result.get("id") if isinstance(result, dict) else None
            if identifier is not None and identifier in ids:
                message, fix = "two results of the notebook have the same id", "Name one of them differently."
                faults.append(_fault(pair, number, str(identifier), "unique-result", message, fix))
            ids.add(str(identifier))
            found.append(result)
    text = json.dumps({"notebook": pair.name, "results": found}, sort_keys=True, indent=2, ensure_ascii=False)
    if NOT_FINITE.search(text):
        message = "a result holds a number that is not finite (NaN or infinity)"
        fix = "Publish `null` with the reason instead."
        faults.append(_fault(pair, None, None, "finite-result", message, fix))
    if faults:
        raise ReviewError(faults, f"Results of {pair.name} cannot be written")
    return text + "\n"


def read_results(root: Path) -> dict[str, dict[str, Any]]:
    """The result files of the notebooks, by the notebook's name; a file that cannot be read counts as empty."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((root / RESULTS).glob("[0-9][0-9]-*.json")):
        try:
            found[path.stem] = read_made(root, f"{RESULTS}/{path.name}")
        except ReviewError:
            found[path.stem] = {}
    return found


def _fault(pair: Pair, cell: int | None, value: str | None, rule: str, message: str, fix: str) -> Fault:
    return Fault(pair.script_name, None, f"cell {cell}" if cell else None, value, rule, message, fix)


def remove_orphans(root: Path, pairs: Iterable[Pair]) -> list[str]:
    """Delete result files of notebooks that are no more; returns their names."""
    known = {pair.name for pair in pairs}
    removed = []
    for path in sorted((root / RESULTS).glob("[0-9][0-9]-*.json")):
        if path.stem not in known:
            path.unlink()
            removed.append(f"{RESULTS}/{path.name}")
    return removed
