"""No patient is counted twice: studies that may share patients say how many, and shared patients are added once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from helpers.codes import Codes
from helpers.consistency.additions import COUNTS, STAND_ALONE
from helpers.consistency.people import COHORTS, cohorts_in_force, names_in, studies_in_force
from helpers.evidence import Totals
from helpers.faults import Fault


def check_overlap_cells(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """What a cohort says of its overlap must be whole: which cohort, how many patients, and no more than there are."""
    cohorts = cohorts_in_force(tables)
    faults = []
    for name, cohort in cohorts.items():
        others, shared = names_in(cohort["overlaps_with"]), cohort["overlap_patients"]
        line = cohort["line"]
        for other in others:
            if other == name or other not in cohorts:
                message = "a cohort cannot overlap with itself" if other == name else "no cohort has this id"
                fix = "Write the `cohort_id` of the study that shares patients; separate several by a semicolon."
                faults.append(Fault(COHORTS, line, "overlaps_with", other, "overlap-reference", message, fix))
        if others and shared is None:
            message = f"shares patients with {', '.join(others)}, but not how many"
            fix = "Give the number from the reports; 0 if it was checked that none is shared. If no report tells, assume all."
            faults.append(Fault(COHORTS, line, "overlap_patients", None, "overlap-number", message, fix))
        if shared is None:
            continue
        if not others:
            fix = "Name the cohort under `overlaps_with`, or empty this cell."
            message = "a number of shared patients without the cohort they are shared with"
            faults.append(Fault(COHORTS, line, "overlaps_with", None, "overlap-reference", message, fix))
        sizes = {"this cohort": cohort["patients"]}
        if len(others) == 1 and others[0] in cohorts:
            sizes[others[0]] = cohorts[others[0]]["patients"]
        for whose, size in sizes.items():
            if size is not None and shared > size:
                message = f"more shared patients than the {size} of {whose}"
                faults.append(
                    Fault(
                        COHORTS,
                        line,
                        "overlap_patients",
                        str(shared),
                        "overlap-number",
                        message,
                        "Recheck both numbers.",
                    )
                )
        if shared and cohort["patients"] is None:
            message = f"{shared} patients are shared, of an unknown number"
            fix = "Give the patients of the cohort: how many are new is their difference."
            faults.append(Fault(COHORTS, line, "patients", None, "overlap-number", message, fix))
    return faults


def check_counted_once(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Rows that add patients who are in the total already, or more patients than their study has."""
    counts = tables["counts"]
    now = counts[counts["retired_in"].isna()]
    totals = Totals(now, tables["studies"], tables["cohorts"], Codes(tables["vocabularies"]))
    studies, cohorts = studies_in_force(tables), cohorts_in_force(tables)
    lines = {name: int(line) for line, name in reversed(list(now["row_id"].dropna().items()))}
    faults = []
    for names in totals.direct.values():
        for name in names:
            row = totals.rows[name]
            if row["unit"] not in ("patients", "episodes"):
                continue
            mine = [
                c
                for c in cohorts.values()
                if c["study_id"] == row["study_id"]
                and totals.codes.covers("condition", row["condition"], c["condition"])
            ]
            if not mine:
                message = f"{row['study_id']} has no cohort with {row['condition']}, so that nothing tells whose patients these are"
                fix = f"Add a row to {COHORTS}: study, condition, patients, and which known cohorts share patients with it."
                faults.append(Fault(COUNTS, lines[name], "study_id", row["study_id"], "addition-cohort", message, fix))
            of_report = [c for c in mine if c["added_in"] == row["added_in"]]
            if _is_further(row, studies, counts) and not _says_overlap(of_report, cohorts):
                message = (
                    f"a further report of {row['study_id']} adds patients and does not say how many were counted before"
                )
                fix = (
                    f"Add a row to {COHORTS} for this report: its patients, under `overlaps_with` the earlier cohort of the"
                    " study, and under `overlap_patients` how many are in both; all of them if the reports do not tell."
                )
                faults.append(
                    Fault(COUNTS, lines[name], "study_id", row["study_id"], "overlap-unresolved", message, fix)
                )
                continue
            mine = of_report or mine
            for column, value, *said in _too_many(totals, row, mine, studies, cohorts):
                faults.append(Fault(COUNTS, lines[name], column, value, *said))
    return faults


def _is_further(row: Mapping[str, Any], studies: Mapping[str, dict[str, Any]], counts: pd.DataFrame) -> bool:
    """Whether a row comes from a later report of its study, and is none that takes the place of a retired one."""
    study = studies.get(row["study_id"])
    if study is None or (row["added_in"] or "") <= (study["added_in"] or ""):
        return False
    gone = counts[(counts["study_id"] == row["study_id"]) & (counts["retired_in"] == row["added_in"])]
    return not ((gone["measure"] == row["measure"]) & (gone["treatment"] == row["treatment"])).any()


