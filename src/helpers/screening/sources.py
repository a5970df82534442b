"""A file of decisions as it comes back: its text, its rows, and which tool has written it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from helpers.faults import Fault, ReviewError
from helpers.screening.words import shown

HELP = "#"
MAX_BYTES = 100_000_000  # of a workbook, unpacked
EMPTY_RUN = 500  # empty rows after which a sheet has ended, however far its formats reach
ID_COLUMNS = ("report_id", "record_id")
SAID_ONCE = (*ID_COLUMNS, "decision", "reason", "reviewer", "decided_on", "notes")  # columns that may not stand twice
HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)
RIS = re.compile(r"^TY  ?- ", re.MULTILINE)


@dataclass(frozen=True)
class Sheet:
    """A delimited file: its rows by column name, each with its line."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_text(path: Path) -> str:
    """Text of a file of decisions.

    Raises
    ------
    ReviewError
        The file is missing, empty, an archive, a PDF or a web page.
    """
    if not path.is_file():
        raise _refused(path, "file-present", "there is no such file", "Give the file that the reviewer handed in.")
    raw = path.read_bytes()
    if not raw.strip(b"\x00\xef\xbb\xbf\xff\xfe \r\n\t"):
        raise _refused(path, "not-empty", "the file is empty", "Ask the reviewer for the file again.")
    if raw.startswith(b"PK") and (table := _workbook(path)) is not None:
        return table
    if raw.startswith(b"PK"):
        message = "a workbook or a ZIP archive that cannot be read as a list"
        fix = (
            "Workbook: save it once more as XLSX, or as CSV (UTF-8). Rayyan's archive: unpack it and give articles.csv."
        )
        raise _refused(path, "decisions-format", message, fix)
    if raw.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise _refused(path, "decisions-format", "a PDF or an old workbook", "Save the list as CSV (UTF-8).")
    if HTML.match(raw[:2000].removeprefix(b"\xef\xbb\xbf")):
        fix = "The download has failed or has asked for a login; export the decisions again."
        raise _refused(path, "decisions-format", "a web page, not a list of decisions", fix)
    return _decoded(raw)


def _workbook(path: Path) -> str | None:
    """The rows of a workbook's first sheet with any, as CSV; None where the file is no workbook that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                return None
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            out, run = io.StringIO(newline=""), 0
            writer = csv.writer(out, lineterminator="\n")
            for row in sheet.iter_rows(values_only=True):
                cells = [_cell(value) for value in row]
                run = 0 if any(cells) else run + 1
                if run > EMPTY_RUN:
                    break
                writer.writerow(cells)
            if out.getvalue().strip(", \n"):
                return out.getvalue()
    except Exception:  # whatever a broken archive provokes: the caller says that it is none
        return None
    return None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # an old spreadsheet on Windows; ids and decisions are plain letters in any case
        return raw.decode("cp1252", errors="replace")


def is_ris(text: str) -> bool:
    """Whether a text is in the RIS format."""
    return bool(RIS.search(text[:100_000]))


def read_sheet(text: str, path: Path) -> Sheet:
    """Rows of a delimited text, whatever the spreadsheet has put between the cells.

    Parameters
    ----------
    text : str
        Comma, semicolon or tab between the cells. Of a list in our own layout, rows whose id begins with ``#`` and that
        decide nothing are help and left out; elsewhere ``#`` is a letter like others, with which a title may begin.
    path : Path
        For messages.

    Raises
    ------
    ReviewError
        There is no header, a row has more cells than the header, or a column that decides stands twice.
    """
    lines = text.splitlines()
    header_line = next((line for line in lines if line.strip() and not line.lstrip('"').startswith(HELP)), "")
    mark = max(",;\t", key=header_line.count)
    with _long_cells():
        found = list(_rows(text, mark))
    start = next((n for n, (_, cells) in enumerate(found) if any(cells) and not cells[0].startswith(HELP)), None)
    if start is None:
        raise _refused(path, "columns", "no row with the names of the columns", "Keep the first row of the worklist.")
    columns = tuple(re.sub(r"\W+", "_", name.strip().lower()).strip("_") for name in found[start][1])
    faults = _columns_twice(path, found[start][0], columns)
    rows = []
    for line, cells in found[start + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            message = f"{len(cells)} cells where the header has {len(columns)}"
            fix = "Put the row right; a cell that holds the separator needs quotes."
            faults.append(Fault(path.name, line, None, shown(cells[0]), "cells-per-row", message, fix))
            continue
        row = dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))
        if not _is_help(row):
            rows.append((line, row))
    if faults:
        raise ReviewError(faults, f"{path.name} cannot be read")
    return Sheet(columns, tuple(rows))


def _is_help(row: Mapping[str, str]) -> bool:
    """Whether a row of our own list tells how to fill it in; a decision written into such a row is not passed over."""
    is_ours = "report_id" in row and "decision" in row
    return is_ours and row["report_id"].lstrip().startswith(HELP) and not row["decision"].strip()


def _columns_twice(path: Path, line: int, columns: tuple[str, ...]) -> list[Fault]:
    message = "this column stands twice, so one of its cells would not count"
    fix = "Keep one of the two, under its name."
    return [
        Fault(path.name, line, name, None, "column-twice", message, fix)
        for name in SAID_ONCE
        if columns.count(name) > 1
    ]


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=mark)
    start = 1
    for cells in reader:
        yield start, cells
        start = reader.line_num + 1


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as they are: the standard limit of the csv module refuses a long abstract."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _refused(path: Path, rule: str, message: str, fix: str) -> ReviewError:
    return ReviewError([Fault(path.name, None, None, None, rule, message, fix)], "The decisions cannot be read")
