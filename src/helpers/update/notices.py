"""Retractions, corrections and expressions of concern of included studies: each is looked at by a person before the merge.

A notice is no evidence to be screened. It says that something which the review shows may not hold: somebody reads it, says
what changed, and their answer is published with the version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import records
from helpers.faults import Fault
from helpers.project import write_together
from helpers.report.changes import OF_SEARCH
from helpers.screening import sources
from helpers.update import calendar, layout
from helpers.update.errors import fault, refuse
from helpers.update.handouts import Handout, hand_out, refuse_public
from helpers.update.outcome import Outcome
from helpers.update.state import Update, earlier_updates, read_update

TABLE = "notices"
COLUMNS = (*("notice_id", "study_id", "finding", "notice", "report_id", "what_changed", "seen_by", "seen_on"),)
CHECKS = "data/status_checks.csv"
RETRACTION, CONCERN, CORRECTION = "retraction", "expression_of_concern", "correction"
FINDINGS = (RETRACTION, CONCERN, CORRECTION, "reinstatement", "none")
WORDS = {RETRACTION: "RETRACTED", CONCERN: "EXPRESSION OF CONCERN", CORRECTION: "corrected later"}
# What PubMed writes at a paper on which there is a notice, and at the notice itself.
AT_PAPER = {
    **dict.fromkeys(("RIN", "PRIN", "RRI"), RETRACTION),
    "ECI": CONCERN,
    **dict.fromkeys(("EIN", "CRI"), CORRECTION),
}
AT_NOTICE = {**dict.fromkeys(("ROF", "PROF", "RRF"), RETRACTION), "ECF": CONCERN}
SHEET = "notices.csv"
TO_FILL = ("finding", "what_changed")
SHOWN = (*("notice_id", "study_id"), *TO_FILL, *("title", "type", "journal", "year", "doi", "pmid", "why"))
HELP = (
    "# finding: " + ", ".join(FINDINGS) + "; none where it is no notice on this study. What is proposed stands there",
    "# what_changed: read the notice; say which values, rows or conclusions it touches and what was done, or: nothing we show",
    "# rows that no longer hold get `retired_in`, the date of this update, and where there are right values a row with them",
)


@dataclass(frozen=True)
class Notice:
    """A notice on an included study.

    Attributes
    ----------
    notice_id : str
        The same in every update that meets it.
    study_id : str
        The study.
    finding : str
        What it seems to be: ``retraction``, ``expression_of_concern`` or ``correction``.
    notice : str
        PMID or DOI of the notice; empty where nothing names it.
    report_id : str
        Its record in this update; of a paper that itself says it was retracted, that paper's; empty where there is none.
    why : str
        How the update has met it.
    """

    notice_id: str
    study_id: str
    finding: str
    notice: str
    report_id: str
    why: str

    def __str__(self) -> str:
        named = f", {self.notice}" if self.notice else ""
        return f"{self.study_id} ({self.finding.replace('_', ' ')}{named})"


def notices(update: Update) -> list[Notice]:
    """Notices on studies that the review includes, or that this update includes; those answered by an earlier update are not told again."""
    before = {
        name
        for other in earlier_updates(update.root, update.update_id)
        for name in _answers(update.root, other)["notice_id"]
    }
    found: dict[str, Notice] = {}
    for one in [*_linked(update), *_at_papers(update)]:
        if one.notice_id not in before:
            found.setdefault(one.notice_id, one)
    return list(found.values())


def _linked(update: Update) -> Iterator[Notice]:
    """Records of this update that correct an included report, as the ledger has it."""
    rows = {str(row["record_id"]): row for row in update.records.to_dict("records")}
    for report, study in (update.corrections | _of_new(update)).items():
        record = rows[report]
        identifier = f"PMID {record['pmid']}" if record["pmid"] else str(record["doi"])
        yield _notice(
            study, _kind(record), identifier, report, "the ledger links it as a correction", str(record["title"])
        )


def _of_new(update: Update) -> dict[str, str]:
    """The same of reports that this update includes itself; their notices have been screened with them."""
    return {
        notice: paper
        for notice, paper in update.corrected_by
        if paper in update.included and notice in set(update.records["record_id"])
    }


def _at_papers(update: Update) -> Iterator[Notice]:
    """What records of included papers say of themselves."""
    included = set(update.included)
    for row in update.records.to_dict("records"):
        report = str(update.report_of[row["record_id"]])
        study = update.known_studies.get(report) or (report if report in included else "")
        if not study:
            continue
        named = [(AT_PAPER[kind], identifier) for kind, identifier in _relations(row) if kind in AT_PAPER]
        for kind, identifier in named:
            yield _notice(study, kind, identifier, "", "PubMed names it at the paper", "")
        if _is_retracted(row) and not any(kind == RETRACTION for kind, _ in named):
            yield _notice(study, RETRACTION, "", str(row["record_id"]), "the paper's record says so", "")


def _notice(study: str, finding: str, identifier: str, report: str, why: str, title: str) -> Notice:
    text = "\0".join((study, identifier or f"{finding} {title}"))
    name = f"n-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    return Notice(name, study, finding, identifier, report, why)


def _is_retracted(record: Mapping[Any, Any]) -> bool:
    return records.is_retracted(str(record["type"]), str(record["title"]), str(record.get("relations") or ""))


def _relations(record: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Kind and identifier of each relation that PubMed states: ``RIN 123; EIN 456``."""
    parts = [part.split(" ", 1) for part in str(record.get("relations") or "").split("; ") if " " in part]
    return [(kind, f"PMID {name}" if name.isdecimal() else name) for kind, name in parts]


