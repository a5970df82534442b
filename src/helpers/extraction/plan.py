"""What a form asks: its tables and columns, the lists to choose from, and the rows that are filled in beforehand."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import tables as table_files
from helpers.dictionary import Field, Table, load_dictionary
from helpers.extraction.agreement import FILLED
from helpers.faults import Fault, ReviewError

TABLES = (
    "studies",
    "cohorts",
    "counts",
    "doses",
    "quantities",
    "comparisons",
    "comparison_groups",
    "appraisals",
)
NOT_ASKED = FILLED | {"total_source_id"}
OWN_ID = {  # an id that extractors may leave blank, and what it then begins with
    "cohorts": ("cohort_id", "h"),
    "counts": ("row_id", "c"),
    "doses": ("dose_id", "d"),
    "quantities": ("quantity_id", "q"),
    "comparisons": ("comparison_id", "k"),
}
SHOWN = {"appraisals": ("item",)}  # columns that a form shows for reading only
STUDY, ITEM = "study_id", "item_id"  # lists that are no vocabularies
COHORTS, TOTALS = "known cohorts", "known totals"  # ids of the evidence, on a sheet of their own
NAMES = {("cohorts", "overlaps_with"): COHORTS, ("counts", "adds_up_to"): TOTALS}
DEFAULT_TOOL = "jbi_case_series"
ID_FORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")  # a name, never a path


@dataclass(frozen=True)
class Sheet:
    """One table of the form.

    Attributes
    ----------
    table : Table
        From the dictionary.
    columns : tuple of Field
        What extractors fill in.
    rows : tuple of mapping
        Rows that are there beforehand, column to text; may hold columns for reading only.
    """

    table: Table
    columns: tuple[Field, ...]
    rows: tuple[Mapping[str, str], ...] = ()

    @property
    def header(self) -> list[str]:
        """Columns in the order of the form, those for reading only among them."""
        names = [f.name for f in self.columns]
        for shown in SHOWN.get(self.table.name, ()):
            names.insert(names.index(ITEM) + 1, shown)
        return names

    def is_required(self, column: str) -> bool:
        """Whether extractors must fill the column in."""
        return is_required(self.table, column)

    def choices(self, column: str) -> str | None:
        """The list that a column is chosen from; None where it is free."""
        if column in (STUDY, ITEM):
            return column
        if known := NAMES.get((self.table.name, column)):
            return known
        about = next((f for f in self.columns if f.name == column), None)
        if about is None:
            return None
        return f"{self.table.name}.{column}" if "enum" in about.constraints else about.vocabulary


@dataclass(frozen=True)
class Plan:
    """A form: its sheets, the reports it is about, and its lists.

    Attributes
    ----------
    update_id : str
        Update the form belongs to.
    reports : DataFrame
        One row a report: ``study_id``, ``source_id``, ``title``, ``authors``, ``year`` and more, all text.
    sheets : tuple of Sheet
        In the order of ``TABLES``.
    lists : mapping of str to list of (code, label, definition)
        What columns are chosen from.
    known : mapping of str to list of (id, what it is, number)
        Cohorts and totals of the evidence that rows of the form may name; the first column of each is a list too.
    """

    update_id: str
    reports: pd.DataFrame
    sheets: tuple[Sheet, ...]
    lists: Mapping[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    known: Mapping[str, list[tuple[str, str, str]]] = field(default_factory=dict)


def is_required(table: Table, column: str) -> bool:
    """Whether a form must have the column filled in; every row of a form is about a study."""
    if column == OWN_ID.get(table.name, ("",))[0]:
        return False
    return column == STUDY or next(f for f in table.fields if f.name == column).is_required


def asked_columns(table: Table) -> tuple[Field, ...]:
    """Columns of a table that extractors fill in; the others are filled in for them."""
    return tuple(f for f in table.fields if f.name not in NOT_ASKED)


def study_sources(reports: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Sources of each study, the main report first.

    Parameters
    ----------
    reports : DataFrame
        ``study_id``; ``source_id`` where it is not ``<study_id>-report``.

    Returns
    -------
    dict of str to tuple of str
        Study to its sources, in the order of the rows.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in _as_text(reports).to_dict("records"):
        source = row.get("source_id") or f"{row[STUDY]}-report"
        found[row[STUDY]] = (*found.get(row[STUDY], ()), source)
    return found


def plan(root: Path, reports: pd.DataFrame, *, update_id: str) -> Plan:
    """The form for the included reports of an update.

    Parameters
    ----------
    root : Path
        Folder of the review.
    reports : DataFrame
        One row an included report: ``study_id`` (the id to use), and as far as known ``source_id``, ``title``,
        ``authors`` ("Surname I; Surname I"), ``year``, ``journal``, ``doi``, ``pmid``, ``appraisal_tool``.
    update_id : str
        Update the form belongs to.

    Returns
    -------
    Plan

    Raises
    ------
    ReviewError
        A study has no id or one that could not name a study; the tables behind the form break the dictionary.
    """
    reports = _as_text(reports)
    faults = [
        Fault(
            "reports", None, STUDY, one or None, "study-id", "not an id: small letters, digits, - and _", "Rename it."
        )
        for one in reports[STUDY]
        if not ID_FORM.fullmatch(one)
    ]
    read, broken = table_files.read_tables(root, ["vocabularies", "studies", "appraisal_tools", "cohorts", "counts"])
    if faults + broken:
        raise ReviewError(faults + broken, "No form can be made")
    reports = reports.assign(source_id=[s for sources in _in_order(reports) for s in sources])
    earlier = read["studies"][read["studies"]["added_in"] != update_id]
    dictionary = load_dictionary(root)
    rows = _rows(reports, set(earlier[STUDY]), read["appraisal_tools"], read["cohorts"])
    sheets = tuple(Sheet(dictionary[n], asked_columns(dictionary[n]), rows.get(n, ())) for n in TABLES)
    return Plan(update_id, reports, sheets, _lists(sheets, reports, read), _known(read, update_id))


def _as_text(reports: pd.DataFrame) -> pd.DataFrame:
    return reports.astype("string").fillna("").astype(object).reset_index(drop=True)


def _in_order(reports: pd.DataFrame) -> list[list[str]]:
    """Source of each report, a list for each row."""
    left = {study: list(sources) for study, sources in study_sources(reports).items()}
    return [[left[study].pop(0)] for study in reports[STUDY]]


def _rows(
    reports: pd.DataFrame, earlier: Collection[str], tools: pd.DataFrame, cohorts: pd.DataFrame
) -> dict[str, tuple[Mapping[str, str], ...]]:
    """Rows that are there beforehand: each new study once, and the items of its appraisal tool.

    Of a further report of an earlier study, its cohorts: how many patients there are now, and how many of them were counted.
    """
    new = [r for r in reports.drop_duplicates(STUDY).to_dict("records") if r[STUDY] not in earlier]
    about = [
        {STUDY: r[STUDY], "first_author": _first(r.get("authors", "")), "year": r.get("year", ""), "role": "included"}
        for r in new
    ]
    items = {str(tool): rows for tool, rows in tools.groupby("tool", sort=False)}
    judged = [
        {STUDY: r[STUDY], ITEM: str(item[ITEM]), "item": str(item["item"])}
        for r in new
        for item in items.get(r.get("appraisal_tool") or DEFAULT_TOOL, tools[:0]).to_dict("records")
    ]
    before = cohorts[cohorts["retired_in"].isna()]
    again = [
        {STUDY: study, "condition": str(condition), "overlaps_with": ";".join(group["cohort_id"])}
        for study in dict.fromkeys(reports[STUDY])
        if study in earlier
        for condition, group in before[before[STUDY] == study].groupby("condition", sort=False)
    ]
    return {"studies": tuple(about), "appraisals": tuple(judged), "cohorts": tuple(again)}


def _first(authors: str) -> str:
    return authors.split(";")[0].strip()


def _known(read: Mapping[str, pd.DataFrame], update_id: str) -> dict[str, list[tuple[str, str, str]]]:
    """Cohorts with their patients, and totals of the review with what they count; in force, and not of this update."""
    terms = read["vocabularies"]
    labels = {(row["list"], row["code"]): str(row["label"]) for row in terms.to_dict("records")}
    studies = read["studies"].drop_duplicates(STUDY).set_index(STUDY)

    def said(name: str, code: Any) -> str:
        return "" if pd.isna(code) or code == "none" else labels.get((name, str(code)), str(code))

    def in_force(table: str) -> list[dict[str, Any]]:
        rows = read[table]
        now = rows[rows["retired_in"].isna() & (rows["added_in"] != update_id)]
        return [{str(k): v for k, v in row.items()} for row in now.astype(object).to_dict("records")]

    cohorts, totals = [], []
    for row in in_force("cohorts"):
        study = studies.loc[row[STUDY]] if row[STUDY] in studies.index else {}
        name = " ".join(str(cell) for c in ("first_author", "year") if not pd.isna(cell := study.get(c)))
        about = ", ".join(part for part in (name, said("condition", row["condition"])) if part)
        totals_of = "" if pd.isna(row["patients"]) else f"{row['patients']} patients"
        cohorts.append((str(row["cohort_id"]), about, totals_of))
    for row in in_force("counts"):
        if row["level"] != "review" or pd.isna(row["events"]):
            continue
        parts = [said(c, row[c]) for c in ("treatment", "condition", "regimen", "line", "measure")]
        detail = "" if pd.isna(row["detail"]) else str(row["detail"])
        of = "" if pd.isna(row["total"]) else f" of {row['total']}"
        about = ", ".join(part for part in (*parts, detail) if part)
        totals.append((str(row["row_id"]), about, f"{row['events']}{of} {row['unit']}"))
    return {COHORTS: cohorts, TOTALS: totals}


def _lists(
    sheets: Collection[Sheet], reports: pd.DataFrame, read: Mapping[str, pd.DataFrame]
) -> dict[str, list[tuple[str, str, str]]]:
    """Every list that a column of the form is chosen from, with labels and definitions."""
    terms = read["vocabularies"].sort_values(["list", "sort"], kind="stable")
    lists: dict[str, list[tuple[str, str, str]]] = {}
    for sheet in sheets:
        for column in sheet.columns:
            name = sheet.choices(column.name)
            if name is None or name in lists or name in (COHORTS, TOTALS):
                continue
            if name == STUDY:
                studies = reports.drop_duplicates(STUDY)
                lists[name] = [(r[STUDY], r.get("title", ""), "") for r in studies.to_dict("records")]
            elif name == ITEM:
                lists[name] = [
                    (r[ITEM], r["item"], r["help"] if isinstance(r["help"], str) else "")
                    for r in read["appraisal_tools"].to_dict("records")
                ]
            elif column.vocabulary:
                own = terms[terms["list"] == name]
                lists[name] = [(r["code"], r["label"], r["definition"]) for r in own.to_dict("records")]
            else:
                lists[name] = [(str(code), "", column.description) for code in column.constraints["enum"]]
    return lists
