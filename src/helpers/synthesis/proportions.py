"""One proportion with its interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers.synthesis.counts import check_count
from helpers.synthesis.errors import check_choice, check_level

# method here -> method in statsmodels
INTERVALS = {"wilson": "wilson", "clopper-pearson": "beta", "jeffreys": "jeffreys", "agresti-coull": "agresti_coull"}


@dataclass(frozen=True, repr=False)
class ProportionCI:
    """A proportion and its confidence interval; all three figures lie in [0, 1].

    Parameters
    ----------
    estimate, ci_low, ci_high : float
        Events over total and the limits.
    events, total : int
        Patients.
    method : str
        One of ``INTERVALS``.
    level : float
        Confidence level, 0.95 for 95 %.
    notes : tuple of str
        What a reader has to know.
    """

    estimate: float
    ci_low: float
    ci_high: float
    events: int
    total: int
    method: str
    level: float = 0.95
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"{self.events} of {self.total} = {self.estimate:.1%} "
            f"({self.level:.0%} {self.method} interval {self.ci_low:.1%} to {self.ci_high:.1%})"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row with the fields as columns (proportions, not percent)."""
        return pd.DataFrame([{**asdict(self), "notes": "; ".join(self.notes)}])

    def r_code(self) -> str:
        """R call that gives the same interval."""
        x, n, level = self.events, self.total, self.level
        return {
            "wilson": f"prop.test({x}, {n}, conf.level = {level}, correct = FALSE)$conf.int",
            "clopper-pearson": f"binom.test({x}, {n}, conf.level = {level})$conf.int",
            "jeffreys": f"qbeta(c({(1 - level) / 2:.10g}, {(1 + level) / 2:.10g}), {x} + 1/2, {n} - {x} + 1/2)",
            "agresti-coull": f'binom::binom.confint({x}, {n}, conf.level = {level}, methods = "agresti-coull")',
        }[self.method]


def proportion_ci(events: int, total: int, method: str = "wilson", level: float = 0.95) -> ProportionCI:
    """Proportion of one series with its confidence interval, defined at 0/n and n/n too.

    Parameters
    ----------
    events, total : int
        Patients with the event, patients assessed.
    method : {"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}
        Wilson has the mean coverage nearest to the level; Clopper-Pearson never covers less than the level and is
        the "exact" one.
    level : float
        Confidence level.

    Returns
    -------
    ProportionCI

    Raises
    ------
    SynthesisError
        A bad count, an unknown method, a level outside (0, 1).

    Notes
    -----
    With no events the lower limit is 0, with only events the upper limit is 1. For Jeffreys that is part of the
    definition by Brown et al.; Agresti-Coull is cut at 0 and 1.

    References
    ----------
    Brown, Cai & DasGupta (2001), Statistical Science 16:101, doi:10.1214/ss/1009213286; statsmodels
    ``proportion_confint``.

    Examples
    --------
    >>> proportion_ci(9, 12)
    9 of 12 = 75.0% (95% wilson interval 46.8% to 91.1%)
    >>> round(proportion_ci(0, 12, method="clopper-pearson").ci_high, 4)
    0.2646
    """
    check_choice("method", method, INTERVALS)
    level = check_level(level)
    x, n = check_count(events, total)
    low, high = (float(v) for v in proportion_confint(x, n, alpha=1 - level, method=INTERVALS[method]))
    estimate = x / n
    low = 0.0 if x == 0 else min(max(low, 0.0), estimate)
    high = 1.0 if x == n else max(min(high, 1.0), estimate)
    return ProportionCI(estimate, low, high, x, n, method, float(level))
