"""Forms say what the dictionary says: every column, its list, its limits, its help; nothing in them can run."""

from __future__ import annotations

import csv
import io
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook

from extraction.filled import REPORTS, UPDATE, made
from helpers import extraction
from helpers.dictionary import load_dictionary
from helpers.faults import ReviewError

BOOKKEEPING = {"added_in", "retired_in", "source_id", "total_source_id", "level", "refs", "ref_no", "identity"}


@pytest.fixture(scope="module")
def files(root):
    return made(root)


@pytest.fixture(scope="module")
def book(files):
    return load_workbook(io.BytesIO(files["a.xlsx"]))


def columns(sheet):
    return {str(cell.value).removesuffix(" *"): cell for cell in sheet[1]}


def rule_of(sheet, column):
    letter = columns(sheet)[column].column_letter
    return next((v for v in sheet.data_validations.dataValidation if f"{letter}2" in v.sqref), None)


def choices(book, rule):
    sheet, cells = rule.formula1.split("!")
    return [cell.value for (cell,) in book[sheet][cells.replace("$", "")]]


def test_each_extractor_gets_a_workbook_and_the_same_as_files(files):
    tables = {f"{name}.csv" for name in extraction.TABLES}
    for extractor in ("a", "b"):
        assert {f"{extractor}.xlsx", f"{extractor}.csv"} <= set(files)
        assert {n.split("/")[1] for n in files if n.startswith(f"{extractor}/")} == tables | {
            "about.csv",
            "reports.csv",
        }


def test_every_column_of_the_dictionary_is_asked_but_for_the_bookkeeping(root, book):
    for name in extraction.TABLES:
        asked = set(columns(book[name])) - {"item"}
        left_out = {f.name for f in load_dictionary(root)[name].fields} - asked
        assert left_out <= BOOKKEEPING | {"citation_key", "appraisal_id"}, name


def test_workbook_and_files_have_the_same_columns(files, book):
    for name in extraction.TABLES:
        first = next(csv.reader(io.StringIO(files[f"a/{name}.csv"].decode("utf-8-sig"))))
        assert first == [cell.value for cell in book[name][1]]


def test_required_columns_are_marked_and_the_header_stays_in_sight(root, book):
    for name in extraction.TABLES:
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        for f in load_dictionary(root)[name].fields:
            cell = columns(sheet).get(f.name)
            if cell is not None and f.is_required and f.name not in ("row_id", "cohort_id", "dose_id", "quantity_id"):
                assert str(cell.value).endswith("*") or (name, f.name) == ("comparisons", "comparison_id"), f.name
    assert columns(book["counts"])["locator"].value == "locator *"


def test_every_column_has_a_help_text_as_comment_and_on_the_help_sheet(book):
    told = {(row[0], row[1]) for row in book["help"].iter_rows(min_row=2, values_only=True)}
    for name in extraction.TABLES:
        for column, cell in columns(book[name]).items():
            assert len(cell.comment.text) > 10
            assert (name, column) in told


def test_every_coded_column_offers_exactly_the_codes_of_its_list(root, review, book):
    seen = 0
    for name in extraction.TABLES:
        for f in load_dictionary(root)[name].fields:
            if f.vocabulary and f.name in columns(book[name]):
                rule = rule_of(book[name], f.name)
                assert rule.type == "list"
                assert choices(book, rule) == review.order(f.vocabulary)
                assert bool(rule.showErrorMessage) == (f.separator is None)  # several codes are typed
                seen += 1
    assert seen > 25


def test_study_ids_and_items_are_chosen_from_lists_too(book):
    assert choices(book, rule_of(book["counts"], "study_id")) == ["made2024", "case2024"]
    assert len(choices(book, rule_of(book["appraisals"], "item_id"))) == 18
    assert choices(book, rule_of(book["comparisons"], "p_relation")) == ["=", "<", ">"]


def test_numbers_are_kept_within_the_limits_of_the_dictionary(book):
    events, share = rule_of(book["counts"], "events"), rule_of(book["counts"], "percent_printed")
    assert (events.type, events.formula1, events.showErrorMessage) == ("whole", "0", True)
    assert (share.type, share.formula1, share.formula2) == ("decimal", "0", "100")


