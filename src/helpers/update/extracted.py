"""What two extractors have handed in, what is settled, and what a third person still has to decide."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import extraction
from helpers.update import layout
from helpers.update.state import Update

FOLDER = "extraction"
DECISIONS = "decisions.csv"
OPEN_LIST = "extraction-open.csv"
EXTRACTORS = ("a", "b")


def folder(update_id: str) -> str:
    """Where an update keeps its two extractions until they are merged."""
    return f"{layout.UPDATES}/{update_id}/{FOLDER}"


def files_of(update: Update, extractor: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """A form that was read, as files of the update."""
    home = f"{folder(update.update_id)}/{extractor}"
    return {f"{home}/{name}": text for name, text in extraction.csv_files(update.root, tables).items()}


def handed_in(update: Update) -> list[str]:
    """Extractors whose form has been taken over."""
    home = update.root / folder(update.update_id)
    return [who for who in EXTRACTORS if any((home / who).glob("*.csv"))]


def reconciliation(update: Update) -> extraction.Reconciliation | None:
    """Both extractions as one; None while either is missing."""
    if len(handed_in(update)) < len(EXTRACTORS):
        return None
    home = update.root / folder(update.update_id)
    decided = home / DECISIONS
    return extraction.reconcile(update.root, home / "a", home / "b", decided if decided.is_file() else None)


def missing_studies(found: extraction.Reconciliation, wanted: list[str]) -> list[str]:
    """Included studies about which neither extraction says anything."""
    said = {str(s) for frame in found.tables.values() if "study_id" in frame for s in frame["study_id"].dropna()}
    said |= {str(row.get("study_id")) for row in found.open.to_dict("records")}
    return [study for study in dict.fromkeys(wanted) if study not in said]
