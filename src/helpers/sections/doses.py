"""Doses, levels and schedules as a table and ready for a figure."""

from __future__ import annotations

import pandas as pd

from helpers import markup, wording
from helpers.evidence import Evidence
from helpers.sections.studies import study_name


def dose_table(review: Evidence, rows: pd.DataFrame, *, base: str = "../") -> wording.Text:
    """Doses, levels and schedules as a table."""
    lines = [
        {
            "What": markup.literal(
                ", ".join(
                    [
                        review.label("treatment", r["treatment"]),
                        review.label("dose_kind", r["kind"]).lower(),
                        *([] if pd.isna(r["detail"]) else [r["detail"]]),
                    ]
                )
            ),
            "Condition": markup.literal(review.label("condition", r["condition"], short=True)),
            "Route": "" if pd.isna(r["route"]) else markup.literal(review.label("route", r["route"]).lower()),
            "Range": wording.linked(review, r, markup.literal(wording.written(r)), base=base),
            "Schedule": markup.literal(r["schedule"]),
            "Level": markup.literal(_level(review, r)),
            "Source": markup.literal(r["locator"]),
        }
        for _, r in rows.iterrows()
    ]
    values = [wording.provenance(r, wording.written(r)) for _, r in rows.iterrows()]
    return wording.markdown_table(pd.DataFrame(lines), align="lllrlll", values=values)


def _level(review: Evidence, row: pd.Series) -> str:
    return review.label("level", row["level"]) + (
        "" if pd.isna(row["study_id"]) else f": {study_name(review, row['study_id'])}"
    )


def dose_ranges(review: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Dose rows ready for the range figure: a ``label`` that tells each row from its neighbours, ``known_slip`` where there is one."""
    frame = rows.copy()
    frame["label"] = [
        ", ".join(
            [review.label("treatment", r["treatment"], short=True)]
            + ([] if r["kind"] == "dose" else [review.label("dose_kind", r["kind"]).lower()])
            + ([] if pd.isna(r["regimen"]) else [review.label("regimen", r["regimen"]).lower()])
            + ([] if r["condition"] == "all" else [review.label("condition", r["condition"], short=True)])
        )
        for _, r in rows.iterrows()
    ]
    return wording.with_slips(review, frame)
