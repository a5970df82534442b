from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from random_sets import PAIRS, check_many, faults
from strategies import examples, study_lists

from helpers import synthesis

pairs = st.sampled_from(
    [("glmm", "t"), ("logit-reml", "hksj"), ("logit-dl", "wald"), ("arcsine-pm", "t"), ("fixed", "t")]
)


def pool(pairs_of_counts, method="glmm", ci="t", **options):
    x, n = zip(*pairs_of_counts, strict=True)
    return synthesis.pool_proportions(x, n, method, ci, **options)


def figures(r):
    return [r.estimate, r.ci_low, r.ci_high, r.tau2, r.i2]


@examples(60)
@given(study_lists(), pairs, st.randoms(use_true_random=False))
def test_order_of_studies_does_not_matter(studies, pair, random):
    shuffled = random.sample(studies, len(studies))
    assert_allclose(figures(pool(shuffled, *pair)), figures(pool(studies, *pair)), rtol=1e-6, atol=1e-7)


@examples(60)
@given(study_lists(), pairs)
def test_swapping_events_and_non_events_mirrors_the_result(studies, pair):
    r, swapped = pool(studies, *pair), pool([(n - x, n) for x, n in studies], *pair)
    mirrored = [1 - swapped.estimate, 1 - swapped.ci_high, 1 - swapped.ci_low]
    assert_allclose(mirrored, [r.estimate, r.ci_low, r.ci_high], atol=1e-6)
    assert_allclose(swapped.tau2, r.tau2, rtol=1e-5, atol=1e-7)


@examples(60)
@given(study_lists(), st.data())
def test_splitting_a_study_changes_nothing_in_sum_over_sum(studies, data):
    (x, n), *rest = studies
    assume(n > 1)
    n1 = data.draw(st.integers(1, n - 1))
    x1 = data.draw(st.integers(max(0, x - (n - n1)), min(x, n1)))
    parts = [(x1, n1), (x - x1, n - n1), *rest]
    assert_allclose(pool(parts, "fixed").estimate, pool(studies, "fixed").estimate, rtol=1e-14, atol=0)


@examples(40)
@given(study_lists(least=2), st.integers(2, 20))
def test_more_patients_in_the_same_proportions_narrow_the_interval_of_one_common_proportion(studies, factor):
    r, larger = pool(studies, "fixed"), pool([(factor * x, factor * n) for x, n in studies], "fixed")
    assert_allclose(larger.estimate, r.estimate, rtol=1e-12)
    assert larger.ci_high - larger.ci_low < r.ci_high - r.ci_low


@examples(150)
@given(study_lists(most=9), st.sampled_from(PAIRS), st.floats(0.5, 0.999))
def test_every_result_is_within_its_bounds(studies, pair, level):
    assert faults(pool(studies, *pair, level=level)) == []


@examples(40)
@given(study_lists(most=8), pairs)
def test_more_studies_never_error(studies, pair):
    steps = synthesis.cumulative([x for x, _ in studies], [n for _, n in studies], *pair)
    assert [r.k for r in steps] == list(range(1, len(studies) + 1))
    assert [fault for r in steps for fault in faults(r)] == []


@examples(60)
@given(study_lists(least=2), st.sampled_from(["logit-reml", "arcsine-dl", "freeman-tukey-pm"]))
def test_modified_hksj_is_never_narrower_than_t_and_t_never_than_wald(studies, method):
    widths = [(r := pool(studies, method, ci)).ci_high - r.ci_low for ci in ("wald", "t", "mhksj")]
    assert widths[0] <= widths[1] + 1e-12
    assert widths[1] <= widths[2] + 1e-12


@examples(40)
@given(study_lists(least=3))
def test_prediction_interval_holds_the_confidence_interval(studies):
    r = pool(studies)
    assume(r.pi_low is not None)
    assert r.pi_low <= r.ci_low + 1e-12
    assert r.pi_high >= r.ci_high - 1e-12


def test_random_small_data_sets_give_no_nan_no_exception_and_no_warning():
    assert check_many(400, seed=7) == []


@pytest.mark.parametrize("method", ["glmm", "fixed"])
@pytest.mark.parametrize(("x", "n", "estimate"), [([0, 0, 0], [4, 9, 2], 0), ([4, 9, 2], [4, 9, 2], 1)])
def test_no_events_and_only_events_give_the_exact_interval_of_all_patients(method, x, n, estimate):
    r = synthesis.pool_proportions(x, n, method)
    exact = synthesis.proportion_ci(sum(x), 15, "clopper-pearson")
    assert (r.estimate, r.tau2, r.pi_low, r.beta) == (estimate, 0, None, None)
    assert_allclose([r.ci_low, r.ci_high], [exact.ci_low, exact.ci_high], rtol=1e-12)
    assert any("cannot be estimated" in note for note in r.notes)
    assert_allclose(r.weights, [400 / 15, 900 / 15, 200 / 15])


