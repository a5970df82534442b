"""Leave-one-out and cumulative pooling: one analysis on a series of subsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.synthesis.counts import Counts, Numbers, check_counts, is_missing
from helpers.synthesis.errors import SynthesisError, check_level
from helpers.synthesis.fits import PRIMARY, check_method, fit_subsets
from helpers.synthesis.pooling import PooledProportion, assemble
from helpers.synthesis.rcode import loop_code


@dataclass(frozen=True, repr=False)
class PooledSeries:
    """Pooled results of several subsets of the same studies, in a stated order.

    Parameters
    ----------
    kind : str
        ``left out`` (each label is the study left out) or ``added`` (the study or update added last).
    labels : tuple of str
        One for each result.
    results : tuple of PooledProportion
        In the order of ``labels``.
    notes : tuple of str
        Remarks on the series as a whole.
    code : str
        R code for the series.
    """

    kind: str
    labels: tuple[str, ...]
    results: tuple[PooledProportion, ...]
    notes: tuple[str, ...] = ()
    code: str = ""

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[PooledProportion]:
        return iter(self.results)

    def __getitem__(self, position: int) -> PooledProportion:
        return self.results[position]

    def __repr__(self) -> str:
        low, high = min(r.estimate for r in self.results), max(r.estimate for r in self.results)
        name = "Leave-one-out" if self.kind == "left out" else "Cumulative"
        return f"{name}, {len(self)} result{'s' * (len(self) != 1)}: estimates from {low:.1%} to {high:.1%}"

    def to_frame(self) -> pd.DataFrame:
        """One row per result: the label in a column named after ``kind`` (``left_out``, ``added``)."""
        frame = pd.concat([result.to_frame() for result in self.results], ignore_index=True)
        frame.insert(0, self.kind.replace(" ", "_"), list(self.labels))
        return frame

    def r_code(self) -> str:
        """R code (metafor) for the series."""
        return self.code


def leave_one_out(
    events: Numbers,
    totals: Numbers,
    method: str = PRIMARY[0],
    ci: str | None = None,
    level: float = 0.95,
    *,
    studies: Iterable[Any] | None = None,
) -> PooledSeries:
    """Pool k times, each time without one study.

    Parameters
    ----------
    events, totals, method, ci, level, studies
        As in `pool_proportions`; at least two studies.

    Returns
    -------
    PooledSeries
        k results; inverse-variance methods fit all subsets in one pass. Freeman-Tukey uses the harmonic mean of
        the totals that remain.

    Raises
    ------
    SynthesisError
        As `pool_proportions`; also for fewer than two studies.

    References
    ----------
    metafor ``leave1out``; Viechtbauer & Cheung (2010), doi:10.1002/jrsm.11.

    Examples
    --------
    >>> leave_one_out([0, 3, 5, 12], [6, 8, 9, 20])
    Leave-one-out, 4 results: estimates from 30.7% to 54.1%
    """
    ci = check_method(method, ci)
    level = check_level(level)
    counts = check_counts(events, totals, studies)
    _refuse_single(counts, "leaving one out")
    include = ~np.eye(counts.k, dtype=bool)
    results = assemble(counts, fit_subsets(counts, include, method), ci, level, include)
    code = leave_one_out_code(counts, method, ci, level)
    return PooledSeries("left out", counts.studies, tuple(results), code=code)


def cumulative(
    events: Numbers,
    totals: Numbers,
    method: str = PRIMARY[0],
    ci: str | None = None,
    level: float = 0.95,
    *,
    by: Iterable[Any] | None = None,
    grouped: bool = False,
    studies: Iterable[Any] | None = None,
) -> PooledSeries:
    """Pool again each time a study, or all studies of an update, is added.

    Parameters
    ----------
    events, totals, method, ci, level, studies
        As in `pool_proportions`.
    by : sequence of k sortable values, optional
        Publication years or update ids; studies are added in ascending order, equal values in the order given.
        Left out: the order given.
    grouped : bool
        True adds all studies with the same ``by`` at once (review updates); False one study at a time.

    Returns
    -------
    PooledSeries
        Labels are studies, or the values of ``by`` where grouped. The series describes; it is no sequential test.

    Raises
    ------
    SynthesisError
        As `pool_proportions`; also where ``by`` has a wrong length, gaps or values that cannot be sorted.

    References
    ----------
    metafor ``cumul``; Cochrane Handbook, chapter 22 (no sequential methods for the main analysis).

    Examples
    --------
    >>> cumulative([9, 2, 7], [12, 4, 8], by=[2015, 2001, 2020], studies=["b", "a", "c"]).labels
    ('a', 'b', 'c')
    """
    ci = check_method(method, ci)
    level = check_level(level)
    counts = check_counts(events, totals, studies)
    values = _sort_values(by, counts)
    if grouped and by is None:
        raise SynthesisError("grouped = True needs `by`; rule: the update of each study")
    order = sorted(range(counts.k), key=lambda i: values[i])
    ordered = Counts(counts.events[order], counts.totals[order], tuple(counts.studies[i] for i in order))
    steps = [i for i in range(counts.k) if not grouped or i == counts.k - 1 or values[order[i]] != values[order[i + 1]]]
    include = np.array([np.arange(counts.k) <= last for last in steps])
    labels = tuple(str(values[order[i]]) if grouped else ordered.studies[i] for i in steps)
    results = assemble(ordered, fit_subsets(ordered, include, method), ci, level, include)
    note = "A cumulative series describes how the evidence grew; it is not a sequential test."
    last = ", ".join(str(i + 1) for i in steps)
    code = loop_code(ordered, include, f"c({last})", "all[seq_len(i), ]", method, ci, level)
    return PooledSeries("added", labels, tuple(results), (note,), code)


def _refuse_single(counts: Counts, what: str) -> None:
    if counts.k < 2:
        raise SynthesisError(f"{what} needs at least 2 studies, here {counts.k}")


def _sort_values(by: Iterable[Any] | None, counts: Counts) -> list[Any]:
    if by is None:
        return list(range(counts.k))
    values = list(by)
    if len(values) != counts.k:
        raise SynthesisError(f"`by` has {len(values)} values for {counts.k} studies; rule: one value for each study")
    missing = [
        f"study {study}: `by` is missing"
        for study, value in zip(counts.studies, values, strict=True)
        if is_missing(value)
    ]
    if missing:
        raise SynthesisError("studies cannot be put in order", missing)
    try:
        sorted(values)
    except TypeError:
        raise SynthesisError("`by` mixes values that cannot be compared; rule: all numbers or all text") from None
    return values


def leave_one_out_code(counts: Counts, method: str, ci: str, level: float) -> str:
    """R code for leave-one-out: a loop, since ``leave1out`` does not know ``rma.glmm``."""
    include = ~np.eye(counts.k, dtype=bool)
    return loop_code(counts, include, "seq_len(nrow(all))", "all[-i, ]", method, ci, level)
