"""Derived views are audited like the source: what is drawn, summed up and captioned is worked out again from rows and roles."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import evidence, sections, wording
from helpers.proof import derived, labels, mapped, whole


def with_tables(review, **tables):
    return evidence.Evidence(review.root, review.as_of, {**review.tables, **tables}, review.corrections)


def published(review):
    """The cells of the map as a notebook records them."""
    return sections.map_table(review, sections.evidence_map(review)).values


@pytest.fixture(scope="module")
def cells(review):
    return published(review)


def faults_of_map(review, cells):
    return mapped.check_map(review, "results.json", "tbl-map", [c for c in cells if "treatment" in c])


# The laws of the map, for any rows.

CONDITIONS = ("sjia", "sle", "kd", "jdm", "mctd", "other", "sle_mctd", "jia", "mixed", "mas", "all", "shlh")
MEASURES = ("received", "received", "monotherapy", "assessable", "death", "remission", "information", "patients")
STUDIES = ("latino2010", "kang2013", "minoia2014", "minoia2015", "wei2020", "borgia2018")
COUNTS = {"use": "events", "share_of_use": "events", "information": "events"}
HOLDING_ANY = ("mixed", "mas", "all")  # conditions whose patients may be those of any other row


@st.composite
def count_rows(draw, conditions=CONDITIONS, measures=MEASURES, studies=(None, *STUDIES)):
    """Small sets of rows of `counts`: any condition, treatment, measure and level."""
    rows = []
    for number in range(draw(st.integers(1, 7))):
        events = draw(st.one_of(st.none(), st.integers(0, 15)))
        study = draw(st.sampled_from(studies))
        rows.append(
            {
                "row_id": f"row-{number}",
                "level": "study" if study else "review",
                "study_id": study,
                "condition": draw(st.sampled_from(conditions)),
                "treatment": draw(st.sampled_from(("gc", "mpn", "dex", "etoposide", "hlh94"))),
                "measure": draw(st.sampled_from(measures)),
                "events": events,
                "total": draw(st.one_of(st.none(), st.integers(events or 0, 20))),
                "unit": "patients",
                "locator": draw(st.sampled_from(("Results, p1 s1", "Abstract, s2"))),
            }
        )
    return rows


def reviewed(review, rows):
    counts = review.tables["counts"]
    frame = pd.DataFrame(rows, columns=counts.columns).astype(counts.dtypes.to_dict())
    codes = review.tables["vocabularies"]
    few = codes.assign(
        on_map=codes["on_map"].mask((codes["list"] == "treatment") & ~codes["code"].isin(["gc", "etoposide"]))
    )
    return with_tables(review, counts=frame, vocabularies=few)


@given(rows=count_rows())
@settings(max_examples=40)
def test_the_laws_of_the_map_hold_whatever_the_rows(review, rows):
    """The audit agrees; no cell exceeds its rows; treated rests on use; nobody stands in two cells of a line."""
    random = reviewed(review, rows)
    assert faults_of_map(random, published(random)) == []
    cells = sections.evidence_map(random).dropna(subset=["patients"])
    for _, cell in cells.iterrows():
        behind = [random.row(name) for name in cell["rows"].split(";")]
        roles = [random.codes.role("measure", row["measure"]) for row in behind]
        assert cell["patients"] <= sum(row[COUNTS.get(role, "total")] for row, role in zip(behind, roles, strict=True))
        assert cell["basis"] not in ("use", "narrower") or set(roles) == {"use"}
        assert ("information" in roles) == (cell["kind"] == "information")
    for treatment, line in cells.groupby("treatment"):
        for study, parts in brought_by_studies(random, line).items():
            size = random.tables["studies"].set_index("study_id")["patients"][study]
            inside = random.codes.within("treatment", str(treatment))
            counted = [r for r in rows if r["study_id"] == study and r["treatment"] in inside]
            widest = max(max(r["events"] or 0, r["total"] or 0) for r in counted)
            apart = sum(number for condition, number in parts.items() if condition not in HOLDING_ANY)
            assert pd.isna(size) or sum(parts.values()) <= size
            assert sum(parts.values()) <= max(apart, widest)


def brought_by_studies(review, cells):
    """What each study brings to these cells, by condition."""
    found = {}
    for _, cell in cells.iterrows():
        for name, part in zip(cell["rows"].split(";"), map(int, cell["parts"].split(";")), strict=True):
            row = review.row(name)
            if not pd.isna(row["study_id"]):
                assert row["condition"] not in found.setdefault(row["study_id"], {})
                found[row["study_id"]][row["condition"]] = part
    return found


@given(rows=count_rows(("sjia", "sle", "kd", "other"), ("received",), (None,)), total=st.integers(1, 90))
@settings(max_examples=25)
def test_cells_and_remainder_make_the_review_total(review, rows, total):
    whole = {"row_id": "whole", "level": "review", "condition": "all", "treatment": "gc", "measure": "received"}
    whole |= {"events": total, "unit": "patients", "locator": "Results, p1 s1"}
    cells = sections.evidence_map(reviewed(review, [*rows, whole]))
    shown = cells[(cells["treatment"] == "gc") & (cells["kind"] == "total")]["patients"].sum()
    apart = {}
    for row in rows:
        if row["treatment"] == "gc" and row["locator"].startswith("Results"):
            apart[row["condition"]] = max(apart.get(row["condition"], 0), row["events"] or 0)
    assert shown == max(total, sum(apart.values()))


# Faults planted in what was published: each is found, with what the rows say.


def test_what_is_published_holds(root, review):
    assert [str(fault) for fault in derived.check_derived(root, review)] == []


def changed(cells, place, **new):
    return [{**c, **new} if (c.get("treatment"), c.get("condition"), c.get("kind")) == place else c for c in cells]


@pytest.mark.parametrize(
    ("place", "new", "rule"),
    [
        (("anakinra", "sjia", "unstated"), {"patients": 6}, "map-cell"),  # the total of those given it alone
        (("anakinra", "mixed", "unstated"), {"patients": 6}, "map-cell"),  # the same patients once more
        (("gc", "kd", "series"), {"patients": 25}, "map-cell"),  # narrower treatments left out
        (("tocilizumab", "mixed", "total"), {"kind": None, "patients": None, "reason": "none"}, "map-cell"),
        (("csa", "kd", "total"), {"rows": "csa-sjia-received"}, "map-basis"),
        (("gc", "sjia", "information"), {"basis": "use"}, "map-basis"),  # documented, not given
        (("anakinra", "sjia", "unstated"), {"basis": "use"}, "map-basis"),
        (("csa", "mixed", None), {"reason": "not_split"}, "map-reason"),
        (("csa", "mixed", None), {"reason": "none"}, "map-reason"),
    ],
)
def test_a_cell_of_the_map_that_the_rows_do_not_give_is_found(review, cells, place, new, rule):
    found = faults_of_map(review, changed(cells, place, **new))
    assert rule in {fault.rule for fault in found}
    assert all(fault.fix and ", ".join(place[:2]) in fault.column for fault in found)


def test_the_total_of_a_share_in_a_cell_is_told_with_the_number_that_is_right(review, cells):
    assert faults_of_map(review, cells) == []
    (fault,) = faults_of_map(review, changed(cells, ("anakinra", "sjia", "unstated"), patients=6))
    assert (fault.file, fault.value) == ("results.json", "6")
    assert "the rows give 5" in fault.message


@pytest.mark.parametrize(
    ("column", "row"),
    [
        ("use_row", "gc-all-information"),
        ("use_row", "gc-all-monotherapy"),
        ("outcome_row", "gc-all-monotherapy"),
        ("outcome_row", "csa-all-received"),
    ],
)
def test_a_finding_that_points_at_a_row_of_another_role_is_found(review, column, row):
    findings = review.tables["findings"].copy()
    findings.loc[findings["finding_id"] == "csa-all", column] = row
    (fault,) = derived.check_findings(with_tables(review, findings=findings))
    assert (fault.file, fault.column, fault.value, fault.rule) == ("data/findings.csv", column, row, "finding-role")
    assert fault.row == findings.index[findings["finding_id"] == "csa-all"][0]


def provided(review, row, **new):
    """A value as a notebook records it of a row."""
    return {**wording.provenance(review.row(row), wording.written(review.row(row))), **new}


@pytest.mark.parametrize(
    "new",
    [
        {"events": 69},
        {"total": 81},
        {"shown": "69 of 82 (83%)"},
        {"measure": "remission"},
        {"condition": "sle"},
        {"percent_printed": 84.0},
        {"estimate": 0.84},
        {"estimate": 68 / 82, "ci_low": 0.5},
        {"row": "no-row"},
        {"row": "anakinra-sjia-death"},  # the number of another row
    ],
)
def test_a_recorded_value_that_is_not_that_of_its_row_is_found(review, new):
    honest = provided(review, "anakinra-sjia-complete-response")
    document = lambda value: {"results": [{"id": "tbl-outcomes", "values": [value]}]}  # noqa: E731
    assert derived.check_results(review, "05.json", document(honest)) == []
    found = derived.check_results(review, "05.json", document(honest | new))
    assert {fault.rule for fault in found} == {"shown-value"}
    assert all(fault.file == "05.json" and fault.column.startswith("tbl-outcomes") for fault in found)


def test_a_summary_that_shows_another_row_than_its_finding_is_found(review):
    document = {"findings": []}
    for _, finding in review.tables["findings"].iterrows():
        rows = {c: None if pd.isna(finding[c]) else provided(review, finding[c]) for c in ("use_row", "outcome_row")}
        document["findings"].append({"finding_id": finding["finding_id"], **rows})
    assert derived.check_summary(review, document) == []
    entry = next(e for e in document["findings"] if e["finding_id"] == "csa-all")
    entry["use_row"] = provided(review, "csa-all-assessable")
    (fault,) = derived.check_summary(review, document)
    assert (fault.column, fault.value) == ("csa-all: use_row", "csa-all-assessable")


def link(row, shown="1"):
    return f"[{shown}](../evidence.qmd#{row})"


TABLE = "| What | Condition | {head} |\n|:--|:--|--:|\n| {what} | {condition} | {cell} |\n"


@pytest.mark.parametrize(
    ("caption", "line", "rule"),
    [
        ("Patients given it", {"cell": link("csa-all-received")}, None),
        ("Patients given it", {"cell": link("gc-all-information")}, "label-role"),
        ("Patients given it", {"cell": link("csa-all-death")}, "label-role"),
        ("Patients given it, and patients whose outcome can be told", {"cell": link("csa-all-assessable")}, None),
        ("Outcome and safety", {"cell": link("csa-all-death")}, None),
        ("Outcome and safety", {"cell": link("gc-all-monotherapy")}, "label-role"),
        ("Deaths", {"cell": link("anakinra-sjia-recurrence")}, "label-role"),
        ("", {"head": "Patients treated", "cell": link("gc-all-information")}, "label-role"),
        ("", {"head": "Patients treated", "cell": link("csa-all-received")}, None),
        ("", {"what": "Death, late", "cell": link("csa-all-death")}, None),
        ("", {"what": "Survival", "cell": link("csa-all-death")}, "label-code"),
        ("", {"condition": "SLE", "cell": link("csa-kd-received")}, "label-code"),
        ("", {"condition": "KD", "cell": link("csa-kd-received")}, None),
    ],
)
def test_words_that_say_something_else_than_their_rows_are_found(review, caption, line, rule):
    text = TABLE.format(**{"head": "Count", "what": "–", "condition": "–", **line})
    found = labels.check_table(review, "notebooks/py/x.py", "tbl-x", caption, text)
    assert [fault.rule for fault in found] == ([rule] if rule else [])


def test_a_figure_of_patients_treated_draws_rows_of_use_only(review, tmp_path):
    rows = [{"row_id": "csa-all-received"}, {"row_id": "csa-all-assessable"}]
    about = {"alt": "Bar chart, patients given it: all 611.", "caption": "", "values": rows}
    output = {"data": {"text/plain": ""}, "metadata": {"image/svg+xml": {"review": about}}}
    source = "#| label: fig-use\n#| fig-cap: By condition\nplots.bars()"
    path = tmp_path / "notebooks" / "03-x.ipynb"
    path.parent.mkdir()
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source, "outputs": [output]}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    (fault,) = labels.check_labels(review, path)
    assert (fault.file, fault.column, fault.value) == ("notebooks/py/03-x.py", "fig-use", "csa-all-assessable")


def test_a_planted_fault_comes_out_of_the_proof(data_copy, monkeypatch):
    monkeypatch.setattr(whole.report, "page_parts", lambda root: {})
    findings = data_copy / "data" / "findings.csv"
    text = findings.read_text(encoding="utf-8").replace(
        ",csa-all-received,csa-all-poor", ",gc-all-information,csa-all-poor"
    )
    findings.write_text(text, encoding="utf-8")
    found = whole.prove(data_copy, is_current=False).faults
    assert [fault.value for fault in found if fault.rule == "finding-role"] == ["gc-all-information"]
