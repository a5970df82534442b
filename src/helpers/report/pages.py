"""Writes all parts, each only when it changed."""

from __future__ import annotations

import json
from pathlib import Path

from helpers import evidence, wording
from helpers.dictionary import load_dictionary
from helpers.project import write_atomically
from helpers.report.about import (
    agreement,
    citation,
    code_lists,
    dictionary,
    figures_found,
    interval_coverage,
    sources,
    studies,
    tables_guide,
    updates,
)
from helpers.report.home import key_messages, summary, summary_of_findings
from helpers.report.rows import evidence_rows

PAGES = "data/results/pages"


SUMMARY = "data/results/summary.json"


def write_pages(root: Path) -> list[Path]:
    """Write every generated page part, the tables' guide, and the summary of findings as JSON.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    list of Path
        Files whose content changed.

    Raises
    ------
    ReviewError
        The data are not valid.
    """
    review = evidence.load(root)
    tables = load_dictionary(root)
    parts = {
        f"{PAGES}/status.md": wording.status(review),
        f"{PAGES}/summary-of-findings.md": summary_of_findings(review),
        f"{PAGES}/key-messages.md": key_messages(review),
        f"{PAGES}/citation.md": citation(review),
        f"{PAGES}/evidence.md": evidence_rows(review),
        f"{PAGES}/studies.md": studies(review),
        f"{PAGES}/sources.md": sources(review),
        f"{PAGES}/updates.md": updates(review),
        f"{PAGES}/dictionary.md": dictionary(tables, review),
        f"{PAGES}/figures.md": figures_found(root, review),
        f"{PAGES}/agreement.md": agreement(root, review),
        f"{PAGES}/coverage.md": interval_coverage(root),
        f"{PAGES}/code-lists.md": code_lists(review),
        "data/README.md": tables_guide(tables),
        SUMMARY: json.dumps(summary(review), indent=2, ensure_ascii=False),
    }
    return [root / path for path, text in parts.items() if write_atomically(root / path, text.rstrip() + "\n")]
