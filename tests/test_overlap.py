"""No patient is counted twice and no two definitions are added up: each way to do so is found and says what to do."""

from __future__ import annotations

from pathlib import Path

import later_update
import pandas as pd
import pytest
from copies import copy_review
from later_update import COHORT, LATER, STUDY

from helpers import consistency
from helpers.dictionary import DTYPES, load_dictionary
from helpers.tables import read_tables

FAVOURABLE = "synthetic2024-anakinra-sle-favourable-outcome"
RECEIVED = "synthetic2024-anakinra-sle-received"
ASSESSABLE = "synthetic2024-anakinra-sle-assessable"
DEATH = "synthetic2024-anakinra-sle-death"
PATIENTS = "synthetic2024-sle-patients"


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> dict[str, pd.DataFrame]:
    folder = copy_review(tmp_path_factory.mktemp("updated"), with_folders=("data",))
    later_update.add_series(folder)
    tables, faults = read_tables(folder)
    assert faults == []
    return tables


@pytest.fixture
def tables(read) -> dict[str, pd.DataFrame]:
    """Real tables with the synthetic update, free to be changed."""
    return {name: frame.copy() for name, frame in read.items()}


def put(tables, table, row_id, **cells):
    """Set cells of a row."""
    frame = tables[table]
    line = frame.index[frame.iloc[:, 0] == row_id]
    assert len(line) == 1, row_id
    for column, value in cells.items():
        frame.loc[line[0], column] = pd.NA if value is None else value


def add(tables, table, row, root):
    """Add a row as it would be read from the file."""
    fields = load_dictionary(root)[table].fields
    frame = tables[table]
    types = {f.name: DTYPES[f.type] for f in fields}
    new = pd.DataFrame([{f.name: row.get(f.name) or pd.NA for f in fields}], index=[frame.index.max() + 1])
    for column, value in row.items():
        new[column] = value
    new = new.astype({c: t for c, t in types.items() if t == "string"})
    for column, kind in types.items():
        if kind != "string":
            new[column] = pd.to_numeric(new[column]).astype(kind)
    tables[table] = pd.concat([frame, new])


def rules(faults):
    return {fault.rule for fault in faults}


def test_the_real_tables_and_a_clean_update_have_no_fault(root, tables):
    real, _ = read_tables(root)
    assert consistency.overlaps(real) == []
    assert consistency.overlaps(tables) == []


def test_the_two_reports_of_362_patients_say_that_they_are_the_same(root):
    cohorts = read_tables(root)[0]["cohorts"].set_index("cohort_id")
    assert list(cohorts.loc[["minoia2015-sjia", "minoia2014-sjia"], "overlap_patients"]) == [362, 362]


UNFIT = [  # what is changed in which added row, and the rule that must say so, in which column
    (FAVOURABLE, {"unit": "episodes"}, "addition-unit", "unit"),
    (FAVOURABLE, {"condition": "kd"}, "addition-condition", "condition"),
    (FAVOURABLE, {"treatment": "canakinumab"}, "addition-treatment", "treatment"),
    (FAVOURABLE, {"measure": "complete_response"}, "addition-measure", "measure"),
    (FAVOURABLE, {"definition": None}, "addition-definition", "definition"),
    (FAVOURABLE, {"comparable": None}, "addition-comparable", "comparable"),
    (FAVOURABLE, {"events": 4}, "addition-untold", "adds_up_to"),
    (DEATH, {"adds_up_to": None}, "addition-untold", "adds_up_to"),
    (FAVOURABLE, {"events": None, "percent_printed": 56.0}, "addition-count", "events"),
    (RECEIVED, {"events": 16}, "addition-too-many", "events"),
    (ASSESSABLE, {"total": 16}, "addition-too-many", "total"),
    (RECEIVED, {"adds_up_to": "anakinra-all-received"}, "addition-to-part", "adds_up_to"),
    (RECEIVED, {"adds_up_to": "borgia2018-anakinra-sle-received"}, "addition-to-one-study", "adds_up_to"),
    (RECEIVED, {"adds_up_to": "dex-sle-received", "treatment": "dex"}, "addition-count", "events"),
    (RECEIVED, {"condition": "jdm", "adds_up_to": "anakinra-other-received"}, "addition-cohort", "study_id"),
]


