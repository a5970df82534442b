"""The files of updates held against each other, so that a slip of the hand in one of them is found and named.

The flow of a merged update is computed again from the records and decisions that are kept, and held against what stands
in ``data/flow.csv`` and ``boxes.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers import links, tables
from helpers.faults import Fault, ReviewError
from helpers.update import layout
from helpers.update.errors import fault
from helpers.update.evidence_rows import counted_flow
from helpers.update.importing import check_conservation
from helpers.update.known import PREFIX
from helpers.update.searches import own_source
from helpers.update.state import PHASES, Update, read_update
from helpers.update.studies import COLUMNS, INCLUDED, path_of

FLOW = "data/flow.csv"
COUNTED = "flow-recounted"  # rule: a flow is what its records come to
# Notes and sources of a box may be worded otherwise by later versions of the review; what is counted may not.
HELD = ("update_id", "box", "arm", "reason", "count", "unit", "as_printed")
# What the computation calls the tables that it is given.
GIVEN = {"records.csv": layout.RECORDS, "screening.csv": layout.SCREENING, "studies.csv": INCLUDED}
RAW_SUFFIXES = (".nbib", ".ris", ".enw", ".ciw")
RAW_START = re.compile(rb"^(?:PMID- |TY  - |%0 |PT J|@article\{)|<PubmedArticle|<record>", re.MULTILINE | re.IGNORECASE)
RAW_ABSTRACT = re.compile(rb"^(?:AB|N2)  - |^%X |^AB |<abstract|^\s*abstract\s*=", re.MULTILINE | re.IGNORECASE)
RAW_HEADER = re.compile(rb"\A(?=[^\n]*\bTitle\b)[^\n]*\bAbstract\b", re.IGNORECASE)
RETYPED = (
    f"A flow is computed, never typed: `git diff {FLOW} {layout.UPDATES}`, or `git log -p` of these, shows what was"
    " changed by hand; take it back."
)
RENAMED = f"{RETYPED} If a reason for exclusion got another name in data/vocabularies.csv, give it that name here too."
RESTORE = "Bring back the last good state: git checkout data/updates. These files are kept by `review update`."


def check(root: Path) -> list[Fault]:
    """Faults of every update's files, finished or under way, and of the flow of those that are merged.

    Parameters
    ----------
    root : Path
        Folder of the review.
    """
    evidence, broken = tables.read_tables(root, ["vocabularies", "updates", "flow", "studies"])
    merged = [] if broken else _integrated(evidence)  # `consistency.check` says what is broken: it is mended first
    found = list(_raw_exports(root))
    found += [lost for update_id in merged for lost in _lost(root, update_id, evidence["flow"])]
    for update_id in layout.updates_on_disk(root):
        found += _of_update(root, update_id, evidence if update_id in merged else None)
    return found


def _raw_exports(root: Path) -> Iterator[Fault]:
    """Exports of searches that lie where git follows: they hold abstracts of others, and the repository is published."""
    fix = f"Move it out of the repository, or below {layout.RAW}/, and take it out of git: git rm --cached FILE"
    for path in sorted([*root.iterdir(), *(root / "data").rglob("*")]):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or name.startswith(layout.RAW) or path.suffix.lower() in (".json", ".png", ".svg"):
            continue
        head = path.read_bytes()[:65536]
        if (
            path.suffix.lower() in RAW_SUFFIXES
            or RAW_HEADER.search(head)
            or (RAW_START.search(head) and RAW_ABSTRACT.search(head))
        ):
            yield fault(name, "an export of a search, with abstracts of others", fix, rule="raw-export")


def _integrated(evidence: Mapping[str, pd.DataFrame]) -> list[str]:
    updates = evidence["updates"]
    return sorted(map(str, updates.loc[updates["status"] == "integrated", "update_id"]))


def _lost(root: Path, update_id: str, flow: pd.DataFrame) -> Iterator[Fault]:
    """A flow that was computed here, without the records that it was computed from."""
    is_own = ((flow["update_id"] == update_id) & (flow["source_id"] == own_source(update_id))).any()
    if is_own and update_id not in layout.updates_on_disk(root):
        message = f"the update is merged, but the records behind its boxes in {FLOW} are not here"
        yield fault(layout.place(update_id, layout.EXPORTS), message, RESTORE, rule="records-kept")


def _of_update(root: Path, update_id: str, evidence: Mapping[str, pd.DataFrame] | None) -> list[Fault]:
    """Faults of one update; `evidence` only when it is merged."""
    try:
        update = read_update(root, update_id)
        # What breaks these rules cannot be counted.
        if found := [*_records(update), *_links(update), *_decisions(update)]:
            return found
        check_conservation(update)
        return [] if evidence is None else list(_flow(update, evidence))
    except ReviewError as error:
        return [_placed(update_id, one) for one in error.faults]


def of_tables(update: Update) -> list[Fault]:
    """Faults of the tables of an update under way: what breaks these rules cannot be counted."""
    found = [*_records(update), *_links(update), *_decisions(update)]
    if not found:
        try:
            check_conservation(update)
        except ReviewError as error:
            found = list(error.faults)
    return found


def _placed(update_id: str, found: Fault) -> Fault:
    """A fault of a table that the computation was given, with the table's place."""
    if found.file not in GIVEN:
        return found
    return replace(found, file=layout.place(update_id, GIVEN[found.file]), fix=RESTORE)


