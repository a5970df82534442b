"""The real tables: sound, complete, and true to what the source prints in more than one place."""

from __future__ import annotations

import csv
import re
import subprocess

import pandas as pd
import pypandoc
import pytest

from helpers import consistency, evidence
from helpers.dictionary import load_dictionary


def test_the_real_data_break_no_rule(root):
    assert consistency.check(root) == []


def test_every_table_file_is_in_the_dictionary_and_the_other_way_round(root):
    described = {table.path for table in load_dictionary(root).values()}
    assert {path.name for path in (root / "data").glob("*.csv")} == described


@pytest.mark.parametrize("name", ["counts", "doses", "quantities", "comparisons", "flow", "studies", "cohorts"])
def test_every_row_says_where_it_comes_from(review, name):
    table = review.tables[name]
    assert len(table) > 0
    assert table["source_id"].notna().all()
    assert table["locator"].notna().all()


@pytest.mark.parametrize(
    ("whole", "printed"),
    [
        ("review-all-patients", 1148),
        ("review-other-patients", 53),
        ("gc-all-information", 1054),
        ("csa-all-received", 611),
        ("csa-all-assessable", 186),
        ("etoposide-all-received", 120),
        ("anakinra-all-received", 179),
        ("review-all-studies-fulfilled-eligibility-criteria", 57),
        ("kd-patients", 58),
    ],
)
def test_parts_add_up_to_the_printed_whole(review, whole, printed):
    parts = review.select(adds_up_to=whole)
    assert len(parts) > 1
    assert parts["events"].sum() == printed == review.row(whole)["events"]


def test_table_3_has_eleven_studies_58_patients_and_three_deaths(review):
    rows = review.select(level="study", condition="kd", source_id="baldo2025")
    rows = rows[rows["locator"].str.startswith("Table 3")]
    patients = rows[rows["measure"] == "patients"]
    deaths = rows[(rows["measure"] == "death") & (rows["treatment"] == "none")]
    assert (len(patients), patients["events"].sum(), deaths["events"].sum()) == (11, 58, 3)


def test_a_count_is_never_made_from_a_percentage(review):
    counts = review.tables["counts"]
    only_percent = counts["as_printed"].str.fullmatch(r"(almost |>)?\d+(\.\d+)?%")
    assert only_percent.sum() > 20
    assert counts.loc[only_percent, "events"].isna().all()


def test_only_identified_studies_carry_a_citation(review):
    studies = review.tables["studies"]
    assert studies.loc[studies["identity"] == "low", "citation_key"].isna().all()
    assert studies.loc[studies["identity"] == "high", "citation_key"].notna().all()


def test_a_study_that_is_not_identified_carries_no_address_of_a_publication(root, review):
    """A DOI or PubMed number stands only where the report was found (high) or its content fits (medium)."""
    studies = review.tables["studies"].set_index("study_id")
    sure = set(studies.loc[studies["identity"].isin(["high", "medium"]), "citation_key"].dropna())
    entries = re.findall(r"^@\w+\{([^,]+),(.*?)^\}", (root / "references.bib").read_text(encoding="utf-8"), re.M | re.S)
    addressed = {key for key, fields in entries if re.search(r"^\s*(?:doi|pmid)\s*=", fields, re.M)}
    assert addressed & set(studies.index) <= sure


def test_every_key_of_the_bibliography_stands_once(root):
    keys = re.findall(r"^@\w+\{([^,\s]+),", (root / "references.bib").read_text(encoding="utf-8"), re.M)
    assert len(keys) > 30
    assert [key for key in set(keys) if keys.count(key) > 1] == []


def test_no_reference_is_called_ahead_of_print(root):
    """The citation style says so of an article without volume, issue and pages, however old it is."""
    page = '---\nnocite: "@*"\n---\n'
    command = [pypandoc.get_pandoc_path(), "--citeproc", f"--bibliography={root / 'references.bib'}", "--to=plain"]
    shown = subprocess.run(command, input=page, capture_output=True, text=True, check=True).stdout
    assert "10.3899/jrheum.141261" in shown
    assert "ahead of print" not in " ".join(shown.split())
    assert "and others" not in shown


