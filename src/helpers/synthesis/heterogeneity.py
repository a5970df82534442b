"""Between-study variance tau2 by DerSimonian-Laird, Paule-Mandel, REML and ML, for many subsets at once.

Shapes: k studies, B subsets of them (for example the k sets of leave-one-out). ``yi`` and ``vi`` have shape (k,),
``include`` is boolean of shape (B, k), results have shape (B,).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from helpers.synthesis.counts import Array, Mask

ESTIMATORS = ("dl", "pm", "reml", "ml")
GRID_POINTS = 40  # start values for the likelihood: the global maximum is wanted, not the one next to a start value
MAX_STEPS = 100
TAU2_MAX = 100.0  # least upper end of metafor's confint(); the search goes further where the estimate is large
TAU2_FACTOR = 10.0  # times the estimate, again as metafor's confint()


class Moments(NamedTuple):
    """Weighted mean and spread at a given tau2; each of shape (B,), ``w`` of shape (B, k)."""

    w: Array
    mean: Array
    q: Array


def moments(yi: Array, vi: Array, include: Mask, tau2: Array) -> Moments:
    """Inverse-variance weights, weighted means and generalised Q of each subset at its tau2."""
    w = include / (vi + tau2[:, None])
    mean = (w * yi).sum(axis=1) / w.sum(axis=1)
    return Moments(w, mean, (w * (yi - mean[:, None]) ** 2).sum(axis=1))


def typical_variance(vi: Array, include: Mask) -> Array:
    """The "typical" sampling variance in I2 (Higgins & Thompson 2002, doi:10.1002/sim.1186, eq. 9); 0 where k = 1."""
    w = include / vi
    df = include.sum(axis=1) - 1
    trace = w.sum(axis=1) - (w**2).sum(axis=1) / w.sum(axis=1)
    return np.where(df > 0, df / np.where(df > 0, trace, 1.0), 0.0)


def estimate_tau2(yi: Array, vi: Array, include: Mask, estimator: str) -> Array:
    """Estimate tau2 of each subset, never below 0; 0 where a subset holds one study.

    Parameters
    ----------
    yi, vi : arrays of shape (k,)
        Effects and their sampling variances.
    include : boolean array of shape (B, k)
        At least one study in each row.
    estimator : {"dl", "pm", "reml", "ml"}
        DerSimonian-Laird (closed form, truncated at 0), Paule-Mandel, restricted or full maximum likelihood
        (the global maximum over tau2 >= 0).

    Returns
    -------
    array of shape (B,)

    References
    ----------
    DerSimonian & Laird (1986), doi:10.1016/0197-2456(86)90046-2; Paule & Mandel (1982), doi:10.6028/jres.087.022;
    Viechtbauer (2005), doi:10.3102/10769986030003261.
    """
    tau2 = np.zeros(len(include))
    several = include.sum(axis=1) > 1
    if several.any():
        rows = include[several]
        tau2[several] = _dersimonian_laird(yi, vi, rows) if estimator == "dl" else _iterated(yi, vi, rows, estimator)
    return tau2


def _dersimonian_laird(yi: Array, vi: Array, include: Mask) -> Array:
    at_zero = moments(yi, vi, include, np.zeros(len(include)))
    df = include.sum(axis=1) - 1
    return np.clip((at_zero.q - df) * typical_variance(vi, include) / df, 0, None)


def _score(yi: Array, vi: Array, include: Mask, tau2: Array, estimator: str) -> Array:
    """Relative excess of the spread over what tau2 explains: falls through 0 at the estimate.

    For ML and REML this is the slope of the log-likelihood over its negative part; no unit, rounding near 1e-15.
    """
    w, mean, q = moments(yi, vi, include, tau2)
    if estimator == "pm":
        return q / (include.sum(axis=1) - 1) - 1
    spread = (w**2 * (yi - mean[:, None]) ** 2).sum(axis=1)
    trace = w.sum(axis=1)
    if estimator == "reml":
        trace = trace - (w**2).sum(axis=1) / trace
    return spread / trace - 1


def _log_likelihood(yi: Array, vi: Array, include: Mask, tau2: Array, estimator: str) -> Array:
    w, _, q = moments(yi, vi, include, tau2)
    value = -0.5 * (np.where(include, np.log(vi + tau2[:, None]), 0).sum(axis=1) + q)
    return value - 0.5 * np.log(w.sum(axis=1)) if estimator == "reml" else value


def _iterated(yi: Array, vi: Array, include: Mask, estimator: str) -> Array:
    """Bracket the estimate on a grid, then close in by bisection with secant steps (Illinois)."""
    low, high = _bracket(yi, vi, include, estimator)
    f_low = _score(yi, vi, include, low, estimator)
    f_high = _score(yi, vi, include, high, estimator)
    at_boundary = f_low <= 0  # the score falls from the start: tau2 = low, which is 0 here
    root = np.where(at_boundary, low, high)
    active = ~at_boundary & (f_high < 0)
    moved = np.zeros(len(include))  # 1: the low end moved last, -1: the high end
    for step in range(MAX_STEPS):
        if not active.any():
            break
        span = high - low
        secant = (low * f_high - high * f_low) / np.where(active, f_high - f_low, 1.0)
        inside = (secant > low) & (secant < high)
        middle = np.where(inside & (step % 8 != 7), secant, low + span / 2)
        f_middle = _score(yi, vi, include, middle, estimator)
        rises = f_middle > 0
        # Illinois: halve the value at an end that stays for the second time, so that the secant cannot stall.
        stays_high, stays_low = rises & (moved == 1), ~rises & (moved == -1)
        f_high = np.where(active & rises, f_high / np.where(stays_high, 2, 1), np.where(active, f_middle, f_high))
        f_low = np.where(active & ~rises, f_low / np.where(stays_low, 2, 1), np.where(active, f_middle, f_low))
        moved = np.where(rises, 1, -1)
        low = np.where(active & rises, middle, low)
        high = np.where(active & ~rises, middle, high)
        root = np.where(active, middle, root)
        active = active & (high - low > 1e-15 * high) & (np.abs(f_middle) > 1e-14)
    return root


def _bracket(yi: Array, vi: Array, include: Mask, estimator: str) -> tuple[Array, Array]:
    """Interval of tau2 that holds the estimate: around the best grid point for a likelihood, all of it for PM."""
    rows = np.arange(len(include))
    centre = (include * yi).sum(axis=1) / include.sum(axis=1)
    spread = (include * (yi - centre[:, None]) ** 2).sum(axis=1)
    # Beyond ten times the larger of spread and largest vi every score is negative (spread / tau2^2 < trace).
    top = 10 * np.maximum(spread, (include * vi).max(axis=1))
    if estimator == "pm":
        return np.zeros(len(include)), top
    grid = np.vstack([np.zeros(len(include)), np.geomspace(1e-7, 1, GRID_POINTS)[:, None] * top])
    values = np.vstack([_log_likelihood(yi, vi, include, g, estimator) for g in grid])
    best = values.argmax(axis=0)
    low = grid[np.maximum(best - 1, 0), rows]
    high = grid[np.minimum(best + 1, GRID_POINTS), rows]
    # With the best point at 0 or next to it the maximum may be 0 itself: the score at 0 decides.
    return low, high


def q_profile(yi: Array, vi: Array, level: float, tau2: float) -> tuple[float, float]:
    """Q-profile confidence interval of tau2 for one set of k >= 2 studies, of which ``tau2`` is the estimate.

    Returns
    -------
    low, high : float
        0 where the profile has no such limit; ``math.inf`` where a limit lies above ``TAU2_MAX`` and above
        ``TAU2_FACTOR`` times the estimate, for which metafor's ``confint`` prints ``>``.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26:37, doi:10.1002/sim.2514.
    """
    include = np.ones((1, len(yi)), dtype=bool)
    df = len(yi) - 1

    def excess(tau2: float, quantile: float) -> float:
        return float(moments(yi, vi, include, np.array([tau2])).q[0]) - quantile

    end, limits = max(TAU2_MAX, TAU2_FACTOR * tau2), []
    for quantile in (chi2.ppf((1 + level) / 2, df), chi2.ppf((1 - level) / 2, df)):
        if excess(0.0, quantile) <= 0:
            limits.append(0.0)
        elif excess(end, quantile) > 0:
            limits.append(float("inf"))
        else:
            limits.append(float(brentq(excess, 0.0, end, args=(quantile,), xtol=1e-14, rtol=1e-14, maxiter=500)))
    return limits[0], limits[1]
