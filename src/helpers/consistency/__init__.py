"""Rules that hold between rows and files. The dictionary's own rules come first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers import signals
from helpers import tables as table_files
from helpers.consistency.additions import check_additions
from helpers.consistency.addresses import check_addresses, missing_addresses
from helpers.consistency.asked import check_unresolved
from helpers.consistency.certainty import check_certainty
from helpers.consistency.files import check_citations, check_corrections, check_findings
from helpers.consistency.lists import check_sections, check_settings, check_wider_codes
from helpers.consistency.overlap import check_counted_once, check_overlap_cells
from helpers.consistency.sums import check_flow, check_percentages, check_sums
from helpers.consistency.words import OWN, check_since_when, check_summaries
from helpers.evidence import ROW_KEYS, read_corrections
from helpers.faults import Fault

__all__ = ["check", "check_addresses", "missing_addresses", "overlaps"]

SIGNAL_TABLES = ("signals", "surveillance", "status_checks")
UNREADABLE = ("type-", "file-present", "utf-8", "not-empty", "columns", "comma-separated", "cells-per-row")  # rules


def check(root: Path) -> list[Fault]:
    """Every fault of the data: within a table, between rows and tables, and in what the review says of itself.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    list of Fault
        Empty when the data are sound. A sum that the source itself prints wrong is no fault when
        ``data/corrections.yaml`` names it under ``sums``.
    """
    tables, faults = table_files.read_tables(root)
    corrections, more = read_corrections(root)
    # What cannot be read is said once; rules that need it would only repeat it.
    unreadable = {f.file.removeprefix("data/").removesuffix(".csv") for f in faults if f.rule.startswith(UNREADABLE)}
    faults += more
    if not unreadable & {*ROW_KEYS, "comparison_groups", "vocabularies"}:
        faults += check_corrections(tables, corrections)
    if not unreadable & {"counts", "studies", "vocabularies"}:
        faults += check_sums(tables, {whole for c in corrections for whole in c.get("sums", ())})
    if "counts" not in unreadable:
        faults += check_percentages(tables["counts"], {row for c in corrections for row in c["rows"]})
    if not unreadable & {"counts", "studies", "cohorts", "vocabularies"}:
        faults += overlaps(tables)
    if not unreadable & {"counts", "findings"}:
        faults += check_findings(tables)
    if not unreadable & {"certainty", "findings", "studies", "vocabularies", *ROW_KEYS}:
        faults += check_certainty(tables)
    if "flow" not in unreadable:
        faults += check_flow(tables["flow"])
    if not unreadable & {"sources", "studies"}:
        faults += check_citations(root, tables)
    if "sources" not in unreadable:
        faults += check_settings(root, tables)
    if "vocabularies" not in unreadable:
        faults += check_wider_codes(tables["vocabularies"])
    if not unreadable & {"counts", "vocabularies"}:
        faults += check_sections(root, tables)
    if not unreadable & {"updates", *OWN}:
        faults += check_since_when(tables)
    if not unreadable & {"updates", "studies"}:
        faults += check_summaries(tables)
    if not unreadable & {*SIGNAL_TABLES, "updates", "studies", "statements", *ROW_KEYS}:
        faults += signals.check(root, tables)
    return [*faults, *check_addresses(root)]


def overlaps(
    tables: Mapping[str, pd.DataFrame],
    links: pd.DataFrame | None = None,
    *,
    study_of: Mapping[str, str] | None = None,
) -> list[Fault]:
    """What stands in the way of counting each patient once, under one definition.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``studies``, ``cohorts``, ``counts`` and ``vocabularies``: the evidence together with the rows an update wants to add.
    links : DataFrame, optional
        The update's ledger of relations between records: ``a``, ``b``, ``relation``, ``decided_by``, ``status``.
    study_of : mapping of str to str, optional
        The study of each record or report of the ledger. Records written ``known:<study_id>``, and ids of studies, need none.

    Returns
    -------
    list of Fault
        All at once: studies that may share patients and do not say how many, patients that would be counted twice, and
        rows that cannot be added to the total they name because unit, measure, condition or definition differ.
    """
    return [
        *check_overlap_cells(tables),
        *check_unresolved(tables, links, study_of or {}),
        *check_counted_once(tables),
        *check_additions(tables),
    ]
