"""What every section page shares: tables of evidence, studies, doses, certainty, sources, things to take away."""

from helpers.sections.doses import dose_ranges, dose_table
from helpers.sections.rows import COLUMNS, OUTCOMES, counted, evidence_table, in_order, labelled, main
from helpers.sections.statements import certainty, diamond, pool, pooled_caption, pooled_sentence, take_away
from helpers.sections.studies import cited, sources, study_name, study_table, treatments_by_study

__all__ = [
    "COLUMNS",
    "OUTCOMES",
    "certainty",
    "cited",
    "counted",
    "diamond",
    "dose_ranges",
    "dose_table",
    "evidence_table",
    "in_order",
    "labelled",
    "main",
    "pool",
    "pooled_caption",
    "pooled_sentence",
    "sources",
    "study_name",
    "study_table",
    "take_away",
    "treatments_by_study",
]
