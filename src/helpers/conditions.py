"""Row rules as data: a condition over a row's columns, read by a parser of our own and never run as Python.

``not (level == 'study' and study_id.isna())`` holds names of columns, constants (numbers and texts), comparisons, ``in`` with
a list of constants, ``and``, ``or``, ``not`` and ``isna()``. The dictionary comes with every change to the data, also
from people who were never met, so there is nothing here that could call, import or reach an attribute.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pandas as pd

MAX_LENGTH = 1_000  # far above any rule; what is longer is a slip or an attack on the parser
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ALLOWED = (
    "A rule holds columns, constants, comparisons, `in [...]`, `and`, `or`, `not` and `column.isna()`, nothing else."
)


class ConditionError(ValueError):
    """The condition cannot be read; the message names the part that has no place in one."""


@dataclass(frozen=True)
class Condition:
    """A condition that was read: the columns it names, in its order, and its tree."""

    text: str
    columns: tuple[str, ...]
    tree: ast.expr

    def holds(self, frame: pd.DataFrame) -> pd.Series:
        """Rows that meet the condition.

        Parameters
        ----------
        frame : DataFrame, shape (rows, columns)
            Holds at least `columns`.

        Returns
        -------
        Series of boolean, shape (rows,)
            Missing where an operand is missing and the rest of the condition does not decide.

        Raises
        ------
        ConditionError
            A column and what it is compared with are of two kinds, such as a number and a text.
        """
        try:
            return pd.Series(_value(self.tree, frame), index=frame.index, dtype="boolean")
        except TypeError as error:
            raise ConditionError(f"it compares values of two kinds: {error}") from error


def parse(text: str, columns: Collection[str]) -> Condition:
    """A condition, read whole before anything is done with it.

    Parameters
    ----------
    text : str
        The condition.
    columns : collection of str
        Columns that it may name.

    Returns
    -------
    Condition

    Raises
    ------
    ConditionError
        It is too long, no expression, names a column that the table lacks, or holds a part that a condition does not have.

    Examples
    --------
    >>> parse("events <= total", ["events", "total"]).columns
    ('events', 'total')
    >>> parse("events.map(print)", ["events"])
    Traceback (most recent call last):
    helpers.conditions.ConditionError: `events.map(print)` has no place in it
    """
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise ConditionError(f"it is no text of at most {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ConditionError("it cannot be read as a condition") from None
    try:
        named = tuple(dict.fromkeys(_names(tree, text.strip())))
    except RecursionError:
        raise ConditionError("it is nested too deeply") from None
    if not named:
        raise ConditionError("it names no column")
    if missing := [name for name in named if name not in columns]:
        raise ConditionError(f"the table has no column {', '.join(missing)}")
    return Condition(text.strip(), named, tree)


def _names(node: ast.expr, text: str) -> list[str]:
    """Columns that a condition names; whatever is not listed here is refused."""
    match node:
        case ast.BoolOp(values=parts):
            return [name for part in parts for name in _names(part, text)]
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return _names(part, text)
        case ast.Compare(left=ast.Name(id=name), ops=[ast.In() | ast.NotIn()], comparators=[choices]):
            if isinstance(choices, ast.List | ast.Tuple) and all(map(_is_constant, choices.elts)):
                return [name]
        case ast.Compare(ops=signs, comparators=others) if all(type(sign) in COMPARISONS for sign in signs):
            sides = [node.left, *others]
            if all(isinstance(side, ast.Name) or _is_constant(side) for side in sides):
                return [side.id for side in sides if isinstance(side, ast.Name)]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="isna"), args=[], keywords=[]):
            return [name]
    raise ConditionError(f"`{ast.get_source_segment(text, node) or text}` has no place in it")


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in (int, float, str)


def _value(node: ast.expr, frame: pd.DataFrame) -> Any:
    """A part's value in each row; a missing operand makes a comparison missing (Kleene's logic, as pandas' booleans)."""
    match node:
        case ast.BoolOp(op=sign, values=parts):
            join = operator.and_ if isinstance(sign, ast.And) else operator.or_
            return reduce(join, (_value(part, frame) for part in parts))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return ~_value(part, frame)
        case ast.Compare(
            left=left, ops=[ast.In() | ast.NotIn() as sign], comparators=[ast.List() | ast.Tuple() as choices]
        ):
            column = frame[left.id]  # type: ignore[attr-defined]  # a name, or it was refused when it was read
            found = column.isin([ast.literal_eval(choice) for choice in choices.elts]).astype("boolean")
            return (found if isinstance(sign, ast.In) else ~found).mask(column.isna())
        case ast.Compare(left=left, ops=signs, comparators=others):
            sides = [_value(side, frame) for side in (left, *others)]
            pairs = zip(signs, sides, sides[1:], strict=False)
            return reduce(operator.and_, (COMPARISONS[type(s)](a, b).astype("boolean") for s, a, b in pairs))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            return frame[name].isna().astype("boolean")
        case ast.Name(id=name):
            return frame[name]
        case _:
            return pd.Series(
                ast.literal_eval(node), index=frame.index
            )  # a constant, or it was refused when it was read
