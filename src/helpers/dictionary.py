"""The data dictionary, ``data/datapackage.json``: the one place that says what a table is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.faults import Fault, ReviewError

DICTIONARY = "data/datapackage.json"
DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "date": "string"}  # dates stay ISO text


@dataclass(frozen=True)
class Rule:
    """A condition that every row of a table must meet; a row with a missing operand meets it."""

    id: str
    expression: str
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
        return {r["name"]: _table(r) for r in package["resources"]}
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


def _table(resource: Mapping[str, Any]) -> Table:
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
    rules = tuple(Rule(r["id"], r["expression"], r["message"], r["fix"]) for r in schema.get("rules", ()))
    key = schema["primaryKey"]
    key = (key,) if isinstance(key, str) else tuple(key)
    return Table(
        resource["name"], resource["path"], resource["title"], resource["description"], fields, key, keys, rules
    )
