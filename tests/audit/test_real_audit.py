"""The audit of the source review: reviewed verdicts, places, slips, and the page."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from helpers import audit
from helpers.audit import Verdict, page

BASELINE = "2023-06-30"


@pytest.fixture(scope="module")
def report(root):
    return audit.run_audit(root, as_of=BASELINE)


def test_the_verdicts_are_those_that_were_reviewed(report, root):
    """Every verdict with its numbers; each `differs` was checked twice against the source text."""
    reviewed = pd.read_csv(root / "tests" / "reference" / "audit_verdicts.csv", dtype="string").fillna("")
    now = report.frame[list(reviewed.columns)].astype("string").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        now.sort_values("claim_id", ignore_index=True), reviewed.sort_values("claim_id", ignore_index=True)
    )


def test_far_more_than_a_hundred_claims_and_most_hold(report):
    checked = len(report.claims) - report.counts["cannot_be_checked"]
    assert len(report.claims) > 300
    assert report.counts["reproduced"] / checked > 0.85


def test_ids_are_unique_and_every_claim_has_a_place_and_a_reason(report):
    assert len({c.claim_id for c in report.claims}) == len(report.claims)
    assert [c.claim_id for c in report.claims if not (c.locator and c.explanation and c.printed and c.statement)] == []


def test_a_written_recipe_never_fails_in_silence(report, review):
    """A recipe that names an empty cell would say `cannot_be_checked`: that is a slip of ours, not of the source."""
    has_recipe = set(review.tables["claims"].dropna(subset=["recipe"])["claim_id"])
    assert [c.claim_id for c in report.claims if c.claim_id in has_recipe and c.verdict == "cannot_be_checked"] == []


def test_known_slips_are_seen_by_the_audit(report, review):
    seen = {slip for c in report.claims for slip in c.slips}
    unseen = {s["id"] for s in review.corrections} - seen
    assert unseen == set()


def test_the_report_keeps_its_contract(report):
    document = json.loads(json.dumps(report.to_dict()))
    keys = {"claim_id", "section", "printed", "recomputed", "verdict", "explanation", "locator"}
    assert all(keys <= set(claim) for claim in document["claims"])
    assert document["counts"] == {v.value: sum(c["verdict"] == v for c in document["claims"]) for v in Verdict}


def test_a_selection_is_a_report_too(report):
    some = report.select(section="non_sjia", verdict="differs")
    assert {(c.section, str(c.verdict)) for c in some.claims} == {("non_sjia", "differs")}
    assert some.counts["reproduced"] == 0


def test_two_audits_are_the_same(report, root):
    assert audit.run_audit(root, as_of=BASELINE).to_dict() == report.to_dict()


def test_the_page_shows_every_claim_every_difference_and_every_slip(report, review):
    table, explained, slips = (
        page.claims_table(review, report.claims),
        page.differences(review, report),
        page.slips(review, report),
    )
    assert re.findall(r"\{#claim-([^}]+)\}", table) == [c.claim_id for c in report.claims]
    assert [
        c.claim_id for c in report.claims if c.verdict == "differs" and f"(#claim-{c.claim_id})" not in explained
    ] == []
    assert re.findall(r"\{#slip-([^}]+)\}", slips) == [s["id"] for s in review.corrections]
    targets = set(re.findall(r"\{#([^}]+)\}", table + explained + slips))
    assert set(re.findall(r"\]\(#([^)]+)\)", table + explained + slips)) <= targets


def test_the_page_says_the_good_news_first(report, review):
    text = page.answer(review, report)
    assert text.startswith("**Most numbers hold.**")
    assert str(report.counts["reproduced"]) in text


def test_the_page_survives_an_audit_without_differences(report, review):
    sound = report.select(verdict="reproduced")
    assert "Nothing differs" in page.differences(review, sound)
    assert page.counts_table(review, sound)
    assert page.figure(review, sound).alt
    assert page.claims_table(review, []).startswith("*No rows")


def test_the_table_can_be_searched_by_section_and_verdict_and_is_complete_without_scripts(report, review):
    table = page.claims_table(review, report.claims)
    assert table.startswith('<div class="filterable" data-filter="Section;Verdict" aria-label="statements">')
    assert table.count("\n| ") == 1 + len(report.claims)
    assert "filterable" not in page.claims_table(review, report.claims[:3], is_anchored=False)


def test_a_statement_leads_to_the_rows_of_both_sides(report, review):
    claim = next(c for c in report.claims if c.claim_id == "etoposide-kd-same")
    line = page.claims_table(review, [claim]).splitlines()[-3]
    assert "[14](../evidence.qmd#etoposide-kd-received) | [15](../evidence.qmd#nonsjia-etoposide-kd-received)" in line
    assert "[Results, Etoposide, p1 s1](../evidence.qmd#etoposide-kd-received)" in line
    assert "[Results, Non-sJIA, p2 s3](../evidence.qmd#nonsjia-etoposide-kd-received)" in line


def test_a_constant_or_a_sum_is_no_link_to_a_row(report, review):
    by_id = {c.claim_id: c for c in report.claims}
    line = page.claims_table(review, [by_id["gc-most-co-medication"]]).splitlines()[-3]
    assert "| 258 of 300 = 86% | 50 |" in line
    line = page.claims_table(review, [by_id["sum-gc-all-information"]]).splitlines()[-3]
    assert "| [1,054](../evidence.qmd#gc-all-information) | 829 + 91 + 66 + 68 = 1,054 |" in line


def test_the_two_readings_of_the_text_are_told_with_their_denominators(report, review, root):
    folder = root / "data" / "extraction" / BASELINE
    first, second = (pd.read_csv(folder / f"claims_{which}.csv", dtype="string") for which in "ab")
    said = {v["shown"] for v in page.readings(review, report).values}
    assert {str(len(first)), str(len(second))} <= said
    matched = {c for ids in second["claim_ids"].dropna() for c in ids.split(";")}
    assert matched <= {c.claim_id for c in report.claims}
    found_again = set(first.loc[first["found_again"].notna(), "claim_id"])
    assert matched & set(first["claim_id"]) == found_again
    later = set(review.tables["claims"]["claim_id"]) - set(first["claim_id"]) - matched
    assert later
    assert str(len(later)) in said


def test_the_second_reading_found_every_difference_that_the_first_had(report, root):
    first = pd.read_csv(root / "data" / "extraction" / BASELINE / "claims_a.csv", dtype="string")
    missed = set(first.loc[first["found_again"].isna(), "claim_id"])
    assert [c.claim_id for c in report.claims if c.verdict == "differs" and c.claim_id in missed] == []


def test_a_starting_dose_or_a_shared_patient_is_no_difference(report):
    """Two statements differ only when they are about the same thing."""
    verdicts = {c.claim_id: str(c.verdict) for c in report.claims}
    assert verdicts["sonmez-dose-external"] == "cannot_be_checked"  # the dose at the start against the highest
    assert verdicts["horne-patients-external"] == "reproduced"  # two studies may describe the same patients
    assert verdicts["anakinra-after-2020"] == "cannot_be_checked"  # which reports the two numbers name is inferred


def test_a_slip_that_is_called_proved_rests_on_checks_that_show_it(report, review):
    proved = [slip for slip in review.corrections if slip.get("is_proved")]
    assert [slip["id"] for slip in proved] == ["aytac-ivig"]
    for slip in proved:
        found = [c for c in report.claims if slip["id"] in c.slips]
        assert {"differs", "reproduced"} <= {str(c.verdict) for c in found}
        assert "Meant, as the checks show" in page.slips(review, report)
    sizes = {row: review.row(f"aytac2016-{row}-episodes-per-abstract")["events"] for row in ("sjia", "sle", "mixed")}
    assert sizes == {"sjia": 31, "sle": 6, "mixed": 37}
    only = next(c for c in report.claims if c.claim_id == "aytac-episodes-sjia")
    assert only.recomputed.endswith(f"= {sizes['sjia']}")


def test_what_an_abstract_counts_and_the_source_leaves_out_is_told_as_left_out(report):
    told = {
        c.claim_id: c.explanation for c in report.claims if c.claim_id in ("wei-death-external", "kd-coronary-external")
    }
    assert len(told) == 2
    assert all("leaves out" in text and "One side gives" not in text for text in told.values())


def test_a_misprint_is_called_the_only_one_only_where_the_slip_names_it(report, review):
    likely = {s["id"]: s["likely"] for s in review.corrections}
    claimed = [c for c in report.claims if c.hypothesis.startswith("The only")]
    assert claimed
    assert [c.claim_id for c in claimed if not all(likely[slip] for slip in c.slips)] == []


def test_every_difference_is_explained_by_a_known_slip(report):
    """So that section pages carry a dagger at the number and lead to the explanation."""
    assert [c.claim_id for c in report.claims if c.verdict == "differs" and not c.slips] == []
