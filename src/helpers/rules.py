"""What the dictionary demands of a table's rows: required cells, limits, codes, keys, references, row rules."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from helpers.dictionary import Field, Table
from helpers.faults import Fault


def check_fields(table: Table, frame: pd.DataFrame, codes: Mapping[str, set[str]] | None) -> list[Fault]:
    """Faults of single cells: empty where required, beyond a limit, or not a code of its list."""
    faults: list[Fault] = []
    for f in table.fields:
        column = frame[f.name]
        if f.is_required:
            for line in frame.index[column.isna()]:
                fix = f"Fill it: {f.description}"
                faults.append(
                    Fault(table.file, int(line), f.name, None, "required", "this cell must not be empty", fix)
                )
        for line, value in column.dropna().items():
            for rule, message, fix in _broken(f, value, codes):
                faults.append(Fault(table.file, int(str(line)), f.name, str(value), rule, message, fix))
    return faults


def _broken(f: Field, value: Any, codes: Mapping[str, set[str]] | None) -> Iterable[tuple[str, str, str]]:
    limits = f.constraints
    if "minimum" in limits and value < limits["minimum"]:
        yield "minimum", f"below {limits['minimum']}", "Recheck the source at the row's locator."
    if "maximum" in limits and value > limits["maximum"]:
        yield "maximum", f"above {limits['maximum']}", "Recheck the source at the row's locator."
    if "enum" in limits and value not in limits["enum"]:
        yield "enum", "not an allowed value", f"Allowed: {', '.join(map(str, limits['enum']))}."
    if "pattern" in limits and not re.fullmatch(limits["pattern"], str(value)):
        yield "pattern", f"does not fit the pattern {limits['pattern']}", "Write it in that form."
    if f.vocabulary and codes is not None:
        known = codes.get(f.vocabulary, set())
        parts = str(value).split(f.separator) if f.separator else [str(value)]
        for part in parts:
            if part.strip() not in known:
                near = _nearest(part.strip(), known)
                hint = f"Did you mean {near!r}? " if near else ""
                fix = f"{hint}Use a code of the list `{f.vocabulary}` in data/vocabularies.csv, or add one there."
                yield "vocabulary", f"unknown {f.vocabulary} code", fix


def _nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1)), None)


def check_key(table: Table, frame: pd.DataFrame) -> list[Fault]:
    """Faults of ids: rows that share a primary key or a unique column."""
    singles = [(f.name,) for f in table.fields if f.constraints.get("unique")]
    faults: list[Fault] = []
    for key in dict.fromkeys([table.primary_key, *singles]):
        columns = list(key)
        whole = frame.dropna(subset=columns)
        for _, group in whole[whole.duplicated(columns, keep=False)].groupby(columns, sort=False):
            first, *others = group.index
            value = " / ".join(str(v) for v in group.iloc[0][columns])
            for line in others:
                message = f"the same {' + '.join(columns)} stands in line {first}"
                fix = "Give the newer row an id of its own; ids are never reused."
                faults.append(Fault(table.file, int(line), columns[0], value, "unique", message, fix))
    return faults


def check_reference(table: Table, frame: pd.DataFrame, key: tuple[str, str, str], target: pd.DataFrame) -> list[Fault]:
    """Faults of references: ids that no row of the other table has."""
    column, other, other_column = key
    known = set(target[other_column].dropna())
    separator = next(f.separator for f in table.fields if f.name == column)
    faults: list[Fault] = []
    for line, value in frame[column].dropna().items():
        for part in str(value).split(separator) if separator else [value]:
            if part not in known:
                message = f"no row of {other} has {other_column} {part!r}"
                fix = f"Correct the id, or restore that row in data/{other}.csv."
                faults.append(Fault(table.file, int(str(line)), column, str(part), "reference", message, fix))
    return faults


def check_rules(table: Table, frame: pd.DataFrame) -> list[Fault]:
    """Faults of row rules, such as ``events <= total``; a row with a missing operand passes."""
    faults: list[Fault] = []
    if frame.empty:
        return faults
    for rule in table.rules:
        columns = [f.name for f in table.fields if f.name in rule.condition.columns]  # in their order of the file
        for line in frame.index[~rule.condition.holds(frame).fillna(True).to_numpy(dtype=bool)]:
            cells = frame.loc[line, columns]
            value = ", ".join(f"{n} = {'empty' if pd.isna(cell) else cell}" for n, cell in cells.items())
            faults.append(Fault(table.file, int(line), columns[0], value, rule.id, rule.message, rule.fix))
    return faults
