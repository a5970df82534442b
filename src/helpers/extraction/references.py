"""Ids that a form names: studies, rows of its own, rows of the evidence, items of a tool."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from helpers.dictionary import Table
from helpers.extraction.plan import ITEM, OWN_ID, STUDY
from helpers.faults import Fault

POINTS_AT = {  # columns that name rows, of the same form or of the evidence
    "counts": ("adds_up_to", "counts"),
    "cohorts": ("overlaps_with", "cohorts"),
    "comparison_groups": ("comparison_id", "comparisons"),
}


def unknown_references(
    tables: Mapping[str, pd.DataFrame],
    labels: Mapping[str, str],
    dictionary: Mapping[str, Table],
    ids: Mapping[str, Collection[str]],
    sources: Mapping[str, tuple[str, ...]],
) -> list[Fault]:
    """Faults of ids that nothing has.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a form.
    labels : mapping of str to str
        What to call their files.
    dictionary : mapping of str to Table
        Tables of the dictionary.
    ids : mapping of str to collection of str
        Ids of the evidence by table, and the items of the appraisal tools.
    sources : mapping of str to tuple of str
        Studies of this update with their sources.
    """
    faults = []
    for name, frame in tables.items():
        wanted: list[tuple[str, Collection[str], str, str]] = []
        if STUDY in frame:
            wanted.append((STUDY, sources, "unknown-study", "no included report of this update is of this study"))
        if "source_id" in frame:
            named = {*ids["sources"], *(s for several in sources.values() for s in several)}
            named |= {f"{study}-report" for study in frame[STUDY].dropna()} if STUDY in frame else set()
            wanted.append(("source_id", named, "reference", "no source has this id"))
        if ITEM in frame:
            wanted.append((ITEM, ids["appraisal_tools"], "reference", "no appraisal tool has this item"))
        if name in POINTS_AT:
            column, other = POINTS_AT[name]
            if other in tables or name != "comparison_groups":
                own = set(tables[other][OWN_ID[other][0]].dropna()) if other in tables else set()
                message = f"no row of {other} has this id, neither in the form nor in the evidence"
                wanted.append((column, own | set(ids[other]), "reference", message))
        for column, known, rule, message in wanted:
            for line, text in _unknown(dictionary[name], frame, column, known):
                faults.append(Fault(labels[name], line, column, text, rule, message, _fix(text, known, column)))
    return faults


def _unknown(table: Table, frame: pd.DataFrame, column: str, known: Collection[str]) -> Iterator[tuple[int, str]]:
    separator = next(f.separator for f in table.fields if f.name == column)
    for line, value in frame[column].dropna().items():
        for part in str(value).split(separator) if separator else [str(value)]:
            if part.strip() not in known:
                yield int(str(line)), part.strip()


def _fix(text: str, known: Collection[str], column: str) -> str:
    near = difflib.get_close_matches(text, sorted(known), n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return f"{hint}{'Use a study id of the list of reports.' if column == STUDY else 'Correct the id.'}"
