"""What every section page shares: tables of evidence, certainty, studies, doses, sources, and things to take away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from helpers import numbers, synthesis, wording
from helpers.evidence import Evidence


def counted(review: Evidence, row: pd.Series) -> str:
    """What a count row counts, in words: measure, detail, regimen and line of treatment."""
    parts = [review.label("measure", row["measure"])]
    parts += [str(row["detail"])] if not pd.isna(row["detail"]) else []
    for column in ("regimen", "line"):
        if not pd.isna(row[column]):
            parts.append(review.label(column, row[column]).lower())
    return "; ".join(parts)


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
        "What": counted(review, row),
        "Condition": review.label("condition", row["condition"], short=True),
        "Count": wording.linked(review, row, count, base=base),
        "Share": share,
        "Definition": "" if pd.isna(row["definition"]) else str(row["definition"]),
        "Level": review.label("level", row["level"])
        + ("" if pd.isna(row["study_id"]) else f": {study_name(review, row['study_id'])}"),
        "Source": str(row["locator"]),
        "Treatment": review.label("treatment", row["treatment"], short=True),
    }


def study_name(review: Evidence, study_id: str) -> str:
    """A study as readers name it: ``Latino 2010``, or its reference number when it is not identified."""
    study = review.select("studies", study_id=study_id).iloc[0]
    if pd.isna(study["first_author"]):
        return f"reference {study['ref_no']}"
    surname = re.sub(r" [A-Z]{1,3}$", "", study["first_author"])  # without initials
    return f"{surname} {'' if pd.isna(study['year']) else study['year']}".strip()


def cited(review: Evidence, study_ids: Iterable[str]) -> str:
    """Markdown citations of identified studies, and plain reference numbers of the others."""
    shown = []
    for study_id in dict.fromkeys(study_ids):
        key = review.select("studies", study_id=study_id).iloc[0]["citation_key"]
        shown.append(study_name(review, study_id) + ("" if pd.isna(key) else f" [@{key}]"))
    return "; ".join(shown)


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
    """Rows from the results and tables of a source, without those that only repeat them (abstract, discussion)."""
    return rows[~rows["locator"].str.startswith(SUMMING_UP)]


def in_order(review: Evidence, rows: pd.DataFrame, column: str = "condition") -> pd.DataFrame:
    """Rows in the display order of a code list, otherwise as in the file."""
    rank = {code: place for place, code in enumerate(review.order(column))}
    return rows.assign(_rank=rows[column].map(rank)).sort_values("_rank", kind="stable").drop(columns="_rank")


def certainty(review: Evidence) -> wording.Text:
    """How sure the evidence is as a whole, with the source's own appraisal."""
    return wording.say(
        review,
        """**Low certainty.** The source review rated {review-all-share-studies-low-moderate-validity:printed} of its papers as of low or
        moderate validity and put {review-all-share-studies-category-evidence-3:printed} into category of evidence 3 or 4, the two
        weakest. The appraisal of single studies is in its supplement, which was not at hand, except for the Kawasaki disease
        studies. Nothing here compares a treatment with its absence: patients were selected, had several treatments at once, and
        outcomes are counted as each report words them.""",
    )


def study_table(review: Evidence, studies: pd.DataFrame, *, base: str = "../") -> wording.Text:
    """Studies with what the source says of each; empty cells are not stated.

    Parameters
    ----------
    review : Evidence
        Labels.
    studies : DataFrame
        Rows of `studies`.
    base : str
        Way to the site's root.
    """
    lines = []
    for _, row in studies.sort_values("ref_no").iterrows():
        conditions = [] if pd.isna(row["conditions"]) else row["conditions"].split(";")
        lines.append(
            {
                "No.": row["ref_no"],
                "Study": f"[{study_name(review, row['study_id'])}]({base}studies.qmd#study-{row['study_id']})",
                "Country": row["country"],
                "Design": "" if pd.isna(row["design"]) else review.label("design", row["design"]),
                "MAS in": ", ".join(review.label("condition", c.strip(), short=True) for c in conditions),
                "Patients": row["patients"],
                "Validity": "" if pd.isna(row["validity"]) else review.label("validity", row["validity"]),
                "Category": row["evidence_category"],
            }
        )
    return wording.markdown_table(pd.DataFrame(lines), align="rllllrlr")


