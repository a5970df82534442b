"""The page of results: every number that no single row holds, with how it was made and from which rows."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pandas as pd

from helpers import markup, wording
from helpers.evidence import ROW_KEYS, Evidence
from helpers.faults import Fault, ReviewError
from helpers.project import read_made

RESULTS = "data/results"
MANY_WORDS = 3  # of what stands before a colon: more are no name of a number
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
            ways = _ways(made)
            lines = [_line(key, entries, known, name, ways) for key, entries in made.items()]
            parts.append(f"## [{_title(root, name)}](notebooks/{name}.ipynb)")
            parts.append(wording.markdown_table(pd.DataFrame(lines)))
            parts.append("How they were made:")
            parts.append("\n".join(f"- [**{mark}**]{{#how-{name}-{mark}}} {how}" for how, mark in ways.items()))
    if faults:
        raise ReviewError(faults, "The page of results cannot be made")
    return "\n\n".join(parts) + "\n" if parts else "*No notebook has computed anything yet.*\n"


def computed(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Computed numbers of one notebook by key, in the order in which the page shows them, none twice."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in read_made(path.parents[2], f"{RESULTS}/{path.name}")["results"]:
        for value in result.get("values", []):
            if isinstance(value, dict) and "result" in value:
                entries = found.setdefault(value["result"], [])
                if value not in entries:
                    entries.append(value)
    return found


def _ways(made: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Each way in which numbers of a notebook were made, once, and its letter: a to z, then aa to zz."""
    ways = dict.fromkeys(entry["how"] for entries in made.values() for entry in entries)
    letters = len(ascii_lowercase)
    return {how: ascii_lowercase[place % letters] * (1 + place // letters) for place, how in enumerate(ways)}


def _line(key: str, entries: list[dict[str, Any]], known: set[str], name: str, ways: dict[str, str]) -> dict[str, str]:
    rows = list(dict.fromkeys(row for entry in entries for row in entry["rows"]))
    listed = {row: markup.ident(row) for row in rows[:MANY_ROWS]}
    told = [f"[`{i}`]({wording.EVIDENCE_PAGE}#{i})" if row in known else f"`{i}`" for row, i in listed.items()]
    if len(rows) > MANY_ROWS:
        told.append("and others")
    by_how: dict[str, list[str]] = {}
    for entry in entries:
        by_how.setdefault(entry["how"], []).append(entry["shown"])
    return {
        "Result": f"[`{key}`]{{#result-{key}}}",
        "Numbers": "<br>".join(_numbers(how, shown, name, ways[how]) for how, shown in by_how.items()),
        "Evidence rows": "<br>".join(told),
    }


def _numbers(how: str, shown: list[str], name: str, mark: str) -> str:
    """Numbers made in one way, behind what the way calls them, and the letter of the way."""
    label = how.partition(": ")[0]
    named = f"{label}: " if label != how and len(label.split()) <= MANY_WORDS else ""
    return f"{named}{'; '.join(dict.fromkeys(shown))} ([{mark}](#how-{name}-{mark}))"


def _title(root: Path, name: str) -> str:
    """Title of a notebook, from the block at its head."""
    notebook = read_made(root, f"notebooks/{name}.ipynb")
    source = notebook["cells"][0]["source"]
    lines = ("".join(source) if isinstance(source, list) else source).splitlines()
    title = next((line.partition(":")[2].strip() for line in lines if line.startswith("title:")), name)
    return title.strip("\"'")
