"""Tolerances: 1e-8 where a formula is closed or metafor iterated to the end (ids ending in ``.tight``), 1e-4 against
``rma.glmm``, whose optimiser and 25 nodes are the limit. metafor's ``confint`` searches tau2 to about 1e-4 only.
"""

from __future__ import annotations

import re

import pytest
from numpy.testing import assert_allclose

from helpers import synthesis

SETS = ["kdmas_remission", "kdmas_deaths", "pritz1997"]
SCALES = {"logit": "logit", "pft": "freeman-tukey", "pas": "arcsine"}
TESTS = {"z": "wald", "knha": "hksj", "adhoc": "mhksj"}
INVERSE_VARIANCE = [
    *(f"{scale}.{rest}" for scale in ("logit", "pft") for rest in ("DL.z", "DL.knha")),
    *(f"{scale}.{estimator}.z.tight" for scale in ("logit", "pft") for estimator in ("ML", "REML", "PM")),
    "logit.DL.adhoc",
    "pas.DL.z",
]
# metafor's default REML stops at about 1e-7 in tau2 on the logit scale, 1e-6 in radians, where tau2 is much smaller.
DEFAULT_REML = {"logit.REML.knha": 1e-6, "logit.REML.adhoc": 1e-6, "pas.REML.z": 1e-5}


def fit(metafor, name: str, key: str) -> synthesis.PooledProportion:
    scale, estimator, test = key.split(".")[:3]
    return synthesis.pool_proportions(*metafor.counts(name), f"{SCALES[scale]}-{estimator.lower()}", TESTS[test])


def assert_proportions(result: synthesis.PooledProportion, expected: dict[str, float], tolerance: float) -> None:
    names = {"pred": "estimate", "ci_lb": "ci_low", "ci_ub": "ci_high", "pi_lb": "pi_low", "pi_ub": "pi_high"}
    for theirs, value in expected.items():
        assert_allclose(getattr(result, names[theirs]), value, rtol=0, atol=tolerance, err_msg=theirs)


@pytest.mark.parametrize("key", INVERSE_VARIANCE)
@pytest.mark.parametrize("name", SETS)
def test_inverse_variance_pooling_equals_metafor(metafor, name, key):
    expected, result = metafor.values[f"{name}.{key}"], fit(metafor, name, key)
    found = [result.beta, result.se, result.tau2, result.i2, result.q, result.q_pvalue]
    wanted = [expected[v] for v in ("beta", "se", "tau2", "I2", "QE", "QEp")]
    assert_allclose(found, wanted, rtol=1e-8, atol=1e-9)
    assert_allclose(result.weights, expected["weights_pct"], rtol=1e-8)
    assert_proportions(result, expected.get("predict_proportion", {}), 1e-8)
    if profile := expected.get("confint_Qprofile"):
        assert_allclose([result.tau2_ci_low, result.tau2_ci_high], profile["tau2"][1:], rtol=5e-3, atol=2e-4)


@pytest.mark.parametrize("key", DEFAULT_REML)
@pytest.mark.parametrize("name", SETS)
def test_default_reml_of_metafor_is_near(metafor, name, key):
    expected, result = metafor.values[f"{name}.{key}"], fit(metafor, name, key)
    assert_allclose(
        [result.beta, result.se, result.tau2], [expected[v] for v in ("beta", "se", "tau2")], atol=DEFAULT_REML[key]
    )
    assert_proportions(result, expected["predict_proportion"], 5e-5)


@pytest.mark.parametrize("name", SETS)
def test_glmm_equals_rma_glmm_with_25_nodes(metafor, name):
    expected = metafor.values[f"{name}.glmm_plo.nagq25.tight"]
    result = synthesis.pool_proportions(*metafor.counts(name), "glmm", "wald")
    assert_allclose(
        [result.beta, result.se, result.tau2, result.i2, result.q, result.q_pvalue],
        [expected[v] for v in ("beta", "se", "tau2", "I2", "QE_LRT", "QEp_LRT")],
        rtol=1e-5,
        atol=1e-6,
    )
    assert_proportions(result, expected["predict_response"], 1e-6)


