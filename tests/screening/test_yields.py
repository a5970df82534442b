"""What each source of an update brought, counted by hand on made-up reports."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers import plots, screening
from helpers.faults import ReviewError

EXPORTS = pd.DataFrame(
    [("e1", "PubMed", "databases"), ("e2", "Embase", "databases"), ("e3", "Reference lists", "other")],
    columns=["export_id", "database", "arm"],
)
FLOW = pd.DataFrame(
    [
        ("dup", "duplicates_removed"),
        ("known", "already_decided"),
        ("out", "excluded_title_abstract"),
        ("late", "excluded_full_text"),
        ("in", "included_reports"),
    ],
    columns=["box_id", "box"],
)
# record, export, report, box: a and b stand in two sources, c twice in one, d was decided before
RECORDS = [
    ("a1", "e1", "a", "in"),
    ("a2", "e2", "a", "dup"),
    ("b1", "e1", "b", "out"),
    ("b2", "e2", "b", "dup"),
    ("c1", "e2", "c", "late"),
    ("c2", "e2", "c", "dup"),
    ("d1", "e1", "d", "known"),
    ("f1", "e3", "f", "in"),
    ("g1", "e2", "g", "in"),
]


@pytest.fixture
def reports() -> pd.DataFrame:
    rows = pd.DataFrame(RECORDS, columns=["record_id", "export_id", "report_id", "box_id"])
    ended = rows[["record_id", "box_id", "report_id"]]
    return screening.found_reports(EXPORTS, rows[["record_id", "export_id"]].assign(database=""), ended, FLOW)


def test_what_each_source_brought(reports):
    brought = screening.source_yield(reports)
    assert list(brought.index) == ["Embase", "PubMed", "Reference lists"]
    assert list(brought["records"]) == [5, 3, 1]
    assert list(brought["reports"]) == [4, 3, 1]
    assert list(brought["only_here"]) == [2, 1, 1]
    assert list(brought["to_read"]) == [4, 2, 1]
    assert list(brought["included"]) == [2, 1, 1]
    assert list(brought["included_only_here"]) == [1, 0, 1]
    assert set(brought["included_in_all"]) == {3}
    assert list(brought["number_to_read"]) == [2.0, 2.0, 1.0]


def test_a_source_without_an_included_report_has_no_number_needed_to_read(reports):
    brought = screening.source_yield(reports[reports["box"] != screening.INCLUDED])
    assert brought["number_to_read"].isna().all()
    assert set(brought["included_in_all"]) == {0}


def test_each_report_stands_in_one_row_of_the_figure(reports):
    rows = screening.combinations(reports)
    assert rows["reports"].sum() == len(reports) == 6
    assert rows.iloc[0]["sources"] in {("Embase",), ("Embase", "PubMed")}
    both = rows[rows["sources"] == ("Embase", "PubMed")].iloc[0]
    assert (both["reports"], both["included"]) == (2, 1)


@pytest.mark.parametrize("longer", ["", " of trials, theses and congress abstracts of many congresses $x$"])
def test_the_figure_says_what_it_draws(reports, longer):
    rows = screening.combinations(reports)
    rows["sources"] = rows["sources"].map(lambda names: tuple(n + longer for n in names))
    order = sorted({name for names in rows["sources"] for name in names})
    picture = plots.upset(rows, sources=order, caption="Sources.")
    assert f"Embase{longer} and PubMed{longer}: 2 (1 included)" in picture.alt
    assert f"Embase{longer} only: 2 (1 included)" in picture.alt
    assert "2 (1 included)" in picture.svg
    assert "2 (1 included)" in picture.narrow
    assert sum(value["reports"] for value in picture.values) == 6


def test_a_record_without_report_is_refused():
    rows = pd.DataFrame(RECORDS[:1], columns=["record_id", "export_id", "report_id", "box_id"]).assign(database="")
    none = pd.DataFrame(columns=["record_id", "box_id", "report_id"])
    with pytest.raises(ReviewError, match="belongs to no report"):
        screening.found_reports(EXPORTS, rows, none, FLOW)
