"""The home page: key messages, summary of findings, and the same as plain values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers import markup, numbers, wording
from helpers.evidence import Evidence
from helpers.language import ENGLISH, Catalogue

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


COLUMNS = (
    *("Treatment", "MAS in", "Patients treated", "Outcome", "Patients with it", "Certainty"),
    "Know before use",
)
NOT_STATED, NO_OUTCOME, NOT_DEFINED = "not stated", "cannot be told apart", "not defined"
CAPTION = (
    "Summary of findings, version {version}. Intervals are exact 95% intervals; *not defined*: the source does not say"
    " what it means by the word."
)
KEY_MESSAGES = tuple(
    " ".join(message.split())
    for message in (
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
    )
)


def summary_of_findings(review: Evidence, tongue: Catalogue = ENGLISH, *, base: str = "") -> str:
    """The table of the home page: treatment, condition, patients, outcome with interval and definition, certainty.

    Parameters
    ----------
    review : Evidence
        Where the findings are.
    tongue : Catalogue
        Language of the table.
    base : str
        Way from the page to the site's root.
    """
    lines = []
    for _, finding in review.tables["findings"].sort_values("sort").iterrows():
        page = f"{base}notebooks/{SECTION_PAGES[finding['section']]}.ipynb"
        kind = finding["certainty"].replace("_", "-")
        treatment, certainty, basis = (
            markup.literal(tongue.translate(review.label(name, finding[name]), name))
            for name in ("treatment", "certainty", "basis")
        )
        cells = (
            f"[{treatment}]({page})",
            markup.literal(tongue.translate(review.label("condition", finding["condition"], short=True), "condition")),
            _use_cell(review, finding["use_row"], tongue, base),
            markup.literal(_outcome_name(review, finding["outcome_row"], tongue)),
            _outcome_cell(review, finding["outcome_row"], tongue, base),
            f"[{certainty}]{{.chip .{kind}}}<br>{basis}",
            "" if pd.isna(finding["remark"]) else markup.literal(tongue.translate(finding["remark"], "remark")),
        )
        lines.append({tongue.translate(name, "column"): cell for name, cell in zip(COLUMNS, cells, strict=True)})
    table = wording.markdown_table(pd.DataFrame(lines), align="llrlrll")
    caption = tongue.translate(CAPTION, "page").format(version=review.update["version"])
    return f"{table}\n\n: {caption} {{#tbl-summary .summary-of-findings}}\n"


def _use_cell(review: Evidence, row_id: Any, tongue: Catalogue, base: str) -> str:
    if pd.isna(row_id):
        return tongue.translate(NOT_STATED, "cell")
    row = review.row(row_id)
    return wording.linked(review, row, tongue.number(wording.written(row, "n")), base=base)


def _outcome_name(review: Evidence, row_id: Any, tongue: Catalogue) -> str:
    if pd.isna(row_id):
        return tongue.translate(NO_OUTCOME, "cell")
    row = review.row(row_id)
    name = tongue.translate(review.label("measure", row["measure"]), "measure")
    name += "" if pd.isna(row["detail"]) else f", {tongue.translate(row['detail'], 'detail')}"
    if pd.isna(row["definition"]):
        return name
    is_defined = row["definition"] != NOT_DEFINED
    return f"{name} ({tongue.translate(row['definition'], 'definition' if is_defined else 'cell')})"


def _outcome_cell(review: Evidence, row_id: Any, tongue: Catalogue, base: str) -> str:
    if pd.isna(row_id):
        return ""
    row = review.row(row_id)
    estimate = wording.with_intervals(pd.DataFrame([row])).iloc[0]
    span = tongue.number(numbers.interval(estimate["ci_low"], estimate["ci_high"]))
    shown = wording.linked(review, row, tongue.number(wording.written(row, "of")), base=base)
    share = wording.lead(row, f"**{tongue.number(numbers.percent(estimate['estimate']))}** ({span})", base=base)
    return f"{shown}, {share}"


def key_messages(review: Evidence) -> str:
    """The answer in a few sentences, each number bound to its row."""
    return "\n".join(f"- {wording.say(review, message, base='')}" for message in KEY_MESSAGES) + "\n"
