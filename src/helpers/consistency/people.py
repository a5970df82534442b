"""Studies and cohorts in force as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

COHORTS, STUDIES = "data/cohorts.csv", "data/studies.csv"


def studies_in_force(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Studies in force by id, with their line and their order of arrival."""
    found = _in_force(tables["studies"], "study_id")
    ranked = sorted(found, key=lambda name: (found[name]["added_in"] or "", found[name]["line"]))
    return {name: found[name] | {"order": place} for place, name in enumerate(ranked)}


def cohorts_in_force(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Cohorts in force by id, with their line."""
    return _in_force(tables["cohorts"], "cohort_id")


def _in_force(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    now = frame[frame["retired_in"].isna() & frame[key].notna()].drop_duplicates(key)
    plain = now.astype(object).where(now.notna(), None)
    return {
        str(row[key]): {**{str(c): v for c, v in row.items()}, "line": int(str(line))} for line, row in plain.iterrows()
    }


def names_in(cell: Any) -> list[str]:
    """Ids of a cell that holds several, in their order."""
    return [part.strip() for part in str(cell or "").split(";") if part.strip()]
