"""Binomial-normal model with a random intercept, fitted by maximum likelihood (metafor ``rma.glmm(measure="PLO")``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from scipy.special import logit, xlogy

from helpers.synthesis.counts import Array, Mask
from helpers.synthesis.quadrature import START, TAU_MIN, Likelihood, Studies, log_choose

START_TAUS = (0.1, 0.3, 0.6, 1.0, 1.7, 3.0)  # the likelihood's humps lie below; from 3 it is climbed to any larger tau
TAU_MAX = 10.0  # studies all at 0 % and 100 % push tau to infinity; tau = 10 already spans 0 to 100 %
START_STEPS = 8
START_GAIN = 1.0  # a step that promises less in the log-likelihood is the last: what it promises is near the truth
MAX_STEPS = 60
MAX_REFINEMENT = 16  # nodes are doubled up to so many times the first number
COARSE = 1e-4  # a Newton step below this squares its error: the next point is good enough to refine the nodes
FINE = 1e-9  # a step below this changes slopes and curvatures by as little: it is taken without looking again


class HasRefinement(Protocol):
    """Something that needs the likelihood at so many times the first number of nodes."""

    refinement: int


Refined = TypeVar("Refined", bound=HasRefinement)


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


NOT_SEPARABLE = "Mean and tau² cannot be told apart in these data; the interval takes tau² as known and is too narrow."
HELD = (
    f"The studies lie so far apart that tau² runs off the scale; it was held at {TAU_MAX**2:g}. "
    "The estimate depends on this bound, and the interval takes tau² as known. "
    "Read this as 'the studies disagree', not as an estimate."
)


def deviance(events: Array, totals: Array, include: Mask | None = None) -> Array:
    """Likelihood-ratio statistic of equal proportions (``QE.LRT`` of ``rma.glmm``), k - 1 degrees of freedom.

    ``events`` and ``totals`` have shape (k,) or (B, k), ``include`` (B, k) chooses studies; the result has shape (B,).
    """
    kept = np.ones((1, np.shape(events)[-1]), dtype=bool) if include is None else include
    x, n = kept * events, kept * totals
    p = x.sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
    own = x / np.maximum(n, 1)
    saturated = xlogy(x, own) + xlogy(n - x, 1 - own)
    return np.maximum(0.0, 2 * (saturated - xlogy(x, p) - xlogy(n - x, 1 - p)).sum(axis=-1))


def oriented(events: Array, totals: Array) -> tuple[Array, Array, bool]:
    """Counts with the rarer side as events, which keeps most digits, and whether sides were changed for it."""
    x, n = np.atleast_2d(events), np.atleast_2d(totals)
    is_mirrored = 2 * float(x.sum()) > float(n.sum())
    return n - x if is_mirrored else x, n, is_mirrored


def fit_glmm(events: Array, totals: Array) -> GlmmFit:
    """Fit the model to one set of studies of shape (k,); see `fit_glmms`."""
    return fit_glmms(events, totals, np.ones((1, len(events)), dtype=bool))[0]


def fit_glmms(events: Array, totals: Array, include: Mask) -> list[GlmmFit]:
    """Fit the model to B sets, each of at least two studies that hold an event and a non-event between them.

    Parameters
    ----------
    events, totals : arrays of shape (k,), or (B, k) where each set has studies of its own
        Patients.
    include : boolean array of shape (B, k)
        Studies of each set.

    Returns
    -------
    list of B GlmmFit
        The global maximum over tau in [0, ``TAU_MAX``]; the smaller tau where two are equally likely.

    Notes
    -----
    The log-likelihood is concave in the mean. At each of ``START_TAUS`` one step towards its most likely mean says
    how high the curve rises there; from the best, mean and tau go uphill together by Newton steps with exact slopes
    and curvatures, all sets in one evaluation. Nodes are doubled until that no longer moves the estimate.
    The standard error comes from the joint information matrix, as in lme4 (``use.hessian = TRUE``); at tau = 0 the
    matrix is diagonal and the error is that of one binomial sample.

    References
    ----------
    Stijnen, Hamza & Özdemir (2010), Statistics in Medicine 29:3046, doi:10.1002/sim.4040; lme4 ``glmer``.
    """
    x, n, is_mirrored = oriented(events, totals)
    p = (include * x).sum(axis=1) / (include * n).sum(axis=1)
    mu0, weight = logit(p), include * n * (p * (1 - p))[:, None]
    value0 = (include * (xlogy(x, p[:, None]) + xlogy(n - x, 1 - p[:, None]))).sum(axis=1)
    constant = (include * log_choose(x, n)).sum(axis=1)
    # Slope in tau2 at tau = 0: whether the likelihood rises from there. Single patients say nothing about tau.
    slope0 = (include * ((x - n * p[:, None]) ** 2 - weight)).sum(axis=1)
    is_flat = (include * n).max(axis=1) == 1
    climbed = [row for row, flat in enumerate(is_flat) if not flat]
    found = dict(zip(climbed, _maximise(mu0, Studies(x, n, include), climbed), strict=True))
    fits: list[GlmmFit] = []
    sign = -1.0 if is_mirrored else 1.0
    for row, kept in enumerate(include):
        top = found.get(row)
        value, total = float(value0[row]), float(weight[row].sum())
        is_tie = top is None or top.tau <= TAU_MIN or top.at.value <= value + 1e-10 * max(1.0, abs(value))
        if top is None or (is_tie and slope0[row] <= 1e-9 * total):
            fit = GlmmFit(sign * float(mu0[row]), 1 / math.sqrt(total), 0.0, weight[row][kept], value, "")
        else:
            variance, note = _variance(top.at, top.tau)
            shares = np.clip(top.shares[kept], 0, None)
            shares = shares if shares.sum() > 0 else np.broadcast_to(n, include.shape)[row][kept]
            fit = GlmmFit(sign * top.mu, math.sqrt(variance), top.tau**2, shares, top.at.value, note)
        fits.append(fit._replace(log_likelihood=fit.log_likelihood + float(constant[row])))
    return fits


def _variance(at: Likelihood, tau: float) -> tuple[float, str]:
    a, b, c = -at.d_mu_mu, -at.d_mu_tau, -at.d_tau_tau
    if tau >= TAU_MAX:
        return 1 / max(a, 1e-12), HELD
    determinant = a * c - b * b
    if c <= 0 or determinant <= 1e-10 * a * c:
        return 1 / max(a, 1e-12), NOT_SEPARABLE
    return c / determinant, ""


NOWHERE = Likelihood(-math.inf, 0.0, 0.0, -1.0, 0.0, -1.0)


@dataclass
class Climb:
    """The set of studies ``row`` on its way up: where it stands, and the point it will try next."""

    row: int
    mu: float
    tau: float
    at: Likelihood = NOWHERE
    shares: Array = field(default_factory=lambda: np.zeros(0))
    damping: float = 0.0
    refinement: int = 1
    is_fresh: bool = True  # the next look is the first with these nodes: values before it do not compare
    next_mu: float = 0.0
    next_tau: float = 0.0

    def look(self, at: Likelihood, shares: Array) -> bool:
        """Take the likelihood at the next point; whether the top is reached."""
        if not self.is_fresh and at.value < self.at.value - 1e-12 * abs(self.at.value):
            self.damping = max(10 * self.damping, 1e-3 * max(abs(self.at.d_mu_mu), abs(self.at.d_tau_tau)))
        else:
            self.mu, self.tau, self.at, self.shares = self.next_mu, self.next_tau, at, shares
            self.damping = self.damping / 10 if self.damping > 1e-6 else 0.0
        d_mu, d_tau = newton_step(self.at, self.tau, self.damping)
        self.next_mu, self.next_tau = self.mu + d_mu, min(max(abs(self.tau + d_tau), TAU_MIN), TAU_MAX)
        size = (abs(d_mu) + abs(self.next_tau - self.tau)) / (1 + abs(self.mu))
        if self.refinement > 1 and size < FINE:
            self.mu, self.tau = self.next_mu, self.next_tau
            return True
        self.is_fresh = size < COARSE and self.refinement < MAX_REFINEMENT
        self.refinement *= 2 if self.is_fresh else 1
        return False


def _start(mu0: Array, studies: Studies, sets: list[int]) -> list[Climb]:
    """Best of the start values of tau with a mean near its most likely one."""
    # A proportion averaged over studies lies nearer to a half than the one in a typical study.
    points = [(float(mu0[i]) * math.sqrt(1 + 0.35 * tau * tau), tau, i) for i in sets for tau in START_TAUS]
    mu, tau, rows = (list(v) for v in zip(*points, strict=True))
    value = [-math.inf] * len(mu)
    active = list(range(len(mu)))
    for _ in range(START_STEPS):
        found, _ = studies.likelihood(
            [mu[i] for i in active], [tau[i] for i in active], [rows[i] for i in active], START
        )
        still = []
        for i, at in zip(active, found, strict=True):
            step = max(-2.0, min(2.0, at.d_mu / max(-at.d_mu_mu, 1e-8)))
            mu[i], value[i] = mu[i] + step, at.value + at.d_mu * step / 2
            if at.d_mu * step > START_GAIN:
                still.append(i)
        if not (active := still):
            break
    many = len(START_TAUS)
    best = [max(range(i, i + many), key=value.__getitem__) for i in range(0, len(mu), many)]
    return [Climb(rows[i], mu[i], tau[i], next_mu=mu[i], next_tau=tau[i]) for i in best]


def _maximise(mu0: Array, studies: Studies, sets: list[int]) -> list[Climb]:
    """The top of the likelihood for each of ``sets``, all of them in step."""
    if not sets:
        return []
    climbs = _start(mu0, studies, sets)
    active = climbs
    for _ in range(MAX_STEPS):
        still = []
        for refinement, group in by_refinement(active):
            mu, tau, rows = [c.next_mu for c in group], [c.next_tau for c in group], [c.row for c in group]
            points, shares = studies.likelihood(mu, tau, rows, refinement)
            still += [c for c, at, share in zip(group, points, shares, strict=True) if not c.look(at, share)]
        if not (active := still):
            break
    return climbs


def by_refinement(searches: Sequence[Refined]) -> list[tuple[int, list[Refined]]]:
    """Searches that need the same number of nodes, together."""
    groups: dict[int, list[Refined]] = {}
    for search in searches:
        groups.setdefault(search.refinement, []).append(search)
    return list(groups.items())


def newton_step(at: Likelihood, tau: float, damping: float) -> tuple[float, float]:
    """Step uphill in (mu, tau); tau stays where it would leave its bounds."""
    _, g_mu, g_tau, a, b, c = at
    a, b, c = -a, -b, -c
    if (tau >= TAU_MAX and g_tau > 0) or (tau <= TAU_MIN and g_tau < 0):
        return max(-3.0, min(3.0, g_mu / (max(a, 1e-12) + damping))), 0.0
    # Lift the curvature until it is positive definite, then by the damping that earlier steps called for.
    least = (a + c) / 2 - math.hypot((a - c) / 2, b)
    lift = 2 * max(0.0, 1e-6 * abs(a) - least) + damping
    a, c = a + lift, c + lift
    determinant = a * c - b * b
    d_mu, d_tau = (c * g_mu - b * g_tau) / determinant, (a * g_tau - b * g_mu) / determinant
    return max(-3.0, min(3.0, d_mu)), max(-3.0, min(3.0, d_tau))
