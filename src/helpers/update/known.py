"""Publications that the review knows already: whatever cites them in a search export need not be screened again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import records
from helpers.update import layout

REFERENCES = "references.bib"
PREFIX = "known:"


def known_records(root: Path) -> pd.DataFrame:
    """Every publication of the review's bibliography, as records.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    DataFrame
        Columns of ``records.csv``, all text; ``record_id`` is ``known:`` and the key of the entry, which for an included
        study is the study's id.

    Raises
    ------
    ReviewError
        The bibliography cannot be read.
    """
    content = records.read_export(root / REFERENCES)
    frame = records.to_frame(content.records, update_id="", export_id="", database="").astype("str")
    keys = [next(iter(r.other.get("entry key", ())), str(r.position)) for r in content.records]
    frame["record_id"] = [f"{PREFIX}{key}" for key in keys]
    return frame.drop_duplicates("record_id", ignore_index=True)[list(layout.COLUMNS[layout.RECORDS])]


def study_of(record_id: str) -> str:
    """Study that a known publication reports, as its key says; empty for a record of an update."""
    return record_id.removeprefix(PREFIX) if record_id.startswith(PREFIX) else ""
