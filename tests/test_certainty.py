"""Certainty of the summary of findings: its level follows by rule, its judgements are whole, its reasons are shown."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.consistency.certainty import check_certainty
from helpers.evidence import levels
from helpers.evidence.certainty import LEVELS, LOWERED, STARTS
from helpers.report.certainty import PROVISIONAL, agreement_of_certainty, certainty_reasons

DOMAINS = ("start", "risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
RANKS = {code: rank for rank, code in LEVELS.items()}
LOWERING = [*LOWERED]


def level_of(start, *lowered, outcome="row"):
    findings = pd.DataFrame({"finding_id": ["line"], "outcome_row": pd.array([outcome], dtype="string")})
    judged = [start, *lowered, *["not_serious"] * (len(DOMAINS) - 1 - len(lowered))]
    certainty = pd.DataFrame({"finding_id": "line", "domain": DOMAINS, "judgement": judged})
    return levels(findings, certainty).iloc[0]


@pytest.mark.parametrize(
    ("start", "lowered", "level"),
    [
        ("start_high", (), "high"),
        ("start_high", ("serious",), "moderate"),
        ("start_high", ("very_serious",), "low"),
        ("start_high", ("serious", "serious"), "low"),
        ("start_high", ("very_serious", "serious"), "very_low"),
        ("start_high", ("very_serious",) * 5, "very_low"),
        ("start_low", (), "low"),
        ("start_low", ("serious",), "very_low"),
        ("start_low", ("very_serious", "serious"), "very_low"),
    ],
)
def test_the_level_follows_from_the_start_and_what_lowers_it(start, lowered, level):
    assert level_of(start, *lowered) == level


def test_without_an_outcome_nothing_is_rated():
    assert level_of("start_high", outcome=pd.NA) == "none"


def test_without_a_start_there_is_no_level():
    assert pd.isna(level_of("serious"))


@given(
    st.sampled_from([*STARTS]),
    st.lists(st.sampled_from(LOWERING), min_size=5, max_size=5),
    st.integers(0, 4),
    st.sampled_from(LOWERING),
)
def test_lowering_one_domain_more_never_raises_the_level(start, lowered, place, worse):
    further = [*lowered]
    further[place] = max(worse, lowered[place], key=LOWERED.__getitem__)
    assert RANKS[level_of(start, *further)] <= RANKS[level_of(start, *lowered)]
    assert RANKS[level_of("start_low", *lowered)] <= RANKS[level_of("start_high", *lowered)]


# A made-up review with one rated line and one without an outcome.
ALWAYS = {"added_in": "2020-01-01", "retired_in": None}


@pytest.fixture
def tables():
    def frame(*rows):
        return pd.DataFrame(rows, index=pd.RangeIndex(2, 2 + len(rows), name="line"))

    judged = [
        {
            "finding_id": "tea",
            "domain": domain,
            **dict.fromkeys(("judgement_a", "judgement_b", "judgement"), "not_serious" if n else "start_low"),
            "reason": "{tea-sleep:of} slept.",
            "rows": "tea-sleep;tea-given",
            **ALWAYS,
        }
        for n, domain in enumerate(DOMAINS)
    ]
    terms = [{"list": "certainty_domain", "code": domain, "sort": n} for n, domain in enumerate(DOMAINS)]
    terms += [
        {"list": "design", "code": "coin", "sort": 1, "role": "randomised_trial"},
        {"list": "design", "code": "diary", "sort": 2, "role": "series"},
    ]
    columns = ("list", "code", "label", "short", "sort", "narrower_of", "role", "exclusive", "on_map", "mark")
    return {
        "certainty": frame(*judged),
        "findings": frame(
            {"finding_id": "tea", "outcome_row": "tea-sleep", **ALWAYS},
            {"finding_id": "milk", "outcome_row": None, **ALWAYS},
        ),
        "counts": frame(
            {"row_id": "tea-sleep", "study_id": "ada1843", **ALWAYS},
            {"row_id": "tea-given", "study_id": "ada1843", **ALWAYS},
            {"row_id": "tea-once", "study_id": "ada1843", "added_in": "2020-01-01", "retired_in": "2021-01-01"},
        ),
        "studies": frame({"study_id": "ada1843", "design": "diary", **ALWAYS}),
        "vocabularies": pd.DataFrame(terms, columns=columns),
        **{
            table: pd.DataFrame(columns=[key, "added_in", "retired_in"])
            for table, key in (
                ("doses", "dose_id"),
                ("quantities", "quantity_id"),
                ("comparisons", "comparison_id"),
                ("flow", "box_id"),
            )
        },
    }


def the_fault(tables):
    faults = check_certainty(tables)
    assert len(faults) == 1, "\n".join(map(str, faults))
    assert faults[0].message
    assert faults[0].fix
    return faults[0]


def set_cell(tables, line, column, value):
    tables["certainty"].loc[line, column] = value


def test_a_whole_set_of_judgements_has_no_fault(tables):
    assert check_certainty(tables) == []


def test_a_domain_that_is_not_judged(tables):
    tables["certainty"] = tables["certainty"].drop(index=4)
    fault = the_fault(tables)
    assert (fault.file, fault.row, fault.value) == ("data/findings.csv", 2, "tea")
    assert fault.rule == "certainty-domains"
    assert "inconsistency" in fault.message


def test_a_domain_judged_twice_until_the_earlier_judgement_is_retired(tables):
    again = tables["certainty"].loc[[4]].rename(index={4: 8}).assign(added_in="2022-01-01")
    tables["certainty"] = pd.concat([tables["certainty"], again])
    fault = the_fault(tables)
    assert (fault.file, fault.row, fault.column, fault.value) == ("data/certainty.csv", 8, "domain", "inconsistency")
    assert fault.rule == "certainty-once"
    set_cell(tables, 4, "retired_in", "2022-01-01")
    assert check_certainty(tables) == []


def test_a_judgement_of_a_line_without_an_outcome(tables):
    tables["findings"].loc[2, "outcome_row"] = None
    assert {(f.row, f.column, f.value, f.rule) for f in check_certainty(tables)} == {
        (line, "finding_id", "tea", "certainty-outcome") for line in range(2, 8)
    }


def test_a_judgement_of_a_line_that_is_retired(tables):
    tables["findings"].loc[2, "retired_in"] = "2021-01-01"
    assert {f.rule for f in check_certainty(tables)} == {"certainty-line"}
    tables["certainty"]["retired_in"] = "2021-01-01"
    assert check_certainty(tables) == []


@pytest.mark.parametrize("column", ["judgement_a", "judgement_b", "judgement"])
@pytest.mark.parametrize(("line", "value"), [(2, "serious"), (3, "start_low")])
def test_the_start_has_judgements_of_its_own(tables, line, column, value):
    set_cell(tables, line, column, value)
    fault = the_fault(tables)
    assert (fault.row, fault.column, fault.value, fault.rule) == (line, column, value, "certainty-judgement")


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("rows", "tea-sleep;tea-slept", "tea-slept"),
        ("rows", "tea-once", "tea-once"),
        ("reason", "{tea-slept:of} slept.", "tea-slept"),
        ("reason", "{tea-once} slept.", "tea-once"),
    ],
)
def test_a_reason_rests_on_rows_in_force(tables, column, value, name):
    set_cell(tables, 3, column, value)
    fault = the_fault(tables)
    assert (fault.row, fault.column, fault.value, fault.rule) == (3, column, name, "certainty-row")


def test_a_reason_may_name_the_day_searched_through_and_rest_on_no_row(tables):
    set_cell(tables, 3, "reason", "Up to {searched_through} nobody compared IL-1 inhibitors.")
    set_cell(tables, 3, "rows", None)
    assert check_certainty(tables) == []


def test_a_row_that_came_after_the_judgement(tables):
    tables["counts"].loc[3, "added_in"] = "2022-01-01"
    assert {(f.column, f.value) for f in check_certainty(tables)} == {("rows", "tea-given")}


def test_a_number_typed_into_a_reason(tables):
    set_cell(tables, 3, "reason", "With {tea-sleep:n} of 12 asleep, patients are few.")
    fault = the_fault(tables)
    assert (fault.row, fault.column, fault.rule) == (3, "reason", "certainty-number")


@pytest.mark.parametrize("study", ["ada1843", None])
def test_evidence_starts_high_only_with_a_randomised_trial(tables, study):
    tables["counts"].loc[2, "study_id"] = study  # without one: a total over studies
    set_cell(tables, 2, "judgement", "start_high")
    fault = the_fault(tables)
    assert (fault.row, fault.column, fault.value, fault.rule) == (2, "judgement", "start_high", "certainty-start")
    tables["studies"].loc[2, "design"] = "coin"
    assert check_certainty(tables) == []


def test_every_rated_line_shows_its_level_and_each_reason_under_its_own_anchor(review):
    parts = dict(
        re.findall(
            r"^### [^\n]*\{#certainty-(\S+) [^\n]*\n(.*?)(?=^### |\Z)", certainty_reasons(review), flags=re.M | re.S
        )
    )
    findings = review.tables["findings"]
    rated = findings[findings["outcome_row"].notna()]
    assert list(parts) == list(rated.sort_values("sort")["finding_id"])
    for _, line in rated.iterrows():
        part, judged = parts[line["finding_id"]], review.select("certainty", finding_id=line["finding_id"])
        assert f"[{review.label('certainty', line['certainty'])}]{{.chip" in part
        assert [review.label("certainty_domain", d) in part for d in judged["domain"]] == [True] * len(DOMAINS)
        for place in re.findall(r"\{([a-z0-9-]+):", " ".join(judged["reason"])):
            assert f"(evidence.qmd#{place})" in part


def test_the_table_says_first_what_it_is_and_how_well_the_readers_agreed(review):
    text = certainty_reasons(review)
    found, judged = agreement_of_certainty(review), review.tables["certainty"]
    assert text.startswith(f"**{PROVISIONAL}**")
    assert found.judged == len(judged)
    assert found.equal == sum(judged["judgement_a"] == judged["judgement_b"])
    assert f"in {found.equal} of {found.judged} cases" in text
    statements = review.select("statements", place="certainty")
    assert len(statements)
    assert text.index("kappa") < text.index(statements.sort_values("sort")["text"].iloc[0]) < text.index("### ")


def test_kappa_leaves_out_what_evidence_starts_at(review):
    certainty = review.tables["certainty"]
    starts = certainty[certainty["domain"] == "start"]
    without = {**review.tables, "certainty": certainty.drop(index=starts.index)}
    fewer = agreement_of_certainty(type(review)(review.root, review.as_of, without))
    assert fewer.judged == len(certainty) - len(starts)
    assert fewer.kappa == agreement_of_certainty(review).kappa


def test_a_judgement_on_which_the_readers_differed_shows_both(review):
    judged = review.tables["certainty"]
    differing = judged[judged["judgement_a"] != judged["judgement_b"]]
    assert certainty_reasons(review).count("(readers: ") == len(differing) > 0


def test_a_total_is_written_where_the_events_are_a_printed_share(review):
    from helpers import wording

    shares = review.tables["counts"]
    shares = shares[shares["events"].isna() & shares["total"].notna() & shares["percent_printed"].notna()]
    for _, row in shares.iterrows():
        assert wording.written(row, "N") == f"{int(row['total']):,}"
