"""What has become of each signal, worked out from the records of the updates: nobody writes it, so that none is lost.

A signal is known again by its identifiers: DOI, PMID, identifier in a registry; by its title only where it has none of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.records import unsafe_cell

KINDS = ("publication", "abstract", "approval", "guidance", "trial", "review")
EVIDENCE = ("publication", "abstract")  # kinds that a search can bring and that can become evidence
AWAITING, LISTED, IN_SCREENING, INTEGRATED, EXCLUDED, OUTSIDE = (
    *("awaiting", "listed", "in_screening", "integrated", "excluded", "outside"),
)
CLOSED = (INTEGRATED, EXCLUDED, OUTSIDE)
UPDATES = "data/updates"
COPY, KNOWN_BEFORE = "duplicates_removed", "already_decided"
KEPT_OUT = ("excluded", "not_retrieved", "automation_removed")  # beginnings of boxes that end outside the review
SEPARATOR = re.compile(r";\s*")


@dataclass(frozen=True)
class State:
    """How far a signal is.

    Attributes
    ----------
    code : str
        ``awaiting`` (may become evidence, no search has brought it yet), ``listed`` (of a kind that is no evidence: it stays
        until people end it), ``in_screening``, ``integrated``, ``excluded``, ``outside`` (people say that it cannot become
        evidence).
    update_id : str
        Update that brought or answered it; empty while none has.
    reason : str
        Box of the flow in which an excluded record ended, with its reason; or what people wrote.
    record_id : str
        Record of the update that it is.
    """

    code: str
    update_id: str = ""
    reason: str = ""
    record_id: str = ""

    @property
    def is_open(self) -> bool:
        """Whether no update has answered it for good."""
        return self.code not in CLOSED


def states(root: Path, tables: Mapping[str, pd.DataFrame]) -> dict[str, State]:
    """What has become of every signal.

    Parameters
    ----------
    root : Path
        Folder of the review; ``data/updates/*/`` holds the records.
    tables : mapping of str to DataFrame
        ``signals`` and ``flow``.

    Returns
    -------
    dict of str to State
        Every signal of the table, in its order.
    """
    boxes = {
        str(row["box_id"]): (str(row["box"]), "" if pd.isna(row["reason"]) else str(row["reason"]))
        for _, row in tables["flow"].iterrows()
    }
    updates = [_Records.read(path.parent) for path in sorted((root / UPDATES).glob("*/records.csv"))]
    return {
        str(signal["signal_id"]): _state(signal, [state for one in updates for state in one.met(signal, boxes)])
        for _, signal in tables["signals"].iterrows()
    }


def _state(signal: pd.Series, met: list[State]) -> State:
    """A signal's state: what an update did with its record, else what people answered, else that it is open."""
    last = max(met, key=lambda state: (state.update_id, state.code == INTEGRATED), default=None)
    answered = _text(signal["answer"])
    if signal["kind"] not in EVIDENCE and (last is None or last.code != INTEGRATED):
        last = None  # guidance that was screened out as no evidence is guidance still
    if last is not None:
        return last
    if answered == OUTSIDE:
        return State(OUTSIDE, _text(signal["answered_in"]), _text(signal["answer_why"]))
    waits = (_text(signal["answered_in"]), _text(signal["answer_why"])) if answered else ("", "")
    return State(AWAITING if signal["kind"] in EVIDENCE else LISTED, *waits)


def open_signals(tables: Mapping[str, pd.DataFrame], found: Mapping[str, State]) -> pd.DataFrame:
    """Signals that no update has answered for good, in the order of the table."""
    signals = tables["signals"]
    return signals[signals["signal_id"].isin([name for name, state in found.items() if state.is_open])]


def awaiting(tables: Mapping[str, pd.DataFrame], found: Mapping[str, State]) -> dict[str, int]:
    """How many open signals there are of each kind that has any."""
    counted = open_signals(tables, found)["kind"].value_counts()
    return {kind: int(counted[kind]) for kind in KINDS if kind in counted}


