"""The evidence map: every cell has patients or a reason, each number says what it counts, and nobody stands in it twice."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import evidence, plots, sections


@pytest.fixture(scope="module")
def review(root):
    return evidence.load(root)


@pytest.fixture(scope="module")
def cells(review):
    return sections.evidence_map(review)


def with_counts(review, counts):
    return evidence.Evidence(review.root, review.as_of, {**review.tables, "counts": counts}, review.corrections)


def cell(cells, treatment, condition, kind=None):
    here = cells[(cells["treatment"] == treatment) & (cells["condition"] == condition)]
    return here if kind is None else here[here["kind"] == kind]


def test_every_pair_of_treatment_and_condition_has_patients_or_a_reason(cells, review):
    pairs = {(t, c) for t in review.codes.on_map("treatment") for c in review.codes.on_map("condition")}
    assert set(zip(cells["treatment"], cells["condition"], strict=True)) == pairs
    assert (cells["patients"].isna() == cells["reason"].notna()).all()
    assert cells["patients"].dropna().gt(0).all()


@pytest.mark.parametrize(
    ("treatment", "condition", "kind", "patients", "basis"),
    [
        ("gc", "kd", "series", 43, "use"),  # glucocorticoids by whatever name they stand in the table of the source
        ("gc", "kd", "report", 3, "use"),
        ("gc", "sjia", "information", 829, "information"),
        ("etoposide", "kd", "total", 14, "use"),
        ("etoposide", "kd", "series", 13, "narrower"),  # protocols count
        ("etoposide", "kd", "report", 1, "use"),
        ("anakinra", "sjia", "unstated", 5, "share_of_use"),  # given it alone, of six
        ("anakinra", "mixed", "unstated", 1, "use"),
        ("tocilizumab", "mixed", "total", 35, "use"),
        ("canakinumab", "mixed", "total", 16, "use"),
        ("canakinumab", "sjia", "unstated", 8, "use"),
        ("hsct", "mixed", "total", 4, "use"),
        ("emapalumab", "sjia", "trial", 14, "use"),
        ("ruxolitinib", "mixed", "trial", 2, "use"),  # of twelve with HLH
        ("ruxolitinib", "mixed", "series", 1, "use"),
    ],
)
def test_a_cell_holds_the_patients_of_its_rows(cells, treatment, condition, kind, patients, basis):
    here = cell(cells, treatment, condition, kind)
    assert list(here["patients"]) == [patients]
    assert list(here["basis"]) == [basis]


def test_the_series_of_a_cell_bring_what_their_rows_say(cells):
    (here,) = cell(cells, "gc", "kd", "series").to_dict("records")
    brought = dict(zip(here["rows"].split(";"), map(int, here["parts"].split(";")), strict=True))
    studies = {row.split("-")[0]: number for row, number in brought.items()}
    assert studies == {
        **{"latino2010": 11, "miettunen2011": 1, "kang2013": 2, "wang2015": 7, "islam2017": 1},
        **{"buda2018": 1, "mousavi2019": 4, "pilania2021": 12, "rhee2022": 4},
    }
    assert here["studies"] == 9


def test_a_study_stands_once_in_a_line_whatever_its_rows(cells):
    """The source prints Eloseily's six patients together and by condition: five and one, and never again."""
    of_study = cells[cells["rows"].str.contains("eloseily2020").fillna(False)]
    assert of_study["patients"].sum() == 6


@pytest.mark.parametrize("treatment", ["csa", "etoposide", "anakinra", "tocilizumab", "canakinumab", "hsct"])
def test_the_cells_of_a_review_total_make_the_total(cells, review, treatment):
    shown = cells[(cells["treatment"] == treatment) & (cells["kind"] == "total")]
    assert shown["patients"].sum() == review.row(f"{treatment}-all-received")["events"]


def test_what_a_total_holds_beyond_its_conditions_is_shown_as_a_remainder(review):
    counts = review.tables["counts"].copy()
    counts.loc[counts["row_id"] == "anakinra-all-received", "events"] = 200
    shown = cell(sections.evidence_map(with_counts(review, counts)), "anakinra", "mixed", "total")
    assert list(shown["patients"]) == [21]


def test_two_reports_of_the_same_patients_are_one_study_on_the_map(review):
    counts = review.tables["counts"]
    row = counts[counts["row_id"] == "kostik2022-canakinumab-sjia-received"]
    twice = [row.assign(row_id=f"{study}-x", study_id=study, treatment="pe") for study in ("minoia2014", "minoia2015")]
    cells = sections.evidence_map(with_counts(review, pd.concat([counts, *twice])))
    here = cell(cells, "pe", "sjia")
    here = here[here["kind"] != "total"]
    assert list(here["studies"]) == [1]
    assert list(here["patients"]) == [8]


@pytest.mark.parametrize(
    ("treatment", "condition", "reason"),
    [
        ("csa", "mixed", "counted_out"),
        ("tocilizumab", "sle", "not_split"),
        ("emapalumab", "kd", "none"),
        ("infliximab", "sjia", "none"),
    ],
)
def test_a_reason_says_why_a_cell_is_empty(cells, treatment, condition, reason):
    assert list(cell(cells, treatment, condition)["reason"]) == [reason]


def test_a_treatment_named_without_a_number_is_told_from_one_that_is_not_named(review):
    counts = review.tables["counts"]
    blank = counts[counts["row_id"] == "tofacitinib-sjia-received"].assign(events=pd.NA, total=pd.NA)
    others = counts[~((counts["treatment"] == "tofacitinib") & (counts["condition"] == "sjia"))]
    cells = sections.evidence_map(with_counts(review, pd.concat([others, blank])))
    assert list(cell(cells, "tofacitinib", "sjia")["reason"]) == ["no_number"]


def test_the_table_names_each_study_with_its_patients(cells, review):
    table = sections.map_table(review, cells)
    assert "Latino 2010 ([11](../evidence.qmd#latino2010-gc-kd-received))" in table
    assert table.count("\n") == 1 + cells["patients"].notna().sum()


def test_the_empty_cells_stand_under_their_reason(cells, review):
    lines = {line.split("|")[1].strip(): line for line in sections.map_gaps(review, cells).splitlines()}
    assert "sJIA, SLE, Other" in lines["Infliximab"]


def test_the_picture_says_every_number_and_every_reason(cells, review):
    picture = plots.evidence_map(
        cells,
        rows=sections.map_rows(review),
        columns=sections.map_columns(review),
        kinds=sections.MAP_KINDS,
        reasons=sections.MAP_REASONS,
        at_least=sections.MAP_AT_LEAST,
        caption="All patients.",
    )
    assert all(f"{n:,}" in picture.alt for n in cells["patients"].dropna())
    assert "at least 13 (series or cohort)" in picture.alt
    assert len(picture.values) == len(cells)
