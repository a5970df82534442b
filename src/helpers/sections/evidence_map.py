"""Which treatment was described in which condition, by what kind of study, and why a cell is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers import markup, numbers, wording
from helpers.evidence import Evidence
from helpers.sections.rows import main
from helpers.sections.studies import study_name

MAP_TREATMENTS = (
    *("gc", "csa", "etoposide", "anakinra", "canakinumab", "tocilizumab", "infliximab", "eculizumab", "emapalumab"),
    *("ruxolitinib", "tofacitinib", "hsct", "ivig", "pe"),
)
MAP_CONDITIONS = ("sjia", "sle", "kd", "other", "mixed")
TOGETHER = {"mas": "mixed", "sle_mctd": "mixed"}  # patients with MAS whose condition the row does not tell apart
KINDS = {  # kind of evidence: designs of the studies behind it
    "total": (),
    "trial": ("trial_single_arm",),
    "series": (
        *("case_series", "case_series_single", "case_series_multi"),
        *("cohort_retro_single", "cohort_prosp_multi", "case_control"),
    ),
    "report": ("case_report",),
    "unstated": (),
}
MAP_KINDS = {
    "total": "Review total",
    "trial": "Single-arm trial",
    "series": "Series or cohort",
    "report": "Case report",
    "unstated": "Study, design not stated",
}
REASONS = {
    "none": "No report: nothing in the evidence tells of this treatment in this condition.",
    "counted_out": "None: the patients given the treatment are all told apart by condition, and none had this one.",
    "no_number": "Named without a number that can be taken out of the text at hand.",
    "not_split": "Not split: patients are counted for several conditions together only.",
}
MAP_REASONS = {
    "none": "no report",
    "counted_out": "none",
    "no_number": "no number",
    "not_split": "not split",
}


def evidence_map(review: Evidence) -> pd.DataFrame:
    """Treatment by condition by kind of evidence.

    A review total and the studies shown apart describe partly the same patients and are never added up.

    Parameters
    ----------
    review : Evidence
        Tables and labels.

    Returns
    -------
    DataFrame
        One row a treatment, condition and kind: ``treatment``, ``condition``, ``kind`` (of `KINDS`; missing in an
        empty cell), ``patients`` given the treatment or, where that is not told, with anything told about them,
        ``studies``, ``rows`` (ids of the evidence rows behind the number, joined by semicolons), ``reason`` (of `REASONS`; empty cells only).
    """
    rows = main(review, review.tables["counts"])
    rows = _mas_only(review, rows[rows["unit"].eq("patients") | rows["unit"].isna()])
    cells: list[dict[str, Any]] = []
    for treatment in MAP_TREATMENTS:
        of_treatment = rows[rows["treatment"] == treatment]
        for condition in MAP_CONDITIONS:
            here = of_treatment[of_treatment["condition"] == condition]
            found = _kinds(review, here)
            if not found:
                found = [
                    {"kind": pd.NA, "patients": pd.NA, "studies": 0, "reason": _reason(review, of_treatment, here)}
                ]
            cells += [{"treatment": treatment, "condition": condition, **cell} for cell in found]
    frame = pd.DataFrame(cells, columns=["treatment", "condition", "kind", "patients", "studies", "rows", "reason"])
    return frame.astype(
        {"patients": "Int64", "studies": "Int64", "kind": "string", "rows": "string", "reason": "string"}
    )


def _kinds(review: Evidence, rows: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    totals = _told(review, rows[rows["level"] == "review"])
    if len(totals):
        best = totals.iloc[0]
        found.append({"kind": "total", "patients": best["patients"], "studies": pd.NA, "rows": best["row_id"]})
    studies = review.tables["studies"].set_index("study_id")
    told = _told(review, rows[rows["study_id"].notna()]).drop_duplicates("study_id")
    told = told[~told["study_id"].isin(_twice(review, told["study_id"]))]
    if not len(told):
        return found
    design = told["study_id"].map(studies["design"])
    kinds = design.map({code: kind for kind, codes in KINDS.items() for code in codes}).fillna("unstated")
    for kind in KINDS:
        group = told[kinds == kind]
        if len(group):
            of_kind = {"patients": group["patients"].sum(), "studies": len(group), "rows": ";".join(group["row_id"])}
            found.append({"kind": kind, **of_kind})
    return found


def _mas_only(review: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows about patients with MAS: a mixed cohort of HLH counts with its patients labelled MAS only."""
    role = rows["study_id"].map(review.tables["studies"].set_index("study_id")["role"])
    is_hlh = role.eq("included_jak_only").fillna(False) & rows["condition"].isin(["all", "mixed"])
    is_split = rows["row_id"].isin(rows["adds_up_to"].dropna()) & rows["condition"].eq("mixed")
    kept = rows[~is_hlh.to_numpy(dtype=bool) & ~is_split.to_numpy(dtype=bool)]
    return kept.assign(condition=kept["condition"].replace(TOGETHER))


