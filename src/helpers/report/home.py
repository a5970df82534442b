"""The home page: key messages, summary of findings, and the same as plain values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers import numbers, wording
from helpers.evidence import Evidence

SECTION_PAGES = {
    "search_yield": "01-search-yield",
    "glucocorticoids": "02-glucocorticoids",
    "ciclosporin": "03-ciclosporin",
    "etoposide": "04-etoposide",
    "anakinra": "05-anakinra",
    "emapalumab": "06-emapalumab",
    "other_biologics": "07-other-biologics",
    "jak_inhibitors": "08-jak-inhibitors",
    "hsct": "09-hsct",
    "other_treatments": "10-other-treatments",
    "non_sjia": "11-non-sjia",
    "geography": "12-geography",
}


def summary(review: Evidence) -> dict[str, Any]:
    """The summary of findings as plain values: one entry a finding, with counts, exact interval and source rows."""
    found = []
    for _, finding in review.tables["findings"].sort_values("sort").iterrows():
        entry: dict[str, Any] = {
            k: _plain(finding[k]) for k in ("finding_id", "section", "treatment", "condition", "basis", "certainty")
        }
        for column in ("use_row", "outcome_row"):
            entry[column] = None if pd.isna(finding[column]) else _estimate(review, finding[column])
        found.append(entry)
    update = review.update
    dates = {k: _plain(update[k]) for k in ("version", "searched_through", "integrated_on", "next_due")}
    return {**dates, "findings": found}


def _estimate(review: Evidence, row_id: str) -> dict[str, Any]:
    row = review.row(row_id)
    values = wording.provenance(row, wording.written(row))
    interval = wording.with_intervals(pd.DataFrame([row]))
    if len(interval):
        values |= {k: float(interval.iloc[0][k]) for k in ("estimate", "ci_low", "ci_high")}
    return values


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value.item() if hasattr(value, "item") else value


def summary_of_findings(review: Evidence) -> str:
    """The table of the home page: treatment, condition, patients, outcome with interval and definition, certainty."""
    lines = []
    for _, finding in review.tables["findings"].sort_values("sort").iterrows():
        page = f"notebooks/{SECTION_PAGES[finding['section']]}.ipynb"
        treatment = review.label("treatment", finding["treatment"])
        certainty = review.label("certainty", finding["certainty"])
        lines.append(
            {
                "Treatment": f"[{treatment}]({page})",
                "MAS in": review.label("condition", finding["condition"], short=True),
                "Patients treated": _use_cell(review, finding["use_row"]),
                "Outcome": _outcome_name(review, finding["outcome_row"]),
                "Patients with it": _outcome_cell(review, finding["outcome_row"]),
                "Certainty": f"[{certainty}]{{.chip .{finding['certainty'].replace('_', '-')}}}<br>{review.label('basis', finding['basis'])}",
                "Know before use": "" if pd.isna(finding["remark"]) else finding["remark"],
            }
        )
    table = wording.markdown_table(pd.DataFrame(lines), align="llrlrll")
    caption = f": Summary of findings, version {review.update['version']}. Intervals are exact 95% intervals; *not defined*: the source does not say what it means by the word. {{#tbl-summary .summary-of-findings}}"
    return f"{table}\n\n{caption}\n"


def _use_cell(review: Evidence, row_id: Any) -> str:
    if pd.isna(row_id):
        return "not stated"
    row = review.row(row_id)
    return wording.linked(review, row, wording.written(row, "n"), base="")


def _outcome_name(review: Evidence, row_id: Any) -> str:
    if pd.isna(row_id):
        return "cannot be told apart"
    row = review.row(row_id)
    name = review.label("measure", row["measure"]) + ("" if pd.isna(row["detail"]) else f", {row['detail']}")
    if pd.isna(row["definition"]):
        return name
    return f"{name} (not defined)" if row["definition"] == "not defined" else f"{name} ({row['definition']})"


def _outcome_cell(review: Evidence, row_id: Any) -> str:
    if pd.isna(row_id):
        return ""
    row = review.row(row_id)
    estimate = wording.with_intervals(pd.DataFrame([row])).iloc[0]
    span = numbers.interval(estimate["ci_low"], estimate["ci_high"])
    shown = wording.linked(review, row, wording.written(row, "of"), base="")
    return f"{shown}, **{numbers.percent(estimate['estimate'])}** ({span})"


def key_messages(review: Evidence) -> str:
    """The answer in a few sentences, each number bound to its row."""
    messages = [
        """**Systemic JIA.** With anakinra, {anakinra-sjia-complete-response:ci} had a complete response and {anakinra-sjia-death:of} died. In the only trial,
        emapalumab after failed glucocorticoids was followed by remission in
        {debenedetti2023-emapalumab-sjia-remission-refractory:ci}.""",
        """**Lupus.** Far fewer data: with anakinra {anakinra-sle-favourable-outcome:ci} had a favourable outcome and
        {anakinra-sle-death:of} died.""",
        """**Kawasaki disease.** {kd-death:ci} died; most had immunoglobulin and glucocorticoids, and
        {nonsjia-etoposide-kd-received:of} had etoposide.""",
        """**Across conditions.** Glucocorticoids are named in every study; {gc-all-monotherapy:of} patients for whom it can be told
        had no other treatment. Ciclosporin is the most used drug beside them ({csa-all-received:n} patients); etoposide was given to
        {etoposide-all-received:n}, and {etoposide-all-death:ci} of those with a known outcome died.""",
        """**How sure.** Certainty is low or very low for every treatment: {review-all-share-studies-low-moderate-validity:printed} of
        the studies were judged of low or moderate validity, and none compared treatments at random.""",
    ]
    return "\n".join(f"- {wording.say(review, message, base='')}" for message in messages) + "\n"
