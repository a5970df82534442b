"""Forms out, both extractors' forms and a third person's decisions in, and what the audit of the new rows says."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import extraction, screening, tables
from helpers.faults import Fault
from helpers.project import write_atomically, write_together
from helpers.project.together import Content
from helpers.update import adjudicating, calendar, checked, extracted, extractors, layout
from helpers.update.errors import fault, misused, refuse
from helpers.update.extracted import EXTRACTORS, OPEN_LIST, folder
from helpers.update.handouts import Handout, hand_out
from helpers.update.outcome import Outcome
from helpers.update.state import FULL_TEXT, TITLE_ABSTRACT, Update, read_update
from helpers.update.studies import COLUMNS, INCLUDED, earlier_studies, included_studies, with_records

SHOWN = 4  # rows named before the rest is only counted


def _ready(root: Path) -> Update:
    """The update, once screening has let reports in.

    Raises
    ------
    ReviewError
        Screening is not over, or has let nothing in.
    """
    update = read_update(root, calendar.running_update(root))
    place = layout.place(update.update_id, layout.SCREENING)
    if len(update.open_links) or not all(update.phase(name).is_settled for name in (TITLE_ABSTRACT, FULL_TEXT)):
        fix = "Finish it first: `review update status` tells how."
        raise refuse(
            "There is nothing to extract yet", fault(place, "screening is not over", fix, rule="screening-first")
        )
    if not update.included:
        fix = "There is nothing to extract; go on with `review update merge`."
        raise refuse(
            "There is nothing to extract", fault(place, "no report was included", fix, rule="nothing-included")
        )
    return update


def write_forms(root: Path, out: Path) -> Outcome:
    """Write the forms for both extractors, and keep which study each report is about.

    Parameters
    ----------
    root : Path
        Folder of the review.
    out : Path
        Folder to write to; a form that lies there and was filled in is never written over.
    """
    update = _ready(root)
    studies = included_studies(update)
    made = extraction.make_forms(root, with_records(update, studies), update_id=update.update_id)
    filled = [name for name, new in made.items() if (out / name).is_file() and (out / name).read_bytes() != new]
    if filled:
        fix = "Name another folder; what was filled in is never written over."
        raise misused(
            "No form was written",
            *(
                fault(str(out / name), "the file is there and differs from the blank form", fix, rule="no-lost-edit")
                for name in filled
            ),
        )
    place = layout.place(update.update_id, INCLUDED)
    write_together(root, {place: layout.as_csv(studies, COLUMNS)})
    for name, content in made.items():
        write_atomically(out / name, content)
    count = studies["study_id"].nunique()
    before = set(update.studies["study_id"])
    joined = earlier_studies(update)
    lines = [
        f"  {row['study_id']}{' (a further report of it)' * (row['study_id'] in before)}: {_title(update, row['report_id'])}"
        for row in studies.to_dict("records")
    ]
    lines += [
        f"    a decided link joins {row['study_id']} to {joined[row['report_id']]}: if it is no study of its own but a further"
        f" report of that one, write {joined[row['report_id']]} into {place}"
        for row in studies.to_dict("records")
        if row["report_id"] in joined and row["study_id"] not in before
    ]
    return Outcome(
        [
            f"Forms for two extractors in {layout.shown(root, out)}: a.xlsx and b.xlsx, or the folders a and b.",
            f"{count} {'study' if count == 1 else 'studies'}, {len(studies)} report{'s' * (len(studies) != 1)}; to change an id, edit {place} and write the forms again:",
            *lines,
        ],
        next="once they are filled in: review update extract "
        + " ".join(f"--{who} {layout.shown(root, out / f'{who}.xlsx')}" for who in EXTRACTORS),
    )


def _title(update: Update, report: str) -> str:
    title = str(update.records.set_index("record_id").loc[report, "title"])
    return title if len(title) <= 90 else f"{title[:89]}…"


def take_forms(
    root: Path,
    a: Path | None,
    b: Path | None,
    adjudicated: Path | None,
    *,
    today: str,
    person: str = "",
    anyway: bool = False,
) -> Outcome:
    """Take over what extractors and the third person have filled in, and lay both extractions together.

    Parameters
    ----------
    root : Path
        Folder of the review.
    a, b : Path, optional
        The extractors' forms: workbook, folder of CSV files, or one CSV file.
    adjudicated : Path, optional
        The list of what differs, with choices made.
    today : str
        Day of handing in.
    person : str
        Who has decided, with a list of what differs; otherwise who has filled in the form, where it does not say so, for
        one form at a time.
    anyway : bool
        Both forms are alike in every word, and yet by two people.

    Raises
    ------
    ReviewError
        A form or a decision is wrong, everything at once. Nothing was taken over.
    UsageError
        One person is named for two forms, or for none; nobody is named who has decided.
    """
    decider = screening.tidy_name(person) if adjudicated else ""
    if adjudicated:
        extractors.refuse_nameless(decider)
        person = ""
    extractors.refuse_vague(person, [path for path in (a, b) if path])
    update = _ready(root)
    studies = included_studies(update)
    files: dict[str, Content] = {}
    faults: list[Fault] = []
    people = extractors.people(update)
    read: dict[str, Mapping[str, pd.DataFrame]] = {}
    for who, path in zip(EXTRACTORS, (a, b), strict=True):
        if path is None:
            continue
        if not path.exists():
            faults.append(fault(str(path), "there is no such form", "Give the form filled in.", rule="file-present"))
            continue
        form, found = extraction.read_form(
            root, path, extractor=who, update_id=update.update_id, known_studies=with_records(update, studies)
        )
        people[who], unnamed = extractors.of_form(path, who, person, before=people.get(who, {}), today=today)
        faults += [*found, *unnamed]
        read[who] = form
        files |= _replacing(update, who, extracted.files_of(update, who, form))
    faults = faults or [
        *extractors.one_person(update, people, read, anyway=anyway),
        *adjudicating.third_person(decider, people, adjudicating.deciders(update)),
    ]
    if faults:
        raise refuse("Nothing was taken over", *faults)
    if read:
        files |= extractors.people_file(update, people)
    decided, said = adjudicating.decisions(update, read, adjudicated, person=decider, today=today)
    files[layout.place(update.update_id, INCLUDED)] = layout.as_csv(studies, COLUMNS)
    write_together(root, files | decided)
    outcome = told(update)
    return Outcome([*said, *outcome.did], outcome.extra)


def _replacing(update: Update, who: str, new: dict[str, str]) -> dict[str, Content]:
    """The files of an extractor; tables of an earlier form that are not in the new one go."""
    home = update.root / folder(update.update_id) / who
    old: dict[str, Content] = {path.relative_to(update.root).as_posix(): None for path in home.glob("*.csv")}
    return old | new


def told(update: Update) -> Outcome:
    """How far the extraction is, in ten lines and a list of what is open."""
    found = extracted.reconciliation(update)
    if found is None:
        have = extracted.handed_in(update)
        lack = " and ".join(who for who in EXTRACTORS if who not in have)
        return Outcome([f"Taken over: the form of extractor {', '.join(have) or 'nobody'}. Still missing: {lack}."])
    findings = checked.audit_findings(update, found)
    did = extraction.summary(found, findings).splitlines()
    if not found.open.empty:
        path = update.root / layout.worklist(update.update_id, OPEN_LIST)
        key = ("table", "row_a", "row_b", "column", "value_a", "value_b")
        fill = ("value_chosen", "chosen", "reason")
        did += hand_out(
            update.root,
            [
                Handout(
                    path, extraction.worklist_csv(found.open, with_help=True), key, fill, prefilled=("value_chosen",)
                )
            ],
        )
        did.append(f"The list of what differs: {layout.shown(update.root, path)}")
    did += _alone(update, found)
    did += checked.write_findings(update, findings)
    return Outcome(did)


def _alone(update: Update, found: extraction.Reconciliation) -> list[str]:
    """A line on settled counts that add to no total: what an empty cell comes to, and which total would fit."""
    counts = found.tables["counts"]
    people = counts[counts["unit"].isin(["patients", "episodes"]) & counts["events"].notna()]
    alone = people[people["adds_up_to"].isna()]
    if alone.empty:
        return []
    every, _ = tables.read_tables(update.root, ["counts"])
    now = every["counts"][(every["counts"]["level"] == "review") & every["counts"]["retired_in"].isna()]
    totals = {_fitting(row): str(row["row_id"]) for row in now.iloc[::-1].to_dict("records")}
    fits = {str(row["row_id"]): totals.get(_fitting(row), "") for row in alone.to_dict("records")}
    said = [f"{name} (would fit {total})" if total else name for name, total in fits.items()]
    more = f" and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
    return [
        f"{len(said)} of {len(people)} rows add to no total: {', '.join(said[:SHOWN])}{more}."
        " Where one should, name the total under `adds_up_to` in both forms."
    ]


def _fitting(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    """What a row and the total it may be added to have in common."""
    names = ("condition", "treatment", "measure", "regimen", "line", "detail", "unit")
    return tuple("" if pd.isna(row[name]) else str(row[name]) for name in names)


def extraction_document(update: Update) -> dict[str, Any]:
    """The extraction for machines: what was handed in, what is open, agreement."""
    found = extracted.reconciliation(update)
    document: dict[str, Any] = {"handed_in": extracted.handed_in(update), "included": update.included}
    if found is not None:
        findings = checked.audit_findings(update, found) if found.is_settled else []
        rows = {name: len(frame) for name, frame in found.tables.items() if len(frame)}
        document |= {
            "open": len(found.open),
            "faults": [one.to_dict() for one in found.faults],
            "rows": rows,
            "audit_findings": len(findings),
            "to_acknowledge": len(checked.unanswered(update, findings)),
        }
    return document
