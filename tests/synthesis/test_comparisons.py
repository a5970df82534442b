from __future__ import annotations

import math
import warnings
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import chi2_contingency, fisher_exact, hypergeom, nchypergeom_fisher
from statsmodels.stats.proportion import confint_proportions_2indep
from strategies import examples

from helpers import synthesis
from helpers.synthesis.contingency import chi_square, fisher

TABLES = [(9, 12, 4, 15), (1, 30, 7, 25), (3, 4, 10, 40), (15, 16, 8, 9), (20, 137, 33, 150)]
group = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def limits(interval):
    return [interval.ci_low, interval.ci_high]


@pytest.mark.parametrize("table", TABLES)
def test_intervals_equal_those_of_statsmodels(table):
    c = synthesis.compare_proportions(*table)
    for found, compare, method in [
        (c.risk_difference, "diff", "newcomb"),
        (c.risk_ratio, "ratio", "score"),
        (c.odds_ratio, "odds-ratio", "score"),
    ]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # statsmodels divides by zero on the way
            expected = confint_proportions_2indep(*table, compare=compare, method=method)
        assert_allclose(limits(found), expected, rtol=1e-5, err_msg=compare)


@pytest.mark.parametrize("table", TABLES)
def test_p_values_equal_those_of_scipy(table):
    c = synthesis.compare_proportions(*table)
    x1, n1, x2, n2 = table
    cells = [[x1, n1 - x1], [x2, n2 - x2]]
    assert_allclose(c.fisher_pvalue, fisher_exact(cells).pvalue, rtol=1e-12)
    for found, statistic, correct in [
        (c.chi2_pvalue, c.chi2, False),
        (c.chi2_corrected_pvalue, c.chi2_corrected, True),
    ]:
        expected = chi2_contingency(cells, correction=correct)
        assert_allclose([statistic, found], [expected.statistic, expected.pvalue], rtol=1e-10, atol=1e-12)


def test_exact_odds_ratio_leaves_half_the_error_in_each_tail():
    # R's help page of fisher.test (tea tasting) prints 6.408309 and 0.2117329 to 621.9337505, searched to 1e-4 only.
    exact = synthesis.compare_proportions(3, 4, 1, 4).odds_ratio_exact
    assert_allclose([exact.estimate, exact.ci_low, exact.ci_high], [6.408309, 0.2117329, 621.9337505], rtol=1e-2)
    assert_allclose(nchypergeom_fisher(8, 4, 4, exact.ci_low).sf(2), 0.025, rtol=1e-8)
    assert_allclose(nchypergeom_fisher(8, 4, 4, exact.ci_high).cdf(3), 0.025, rtol=1e-8)
    assert_allclose(nchypergeom_fisher(8, 4, 4, exact.estimate).mean(), 3, rtol=1e-8)


@examples(80)
@given(group, group)
def test_estimates_lie_in_their_intervals_and_swapping_groups_inverts_them(a, b):
    c, swapped = synthesis.compare_proportions(*a, *b), synthesis.compare_proportions(*b, *a)
    for name in ("risk_difference", "risk_ratio", "odds_ratio", "odds_ratio_exact"):
        found = getattr(c, name)
        assert not math.isnan(found.ci_low + found.ci_high)
        if found.estimate is not None:
            slack = 0 if math.isinf(found.estimate) else 1e-9 * (1 + abs(found.estimate))
            assert found.ci_low - slack <= found.estimate <= found.ci_high + slack
    assert_allclose(
        limits(swapped.risk_difference), [-c.risk_difference.ci_high, -c.risk_difference.ci_low], atol=1e-12
    )
    if c.odds_ratio.ci_low > 0 and math.isfinite(c.odds_ratio.ci_high):
        assert_allclose(limits(swapped.odds_ratio), [1 / c.odds_ratio.ci_high, 1 / c.odds_ratio.ci_low], rtol=1e-6)
        assert_allclose(limits(swapped.risk_ratio), [1 / c.risk_ratio.ci_high, 1 / c.risk_ratio.ci_low], rtol=1e-6)
    for p in (c.fisher_pvalue, c.chi2_pvalue, c.chi2_corrected_pvalue):
        assert 0 <= p <= 1
    assert c.chi2_pvalue <= c.chi2_corrected_pvalue + 1e-15


@pytest.mark.parametrize(
    ("table", "ratio", "odds"),
    [
        ((0, 5, 0, 5), None, None),
        ((5, 5, 5, 5), 1.0, None),
        ((5, 5, 0, 5), math.inf, math.inf),
        ((0, 5, 5, 5), 0.0, 0.0),
    ],
)
def test_empty_cells_are_defined_or_named_as_undefined(table, ratio, odds):
    c = synthesis.compare_proportions(*table)
    assert (c.risk_ratio.estimate, c.odds_ratio.estimate) == (ratio, odds)
    assert bool(c.notes) == (odds is None)
    if odds is None:
        assert limits(c.odds_ratio) == [0, math.inf]
        assert c.fisher_pvalue == c.chi2_pvalue == 1


def test_three_groups_by_freeman_halton_equal_full_enumeration():
    table = ((3, 10), (7, 10), (5, 6))
    sizes, m = [n for _, n in table], 15
    weights = {
        x: math.prod(math.comb(n, v) for n, v in zip(sizes, x, strict=True))
        for x in product(*(range(n + 1) for n in sizes))
        if sum(x) == m
    }
    observed = weights[3, 7, 5]
    expected = sum(w for w in weights.values() if w <= observed) / math.comb(26, 15)
    assert_allclose(fisher(table), expected, rtol=1e-12)
    assert_allclose(chi_square(table)[1], chi2_contingency([[3, 7, 5], [7, 3, 1]]).pvalue, rtol=1e-12)


def test_two_groups_by_enumeration_equal_the_hypergeometric_sum():
    probabilities = hypergeom(27, 13, 12).pmf(range(13))
    expected = probabilities[probabilities <= probabilities[9] * (1 + 1e-7)].sum()
    assert_allclose(fisher(((9, 12), (4, 15))), expected, rtol=1e-10)


def test_comparison_tells_the_same_in_frame_words_and_r():
    c = synthesis.compare_proportions(9, 12, 4, 15)
    frame = c.to_frame().set_index("measure")
    assert frame.loc["risk ratio", "ci_high"] == c.risk_ratio.ci_high
    assert "48.3 percentage points" in repr(c)
    assert c.r_code().startswith("tab <- matrix(c(9, 4, 3, 11), 2)\nfisher.test(tab")