def _kind(record: Mapping[Any, Any]) -> str:
    """What a notice is, by PubMed's relations, its type and its title."""
    kinds = [AT_NOTICE[kind] for kind, _ in _relations(record) if kind in AT_NOTICE]
    if kinds:
        return kinds[0]
    text = f"{record['type']} {record['title']}".lower()
    if re.search(r"\bretract|\bwithdraw", text):
        return RETRACTION
    return CONCERN if "expression of concern" in text else CORRECTION


def attention(update: Update) -> dict[str, str]:
    """What reviewers must see beside a record before they decide on it: that it was retracted, doubted or corrected."""
    found: dict[str, set[str]] = {}
    rows = {str(row["record_id"]): row for row in update.records.to_dict("records")}
    for name, row in rows.items():
        if _is_retracted(row):
            found.setdefault(name, set()).add(RETRACTION)
        found.setdefault(name, set()).update(AT_PAPER[kind] for kind, _ in _relations(row) if kind in AT_PAPER)
    for notice, paper in update.corrected_by:
        if notice in rows and paper in rows:
            found.setdefault(paper, set()).add(_kind(rows[notice]))
    return {name: next(WORDS[f] for f in FINDINGS if f in kinds) for name, kinds in found.items() if kinds}


def _answers(root: Path, update_id: str) -> pd.DataFrame:
    place = layout.place(update_id, TABLE)
    return layout.read_rows(root / place, COLUMNS, place)


def answers(update: Update) -> pd.DataFrame:
    """What people have said of this update's notices."""
    return _answers(update.root, update.update_id)


def unanswered(update: Update) -> list[Notice]:
    """Notices that nobody has looked at yet: they keep the update from being merged."""
    seen = set(answers(update)["notice_id"])
    return [one for one in notices(update) if one.notice_id not in seen]


def lines(update: Update) -> list[str]:
    """A line on the notices, for the import and the status; none where there are none."""
    every, left = notices(update), unanswered(update)
    if not every:
        return []
    count = f"{len(every)} notice{'s' * (len(every) != 1)} on included studies"
    done = f"; {len(left)} not looked at yet: {', '.join(map(str, left))}" if left else "; all looked at"
    return [f"{count} (retraction, correction or expression of concern){done}."]


def document(update: Update) -> list[dict[str, str]]:
    """The notices for machines, each with its answer where there is one."""
    said = {row["notice_id"]: row for row in answers(update).to_dict("records")}
    empty = dict.fromkeys(("what_changed", "seen_by", "seen_on"), "")
    return [vars(one) | {name: str(said.get(one.notice_id, empty)[name]) for name in empty} for one in notices(update)]


