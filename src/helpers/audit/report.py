"""The audit of the review as a whole, and of rows that are not part of it yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import evidence
from helpers.audit import claims as claim_list
from helpers.audit.cells import Cells
from helpers.audit.claims import Claim, made_by_rule
from helpers.audit.judged import AuditedClaim, judged
from helpers.audit.misprints import places_of
from helpers.audit.relations import Verdict
from helpers.evidence import Evidence
from helpers.faults import ReviewError

ROW_COLUMNS = (
    *("section", "source_id", "study_id", "condition", "unit", "level", "measure", "adds_up_to"),
    *("as_printed", "locator", "events", "total", "percent_printed"),
)


@dataclass(frozen=True)
class AuditReport:
    """Audited claims: those written down first, then those made by rule, each in the order of its rows."""

    claims: tuple[AuditedClaim, ...]

    def __repr__(self) -> str:
        return f"Audit of {len(self.claims)} claims: " + ", ".join(f"{n} {v}" for v, n in self.counts.items())

    @property
    def counts(self) -> dict[str, int]:
        """Claims by verdict; a verdict that no claim has counts 0."""
        return {v.value: sum(c.verdict == v for c in self.claims) for v in Verdict}

    @property
    def frame(self) -> pd.DataFrame:
        """One row a claim, with the attributes of `AuditedClaim` as columns."""
        return pd.DataFrame([c.to_dict() for c in self.claims], columns=list(AuditedClaim.__dataclass_fields__))

    def select(self, *, section: str | None = None, verdict: str | None = None) -> AuditReport:
        """The claims of one section, of one verdict, or both."""
        kept = (c for c in self.claims if section in (None, c.section) and verdict in (None, c.verdict))
        return AuditReport(tuple(kept))

    def to_dict(self) -> dict[str, Any]:
        """``{"claims": [...], "counts": {verdict: n}}``, as ``review audit --json`` prints it."""
        return {"claims": [c.to_dict() for c in self.claims], "counts": self.counts}


def run_audit(root: Path | str | None = None, as_of: str | None = None) -> AuditReport:
    """Audit the review in a folder.

    Parameters
    ----------
    root : path, optional
        Folder of the review; default found from the working directory upwards.
    as_of : str, optional
        Update as an ISO date; default the latest integrated one.

    Returns
    -------
    AuditReport

    Raises
    ------
    ReviewError
        The data break their dictionary, or a recipe cannot be read or names unknown rows; all at once.
    """
    return audit(evidence.load(root, as_of=as_of))


def audit(review: Evidence) -> AuditReport:
    """Audit evidence that is loaded already; otherwise as `run_audit`."""
    cells = Cells(review.tables)
    if wrong := claim_list.faults(review.tables["claims"], cells, {str(c["id"]) for c in review.corrections}):
        raise ReviewError(wrong, "The claims cannot be audited")
    written = claim_list.written(review.tables["claims"])
    checked = {place for claim in written if claim.recipe for place in places_of(claim.recipe, cells)}
    by_rule = [
        claim
        for claim in claim_list.generated(review.tables, cells)
        # a share without a base needs no line of its own when another claim checks it after all
        if claim.recipe or (claim.about, "percent_printed") not in checked
    ]
    return AuditReport(tuple(judged([*written, *by_rule], cells, review.corrections)))


def audit_rows(counts: pd.DataFrame) -> list[AuditedClaim]:
    """What does not hold in rows that are not part of the evidence yet, for those who extracted them.

    Parameters
    ----------
    counts : DataFrame
        Rows of `counts`, typed or as read from a form; other columns than ``row_id`` may be missing.

    Returns
    -------
    list of AuditedClaim
        Values that cannot be and contradictions first, then what is a matter of rounding, then what cannot be checked;
        empty when everything is reproduced.
    """
    frame = counts.reindex(columns=[*counts.columns, *(c for c in ROW_COLUMNS if c not in counts.columns)]).copy()
    for column in ("events", "total", "percent_printed"):
        frame[column] = pd.to_numeric(frame[column]).astype("Float64" if column == "percent_printed" else "Int64")
    cells = Cells({"counts": frame})
    found = judged([*_possible(frame, cells), *claim_list.generated({"counts": frame}, cells)], cells)
    order = [Verdict.DIFFERS, Verdict.ROUNDING, Verdict.CANNOT_BE_CHECKED]
    return [c for verdict in order for c in found if c.verdict == verdict]


IMPOSSIBLE = (  # column that must be there, recipe, statement
    ("total", "at_most({row}.events, {row}.total)", "The count is not larger than its total."),
    ("events", "at_most(0, {row}.events)", "The count is not below none."),
    ("total", "at_most(0, {row}.total)", "The total is not below none."),
    ("percent_printed", "at_most({row}.percent_printed, 100)", "The share is not more than all."),
    ("percent_printed", "at_most(0, {row}.percent_printed)", "The share is not below none."),
)


def _possible(frame: pd.DataFrame, cells: Cells) -> list[Claim]:
    """Claims that every count must meet, whatever the source."""
    found = []
    for name in frame["row_id"]:
        row = cells.row(name)
        for number, (column, recipe, statement) in enumerate(IMPOSSIBLE, start=1):
            if row[column] is not None and not (".events" in recipe and row["events"] is None):
                found.append(
                    made_by_rule(f"possible-{number}", name, "subset", row, statement, recipe.format(row=name))
                )
    return found
