"""The files of updates held against each other, so that a slip of the hand in one of them is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import links
from helpers.faults import Fault, ReviewError
from helpers.update import layout
from helpers.update.errors import fault
from helpers.update.importing import check_conservation
from helpers.update.known import PREFIX
from helpers.update.state import PHASES, Update, read_update

RESTORE = "Bring back the last good state: git checkout data/updates. These files are kept by `review update`."


def check(root: Path) -> list[Fault]:
    """Faults of every update's files, finished or under way.

    Parameters
    ----------
    root : Path
        Folder of the review.
    """
    found: list[Fault] = []
    for update_id in layout.updates_on_disk(root):
        try:
            update = read_update(root, update_id)
            found += [*_records(update), *_links(update), *_decisions(update)]
            if not found:
                check_conservation(update)
        except ReviewError as error:
            found += error.faults
    return found


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
    for line, row in _lines(update.written_decisions):
        if row["record_id"] not in known:
            yield _fault(update, layout.SCREENING, line, "record_id", row["record_id"], "reference", "no such record")
        for column, codes in allowed.items():
            if row[column] not in codes:
                message = f"not a {column} that is known"
                yield _fault(update, layout.SCREENING, line, column, row[column], column, message)
        if not row["reviewer"]:
            yield _fault(update, layout.SCREENING, line, "reviewer", "", "required", "nobody is named")
