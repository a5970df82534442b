"""One method fitted to many subsets of the same studies: the engine below every pooled figure.

Shapes: k studies, B subsets given as rows of ``include`` (boolean, (B, k)). Counts of shape (B, k) instead of (k,) give
each subset studies of its own, as simulations need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, chdtrc, logit, ndtri, stdtrit

from helpers.synthesis.counts import Array, Counts, Mask
from helpers.synthesis.effects import SCALES, back_transform, effect_sizes, harmonic_means
from helpers.synthesis.errors import SynthesisError, check_choice
from helpers.synthesis.glmm import TAU_MAX, deviance, fit_glmms
from helpers.synthesis.heterogeneity import ESTIMATORS, estimate_tau2, moments, typical_variance
from helpers.synthesis.profile import Tops, common_limits, profile_limits

LIKELIHOOD_METHODS = ("glmm", "fixed")
METHODS = (*LIKELIHOOD_METHODS, *(f"{scale}-{estimator}" for scale in SCALES for estimator in ESTIMATORS))
PROFILES = ("profile", "profile-t")  # of the likelihood; cut-off chi-square (1), or t squared with k - 1 degrees
RESCALED = ("hksj", "mhksj")
INTERVALS = (*PROFILES, "wald", "t", *RESCALED)
PRIMARY = ("glmm", "profile")  # method and interval; why these: benchmarks/coverage_simulation.py
INTERVAL_WORDS = {
    "profile": "profile likelihood",
    "profile-t": "profile likelihood, t cut-off",
    "wald": "Wald",
    "t": "t",
    "hksj": "Hartung-Knapp-Sidik-Jonkman",
    "mhksj": "modified Hartung-Knapp-Sidik-Jonkman",
}
ESTIMATOR_WORDS = {"dl": "DerSimonian-Laird", "pm": "Paule-Mandel", "reml": "REML", "ml": "maximum likelihood"}
SCALE_WORDS = {"logit": "logit", "arcsine": "arcsine", "freeman-tukey": "Freeman-Tukey"}
METHOD_WORDS = {
    "glmm": "binomial-normal",
    "fixed": "one common proportion",
    **{f"{s}-{e}": f"{SCALE_WORDS[s]}, {ESTIMATOR_WORDS[e]}" for s in SCALES for e in ESTIMATORS},
}
MIN_STUDIES_FOR_PREDICTION = 3  # Higgins, Thompson & Spiegelhalter 2009, doi:10.1111/j.1467-985X.2008.00552.x


@dataclass(frozen=True, eq=False)
class Fits:
    """What one method found in B subsets; arrays of shape (B,), ``weights`` (B, k) in percent.

    ``is_exact`` marks subsets that the likelihood methods cannot fit with a normal interval (one study, no events,
    only events): their proportion stands with its Clopper-Pearson interval. ``is_flat`` marks those of single patients
    only, which say nothing about tau2. ``scale_factor`` is the HKSJ factor. ``counts`` and ``include`` are the call.
    """

    counts: Counts
    include: Mask
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
    is_flat: Mask
    log_likelihood: Array
    notes: tuple[str, ...]

    def uses_exact(self, ci: str) -> Mask:
        """Where the interval is Clopper-Pearson's whatever ``ci`` says; shape (B,)."""
        return self.is_exact | self.is_flat if ci in PROFILES else self.is_exact

    def proportions(self) -> Array:
        """Pooled proportions, shape (B,)."""
        return np.where(
            self.is_exact, self.events / self.totals, back_transform(self.link, self.scale, self.n_harmonic)
        )

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


def check_method(method: str, ci: str | None) -> str:
    """The interval: ``ci``, or where it is None the primary one of the likelihood methods and t of the others.

    Raises
    ------
    SynthesisError
        An unknown method or interval, or a pair that does not exist.
    """
    check_choice("method", method, METHODS)
    if ci is None:
        return PRIMARY[1] if method in LIKELIHOOD_METHODS else "t"
    check_choice("ci", ci, INTERVALS)
    if method in LIKELIHOOD_METHODS and ci in RESCALED:
        raise SynthesisError(
            f'ci = "{ci}" rescales inverse-variance weights, which method = "{method}" does not have; rule: {PAIRING}'
        )
    if method not in LIKELIHOOD_METHODS and ci in PROFILES:
        raise SynthesisError(
            f'ci = "{ci}" needs the likelihood of the counts, which method = "{method}" does not use; rule: {PAIRING}'
        )
    return ci


PAIRING = '"profile", "profile-t", "wald" or "t" with glmm and fixed; "wald", "t", "hksj" or "mhksj" with the others'


def is_pair(method: str, ci: str) -> bool:
    """Whether the method has such an interval."""
    return ci not in (RESCALED if method in LIKELIHOOD_METHODS else PROFILES)


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
        counts=counts,
        include=include,
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
        is_flat=np.zeros(len(include), dtype=bool),
        log_likelihood=np.zeros(len(include)),
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
    tau2, log_likelihood, notes = np.zeros(size), np.zeros(size), [""] * size
    weights = include * counts.totals / totals[:, None]
    fitted = np.flatnonzero(~is_exact)
    q = np.where(is_exact, 0.0, deviance(counts.events, counts.totals, include))
    if method == "glmm" and len(fitted):
        for row, fit in zip(fitted, fit_glmms(*_counts_of(counts, fitted), include[fitted]), strict=True):
            link[row], se[row], tau2[row], notes[row] = fit.mu, fit.se, fit.tau2, fit.note
            log_likelihood[row] = fit.log_likelihood
            weights[row, include[row]] = fit.information / fit.information.sum()
    i2_q = _share(np.clip(q - (k - 1), 0, None), k - 1)
    if method == "glmm":
        vi = effect_sizes(counts.events, counts.totals, "logit")[1]
        i2 = _share(tau2, typical_variance(vi, include))
    else:
        i2 = i2_q
    is_flat = (include * counts.totals).max(axis=1) == 1
    return Fits(
        counts=counts,
        include=include,
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
        is_flat=is_flat & (method == "glmm"),
        log_likelihood=log_likelihood,
        notes=tuple(notes),
    )


