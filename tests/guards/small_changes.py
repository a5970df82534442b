"""Small changes of rows under which a guard should fail: one number, one row more, one row less, one cell."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from helpers.audit.cells import Cells
from helpers.audit.recipes import Call, Cell, Node, Words, parse
from helpers.audit.selections import Condition, Selection, parse_selection
from helpers.codes import Codes

GROUPS = "comparison_groups"
COUNTED = ("events", "patients", "count")
FAR = 1_000_000
Row = dict[str, Any]


def small_changes(recipe: str, cells: Cells) -> Iterator[tuple[str, Cells]]:
    """Each change in words, with the cells as they would be.

    Parameters
    ----------
    recipe : str
        What a guard expects.
    cells : Cells
        The evidence as it is.
    """
    tree = parse(recipe)
    for selection, wanted in _selections(tree):
        yield from _one_row_more(selection, wanted, cells)
    for cell in _cells(tree):
        yield from _another_cell(cell, cells)
    for selection, wanted in _selections(tree):
        yield from _one_row_less(selection, wanted, cells)


def _cells(node: Node) -> Iterator[Cell]:
    if isinstance(node, Cell):
        yield node
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from _cells(argument)


def _selections(node: Node) -> Iterator[tuple[Selection, Selection | None]]:
    if not isinstance(node, Call):
        return
    texts = [a.text for a in node.arguments if isinstance(a, Words)]
    chosen = [parse_selection(text) for text in texts if ":" in text]
    if node.name == "every":
        yield chosen[0], parse_selection(texts[1])
    elif chosen:
        yield chosen[0], None
    for argument in node.arguments:
        yield from _selections(argument)


def _another_cell(cell: Cell, cells: Cells) -> Iterator[tuple[str, Cells]]:
    row = cells.row(cell.row)
    column = cells.column(cell)
    for changed in dict.fromkeys([column, *(c for c in ("events", "total", "percent_printed") if c in row)]):
        before = row.get(changed)
        if isinstance(before, str):  # a coded cell
            yield f"{cell.row}.{changed} = another", _with_cell(cells, row, changed, "another")
            continue
        for value in (0, 1, FAR, *([] if before is None else [before + 1, before - 1])):
            told = f"{cell.row}.{changed} = {value}"
            yield told, cells.read_as({(cell.row, changed): Fraction(value)}) if before is not None else cells
            yield told, _with_cell(cells, row, changed, value)
    for group in cells.groups(cell.row):  # what holds of a comparison hangs on its groups
        for value in range(1, 100, 4):
            yield f"{group}: {value}%", cells.read_as({(group, "percent_printed"): Fraction(value)})


def _with_cell(cells: Cells, row: Row, column: str, value: Any) -> Cells:
    table = row["_table"]
    plain = {k: v for k, v in row.items() if k != "_table"}
    rows = [r | {column: value} if all(r.get(k) == v for k, v in plain.items()) else r for r in cells.records(table)]
    return cells.with_records(table, rows)


def _one_row_less(selection: Selection, wanted: Selection | None, cells: Cells) -> Iterator[tuple[str, Cells]]:
    rows = cells.records(selection.table)
    if not wanted:
        kept = [row for row in rows if not any(row is chosen for chosen in cells.select(selection))]
        yield "no such row", cells.with_records(selection.table, kept)
    for chosen in cells.select(selection):
        at = next(i for i, row in enumerate(rows) if row is chosen)
        yield "one row less", cells.with_records(selection.table, rows[:at] + rows[at + 1 :])
        for column in (c for c in COUNTED if c in chosen):
            other = [*rows[:at], chosen | {column: FAR}, *rows[at + 1 :]]
            yield f"{column} = {FAR}", cells.with_records(selection.table, other)
        for condition in wanted.conditions if wanted else ():
            other = [*rows[:at], chosen | {condition.path[0]: _other_value(condition, _codes(cells))}, *rows[at + 1 :]]
            yield f"another {condition.path[0]}", cells.with_records(selection.table, other)


def _one_row_more(selection: Selection, wanted: Selection | None, cells: Cells) -> Iterator[tuple[str, Cells]]:
    """A row that the selection chooses, and which does not say what is wanted of it."""
    codes = _codes(cells)
    rows, studies = cells.records(selection.table), cells.records("studies")
    for count in (1, FAR):
        new: Row = dict.fromkeys(rows[0]) | {c: count for c in COUNTED if c in rows[0]}
        study: Row = dict.fromkeys(studies[0]) | {"study_id": "made-up"}
        new |= {c: "made-up" for c in ("row_id", "study_id", "update_id", "finding_id") if c in new}
        for condition in sorted(selection.conditions, key=lambda c: c.operator != "!="):  # what a cell is, goes last
            path = condition.path[:-1] if condition.path[-1] == "role" and len(condition.path) > 1 else condition.path
            target = study if path[0] == "study" and len(path) > 1 else new
            target[path[-1]] = _value(condition, codes)
        for condition in wanted.conditions if wanted else ():
            new[condition.path[0]] = _other_value(condition, codes)
        changed = cells.with_records(selection.table, [*rows, new])
        known = {row["study_id"] for row in studies}
        if selection.table != "studies" and new.get("study_id") not in known:
            study["study_id"] = new.get("study_id")
            changed = changed.with_records("studies", [*studies, study])
        yield "one row more", changed
    yield "many such rows", changed.with_records(selection.table, [*rows, *[new] * len(rows)])


def _codes(cells: Cells) -> Codes:
    assert cells.codes is not None
    return cells.codes


def _value(condition: Condition, codes: Codes) -> Any:
    """A cell that meets a condition."""
    if condition.operator == "!=":
        return "something" if "" in condition.values else None
    first = condition.values[0]
    if condition.path[-1] == "role" and len(condition.path) > 1:
        return next(iter(codes.with_role(condition.path[-2], first)), None)
    if condition.operator in (">", ">="):
        return int(first) + 1 if first.isdigit() else "2099-01-01"
    if condition.operator in ("<", "<="):
        return 0 if first.isdigit() else "1900-01-01"
    return first or None


def _other_value(condition: Condition, codes: Codes) -> Any:
    """A cell that does not meet it."""
    others = [code for code in codes.order(condition.path[0]) if code not in condition.values]
    return others[0] if others else "another"
