"""Pooled proportions of single-arm studies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from helpers.synthesis.counts import Counts, Numbers, check_counts
from helpers.synthesis.effects import effect_sizes
from helpers.synthesis.errors import SynthesisError, check_level
from helpers.synthesis.fits import LIKELIHOOD_METHODS, Fits, check_method, fit_subsets, limits, q_pvalues
from helpers.synthesis.heterogeneity import q_profile
from helpers.synthesis.notes import pooling_notes
from helpers.synthesis.proportions import proportion_ci
from helpers.synthesis.rcode import pool_code


@dataclass(frozen=True, repr=False)
class PooledProportion:
    """A pooled proportion; names as in metafor.

    Parameters
    ----------
    estimate, ci_low, ci_high : float
        Proportion in a typical study and its confidence limits, in [0, 1].
    pi_low, pi_high : float or None
        Limits for the proportion of a further study; None where ``notes`` say why.
    tau2 : float
        Between-study variance on the scale pooled (logit for ``glmm`` and ``logit-*``, radians squared otherwise).
    tau2_ci_low, tau2_ci_high : float or None
        Q-profile limits of tau2 (``math.inf``: above 100); None where the method has none.
    i2, i2_q : float
        Percent. ``i2``: tau2 over tau2 plus the typical sampling variance, as metafor prints it. ``i2_q``:
        ``(Q - df) / Q``, the older kind. ``fixed`` has the older kind only, in both places.
    q, q_pvalue : float
        Cochran's Q at tau2 = 0, for ``glmm`` and ``fixed`` the likelihood-ratio statistic (``QE.LRT``); k - 1 degrees.
    k, events, total : int
        Studies, patients with the event, patients.
    weights : tuple of k float
        Percent, sum 100. Inverse variances; for ``glmm``, which has no weights, each study's share in the
        information about the mean; for ``fixed`` the share of patients.
    method, ci, level
        The call.
    beta, se : float or None
        Estimate and standard error on the scale pooled, the error as used by ``ci``; None where the interval is exact.
    notes : tuple of str
        Plain words on what was refused or has to be known.
    studies, study_events, study_totals : tuples of length k
        The input.
    is_presentable : bool
        False for one study, for definitions that differ, and where tau2 was held at its bound: no headline.
    """

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None
    tau2: float
    tau2_ci_low: float | None
    tau2_ci_high: float | None
    i2: float
    i2_q: float
    q: float
    q_pvalue: float
    k: int
    events: int
    total: int
    weights: tuple[float, ...]
    method: str
    ci: str
    level: float
    beta: float | None
    se: float | None
    notes: tuple[str, ...]
    studies: tuple[str, ...]
    study_events: tuple[int, ...]
    study_totals: tuple[int, ...]
    is_presentable: bool = True

    def __repr__(self) -> str:
        studies = "1 study" if self.k == 1 else f"{self.k} studies"
        return (
            f"{self.estimate:.1%} ({self.level:.0%} interval {self.ci_low:.1%} to {self.ci_high:.1%}) from {studies}, "
            f"{self.events} of {self.total} patients; {self.method}, tau2 {self.tau2:.3g}, I2 {self.i2:.0f}%"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row with every figure of the pooled result; a figure that was refused is an empty cell."""
        inputs = {"studies", "study_events", "study_totals", "weights"}
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in inputs}
        return pd.DataFrame([{**row, "notes": "; ".join(self.notes)}])

    def study_frame(self, method: str = "clopper-pearson") -> pd.DataFrame:
        """One row per study for a forest plot: study, events, total, estimate, ci_low, ci_high, weight (percent)."""
        rows = zip(self.studies, self.study_events, self.study_totals, self.weights, strict=True)
        found = [(label, proportion_ci(x, n, method, self.level), weight) for label, x, n, weight in rows]
        return pd.DataFrame(
            [
                {
                    "study": label,
                    "events": p.events,
                    "total": p.total,
                    "estimate": p.estimate,
                    "ci_low": p.ci_low,
                    "ci_high": p.ci_high,
                    "weight": weight,
                }
                for label, p, weight in found
            ]
        )

    def r_code(self) -> str:
        """R code (metafor) that reproduces the result."""
        counts = Counts(np.array(self.study_events, float), np.array(self.study_totals, float), self.studies)
        return pool_code(counts, self.method, self.ci, self.level)