def _counts_of(counts: Counts, rows: NDArray[np.intp]) -> tuple[Array, Array]:
    """Events and totals of some sets, where each set has studies of its own; else those that all share."""
    events, totals = counts.events, counts.totals
    return (events, totals) if events.ndim == 1 else (events[rows], totals[rows])


def q_pvalues(fits: Fits) -> Array:
    """P values of Q against chi-square with k - 1 degrees of freedom; 1 for one study."""
    df = fits.k - 1
    return np.where(df > 0, chdtrc(np.maximum(df, 1), fits.q), 1.0)


def cook_distances(full: Fits, without: Fits) -> Array:
    """Squared shift of the pooled value in standard errors of the full fit when each subset replaces it; shape (B,).

    NaN where the full fit or the subset has no finite value on the pooled scale.
    """
    if full.is_exact[0]:
        return np.full(len(without.k), np.nan)
    return np.where(without.is_exact, np.nan, ((full.link[0] - without.link) / full.se[0]) ** 2)


def limits(fits: Fits, ci: str, level: float) -> Limits:
    """Confidence and prediction limits of each subset, as metafor's ``predict()``.

    Parameters
    ----------
    fits : Fits
        Fitted subsets.
    ci : {"profile", "profile-t", "wald", "t", "hksj", "mhksj"}
        Profile likelihood with the cut-off of chi-square, as lme4, or of t with k - 1 degrees of freedom; normal;
        t with k - 1 degrees of freedom; t with the Hartung-Knapp-Sidik-Jonkman error; the same error never below
        Wald's.
    level : float
        Confidence level.

    Returns
    -------
    Limits
        One study: a normal interval (as metafor), or the exact one where `Fits.uses_exact`.

    Notes
    -----
    With a profile each side of the prediction interval takes the distance of its confidence limit for the error of the
    mean, so that it is as lopsided as the likelihood; with a Wald interval that is metafor's formula (the method of
    variance estimates recovery: Zou & Donner 2008, doi:10.1002/sim.3095).
    """
    df = np.maximum(fits.k - 1, 1)
    upper = (1 + level) / 2
    normal, student = np.full(len(df), float(ndtri(upper))), np.asarray(stdtrit(df, upper), dtype=np.float64)
    critical = np.where((fits.k == 1) | (ci == "wald"), normal, student)
    exact = fits.uses_exact(ci)
    if ci in PROFILES:
        root = normal if ci == "profile" else student
        below, above = (distance / root for distance in _profile_distances(fits, root**2, ~exact))
        low, high = fits.link - root * below, fits.link + root * above
    else:
        factor = np.ones(len(fits.k))
        if ci in RESCALED:
            factor = np.where(fits.k > 1, fits.scale_factor, 1.0)
            factor = np.maximum(factor, 1.0) if ci == "mhksj" else factor
        below = above = fits.se * np.sqrt(factor)
        low, high = fits.link - critical * below, fits.link + critical * above

    def proportion(link: Array) -> Array:
        return back_transform(link, fits.scale, fits.n_harmonic)

    estimate, ci_low, ci_high = fits.proportions(), proportion(low), proportion(high)
    if exact.any():
        x, n = fits.events, fits.totals
        cp_low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, 1 - upper))
        cp_high = np.where(x == n, 1.0, betaincinv(x + 1, np.maximum(n - x, 1), upper))
        ci_low, ci_high = np.where(exact, cp_low, ci_low), np.where(exact, cp_high, ci_high)
    can_predict = ~fits.is_exact & ~fits.is_flat & ~fits.is_held & (fits.method != "fixed")
    return Limits(
        estimate,
        np.minimum(ci_low, estimate),
        np.maximum(ci_high, estimate),
        proportion(fits.link - critical * np.sqrt(below**2 + fits.tau2)),
        proportion(fits.link + critical * np.sqrt(above**2 + fits.tau2)),
        (fits.k >= MIN_STUDIES_FOR_PREDICTION) & can_predict,
    )


def _profile_distances(fits: Fits, drops: Array, wanted: Mask) -> tuple[Array, Array]:
    """How far the profile limits lie below and above the link, shape (B,) each; 0 where not ``wanted``."""
    below, above = np.zeros(len(fits.k)), np.zeros(len(fits.k))
    rows = np.flatnonzero(wanted)
    if len(rows):
        if fits.method == "fixed":
            low, high = common_limits(fits.events[rows], fits.totals[rows], drops[rows])
        else:
            tops = Tops(fits.link[rows], np.sqrt(fits.tau2[rows]), fits.log_likelihood[rows])
            low, high = profile_limits(*_counts_of(fits.counts, rows), fits.include[rows], tops, drops[rows])
        below[rows], above[rows] = fits.link[rows] - low, high - fits.link[rows]
    return below, above
