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
from helpers.synthesis.fits import INTERVALS, METHODS, PAIRING, PRIMARY, Fits, fit_subsets, is_pair, limits
from helpers.synthesis.notes import percent
from helpers.synthesis.rcode import pool_code

DEFAULT_METHODS = ("glmm", "logit-reml", "logit-pm", "logit-dl", "arcsine-reml", "freeman-tukey-reml", "fixed")
DEFAULT_INTERVALS = (PRIMARY[1], "mhksj")
MAX_SPECIFICATIONS = 5_000
MANY = 20  # times the cap
TIE = 1e-9  # estimates nearer to each other than this are the same
ALL = "all"


class Subset(NamedTuple):
    """One set of studies: names of the two filters, labels left out, boolean row of shape (k,)."""

    validity: str
    definition: str
    left_out: tuple[str, ...]
    include: Mask


@dataclass(frozen=True)
class CurveSummary:
    """What a specification curve shows, each distinct analysis counted once.

    ``analyses`` is ``models`` times ``sets`` of studies; ``low``, ``median``, ``high`` and ``primary`` are proportions;
    ``below`` and ``above`` count the analyses whose estimate lies below and above the primary one by more than
    ``TIE``. ``primary`` is None where the primary analysis is not among them.
    """

    analyses: int
    models: int
    sets: int
    low: float
    median: float
    high: float
    primary: float | None
    below: int
    above: int

    def sentence(self, outcome: str = "the outcome") -> str:
        """The summary in one sentence."""
        models, sets = (f"{n} {word}{'s' * (n != 1)}" for n, word in ((self.models, "model"), (self.sets, "set")))
        said = (
            f"Over {self.analyses} distinct analyses ({models} for each of {sets} of studies, each analysis counted once) "
            f"the pooled proportion with {outcome} ranges from {percent(self.low)} to {percent(self.high)}, median "
            f"{percent(self.median)}"
        )
        if self.primary is None:
            return f"{said}."
        return f"{said}; the primary analysis gives {percent(self.primary)}, with {self.below} below it and {self.above} above."


