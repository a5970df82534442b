"""Small changes of rows under which a guard should fail: one number, one row more, one row less, one cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.audit.cells import KEYS, USUAL
from helpers.audit.recipes import Call, Cell, Node, Words, parse
from helpers.audit.selections import Condition, Selection, parse_selection
from helpers.codes import Codes

Tables = Mapping[str, pd.DataFrame]
GROUPS = "comparison_groups"


def small_changes(recipe: str, tables: Tables) -> Iterator[tuple[str, Tables]]:
    """Each change in words, with the tables as they would be."""
    tree = parse(recipe)
    for cell in _cells(tree):
        yield from _other_numbers(cell, tables)
    for selection, wanted in _selections(tree):
        yield from _other_rows(selection, wanted, tables)


def tables_of(recipe: str, tables: Tables) -> Tables:
    """The tables that a recipe speaks of, and what every recipe may need."""
    tree = parse(recipe)
    names = {"vocabularies", "studies", *(s.table for s, _ in _selections(tree))}
    names |= {_place(cell.row, tables)[0] for cell in _cells(tree)}
    if names & {GROUPS, "comparisons"}:
        names |= {GROUPS, "comparisons"}
    return {name: frame for name, frame in tables.items() if name in names}


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


def _other_numbers(cell: Cell, tables: Tables) -> Iterator[tuple[str, Tables]]:
    table, place = _place(cell.row, tables)
    column = cell.column or USUAL[table]
    for changed in dict.fromkeys([column, *(c for c in ("events", "total", "percent_printed") if c in tables[table])]):
        before = tables[table].loc[place, changed]
        for value in (
            0,
            1,
            1_000_000,
            *([] if pd.isna(before) or isinstance(before, str) else [before + 1, before - 1]),
        ):
            if isinstance(before, str):
                continue
            frame = tables[table].copy()
            frame.loc[place, changed] = value
            yield f"{cell.row}.{changed} = {value}", {**tables, table: frame}
    if table == "comparisons":  # what holds of one hangs on its groups
        for group in tables[GROUPS].index[tables[GROUPS]["comparison_id"] == cell.row]:
            for value in (50, 99):
                frame = tables[GROUPS].copy()
                frame.loc[group, "percent_printed"] = value
                yield f"{cell.row}, a group: percent_printed = {value}", {**tables, GROUPS: frame}
    if isinstance(tables[table].loc[place, column], str):  # a coded cell
        frame = tables[table].copy()
        frame.loc[place, column] = "another"
        yield f"{cell.row}.{column} = another", {**tables, table: frame}


def _place(row: str, tables: Tables) -> tuple[str, object]:
    if "/" in row:
        comparison, group = row.split("/")
        frame = tables[GROUPS]
        return GROUPS, frame.index[(frame["comparison_id"] == comparison) & (frame["group_no"] == int(group))][0]
    for table, key in KEYS.items():
        found = tables[table].index[tables[table][key] == row]
        if len(found):
            return table, found[0]
    raise KeyError(row)


def _other_rows(selection: Selection, wanted: Selection | None, tables: Tables) -> Iterator[tuple[str, Tables]]:
    codes = Codes(tables["vocabularies"])
    frame = tables[selection.table]
    for events in (1, 1_000_000):
        yield "one row more", _with_row(selection, wanted, tables, codes, events)
    for line in frame.index:
        yield f"without line {line}", {**tables, selection.table: frame.drop(index=line)}
        for column in ("events", "patients", "count"):
            if column in frame:
                other = frame.copy()
                other.loc[line, column] = 1_000_000
                yield f"line {line}: {column} = 1,000,000", {**tables, selection.table: other}
        for condition in wanted.conditions if wanted else ():
            other = frame.copy()
            other.loc[line, condition.path[0]] = _other_value(condition, codes)
            yield f"line {line}: another {condition.path[0]}", {**tables, selection.table: other}


def _with_row(
    selection: Selection, wanted: Selection | None, tables: Tables, codes: Codes, events: int
) -> dict[str, pd.DataFrame]:
    """The tables with a row that the selection chooses, and which does not say what is wanted of it."""
    frame = tables[selection.table]
    new = dict.fromkeys(frame.columns, pd.NA)
    study = dict.fromkeys(tables["studies"].columns, pd.NA) | {"study_id": "made-up"}
    for column in ("events", "patients", "count"):
        if column in new:
            new[column] = events
    for column, value in (("row_id", "made-up-row"), ("study_id", "made-up"), ("update_id", "2099-01-01")):
        if column in new:
            new[column] = value
    for condition in selection.conditions:
        path = [p for p in condition.path if p != "role"]
        target = study if path[0] == "study" or selection.table == "studies" else new
        target[path[-1]] = _value(condition, codes)
        if target is study and selection.table == "studies":
            new = study
    for condition in wanted.conditions if wanted else ():
        new[condition.path[0]] = _other_value(condition, codes)
    changed = {selection.table: pd.concat([frame, pd.DataFrame([new]).set_axis([9_999])])}
    if selection.table != "studies" and "study_id" in new:
        study["study_id"] = new["study_id"]
        if not (tables["studies"]["study_id"] == study["study_id"]).any():
            changed["studies"] = pd.concat([tables["studies"], pd.DataFrame([study]).set_axis([9_999])])
    return {**tables, **changed}


def _value(condition: Condition, codes: Codes) -> object:
    """A cell that meets a condition."""
    if condition.operator == "!=":
        return "something" if "" in condition.values else pd.NA
    first = condition.values[0]
    if condition.path[-1] == "role":
        return next(iter(codes.with_role(condition.path[-2], first)), pd.NA)
    if condition.operator in (">", ">="):
        return int(first) + 1 if first.isdigit() else "2099-01-01"
    if condition.operator in ("<", "<="):
        return 0 if first.isdigit() else "1900-01-01"
    return pd.NA if first == "" else first


def _other_value(condition: Condition, codes: Codes) -> object:
    """A cell that does not meet it."""
    name = condition.path[0]
    others = [code for code in codes.order(name) if code not in condition.values]
    return others[0] if others else "another"
