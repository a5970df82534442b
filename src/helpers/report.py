"""Markdown that the pages without code include: made from ``data/``, written to ``data/results/pages/``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import evidence, extraction, numbers, sections, wording
from helpers.dictionary import Field, Table, load_dictionary
from helpers.evidence import Evidence
from helpers.project import write_atomically

PAGES = "data/results/pages"
SUMMARY = "data/results/summary.json"
EXTRACTIONS = "data/extraction"
SECTION_PAGES = {
    "search_yield": "01-search-yield",
    "glucocorticoids": "02-glucocorticoids",
    "ciclosporin": "03-ciclosporin",
    "etoposide": "04-etoposide",
    "anakinra": "05-anakinra",
    "emapalumab": "06-emapalumab",
    "other_biologics": "07-other-biologics",
    "jak_inhibitors": "08-jak-inhibitors",
    "hsct": "09-hsct",
    "other_treatments": "10-other-treatments",
    "non_sjia": "11-non-sjia",
    "geography": "12-geography",
}


def write_pages(root: Path) -> list[Path]:
    """Write every generated page part, the tables' guide, and the summary of findings as JSON.

    Parameters
    ----------
    root : Path
        Folder of the review.

    Returns
    -------
    list of Path
        Files whose content changed.

    Raises
    ------
    ReviewError
        The data are not valid.
    """
    review = evidence.load(root)
    tables = load_dictionary(root)
    parts = {
        f"{PAGES}/status.md": wording.status(review),
        f"{PAGES}/summary-of-findings.md": summary_of_findings(review),
        f"{PAGES}/key-messages.md": key_messages(review),
        f"{PAGES}/citation.md": citation(review),
        f"{PAGES}/evidence.md": evidence_rows(review),
        f"{PAGES}/studies.md": studies(review),
        f"{PAGES}/sources.md": sources(review),
        f"{PAGES}/updates.md": updates(review),
        f"{PAGES}/dictionary.md": dictionary(tables, review),
        f"{PAGES}/agreement.md": agreement(root, review),
        f"{PAGES}/code-lists.md": code_lists(review),
        "data/README.md": tables_guide(tables),
        SUMMARY: json.dumps(summary(review), indent=2, ensure_ascii=False),
    }
    return [root / path for path, text in parts.items() if write_atomically(root / path, text.rstrip() + "\n")]


def summary(review: Evidence) -> dict[str, Any]:
    """The summary of findings as plain values: one entry a finding, with counts, exact interval and source rows."""
    found = []
    for _, finding in review.tables["findings"].sort_values("sort").iterrows():
        entry: dict[str, Any] = {
            k: _plain(finding[k]) for k in ("finding_id", "section", "treatment", "condition", "basis", "certainty")
        }
        for column in ("use_row", "outcome_row"):
            entry[column] = None if pd.isna(finding[column]) else _estimate(review, finding[column])
        found.append(entry)
    update = review.update
    dates = {k: _plain(update[k]) for k in ("version", "searched_through", "integrated_on", "next_due")}
    return {**dates, "findings": found}


def _estimate(review: Evidence, row_id: str) -> dict[str, Any]:
    row = review.row(row_id)
    values = wording.provenance(row, wording.written(row))
    interval = wording.with_intervals(pd.DataFrame([row]))
    if len(interval):
        values |= {k: float(interval.iloc[0][k]) for k in ("estimate", "ci_low", "ci_high")}
    return values


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value.item() if hasattr(value, "item") else value


def summary_of_findings(review: Evidence) -> str:
    """The table of the home page: treatment, condition, patients, outcome with interval and definition, certainty."""
    lines = []
    for _, finding in review.tables["findings"].sort_values("sort").iterrows():
        page = f"notebooks/{SECTION_PAGES[finding['section']]}.ipynb"
        treatment = review.label("treatment", finding["treatment"])
        certainty = review.label("certainty", finding["certainty"])
        lines.append(
            {
                "Treatment": f"[{treatment}]({page})",
                "MAS in": review.label("condition", finding["condition"], short=True),
                "Patients treated": _use_cell(review, finding["use_row"]),
                "Outcome": _outcome_name(review, finding["outcome_row"]),
                "Patients with it": _outcome_cell(review, finding["outcome_row"]),
                "Certainty": f"[{certainty}]{{.chip .{finding['certainty'].replace('_', '-')}}} {review.label('basis', finding['basis'])}",
                "Know before use": "" if pd.isna(finding["remark"]) else finding["remark"],
            }
        )
    table = wording.markdown_table(pd.DataFrame(lines), align="llrlrll")
    caption = f": Summary of findings, version {review.update['version']}. Intervals are exact 95% intervals. {{#tbl-summary .summary-of-findings}}"
    return f"{table}\n\n{caption}\n"


def _use_cell(review: Evidence, row_id: Any) -> str:
    if pd.isna(row_id):
        return "not stated"
    row = review.row(row_id)
    return wording.linked(review, row, wording.written(row, "n"), base="")


def _outcome_name(review: Evidence, row_id: Any) -> str:
    if pd.isna(row_id):
        return "cannot be told apart"
    row = review.row(row_id)
    name = review.label("measure", row["measure"]) + ("" if pd.isna(row["detail"]) else f", {row['detail']}")
    if pd.isna(row["definition"]):
        return name
    return (
        f"{name} (not defined by the source)" if row["definition"] == "not defined" else f"{name} ({row['definition']})"
    )


def _outcome_cell(review: Evidence, row_id: Any) -> str:
    if pd.isna(row_id):
        return ""
    row = review.row(row_id)
    estimate = wording.with_intervals(pd.DataFrame([row])).iloc[0]
    span = numbers.interval(estimate["ci_low"], estimate["ci_high"])
    shown = wording.linked(review, row, wording.written(row, "of"), base="")
    return f"{shown}, **{numbers.percent(estimate['estimate'])}** ({span})"


def key_messages(review: Evidence) -> str:
    """The answer in a few sentences, each number bound to its row."""
    messages = [
        """**Systemic JIA.** With anakinra, {anakinra-sjia-complete-response:ci} had a complete response. In the only trial,
        emapalumab after failed glucocorticoids was followed by remission in
        {debenedetti2023-emapalumab-sjia-remission-refractory:ci}.""",
        """**Lupus.** Far fewer data: with anakinra {anakinra-sle-favourable-outcome:ci} had a favourable outcome and
        {anakinra-sle-death:of} died.""",
        """**Kawasaki disease.** {kd-death:ci} died; most had immunoglobulin and glucocorticoids, and
        {nonsjia-etoposide-kd-received:of} had etoposide.""",
        """**Across conditions.** Glucocorticoids are named in every study; {gc-all-monotherapy:of} patients for whom it can be told
        had no other treatment. Ciclosporin is the most used drug beside them ({csa-all-received:n} patients); etoposide was given to
        {etoposide-all-received:n}, and {etoposide-all-death:ci} of those with a known outcome died.""",
        """**How sure.** Certainty is low or very low for every treatment: {review-all-share-studies-low-moderate-validity:printed} of
        the studies were judged of low or moderate validity, and none compared treatments at random.""",
    ]
    return "\n".join(f"- {wording.say(review, message, base='')}" for message in messages) + "\n"


def citation(review: Evidence) -> str:
    """How to cite this version, in words and as BibTeX."""
    update = review.update
    year, version, through = update["integrated_on"][:4], update["version"], numbers.day(update["searched_through"])
    title = (
        "Treatments for macrophage activation syndrome in children with rheumatic disease: a living systematic review"
    )
    text = f"MAS Living Review contributors. *{title}*. Version {version}, evidence searched through {through}; {year}."
    entry = [
        f"@misc{{mas-living-review-{version},",
        "  author = {{MAS Living Review contributors}},",
        f"  title = {{{{{title}}}}},",
        f"  year = {{{year}}},",
        f"  note = {{Version {version}, evidence searched through {through}}}",
        "}",
    ]
    return f"{text}\n\n```bibtex\n" + "\n".join(entry) + "\n```\n"


def evidence_rows(review: Evidence) -> str:
    """Every evidence row with an anchor of its own, by section: the place that each number on the site links to."""
    parts = []
    for section, page in SECTION_PAGES.items():
        counts, doses, others, comparisons = (
            review.select(t, section=section) for t in ("counts", "doses", "quantities", "comparisons")
        )
        boxes = review.tables["flow"] if section == "search_yield" else review.tables["flow"].iloc[:0]
        size = sum(map(len, (counts, doses, others, comparisons, boxes)))
        label = review.label("section", section)
        parts.append(
            f"## {label} {{#{section.replace('_', '-')}}}\n\n{numbers.whole(size)} rows. Read them in context: [{label}](notebooks/{page}.ipynb)."
        )
        parts += [_rows_table(review, rows) for rows in (boxes, counts, doses, others) if len(rows)]
        if len(comparisons):
            parts.append(_comparisons_table(review, comparisons))
    return "\n\n".join(parts) + "\n"


def _rows_table(review: Evidence, rows: pd.DataFrame) -> str:
    lines = []
    for _, row in rows.iterrows():
        identifier = wording.row_id(row)
        lines.append(
            {
                "Row": f"[`{identifier}`]{{#{identifier}}}",
                "Value": wording.written(row),
                "What": _what(review, row),
                "Printed": "" if pd.isna(row["as_printed"]) else row["as_printed"],
                "Source and place": f"{_source(review, row)}; {row['locator']}",
                "How": "" if "how_obtained" not in row else review.label("how_obtained", row["how_obtained"]).lower(),
                "Note": _note(review, row),
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines)))


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


def _source(review: Evidence, row: pd.Series) -> str:
    source = review.select("sources", source_id=row["source_id"]).iloc[0]
    study = row.get("study_id")
    about = "" if study is None or pd.isna(study) else f", on {sections.study_name(review, study)}"
    return f"{source['title']}{about} [@{source['citation_key']}]"


def _note(review: Evidence, row: pd.Series) -> str:
    note = row.get("note")
    parts = [] if note is None or pd.isna(note) else [str(note)]
    if not pd.isna(row.get("definition")):
        parts.insert(0, f"Definition: {row['definition']}.")
    parts += [
        f"[Known slip](notebooks/13-audit.ipynb#slip-{slip['id']})."
        for slip in review.corrections_of(wording.row_id(row))
    ]
    return " ".join(parts)


def _comparisons_table(review: Evidence, comparisons: pd.DataFrame) -> str:
    groups = review.tables["comparison_groups"]
    lines = []
    for _, row in comparisons.iterrows():
        identifier = row["comparison_id"]
        shown = []
        for _, group in groups[groups["comparison_id"] == identifier].sort_values("group_no").iterrows():
            share = "" if pd.isna(group["percent_printed"]) else f" {numbers.plain(group['percent_printed'])}%"
            size = "" if pd.isna(group["total"]) else f" of {numbers.whole(group['total'])}"
            shown.append(f"{group['group']}{share}{size}")
        lines.append(
            {
                "Row": f"[`{identifier}`]{{#{identifier}}}",
                "Groups": "; ".join(shown),
                "What": f"{review.label('treatment', row['treatment'])}: {review.label('measure', row['measure']).lower()}",
                "Printed P": "" if pd.isna(row["p_printed"]) else wording.written(row),
                "Source and place": f"{_source(review, row)}; {row['locator']}",
                "Note": _note(review, row),
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines)))


def studies(review: Evidence) -> str:
    """Studies of the review as far as they can be told apart."""
    frame = review.tables["studies"].sort_values("ref_no")
    lines = []
    for _, row in frame.iterrows():
        cite = "" if pd.isna(row["citation_key"]) else f" [@{row['citation_key']}]"
        lines.append(
            {
                "No.": row["ref_no"],
                "Study": f"[{sections.study_name(review, row['study_id'])}]{{#study-{row['study_id']}}}{cite}",
                "Country": row["country"],
                "Design": "" if pd.isna(row["design"]) else review.label("design", row["design"]),
                "MAS in": ""
                if pd.isna(row["conditions"])
                else ", ".join(review.label("condition", c.strip(), short=True) for c in row["conditions"].split(";")),
                "Patients": row["patients"],
                "Validity": "" if pd.isna(row["validity"]) else review.label("validity", row["validity"]),
                "Category": row["evidence_category"],
                "Role": review.label("study_role", row["role"]),
                "Identity": review.label("identity", row["identity"]),
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines), align="rlllllllll")) + "\n"


def sources(review: Evidence) -> str:
    """Publications that values are taken from."""
    counts = review.tables["counts"]["source_id"].value_counts()
    lines = [
        {
            "Source": f"{row['title']} [@{row['citation_key']}]",
            "Kind": review.label("source_kind", row["kind"]),
            "What was read": row["read_as"],
            "Counts taken": numbers.whole(counts.get(row["source_id"], 0)),
        }
        for _, row in review.tables["sources"].iterrows()
    ]
    return str(wording.markdown_table(pd.DataFrame(lines), align="lllr")) + "\n"


def updates(review: Evidence) -> str:
    """The history of versions, newest first."""
    lines = [
        {
            "Version": row["version"],
            "Searched through": numbers.day(row["searched_through"]),
            "Integrated": numbers.day(row["integrated_on"]),
            "Next search due": f'<span class="due" data-due="{row["next_due"]}">{numbers.day(row["next_due"])}</span>',
            "What it brought": row["summary"],
        }
        for _, row in review.tables["updates"].sort_values("update_id", ascending=False).iterrows()
    ]
    return str(wording.markdown_table(pd.DataFrame(lines))) + "\n"


def agreement(root: Path, review: Evidence) -> str:
    """Agreement of the two independent extractions, table by table."""
    folder = root / EXTRACTIONS / review.as_of
    lines = []
    for found in extraction.compare(root, folder / "a", folder / "b"):
        kappas = found.cells["kappa"].dropna()
        lines.append(
            {
                "Table": f"`{found.table}`",
                "Rows, first": found.rows_a,
                "Rows, second": found.rows_b,
                "Found by both": found.paired,
                "Row agreement": numbers.percent(found.row_agreement),
                "Cells compared": int(found.cells["compared"].sum()),
                "Cell agreement": numbers.percent(found.cell_agreement),
                "Kappa of coded columns": f"{kappas.min():.2f} to {kappas.max():.2f}" if len(kappas) else "",
            }
        )
    return str(wording.markdown_table(pd.DataFrame(lines), align="lrrrrrrr")) + "\n"


def dictionary(tables: Mapping[str, Table], review: Evidence) -> str:
    """Every table and column in words, with its size and download."""
    parts = []
    for table in tables.values():
        size = numbers.whole(len(review.tables[table.name]))
        parts.append(
            f"## {table.title} {{#{table.name}}}\n\n{table.description} {size} rows. [Download {table.path}](downloads/{table.path})."
        )
        parts.append(_fields_table(table))
        parts += [f"Rule `{rule.id}`: {rule.message}." for rule in table.rules]
    return "\n\n".join(parts) + "\n"


def _fields_table(table: Table) -> str:
    lines = [
        {
            "Column": f"`{f.name}`",
            "Type": f.type,
            "Meaning": _meaning(f),
            "An empty cell": f.missing or ("not allowed" if f.is_required else ""),
        }
        for f in table.fields
    ]
    return str(wording.markdown_table(pd.DataFrame(lines)))


def _meaning(f: Field) -> str:
    parts = [f.description]
    if f.unit:
        parts.append(f"Unit: {f.unit}.")
    if f.vocabulary:
        parts.append(f"Codes: list `{f.vocabulary}`.")
    return " ".join(parts)


def code_lists(review: Evidence) -> str:
    """Every code with its label and definition, list by list."""
    parts = []
    for name, terms in review.tables["vocabularies"].groupby("list", sort=False):
        lines = [
            {"Code": f"`{t['code']}`", "Label": t["label"], "Definition": t["definition"]}
            for _, t in terms.sort_values("sort").iterrows()
        ]
        parts.append(
            f"### {str(name).replace('_', ' ').capitalize()} {{#list-{str(name).replace('_', '-')}}}\n\n{wording.markdown_table(pd.DataFrame(lines))}"
        )
    return "\n\n".join(parts) + "\n"


def tables_guide(tables: Mapping[str, Table]) -> str:
    """``data/README.md``: the dictionary for people who open the folder."""
    parts = [
        "# The tables\n\nGenerated from `datapackage.json` by `review run`; edit that file, not this one.\n\nCSV, UTF-8, LF, one observation a row, ISO dates. An empty cell means that the source does not state the value; it never means zero. `results/` is made by machines, everything else here by people."
    ]
    for table in tables.values():
        keys = ", ".join(f"`{k}`" for k in table.primary_key)
        parts.append(f"## `{table.path}`: {table.title}\n\n{table.description} Key: {keys}.\n\n{_fields_table(table)}")
    return "\n\n".join(parts) + "\n"
