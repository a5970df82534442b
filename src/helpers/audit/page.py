"""The audit for readers: a summary, a figure, every difference explained, the known slips, and every claim in a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

from helpers import numbers, wording
from helpers.audit.judged import AuditedClaim
from helpers.audit.relations import Verdict
from helpers.audit.report import AuditReport
from helpers.evidence import ROW_KEYS, Evidence
from helpers.pictures import BLUE, GREEN, INK, MUTED, PAPER, STYLE, VERMILLION, Picture, axes

COLOURS = {  # colour and hatching together, so that neither alone carries the meaning
    Verdict.REPRODUCED: (GREEN, ""),
    Verdict.ROUNDING: (BLUE, "///"),
    Verdict.DIFFERS: (VERMILLION, "xxx"),
    Verdict.CANNOT_BE_CHECKED: (MUTED, "..."),
}
WIDTH, ROW = 3.6, 0.36  # inches: the bars, and a row of them
COLUMNS = ("Statement", "Section", "Printed", "Recomputed", "Verdict", "Why", "Where")
PLAIN_WORDS = ("A", "All", "Everyone", "No", "Of", "One", "Patients", "Remissions", "Split", "The", "Whether")
MANY_PLACES = 3  # more rows of one table than this are named together


def answer(review: Evidence, report: AuditReport, name: str | None = "answer") -> wording.Text:
    """What the audit found, the good news first."""
    counts, total = report.counts, len(report.claims)
    checked = total - counts[Verdict.CANNOT_BE_CHECKED]
    share = numbers.percent(counts[Verdict.REPRODUCED] / checked) if checked else "none"
    text = (
        f"**Most numbers hold.** Of {numbers.whole(total)} printed statements, {numbers.whole(checked)} could be checked with what"
        f" was at hand, and {numbers.whole(counts[Verdict.REPRODUCED])} of these ({share}) are reproduced."
        f" {numbers.whole(counts[Verdict.ROUNDING])} are a matter of rounding or of the test used,"
        f" and {numbers.whole(counts[Verdict.DIFFERS])} differ. Those that differ come down to"
        f" {numbers.whole(len(_topics(review, report)))} findings, because one number is often checked in several ways."
        f" {numbers.whole(counts[Verdict.CANNOT_BE_CHECKED])} cannot be checked."
    )
    return wording.Text(text, [{"claims": total, "checked": checked, **counts}], name)


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
    return Picture(drawn, f"Stacked bars. {said}.", caption, name=name, values=_values(table))


def counts_table(review: Evidence, report: AuditReport, name: str | None = None) -> wording.Text:
    """Claims by section and verdict, with their sums."""
    table = _by_section(review, report)
    sums = {"section": "**All**"} | {v.value: f"**{numbers.whole(table[v.value].sum())}**" for v in Verdict}
    shown = pd.concat([table.astype(object), pd.DataFrame([sums])], ignore_index=True)
    shown.columns = pd.Index(["Section", *(review.label("verdict", v.value) for v in Verdict)])
    return wording.markdown_table(shown, align="lrrrr", name=name, values=_values(table))


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
    lines = [
        {
            "Check": review.label("claim_kind", kind),
            "What it does": _definition(review, kind),
            "Statements": numbers.whole(sum(c.kind == kind for c in report.claims)),
            "Differ": numbers.whole(sum(c.kind == kind and c.verdict == Verdict.DIFFERS for c in report.claims)),
        }
        for kind in review.order("claim_kind")
        if any(c.kind == kind for c in report.claims)
    ]
    return wording.markdown_table(pd.DataFrame(lines), align="llrr")


def _definition(review: Evidence, kind: str) -> str:
    terms = review.tables["vocabularies"]
    return str(terms[(terms["list"] == "claim_kind") & (terms["code"] == kind)].iloc[0]["definition"])


def differences(review: Evidence, report: AuditReport) -> wording.Text:
    """Every claim that differs, explained; claims about one slip stand together."""
    parts = []
    for title, anchor, claims in _topics(review, report):
        lines = [f"### {title} {{#{anchor}}}"]
        lines += [_explained(claim) for claim in claims]
        hypotheses = list(dict.fromkeys(c.hypothesis for c in claims if c.hypothesis))
        if any("The only" in h for h in hypotheses):  # another check of the same number may be open to more readings
            hypotheses = [h for h in hypotheses if "The only" in h]
        lines += [f"*{text}*" for text in hypotheses[:1]]
        parts.append("\n\n".join(lines))
    return wording.Text("\n\n".join(parts) or "*Nothing differs as of this update.*")


def _topics(review: Evidence, report: AuditReport) -> list[tuple[str, str, list[AuditedClaim]]]:
    """Claims that differ by what they are about: title, anchor, claims."""
    titles = {str(s["id"]): str(s.get("title") or s["id"]) for s in review.corrections}
    topics: dict[str, list[AuditedClaim]] = {}
    for claim in report.claims:
        if claim.verdict == Verdict.DIFFERS:
            topics.setdefault(claim.slips[0] if claim.slips else claim.claim_id, []).append(claim)
    return [
        (titles.get(key) or f"Does not hold: {_lower(claims[0].statement.rstrip('.'))}", f"differs-{key}", claims)
        for key, claims in topics.items()
    ]


def _explained(claim: AuditedClaim) -> str:
    places = "; ".join(filter(None, (claim.locator, _shortened(claim.against))))
    more = "".join(f" [Known slip](#slip-{slip})." for slip in claim.slips)
    return f"- Expected: {_lower(claim.statement)} **Found:** {_lower(claim.explanation)} ({places}; [line in the table](#claim-{claim.claim_id}).){more}"


def _lower(text: str) -> str:
    """A sentence after a colon; names and abbreviations keep their capital."""
    first = text.split(" ")[0]
    return text[:1].lower() + text[1:] if first in PLAIN_WORDS else text


def slips(review: Evidence, report: AuditReport) -> wording.Text:
    """Known slips of the sources, each with its anchor, its probable reading and the checks that bear on it."""
    parts = []
    for slip in review.corrections:
        identifier = str(slip["id"])
        bearing = [c for c in report.claims if identifier in c.slips]
        checks = ", ".join(
            f"[{review.label('verdict', c.verdict.value).lower()}](#claim-{c.claim_id})" for c in bearing
        )
        lines = [
            f"**[{slip.get('title') or identifier}]{{#slip-{identifier}}}**",
            f"Printed: {slip['printed']}."
            + (f" Probably meant (a hypothesis): {slip['likely']}." if slip["likely"] else "")
            + f" {slip['reason']} Seen in: {str(slip['evidence']).rstrip('.')}."
            + (f" Checks: {checks}." if checks else ""),
        ]
        parts.append("\n\n".join(lines))
    return wording.Text("\n\n".join(parts) or "*None is known as of this update.*")


def claims_table(
    review: Evidence,
    claims: Sequence[AuditedClaim],
    *,
    columns: Sequence[str] = COLUMNS,
    base: str = "../",
    is_anchored: bool = True,
) -> wording.Text:
    """Claims line by line, complete without scripts.

    Parameters
    ----------
    review : Evidence
        Labels and evidence rows.
    claims : sequence of AuditedClaim
        Shown in this order.
    columns : sequence of str
        Some of `COLUMNS`.
    base : str
        Way to the site's root.
    is_anchored : bool
        Whether each line can be linked to; one table of a page only.
    """
    known = {row for table, key in ROW_KEYS.items() for row in review.tables[table][key]}
    lines = [
        {
            "Statement": f"[{c.statement}]{{#claim-{c.claim_id}}}" if is_anchored else c.statement,
            "Section": review.label("section", c.section),
            "Printed": _linked(c, known, base),
            "Recomputed": c.recomputed,
            "Verdict": _emphasised(c.verdict, review.label("verdict", c.verdict.value)),
            "Why": c.explanation,
            "Where": "; ".join(filter(None, (c.locator, _shortened(c.against)))),
        }
        for c in claims
    ]
    values = [{"claim": c.claim_id, "verdict": c.verdict.value, "printed": c.printed} for c in claims]
    return wording.markdown_table(pd.DataFrame(lines, columns=list(COLUMNS))[list(columns)], values=values)


def _emphasised(verdict: Verdict, label: str) -> str:
    return f"**{label}**" if verdict == Verdict.DIFFERS else label


def _linked(claim: AuditedClaim, known: Collection[str], base: str) -> str:
    """The printed figures as a link to the first evidence row behind them."""
    row = next((r.split("/")[0] for r in claim.rows if r.split("/")[0] in known), None)
    return f"[{claim.printed}]({base}{wording.EVIDENCE_PAGE}#{row})" if row else claim.printed


def _shortened(places: str) -> str:
    """Many rows of one table named together, as ``Table 3, 8 rows``."""
    listed = [p for p in places.split("; ") if p]
    tables: dict[str, int] = {}
    for place in listed:
        if found := re.match(r"(Table \d+), ", place):
            tables[found[1]] = tables.get(found[1], 0) + 1
    many = {table for table, count in tables.items() if count > MANY_PLACES}
    kept = [p for p in listed if p.split(",")[0] not in many]
    return "; ".join([*(f"{t}, {numbers.whole(tables[t])} rows" for t in sorted(many)), *kept])
