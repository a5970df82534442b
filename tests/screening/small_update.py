"""Ids and decisions of the small update that the tests of this folder screen."""

from __future__ import annotations

import pandas as pd

from helpers import screening

UPDATE = "2024-06-30"
TODAY = "2026-11-25"


def identifier(export: str, position: int) -> str:
    """Id of a record: ``aa`` and ``bb`` are databases, ``cc`` is a search by hand."""
    return f"{UPDATE}:{export * 6}:{position}"


def decided(*rows: tuple[str, ...], phase: str = "title_abstract", stage: str = "independent") -> pd.DataFrame:
    """Decisions from rows of report, reviewer, decision and perhaps a reason."""
    cells = [
        dict(zip(("report_id", "reviewer", "decision", "reason"), (*row, ""), strict=False))
        | {"phase": phase, "stage": stage, "record_id": row[0], "decided_on": TODAY}
        for row in rows
    ]
    return pd.DataFrame(cells, columns=list(screening.COLUMNS)).fillna("").astype("string")
