"""Lists for two reviewers, with abstracts, and for what they have to settle together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import records, screening
from helpers.update import calendar, layout, notices
from helpers.update.errors import fault, misused, refuse
from helpers.update.handouts import Handout, hand_out, refuse_public
from helpers.update.outcome import Outcome
from helpers.update.standing import CONFLICTS, NAMES
from helpers.update.state import Phase, Update, read_update

SUFFIX = {"csv": "csv", "ris": "ris", "rayyan": "rayyan.csv", "asreview": "asreview.csv"}
REVIEWERS = ("Reviewer A", "Reviewer B")
LETTERS = "abcdefgh"  # by which the lists are named


def ready_to_screen(root: Path, phase: str | None) -> tuple[Update, str]:
    """The update and the phase that is meant.

    Raises
    ------
    ReviewError
        Pairs of records are open: what is one report must be known before it is screened.
    """
    update = read_update(root, calendar.running_update(root))
    if len(update.open_links):
        message = f"{len(update.open_links)} pairs of records are not decided, so it is not clear what the reports are"
        fix = "Decide them first: `review update status` tells how."
        place = layout.place(update.update_id, layout.LINKS)
        raise refuse("Screening cannot go on", fault(place, message, fix, rule="links-first"))
    return update, phase or update.phase_now


def write_lists(
    root: Path,
    out: Path,
    *,
    phase: str | None = None,
    form: str = "csv",
    reviewers: Sequence[str] = (),
    ranking: Path | None = None,
) -> Outcome:
    """Write a list for each reviewer, of what that reviewer has not decided yet.

    Parameters
    ----------
    root : Path
        Folder of the review.
    out : Path
        Folder to write to; the lists hold abstracts, so a folder that git follows is refused.
    phase : str, optional
        Default: the phase that comes next.
    form : str
        ``csv``, ``ris``, ``rayyan`` or ``asreview``.
    reviewers : sequence of str
        Their names; default those who have decided already, or two placeholders.
    ranking : Path, optional
        ASReview's export, whose order the lists take over.

    Returns
    -------
    Outcome

    Raises
    ------
    UsageError
        The folder is followed by git, or the names are not those of different people.
    """
    _refuse_one_person(reviewers)
    update, phase = ready_to_screen(root, phase)
    refuse_public(update.root, out, "abstracts of others")
    frame, abstracts = with_abstracts(update)
    done = update.decisions[update.decisions["stage"] == "independent"]
    names = [screening.tidy_name(name) for name in reviewers] or [*dict.fromkeys(done["reviewer"])][:2]
    names += list(REVIEWERS[len(names) :]) if not reviewers else []
    order = screening.ranking(ranking, known=known_ids(update, phase)) if ranking else ()
    did, lists, handouts = [], [], []
    for number, name in enumerate(names):
        rows = screening.to_screen(
            frame,
            update.report_of,
            update.decisions,
            phase=phase,
            already_decided=update.already_decided | set(update.corrections),
            reviewer=name,
        )
        text = screening.worklist(
            rows, phase=phase, reviewer=name, reasons=update.reasons, layout=form, order=list(order)
        )
        path = out / f"{phase}-reviewer-{LETTERS[number]}.{SUFFIX[form]}"
        handouts.append(_handout(path, text, form))
        lists.append(layout.shown(root, path))
        did.append(f"{lists[-1]}: {len(rows)} reports for {name}")
    handouts.append(
        Handout(out / f"{phase}-criteria.txt", screening.criteria(update.reasons, phase), is_ours_alone=True)
    )
    did += hand_out(root, handouts)
    if not abstracts:
        did.append("Without abstracts: the raw exports are not on this machine.")
    return Outcome(
        [f"Lists for {NAMES[phase]}, one a reviewer; neither should see the other's:", *did],
        next=f"once they are filled in: review update screen {' '.join(f'--decisions {name}' for name in lists)}",
    )


def _refuse_one_person(reviewers: Sequence[str]) -> None:
    """Names that no list can bear, and names of one and the same person."""
    faults = []
    for number, name in enumerate(reviewers):
        if not screening.is_plain_name(screening.tidy_name(name)):
            fix = "Write a name: letters, digits, blanks, full stops, hyphens; at most 80 characters."
            faults.append(fault("--reviewer", "this cannot be a name", fix, rule="reviewer-name", value=name))
        elif screening.same_name(name) in map(screening.same_name, reviewers[:number]):
            fix = "Two people: give one of them another name, such as an initial more."
            faults.append(fault("--reviewer", "this name is given twice", fix, rule="reviewer-twice", value=name))
    if len(reviewers) > len(LETTERS):
        fix = "Write their lists in several commands, into different folders."
        faults.append(fault("--reviewer", f"{len(reviewers)} reviewers at once", fix, rule="reviewers"))
    if faults:
        raise misused("No list was written", *faults)


def _handout(path: Path, text: str, form: str) -> Handout:
    if form == "csv":
        return Handout(path, text, key=("report_id", "reviewer", "phase"), fill=screening.TO_FILL)
    return Handout(path, text, mark="report_id" if form == "asreview" else screening.ID_NOTE)


def with_abstracts(update: Update) -> tuple[pd.DataFrame, bool]:
    """The update's records with abstracts and keywords, as far as the raw exports are on this machine, and with what was retracted."""
    found: dict[str, tuple[str, str]] = {}
    complete = True
    for row in update.exports.to_dict("records"):
        path = update.root / layout.raw_export(update.update_id, row["sha256"], row["file"])
        if not path.is_file():
            complete = False
            continue
        for record in records.iter_records(path):
            name = f"{update.update_id}:{row['export_id']}:{record.position}"
            found[name] = (record.abstract, "; ".join(record.keywords))
    ids = update.records["record_id"]
    marked = notices.attention(update)
    return update.records.assign(
        attention=[marked.get(i, "") for i in ids],
        abstract=[found.get(i, ("", ""))[0] for i in ids],
        keywords=[found.get(i, ("", ""))[1] for i in ids],
    ), complete


def known_ids(update: Update, phase: str) -> dict[str, str]:
    """Report of each record and report that may be decided on in a phase."""
    asked = set(update.phase(phase).reports)
    return {str(r): p for r, p in update.report_of.items() if p in asked} | {p: p for p in asked}


def conflict_list(update: Update, phase: Phase) -> Handout | None:
    """The reports on which two reviewers differ, with what each has decided; None where they agree on all."""
    conflicts = phase.of("conflict")
    if not conflicts:
        return None
    frame, _ = with_abstracts(update)
    rows = frame.assign(report_id=frame["record_id"].map(update.report_of))
    said = update.combined[update.combined["phase"] == phase.name].set_index("report_id")["decisions"]
    text = screening.worklist(
        rows[rows["report_id"].isin(conflicts)],
        phase=phase.name,
        reviewer="consensus",
        reasons=update.reasons,
        stage="consensus",
        so_far={str(k): str(v) for k, v in said.items()},
    )
    path = update.root / layout.worklist(update.update_id, CONFLICTS.format(phase=phase.name))
    return Handout(path, text, key=("report_id", "phase", "so_far"), fill=screening.TO_FILL)
