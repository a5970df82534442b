"""Test for small-study effects, refused where there are too few studies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.synthesis.counts import Numbers, check_counts
from helpers.synthesis.effects import effect_sizes
from helpers.synthesis.errors import check_choice
from helpers.synthesis.fits import METHODS
from helpers.synthesis.mixed_model import fit_mixed
from helpers.synthesis.rcode import small_study_code

MIN_STUDIES_FOR_FUNNEL = 10  # below this, asymmetry tests lack power: Sterne 2011, BMJ 343:d4002
PREDICTORS = ("ninv", "sei")


@dataclass(frozen=True, repr=False)
class SmallStudyTest:
    """Whether small studies show other proportions than large ones; refused where the data cannot carry it.

    Parameters
    ----------
    is_refused : bool
        True: all figures are None and ``notes`` say why.
    k : int
        Studies.
    method, predictor : str
        The call.
    notes : tuple of str
        Why refused, how to read.
    slope, slope_se, statistic, pvalue : float or None
        On the pooled scale, per unit of the predictor; ``statistic`` is slope over error, ``pvalue`` two-sided normal.
    code : str
        R code.
    """

    is_refused: bool
    k: int
    method: str
    predictor: str
    notes: tuple[str, ...]
    slope: float | None = None
    slope_se: float | None = None
    statistic: float | None = None
    pvalue: float | None = None
    code: str = ""

    def __repr__(self) -> str:
        if self.is_refused:
            return f"Small-study test refused: {self.notes[0]}"
        return f"Small-study test: P = {self.pvalue:.3g}, {self.k} studies, predictor {self.predictor}"

    def to_frame(self) -> pd.DataFrame:
        """One row with the fields as columns; figures that were refused are empty cells."""
        row = {name: value for name, value in asdict(self).items() if name != "code"}
        return pd.DataFrame([{**row, "notes": " ".join(self.notes)}])

    def r_code(self) -> str:
        """R code (metafor) for the test; empty where it was refused."""
        return self.code


def small_study_test(
    events: Numbers,
    totals: Numbers,
    method: str = "logit-dl",
    predictor: str = "ninv",
    *,
    studies: Iterable[Any] | None = None,
) -> SmallStudyTest:
    """Regression test for small-study effects (funnel asymmetry), refused below 10 studies.

    Parameters
    ----------
    events, totals, studies
        As in `pool_proportions`.
    method : str
        An inverse-variance method.
    predictor : {"ninv", "sei"}
        Inverse of the total, or the standard error (Egger). The standard error of a proportion depends on the
        proportion, so that Egger's test finds asymmetry where there is none; hence the inverse total.

    Returns
    -------
    SmallStudyTest
        The test is normal, as metafor's ``regtest`` of an ``rma`` object. Refused, with the reason in ``notes``, below
        ``MIN_STUDIES_FOR_FUNNEL`` studies or where the predictor is the same in every study.

    Raises
    ------
    SynthesisError
        Bad counts, an unknown method or predictor; ``glmm`` and ``fixed``.

    References
    ----------
    Sterne et al. (2011), BMJ 343:d4002, doi:10.1136/bmj.d4002; Hunter et al. (2014),
    doi:10.1016/j.jclinepi.2014.03.003; metafor ``regtest``.

    Examples
    --------
    >>> small_study_test([9, 2, 7], [12, 4, 8]).notes[0]
    'Small-study test not made: 3 studies, and it needs at least 10 (Sterne 2011, doi:10.1136/bmj.d4002).'
    """
    check_choice("method", method, [m for m in METHODS if "-" in m])
    check_choice("predictor", predictor, PREDICTORS)
    counts = check_counts(events, totals, studies)
    scale, estimator = method.rsplit("-", 1)
    yi, vi = effect_sizes(counts.events, counts.totals, scale)
    values = 1 / counts.totals if predictor == "ninv" else np.sqrt(vi)
    refusals = []
    if counts.k < MIN_STUDIES_FOR_FUNNEL:
        number = "1 study" if counts.k == 1 else f"{counts.k} studies"
        refusals.append(
            f"Small-study test not made: {number}, and it needs at least {MIN_STUDIES_FOR_FUNNEL} "
            "(Sterne 2011, doi:10.1136/bmj.d4002)."
        )
    if np.ptp(values) <= 1e-12 * np.abs(values).max():
        refusals.append(f"Small-study test not made: {predictor} is the same in every study.")
    if refusals:
        return SmallStudyTest(True, counts.k, method, predictor, tuple(refusals))
    # Centred and scaled for the fit: inverse totals of large studies would make the design nearly singular.
    centre, unit = float(values.mean()), float(values.std())
    fit = fit_mixed(yi, vi, np.column_stack([np.ones(counts.k), (values - centre) / unit]), estimator)
    slope, error = float(fit.beta[1]) / unit, math.sqrt(float(fit.variance[1, 1])) / unit
    return SmallStudyTest(
        is_refused=False,
        k=counts.k,
        method=method,
        predictor=predictor,
        notes=("An association between studies: small ones may differ for other reasons than publication.",),
        slope=slope,
        slope_se=error,
        statistic=slope / error,
        pvalue=float(2 * ndtr(-abs(slope / error))),
        code=small_study_code(counts, method, predictor),
    )
