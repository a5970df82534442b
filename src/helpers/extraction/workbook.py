"""The form as a workbook: a sheet for each table, lists to choose from, help on every column; no formula anywhere."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from helpers.dictionary import Field
from helpers.extraction import words
from helpers.extraction.plan import COHORTS, STUDY, TOTALS, Plan, Sheet

START, HELP, CODES, KNOWN, LISTS = "start", "help", "codes", "known", "lists"
LAST_ROW = 1000  # down to where drop-downs reach
REPORT_COLUMNS = (STUDY, "source_id", "authors", "year", "title", "journal", "doi", "pmid")
MUST, MAY, READ = (PatternFill("solid", fgColor=c) for c in ("1F4E79", "DCE6F1", "EDEDED"))
MOMENT = dt.datetime(2000, 1, 1)  # the same form gives the same bytes, whenever it is made
TEXT_FORMAT = "@"  # so that 7/14 stays 7/14 and becomes no date
WIDTHS = {"item": 60, "locator": 34, "note": 34, "definition": 34, "as_printed": 24, "detail": 24}


def workbook(plan: Plan, extractor: str) -> bytes:
    """A form as an XLSX file.

    Parameters
    ----------
    plan : Plan
        What the form asks.
    extractor : str
        Whose form it is.

    Returns
    -------
    bytes
        The same for the same plan.
    """
    book = Workbook()
    start = book.active
    assert isinstance(start, Worksheet)
    start.title = START
    _fill_start(start, plan, extractor)
    ranges = _ranges(plan)
    for sheet in plan.sheets:
        _fill_table(book.create_sheet(sheet.table.name), sheet, ranges)
    _fill_help(book.create_sheet(HELP), plan)
    _fill_codes(book.create_sheet(CODES), plan)
    _fill_grid(book.create_sheet(KNOWN), words.known_rows(plan), (20, 44, 90, 22))
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for place, (name, terms) in enumerate({**plan.lists, **plan.known}.items(), start=1):
        for line, text in enumerate((name, *(code for code, _, _ in terms)), start=1):
            _put(lists.cell(line, place), text)
    return _same_bytes(book)


def _put(cell: Cell | object, text: str) -> None:
    """Write a text as text, whatever it begins with."""
    assert isinstance(cell, Cell)
    cell.value = words.shown(text) or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = words.is_formula(text)  # also when somebody edits the cell


def _fill_start(ws: Worksheet, plan: Plan, extractor: str) -> None:
    _put(ws.cell(1, 1), "Extraction form")
    ws.cell(1, 1).font = Font(bold=True, size=14)
    line = 1
    for line, (label, value) in enumerate(words.about(plan, extractor), start=2):
        _put(ws.cell(line, 1), label)
        _put(ws.cell(line, 2), value)
        ws.cell(line, 1).font = Font(bold=True)
        ws.cell(line, 2).number_format = TEXT_FORMAT
    first = line + 2
    for line, sentence in enumerate(words.GUIDE, start=first):
        _put(ws.cell(line, 1), sentence)
    head = first + len(words.GUIDE) + 1
    columns = [c for c in REPORT_COLUMNS if c in plan.reports]
    for place, column in enumerate(columns, start=1):
        _put(ws.cell(head, place), column)
        _style_header(ws.cell(head, place), MAY)
    for line, row in enumerate(plan.reports[columns].to_dict("records"), start=head + 1):
        for place, column in enumerate(columns, start=1):
            _put(ws.cell(line, place), str(row[column]))
    for place, width in enumerate((22, 26, 30, 8, 60, 24, 28, 12), start=1):
        ws.column_dimensions[get_column_letter(place)].width = width


def _style_header(cell: Cell | object, fill: PatternFill) -> None:
    assert isinstance(cell, Cell)
    cell.fill = fill
    cell.font = Font(bold=True, color="FFFFFF" if fill is MUST else "000000")
    cell.alignment = Alignment(vertical="top")


def _fill_table(ws: Worksheet, sheet: Sheet, ranges: dict[str, str]) -> None:
    ws.freeze_panes = "A2"
    about = {f.name: f for f in sheet.columns}
    for place, column in enumerate(sheet.header, start=1):
        letter = get_column_letter(place)
        header = ws.cell(1, place)
        _put(header, words.title(sheet, column))
        fill = READ if column not in about else MUST if sheet.is_required(column) else MAY
        _style_header(header, fill)
        header.comment = _comment(words.help_text(sheet, column))
        ws.column_dimensions[letter].width = WIDTHS.get(column, max(12, len(column) + 4))
        if column in about:
            if rule := _validation(sheet, about[column], ranges):
                ws.add_data_validation(rule)
                rule.add(f"{letter}2:{letter}{LAST_ROW}")
            if about[column].type == "string":
                ws.column_dimensions[letter].number_format = TEXT_FORMAT
    for line, row in enumerate(sheet.rows, start=2):
        for place, column in enumerate(sheet.header, start=1):
            text = row.get(column, "")
            if text.isdecimal() and column in about and about[column].type == "integer":
                ws.cell(line, place).value = int(text)
            else:
                _put(ws.cell(line, place), text)
                ws.cell(line, place).number_format = TEXT_FORMAT


def _comment(text: str) -> Comment:
    note = Comment(text, "Living review")
    note.width, note.height = 320, 60 + 18 * (len(text) // 45)
    return note


def _validation(sheet: Sheet, column: Field, ranges: dict[str, str]) -> DataValidation | None:
    """What a cell of the column accepts: a code of its list, or a number within its limits."""
    name = sheet.choices(column.name)
    if name is not None:
        rule = DataValidation(type="list", formula1=ranges[name], allow_blank=True)
        # Several codes are typed, one can be chosen; a row may also name another one of the same form.
        rule.showErrorMessage = column.separator is None and name not in (COHORTS, TOTALS)
        rule.error = f"Choose one of the list {name}; the sheet `{CODES}` tells what the codes mean."
    elif column.type in ("integer", "number"):
        low, high = (column.constraints.get(end) for end in ("minimum", "maximum"))
        kind: Literal["whole", "decimal"] = "whole" if column.type == "integer" else "decimal"
        least, most = ("-1000000000" if low is None else str(low)), ("1000000000" if high is None else str(high))
        rule = DataValidation(type=kind, operator="between", formula1=least, formula2=most, allow_blank=True)
        rule.showErrorMessage = True
        rule.error = (
            f"A {'whole ' if kind == 'whole' else ''}number is wanted here; leave the cell empty if none is printed."
        )
    else:
        return None
    rule.errorTitle = column.name[:32]
    rule.promptTitle, rule.prompt = column.name[:32], words.help_text(sheet, column.name)[:255]
    rule.showInputMessage = True
    return rule


def _ranges(plan: Plan) -> dict[str, str]:
    """Where each list stands on the hidden sheet."""
    found = {}
    for place, (name, terms) in enumerate({**plan.lists, **plan.known}.items(), start=1):
        letter = get_column_letter(place)
        found[name] = f"{LISTS}!${letter}$2:${letter}${max(len(terms), 1) + 1}"
    return found


def _fill_help(ws: Worksheet, plan: Plan) -> None:
    rows = [("sheet", "column", "must be filled", "what to write")]
    for sheet in plan.sheets:
        rows.append((sheet.table.name, "", "", sheet.table.description))
        for column in sheet.header:
            is_must = column in {f.name for f in sheet.columns} and sheet.is_required(column)
            rows.append((sheet.table.name, column, "yes" if is_must else "", words.help_text(sheet, column)))
    _fill_grid(ws, rows, (20, 22, 16, 110))


def _fill_codes(ws: Worksheet, plan: Plan) -> None:
    rows = [("list", "code", "label", "definition")]
    rows += [(name, *term) for name, terms in plan.lists.items() for term in terms]
    _fill_grid(ws, rows, (20, 26, 60, 80))


def _fill_grid(ws: Worksheet, rows: list[tuple[str, str, str, str]], widths: tuple[int, ...]) -> None:
    ws.freeze_panes = "A2"
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            _put(ws.cell(line, place), text)
            ws.cell(line, place).alignment = Alignment(wrap_text=True, vertical="top")
            if line == 1:
                _style_header(ws.cell(line, place), MAY)
    for place, width in enumerate(widths, start=1):
        ws.column_dimensions[get_column_letter(place)].width = width


def _same_bytes(book: Workbook) -> bytes:
    """The workbook without the moment it was written at."""
    raw, clean = io.BytesIO(), io.BytesIO()
    book.save(raw)
    moment = f"{MOMENT:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(clean, "w") as written:
        for entry in read.infolist():
            content = read.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">" + moment + b"<", content)
            same = zipfile.ZipInfo(entry.filename, MOMENT.timetuple()[:6])
            written.writestr(same, content, zipfile.ZIP_DEFLATED)
    return clean.getvalue()
