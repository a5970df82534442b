"""A pooled result says by itself what bars it as a headline and what carries it."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from helpers import numbers, synthesis
from helpers.synthesis.notes import COOK_MARK, MIN_STUDIES_TO_POOL, p_value, percent

KD = ([1, 12, 1, 9, 1, 4, 12, 2, 4], [1, 12, 1, 12, 1, 4, 12, 2, 4])
PLAIN = ([3, 5, 7, 4, 6, 5], [10, 12, 13, 10, 11, 9])  # nothing to remark


def codes(result):
    return [note.code for note in result.notes]


def test_a_plain_result_carries_no_note_and_is_a_headline():
    r = synthesis.pool_proportions(*PLAIN, definitions=["by day 28"] * 6, shared_with=[None] * 6)
    assert (r.notes, r.is_presentable) == ((), True)


def test_the_rule_is_that_no_note_bars_the_headline():
    for events, totals, options in [
        (*PLAIN, {}),
        (*KD, {}),
        (*KD, {"definitions": ["not defined"] * 9}),
        ([3], [7], {}),
        ([3, 9], [12, 12], {}),
    ]:
        r = synthesis.pool_proportions(events, totals, **options)
        assert r.is_presentable == (not set(codes(r)) & set(synthesis.BARS_HEADLINE))
        assert set(codes(r)) <= set(synthesis.NOTE_CODES)
        bars = [note.bars_headline for note in r.notes]
        assert bars == sorted(bars, reverse=True)  # what bars a headline comes first


def test_a_note_is_its_words_and_survives_copies():
    note = synthesis.pool_proportions([3], [7]).notes[0]
    assert note == "One study: nothing was pooled. This is its own proportion."
    for other in (copy.deepcopy(note), pickle.loads(pickle.dumps(note))):
        assert (other, other.code, other.bars_headline) == (note, "one-study", True)


@pytest.mark.parametrize("silent", ["not defined", "Not stated", "", "  ", None, float("nan"), "unclear"])
def test_an_outcome_that_is_not_defined_is_not_the_same_outcome(silent):
    r = synthesis.pool_proportions(*PLAIN, definitions=[silent] * 6)
    assert codes(r) == ["definitions-missing"]
    assert "not defined in any of the studies" in r.notes[0]
    one = synthesis.pool_proportions(*PLAIN, definitions=["by day 28"] * 5 + [silent], studies=list("abcdef"))
    assert "not defined in 1 of 6 studies (f)" in one.notes[0]
    assert not one.is_presentable


def test_definitions_that_differ_are_listed_also_beside_missing_ones():
    r = synthesis.pool_proportions(*PLAIN, definitions=["x", "x", "y", None, "x", "x"], studies=list("abcdef"))
    assert codes(r) == ["definitions-missing", "definitions-differ"]
    assert "x (a, b, e, f); y (c)" in r.notes[1]


def test_patients_who_may_be_counted_twice_bar_a_headline():
    shared = [["b", "elsewhere"], "a", None, (), ["elsewhere"], None]
    r = synthesis.pool_proportions(*PLAIN, studies=list("abcdef"), shared_with=shared)
    assert r.notes == (
        "Patients may be counted twice, so a pooled result must not stand as a headline: a and b may share patients.",
    )
    twice = synthesis.pool_proportions(*PLAIN, studies=list("aabcde"))
    assert codes(twice) == ["patients-shared"]
    assert "a stands twice" in twice.notes[0]
    alone = synthesis.pool_proportions(*PLAIN, studies=list("abcdef"), shared_with=[["elsewhere"]] + [None] * 5)
    assert alone.is_presentable


def test_two_studies_are_shown_and_not_pooled():
    r = synthesis.pool_proportions([30, 32], [60, 60])
    assert codes(r)[0] == "two-studies"
    assert not r.is_presentable


@pytest.mark.parametrize("ci", ["wald", "t", "profile", "profile-t"])
def test_an_interval_over_nearly_the_whole_scale_is_no_headline(ci):
    r = synthesis.pool_proportions([0, 0, 0, 0, 1], [3, 5, 9, 14, 2], ci=ci)
    is_wide = r.ci_high - r.ci_low > synthesis.SPAN_LIMIT
    assert ("wide-interval" in codes(r)) == is_wide == (ci != "profile")
    assert r.is_presentable == (not is_wide)


def test_a_single_event_names_its_study():
    for x, kind in (([0, 0, 0, 0, 1], "with"), ([3, 5, 9, 14, 1], "without")):
        r = synthesis.pool_proportions(x, [3, 5, 9, 14, 2], studies=["A", "B", "C", "D", "E"])
        note = next(note for note in r.notes if note.code == "one-event")
        assert note.startswith(f"A single patient {kind} the event (E)")


def test_the_study_that_carries_the_result_is_named():
    r = synthesis.pool_proportions(*KD, studies=[*"abc", "Kang 2013", *"efghi"])
    note = next(note for note in r.notes if note.code == "one-study-carries")
    assert note == (
        "Kang 2013 carries the result: all 3 patients without the event are in this study; in the other 8 studies 37 of "
        "37 patients have the event."
    )
    influential = synthesis.influence(*KD, studies=[*"abc", "Kang 2013", *"efghi"]).to_frame().query("is_influential")
    assert influential["study"].tolist() == ["Kang 2013"]


@pytest.mark.parametrize("method", ["glmm", "fixed", "logit-reml", "arcsine-dl"])
def test_studies_that_carry_the_result_are_those_that_cooks_distance_marks(method):
    x, n = [2, 3, 2, 28, 3, 2, 4], [20, 25, 18, 30, 24, 22, 31]
    r = synthesis.pool_proportions(x, n, method, studies=list("abcdefg"))
    marked = synthesis.influence(x, n, method, studies=list("abcdefg")).to_frame().query("cook_distance > @COOK_MARK")
    note = next((note for note in r.notes if note.code == "one-study-carries"), "")
    assert [study for study in "abcdefg" if f"without {study}" in note or note.startswith(f"{study} ")] == marked[
        "study"
    ].tolist()
    assert "d" in marked["study"].tolist()
    assert pytest.approx(0.4549364) == COOK_MARK


def test_single_case_reports_are_counted_and_alone_are_no_headline():
    r = synthesis.pool_proportions(*KD)
    note = next(note for note in r.notes if note.code == "single-cases")
    assert note.startswith("3 studies report on one patient each (3 of 49 patients)")
    only = synthesis.pool_proportions([1, 1, 0, 1, 1, 0], [1] * 6)
    assert "only-single-cases" in codes(only)
    assert not only.is_presentable


@pytest.mark.parametrize(("k", "is_few"), [(3, True), (5, True), (6, False)])
def test_few_studies_are_said_to_be_few(k, is_few):
    r = synthesis.pool_proportions(PLAIN[0][:k], PLAIN[1][:k])
    assert ("few-studies" in codes(r)) == is_few
    assert "few-studies" not in codes(synthesis.pool_proportions(PLAIN[0][:k], PLAIN[1][:k], ci="profile-t"))


def test_results_of_a_series_have_their_own_notes():
    series = synthesis.leave_one_out(*KD)
    assert [r.k for r in series] == [8] * 9
    assert "exact-interval" in codes(series[3])


def test_two_patients_are_both_patients():
    r = synthesis.pool_proportions([2, 0, 0], [8, 9, 12], studies=["A", "B", "C"])
    note = next(note for note in r.notes if note.code == "one-study-carries")
    assert note.startswith(
        "A carries the result: both patients with the event are in this study; in the other 2 studies 0"
    )


@pytest.mark.parametrize(
    "share", [0, 1e-9, 4e-4, 0.0005, 0.0049, 0.0095, 0.01, 0.125, 0.5, 0.985, 0.99, 0.9949, 0.9999, 1]
)
def test_numbers_in_notes_are_written_as_on_the_pages(share):
    assert (percent(share), p_value(share)) == (numbers.percent(share), numbers.p_value(share))


def test_no_note_rounds_a_proportion_to_none_or_all():
    said = synthesis.pool_proportions([0, 0, 0, 2, 1, 0], [1000, 2000, 900, 3000, 2500, 400], ci="t")
    assert "0.0%" not in said.heterogeneity() + " ".join(said.notes)
    assert "<0.1%" in said.heterogeneity()


def test_heterogeneity_is_said_in_words():
    said = synthesis.pool_proportions(*PLAIN).heterogeneity()
    assert said.startswith("Between studies tau² is 0.00 on the logit scale, I² is 0% (Q = ")
    assert "95% prediction interval" in said
    assert "cannot be estimated" in synthesis.pool_proportions([0, 0, 0], [3, 4, 5]).heterogeneity()
    assert "One study" in synthesis.pool_proportions([3], [4]).heterogeneity()


def test_the_methods_page_states_the_rule_with_its_numbers():
    text = (Path(__file__).parents[2] / "methods.qmd").read_text(encoding="utf-8")
    in_words = {80: "eighty"}  # prose of the site has no figures that are not computed
    assert f"wider than {in_words[round(100 * synthesis.SPAN_LIMIT)]} percentage points" in text
    assert MIN_STUDIES_TO_POOL == 3
    assert "fewer than three studies" in text
