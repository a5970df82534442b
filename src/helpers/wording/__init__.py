"""Numbers into sentences and tables: each number is bound to its evidence row, or to how it was computed, and leads there."""

from helpers.wording.rows import (
    DAGGER,
    EVIDENCE_PAGE,
    INFERRED,
    INTERVAL_METHOD,
    ONE_SERIES,
    dagger_note,
    is_added_up,
    is_inferred,
    lead,
    linked,
    printed_percentage,
    provenance,
    row_id,
    shown,
    with_intervals,
    with_slips,
    written,
)
from helpers.wording.sentences import say, status
from helpers.wording.tables import markdown_table
from helpers.wording.text import RESULTS_PAGE, Computed, Shown, Text, computed

__all__ = [
    "DAGGER",
    "EVIDENCE_PAGE",
    "INFERRED",
    "INTERVAL_METHOD",
    "ONE_SERIES",
    "RESULTS_PAGE",
    "Computed",
    "Shown",
    "Text",
    "computed",
    "dagger_note",
    "is_added_up",
    "is_inferred",
    "lead",
    "linked",
    "markdown_table",
    "printed_percentage",
    "provenance",
    "row_id",
    "say",
    "shown",
    "status",
    "with_intervals",
    "with_slips",
    "written",
]
