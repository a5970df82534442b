"""What the audit says of the new rows, and why a person lets a finding stand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import audit, evidence, extraction, records
from helpers.faults import Fault
from helpers.project import write_together
from helpers.screening import sources
from helpers.update import calendar, extracted, layout
from helpers.update.errors import fault, refuse
from helpers.update.handouts import Handout, hand_out
from helpers.update.outcome import Outcome
from helpers.update.state import Update, read_update

ACKNOWLEDGED = "acknowledged"
COLUMNS = ("finding_id", "table", "row", "rule", "words", "reason", "person", "decided_on")
SHEET = ("finding_id", "must_settle", "table", "row", "rule", "words", "locator", "reason")
LIST = "audit.csv"


def audit_findings(update: Update, found: extraction.Reconciliation) -> list[audit.Finding]:
    """What does not hold in the rows that are settled, before they are merged."""
    rows = {name: frame for name, frame in found.tables.items() if len(frame)}
    return audit.check_new_rows(rows, evidence.load(update.root)) if rows else []


def finding_id(found: audit.Finding) -> str:
    """Id of a finding: another one as soon as it says something else."""
    text = "\0".join((found.table, found.row, found.rule, found.words))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def answered(update: Update) -> pd.DataFrame:
    """Findings that a person lets stand, with the reason."""
    place = layout.place(update.update_id, ACKNOWLEDGED)
    return layout.read_rows(update.root / place, COLUMNS, place)


def unanswered(update: Update, findings: Sequence[audit.Finding]) -> list[audit.Finding]:
    """Findings that keep the rows from being merged: they cannot be right, and nobody has said why they stay."""
    known = set(answered(update)["finding_id"])
    return [one for one in findings if one.must_settle and finding_id(one) not in known]


def write_findings(update: Update, findings: Sequence[audit.Finding]) -> list[str]:
    """Write the findings as a list to answer, and say how many there are."""
    if not findings:
        return []
    path = update.root / layout.worklist(update.update_id, LIST)
    before = answered(update)
    reasons = dict(zip(before["finding_id"], before["reason"], strict=True))
    rows = [
        {**one.to_dict(), "finding_id": finding_id(one), "reason": reasons.get(finding_id(one), "")} for one in findings
    ]
    frame = pd.DataFrame(rows).assign(must_settle=["yes" if one.must_settle else "no" for one in findings])
    text = records.write_csv(frame[list(SHEET)], bom=True)
    kept = hand_out(update.root, [Handout(path, text, ("finding_id",), ("reason",))])
    told = [*kept, f"What the audit found, for the extractors: {layout.shown(update.root, path)}"]
    if left := unanswered(update, findings):
        told.append(
            f"{len(left)} cannot be right as they stand. Correct the forms and hand them in again; or, where the report"
            " prints it so, say so in the column `reason` and hand the list in with --acknowledged."
        )
    return told


def take_acknowledged(root: Path, path: Path, *, person: str, today: str) -> Outcome:
    """Take over why findings may stand.

    Raises
    ------
    ReviewError
        The list cannot be read, or speaks of findings that there are not. Nothing was taken over.
    """
    update = read_update(root, calendar.running_update(root))
    found = extracted.reconciliation(update)
    findings = {finding_id(one): one for one in (audit_findings(update, found) if found else [])}
    sheet = sources.read_sheet(sources.read_text(path), path)
    faults: list[Fault] = []
    if lacking := [name for name in ("finding_id", "reason") if name not in sheet.columns]:
        fix = "Give the list that `review update extract` wrote."
        faults += [fault(path.name, "this column is missing", fix, rule="columns", column=c, row=1) for c in lacking]
    new = []
    for line, row in sheet.rows if not faults else ():
        cells = {name: records.unsafe_cell(cell).strip() for name, cell in row.items()}
        if not cells["reason"]:
            continue
        one = findings.get(cells["finding_id"])
        if one is None:
            fix = "The rows have changed since the list was written; take the new list."
            message = "there is no such finding"
            faults.append(fault(path.name, message, fix, rule="known-finding", row=line, value=cells["finding_id"]))
            continue
        said = {"finding_id": cells["finding_id"], "table": one.table, "row": one.row, "rule": one.rule}
        new.append(said | {"words": one.words, "reason": cells["reason"], "person": person, "decided_on": today})
    if faults:
        raise refuse("Nothing was taken over", *faults)
    before = answered(update)
    known = set(zip(before["finding_id"], before["reason"], strict=True))
    fresh = [row for row in new if (row["finding_id"], row["reason"]) not in known]
    replaced = before[~before["finding_id"].isin([row["finding_id"] for row in fresh])]
    rows = pd.concat([replaced, pd.DataFrame(fresh, columns=list(COLUMNS))], ignore_index=True)
    write_together(root, {layout.place(update.update_id, ACKNOWLEDGED): layout.as_csv(rows, COLUMNS)})
    left = len(unanswered(update, list(findings.values())))
    return Outcome([f"{len(fresh)} findings acknowledged by {person}; {left} still to be settled."])