def unanswered(tables: Mapping[str, pd.DataFrame], found: Mapping[str, State], update_id: str) -> list[str]:
    """Signals that an update has to answer and does not: they may be evidence, lie within its time, and it has no such record.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``signals``.
    found : mapping of str to State
        From `states`.
    update_id : str
        The update.
    """
    return [
        str(signal["signal_id"])
        for _, signal in tables["signals"].iterrows()
        if found[str(signal["signal_id"])].code == AWAITING
        and _text(signal["answered_in"]) < update_id
        and not _text(signal["date"]) > update_id[: len(_text(signal["date"]))]
    ]


def identifiers(row: Mapping[Any, Any]) -> set[tuple[str, str]]:
    """Identifiers of a signal or a record, each with its kind; the title where there is none of them."""
    found = {(kind, _text(row.get(kind)).lower()) for kind in ("doi", "pmid") if _text(row.get(kind))}
    for name in ("registry_id", "accession"):
        found |= {("registry", part.lower()) for part in SEPARATOR.split(_text(row.get(name))) if part}
    return found or {("title", title_key(_text(row.get("title"))))}


def title_key(title: str) -> str:
    """A title without its blanks, marks and capitals."""
    return "".join(c for c in title.casefold() if c.isalnum())


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


@dataclass(frozen=True)
class _Records:
    """Records of one update by identifier, their copies, and the box in which each ended once it is merged."""

    update_id: str
    by_identifier: Mapping[tuple[str, str], set[str]]
    copies: Mapping[str, set[str]]
    ended: Mapping[str, str] | None

    @classmethod
    def read(cls, folder: Path) -> _Records:
        by_identifier: dict[tuple[str, str], set[str]] = {}
        for record in _rows(folder / "records.csv"):
            for key in identifiers(record) | {("title", title_key(record["title"]))}:
                by_identifier.setdefault(key, set()).add(record["record_id"])
        copies: dict[str, set[str]] = {}
        for a, b in _same_reports(_rows(folder / "links.csv")):
            copies.setdefault(a, set()).add(b)
            copies.setdefault(b, set()).add(a)
        ended = {row["record_id"]: row["box_id"] for row in _rows(folder / "boxes.csv")}
        return cls(folder.name, by_identifier, copies, ended if (folder / "boxes.csv").is_file() else None)

    def met(self, signal: pd.Series, boxes: Mapping[str, tuple[str, str]]) -> Iterator[State]:
        """States that the records of this update give a signal."""
        reached: set[str] = set()
        waiting = [r for key in identifiers(signal.to_dict()) for r in self.by_identifier.get(key, ())]
        while waiting:  # a record may be known by one identifier, and the copy that was kept by another
            record = waiting.pop()
            if record not in reached:
                reached.add(record)
                waiting += self.copies.get(record, ())
        for record in sorted(reached):
            if self.ended is None:
                yield State(IN_SCREENING, self.update_id, "", record)
                continue
            box, reason = boxes.get(self.ended.get(record, ""), ("", ""))
            if box and box not in (COPY, KNOWN_BEFORE):
                is_out = box.startswith(KEPT_OUT)
                said = ": ".join(part for part in (box, reason) if part) if is_out else ""
                yield State(EXCLUDED if is_out else INTEGRATED, self.update_id, said, record)


def _same_reports(ledger: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Pairs of records that are copies of one report: a person's last word on a pair counts, else that of the rules."""
    last: dict[tuple[frozenset[str], bool], dict[str, str]] = {}
    for row in ledger:
        last[frozenset((row["a"], row["b"])), row["decided_by"].startswith("person:")] = row
    for pair in {pair for pair, _ in last}:
        said = (last.get((pair, is_person)) for is_person in (True, False))
        in_force = [link for link in said if link and link["status"] != "undone"][:1]
        for link in in_force:
            if (link["relation"], link["status"]) == ("same_report", "decided"):
                yield link["a"], link["b"]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return [{name: unsafe_cell(cell or "") for name, cell in row.items()} for row in rows]
