"""Tests of r x 2 tables: Fisher's exact test (also for more than two groups) and chi-square.

A table is a sequence of groups, each a pair (events, total).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

# scipy is imported where more than two groups need it: it takes as long as the whole audit of the review, which does not.

Table = Sequence[tuple[int, int]]
MAX_ENUMERATED = 5_000_000  # tables; three groups of 1,700 patients each
LOG_LIMIT = 60.0  # odds ratios are sought between exp(-60) and exp(60)
DEVIATIONS = 40.0  # standard deviations at most of the number of events in a group, to both sides of the one observed
FIRST_REACH = 1_000  # tables to both sides of the most probable one
NEGLIGIBLE = 45.0  # log of a share of 1e-19: tails beyond fall faster than geometrically
RELATIVE_TOLERANCE = 1e-7  # as R's fisher.test: a table this little above the observed probability still counts


def chi_square(table: Table, *, correct: bool = False) -> tuple[float, float]:
    """Pearson's chi-square statistic and P value; 0 and 1 where one outcome does not occur at all.

    Parameters
    ----------
    table : sequence of (events, total)
        At least two groups.
    correct : bool
        Yates' continuity correction; like R, for two groups only (more groups are left uncorrected).
    """
    events = np.array([x for x, _ in table], dtype=float)
    totals = np.array([n for _, n in table], dtype=float)
    p = events.sum() / totals.sum()
    if p in (0.0, 1.0):
        return 0.0, 1.0
    distance = np.abs(events - totals * p)
    if correct and len(table) == 2:
        distance = distance - np.minimum(0.5, distance.min())
    # Events and non-events of a group lie equally far from what is expected.
    statistic = float((distance**2 / (totals * p) + distance**2 / (totals * (1 - p))).sum())
    return statistic, _chi_square_tail(statistic, len(table) - 1)


def _chi_square_tail(statistic: float, degrees: int) -> float:
    if degrees == 1:  # the square of a standard normal variable
        return math.erfc(math.sqrt(statistic / 2))
    from scipy.special import chdtrc

    return float(chdtrc(degrees, statistic))


def fisher(table: Table) -> float:
    """Two-sided P value of Fisher's exact test; for three and more groups Freeman and Halton's.

    References
    ----------
    Freeman & Halton (1951), Biometrika 38:141, doi:10.1093/biomet/38.1-2.141; R ``fisher.test``.
    """
    if len(table) == 2:
        return _fisher_exact(*table)
    from scipy.special import gammaln

    events, totals = [x for x, _ in table], [n for _, n in table]
    m = sum(events)
    if math.prod(min(n, m) + 1 for n in totals[:-1]) > MAX_ENUMERATED:
        return chi_square(table)[1]
    log_choose = [gammaln(n + 1) - gammaln(np.arange(n + 1) + 1) - gammaln(n - np.arange(n + 1) + 1) for n in totals]
    observed = sum(float(c[x]) for c, x in zip(log_choose, events, strict=True))
    log_probabilities = []
    for head in product(*(range(min(n, m) + 1) for n in totals[:-2])):
        rest = m - sum(head)
        n1, n2 = totals[-2], totals[-1]
        if rest < 0 or rest > n1 + n2:
            continue
        x = np.arange(max(0, rest - n2), min(n1, rest) + 1)
        first = sum(float(c[h]) for c, h in zip(log_choose, head, strict=False))
        log_probabilities.append(first + log_choose[-2][x] + log_choose[-1][rest - x])
    values = np.concatenate(log_probabilities)
    weights = np.exp(values - values.max())
    as_extreme = values <= observed + RELATIVE_TOLERANCE
    return min(1.0, float(weights[as_extreme].sum() / weights.sum()))


def _fisher_exact(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Two groups: the share of tables that are no more probable than the one observed.

    Logs of probabilities, relative to the most probable table, are running sums of the log ratios of neighbours, away
    from the mode to both sides until what is left out could not change the result.
    """
    (observed, n1), (x2, n2) = first, second
    m = observed + x2
    least, most = max(0, m - n2), min(n1, m)
    mode = min(max((n1 + 1) * (m + 1) // (n1 + n2 + 2), least), most)
    reach = abs(observed - mode) + FIRST_REACH
    while True:
        low, high = max(least, mode - reach), min(most, mode + reach)
        logs = _log_weights(first, second, low, high, mode)
        bound = float(logs[observed - low])
        if (low == least or logs[0] < bound - NEGLIGIBLE) and (high == most or logs[-1] < bound - NEGLIGIBLE):
            break
        reach *= 2
    as_extreme = logs <= bound + RELATIVE_TOLERANCE
    part = math.fsum(np.exp(logs[as_extreme] - bound))
    return min(1.0, part * math.exp(bound - math.log(math.fsum(np.exp(logs)))))


def _log_weights(
    first: tuple[int, int], second: tuple[int, int], low: int, high: int, origin: int
) -> NDArray[np.float64]:
    """Logs of the probabilities of ``low`` to ``high`` events in the first group, relative to that of ``origin``."""
    (x1, n1), (x2, n2) = first, second
    m = x1 + x2
    x = np.arange(low, high, dtype=float)
    steps = np.log((n1 - x) / (x + 1) * ((m - x) / (n2 - m + x + 1)))
    below, above = steps[: origin - low], steps[origin - low :]
    return np.concatenate([-np.cumsum(below[::-1])[::-1], [0.0], np.cumsum(above)])


def conditional_odds_ratio(first: tuple[int, int], second: tuple[int, int], level: float) -> tuple[float, float, float]:
    """Conditional maximum-likelihood odds ratio of two groups with its exact limits, as R's ``fisher.test``.

    Given all events of both groups, those of the first follow Fisher's noncentral hypergeometric distribution. The
    estimate has the observed number as its mean, each limit leaves half the error in a tail.
    """
    (observed, n1), (x2, n2) = first, second
    m = observed + x2
    least, most = max(0, m - n2), min(n1, m)
    # Wherever the mean lies such that the observed number is in reach of it, so is all that matters of the rest.
    reach = FIRST_REACH + int(DEVIATIONS * math.sqrt(min(n1, n2, m, n1 + n2 - m)))
    low, high = max(least, observed - reach), min(most, observed + reach)
    logs = _log_weights(first, second, low, high, observed)
    distance = np.arange(low, high + 1, dtype=float) - observed

    from scipy.optimize import brentq

    def mean_and_tails(log_ratio: float) -> tuple[float, float, float]:
        weights = logs + distance * log_ratio
        weights = np.exp(weights - weights.max())
        whole = weights.sum()
        below, above = weights[: observed - low + 1].sum(), weights[observed - low :].sum()
        return float((weights * distance).sum() / whole), float(below / whole), float(above / whole)

    def solve(part: int, goal: float) -> float:
        return math.exp(brentq(lambda t: mean_and_tails(t)[part] - goal, -LOG_LIMIT, LOG_LIMIT, xtol=1e-13, rtol=1e-13))

    error = (1 - level) / 2
    estimate = 0.0 if observed == least else math.inf if observed == most else solve(0, 0.0)
    return (
        estimate,
        0.0 if observed == least else solve(2, error),
        math.inf if observed == most else solve(1, error),
    )
