"""Broken data: one message for each fault, naming file, line, value, rule and next step; all faults at once."""

from __future__ import annotations

import csv

import pytest

from helpers import consistency, evidence
from helpers import tables as table_files
from helpers.consistency.files import check_corrections
from helpers.faults import ReviewError


def change(root, table, old, new, times=1):
    path = root / "data" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, times), encoding="utf-8")


def line_of(root, table, start):
    lines = (root / "data" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def the_fault(root):
    faults = consistency.check(root)
    assert len(faults) == 1, "\n".join(map(str, faults))
    assert faults[0].fix
    return faults[0]


def set_cell(root, table, row_id, column, value):
    path = root / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    key = next(iter(rows[0]))
    found = [row for row in rows if row[key] == row_id]
    assert len(found) == 1
    found[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_a_word_where_a_number_belongs(second_copy):
    set_cell(second_copy, "counts", "blue-tea-hills-death", "events", "four")
    fault = consistency.check(second_copy)[0]
    assert (fault.file, fault.column, fault.value, fault.rule) == ("data/counts.csv", "events", "four", "type-integer")
    assert fault.row == line_of(second_copy, "counts", "blue-tea-hills-death")


def test_events_above_total(second_copy):
    set_cell(second_copy, "counts", "review-hills-patients", "events", "61")
    rules = {fault.rule for fault in consistency.check(second_copy)}
    assert "events-within-total" in rules
    assert "adds-up" in rules  # its partition no longer sums to its whole


def test_a_missing_key(second_copy):
    set_cell(second_copy, "counts", "long-rest-lakes-remission", "row_id", "")
    faults = consistency.check(second_copy)
    assert ("row_id", "required") in {(fault.column, fault.rule) for fault in faults}


def test_an_unknown_treatment_suggests_the_nearest_code(second_copy):
    set_cell(second_copy, "counts", "mocka2017-blue-tea-marsh-received", "treatment", "blu_tea")
    fault = the_fault(second_copy)
    assert (fault.rule, fault.value) == ("vocabulary", "blu_tea")
    assert "'blue_tea'" in fault.fix


def test_a_duplicate_id_names_the_other_line(second_copy):
    first = line_of(second_copy, "counts", "mocka2017-marsh-patients")
    set_cell(second_copy, "counts", "mocka2017-blue-tea-marsh-received", "row_id", "mocka2017-marsh-patients")
    fault = the_fault(second_copy)
    assert fault.rule == "unique"
    assert str(first) in fault.message


def test_a_missing_column(second_copy):
    change(second_copy, "doses", ",route,", ",way,")
    found = {
        (fault.column, fault.message) for fault in consistency.check(second_copy) if fault.file == "data/doses.csv"
    }
    assert found >= {("route", "this column is missing"), ("way", "unknown column")}


def test_an_empty_file(second_copy):
    (second_copy / "data" / "flow.csv").write_text("")
    faults = [fault for fault in consistency.check(second_copy) if fault.file == "data/flow.csv"]
    assert [fault.rule for fault in faults] == ["not-empty"]


def test_a_file_that_is_not_utf_8_names_the_line(second_copy):
    path = second_copy / "data" / "studies.csv"
    lines = path.read_bytes().split(b"\n")
    lines[4] = lines[4].replace(b"a", b"\xe4", 1)
    path.write_bytes(b"\n".join(lines))
    fault = next(fault for fault in consistency.check(second_copy) if fault.file == "data/studies.csv")
    assert (fault.rule, fault.row) == ("utf-8", 5)


def test_semicolons_instead_of_commas(second_copy):
    path = second_copy / "data" / "updates.csv"
    path.write_text(path.read_text().replace(",", ";"))
    assert "comma-separated" in {fault.rule for fault in consistency.check(second_copy)}


def test_a_row_that_another_row_needs(second_copy):
    path = second_copy / "data" / "sources.csv"
    path.write_text(
        "".join(line for line in path.read_text().splitlines(True) if not line.startswith("inventa2011-abstract"))
    )
    faults = consistency.check(second_copy)
    assert faults
    assert {(fault.rule, fault.value) for fault in faults} == {("reference", "inventa2011-abstract")}


def test_a_sum_that_no_longer_adds_up(second_copy):
    set_cell(second_copy, "counts", "long-rest-lakes-received", "events", "9")
    fault = the_fault(second_copy)
    assert (fault.rule, fault.value) == ("adds-up", "24")
    assert "sum to 23" in fault.message


def test_a_correction_whose_row_was_changed_asks_to_be_looked_at_again(second_copy):
    set_cell(second_copy, "counts", "blue-tea-hills-adverse-event", "percent_printed", "17")
    fault = the_fault(second_copy)
    assert (fault.file, fault.rule, fault.column) == ("data/corrections.yaml", "expect", "blue-tongue")


@pytest.mark.parametrize("total", ["gc-all-information", "csa-all-received"])
def test_a_total_that_contains_an_impossible_part_is_marked_like_the_part(root, total):
    tables, _ = table_files.read_tables(root)
    parts = ["review-other-patients", "gc-other-information", "csa-other-received"]
    entry = {"id": "slip", "rows": [*parts, "gc-all-information", "csa-all-received"], "expect": {}}
    assert check_corrections(tables, [entry]) == []
    entry["rows"].remove(total)
    (fault,) = check_corrections(tables, [entry])
    assert (fault.column, fault.value, fault.rule) == ("slip", total, "marked-totals")
    assert "is larger than review-other-patients, which holds it" in fault.message


def test_a_part_that_fits_its_whole_marks_no_total(root):
    tables, _ = table_files.read_tables(root)
    entry = {"id": "slip", "rows": ["review-kd-patients", "csa-kd-received"], "expect": {}}
    assert check_corrections(tables, [entry]) == []


def test_a_citation_that_the_bibliography_lacks(second_copy):
    set_cell(second_copy, "studies", "inventa2011", "citation_key", "inventa2012")
    assert the_fault(second_copy).rule == "citation"


def test_a_flow_box_larger_than_the_one_before(second_copy):
    set_cell(second_copy, "flow", "flow-2023-assessed", "count", "91")
    assert "flow-shrinks" in {fault.rule for fault in consistency.check(second_copy)}


def test_several_faults_in_several_files_are_reported_together(second_copy):
    set_cell(second_copy, "counts", "blue-tea-hills-death", "events", "four")
    set_cell(second_copy, "doses", "blue-tea-dose", "low", "9")
    set_cell(second_copy, "studies", "inventa2011", "validity", "excellent")
    with pytest.raises(ReviewError) as caught:
        evidence.load(second_copy)
    assert {fault.file for fault in caught.value.faults} == {"data/counts.csv", "data/doses.csv", "data/studies.csv"}
    assert "line" in str(caught.value)


def test_an_unknown_update_lists_the_known_ones(root):
    with pytest.raises(ReviewError, match="2023-06-30"):
        evidence.load(root, as_of="2024-01-01")


@pytest.mark.parametrize("text", ["", "{", '{"resources": [{}]}'])
def test_a_broken_dictionary_is_named(second_copy, text):
    (second_copy / "data" / "datapackage.json").write_text(text)
    with pytest.raises(ReviewError, match=r"data/datapackage\.json"):
        consistency.check(second_copy)


def test_a_mistyped_count_is_betrayed_by_its_printed_percentage(second_copy):
    set_cell(second_copy, "counts", "blue-tea-hills-remission", "events", "13")
    fault = the_fault(second_copy)
    assert (fault.rule, fault.value) == ("percentage", "67")
    assert "13 of 18 is 72.2%" in fault.message


@pytest.mark.parametrize("name", ["counts", "studies", "vocabularies"])
def test_an_unreadable_table_does_not_bury_its_cause(second_copy, name):
    (second_copy / "data" / f"{name}.csv").write_bytes(b"\xff\xfe")
    faults = consistency.check(second_copy)
    assert faults[0].rule == "utf-8"
    assert len(faults) < 3


def test_a_number_in_the_summary_of_an_update(second_copy):
    change(second_copy, "updates", "A made-up review taken in", "A review of 57 studies with Inventa 2011")
    fault = the_fault(second_copy)
    assert (fault.file, fault.row, fault.column, fault.rule) == ("data/updates.csv", 2, "summary", "summary-number")
    assert fault.message.endswith("from no row: 57")


def test_a_row_with_too_many_cells_is_told_once_and_not_by_every_row_that_needs_it(second_copy):
    change(second_copy, "updates", "A made-up review taken in", "A review, taken in")
    fault = the_fault(second_copy)
    assert (fault.file, fault.row, fault.rule) == ("data/updates.csv", 2, "cells-per-row")
    assert fault.fix == "Quote cells that hold commas or line breaks."
