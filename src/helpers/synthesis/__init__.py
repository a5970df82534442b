"""Meta-analysis of small single-arm series: proportions, pooling, comparison, sensitivity.

Names and conventions follow metafor; the agreement is tested against values computed with it. Nothing here reads or
writes a file, and nothing of the review is imported: counts go in, small frozen results come out.

A part is loaded when it is first used: the libraries behind pooling take longer to load than the audit takes to run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.synthesis.comparison import Comparison, Interval, compare_proportions
    from helpers.synthesis.compatible import CompatibleTables, compatible_counts, compatible_tables, prints_as
    from helpers.synthesis.errors import SynthesisError
    from helpers.synthesis.fits import INTERVAL_WORDS, INTERVALS, METHODS, PRIMARY
    from helpers.synthesis.grouping import Subgroups, subgroups
    from helpers.synthesis.influential import Influence, StudyInfluence, influence
    from helpers.synthesis.notes import BARS_HEADLINE, NOTE_CODES, SPAN_LIMIT, Note
    from helpers.synthesis.pooling import PooledProportion, pool_proportions
    from helpers.synthesis.proportions import ProportionCI, proportion_ci
    from helpers.synthesis.series import PooledSeries, cumulative, leave_one_out
    from helpers.synthesis.small_study import SmallStudyTest, small_study_test
    from helpers.synthesis.specifications import CurveSummary, Multiverse, multiverse

__all__ = [
    "BARS_HEADLINE",
    "INTERVALS",
    "INTERVAL_WORDS",
    "METHODS",
    "METHOD_WORDS",
    "NOTE_CODES",
    "PRIMARY",
    "SPAN_LIMIT",
    "Comparison",
    "CompatibleTables",
    "CurveSummary",
    "Influence",
    "Interval",
    "Multiverse",
    "Note",
    "PooledProportion",
    "PooledSeries",
    "ProportionCI",
    "SmallStudyTest",
    "StudyInfluence",
    "Subgroups",
    "SynthesisError",
    "compare_proportions",
    "compatible_counts",
    "compatible_tables",
    "cumulative",
    "influence",
    "leave_one_out",
    "multiverse",
    "pool_proportions",
    "prints_as",
    "proportion_ci",
    "small_study_test",
    "subgroups",
]

PARTS = {  # where each public name lives
    "comparison": ("Comparison", "Interval", "compare_proportions"),
    "compatible": ("CompatibleTables", "compatible_counts", "compatible_tables", "prints_as"),
    "errors": ("SynthesisError",),
    "fits": ("INTERVALS", "INTERVAL_WORDS", "METHODS", "METHOD_WORDS", "PRIMARY"),
    "grouping": ("Subgroups", "subgroups"),
    "influential": ("Influence", "StudyInfluence", "influence"),
    "notes": ("BARS_HEADLINE", "NOTE_CODES", "SPAN_LIMIT", "Note"),
    "pooling": ("PooledProportion", "pool_proportions"),
    "proportions": ("ProportionCI", "proportion_ci"),
    "series": ("PooledSeries", "cumulative", "leave_one_out"),
    "small_study": ("SmallStudyTest", "small_study_test"),
    "specifications": ("CurveSummary", "Multiverse", "multiverse"),
}
HOME = {name: part for part, names in PARTS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{HOME[name]}"), name)
    globals()[name] = found  # looked up once
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
