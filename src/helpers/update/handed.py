"""Which files were handed in, by whom, and that no two people handed in one and the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import screening
from helpers.faults import Fault
from helpers.update import layout
from helpers.update.errors import fault
from helpers.update.state import Update

HANDED_IN = "handed_in"
COLUMNS = ("sha256", "file", "phase", "stage", "reviewer", "handed_in_on")


def checksum(path: Path) -> str:
    """SHA-256 of a file as handed in; of a folder, of its tables with their names."""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    parts = [f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in sorted(path.glob("*.csv"))]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def place(update_id: str) -> str:
    """Path of the table of files that reviewers have handed in."""
    return layout.place(update_id, HANDED_IN)


def lists_handed_in(update: Update) -> pd.DataFrame:
    """Files of decisions that were taken over, one row a file and reviewer."""
    name = place(update.update_id)
    return layout.read_rows(update.root / name, COLUMNS, name)


def with_lists(
    before: pd.DataFrame, given: Sequence[tuple[Path, screening.Reading]], *, today: str
) -> tuple[pd.DataFrame, list[Fault]]:
    """The files handed in so far and now, and those that stand for two people.

    Parameters
    ----------
    before : DataFrame
        Files so far, as `lists_handed_in` gives them.
    given : sequence of (Path, Reading)
        Files now.
    today : str
        Day of handing in.

    Returns
    -------
    DataFrame
        The same file by the same person stands there once, under the day on which it first came.
    list of Fault
        Files that are byte for byte another reviewer's; a file that names all its reviewers may come once for each.
    """
    rows = [{str(name): str(cell) for name, cell in row.items()} for row in before.to_dict("records")]
    faults = []
    for path, reading in given:
        mark = checksum(path)
        people = reading.decisions[["phase", "stage", "reviewer"]].drop_duplicates().to_dict("records")
        for said in people:
            row = {"sha256": mark, "file": path.name, **{str(k): str(v) for k, v in said.items()}}
            same = [one for one in rows if one["sha256"] == mark and one["stage"] == row["stage"]]
            other = next((one for one in same if not _is_by(one, row["reviewer"])), None)
            if other is not None and not reading.is_shared:
                message = f"byte for byte the file {other['file']}, which was handed in for {other['reviewer']}"
                fix = "Give the file of the other reviewer. If both have really written the same, add --anyway."
                faults.append(fault(path.name, message, fix, rule="copied-list", value=row["reviewer"]))
            if not any(one["phase"] == row["phase"] and _is_by(one, row["reviewer"]) for one in same):
                rows.append(row | {"handed_in_on": today})
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"), faults


def _is_by(row: dict[str, str], reviewer: str) -> bool:
    return screening.same_name(row["reviewer"]) == screening.same_name(reviewer)
