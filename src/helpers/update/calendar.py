"""Which update is under way, which may be started, and what its version will be."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.faults import ReviewError
from helpers.update import layout
from helpers.update.errors import fault, misused

TABLE = "data/updates.csv"
START = "review update start YYYY-MM-DD --pubmed FILE --embase FILE"


@dataclass(frozen=True)
class Calendar:
    """The updates of a review.

    Attributes
    ----------
    updates : DataFrame
        ``data/updates.csv``, integrated updates only, oldest first.
    running : str or None
        Update that has been started and is not integrated yet.
    """

    updates: pd.DataFrame
    running: str | None

    @property
    def last(self) -> str:
        """Newest integrated update."""
        return str(self.updates["update_id"].iloc[-1])

    @property
    def searched_through(self) -> str:
        """Day up to which the literature has been searched for the newest integrated update."""
        return str(self.updates["searched_through"].iloc[-1])

    @property
    def next_due(self) -> str:
        """Day by which the next search should be done."""
        return str(self.updates["next_due"].iloc[-1])

    def due(self, today: str) -> str:
        """When the next search should be done, as the end of a sentence."""
        return f"was due on {self.next_due} and is overdue" if today > self.next_due else f"is due on {self.next_due}"

    def version_of(self, update_id: str) -> str:
        """Version of an update: the year searched through, and the number of the release for that year."""
        year = update_id[:4]
        taken = [int(v.split(".")[1]) for v in self.updates["version"] if str(v).startswith(f"{year}.")]
        return f"{year}.{max(taken, default=0) + 1}"


def read_calendar(root: Path) -> Calendar:
    """The updates as the files tell.

    Raises
    ------
    ReviewError
        ``data/updates.csv`` is invalid or holds no integrated update, or two updates are under way.
    """
    found, faults = tables.read_tables(root, ["vocabularies", "updates"])
    faults = [f for f in faults if f.file == TABLE]
    if faults:
        raise ReviewError(faults, "The updates cannot be read")
    every = found["updates"]
    updates = every[every["status"] == "integrated"].sort_values("update_id")
    if updates.empty:
        one = fault(TABLE, "no update is integrated", f"Restore the file: `git checkout {TABLE}`.", rule="baseline")
        raise ReviewError([one], "The updates cannot be read")
    known = set(updates["update_id"])
    running = [name for name in layout.updates_on_disk(root) if name not in known]
    if len(running) > 1:
        fix = "Keep one: `review update undo UPDATE` takes the other one back."
        many = [
            fault(layout.place(u, layout.EXPORTS), "two updates are under way", fix, rule="one-update", value=u)
            for u in running
        ]
        raise ReviewError(many, "Only one update can be under way")
    return Calendar(updates, running[0] if running else None)


def check_id(calendar: Calendar, update_id: str, today: str) -> None:
    """Refuse an id that is no date, lies in the future, or is not after the last search.

    Raises
    ------
    UsageError
        With the next step.
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", update_id) or not _is_date(update_id):
        problem, rule = "not a date as YYYY-MM-DD", "update-id"
        fix = "An update is named by the last day that its search covers, e.g. 2024-06-30."
    elif update_id > today:
        problem, rule = f"this day has not come yet (today is {today})", "not-in-the-future"
        fix = "Name the last day that the search really covers."
    elif update_id in set(calendar.updates["update_id"]):
        problem, rule = "this update is integrated already", "new-update"
        fix = f"For a new search name its last day; the next one {calendar.due(today)}."
    elif update_id <= calendar.searched_through:
        problem, rule = f"the literature has been searched through {calendar.searched_through}", "after-the-last"
        fix = f"Name a later day; the next search {calendar.due(today)}."
    else:
        return
    raise misused("The update was not started", fault("UPDATE", problem, fix, rule=rule, value=update_id))


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def one_year_after(update_id: str) -> str:
    """The day a year later; the last of February for a leap day."""
    day = dt.date.fromisoformat(update_id)
    try:
        return day.replace(year=day.year + 1).isoformat()
    except ValueError:
        return day.replace(year=day.year + 1, day=28).isoformat()


def running_update(root: Path) -> str:
    """The update that is under way.

    Raises
    ------
    UsageError
        There is none.
    """
    calendar = read_calendar(root)
    if calendar.running is None:
        problem = f"no update is under way; the last one, {calendar.last}, is integrated"
        fix = f"Next search due: {calendar.next_due}. Begin with: {START}"
        raise misused("There is nothing to go on with", fault(layout.UPDATES, problem, fix, rule="update-under-way"))
    return calendar.running
