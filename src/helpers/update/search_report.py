"""What an update can tell about its searches: its own table, and what the files of search strings say."""

from __future__ import annotations

import pandas as pd

from helpers.faults import ReviewError
from helpers.update import layout
from helpers.update.searches import strategy_file
from helpers.update.state import Update
from helpers.update.strategies import DATE_RUN, read_strategy

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


def to_do(update: Update) -> list[str]:
    """What the report of the search still lacks; it keeps nothing from going on."""
    of_databases = set(update.exports.loc[update.exports["arm"] != "other", "database"])
    rows = searches_told(update)
    rows = rows[rows["database"].isin(of_databases)]
    todo = [
        f"the search string, as it was run, in {strategy_file(update.update_id, name)}"
        for name in rows.loc[rows["strategy_file"] == "", "database"]
    ]
    bare = rows.loc[(rows["platform"] == "") | (rows["date_run"] == ""), "database"]
    if len(bare):
        place = layout.place(update.update_id, layout.SEARCHES)
        todo.append(f"platform and day of the search ({', '.join(bare)}) there or in {place}")
    return todo
