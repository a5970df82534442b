"""May a row of a new study be added to the total it names? Same unit, measure, condition and definition, or it stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from helpers.codes import Codes
from helpers.evidence import Totals
from helpers.faults import Fault

COUNTS = "data/counts.csv"
JUDGEMENT = "outcome"  # role of measures that are comparable only under the same definition; an event needs none
UNDEFINED = "not defined"
STAND_ALONE = "Leave `adds_up_to` empty: the row then stands beside the total and is not added."


def check_additions(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Rows that later studies add to totals and that cannot be added, each with everything that keeps it apart."""
    counts = tables["counts"]
    now = counts[counts["retired_in"].isna()]
    totals = Totals(now, tables["studies"], tables["cohorts"], Codes(tables["vocabularies"]))
    lines = {name: int(line) for line, name in reversed(list(now["row_id"].dropna().items()))}
    faults = [
        Fault(
            COUNTS,
            lines[name],
            "adds_up_to",
            row["adds_up_to"],
            "addition-to-retired",
            "the row it adds up to is no longer in force",
            "Name the row that took its place.",
        )
        for name, row in totals.rows.items()
        if row.get("adds_up_to") and row["adds_up_to"] not in totals.rows
    ]
    for whole, names in totals.direct.items():
        for name in names:
            found = [*_same_kind(totals, name), *_same_outcome(totals, name), *_countable(totals, name)]
            faults += [Fault(COUNTS, lines[name], column, value, *said) for column, value, *said in found]
        for name, said in [*_twice(totals, whole), *_denominators(totals, whole), *_untold(totals, whole)]:
            faults.append(Fault(COUNTS, lines[name], *said))
    for whole in totals.parts:
        for name, said in [*_denominators(totals, whole), *_untold(totals, whole)]:
            faults.append(Fault(COUNTS, lines[name], *said))
    return list(dict.fromkeys(faults))


Found = tuple[str, str | None, str, str, str]  # column, value, rule, message, fix


def _same_kind(totals: Totals, name: str) -> Iterator[Found]:
    """Level, unit, condition, treatment, measure and circumstances must be those of the total, or fit within it."""
    row, whole = totals.rows[name], totals.rows[totals.rows[name]["adds_up_to"]]
    above = whole["row_id"]
    if whole["level"] == "study":
        message = (
            f"{above} speaks of one study ({whole['study_id']}); patients of {row['study_id']} cannot be added to it"
        )
        fix = (
            f"{STAND_ALONE} Where the two belong together, add a total over studies (`level` review, `how_obtained` derived,"
            " the sum in `note`) and let both name it under `adds_up_to`."
        )
        yield "adds_up_to", above, "addition-to-one-study", message, fix
    if row["unit"] != whole["unit"]:
        message = f"{row['unit']} cannot be added to {whole['unit']}"
        yield (
            "unit",
            row["unit"],
            "addition-unit",
            message,
            f"Count {whole['unit']}, as {above} does. Or: {STAND_ALONE}",
        )
    parts = [totals.rows[p] for p in totals.parts.get(above, ())]
    is_split_by = {c: any(p[c] != whole[c] for p in parts) for c in ("treatment", "measure")}
    if not totals.codes.covers("condition", whole["condition"], row["condition"]):
        message = f"patients with {row['condition']} are not among those of {above} ({whole['condition']})"
        yield (
            "condition",
            row["condition"],
            "addition-condition",
            message,
            f"Name the total of that condition. Or: {STAND_ALONE}",
        )
    for column in ("treatment", "measure"):
        if row[column] != whole[column] and not is_split_by[column]:
            message = f"{row[column]} is not the {column} of {above}, which counts {whole[column]}"
            yield (
                column,
                row[column],
                f"addition-{column}",
                message,
                f"Name a total of the same {column}. Or: {STAND_ALONE}",
            )
    for column in ("regimen", "line", "detail"):
        is_same = _plain(row[column]) == _plain(whole[column])
        if whole[column] is not None and not is_same and not totals.is_class(name):
            message = f"{above} counts only {column} {whole[column]!r}, this row {row[column] or 'says none'!r}"
            fix = f"Where both mean the same, write {column} as the earlier row does. Or: {STAND_ALONE}"
            yield column, row[column], f"addition-{column}", message, fix
    if totals.is_class(name) and (nearer := _nearer_part(row, parts, totals.codes)):
        message = f"{above} has a part that this row belongs to: {nearer}"
        fix = f"Write `{nearer}` under `adds_up_to`; the total above grows with it."
        yield "adds_up_to", above, "addition-to-part", message, fix


def _nearer_part(row: Mapping[str, Any], parts: list[dict[str, Any]], codes: Codes) -> str | None:
    same = [p for p in parts if p["treatment"] == row["treatment"] and p["measure"] == row["measure"]]
    exact = [p for p in same if p["condition"] == row["condition"]]
    around = [p for p in same if row["condition"] in codes.within("condition", p["condition"])]
    return next((str(p["row_id"]) for p in exact + around), None)


