"""Reviewers' decisions in: each one's own, and what they settled together; all of a file, or nothing of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers import screening
from helpers.faults import Fault
from helpers.update import handed, layout
from helpers.update.agreed import agreement_lines
from helpers.update.errors import fault, misused, refuse
from helpers.update.handouts import hand_out
from helpers.update.lists import conflict_list, known_ids, ready_to_screen
from helpers.update.outcome import Outcome
from helpers.update.standing import NAMES
from helpers.update.state import TITLE_ABSTRACT, Update


def take_decisions(
    root: Path,
    files: Sequence[Path],
    resolved: Path | None,
    *,
    today: str,
    phase: str | None = None,
    replace: bool = False,
    reviewers: Sequence[str] = (),
    meant: Sequence[str] = (),
    anyway: bool = False,
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
    reviewers : sequence of str
        Whose files they are, in their order; needed where a file does not say so itself.
    meant : sequence of str
        What a tool's own reasons mean: ``wrong population=CODE``.
    anyway : bool
        Two files are alike byte for byte, and yet by two people.

    Returns
    -------
    Outcome
        With agreement and what is left; conflicts are written as a list.

    Raises
    ------
    ReviewError
        Anything in any of the files is wrong, all at once. Nothing was taken over.
    UsageError
        There are names of reviewers, but not one for each file.
    """
    names = _named(files, reviewers)
    update, now = ready_to_screen(root, phase)
    if meant:
        update = dataclasses.replace(update, meant=_meant(meant, update))
    given = [*files, *([resolved] if resolved else [])]
    phase = phase or _one_phase(
        {path: _phase_of(path, update, now, today, name) for path, name in zip(given, [*names, None], strict=False)}
    )
    readings = [_read(path, update, phase, "independent", today, name) for path, name in zip(files, names, strict=True)]
    if resolved:
        readings.append(_read(resolved, update, phase, "consensus", today))
    faults = [one for reading in readings for one in reading.faults]
    if faults:
        raise refuse("No decision was taken over", *faults)
    handed_in, copies = handed.with_lists(
        handed.lists_handed_in(update), list(zip(given, readings, strict=True)), today=today
    )
    if copies and not anyway:
        raise refuse("No decision was taken over", *copies)
    new = [reading.decisions for reading in readings]
    table = screening.merged(update.decisions, new, replace=replace)
    screening.combine(table, reasons=update.reasons)  # refuses what contradicts itself
    if needless := _needless(readings[-1], screening.unsettled(table), update) if resolved else []:
        raise refuse("No decision was taken over", *needless)
    table, gone = _without_stale_consensus(table)
    decided = set(zip(table["phase"], table["report_id"], strict=True))
    aside = update.set_aside
    kept = [pair not in decided for pair in zip(aside["phase"], aside["report_id"], strict=True)]
    table = pd.concat([table, aside[kept]], ignore_index=True)
    path = layout.place(update.update_id, layout.SCREENING)
    before = (root / path).read_bytes() if (root / path).is_file() else None
    new_files = {
        path: layout.as_csv(table, layout.COLUMNS[layout.SCREENING]),
        handed.place(update.update_id): layout.as_csv(handed_in, handed.COLUMNS),
    }
    after = dataclasses.replace(update, written_decisions=table)
    conflicts = conflict_list(after, after.phase(phase))
    carried = hand_out(root, [conflicts] if conflicts else [], files=new_files, unless_changed={path: before})
    did = [f"{reading.file}: {len(reading.decisions)} decisions read ({reading.layout})" for reading in readings]
    did += [f"  {reading.file}: {note}" for reading in readings for note in reading.notes]
    did += gone
    did += _told(after, phase)
    if conflicts:
        did.append(f"What they differ on stands in {layout.shown(root, conflicts.path)}; hand it in with --resolved.")
    return Outcome([*did, *carried])


def _named(files: Sequence[Path], reviewers: Sequence[str]) -> list[str | None]:
    """Whose each file is, as far as the operator says so."""
    if not reviewers:
        return [None] * len(files)
    if len(reviewers) != len(files):
        fix = "Give --reviewer once for each --decisions, in the same order; what was settled together needs no name."
        message = f"{len(reviewers)} names for {len(files)} files"
        raise misused("No decision was taken over", fault("--reviewer", message, fix, rule="reviewer-each"))
    return list(reviewers)