def _says_overlap(mine: list[dict[str, Any]], cohorts: Mapping[str, dict[str, Any]]) -> bool:
    """Whether cohorts of a further report name the earlier ones of their study, with a number."""
    return any(
        c["overlap_patients"] is not None
        and any(n in cohorts and cohorts[n]["study_id"] == c["study_id"] for n in names_in(c["overlaps_with"]))
        for c in mine
    )


def _too_many(
    totals: Totals,
    row: Mapping[str, Any],
    mine: list[dict[str, Any]],
    studies: Mapping[str, dict[str, Any]],
    cohorts: Mapping[str, dict[str, Any]],
) -> Iterator[tuple[str, str | None, str, str, str]]:
    whole = row["adds_up_to"]
    counted = {
        c["cohort_id"]: [n for n in _overlapping(c, cohorts) if _is_counted(totals, whole, cohorts[n], c, studies)]
        for c in mine
    }
    shared = {c["cohort_id"]: _shared(c, counted[c["cohort_id"]], cohorts) for c in mine}
    sizes = [c["patients"] for c in mine]
    counted_names = ", ".join(dict.fromkeys(n for names in counted.values() for n in names))
    if any(shared[c["cohort_id"]] is None for c in mine):
        return  # told for the cohort: how many are shared is not stated
    left_out = sum(shared[c["cohort_id"]] or 0 for c in mine)
    if left_out and row["unit"] != "patients":
        message = f"{left_out} patients are in {whole} already, with {counted_names}; which {row['unit']} are theirs cannot be told"
        yield "adds_up_to", whole, "counted-twice", message, STAND_ALONE
        return
    if not mine or None in sizes or row["unit"] != "patients":
        return
    size = sum(sizes)
    for column in ("events", "total"):
        number = row[column]
        if number is None or number <= size - left_out:
            continue
        if not left_out:
            message = f"more than the {size} patients of {row['study_id']} with this condition ({COHORTS})"
            yield column, str(number), "addition-too-many", message, "Recheck both against the report."
        elif left_out >= size:
            message = f"all {size} patients are in {whole} already, with {counted_names}"
            yield column, str(number), "counted-twice", message, STAND_ALONE
        else:
            message = f"{left_out} of the {size} patients are in {whole} already, with {counted_names}; only {size - left_out} are new"
            fix = (
                f"Add a row that counts the {size - left_out} new patients alone (`how_obtained` derived, the arithmetic in `note`)"
                f" and let that one add up. For this row: {STAND_ALONE}"
            )
            yield column, str(number), "counted-twice", message, fix
        return
    if left_out and row["note"] is None:
        message = (
            f"{left_out} of the {size} patients are in {whole} already, and the row does not say how they were left out"
        )
        yield (
            "note",
            None,
            "overlap-note",
            message,
            "Say in `note` how the patients who are counted elsewhere were told apart.",
        )


def _overlapping(cohort: Mapping[str, Any], cohorts: Mapping[str, dict[str, Any]]) -> list[str]:
    """Cohorts that share patients with one, whichever of the two says so."""
    mine = [n for n in names_in(cohort["overlaps_with"]) if n in cohorts]
    return [
        *mine,
        *(n for n, c in cohorts.items() if cohort["cohort_id"] in names_in(c["overlaps_with"]) and n not in mine),
    ]


def _shared(cohort: Mapping[str, Any], counted: list[str], cohorts: Mapping[str, dict[str, Any]]) -> int | None:
    """Patients of a cohort who are counted elsewhere; None where nobody says how many."""
    if not counted:
        return 0
    if any(n in names_in(cohort["overlaps_with"]) for n in counted):
        return cohort["overlap_patients"]
    numbers = [cohorts[n]["overlap_patients"] for n in counted]
    return None if None in numbers else sum(numbers)


def _is_counted(
    totals: Totals,
    whole: str,
    other: Mapping[str, Any],
    cohort: Mapping[str, Any],
    studies: Mapping[str, dict[str, Any]],
) -> bool:
    """Whether an earlier cohort's patients are in a total, or in one above it.

    Of studies that the review had when it printed the total, all are taken to be in it.
    """
    one, this = studies.get(other["study_id"]), studies.get(cohort["study_id"])
    is_own = other["study_id"] == cohort["study_id"]  # two reports of one study
    since = cohort["added_in"] or ""
    if one is None or this is None or ((other["added_in"] or "") >= since if is_own else one["order"] >= this["order"]):
        return False
    above: list[str] = []
    at: str | None = whole
    while at in totals.rows and at not in above:
        above.append(str(at))
        at = totals.rows[str(at)].get("adds_up_to")
    for name in above:
        row = totals.rows[name]
        if (one["added_in"] or "") <= (row["added_in"] or ""):
            if row["level"] != "study" and (
                totals.codes.covers("condition", row["condition"], other["condition"])
                or totals.codes.gathers("condition", other["condition"])
            ):
                return True
        elif any(not is_own or a.added_in < since for a in totals.reaching(name).get(other["study_id"], ())):
            return True
    return False
