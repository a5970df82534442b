"""The certainty of each line of the summary of findings: from its domains, by rule, never by hand."""

from __future__ import annotations

import pandas as pd

STARTS = {"start_high": 4, "start_low": 2}  # randomised trials; everything else (GRADE)
LOWERED = {"not_serious": 0, "serious": 1, "very_serious": 2}
LEVELS = {4: "high", 3: "moderate", 2: "low", 1: "very_low"}
NO_ESTIMATE = "none"
START = "start"


def levels(findings: pd.DataFrame, certainty: pd.DataFrame, column: str = "judgement") -> pd.Series:
    """The level of each line: its start, lowered by each domain, and never below very low.

    Parameters
    ----------
    findings : DataFrame
        Lines of the summary of findings.
    certainty : DataFrame
        Their domains: ``finding_id``, ``domain`` and judgements.
    column : str
        Whose judgements: ``judgement`` after reconciliation, ``judgement_a`` or ``judgement_b``.

    Returns
    -------
    Series of str
        Codes of the list ``certainty``, on the index of `findings`; ``none`` where there is no outcome to rate, missing
        where the start was not judged.
    """
    judged = {
        (str(finding), str(domain)): str(judgement)
        for finding, domain, judgement in zip(
            certainty["finding_id"], certainty["domain"], certainty[column], strict=True
        )
    }
    found: list[str | None] = []
    for finding, outcome in zip(findings["finding_id"], findings["outcome_row"], strict=True):
        start = STARTS.get(judged.get((str(finding), START), ""))
        lowered = sum(LOWERED.get(code, 0) for (line, _), code in judged.items() if line == finding)
        if pd.isna(outcome):
            found.append(NO_ESTIMATE)
        else:
            found.append(None if start is None else LEVELS[max(1, start - lowered)])
    return pd.Series(found, index=findings.index, dtype="string")
