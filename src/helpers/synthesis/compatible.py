"""The inverse problem of an audit: which integer counts can stand behind printed percentages, and which P values."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import product

import pandas as pd

from helpers.synthesis.contingency import chi_square, fisher
from helpers.synthesis.counts import check_count
from helpers.synthesis.errors import SynthesisError, check_choice

ROUNDINGS = ("nearest", "truncated", "any")
TESTS = ("fisher", "chi2", "chi2_corrected")
MAX_TABLES = 20_000
Printed = str | int | float | Decimal


@dataclass(frozen=True, repr=False)
class CompatibleTables:
    """All tables that printed percentages and group sizes allow, with the P value of each test.

    Parameters
    ----------
    percents : tuple of str
        As printed.
    totals : tuple of int
        Patients in each group.
    tables : tuple of tuples of int
        Events in each group, one tuple per table; empty where nothing fits.
    pvalues : dict of str to tuple of float
        For each of ``TESTS`` the P value of each table, in the order of ``tables``.
    notes : tuple of str
        Which group fits no count, and similar.
    """

    percents: tuple[str, ...]
    totals: tuple[int, ...]
    tables: tuple[tuple[int, ...], ...]
    pvalues: dict[str, tuple[float, ...]]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        groups = " against ".join(f"{p}% of {n}" for p, n in zip(self.percents, self.totals, strict=True))
        if not self.tables:
            return f"{groups}: no whole numbers fit"
        ranges = ", ".join(f"{test} P {low:.3g} to {high:.3g}" for test in TESTS for low, high in [self._span(test)])
        return f"{groups}: {len(self.tables)} possible table{'s' * (len(self.tables) != 1)}; {ranges}"

    def _span(self, test: str) -> tuple[float, float]:
        return min(self.pvalues[test]), max(self.pvalues[test])

    def pvalue_range(self, test: str = "fisher") -> tuple[float, float] | None:
        """Smallest and largest P value of ``test`` over all tables; None where no table fits."""
        check_choice("test", test, TESTS)
        return self._span(test) if self.tables else None

    def to_frame(self) -> pd.DataFrame:
        """One row per table: events_1, total_1, events_2, ..., and a column of P values for each test."""
        rows = []
        for i, table in enumerate(self.tables):
            row: dict[str, float] = {}
            for group, (x, n) in enumerate(zip(table, self.totals, strict=True), start=1):
                row |= {f"events_{group}": x, f"total_{group}": n}
            rows.append(row | {f"{test}_pvalue": self.pvalues[test][i] for test in TESTS})
        return pd.DataFrame(rows)

    def tests_that_print(self, printed: str) -> tuple[str, ...]:
        """Tests with a table whose P value, rounded to the printed digits, reads ``printed`` ("0.03", "<0.001")."""
        return tuple(test for test in TESTS if any(prints_as(p, printed) for p in self.pvalues[test]))

    def r_code(self) -> str:
        """R code that runs the three tests on each table."""
        lines = []
        for table in self.tables:
            events = ", ".join(map(str, table))
            rest = ", ".join(str(n - x) for x, n in zip(table, self.totals, strict=True))
            lines.append(
                f"tab <- matrix(c({events}, {rest}), {len(table)}); c(fisher.test(tab)$p.value, "
                "chisq.test(tab, correct = FALSE)$p.value, chisq.test(tab)$p.value)"
            )
        return "\n".join(lines)


def prints_as(value: float, printed: str) -> bool:
    """Whether a P value can have been printed as ``printed``, for example "0.03", ".03" or "<0.001".

    A value on the edge between two roundings counts for both.

    Examples
    --------
    >>> prints_as(0.0349, "0.03"), prints_as(0.0351, "0.03"), prints_as(0.0004, "<0.001")
    (True, False, True)
    """
    found = re.fullmatch(r"\s*[Pp]?\s*([<>≤≥=]?)\s*(\d*[.]?\d+)\s*", printed)
    if found is None:
        raise SynthesisError(f"P value {printed!r} cannot be read; rule: digits, with < or > before them where printed")
    sign, digits = found.groups()
    if sign in ("<", "≤"):
        return value <= float(digits)
    if sign in (">", "≥"):
        return value >= float(digits)
    half = Fraction(1, 2 * 10 ** len(digits.partition(".")[2]))
    return abs(Fraction(value) - Fraction(digits)) <= half + Fraction(1, 10**12)


def compatible_counts(
    percent: Printed, total: int, decimals: int | None = None, rounding: str = "nearest"
) -> tuple[int, ...]:
    """Whole numbers of events that give the printed percentage of ``total``.

    Parameters
    ----------
    percent : str or number
        As printed, for example ``"33.3"``; a trailing % sign is allowed.
    total : int
        Patients in the group.
    decimals : int, optional
        Printed digits after the point; read from ``percent`` where left out (``"50.0"`` has one, ``50.0`` too).
    rounding : {"nearest", "truncated", "any"}
        ``nearest`` allows halves to go either way; ``truncated`` means cut off; ``any`` allows both.

    Returns
    -------
    tuple of int
        Ascending; empty where nothing fits (a slip in the source, or another denominator).

    References
    ----------
    Brown & Heathers (2017), the GRIM test, doi:10.1177/1948550616673876.

    Examples
    --------
    >>> compatible_counts("33.3", 12), compatible_counts("35", 12), compatible_counts("33", 200)
    ((4,), (), (65, 66, 67))
    """
    check_choice("rounding", rounding, ROUNDINGS)
    n = check_count(0, total)[1]
    value, digits = _read_percent(percent)
    unit = Fraction(1, 10 ** (digits if decimals is None else decimals))
    found = set()
    if rounding in ("nearest", "any"):
        found |= set(_whole_numbers((value - unit / 2) * n / 100, (value + unit / 2) * n / 100, n))
    if rounding in ("truncated", "any"):
        top = (value + unit) * n / 100
        found |= {x for x in _whole_numbers(value * n / 100, top, n) if x < top}
    return tuple(sorted(found))


def compatible_tables(
    percents: Sequence[Printed], totals: Sequence[int], decimals: int | None = None, rounding: str = "nearest"
) -> CompatibleTables:
    """All tables of events that fit the printed percentages of two or more groups, and the P values they allow.

    Parameters
    ----------
    percents : sequence of str or number
        As printed, one for each group.
    totals : sequence of int
        Patients in each group.
    decimals, rounding
        As in `compatible_counts`.

    Returns
    -------
    CompatibleTables

    Raises
    ------
    SynthesisError
        Fewer than two groups, lengths that differ, a percentage that cannot be read or lies outside 0 to 100,
        more than ``MAX_TABLES`` tables.

    Examples
    --------
    >>> compatible_tables(["75", "27"], [12, 15])
    75% of 12 against 27% of 15: 1 possible table; fisher P 0.0213 to 0.0213, chi2 P 0.0125 to 0.0125, \
