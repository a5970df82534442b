"""What may be written where: the numbers of each evidence row, each result, each record and each figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import audit, numbers, sections, synthesis, wording
from helpers.audit.page import shortened
from helpers.evidence import ROW_KEYS, Evidence
from helpers.project import read_made
from helpers.proof.tokens import forms, numbers_in

RESULTS = "data/results"
FORMS = ("", "n", "N", "of", "pct", "ci", "printed")
Tokens = frozenset[str]
NONE: Tokens = frozenset()


@dataclass
class Origins:
    """Numbers by where they come from.

    Attributes
    ----------
    rows : dict of str to Tokens
        By evidence row: its numbers in every form they may be written in, recomputed.
    texts : dict of str to Tokens
        By evidence row: numbers inside its texts, such as the locator, the words printed, the note.
    places : dict of str to Tokens
        By evidence row: numbers inside the place where it is printed.
    records : dict of str to Tokens
        By anchor: numbers of an audited claim (``claim-…``), a known slip (``slip-…``), a study (``study-…``), an item of a
        reporting guideline.
    results : dict of str to Tokens
        By key: numbers that no row holds, as the notebooks recorded them.
    figures : dict of (str, str) to Tokens
        By notebook and label: numbers recorded for a figure or a table.
    """

    rows: dict[str, Tokens] = field(default_factory=dict)
    texts: dict[str, Tokens] = field(default_factory=dict)
    places: dict[str, Tokens] = field(default_factory=dict)
    records: dict[str, Tokens] = field(default_factory=dict)
    results: dict[str, Tokens] = field(default_factory=dict)
    figures: dict[tuple[str, str], Tokens] = field(default_factory=dict)


def gather(review: Evidence, claims: Sequence[Mapping[str, Any]] | None = None) -> Origins:
    """Everything that numbers on the pages may come from.

    Parameters
    ----------
    review : Evidence
        The evidence that the site shows.
    claims : sequence of dict, optional
        Audited claims, as `AuditReport.to_dict` has them; computed when left out.
    """
    found = Origins()
    for table, key in ROW_KEYS.items():
        for _, row in review.tables[table].iterrows():
            found.rows[row[key]] = tokens_of_row(review, row)
            found.texts[row[key]] = _of_texts(review, row)
            found.places[row[key]] = frozenset(numbers_in(str(row["locator"])))
    for claim in audit.audit(review).to_dict()["claims"] if claims is None else claims:
        places = shortened(claim["against"])
        of_claim = frozenset(forms(dict(claim)) | set(numbers_in(places)))
        found.records[f"claim-{claim['claim_id']}"] = found.records[f"differs-{claim['claim_id']}"] = of_claim
    for slip in review.corrections:
        found.records[f"slip-{slip['id']}"] = found.records[f"differs-{slip['id']}"] = frozenset(
            token for part in ("title", "printed", "likely", "reason", "evidence") for token in forms(slip.get(part))
        )
    for _, study in review.tables["studies"].iterrows():
        name = sections.study_name(review, study["study_id"])
        found.records[f"study-{study['study_id']}"] = frozenset(forms(_plain(study)) | set(numbers_in(name)))
    for _, item in review.tables.get("checklists", pd.DataFrame()).iterrows():
        found.records[item["item_id"]] = frozenset(forms(_plain(item)))
    _recorded(review.root / RESULTS, found)
    return found


def _plain(row: pd.Series) -> dict[str, Any]:
    return {str(k): v.item() if hasattr(v, "item") else v for k, v in row.items() if not pd.isna(v)}


def tokens_of_row(review: Evidence, row: pd.Series, level: float = 0.95) -> Tokens:
    """Numbers of a row as pages may write them, worked out again from its cells."""
    shown = []
    for form in FORMS if "events" in row.index else ("",):
        try:
            shown.append(wording.written(row, form, level=level))
        except ValueError:  # the row has no such form
            continue
    if "events" in row.index and not pd.isna(row["events"]) and not pd.isna(row["total"]) and row["total"] > 0:
        exact = synthesis.proportion_ci(
            int(row["events"]), int(row["total"]), method=wording.INTERVAL_METHOD, level=level
        )
        shown += [numbers.percent(exact.estimate), numbers.interval(exact.ci_low, exact.ci_high)]
    cells = [
        v
        for k, v in _plain(row).items()
        if k in ("events", "total", "percent_printed", "low", "high", "value", "count")
    ]
    if "p_printed" in row.index:
        groups = review.select("comparison_groups", comparison_id=row["comparison_id"])
        cells += [_plain(g) for _, g in groups[["total", "events", "percent_printed"]].iterrows()]
    return frozenset(numbers_in(" ".join(shown))) | frozenset(forms(cells))


def _of_texts(review: Evidence, row: pd.Series) -> Tokens:
    said = [v for v in _plain(row).values() if isinstance(v, str)]
    source = review.select("sources", source_id=row["source_id"]).iloc[0]
    said += [str(source["title"]), str(source["citation_key"])]
    if "p_printed" in row.index:
        groups = review.select("comparison_groups", comparison_id=row["comparison_id"])
        said += list(groups["group"])
    if row.get("study_id") is not None and not pd.isna(row.get("study_id")):
        said.append(sections.study_name(review, row["study_id"]))
    living = review.living.get(wording.row_id(row))
    if living is not None:
        said += [str(living.printed)]
    return frozenset(forms(said)) | (frozenset(forms(asdict(living))) if living is not None else NONE)


def _recorded(folder: Path, found: Origins) -> None:
    for path in sorted(folder.glob("[0-9][0-9]-*.json")):
        document = read_made(path.parents[2], "/".join(path.parts[-3:]))
        for result in document["results"]:
            values = result.get("values", [])
            for value in values:
                if isinstance(value, dict) and "result" in value:
                    known = found.results.get(value["result"], NONE)
                    found.results[value["result"]] = known | frozenset(numbers_in(str(value["shown"])))
            if result.get("id"):
                found.figures[document["notebook"], result["id"]] = _drawn(values)


# Texts about a row that figures do not show: a number in them says nothing about what is drawn.
NOT_DRAWN = frozenset(
    (
        *("row_id", "row", "rows", "comparison_id", "section", "source_id", "study_id", "refs", "regimen", "line"),
        *("definition", "adds_up_to", "as_printed", "how_obtained", "how", "note", "locator", "added_in", "retired_in"),
        *("comparable", "made_of", "known_slip"),
    )
)


def _drawn(values: Iterable[Any]) -> Tokens:
    """Numbers that a figure or table may show: those of the rows it draws, and how many rows these are."""
    rows = [v for v in values if isinstance(v, dict)]
    kept = [{k: v for k, v in row.items() if k not in NOT_DRAWN} for row in rows]
    return frozenset(forms(kept)) | {str(sum("result" not in row for row in rows))}
