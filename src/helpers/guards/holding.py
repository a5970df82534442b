"""Whether what a sentence needs holds today."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpers.audit.cells import Cells
from helpers.audit.recipes import RecipeError, cells_of, parse
from helpers.audit.relations import Verdict, judge

KINDS = ("expect", "source", "site")
BETWEEN = re.compile(r';\s*(?=(?:[^"]*"[^"]*")*[^"]*$)')  # semicolons outside quotes


@dataclass(frozen=True)
class Guard:
    """What must hold for a sentence to be true, or who says it.

    Attributes
    ----------
    kind : str
        ``expect``, ``source`` or ``site``.
    text : str
        A recipe; the place of a source; the reason why the sentence says nothing of the evidence.
    """

    kind: str
    text: str


def parse_guards(cell: str) -> list[Guard]:
    """Guards of a cell ``expect``: recipes, or places and reasons with their kind before a colon, between semicolons."""
    found = []
    for part in (p.strip() for p in BETWEEN.split(cell)):
        kind, colon, rest = part.partition(":")
        if colon and kind in KINDS:
            found.append(Guard(kind, rest.strip()))
        elif part and found and found[-1].kind != "expect" and not re.match(r"[a-z_]+\(", part):
            found[-1] = Guard(found[-1].kind, f"{found[-1].text}; {part}")  # a place goes on behind a semicolon
        elif part:
            found.append(Guard("expect", part))
    return found


def of_comment(kind: str, text: str) -> list[Guard]:
    """Guards of a comment: several recipes stand between semicolons."""
    return parse_guards(text) if kind == "expect" else [Guard(kind, text.strip())]


def broken(guard: Guard, cells: Cells) -> str | None:
    """What is wrong with an expectation, in words; None where it holds.

    Parameters
    ----------
    guard : Guard
        Of the kind ``expect``.
    cells : Cells
        The evidence as it stands.

    Raises
    ------
    RecipeError
        The recipe cannot be read, names what is not there, or speaks of no row at all.
    """
    recipe = parse(guard.text)
    unknown = [cell.row for cell in cells_of(recipe) if cell.row not in cells]
    if unknown:
        near = cells.nearest(unknown[0])
        raise RecipeError(
            f"no evidence row is called {', '.join(unknown)}" + (f"; did you mean {near}?" if near else "")
        )
    if not any(cells_of(recipe)) and '"' not in guard.text:
        raise RecipeError("it speaks of no row, so that nothing could make it fail")
    outcome = judge(recipe, cells)
    if outcome.verdict in (Verdict.REPRODUCED, Verdict.ROUNDING):
        return None
    return outcome.told[2]
