from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from numpy.testing import assert_allclose
from strategies import examples, study_lists

from helpers import synthesis

SETS = ["kdmas_remission", "kdmas_deaths", "pritz1997"]
SERIES = {"leave1out": synthesis.leave_one_out, "cumul": synthesis.cumulative}
SCALES = {"logit": "logit", "pft": "freeman-tukey"}
TESTS = {"z": "wald", "knha": "hksj"}


@pytest.mark.parametrize("key", ["logit.DL.z", "logit.DL.knha", "pft.DL.z"])
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", SETS)
def test_series_equal_those_of_metafor(metafor, name, series, key):
    expected = metafor.values[f"{name}.{series}.{key}"]
    scale, estimator, test = key.split(".")
    results = SERIES[series](*metafor.counts(name), f"{SCALES[scale]}-{estimator.lower()}", TESTS[test])
    for theirs, ours in {"estimate": "beta", "se": "se", "tau2": "tau2", "I2": "i2"}.items():
        assert_allclose([getattr(r, ours) for r in results], expected[theirs], rtol=1e-10, atol=1e-12, err_msg=theirs)
    for theirs, ours in {"estimate": "estimate", "ci_lb": "ci_low", "ci_ub": "ci_high"}.items():
        if "proportion" in expected:
            assert_allclose([getattr(r, ours) for r in results], expected["proportion"][theirs], atol=1e-12)


@pytest.mark.parametrize("name", ["kdmas_deaths", "pritz1997"])
def test_leave_one_out_of_the_glmm_equals_rma_glmm(metafor, name):
    # rma.glmm's default 7 nodes: 2e-3 is its own error in kdmas_deaths (see test_glmm_quadrature for ours).
    expected = metafor.values[f"{name}.leave1out.glmm_plo"]
    results = synthesis.leave_one_out(*metafor.counts(name), "glmm", "wald")
    assert_allclose([r.estimate for r in results], expected["pred"], atol=1e-4)
    assert_allclose([r.tau2 for r in results], expected["tau2"], atol=5e-3)


@examples(25)
@given(study_lists(least=2, most=6))
def test_leave_one_out_equals_pooling_the_rest(studies):
    x, n = [s[0] for s in studies], [s[1] for s in studies]
    for method in ("glmm", "logit-reml", "freeman-tukey-dl"):
        for i, left in enumerate(synthesis.leave_one_out(x, n, method)):
            alone = synthesis.pool_proportions(x[:i] + x[i + 1 :], n[:i] + n[i + 1 :], method)
            found, wanted = ([r.estimate, r.ci_low, r.ci_high, r.tau2, r.q] for r in (left, alone))
            assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


def test_cumulative_sorts_by_year_and_groups_by_update():
    x, n, years = [9, 2, 7, 4], [12, 4, 8, 9], [2015, 2001, 2015, 2020]
    single = synthesis.cumulative(x, n, by=years, studies=list("abcd"))
    assert single.labels == ("b", "a", "c", "d")
    assert [r.total for r in single] == [4, 16, 24, 33]
    updates = synthesis.cumulative(x, n, by=["2023-06-30", "2023-06-30", "2024-06-30", "2023-06-30"], grouped=True)
    assert updates.labels == ("2023-06-30", "2024-06-30")
    assert [r.k for r in updates] == [3, 4]
    assert updates[-1].estimate == pytest.approx(synthesis.pool_proportions(x, n).estimate, abs=1e-9)
    assert "not a sequential test" in updates.notes[0]


