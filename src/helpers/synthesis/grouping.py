"""Pooling within subgroups and the test of their difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from helpers.synthesis.counts import Numbers, check_counts, is_missing
from helpers.synthesis.errors import SynthesisError
from helpers.synthesis.fits import PRIMARY, PROFILES
from helpers.synthesis.pooling import PooledProportion, pool_proportions


@dataclass(frozen=True, repr=False)
class Subgroups:
    """Pooled proportion of each subgroup and the test of their difference.

    Parameters
    ----------
    labels : tuple of str
        Subgroups in order of first appearance.
    results : tuple of PooledProportion
        One for each; tau2 is estimated in each subgroup by itself.
    q_between, q_between_pvalue : float or None
        Chi-square statistic of the difference; None where refused.
    df : int
        Subgroups minus 1.
    notes : tuple of str
        Why the test was refused, how to read it.
    """

    labels: tuple[str, ...]
    results: tuple[PooledProportion, ...]
    q_between: float | None
    df: int
    q_between_pvalue: float | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        test = f"P = {self.q_between_pvalue:.3g}" if self.q_between_pvalue is not None else "not tested"
        shown = ", ".join(f"{label} {r.estimate:.1%}" for label, r in zip(self.labels, self.results, strict=True))
        return f"{len(self.labels)} subgroups: {shown}; difference {test}"

    def to_frame(self) -> pd.DataFrame:
        """One row per subgroup: group, the columns of its pooled result, and the test repeated in each row."""
        frame = pd.concat([result.to_frame() for result in self.results], ignore_index=True)
        frame.insert(0, "group", list(self.labels))
        return frame.assign(q_between=self.q_between, df_between=self.df, q_between_pvalue=self.q_between_pvalue)

    def r_code(self) -> str:
        """R code (metafor): each subgroup, then the test from their estimates."""
        parts = []
        for i, (label, r) in enumerate(zip(self.labels, self.results, strict=True), 1):
            code = r.r_code()
            if r.ci in PROFILES:  # the test needs metafor's fit, whatever interval is shown
                code += f"\n{replace(r, ci='wald').r_code()}"
            parts.append(f"# {label}\n{code}\nres{i} <- res")
        numbers = range(1, len(self.labels) + 1)
        beta = ", ".join(f"res{i}$beta" for i in numbers)
        se = ", ".join(f"res{i}$se" for i in numbers)
        return "\n".join([*parts, f'rma(c({beta}), sei = c({se}), mods = ~ factor(seq_along(yi)), method = "FE")'])


def subgroups(
    events: Numbers,
    totals: Numbers,
    groups: Iterable[Any],
    method: str = PRIMARY[0],
    ci: str | None = None,
    level: float = 0.95,
    *,
    studies: Iterable[Any] | None = None,
) -> Subgroups:
    """Pool each subgroup and test whether they differ.

    Parameters
    ----------
    events, totals, method, ci, level, studies
        As in `pool_proportions`.
    groups : sequence of k labels
        Subgroup of each study.

    Returns
    -------
    Subgroups
        The test compares pooled estimates by their Wald errors (Q between). It is refused with one subgroup, and
        where a subgroup has no finite estimate (no or only events under ``glmm`` or ``fixed``).

    Raises
    ------
    SynthesisError
        As `pool_proportions`; also where ``groups`` has a wrong length or gaps.

    References
    ----------
    Borenstein & Higgins (2013), doi:10.1007/s11121-013-0377-7; Cochrane Handbook, section 10.11.3.

    Examples
    --------
    >>> subgroups([9, 7, 2, 1], [12, 8, 10, 9], ["early", "early", "late", "late"])
    2 subgroups: early 80.0%, late 15.8%; difference P = 0.000277
    """
    counts = check_counts(events, totals, studies)
    given = list(groups)
    if len(given) != counts.k:
        raise SynthesisError(f"{counts.k} studies but {len(given)} groups; rule: one group for each study")
    if gaps := [s for s, g in zip(counts.studies, given, strict=True) if is_missing(g)]:
        raise SynthesisError("subgroups cannot be formed", [f"study {study}: group is missing" for study in gaps])
    labels = tuple(dict.fromkeys(str(g) for g in given))
    members = np.array([str(g) for g in given])
    results, wald = [], []
    for label in labels:
        part = counts.subset(members == label)
        results.append(pool_proportions(part.events, part.totals, method, ci, level, studies=part.studies))
        wald.append(pool_proportions(part.events, part.totals, method, "wald", level))
    notes = [
        f"Subgroup {label} holds one study."
        for label, r in zip(labels, results, strict=True)
        if r.k == 1 and len(labels) > 1
    ]
    undefined = [label for label, r in zip(labels, wald, strict=True) if r.beta is None]
    df = len(labels) - 1
    if df == 0:
        return Subgroups(
            labels, tuple(results), None, 0, None, ("One subgroup: there is no difference to test.", *notes)
        )
    if undefined:
        which = " and ".join(f"“{label}”" for label in undefined)
        have = "have" if len(undefined) > 1 else "has"
        reason = f"Difference not tested: {which} {have} a single study, no events or only events."
        return Subgroups(labels, tuple(results), None, df, None, (reason, *notes))
    beta = np.array([r.beta for r in wald], dtype=float)
    w = np.array([r.se for r in wald], dtype=float) ** -2
    q = float((w * (beta - (w * beta).sum() / w.sum()) ** 2).sum())
    notes.append("A comparison between studies, not randomised: other differences may explain it.")
    return Subgroups(labels, tuple(results), q, df, float(chi2.sf(q, df)), tuple(notes))
