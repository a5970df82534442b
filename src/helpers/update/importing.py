"""Exports in: started as an update or added to one, linked with what is known, counted, and written as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from helpers import links
from helpers.faults import Fault
from helpers.project import write_together
from helpers.project.together import Content
from helpers.update import calendar, copies, layout, noted, notices, signalled
from helpers.update.errors import fault, misused, refuse
from helpers.update.exports import (
    Export,
    Given,
    doubts,
    name_faults,
    read_exports,
    sort_out,
    topic_words,
    with_names,
)
from helpers.update.outcome import Outcome
from helpers.update.searches import search_rows
from helpers.update.state import Update, read_update

COMPARE = (
    "Compare each number with the one that the database showed: a download that broke off between two records looks"
    " whole. To have it checked and kept: --expect FILE=N"
)


@dataclass(frozen=True)
class Batch:
    """Files of one command, held against each other and against what is there.

    Attributes
    ----------
    new : list of Export
        Those to be imported.
    told : list of str
        What to say of the others.
    notes : dict of str to list of str
        What is to be known of each new one, by its id.
    shown : dict of str to int
        How many records the database showed, by id, where the operator says so.
    """

    new: list[Export]
    told: list[str]
    notes: dict[str, list[str]]
    shown: dict[str, int]


def start(
    root: Path,
    update_id: str,
    given: Sequence[Given],
    *,
    today: str,
    anyway: Sequence[str] = (),
    expect: Sequence[str] = (),
) -> Outcome:
    """Start an update with its search exports.

    Parameters
    ----------
    root : Path
        Folder of the review.
    update_id : str
        Last day that the search covers, as an ISO date.
    given : sequence of Given
        Exports.
    today : str
        Day of the import.
    anyway : sequence of str
        Doubts that the operator has looked at: ``FILE=DOUBT``, the name of a file and the rule that a message named.
    expect : sequence of str
        How many records the databases showed: ``FILE=N``.

    Returns
    -------
    Outcome
        With the same files again, that nothing had to be done.

    Raises
    ------
    UsageError
        The id does not fit, another update is under way, or no file was named.
    ReviewError
        A file cannot be read or does not add up. Nothing was written.
    """
    known = calendar.read_calendar(root)
    if known.running != update_id:
        calendar.check_id(known, update_id, today)
    if known.running not in (None, update_id):
        message = f"the update {known.running} is under way"
        fix = f"Finish it first: `review update status`. Or take it back: `review update undo {known.running}`."
        raise misused("The update was not started", fault("UPDATE", message, fix, rule="one-update", value=update_id))
    if not given:
        raise _no_files(f"review update start {update_id} --pubmed FILE --embase FILE")
    batch = _batch(root, update_id, given, known.searched_through, anyway=anyway, expect=expect)
    if known.running and batch.new:
        names = ", ".join(export.name for export in batch.new)
        message = f"the update {update_id} has been started with other files; new is {names}"
        fix = "To add it: `review update import` with the same options."
        raise misused("Nothing was imported", fault("UPDATE", message, fix, rule="started-already", value=update_id))
    known_since = signalled.told(root)  # what the search ought to find, before what it has found
    done = _take_in(root, update_id, batch, today, begun="is started")
    return replace(done, did=[*known_since, *done.did])


def add(
    root: Path, given: Sequence[Given], *, today: str, anyway: Sequence[str] = (), expect: Sequence[str] = ()
) -> Outcome:
    """Add further exports to the update that is under way.

    Raises
    ------
    UsageError
        No update is under way, or no file was named.
    ReviewError
        A file cannot be read or does not add up. Nothing was written.
    """
    update_id = calendar.running_update(root)
    if not given:
        raise _no_files("review update import --other FILE")
    known = calendar.read_calendar(root)
    batch = _batch(root, update_id, given, known.searched_through, anyway=anyway, expect=expect)
    return _take_in(root, update_id, batch, today, begun="has more records")


def _no_files(example: str) -> Exception:
    fix = f"Name at least one, for example: {example}"
    return misused("Nothing was imported", fault("FILE", "no export was named", fix, rule="exports-given"))


def _batch(
    root: Path,
    update_id: str,
    given: Sequence[Given],
    searched_through: str,
    *,
    anyway: Sequence[str],
    expect: Sequence[str],
) -> Batch:
    """Read the files; every fault at once, and every doubt that the operator has not named."""
    given = with_names(given)
    said = noted.shown_numbers(expect, given)
    passed = noted.let_through(anyway, given)
    imported = set(layout.read(root, update_id, layout.EXPORTS)["sha256"])
    found = read_exports(given, anyway=passed, imported=imported)
    new, told, faults = sort_out(root, update_id, found)
    faults += [one for export in new for one in name_faults(export)]
    topic = topic_words(root)
    alike = {} if faults else copies.doubled(root, update_id, new)
    shown = {e.export_id: said[str(e.given.path)] for e in found if str(e.given.path) in said}
    notes: dict[str, list[str]] = {}
    ids = {export.export_id for export in new}
    for export in found:
        own: list[Fault] = noted.number_doubts(export, shown.get(export.export_id))
        shared: list[str] = []
        if export.export_id in ids:
            own = [*doubts(export, topic=topic, searched_through=searched_through), *own]
            twice, shared = alike.get(export.export_id, ([], []))
            own += twice
            shared = [*export.content.notes, *shared]
        rules = passed.get(str(export.given.path), frozenset())
        shared += [noted.let_pass(doubt) for doubt in own if doubt.rule in rules]
        faults += [doubt for doubt in own if doubt.rule not in rules]
        notes[export.export_id] = shared
    if faults:
        raise refuse("Nothing was imported", *faults)
    return Batch(new, told, notes, shown)


def _take_in(root: Path, update_id: str, batch: Batch, today: str, *, begun: str) -> Outcome:
    before = read_update(root, update_id)
    new = batch.new
    if new or batch.shown:
        write_together(root, _files(root, before, batch, today))
    after = read_update(root, update_id)
    check_conservation(after)
    changed = "no record was added" if batch.shown else "nothing was changed"
    lines = [f"The update {update_id} {begun}." if new else f"Nothing new for the update {update_id}; {changed}."]
    lines += [f"{e.name}: {e.content.parsed} of {e.content.started} records read ({e.content.format})" for e in new]
    names = dict(zip(after.exports["export_id"], after.exports["file"], strict=True))
    lines += [f"  {names[export]}: {note}" for export, notes in batch.notes.items() for note in notes]
    lines += [
        f"  {names[export]}: {number} is the number that the database showed" for export, number in batch.shown.items()
    ]
    if any(export.export_id not in batch.shown for export in new):
        lines.append(f"  {COMPARE}")
    lines += [f"  {line}" for line in batch.told]
    lines += [counted(after), *notices.lines(after)]
    return Outcome(lines)


def counted(update: Update) -> str:
    """The conservation of records, in a sentence."""
    started = sum(int(n) for n in update.exports["started"])
    return (
        f"{started} records began in the files, {len(update.records)} were read = {update.kept} kept + {update.merged}"
        f" merged; {len(update.already_decided)} of the kept were decided before."
    )


def _files(root: Path, before: Update, batch: Batch, today: str) -> dict[str, Content]:
    update_id, new = before.update_id, batch.new
    tables = {layout.NOTES: noted.with_new(before.notes, batch.notes, batch.shown)}
    files: dict[str, Content] = {}
    if new:
        frames = [before.records, *(export.frame(update_id) for export in new)]
        together = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
        rows = pd.DataFrame([export.row(today) for export in new])
        exports = pd.concat([before.exports, rows], ignore_index=True)
        ledger = links.settle(links.find_links(together, earlier=before.earlier), before.ledger, today=today)
        files = {
            layout.raw_export(update_id, export.sha256, export.name): export.given.path.resolve() for export in new
        }
        tables |= {
            layout.EXPORTS: exports,
            layout.RECORDS: together,
            layout.LINKS: ledger,
            layout.SEARCHES: search_rows(root, update_id, exports),
        }
    return files | {
        layout.place(update_id, name): layout.as_csv(frame, layout.COLUMNS[name]) for name, frame in tables.items()
    }


def check_conservation(update: Update) -> None:
    """Hold files against records, and records against reports: nothing is lost and nothing comes from nowhere.

    Raises
    ------
    ReviewError
        With the file whose numbers do not agree.
    """
    per_file = update.records["export_id"].value_counts()
    faults = []
    for row in update.exports.to_dict("records"):
        held = int(per_file.get(row["export_id"], 0))
        if not int(row["started"]) == int(row["parsed"]) == held:
            message = f"{row['started']} records began in {row['file']}, {row['parsed']} were read, {held} are kept"
            fix = "Bring back the last good state of the folder with git; nothing may be lost."
            faults.append(fault(layout.place(update.update_id, layout.RECORDS), message, fix, rule="conservation"))
    if len(update.records) != update.kept + update.merged:
        message = f"{len(update.records)} records, but {update.kept} kept and {update.merged} merged"
        faults.append(fault(layout.place(update.update_id, layout.LINKS), message, "Report this.", rule="conservation"))
    if faults:
        raise refuse("The records do not add up", *faults)
