"""Rows chosen by what their cells say, for recipes that speak of all rows of a kind and not of one.

``counts: measure=received, condition=all, treatment in some_class, regimen=`` is a table and conditions on its columns.
A value may name several codes (``a|b``); an empty one means an empty cell; ``in`` also takes codes that lie within the one
named. ``measure.role``, ``study.design`` and ``study.design.role`` follow a cell to its code list or its study.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from helpers.audit.recipes import RecipeError

CONDITION = re.compile(r"([a-z][a-z_]*(?:\.[a-z][a-z_]*)*)\s*(!=|>=|<=|=|>|<|\bin\b)\s*(.*)")
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}
SEVERAL = ";"  # between the codes of a cell that holds more than one


@dataclass(frozen=True)
class Condition:
    """What a cell must say.

    Attributes
    ----------
    path : tuple of str
        Column, and steps from its value: ``("study", "design", "role")``.
    operator : str
        ``=``, ``!=``, ``in``, ``>``, ``<``, ``>=`` or ``<=``.
    values : tuple of str
        What it is held against; an empty text means an empty cell.
    """

    path: tuple[str, ...]
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """Rows of a table that meet every condition; ``table`` is empty where only conditions are given."""

    table: str
    conditions: tuple[Condition, ...]


@lru_cache(maxsize=1024)
def parse_selection(text: str) -> Selection:
    """A selection as data.

    Parameters
    ----------
    text : str
        ``TABLE: CONDITION, CONDITION``, or conditions alone.

    Raises
    ------
    RecipeError
        It cannot be read.

    Examples
    --------
    >>> parse_selection("counts: measure=death, events>0").conditions[1]
    Condition(path=('events',), operator='>', values=('0',))
    """
    table, colon, rest = text.partition(":")
    if not colon:
        table, rest = "", text
    conditions = []
    for part in filter(None, (p.strip() for p in rest.split(","))):
        found = CONDITION.fullmatch(part)
        if found is None:
            raise RecipeError(f"a condition such as `measure=death` should stand at {part!r}")
        path, operator, values = found.groups()
        conditions.append(Condition(tuple(path.split(".")), operator, tuple(v.strip() for v in values.split("|"))))
    if not table.strip() and not conditions:
        raise RecipeError("an empty selection chooses nothing")
    return Selection(table.strip(), tuple(conditions))


def meets(value: Any, condition: Condition, within: Callable[[str], frozenset[str]]) -> bool:
    """Whether a cell says what it must; `within` gives a code and those that lie within it."""
    if condition.operator in COMPARED:
        if value is None:
            return False
        other = condition.values[0]
        try:
            return COMPARED[condition.operator](float(value), float(other))
        except ValueError:  # dates
            return COMPARED[condition.operator](str(value), other)
    wanted = set(condition.values)
    if condition.operator == "in":
        wanted = {code for name in condition.values for code in within(name)}
    said = {""} if value is None else {part.strip() for part in _text(value).split(SEVERAL)}
    return bool(said & wanted) is (condition.operator != "!=")


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
