"""What a signal must be: seen somewhere, on a day that has come, not in the evidence already, noted once, and plain text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from helpers import clock, records
from helpers.faults import Fault
from helpers.settings import Settings
from helpers.signals.states import SEPARATOR, State, title_key

TABLE, CHECKS, LOG = "data/signals.csv", "data/status_checks.csv", "data/surveillance.csv"
REFERENCES = "references.bib"
ADDRESS = re.compile(r"https?://[^\s<>\"'/.]+(?:\.[^\s<>\"'/.]+)+(?::\d+)?(?:[/?#][^\s<>\"']*)?")
MARKUP = re.compile(
    r"</?[A-Za-z!][^<>]*>|&(?:#\d+|[a-z]+);|\]\(|\{\{<|\[\[|`|^\s*[=+@\t]|^\s*-\d|[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
LONGEST = 1000  # characters of a text: what is longer is no title and no sentence
PLAIN = ("title", "authors", "container", "why", "overlap", "status_as_stated", "answer_why", "note", "noted_by")
EVIDENCE_ROWS = {
    "counts": "row_id",
    "doses": "dose_id",
    "quantities": "quantity_id",
    "comparisons": "comparison_id",
    "flow": "box_id",
    "statements": "statement_id",
}


def check(root: Path, tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Every fault of the signals, their figures, the trigger log and the checks of status, beside those of the dictionary.

    Parameters
    ----------
    root : Path
        Folder of the review, with its bibliography.
    tables : mapping of str to DataFrame
        Every table of the review.
    """
    today = clock.today()
    signals = tables["signals"]
    faults = [fault for line, row in signals.iterrows() for fault in _of_row(int(str(line)), row, tables, today)]
    return [
        *faults,
        *_included(root, tables),
        *_twice(signals),
        *_future("date", tables["surveillance"], LOG, today),
        *_future("checked_on", tables["status_checks"], CHECKS, today),
    ]


def _of_row(line: int, row: pd.Series, tables: Mapping[str, pd.DataFrame], today: str) -> Iterator[Fault]:
    for name in ("date", "seen_on"):
        if pd.isna(row[name]):
            continue
        if not is_date(row[name]):
            fix = "Write it as 2024, 2024-05 or 2024-05-31, as precise as the source gives it."
            yield _fault(line, name, row[name], "signal-date", "there is no such date", fix)
        elif row[name] > today[: len(row[name])]:
            fix = f"Look it up again; today is {today}."
            yield _fault(line, name, row[name], "signal-future", "this date has not come yet", fix)
    for address in SEPARATOR.split("" if pd.isna(row["seen_at"]) else row["seen_at"]):
        if address and not ADDRESS.fullmatch(address):
            fix = "Write the whole address of the page, beginning with https://."
            yield _fault(line, "seen_at", address, "signal-address", "this is no address of a page", fix)
    for name in PLAIN:
        if not pd.isna(row[name]) and MARKUP.search(row[name]):
            fix = "Write it as plain text, as a reader would say it."
            yield _fault(
                line, name, row[name], "signal-markup", "markup, a formula or a character that is no text", fix
            )
        elif not pd.isna(row[name]) and len(row[name]) > LONGEST:
            fix = "Shorten it to what a reader needs."
            yield _fault(line, name, row[name], "signal-long", f"longer than {LONGEST} characters", fix)
    known = {str(i) for table, key in EVIDENCE_ROWS.items() for i in tables[table][key]}
    for name in SEPARATOR.split("" if pd.isna(row["rows"]) else row["rows"]):
        if name and name not in known:
            fix = "Take the id from the page of evidence rows, or leave the cell empty."
            yield _fault(line, "rows", name, "signal-row", "no evidence row and no statement has this id", fix)
    updates = set(tables["updates"]["update_id"])
    named = "" if pd.isna(row["answered_in"]) else row["answered_in"]
    if named and not (len(named) == len(today) and is_date(named) and named <= today):
        # An update of a day to come would answer every update before it as well.
        fix = f"Name the update by its day, such as {max(updates, default='2024-06-30')}."
        yield _fault(line, "answered_in", row["answered_in"], "signal-answer", "this names no update", fix)


