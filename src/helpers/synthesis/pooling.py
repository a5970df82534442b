"""Pooled proportions of single-arm studies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from helpers.synthesis.counts import Counts, Numbers, check_counts
from helpers.synthesis.effects import effect_sizes
from helpers.synthesis.errors import check_level
from helpers.synthesis.fits import LIKELIHOOD_METHODS, PRIMARY, Fits, check_method, fit_subsets, limits, q_pvalues
from helpers.synthesis.heterogeneity import q_profile
from helpers.synthesis.notes import Note, fit_notes, influence_notes, input_notes, p_value, percent
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
        Q-profile limits of tau2 (``math.inf``: above 100 and ten times tau2); None where the method has none.
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
    studies, study_events, study_totals : tuples of length k
        The input.
    fit_notes : tuple of Note
        The part of `notes` that needs no further fit.
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
    studies: tuple[str, ...]
    study_events: tuple[int, ...]
    study_totals: tuple[int, ...]
    fit_notes: tuple[Note, ...] = ()

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What has to be known, in plain words: what bars a headline, what carries the result, what was refused.

        Leaving out each study in turn, which the second needs, waits until somebody reads it.
        """
        barring = [note for note in self.fit_notes if note.bars_headline]
        return (*barring, *influence_notes(self._counts(), self.method), *self.fit_notes[len(barring) :])

    @property
    def is_presentable(self) -> bool:
        """Whether the result may stand as a headline: no note bars it (`notes.BARS_HEADLINE` is the rule)."""
        return not any(note.bars_headline for note in self.fit_notes)

    def _counts(self) -> Counts:
        return Counts(np.array(self.study_events, float), np.array(self.study_totals, float), self.studies)

    def __repr__(self) -> str:
        studies = "1 study" if self.k == 1 else f"{self.k} studies"
        return (
            f"{self.estimate:.1%} ({self.level:.0%} interval {self.ci_low:.1%} to {self.ci_high:.1%}) from {studies}, "
            f"{self.events} of {self.total} patients; {self.method}, tau2 {self.tau2:.3g}, I2 {self.i2:.0f}%"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row with every figure of the pooled result; a figure that was refused is an empty cell."""
        inputs = {"studies", "study_events", "study_totals", "weights", "fit_notes"}
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in inputs}
        return pd.DataFrame([{**row, "is_presentable": self.is_presentable, "notes": " ".join(self.notes)}])

    def heterogeneity(self) -> str:
        """How much the studies differ, in one or two sentences."""
        if self.k == 1:
            return "One study: nothing can be said about differences between studies."
        if self.method == "fixed":
            said = f"This model takes one proportion for all studies; I² is {self.i2:.0f}%"
        elif self.events in (0, self.total) or max(self.study_totals) == 1:
            return "Differences between studies cannot be estimated."
        else:
            said = f"Between studies tau² is {self.tau2:.2f} on the {_scale_words(self.method)} scale, I² is {self.i2:.0f}%"
        said += f" (Q = {self.q:.1f} on {self.k - 1} degrees of freedom, {p_value(self.q_pvalue)})."
        if self.pi_low is not None and self.pi_high is not None:
            said += (
                f" In a further study the proportion may lie between {percent(self.pi_low)} and "
                f"{percent(self.pi_high)} "
                f"({self.level:.0%} prediction interval)."
            )
        return said

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
        return pool_code(self._counts(), self.method, self.ci, self.level)


def _scale_words(method: str) -> str:
    return "logit" if method == "glmm" else method.rsplit("-", 1)[0]


def pool_proportions(
    events: Numbers,
    totals: Numbers,
    method: str = PRIMARY[0],
    ci: str | None = None,
    level: float = 0.95,
    *,
    studies: Iterable[Any] | None = None,
    definitions: Iterable[Any] | None = None,
    shared_with: Iterable[Any] | None = None,
) -> PooledProportion:
    """Pool the proportions of k single-arm studies.

    Parameters
    ----------
    events, totals : sequences of k whole numbers
        Patients with the event, patients assessed; one study, one entry.
    method : str
        ``glmm`` (binomial-normal, maximum likelihood; primary), ``logit-*``, ``arcsine-*``, ``freeman-tukey-*`` with
        tau2 by ``dl``, ``pm``, ``reml`` or ``ml``, or ``fixed`` (sum over sum).
    ci : {"profile", "profile-t", "t", "wald", "hksj", "mhksj"}, optional
        Profile likelihood with the cut-off of chi-square (the default of ``glmm`` and ``fixed``, which alone have it)
        or of t squared with k - 1 degrees of freedom; t with k - 1 degrees of freedom (the default of the other
        methods); normal; Hartung-Knapp-Sidik-Jonkman, and the same never narrower than Wald, which need weights: not
        with ``glmm`` and ``fixed``.
    level : float
        Confidence level of all intervals.
    studies : sequence of k labels, optional
        Names for messages and frames.
    definitions : sequence of k texts, optional
        Each study's definition of the outcome; nothing, "not defined" or "not stated" where there is none. Where they
        differ or one is missing, a note says so and the result is no headline. Left out, the caller vouches for them.
    shared_with : sequence of k entries, optional
        Labels of the studies that may hold some of the same patients, or None. Where such a study is in the pool, a
        note says so and the result is no headline.

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
    45.7% (95% interval 23.3% to 61.6%) from 7 studies, 32 of 66 patients; glmm, tau2 0.203, I2 28%
    >>> pool_proportions([4], [4]).notes[0]
    'One study: nothing was pooled. This is its own proportion.'
    """
    ci = check_method(method, ci)
    level = check_level(level)
    counts = check_counts(events, totals, studies)
    fits = fit_subsets(counts, np.ones((1, counts.k), dtype=bool), method)
    tau2_ci: tuple[float | None, float | None] = (None, None)
    if method not in LIKELIHOOD_METHODS and counts.k > 1:
        yi, vi = effect_sizes(counts.events, counts.totals, fits.scale)
        tau2_ci = q_profile(yi, vi, level, float(fits.tau2[0]))
    given = input_notes(counts, definitions, shared_with)
    return assemble(counts, fits, ci, level, [np.ones(counts.k, dtype=bool)], tau2_ci, given)[0]


def assemble(
    counts: Counts,
    fits: Fits,
    ci: str,
    level: float,
    include: Iterable[np.ndarray],
    tau2_ci: tuple[float | None, float | None] = (None, None),
    given: tuple[Note, ...] = (),
) -> list[PooledProportion]:
    """One PooledProportion for each subset in ``fits``; ``include`` holds the subsets' rows, each of shape (k,)."""
    lim = limits(fits, ci, level)
    pvalues, exacts = q_pvalues(fits), fits.uses_exact(ci)
    results = []
    for row, kept in enumerate(include):
        part = counts.subset(kept)
        exact, predicts = bool(exacts[row]), bool(lim.has_prediction[row])
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
                studies=part.studies,
                study_events=tuple(int(x) for x in part.events),
                study_totals=tuple(int(n) for n in part.totals),
                fit_notes=fit_notes(fits, row, ci, part, float(lim.ci_high[row] - lim.ci_low[row]), given),
            )
        )
    return results
