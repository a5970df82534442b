"""Influence of single studies on a pooled proportion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from helpers.synthesis.counts import Counts, Numbers
from helpers.synthesis.pooling import PooledProportion, pool_proportions
from helpers.synthesis.series import leave_one_out, leave_one_out_code

# Deletion moves the estimate to the edge of a 50 % region: the mark of metafor's influence() for Cook's distance.
COOK_MARK = float(chi2.ppf(0.5, 1))


@dataclass(frozen=True)
class StudyInfluence:
    """What happens when one study is left out.

    ``cook_distance``: squared shift of the pooled estimate in standard errors (of the full fit, as Wald's);
    None where the estimate with or without the study has no finite logit or stands alone. ``tau2_change``: without
    minus with the study. ``is_influential``: Cook's distance above ``COOK_MARK``, or a finite pooled estimate that
    falls to 0 % or rises to 100 % without the study.
    """

    study: str
    weight: float
    estimate_without: float
    ci_low_without: float
    ci_high_without: float
    cook_distance: float | None
    tau2_without: float
    tau2_change: float
    q_without: float
    is_influential: bool


@dataclass(frozen=True, repr=False)
class Influence:
    """Influence of each study on a pooled proportion; ``rows`` in the order of the studies."""

    full: PooledProportion
    rows: tuple[StudyInfluence, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        marked = [row.study for row in self.rows if row.is_influential]
        return f"Influence of {len(self.rows)} studies: {', '.join(marked) or 'none'} influential by Cook's distance"

    def to_frame(self) -> pd.DataFrame:
        """One row per study with the fields of `StudyInfluence`; an undefined Cook's distance is an empty cell."""
        return pd.DataFrame([vars(row) for row in self.rows])

    def r_code(self) -> str:
        """R code: ``influence()`` where metafor has it, else the leave-one-out loop."""
        full = self.full
        if full.method in ("glmm", "fixed"):
            return leave_one_out_code(_counts_of(full), full.method, full.ci, full.level)
        return f"{full.r_code()}\ninfluence(res)"


def influence(
    events: Numbers,
    totals: Numbers,
    method: str = "glmm",
    ci: str = "t",
    level: float = 0.95,
    *,
    studies: Iterable[Any] | None = None,
) -> Influence:
    """Cook's distance of each study and the change in tau2 without it.

    Parameters and errors are those of `leave_one_out`.

    Returns
    -------
    Influence

    References
    ----------
    Viechtbauer & Cheung (2010), Research Synthesis Methods 1:112, doi:10.1002/jrsm.11; metafor ``influence``.

    Examples
    --------
    >>> influence([1, 12, 1, 9], [1, 12, 1, 12], method="logit-dl")
    Influence of 4 studies: 4 influential by Cook's distance
    """
    full = pool_proportions(events, totals, method, ci, level, studies=studies)
    without = leave_one_out(full.study_events, full.study_totals, method, ci, level, studies=full.studies)
    # Wald's error: the square of the shift is in units of the model's variance, not of an interval's rescaling.
    wald = pool_proportions(full.study_events, full.study_totals, method, "wald", level)
    rows = []
    for study, weight, left in zip(full.studies, full.weights, without, strict=True):
        cook, is_marked = None, False
        if wald.beta is not None and wald.se is not None:
            if left.beta is not None:
                cook = ((wald.beta - left.beta) / wald.se) ** 2
            is_marked = left.events in (0, left.total) if cook is None else cook > COOK_MARK
        rows.append(
            StudyInfluence(
                study=study,
                weight=weight,
                estimate_without=left.estimate,
                ci_low_without=left.ci_low,
                ci_high_without=left.ci_high,
                cook_distance=cook,
                tau2_without=left.tau2,
                tau2_change=left.tau2 - full.tau2,
                q_without=left.q,
                is_influential=is_marked,
            )
        )
    undefined = [row.study for row in rows if row.cook_distance is None]
    note = f"Cook's distance has no finite value without {', '.join(undefined)}: 0 %, 100 % or one study remains."
    return Influence(full, tuple(rows), (note,) if undefined else ())


def _counts_of(result: PooledProportion) -> Counts:
    return Counts(np.array(result.study_events, float), np.array(result.study_totals, float), result.studies)
