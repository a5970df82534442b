"""The recipe of a claim as data: a small expression over evidence rows, read by a parser and never run as Python.

``equals(drug-received, sum_of(drug-first-received, drug-second-received))`` holds function names, rows of the evidence
(``row-id``, or ``row-id.column`` for another column than the usual one), plain numbers, and words in double quotes: what a
coded cell is held against, or a selection of rows (`helpers.audit.selections`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

MAX_LENGTH, MAX_DEPTH = 4_000, 6  # far above any claim; a runaway recipe is a slip
TOKEN = re.compile(
    r"\s*(?:(?P<call>[a-z][a-z_]*)\(|(?P<number>\d+(?:\.\d+)?)(?![\w.-])"
    r"|(?P<row>[a-z0-9][a-z0-9-]*(?:/\d+)?)(?:\.(?P<column>[a-z][a-z_]*))?|\"(?P<words>[^\"]+)\"|(?P<sign>[,)]))"
)


class RecipeError(ValueError):
    """The recipe cannot be read; the message names the place."""


@dataclass(frozen=True)
class Cell:
    """A cell of an evidence row; without a column, the usual number of its table."""

    row: str
    column: str | None = None


@dataclass(frozen=True)
class Constant:
    """A number that is no evidence, such as the hours of a day."""

    value: Fraction


@dataclass(frozen=True)
class Words:
    """What a coded cell should say, as readers see it."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function of the recipe language and its arguments."""

    name: str
    arguments: tuple[Node, ...]


Node = Call | Cell | Constant | Words


@lru_cache(maxsize=4096)
def parse(recipe: str) -> Call:
    """A recipe as a tree.

    Parameters
    ----------
    recipe : str
        One call.

    Returns
    -------
    Call

    Raises
    ------
    RecipeError
        The text is not one call of this small language.

    Examples
    --------
    >>> parse("at_most(drug-received, patients.events)")
    Call(name='at_most', arguments=(Cell(row='drug-received', column=None), Cell(row='patients', column='events')))
    """
    if len(recipe) > MAX_LENGTH:
        raise RecipeError(f"{len(recipe)} characters; at most {MAX_LENGTH}")
    node, end = _read(recipe, 0, 0)
    if recipe[end:].strip():
        raise RecipeError(f"text after the end: {recipe[end:].strip()!r}")
    if not isinstance(node, Call):
        raise RecipeError("a recipe is a call such as equals(...)")
    return node


def _read(text: str, start: int, depth: int) -> tuple[Node, int]:
    token = TOKEN.match(text, start)
    if token is None or token["sign"]:
        raise RecipeError(f"a function, a row, a number or words should stand at {text[start : start + 20]!r}")
    if token["number"]:
        return Constant(Fraction(token["number"])), token.end()
    if token["words"]:
        return Words(token["words"]), token.end()
    if token["row"]:
        return Cell(token["row"], token["column"]), token.end()
    if depth == MAX_DEPTH:
        raise RecipeError(f"more than {MAX_DEPTH} calls inside each other")
    arguments, end = [], token.end()
    while True:
        node, end = _read(text, end, depth + 1)
        arguments.append(node)
        sign = TOKEN.match(text, end)
        if sign is None or not sign["sign"]:
            raise RecipeError(f"a comma or a bracket should stand at {text[end : end + 20]!r}")
        end = sign.end()
        if sign["sign"] == ")":
            return Call(token["call"], tuple(arguments)), end


def cells_of(node: Node) -> Iterator[Cell]:
    """Cells that a recipe names, from left to right."""
    if isinstance(node, Cell):
        yield node
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from cells_of(argument)
