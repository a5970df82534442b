"""Count rows as tables and as frames ready for a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from helpers import markup, numbers, synthesis, wording
from helpers.codes import RESULTS
from helpers.evidence import Evidence
from helpers.sections.studies import study_name

NOT_DEFINED = "not defined"  # the definition of an outcome whose source does not say what it means by the word
OPEN_ENDED = (" to", " with", " for", " of")  # a label that ends so goes on with the detail


def counted(review: Evidence, row: pd.Series) -> str:
    """What a count row counts, in words: measure, detail, regimen and line of treatment, none of them twice; not yet Markdown."""
    said = review.label("measure", row["measure"])
    if not pd.isna(row["detail"]):
        said += f"{' ' if said.endswith(OPEN_ENDED) else ', '}{row['detail']}"
    for column in ("regimen", "line"):
        if not pd.isna(row[column]):
            label = inside(review.label(column, row[column]))
            said += "" if _says(said, label) else f", {label}"
    return said


def inside(label: str) -> str:
    """A label in the middle of a sentence: no capital, except where the word is an abbreviation."""
    return label if label[1:2].isupper() or label[1:2] == "-" else label[:1].lower() + label[1:]


def _says(text: str, words: str) -> bool:
    """Whether a text holds these words already, hyphens and capitals aside."""
    text, words = (part.lower().replace("-", " ") for part in (text, words))
    return re.search(rf"\b{re.escape(words)}\b", text) is not None


def outcomes(review: Evidence) -> list[str]:
    """Measures that say what became of the patients; shares of use only describe who was reported."""
    return review.codes.with_role("measure", *RESULTS)


def definition(review: Evidence, row: pd.Series) -> str:
    """What the source means by an outcome; an event, such as death, needs no definition and is not said to lack one."""
    is_event = review.codes.role("measure", row["measure"]) == "event"
    return (
        "" if pd.isna(row["definition"]) or (is_event and row["definition"] == NOT_DEFINED) else str(row["definition"])
    )


COLUMNS = ("What", "Condition", "Count", "Share", "Definition", "Level", "Source")
REMARKED = ("Source", "Level", "What")  # the first of these that a table has says how a number was obtained


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
    inferred = [wording.is_inferred(row) for _, row in rows.iterrows()]
    remarks = next((name for name in REMARKED if name in columns), None)
    if remarks and any(inferred):
        frame[remarks] += ["; inferred" if is_so else "" for is_so in inferred]
    added_up = [wording.is_added_up(row) and _has_interval(review, row) for _, row in rows.iterrows()]
    notes = [wording.INFERRED] if remarks and any(inferred) else []
    notes += [wording.ONE_SERIES] if "Share" in columns and any(added_up) else []
    frame = frame.rename(columns={"Share": f"Share ({numbers.confidence(level)})"})
    values = [wording.provenance(row, wording.written(row)) for _, row in rows.iterrows()]
    align = "".join("r" if c in ("Count", "Share") else "l" for c in columns)
    return wording.markdown_table(frame, align=align, notes=notes, values=values, name=name)


def _has_interval(review: Evidence, row: pd.Series) -> bool:
    """Whether an interval stands with the share of a row."""
    has_share = not pd.isna(row["events"]) and not pd.isna(row["total"]) and row["total"] > 0
    return has_share and review.codes.role("measure", row["measure"]) in RESULTS


def _row_cells(review: Evidence, row: pd.Series, level: float, base: str) -> dict[str, str]:
    has_count, has_total = not pd.isna(row["events"]), not pd.isna(row["total"])
    count = wording.written(row, "of" if has_total else "n") if has_count else f"{wording.written(row)} printed"
    share = ""
    if has_count and has_total and row["total"] > 0 and not _has_interval(review, row):
        share = numbers.percent(row["events"] / row["total"])
    elif _has_interval(review, row):
        exact = synthesis.proportion_ci(
            int(row["events"]), int(row["total"]), method=wording.INTERVAL_METHOD, level=level
        )
        share = f"{numbers.percent(exact.estimate)} ({numbers.interval(exact.ci_low, exact.ci_high)})"
    return {
        "What": markup.literal(counted(review, row)),
        "Condition": markup.literal(review.label("condition", row["condition"], short=True)),
        "Count": wording.linked(review, row, markup.literal(count), base=base),
        "Share": share and wording.lead(row, share, base=base),
        "Definition": markup.literal(definition(review, row)),
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
    """Count rows ready for a figure: proportion, interval, mark, known slip, and a ``label``.

    Parameters
    ----------
    review : Evidence
        Labels, marks and known slips.
    rows : DataFrame
        Rows of `counts`.
    by : str
        What the label says: ``condition``, ``treatment``, ``measure``, ``counted`` (measure with detail) or ``study``.

    Returns
    -------
    DataFrame
        Rows with a count; the proportion is missing where there is no total, its interval also where the measure says
        nothing of what became of the patients. ``mark`` is the colour and shape of the condition, where it has one of its
        own; ``known_slip`` as in `wording.with_slips`.
    """
    frame = rows[rows["events"].notna()].copy()
    frame = frame.join(wording.with_intervals(frame)[["estimate", "ci_low", "ci_high"]])
    frame.loc[~frame["measure"].isin(outcomes(review)), ["ci_low", "ci_high"]] = float("nan")
    frame["label"] = [_label(review, row, by) for _, row in frame.iterrows()]
    frame["mark"] = [" ".join(review.codes.mark("condition", code) or ()) or None for code in frame["condition"]]
    return wording.with_slips(review, frame)


def _label(review: Evidence, row: pd.Series, by: str) -> str:
    if by == "counted":
        return counted(review, row)
    if by == "study":
        return study_name(review, row["study_id"])
    return review.label(by, row[by], short=by == "condition")


def main(review: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows from the results and tables of the source review.

    Left out are rows that repeat them (its abstract and discussion) and rows from the public abstracts of single studies,
    which speak of the same patients; those serve the audit and stand on the evidence page.
    """
    return rows[~rows["locator"].str.startswith(review.settings.repeats)]


def in_order(review: Evidence, rows: pd.DataFrame, column: str = "condition") -> pd.DataFrame:
    """Rows in the display order of a code list, otherwise as in the file."""
    rank = {code: place for place, code in enumerate(review.order(column))}
    return rows.assign(_rank=rows[column].map(rank)).sort_values("_rank", kind="stable").drop(columns="_rank")