@pytest.mark.parametrize(("row", "cells", "rule", "column"), UNFIT)
def test_a_row_that_cannot_be_added_is_named_with_its_reason(tables, row, cells, rule, column):
    put(tables, "counts", row, **cells)
    faults = consistency.overlaps(tables)
    found = [fault for fault in faults if fault.rule == rule]
    assert found, "\n".join(map(str, faults))
    assert found[0].file == "data/counts.csv"
    assert found[0].column == column
    assert found[0].fix
    assert all(fault.row in tables["counts"].index for fault in faults)


@pytest.mark.parametrize(
    ("earlier", "later", "rule"),
    [
        ({"definition": "alive at one month"}, {"definition": "alive without organ failure"}, "addition-definition"),
        ({"definition": "alive at one month"}, {"definition": " Alive at  one month."}, None),
        ({"definition": "alive at one month"}, {"definition": "alive at one month", "comparable": None}, None),
        ({"detail": "at one month"}, {"detail": "at one year"}, "addition-detail"),
        ({"detail": "at one month"}, {"detail": "At one month"}, None),
        ({"line": "refractory"}, {"line": None}, "addition-line"),
        ({"regimen": "high_dose"}, {"regimen": "continuous_iv"}, "addition-regimen"),
    ],
)
def test_an_outcome_is_added_only_under_the_same_definition_time_and_regimen(tables, earlier, later, rule):
    put(tables, "counts", "anakinra-sle-favourable-outcome", **earlier)
    put(tables, "counts", FAVOURABLE, **later)
    assert rules(consistency.overlaps(tables)) == ({rule} if rule else set())


def test_a_denominator_that_would_not_grow_is_asked_for(tables):
    put(tables, "counts", "anakinra-sle-assessable", total=30)  # of something else than the twelve treated
    put(tables, "counts", ASSESSABLE, total=None)
    faults = consistency.overlaps(tables)
    assert [(f.rule, f.column) for f in faults] == [("addition-total", "total")]
    put(tables, "counts", ASSESSABLE, adds_up_to=None)
    faults = consistency.overlaps(tables)
    assert {f.rule for f in faults} == {"addition-total"}
    assert "Add a row of synthetic2024 for anakinra-sle-assessable" in faults[0].fix


def test_the_same_patients_are_not_added_in_two_rows(tables, root):
    row = later_update.count_row("synthetic2024-again", **later_update.ROWS[RECEIVED])
    add(tables, "counts", row, root)
    assert "addition-twice" in rules(consistency.overlaps(tables))


def test_a_row_must_not_add_to_one_that_is_retired(tables):
    put(tables, "counts", "anakinra-sle-death", retired_in=LATER)
    assert "addition-to-retired" in rules(consistency.overlaps(tables))


# Patients counted twice


def overlapping(tables, patients, *, overlap, other="bennett2012-sle"):
    put(tables, "cohorts", COHORT, overlaps_with=other, overlap_patients=overlap, patients=patients)


def test_a_cohort_that_is_in_the_review_already_must_not_add(tables):
    overlapping(tables, 15, overlap=15)
    faults = consistency.overlaps(tables)
    assert rules(faults) == {"counted-twice"}
    assert len({f.row for f in faults}) == len(later_update.ROWS)  # every row that adds, all at once
    assert "all 15 patients are in" in faults[0].message
    assert "Leave `adds_up_to` empty" in faults[0].fix


