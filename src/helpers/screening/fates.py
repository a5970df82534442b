"""What became of each record of an update: exactly one fate, so that nothing is counted twice or lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.screening.combining import CONFLICT, INCOMPLETE
from helpers.screening.words import EXCLUDE, FULL_TEXT, INCLUDE, NOT_RETRIEVED, TITLE_ABSTRACT

DATABASES, OTHER = "databases", "other"
ARMS = {"databases": DATABASES, "registers": DATABASES, "other": OTHER}  # PRISMA draws registers with the databases
SCREENING, RECORDS = "screening.csv", "records.csv"
UNDECIDED = ("", CONFLICT, INCOMPLETE)


@dataclass(frozen=True)
class Fate:
    """Where a record ended: the box it is counted in for good, and the reason where it was excluded."""

    record: str
    report: str
    arm: str
    database: str
    box: str
    reason: str = ""


def fates(
    exports: pd.DataFrame,
    records: pd.DataFrame,
    reports: pd.Series,
    outcomes: pd.DataFrame,
    *,
    already_decided: Collection[str],
    notices: Collection[str] = (),
    allow_open: bool,
) -> list[Fate]:
    """Fate of each record, those from databases first.

    Parameters
    ----------
    exports, records : DataFrame
        Columns of ``exports.csv`` and ``records.csv``.
    reports : Series
        Report of each record, by record id.
    outcomes : DataFrame
        As `combine` gives them.
    already_decided : collection of str
        Records or reports decided in an earlier update.
    notices : collection of str
        Reports on included studies that are looked at and not screened.
    allow_open : bool
        Whether a report may still await a decision.

    Returns
    -------
    list of Fate
        One a record.

    Raises
    ------
    ReviewError
        Records without export or report, decisions that have no place in the flow, or open reports.
    """
    rows = placed(exports, records, reports)
    decided = set(already_decided)
    earlier = {report for record, report, *_ in rows if record in decided or report in decided}
    said = {
        (str(row["phase"]), str(row["report_id"])): (str(row["outcome"]), str(row["reason"]))
        for row in outcomes.fillna("").to_dict("records")
    }
    faults = _misplaced(said, {report for _, report, *_ in rows}, earlier | set(notices))
    found, seen = [], set[str]()
    for record, report, arm, database in rows:
        if report in seen:
            found.append(Fate(record, report, arm, database, "duplicates_removed"))
            continue
        seen.add(report)
        if report in earlier or report in notices:
            box, reason = "already_decided", "" if report in earlier else "notice"
        else:
            box, reason = _box(report, said)
        found.append(Fate(record, report, arm, database, box, reason))
    if not allow_open:
        faults += [_open(fate, said) for fate in found if fate.box.startswith("awaiting_")]
    if faults:
        raise ReviewError(faults, "The flow cannot be computed")
    return found


def _box(report: str, said: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[str, str]:
    outcome, reason = said.get((TITLE_ABSTRACT, report), ("", ""))
    if outcome in UNDECIDED:
        return "awaiting_title_abstract", ""
    if outcome == EXCLUDE:
        return "excluded_title_abstract", reason
    outcome, reason = said.get((FULL_TEXT, report), ("", ""))
    if outcome in UNDECIDED:
        return "awaiting_full_text", ""
    if outcome == EXCLUDE:
        return ("not_retrieved", "") if reason == NOT_RETRIEVED else ("excluded_full_text", reason)
    return "included_reports", ""


def placed(exports: pd.DataFrame, records: pd.DataFrame, reports: pd.Series) -> list[tuple[str, str, str, str]]:
    """Record, report, arm and database of each record; records from databases come before those by other methods.

    Raises
    ------
    ReviewError
        A record has no export, or no report.
    """
    arms = {str(e): ARMS.get(str(arm), "") for e, arm in zip(exports["export_id"], exports["arm"], strict=True)}
    databases = dict(zip(exports["export_id"], exports["database"].fillna(""), strict=True))
    groups = reports.to_dict()
    faults, found = [], []
    for row in records.fillna("").to_dict("records"):
        record, export = str(row["record_id"]), str(row["export_id"])
        if not arms.get(export):
            message = "its export is not in exports.csv, or has no arm"
            faults.append(Fault(RECORDS, None, record, export, "flow-record", message, "Import the file again."))
        elif record not in groups:
            faults.append(Fault(RECORDS, None, record, None, "flow-record", "belongs to no report", "Link again."))
        else:
            database = str(databases[export] or row["database"] or "not stated")
            found.append((record, str(groups[record]), arms[export], database))
    if faults:
        raise ReviewError(faults, "The flow cannot be computed")
    return sorted(found, key=lambda row: row[2] == OTHER)


def _misplaced(said: Mapping[tuple[str, str], tuple[str, str]], known: set[str], earlier: set[str]) -> list[Fault]:
    faults = []
    for (phase, report), (outcome, _) in said.items():
        if report not in known:
            message, fix = "a decision on a report that is not in this update", "Remove it, or restore the record."
        elif report in earlier:
            message = "a decision on a report that an earlier update has decided"
            fix = "Undo the link to that report, or remove the decision: what was decided does not come back."
        elif phase == FULL_TEXT and said.get((TITLE_ABSTRACT, report), ("",))[0] != INCLUDE:
            message = "decided on full text, but title and abstract have not kept it"
            fix = "Settle title and abstract first."
        else:
            continue
        faults.append(Fault(SCREENING, None, report, outcome, "flow-decision", message, fix))
    return faults


def _open(fate: Fate, said: Mapping[tuple[str, str], tuple[str, str]]) -> Fault:
    phase = TITLE_ABSTRACT if fate.box == "awaiting_title_abstract" else FULL_TEXT
    outcome = said.get((phase, fate.report), ("",))[0]
    message = "the reviewers differ" if outcome == CONFLICT else "not decided by two reviewers"
    fix = "Settle it by consensus." if outcome == CONFLICT else "Hand in what is missing."
    return Fault(SCREENING, None, fate.report, outcome or None, "flow-open", f"{phase}: {message}", fix)