@dataclass(frozen=True, eq=False, repr=False)
class Multiverse:
    """Results of all distinct analyses.

    Parameters
    ----------
    frame : DataFrame
        One row per analysis in ascending order of ``estimate``; use `to_frame`, which hands out a copy.
    level : float
        Confidence level.
    notes : tuple of str
        What was left out, and why.
    counts : Counts
        The studies.
    subsets : tuple of Subset
        The sets of studies behind the rows.
    """

    frame: pd.DataFrame
    level: float
    notes: tuple[str, ...]
    counts: Counts
    subsets: tuple[Subset, ...]

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        s = self.summary()
        shown = f", primary {s.primary:.1%}" if s.primary is not None else ""
        return f"{s.analyses} analyses: estimates from {s.low:.1%} to {s.high:.1%} (median {s.median:.1%}{shown})"

    def to_frame(self) -> pd.DataFrame:
        """Tidy frame, one row per distinct analysis: a model on a set of studies.

        Columns: ``rank`` (1 is the lowest estimate), ``method``, ``ci`` (the interval shown, which is no choice that
        makes another analysis), ``validity``, ``definition`` (names of the filters), ``left_out`` (studies, empty text
        for none), ``n_left_out``, ``k``, ``events``, ``total``, ``estimate``, ``ci_low``, ``ci_high`` (proportions),
        ``tau2`` (pooled scale), ``i2`` (percent), ``is_exact`` (exact interval, whatever ``ci`` says), ``is_primary``.
        """
        return self.frame.copy()

    def summary(self) -> CurveSummary:
        """Range, median and place of the primary analysis, each distinct analysis counted once."""
        f = self.frame
        chosen = f.loc[f["is_primary"], "estimate"]
        primary = float(chosen.iloc[0]) if len(chosen) else None
        at = np.nan if primary is None else primary
        return CurveSummary(
            analyses=len(f),
            models=int(f["method"].nunique()),
            sets=len(self.subsets),
            low=float(f["estimate"].min()),
            median=float(f["estimate"].median()),
            high=float(f["estimate"].max()),
            primary=primary,
            below=int((f["estimate"] < at - TIE).sum()),
            above=int((f["estimate"] > at + TIE).sum()),
        )

    def r_code(self, rank: int | None = None) -> str:
        """R code of the analysis with this ``rank``; of the primary one where left out."""
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
    cis: str | Sequence[str] = DEFAULT_INTERVALS,
    validity: Mapping[str, Iterable[bool]] | None = None,
    definition: Mapping[str, Iterable[bool]] | None = None,
    leave_out: int = 1,
    cap: int = MAX_SPECIFICATIONS,
    level: float = 0.95,
    primary: tuple[str, str] = PRIMARY,
) -> Multiverse:
    """Pool with every model on every distinct set of studies.

    Parameters
    ----------
    events, totals, studies, level
        As in `pool_proportions`.
    methods : sequence of str, or one str
        The models.
    cis : sequence of str, or one str
        Intervals in order of preference: each row shows that of ``primary``, or where its model has none such the first
        of these that it has. An estimate does not depend on its interval, so that intervals make no further analyses.
        A model that has none of them is passed over.
    validity, definition : mapping of name to k booleans, optional
        Named filters, for example ``{"good or fair": [...]}``; "all" is always there as the first.
    leave_out : int
        Up to so many studies are left out, 0 for none; at least two stay.
    cap : int
        Most analyses; ``leave_out`` is lowered until they fit, and a note says so.
    primary : (method, ci)
        The row that ``is_primary`` marks: all studies, nothing left out.

    Returns
    -------
    Multiverse
        Non-redundant analyses: where two choices leave the same studies, the first is kept, and a filter that excludes
        nobody is named in ``notes``. Each set of studies is fitted once per model, all sets in one pass.

    Raises
    ------
    SynthesisError
        As `pool_proportions`; also for a bad filter, where no model has one of the intervals, or where even
        ``leave_out = 0`` exceeds ``cap``.

    References
    ----------
    Voracek, Kossmeier & Tran (2019), doi:10.1027/2151-2604/a000357; Simonsohn, Simmons & Nelson (2020),
    doi:10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> multiverse([0, 3, 5, 12, 2, 9, 1], [6, 8, 9, 20, 5, 14, 4])
    56 analyses: estimates from 34.0% to 53.7% (median 47.3%, primary 45.7%)
    """
    methods = (methods,) if isinstance(methods, str) else tuple(dict.fromkeys(methods))
    cis = (cis,) if isinstance(cis, str) else tuple(cis)
    for method in (*methods, primary[0]):
        check_choice("method", method, METHODS)
    for ci in (*cis, primary[1]):
        check_choice("ci", ci, INTERVALS)
    level = check_level(level)
    counts = check_counts(events, totals, studies)
    if isinstance(leave_out, bool) or not isinstance(leave_out, (int, np.integer)) or leave_out < 0:
        raise SynthesisError(f"leave_out = {leave_out!r}; rule: a whole number of studies, 0 or more")
    shown = {m: [ci for ci in (primary[1], *cis) if is_pair(m, ci)] for m in methods if any(is_pair(m, c) for c in cis)}
    if not shown:
        raise SynthesisError(
            f"methods = {list(methods)}, cis = {list(cis)}: no pair of method and interval exists; rule: {PAIRING}"
        )
    notes: list[str] = []
    filters = list(_filters(counts, validity, definition, notes))
    subsets = _subsets(counts, filters, int(leave_out), len(shown), cap, notes)
    frame = _frame(counts, subsets, {m: intervals[0] for m, intervals in shown.items()}, level)
    frame["is_primary"] = (
        (frame["method"] == primary[0])
        & (frame["ci"] == primary[1])
        & (frame["validity"] == ALL)
        & (frame["definition"] == ALL)
        & (frame["n_left_out"] == 0)
    )
    frame = frame.sort_values("estimate", kind="stable", ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return Multiverse(frame, float(level), tuple(notes), counts, subsets)


def _filters(
    counts: Counts,
    validity: Mapping[str, Iterable[bool]] | None,
    definition: Mapping[str, Iterable[bool]] | None,
    notes: list[str],
) -> Iterator[Subset]:
    """Each pair of filters that leaves a study, those that leave the same studies once."""
    everyone = np.ones(counts.k, dtype=bool)

    def masks(kind: str, given: Mapping[str, Iterable[bool]] | None) -> dict[str, Mask]:
        found = {ALL: everyone}
        for name, mask in (given or {}).items():
            checked = check_mask(f"{kind} filter {name!r}", mask, counts.k)
            if checked.all():
                notes.append(f"The {kind} filter {name!r} excludes nobody, so that it makes no analysis of its own.")
            else:
                found[name] = checked
        return found

    seen: dict[bytes, Subset] = {}
    definitions = masks("definition", definition)
    for v, v_mask in masks("validity", validity).items():
        for d, d_mask in definitions.items():
            include = v_mask & d_mask
            if not include.any():
                notes.append(f"No study passes validity {v!r} with definition {d!r}.")
            elif (same := seen.get(include.tobytes())) is not None:
                notes.append(
                    f"Validity {v!r} with definition {d!r} leaves the same studies as validity {same.validity!r} with "
                    f"definition {same.definition!r}."
                )
            else:
                seen[include.tobytes()] = Subset(v, d, (), include)
    yield from seen.values()


def _subsets(
    counts: Counts, filters: Sequence[Subset], leave_out: int, models: int, cap: int, notes: list[str]
) -> tuple[Subset, ...]:
    """Distinct sets of studies, with as many left out at a time as ``cap`` allows."""
    sizes = [int(f.include.sum()) for f in filters]
    for depth in range(leave_out, -1, -1):
        if depth and models * sum(comb(size, depth) for size in sizes) > MANY * cap:
            continue  # far too many to look which of them are the same
        choices = [s for f in filters for s in _leave_out(counts, f, depth)]
        found: dict[bytes, Subset] = {}
        for choice in sorted(choices, key=lambda s: len(s.left_out)):
            found.setdefault(choice.include.tobytes(), choice)
        if models * len(found) <= cap:
            if depth < leave_out:
                notes.append(f"At most {depth} studies were left out at a time, to stay within {cap} specifications.")
            return tuple(found.values())
    raise SynthesisError(
        f"{models * len(filters)} specifications even with no study left out; rule: at most {cap} (cap)"
    )


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


def _frame(counts: Counts, subsets: Sequence[Subset], shown: Mapping[str, str], level: float) -> pd.DataFrame:
    """A row for each model, with the interval shown, on each set of studies."""
    include = np.array([s.include for s in subsets])
    shared = {
        "validity": [s.validity for s in subsets],
        "definition": [s.definition for s in subsets],
        "left_out": [_joined(s) for s in subsets],
        "n_left_out": [len(s.left_out) for s in subsets],
    }
    blocks = [
        pd.DataFrame(
            {"method": method, "ci": ci, **shared, **_columns(fit_subsets(counts, include, method), ci, level)}
        )
        for method, ci in shown.items()
    ]
    return pd.concat(blocks, ignore_index=True)


def _columns(fits: Fits, ci: str, level: float) -> dict[str, np.ndarray]:
    found = limits(fits, ci, level)
    return {
        "k": fits.k.astype(int),
        "events": fits.events.astype(int),
        "total": fits.totals.astype(int),
        "estimate": found.estimate,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "tau2": fits.tau2,
        "i2": fits.i2,
        "is_exact": fits.uses_exact(ci),
    }
