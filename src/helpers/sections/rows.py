"""Count rows as tables and as frames ready for a figure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers import markup, numbers, synthesis, wording
from helpers.evidence import Evidence
from helpers.sections.studies import study_name


def counted(review: Evidence, row: pd.Series) -> str:
    """What a count row counts, in words: measure, detail, regimen and line of treatment, none of them twice; not yet Markdown."""
    parts = [review.label("measure", row["measure"])]
    parts += [str(row["detail"])] if not pd.isna(row["detail"]) else []
    for column in ("regimen", "line"):
        if not pd.isna(row[column]) and row[column] not in SAID_BY_MEASURE.get(row["measure"], ()):
            parts.append(_inside(review.label(column, row[column])))
    return "; ".join(parts)


SAID_BY_MEASURE = {"monotherapy": ("monotherapy",), "co_medication": ("combination",), "refractory_to": ("refractory",)}


def _inside(label: str) -> str:
    """A label in the middle of a sentence: no capital, except where the word is an abbreviation."""
    return label if label[1:2].isupper() or label[1:2] == "-" else label[:1].lower() + label[1:]


OUTCOMES = (  # measures for which an interval says something; shares of use only describe who was reported
    "complete_response",
    "partial_response",
    "no_response",
    "remission",
    "favourable_outcome",
    "poor_outcome",
    "recurrence",
    "death",
    "survival",
    "adverse_event",
    "discontinued",
    "needed_addition",
    "sequela",
    "coronary_abnormality",
    "intensive_care",
    "monotherapy",
    "co_medication",
)


SUMMING_UP = ("Abstract", "Key messages", "Discussion", "Figure")  # places that repeat what the results say


COLUMNS = ("What", "Condition", "Count", "Share", "Definition", "Level", "Source")


def evidence_table(
    review: Evidence,
    rows: pd.DataFrame,
    *,
    columns: Sequence[str] = COLUMNS,
    level: float = 0.95,
    base: str = "../",
    name: str | None = None,
) -> wording.Text:
    """Count rows as a table for readers.

    Parameters
    ----------
    review : Evidence
        Labels, corrections and studies.
    rows : DataFrame
        Rows of `counts`, shown in this order, none left out.
    columns : sequence of str
        Some of `COLUMNS`, or ``Treatment``.
    level : float
        Confidence level.
    base : str
        Way to the site's root.
    name : str, optional
        Result name.

    Returns
    -------
    Text
    """
    cells = [_row_cells(review, row, level, base) for _, row in rows.iterrows()]
    frame = pd.DataFrame(cells, columns=[*COLUMNS, "Treatment"])[list(columns)]
    frame = frame.rename(columns={"Share": f"Share ({numbers.confidence(level)})"})
    values = [wording.provenance(row, wording.written(row)) for _, row in rows.iterrows()]
    align = "".join("r" if c in ("Count", "Share") else "l" for c in columns)
    return wording.markdown_table(frame, align=align, values=values, name=name)


def _row_cells(review: Evidence, row: pd.Series, level: float, base: str) -> dict[str, str]:
    has_count, has_total = not pd.isna(row["events"]), not pd.isna(row["total"])
    count = wording.written(row, "of" if has_total else "n") if has_count else f"{wording.written(row)} printed"
    share = ""
    if has_count and has_total and row["total"] > 0 and row["measure"] not in OUTCOMES:
        share = numbers.percent(row["events"] / row["total"])
    elif has_count and has_total and row["total"] > 0:
        exact = synthesis.proportion_ci(
            int(row["events"]), int(row["total"]), method=wording.INTERVAL_METHOD, level=level
        )
        share = f"{numbers.percent(exact.estimate)} ({numbers.interval(exact.ci_low, exact.ci_high)})"
    return {
        "What": markup.literal(counted(review, row)),
        "Condition": markup.literal(review.label("condition", row["condition"], short=True)),
        "Count": wording.linked(review, row, count, base=base),
        "Share": share and wording.lead(row, share, base=base),
        "Definition": markup.literal(row["definition"]),
        "Level": markup.literal(
            review.label("level", row["level"])
            + ("" if pd.isna(row["study_id"]) else f": {study_name(review, row['study_id'])}")
        ),
        "Source": markup.literal(row["locator"]) + ("" if pd.isna(row.get("made_of")) else "; with later studies"),
        "Treatment": ""
        if row["treatment"] == "none"
        else markup.literal(review.label("treatment", row["treatment"], short=True)),
    }


def labelled(review: Evidence, rows: pd.DataFrame, *, by: str = "condition") -> pd.DataFrame:
    """Count rows ready for a figure: proportion, exact interval, and a ``label``.

    Parameters
    ----------
    review : Evidence
        Labels.
    rows : DataFrame
        Rows of `counts`.
    by : str
        What the label says: ``condition``, ``treatment``, ``measure``, ``counted`` (measure with detail) or ``study``.

    Returns
    -------
    DataFrame
        Rows with a count; proportion and interval are missing where there is no total.
    """
    frame = rows[rows["events"].notna()].copy()
    intervals = wording.with_intervals(frame)[["estimate", "ci_low", "ci_high"]]
    frame = frame.join(intervals)
    frame["label"] = [_label(review, row, by) for _, row in frame.iterrows()]
    return frame


def _label(review: Evidence, row: pd.Series, by: str) -> str:
    if by == "counted":
        return counted(review, row)
    if by == "study":
        return study_name(review, row["study_id"])
    return review.label(by, row[by], short=by == "condition")


def main(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows from the results and tables of the source review.

    Left out are rows that repeat them (its abstract and discussion) and rows from the public abstracts of single studies,
    which speak of the same patients; those serve the audit and stand on the evidence page.
    """
    return rows[~rows["locator"].str.startswith(SUMMING_UP)]


def in_order(review: Evidence, rows: pd.DataFrame, column: str = "condition") -> pd.DataFrame:
    """Rows in the display order of a code list, otherwise as in the file."""
    rank = {code: place for place, code in enumerate(review.order(column))}
    return rows.assign(_rank=rows[column].map(rank)).sort_values("_rank", kind="stable").drop(columns="_rank")
