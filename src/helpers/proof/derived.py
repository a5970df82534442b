"""Derived views audited like the source: what pages, figures and files show is worked out again from rows and roles.

Each number that the notebooks recorded is held against the cells of its row; each cell of the evidence map is counted a
second time; the summary of findings may call patients treated, or an outcome, only what its rows count as such; and what a
caption or heading says must be what the rows below it are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import synthesis, wording
from helpers.codes import RESULTS as OUTCOME_ROLES
from helpers.evidence import Evidence
from helpers.faults import Fault
from helpers.project import read_made
from helpers.proof.labels import check_labels, check_table, row_of
from helpers.proof.mapped import check_map
from helpers.proof.origins import RESULTS, tokens_of_row
from helpers.proof.tokens import numbers_in

FINDINGS, SUMMARY, SUMMARY_TABLE = (
    *("data/findings.csv", f"{RESULTS}/summary.json"),
    f"{RESULTS}/pages/summary-of-findings.md",
)
MAP_COLUMNS = {"treatment", "condition", "kind", "patients", "reason"}  # by which a recorded evidence map is known
FINDING_ROLES = {"use_row": ("use",), "outcome_row": OUTCOME_ROLES}
AGAIN = "Run `review run`; if it comes back, mend what records the value."
LEVEL = 0.95


def check_derived(root: Path, review: Evidence) -> list[Fault]:
    """What is shown and is not what the rows say.

    Parameters
    ----------
    root : Path
        Folder of the review, with its executed notebooks and results.
    review : Evidence
        The evidence that they show.

    Returns
    -------
    list of Fault
        Rules: ``shown-value`` (a recorded number is not that of its row), ``map-cell``, ``map-basis``, ``map-reason`` (the
        evidence map), ``finding-role`` (a line of the summary points at a row that counts something else), ``label-role``
        and ``label-code`` (words say something else than their rows).
    """
    faults = check_findings(review)
    for path in sorted((root / RESULTS).glob("[0-9][0-9]-*.json")):
        faults += check_results(review, f"{RESULTS}/{path.name}", read_made(root, f"{RESULTS}/{path.name}"))
    for path in sorted((root / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        faults += check_labels(review, path)
    if (root / SUMMARY).is_file():
        faults += check_summary(review, read_made(root, SUMMARY))
    if (root / SUMMARY_TABLE).is_file():
        faults += check_table(review, SUMMARY_TABLE, "", "", (root / SUMMARY_TABLE).read_text(encoding="utf-8"))
    return faults


def check_findings(review: Evidence) -> list[Fault]:
    """Lines of the summary of findings that call patients treated, or an outcome, what their row does not count as such."""
    faults = []
    for line, finding in review.tables["findings"].iterrows():
        for column, roles in FINDING_ROLES.items():
            row = None if pd.isna(finding[column]) else row_of(review, finding[column])
            if row is not None and review.codes.role("measure", row["measure"]) not in roles:
                counts = f"{review.label('measure', row['measure'])!r} ({review.codes.role('measure', row['measure'])})"
                message = f"the column holds {' or '.join(roles)}, and the row counts {counts}"
                fix = "Name a row that counts it, or leave the cell empty: the page then says that it is not stated."
                faults.append(Fault(FINDINGS, int(str(line)), column, finding[column], "finding-role", message, fix))
    return faults


def check_summary(review: Evidence, document: Mapping[str, Any]) -> list[Fault]:
    """Lines of the published summary of findings that are not those of `findings`, or whose numbers are not their rows'."""
    expected = review.tables["findings"].set_index("finding_id")
    faults: list[Fault] = []
    published = {entry["finding_id"]: entry for entry in document["findings"]}
    for name in [*expected.index.difference(list(published)), *(n for n in published if n not in expected.index)]:
        message = "the line is only in one of data/findings.csv and the published summary"
        faults.append(Fault(SUMMARY, None, None, str(name), "shown-value", message, AGAIN))
    for name, entry in published.items():
        for column in FINDING_ROLES:
            wanted = expected[column].get(name)
            shown = (entry.get(column) or {}).get("row")
            if name in expected.index and shown != (None if pd.isna(wanted) else wanted):
                message = f"data/findings.csv names {wanted} here"
                faults.append(Fault(SUMMARY, None, f"{name}: {column}", shown, "shown-value", message, AGAIN))
            faults += _value_faults(review, SUMMARY, f"{name}: {column}", entry.get(column) or {})
    return faults


def check_results(review: Evidence, file: str, document: Mapping[str, Any]) -> list[Fault]:
    """Recorded numbers of a notebook that are not those of their rows, and cells of a map that the rows do not give."""
    faults: list[Fault] = []
    for result in document.get("results", []):
        values = [value for value in result.get("values", []) if isinstance(value, dict)]
        place = str(result.get("id") or "a table without a name")
        for value in values:
            faults += _value_faults(review, file, place, value)
        if cells := [value for value in values if value.keys() >= MAP_COLUMNS]:
            faults += check_map(review, file, place, cells)
    return list(dict.fromkeys(faults))


def _value_faults(review: Evidence, file: str, place: str, value: Mapping[str, Any]) -> Iterator[Fault]:
    """Where a recorded value differs from the evidence row that it names."""
    name = next((value[key] for key in ("row_id", "row", "dose_id", "comparison_id") if value.get(key)), None)
    if name is None:
        return
    row = row_of(review, name)
    if row is None:
        message = "it names an evidence row that there is not"
        yield Fault(file, None, place, str(name), "shown-value", message, AGAIN)
        return
    for column in value.keys() & set(row.index):
        if not _same(value[column], row[column]):
            message = f"{column} of {name} is {'empty' if pd.isna(row[column]) else row[column]}"
            yield Fault(file, None, f"{place}: {column}", str(value[column]), "shown-value", message, AGAIN)
    if beside := set(numbers_in(str(value.get("shown") or ""))) - tokens_of_row(review, row):
        message = f"{', '.join(sorted(beside))}: not among the numbers of {name}"
        yield Fault(file, None, place, str(value["shown"]), "shown-value", message, AGAIN)
    yield from _estimate_faults(file, place, str(name), value)


def _estimate_faults(file: str, place: str, name: str, value: Mapping[str, Any]) -> Iterator[Fault]:
    """Where a recorded share or its interval is not that of its count."""
    if value.get("estimate") is None or not value.get("total"):
        return
    exact = synthesis.proportion_ci(
        int(value["events"]), int(value["total"]), method=wording.INTERVAL_METHOD, level=LEVEL
    )
    for column in ("estimate", "ci_low", "ci_high"):
        if value.get(column) is not None and not _same(value[column], getattr(exact, column)):
            message = f"{column} of {name} is {getattr(exact, column):.4f}"
            yield Fault(file, None, f"{place}: {column}", str(value[column]), "shown-value", message, AGAIN)


def _same(shown: Any, cell: Any) -> bool:
    if shown is None or pd.isna(cell):
        return shown is None and bool(pd.isna(cell))
    if isinstance(shown, (int, float)) and not isinstance(shown, bool):
        return math.isclose(shown, float(cell), rel_tol=1e-9, abs_tol=1e-12)
    return str(shown) == str(cell)
