"""Two reviewers' decisions put together: what is settled, what they differ on, what is still missing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.faults import Fault, ReviewError
from helpers.screening.reasons import Reasons
from helpers.screening.words import (
    COLUMNS,
    CONSENSUS,
    EXCLUDE,
    FULL_TEXT,
    INCLUDE,
    INDEPENDENT,
    NOT_RETRIEVED,
    UNSURE,
    same_name,
)

FILE = "screening.csv"
REVIEWERS_NEEDED = 2
CONFLICT, INCOMPLETE = "conflict", "incomplete"
COMBINED = ("phase", "report_id", "outcome", "reason", "settled_by", "decisions")

Row = dict[str, str]


def empty() -> pd.DataFrame:
    """Decisions before anybody has decided: the columns of ``screening.csv`` and no row."""
    return pd.DataFrame({name: pd.Series(dtype="string") for name in COLUMNS})


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """Decisions as a frame with the columns of ``screening.csv``; an empty cell is an empty text."""
    return pd.DataFrame(list(rows), columns=list(COLUMNS)).fillna("").astype("string")


def regroup(screening: pd.DataFrame, reports: pd.Series) -> pd.DataFrame:
    """The same decisions under the reports that the records belong to now.

    Links change which records make up a report; a decision stays with the record it was made on.

    Parameters
    ----------
    screening : DataFrame
        Columns of ``screening.csv``.
    reports : Series
        Report of each record, by record id.

    Returns
    -------
    DataFrame
        A new frame; a record that `reports` does not know keeps its report.
    """
    now = screening["record_id"].map(reports)
    return screening.assign(report_id=now.where(now.notna(), screening["report_id"]).astype("string"))


def combine(decisions: pd.DataFrame, *, reasons: Reasons | None = None) -> pd.DataFrame:
    """What the reviewers' decisions come to, one row a report and phase.

    Parameters
    ----------
    decisions : DataFrame
        Columns of ``screening.csv``, of any number of phases and reviewers.
    reasons : Reasons, optional
        Of two different reasons for one exclusion the first of this list counts; without it, the first met.

    Returns
    -------
    DataFrame
        ``phase``; ``report_id``; ``outcome``: ``include``, ``exclude``, ``conflict``, or ``incomplete`` while fewer
        than two reviewers have decided by themselves; ``reason``: code, may be empty; ``settled_by``: ``agreement``,
        ``consensus`` or empty; ``decisions``: each reviewer's own, in words. In the order in which reports first appear.

    Raises
    ------
    ReviewError
        One reviewer has two different decisions on one report, or there are two different ones by consensus.

    Notes
    -----
    On title and abstract *unsure* keeps a report in, as *include* does; on full text it has to be settled. A consensus
    settles a conflict and nothing else: it neither stands in for a reviewer who has not looked nor overrules two who
    agree. Two exclusions for different reasons agree; that one reviewer could not get the full text and the other could
    is a conflict.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in _rows(decisions):
        groups.setdefault((row["phase"], row["report_id"]), []).append(row)
    faults = [fault for group in groups.values() for fault in _contradictions(group)]
    if faults:
        raise ReviewError(faults, "The decisions contradict themselves")
    rows = [_combined(phase, report, group, reasons) for (phase, report), group in groups.items()]
    return pd.DataFrame(rows, columns=list(COMBINED)).astype("string")


def unsettled(decisions: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What the reviewers' own decisions come to, without any consensus: outcome by phase and report."""
    found = combine(decisions[decisions["stage"] == INDEPENDENT])
    return {(str(p), str(r)): str(o) for p, r, o in found[["phase", "report_id", "outcome"]].itertuples(index=False)}


def conflicts(combined: pd.DataFrame) -> pd.DataFrame:
    """The rows of `combine` that two reviewers must settle."""
    return combined[combined["outcome"] == CONFLICT].reset_index(drop=True)


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(name): str(cell) for name, cell in row.items()} for row in frame.fillna("").to_dict("records")]


def _combined(phase: str, report: str, group: list[Row], reasons: Reasons | None) -> Row:
    own = list({same_name(r["reviewer"]): r for r in group if r["stage"] == INDEPENDENT}.values())
    agreed = [r for r in group if r["stage"] == CONSENSUS]
    said = "; ".join(f"{r['reviewer']}: {r['decision']}" + (f" ({r['reason']})" if r["reason"] else "") for r in own)
    row = {"phase": phase, "report_id": report, "reason": "", "settled_by": "", "decisions": said}
    if len(own) < REVIEWERS_NEEDED:
        return row | {"outcome": INCOMPLETE}
    outcome = _outcome(phase, own)
    if outcome == CONFLICT and agreed:
        return row | {
            "outcome": agreed[0]["decision"],
            "reason": _reason(agreed, reasons),
            "settled_by": CONSENSUS,
        }
    if outcome == CONFLICT:
        return row | {"outcome": CONFLICT}
    return row | {
        "outcome": outcome,
        "reason": _reason(own, reasons) if outcome == EXCLUDE else "",
        "settled_by": "agreement",
    }


