"""Decisions as they come back from the reviewers: one file at a time, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.screening import sources, tools
from helpers.screening.checking import Checker, Request
from helpers.screening.combining import table
from helpers.screening.identity import Known
from helpers.screening.reasons import Reasons
from helpers.screening.tools import Entry
from helpers.screening.words import INDEPENDENT, shown

AUTO = "auto"
READERS = {"csv": tools.own_entries, "rayyan": tools.rayyan_entries, "asreview": tools.asreview_entries}


@dataclass(frozen=True)
class Reading:
    """One file of decisions, read. Unpacks as ``decisions, faults``.

    Attributes
    ----------
    file : str
        Name of the file.
    layout : str
        ``csv``, ``rayyan``, ``asreview`` or ``ris``, as given or as recognised.
    decisions : DataFrame
        Columns of ``screening.csv``; only what is sound.
    faults : tuple of Fault
        Everything that must be mended; with any, nothing of the file should be taken over.
    open : tuple of str
        Reports of the file that are not decided yet.
    notes : tuple of str
        What the operator should know and need not mend.
    """

    file: str
    layout: str
    decisions: pd.DataFrame
    faults: tuple[Fault, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        yield self.decisions
        yield list(self.faults)


def read_decisions(
    path: Path,
    *,
    phase: str,
    known: Mapping[str, str],
    reasons: Reasons,
    today: str,
    reviewer: str | None = None,
    layout: str = AUTO,
    stage: str = INDEPENDENT,
    records: pd.DataFrame | None = None,
    imported_on: str | None = None,
) -> Reading:
    """Decisions of a file, from our own list, Rayyan, ASReview or a reference manager.

    Parameters
    ----------
    path : Path
        The file as handed in. It is read, never run: a formula, a path or markup in a cell is text.
    phase : str
        ``title_abstract`` or ``full_text``.
    known : mapping of str to str
        Report of each record id and report id that may be decided.
    reasons : Reasons
        Allowed reasons.
    today : str
        ISO date; stands for an empty ``decided_on``, and no decision may be later.
    reviewer : str, optional
        Whose file it is, where the file does not say; of Rayyan's file with several reviewers, whose decisions to take.
    layout : str
        ``csv``, ``rayyan``, ``asreview``, ``ris``, or ``auto``: by content.
    stage : str
        ``independent``, or ``consensus`` for settled conflicts.
    records : DataFrame, optional
        Columns of ``records.csv``, to find a report by DOI, PMID or title where a tool has lost the id.
    imported_on : str, optional
        ISO date of the import; no decision can be earlier.

    Returns
    -------
    Reading
        An entry without a decision is no fault: half a file can be handed in, and the rest later.

    Raises
    ------
    ReviewError
        The file as a whole is no list of decisions.
    """
    name, entries = _entries(path, layout)
    asked = Request(path.name, phase, stage, reasons, today, reviewer, imported_on)
    checker = Checker(asked, Known.of(known, records))
    checker.read(entries)
    faults = tuple(sorted(checker.faults, key=lambda fault: fault.row or 0))
    return Reading(path.name, name, table(checker.rows), faults, checker.still_open, checker.notes)


def ranking(path: Path, *, known: Mapping[str, str]) -> list[str]:
    """Report ids in the order of ASReview's export, for `worklist`; an id that is not known is passed over.

    Parameters
    ----------
    path : Path
        ASReview's export of a list that `worklist` wrote. Without a column of ranks its rows are in order of rank.
    known : mapping of str to str
        Report of each record id and report id.

    Raises
    ------
    ReviewError
        The file cannot be read, or a rank is no number.
    """
    sheet = sources.read_sheet(sources.read_text(path), path)
    ids = Known.of(known).ids
    reports = (next((ids[i] for i in row if i in ids), None) for row in tools.ranked(sheet, path))
    return list(dict.fromkeys(report for report in reports if report))


def _entries(path: Path, layout: str) -> tuple[str, list[Entry]]:
    text = sources.read_text(path)
    if layout == "ris" or (layout == AUTO and sources.is_ris(text)):
        return "ris", list(tools.ris_entries(path))
    sheet = sources.read_sheet(text, path)
    name = tools.layout_of(sheet) if layout == AUTO else layout
    if tools.is_rayyan_log(sheet) or name not in READERS:
        columns = shown(", ".join(sheet.columns), 200) or None
        fix = "Give the worklist filled in, Rayyan's articles.csv (not customizations_log.csv), or ASReview's export."
        fault = Fault(path.name, 1, None, columns, "decisions-format", "no column with decisions", fix)
        raise ReviewError([fault], "The decisions cannot be read")
    return name, list(READERS[name](sheet))