@pytest.mark.parametrize(
    ("by", "rule"),
    [
        ([2001, 2002], "one value for each study"),
        ([2001, None, 2003], "study 2: `by` is missing"),
        ([2001, np.nan, 2003], "study 2: `by` is missing"),
        (pd.array([2001, None, 2003], dtype="Int64"), "study 2: `by` is missing"),
        (pd.to_datetime(["2001-01-01", None, "2003-01-01"]), "study 2: `by` is missing"),
        ([1, "a", 2], "mixes"),
    ],
)
def test_cumulative_refuses_an_order_it_cannot_know(by, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.cumulative([1, 2, 3], [4, 4, 4], by=by)


def test_series_frames_have_one_row_for_each_label():
    left = synthesis.leave_one_out([1, 2, 3], [4, 5, 6], studies=["a", "b", "c"])
    frame = left.to_frame()
    assert frame["left_out"].tolist() == ["a", "b", "c"]
    assert frame["estimate"].tolist() == [r.estimate for r in left]
    assert "d <- all[-i, ]" in left.r_code()
    assert synthesis.cumulative([1, 2], [4, 5]).to_frame()["added"].tolist() == ["1", "2"]
    assert "for (i in c(1, 2))" in synthesis.cumulative([1, 2], [4, 5]).r_code()


EXACT_BRANCH = """  if (nrow(d) == 1 || sum(d$xi) %in% c(0, sum(d$ni))) {
    print(binom.test(sum(d$xi), sum(d$ni), conf.level = 0.9))
  } else {
    res <- rma.glmm("""


@pytest.mark.parametrize("method", ["glmm", "fixed"])
@pytest.mark.parametrize(
    ("series", "x", "n"),
    [
        (synthesis.cumulative, [1, 2, 3], [4, 5, 6]),  # the first step is one study
        (synthesis.cumulative, [0, 0, 3], [4, 5, 6]),  # the second has no events as well
        (synthesis.leave_one_out, [0, 0, 3], [5, 6, 7]),
        (synthesis.leave_one_out, [5, 6, 3], [5, 6, 7]),
    ],
)
def test_r_code_of_a_series_uses_binom_test_where_the_result_is_exact(series, x, n, method):
    found = series(x, n, method, "t", level=0.9)
    assert {r.beta is None for r in found} == {True, False}
    assert EXACT_BRANCH in found.r_code()
    assert 'test = "t", level = 90' in found.r_code()


def test_r_code_of_a_series_has_no_branch_where_no_row_needs_one():
    regular = synthesis.leave_one_out([1, 2, 3], [4, 5, 6]).r_code()
    assert "binom.test" not in regular
    assert "if (" not in regular
    only_exact = synthesis.leave_one_out([1, 2], [4, 5]).r_code()
    assert "  print(binom.test(sum(d$xi), sum(d$ni), conf.level = 0.95))\n}" in only_exact
    assert "rma.glmm" not in only_exact
    assert "binom.test" in synthesis.influence([0, 0, 3], [5, 6, 7]).r_code()


def test_r_code_of_a_series_uses_the_normal_test_for_one_study():
    steps = synthesis.cumulative([1, 2, 3], [4, 5, 6], "logit-dl", "hksj").r_code()
    assert 'test = if (nrow(d) == 1) "z" else "knha", level = 95' in steps
    assert "binom.test" not in steps
    two = synthesis.cumulative([1, 2, 3], [4, 5, 6], "logit-dl", "t", by=[1, 1, 2], grouped=True).r_code()
    assert 'test = "t", level = 95' in two
    assert 'test = "z", level = 95' in synthesis.cumulative([1, 2], [4, 5], "logit-dl", "wald").r_code()
    assert 'test = "z", level = 95' in synthesis.leave_one_out([1, 2], [4, 5], "logit-dl", "t").r_code()


def test_leaving_one_out_of_one_study_is_refused():
    with pytest.raises(synthesis.SynthesisError, match="at least 2 studies, here 1"):
        synthesis.leave_one_out([1], [4])


def test_cooks_distance_is_the_squared_shift_in_standard_errors(metafor):
    x, n = metafor.counts("pritz1997")
    for method in ("logit-dl", "glmm"):
        full = synthesis.pool_proportions(x, n, method, "wald")
        left = synthesis.leave_one_out(x, n, method)
        found = synthesis.influence(x, n, method, "t").to_frame()
        expected = [((full.beta - r.beta) / full.se) ** 2 for r in left]
        assert_allclose(found["cook_distance"], expected, rtol=1e-9)
        assert_allclose(found["tau2_change"], [r.tau2 - full.tau2 for r in left], atol=1e-12)


def test_an_outlier_is_marked_as_influential():
    found = synthesis.influence([30, 28, 33, 2], [40, 40, 40, 40], "logit-reml", studies=list("abcd"))
    assert found.to_frame().set_index("study")["is_influential"].to_dict() == {
        "a": False,
        "b": False,
        "c": False,
        "d": True,
    }
    assert found.rows[3].tau2_change < -0.5
    assert found.r_code().endswith("influence(res)")


def test_influence_says_where_a_study_alone_keeps_the_estimate_finite():
    found = synthesis.influence([0, 0, 3], [5, 6, 7])
    assert found.rows[2].cook_distance is None
    assert found.rows[2].is_influential
    assert "without 3" in found.notes[0]


@pytest.mark.parametrize(
    ("x", "n", "marked"),
    [
        ([0, 0, 0], [3, 4, 5], []),  # nothing moves
        ([3, 4, 5], [3, 4, 5], []),
        ([2, 3], [5, 6], []),  # one study remains, with a proportion of its own
        ([0, 3], [5, 7], ["2"]),  # without 2 the estimate falls to 0 %
        ([5, 3], [5, 7], ["2"]),
        ([0, 0, 3], [5, 6, 7], ["3"]),
    ],
)
@pytest.mark.parametrize("method", ["glmm", "fixed"])
def test_an_undefined_cooks_distance_marks_only_a_fall_to_an_end(x, n, marked, method):
    found = synthesis.influence(x, n, method)
    rows = [row for row in found.rows if row.cook_distance is None]
    assert [row.study for row in rows if row.is_influential] == marked
    assert all(row.study in found.notes[0] for row in rows)


def test_subgroup_test_is_the_weighted_spread_of_the_group_estimates():
    x, n, groups = [9, 7, 2, 1], [12, 8, 10, 9], ["early", "early", "late", "late"]
    found = synthesis.subgroups(x, n, groups, "fixed")
    beta = np.log([16 / 4, 3 / 16])
    w = 1 / np.array([1 / 16 + 1 / 4, 1 / 3 + 1 / 16])
    mean = (w * beta).sum() / w.sum()
    assert_allclose(found.q_between, (w * (beta - mean) ** 2).sum(), rtol=1e-12)
    assert (found.df, found.labels) == (1, ("early", "late"))
    assert found.to_frame()["group"].tolist() == ["early", "late"]
    assert 'mods = ~ factor(seq_along(yi)), method = "FE"' in found.r_code()


def test_subgroup_test_is_refused_with_the_reason():
    one = synthesis.subgroups([1, 2], [4, 5], ["a", "a"])
    assert (one.q_between, one.notes[0]) == (None, "One subgroup: there is no difference to test.")
    ends = synthesis.subgroups([4, 5, 1, 2], [4, 5, 4, 5], ["a", "a", "b", "b"])
    assert ends.q_between is None
    assert "“a” has a single study, no events or only events" in ends.notes[0]
    with pytest.raises(synthesis.SynthesisError, match="study 2: group is missing"):
        synthesis.subgroups([1, 2], [4, 5], ["a", None])
    for gap in (pd.NA, np.nan, pd.NaT):
        with pytest.raises(synthesis.SynthesisError, match="study 2: group is missing"):
            synthesis.subgroups([1, 2], [4, 5], ["a", gap])
    with pytest.raises(synthesis.SynthesisError, match="one group for each study"):
        synthesis.subgroups([1, 2], [4, 5], ["a"])
