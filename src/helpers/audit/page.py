"""The audit for readers: every difference explained, the known slips, and every claim in a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers import markup, numbers, wording
from helpers.audit import overview
from helpers.audit.judged import AuditedClaim
from helpers.audit.overview import counts_table, figure, kinds, readings
from helpers.audit.relations import Verdict
from helpers.audit.report import AuditReport
from helpers.evidence import ROW_KEYS, Evidence

__all__ = ["answer", "claims_table", "counts_table", "differences", "figure", "kinds", "readings", "slips"]

COLUMNS = ("Statement", "Section", "Printed", "Recomputed", "Verdict", "Why", "Where")
PLAIN_WORDS = (  # these lose their capital after a colon; names and abbreviations keep it
    *("A", "Abstract", "All", "Everyone", "It", "No", "Of", "One", "Patients", "Remissions", "Results", "Split"),
    *("The", "Whether"),
)
MANY_PLACES = 3  # more rows of one table than this are named together


def answer(review: Evidence, report: AuditReport, name: str | None = "answer") -> wording.Text:
    """What the audit found, the good news first."""
    return overview.answer(review, report, len(_topics(review, report)), name)


def differences(review: Evidence, report: AuditReport) -> wording.Text:
    """Every claim that differs, explained; claims about one slip stand together."""
    parts = []
    for title, anchor, claims in _topics(review, report):
        lines = [f"### {markup.literal(title)} {{#{markup.ident(anchor)}}}"]
        lines += [_explained(claim) for claim in claims]
        supposed: dict[str, AuditedClaim] = {}
        for claim in claims:
            if claim.hypothesis:
                supposed.setdefault(claim.hypothesis, claim)
        # Another check of the same number may be open to more readings: one that leaves a single one goes first.
        for text in sorted(supposed, key=lambda h: "The only" not in h)[:1]:
            lines.append(
                f"*{markup.literal(text)}* ([line in the table](#claim-{markup.ident(supposed[text].claim_id)}))"
            )
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
    places = markup.literal("; ".join(filter(None, (claim.locator, shortened(claim.against)))))
    more = "".join(f" [Known slip](#slip-{markup.ident(slip)})." for slip in claim.slips)
    expected, found = (markup.literal(_lower(said)) for said in (claim.statement, claim.explanation))
    return f"- Expected: {expected} **Found:** {found} ({places}; [line in the table](#claim-{markup.ident(claim.claim_id)}).){more}"


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
            f"[{markup.literal(review.label('verdict', c.verdict.value).lower())}](#claim-{markup.ident(c.claim_id)})"
            for c in bearing
        )
        parts.append(
            f"**[{markup.literal(slip.get('title') or identifier)}]{{#slip-{markup.ident(identifier)}}}.**<br>"
            + f"Printed: {markup.literal(slip['printed'])}."
            + (f" {_meant(slip)}: {markup.literal(slip['likely'])}." if slip["likely"] else "")
            + f" {markup.literal(slip['reason'])} Seen in: {markup.literal(str(slip['evidence']).rstrip('.'))}."
            + (f" Checks: {checks}." if checks else "")
        )
    return wording.Text("\n\n".join(parts) or "*None is known as of this update.*")


def _meant(slip: Mapping[str, Any]) -> str:
    return "Meant, as the checks show" if slip.get("is_proved") else "Probably meant (a hypothesis)"


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
        Whether each line can be linked to, and found by section and verdict where scripts run; one table of a page
        only. The lines of other tables lead to it.
    """
    known = {row for table, key in ROW_KEYS.items() for row in review.tables[table][key]}
    lines = [
        {
            "Statement": f"[{markup.literal(c.statement)}]"
            + (f"{{#claim-{markup.ident(c.claim_id)}}}" if is_anchored else f"(#claim-{markup.ident(c.claim_id)})"),
            "Section": markup.literal(review.label("section", c.section)),
            "Printed": _linked(review, c.printed, c, 0, known, base),
            "Recomputed": _linked(review, c.recomputed, c, 1, known, base),
            "Verdict": _emphasised(c.verdict, markup.literal(review.label("verdict", c.verdict.value))),
            "Why": markup.literal(c.explanation),
            "Where": _where(review, c, known, base),
        }
        for c in claims
    ]
    values = [{"claim": c.claim_id, "verdict": c.verdict.value, "printed": c.printed} for c in claims]
    table = wording.markdown_table(pd.DataFrame(lines, columns=list(COLUMNS))[list(columns)], values=values)
    return wording.Text(FILTERABLE.format(table), table.values) if is_anchored and lines else table


# The page's script puts lists and a search field above the table; without it the table is complete all the same.
FILTERABLE = '<div class="filterable" data-filter="Section;Verdict" aria-label="statements">\n\n{}\n\n</div>'


def _emphasised(verdict: Verdict, label: str) -> str:
    return f"**{label}**" if verdict == Verdict.DIFFERS else label


def _linked(review: Evidence, shown: str, claim: AuditedClaim, side: int, known: Collection[str], base: str) -> str:
    """The figures of one side as a link to their evidence row, where a single row holds them.

    A bare number is that of the row which the recipe names first (printed) or second (recomputed), unless it is a constant.
    """
    rows = [r for r in dict.fromkeys(row.split("/")[0] for row in claim.rows) if r in known]
    if BARE.fullmatch(shown):
        is_there = len(rows) > side and side in (0, len(rows) - 1) and _holds(review, rows[side], shown)
        row = rows[side] if is_there else None
    else:
        row = rows[0] if len(rows) == 1 and side == 0 else None
    told = markup.literal(shown)
    return f"[{told}]({base}{wording.EVIDENCE_PAGE}#{markup.ident(row)})" if row and shown else told


def _holds(review: Evidence, row: str, shown: str) -> bool:
    cells = pd.to_numeric(review.row(row), errors="coerce").dropna()
    return shown.replace(",", "").removesuffix("%") in {numbers.plain(cell) for cell in cells}


BARE = re.compile(r"[\d,.]+%?")


def _where(review: Evidence, claim: AuditedClaim, known: Collection[str], base: str) -> str:
    """The places of both sides, each leading to its evidence row."""
    rows: dict[str, str] = {}
    for row in (r.split("/")[0] for r in claim.rows):
        if row in known:
            rows.setdefault(str(review.row(row)["locator"]), row)
    places = [p for side in (claim.locator, shortened(claim.against)) for p in side.split("; ") if p]
    led = []
    for place in places:
        table = f"{place.split(',')[0]},"  # many rows of a table are named together
        fitting = [r for p, r in rows.items() if place.startswith(p)] or [
            r for p, r in rows.items() if p.startswith(table)
        ]
        named, many = place, re.search(r", [\d,]+ rows$", place)
        if many:  # how many they are is no number of the row
            named = place[: many.start()]
        told, rest = markup.literal(named), place[len(named) :]
        led.append(
            f"[{told}]({base}{wording.EVIDENCE_PAGE}#{markup.ident(fitting[0])}){rest}" if fitting else told + rest
        )
    return "; ".join(led)


def shortened(places: str) -> str:
    """Many rows of one table named together, as ``Table 3, 8 rows``."""
    listed = [p for p in places.split("; ") if p]
    tables: dict[str, int] = {}
    for place in listed:
        if found := re.match(r"(Table \d+), ", place):
            tables[found[1]] = tables.get(found[1], 0) + 1
    many = {table for table, count in tables.items() if count > MANY_PLACES}
    kept = [p for p in listed if p.split(",")[0] not in many]
    return "; ".join([*(f"{t}, {numbers.whole(tables[t])} rows" for t in sorted(many)), *kept])
