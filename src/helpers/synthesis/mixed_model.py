"""Mixed-effects model of effects on a design matrix: what the small-study test stands on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from helpers.synthesis.counts import Array

GRID_POINTS = 60


class MixedFit(NamedTuple):
    """``yi = x @ beta`` with variance ``vi + tau2``; ``qm`` tests all slopes (Wald), ``qe`` is residual Q at tau2 = 0."""

    beta: Array
    variance: Array
    tau2: float
    i2: float
    qm: float
    qe: float
    scale_factor: float


def _projection(vi: Array, x: Array, tau2: float) -> tuple[Array, Array, Array]:
    """Weights (k,), variance of beta (p, p) and the matrix P (k, k) that takes the fitted line out."""
    w = 1 / (vi + tau2)
    variance = np.asarray(np.linalg.inv(x.T @ (w[:, None] * x)), dtype=np.float64)
    wx = w[:, None] * x
    return w, variance, np.diag(w) - wx @ variance @ wx.T


def fit_mixed(yi: Array, vi: Array, x: Array, estimator: str) -> MixedFit:
    """Mixed-effects model for k effects on p columns, p < k, ``x`` of full rank.

    Parameters
    ----------
    yi, vi : arrays of shape (k,)
        Effects and sampling variances.
    x : array of shape (k, p)
        Design with its column of ones.
    estimator : {"dl", "pm", "reml", "ml"}
        How residual tau2 is estimated.

    Returns
    -------
    MixedFit
        As metafor ``rma(yi, vi, mods = ...)``.

    References
    ----------
    Raudenbush (2009); Viechtbauer (2010), doi:10.18637/jss.v036.i03.
    """
    df = len(yi) - x.shape[1]
    p0 = _projection(vi, x, 0.0)[2]
    qe, trace = float(yi @ p0 @ yi), float(np.trace(p0))
    tau2 = max(0.0, (qe - df) / trace) if estimator == "dl" else _residual_tau2(yi, vi, x, estimator)
    w, variance, p = _projection(vi, x, tau2)
    beta = variance @ (x.T @ (w * yi))
    typical = df / trace
    slopes = beta[1:]
    qm = float(slopes @ np.linalg.solve(variance[1:, 1:], slopes)) if len(slopes) else 0.0
    return MixedFit(beta, variance, tau2, 100 * tau2 / (tau2 + typical), qm, qe, float(yi @ p @ yi) / df)


def _residual_tau2(yi: Array, vi: Array, x: Array, estimator: str) -> float:
    df = len(yi) - x.shape[1]

    def score(tau2: float) -> float:
        w, _, p = _projection(vi, x, tau2)
        py = p @ yi
        if estimator == "pm":
            return float(yi @ py) - df
        return float(py @ py) - float(np.trace(p) if estimator == "reml" else w.sum())

    def log_likelihood(tau2: float) -> float:
        w, variance, p = _projection(vi, x, tau2)
        value = 0.5 * (np.log(w).sum() - yi @ p @ yi)
        return float(value + 0.5 * np.linalg.slogdet(variance)[1]) if estimator == "reml" else float(value)

    top = 10 * max(float(((yi - yi.mean()) ** 2).sum()), float(vi.max()))
    grid = np.concatenate([[0.0], np.geomspace(1e-7, 1, GRID_POINTS) * top])
    if estimator == "pm":
        low, high = 0.0, top
    else:
        best = int(np.argmax([log_likelihood(g) for g in grid]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID_POINTS)]
    if score(low) <= 0:
        return float(low)
    return float(brentq(score, low, high, xtol=1e-15, rtol=1e-14)) if score(high) < 0 else float(high)