def test_events_need_no_definition_and_outcomes_say_whether_they_have_one(review):
    """A death is a death; what a remission is, the source defines or does not."""
    counts = review.tables["counts"]
    role = counts["measure"].map(lambda code: review.codes.role("measure", code))
    assert (counts.loc[role == "event", "definition"] != "not defined").fillna(True).all()
    assert counts.loc[(role == "outcome") & counts["level"].eq("review"), "definition"].notna().all()


def test_what_the_source_only_approaches_keeps_its_word(review):
    for row_id, words in {
        "mpn-all-share-pulses-studies": "almost 60%",
        "discussion-minoia2014-etoposide-sjia-received": "almost 12%",
        "discussion-anakinra-sjia-complete-response": ">80%",
    }.items():
        assert review.row(row_id)["as_printed"] == words


def test_a_word_read_as_a_count_is_marked_as_inferred(review):
    for row_id in ("infliximab-kd-favourable-outcome", "ref50-ruxolitinib-sjia-remission-refractory"):
        assert review.row(row_id)["how_obtained"] == "inferred"


@pytest.mark.parametrize("total", ["gc-all-information", "csa-all-received"])
def test_a_total_with_an_impossible_part_is_marked_as_well(review, total):
    parts = review.select(adds_up_to=total)["row_id"]
    slips = {slip["id"] for part in parts for slip in review.corrections_of(part)}
    assert "other-conditions" in slips & {slip["id"] for slip in review.corrections_of(total)}


def test_the_flow_keeps_boxes_that_the_source_does_not_give(review):
    flow = review.tables["flow"].set_index("box_id")["count"]
    assert flow["flow-2023-identified"] == 6588
    assert flow["flow-2023-assessed"] == 560
    assert flow[["flow-2023-duplicates-removed", "flow-2023-screened", "flow-2023-excluded-full-text"]].isna().all()


def test_every_finding_points_at_rows_and_holds_no_digit(review):
    findings = review.tables["findings"]
    assert len(findings) >= 12
    own_words = findings["remark"].str.replace(r"\{[^}]*\}", "", regex=True)  # without places, which name rows
    assert not own_words.str.contains(r"\d").any()
    for row_id in pd.concat([findings["use_row"], findings["outcome_row"]]).dropna():
        assert review.row(row_id)["row_id"] == row_id


def test_review_totals_are_never_marked_as_studies(review):
    counts = review.tables["counts"]
    assert counts.loc[counts["level"] == "review", "study_id"].isna().all()
    assert counts.loc[counts["level"] == "study", "study_id"].notna().all()


def test_every_figure_of_the_source_has_its_row_or_its_reason(root, review):
    """`coverage.csv` lists each figure of the source's abstract, results, table and discussion with the rows that hold it."""
    known = {row[key] for table, key in evidence.ROW_KEYS.items() for row in review.tables[table].to_dict("records")}
    known |= set(review.tables["cohorts"]["cohort_id"]) | set(review.tables["studies"]["study_id"])
    with (root / "data" / "extraction" / "2023-06-30" / "coverage.csv").open(encoding="utf-8", newline="") as stream:
        figures = list(csv.DictReader(stream))
    assert len(figures) > 400
    assert [f for f in figures if not f["row_ids"] and not f["reason"]] == []
    assert {r for f in figures for r in f["row_ids"].split(";") if r} <= known


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            (("counts",), {"section": "anakinara"}),
            r"no section in counts is called 'anakinara'\. Did you mean 'anakinra'\?",
        ),
        ((("counts",), {"condition": "sJIA"}), "Did you mean 'sjia'"),
        ((("counts",), {"condition": ["sjia", "slee"]}), "Did you mean 'sle'"),
        ((("counts",), {"sectoin": "anakinra"}), r"no column of counts is called 'sectoin'\. Did you mean 'section'\?"),
        ((("count",), {}), r"no table is called 'count'\. Did you mean 'counts'\?"),
        ((("counts",), {"study_id": "kang-2013"}), "Did you mean 'kang2013'"),
        ((("counts",), {"level": "studies"}), "There are: study, review"),
        ((("studies",), {"study_id": "nobody"}), "no study_id in studies"),
    ],
)
def test_a_misspelt_question_is_refused_and_never_answered_with_nothing(review, wanted, said):
    (table, columns) = wanted
    with pytest.raises(ValueError, match=said):
        review.select(*table, **columns)


def test_a_code_without_rows_is_answered_with_nothing(review):
    assert review.select(section="anakinra", condition="kd", treatment="etoposide").empty
    assert review.select(study_id=None, level="study").empty
