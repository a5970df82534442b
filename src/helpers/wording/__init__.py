"""Numbers into sentences and tables: each number is bound to its evidence row, or to how it was computed, and leads there."""

from helpers.wording.rows import (
    AUDIT_PAGE,
    EVIDENCE_PAGE,
    INTERVAL_METHOD,
    lead,
    linked,
    provenance,
    row_id,
    shown,
    with_intervals,
    written,
)
from helpers.wording.sentences import say, status
from helpers.wording.tables import markdown_table
from helpers.wording.text import RESULTS_PAGE, Computed, Shown, Text, computed

__all__ = [
    "AUDIT_PAGE",
    "EVIDENCE_PAGE",
    "INTERVAL_METHOD",
    "RESULTS_PAGE",
    "Computed",
    "Shown",
    "Text",
    "computed",
    "lead",
    "linked",
    "markdown_table",
    "provenance",
    "row_id",
    "say",
    "shown",
    "status",
    "with_intervals",
    "written",
]