def _told(review: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that tell of a number of patients, those that count the patients treated first, the largest first."""
    given = rows["measure"].isin(["received", "information"])
    # How many were treated is not said: those with an outcome are the least.
    of_outcome = rows["measure"].isin(review.codes.with_role("measure", "outcome", "event", "share_of_use"))
    patients = rows["events"].where(given, rows["total"].where(of_outcome))
    whole = rows["detail"].isna() & rows["regimen"].isna()  # not only those with one dose or one combination
    told = rows.assign(patients=patients, rank=whole.astype(int) * (1 + given))[patients.fillna(0).gt(0)]
    return told.sort_values(["rank", "patients"], ascending=False, kind="stable")


def _twice(review: Evidence, shown: pd.Series) -> set[str]:
    """Studies whose patients are also those of another study shown, but for one of them."""
    cohorts = review.tables["cohorts"]
    owner = cohorts.set_index("cohort_id")["study_id"]
    pairs = cohorts.dropna(subset=["overlaps_with"])
    same = {frozenset((s, owner.get(o, s))) for s, o in zip(pairs["study_id"], pairs["overlaps_with"], strict=True)}
    return {str(max(pair)) for pair in same if len(pair) == 2 and pair <= set(shown)}


def _reason(review: Evidence, of_treatment: pd.DataFrame, here: pd.DataFrame) -> str:
    if len(here) and (here["events"].fillna(1) > 0).any():
        return "no_number"
    whole = of_treatment[
        of_treatment["condition"].eq("all") & of_treatment["measure"].isin(["received", "information"])
    ]
    parts = of_treatment.groupby("adds_up_to")["events"].sum()
    if any(parts.get(row["row_id"]) == row["events"] for _, row in whole.iterrows()):
        return "counted_out"
    if len(_told(review, of_treatment[of_treatment["condition"].isin(["all", "mixed"])])):
        return "not_split"
    return "none"


def map_columns(review: Evidence) -> dict[str, str]:
    """Conditions of the map with the words above its columns."""
    words = {code: review.label("condition", code, short=True) for code in MAP_CONDITIONS}
    return words | {"mixed": "Several,\nnot split"}


def map_table(review: Evidence, cells: pd.DataFrame, *, base: str = "../") -> wording.Text:
    """The map as a table: one line a kind of evidence, or the reason why there is none."""
    frame = pd.DataFrame(
        {
            "Treatment": [markup.literal(review.label("treatment", t)) for t in cells["treatment"]],
            "Condition": [markup.literal(review.label("condition", c, short=True)) for c in cells["condition"]],
            "Kind of evidence": ["" if pd.isna(k) else MAP_KINDS[k] for k in cells["kind"]],
            "Patients": [_number(review, cell, base) for _, cell in cells.iterrows()],
            "Studies": [_studies(review, cell, base) for _, cell in cells.iterrows()],
            "Why empty": ["" if pd.isna(r) else REASONS[r] for r in cells["reason"]],
        }
    )
    return wording.markdown_table(frame, align="lllrll", name="tbl-map", values=_values(cells), base=base)


def _number(review: Evidence, cell: pd.Series, base: str) -> str | wording.Computed:
    """Patients; a number of one row leads there, a sum to how it was made, with its parts beside it."""
    if pd.isna(cell["patients"]):
        return ""
    rows = cell["rows"].split(";")
    if len(rows) == 1:
        return wording.linked(review, review.row(rows[0]), numbers.whole(cell["patients"]), base=base)
    return wording.computed("map-sums", cell["patients"], "Patients of the studies named beside it, added up.", rows)


def _studies(review: Evidence, cell: pd.Series, base: str) -> str:
    """The studies behind a number, each leading to its row."""
    if pd.isna(cell["studies"]) or cell["studies"] == 0:
        return ""
    told = _told(review, pd.DataFrame([review.row(row) for row in cell["rows"].split(";")]))
    return "; ".join(
        f"{markup.literal(study_name(review, row['study_id']))} {wording.linked(review, row, numbers.whole(row['patients']), base=base)}"
        for _, row in told.iterrows()
    )


def _values(cells: pd.DataFrame) -> Sequence[dict[str, Any]]:
    plain = cells.astype(object).where(cells.notna(), None)
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in row.items()} for row in plain.to_dict("records")]
