"""The day on which something is made: pages that say how late a search is are as old as their build."""

from __future__ import annotations

import datetime as dt
import os

EPOCH = "SOURCE_DATE_EPOCH"  # seconds since 1970: the same input and the same day give the same bytes


def today() -> str:
    """The day as an ISO date; that of ``SOURCE_DATE_EPOCH`` where it is set, as for reproducible builds.

    Returns
    -------
    str
    """
    epoch = os.environ.get(EPOCH, "")
    if epoch.isdecimal():
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).date().isoformat()
    return dt.date.today().isoformat()


def months_over(due: str, day: str) -> int:
    """Whole months by which a day lies behind another; 0 within the first month, -1 where it is not over yet.

    Parameters
    ----------
    due, day : str
        ISO dates.

    Examples
    --------
    >>> months_over("2024-06-30", "2026-12-01"), months_over("2024-06-30", "2024-07-01"), months_over("2024-06-30", "2024-06-30")
    (29, 0, -1)
    """
    if day <= due:
        return -1
    end, now = dt.date.fromisoformat(due), dt.date.fromisoformat(day)
    last = (now + dt.timedelta(days=1)).day == 1  # the last day of a month completes it, however short it is
    return 12 * (now.year - end.year) + now.month - end.month - (now.day < end.day and not last)
