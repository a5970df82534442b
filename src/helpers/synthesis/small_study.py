"""Test for small-study effects, refused where there are too few studies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from helpers.synthesis.counts import Numbers
from helpers.synthesis.effects import effect_sizes
from helpers.synthesis.errors import check_choice
from helpers.synthesis.regression import MetaRegression, check_regression, regress

MIN_STUDIES_FOR_FUNNEL = 10  # below this, asymmetry tests lack power: Sterne 2011, BMJ 343:d4002
PREDICTORS = ("ninv", "sei")


def small_study_test(
    events: Numbers,
    totals: Numbers,
    method: str = "logit-dl",
    predictor: str = "ninv",
    *,
    studies: Iterable[Any] | None = None,
) -> MetaRegression:
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
    MetaRegression
        ``statistic`` and ``pvalue`` are the test (normal, as metafor's ``regtest`` of an ``rma`` object).
        Refused, with the reason in ``notes``, below ``MIN_STUDIES_FOR_FUNNEL`` studies or where all totals
        are equal.

    Raises
    ------
    SynthesisError
        Bad counts, an unknown method or predictor.

    References
    ----------
    Sterne et al. (2011), BMJ 343:d4002, doi:10.1136/bmj.d4002; Hunter et al. (2014),
    doi:10.1016/j.jclinepi.2014.03.003; metafor ``regtest``.

    Examples
    --------
    >>> small_study_test([9, 2, 7], [12, 4, 8]).notes[0]
    '3 studies; a small-study test needs at least 10 (Sterne 2011, doi:10.1136/bmj.d4002).'
    """
    check_choice("predictor", predictor, PREDICTORS)
    counts = check_regression(events, totals, method, "wald", 0.95, studies)
    vi = effect_sizes(counts.events, counts.totals, method.rsplit("-", 1)[0])[1]
    values = 1 / counts.totals if predictor == "ninv" else np.sqrt(vi)
    source = "Sterne 2011, doi:10.1136/bmj.d4002"
    return regress(
        counts, values, predictor, method, "wald", 0.95, MIN_STUDIES_FOR_FUNNEL, "a small-study test", source
    )
