"""Two independent extractions: forms to fill in, what came back, how well the two agree, and one table of both."""

from helpers.extraction.agreement import TableAgreement, compare
from helpers.extraction.blocks import About
from helpers.extraction.decisions import worklist_csv
from helpers.extraction.forms import make_forms
from helpers.extraction.independence import is_copy, needless, needless_faults, same_hand
from helpers.extraction.plan import TABLES, study_sources
from helpers.extraction.reading import about_form, read_form
from helpers.extraction.reconciling import Reconciliation, reconcile
from helpers.extraction.storing import csv_files
from helpers.extraction.summary import summary

__all__ = [
    "TABLES",
    "About",
    "Reconciliation",
    "TableAgreement",
    "about_form",
    "compare",
    "csv_files",
    "is_copy",
    "make_forms",
    "needless",
    "needless_faults",
    "read_form",
    "reconcile",
    "same_hand",
    "study_sources",
    "summary",
    "worklist_csv",
]
