"""One method fitted to many subsets of the same studies: the engine below every pooled figure.

Shapes: k studies, B subsets given as rows of ``include`` (boolean, (B, k)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, chdtrc, logit, ndtri, stdtrit

from helpers.synthesis.counts import Array, Counts, Mask
from helpers.synthesis.effects import SCALES, back_transform, effect_sizes, harmonic_means
from helpers.synthesis.errors import SynthesisError, check_choice
from helpers.synthesis.glmm import TAU_MAX, deviance, fit_glmms
from helpers.synthesis.heterogeneity import ESTIMATORS, estimate_tau2, moments, typical_variance

LIKELIHOOD_METHODS = ("glmm", "fixed")
METHODS = (*LIKELIHOOD_METHODS, *(f"{scale}-{estimator}" for scale in SCALES for estimator in ESTIMATORS))
INTERVALS = ("wald", "t", "hksj", "mhksj")
MIN_STUDIES_FOR_PREDICTION = 3  # Higgins, Thompson & Spiegelhalter 2009, doi:10.1111/j.1467-985X.2008.00552.x


@dataclass(frozen=True, eq=False)
class Fits:
    """What one method found in B subsets; arrays of shape (B,), ``weights`` (B, k) in percent.

    ``is_exact`` marks subsets that the likelihood methods cannot fit with a normal interval (one study, no events,
    only events): their proportion stands with its Clopper-Pearson interval. ``scale_factor`` is the HKSJ factor.
    """

    method: str
    scale: str
    k: Array
    events: Array
    totals: Array
    n_harmonic: Array
    link: Array
    se: Array
    tau2: Array
    q: Array
    i2: Array
    i2_q: Array
    scale_factor: Array
    weights: Array
    is_exact: Mask
    notes: tuple[str, ...]

    @property
    def is_held(self) -> Mask:
        """Where tau2 is the upper bound of the GLMM's search, not an estimate; shape (B,)."""
        return (self.method == "glmm") & (self.tau2 >= TAU_MAX**2)


@dataclass(frozen=True, eq=False)
class Limits:
    """Proportions in [0, 1], shape (B,); prediction limits hold where ``has_prediction``."""

    estimate: Array
    ci_low: Array
    ci_high: Array
    pi_low: Array
    pi_high: Array
    has_prediction: Mask


def check_method(method: object, ci: object) -> None:
    """Raise SynthesisError for an unknown method or interval, or a pair that does not exist."""
    check_choice("method", method, METHODS)
    check_choice("ci", ci, INTERVALS)
    if method in LIKELIHOOD_METHODS and ci in ("hksj", "mhksj"):
        raise SynthesisError(
            f'ci = "{ci}" rescales inverse-variance weights, which method = "{method}" does not have; '
            'rule: "wald" or "t" with glmm and fixed'
        )


def fit_subsets(counts: Counts, include: Mask, method: str) -> Fits:
    """Fit ``method`` to each subset.

    Parameters
    ----------
    counts : Counts
        All k studies.
    include : boolean array of shape (B, k)
        At least one study in each row.
    method : str
        One of ``METHODS``.

    Returns
    -------
    Fits
    """
    return (
        _fit_likelihood(counts, include, method) if method in LIKELIHOOD_METHODS else _fit_iv(counts, include, method)
    )


def _fit_iv(counts: Counts, include: Mask, method: str) -> Fits:
    """Inverse-variance pooling of transformed proportions."""
    scale, estimator = method.rsplit("-", 1)
    yi, vi = effect_sizes(counts.events, counts.totals, scale)
    tau2 = estimate_tau2(yi, vi, include, estimator)
    w, mean, spread = moments(yi, vi, include, tau2)
    k = include.sum(axis=1)
    df = k - 1
    # One study has no spread; what rounding leaves of it must not become an I2 of 100 %.
    q = np.where(df > 0, moments(yi, vi, include, np.zeros(len(include))).q, 0.0)
    typical = typical_variance(vi, include)
    factor = np.where(df > 0, spread / np.maximum(df, 1), 1.0)
    return Fits(
        method=method,
        scale=scale,
        k=k,
        events=(include * counts.events).sum(axis=1),
        totals=(include * counts.totals).sum(axis=1),
        n_harmonic=harmonic_means(counts.totals, include),
        link=mean,
        se=1 / np.sqrt(w.sum(axis=1)),
        tau2=tau2,
        q=q,
        i2=_share(tau2, typical),
        i2_q=_share(np.clip(q - df, 0, None), df),
        # Equal studies leave a spread of rounding errors only; metafor takes it as 0, and so do we.
        scale_factor=np.where(factor < 1e-14, 0.0, factor),
        weights=100 * w / w.sum(axis=1, keepdims=True),
        is_exact=np.zeros(len(include), dtype=bool),
        notes=("",) * len(include),
    )