def test_of_a_partly_known_cohort_only_the_new_patients_add(tables):
    overlapping(tables, 15, overlap=6)
    for name in (RECEIVED, ASSESSABLE, FAVOURABLE, DEATH, PATIENTS):
        put(tables, "counts", name, note="Shared patients left out by centre.")
    faults = consistency.overlaps(tables)
    assert [(f.rule, f.column, f.value) for f in faults] == [("counted-twice", "events", "15")]
    assert "6 of the 15 patients" in faults[0].message
    assert "only 9 are new" in faults[0].message
    put(tables, "counts", PATIENTS, events=9)
    assert consistency.overlaps(tables) == []
    put(tables, "counts", PATIENTS, note=None)
    assert rules(consistency.overlaps(tables)) == {"overlap-note"}


def test_episodes_of_a_partly_known_cohort_cannot_be_added(tables):
    overlapping(tables, 15, overlap=6)
    put(tables, "counts", RECEIVED, unit="episodes", note="told apart")
    faults = [f for f in consistency.overlaps(tables) if f.rule == "counted-twice"]
    assert "which episodes are theirs cannot be told" in " ".join(f.message for f in faults)


def test_an_overlap_with_another_condition_matters_only_where_the_conditions_are_summed(tables):
    overlapping(tables, 15, overlap=1, other="bennett2012-sjia")
    lines = {name: line for line, name in tables["counts"]["row_id"].items()}
    faults = consistency.overlaps(tables)
    assert {f.row for f in faults} == {lines[PATIENTS], lines[RECEIVED]}  # both reach a total of all conditions


def test_without_a_row_for_the_whole_every_class_must_say_out_of_how_many(tables):
    tables["counts"] = tables["counts"][tables["counts"]["row_id"] != ASSESSABLE]
    put(tables, "counts", "anakinra-sle-assessable", total=None)
    assert consistency.overlaps(tables) == []  # five and four of nine
    put(tables, "counts", FAVOURABLE, total=None)
    put(tables, "counts", DEATH, total=None)
    faults = consistency.overlaps(tables)
    assert rules(faults) == {"addition-untold"}
    assert "an unknown number of patients" in faults[0].message


def test_two_new_studies_with_the_same_patients_add_them_once(tables, root):
    later = {"study_id": "synthetic2024b", "first_author": "Invented B"}
    add(tables, "studies", later_update.study_row("synthetic2024b", first_author="Invented B"), root)
    add(
        tables,
        "cohorts",
        later_update.cohort_row(
            "synthetic2024b-sle", study_id="synthetic2024b", overlaps_with=COHORT, overlap_patients=15
        ),
        root,
    )
    row = later_update.ROWS[PATIENTS] | {"study_id": later["study_id"], "note": "x"}
    add(tables, "counts", later_update.count_row("synthetic2024b-sle-patients", **row), root)
    faults = consistency.overlaps(tables)
    assert [(f.rule, f.row) for f in faults] == [("counted-twice", tables["counts"].index[-1])]  # the later one yields


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"overlaps_with": "bennett2012-sle"}, "overlap-number", "overlap_patients"),
        ({"overlaps_with": "nobody2020-sle", "overlap_patients": 3}, "overlap-reference", "overlaps_with"),
        ({"overlaps_with": COHORT, "overlap_patients": 3}, "overlap-reference", "overlaps_with"),
        ({"overlap_patients": 3}, "overlap-reference", "overlaps_with"),
        ({"overlaps_with": "bennett2012-sle", "overlap_patients": 16}, "overlap-number", "overlap_patients"),
        ({"overlaps_with": "wei2020-mas", "overlap_patients": 3}, "overlap-number", "overlap_patients"),
        ({"overlaps_with": "bennett2012-sle", "overlap_patients": 3, "patients": None}, "overlap-number", "patients"),
    ],
)
def test_half_stated_overlaps_are_found(tables, cells, rule, column):
    put(tables, "cohorts", COHORT, **cells)
    assert (rule, column) in {(f.rule, f.column) for f in consistency.overlaps(tables)}