def test_cells_of_text_are_formatted_as_text_so_that_no_fraction_becomes_a_date(book):
    letter = columns(book["counts"])["as_printed"].column_letter
    assert book["counts"].column_dimensions[letter].number_format == "@"


def test_the_first_sheet_lists_the_reports_with_the_study_id_to_use(book):
    cells = [[c for c in row if c is not None] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert ["update", UPDATE] in cells
    assert ["extractor", "a"] in cells
    assert any(row[:2] == ["made2024", "made2024-report"] for row in cells)
    assert any(row[:2] == ["made2024", "made2024-abstract"] for row in cells)


def test_new_studies_stand_there_with_the_items_of_their_tool(book):
    studies = [row[0] for row in book["studies"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert studies == ["made2024", "case2024"]
    items = pd.DataFrame(list(book["appraisals"].iter_rows(min_row=2, values_only=True))).dropna(subset=[0])
    assert items.groupby(0).size().to_dict() == {"made2024": 10, "case2024": 8}
    assert items[2].str.len().min() > 20  # each item is told in words


def test_a_study_of_the_review_is_not_described_anew(root):
    reports = pd.DataFrame([{"study_id": "debenedetti2023", "title": "A later report"}])
    files = extraction.make_forms(root, reports, update_id=UPDATE)
    assert files["a/studies.csv"].decode("utf-8-sig").count("\n") == 1
    assert files["a/appraisals.csv"].decode("utf-8-sig").count("\n") == 1


FORMULAS = ("=cmd|' /C calc'!A0", "+1+cmd", "@SUM(A1)", "-2+3+cmd", "\t=1")


def test_what_a_record_holds_cannot_run_in_a_form(root):
    reports = pd.DataFrame(
        [{"study_id": f"made{n}", "title": t, "authors": f"{t}; B", "year": "2024"} for n, t in enumerate(FORMULAS)]
    )
    files = extraction.make_forms(root, reports, update_id=UPDATE)
    book = load_workbook(io.BytesIO(files["a.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    shown = {str(c.value) for c in cells}
    assert {text.strip() for text in FORMULAS} <= shown  # they are there, as text
    for name, content in files.items():
        if name.endswith(".csv"):
            texts = [c for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for c in row]
            assert [c for c in texts if c[:1] in tuple("=+-@\t") and len(c) > 1] == [], name


def test_html_control_characters_and_an_endless_title_do_no_harm(root):
    title = "<script>alert(1)</script>\x00\x07" + "x" * 10_000_000
    files = extraction.make_forms(root, pd.DataFrame([{"study_id": "made2024", "title": title}]), update_id=UPDATE)
    shown = load_workbook(io.BytesIO(files["a.xlsx"])).worksheets[0]
    titles = [c.value for row in shown.iter_rows() for c in row if str(c.value).startswith("<script>")]
    assert len(titles) == 1
    assert len(titles[0]) <= 500
    assert len(files["a.xlsx"]) < 400_000


@pytest.mark.parametrize("study", ["../../etc/passwd", "a/b", "", "Made 2024", "x" * 300])
def test_a_path_is_no_study_id(root, study):
    with pytest.raises(ReviewError, match="study-id"):
        extraction.make_forms(root, pd.DataFrame([{"study_id": study}]), update_id=UPDATE)


def test_the_same_reports_give_the_same_bytes(root, files):
    assert extraction.make_forms(root, REPORTS, update_id=UPDATE) == files
    moments = {e.date_time for e in zipfile.ZipFile(io.BytesIO(files["a.xlsx"])).infolist()}
    assert len(moments) == 1


def test_the_tools_have_the_items_they_are_known_for(review):
    tools = review.tables["appraisal_tools"]
    assert tools.groupby("tool").size().to_dict() == {"jbi_case_series": 10, "jbi_case_report": 8}
    assert tools.loc[tools["tool"] == "jbi_case_series", "address"].str.endswith("JBISRIR-D-19-00099").all()
    assert review.order("appraisal_answer") == ["yes", "no", "unclear", "not_applicable"]
