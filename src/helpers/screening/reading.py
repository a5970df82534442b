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
from helpers.screening.identity import OF_THIS_KIND, Known
from helpers.screening.reasons import Reasons
from helpers.screening.tools import Entry
from helpers.screening.words import INDEPENDENT, shown

AUTO = "auto"
OF_A_TEAM = "Covidence gives what the team came to: how well two people agree cannot be told from it."
READERS = {
    "csv": tools.own_entries,
    "rayyan": tools.rayyan_entries,
    "asreview": tools.asreview_entries,
    "zotero": tools.zotero_entries,
}


@dataclass(frozen=True)
class Reading:
    """One file of decisions, read. Unpacks as ``decisions, faults``.

    Attributes
    ----------
    file : str
        Name of the file.
    layout : str
        ``csv``, ``rayyan``, ``asreview``, ``zotero``, ``covidence`` or ``ris``, as given or as recognised.
    decisions : DataFrame
        Columns of ``screening.csv``; only what is sound.
    faults : tuple of Fault
        Everything that must be mended; with any, nothing of the file should be taken over.
    open : tuple of str
        Reports of the file that are not decided yet.
    notes : tuple of str
        What the operator should know and need not mend.
    lines : tuple of int
        Line of the file for each row of `decisions`.
    is_shared : bool
        Whether the file holds the decisions of several reviewers, as Rayyan's does.
    """

    file: str
    layout: str
    decisions: pd.DataFrame
    faults: tuple[Fault, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]
    lines: tuple[int, ...] = ()
    is_shared: bool = False

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
        An entry without a decision is no fault: half a file can be handed in, and the rest later. Every row of the file
        is a decision, open, told in the notes, or a fault.

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
    return Reading(
        path.name,
        name,
        table(checker.rows),
        faults,
        checker.still_open,
        (*checker.notes, *([OF_A_TEAM] if name == "covidence" else [])),
        tuple(checker.lines),
        checker.is_shared,
    )


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
        entries = list(tools.ris_entries(path))
        _refuse_lost(path, begun=len(sources.RIS.findall(text)), read=len({entry.line for entry in entries}))
        return "ris", entries
    sheet = sources.read_sheet(text, path)
    name = tools.layout_of(sheet) if layout == AUTO else layout
    if name == "covidence":
        entries = list(tools.covidence_entries(sheet, path.name))
        if any(not entry.decision for entry in entries):
            fix = f"Keep the name that Covidence gives its file: it says {', '.join(tools.COVIDENCE)}."
            message = "a list of Covidence, whose name does not say what was decided on it"
            raise ReviewError(
                [Fault(path.name, None, None, None, "decisions-format", message, fix)], "The decisions cannot be read"
            )
        return name, entries
    if tools.is_rayyan_log(sheet) or name not in READERS:
        columns = shown(", ".join(sheet.columns), 200) or None
        fix = "Give the worklist filled in, Rayyan's articles.csv (not customizations_log.csv), or ASReview's export."
        fault = Fault(path.name, 1, None, columns, "decisions-format", "no column with decisions", fix)
        raise ReviewError([fault], "The decisions cannot be read")
    entries = list(READERS[name](sheet))
    _refuse_swallowed(path, sheet)
    _refuse_lost(path, begun=len(sheet.rows), read=len({entry.line for entry in entries}))
    return name, entries


def _refuse_lost(path: Path, *, begun: int, read: int) -> None:
    """No record of a file of decisions may go missing between the file and the entries."""
    if read < begun:
        message = f"{begun} records begin in the file, but {read} could be read"
        fix = "Export the decisions again; if it stays so, report it with the file."
        raise ReviewError(
            [Fault(path.name, None, None, None, "conservation", message, fix)], "The decisions cannot be read"
        )


def _refuse_swallowed(path: Path, sheet: sources.Sheet) -> None:
    """A quote that is never closed makes one cell of many rows, and their decisions a text that nobody reads."""
    faults = []
    for line, row in sheet.rows:
        several = [name for name, cell in row.items() if "\n" in cell and OF_THIS_KIND.search(cell)]
        ids = {found for cell in row.values() for found in OF_THIS_KIND.findall(cell)}
        if several and len(ids) > 1:
            message = "this cell holds further rows: a quote before them is not closed"
            fix = 'Close the quote, or double it where it belongs to the text (""), and hand the file in again.'
            faults.append(Fault(path.name, line, several[0], shown(row[several[0]]), "quote-open", message, fix))
    if faults:
        raise ReviewError(faults, "The decisions cannot be read")
