"""Writes all parts, each only when it changed."""

from __future__ import annotations

import json
from pathlib import Path

from helpers import evidence, sections, wording
from helpers.dictionary import load_dictionary
from helpers.faults import ReviewError
from helpers.project import write_atomically
from helpers.report import certainty, since
from helpers.report.about import (
    agreement,
    code_lists,
    dictionary,
    figures_found,
    how_to_cite,
    interval_coverage,
    sources,
    studies,
    tables_guide,
)
from helpers.report.changes import history
from helpers.report.checklists import checklists
from helpers.report.feed import atom
from helpers.report.home import statements_part, summary, summary_of_findings
from helpers.report.news import as_json, updates
from helpers.report.results import results
from helpers.report.rows import evidence_rows
from helpers.report.searched import linking_accuracy, records_found
from helpers.report.translated import translated

PAGES = "data/results/pages"
SUMMARY = "data/results/summary.json"
SIGNALS = "data/results/signals.json"
NEXT_SEARCH = "data/results/next-search.ics"
CHANGES = "data/results/changes.json"
FEED = "data/results/feed.xml"


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
        The data are not valid, or a translation lacks something; all other parts are written then.
    """
    made = translated(root, evidence.load(root))
    parts = page_parts(root) | made.parts
    changed = [root / path for path, text in parts.items() if write_atomically(root / path, text.rstrip() + "\n")]
    if made.faults:
        raise ReviewError(made.faults, "A translation lacks something")
    return changed


def page_parts(root: Path, *, as_of: str | None = None) -> dict[str, str]:
    """Every generated part by its path.

    Parameters
    ----------
    root : Path
        Folder of the review.
    as_of : str, optional
        Integrated update as an ISO date; default the latest one.

    Returns
    -------
    dict of str to str

    Raises
    ------
    ReviewError
        The data are not valid, or there is no such update.
    """
    versions = [v for v in evidence.load_versions(root) if as_of is None or v.as_of <= as_of]
    review = versions[-1] if versions and as_of in (None, versions[-1].as_of) else evidence.load(root, as_of=as_of)
    tables = load_dictionary(root)
    changes = history(versions)
    return {
        f"{PAGES}/status.md": wording.status(review),
        f"{PAGES}/since.md": since.page(review),
        f"{PAGES}/since-box.md": since.box(review),
        f"{PAGES}/last-checked.md": since.last_checked(review),
        **{f"{PAGES}/since/{notebook}.md": text for notebook, text in since.boxes(review).items()},
        f"{PAGES}/summary-of-findings.md": summary_of_findings(review),
        **{
            f"{PAGES}/{place.replace('_', '-')}.md": statements_part(review, place)
            for place in review.order("place")
            if place not in (sections.SECTION_CERTAINTY, certainty.PLACE)
        },
        f"{PAGES}/certainty.md": certainty.certainty_reasons(review),
        f"{PAGES}/citation.md": how_to_cite(root, review),
        f"{PAGES}/evidence.md": evidence_rows(review),
        f"{PAGES}/studies.md": studies(review),
        f"{PAGES}/sources.md": sources(review),
        f"{PAGES}/updates.md": updates(review, changes),
        f"{PAGES}/dictionary.md": dictionary(tables, review),
        f"{PAGES}/figures.md": figures_found(root, review),
        f"{PAGES}/agreement.md": agreement(root, review),
        f"{PAGES}/coverage.md": interval_coverage(root),
        f"{PAGES}/code-lists.md": code_lists(review),
        f"{PAGES}/checklists.md": checklists(review),
        f"{PAGES}/results.md": results(root, review),
        f"{PAGES}/records.md": records_found(root, review),
        f"{PAGES}/linking.md": linking_accuracy(root),
        "data/README.md": tables_guide(tables),
        SUMMARY: json.dumps(summary(review), indent=2, ensure_ascii=False),
        SIGNALS: json.dumps(since.for_machines(review), indent=2, ensure_ascii=False),
        NEXT_SEARCH: since.calendar(review),
        CHANGES: as_json(changes),
        FEED: atom(root, changes),
    }