def _same_outcome(totals: Totals, name: str) -> Iterator[Found]:
    """A judgement is added only under the same definition, or where the earlier one has none and a person judged them comparable."""
    row, whole = totals.rows[name], totals.rows[totals.rows[name]["adds_up_to"]]
    above = whole["row_id"]
    earlier, later = _plain(whole["definition"]), _plain(row["definition"])
    is_defined = earlier not in ("", UNDEFINED)
    is_judgement = totals.codes.role("measure", row["measure"]) == JUDGEMENT
    if not is_judgement and not is_defined:
        return
    if row["definition"] is None:
        fix = f"Write how the report defines it, or `{UNDEFINED}`."
        yield "definition", None, "addition-definition", "an outcome that is added must state its definition", fix
    if row["measure"] != whole["measure"]:
        return  # a class of its own, or refused for that already
    if not is_defined:
        if not row.get("comparable"):
            message = (
                f"{above} does not say what it means by {row['measure']}, so that nothing shows that both mean the same"
            )
            fix = f"Where people judged them comparable, say in `comparable` who and why. Otherwise: {STAND_ALONE}"
            yield "comparable", None, "addition-comparable", message, fix
    elif row["definition"] is not None and earlier != later:
        message = f"another definition than that of {above}: {whole['definition']!r}"
        fix = f"If both mean the same, write it in the earlier row's words. If not: {STAND_ALONE}"
        yield "definition", row["definition"], "addition-definition", message, fix


def _countable(totals: Totals, name: str) -> Iterator[Found]:
    row, whole = totals.rows[name], totals.rows[totals.rows[name]["adds_up_to"]]
    above = whole["row_id"]
    for which, missing in ((name, row["events"] is None), (above, whole["events"] is None)):
        if missing:
            message = f"{which} gives only a percentage, and percentages cannot be added"
            yield (
                "events",
                None,
                "addition-count",
                message,
                f"Give the count where the report does. Otherwise: {STAND_ALONE}",
            )


def _twice(totals: Totals, whole: str) -> Iterator[tuple[str, Found]]:
    """Two rows of one study that say the same thing of the same patients."""
    seen: dict[tuple[Any, ...], str] = {}
    keys = ("study_id", "condition", "treatment", "regimen", "line", "measure", "detail")
    for name in totals.direct.get(whole, ()):
        key = tuple(_plain(totals.rows[name][c]) for c in keys)
        if key in seen:
            message = f"{seen[key]} adds the same patients to {whole}"
            fix = "Keep `adds_up_to` in one of the two, or say under `detail` which patients each of them counts."
            yield name, ("adds_up_to", whole, "addition-twice", message, fix)
        seen.setdefault(key, name)


def _denominators(totals: Totals, whole: str) -> Iterator[tuple[str, Found]]:
    """A total `of` something needs what it is out of from every addition, unless that number grows by itself."""
    row = totals.rows[whole]
    if row["total"] is None or totals.denominator(whole) is not None or row["level"] == "study":
        return
    for study, added in totals.reaching(whole).items():
        for addition in added:
            if addition.total is not None:
                continue
            if totals.rows[addition.row_id]["adds_up_to"] == whole and not totals.is_class(addition.row_id):
                message = f"{whole} counts {row['events']} of {row['total']}; this row does not say out of how many"
                fix = f"Give `total`. If the report does not say: {STAND_ALONE}"
                yield addition.row_id, ("total", None, "addition-total", message, fix)
            else:
                message = f"through its part this row makes {whole} ({row['events']} of {row['total']}) grow without saying out of how many"
                fix = f"Add a row of {study} for {whole}, with its count and its total."
                yield (
                    addition.row_id,
                    ("adds_up_to", totals.rows[addition.row_id]["adds_up_to"], "addition-total", message, fix),
                )


def _untold(totals: Totals, whole: str) -> Iterator[tuple[str, Found]]:
    """Where a total is split by outcome, a study must tell all its patients apart, or every share of the others would shrink."""
    parts = [p for p in totals.parts.get(whole, ()) if totals.denominator(p) == whole]
    if not any(totals.rows[p]["measure"] != totals.rows[whole]["measure"] for p in parts):
        return
    own = {totals.rows[n]["study_id"]: n for n in totals.direct.get(whole, ()) if not totals.is_class(n)}
    classes = [n for n in totals.direct.get(whole, ()) if totals.is_class(n)]
    by_part = [a for p in parts for found in totals.reaching(p).values() for a in found]
    for study, added in totals.reaching(whole).items():
        told = [a.row_id for a in by_part if a.study_id == study]
        told += [n for n in classes if totals.rows[n]["study_id"] == study]
        apart = sum(int(totals.rows[n]["events"]) for n in told)
        if study in own:
            stated: set[int] = {sum(a.events for a in added)}
        else:
            stated = {int(totals.rows[n]["total"]) for n in told if totals.rows[n]["total"] is not None} or {-1}
        if stated == {apart}:
            continue
        first = own.get(study) or told[0]
        names = ", ".join(p for p in parts)
        number = " or ".join(str(n) for n in sorted(stated)) if stated != {-1} else "an unknown number of"
        message = f"of {number} patients of {study} the rows tell {apart} apart; {whole} is split into {names}"
        fix = (
            f"Add a row for every class that {study} has, so that they sum to its patients (a class that the total does not have"
            f" names `{whole}` itself), each with `total`. Otherwise: {STAND_ALONE}"
        )
        yield first, ("adds_up_to", totals.rows[first]["adds_up_to"], "addition-untold", message, fix)


def _plain(text: Any) -> str:
    """Words without case, spacing and final full stop."""
    return "" if text is None else re.sub(r"\s+", " ", str(text)).strip().rstrip(".").casefold()
