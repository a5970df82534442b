"""What points at rows: corrections, findings, citations. Nothing may point at a row that is not there, or not any more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.codes import Codes
from helpers.evidence import CORRECTIONS, ROW_KEYS
from helpers.faults import Fault

SUBJECT = ["source_id", "level", "study_id", "condition", "unit"]  # whose patients a row counts
REFERENCES = "references.bib"
FINDINGS = "data/findings.csv"


def check_corrections(tables: Mapping[str, pd.DataFrame], corrections: list[Mapping[str, Any]]) -> list[Fault]:
    """Hold each entry against the row it speaks of, so that no note outlives its reason, and no mark stops at a part."""
    faults = list(_unmarked_totals(tables, corrections))
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


def _unmarked_totals(tables: Mapping[str, pd.DataFrame], corrections: list[Mapping[str, Any]]) -> Iterator[Fault]:
    """Totals that contain a part which an entry shows to be impossible, and which the entry does not name.

    A part is impossible where the entry also names a whole of it that is smaller: a total that it adds up to, or the
    patients that the same source counts in its condition.
    """
    codes = Codes(tables["vocabularies"])
    counts = tables["counts"].drop_duplicates("row_id").set_index("row_id")
    above = {str(part): str(total) for part, total in counts["adds_up_to"].dropna().items()}
    for entry in corrections:
        named = counts[counts.index.isin(entry["rows"]) & counts["events"].notna()]
        for name, part in named.iterrows():
            totals = _totals_of(str(name), above)
            is_population = named["measure"].map(lambda measure: codes.role("measure", measure) == "population")
            is_same = (named[SUBJECT].eq(part[SUBJECT]) | (named[SUBJECT].isna() & part[SUBJECT].isna())).all(axis=1)
            wholes = named[named.index.isin(totals) | (is_population & is_same & named["detail"].isna())]
            if not (smaller := wholes[wholes["events"] < part["events"]]).empty:
                for total in [total for total in totals if total not in entry["rows"]]:
                    message = f"{name} is larger than {smaller.index[0]}, which holds it; {total} contains it, unmarked"
                    fix = f"Add {total} to `rows` of the entry, so that its number carries the mark as well."
                    yield Fault(CORRECTIONS, None, entry["id"], total, "marked-totals", message, fix)


def _totals_of(row_id: str, above: Mapping[str, str]) -> list[str]:
    """Every total that a row is part of, the nearest first."""
    found: list[str] = []
    while (total := above.get(found[-1] if found else row_id)) is not None and total not in found:
        found.append(total)
    return found


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
            return None if pd.isna(value) else value.item() if hasattr(value, "item") else value
    return None


def check_findings(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Lines of the summary of findings whose row is not in force for as long as the line is."""
    counts = tables["counts"].drop_duplicates("row_id").set_index("row_id")
    faults = []
    for line, finding in tables["findings"].iterrows():
        for column in ("use_row", "outcome_row"):
            name = finding[column]
            if pd.isna(name) or name not in counts.index or pd.isna(finding["added_in"]):
                continue  # an empty cell, or an id that the reference check has told of
            row = counts.loc[name]
            until = finding["retired_in"]
            if not pd.isna(row["retired_in"]) and (pd.isna(until) or until > row["retired_in"]):
                message = f"the row is retired in {row['retired_in']}, and the finding goes on"
            elif not pd.isna(row["added_in"]) and row["added_in"] > finding["added_in"]:
                message = f"the row came in {row['added_in']}, after the finding ({finding['added_in']})"
            else:
                continue
            fix = "Retire the finding with the row, and add a new one that points at the row in its place."
            faults.append(Fault(FINDINGS, int(str(line)), column, str(name), "finding-row", message, fix))
    return faults


def check_citations(root: Path, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Keys of sources and studies that the bibliography does not have."""
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
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fix = f"Save it as UTF-8, or bring back the last good one: git checkout {REFERENCES}"
        message = f"the bibliography is not UTF-8, at byte {error.start}"
        return [Fault(REFERENCES, None, None, None, "utf-8", message, fix)]
    keys = set(re.findall(r"^@\w+\{([^,\s]+),", text, flags=re.MULTILINE))
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