def _share(part: Array, rest: Array) -> Array:
    """``part / (part + rest)`` in percent, 0 where both are 0."""
    whole = part + rest
    return np.where(part > 0, 100 * (part / np.where(whole > 0, whole, 1.0)), 0.0)


def _fit_likelihood(counts: Counts, include: Mask, method: str) -> Fits:
    """Binomial likelihood: the GLMM, or one common proportion (``fixed``)."""
    size = len(include)
    k = include.sum(axis=1)
    events, totals = (include * counts.events).sum(axis=1), (include * counts.totals).sum(axis=1)
    p = events / totals
    is_exact = (events == 0) | (events == totals) | (k == 1)
    inner = np.clip(p, 1e-12, 1 - 1e-12)  # exact rows never use their link or its error
    link, se = logit(inner), 1 / np.sqrt(totals * inner * (1 - inner))
    tau2, notes = np.zeros(size), [""] * size
    weights = include * counts.totals / totals[:, None]
    fitted = np.flatnonzero(~is_exact)
    q = np.where(is_exact, 0.0, deviance(counts.events, counts.totals, include))
    if method == "glmm" and len(fitted):
        for row, fit in zip(fitted, fit_glmms(counts.events, counts.totals, include[fitted]), strict=True):
            link[row], se[row], tau2[row], notes[row] = fit.mu, fit.se, fit.tau2, fit.note
            weights[row, include[row]] = fit.information / fit.information.sum()
    i2_q = _share(np.clip(q - (k - 1), 0, None), k - 1)
    if method == "glmm":
        vi = effect_sizes(counts.events, counts.totals, "logit")[1]
        i2 = _share(tau2, typical_variance(vi, include))
    else:
        i2 = i2_q
    return Fits(
        method=method,
        scale="logit",
        k=k,
        events=events,
        totals=totals,
        n_harmonic=harmonic_means(counts.totals, include),
        link=link,
        se=se,
        tau2=tau2,
        q=q,
        i2=i2,
        i2_q=i2_q,
        scale_factor=np.ones(size),
        weights=100 * weights,
        is_exact=is_exact,
        notes=tuple(notes),
    )


def q_pvalues(fits: Fits) -> Array:
    """P values of Q against chi-square with k - 1 degrees of freedom; 1 for one study."""
    df = fits.k - 1
    return np.where(df > 0, chdtrc(np.maximum(df, 1), fits.q), 1.0)


def limits(fits: Fits, ci: str, level: float) -> Limits:
    """Confidence and prediction limits of each subset, as metafor's ``predict()``.

    Parameters
    ----------
    fits : Fits
        Fitted subsets.
    ci : {"wald", "t", "hksj", "mhksj"}
        Normal; t with k - 1 degrees of freedom; t with the Hartung-Knapp-Sidik-Jonkman error; the same error
        never below Wald's.
    level : float
        Confidence level.

    Returns
    -------
    Limits
        One study: a normal interval (as metafor), or the exact one where ``is_exact``.
    """
    df = np.maximum(fits.k - 1, 1)
    upper = (1 + level) / 2
    uses_normal = (fits.k == 1) | (ci == "wald")
    critical = np.where(uses_normal, ndtri(upper), stdtrit(df, upper))
    factor = np.ones(len(fits.k))
    if ci in ("hksj", "mhksj"):
        factor = np.where(fits.k > 1, fits.scale_factor, 1.0)
        factor = np.maximum(factor, 1.0) if ci == "mhksj" else factor
    se = fits.se * np.sqrt(factor)
    half, half_prediction = critical * se, critical * np.sqrt(se**2 + fits.tau2)

    def proportion(link: Array) -> Array:
        return back_transform(link, fits.scale, fits.n_harmonic)

    estimate, low, high = proportion(fits.link), proportion(fits.link - half), proportion(fits.link + half)
    if fits.is_exact.any():
        x, n, exact = fits.events, fits.totals, fits.is_exact
        estimate = np.where(exact, x / n, estimate)
        cp_low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, 1 - upper))
        cp_high = np.where(x == n, 1.0, betaincinv(x + 1, np.maximum(n - x, 1), upper))
        low, high = np.where(exact, cp_low, low), np.where(exact, cp_high, high)
    can_predict = ~fits.is_exact & ~fits.is_held & (fits.method != "fixed")
    has_prediction = (fits.k >= MIN_STUDIES_FOR_PREDICTION) & can_predict
    return Limits(
        estimate,
        np.minimum(low, estimate),
        np.maximum(high, estimate),
        proportion(fits.link - half_prediction),
        proportion(fits.link + half_prediction),
        has_prediction,
    )
