"""Forms filled in for a made-up study, as folders of CSV files or as workbooks, to be broken at will."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

from helpers import extraction

UPDATE = "2024-06-30"
REPORTS = pd.DataFrame(
    [
        {
            "study_id": "made2024",
            "title": "A made-up series",
            "authors": "Made A; Up B",
            "year": "2024",
            "doi": "10.1/x",
        },
        {"study_id": "made2024", "source_id": "made2024-abstract", "title": "Its abstract", "authors": "Made A"},
        {"study_id": "case2024", "authors": "Case C", "year": "2024", "appraisal_tool": "jbi_case_report"},
    ]
)
STATED = {"as_printed": "x", "how_obtained": "stated", "locator": "Results, p1 s1"}
SERIES = {
    "section": "anakinra",
    "study_id": "made2024",
    "condition": "sjia",
    "treatment": "anakinra",
    "unit": "patients",
}
ROWS: dict[str, list[dict[str, str]]] = {
    "studies": [
        {"study_id": "made2024", "first_author": "Made A", "year": "2024", "role": "included", "country": "Italy"}
        | {"design": "case_series", "conditions": "sjia", "patients": "17", "validity": "moderate"}
        | {"evidence_category": "3", "locator": "Methods, p1 s1"},
        {"study_id": "case2024", "first_author": "Case C", "year": "2024", "role": "included", "patients": "1"}
        | {"design": "case_report", "conditions": "sle", "locator": "Case, p1 s1"},
    ],
    "cohorts": [
        {"study_id": "made2024", "condition": "sjia", "patients": "17", "locator": "Results, p1 s1"},
        {"study_id": "case2024", "condition": "sle", "patients": "1", "locator": "Case, p1 s1"},
    ],
    "counts": [
        SERIES | STATED | {"row_id": "r1", "measure": "received", "events": "17", "as_printed": "17"},
        SERIES
        | STATED
        | {"measure": "complete_response", "events": "14", "total": "17", "percent_printed": "82.4"}
        | {"definition": "no fever", "as_printed": "14/17 (82.4%)", "locator": "Table 2, row 1"},
        SERIES
        | STATED
        | {"measure": "death", "events": "1", "total": "17", "as_printed": "one", "locator": "Results, p4 s2"},
        SERIES
        | STATED
        | {"row_id": "r9", "study_id": "case2024", "condition": "sle", "measure": "received", "events": "1"}
        | {"as_printed": "a girl", "how_obtained": "derived", "locator": "Case, p2 s1"},
    ],
    "doses": [
        {k: v for k, v in (SERIES | STATED).items() if k != "unit"}
        | {"kind": "dose", "low": "2", "high": "10", "unit": "mg/kg/day", "as_printed": "2-10 mg/kg/day"}
    ],
    "quantities": [
        {k: v for k, v in (SERIES | STATED).items() if k != "unit"}
        | {"quantity": "age", "statistic": statistic, "value": value, "unit": "years", "as_printed": value}
        for statistic, value in (("minimum", "2"), ("median", "7.5"), ("maximum", "15"))
    ],
    "comparisons": [
        {"comparison_id": "k1", "section": "anakinra", "study_id": "made2024", "treatment": "anakinra"}
        | {"measure": "complete_response", "contrast": "study_end", "p_relation": "=", "p_value": "0.03"}
        | {"p_printed": "0.03", "as_printed": "8/8 vs 5/9", "locator": "Table 3"}
    ],
    "comparison_groups": [
        {"comparison_id": "k1", "group_no": "1", "group": "early", "total": "8", "events": "8", "unit": "patients"},
        {"comparison_id": "k1", "group_no": "2", "group": "late", "total": "9", "events": "5", "unit": "patients"},
    ],
}


def rows() -> dict[str, list[dict[str, str]]]:
    """Rows of every table, free to be changed."""
    return {name: [dict(row) for row in table] for name, table in ROWS.items()}


@lru_cache
def made(root: Path) -> dict[str, bytes]:
    """The forms for the made-up reports."""
    return extraction.make_forms(root, REPORTS, update_id=UPDATE)


def make(root: Path, folder: Path, extractor: str = "a") -> Path:
    """The empty forms of an extractor, written to a folder; the folder with the CSV files."""
    for name, content in made(root).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / extractor


def header(path: Path) -> list[str]:
    """First line of a CSV file, without the mark of UTF-8 and without stars."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [name.removesuffix(" *") for name in next(csv.reader(stream))]


def fill(folder: Path, tables: dict[str, list[dict[str, str]]], *, appraise: bool = True) -> Path:
    """Write rows into the CSV files of a form; answer the appraisals that stand there."""
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        names = header(path)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, restval="")
            writer.writeheader()
            writer.writerows(table)
    if appraise and "appraisals" not in tables:
        fill(
            folder,
            {"appraisals": [row | {"answer": "yes", "locator": "Methods"} for row in read(folder, "appraisals")]},
        )
    return folder


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of a CSV file of a form."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.reader(stream))
    names = [n.removesuffix(" *") for n in found[0]]
    return [dict(zip(names, row, strict=True)) for row in found[1:]]


def fill_workbook(path: Path, tables: dict[str, list[dict[str, object]]]) -> Path:
    """Type rows into the workbook of a form; answer the appraisals that stand there."""
    book = load_workbook(path)
    for name, table in tables.items():
        sheet = book[name]
        places = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
        for line, row in enumerate(table, start=2):
            for column, value in row.items():
                if (
                    isinstance(value, str)
                    and value.replace(".", "", 1).isdecimal()
                    and column not in ("p_printed", "as_printed")
                ):
                    value = float(value)  # as a spreadsheet does
                sheet.cell(line, places[column]).value = value
    sheet = book["appraisals"]
    places = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
    for line in range(2, sheet.max_row + 1):
        if sheet.cell(line, places["study_id"]).value:
            sheet.cell(line, places["answer"]).value = "yes"
            sheet.cell(line, places["locator"]).value = "Methods"
    book.save(path)
    return path


def opened(root: Path, path: Path, extractor: str = "a", update_id: str = UPDATE):
    """What `read_form` says of a form."""
    return extraction.read_form(root, path, extractor=extractor, update_id=update_id, known_studies=REPORTS)
