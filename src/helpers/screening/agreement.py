"""How well two reviewers agree: kappa, PABAK and AC1, each with what it can and cannot say."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import numbers
from helpers.screening.coefficients import MIN_REPORTS, ac1, kappa
from helpers.screening.words import EXCLUDE, INCLUDE, INDEPENDENT, UNSURE, same_name

# Kappa falls when one decision is rare: Feinstein & Cicchetti 1990, J Clin Epidemiol 43:543-549. The share below which
# a note says so is ours.
RARE = 0.2
CAVEAT = (
    "Kappa sets agreement against what chance would give, and it falls when one decision is rare, however well the two "
    "agree; PABAK and AC1 fall less. Read the three together with the counts."
)


@dataclass(frozen=True)
class Agreement:
    """Agreement of two reviewers who decided by themselves.

    Attributes
    ----------
    phase : str
        Phase of screening.
    reviewers : tuple of str
        The two; empty where there are no two.
    n : int
        Reports that both have decided.
    table : DataFrame
        Counts, reports: rows are the first reviewer's decisions, columns the second's, ``include`` and ``exclude``.
    notes : tuple of str
        Why a value is missing, and how to read the others.
    observed : float or None
        Share of reports on which they agree, in [0, 1].
    kappa, kappa_low, kappa_high : float or None
        Cohen's kappa and its interval.
    pabak : float or None
        Prevalence- and bias-adjusted kappa: twice the observed agreement, less one.
    ac1, ac1_low, ac1_high : float or None
        Gwet's first-order agreement coefficient and its interval.
    """

    phase: str
    reviewers: tuple[str, ...]
    n: int
    table: pd.DataFrame
    notes: tuple[str, ...]
    observed: float | None = None
    kappa: float | None = None
    kappa_low: float | None = None
    kappa_high: float | None = None
    pabak: float | None = None
    ac1: float | None = None
    ac1_low: float | None = None
    ac1_high: float | None = None


def agreement(
    decisions: pd.DataFrame, phase: str, *, reviewers: tuple[str, str] | None = None, level: float = 0.95
) -> Agreement:
    """Agreement of two reviewers in one phase, before any consensus.

    Parameters
    ----------
    decisions : DataFrame
        Columns of ``screening.csv``.
    phase : str
        ``title_abstract`` or ``full_text``.
    reviewers : tuple of str, optional
        The two; default those who have most reports in common.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Agreement
        *Unsure* counts as *include*, because it keeps the report in. With no report that both have decided, every
        coefficient is None and a note says why.
    """
    by_person = _by_person(decisions, phase)
    pairs = list(itertools.combinations(by_person, 2)) if reviewers is None else [_named(reviewers, by_person)]
    if not pairs:
        note = "Fewer than two reviewers have decided in this phase, so there is nothing to compare."
        return Agreement(phase, (), 0, _counts({}, {}), (note,))
    pair = max(pairs, key=lambda two: len(by_person[two[0]].keys() & by_person[two[1]].keys()))
    first, second = by_person[pair[0]], by_person[pair[1]]
    more = len(by_person) > len(pair) and reviewers is None
    said = _unsure_note(first, second)
    return _measured(phase, pair, _counts(first, second), level, more_reviewers=more, said=said)


def agreements(decisions: pd.DataFrame, phase: str, *, level: float = 0.95) -> list[Agreement]:
    """Agreement of every two reviewers who have decided on the same reports."""
    pairs = itertools.combinations(_by_person(decisions, phase), 2)
    found = [agreement(decisions, phase, reviewers=pair, level=level) for pair in pairs]
    return [a for a in found if a.n]


def _by_person(decisions: pd.DataFrame, phase: str) -> dict[str, dict[str, str]]:
    people: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    own = decisions[(decisions["phase"] == phase) & (decisions["stage"] == INDEPENDENT)]
    for name, report, decision in own[["reviewer", "report_id", "decision"]].itertuples(index=False):
        person = names.setdefault(same_name(name), str(name))
        people.setdefault(person, {})[str(report)] = str(decision)
    return people


def _named(reviewers: tuple[str, str], by_person: dict[str, dict[str, str]]) -> tuple[str, str]:
    known = {same_name(name): name for name in by_person}
    unknown = [name for name in reviewers if same_name(name) not in known]
    if unknown:
        raise ValueError(f"no decision by {', '.join(unknown)}; there are {', '.join(by_person) or 'none'}")
    return known[same_name(reviewers[0])], known[same_name(reviewers[1])]


def _counts(first: dict[str, str], second: dict[str, str]) -> pd.DataFrame:
    codes = [INCLUDE, EXCLUDE]
    seen = Counter((_kept(first[report]), _kept(second[report])) for report in first.keys() & second.keys())
    return pd.DataFrame([[seen[one, two] for two in codes] for one in codes], index=codes, columns=codes)


def _kept(decision: str) -> str:
    return EXCLUDE if decision == EXCLUDE else INCLUDE


def _unsure_note(first: dict[str, str], second: dict[str, str]) -> list[str]:
    shared = first.keys() & second.keys()
    unsure = sum(1 for person in (first, second) for report in shared if person[report] == UNSURE)
    return [f"Decisions that read unsure: {unsure}. They count as include, because they keep the report in."] * bool(
        unsure
    )


def _measured(
    phase: str, pair: tuple[str, str], table: pd.DataFrame, level: float, *, more_reviewers: bool, said: list[str]
) -> Agreement:
    counts = table.to_numpy(dtype=float)
    n = int(counts.sum())
    notes = list(said)
    if more_reviewers:
        notes.append("There are more than two reviewers; these two have most reports in common.")
    if not n:
        return Agreement(phase, pair, 0, table, (*notes, "No report has been decided by both reviewers."))
    observed = float(np.trace(counts)) / n
    found_kappa, found_ac1 = kappa(counts, level=level), ac1(counts, level=level)
    if found_kappa.value is None:
        notes.append("Both reviewers made the same decision on every report, so kappa is not defined.")
    elif observed == 1:
        notes.append("The reviewers never differ, so no interval can be given: the formulas give one of no width.")
    elif n < MIN_REPORTS:
        notes.append("One report is not enough for an interval.")
    else:
        lacking = [name for name, found in (("kappa", found_kappa), ("AC1", found_ac1)) if found.low is None]
        why = (
            "the formula gives one of no width, as where one reviewer decides the same throughout or they always differ"
        )
        notes += [f"No interval can be given for {name}: {why}." for name in lacking]
    rare = _prevalence(counts) if found_kappa.value is not None else []
    return Agreement(
        phase,
        pair,
        n,
        table,
        (*notes, *rare, CAVEAT),
        observed=observed,
        kappa=found_kappa.value,
        kappa_low=found_kappa.low,
        kappa_high=found_kappa.high,
        pabak=2 * observed - 1,
        ac1=found_ac1.value,
        ac1_low=found_ac1.low,
        ac1_high=found_ac1.high,
    )


def _prevalence(counts: np.ndarray) -> list[str]:
    share = float(counts.sum(axis=0)[0] + counts.sum(axis=1)[0]) / (2 * counts.sum())
    if RARE <= share <= 1 - RARE:
        return []
    rare, value = ("include", share) if share < RARE else ("exclude", 1 - share)
    return [f"Only {numbers.percent(value)} of the decisions read {rare}, which lowers kappa for the same agreement."]