def _meant(texts: Sequence[str], update: Update) -> dict[str, str]:
    """Codes of this review by what a tool calls them."""
    found = {}
    faults = []
    codes = [reason.code for reason in update.reasons.all]
    for text in texts:
        theirs, _, ours = text.rpartition("=")
        if theirs.strip() and ours.strip() in codes:
            found[theirs.strip()] = ours.strip()
        else:
            fix = f"Write their words, an equals sign, and one of: {', '.join(codes)}."
            faults.append(
                fault("--reason", "not a reason of a tool and one of ours", fix, rule="reason-listed", value=text)
            )
    if faults:
        raise misused("No decision was taken over", *faults)
    return found


def _needless(reading: screening.Reading, own: Mapping[tuple[str, str], str], update: Update) -> list[Fault]:
    """Rows of a consensus where there is nothing to settle: two have not decided yet, or they agree."""
    faults = []
    for line, row in zip(reading.lines, reading.decisions.to_dict("records"), strict=True):
        report = str(row["report_id"])
        outcome = own.get((str(row["phase"]), report), "incomplete")
        if outcome == "conflict":
            continue
        if outcome == "incomplete":
            message = "two reviewers have not decided on this report yet, so there is nothing to settle"
            fix = "Hand in what each has decided alone, then settle what they differ on."
        else:
            message = f"both reviewers say {outcome}, so there is nothing to settle"
            fix = "Empty the row. Whoever has changed their mind hands in their own list again, with --replace."
        name = update.labels.get(report, report)
        faults.append(fault(reading.file, message, fix, rule="no-conflict", row=line, column="decision", value=name))
    return faults


def _without_stale_consensus(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The decisions without what was settled together on reports on which the reviewers agree by now."""
    own = screening.unsettled(table)
    pairs = zip(table["phase"], table["report_id"], strict=True)
    agreed = pd.Series([own.get(pair) in ("include", "exclude") for pair in pairs], index=table.index, dtype=bool)
    stale = agreed & (table["stage"] == "consensus")
    count = int(stale.sum())
    told = [f"{count} settled together before: both reviewers agree by now, and their own decisions count."]
    return table[~stale], told if count else []


def _phase_of(path: Path, update: Update, now: str, today: str, reviewer: str | None) -> str:
    """The phase that a file is about: a list of title and abstract handed in once more is not taken for full text.

    Lists of ours say so themselves; of others, one that decides on more than full text asks for is of title and abstract.
    """
    if now == TITLE_ABSTRACT:
        return now
    first, second = (
        [_read(path, update, name, stage, today, reviewer) for stage in ("independent", "consensus")]
        for name in screening.PHASES
    )
    if all(any(fault.rule == "phase" for fault in reading.faults) for reading in first):
        return now
    if all(any(fault.rule == "phase" for fault in reading.faults) for reading in second):
        return TITLE_ABSTRACT
    asked = set(update.phase(now).reports)
    decided = {report for reading in first for report in reading.decisions["report_id"]}
    return TITLE_ABSTRACT if decided - asked else now


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


def _read(
    path: Path, update: Update, phase: str, stage: str, today: str, reviewer: str | None = None
) -> screening.Reading:
    return screening.read_decisions(
        path,
        phase=phase,
        known=known_ids(update, phase),
        reasons=update.reasons,
        today=today,
        reviewer=reviewer,
        stage=stage,
        records=update.records,
        imported_on=update.exports["imported_on"].min(),
    )


def _told(update: Update, phase: str) -> list[str]:
    did = [line for one in screening.agreements(update.decisions, phase) for line in agreement_lines(one)]
    state = update.phase(phase)
    counts = {outcome: len(state.of(outcome)) for outcome in ("include", "exclude", "conflict", "incomplete")}
    did.append(
        f"{NAMES[phase].capitalize()}, {len(state.reports)} reports: {counts['include']} in, {counts['exclude']} out,"
        f" {counts['conflict']} to settle, {counts['incomplete']} not decided by two."
    )
    return did