# Studies that may share patients


def links(relation="same_study", *, status="decided", by="rule:title", a="2024-06-30:abc:1", b="known:bennett2012"):
    return {"a": a, "b": b, "relation": relation, "decided_by": by, "status": status}


@pytest.mark.parametrize("relation", ["same_study", "abstract_of", "preprint_of", "translation_of"])
def test_a_linked_study_must_say_how_many_patients_it_shares(tables, relation):
    ledger = pd.DataFrame([links(relation)])
    of = {"2024-06-30:abc:1": STUDY}
    faults = consistency.overlaps(tables, ledger, study_of=of)
    assert [(f.file, f.column, f.rule) for f in faults] == [("data/cohorts.csv", "overlaps_with", "overlap-unresolved")]
    assert "bennett2012" in faults[0].message
    assert "bennett2012-sle" in faults[0].fix
    overlapping(tables, 15, overlap=4)
    assert "overlap-unresolved" not in rules(consistency.overlaps(tables, ledger, study_of=of))


def test_an_open_question_of_the_ledger_is_asked_too_and_a_person_beats_a_rule(tables):
    of = {"2024-06-30:abc:1": STUDY}
    asked = consistency.overlaps(tables, pd.DataFrame([links(status="open")]), study_of=of)
    assert "open question" in asked[0].message
    undone = pd.DataFrame([links(), links("unrelated", by="person:A")])
    assert consistency.overlaps(tables, undone, study_of=of) == []
    again = pd.DataFrame([links("unrelated", by="person:A"), links()])
    assert consistency.overlaps(tables, again, study_of=of) == []


def test_one_study_cannot_share_no_patient_with_itself(tables):
    ledger = pd.DataFrame([links(a=STUDY)])  # the id of a study serves as well
    overlapping(tables, 15, overlap=0)
    faults = consistency.overlaps(tables, ledger)
    assert rules(faults) == {"overlap-unresolved"}
    assert "undo the link" in faults[0].fix


def test_the_same_registration_is_asked_about_and_zero_is_an_answer(tables):
    put(tables, "studies", STUDY, registrations="nct02069899")
    faults = consistency.overlaps(tables)
    assert "NCT02069899" in faults[0].message
    overlapping(tables, 15, overlap=0, other="debenedetti2023-sjia")
    assert consistency.overlaps(tables) == []


def test_the_same_first_author_and_condition_is_asked_about(tables):
    put(tables, "studies", STUDY, first_author="Bennett T")
    assert rules(consistency.overlaps(tables)) == {"overlap-unresolved"}
    put(tables, "cohorts", COHORT, condition="jdm")
    assert "overlap-unresolved" not in rules(consistency.overlaps(tables))


def test_a_new_study_without_a_cohort_is_told_to_add_one(tables):
    tables["cohorts"] = tables["cohorts"][tables["cohorts"]["cohort_id"] != COHORT]
    put(tables, "studies", STUDY, registrations="NCT03311854")
    fault = next(f for f in consistency.overlaps(tables) if f.rule == "overlap-unresolved")
    assert fault.file == "data/studies.csv"
    assert "add a row for synthetic2024 to data/cohorts.csv" in fault.fix


# The rehearsal's hard case: 39 patients of two pooled trials, 14 of whom the review has under another definition.

EIGHT_PARTS = "no clinical sign of MAS and seven laboratory values within limits, at week 8"


