"""The end of an update: everything checked on the review as it would be, then written as one, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import consistency, evidence, tables
from helpers.dictionary import load_dictionary
from helpers.faults import Fault, ReviewError
from helpers.guards import check_guards
from helpers.project import as_if_written, only_writer, write_together
from helpers.project.together import Content
from helpers.report import changes
from helpers.update import (
    archive,
    calendar,
    checked,
    evidence_rows,
    extracted,
    layout,
    notices,
    published,
    search_report,
    signalled,
)
from helpers.update.calendar import Calendar
from helpers.update.errors import fault, refuse
from helpers.update.importing import check_conservation
from helpers.update.known import REFERENCES
from helpers.update.outcome import Outcome
from helpers.update.standing import step_of
from helpers.update.state import Update, read_update
from helpers.update.studies import COLUMNS, INCLUDED, included_studies
from helpers.update.versions import version_files

MOST_FAULTS = 40  # printed before a merge that is only tried
HEADLINE = "The update was not merged; nothing was changed"


@dataclass(frozen=True)
class Prepared:
    """A merge before it is written.

    Attributes
    ----------
    files : dict of str to content
        Every file that changes.
    read : dict of str to bytes or None
        What they were made from.
    studies : DataFrame
        Included reports with their studies.
    new : dict of str to list of dict
        New rows by table file.
    """

    files: dict[str, Content]
    read: dict[str, bytes | None]
    studies: pd.DataFrame
    new: dict[str, list[dict[str, Any]]]


def merge(
    root: Path, *, today: str, without_archive: bool = False, summary: str = "", without_strategy: str = ""
) -> Outcome:
    """Take an update into the evidence: all of it, or nothing.

    Parameters
    ----------
    root : Path
        Folder of the review.
    today : str
        Day of the merge.
    without_archive : bool
        Do not keep the pages of the version that is published now.
    summary : str
        What the update brought, in a sentence; default counts and names of its studies.
    without_strategy : str
        Why searches are reported without their string, platform or day; published beside them.

    Returns
    -------
    Outcome
        What was done, in ten lines; merged again, that nothing had to be done.

    Raises
    ------
    UsageError
        No update is under way.
    ReviewError
        Anything is open or does not hold, everything at once. Nothing was changed.
    """
    with only_writer(root):
        known = calendar.read_calendar(root)
        if known.running is None and (root / layout.place(known.last, layout.EXPORTS)).is_file():
            return Outcome([f"The update {known.last} is merged already; nothing was changed. Next: review build"])
        update = read_update(root, calendar.running_update(root))
        _refuse_unfinished(update, reported=bool(without_strategy.strip()))
        kept = published.kept_version(update, known, with_pages=not without_archive)
        prepared = prepare(update, known, today=today, summary=summary, without_strategy=without_strategy)
        with as_if_written(root, prepared.files | published.texts(kept)) as preview:
            if faults := _unsound(update, preview, prepared):
                raise _refused(update, prepared, kept, faults)
            difference = changes.compare(preview, known.last, update.update_id).text().splitlines()
        version = known.version_of(update.update_id)
        told = [line.strip() for line in difference if line.strip()]
        files = prepared.files | version_files(root, version=version, today=today, changes=told) | kept
        read = prepared.read | {name: _bytes(root / name) for name in files if name not in prepared.read}
        write_together(root, files, unless_changed=read)
    pages = {name: kept[name] for name in published.pages(kept)}
    sizes = [f"{name}. {archive.described(content)}" for name, content in pages.items() if isinstance(content, bytes)]
    return Outcome(_ten_lines(update, prepared, version, sizes, told))


def dry_run(root: Path, *, today: str, summary: str = "", without_strategy: str = "") -> Outcome:
    """What a merge would change, before it: numbers, sentences, totals that move; and what would keep it from going through.

    Parameters
    ----------
    root, today, summary, without_strategy
        As for `merge`. Nothing is written.

    Raises
    ------
    UsageError
        No update is under way.
    ReviewError
        Something is still open, so that nobody can say what would come.
    """
    known = calendar.read_calendar(root)
    update = read_update(root, calendar.running_update(root))
    _refuse_unfinished(update, reported=True)
    prepared = prepare(update, known, today=today, summary=summary, without_strategy=without_strategy)
    faults = [] if without_strategy.strip() else search_report.strategy_faults(update)
    lines = [
        f"Nothing was changed. The merge of {update.update_id} would make version {known.version_of(update.update_id)}:"
    ]
    extra: dict[str, Any] = {}
    with as_if_written(
        root, prepared.files | published.texts(published.kept_version(update, known, with_pages=False))
    ) as seen:
        unsound = _unsound(update, seen, prepared)
        faults += unsound
        if all(one.rule.startswith("guard-") for one in unsound):  # the rows hold: what they come to can be told
            difference = changes.compare(seen, known.last, update.update_id)
            extra["changes"] = difference.to_dict()
            lines += [f"  {line}" for line in difference.text().splitlines()[1:]]
            moved = [t for t in difference.totals if t.is_count]
            lines += [f"  Total: {t.name}, {t.before} -> {t.after} ({t.made_of or 'corrected'})" for t in moved]
    lines.append(
        f"It would be refused for {len(faults)} fault{'s' * (len(faults) != 1)}:" if faults else "It would go through."
    )
    lines += [f"  {one}" for one in faults[:MOST_FAULTS]]
    if len(faults) > MOST_FAULTS:
        lines.append(f"  and {len(faults) - MOST_FAULTS} more")
    return Outcome(lines, extra | {"faults": [one.to_dict() for one in faults]}, ok=not faults)


def foreseen(root: Path, *, today: str) -> tuple[str, list[Fault]] | None:
    """The update that is ready to merge, and what would not hold after it; None where no update is ready.

    Parameters
    ----------
    root : Path
        Folder of the review.
    today : str
        Day of the merge.
    """
    known = calendar.read_calendar(root)
    if known.running is None:
        return None
    update = read_update(root, known.running)
    if step_of(update).name != "merge":
        return None
    unreported = search_report.strategy_faults(update)
    try:
        prepared = prepare(update, known, today=today)
    except ReviewError as error:
        return update.update_id, [*unreported, *error.faults]
    with as_if_written(root, prepared.files) as preview:
        return update.update_id, [*unreported, *_unsound(update, preview, prepared)]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _refuse_unfinished(update: Update, *, reported: bool) -> None:
    """Refuse what is open; `reported` says that somebody has said why a search is reported in part."""
    check_conservation(update)
    step = step_of(update)
    if step.name != "merge":
        fix = f"Next: {step.next}"
        raise refuse(
            HEADLINE,
            *(
                fault(f"{layout.UPDATES}/{update.update_id}", who, fix, rule=f"open-{step.name}")
                for who in step.waits_for
            ),
        )
    faults = [] if reported else search_report.strategy_faults(update)
    if faults := [*faults, *signalled.unanswered(update.root, update.update_id)]:
        raise refuse(HEADLINE, *faults)


def prepare(update: Update, known: Calendar, *, today: str, summary: str = "", without_strategy: str = "") -> Prepared:
    """Every file of a merge, made from what is decided; nothing is written.

    Raises
    ------
    ReviewError
        Extraction or flow are not complete.
    """
    root, version = update.root, known.version_of(update.update_id)
    studies = included_studies(update)
    new = _extraction(update, studies)
    new["data/sources.csv"] = [dict(r) for r in evidence_rows.source_rows(update, studies, version, today)]
    if (root / notices.CHECKS).is_file():
        of_report = dict(zip(studies["report_id"], studies["study_id"], strict=True))
        new[notices.CHECKS] = [dict(r) for r in notices.check_rows(update, of_report)]
    new["data/searches.csv"] = [dict(r) for r in evidence_rows.search_rows(update, without_strategy)]
    flow = evidence_rows.flow_of(update, known, studies)
    new["data/flow.csv"] = _plain(flow.boxes)
    row = evidence_rows.update_row(
        update, known, today=today, summary=summary or _summary(new.get("data/studies.csv", ()))
    )
    new["data/updates.csv"] = [row]
    read = {name: _bytes(root / name) for name in (*new, REFERENCES)}
    files: dict[str, Content] = {
        name: evidence_rows.appended((root / name).read_text(encoding="utf-8"), rows)
        for name, rows in new.items()
        if rows
    }
    entries = evidence_rows.references(update, studies, version, today)
    files[REFERENCES] = evidence_rows.with_references(root, entries)
    files[layout.place(update.update_id, INCLUDED)] = layout.as_csv(studies, COLUMNS)
    of = update.report_of
    rows = [(record, box, of[record]) for record, box in flow.ended.items()]
    ended = pd.DataFrame(rows, columns=list(layout.COLUMNS[layout.BOXES]))
    files[layout.place(update.update_id, layout.BOXES)] = layout.as_csv(ended, layout.COLUMNS[layout.BOXES])
    files |= _moved_extraction(update)
    return Prepared(files, read, studies, new)


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    text = frame.astype("object")
    return [{str(k): v for k, v in row.items()} for row in text.where(text.notna(), "").to_dict("records")]


def _extraction(update: Update, studies: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """New rows of the evidence, by file."""
    if studies.empty:
        return {}
    found = extracted.reconciliation(update)
    assert found is not None  # else the step would be another
    rows = found.settled()
    place = extracted.folder(update.update_id)
    faults = [
        fault(
            place,
            f"no extracted row speaks of {study}",
            "Extract it, or decide that it is not included.",
            rule="study-extracted",
        )
        for study in extracted.missing_studies(found, list(studies["study_id"]))
    ]
    for one in checked.unanswered(update, checked.audit_findings(update, found)):
        fix = "Correct the forms, or say why it stays: review update extract --acknowledged FILE"
        faults.append(fault(place, str(one), fix, rule=f"audit-{one.rule}", value=one.row))
    if faults:
        raise refuse(HEADLINE, *faults)
    return {
        name: [dict(r) for r in found_rows]
        for name, found_rows in evidence_rows.extracted_rows(update.root, rows).items()
    }


def _moved_extraction(update: Update) -> dict[str, Content]:
    """Both extractions and the decisions, from where they were collected to where they stay."""
    files: dict[str, Content] = {}
    home = update.root / extracted.folder(update.update_id)
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        files[path.relative_to(update.root).as_posix()] = None
        files[f"data/extraction/{update.update_id}/{path.relative_to(home).as_posix()}"] = path.read_bytes()
    return files


def _summary(studies: Sequence[Mapping[str, Any]]) -> str:
    surnames = [re.sub(r" [A-Z]{1,3}$", "", str(row["first_author"])) for row in studies]  # without initials
    names = sorted(f"{surname} {row['year']}" for surname, row in zip(surnames, studies, strict=True))
    if not names:
        return "The search was repeated; no new study was included."
    listed = ", ".join(names[:6]) + (" and others" if len(names) > 6 else "")
    return f"New {'study' if len(names) == 1 else 'studies'}: {listed}."


def _unsound(update: Update, preview: Path, prepared: Prepared) -> list[Fault]:
    """Every rule of the evidence and every conclusion, on the review as it would be."""
    every, _ = tables.read_tables(preview)
    study = dict(zip(prepared.studies["report_id"], prepared.studies["study_id"], strict=True))
    of_record: Mapping[str, str] = {
        str(record): study[report] for record, report in update.report_of.items() if report in study
    }
    found = [*consistency.check(preview), *consistency.overlaps(every, update.current, study_of=of_record)]
    if not found:
        found = check_guards(preview, evidence.load(preview))
    # Said once, by the check that knows more: the second one also knows the links.
    once = {(f.file, f.row, f.column, f.value, f.rule): f for f in found}
    return [_of_new_row(fault, every, update.root) for fault in once.values()]


def _refused(update: Update, prepared: Prepared, kept: Mapping[str, Content], faults: list[Fault]) -> ReviewError:
    """The refusal; where conclusions would be false, what people need to reword them is put beside the review first."""
    if not all(fault.rule.startswith("guard-") for fault in faults):
        return ReviewError(faults, HEADLINE)
    sheet = published.set_aside(update, kept, prepared.new)
    said = f"The new rows ({sheet} has them with their ids) take the ground from conclusions: reword these, then merge again"
    return ReviewError(faults, f"{HEADLINE}. {said}")


def _of_new_row(found: Fault, every: Mapping[str, pd.DataFrame], root: Path) -> Fault:
    """A fault of a row that only the merge would bring, by its id instead of a line that the file does not have."""
    table = Path(found.file).stem
    if table not in every or found.row is None or found.row not in every[table].index:
        return found
    if found.row <= len((root / found.file).read_bytes().splitlines()):
        return found
    row = every[table].loc[found.row]
    name = " / ".join(str(row[key]) for key in load_dictionary(root)[table].primary_key)
    fix = found.fix
    if table != "updates":  # that row is the merge's own
        fix += " It comes from the extraction: correct both forms and hand them in again."
    return replace(found, row=None, message=f"new row {name}: {found.message}", fix=fix)


def _ten_lines(update: Update, prepared: Prepared, version: str, kept: list[str], difference: list[str]) -> list[str]:
    """What the merge did, in ten lines."""
    rows = ", ".join(f"{Path(name).stem} {len(new)}" for name, new in prepared.new.items() if new)
    lines = [
        f"The update {update.update_id} is merged: version {version}.",
        f"Records {len(update.records)}: {update.kept} kept, {update.merged} merged, {len(update.already_decided)} decided before;"
        f" {len(update.to_screen)} screened, {len(update.phase('full_text').reports)} read in full, {len(update.included)} included.",
        f"New rows: {rows}.",
        f"References: {len(prepared.studies) + 1} new entries; both extractions are kept in data/extraction/{update.update_id}/.",
        f"The version before is kept in {kept[0]}."
        if kept
        else "The version before was not kept as pages (--without-archive).",
    ]
    seen = notices.answers(update)
    lines += [f"Notices on included studies looked at: {len(seen)}."] if len(seen) else []
    return [*lines, *difference[: 9 - len(lines)], "Next: review build; then look at the pages, and commit."]
