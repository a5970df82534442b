"""A form that comes back is read whole, or every fault is named with its place, its rule and what to do; nothing is run."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from extraction import filled
from extraction.filled import REPORTS, UPDATE, fill, fill_workbook, make, opened, rows
from helpers import extraction


@pytest.fixture(scope="module")
def empty(root, tmp_path_factory):
    """Forms as they were made; never filled in."""
    folder = tmp_path_factory.mktemp("forms")
    make(root, folder)
    return folder


@pytest.fixture
def form(empty, tmp_path):
    """A fresh form of extractor a, as files."""
    folder = tmp_path / "a"
    folder.mkdir()
    for path in (empty / "a").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def book(empty, tmp_path):
    """A fresh form of extractor a, as a workbook."""
    path = tmp_path / "a.xlsx"
    path.write_bytes((empty / "a.xlsx").read_bytes())
    return path


def told(faults):
    return {(f.file.split("/")[-1].removesuffix(".csv"), f.column, f.rule) for f in faults}


def test_a_form_filled_in_has_no_fault_and_is_complete(root, form):
    tables, faults = opened(root, fill(form, rows()))
    assert [str(f) for f in faults] == []
    assert list(tables) == list(extraction.TABLES)
    assert {name: len(table) for name, table in tables.items()} == {
        **{"studies": 2, "cohorts": 2, "counts": 4, "doses": 1, "quantities": 3, "comparisons": 1},
        **{"comparison_groups": 2, "appraisals": 18},
    }


def test_what_is_not_asked_is_filled_in(root, form):
    tables, _ = opened(root, fill(form, rows()))
    counts = tables["counts"]
    assert set(counts["added_in"]) == {UPDATE}
    assert counts["retired_in"].isna().all()
    assert set(counts["level"]) == {"study"}
    assert list(counts["source_id"]) == ["made2024-report"] * 3 + ["case2024-report"]
    assert counts["row_id"].is_unique
    assert list(tables["studies"]["citation_key"]) == ["made2024", "case2024"]
    assert tables["appraisals"]["appraisal_id"].iloc[0] == "made2024-jbi-case-series-01"


def test_source_and_citation_are_those_of_the_included_reports(root, form):
    reports = REPORTS.assign(citation_key=["made2024b", "made2024c", ""])
    tables, _ = extraction.read_form(root, fill(form, rows()), extractor="a", update_id=UPDATE, known_studies=reports)
    assert list(tables["studies"]["citation_key"]) == ["made2024b", "case2024"]
    given = {"made2024": ("first-source", "second-source"), "case2024": "case-source"}
    tables, _ = extraction.read_form(root, form, extractor="a", update_id=UPDATE, known_studies=given)
    assert set(tables["counts"]["source_id"]) == {"first-source", "case-source"}


def test_a_place_can_name_another_report_of_the_study(root, form):
    table = rows()["counts"]
    table[0]["locator"] = "made2024-abstract: Results, s2"
    tables, faults = opened(root, fill(form, rows() | {"counts": table}))
    assert faults == []
    assert tables["counts"][["source_id", "locator"]].iloc[0].tolist() == ["made2024-abstract", "Results, s2"]


def test_workbook_and_files_give_the_same_tables(root, form, book):
    from_files, _ = opened(root, fill(form, rows()))
    from_book, faults = opened(root, fill_workbook(book, rows()))
    assert [str(f) for f in faults] == []
    for name, table in from_files.items():
        pd.testing.assert_frame_equal(from_book[name], table)


def test_one_file_is_known_by_its_header(root, form):
    tables, faults = opened(root, fill(form, rows()) / "doses.csv")
    assert faults == []
    assert {name: len(table) for name, table in tables.items()} == {"doses": 1}


def test_one_file_may_hold_every_table_one_below_the_other(root, empty, form, tmp_path):
    whole, _ = opened(root, fill(form, rows()))
    about = (empty / "a.csv").read_text("utf-8-sig").split("\n\n")[0]
    path = tmp_path / "a.csv"
    below = [(form / f"{name}.csv").read_text("utf-8-sig") for name in extraction.TABLES]
    path.write_text("\n\n".join([about, *below]), "utf-8")
    tables, faults = opened(root, path)
    assert [str(f) for f in faults] == []
    for name, table in whole.items():
        own = ["dose_id", "quantity_id"]  # blank on the form: named after the line
        left, right = (t.drop(columns=own, errors="ignore").reset_index(drop=True) for t in (tables[name], table))
        pd.testing.assert_frame_equal(
            *(t.drop(columns=["row_id", "cohort_id"], errors="ignore") for t in (left, right))
        )
    assert [f.rule for f in opened(root, path, update_id="2025-06-30")[1]] == ["wrong-update"]


def test_the_file_of_an_empty_form_holds_every_table(root, empty):
    tables, faults = opened(root, empty / "a.csv")
    assert list(tables) == list(extraction.TABLES)
    assert {f.rule for f in faults} == {"locator-required", "appraisal-complete"}
    assert [f.rule for f in opened(root, empty / "b.csv")[1]].count("wrong-extractor") == 1


def test_semicolons_and_tabs_are_read_too(root, form):
    fill(form, rows())
    path = form / "cohorts.csv"
    for separator in (";", "\t"):
        path.write_text(path.read_text("utf-8").replace(",", separator).replace(";", separator), "utf-8")
        _, faults = opened(root, form)
        assert faults == []


PLANTED = {  # what is planted: table, row, cells, and the column and rule of the fault
    "unknown code": ("counts", 1, {"treatment": "anakinraa"}, "treatment", "vocabulary"),
    "unknown code in a list of codes": ("studies", 0, {"conditions": "sjia;sjja"}, "conditions", "vocabulary"),
    "no place in the report": ("counts", 1, {"locator": ""}, "locator", "locator-required"),
    "more events than patients": (
        "counts",
        1,
        {"events": "18", "percent_printed": ""},
        "events",
        "events-within-total",
    ),
    "a word for a number": ("counts", 1, {"events": "fourteen"}, "events", "type-integer"),
    "a decimal comma": ("counts", 1, {"percent_printed": "82,4"}, "percent_printed", "type-number"),
    "a negative count": ("counts", 1, {"events": "-1"}, "events", "minimum"),
    "a share above all": ("counts", 1, {"percent_printed": "824"}, "percent_printed", "maximum"),
    "neither count nor share": ("counts", 0, {"events": ""}, "events", "count-or-percentage"),
    "an empty cell": ("counts", 1, {"measure": ""}, "measure", "required"),
    "a formula": ("counts", 1, {"as_printed": "=cmd|' /C calc'!A0"}, "as_printed", "formula"),
    "a formula with an apostrophe": ("counts", 1, {"note": "'=1+1"}, "note", "formula"),
    "a formula in a number": ("counts", 1, {"events": "=7+7"}, "events", "formula"),
    "an at sign": ("counts", 1, {"detail": "@SUM(A1:A9)"}, "detail", "formula"),
    "a control character": ("counts", 1, {"note": "a\x07b"}, "note", "characters"),
    "an endless cell": ("counts", 1, {"note": "x" * 10_000}, "note", "too-long"),
    "a study of nobody": ("counts", 1, {"study_id": "nobody2024"}, "study_id", "unknown-study"),
    "a sum of nothing": ("counts", 1, {"adds_up_to": "r7"}, "adds_up_to", "reference"),
    "two rows of one id": ("counts", 1, {"row_id": "r1"}, "row_id", "unique"),
    "a path for an id": ("cohorts", 0, {"cohort_id": "../../x"}, "cohort_id", "id"),
    "an id of the evidence": ("counts", 1, {"row_id": "anakinra-all-received"}, "row_id", "id-taken"),
    "another update": ("counts", 1, {"added_in": "2023-06-30"}, "added_in", "wrong-update"),
    "a row retired at once": ("counts", 1, {"retired_in": UPDATE}, "retired_in", "wrong-update"),
    "a dose upside down": ("doses", 0, {"low": "11"}, "low", "low-not-above-high"),
    "a P value above one": ("comparisons", 0, {"p_value": "3"}, "p_value", "maximum"),
    "a sign that is none": ("comparisons", 0, {"p_relation": "~"}, "p_relation", "enum"),
    "a group of nothing": ("comparison_groups", 0, {"comparison_id": "k7"}, "comparison_id", "reference"),
    "a group larger than itself": ("comparison_groups", 0, {"events": "9"}, "total", "events-within-total"),
    "a year that cannot be": ("studies", 0, {"year": "202"}, "year", "minimum"),
    "a study twice": ("studies", 1, {"study_id": "made2024"}, "study_id", "unique"),
    "an overlap with nothing": ("cohorts", 0, {"overlaps_with": "debenedetti2023-sjja"}, "overlaps_with", "reference"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named_with_its_place_and_the_way_out(root, form, name):
    table, at, cells, column, rule = PLANTED[name]
    changed = rows()
    changed[table][at] |= cells
    extra = [c for c in cells if c not in filled.header(form / f"{table}.csv")]
    path = form / f"{table}.csv"
    if extra:  # columns that a form does not ask but may have
        path.write_text(path.read_text("utf-8-sig").replace("\n", "," + ",".join(extra) + "\n", 1), "utf-8")
    _, faults = opened(root, fill(form, changed))
    found = [f for f in faults if (f.column, f.rule) == (column, rule)]
    assert len(found) == 1, [str(f) for f in faults]
    fault = found[0]
    assert (fault.file, fault.row) == (f"a/{table}.csv", at + 2)
    assert len(fault.message) > 5
    assert len(fault.fix) > 5
    if fault.value is not None and " = " not in fault.value and rule not in ("too-long", "characters"):
        assert fault.value.removesuffix(".0") in next(iter(cells.values()))
    assert {f.row for f in faults if f.file == fault.file} <= {fault.row, None}  # nothing else is accused


def test_an_unknown_code_comes_with_a_suggestion(root, form):
    changed = rows()
    changed["counts"][1]["treatment"] = "emapalumb"
    _, faults = opened(root, fill(form, changed))
    assert "'emapalumab'" in faults[0].fix


def test_a_half_filled_row_is_one_fault_that_names_all_it_lacks(root, form):
    changed = rows()
    changed["counts"].append({"study_id": "made2024", "events": "3", "locator": "Table 1"})
    _, faults = opened(root, fill(form, changed))
    assert [(f.row, f.rule) for f in faults] == [(6, "half-filled-row")]
    for column in ("section", "condition", "treatment", "measure", "unit", "as_printed", "how_obtained"):
        assert column in faults[0].message


def test_everything_is_said_at_once(root, form):
    changed = rows()
    names = [n for n in PLANTED if PLANTED[n][0] in ("doses", "comparisons", "studies") and n != "a study twice"]
    for name in names:
        table, at, cells, _, _ = PLANTED[name]
        changed[table][at] |= cells
    (form / "quantities.csv").unlink()
    _, faults = opened(root, fill(form, {k: v for k, v in changed.items() if k != "quantities"}))
    assert {(PLANTED[n][3], PLANTED[n][4]) for n in names} | {("quantities", "sheet-missing")} == {
        (f.column, f.rule) for f in faults
    }


def test_a_study_of_the_evidence_is_not_described_again(root, form):
    changed = rows()
    changed["studies"][1] |= {"study_id": "debenedetti2023"}
    fill(form, changed)
    _, faults = extraction.read_form(
        root, form, extractor="a", update_id=UPDATE, known_studies=["made2024", "case2024", "debenedetti2023"]
    )
    assert ("studies", "study_id", "study-already-there") in told(faults)


def test_an_appraisal_must_answer_every_item_of_one_tool(root, form):
    fill(form, rows())
    answers = filled.read(form, "appraisals")
    fill(form, {"appraisals": [row | {"answer": ""} if row["item_id"].endswith("07") else row for row in answers]})
    _, faults = opened(root, form)
    assert sorted(f.rule for f in faults) == ["required", "required"]
    fill(form, {"appraisals": answers[:9] + answers[10:]})
    _, faults = opened(root, form)
    assert [(f.rule, f.value) for f in faults] == [("appraisal-complete", "made2024")]
    assert "1 of 10 items have no answer (jbi-case-series-10)" in faults[0].message
    fill(form, {"appraisals": [*answers, answers[0] | {"study_id": "case2024"}]})
    _, faults = opened(root, form)
    assert "mixed" in faults[0].message


def test_an_empty_form_says_once_for_each_study_what_is_left_to_do(root, form):
    _, faults = opened(root, form)
    assert sorted(f.rule for f in faults) == ["appraisal-complete"] * 2 + ["locator-required"] * 2


@pytest.mark.parametrize(
    ("old", "new", "column", "message"),
    [
        ("measure *", "meassure", "measure", "this column is missing"),
        ("measure *", "meassure", "meassure", "unknown column"),
        ("detail,", "total,", "total", "this column stands twice"),
    ],
)
def test_a_changed_header_is_named(root, form, old, new, column, message):
    path = form / "counts.csv"
    path.write_text(path.read_text("utf-8-sig").replace(old, new, 1), "utf-8")
    _, faults = opened(root, form)
    assert (column, message) in {(f.column, f.message) for f in faults if f.rule == "columns"}


@pytest.mark.parametrize("change", ["sheet", "unknown", "twice"])
def test_a_sheet_that_is_gone_strange_or_doubled_is_named(root, book, change):
    fill_workbook(book, rows())
    opened_book = load_workbook(book)
    if change == "sheet":
        del opened_book["doses"]
    elif change == "unknown":
        opened_book.create_sheet("my notes")["A1"] = "look again"
    else:
        opened_book.copy_worksheet(opened_book["doses"])
    opened_book.save(book)
    _, faults = opened(root, book)
    expected = {"sheet": "sheet-missing", "unknown": "form-unknown", "twice": "sheet-twice"}
    assert [f.rule for f in faults] == [expected[change]]


def test_the_form_of_another_update_or_extractor_is_refused(root, form, book):
    for path in (fill(form, rows()), fill_workbook(book, rows())):
        assert [f.rule for f in opened(root, path, update_id="2025-06-30")[1]] == ["wrong-update"]
        assert [f.rule for f in opened(root, path, extractor="b")[1]] == ["wrong-extractor"]


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [("Ann Li", " ann  LI", True), ("Zoë B. Li", "Li, Zoe B", True), ("Ann Li", "Ann Lee", False), ("", "", False)],
)
def test_a_name_in_another_spelling_is_the_same_person(one, other, is_one):
    assert extraction.same_hand({"a": one, "b": other}) is is_one


def test_a_form_says_who_has_filled_it_in(form, book):
    about = form / "about.csv"
    about.write_text(about.read_text("utf-8-sig").replace("your name,", "your name,Ann"), "utf-8")
    other = load_workbook(book)
    other["start"]["B4"] = " ann "
    other.save(book)
    assert (extraction.about_form(form).name, extraction.about_form(book).name) == ("Ann", "ann")


CELLS = {  # what a spreadsheet may hold, and the rule that refuses it
    "=cmd|' /C calc'!A0": "formula",
    '=WEBSERVICE("http://x")': "formula",
    dt.datetime(2024, 7, 14): "date",
}


@pytest.mark.parametrize("value", CELLS)
def test_a_cell_of_a_workbook_that_holds_no_value_is_refused_and_never_computed(root, book, value):
    changed = rows()
    changed["counts"][1]["as_printed"] = value
    tables, faults = opened(root, fill_workbook(book, changed))
    assert [(f.file, f.row, f.column, f.rule) for f in faults] == [
        ("a.xlsx, sheet counts", 3, "as_printed", CELLS[value])
    ]
    assert tables["counts"]["as_printed"].isna().sum() == 1


def test_a_share_that_the_spreadsheet_made_of_a_percentage_is_refused(root, book):
    fill_workbook(book, rows())
    opened_book = load_workbook(book)
    place = next(c for c in opened_book["counts"][1] if c.value == "percent_printed").column_letter
    opened_book["counts"][f"{place}3"] = 0.824
    opened_book["counts"][f"{place}3"].number_format = "0.0%"
    opened_book.save(book)
    _, faults = opened(root, book)
    assert [(f.rule, f.value) for f in faults] == [("percent-format", "0.824")]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "form-unknown"),
        ("a.csv", b"", "not-empty"),
        ("a.csv", b"PMID- 1\nTI  - A title\n", "form-unknown"),
        ("a.csv", "row_id;säction".encode("latin-1"), "utf-8"),
        ("a.xlsx", b"PK\x03\x04 this is no workbook", "xlsx"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx"),
        ("a.csv", b"%PDF-1.7\x00\x01", "form-unknown"),
        ("a.csv", None, "file-present"),
    ],
)
def test_a_file_that_is_no_form_is_refused_in_words(root, tmp_path, name, content, rule):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    tables, faults = opened(root, path)
    assert tables == {}
    assert [f.rule for f in faults] == [rule]


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(root, tmp_path):
    import zipfile

    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    assert [f.rule for f in opened(root, path)[1]] == ["size"]


def test_a_workbook_of_another_kind_is_refused(root, tmp_path):
    other = Workbook()
    other.active.append(["Name", "Budget"])
    other.save(tmp_path / "a.xlsx")
    assert [f.rule for f in opened(root, tmp_path / "a.xlsx")[1]] == ["form-unknown"]


def test_rows_that_were_merged_before_do_not_stand_in_their_own_way(root, form, data_copy):
    """The same form can be read again after its update was merged."""
    path = data_copy / "data" / "cohorts.csv"
    merged = f"made2024-sjia,made2024,sjia,17,,,,baldo2025,x,{UPDATE},,\n"
    path.write_text(path.read_text("utf-8") + merged, "utf-8")
    changed = rows()
    changed["cohorts"][0]["cohort_id"] = "made2024-sjia"
    fill(form, changed)
    _, faults = extraction.read_form(data_copy, form, extractor="a", update_id=UPDATE, known_studies=REPORTS)
    assert "id-taken" not in {f.rule for f in faults}
