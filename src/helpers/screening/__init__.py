"""Screening by two reviewers: lists out, decisions in, agreement, and the flow that follows from both.

The order of an update: `to_screen`, `worklist`, `read_decisions` for each file, `merged`, `combine`, `conflicts` (and a
worklist of them), `agreement`, the same for full text, then `flow`.
"""

from helpers.screening.agreement import Agreement, agreement, agreements
from helpers.screening.arithmetic import check_flow
from helpers.screening.coefficients import captured
from helpers.screening.combining import combine, conflicts, empty, merged, regroup, unsettled
from helpers.screening.days import iso_day
from helpers.screening.flow import flow
from helpers.screening.living import flow_table, living_flow, living_table
from helpers.screening.reading import Reading, ranking, read_decisions
from helpers.screening.reasons import Reason, Reasons
from helpers.screening.sheet import Flow
from helpers.screening.words import COLUMNS, NOT_RETRIEVED, PHASES, is_plain_name, same_name, tidy_name
from helpers.screening.workbook import as_workbook
from helpers.screening.worklists import ID_NOTE, LAYOUTS, TO_FILL, criteria, one_per_report, to_screen, worklist
from helpers.screening.yields import INCLUDED, combinations, found_reports, source_yield

__all__ = [
    "COLUMNS",
    "ID_NOTE",
    "INCLUDED",
    "LAYOUTS",
    "NOT_RETRIEVED",
    "PHASES",
    "TO_FILL",
    "Agreement",
    "Flow",
    "Reading",
    "Reason",
    "Reasons",
    "agreement",
    "agreements",
    "as_workbook",
    "captured",
    "check_flow",
    "combinations",
    "combine",
    "conflicts",
    "criteria",
    "empty",
    "flow",
    "flow_table",
    "found_reports",
    "is_plain_name",
    "iso_day",
    "living_flow",
    "living_table",
    "merged",
    "one_per_report",
    "ranking",
    "read_decisions",
    "regroup",
    "same_name",
    "source_yield",
    "tidy_name",
    "to_screen",
    "unsettled",
    "worklist",
]