def _outcome(phase: str, own: list[Row]) -> str:
    decided = {row["decision"] for row in own}
    if phase == FULL_TEXT and UNSURE in decided:
        return CONFLICT
    kept = {INCLUDE if code == UNSURE else code for code in decided}
    if len(kept) > 1:
        return CONFLICT
    was_had = {row["reason"] != NOT_RETRIEVED for row in own}
    return CONFLICT if kept == {EXCLUDE} and len(was_had) > 1 else kept.pop()


def _reason(rows: list[Row], reasons: Reasons | None) -> str:
    codes = [row["reason"] for row in rows if row["reason"]]
    return (reasons.first(codes) if reasons else "") or next(iter(codes), "")


def _contradictions(group: list[Row]) -> list[Fault]:
    said: dict[str, set[tuple[str, str]]] = {}
    for row in group:
        who = same_name(row["reviewer"]) if row["stage"] == INDEPENDENT else "the consensus"
        said.setdefault(who, set()).add((row["decision"], row["reason"]))
    return [
        Fault(
            FILE,
            None,
            group[0]["report_id"],
            ", ".join(sorted(f"{d} ({r})" if r else d for d, r in different)),
            "one-decision",
            f"{len(different)} different decisions by {who} on one report in the phase {group[0]['phase']}",
            "Keep one of them; if two records have become one report, decide once for the report.",
        )
        for who, different in said.items()
        if len(different) > 1
    ]


def merged(existing: pd.DataFrame, new: Sequence[pd.DataFrame], *, replace: bool = False) -> pd.DataFrame:
    """Earlier decisions and newly read ones in one table.

    Parameters
    ----------
    existing : DataFrame
        Decisions so far.
    new : sequence of DataFrame
        One a file, as `read_decisions` gives them.
    replace : bool
        Whether a new decision may take the place of an earlier, different one by the same reviewer.

    Returns
    -------
    DataFrame
        A new table; handing in the same file twice, one time after the other, changes nothing.

    Raises
    ------
    ReviewError
        Two of the files come from reviewers with the same name, or a file changes a decision and `replace` is off.
    """
    faults = _same_reviewer_twice(new)
    known = {_key(row): row for row in _rows(existing)}
    names = {same_name(row["reviewer"]): row["reviewer"] for row in known.values()}
    for row in (row for frame in new for row in _rows(frame)):
        row["reviewer"] = names.setdefault(same_name(row["reviewer"]), row["reviewer"])
        before = known.get(_key(row))
        if before is not None and (before["decision"], before["reason"]) == (row["decision"], row["reason"]):
            continue
        if before is not None and not replace:
            message = f"{row['reviewer']} has already decided {before['decision']} here, in the phase {row['phase']}"
            fix = (
                "Leave the earlier decision, settle it by consensus, or hand the file in as a replacement. "
                "Another person of the same name needs another name."
            )
            faults.append(Fault(FILE, None, row["report_id"], row["decision"], "decision-changed", message, fix))
        else:
            known[_key(row)] = row
    if faults:
        raise ReviewError(faults, "The decisions could not be taken over")
    return table(list(known.values()))


def _key(row: Row) -> tuple[str, str, str, str]:
    who = same_name(row["reviewer"]) if row["stage"] == INDEPENDENT else ""
    return row["phase"], row["report_id"], row["stage"], who


def _same_reviewer_twice(new: Sequence[pd.DataFrame]) -> list[Fault]:
    """Two people who call themselves the same would look like one, and their agreement like certainty."""
    owners: dict[tuple[str, str], dict[int, str]] = {}
    for number, frame in enumerate(new):
        own = frame[frame["stage"] == INDEPENDENT]
        for phase, name in own[["phase", "reviewer"]].drop_duplicates().itertuples(index=False):
            owners.setdefault((phase, same_name(name)), {}).setdefault(number, name)
    return [
        Fault(
            FILE,
            None,
            "reviewer",
            " / ".join(dict.fromkeys(by_file.values())),
            "reviewer-twice",
            f"{len(by_file)} files of one phase ({phase}) come from reviewers with the same name",
            "Two people: give one of them another name, such as an initial more. One person: hand the files in one by one.",
        )
        for (phase, _), by_file in owners.items()
        if len(by_file) > 1
    ]