def _flow(update: Update, evidence: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """The flow as it is kept, against the flow that records and decisions come to."""
    written = layout.read_rows(path_of(update), COLUMNS, layout.place(update.update_id, INCLUDED))
    known = set(evidence["studies"]["study_id"])
    for line, row in _lines(written):
        if row["study_id"] not in known:
            yield _fault(update, INCLUDED, line, "study_id", row["study_id"], "reference", "no such study in the data")
    study_of = dict(zip(written["report_id"], written["study_id"], strict=True))
    last = max((name for name in _integrated(evidence) if name < update.update_id), default="")
    counted = counted_flow(update, evidence, last=last, study_of=study_of)
    yield from _boxes(update, evidence["flow"], counted.boxes)
    yield from _ended(update, counted.ended)


def _boxes(update: Update, flow: pd.DataFrame, counted: pd.DataFrame) -> Iterator[Fault]:
    """Each row of the flow, cell by cell, and rows that are too many or not there."""
    wanted = {str(row["box_id"]): row for _, row in counted.iterrows()}
    for line, row in flow[flow["update_id"] == update.update_id].iterrows():
        name, at = str(row["box_id"]), int(str(line))
        box = wanted.pop(name, None)
        if box is None:
            message = "no such box comes from the records and decisions that are kept"
            yield fault(FLOW, message, RENAMED, rule=COUNTED, row=at, column="box_id", value=name)
            continue
        for column in HELD:
            found, right = _cell(row[column]), _cell(box[column])
            if found != right:
                should = f"should be {right}" if right else "should be empty"
                message = f"{name} {should}, as the records and decisions that are kept tell"
                yield fault(FLOW, message, RETYPED, rule=COUNTED, row=at, column=column, value=found)
    for name, box in wanted.items():
        count = _cell(box["count"]) or "no number of"
        message = f"no row of this box, which comes to {count} {box['unit']}"
        yield fault(FLOW, message, RENAMED, rule=COUNTED, column="box_id", value=name)


def _cell(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _ended(update: Update, ended: Mapping[str, str]) -> Iterator[Fault]:
    """Each record in the box where its way ended: the page of records is made from this table."""
    place = layout.place(update.update_id, layout.BOXES)
    if not (update.root / place).is_file():
        yield fault(place, "the table that says where each record ended is missing", RESTORE, rule="records-kept")
        return
    left = dict(ended)
    for line, row in _lines(layout.read(update.root, update.update_id, layout.BOXES)):
        name = row["record_id"]
        right = left.pop(name, None)
        if right is None:
            message = "this record stands twice" if name in ended else "no such record"
            yield _fault(update, layout.BOXES, line, "record_id", name, COUNTED, message)
        elif row["box_id"] != right:
            message = f"{name} should be in {right}, as its decisions tell"
            yield _fault(update, layout.BOXES, line, "box_id", row["box_id"], COUNTED, message)
        elif row["report_id"] != update.report_of[name]:
            message = f"{name} is a record of {update.report_of[name]}, as the links tell"
            yield _fault(update, layout.BOXES, line, "report_id", row["report_id"], COUNTED, message)
    for name, box in left.items():
        message = f"this record is in no box; its way ended in {box}"
        yield fault(place, message, RESTORE, rule=COUNTED, column="record_id", value=name)


def _fault(update: Update, table: str, line: int, column: str, value: str, rule: str, message: str) -> Fault:
    place = layout.place(update.update_id, table)
    return fault(place, message, RESTORE, rule=rule, row=line, column=column, value=value)


def _lines(frame: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in enumerate(frame.to_dict("records"), 2):
        yield line, {str(k): str(v) for k, v in row.items()}


def _records(update: Update) -> Iterator[Fault]:
    exports, seen = set(update.exports["export_id"]), set()
    for line, row in _lines(update.records):
        name = row["record_id"]
        if name in seen:
            yield _fault(update, layout.RECORDS, line, "record_id", name, "record-id-once", "this record stands twice")
        seen.add(name)
        if row["export_id"] not in exports:
            message = "no such export in exports.csv"
            yield _fault(update, layout.RECORDS, line, "export_id", row["export_id"], "reference", message)
        elif name != f"{update.update_id}:{row['export_id']}:{row['position']}":
            message = "the id is not made of update, export and position"
            yield _fault(update, layout.RECORDS, line, "record_id", name, "record-id", message)


def _links(update: Update) -> Iterator[Fault]:
    known = {*update.records["record_id"], *update.earlier["record_id"]}
    for line, row in _lines(update.ledger):
        for side in "ab":
            if row[side] not in known and not row[side].startswith(PREFIX):
                yield _fault(update, layout.LINKS, line, side, row[side], "reference", "no such record")
        if row["relation"] not in links.RELATIONS:
            yield _fault(update, layout.LINKS, line, "relation", row["relation"], "relation", "not a relation")
        if row["status"] not in (links.DECIDED, links.OPEN, links.UNDONE):
            yield _fault(update, layout.LINKS, line, "status", row["status"], "link-status", "not a status of a link")


def _decisions(update: Update) -> Iterator[Fault]:
    known = set(update.records["record_id"])
    allowed = {
        "phase": PHASES,
        "decision": ("include", "exclude", "unsure"),
        "stage": ("independent", "consensus"),
        "reason": ("", *(reason.code for reason in update.reasons.all)),
    }
    seen: dict[tuple[str, ...], int] = {}
    for line, row in _lines(update.written_decisions):
        key = tuple(row[name] for name in ("phase", "record_id", "reviewer", "stage"))
        if seen.setdefault(key, line) != line:
            message = f"decided in line {seen[key]} already"
            yield _fault(update, layout.SCREENING, line, "record_id", row["record_id"], "decided-once", message)
        if row["record_id"] not in known:
            yield _fault(update, layout.SCREENING, line, "record_id", row["record_id"], "reference", "no such record")
        for column, codes in allowed.items():
            if row[column] not in codes:
                message = f"not a {column} that is known"
                yield _fault(update, layout.SCREENING, line, column, row[column], column, message)
        if not row["reviewer"]:
            yield _fault(update, layout.SCREENING, line, "reviewer", "", "required", "nobody is named")
