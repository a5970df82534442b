"""Claims to audit: those that people wrote down, and those that follow from the evidence rows by rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.audit.amounts import TERMS
from helpers.audit.cells import Cells, is_printed
from helpers.audit.recipes import Call, RecipeError, cells_of, parse
from helpers.audit.relations import RELATIONS, judge
from helpers.faults import Fault

CLAIMS = "data/claims.csv"


@dataclass(frozen=True)
class Claim:
    """Something printed that can be recomputed, cross-checked, or not.

    Attributes
    ----------
    claim_id : str
        Identifier.
    section, kind, source_id : str
        Codes: section of the review, kind of claim, source that makes it.
    statement : str
        What is claimed, in own words.
    recipe : Call or None
        How to check it; None when nothing at hand can.
    remark : str
        What a reader must know beside the arithmetic; the reason where there is no recipe.
    printed, locator : str
        Where there is no row to take them from.
    slip_id : str
        Known slip that people tied to it.
    about : str
        The row or comparison that gives the claim by rule; empty for claims that people wrote.
    """

    claim_id: str
    section: str
    kind: str
    source_id: str
    statement: str
    recipe: Call | None
    remark: str = ""
    printed: str = ""
    locator: str = ""
    slip_id: str = ""
    about: str = ""


def written(frame: pd.DataFrame) -> list[Claim]:
    """Claims of ``data/claims.csv``; a recipe that cannot be read raises RecipeError (`faults` names them all)."""
    plain = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        Claim(
            r["claim_id"],
            r["section"],
            r["kind"],
            r["source_id"],
            r["statement"],
            parse(r["recipe"]) if r["recipe"] else None,
            r["remark"] or "",
            r["printed"] or "",
            r["locator"] or "",
            r["slip_id"] or "",
        )
        for r in plain
    ]


def faults(frame: pd.DataFrame, cells: Cells, slips: Collection[str]) -> list[Fault]:
    """What is wrong with the claims: recipe not readable, unknown rows, functions or slips, neither recipe nor reason."""
    found = []
    for line, row in frame.iterrows():
        if not pd.isna(row["slip_id"]) and row["slip_id"] not in slips:
            message, fix = "no known slip has this id", "Correct the id, or add the slip to data/corrections.yaml."
            found.append(Fault(CLAIMS, int(str(line)), "slip_id", str(row["slip_id"]), "reference", message, fix))
        for value, rule, message, fix in _broken(row, cells):
            found.append(Fault(CLAIMS, int(str(line)), "recipe", value, rule, message, fix))
    return found


def _broken(row: pd.Series, cells: Cells) -> Iterator[tuple[str | None, str, str, str]]:
    if pd.isna(row["recipe"]):
        if any(pd.isna(row[c]) for c in ("printed", "locator", "remark")):
            fix = "Write a recipe, or say what is printed, where, and why it cannot be checked."
            yield None, "recipe-or-reason", f"claim {row['claim_id']} has no recipe and lacks a reason", fix
        return
    known = f"Relations: {', '.join(RELATIONS)}; terms: references, {', '.join(TERMS)}."
    try:
        recipe = parse(row["recipe"])
    except RecipeError as error:
        yield row["recipe"], "recipe", f"the recipe cannot be read: {error}", known
        return
    is_whole = True
    for cell in cells_of(recipe):
        if cell.row not in cells:
            is_whole = False
            yield (
                cell.row,
                "reference",
                "no evidence row has this id as of this update",
                "Correct the id, or retire the claim.",
            )
        elif cell.column and cell.column not in cells.row(cell.row):
            is_whole = False
            yield f"{cell.row}.{cell.column}", "reference", "this row has no such column", "Name a column of its table."
    if is_whole:
        try:
            judge(recipe, cells)
        except RecipeError as error:
            yield row["recipe"], "recipe", str(error), known


def generated(tables: Mapping[str, pd.DataFrame], cells: Cells) -> list[Claim]:
    """Claims that follow from the evidence rows by rule, so that new rows are audited without being asked.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``counts``; ``comparisons``, ``comparison_groups`` and ``sources`` where there are any.
    cells : Cells
        The same, by row.

    Returns
    -------
    list of Claim
        Complete partitions, percentages of counts, percentages without counts, printed denominators against the size
        of the study, percentages and P values of comparisons.
    """
    rows = [cells.row(i) for i in tables["counts"]["row_id"]]
    abstracts = _abstracts(tables)
    found = [*_partitions(rows, cells), *_denominators(rows, cells)]
    found += [claim for row in rows if (claim := _share(row, abstracts)) is not None]
    for comparison in tables["comparisons"]["comparison_id"] if "comparisons" in tables else []:
        found += _comparison(cells.row(comparison), [cells.row(g) for g in cells.groups(comparison)])
    return found


def _abstracts(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    sources = tables.get("sources")
    return set() if sources is None else set(sources.loc[sources["kind"] == "abstract", "source_id"])


def made_by_rule(
    prefix: str, name: str, kind: str, row: Mapping[str, Any], statement: str, recipe: str | None, remark: str = ""
) -> Claim:
    """A claim that follows from an evidence row: its id is the prefix and the id of the row."""
    tree = parse(recipe) if recipe else None
    section, source = row.get("section") or "", row.get("source_id") or ""
    about = row.get("row_id") or row["comparison_id"]
    return Claim(f"{prefix}-{name}", section, kind, source, statement, tree, remark=remark, about=about)


def _partitions(rows: list[dict[str, Any]], cells: Cells) -> Iterator[Claim]:
    parts: dict[str, list[str]] = {}
    for row in rows:
        if row.get("adds_up_to"):
            parts.setdefault(row["adds_up_to"], []).append(row["row_id"])
    for whole, names in parts.items():
        if whole in cells:
            statement = "The parts that are listed add up to the whole."
            yield made_by_rule(
                "sum", whole, "partition", cells.row(whole), statement, f"equals({whole}, sum_of({', '.join(names)}))"
            )


def _share(row: dict[str, Any], abstracts: set[str]) -> Claim | None:
    name = row["row_id"]
    if row["percent_printed"] is None:
        return None
    if row["events"] is not None and row["total"] is not None:
        recipe = f"prints({name}.percent_printed, percent({name}.events, {name}.total))"
        return made_by_rule(
            "percent", name, "percentage", row, "The percentage follows from the count and the total.", recipe
        )
    if row["total"] is not None:
        recipe = f"fits({name}.percent_printed, {name}.total)"
        return made_by_rule(
            "grim", name, "grim", row, "A whole number of this total gives the printed percentage.", recipe
        )
    if row["source_id"] in abstracts:  # only part of an abstract was read: the base may well be stated
        return None
    why = "The source gives a percentage, but not of how many."
    return made_by_rule(
        "base", name, "grim", row, "The percentage rests on a stated number of patients or studies.", None, remark=why
    )


def _denominators(rows: list[dict[str, Any]], cells: Cells) -> Iterator[Claim]:
    people = [r for r in rows if cells.role("measure", r["measure"]) == "population"]
    counted = [r for r in people if r["total"] is None and r["events"] is not None]
    # A study may count its patients twice: all of them, and those that no other study of the review has.
    sizes = {_cohort(r): r["row_id"] for r in sorted(counted, key=lambda r: r["events"])}
    for row in rows:
        if row.get("level") == "study" and is_printed(row["total"], row) and (whole := sizes.get(_cohort(row))):
            name, statement = row["row_id"], "The denominator is not larger than the study."
            yield made_by_rule("denominator", name, "subset", row, statement, f"at_most({name}.total, {whole})")


def _cohort(row: dict[str, Any]) -> tuple[Any, ...]:
    return row.get("source_id"), row.get("study_id"), row.get("condition"), row.get("unit")


def _comparison(row: dict[str, Any], groups: list[dict[str, Any]]) -> Iterator[Claim]:
    name = row["comparison_id"]
    for group in groups:
        if group["total"] is not None and group["percent_printed"] is not None:
            cell = f"{name}/{group['group_no']}"
            statement = f"A whole number of the group ({group['group']}) gives the percentage."
            yield made_by_rule("grim", cell.replace("/", "-"), "grim", row, statement, f"fits({cell}, {cell}.total)")
    is_sized = all(g["total"] is not None and g["percent_printed"] is not None for g in groups)
    if row["p_printed"] is not None and groups and is_sized:
        yield made_by_rule(
            "p",
            name,
            "p_value",
            row,
            "The P value follows from the percentages and the sizes of the groups.",
            f"p_fits({name})",
        )
