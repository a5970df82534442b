"""Which study each included report is about, under which id; kept in a table so that ids last and people can change them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers import links
from helpers.update import layout
from helpers.update.errors import fault, refuse
from helpers.update.known import PREFIX
from helpers.update.searches import slug
from helpers.update.state import Update

INCLUDED = layout.INCLUDED
COLUMNS = layout.COLUMNS[INCLUDED]
ONE_STUDY = ("abstract_of", "preprint_of", "translation_of", "correction_of", "same_study")
CASE_REPORT = "jbi_case_report"


def included_studies(update: Update) -> pd.DataFrame:
    """One row an included report: its study, its source and the key of its reference.

    Reports that the ledger calls one study share a study. Where that study is in the review already and has the same first
    author, it is the one proposed, and the report a further one of it; by other authors, such as a pooled analysis of
    several trials, it gets a study of its own. Either way it is stated with the cohort how many of its patients were
    counted before, or the merge refuses. A person can name another study in ``included.csv``.

    Parameters
    ----------
    update : Update
        Screening is over.

    Returns
    -------
    DataFrame
        ``COLUMNS``, in the order of import; rows that stand in ``included.csv`` are taken from there.

    Raises
    ------
    ReviewError
        ``included.csv`` has an id that could not name a study.
    """
    written = layout.read_rows(path_of(update), COLUMNS, layout.place(update.update_id, INCLUDED))
    written = written[written["report_id"].isin(update.included)].drop_duplicates("report_id")
    _check(update, written)
    rows = {row["report_id"]: row for row in written.to_dict("records")}
    taken = {i.removeprefix(PREFIX) for i in update.earlier["record_id"] if i.startswith(PREFIX)}
    taken |= {*update.studies["study_id"]} | {row["study_id"] for row in rows.values()}
    groups = _groups(update)
    of_group = {
        groups[report]: study
        for report, study in earlier_studies(update).items()
        if _same_author(update, report, study)
    }
    of_group |= {groups[report]: row["study_id"] for report, row in rows.items()}
    records = {str(row["record_id"]): row for row in update.records.to_dict("records")}
    for report in update.included:
        if report in rows:
            continue
        record = {str(k): str(v) for k, v in records[report].items()}
        study = of_group.get(groups[report])
        main = study is None
        if study is None:
            study = _free(_name(record), taken)
            taken.add(study)
            of_group[groups[report]] = study
        key = study if main else _free(_name(record), taken)
        taken.add(key)
        kind = record["type"].lower()
        rows[report] = {
            "report_id": report,
            "study_id": study,
            "source_id": f"{key}-report",
            "citation_key": key,
            "kind": "congress_abstract" if "abstract" in kind else "report",
            "appraisal_tool": CASE_REPORT if "case report" in kind else "jbi_case_series",
        }
    order = [rows[report] for report in update.included]
    return pd.DataFrame(order, columns=list(COLUMNS), dtype="str")


def earlier_studies(update: Update) -> dict[str, str]:
    """Included reports that a decided link joins to one study of the review, and that study."""
    known = update.known_studies
    found: dict[str, set[str]] = {}
    current = links.current(update.whole_ledger)
    one_study = current[current["relation"].isin(ONE_STUDY) & (current["status"] == "decided")]
    for row in one_study.to_dict("records"):
        ends = [str(update.every_report.get(row[side], row[side])) for side in "ab"]
        for here, there in (ends, ends[::-1]):
            if here in update.included and there in known:
                found.setdefault(here, set()).add(known[there])
    return {report: studies.pop() for report, studies in found.items() if len(studies) == 1}


def _same_author(update: Update, report: str, study: str) -> bool:
    """Whether a report and a study of the review have the same first author."""
    record = update.records.set_index("record_id").loc[report]
    first = dict(zip(update.studies["study_id"], update.studies["first_author"].fillna(""), strict=True))[study]
    return _surname(str(record["authors"])) == _surname(str(first)) != ""


def path_of(update: Update) -> Path:
    """The table of included reports."""
    return update.root / layout.place(update.update_id, INCLUDED)


def with_records(update: Update, studies: pd.DataFrame) -> pd.DataFrame:
    """Included reports with what is known about the publication, as forms and references need it."""
    facts = ["title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid"]
    found = studies.join(update.records.set_index("record_id")[facts], on="report_id")
    return found.assign(authors=found["authors"].str.replace(r"(?<=\b\w)\.(?=-?\w|;|$)", "", regex=True))


def _groups(update: Update) -> dict[str, str]:
    """Included reports, each with the first report of its study."""
    found = {report: report for report in update.included}

    def first(report: str) -> str:
        while found[report] != report:
            report = found[report]
        return report

    current = links.current(update.ledger)
    for row in current[current["relation"].isin(ONE_STUDY) & (current["status"] == "decided")].to_dict("records"):
        pair = [update.report_of.get(row[side], "") for side in "ab"]
        if all(report in found for report in pair):
            one, other = sorted((first(pair[0]), first(pair[1])), key=update.included.index)
            found[other] = one
    return {report: first(report) for report in found}


def _name(record: Mapping[str, str]) -> str:
    """Surname and year: smith2019."""
    return (_surname(record["authors"]) or slug(record["title"])).replace("-", "")[:24] + record["year"]


def _surname(authors: str) -> str:
    """The first author's surname as part of an id; empty where there is none."""
    first = authors.split(";")[0].strip()
    surname = " ".join(w for w in first.split() if not re.fullmatch(r"(?:[A-Z]\.?-?){1,4}", w))
    return slug(surname) if surname else ""


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz" if f"{name}{letter}" not in taken)


def _check(update: Update, written: pd.DataFrame) -> None:
    place = layout.place(update.update_id, INCLUDED)
    faults = [
        fault(place, "not an id", "Use small letters, digits, - and _.", rule="study-id", column=column, value=value)
        for column in ("study_id", "source_id", "citation_key")
        for value in written[column]
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", value)
    ]
    if faults:
        raise refuse("The included studies cannot be named", *faults)
