"""The evidence map worked out a second time, patient by patient, from rows and the roles of their codes alone.

Nothing here is taken from the code that draws the map: what both give is right, or both are wrong in the same way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from helpers.codes import Codes
from helpers.evidence import Evidence
from helpers.faults import Fault

Row = Mapping[str, Any]
Place = tuple[str, str, str]  # treatment, condition, kind of evidence
# Roles that may stand behind a number, by what the map says it counts.
COUNTED = {
    "use": ("use",),
    "narrower": ("use",),
    "share_of_use": ("use", "share_of_use"),
    "outcome": ("use", "share_of_use", "assessable", "outcome", "event"),
    "information": ("information",),
}
RANK = {"use": 0, "share_of_use": 1, "assessable": 2, "outcome": 3, "event": 4, "information": 5}
REASONS = {  # why a cell is empty: what must not be so
    "none": "a row of this condition names the treatment",
    "no_number": "no row of this condition names the treatment",
    "not_split": "nobody is counted for several conditions together",
    "counted_out": "nobody is counted under another condition",
}
FIX = "Correct the code that draws the map, or the role of the measure in data/vocabularies.csv, then run `review run`."


def check_map(review: Evidence, file: str, name: str, cells: Sequence[Row]) -> list[Fault]:
    """Cells of the published map that are not what the rows give.

    Parameters
    ----------
    review : Evidence
        The evidence that the map shows.
    file, name : str
        Where the cells were published.
    cells : sequence of mapping
        ``treatment``, ``condition``, ``kind``, ``patients``, ``basis``, ``rows``, ``reason``.

    Returns
    -------
    list of Fault
        Rule ``map-cell`` for a number that the rows do not give, ``map-basis`` for one that counts something else than it
        says, ``map-reason`` for an empty cell that gives an untrue reason.
    """
    expected = map_of(review)
    shown = {(str(c["treatment"]), str(c["condition"]), str(c["kind"])): c for c in cells if c.get("kind")}
    faults = []
    for place in {**shown, **expected}:
        published = shown[place].get("patients") if place in shown else None
        if published != expected.get(place):
            message = (
                f"the rows give {expected.get(place, 'nobody')}: each patient once in a line, of rows that count use"
            )
            faults.append(_fault(file, name, place, published, "map-cell", message))
        elif place in shown and (wrong := list(_beside(review, shown[place]))):
            message = f"it is said to count {shown[place].get('basis')}, and rests on {', '.join(wrong)}"
            faults.append(_fault(file, name, place, published, "map-basis", message))
    for cell in cells:
        if not cell.get("kind") and _is_untrue(review, cell, expected):
            place = (str(cell["treatment"]), str(cell["condition"]), "empty")
            message = f"the reason is untrue: {REASONS.get(str(cell['reason']), 'it is none of the list')}"
            faults.append(_fault(file, name, place, cell["reason"], "map-reason", message))
    return faults


def _is_untrue(review: Evidence, cell: Row, expected: Mapping[Place, int]) -> bool:
    """Whether the reason that an empty cell gives does not hold."""
    codes, treatment, condition = review.codes, cell["treatment"], cell["condition"]
    filled = {column for name, column, _ in expected if name == treatment}
    named = any(
        _column(codes, row["condition"]) == condition and row["events"] != 0
        for row in _rows(review, treatment)
        if codes.role("measure", row["measure"]) != "documents"
    )
    return {
        "none": named,
        "no_number": not named,
        "not_split": not filled & set(codes.with_role("condition", "several")),
        "counted_out": not filled - {condition},
    }.get(str(cell["reason"]), True)


def _fault(file: str, name: str, place: Place, value: Any, rule: str, message: str) -> Fault:
    return Fault(file, None, f"{name}: {', '.join(place)}", None if value is None else str(value), rule, message, FIX)


def _beside(review: Evidence, cell: Row) -> Iterator[str]:
    """Rows of a cell that do not count what the cell says it counts."""
    codes, inside = review.codes, review.codes.within("treatment", str(cell["treatment"]))
    for name in str(cell["rows"]).split(";"):
        row = review.row(name)
        role = codes.role("measure", row["measure"])
        if role not in COUNTED.get(str(cell.get("basis")), ()):
            yield f"{name} ({role})"
        elif row["treatment"] not in inside or _column(codes, row["condition"]) != cell["condition"]:
            yield f"{name} ({row['treatment']}, {row['condition']})"


def map_of(review: Evidence) -> dict[Place, int]:
    """Patients by treatment, condition and kind of evidence, as the rows give them."""
    codes = review.codes
    design = dict(review.tables["studies"][["study_id", "design"]].itertuples(index=False, name=None))
    found: Counter[Place] = Counter()
    for treatment in codes.on_map("treatment"):
        for (study, condition), (role, number) in _seated(review, treatment).items():
            column = _column(codes, condition)
            if column is None or not number:
                continue
            kind = "information" if role == "information" else "total"
            kind = kind if study is None else codes.role("design", design[study]) or "unstated"
            found[treatment, column, kind] += number
    return dict(found)


def _seated(review: Evidence, treatment: str) -> dict[tuple[str | None, str], tuple[str, int]]:
    """How many patients take a seat under each condition of each line, and the role of the row that brings them.

    A row first counts those who sit already and may be among its patients; only the others take a new seat.
    """
    codes = review.codes
    size = dict(review.tables["studies"][["study_id", "patients"]].dropna().itertuples(index=False, name=None))
    lines: dict[str | None, dict[str, Row]] = defaultdict(dict)
    for (study, condition), row in _once(review, _best(review, treatment)).items():
        lines[study][condition] = row
    seats: dict[tuple[str | None, str], tuple[str, int]] = {}
    for study, line in lines.items():
        taken: list[str] = []
        for condition in sorted(line, key=lambda c: (_breadth(codes, c), line[c]["number"])):
            row = line[condition]
            new = row["number"] - sum(_may_be(codes, condition, seat) for seat in taken)
            if study in size and not _is_outside(codes, condition):
                new = min(new, int(size[study]) - sum(not _is_outside(codes, seat) for seat in taken))
            taken += [condition] * max(0, new)
            seats[study, condition] = (row["role"], max(0, new))
    return seats


def _best(review: Evidence, treatment: str) -> dict[tuple[str | None, str], Row]:
    """The row that counts the patients of each line and condition."""
    codes, rows = review.codes, _rows(review, treatment)
    best: dict[tuple[str | None, str], Row] = {}
    for row in rows:
        role, is_total = str(codes.role("measure", row["measure"])), row["level"] == "review"
        number = row["events" if role in ("use", "share_of_use", "information") else "total"]
        is_own = row["treatment"] == treatment
        if role not in RANK or not number or row["unit"] not in (None, "patients"):
            continue
        if not (is_own if is_total else row["study_id"] and role != "information"):
            continue
        line = None if is_total else str(row["study_id"]), str(row["condition"])
        part_of_whole = any(
            row["adds_up_to"] == other["row_id"] and _is_whole(codes, treatment, other) for other in rows
        )
        rank = RANK[role], not part_of_whole, -int(number), not is_own
        if line not in best or rank < best[line]["rank"]:
            best[line] = {"role": role, "number": int(number), "rank": rank}
    return best


def _rows(review: Evidence, treatment: str) -> list[Row]:
    """Rows of a treatment and of all that lies within it, without those that repeat others."""
    inside, repeats = review.codes.within("treatment", treatment), tuple(review.settings.repeats)
    counts = review.tables["counts"]
    plain = counts[counts["treatment"].isin(inside)].astype(object)
    records = plain.where(plain.notna(), None).to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in records if not str(row["locator"]).startswith(repeats)]


def _is_whole(codes: Codes, treatment: str, row: Row) -> bool:
    """Whether a row is the review's total of a treatment over all conditions."""
    is_total = row["level"] == "review" and row["treatment"] == treatment and bool(row["events"])
    return is_total and codes.role("condition", row["condition"]) == "whole"


