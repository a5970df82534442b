"""Influence of single studies on a pooled proportion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.synthesis.counts import Counts, Numbers
from helpers.synthesis.fits import PRIMARY, cook_distances, fit_subsets
from helpers.synthesis.notes import COOK_MARK
from helpers.synthesis.pooling import PooledProportion, pool_proportions
from helpers.synthesis.series import leave_one_out, leave_one_out_code


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
            counts = Counts(np.array(full.study_events, float), np.array(full.study_totals, float), full.studies)
            return leave_one_out_code(counts, full.method, full.ci, full.level)
        return f"{full.r_code()}\ninfluence(res)"


def influence(
    events: Numbers,
    totals: Numbers,
    method: str = PRIMARY[0],
    ci: str | None = None,
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
    without = leave_one_out(full.study_events, full.study_totals, method, full.ci, level, studies=full.studies)
    counts = Counts(np.array(full.study_events, float), np.array(full.study_totals, float), full.studies)
    everyone = np.ones((1, full.k), dtype=bool)
    distances = cook_distances(
        fit_subsets(counts, everyone, method), fit_subsets(counts, ~np.eye(full.k, dtype=bool), method)
    )
    rows = []
    for study, weight, left, distance in zip(full.studies, full.weights, without, distances.tolist(), strict=True):
        is_defined = not np.isnan(distance)
        falls_to_end = full.beta is not None and left.events in (0, left.total)
        rows.append(
            StudyInfluence(
                study=study,
                weight=weight,
                estimate_without=left.estimate,
                ci_low_without=left.ci_low,
                ci_high_without=left.ci_high,
                cook_distance=distance if is_defined else None,
                tau2_without=left.tau2,
                tau2_change=left.tau2 - full.tau2,
                q_without=left.q,
                is_influential=distance > COOK_MARK if is_defined else falls_to_end,
            )
        )
    undefined = [row.study for row in rows if row.cook_distance is None]
    note = f"Cook's distance has no finite value without {', '.join(undefined)}: 0 %, 100 % or one study remains."
    return Influence(full, tuple(rows), (note,) if undefined else ())
