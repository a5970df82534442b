"""The audit of rows that are not part of the evidence yet, for those who extracted them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from helpers import numbers, synthesis
from helpers.audit import claims as claim_list
from helpers.audit import entries, expected
from helpers.audit.cells import Cells
from helpers.audit.claims import Claim
from helpers.audit.entries import Remark, Row
from helpers.audit.judged import AuditedClaim, judged
from helpers.audit.relations import Verdict
from helpers.evidence import Evidence

ROW_COLUMNS = (
    *("section", "source_id", "study_id", "condition", "unit", "level", "measure", "adds_up_to"),
    *("as_printed", "locator", "events", "total", "percent_printed"),
)
MORE_COLUMNS = ("treatment", "regimen", "line", "detail", "definition", "note")
WHOLE = ("events", "total", "patients", "group_no")
ALIASES = {"counts": ("row_id", "n"), "cohorts": ("cohort_id", "h"), "comparisons": ("comparison_id", "k")}


PRINTED_SO = "as printed"  # in a note: the extractor has seen that the report contradicts itself


@dataclass(frozen=True)
class Finding:
    """Something in new rows that an extractor should look at.

    Attributes
    ----------
    table, row : str
        Where it is: table and id of the row, as the form has it.
    rule : str
        Short name of the check, e.g. ``percentage`` or ``twice``.
    words : str
        What was found, in plain words.
    locator : str
        Place in the report that the row names.
    rows : tuple of str
        Rows it rests on, that one included.
    must_settle : bool
        Whether it cannot be right as it stands; otherwise, or when the row's note says that it is *as printed*, it is
        only worth a look.
    """

    table: str
    row: str
    rule: str
    words: str
    locator: str
    rows: tuple[str, ...]
    must_settle: bool

    def __str__(self) -> str:
        place = f" ({self.locator})" if self.locator else ""
        return f"{self.table} {self.row}{place}: {self.words}"

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain values."""
        return asdict(self) | {"rows": list(self.rows)}


def check_new_rows(tables: Mapping[str, pd.DataFrame], review: Evidence) -> list[Finding]:
    """What does not hold in newly extracted rows, before they are merged.

    Percentages against counts and totals (GRIM), parts against sums, totals against cohorts and treated patients,
    P values against percentages, values that cannot be, medians outside their range, rows that stand twice or are in
    the evidence already, outcomes without a definition.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        New rows, typed, in tables of the dictionary: any of ``studies``, ``cohorts``, ``counts``, ``doses``,
        ``quantities``, ``comparisons``, ``comparison_groups``, ``appraisals``.
    review : Evidence
        What the review holds already, and what its codes mean.

    Returns
    -------
    list of Finding
        What must be settled first, then what is worth a look; each in the order of tables and rows.
    """
    known = review.printed.tables
    found = [_finding(remark) for remark in entries.remarks(tables, known, review.codes)]
    renamed, names = _renamed(tables)
    if "counts" in renamed or "comparisons" in renamed:
        cells = Cells(renamed | {"vocabularies": known["vocabularies"]})
        claims = _claims(renamed, cells, known)
        told = zip(claims, judged(claims, cells), strict=True)
        found += [_told(claim, audited, cells, names) for claim, audited in told if _is_worth_telling(audited)]
    seen = _printed_so(tables)
    found = [replace(f, must_settle=f.must_settle and (f.table, f.row) not in seen) for f in found]
    order = [*ALIASES, *(t for t in tables if t not in ALIASES)]
    return sorted(found, key=lambda f: (not f.must_settle, order.index(f.table)))


