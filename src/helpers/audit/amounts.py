"""Terms of a recipe: numbers that are exact, or known only as far as the printed rounding tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from helpers import numbers, synthesis
from helpers.audit.cells import PERCENT, Cells, NotStatedError
from helpers.audit.recipes import Call, Cell, Constant, Node, RecipeError, Words
from helpers.audit.selections import parse_selection


class ImpossibleShareError(Exception):
    """No whole number of patients can have been printed like this."""


@dataclass(frozen=True)
class Amount:
    """A number, or the span it must lie in.

    Attributes
    ----------
    low, high : Fraction
        Equal when the number is known.
    way : str or function that returns it
        How it comes about, for readers: ``17 + 7``, ``2 of 12``; a function where the words are only built when asked for.
    is_percent : bool
        A percentage.
    is_loose : bool
        Holds only when a percentage was cut off or rounded up instead of rounded.
    is_year : bool
        A calendar year.
    is_told : bool
        The way says the number itself: ``9 rows``.
    """

    low: Fraction
    high: Fraction
    way: str | Callable[[], str]
    is_percent: bool = False
    is_loose: bool = False
    is_year: bool = False
    is_told: bool = False

    @cached_property
    def shown(self) -> str:
        """How it comes about, in words."""
        return self.way if isinstance(self.way, str) else self.way()

    @property
    def value(self) -> str:
        """The number as written: ``83%``, ``16.7%``, ``41 to 43``."""
        if self.low == self.high and self.shown == str(self.low):  # years keep their form
            return self.shown
        ends = list(dict.fromkeys(_written(end, self.is_percent) for end in (self.low, self.high)))
        return " to ".join(ends)

    @property
    def worked(self) -> str:
        """The number with the way to it: ``17 + 7 = 24``, ``2 of 12 = 16.7%``; only one of them where the other adds nothing."""
        if self.is_told:
            return self.shown
        return self.value if self.shown == self.value else f"{self.shown} = {self.value}"


def _written(value: Fraction, is_percent: bool) -> str:
    if value.denominator == 1:
        return numbers.whole(int(value)) + ("%" if is_percent else "")
    if is_percent:
        digits = 1 if value >= 10 else 2
        return f"{numbers.plain(float(numbers.rounded(float(value), digits)))}%"
    return numbers.plain(float(value))


def known(value: Fraction, is_percent: bool = False) -> Amount:
    """A number that is known."""
    return Amount(value, value, lambda: _written(value, is_percent), is_percent)


def amount(node: Node, cells: Cells) -> Amount:
    """The value of a term.

    Parameters
    ----------
    node : Node
        Term of a recipe.
    cells : Cells
        Printed values.

    Raises
    ------
    NotStatedError
        A value is not printed.
    ImpossibleShareError
        No whole number fits a printed percentage.
    RecipeError
        There is no such function, or it has another number of arguments.
    """
    if isinstance(node, Constant):
        return known(node.value)
    if isinstance(node, Cell):
        value = cells.number(node)
        if cells.is_year(node):
            return Amount(value, value, str(value), is_year=True)
        return known(value, cells.column(node) in PERCENT)
    if isinstance(node, Words):
        raise RecipeError(f"a number should stand where {node.text!r} does")
    if node.name == "references":
        return _references(node, cells)
    if node.name in SELECTING:
        return _selected(node, cells)
    if node.name not in TERMS:
        raise RecipeError(f"no term is called {node.name!r}; terms: references, {', '.join([*SELECTING, *TERMS])}")
    least, most, function = TERMS[node.name]
    if not least <= len(node.arguments) <= most:
        raise RecipeError(f"{node.name} takes {least} to {most} arguments, here are {len(node.arguments)}")
    return function([amount(argument, cells) for argument in node.arguments])


def _rows_of(parts: Sequence[Amount]) -> Amount:
    count = Fraction(len(parts))
    return Amount(count, count, _counted(len(parts), "row"), is_told=True)


def _counted(count: int, what: str) -> str:
    return f"{numbers.whole(count)} {what}{'' if count == 1 else 's'}"


def _references(node: Call, cells: Cells) -> Amount:
    cell = node.arguments[0]
    if len(node.arguments) != 1 or not isinstance(cell, Cell):
        raise RecipeError("references takes one row")
    listed = [one.strip() for one in str(cells.row(cell.row).get("refs") or "").split(";") if one.strip()]
    count = Fraction(len(listed))
    if not listed:
        return known(count)
    return Amount(count, count, f"{_counted(len(listed), 'reference')} ({', '.join(listed)})", is_told=True)


SELECTING = {  # terms over every row of a kind
    "rows_in": "rows",
    "studies_in": "studies",
    "sum_in": "added up",
    "largest_in": "the largest",
}


def selected_rows(node: Node, cells: Cells) -> list[dict[str, Any]]:
    """Rows that a selection in double quotes chooses."""
    if not isinstance(node, Words):
        raise RecipeError("a selection in double quotes should stand here")
    return cells.select(parse_selection(node.text))


def _selected(node: Call, cells: Cells) -> Amount:
    if len(node.arguments) != 1:
        raise RecipeError(f"{node.name} takes one selection")
    rows = selected_rows(node.arguments[0], cells)
    if node.name == "rows_in":
        return Amount(Fraction(len(rows)), Fraction(len(rows)), _counted(len(rows), "row"), is_told=True)
    if node.name == "studies_in":
        studies = {row["study_id"] for row in rows if row.get("study_id") is not None}
        number = Fraction(len(studies))
        return Amount(number, number, "1 study" if len(studies) == 1 else f"{len(studies)} studies", is_told=True)
    values = [value for row in rows if (value := usual_number(row)) is not None]
    found = (sum(values, Fraction(0)) if node.name == "sum_in" else max(values, default=Fraction(0))) if values else 0
    number = Fraction(found)
    return Amount(number, number, lambda: f"{_counted(len(values), 'row')}, {SELECTING[node.name]}")


def usual_number(row: Mapping[str, Any]) -> Fraction | None:
    """The count a selected row stands for; None where it has none."""
    value = row.get("events", row.get("patients", row.get("count")))
    return None if value is None else Fraction(int(value))


def _bracketed(part: Amount) -> str:
    return f"({part.shown})" if " − " in part.shown or " + " in part.shown else _part(part)


def _part(part: Amount) -> str:
    is_plain = part.is_told or (part.low == part.high and " " not in part.shown)
    return part.shown if is_plain else f"{part.value} ({part.shown})"


def _sum_of(parts: Sequence[Amount]) -> Amount:
    low, high = sum((p.low for p in parts), Fraction(0)), sum((p.high for p in parts), Fraction(0))
    is_loose = any(p.is_loose for p in parts)
    return Amount(low, high, lambda: " + ".join(map(_bracketed, parts)), parts[0].is_percent, is_loose)


def _difference(parts: Sequence[Amount]) -> Amount:
    a, b = parts
    is_loose = a.is_loose or b.is_loose
    return Amount(a.low - b.high, a.high - b.low, lambda: f"{_bracketed(a)} − {_bracketed(b)}", a.is_percent, is_loose)


def _product(parts: Sequence[Amount]) -> Amount:
    a, b = parts
    is_loose = a.is_loose or b.is_loose
    return Amount(a.low * b.low, a.high * b.high, lambda: f"{_bracketed(a)} × {_bracketed(b)}", False, is_loose)


def _percent(parts: Sequence[Amount]) -> Amount:
    a, b = parts
    if b.low <= 0:
        raise ImpossibleShareError(f"a share of {b.value} has no meaning")

    def way() -> str:
        return f"{a.value if a.low != a.high else _bracketed(a)} of {b.value}"

    return Amount(100 * a.low / b.high, 100 * a.high / b.low, way, True, a.is_loose or b.is_loose)


def _up_to(parts: Sequence[Amount]) -> Amount:
    top = parts[0]
    return Amount(Fraction(0), top.high, lambda: f"none to {top.value}", top.is_percent, top.is_loose, is_told=True)


def _largest(parts: Sequence[Amount]) -> Amount:
    top = max(parts, key=lambda p: p.high)

    def way() -> str:
        return f"the largest of {', '.join(p.value for p in parts)}" if len(parts) > 1 else parts[0].shown

    return Amount(max(p.low for p in parts), top.high, way, top.is_percent, any(p.is_loose for p in parts))


def _counts_behind(parts: Sequence[Amount]) -> Amount:
    share, total = parts
    counts, is_loose = counts_that_print(share, total)
    if not counts:
        raise ImpossibleShareError(nearest_counts(share, total))
    low, high = Fraction(counts[0]), Fraction(counts[-1])
    return Amount(low, high, lambda: f"{share.value} of {total.value}", False, is_loose)


def _only_total(parts: Sequence[Amount]) -> Amount:
    """The one size of a group, up to the first part, of which whole numbers give every printed percentage."""
    most, *shares = parts
    sizes = [n for n in range(1, int(most.high) + 1) if all(_prints_exactly(share, n) for share in shares)]
    listed = ", ".join(share.value for share in shares)
    if not sizes:
        raise ImpossibleShareError(f"no group of up to {most.value} gives {listed}")
    if len(sizes) > 1:
        raise NotStatedError(f"{listed} leave several sizes open: {' and '.join(map(numbers.whole, sizes))}")
    size = Fraction(sizes[0])
    return Amount(size, size, f"the only size up to {most.value} that gives {listed}")


def _prints_exactly(share: Amount, n: int) -> bool:
    counts, is_loose = _counts(share.low, n)
    return bool(counts) and not is_loose


def counts_that_print(share: Amount, total: Amount) -> tuple[tuple[int, ...], bool]:
    """Whole numbers that give a printed percentage, and whether they need it cut off or rounded up."""
    return _counts(share.low, int(total.low))


@lru_cache(maxsize=8192)
def _counts(share: Fraction, n: int) -> tuple[tuple[int, ...], bool]:
    printed = numbers.plain(float(share))
    if n < 1 or not 0 <= share <= 100:
        return (), False
    if counts := synthesis.compatible_counts(printed, n):
        return counts, False
    unit = Fraction(1, 10 ** _digits(share))
    near = [x for x in _neighbours(share, n) if abs(Fraction(100 * x, n) - share) < unit]
    return tuple(near), bool(near)


def decimals(share: Amount) -> int:
    """Printed digits after the decimal point."""
    return _digits(share.low)


def _digits(share: Fraction) -> int:
    return len(numbers.plain(float(share)).partition(".")[2])


def _neighbours(share: Fraction, n: int) -> list[int]:
    below = int(share * n / 100)
    return [x for x in (below, below + 1) if 0 <= x <= n]


def nearest_counts(share: Amount, total: Amount) -> str:
    """Why no whole number fits, in words."""
    n = int(total.low)
    if n < 1:
        return f"there is no share of {n}"
    near = [f"{x} is {_written(Fraction(100 * x, n), True)}" for x in _neighbours(share.low, n)]
    return f"no whole number of {numbers.whole(n)} rounds to {share.value}: {' and '.join(near)}"


TERMS: dict[str, tuple[int, int, Callable[[Sequence[Amount]], Amount]]] = {  # least and most arguments
    "sum_of": (1, 40, _sum_of),
    "rows_of": (1, 40, _rows_of),
    "difference": (2, 2, _difference),
    "product": (2, 2, _product),
    "percent": (2, 2, _percent),
    "counts_behind": (2, 2, _counts_behind),
    "up_to": (1, 1, _up_to),
    "largest": (1, 20, _largest),
    "only_total": (2, 20, _only_total),
}
