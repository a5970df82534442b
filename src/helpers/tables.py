"""Tables of ``data/`` as typed frames, held against the data dictionary."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import rules
from helpers.dictionary import DTYPES, Field, Table, load_dictionary
from helpers.faults import Fault

VOCABULARIES = "vocabularies"
CELLS = "cells-per-row"


def read_tables(root: Path, names: Iterable[str] | None = None) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Read tables and hold them against the dictionary.

    Parameters
    ----------
    root : Path
        Folder of the review.
    names : iterable of str, optional
        Tables to read; default all. References to tables that are not read are not checked.

    Returns
    -------
    tables : dict of str to DataFrame
        One a table, columns in dictionary order, typed; the index is the line of the file. A table that cannot be
        read at all is empty here and has a fault.
    faults : list of Fault
        Everything that breaks the dictionary, in the order of tables and lines.
    """
    dictionary = load_dictionary(root)
    chosen = list(dictionary) if names is None else list(names)
    tables: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    unreadable: set[str] = set()
    for name in chosen:
        tables[name], found, is_whole = _read_table(root, dictionary[name])
        faults += found
        if not is_whole:
            unreadable.add(name)
    # A row with too few or too many cells is not taken in: references to it would only repeat the fault.
    short = {name for name in chosen if any(f.file == dictionary[name].file and f.rule == CELLS for f in faults)}
    codes = None if VOCABULARIES in unreadable | short else _codes(tables.get(VOCABULARIES))
    for name in chosen:
        table, frame = dictionary[name], tables[name]
        if name in unreadable:
            continue
        faults += rules.check_fields(table, frame, codes)
        faults += rules.check_key(table, frame)
        mistyped = [f.row for f in faults if f.file == table.file and f.rule.startswith("type-")]
        faults += rules.check_rules(table, frame.drop(index=mistyped, errors="ignore"))  # their fault is already said
        faults += [
            f
            for key in table.foreign_keys
            if key[1] in tables and key[1] not in unreadable | short
            for f in rules.check_reference(table, frame, key, tables[key[1]])
        ]
    return tables, faults


PRINTED = "as_printed"
MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]{0,6}\.?"
# As spreadsheets write days that they have made of 7/14 or 7-14: 14-Jul, 14. Jul, Jul-14, 14.07.2024, 2024-07-14.
SPREADSHEET_DATE = re.compile(
    rf"\d{{1,2}}(?:-|\. ?){MONTH}(?:[- ]\d{{2,4}})?|{MONTH}-\d{{2,4}}|(?:\d{{1,2}}[/.]){{2}}\d{{4}}|\d{{4}}-\d\d-\d\d(?: .*)?",
    re.IGNORECASE,
)


def _codes(vocabularies: pd.DataFrame | None) -> dict[str, set[str]] | None:
    """Codes of each list; None when the lists were not read, so that no code can be called unknown."""
    if vocabularies is None:
        return None
    return {str(name): set(group["code"].dropna()) for name, group in vocabularies.groupby("list")}


def _read_table(root: Path, table: Table) -> tuple[pd.DataFrame, list[Fault], bool]:
    """Read one file; the last value says whether its rows could be taken in at all."""

    def refuse(rule: str, message: str, fix: str, row: int | None = None, column: str | None = None) -> Any:
        return table.empty(), [Fault(table.file, row, column, None, rule, message, fix)], False

    path = root / table.file
    if not path.is_file():
        return refuse("file-present", "the table is missing", f"Restore it: `git checkout {table.file}`.")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return refuse(
            "utf-8", f"not UTF-8: byte 0x{raw[error.start]:02x} in this line", "Save the file as UTF-8.", line
        )
    if not text.strip():
        return refuse("not-empty", "the file is empty, not even a header", f"Restore it: `git checkout {table.file}`.")
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader)
    expected = [f.name for f in table.fields]
    faults = [
        Fault(
            table.file,
            1,
            name,
            None,
            "columns",
            "this column is missing",
            f"Add it; the columns are: {', '.join(expected)}.",
        )
        for name in expected
        if name not in header
    ]
    faults += [
        Fault(table.file, 1, name, None, "columns", "unknown column", f"Known columns: {', '.join(expected)}.")
        for name in header
        if name not in expected
    ]
    faults += [
        Fault(table.file, 1, name, None, "columns", "this column stands twice", "Remove one of the two.")
        for name in sorted({n for n in header if header.count(n) > 1})
    ]
    if faults:
        if len(header) == 1 and ";" in header[0]:
            return refuse("comma-separated", "the columns are separated by semicolons", "Save the file with commas.", 1)
        return table.empty(), faults, False
    lines: list[int] = []
    rows: list[list[str]] = []
    start = reader.line_num + 1
    for cells in reader:
        if cells and len(cells) != len(header):
            message = f"{len(cells)} cells where the header has {len(header)}"
            faults.append(
                Fault(
                    table.file,
                    start,
                    None,
                    None,
                    CELLS,
                    message,
                    "Quote cells that hold commas or line breaks.",
                )
            )
        elif cells:
            lines.append(start)
            rows.append(cells)
        start = reader.line_num + 1
    columns, index = {}, pd.Index(lines, name="line")
    for f in table.fields:
        place = header.index(f.name)
        columns[f.name], found = _convert(table, f, index, [cells[place] for cells in rows])
        faults += found
    return pd.DataFrame(columns, index=index), faults, True


def _convert(table: Table, f: Field, index: pd.Index, cells: list[str]) -> tuple[pd.Series, list[Fault]]:
    convert, expected = CONVERTERS[f.type]
    values: list[Any] = []
    faults: list[Fault] = []
    for line, cell in zip(index, cells, strict=True):
        if not cell:  # not stated
            values.append(pd.NA)
            continue
        if f.name == PRINTED and SPREADSHEET_DATE.fullmatch(cell.strip()):
            message = "a date, which a spreadsheet may have made of a count such as 7/14"
            fix = "Look at the source and write what it prints; format the column as text before the file is opened again."
            faults.append(Fault(table.file, int(line), f.name, cell, "spreadsheet-date", message, fix))
        try:
            values.append(convert(cell))
        except ValueError:
            values.append(pd.NA)
            fix = f"Give {expected}, or leave the cell empty when the source does not say."
            faults.append(Fault(table.file, int(line), f.name, cell, f"type-{f.type}", f"not {expected}", fix))
    return pd.Series(values, index=index, dtype=DTYPES[f.type]), faults


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(text)
    return float(text)


def _date(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return dt.date.fromisoformat(text).isoformat()


CONVERTERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "string": (str, "text"),
    "integer": (_integer, "a whole number written with digits only"),
    "number": (_number, "a number with a decimal point"),
    "date": (_date, "a date as YYYY-MM-DD"),
}
