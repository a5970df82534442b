"""Where the files of an update lie, and how they are read and written: text, one row a line, nothing guessed."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers import links, records, screening
from helpers.faults import Fault, ReviewError

csv.field_size_limit(sys.maxsize)  # a title of ten megabytes is odd, but it is not lost

UPDATES = "data/updates"  # committed: bibliographic facts and decisions
RAW = "_update"  # this machine's: raw exports with their abstracts, worklists, forms; never published, never cleaned
EXPORTS, RECORDS, LINKS, SCREENING, SEARCHES = "exports", "records", "links", "screening", "searches"
NOTES = "notes"  # what is to be known of each export until the merge, and afterwards
INCLUDED = "included"  # which study each included report is about
FULL_TEXTS = "full-texts"  # who asked whom for which full text, and when it came
BOXES = "boxes"  # where the way of each record ended, and of which report it is one; written by the merge

COLUMNS: Mapping[str, tuple[str, ...]] = {
    EXPORTS: (
        "export_id",
        "file",
        "sha256",
        "bytes",
        "format",
        "database",
        "arm",
        "started",
        "parsed",
        "imported_on",
    ),
    RECORDS: records.COLUMNS,
    NOTES: ("export_id", "kind", "note"),
    LINKS: links.LEDGER,
    SCREENING: screening.COLUMNS,
    INCLUDED: ("report_id", "study_id", "source_id", "citation_key", "kind", "appraisal_tool"),
    FULL_TEXTS: ("report_id", "asked_of", "asked_by", "asked_on", "got_on", "note"),
    BOXES: ("record_id", "box_id", "report_id"),
    SEARCHES: (
        "search_id",
        "update_id",
        "database",
        "platform",
        "date_run",
        "records",
        "strategy_file",
        "note",
        "source_id",
        "locator",
    ),
}


WHOLE = {EXPORTS: ("bytes", "started", "parsed")}  # columns of whole numbers
FIX = "It is kept by `review update`; bring back the last good one: git checkout {name}"
UNREADABLE = "A file of the update cannot be read"


def place(update_id: str, table: str) -> str:
    """Path of one of an update's tables within the review."""
    return f"{UPDATES}/{update_id}/{table}.csv"


def raw_export(update_id: str, sha256: str, name: str) -> str:
    """Path of an untouched export: named by its content, so that no name that somebody chose becomes a path."""
    suffix = Path(name).suffix.lower()
    return f"{RAW}/{update_id}/exports/{sha256}{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"


def worklist(update_id: str, name: str) -> str:
    """Path of a list made for people."""
    return f"{RAW}/{update_id}/worklists/{name}"


def shown(root: Path, path: Path) -> str:
    """A path as people read it: within the review from its folder on."""
    home = root.resolve()
    return path.resolve().relative_to(home).as_posix() if path.resolve().is_relative_to(home) else str(path)


def updates_on_disk(root: Path) -> list[str]:
    """Ids of the updates that have a folder, oldest first."""
    folders = (root / UPDATES).glob("*/exports.csv")
    return sorted(path.parent.name for path in folders if re.fullmatch(r"\d{4}-\d{2}-\d{2}", path.parent.name))


def read(root: Path, update_id: str, table: str) -> pd.DataFrame:
    """One of an update's tables, every cell as text and empty cells as empty text; without rows where there is no file.

    Raises
    ------
    ReviewError
        The file is not UTF-8, or its columns are not those that it should have.
    """
    name = place(update_id, table)
    rows = read_rows(root / name, COLUMNS[table], name)
    faults = [
        Fault(name, line, column, value, "whole-number", "this must be a whole number", FIX.format(name=name))
        for column in WHOLE.get(table, ())
        for line, value in enumerate(rows[column], 2)
        if not (value.isascii() and value.isdecimal())
    ]
    if table == NOTES:
        shown = rows[rows["kind"] == "shown"]["note"]
        faults += [
            Fault(
                name,
                int(str(line)) + 2,
                "note",
                value,
                "whole-number",
                "this must be a whole number",
                FIX.format(name=name),
            )
            for line, value in shown.items()
            if not (value.isascii() and value.isdecimal())
        ]
    if faults:
        raise ReviewError(faults, UNREADABLE)
    return rows


def read_rows(path: Path, columns: Sequence[str], name: str) -> pd.DataFrame:
    """Rows of a CSV file as text."""
    if not path.is_file():
        return pd.DataFrame(columns=list(columns), dtype="str")

    def refuse(row: int | None, column: str | None, rule: str, message: str) -> ReviewError:
        return ReviewError([Fault(name, row, column, None, rule, message, FIX.format(name=name))], UNREADABLE)

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(None, None, "utf-8", f"not UTF-8: {error.reason} at byte {error.start}") from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise refuse(None, None, "csv", f"not readable as CSV: {error}") from None
    header = rows[0] if rows else []
    if list(columns) == [*header, "relations"]:  # records.csv of an update that is older than this column
        rows = [header := [*header, "relations"], *([*cells, ""] for cells in rows[1:] if cells)]
    if list(header) != list(columns):
        wrong = next((c for c in [*columns, *header] if c not in header or c not in columns), None)
        raise refuse(1, wrong, "columns", f"the columns are not {', '.join(columns)}")
    for number, cells in enumerate(rows[1:], 2):
        if cells and len(cells) != len(header):
            raise refuse(number, None, "cells-per-row", f"{len(cells)} cells where the header has {len(header)}")
    plain = [[records.unsafe_cell(cell) for cell in row] for row in rows[1:] if row]
    return pd.DataFrame(plain, columns=list(columns), dtype="str")


def as_csv(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> str:
    """The rows as CSV with LF, the same text for the same rows; no spreadsheet takes a cell for a formula."""
    chosen = list(columns) if columns is not None else list(frame.columns)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(chosen)
    cells = frame.reindex(columns=chosen).astype("object")
    for row in cells.where(cells.notna(), "").itertuples(index=False, name=None):
        writer.writerow([records.safe_cell(str(cell)) for cell in row])
    return stream.getvalue()


def read_any(path: Path) -> pd.DataFrame:
    """Rows of a CSV file whose columns are its own affair, as text."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
        return pd.DataFrame([cells for cells in rows[1:] if cells], columns=rows[0] if rows else [], dtype="str")
    except (ValueError, csv.Error) as error:  # not UTF-8; rows of another length than the header
        name = "/".join(path.parts[-5:])
        fault = Fault(name, None, None, None, "readable", f"cannot be read: {error}", FIX.format(name=name))
        raise ReviewError([fault], UNREADABLE) from None
