"""Two extractions become one: nothing is chosen in silence, nothing is lost, and nothing merges while anything is open."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from extraction.filled import UPDATE, fill, make, opened, rows
from helpers import audit, extraction
from helpers.extraction.decisions import COLUMNS
from helpers.faults import ReviewError


@pytest.fixture(scope="module")
def read(root, tmp_path_factory):
    """The made-up form as read, and a function that reads it with changes."""

    def changed(change=lambda tables: None):
        folder = tmp_path_factory.mktemp("form") / "a"
        tables = rows()
        change(tables)
        found, faults = opened(root, fill(make(root, folder.parent), tables))
        assert faults == []
        return found

    return changed


@pytest.fixture(scope="module")
def a(read):
    return read()


def edited(tables, table, position, **cells):
    """The same tables with some cells of one row otherwise."""
    frame = tables[table].copy()
    for column, value in cells.items():
        frame.loc[frame.index[position], column] = value
    return tables | {table: frame}


def decide(found, **choices):
    """The worklist with the same choice in every line."""
    return found.open.assign(**({"chosen": "a", "reason": "read again"} | choices))


def test_what_both_read_alike_needs_nobody(root, a):
    found = extraction.reconcile(root, a, a)
    assert found.is_settled
    assert found.open.empty
    assert {name: len(table) for name, table in found.tables.items()} == {name: len(table) for name, table in a.items()}
    assert found.is_copy


def test_order_and_ids_of_the_rows_and_own_words_are_no_difference(root, a):
    rng = random.Random(7)
    b = {name: table.sample(frac=1, random_state=rng.randint(0, 99)).copy() for name, table in a.items()}
    b["counts"]["row_id"] = [f"z{n}" for n in range(len(b["counts"]))]
    b["counts"]["note"] = "in other words"
    b["comparisons"]["comparison_id"] = "other"
    b["comparison_groups"]["comparison_id"] = "other"
    found = extraction.reconcile(root, a, b)
    assert found.open.empty
    assert found.is_settled
    assert not found.is_copy
    assert all(t.row_agreement == t.cell_agreement == 1 for t in found.agreement)


@pytest.mark.parametrize(
    ("table", "position", "column", "value"),
    [
        ("counts", 1, "events", 13),
        ("counts", 1, "measure", "remission"),
        ("counts", 1, "section", "emapalumab"),
        ("counts", 2, "line", "refractory"),
        ("counts", 1, "definition", "not defined"),
        ("counts", 1, "source_id", "made2024-abstract"),
        ("counts", 1, "adds_up_to", "anakinra-all-received"),
        ("studies", 0, "validity", "high"),
        ("cohorts", 0, "overlaps_with", "debenedetti2023-sjia"),
        ("doses", 0, "high", 12.5),
        ("quantities", 1, "value", 7.0),
        ("comparisons", 0, "p_printed", "0.3"),
        ("comparison_groups", 1, "events", 4),
        ("appraisals", 3, "answer", "unclear"),
    ],
)
def test_every_cell_that_matters_and_differs_is_open_until_decided(root, a, table, position, column, value):
    b = edited(a, table, position, **{column: value})
    found = extraction.reconcile(root, a, b)
    assert [(r["table"], r["column"]) for r in found.open.to_dict("records")] == [(table, column)]
    assert not found.is_settled
    with pytest.raises(ReviewError, match="third person"):
        found.settled()
    settled = extraction.reconcile(root, a, b, decide(found, chosen="b")).settled()
    assert value in set(settled[table][column].dropna())
    assert len(settled[table]) == len(a[table])


def test_the_first_reader_can_be_right(root, a):
    b = edited(edited(a, "counts", 1, events=13), "studies", 0, validity="high")
    settled = extraction.reconcile(root, a, b, decide(extraction.reconcile(root, a, b), chosen="a")).settled()
    assert settled["counts"]["events"].tolist() == a["counts"]["events"].tolist()
    assert settled["studies"]["validity"].iloc[0] == "moderate"


def test_a_third_value_can_be_chosen(root, a):
    b = edited(a, "counts", 1, events=13)
    work = decide(extraction.reconcile(root, a, b), chosen="other", value_chosen="15")
    settled = extraction.reconcile(root, a, b, work)
    assert settled.tables["counts"]["events"].tolist() == [17, 15, 1, 1]
    assert list(settled.decisions.columns) == list(COLUMNS)
    assert settled.decisions.to_numpy().tolist() == [["counts", "c003", "events", "14", "15", "other", "read again"]]


def test_a_row_of_one_reader_is_kept_or_left_out_by_decision_only(root, a):
    b = a | {"counts": a["counts"].iloc[[0, 1, 3]], "doses": a["doses"].iloc[:0]}
    found = extraction.reconcile(root, a, b)
    assert [(r["table"], r["row_a"], r["column"]) for r in found.open.to_dict("records")] == [
        ("counts", "c004", ""),
        ("doses", "d002", ""),
    ]
    kept = extraction.reconcile(root, a, b, decide(found, chosen="a")).settled()
    assert (len(kept["counts"]), len(kept["doses"])) == (4, 1)
    for left_out in ("none", "b"):
        dropped = extraction.reconcile(root, a, b, decide(found, chosen=left_out)).settled()
        assert (len(dropped["counts"]), len(dropped["doses"])) == (3, 0)


def test_a_row_of_the_second_reader_alone_is_named_by_its_own_id(root, a):
    b, a_less = a, a | {"counts": a["counts"].iloc[:3]}
    found = extraction.reconcile(root, a_less, b)
    line = found.open.iloc[0]
    assert (line["row_a"], line["column"], line["value_chosen"], line["row_b"]) == ("", "", "r9", "r9")
    only_format = decide(found, chosen="b")[list(COLUMNS)]  # as decisions.csv keeps it
    assert len(extraction.reconcile(root, a_less, b, only_format).settled()["counts"]) == 4


def test_two_statements_are_not_taken_for_one_because_they_look_alike(root, a):
    """One reader found the deaths, the other the remissions: both rows are kept apart, and asked for."""
    less = a["counts"].iloc[[0, 2, 3]]
    other = edited(a, "counts", 2, measure="remission", events=13)["counts"].iloc[[0, 2, 3]]
    found = extraction.reconcile(root, a | {"counts": less}, a | {"counts": other})
    assert found.open["column"].tolist() == ["", ""]


def test_a_decision_survives_being_written_and_read_again(root, a, tmp_path):
    b = edited(a, "doses", 0, unit="mg/kg")
    found = extraction.reconcile(root, a, b)
    path = tmp_path / "decisions.csv"
    path.write_text(extraction.worklist_csv(decide(found, chosen="b")), "utf-8")
    settled = extraction.reconcile(root, a, b, path)
    assert settled.settled()["doses"]["unit"].tolist() == ["mg/kg"]
    path.write_text(extraction.worklist_csv(settled.decisions), "utf-8")
    again = extraction.reconcile(root, a, b, path)
    assert again.decisions.equals(settled.decisions)
    assert again.is_settled


def test_extractions_kept_as_files_give_the_same(root, a, tmp_path):
    b = edited(a, "counts", 1, events=13)
    for name, tables in {"a": a, "b": b}.items():
        (tmp_path / name).mkdir()
        for file, text in extraction.csv_files(root, tables).items():
            (tmp_path / name / file).write_text(text, "utf-8")
    direct, kept = extraction.reconcile(root, a, b), extraction.reconcile(root, tmp_path / "a", tmp_path / "b")
    assert kept.open.equals(direct.open)
    for name, table in direct.tables.items():
        pd.testing.assert_frame_equal(kept.tables[name], table)
    assert [t.table for t in extraction.compare(root, tmp_path / "a", tmp_path / "b")] == [
        t.table for t in kept.agreement if t.table != "none"
    ] or len(kept.agreement) == 8


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"chosen": "c"}, "choice"),
        ({"chosen": "none"}, "choice"),
        ({"reason": ""}, "reason-required"),
        ({"row_a": "c999"}, "decision-unknown"),
        ({"table": "count"}, "decision-unknown"),
        ({"column": "row_id"}, "decision-unknown"),
        ({"value_a": "12"}, "decision-stale"),
        ({"chosen": "b", "value_chosen": "12"}, "choice"),
        ({"chosen": "other", "value_chosen": "many"}, "type-integer"),
        ({"chosen": "other", "value_chosen": "18"}, "events-within-total"),
        ({"chosen": "other", "value_chosen": "=cmd|' /C calc'!A0"}, "formula"),
    ],
)
def test_a_decision_that_cannot_be_followed_stops_the_merge(root, a, cells, rule):
    b = edited(a, "counts", 1, events=13)
    work = decide(extraction.reconcile(root, a, b), **cells)
    found = extraction.reconcile(root, a, b, work)
    assert rule in {f.rule for f in found.faults}, [str(f) for f in found.faults]
    assert not found.is_settled


def test_two_decisions_on_one_cell_are_refused_unless_they_agree(root, a):
    b = edited(a, "counts", 1, events=13)
    work = decide(extraction.reconcile(root, a, b))
    twice = pd.concat([work, work.assign(chosen="b")])
    assert {f.rule for f in extraction.reconcile(root, a, b, twice).faults} == {"decision-twice"}
    assert extraction.reconcile(root, a, b, pd.concat([work, work])).is_settled


def test_decisions_without_their_columns_are_refused(root, a):
    found = extraction.reconcile(root, a, a, pd.DataFrame({"table": ["counts"], "chosen": ["a"]}))
    assert {f.column for f in found.faults} == set(COLUMNS) - {"table", "chosen"}


def test_lines_without_a_choice_stay_open(root, a):
    b = edited(edited(a, "counts", 1, events=13), "doses", 0, high=12.5)
    work = extraction.reconcile(root, a, b).open
    half = work.assign(chosen=["a", ""], reason=["read again", ""])
    found = extraction.reconcile(root, a, b, half)
    assert found.faults == []
    assert found.open["table"].tolist() == ["doses"]
    assert len(found.tables["doses"]) == 0  # what is open is not there yet


def test_rows_keep_pointing_at_the_rows_they_mean(root, read):
    def change(tables):
        for row in tables["counts"][1:3]:
            row["adds_up_to"] = "r1"
        tables["cohorts"][0]["cohort_id"] = "h1"
        tables["cohorts"][1] |= {"overlaps_with": "h1;debenedetti2023-sjia"}

    a = read(change)
    b = {n: t.copy() for n, t in a.items()}
    b["counts"] = b["counts"].replace({"row_id": {"r1": "x7"}, "adds_up_to": {"r1": "x7"}})
    settled = extraction.reconcile(root, a, b).settled()
    counts = settled["counts"]
    assert counts["adds_up_to"].dropna().unique().tolist() == [counts["row_id"].iloc[0]]
    assert counts["row_id"].iloc[0] == "made2024-anakinra-sjia-received"
    assert settled["cohorts"]["overlaps_with"].dropna().tolist() == ["made2024-sjia;debenedetti2023-sjia"]
    groups = settled["comparison_groups"]
    assert set(groups["comparison_id"]) == set(settled["comparisons"]["comparison_id"])


def test_a_row_that_others_point_at_is_not_left_out_in_silence(root, read):
    def change(tables):
        tables["counts"][1]["adds_up_to"] = "r1"

    a = read(change)
    work = pd.DataFrame([["counts", "r1", "", "", "r1", "none", "not in the report"]], columns=list(COLUMNS))
    found = extraction.reconcile(root, a, a, work)
    assert {f.rule for f in found.faults} == {"reference"}


def test_lasting_ids_are_names_that_nothing_in_the_review_has(root, review, a):
    first, again = extraction.reconcile(root, a, a), extraction.reconcile(root, a, a)
    ids = first.tables["counts"]["row_id"]
    assert ids.tolist() == again.tables["counts"]["row_id"].tolist()
    assert ids.is_unique
    assert not set(ids) & set(review.tables["counts"]["row_id"])
    assert ids.tolist()[1] == "made2024-anakinra-sjia-complete-response"


def test_a_name_that_an_extractor_gave_stays(root, a):
    named = edited(a, "counts", 1, row_id="made2024-response-at-week-2")
    assert extraction.reconcile(root, named, a).settled()["counts"]["row_id"].iloc[1] == "made2024-response-at-week-2"


def test_the_real_decisions_of_the_baseline_fit_its_two_extractions(root):
    folder = root / "data" / "extraction" / "2023-06-30"
    found = extraction.reconcile(root, folder / "a", folder / "b", folder / "decisions.csv")
    assert len(found.decisions) >= 85
    assert {f.rule for f in found.faults} <= {"decision-unknown", "decision-stale"}  # boxes of the flow, sums by hand
    assert len(found.faults) <= 5


def test_ten_lines_tell_the_operator_where_it_stands(root, a):
    b = edited(edited(a, "counts", 1, events=13, line="refractory"), "doses", 0, high=12.5)
    found = extraction.reconcile(root, a, b | {"quantities": a["quantities"].iloc[:2]})
    text = extraction.summary(found)
    assert len(text.splitlines()) <= 10
    assert "Open: 3 cells" in text
    assert "1 rows of one extractor only" in text
    assert "nothing merges until then" in text
    done = extraction.reconcile(root, a, a)
    assert len(extraction.summary(done, ["one"]).splitlines()) <= 10
    assert "made independently" in extraction.summary(done)
    assert extraction.summary(extraction.reconcile(root, a, b, decide(found))).count("\n") < 10


def test_rows_are_written_as_the_tables_are(root, a):
    text = extraction.csv_files(root, extraction.reconcile(root, a, a).settled())
    assert text["counts.csv"].splitlines()[0] == (root / "data" / "counts.csv").read_text("utf-8").splitlines()[0]
    line = text["counts.csv"].splitlines()[2]
    assert ",14,17,patients,82.4,no fever," in line
    assert f",{UPDATE},," in line
    assert ",2,10,mg/kg/day," in text["doses.csv"]


def test_what_was_reconciled_goes_straight_to_the_audit(root, review, a):
    settled = extraction.reconcile(root, a, a).settled()
    assert [str(f) for f in audit.check_new_rows(settled, review)] == []
    slip = edited(settled, "counts", 1, percent_printed=84.2)
    (found,) = audit.check_new_rows(slip, review)
    assert (found.table, found.row, found.must_settle) == ("counts", "made2024-anakinra-sjia-complete-response", True)
    assert "1 to look at" in extraction.summary(extraction.reconcile(root, a, a), [found])
