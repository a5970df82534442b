"""Rules that hold between rows and files: sums, flow, corrections, citations. The dictionary's own rules come first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import tables as table_files
from helpers.evidence import CORRECTIONS, ROW_KEYS, read_corrections
from helpers.faults import Fault

REFERENCES = "references.bib"
UNREADABLE = ("type-", "file-present", "utf-8", "not-empty", "columns", "comma-separated", "cells-per-row")  # rules


def check(root: Path) -> list[Fault]:
    """Every fault of the data: dictionary, sums, flow, corrections, citation keys.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    list of Fault
        Empty when the data are sound. A sum that the source itself prints wrong is no fault when
        ``data/corrections.yaml`` names it under ``sums``.
    """
    tables, faults = table_files.read_tables(root)
    corrections, more = read_corrections(root)
    # What cannot be read is said once; rules that need it would only repeat it.
    unreadable = {f.file.removeprefix("data/").removesuffix(".csv") for f in faults if f.rule.startswith(UNREADABLE)}
    faults += more
    if not unreadable & {*ROW_KEYS, "comparison_groups"}:
        faults += _check_corrections(tables, corrections)
    if "counts" not in unreadable:
        faults += _check_sums(tables["counts"], {whole for c in corrections for whole in c.get("sums", ())})
        faults += _check_percentages(tables["counts"], {row for c in corrections for row in c["rows"]})
    if "flow" not in unreadable:
        faults += _check_flow(tables["flow"])
    if not unreadable & {"sources", "studies"}:
        faults += _check_citations(root, tables)
    return faults


def _check_corrections(tables: Mapping[str, pd.DataFrame], corrections: list[Mapping[str, Any]]) -> list[Fault]:
    """Hold each entry against the row it speaks of, so that no note outlives its reason."""
    faults = []
    for entry in corrections:
        for row_id in entry["rows"]:
            if not any((tables[t][key] == row_id).any() for t, key in ROW_KEYS.items()):
                faults.append(
                    Fault(
                        CORRECTIONS,
                        None,
                        entry["id"],
                        row_id,
                        "reference",
                        "no evidence row has this id",
                        "Correct the id or remove the entry.",
                    )
                )
        for place, expected in entry["expect"].items():
            row_id, column = place.rsplit(".", 1)
            actual = _cell(tables, row_id, column)
            if actual != expected:
                message = f"expects {place} to be {expected!r}, but it is {actual!r}"
                faults.append(
                    Fault(
                        CORRECTIONS,
                        None,
                        entry["id"],
                        str(actual),
                        "expect",
                        message,
                        "Recheck the source; update the row or remove the entry.",
                    )
                )
    return faults


def _cell(tables: Mapping[str, pd.DataFrame], row_id: str, column: str) -> Any:
    if "/" in row_id:  # a group of a comparison: comparison_id/group_no
        comparison, group = row_id.split("/")
        frame = tables["comparison_groups"]
        found = frame[(frame["comparison_id"] == comparison) & (frame["group_no"] == int(group))]
        return None if found.empty or pd.isna(found.iloc[0][column]) else found.iloc[0][column]
    for table, key in ROW_KEYS.items():
        found = tables[table][tables[table][key] == row_id]
        if len(found):
            value = found.iloc[0].get(column)
            return None if pd.isna(value) else value
    return None


def _check_sums(counts: pd.DataFrame, excused: set[str]) -> list[Fault]:
    """Parts named as a complete partition must add up to their whole, unless a correction names the whole in `sums`."""
    faults = []
    events = counts.drop_duplicates("row_id").set_index("row_id")["events"]  # duplicates have a fault of their own
    for whole, parts in counts.dropna(subset=["adds_up_to"]).groupby("adds_up_to", sort=False):
        if whole not in events.index or whole in excused:
            continue
        total = parts["events"].sum()
        if parts["events"].isna().any() or pd.isna(events[whole]) or total != events[whole]:
            message = f"its parts ({', '.join(parts['row_id'])}) sum to {total}, not to {events[whole]}"
            line = int(counts.index[counts["row_id"] == whole][0])
            fix = "Recheck the parts; if the source prints it so, name the whole under `sums` of an entry in data/corrections.yaml."
            faults.append(Fault("data/counts.csv", line, "events", str(events[whole]), "adds-up", message, fix))
    return faults


def _check_percentages(counts: pd.DataFrame, known_slips: set[str]) -> list[Fault]:
    """A printed percentage must be its count over its total, rounded or cut off, or be a known slip of the source."""
    faults = []
    whole = counts.dropna(subset=["events", "total", "percent_printed"])
    for line, row in whole[~whole["row_id"].isin(known_slips) & (whole["total"] > 0)].iterrows():
        share, printed = 100 * row["events"] / row["total"], float(row["percent_printed"])
        last_digit = 0.1 if printed % 1 else 1.0
        if abs(share - printed) >= last_digit:
            message = f"{row['events']} of {row['total']} is {share:.1f}%, not the printed {printed:g}%"
            fix = "Recheck count, total and percentage; if the source prints it so, name the row in data/corrections.yaml."
            faults.append(
                Fault("data/counts.csv", int(str(line)), "percent_printed", f"{printed:g}", "percentage", message, fix)
            )
    return faults


FLOW_ORDER = [
    "identified",
    "screened",
    "sought",
    "assessed",
    "included_studies",
]  # no box holds more than one before it


def _check_flow(flow: pd.DataFrame) -> list[Fault]:
    faults = []
    for _, boxes in flow[(flow["arm"] == "databases") & flow["count"].notna()].groupby("update_id"):
        whole = boxes[boxes["reason"].isna() & (boxes["unit"] != "studies")]
        in_order = whole.assign(rank=whole["box"].map({b: i for i, b in enumerate(FLOW_ORDER)})).dropna(subset=["rank"])
        in_order = in_order.sort_values("rank")
        for (_, before), (line, box) in zip(list(in_order.iterrows())[:-1], list(in_order.iterrows())[1:], strict=True):
            if box["count"] > before["count"]:
                message = f"more than the {before['count']} of the box before it ({before['box']})"
                fix = "Recheck both boxes against the source or the records."
                faults.append(
                    Fault("data/flow.csv", int(str(line)), "count", str(box["count"]), "flow-shrinks", message, fix)
                )
    return faults


def _check_citations(root: Path, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    path = root / REFERENCES
    if not path.is_file():
        return [
            Fault(
                REFERENCES,
                None,
                None,
                None,
                "file-present",
                "the bibliography is missing",
                f"Restore it: `git checkout {REFERENCES}`.",
            )
        ]
    keys = set(re.findall(r"^@\w+\{([^,\s]+),", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    faults = []
    for table in ("sources", "studies"):
        for line, key in tables[table]["citation_key"].dropna().items():
            if key not in keys:
                fix = "Add the entry to references.bib, or empty the cell when the publication is not identified."
                faults.append(
                    Fault(
                        f"data/{table}.csv",
                        int(str(line)),
                        "citation_key",
                        str(key),
                        "citation",
                        "no such entry in references.bib",
                        fix,
                    )
                )
    return faults
