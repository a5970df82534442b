from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm
from scipy.stats import t as student

from helpers import synthesis
from helpers.synthesis.heterogeneity import estimate_tau2
from helpers.synthesis.mixed_model import fit_mixed

SETS = ["kdmas_remission", "kdmas_deaths", "pritz1997"]


def test_mixed_model_equals_metafor_on_the_bcg_trials(metafor):
    # metafor's REML stopped early (tau2 to about 1e-5), hence the tolerance.
    effects, expected = metafor.values["bcg.RR.REML.z"], metafor.values["bcg.RR.REML.ablat"]
    x = np.column_stack([np.ones(13), metafor.data["bcg"]["ablat"]])
    fit = fit_mixed(np.array(effects["yi"]), np.array(effects["vi"]), x, "reml")
    assert_allclose(fit.beta, expected["beta"], rtol=1e-4)
    assert_allclose(np.sqrt(np.diag(fit.variance)), expected["se"], rtol=1e-4)
    assert_allclose([fit.tau2, fit.i2, fit.qm], [expected[v] for v in ("tau2", "I2", "QM")], rtol=2e-4)
    assert_allclose(fit.qe, expected["QE"], rtol=1e-10)


@pytest.mark.parametrize("estimator", ["dl", "pm", "reml", "ml"])
def test_mixed_model_without_moderator_is_the_pooled_model(metafor, estimator):
    effects = metafor.values["bcg.RR.REML.z"]
    yi, vi = np.array(effects["yi"]), np.array(effects["vi"])
    fit = fit_mixed(yi, vi, np.ones((13, 1)), estimator)
    assert_allclose(fit.tau2, estimate_tau2(yi, vi, np.ones((1, 13), bool), estimator)[0], rtol=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_egger_type_test_equals_regtest(metafor, name):
    expected = metafor.values[f"{name}.regtest.logit.DL"]
    found = synthesis.small_study_test(*metafor.counts(name), predictor="sei")
    assert_allclose([found.statistic, found.pvalue], [expected["zval"], expected["pval"]], rtol=1e-8)


def test_small_study_test_is_refused_below_ten_studies_with_the_reason(metafor):
    x, n = metafor.counts("pritz1997")
    assert not synthesis.small_study_test(x[:10], n[:10]).is_refused
    refused = synthesis.small_study_test(x[:9], n[:9])
    assert refused.is_refused
    assert (refused.pvalue, refused.slope) == (None, None)
    assert refused.notes[0].startswith("9 studies; a small-study test needs at least 10 (Sterne 2011")
    assert "refused" in repr(refused)


def test_regression_is_refused_where_the_moderator_does_not_vary():
    refused = synthesis.meta_regression([3] * 10 + [4], [9] * 11, [2001] * 11, name="year")
    assert refused.notes == ("year is the same in every study.",)
    assert synthesis.small_study_test([3] * 10 + [4], [9] * 11).is_refused


@pytest.mark.parametrize("ci", ["wald", "t", "hksj", "mhksj"])
def test_regression_does_not_depend_on_where_years_begin(metafor, ci):
    x, n = metafor.counts("pritz1997")
    years = np.arange(14) + np.arange(14) % 3
    late, early = (synthesis.meta_regression(x, n, years + start, ci=ci) for start in (2000, 0))
    assert_allclose([late.slope, late.slope_se, late.pvalue], [early.slope, early.slope_se, early.pvalue], rtol=1e-6)
    assert_allclose(late.intercept + 2000 * late.slope, early.intercept, rtol=1e-6)
    assert late.ci_low < late.slope < late.ci_high
    tail = norm.sf if ci == "wald" else student(12).sf
    assert_allclose(late.pvalue, 2 * tail(abs(late.slope / late.slope_se)), rtol=1e-9)
    assert_allclose(tail((late.ci_high - late.slope) / late.slope_se), 0.025, rtol=1e-9)


def test_regression_finds_a_slope_that_was_put_in():
    rng = np.random.default_rng(3)
    years = np.linspace(-2, 2, 30)
    n = np.full(30, 400)
    x = rng.binomial(n, 1 / (1 + np.exp(-(0.3 + 0.8 * years + 0.2 * rng.normal(size=30)))))
    found = synthesis.meta_regression(x, n, years)
    assert found.ci_low < 0.8 < found.ci_high
    assert found.slope_se < 0.1
    assert found.r2 > 90
    assert "mods = ~ x" in found.r_code()
    assert found.to_frame()["slope"].item() == found.slope


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: synthesis.meta_regression([1], [2], ["x"]), "study 1: moderator = 'x'; rule: a finite number"),
        (lambda: synthesis.meta_regression([1, 1], [2, 2], [1.0]), "one value for each study"),
        (lambda: synthesis.meta_regression([1], [2], [1.0], method="glmm"), "method = 'glmm' is unknown"),
        (lambda: synthesis.small_study_test([1], [2], predictor="ni"), "predictor = 'ni' is unknown"),
    ],
)
def test_bad_regressions_are_refused(call, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        call()
