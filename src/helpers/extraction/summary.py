"""What became of an extraction, in ten lines for the one who runs the update."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from helpers import numbers
from helpers.extraction.agreement import TableAgreement
from helpers.extraction.plan import STUDY
from helpers.extraction.reconciling import Reconciliation

MOST = 4  # named before the rest is only counted


def summary(found: Reconciliation, findings: Sequence[object] = ()) -> str:
    """Agreement, what is open and what comes next, in at most ten lines.

    Parameters
    ----------
    found : Reconciliation
        Two extractions laid together.
    findings : sequence
        What the audit of the new rows found; each is told by its text.

    Returns
    -------
    str
        Lines without a line break at the end.
    """
    lines = [_studies(found), _rows(found.agreement), _cells(found.agreement), _least(found.agreement)]
    decided = len(found.decisions)
    names = [name for name in dict.fromkeys(found.decisions.get("person", ())) if name]
    lines.append(f"Decided by {_first(names) if names else 'a third person'}: {decided or 'nothing so far'}.")
    lines.append(_open(found))
    lines += [f"Cannot be followed: {_first(list(map(str, _places(found))))}."] if found.faults else []
    lines.append(
        f"Audit of the new rows: {len(findings)} to look at." if findings else "Audit of the new rows: no finding."
    )
    if found.is_copy:
        lines.append("Both extractions are alike in every cell, own words included: were they made independently?")
    lines.append(_next(found, len(findings)))
    return "\n".join(line for line in lines if line)


def _studies(found: Reconciliation) -> str:
    studies = {study for frame in found.tables.values() if STUDY in frame for study in frame[STUDY].dropna()}
    rows = ", ".join(f"{name} {len(frame)}" for name, frame in found.tables.items() if len(frame))
    return f"Settled: {len(studies)} {'study' if len(studies) == 1 else 'studies'} ({rows or 'no rows'})."


def _rows(agreement: Sequence[TableAgreement]) -> str:
    either = sum(t.rows_a + t.rows_b - t.paired for t in agreement)
    paired = sum(t.paired for t in agreement)
    share = f" ({numbers.percent(paired / either)})" if either else ""
    a, b = sum(t.rows_a for t in agreement), sum(t.rows_b for t in agreement)
    return f"Rows: {a} of the first extractor, {b} of the second; {paired} of {either} found by both{share}."


def _cells(agreement: Sequence[TableAgreement]) -> str:
    compared = sum(int(t.cells["compared"].sum()) for t in agreement)
    equal = sum(int(t.cells["equal"].sum()) for t in agreement)
    return (
        f"Cells: {equal} of {compared} alike ({numbers.percent(equal / compared)})."
        if compared
        else "Cells: none to compare."
    )


def _least(agreement: Sequence[TableAgreement]) -> str:
    columns = [
        (c["equal"] / c["compared"], f"{t.table}.{c['column']} {numbers.percent(c['equal'] / c['compared'])}")
        for t in agreement
        for c in t.cells.to_dict("records")
        if c["compared"] and c["equal"] < c["compared"]
    ]
    return f"Least alike: {_first([text for _, text in sorted(columns)])}." if columns else ""


def _open(found: Reconciliation) -> str:
    if found.open.empty:
        return "Open: nothing."
    whole = int((found.open["column"] == "").sum())
    by_column = Counter(f"{r['table']}.{r['column']}" for r in found.open.to_dict("records") if r["column"])
    parts = [f"{name} {count}" for name, count in by_column.most_common()]
    cells = len(found.open) - whole
    return f"Open: {cells} cells{f' ({_first(parts)})' if parts else ''}, {whole} rows of one extractor only."


def _first(texts: Sequence[str]) -> str:
    rest = f" and {len(texts) - MOST} more" if len(texts) > MOST else ""
    return ", ".join(texts[:MOST]) + rest


def _places(found: Reconciliation) -> list[str]:
    return [f"{f.file} line {f.row} ({f.message})" if f.row else f"{f.file} ({f.message})" for f in found.faults]


def _next(found: Reconciliation, findings: int) -> str:
    if found.faults:
        return "Next: mend the decisions named above."
    if not found.open.empty:
        return "Next: a third person fills in `chosen` and `reason` in the worklist; nothing merges until then."
    return "Next: look at the findings, then merge." if findings else "Next: merge."
