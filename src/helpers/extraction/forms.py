"""Forms for two extractors: a workbook and the same as a folder of CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from helpers.extraction import words
from helpers.extraction.plan import Plan, Sheet, plan
from helpers.extraction.workbook import REPORT_COLUMNS, workbook
from helpers.records import safe_cell

EXTRACTORS = ("a", "b")
ABOUT, REPORTS, HELP, CODES, KNOWN = "about.csv", "reports.csv", "help.csv", "codes.csv", "known.csv"


def make_forms(
    root: Path, reports: pd.DataFrame, *, update_id: str, extractors: Sequence[str] = EXTRACTORS
) -> dict[str, bytes]:
    """Forms to fill in, made from the data dictionary.

    Parameters
    ----------
    root : Path
        Folder of the review.
    reports : DataFrame
        One row an included report: ``study_id``, and as far as known ``source_id``, ``title``, ``authors``, ``year``,
        ``journal``, ``doi``, ``pmid``, ``appraisal_tool`` (default: the tool for case series).
    update_id : str
        Update the forms belong to.
    extractors : sequence of str
        Whose forms they are; each gets the same questions.

    Returns
    -------
    dict of str to bytes
        Relative path to content, for each extractor the same form three times, to fill in one of them: ``a.xlsx``, the
        files ``a/*.csv``, and ``a.csv`` with the tables one below the other; beside them ``help.csv``, ``codes.csv`` and
        ``known.csv``.
        Same reports, same bytes.

    Raises
    ------
    ReviewError
        A study has no id or one that could not name a study; the tables behind the forms break the dictionary.
    """
    form = plan(root, reports, update_id=update_id)
    files = {HELP: _help(form), CODES: _codes(form), KNOWN: _csv(words.known_rows(form))}
    for name in extractors:
        files[f"{name}.xlsx"] = workbook(form, name)
        files[f"{name}/{ABOUT}"] = _csv([("about", "value"), *words.about(form, name)])
        files[f"{name}/{REPORTS}"] = _reports(form)
        files |= {f"{name}/{sheet.table.path}": _csv(_lines(sheet)) for sheet in form.sheets}
        below = [line for sheet in form.sheets for line in ([], *_lines(sheet))]
        files[f"{name}.csv"] = _csv([*words.about(form, name), *below])
    return files


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV; the mark at the start tells spreadsheets that it is UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([[safe_cell(words.shown(c)) for c in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def _lines(sheet: Sheet) -> list[list[str]]:
    titles = [words.title(sheet, c) for c in sheet.header]
    return [titles, *([row.get(c, "") for c in sheet.header] for row in sheet.rows)]


def _reports(form: Plan) -> bytes:
    columns = [c for c in REPORT_COLUMNS if c in form.reports]
    return _csv([columns, *(map(str, row) for row in form.reports[columns].to_numpy())])


def _help(form: Plan) -> bytes:
    rows = [(s.table.name, c, words.help_text(s, c)) for s in form.sheets for c in s.header]
    return _csv([("table", "column", "what to write"), *(("", "", line) for line in words.GUIDE), *rows])


def _codes(form: Plan) -> bytes:
    rows = [(name, *term) for name, terms in form.lists.items() for term in terms]
    return _csv([("list", "code", "label", "definition"), *rows])
