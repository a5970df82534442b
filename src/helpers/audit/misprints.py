"""Which single misprint would reconcile a contradiction without upsetting any other check: a hypothesis, no correction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from helpers import numbers
from helpers.audit.cells import PERCENT, Cells, Change, is_printed
from helpers.audit.claims import Claim
from helpers.audit.recipes import Call, Cell, RecipeError, cells_of
from helpers.audit.relations import Verdict, judge

EDITABLE = ("events", "total", "percent_printed", "prevalence_percent", "value", "count")
UNPRINTED = ("derived", "inferred")  # numbers we worked out ourselves are no misprints
SEVERITY = (Verdict.REPRODUCED, Verdict.CANNOT_BE_CHECKED, Verdict.ROUNDING, Verdict.DIFFERS)
Place = tuple[str, str]


@dataclass(frozen=True)
class Misprint:
    """One printed number read otherwise, or two swapped; with what follows it, such as shares of that number."""

    change: Change
    tell: Callable[[], str]

    @property
    def words(self) -> str:
        """Which number, where, and how it would be read."""
        return self.tell()


class Ledger:
    """Every claim with its verdict on the printed values, and which claims use which number.

    Parameters
    ----------
    claims : sequence of Claim
        Every claim.
    verdicts : mapping of claim_id to Verdict
        Verdicts on the printed values.
    cells : Cells
        Printed values.
    """

    def __init__(self, claims: Sequence[Claim], verdicts: Mapping[str, Verdict], cells: Cells) -> None:
        self.verdicts, self.cells = verdicts, cells
        self.users: dict[Place, list[Claim]] = {}
        for claim in claims:
            for place in places_of(claim.recipe, cells) if claim.recipe else ():
                self.users.setdefault(place, []).append(claim)

    def has_digits(self, claim: Claim) -> bool:
        """Whether the claim rests on a printed number that could be misprinted."""
        return next(_candidates(claim, self.cells), None) is not None

    def single_misprints(self, claim: Claim) -> list[Misprint]:
        """Single misprints that would reconcile a claim that differs.

        Parameters
        ----------
        claim : Claim
            A claim with a recipe.

        Returns
        -------
        list of Misprint
            One wrong, missing, added or transposed digit of one number, or two shares of one comparison swapped, such
            that the claim is reproduced, no other claim fares worse than as printed, and most of the contradictions that
            the number is in are resolved.
        """
        return [m for m in _candidates(claim, self.cells) if self._reconciles(m, claim)]

    def _reconciles(self, misprint: Misprint, claim: Claim) -> bool:
        changed = self.cells.read_as(misprint.change)
        found = _verdict(claim, changed)
        if found != Verdict.REPRODUCED and (claim.kind, found) != ("p_value", Verdict.ROUNDING):
            return False
        others = {c.claim_id: c for place in misprint.change for c in self.users.get(place, ()) if c is not claim}
        resolved, unresolved = 1, 0
        for other in sorted(others.values(), key=lambda c: c.kind == "p_value"):  # the costly ones last
            before, after = self.verdicts[other.claim_id], _verdict(other, changed)
            if before == Verdict.DIFFERS:
                resolved, unresolved = resolved + (after != before), unresolved + (after == before)
            elif SEVERITY.index(after) > SEVERITY.index(before):
                return False
        return resolved > unresolved


def places_of(recipe: Call, cells: Cells) -> list[Place]:
    """Cells that a recipe reads, with their columns spelled out."""
    places = []
    for cell in cells_of(recipe):
        if recipe.name == "p_fits":
            places += [(g, column) for g in cells.groups(cell.row) for column in ("percent_printed", "total")]
        elif recipe.name == "within":
            places += [(cell.row, end) for end in ("low", "high")]
        else:
            places.append((cell.row, cells.column(cell)))
    return list(dict.fromkeys(places))


def _verdict(claim: Claim, cells: Cells) -> Verdict:
    assert claim.recipe is not None
    try:
        return judge(claim.recipe, cells).verdict
    except (RecipeError, ArithmeticError):
        return Verdict.DIFFERS


def _candidates(claim: Claim, cells: Cells) -> Iterator[Misprint]:
    if claim.recipe is None:
        return
    for row, column in places_of(claim.recipe, cells):
        source = cells.row(row)
        if column not in EDITABLE or source.get(column) is None or source.get("how_obtained") in UNPRINTED:
            continue
        if source.get("unit") == "year" or (column == "total" and not is_printed(source[column], source)):
            continue  # a denominator taken from another sentence is that sentence's number
        old = cells.number(Cell(row, column))
        followers = cells.denominators_from(row) if column == "events" else []
        for new in _edits(old, is_percent=column in PERCENT):
            change = {(row, column): new} | {(f, "total"): new for f in followers}
            yield Misprint(change, partial(_edited, cells, row, column, old, new))
    yield from _swaps(claim.recipe, cells)


def _edited(cells: Cells, row: str, column: str, old: Fraction, new: Fraction) -> str:
    sign = "%" if column in PERCENT else ""
    where = "; ".join(filter(None, (cells.subject(row), str(cells.row(row).get("locator") or ""))))
    return f"{_plain(old)}{sign} ({where}) read as {_plain(new)}{sign}"


def _plain(value: Fraction) -> str:
    return numbers.whole(int(value)) if value.denominator == 1 else numbers.plain(float(value))


def _edits(value: Fraction, *, is_percent: bool) -> list[Fraction]:
    """Numbers that one wrong, missing, added or transposed digit turns into this one; a sign is no digit."""
    if value < 0:
        return []
    text = numbers.plain(float(value)) if value.denominator != 1 else str(int(value))
    digits = "0123456789"
    found = {text[:i] + d + text[i + 1 :] for i in range(len(text)) if text[i] != "." for d in digits}
    found |= {text[:i] + d + text[i:] for i in range(len(text) + 1) for d in digits}
    found |= {text[:i] + text[i + 1 :] for i in range(len(text)) if text[i] != "."}
    found |= {
        text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1) if "." not in text[i : i + 2]
    }
    kept = {
        Fraction(t)
        for t in found
        if t and t[0] != "." and t[-1] != "." and (t == "0" or not t.startswith("0") or t[1:2] == ".")
    }
    limit = 100 if is_percent else 10**9
    return sorted(v for v in kept - {value} if v <= limit)


def _swaps(recipe: Call, cells: Cells) -> Iterator[Misprint]:
    named = {row for row, column in places_of(recipe, cells) if "/" in row and column == "percent_printed"}
    for comparison in sorted({row.split("/")[0] for row in named}):
        groups = [g for g in cells.groups(comparison) if cells.row(g)["percent_printed"] is not None]
        for i, a in enumerate(groups):
            for b in groups[i + 1 :]:
                one, two = cells.number(Cell(a, "percent_printed")), cells.number(Cell(b, "percent_printed"))
                words = f"{_plain(one)}% and {_plain(two)}% ({cells.row(a).get('locator')}) read the other way round"
                change = {(a, "percent_printed"): two, (b, "percent_printed"): one}
                yield Misprint(change, partial(str, words))
