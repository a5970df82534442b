"""Binomial-normal model with a random intercept, fitted by maximum likelihood (metafor ``rma.glmm(measure="PLO")``)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import logit, xlogy

from helpers.synthesis.counts import Array
from helpers.synthesis.quadrature import Likelihood, likelihood, log_choose

START_TAUS = np.array([0.1, 0.3, 0.6, 1.0, 1.7, 3.0, 5.0, 10.0])
START_NODES = 41
NODES = (41, 81, 161, 321, 641)  # doubled until the estimate stands still
TAU_MAX = 10.0  # studies all at 0 % and 100 % push tau to infinity; tau = 10 already spans 0 to 100 %
MAX_STEPS = 60


class GlmmFit(NamedTuple):
    """Maximum-likelihood fit on the logit scale.

    ``information`` has shape (k,): each study's share in the information about the mean, tau2 held at its estimate.
    ``log_likelihood`` includes the binomial coefficients. ``note`` is empty or says what the data could not tell.
    """

    mu: float
    se: float
    tau2: float
    information: Array
    log_likelihood: float
    note: str


def deviance(events: Array, totals: Array) -> float:
    """Likelihood-ratio statistic of equal proportions (``QE.LRT`` of ``rma.glmm``), k - 1 degrees of freedom."""
    x, n = events, totals
    p = x.sum() / n.sum()
    saturated = xlogy(x, x / n) + xlogy(n - x, (n - x) / n)
    common = xlogy(x, p) + xlogy(n - x, 1 - p)
    return max(0.0, float(2 * (saturated - common).sum()))


def fit_glmm(events: Array, totals: Array) -> GlmmFit:
    """Fit the model to k >= 2 studies that hold at least one event and one non-event between them.

    Parameters
    ----------
    events, totals : arrays of shape (k,)
        Patients.

    Returns
    -------
    GlmmFit
        The global maximum over tau in [0, ``TAU_MAX``]; the smaller tau where two are equally likely.

    Notes
    -----
    The mean is first fitted at each of ``START_TAUS`` (the log-likelihood is concave in the mean), then mean and tau
    together by Newton steps with exact slopes and curvatures, doubling the nodes until the estimate stands still.
    The standard error comes from the joint information matrix, as in lme4 (``use.hessian = TRUE``); at tau = 0 the
    matrix is diagonal and the error is that of one binomial sample.

    References
    ----------
    Stijnen, Hamza & Özdemir (2010), Statistics in Medicine 29:3046, doi:10.1002/sim.4040; lme4 ``glmer``.
    """
    p = float(events.sum() / totals.sum())
    mu0, weight = float(logit(p)), totals * p * (1 - p)
    value0 = float(xlogy(events, p).sum() + xlogy(totals - events, 1 - p).sum())
    if totals.max() == 1:  # single patients say nothing about tau: the likelihood is flat in it
        return GlmmFit(mu0, 1 / math.sqrt(weight.sum()), 0.0, weight, value0, "")
    mu, tau = _start(mu0, events, totals)
    mu, tau, at = _maximise(mu, tau, events, totals)
    constant = log_choose(events, totals)
    # At tau = 0 the slope in tau2 tells whether the likelihood rises from there; a tie goes to tau = 0.
    slope0 = float(((events - totals * p) ** 2 - weight).sum())
    is_tie = float(at.value[0]) <= value0 + 1e-10 * max(1.0, abs(value0))
    if is_tie and slope0 <= 1e-9 * weight.sum():
        return GlmmFit(mu0, 1 / math.sqrt(weight.sum()), 0.0, weight, value0 + constant, "")
    information = np.clip(at.information[0], 0, None)
    if information.sum() <= 0:
        information = totals
    variance, note = _variance(at, tau)
    return GlmmFit(mu, math.sqrt(variance), tau**2, information, float(at.value[0]) + constant, note)


def _variance(at: Likelihood, tau: float) -> tuple[float, str]:
    a, b, c = -float(at.d_mu_mu[0]), -float(at.d_mu_tau[0]), -float(at.d_tau_tau[0])
    if tau >= TAU_MAX:
        return 1 / max(a, 1e-12), (
            f"The studies lie so far apart that tau2 runs off the scale; it was held at {TAU_MAX**2:g}. "
            "The estimate depends on this bound, and the interval takes tau2 as known. "
            "Read this as 'the studies disagree', not as an estimate."
        )
    determinant = a * c - b * b
    if c <= 0 or determinant <= 1e-10 * a * c:
        return 1 / max(a, 1e-12), (
            "Mean and tau2 cannot be told apart in these data; the interval takes tau2 as known and is too narrow."
        )
    return c / determinant, ""


def _start(mu0: float, events: Array, totals: Array) -> tuple[float, float]:
    """Best of the start values of tau, each with its most likely mean."""
    mu = np.full(len(START_TAUS), mu0)
    for _ in range(6):
        at = likelihood(mu, START_TAUS, events, totals, START_NODES)
        step = np.clip(at.d_mu / np.maximum(-at.d_mu_mu, 1e-8), -2.0, 2.0)
        mu = mu + step
        if np.abs(step).max() < 0.05:
            break
    best = int(at.value.argmax())
    return float(mu[best]), float(START_TAUS[best])


def _maximise(mu: float, tau: float, events: Array, totals: Array) -> tuple[float, float, Likelihood]:
    at = None
    for nodes in NODES:
        before = (mu, tau)
        mu, tau, at = _climb(mu, tau, events, totals, nodes)
        if nodes > NODES[0] and abs(mu - before[0]) + abs(tau - before[1]) < 1e-8 * (1 + abs(mu)):
            break
    assert at is not None
    return mu, tau, at


def _climb(mu: float, tau: float, events: Array, totals: Array, nodes: int) -> tuple[float, float, Likelihood]:
    """Damped Newton steps uphill in (mu, tau), tau kept in [0, TAU_MAX]."""

    def at_point(m: float, t: float) -> Likelihood:
        return likelihood(np.array([m]), np.array([t]), events, totals, nodes)

    at, damping = at_point(mu, tau), 0.0
    for _ in range(MAX_STEPS):
        g = np.array([at.d_mu[0], at.d_tau[0]])
        h = -np.array([[at.d_mu_mu[0], at.d_mu_tau[0]], [at.d_mu_tau[0], at.d_tau_tau[0]]])
        held = tau >= TAU_MAX and g[1] > 0
        if held:
            step = np.array([g[0] / (max(h[0, 0], 1e-12) + damping), 0.0])
        else:
            # Lift the curvature until it is positive definite, then by the damping that earlier steps called for.
            lift = max(0.0, 1e-6 * abs(h[0, 0]) - float(np.linalg.eigvalsh(h)[0]))
            step = np.linalg.solve(h + (lift * 2 + damping) * np.eye(2), g)
        step = np.clip(step, -3.0, 3.0)
        new_mu, new_tau = mu + step[0], min(abs(tau + step[1]), TAU_MAX)
        new = at_point(new_mu, new_tau)
        small = abs(new_mu - mu) + abs(new_tau - tau) < 1e-10 * (1 + abs(mu))
        if float(new.value[0]) >= float(at.value[0]) - 1e-12 * abs(float(at.value[0])):
            mu, tau, at, damping = new_mu, new_tau, new, damping / 10 if damping > 1e-6 else 0.0
        else:
            damping = max(10 * damping, 1e-3 * float(np.abs(h).max()))
        if small:
            break
    return float(mu), float(tau), at
