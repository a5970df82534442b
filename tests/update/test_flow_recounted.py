"""The flow of a merged update is counted again from its records: what somebody typed over is found and named."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from helpers.update import soundness

from .conftest import FIRST, SECOND, UPDATE, Answer, Review, nbib, new_exports, new_review, reported
from .small import extracted, screened

FLOW, FILES = "data/flow.csv", f"data/updates/{UPDATE}"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with a merged update, made once."""
    home = tmp_path_factory.mktemp("merged")
    made = new_review(home)
    one, other = new_exports(home)
    made.update("start", UPDATE, "--pubmed", one, "--embase", other)
    screened(made)
    extracted(made)
    made.update("merge", "--without-archive")
    return home


@pytest.fixture
def merged(once: Path, tmp_path: Path) -> Review:
    """A review with a merged update, to break."""
    shutil.copytree(once, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Review(tmp_path / "review")


def table(review: Review, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((review.root / name).read_text(encoding="utf-8"))))


def write(review: Review, name: str, rows: list[dict[str, str]]) -> None:
    with (review.root / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def line_of(review: Review, name: str, key: str) -> int:
    lines = (review.root / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f"{key},"))


def reasons(review: Review) -> list[dict[str, str]]:
    """The boxes of the reasons for which titles and abstracts were excluded."""
    return [b for b in table(review, FLOW) if b["update_id"] == UPDATE and b["box"] == "excluded_title_abstract"][1:]


def faults(review: Review) -> list[dict[str, Any]]:
    """What `review check` finds, but for notebooks and pages, which this review does not have."""
    found: Answer = review.call("check", "--json", status=None)
    return [fault for fault in found.document["faults"] if fault["file"].startswith("data/")]


def typed_over(review: Review) -> None:
    """One record less for the first reason and one more for the second: every sum holds."""
    rows = table(review, FLOW)
    one, other = (box["box_id"] for box in reasons(review))
    for row in rows:
        if row["box_id"] in (one, other):
            row["count"] = {one: "0", other: "2"}[row["box_id"]]
    write(review, FLOW, rows)


def test_a_merged_update_whose_files_nobody_touched_is_sound(merged: Review) -> None:
    assert soundness.check(merged.root) == []


def test_numbers_typed_over_so_that_every_sum_holds_are_found_with_what_they_should_be(merged: Review) -> None:
    boxes = [box["box_id"] for box in reasons(merged)]
    assert len(boxes) == 2
    typed_over(merged)
    found = faults(merged)
    assert [(f["file"], f["row"], f["column"], f["value"], f["rule"]) for f in found] == [
        (FLOW, line_of(merged, FLOW, box), "count", value, "flow-recounted")
        for box, value in zip(boxes, "02", strict=True)
    ]
    assert all("should be 1" in f["message"] and "git diff data/flow.csv" in f["fix"] for f in found)


def test_no_notebook_runs_and_no_page_is_made_from_a_flow_that_its_records_do_not_give(merged: Review) -> None:
    typed_over(merged)
    before = merged.files("data")
    answer = merged.call("build", "--json", status=1)
    assert answer.document["headline"] == "No notebook was run, because the data break their rules"
    assert answer.rules == ["flow-recounted"] * 2
    assert merged.files("data") == before
    assert not (merged.root / "_site").exists()


@pytest.mark.parametrize(
    ("column", "value", "should"),
    [("unit", "reports", "should be records"), ("as_printed", "2", "should be empty"), ("count", "", "should be 2")],
)
def test_every_cell_that_readers_go_by_is_held(merged: Review, column: str, value: str, should: str) -> None:
    rows = table(merged, FLOW)
    name = f"flow-{UPDATE}-databases-identified-pubmed"
    next(row for row in rows if row["box_id"] == name)[column] = value
    write(merged, FLOW, rows)
    (found,) = [f for f in faults(merged) if f["rule"] == "flow-recounted"]
    assert (found["row"], found["column"], found["value"]) == (line_of(merged, FLOW, name), column, value or None)
    assert should in found["message"]


def test_a_box_that_is_not_there_and_one_that_is_too_many_are_named(merged: Review) -> None:
    rows = table(merged, FLOW)
    gone = reasons(merged)[0]["box_id"]
    row = next(row for row in rows if row["box_id"] == gone)
    row |= {"box_id": "flow-made-up", "reason": "Made up"}
    write(merged, FLOW, rows)
    found = {(f["row"], f["value"]) for f in faults(merged) if f["rule"] == "flow-recounted"}
    assert found == {(line_of(merged, FLOW, "flow-made-up"), "flow-made-up"), (None, gone)}


