"""What every new row claims without saying so: counts within totals, cohorts and treated patients, shares within all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.audit.cells import Cells
from helpers.audit.claims import Claim, made_by_rule

Row = Mapping[str, Any]
# Roles of measures.
SHARES = "share_of_population"  # counted among all who have the condition, patients of the review or not
PARTS = ("population", "information", "use", "share_of_use")  # of all patients: the total is no cohort's
IMPOSSIBLE = (  # column that must be there, recipe, statement
    ("total", "at_most({row}.events, {row}.total)", "The count is not larger than its total."),
    ("events", "at_most(0, {row}.events)", "The count is not below none."),
    ("total", "at_most(0, {row}.total)", "The total is not below none."),
    ("percent_printed", "at_most({row}.percent_printed, 100)", "The share is not more than all."),
    ("percent_printed", "at_most(0, {row}.percent_printed)", "The share is not below none."),
)


def possible(frame: pd.DataFrame, cells: Cells) -> list[Claim]:
    """Claims that every count must meet, whatever the source."""
    found = []
    for name in frame["row_id"]:
        row = cells.row(name)
        for number, (column, recipe, statement) in enumerate(IMPOSSIBLE, start=1):
            if row[column] is not None and not (".events" in recipe and row["events"] is None):
                found.append(
                    made_by_rule(f"possible-{number}", name, "subset", row, statement, recipe.format(row=name))
                )
    return found


def within_cohorts(rows: Sequence[Row], tables: Mapping[str, pd.DataFrame], cells: Cells) -> Iterator[Claim]:
    """No count of patients, and no outcome's total, is larger than the study's patients with the condition."""
    cohorts = tables.get("cohorts")
    if cohorts is None:
        return
    sized = cohorts.dropna(subset=["study_id", "condition", "patients"])
    sizes = {key: list(found["cohort_id"]) for key, found in sized.groupby(["study_id", "condition"])}
    for row in rows:
        whole, role = sizes.get((row["study_id"], row["condition"])), cells.role("measure", row["measure"])
        column = "events" if role in PARTS or row["total"] is None else "total"
        if whole and row["unit"] == "patients" and role != SHARES and row[column] is not None:
            statement = "The patients counted are not more than the study has with this condition."
            recipe = f"at_most({row['row_id']}.{column}, sum_of({', '.join(whole)}))"
            yield made_by_rule("cohort", row["row_id"], "subset", row, statement, recipe)


def within_treated(rows: Sequence[Row], cells: Cells) -> Iterator[Claim]:
    """No outcome is counted in more patients than were treated, where the row of all who were treated is there."""
    same = ("source_id", "study_id", "condition", "treatment", "unit")
    treated: dict[tuple[Any, ...], str] = {}
    roles = {measure: cells.role("measure", measure) for measure in {row["measure"] for row in rows}}
    for row in rows:
        is_part = any(row[c] is not None for c in ("regimen", "line", "detail"))
        if roles[row["measure"]] == "use" and row["events"] is not None and not is_part:
            treated.setdefault(tuple(row[c] for c in same), row["row_id"])
    for row in rows:
        whole = treated.get(tuple(row[c] for c in same))
        column = "events" if roles[row["measure"]] == "assessable" else "total"
        if whole and roles[row["measure"]] in ("outcome", "assessable") and row[column] is not None:
            statement = "The outcome is not counted in more patients than were treated."
            yield made_by_rule(
                "treated", row["row_id"], "subset", row, statement, f"at_most({row['row_id']}.{column}, {whole})"
            )


def exclusive(rows: Sequence[Row], cells: Cells) -> Iterator[Claim]:
    """Outcomes of which a patient can have only one do not add up to more than all."""
    same = ("source_id", "study_id", "condition", "treatment", "regimen", "line", "unit", "detail", "total")
    for measures in cells.codes.exclusive("measure").values() if cells.codes else ():
        alike: dict[tuple[Any, ...], dict[str, str]] = {}
        for row in rows:
            if row["measure"] in measures and row["events"] is not None and row["total"] is not None:
                alike.setdefault(tuple(row[c] for c in same), {}).setdefault(row["measure"], row["row_id"])
        by_id = {row["row_id"]: row for row in rows}
        for found in alike.values():
            first, *others = found.values()
            if others:
                statement = "Outcomes that exclude each other do not add up to more than all patients."
                recipe = f"at_most(sum_of({', '.join(found.values())}), {first}.total)"
                yield made_by_rule("exclusive", first, "subset", by_id[first], statement, recipe)


def groups(tables: Mapping[str, pd.DataFrame], cells: Cells) -> Iterator[Claim]:
    """Percentages and counts of the groups of a comparison against their sizes."""
    for name in tables["comparisons"]["comparison_id"] if "comparisons" in tables else ():
        for cell in cells.groups(name):
            group = cells.row(cell)
            if group["events"] is None or group["total"] is None:
                continue
            place = cell.replace("/", "-")
            statement = f"The count is not larger than its group ({group['group']})."
            recipe = f"at_most({cell}.events, {cell}.total)"
            yield made_by_rule("group", place, "subset", cells.row(name), statement, recipe)
            if group["percent_printed"] is not None:
                statement = f"The percentage of the group ({group['group']}) follows from its count."
                recipe = f"prints({cell}.percent_printed, percent({cell}.events, {cell}.total))"
                yield made_by_rule("share", place, "percentage", cells.row(name), statement, recipe)