def test_only_events_with_logits_add_a_half_as_metafor_does():
    r = synthesis.pool_proportions([4, 4], [4, 4], "logit-dl", "wald")
    assert_allclose(r.estimate, 9 / 10, rtol=1e-12)  # 4.5 to 0.5
    assert any("0.5 was added" in note for note in r.notes)


@pytest.mark.parametrize(("method", "low", "high"), [("glmm", 0.4281, 0.9451), ("logit-reml", 0.4482, 0.9172)])
def test_one_study_is_its_own_proportion_exact_or_as_metafor(method, low, high):
    r = synthesis.pool_proportions([9], [12], method)
    assert r.estimate == pytest.approx(0.75)
    assert_allclose([r.ci_low, r.ci_high], [low, high], atol=1e-4)
    assert (r.q_pvalue, r.pi_low, r.is_presentable) == (1, None, False)
    assert r.notes[0].startswith("One study")


@pytest.mark.parametrize(("x", "n"), [(7, 48), (16, 50), (28, 45), (99_912, 100_000), (52_335, 100_000)])
@pytest.mark.parametrize("method", ["logit-dl", "logit-pm", "logit-reml", "arcsine-ml", "freeman-tukey-dl"])
def test_one_study_has_no_spread_whatever_rounding_leaves(method, x, n):
    # Found by the run of 100,000 random sets: Q of 1e-30 made an I2 of 100 %.
    r = synthesis.pool_proportions([x], [n], method)
    assert (r.q, r.i2, r.i2_q, r.tau2) == (0, 0, 0, 0)


def test_prediction_interval_needs_three_studies():
    assert pool([(3, 9), (5, 7)]).pi_low is None
    assert any("at least 3 studies, here 2" in note for note in pool([(3, 9), (5, 7)]).notes)
    assert pool([(3, 9), (5, 7), (2, 8)]).pi_low is not None


def test_equal_studies_leave_the_hksj_interval_without_width_and_say_so():
    r = pool([(5, 10), (5, 10), (5, 10)], "logit-dl", "hksj")
    assert r.ci_low == r.estimate == r.ci_high == 0.5
    assert any("no width" in note for note in r.notes)
    assert pool([(5, 10), (5, 10), (5, 10)], "logit-dl", "mhksj").ci_low < 0.4


def test_a_giant_study_does_not_swallow_the_others_in_the_glmm():
    r = pool([(90_000, 100_000), (3, 10), (4, 9), (2, 8)])
    assert max(r.weights) < 40
    assert 0.3 < r.estimate < 0.8


def test_tau2_held_at_its_bound_is_no_headline_and_predicts_nothing():
    r = pool([(0, 5), (5, 5), (0, 5), (5, 5)])
    assert (r.tau2, r.pi_low, r.pi_high, r.is_presentable) == (100, None, None, False)
    assert any("depends on this bound" in note for note in r.notes)
    assert any("No prediction interval: tau² was held" in note for note in r.notes)
    # Inverse variances have no such bound: a tau2 above 100 is their estimate.
    far = pool([(0, 100_000), (100_000, 100_000), (0, 100_000)], "logit-dl")
    assert far.tau2 > 100
    assert "tau2-held" not in [note.code for note in far.notes]
    assert far.pi_low is not None


def test_definitions_that_differ_make_the_result_unfit_as_a_headline():
    r = pool([(3, 9), (5, 7)], definitions=["by day 7", "by day 28"], studies=["a", "b"])
    assert not r.is_presentable
    assert any("by day 7 (a); by day 28 (b)" in note for note in r.notes)
    assert pool([(3, 9), (5, 7), (4, 9)], definitions=["by day 7"] * 3).is_presentable


def test_result_is_frozen_and_its_frame_tells_the_same():
    r = pool([(3, 9), (5, 7), (2, 8)], studies=["a", "b", "c"])
    with pytest.raises(AttributeError):
        r.estimate = 0.5
    assert r.to_frame()["estimate"].item() == r.estimate
    rows = r.study_frame()
    assert rows["study"].tolist() == ["a", "b", "c"]
    assert_allclose(rows["weight"], r.weights)
    assert rows["events"].sum() == r.events == 10
    assert repr(r).startswith("4")
    assert "from 3 studies, 10 of 24 patients; glmm" in repr(r)
