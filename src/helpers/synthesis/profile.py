"""Profile-likelihood limits of the mean of the binomial-normal model.

A limit is the mean at which twice the log-likelihood, with tau at its best for that mean, has fallen by a stated drop
below its maximum. Unlike Wald's, such limits do not depend on the scale, need no curvature at an estimate that lies
near the edge, and stay inside [0, 1] by themselves (lme4 ``confint(method = "profile")``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import xlogy

from helpers.synthesis.counts import Array, Mask
from helpers.synthesis.glmm import NOWHERE, by_refinement, oriented
from helpers.synthesis.quadrature import START, TAU_MIN, Likelihood, Studies, log_choose

FAR = 40.0  # logits: beyond, a proportion prints and computes as 0 or 1
OTHER_TAUS = (0.1, 0.3, 1.0, 3.0)  # tried at a limit, to find a second hump
TAU_FAR = 100.0  # no bound in effect: far from the estimate a tau beyond `glmm.TAU_MAX` can be the most likely one
MAX_STEPS = 100
MAX_ROUNDS = 6
MAX_REFINEMENT = 16
LONGEST_STEP = 2.0  # logits at once, at the estimate
NEARLY = 0.02  # log-likelihood that tau may still gain before the mean moves on
CLOSE = 1e-3  # logits from the limit: time to double the nodes
NEARLY_NONE = 10 * TAU_MIN  # tau at a limit from which tau = 0 may reach further
FINE = 1e-8  # logits: the last step
MARGIN = 0.01  # log-likelihood; more than the error of the rule for start values


class Tops(NamedTuple):
    """Maxima of the likelihood of B sets: mean, tau and log-likelihood with its binomial coefficients, shape (B,)."""

    mu: Array
    tau: Array
    log_likelihood: Array


def common_limits(events: Array, totals: Array, drops: Array) -> tuple[Array, Array]:
    """Limits on the logit scale of one common proportion, B times, by the same rule; all arrays of shape (B,).

    Each set holds an event and a non-event.
    """
    found = np.empty((2, len(events)))
    for row, (x, n, drop) in enumerate(zip(events.tolist(), totals.tolist(), drops.tolist(), strict=True)):
        centre = math.log(x) - math.log(n - x)

        def excess(mu: float, x: float = x, n: float = n, centre: float = centre, drop: float = drop) -> float:
            fallen = x * (centre - mu) - n * float(np.logaddexp(0, centre) - np.logaddexp(0, mu))
            return 2 * fallen - drop

        for i, end in enumerate((centre - FAR, centre + FAR)):
            found[i, row] = brentq(excess, centre, end, xtol=1e-12) if excess(end) > 0 else math.copysign(math.inf, end)
    return found[0], found[1]


def profile_limits(events: Array, totals: Array, include: Mask, tops: Tops, drops: Array) -> tuple[Array, Array]:
    """Limits of the mean on the logit scale.

    Parameters
    ----------
    events, totals : arrays of shape (k,), or (B, k) where each set has studies of its own
        Patients.
    include : boolean array of shape (B, k)
        Studies of each set.
    tops : Tops
        The fits of these sets by `glmm.fit_glmms`.
    drops : array of shape (B,)
        Fall of twice the log-likelihood: a quantile of chi-square with 1 degree of freedom, or of t squared.

    Returns
    -------
    low, high : arrays of shape (B,)
        Infinite where the likelihood falls too slowly to reach the limit within ``FAR`` logits.

    Notes
    -----
    tau is profiled out from 0 to ``TAU_FAR``. Mean and tau move together: Newton steps on
    the signed root of the likelihood ratio, which is nearly a straight line in the mean, inside a bracket. At the limit
    found, other values of tau are tried; where one is more likely the limit moves on, so that a likelihood with two
    humps gives the outer limit.
    """
    x, n, is_mirrored = oriented(events, totals)
    studies, sign = Studies(x, n, include), -1.0 if is_mirrored else 1.0
    constants = (include * log_choose(x, n)).sum(axis=1)
    searches = [
        Search(row, side, top, drop, sign * mu, tau)
        for row, (mu, tau, top, drop) in enumerate(
            zip(*(v.tolist() for v in (tops.mu, tops.tau, tops.log_likelihood - constants, drops)), strict=True)
        )
        for side in (-1.0, 1.0)
    ]
    active = searches
    for _ in range(MAX_ROUNDS):
        _search(studies, active)
        active = _elsewhere(studies, active)
        if not active:
            break
    found = np.array([s.limit for s in searches]).reshape(-1, 2)
    low, high = found[:, 0], found[:, 1]
    for row in {s.row for s in searches if s.tau <= NEARLY_NONE}:
        # Studies of millions tell tau = 0 from the least tau of the search: the limit is the outer of the two.
        own = row if len(x) > 1 else 0
        with_event, total = float((include[row] * x[own]).sum()), float((include[row] * n[own]).sum())
        share = with_event / total
        below_top = (
            tops.log_likelihood[row] - constants[row] - xlogy(with_event, share) - xlogy(total - with_event, 1 - share)
        )
        if (drop := drops[row] - 2 * below_top) > 0:
            without = common_limits(*(np.array([value]) for value in (with_event, total, drop)))
            low[row], high[row] = min(low[row], without[0][0]), max(high[row], without[1][0])
    return (-high, -low) if is_mirrored else (low, high)


@dataclass
class Search:
    """One limit on its way: ``side`` is -1 below the estimate and 1 above."""

    row: int
    side: float
    top: float
    drop: float
    mu: float
    tau: float
    inside: float = math.nan  # furthest mean known to lie inside the limits
    outside: float = math.nan  # nearest mean known to lie outside
    inside_root: float = 0.0  # signed root of the likelihood ratio there
    outside_root: float = math.nan
    at: Likelihood = NOWHERE  # at the last point, and only while the mean stays
    at_tau: float = math.nan
    refinement: int = 1
    centre: float = math.nan  # the estimate

    def __post_init__(self) -> None:
        self.centre, self.inside, self.tau = self.mu, self.mu, max(self.tau, TAU_MIN)

    @property
    def limit(self) -> float:
        """The limit, infinite where it lies beyond ``FAR``."""
        return math.copysign(math.inf, self.side) if self.mu * self.side >= FAR else self.mu

    def look(self, at: Likelihood) -> bool:
        """Take the likelihood at the point; whether the limit is reached."""
        if at.value < self.at.value - 1e-9:  # tau went the wrong way: half as far
            self.tau = (self.tau + self.at_tau) / 2
            return False
        self.at, self.at_tau = at, self.tau
        is_held = (self.tau >= TAU_FAR and at.d_tau >= 0) or (self.tau <= TAU_MIN and at.d_tau <= 0)
        is_peak = at.d_tau_tau < 0
        gain = 0.0 if is_held else at.d_tau**2 / (-2 * at.d_tau_tau) if is_peak else math.inf
        if gain > NEARLY:
            step = -at.d_tau / at.d_tau_tau if is_peak else math.copysign(max(0.3, self.tau / 2), at.d_tau)
            self._set_tau(self.tau + max(-1 - self.tau / 2, min(1 + self.tau / 2, step)))
            return False
        turn = 0.0 if is_held else at.d_mu_tau / at.d_tau_tau
        step = self._step(at.value + gain, at.d_mu - turn * at.d_tau, at.d_mu_mu - turn * at.d_mu_tau)
        size = abs(step)
        if not is_held:
            # No further than to half or double: a straight line does not lead far.
            ahead = self.tau - at.d_tau / at.d_tau_tau - turn * step
            self._set_tau(min(max(ahead, self.tau / 2), 2 * self.tau + 0.2))
        self.mu, self.at = self.mu + step, NOWHERE
        if self.mu * self.side >= FAR and size == 0:
            return True
        if size < FINE * (1 + abs(self.mu)) and self.refinement > 1:
            return True
        if size < CLOSE and self.refinement < MAX_REFINEMENT:
            self.refinement *= 2
            # Finer nodes may move the limit past what coarser ones have shut in or out.
            self.inside, self.outside = self.centre, math.nan
        return False

    def _set_tau(self, tau: float) -> None:
        self.tau = min(max(tau, TAU_MIN), TAU_FAR)

    def _step(self, value: float, slope: float, curvature: float) -> float:
        """Step of the mean towards the limit, from profile value, slope and curvature here."""
        fallen, goal = 2 * (self.top - value), math.sqrt(self.drop)
        root = math.sqrt(max(fallen, 0.0))
        if fallen <= self.drop:
            self.inside, self.inside_root = self.mu, root
            if self.mu * self.side >= FAR:
                return 0.0
        else:
            self.outside, self.outside_root = self.mu, root
        if root < 0.1:  # next to the estimate: the parabola, whose step is Wald's
            step = self.side * math.sqrt(self.drop / max(-curvature, 1e-6))
        elif slope * self.side < 0:
            step = (goal - root) * root / -slope
        else:
            step = self.side
        longest = LONGEST_STEP + abs(self.mu - self.centre)
        target = self.mu + max(-longest, min(longest, step))
        if math.isnan(self.outside):
            # Outwards, but a limit that was found with fewer nodes may lie a little further in.
            return (min(target * self.side, FAR) * self.side if step * self.side > 0 else target) - self.mu
        width = self.outside - self.inside
        share = (goal - self.inside_root) / max(self.outside_root - self.inside_root, 1e-12)
        if not 0 < (target - self.inside) / width < 1 or abs(target - self.mu) > abs(width) / 2:
            # The root is nearly straight between the two, and never nearer to an end than a tenth.
            target = self.inside + width * min(max(share, 0.1), 0.9)
        return target - self.mu


def _search(studies: Studies, searches: list[Search]) -> None:
    """Move all searches to their limits, in step."""
    active = searches
    for _ in range(MAX_STEPS):
        still = []
        for refinement, group in by_refinement(active):
            mu, tau, rows = [s.mu for s in group], [s.tau for s in group], [s.row for s in group]
            points, _ = studies.likelihood(mu, tau, rows, refinement)
            still += [s for s, at in zip(group, points, strict=True) if not s.look(at)]
        if not (active := still):
            return


def _elsewhere(studies: Studies, searches: list[Search]) -> list[Search]:
    """The searches whose limit lies further out with another tau, which they now start from."""
    tried = [s for s in searches if math.isfinite(s.limit)]
    if not tried:
        return []
    # A giant study holds the mean to itself unless tau is about as large as the way from it.
    taus = [(*OTHER_TAUS, min(max(abs(s.mu - s.centre), TAU_MIN), TAU_FAR)) for s in tried]
    points = [(s.mu, tau, s.row) for s, candidates in zip(tried, taus, strict=True) for tau in candidates]
    mu, tau, rows = (list(v) for v in zip(*points, strict=True))
    found = iter(studies.likelihood(mu, tau, rows, START)[0])
    moved = []
    for search, candidates in zip(tried, taus, strict=True):
        value, tau_there = max((next(found).value, candidate) for candidate in candidates)
        if 2 * (search.top - value + MARGIN) < search.drop:
            search.tau, search.refinement, search.outside, search.at = tau_there, 1, math.nan, NOWHERE
            moved.append(search)
    return moved
