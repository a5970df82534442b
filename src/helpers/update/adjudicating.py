"""What a third person decides where two extractions differ: taken over where they differ, and only as long as they do."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers import extraction, screening
from helpers.extraction.decisions import COLUMNS, WHO
from helpers.extraction.joint import Extraction
from helpers.faults import Fault
from helpers.update import extracted, layout
from helpers.update.errors import fault, refuse
from helpers.update.extracted import DECISIONS, EXTRACTORS, folder
from helpers.update.state import Update

HEADLINE = "No decision was taken over"
Both = tuple[Extraction, Extraction]


def both(update: Update, read: Mapping[str, Extraction]) -> Both | None:
    """Both extractions, forms just read before those that are kept; None while either is missing."""
    if len({*read, *extracted.handed_in(update)}) < len(EXTRACTORS):
        return None
    home = update.root / folder(update.update_id)
    return read.get("a", home / "a"), read.get("b", home / "b")


def decisions(
    update: Update, read: Mapping[str, Extraction], adjudicated: Path | None, *, person: str = "", today: str = ""
) -> tuple[dict[str, str], list[str]]:
    """The decisions that fit the forms as they are now, with those of a list; nothing is written.

    Parameters
    ----------
    update : Update
        The update.
    read : mapping of str to tables
        Forms just handed in, by extractor.
    adjudicated : Path, optional
        The list of what differs, with choices made.
    person, today : str
        Who has filled in the list, and the day on which it is handed in; both are kept with each new decision.

    Returns
    -------
    files : dict of str to str
        The decisions as a file of the update; empty where there are none yet.
    told : list of str
        How many earlier decisions have nothing to decide any more.

    Raises
    ------
    ReviewError
        A line of the list cannot be followed, or is about what both extractors say alike. Nothing is taken over.
    """
    pair = both(update, read)
    place = f"{folder(update.update_id)}/{DECISIONS}"
    path = update.root / place
    if adjudicated and pair is None:
        fix = "Hand in both forms first: review update extract --a FORM --b FORM"
        raise refuse(HEADLINE, fault(str(adjudicated), "there is nothing to decide yet", fix, rule="forms-first"))
    if pair is None or not (adjudicated or path.is_file()):
        return {}, []
    kept, gone = _still_fitting(update, pair, path) if path.is_file() else (None, 0)
    if adjudicated:
        kept = _added(update, pair, adjudicated, kept, person, today)
    told = [f"{gone} earlier decisions no longer fit the forms; what still differs is open again."] if gone else []
    return {place: extraction.worklist_csv(kept)} if kept is not None else {}, told


def _still_fitting(update: Update, pair: Both, path: Path) -> tuple[pd.DataFrame, int]:
    """Decisions made before, without those that the forms of now leave nothing to decide; and how many those are."""
    found = extraction.reconcile(update.root, *pair, path).decisions
    gone = {one.line for one in extraction.needless(update.root, *pair, found)}
    kept = found.loc[[line not in gone for line in range(2, len(found) + 2)]]  # the header is line 1
    return kept.reindex(columns=[*COLUMNS, *WHO]).fillna(""), len(layout.read_any(path)) - len(kept)


def third_person(person: str, extractors: Mapping[str, Mapping[str, str]], decided: Sequence[str] = ()) -> list[Fault]:
    """What speaks against somebody having decided between the two extractors.

    Parameters
    ----------
    person : str
        Who decides now; empty where nobody does.
    extractors : mapping
        The two, as `extractors.people` gives them.
    decided : sequence of str
        Who has decided before.
    """
    names = {screening.same_name(row["person"]): row["person"] for row in extractors.values()}
    fix = "Somebody else decides what the extractors differ on; nobody judges between another's reading and their own."
    return [
        fault(
            "--person" if name == person else DECISIONS,
            "one of the two extractors",
            fix,
            rule="third-person",
            value=name,
        )
        for name in dict.fromkeys([*([person] if person else []), *decided])
        if name and screening.same_name(name) in names
    ]


def deciders(update: Update) -> list[str]:
    """Who has decided on differences so far."""
    path = update.root / folder(update.update_id) / DECISIONS
    rows = layout.read_any(path) if path.is_file() else pd.DataFrame()
    return list(dict.fromkeys(rows["person"])) if "person" in rows else []


def _added(
    update: Update, pair: Both, adjudicated: Path, before: pd.DataFrame | None, person: str, today: str
) -> pd.DataFrame:
    """The decisions of a list, and those made before on other cells and rows."""
    if not adjudicated.is_file():
        fix = "Give the list of what differs, filled in."
        raise refuse(HEADLINE, fault(str(adjudicated), "the file is not there", fix, rule="file-present"))
    found = extraction.reconcile(update.root, *pair, adjudicated)
    needless = extraction.needless_faults(extraction.needless(update.root, *pair, adjudicated))
    if faults := [*found.faults, *needless]:
        raise refuse(HEADLINE, *faults)
    earlier = {} if before is None else {_said(row): row for row in before.to_dict("records")}
    rows = [
        earlier.get(_said(row)) or row | {"person": person, "decided_on": today}  # handed in again it stays as it was
        for row in found.decisions.to_dict("records")
    ]
    new = pd.DataFrame(rows, columns=[*COLUMNS, *WHO], dtype=object)
    together = pd.concat([new, *([] if before is None else [before])], ignore_index=True).fillna("")
    # A row of the second extractor only has no id of the first: its own stands where the value would.
    own = together["value_chosen"].where(together["row_a"] == "", "")
    return together[~together.assign(own=own).duplicated(["table", "row_a", "column", "own"])]


def _said(row: Mapping[Hashable, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in COLUMNS)
