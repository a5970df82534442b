"""A list for a reviewer as a workbook: drop-downs for decision and reason, titles first, the help on a sheet of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from helpers.records import unsafe_cell
from helpers.screening.sources import HELP

WIDTHS = {"report_id": 14, "title": 60, "abstract": 90, "authors": 30, "journal": 24, "attention": 16, "reason": 18}
DECISIONS = ("include", "exclude", "unsure")
FILL = PatternFill("solid", fgColor="DCE6F1")


def as_workbook(text: str, reasons: Sequence[str]) -> bytes:
    """A list that `worklist` wrote as CSV, as an XLSX file; what comes back is read like the CSV.

    Parameters
    ----------
    text : str
        The list.
    reasons : sequence of str
        Codes to choose from.
    """
    header, *rows = [
        [unsafe_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    ]
    help_lines = [row[0] for row in rows if row[0].startswith(HELP)]
    rows = [row for row in rows if not row[0].startswith(HELP)]
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "list"
    sheet.freeze_panes = "B2"
    for line, row in enumerate([header, *rows], start=1):
        for place, cell in enumerate(row, start=1):
            _put(sheet.cell(line, place), cell, is_head=line == 1)
    for place, name in enumerate(header, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 12)
        choices = {"decision": DECISIONS, "reason": tuple(reasons)}.get(name)
        if choices and rows:
            # A list within the rule may have 255 characters; the codes stand on the sheet of help as well.
            rule = DataValidation(type="list", formula1=_formula(name, choices), allow_blank=True)
            rule.showErrorMessage = name == "decision"
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{len(rows) + 1}")
    help_sheet = book.create_sheet("help")
    for line, said in enumerate(help_lines, start=1):
        _put(help_sheet.cell(line, 1), said.lstrip(f"{HELP} "), is_head=False)
    help_sheet.column_dimensions["A"].width = 120
    for line, code in enumerate(reasons, start=1):
        _put(help_sheet.cell(line, 2), code, is_head=False)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _formula(name: str, choices: Sequence[str]) -> str:
    return f"help!$B$1:$B${len(choices)}" if name == "reason" else f'"{",".join(choices)}"'


def _put(cell: Cell | object, text: str, *, is_head: bool) -> None:
    """Write a text as text, whatever it begins with."""
    assert isinstance(cell, Cell)
    cell.value = text or None
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font, cell.fill = Font(bold=True), FILL
