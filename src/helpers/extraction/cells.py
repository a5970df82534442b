"""Cells of a form as typed values, held against the dictionary; nothing is computed and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers import rules
from helpers.dictionary import DTYPES, Field, Table
from helpers.extraction import words
from helpers.extraction.grids import Odd
from helpers.faults import Fault
from helpers.tables import CONVERTERS

LONGEST = 5_000  # characters of a cell; a note has some hundred
SAID_OTHERWISE = {"study-level-names-study"}  # rules of the dictionary that a form states in its own way
ODD = {  # rule, what is wrong, what to do
    "formula": ("formula", "a formula; it was not run", "Type the value itself, beginning with a letter or a digit."),
    "error": ("spreadsheet-error", "an error value of the spreadsheet", "Type the value that is printed."),
    "date": ("date", "the spreadsheet made a date of this cell", "Format it as text and type what is printed."),
    "percent": (
        "percent-format",
        "the spreadsheet holds a share and shows it as a percentage",
        "Format it as a number and type the percentage without its sign, such as 93.",
    ),
}
Row = Mapping[str, str | Odd]


def typed(table: Table, label: str, rows: Sequence[tuple[int, Row]]) -> tuple[pd.DataFrame, list[Fault]]:
    """Rows of text as a typed table.

    Parameters
    ----------
    table : Table
        From the dictionary.
    label : str
        What to call the file in faults.
    rows : sequence of (int, mapping)
        Line, and column to text.

    Returns
    -------
    frame : DataFrame
        Columns in dictionary order; the index is the line. A cell with a fault is empty.
    faults : list of Fault
    """
    faults: list[Fault] = []
    values: dict[str, list[Any]] = {f.name: [] for f in table.fields}
    for line, row in rows:
        for f in table.fields:
            value, said = _value(f, row.get(f.name, ""))
            values[f.name].append(value)
            if said:
                rule, message, fix, text = said
                faults.append(Fault(label, line, f.name, text, rule, message, fix))
    index = pd.Index([line for line, _ in rows], name="line", dtype="int64")
    return pd.DataFrame({f.name: pd.Series(values[f.name], index, DTYPES[f.type]) for f in table.fields}), faults


def _value(f: Field, cell: str | Odd) -> tuple[Any, tuple[str, str, str, str] | None]:
    """Typed value of a cell, or what is wrong with it: rule, message, fix, and the text shortened."""
    text = cell.text if isinstance(cell, Odd) else cell
    if text == "":
        return pd.NA, None
    short = words.shown(text)
    if isinstance(cell, Odd):
        return pd.NA, (*ODD[cell.kind], short)
    if words.is_formula(text.removeprefix("'")):
        return pd.NA, (*ODD["formula"], short)
    if words.CONTROL.search(text):
        return pd.NA, ("characters", "control characters", "Type the cell anew.", short)
    if len(text) > LONGEST:
        message = f"{len(text)} characters, where {LONGEST} are the most"
        return pd.NA, ("too-long", message, "Say it in a few own words.", short)
    convert, expected = CONVERTERS[f.type]
    try:
        return convert(text), None
    except ValueError:
        fix = f"Give {expected}, or leave the cell empty when the report does not say."
        return pd.NA, (f"type-{f.type}", f"not {expected}", fix, short)


def broken_rules(table: Table, label: str, frame: pd.DataFrame, codes: Mapping[str, set[str]] | None) -> list[Fault]:
    """What breaks the dictionary in a typed table: limits, codes, ids and row rules; empty cells are for the caller."""
    optional = [
        replace(f, constraints={k: v for k, v in f.constraints.items() if k != "required"}) for f in table.fields
    ]
    loose = replace(table, fields=tuple(optional), rules=tuple(r for r in table.rules if r.id not in SAID_OTHERWISE))
    found = [
        *rules.check_fields(loose, frame, codes),
        *rules.check_key(loose, frame),
        *rules.check_rules(loose, frame),
    ]
    return [replace(fault, file=label) for fault in found]
