"""Coefficients of agreement from a table of counts: Cohen's kappa and Gwet's AC1, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from helpers.screening.words import EXCLUDE

MIN_REPORTS = 2  # below this no spread can be estimated
NO_SPREAD = (
    1e-7  # half a width below this is what rounding leaves of none: a million reports with one difference have more
)


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with the limits of its interval; None where not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


def kappa(table: np.ndarray, *, level: float = 0.95) -> Coefficient:
    """Cohen's kappa with a large-sample interval, cut off at -1 and 1.

    Parameters
    ----------
    table : ndarray, (q, q)
        Counts, one row a category of the first reviewer, one column a category of the second.
    level : float
        Confidence level.

    Returns
    -------
    Coefficient
        Undefined where both used one and the same category throughout; without limits where the formula gives an
        interval of no width: where they never differ, or one of them used one category throughout.

    References
    ----------
    Cohen 1960, doi:10.1177/001316446002000104; variance by Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106.
    """
    n = table.sum()
    shares = table / n if n else table
    if not n or math.isclose(float(shares.sum(axis=0) @ shares.sum(axis=1)), 1.0):
        return Coefficient(None)
    with np.errstate(invalid="ignore", divide="ignore"):  # of its test against zero, which is not used
        result = cohens_kappa(table)
    spread = math.sqrt(max(float(result.var_kappa), 0.0)) * float(stats.norm.ppf((1 + level) / 2))
    return _limited(float(result.kappa), spread, table)


def ac1(table: np.ndarray, *, level: float = 0.95) -> Coefficient:
    """Gwet's AC1 with an interval from the t distribution with n - 1 degrees of freedom, cut off at -1 and 1.

    Parameters
    ----------
    table : ndarray, (q, q)
        Counts as for `kappa`.
    level : float
        Confidence level.

    Returns
    -------
    Coefficient
        Undefined without counts; without limits where the formula gives an interval of no width: where they never
        differ, or, with two categories, always.

    References
    ----------
    Gwet 2008, doi:10.1348/000711006X126600; the interval as in Gwet's own R package irrCAC 1.0.
    """
    n, categories = float(table.sum()), len(table)
    if not n:
        return Coefficient(None)
    shares = table / n
    mean = (shares.sum(axis=0) + shares.sum(axis=1)) / 2
    observed = float(np.trace(shares))
    chance = float((mean * (1 - mean)).sum()) / (categories - 1)
    value = (observed - chance) / (1 - chance)
    # Each report's share in the variance: agreement, less what a shift of its two categories does to chance.
    pull = 2 * (1 - value) * (1 - (mean[:, None] + mean[None, :]) / 2) / (categories - 1)
    second = float((shares * (np.eye(categories) - pull) ** 2).sum())
    variance = (second - (observed - 2 * (1 - value) * chance) ** 2) / (n * (1 - chance) ** 2)
    if n < MIN_REPORTS:
        return Coefficient(value)
    spread = math.sqrt(max(variance, 0.0)) * float(stats.t.ppf((1 + level) / 2, n - 1))
    return _limited(value, spread, table)


def _limited(value: float, spread: float, table: np.ndarray) -> Coefficient:
    if spread < NO_SPREAD or np.trace(table) == table.sum() or table.sum() < MIN_REPORTS:
        return Coefficient(value)
    return Coefficient(value, max(value - spread, -1.0), min(value + spread, 1.0))


def captured(table: pd.DataFrame) -> tuple[int, float] | None:
    """Reports that at least one of two reviewers keeps, and how many there may be, by capture and recapture.

    Parameters
    ----------
    table : DataFrame
        How often each pair of decisions was made; rows are those of the first reviewer, columns those of the second.

    Returns
    -------
    tuple of int and float, or None
        Chapman's estimate takes the two as independent: where both overlook the same report it is too low, and the share
        found looks better than it is. None where neither keeps any report.

    References
    ----------
    Chapman (1951), Univ. California Publ. Statist. 1:131-160; Kastner et al. (2009), J Clin Epidemiol 62:149-157.
    """
    first, second = ([name for name in side if name != EXCLUDE] for side in (table.index, table.columns))
    one, other = int(table.loc[first].to_numpy().sum()), int(table[second].to_numpy().sum())
    both = int(table.loc[first, second].to_numpy().sum())
    found = one + other - both
    return (found, max(float(found), (one + 1) * (other + 1) / (both + 1) - 1)) if found else None
