"""The flow across updates, as PRISMA-LSR asks of a living review, and the tables beside both drawings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import numbers
from helpers.faults import Fault, ReviewError

FILE = "data/flow.csv"
REMOVED = ("duplicates_removed", "automation_removed", "already_decided")
STEPS = ("identified", "removed", "screened", "assessed", "new_studies", "total_studies")
UNITS = {"assessed": "reports", "new_studies": "studies", "total_studies": "studies"}
COLUMNS = ("update_id", "step", "count", "unit")
NOT_STATED = "not stated"


def living_flow(flow: pd.DataFrame) -> pd.DataFrame:
    """Each update's way from records to studies, and the studies of all updates so far.

    Parameters
    ----------
    flow : DataFrame
        Columns of ``data/flow.csv``, any number of updates.

    Returns
    -------
    DataFrame
        ``update_id``, ``step``, ``count`` (missing where not stated), ``unit``; updates in order of date, steps in order
        of the flow. Steps are codes of ``flow_box``, and ``removed`` for everything removed before screening. The arms
        of an update are added up; the sum is missing where one of them is.

    Raises
    ------
    ReviewError
        The studies of an update and those before it do not add up to its total.

    References
    ----------
    Akl et al. 2024, PRISMA-LSR, doi:10.1136/bmj-2024-079183; Kahale et al. 2022, doi:10.12688/f1000research.51723.3.
    """
    rows, faults, before = [], [], None
    for update, boxes in sorted(flow.groupby("update_id"), key=lambda pair: str(pair[0])):
        counts = _steps(boxes)
        new, total = counts["new_studies"], counts["total_studies"]
        if before is not None and total is not None and (new is None or total != before + new):
            message = f"not the {before} studies of the update before and the {new} new ones"
            fix = "Recheck which studies are new; the flow of an update is computed, not typed."
            faults.append(Fault(FILE, None, f"{update}, total_studies", str(total), "flow-adds-up", message, fix))
        before = total
        rows += [(str(update), step, counts[step], UNITS.get(step, "records")) for step in STEPS]
    if faults:
        raise ReviewError(faults, "The updates do not add up")
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"update_id": "string", "step": "string", "count": "Int64", "unit": "string"})


def _steps(boxes: pd.DataFrame) -> dict[str, int | None]:
    whole = boxes[boxes["reason"].isna()]

    def total(*codes: str) -> int | None:
        counts = whole.loc[whole["box"].isin(codes), "count"]
        return None if counts.empty or counts.isna().any() else int(counts.sum())

    counts = {step: total(step) for step in STEPS} | {"removed": total(*REMOVED)}
    if counts["total_studies"] is None and "total_studies" not in set(whole["box"]):
        # The baseline: its studies are all new and all there are.
        counts["new_studies"] = counts["total_studies"] = total("included_studies")
    return counts


def flow_table(boxes: pd.DataFrame, *, labels: Mapping[str, str], arms: Mapping[str, str]) -> pd.DataFrame:
    """The boxes of one update as a table for readers, beside the drawing.

    Parameters
    ----------
    boxes : DataFrame
        Rows of ``data/flow.csv`` of one update.
    labels, arms : mapping of str to str
        What readers see for each code of ``flow_box`` and ``flow_arm``.

    Returns
    -------
    DataFrame
        ``Arm``, ``Box``, ``Of which``, ``Number`` (*not stated* where there is none), ``Unit``.
    """
    return pd.DataFrame(
        {
            "Arm": [arms[arm] for arm in boxes["arm"]],
            "Box": [labels[box] for box in boxes["box"]],
            "Of which": boxes["reason"].fillna("").to_list(),
            "Number": [_written(count) for count in boxes["count"]],
            "Unit": boxes["unit"].to_list(),
        }
    )


def living_table(frame: pd.DataFrame, *, labels: Mapping[str, str], versions: Mapping[str, str]) -> pd.DataFrame:
    """`living_flow` as a table for readers: one row a step, one column an update.

    Parameters
    ----------
    frame : DataFrame
        As `living_flow` gives it.
    labels : mapping of str to str
        What readers see for each step, ``removed`` included.
    versions : mapping of str to str
        What readers see for each update.
    """
    updates = list(dict.fromkeys(frame["update_id"]))
    cells = {(u, s): _written(c) for u, s, c in frame[["update_id", "step", "count"]].itertuples(index=False)}
    table = {"Step": [labels[step] for step in STEPS]}
    return pd.DataFrame(table | {versions[u]: [cells[u, step] for step in STEPS] for u in updates})


def _written(count: object) -> str:
    return NOT_STATED if pd.isna(count) else numbers.whole(count)  # type: ignore[arg-type, call-overload]
