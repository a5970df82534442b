"""The evidence map: every cell has patients or a reason, and nothing is counted that is not MAS."""

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


def test_every_pair_of_treatment_and_condition_has_patients_or_a_reason(cells, review):
    pairs = {(t, c) for t in sections.MAP_TREATMENTS for c in sections.map_columns(review)}
    assert set(zip(cells["treatment"], cells["condition"], strict=True)) == pairs
    assert (cells["patients"].isna() == cells["reason"].notna()).all()
    assert cells["patients"].dropna().gt(0).all()


def test_numbers_are_those_of_their_evidence_rows(cells, review):
    totals = cells[cells["kind"] == "total"]
    rows = review.tables["counts"].set_index("row_id").loc[totals["rows"]]
    assert list(totals["patients"]) == [
        e if not pd.isna(e) else t for e, t in zip(rows["events"], rows["total"], strict=True)
    ]


def test_a_mixed_cohort_of_hlh_counts_with_its_patients_labelled_mas_only(cells):
    trial = cells[(cells["treatment"] == "ruxolitinib") & (cells["kind"] == "trial")]
    assert list(trial["patients"]) == [2]  # of twelve with HLH


def test_two_reports_of_the_same_patients_are_one_study_on_the_map(review):
    counts = review.tables["counts"]
    row = counts[counts["row_id"] == "kostik2022-canakinumab-sjia-received"]
    twice = [row.assign(row_id=f"{study}-x", study_id=study, treatment="pe") for study in ("minoia2014", "minoia2015")]
    changed = evidence.Evidence(
        review.root, review.as_of, {**review.tables, "counts": pd.concat([counts, *twice])}, review.corrections
    )
    cells = sections.evidence_map(changed)
    cell = cells[(cells["treatment"] == "pe") & (cells["condition"] == "sjia") & (cells["kind"] != "total")]
    assert list(cell["studies"]) == [1]
    assert list(cell["patients"]) == [8]


@pytest.mark.parametrize(
    ("treatment", "condition", "reason"),
    [("csa", "mixed", "counted_out"), ("tocilizumab", "sle", "not_split"), ("emapalumab", "kd", "none")],
)
def test_a_reason_says_why_a_cell_is_empty(cells, treatment, condition, reason):
    cell = cells[(cells["treatment"] == treatment) & (cells["condition"] == condition)]
    assert list(cell["reason"]) == [reason]


def test_a_treatment_named_without_a_number_is_told_from_one_that_is_not_named(review):
    counts = review.tables["counts"]
    blank = counts[counts["row_id"] == "tofacitinib-sjia-received"].assign(events=pd.NA, total=pd.NA)
    others = counts[~((counts["treatment"] == "tofacitinib") & (counts["condition"] == "sjia"))]
    changed = evidence.Evidence(
        review.root, review.as_of, {**review.tables, "counts": pd.concat([others, blank])}, review.corrections
    )
    cells = sections.evidence_map(changed)
    cell = cells[(cells["treatment"] == "tofacitinib") & (cells["condition"] == "sjia")]
    assert list(cell["reason"]) == ["no_number"]


def test_the_picture_says_every_number_and_every_reason(cells, review):
    labels = {code: review.label("treatment", code, short=True) for code in sections.MAP_TREATMENTS}
    picture = plots.evidence_map(
        cells,
        rows=labels,
        columns=sections.map_columns(review),
        kinds=sections.MAP_KINDS,
        reasons=sections.MAP_REASONS,
        caption="All patients.",
    )
    assert all(f"{n:,}" in picture.alt for n in cells["patients"].dropna())
    assert len(picture.values) == len(cells)