def _printed_so(tables: Mapping[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """Rows whose note says that the report prints it so."""
    return {
        (name, str(row))
        for name, key in entries.KEYS.items()
        if name in tables and "note" in tables[name]
        for row, note in zip(tables[name][key], tables[name]["note"], strict=True)
        if PRINTED_SO in str(note).lower()
    }


def _finding(remark: Remark) -> Finding:
    return Finding(
        remark.table,
        remark.row,
        remark.rule,
        remark.words,
        remark.locator,
        (remark.row, *remark.others),
        remark.must_settle,
    )


def _renamed(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], dict[str, tuple[str, str]]]:
    """Tables with ids that a recipe can name, whatever people wrote, and the way back: id here to table and id there."""
    found: dict[str, pd.DataFrame] = {}
    back: dict[str, tuple[str, str]] = {}
    here: dict[str, dict[str, str]] = {}
    for table, (column, letter) in ALIASES.items():
        if table in tables and len(tables[table]):
            frame = _complete(tables[table])
            ids = [f"{letter}{at}" for at in range(len(frame))]
            back |= {i: (table, str(written)) for i, written in zip(ids, frame[column], strict=True)}
            here[table] = {str(written): i for i, written in zip(ids, frame[column], strict=True)}
            found[table] = frame.assign(**{column: ids})
    if "counts" in found:
        whole = found["counts"]["adds_up_to"]
        found["counts"]["adds_up_to"] = [None if pd.isna(w) else here["counts"].get(str(w)) for w in whole]
    if "comparisons" in found and "comparison_groups" in tables:
        groups = _complete(tables["comparison_groups"])
        comparisons = [here["comparisons"].get(str(c)) for c in groups["comparison_id"]]
        found["comparison_groups"] = groups.assign(comparison_id=pd.Series(comparisons, groups.index, "string")).dropna(
            subset=["comparison_id"]
        )
        for c, n in zip(*(found["comparison_groups"][k] for k in ("comparison_id", "group_no")), strict=True):
            back[f"{c}/{n}"] = ("comparisons", back[str(c)][1])
    if "studies" in tables:
        found["studies"] = _complete(tables["studies"])
    return found, back


def _complete(frame: pd.DataFrame) -> pd.DataFrame:
    """Every column that the checks read, numbers as numbers."""
    wanted = [*frame.columns, *(c for c in (*ROW_COLUMNS, *MORE_COLUMNS) if c not in frame.columns)]
    new = frame.reindex(columns=wanted).reset_index(drop=True)
    for column in (*WHOLE, "percent_printed"):
        if column in new:
            values = pd.to_numeric(new[column], errors="coerce")
            new[column] = values.astype("Int64") if column in WHOLE else values.astype("Float64")
    return new


def _claims(tables: Mapping[str, pd.DataFrame], cells: Cells, known: Mapping[str, pd.DataFrame]) -> list[Claim]:
    """Everything that new rows claim by rule."""
    counts = tables.get("counts", pd.DataFrame(columns=["row_id"]))
    about = {k: v for k, v in tables.items() if k in ("comparisons", "comparison_groups")} | {"counts": counts}
    about |= {"sources": known["sources"]}
    rows = [cells.row(name) for name in counts["row_id"]]
    usual = claim_list.generated(about, cells)
    sized = {
        claim.about for claim in usual if claim.claim_id.startswith("denominator-")
    }  # held against the study already
    return [
        *expected.possible(counts, cells),
        *usual,
        *(claim for claim in expected.within_cohorts(rows, tables, cells) if claim.about not in sized),
        *expected.within_treated(rows, cells),
        *expected.exclusive(rows, cells),
        *expected.groups(about, cells),
    ]


def _is_worth_telling(claim: AuditedClaim) -> bool:
    """Whether something is wrong; that a P value fits one common test and not another is no fault of the extraction."""
    return claim.verdict != Verdict.REPRODUCED and (claim.verdict, claim.kind) != (Verdict.ROUNDING, "p_value")


def _told(claim: Claim, audited: AuditedClaim, cells: Cells, names: Mapping[str, tuple[str, str]]) -> Finding:
    table, row = names[claim.about]
    is_wrong = audited.verdict == Verdict.DIFFERS
    parts = [f"{cells.subject(claim.about)}:", audited.explanation]
    parts += [_which_counts(cells.row(audited.rows[0]), claim)] if is_wrong else []
    parts += [f"Expected: {claim.statement[:1].lower()}{claim.statement[1:]}"]
    parts += [audited.hypothesis] if audited.hypothesis.startswith("The only") else []
    rows = tuple(dict.fromkeys(names[r][1] for r in audited.rows if r in names))
    return Finding(table, row, claim.kind, " ".join(filter(None, parts)), audited.locator, rows, is_wrong)


def _which_counts(row: Row, claim: Claim) -> str:
    """Counts that would give a printed percentage which the written count does not give."""
    percent, total = row.get("percent_printed"), row.get("total")
    if claim.kind != "percentage" or percent is None or total is None or not (0 <= percent <= 100 and total > 0):
        return ""
    printed = numbers.plain(float(percent))
    counts = synthesis.compatible_counts(printed, int(total))
    if not counts:
        return f"No whole number out of {int(total)} gives {printed}%."
    return f"{printed}% of {int(total)} would be {numbers.span(counts[0], counts[-1])}."


def audit_rows(counts: pd.DataFrame, vocabularies: pd.DataFrame) -> list[AuditedClaim]:
    """What does not hold in rows of `counts` alone, as audited claims.

    Parameters
    ----------
    counts : DataFrame
        Rows of `counts`, typed or as read from a form; other columns than ``row_id`` may be missing.
    vocabularies : DataFrame
        What their codes mean.

    Returns
    -------
    list of AuditedClaim
        Values that cannot be and contradictions first, then what is a matter of rounding, then what cannot be checked;
        empty when everything is reproduced.
    """
    frame = counts.reindex(columns=[*counts.columns, *(c for c in ROW_COLUMNS if c not in counts.columns)]).copy()
    for column in ("events", "total", "percent_printed"):
        frame[column] = pd.to_numeric(frame[column]).astype("Float64" if column == "percent_printed" else "Int64")
    cells = Cells({"counts": frame, "vocabularies": vocabularies})
    found = judged([*expected.possible(frame, cells), *claim_list.generated({"counts": frame}, cells)], cells)
    order = [Verdict.DIFFERS, Verdict.ROUNDING, Verdict.CANNOT_BE_CHECKED]
    return [c for verdict in order for c in found if c.verdict == verdict]
