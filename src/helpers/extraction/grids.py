"""Files as they come back: workbooks, folders of CSV files and single CSV files, as plain grids of text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from helpers.faults import Fault
from helpers.records import unsafe_cell

MAX_ROWS = 20_000  # of a sheet; a form has some hundred
MAX_BYTES = 100_000_000  # unpacked; a form has a few hundred thousand
EMPTY_RUN = 500  # empty rows after which a sheet has ended, however far its formats reach
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # how such files begin
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Odd:
    """A cell that holds no plain text or number."""

    kind: str  # formula, error, date, percent
    text: str


@dataclass(frozen=True)
class Grid:
    """One sheet or one CSV file.

    Attributes
    ----------
    label : str
        For people: the file, and the sheet of a workbook.
    name : str
        Name of the sheet, or of the file without its ending.
    rows : tuple of (int, tuple of str or Odd)
        Line and cells; rows without any content are left out.
    """

    label: str
    name: str
    rows: tuple[tuple[int, tuple[str | Odd, ...]], ...]


def read_grids(path: Path) -> tuple[list[Grid], list[Fault]]:
    """Everything that a form's files hold, as text.

    Parameters
    ----------
    path : Path
        A folder of CSV files, a workbook (XLSX), or one CSV file; the content counts, not the ending.

    Returns
    -------
    grids : list of Grid
        In the order of the sheets, or of the file names.
    faults : list of Fault
        What could not be read.
    """
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
        if not files:
            return [], [_refused(path.name, "no-form", "the folder holds no CSV file", "Give the folder of a form.")]
        found = [_read_csv(p, f"{path.name}/{p.name}") for p in files]
        return [g for g, _ in found if g is not None], [f for _, faults in found for f in faults]
    if not path.is_file():
        return [], [_refused(str(path), "file-present", "there is no such file", "Check the path.")]
    start = path.read_bytes()[:4]
    if start == WORKBOOK:
        return _read_workbook(path)
    if start == OLD_WORKBOOK:
        return [], [_refused(path.name, "xlsx", "a workbook of the old kind (.xls)", "Save it as .xlsx.")]
    grid, faults = _read_csv(path, path.name)
    return ([grid] if grid else []), faults


def _refused(label: str, rule: str, message: str, fix: str, row: int | None = None) -> Fault:
    return Fault(label, row, None, None, rule, message, fix)


def _read_workbook(path: Path) -> tuple[list[Grid], list[Fault]]:
    broken = [_refused(path.name, "xlsx", "not a workbook that can be opened", "Save it once more as .xlsx.")]
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                return [], [_refused(path.name, "size", "far too large for a form", "Give the form itself.")]
        book = load_workbook(path, read_only=True, data_only=False)  # formulas are seen, never computed
    except Exception:  # whatever a broken archive provokes: for people it is one fault
        return [], broken
    grids, faults = [], []
    for sheet in book.worksheets:
        label = f"{path.name}, sheet {sheet.title}"
        try:
            rows = tuple(_rows(sheet.iter_rows()))
        except Exception:
            faults.append(_refused(label, "xlsx", "the sheet cannot be read", "Save the workbook once more as .xlsx."))
            continue
        if len(rows) > MAX_ROWS:
            faults.append(_refused(label, "size", f"more than {MAX_ROWS} rows", "Give the form itself."))
            continue
        grids.append(Grid(label, sheet.title, rows))
    book.close()
    return grids, faults


def _rows(rows: Iterator[Any]) -> Iterator[tuple[int, tuple[str | Odd, ...]]]:
    run = given = 0
    for line, cells in enumerate(rows, start=1):
        texts = [_text(cell) for cell in cells]
        while texts and texts[-1] == "":
            texts.pop()
        run = 0 if texts else run + 1
        if run > EMPTY_RUN or given > MAX_ROWS:
            return
        if texts:
            given += 1
            yield line, tuple(texts)


def _text(cell: Any) -> str | Odd:
    """A cell of a workbook as it would stand in a CSV file."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Odd("formula", str(getattr(value, "text", value)))
    if cell.data_type == "e":
        return Odd("error", str(value))
    if isinstance(value, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return Odd("date", str(value))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        if "%" in str(cell.number_format):
            return Odd("percent", f"{value:g}")
        return number_text(value)
    return _tidy(str(value))


def number_text(value: float) -> str:
    """A number as the tables write it: ``14``, ``92.3``."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _read_csv(path: Path, label: str) -> tuple[Grid | None, list[Fault]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"not UTF-8: byte 0x{raw[error.start]:02x} in this line"
        return None, [_refused(label, "utf-8", message, "Save it as CSV UTF-8, or give the workbook.", line)]
    if not text.strip():
        return None, [_refused(label, "not-empty", "the file is empty", "Give the form as it was made, filled in.")]
    try:
        rows = _parse(text)
    except csv.Error as error:
        return None, [_refused(label, "csv", f"not readable as CSV: {error}", "Save it once more as CSV UTF-8.")]
    if len(rows) > MAX_ROWS:
        return None, [_refused(label, "size", f"more than {MAX_ROWS} rows", "Give the form itself.")]
    return Grid(label, path.stem, tuple(rows)), []


def _parse(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """Rows with their lines; commas, semicolons or tabs, whichever parts the first line."""
    csv.field_size_limit(sys.maxsize)  # an endless cell is refused later, with its place
    first = text.splitlines()[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, start = [], 1
    for cells in reader:
        tidy = [_tidy(unsafe_cell(cell)) for cell in cells]
        while tidy and tidy[-1] == "":
            tidy.pop()
        if tidy:
            rows.append((start, tuple(tidy)))
        start = reader.line_num + 1
    return rows


def column(cells: Sequence[str | Odd], place: int) -> str | Odd:
    """A cell of a row; cells after the last one filled in are empty."""
    return cells[place] if place < len(cells) else ""
