"""Two proportions side by side: difference, ratio, odds ratio and tests."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

from helpers.synthesis.contingency import LOG_LIMIT, chi_square, conditional_odds_ratio, fisher
from helpers.synthesis.counts import check_counts
from helpers.synthesis.errors import check_level
from helpers.synthesis.proportions import proportion_ci

FAR = 1e6  # standard errors


@dataclass(frozen=True)
class Interval:
    """An estimate with limits.

    ``estimate`` is None where it is 0 over 0; a ratio and its limits can be ``math.inf``, never NaN.
    """

    estimate: float | None
    ci_low: float
    ci_high: float
    method: str


@dataclass(frozen=True, repr=False)
class Comparison:
    """Group a against group b.

    Parameters
    ----------
    risk_difference : Interval
        a minus b, in [-1, 1]; Newcombe's hybrid score interval.
    risk_ratio, odds_ratio : Interval
        a over b; Miettinen-Nurminen score intervals, sample odds ratio.
    odds_ratio_exact : Interval
        Conditional maximum-likelihood odds ratio with its exact interval, as R's ``fisher.test``.
    fisher_pvalue, chi2_pvalue, chi2_corrected_pvalue : float
        Two-sided; the chi-square test without and with continuity correction.
    chi2, chi2_corrected : float
        The two statistics, 1 degree of freedom.
    a_events, a_total, b_events, b_total : int
        Patients.
    level : float
        Confidence level.
    notes : tuple of str
        What is undefined, and why.
    """

    risk_difference: Interval
    risk_ratio: Interval
    odds_ratio: Interval
    odds_ratio_exact: Interval
    fisher_pvalue: float
    chi2: float
    chi2_pvalue: float
    chi2_corrected: float
    chi2_corrected_pvalue: float
    a_events: int
    a_total: int
    b_events: int
    b_total: int
    level: float
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        rd = self.risk_difference
        return (
            f"{self.a_events} of {self.a_total} against {self.b_events} of {self.b_total}: difference "
            f"{100 * (rd.estimate or 0):.1f} percentage points ({self.level:.0%} interval {100 * rd.ci_low:.1f} to "
            f"{100 * rd.ci_high:.1f}); Fisher P = {self.fisher_pvalue:.3g}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Four rows, one per measure: measure, estimate (empty where undefined), ci_low, ci_high, method, P values."""
        measures = {
            "risk difference": self.risk_difference,
            "risk ratio": self.risk_ratio,
            "odds ratio": self.odds_ratio,
            "odds ratio, conditional": self.odds_ratio_exact,
        }
        return pd.DataFrame(
            [
                {
                    "measure": name,
                    "estimate": found.estimate,
                    "ci_low": found.ci_low,
                    "ci_high": found.ci_high,
                    "method": found.method,
                    "fisher_pvalue": self.fisher_pvalue,
                    "chi2_pvalue": self.chi2_pvalue,
                    "chi2_corrected_pvalue": self.chi2_corrected_pvalue,
                }
                for name, found in measures.items()
            ]
        )

    def r_code(self) -> str:
        """R code for the same tests and intervals (packages DescTools and ratesci for the score intervals)."""
        x1, n1, x2, n2, level = self.a_events, self.a_total, self.b_events, self.b_total, self.level
        return "\n".join(
            [
                f"tab <- matrix(c({x1}, {x2}, {n1 - x1}, {n2 - x2}), 2)",
                f"fisher.test(tab, conf.level = {level})",
                "chisq.test(tab, correct = FALSE)",
                "chisq.test(tab, correct = TRUE)",
                f'DescTools::BinomDiffCI({x1}, {n1}, {x2}, {n2}, conf.level = {level}, method = "score")',
                f'ratesci::scoreci({x1}, {n1}, {x2}, {n2}, level = {level}, contrast = "RR", skew = FALSE)',
                f'ratesci::scoreci({x1}, {n1}, {x2}, {n2}, level = {level}, contrast = "OR", skew = FALSE)',
            ]
        )


