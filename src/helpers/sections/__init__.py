"""What every section page shares: tables of evidence, studies, doses, certainty, sources, things to take away."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from helpers.sections.doses import dose_ranges, dose_table
from helpers.sections.evidence_map import (
    MAP_AT_LEAST,
    MAP_KINDS,
    MAP_REASONS,
    evidence_map,
    map_columns,
    map_gaps,
    map_rows,
    map_table,
)
from helpers.sections.rows import (
    COLUMNS,
    NOT_DEFINED,
    counted,
    definition,
    evidence_table,
    in_order,
    labelled,
    main,
    outcomes,
)
from helpers.sections.searching import (
    RECORDS_PAGE,
    flow_table,
    latest_flow,
    records_behind,
    search_sentence,
    with_known_since,
)
from helpers.sections.statements import (
    SECTION_CERTAINTY,
    certainty,
    take_away,
)
from helpers.sections.studies import cited, series_table, sources, study_name, study_table, treatments_by_study

if TYPE_CHECKING:
    from helpers.sections.judgements import appraisals, certainty_lights
    from helpers.sections.outcomes_by_study import ByStudy, StudyOutcome, by_study, study_outcome
    from helpers.sections.sources_found import Found, sources_found

__all__ = [
    "COLUMNS",
    "MAP_AT_LEAST",
    "MAP_KINDS",
    "MAP_REASONS",
    "NOT_DEFINED",
    "RECORDS_PAGE",
    "SECTION_CERTAINTY",
    "ByStudy",
    "Found",
    "StudyOutcome",
    "appraisals",
    "by_study",
    "certainty",
    "certainty_lights",
    "cited",
    "counted",
    "definition",
    "dose_ranges",
    "dose_table",
    "evidence_map",
    "evidence_table",
    "flow_table",
    "in_order",
    "labelled",
    "latest_flow",
    "main",
    "map_columns",
    "map_gaps",
    "map_rows",
    "map_table",
    "outcomes",
    "records_behind",
    "search_sentence",
    "series_table",
    "sources",
    "sources_found",
    "study_name",
    "study_outcome",
    "study_table",
    "take_away",
    "treatments_by_study",
    "with_known_since",
]

DRAWING = {  # where the names live that load what draws and what pools: most callers need neither
    **dict.fromkeys(("ByStudy", "StudyOutcome", "by_study", "study_outcome"), "outcomes_by_study"),
    **dict.fromkeys(("appraisals", "certainty_lights"), "judgements"),
    **dict.fromkeys(("Found", "sources_found"), "sources_found"),
}


def __getattr__(name: str) -> Any:
    if name not in DRAWING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{DRAWING[name]}"), name)
    globals()[name] = found  # looked up once
    return found
