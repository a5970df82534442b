"""Lists for two reviewers, with abstracts, and for what they have to settle together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import records, screening
from helpers.project import write_together
from helpers.screening import sources
from helpers.update import calendar, layout, notices
from helpers.update.errors import fault, misused, refuse
from helpers.update.handouts import Handout, hand_out, refuse_public
from helpers.update.outcome import Outcome
from helpers.update.standing import CONFLICTS, NAMES
from helpers.update.state import FULL_TEXT, Phase, Update, earlier_updates, read_update

SUFFIX = {"csv": "csv", "xlsx": "xlsx", "ris": "ris", "rayyan": "rayyan.csv", "asreview": "asreview.csv"}
REVIEWERS = ("Reviewer A", "Reviewer B")
LABELS = "asreview-labels.csv"
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
        ``csv``, ``xlsx``, ``ris``, ``rayyan`` or ``asreview``.
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
            rows,
            phase=phase,
            reviewer=name,
            reasons=update.reasons,
            layout="csv" if form == "xlsx" else form,
            order=list(order),
        )
        path = out / f"{phase}-reviewer-{LETTERS[number]}.{SUFFIX[form]}"
        handouts.append(_handout(path, text, form, update.reasons.codes(phase)))
        lists.append(layout.shown(root, path))
        did.append(f"{lists[-1]}: {len(rows)} reports for {name}")
    handouts.append(
        Handout(out / f"{phase}-criteria.txt", screening.criteria(update.reasons, phase), is_ours_alone=True)
    )
    if phase == FULL_TEXT:
        handouts.append(full_texts(update, out / f"{layout.FULL_TEXTS}.csv"))
        did.append(f"{layout.shown(root, handouts[-1].path)}: the full texts to get; hand it in with --full-texts")
    if form == "asreview":
        handouts.append(Handout(out / LABELS, labels(update, phase), is_ours_alone=True))
        did.append(
            f"{layout.shown(root, handouts[-1].path)}: decisions of earlier versions, for the tool to learn from"
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


def _handout(path: Path, text: str, form: str, reasons: Sequence[str]) -> Handout:
    if form in ("csv", "xlsx"):
        make = (lambda said: screening.as_workbook(said, reasons)) if form == "xlsx" else None
        return Handout(path, text, key=("report_id", "reviewer", "phase"), fill=screening.TO_FILL, make=make)
    return Handout(path, text, mark="report_id" if form == "asreview" else screening.ID_NOTE)


def full_texts(update: Update, path: Path) -> Handout:
    """The list of full texts to get: by which identifiers, whom somebody has asked, when, and when it came."""
    rows = update.records[update.records["record_id"].isin(update.phase(FULL_TEXT).reports)].to_dict("records")
    known = layout.read(update.root, update.update_id, layout.FULL_TEXTS).set_index("report_id")
    listed = []
    for row in rows:
        before = known.loc[row["record_id"]].to_dict() if row["record_id"] in known.index else {}
        address = f"https://doi.org/{row['doi']}" if row["doi"] else ""
        filled = {name: before.get(name, "") for name in layout.COLUMNS[layout.FULL_TEXTS][1:]}
        about = {name: row[name] for name in ("doi", "pmid", "authors", "year", "title", "journal")}
        listed.append({"report_id": row["record_id"]} | filled | {"address": address} | about)
    columns = [*layout.COLUMNS[layout.FULL_TEXTS], "address", "doi", "pmid", "authors", "year", "title", "journal"]
    text = records.write_csv(pd.DataFrame(listed, columns=columns, dtype="str"), bom=True)
    return Handout(path, text, ("report_id",), layout.COLUMNS[layout.FULL_TEXTS][1:])


def take_full_texts(root: Path, path: Path) -> Outcome:
    """Take over who asked whom for which full text, and which came.

    Raises
    ------
    ReviewError
        A line is about no report that is read in full. Nothing was taken over.
    """
    update = read_update(root, calendar.running_update(root))
    columns = layout.COLUMNS[layout.FULL_TEXTS]
    sheet = sources.read_sheet(sources.read_text(path), path)
    asked = set(update.phase(FULL_TEXT).reports)
    faults = [
        fault(
            path.name, "this column is missing", "Give the list that was handed out.", rule="columns", row=1, column=c
        )
        for c in columns
        if c not in sheet.columns
    ]
    rows = [(line, {c: records.unsafe_cell(row.get(c, "")).strip() for c in columns}) for line, row in sheet.rows]
    fix = "Give the list of this update, and leave its ids as they are."
    faults += [
        fault(
            path.name,
            "no report of full text",
            fix,
            rule="unknown-record",
            row=line,
            column="report_id",
            value=row["report_id"],
        )
        for line, row in rows
        if row["report_id"] not in asked
    ]
    for line, row in rows:
        for column in ("asked_on", "got_on"):
            if row[column] and (day := screening.iso_day(row[column])) is None:
                fix = "Write it as YYYY-MM-DD."
                faults.append(
                    fault(path.name, "not a date", fix, rule="date", row=line, column=column, value=row[column])
                )
            elif row[column]:
                row[column] = str(day)
    if faults:
        raise refuse("Nothing was taken over", *faults)
    kept = [row for _, row in rows if any(row[c] for c in columns[1:])]
    frame = pd.DataFrame(kept, columns=list(columns), dtype="str")
    write_together(root, {layout.place(update.update_id, layout.FULL_TEXTS): layout.as_csv(frame, columns)})
    return Outcome(full_text_lines(update) or ["Nothing is filled in yet."])


def full_text_lines(update: Update) -> list[str]:
    """How many full texts were asked for and came, and what became of the others; none where no list was handed in."""
    rows = layout.read(update.root, update.update_id, layout.FULL_TEXTS)
    if rows.empty:
        return []
    came = set(rows.loc[rows["got_on"] != "", "report_id"])
    gaps = [report for report in update.phase(FULL_TEXT).reports if report not in came]
    last = update.combined[update.combined["phase"] == FULL_TEXT]
    given_up = set(last.loc[last["reason"] == screening.NOT_RETRIEVED, "report_id"])
    counted = sum(report in given_up for report in gaps)
    return [
        f"Full texts: {int((rows['asked_on'] != '').sum())} asked for, {len(came)} came; of {len(gaps)} others {counted} are"
        f" decided as {screening.NOT_RETRIEVED}, which the flow counts."
    ]


def labels(update: Update, phase: str) -> str:
    """What earlier versions decided on a phase, as a data set with labels that a ranking tool learns from."""
    frames = []
    for update_id in earlier_updates(update.root, update.update_id):
        before = read_update(update.root, update_id)
        said = before.combined[before.combined["phase"] == phase].set_index("report_id")["outcome"]
        frame, _ = with_abstracts(before)
        frame = frame[frame["record_id"].isin(said[said.isin(["include", "exclude"])].index)]
        frames.append(frame.assign(included=[str(int(said[name] == "include")) for name in frame["record_id"]]))
    known = update.earlier[update.earlier["record_id"].map(lambda name: name in update.known_studies)]
    frames.append(known.assign(abstract="", keywords="", included="1"))
    every = pd.concat(frames).drop_duplicates("record_id")
    columns = ["title", "abstract", "authors", "keywords", "doi", "year", "included"]
    return records.write_csv(every[columns].fillna(""), bom=False)


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
