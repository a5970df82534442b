from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

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
    assert refused.notes[0].startswith("Small-study test not made: 9 studies, and it needs at least 10 (Sterne 2011")
    assert "refused" in repr(refused)


def test_small_study_test_is_refused_where_all_studies_are_equally_large():
    refused = synthesis.small_study_test([3] * 10 + [4], [9] * 11)
    assert refused.notes == ("Small-study test not made: ninv is the same in every study.",)


def test_small_study_test_is_run_by_its_r_code(metafor):
    found = synthesis.small_study_test(*metafor.counts("pritz1997"), predictor="sei")
    assert 'regtest(res, predictor = "sei")' in found.r_code()
    assert found.to_frame()["pvalue"].item() == found.pvalue
    assert "P = " in repr(found)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"predictor": "ni"}, "predictor = 'ni' is unknown"),
        ({"method": "glmm"}, "method = 'glmm' is unknown"),
    ],
)
def test_bad_choices_are_refused(options, rule):
    with pytest.raises(synthesis.SynthesisError, match=rule):
        synthesis.small_study_test([1], [2], **options)
