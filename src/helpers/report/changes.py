"""What changed between two updates: conclusions first, then estimates, studies, totals, rows and searches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import evidence, sections, wording
from helpers.evidence import ROW_KEYS, Evidence
from helpers.faults import Fault
from helpers.report.difference import Changes, NoticeChange, StudyChange, TotalChange, Version
from helpers.report.findings import FindingChange, compare_findings, is_beyond
from helpers.report.reworded import compare_statements
from helpers.run.errors import UsageError
from helpers.run.moved import Moved, moved

__all__ = ["Changes", "Moved", "between", "compare", "history", "moved"]

# Rows that say the same of the same patients: a retired one and the one that took its place.
OF_SEARCH = "Search of the update"  # how the source of a check begins that an update has made
SAME = ("level", "source_id", "study_id", "condition", "treatment", "regimen", "line", "measure", "detail", "locator")


def compare(root: Path, before: str | None, after: str) -> Changes:
    """What changed between two integrated updates.

    Parameters
    ----------
    root : Path
        Folder of the review.
    before, after : str
        Updates as ISO dates, or versions such as ``2023.1``; `before` None for what the first version brought.

    Returns
    -------
    Changes

    Raises
    ------
    UsageError
        There is no such update, or the two are the wrong way round.
    ReviewError
        The data break the dictionary.
    """
    versions = evidence.load_versions(root)
    names = {**{v.update["version"]: v for v in versions}, **{v.as_of: v for v in versions}}
    known = ", ".join(f"{v.as_of} ({v.update['version']})" for v in versions)
    faults = [
        Fault(
            "data/updates.csv",
            None,
            "update_id",
            name,
            "known-update",
            "no integrated update",
            f"Choose from: {known}.",
        )
        for name in (before, after)
        if name is not None and name not in names
    ]
    if not faults and before is not None and names[before].as_of >= names[after].as_of:
        message = f"{before} does not come before {after}"
        faults = [
            Fault("data/updates.csv", None, "update_id", before, "order", message, "Name the earlier update first.")
        ]
    if faults:
        raise UsageError(faults, "Nothing to compare")
    return between(None if before is None else names[before], names[after])


def history(versions: Sequence[Evidence]) -> list[Changes]:
    """What each version brought against the one before it, oldest first.

    Parameters
    ----------
    versions : sequence of Evidence
        As of each update, oldest first, such as `evidence.load_versions` gives them.
    """
    return [between(before, after) for before, after in zip([None, *versions], versions, strict=False)]


def between(before: Evidence | None, after: Evidence) -> Changes:
    """What changed between two cuts of the same tables; `before` None for the first version."""
    findings = sorted(compare_findings(before, after), key=_rank)  # stable: otherwise in the order of the page
    new, retired = (_ids(before, after, came) for came in (True, False))
    return Changes(
        None if before is None else _version(before),
        _version(after),
        tuple(findings),
        tuple(_studies(before, after)),
        () if before is None else tuple(_studies(after, before)),
        () if before is None else tuple(_totals(before, after)),
        () if before is None else tuple(_corrected(before, after, retired["counts"], new["counts"])),
        new,
        retired,
        tuple(_searches(before, after)),
        tuple(compare_statements(before, after)),
        () if before is None else tuple(_further(before, after)),
        () if before is None else tuple(_notices(before, after)),
    )


def _rank(finding: FindingChange) -> int:
    """Changed conclusions first, then estimates outside their earlier interval, then what else moved."""
    if finding.conclusions or not finding.moved:
        return 0 if finding.conclusions else 3
    return 1 if is_beyond(finding.before or {}, finding.after or {}) else 2


def _version(review: Evidence) -> Version:
    update = review.update
    return Version(*(str(update[c]) for c in ("update_id", "version", "searched_through", "integrated_on")))


def _ids(before: Evidence | None, after: Evidence, came: bool) -> dict[str, list[str]]:
    """Row ids by table that only the later (`came`) or only the earlier evidence has."""
    found = {}
    for table, key in ROW_KEYS.items():
        old = [] if before is None else list(before.tables[table][key])
        new = list(after.tables[table][key])
        mine, theirs = (new, set(old)) if came else (old, set(new))
        found[table] = [name for name in mine if name not in theirs]
    return found


def _studies(before: Evidence | None, after: Evidence) -> list[StudyChange]:
    known = set() if before is None else set(before.tables["studies"]["study_id"])
    found = []
    for _, study in after.tables["studies"].iterrows():
        if study["study_id"] in known:
            continue
        codes = [] if pd.isna(study["conditions"]) else study["conditions"].split(";")
        conditions = ", ".join(after.label("condition", code.strip(), short=True) for code in codes)
        patients = None if pd.isna(study["patients"]) else int(study["patients"])
        name = sections.study_name(after, study["study_id"])
        found.append(StudyChange(study["study_id"], name, conditions, patients))
    return found


def _notices(before: Evidence, after: Evidence) -> list[NoticeChange]:
    """Notices on studies that updates since `before` have met; checks at other times are told by the page of the studies."""
    found = []
    for _, row in after.tables.get("status_checks", pd.DataFrame(columns=["study_id", "check_id"])).iterrows():
        came = str(row["check_id"])[:10]
        of_search = str(row.get("source", "")).startswith(f"{OF_SEARCH} {came}")
        if not of_search or pd.isna(row["study_id"]) or not before.as_of < came <= after.as_of:
            continue
        name = sections.study_name(after, row["study_id"])
        changed = "" if pd.isna(row["note"]) else str(row["note"])
        finding = str(row["finding"]).replace("_", " ")
        found.append(NoticeChange(row["study_id"], name, finding, str(row["notice"]), changed))
    return found


def _further(before: Evidence, after: Evidence) -> list[StudyChange]:
    """Cohorts that a further report brought to a study that was there before."""
    studies = set(before.tables["studies"]["study_id"])
    cohorts = after.tables["cohorts"]
    new = cohorts[cohorts["study_id"].isin(studies) & ~cohorts["cohort_id"].isin(before.tables["cohorts"]["cohort_id"])]
    found = []
    for _, row in new[new["overlap_patients"].notna()].iterrows():
        patients = None if pd.isna(row["patients"]) else int(row["patients"])
        about = after.label("condition", row["condition"], short=True)
        name = sections.study_name(after, row["study_id"])
        found.append(StudyChange(row["study_id"], name, about, patients, int(row["overlap_patients"])))
    return found


def _totals(before: Evidence, after: Evidence) -> list[TotalChange]:
    earlier = before.tables["counts"].set_index("row_id")
    found = []
    for name in dict.fromkeys([*after.living, *before.living]):
        if name not in earlier.index:
            continue
        if not after.has_row(name):  # retired; told among the rows
            continue
        row = after.row(name)
        old = before.row(name)
        words = wording.written(old), wording.written(row)
        if words[0] != words[1]:
            made_of = after.living[name].made_of if name in after.living else None
            is_count = bool(old["events"] != row["events"])
            found.append(TotalChange(name, _name(after, row), *words, is_count, made_of=made_of))
    return found


def _corrected(before: Evidence, after: Evidence, gone: list[str], came: list[str]) -> list[TotalChange]:
    successors: dict[tuple[Any, ...], list[pd.Series]] = {}
    for name in came:
        row = after.row(name)
        successors.setdefault(_same(row), []).append(row)
    found = []
    for name in gone:
        old = before.row(name)
        matching = successors.get(_same(old), [])
        if len(matching) == 1:
            new = matching[0]
            words = wording.written(old), wording.written(new)
            found.append(TotalChange(new["row_id"], _name(after, new), *words, True, replaced=name))
    return found


def _same(row: pd.Series) -> tuple[Any, ...]:
    return tuple(None if pd.isna(row[c]) else row[c] for c in SAME)


def _name(review: Evidence, row: pd.Series) -> str:
    is_treated = review.codes.role("treatment", row["treatment"]) != "no_treatment"
    columns = ("treatment", "condition") if is_treated else ("condition",)
    about = [review.label(c, row[c], short=True) for c in columns]
    unit = "" if row["unit"] == "patients" else f" ({review.label('unit', row['unit'])})"
    return f"{', '.join(about)}: {sections.counted(review, row)}{unit}"


def _searches(before: Evidence | None, after: Evidence) -> list[dict[str, Any]]:
    since = "" if before is None else before.as_of
    rows = after.tables["searches"]
    found = rows[rows["update_id"] > since]
    return [
        {c: None if pd.isna(row[c]) else row[c].item() if hasattr(row[c], "item") else row[c] for c in SEARCH}
        for _, row in found.iterrows()
    ]


SEARCH = ("database", "date_run", "records")
