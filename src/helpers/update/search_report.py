"""What an update can tell about its searches: its own table, and what the files of search strings say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.update import layout
from helpers.update.errors import fault
from helpers.update.searches import strategy_file
from helpers.update.state import Update
from helpers.update.strategies import DATE_RUN, README, read_strategy

FROM_STRATEGY = {"platform": "platform", "date_run": DATE_RUN}


def searches_told(update: Update) -> pd.DataFrame:
    """Searches with platform, day and file of the string, as far as people have written them down.

    Parameters
    ----------
    update : Update
        Under way.

    Returns
    -------
    DataFrame
        Columns of ``data/searches.csv``, all text. A cell that somebody filled in ``searches.csv`` stays.
    """
    rows = layout.read(update.root, update.update_id, layout.SEARCHES).to_dict("records")
    for row in rows:
        path = strategy_file(update.update_id, row["database"])
        if not (update.root / path).is_file():
            continue
        row["strategy_file"] = row["strategy_file"] or path
        try:
            said = read_strategy(update.root, update.update_id, row["database"]).items
        except ReviewError:
            continue  # a note without the items of PRISMA-S is better than none
        for column, item in FROM_STRATEGY.items():
            row[column] = row[column] or said.get(item, "")
    return pd.DataFrame(rows, columns=list(layout.COLUMNS[layout.SEARCHES]), dtype="str")


REPORTED = {
    "strategy_file": "search string",
    "platform": "platform",
    "date_run": "day of the search",
}  # PRISMA-S 8, 1, 13


def unreported(update: Update) -> dict[str, list[str]]:
    """What a report of the search has to say and this one does not, by database; searches by other methods have no string."""
    of_databases = set(update.exports.loc[update.exports["arm"] != "other", "database"])
    lacking = {
        row["database"]: [name for column, name in REPORTED.items() if not row[column]]
        for row in searches_told(update).to_dict("records")
        if row["database"] in of_databases
    }
    return {database: names for database, names in lacking.items() if names}


def to_do(update: Update) -> list[str]:
    """What the report of the search still lacks, and where it belongs."""
    return [
        f"{database}: {', '.join(names)}, in {strategy_file(update.update_id, database)}"
        for database, names in unreported(update).items()
    ]


def strategy_faults(update: Update) -> list[Fault]:
    """The same as faults: a version is published with the search that it rests on, or with the reason why not."""
    fix = (
        f"{README} shows the pattern of the file; platform and day can also stand in"
        f" {layout.place(update.update_id, layout.SEARCHES)}. If they cannot be had: review update merge"
        ' --without-strategy "WHY"; the reason is published.'
    )
    return [
        fault(
            strategy_file(update.update_id, database),
            f"the search of {database} is reported without {_listed(names)}",
            fix,
            rule="search-reported",
        )
        for database, names in unreported(update).items()
    ]


def with_reason(update: Update, why: str) -> pd.DataFrame:
    """`searches_told`, with the reason beside each search that is reported in part."""
    lacking = unreported(update)
    rows = searches_told(update).to_dict("records")
    for row in rows:
        if why and row["database"] in lacking:
            said = f"Without {_listed(lacking[row['database']])}: {' '.join(why.split())}"
            row["note"] = f"{row['note']} {said}".strip()
    return pd.DataFrame(rows, columns=list(layout.COLUMNS[layout.SEARCHES]), dtype="str")


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
