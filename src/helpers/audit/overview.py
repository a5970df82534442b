"""What the audit found, in numbers: a summary, a figure, counts by section and by kind, and the two readings."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

from helpers import markup, numbers, wording
from helpers.audit.relations import Verdict
from helpers.audit.report import AuditReport
from helpers.evidence import Evidence
from helpers.pictures import BLUE, GREEN, INK, MUTED, PAPER, STYLE, VERMILLION, Picture, axes

COLOURS = {  # colour and hatching together, so that neither alone carries the meaning
    Verdict.REPRODUCED: (GREEN, ""),
    Verdict.ROUNDING: (BLUE, "///"),
    Verdict.DIFFERS: (VERMILLION, "xxx"),
    Verdict.CANNOT_BE_CHECKED: (MUTED, "---"),
}
WIDTH, ROW = 3.6, 0.36  # inches: the bars, and a row of them
HOW = "Statements listed by people (data/claims.csv) and those found by rule, each judged on the evidence rows, then counted."


def answer(review: Evidence, report: AuditReport, findings: int, name: str | None = "answer") -> wording.Text:
    """What the audit found, the good news first; `findings` is what the differences come down to."""
    counts, total = report.counts, len(report.claims)
    checked = total - counts[Verdict.CANNOT_BE_CHECKED]
    share = numbers.percent(counts[Verdict.REPRODUCED] / checked) if checked else "none"
    number = partial(wording.computed, "audit-counts", how=HOW)
    return wording.say(
        review,
        """**Most numbers hold.** Of {total} printed statements, {checked} could be checked with what was at hand, and {reproduced}
        of these ({share}) are reproduced. {rounding} are a matter of rounding or of the test used, and {differs} differ. Those that
        differ come down to {findings} findings, because one number is often checked in several ways. {unchecked} cannot be
        checked.""",
        name=name,
        total=number(total),
        checked=number(checked),
        reproduced=number(counts[Verdict.REPRODUCED]),
        share=number(share),
        rounding=number(counts[Verdict.ROUNDING]),
        differs=number(counts[Verdict.DIFFERS]),
        findings=number(findings),
        unchecked=number(counts[Verdict.CANNOT_BE_CHECKED]),
    )


def figure(review: Evidence, report: AuditReport, name: str | None = None) -> Picture:
    """Claims by section and verdict as stacked bars."""
    table = _by_section(review, report)
    labels = {v: review.label("verdict", v.value) for v in Verdict}
    with mpl.rc_context(STYLE | {"hatch.linewidth": 0.6}):
        drawn, ax = axes(WIDTH, 0.8 + ROW * len(table))
        places, left = np.arange(len(table))[::-1], np.zeros(len(table))
        for verdict, (colour, hatch) in COLOURS.items():
            sizes = table[verdict.value].to_numpy(dtype=float)
            ax.barh(
                places, sizes, left=left, height=0.64, color=colour, hatch=hatch, edgecolor=PAPER, label=labels[verdict]
            )
            left = left + sizes
        for place, size in zip(places, left, strict=True):
            ax.text(size + left.max() * 0.015, place, numbers.whole(size), va="center", color=INK)
        ax.set(yticks=places, yticklabels=table["section"], xlabel="statements", xlim=(0, left.max() * 1.12))
        ax.tick_params(axis="y", length=0)
        ax.legend(loc="lower left", bbox_to_anchor=(-0.55, 1.0), ncols=2, handlelength=1.4, columnspacing=1.2)
    said = "; ".join(
        f"{row['section']}: " + ", ".join(f"{numbers.whole(row[v.value])} {labels[v].lower()}" for v in Verdict)
        for _, row in table.iterrows()
    )
    caption = (
        f"{numbers.whole(len(report.claims))} printed statements by section of the review and by what became of them."
    )
    values = [
        *_values(table.assign(statements=table[[v.value for v in Verdict]].sum(axis=1))),
        {"statements": len(report.claims)},
    ]
    return Picture(drawn, f"Stacked bars. {said}.", caption, name=name, values=values)


def counts_table(review: Evidence, report: AuditReport, name: str | None = None) -> wording.Text:
    """Claims by section and verdict, with their sums."""
    table = _by_section(review, report)
    sums = {"section": "**All**"} | {v.value: table[v.value].sum() for v in Verdict}
    named = table.astype(object).assign(section=table["section"].map(markup.literal))
    whole = pd.concat([named, pd.DataFrame([sums])], ignore_index=True)
    number = partial(wording.computed, "audit-by-section", how=HOW)
    shown = whole.map(lambda cell: cell if isinstance(cell, str) else number(cell))
    verdicts = [review.label("verdict", v.value) for v in Verdict]
    shown.columns = pd.Index(["Section", *verdicts])
    over = {"Statements by verdict": verdicts}
    return wording.markdown_table(shown, align="lrrrr", spanners=over, name=name, values=_values(table))


def _by_section(review: Evidence, report: AuditReport) -> pd.DataFrame:
    order = [s for s in review.order("section") if any(c.section == s for c in report.claims)]
    lines = [
        {"section": review.label("section", s), **{v.value: report.select(section=s).counts[v.value] for v in Verdict}}
        for s in order
    ]
    return pd.DataFrame(lines, columns=["section", *(v.value for v in Verdict)])


def _values(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, for the data file of the page."""
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in r.items()} for r in table.to_dict("records")]


