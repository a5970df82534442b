"""The data dictionary, ``data/datapackage.json``: the one place that says what a table is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.conditions import ALLOWED, Condition, ConditionError, parse
from helpers.faults import Fault, ReviewError

DICTIONARY = "data/datapackage.json"
DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "date": "string"}  # dates stay ISO text


@dataclass(frozen=True)
class Rule:
    """A condition that every row of a table must meet; a row with a missing operand meets it."""

    id: str
    condition: Condition
    message: str
    fix: str


@dataclass(frozen=True)
class Field:
    """A column: its type, meaning, constraints, and what an empty cell means."""

    name: str
    type: str
    description: str
    unit: str | None = None
    vocabulary: str | None = None
    separator: str | None = None
    missing: str | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_required(self) -> bool:
        """Whether an empty cell is a fault."""
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class Table:
    """A table: what a row is, its columns, key, references to other tables, and row rules."""

    name: str
    path: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[tuple[str, str, str], ...]  # column, table referred to, column there
    rules: tuple[Rule, ...]

    @property
    def file(self) -> str:
        """Path relative to the review's folder."""
        return f"data/{self.path}"

    def empty(self) -> pd.DataFrame:
        """A table of this shape without rows."""
        return pd.DataFrame({f.name: pd.Series(dtype=DTYPES[f.type]) for f in self.fields})


def load_dictionary(root: Path) -> dict[str, Table]:
    """Tables described by the data dictionary.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    dict of str to Table
        In the order of the file.

    Raises
    ------
    ReviewError
        The dictionary is missing, is not JSON, or lacks a part.
    """
    path = root / DICTIONARY
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        faults: list[Fault] = []
        tables = {r["name"]: _table(r, faults) for r in package["resources"]}
        if faults:
            raise ReviewError(faults, "The tables cannot be read")
        return tables
    except FileNotFoundError:
        problem, fix = (
            "the data dictionary is missing",
            "Restore it, for example with `git checkout data/datapackage.json`.",
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        problem, fix = f"the data dictionary is not readable JSON: {error}", "Mend the place named."
    except (KeyError, TypeError) as error:
        problem, fix = f"the data dictionary lacks {error}", "Compare with another table's entry and add it."
    raise ReviewError([Fault(DICTIONARY, None, None, None, "dictionary", problem, fix)], "The tables cannot be read")


def _table(resource: Mapping[str, Any], faults: list[Fault]) -> Table:
    schema = resource["schema"]
    fields = tuple(
        Field(
            f["name"],
            f["type"],
            f["description"],
            f.get("unit"),
            f.get("vocabulary"),
            f.get("separator"),
            f.get("missing"),
            f.get("constraints", {}),
        )
        for f in schema["fields"]
    )
    keys = tuple(
        (k["fields"][0], k["reference"]["resource"], k["reference"]["fields"][0]) for k in schema.get("foreignKeys", ())
    )
    faults += _unusable(resource, fields)
    rules = tuple(rule for r in schema.get("rules", ()) for rule in _rule(resource["name"], r, fields, faults))
    key = schema["primaryKey"]
    key = (key,) if isinstance(key, str) else tuple(key)
    return Table(
        resource["name"], resource["path"], resource["title"], resource["description"], fields, key, keys, rules
    )


def _rule(table: str, rule: Mapping[str, Any], fields: tuple[Field, ...], faults: list[Fault]) -> Iterator[Rule]:
    """A row rule, or none and a fault where its condition cannot be read or compares a number with a text."""
    trial = {f.name: pd.Series([1 if f.type in ("integer", "number") else "a"]) for f in fields}
    try:
        condition = parse(rule["expression"], trial)
        condition.holds(pd.DataFrame(trial))
    except ConditionError as error:
        message = f"the condition of the rule {rule['id']} of {table} cannot be used: {error}"
        faults.append(
            Fault(DICTIONARY, None, "expression", str(rule["expression"])[:200], "condition", message, ALLOWED)
        )
    else:
        yield Rule(rule["id"], condition, rule["message"], rule["fix"])


def _unusable(resource: Mapping[str, Any], fields: tuple[Field, ...]) -> Iterator[Fault]:
    """What a table's entry asks for and cannot have: a file elsewhere, an unknown type, a pattern that is none."""
    name = resource["name"]
    if not re.fullmatch(r"[\w-]+\.csv", str(resource["path"])):
        fix = "Name a CSV file that lies in data/ itself."
        message = f"{name} is not read from there"
        yield Fault(DICTIONARY, None, "path", str(resource["path"]), "path", message, fix)
    for f in fields:
        if f.type not in DTYPES:
            message, fix = f"{name}.{f.name} has a type that nobody reads", f"Known types: {', '.join(DTYPES)}."
            yield Fault(DICTIONARY, None, "type", f.type, "type", message, fix)
        try:
            re.compile(f.constraints.get("pattern", ""))
        except (re.error, TypeError) as error:
            message, fix = f"the pattern of {name}.{f.name} cannot be read: {error}", "Write a regular expression."
            yield Fault(DICTIONARY, None, "pattern", str(f.constraints["pattern"]), "pattern", message, fix)
