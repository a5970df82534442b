"""The summary of findings at two updates: which lines say something else, and why that changes a conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers import numbers
from helpers.evidence import Evidence
from helpers.report.home import summary

Line = Mapping[str, Any]


@dataclass(frozen=True)
class FindingChange:
    """One line of the summary of findings, before and after.

    Attributes
    ----------
    finding_id, section, treatment, condition : str
        The line, with the codes of the later update.
    name : str
        What it is about, in words.
    conclusions : tuple of str
        How its conclusion changed, a sentence each: line, certainty or outcome; empty when it stands.
    moved : tuple of str
        What else changed: estimate (first, when the earlier interval does not hold it), patients, kind of evidence, remark.
    before, after : mapping or None
        ``certainty``, ``basis``, ``use`` and ``outcome`` in words, ``measure``, ``definition`` and the numbers
        ``events``, ``total``, ``estimate``, ``ci_low``, ``ci_high``. None where there was no such line, or is none any more.
    """

    finding_id: str
    section: str
    treatment: str
    condition: str
    name: str
    conclusions: tuple[str, ...]
    moved: tuple[str, ...]
    before: Line | None
    after: Line | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, in the order of the attributes."""
        return {**vars(self), "conclusions": list(self.conclusions), "moved": list(self.moved)}


def compare_findings(before: Evidence | None, after: Evidence) -> list[FindingChange]:
    """Every line of either summary, in the order of the later one, withdrawn lines last.

    Lines belong together by their id; a line that took the place of a retired one, by treatment and condition.
    """
    old = {} if before is None else {line["finding_id"]: line for line in _lines(before)}
    new = {line["finding_id"]: line for line in _lines(after)}
    subject = ("treatment", "condition")
    left = {tuple(line[c] for c in subject): name for name, line in old.items() if name not in new}
    found = []
    for name, line in new.items():
        same = name if name in old else left.pop(tuple(line[c] for c in subject), None)
        found.append(_change(line, None if same is None else old[same], line))
    return found + [_change(old[name], old[name], None) for name in left.values()]


def _change(line: Line, before: Line | None, after: Line | None) -> FindingChange:
    return FindingChange(
        finding_id=line["finding_id"],
        section=line["section"],
        treatment=line["treatment"],
        condition=line["condition"],
        name=line["name"],
        conclusions=tuple(_conclusions(before, after)),
        moved=tuple(_moved(before, after)),
        before=_content(before),
        after=_content(after),
    )


def _content(line: Line | None) -> Line | None:
    subject = ("finding_id", "section", "treatment", "condition", "name")
    return None if line is None else {k: v for k, v in line.items() if k not in subject}


def _conclusions(before: Line | None, after: Line | None) -> Iterator[str]:
    """Sentences why a conclusion changed. People change it, by editing the line; an estimate that moves does not."""
    if before is None:
        yield "New in the summary of findings."
    elif after is None:
        yield "No longer in the summary of findings."
    else:
        if before["certainty"] != after["certainty"]:
            yield f"Certainty: {_inside(before['certainty'])} before, {_inside(after['certainty'])} now."
        if before["outcome_name"] != after["outcome_name"]:
            yield f"Another outcome: {before['outcome_name']} before, {after['outcome_name']} now."


def _moved(before: Line | None, after: Line | None) -> Iterator[str]:
    if before is None or after is None:
        return
    if is_beyond(before, after):
        yield f"the estimate lies outside the earlier interval ({numbers.interval(before['ci_low'], before['ci_high'])})"
    for what, words in (("use", "patients treated"), ("outcome", "outcome"), ("basis", "kind of evidence")):
        if before[what] != after[what]:
            yield f"{words}: {before[what] or 'none'} before, {after[what] or 'none'} now"
    if before["remark"] != after["remark"]:
        yield "what to know before use was worded anew"


def is_beyond(before: Line, after: Line) -> bool:
    """Whether the estimate moved so far that the earlier interval does not hold it: a reason for people to look again."""
    known = all(x is not None for x in (before["ci_low"], before["ci_high"], after["estimate"]))
    return known and not before["ci_low"] <= after["estimate"] <= before["ci_high"]


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:]


def _lines(review: Evidence) -> Iterator[Line]:
    remarks = review.tables["findings"].set_index("finding_id")["remark"]
    for line in summary(review)["findings"]:
        use, outcome = line["use_row"] or {}, line["outcome_row"] or {}
        row = review.row(outcome["row"]) if outcome else pd.Series(dtype=object)
        stated = {c: None if pd.isna(row.get(c)) else str(row[c]) for c in ("measure", "detail", "definition")}
        in_words = [review.label("measure", stated["measure"])] if stated["measure"] else ["none"]
        in_words += [stated["detail"]] if stated["detail"] else []
        yield {
            **{c: line[c] for c in ("finding_id", "section", "treatment", "condition")},
            "name": f"{review.label('treatment', line['treatment'])}, {review.label('condition', line['condition'], short=True)}",
            "certainty": "Not judged" if line["certainty"] is None else review.label("certainty", line["certainty"]),
            "basis": review.label("basis", line["basis"]),
            "use": _number(use),
            "outcome": _estimate(outcome),
            "outcome_name": f"{', '.join(in_words)} ({stated['definition'] or 'no definition'})" if outcome else "none",
            "measure": stated["measure"],
            "definition": stated["definition"],
            "remark": None if pd.isna(remarks[line["finding_id"]]) else str(remarks[line["finding_id"]]),
            "rows": [r["row"] for r in (use, outcome) if r],
            **{c: outcome.get(c) for c in ("events", "total", "estimate", "ci_low", "ci_high")},
        }


def _number(use: Mapping[str, Any]) -> str | None:
    return None if use.get("events") is None else numbers.whole(use["events"])


def _estimate(outcome: Mapping[str, Any]) -> str | None:
    if outcome.get("estimate") is None:
        return outcome.get("shown")
    share = numbers.percent(outcome["estimate"])
    return (
        f"{numbers.whole(outcome['events'])} of {numbers.whole(outcome['total'])}, {share}"
        f" ({numbers.interval(outcome['ci_low'], outcome['ci_high'])})"
    )