def _once(review: Evidence, rows: Mapping[tuple[str | None, str], Row]) -> dict[tuple[str | None, str], Row]:
    """The rows without those of a study that shares patients with a larger one among them."""
    table = review.tables["cohorts"]
    cohorts = table.astype(object).where(table.notna(), None).to_dict("records")
    names = {(c["study_id"], c["condition"]): c for c in cohorts}
    shared = {
        frozenset((c["cohort_id"], other.strip()))
        for c in cohorts
        if c["overlaps_with"] and (c["overlap_patients"] or 0) > 0
        for other in c["overlaps_with"].split(";")
    }
    here = [names[line] for line in rows if line in names]
    kept: set[str] = set()
    for cohort in sorted(here, key=lambda c: -int(c["patients"] or 0)):
        if not any(frozenset((cohort["cohort_id"], other)) in shared for other in kept):
            kept.add(cohort["cohort_id"])
    return {line: row for line, row in rows.items() if line not in names or names[line]["cohort_id"] in kept}


def _column(codes: Codes, condition: str) -> str | None:
    """The condition of the map under which a patient stands; None outside the review."""
    if _is_outside(codes, condition):
        return None
    columns = codes.on_map("condition")
    holding = [c for c in columns if c == condition or condition in codes.within("condition", c)]
    several = codes.with_role("condition", "several")
    return next(iter([*holding, *(c for c in columns if c in several)]), None)


def _is_outside(codes: Codes, condition: str) -> bool:
    return codes.role("condition", condition) == "outside"


def _holds(codes: Codes, condition: str) -> set[str]:
    """Conditions that patients counted under this one may have; a code for several that names none may hold any."""
    role, within = codes.role("condition", condition), set(codes.within("condition", condition))
    if role == "whole":
        return {c for c in codes.order("condition") if not _is_outside(codes, c)}
    return set(codes.order("condition")) if role == "several" and len(within) == 1 else within


def _may_be(codes: Codes, condition: str, seat: str) -> bool:
    return bool(_holds(codes, condition) & _holds(codes, seat))


def _breadth(codes: Codes, condition: str) -> tuple[bool, bool, int]:
    """The order in which patients take their seats: one condition, several named, several of any kind, everybody."""
    role = codes.role("condition", condition)
    return role == "whole", role == "several", len(_holds(codes, condition))
