"""What a recipe says of its terms, judged: reproduced, a matter of rounding or test, different, or not to be checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from helpers import comparisons, numbers, synthesis
from helpers.audit.amounts import (
    Amount,
    ImpossibleShareError,
    amount,
    counts_that_print,
    decimals,
    nearest_counts,
    selected_rows,
    usual_number,
)
from helpers.audit.cells import Cells, NotStatedError
from helpers.audit.recipes import Call, Cell, Constant, Node, RecipeError, Words
from helpers.audit.selections import parse_selection

IDS = ("row_id", "finding_id", "dose_id", "quantity_id", "box_id", "cohort_id", "study_id", "update_id", "source_id")


class Verdict(StrEnum):
    """What became of a printed number."""

    REPRODUCED = "reproduced"
    ROUNDING = "rounding"
    DIFFERS = "differs"
    CANNOT_BE_CHECKED = "cannot_be_checked"


@dataclass(frozen=True)
class Outcome:
    """A judged recipe.

    Attributes
    ----------
    verdict : Verdict
        What became of it.
    words : function
        Gives the printed and the recomputed value and one plain sentence. Called only when somebody reads them: the search
        for misprints judges each recipe hundreds of times and needs the verdict alone.
    """

    verdict: Verdict
    words: Callable[[], tuple[str, str, str]]

    @cached_property
    def told(self) -> tuple[str, str, str]:
        """Printed value, recomputed value, one plain sentence."""
        return self.words()


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
        said = f"It cannot be checked: {missing}."
        return Outcome(Verdict.CANNOT_BE_CHECKED, lambda: ("", "", said))
    except ImpossibleShareError as reason:
        why = f"{_sentence(str(reason))}."
        return Outcome(Verdict.DIFFERS, lambda: ("", "none", why))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _outcome(verdict: Verdict, printed: Amount, again: Amount, sentence: Callable[[], str]) -> Outcome:
    return Outcome(
        verdict, lambda: (printed.value if " " not in printed.shown else printed.worked, again.worked, sentence())
    )


def _equals(arguments: Sequence[Node], cells: Cells) -> Outcome:
    printed, again = (amount(a, cells) for a in arguments)
    if printed.low > again.high or again.low > printed.high:
        if isinstance(arguments[0], Constant):  # nobody printed it
            return _outcome(Verdict.DIFFERS, printed, again, lambda: f"It is {again.worked}, not {printed.worked}.")
        return _outcome(
            Verdict.DIFFERS, printed, again, lambda: f"One side gives {printed.worked}, the other {again.worked}."
        )
    if printed.is_loose or again.is_loose:
        return _outcome(Verdict.ROUNDING, printed, again, lambda: _only_loosely(again, printed.worked))

    def sentence() -> str:
        if again.worked == printed.worked:
            return f"Both are {again.worked}."
        return f"{_sentence(again.worked)}; printed {printed.worked}."

    return _outcome(Verdict.REPRODUCED, printed, again, sentence)


def _only_loosely(again: Amount, printed: str) -> str:
    return f"{again.worked} agrees with {printed} only if a percentage was cut off or rounded up."


def _prints(arguments: Sequence[Node], cells: Cells) -> Outcome:
    printed, again = (amount(a, cells) for a in arguments)
    unit = Fraction(1, 10 ** decimals(printed))
    gap = max(again.low - printed.low, printed.low - again.high, Fraction(0))
    if gap <= unit / 2:
        if again.is_loose:
            return _outcome(Verdict.ROUNDING, printed, again, lambda: _only_loosely(again, printed.value))
        return _outcome(
            Verdict.REPRODUCED, printed, again, lambda: f"{_sentence(again.worked)}, printed as {printed.value}."
        )
    if gap < unit:
        how = "cut off instead of rounded" if again.low > printed.low else "rounded up instead of to the nearest"
        return _outcome(
            Verdict.ROUNDING,
            printed,
            again,
            lambda: f"{_sentence(again.worked)}; {printed.value} is the same number {how}.",
        )
    return _outcome(Verdict.DIFFERS, printed, again, lambda: f"{_sentence(again.worked)}, not {printed.value}.")


def _fits(arguments: Sequence[Node], cells: Cells) -> Outcome:
    printed, total = (amount(a, cells) for a in arguments)
    counts, is_loose = counts_that_print(printed, total)
    verdict = Verdict.DIFFERS if not counts else Verdict.ROUNDING if is_loose else Verdict.REPRODUCED

    def words() -> tuple[str, str, str]:
        share = f"{printed.value} of {total.value}"
        if not counts:
            return share, "no whole number", f"{_sentence(nearest_counts(printed, total))}."
        again = f"{numbers.span(counts[0], counts[-1])} of {total.value}"
        if not is_loose:
            return share, again, f"{_sentence(again)} gives {printed.value}."
        or_else = "cut off, rounded up, or counted in slightly fewer patients it would fit"
        return share, again, f"{_sentence(nearest_counts(printed, total))}; {or_else}."

    return Outcome(verdict, words)


def _at_most(arguments: Sequence[Node], cells: Cells) -> Outcome:
    part, whole = (amount(a, cells) for a in arguments)
    if part.low <= whole.high:
        verb = "lie" if part.is_told and part.high != 1 else "lies"  # 9 rows
        return _outcome(
            Verdict.REPRODUCED, part, whole, lambda: f"{_sentence(part.worked)} {verb} within {whole.worked}."
        )
    return _outcome(Verdict.DIFFERS, part, whole, lambda: f"{_sentence(part.worked)} is more than {whole.worked}.")


def _more_than(arguments: Sequence[Node], cells: Cells) -> Outcome:
    more, less = (amount(a, cells) for a in arguments)
    than = "later than" if more.is_year else "more than"
    if more.high > less.low:
        return _outcome(Verdict.REPRODUCED, more, less, lambda: f"{_sentence(more.worked)} is {than} {less.worked}.")
    return _outcome(Verdict.DIFFERS, more, less, lambda: f"{_sentence(more.worked)} is not {than} {less.worked}.")


def _same(arguments: Sequence[Node], cells: Cells) -> Outcome:
    words = [a.text if isinstance(a, Words) else cells.text(a) for a in arguments if isinstance(a, (Cell, Words))]
    if len(words) != 2 or not any(isinstance(a, Cell) for a in arguments):
        raise RecipeError("same takes two cells, or a cell and words")
    one, other = words
    if one == other:
        return Outcome(Verdict.REPRODUCED, lambda: (one, other, f"Both say {one}."))
    return Outcome(Verdict.DIFFERS, lambda: (one, other, f"One says {one}, the other {other}."))


def _within(arguments: Sequence[Node], cells: Cells) -> Outcome:
    spans = [_span(a, cells) for a in arguments]
    (low, high, inner), (least, most, outer) = spans
    if least <= low and high <= most:
        return Outcome(Verdict.REPRODUCED, lambda: (inner, outer, f"{_sentence(inner)} lies within {outer}."))
    return Outcome(Verdict.DIFFERS, lambda: (inner, outer, f"{_sentence(inner)} reaches beyond {outer}."))


def _span(node: Node, cells: Cells) -> tuple[Fraction, Fraction, str]:
    row = cells.row(node.row) if isinstance(node, Cell) else {}
    if not isinstance(node, Cell) or "low" not in row:
        raise RecipeError("within takes two rows of doses")
    ends = [cells.number(Cell(node.row, end)) for end in ("low", "high") if row.get(end) is not None]
    if not ends:
        raise NotStatedError("the range is not printed")
    return ends[0], ends[-1], numbers.span(row.get("low"), row.get("high"), str(row.get("unit") or ""))


def _p_differs(arguments: Sequence[Node], cells: Cells) -> Outcome:
    """The contrary of `p_fits`: what a sentence needs that says a printed P value cannot be right."""
    found = _p_fits(arguments, cells)
    verdict = Verdict.REPRODUCED if found.verdict == Verdict.DIFFERS else Verdict.DIFFERS
    return Outcome(verdict, found.words)


def _none(arguments: Sequence[Node], cells: Cells) -> Outcome:
    rows = selected_rows(arguments[0], cells)
    if not rows:
        return Outcome(Verdict.REPRODUCED, lambda: ("none", "none", "No row is of this kind."))
    return Outcome(Verdict.DIFFERS, lambda: ("none", str(len(rows)), f"There is {_names(rows)}."))


def _every(arguments: Sequence[Node], cells: Cells) -> Outcome:
    rows = selected_rows(arguments[0], cells)
    if not isinstance(arguments[1], Words) or (wanted := parse_selection(arguments[1].text)).table:
        raise RecipeError("every takes a selection and, in double quotes, the conditions that each of its rows meets")
    # The same rows, chosen with both: a slip in the second part must not pass for a condition that is met.
    both = selected_rows(Words(f"{arguments[0].text}, {arguments[1].text}"), cells)  # type: ignore[union-attr]
    others = [row for row in rows if not cells.meets_all(row, wanted)]
    if rows and not others:
        said = f"All {len(rows)} rows say so."
        return Outcome(Verdict.REPRODUCED, lambda: ("every row", f"{len(both)} of {len(rows)}", said))
    said = f"Not so: {_names(others)}." if rows else "There is no row of this kind."
    return Outcome(Verdict.DIFFERS, lambda: ("every row", f"{len(both)} of {len(rows)}", said))


def _largest_of_all(arguments: Sequence[Node], cells: Cells) -> Outcome:
    cell = arguments[0]
    if not isinstance(cell, Cell):
        raise RecipeError("largest takes a row and a selection")
    mine = amount(cell, cells)
    own = _subject(cells.row(cell.row))  # the same number, printed in a second place, is no rival
    others = [row for row in selected_rows(arguments[1], cells) if _subject(row) != own]
    if not others:
        raise RecipeError("largest needs other rows to hold the row against; the selection has none")
    beyond = [row for row in others if (value := usual_number(row)) is not None and value >= mine.low]
    if not beyond:
        return Outcome(
            Verdict.REPRODUCED, lambda: (mine.value, "", f"{mine.value} is more than in {len(others)} others.")
        )
    said = "; ".join(f"{_name(row)} has {usual_number(row)}" for row in beyond[:SHOWN])
    return Outcome(Verdict.DIFFERS, lambda: (mine.value, said, f"{mine.value} is not the most: {said}."))


def _subject(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(c) for c in ("study_id", "condition", "treatment", "measure"))


def _share(least: Fraction, most: Fraction, words: str) -> Callable[[Sequence[Node], Cells], Outcome]:
    """A relation on the share of a row: more than half, all, none."""

    def judged(arguments: Sequence[Node], cells: Cells) -> Outcome:
        cell = arguments[0]
        if not isinstance(cell, Cell):
            raise RecipeError(f"a row should stand here, to say that it is {words}")
        if cells.row(cell.row).get("events") is None and cells.row(cell.row).get("percent_printed") is not None:
            share = cells.number(Cell(cell.row, "percent_printed")) / 100
        else:
            events, total = (cells.number(Cell(cell.row, c)) for c in ("events", "total"))
            share = events / total if total else Fraction(0)
        holds = least <= share <= most if least == most else least < share <= most
        shown = f"{numbers.plain(float(numbers.rounded(float(share * 100), 1)))}%"
        said = f"{shown} is {words}." if holds else f"{shown} is not {words}."
        return Outcome(Verdict.REPRODUCED if holds else Verdict.DIFFERS, lambda: (words, shown, said))

    return judged


SHOWN = 4  # rows that a sentence names


def _name(row: Mapping[str, Any]) -> str:
    return str(next((row[key] for key in IDS if row.get(key) is not None), "a row"))


def _names(rows: Sequence[Mapping[str, Any]]) -> str:
    rest = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return ", ".join(map(_name, rows[:SHOWN])) + rest


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
    if ranges and len(fitting) == len(ranges):
        verdict, said = Verdict.REPRODUCED, f"every common test gives P {printed}."
    elif fitting:
        names = " and ".join(_test(test) for test in fitting)
        said = f"P {printed} fits {names}, but not every common test ({again}); the source names none."
        verdict = Verdict.ROUNDING
    else:
        verdict, said = Verdict.DIFFERS, f"no common test gives P {printed}; recomputed P is {again}."
    return Outcome(verdict, lambda: (f"P {printed}", again, f"{shares}: {said}"))


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
    "p_differs": (1, _p_differs),
    "none": (1, _none),
    "every": (2, _every),
    "largest": (2, _largest_of_all),
    "most": (1, _share(Fraction(1, 2), Fraction(1), "more than half")),
    "all_of": (1, _share(Fraction(1), Fraction(1), "all")),
    "none_of": (1, _share(Fraction(0), Fraction(0), "none")),
}
