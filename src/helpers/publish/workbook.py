"""Spreadsheets for readers: tables as XLSX, the same bytes for the same table, and nothing in them that runs."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from helpers.publish.tables import FORMULA

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
LONGEST = 32_767  # characters that a cell of a spreadsheet can hold
CUT = " [cut here: a spreadsheet's cell holds no more; the CSV file has all of it]"
NAME_LENGTH = 31  # of a sheet
WIDEST, NARROWEST, LOOKED_AT = 60, 8, 200  # column widths in characters; rows that decide about them
HEADER = PatternFill("solid", fgColor="FFE6F1F4")
TOP = Alignment(vertical="top")
WRAPPED = Alignment(vertical="top", wrap_text=True)
Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, and its rows with the header first.

    Attributes
    ----------
    name : str
        Shown on the tab; shortened to what spreadsheets allow.
    rows : sequence of sequence of str, int, float or None
        Header first; numbers are numbers, all else is text, None an empty cell.
    is_prose : bool
        Lines to read, not a table: no filter, and the first column is wide.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    is_prose: bool = False


def to_xlsx(sheets: Sequence[Sheet], *, title: str, date: str) -> bytes:
    """A workbook.

    Parameters
    ----------
    sheets : sequence of Sheet
        At least one.
    title : str
        Title in the file's properties.
    date : str
        ISO date that the file gives as the day of its making, so that its bytes do not depend on the clock.

    Returns
    -------
    bytes
        The same for the same input. Text stays text: what looks like a formula is marked so that nothing runs it.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    taken: set[str] = set()
    for sheet in sheets:
        _fill(book.create_sheet(_free_name(sheet.name, taken)), sheet)
    made = datetime.datetime.fromisoformat(date or "1980-01-01")
    book.properties.title, book.properties.creator = title, ""
    book.properties.created = made
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue(), made)


def _fill(page: Any, sheet: Sheet) -> None:
    for number, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row, 1):
            if value is None or value == "":
                continue
            cell = page.cell(number, column)
            if isinstance(value, str):
                cell.value = _text(value)
                cell.data_type = "s"  # also what begins with an equals sign
                cell.quotePrefix = value.startswith(FORMULA)
            else:
                cell.value = value
            cell.alignment = WRAPPED if isinstance(value, str) and len(value) > WIDEST else TOP
            if number == 1:
                cell.font, cell.fill = Font(bold=True), HEADER
    width = max((len(row) for row in sheet.rows), default=0)
    for column in range(width):
        longest = max((len(str(row[column] or "")) for row in sheet.rows[:LOOKED_AT] if column < len(row)), default=0)
        page.column_dimensions[get_column_letter(column + 1)].width = min(WIDEST, max(NARROWEST, longest + 2))
    if not sheet.is_prose and sheet.rows:
        page.freeze_panes = "B2"
        page.auto_filter.ref = f"A1:{get_column_letter(max(width, 1))}{len(sheet.rows)}"


def _text(value: str) -> str:
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def _free_name(name: str, taken: set[str]) -> str:
    """A name that spreadsheets accept and no other sheet has."""
    base = re.sub(r"[\[\]:*?/\\']", " ", name).strip() or "Table"
    free, number = base[:NAME_LENGTH], 1
    while free.lower() in taken:
        number += 1
        free = f"{base[: NAME_LENGTH - len(str(number)) - 1]} {number}"
    taken.add(free.lower())
    return free


def _timeless(content: bytes, made: datetime.datetime) -> bytes:
    """The same workbook without the moment at which it was saved."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in _order(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ")
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), data)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data)
    return out.getvalue()


def _order(names: Iterable[str]) -> list[str]:
    """The list of contents first, as programs expect it."""
    return sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
