"""What a recipe says of its terms, judged: reproduced, a matter of rounding or test, different, or not to be checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from helpers import comparisons, numbers, synthesis
from helpers.audit.amounts import Amount, ImpossibleShareError, amount, counts_that_print, decimals, nearest_counts
from helpers.audit.cells import Cells, NotStatedError
from helpers.audit.recipes import Call, Cell, Node, RecipeError


class Verdict(StrEnum):
    """What became of a printed number."""

    REPRODUCED = "reproduced"
    ROUNDING = "rounding"
    DIFFERS = "differs"
    CANNOT_BE_CHECKED = "cannot_be_checked"


@dataclass(frozen=True)
class Outcome:
    """A judged recipe: verdict, printed and recomputed value, and one plain sentence."""

    verdict: Verdict
    printed: str
    recomputed: str
    sentence: str


def judge(recipe: Call, cells: Cells) -> Outcome:
    """Judge a recipe on the printed values.

    Parameters
    ----------
    recipe : Call
        Parsed recipe.
    cells : Cells
        Printed values.

    Raises
    ------
    RecipeError
        There is no such relation or term, or it has another number of arguments.
    """
    if recipe.name not in RELATIONS:
        raise RecipeError(f"no relation is called {recipe.name!r}; relations: {', '.join(RELATIONS)}")
    count, function = RELATIONS[recipe.name]
    if len(recipe.arguments) != count:
        raise RecipeError(f"{recipe.name} takes {count} arguments, here are {len(recipe.arguments)}")
    try:
        return function(recipe.arguments, cells)
    except NotStatedError as missing:
        return Outcome(Verdict.CANNOT_BE_CHECKED, "", "", f"It cannot be checked: {missing}.")
    except ImpossibleShareError as reason:
        return Outcome(Verdict.DIFFERS, "", "none", f"{_sentence(str(reason))}.")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _outcome(verdict: Verdict, printed: Amount, again: Amount, sentence: str) -> Outcome:
    return Outcome(verdict, printed.value if " " not in printed.shown else printed.worked, again.worked, sentence)


def _equals(arguments: Sequence[Node], cells: Cells) -> Outcome:
    printed, again = (amount(a, cells) for a in arguments)
    if printed.low <= again.high and again.low <= printed.high:
        if printed.is_loose or again.is_loose:
            return _outcome(
                Verdict.ROUNDING,
                printed,
                again,
                f"{again.worked} agrees with {printed.worked} only if a percentage was cut off or rounded up.",
            )
        same = f"Both are {again.worked}." if again.worked == printed.worked else None
        return _outcome(
            Verdict.REPRODUCED, printed, again, same or f"{_sentence(again.worked)}; printed {printed.worked}."
        )
    return _outcome(Verdict.DIFFERS, printed, again, f"One side gives {printed.worked}, the other {again.worked}.")


def _prints(arguments: Sequence[Node], cells: Cells) -> Outcome:
    printed, again = (amount(a, cells) for a in arguments)
    unit = Fraction(1, 10 ** decimals(printed))
    gap = max(again.low - printed.low, printed.low - again.high, Fraction(0))
    if gap <= unit / 2:
        if again.is_loose:
            return _outcome(
                Verdict.ROUNDING,
                printed,
                again,
                f"{again.worked} agrees with {printed.value} only if a percentage was cut off or rounded up.",
            )
        return _outcome(Verdict.REPRODUCED, printed, again, f"{_sentence(again.worked)}, printed as {printed.value}.")
    if gap < unit:
        how = "cut off instead of rounded" if again.low > printed.low else "rounded up instead of to the nearest"
        return _outcome(
            Verdict.ROUNDING, printed, again, f"{_sentence(again.worked)}; {printed.value} is the same number {how}."
        )
    return _outcome(Verdict.DIFFERS, printed, again, f"{_sentence(again.worked)}, not {printed.value}.")


def _fits(arguments: Sequence[Node], cells: Cells) -> Outcome:
    printed, total = (amount(a, cells) for a in arguments)
    counts, is_loose = counts_that_print(printed, total)
    if not counts:
        return Outcome(
            Verdict.DIFFERS,
            f"{printed.value} of {total.value}",
            "no whole number",
            f"{_sentence(nearest_counts(printed, total))}.",
        )
    behind = numbers.span(counts[0], counts[-1])
    again = f"{behind} of {total.value}"
    if is_loose:
        why = f"{_sentence(nearest_counts(printed, total))}; cut off, rounded up, or counted in slightly fewer patients it would fit."
        return Outcome(Verdict.ROUNDING, f"{printed.value} of {total.value}", again, why)
    return Outcome(
        Verdict.REPRODUCED,
        f"{printed.value} of {total.value}",
        again,
        f"{_sentence(behind)} of {total.value} gives {printed.value}.",
    )


def _at_most(arguments: Sequence[Node], cells: Cells) -> Outcome:
    part, whole = (amount(a, cells) for a in arguments)
    if part.low <= whole.high:
        return _outcome(Verdict.REPRODUCED, part, whole, f"{_sentence(part.worked)} lies within {whole.worked}.")
    return _outcome(Verdict.DIFFERS, part, whole, f"{_sentence(part.worked)} is more than {whole.worked}.")


def _more_than(arguments: Sequence[Node], cells: Cells) -> Outcome:
    more, less = (amount(a, cells) for a in arguments)
    if more.high > less.low:
        return _outcome(Verdict.REPRODUCED, more, less, f"{_sentence(more.worked)} is more than {less.worked}.")
    return _outcome(Verdict.DIFFERS, more, less, f"{_sentence(more.worked)} is not more than {less.worked}.")


def _same(arguments: Sequence[Node], cells: Cells) -> Outcome:
    words = [cells.text(a) for a in arguments if isinstance(a, Cell)]
    if len(words) != 2:
        raise RecipeError("same takes two cells")
    if words[0] == words[1]:
        return Outcome(Verdict.REPRODUCED, words[0], words[1], f"Both say {words[0]}.")
    return Outcome(Verdict.DIFFERS, words[0], words[1], f"One says {words[0]}, the other {words[1]}.")


def _within(arguments: Sequence[Node], cells: Cells) -> Outcome:
    spans = [_span(a, cells) for a in arguments]
    (low, high, inner), (least, most, outer) = spans
    if least <= low and high <= most:
        return Outcome(Verdict.REPRODUCED, inner, outer, f"{_sentence(inner)} lies within {outer}.")
    return Outcome(Verdict.DIFFERS, inner, outer, f"{_sentence(inner)} reaches beyond {outer}.")


def _span(node: Node, cells: Cells) -> tuple[Fraction, Fraction, str]:
    row = cells.row(node.row) if isinstance(node, Cell) else {}
    if not isinstance(node, Cell) or "low" not in row:
        raise RecipeError("within takes two rows of doses")
    ends = [cells.number(Cell(node.row, end)) for end in ("low", "high") if row.get(end) is not None]
    if not ends:
        raise NotStatedError("the range is not printed")
    return ends[0], ends[-1], numbers.span(row.get("low"), row.get("high"), str(row.get("unit") or ""))


def _p_fits(arguments: Sequence[Node], cells: Cells) -> Outcome:
    cell = arguments[0]
    row = cells.row(cell.row) if isinstance(cell, Cell) else {}
    if not isinstance(cell, Cell) or "p_printed" not in row:
        raise RecipeError("p_fits takes a comparison")
    groups = cells.groups(cell.row)
    if row.get("p_printed") is None:
        raise NotStatedError("no P value is printed")
    percents = tuple(numbers.plain(float(cells.number(Cell(g, "percent_printed")))) for g in groups)
    totals = tuple(int(cells.number(Cell(g, "total"))) for g in groups)
    printed = f"{row['p_relation']} {row['p_printed']}"
    fitting, ranges = _tests(percents, totals, printed)
    again = "; ".join(f"{_test(test)} {span}" for test, span in ranges.items()) or "none"
    shares = " against ".join(f"{p}% of {n}" for p, n in zip(percents, totals, strict=True))
    names = [_test(test) for test in fitting]
    if ranges and len(fitting) == len(ranges):
        return Outcome(Verdict.REPRODUCED, f"P {printed}", again, f"{shares}: every common test gives P {printed}.")
    if fitting:
        why = f"{shares}: P {printed} fits {' and '.join(names)}, but not every common test ({again}); the source names none."
        return Outcome(Verdict.ROUNDING, f"P {printed}", again, why)
    return Outcome(
        Verdict.DIFFERS, f"P {printed}", again, f"{shares}: no common test gives P {printed}; recomputed P is {again}."
    )


def _test(test: str) -> str:
    """A test inside a sentence."""
    name = comparisons.TESTS[test]
    return name if name == "Fisher" else name[0].lower() + name[1:]


@lru_cache(maxsize=512)
def _tests(percents: tuple[str, ...], totals: tuple[int, ...], printed: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Tests that give the printed P value on some table behind the percentages, and the span of each."""
    for rounding in comparisons.ROUNDINGS:
        found = synthesis.compatible_tables(percents, totals, rounding=rounding)
        if found.tables:
            ends = {test: found.pvalue_range(test) for test in comparisons.TESTS}
            return found.tests_that_print(printed), {t: comparisons.p_range(*e) for t, e in ends.items() if e}
    return (), {}


RELATIONS: dict[str, tuple[int, Callable[[Sequence[Node], Cells], Outcome]]] = {  # number of arguments
    "equals": (2, _equals),
    "prints": (2, _prints),
    "fits": (2, _fits),
    "at_most": (2, _at_most),
    "more_than": (2, _more_than),
    "same": (2, _same),
    "within": (2, _within),
    "p_fits": (1, _p_fits),
}
