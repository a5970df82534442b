"""The binomial-normal fit against an independent dense quadrature: 1e-6 in mean, tau2 and standard error."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import root
from scipy.special import expit, logit
from scipy.stats import binom, norm

from helpers.synthesis.glmm import TAU_MAX, fit_glmm

GRID = np.linspace(-10, 10, 8_001)  # trapezoidal rule on a fixed grid: nothing adaptive

SETS = {
    "seven series": ([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4]),
    "all or nearly all": ([1, 12, 1, 9, 7, 1, 4, 12, 2, 4], [1, 12, 1, 12, 8, 1, 4, 12, 2, 4]),
    "rare": ([0, 0, 0, 2, 1, 0, 0, 0, 0, 0], [1, 12, 1, 12, 8, 1, 4, 12, 2, 4]),
    "two studies": ([1, 9], [10, 12]),
    "a giant study": ([400, 2, 0, 5], [2000, 4, 3, 6]),
    "small tau": ([5, 8, 10], [5, 15, 23]),
    "tau near 3": ([1, 19, 27, 1, 14], [9, 23, 28, 6, 14]),
    "tau near 10": ([10, 6, 14, 2, 3, 8, 0], [10, 6, 14, 2, 3, 11, 15]),
}


def dense_log_likelihood(mu: float, tau: float, x: np.ndarray, n: np.ndarray) -> float:
    p = expit(mu + tau * GRID)
    density = norm.pdf(GRID)
    return sum(np.log(np.trapezoid(binom.pmf(a, b, p) * density, GRID)) for a, b in zip(x, n, strict=True))


def dense_slopes(point: np.ndarray, x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Slopes in mu and tau of the marginal log-likelihood, by differentiating under the integral."""
    mu, tau = point
    p, density, total = expit(mu + tau * GRID), norm.pdf(GRID), np.zeros(2)
    for a, b in zip(x, n, strict=True):
        joint = binom.pmf(a, b, p) * density
        score = a - b * p
        total += np.trapezoid(np.vstack([joint * score, joint * score * GRID]), GRID) / np.trapezoid(joint, GRID)
    return total


@pytest.mark.parametrize("name", SETS)
def test_fit_equals_dense_quadrature(name):
    x, n = (np.array(v, dtype=float) for v in SETS[name])
    fit = fit_glmm(x, n)
    assert 0 < fit.tau2 < TAU_MAX**2
    solved = root(dense_slopes, [fit.mu * 1.01, np.sqrt(fit.tau2) * 1.01], args=(x, n), tol=1e-12)
    assert solved.success
    assert_allclose([fit.mu, fit.tau2], [solved.x[0], solved.x[1] ** 2], rtol=1e-6, atol=1e-6)
    assert_allclose(fit.log_likelihood, dense_log_likelihood(*solved.x, x, n), rtol=1e-9)
    step = 1e-5
    hessian = np.array(
        [(dense_slopes(solved.x + d, x, n) - dense_slopes(solved.x - d, x, n)) / (2 * step) for d in np.eye(2) * step]
    )
    assert_allclose(fit.se, np.sqrt(np.linalg.inv(-hessian)[0, 0]), rtol=1e-6)


@pytest.mark.parametrize(("x", "n"), [([5, 6, 5], [10, 12, 10]), ([3, 4, 9], [7, 9, 20])])
def test_tau2_is_zero_where_no_tau_is_more_likely(x, n):
    fit = fit_glmm(np.array(x, float), np.array(n, float))
    assert fit.tau2 == 0
    p = sum(x) / sum(n)
    assert_allclose([expit(fit.mu), fit.se], [p, 1 / np.sqrt(sum(n) * p * (1 - p))], rtol=1e-12)
    flat = dense_log_likelihood(fit.mu, 0.0, np.array(x), np.array(n))
    assert all(dense_log_likelihood(fit.mu, tau, np.array(x), np.array(n)) < flat for tau in (0.01, 0.1, 0.5, 1, 3))


def test_single_patients_say_nothing_about_tau():
    fit = fit_glmm(np.array([1.0, 0, 1, 1]), np.ones(4))
    assert (fit.tau2, fit.note) == (0, "")


def test_studies_at_both_ends_are_held_at_the_cap_and_say_so():
    fit = fit_glmm(np.array([0.0, 5, 0, 5]), np.array([5.0, 5, 5, 5]))
    assert fit.tau2 == TAU_MAX**2
    assert "held at 100" in fit.note
    assert "depends on this bound, and the interval takes tau² as known" in fit.note
    assert_allclose(fit.mu, 0, atol=1e-9)


@pytest.mark.parametrize("more", [3, 100, 10_000])
def test_two_giant_studies_give_the_tau2_of_two_normal_effects(more):
    # A million patients each: logits are as good as normal, and ML has the closed form spread minus variance.
    x, n = np.array([501_000.0 + more, 500_000]), np.full(2, 1e6)
    effects = logit(x / n)
    expected = (np.ptp(effects) / 2) ** 2 - (1 / x + 1 / (n - x)).mean()
    assert_allclose(fit_glmm(x, n).tau2, expected, rtol=1e-4)


def test_information_shares_are_those_of_patients_when_tau_is_zero():
    fit = fit_glmm(np.array([5.0, 6, 5]), np.array([10.0, 12, 10]))
    assert_allclose(fit.information / fit.information.sum(), np.array([10, 12, 10]) / 32)


def test_information_shares_come_near_to_equal_when_studies_differ_much():
    fit = fit_glmm(np.array([50.0, 450, 3, 5]), np.array([500.0, 500, 10, 8]))
    shares = fit.information / fit.information.sum()
    assert shares.max() < 0.3
    assert shares[0] > shares[2]
