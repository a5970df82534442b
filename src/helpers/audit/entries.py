"""New rows looked at one by one and side by side: values that cannot be, rows that stand twice, what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from helpers import numbers
from helpers.codes import Codes

Row = Mapping[str, Any]
KEYS = {
    "studies": "study_id",
    "cohorts": "cohort_id",
    "counts": "row_id",
    "doses": "dose_id",
    "quantities": "quantity_id",
    "comparisons": "comparison_id",
    "appraisals": "appraisal_id",
}
SAYS = {  # what makes two rows the same statement, beside study, condition and treatment
    "counts": ("regimen", "line", "measure", "detail", "events", "total", "unit", "percent_printed"),
    "doses": ("kind", "regimen", "route", "low", "high", "unit", "detail"),
    "quantities": ("quantity", "statistic", "value", "unit", "detail"),
    "cohorts": ("patients",),
}
ABOUT = ("study_id", "condition", "treatment")
NEVER_BELOW_NONE = ("low", "high", "patients", "prevalence_percent", "events", "total", "percent_printed")
SHARES = ("prevalence_percent", "percent_printed")
SPAN = ("minimum", "median", "maximum")


@dataclass(frozen=True)
class Remark:
    """What was found in a row.

    Attributes
    ----------
    table, row, rule, words, locator : str
        As in `helpers.audit.new_rows.Finding`.
    others : tuple of str
        Other rows it rests on.
    must_settle : bool
        Whether it cannot be right as it stands.
    """

    table: str
    row: str
    rule: str
    words: str
    locator: str
    others: tuple[str, ...] = ()
    must_settle: bool = True


def remarks(tables: Mapping[str, pd.DataFrame], known: Mapping[str, pd.DataFrame], codes: Codes) -> list[Remark]:
    """Everything that is wrong with single rows, or with rows held against others of their table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        New rows.
    known : mapping of str to DataFrame
        Tables of the evidence.
    codes : Codes
        What the codes of the tables mean.

    Returns
    -------
    list of Remark
        Table by table.
    """
    rows = {name: _records(frame) for name, frame in tables.items() if name in KEYS}
    earlier = {name: _records(known.get(name)) for name in SAYS}
    new = {str(row["study_id"]) for row in rows.get("studies", ())}
    found: list[Remark] = []
    for name, records in rows.items():
        found += _impossible(name, records) if name != "counts" else []
        found += _twice(name, records)
        found += _there_already(name, records, earlier.get(name, []), new)
    found += _undefined(rows.get("counts", []), codes)
    found += _doses(rows.get("doses", []))
    found += _medians(rows.get("quantities", []))
    found += _p_values(rows.get("comparisons", []))
    found += _cohorts(rows.get("studies", []), rows.get("cohorts", []), codes)
    found += _not_applicable(rows.get("appraisals", []))
    return found


def _records(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    if frame is None or frame.empty:
        return []
    columns = [[None if pd.isna(cell) else cell for cell in frame[name].tolist()] for name in frame]
    return [dict(zip(map(str, frame), cells, strict=True)) for cells in zip(*columns, strict=True)]


def _remark(table: str, row: Row, rule: str, words: str, *others: str, must_settle: bool = True) -> Remark:
    return Remark(table, str(row[KEYS[table]]), rule, words, str(row.get("locator") or ""), others, must_settle)


def _impossible(table: str, rows: Sequence[Row]) -> Iterator[Remark]:
    for row in rows:
        for column in NEVER_BELOW_NONE:
            value = row.get(column)
            if value is not None and value < 0:
                yield _remark(
                    table, row, "impossible", f"{_name(column)} is {numbers.plain(value)}, less than nothing."
                )
        for column in SHARES:
            value = row.get(column)
            if value is not None and value > 100:
                yield _remark(table, row, "impossible", f"{_name(column)} is {numbers.plain(value)}%, more than all.")


def _name(column: str) -> str:
    return column.replace("_", " ").replace("percent printed", "the percentage").capitalize()


def _statement(table: str, row: Row) -> tuple[Any, ...]:
    return tuple(row.get(c) for c in (*ABOUT, *SAYS[table]))


def _twice(table: str, rows: Sequence[Row]) -> Iterator[Remark]:
    """Rows of one publication that say the same of the same patients."""
    if table not in SAYS:
        return
    first: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        if row.get("study_id") is None:
            continue
        same = first.setdefault((row.get("source_id"), *_statement(table, row)), row)
        if same is not row:
            other = str(same[KEYS[table]])
            place = f" ({same['locator']})" if same.get("locator") else ""
            words = f"It says the same as {other}{place}. Keep one row, and name both places in its locator."
            yield _remark(table, row, "twice", words, other)


def _there_already(table: str, rows: Sequence[Row], earlier: Sequence[Row], new: set[str]) -> Iterator[Remark]:
    """Rows that the evidence holds for this study; a study that is new to it has none there."""
    if table not in SAYS:
        return
    known: dict[tuple[Any, ...], Row] = {}
    for row in earlier:
        if row.get("study_id") is not None and row["study_id"] not in new:
            known.setdefault(_statement(table, row), row)
    for row in rows:
        same = known.get(_statement(table, row))
        if same is not None:
            words = f"The evidence holds this already, as {same[KEYS[table]]}. A second row would count it twice."
            yield _remark(table, row, "there-already", words, str(same[KEYS[table]]))


def _undefined(rows: Sequence[Row], codes: Codes) -> Iterator[Remark]:
    for row in rows:
        if codes.role("measure", row.get("measure")) == "outcome" and not row.get("definition"):
            outcome = str(row["measure"]).replace("_", " ")
            words = f"The outcome ({outcome}) has no definition. Write the report's own, or `not defined` where it gives none."
            yield _remark("counts", row, "definition", words)


def _doses(rows: Sequence[Row]) -> Iterator[Remark]:
    for row in rows:
        low, high = row.get("low"), row.get("high")
        if low is not None and high is not None and low > high:
            words = f"The lower end, {numbers.plain(low)}, is above the upper end, {numbers.plain(high)}."
            yield _remark("doses", row, "range", words)
        elif low is None and high is None:
            yield _remark("doses", row, "range", "Neither end of the dose is given.")


def _medians(rows: Sequence[Row]) -> Iterator[Remark]:
    """Times and ages below nothing, and medians that lie outside the range printed with them."""
    same = (*ABOUT, "source_id", "quantity", "unit", "detail")
    groups: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in rows:
        value, quantity = row.get("value"), str(row.get("quantity"))
        if value is not None and value < 0 and (quantity == "age" or quantity.startswith("time_")):
            yield _remark("quantities", row, "impossible", f"The value is {numbers.plain(value)}, less than nothing.")
        if row.get("statistic") in SPAN and value is not None:
            groups.setdefault(tuple(row.get(c) for c in same), {}).setdefault(str(row["statistic"]), row)
    for found in groups.values():
        order = [found[name] for name in SPAN if name in found]
        for before, after in pairwise(order):
            if before["value"] > after["value"]:
                at = found.get("median", before)
                words = (
                    f"The {before['statistic']}, {numbers.plain(before['value'])}, is above the {after['statistic']}, "
                    f"{numbers.plain(after['value'])} {after.get('unit') or ''}".rstrip()
                    + "."
                )
                others = [str(r["quantity_id"]) for r in order if r is not at]
                yield _remark("quantities", at, "range", words, *others)


def _p_values(rows: Sequence[Row]) -> Iterator[Remark]:
    for row in rows:
        value, printed = row.get("p_value"), str(row.get("p_printed") or "")
        if value is None and not printed:
            continue
        try:
            is_same = value is not None and float(printed) == value
        except ValueError:
            is_same = False
        if not is_same:
            words = f"The P value is {numbers.plain(value) if value is not None else 'missing'} as a number and {printed or 'missing'} as printed."
            yield _remark("comparisons", row, "p-value", words)


def _cohorts(studies: Sequence[Row], cohorts: Sequence[Row], codes: Codes) -> Iterator[Remark]:
    """The cohorts of a study do not add up to more patients than it has; those outside the review are not among them."""
    for study in studies:
        own = [c for c in cohorts if c["study_id"] == study["study_id"] and c.get("patients") is not None]
        inside = [c for c in own if codes.role("condition", c.get("condition")) != "outside"]
        sums = [c for c in inside if codes.gathers("condition", str(c.get("condition")))]
        for found in ([c for c in inside if c not in sums], sums):
            total = sum(int(c["patients"]) for c in found)
            if study.get("patients") is not None and found and total > study["patients"]:
                sizes = " + ".join(str(int(c["patients"])) for c in found)
                shown = f"{sizes} = {total}" if len(found) > 1 else str(total)
                words = f"Its cohorts hold {shown} patients, more than the {int(study['patients'])} of the study."
                yield _remark("studies", study, "sum", words, *(str(c["cohort_id"]) for c in found))


def _not_applicable(rows: Sequence[Row]) -> Iterator[Remark]:
    for row in rows:
        if row.get("answer") == "not_applicable" and not row.get("note"):
            words = "The item is said not to apply; the note should say why."
            yield _remark("appraisals", row, "reason", words, must_settle=False)
