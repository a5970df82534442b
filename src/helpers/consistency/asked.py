"""Which studies may share patients: the questions that must be answered before a study is added."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from helpers.codes import Codes
from helpers.consistency.people import COHORTS, STUDIES, cohorts_in_force, names_in, studies_in_force
from helpers.faults import Fault

KNOWN = "known:"  # how the ledger writes a study that the review has already
# Relations between two documents that say: these are, at least in part, the same patients.
SAME_PATIENTS = {
    *("same_study", "same_report", "abstract_of", "preprint_of", "translation_of", "correction_of", "comment_on"),
}
TRIALS = ("trial", "controlled_trial", "randomised_trial")  # roles of designs
IN_OTHER_WORDS = {
    "same_study": "the ledger links them as reports of one study",
    "abstract_of": "the ledger links one as an abstract of the other",
    "preprint_of": "the ledger links one as a preprint of the other",
    "translation_of": "the ledger links one as a translation of the other",
    "correction_of": "the ledger links one as a correction of the other",
    "comment_on": "the ledger links one as a comment on the other",
    "same_report": "the ledger links them as one report",
}


def check_unresolved(
    tables: Mapping[str, pd.DataFrame], links: pd.DataFrame | None, study_of: Mapping[str, str]
) -> list[Fault]:
    """New studies that may share patients with an earlier one, and do not say whether and how many.

    Reasons to ask: a link in the ledger, the same trial registration, the same first author for the same condition, two
    trials of one drug in one condition.
    """
    studies = studies_in_force(tables)
    cohorts = cohorts_in_force(tables)
    linked = _linked(links, study_of)
    codes = Codes(tables["vocabularies"])
    given = _treatments(tables["counts"], codes)
    first = min((s["added_in"] for s in studies.values() if s["added_in"]), default="")
    faults = []
    for new in [s for s in studies.values() if (s["added_in"] or "") > first]:
        for old in studies.values():
            if old["order"] >= new["order"]:
                continue
            reasons = list(
                _reasons(new, old, cohorts, given, codes, linked.get(frozenset((new["study_id"], old["study_id"])), ()))
            )
            if not reasons:
                continue
            shared = _stated(cohorts, new["study_id"], old["study_id"])
            is_same = any(r == IN_OTHER_WORDS["same_study"] for r in reasons)
            if shared is None or (shared == 0 and is_same):
                faults.append(_unresolved(new, old, cohorts, reasons, shared))
    return faults


def _unresolved(
    new: Mapping[str, Any],
    old: Mapping[str, Any],
    cohorts: Mapping[str, dict[str, Any]],
    reasons: list[str],
    shared: int | None,
) -> Fault:
    mine = [c for c in cohorts.values() if c["study_id"] == new["study_id"]]
    theirs = [n for n, c in cohorts.items() if c["study_id"] == old["study_id"]]
    sizes = [c["patients"] for c in cohorts.values() if c["study_id"] == old["study_id"] and c["patients"] is not None]
    size = f" ({sum(sizes)} patients)" if sizes else ""
    message = f"may count patients of {old['study_id']}{size} again: {'; '.join(reasons)}"
    if shared == 0:
        fix = "It says that none is shared: undo the link if that is so, or give the number of shared patients."
    else:
        named = (
            f"`{';'.join(theirs)}`"
            if theirs
            else f"a cohort of {old['study_id']} (add its row first; `patients` may stay empty)"
        )
        where = "" if mine else f"add a row for {new['study_id']} to {COHORTS}, then "
        fix = (
            f"Compare centres, years and patients; {where}write {named} under `overlaps_with` and the number of shared patients"
            " under `overlap_patients`: 0 if none is shared, all of them if the reports do not tell."
        )
    if mine:
        return Fault(
            COHORTS, mine[0]["line"], "overlaps_with", mine[0]["cohort_id"], "overlap-unresolved", message, fix
        )
    return Fault(STUDIES, new["line"], "study_id", new["study_id"], "overlap-unresolved", message, fix)


def _reasons(
    new: Mapping[str, Any],
    old: Mapping[str, Any],
    cohorts: Mapping[str, dict[str, Any]],
    given: Mapping[str, set[str]],
    codes: Codes,
    relations: tuple[str, ...],
) -> Iterator[str]:
    yield from relations
    if same := sorted(_registrations(new) & _registrations(old)):
        yield f"both name the trial {', '.join(same)}"
    if not _meet(new["study_id"], old["study_id"], cohorts, codes):
        return
    if (author := _author(new["first_author"])) and author == _author(old["first_author"]):
        yield f"both have {new['first_author']} as first author and patients with the same condition"
    drugs = given.get(new["study_id"], set()) & given.get(old["study_id"], set())
    if drugs and all(codes.role("design", s["design"]) in TRIALS for s in (new, old)):
        yield f"both are trials of {', '.join(sorted(drugs))} in patients with the same condition"


def _meet(new: str, old: str, cohorts: Mapping[str, dict[str, Any]], codes: Codes) -> bool:
    """Whether two studies have cohorts whose conditions can hold the same patients."""
    ours = {c["condition"] for c in cohorts.values() if c["study_id"] == new}
    theirs = {c["condition"] for c in cohorts.values() if c["study_id"] == old}
    return any(codes.covers("condition", *pair) for a in ours for b in theirs for pair in ((a, b), (b, a)))


def _stated(cohorts: Mapping[str, dict[str, Any]], new: str, old: str) -> int | None:
    """How many patients two studies are said to share; None where neither says."""
    found = [
        c["overlap_patients"]
        for c in cohorts.values()
        for n in names_in(c["overlaps_with"])
        if n in cohorts and {c["study_id"], cohorts[n]["study_id"]} == {new, old} and c["overlap_patients"] is not None
    ]
    return max(found) if found else None


def _linked(links: pd.DataFrame | None, study_of: Mapping[str, str]) -> dict[frozenset[str], tuple[str, ...]]:
    """Reasons from the ledger, by the two studies they join; of several decisions on a pair the last one of a person counts."""
    if links is None or links.empty:
        return {}
    latest: dict[frozenset[str], Mapping[Any, Any]] = {}
    for link in links.astype(object).where(links.notna(), None).to_dict("records"):
        pair = frozenset((str(link["a"]), str(link["b"])))
        before = latest.get(pair)
        is_person = str(link.get("decided_by") or "").startswith("person:")
        if before is None or is_person or not str(before.get("decided_by") or "").startswith("person:"):
            latest[pair] = link
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for decided in latest.values():
        if decided.get("status") == "undone" or decided["relation"] not in SAME_PATIENTS:
            continue
        studies = frozenset(_study(str(decided[end]), study_of) for end in ("a", "b"))
        if len(studies) == 2:
            words = IN_OTHER_WORDS[decided["relation"]]
            words = (
                f"an open question of the ledger: {words.removeprefix('the ledger ')}"
                if decided.get("status") == "open"
                else words
            )
            found[studies] = (*found.get(studies, ()), words)
    return found


def _study(record: str, study_of: Mapping[str, str]) -> str:
    return study_of.get(record) or record.removeprefix(KNOWN)


def _treatments(counts: pd.DataFrame, codes: Codes) -> dict[str, set[str]]:
    """Treatments that each study reports on."""
    nothing = codes.with_role("treatment", "no_treatment")
    told = counts[counts["study_id"].notna() & ~counts["treatment"].isin(nothing)]
    return {str(study): set(group["treatment"]) for study, group in told.groupby("study_id")}


def _registrations(study: Mapping[str, Any]) -> set[str]:
    """Registry numbers without spaces, in capitals."""
    return {re.sub(r"\s", "", number).upper() for number in names_in(study["registrations"])}


def _author(name: Any) -> str:
    """Surname and first initial, without case."""
    found = re.match(r"(.+?)(?:\s+([A-Z])[A-Z]*)?$", str(name or "").strip())
    return " ".join(part for part in found.groups() if part).casefold() if found else ""