def is_date(text: str) -> bool:
    """Whether a text is a year, a month or a day of the calendar, written as in ISO 8601."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return False
    try:
        dt.date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _included(root: Path, tables: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Signals of what was in the evidence when they were noted: nothing new."""
    if not (root / REFERENCES).is_file():
        return
    integrated = dict(zip(tables["updates"]["update_id"], tables["updates"]["integrated_on"], strict=True))
    since: dict[tuple[str, str], tuple[str, str]] = {}
    entries = {next(iter(r.other.get("entry key", ())), ""): r for r in records.read_export(root / REFERENCES).records}
    for _, study in tables["studies"].dropna(subset=["citation_key"]).iterrows():
        entry = entries.get(str(study["citation_key"]))
        for kind in ("doi", "pmid"):
            if entry is not None and getattr(entry, kind):
                day = integrated.get(study["added_in"])
                told = (str(study["study_id"]), "" if pd.isna(day) else str(day))
                since.setdefault((kind, getattr(entry, kind).lower()), told)
    for line, row in tables["signals"].iterrows():
        for kind in ("doi", "pmid"):
            known, day = since.get((kind, "" if pd.isna(row[kind]) else row[kind].lower()), ("", ""))
            if known and not pd.isna(row["seen_on"]) and day < row["seen_on"]:
                fix = "Take the row out: what is in the evidence is no news."
                message = f"this publication is in the evidence already, as {known}"
                yield _fault(int(str(line)), kind, row[kind], "signal-included", message, fix)
                break


def _twice(signals: pd.DataFrame) -> Iterator[Fault]:
    """The same thing noted twice, under one identifier or under two."""
    seen: dict[tuple[str, ...], str] = {}
    for line, row in signals.iterrows():
        if pd.isna(row["signal_id"]) or pd.isna(row["kind"]):
            continue
        keys: list[tuple[str, ...]] = [("doi", row["doi"].lower())] if not pd.isna(row["doi"]) else []
        keys += [("pmid", row["pmid"])] if not pd.isna(row["pmid"]) else []
        if row["kind"] == "trial" and not pd.isna(row["registry_id"]):
            keys += [("registry_id", part.lower()) for part in SEPARATOR.split(row["registry_id"]) if part]
        if not pd.isna(row["title"]):
            keys.append(("title", str(row["kind"]), title_key(row["title"])))
        other = next((seen[key] for key in keys if key in seen), None)
        if other:
            column = next(key[0] for key in keys if key in seen)
            fix = f"Keep one row with both identifiers and both places, separated by semicolons, under the id {other}."
            message = f"the same {column} stands in {other}: one publication, noted twice"
            yield _fault(int(str(line)), column, row[column], "signal-twice", message, fix)
        for key in keys:
            seen.setdefault(key, str(row["signal_id"]))


def _future(name: str, frame: pd.DataFrame, file: str, today: str) -> Iterator[Fault]:
    for line, value in frame[name].dropna().items():
        if value > today:
            fix = f"Look it up again; today is {today}."
            yield Fault(file, int(str(line)), name, value, "signal-future", "this date has not come yet", fix)


def _fault(line: int, column: str, value: object, rule: str, message: str, fix: str) -> Fault:
    shown = str(value)
    return Fault(TABLE, line, column, shown if len(shown) <= 90 else f"{shown[:87]}...", rule, message, fix)


def early_update(
    settings: Settings, tables: Mapping[str, pd.DataFrame], found: Mapping[str, State]
) -> tuple[list[str], bool]:
    """Open signals that the review's own rule counts towards an early update, and whether they are enough for one.

    Parameters
    ----------
    settings : Settings
        ``early_update``: ``would_change`` and ``kinds``, both separated by semicolons, and ``at_least``, a number.
    tables : mapping of str to DataFrame
        ``signals``.
    found : mapping of str to State
        From `states`.

    Returns
    -------
    counted : list of str
        Ids of the signals.
    is_due : bool
        False where the review has no rule.
    """
    rule = settings.early_update
    if not rule:
        return [], False
    answers, kinds = ({part.strip() for part in rule[key].split(";")} for key in ("would_change", "kinds"))
    counted = [
        str(row["signal_id"])
        for _, row in tables["signals"].iterrows()
        if found[str(row["signal_id"])].is_open and row["would_change"] in answers and row["kind"] in kinds
    ]
    return counted, len(counted) >= int(rule["at_least"])
