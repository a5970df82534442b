"""A difference between two updates as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers import numbers
from helpers.report import told
from helpers.report.findings import FindingChange
from helpers.report.reworded import StatementChange


@dataclass(frozen=True)
class Version:
    """An update by its names and dates."""

    update_id: str
    version: str
    searched_through: str
    integrated_on: str

    def __str__(self) -> str:
        return f"{self.version} (searched through {numbers.day(self.searched_through)})"


@dataclass(frozen=True)
class StudyChange:
    """A study that came or went, with what the page of studies says of it; or a further report of one.

    ``shared`` is how many of the patients of a further report were counted before; None where it is none.
    """

    study_id: str
    name: str
    conditions: str
    patients: int | None
    shared: int | None = None


@dataclass(frozen=True)
class NoticeChange:
    """A retraction, correction or expression of concern that an update has met, and what a person says it changes."""

    study_id: str
    name: str
    finding: str
    notice: str
    changed: str


@dataclass(frozen=True)
class TotalChange:
    """A count that is another one now: because later studies add to it, or because a corrected row took its place.

    Attributes
    ----------
    row_id, name : str
        The row, and what it counts.
    before, after : str
        The number in words.
    is_count : bool
        Whether the count itself moved, and not its denominator alone.
    made_of : str or None
        The sum, for living totals.
    replaced : str or None
        The retired row, for corrections.
    """

    row_id: str
    name: str
    before: str
    after: str
    is_count: bool
    made_of: str | None = None
    replaced: str | None = None


@dataclass(frozen=True)
class Changes:
    """What changed from one update to a later one.

    Attributes
    ----------
    before : Version or None
        None for the first version: then everything is new.
    after : Version
    findings : tuple of FindingChange
        Every line of the summary of findings, those with a changed conclusion first, then those that moved.
    studies_new, studies_retired, studies_further : tuple of StudyChange
        The last are further reports of studies that were there before, a line each cohort.
    notices : tuple of NoticeChange
        Retractions, corrections and expressions of concern of included studies.
    totals : tuple of TotalChange
        Living totals that moved.
    corrected : tuple of TotalChange
        Rows retired because a corrected one took their place; `replaced` is the retired row.
    rows_new, rows_retired : dict of str to list of str
        Ids by table.
    statements : tuple of StatementChange
        What the review says in its own words and says otherwise now: key messages, methods and the others.
    searches : tuple of dict
        Searches of the later update and of those between the two: ``database``, ``date_run``, ``records``.
    """

    before: Version | None
    after: Version
    findings: tuple[FindingChange, ...]
    studies_new: tuple[StudyChange, ...]
    studies_retired: tuple[StudyChange, ...]
    totals: tuple[TotalChange, ...]
    corrected: tuple[TotalChange, ...]
    rows_new: dict[str, list[str]]
    rows_retired: dict[str, list[str]]
    searches: tuple[dict[str, Any], ...]
    statements: tuple[StatementChange, ...] = ()
    studies_further: tuple[StudyChange, ...] = ()
    notices: tuple[NoticeChange, ...] = ()

    @property
    def conclusions(self) -> tuple[FindingChange, ...]:
        """Lines of the summary of findings whose conclusion changed."""
        return tuple(f for f in self.findings if f.conclusions)

    @property
    def estimates(self) -> tuple[FindingChange, ...]:
        """Lines whose numbers moved while the conclusion stands."""
        return tuple(f for f in self.findings if f.moved and not f.conclusions)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "before": None if self.before is None else vars(self.before),
            "after": vars(self.after),
            "conclusions": [f.to_dict() for f in self.conclusions],
            "estimates": [f.to_dict() for f in self.estimates],
            "unchanged": len(self.findings) - len(self.conclusions) - len(self.estimates),
            "studies": {
                "new": [vars(s) for s in self.studies_new],
                "retired": [vars(s) for s in self.studies_retired],
                "further": [vars(s) for s in self.studies_further],
            },
            "notices": [vars(n) for n in self.notices],
            "statements": [s.to_dict() for s in self.statements],
            "totals": [vars(t) for t in self.totals],
            "corrected": [vars(t) for t in self.corrected],
            "rows": {"new": self.rows_new, "retired": self.rows_retired},
            "searches": list(self.searches),
        }

    def text(self) -> str:
        """The difference in at most ten lines."""
        return told.text(self)

    def markdown(self) -> str:
        """The difference for the page of what is new; links are as seen from the site's root."""
        return told.markdown(self)
