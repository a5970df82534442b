"""Days as people and spreadsheets write them: taken where they can be read in one way only."""

from __future__ import annotations

import datetime as dt
import re

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ].*)?")  # with full stops nobody puts the month first
EITHER_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ ].*)?")  # 3/4/2026 could be March or April
MONTHS = 12


def iso_day(text: str) -> str | None:
    """A date as ISO text; None where it is no date, or could be two.

    >>> iso_day("2026-11-25 13:05:00"), iso_day("25.11.2026"), iso_day("11/25/2026"), iso_day("11/12/2026")
    ('2026-11-25', '2026-11-25', '2026-11-25', None)
    """
    if found := DAY.fullmatch(text):
        year, month, day = found.groups()
    elif found := DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif (found := EITHER_FIRST.fullmatch(text)) and (order := _day_and_month(*found.groups()[:2])):
        (day, month), year = order, found.group(3)
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def could_be_two_days(text: str) -> bool:
    """Whether a date does not tell which number is the day."""
    found = EITHER_FIRST.fullmatch(text)
    return found is not None and _day_and_month(found.group(1), found.group(2)) is None


def _day_and_month(first: str, second: str) -> tuple[str, str] | None:
    """Day and month where only one order makes a date: a number above twelve is the day, two alike are both."""
    if first == second or int(first) > MONTHS:
        return first, second
    return (second, first) if int(second) > MONTHS else None
