"""Living totals: what the source review printed, and what studies added by later updates add to it.

The review's totals are the baseline. A row of a *new* study that names one of them under ``adds_up_to`` adds to it, and to
every total that this one is part of. A row of a study that was in the review already adds nothing: its patients are in
the total, the row only shows them apart. A further report of such a study adds too, where its own cohort says how many of
its patients were counted before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.codes import Codes

CLASSES = ("condition", "treatment", "measure")  # what the parts of a total can differ in
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Addition:
    """What one row of a new study adds to one total.

    Attributes
    ----------
    row_id, study_id, added_in : str
        The row, its study, and the update it came with.
    events : int
        Added to the count.
    total : int or None
        Added to the denominator; None where the row reaches the total only through one of its parts.
    """

    row_id: str
    study_id: str
    added_in: str
    events: int
    total: int | None

    @property
    def shown(self) -> str:
        """What it adds in words: ``5 of 9``."""
        return _fraction(self.events, self.total)


@dataclass(frozen=True)
class Living:
    """A total as printed and as it stands now.

    Attributes
    ----------
    row_id : str
        The total.
    events_printed, total_printed, percent_printed, how_obtained : as in `counts`
        What the row held before.
    events, total : int, int or None
        What it holds now. The total is None where an addition gives none: then there is no share to show.
    additions : tuple of Addition
        What was added; empty where only the denominator grew.
    denominator : str or None
        The row whose count the denominator follows.
    """

    row_id: str
    events_printed: int
    total_printed: int | None
    percent_printed: float | None
    how_obtained: str | None
    events: int
    total: int | None
    additions: tuple[Addition, ...]
    denominator: str | None

    @property
    def printed(self) -> str:
        """What the source prints in words: ``6 of 10``."""
        return _fraction(self.events_printed, self.total_printed)

    @property
    def made_of(self) -> str:
        """The sum in words: ``6 of 10 as printed + 5 of 9 (row)``."""
        parts = [f"{self.printed} as printed", *(f"{a.shown} ({a.row_id})" for a in self.additions)]
        followed = f"; the denominator follows {self.denominator}" if self.denominator else ""
        return " + ".join(parts) + followed


def _fraction(events: int, total: int | None) -> str:
    return f"{events:,}" if total is None else f"{events:,} of {total:,}"


class Totals:
    """The rows of `counts` by id, with their parts and what is added to them.

    Parameters
    ----------
    counts, studies, cohorts : DataFrame
        Tables of the evidence.
    codes : Codes
        What their codes mean.
    """

    def __init__(self, counts: pd.DataFrame, studies: pd.DataFrame, cohorts: pd.DataFrame, codes: Codes) -> None:
        self.codes = codes
        self.rows: dict[str, dict[str, Any]] = {}
        for record in _records(counts):
            if record["row_id"] is not None:
                self.rows.setdefault(
                    str(record["row_id"]), record
                )  # of two rows with one id the first; a rule refuses both
        self.entered = {r["study_id"]: r.get("added_in") for r in _records(studies)}
        owners = {r["cohort_id"]: r["study_id"] for r in _records(cohorts)}
        self.grown = {  # studies of which a further report says how many of its patients were counted before
            (r["study_id"], r["added_in"])
            for r in _records(cohorts)
            if r.get("overlap_patients") is not None
            and r["study_id"] in {owners.get(name.strip()) for name in str(r.get("overlaps_with") or "").split(";")}
            and (r["added_in"] or "") > (self.entered.get(r["study_id"]) or "")
        }
        self.parts: dict[str, list[str]] = {}
        self.direct: dict[str, list[str]] = {}
        for name, row in self.rows.items():
            whole = row.get("adds_up_to")
            if whole in self.rows and whole != name:
                (self.direct if self.is_addition(row) else self.parts).setdefault(whole, []).append(name)

    def is_addition(self, row: Row) -> bool:
        """Whether a row brings patients that its total has not counted yet: row and study came after the total."""
        whole = self.rows.get(str(row.get("adds_up_to")))
        if whole is None or not whole.get("added_in"):
            return False
        study_since = self.entered.get(row.get("study_id")) or ""
        is_new = study_since > whole["added_in"] or (row.get("study_id"), row.get("added_in")) in self.grown
        return (row.get("added_in") or "") > whole["added_in"] and is_new

    def is_class(self, name: str) -> bool:
        """Whether an addition is a new class of a total that has parts, rather than a statement of the same thing."""
        row = self.rows[name]
        whole = self.rows[row["adds_up_to"]]
        return row["adds_up_to"] in self.parts and any(row[c] != whole[c] for c in CLASSES)

    def reaching(self, name: str, *, within: frozenset[str] = frozenset()) -> dict[str, list[Addition]]:
        """What each new study adds to a total.

        A study's own row for the total counts; without one, its rows for the parts of the total and for new classes do.
        Additions that came before the total are in it already.

        Parameters
        ----------
        name : str
            The total.
        within : frozenset of str
            Totals on the way here; a row that is its own part is met once.

        Returns
        -------
        dict of str to list of Addition
            By study.
        """
        below: dict[str, list[Addition]] = {}
        for part in self.parts.get(name, ()):
            if part not in within:
                for study, found in self.reaching(part, within=within | {name}).items():
                    below.setdefault(study, []).extend(_without_total(found))
        own: dict[str, list[Addition]] = {}
        for addition in self.direct.get(name, ()):
            row = self.rows[addition]
            if row["events"] is None:  # a printed percentage cannot be added; the rules refuse such a row
                continue
            new = Addition(addition, row["study_id"], row["added_in"], int(row["events"]), _whole(row["total"]))
            if self.is_class(addition):
                below.setdefault(new.study_id, []).extend(_without_total([new]))
            else:
                own.setdefault(new.study_id, []).append(new)
        since = self.rows[name].get("added_in") or ""
        return {s: kept for s, a in (below | own).items() if (kept := [x for x in a if x.added_in > since])}

    def denominator(self, name: str) -> str | None:
        """The row whose count is a total's denominator: the whole it is part of, or, of assessable patients, those treated.

        Rows of one study keep their denominator: it is that study's.
        """
        row = self.rows[name]
        if row.get("level") == "study":
            return None
        whole = self.rows.get(str(row.get("adds_up_to")))
        if whole is not None and not self.is_addition(row) and row["total"] is not None:
            return str(whole["row_id"]) if whole["events"] == row["total"] else None
        if self.codes.role("measure", row["measure"]) != "assessable" or row["total"] is None:
            return None
        same = ("source_id", "study_id", "condition", "treatment", "regimen", "line", "unit")
        treated = [
            other
            for other, r in self.rows.items()
            if r["events"] == row["total"]
            and self.codes.role("measure", r["measure"]) == "use"
            and all(r[c] == row[c] for c in same)
        ]
        return treated[0] if len(treated) == 1 else None

    def added(self, name: str) -> tuple[Addition, ...]:
        """Everything that new studies add to a total, each study's additions together."""
        return tuple(addition for found in self.reaching(name).values() for addition in found)

    def living(self, name: str) -> Living:
        """A row with a count, as it stands now."""
        row, added, follows = self.rows[name], self.added(name), self.denominator(name)
        printed, total = int(row["events"]), _whole(row["total"])
        if follows is not None:
            now: int | None = int(self.rows[follows]["events"]) + sum(a.events for a in self.added(follows))
        elif total is None or not added:
            now = total
        else:
            now = None if any(a.total is None for a in added) else total + sum(a.total or 0 for a in added)
        return Living(
            name,
            printed,
            total,
            row["percent_printed"],
            row["how_obtained"],
            printed + sum(a.events for a in added),
            now,
            added,
            follows if now != total else None,
        )


def _without_total(found: Iterable[Addition]) -> list[Addition]:
    return [Addition(a.row_id, a.study_id, a.added_in, a.events, None) for a in found]


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(k): v for k, v in record.items()} for record in plain.to_dict("records")]
