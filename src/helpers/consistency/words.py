"""What people write in their own words beside the evidence: since when it holds, and without a number of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from helpers.faults import Fault

UPDATES = "data/updates.csv"
OWN_WORDS = re.compile(r"\S*[^\W\d_]\S*")  # words with a letter: the digits of B12 belong to the name
FIX = (
    "Say it without the number, for instance by naming the studies (`Surname Year`): the site counts from the rows and"
    " shows its counts beside the summary. In a merge: review update merge --summary TEXT."
)


# Tables of people's own words: they are edited for an update while it is under way, before its row in `updates` exists.
OWN = ("findings", "statements", "certainty")


def check_since_when(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Rows of people's own words that begin or end with an update that neither was nor is to come."""
    updates = tables["updates"]
    known = set(updates["update_id"].dropna())
    last = max(updates.loc[updates["status"] == "integrated", "update_id"].dropna(), default="")
    faults = []
    for name in OWN:
        for column in ("added_in", "retired_in"):
            for line, cell in tables[name][column].dropna().items():
                if cell not in known and str(cell) < last:
                    message = "no update has this date"
                    fix = f"Write an update of data/updates.csv, or the one under way, which is later than {last}."
                    faults.append(
                        Fault(f"data/{name}.csv", int(str(line)), column, str(cell), "reference", message, fix)
                    )
    return faults


def check_summaries(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Digits in the summary of an update that are no part of the name of a study, of a date or of a version."""
    updates = tables["updates"]
    moments = [
        str(cell) for column in ("version", "searched_through", "integrated_on") for cell in updates[column].dropna()
    ]
    names = [*_study_names(tables), *moments]
    faults = []
    for line, summary in updates["summary"].dropna().items():
        rest = str(summary)
        for name in sorted(names, key=len, reverse=True):
            rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", rest)
        typed = [word for word in OWN_WORDS.sub(" ", rest).split() if re.search(r"\d", word)]
        if typed:
            message = f"the summary holds a number that is computed from no row: {', '.join(typed)}"
            faults.append(Fault(UPDATES, int(str(line)), "summary", str(summary), "summary-number", message, FIX))
    return faults


def _study_names(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """First author without initials, and year; retired studies too, which an earlier summary may name."""
    known = tables["studies"].dropna(subset=["first_author", "year"])
    surnames = [re.sub(r" [A-Z]{1,3}$", "", str(author)) for author in known["first_author"]]
    names = [f"{surname} {year}" for surname, year in zip(surnames, known["year"], strict=True)]
    letters = "abcdefghijklmnopqrstuvwxyz"  # by which studies of one surname and year are told apart
    return names + [f"{name}{letter}" for name in {n for n in names if names.count(n) > 1} for letter in letters]
