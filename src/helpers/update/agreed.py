"""How well the two reviewers agree, in a line for people and as values for machines."""

from __future__ import annotations

from typing import Any

from helpers import screening
from helpers.update.state import Update

RECALL = (
    "By capture and recapture the two have found {found} of about {every:.0f} reports that belong in; where both overlook"
    " the same one, there are more."
)


def agreement_lines(found: screening.Agreement) -> list[str]:
    """Agreement of two reviewers in a line, and how to read it."""
    if found.observed is None:
        return [f"Agreement: {note}" for note in found.notes]
    kappa = "not defined" if found.kappa is None else f"{found.kappa:.2f}"
    span = f" ({found.kappa_low:.2f} to {found.kappa_high:.2f})" if found.kappa_low is not None else ""
    ac1 = "" if found.ac1 is None else f", AC1 {found.ac1:.2f}"
    ac1 += f" ({found.ac1_low:.2f} to {found.ac1_high:.2f})" if found.ac1_low is not None else ""
    line = (
        f"{' and '.join(found.reviewers)} agree on {found.observed:.0%} of {found.n} reports:"
        f" kappa {kappa}{span}, PABAK {found.pabak:.2f}{ac1}"
    )
    estimate = screening.captured(found.table)
    recall = [RECALL.format(found=estimate[0], every=estimate[1])] if estimate else []
    return [line, *(f"  {note}" for note in [*found.notes, *recall])]


def screening_document(update: Update) -> dict[str, Any]:
    """Both phases for machines: reports, outcomes, reviewers and their agreement."""
    document: dict[str, Any] = {}
    for name in screening.PHASES:
        state = update.phase(name)
        own = update.decisions[(update.decisions["phase"] == name) & (update.decisions["stage"] == "independent")]
        document[name] = {
            "reports": len(state.reports),
            **{outcome: len(state.of(outcome)) for outcome in ("include", "exclude", "conflict", "incomplete")},
            "reviewers": {str(k): int(v) for k, v in own.groupby("reviewer")["report_id"].nunique().items()},
            "agreement": [_agreement_values(one) for one in screening.agreements(update.decisions, name)],
        }
    return document


def _agreement_values(found: screening.Agreement) -> dict[str, Any]:
    names = ("kappa", "kappa_low", "kappa_high", "pabak", "ac1", "ac1_low", "ac1_high")
    values = {name: getattr(found, name) for name in names}
    cells = {f"{a}/{b}": int(found.table.loc[a, b]) for a in found.table.index for b in found.table.columns}
    estimate = screening.captured(found.table) if found.observed is not None else None
    recall = {"found": estimate[0], "estimated": estimate[1]} if estimate else None
    said = {"reviewers": list(found.reviewers), "n": found.n, "observed": found.observed}
    return said | values | {"counts": cells, "captured": recall}
