"""A later update made up for tests: a synthetic lupus series added to a copy of the real review.

Nothing in it is evidence: the study, its author and its numbers do not exist.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

BASELINE, LATER = "2023-06-30", "2024-06-30"
STUDY, COHORT = "synthetic2024", "synthetic2024-sle"
JUDGED = "Made up for a test: two readers held both for survival without organ failure."


def append(root: Path, table: str, *rows: dict[str, Any]) -> None:
    """Add rows at the end of a table; cells not given are empty."""
    path = root / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert all(set(row) <= set(header) for row in rows), [set(row) - set(header) for row in rows]
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, fieldnames=header, restval="", lineterminator="\n").writerows(rows)


def change(root: Path, table: str, row_id: str, **cells: Any) -> None:
    """Set cells of one row."""
    path = root / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = [row for row in rows if row[next(iter(row))] == row_id]
    assert len(found) == 1, row_id
    found[0].update({name: str(value) for name, value in cells.items()})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def remove(root: Path, table: str, *row_ids: str) -> None:
    """Take rows out of a table."""
    path = root / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        header, rows = list(reader.fieldnames or ()), list(reader)
    kept = [row for row in rows if row[header[0]] not in row_ids]
    assert len(rows) - len(kept) == len(row_ids)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def update_row(update: str = LATER, version: str = "2024.1", **cells: Any) -> dict[str, Any]:
    """An integrated update."""
    return {
        "update_id": update,
        "version": version,
        "searched_through": update,
        "integrated_on": f"{int(update[:4]) + 3}-01-15",
        "next_due": f"{int(update[:4]) + 1}-06-30",
        "status": "integrated",
        "supersedes": f"{int(update[:4]) - 1}-06-30",
        "summary": "A made-up update, for tests only.",
    } | cells


def study_row(study: str = STUDY, **cells: Any) -> dict[str, Any]:
    """A study that came with the update."""
    return {
        "study_id": study,
        "first_author": "Synthetic A",
        "year": "2024",
        "role": "included",
        "design": "case_series",
        "conditions": "sle",
        "patients": "15",
        "identity": "high",
        "citation_key": "baldo2025",
        "source_id": "synthetic2024-report",
        "locator": "Made up",
        "added_in": LATER,
    } | cells


def cohort_row(cohort: str = COHORT, **cells: Any) -> dict[str, Any]:
    """Its patients with lupus."""
    return {
        "cohort_id": cohort,
        "study_id": STUDY,
        "condition": "sle",
        "patients": "15",
        "source_id": "synthetic2024-report",
        "locator": "Made up",
        "added_in": LATER,
    } | cells


def count_row(row_id: str, **cells: Any) -> dict[str, Any]:
    """A row of its counts."""
    return {
        "row_id": row_id,
        "section": "anakinra",
        "level": "study",
        "source_id": "synthetic2024-report",
        "study_id": STUDY,
        "condition": "sle",
        "treatment": "anakinra",
        "unit": "patients",
        "as_printed": "made up",
        "how_obtained": "stated",
        "locator": "Made up",
        "added_in": LATER,
    } | cells


ROWS = {
    "synthetic2024-sle-patients": {
        "section": "search_yield",
        "treatment": "none",
        "measure": "patients",
        "events": 15,
        "adds_up_to": "review-sle-patients",
    },
    "synthetic2024-anakinra-sle-received": {"measure": "received", "events": 9, "adds_up_to": "anakinra-sle-received"},
    "synthetic2024-anakinra-sle-assessable": {
        "measure": "assessable",
        "events": 9,
        "total": 9,
        "adds_up_to": "anakinra-sle-assessable",
    },
    "synthetic2024-anakinra-sle-favourable-outcome": {
        "measure": "favourable_outcome",
        "events": 5,
        "total": 9,
        "definition": "alive without organ failure",
        "comparable": JUDGED,
        "adds_up_to": "anakinra-sle-favourable-outcome",
    },
    "synthetic2024-anakinra-sle-death": {
        "measure": "death",
        "events": 4,
        "total": 9,
        "definition": "not defined",
        "adds_up_to": "anakinra-sle-death",
    },
}


def add_series(root: Path) -> None:
    """The whole synthetic update: fifteen patients with lupus, nine of them given anakinra."""
    append(root, "updates", update_row())
    append(
        root,
        "sources",
        {
            "source_id": "synthetic2024-report",
            "kind": "abstract",
            "citation_key": "baldo2025",
            "title": "Synthetic series, made up for tests",
            "read_as": "nothing: it does not exist",
        },
    )
    append(root, "studies", study_row())
    append(root, "cohorts", cohort_row())
    append(root, "counts", *(count_row(name, **cells) for name, cells in ROWS.items()))
