"""The audit of the review as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import evidence
from helpers.audit import claims as claim_list
from helpers.audit.cells import Cells
from helpers.audit.judged import AuditedClaim, judged
from helpers.audit.misprints import places_of
from helpers.audit.relations import Verdict
from helpers.evidence import Evidence
from helpers.faults import ReviewError


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
    review = review.printed  # what a source states is held against print, never against living totals
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