def dose_table(review: Evidence, rows: pd.DataFrame, *, base: str = "../") -> wording.Text:
    """Doses, levels and schedules as a table."""
    lines = [
        {
            "What": "; ".join(
                [
                    review.label("treatment", r["treatment"]),
                    review.label("dose_kind", r["kind"]).lower(),
                    *([] if pd.isna(r["detail"]) else [r["detail"]]),
                ]
            ),
            "Condition": review.label("condition", r["condition"], short=True),
            "Route": "" if pd.isna(r["route"]) else review.label("route", r["route"]).lower(),
            "Range": wording.linked(review, r, wording.written(r), base=base),
            "Schedule": r["schedule"],
            "Level": _level(review, r),
            "Source": r["locator"],
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
    """Dose rows ready for the range figure: a ``label`` that tells each row from its neighbours."""
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
    return frame


def pooled_caption(what: str, pooled: synthesis.PooledProportion) -> str:
    """Caption of a forest plot: what is shown, model, heterogeneity, prediction interval or why there is none."""
    facts = f"{numbers.whole(pooled.k)} studies, {numbers.whole(pooled.events)} of {numbers.whole(pooled.total)} patients; model {pooled.method}"
    facts += f"; tau² {pooled.tau2:.2f}, I² {numbers.rounded(pooled.i2)}%"
    if pooled.pi_low is not None and pooled.pi_high is not None:
        facts += f"; prediction interval {numbers.interval(pooled.pi_low, pooled.pi_high)}"
    return f"{what}. Diamond: pooled share with its {numbers.confidence(pooled.level)} ({facts})."


def pooled_sentence(review: Evidence, pooled: Mapping[str, synthesis.PooledProportion]) -> wording.Text:
    """Pooled shares in words, one clause an outcome, with what the engine refused to give and why."""
    clauses, notes = [], []
    for outcome, p in pooled.items():
        clauses.append(
            f"{outcome} {numbers.percent(p.estimate)} ({numbers.confidence(p.level)} {numbers.interval(p.ci_low, p.ci_high)};"
            f" {numbers.whole(p.k)} studies, {numbers.whole(p.events)} of {numbers.whole(p.total)} patients)"
        )
        notes += [f"{outcome.capitalize()}: {note}" for note in p.notes]
    values = [
        {"outcome": o, "estimate": p.estimate, "ci_low": p.ci_low, "ci_high": p.ci_high, "k": p.k}
        for o, p in pooled.items()
    ]
    text = f"Pooled over the study rows as of {numbers.day(review.as_of)}: " + "; ".join(clauses) + "."
    return wording.Text(" ".join([text, *notes]), values, "pooled")


def sources(review: Evidence, rows: pd.DataFrame) -> wording.Text:
    """Where the rows of a section come from: publications, reference numbers, and how many rows each gave."""
    lines = []
    for source_id, group in rows.groupby("source_id", sort=False):
        source = review.select("sources", source_id=source_id).iloc[0]
        studies = list(dict.fromkeys(group["study_id"].dropna()))
        about = f" Studies it describes here: {cited(review, studies)}." if studies else ""
        lines.append(
            f"- {source['title']} [@{source['citation_key']}]: {numbers.whole(len(group))} rows. Read: {source['read_as']}.{about}"
        )
    return wording.Text("\n".join(lines))


def take_away(review: Evidence, page: str, *, base: str = "../") -> wording.Text:
    """Links to what a reader can take away from a section page."""
    links = [
        f"[results of this page (JSON)]({base}downloads/results/{page}.json)",
        f"[evidence table (CSV)]({base}downloads/counts.csv)",
        f"[notebook]({base}downloads/{page}.ipynb)",
        f"[its source (Python)]({base}downloads/{page}.py)",
    ]
    return wording.Text("Take away: " + " · ".join(links) + f". Version {review.update['version']}.")