@pytest.fixture
def pooled(tables, root) -> dict[str, pd.DataFrame]:
    trial = {"study_id": "grom2024", "source_id": "synthetic2024-report", "locator": "Abstract", "added_in": LATER}
    about = {
        "first_author": "Grom A",
        "year": "2024",
        "role": "included",
        "design": "trial_single_arm",
        "conditions": "sjia",
    }
    add(tables, "studies", trial | about | {"patients": 39, "identity": "high", "citation_key": "baldo2025"}, root)
    add(tables, "cohorts", trial | {"cohort_id": "grom2024-sjia", "condition": "sjia", "patients": 39}, root)
    common = {
        "section": "emapalumab",
        "condition": "sjia",
        "treatment": "emapalumab",
        "line": "refractory",
        "study_id": "grom2024",
    }
    received = {
        "measure": "received",
        "events": 39,
        "adds_up_to": "debenedetti2023-emapalumab-sjia-received-refractory",
    }
    complete = {
        "measure": "complete_response",
        "detail": "at week 8",
        "events": 21,
        "total": 39,
        "definition": EIGHT_PARTS,
        "adds_up_to": "debenedetti2023-emapalumab-sjia-remission-refractory",
    }
    add(tables, "counts", later_update.count_row("grom2024-emapalumab-sjia-received", **common, **received), root)
    add(
        tables,
        "counts",
        later_update.count_row("grom2024-emapalumab-sjia-complete-response", **common, **complete),
        root,
    )
    return tables


def test_the_pooled_trials_cannot_be_added_beside_their_first_14_patients(pooled):
    faults = consistency.overlaps(pooled)
    text = "\n".join(map(str, faults))
    assert rules(faults) >= {"overlap-unresolved", "addition-to-one-study", "addition-measure"}
    assert "may count patients of debenedetti2023 (14 patients) again: both are trials of emapalumab" in text
    assert "complete_response is not the measure of debenedetti2023-emapalumab-sjia-remission-refractory" in text
    assert "Leave `adds_up_to` empty" in text


def test_nor_can_they_be_added_to_a_total_over_studies_with_the_14_in_it(pooled, root):
    """Somebody makes a total for the purpose: the patients and the definition still stand in the way, both at once."""
    whole = {
        "level": "review",
        "study_id": None,
        "section": "emapalumab",
        "condition": "sjia",
        "treatment": "emapalumab",
        "added_in": "2023-06-30",
    }
    add(
        pooled,
        "counts",
        later_update.count_row("emapalumab-sjia-received", measure="received", events=14, **whole),
        root,
    )
    outcome = {
        "measure": "remission",
        "events": 13,
        "total": 14,
        "definition": "clinical and laboratory criteria, by week 8",
    }
    add(pooled, "counts", later_update.count_row("emapalumab-sjia-remission", **outcome, **whole), root)
    put(pooled, "counts", "grom2024-emapalumab-sjia-received", adds_up_to="emapalumab-sjia-received")
    put(
        pooled,
        "counts",
        "grom2024-emapalumab-sjia-complete-response",
        adds_up_to="emapalumab-sjia-remission",
        measure="remission",
    )
    put(pooled, "cohorts", "grom2024-sjia", overlaps_with="debenedetti2023-sjia", overlap_patients=14)
    faults = consistency.overlaps(pooled)
    assert {(f.rule, f.column) for f in faults} == {
        ("counted-twice", "events"),
        ("counted-twice", "total"),
        ("addition-definition", "definition"),
    }
    assert (
        "14 of the 39 patients are in emapalumab-sjia-received already, with debenedetti2023-sjia; only 25 are new"
        in str(faults[0])
    )


def test_with_the_overlap_stated_and_the_outcome_on_its_own_they_stand_beside(pooled):
    put(pooled, "cohorts", "grom2024-sjia", overlaps_with="debenedetti2023-sjia", overlap_patients=14)
    for name in ("received", "complete-response"):
        put(pooled, "counts", f"grom2024-emapalumab-sjia-{name}", adds_up_to=None)
    assert consistency.overlaps(pooled) == []


def test_the_check_of_the_review_finds_the_same(tmp_path: Path):
    folder = copy_review(tmp_path, with_folders=("data",))
    later_update.add_series(folder)
    later_update.change(folder, "cohorts", COHORT, overlaps_with="bennett2012-sle", overlap_patients=15)
    assert rules(consistency.check(folder)) == {"counted-twice"}
