"""Printed values by row and column, and what they would be if one of them were misprinted."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from helpers.audit.recipes import Cell, RecipeError
from helpers.audit.selections import Condition, Selection, meets
from helpers.codes import Codes

USUAL = {  # the number that a row stands for
    "counts": "events",
    "quantities": "value",
    "flow": "count",
    "comparison_groups": "percent_printed",
    "studies": "patients",
    "cohorts": "patients",
    "doses": "high",
    "comparisons": "p_value",
}
KEYS = {
    "counts": "row_id",
    "quantities": "quantity_id",
    "flow": "box_id",
    "studies": "study_id",
    "cohorts": "cohort_id",
    "doses": "dose_id",
    "comparisons": "comparison_id",
}
PERCENT = ("percent_printed", "prevalence_percent")
WHOLES = ("population", "assessable", "information", "use")  # roles of the measures of which others are a part
Change = Mapping[tuple[str, str], Fraction]


class NotStatedError(Exception):
    """A value that the recipe needs is not printed."""


class Cells:
    """Every printed value, looked up by row and column.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the evidence; those without a key here are left out.
    changes : mapping of (row, column) to number, optional
        Values to read otherwise than printed.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._rows: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, list[str]] = {}
        self._tables = tables
        self._selectable: dict[str, list[dict[str, Any]]] = {}
        self._changes: Change = {}
        self._numbers: dict[tuple[str, str], Fraction] = {}  # what was looked up before
        for table, key in KEYS.items():
            for record in _records(tables.get(table)):
                self._rows.setdefault(record[key], record | {"_table": table})
        for record in _records(tables.get("comparison_groups")):
            name = f"{record['comparison_id']}/{record['group_no']}"
            place = self._rows.get(record["comparison_id"], {})
            kept = {"locator": place.get("locator"), "source_id": place.get("source_id")}
            self._rows[name] = record | kept | {"_table": "comparison_groups"}
            self._groups.setdefault(record["comparison_id"], []).append(name)
        lists = tables.get("vocabularies")
        self.codes = None if lists is None else Codes(lists)

    def __contains__(self, row: str) -> bool:
        return row in self._rows

    def nearest(self, row: str) -> str | None:
        """The id that is most like one that no row has; None where none is."""
        return next(iter(difflib.get_close_matches(row, self._rows, n=1)), None)

    def read_as(self, changes: Change) -> Cells:
        """The same cells with some values read otherwise than printed."""
        other = object.__new__(Cells)
        other.__dict__.update(self.__dict__)
        other._changes = changes
        return other

    def select(self, selection: Selection) -> list[dict[str, Any]]:
        """Rows of a table that meet every condition, as plain values.

        Raises
        ------
        RecipeError
            There is no such table, column or code: a slip in a name would choose nothing, and hold for ever.
        """
        if selection.table not in self._tables:
            raise RecipeError(f"no table is called {selection.table!r}; tables: {', '.join(self._tables)}")
        columns = set(self._tables[selection.table].columns)
        for condition in selection.conditions:
            self._refuse_unknown(condition, columns, selection.table)
        return [r for r in self.records(selection.table) if self.meets_all(r, selection)]

    def meets_all(self, row: Mapping[str, Any], selection: Selection) -> bool:
        """Whether a row meets every condition of a selection."""
        return all(meets(self._follow(row, c), c, self._within(c)) for c in selection.conditions)

    def _follow(self, row: Mapping[str, Any], condition: Condition) -> Any:
        """The value at the end of a path: a cell, the role of its code, or a cell of the row's study."""
        value: Any = None
        here, column = row, ""
        for step in condition.path:
            if step == "role" and column and self.codes is not None:
                value = self.codes.role(column, value)
            elif step == "study" and "study" not in here:
                here = self._rows.get(str(here.get("study_id")), {})
            else:
                value, column = here.get(step), step
        return value

    def _within(self, condition: Condition) -> Callable[[str], frozenset[str]]:
        name = condition.path[-1]
        return lambda code: frozenset({code} if self.codes is None else self.codes.within(name, code))

    def _refuse_unknown(self, condition: Condition, columns: set[str], table: str) -> None:
        steps = [step for place, step in enumerate(condition.path) if step != "role" or not place]
        if steps[0] == "study" and "study_id" in columns:
            steps, columns = steps[1:], set(self._tables["studies"].columns)
        if len(steps) != 1 or steps[0] not in columns:
            raise RecipeError(f"{table} has no column {'.'.join(condition.path)!r}")
        name = steps[0]
        if self.codes is None or not self.codes.order(name) or condition.path[-1] == "role":
            return
        for code in filter(None, condition.values):
            if (name, code) not in self.codes:
                raise RecipeError(f"the list {name!r} has no code {code!r}")

    def records(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table as plain values; missing cells are None."""
        if table not in self._selectable:
            self._selectable[table] = _records(self._tables[table])
        return self._selectable[table]

    def with_records(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Cells:
        """The same cells with other rows of one table."""
        other = object.__new__(Cells)
        other.__dict__.update(self.__dict__)
        other._selectable = {**self._selectable, table: [dict(row) for row in rows]}
        other._numbers = {}
        if table in KEYS:
            kept = {name: row for name, row in self._rows.items() if row.get("_table") != table}
            other._rows = kept | {row[KEYS[table]]: {**row, "_table": table} for row in rows}
        return other

    def row(self, row: str) -> dict[str, Any]:
        """A row as plain values; missing cells are None."""
        return self._rows[row]

    def groups(self, comparison: str) -> list[str]:
        """Rows of the groups of a comparison, as printed."""
        return self._groups.get(comparison, [])

    def column(self, cell: Cell) -> str:
        """The column a cell speaks of."""
        return cell.column or USUAL[self._rows[cell.row]["_table"]]

    def denominators_from(self, row: str) -> list[str]:
        """Rows of the same source, study, condition and treatment whose total is this row's count, printed only there."""
        whole = self._rows[row]
        if whole.get("_table") != "counts" or self.role("measure", whole.get("measure")) not in WHOLES:
            return []
        same = ("source_id", "study_id", "condition", "unit", "regimen")
        return [
            name
            for name, part in self._rows.items()
            if part.get("_table") == "counts"
            and part["total"] == whole["events"]
            and all(part.get(c) == whole.get(c) for c in same)
            and (
                whole["treatment"] == part["treatment"] or self.role("treatment", whole["treatment"]) == "no_treatment"
            )
            and not is_printed(part["total"], part)
        ]

    def number(self, cell: Cell) -> Fraction:
        """The value of a cell.

        Raises
        ------
        NotStatedError
            The cell is empty.
        """
        column = self.column(cell)
        place = cell.row, column
        if place in self._changes:
            return self._changes[place]
        if place in self._numbers:
            return self._numbers[place]
        value = self._rows[cell.row].get(column)
        if value is None:
            what = column.replace("_", " ").replace("percent printed", "percentage")
            raise NotStatedError(f"the {what} is not printed ({self._rows[cell.row].get('locator') or cell.row})")
        number = Fraction(repr(value)) if isinstance(value, float) else Fraction(int(value))
        return self._numbers.setdefault(place, number)

    def is_year(self, cell: Cell) -> bool:
        """Whether a number is a calendar year, written without separators."""
        column = self.column(cell)
        return column == "year" or (column == "value" and self._rows[cell.row].get("unit") == "year")

    def label(self, vocabulary: str, code: object) -> str:
        """A code as readers see it; the code itself where no list is at hand."""
        if self.codes is None or (vocabulary, str(code)) not in self.codes:
            return str(code).replace("_", " ")
        return self.codes.label(vocabulary, str(code))

    def role(self, vocabulary: str, code: object) -> str | None:
        """What a code does in the review; None where no list is at hand."""
        return None if self.codes is None else self.codes.role(vocabulary, code)

    def study(self, study_id: object) -> str:
        """A study as readers name it; its id where the table of studies is not at hand."""
        about = self._rows.get(str(study_id), {})
        if about.get("_table") != "studies":
            return str(study_id)
        if about.get("first_author") is None:
            return f"reference {about.get('ref_no')}"
        surname = re.sub(r" [A-Z]{1,3}$", "", about["first_author"])  # without initials
        return f"{surname} {about['year']}" if about.get("year") is not None else surname

    def subject(self, row: str) -> str:
        """What a row is about: study, treatment, condition, measure and detail."""
        cells = self._rows[row]
        parts = [self.study(cells["study_id"])] if cells.get("study_id") else []
        for column in ("treatment", "condition", "measure", "contrast"):
            code = cells.get(column)
            if code is not None and self.role(column, code) not in ("no_treatment", "whole"):
                label = self.label(column, code)
                parts.append(label[:1].lower() + label[1:] if column in ("measure", "contrast") else label)
        parts += [str(cells["detail"])] if cells.get("detail") else []
        subject = ", ".join(parts)
        return subject[:1].upper() + subject[1:]

    def text(self, cell: Cell) -> str:
        """A coded cell as readers see it."""
        column = self.column(cell)
        code = self._rows[cell.row].get(column)
        if code is None:
            raise NotStatedError(f"the {column.replace('_', ' ')} is not stated")
        return self.label(column, code)


def is_printed(number: Any, row: Mapping[str, Any]) -> bool:
    """Whether a number stands in the printed figures of its row."""
    printed = str(row.get("as_printed") or "")
    return number is not None and re.search(rf"(?<![\d.]){int(number)}(?!\d|\.\d)", printed) is not None


def _records(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    if frame is None or frame.empty:
        return []
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(k): v for k, v in record.items()} for record in plain.to_dict("records")]
