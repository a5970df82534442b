"""The one `parameters` cell of a notebook: which names it has, of which type, and whether given values fit."""

from __future__ import annotations

import ast
import datetime
import operator
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

import yaml

from helpers.faults import Fault, ReviewError
from helpers.run.pairs import Pair, row_of

if TYPE_CHECKING:
    import nbformat

TAG = "parameters"
UPDATE = "as_of"  # the parameter that every notebook has
# Written without a type, which papermill cannot read where it is a union: github.com/nteract/papermill/issues/806
UPDATE_TYPE = "str | None"
RANGE = r"(?<![\w.])(?:(-?[\d.]+) (<=?) )?{name}(?: (<=?) (-?\d+(?:\.\d+)?))?(?!\w)"
COMPARED = {"<": operator.lt, "<=": operator.le}
SIMPLE = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


class Typed(str):
    """A value as typed in a shell: read as the parameter's type asks."""


@dataclass(frozen=True)
class Parameter:
    """One assignment of the parameters cell.

    Attributes
    ----------
    name : str
        Its name.
    annotation : str
        Type as written, e.g. ``str | None``; without one the type of the default.
    default : str
        Default as written.
    comment : str
        What stands behind it; a number's range is in it as ``0 < level < 1`` or ``1 <= steps``.
    row : int or None
        Line of the script.
    """

    name: str
    annotation: str
    default: str
    comment: str
    row: int | None

    def broken_range(self, value: Any) -> str:
        """The range that a number is not in; empty where it fits or none is written."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        for found in re.finditer(RANGE.format(name=re.escape(self.name)), self.comment):
            low, above, below, high = found.groups()
            fits = low is None or COMPARED[above](float(low), value)
            if not (fits and (high is None or COMPARED[below](value, float(high)))):
                return found[0]
        return ""

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation} = {self.default}" + (f"  ({self.comment})" if self.comment else "")


def tagged_cells(notebook: nbformat.NotebookNode, tag: str = TAG) -> list[nbformat.NotebookNode]:
    """Code cells with a tag."""
    return [c for c in notebook.cells if c.cell_type == "code" and tag in c.metadata.get("tags", [])]


def read_parameters(pair: Pair, notebook: nbformat.NotebookNode, script: str) -> dict[str, Parameter]:
    """Parameters of a notebook by name, in their order.

    Raises
    ------
    ReviewError
        There is not exactly one parameters cell, it holds something else than assignments, or it lacks ``as_of``.
    """
    cells = tagged_cells(notebook)
    fix = 'Give it one cell that begins `# %% tags=["parameters"]` and holds `as_of = None`.'
    if len(cells) != 1:
        message = f"it has {len(cells)} cells tagged `parameters` instead of one"
        message = message if cells else "no cell is tagged `parameters`"
        raise ReviewError([_fault(pair, None, None, None, "one-parameters-cell", message, fix)])
    source = cells[0].source
    first = row_of(script, source)
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        row = None if first is None else first + (error.lineno or 1) - 1
        message = f"the parameters cell is no Python: {error.msg}"
        raise ReviewError([_fault(pair, row, None, error.text, "plain-parameters", message, fix)]) from None
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    faults = []
    for statement in statements:
        row = None if first is None else first + statement.lineno - 1
        parameter = _parameter(statement, comments.get(statement.end_lineno or 0, ""), row)
        if parameter is None:
            text = ast.unparse(statement)
            message = "the parameters cell holds something else than plain assignments of plain values"
            fix_line = "Move it to the next cell: papermill sets the parameters after this one."
            faults.append(_fault(pair, row, None, text, "plain-parameters", message, fix_line))
        else:
            found[parameter.name] = parameter
    if UPDATE not in found:
        faults.append(_fault(pair, first, UPDATE, None, "as-of-parameter", "the parameters cell lacks `as_of`", fix))
    if faults:
        raise ReviewError(faults, "A parameters cell cannot be used")
    return found


def check_values(
    pair: Pair, known: Mapping[str, Parameter], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Fault]]:
    """Given values in the type of their parameter, and a fault for each that does not exist or does not fit."""
    values: dict[str, Any] = {}
    faults = []
    for name, value in given.items():
        if name not in known:
            fix = "It has: " + "; ".join(str(p) for p in known.values()) + "."
            message = f"the notebook has no parameter `{name}`"
            faults.append(_fault(pair, None, name, str(value), "known-parameter", message, fix))
            continue
        parameter = known[name]
        fits, values[name] = _fitted(value, parameter.annotation)
        if not fits:
            message = f"parameter `{name}` takes {parameter.annotation}, not {type(value).__name__}"
            if isinstance(value, Typed):
                message = f"parameter `{name}` takes {parameter.annotation}, and this cannot be read as one"
            fix = f"Give a value like its default: {parameter}."
            faults.append(_fault(pair, parameter.row, name, str(value), "parameter-type", message, fix))
        elif limits := parameter.broken_range(values[name]):
            fix = f"Give a value within it: {parameter}."
            message = f"parameter `{name}` is outside its range, {limits}"
            faults.append(_fault(pair, parameter.row, name, str(value), "parameter-range", message, fix))
    return values, faults


def _fault(pair: Pair, row: int | None, column: str | None, value: str | None, rule: str, text: str, fix: str) -> Fault:
    return Fault(pair.script_name, row, column, value, rule, text, fix)


def _parameter(statement: ast.stmt, comment: str, row: int | None) -> Parameter | None:
    target: ast.expr
    if isinstance(statement, ast.AnnAssign):
        target, value, annotation = statement.target, statement.value, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value, annotation = statement.targets[0], statement.value, ""
    else:
        return None
    try:
        default = ast.literal_eval(value)  # type: ignore[arg-type]  # None is refused like any other
    except (ValueError, TypeError):
        return None
    if not isinstance(target, ast.Name) or value is None:
        return None
    if not annotation:
        annotation = "object" if default is None else type(default).__name__
        annotation = UPDATE_TYPE if target.id == UPDATE else annotation
    return Parameter(target.id, annotation.strip("'\""), ast.unparse(value), comment, row)


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(StringIO(source + "\n").readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _fitted(value: Any, annotation: str) -> tuple[bool, Any]:
    kinds = _members(ast.parse(annotation, mode="eval").body)
    if isinstance(value, Typed):
        return _read(value, kinds)
    return any(_is(value, kind) for kind in kinds), float(value) if _widens(value, kinds) else value


def _read(text: Typed, kinds: Sequence[ast.expr]) -> tuple[bool, Any]:
    """A shell's text as the first kind that takes it; a number is tried before a string, so unions work."""
    if str(text).lower() in ("none", "null") and any(_is(None, kind) for kind in kinds):
        return True, None
    try:
        value = yaml.safe_load(str(text))
    except yaml.YAMLError:
        value = str(text)
    if isinstance(value, datetime.date):  # YAML knows dates, notebooks take them as ISO text
        value = str(text)
    for candidate in (value, _number(text), str(text)):
        if candidate is not None and any(_is(candidate, kind) for kind in kinds):
            return True, float(candidate) if _widens(candidate, kinds) else candidate
    return False, str(text)


