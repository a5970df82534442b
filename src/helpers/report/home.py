"""The home page: key messages, summary of findings, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers import markup, numbers, sections, wording
from helpers.evidence import Evidence
from helpers.language import ENGLISH, Catalogue

KEY_MESSAGES = "key_messages"  # the place whose statements are a list


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


TREATMENT, TREATED, OUTCOME, COUNTED, CERTAINTY, CAUTION = (
    *("Treatment", "Patients treated", "Outcome", "Patients with it", "Certainty", "Caution"),
)
NOT_STATED, NO_OUTCOME = "not stated", "none reported"
ANY_TREATMENT = "Any treatment"
CAPTION = (
    "Summary of findings, version {version}. *Certainty* is provisional: judged by the maintainers of this review domain by"
    " domain, not by a GRADE panel; a label leads to its reasons. Intervals are 95% intervals that treat patients added up"
    " over studies as one series: they are too narrow if studies differ or share patients. *Not defined*: the source does"
    " not say what it means by the word."
)
REASONS_PAGE = "methods.qmd"


def columns(review: Evidence) -> tuple[str, ...]:
    """Headings of the summary of findings."""
    return TREATMENT, review.settings.condition_heading, TREATED, OUTCOME, COUNTED, CERTAINTY, CAUTION


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
    pages = review.section_pages
    lines = []
    for _, finding in review.tables["findings"].sort_values("sort").iterrows():
        basis = markup.literal(tongue.translate(review.label("basis", finding["basis"]), "basis"))
        treatment = markup.literal(_treatment_name(review, finding["treatment"], tongue))
        page = pages.get(finding["section"])
        cells = (
            f"[{treatment}]({base}{page})" if page else treatment,
            markup.literal(tongue.translate(review.label("condition", finding["condition"], short=True), "condition")),
            "" if is_of_any_treatment(review, finding) else _use_cell(review, finding["use_row"], tongue, base),
            markup.literal(_outcome_name(review, finding["outcome_row"], tongue)),
            _outcome_cell(review, finding["outcome_row"], tongue, base),
            f"{_certainty_cell(review, finding, tongue, base)}<br>{basis}",
            "" if pd.isna(finding["remark"]) else _filled(review, finding["remark"], "remark", tongue, base),
        )
        headings = (tongue.translate(name, "column") for name in columns(review))
        lines.append(dict(zip(headings, cells, strict=True)))
    table = wording.markdown_table(pd.DataFrame(lines), align="llrlrll")
    caption = tongue.translate(CAPTION, "page").format(version=review.update["version"])
    return f"{table}\n\n: {caption} {{#tbl-summary .summary-of-findings}}\n"


def is_of_any_treatment(review: Evidence, finding: pd.Series) -> bool:
    """Whether a line tells of a condition, whatever the treatment."""
    return review.codes.role("treatment", finding["treatment"]) == "no_treatment"


def _treatment_name(review: Evidence, code: str, tongue: Catalogue) -> str:
    if review.codes.role("treatment", code) == "no_treatment":
        return tongue.translate(ANY_TREATMENT, "cell")
    return tongue.translate(review.label("treatment", code), "treatment")


def _certainty_cell(review: Evidence, finding: pd.Series, tongue: Catalogue, base: str) -> str:
    """The level as a label that leads to its reasons; where nothing was rated it leads nowhere."""
    code = finding["certainty"]
    if pd.isna(code):
        return tongue.translate(NOT_STATED, "cell")
    label = markup.literal(tongue.translate(review.label("certainty", code), "certainty"))
    chip = f"[{label}]{{.chip .{str(code).replace('_', '-')}}}"
    if pd.isna(finding["outcome_row"]):
        return chip
    return f"[{chip}]({base}{REASONS_PAGE}#certainty-{markup.ident(finding['finding_id'])})"


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
    if not (said := sections.definition(review, row)):
        return name
    return f"{name} ({tongue.translate(said, 'cell' if said == sections.NOT_DEFINED else 'definition')})"


def _outcome_cell(review: Evidence, row_id: Any, tongue: Catalogue, base: str) -> str:
    if pd.isna(row_id):
        return ""
    row = review.row(row_id)
    estimates = wording.with_intervals(pd.DataFrame([row]))
    if estimates.empty:  # a percentage without its count
        shown = wording.linked(review, row, tongue.number(wording.written(row, "printed")), base=base)
        of = wording.lead(row, tongue.number(wording.written(row, "N")), base=base)
        return tongue.translate("{part} of {whole}", "number").format(part=shown, whole=of)
    estimate = estimates.iloc[0]
    span = tongue.number(numbers.interval(estimate["ci_low"], estimate["ci_high"]))
    shown = wording.linked(review, row, tongue.number(wording.written(row, "of")), base=base)
    share = wording.lead(row, f"**{tongue.number(numbers.percent(estimate['estimate']))}** ({span})", base=base)
    return f"{shown}, {share}"


def statements(review: Evidence, place: str) -> Iterator[tuple[str, str]]:
    """Id and text of the statements of one place, in their order."""
    here = review.tables["statements"]
    for _, row in here[here["place"] == place].sort_values("sort").iterrows():
        yield str(row["statement_id"]), str(row["text"])


def statements_part(review: Evidence, place: str, tongue: Catalogue = ENGLISH, *, base: str = "") -> str:
    """The statements of one place as a part of a page: a list of key messages, otherwise one paragraph.

    Parameters
    ----------
    review : Evidence
        Statements and rows.
    place : str
        Code of the list ``place``.
    tongue : Catalogue
        Language of the page.
    base : str
        Way from the page to the site's root.
    """
    said = [_filled(review, text, "page", tongue, base) for _, text in statements(review, place)]
    if place == KEY_MESSAGES:
        return "".join(f"- {text}\n" for text in said)
    return " ".join(said) + "\n"


def _filled(review: Evidence, text: str, context: str, tongue: Catalogue, base: str) -> str:
    """A text of the review with its numbers in place, in another language where there is one."""
    written = wording.say(review, tongue.translate(text, context), base=base, tongue=tongue)
    return str(written) if tongue.is_source or tongue.has(text, context) else f'[{written}]{{lang="en"}}'
