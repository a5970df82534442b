"""Mixed-effects meta-regression on one moderator."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm
from scipy.stats import t as student

from helpers.synthesis.counts import Array, Counts, Numbers, check_counts, check_numbers
from helpers.synthesis.effects import SCALES, effect_sizes
from helpers.synthesis.errors import check_choice, check_level
from helpers.synthesis.fits import INTERVALS, METHODS
from helpers.synthesis.mixed_model import fit_mixed
from helpers.synthesis.rcode import CONTROL, TESTS, data_code

MIN_STUDIES_PER_MODERATOR = 10  # Cochrane Handbook 10.11.5.1


@dataclass(frozen=True, repr=False)
class MetaRegression:
    """Effect of one moderator on the pooled scale; refused where the data cannot carry it.

    Parameters
    ----------
    is_refused : bool
        True: all figures are None and ``notes`` say why.
    moderator : str
        Name of the moderator.
    slope, slope_se, ci_low, ci_high, statistic, pvalue, intercept : float or None
        On the pooled scale, per unit of the moderator; ``statistic`` is slope over error.
    tau2, i2, r2, qm, qm_pvalue, qe : float or None
        Residual tau2; percent of residual variance between studies; percent of tau2 explained; Wald test of the
        slope; residual Q.
    k : int
        Studies.
    method, ci, level
        The call.
    notes : tuple of str
        Why refused, how to read.
    code : str
        R code.
    """

    is_refused: bool
    moderator: str
    k: int
    method: str
    ci: str
    level: float
    notes: tuple[str, ...]
    slope: float | None = None
    slope_se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    statistic: float | None = None
    pvalue: float | None = None
    intercept: float | None = None
    tau2: float | None = None
    i2: float | None = None
    r2: float | None = None
    qm: float | None = None
    qm_pvalue: float | None = None
    qe: float | None = None
    code: str = ""

    def __repr__(self) -> str:
        if self.is_refused or self.slope is None:
            return f"Meta-regression on {self.moderator} refused: {self.notes[0]}"
        return (
            f"Slope of {self.moderator} {self.slope:.3g} ({self.level:.0%} interval {self.ci_low:.3g} to "
            f"{self.ci_high:.3g}, P = {self.pvalue:.3g}) on the {self.method.rsplit('-', 1)[0]} scale, {self.k} studies"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row with the fields as columns; figures that were refused are empty cells."""
        row = {name: value for name, value in asdict(self).items() if name != "code"}
        return pd.DataFrame([{**row, "notes": "; ".join(self.notes)}])

    def r_code(self) -> str:
        """R code (metafor) for the regression."""
        return self.code


def meta_regression(
    events: Numbers,
    totals: Numbers,
    moderator: Iterable[Any],
    method: str = "logit-reml",
    ci: str = "mhksj",
    level: float = 0.95,
    *,
    name: str = "moderator",
    studies: Iterable[Any] | None = None,
) -> MetaRegression:
    """Regress transformed proportions on one numeric moderator.

    Parameters
    ----------
    events, totals, studies
        As in `pool_proportions`.
    moderator : sequence of k finite numbers
        For example publication year or median age.
    method : str
        ``logit-*``, ``arcsine-*`` or ``freeman-tukey-*``.
    ci : {"mhksj", "hksj", "t", "wald"}
        The three first use t with k - 2 degrees of freedom.
    level : float
        Confidence level.
    name : str
        Word for the moderator in messages.

    Returns
    -------
    MetaRegression
        Refused, with the reason in ``notes``, below ``MIN_STUDIES_PER_MODERATOR`` studies or where the moderator
        does not vary.

    Raises
    ------
    SynthesisError
        Bad counts, a moderator that is no number, an unknown method or interval; ``glmm`` and ``fixed``.

    References
    ----------
    Cochrane Handbook, section 10.11.4; Thompson & Higgins (2002), doi:10.1002/sim.1187; metafor ``rma(mods = )``.

    Examples
    --------
    >>> meta_regression([9, 2, 7], [12, 4, 8], [2001, 2010, 2020], name="year")
    Meta-regression on year refused: 3 studies; a moderator needs at least 10 (Cochrane Handbook 10.11.5.1).
    """
    counts = check_regression(events, totals, method, ci, level, studies)
    level = float(level)
    values = check_numbers(name, moderator, counts.k, counts.studies)
    return regress(counts, values, name, method, ci, level, MIN_STUDIES_PER_MODERATOR, "a moderator", _HANDBOOK)