def _number(text: str) -> float | None:
    try:
        return float(text)  # YAML takes 1e-3 for text
    except ValueError:
        return None


def _members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _members(node.left) + _members(node.right)
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Optional"):
        return [*_members(node.slice), ast.Constant(None)]
    return [node]


def _is(value: Any, kind: ast.expr) -> bool:
    if isinstance(kind, ast.Constant):
        return kind.value is None and value is None
    if isinstance(kind, ast.Subscript):
        base = ast.unparse(kind.value).rsplit(".")[-1]
        inner = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]
        if base == "Literal":
            return any(isinstance(c, ast.Constant) and c.value == value and type(c.value) is type(value) for c in inner)
        if base == "list":
            return isinstance(value, list) and all(any(_is(v, k) for k in _members(inner[0])) for v in value)
        return isinstance(value, SIMPLE.get(base, object))
    name = ast.unparse(kind)
    if name in ("int", "float") and isinstance(value, bool):
        return False  # Python counts True as 1; a switch given for a number is a mistake
    return isinstance(value, (int, float) if name == "float" else SIMPLE.get(name, object))


def _widens(value: Any, kinds: Sequence[ast.expr]) -> bool:
    """Whether a whole number goes to a parameter that takes only floats."""
    names = [ast.unparse(kind) for kind in kinds]
    return isinstance(value, int) and not isinstance(value, bool) and "float" in names and "int" not in names