def test_a_record_listed_under_another_box_twice_or_not_at_all_is_found(merged: Review) -> None:
    rows = table(merged, f"{FILES}/boxes.csv")
    first, second, third = (row["record_id"] for row in rows)
    right = rows[1]["box_id"]
    rows[1]["box_id"] = rows[0]["box_id"]
    write(merged, f"{FILES}/boxes.csv", [rows[0], rows[1], rows[0]])
    found = faults(merged)
    assert {f["file"] for f in found} == {f"{FILES}/boxes.csv"}
    assert [(f["row"], f["value"]) for f in found] == [(None, third), (3, rows[0]["box_id"]), (4, first)]
    assert f"{second} should be in {right}" in found[1]["message"]


def test_decisions_changed_after_the_merge_are_found(merged: Review) -> None:
    rows = table(merged, f"{FILES}/screening.csv")
    for row in rows:
        if row["reason"] == "too_few":
            row["reason"] = "no_patients"
    write(merged, f"{FILES}/screening.csv", rows)
    found = faults(merged)
    assert {f["rule"] for f in found} == {"flow-recounted"}
    assert {f["file"] for f in found} == {FLOW, f"{FILES}/boxes.csv"}


def test_a_decision_taken_out_after_the_merge_is_found_in_its_table(merged: Review) -> None:
    rows = table(merged, f"{FILES}/screening.csv")
    write(merged, f"{FILES}/screening.csv", rows[1:])
    found = faults(merged)
    assert {f["file"] for f in found} == {f"{FILES}/screening.csv"}
    assert {f["rule"] for f in found} == {"flow-open"}
    assert all("git checkout data/updates" in f["fix"] for f in found)


@pytest.mark.parametrize(("name", "rule"), [("included.csv", "flow-study"), ("boxes.csv", "records-kept")])
def test_a_table_that_is_gone_is_named(merged: Review, name: str, rule: str) -> None:
    (merged.root / FILES / name).unlink()
    (found,) = faults(merged)
    assert (found["file"], found["rule"]) == (f"{FILES}/{name}", rule)


def test_a_study_that_the_data_do_not_have_is_found(merged: Review) -> None:
    rows = table(merged, f"{FILES}/included.csv")
    rows[0]["study_id"] = "nobody2024"
    write(merged, f"{FILES}/included.csv", rows)
    (found,) = faults(merged)
    assert (found["file"], found["row"], found["value"], found["rule"]) == (
        f"{FILES}/included.csv",
        2,
        "nobody2024",
        "reference",
    )


def test_a_computed_flow_without_the_records_it_was_computed_from_is_a_fault(merged: Review) -> None:
    shutil.rmtree(merged.root / "data/updates")
    (found,) = faults(merged)
    assert (found["file"], found["rule"]) == (f"{FILES}/exports.csv", "records-kept")


def test_boxes_that_do_not_add_up_are_a_fault_with_their_line_even_where_no_records_are_kept(merged: Review) -> None:
    rows = table(merged, FLOW)
    name = f"flow-{UPDATE}-databases-screened"
    next(row for row in rows if row["box_id"] == name)["count"] = "2"
    write(merged, FLOW, rows)
    found = [f for f in faults(merged) if f["rule"] == "flow-adds-up"]
    identified = line_of(merged, FLOW, f"flow-{UPDATE}-databases-identified")
    assert {(f["file"], f["row"], f["column"]) for f in found} == {
        (FLOW, identified, "count"),
        (FLOW, line_of(merged, FLOW, name), "count"),
    }
    assert "not the sum of" in found[0]["message"]


def test_studies_that_do_not_add_up_from_update_to_update_are_a_fault_with_their_line(merged: Review) -> None:
    rows = table(merged, FLOW)
    for row in rows:
        if row["box_id"] in (f"flow-{UPDATE}-previous-studies", f"flow-{UPDATE}-total-studies"):
            row["count"] = str(int(row["count"]) + 1)
    write(merged, FLOW, rows)
    (found,) = [f for f in faults(merged) if f["rule"] == "flow-adds-up"]
    assert (found["row"], found["value"]) == (line_of(merged, FLOW, f"flow-{UPDATE}-total-studies"), "6")
    assert "of the update before" in found["message"]


def test_the_flow_of_each_of_two_updates_is_counted_from_its_own_records(merged: Review) -> None:
    found_again = merged.write("again.nbib", nbib(FIRST, SECOND) + "\n")
    merged.update("start", "2025-06-30", "--pubmed", found_again, "--anyway", "again.nbib=newer-than-last-search")
    assert soundness.check(merged.root) == []
    reported(merged.root, "2025-06-30")
    merged.update("merge", "--without-archive")
    assert soundness.check(merged.root) == []
    typed_over(merged)
    rows = table(merged, FLOW)
    later = "flow-2025-06-30-databases-already-decided"
    next(row for row in rows if row["box_id"] == later)["count"] = "1"
    write(merged, FLOW, rows)
    found = [f for f in faults(merged) if f["rule"] == "flow-recounted"]
    assert [f["value"] for f in found] == ["0", "2", "1"]
    assert found[2]["row"] == line_of(merged, FLOW, later)
