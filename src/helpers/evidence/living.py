"""Counts with living totals, and back to print."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.codes import Codes
from helpers.evidence.totals import Living, Totals


def additions(counts: pd.DataFrame, studies: pd.DataFrame, cohorts: pd.DataFrame, codes: Codes) -> list[str]:
    """Rows of new studies that add to an earlier total, in the order of the table.

    Parameters
    ----------
    counts, studies, cohorts : DataFrame
        Tables of the evidence.
    codes : Codes
        What their codes mean.
    """
    totals = Totals(counts, studies, cohorts, codes)
    return [name for name, row in totals.rows.items() if totals.is_addition(row)]


def living_totals(
    counts: pd.DataFrame, studies: pd.DataFrame, cohorts: pd.DataFrame, codes: Codes
) -> tuple[pd.DataFrame, dict[str, Living]]:
    """Counts with what later studies add to the totals.

    Parameters
    ----------
    counts : DataFrame
        The table as printed, rows in force.
    studies, cohorts : DataFrame
        The studies in force, and their cohorts.
    codes : Codes
        What the codes of the tables mean.

    Returns
    -------
    counts : DataFrame
        The same rows. Where something was added, ``events`` and ``total`` are the sums, ``percent_printed`` is missing
        (it was the share of the printed count), ``how_obtained`` is ``derived`` and ``made_of``, a column that the
        table has only then, says what was added. Without additions, the very frame.
    living : dict of str to Living
        The rows that changed.
    """
    if "added_in" not in counts or counts["added_in"].nunique() < 2:
        return counts, {}
    totals = Totals(counts, studies, cohorts, codes)
    if not totals.direct:
        return counts, {}
    found = {name: totals.living(name) for name, row in totals.rows.items() if row["events"] is not None}
    changed = {n: x for n, x in found.items() if (x.events, x.total) != (x.events_printed, x.total_printed)}
    frame = counts.copy()
    frame["made_of"] = pd.Series(pd.NA, index=frame.index, dtype="string")
    for line, name in frame["row_id"].items():
        if name in changed:
            row = changed[name]
            frame.loc[line, ["events", "total"]] = [row.events, pd.NA if row.total is None else row.total]
            frame.loc[line, "percent_printed"] = pd.NA
            frame.loc[line, "how_obtained"] = "derived"
            frame.loc[line, "made_of"] = row.made_of
    return frame, changed


def as_printed(
    counts: pd.DataFrame, studies: pd.DataFrame, cohorts: pd.DataFrame, living: Mapping[str, Living], codes: Codes
) -> pd.DataFrame:
    """The table before anything was added: printed numbers, and additions standing on their own.

    Parameters
    ----------
    counts, living : as `living_totals` returns them
    studies, cohorts : DataFrame
        The studies in force, and their cohorts.
    codes : Codes
        What the codes of the tables mean.
    """
    if not living:
        return counts
    frame = counts.drop(columns="made_of")
    alone = set(additions(counts, studies, cohorts, codes))
    for line, name in frame["row_id"].items():
        if name in alone:
            frame.loc[line, "adds_up_to"] = pd.NA
        if name in living:
            row = living[name]
            frame.loc[line, "events"] = row.events_printed
            frame.loc[line, "total"] = pd.NA if row.total_printed is None else row.total_printed
            frame.loc[line, "percent_printed"] = pd.NA if row.percent_printed is None else row.percent_printed
            frame.loc[line, "how_obtained"] = row.how_obtained
    return frame
