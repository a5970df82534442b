"""The page that every number leads to: value, definition, source and place, verdict of the audit, version."""

from __future__ import annotations

import re

from helpers import audit
from helpers.report.rows import evidence_rows


def lines(review) -> dict[str, list[str]]:
    """Cells of each row of the page, by its id."""
    rows = [line for line in evidence_rows(review).splitlines() if line.startswith("| [`")]
    return {re.match(r"\| \[`([^`]+)`\]", line)[1]: [c.strip() for c in line.strip("|").split(" | ")] for line in rows}


def test_each_row_says_what_the_audit_made_of_it_and_since_when_it_is_here(review):
    page = lines(review)
    verdicts = {label.lower() for label in (review.label("verdict", v.value) for v in audit.Verdict)}
    rests = {r.split("/")[0] for claim in audit.audit(review).claims for r in claim.rows} & set(page)
    assert len(rests) > 250
    for row, cells in page.items():
        told = [cell for cell in cells if "13-audit.ipynb#claim-" in cell and "slip-" not in cell]
        assert bool(told) == (row in rests), row
        assert all(set(re.findall(r"\[([^]]+)\]\(", cell)) <= verdicts for cell in told)
        assert "2023.1" in cells


def test_a_row_that_differs_leads_to_the_statement_that_differs(review):
    differing = next(c for c in audit.audit(review).claims if c.verdict is audit.Verdict.DIFFERS and c.rows)
    row = differing.rows[0].split("/")[0]
    assert re.search(r"\[differs\]\(notebooks/13-audit\.ipynb#claim-[\w-]+\)", " ".join(lines(review)[row]))
