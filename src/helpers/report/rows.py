"""The evidence page: every row with an anchor of its own."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import audit, markup, numbers, sections, wording
from helpers.evidence import Evidence, Living
from helpers.report import since


def evidence_rows(review: Evidence) -> str:
    """Every evidence row with an anchor of its own, by section: the place that each number on the site links to."""
    parts: list[str] = []
    judged = _verdicts(review)
    pages = review.section_pages
    for section in review.order("section"):
        counts, doses, others, comparisons = (
            review.select(t, section=section) for t in ("counts", "doses", "quantities", "comparisons")
        )
        boxes = (
            review.tables["flow"].iloc[:0] if parts else review.tables["flow"]
        )  # the first section tells of the search
        size = sum(map(len, (counts, doses, others, comparisons, boxes)))
        label = markup.literal(review.label("section", section))
        context = f" Read them in context: [{label}]({pages[section]})." if section in pages else ""
        parts.append(f"## {label} {{#{section.replace('_', '-')}}}\n\n{numbers.whole(size)} rows.{context}")
        parts += [_rows_table(review, rows, judged) for rows in (boxes, counts, doses, others) if len(rows)]
        if len(comparisons):
            parts.append(_comparisons_table(review, comparisons, judged))
    return "\n\n".join(parts) + "\n"


def _verdicts(review: Evidence) -> dict[str, str]:
    """What the audit says of each row: every verdict of the statements that rest on it, leading to one of them."""
    found: dict[str, dict[str, str]] = {}
    claims = audit.audit(review).claims
    for verdict in audit.Verdict:  # the same order on every row
        for claim in (c for c in claims if c.verdict is verdict):
            for row in dict.fromkeys(r.split("/")[0] for r in claim.rows):
                found.setdefault(row, {}).setdefault(verdict.value, claim.claim_id)
    return {
        row: ", ".join(
            _led(review, markup.literal(review.label("verdict", verdict).lower()), f"claim-{markup.ident(claim)}")
            for verdict, claim in told.items()
        )
        for row, told in found.items()
    }


def _led(review: Evidence, shown: str, place: str) -> str:
    """Words that lead to a place of the audit, where the review has one."""
    return f"[{shown}]({review.audit_page}#{place})" if review.audit_page else shown


def _since(review: Evidence, row: pd.Series) -> str:
    """Version in which a row came in."""
    versions = review.tables["updates"].set_index("update_id")["version"]
    return str(versions[row["added_in"] if "added_in" in row else row["update_id"]])


def _rows_table(review: Evidence, rows: pd.DataFrame, judged: Mapping[str, str]) -> str:
    lines = []
    for _, row in rows.iterrows():
        identifier = wording.row_id(row)
        lines.append(
            {
                "Row": _anchored(identifier),
                "Value": markup.literal(wording.written(row)),
                "What": markup.literal(_what(review, row)),
                "Printed": markup.literal(row["as_printed"]),
                "Source and place": f"{_source(review, row)}; {_place(row)}",
                "How": "" if "how_obtained" not in row else _how(review, row),
                "Audit": judged.get(identifier, ""),
                "Since": _since(review, row),
                "Note": _note(review, row),
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines)))


def _anchored(identifier: str) -> str:
    """The id of a row, as the place that numbers lead to."""
    name = markup.ident(identifier)
    return f"[`{name}`]{{#{name}}}"


def _how(review: Evidence, row: pd.Series) -> str:
    return markup.literal(review.label("how_obtained", row["how_obtained"]).lower())


def _what(review: Evidence, row: pd.Series) -> str:
    if "box" in row:
        return review.label("flow_box", row["box"])
    named = {"treatment": "none", "condition": ""}
    parts = [review.label(v, row[v], short=True) for v, none in named.items() if row[v] != none]
    if "measure" in row:
        parts.append(sections.counted(review, row) + f" ({review.label('unit', row['unit'])})")
    elif "kind" in row:
        extra = [row[c] for c in ("detail", "schedule") if not pd.isna(row[c])]
        parts.append("; ".join([review.label("dose_kind", row["kind"]), *extra]))
    else:
        extra = [] if pd.isna(row["detail"]) else [row["detail"]]
        parts.append(
            "; ".join(
                [
                    f"{review.label('quantity', row['quantity'])}, {review.label('statistic', row['statistic']).lower()}",
                    *extra,
                ]
            )
        )
    return ": ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _place(row: pd.Series) -> str:
    """Where the source says so; for a box computed from records, these records."""
    return ("box" in row and sections.records_behind(row, base="")) or markup.literal(row["locator"])


def _source(review: Evidence, row: pd.Series) -> str:
    source = review.select("sources", source_id=row["source_id"]).iloc[0]
    study = row.get("study_id")
    about = "" if study is None or pd.isna(study) else f", on {sections.study_name(review, study)}"
    named = markup.literal(f"{source['title']}{about}") + markup.cited(source["citation_key"])
    return named + since.mark(review, study)


def _note(review: Evidence, row: pd.Series) -> str:
    definition = sections.definition(review, row) if "measure" in row and "definition" in row else ""
    parts = [f"Definition: {markup.literal(definition)}."] if definition else []
    if note := markup.literal(row.get("note")):
        parts.append(note)
    if (living := review.living.get(wording.row_id(row))) is not None:
        parts.append(_made_of(living))
    if not pd.isna(row.get("comparable")):
        parts.append(f"Comparable: {markup.literal(row['comparable'])}")
    for slip in review.corrections_of(wording.row_id(row)):
        said = _led(review, "Known slip", f"slip-{markup.ident(slip['id'])}")
        parts.append(f"{said}." if review.audit_page else f"{said}: {markup.literal(slip['reason'])}")
    return " ".join(parts)


def _made_of(living: Living) -> str:
    """A living total in words: what was printed, what each later row adds, what the denominator follows."""
    said = [f"{living.printed} as printed"]
    said += [f"{a.shown} added by [`{a.row_id}`](#{a.row_id})" for a in living.additions]
    text = f"Living total: {' + '.join(said)}."
    if living.denominator:
        text += f" Its denominator is the count of [`{living.denominator}`](#{living.denominator})."
    return text


def _comparisons_table(review: Evidence, comparisons: pd.DataFrame, judged: Mapping[str, str]) -> str:
    groups = review.tables["comparison_groups"]
    lines = []
    for _, row in comparisons.iterrows():
        identifier = row["comparison_id"]
        shown = []
        for _, group in groups[groups["comparison_id"] == identifier].sort_values("group_no").iterrows():
            share = "" if pd.isna(group["percent_printed"]) else f" {numbers.plain(group['percent_printed'])}%"
            size = "" if pd.isna(group["total"]) else f" of {numbers.whole(group['total'])}"
            shown.append(f"{markup.literal(group['group'])}{share}{size}")
        lines.append(
            {
                "Row": _anchored(identifier),
                "Groups": "; ".join(shown),
                "What": markup.literal(
                    f"{review.label('treatment', row['treatment'])}: {review.label('measure', row['measure']).lower()}"
                ),
                "Printed P": "" if pd.isna(row["p_printed"]) else markup.literal(wording.written(row)),
                "Source and place": f"{_source(review, row)}; {_place(row)}",
                "Audit": judged.get(identifier, ""),
                "Since": _since(review, row),
                "Note": _note(review, row),
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines)))