def compare_proportions(a_events: int, a_total: int, b_events: int, b_total: int, level: float = 0.95) -> Comparison:
    """Compare the proportions of two independent groups.

    Parameters
    ----------
    a_events, a_total, b_events, b_total : int
        Patients with the event and patients assessed in each group.
    level : float
        Confidence level of all intervals.

    Returns
    -------
    Comparison

    Raises
    ------
    SynthesisError
        A bad count in either group, or a level outside (0, 1).

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873 (method 10), PMID 9595617; Miettinen & Nurminen (1985),
    doi:10.1002/sim.4780040211; R ``fisher.test`` and ``chisq.test``.

    Examples
    --------
    >>> compare_proportions(9, 12, 4, 15)
    9 of 12 against 4 of 15: difference 48.3 percentage points (95% interval 10.4 to 70.9); Fisher P = 0.0213
    """
    level = check_level(level)
    counts = check_counts([a_events, b_events], [a_total, b_total], ["a", "b"])
    x1, x2 = (int(x) for x in counts.events)
    n1, n2 = (int(n) for n in counts.totals)
    table = ((x1, n1), (x2, n2))
    z = float(norm.ppf((1 + level) / 2))
    notes = []
    if x1 == x2 == 0:
        notes.append("No event in either group: the ratios are undefined.")
    elif x1 == n1 and x2 == n2:
        notes.append("Only events in both groups: the odds ratio is undefined.")
    chi2, chi2_p = chi_square(table)
    corrected, corrected_p = chi_square(table, correct=True)
    return Comparison(
        risk_difference=_risk_difference(x1, n1, x2, n2, level),
        risk_ratio=_risk_ratio(x1, n1, x2, n2, z),
        odds_ratio=_odds_ratio(x1, n1, x2, n2, z),
        odds_ratio_exact=_odds_ratio_exact(x1, n1, x2, n2, level),
        fisher_pvalue=fisher(table),
        chi2=chi2,
        chi2_pvalue=chi2_p,
        chi2_corrected=corrected,
        chi2_corrected_pvalue=corrected_p,
        a_events=x1,
        a_total=n1,
        b_events=x2,
        b_total=n2,
        level=float(level),
        notes=tuple(notes),
    )


def _risk_difference(x1: int, n1: int, x2: int, n2: int, level: float) -> Interval:
    """Newcombe's hybrid of two Wilson intervals."""
    a, b = proportion_ci(x1, n1, "wilson", level), proportion_ci(x2, n2, "wilson", level)
    d = a.estimate - b.estimate
    low = d - math.hypot(a.estimate - a.ci_low, b.ci_high - b.estimate)
    high = d + math.hypot(a.ci_high - a.estimate, b.estimate - b.ci_low)
    return Interval(d, max(low, -1.0), min(high, 1.0), "newcombe")


def _quotient(top: float, bottom: float) -> float | None:
    if bottom == 0:
        return None if top == 0 else math.inf
    return top / bottom


def _standardised(difference: float, variance: float) -> float:
    """Difference in standard errors, cut at a million where the variance vanishes."""
    if difference == 0:
        return 0.0
    if abs(difference) >= FAR * math.sqrt(variance):
        return math.copysign(FAR, difference)
    return difference / math.sqrt(variance)


def _risk_ratio(x1: int, n1: int, x2: int, n2: int, z: float) -> Interval:
    p1, p2, m, total = x1 / n1, x2 / n2, x1 + x2, n1 + n2

    def statistic(ratio: float) -> float:
        # Most likely p2 under p1 = ratio * p2: the smaller root of a quadratic.
        b = ratio * (n1 + x2) + x1 + n2
        q2 = 2 * m / (b + math.sqrt(max(b * b - 4 * total * ratio * m, 0.0)))
        q1 = min(ratio * q2, 1.0)
        variance = (q1 * (1 - q1) / n1 + ratio**2 * q2 * (1 - q2) / n2) * total / (total - 1)
        return _standardised(p1 - ratio * p2, variance)

    def root(target: float) -> float:
        return math.exp(brentq(lambda t: statistic(math.exp(t)) - target, -LOG_LIMIT, LOG_LIMIT, xtol=1e-12))

    low, high = (0.0 if x1 == 0 else root(z)), (math.inf if x2 == 0 else root(-z))
    return Interval(_quotient(p1, p2), low, high, "miettinen-nurminen")


def _odds_ratio(x1: int, n1: int, x2: int, n2: int, z: float) -> Interval:
    m, total = x1 + x2, n1 + n2
    least, most = max(0, m - n2), min(n1, m)

    def statistic(expected: float) -> float:
        """Score statistic where ``expected`` of the m events fall in group a; each odds ratio has one such value."""
        v1, v2 = expected * (n1 - expected) / n1, (m - expected) * (n2 - m + expected) / n2
        return _standardised(x1 - expected, v1 * v2 / (v1 + v2) * total / (total - 1) if v1 + v2 > 0 else 0.0)

    def limit(start: int, target: float) -> float:
        found = brentq(lambda e: statistic(e) - target, start, x1, xtol=1e-14, rtol=1e-14)
        return found * (n2 - m + found) / ((m - found) * (n1 - found))

    low = 0.0 if x1 == least else limit(least, z)
    high = math.inf if x1 == most else limit(most, -z)
    return Interval(_quotient(x1 * (n2 - x2), x2 * (n1 - x1)), low, high, "miettinen-nurminen")


def _odds_ratio_exact(x1: int, n1: int, x2: int, n2: int, level: float) -> Interval:
    if x1 + x2 in (0, n1 + n2):
        return Interval(None, 0.0, math.inf, "conditional exact")
    return Interval(*conditional_odds_ratio((x1, n1), (x2, n2), level), "conditional exact")