@pytest.mark.parametrize("name", ["kdmas_deaths", "pritz1997"])
def test_glmm_t_interval_equals_rma_glmm(metafor, name):
    # rma.glmm's default of 7 nodes is enough for 1e-4 in these two sets, not in kdmas_remission.
    result = synthesis.pool_proportions(*metafor.counts(name), ci="t")
    assert_proportions(result, metafor.values[f"{name}.glmm_plo.t"]["predict_response"], 1e-4)


@pytest.mark.parametrize("name", SETS)
def test_fixed_equals_rma_glmm_equal_effects(metafor, name):
    expected = metafor.values[f"{name}.glmm_plo.EE"]
    result = synthesis.pool_proportions(*metafor.counts(name), "fixed", "wald")
    # R's glm stops its iterations at 1e-8 in the deviance, which leaves 1e-5 in the error.
    assert_allclose([result.beta, result.se, result.q], [expected[v] for v in ("beta", "se", "QE_LRT")], rtol=2e-5)
    assert_proportions(result, expected["predict_response"], 1e-6)
    x, n = metafor.counts(name)
    assert_allclose(result.estimate, sum(x) / sum(n), rtol=1e-15)


def test_seven_series_measured_with_metafor_in_five_ways():
    # metafor 3.8-1 at its default tolerances: percent, 95 % interval, prediction interval, one digit.
    x, n = [0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4]
    for method, ci, expected in [
        ("logit-reml", "hksj", (51.5, 35.1, 67.6, 35.1, 67.6)),
        ("logit-pm", "hksj", (50.4, 33.4, 67.3, 27.8, 72.8)),
        ("glmm", "t", (45.7, 25.8, 67.0, 17.0, 77.6)),
        ("freeman-tukey-reml", "hksj", (42.4, 18.9, 67.5)),
        ("arcsine-reml", "hksj", (39.0, 14.0, 67.7, 0.0, 95.8)),
    ]:
        r = synthesis.pool_proportions(x, n, method, ci)
        found = [r.estimate, r.ci_low, r.ci_high, r.pi_low, r.pi_high][: len(expected)]
        assert_allclose([100 * v for v in found], expected, atol=0.051, err_msg=method)
    glmm = synthesis.pool_proportions(x, n)
    assert_allclose([glmm.beta, glmm.tau2, glmm.se], [-0.172257, 0.203239, 0.360630], atol=1e-6)


def test_homogeneous_arms_have_tau2_zero_where_statsmodels_gives_a_negative_one():
    result = synthesis.pool_proportions([5, 6, 5, 7, 6], [10, 12, 10, 14, 12], "logit-dl", "wald")
    assert result.tau2 == 0
    assert_allclose(result.se, 0.2626, atol=5e-5)


@pytest.mark.parametrize(
    ("key", "method", "ci"),
    [
        ("logit.REML.knha", "logit-reml", "hksj"),
        ("logit.PM.z.tight", "logit-pm", "wald"),
        ("logit.DL.adhoc", "logit-dl", "mhksj"),
        ("pft.DL.knha", "freeman-tukey-dl", "hksj"),
        ("pas.DL.z", "arcsine-dl", "wald"),
        ("glmm_plo.t", "glmm", "t"),
        ("glmm_plo.EE", "fixed", "wald"),
    ],
)
def test_r_code_holds_every_argument_of_the_call_behind_the_reference(metafor, key, method, ci):
    call = re.sub(r"\s", "", metafor.calls[f"pritz1997.{key}"])
    code = re.sub(r"\s", "", synthesis.pool_proportions(*metafor.counts("pritz1997"), method, ci).r_code())
    function, arguments = call.rstrip(")").split("(", 1)
    assert f"res<-{function}(" in code
    assert "xi=c(16,10,4,43,10,25,13,12,22,4,5,18,58,6)" in code
    for argument in arguments.split(","):
        assert argument in code