def pool_proportions(
    events: Numbers,
    totals: Numbers,
    method: str = "glmm",
    ci: str = "t",
    level: float = 0.95,
    *,
    studies: Iterable[Any] | None = None,
    definitions: Iterable[Any] | None = None,
) -> PooledProportion:
    """Pool the proportions of k single-arm studies.

    Parameters
    ----------
    events, totals : sequences of k whole numbers
        Patients with the event, patients assessed; one study, one entry.
    method : str
        ``glmm`` (binomial-normal, maximum likelihood; primary), ``logit-*``, ``arcsine-*``, ``freeman-tukey-*`` with
        tau2 by ``dl``, ``pm``, ``reml`` or ``ml``, or ``fixed`` (sum over sum).
    ci : {"t", "wald", "hksj", "mhksj"}
        t with k - 1 degrees of freedom, normal, Hartung-Knapp-Sidik-Jonkman, or the same never narrower than Wald.
        The last two need weights: not with ``glmm`` and ``fixed``.
    level : float
        Confidence level of all intervals.
    studies : sequence of k labels, optional
        Names for messages and frames.
    definitions : sequence of k labels, optional
        Each study's definition of the outcome. When they differ the result carries a note and
        ``is_presentable`` is False: it must not be shown as a headline.

    Returns
    -------
    PooledProportion
        Defined for every valid input. One study, no events or only events give the proportion with its
        exact interval (``glmm``, ``fixed``) or metafor's corrected one (the others), and a note.

    Raises
    ------
    SynthesisError
        Bad counts (every fault listed by study), unknown method or interval, a pair that does not exist.

    References
    ----------
    Stijnen, Hamza & Özdemir (2010), doi:10.1002/sim.4040; Viechtbauer (2010), Journal of Statistical Software 36(3),
    doi:10.18637/jss.v036.i03; IntHout, Ioannidis & Borm (2014), doi:10.1186/1471-2288-14-25;
    Röver, Knapp & Friede (2015), doi:10.1186/s12874-015-0091-1.

    Examples
    --------
    >>> pool_proportions([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4])
    45.7% (95% interval 25.8% to 67.0%) from 7 studies, 32 of 66 patients; glmm, tau2 0.203, I2 28%
    >>> pool_proportions([4], [4]).notes[0]
    'One study: nothing was pooled. This is its own proportion.'
    """
    check_method(method, ci)
    level = check_level(level)
    counts = check_counts(events, totals, studies)
    fits = fit_subsets(counts, np.ones((1, counts.k), dtype=bool), method)
    tau2_ci: tuple[float | None, float | None] = (None, None)
    if method not in LIKELIHOOD_METHODS and counts.k > 1:
        yi, vi = effect_sizes(counts.events, counts.totals, fits.scale)
        tau2_ci = q_profile(yi, vi, level)
    return assemble(
        counts, fits, ci, level, [np.ones(counts.k, dtype=bool)], tau2_ci, _definition_note(counts, definitions)
    )[0]


def assemble(
    counts: Counts,
    fits: Fits,
    ci: str,
    level: float,
    include: Iterable[np.ndarray],
    tau2_ci: tuple[float | None, float | None] = (None, None),
    definition_note: str = "",
) -> list[PooledProportion]:
    """One PooledProportion for each subset in ``fits``; ``include`` holds the subsets' rows, each of shape (k,)."""
    lim = limits(fits, ci, level)
    pvalues = q_pvalues(fits)
    results = []
    for row, kept in enumerate(include):
        part = counts.subset(kept)
        exact, predicts = bool(fits.is_exact[row]), bool(lim.has_prediction[row])
        factor = {"hksj": fits.scale_factor[row], "mhksj": max(1.0, fits.scale_factor[row])}.get(ci, 1.0)
        factor = factor if part.k > 1 else 1.0
        results.append(
            PooledProportion(
                estimate=float(lim.estimate[row]),
                ci_low=float(lim.ci_low[row]),
                ci_high=float(lim.ci_high[row]),
                pi_low=float(lim.pi_low[row]) if predicts else None,
                pi_high=float(lim.pi_high[row]) if predicts else None,
                tau2=float(fits.tau2[row]),
                tau2_ci_low=tau2_ci[0],
                tau2_ci_high=tau2_ci[1],
                i2=float(fits.i2[row]),
                i2_q=float(fits.i2_q[row]),
                q=float(fits.q[row]),
                q_pvalue=float(pvalues[row]),
                k=part.k,
                events=int(fits.events[row]),
                total=int(fits.totals[row]),
                weights=tuple(float(w) for w in fits.weights[row][kept]),
                method=fits.method,
                ci=ci,
                level=float(level),
                beta=None if exact else float(fits.link[row]),
                se=None if exact else float(fits.se[row]) * math.sqrt(factor),
                notes=pooling_notes(fits, row, ci, part, definition_note),
                studies=part.studies,
                study_events=tuple(int(x) for x in part.events),
                study_totals=tuple(int(n) for n in part.totals),
                is_presentable=part.k > 1 and not definition_note and not fits.is_held[row],
            )
        )
    return results


def _definition_note(counts: Counts, definitions: Iterable[Any] | None) -> str:
    """Why studies must not be pooled as a headline, or nothing."""
    if definitions is None:
        return ""
    given = [str(d) for d in definitions]
    if len(given) != counts.k:
        raise SynthesisError(f"{counts.k} studies but {len(given)} definitions; rule: one definition for each study")
    groups: dict[str, list[str]] = {}
    for study, definition in zip(counts.studies, given, strict=True):
        groups.setdefault(definition, []).append(study)
    if len(groups) == 1:
        return ""
    listed = "; ".join(f"{definition} ({', '.join(members)})" for definition, members in groups.items())
    return f"Definitions of the outcome differ, so this is no headline result: {listed}."
