"""Every reasonable analysis of the same studies, as a tidy frame for a specification curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.synthesis.counts import Counts, Mask, Numbers, check_counts, check_mask
from helpers.synthesis.errors import SynthesisError, check_choice, check_level
from helpers.synthesis.fits import INTERVALS, LIKELIHOOD_METHODS, METHODS, Fits, fit_subsets, limits
from helpers.synthesis.rcode import pool_code

DEFAULT_METHODS = ("glmm", "logit-reml", "logit-pm", "logit-dl", "arcsine-reml", "freeman-tukey-reml", "fixed")
MAX_SPECIFICATIONS = 5_000
ALL = "all"


class Subset(NamedTuple):
    """One choice of studies: names of the two filters, labels left out, boolean row of shape (k,)."""

    validity: str
    definition: str
    left_out: tuple[str, ...]
    include: Mask


@dataclass(frozen=True, eq=False, repr=False)
class Multiverse:
    """Results of all specifications.

    Parameters
    ----------
    frame : DataFrame
        One row per specification in ascending order of ``estimate``; use `to_frame`, which hands out a copy.
    level : float
        Confidence level.
    notes : tuple of str
        What was left out, and why.
    counts : Counts
        The studies.
    subsets : tuple of Subset
        The choices of studies behind the rows.
    """

    frame: pd.DataFrame
    level: float
    notes: tuple[str, ...]
    counts: Counts
    subsets: tuple[Subset, ...]

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        f = self.frame
        primary = f.loc[f["is_primary"], "estimate"]
        shown = f", primary {primary.iloc[0]:.1%}" if len(primary) else ""
        return (
            f"{len(f)} specifications: estimates from {f['estimate'].min():.1%} to {f['estimate'].max():.1%} "
            f"(median {f['estimate'].median():.1%}{shown})"
        )

    def to_frame(self) -> pd.DataFrame:
        """Tidy frame, one row per specification.

        Columns: ``rank`` (1 is the lowest estimate), ``method``, ``ci``, ``validity``, ``definition`` (names of the
        filters), ``left_out`` (studies, empty text for none), ``n_left_out``, ``k``, ``events``, ``total``,
        ``estimate``, ``ci_low``, ``ci_high`` (proportions), ``tau2`` (pooled scale), ``i2`` (percent),
        ``is_exact`` (exact interval because of one study, no or only events), ``is_primary``.
        """
        return self.frame.copy()

    def r_code(self, rank: int | None = None) -> str:
        """R code of the specification with this ``rank``; of the primary one where left out."""
        f = self.frame
        rows = f[f["is_primary"]] if rank is None else f[f["rank"] == rank]
        if rows.empty:
            raise SynthesisError(f"no specification has rank {rank}; rule: a whole number from 1 to {len(f)}")
        row = rows.iloc[0]
        key = (row["validity"], row["definition"], row["left_out"])
        chosen = next(s for s in self.subsets if (s.validity, s.definition, _joined(s)) == key)
        return pool_code(self.counts.subset(chosen.include), row["method"], row["ci"], self.level)


def multiverse(
    events: Numbers,
    totals: Numbers,
    *,
    studies: Iterable[Any] | None = None,
    methods: str | Sequence[str] = DEFAULT_METHODS,
    cis: str | Sequence[str] = INTERVALS,
    validity: Mapping[str, Iterable[bool]] | None = None,
    definition: Mapping[str, Iterable[bool]] | None = None,
    leave_out: int = 1,
    cap: int = MAX_SPECIFICATIONS,
    level: float = 0.95,
    primary: tuple[str, str] = ("glmm", "t"),
) -> Multiverse:
    """Pool under every combination of method, interval, filter and studies left out.

    Parameters
    ----------
    events, totals, studies, level
        As in `pool_proportions`.
    methods, cis : sequences of str, or one str
        Pairs that do not exist (HKSJ with ``glmm`` or ``fixed``) are passed over.
    validity, definition : mapping of name to k booleans, optional
        Named filters, for example ``{"good or fair": [...]}``; "all" is always there as the first.
    leave_out : int
        Up to so many studies are left out, 0 for none; at least two stay.
    cap : int
        Most specifications; ``leave_out`` is lowered until they fit, and a note says so.
    primary : (method, ci)
        The row that ``is_primary`` marks: all studies, nothing left out.

    Returns
    -------
    Multiverse
        Each distinct set of studies is fitted once per method, all sets in one pass for inverse-variance methods.

    Raises
    ------
    SynthesisError
        As `pool_proportions`; also for a bad filter, where no pair of method and interval exists, or where even ``leave_out = 0`` exceeds ``cap``.

    References
    ----------
    Voracek, Kossmeier & Tran (2019), doi:10.1027/2151-2604/a000357; Simonsohn, Simmons & Nelson (2020),
    doi:10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> multiverse([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4])
    192 specifications: estimates from 34.0% to 53.7% (median 47.3%, primary 45.7%)
    """
    methods = (methods,) if isinstance(methods, str) else tuple(methods)
    cis = (cis,) if isinstance(cis, str) else tuple(cis)
    for method in (*methods, primary[0]):
        check_choice("method", method, METHODS)
    for ci in (*cis, primary[1]):
        check_choice("ci", ci, INTERVALS)
    level = check_level(level)
    counts = check_counts(events, totals, studies)
    if isinstance(leave_out, bool) or not isinstance(leave_out, (int, np.integer)) or leave_out < 0:
        raise SynthesisError(f"leave_out = {leave_out!r}; rule: a whole number of studies, 0 or more")
    notes: list[str] = []
    filters = list(_filters(counts, validity, definition, notes))
    pairs = {m: [ci for ci in cis if m not in LIKELIHOOD_METHODS or ci in ("wald", "t")] for m in methods}
    analyses = sum(len(found) for found in pairs.values())
    if not analyses:
        raise SynthesisError(
            f"methods = {list(methods)}, cis = {list(cis)}: no pair of method and interval exists; "
            'rule: "wald" or "t" with glmm and fixed, any interval with the others'
        )
    depth = _depth(filters, int(leave_out), analyses, cap, notes)
    subsets = [s for f in filters for s in _leave_out(counts, f, depth)]
    frame = _frame(counts, subsets, pairs, level)
    frame["is_primary"] = (
        (frame["method"] == primary[0])
        & (frame["ci"] == primary[1])
        & (frame["validity"] == ALL)
        & (frame["definition"] == ALL)
        & (frame["n_left_out"] == 0)
    )
    frame = frame.sort_values("estimate", kind="stable", ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return Multiverse(frame, float(level), tuple(notes), counts, tuple(subsets))


def _filters(
    counts: Counts,
    validity: Mapping[str, Iterable[bool]] | None,
    definition: Mapping[str, Iterable[bool]] | None,
    notes: list[str],
) -> Iterator[Subset]:
    """Each pair of filters that leaves a study."""
    everyone = np.ones(counts.k, dtype=bool)

    def masks(kind: str, given: Mapping[str, Iterable[bool]] | None) -> dict[str, Mask]:
        found = {name: check_mask(f"{kind} filter {name!r}", mask, counts.k) for name, mask in (given or {}).items()}
        return {ALL: everyone, **found}

    for v, v_mask in masks("validity", validity).items():
        for d, d_mask in masks("definition", definition).items():
            if (include := v_mask & d_mask).any():
                yield Subset(v, d, (), include)
            else:
                notes.append(f"No study passes validity {v!r} with definition {d!r}.")


def _depth(filters: Sequence[Subset], leave_out: int, analyses: int, cap: int, notes: list[str]) -> int:
    """How many studies can be left out without more than ``cap`` specifications."""
    sizes = [int(f.include.sum()) for f in filters]
    for depth in range(leave_out, -1, -1):
        count = analyses * sum(comb(size, j) for size in sizes for j in range(depth + 1) if j == 0 or size - j >= 2)
        if count <= cap:
            if depth < leave_out:
                notes.append(f"At most {depth} studies were left out at a time, to stay within {cap} specifications.")
            return depth
    raise SynthesisError(f"{count} specifications even with no study left out; rule: at most {cap} (cap)")


def _leave_out(counts: Counts, subset: Subset, depth: int) -> Iterator[Subset]:
    members = np.flatnonzero(subset.include)
    yield subset
    for j in range(1, min(depth, len(members) - 2) + 1):
        for gone in combinations(members, j):
            include = subset.include.copy()
            include[list(gone)] = False
            yield subset._replace(left_out=tuple(counts.studies[i] for i in gone), include=include)


def _joined(subset: Subset) -> str:
    return "; ".join(subset.left_out)


def _frame(counts: Counts, subsets: Sequence[Subset], pairs: Mapping[str, Sequence[str]], level: float) -> pd.DataFrame:
    """Rows for each pair of method and interval on each subset; equal sets of studies are fitted once."""
    include, where = np.unique(np.array([s.include for s in subsets]), axis=0, return_inverse=True)
    where = where.reshape(-1)
    shared = {
        "validity": [s.validity for s in subsets],
        "definition": [s.definition for s in subsets],
        "left_out": [_joined(s) for s in subsets],
        "n_left_out": [len(s.left_out) for s in subsets],
    }
    blocks = []
    for method, cis in pairs.items():
        fits = fit_subsets(counts, include, method)
        blocks += [
            pd.DataFrame({"method": method, "ci": ci, **shared, **_columns(fits, ci, level, where)}) for ci in cis
        ]
    return pd.concat(blocks, ignore_index=True)


def _columns(fits: Fits, ci: str, level: float, where: np.ndarray) -> dict[str, np.ndarray]:
    found = limits(fits, ci, level)
    return {
        "k": fits.k[where].astype(int),
        "events": fits.events[where].astype(int),
        "total": fits.totals[where].astype(int),
        "estimate": found.estimate[where],
        "ci_low": found.ci_low[where],
        "ci_high": found.ci_high[where],
        "tau2": fits.tau2[where],
        "i2": fits.i2[where],
        "is_exact": fits.is_exact[where],
    }
