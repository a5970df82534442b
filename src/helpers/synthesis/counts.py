"""Counts of a set of single-arm studies, checked once at the door."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.synthesis.errors import SynthesisError, counted_faults

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = Sequence[Any] | NDArray[Any] | Iterable[Any]


@dataclass(frozen=True, eq=False)
class Counts:
    """Checked counts of k studies, in the order given.

    Parameters
    ----------
    events, totals : arrays of shape (k,)
        Whole numbers, ``0 <= events <= totals``, ``totals >= 1``; stored as floats for arithmetic.
    studies : tuple of k str
        Labels for messages and frames.
    """

    events: Array
    totals: Array
    studies: tuple[str, ...]

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.studies)

    def subset(self, include: Mask) -> Counts:
        """Studies where ``include`` (shape (k,)) holds, in the same order."""
        labels = tuple(label for label, kept in zip(self.studies, include, strict=True) if kept)
        return Counts(self.events[include], self.totals[include], labels)


def check_counts(events: Numbers, totals: Numbers, studies: Iterable[Any] | None = None) -> Counts:
    """Counts of k >= 1 studies, or one error that names every study at fault.

    Parameters
    ----------
    events, totals : sequences of k whole numbers
        Patients with the event and patients assessed; ``12.0`` counts as whole, ``12.5`` does not.
    studies : sequence of k labels, optional
        Names for the messages; ``1 ... k`` where left out.

    Returns
    -------
    Counts

    Raises
    ------
    SynthesisError
        No sequence, no study, lengths that differ, or a count that is missing, negative, fractional or above its total;
        a total below 1 (nobody was assessed, so the study says nothing: leave it out on purpose).
    """
    xi, ni = _entries("events", events), _entries("totals", totals)
    if len(xi) != len(ni):
        raise SynthesisError(f"{len(xi)} events but {len(ni)} totals; rule: one total for each study")
    labels = tuple(str(i + 1) for i in range(len(xi))) if studies is None else tuple(str(s) for s in studies)
    if len(labels) != len(xi):
        raise SynthesisError(f"{len(xi)} studies but {len(labels)} labels; rule: one label for each study")
    if not xi:
        raise SynthesisError("no studies were given; rule: at least one study with events and total")
    faults = []
    for label, x, n in zip(labels, xi, ni, strict=True):
        found = [*_faults("events", x, 0), *_faults("total", n, 1)]
        if not found and float(x) > float(n):
            found = [f"events = {x}, total = {n}; rule `events <= total`"]
        faults += [f"study {label}: {fault}" for fault in found]
    if faults:
        raise SynthesisError(f"these counts cannot be used ({counted_faults(faults)})", faults)
    return Counts(np.array([float(x) for x in xi]), np.array([float(n) for n in ni]), labels)


def check_count(events: Any, total: Any, label: str = "1") -> tuple[int, int]:
    """One study's events and total as int, under the rules of `check_counts`."""
    counts = check_counts([events], [total], [label])
    return int(counts.events[0]), int(counts.totals[0])


def check_mask(name: str, mask: Iterable[Any], k: int) -> Mask:
    """Boolean array of shape (k,), or SynthesisError when the length or the values are wrong."""
    values = list(mask)
    if len(values) != k:
        raise SynthesisError(f"{name} has {len(values)} values for {k} studies; rule: one true or false for each study")
    if bad := [v for v in values if not isinstance(v, (bool, np.bool_))]:
        raise SynthesisError(f"{name} holds {bad[0]!r}; rule: only true or false")
    return np.array(values, dtype=bool)


def is_missing(value: Any) -> bool:
    """Whether a label or value is None, NaN, NaT or pd.NA."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _entries(name: str, values: Any) -> list[Any]:
    """The values as a list; a single number and containers without an order of studies are refused."""
    try:
        if not isinstance(values, (Mapping, set, frozenset)):
            return list(values)
    except TypeError:
        pass
    raise SynthesisError(f"{name} = {values!r}; rule: a sequence, one entry per study")


def _number(value: Any) -> float | None:
    """The value as float, None where it is no number (text is refused, also text that looks like one)."""
    if value is None or isinstance(value, (str, bytes)):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _faults(name: str, value: Any, minimum: int) -> list[str]:
    number = _number(value)
    if number is None or math.isnan(number):
        return [f"{name} is missing or not a number ({value!r}); rule: a whole number"]
    if not math.isfinite(number) or number != math.floor(number):
        return [f"{name} = {value}; rule: a whole number"]
    if number < minimum:
        return [f"{name} = {value}; rule `{name} >= {minimum}`"]
    return []
