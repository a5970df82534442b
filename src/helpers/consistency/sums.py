"""Arithmetic within the tables: parts and wholes, percentages, boxes of the flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from helpers import screening
from helpers.codes import Codes
from helpers.evidence import Totals
from helpers.faults import Fault, ReviewError

COUNTS, FLOW = "data/counts.csv", "data/flow.csv"


def check_sums(tables: Mapping[str, pd.DataFrame], excused: set[str]) -> list[Fault]:
    """Parts named as a complete partition must add up to their whole, at every update.

    Rows that later studies add are no parts: they make the whole grow. A whole that a correction names in `sums` is excused.
    """
    counts, studies, cohorts = (tables[name] for name in ("counts", "studies", "cohorts"))
    codes = Codes(tables["vocabularies"])
    faults = _check_rings(counts)
    if faults:
        return faults  # a ring has no whole
    failed: set[str] = set()
    for update in sorted({*counts["added_in"].dropna(), *counts["retired_in"].dropna()}):
        totals = Totals(in_force(counts, update), studies, cohorts, codes)
        for whole, parts in totals.parts.items():
            if whole in excused or whole in failed:
                continue
            found = _check_sum(totals, whole, parts, counts)
            faults += found
            failed |= {whole} if found else set()
    return faults


def in_force(frame: pd.DataFrame, update: str) -> pd.DataFrame:
    """Rows added by an update and not retired by then."""
    return frame[frame["added_in"].fillna("").le(update) & ~frame["retired_in"].le(update).fillna(False)]


def _check_sum(totals: Totals, whole: str, parts: list[str], counts: pd.DataFrame) -> list[Fault]:
    stated = totals.rows[whole]["events"]
    since = totals.rows[whole].get("added_in") or ""
    values = []
    for part in parts:
        events = totals.rows[part]["events"]
        # A total that a later update states holds what its parts had grown to by then.
        grown = sum(a.events for a in totals.added(part) if a.added_in <= since)
        values.append(None if events is None else int(events) + grown)
    total = sum(value or 0 for value in values)
    if stated is not None and None not in values and total == stated:
        return []
    later = [part for part in parts if (totals.rows[part].get("added_in") or "") > since]
    message = f"its parts ({', '.join(parts)}) sum to {total}, not to {'an empty cell' if stated is None else stated}"
    fix = "Recheck the parts; if the source prints it so, name the whole under `sums` of an entry in data/corrections.yaml."
    if later:
        fix = (
            f"Recheck {', '.join(later)}: a later row makes a total grow only when its study is new as well. Patients of a"
            " study that was in the review before are in its totals: retire the row that the new one takes the place of,"
            " or leave `adds_up_to` empty."
        )
    line = int(counts.index[counts["row_id"] == whole][0])
    return [Fault(COUNTS, line, "events", None if stated is None else str(stated), "adds-up", message, fix)]


def _check_rings(counts: pd.DataFrame) -> list[Fault]:
    """Rows that are, over other rows, part of themselves."""
    first = counts.drop_duplicates("row_id").dropna(subset=["row_id"])
    above: dict[str, str] = dict(first.dropna(subset=["adds_up_to"])[["row_id", "adds_up_to"]].itertuples(index=False))
    faults = []
    for line, name in first["row_id"].items():
        seen, at = [name], above.get(name)
        while at is not None and at not in seen:
            seen.append(at)
            at = above.get(at)
        if at == name:
            message = f"the row is part of itself: {' -> '.join([*seen, name])}"
            fix = "A total stands above its parts: empty `adds_up_to` in the largest of them."
            faults.append(Fault(COUNTS, int(str(line)), "adds_up_to", above[name], "adds-up-ring", message, fix))
    return faults


def check_percentages(counts: pd.DataFrame, known_slips: set[str]) -> list[Fault]:
    """A printed percentage must be its count over its total, rounded or cut off, or be a known slip of the source."""
    faults = []
    whole = counts.dropna(subset=["events", "total", "percent_printed"])
    for line, row in whole[~whole["row_id"].isin(known_slips) & (whole["total"] > 0)].iterrows():
        share, printed = 100 * row["events"] / row["total"], float(row["percent_printed"])
        last_digit = 0.1 if printed % 1 else 1.0
        if abs(share - printed) >= last_digit:
            message = f"{row['events']} of {row['total']} is {share:.1f}%, not the printed {printed:g}%"
            fix = "Recheck count, total and percentage; if the source prints it so, name the row in data/corrections.yaml."
            faults.append(Fault(COUNTS, int(str(line)), "percent_printed", f"{printed:g}", "percentage", message, fix))
    return faults


FLOW_ORDER = [
    "identified",
    "screened",
    "sought",
    "assessed",
    "included_studies",
]  # no box holds more than one before it


def check_flow(flow: pd.DataFrame) -> list[Fault]:
    """Boxes of an arm that grow from one to the next, boxes that do not add up, and updates that do not."""
    lines = dict(_named(flow))
    found = [*screening.check_flow(flow), *_across_updates(flow)]
    # The arithmetic names a box; here it has a line as well.
    placed = [replace(f, row=lines[f.column], column="count") if f.column in lines else f for f in found]
    return [*_growing(flow), *placed]


def _growing(flow: pd.DataFrame) -> Iterator[Fault]:
    for _, boxes in flow[(flow["arm"] == "databases") & flow["count"].notna()].groupby("update_id"):
        whole = boxes[boxes["reason"].isna() & (boxes["unit"] != "studies")]
        in_order = whole.assign(rank=whole["box"].map({b: i for i, b in enumerate(FLOW_ORDER)})).dropna(subset=["rank"])
        in_order = in_order.sort_values("rank")
        for (_, before), (line, box) in zip(list(in_order.iterrows())[:-1], list(in_order.iterrows())[1:], strict=True):
            if box["count"] > before["count"]:
                message = f"more than the {before['count']} of the box before it ({before['box']})"
                fix = "Recheck both boxes against the source or the records."
                yield Fault(FLOW, int(str(line)), "count", str(box["count"]), "flow-shrinks", message, fix)


def _across_updates(flow: pd.DataFrame) -> tuple[Fault, ...]:
    try:
        screening.living_flow(flow)
    except ReviewError as error:
        return error.faults
    return ()


def _named(flow: pd.DataFrame) -> Iterator[tuple[str | None, int]]:
    """What the arithmetic calls each box, and its line."""
    for line, row in flow.iterrows():
        yield str(row["box_id"]), int(str(line))
        if pd.isna(row["reason"]):
            arm = "" if row["arm"] == "all" else f", arm {row['arm']}"
            yield f"{row['update_id']}{arm}, {row['box']}", int(str(line))