def write_sheet(root: Path, out: Path | None = None) -> Outcome:
    """Write the notices that nobody has looked at as a list to fill in.

    Parameters
    ----------
    root : Path
        Folder of the review.
    out : Path, optional
        File to write; default beside the update's other lists.
    """
    update = read_update(root, calendar.running_update(root))
    left = unanswered(update)
    if not left:
        return Outcome(["No notice on an included study waits to be looked at."])
    path = out or root / layout.worklist(update.update_id, SHEET)
    refuse_public(root, path, "titles and notes that are not decided on")
    every = pd.concat([update.earlier, update.records]).drop_duplicates("record_id").fillna("").set_index("record_id")
    rows = [dict.fromkeys(SHOWN, "") | {"notice_id": line} for line in HELP]
    for one in left:
        of_record: Mapping[Any, Any] = every.loc[one.report_id].to_dict() if one.report_id else {}
        row = {name: str(of_record.get(name, ""))[:500] for name in SHOWN if name not in TO_FILL}
        row |= {name: getattr(one, name) for name in ("notice_id", "study_id", "finding", "why")}
        rows.append(row | {"title": row["title"] or one.notice})
    text = records.write_csv(pd.DataFrame(rows, columns=list(SHOWN)), bom=True)
    kept = hand_out(root, [Handout(path, text, ("notice_id",), TO_FILL, prefilled=("finding",))])
    shown = layout.shown(root, path)
    return Outcome(
        [
            f"{len(left)} notice{'s' * (len(left) != 1)} written to {shown}. Fill in `what_changed` and check `finding`.",
            *kept,
        ],
        next=f'review update notices --decisions {shown} --person "NAME"',
    )


def take_sheet(root: Path, path: Path, *, person: str, today: str) -> Outcome:
    """Take over what a person says of the notices; a later answer takes the place of an earlier one.

    Raises
    ------
    ReviewError
        A line cannot be followed. Nothing was taken over.
    """
    update = read_update(root, calendar.running_update(root))
    known = {one.notice_id: one for one in notices(update)}
    sheet = sources.read_sheet(sources.read_text(path), path)
    faults: list[Fault] = []
    if lacking := [name for name in ("notice_id", *TO_FILL) if name not in sheet.columns]:
        fix = "Give the list that `review update notices` wrote, filled in."
        faults += [fault(path.name, "this column is missing", fix, rule="columns", row=1, column=c) for c in lacking]
    new = []
    for line, row in sheet.rows if not faults else ():
        cells = {name: records.unsafe_cell(cell).strip() for name, cell in row.items()}
        if cells["notice_id"].startswith(sources.HELP) or not cells["what_changed"]:
            continue
        one = known.get(cells["notice_id"])
        if one is None:
            fix = "Take the list anew: `review update notices`."
            faults.append(
                fault(
                    path.name,
                    "no such notice",
                    fix,
                    rule="known-notice",
                    row=line,
                    column="notice_id",
                    value=cells["notice_id"],
                )
            )
            continue
        if cells["finding"] not in FINDINGS:
            fix = f"Write one of: {', '.join(FINDINGS)}."
            faults.append(
                fault(
                    path.name, "not a finding", fix, rule="finding", row=line, column="finding", value=cells["finding"]
                )
            )
            continue
        said = {"finding": cells["finding"], "what_changed": cells["what_changed"], "seen_by": person, "seen_on": today}
        new.append({name: getattr(one, name, "") for name in COLUMNS} | said)
    if faults:
        raise refuse("Nothing was taken over", *faults)
    before = answers(update)
    same = {(row["notice_id"], row["finding"], row["what_changed"]) for row in before.to_dict("records")}
    fresh = [row for row in new if (row["notice_id"], row["finding"], row["what_changed"]) not in same]
    kept = before[~before["notice_id"].isin([row["notice_id"] for row in fresh])]
    frame = pd.concat([kept, pd.DataFrame(fresh, columns=list(COLUMNS), dtype="str")], ignore_index=True)
    write_together(root, {layout.place(update.update_id, TABLE): layout.as_csv(frame, COLUMNS)})
    left = len(unanswered(update))
    return Outcome([f"{len(fresh)} notice{'s' * (len(fresh) != 1)} looked at by {person}; {left} left."])


def check_rows(update: Update, studies: Mapping[str, str]) -> list[dict[str, str]]:
    """Rows for ``data/status_checks.csv``: each notice that a person has looked at.

    Parameters
    ----------
    update : Update
    studies : mapping of str to str
        Study of each report that this update includes.
    """
    return [
        {
            "check_id": f"{update.update_id}-{row['notice_id']}",
            "checked_on": row["seen_on"],
            "study_id": studies.get(row["study_id"], row["study_id"]),
            "source": f"{OF_SEARCH} {update.update_id}, looked at by {row['seen_by']}",
            "finding": row["finding"],
            "notice": row["notice"] or "not named in the record",
            "note": row["what_changed"],
        }
        for row in answers(update).to_dict("records")
        if row["finding"] != "none"
    ]