chi2_corrected P 0.0349 to 0.0349
    """
    if len(percents) != len(totals) or len(percents) < 2:
        raise SynthesisError(
            f"{len(percents)} percentages and {len(totals)} totals; rule: one of each for two or more groups"
        )
    options = [compatible_counts(p, n, decimals, rounding) for p, n in zip(percents, totals, strict=True)]
    if (count := math.prod(map(len, options))) > MAX_TABLES:
        raise SynthesisError(f"{count} tables fit; rule: at most {MAX_TABLES}. Give the percentages with more digits.")
    notes = tuple(
        f"No whole number out of {n} prints as {p}%."
        for p, n, found in zip(percents, totals, options, strict=True)
        if not found
    )
    tables = tuple(product(*options))
    grouped = [tuple(zip(table, (int(n) for n in totals), strict=True)) for table in tables]
    pvalues = {
        "fisher": tuple(fisher(table) for table in grouped),
        "chi2": tuple(chi_square(table)[1] for table in grouped),
        "chi2_corrected": tuple(chi_square(table, correct=True)[1] for table in grouped),
    }
    return CompatibleTables(tuple(map(str, percents)), tuple(int(n) for n in totals), tables, pvalues, notes)


def _read_percent(percent: Printed) -> tuple[Fraction, int]:
    text = str(percent).strip().removesuffix("%").strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= 100:
        raise SynthesisError(f"percentage {percent!r}; rule: a number from 0 to 100")
    return Fraction(value), len(text.partition(".")[2])


def _whole_numbers(low: Fraction, high: Fraction, n: int) -> range:
    return range(max(0, math.ceil(low)), min(n, math.floor(high)) + 1)
