"""Certainty of the summary of findings: each rated line has every domain once, and its reasons rest on rows in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from helpers.codes import Codes
from helpers.consistency.people import names_in
from helpers.consistency.words import OWN_WORDS
from helpers.evidence import ROW_KEYS
from helpers.evidence.certainty import START, STARTS
from helpers.faults import Fault

CERTAINTY, FINDINGS = "data/certainty.csv", "data/findings.csv"
DOMAINS, JUDGEMENTS = "certainty_domain", ("judgement_a", "judgement_b", "judgement")
PLACE = re.compile(r"\{([^{}:]*)(?::[^{}]*)?\}")
NO_ROW = {"searched_through"}  # places that stand for a day
RANDOMISED = "randomised_trial"  # role of designs whose evidence starts high
Row = Mapping[str, Any]


def check_certainty(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """What is wrong with the domains of the summary of findings.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``certainty``, ``findings``, ``studies``, ``vocabularies`` and the tables of evidence rows, retired rows too.
    """
    codes = Codes(tables["vocabularies"])
    judged, findings = _rows(tables["certainty"]), _rows(tables["findings"])
    current = {str(f["finding_id"]): f for f in findings if f["retired_in"] is None}
    evidence = {str(row[key]): row for table, key in ROW_KEYS.items() for row in _rows(tables[table])}
    designs = {str(s["study_id"]): s["design"] for s in _rows(tables["studies"]) if s["retired_in"] is None}
    randomised = {study for study, design in designs.items() if codes.role("design", design) == RANDOMISED}
    in_force = [row for row in judged if row["retired_in"] is None]
    faults = [*_incomplete(in_force, current, codes.order(DOMAINS)), *_misplaced(in_force, current)]
    for row in judged:
        faults += [*_judgements(row), *_places(row, evidence)]
    for row in in_force:
        outcome = evidence.get(str(current.get(str(row["finding_id"]), {}).get("outcome_row")))
        faults += [] if outcome is None else _start(row, outcome, randomised)
    return faults


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    records = zip(plain.index, plain.to_dict("records"), strict=True)
    return [{"line": int(str(line)), **{str(c): value for c, value in record.items()}} for line, record in records]


def _fault(row: Row, column: str, value: object, rule: str, message: str, fix: str) -> Fault:
    return Fault(CERTAINTY, row["line"], column, None if value is None else str(value), rule, message, fix)


def _incomplete(judged: list[dict[str, Any]], current: Mapping[str, Row], domains: list[str]) -> Iterator[Fault]:
    """Rated lines that lack a domain, and domains that are judged twice."""
    first: dict[tuple[Any, Any], Row] = {}
    for row in judged:
        before = first.setdefault((row["finding_id"], row["domain"]), row)
        if before is not row:
            message = f"{row['domain']} of {row['finding_id']} is judged in line {before['line']} already"
            fix = "Retire the earlier judgement, or remove this one."
            yield _fault(row, "domain", row["domain"], "certainty-once", message, fix)
    for name, finding in current.items():
        lacking = [domain for domain in domains if (name, domain) not in first]
        if lacking and finding["outcome_row"] is not None:
            message = f"the certainty of this line is not judged in {', '.join(lacking)}"
            fix = f"Add a row for each to {CERTAINTY}, judged by two readers."
            yield Fault(FINDINGS, finding["line"], "finding_id", name, "certainty-domains", message, fix)


def _misplaced(judged: list[dict[str, Any]], current: Mapping[str, Row]) -> Iterator[Fault]:
    """Judgements of lines without an outcome, or of lines that are no longer in force."""
    for row in judged:
        name = str(row["finding_id"])
        if name not in current:
            message, fix = "the line it judges is no longer in force", "Retire the judgement with its line."
            yield _fault(row, "finding_id", name, "certainty-line", message, fix)
        elif current[name]["outcome_row"] is None:
            message = "the line has no outcome that could be rated"
            fix = "Remove the judgement, or give the line its `outcome_row`."
            yield _fault(row, "finding_id", name, "certainty-outcome", message, fix)


def _judgements(row: Row) -> Iterator[Fault]:
    """The start has judgements of its own."""
    for column in JUDGEMENTS:
        if row[column] is not None and (row[column] in STARTS) is not (row["domain"] == START):
            only = f"only {START} takes {' or '.join(STARTS)}, and it takes nothing else"
            fix = (
                f"Write {' or '.join(STARTS)}." if row["domain"] == START else "Write by how much the level is lowered."
            )
            yield _fault(row, column, row[column], "certainty-judgement", only, fix)


def _places(row: Row, evidence: Mapping[str, Row]) -> Iterator[Fault]:
    """Rows that a reason rests on, and numbers in its words."""
    reason = str(row["reason"] or "")
    named = [("rows", name) for name in names_in(row["rows"])]
    named += [("reason", name) for name in PLACE.findall(reason) if name not in NO_ROW]
    for column, name in named:
        if name not in evidence:
            message, fix = "no evidence row has this id", "Correct the id, or leave it out."
            yield _fault(row, column, name, "certainty-row", message, fix)
        elif not _lasts(evidence[name], row):
            message = "the evidence row is not in force for as long as the judgement"
            fix = "Judge the domain again on the rows in force, in a new row, and retire this one."
            yield _fault(row, column, name, "certainty-row", message, fix)
    typed = [word for word in OWN_WORDS.sub(" ", PLACE.sub(" ", reason)).split() if re.search(r"\d", word)]
    if typed:
        message = f"the reason holds a number that is computed from no row: {', '.join(typed)}"
        yield _fault(row, "reason", reason, "certainty-number", message, "Put the row in its place: `{row_id:of}`.")


def _lasts(evidence: Row, judgement: Row) -> bool:
    since, until = evidence.get("added_in"), evidence.get("retired_in")
    is_there = since is None or judgement["added_in"] is None or since <= judgement["added_in"]
    return is_there and (until is None or (judgement["retired_in"] or "9999") <= until)


def _start(row: Row, outcome: Row, randomised: set[str]) -> Iterator[Fault]:
    """A high start needs a randomised trial: that of the outcome, or, where that is a total, any."""
    study = outcome.get("study_id")
    is_randomised = bool(randomised) if study is None else study in randomised
    if STARTS.get(str(row["judgement"])) == max(STARTS.values()) and not is_randomised:
        message = "the evidence starts high, and its outcome comes from no randomised trial"
        fix = f"Start low; a design with the role {RANDOMISED} starts high."
        yield _fault(row, "judgement", row["judgement"], "certainty-start", message, fix)
