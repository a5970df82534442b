from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import beta, binom
from strategies import examples

from helpers import synthesis

METHODS = ["wilson", "clopper-pearson", "jeffreys", "agresti-coull"]


@pytest.mark.parametrize("name", ["kdmas_remission", "kdmas_deaths", "pritz1997"])
def test_clopper_pearson_is_what_binom_test_gives_for_each_study_and_all_patients(metafor, name):
    x, n = metafor.counts(name)
    for level, reference in (("study", zip(x, n, strict=True)), ("pooled", [(sum(x), sum(n))])):
        values = metafor.values[f"{name}.{level}.clopper_pearson"]
        found = [synthesis.proportion_ci(a, b, "clopper-pearson") for a, b in reference]
        assert_allclose([p.ci_low for p in found], values["ci_lb"], atol=1e-12)
        assert_allclose([p.ci_high for p in found], values["ci_ub"], atol=1e-12)


def test_wilson_solves_the_score_equation():
    p = synthesis.proportion_ci(9, 12, "wilson", level=0.9)
    z = 1.6448536269514722
    for limit in (p.ci_low, p.ci_high):
        assert_allclose(abs(0.75 - limit), z * math.sqrt(limit * (1 - limit) / 12), rtol=1e-12)


def test_jeffreys_holds_the_middle_of_its_posterior():
    p = synthesis.proportion_ci(3, 20, "jeffreys")
    assert_allclose(beta.cdf([p.ci_low, p.ci_high], 3.5, 17.5), [0.025, 0.975], rtol=1e-12)


def test_agresti_coull_is_centred_on_the_shrunken_proportion():
    p = synthesis.proportion_ci(6, 20, "agresti-coull")
    z2 = 1.959963984540054**2
    assert_allclose((p.ci_low + p.ci_high) / 2, (6 + z2 / 2) / (20 + z2), rtol=1e-12)


@examples(150)
@given(st.data(), st.sampled_from(METHODS), st.integers(1, 500), st.floats(0.5, 0.999))
def test_interval_lies_in_the_unit_interval_holds_the_estimate_and_mirrors(data, method, n, level):
    x = data.draw(st.integers(0, n))
    p, mirrored = (synthesis.proportion_ci(v, n, method, level) for v in (x, n - x))
    assert 0 <= p.ci_low <= p.estimate == x / n <= p.ci_high <= 1
    assert p.ci_low < p.ci_high
    assert_allclose([1 - mirrored.ci_high, 1 - mirrored.ci_low], [p.ci_low, p.ci_high], atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_no_events_and_only_events_reach_the_ends_exactly(method):
    assert synthesis.proportion_ci(0, 7, method).ci_low == 0
    assert synthesis.proportion_ci(7, 7, method).ci_high == 1


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
def test_clopper_pearson_never_covers_less_than_its_level(p):
    covered = [synthesis.proportion_ci(x, 15, "clopper-pearson") for x in range(16)]
    coverage = sum(binom.pmf(i, 15, p) for i, c in enumerate(covered) if c.ci_low <= p <= c.ci_high)
    assert coverage >= 0.95


def test_frame_words_and_r_code_tell_the_same_figures():
    p = synthesis.proportion_ci(9, 12)
    assert p.to_frame()[["estimate", "ci_low", "ci_high"]].iloc[0].tolist() == [p.estimate, p.ci_low, p.ci_high]
    assert repr(p) == "9 of 12 = 75.0% (95% wilson interval 46.8% to 91.1%)"
    assert p.r_code() == "prop.test(9, 12, conf.level = 0.95, correct = FALSE)$conf.int"
