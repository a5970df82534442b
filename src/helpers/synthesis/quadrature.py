"""Marginal likelihood of the binomial-normal model by quadrature, with slopes and curvatures.

Study i has ``events_i ~ binomial(totals_i, expit(mu + tau * b))`` with ``b ~ N(0, 1)``. Two rules, chosen study by
study:

- *One grid for all*: the trapezoidal rule on points b that the studies share. It converges geometrically for such
  integrands (Trefethen & Weideman 2014, doi:10.1137/130932132), and one logistic curve serves every study: the
  log-terms of all of them are one product of matrices, and all moments another.
- *A grid of its own* for a study so large that its integrand is a needle on the common scale: points around its
  mode, scaled by its curvature (Pinheiro & Bates 1995, doi:10.1080/10618600.1995.10474663), Gauss-Hermite unless tau
  is above ``TAU_HERMITE``, where the logistic step is too steep for polynomials and the trapezoidal rule on a sinh
  scale takes over.

Slopes and curvatures are posterior moments of b at the same nodes (Louis 1982,
doi:10.1111/j.2517-6161.1982.tb01203.x), taken from the density of b and not from the binomial score: no count enters
them, so that a giant study cancels nothing. Everything is in log space: no count can overflow it.
Shapes: T points (mu, tau), k studies, N nodes.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, roots_hermite

from helpers.synthesis.counts import Array, Mask

TAU_MIN = 1e-4  # the moments' rounding error grows as 1 / tau^2; below this tau the likelihood is that of tau = 0
REACH = 9.0  # the integrand falls at least as fast as exp(-(b - mode)^2 / 2), that is to 1e-18 here
SPACING_CURVATURE = 0.8  # standard deviations of the sharpest integrand: the rule's error is exp(-2 (pi / 0.8)^2)
SPACING_POLE = 1.1  # divided by tau: the logistic curve has its poles pi / tau beside the axis
LEAST_NODES = 41
MOST_SHARED = 480  # nodes; a study that needs more on the common grid gets its own
POLE_SHARE = 2.2  # times the nodes that the poles call for; more is called for by a needle
MOST_FOR_POLES = 5_000
MOST_DOUBLINGS = 1 + int(np.log2(MOST_SHARED / LEAST_NODES))  # of the least number of nodes; the needles come after
WORTH_PARTING = 20_000  # numbers saved by evaluating points with few nodes apart from those with many
MOST_TERMS = 100_000  # numbers in one block: T * k * N beyond this is worked off in parts that stay in the cache
START = 0  # refinement of start values: half the reach and twice the spacing, three digits of the log-likelihood

TAU_HERMITE = 2.5
OWN_NODES = 81
MODE_STEPS = 60
MODE_TOLERANCE = 0.03  # standard deviations; any centre gives a valid rule, the mode only has to be near

LOG_ROOT_2_PI = math.log(2 * math.pi) / 2


class Likelihood(NamedTuple):
    """Log-likelihood without binomial coefficients at one point, with its slopes and curvatures."""

    value: float
    d_mu: float
    d_tau: float
    d_mu_mu: float
    d_mu_tau: float
    d_tau_tau: float


class Studies:
    """Counts of shape (k,), or (B, k) for B sets of studies, with what does not change from point to point.

    ``include`` of shape (B, k) chooses the studies of each set; left out, there is one set with all of them.
    """

    def __init__(self, events: Array, totals: Array, include: Mask | None = None) -> None:
        self.x, self.n = np.atleast_2d(events), np.atleast_2d(totals)
        everyone = include is None or bool(include.all())
        self.include = np.ones((1, self.x.shape[1]), dtype=bool) if include is None else include
        self.weights = None if everyone else self.include.astype(np.float64)
        self.end = (self.x == self.n) * 1.0 - (self.x == 0)  # 1: only events, -1: none
        inner = self.end == 0
        self.logit = np.log(np.where(inner, self.x, 1.0)) - np.log(np.where(inner, self.n - self.x, 1.0))
        # Of the log-likelihood near its mode, in eta; 2 keeps it wide enough for counts near none or all.
        self.curvature = (self.x + 2) * (self.n - self.x + 2) / (self.n + 4)
        self.sharpest = self.curvature.max(axis=1)
        self.coefficients = np.stack([self.x, -self.n, np.ones_like(self.x)], axis=2)

    def likelihood(
        self, mu: list[float], tau: list[float], sets: list[int], refinement: int = 1
    ) -> tuple[list[Likelihood], Array]:
        """Likelihood at T points.

        Parameters
        ----------
        mu, tau : lists of length T
            Mean and standard deviation of the logit proportions, tau at least ``TAU_MIN``.
        sets : list of length T
            Set of studies of each point, a row of ``include``.
        refinement : int
            Factor on the number of nodes, or ``START``.

        Returns
        -------
        list of T Likelihood, and an array of shape (T, k)
            The second holds each study's share in ``-d_mu_mu``, studies left out included.
        """
        if (size := max(1, MOST_TERMS // (self.x.shape[1] * LEAST_NODES))) < len(mu):
            parts = [slice(i, i + size) for i in range(0, len(mu), size)]
            found = [self.likelihood(mu[s], tau[s], sets[s], refinement) for s in parts]
            return [at for part, _ in found for at in part], np.concatenate([shares for _, shares in found])
        m, t = np.array(mu)[:, None], np.array(tau)[:, None]
        log_integrals, moments = self._integrals(m, t, sets, refinement)
        m1, m2 = moments[:, :, 1], moments[:, :, 2]
        shares = (1 - m2 + m1 * m1) / (t * t)
        if self.weights is None:
            sums, products = log_integrals.sum(axis=1), moments.transpose(0, 2, 1) @ moments
        else:
            chosen = self.weights[sets]
            sums = (log_integrals * chosen).sum(axis=1)
            products = (moments * chosen[:, :, None]).transpose(0, 2, 1) @ moments
        return [
            _derivatives(value, at, product)
            for value, at, product in zip(sums.tolist(), tau, products.tolist(), strict=True)
        ], shares

    def _integrals(self, m: Array, t: Array, sets: list[int], refinement: int) -> tuple[Array, Array]:
        """Log integrals (T, k) and posterior moments of b (T, k, 5), orders 0 to 4."""
        own_rows = len(self.x) > 1
        x, n, own_logit, end = (v[sets] if own_rows else v for v in (self.x, self.n, self.logit, self.end))
        # The mode solves b = tau * (x - n * p(mu + tau * b)): it lies between 0 and what that gives at b = 0, and on
        # the near side of the b that reaches the study's own logit. A study with no or only events has none; where
        # tau * n * p is 1, its pull is as strong as that of one standard deviation.
        own_logit = own_logit + end * np.log1p(n * t)
        pull = t * (x - n / (1 + np.exp(-m)))
        mode = np.copysign(np.minimum(np.abs(pull), np.abs(own_logit - m) / t), pull)
        reach = REACH if refinement else REACH / 2
        left, right = np.minimum(mode.min(axis=1), 0.0) - reach, np.maximum(mode.max(axis=1), 0.0) + reach
        sharpest = self.sharpest[sets] if own_rows else self.sharpest
        wide = 1.0 if refinement else 2.0
        taus = t[:, 0]

        def nodes(width: Array, curvature: Array) -> Array:
            per_unit = np.maximum(np.sqrt(1 + taus * taus * curvature) / SPACING_CURVATURE, taus / SPACING_POLE)
            return np.maximum(width * per_unit / wide + 2, LEAST_NODES)

        needed = nodes(right - left, sharpest)
        most = int(needed.max())
        if most > MOST_SHARED or (most * len(taus) - needed.sum()) * x.shape[1] > WORTH_PARTING:
            doublings = np.minimum(np.log2(needed / LEAST_NODES), MOST_DOUBLINGS).astype(int)
            if doublings.min() < doublings.max():
                return self._parted(m, t, sets, refinement, doublings)
        # A step of the logistic curve far from any mode is seen by a common grid only, so that tau alone parts no study.
        allowed: Array | float = MOST_SHARED
        if most > MOST_SHARED:
            poles = POLE_SHARE * (right - left) * taus / SPACING_POLE / wide
            allowed = np.minimum(np.maximum(poles, MOST_SHARED), MOST_FOR_POLES)
        if most <= MOST_SHARED or (needed <= allowed).all():
            coefficients = self.coefficients[sets] if own_rows else self.coefficients
            return _shared(m, t, coefficients, left, right, most * max(refinement, 1))
        curvature = self.curvature[sets] if own_rows else np.broadcast_to(self.curvature, mode.shape)
        per_study = np.maximum(np.sqrt(1 + t * t * curvature) / SPACING_CURVATURE, t / SPACING_POLE)
        own = ((2 * reach + np.abs(mode)) * per_study > wide * np.asarray(allowed)[:, None]).any(axis=0)
        if own.all() or not own.any():  # none by itself, but they lie too far apart for a common grid
            return _own(m, t, x, n, (OWN_NODES - 1) * max(refinement, 1) + 1)
        rest = ~own
        left = np.minimum(mode[:, rest].min(axis=1), 0.0) - reach
        right = np.maximum(mode[:, rest].max(axis=1), 0.0) + reach
        most = int(nodes(right - left, curvature[:, rest].max(axis=1)).max())
        own_part = _own(m, t, x[:, own], n[:, own], (OWN_NODES - 1) * max(refinement, 1) + 1)
        coefficients = (self.coefficients[sets] if own_rows else self.coefficients)[:, rest]
        rest_part = _shared(m, t, coefficients, left, right, most * max(refinement, 1))
        log_integrals, moments = np.empty(mode.shape), np.empty((*mode.shape, 5))
        for where, part in ((own, own_part), (rest, rest_part)):
            log_integrals[:, where], moments[:, where] = part
        return log_integrals, moments

    def _parted(self, m: Array, t: Array, sets: list[int], refinement: int, kind: Array) -> tuple[Array, Array]:
        """`_integrals` for each kind of points by itself, those that need many nodes apart from those that do not."""
        shape = (len(m), self.x.shape[1])
        log_integrals, moments = np.empty(shape), np.empty((*shape, 5))
        for value in np.unique(kind):
            where = np.flatnonzero(kind == value)
            part = self._integrals(m[where], t[where], [sets[i] for i in where], refinement)
            log_integrals[where], moments[where] = part
        return log_integrals, moments


def _derivatives(value: float, tau: float, products: list[list[float]]) -> Likelihood:
    """Sums over studies from the sums of products of their moments, ``products[i][j]`` of orders i and j."""
    (k, m1, m2, m3, m4), (_, m11, m12, _, _), (_, _, m22, _, _) = products[:3]
    square = tau * tau
    return Likelihood(
        value,
        m1 / tau,
        (m2 - k) / tau,
        (m2 - m11 - k) / square,
        (m3 - m12 - 2 * m1) / square,
        (m4 - m22 + k - 3 * m2) / square,
    )


def _shared(m: Array, t: Array, coefficients: Array, left: Array, right: Array, nodes: int) -> tuple[Array, Array]:
    """Log integrals and moments from a grid of ``nodes`` points between ``left`` and ``right``, shape (T,)."""
    size = len(m)
    step = (right - left) / (nodes - 1)
    b = left[:, None] + step[:, None] * np.arange(nodes)
    basis, powers = np.empty((size, 3, nodes)), np.empty((size, 5, nodes))
    eta = basis[:, 0]
    np.add(m, t * b, out=eta)
    np.logaddexp(0.0, eta, out=basis[:, 1])
    powers[:, 0], powers[:, 1] = 1.0, b
    np.multiply(b, b, out=powers[:, 2])
    np.multiply(powers[:, 2, None], powers[:, 1:3], out=powers[:, 3:])
    np.multiply(powers[:, 2], -0.5, out=basis[:, 2])
    terms = coefficients @ basis
    top = terms.max(axis=2, keepdims=True)
    terms -= top
    np.exp(terms, out=terms)
    moments = terms @ powers.transpose(0, 2, 1)
    whole = moments[:, :, :1].copy()
    moments /= whole
    return (np.log(whole) + top)[:, :, 0] + (np.log(step) - LOG_ROOT_2_PI)[:, None], moments


def _own(m: Array, t: Array, x: Array, n: Array, nodes: int) -> tuple[Array, Array]:
    """Log integrals and moments, each study on nodes around its own mode; point by point, to spare memory."""
    rows = [
        _own_at(float(m[i, 0]), float(t[i, 0]), x[min(i, len(x) - 1)], n[min(i, len(n) - 1)], nodes)
        for i in range(len(m))
    ]
    return np.stack([row[0] for row in rows]), np.stack([row[1] for row in rows])


def _own_at(mu: float, tau: float, x: Array, n: Array, nodes: int) -> tuple[Array, Array]:
    mode, scale = (v[:, None] for v in _modes(mu, tau, x, n))
    if tau <= TAU_HERMITE:
        z, log_w = _rule(nodes)
        b, log_w = mode + scale * z, np.log(scale) + log_w
    else:
        width = np.arcsinh(REACH / scale)
        u = width * np.linspace(-1, 1, nodes)
        b, log_w = mode + scale * np.sinh(u), np.log(scale * np.cosh(u) * width * 2 / (nodes - 1))
    eta = mu + tau * b
    terms = x[:, None] * eta - n[:, None] * np.logaddexp(0.0, eta) - b * b / 2 + log_w
    top = terms.max(axis=1, keepdims=True)
    weights = np.exp(terms - top)
    whole = weights.sum(axis=1, keepdims=True)
    weights /= whole
    moments = np.stack([(weights * b**order).sum(axis=1) for order in range(5)], axis=1)
    return (np.log(whole) + top)[:, 0] - LOG_ROOT_2_PI, moments


@lru_cache(maxsize=16)
def _rule(nodes: int) -> tuple[Array, Array]:
    """Nodes and log weights for the integral of f(z), from Gauss-Hermite; nodes whose weight underflows are left out."""
    z, w = roots_hermite(nodes)
    keep = w > 0
    return np.sqrt(2) * z[keep], np.log(w[keep]) + z[keep] ** 2 + np.log(2) / 2


def _modes(mu: float, tau: float, x: Array, n: Array) -> tuple[Array, Array]:
    """Mode of each study's integrand in b and its standard deviation there, shape (k,): Newton inside a bracket."""
    low, high = np.minimum(tau * (x - n), 0.0), np.maximum(tau * x, 0.0)
    b = np.clip(tau * (x - n * _expit(np.array(mu))) / (1 + tau**2 * n / 4), low, high)
    for _ in range(MODE_STEPS):
        p = _expit(mu + tau * b)
        slope = tau * (x - n * p) - b
        curvature = 1 + tau**2 * n * p * (1 - p)
        low, high = np.where(slope > 0, b, low), np.where(slope < 0, b, high)
        newton = b + slope / curvature
        step = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2) - b
        b = b + step
        if (np.abs(step) * np.sqrt(curvature)).max() < MODE_TOLERANCE:
            break
    p = _expit(mu + tau * b)
    return b, 1 / np.sqrt(1 + tau**2 * n * p * (1 - p))


def _expit(eta: Array) -> Array:
    """``1 / (1 + exp(-eta))``, stable at both ends."""
    small = np.exp(-np.abs(eta))
    return np.where(eta >= 0, 1.0, small) / (1 + small)


def log_choose(events: Array, totals: Array) -> Array:
    """Log binomial coefficients, the part of the log-likelihood without parameters; shape of ``events``."""
    return np.asarray(gammaln(totals + 1) - gammaln(events + 1) - gammaln(totals - events + 1))