_HANDBOOK = "Cochrane Handbook 10.11.5.1"


def check_regression(
    events: Numbers, totals: Numbers, method: str, ci: str, level: float, studies: Iterable[Any] | None
) -> Counts:
    """Checked counts for an inverse-variance method; SynthesisError as in `meta_regression`."""
    check_choice("method", method, [m for m in METHODS if "-" in m])
    check_choice("ci", ci, INTERVALS)
    check_level(level)
    return check_counts(events, totals, studies)


def regress(
    counts: Counts, values: Array, name: str, method: str, ci: str, level: float, minimum: int, what: str, source: str
) -> MetaRegression:
    """Regression on checked input, refused below ``minimum`` studies or where ``values`` do not vary."""
    refusals = []
    if counts.k < minimum:
        studies = "1 study" if counts.k == 1 else f"{counts.k} studies"
        refusals.append(f"{studies}; {what} needs at least {minimum} ({source}).")
    if np.ptp(values) <= 1e-12 * np.abs(values).max():
        refusals.append(f"{name} is the same in every study.")
    if refusals:
        return MetaRegression(True, name, counts.k, method, ci, float(level), tuple(refusals))
    scale, estimator = method.rsplit("-", 1)
    yi, vi = effect_sizes(counts.events, counts.totals, scale)
    # Centred and scaled for the fit: years would make the design nearly singular.
    centre, unit = float(values.mean()), float(values.std())
    fit = fit_mixed(yi, vi, np.column_stack([np.ones(counts.k), (values - centre) / unit]), estimator)
    tau2_alone = fit_mixed(yi, vi, np.ones((counts.k, 1)), estimator).tau2
    factor = {"hksj": fit.scale_factor, "mhksj": max(1.0, fit.scale_factor)}.get(ci, 1.0)
    if factor < 1e-14:
        return MetaRegression(True, name, counts.k, method, ci, float(level), ("The studies lie exactly on a line.",))
    slope, se = float(fit.beta[1]) / unit, math.sqrt(float(fit.variance[1, 1]) * factor) / unit
    df = counts.k - 2
    critical = float(norm.ppf((1 + level) / 2) if ci == "wald" else student.ppf((1 + level) / 2, df))
    statistic = slope / se
    pvalue = float(2 * (norm.sf(abs(statistic)) if ci == "wald" else student.sf(abs(statistic), df)))
    return MetaRegression(
        is_refused=False,
        moderator=name,
        k=counts.k,
        method=method,
        ci=ci,
        level=float(level),
        notes=("An association between studies, not between patients.",),
        slope=slope,
        slope_se=se,
        ci_low=slope - critical * se,
        ci_high=slope + critical * se,
        statistic=statistic,
        pvalue=pvalue,
        intercept=float(fit.beta[0]) - slope * centre,
        tau2=fit.tau2,
        i2=fit.i2,
        r2=max(0.0, 100 * (1 - fit.tau2 / tau2_alone)) if tau2_alone > 0 else 0.0,
        qm=fit.qm,
        qm_pvalue=float(chi2.sf(fit.qm, 1)),
        qe=fit.qe,
        code=_code(counts, values, method, ci, level),
    )


def _code(counts: Counts, values: Array, method: str, ci: str, level: float) -> str:
    scale, estimator = method.rsplit("-", 1)
    added = ', add = 1/2, to = "only0"' if scale == "logit" else ""
    return "\n".join(
        [
            "library(metafor)",
            data_code(counts),
            f"d$x <- c({', '.join(repr(float(v)) for v in values)})",
            f'rma(measure = "{SCALES[scale][0]}", xi = xi, ni = ni, mods = ~ x, data = d{added}, '
            f'method = "{estimator.upper()}", test = "{TESTS[ci]}", level = {100 * level:g}{CONTROL[estimator]})',
        ]
    )
