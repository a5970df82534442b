"""Which treatment was described in which condition, by what kind of study, and why a cell is empty.

A line of the map is one study, or the review's own totals, on one treatment. Each row of a line brings the patients
whom the narrower rows of that line have not brought yet: so nobody stands in two cells of a line, and what a total holds
beyond the conditions shown apart stands under the condition for several.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers import markup, numbers, wording
from helpers.codes import RESULTS, Codes
from helpers.evidence import Evidence
from helpers.sections.rows import main
from helpers.sections.studies import study_name

NUMBERS = {  # role of a measure: cell of the row that counts patients on the treatment; the first role that has one counts
    "use": "events",
    "share_of_use": "events",  # its total are patients of whom it is reported, with or without this treatment alone
    "assessable": "total",
    **dict.fromkeys(RESULTS, "total"),
    "information": "events",  # documented, given or not; of the review's totals only
}
BASES = {  # what a number counts, the surest first
    "use": "given it",
    "narrower": "given a narrower treatment that lies within it: at least these",
    "share_of_use": "given it alone, or with others: at least these",
    "outcome": "outcome reported: at least these",
    "information": "use reported on, whether given or not",
}
MAP_AT_LEAST = ("narrower", "share_of_use", "outcome")
MAP_KINDS = {  # kinds of evidence; of studies, the role of their design
    "total": "Review total",
    "information": "Review total, given or not",
    "randomised_trial": "Randomised trial",
    "controlled_trial": "Controlled trial",
    "trial": "Single-arm trial",
    "series": "Series or cohort",
    "report": "Case report",
    "unstated": "Study, design not stated",
}
MAP_REASONS = {
    "none": "not found",
    "counted_out": "none left",
    "no_number": "no number",
    "not_split": "not split",
}
READ = ("row_id", "level", "study_id", "condition", "treatment", "measure", "events", "total", "unit", "adds_up_to")
COLUMNS = ("treatment", "condition", "kind", "patients", "basis", "studies", "rows", "parts", "reason")


def evidence_map(review: Evidence) -> pd.DataFrame:
    """Treatment by condition by kind of evidence.

    Review totals and the studies shown apart describe partly the same patients and are never added up.

    Parameters
    ----------
    review : Evidence
        Tables and labels.

    Returns
    -------
    DataFrame
        One row a treatment, condition and kind: ``treatment``, ``condition``, ``kind`` (of `MAP_KINDS`; missing in an
        empty cell), ``patients``, ``basis`` (of `BASES`: whom the number counts), ``studies``, ``rows`` (ids of the
        evidence rows behind the number, joined by semicolons), ``parts`` (what each of them brings), ``reason`` (of
        `MAP_REASONS`; empty cells only), ``known_slip`` (of the rows) and ``audit_page``, where slips are explained.
    """
    codes = review.codes
    rows = main(review, review.columns("counts", (*READ, "locator"))).drop_duplicates("row_id")
    rows = rows[rows["study_id"].notna() | (rows["level"] == "review")]
    rows = rows.assign(
        column=rows["condition"].map(lambda condition: map_column(codes, condition)),
        role=rows["measure"].map(lambda measure: codes.role("measure", measure)),
    )
    cells: list[dict[str, Any]] = []
    for treatment in codes.on_map("treatment"):
        of_treatment = rows[rows["treatment"].isin(codes.within("treatment", treatment))]
        lines = _lines(review, treatment, of_treatment)
        for column in codes.on_map("condition"):
            found = _cells(review, lines[lines["column"] == column])
            if not found:
                found = [{"reason": _reason(codes, treatment, column, of_treatment, lines)}]
            cells += [{"treatment": treatment, "condition": column, **cell} for cell in found]
    frame = pd.DataFrame(cells, columns=list(COLUMNS))
    frame = frame.astype({c: "Int64" if c in ("patients", "studies") else "string" for c in COLUMNS})
    return frame.assign(known_slip=frame["rows"].map(lambda rows: _slip(review, rows)), audit_page=review.audit_page)


def _slip(review: Evidence, rows: Any) -> str | None:
    """The first known slip of the rows behind a number."""
    names = [] if pd.isna(rows) else str(rows).split(";")
    return next((str(slip["id"]) for name in names for slip in review.corrections_of(name)), None)


def map_column(codes: Codes, condition: str) -> str | None:
    """The condition of the map under which a row's patients stand; None outside the review."""
    placed = codes.on_map("condition")
    if condition in placed:
        return condition
    if codes.role("condition", condition) == "outside":
        return None
    named = [c for c in placed if codes.role("condition", c) is None and codes.covers("condition", c, condition)]
    return next(iter([*named, *(c for c in placed if codes.role("condition", c) == "several")]), None)


