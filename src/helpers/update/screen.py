"""Reviewers' decisions in: each one's own, and what they settled together; all of a file, or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import screening
from helpers.project import write_atomically, write_together
from helpers.update import layout
from helpers.update.agreed import agreement_lines
from helpers.update.errors import fault, refuse
from helpers.update.lists import conflict_list, known_ids, ready_to_screen
from helpers.update.outcome import Outcome
from helpers.update.standing import CONFLICTS, NAMES
from helpers.update.state import TITLE_ABSTRACT, Update, read_update


def take_decisions(
    root: Path,
    files: Sequence[Path],
    resolved: Path | None,
    *,
    today: str,
    phase: str | None = None,
    replace: bool = False,
) -> Outcome:
    """Take over decisions: of single reviewers, and what the reviewers settled together.

    Parameters
    ----------
    root : Path
        Folder of the review.
    files : sequence of Path
        A file a reviewer: our list filled in, or what Rayyan, ASReview or a reference manager gave back.
    resolved : Path, optional
        The list of conflicts filled in.
    today : str
        Day for decisions without a date.
    phase : str, optional
        Default: the phase that comes next.
    replace : bool
        A new decision may take the place of an earlier one by the same reviewer.

    Returns
    -------
    Outcome
        With agreement and what is left; conflicts are written as a list.

    Raises
    ------
    ReviewError
        Anything in any of the files is wrong, all at once. Nothing was taken over.
    """
    update, now = ready_to_screen(root, phase)
    given = [*files, *([resolved] if resolved else [])]
    phase = phase or _one_phase({path: _phase_of(path, update, now, today) for path in given})
    readings = [_read(path, update, phase, "independent", today) for path in files]
    if resolved:
        readings.append(_read(resolved, update, phase, "consensus", today))
    faults = [one for reading in readings for one in reading.faults]
    if faults:
        raise refuse("No decision was taken over", *faults)
    new = [reading.decisions for reading in readings]
    table = screening.merged(update.decisions, new, replace=replace)
    screening.combine(table, reasons=update.reasons)  # refuses what contradicts itself
    decided = set(zip(table["phase"], table["report_id"], strict=True))
    aside = update.set_aside
    kept = [pair not in decided for pair in zip(aside["phase"], aside["report_id"], strict=True)]
    table = pd.concat([table, aside[kept]], ignore_index=True)
    path = layout.place(update.update_id, layout.SCREENING)
    before = (root / path).read_bytes() if (root / path).is_file() else None
    write_together(root, {path: layout.as_csv(table, layout.COLUMNS[layout.SCREENING])}, unless_changed={path: before})
    after = read_update(root, update.update_id)
    did = [f"{reading.file}: {len(reading.decisions)} decisions read ({reading.layout})" for reading in readings]
    did += [f"  {reading.file}: {note}" for reading in readings for note in reading.notes]
    did += _told(after, phase)
    return Outcome(did)


def _phase_of(path: Path, update: Update, now: str, today: str) -> str:
    """The phase that a file is about: a list of title and abstract handed in once more is not taken for full text.

    Lists of ours say so themselves; of others, one that decides on more than full text asks for is of title and abstract.
    """
    if now == TITLE_ABSTRACT:
        return now
    first, second = (
        [_read(path, update, name, stage, today) for stage in ("independent", "consensus")] for name in screening.PHASES
    )
    if all(any(fault.rule == "phase" for fault in reading.faults) for reading in first):
        return now
    if all(any(fault.rule == "phase" for fault in reading.faults) for reading in second):
        return TITLE_ABSTRACT
    asked = set(update.phase(now).reports)
    return TITLE_ABSTRACT if set(first[0].decisions["report_id"]) - asked else now


def _one_phase(phases: Mapping[Path, str]) -> str:
    if len(set(phases.values())) == 1:
        return next(iter(phases.values()))
    fix = "Hand them in phase by phase, or say which with --phase."
    raise refuse(
        "No decision was taken over",
        *(
            fault(path.name, f"this is a list for {NAMES[name]}", fix, rule="one-phase")
            for path, name in phases.items()
        ),
    )


def _read(path: Path, update: Update, phase: str, stage: str, today: str) -> screening.Reading:
    known: dict[str, Any] = {
        "phase": phase,
        "known": known_ids(update, phase),
        "reasons": update.reasons,
        "today": today,
        "stage": stage,
        "records": update.records,
        "imported_on": update.exports["imported_on"].min(),
    }
    reading = screening.read_decisions(path, **known)
    if reading.faults and all(f.rule == "reviewer" for f in reading.faults):
        # Nobody is named in the file: its name stands for the reviewer.
        return screening.read_decisions(path, **known, reviewer=path.stem.split(".")[0])
    return reading


def _told(update: Update, phase: str) -> list[str]:
    did = [line for one in screening.agreements(update.decisions, phase) for line in agreement_lines(one)]
    state = update.phase(phase)
    counts = {outcome: len(state.of(outcome)) for outcome in ("include", "exclude", "conflict", "incomplete")}
    did.append(
        f"{NAMES[phase].capitalize()}, {len(state.reports)} reports: {counts['include']} in, {counts['exclude']} out,"
        f" {counts['conflict']} to settle, {counts['incomplete']} not decided by two."
    )
    if conflicts := state.of("conflict"):
        path = update.root / layout.worklist(update.update_id, CONFLICTS.format(phase=phase))
        write_atomically(path, conflict_list(update, state, conflicts))
        did.append(f"What they differ on stands in {layout.shown(update.root, path)}; hand it in with --resolved.")
    return did
