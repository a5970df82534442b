"""What a form lacks: cells that must be filled in, places in the source, answers of an appraisal."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.dictionary import Table
from helpers.extraction.agreement import PLACE
from helpers.extraction.grids import Odd
from helpers.extraction.plan import ITEM, STUDY, asked_columns, is_required
from helpers.faults import Fault

HALF = 2  # empty cells from which a row counts as half-filled, and is told of once


def cells(table: Table, label: str, frame: pd.DataFrame, wrong: set[tuple[int | None, str | None]]) -> list[Fault]:
    """Faults of cells that must be filled in and are empty.

    Parameters
    ----------
    table : Table
        From the dictionary.
    label : str
        What to call the file.
    frame : DataFrame
        Typed rows; the index is the line.
    wrong : set of (line, column)
        Cells that are empty only because their content was refused.
    """
    wanted = [f for f in asked_columns(table) if is_required(table, f.name)]
    faults = []
    for line, row in frame.iterrows():
        at = int(str(line))
        empty = [f for f in wanted if pd.isna(row[f.name]) and (at, f.name) not in wrong]
        if row.get("level") == "review":  # a total over studies names none
            empty = [f for f in empty if f.name != STUDY]
        others = [f for f in empty if f.name != PLACE]
        if len(others) < len(empty):
            fix = "Say where it stands: section, paragraph and sentence, or table, row and column."
            faults.append(Fault(label, at, PLACE, None, "locator-required", "no place in the report is given", fix))
        if len(others) >= HALF:
            names = ", ".join(f.name for f in others)
            message = f"the row is half-filled: {len(others)} cells that must be filled in are empty ({names})"
            fix = "Fill them in, or empty the whole row."
            faults.append(Fault(label, at, others[0].name, None, "half-filled-row", message, fix))
        elif others:
            fix = f"Fill it in: {others[0].description}"
            message = "this cell must not be empty"
            faults.append(Fault(label, at, others[0].name, None, "required", message, fix))
    return faults


def is_untouched(row: Mapping[str, str | Odd]) -> bool:
    """Whether a row of the appraisals holds only what the form held beforehand."""
    return all(row.get(column, "") == "" for column in ("answer", "note", PLACE))


def appraisals(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], tools: Mapping[str, tuple[str, ...]]
) -> list[Fault]:
    """Faults of studies that are not judged by all items of exactly one tool.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a form.
    labels : mapping of str to str
        What to call their files.
    tools : mapping of str to tuple of str
        Items of each tool.
    """
    if not {"studies", "appraisals"} <= set(tables):
        return []
    answered = tables["appraisals"].dropna(subset=[STUDY, ITEM])
    by_study = {str(study): set(rows[ITEM]) for study, rows in answered.groupby(STUDY)}
    faults = []
    for study in dict.fromkeys(tables["studies"][STUDY].dropna()):
        given = by_study.get(study, set())
        if any(given == set(items) for items in tools.values()):
            continue
        used = [tool for tool, items in tools.items() if given & set(items)]
        if len(used) > 1:
            message, fix = f"items of {len(used)} tools are mixed ({', '.join(used)})", "Answer the items of one tool."
        elif used:
            left = [item for item in tools[used[0]] if item not in given]
            message = f"{len(left)} of {len(tools[used[0]])} items have no answer ({', '.join(left)})"
            fix = "Answer each; `unclear` is an answer."
        else:
            message, fix = "the study is not appraised", "Answer the items of the tool that suits its design."
        faults.append(Fault(labels["appraisals"], None, STUDY, str(study), "appraisal-complete", message, fix))
    return faults
