"""The page of results: every number that no single row holds, with how it was made and from which rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import wording
from helpers.evidence import ROW_KEYS, Evidence
from helpers.faults import Fault, ReviewError

RESULTS = "data/results"
MANY_ROWS = 12  # more rows behind a number than this are counted, not listed


def results(root: Path, review: Evidence) -> str:
    """Computed numbers of all notebooks, one line a calculation, each with an anchor of its own.

    Parameters
    ----------
    root : Path
        Folder of the review.
    review : Evidence
        Says which rows there are.

    Returns
    -------
    str
        Markdown: a heading and a table a notebook that computes something.

    Raises
    ------
    ReviewError
        Two notebooks use one key: a link to it could not tell them apart.
    """
    parts: list[str] = []
    home: dict[str, str] = {}
    faults: list[Fault] = []
    known = {row for table, key in ROW_KEYS.items() for row in review.tables[table][key]}
    for path in sorted((root / RESULTS).glob("[0-9][0-9]-*.json")):
        name, made = path.stem, computed(path)
        for key in made:
            if home.setdefault(key, name) != name:
                message, fix = f"{home[key]} has a computed number of the same key", "Give one of them another key."
                faults.append(Fault(f"notebooks/py/{name}.py", None, None, key, "unique-result", message, fix))
        if made:
            lines = [_line(key, entries, known) for key, entries in made.items()]
            parts.append(
                f"## [{_title(root, name)}](notebooks/{name}.ipynb)\n\n{wording.markdown_table(pd.DataFrame(lines))}"
            )
    if faults:
        raise ReviewError(faults, "The page of results cannot be made")
    return "\n\n".join(parts) + "\n" if parts else "*No notebook has computed anything yet.*\n"


def computed(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Computed numbers of one notebook by key, in the order in which the page shows them, none twice."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in json.loads(path.read_text(encoding="utf-8"))["results"]:
        for value in result.get("values", []):
            if isinstance(value, dict) and "result" in value:
                entries = found.setdefault(value["result"], [])
                if value not in entries:
                    entries.append(value)
    return found


def _line(key: str, entries: list[dict[str, Any]], known: set[str]) -> dict[str, str]:
    rows = list(dict.fromkeys(row for entry in entries for row in entry["rows"]))
    told = [f"[`{row}`]({wording.EVIDENCE_PAGE}#{row})" if row in known else f"`{row}`" for row in rows[:MANY_ROWS]]
    if len(rows) > MANY_ROWS:
        told.append("and others")
    by_how: dict[str, list[str]] = {}
    for entry in entries:
        by_how.setdefault(entry["how"], []).append(entry["shown"])
    shown = [f"{'; '.join(dict.fromkeys(numbers))}" for numbers in by_how.values()]
    return {
        "Result": f"[`{key}`]{{#result-{key}}}",
        "Numbers": "<br>".join(shown),
        "How they were made": "<br>".join(by_how),
        "Evidence rows": "<br>".join(told),
    }


def _title(root: Path, name: str) -> str:
    """Title of a notebook, from the block at its head."""
    notebook = json.loads((root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    source = notebook["cells"][0]["source"]
    lines = ("".join(source) if isinstance(source, list) else source).splitlines()
    title = next((line.partition(":")[2].strip() for line in lines if line.startswith("title:")), name)
    return title.strip("\"'")