def _lines(review: Evidence, treatment: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The lines of a treatment: its rows on the map, with ``patients`` that no narrower row has brought, and ``basis``."""
    usable = _usable(review.codes, treatment, rows)
    of_studies = usable[usable["level"] == "study"]
    of_studies = review.counted_once(of_studies) if len(of_studies) else of_studies
    size = review.columns("studies", ("study_id", "patients")).set_index("study_id")["patients"]
    lines = [_apart(review.codes, usable[usable["level"] == "review"], None)]
    for study, line in of_studies.groupby("study_id", sort=False):
        lines.append(_apart(review.codes, line, None if pd.isna(size[study]) else int(size[study])))
    together = pd.concat(lines)
    return together[together["column"].notna()]


def _usable(codes: Codes, treatment: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The row of each line and condition that counts the patients: of the best role, a part of the total, the largest."""
    role = rows["role"].astype(object)
    cell = role.map(NUMBERS)
    patients = rows["events"].where(cell == "events", rows["total"].where(cell == "total"))
    is_total = rows["level"] == "review"
    fits = ~is_total | (
        rows["treatment"] == treatment
    )  # the total of a narrower treatment is not the total of this one
    fits &= is_total | (role != "information")
    is_narrower = (rows["treatment"] != treatment) & ~(rows["events"] == rows["total"]).fillna(False)
    basis = role.replace(dict.fromkeys(("assessable", *RESULTS), "outcome"))
    basis = basis.mask((basis == "use") & is_narrower, "narrower")
    kept = rows.assign(
        patients=patients,
        basis=basis,
        _rank=role.map({name: place for place, name in enumerate(NUMBERS)}),
        _beside=~rows["adds_up_to"].isin(_totals(codes, treatment, rows)["row_id"]),
        _other=rows["treatment"] != treatment,
    )[fits & patients.fillna(0).gt(0) & (rows["unit"].isna() | (rows["unit"] == "patients"))]
    order = {"_rank": True, "_beside": True, "patients": False, "_other": True}
    kept = kept.sort_values(list(order), ascending=list(order.values()), kind="stable")
    return kept.drop_duplicates(["level", "study_id", "condition"]).sort_index()


def _totals(codes: Codes, treatment: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The review's totals of a treatment over all conditions."""
    is_whole = rows["condition"].map(lambda condition: codes.role("condition", condition) == "whole").astype(bool)
    return rows[
        (rows["level"] == "review") & (rows["treatment"] == treatment) & rows["events"].gt(0).fillna(False) & is_whole
    ]


def _apart(codes: Codes, line: pd.DataFrame, size: int | None) -> pd.DataFrame:
    """The rows of a line, each with the patients whom the narrower ones have not brought; those that bring none left out.

    Where conditions overlap without one holding the other, the patients are taken to be the same ones. A study brings no
    more patients than it has (`size`): those of a mixed cohort beyond them are outside the review.
    """
    brought: dict[str, int] = {}
    left = size
    for _, row in sorted(line.iterrows(), key=lambda item: (_width(codes, item[1]["condition"]), item[1]["patients"])):
        condition = row["condition"]
        held = sum(number for other, number in brought.items() if _overlap(codes, condition, other))
        brought[condition] = max(0, int(row["patients"]) - held)
        if left is not None and codes.role("condition", condition) != "outside":
            brought[condition] = min(brought[condition], left)
            left -= brought[condition]
    apart = line.assign(patients=[brought[c] for c in line["condition"]])
    return apart[apart["patients"] > 0]


def _width(codes: Codes, condition: str) -> tuple[int, float]:
    """Narrow before wide: one condition, several named ones, several of any kind, everybody."""
    role = codes.role("condition", condition)
    within = len(codes.within("condition", condition))
    place = {"several": 1, "whole": 2}.get(str(role), 0)
    return place, float("inf") if place and within == 1 else within


def _overlap(codes: Codes, one: str, other: str) -> bool:
    """Whether a patient can be counted under both conditions; nobody outside the review is among its whole."""
    roles = {codes.role("condition", one), codes.role("condition", other)}
    if one != other and roles >= {"whole", "outside"}:
        return False
    within = set(codes.within("condition", one)) & set(codes.within("condition", other))
    return bool(within) or codes.covers("condition", one, other) or codes.covers("condition", other, one)


def _cells(review: Evidence, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """What stands in a cell: one entry a kind of evidence."""
    design = review.columns("studies", ("study_id", "design")).set_index("study_id")["design"]
    kind = [
        ("information" if basis == "information" else "total")
        if pd.isna(study)
        else review.codes.role("design", design[study]) or "unstated"
        for study, basis in zip(rows["study_id"], rows["basis"], strict=True)
    ]
    found = []
    for name in MAP_KINDS:
        group = rows[[k == name for k in kind]]
        if len(group):
            studies = group["study_id"].nunique() or pd.NA
            found.append(
                {
                    "kind": name,
                    "patients": int(group["patients"].sum()),
                    "basis": max(group["basis"], key=list(BASES).index),
                    "studies": studies,
                    "rows": ";".join(group["row_id"]),
                    "parts": ";".join(f"{int(number)}" for number in group["patients"]),
                }
            )
    return found


def _reason(codes: Codes, treatment: str, column: str, rows: pd.DataFrame, lines: pd.DataFrame) -> str:
    """Why a cell is empty."""
    several = lines[lines["column"].map(lambda code: codes.role("condition", code) == "several").astype(bool)]
    is_for_several = codes.role("condition", column) == "several"
    totals = _totals(codes, treatment, rows)
    is_split = "use" in set(totals["role"]) and "review" not in set(several["level"])
    if len(lines) if is_for_several else is_split:
        return "counted_out"
    if ((rows["column"] == column) & (rows["role"] != "documents") & rows["events"].fillna(1).gt(0)).any():
        return "no_number"
    return "not_split" if len(several) else "none"


def map_rows(review: Evidence) -> dict[str, str]:
    """Treatments of the map with the words before its lines."""
    return {code: review.label("treatment", code, short=True) for code in review.codes.on_map("treatment")}


def map_columns(review: Evidence) -> dict[str, str]:
    """Conditions of the map with the words above its columns."""
    return {
        code: "Several,\nnot split"
        if review.codes.role("condition", code) == "several"
        else review.label("condition", code, short=True)
        for code in review.codes.on_map("condition")
    }


def map_table(review: Evidence, cells: pd.DataFrame, *, base: str = "../") -> wording.Text:
    """The map as a table: one line a kind of evidence, with whom its number counts and the studies behind it."""
    columns = map_columns(review)
    shown = cells[cells["patients"].notna()]
    frame = pd.DataFrame(
        {
            "Treatment": [markup.literal(review.label("treatment", t)) for t in shown["treatment"]],
            "Condition": [markup.literal(columns[c]) for c in shown["condition"]],
            "Kind of evidence": [MAP_KINDS[k] for k in shown["kind"]],
            "Patients": [_number(review, cell, base) for _, cell in shown.iterrows()],
            "Whom the number counts": [BASES[b] for b in shown["basis"]],
            "Studies": [_studies(review, cell, base) for _, cell in shown.iterrows()],
        }
    )
    return wording.markdown_table(frame, align="lllrll", name="tbl-map", values=_values(cells), base=base)


def map_gaps(review: Evidence, cells: pd.DataFrame) -> wording.Text:
    """The empty cells: one line a treatment, the conditions under the reason why they are empty."""
    columns = map_columns(review)
    lines = []
    for treatment, group in cells[cells["reason"].notna()].groupby("treatment", sort=False):
        line = {"Treatment": markup.literal(review.label("treatment", str(treatment)))}
        for reason, words in MAP_REASONS.items():
            line[words.capitalize()] = ", ".join(
                markup.literal(columns[c]) for c in group.loc[group["reason"] == reason, "condition"]
            )
        lines.append(line)
    return wording.markdown_table(pd.DataFrame(lines))


def _number(review: Evidence, cell: pd.Series, base: str) -> str | wording.Computed:
    """Patients; the number of one row leads there, any other to how it was made."""
    shown = _parts(review, cell, base)
    if len(shown) == 1 and shown[0]:
        return shown[0]
    how = "Patients of the rows beside it, without those whom other cells of the same line show."
    return wording.computed("map-sums", cell["patients"], how, cell["rows"].split(";"))


def _studies(review: Evidence, cell: pd.Series, base: str) -> str:
    """The studies behind a number, each with its patients, which lead to their row."""
    if pd.isna(cell["studies"]):
        return ""
    names = [markup.literal(study_name(review, review.row(row)["study_id"])) for row in cell["rows"].split(";")]
    shown = [f" ({number})" if number else "" for number in _parts(review, cell, base)]
    return "; ".join(name + number for name, number in zip(names, shown, strict=True))


def _parts(review: Evidence, cell: pd.Series, base: str) -> list[str]:
    """What each row brings, linked to it; nothing where it brings only some of its patients."""
    shown = []
    for name, part in zip(cell["rows"].split(";"), cell["parts"].split(";"), strict=True):
        row = review.row(name)
        is_whole = row[NUMBERS[str(review.codes.role("measure", row["measure"]))]] == int(part)
        shown.append(wording.linked(review, row, numbers.whole(int(part)), base=base) if is_whole else "")
    return shown


def _values(cells: pd.DataFrame) -> Sequence[dict[str, Any]]:
    plain = cells.astype(object).where(cells.notna(), None)
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in row.items()} for row in plain.to_dict("records")]