def kinds(review: Evidence, report: AuditReport) -> wording.Text:
    """Kinds of checks, what each does, and how many statements it was applied to."""
    number = partial(wording.computed, "audit-by-kind", how=HOW)
    lines = [
        {
            "Check": markup.literal(review.label("claim_kind", kind)),
            "What it does": _definition(review, kind),
            "Statements": number(sum(c.kind == kind for c in report.claims)),
            "Differ": number(sum(c.kind == kind and c.verdict == Verdict.DIFFERS for c in report.claims)),
        }
        for kind in review.order("claim_kind")
        if any(c.kind == kind for c in report.claims)
    ]
    return wording.markdown_table(pd.DataFrame(lines), align="llrr")


def _definition(review: Evidence, kind: str) -> str:
    terms = review.tables["vocabularies"]
    return markup.literal(terms[(terms["list"] == "claim_kind") & (terms["code"] == kind)].iloc[0]["definition"])


def readings(review: Evidence, report: AuditReport, name: str | None = "readings") -> wording.Text:
    """How well two independent lists of statements agree: what the second reading found again, and what it added.

    Statements on neither list were written down later, by somebody who knew both. Reads ``claims_a.csv`` (the first list, with the entries of the second that found each again) and ``claims_b.csv`` (the
    second list, in its own words) beside the two extractions.
    """
    twice = [
        u for u in review.tables["updates"]["update_id"] if (review.root / READINGS / u / "claims_b.csv").is_file()
    ]
    if not twice:
        return wording.Text("*The statements were not listed a second time.*")
    folder = review.root / READINGS / max(twice)
    first, second = (pd.read_csv(folder / f"claims_{which}.csv", dtype="string").fillna("") for which in "ab")
    verdicts = {c.claim_id: c.verdict for c in report.claims}
    again = first["found_again"].ne("")
    differs = first["claim_id"].map(verdicts).eq(Verdict.DIFFERS)
    listed = set(";".join(second.loc[second["found_as"] == "second", "claim_ids"]).split(";"))
    added = [c for c in report.claims if c.claim_id in listed and c.verdict == Verdict.DIFFERS]
    claims = review.tables["claims"]
    later = set(claims.loc[claims["added_in"] <= max(twice), "claim_id"]) - set(first["claim_id"]) - listed
    found = second["found_as"].value_counts()
    number = partial(wording.computed, "audit-readings", how=READINGS_HOW)
    return wording.say(
        review,
        """The second reading listed {second} checks: {both} ({both_share}) were on the first list, {new} were new and were added,
        {rule} are kept by rules of the tables, and {none} turned out to hold no number. The other way round, it found
        {again} of the {first} statements of the first list ({again_share}). Differences matter most: of the {differs} on the first
        list it found {differs_again}, and it added {differs_new} more{where}. A third reading, which knew both lists, held every
        difference against the text again and added {later} statements.""",
        name=name,
        second=number(len(second)),
        both=number(found.get("both", 0)),
        both_share=number(numbers.percent(found.get("both", 0) / len(second))),
        new=number(found.get("second", 0)),
        rule=number(found.get("rule", 0)),
        none=number(found.get("none", 0)),
        first=number(len(first)),
        again=number(again.sum()),
        again_share=number(numbers.percent(again.mean())),
        differs=number(differs.sum()),
        differs_again=number((differs & again).sum()),
        differs_new=number(len(added)),
        where=", against the study's own publication" if added and all(c.kind == "external" for c in added) else "",
        later=number(len(later)),
    )


READINGS = "data/extraction"
READINGS_HOW = "Two lists of statements made by readers who did not see each other's, matched entry by entry: claims_a.csv and claims_b.csv beside the extractions."
