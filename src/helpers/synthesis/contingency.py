"""Tests of r x 2 tables: Fisher's exact test (also for more than two groups) and chi-square.

A table is a sequence of groups, each a pair (events, total).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

# scipy is imported where more than two groups need it: it takes as long as the whole audit of the review, which does not.

Table = Sequence[tuple[int, int]]
MAX_ENUMERATED = 5_000_000  # tables; three groups of 1,700 patients each
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
    """Two groups, in whole numbers: the share of tables that are no more probable than the one observed."""
    (observed, n1), (x2, n2) = first, second
    m = observed + x2
    low, high = max(0, m - n2), min(n1, m)
    weight = math.comb(n1, low) * math.comb(n2, m - low)  # in how many ways the events fall like this
    weights = [weight]
    for x in range(low, high):
        weight = weight * (n1 - x) * (m - x) // ((x + 1) * (n2 - m + x + 1))
        weights.append(weight)
    bound = weights[observed - low]
    return sum(w for w in weights if w <= bound) / sum(weights)
