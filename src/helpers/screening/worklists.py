"""Worklists for the reviewers: who has to look at what, as a spreadsheet, for a reference manager, Rayyan or ASReview."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from helpers.records import safe_cell
from helpers.screening.combining import combine
from helpers.screening.reasons import Reasons
from helpers.screening.words import FULL_TEXT, INCLUDE, INDEPENDENT, PHASES, STAGES, TITLE_ABSTRACT, same_name

LAYOUTS = ("csv", "ris", "rayyan", "asreview")
ID_NOTE = "review-id: "  # Rayyan, EndNote, Zotero and ASReview keep what stands in a note
MAX_CELL = 32_000  # characters; a spreadsheet cell holds 32,767
HELP = "#"  # first character of a row that is no record

TO_FILL = ("decision", "reason", "decided_on")
MARK = "attention"  # that a record was retracted or corrected
SHEET = ("title", "authors", "year", "journal", "abstract", "doi", "pmid", "type", "language")
RAYYAN = "key title authors journal volume issue pages year url language abstract notes pubmed_id pmc_id doi keywords"
ASREVIEW = ("title", "abstract", "authors", "keywords", "doi", "url", "year", "report_id", "reviewer")


def to_screen(
    records: pd.DataFrame,
    reports: pd.Series,
    screening: pd.DataFrame,
    *,
    phase: str,
    already_decided: Collection[str] = (),
    reviewer: str | None = None,
) -> pd.DataFrame:
    """Reports that a phase asks for, one row each, in the order of the records.

    Parameters
    ----------
    records : DataFrame
        Columns of ``records.csv``, and ``abstract`` and ``keywords`` where there are any. One row a record.
    reports : Series
        Report of each record, by record id.
    screening : DataFrame
        Decisions so far.
    phase : str
        ``title_abstract``: every report; ``full_text``: those that title and abstract have kept.
    already_decided : collection of str
        Records or reports decided in an earlier update; they never come back.
    reviewer : str, optional
        Leave out what this reviewer has decided. Without it, two reviewers get the same list.

    Returns
    -------
    DataFrame
        The columns of `records` and ``report_id``. A cell that the first record of a report leaves empty is filled from
        the next record that has it.
    """
    _one_of(phase, PHASES)
    rows = records.assign(report_id=records["record_id"].map(reports))
    earlier = rows["report_id"].isin(already_decided) | rows["record_id"].isin(already_decided)
    rows = rows[~rows["report_id"].isin(set(rows.loc[earlier, "report_id"]))]
    if phase == FULL_TEXT:
        outcomes = combine(screening[screening["phase"] == TITLE_ABSTRACT])
        rows = rows[rows["report_id"].isin(set(outcomes.loc[outcomes["outcome"] == INCLUDE, "report_id"]))]
    if reviewer is not None:
        own = screening["reviewer"].map(same_name) == same_name(reviewer)
        done = screening[own & (screening["phase"] == phase) & (screening["stage"] == INDEPENDENT)]
        rows = rows[~rows["report_id"].isin(set(done["report_id"]))]
    return one_per_report(rows)


def one_per_report(records: pd.DataFrame) -> pd.DataFrame:
    """One row a report: each cell from the first of its records that has it."""
    if records.empty:
        return records.reset_index(drop=True)
    blank = records.astype("string").replace("", pd.NA)
    return blank.groupby("report_id", sort=False, as_index=False).first().fillna("")[list(records.columns)]


def worklist(
    records: pd.DataFrame,
    *,
    phase: str,
    reviewer: str,
    reasons: Reasons,
    layout: str = "csv",
    stage: str = INDEPENDENT,
    order: Sequence[str] = (),
    so_far: Mapping[str, str] | None = None,
) -> str:
    """The list that a reviewer works through, as the text of a file.

    Parameters
    ----------
    records : DataFrame
        Columns of ``records.csv`` and ``report_id``; ``abstract`` and ``keywords`` are used where they are there.
    phase : str
        ``title_abstract`` or ``full_text``; it decides which reasons are allowed.
    reviewer : str
        Who fills the list in; written into each row of ``csv`` and ``asreview`` and into a note of ``ris``. Not of
        ``rayyan``, where all members work on one list and each decision comes back with its member's name.
    reasons : Reasons
        Allowed reasons. They stand in view: as rows that begin with ``#`` in ``csv``, as a note in ``ris``. Rayyan and
        ASReview would take such rows for records, so give their users `criteria` beside the list.
    layout : str
        ``csv`` (for a spreadsheet), ``ris``, ``rayyan`` or ``asreview`` (both CSV).
    stage : str
        ``independent``, or ``consensus`` for the conflicts.
    order : sequence of str
        Report ids in the order wanted, such as a ranking; what it does not name follows in the order of the records.
    so_far : mapping of str to str, optional
        For the conflicts: what each reviewer decided, by report; ``csv`` only.

    Returns
    -------
    str
        Spreadsheet-safe: a cell that a spreadsheet would take for a formula is neutralised.

    Notes
    -----
    The report's id comes back from every tool: in its own column from spreadsheets and ASReview (which gives back all
    columns of a CSV file), in the notes from Rayyan (which appends its decisions to the notes it was given) and from
    reference managers. Where a tool has lost it, `read_decisions` looks for DOI, PMID and title.
    """
    _one_of(phase, PHASES)
    _one_of(layout, LAYOUTS)
    _one_of(stage, STAGES)
    rows = _in_order(one_per_report(records), order).to_dict("records")
    plain = [{str(name): _flat(value) for name, value in row.items()} for row in rows]
    if layout == "ris":
        return "".join(_ris(row, reasons, phase, reviewer) for row in plain)
    if layout == "rayyan":
        names = tuple(RAYYAN.split())
        return _table(names, [_rayyan(row) for row in plain])
    if layout == "asreview":
        return _table(ASREVIEW, [_asreview(row) | {"reviewer": reviewer} for row in plain])
    beside = (*(("so_far",) if so_far is not None else ()), *((MARK,) if any(row.get(MARK) for row in plain) else ()))
    names = ("report_id", *TO_FILL, *beside, *SHEET, "reviewer", "phase", "stage")
    filled = {"reviewer": reviewer, "phase": phase, "stage": stage, **dict.fromkeys(TO_FILL, "")}
    help_rows = [{"report_id": f"{HELP} {line}"} for line in criteria(reasons, phase).splitlines()]
    listed = [row | filled | {"so_far": (so_far or {}).get(row["report_id"], "")} for row in plain]
    return _table(names, help_rows + listed)


def criteria(reasons: Reasons, phase: str) -> str:
    """How to decide, and every allowed reason, one a line: the sheet to lay beside a list."""
    needed = "needed with exclude" if phase == FULL_TEXT else "may stay empty"
    lines = [
        "decision: include, exclude or unsure. Leave it empty until you have decided.",
        f"reason: {needed}; the first of these that applies, by its code:",
        *(f"  {r.code}: {r.label}. {r.definition}" for r in reasons.of(phase)),
        "decided_on: the day, as YYYY-MM-DD; empty means the day on which the file is handed in.",
    ]
    return "\n".join(lines) + "\n"


def _in_order(records: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    rank = {report: place for place, report in enumerate(order)}
    places = records["report_id"].map(lambda report: rank.get(report, len(rank)))
    return records.iloc[places.argsort(kind="stable")]


def _flat(value: object) -> str:
    """A cell in one line: Rayyan tells a CSV file by its first lines and stumbles over line breaks within cells."""
    text = "" if value is None or value is pd.NA else str(value)
    text = " ".join(text[: 2 * MAX_CELL].split())
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def _table(names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[safe_cell(row.get(name, "")) for name in names] for row in rows])
    return out.getvalue()


def _rayyan(row: Mapping[str, str]) -> dict[str, str]:
    more = {
        "key": row["report_id"],
        "authors": " and ".join(_parts(row.get("authors", ""))),
        "url": _address(row),
        "notes": ID_NOTE + row["report_id"] + (f" | {row[MARK]}" if row.get(MARK) else ""),
        "pubmed_id": row.get("pmid", ""),
        "pmc_id": row.get("pmcid", ""),
    }
    return dict(row) | more


def _asreview(row: Mapping[str, str]) -> dict[str, str]:
    marked = "; ".join(filter(None, (row.get(MARK, ""), row.get("keywords", ""))))
    return dict(row) | {"url": _address(row), "keywords": marked}


def _ris(row: Mapping[str, str], reasons: Reasons, phase: str, reviewer: str) -> str:
    first, _, last = row.get("pages", "").partition("-")
    lines: list[tuple[str, str]] = [
        ("TY", "CHAP" if "chapter" in row.get("type", "").lower() else "JOUR"),
        ("ID", row["report_id"]),
        ("AN", row["report_id"]),
        ("TI", row.get("title", "")),
        *(("AU", name) for name in _parts(row.get("authors", ""))),
        *((tag, row.get(name, "")) for tag, name in (("PY", "year"), ("T2", "journal"), ("VL", "volume"))),
        *(("IS", row.get("issue", "")), ("SP", first), ("EP", last), ("LA", row.get("language", ""))),
        *(("DO", row.get("doi", "")), ("UR", _address(row)), ("AB", row.get("abstract", ""))),
        *(("KW", word) for word in _parts(row.get("keywords", ""))),
    ]
    said = ["decision: ", "reason: ", f"reviewer: {_flat(reviewer)}"]
    notes = [
        ID_NOTE + row["report_id"],
        *([row[MARK]] if row.get(MARK) else []),
        *said,
        "reasons: " + " | ".join(reasons.codes(phase)),
    ]
    written = [f"{tag}  - {text}" for tag, text in lines if text] + [f"N1  - {note}" for note in notes]
    return "\n".join([*written, "ER  - ", "", ""])


def _parts(joined: str) -> Iterator[str]:
    return (part.strip() for part in joined.split(";") if part.strip())


def _address(row: Mapping[str, str]) -> str:
    if doi := row.get("doi", ""):
        return f"https://doi.org/{doi}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/" if row.get("pmid") else ""


def _one_of(value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
