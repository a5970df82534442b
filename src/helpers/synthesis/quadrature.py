"""Marginal likelihood of the binomial-normal model by adaptive Gauss-Hermite quadrature.

Study i has ``events_i ~ binomial(totals_i, expit(mu + tau * b))`` with ``b ~ N(0, 1)``. The integral over b is taken
around the mode of each study's integrand, scaled by its curvature (Pinheiro & Bates 1995,
doi:10.1080/10618600.1995.10474663), in log space: no count can overflow it. Above ``TAU_HERMITE`` the logistic step
is too steep for polynomials (at tau = 10 even 641 Gauss-Hermite nodes leave errors in the third digit); there the
trapezoidal rule on a sinh scale, around the same mode, converges fast (Trefethen & Weideman 2014,
doi:10.1137/130932132).
Shapes: T points (mu, tau), k studies, N nodes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, roots_hermite

from helpers.synthesis.counts import Array

TAU_HERMITE = 2.5
REACH = 9.0  # the integrand falls at least as fast as exp(-(b - mode)^2 / 2), that is to 1e-18 here
MODE_STEPS = 60
MODE_TOLERANCE = 0.03  # standard deviations; any centre gives a valid rule, the mode only has to be near


class Likelihood(NamedTuple):
    """Log-likelihood with its slopes and curvatures at T points; each field of shape (T,), last one (T, k)."""

    value: Array
    d_mu: Array
    d_tau: Array
    d_mu_mu: Array
    d_mu_tau: Array
    d_tau_tau: Array
    information: Array


@lru_cache(maxsize=16)
def _rule(nodes: int) -> tuple[Array, Array]:
    """Nodes and log weights for the integral of f(z), from Gauss-Hermite; nodes whose weight underflows are left out."""
    z, w = roots_hermite(nodes)
    keep = w > 0
    return np.sqrt(2) * z[keep], np.log(w[keep]) + z[keep] ** 2 + np.log(2) / 2


def _nodes(mode: Array, scale: Array, nodes: int, is_steep: bool) -> tuple[Array, Array]:
    """Values of b and log weights, shape (T, k, N), around modes of shape (T, k)."""
    mode, scale = mode[..., None], scale[..., None]
    if not is_steep:
        z, log_w = _rule(nodes)
        return mode + scale * z, np.log(scale) + log_w
    width = np.arcsinh(REACH / scale)
    u = width * np.linspace(-1, 1, nodes)
    return mode + scale * np.sinh(u), np.log(scale * np.cosh(u) * width * 2 / (nodes - 1))


def log_choose(events: Array, totals: Array) -> float:
    """Sum of log binomial coefficients, the part of the log-likelihood without parameters."""
    return float((gammaln(totals + 1) - gammaln(events + 1) - gammaln(totals - events + 1)).sum())


def expit_and_softplus(eta: Array) -> tuple[Array, Array]:
    """``1 / (1 + exp(-eta))`` and ``log(1 + exp(eta))`` from a single exponential, stable at both ends."""
    small = np.exp(-np.abs(eta))
    p = np.where(eta >= 0, 1.0, small) / (1 + small)
    return p, np.maximum(eta, 0) + np.log1p(small)


def _modes(mu: Array, tau: Array, x: Array, n: Array) -> tuple[Array, Array]:
    """Mode of each study's integrand in b and its standard deviation there, shape (T, k): Newton inside a bracket."""
    low, high = np.minimum(tau * (x - n), 0.0), np.maximum(tau * x, 0.0)
    b = np.clip(tau * (x - n * expit_and_softplus(mu)[0]) / (1 + tau**2 * n / 4), low, high)
    for _ in range(MODE_STEPS):
        p = expit_and_softplus(mu + tau * b)[0]
        slope = tau * (x - n * p) - b
        curvature = 1 + tau**2 * n * p * (1 - p)
        low, high = np.where(slope > 0, b, low), np.where(slope < 0, b, high)
        newton = b + slope / curvature
        step = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2) - b
        b = b + step
        if (np.abs(step) * np.sqrt(curvature)).max() < MODE_TOLERANCE:
            break
    p = expit_and_softplus(mu + tau * b)[0]
    return b, 1 / np.sqrt(1 + tau**2 * n * p * (1 - p))


def likelihood(mu: Array, tau: Array, events: Array, totals: Array, nodes: int) -> Likelihood:
    """Log-likelihood (without binomial coefficients) and its derivatives at T points.

    Parameters
    ----------
    mu, tau : arrays of shape (T,)
        Mean and standard deviation of the logit proportions.
    events, totals : arrays of shape (k,)
        Patients.
    nodes : int
        Nodes of the rule, which is Gauss-Hermite unless a tau lies above ``TAU_HERMITE``.

    Returns
    -------
    Likelihood
        Derivatives are posterior moments of the score at the same nodes (Louis 1982,
        doi:10.1111/j.2517-6161.1982.tb01203.x). ``information`` is each study's share in ``-d_mu_mu``.
    """
    m, t = mu[:, None], tau[:, None]
    b0, scale = _modes(m, t, events, totals)
    b, log_w = _nodes(b0, scale, nodes, bool(tau.max() > TAU_HERMITE))
    eta = m[..., None] + t[..., None] * b
    x, n = events[:, None], totals[:, None]
    p, softplus = expit_and_softplus(eta)
    log_terms = x * eta - n * softplus - b * b / 2 + log_w
    top = log_terms.max(axis=-1, keepdims=True)
    terms = np.exp(log_terms - top)
    total = terms.sum(axis=-1, keepdims=True)
    value = (np.log(total[..., 0]) + top[..., 0]).sum(axis=1) - len(events) * np.log(2 * np.pi) / 2
    posterior = terms / total
    score = x - n * p
    weight = n * p * (1 - p)

    def mean(f: Array) -> Array:
        return (posterior * f).sum(axis=-1)

    score_b = score * b
    s, sb = mean(score), mean(score_b)
    information = mean(weight) - mean(score * score) + s * s
    return Likelihood(
        value,
        s.sum(axis=1),
        sb.sum(axis=1),
        -information.sum(axis=1),
        (mean(score * score_b - weight * b) - s * sb).sum(axis=1),
        (mean(score_b * score_b - weight * b * b) - sb * sb).sum(axis=1),
        information,
    )
