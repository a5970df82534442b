"""The sums that a PRISMA 2020 flow must keep; a box without a number leaves its sums unchecked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from helpers.faults import Fault

FILE = "data/flow.csv"
LAWS = (  # in one arm: a box is the sum of those that leave it
    ("identified", ("duplicates_removed", "automation_removed", "already_decided", "screened")),
    ("screened", ("excluded_title_abstract", "awaiting_title_abstract", "sought")),
    ("sought", ("not_retrieved", "awaiting_full_text", "assessed")),
    ("assessed", ("excluded_full_text", "included_reports")),
)
OPTIONAL = {"automation_removed", "already_decided", "awaiting_title_abstract", "awaiting_full_text"}


def check_flow(boxes: pd.DataFrame, *, members: Mapping[str, Collection[str]] | None = None) -> list[Fault]:
    """Sums that do not hold in a flow.

    Parameters
    ----------
    boxes : DataFrame
        Rows of ``data/flow.csv``, of any number of updates.
    members : mapping of str to collection of str, optional
        What stands behind each box; its number must be the box's, unless there is nothing.

    Returns
    -------
    list of Fault
        Empty when all sums hold that can be checked: a sum with a box that is not there or not stated is left out,
        except that boxes which an update may lack count as none.
    """
    faults = []
    for update, rows in boxes.groupby("update_id", sort=False):
        counts = _counts(rows)
        for arm in dict.fromkeys(rows["arm"]):
            for whole, parts in LAWS:
                named = [(part, arm) for part in parts if (part, arm) in counts or part not in OPTIONAL]
                faults += _sum(str(update), counts, (whole, arm), named)
        faults += _across(str(update), counts)
        faults += _splits(str(update), rows)
    for name, count in boxes[["box_id", "count"]].itertuples(index=False):
        behind = len((members or {}).get(name, ()))
        if behind and behind != count:
            message = f"{behind} entries stand behind it"
            faults.append(_fault(str(name), str(count), message))
    return faults


Counts = dict[tuple[str, str], int | None]


def _counts(rows: pd.DataFrame) -> Counts:
    whole = rows[rows["reason"].isna()]
    return {
        (str(box), str(arm)): None if pd.isna(count) else int(count)
        for box, arm, count in whole[["box", "arm", "count"]].itertuples(index=False)
    }


def _across(update: str, counts: Counts) -> list[Fault]:
    """Totals over the arms and over the versions."""
    arms = [key for key in counts if key[0] == "included_reports"]
    new = [key for key in (("new_reports", "all"), ("known_study_reports", "all")) if key in counts]
    faults = _equal(update, counts, arms, new) if arms and new else []
    for unit in ("studies", "reports"):
        added = [("new_studies", "all")] if unit == "studies" else arms
        if (f"total_{unit}", "all") in counts and added:
            faults += _sum(update, counts, (f"total_{unit}", "all"), [(f"previous_{unit}", "previous"), *added])
    return faults


def _sum(update: str, counts: Counts, whole: tuple[str, str], parts: list[tuple[str, str]]) -> list[Fault]:
    return _equal(update, counts, [whole], parts)


def _equal(update: str, counts: Counts, left: list[tuple[str, str]], right: list[tuple[str, str]]) -> list[Fault]:
    a, b = [counts.get(key) for key in left], [counts.get(key) for key in right]
    if None in a or None in b or sum(x or 0 for x in a) == sum(x or 0 for x in b):
        return []
    parts = " + ".join(f"{box} {counts[box, arm]}" for box, arm in right)
    arm = f", arm {left[0][1]}" if left[0][1] != "all" else ""
    return [_fault(f"{update}{arm}, {left[0][0]}", str(sum(x or 0 for x in a)), f"not the sum of {parts}")]


def _splits(update: str, rows: pd.DataFrame) -> list[Fault]:
    """A box that is split must be the sum of its parts; in a transcribed flow a part may be named without the others."""
    faults = []
    for (box, arm), group in rows.groupby(["box", "arm"], sort=False):
        whole, parts = group[group["reason"].isna()], group[group["reason"].notna()]
        if len(whole) != 1 or parts.empty or group["count"].isna().any() or group["as_printed"].notna().any():
            continue
        if int(whole["count"].iloc[0]) != int(parts["count"].sum()):
            message = f"its parts sum to {int(parts['count'].sum())}"
            faults.append(_fault(f"{update}, arm {arm}, {box}", str(whole["count"].iloc[0]), message))
    return faults


def _fault(box: str, value: str, message: str) -> Fault:
    fix = "Recheck the records and decisions behind it; a computed box is never corrected by hand."
    return Fault(FILE, None, box, value, "flow-adds-up", message, fix)
