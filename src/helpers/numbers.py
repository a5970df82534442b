"""How numbers are written: one rounding rule and one form for counts, percentages, intervals and P values."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd


def whole(value: float) -> str:
    """A count with thousands separators: ``6,588``."""
    return f"{int(value):,}"


def plain(value: float) -> str:
    """A number without needless zeros: ``0.8``, ``30``."""
    return f"{float(value):g}"


def rounded(value: float, digits: int = 0) -> Decimal:
    """Rounded half up, as printed percentages are; Python's own rounding goes to even."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def percent(proportion: float) -> str:
    """A proportion in [0, 1] as a whole percentage; below 1% and above 99% with one decimal unless exact.

    >>> percent(68 / 82), percent(0.0042), percent(0), percent(1), percent(0.99998)
    ('83%', '0.4%', '0%', '100%', '>99.9%')
    """
    share = 100 * float(proportion)
    if 0 < share < 0.05 or 99.95 <= share < 100:
        return "<0.1%" if share < 1 else ">99.9%"
    near_edge = 0 < share < 1 or 99 < share < 100
    return f"{rounded(share, 1 if near_edge else 0)}%"


def interval(low: float, high: float) -> str:
    """Limits of an interval of proportions: ``73% to 90%``."""
    return f"{percent(low)} to {percent(high)}"


IN_A_THOUSAND = "in 1,000"  # behind a number that `in_thousand` writes


def in_thousand(proportion: float) -> str:
    """A proportion as so many in 1,000, with two significant digits.

    >>> in_thousand(16 / 16557), in_thousand(1 / 21000), in_thousand(0), in_thousand(2e-6), in_thousand(0.0123)
    ('0.97', '0.05', '0', '<0.01', '12')
    """
    rate = 1000 * float(proportion)
    if 0 < rate < 0.005:
        return "<0.01"
    return f"{rounded(rate, 0 if rate == 0 or rate >= 10 else 1 if rate >= 1 else 2)}"


def confidence(level: float) -> str:
    """The name of an interval: ``95% CI``."""
    return f"{plain(100 * level)}% CI"


def p_value(value: float) -> str:
    """A P value with two significant digits; below 0.001 as an inequality."""
    return "P < 0.001" if value < 0.001 else f"P = {float(f'{value:.2g}'):g}"


def span(low: float | None, high: float | None, unit: str = "") -> str:
    """A range with its unit; one number when both ends agree, an inequality when one is open.

    >>> span(2, 30, "mg/kg/day"), span(25, 25, "days"), span(5, None, "mg/kg/day"), span(None, 12, "mg/kg")
    ('2 to 30 mg/kg/day', '25 days', 'at least 5 mg/kg/day', 'up to 12 mg/kg')
    """
    no_low, no_high = pd.isna(low), pd.isna(high)
    if no_low and no_high:
        text = "not stated"
    elif no_high:
        text = f"at least {plain(low)}"  # type: ignore[arg-type]
    elif no_low:
        text = f"up to {plain(high)}"  # type: ignore[arg-type]
    else:
        text = plain(low) if low == high else f"{plain(low)} to {plain(high)}"  # type: ignore[arg-type]
    return f"{text} {unit}".strip()


def day(iso: str) -> str:
    """An ISO date as readers write it: ``30 June 2023``."""
    date = dt.date.fromisoformat(iso)
    return f"{date.day} {date:%B %Y}"
