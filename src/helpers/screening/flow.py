"""The PRISMA 2020 flow of an update, computed from its records, links and decisions; nobody types a number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.screening.arithmetic import check_flow
from helpers.screening.combining import combine
from helpers.screening.fates import DATABASES, OTHER, Fate, fates
from helpers.screening.reasons import Reasons
from helpers.screening.sheet import ALL, PREVIOUS, Flow, Sheet

STUDIES = "studies.csv"
NO_REASON = "no reason given"
DECIDED_BEFORE, NOTICE = "decided in an earlier version", "notice on an included study"
AFTER_EXTRACTION = "Known once the reports have been put together to studies."


def flow(
    update_id: str,
    exports: pd.DataFrame,
    records: pd.DataFrame,
    reports: pd.Series,
    screening: pd.DataFrame,
    *,
    reasons: Reasons,
    previous: Mapping[str, Any],
    source_id: str,
    already_decided: Collection[str] = (),
    notices: Collection[str] = (),
    included_studies: Mapping[str, str] | None = None,
    allow_open: bool = False,
) -> Flow:
    """PRISMA 2020 flow of an update of the review.

    Parameters
    ----------
    update_id : str
        The update.
    exports : DataFrame
        Columns of ``exports.csv``; ``arm`` says whether a file belongs to databases, registers or other methods.
    records : DataFrame
        Columns of ``records.csv``, one row a record.
    reports : Series
        Report of each record, by record id.
    screening : DataFrame
        Columns of ``screening.csv``.
    reasons : Reasons
        Reasons for exclusion, for labels and order.
    previous : mapping
        The previous version: ``studies`` and ``reports`` (counts, None where not stated), and where known
        ``study_ids``, and ``update_id``.
    source_id : str
        Row of ``data/sources.csv`` that computed boxes name as their source.
    already_decided : collection of str
        Records or reports decided in an earlier update.
    notices : collection of str
        Reports that correct or retract an included study: a person looks at them, and they are not screened.
    included_studies : mapping of str to str, optional
        Study of each included report, once extraction has settled it; before, boxes of studies have no number.
    allow_open : bool
        Whether reports may still await a decision; they then stand in boxes of their own.

    Returns
    -------
    Flow
        Arms: ``databases`` (and registers), ``other`` when a record came by another method, ``previous``, and ``all``
        for what the arms have in common.

    Raises
    ------
    ReviewError
        A decision speaks of a report that is not in the update, was decided before or had been excluded; a report is
        still open and `allow_open` is off; an included report has no study; or boxes do not add up.

    Notes
    -----
    Each record has one fate. Of a report that was found several times, the first record stands for the report and the
    others are duplicates; a record from databases comes before one from other methods.
    """
    outcomes = combine(screening, reasons=reasons)
    found = fates(
        exports, records, reports, outcomes, already_decided=already_decided, notices=notices, allow_open=allow_open
    )
    sheet = Sheet(update_id, source_id)
    arms = [DATABASES, *([OTHER] if any(f.arm == OTHER for f in found) else [])]
    for arm in arms:
        _arm(sheet, arm, [f for f in found if f.arm == arm], reasons)
    included = [f for f in found if f.box == "included_reports"]
    _studies(sheet, included, included_studies, previous)
    result = sheet.flow()
    faults = check_flow(result.boxes, members=result.members)
    if faults:
        raise ReviewError(faults, f"The flow of update {update_id} does not add up")
    return result


def _arm(sheet: Sheet, arm: str, found: list[Fate], reasons: Reasons) -> None:
    """The boxes of one arm, from the top down."""

    def of(*boxes: str) -> list[Fate]:
        return [f for f in found if f.box in boxes]

    by_database = {name: [f for f in found if f.database == name] for name in dict.fromkeys(f.database for f in found)}
    sheet.records("identified", arm, found, parts=by_database)
    sheet.records("duplicates_removed", arm, of("duplicates_removed"))
    if arm == DATABASES:
        sheet.records("automation_removed", arm, [], note="No tool excludes records; a ranking only orders them.")
    aside = of("already_decided")
    on_included = [f for f in aside if f.reason]
    parts = {NOTICE: on_included, DECIDED_BEFORE: [f for f in aside if not f.reason]} if on_included else {}
    sheet.records("already_decided", arm, aside, parts={name: part for name, part in parts.items() if part})
    screened = [f for f in found if f.box not in ("duplicates_removed", "already_decided")]
    sheet.records("screened", arm, screened)
    early = of("excluded_title_abstract")
    sheet.records("excluded_title_abstract", arm, early, parts=_by_reason(early, reasons, only_if_any=True))
    sought = of("not_retrieved", "awaiting_full_text", "excluded_full_text", "included_reports")
    assessed = of("excluded_full_text", "included_reports")
    late = of("excluded_full_text")
    if of("awaiting_title_abstract"):
        sheet.records("awaiting_title_abstract", arm, of("awaiting_title_abstract"))
    sheet.reports("sought", arm, sought)
    sheet.reports("not_retrieved", arm, of("not_retrieved"))
    if of("awaiting_full_text"):
        sheet.reports("awaiting_full_text", arm, of("awaiting_full_text"))
    sheet.reports("assessed", arm, assessed)
    sheet.reports("excluded_full_text", arm, late, parts=_by_reason(late, reasons))
    sheet.reports("included_reports", arm, of("included_reports"))


def _by_reason(found: list[Fate], reasons: Reasons, *, only_if_any: bool = False) -> dict[str, list[Fate]]:
    if only_if_any and not any(f.reason for f in found):
        return {}
    parts = {r.label: [f for f in found if f.reason == r.code] for r in reasons.all}
    parts[NO_REASON] = [f for f in found if not f.reason]
    return {label: part for label, part in parts.items() if part}


def _studies(
    sheet: Sheet, included: list[Fate], studies: Mapping[str, str] | None, previous: Mapping[str, Any]
) -> None:
    """Previous, new and total studies and reports."""
    before = {str(s) for s in previous.get("study_ids") or ()}
    known, known_reports = _count(previous.get("studies")), _count(previous.get("reports"))
    ids = tuple(sorted(before)) if len(before) == known else ()  # a list that is not whole would belie its number
    at = f"data/flow.csv, update {previous['update_id']}" if previous.get("update_id") else ""
    sheet.add("previous_studies", PREVIOUS, known, "studies", ids, at=at)
    sheet.add("previous_reports", PREVIOUS, known_reports, "reports", (), at=at)
    if studies is None and included:
        sheet.add("new_studies", ALL, None, "studies", (), note=AFTER_EXTRACTION)
        sheet.add("new_reports", ALL, None, "reports", (), note=AFTER_EXTRACTION)
        sheet.add("total_studies", ALL, None, "studies", (), note=AFTER_EXTRACTION)
    else:
        of = _checked(included, studies or {})
        new = [report for report, study in of.items() if study not in before]
        further = [report for report, study in of.items() if study in before]
        new_studies = list(dict.fromkeys(of[report] for report in new))
        sheet.add("new_studies", ALL, len(new_studies), "studies", new_studies)
        sheet.add("new_reports", ALL, len(new), "reports", new)
        if further:
            sheet.add("known_study_reports", ALL, len(further), "reports", further)
        total = None if known is None else known + len(new_studies)
        sheet.add("total_studies", ALL, total, "studies", (*ids, *new_studies) if len(ids) == known else ())
    total_reports = None if known_reports is None else known_reports + len(included)
    sheet.add("total_reports", ALL, total_reports, "reports", ())


def _checked(included: list[Fate], studies: Mapping[str, str]) -> dict[str, str]:
    """Study of each included report; a report without one, and a study of a report that is not included, are refused."""
    reports = [f.report for f in included]
    faults = [
        Fault(STUDIES, None, report, None, "flow-study", message, fix)
        for report, message, fix in (
            *((r, "included, but no study names it", "Extract it.") for r in reports if r not in studies),
            *((r, "extracted, but not included", "Settle its screening.") for r in studies if r not in set(reports)),
        )
    ]
    if faults:
        raise ReviewError(faults, "The studies do not fit the decisions")
    return {report: str(studies[report]) for report in reports}


def _count(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
